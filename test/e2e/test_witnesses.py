# SPDX-License-Identifier: Apache-2.0
"""test_witnesses: for each kind of key a card is issued, renewed and repaired, and after each of the
three programs that are not ours agree on it: OpenSC (pkcs15-tool, pkcs11-tool), yubico-piv-tool,
certtool and openssl (card_tools.witness). What one of them cannot do is said there."""
from card_tools import MECHANISMS, serial_of, text_of, witness
from stack import NEW_PASSCODE, PASSCODE
from tap import contains, equal, expect, run
from test_keys import ALGORITHMS, ALWAYS_DUE

HARRY = "900000000132"
CHECKED = "passport and driving licence seen"


def agreed(stack, key_type, passcode, before=None):
    """The witnesses agree, and on other certificates than before."""
    pems = witness(stack, passcode=passcode, key_type=key_type)
    for slot, pem in pems.items():
        contains(text_of(pem), ALGORITHMS[key_type], f"the key of {slot}")
        expect(before is None or serial_of(pem) != serial_of(before[slot]), f"{slot} is the old one")
    equal(stack.cli_json("jobs"), {"jobs": []}, "open jobs")
    return pems


def life_of(stack, key_type):
    """Issued, renewed, repaired: one card."""
    name = f"blank-{key_type}"
    stack.run("vcard", "make", str(stack.card_file(name)), "--model", "move", "--serial",
              str(20000000 + list(MECHANISMS).index(key_type)))
    stack.set_policy("key_type", key_type)
    stack.login("tom-adeyemi")
    stack.insert(2, name)
    stack.job("issue", "--person", HARRY, "--identity-check", CHECKED, passcode=PASSCODE)
    issued = agreed(stack, key_type, PASSCODE)
    stack.pull(2)
    stack.insert(2, name)
    stack.job("renew", passcode=PASSCODE)
    renewed = agreed(stack, key_type, PASSCODE, issued)
    stack.pull(2)
    stack.change_operator("priya-nair", "ID Checker")
    stack.insert(2, name)
    stack.job("repair", "--identity-check", CHECKED, passcode=NEW_PASSCODE)
    agreed(stack, key_type, NEW_PASSCODE, renewed)


def test_p256(stack):
    """P-256: issued, renewed and repaired, the witnesses agree"""
    life_of(stack, "P-256")


def test_p384(stack):
    """P-384: issued, renewed and repaired, the witnesses agree"""
    life_of(stack, "P-384")


def test_rsa2048(stack):
    """RSA-2048: issued, renewed and repaired, the witnesses agree"""
    life_of(stack, "RSA-2048")


def test_rsa3072(stack):
    """RSA-3072: issued, renewed and repaired, the witnesses agree"""
    life_of(stack, "RSA-3072")


if __name__ == "__main__":
    run([test_p256, test_p384, test_rsa2048, test_rsa3072], policy_values=ALWAYS_DUE)
