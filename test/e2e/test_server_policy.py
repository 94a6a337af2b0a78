# SPDX-License-Identifier: Apache-2.0
"""test_server_policy: the golden table of cis-2015 (role x service x card), enforced over HTTP
against a client that asks for everything without looking at what identify offers (I7)."""
import functools
import os

import client
from card import card_verify, select_piv
from client import Refused
from hostile import ROLES, card_works, field_of, first_reason, golden
from stack import WRONG_PASSCODE
from tap import equal, expect, run

TABLE = golden("cis-2015")
HARRY = "900000000132"


# ---- how each card comes into its state ----


def lock(field, person):
    select_piv(field.card(person))
    for _ in range(3):
        card_verify(field.card(person), WRONG_PASSCODE)
    field.card(person).reset()


def open_job(field, role, name, service, **more):
    """Begun, and what the server sent never played."""
    job = field.job(field.session(role), name, service, **more)
    job.start()
    field.card(name).reset()


def close_person(field, uuid, closed):
    field.stack.store_write("UPDATE person SET closed = ? WHERE uuid = ?", closed, uuid)


def nothing(_field):
    pass


SET_UP = {
    "fresh": ("george-evans", nothing),
    "in_window": ("aisha-khan", nothing),
    "expired": ("ben-carter", nothing),
    "cancelled": ("ella-fraser", nothing),
    "blank": ("harry-singh", nothing),
    "locked": ("isla-novak", lambda f: lock(f, "isla-novak")),
    "locked_expired": ("jack-brown", lambda f: lock(f, "jack-brown")),
    "closed_holder": ("aisha-khan", lambda f: close_person(f, "900000000066", 1)),
    "open_renewal": ("finn-gallagher", lambda f: open_job(f, "RAA", "finn-gallagher", "renew")),
    "open_renewal_locked": ("finn-gallagher", lambda f: lock(f, "finn-gallagher")),
    "open_repair": (
        "ben-carter",
        lambda f: open_job(f, "IDC", "ben-carter", "repair", check="passport"),
    ),
    "open_issue": (
        "harry-singh",
        lambda f: open_job(f, "RAA", "harry-singh", "issue", person=HARRY, check="passport"),
    ),
    "other_organisation": ("grace-liu", nothing),
}
UNDO = {"closed_holder": lambda f: close_person(f, "900000000066", 0)}


# ---- asking for everything ----


def ask_for(field, session, person, report, answer, service):
    """The act as a client would send it that never looked at what is offered."""
    offer = {"service": service}
    offered = [s for s in answer["services"] if s["service"] == service]
    job = client.Job(
        session,
        field.card(person),
        report,
        dict(answer, services=offered or [offer]),
        service,
        person=HARRY if person == "harry-singh" else "",
        check="passport seen",
    )
    job.statement["job"] = job.body["job"] = os.urandom(16).hex()
    job.body["prelude"] = {"outcome": "done", "status": "OK", "answers": []}
    job.sign()
    try:
        job.begin()
    except Refused as refused:
        return refused.name
    return None


def check_role(field, case, person, role):
    """All services for one role; what was refused with another status, and how many were asked."""
    session, report = field.session(role), field.report(person)
    answer = field.identify(session, report, HARRY if person == "harry-singh" else None)
    kept, mark, wrong, expected = field.kept(), field.audit_mark(), [], []
    for service, cells, reasons in TABLE[case]:
        name = first_reason(cells[role], reasons)
        if name is None:
            continue
        expected.append(name)
        found = ask_for(field, session, person, report, answer, service)
        if found != name:
            wrong.append(f"{case} {role} {service}: {found}, not {name}")
    equal(wrong, [], "refusals that differ from the golden table")
    equal(field.kept(), kept, f"what is stored, after {role} was refused")
    audited = [entry.get("status") for entry in field.audit(mark)]
    equal(audited, expected, f"the audit of {role}")
    return len(expected)


def check_case(case, stack):
    field = field_of(stack)
    person, set_up = SET_UP[case]
    set_up(field)
    try:
        asked = sum(check_role(field, case, person, role) for role in ROLES)
    finally:
        UNDO.get(case, nothing)(field)
    expect(asked > len(ROLES), "the table refuses something to each role")


def test_own_card(stack):
    """own_card: nobody serves the card with which the session was opened"""
    field = field_of(stack)
    for role, (person, _) in ROLES.items():
        check_role(field, "own_card", person, role)


def test_second_card(stack):
    """own_second_card: nor another card of the same person"""
    field = field_of(stack)
    for role in ROLES:
        stack.store_write(
            "UPDATE card SET person_uuid = ? WHERE serial = '10000006'", field.session(role).person
        )
        check_role(field, "own_second_card", "aisha-khan", role)
    stack.store_write("UPDATE card SET person_uuid = '900000000066' WHERE serial = '10000006'")


def check_stranger(stack, case, certificate):
    """A card that the directory does not know, with that in the object of 9A."""
    field = field_of(stack)
    report = field.report
    field.report = lambda person: dict(
        report(person),
        serial="4711",
        objects={"certificate_9a": {"sw": "9000", "data": certificate}},
    )
    try:
        for role in ROLES:
            field.session(role)
            check_role(field, case, "aisha-khan", role)
    finally:
        del field.report


def test_unknown_card(stack):
    """unknown_card: a card in use of which nothing can be read"""
    check_stranger(stack, "unknown_card", "7003010203")


def test_foreign_card(stack):
    """foreign_card: a card with a certificate of another issuer"""
    check_stranger(stack, "foreign_card", UNKNOWN_CERTIFICATE)


def unknown_certificate():
    """The object of a certificate that nobody here issued."""
    from forge import self_signed

    return self_signed("900000000066 Aisha Khan").hex()


UNKNOWN_CERTIFICATE = unknown_certificate()


def test_search(stack):
    """search, photographs, open jobs and the audit are refused to who has no such right"""
    field = field_of(stack)
    cells = {service: row for service, row, _ in TABLE["fresh"]}
    paths = {
        "/v1/people?q=khan": "search",
        "/v1/people/900000000066": "search",
        "/v1/people/900000000066/photo": "search",
        "/v1/jobs": "search",
        "/v1/audit?from=1": "reports",
    }
    for role in ROLES:
        for path, service in paths.items():
            if cells[service][role] == "y":
                equal(field.session(role).raw("GET", path).code, 200, f"{path} for {role}")
            else:
                field.refused("POLICY_ROLE", field.session(role).ask, "GET", path)


def test_all_go_on(stack):
    """every job that was left open goes on to its end, and every card works"""
    field = field_of(stack)
    stack.store_write("UPDATE card SET person_uuid = '900000000066' WHERE serial = '10000006'")
    for person, service, role in (
        ("ben-carter", "repair", "IDC"),
        ("harry-singh", "issue", "RAA"),
        ("isla-novak", "repair", "IDC"),
        ("jack-brown", "repair", "IDC"),
    ):
        more = {"person": HARRY} if service == "issue" else {}
        job = field.job(field.session(role), person, service, check="passport seen", **more)
        job.run()
    for person in (
        "tom-adeyemi",
        "priya-nair",
        "hannah-lewis",
        "george-evans",
        "aisha-khan",
        "ben-carter",
        "chloe-martin",
        "grace-liu",
        "harry-singh",
        "isla-novak",
        "jack-brown",
    ):
        card_works(field, person)


def test_audit(stack):
    """the audit of it all verifies"""
    equal(stack.audit_verify().code, 0, "cardwright audit verify")


def case_test(name):
    test = functools.partial(check_case, name)
    test.__doc__ = (
        f"{name}: each role is refused what the golden table refuses, and nothing changes"
    )
    test.__name__ = f"test_{name}"
    return test


if __name__ == "__main__":
    run(
        [test_own_card, test_second_card, test_unknown_card, test_foreign_card,
         test_search]
        + [case_test(name) for name in SET_UP]
        + [test_all_go_on, test_audit]
    )
