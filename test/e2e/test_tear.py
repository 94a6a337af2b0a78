# SPDX-License-Identifier: Apache-2.0
"""test_tear: a card that is pulled at each command of a job, before it and with its answer lost, is
finished by the next insertion (I4): real programs, real pcscd. A repair of a card that tells its
public keys; renewals of the other makes are in test_tear_standard and test_tear_move."""
from card_tools import command_name, read_certificates, serial_of, verify, witness
from stack import PASSCODE, reader_of
from tap import contains, equal, expect, run
from test_resume import AISHA, ALWAYS_DUE, Job, current

FAULTS = ("cut-before", "cut-after")


def commands(stack, person, service):
    """The names of all commands that a job without a cut sends to this card."""
    offer(stack, person, service)
    with stack.trace(2) as trace:
        equal(Job(stack.agent, service).last()["event"], "result", "a job without a cut")
    stack.pull(2)
    return [command_name(one.command) for one in trace.exchanges()]


def offer(stack, person, service):
    """The card is put in: the service is offered. Does it go on with what is open?"""
    desk = stack.insert(2, person[0])
    found = next(s for s in desk["card"]["identify"]["services"] if s["service"] == service)
    expect(found["available"], f"it is not offered: {found}")
    return found["resume"]


def is_open(stack):
    return stack.store("SELECT id FROM job WHERE result IS NULL") != []


def tear(stack, person, service, fault, number):
    """Cut there, put in again, finished. Returns whether the second insertion went on."""
    before = current(stack, person[1])
    equal(offer(stack, person, service), False, "nothing is open beforehand")
    stack.fault(2, f"{fault} {number}")
    end = Job(stack.agent, service).last()
    equal(end["event"], "fault", f"the job that was cut: {end}")
    contains(("safe_finish_later", "unchanged"), end["problem"]["card"], "what is said of the card")
    equal(current(stack, person[1]), before, "what is current after the cut")
    stack.control_ignoring("pull 2")
    stack.agent.wait_desk(lambda desk: reader_of(desk, 2)["present"] is False, "the card is out")
    resumes = offer(stack, person, service)
    equal(resumes, is_open(stack), "it goes on when a job is open")
    equal(Job(stack.agent, service).last()["event"], "result", "the second insertion")
    check(stack, person, before)
    return resumes


def check(stack, person, before):
    """One new pair, both keys sign, the holder's passcode is as it was, nothing is open."""
    now = current(stack, person[1])
    equal([row[0] for row in now], ["authentication", "content_signing"], "current certificates")
    expect(not set(now) & set(before), "an old certificate is still current")
    equal(is_open(stack), False, "an open job")
    check_by_others(stack, now)
    tested = stack.cli_json("test", passcode=PASSCODE)
    equal([key["proved"] for key in tested["keys"]], [True, True], "the keys of the card")
    contains(stack.dump(person[0]), "pin tries 3 of 3", "the card")
    stack.pull(2)


def check_by_others(stack, now):
    """What yubico-piv-tool reads is the current pair, and openssl accepts it."""
    pems = read_certificates(stack)
    equal([serial_of(pem) for pem in pems.values()], [row[1].lstrip("0") for row in now],
          "the certificates on the card")
    for slot, pem in pems.items():
        code, said = verify(stack, pem)
        equal(code, 0, f"openssl on {slot}: {said}")


def walk(stack, operator, person, service="renew"):
    """Every command of the job, both ways. An operator signs 120 statements an hour at most."""
    stack.login(operator)
    names, resumed = commands(stack, person, service), 0
    for number, name in enumerate(names, 1):
        for fault in FAULTS:
            try:
                resumed += tear(stack, person, service, fault, number)
            except Exception as failure:
                raise Exception(f"{fault} {number}, {name}") from failure
    points = len(FAULTS) * len(names)
    print(f"# {service}, {person[0]}: {points} points, {resumed} inside the job, all finished")
    expect(points >= 30 and points > resumed > points // 2, f"{points} points, {resumed} resumed")
    stack.insert(2, person[0])
    witness(stack)
    equal(stack.audit_verify().code, 0, "audit verify")
    told = stack.run("cardwright", "audit", "certificates", "--store",
                     str(stack.directory / "server/cardwright.db"), check=False)
    equal(told.code, 0, f"the certificates: {told}")


def test_repair(stack):
    """pulled at each command of a repair, the passcode's among them, a card is finished each time"""
    walk(stack, "margaret-okafor", AISHA, "repair")


if __name__ == "__main__":
    run([test_repair], policy_values=ALWAYS_DUE)
