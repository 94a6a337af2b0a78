# SPDX-License-Identifier: Apache-2.0
"""test_wiped: when the cards are out, no program's memory holds what opens one."""
import os
import re

# A sanitizer keeps what was given back, and looks after more memory than can be read.
if "CARDWRIGHT_BUILD_RELEASE" in os.environ:
    os.environ["CARDWRIGHT_BUILD"] = os.environ["CARDWRIGHT_BUILD_RELEASE"]

from stack import NEW_PASSCODE, PASSCODE
from tap import equal, expect, run

CHANGE_PUK, SET_MANAGEMENT_KEY = 0x24, 0xFF
TEMPLATE = 5  # bytes of a command's header with Lc
KEY_HEADER = 3  # algorithm, reference, length
RANGE = re.compile(r"([0-9a-f]+)-([0-9a-f]+) rw\S+ \S+ \S+ \S+\s*(.*)")


def memory_of(pid):
    """All that the process may write to, piece by piece."""
    with open(f"/proc/{pid}/maps", encoding="ascii") as maps, open(f"/proc/{pid}/mem", "rb") as memory:
        for found in filter(None, map(RANGE.match, maps)):
            start, end = int(found[1], 16), int(found[2], 16)
            memory.seek(start)
            yield memory.read(end - start)


def places(pid, secret):
    """How often it lies there: as it is, and as hexadecimal digits."""
    forms = {secret, secret.hex().encode(), secret.hex().upper().encode()}
    return sum(piece.count(form) for piece in memory_of(pid) for form in forms)


def secrets_sent(card):
    """{what: secret} of all that was shown to the card, or set on it."""
    secrets = {"the operator's passcode": PASSCODE.encode(), "the new passcode": NEW_PASSCODE.encode()}
    for exchange in card.exchanges():
        kind, data = exchange.command[1], exchange.command[TEMPLATE:]
        if kind == CHANGE_PUK:
            secrets["the old PUK"], secrets["the new PUK"] = data[:8], data[8:16]
        if kind == SET_MANAGEMENT_KEY:
            secrets["the new management key"] = data[KEY_HEADER:]
    return secrets


def check_wiped(stack, secrets):
    programs = stack.programs | {"agent": stack.agent.program}
    for name in ("agent", "server", "signer"):
        for what, secret in secrets.items():
            equal(places(programs[name].pid, secret), 0, f"{what} in the memory of the {name}")


def serve(stack, operator, person, *words):
    stack.login(*operator)
    equal(places(stack.agent.program.pid, PASSCODE.encode()), 1, "the passcode of a session")
    stack.insert(2, person)
    with stack.trace(2) as card:
        stack.job(*words, "--identity-check", "passport seen", passcode=NEW_PASSCODE)
    stack.empty()
    return secrets_sent(card)


def test_repair(stack):
    """after a repair neither passcodes nor PUKs lie in any program's memory"""
    secrets = serve(stack, ("priya-nair", "ID Checker"), "ben-carter", "repair")
    equal(sorted(secrets), ["the new PUK", "the new passcode", "the old PUK",
                            "the operator's passcode"], "secrets of a repair")
    check_wiped(stack, secrets)


def test_issue(stack):
    """after an issue the new management key does not either"""
    secrets = serve(stack, ("tom-adeyemi",), "harry-singh", "issue", "--person", "900000000132")
    del secrets["the old PUK"]  # as the maker delivers it, known to everybody
    expect("the new management key" in secrets, f"secrets of an issue: {sorted(secrets)}")
    check_wiped(stack, secrets)


if __name__ == "__main__":
    run([test_repair, test_issue])
