# SPDX-License-Identifier: Apache-2.0
"""test_renew: a colleague's certificates are renewed, on every model of card."""
import json
import re

from card_tools import (KEYS, KEYS_ASIDE, LOOK, SLOTS, WRITE, WRITE_MOVED, check_leaf, command_names,
                        crl_serials, fetch_crl, life_days, read_certificates, serial_of, verify,
                        witness)
from stack import PASSCODE, WRONG_PASSCODE
from tap import contains, equal, expect, run

CRL_NAMES = {"9a": "authentication", "9c": "signing"}

# architecture.md §3; the operator's three commands come when the prelude has been played.
PRELUDE = ["VERIFY 80", "PROVE 9C", "PROVE 9A", "WITNESS"]
OPERATOR = ["SELECT", "VERIFY 80", "PROVE 9C"]
IN_PLACE = (["SELECT", *PRELUDE], ["9B", *KEYS, *WRITE])
MOVED = (["SELECT", *LOOK, *PRELUDE], ["9B", *KEYS_ASIDE, *WRITE_MOVED])


def certificates(stack, uuid):
    """{serial: (purpose, state, revoked_at > 0)} of a person's card."""
    rows = stack.store("SELECT serial, purpose, state, revoked_at FROM certificate WHERE card_id IN"
                       " (SELECT id FROM card WHERE person_uuid = ?)", uuid)
    return {row[0].lstrip("0"): (row[1], row[2], row[3] > 0) for row in rows}


def objects(stack, person):
    """What stands on the card, without keys and certificates."""
    return [line for line in stack.dump(person).splitlines()
            if line.startswith("object ") and "certificate" not in line]


def check_store(stack, uuid, before, after):
    kept = certificates(stack, uuid)
    for slot, purpose in SLOTS.items():
        equal(kept[serial_of(before[slot])], (purpose, "superseded", True), f"the old {slot}")
        equal(kept[serial_of(after[slot])], (purpose, "current", False), f"the new {slot}")
    current = [c for c in kept.values() if c[1] == "current"]
    equal(len(current), 2, "current certificates")
    equal([c for c in kept.values() if c[1] == "pending"], [], "certificates still pending")


def check_revocation(stack, slot, old, new):
    """The old one stands in the next list, the new one does not; openssl agrees."""
    pem = fetch_crl(stack, CRL_NAMES[slot])
    listed = crl_serials(pem)
    expect(serial_of(old) in listed, f"the old {slot} is not in the list")
    expect(serial_of(new) not in listed, f"the new {slot} is in the list")
    path = stack.base / f"{slot}-crl.pem"
    path.write_text(pem)
    code, said = verify(stack, new, "-crl_check", "-CRLfile", str(path))
    equal(code, 0, f"openssl on the new {slot}: {said}")
    code, said = verify(stack, old, "-crl_check", "-CRLfile", str(path))
    contains(said, "certificate revoked", f"openssl on the old {slot}")


def check_leaves(stack, person, before, after):
    uuid, name = person
    for slot in SLOTS:
        expect(before[slot] != after[slot], f"{slot} is the old one")
        code, said = verify(stack, after[slot])
        equal(code, 0, f"openssl on {slot}: {said}")
        check_leaf(after[slot], slot, uuid, name)
        equal(life_days(after[slot]), 730, f"life of {slot}")
        check_revocation(stack, slot, before[slot], after[slot])


def renew_watched(stack, read, order):
    """The renewal itself, before the eyes of pcscd, of both cards and of the line."""
    mark, connections = stack.apdus_mark(), stack.proxy.connections
    with stack.proxy.watch() as seen, stack.trace(1) as operator, stack.trace(2) as card:
        _, events = stack.agent.request("POST", "/v1/desk/jobs",
                                        {"service": "renew", "passcode": PASSCODE})
    both, result = stack.apdus(mark), events[-1]
    equal(result["event"], "result", f"the job: {result}")
    expect(stack.proxy.connections - connections <= 1, "a connection for each request")
    check_order(order, both, card.exchanges(), operator.exchanges())
    check_figures(result, seen, read, card.exchanges(), operator.exchanges())
    equal(len(both), result["apdus"] + result["apdus_operator"], "APDUs seen by pcscd")
    for trace in (card, operator):
        contains(trace.path.read_text().rstrip().splitlines()[-1], "@ reset", "the last event")


def check_order(order, both, card, operator):
    before, after = order
    equal(command_names(both), before + OPERATOR + after, "both cards, as pcscd saw them")
    equal(command_names(card), before + after, "the served card")
    equal(command_names(operator), OPERATOR, "the operator's card")


def check_figures(result, seen, read, card, operator):
    paths = [re.sub(r"[0-9a-f]{32}", "ID", r.path) for r in seen if "/session/" not in r.path]
    equal(paths, ["/v1/jobs", "/v1/jobs/ID/steps", "/v1/jobs/ID/steps"], "requests of the job")
    equal(result["round_trips_job"], len(paths), "its own count of them")
    equal(result["round_trips_identify"], 1, "identify")
    equal(result["apdus"], len(card), "APDUs to the served card")
    equal(result["apdus_read"], read, "APDUs with which it was read")
    equal(result["apdus_operator"], len(operator), "APDUs to the operator's card")
    equal(result["service"], "renew", "the service")


def renew(stack, person, uuid, name, order=IN_PLACE):
    stack.login("tom-adeyemi")
    with stack.trace(2) as card:
        desk = stack.insert(2, person)
        read = len(card.exchanges())
    expect(desk["card"]["details_ms"] > 0, f"details: {desk['card']}")
    before, objects_before = read_certificates(stack), objects(stack, person)
    renew_watched(stack, read, order)
    after = witness(stack)
    check_store(stack, uuid, before, after)
    check_leaves(stack, (uuid, name), before, after)
    equal(objects(stack, person), objects_before, "CHUID and the other objects")
    check_logs_in(stack, person, uuid)


def check_logs_in(stack, person, uuid):
    """Both keys sign, and who has a role profile gets in with the renewed card."""
    tested = stack.cli_json("test", passcode=PASSCODE)
    equal([(key["slot"], key["proved"]) for key in tested["keys"]],
          [("9c", True), ("9a", True)], "the test of the card")
    stack.cli("logout", check=True)
    stack.pull(1)
    stack.pull(2)
    stack.insert(1, person)
    result = stack.cli("login", "--json", passcode=PASSCODE)
    answer = json.loads(result.out)
    if result.code == 0:
        equal(answer["person"]["uuid"], uuid, "who is logged in")
    else:
        equal(answer["error"]["name"], "ROLE_NONE", "log-in with the renewed card")


def test_vendor_model(stack):
    """a card with a vendor's metadata is renewed: new keys, new certificates, old ones revoked"""
    renew(stack, "aisha-khan", "900000000066", "Aisha_Khan")


def test_standard_model(stack):
    """a standard card without serial number is renewed just so"""
    renew(stack, "isla-novak", "900000000140", "Isla_Novak")


def test_move_model(stack):
    """a card that can move keys keeps the old ones until the new ones are certified"""
    renew(stack, "kate-wood", "900000000165", "Kate_Wood", MOVED)


def test_wrong_passcode(stack):
    """a wrong passcode of the holder costs one try, says so, and changes nothing else"""
    stack.login("tom-adeyemi")
    stack.insert(2, "finn-gallagher")
    dump, kept = stack.dump("finn-gallagher"), certificates(stack, "900000000116")
    with stack.proxy.watch() as seen:
        error = stack.refused("renew", "--yes", passcode=WRONG_PASSCODE)
        again = stack.cli("renew", "--yes", passcode=WRONG_PASSCODE)
    equal((error["name"], error["tries_left"]), ("PASSCODE_WRONG", 2), "the error")
    contains(again.err, "tries left: 1", "what a person is shown")
    equal([r.path for r in seen if r.path == "/v1/jobs"], [], "jobs that were begun")
    equal(stack.dump("finn-gallagher"), dump.replace("pin tries 3", "pin tries 1"), "the card")
    equal(certificates(stack, "900000000116"), kept, "certificates in the data base")
    equal(stack.cli_json("jobs"), {"jobs": []}, "open jobs")


def test_last_try(stack):
    """the holder's last try is used only when that was said; then the renewal goes through"""
    stack.login("tom-adeyemi")
    stack.insert(2, "finn-gallagher")
    with stack.trace(2) as trace:
        error = stack.refused("renew", "--yes", passcode=PASSCODE)
    equal((error["name"], error["tries_left"]), ("PASSCODE_LAST_TRY", 1), "without consent")
    equal([e for e in trace.exchanges() if e.command[1] == 0x20 and len(e.command) > 5], [],
          "passcodes sent to the card")
    stack.job("renew", "--use-last-try", passcode=PASSCODE)
    contains(stack.dump("finn-gallagher"), "pin tries 3 of 3", "the card")


def test_other_card(stack):
    """renew --card refuses another card than the one that was named, and touches nothing"""
    stack.login("tom-adeyemi")
    stack.insert(2, "chloe-martin")
    dump = stack.dump("chloe-martin")
    with stack.trace(2) as trace, stack.proxy.watch() as seen:
        error = stack.refused("renew", "--yes", "--card", "10000006", passcode=PASSCODE)
    equal(error["name"], "CARD_OTHER", "the error")
    equal([r.path for r in seen if r.path.startswith("/v1/jobs")], [], "jobs")
    equal([n for n in command_names(trace.exchanges()) if not n.startswith(("SELECT", "GET", "INS"))
           and n != "VERIFY 80"], [], "commands that change or sign")
    equal(stack.dump("chloe-martin"), dump, "the card")


def test_too_early(stack):
    """a fresh card is not renewed: the reason says from which day it may be"""
    stack.login("tom-adeyemi")
    desk = stack.insert(2, "chloe-martin")
    service = next(s for s in desk["card"]["identify"]["services"] if s["service"] == "renew")
    reason = service["reasons"][0]
    not_after = desk["card"]["identify"]["certificates"][0]["not_after"]
    equal((service["available"], reason["name"]), (False, "POLICY_WINDOW"), "what show says")
    equal(reason["opens_on"], not_after - 90 * 86400, "the day")
    equal(stack.refused("renew", "--yes", passcode=PASSCODE)["name"], "POLICY_WINDOW", "renew")


def test_own_card(stack):
    """the card that is logged in is never the one that is served"""
    stack.login("tom-adeyemi")
    error = stack.refused("renew", "--yes", passcode=PASSCODE)
    expect(error["name"] in ("CARD_ABSENT", "CARD_OWN"), error["name"])


def test_swapped(stack):
    """a card that is swapped for another in an instant: the one that is there then is shown"""
    stack.login("tom-adeyemi")
    stack.insert(2, "chloe-martin")
    stack.control("pull 2")
    stack.control(f"insert 2 {stack.card_file('aisha-khan')}")
    equal(stack.cli_json("show")["identify"]["person"]["uuid"], "900000000066", "whose card it is")


def test_audit(stack):
    """each renewal stands in the audit with the operator's signed statement, and it verifies"""
    result = stack.audit_verify()
    equal(result.code, 0, f"audit verify: {result}")
    entries = [json.loads(line) for line in (stack.base / "audit.jsonl").read_text().splitlines()]
    begun = [e for e in entries if e.get("event") == "statement"]
    ended = [e for e in entries if e.get("event") == "job_committed"]
    equal(len(ended), 4, "committed jobs")
    equal({e["job"] for e in ended} <= {e["job"] for e in begun}, True, "their beginnings")
    expect(all(e["statement"] and e["signature"] and e["certificate"] for e in begun),
           "an act without statement, signature or the operator's certificate")


if __name__ == "__main__":
    run([test_vendor_model, test_standard_model, test_move_model, test_wrong_passcode,
         test_last_try, test_other_card, test_too_early, test_own_card, test_swapped,
         test_audit])
