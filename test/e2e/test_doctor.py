# SPDX-License-Identifier: Apache-2.0
"""test_doctor: `cardwright doctor` at a workstation, for each thing that can be wrong there."""
import contextlib
import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time

from fake_clock import faked
from stack import PASSCODE, as_user, free_port
from tap import absent, contains, equal, expect, run

# A program that holds the card in reader 1, in a transaction, until it is ended.
HOLDER = """
import ctypes, sys, time
p = ctypes.CDLL("libpcsclite.so.1")
context, card, protocol = ctypes.c_long(), ctypes.c_long(), ctypes.c_ulong()
readers, size = ctypes.create_string_buffer(4096), ctypes.c_ulong(4096)
assert p.SCardEstablishContext(2, None, None, ctypes.byref(context)) == 0
assert p.SCardListReaders(context, None, readers, ctypes.byref(size)) == 0
name = readers.raw.split(b"\\0")[0]
mode = 1 if sys.argv[1] == "exclusive" else 2
assert p.SCardConnect(context, name, mode, 3, ctypes.byref(card), ctypes.byref(protocol)) == 0
assert mode == 1 or p.SCardBeginTransaction(card) == 0
print("held", flush=True)
time.sleep(600)
"""


def configuration(stack, **changes):
    """An agent.json like the stack's, with contacts and what is to be wrong."""
    known = json.loads((stack.base / "agent.json").read_text())
    path = stack.base / "doctor.json"
    path.write_text(json.dumps(known | {"ra_desk": "RA desk, extension 4711",
                                        "site_it": "IT desk, extension 4000"} | changes))
    return path


def doctor(stack, *args, environment=None, config=None, agent=None, prefix=()):
    """(exit code, {check: [finding]}). What it does is watched: see `untouched`."""
    command = [stack.program("cardwright"), "doctor", "--json", "--config",
               str(config or configuration(stack)), *args]
    more = {"CARDWRIGHT_AGENT": str((agent or stack.agent).socket)} | (environment or {})
    command = [*prefix, *command]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False,
                          stdin=subprocess.DEVNULL, env=stack.environment | more)
    expect("Sanitizer" not in done.stderr and done.returncode >= 0, f"doctor: {done}")
    equal(done.stderr, "", "standard error")
    found = {}
    for line in done.stdout.splitlines():
        finding = json.loads(line)
        found.setdefault(finding["check"], []).append(finding)
    return done.returncode, found


class Untouched:
    """Nothing may have happened to cards, server and agent meanwhile."""

    def __init__(self, stack):
        self.stack = stack

    def facts(self):
        tables = ("audit_entry", "session", "job")
        rows = [self.stack.store(f"SELECT count(*) FROM {table}")[0][0] for table in tables]
        desk = self.stack.agent.desk()
        return rows, desk["session"], desk["login"], desk["job"]

    def __enter__(self):
        self.mark, self.before = self.stack.apdus_mark(), self.facts()
        return self

    def __exit__(self, kind, *_):
        if kind is not None:
            return
        equal(self.facts(), self.before, "rows of the store, and the desk")
        for exchange in self.stack.apdus(self.mark):
            expect(exchange.command[1] in (0xA4, 0xC0, 0xCB, 0xF7, 0xF8, 0xFD),
                   f"a command that is more than reading: {exchange.command.hex()}")


def grade(found, check):
    return [finding["grade"] for finding in found[check]]


def wrong(found, check, name):
    """The only finding of that name; it says what to do, who and whom to call."""
    these = [finding for finding in found[check] if finding.get("name") == name]
    equal(len(these), 1, f"{check} {name} in {json.dumps(found)}")
    for member in ("code", "cause", "remedy", "actor"):
        expect(these[0][member], f"{check}: no {member}")
    return these[0]


def test_well(stack):
    """all is well: two readers, a card of ours, and nothing was done to it"""
    stack.insert(1, "tom-adeyemi")
    with Untouched(stack):
        code, found = doctor(stack)
    equal(code, 0, "exit code")
    bad = [f for findings in found.values() for f in findings if f["grade"] != "ok"]
    equal(bad, [], "what is not ok")
    equal(sorted(found), ["agent", "agent_line", "ca", "card", "clock", "configuration", "proxy",
                          "readers", "revocation_list", "server", "server_certificate", "session",
                          "smartcard_service", "socket"], "checks")
    contains(found["card"][0]["what"], "of this organisation", "the card")
    contains(found["session"][0]["what"], "nobody", "the session")
    equal((len(found["ca"]), len(found["revocation_list"]), len(found["socket"])), (3, 2, 2),
          "CAs, lists, and paths")


def test_text(stack):
    """as text: no colour off a terminal, cause and remedy and whom to call under what is wrong"""
    missing = stack.agent.home / "nobody.sock"
    done = stack.run_program([stack.program("cardwright"), "doctor", "--config",
                              str(configuration(stack)), "--agent", str(missing)], check=False)
    equal(done.code, 5, "exit code")
    for text in ("WRONG    agent", "CW-503", "what to do:  start cardwright-agent",
                 "who:         the site's IT: IT desk, extension 4000", "1 wrong"):
        contains(done.out, text, "the text")
    absent(done.out, "\x1b", "the text")


def test_agent_down(stack):
    """without the agent it looks by itself: server, readers and card"""
    stack.insert(1, "tom-adeyemi")
    code, found = doctor(stack, "--agent", str(stack.base / "nobody.sock"))
    equal(code, 5, "exit code")
    equal(wrong(found, "agent", "AGENT_UNREACHABLE")["contact"], "IT desk, extension 4000",
          "whom to call")
    equal((grade(found, "server"), grade(found, "card")), (["ok"], ["ok"]), "the rest")
    expect("session" not in found and "agent_line" not in found, "it cannot know a session")


def test_agent_hangs(stack):
    """an agent that hangs does not hang the doctor"""
    stack.agent.program.process.send_signal(signal.SIGSTOP)
    try:
        started = time.monotonic()
        code, found = doctor(stack)
        expect(time.monotonic() - started < 20, "it took too long")
    finally:
        stack.agent.program.process.send_signal(signal.SIGCONT)
    equal(code, 5, "exit code")
    wrong(found, "agent", "AGENT_UNREACHABLE")
    equal(grade(found, "server"), ["ok"], "the server")


def test_version(stack):
    """an agent of another version"""
    path = stack.base / "old.sock"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()
        process = subprocess.Popen(
            [stack.program("cardwright"), "doctor", "--json", "--config",
             str(configuration(stack)), "--agent", str(path)],
            stdout=subprocess.PIPE, text=True, env=stack.environment, stdin=subprocess.DEVNULL)
        body = json.dumps({"version": "0.0.9", "origin": "", "contacts": {}}).encode()
        for _ in range(2):  # the state, then the way to the server
            one, _ = listener.accept()
            with one:
                one.recv(4096)
                one.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                            b"Connection: close\r\nContent-Length: %d\r\n\r\n%s"
                            % (len(body), body))
        out, _ = process.communicate(timeout=60)
    found = [json.loads(line) for line in out.splitlines()]
    expect([f for f in found if f.get("name") == "VERSION_DIFFERS" and "0.0.9" in f["what"]], out)
    equal(process.returncode, 1, "exit code")


def test_configuration(stack):
    """a configuration that is missing, not JSON, or has a member that is unknown"""
    for text, what in ((None, "not there"), ("{", "not JSON"), ('{"orgin": 1}', "member: orgin")):
        path = stack.base / "broken.json"
        path.unlink(missing_ok=True)
        if text is not None:
            path.write_text(text)
        _, found = doctor(stack, config=path)
        contains(wrong(found, "configuration", "BAD_FILE")["what"], what, "what is wrong")
        equal(grade(found, "agent_line"), ["ok"], "the agent still tells of its line")
        expect("server" not in found, "there is no server to ask")


def test_modes(stack):
    """socket or folder open to others"""
    for path, mode in ((stack.agent.socket, 0o666), (stack.agent.home, 0o755)):
        before = path.stat().st_mode
        path.chmod(mode)
        try:
            code, found = doctor(stack)
        finally:
            path.chmod(before)
        finding = wrong(found, "socket", "FILE_ACCESS")
        contains(finding["what"], f"{path}: ", "what is wrong")
        contains(finding["what"], f"{mode:04o}; wanted", "the mode")
        equal(code, 1, "exit code")


def test_no_service(stack):
    """no pcscd: the agent says so, and the doctor itself"""
    code, found = doctor(stack, environment={"PCSCLITE_CSOCK_NAME": str(stack.base / "none.comm")})
    equal(code, 3, "exit code")
    contains(wrong(found, "smartcard_service", "READER_SERVICE")["what"], "none.comm", "where")
    expect("readers" not in found and "card" not in found, "nobody can tell of readers")
    equal(grade(found, "server"), ["ok"], "the server")


@contextlib.contextmanager
def service_without_readers(stack):
    """A private pcscd that has no reader; its own /run, so that it leaves the machine's alone."""
    folder, path = stack.base / "no-readers", stack.base / "empty.comm"
    folder.mkdir(exist_ok=True)
    path.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()
        number = listener.fileno()
        process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", "unshare", "-rm", "bash", "-c",
             f"mount -t tmpfs none /run && exec 3<&{number} && export LISTEN_FDS=1 LISTEN_PID=$$"
             f" && exec pcscd --foreground -c {folder}"],
            pass_fds=(number,), env=stack.environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            yield {"PCSCLITE_CSOCK_NAME": str(path)}
        finally:
            process.terminate()
            process.wait(20)


def test_no_reader(stack):
    """the smartcard service without a reader"""
    with service_without_readers(stack) as environment:
        code, found = doctor(stack, environment=environment)
    equal(code, 3, "exit code")
    wrong(found, "readers", "READER_NONE")
    equal(grade(found, "smartcard_service"), ["ok"], "the service")
    expect("card" not in found, "there is no card to tell of")


def test_no_card(stack):
    """readers without a card: a warning only"""
    code, found = doctor(stack)
    equal(code, 0, "exit code")
    wrong(found, "card", "CARD_ABSENT")
    equal((grade(found, "card"), grade(found, "readers")), (["warning"], ["ok"]), "grades")


def test_blank(stack):
    """a blank card is well"""
    path = stack.base / "blank.card"
    stack.run("vcard", "make", str(path), "--model", "metadata", "--serial", "77777777")
    stack.control(f"insert 1 {path}")
    stack.agent.wait_desk(lambda desk: any(r.get("identity") for r in desk["readers"]), "read")
    with Untouched(stack):
        code, found = doctor(stack)
    equal((code, grade(found, "card")), (0, ["ok"]), "the card")
    contains(found["card"][0]["what"], "blank", "the card")
    absent(json.dumps(found), "77777777", "what it says")


def test_foreign(stack):
    """a card of another organisation, and without the server nobody can tell"""
    path = stack.base / "foreign.card"
    if not path.exists():
        stack.found_other(path, serial="20000002")
    stack.control(f"insert 2 {path}")
    stack.agent.wait_desk(lambda desk: any(r.get("identity") for r in desk["readers"]), "read")
    with Untouched(stack):
        code, found = doctor(stack)
    equal(code, 1, "exit code")
    contains(wrong(found, "card", "CA_UNKNOWN")["what"], "not of this organisation", "the card")
    _, found = doctor(stack, config=configuration(stack, origin="https://127.0.0.1:1"))
    equal(grade(found, "card"), ["ok"], "the card without the server")
    contains(found["card"][0]["what"], "cannot be told", "the card without the server")


def insert_made(stack, name, *options):
    """A card made for this case, in reader 1; the agent has looked at it."""
    path = stack.base / f"{name}.card"
    stack.run("vcard", "make", str(path), *options, "--serial", "88888888")
    stack.control(f"insert 1 {path}")
    stack.agent.wait_desk(lambda desk: any(r.get("identity") or r.get("fault")
                                           for r in desk["readers"]), "read")


def test_other_cards(stack):
    """cards without contact, without PIV, expired"""
    insert_made(stack, "contactless", "--model", "metadata", "--atr", "3B8180018080")
    with Untouched(stack):
        code, found = doctor(stack)
    wrong(found, "card", "CARD_CONTACTLESS")
    equal(code, 3, "exit code")
    stack.empty()
    stack.insert(1, "ben-carter")
    with Untouched(stack):
        code, found = doctor(stack)
    contains(wrong(found, "card", "CARD_EXPIRED")["what"], "of this organisation", "the card")
    equal(code, 1, "exit code")
    stack.fault(1, "refuse 1 6A82")
    code, found = doctor(stack)
    wrong(found, "card", "CARD_NOT_PIV")
    equal(code, 3, "exit code")


def test_stalled(stack):
    """a card that never answers does not hang the doctor"""
    stack.insert(1, "tom-adeyemi")
    stack.fault(1, "stall 1")
    started = time.monotonic()
    code, found = doctor(stack)
    expect(time.monotonic() - started < 30, "it took too long")
    contains(wrong(found, "card", "CARD_BUSY")["what"], "the card does not answer", "why")
    equal(code, 3, "exit code")
    stack.release(1)
    code, found = doctor(stack)
    equal((code, grade(found, "card")), (0, ["ok"]), "when it answers again")


def test_job_runs(stack):
    """while a job runs its cards are left alone, and the job goes on"""
    stack.login("tom-adeyemi")
    stack.insert(2, "aisha-khan")
    stack.fault(2, "stall 3")
    job = stack.start_cli("renew", "--yes", "--json", passcode=PASSCODE)
    stack.wait_stall(2)
    try:
        code, found = doctor(stack)
    finally:
        stack.release(2)
    equal([finding["name"] for finding in found["card"]], ["AGENT_BUSY", "AGENT_BUSY"], "the cards")
    equal(code, 0, "exit code")
    wrong(found, "agent_line", "AGENT_BUSY")
    contains(found["session"][0]["what"], "somebody is logged in", "the session")
    equal(job.result().code, 0, "the job")


def test_other_user(stack):
    """any other user: what may not be seen is said, the rest is looked at"""
    if os.geteuid() != 0:
        return
    folder = stack.base / "public"
    folder.mkdir(exist_ok=True)
    (folder / "ca.pem").write_bytes((stack.directory / "agent/server-ca.pem").read_bytes())
    path = folder / "agent.json"
    path.write_text(json.dumps({"origin": f"https://127.0.0.1:{stack.port}", "ca_file": "ca.pem"}))
    for one, mode in ((folder, 0o755), (folder / "ca.pem", 0o644), (path, 0o644)):
        one.chmod(mode)
    code, found = doctor(stack, config=path, prefix=as_user(64103, None))
    equal(code, 5, "exit code")
    wrong(found, "agent", "AGENT_UNREACHABLE")
    equal((grade(found, "configuration"), grade(found, "server")), (["ok"], ["ok"]), "the rest")


def hold(stack, how):
    process = subprocess.Popen([sys.executable, "-c", HOLDER, how], stdout=subprocess.PIPE,
                               text=True, env=stack.environment, stdin=subprocess.DEVNULL)
    equal(process.stdout.readline(), "held\n", "the other program")
    return process


def test_in_use(stack):
    """a card that another program holds: which one, and neither waits for the other"""
    stack.insert(1, "tom-adeyemi")
    for how in ("exclusive", "transaction"):
        holder = hold(stack, how)
        try:
            code, found = doctor(stack)
        finally:
            holder.kill()
            holder.wait()
            holder.stdout.close()
        finding = wrong(found, "card", "CARD_BUSY")
        contains(finding["what"], f"(process {holder.pid})", how)
        contains(finding["what"], "python", how)
        equal(code, 3, "exit code")
    code, found = doctor(stack)
    equal((code, grade(found, "card")), (0, ["ok"]), "when it has ended")


def test_server_gone(stack):
    """a server that is not there, by the doctor's line and by the agent's"""
    stack.kill("server")
    code, found = doctor(stack, config=configuration(stack, origin=f"https://127.0.0.1:{free_port()}"))
    equal(code, 5, "exit code")
    contains(wrong(found, "server", "SERVER_UNREACHABLE")["what"], "nobody listens", "why")
    wrong(found, "agent_line", "SERVER_UNREACHABLE")
    wrong(found, "agent", "BAD_FILE")  # it was started with another server
    expect("ca" not in found and "clock" not in found, "nothing more was asked")


def test_server_name(stack):
    """a name of the server that nobody knows"""
    _, found = doctor(stack, config=configuration(stack, origin="https://ra.invalid:8443"))
    contains(wrong(found, "server", "SERVER_UNREACHABLE")["what"], "name of the server", "why")


def test_proxy(stack):
    """a proxy in the environment that is dead, one that is excepted, and no password shown"""
    port = free_port()
    dead = {"https_proxy": f"http://tom:s3cret@127.0.0.1:{port}"}
    code, found = doctor(stack, environment=dead)
    equal(code, 5, "exit code")
    finding = wrong(found, "server", "PROXY_UNREACHABLE")
    contains(finding["what"], f"127.0.0.1:{port}, https_proxy", "which")
    absent(json.dumps(found), "s3cret", "what it says")
    equal(grade(found, "agent_line"), ["ok"], "the agent has another environment")
    code, found = doctor(stack, environment=dead | {"no_proxy": "127.0.0.1"})
    equal((code, found["proxy"][0]["what"], grade(found, "server")), (0, "none", ["ok"]), "excepted")


@contextlib.contextmanager
def other_name(stack):
    """The server's certificate at an address that it does not name."""
    server = stack.directory / "server"
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(server / "tls.pem", server / "tls.key")

    def answer(listener):
        try:
            with listener.accept()[0] as one, context.wrap_socket(one, server_side=True):
                pass
        except OSError:
            pass  # the client hung up, as it should

    with socket.create_server(("127.0.0.2", 0)) as listener:
        thread = threading.Thread(target=answer, args=(listener,), daemon=True)
        thread.start()
        yield f"https://127.0.0.2:{listener.getsockname()[1]}"
        thread.join(10)


def test_untrusted(stack):
    """the server's certificate is of an authority that is not trusted, or the file is missing"""
    other = stack.base / "other-20000002/agent/server-ca.pem"
    if not other.exists():
        stack.found_other(stack.base / "foreign.card", serial="20000002")
    code, found = doctor(stack, config=configuration(stack, ca_file=str(other)))
    equal(code, 1, "exit code")
    contains(wrong(found, "server", "SERVER_UNTRUSTED")["what"], "authority", "why")
    expect("ca" not in found, "an untrusted server is asked for nothing more")
    _, found = doctor(stack, config=configuration(stack, ca_file=str(stack.base / "none.pem")))
    contains(wrong(found, "server", "BAD_FILE")["what"], "none.pem", "which file")
    with other_name(stack) as origin:
        _, found = doctor(stack, config=configuration(stack, origin=origin))
    contains(wrong(found, "server", "SERVER_UNTRUSTED")["what"], "another name", "why")


def test_clock(stack):
    """a clock that differs: a little, much, and so much that no certificate is valid"""
    _, found = doctor(stack, prefix=faked("-120s"))
    equal(grade(found, "clock"), ["warning"], "two minutes")
    contains(wrong(found, "clock", "CLOCK_DIFFERS")["what"], "behind", "two minutes")
    code, found = doctor(stack, prefix=faked("+3600s"))
    equal((code, grade(found, "clock")), (1, ["wrong"]), "an hour")
    contains(found["clock"][0]["what"], "ahead", "an hour")
    code, found = doctor(stack, prefix=faked("+9000d"))
    equal(code, 1, "exit code")
    contains(wrong(found, "server", "SERVER_UNTRUSTED")["what"], "clock of this computer", "why")


def test_ends(stack):
    """old lists and a certificate that ends, as a clock of later sees them"""
    ends = {f["what"].split(":")[0]: int(f["what"].split()[-2]) for f in doctor(stack)[1]["ca"]}
    expect(min(ends.values()) > 365, f"days left: {ends}")
    _, found = doctor(stack, prefix=faked("+5d"))
    equal(grade(found, "revocation_list"), ["warning", "warning"], "lists of five days ago")
    _, found = doctor(stack, prefix=faked("+8d"))
    equal(grade(found, "revocation_list"), ["wrong", "wrong"], "lists of eight days ago")
    _, found = doctor(stack, prefix=faked("+710d"))
    equal(grade(found, "server_certificate"), ["warning"], "the server's certificate")


def test_bundle(stack):
    """a report for the help desk: closed, once, and without persons, numbers, secrets"""
    stack.login("tom-adeyemi")
    stack.insert(2, "aisha-khan")
    path = stack.base / "report.json"
    path.unlink(missing_ok=True)
    token = stack.token()
    code, found = doctor(stack, "--bundle", str(path), environment={
        "https_proxy": "http://tom:s3cret@127.0.0.1:9", "USER": "tom-the-user"})
    equal(code, 5, "exit code")
    equal(path.stat().st_mode & 0o777, 0o600, "its mode")
    text = path.read_text()
    report = json.loads(text)
    equal(len(report["findings"]), sum(len(f) for f in found.values()), "findings")
    for member in ("report", "made_at", "version", "system", "kernel", "environment"):
        expect(report[member], member)
    contains(text, "https_proxy", "the report")
    secrets = [PASSCODE, "s3cret", token, str(stack.base), "tom-the-user", "extension",
               (stack.base / "secret/signer").read_text().strip()]
    for row in stack.store("SELECT given, family, uuid FROM person"):
        secrets += row
    for row in stack.store("SELECT serial, guid FROM card"):
        secrets += [str(value) for value in row if value]
    for secret in secrets:
        absent(text, secret, "the report")
    equal(found["session"][0]["what"], "somebody is logged in", "the session")
    done = stack.cli("doctor", "--config", str(configuration(stack)), "--bundle", str(path))
    equal(done.code, 1, "exit code when the file is there already")
    contains(done.err, "CW-707", "the error when the file is there already")
    done = stack.cli("doctor", "--config", str(configuration(stack)), "--bundle", "/nowhere/report")
    contains(done.err, "CW-106", "the error when there is no such folder")
    equal(path.read_text(), text, "the report that was there")


def test_usage(stack):
    """what is not understood is refused"""
    for args in (["--passcode-file", "x"], ["more"], ["--server", "a", "--config", "b"]):
        done = stack.cli("doctor", *args)
        equal((done.code, done.out), (2, ""), f"{args}")


if __name__ == "__main__":
    run([test_well, test_text, test_agent_down, test_agent_hangs, test_version, test_configuration,
         test_modes, test_no_service, test_no_reader, test_no_card, test_blank, test_foreign, test_in_use,
         test_other_cards, test_stalled, test_job_runs, test_other_user,
         test_server_gone, test_server_name, test_proxy, test_untrusted, test_clock, test_ends,
         test_bundle, test_usage])
