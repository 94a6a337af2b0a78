# SPDX-License-Identifier: Apache-2.0
"""test_sandbox: what signer, server and agent cannot do once they are confined. Each act of
docs/sandbox.md is tried inside the three real programs (sandbox_probe.c), directly before and
directly after they confine themselves; the results are held against the page's table."""
import errno
import glob
import os
import re
import socket
import subprocess
from contextlib import contextmanager, ExitStack
from pathlib import Path

from fake_clock import preload
from stack import BUILD, ROOT, SERVER_UID, SIGNER_UID, Program
from tap import contains, equal, expect, run

PAGE = ROOT / "docs/sandbox.md"
PROGRAMS = ("signer", "server", "agent")
OPEN = "open"


def landlock_abi():
    """Of this kernel; 0: none."""
    code = ("import ctypes; print(ctypes.CDLL(None).syscall(444, None, ctypes.c_size_t(0), 1))")
    found = subprocess.run(["python3", "-c", code], capture_output=True, text=True, check=True)
    return max(0, int(found.stdout))


def table():
    """[(act, {program: cell})] of the page."""
    rows = re.findall(r"^\| `([a-z0-9_-]+)` \| [^|]+ \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$",
                      PAGE.read_text(), re.M)
    expect(len(rows) > 20, f"rows in {PAGE}: {len(rows)}")
    return [(act, dict(zip(PROGRAMS, cells))) for act, *cells in rows]


def expected(cell, abi):
    """A refusal that Landlock makes comes only if the kernel's is new enough."""
    error, _, layer = cell.partition(" ")
    return OPEN if layer.startswith("L") and abi < int(layer[1:]) else error


# ---- a program with the probe in it ----


@contextmanager
def room(stack, name):
    """The folder that lies outside of what any program may touch, with all that is tried there."""
    folder = stack.base / f"probe-{name}"
    (folder / "listed").mkdir(parents=True)
    for one in ("secret", "results", "remove-clear", "remove-confined"):
        (folder / one).write_text("x" * 9 if one == "secret" else "")
    with ExitStack() as open_ones:
        tcp = open_ones.enter_context(socket.create_server(("127.0.0.1", 0)))
        for address in (str(folder / "listen"), "\0cardwright-probe"):
            one = open_ones.enter_context(socket.socket(socket.AF_UNIX))
            one.bind(address)
            one.listen()
        for path in (folder, *folder.iterdir()):
            path.chmod(0o777)
        yield folder, tcp.getsockname()[1]


def probed(folder, own, ports, **more):
    """A prefix for a command."""
    settings = {"LD_PRELOAD": preload(BUILD / "test/e2e/libsandbox_probe.so"),
                "SANDBOX_PROBE": folder,
                "SANDBOX_PROBE_OWN": own, "SANDBOX_PROBE_PORTS": "%d:%d" % ports}
    return ["env", *(f"{key}={value}" for key, value in (settings | more).items())]


def commands(stack, name):
    """(command, user, a file of its own)."""
    base, where = stack.base, stack.directory
    if name == "signer":
        client = str(SERVER_UID if os.geteuid() == 0 else os.geteuid())
        return ([stack.program("signer"), "--dir", where / "signer", "--socket",
                 where / "run/signer.sock", "--passphrase-file", where / "signer/passphrase",
                 "--client-uid", client], SIGNER_UID, where / "signer/state/head")
    if name == "server":
        return ([stack.program("server"), "--config", where / "server/server.json"], SERVER_UID,
                where / "server/cardwright.db")
    home = base / "desk-probe"
    home.mkdir(mode=0o700, exist_ok=True)
    (home / "own").write_text("")
    return ([stack.program("agent"), "--config", base / "agent.json", "--home", home, "--socket",
             home / "agent.sock"], None, home / "own")


def tried(stack, name, **more):
    """({act: cell}, the program's log) where it is in the clear, and where it is confined."""
    command, uid, own = commands(stack, name)
    with room(stack, f"{name}{len(more)}") as (folder, port):
        program = Program(stack, f"probe-{name}{len(more)}", [
            str(word) for word in probed(folder, own, (port, stack.port), **more) + command], uid)
        try:
            lines = [line.split() for line in (folder / "results").read_text().splitlines()]
        finally:
            problem = program.end()
        equal(problem, None, f"the end of the {name}")
        left = {path.name for path in folder.glob("remove-*")}
    found = {when: {act: OPEN if code == "0" else errno.errorcode[int(code)]
                    for kind, act, code in lines if kind == when and act != "dumpable"}
             for when in ("clear", "confined")}
    equal([line for line in lines if line[1] == "dumpable"],
          [["clear", "dumpable", "0"], ["confined", "dumpable", "0"]], f"may the {name} be traced")
    kept = set() if found["confined"]["unlink-outside"] == OPEN else {"remove-confined"}
    equal(left, kept, "files that were to be removed")
    return found["clear"], found["confined"], program.log.read_text()


def stopped(stack, name):
    if name == "agent":
        return
    problem = stack.programs[name].end()
    expect(problem is None, problem)


def check(stack, name, abi, **more):
    """Every row of the page for one program."""
    stopped(stack, name)
    clear, confined, log = tried(stack, name, **more)
    rows = table()
    equal(sorted(clear), sorted(act for act, _ in rows), "acts of the page and of the probe")
    equal({act: cell for act, cell in clear.items() if cell != OPEN}, {},
          f"{name}: what fails without the filter too, and so proves nothing on this kernel")
    wanted = {act: expected(cells[name], abi) for act, cells in rows}
    for act, cells in rows:
        print(f"# {name:7}{act:18}without: {clear[act]:6}with: {confined[act]:8}page: {cells[name]}"
              + (" (not on this kernel)" if cells[name].split()[0] != wanted[act] else ""))
    equal(confined, wanted, f"{name}, confined")
    contains(log, f"confined landlock_abi={abi}", "what the program says")
    return log


def test_signer(stack):
    """the signer, confined, opens, connects, starts and traces nothing; before, it could"""
    check(stack, "signer", landlock_abi())


def test_server(stack):
    """the server, confined, reaches its folder and unix sockets only; before, it could all"""
    check(stack, "server", landlock_abi())


def test_agent(stack):
    """the agent, confined, reaches its folder and the server's port only; before, it could all"""
    check(stack, "agent", landlock_abi())


def test_no_landlock(stack):
    """on a kernel without Landlock each program says what is open, and the rest holds"""
    for name in PROGRAMS:
        log = check(stack, name, 0, SANDBOX_PROBE_NO_LANDLOCK="1")
        contains(log, "this kernel has no Landlock", f"what the {name} says")


def test_off(stack):
    """a program that was told not to confine itself says so"""
    stopped(stack, "server")
    command, uid, _ = commands(stack, "server")
    program = Program(stack, "server-open", [str(word) for word in command] + ["--no-sandbox"], uid)
    equal(thread_states(program.pid, "Seccomp"), {"0"}, "the filter of the server")
    equal(program.end(), None, "its end")
    contains(program.log.read_text(), "not confined: --no-sandbox", "what it says")


# ---- as they run ----


def thread_states(pid, member):
    """That line of /proc for each thread."""
    return {re.search(rf"^{member}:\s*(\S+)", path.read_text(), re.M).group(1)
            for path in Path(f"/proc/{pid}/task").glob("*/status")}


def test_running(stack):
    """as they run: every thread filtered, no new privileges, no core file, not to be looked into"""
    stack.login("tom-adeyemi")
    pids = {"signer": stack.programs["signer"].pid, "server": stack.programs["server"].pid,
            "agent": stack.agent.program.pid}
    for name, pid in pids.items():
        equal(thread_states(pid, "Seccomp"), {"2"}, f"the filter of the {name}'s threads")
        equal(thread_states(pid, "NoNewPrivs"), {"1"}, f"the {name}'s threads")
        limits = Path(f"/proc/{pid}/limits").read_text()
        contains(limits, "Max core file size        0                    0", f"the {name}'s limits")
        # What is not to be looked into belongs to root in /proc, whoever runs it.
        equal(Path(f"/proc/{pid}/maps").stat().st_uid, 0, f"the owner of the {name}'s maps")
    expect(len(list(Path(f"/proc/{pids['agent']}/task").iterdir())) >= 4, "the agent's threads")


if __name__ == "__main__":
    run([test_running, test_signer, test_server, test_agent, test_no_landlock, test_off])
