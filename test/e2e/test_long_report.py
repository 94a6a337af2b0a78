# SPDX-License-Identifier: Apache-2.0
"""test_long_report: the page of the long check is put together from runs of several days, and says
of each part when it was run."""
import subprocess
import sys
import tempfile
from pathlib import Path

from tap import Tap, absent, contains, equal, name_of

ROOT = Path(__file__).resolve().parents[2]
MONDAY, FRIDAY = 1780300800, 1780646400


def report(base, parts, **logs):
    """As ./check --long calls it; the page."""
    folder, page = base / "check", base / "report.md"
    folder.mkdir(exist_ok=True)
    for log in folder.glob("*.log"):
        log.unlink()
    for name, text in logs.items():
        (folder / f"{name.replace('_', '-')}.log").write_text(text)
    (folder / "parts").write_text("".join(f"{part}\n" for part in parts))
    subprocess.run(["/usr/bin/python3", ROOT / "tools/long_report", folder, page], check=True)
    return page.read_text()


def row_of(page, name):
    return [line for line in page.splitlines() if line.startswith(f"| {name} |")]


def test_days_of_parts(base):
    """a part that is run anew replaces its row, and the others keep theirs"""
    report(base, [f"tidy 1500 14 0 {MONDAY} aaaa", f"valgrind-base 9000 6 1 {MONDAY} aaaa"])
    page = report(base, [f"valgrind-base 8000 7 0 {FRIDAY} bbbb"])

    (tidy,), (valgrind,) = row_of(page, "tidy"), row_of(page, "valgrind-base")
    contains(tidy, "| 2026-06-01 08:00 | aaaa |", "the part that was not run now")
    contains(tidy, "| 1.5 | 14 | 0 |", "its figures")
    contains(valgrind, "| 2026-06-05 08:00 | bbbb |", "the part that was run now")
    contains(valgrind, "| 8.0 | 7 | 0 |", "its figures")
    contains(page, "| tests | 21 passed, 0 failed |", "the sums")


def test_not_run(base):
    """a part without a row is named as not run, and one that the check has not any more has no row"""
    page = report(base, [f"tidy 1500 14 0 {MONDAY} aaaa", f"of-old 1500 14 0 {MONDAY} aaaa"])

    missing = page.split("## Not run")[1].split("##")[0]
    contains(missing, "valgrind-card", "parts that were not run")
    contains(missing, "test_long_report", "parts that were not run")
    absent(missing, "tidy,", "parts that were not run")
    absent(page, "of-old", "the page")


def test_tables(base):
    """what the simulator printed stays with its row"""
    report(base, [f"refused-all 1 1 0 {MONDAY} aaaa"], refused_all="job  calls\nrenew 7\n")
    page = report(base, [f"tidy 1500 14 0 {FRIDAY} bbbb"], tidy="job of tidy")

    contains(page, "## refused-all\n\n```\njob  calls\nrenew 7\n```", "the page")
    absent(page, "job of tidy", "the page")


def test_simulated_days(base):
    """simulated days of several runs add up, each counted once"""
    report(base, [f"simulator-long 1 1 0 {MONDAY} aaaa"],
           simulator_long="1000 seeds from 1: 1000 good, 0 bad\n")
    page = report(base, [f"simulator-long 1 1 0 {FRIDAY} bbbb"],
                  simulator_long="1000 seeds from 501: 999 good, 1 bad\n")

    contains(page, "1,500 different ones of 1,000,000", "the page")
    contains(page, "| 1 | 1000 | 1000 | 0 | 2026-06-01 |", "the first run")
    contains(page, "| 501 | 1500 | 999 | 1 | 2026-06-05 |", "the second run")
    equal(len(row_of(page, "simulator-long")), 1, "rows of the part")


def main():
    tap = Tap()
    for test in (test_days_of_parts, test_not_run, test_tables, test_simulated_days):
        with tempfile.TemporaryDirectory() as folder:
            tap.case(name_of(test), test, Path(folder))
    tap.plan()
    sys.exit(tap.failed != 0)


if __name__ == "__main__":
    main()
