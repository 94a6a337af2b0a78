# SPDX-License-Identifier: Apache-2.0
"""stack: the whole system as real processes in a folder of its own.

    with Stack() as stack:                      # about 3 s
        stack.insert(1, "tom-adeyemi")
        code, out, err = stack.cli("login", passcode=PASSCODE)

Private pcscd with two virtual readers, an organisation founded for this one run, signer, server
and agent (as users of their own when started by root), and between agent and server a proxy.
Reader 1 and 2 are numbers here; people are the names of the card files: "tom-adeyemi".
Every wait is for an event; every program is ended by its id, the last one first.
"""
import base64
import http.client
import json
import os
import re
import secrets
import shutil
import signal
import socket
import sqlite3
import ssl
import subprocess
import tempfile
import time
from collections import namedtuple
from contextlib import closing
from pathlib import Path

from other_card import OtherCard, beside_cards
from proxy import Proxy
from tap import Failed, equal, expect

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("CARDWRIGHT_BUILD", ROOT / "build"))
# Passphrases take ten times as long under a sanitizer: what only prepares is done by the programs
# as they would be installed, unless a test says otherwise.
RELEASE = Path(os.environ.get("CARDWRIGHT_BUILD_RELEASE", BUILD))
SIGNER_UID, SERVER_UID = 64101, 64102
PASSCODE, NEW_PASSCODE, WRONG_PASSCODE = "471108", "246813", "815000"
MANAGER = "margaret-okafor"
START_SECONDS = END_SECONDS = 20
COMMAND_SECONDS = 60

Result = namedtuple("Result", "code out err")
Exchange = namedtuple("Exchange", "command answer")  # answer: status word at the end


class Program:
    """One process that says on a descriptor that it is ready."""

    def __init__(self, stack, name, command, uid=None, groups=None):
        self.name, self.log = name, stack.base / f"{name}.log"
        read_end, write_end = os.pipe()
        command = [*command, "--ready-fd", str(write_end)]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(as_user(uid, groups) + command, stdout=log, stderr=log,
                                            stdin=subprocess.DEVNULL, pass_fds=(write_end,),
                                            env=stack.environment)
        os.close(write_end)
        with open(read_end, "rb") as ready:
            if not ready.readline():
                self.end()
                raise Failed(f"{name} did not start: {self.log.read_text()[-2000:]}")

    @property
    def pid(self):
        return self.process.pid

    def end(self):
        """What was wrong with the end, or None."""
        if self.process.poll() is not None:
            return None if self.process.returncode in (0, -signal.SIGKILL) else \
                f"{self.name} had ended by itself with {self.process.returncode}"
        self.process.send_signal(signal.SIGCONT)
        self.process.terminate()
        try:
            code = self.process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            return f"{self.name} had to be killed"
        return None if code in (0, -signal.SIGTERM) else f"{self.name} ended with {code}"


def as_user(uid, groups):
    """A prefix that dies with this process, and changes the user when we may."""
    prefix = ["setpriv", "--pdeathsig", "KILL"]
    if uid is not None and os.geteuid() == 0:
        more = ["--groups", str(groups)] if groups else ["--clear-groups"]
        prefix += ["--reuid", str(uid), "--regid", str(uid), *more]
    return prefix


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as one:
        return one.getsockname()[1]


class LocalConnection(http.client.HTTPConnection):
    """HTTP over a unix socket."""

    def __init__(self, path, timeout=COMMAND_SECONDS):
        super().__init__("localhost", timeout=timeout)
        self.path = str(path)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


class Agent:
    """A workstation's agent, with a home of its own. `program`: another build of it."""

    def __init__(self, stack, name, program=None):
        self.stack, self.name = stack, name
        self.binary = program or stack.program("agent")
        self.home = stack.base / name
        self.home.mkdir(mode=0o700)
        self.socket = self.home / "agent.sock"
        self.start()

    def start(self):
        stack = self.stack
        self.program = Program(stack, self.name, [
            self.binary, "--config", str(stack.base / "agent.json"), "--home", str(self.home),
            "--socket", str(self.socket)])

    def request(self, method, path, body=None):
        """(HTTP status, JSON)."""
        connection = LocalConnection(self.socket)
        try:
            connection.request(method, path, None if body is None else json.dumps(body),
                               {"Content-Type": "application/json"} if body is not None else {})
            answer = connection.getresponse()
            text = answer.read()
            lines = [json.loads(line) for line in text.splitlines() if line.strip()]
            return answer.status, lines[0] if len(lines) == 1 else lines
        finally:
            connection.close()

    def desk(self):
        return self.request("GET", "/v1/desk")[1]

    def desk_events(self, seconds=COMMAND_SECONDS):
        """The state of the desk now, and after each change; never ends by itself."""
        connection = LocalConnection(self.socket, seconds)
        try:
            connection.request("GET", "/v1/desk/events")
            answer = connection.getresponse()
            state = None
            while line := answer.readline():
                state = json.loads(line) if line.strip() else state  # an empty one: still there
                yield state
        finally:
            connection.close()

    def wait_desk(self, condition, what, seconds=15):
        """The first state of which `condition` is true."""
        last, until = None, time.monotonic() + seconds
        try:
            for last in self.desk_events(seconds):
                if condition(last):
                    return last
                if time.monotonic() > until:
                    break
        except TimeoutError:
            pass
        raise Failed(f"{what}: not within {seconds} s; the desk is {json.dumps(last)[:1500]}")


class Command:
    """A running `cardwright`."""

    def __init__(self, process, secret_files):
        self.process, self.secret_files = process, secret_files

    def result(self, seconds=COMMAND_SECONDS):
        try:
            out, err = self.process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            out, err = self.process.communicate()
            raise Failed(f"the command did not end within {seconds} s: {out}{err}") from None
        finally:
            for path in self.secret_files:
                path.unlink(missing_ok=True)
        return Result(self.process.returncode, out, err)


class Stack:
    def __init__(self, policy_values=None, timing="none", reader_name=None, prepare=RELEASE,
                 due=0, card_program=None, signer_options=()):
        """policy_values: values of the policy that differ from what is shipped.
        prepare: the build whose programs found and fill the organisation.
        due: how many people more whose cards are due: "due-001" and so on.
        card_program: the command line of somebody else's card (other_card.py)."""
        os.umask(0o077)
        self.base = Path(tempfile.mkdtemp(prefix="cardwright-e2e."))
        self.base.chmod(0o711)
        self.policy_values, self.timing, self.reader_name = policy_values, timing, reader_name
        self.prepare, self.due, self.card_program = prepare, due, card_program
        self.other_card = OtherCard(self) if card_program else None
        self.signer_options = signer_options
        self.programs, self.agents, self.readers, self.proxy = {}, [], None, None
        self.socket = self.base / "readers/pcscd.comm"
        self.directory = self.base / "cw"
        self.environment = sanitizer_environment(os.environ) | {
            "PCSCLITE_CSOCK_NAME": str(self.socket), "HOME": str(self.base), "LC_ALL": "C.UTF-8"}

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()

    # ---- start and stop ----

    def program(self, name, build=BUILD):
        folder = {"cardwright": "cli", "vcard": "vcardd", "readers": "vcardd"}.get(name, name)
        return str(build / "src" / folder /
                   (name if name == "cardwright" else f"cardwright-{name}"))

    def start(self):
        self._make_secrets()
        self._start_readers()
        self.port, self.server_port = free_port(), free_port()
        self._found(self.directory, self.port)
        self._sample()
        self._configure()
        self.start_signer()
        self.start_server()
        server = self.directory / "server"
        self.proxy = Proxy(self.port, server / "tls.pem", server / "tls.key",
                           self.directory / "agent/server-ca.pem", self.server_port)
        self.agent = self.new_agent("desk-1")

    def stop(self):
        """Ends all; raises with everything that was not as it must be."""
        problems = [agent.program.end() for agent in reversed(self.agents)]
        if self.proxy is not None:
            self.proxy.close()
        problems += [self.programs[name].end() for name in reversed(list(self.programs))]
        problems.append(self._stop_readers())
        problems += self._sanitizer_reports()
        shutil.rmtree(self.base, ignore_errors=True)
        problems = [problem for problem in problems if problem]
        if problems:
            raise Failed("\n".join(problems))

    def tidy(self):
        """Between two cases: nobody logged in, no card, the first agent and the server up."""
        self.proxy.let_go()
        for name, start in (("signer", self.start_signer), ("server", self.start_server)):
            if self.programs[name].process.poll() is not None:
                start()
        for extra in self.agents[1:]:
            extra.program.end()
        del self.agents[1:]
        self.control_ignoring("fault 1 none", "fault 2 none", "release 1", "release 2", "pull 1",
                              "pull 2", "timing 1 " + self.timing, "timing 2 " + self.timing)
        if self.other_card is not None:
            self.other_card.out()
        if self.agent.program.process.poll() is not None:
            self.agent.start()
        self.agent.program.process.send_signal(signal.SIGCONT)
        self.agent.wait_desk(lambda desk: not any(r["present"] for r in desk["readers"])
                             and desk["session"] is None and len(desk["readers"]) == 2
                             and (desk["job"] or {}).get("state") != "running",
                             "empty readers and nobody logged in")

    def log_ends(self):
        return "\n".join(f"--- {log.name}\n" + "\n".join(log.read_text().splitlines()[-6:])
                         for log in sorted(self.base.glob("*.log")))

    def _make_secrets(self):
        folder = self.base / "secret"
        folder.mkdir(mode=0o700)
        for name in ("signer", "root"):
            text = base64.b64encode(secrets.token_bytes(24)).decode() + "\n"
            (folder / name).write_text(text)
        (folder / "passcode").write_text(PASSCODE + "\n")

    def _start_readers(self):
        name = ["--name", self.reader_name] if self.reader_name else []
        read_end, write_end = os.pipe()
        cards = [self.program("vcard"), "serve", "--control", str(self.base / "cards.sock"),
                 "--timing", self.timing, "--ready-fd", str(write_end)]
        if self.card_program is not None:
            cards = beside_cards(self.other_card.path, self.card_program, cards)
        with (self.base / "readers.log").open("ab") as log, open(read_end, "rb") as cards_ready:
            self.readers = subprocess.Popen(
                as_user(None, None) +
                [self.program("readers"), "--dir", str(self.base / "readers"), "--apdu-log",
                 str(self.base / "apdu.trace"), *name, "--die-with-parent", "--", *cards],
                stdout=subprocess.PIPE, stderr=log, stdin=subprocess.DEVNULL,
                env=self.environment, pass_fds=(write_end,))
            os.close(write_end)
            ready = self.readers.stdout.readline().startswith(b"ready") and cards_ready.readline()
        expect(ready, "the readers did not start: " + (self.base / "readers.log").read_text())

    def _stop_readers(self):
        if self.readers is None:
            return None
        self.readers.terminate()
        try:
            self.readers.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self.readers.kill()
            self.readers.wait()
            return "the readers had to be killed"
        finally:
            self.readers.stdout.close()
        return None

    def _sanitizer_reports(self):
        mark = re.compile(r"(ERROR: \w+Sanitizer|runtime error:).*")
        return [f"{log.name}: {found.group(0)}" for log in self.base.glob("*.log")
                if (found := mark.search(log.read_text(errors="replace")))]

    def found_other(self, card, serial="10000001"):
        """Another organisation with a CA of its own, and its first card."""
        self._found(self.base / f"other-{serial}", self.port, "ZX9", "Elsewhere Hospitals", card,
                    serial)
        self.empty()

    def _found(self, directory, port, code="ZW1", name="Wellside Hospitals", card=None,
               serial="10000001"):
        """cardwright init, with a fresh card in reader 1."""
        card = card or self.base / f"{MANAGER}.card"
        self.run("vcard", "make", str(card), "--model", "metadata", "--serial", serial)
        self.control(f"insert 1 {card}")
        self.wait_reader_tool()
        secret = self.base / "secret"
        self.run_program([
            self.program("cardwright", self.prepare), "init", "--dir", str(directory), "--data",
            str(self._data()), "--port", str(port), "--organisation", name, "--code", code,
            "--ra-desk", "RA desk, extension 4711", "--site-it", "IT desk, extension 4000",
            "--uuid", "900000000017", "--given", "Margaret", "--family", "Okafor", "--title", "Dr",
            "--signer-passphrase-file", str(secret / "signer"), "--root-passphrase-file",
            str(secret / "root"), "--passcode-file", str(secret / "passcode"), "--valid-from",
            "2020-01-01T00:00:00Z"])
        self.control("pull 1")

    def wait_reader_tool(self):
        """Until pcscd has noticed the card. The tool waits for the event, but not always for one
        that has been: so it is asked first what there is, and again when it has waited long."""
        ask = ["opensc-tool", "--reader", "0", "--atr"]
        for _ in range(10):
            if self.run_program(ask, check=False).code == 0:
                return
            try:
                self.run_program([*ask, "--wait"], seconds=3)
                return
            except subprocess.TimeoutExpired:
                continue
        raise Failed("pcscd has not noticed the card in reader 1")

    def _data(self):
        """The shipped data, with the policy changed as asked for."""
        data = self.base / "data"
        if not data.exists():
            shutil.copytree(ROOT / "data", data)
            path = data / "policies/cis-2015.json"
            policy = json.loads(path.read_text())
            for name, value in (self.policy_values or {}).items():
                policy["values"][name]["value"] = value
            path.write_text(json.dumps(policy))
        return data

    def _sample(self):
        secret = self.base / "secret"
        (self.directory / "root-key.pem").rename(secret / "root-key.pem")
        self.run_program([
            self.program("sample", self.prepare), "--dir", str(self.directory), "--cards",
            str(self.base / "people"), "--origin", f"https://127.0.0.1:{self.port}",
            "--signer-passphrase-file", str(secret / "signer"), "--passcode-file",
            str(secret / "passcode"), "--due", str(self.due)])
        shutil.move(self.base / f"{MANAGER}.card", self.base / f"people/{MANAGER}.card")

    def _configure(self):
        """The server behind the proxy; each program's files to its user."""
        path = self.directory / "server/server.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | {"port": self.server_port}))
        (self.base / "agent.json").write_text(json.dumps({
            "origin": f"https://127.0.0.1:{self.port}", "workstation": "desk-1",
            "ca_file": str(self.directory / "agent/server-ca.pem"),
            "ra_desk": "RA desk, extension 4711", "site_it": "IT desk, extension 4000"}))
        run = self.directory / "run"
        run.mkdir()
        run.chmod(0o750)
        self.directory.chmod(0o711)
        passphrase = self.directory / "signer/passphrase"
        shutil.copy(self.base / "secret/signer", passphrase)
        passphrase.chmod(0o600)
        if os.geteuid() == 0:
            own(run, SIGNER_UID, SERVER_UID)
            own(self.directory / "signer", SIGNER_UID, SIGNER_UID)
            own(self.directory / "server", SERVER_UID, SERVER_UID)

    def start_signer(self):
        signer_socket = self.directory / "run/signer.sock"
        client = SERVER_UID if os.geteuid() == 0 else os.geteuid()
        self.programs["signer"] = Program(
            self, "signer",
            [self.program("signer"), "--dir", str(self.directory / "signer"), "--socket",
             str(signer_socket), "--passphrase-file", str(self.directory / "signer/passphrase"),
             "--client-uid", str(client), *self.signer_options], SIGNER_UID, SERVER_UID)
        if os.geteuid() == 0:
            shutil.chown(signer_socket, group=SERVER_UID)
            signer_socket.chmod(0o660)

    def try_signer(self):
        """One more start, of a signer that cannot; with its exit status and what it said."""
        command = [self.program("signer"), "--dir", str(self.directory / "signer"), "--socket",
                   str(self.directory / "run/other.sock"), "--passphrase-file",
                   str(self.directory / "signer/passphrase")]
        return subprocess.run(as_user(SIGNER_UID, SERVER_UID) + command, capture_output=True,
                              text=True, timeout=COMMAND_SECONDS)

    def start_server(self):
        self.programs["server"] = Program(
            self, "server", [self.program("server"), "--config",
                             str(self.directory / "server/server.json")], SERVER_UID)

    def restart_server(self):
        problem = self.programs["server"].end()
        expect(problem is None, problem)
        self.start_server()
        if self.proxy is not None:
            self.proxy.drop()  # a server that ends takes its connections with it

    def restart_signer(self):
        problem = self.programs["signer"].end()
        expect(problem is None, problem)
        self.start_signer()

    def signer_file(self, name, text, mode=0o600):
        """A file in the signer's folder, as its administrator would put it there."""
        path = self.directory / "signer" / name
        path.write_text(text)
        path.chmod(mode)
        if os.geteuid() == 0:
            os.chown(path, SIGNER_UID, SIGNER_UID)
        return path

    def new_agent(self, name, program=None):
        """One more workstation at the same readers, with an empty home."""
        agent = Agent(self, name, program)
        self.agents.append(agent)
        return agent

    def kill(self, name, number=signal.SIGKILL):
        """A signal from outside; after SIGKILL the process is gone."""
        program = self.agent.program if name == "agent" else self.programs[name]
        program.process.send_signal(number)
        if number == signal.SIGKILL:
            program.process.wait()

    # ---- cards ----

    def card_file(self, person):
        return self.base / "people" / f"{person}.card"

    def control(self, request):
        """One request to the virtual cards; what came with 'ok' and before it."""
        with socket.socket(socket.AF_UNIX) as one:
            one.settimeout(COMMAND_SECONDS)
            one.connect(str(self.base / "cards.sock"))
            one.sendall(request.encode() + b"\n")
            lines = []
            for line in one.makefile("r"):
                lines.append(line.rstrip("\n"))
                if lines[-1].split(" ")[0] in ("ok", "error"):
                    break
        expect(lines and lines[-1].startswith("ok"), f"{request}: {lines}")
        return "\n".join(lines)

    def control_ignoring(self, *requests):
        for request in requests:
            try:
                self.control(request)
            except Failed:
                pass

    def insert(self, reader, person, agent=None):
        """Inserts a card and waits until the agent has read it and the server has answered."""
        agent = agent or self.agent
        self.control(f"insert {reader} {self.card_file(person)}")
        return agent.wait_desk(lambda desk: card_is_read(desk, reader), f"{person} is read")

    def pull(self, reader, agent=None):
        agent = agent or self.agent
        self.control(f"pull {reader}")
        return agent.wait_desk(lambda desk: reader_of(desk, reader)["present"] is False,
                               f"reader {reader} is empty")

    def empty(self, agent=None):
        """Both readers are empty, and the agent knows."""
        self.control_ignoring("pull 1", "pull 2")
        return (agent or self.agent).wait_desk(
            lambda desk: all(reader_of(desk, n)["present"] is False for n in (1, 2)),
            "empty readers")

    def fault(self, reader, fault):
        self.control(f"fault {reader} {fault}")

    def wait_fault(self, reader):
        self.control(f"wait-fault {reader}")

    def wait_stall(self, reader):
        self.control(f"wait-stall {reader}")

    def release(self, reader):
        self.control(f"release {reader}")

    def dump(self, person):
        return self.run("vcard", "dump", str(self.card_file(person))).out

    def trace(self, reader):
        return CardTrace(self, reader)

    # ---- commands ----

    def run(self, name, *args, check=True):
        return self.run_program([self.program(name), *args], check)

    def run_program(self, command, check=True, seconds=COMMAND_SECONDS):
        done = subprocess.run(command, capture_output=True, text=True, env=self.environment,
                              stdin=subprocess.DEVNULL, timeout=seconds, check=False)
        expect(not check or done.returncode == 0,
               f"{command[0]} {command[1]}: {done.returncode} {done.stdout[-800:]}{done.stderr[-800:]}")
        return Result(done.returncode, done.stdout, done.stderr)

    def start_cli(self, *args, passcode=None, operator_passcode=None, agent=None):
        files, options = [], []
        for option, text in (("--passcode-file", passcode),
                             ("--operator-passcode-file", operator_passcode)):
            if text is not None:
                files.append(self.base / f"secret/{secrets.token_hex(8)}")
                files[-1].write_text(text + "\n")
                files[-1].chmod(0o600)
                options += [option, str(files[-1])]
        environment = self.environment | {"CARDWRIGHT_AGENT": str((agent or self.agent).socket)}
        return Command(subprocess.Popen([self.program("cardwright"), *args, *options], text=True,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                        stdin=subprocess.DEVNULL, env=environment), files)

    def cli(self, *args, check=False, **options):
        """(exit code, standard output, standard error) of `cardwright`."""
        result = self.start_cli(*args, **options).result()
        expect(not check or result.code == 0, f"cardwright {args}: {result}")
        expect(result.code >= 0 and "Sanitizer" not in result.err, f"cardwright {args}: {result}")
        return result

    def cli_json(self, *args, **options):
        """The JSON of a command that must succeed."""
        return json.loads(self.cli(*args, "--json", check=True, **options).out)

    def refused(self, *args, **options):
        """The error object of a command that must fail."""
        result = self.cli(*args, "--json", **options)
        expect(result.code != 0, f"cardwright {args} should have been refused: {result.out}")
        return json.loads(result.out.splitlines()[-1])["error"]

    def login(self, person, profile=None, passcode=PASSCODE, agent=None):
        """Inserts the operator's card into reader 1 and logs in."""
        self.insert(1, person, agent)
        more = ["--profile", profile] if profile else []
        return self.cli_json("login", *more, passcode=passcode, agent=agent)

    def change_operator(self, person, profile=None):
        """The one logs out and takes the card along, the other logs in."""
        self.cli("logout", check=True)
        self.pull(1)
        return self.login(person, profile)

    def job(self, service, *args, **options):
        """All events of a job that must succeed; the last one is the result."""
        result = self.cli(service, "--json", "--yes", *args, **options)
        expect(result.code == 0, f"{service}: {result}")
        return [json.loads(line) for line in result.out.splitlines()]

    # ---- what was kept ----

    def store(self, text, *values):
        """Rows of the server's data base."""
        path = self.directory / "server/cardwright.db"
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=10)) as data:
            return data.execute(text, values).fetchall()

    def store_write(self, text, *values):
        """For set-ups that no service makes yet."""
        path = self.directory / "server/cardwright.db"
        with closing(sqlite3.connect(path, timeout=10)) as data, data:
            data.execute(text, values)

    def set_policy(self, name, value):
        """Another policy: no service activates one yet."""
        self.set_policy_text(name, value)
        self.restart_server()

    def set_policy_text(self, name, value):
        policy = json.loads(self.store("SELECT value FROM setting WHERE name = 'policy'")[0][0])
        policy["values"][name]["value"] = value
        self.store_write("UPDATE setting SET value = ? WHERE name = 'policy'",
                         json.dumps(policy).encode())

    def audit_file(self):
        """The audit, exported as the server's user; lines stand in the file.

        The signer's checkpoint follows the answer to a request; the server's next answer comes
        after it."""
        equal(self.https("GET", "/v1/health")[0], 200, "health")
        done = subprocess.run(
            as_user(SERVER_UID, None) + [self.program("cardwright"), "audit", "export", "--store",
                                         str(self.directory / "server/cardwright.db")],
            capture_output=True, text=True, env=self.environment, timeout=COMMAND_SECONDS,
            check=False)
        expect(done.returncode == 0, f"audit export: {done.stderr}")
        path = self.base / "audit.jsonl"
        path.write_text(done.stdout)
        return path

    def audit_verify(self):
        return self.run("cardwright", "audit", "verify", str(self.audit_file()), "--key",
                        str(self.directory / "audit.pem"), "--key",
                        str(self.directory / "ca-chain.pem"), check=False)

    # ---- the server, asked directly ----

    def https(self, method, path, body=None, token=None):
        """(HTTP status, headers, bytes) from the server itself, past agent and proxy."""
        context = ssl.create_default_context(cafile=self.directory / "agent/server-ca.pem")
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        connection = http.client.HTTPSConnection("127.0.0.1", self.server_port, context=context,
                                                 timeout=COMMAND_SECONDS)
        try:
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

    def token(self):
        """The token of the open session, as the line carries it."""
        with self.proxy.watch() as seen:
            self.cli("jobs", check=True)
        return next(request.token for request in seen if request.token)

    # ---- what pcscd saw ----

    def apdus_mark(self):
        return (self.base / "apdu.trace").stat().st_size

    def apdus(self, mark=0):
        """Every exchange of both readers, as pcscd saw it."""
        return parse_pcscd((self.base / "apdu.trace").read_bytes()[mark:].decode(errors="replace"))


def parse_pcscd(text):
    found = re.findall(r"(APDU|SW): ((?:[0-9A-F]{2} ?)*)", text)
    exchanges = []
    for kind, digits in found:
        if kind == "APDU":
            exchanges.append(Exchange(bytes.fromhex(digits), b""))
        elif exchanges:
            exchanges[-1] = Exchange(exchanges[-1].command, bytes.fromhex(digits))
    return exchanges


class CardTrace:
    """What one card received and answered, as the card itself tells it."""

    def __init__(self, stack, reader):
        self.stack, self.reader = stack, reader
        self.path = stack.base / f"trace-{secrets.token_hex(4)}"

    def __enter__(self):
        self.stack.control(f"trace {self.reader} on {self.path}")
        return self

    def __exit__(self, *_):
        self.stack.control_ignoring(f"trace {self.reader} off")

    def exchanges(self):
        found = []
        for line in self.path.read_text().splitlines():
            if line.startswith("> "):
                found.append(Exchange(bytes.fromhex(line[2:]), b""))
            elif line.startswith("<") and found:
                found[-1] = Exchange(found[-1].command, bytes.fromhex(line[1:].strip()))
        return found


def sanitizer_environment(environment):
    """Reports go to standard error: a program in its sandbox, as another user, writes no files."""
    found = {"ASAN_OPTIONS": "detect_leaks=0"} | dict(environment)
    for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS"):
        if name in found:
            kept = [part for part in found[name].split(":") if not part.startswith("log_path=")]
            found[name] = ":".join(kept)
    return found


def own(path, uid, gid):
    for one in [path, *path.rglob("*")]:
        os.chown(one, uid, gid)


def reader_of(desk, number):
    """Reader 1 or 2 in a state of the desk."""
    names = [r for r in desk["readers"] if r["name"].endswith(f"{number - 1:02d}")]
    return names[0] if names else {"present": None, "role": None}


def card_is_read(desk, number):
    reader = reader_of(desk, number)
    if not reader["present"] or reader.get("reading", True):
        return False
    asked = desk["session"] is None or reader["role"] != "user"
    return asked or (desk["card"] or {}).get("state") in ("ready", "failed")
