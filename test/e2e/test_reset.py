# SPDX-License-Identifier: Apache-2.0
"""test_reset: cards whose passcode and PUK are both blocked: wiped and issued anew, or replaced."""
import json

from card_tools import command_name, read_certificates, serial_of
from stack import BUILD, NEW_PASSCODE
from tap import contains, equal, expect, run

CHECKED = "passport seen"
HARRY, ISLA = "900000000132", "900000000140"
TOOL = ["yubico-piv-tool", "--reader", "01"]


def person_of(stack, card):
    return stack.store("SELECT person_uuid FROM card WHERE serial = ?", serial_on(stack, card))[0][0]


def serial_on(stack, card):
    return next(line.split()[1] for line in stack.dump(card).splitlines()
                if line.startswith("serial "))


def block(stack, card):
    """Three wrong passcodes, and three wrong PUKs, by somebody else's program."""
    stack.login("tom-adeyemi")
    stack.insert(2, card)
    for _ in range(3):
        stack.run_program([*TOOL, "-a", "verify-pin", "-P", "999999"], check=False)
        stack.run_program([*TOOL, "-a", "unblock-pin", "-P", "99999999", "-N", "888888"],
                          check=False)
    dump = stack.dump(card)
    contains(dump, "pin tries 0 of 3", "the passcode is blocked")
    contains(dump, "puk tries 0 of 3", "the PUK is too")
    stack.tidy()


def problem_of(answer):
    """Of a job that the agent refused, at once or on its way."""
    last = answer if isinstance(answer, dict) else answer[-1]
    return last.get("problem", last)["name"]


def issue(stack, person, *more):
    return stack.cli("issue", "--json", "--yes", "--person", person, "--identity-check", CHECKED,
                     *more, passcode=NEW_PASSCODE)


def name_of(result):
    expect(result.code != 0, f"it was not refused: {result}")
    return json.loads(result.out.splitlines()[-1])["error"]["name"]


def states(stack, card):
    return dict(stack.store("SELECT c.serial, c.state FROM certificate c JOIN card k ON "
                            "k.id = c.card_id WHERE k.serial = ?", serial_on(stack, card)))


def service_of(desk, name):
    return next(s for s in desk["card"]["identify"]["services"] if s["service"] == name)


def test_offered(stack):
    """a blocked card is told so; it is not repaired, and not wiped unless that is asked for"""
    block(stack, "chloe-martin")
    stack.login("tom-adeyemi")
    desk = stack.insert(2, "chloe-martin")
    equal(desk["card"]["identify"]["diagnosis"]["code"], "both_blocked", "the diagnosis")
    offered = service_of(desk, "issue")
    equal((offered["available"], offered["reset"]), (True, True), "issue is offered, with a reset")
    repair = service_of(desk, "repair")
    equal([r["name"] for r in repair["reasons"]][-1:], ["CARD_BLOCKED"], "repair is not")
    path, person = stack.card_file("chloe-martin"), person_of(stack, "chloe-martin")
    before, jobs = path.read_bytes(), stack.store("SELECT count(*) FROM job")
    equal(name_of(issue(stack, person)), "RESET_UNCONFIRMED", "without --reset")
    equal(name_of(issue(stack, HARRY, "--reset")), "CARD_OTHER", "for somebody else")
    body = {"service": "issue", "person": person, "identity_check": CHECKED,
            "new_passcode": NEW_PASSCODE, "new_passcode_again": NEW_PASSCODE}
    _, events = stack.agent.request("POST", "/v1/desk/jobs", body)
    equal(problem_of(events), "RESET_UNCONFIRMED", "past the command line")
    equal(path.read_bytes() == before, True, "the card")
    equal(stack.store("SELECT count(*) FROM job"), jobs, "jobs")


def test_wiped(stack):
    """with --reset it is wiped and issued anew to its holder; nothing that it had works any more"""
    stack.login("tom-adeyemi")
    stack.insert(2, "chloe-martin")
    old, person = states(stack, "chloe-martin"), person_of(stack, "chloe-martin")
    versions = "SELECT id, management_key_version, puk_version FROM card WHERE serial = ?"
    (card, key, puk), = stack.store(versions, serial_on(stack, "chloe-martin"))
    with stack.trace(2) as trace:
        result = issue(stack, person, "--reset")
    equal(result.code, 0, f"issue: {result}")
    names = [command_name(e.command) for e in trace.exchanges()]
    equal(names.count("INS FB"), 1, f"one reset: {names}")
    expect(names.index("INS FB") < names.index("PUT"), "before anything is written")
    now = states(stack, "chloe-martin")
    for serial, state in old.items():
        if state == "current":
            equal(now[serial], "superseded", "the old pair")
    current = {serial.lstrip("0") for serial, state in now.items() if state == "current"}
    equal({serial_of(c) for c in read_certificates(stack).values()}, current, "the new pair")
    equal(stack.store(versions, serial_on(stack, "chloe-martin")), [(card, key + 1, puk + 1)],
          "the same card; its secrets have numbers that were never used")
    dump = stack.dump("chloe-martin")
    expect("factory" not in dump and "pin tries 3 of 3" in dump, f"the card: {dump}")
    equal([k["proved"] for k in stack.cli_json("test", passcode=NEW_PASSCODE)["keys"]],
          [True, True], "both keys")


def test_not_blocked(stack):
    """a card that can be repaired is never wiped: the agent sees that for itself"""
    for card in ("aisha-khan", "daniel-osei"):  # one in order, one with a blocked passcode only
        stack.login("tom-adeyemi")
        stack.insert(2, card)
        path, person = stack.card_file(card), person_of(stack, card)
        before = path.read_bytes()
        expect(name_of(issue(stack, person, "--reset")) in ("POLICY_NOT_BLANK",
                                                            "CARD_NOT_BLOCKED"), card)
        body = {"service": "issue", "person": person, "identity_check": CHECKED, "reset": True,
                "new_passcode": NEW_PASSCODE, "new_passcode_again": NEW_PASSCODE}
        with stack.trace(2) as trace:
            _, events = stack.agent.request("POST", "/v1/desk/jobs", body)
        expect(problem_of(events) in ("POLICY_NOT_BLANK", "CARD_NOT_BLOCKED"), f"{card}: {events}")
        expect("INS FB" not in [command_name(e.command) for e in trace.exchanges()], "no reset")
        equal(path.read_bytes() == before, True, card)
        stack.tidy()


def test_blank_unblocked(stack):
    """--reset of a blank card that is in order is refused"""
    stack.run("vcard", "make", str(stack.card_file("fresh")), "--model", "metadata", "--serial",
              "10000301")
    stack.login("tom-adeyemi")
    stack.insert(2, "fresh")
    equal(name_of(issue(stack, HARRY, "--reset")), "CARD_NOT_BLOCKED", "at the command line")
    body = {"service": "issue", "person": HARRY, "identity_check": CHECKED, "reset": True,
            "new_passcode": NEW_PASSCODE, "new_passcode_again": NEW_PASSCODE}
    _, events = stack.agent.request("POST", "/v1/desk/jobs", body)
    equal(problem_of(events), "CARD_NOT_BLOCKED", "by the agent")


def test_blank_blocked(stack):
    """a blank card that somebody has blocked is wiped too; without the command it is replaced"""
    for name, more, wanted in (("spoilt", (), None), ("spoilt-silent", ("--without", "serial"), "CARD_BLOCKED"),
                               ("spoilt-plain", ("--without", "reset"), "CARD_RESET_REFUSED")):
        path = stack.card_file(name)
        stack.run("vcard", "make", str(path), "--model", "metadata", "--serial",
                  str(10000310 + len(name)), "--pin-left", "0", "--puk-left", "0", *more)
        stack.login("tom-adeyemi")
        stack.insert(2, name)
        before = path.read_bytes()
        reset = () if wanted == "CARD_BLOCKED" else ("--reset",)
        result = issue(stack, HARRY, *reset)
        if wanted is None:
            equal(result.code, 0, f"{name}: {result}")
        else:
            equal(name_of(result), wanted, name)
            equal(path.read_bytes() == before, True, name)
        stack.tidy()
    equal(stack.store("SELECT count(*) FROM job WHERE result IS NULL"), [(0,)], "open jobs")


def test_plain(stack):
    """a plain card in that state cannot be wiped, and the error says that it is to be replaced"""
    block(stack, "isla-novak")
    stack.login("tom-adeyemi")
    stack.insert(2, "isla-novak")
    equal(name_of(issue(stack, ISLA)), "POLICY_NOT_BLANK", "an issue")
    before = stack.dump("isla-novak")
    result = stack.cli("repair", "--json", "--yes", "--identity-check", CHECKED,
                       passcode=NEW_PASSCODE)
    equal(name_of(result), "CARD_BLOCKED", "a repair")
    contains(result.out, "replace the card", "what to do")
    equal(stack.dump("isla-novak"), before, "the card")


def test_cut(stack):
    """a card that is pulled when it was just wiped goes on at the next insertion, without --reset"""
    block(stack, "ben-carter")
    stack.login("tom-adeyemi")
    stack.insert(2, "ben-carter")
    person = person_of(stack, "ben-carter")
    body = {"service": "issue", "person": person, "identity_check": CHECKED, "reset": True,
            "new_passcode": NEW_PASSCODE, "new_passcode_again": NEW_PASSCODE}
    stack.fault(2, "cut-after 4")  # select, witness; select, reset
    with stack.trace(2) as trace:
        _, events = stack.agent.request("POST", "/v1/desk/jobs", body)
        stack.wait_fault(2)
    names = [command_name(e.command) for e in trace.exchanges()]
    equal(names[-1], "INS FB", f"the command of the cut: {names}")
    equal(problem_of(events), "CARD_REMOVED", "its end")
    stack.agent.wait_desk(lambda desk: not desk["readers"][1]["present"], "the card is out")
    desk = stack.insert(2, "ben-carter")
    equal(desk["card"]["identify"]["diagnosis"]["code"], "unfinished", "the diagnosis")
    result = issue(stack, person)
    equal(result.code, 0, f"it goes on: {result}")
    expect("factory" not in stack.dump("ben-carter"), "nothing of the factory is left")


def test_wiped_elsewhere(stack):
    """a card of ours that its maker's tool has wiped is told so, and issued anew to its holder"""
    block(stack, "kate-wood")
    stack.login("tom-adeyemi")
    stack.insert(2, "kate-wood")
    stack.run_program([*TOOL, "-a", "reset"])
    stack.tidy()
    stack.login("tom-adeyemi")
    desk = stack.insert(2, "kate-wood")
    equal(service_of(desk, "issue")["available"], True, "it is offered to be issued")
    equal(service_of(desk, "repair")["available"], False, "there is nothing to repair")
    person = person_of(stack, "kate-wood")
    equal(name_of(issue(stack, HARRY)), "CARD_OTHER", "for somebody else")
    equal(issue(stack, person).code, 0, "for its holder")
    expect("factory" not in stack.dump("kate-wood"), "nothing of the factory is left")


def test_audit(stack):
    """what the operator's card signed says that the card was to be wiped, and the audit verifies"""
    equal(stack.audit_verify().code, 0, "audit verify")
    entries = [json.loads(line) for line in (stack.base / "audit.jsonl").read_text().splitlines()]
    wiped = [e for e in entries if e.get("event") == "card_reset"]
    expect(len(wiped) >= 3, f"resets: {wiped}")
    signed = [bytes.fromhex(e["statement"]) for e in entries if e.get("event") == "statement"]
    equal(sum(b"issue_reset" in s for s in signed), len(wiped), "statements that say so")


if __name__ == "__main__":
    run([test_offered, test_wiped, test_not_blocked, test_blank_unblocked, test_blank_blocked,
         test_plain, test_cut, test_wiped_elsewhere, test_audit], prepare=BUILD)
