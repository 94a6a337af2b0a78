# SPDX-License-Identifier: Apache-2.0
"""test_tear_standard: as test_tear, with a card that cannot tell its public keys and takes short
commands only, so that a certificate goes to it in pieces."""
from tap import run
from test_resume import ALWAYS_DUE
from test_tear import walk

ISLA = ("isla-novak", "900000000140")


def test_standard(stack):
    """a card that cannot tell its keys, pulled at each command of a renewal, is finished each time"""
    walk(stack, "hannah-lewis", ISLA)


if __name__ == "__main__":
    run([test_standard], policy_values=ALWAYS_DUE)
