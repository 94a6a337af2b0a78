# SPDX-License-Identifier: Apache-2.0
"""hostile: the sample organisation before a client without scruples.

    field = field_of(stack)                          one for a whole file of tests
    session = field.session("RAA")                   a role of the golden tables
    job = field.job(session, "aisha-khan", "renew")  begun by job.start()
    field.refused("JOB_UNKNOWN", session.ask, "POST", path, body)

The client (client.py) goes past agent and proxy; each card has a slot of its own (card.py).
"""
import atexit
import hashlib
import json
import time

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils

import card
import client
from stack import PASSCODE, RELEASE, ROOT
from tap import equal, expect, Failed

KEPT = ("organisation", "person", "profile", "card", "job", "job_step", "certificate", "puk_ledger")
# Of the golden tables: whose card, and the name of the role profile.
ROLES = {
    "RAM": ("margaret-okafor", None),
    "ADV": ("tom-adeyemi", "RA Agent (Advanced)"),
    "RAA": ("tom-adeyemi", "RA Agent"),
    "IDC": ("priya-nair", "ID Checker"),
    "SPO": ("priya-nair", "Sponsor"),
    "LSA": ("hannah-lewis", None),
    "CHO": ("chloe-martin", None),
}
ADVANCED = ("900000001999", "900000000025", "R5090", "RA Agent (Advanced)", "B0272 B0274", "ZW1")


def field_of(stack):
    if not hasattr(stack, "field"):
        stack.field = Field(stack)
        atexit.register(stack.field.close)
    return stack.field


class Field:
    def __init__(self, stack):
        self.stack, self.cards, self.sessions, self.preludes = stack, {}, {}, []
        self.rack = card.Rack(str(RELEASE), str(stack.base))
        self.server = client.Server(
            f"https://127.0.0.1:{stack.port}",
            str(stack.directory / "agent/server-ca.pem"),
            stack.server_port,
        )
        stack.store_write("INSERT INTO profile VALUES (?, ?, ?, ?, ?, ?, 0, 0)", *ADVANCED)

    def close(self):
        self.server.close()
        self.rack.close()

    # ---- cards and sessions ----

    def card(self, person):
        if person not in self.cards:
            self.cards[person] = self.rack.insert(str(self.stack.card_file(person)))
        return self.cards[person]

    def swap(self, person):
        """Pulls a card; the next use inserts it anew."""
        self.rack.pull(self.cards.pop(person))

    def report(self, person):
        return card.read_report(self.card(person))

    def login(self, role):
        person, name = ROLES[role]
        return client.log_in(self.server, self.card(person), self.report(person), PASSCODE, name)

    def session(self, role):
        """One that is alive: between two cases a lease may have run out."""
        known = self.sessions.get(role)
        if known is None or (known.kept and time.time() > known.expires_at - 1):
            self.sessions[role] = self.login(role)
        return self.sessions[role]

    def identify(self, session, report, person=None):
        answer = session.identify(report, person)
        self.preludes += [s["prelude"] for s in answer["services"] if "prelude" in s]
        return answer

    def job(self, session, name, service, **more):
        """A job on that card, ready to start."""
        report = self.report(name)
        answer = self.identify(session, report, more.get("person"))
        return client.Job(
            session,
            self.card(name),
            report,
            answer,
            service,
            client.Secrets(PASSCODE, PASSCODE),
            **more,
        )

    # ---- what was kept ----

    def kept(self):
        """A hash for each table that only a permitted act may change."""
        return {
            name: hashlib.sha256(
                repr(self.stack.store(f"SELECT * FROM {name} ORDER BY 1, 2")).encode()
            ).hexdigest()
            for name in KEPT
        }

    def audit_mark(self):
        return self.stack.store("SELECT max(sequence) FROM audit_entry")[0][0]

    def audit(self, mark):
        """The entries after that one."""
        rows = self.stack.store(
            "SELECT line FROM audit_entry WHERE sequence > ? ORDER BY sequence", mark
        )
        return [json.loads(line) for line, in rows]

    def refused(self, names, call, *arguments):
        """The call is refused with that name (or one of them), audited once, without effect."""
        names = (names,) if isinstance(names, str) else names
        kept, mark = self.kept(), self.audit_mark()
        problem = self.problem(names, call, *arguments)
        changed = [name for name, value in self.kept().items() if value != kept[name]]
        equal(changed, [], f"tables changed by a refused request ({problem['name']})")
        statuses = [entry.get("status") for entry in self.audit(mark)]
        equal(statuses, [problem["name"]], "the audit")
        return problem

    def problem(self, names, call, *arguments):
        try:
            answer = call(*arguments)
        except client.Refused as refused:
            expect(refused.name in names, f"refused with {refused}, not {names}")
            check_problem(refused)
            return refused.problem
        raise Failed(f"not refused ({names}): {str(answer)[:300]}")


# ---- refusals ----


def flip(text, at):
    """Hex digits with one of them changed."""
    return text[:at] + ("1" if text[at] == "0" else "0") + text[at + 1 :]


def check_problem(refused):
    problem = refused.problem
    expect(400 <= refused.code < 600, f"HTTP {refused.code}")
    equal(problem.get("status"), refused.code, "the status in the problem")
    for member in ("name", "code", "cause", "remedy", "actor", "card", "retry"):
        expect(member in problem, f"no {member} in {problem}")


# ---- does a card still work? ----


def key_signs(one, report, name, slot):
    digest = hashlib.sha256(b"does it still sign?").digest()
    signature = client.operator_sign(one, PASSCODE, slot, digest)
    key = x509.load_der_x509_certificate(card.certificate(report, name)).public_key()
    key.verify(signature, digest, ec.ECDSA(utils.Prehashed(hashes.SHA256())))


def card_works(field, person):
    """Both keys of that card sign, and fit the certificates on the card."""
    report = field.report(person)
    for name, slot in (("certificate_9a", 0x9A), ("certificate_9c", 0x9C)):
        key_signs(field.card(person), report, name, slot)


# ---- golden tables ----


def golden(policy):
    """case -> [(service, {role: cell}, [reasons])]: test/golden/policy."""
    cases, roles, rows = {}, [], None
    for line in (ROOT / f"test/golden/policy/{policy}.txt").read_text().splitlines():
        if line.startswith("case "):
            rows = cases[line[5:].split(":")[0]] = []
        elif line.startswith("# ") and line.split()[1:2] == ["RAM"]:
            roles = line.split()[1:]
        elif rows is not None and line and not line.startswith("#"):
            words = line.split("#")[0].split()
            reasons = [word for word in words[1 + len(roles) :] if word != "-"]
            rows.append((words[0], dict(zip(roles, words[1:])), reasons))
    return cases


def first_reason(cell, reasons):
    """What a refusal is called; None: available."""
    if cell in ".s":
        return "POLICY_ROLE" if cell == "." else "POLICY_SCOPE"
    left = [reason for reason in reasons if cell != "+" or reason != "POLICY_EXPIRED"]
    return left[0] if left else None
