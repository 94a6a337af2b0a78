# SPDX-License-Identifier: Apache-2.0
"""test_card_hostile: a card that lies, that announces more data for ever, that sends it for ever, that
never answers: at the reader and in the middle of a job. Each costs an error with a remedy, not the
program; the other reader goes on, and the card is finished by a later insertion (I3, I4)."""
import signal
import time
from pathlib import Path

from stack import NEW_PASSCODE, PASSCODE, card_is_read, reader_of
from tap import contains, equal, expect, run
from test_resume import (AISHA, ALWAYS_DUE, HANNAH, Job, begin, check_after, current, finish, places)

OTHER = "chloe-martin"
APDUS_MAX = 80  # of one logical command: src/card/apdu_exchange.h
PATIENCE_SECONDS = 20  # src/port/pcsc_reader.h
ALLOWANCE_SECONDS = 15
AGENT_KIB_MAX = 65536  # what endless data must not fill


# ---- at the reader ----


def meet(stack, person, fault):
    """A card that is so from its first command on; its reader's fault, and what it was sent."""
    stack.agent.program.process.send_signal(signal.SIGSTOP)
    stack.control(f"insert 2 {stack.card_file(person)}")
    stack.fault(2, fault)
    with stack.trace(2) as trace:
        stack.agent.program.process.send_signal(signal.SIGCONT)
        desk = stack.agent.wait_desk(lambda desk: reader_of(desk, 2).get("fault"),
                                     "the card's fault is shown", 90)
        return reader_of(desk, 2)["fault"], trace.exchanges()


def other_reader_works(stack):
    """Reader 1 logs in and out, while the other card is as it is."""
    stack.login("tom-adeyemi")
    stack.cli("logout", check=True)
    stack.pull(1)


def memory_kib(stack):
    status = Path(f"/proc/{stack.agent.program.pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1])


def well_again(stack, person):
    """Taken out and put in again, the card is as good as before."""
    stack.control_ignoring("pull 2")
    stack.agent.wait_desk(lambda desk: reader_of(desk, 2)["present"] is False, "the card is out")
    stack.insert(2, person)
    stack.cli_json("test", passcode=PASSCODE)
    contains(stack.dump(person), "pin tries 3 of 3", "the card")


def test_loop(stack):
    """a card that answers 61 00 for ever is left after 80 commands"""
    fault, sent = meet(stack, OTHER, "loop 1")
    equal((fault["name"], fault["code"]), ("CARD_LIMIT", "CW-315"), "what is said of it")
    equal(len(sent), APDUS_MAX, "commands sent to it")
    other_reader_works(stack)
    well_again(stack, OTHER)


def test_endless(stack):
    """a card that sends data for ever is left, and fills no memory"""
    before = memory_kib(stack)
    fault, sent = meet(stack, OTHER, "endless 1")
    equal(fault["name"], "CARD_LIMIT", "what is said of it")
    expect(len(sent) <= APDUS_MAX, f"{len(sent)} commands")
    expect(memory_kib(stack) - before < AGENT_KIB_MAX, "memory of the agent")
    other_reader_works(stack)
    well_again(stack, OTHER)


def test_silent(stack):
    """a card that never answers is given up within half a minute, and the other reader goes on"""
    started = time.monotonic()
    fault, sent = meet(stack, OTHER, "stall 1")
    took = time.monotonic() - started
    equal((fault["name"], fault["actor"]), ("CARD_SILENT", "operator"), "what is said of it")
    expect(PATIENCE_SECONDS <= took < PATIENCE_SECONDS + ALLOWANCE_SECONDS, f"it took {took} s")
    expect(len(sent) <= 1, f"commands sent to it: {sent}")
    other_reader_works(stack)
    well_again(stack, OTHER)


# ---- in a job ----


def spoil(stack, person, fault, command, offset=0):
    """The end of a renewal in which the card does that from that command on."""
    number = places(stack, person)[command] + offset
    before = begin(stack, person)
    stack.fault(2, fault.replace("N", str(number)))
    return before, Job(stack.agent).last(PATIENCE_SECONDS + ALLOWANCE_SECONDS + 30)


def finished_later(stack, person, before, end, names):
    """Nothing new is current; the next insertion finishes the job."""
    equal(end["event"], "fault", f"the job: {end}")
    contains(names, end["problem"]["name"], f"its end: {end}")
    contains(("safe_finish_later", "unchanged"), end["problem"]["card"], "what is said of the card")
    equal(current(stack, person[1]), before, "what is current meanwhile")
    result = finish(stack, stack.agent, person)
    expect(result["receipt"]["number"], "a receipt")
    check_after(stack, stack.agent, person, before)


def test_loop_in_job(stack):
    """a card that begins to answer 61 00 for ever in a job: the job ends, and is finished later"""
    before, end = spoil(stack, AISHA, "loop N", "GENERATE 9A")
    finished_later(stack, AISHA, before, end, ("CARD_LIMIT",))


def test_endless_in_job(stack):
    """a card that begins to send data for ever in a job: the job ends, and is finished later"""
    before, end = spoil(stack, AISHA, "endless N", "PUT")
    finished_later(stack, AISHA, before, end, ("CARD_LIMIT", "CARD_ANSWER"))


def test_silent_in_job(stack):
    """a card that stops answering in a job: the job ends within a bound, and is finished later"""
    started = time.monotonic()
    before, end = spoil(stack, AISHA, "stall N", "PUT")
    took = time.monotonic() - started
    expect(took < PATIENCE_SECONDS + ALLOWANCE_SECONDS + 10, f"it took {took} s")
    stack.pull(1)
    finished_later(stack, AISHA, before, end, ("CARD_SILENT",))


def test_silent_operator(stack):
    """an operator's card that stops answering signs nothing; the served card is as it was"""
    before = begin(stack, AISHA)
    kept = stack.dump(AISHA[0])
    stack.fault(1, "stall 1")
    end = Job(stack.agent).last(PATIENCE_SECONDS + ALLOWANCE_SECONDS + 10)
    equal((end["event"], end["problem"]["name"]), ("fault", "CARD_SILENT"), f"the job: {end}")
    equal(current(stack, AISHA[1]), before, "what is current")
    equal(stack.store("SELECT id FROM job WHERE result IS NULL"), [], "open jobs")
    equal(stack.dump(AISHA[0]), kept, "the card")
    stack.pull(1)


# Each lie: when, and what is found. "refuse N 9000": it says that it did what it did not do.
LIES = (
    ("that it wrote the certificate", "refuse N 9000", "PUT", 0, ("CARD_READ_BACK",)),
    ("that it made a key, and sends none", "refuse N 9000", "GENERATE 9C", 0,
     ("CARD_ANSWER", "KEY_UNUSABLE", "JOB_ANSWER")),
    ("about the key that it made", "flip N 20", "GENERATE 9A", 0,
     ("KEY_UNUSABLE", "CARD_PROOF", "CARD_ANSWER")),
    ("about its proof of a new key", "flip N 20", "GENERATE 9A", 2, ("CARD_PROOF", "CARD_ANSWER")),
    ("that it knows the management key", "flip N 6", "9B", 0,
     ("JOB_ANSWER", "CARD_KEY_REFUSED")),
)


def test_lies(stack):
    """a card that lies about what it wrote, made, signed or knows is found out, and finished later"""
    for what, fault, command, offset, names in LIES:
        before, end = spoil(stack, AISHA, fault, command, offset)
        try:
            finished_later(stack, AISHA, before, end, names)
        except Exception as failure:
            raise AssertionError(f"a card that lies {what}: {failure}") from failure
        stack.tidy()


def test_lies_at_first(stack):
    """a card that lies about its old keys in the prelude gets nothing: no job is begun"""
    number = places(stack, HANNAH)["PROVE 9C"]
    before = begin(stack, HANNAH)
    kept, jobs = stack.dump(HANNAH[0]), stack.store("SELECT id FROM job")
    stack.fault(2, f"flip {number} 20")
    end = Job(stack.agent).last()
    equal(end["event"], "fault", f"the job: {end}")
    equal(stack.store("SELECT id FROM job"), jobs, "jobs")
    equal(current(stack, HANNAH[1]), before, "what is current")
    equal(stack.dump(HANNAH[0]), kept, "the card")


def test_passcode_refused(stack):
    """a card that does not take a passcode keeps its old one, and the next one that is chosen serves"""
    number = places(stack, AISHA, "repair")["RESET RETRY 80"]
    for word in ("6985", "6A80"):  # YubiKeys that refuse what is easily guessed; SP 800-73-4
        before = begin(stack, AISHA)
        stack.fault(2, f"refuse {number} {word}")
        end = Job(stack.agent, "repair").last()
        equal(end["event"], "fault", f"the job: {end}")
        equal(end["problem"]["name"], "PASSCODE_REFUSED", "why it ended")
        equal(end["problem"]["card"], "safe_finish_later", "what is said of the card")
        equal(current(stack, AISHA[1]), before, "what is current meanwhile")
        finish(stack, stack.agent, AISHA, "repair")
        check_after(stack, stack.agent, AISHA, before)
        stack.tidy()


def test_lies_about_the_passcode(stack):
    """a card that calls any passcode right is believed in nothing: the proof decides"""
    path = stack.card_file("yes-card")
    stack.run("vcard", "make", str(path), "--model", "standard", "--with", "verify-lies")
    stack.login("tom-adeyemi")
    stack.insert(2, "yes-card")
    before = stack.store("SELECT id FROM job")
    error = stack.refused("renew", "--yes", passcode=NEW_PASSCODE)
    contains(("CARD_UNKNOWN", "POLICY_NOT_ISSUED", "CARD_ABSENT"), error["name"], "the renewal")
    equal(stack.store("SELECT id FROM job"), before, "jobs")


def test_audit(stack):
    """after all this the audit verifies"""
    equal(stack.audit_verify().code, 0, "cardwright audit verify")


if __name__ == "__main__":
    run([test_loop, test_endless, test_silent, test_loop_in_job, test_endless_in_job,
         test_silent_in_job, test_silent_operator, test_lies, test_lies_at_first,
         test_passcode_refused, test_lies_about_the_passcode, test_audit], policy_values=ALWAYS_DUE)
