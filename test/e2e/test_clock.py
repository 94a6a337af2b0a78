# SPDX-License-Identifier: Apache-2.0
"""test_clock: the server's clock jumps back, as faketime makes it."""
import glob

from stack import PASSCODE, RELEASE, SERVER_UID, Program
from tap import Failed, contains, equal, expect, run

AISHA = "900000000066"


def set_clock(stack, offset):
    """Seconds from the true time; the running server takes it up with its next look."""
    path = stack.directory / "server/clock"
    path.write_text(f"{offset:+d}\n")
    path.chmod(0o644)


def faked(stack, name, **more):
    """The installed server under faketime, which wants its file while the server is confined."""
    library = glob.glob("/usr/lib/*/faketime/libfaketime.so.1")
    expect(library, "libfaketime is not there")
    settings = {"LD_PRELOAD": library[0], "FAKETIME_NO_CACHE": "1", "DONT_FAKE_MONOTONIC": "1"}
    return Program(stack, name, [
        "env", *(f"{key}={value}" for key, value in (settings | more).items()),
        stack.program("server", RELEASE), "--no-sandbox", "--config",
        str(stack.directory / "server/server.json")], SERVER_UID)


def end_server(stack):
    problem = stack.programs["server"].end()
    expect(problem is None, problem)


def jumps(stack):
    return [line for line in stack.audit_file().read_text().splitlines() if "clock_jumped" in line]


def test_jump_back(stack):
    """a clock that jumps back stops everything, is audited once, and loses nothing"""
    set_clock(stack, 0)
    end_server(stack)
    stack.programs["server"] = faked(
        stack, "server", FAKETIME_TIMESTAMP_FILE=stack.directory / "server/clock")
    stack.login("tom-adeyemi")
    stack.insert(2, "aisha-khan")
    stack.cli("show", check=True)
    before = stack.store("SELECT serial, state FROM certificate ORDER BY serial")

    set_clock(stack, -7200)
    error = stack.refused("renew", "--yes", passcode=PASSCODE)

    equal(error["name"], "CLOCK_BACK", "the refusal")
    equal(stack.store("SELECT serial, state FROM certificate ORDER BY serial"), before,
          "certificates")
    set_clock(stack, 0)
    equal(len(jumps(stack)), 1, "audit entries about the clock")


def test_right_again(stack):
    """when the clock is right again the work goes on"""
    stack.login("tom-adeyemi")
    stack.insert(2, "aisha-khan")

    stack.job("renew", passcode=PASSCODE)

    current = stack.store("SELECT count(*) FROM certificate JOIN card ON card.id = card_id WHERE "
                          "person_uuid = ? AND certificate.state = 'current'", AISHA)
    equal(current[0][0], 2, "current certificates")
    equal(stack.audit_verify().code, 0, "audit verify")


def test_start_too_early(stack):
    """a server with a clock from before its data says so and does not start"""
    end_server(stack)
    try:
        faked(stack, "early", FAKETIME="-7200")
    except Failed as failure:
        contains(str(failure), "CLOCK_BACK", "what it said")
    else:
        expect(False, "it started")
    finally:
        stack.start_server()


def test_was_ahead(stack):
    """a clock that was ahead and is right again: an administrator says so once, and it is audited"""
    stack.tidy()
    before = len(jumps(stack))
    end_server(stack)
    ahead = faked(stack, "ahead", FAKETIME="+7200")
    stack.programs["server"] = ahead
    stack.login("tom-adeyemi")
    stack.tidy()
    end_server(stack)
    try:
        stack.start_server()
    except Failed as failure:
        contains(str(failure), "CLOCK_BACK", "what it said")
        contains(str(failure), 'newest="2', "when the newest entry was made")
    else:
        expect(False, "it started")
    once = Program(stack, "once", [stack.program("server"), "--config",
                                   str(stack.directory / "server/server.json"),
                                   "--clock-is-right"], SERVER_UID)
    equal(once.end(), None, "the end of the server that was told so")
    stack.start_server()
    stack.login("tom-adeyemi")
    stack.insert(2, "aisha-khan")
    stack.job("renew", passcode=PASSCODE)
    equal(len(jumps(stack)), before + 1, "audit entries about the clock")
    equal(stack.audit_verify().code, 0, "audit verify")


if __name__ == "__main__":
    run([test_jump_back, test_right_again, test_start_too_early, test_was_ahead],
        policy_values={"life_days": 3660, "window_days": 3659})
