# SPDX-License-Identifier: Apache-2.0
"""test_keys: every kind of key that a policy may ask for, from the card to the certificate; cards
that take half a minute for a key; a card that speaks T=0."""
import json

from card_tools import text_of, witness
from stack import PASSCODE
from tap import contains, equal, expect, run

ALWAYS_DUE = {"life_days": 3660, "window_days": 3659}
OPERATOR, COLLEAGUE = "tom-adeyemi", "hannah-lewis"
ALGORITHMS = {"P-256": "ASN1 OID: prime256v1", "P-384": "ASN1 OID: secp384r1",
              "RSA-2048": "Public-Key: (2048 bit)", "RSA-3072": "Public-Key: (3072 bit)"}
RSA3072_SECONDS = 180
T0_ATR = "3b6a000043617264777269676874"  # no TD1: T=0


def check_pair(stack, key_type, yubico=True):
    """Both certificates are of that kind, both keys sign, and the witnesses agree."""
    for slot, pem in witness(stack, key_type=key_type, yubico=yubico).items():
        contains(text_of(pem), ALGORITHMS[key_type], f"the key of {slot}")
    tested = stack.cli_json("test", passcode=PASSCODE)
    equal([(key["slot"], key["proved"]) for key in tested["keys"]], [("9c", True), ("9a", True)],
          "the test of the card")


def renew(stack, person, key_type, operator=OPERATOR):
    stack.set_policy("key_type", key_type)
    stack.login(operator)
    stack.insert(2, person)
    stack.job("renew", passcode=PASSCODE)
    check_pair(stack, key_type)


def test_p384(stack):
    """a pair of P-384 is made, certified, written and proved"""
    renew(stack, "aisha-khan", "P-384")


def test_rsa2048(stack):
    """a pair of RSA-2048 on a plain card, and another program signs with it"""
    renew(stack, "isla-novak", "RSA-2048")


def test_back_to_p256(stack):
    """the RSA pair is followed by one of P-256"""
    renew(stack, "isla-novak", "P-256")


def operator_renews(stack, key_type):
    """The operator's own pair becomes one of that type; he logs in with it and renews another's."""
    renew(stack, OPERATOR, key_type, operator=COLLEAGUE)
    stack.cli("logout", check=True)
    stack.pull(1)
    stack.pull(2)
    renew(stack, "aisha-khan", key_type)
    equal(stack.audit_verify().code, 0, "audit verify")


def test_operator_rsa(stack):
    """an operator whose own pair is RSA logs in, and signs for a renewal"""
    operator_renews(stack, "RSA-2048")


def test_operator_p384(stack):
    """an operator whose own pair is P-384 does too, and the audit of what was signed verifies"""
    operator_renews(stack, "P-384")


def test_lacking(stack):
    """a card that has no such key says so; nothing is lost, and another key type finishes the job"""
    stack.set_policy("key_type", "RSA-3072")
    stack.login(OPERATOR)
    stack.insert(2, "isla-novak")
    dump = stack.dump("isla-novak")
    error = stack.refused("renew", "--yes", passcode=PASSCODE)
    equal((error["name"], error["code"]), ("CARD_KEY_TYPE", "CW-328"), "the error")
    equal(stack.dump("isla-novak"), dump, "the card")
    stack.cli("logout", check=True)
    stack.pull(1)
    stack.pull(2)
    renew(stack, "isla-novak", "P-384")
    equal(stack.cli_json("jobs"), {"jobs": []}, "open jobs")


def test_rsa3072_slow(stack):
    """two RSA-3072 keys of half a minute each: progress, no time-out, the passcode once"""
    stack.set_policy("key_type", "RSA-3072")
    stack.login(OPERATOR)
    stack.insert(2, "kate-wood")
    stack.control("timing 2 card")
    command = stack.start_cli("renew", "--json", "--yes", passcode=PASSCODE)
    result = command.result(RSA3072_SECONDS)
    stack.control("timing 2 none")
    equal(result.code, 0, f"renew: {result}")
    events = [json.loads(line) for line in result.out.splitlines()]
    made = {e["step"]: e["ms"] for e in events if e["event"] == "step" and e["state"] == "done"}
    for step in ("make_signing_key", "make_authentication_key"):
        expect(made[step] >= 30000, f"{step} took {made[step]} ms")
    equal((events[-1]["event"], events[-1]["round_trips_job"]), ("result", 3), "the end")
    check_pair(stack, "RSA-3072")


def test_t0(stack):
    """a plain card that speaks T=0 is issued and renewed"""
    stack.set_policy("key_type", "P-256")
    path = stack.card_file("harry-singh")
    path.unlink()
    stack.run("vcard", "make", str(path), "--model", "standard", "--with", "answer-later",
              "--without", "extended", "--atr", T0_ATR)
    stack.login(OPERATOR)
    stack.insert(2, "harry-singh")
    result = stack.cli("issue", "--json", "--yes", "--person", "900000000132", "--identity-check",
                       "passport", passcode=PASSCODE)
    equal(result.code, 0, f"issue: {result}")
    stack.pull(2)
    stack.insert(2, "harry-singh")
    stack.job("renew", passcode=PASSCODE)
    check_pair(stack, "P-256", yubico=False)


if __name__ == "__main__":
    run([test_p384, test_rsa2048, test_back_to_p256, test_operator_rsa, test_operator_p384,
         test_lacking, test_rsa3072_slow, test_t0], policy_values=ALWAYS_DUE)
