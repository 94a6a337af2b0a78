# SPDX-License-Identifier: Apache-2.0
"""test_odd_cards: plain cards (SP 800-73-4 and no more) that differ in what the standard leaves
open: found out from what they answer, and served."""
from card_tools import command_names
from stack import NEW_PASSCODE, PASSCODE
from tap import contains, equal, expect, run

ALWAYS_DUE = {"life_days": 3660, "window_days": 3659}
HARRY, PRIYA = "900000000132", "900000000033"
MADE_UP = str(0x0052F743)  # what SoloKeys' and Nitrokey's application tells for all


def make(stack, name, *more):
    stack.run("vcard", "make", str(stack.card_file(name)), "--model", "standard", *more)


def issue(stack, person, passcode=PASSCODE):
    return stack.job("issue", "--person", person, "--identity-check", "passport", passcode=passcode)


def again(stack, person):
    stack.pull(2)
    return stack.insert(2, person)


def passcodes(exchanges):
    """VERIFYs with a passcode, and what the card said to each."""
    return [e.answer[-2:].hex() for e in exchanges if e.command[1] == 0x20 and len(e.command) > 5]


def test_always(stack):
    """a card whose 9A wants a passcode of its own for each signature: issue, renewal, repair, test"""
    make(stack, "always", "--pin-policy", "9a=always")
    stack.login("tom-adeyemi")
    stack.insert(2, "always")
    issue(stack, HARRY)
    again(stack, "always")
    with stack.trace(2) as trace:
        events = stack.job("renew", passcode=PASSCODE)
    names = command_names(trace.exchanges())
    equal(names[:7], ["SELECT", "VERIFY 80", "PROVE 9C", "PROVE 9A", "VERIFY 80", "PROVE 9A",
                      "WITNESS"], "the prelude")
    equal(passcodes(trace.exchanges()), ["9000"] * 6, "passcodes shown to the card")
    equal(events[-1]["round_trips_job"], 3, "round trips")
    again(stack, "always")
    stack.job("repair", "--identity-check", "passport", passcode=NEW_PASSCODE)
    tested = stack.cli_json("test", passcode=NEW_PASSCODE)
    equal([key["proved"] for key in tested["keys"]], [True, True], "the test of the card")
    expect("pin tries 3 of 3" in stack.dump("always"), "tries of the passcode")


def test_always_wrong(stack):
    """with a wrong passcode such a card loses one try, not two"""
    stack.login("tom-adeyemi")
    stack.insert(2, "always")
    with stack.trace(2) as trace:
        error = stack.refused("renew", "--yes", passcode="815000")
    equal((error["name"], error["tries_left"]), ("PASSCODE_WRONG", 2), "the error")
    equal(passcodes(trace.exchanges()), ["63c2"], "passcodes shown to the card")


def test_always_operator(stack):
    """an operator whose own card is such a one logs in, and signs for a renewal"""
    make(stack, "always-operator", "--pin-policy", "9a=always")
    stack.login("tom-adeyemi")
    stack.insert(2, "always-operator")
    issue(stack, PRIYA)
    stack.tidy()
    stack.login("always-operator", "ID Checker")
    stack.insert(2, "always")
    stack.job("repair", "--identity-check", "passport", passcode=PASSCODE)
    equal(stack.audit_verify().code, 0, "audit verify")


def card_of(stack, person):
    return [line for line in stack.dump(person).splitlines() if not line.startswith("object 5fc102")]


def lacks(stack):
    card = stack.cli_json("show")["identify"]["card"]
    return {one["name"]: one["lost"] for one in card["lacks"]}


def test_lacking(stack):
    """what a card refused in a job stands in its record, and show says what is lost by it"""
    make(stack, "poor", "--without", "puk-change", "--without", "printed")
    stack.login("tom-adeyemi")
    stack.insert(2, "poor")
    issue(stack, HARRY)
    again(stack, "poor")
    found = lacks(stack)
    equal(found["puk-change"], "the PUK is not replaced after use", "what is lost")
    equal(found["printed"], "the name on the card cannot be read from its chip", "what is lost")
    expect("serial" in found and "attest" in found, f"a plain card: {found}")
    shown = stack.cli("show", check=True).out
    contains(shown, "take a new PUK: the PUK is not replaced after use", "show")
    stack.job("renew", passcode=PASSCODE)
    again(stack, "poor")
    equal(lacks(stack), found, "after a job that did not ask again")


def test_not_lacking(stack):
    """a card that refused nothing is not said to lack it; one that no job has looked at, nothing"""
    stack.login("tom-adeyemi")
    stack.insert(2, "isla-novak")
    equal(lacks(stack), {}, "before any job")
    stack.job("renew", passcode=PASSCODE)
    again(stack, "isla-novak")
    found = lacks(stack)
    expect("serial" in found and "puk-change" not in found and "printed" not in found,
           f"a plain card: {found}")


def test_small_blank(stack):
    """a blank card without room for a certificate keeps its factory's secrets and gets no key"""
    make(stack, "small", "--object-max", "400")
    before = card_of(stack, "small")
    stack.login("tom-adeyemi")
    stack.insert(2, "small")
    error = stack.refused("issue", "--yes", "--person", HARRY, "--identity-check", "passport",
                          passcode=PASSCODE)
    equal((error["name"], error["code"], error["detail"]), ("CARD_ROOM", "CW-333", "room-9a"),
          "the error")
    equal(card_of(stack, "small"), before, "the card, but for the CHUID")
    equal(stack.store("SELECT count(*) FROM certificate WHERE job_id IN"
                      " (SELECT id FROM job WHERE result IS NULL)"), [(0,)], "certificates")


def test_small_renewal(stack):
    """a renewal whose certificate will not fit destroys no key, and goes on with a smaller kind"""
    make(stack, "tight", "--object-max", "800")
    stack.login("tom-adeyemi")
    stack.insert(2, "tight")
    issue(stack, HARRY)
    stack.set_policy("key_type", "RSA-2048")
    again(stack, "tight")
    before = stack.dump("tight")
    error = stack.refused("renew", "--yes", passcode=PASSCODE)
    equal((error["name"], error["detail"]), ("CARD_ROOM", "room-old-9a"), "the error")
    equal(stack.dump("tight"), before, "the card")
    tested = stack.cli_json("test", passcode=PASSCODE)
    equal([key["proved"] for key in tested["keys"]], [True, True], "the old keys")
    stack.set_policy("key_type", "P-256")
    again(stack, "tight")
    stack.job("renew", passcode=PASSCODE)
    open_jobs = {job["service"] for job in stack.cli_json("jobs")["jobs"]}
    equal(open_jobs, {"issue"}, "open jobs: that of the card without room")


def test_no_number(stack):
    """two cards that both tell a number that many have are two cards, each known by its GUID"""
    stack.login("tom-adeyemi")
    for name, person in (("many-1", HARRY), ("many-2", PRIYA)):
        stack.run("vcard", "make", str(stack.card_file(name)), "--model", "metadata", "--serial",
                  MADE_UP)
        stack.insert(2, name)
        issue(stack, person)
        stack.pull(2)
    for name, person in (("many-1", HARRY), ("many-2", PRIYA)):
        stack.insert(2, name)
        shown = stack.cli_json("show")["identify"]
        equal((shown["person"]["uuid"], shown["card"].get("serial") or ""), (person, ""), name)
        stack.job("renew", passcode=PASSCODE)
        stack.pull(2)


def test_uncounted(stack):
    """tries that are told as 630x are counted; a wrong passcode is one, and the next one serves"""
    make(stack, "uncounted", "--lie", "uncounted")
    stack.login("tom-adeyemi")
    stack.insert(2, "uncounted")
    issue(stack, HARRY)
    again(stack, "uncounted")
    with stack.trace(2) as trace:
        error = stack.refused("renew", "--yes", passcode="815000")
    equal((error["name"], error["tries_left"]), ("PASSCODE_WRONG", 2), "the error")
    equal(passcodes(trace.exchanges()), ["6302"], "passcodes shown to the card")
    again(stack, "uncounted")
    stack.job("repair", "--identity-check", "passport", passcode=PASSCODE)
    stack.tidy()
    stack.insert(1, "uncounted")
    error = stack.refused("login", passcode="815000")
    equal((error["name"], error["tries_left"]), ("PASSCODE_WRONG", 2), "the error of a log-in")


if __name__ == "__main__":
    run([test_always, test_always_wrong, test_always_operator, test_lacking, test_not_lacking,
         test_small_blank, test_small_renewal, test_no_number, test_uncounted], policy_values=ALWAYS_DUE)
