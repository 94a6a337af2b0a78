# SPDX-License-Identifier: Apache-2.0
"""test_pcsc_refused: each call of the agent to PC/SC fails once, undone or done with its answer lost;
the card is finished by the next insertion, and the agent goes on."""
from refuser import Refuser, evenly
from tap import equal, expect, run
from test_resume import AISHA, ALWAYS_DUE, OPERATOR, Job, check_after, current

# The signer lets an operator sign 120 times in an hour: each way has its own.
HOWS = {"undone": (0, (OPERATOR,)), "its answer lost": (1, ("priya-nair", "Sponsor"))}
MOST = 20  # places in all; CARDWRIGHT_REFUSALS_MOST, 0: all


def refused_agent(stack, refuser):
    """A workstation whose calls to PC/SC can be made to fail."""
    script = stack.base / "refused-agent"
    script.write_text(f"#!/bin/sh\nexec {' '.join(refuser.prefix())} {stack.program('agent')} \"$@\"\n")
    script.chmod(0o755)
    return stack.new_agent("refused", str(script))


def visit(stack):
    """A card is put in and renewed: how it ended."""
    stack.insert(2, AISHA[0])
    return Job(stack.agent).last()


def finish(stack, operator):
    """Both cards out and in again; what is offered is done."""
    stack.empty()
    stack.login(*operator)
    before = current(stack, AISHA[1])
    desk = stack.insert(2, AISHA[0])
    offer = next(s for s in desk["card"]["identify"]["services"] if s["service"] == "renew")
    expect(offer["available"], f"not offered: {offer}")
    equal(Job(stack.agent).last()["event"], "result", "the next insertion")
    check_after(stack, stack.agent, AISHA, before)


def refuse(stack, refuser, at, how, operator):
    stack.empty()
    stack.login(*operator)
    refuser.begin(at, how)
    end = visit(stack)
    calls = refuser.end()
    told = end.get("problem", end)
    expect(end.get("event") == "result" or told["card"] in ("unchanged", "safe_finish_later"),
           f"what is said of the card: {end}")
    expect(told.get("actor") != "ra_desk", f"nobody need look at the card: {end}")
    finish(stack, operator)
    return calls


def test_each_call(stack):
    """a call to PC/SC that fails costs nothing but a second insertion"""
    refuser = Refuser(stack, "pcsc")
    stack.agent.program.end()  # nobody else at the readers
    stack.agent = refused_agent(stack, refuser)
    calls = refuse(stack, refuser, 0, *HOWS["undone"])
    places = evenly([(at, how) for how in HOWS for at in range(1, calls + 1)], MOST)
    for at, how in places:
        try:
            refuse(stack, refuser, at, *HOWS[how])
        except Exception as failure:
            raise Exception(f"call {at} of {calls}, {how}") from failure
    print(f"# {calls} calls of a renewal, {len(places)} failures")
    expect(calls > 40, f"calls: {calls}")


if __name__ == "__main__":
    run([test_each_call], policy_values=ALWAYS_DUE)
