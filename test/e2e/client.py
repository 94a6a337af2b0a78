# SPDX-License-Identifier: Apache-2.0
"""The protocol of docs/protocol as somebody else would write it.

    server = Server(origin, ca_file)
    session = log_in(server, card, "471108", "RA Agent")     a Session, or raises Refused
    answer = session.identify(report)
    job = Job(session, holder_card, report, answer, "renew", Secrets(pin="471108"))
    receipt = job.run()

Every part can be called by itself and given other values: that is what the hostile tests do. No
rule is checked here that the other side has to check. Nothing of the product is used.
"""
import collections
import hashlib
import http.client
import json
import os
import ssl
import time
import urllib.parse

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils

from card import (
    Gone,
    card_sign,
    card_verify,
    certificate,
    pad,
    select_piv,
    sign_field,
    tlv_all,
    tlv_read,
)

WAIT_S = 20
P256_SPKI_HEAD = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d030107034200")
NONE = b"\0" * 32


class Refused(Exception):
    """A refusal of the server: its problem is in `problem`, the HTTP code in `code`."""

    def __init__(self, code, problem):
        super().__init__("%s %s" % (code, problem))
        self.code, self.problem = code, problem
        self.name = problem.get("name") if isinstance(problem, dict) else None


# ---- HTTPS ----

Answer = collections.namedtuple("Answer", "code type body headers")


class Server:
    """One connection at a time, opened again when it was closed."""

    def __init__(self, origin, ca_file, port=None):
        """`port`: where to go when that is not the origin's: past a proxy."""
        self.origin = origin
        place = urllib.parse.urlsplit(origin)
        self.host = "%s:%d" % (place.hostname, port or place.port or 443)
        self.context = ssl.create_default_context(cafile=ca_file)
        self.connection = None

    def _send(self, method, path, body, headers):
        if self.connection is None:
            self.connection = http.client.HTTPSConnection(
                self.host, context=self.context, timeout=WAIT_S
            )
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        return Answer(
            answer.status, answer.headers.get_content_type(), answer.read(), answer.headers
        )

    def close(self):
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def raw(self, method, path, body=None, token=None):
        """Bytes as they are; an Answer whatever it says."""
        headers = {"Content-Type": "application/json"} if body is not None else {}
        if token is not None:
            headers["Authorization"] = "Bearer " + token
        try:
            return self._send(method, path, body, headers)
        except (http.client.HTTPException, ConnectionError, ssl.SSLError):
            self.close()
            return self._send(method, path, body, headers)

    def ask(self, method, path, body=None, token=None):
        """The JSON of the answer; Refused when it is a problem."""
        text = None if body is None else json.dumps(body).encode()
        return self.judge(self.raw(method, path, text, token))

    @staticmethod
    def judge(answer):
        try:
            found = json.loads(answer.body)
        except ValueError:
            found = {}
        if answer.code != 200:
            raise Refused(answer.code, found)
        return found


# ---- what is signed ----


def fields(*parts):
    """Each with its length as 4 bytes; a number is 8 bytes, a text UTF-8, zeros are nothing."""
    out = b""
    for part in parts:
        if isinstance(part, int):
            part = part.to_bytes(8, "big")
        elif isinstance(part, str):
            part = part.encode()
        elif part == NONE:
            part = b""
        out += len(part).to_bytes(4, "big") + part
    return out


def sha256(data):
    return hashlib.sha256(data).digest()


STATEMENT = (
    "origin",
    "job",
    "nonce",
    "at",
    "operation",
    "left_locked",
    "identity_check",
    "card",
    "old_9a",
    "old_9c",
    "person",
    "operator",
    "role_profile",
    "policy_hash",
    "witness_hash",
)


def statement_message(statement):
    return fields("cardwright statement v1", *(statement[name] for name in STATEMENT))


def proof_digest(statement, slot, subject):
    return sha256(
        fields(
            "cardwright proof v1",
            statement["origin"],
            statement["job"],
            bytes([slot]),
            subject,
            statement["nonce"],
        )
    )


def login_digest(origin, nonce, spki):
    return sha256(fields("cardwright log-in v1", origin, bytes.fromhex(nonce), spki))


def lease_digest(origin, session, token):
    return sha256(fields("cardwright lease v1", origin, session, token))


# ---- who a card is ----


def card_identity(report):
    """The text by which statement and server call a card (agent.md, "What a card is called")."""
    if report.get("serial"):
        return "serial " + report["serial"]
    chuid = report["objects"].get("chuid", {}).get("data")
    guid = tlv_all(bytes.fromhex(chuid)).get("34", b"") if chuid else b""
    if guid.strip(b"\0"):
        return "guid " + guid.hex()
    for name in ("certificate_9a", "certificate_9c"):
        if certificate(report, name):
            return "certificate " + sha256(certificate(report, name))[:28].hex()
    return "blank"


def fingerprint(report, name):
    der = certificate(report, name)
    return sha256(der) if der else NONE


# ---- log-in ----


class Ephemeral:
    """A P-256 key of the workstation's own."""

    def __init__(self):
        self.key = ec.generate_private_key(ec.SECP256R1())

    def spki(self):
        return self.key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )

    def sign(self, digest):
        return self.key.sign(digest, ec.ECDSA(utils.Prehashed(hashes.SHA256())))


def operator_sign(card, passcode, slot, digest):
    """VERIFY and the signature in one go, then a reset."""
    select_piv(card)
    sw = card_verify(card, passcode)
    if sw != 0x9000:
        raise ValueError("VERIFY: %04x" % sw)
    signature = card_sign(card, slot, digest)
    card.reset()
    return signature


def login_body(server, card, report, passcode, key):
    challenge = server.ask("POST", "/v1/login/challenge", {})
    digest = login_digest(challenge["origin"], challenge["nonce"], key.spki())
    signature = operator_sign(card, passcode, 0x9A, digest)
    return {
        "nonce": challenge["nonce"],
        "report": report,
        "ephemeral_key": key.spki().hex(),
        "signature": signature.hex(),
        "workstation": "elsewhere",
    }


class Session:
    """An open session. `operator`, `passcode`: the card that signs its statements."""

    def __init__(self, server, key, answer, person):
        self.server, self.key = server, key
        self.id, self.token = answer["session"], answer["token"]
        self.profile, self.policy = answer["profile"], answer["policy"]
        self.person = person
        self.operator = self.passcode = None
        self.expires_at = answer["expires_at"]
        self.kept = True

    def ask(self, method, path, body=None):
        return self.server.ask(method, path, body, self.keep().token)

    def raw(self, method, path, body=None):
        return self.server.raw(method, path, body, self.keep().token)

    def lease(self, key=None, session=None, token=None):
        digest = lease_digest(self.server.origin, session or self.id, token or self.token)
        body = {"signature": (key or self.key).sign(digest).hex()}
        answer = self.server.ask("POST", "/v1/session/lease", body, self.token)
        self.token, self.expires_at = answer["token"], answer["expires_at"]

    def keep(self):
        """A new lease when the one at hand grows old, unless it is meant to."""
        if self.kept and time.time() > self.expires_at - 10:
            self.lease()
        return self

    def end(self, reason="logged_out"):
        self.ask("POST", "/v1/session/end", {"reason": reason})

    def identify(self, report, person=None):
        body = {"report": report}
        if person:
            body["person"] = person
        return self.ask("POST", "/v1/cards/identify", body)


def log_in(server, card, report, passcode, role=None):
    """With the profile of that role name, or the first."""
    key = Ephemeral()
    answer = server.ask("POST", "/v1/login", login_body(server, card, report, passcode, key))
    profiles = [p for p in answer["profiles"] if role in (None, p["role_name"])]
    opened = server.ask(
        "POST", "/v1/session", {"ticket": answer["ticket"], "profile": profiles[0]["id"]}
    )
    session = Session(server, key, opened, answer["person"]["uuid"])
    session.operator, session.passcode, session.ticket = card, passcode, answer["ticket"]
    return session


# ---- batches ----

Secrets = collections.namedtuple("Secrets", "pin new_pin", defaults=("", ""))
FILLS = {"pin_at_0": (0, "pin"), "new_pin_at_0": (0, "new_pin"), "new_pin_at_8": (8, "new_pin")}


def fill(op, data, secrets):
    name = op.get("fill", "none")
    if name == "none":
        return data
    offset, value = FILLS.get(name, (0, None))
    text = getattr(secrets, value) if value else "0" * 8
    return data[:offset] + pad(text) + data[offset + 8 :]


def key_subject(template):
    """SHA-256 of the SubjectPublicKeyInfo of a P-256 key in a 7F49 template."""
    return sha256(P256_SPKI_HEAD + tlv_all(tlv_read(template)[1])["86"])


def command_data(op, played, statement, secrets):
    if op.get("proof", "none") == "none":
        return fill(op, bytes.fromhex(op.get("data", "")), secrets)
    subject = (
        bytes.fromhex(op["subject"])
        if op["proof"] == "subject"
        else key_subject(bytes.fromhex(played[op["subject_from"]]))
    )
    return sign_field(proof_digest(statement, op["p2"], subject))


def rule_of(op, sw):
    for rule in op.get("rules", []):
        if sw & int(rule["mask"], 16) == int(rule["sw"], 16):
            return rule
    return {"do": "next" if sw == 0x9000 else "stop"}


def status_of(op, sw):
    if op["ins"] in (0x20, 0x2C) and op["p2"] == 0x80 and sw & 0xFFF0 == 0x63C0:
        return "PASSCODE_WRONG"
    return "PASSCODE_BLOCKED" if sw == 0x6983 and op["p2"] == 0x80 else "CARD_ANSWER"


def play(card, batch, statement, secrets):
    """The result of a batch: agent.md, "Result"."""
    answers, played, ops = [], {}, batch["ops"]
    labels = [op["label"] for op in ops]
    at = 0
    while at < len(ops):
        op = ops[at]
        try:
            data = command_data(op, played, statement, secrets)
            sw, got = card.command(
                op["ins"], op.get("p1", 0), op.get("p2", 0), data, op.get("le", 0), op.get("cla", 0)
            )
        except (Gone, OSError):
            answers.append({"label": op["label"], "sw": "0000"})
            return {"outcome": "unknown", "status": "CARD_REMOVED", "answers": answers}
        answer = {"label": op["label"], "sw": "%04x" % sw}
        if op.get("capture") and got:
            answer["data"] = played[op["label"]] = got.hex()
        answers.append(answer)
        rule = rule_of(op, sw)
        if rule["do"] == "stop":
            return {"outcome": "stopped", "status": status_of(op, sw), "answers": answers}
        if rule["do"] == "end":
            break
        at = labels.index(rule["to"]) if rule["do"] == "goto" else at + 1
    return {"outcome": "done", "status": "OK", "answers": answers}


def witness_hash(result):
    for answer in result["answers"]:
        if answer["label"] == "witness" and answer["sw"] == "9000":
            return sha256(tlv_all(tlv_read(bytes.fromhex(answer["data"]))[1])["80"])
    return NONE


# ---- a job ----


def service_of(answer, name):
    return next(s for s in answer["services"] if s["service"] == name)


class Job:
    """One act on one card. `statement` may be changed before it is signed, `body` before it is
    sent."""

    def __init__(
        self, session, card, report, answer, service, secrets=Secrets(), person="", check=""
    ):
        self.session, self.card, self.secrets = session, card, secrets
        self.offer = service_of(answer, service)
        self.statement = {
            "origin": session.server.origin,
            "job": self.offer.get("job", os.urandom(16).hex()),
            "nonce": bytes.fromhex(answer["nonce"]),
            "at": int(time.time()),
            "operation": service,
            "left_locked": 0,
            "identity_check": check,
            "card": card_identity(report),
            "old_9a": fingerprint(report, "certificate_9a"),
            "old_9c": fingerprint(report, "certificate_9c"),
            "person": (answer["person"] or {"uuid": person})["uuid"],
            "operator": session.person,
            "role_profile": session.profile["id"],
            "policy_hash": bytes.fromhex(answer["policy_hash"]),
            "witness_hash": NONE,
        }
        self.body = {
            "job": self.statement["job"],
            "service": service,
            "nonce": answer["nonce"],
            "identity_check": check,
            "at": self.statement["at"],
            "report": report,
            "person": person,
        }

    def prelude(self):
        """Plays it; its answers and the witness are taken."""
        result = play(self.card, self.offer["prelude"], self.statement, self.secrets)
        self.body["prelude"] = result
        self.statement["witness_hash"] = witness_hash(result)
        return result

    def sign(self, operator=None, passcode=None):
        digest = sha256(statement_message(self.statement))
        signature = operator_sign(
            operator or self.session.operator, passcode or self.session.passcode, 0x9C, digest
        )
        self.body["signature"] = signature.hex()

    def begin(self):
        return self.session.ask("POST", "/v1/jobs", self.body)

    def play(self, answer):
        return {
            "step": answer["step"],
            "result": play(self.card, answer["batch"], self.statement, self.secrets),
        }

    @property
    def path(self):
        return "/v1/jobs/%s/steps" % self.statement["job"]

    def step(self, body):
        return self.session.ask("POST", self.path, body)

    def start(self):
        self.prelude()
        self.sign()
        return self.begin()

    def run(self):
        """To the end: the receipt."""
        answer = self.start()
        while not answer.get("committed"):
            answer = self.step(self.play(answer))
        self.card.reset()
        return answer["receipt"]
