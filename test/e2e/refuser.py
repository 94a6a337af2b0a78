# SPDX-License-Identifier: Apache-2.0
"""refuser: lets one call of a program fail (refuser.h).

    refuser = Refuser(stack, "pcsc")
    command = [*refuser.prefix(), program, ...]
    refuser.begin(17)                  the 17th call from here fails
    calls = refuser.end()              none does from here; so many were made
    for at in places(calls, 20): ...   those to try: 20, or as many as the environment asks for
"""
import mmap
import os
import struct

from fake_clock import preload
from stack import BUILD


class Refuser:
    def __init__(self, stack, kind):
        self.module = BUILD / f"test/e2e/lib{kind}_refuser.so"
        self.path = stack.base / f"{kind}-refuser"
        self.path.write_bytes(bytes(12))
        self.path.chmod(0o600)
        with self.path.open("r+b") as file:
            self.memory = mmap.mmap(file.fileno(), 12)

    def prefix(self):
        return ["env", f"LD_PRELOAD={preload(self.module)}", f"REFUSER={self.path}"]

    def begin(self, at, is_made=0):
        struct.pack_into("III", self.memory, 0, 0, is_made, 0)
        struct.pack_into("I", self.memory, 0, at)

    def end(self):
        struct.pack_into("I", self.memory, 0, 0)
        return struct.unpack_from("I", self.memory, 8)[0]


def evenly(places, most):
    """CARDWRIGHT_REFUSALS_MOST in the environment stands before `most`; 0: all of them."""
    most = int(os.environ.get("CARDWRIGHT_REFUSALS_MOST", most)) or len(places)
    step = max(1, -(-len(places) // most))
    return places[::step]
