# SPDX-License-Identifier: Apache-2.0
"""test_agent_hostile: a real agent and a server that was broken into: whatever it sends, the agent
plays nothing that is not listed, and the passcode stays at the desk (I2, I8)."""
import json
from pathlib import Path

from fake_server import FakeServer, op
from stack import PASSCODE
from tap import absent, equal, expect, run, untold

HOLDER, OPERATOR, OTHER = "chloe-martin", "tom-adeyemi", "aisha-khan"
PIV = "a00000030800001000"
ZERO_PIN, DIGEST = "00" * 8, "5a" * 32
GIVEN = "7c2482008120" + DIGEST  # a digest of the server's own: a prescription, for all we know
SELECT = op("select", 0xA4, 4, 0, PIV, le=256)
VERIFY = op("verify", 0x20, 0, 0x80, ZERO_PIN, fill="pin_at_0")
WITNESS = op("witness", 0x87, 0x0A, 0x9B, "7c028000", le=256, capture=True)
GENERATE = op("generate-9c", 0x47, 0, 0x9C, "ac03800111", le=256, capture=True)
GET_9A = op("get", 0xCB, 0x3F, 0xFF, "5c035fc105", le=256, capture=True)


def prove(slot, label="prove", **more):
    return op(
        label, 0x87, 0x11, slot, "", le=256, **dict({"proof": "subject", "subject": DIGEST}, **more)
    )


GOOD_PRELUDE = [SELECT, VERIFY, prove(0x9C, "old-9c"), prove(0x9A, "old-9a"), WITNESS]


# ---- what is hostile ----


def put(tag, label="put"):
    return op(label, 0xDB, 0x3F, 0xFF, "5c03" + tag + "5303700100")


def again(one, label):
    return dict(one, label=label)


ANYWHERE = {
    "VERIFY twice": [VERIFY, again(VERIFY, "b")],
    "VERIFY with a passcode of the server's": [op("a", 0x20, 0, 0x80, "3131313131313131")],
    "VERIFY of the global PIN": [op("a", 0x20, 0, 0x00, ZERO_PIN, fill="pin_at_0")],
    "VERIFY of a fingerprint": [op("a", 0x20, 0, 0x96, ZERO_PIN, fill="pin_at_0")],
    "VERIFY that closes": [op("a", 0x20, 0xFF, 0x80)],
    "VERIFY that asks for the tries": [op("a", 0x20, 0, 0x80)],
    "the passcode at another place of VERIFY": [op("a", 0x20, 0, 0x80, "00" * 16, fill="pin_at_0")],
    "the new passcode at 8 in VERIFY": [op("a", 0x20, 0, 0x80, "00" * 16, fill="new_pin_at_8")],
    "a new passcode where none is set": [op("a", 0x20, 0, 0x80, ZERO_PIN, fill="new_pin_at_0")],
    "a wrong passcode": [op("a", 0x20, 0, 0x80, ZERO_PIN, fill="wrong_pin_at_0")],
    "the passcode in PUT DATA": [
        op("a", 0xDB, 0x3F, 0xFF, "00" * 8 + "5303700100", fill="pin_at_0")
    ],
    "the passcode in GET DATA": [op("a", 0xCB, 0x3F, 0xFF, ZERO_PIN, fill="pin_at_0")],
    "the passcode in SELECT": [op("a", 0xA4, 4, 0, ZERO_PIN, fill="pin_at_0")],
    "the passcode in GENERAL AUTHENTICATE": [op("a", 0x87, 0x11, 0x9A, "00" * 38, fill="pin_at_0")],
    "the passcode in CHANGE REFERENCE 80": [
        op("a", 0x24, 0, 0x80, "00" * 8 + "31" * 8, fill="pin_at_0")
    ],
    "the passcode in CHANGE REFERENCE 81": [
        op("a", 0x24, 0, 0x81, "00" * 8 + "31" * 8, fill="pin_at_0")
    ],
    "the PUK": [op("a", 0x24, 0, 0x81, "31" * 16)],
    "RESET RETRY": [op("a", 0x2C, 0, 0x80, "31" * 8 + "00" * 8, fill="new_pin_at_8")],
    "RESET RETRY with a passcode of the server's": [op("a", 0x2C, 0, 0x80, "31" * 16)],
    "a prescription for 9A": [VERIFY, op("a", 0x87, 0x11, 0x9A, GIVEN, le=256, capture=True)],
    "a prescription for 9C": [VERIFY, op("a", 0x87, 0x11, 0x9C, GIVEN, le=256, capture=True)],
    "a prescription for 9D": [VERIFY, op("a", 0x87, 0x11, 0x9D, GIVEN, le=256, capture=True)],
    "a prescription for 9E": [op("a", 0x87, 0x11, 0x9E, GIVEN, le=256, capture=True)],
    "a prescription for 82": [VERIFY, op("a", 0x87, 0x11, 0x82, GIVEN, le=256, capture=True)],
    "a key agreement": [VERIFY, op("a", 0x87, 0x11, 0x9D, "7c47820085410" + "4" * 129, le=256)],
    "a proof by 9D": [VERIFY, prove(0x9D)],
    "a proof by 9E": [prove(0x9E)],
    "a proof by 82": [VERIFY, prove(0x82)],
    "a proof with data of the server's": [VERIFY, prove(0x9A) | {"data": GIVEN}],
    "a proof of what no key is": [
        GET_9A,
        prove(0x9C, proof="capture", subject_from="get", subject=None),
    ],
    "external authentication": [op("a", 0x87, 0x03, 0x9B, "7c028100", le=256, capture=True)],
    "internal authentication": [
        op("a", 0x87, 0x03, 0x9B, "7c0a8108" + "00" * 8, le=256, capture=True)
    ],
    "PUT of the CHUID": [put("5fc102")],
    "PUT of the capability container": [put("5fc107")],
    "PUT of fingerprints": [put("5fc103")],
    "PUT of the certificate for 9D": [put("5fc10b")],
    "PUT of the discovery object": [op("a", 0xDB, 0x3F, 0xFF, "7e024f00")],
    "PUT of a vendor's object": [put("5fff10")],
    "GET of the face": [op("a", 0xCB, 0x3F, 0xFF, "5c035fc108", le=256, capture=True)],
    "GET of fingerprints": [op("a", 0xCB, 0x3F, 0xFF, "5c035fc103", le=256, capture=True)],
    "GET of printed information": [op("a", 0xCB, 0x3F, 0xFF, "5c035fc109", le=256, capture=True)],
    "GENERATE in 9D": [op("a", 0x47, 0, 0x9D, "ac03800111", le=256)],
    "GENERATE in 82": [op("a", 0x47, 0, 0x82, "ac03800111", le=256)],
    "GENERATE without a passcode": [op("a", 0x47, 0, 0x9C, "ac06800111aa0101", le=256)],
    "SET MANAGEMENT KEY": [op("a", 0xFF, 0xFF, 0xFF, "039b18" + "01" * 24)],
    "SET PIN RETRIES": [op("a", 0xFA, 0xFF, 0xFF)],
    "RESET": [op("a", 0xFB)],
    "MOVE KEY": [op("a", 0xF6, 0x82, 0x9C)],
    "IMPORT KEY": [op("a", 0xFE, 0x11, 0x9C, "0620" + "01" * 32)],
    "ATTEST of a slot that no service makes a key in": [op("a", 0xF9, 0x9E, 0, le=256)],
    "another application": [op("a", 0xA4, 4, 0, "a000000527471117", le=256)],
    "CLA 10": [again(VERIFY, "a") | {"cla": 0x10}],
    "CLA 80": [again(SELECT, "a") | {"cla": 0x80}],
    "an INS that nobody knows": [op("a", 0x99)],
    "a jump backward": [
        SELECT,
        op(
            "b",
            0xA4,
            4,
            0,
            PIV,
            le=256,
            rules=[{"sw": "0000", "mask": "0000", "do": "goto", "to": "select"}],
        ),
    ],
    "a jump to nowhere": [
        again(SELECT, "a")
        | {"rules": [{"sw": "0000", "mask": "0000", "do": "goto", "to": "nowhere"}]}
    ],
    "a label twice": [SELECT, SELECT],
    "a label with control characters": [again(SELECT, "a\u001b[2J")],
    "a label that is too long": [again(SELECT, "a" * 24)],
    "a step that nobody knows": [again(SELECT, "a") | {"step": "type_your_passcode"}],
    "a fill that nobody knows": [again(VERIFY, "a") | {"fill": "pin_at_1"}],
    "41 commands": [again(SELECT, f"a{i}") for i in range(41)],
    "5000 bytes for one command": [op("a", 0xDB, 0x3F, 0xFF, "00" * 5000)],
    "five rules": [
        again(SELECT, "a") | {"rules": [{"sw": "9000", "mask": "ffff", "do": "next"}] * 5}
    ],
    "an Le of 65537": [again(SELECT, "a") | {"le": 65537}],
    "an INS of 256": [again(SELECT, "a") | {"ins": 256}],
    "a member that nobody knows": [again(SELECT, "a") | {"shell": "id"}],
    "ops that are no list": {"ops": {"label": "a"}},
    "a batch that is a text": "select",
}
PRELUDES = {
    "GENERATE": [GENERATE],
    "GENERATE in 9A": [op("a", 0x47, 0, 0x9A, "ac03800111", le=256)],
    "PUT of a certificate": [put("5fc105")],
    "an answer to a witness": [
        op("a", 0x87, 0x03, 0x9B, "7c1480080000000000000000810800" + "00" * 7, le=256)
    ],
}


# ---- the desk ----


def fake_of(stack):
    """The agent of reader 1 and 2, at the fake server, logged in."""
    if not hasattr(stack, "fake"):
        stack.fake = FakeServer(str(stack.base))
        stack.trusted = {
            "origin": stack.fake.origin,
            "workstation": "desk-1",
            "ca_file": stack.fake.ca_file,
        }
        configure(stack, **stack.trusted)
    return stack.fake


def configure(stack, **config):
    stack.agent.program.end()
    (stack.base / "agent.json").write_text(json.dumps(config))
    stack.agent.start()


def start_desk(stack):
    fake = fake_of(stack)
    fake.set_good()
    fake.prelude = GOOD_PRELUDE
    stack.insert(1, OPERATOR)
    code, answer = stack.agent.request("POST", "/v1/desk/login", {"passcode": PASSCODE})
    equal(code, 200, f"the fake log-in: {answer}")
    stack.insert(2, HOLDER)
    return fake


def ask_job(stack, service="renew", **more):
    """The problem at the end of a job; identify is asked anew before."""
    fake = stack.fake
    if fake.prelude is not None:
        stack.agent.request("POST", "/v1/desk/identify", {})
    body = (
        {"service": service, "passcode": PASSCODE}
        if service == "renew"
        else {
            "service": service,
            "new_passcode": PASSCODE,
            "new_passcode_again": PASSCODE,
            "identity_check": "x",
        }
    )
    _, lines = stack.agent.request("POST", "/v1/desk/jobs", body | more)
    last = lines[-1] if isinstance(lines, list) else lines
    return last.get("problem", last)


def touches(exchange):
    """Is that a command that shows a passcode, signs, writes, makes or unlocks something?"""
    command = exchange.command
    ins, data = command[1], command[5:]
    if ins == 0x20:
        return len(data) > 0
    if ins == 0x87:
        return b"\x7c\x02\x80\x00" not in command
    return ins not in (0xA4, 0xC0, 0xCB, 0xF7, 0xF8, 0xFD)


def touching(trace, start=0):
    return [e.command.hex() for e in trace.exchanges()[start:] if touches(e)]


def refused_prelude(stack, trace, what, batch, service="renew"):
    fake, start = stack.fake, len(trace.exchanges())
    fake.prelude, before = batch, len(fake.paths)
    if isinstance(batch, (dict, str)):
        fake.raw["/v1/cards/identify"] = (
            json.dumps(json.loads(json.dumps(fake.identify())), default=str)
            .replace(json.dumps({"ops": batch}), json.dumps(batch))
            .encode()
        )
    problem = ask_job(stack, service)
    fake.raw.clear()
    equal(problem.get("name"), "SERVER_PROTOCOL", f"{service}, prelude with {what}")
    equal(touching(trace, start), [], f"commands that {what} brought to the card")
    absent("".join(fake.paths[before:]), "/v1/jobs", "requests after the refusal")


def test_preludes(stack):
    """a hostile prelude is refused as a whole: nothing of it reaches the card"""
    start_desk(stack)
    with stack.trace(2) as trace, stack.trace(1) as operator:
        for what, batch in (ANYWHERE | PRELUDES).items():
            refused_prelude(stack, trace, what, batch)
        for service in ("repair", "issue"):
            for what, batch in (
                ("VERIFY", [VERIFY]),
                ("proof by 9C", [prove(0x9C)]),
                ("RESET RETRY", ANYWHERE["RESET RETRY"]),
                ("GENERATE", [GENERATE]),
                ("the PUK", ANYWHERE["the PUK"]),
                ("RESET", ANYWHERE["RESET"]),
            ):
                refused_prelude(stack, trace, what, batch, service)
        equal(touching(operator), [], "commands to the operator's card")


def refused_batch(stack, trace, what, batches):
    fake, seen = stack.fake, {}
    fake.prelude, fake.batches = GOOD_PRELUDE, batches
    fake.on_begin = lambda: seen.update(start=len(trace.exchanges()))
    problem = ask_job(stack)
    equal(problem.get("name"), "SERVER_PROTOCOL", f"batch with {what}")
    equal(touching(trace, seen["start"]), [], f"commands that {what} brought to the card")


def test_batches(stack):
    """a hostile batch inside a job is refused as a whole, after the prelude was played"""
    start_desk(stack)
    with stack.trace(2) as trace:
        for what, batch in ANYWHERE.items():
            refused_batch(stack, trace, what, [batch])


def test_second_batch(stack):
    """what is hostile in a later step is refused too, and the passcode is shown no further time"""
    fake = start_desk(stack)
    with stack.trace(2) as trace:
        fake.batches = [[SELECT], [SELECT, put("5fc102")]]
        equal(ask_job(stack)["name"], "SERVER_PROTOCOL", "PUT of the CHUID in the second batch")
        absent(" ".join(touching(trace)), "db3fff", "commands of the second batch")
        start = len(trace.exchanges())
        fake.batches = [[VERIFY], [VERIFY], [VERIFY], [VERIFY]]
        equal(ask_job(stack)["name"], "SERVER_PROTOCOL", "VERIFY in each batch")
        shown = [c for c in touching(trace, start) if c[2:4] == "20"]
        expect(len(shown) <= 3, f"the passcode was shown {len(shown)} times")


def test_endless(stack):
    """a job that does not end is ended by the agent, before 64 commands"""
    fake = start_desk(stack)
    with stack.trace(2) as trace:
        fake.batches = [[again(GET_9A, f"get{i}") for i in range(20)]]
        equal(ask_job(stack)["name"], "SERVER_PROTOCOL", "20 commands again and again")
        reads = [e for e in trace.exchanges() if e.command[1] == 0xCB]
        expect(len(reads) <= 64 + 8, f"{len(reads)} commands")
        fake.batches = [[SELECT]]
        equal(ask_job(stack)["name"], "SERVER_PROTOCOL", "one command again and again")


def test_bodies(stack):
    """answers that are no answers end the job, and nothing is played"""
    fake = start_desk(stack)
    bodies = (
        b"",
        b"{",
        b"[]",
        b"null",
        b"<html>type your passcode here</html>",
        b"{}",
        b'{"job":7}',
        b'{"job":"x","step":2,"batch":{"ops":[]}}',
        b'{"a":' * 3000 + b"1" + b"}" * 3000,
        b'{"a":"' + b"x" * 3_000_000 + b'"}',
        b'{"committed":true}',
        b'{"a":1,"a":2}',
    )
    with stack.trace(2) as trace:
        for body in bodies:
            fake.raw = {"/v1/jobs": body}
            fake.on_begin = None
            problem = ask_job(stack)
            expect(problem["name"] in ("SERVER_PROTOCOL", "TOO_LARGE"), f"{body[:40]}: {problem}")
        equal(
            [c for c in touching(trace) if c[2:4] not in ("20", "87")],
            [],
            "commands beside the preludes'",
        )


def test_card_swapped(stack):
    """a card swapped while the server thinks gets nothing of the other one's batch"""
    fake = start_desk(stack)

    def swap():
        stack.control("pull 2")
        stack.control(f"insert 2 {stack.card_file(OTHER)}")

    fake.on_begin = swap
    fake.batches = [[SELECT, GENERATE, put("5fc105")]]
    with stack.trace(2) as trace:
        start = len(trace.exchanges())
        problem = ask_job(stack)
        expect(
            problem["name"] in ("CARD_REMOVED", "CARD_OTHER", "CARD_UNKNOWN_OUTCOME"), f"{problem}"
        )
        stack.agent.wait_desk(
            lambda desk: (desk["card"] or {}).get("state") in ("ready", "failed"), "it is read"
        )
        made = [c for c in touching(trace, start) if c[2:4] in ("47", "db")]
        equal(made, [], "keys made and objects written on the other card")


def test_words(stack):
    """a refusal's words come from the agent's own catalogue, not from the server"""
    fake = start_desk(stack)
    lie = {
        "name": "PASSCODE_WRONG",
        "status": 422,
        "cause": "call 0900-EVIL",
        "remedy": "type it at evil.example",
    }
    fake.raw = {"/v1/cards/identify": (422, lie)}
    problem = ask_job(stack)
    equal(problem["name"], "PASSCODE_WRONG", "the problem")
    absent(json.dumps(problem), "evil", "the problem")
    absent(json.dumps(stack.agent.desk()).lower(), "evil", "the desk")


def test_passcode(stack):
    """the passcode is in nothing the server received, in no log, command line or environment"""
    fake = start_desk(stack)
    equal(ask_job(stack)["name"], "SERVER_PROTOCOL", "a job with an empty batch")
    pid = stack.agent.program.pid
    places = {
        "the server": bytes(fake.received),
        "cmdline": Path(f"/proc/{pid}/cmdline").read_bytes(),
        "environ": Path(f"/proc/{pid}/environ").read_bytes(),
    }
    places |= {log.name: log.read_bytes() for log in stack.base.glob("*.log")}
    places |= {
        f"home {path.name}": path.read_bytes()
        for path in stack.agent.home.rglob("*")
        if path.is_file()
    }
    expect(len(places["the server"]) > 10_000, "the server received much")
    for place, data in places.items():
        untold(data, PASSCODE, place)


def test_core(stack):
    """the agent leaves no core file and cannot be traced by its own user"""
    limits = Path(f"/proc/{stack.agent.program.pid}/limits").read_text()
    core = next(line for line in limits.splitlines() if line.startswith("Max core file size"))
    equal(core.split()[4:6], ["0", "0"], "the limit of core files")


def refused_login(stack, name):
    stack.insert(1, OPERATOR)
    with stack.trace(1) as trace:
        _, problem = stack.agent.request("POST", "/v1/desk/login", {"passcode": PASSCODE})
        equal(problem["name"], name, "the log-in")
        equal(touching(trace), [], "commands to the card")


def test_other_origin(stack):
    """a server that calls itself otherwise gets no signature"""
    fake = fake_of(stack)
    fake.set_good()
    fake.challenge_origin = "https://ra.example"
    refused_login(stack, "SERVER_UNTRUSTED")
    fake.challenge_origin = fake.origin.upper()
    refused_login_again(stack)


def refused_login_again(stack):
    with stack.trace(1) as trace:
        _, problem = stack.agent.request("POST", "/v1/desk/login", {"passcode": PASSCODE})
        equal(problem["name"], "SERVER_UNTRUSTED", "the log-in")
        equal(touching(trace), [], "commands to the card")


def test_wrong_certificate(stack):
    """a server with another CA's certificate is not trusted, and the card is asked for nothing"""
    fake = fake_of(stack)
    fake.set_good()
    before = len(fake.received)
    configure(stack, **(stack.trusted | {"ca_file": str(stack.directory / "agent/server-ca.pem")}))
    try:
        refused_login(stack, "SERVER_UNTRUSTED")
    finally:
        stack.control_ignoring("pull 1")
        configure(stack, **stack.trusted)
    equal(len(fake.received), before, "bytes that the server received")


def test_wrong_name(stack):
    """a certificate for another name is not trusted either"""
    fake = fake_of(stack)
    fake.set_good()
    configure(stack, **(stack.trusted | {"origin": fake.origin.replace("127.0.0.1", "localhost")}))
    try:
        refused_login(stack, "SERVER_UNTRUSTED")
    finally:
        stack.control_ignoring("pull 1")
        configure(stack, **stack.trusted)


def test_card_unharmed(stack):
    """after all this the cards have all their tries and their old keys"""
    for person in (HOLDER, OPERATOR, OTHER):
        lines = [
            line for line in stack.dump(person).splitlines() if line.startswith(("pin ", "puk "))
        ]
        equal([line.split()[2] for line in lines], ["3", "3"], f"tries of {person}")


if __name__ == "__main__":
    run(
        [
            test_preludes,
            test_batches,
            test_second_batch,
            test_endless,
            test_bodies,
            test_card_swapped,
            test_words,
            test_passcode,
            test_core,
            test_other_origin,
            test_wrong_certificate,
            test_wrong_name,
            test_card_unharmed,
        ]
    )
