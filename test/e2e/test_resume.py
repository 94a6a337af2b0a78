# SPDX-License-Identifier: Apache-2.0
"""test_resume: a job that was cut is finished, at another workstation or by the same one."""
import http.client
import signal
import threading

from card_tools import command_name
from stack import PASSCODE, card_is_read, reader_of
from tap import contains, equal, expect, run

CHECKED = "passport seen, photograph compared"
JOBS, STEPS = r"^/v1/jobs$", r"^/v1/jobs/[0-9a-f]{32}/steps$"
# Every card is always due, so that a card can be renewed again and again.
ALWAYS_DUE = {"life_days": 3660, "window_days": 3659}
OPERATOR, OPERATOR_SERIAL = "tom-adeyemi", "10000002"
AISHA, HANNAH = ("aisha-khan", "900000000066"), ("hannah-lewis", "900000000041")
BODIES = {
    "renew": {"service": "renew", "passcode": PASSCODE},
    "repair": {"service": "repair", "new_passcode": PASSCODE, "new_passcode_again": PASSCODE,
               "identity_check": CHECKED},
}


class Job(threading.Thread):
    """A job that runs while the test does something else."""

    def __init__(self, agent, service="renew"):
        super().__init__(daemon=True)
        self.agent, self.service, self.events = agent, service, []
        self.start()

    def run(self):
        try:
            _, events = self.agent.request("POST", "/v1/desk/jobs", BODIES[self.service])
            self.events = events if isinstance(events, list) else [events]
        except (OSError, ValueError, http.client.HTTPException) as error:
            self.events = [{"event": "lost", "why": repr(error)}]

    def last(self, seconds=60):
        self.join(seconds)
        expect(not self.is_alive(), f"the job did not end within {seconds} s")
        return self.events[-1]


def current(stack, uuid):
    return sorted(stack.store("SELECT purpose, serial FROM certificate WHERE state = 'current' AND "
                              "card_id IN (SELECT id FROM card WHERE person_uuid = ?)", uuid))


def check_after(stack, agent, person, before):
    """The card works with both keys, one new pair is current, nothing is left open, all audited."""
    name, uuid = person
    now = current(stack, uuid)
    equal([row[0] for row in now], ["authentication", "content_signing"], "current certificates")
    expect(not set(now) & set(before), "an old certificate is still current")
    rows = stack.store("SELECT state, public_key_hash FROM certificate WHERE card_id IN "
                       "(SELECT id FROM card WHERE person_uuid = ?)", uuid)
    equal([row[0] for row in rows if row[0] not in ("current", "superseded", "revoked")], [],
          "certificates of unknown fate")
    equal(len({row[1] for row in rows}), len(rows), "certificates with a key of their own")
    equal(stack.store("SELECT id FROM job WHERE result IS NULL AND card_id IN "
                      "(SELECT id FROM card WHERE person_uuid = ?)", uuid), [], "open jobs")
    check_works(stack, agent, name)
    result = stack.audit_verify()
    equal(result.code, 0, f"audit verify: {result}")


def check_works(stack, agent, name):
    """Both keys sign, the counter is full, and the card logs in where it lies."""
    tested = stack.cli_json("test", passcode=PASSCODE, agent=agent)
    equal([key["proved"] for key in tested["keys"]], [True, True], "the keys of the card")
    contains(stack.dump(name), "pin tries 3 of 3", "the card")
    stack.cli("logout", check=True, agent=agent)
    identity = reader_of(agent.desk(), 2)["identity"]
    session = stack.cli_json("login", "--card", identity, passcode=PASSCODE, agent=agent)
    expect(session["profile"]["role_name"], "log-in with the card")
    stack.cli("logout", check=True, agent=agent)


def second_agent(stack, number=[2]):
    """The first workstation is gone; another one, with an empty home, takes its place."""
    stack.agents[-1].program.end()
    number[0] += 1
    agent = stack.new_agent(f"desk-{number[0]}")
    equal([path.name for path in agent.home.iterdir() if not path.name.startswith("agent.sock")],
          [], "the new workstation's home")
    return agent


def finish(stack, agent, person, service="renew", operator=OPERATOR):
    """An operator logs in at that workstation, the card is inserted anew, the same service."""
    if operator != OPERATOR:
        stack.pull(1, agent)
    stack.control_ignoring("pull 2", f"insert 1 {stack.card_file(operator)}")
    agent.wait_desk(lambda desk: reader_of(desk, 2)["present"] is False and card_is_read(desk, 1),
                    "the operator's card alone")
    stack.cli_json("login", passcode=PASSCODE, agent=agent)
    desk = stack.insert(2, person[0], agent)
    offer = next(s for s in desk["card"]["identify"]["services"] if s["service"] == service)
    equal((offer["available"], offer["resume"]), (True, True), "the offer to go on")
    equal(desk["card"]["identify"]["diagnosis"]["code"], "unfinished", "the diagnosis")
    result = Job(agent, service).last()
    equal(result["event"], "result", f"the resumed job: {result}")
    return result


def begin(stack, person):
    """Operator logged in, the card read; the certificates that it has now."""
    stack.control(f"insert 1 {stack.card_file(OPERATOR)}")
    stack.control(f"insert 2 {stack.card_file(person[0])}")
    stack.agent.wait_desk(lambda desk: all(card_is_read(desk, n) for n in (1, 2)), "both cards")
    stack.cli_json("login", "--card", OPERATOR_SERIAL, passcode=PASSCODE)
    stack.agent.wait_desk(lambda desk: card_is_read(desk, 2), "the server's answer")
    return current(stack, person[1])


def places(stack, person, service="renew"):
    """{name of a command: number of its APDU in the whole job}, from a job that goes well."""
    known = stack.__dict__.setdefault("places", {})
    if (person, service) not in known:
        begin(stack, person)
        with stack.trace(2) as trace:
            equal(Job(stack.agent, service).last()["event"], "result", "a job without a cut")
        found = {}
        for number, one in enumerate(trace.exchanges(), 1):
            found.setdefault(command_name(one.command), number)
        known[(person, service)] = found
        stack.tidy()
    return known[(person, service)]


def cut_at(stack, person, fault, number, service="renew"):
    """A job in which the card is pulled at its command of that number: the certificates that were
    current before, and the job's last event."""
    before = begin(stack, person)
    stack.fault(2, f"{fault} {number}")
    job = Job(stack.agent, service)
    stack.wait_fault(2)
    end = job.last()
    equal(end["event"], "fault", f"the job that was cut: {end}")
    return before, end


def cut(stack, person, fault, command, service="renew"):
    """A job in which the card is pulled at that command, finished by another workstation."""
    before, end = cut_at(stack, person, fault, places(stack, person, service)[command], service)
    equal(end["problem"]["card"], "safe_finish_later", f"what is said of the card: {end}")
    equal(current(stack, person[1]), before, "what is current after the cut")
    agent = second_agent(stack)
    result = finish(stack, agent, person, service)
    expect(result["receipt"]["number"], "a receipt")
    check_after(stack, agent, person, before)


def test_first_key_lost(stack):
    """pulled after the first key was made, its answer lost: a second workstation finishes"""
    cut(stack, AISHA, "cut-after", "GENERATE 9C")


def test_first_key_known(stack):
    """pulled between the two keys: a second workstation finishes"""
    cut(stack, AISHA, "cut-before", "GENERATE 9A")


def test_second_key_lost(stack):
    """pulled after the second key was made, its answer lost: a second workstation finishes"""
    cut(stack, AISHA, "cut-after", "GENERATE 9A")


def test_second_key_known(stack):
    """pulled when both keys are made and not yet proved: a second workstation finishes"""
    number = places(stack, AISHA)["GENERATE 9A"]
    stack.places[(AISHA, "renew")]["after both"] = number + 1
    cut(stack, AISHA, "cut-before", "after both")


def test_standard_lost(stack):
    """a standard card, which cannot tell its public key, is finished after both lost answers"""
    cut(stack, HANNAH, "cut-after", "GENERATE 9C")
    stack.tidy()
    cut(stack, HANNAH, "cut-after", "GENERATE 9A")


def test_torn_certificate(stack):
    """pulled in the middle of writing a certificate: the same certificate is written anew"""
    cut(stack, AISHA, "tear", "PUT")
    stack.tidy()
    cut(stack, AISHA, "cut-after", "PUT")


def test_puk_lost(stack):
    """a repair pulled while the PUK or the passcode is set, the answer lost, is finished"""
    cut(stack, AISHA, "cut-after", "CHANGE 81", "repair")
    stack.tidy()
    cut(stack, AISHA, "cut-after", "RESET RETRY 80", "repair")


def test_other_operator(stack):
    """pulled after the first key was made: another operator finishes at another workstation (I4)"""
    before, _ = cut_at(stack, AISHA, "cut-after", places(stack, AISHA)["GENERATE 9C"])
    began = stack.store("SELECT id, operator_uuid FROM job WHERE result IS NULL")
    agent = second_agent(stack)
    finish(stack, agent, AISHA, operator=HANNAH[0])
    check_after(stack, agent, AISHA, before)
    equal(stack.store("SELECT id, operator_uuid FROM job ORDER BY updated_at DESC LIMIT 1"),
          [(began[0][0], HANNAH[1])], "the job and who finished it")
    expect(began[0][1] != HANNAH[1], "the same operator had begun it")


def test_agent_killed(stack):
    """the agent is killed while the card makes a key; a second workstation finishes"""
    number = places(stack, AISHA)["GENERATE 9A"]
    before = begin(stack, AISHA)
    stack.fault(2, f"stall {number}")
    job = Job(stack.agent)
    stack.wait_stall(2)
    stack.kill("agent", signal.SIGKILL)
    stack.release(2)
    equal(job.last()["event"], "lost", "the request of the killed agent")
    equal(current(stack, AISHA[1]), before, "what is current after the kill")
    agent = second_agent(stack)
    finish(stack, agent, AISHA)
    check_after(stack, agent, AISHA, before)


def kill_server(stack, method_path, when, nth=1):
    """The server is killed at that request; the same agent goes on when it is back."""
    before = begin(stack, AISHA)
    hold = stack.proxy.hold("POST", method_path, when, nth)
    with stack.proxy.watch() as seen:
        job = Job(stack.agent)
        hold.wait()
        stack.kill("server", signal.SIGKILL)
        hold.cut()
        stack.start_server()
        end = job.last()
    equal(end["event"], "result", f"the job: {end}")
    requests = [request for request in seen if request.path.startswith("/v1/jobs")]
    expect(len(requests) >= 4, "no request was repeated")
    equal(len({request.body for request in requests}), 3, "different requests")
    check_after(stack, stack.agent, AISHA, before)


def test_server_killed_begin(stack):
    """the server is killed when it has opened the card; the same agent goes on when it is back"""
    kill_server(stack, JOBS, "after")


def test_server_killed_keys(stack):
    """the server is killed before it hears of the new keys; the same agent goes on"""
    kill_server(stack, STEPS, "before", 1)


def test_server_killed_certified(stack):
    """the server is killed after it certified the keys; the same agent gets the same answer"""
    kill_server(stack, STEPS, "after", 1)


def test_server_killed_written(stack):
    """the server is killed before it hears that all is written; the same agent goes on"""
    kill_server(stack, STEPS, "before", 2)


def test_server_killed_committed(stack):
    """the server is killed after it committed; the same agent gets the receipt all the same"""
    kill_server(stack, STEPS, "after", 2)


def test_both_killed(stack):
    """server and agent are killed after the certificates were made; the next insertion finishes"""
    before = begin(stack, AISHA)
    hold = stack.proxy.hold("POST", STEPS, "after", 1)
    job = Job(stack.agent)
    hold.wait()
    stack.kill("server", signal.SIGKILL)
    stack.kill("agent", signal.SIGKILL)
    hold.cut()
    equal(job.last()["event"], "lost", "the request of the killed agent")
    stack.start_server()
    pending = stack.store("SELECT serial FROM certificate WHERE state = 'pending'")
    agent = second_agent(stack)
    finish(stack, agent, AISHA)
    check_after(stack, agent, AISHA, before)
    equal({row[0] for row in pending} <= {row[1] for row in current(stack, AISHA[1])}, True,
          "the certificates that were made before the kill are the ones in use")


def test_operator_pulled(stack):
    """the operator's card is pulled in the middle: the job stops between two commands, and goes on"""
    number = places(stack, AISHA)["GENERATE 9C"]
    before = begin(stack, AISHA)
    stack.fault(2, f"stall {number}")
    with stack.trace(2) as trace:
        job = Job(stack.agent)
        stack.wait_stall(2)
        stack.pull(1)
        stack.release(2)
        end = job.last()
    equal((end["event"], end["problem"]["name"]), ("fault", "SESSION_ENDED"), "the end of the job")
    equal([command_name(e.command) for e in trace.exchanges()][-1], "GENERATE 9C",
          "the last command to the card")
    contains(trace.path.read_text().rstrip().splitlines()[-1], "@ reset", "what came after it")
    finish(stack, stack.agent, AISHA)
    check_after(stack, stack.agent, AISHA, before)


if __name__ == "__main__":
    run([test_first_key_lost, test_first_key_known, test_second_key_lost, test_second_key_known,
         test_standard_lost, test_torn_certificate, test_puk_lost, test_other_operator,
         test_agent_killed,
         test_server_killed_begin, test_server_killed_keys, test_server_killed_certified,
         test_server_killed_written, test_server_killed_committed, test_both_killed,
         test_operator_pulled], policy_values=ALWAYS_DUE)
