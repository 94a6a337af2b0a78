# SPDX-License-Identifier: Apache-2.0
"""test_durability: programs die, disks fill up, files are held; nothing acknowledged is lost, and all
goes on by itself when the cause is gone."""
import atexit
import contextlib
import os
import shutil
import sqlite3
import subprocess

from endurance import ALWAYS_DUE, Deaths, Desks, killed_at_random, line_of
from hostile import field_of
from stack import COMMAND_SECONDS, SERVER_UID, SIGNER_UID, Program, as_user
from tap import Failed, absent, contains, equal, expect, run
from test_backup import backup, lose, restore, start_again
from test_refusals import check_words, does_not_start, through

KILLS = 10
FRAME = 24 + 4096  # of SQLite's log: a header and a page


def desks_of(stack):
    if not hasattr(stack, "desks"):
        stack.desks, stack.deaths = Desks(stack), Deaths(stack)
        atexit.register(stack.desks.close)
    return stack.desks


def test_server_killed(stack):
    """the server is killed again and again under load: nothing acknowledged is lost"""
    desks = desks_of(stack)
    killed_at_random(stack, "server", KILLS, stack.deaths, desks)
    expect(desks.receipts, "no renewal was acknowledged")


def test_signer_killed(stack):
    """the signer is killed again and again under load: nothing acknowledged is lost"""
    desks = desks_of(stack)
    before = len(desks.receipts)
    killed_at_random(stack, "signer", KILLS, stack.deaths, desks)
    expect(len(desks.receipts) > before, "no renewal was acknowledged")
    stack.deaths.tell(desks)


# ---- copies ----


def test_copy_under_load(stack):
    """copies are taken while three desks work and the signer dies; each is good, the last one is lived in"""
    desks = desks_of(stack)
    with desks:
        for number in range(3):
            desks.wait(7)
            receipts = list(desks.receipts)
            backup(stack, f"copy-{number}")
            stack.deaths.kill(desks, "signer")
    for number in range(3):
        stack.run("cardwright", "restore", str(stack.base / f"copy-{number}"), "--look",
                  "--signer-passphrase-file", str(stack.base / "secret/signer"))
    lose(stack)
    restore(stack, "copy-2")
    start_again(stack)
    desks.receipts, desks.sessions = receipts, []  # what was acknowledged before the last copy began
    desks.forget_checks()
    desks.check()
    with desks:
        desks.wait(1)  # each desk logs in, and renews each card once more at its end
    desks.check()
    desks.check_signer(line_of(stack))
    desks.check_cards()
    equal(stack.audit_verify().code, 0, "audit verify")


# ---- the data base's log ----


FILES = ("cardwright.db", "cardwright.db-wal", "cardwright.db-shm")


def take_files(stack):
    folder = stack.directory / "server"
    return {name: (folder / name).read_bytes() for name in FILES}


def put_files(stack, files, wal):
    """The data base as it was, with another log, of the server's user."""
    for name, data in (files | {"cardwright.db-wal": wal}).items():
        path = stack.directory / "server" / name
        path.write_bytes(data)
        path.chmod(0o600)
        if os.geteuid() == 0:
            os.chown(path, SERVER_UID, SERVER_UID)


def log_end(wal):
    """Where the frames of this round end: behind them may lie those of an earlier one."""
    end = 32
    while wal[end + 8:end + 16] == wal[16:24]:
        end += FRAME
    return end


def killed_with_log(stack, desks):
    """The server dies after some work, its log unmerged and long enough to be cut: SQLite begins it
    anew from time to time."""
    for _ in range(5):
        with desks:
            desks.wait(20)
        files = take_files(stack)
        if log_end(files["cardwright.db-wal"]) > 50 * FRAME:
            break
    stack.kill("server")
    files = take_files(stack)
    expect(log_end(files["cardwright.db-wal"]) > 50 * FRAME, "the log is too short to be cut")
    return files


def refuses_to_start(stack, program, name, start, *arguments):
    """It ends with that name as its word of this time, and has served nobody."""
    log = stack.base / f"{program}.log"
    mark = len(log.read_text())
    does_not_start(name, start, *arguments)
    contains(log.read_text()[mark:], f'status="{name}"', f"the log of the {program}")
    absent(log.read_text()[mark:], "listening", f"the log of the {program}")


def newest(stack, files, table):
    """The last number in that table of a data base that is in no use."""
    folder = stack.base / "looked-at"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    for name, data in files.items():
        if not name.endswith("-shm"):
            (folder / name).write_bytes(data)
    with contextlib.closing(sqlite3.connect(folder / "cardwright.db")) as base:
        return base.execute(f"SELECT max(sequence) FROM {table}").fetchone()[0] or 0


def lossy_cuts(stack, desks):
    """The server is dead: (its files, its log, ends of the log at which entries are lost that were
    signed). What SQLite has merged already is lost by no cut."""
    for _ in range(5):
        files = killed_with_log(stack, desks)
        wal = files["cardwright.db-wal"]
        last, signed = log_end(wal), newest(stack, files, "audit_checkpoint")
        ends = [end for end in (last - 20 * FRAME, last // 2, last // 3 + 1, FRAME, 31, 0)
                if newest(stack, files | {"cardwright.db-wal": wal[:end]}, "audit_entry") < signed]
        if len(ends) >= 3:
            return files, wal, ends
        stack.start_server()
    raise Failed("the log was merged each time: no cut loses anything")


def test_torn_log(stack):
    """a log that ends in the middle of a write that nobody was told of: all else is there"""
    desks = desks_of(stack)
    wal = killed_with_log(stack, desks)["cardwright.db-wal"]
    for tail in (b"\0", os.urandom(23), os.urandom(FRAME), wal[-FRAME:], wal[-FRAME:-100],
                 bytes(3 * FRAME)):
        files = take_files(stack)
        put_files(stack, files, files["cardwright.db-wal"] + tail)
        stack.start_server()
        desks.forget_checks()
        desks.check()
        stack.kill("server")
    stack.start_server()


def test_cut_log(stack):
    """a log cut before what was signed: the server does not work on with what is left, and says so"""
    desks = desks_of(stack)
    files, wal, ends = lossy_cuts(stack, desks)
    for end in ends:
        put_files(stack, files, wal[:end])
        refuses_to_start(stack, "server", "AUDIT_HEAD", stack.start_server)
    put_files(stack, files, wal)
    stack.start_server()
    desks.forget_checks()
    desks.check()


def test_cut_log_alone(stack):
    """the same while no signer answers: the server finds out when one does, and serves nobody any more"""
    desks, field = desks_of(stack), field_of(stack)
    files, wal, ends = lossy_cuts(stack, desks)
    put_files(stack, files, wal[:ends[0]])
    end(stack, "signer")
    stack.start_server()
    stack.start_signer()
    for _ in range(2):
        problem = through(stack, "AUDIT_HEAD", field.login, "RAA").problem
        check_words(stack, problem, "AUDIT_HEAD")
    stack.kill("server")
    put_files(stack, files, wal)
    stack.start_server()
    desks.forget_checks()
    desks.check()


def test_loss_is_seen(stack):
    """a data base that lost one receipt does not pass for whole: the checks above can fail"""
    desks = desks_of(stack)
    last, kept = desks.receipts[-1], list(desks.receipts)
    try:
        desks.receipts.append((last[0], last[1] | {"job": "00" * 16}))
        desks.check()
    except Failed:
        return
    finally:
        desks.receipts = kept
    raise Failed("a receipt of a job that never was is taken for kept")


# ---- the data base is held ----


def test_store_busy(stack):
    """another program holds the data base: told to be busy, and all goes on when it lets go"""
    desks = desks_of(stack)
    field = field_of(stack)
    session = field.login("RAA")
    report = field.report("aisha-khan")
    holder = sqlite3.connect(stack.directory / "server/cardwright.db", timeout=10,
                             isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    problem = through(stack, "STORE_BUSY", session.identify, report).problem
    check_words(stack, problem, "STORE_BUSY")
    holder.execute("ROLLBACK")
    holder.close()
    session = field.login("RAA")
    job = field.job(session, "aisha-khan", "renew")
    expect(job.run()["number"], "a receipt when it was let go")
    desks.check()


# ---- a disk of its own ----


class SmallDisk:
    """A folder of the organisation on a disk that the test can fill, in a mount namespace of its own;
    programs are started in there with `inside`."""

    def __init__(self, stack, name, mode="rw"):
        self.stack, self.folder = stack, stack.directory / name
        small = stack.base / f"disk-{name}-{mode}"
        small.mkdir()
        owner = self.folder.stat()
        uid, gid = (owner.st_uid, owner.st_gid) if os.geteuid() == 0 else (0, 0)  # 0: ourselves
        script = (f"mount -t tmpfs -o size=24m,mode=700,uid={uid},gid={gid} none "
                  f"{small} && cp -a {self.folder}/. {small}/ && "
                  f"mount --bind {small} {self.folder} && "
                  f"mount -o remount,bind,{mode} {self.folder} && echo ready && exec cat")
        alone = ["unshare", "--mount"] + ["--map-root-user"] * (os.geteuid() != 0)
        self.process = subprocess.Popen([*as_user(None, None), *alone, "sh", "-c", script],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        expect(self.process.stdout.readline() == "ready\n", "the small disk was not made")
        self.small = small

    def inside(self, *command):
        more = ["--user", "--preserve-credentials"] * (os.geteuid() != 0)
        return ["nsenter", f"--target={self.process.pid}", "--mount", *more, *command]

    def shell(self, text):
        self.stack.run_program(self.inside("sh", "-c", text))

    def fill(self):
        self.shell(f"cat /dev/zero >{self.small}/fill 2>/dev/null; true")

    def free(self):
        self.shell(f"rm {self.small}/fill")

    def close(self):
        """What is on the small disk comes back to the folder, which no program has open."""
        kept = self.stack.base / "kept"
        self.shell(f"cp -a {self.small} {kept}")
        self.process.stdin.close()
        self.process.wait(COMMAND_SECONDS)
        self.process.stdout.close()
        shutil.rmtree(self.folder)
        kept.rename(self.folder)


def server_on(stack, disk):
    config = str(stack.directory / "server/server.json")
    stack.programs["server"] = Program(stack, "server", disk.inside(
        *as_user(SERVER_UID, None), stack.program("server"), "--config", config))


def signer_on(stack, disk):
    """As stack.start_signer, there."""
    folder, run_folder = stack.directory / "signer", stack.directory / "run"
    client = SERVER_UID if os.geteuid() == 0 else 0  # ourselves, as seen from in there
    stack.programs["signer"] = Program(stack, "signer", disk.inside(
        *as_user(SIGNER_UID, SERVER_UID), stack.program("signer"), "--dir", str(folder), "--socket",
        str(run_folder / "signer.sock"), "--passphrase-file", str(folder / "passphrase"),
        "--client-uid", str(client)))
    if os.geteuid() == 0:
        shutil.chown(run_folder / "signer.sock", group=SERVER_UID)
        (run_folder / "signer.sock").chmod(0o660)


def end(stack, name):
    problem = stack.programs[name].end()
    expect(problem is None, problem)


def test_server_disk_full(stack):
    """the server's disk is full in the middle of a job: told so, and the same step goes on with room"""
    desks, field = desks_of(stack), field_of(stack)
    end(stack, "server")
    disk = SmallDisk(stack, "server")
    server_on(stack, disk)
    job = field.job(field.login("RAA"), "aisha-khan", "renew")
    body = job.play(job.start())
    disk.fill()
    check_words(stack, through(stack, "STORE", job.step, body).problem, "STORE")
    check_words(stack, through(stack, "STORE", field.login, "RAA").problem, "STORE")
    disk.free()
    answer = job.step(body)
    while not answer.get("committed"):
        answer = job.step(job.play(answer))
    field.card("aisha-khan").reset()
    end(stack, "server")
    disk.close()
    stack.start_server()
    desks.receipts.append(("aisha-khan", answer["receipt"]))
    desks.check()
    equal(stack.audit_verify().code, 0, "audit verify")


def until_refused(field, session):
    """Renewals, until the last page that the signer's journal has is full too."""
    for _ in range(8):
        field.job(session, "aisha-khan", "renew").run()


def test_signer_disk_full(stack):
    """the signer's disk is full: it ends rather than forget, starts again, and goes on with room"""
    desks, field = desks_of(stack), field_of(stack)
    end(stack, "signer")
    disk = SmallDisk(stack, "signer")
    signer_on(stack, disk)
    session = field.login("RAA")
    disk.fill()
    problem = through(stack, "SIGNER_UNREACHABLE", until_refused, field, session).problem
    check_words(stack, problem, "SIGNER_UNREACHABLE")
    equal(stack.programs["signer"].process.wait(COMMAND_SECONDS), 1, "how the signer ended")
    contains((stack.base / "signer.log").read_text().splitlines()[-1], "STORE", "its last word")
    field.card("aisha-khan").reset()
    disk.free()
    signer_on(stack, disk)
    job = field.job(session, "aisha-khan", "renew")
    desks.receipts.append(("aisha-khan", job.run()))
    end(stack, "signer")
    disk.close()
    stack.start_signer()
    desks.check()
    desks.check_signer(line_of(stack))


def test_read_only(stack):
    """a disk that can only be read: neither program starts, both say so; both start when it can be written"""
    desks = desks_of(stack)
    for name, start, said in (("server", server_on, "STORE"), ("signer", signer_on, "STORE")):
        end(stack, name)
        disk = SmallDisk(stack, name, "ro")
        refuses_to_start(stack, name, said, start, stack, disk)
        disk.shell(f"mount -o remount,bind,rw {disk.folder}")
        start(stack, disk)
        end(stack, name)
        disk.close()
        (stack.start_server if name == "server" else stack.start_signer)()
    desks.check()
    equal(stack.audit_verify().code, 0, "audit verify")


if __name__ == "__main__":
    run([test_server_killed, test_signer_killed, test_loss_is_seen, test_copy_under_load,
         test_torn_log, test_cut_log, test_cut_log_alone, test_store_busy,
         test_server_disk_full, test_signer_disk_full, test_read_only], due=6, policy_values=ALWAYS_DUE)
