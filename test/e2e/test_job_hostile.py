# SPDX-License-Identifier: Apache-2.0
"""test_job_hostile: statements, nonces, job numbers, steps and answers that are not as they must
be. Each is refused with its error of the catalogue, written down, and the card stays safe."""
import copy
import json
import os
import time

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

import client
from card import select_piv, tlv, tlv_all, tlv_read
from client import Refused
from hostile import card_works, field_of, flip
from stack import PASSCODE
from tap import Failed, absent, contains, equal, expect, run, untold

AISHA, ISLA, FINN, KATE = "aisha-khan", "isla-novak", "finn-gallagher", "kate-wood"


# ---- statements ----


def changed(value):
    """Another value of the same type."""
    if isinstance(value, bytes):
        return bytes([value[0] ^ 1]) + value[1:]
    return value + 1 if isinstance(value, int) else "x" + value[1:] if value else "x"


def ready_job(field, role, person, service="renew", **more):
    """Prelude played, statement signed; ready to begin."""
    job = field.job(field.session(role), person, service, **more)
    job.prelude()
    job.sign()
    return job


def test_statement(stack):
    """a statement with any member changed is refused"""
    field = field_of(stack)
    job = ready_job(field, "RAA", AISHA)
    good = dict(job.statement)
    for name in client.STATEMENT:
        job.statement = dict(good, **{name: changed(good[name])})
        job.sign()
        field.refused("STATEMENT_INVALID", job.begin)
    job.statement = good
    job.sign()
    field.good_job = job


def test_statement_signer(stack):
    """a statement that another operator's card signed, or another key of it, is refused"""
    field = field_of(stack)
    job = field.good_job
    job.sign(field.card("priya-nair"))
    field.refused("STATEMENT_INVALID", job.begin)
    digest = client.sha256(client.statement_message(job.statement))
    wrong = {
        "9A": client.operator_sign(job.session.operator, PASSCODE, 0x9A, digest),
        "an ephemeral key": job.session.key.sign(digest),
        "noise": os.urandom(70),
    }
    for signature in wrong.values():
        job.body["signature"] = signature.hex()
        field.refused("STATEMENT_INVALID", job.begin)
    job.body["signature"] = ""
    field.refused("BAD_MESSAGE", job.begin)
    job.sign()
    other = copy.copy(job)
    other.session = field.session("SPO")
    field.refused("STATEMENT_INVALID", other.begin)


def with_nonce(field, job, nonce, **members):
    """The job as if identify had given that nonce; everything signed anew."""
    job.body.update(nonce=nonce, **members)
    job.statement.update(nonce=bytes.fromhex(nonce))
    job.prelude()
    job.sign()
    return field.refused("STATEMENT_NONCE" if nonce else "BAD_MESSAGE", job.begin)


def test_nonce(stack):
    """the nonce of another session, card or insertion, or of nobody, is refused"""
    field = field_of(stack)
    report = field.report(AISHA)
    foreign = field.identify(field.session("SPO"), report)["nonce"]
    isla = field.identify(field.session("RAA"), field.report(ISLA))["nonce"]
    other_insertion = field.identify(field.session("RAA"), field.report(AISHA))["nonce"]
    nonces = (foreign, isla, other_insertion, "00" * 56, os.urandom(56).hex(), "", "00")
    job = client.Job(
        field.session("RAA"),
        field.card(AISHA),
        report,
        field.identify(field.session("RAA"), report),
        "renew",
        client.Secrets(PASSCODE),
    )
    good = job.body["nonce"]
    for nonce in nonces + tuple(flip(good, at) for at in (0, 31, 34, 47, 48, 111)):
        with_nonce(field, job, nonce)
    job.statement.update(nonce=bytes.fromhex(good))
    job.body["nonce"] = good
    field.nonce_job = job


def test_old_statement(stack):
    """a statement from an hour ago, or from the future, is refused"""
    field = field_of(stack)
    job = field.nonce_job
    job.prelude()
    for at in (int(time.time()) - 3600, int(time.time()) + 3600, 0, 1 << 37):
        job.statement["at"] = job.body["at"] = at
        job.sign()
        field.refused("STATEMENT_INVALID", job.begin)


def test_unknown(stack):
    """services and persons that do not exist, and a report that was changed after identify"""
    field = field_of(stack)
    job = field.good_job
    for service in ("steal", "", "Renew", "renew2"):
        body = dict(job.body, service=service)
        field.refused(
            ("POLICY_UNKNOWN_SERVICE", "BAD_MESSAGE"), job.session.ask, "POST", "/v1/jobs", body
        )
    issue = field.job(field.session("RAA"), "harry-singh", "issue", person="")
    issue.body["prelude"] = {"outcome": "done", "status": "OK", "answers": []}
    issue.sign()
    for person in ("", "123456789012"):
        issue.body["person"] = person
        field.refused("NOT_FOUND", issue.begin)
    report = dict(job.body["report"], tries_left=2)
    field.refused(
        "STATEMENT_NONCE", job.session.ask, "POST", "/v1/jobs", dict(job.body, report=report)
    )


def test_mixed_card(stack):
    """one card's certificates under another card's serial number are nobody's card"""
    field = field_of(stack)
    report = dict(field.report(AISHA), objects=field.report(ISLA)["objects"])
    answer = field.identify(field.session("RAA"), report)
    equal((answer["card"], answer["person"]), (None, None), "whose card it is")
    equal(answer["diagnosis"]["code"], "other_card", "the diagnosis")
    equal([s["service"] for s in answer["services"] if s["available"]], [], "services")
    job = field.job(field.session("RAA"), AISHA, "renew")
    job.prelude()
    job.sign()
    field.refused("CARD_OTHER", job.session.ask, "POST", "/v1/jobs", dict(job.body, report=report))
    report = dict(field.report(AISHA), contactless=True)
    field.refused("CARD_CONTACTLESS", field.session("RAA").identify, report)


# ---- a job: repeated, out of order, other answers ----


def begin_raw(job):
    return job.session.raw("POST", "/v1/jobs", json.dumps(job.body).encode())


def step_raw(job, body):
    return job.session.raw("POST", job.path, json.dumps(body).encode())


def same_again(field, send, *arguments):
    """Sent twice: the same bytes, and nothing happens the second time."""
    first = send(*arguments)
    equal(first.code, 200, f"the first answer: {first.body[:300]}")
    kept, mark = field.kept(), field.audit_mark()
    again = send(*arguments)
    equal((again.code, again.body), (first.code, first.body), "the answer to the same request")
    equal(field.kept(), kept, "what is stored after the repetition")
    equal(field.audit(mark), [], "entries of the audit after the repetition")
    return json.loads(first.body)


def refuse_wrong_steps(field, job, answer):
    """Steps out of order, of another operator, to other jobs; while the job waits for a step."""
    empty = {"outcome": "done", "status": "OK", "answers": []}
    for number in (answer["step"] + 1, answer["step"] + 5, 1000):
        field.refused("JOB_ORDER", job.step, {"step": number, "result": empty})
    for number in (0, -1, 1001, 1 << 40, "2", None, 1.5):
        field.refused("BAD_MESSAGE", job.step, {"step": number, "result": empty})
    body = {"step": answer["step"], "result": empty}
    field.refused("JOB_ORDER", field.session("SPO").ask, "POST", job.path, body)
    field.refused("JOB_UNKNOWN", job.session.ask, "POST", "/v1/jobs/" + "0" * 32 + "/steps", body)
    field.refused("JOB_UNKNOWN", job.session.ask, "POST", "/v1/jobs/nonsense/steps", body)


def test_repeated(stack):
    """each request of a job, sent again, gets the same bytes again; other answers are refused"""
    field = field_of(stack)
    job = ready_job(field, "RAA", AISHA)
    answer = same_again(field, begin_raw, job)
    refuse_wrong_steps(field, job, answer)
    while not answer.get("committed"):
        body = job.play(answer)
        answer = same_again(field, step_raw, job, body)
        other = copy.deepcopy(body)
        other["result"]["answers"][0]["sw"] = "6f00"
        field.refused("JOB_OTHER_STEP", job.step, other)
    field.card(AISHA).reset()
    last = {"step": body["step"] + 1, "result": body["result"]}
    field.refused("JOB_FINISHED", job.step, last)
    field.refused("JOB_ORDER", field.session("SPO").ask, "POST", job.path, body)
    field.done_job = job


def test_used_nonce(stack):
    """a nonce that served a job serves no other"""
    field = field_of(stack)
    job = field.done_job
    job.statement["operation"] = job.body["service"] = "repair"
    job.statement["identity_check"] = job.body["identity_check"] = "passport"
    job.session = field.session("RAA")
    job.sign()
    field.refused("STATEMENT_NONCE", job.begin)


def test_job_number(stack):
    """only the job number that identify gave serves, not another card's and not one of our own"""
    field = field_of(stack)
    done = stack.store("SELECT id FROM job WHERE result = 'committed' LIMIT 1")[0][0]
    first = ready_job(field, "RAA", ISLA)
    first.begin()
    for number in (done, first.statement["job"], os.urandom(16).hex()):
        job = field.job(field.session("RAA"), "aisha-khan", "repair", check="passport")
        job.statement["job"] = job.body["job"] = number
        job.prelude()
        job.sign()
        field.refused("STATEMENT_NONCE", job.begin)
    field.card(ISLA).reset()


# ---- a job: answers that are not this card's ----


def swap_keys(result):
    made = [a for a in result["answers"] if a["label"].startswith("generate-")]
    made[0]["data"], made[1]["data"] = made[1]["data"], made[0]["data"]


def cut_data(result):
    for answer in result["answers"]:
        if "data" in answer:
            answer["data"] = answer["data"][:-8]


def drop_last(result):
    result["answers"].pop()


def other_label(result):
    result["answers"][-1]["label"] = "no-such-op"


def claim_done(result):
    result["answers"] = result["answers"][:1]


def off_curve(result):
    for answer in result["answers"]:
        if answer["label"].startswith("generate-"):
            answer["data"] = flip(answer["data"], -1)


def long_data(result):
    for answer in result["answers"]:
        if "data" in answer:
            answer["data"] += "00" * 200


HOSTILE_ANSWERS = (swap_keys, cut_data, drop_last, other_label, claim_done, off_curve, long_data)
ANSWER_NAMES = (
    "JOB_ANSWER",
    "CARD_ANSWER",
    "CARD_PROOF",
    "CARD_KEY_REFUSED",
    "KEY_UNUSABLE",
    "CARD_READ_BACK",
    "BAD_MESSAGE",
    "CRYPTO",
)


def certificates(field):
    return field.stack.store("SELECT serial, state FROM certificate ORDER BY serial")


def refused_answers(field, job, body):
    """The step is refused, audited, and no certificate came of it; repeated it is the same."""
    before, mark = certificates(field), field.audit_mark()
    problem = field.problem(ANSWER_NAMES, job.step, body)
    equal(certificates(field), before, "certificates")
    expect(
        problem["name"] in [e.get("status") for e in field.audit(mark)],
        f"audit of {problem['name']}",
    )
    if problem["name"] != "BAD_MESSAGE":
        field.problem((problem["name"],), job.step, body)


def test_hostile_answers(stack):
    """answers that are swapped, cut, missing or too long end the step; the job goes on"""
    field = field_of(stack)
    for spoil in HOSTILE_ANSWERS:
        job = ready_job(field, "RAA", ISLA)
        body = job.play(job.begin())
        spoil(body["result"])
        refused_answers(field, job, body)
        field.card(ISLA).reset()
    field.job(field.session("RAA"), ISLA, "renew").run()
    card_works(field, ISLA)


def proofs_of(result):
    return [a for a in result["answers"] if a["label"].startswith("prove-") and a.get("data")]


def forged(answer, signature):
    """That proof with another signature in it."""
    answer["data"] = tlv("7c", tlv("82", signature)).hex()


def stranger_signs(_):
    key = ec.generate_private_key(ec.SECP256R1())
    return key.sign(os.urandom(32), ec.ECDSA(hashes.SHA256()))


def test_forged_proofs(stack):
    """I1, I3: a proof that another key made, or the card in an earlier job, certifies no key"""
    field = field_of(stack)
    job = ready_job(field, "RAA", FINN)
    body = job.play(job.begin())
    earlier = {a["label"]: a["data"] for a in proofs_of(body["result"])}
    equal(sorted(earlier), ["prove-9a", "prove-9c"], "the proofs of a job")
    field.card(FINN).reset()
    replayed = {name: tlv_all(tlv_read(bytes.fromhex(data))[1])["82"] for name, data in earlier.items()}
    for label in sorted(earlier):
        for signature in (stranger_signs(label), replayed[label], b"", b"0" * 70):
            job = ready_job(field, "RAA", FINN)
            body = job.play(job.begin())
            forged(next(a for a in proofs_of(body["result"]) if a["label"] == label), signature)
            refused_answers(field, job, body)
            field.card(FINN).reset()
    field.job(field.session("RAA"), FINN, "renew").run()
    card_works(field, FINN)


def puk_handed(stack):
    return stack.store("SELECT count(*) FROM puk_ledger")[0][0]


def test_puk_without_job(stack):
    """I10, I13: no PUK without a repair's statement: not for a job that nobody began, not in a renewal"""
    field = field_of(stack)
    before = puk_handed(stack)
    session = field.session("IDC")
    step = {"step": 2, "result": {"outcome": "done", "status": "OK", "answers": []}}
    for number in (os.urandom(16).hex(), "0" * 32):
        field.refused("JOB_UNKNOWN", session.ask, "POST", f"/v1/jobs/{number}/steps", step)
    job = field.job(session, "ben-carter", "repair", check="passport")
    field.refused("JOB_UNKNOWN", session.ask, "POST", job.path, step)
    expect("prelude" in job.offer, f"the offer of a repair: {job.offer}")
    job.prelude()
    job.body["signature"] = os.urandom(70).hex()
    field.refused("STATEMENT_INVALID", job.begin)
    del job.body["signature"]
    field.refused("BAD_MESSAGE", job.begin)
    field.card("ben-carter").reset()
    renewal = ready_job(field, "RAA", KATE)
    answer, seen = renewal.begin(), []
    while not answer.get("committed"):
        seen += [(op["ins"], op.get("p2")) for op in answer["batch"]["ops"]]
        answer = renewal.step(renewal.play(answer))
    field.card(KATE).reset()
    equal([op for op in seen if op[0] in (0x24, 0x2C)], [], "commands that carry a PUK in a renewal")
    equal(puk_handed(stack), before, "PUKs that were handed out")


def play_out(job, answer):
    """Played until the server refuses: the name."""
    for _ in range(10):
        try:
            answer = job.step(job.play(answer))
        except Refused as refused:
            return refused.name
    raise Failed("it went on and on")


def codes(stack, person):
    return [line for line in stack.dump(person).splitlines() if line.startswith(("pin ", "puk "))]


def test_card_swapped(stack):
    """a card swapped between two steps is noticed and keeps its codes; the job goes on"""
    field = field_of(stack)
    kept, before = codes(stack, "chloe-martin"), certificates(field)
    for steps in (0, 1):
        job = ready_job(field, "IDC", "ben-carter", "repair", check="passport")
        answer = job.begin()
        for _ in range(steps):
            answer = job.step(job.play(answer))
            before = certificates(field)
        job.card = field.card("chloe-martin")
        select_piv(job.card)
        contains(ANSWER_NAMES, play_out(job, answer), "the end of the job on another card")
        equal(certificates(field), before, "certificates")
        for card in ("chloe-martin", "ben-carter"):
            field.card(card).reset()
    equal(codes(stack, "chloe-martin"), kept, "passcode and PUK of the other card")
    field.job(field.session("IDC"), "ben-carter", "repair", check="passport").run()
    card_works(field, "ben-carter")
    card_works(field, "chloe-martin")


def test_no_puk_in_preludes(stack):
    """no prelude of any service holds a PUK, sets a passcode, makes a key or writes"""
    field = field_of(stack)
    for person in (
        "aisha-khan",
        "ben-carter",
        "harry-singh",
        "daniel-osei",
        "chloe-martin",
        "jack-brown",
    ):
        for role in ("RAA", "IDC", "SPO"):
            field.identify(field.session(role), field.report(person), "900000000132")
    expect(len(field.preludes) > 20, "preludes were seen")
    for op in (op for prelude in field.preludes for op in prelude["ops"]):
        looks = op["ins"] == 0xF7 and op["p2"] in range(0x92, 0x96)  # is anything in that slot?
        expect(looks or op["ins"] in (0xA4, 0x20, 0x87), f"a prelude with {op}")
        expect(
            op["ins"] != 0x20 or (op["p2"] == 0x80 and op["fill"] == "pin_at_0"), f"VERIFY: {op}"
        )
        absent(op.get("fill", ""), "new", "the fill")


def leaves(value, path=()):
    """Every place in a JSON value."""
    items = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for key, inside in items:
        yield path + (key,)
        yield from leaves(inside, path + (key,))


def replaced(body, path, value):
    body = copy.deepcopy(body)
    at = body
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value
    return body


def test_types(stack):
    """a job request with any member of another type, or one unknown, is refused"""
    field = field_of(stack)
    body = field.good_job.body
    kept, session = field.kept(), field.session("RAA")
    for path in list(leaves(body)):
        wrong = (
            7
            if isinstance(path[-1], str)
            and path[-1] not in ("at", "tries_left", "management_algorithm")
            else "x"
        )
        for value in (wrong, None, [[]], {"x": {}}, "\u0000"):
            field.problem(
                ("BAD_MESSAGE",), session.ask, "POST", "/v1/jobs", replaced(body, path, value)
            )
    for path in ((), ("report",), ("prelude",), ("report", "objects"), ("prelude", "answers", 0)):
        field.problem(
            ("BAD_MESSAGE",),
            session.ask,
            "POST",
            "/v1/jobs",
            replaced(body, path + ("unknown",), 1),
        )
    equal(field.kept(), kept, "what is stored")


def test_audit(stack):
    """the audit of it all verifies, and holds no passcode"""
    equal(stack.audit_verify().code, 0, "cardwright audit verify")
    untold(stack.audit_file().read_text(), PASSCODE, "the audit")
    untold("".join(log.read_text() for log in stack.base.glob("*.log")), PASSCODE, "the logs")


def test_cards_work(stack):
    """every card of the organisation that is in use still works"""
    field = field_of(stack)
    for person in (
        "margaret-okafor",
        "tom-adeyemi",
        "priya-nair",
        "hannah-lewis",
        "george-evans",
        AISHA,
        "chloe-martin",
        "grace-liu",
        ISLA,
        "ben-carter",
    ):
        card_works(field, person)


if __name__ == "__main__":
    run(
        [
            test_statement,
            test_statement_signer,
            test_nonce,
            test_old_statement,
            test_unknown,
            test_mixed_card,
            test_types,
            test_repeated,
            test_used_nonce,
            test_job_number,
            test_hostile_answers,
            test_forged_proofs,
            test_puk_without_job,
            test_card_swapped,
            test_no_puk_in_preludes,
            test_audit,
            test_cards_work,
        ]
    )
