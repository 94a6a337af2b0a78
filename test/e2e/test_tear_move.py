# SPDX-License-Identifier: Apache-2.0
"""test_tear_move: a card that can move keys is pulled at each command of its renewal, and its holder
logs in with it as it is, before anything is finished: until its keys are exchanged, the old pair
works. Real programs, real pcscd."""
from card_tools import command_name
from stack import PASSCODE
from tap import contains, equal, expect, run
from test_resume import ALWAYS_DUE, Job, current
from test_tear import check_by_others, is_open, offer

GEORGE = ("george-evans", "900000000058")
OPERATOR = "tom-adeyemi"
MOVE_KEY, DELETE = 0xF6, 0xFF


def is_exchange(command):
    """MOVE KEY from a slot to another, not to nowhere."""
    return command[1] == MOVE_KEY and command[2] != DELETE


def commands(stack):
    """What a renewal without a cut sends to the card."""
    offer(stack, GEORGE, "renew")
    with stack.trace(2) as trace:
        equal(Job(stack.agent, "renew").last()["event"], "result", "a job without a cut")
    stack.pull(2)
    return [one.command for one in trace.exchanges()]


def logs_in(stack):
    """Does the server let its holder in with the card as it was left?"""
    stack.cli("logout", check=True)
    stack.pull(1)
    stack.insert(1, GEORGE[0])
    result = stack.cli("login", "--json", passcode=PASSCODE)
    if result.code == 0:
        stack.cli("logout", check=True)
    stack.pull(1)
    stack.login(OPERATOR)
    return result.code == 0


def tear(stack, fault, number):
    """Pulled there; tried; finished. Returns whether it could be logged in with in between."""
    before = current(stack, GEORGE[1])
    equal(offer(stack, GEORGE, "renew"), False, "nothing is open beforehand")
    stack.fault(2, f"{fault} {number}")
    end = Job(stack.agent, "renew").last()
    equal(end["event"], "fault", f"the job that was cut: {end}")
    contains(("safe_finish_later", "unchanged"), end["problem"]["card"], "what is said of the card")
    equal(current(stack, GEORGE[1]), before, "what is current after the cut")
    stack.control_ignoring("pull 2")
    works = logs_in(stack)
    open_before = is_open(stack)
    equal(offer(stack, GEORGE, "renew"), open_before, "it goes on when a job is open")
    equal(Job(stack.agent, "renew").last()["event"], "result", "the second insertion")
    now = current(stack, GEORGE[1])
    expect(not set(now) & set(before) and len(now) == 2, f"current certificates: {now}")
    equal(is_open(stack), False, "an open job")
    check_by_others(stack, now)
    dump = stack.dump(GEORGE[0])
    for slot in ("92", "93", "94", "95"):
        expect(f"key {slot}" not in dump, f"a key is left in {slot}: {dump}")
    stack.pull(2)
    return works


def places(sent, exchange):
    """After each command, and before each of those that exchange keys and certificates."""
    yield from (("cut-after", number) for number in range(1, len(sent) + 1))
    yield from (("cut-before", number) for number in range(exchange, exchange + 6))


def test_log_in(stack):
    """until its keys are exchanged, a card that is pulled at any command logs its holder in"""
    stack.login(OPERATOR)
    sent, works = commands(stack), {}
    exchange = next(i for i, command in enumerate(sent, 1) if is_exchange(command))
    equal(sum(is_exchange(command) for command in sent), 4, "moves: each slot's out and in")
    for fault, number in places(sent, exchange):
        try:
            works[fault, number] = tear(stack, fault, number)
        except Exception as failure:
            raise Exception(f"{fault} {number}, {command_name(sent[number - 1])}") from failure
    without = {place for place, good in works.items() if not good}
    print(f"# {len(works)} points, at {len(without)} of them no log-in before the end")
    # Of 9A, which the log-in needs, the old key was moved out; the new one in, uncertified yet.
    equal(without, {("cut-after", exchange), ("cut-before", exchange + 1),
                    ("cut-after", exchange + 1), ("cut-before", exchange + 2)}, "no log-in after")
    expect(logs_in(stack), "the log-in with the new pair")
    equal(stack.audit_verify().code, 0, "audit verify")


if __name__ == "__main__":
    run([test_log_in], policy_values=ALWAYS_DUE)
