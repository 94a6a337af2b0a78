# SPDX-License-Identifier: Apache-2.0
"""fake_clock: one program with another time, by faketime.

    command = [*faked("+3600s"), program, ...]

The sanitizer's library, which the programs under test are built with, must come first.
"""
import glob
import os
import subprocess

from tap import expect


def faked(offset):
    """A prefix for a command. Monotonic time stays true."""
    library = glob.glob("/usr/lib/*/faketime/libfaketime.so.1")
    expect(library, "libfaketime is not there")
    asan = subprocess.run(["gcc", "-print-file-name=libasan.so"], capture_output=True, text=True,
                          check=True).stdout.strip()
    return ["env", f"LD_PRELOAD={os.path.realpath(asan)}:{library[0]}", f"FAKETIME={offset}",
            "DONT_FAKE_MONOTONIC=1"]
