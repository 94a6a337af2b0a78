# SPDX-License-Identifier: Apache-2.0
"""test_signer_boundary: a broken-into server is not a CA (I13). As the server's user, on the
signer's socket, with the messages of docs/protocol/signer.md: nothing without an operator's
statement, nothing beyond it, and no bytes to be signed."""
import copy
import hashlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils

import client
from card import certificate, tlv_all
from forge import certificate_of
from hostile import field_of
from stack import PASSCODE, SERVER_UID, SIGNER_UID
from tap import contains, equal, expect, run

TALK = Path(__file__).with_name("signer_talk.py")
HOLDER, CARD_ID = "900000000066", "ab" * 16
KINDS = {
    "management_answer": {
        "card_id": CARD_ID,
        "version": 1,
        "algorithm": "AES-192",
        "witness": "11" * 16,
    },
    "management_key": {"card_id": CARD_ID, "version": 1, "algorithm": "AES-192"},
    "puk": {"card_id": CARD_ID, "old_version": 1, "new_version": 2},
}
WITNESS_HASH = client.sha256(bytes.fromhex("11" * 16))


# ---- the line ----


class Line:
    """The signer's socket, as one user."""

    def __init__(self, stack, uid):
        prefix = ["setpriv", "--reuid", str(uid), "--regid", str(SERVER_UID), "--clear-groups"]
        self.process = subprocess.Popen(
            (prefix if os.geteuid() == 0 else [])
            + [sys.executable, "-c", TALK.read_text(), str(stack.directory / "run/signer.sock")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd="/",
        )

    def raw(self, data):
        self.process.stdin.write(data.hex() + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def text(self, text):
        """The answer to these bytes in a frame, None when the connection was closed."""
        answer = self.raw(len(text).to_bytes(4, "big") + text)
        return None if answer == "closed" else json.loads(answer)

    def ask(self, **request):
        return self.text(json.dumps(request).encode())

    def close(self):
        self.process.stdin.close()
        self.process.wait(10)
        self.process.stdout.close()


def line_of(stack):
    if not hasattr(stack, "line"):
        stack.line = Line(stack, SERVER_UID)
    return stack.line


def refused(stack, names, **request):
    answer = line_of(stack).ask(**request)
    contains(
        (names,) if isinstance(names, str) else names,
        answer["status"],
        f"{request.get('kind')}: {answer}",
    )
    equal(
        [name for name in answer if name not in ("kind", "status", "detail")],
        [],
        "what a refusal gives away",
    )
    return answer


# ---- statements ----


def statement_of(field, binding, operation="renew", person=HOLDER):
    """A statement over a nonce of the signer, as the operator would sign it."""
    nonce = line_of(field.stack).ask(kind="nonce", binding=binding)["nonce"]
    session = field.session("RAA")
    return {
        "origin": field.server.origin,
        "job": os.urandom(16).hex(),
        "nonce": bytes.fromhex(nonce),
        "at": int(time.time()),
        "operation": operation,
        "left_locked": 0,
        "identity_check": "passport",
        "card": "serial 10000006",
        "old_9a": client.NONE,
        "old_9c": client.NONE,
        "person": person,
        "operator": session.person,
        "role_profile": session.profile["id"],
        "policy_hash": b"\x11" * 32,
        "witness_hash": WITNESS_HASH,
    }


def statement_json(statement):
    """With the names of signer.md."""
    names = {
        "old_9a": "old_authentication",
        "old_9c": "old_content_signing",
        "operator": "operator_person",
    }
    found = {
        names.get(name, name): value.hex() if isinstance(value, bytes) else value
        for name, value in statement.items()
    }
    return found | {"left_locked": bool(statement["left_locked"])}


def sign_statement(field, statement, slot=0x9C, name="certificate_9c", person="tom-adeyemi"):
    digest = client.sha256(client.statement_message(statement))
    signature = client.operator_sign(field.card(person), PASSCODE, slot, digest)
    return {
        "signature": signature.hex(),
        "certificate": certificate(field.report(person), name).hex(),
    }


def authority_of(field, operation="renew", person=HOLDER, **changes):
    binding = os.urandom(32).hex()
    statement = statement_of(field, binding, operation, person) | changes
    return {"binding": binding, "statement": statement_json(statement)} | sign_statement(
        field, statement
    )


# ---- a certificate request ----


def certificate_request(authority, key=None, slot=0x9A, **changes):
    """For a key of our own, proved by it: what only the statement can permit."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    public = key.public_key()
    spki = public.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    statement = authority["statement"]
    digest = client.proof_digest(
        dict(statement, nonce=bytes.fromhex(statement["nonce"])), slot, client.sha256(spki)
    )
    point = public.public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    return {
        "kind": "certificate",
        "purpose": "authentication" if slot == 0x9A else "content_signing",
        "uuid": HOLDER,
        "given": "Aisha",
        "family": "Khan",
        "organisation_name": "Wellside Hospitals",
        "organisation_code": "ZW1",
        "key_type": "P-256",
        "key_exponent": 0,
        "key": point.hex(),
        "proof": key.sign(digest, ec.ECDSA(utils.Prehashed(hashes.SHA256()))).hex(),
        "proof_slot": slot,
        "authority": authority,
    } | changes


# ---- tests ----


def test_good(stack):
    """control: with the operator's statement the signer does what the statement says"""
    field, line = field_of(stack), line_of(stack)
    authority = authority_of(field)
    answer = line.ask(kind="management_answer", **KINDS["management_answer"], authority=authority)
    equal(answer["status"], "OK", f"{answer}")
    key = ec.generate_private_key(ec.SECP256R1())
    answer = line.ask(**certificate_request(authority, key))
    equal(answer["status"], "OK", f"{answer}")
    issued = x509.load_der_x509_certificate(bytes.fromhex(answer["der"]))
    contains(issued.subject.rfc4514_string(), HOLDER, "the subject")
    again = line.ask(**certificate_request(authority, key))
    equal(again.get("der"), answer["der"], "the same certificate again")


def test_without(stack):
    """without a statement there is no certificate, no PUK, no management key"""
    field = field_of(stack)
    request = certificate_request(authority_of(field))
    for kind, act in list(KINDS.items()) + [("certificate", request)]:
        act = {name: value for name, value in act.items() if name not in ("kind", "authority")}
        refused(stack, "BAD_MESSAGE", kind=kind, **act)
        for nothing in (None, {}, [], "", {"binding": "00" * 32}):
            refused(stack, "BAD_MESSAGE", kind=kind, **act, authority=nothing)


def changed(value):
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    return ("1" if value[:1] == "0" else "0") + value[1:]


def test_changed(stack):
    """a statement with any member changed after it was signed is good for nothing"""
    authority = authority_of(field_of(stack))
    for name, value in authority["statement"].items():
        other = copy.deepcopy(authority)
        other["statement"][name] = changed(value)
        for kind in KINDS:
            refused(
                stack,
                ("STATEMENT_INVALID", "STATEMENT_NONCE", "BAD_MESSAGE", "POLICY_OWN_CARD"),
                kind=kind,
                **KINDS[kind],
                authority=other,
            )
    refused(
        stack,
        "STATEMENT_NONCE",
        kind="puk",
        **KINDS["puk"],
        authority=authority | {"binding": "00" * 32},
    )


def test_other_signers(stack):
    """only a content-signing certificate of this CA speaks for an operator"""
    field = field_of(stack)
    binding = os.urandom(32).hex()
    statement = statement_of(field, binding)
    base = {"binding": binding, "statement": statement_json(statement)}
    act = dict(KINDS["management_answer"], kind="management_answer")
    refused(
        stack,
        "CA_UNKNOWN",
        **act,
        authority=base | sign_statement(field, statement, 0x9A, "certificate_9a"),
    )
    wrong = base | sign_statement(field, statement, 0x9C, "certificate_9c", "priya-nair")
    refused(stack, "STATEMENT_INVALID", **act, authority=wrong)
    key = ec.generate_private_key(ec.SECP256R1())
    digest = client.sha256(client.statement_message(statement))
    forged = {
        "signature": key.sign(digest, ec.ECDSA(utils.Prehashed(hashes.SHA256()))).hex(),
        "certificate": tlv_all(certificate_of(key, "900000000025 Tom Adeyemi"))["70"].hex(),
    }
    refused(stack, ("CA_UNKNOWN", "CERTIFICATE_FORM"), **act, authority=base | forged)
    good = sign_statement(field, statement)
    refused(
        stack,
        "STATEMENT_INVALID",
        **act,
        authority=base | good | {"signature": forged["signature"]},
    )
    refused(
        stack,
        ("CERTIFICATE_FORM", "CA_UNKNOWN", "BAD_MESSAGE"),
        **act,
        authority=base | good | {"certificate": "3000"},
    )
    equal(
        line_of(stack).ask(**act, authority=base | good)["status"],
        "OK",
        "the good one, after all that",
    )


def test_nonces(stack):
    """a nonce that the signer did not give, or gave for something else, is refused"""
    field = field_of(stack)
    for nonce in (os.urandom(56), b"\0" * 56):
        authority = authority_of(field, nonce=nonce)
        refused(stack, "STATEMENT_NONCE", kind="puk", **KINDS["puk"], authority=authority)
    first = authority_of(field, "repair")
    nonce = bytes.fromhex(first["statement"]["nonce"])
    equal(
        line_of(stack).ask(kind="puk", **KINDS["puk"], authority=first)["status"],
        "OK",
        "its own use",
    )
    binding = first["binding"]
    statement = statement_of(field, binding, "repair") | {"nonce": nonce}
    second = {"binding": binding, "statement": statement_json(statement)} | sign_statement(
        field, statement
    )
    refused(stack, "STATEMENT_NONCE", kind="puk", **KINDS["puk"], authority=second)


def test_old(stack):
    """a statement from yesterday is not used today"""
    field = field_of(stack)
    for at in (int(time.time()) - 86400, int(time.time()) + 86400):
        refused(
            stack,
            "STATEMENT_INVALID",
            kind="puk",
            **KINDS["puk"],
            authority=authority_of(field, "repair", at=at),
        )


def test_coverage(stack):
    """a renewal's statement gives no PUK and no management key, any other's nothing at all"""
    field = field_of(stack)
    for operation, kinds in (
        ("renew", ("puk", "management_key")),
        ("unlock", tuple(KINDS)),
        ("", tuple(KINDS)),
    ):
        for kind in kinds:
            refused(
                stack,
                ("STATEMENT_INVALID", "BAD_MESSAGE"),
                kind=kind,
                **KINDS[kind],
                authority=authority_of(field, operation),
            )


def test_own_card(stack):
    """nobody's statement serves the own card"""
    field = field_of(stack)
    authority = authority_of(field, person=field.session("RAA").person)
    refused(
        stack, "POLICY_OWN_CARD", **certificate_request(authority, uuid=field.session("RAA").person)
    )


def test_certificates(stack):
    """a certificate is for the statement's person and a key proved in just that slot"""
    field = field_of(stack)
    authority = authority_of(field)
    key, other = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    good = certificate_request(authority, key)
    wrong = {
        "another person": {"uuid": "900000000074"},
        "another key": {"key": certificate_request(authority, other)["key"]},
        "another slot": {"proof_slot": 0x9C},
        "another purpose": {"purpose": "content_signing"},
        "no proof": {"proof": ""},
        "a slot that is not ours": {"proof_slot": 0x9D},
        "a purpose that is not ours": {"purpose": "ca"},
        "no point": {"key": "04" + "00" * 64},
        "off the curve": {"key": good["key"][:-1] + ("1" if good["key"][-1] == "0" else "0")},
        "another type": {"key_type": "RSA-2048"},
        "an exponent": {"key_exponent": 3},
        "a name of its own": {"subject": "CN=root"},
        "a validity of its own": {"not_after": 4102444800},
        "extensions": {"extensions": ["ca"]},
    }
    for what, change in wrong.items():
        answer = line_of(stack).ask(**(good | change))
        expect(answer["status"] not in ("OK",), f"{what}: {answer}")
        expect("der" not in answer, what)
    equal(line_of(stack).ask(**good)["status"], "OK", "the good one")
    refused(stack, "STATEMENT_SPENT", **certificate_request(authority, other))
    refused(
        stack,
        ("STATEMENT_SPENT", "CERTIFICATE_REFUSED"),
        **certificate_request(authority, key, 0x9C),
    )
    stranger = authority_of(field, person="900000000082")
    refused(stack, "CERTIFICATE_REFUSED", **certificate_request(stranger, key, uuid="900000000082"))


def test_quota(stack):
    """one statement serves one card, one pair of PUKs, eight witnesses, its own one first"""
    field, line = field_of(stack), line_of(stack)
    authority = authority_of(field, "repair")
    answer = KINDS["management_answer"]
    refused(
        stack,
        "STATEMENT_INVALID",
        kind="management_answer",
        **(answer | {"witness": "22" * 16}),
        authority=authority,
    )
    for number in range(8):
        found = line.ask(
            kind="management_answer",
            authority=authority,
            **(answer | ({"witness": f"{number:02x}" * 16} if number else {})),
        )
        equal(found["status"], "OK", f"witness {number}: {found}")
    refused(stack, "STATEMENT_SPENT", kind="management_answer", **answer, authority=authority)
    equal(line.ask(kind="puk", **KINDS["puk"], authority=authority)["status"], "OK", "the PUK")
    factory = {"atr": "3b00", "version": "", "told": "nothing", "algorithm": "", "candidate": 0}
    for change in ({"new_version": 3}, {"old_version": 0, "factory": factory},
                   {"card_id": "cd" * 16}):
        refused(
            stack, "STATEMENT_SPENT", kind="puk", **(KINDS["puk"] | change), authority=authority
        )


def secrets_of(stack, card_id, authority):
    """What each kind that names a card answers: its name."""
    return {
        kind: line_of(stack).ask(
            kind=kind, **(KINDS[kind] | {"card_id": card_id}), authority=authority
        )["status"]
        for kind in KINDS
    }


def id_of(stack, person):
    """The card id that the directory has for it."""
    uuid = {"aisha-khan": "900000000066", "chloe-martin": "900000000082"}.get(person)
    uuid = uuid or stack.store("SELECT uuid FROM person WHERE family = ?", person)[0][0]
    return stack.store("SELECT id FROM card WHERE person_uuid = ?", uuid)[0][0]


def test_pairing(stack):
    """I13: a statement about one card gives no secret of another card, also after a restart"""
    field = field_of(stack)
    mine, other = id_of(stack, "aisha-khan"), id_of(stack, "chloe-martin")
    wanted = dict.fromkeys(KINDS, "STATEMENT_CARD")
    serials = dict(stack.store("SELECT id, serial FROM card"))
    own_name = f"serial {serials[mine]}"
    equal(secrets_of(stack, other, authority_of(field, "issue", card=own_name)), wanted,
          "another card's secrets")
    for name in (f"serial {serials[other]}0", "guid " + "00" * 16, "blank", "unreadable", "serial ", ""):
        equal(secrets_of(stack, other, authority_of(field, "issue", card=name)), wanted,
              f"with a statement about {name!r}")
    answer = refused(stack, "STATEMENT_CARD", kind="puk", **(KINDS["puk"] | {"card_id": other}),
                     authority=authority_of(field, "repair", card=own_name))
    equal(answer["detail"], "card of the statement", "which check it was")
    equal(secrets_of(stack, mine, authority_of(field, "issue", card=own_name)),
          dict.fromkeys(KINDS, "OK"), "control: the statement's own card")
    restart_signer(stack)
    equal(secrets_of(stack, other, authority_of(field, "issue", card=own_name)), wanted,
          "after a restart")


def restart_signer(stack, between=lambda: None):
    problem = stack.programs["signer"].end()
    expect(problem is None, problem)
    between()
    stack.start_signer()
    line_of(stack).close()
    del stack.line


def forget_length(head):
    """The head as it was before it told the journal's length: in two slots of 128 bytes each a name,
    count, audit head and numbers of the lists, and the SHA-256 of these."""
    slots, name, fields = head.read_bytes(), b"cardwright head v2", 64
    older = b""
    for slot in (slots[:128], slots[128:]):
        if slot.startswith(name):
            told = b"cardwright signer head v1" + slot[len(name) : len(name) + fields]
            slot = (told + hashlib.sha256(told).digest()).ljust(128, b"\0")
        older += slot
    with head.open("r+b") as file:
        file.write(older)


def forget_pairings(journal):
    """The journal as it was before there were pairings: records are 'CWS1', length, hash, body."""
    forget_length(journal.with_name("head"))
    data, kept = journal.read_bytes(), b""
    while data:
        length = int.from_bytes(data[4:8], "big")
        record, data = data[: 40 + length], data[40 + length :]
        kept += b"" if record[40] == 2 else record
    with journal.open("r+b") as file:
        file.truncate(0)
        file.write(kept)


def test_pairing_learnt(stack):
    """a card that was issued before there were pairings is learnt at its first use, and for good"""
    field = field_of(stack)
    card_id = id_of(stack, "chloe-martin")
    serial = stack.store("SELECT serial FROM card WHERE id = ?", card_id)[0][0]
    journal = stack.directory / "signer/state/journal"
    restart_signer(stack, lambda: forget_pairings(journal))
    before = journal.stat().st_size
    good = authority_of(field, "issue", card=f"serial {serial}", person="900000000082")
    equal(secrets_of(stack, card_id, good), dict.fromkeys(KINDS, "OK"), "the first use")
    expect(journal.stat().st_size > before, "nothing was written down")
    restart_signer(stack)
    equal(secrets_of(stack, card_id, authority_of(field, "issue", card="serial 10000006")),
          dict.fromkeys(KINDS, "STATEMENT_CARD"), "another card's statement")


def test_bytes_to_sign(stack):
    """there is no request that carries bytes to be signed"""
    line = line_of(stack)
    for kind in (
        "sign",
        "sign_bytes",
        "sign_digest",
        "decrypt",
        "key",
        "export",
        "master",
        "csr",
        "root",
        "",
        "STATUS",
    ):
        answer = line.ask(kind=kind, data="00" * 32, digest="00" * 32)
        contains(("METHOD_UNKNOWN", "BAD_MESSAGE"), answer["status"], kind)
    for kind, more in (("status", {}), ("nonce", {"binding": "00" * 32})):
        for member in ("data", "digest", "tbs", "key"):
            refused(stack, "BAD_MESSAGE", kind=kind, **more, **{member: "00" * 32})


def test_history(stack):
    """no other history of the audit is signed, and nothing is un-revoked"""
    status = line_of(stack).ask(kind="status")
    entries = ["11" * 32] * 3
    for start in (1, status["sequence"], status["sequence"] + 2):
        refused(
            stack,
            ("AUDIT_HEAD", "BAD_MESSAGE", "BAD_VALUE"),
            kind="checkpoint",
            entries=entries,
            previous="22" * 32,
            **{"from": max(start, 1)},
        )
    equal(line_of(stack).ask(kind="status")["head"], status["head"], "the head")
    for reason in ("removeFromCRL", "certificateHold", "remove"):
        refused(
            stack,
            ("BAD_VALUE", "BAD_MESSAGE"),
            kind="revoke_and_crl",
            issuer="signing",
            number=1,
            entries=[{"serial": "01", "revoked_at": 1, "reason": reason}],
        )
    refused(
        stack,
        ("BAD_VALUE", "BAD_MESSAGE"),
        kind="revoke_and_crl",
        issuer="root",
        number=1,
        entries=[],
    )


def test_frames(stack):
    """malformed frames are refused or the connection is closed; the signer goes on"""
    line = line_of(stack)
    for text in (
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xff",
        b'{"kind":"status","kind":"status"}',
        b'{"kind":7}',
        b"{}",
        b'{"kind":"status"} x',
        b"[" * 20_000,
        b'{"a":' * 2000 + b"1" + b"}" * 2000,
        b"\0" * 100,
    ):
        answer = line.text(text)
        expect(
            answer is None or answer["status"] in ("BAD_MESSAGE", "TOO_LARGE", "METHOD_UNKNOWN"),
            f"{text[:30]}: {answer}",
        )
    for head in (131_073, 1 << 24, 0xFFFFFFFF):
        equal(line.raw(head.to_bytes(4, "big") + b"x" * 10), "closed", f"a frame of {head} bytes")
    equal(line.ask(kind="status")["status"], "OK", "the signer")


def test_other_users(stack):
    """another user, and root too, is sent away before a byte is read"""
    for uid in (0, SIGNER_UID, 65534, SERVER_UID + 1):
        other = Line(stack, uid)
        try:
            equal(other.ask(kind="status"), None, f"the answer to user {uid}")
        finally:
            other.close()
    equal(line_of(stack).ask(kind="status")["status"], "OK", "the server's user")


def test_files(stack):
    """the server's user can neither read the signer's folder nor look into its process"""
    pid = stack.programs["signer"].pid
    for path in (
        stack.directory / "signer/master.key",
        stack.directory / "signer/signing-ca.key",
        f"/proc/{pid}/mem",
        f"/proc/{pid}/environ",
    ):
        done = subprocess.run(
            [
                "setpriv",
                "--reuid",
                str(SERVER_UID),
                "--regid",
                str(SERVER_UID),
                "--clear-groups",
                "head",
                "-c",
                "1",
                str(path),
            ],
            capture_output=True,
            check=False,
        )
        expect(done.returncode != 0 and not done.stdout, f"{path} can be read")


def test_still_serves(stack):
    """after all this the system renews a card, and the audit verifies"""
    line_of(stack).close()
    field = field_of(stack)
    receipt = field.job(field.session("RAA"), "finn-gallagher", "renew").run()
    equal(receipt["service"], "renew", "the receipt")
    equal(stack.audit_verify().code, 0, "cardwright audit verify")


ALONE = [test_other_users, test_files] if os.geteuid() == 0 else []  # need users of their own

if __name__ == "__main__":
    run(
        [
            test_good,
            test_without,
            test_changed,
            test_other_signers,
            test_nonces,
            test_old,
            test_coverage,
            test_own_card,
            test_certificates,
            test_quota,
            test_pairing,
            test_pairing_learnt,
            test_bytes_to_sign,
            test_history,
            test_frames,
        ]
        + ALONE
        + [test_still_serves]
    )
