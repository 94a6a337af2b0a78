# SPDX-License-Identifier: Apache-2.0
"""tap: test cases that read as sentences, their results as TAP.

    def test_wrong_passcode(stack):
        '''a wrong passcode costs one try'''
        expect(...)

    run([test_wrong_passcode, ...], policy_values={...})

One Stack is started for the file and used by its cases, one after the other; stack.tidy() is
called between them. A case fails by an exception; the next one runs all the same.
"""
import re
import signal
import sys
import time
import traceback


class Failed(AssertionError):
    """Something is not as it must be."""


def expect(condition, what):
    if not condition:
        raise Failed(what)


def equal(actual, wanted, what):
    if actual != wanted:
        raise Failed(f"{what}: {actual!r}, not {wanted!r}")


def contains(text, part, what):
    if part not in text:
        raise Failed(f"{what}: {part!r} is not in {text!r}")


def absent(text, part, what):
    if part in text:
        raise Failed(f"{what}: {part!r} is in {text!r}")


def tells(data, secret):
    """Whether data (bytes or text) holds this secret, or the hexadecimal of it.

    It must stand alone, or padded as a card wants a passcode: among the digests of one audit the
    same six digits are found every fiftieth time.
    """
    if isinstance(data, str):
        data = data.encode()
    plain = secret.encode()
    alone = b"(?<![0-9A-Za-z])" + re.escape(plain) + b"(?![0-9A-Za-z])"
    return re.search(alone, data) is not None or plain.hex().encode() in data.lower()


def untold(data, secret, what):
    expect(not tells(data, secret), f"{what}: {secret} is in {data!r}")


class Tap:
    def __init__(self):
        self.count = self.failed = 0

    def result(self, good, name):
        self.count += 1
        self.failed += not good
        print(f"{'ok' if good else 'not ok'} {self.count} - {name}", flush=True)

    def explain(self, text):
        for line in text.rstrip().splitlines():
            print(f"# {line}", flush=True)

    def case(self, name, function, *arguments):
        """Runs one case; True when it passed."""
        started = time.monotonic()
        try:
            function(*arguments)
        except Exception:  # a case may fail in any way; the next one runs all the same
            self.result(False, name)
            self.explain(traceback.format_exc())
            return False
        self.result(True, name)
        self.explain(f"{time.monotonic() - started:.1f} s")
        return True

    def plan(self):
        print(f"1..{self.count}", flush=True)


def name_of(test):
    return " ".join(test.__doc__.split())


def chosen(tests):
    """All, or those whose function's name holds a word of the command line."""
    words = sys.argv[1:]
    return [test for test in tests if not words or any(word in test.__name__ for word in words)]


def run(tests, **options):
    """Starts the system, runs the cases, ends everything, prints the plan, exits."""
    from stack import Stack  # here: stack.py uses this file's checks
    tap, stack = Tap(), Stack(**options)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("the time was up"))
    try:
        if tap.case("the whole system starts", stack.start):
            for test in chosen(tests):
                if not tap.case(name_of(test), test, stack):
                    tap.explain(stack.log_ends())
                tap_tidy(tap, stack)
    finally:
        tap.case("every program ends when told to, and no sanitizer reports", stack.stop)
        tap.plan()
    sys.exit(tap.failed != 0)


def tap_tidy(tap, stack):
    try:
        stack.tidy()
    except Exception:
        tap.result(False, "the desk is cleared for the next case")
        tap.explain(traceback.format_exc())
