# SPDX-License-Identifier: Apache-2.0
"""test_server_openapi: docs/protocol/server.openapi.json against the running server. What it
describes is answered as described; every other request is refused with a problem of the catalogue,
and nothing comes of it."""
import functools
import json
import re
import urllib.parse

import client
from client import Ephemeral
from hostile import card_works, field_of, flip
from openapi import HOSTILE, LONG, Document, changes
from stack import PASSCODE, ROOT
from tap import equal, expect, run

AISHA, HARRY, FINN = "aisha-khan", "harry-singh", "finn-gallagher"
HARRY_UUID, AISHA_UUID = "900000000090", "900000000066"
UNREADABLE = ("BAD_MESSAGE", "BAD_VALUE", "TOO_LARGE")
ROUTE = re.compile(r'\{ "([A-Z]+)", "([^"]+)", (true|false), ')
# What a permitted request writes down.
SEEN = {"identify": "card_identified", "people": "search"}


class Watch:
    """Every answer of the server, held against the document."""

    def __init__(self, field, catalogue):
        self.document, self.catalogue = Document(), catalogue
        self.raw, self.answered = field.server.raw, set()
        field.server.raw = self

    def __call__(self, method, path, body=None, token=None):
        answer = self.raw(method, path, body, token)
        operation = self.document.operation(method, path)
        expect(operation is not None, f"{method} {path} is not described")
        equal(self.document.answer_problems(operation, answer), [], "the answer")
        if answer.code == 200:
            self.answered.add(operation.spec["operationId"])
        else:
            self.check_problem(answer)
        return answer

    def check_problem(self, answer):
        """The catalogue's own words, under the code that was sent."""
        problem = json.loads(answer.body)
        entry = self.catalogue[problem["name"]]
        wanted = dict({name: entry[name] for name in ("code", "cause", "remedy", "actor", "card", "retry")},
                      title=entry["cause"], status=answer.code)
        equal({name: problem[name] for name in wanted}, wanted, "the problem")
        equal(answer.code, entry["http"], f"the code of {problem['name']}")


def watch_of(stack):
    field = field_of(stack)
    if not hasattr(field, "watch"):
        entries = json.loads(stack.run("cardwright", "errors", "--json").out)
        field.watch = Watch(field, {entry["name"]: entry for entry in entries})
    return field, field.watch.document


def operation_named(document, name):
    return next(o for o in document.operations if o.spec["operationId"] == name)


# ---- what is there ----


def test_routes(stack):
    """every route of the server is in the document, with or without a log-in, and no other"""
    _, document = watch_of(stack)
    source = (ROOT / "src/server/route.c").read_text()
    routes = {(m, p, session == "true") for m, p, session in ROUTE.findall(source)}
    described = {
        (o.method, re.sub(r"\{\w+\}", "{}", o.path), o.spec.get("security") != [])
        for o in document.operations
    }
    expect(len(routes) > 15, "the routes were found")
    equal(described, routes, "what is described")


def test_good(stack):
    """each request of a log-in, a renewal and a look around is answered as described"""
    field, document = watch_of(stack)
    session = field.login("RAA")
    job = field.job(session, FINN, "renew")
    job.run()
    card_works(field, FINN)
    for path in (
        "/", "/start.css", "/v1/health", "/v1/policy", "/v1/ca/root.pem", "/v1/ca/signing.pem",
        "/v1/ca/authentication.pem", "/v1/crl/signing.crl", "/v1/crl/authentication.crl",
        "/v1/people?q=khan", "/v1/people?q=10000006", "/v1/jobs", "/v1/people/" + AISHA_UUID,
        f"/v1/people/{AISHA_UUID}/photo",
    ):
        equal(session.raw("GET", path).code, 200, path)
    equal(field.login("RAM").raw("GET", "/v1/audit?from=1").code, 200, "the audit")
    session.lease()
    session.end()
    wanted = {o.spec["operationId"] for o in document.operations}
    equal(wanted - field.watch.answered, set(), "operations without a good answer")


# ---- what is not permitted ----


def events(entries):
    return [entry["event"] for entry in entries if entry.get("status", "OK") == "OK"]


def sessions(stack):
    return stack.store("SELECT count(*) FROM session")


class Walk:
    """One operation, a good body, and who sends it."""

    def __init__(self, stack, name, body, session=None, renew=None, spoil=None, thin=1):
        """`renew`: after a permitted change was accepted; `spoil`: what makes permitted changes
        come to nothing; `thin`: of changes in a report or prelude, each read by one reader
        for all, every nth."""
        self.thin = thin
        self.stack, self.name, self.body, self.session = stack, name, body, session
        self.spoil = spoil or {}
        self.field, self.document = watch_of(stack)
        self.operation, self.path = operation_named(self.document, name), None
        self.renew, self.accepted, self.wrong = renew, 0, []

    def send(self, raw):
        path = self.path or self.operation.path
        if self.session is not None:
            return self.session.raw(self.operation.method, path, raw)
        return self.field.server.raw(self.operation.method, path, raw)

    def judge(self, change):
        """What is wrong with the answer to one change, or None."""
        answer = self.send(change.raw)
        name = "" if answer.code == 200 else json.loads(answer.body)["name"]
        self.accepted += answer.code == 200
        if change.permitted:
            return f"permitted, but {name}" if name == "BAD_MESSAGE" else None
        return None if name in UNREADABLE else f"{answer.code} {name or answer.body[:200]}"

    def one(self, change):
        before = self.accepted
        wrong = self.judge(change)
        if wrong:
            self.wrong.append(f"{change.what}: {wrong}")
        if self.renew and self.accepted > before:
            self.renew()

    def changes(self):
        found = enumerate(changes(self.document, self.operation, self.body))
        return [c for n, c in found if n % self.thin == 0 or not c.what.startswith(("report/", "prelude/"))]

    def run(self):
        """First what must be refused, then what may be refused by what it means."""
        todo = self.changes()
        expect(not self.document.problems(self.document.body_of(self.operation), self.body),
               "the body to start from")
        kept, opened, mark = self.field.kept(), sessions(self.stack), self.field.audit_mark()
        for change in (c for c in todo if not c.permitted):
            self.one(change)
        equal(self.wrong, [], f"{len(self.wrong)} of {len(todo)} answers")
        equal(self.accepted, 0, "accepted of what is not permitted")
        equal(self.field.kept(), kept, "what is stored")
        equal(events(self.field.audit(mark)), [], "done, by the audit")
        self.body.update(self.spoil)
        for change in (c for c in self.changes() if c.permitted):
            self.one(change)
        equal(self.wrong, [], f"{len(self.wrong)} of {len(todo)} answers")
        equal(sessions(self.stack), opened, "sessions")
        wanted = [SEEN[self.name]] * self.accepted if self.name in SEEN else []
        equal(events(self.field.audit(mark)), wanted, "done, by the audit")
        equal(self.field.server.ask("GET", "/v1/health")["status"], "ok", "health")
        return self


def test_challenge(stack):
    """challenge: each change of a good body is refused"""
    Walk(stack, "challenge", {}).run()


def test_login(stack):
    """log-in: each member missing, mistyped, too long or hostile is refused; no session opens"""
    field, _ = watch_of(stack)
    key, one = Ephemeral(), field.card("tom-adeyemi")

    def fresh():
        return client.login_body(field.server, one, field.report("tom-adeyemi"), PASSCODE, key)

    def renew():
        again = fresh()
        walk.body.update({name: again[name] for name in ("nonce", "signature")})

    walk = Walk(stack, "login", fresh(), None, renew, None, 7)
    walk.run()
    answer = json.loads(walk.send(json.dumps(fresh()).encode()).body)
    body = {"ticket": answer["ticket"], "profile": answer["profiles"][0]["id"]}
    Walk(stack, "session_open", body).run()
    opened = field.server.ask("POST", "/v1/session", body)
    field.server.ask("POST", "/v1/session/end", {"reason": "logged_out"}, opened["token"])


def test_session(stack):
    """lease and end: each change is refused, and the session goes on"""
    field, _ = watch_of(stack)
    session = field.session("RAA")
    digest = client.lease_digest(field.server.origin, session.id, session.keep().token)
    Walk(stack, "session_lease", {"signature": session.key.sign(digest).hex()}, session).run()
    Walk(stack, "session_end", {"reason": "logged_out"}, session).run()
    session.lease()


def test_identify(stack):
    """identify: each change of report and person is refused, or only looked at"""
    field, _ = watch_of(stack)
    body = {"report": field.report(HARRY), "person": HARRY_UUID}
    Walk(stack, "identify", body, field.session("RAA")).run()


def test_jobs(stack):
    """jobs and steps: each change is refused, no job begins, and then the job goes to its end"""
    field, _ = watch_of(stack)
    job = field.job(field.session("RAA"), HARRY, "issue", person=HARRY_UUID, check="passport seen")
    job.prelude()
    job.sign()
    jobs = stack.store("SELECT count(*) FROM job")
    good = dict(job.body)
    spoil = {"signature": flip(job.body["signature"], -1)}
    Walk(stack, "job_begin", job.body, job.session, None, spoil, 7).run()
    job.body = good
    equal(stack.store("SELECT count(*) FROM job"), jobs, "jobs")
    answer = job.begin()
    steps = Walk(stack, "job_step", job.play(answer), job.session)
    steps.path = job.path
    steps.run()
    field.card(HARRY).reset()
    again = field.job(field.session("RAA"), HARRY, "issue", person=HARRY_UUID, check="passport seen")
    equal(again.run()["service"], "issue", "the receipt")
    card_works(field, HARRY)


# ---- what stands in an address ----


def targets(operation, parameter):
    """(target, value) with hostile values in a parameter's place."""
    for text in (*HOSTILE, "", "0" * 12, "0" * 128, "\U0001f600" * 30, "0" * 2000):
        yield from put(operation, parameter, urllib.parse.quote(text, safe=""), text)
    for raw in ("%ff", "%00", "%", "%zz", "%c0%af", "a/b", "0" * LONG):
        yield from put(operation, parameter, raw, None)


def put(operation, parameter, raw, text):
    path = re.sub(r"\{\w+\}", "0" * 12 if "people" in operation.path else "0" * 32, operation.path)
    if parameter["in"] == "query":
        yield f"{path}?{parameter['name']}={raw}", text
        yield f"{path}?{parameter['name']}={raw}&{parameter['name']}=1", None
    elif raw:
        yield operation.path.replace("{" + parameter["name"] + "}", raw), text


def send_target(field, session, operation, target):
    """The answer; past the document where there is no such route, or more than HTTP takes."""
    known = len(target) < 8192 and field.watch.document.operation(operation.method, target)
    ask = field.watch if known else field.watch.raw
    body = b"{}" if operation.method == "POST" else None
    try:
        return ask(operation.method, target, body, session.keep().token)
    except (OSError, client.http.client.HTTPException):
        expect(len(target) > 8192, f"{target[:80]}: the connection was closed")
        field.server.close()
        return None


def check_target(field, session, operation, parameter, target, text):
    answer = send_target(field, session, operation, target)
    if answer is None:
        return
    expect(answer.code == 200 or 400 <= answer.code < 500, f"{target[:80]}: {answer.code}")
    permitted = text is not None and "\0" not in text and not field.watch.document.problems(
        parameter["schema"], text)
    if answer.code == 200:
        expect(permitted or text is None, f"{target[:80]} is not permitted, but answered")
        expect(operation.spec["operationId"] in ("people", "audit"), f"{target[:80]}: answered")
    elif answer.code not in (400, 431) or answer.type == "application/problem+json":
        name = json.loads(answer.body)["name"]
        expect(not (permitted and name == "BAD_VALUE"), f"{target[:80]}: permitted, but {name}")


def test_addresses(stack):
    """hostile texts in paths and queries are refused, or find nothing"""
    field, document = watch_of(stack)
    session, kept, count = field.login("RAM"), field.kept(), 0
    for operation in document.operations:
        for parameter in operation.spec.get("parameters", []):
            for target, text in targets(operation, parameter):
                check_target(field, session, operation, parameter, target, text)
                count += 1
    expect(count > 100, "addresses were tried")
    equal(field.kept(), kept, "what is stored")


def test_no_body(stack):
    """a body where none is described is refused; so is an unknown route, as a problem too"""
    field, document = watch_of(stack)
    session = field.login("RAM")
    token = session.token
    for operation in document.operations:
        if operation.method == "GET" and "{" not in operation.path:
            for raw in (b'{"a":1}', b"{", b"x" * 1000):
                code = field.server.raw("GET", operation.path, raw, token).code
                equal(code, 400, f"GET {operation.path} with a body")
    for path in ("/v2/health", "/v1/jobs/", "/v1/ca/", "/etc/passwd", "/v1/health/"):
        answer = field.watch.raw("GET", path, None, token)
        equal((answer.code, answer.type), (404, "application/problem+json"), path)
        field.watch.check_problem(answer)
        equal(json.loads(answer.body)["name"], "METHOD_UNKNOWN", path)


def test_without_login(stack):
    """what needs a log-in answers nothing without one, whatever the body is"""
    field, document = watch_of(stack)
    for operation in document.operations:
        if operation.spec.get("security") != []:
            path = re.sub(r"\{\w+\}", "0" * 32, operation.path)
            body = b"{" if operation.method == "POST" else None
            answer = field.watch(operation.method, path, body)
            equal(json.loads(answer.body)["name"], "SESSION_MISSING", path)


def test_audit(stack):
    """the audit of it all verifies"""
    equal(stack.audit_verify().code, 0, "cardwright audit verify")


if __name__ == "__main__":
    run([test_routes, test_good, test_challenge, test_login, test_session, test_identify, test_jobs,
         test_addresses, test_no_body, test_without_login, test_audit])
