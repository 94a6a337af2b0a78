# SPDX-License-Identifier: Apache-2.0
"""test_server_hostile: log-ins, tokens and messages that are not as they must be. Each is refused
with its error of the catalogue, written down, and changes nothing."""
import json
import resource
import socket
import time
from contextlib import contextmanager

import client
from card import certificate
from client import Ephemeral
from forge import certificate_of
from hostile import card_works, field_of, flip
from stack import PASSCODE
from tap import absent, contains, equal, expect, run, untold

AISHA = "aisha-khan"
POSTS = (
    "/v1/login/challenge",
    "/v1/login",
    "/v1/session",
    "/v1/session/lease",
    "/v1/session/end",
    "/v1/cards/identify",
    "/v1/jobs",
    "/v1/jobs/" + "0" * 32 + "/steps",
)
GETS = (
    "/",
    "/start.css",
    "/v1/health",
    "/v1/policy",
    "/v1/ca/root.pem",
    "/v1/crl/signing.crl",
    "/v1/audit?from=1",
    "/v1/jobs",
    "/v1/people?q=khan",
    "/v1/people/900000000066",
    "/v1/people/900000000066/photo",
)


# ---- what the documentation says that answers hold ----


def members(value, names, what):
    equal([name for name in names.split() if name not in value], [], f"members missing from {what}")


def test_documented(stack):
    """answers hold the members that docs/protocol/server.md names"""
    field = field_of(stack)
    session, report = field.session("IDC"), field.report(AISHA)
    answer = field.identify(session, report)
    members(
        answer,
        "nonce expires_at now identity card person certificates diagnosis findings cure other_cards "
        "services open_job policy_hash",
        "identify",
    )
    members(answer["card"], "id identity serial guid label model state issued_at", "its card")
    members(answer["person"], "uuid given family title org org_name closed", "its person")
    members(
        answer["certificates"][0],
        "purpose serial not_before not_after days_left state",
        "a certificate",
    )
    members(
        client.service_of(answer, "repair"),
        "service title available resume reasons identity_check job " "prelude",
        "a service",
    )
    members(client.service_of(answer, "renew")["reasons"][0], "name code cause remedy", "a reason")
    members(
        session.policy,
        "name hash operator_passcode operator_idle_minutes session_minutes lock_minutes "
        "passcode_min passcode_max window_days",
        "the session's policy",
    )
    members(session.ask("GET", "/v1/people/900000000066"), "person cards", "a person")
    equal(
        session.raw("GET", "/v1/policy").headers["ETag"],
        f'"{session.policy["hash"]}"',
        "ETag of the policy",
    )


# ---- log-in ----


def test_renewal(stack):
    """a client written from the documentation renews a card, and both new keys sign"""
    field = field_of(stack)
    field.waiting = field.login("IDC")  # its lease runs out meanwhile: test_expired
    before = certificate(field.report("finn-gallagher"), "certificate_9a")
    receipt = field.job(field.session("RAA"), "finn-gallagher", "renew").run()
    equal(receipt["service"], "renew", "the receipt")
    expect(
        certificate(field.report("finn-gallagher"), "certificate_9a") != before,
        "another certificate",
    )
    card_works(field, "finn-gallagher")


def login_with(field, change, person="tom-adeyemi", signer=None):
    """A log-in whose body was changed after it was signed."""
    report = field.report(person)
    body = client.login_body(
        field.server, field.card(signer or person), report, PASSCODE, Ephemeral()
    )
    change(body)
    return field.server.ask("POST", "/v1/login", body)


def refused_login(field, names, *arguments):
    """Refused and audited; nothing opened."""
    mark, sessions = field.audit_mark(), field.stack.store("SELECT count(*) FROM session")
    problem = field.problem(
        (names,) if isinstance(names, str) else names, login_with, field, *arguments
    )
    entries = [(e["event"], e["status"]) for e in field.audit(mark)]
    equal(entries, [("login_refused", problem["name"])], "the audit")
    equal(field.stack.store("SELECT count(*) FROM session"), sessions, "sessions")


def test_login_forged(stack):
    """a log-in with anything changed after it was signed is refused"""
    field = field_of(stack)
    other = Ephemeral().spki().hex()
    for at in (0, 20, 60, -3):
        refused_login(field, "LOGIN_NONCE", lambda b, at=at: b.update(nonce=flip(b["nonce"], at)))
    refused_login(field, "LOGIN_REFUSED", lambda b: b.update(ephemeral_key=other))
    refused_login(field, "LOGIN_REFUSED", lambda b: b.update(ephemeral_key="30"))
    refused_login(field, "LOGIN_REFUSED", lambda b: b.update(signature=flip(b["signature"], -1)))
    refused_login(field, "LOGIN_REFUSED", lambda b: b.update(signature=""))
    refused_login(field, "LOGIN_REFUSED", lambda b: None, "tom-adeyemi", "priya-nair")


def test_login_nonce(stack):
    """a log-in's nonce serves once, and so does its ticket"""
    field = field_of(stack)
    report = field.report("tom-adeyemi")
    body = client.login_body(field.server, field.card("tom-adeyemi"), report, PASSCODE, Ephemeral())
    answer = field.server.ask("POST", "/v1/login", body)
    refused_login(field, "LOGIN_NONCE", lambda b: b.update(body))
    request = {"ticket": answer["ticket"], "profile": answer["profiles"][0]["id"]}
    field.problem(
        ("ROLE_UNKNOWN",),
        field.server.ask,
        "POST",
        "/v1/session",
        dict(request, profile="900000001023"),
    )
    opened = field.server.ask("POST", "/v1/session", request)
    field.server.ask("POST", "/v1/session/end", {"reason": "card_removed"}, opened["token"])
    field.problem(("LOGIN_NONCE",), field.server.ask, "POST", "/v1/session", request)


def test_login_cards(stack):
    """forged, foreign, expired and cancelled cards do not log in"""
    field = field_of(stack)
    key = Ephemeral()
    forged = {
        "objects": {
            "certificate_9a": {
                "sw": "9000",
                "data": certificate_of(key.key, "900000000025 Tom Adeyemi").hex(),
            }
        }
    }

    def sign_forged(body):
        digest = client.login_digest(
            field.server.origin, body["nonce"], bytes.fromhex(body["ephemeral_key"])
        )
        body.update(report=dict(body["report"], **forged), signature=key.sign(digest).hex())

    refused_login(field, "CA_UNKNOWN", sign_forged)
    refused_login(field, "CARD_EXPIRED", lambda b: None, "ben-carter")
    refused_login(field, "CARD_CANCELLED", lambda b: None, "ella-fraser")
    refused_login(field, "ROLE_NONE", lambda b: None, "finn-gallagher")

    def swap_objects(body):
        objects = body["report"]["objects"]
        objects["certificate_9a"] = objects["certificate_9c"]

    refused_login(field, ("LOGIN_REFUSED", "CA_UNKNOWN"), swap_objects)


def test_old_card(stack):
    """a certificate that was superseded does not log in"""
    field = field_of(stack)
    report = field.report("chloe-martin")
    field.stack.store_write(
        "UPDATE certificate SET state = 'superseded' WHERE fingerprint = ?",
        client.fingerprint(report, "certificate_9a"),
    )
    refused_login(field, "CARD_REVOKED", lambda b: None, "chloe-martin")
    field.stack.store_write(
        "UPDATE certificate SET state = 'current' WHERE fingerprint = ?",
        client.fingerprint(report, "certificate_9a"),
    )
    field.login("CHO")


# ---- tokens ----


def test_tokens(stack):
    """without a token, with garbage or a forged one, nothing that needs a log-in answers"""
    field = field_of(stack)
    token = field.session("RAA").keep().token
    bad = [
        None,
        "",
        "x",
        "00",
        token[:-2],
        token + "00",
        token.upper()[:-1],
        field.session("RAA").ticket,
        field.server.ask("POST", "/v1/login/challenge", {})["nonce"],
        "a" * 9000,
    ]
    bad += [flip(token, at) for at in range(0, len(token), len(token) // 12)]
    kept = field.kept()
    for one in bad:
        for method, path in (
            ("GET", "/v1/jobs"),
            ("GET", "/v1/policy"),
            ("POST", "/v1/cards/identify"),
        ):
            answer = field.server.raw(method, path, b"{}" if method == "POST" else None, one)
            if answer.code not in (400, 431):  # too long for a header
                equal(
                    json.loads(answer.body)["name"],
                    "SESSION_MISSING",
                    f"{path} with {str(one)[:40]}",
                )
    equal(field.kept(), kept, "what is stored")


def test_lease(stack):
    """a lease goes on only with the ephemeral key, for this session and this token"""
    field = field_of(stack)
    session, other = field.login("RAA"), field.session("IDC")
    field.refused("SESSION_MISSING", session.lease, Ephemeral())
    field.refused("SESSION_MISSING", session.lease, other.key)
    field.refused("SESSION_MISSING", session.lease, None, other.id)
    field.refused("SESSION_MISSING", session.lease, None, None, other.token)
    field.refused(
        "BAD_MESSAGE",
        field.server.ask,
        "POST",
        "/v1/session/lease",
        {"signature": 7},
        session.token,
    )
    session.lease()


def test_ended(stack):
    """an ended session's token is refused at once, and has no lease any more"""
    field = field_of(stack)
    session = field.login("RAA")
    session.end("card_removed")
    started = time.monotonic()
    field.refused("SESSION_ENDED", field.server.ask, "GET", "/v1/jobs", None, session.token)
    expect(time.monotonic() - started < 1, "at once")
    field.refused("SESSION_ENDED", session.lease)
    field.refused("SESSION_ENDED", session.end)


def test_role_ended(stack):
    """a role profile that ended, or is gone, has no rights from that moment on"""
    field = field_of(stack)
    session = field.login("ADV")
    session.ask("GET", "/v1/jobs")
    stack.store_write(
        "UPDATE profile SET ends_at = ? WHERE id = ?", int(time.time()) - 1, session.profile["id"]
    )
    field.refused("ROLE_ENDED", session.server.ask, "GET", "/v1/jobs", None, session.token)
    field.refused("ROLE_ENDED", session.lease)
    stack.store_write(
        "UPDATE profile SET ends_at = 0, starts_at = ? WHERE id = ?",
        int(time.time()) + 3600,
        session.profile["id"],
    )
    field.refused("ROLE_UNKNOWN", session.server.ask, "GET", "/v1/jobs", None, session.token)
    stack.store_write("UPDATE profile SET starts_at = 0 WHERE id = ?", session.profile["id"])
    session.ask("GET", "/v1/jobs")


def test_operator_changed(stack):
    """an operator who was closed, or whose card was cancelled meanwhile, has no rights any more"""
    field = field_of(stack)
    session = field.login("ADV")
    person = session.person
    session.ask("GET", "/v1/jobs")
    stack.store_write("UPDATE person SET closed = 1 WHERE uuid = ?", person)
    field.refused("PROFILE_CLOSED", session.server.ask, "GET", "/v1/jobs", None, session.token)
    stack.store_write("UPDATE person SET closed = 0 WHERE uuid = ?", person)
    stack.store_write("UPDATE card SET state = 'cancelled' WHERE person_uuid = ?", person)
    field.refused("CARD_CANCELLED", session.server.ask, "GET", "/v1/jobs", None, session.token)
    field.refused("CARD_CANCELLED", session.lease)
    stack.store_write("UPDATE card SET state = 'active' WHERE person_uuid = ?", person)
    session.ask("GET", "/v1/jobs")


# ---- messages ----


def spoiled_bodies():
    nest = 5000
    yield from (
        b"",
        b"{",
        b"[]",
        b"null",
        b"7",
        b'"x"',
        b"{}{}",
        b"{} x",
        b'{"a":}',
        b"\x00",
        b"\xff\xfe",
        b"{\"a\":\"\xff\"}",
    )
    yield from (
        b"[" * nest + b"]" * nest,
        b'{"a":' * nest + b"1" + b"}" * nest,
        b'{"a":[' + b"[" * 40 + b"]" * 40 + b"]}",
    )
    yield b'{"nonce":"00","nonce":"01","report":{},"report":{}}'
    yield b'{"a":"' + b"x" * 300_000 + b'"}'
    yield b'{"a":"' + b"x" * 600_000 + b'"}'
    yield json.dumps(
        {
            name: 7
            for name in (
                "ticket",
                "profile",
                "report",
                "nonce",
                "signature",
                "job",
                "step",
                "result",
                "reason",
                "workstation",
                "ephemeral_key",
            )
        }
    ).encode()
    yield json.dumps(
        {"report": {"insertion": "00", "objects": [], "metadata": None}, "step": 1, "result": []}
    ).encode()
    yield json.dumps(
        {"reason": "x" * 100_000, "ticket": "00" * 5000, "profile": "9" * 5000}
    ).encode()


def post_spoiled(field, path, body):
    """A refusal of the catalogue, or the connection is closed."""
    try:
        answer = field.server.raw("POST", path, body, field.session("RAA").keep().token)
    except (OSError, client.http.client.HTTPException):
        field.server.close()
        return
    if path == "/v1/login/challenge" and answer.code == 200:
        return  # needs nothing of its body
    expect(400 <= answer.code < 500, f"{path} {body[:60]}: {answer.code} {answer.body[:200]}")
    if answer.code != 413:
        equal(answer.type, "application/problem+json", f"{path} {body[:60]}")
        contains(
            (
                "BAD_MESSAGE",
                "TOO_LARGE",
                "BAD_VALUE",
                "JOB_UNKNOWN",
                "ROLE_UNKNOWN",
                "SESSION_MISSING",
            ),
            json.loads(answer.body)["name"],
            f"{path} {body[:60]}",
        )


def test_messages(stack):
    """malformed, oversized, deeply nested, doubled and mistyped JSON is refused on every route"""
    field = field_of(stack)
    kept = field.kept()
    for path in POSTS:
        for body in spoiled_bodies():
            post_spoiled(field, path, body)
    equal(field.kept(), kept, "what is stored")
    equal(field.server.ask("GET", "/v1/health")["status"], "ok", "health")
    field.session("RAA").ask("GET", "/v1/jobs")


def test_routes(stack):
    """unknown routes and methods are refused, and so are odd paths"""
    field = field_of(stack)
    token = field.session("RAA").keep().token
    odd = (
        "//",
        "/start.css/",
        "/v1",
        "/v1/",
        "/v2/health",
        "/v1/health/",
        "/v1/jobs/",
        "/v1/jobs//steps",
        "/v1/ca/",
        "/v1/ca/x.pem",
        "/v1/ca/..%2fserver.json",
        "/v1/ca/../../etc/passwd",
        "/v1/crl/%00",
        "/v1/people/abc",
        "/v1/people/" + "9" * 63,
        "/v1/people/" + "9" * 5000,
        "/v1/people/123456789012",
        "/v1/audit?from=x",
        "/v1/audit?from=0",
        "/v1/people?x=1",
        "/v1/people?q=" + "k" * 4000,
    )
    for path in odd:
        code = field.server.raw("GET", path, None, token).code
        expect(400 <= code < 500, f"GET {path[:40]}: {code}")
    for path in POSTS + GETS:
        for method in (
            "PUT",
            "DELETE",
            "PATCH",
            "OPTIONS",
            "TRACE",
            "POST" if path in GETS else "GET",
        ):
            if (method, path) in (("POST", "/v1/jobs"), ("GET", "/v1/jobs")):
                continue
            code = field.server.raw(method, path, b"{}" if method == "POST" else None, token).code
            expect(400 <= code < 502, f"{method} {path}: {code}")
    equal(field.server.ask("GET", "/v1/health")["status"], "ok", "health")


# ---- connections ----

DESCRIPTORS, SLOW = 1024, 1100
SLOW_LOGIN = b"POST /v1/login HTTP/1.1\r\nHost: x\r\nContent-Length: 200000\r\n\r\n{"


@contextmanager
def descriptors(soft):
    """What is started meanwhile may have so many; afterwards this process as many as it may."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def begin_slowly(field):
    host, port = field.server.host.split(":")
    plain = socket.create_connection((host, int(port)), timeout=client.WAIT_S)
    slow = field.server.context.wrap_socket(plain, server_hostname=host)
    slow.sendall(SLOW_LOGIN)
    return slow


def goes_on(slow):
    """One byte more of the body; False once the server has ended it."""
    try:
        slow.sendall(b"x")
    except OSError:
        return False
    return True


def ended_lines(stack):
    return (stack.base / "server.log").read_text().count("connections ended")


def test_slow(stack):
    """more slow requests than the server has descriptors keep nobody away, and are told once"""
    field = field_of(stack)
    with descriptors(DESCRIPTORS):
        stack.restart_server()
    kept, before = field.kept(), ended_lines(stack)
    crowd = [begin_slowly(field) for _ in range(SLOW)]
    try:
        for _ in range(5):
            field.server.close()  # each time a connection of its own
            started = time.monotonic()
            equal(field.server.ask("GET", "/v1/health")["status"], "ok", "health")
            expect(time.monotonic() - started < 2, "health answers at once")
            left = sum(goes_on(slow) for slow in crowd)
        expect(0 < left <= DESCRIPTORS / 2, f"{left} slow ones are left")
        equal(ended_lines(stack), before + 1, "lines in the log")
        equal(field.kept(), kept, "what is stored")
    finally:
        for slow in crowd:
            slow.close()


# ---- at the end ----


def test_expired(stack):
    """a token whose lease ran out is refused and written down"""
    field = field_of(stack)
    session = field.waiting
    left = session.expires_at - time.time()
    if left > 0:
        time.sleep(left + 1)  # the lease is 15 s from the file's first test
    field.refused("SESSION_EXPIRED", field.server.ask, "GET", "/v1/jobs", None, session.token)
    field.refused("SESSION_EXPIRED", session.lease)


def test_audit(stack):
    """the audit of it all verifies, and holds no passcode"""
    equal(stack.audit_verify().code, 0, "cardwright audit verify")
    untold(stack.audit_file().read_text(), PASSCODE, "the audit")
    untold("".join(log.read_text() for log in stack.base.glob("*.log")), PASSCODE, "the logs")


def test_cards_work(stack):
    """every card of the organisation that is in use still works"""
    field = field_of(stack)
    for person in (
        "margaret-okafor",
        "tom-adeyemi",
        "priya-nair",
        "hannah-lewis",
        "george-evans",
        AISHA,
        "chloe-martin",
        "finn-gallagher",
        "grace-liu",
        "isla-novak",
    ):
        card_works(field, person)


if __name__ == "__main__":
    run(
        [
            test_renewal,
            test_documented,
            test_login_forged,
            test_login_nonce,
            test_login_cards,
            test_old_card,
            test_tokens,
            test_lease,
            test_ended,
            test_role_ended,
            test_operator_changed,
            test_messages,
            test_routes,
            test_slow,
            test_expired,
            test_audit,
            test_cards_work,
        ]
    )
