# SPDX-License-Identifier: Apache-2.0
"""test_repair: expired and locked cards are made to work again, by those who may."""
import json

from card_tools import (KEYS, KEYS_ASIDE, LOOK, SLOTS, WRITE, WRITE_MOVED, check_leaf, command_names,
                        crl_serials, fetch_crl, openssl, read_certificates, serial_of, verify,
                        witness)
from stack import NEW_PASSCODE, PASSCODE
from tap import contains, equal, expect, run

CHECKED = "passport seen, photograph compared"
CHECKER = ("priya-nair", "ID Checker")
CHANGE_PUK, RESET_RETRY = 0x24, 0x2C
TEMPLATE = 5  # bytes of a command's header with Lc

OPERATOR = ["SELECT", "VERIFY 80", "PROVE 9C"]
# architecture.md §3: no unblocking code before the operator has signed. The discovery object is
# read where the ways of replacing a PUK meet again; it changes nothing.
PASSCODE_SET = ["9B", "CHANGE 81", "RESET RETRY 80", "GET discovery object"]
IN_PLACE = ["SELECT", "WITNESS", *OPERATOR, *PASSCODE_SET, *KEYS, *WRITE]
MOVED = ["SELECT", *LOOK, "WITNESS", *OPERATOR, *PASSCODE_SET, *KEYS_ASIDE, *WRITE_MOVED]


def service(desk, name):
    return next(s for s in desk["card"]["identify"]["services"] if s["service"] == name)


def states(stack, uuid):
    rows = stack.store("SELECT serial, state, revoked_at FROM certificate WHERE card_id IN "
                       "(SELECT id FROM card WHERE person_uuid = ?)", uuid)
    return {row[0].lstrip("0"): (row[1], row[2] > 0) for row in rows}


def puk_version(stack, uuid):
    return stack.store("SELECT puk_version FROM card WHERE person_uuid = ?", uuid)[0][0]


def check_puk_replaced(stack, card, uuid, version_before):
    """The PUK that this job used is worth nothing afterwards, and the ledger tells of it."""
    sent = {e.command[1]: e.command[TEMPLATE:] for e in card.exchanges()
            if e.command[1] in (CHANGE_PUK, RESET_RETRY)}
    old, new = sent[CHANGE_PUK][:8], sent[CHANGE_PUK][8:16]
    expect(old != new and new.isdigit(), "the PUK was not replaced by 8 other digits")
    equal(sent[RESET_RETRY][:8], new, "the PUK with which the passcode was set")
    expect(puk_version(stack, uuid) > version_before, "the version of the PUK")
    refused = stack.run_program(["yubico-piv-tool", "--reader", "01", "-a", "unblock-pin", "-P",
                                 old.decode(), "-N", "222222"], check=False)
    expect(refused.code != 0, "the old PUK still works")
    ledger = stack.store("SELECT count(*) FROM puk_ledger WHERE card_id = "
                         "(SELECT id FROM card WHERE person_uuid = ?)", uuid)
    expect(ledger[0][0] >= 1, "no row in the ledger of PUKs")


def repair(stack, person, uuid, name, expired=True, order=IN_PLACE):
    stack.login(*CHECKER)
    desk = stack.insert(2, person)
    equal(service(desk, "repair")["available"], True, f"repair of {person}")
    before, version = read_certificates(stack), puk_version(stack, uuid)
    mark = stack.apdus_mark()
    with stack.trace(2) as card:
        _, events = stack.agent.request("POST", "/v1/desk/jobs", {
            "service": "repair", "new_passcode": NEW_PASSCODE, "identity_check": CHECKED,
            "new_passcode_again": NEW_PASSCODE})
    equal(events[-1]["event"], "result", f"the job: {events[-1]}")
    equal(command_names(stack.apdus(mark)), order, "the commands, as pcscd saw them")
    equal(events[-1]["round_trips_job"], 3, "round trips")
    check_puk_replaced(stack, card, uuid, version)
    check_certificates(stack, (uuid, name), before, expired)
    check_passcodes(stack)
    witness(stack, passcode=NEW_PASSCODE)


def check_certificates(stack, person, before, expired):
    uuid, name = person
    after, kept = read_certificates(stack), states(stack, uuid)
    for slot in SLOTS:
        code, said = verify(stack, after[slot])
        equal(code, 0, f"openssl on {slot}: {said}")
        check_leaf(after[slot], slot, uuid, name)
        equal(kept[serial_of(after[slot])], ("current", False), f"the new {slot}")
        equal(kept[serial_of(before[slot])], ("superseded", not expired), f"the old {slot}")
    listed = crl_serials(fetch_crl(stack, "authentication"))
    equal(serial_of(before["9a"]) in listed, not expired, "the old 9A in the revocation list")
    equal(sum(state[0] == "current" for state in kept.values()), 2, "current certificates")


def check_passcodes(stack):
    tested = stack.cli_json("test", passcode=NEW_PASSCODE)
    equal([key["proved"] for key in tested["keys"]], [True, True], "with the new passcode")
    error = stack.refused("test", passcode=PASSCODE)
    equal((error["name"], error["tries_left"]), ("PASSCODE_WRONG", 2), "with the old passcode")
    stack.cli_json("test", passcode=NEW_PASSCODE)


def test_expired_refused(stack):
    """an expired card is refused log-in and renewal, and the reason points to repair"""
    stack.insert(1, "ben-carter")
    equal(stack.refused("login", passcode=PASSCODE)["name"], "CARD_EXPIRED", "log-in")
    stack.pull(1)
    stack.login("tom-adeyemi")
    desk = stack.insert(2, "ben-carter")
    dump = stack.dump("ben-carter")
    reason = service(desk, "renew")["reasons"][0]
    equal((reason["name"], reason["instead"]), ("POLICY_EXPIRED", "repair"), "the reason")
    error = stack.refused("renew", "--yes", passcode=PASSCODE)
    equal(error["name"], "POLICY_EXPIRED", "renew")
    equal(stack.dump("ben-carter"), dump, "the card")


def test_sponsor_refused(stack):
    """a sponsor may not repair, and is told which own profile may"""
    stack.login("priya-nair", "Sponsor")
    desk = stack.insert(2, "ben-carter")
    reason = service(desk, "repair")["reasons"][0]
    equal(reason["name"], "POLICY_ROLE", "the reason")
    equal(reason["profile"], {"id": "900000001031", "name": "ID Checker", "org": "ZW1"},
          "the profile that would do")
    with stack.proxy.watch() as seen:
        error = stack.refused("repair", "--yes", "--identity-check", CHECKED,
                              passcode=NEW_PASSCODE)
    equal(error["name"], "POLICY_ROLE", "repair")
    equal([r.path for r in seen if r.path == "/v1/jobs"], [], "jobs that were begun")


def test_identity_needed(stack):
    """nothing is repaired before it was said how identity was checked"""
    stack.login(*CHECKER)
    stack.insert(2, "ben-carter")
    dump = stack.dump("ben-carter")
    error = stack.refused("repair", "--yes", passcode=NEW_PASSCODE)
    equal(error["name"], "POLICY_ID_CHECK", "without --identity-check")
    equal(stack.dump("ben-carter"), dump, "the card")


def test_passcode_form(stack):
    """a new passcode of another form than 6 to 8 digits, or easily guessed, is refused before anything
    is done"""
    stack.login(*CHECKER)
    stack.insert(2, "ben-carter")
    dump = stack.dump("ben-carter")
    for passcode in ("12345", "123456789", "12345a", "      "):
        error = stack.refused("repair", "--yes", "--identity-check", CHECKED, passcode=passcode)
        equal(error["name"], "PASSCODE_FORM", f"for {passcode!r}")
    for passcode in ("123456", "87654321", "777777"):
        error = stack.refused("repair", "--yes", "--identity-check", CHECKED, passcode=passcode)
        equal(error["name"], "PASSCODE_WEAK", f"for {passcode!r}")
    _, problem = stack.agent.request("POST", "/v1/desk/jobs", {
        "service": "repair", "new_passcode": NEW_PASSCODE, "identity_check": CHECKED,
        "new_passcode_again": PASSCODE})
    said = problem[-1] if isinstance(problem, list) else problem
    equal(said.get("problem", said)["name"], "PASSCODE_MISMATCH", "two different entries")
    equal(stack.dump("ben-carter"), dump, "the card")


def test_vendor_model(stack):
    """an ID checker repairs an expired card: new keys, passcode and PUK; the old are worthless"""
    repair(stack, "ben-carter", "900000000074", "Ben_Carter")
    stack.cli("logout", check=True)
    stack.pull(1)
    stack.pull(2)
    stack.insert(1, "ben-carter")
    session = stack.cli_json("login", passcode=NEW_PASSCODE)
    equal(session["person"]["uuid"], "900000000074", "who logs in with the repaired card")


def test_standard_model(stack):
    """an expired standard card is repaired just so"""
    repair(stack, "jack-brown", "900000000157", "Jack_Brown")


def test_move_model(stack):
    """an expired card that can move keys is repaired just so, at a clinic below"""
    repair(stack, "liam-ward", "900000000173", "Liam_Ward", order=MOVED)


def test_locked(stack):
    """a locked card is repaired before it expires, and its old certificates are revoked"""
    stack.login("tom-adeyemi")
    desk = stack.insert(2, "daniel-osei")
    reason = service(desk, "renew")["reasons"][0]
    equal((desk["card"]["identify"]["diagnosis"]["code"], reason["name"]),
          ("locked", "POLICY_LOCKED"), "what the desk says")
    stack.tidy()
    repair(stack, "daniel-osei", "900000000090", "Daniel_Osei", expired=False)


def test_left_locked(stack):
    """a card that is left locked has good certificates and a passcode that nobody knows"""
    stack.login(*CHECKER)
    stack.insert(2, "chloe-martin")
    events = stack.job("repair", "--left-locked", "--identity-check", "by telephone, known voice")
    equal(events[-1]["receipt"]["left_locked"], True, "the receipt")
    contains(stack.dump("chloe-martin"), "pin tries 0 of 3", "the card")
    code, said = verify(stack, read_certificates(stack)["9a"])
    equal(code, 0, f"openssl: {said}")
    equal(stack.refused("test", passcode=PASSCODE)["name"], "PASSCODE_BLOCKED", "the old passcode")
    stack.job("repair", "--identity-check", CHECKED, passcode=NEW_PASSCODE)
    stack.cli_json("test", passcode=NEW_PASSCODE)
    witness(stack, passcode=NEW_PASSCODE)


def test_cancelled(stack):
    """a cancelled card is never repaired"""
    stack.login(*CHECKER)
    stack.insert(2, "ella-fraser")
    dump = stack.dump("ella-fraser")
    error = stack.refused("repair", "--yes", "--identity-check", CHECKED, passcode=NEW_PASSCODE)
    equal(error["name"], "POLICY_CANCELLED", "repair")
    equal(stack.dump("ella-fraser"), dump, "the card")


def test_audit(stack):
    """the audit holds, signed by the operator's card, how identity was checked"""
    result = stack.audit_verify()
    equal(result.code, 0, f"audit verify: {result}")
    entries = [json.loads(line) for line in (stack.base / "audit.jsonl").read_text().splitlines()]
    statements = [e for e in entries if e.get("event") == "statement"]
    equal(len(statements), 6, "statements")
    expect(all(check_statement(stack, e) for e in statements), "a statement that does not verify")
    equal({e["detail"] for e in statements}, {CHECKED, "by telephone, known voice"}, "what was said")
    locked = [e for e in statements if e["detail"] != CHECKED]
    equal(len(locked), 1, "cards left locked")


def check_statement(stack, entry):
    """openssl: the operator's certificate signed these bytes, and they say what the entry says."""
    message = bytes.fromhex(entry["statement"])
    for part in (entry["detail"], entry["subject"], entry["actor"], entry["job"], "repair",
                 "cardwright statement v1"):
        expect(part.encode() in message, f"{part!r} is not in the statement")
    files = {name: stack.base / f"statement.{name}" for name in ("bin", "sig", "der", "key")}
    files["bin"].write_bytes(message)
    files["sig"].write_bytes(bytes.fromhex(entry["signature"]))
    files["der"].write_bytes(bytes.fromhex(entry["certificate"]))
    _, key = openssl("x509", "-inform", "DER", "-in", str(files["der"]), "-noout", "-pubkey")
    files["key"].write_text(key)
    return openssl("dgst", "-sha256", "-verify", str(files["key"]), "-signature",
                   str(files["sig"]), str(files["bin"]))[0] == 0


if __name__ == "__main__":
    run([test_expired_refused, test_sponsor_refused, test_identity_needed, test_passcode_form,
         test_vendor_model, test_standard_model, test_move_model, test_locked, test_left_locked,
         test_cancelled, test_audit])
