# SPDX-License-Identifier: Apache-2.0
"""test_durability_long: server and signer are killed 200 times each while three desks work; what was
acknowledged is all there, and each is back by itself. The cases are those of test/e2e."""
import atexit
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "e2e"))

from endurance import ALWAYS_DUE, Deaths, Desks, killed_at_random
from tap import expect, run

KILLS, AT_ONCE = 200, 20


def test_killed(stack):
    """server and signer are killed 200 times each under load: nothing acknowledged is lost"""
    desks, deaths = Desks(stack), Deaths(stack)
    atexit.register(desks.close)
    for _ in range(KILLS // AT_ONCE):
        for name in ("server", "signer"):
            killed_at_random(stack, name, AT_ONCE, deaths, desks)
    deaths.tell(desks)
    expect(len(desks.receipts) > KILLS, "the desks did too little")


if __name__ == "__main__":
    run([test_killed], due=6, policy_values=ALWAYS_DUE)
