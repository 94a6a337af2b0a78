# SPDX-License-Identifier: Apache-2.0
"""test_refusals: refusals that no other file reaches: of the command line, the readers, the card,
the network, the signer and the store. Each comes under its own name with the catalogue's words, and
nothing of what was asked for has happened."""
import ctypes
import json
import os
import signal
import sqlite3
import subprocess

import client
from card import card_verify, pad, select_piv
from hostile import check_problem, field_of
from stack import (COMMAND_SECONDS, PASSCODE, SERVER_UID, SIGNER_UID, Agent, Program,
                   card_is_read, reader_of)
from tap import Failed, contains, equal, expect, run
from test_clock import end_server, faked

AISHA, TOM = "aisha-khan", "tom-adeyemi"
KEPT = ("session", "job", "certificate", "card")
SERVER, SIGNER = "server", "signer"


def kept(stack):
    return [stack.store(f"SELECT * FROM {table} ORDER BY 1, 2") for table in KEPT]


def check_words(stack, error, name):
    """All that a person has to know, as the catalogue says it."""
    equal(error["name"], name, "the refusal")
    entry = json.loads(stack.run("cardwright", "errors", name, "--json").out)[0]
    for member in ("code", "cause", "actor", "card", "retry"):
        equal(error[member], entry[member], f"{member} of {name}")
    expect(error["remedy"], "a remedy")


def refused(stack, name, *args, **options):
    """That command is refused by that name, and nothing comes of it."""
    before = kept(stack)
    error = stack.refused(*args, **options)
    check_words(stack, error, name)
    equal(kept(stack), before, f"what is stored after {name}")
    return error


def code_of(stack, name):
    return json.loads(stack.run("cardwright", "errors", name, "--json").out)[0]["code"]


def said(stack, command, name, **more):
    """A command whose refusal is for a person to read."""
    done = subprocess.run(command, capture_output=True, text=True, check=False,
                          timeout=COMMAND_SECONDS, stdin=subprocess.DEVNULL,
                          env=stack.environment | more)
    expect(done.returncode > 0, f"{command[1:]} should have been refused: {done.stdout}")
    contains(done.stdout + done.stderr, code_of(stack, name), f"{name}: what was said")
    return done


# ---- the command line ----


def test_command_line(stack):
    """a command line that says nothing, and a disk that is full"""
    program = stack.program("cardwright")
    said(stack, [program, "frobnicate"], "USAGE")
    export = ["audit", "export", "--store", str(stack.directory / "server/cardwright.db")]
    for command in (["errors"], export):
        with open("/dev/full", "w", encoding="utf-8") as full:
            done = subprocess.run([program, *command], stdout=full, stderr=subprocess.PIPE,
                                  text=True, env=stack.environment, timeout=COMMAND_SECONDS,
                                  check=False)
        contains(done.stderr, code_of(stack, "OUTPUT"), f"what {command} says of a full disk")
        equal(done.returncode, 6, "the exit status")


def test_secrets(stack):
    """a passcode is not read where no terminal is, nor from a file that is open to others or missing"""
    stack.insert(1, TOM)
    environment = {"CARDWRIGHT_AGENT": str(stack.agent.socket)}
    login = ["setsid", "--wait", stack.program("cardwright"), "login"]
    with stack.trace(1) as trace:
        said(stack, login, "NO_TERMINAL", **environment)
        said(stack, [*login, "--passcode-file", str(stack.base / "nothing")], "BAD_FILE",
             **environment)
        path = stack.base / "secret/open"
        path.write_text(PASSCODE + "\n")
        path.chmod(0o644)
        said(stack, [*login, "--passcode-file", str(path)], "SECRET_FILE", **environment)
        equal([e for e in trace.exchanges() if e.command[1] == 0x20], [], "VERIFY")
    path.unlink()


def test_choices(stack):
    """where there are several profiles or cards, or nobody looked, somebody has to choose"""
    stack.insert(1, "priya-nair")
    refused(stack, "ROLE_CHOICE", "login", passcode=PASSCODE)
    stack.insert(2, TOM)
    refused(stack, "CARD_TWO", "login", passcode=PASSCODE)
    stack.empty()
    stack.login(TOM)
    stack.insert(2, AISHA)
    before = kept(stack)
    unconfirmed = stack.cli("renew", passcode=PASSCODE)  # with --json nobody would be asked
    expect(unconfirmed.code > 0, "the exit status")
    contains(unconfirmed.err, code_of(stack, "PERSON_UNCONFIRMED"), "what was said")
    equal(kept(stack), before, "what is stored")


def test_no_browser(stack):
    """where no browser is, the page's address is not given to anything else"""
    folder = stack.base / "empty-path"
    folder.mkdir()
    said(stack, [stack.program("cardwright"), "open"], "BROWSER", PATH=str(folder),
         CARDWRIGHT_AGENT=str(stack.agent.socket), XDG_RUNTIME_DIR=str(folder))


# ---- the workstation ----


def test_no_agent(stack):
    """without an agent nothing is done, and the command says so"""
    stack.kill("agent")
    refused(stack, "AGENT_UNREACHABLE", "login", passcode=PASSCODE)


def test_no_readers(stack):
    """an agent without a smartcard service says so"""
    kept_environment = stack.environment
    stack.environment = kept_environment | {"PCSCLITE_CSOCK_NAME": str(stack.base / "no.comm")}
    try:
        agent = Agent(stack, "desk-blind")
    finally:
        stack.environment = kept_environment
    stack.agents.append(agent)
    refused(stack, "READER_SERVICE", "login", passcode=PASSCODE, agent=agent)


class Hold:
    """The card in a reader, held by another program alone."""

    def __init__(self, stack, reader):
        os.environ["PCSCLITE_CSOCK_NAME"] = str(stack.socket)
        self.pcsc = ctypes.CDLL("libpcsclite.so.1")
        self.context, self.card, protocol = (ctypes.c_long(), ctypes.c_long(), ctypes.c_ulong())
        name = next(r["name"] for r in stack.agent.desk()["readers"]
                    if r["name"].endswith(f"{reader - 1:02d}"))
        code = self.pcsc.SCardEstablishContext(2, None, None, ctypes.byref(self.context))
        equal(code, 0, "SCardEstablishContext")
        exclusive, any_protocol = 1, 3
        code = self.pcsc.SCardConnect(
            self.context, name.encode(), exclusive, any_protocol, ctypes.byref(self.card),
            ctypes.byref(protocol))
        equal(code & 0xFFFFFFFF, 0, "SCardConnect")

    def end(self):
        self.pcsc.SCardDisconnect(self.card, 0)
        self.pcsc.SCardReleaseContext(self.context)


def test_card_busy(stack):
    """a card that another program holds is not served, and serves when it is free"""
    stack.login(TOM)
    stack.insert(2, AISHA)
    other = Hold(stack, 2)
    try:
        refused(stack, "CARD_BUSY", "test", passcode=PASSCODE)
    finally:
        other.end()
    stack.cli("test", passcode=PASSCODE, check=True)


def test_agent_busy(stack):
    """while the agent is at work on a card, a second act is refused, and the first goes on"""
    stack.login(TOM)
    stack.insert(2, AISHA)
    stack.fault(2, "stall 1")
    first = stack.start_cli("renew", "--yes", "--json", passcode=PASSCODE)
    stack.wait_stall(2)
    check_words(stack, stack.refused("renew", "--yes", passcode=PASSCODE), "AGENT_BUSY")
    stack.release(2)
    equal(first.result().code, 0, "the first act")


def test_stopped(stack):
    """an agent that is told to end stops the work between two commands, and says so"""
    stack.login(TOM)
    stack.insert(2, "due-003")
    before = kept(stack)
    stack.fault(2, "stall 1")
    work = stack.start_cli("renew", "--yes", "--json", passcode=PASSCODE)
    stack.wait_stall(2)
    stack.kill("agent", signal.SIGTERM)
    stack.release(2)
    result = work.result()
    expect(result.code > 0, "the exit status")
    check_words(stack, json.loads(result.out.splitlines()[-1])["error"], "STOPPED")
    equal(kept(stack)[1:], before[1:], "jobs, certificates and cards")


# ---- the card ----


def test_no_piv(stack):
    """a card without a PIV application is none of ours, and is sent nothing more"""
    stack.agent.program.process.send_signal(signal.SIGSTOP)
    stack.control(f"insert 1 {stack.card_file(TOM)}")
    stack.fault(1, "refuse 1 6a82")
    with stack.trace(1) as trace:
        stack.agent.program.process.send_signal(signal.SIGCONT)
        desk = stack.agent.wait_desk(lambda desk: card_is_read(desk, 1), "the card is read")
        check_words(stack, reader_of(desk, 1)["fault"], "CARD_NOT_PIV")
        equal([e for e in trace.exchanges() if e.command[1] != 0xA4], [], "other commands")


def test_puk_refused(stack):
    """a card whose unblocking code is spent is not repaired, and its passcode stays as it is"""
    field = field_of(stack)
    card = field.card("isla-novak")
    select_piv(card)
    for _ in range(3):
        card.command(0x2C, 0, 0x80, pad("00000000") + pad("654321"))
    card.reset()
    job = field.job(field.login("IDC"), "isla-novak", "repair", check="passport seen")
    problem = None
    try:
        job.run()
    except client.Refused as refused_one:
        problem = refused_one.problem
    card.reset()
    expect(problem, "the repair should have been refused")
    check_words(stack, problem, "CARD_BLOCKED")
    select_piv(card)
    equal(card_verify(card, PASSCODE), 0x9000, "VERIFY with the passcode that it had")


# ---- server, signer, store ----


def test_no_server(stack):
    """without a server nobody logs in"""
    stack.insert(1, TOM)
    stack.kill(SERVER)
    refused(stack, "SERVER_UNREACHABLE", "login", passcode=PASSCODE)


def through(stack, name, call, *arguments):
    """Asked of the server itself, without an entry of the audit: what fails here is no refusal."""
    field = field_of(stack)
    try:
        call(*arguments)
    except client.Refused as refused_one:
        check_problem(refused_one)
        check_words(stack, refused_one.problem, name)
        field.server.close()
        return refused_one
    raise Failed(f"not refused: {name}")


def test_no_signer(stack):
    """without a signer no card is identified, and with it all goes on"""
    field = field_of(stack)
    session, report = field.login("RAA"), field.report(AISHA)
    stack.kill(SIGNER)
    before = kept(stack)
    equal(through(stack, "SIGNER_UNREACHABLE", session.identify, report).code, 503, "the code")
    equal(kept(stack), before, "what is stored")
    stack.start_signer()
    session.identify(report)


def test_not_offered(stack):
    """what policy permits and this program cannot do is refused by its own name"""
    field = field_of(stack)
    session, report = field.login("RAM"), field.report(AISHA)
    answer = session.identify(report)
    names = [s["service"] for s in answer["services"]
             if [r["name"] for r in s["reasons"]] == ["SERVICE_NOT_OFFERED"]]
    expect(names, f"a service that is not offered: {answer['services']}")
    job = client.Job(session, field.card(AISHA), report, answer, names[0], check="passport seen")
    job.body["prelude"] = {"outcome": "done", "status": "OK", "answers": []}
    job.sign()
    check_words(stack, field.refused("SERVICE_NOT_OFFERED", job.begin), "SERVICE_NOT_OFFERED")


def test_store(stack):
    """a data base that cannot be read or is busy: refused, and nothing acknowledged is lost"""
    field = field_of(stack)
    session = field.login("RAA")
    before = kept(stack)
    stack.store_write("ALTER TABLE job RENAME TO job_away")
    try:
        through(stack, "STORE", session.ask, "GET", "/v1/jobs")
    finally:
        stack.store_write("ALTER TABLE job_away RENAME TO job")
    equal(kept(stack), before, "what is stored")
    session.ask("GET", "/v1/jobs")


def test_store_busy(stack):
    """a data base that somebody else holds: try again in a moment"""
    field = field_of(stack)
    session = field.login("RAA")
    session.kept = False
    path = stack.directory / "server/cardwright.db"
    with sqlite3.connect(path, isolation_level=None) as data:
        data.execute("BEGIN IMMEDIATE")
        through(stack, "STORE_BUSY", session.ask, "GET", "/v1/people?q=khan")
        data.execute("ROLLBACK")
    field.login("RAA").ask("GET", "/v1/people?q=khan")


def test_rate(stack):
    """more statements of one operator than are allowed in an hour are refused, and the card is as it was"""
    field = field_of(stack)
    stack.kill(SIGNER)
    start_signer(stack, "signer", "--statements-per-hour", "1")
    first = field.job(field.login("RAA"), "due-001", "renew")
    first.run()
    job = field.job(field.login("RAA"), "due-002", "renew")
    job.prelude()
    job.sign()
    before = kept(stack)
    through(stack, "RATE_LIMIT", job.begin)
    equal(kept(stack), before, "what is stored")
    field.card("due-002").reset()


def start_signer(stack, name, *more, passphrase=None):
    folder, run_folder = stack.directory / "signer", stack.directory / "run"
    client_uid = SERVER_UID if os.geteuid() == 0 else os.geteuid()
    stack.programs[name] = Program(stack, name, [
        stack.program("signer"), "--dir", str(folder), "--socket", str(run_folder / "signer.sock"),
        "--passphrase-file", str(passphrase or folder / "passphrase"), "--client-uid",
        str(client_uid), *more], SIGNER_UID, SERVER_UID)
    if os.geteuid() == 0:
        os.chown(run_folder / "signer.sock", SIGNER_UID, SERVER_UID)
        (run_folder / "signer.sock").chmod(0o660)


# ---- programs that do not start ----


def does_not_start(name, start, *arguments, **more):
    """The program ends and says that name, and does not serve."""
    try:
        start(*arguments, **more)
    except Failed as failure:
        contains(str(failure), name, "what it said")
        return
    raise Failed(f"it started; {name} was expected")


def second_server(stack):
    Program(stack, "server-second", [
        stack.program("server"), "--config", str(stack.directory / "server/server.json")],
        SERVER_UID)


def test_start(stack):
    """a taken address, a wrong passphrase and a newer data base: the program says so and ends"""
    does_not_start("ADDRESS_IN_USE", second_server, stack)
    stack.kill(SIGNER)
    wrong = stack.directory / "signer/wrong"
    wrong.write_text("not the passphrase\n")
    wrong.chmod(0o600)
    if os.geteuid() == 0:
        os.chown(wrong, SIGNER_UID, SIGNER_UID)
    does_not_start("KEY_FILE", start_signer, stack, "signer-wrong", passphrase=wrong)
    stack.start_signer()
    end_server(stack)
    version = stack.store("PRAGMA user_version")[0][0]
    stack.store_write(f"PRAGMA user_version = {version + 1000}")
    does_not_start("STORE_VERSION", second_server, stack)
    stack.store_write(f"PRAGMA user_version = {version}")
    stack.start_server()


def test_ca_expired(stack):
    """in the time after the CA's end nobody logs in, and the refusal names the CA"""
    end_server(stack)
    stack.programs[SERVER] = faked(stack, SERVER, FAKETIME="+12000d")
    stack.insert(1, TOM)
    refused(stack, "CA_EXPIRED", "login", passcode=PASSCODE)


if __name__ == "__main__":
    run([test_command_line, test_secrets, test_choices, test_no_browser, test_no_agent,
         test_no_readers, test_card_busy, test_agent_busy, test_stopped, test_no_piv,
         test_no_server, test_no_signer, test_puk_refused, test_not_offered, test_store, test_store_busy,
         test_rate, test_start, test_ca_expired], due=3)
