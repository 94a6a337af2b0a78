# SPDX-License-Identifier: Apache-2.0
"""test_sweep: no certificate is left unexplained (I5): pending, then unproved, then revoked."""
import json
import time

from card_tools import crl_serials, fetch_crl
from tap import equal, expect, run

AISHA = "900000000066"
HOUR, DAY = 3600, 86400


def interrupted(stack):
    """A renewal that stops when both certificates exist and the first is about to be written."""
    stack.login("tom-adeyemi")
    stack.insert(2, "aisha-khan")
    stack.fault(2, "refuse 12 6a80")  # 5 of the prelude, 6 that make and prove the keys, the first PUT
    stack.refused("renew", "--yes", passcode="471108")
    equal(len(pending(stack)), 2, "pending certificates")


def pending(stack):
    return [row[0] for row in stack.store(
        "SELECT serial FROM certificate WHERE state IN ('pending', 'unproved') ORDER BY serial")]


def states(stack, serials):
    return {stack.store("SELECT state FROM certificate WHERE serial = ?", serial)[0][0]
            for serial in serials}


def age(stack, seconds):
    stack.store_write("UPDATE certificate SET state_at = ? WHERE state IN ('pending', 'unproved')",
                      int(time.time()) - seconds)


def accounted(stack):
    """What `audit certificates` says, with its exit code."""
    result = stack.run("cardwright", "audit", "certificates", "--json", "--store",
                       str(stack.directory / "server/cardwright.db"), check=False)
    return result.code, json.loads(result.out)


def check_accounted(stack, before, state, when):
    """Nothing is unexplained; the two of the job have come to where they should."""
    code, told = accounted(stack)
    equal((code, told["unexplained"], told[state] - before[state]), (0, [], 2),
          f"the accounts {when}")


def listed(stack, serial):
    return any(serial.lstrip("0") in crl_serials(fetch_crl(stack, name))
               for name in ("authentication", "signing"))


def test_sweep(stack):
    """a certificate that no card proved is first doubted, then revoked, each step in the audit"""
    code, before = accounted(stack)
    equal((code, before["unexplained"]), (0, []), "the accounts at first")
    interrupted(stack)
    serials = pending(stack)
    equal(len(serials), 2, "pending certificates")

    stack.restart_server()
    equal(states(stack, serials), {"pending"}, "after a restart within the hour")
    check_accounted(stack, before, "pending", "after a restart within the hour")

    age(stack, 2 * HOUR)
    stack.restart_server()
    equal(states(stack, serials), {"unproved"}, "after more than an hour")
    expect(not any(listed(stack, serial) for serial in serials), "an unproved one is revoked")
    check_accounted(stack, before, "unproved", "after more than an hour")

    age(stack, 8 * DAY + HOUR)
    code, told = accounted(stack)
    equal((code, sorted(row["serial"] for row in told["unexplained"])), (1, serials),
          "what nobody revoked in time")
    stack.restart_server()
    equal(states(stack, serials), {"revoked"}, "after more than seven days")
    expect(all(listed(stack, serial) for serial in serials), "a revoked one is not in the list")
    check_accounted(stack, before, "revoked", "after more than seven days")
    equal(stack.audit_verify().code, 0, "audit verify")


def test_lost_for_good(stack):
    """the job that comes back after the sweep makes new keys, and the card works"""
    serials = [row[0] for row in stack.store(
        "SELECT serial FROM certificate WHERE state = 'revoked' AND job_id <> ''")]
    equal(len(serials), 2, "swept certificates of the job")
    stack.login("tom-adeyemi")
    stack.insert(2, "aisha-khan")

    stack.job("renew", passcode="471108")

    equal(states(stack, serials), {"revoked"}, "the swept certificates")
    current = stack.store("SELECT count(*) FROM certificate JOIN card ON card.id = card_id WHERE "
                          "person_uuid = ? AND certificate.state = 'current'", AISHA)
    equal(current[0][0], 2, "current certificates")
    equal(accounted(stack)[1]["unexplained"], [], "what is not explained in the end")
    equal(stack.audit_verify().code, 0, "audit verify")


if __name__ == "__main__":
    run([test_sweep, test_lost_for_good])
