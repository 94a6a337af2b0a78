# SPDX-License-Identifier: Apache-2.0
"""test_attest: what the card attests of its new keys is checked before anything is certified."""
import json

from card_tools import command_names
from maker import Maker
from stack import PASSCODE
from tap import contains, equal, expect, run

HARRY = "900000000132"
ALWAYS_DUE = {"life_days": 3660, "window_days": 3659}


def set_up(stack):
    """Once: a maker, whose root the server knows."""
    if not hasattr(stack, "maker"):
        stack.maker = Maker(stack.base / "maker")
        configure(stack, stack.maker.root_pem)


def configure(stack, roots):
    path = stack.directory / "server/server.json"
    text = json.loads(path.read_text())
    text.pop("attestation_roots", None)
    if roots is not None:
        target = stack.directory / "server/makers.pem"
        target.write_text(roots.read_text())
        target.chmod(0o644)
        text["attestation_roots"] = "makers.pem"
    path.write_text(json.dumps(text))
    stack.restart_server()


def new_card(stack, name, serial, equipped=True, more=()):
    """A blank card in reader 2 that can attest."""
    path = stack.card_file(name)
    stack.run("vcard", "make", str(path), "--model", "metadata", "--serial", serial, "--with",
              "attest", *more)
    stack.insert(2, name)
    if equipped:
        stack.maker.equip(stack)
        stack.pull(2)
        stack.insert(2, name)


def issue(stack):
    return stack.cli("issue", "--json", "--yes", "--person", HARRY, "--identity-check", "passport",
                     passcode=PASSCODE)


def attestations(stack, serial):
    return stack.store("SELECT purpose, state, attestation FROM certificate WHERE card_id ="
                       " (SELECT id FROM card WHERE serial = ?) AND state = 'current'"
                       " ORDER BY purpose", serial)


def test_attested(stack):
    """a card that can is asked within the usual round trips, and what it says is kept and shown"""
    set_up(stack)
    stack.login("tom-adeyemi")
    new_card(stack, "attests", "20000001")
    with stack.trace(2) as trace:
        result = issue(stack)
    equal(result.code, 0, f"issue: {result}")
    last = json.loads(result.out.splitlines()[-1])
    equal((last["round_trips_identify"], last["round_trips_job"]), (1, 3), "round trips")
    equal([c["attestation"] for c in last["receipt"]["certificates"]], ["attested"] * 2, "receipt")
    names = command_names(trace.exchanges())
    made = names.index("GENERATE 9C")
    equal(names[made:made + 5], ["GENERATE 9C", "GENERATE 9A", "ATTEST 9C", "ATTEST 9A",
                                 "VERIFY 80"], "the order")
    expect(names.index("GET certificate F9") < names.index("PUT CHUID"), f"too late: {names}")
    equal(attestations(stack, "20000001"), [("authentication", "current", "attested"),
                                            ("content_signing", "current", "attested")], "rows")
    shown = stack.cli_json("show")
    contains(json.dumps(shown), '"attestation": "attested"', "show")


if __name__ == "__main__":
    run([test_attested], policy_values=ALWAYS_DUE)
