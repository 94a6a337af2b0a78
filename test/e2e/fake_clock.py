# SPDX-License-Identifier: Apache-2.0
"""fake_clock: one program with another time, by faketime.

    command = [*faked("+3600s"), program, ...]

`preload` is for any library that is to be in a program before it starts.
"""
import glob
import os
import subprocess

from stack import BUILD
from tap import expect


def preload(library):
    """For LD_PRELOAD. The sanitizer's library, if the programs are built with it, comes first."""
    needs = subprocess.run(["ldd", BUILD / "src/cli/cardwright"], capture_output=True, text=True,
                           check=True).stdout
    if "libasan" not in needs:
        return str(library)
    asan = subprocess.run(["gcc", "-print-file-name=libasan.so"], capture_output=True, text=True,
                          check=True).stdout.strip()
    return f"{os.path.realpath(asan)}:{library}"


def faked(offset):
    """A prefix for a command. Monotonic time stays true."""
    library = glob.glob("/usr/lib/*/faketime/libfaketime.so.1")
    expect(library, "libfaketime is not there")
    return ["env", f"LD_PRELOAD={preload(library[0])}", f"FAKETIME={offset}",
            "DONT_FAKE_MONOTONIC=1"]
