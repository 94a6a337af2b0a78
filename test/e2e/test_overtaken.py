# SPDX-License-Identifier: Apache-2.0
"""test_overtaken: the issue of a blank card that nobody can find again is given up once its holder has
got a card in a later one (I4); should its card turn up after all, it is served."""
import json
import time

from card_tools import command_name, crl_serials, fetch_crl
from stack import NEW_PASSCODE
from tap import contains, equal, expect, run

HARRY = "900000000132"
HOUR = 3600
OPEN = "SELECT id FROM job WHERE result IS NULL"


def blank(stack, name):
    """A plain one: no serial number tells it from another."""
    stack.run("vcard", "make", str(stack.card_file(name)), "--model", "standard")


def issue(stack):
    """For the card that is in the reader."""
    return stack.cli("issue", "--json", "--yes", "--person", HARRY, "--identity-check",
                     "passport seen", passcode=NEW_PASSCODE)


def cut(stack, name, fault):
    """An issue that stops there; its job."""
    before = {row[0] for row in stack.store("SELECT id FROM job")}
    stack.insert(2, name)
    stack.fault(2, fault)
    result = issue(stack)
    expect(result.code != 0, f"it was not cut: {result}")
    stack.control_ignoring("pull 2")
    (job,) = {row[0] for row in stack.store("SELECT id FROM job")} - before
    return job


def places(stack, name):
    """The numbers of the commands that write, in an issue of that card that is not cut."""
    blank(stack, name)
    stack.insert(2, name)
    with stack.trace(2) as trace:
        equal(issue(stack).code, 0, "an issue without a cut")
    stack.pull(2)
    names = [command_name(one.command) for one in trace.exchanges()]
    return [n for n, name in enumerate(names, 1) if "PUT" in name]


def sweep(stack, job, age):
    """The server's look, with that job as if it had not moved for so long."""
    stack.tidy()
    stack.store_write("UPDATE job SET updated_at = ? WHERE id = ?", int(time.time()) - age, job)
    stack.restart_server()


def result_of(stack, job):
    return stack.store("SELECT job.result, job.phase, card.state FROM job JOIN card ON card.id ="
                       " card_id WHERE job.id = ?", job)[0]


def test_torn(stack):
    """a name that was torn while it was written: the card is issued anew, the first job is given up"""
    stack.login("tom-adeyemi")
    blank(stack, "torn")
    job = cut(stack, "torn", f"tear {places(stack, 'first')[0]}")
    sweep(stack, job, 2 * HOUR)
    equal(stack.store(OPEN), [(job,)], "nobody has got another card since")

    stack.login("tom-adeyemi")
    stack.insert(2, "torn")
    equal(issue(stack).code, 0, "the card is issued anew")
    equal(stack.store(OPEN), [(job,)], "the first job")
    sweep(stack, job, HOUR - 60)
    equal(stack.store(OPEN), [(job,)], "it may be at work at another desk")
    sweep(stack, job, HOUR + 1)

    equal(result_of(stack, job), ("abandoned", "abandoned", "blank"), "the first job")
    equal(stack.audit_verify().code, 0, "audit verify")
    entries = [json.loads(line) for line in (stack.base / "audit.jsonl").read_text().splitlines()]
    told = [(e["event"], e["subject"], e["detail"]) for e in entries if e.get("job") == job]
    equal(told[-1], ("job_abandoned", HARRY, "issue"), "the audit")
    stack.login("tom-adeyemi")
    stack.insert(2, "torn")
    equal([k["proved"] for k in stack.cli_json("test", passcode=NEW_PASSCODE)["keys"]],
          [True, True], "the card")


def listed(stack, serial):
    return any(serial.lstrip("0") in crl_serials(fetch_crl(stack, name))
               for name in ("authentication", "signing"))


def test_turns_up(stack):
    """the card was not torn but put away, with certificates: they are revoked, and it is served"""
    stack.login("tom-adeyemi")
    blank(stack, "away")
    job = cut(stack, "away", f"cut-after {places(stack, 'whole')[-1]}")
    serials = [row[0] for row in stack.store(
        "SELECT serial FROM certificate WHERE job_id = ? AND state = 'pending'", job)]
    equal(len(serials), 2, "pending certificates")
    blank(stack, "second")
    stack.insert(2, "second")
    equal(issue(stack).code, 0, "another card")

    sweep(stack, job, HOUR + 1)

    equal(result_of(stack, job), ("abandoned", "abandoned", "blank"), "the first job")
    for serial in serials:
        expect(listed(stack, serial), f"{serial} is not in the list")
    stack.login("tom-adeyemi")
    desk = stack.insert(2, "away")["card"]["identify"]
    equal((desk["open_job"] or {}).get("job"), job, "its job is offered again")
    offered = next(s for s in desk["services"] if s["service"] == "issue")
    equal((offered["available"], offered["resume"]), (True, True), "the issue")
    equal(issue(stack).code, 0, "the issue goes on")
    equal(result_of(stack, job), ("committed", "committed", "active"), "the first job")
    equal([k["proved"] for k in stack.cli_json("test", passcode=NEW_PASSCODE)["keys"]],
          [True, True], "both keys")
    contains(stack.dump("away"), "puk tries 3 of 3", "no try of the PUK is gone")
    states = {stack.store("SELECT state FROM certificate WHERE serial = ?", s)[0][0] for s in serials}
    equal(states, {"revoked"}, "the certificates of then")
    equal(stack.store(OPEN), [], "open jobs")
    sweep(stack, job, HOUR + 1)
    equal(result_of(stack, job), ("committed", "committed", "active"), "after the next look")
    equal(stack.audit_verify().code, 0, "audit verify")


if __name__ == "__main__":
    run([test_torn, test_turns_up])
