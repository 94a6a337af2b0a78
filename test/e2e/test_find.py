# SPDX-License-Identifier: Apache-2.0
"""test_find: whose card is it, who is found how, and what may be done, with every reason why not.

R and X are the numbers of the facts in the two procedures that the system carries out.
"""
import json

from stack import NEW_PASSCODE, PASSCODE
from tap import absent, contains, equal, expect, run

DAY = 86400
SERVICES = {"renew", "repair", "unlock", "issue", "clear", "cancel", "test"}
AISHA = "900000000066"
CHECKER = {"id": "900000001031", "name": "ID Checker", "org": "ZW1"}


def reasons(services, name):
    """Names of all reasons why this service is not to be had; [] when it is."""
    service = next(s for s in services if s["service"] == name)
    equal(service["available"], not service["reasons"], f"{name}: available or else a reason")
    return [reason["name"] for reason in service["reasons"]]


def reason(services, service, name):
    found = next(s for s in services if s["service"] == service)["reasons"]
    return next(one for one in found if one["name"] == name)


def services_of(stack, person):
    """What may be done with the card that is inserted into reader 2 now."""
    card = stack.insert(2, person)["card"]
    services = card["identify"]["services"]
    expect(SERVICES <= {s["service"] for s in services}, f"services: {services}")
    for service in services:
        for one in service["reasons"]:
            expect(one["cause"] and one["remedy"] and one["code"].startswith("CW-"), f"{one}")
    stack.pull(2)
    return services


def found(stack, *words):
    """The person that was found, with all cards."""
    return stack.cli_json("find", *words)


def test_numbers(stack):
    """the 12 digits on the card find its person, with cards, dates and services (R7)"""
    stack.login("hannah-lewis")  # a smartcard administrator, who has no other way in
    person = found(stack, AISHA)
    equal((person["person"]["uuid"], person["person"]["family"]), (AISHA, "Khan"), "the person")
    equal(len(person["cards"]), 1, "cards")
    card = person["cards"][0]
    equal((card["label"], card["serial"], card["latest_in_date"]), (AISHA, "10000006", True),
          "the card")
    equal(sorted(c["purpose"] for c in card["certificates"]),
          ["authentication", "content_signing"], "certificates")
    expect(all(50 <= c["days_left"] <= 53 for c in card["certificates"]), f"{card}")
    equal(reasons(card["services"], "renew"), [], "renewal by a smartcard administrator")


def test_names(stack):
    """a name finds its person in either order and case; several are listed, and no one else"""
    stack.login("tom-adeyemi")
    for words in (["khan"], ["Aisha"], ["Aisha", "Khan"], ["KHAN", "AISHA"], ["aish"]):
        equal(found(stack, *words)["person"]["uuid"], AISHA, f"find {words}")
    several = found(stack, "ha")
    names = {one["given"] for one in several["people"]}
    equal(names, {"Hannah", "Harry"}, "find 'ha'")
    text = stack.cli("find", "ha", check=True).out
    contains(text, "Lewis", "the list")
    absent(text, "Khan", "the list")
    for words in (["nobody"], ["%"], ["_"], ["999999999999"], ["' OR 1=1 --"]):
        error = stack.refused("find", *words)
        equal(error["name"], "NOT_FOUND", f"find {words}")


def test_who_may_search(stack):
    """a cardholder without such a right finds nobody, and reads nobody's photograph"""
    stack.login("aisha-khan")
    with stack.proxy.watch() as seen:
        error = stack.refused("find", "900000000074")
        status, _ = stack.agent.request("GET", "/v1/desk/people/900000000074")
    equal(error["name"], "POLICY_ROLE", "find")
    expect(status >= 400, "the profile was shown all the same")
    absent(b"".join(r.answer or b"" for r in seen), b"Carter", "what the server answered")


def test_show(stack):
    """show says holder, card, certificates with days left, and each service with its reasons"""
    stack.login("tom-adeyemi")
    stack.insert(2, "ben-carter")
    text = stack.cli("show", check=True).out
    for part in ("Mr Ben Carter", "900000000074", "Wellside Hospitals (ZW1)", "10000007",
                 "expired", "Renew certificates", "Repair smartcard"):
        contains(text, part, "show")
    contains(text, "repair", "the remedy")
    stack.pull(2)
    card = stack.insert(2, "aisha-khan")["card"]
    identify = card["identify"]
    equal((identify["person"]["uuid"], identify["card"]["serial"], identify["diagnosis"]["code"]),
          (AISHA, "10000006", "due"), "the details (R9)")
    for secret in ("nonce", "prelude"):
        absent(json.dumps(card), f'"{secret}"', "what the agent shows")
    error = stack.refused("renew", "--yes", "--card", "10000007", passcode=PASSCODE)
    equal(error["name"], "CARD_OTHER", "renew --card of another card")


def test_photograph(stack):
    """the photograph is shown before a service can start (R9), and that is audited"""
    stack.login("tom-adeyemi")
    before = stack.store("SELECT count(*) FROM audit_entry WHERE subject_uuid = ?", AISHA)[0][0]
    token = stack.token()
    status, headers, body = stack.https("GET", f"/v1/people/{AISHA}/photo", token=token)
    equal((status, headers["Content-Type"]), (200, "image/svg+xml"), "the photograph")
    contains(body, b"<svg", "the photograph")
    equal(stack.https("GET", f"/v1/people/{AISHA}/photo")[0], 401, "without a session")
    after = stack.store("SELECT count(*) FROM audit_entry WHERE subject_uuid = ?", AISHA)[0][0]
    equal(after, before + 1, "entries of the audit about this person")


def test_window(stack):
    """renewal is offered in the 90 days before expiry, else the day on which it opens (R2)"""
    stack.login("tom-adeyemi")
    services = services_of(stack, "chloe-martin")
    equal(reasons(services, "renew"), ["POLICY_WINDOW"], "a fresh card")
    not_after = stack.store("SELECT max(not_after) FROM certificate WHERE card_id = (SELECT id FROM"
                            " card WHERE person_uuid = '900000000082')")[0][0]
    equal(reason(services, "renew", "POLICY_WINDOW")["opens_on"], not_after - 90 * DAY, "the day")
    equal(reasons(services_of(stack, "aisha-khan"), "renew"), [], "a card due in 52 days")


def test_expired(stack):
    """an expired card is renewed by nobody, and the reason points to repair (X3)"""
    stack.login("tom-adeyemi")
    services = services_of(stack, "ben-carter")
    equal(reasons(services, "renew"), ["POLICY_EXPIRED"], "renew")
    equal(reason(services, "renew", "POLICY_EXPIRED")["instead"], "repair", "what would do")
    equal(reasons(services, "repair"), [], "repair")


def test_role(stack):
    """a profile without the right is told which own profile has it (X6, X9)"""
    stack.login("priya-nair", "Sponsor")
    services = services_of(stack, "ben-carter")
    equal(reasons(services, "repair"), ["POLICY_ROLE"], "repair by a sponsor")
    equal(reason(services, "repair", "POLICY_ROLE")["profile"], CHECKER, "the own profile")
    stack.tidy()
    stack.login("priya-nair", "ID Checker")
    services = services_of(stack, "ben-carter")
    equal(reasons(services, "repair"), [], "repair by an ID checker")
    equal(reasons(services, "renew"), ["POLICY_ROLE", "POLICY_EXPIRED"], "all reasons, not one")


def test_role_nowhere(stack):
    """who has no such profile is told so, without a profile that would do (X6)"""
    stack.login("hannah-lewis")
    services = services_of(stack, "ben-carter")
    expect("profile" not in reason(services, "repair", "POLICY_ROLE"), "a profile that is not")


def test_states(stack):
    """locked, cancelled and blank cards each say what would do (R11)"""
    stack.login("tom-adeyemi")
    locked = services_of(stack, "daniel-osei")
    equal(reasons(locked, "renew")[0], "POLICY_LOCKED", "renew of a locked card")
    equal(reasons(locked, "repair"), [], "repair of a locked card")
    cancelled = services_of(stack, "ella-fraser")
    for name in ("renew", "repair", "unlock"):
        equal(reasons(cancelled, name), ["POLICY_CANCELLED"], f"{name} of a cancelled card")
    equal(reason(cancelled, "renew", "POLICY_CANCELLED")["instead"], "issue", "what would do")
    blank = services_of(stack, "harry-singh")
    equal(reasons(blank, "renew")[0], "POLICY_NOT_ISSUED", "renew of a blank card")
    equal(reason(blank, "renew", "POLICY_NOT_ISSUED")["instead"], "issue", "what would do")


def test_scope(stack):
    """another organisation's people are not served; a clinic below is (R1)"""
    stack.login("tom-adeyemi")
    equal(reasons(services_of(stack, "grace-liu"), "renew"), ["POLICY_SCOPE"], "another's")
    equal(reasons(services_of(stack, "liam-ward"), "repair"), [], "a clinic's")
    stack.tidy()
    stack.login("george-evans")
    equal(reasons(services_of(stack, "aisha-khan"), "renew"), ["POLICY_SCOPE"], "from below")


def test_closed(stack):
    """a person whose profile is closed is not served until it is open again"""
    stack.store_write("UPDATE person SET closed = 1 WHERE uuid = '900000000140'")
    stack.login("tom-adeyemi")
    services = services_of(stack, "isla-novak")
    stack.store_write("UPDATE person SET closed = 0 WHERE uuid = '900000000140'")
    equal(reasons(services, "renew"), ["POLICY_PROFILE_CLOSED"], "renew")


def test_own_card(stack):
    """nobody serves the own card, also not through a search"""
    stack.login("tom-adeyemi")
    card = found(stack, "900000000025")["cards"][0]
    for name in ("renew", "repair", "cancel"):
        expect("POLICY_OWN_CARD" in reasons(card["services"], name), f"{name} of the own card")


def test_other_cards(stack):
    """a person's other cards are listed with state and expiry; the latest in date is marked (R10)"""
    stack.login("tom-adeyemi")
    blank = stack.card_file("second")
    stack.run("vcard", "make", str(blank), "--model", "metadata", "--serial", "10000077")
    stack.insert(2, "second")
    stack.job("issue", "--person", AISHA, "--identity-check", "known", passcode=NEW_PASSCODE)
    cards = found(stack, AISHA)["cards"]
    equal({c["serial"]: c["latest_in_date"] for c in cards}, {"10000006": False, "10000077": True},
          "cards")
    stack.pull(2)
    identify = stack.insert(2, "aisha-khan")["card"]["identify"]
    equal(identify["card"]["serial"], "10000006", "the card that is inserted")
    others = identify["other_cards"]
    equal([(c["serial"], c["state"]) for c in others], [("10000077", "active")], "the others")
    expect(all(c["days_left"] > 700 for c in others[0]["certificates"]), f"{others}")


def test_stranger(stack):
    """a card that is not ours is nobody's: no person is shown and nothing is offered"""
    stack.found_other(stack.card_file("stranger"), "10000055")
    stack.login("tom-adeyemi")
    identify = stack.insert(2, "stranger")["card"]["identify"]
    equal((identify["person"], identify["card"]), (None, None), "whose card")
    equal([s["service"] for s in identify["services"] if s["available"]], [], "offers")


def test_double(stack):
    """a card that only bears one of our serial numbers is never served as that card"""
    stack.found_other(stack.card_file("double"))
    stack.login("tom-adeyemi")
    stack.insert(2, "double")
    dump = stack.dump("double")
    issued = stack.store("SELECT count(*) FROM certificate")
    error = stack.refused("repair", "--yes", "--identity-check", "known", passcode=NEW_PASSCODE)
    expect(error["card"] in ("unchanged", "safe_finish_later"), f"repair: {error}")
    equal(stack.dump("double"), dump, "the card")
    equal(stack.store("SELECT count(*) FROM certificate"), issued, "certificates")


def test_audit(stack):
    """searches and views are in the audit, without the words that were searched"""
    result = stack.audit_verify()
    equal(result.code, 0, f"audit verify: {result}")
    text = (stack.base / "audit.jsonl").read_text()
    events = [json.loads(line).get("event") for line in text.splitlines()]
    for event in ("search", "person_viewed", "card_identified"):
        expect(event in events, f"no {event}")
    for word in ("Khan", "khan", "Carter"):
        absent(text, word, "the audit")


if __name__ == "__main__":
    run([test_numbers, test_names, test_who_may_search, test_show, test_photograph, test_window,
         test_expired, test_role, test_role_nowhere, test_states, test_scope, test_closed,
         test_own_card, test_other_cards, test_stranger, test_double, test_audit])
