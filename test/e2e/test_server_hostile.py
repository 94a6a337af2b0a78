# SPDX-License-Identifier: Apache-2.0
"""test_server_hostile: tokens, statements, answers and messages that are not as they must be. Each
is refused with its error of the catalogue, written down, and changes nothing."""
import copy
import json
import os
import time

import client
from card import certificate, select_piv
from client import Ephemeral, Refused
from forge import certificate_of
from hostile import card_works, field_of
from stack import PASSCODE
from tap import absent, contains, equal, expect, Failed, run

TOKEN_NAMES = ("SESSION_MISSING", "SESSION_EXPIRED")
AISHA, ISLA = "aisha-khan", "isla-novak"
POSTS = ("/v1/login/challenge", "/v1/login", "/v1/session", "/v1/session/lease", "/v1/session/end",
         "/v1/cards/identify", "/v1/jobs", "/v1/jobs/" + "0" * 32 + "/steps")
GETS = ("/v1/health", "/v1/policy", "/v1/ca/root.pem", "/v1/crl/signing.crl", "/v1/audit?from=1", "/v1/jobs",
        "/v1/people?q=khan", "/v1/people/900000000066", "/v1/people/900000000066/photo")


def flip(text, at):
    """Hex digits with one of them changed."""
    return text[:at] + ("1" if text[at] == "0" else "0") + text[at + 1:]


# ---- what the documentation says that answers hold ----

def members(value, names, what):
    equal([name for name in names.split() if name not in value], [], f"members missing from {what}")


def test_documented(stack):
    """answers hold the members that docs/protocol/server.md names"""
    field = field_of(stack)
    session, report = field.session("IDC"), field.report(AISHA)
    answer = field.identify(session, report)
    members(answer, "nonce expires_at now identity card person certificates diagnosis other_cards services "
            "open_job policy_hash", "identify")
    members(answer["card"], "id identity serial guid label model state issued_at", "its card")
    members(answer["person"], "uuid given family title org org_name closed", "its person")
    members(answer["certificates"][0], "purpose serial not_before not_after days_left state", "a certificate")
    members(client.service_of(answer, "repair"), "service title available resume reasons identity_check job "
            "prelude", "a service")
    members(client.service_of(answer, "renew")["reasons"][0], "name code cause remedy", "a reason")
    members(session.policy, "name hash operator_passcode operator_idle_minutes session_minutes passcode_min "
            "passcode_max window_days", "the session's policy")
    members(session.ask("GET", "/v1/people/900000000066"), "person cards", "a person")
    equal(session.raw("GET", "/v1/policy").headers["ETag"], f'"{session.policy["hash"]}"', "ETag of the policy")


# ---- log-in ----

def test_renewal(stack):
    """a client written from the documentation renews a card, and both new keys sign"""
    field = field_of(stack)
    field.waiting = field.login("IDC")  # its lease runs out meanwhile: test_expired
    before = certificate(field.report("finn-gallagher"), "certificate_9a")
    receipt = field.job(field.session("RAA"), "finn-gallagher", "renew").run()
    equal(receipt["service"], "renew", "the receipt")
    expect(certificate(field.report("finn-gallagher"), "certificate_9a") != before, "another certificate")
    card_works(field, "finn-gallagher")


def login_with(field, change, person="tom-adeyemi", signer=None):
    """A log-in whose body was changed after it was signed."""
    report = field.report(person)
    body = client.login_body(field.server, field.card(signer or person), report, PASSCODE, Ephemeral())
    change(body)
    return field.server.ask("POST", "/v1/login", body)


def refused_login(field, names, *arguments):
    """Refused and audited; nothing opened."""
    mark, sessions = field.audit_mark(), field.stack.store("SELECT count(*) FROM session")
    problem = field.problem((names,) if isinstance(names, str) else names, login_with, field, *arguments)
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
    field.problem(("ROLE_UNKNOWN",), field.server.ask, "POST", "/v1/session",
                  dict(request, profile="900000001023"))
    opened = field.server.ask("POST", "/v1/session", request)
    field.server.ask("POST", "/v1/session/end", {"reason": "card_removed"}, opened["token"])
    field.problem(("LOGIN_NONCE",), field.server.ask, "POST", "/v1/session", request)


def test_login_cards(stack):
    """forged, foreign, expired and cancelled cards do not log in"""
    field = field_of(stack)
    key = Ephemeral()
    forged = {"objects": {"certificate_9a": {
        "sw": "9000", "data": certificate_of(key.key, "900000000025 Tom Adeyemi").hex()}}}

    def sign_forged(body):
        digest = client.login_digest(field.server.origin, body["nonce"], bytes.fromhex(body["ephemeral_key"]))
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
    field.stack.store_write("UPDATE certificate SET state = 'superseded' WHERE fingerprint = ?",
                            client.fingerprint(report, "certificate_9a"))
    refused_login(field, "CARD_REVOKED", lambda b: None, "chloe-martin")
    field.stack.store_write("UPDATE certificate SET state = 'current' WHERE fingerprint = ?",
                            client.fingerprint(report, "certificate_9a"))
    field.login("CHO")


# ---- tokens ----

def test_tokens(stack):
    """without a token, with garbage or a forged one, nothing that needs a log-in answers"""
    field = field_of(stack)
    token = field.session("RAA").keep().token
    bad = [None, "", "x", "00", token[:-2], token + "00", token.upper()[:-1], field.session("RAA").ticket,
           field.server.ask("POST", "/v1/login/challenge", {})["nonce"], "a" * 9000]
    bad += [flip(token, at) for at in range(0, len(token), len(token) // 12)]
    kept = field.kept()
    for one in bad:
        for method, path in (("GET", "/v1/jobs"), ("GET", "/v1/policy"), ("POST", "/v1/cards/identify")):
            answer = field.server.raw(method, path, b"{}" if method == "POST" else None, one)
            if answer.code not in (400, 431):  # too long for a header
                equal(json.loads(answer.body)["name"], "SESSION_MISSING", f"{path} with {str(one)[:40]}")
    equal(field.kept(), kept, "what is stored")


def test_lease(stack):
    """a lease goes on only with the ephemeral key, for this session and this token"""
    field = field_of(stack)
    session, other = field.login("RAA"), field.session("IDC")
    field.refused("SESSION_MISSING", session.lease, Ephemeral())
    field.refused("SESSION_MISSING", session.lease, other.key)
    field.refused("SESSION_MISSING", session.lease, None, other.id)
    field.refused("SESSION_MISSING", session.lease, None, None, other.token)
    field.refused("BAD_MESSAGE", field.server.ask, "POST", "/v1/session/lease", {"signature": 7}, session.token)
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
    stack.store_write("UPDATE profile SET ends_at = ? WHERE id = ?", int(time.time()) - 1, session.profile["id"])
    field.refused("ROLE_ENDED", session.server.ask, "GET", "/v1/jobs", None, session.token)
    field.refused("ROLE_ENDED", session.lease)
    stack.store_write("UPDATE profile SET ends_at = 0, starts_at = ? WHERE id = ?", int(time.time()) + 3600,
                      session.profile["id"])
    field.refused("ROLE_UNKNOWN", session.server.ask, "GET", "/v1/jobs", None, session.token)
    stack.store_write("UPDATE profile SET starts_at = 0 WHERE id = ?", session.profile["id"])
    session.ask("GET", "/v1/jobs")


# ---- statements ----

def changed(value):
    """Another value of the same type."""
    if isinstance(value, bytes):
        return bytes([value[0] ^ 1]) + value[1:]
    return value + 1 if isinstance(value, int) else "x" + value[1:] if value else "x"


def ready_job(field, role, person, service="renew", **more):
    """Prelude played, statement signed; ready to begin."""
    job = field.job(field.session(role), person, service, **more)
    job.prelude()
    job.sign()
    return job


def test_statement(stack):
    """a statement with any member changed is refused"""
    field = field_of(stack)
    job = ready_job(field, "RAA", AISHA)
    good = dict(job.statement)
    for name in client.STATEMENT:
        job.statement = dict(good, **{name: changed(good[name])})
        job.sign()
        field.refused("STATEMENT_INVALID", job.begin)
    job.statement = good
    job.sign()
    field.good_job = job


def test_statement_signer(stack):
    """a statement that another operator's card signed, or another key of it, is refused"""
    field = field_of(stack)
    job = field.good_job
    job.sign(field.card("priya-nair"))
    field.refused("STATEMENT_INVALID", job.begin)
    digest = client.sha256(client.statement_message(job.statement))
    wrong = {"9A": client.operator_sign(job.session.operator, PASSCODE, 0x9A, digest),
             "an ephemeral key": job.session.key.sign(digest), "noise": os.urandom(70)}
    for signature in wrong.values():
        job.body["signature"] = signature.hex()
        field.refused("STATEMENT_INVALID", job.begin)
    job.body["signature"] = ""
    field.refused("BAD_MESSAGE", job.begin)
    job.sign()
    other = copy.copy(job)
    other.session = field.session("SPO")
    field.refused("STATEMENT_INVALID", other.begin)


def with_nonce(field, job, nonce, **members):
    """The job as if identify had given that nonce; everything signed anew."""
    job.body.update(nonce=nonce, **members)
    job.statement.update(nonce=bytes.fromhex(nonce))
    job.prelude()
    job.sign()
    return field.refused("STATEMENT_NONCE" if nonce else "BAD_MESSAGE", job.begin)


def test_nonce(stack):
    """the nonce of another session, card or insertion, or of nobody, is refused"""
    field = field_of(stack)
    report = field.report(AISHA)
    foreign = field.identify(field.session("SPO"), report)["nonce"]
    isla = field.identify(field.session("RAA"), field.report(ISLA))["nonce"]
    other_insertion = field.identify(field.session("RAA"), field.report(AISHA))["nonce"]
    nonces = (foreign, isla, other_insertion, "00" * 56, os.urandom(56).hex(), "", "00")
    job = client.Job(field.session("RAA"), field.card(AISHA), report,
                     field.identify(field.session("RAA"), report), "renew", client.Secrets(PASSCODE))
    good = job.body["nonce"]
    for nonce in nonces + tuple(flip(good, at) for at in (0, 31, 34, 47, 48, 111)):
        with_nonce(field, job, nonce)
    job.statement.update(nonce=bytes.fromhex(good))
    job.body["nonce"] = good
    field.nonce_job = job


def test_old_statement(stack):
    """a statement from an hour ago, or from the future, is refused"""
    field = field_of(stack)
    job = field.nonce_job
    job.prelude()
    for at in (int(time.time()) - 3600, int(time.time()) + 3600, 0, 1 << 37):
        job.statement["at"] = job.body["at"] = at
        job.sign()
        field.refused("STATEMENT_INVALID", job.begin)


def test_unknown(stack):
    """services and persons that do not exist, and a report that was changed after identify"""
    field = field_of(stack)
    job = field.good_job
    for service in ("steal", "", "Renew", "renew2"):
        body = dict(job.body, service=service)
        field.refused(("POLICY_UNKNOWN_SERVICE", "BAD_MESSAGE"), job.session.ask, "POST", "/v1/jobs", body)
    issue = field.job(field.session("RAA"), "harry-singh", "issue", person="")
    issue.body["prelude"] = {"outcome": "done", "status": "OK", "answers": []}
    issue.sign()
    for person in ("", "123456789012"):
        issue.body["person"] = person
        field.refused("NOT_FOUND", issue.begin)
    report = dict(job.body["report"], tries_left=2)
    field.refused("STATEMENT_NONCE", job.session.ask, "POST", "/v1/jobs", dict(job.body, report=report))


def test_mixed_card(stack):
    """one card's certificates under another card's serial number are nobody's card"""
    field = field_of(stack)
    report = dict(field.report(AISHA), objects=field.report(ISLA)["objects"])
    field.refused("CARD_OTHER", field.session("RAA").identify, report)
    report = dict(field.report(AISHA), contactless=True)
    field.refused("CARD_CONTACTLESS", field.session("RAA").identify, report)


# ---- a job: repeated, out of order, other answers ----

def begin_raw(job):
    return job.session.raw("POST", "/v1/jobs", json.dumps(job.body).encode())


def step_raw(job, body):
    return job.session.raw("POST", job.path, json.dumps(body).encode())


def same_again(field, send, *arguments):
    """Sent twice: the same bytes, and nothing happens the second time."""
    first = send(*arguments)
    equal(first.code, 200, f"the first answer: {first.body[:300]}")
    kept, mark = field.kept(), field.audit_mark()
    again = send(*arguments)
    equal((again.code, again.body), (first.code, first.body), "the answer to the same request")
    equal(field.kept(), kept, "what is stored after the repetition")
    equal(field.audit(mark), [], "entries of the audit after the repetition")
    return json.loads(first.body)


def refuse_wrong_steps(field, job, answer):
    """Steps out of order, of another operator, to other jobs; while the job waits for a step."""
    empty = {"outcome": "done", "status": "OK", "answers": []}
    for number in (answer["step"] + 1, answer["step"] + 5, 1000):
        field.refused("JOB_ORDER", job.step, {"step": number, "result": empty})
    for number in (0, -1, 1001, 1 << 40, "2", None, 1.5):
        field.refused("BAD_MESSAGE", job.step, {"step": number, "result": empty})
    body = {"step": answer["step"], "result": empty}
    field.refused("JOB_ORDER", field.session("SPO").ask, "POST", job.path, body)
    field.refused("JOB_UNKNOWN", job.session.ask, "POST", "/v1/jobs/" + "0" * 32 + "/steps", body)
    field.refused("JOB_UNKNOWN", job.session.ask, "POST", "/v1/jobs/nonsense/steps", body)


def test_repeated(stack):
    """each request of a job, sent again, gets the same bytes again; other answers are refused"""
    field = field_of(stack)
    job = ready_job(field, "RAA", AISHA)
    answer = same_again(field, begin_raw, job)
    refuse_wrong_steps(field, job, answer)
    while not answer.get("committed"):
        body = job.play(answer)
        answer = same_again(field, step_raw, job, body)
        other = copy.deepcopy(body)
        other["result"]["answers"][0]["sw"] = "6f00"
        field.refused("JOB_OTHER_STEP", job.step, other)
    field.card(AISHA).reset()
    last = {"step": body["step"] + 1, "result": body["result"]}
    field.refused("JOB_FINISHED", job.step, last)
    field.refused("JOB_ORDER", field.session("SPO").ask, "POST", job.path, body)
    field.done_job = job


def test_used_nonce(stack):
    """a nonce that served a job serves no other"""
    field = field_of(stack)
    job = field.done_job
    job.statement["job"] = job.body["job"] = os.urandom(16).hex()
    job.statement["operation"] = job.body["service"] = "repair"
    job.statement["identity_check"] = job.body["identity_check"] = "passport"
    job.session = field.session("RAA")
    job.sign()
    field.refused(("STATEMENT_NONCE", "STATEMENT_INVALID"), job.begin)


def test_job_number(stack):
    """only the job number that identify gave serves, not another card's and not one of our own"""
    field = field_of(stack)
    done = stack.store("SELECT id FROM job WHERE result = 'committed' LIMIT 1")[0][0]
    first = ready_job(field, "RAA", ISLA)
    first.begin()
    for number in (done, first.statement["job"], os.urandom(16).hex()):
        job = field.job(field.session("RAA"), "aisha-khan", "repair", check="passport")
        job.statement["job"] = job.body["job"] = number
        job.prelude()
        job.sign()
        field.refused("STATEMENT_NONCE", job.begin)
    field.card(ISLA).reset()


# ---- a job: answers that are not this card's ----

def swap_keys(result):
    made = [a for a in result["answers"] if a["label"].startswith("generate-")]
    made[0]["data"], made[1]["data"] = made[1]["data"], made[0]["data"]


def cut_data(result):
    for answer in result["answers"]:
        if "data" in answer:
            answer["data"] = answer["data"][:-8]


def drop_last(result):
    result["answers"].pop()


def other_label(result):
    result["answers"][-1]["label"] = "no-such-op"


def claim_done(result):
    result["answers"] = result["answers"][:1]


def off_curve(result):
    for answer in result["answers"]:
        if answer["label"].startswith("generate-"):
            answer["data"] = flip(answer["data"], -1)


def long_data(result):
    for answer in result["answers"]:
        if "data" in answer:
            answer["data"] += "00" * 200


HOSTILE_ANSWERS = (swap_keys, cut_data, drop_last, other_label, claim_done, off_curve, long_data)
ANSWER_NAMES = ("JOB_ANSWER", "CARD_ANSWER", "CARD_PROOF", "CARD_KEY_REFUSED", "KEY_UNUSABLE", "CARD_READ_BACK",
                "BAD_MESSAGE", "CRYPTO")


def certificates(field):
    return field.stack.store("SELECT serial, state FROM certificate ORDER BY serial")


def refused_answers(field, job, body):
    """The step is refused, audited, and no certificate came of it; repeated it is the same."""
    before, mark = certificates(field), field.audit_mark()
    problem = field.problem(ANSWER_NAMES, job.step, body)
    equal(certificates(field), before, "certificates")
    expect(problem["name"] in [e.get("status") for e in field.audit(mark)], f"audit of {problem['name']}")
    if problem["name"] != "BAD_MESSAGE":
        field.problem((problem["name"],), job.step, body)


def test_hostile_answers(stack):
    """answers that are swapped, cut, missing, too long or off the curve end the step; the job goes on"""
    field = field_of(stack)
    for spoil in HOSTILE_ANSWERS:
        job = ready_job(field, "RAA", ISLA)
        body = job.play(job.begin())
        spoil(body["result"])
        refused_answers(field, job, body)
        field.card(ISLA).reset()
    field.job(field.session("RAA"), ISLA, "renew").run()
    card_works(field, ISLA)


def play_out(job, answer):
    """Played until the server refuses: the name."""
    for _ in range(10):
        try:
            answer = job.step(job.play(answer))
        except Refused as refused:
            return refused.name
    raise Failed("it went on and on")


def codes(stack, person):
    return [line for line in stack.dump(person).splitlines() if line.startswith(("pin ", "puk "))]


def test_card_swapped(stack):
    """a card swapped between two steps is noticed and keeps its codes; the first one's job goes on"""
    field = field_of(stack)
    kept, before = codes(stack, "chloe-martin"), certificates(field)
    for steps in (0, 1):
        job = ready_job(field, "IDC", "ben-carter", "repair", check="passport")
        answer = job.begin()
        for _ in range(steps):
            answer = job.step(job.play(answer))
            before = certificates(field)
        job.card = field.card("chloe-martin")
        select_piv(job.card)
        contains(ANSWER_NAMES, play_out(job, answer), "the end of the job on another card")
        equal(certificates(field), before, "certificates")
        for card in ("chloe-martin", "ben-carter"):
            field.card(card).reset()
    equal(codes(stack, "chloe-martin"), kept, "passcode and PUK of the other card")
    field.job(field.session("IDC"), "ben-carter", "repair", check="passport").run()
    card_works(field, "ben-carter")
    card_works(field, "chloe-martin")


def test_no_puk_in_preludes(stack):
    """no prelude of any service holds a PUK, sets a passcode, makes a key or writes"""
    field = field_of(stack)
    for person in ("aisha-khan", "ben-carter", "harry-singh", "daniel-osei", "chloe-martin", "jack-brown"):
        for role in ("RAA", "IDC", "SPO"):
            field.identify(field.session(role), field.report(person), "900000000132")
    expect(len(field.preludes) > 20, "preludes were seen")
    for op in (op for prelude in field.preludes for op in prelude["ops"]):
        expect(op["ins"] in (0xA4, 0x20, 0x87), f"a prelude with {op}")
        expect(op["ins"] != 0x20 or (op["p2"] == 0x80 and op["fill"] == "pin_at_0"), f"VERIFY: {op}")
        absent(op.get("fill", ""), "new", "the fill")


# ---- messages ----

def spoiled_bodies():
    nest = 5000
    yield from (b"", b"{", b"[]", b"null", b"7", b'"x"', b"{}{}", b"{} x", b'{"a":}', b"\x00", b"\xff\xfe", b"{\"a\":\"\xff\"}")
    yield from (b"[" * nest + b"]" * nest, b'{"a":' * nest + b"1" + b"}" * nest, b'{"a":[' + b"[" * 40 + b"]" * 40 + b"]}")
    yield b'{"nonce":"00","nonce":"01","report":{},"report":{}}'
    yield b'{"a":"' + b"x" * 300_000 + b'"}'
    yield b'{"a":"' + b"x" * 600_000 + b'"}'
    yield json.dumps({name: 7 for name in ("ticket", "profile", "report", "nonce", "signature", "job", "step",
                                           "result", "reason", "workstation", "ephemeral_key")}).encode()
    yield json.dumps({"report": {"insertion": "00", "objects": [], "metadata": None}, "step": 1, "result": []}).encode()
    yield json.dumps({"reason": "x" * 100_000, "ticket": "00" * 5000, "profile": "9" * 5000}).encode()


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
        contains(("BAD_MESSAGE", "TOO_LARGE", "BAD_VALUE", "JOB_UNKNOWN", "ROLE_UNKNOWN", "SESSION_MISSING"),
                 json.loads(answer.body)["name"], f"{path} {body[:60]}")


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


def leaves(value, path=()):
    """Every place in a JSON value."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inside in items:
        yield path + (key,)
        yield from leaves(inside, path + (key,))


def replaced(body, path, value):
    body = copy.deepcopy(body)
    at = body
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value
    return body


def test_types(stack):
    """every member of a job request, with a value of another type or unknown beside it, is refused"""
    field = field_of(stack)
    body = field.good_job.body
    kept, session = field.kept(), field.session("RAA")
    for path in list(leaves(body)):
        wrong = 7 if isinstance(path[-1], str) and path[-1] not in ("at", "tries_left", "management_algorithm") else "x"
        for value in (wrong, None, [[]], {"x": {}}, "\u0000"):
            field.problem(("BAD_MESSAGE",), session.ask, "POST", "/v1/jobs", replaced(body, path, value))
    for path in ((), ("report",), ("prelude",), ("report", "objects"), ("prelude", "answers", 0)):
        field.problem(("BAD_MESSAGE",), session.ask, "POST", "/v1/jobs", replaced(body, path + ("unknown",), 1))
    equal(field.kept(), kept, "what is stored")


def test_routes(stack):
    """unknown routes and methods are refused, and so are odd paths"""
    field = field_of(stack)
    token = field.session("RAA").keep().token
    odd = ("/", "/v1", "/v1/", "/v2/health", "/v1/health/", "/v1/jobs/", "/v1/jobs//steps", "/v1/ca/", "/v1/ca/x.pem",
           "/v1/ca/..%2fserver.json", "/v1/ca/../../etc/passwd", "/v1/crl/%00", "/v1/people/abc",
           "/v1/people/" + "9" * 63, "/v1/people/" + "9" * 5000, "/v1/people/123456789012", "/v1/audit?from=x",
           "/v1/audit?from=0", "/v1/people?x=1", "/v1/people?q=" + "k" * 4000)
    for path in odd:
        code = field.server.raw("GET", path, None, token).code
        expect(400 <= code < 500, f"GET {path[:40]}: {code}")
    for path in POSTS + GETS:
        for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "POST" if path in GETS else "GET"):
            if (method, path) in (("POST", "/v1/jobs"), ("GET", "/v1/jobs")):
                continue
            code = field.server.raw(method, path, b"{}" if method == "POST" else None, token).code
            expect(400 <= code < 502, f"{method} {path}: {code}")
    equal(field.server.ask("GET", "/v1/health")["status"], "ok", "health")


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
    absent(stack.audit_file().read_text(), PASSCODE, "the audit")
    absent("".join(log.read_text() for log in stack.base.glob("*.log")), PASSCODE, "the logs")


def test_cards_work(stack):
    """every card of the organisation that is in use still works"""
    field = field_of(stack)
    for person in ("margaret-okafor", "tom-adeyemi", "priya-nair", "hannah-lewis", "george-evans", AISHA,
                   "chloe-martin", "finn-gallagher", "grace-liu", ISLA, "ben-carter"):
        card_works(field, person)


if __name__ == "__main__":
    run([test_renewal, test_documented, test_login_forged, test_login_nonce, test_login_cards, test_old_card, test_tokens,
         test_lease, test_ended, test_role_ended, test_statement, test_statement_signer, test_nonce,
         test_old_statement, test_unknown, test_mixed_card, test_repeated, test_used_nonce, test_job_number,
         test_hostile_answers, test_card_swapped, test_no_puk_in_preludes, test_messages, test_types, test_routes,
         test_expired, test_audit, test_cards_work])
