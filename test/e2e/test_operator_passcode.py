# SPDX-License-Identifier: Apache-2.0
"""test_operator_passcode: a policy under which the operator's passcode is wanted for each act."""
from stack import PASSCODE
from tap import equal, expect, run


def test_each_act(stack):
    """without the operator's passcode the card is sent nothing; with it the act is done"""
    stack.login("tom-adeyemi")
    stack.insert(2, "aisha-khan")
    jobs = stack.store("SELECT count(*) FROM job")
    with stack.trace(2) as trace:
        code, problem = stack.agent.request(
            "POST", "/v1/desk/jobs", {"service": "renew", "passcode": PASSCODE})
        equal(trace.exchanges(), [], "commands to the card")
    name = (problem.get("problem") or problem)["name"]
    equal(name, "PASSCODE_OPERATOR", f"the refusal ({code})")
    equal(stack.store("SELECT count(*) FROM job"), jobs, "jobs")

    done = stack.job("renew", passcode=PASSCODE, operator_passcode=PASSCODE)

    expect(done[-1], "the receipt")


if __name__ == "__main__":
    run([test_each_act], policy_values={"operator_passcode": "each_act"})
