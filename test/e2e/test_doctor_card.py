# SPDX-License-Identifier: Apache-2.0
"""test_doctor_card: what is the matter with a card, in one sentence, and the cure carried out."""
import json

from stack import PASSCODE
from tap import absent, contains, equal, expect, run

OPERATOR = "tom-adeyemi"


def doctor(stack, *args, **options):
    """(exit code, the diagnosis as JSON)."""
    result = stack.cli("doctor", "card", "--json", *args, **options)
    return result.code, json.loads(result.out.splitlines()[0])


def codes(told):
    return [finding["code"] for finding in told["findings"]]


def graver(told):
    """Problems and warnings."""
    return [f["code"] for f in told["findings"] if f["severity"] in ("problem", "warning")]


# Whose card, the first finding, the cure, and what the exit code is.
STATES = [
    ("chloe-martin", "good", ("nothing", None), 0),
    ("aisha-khan", "due", ("service", "renew"), 0),
    ("ben-carter", "expired", ("service", "repair"), 3),
    ("daniel-osei", "locked", ("service", "repair"), 3),
    ("ella-fraser", "cancelled", ("replace", None), 3),
    ("harry-singh", "blank", ("service", "issue"), 0),
    ("isla-novak", "due", ("service", "renew"), 0),
    ("jack-brown", "expired", ("service", "repair"), 3),
]


def test_states(stack):
    """each card of the sample has the sentence of its state, and the cure for it"""
    stack.login(OPERATOR)
    for person, code, cure, exit_code in STATES:
        stack.insert(2, person)
        said, told = doctor(stack)
        equal(told["diagnosis"]["code"], code, f"{person}: {told}")
        equal((told["cure"]["means"], told["cure"].get("service")), cure, f"the cure of {person}")
        equal(said, exit_code, f"the exit code for {person}")
        equal(told["findings"][0]["text"], told["diagnosis"]["text"], "the sentence")
        stack.pull(2)


if __name__ == "__main__":
    run([test_states])
