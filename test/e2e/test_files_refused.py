# SPDX-License-Identifier: Apache-2.0
"""test_files_refused: each call with which a command makes or changes a file fails once: it says so,
nothing half-made is taken for whole, and the same command does it the next time."""
from refuser import Refuser, evenly
from stack import PASSCODE, RELEASE
from tap import contains, equal, expect, run
from test_backup import backup, restore
from test_init import blank, founding

MOST = 12  # calls of each command; CARDWRIGHT_REFUSALS_MOST, 0: all


class Refused:
    """The programs of a stack, with the refuser before them."""

    def __init__(self, stack, refuser):
        self.stack, self.refuser = stack, refuser

    def __getattr__(self, name):
        return getattr(self.stack, name)

    def run(self, name, *args, check=True):
        return self.stack.run_program([*self.refuser.prefix(), self.stack.program(name), *args], check)


def names(stack):
    return sorted(path.name for path in stack.base.iterdir())


def refuse(stack, command, name, at):
    """The command with its call `at` refused; then once more. How many calls it made."""
    refuser = Refuser(stack, "file")
    before = names(stack)
    refuser.begin(at)
    result = command(Refused(stack, refuser), name)
    calls = refuser.end()
    if result.code != 0:
        contains(result.err, "CW-", "the error")
        check_nothing_half(stack, before, name)
        equal(command(stack, name).code, 0, "the same command again")
    return calls


def check_nothing_half(stack, before, name):
    left = [other for other in names(stack) if other not in before]
    equal(left, [], f"left behind by {name}")


def test_backup(stack):
    """a copy that could not be written is no copy"""
    def command(where, name):
        return backup(where, name, check=False)
    calls = refuse(stack, command, "copy-0", 0)
    for at in evenly(range(1, calls + 1), MOST):
        refuse(stack, command, f"copy-{at}", at)
    print(f"# {calls} calls of a backup")
    expect(calls > 20, f"calls: {calls}")


def test_restore(stack):
    """what could not be restored whole is not there"""
    def command(where, name):
        return restore(where, "copy-0", stack.base / name, check=False)
    calls = refuse(stack, command, "again-0", 0)
    for at in evenly(range(1, calls + 1), MOST):
        refuse(stack, command, f"again-{at}", at)
    print(f"# {calls} calls of a restore")
    expect(calls > 20, f"calls: {calls}")


def found(stack, at):
    """An organisation with its first card, and a call refused; --resume goes on where there is one."""
    name, refuser = f"founded-{at}", Refuser(stack, "file")
    blank(stack, name)
    refuser.begin(at)
    result = founding(Refused(stack, refuser), name)
    calls = refuser.end()
    if result.code != 0:
        contains(result.err, "CW-", "the error")
        more = ["--resume"] if (stack.base / name).exists() else []
        result = founding(stack, name, *more)
    equal(result.code, 0, f"founded at last: {result.err}")
    stack.cli_json("test", passcode=PASSCODE)
    stack.pull(1)
    return calls


def test_init(stack):
    """an organisation that could not be founded is founded by the same command, or by --resume"""
    calls = found(stack, 0)
    for at in evenly(range(1, calls + 1), MOST):
        try:
            found(stack, at)
        except Exception as failure:
            raise Exception(f"call {at} of {calls}") from failure
    print(f"# {calls} calls of a founding")
    expect(calls > 20, f"calls: {calls}")


if __name__ == "__main__":
    run([test_backup, test_restore, test_init], prepare=RELEASE)
