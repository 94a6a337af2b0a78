# SPDX-License-Identifier: Apache-2.0
"""test_login: who may log in, who may not and why, and how a session ends."""
import json
import signal
import time

from stack import PASSCODE, WRONG_PASSCODE, reader_of
from tap import absent, contains, equal, expect, run, untold

LEASE_SECONDS = 15
REFUSAL_SECONDS = 1.0
READER_POLL_SECONDS = 0.4  # of the virtual reader: a real one reports at once
SESSION_PATHS = ("/v1/login", "/v1/session")


def sessions(stack):
    return stack.store("SELECT count(*) FROM session")[0][0]


def refused_login(stack, person, name, code):
    """Refused with that error, by an exit code; no session, and nobody logged in."""
    before = sessions(stack)
    stack.insert(1, person)
    error = stack.refused("login", passcode=PASSCODE)
    equal(error["name"], name, f"the error for {person}")
    equal(sessions(stack), before, "sessions in the data base")
    equal(stack.agent.desk()["session"], None, "the session of the desk")
    equal(error["code"], code, "its code")
    return error


def tries(stack, person):
    line = next(line for line in stack.dump(person).splitlines() if line.startswith("pin "))
    return int(line.split()[2])


def test_wrong_passcode(stack):
    """a wrong passcode costs one try, says how many are left, and never reaches the server"""
    before = sessions(stack)
    stack.insert(1, "tom-adeyemi")
    with stack.proxy.watch() as seen:
        error = stack.refused("login", passcode=WRONG_PASSCODE)
        shown = stack.cli("login", passcode=WRONG_PASSCODE)
    equal((error["name"], error["tries_left"]), ("PASSCODE_WRONG", 2), "the error")
    contains(shown.err, "tries left: 1", "what a person is shown")
    equal(tries(stack, "tom-adeyemi"), 1, "tries left on the card")
    equal([r.path for r in seen if r.path == "/v1/login"], [], "log-ins that reached the server")
    equal(sessions(stack), before, "sessions in the data base")


def test_last_try(stack):
    """the last try is used only when that was said, and a right passcode then restores all"""
    equal(tries(stack, "tom-adeyemi"), 1, "tries left before")
    stack.insert(1, "tom-adeyemi")
    with stack.trace(1) as trace:
        error = stack.refused("login", passcode=PASSCODE)
    equal((error["name"], error["tries_left"]), ("PASSCODE_LAST_TRY", 1), "without consent")
    equal([e for e in trace.exchanges() if e.command[1] == 0x20 and len(e.command) > 5], [],
          "passcodes sent to the card")
    session = stack.cli_json("login", "--use-last-try", passcode=PASSCODE)
    equal(session["person"]["uuid"], "900000000025", "who is logged in")
    equal(tries(stack, "tom-adeyemi"), 3, "tries left after")


def test_blocked(stack):
    """a card whose passcode is blocked is refused, and the server is not asked"""
    stack.insert(1, "daniel-osei")
    with stack.proxy.watch() as seen:
        error = stack.refused("login", passcode=PASSCODE)
    equal(error["name"], "PASSCODE_BLOCKED", "the error")
    equal([r.path for r in seen if r.path in SESSION_PATHS], [], "requests for a session")


def test_expired(stack):
    """an expired card is refused, with repair as the remedy"""
    error = refused_login(stack, "ben-carter", "CARD_EXPIRED", "CW-205")
    contains(error["remedy"], "repair", "the remedy")


def test_cancelled(stack):
    """a cancelled card is refused for good"""
    refused_login(stack, "ella-fraser", "CARD_CANCELLED", "CW-207")


def test_revoked(stack):
    """a card whose certificate was revoked is refused, whatever else is right with it"""
    stack.store_write("UPDATE certificate SET state = 'revoked', revoked_at = state_at, "
                      "revocation_reason = 'key_compromise' WHERE card_id = "
                      "(SELECT id FROM card WHERE person_uuid = '900000000058')")
    refused_login(stack, "george-evans", "CARD_REVOKED", "CW-206")


def test_unknown_ca(stack):
    """a card of another organisation is refused, also when its serial number is one of ours"""
    other = stack.base / "people/stranger.card"
    stack.found_other(other)
    refused_login(stack, "stranger", "CA_UNKNOWN", "CW-208")


def test_blank(stack):
    """a blank card and an empty reader have errors of their own"""
    stack.insert(1, "harry-singh")
    blank = stack.refused("login", passcode=PASSCODE)
    stack.pull(1)
    empty = stack.refused("login", passcode=PASSCODE)
    equal((blank["name"], empty["name"]), ("POLICY_NOT_ISSUED", "CARD_ABSENT"), "the errors")


def test_closed_profile(stack):
    """a person whose profile is closed does not log in"""
    stack.store_write("UPDATE person SET closed = 1 WHERE uuid = '900000000082'")
    refused_login(stack, "chloe-martin", "PROFILE_CLOSED", "CW-209")


def test_no_role(stack):
    """a person without a role profile does not log in"""
    refused_login(stack, "finn-gallagher", "ROLE_NONE", "CW-210")


def test_profiles(stack):
    """several role profiles are listed, one is chosen, and the session has just that one"""
    stack.insert(1, "priya-nair")
    listed = stack.cli("login", passcode=PASSCODE)
    expect(listed.code != 0, "nothing was chosen, and yet somebody is logged in")
    for name in ("Sponsor", "ID Checker", "900000001023", "900000001031"):
        contains(listed.err, name, "the list")
    equal(stack.refused("login", "--profile", "RA Agent", passcode=PASSCODE)["name"],
          "ROLE_UNKNOWN", "another's profile")
    session = stack.cli_json("login", "--profile", "ID Checker", passcode=PASSCODE)
    equal(session["profile"]["id"], "900000001031", "the profile of the session")
    equal(stack.store("SELECT profile_id FROM session WHERE ended_at = 0"), [("900000001031",)],
          "open sessions")


def offered(stack, person, profile):
    """Logs in and out; the profiles that the server offered, each with whether it was the last."""
    with stack.proxy.watch() as seen:
        stack.login(person, profile)
    stack.cli("logout", check=True)
    stack.pull(1)
    answer = json.loads(next(r.answer for r in seen if r.path == "/v1/login"))
    return {profile["role_name"]: profile["last"] for profile in answer["profiles"]}


def test_last_profile(stack):
    """the profile of the person's newest session is marked, one at most, whoever else logs in"""
    stack.store_write("DELETE FROM session WHERE person_uuid = '900000000033'")
    neither = {"Sponsor": False, "ID Checker": False}
    equal(offered(stack, "priya-nair", "ID Checker"), neither, "at the first log-in")
    offered(stack, "tom-adeyemi", "RA Agent")
    equal(offered(stack, "priya-nair", "Sponsor"), neither | {"ID Checker": True}, "then")
    equal(offered(stack, "priya-nair", "Sponsor"), neither | {"Sponsor": True}, "and then")


def test_rights(stack):
    """a session says whether its profile starts from a card or a search, and why not"""
    stack.insert(1, "hannah-lewis")
    session = stack.cli_json("login", passcode=PASSCODE)
    rights = {right["right"]: right for right in session["rights"]}
    equal({name: right["available"] for name, right in rights.items()},
          {"manage_tab": False, "search": True}, "a smartcard administrator's rights")
    equal(rights["manage_tab"]["reasons"][0]["name"], "POLICY_ROLE", "why there is no tab")
    equal(rights["search"]["reasons"], [], "reasons against a search")
    stack.cli("logout", check=True)
    stack.pull(1)
    stack.insert(1, "priya-nair")
    session = stack.cli_json("login", "--profile", "Sponsor", passcode=PASSCODE)
    expect(all(right["available"] for right in session["rights"]), "a sponsor's rights")


def test_foreign_profile(stack):
    """the server refuses a profile that is not the person's, whatever the client sends"""
    stack.insert(1, "priya-nair")
    hold = stack.proxy.hold("POST", r"^/v1/session$")
    command = stack.start_cli("login", "--profile", "Sponsor", passcode=PASSCODE)
    body = json.loads(hold.wait().body)
    before = sessions(stack)
    status, _, answer = stack.https("POST", "/v1/session", body | {"profile": "900000001015"})
    problem = json.loads(answer)
    hold.cut()
    command.result()
    equal((problem["name"], status >= 400), ("ROLE_UNKNOWN", True), "the answer")
    expect(sessions(stack) <= before + 1, "a session more")


def refusal(stack, token):
    status, _, body = stack.https("GET", "/v1/jobs", token=token)
    return (status, json.loads(body).get("name"))


def test_pull_ends_session(stack):
    """when the operator's card is pulled the server refuses the old token within a second"""
    stack.login("tom-adeyemi")
    token = stack.token()
    equal(refusal(stack, token), (200, None), "the token while the card is in")
    ended = stack.proxy.hold("POST", r"^/v1/session/end$", "after")
    started = time.monotonic()
    stack.control("pull 1")
    ended.wait(5)
    status = refusal(stack, token)
    seconds = time.monotonic() - started
    ended.release()
    equal(status[1], "SESSION_ENDED", "the old token")
    expect(seconds < REFUSAL_SECONDS + READER_POLL_SECONDS, f"refused after {seconds:.2f} s")
    desk = stack.agent.wait_desk(lambda desk: desk["session"] is None, "nobody is logged in")
    equal(desk["session_fault"]["name"], "SESSION_ENDED", "why")
    equal(stack.store("SELECT count(*) FROM session WHERE ended_at = 0")[0][0], 0, "open sessions")
    equal(stack.refused("show")["name"] in ("SESSION_MISSING", "SESSION_ENDED"), True, "show")


def test_user_card_pull(stack):
    """pulling the user's card does not end the session, and readers change their roles freely"""
    stack.insert(2, "tom-adeyemi")
    stack.cli_json("login", passcode=PASSCODE)
    desk = stack.insert(1, "aisha-khan")
    equal([reader_of(desk, n)["role"] for n in (1, 2)], ["user", "operator"], "roles")
    token = stack.token()
    stack.pull(1)
    equal(refusal(stack, token), (200, None), "the token")
    stack.cli("logout", check=True)
    equal(refusal(stack, token)[1], "SESSION_ENDED", "the token after log-out")


def test_stopped_agent(stack):
    """a stopped agent loses its token with the lease; a card that never left signs for a new one"""
    stack.login("tom-adeyemi")
    token, before = stack.token(), sessions(stack)
    stack.kill("agent", signal.SIGSTOP)
    equal(refusal(stack, token), (200, None), "the token at once")
    time.sleep(LEASE_SECONDS + 1)  # time itself is what is tested
    equal(refusal(stack, token)[1], "SESSION_EXPIRED", "the token after the lease")
    with stack.trace(1) as trace:
        again = stack.proxy.hold("POST", r"^/v1/session$", "after")
        stack.kill("agent", signal.SIGCONT)
        again.wait()
        again.release()
    expect(refusal(stack, token)[0] == 401, "the old token is good again")
    expect(any(e.command[1] == 0x87 for e in trace.exchanges()), "the card signed nothing")
    equal(sessions(stack), before + 1, "sessions")
    stack.agent.wait_desk(lambda desk: desk["session"] is not None, "somebody is logged in")
    expect(stack.token() != token, "the old token is used again")


def test_card_left_unseen(stack):
    """a card that left and came back while the agent stood still has ended the session"""
    stack.login("tom-adeyemi")
    token, insertion = stack.token(), reader_of(stack.agent.desk(), 1)["insertion"]
    watcher = stack.new_agent("watcher")
    stack.kill("agent", signal.SIGSTOP)
    stack.pull(1, watcher)
    stack.insert(1, "tom-adeyemi", watcher)
    ended = stack.proxy.hold("POST", r"^/v1/session/end$", "after")
    stack.kill("agent", signal.SIGCONT)
    ended.wait()
    ended.release()
    desk = stack.agent.wait_desk(lambda desk: desk["session"] is None, "nobody is logged in")
    expect(reader_of(desk, 1).get("insertion") != insertion, "it counts as the same insertion")
    equal(refusal(stack, token)[1], "SESSION_ENDED", "the old token")


def test_secrets(stack):
    """no passcode went over the line or into a log, and the audit of all this verifies"""
    for request in stack.proxy.requests:
        for secret in (PASSCODE, WRONG_PASSCODE):
            untold(request.body, secret, f"the body of {request.path}")
    for log in stack.base.glob("*.log"):
        untold(log.read_text(), PASSCODE, log.name)
    result = stack.audit_verify()
    equal(result.code, 0, f"audit verify: {result}")
    text = (stack.base / "audit.jsonl").read_text()
    for name in ("CARD_EXPIRED", "CARD_REVOKED", "CARD_CANCELLED", "CA_UNKNOWN", "PROFILE_CLOSED"):
        contains(text, name, "the audit")


if __name__ == "__main__":
    run([test_wrong_passcode, test_last_try, test_blocked, test_expired, test_cancelled,
         test_revoked, test_unknown_ca, test_blank, test_closed_profile, test_no_role,
         test_profiles, test_rights, test_last_profile, test_foreign_profile, test_pull_ends_session,
         test_user_card_pull, test_stopped_agent, test_card_left_unseen, test_secrets])
