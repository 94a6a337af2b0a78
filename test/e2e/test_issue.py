# SPDX-License-Identifier: Apache-2.0
"""test_issue: a blank card becomes a person's, and nothing of the factory is left on it."""
import json

from card_tools import (SLOTS, check_leaf, command_name, life_days, read_certificates, serial_of,
                        verify, witness)
from stack import BUILD, NEW_PASSCODE, PASSCODE, reader_of
from tap import contains, equal, expect, run

CHECKED = "passport and driving licence seen"
HARRY = ("900000000132", "Harry_Singh")
FACTORY_PIN, FACTORY_PUK = "123456", "12345678"
BODY = {"service": "issue", "person": HARRY[0], "identity_check": CHECKED,
        "new_passcode": NEW_PASSCODE, "new_passcode_again": NEW_PASSCODE}
READER_2 = ["--reader", "01"]
OBJECTS = ("card capability container", "CHUID", "certificate 9A", "certificate 9C",
           "printed information", "discovery object")


def yubico(stack, *args):
    return stack.run_program(["yubico-piv-tool", *READER_2, *args], check=False)


def blank_card(stack, name, model, serial="10000099"):
    """A factory-blank card of that model beside the sample's."""
    path = stack.card_file(name)
    if not path.exists():
        stack.run("vcard", "make", str(path), "--model", model, "--serial", serial)


def issue(stack, *more, passcode=NEW_PASSCODE, person=HARRY[0]):
    return stack.cli("issue", "--json", "--yes", "--person", person, "--identity-check", CHECKED,
                     *more, passcode=passcode)


def check_factory_gone(stack, name):
    """Tools that know the factory's secrets get nowhere with them."""
    dump = stack.dump(name)
    for line in dump.splitlines():
        expect("factory" not in line, f"still the factory's: {line}")
    for kind in OBJECTS:
        contains(dump, kind, "the objects on the card")
    expect(yubico(stack, "-a", "set-chuid").code != 0, "the factory's management key works")
    expect(yubico(stack, "-a", "verify-pin", "-P", FACTORY_PIN).code != 0, "the factory's PIN works")
    expect(yubico(stack, "-a", "unblock-pin", "-P", FACTORY_PUK, "-N", FACTORY_PIN).code != 0,
           "the factory's PUK works")
    equal(yubico(stack, "-a", "verify-pin", "-P", NEW_PASSCODE).code, 0, "the passcode that was set")


def check_objects(stack, uuid, name):
    """CHUID, printed information and discovery object as other people's tools read them."""
    chuid = yubico(stack, "-a", "read-object", "--id", "0x5fc102").out
    guid = stack.store("SELECT guid FROM card WHERE person_uuid = ? ORDER BY issued_at DESC",
                       uuid)[0][0]
    contains(chuid.lower(), guid, "the GUID in the CHUID")
    printed = yubico(stack, "-a", "verify-pin", "-P", NEW_PASSCODE, "-a", "read-object", "--id",
                     "0x5fc109")
    contains(printed.out.lower(), name.split("_")[1].encode().hex(), "the printed information")
    seen = stack.run_program(["opensc-tool", "--reader", "1", "-s", "00A404000BA000000308000010000100",
                              "-s", "00CB3FFF035C017E00"]).out
    contains(seen.replace(" ", ""), "7E124F0BA0000003080000100001005F", "the discovery object")


def check_certificates(stack, uuid, name):
    now = read_certificates(stack)
    rows = dict(stack.store("SELECT serial, state FROM certificate"))
    states = {serial.lstrip("0"): state for serial, state in rows.items()}
    for slot in SLOTS:
        code, said = verify(stack, now[slot])
        equal(code, 0, f"openssl on {slot}: {said}")
        check_leaf(now[slot], slot, uuid, name)
        equal(life_days(now[slot]), 730, f"life of {slot}")
        equal(states[serial_of(now[slot])], "current", f"state of {slot}")


def check_opensc(stack):
    """OpenSC sees both certificates of the card in reader 1, through both of its interfaces."""
    listed = stack.run_program(["pkcs15-tool", "--reader", "0", "--list-certificates"]).out
    tokens = stack.run_program(["pkcs11-tool", "--list-objects", "--type", "cert"]).out
    for name in ("Certificate for PIV Authentication", "Certificate for Digital Signature"):
        contains(listed, name, "pkcs15-tool")
        contains(tokens, name, "pkcs11-tool")


def issue_and_check(stack, card):
    stack.login("tom-adeyemi")
    desk = stack.insert(2, card)
    equal(desk["card"]["identify"]["diagnosis"]["code"], "blank", "the diagnosis")
    result = issue(stack)
    equal(result.code, 0, f"issue: {result}")
    last = json.loads(result.out.splitlines()[-1])
    equal((last["event"], last["service"]), ("result", "issue"), "the end")
    equal(last["receipt"]["person"]["uuid"], HARRY[0], "whose card it is")
    equal(last["receipt"]["card"]["state"], "active", "the card's state on the receipt")
    tested = stack.cli_json("test", passcode=NEW_PASSCODE)
    equal([key["proved"] for key in tested["keys"]], [True, True], "both keys")
    check_certificates(stack, *HARRY)
    check_objects(stack, *HARRY)
    check_factory_gone(stack, card)
    witness(stack, passcode=NEW_PASSCODE)


def test_founding(stack):
    """the card that init made logs in as RA manager and has nothing of the factory"""
    dump = stack.dump("margaret-okafor")
    expect("factory" not in dump, f"the first card: {dump}")
    session = stack.login("margaret-okafor")
    equal((session["profile"]["role_name"], session["person"]["uuid"]),
          ("RA Manager", "900000000017"), "who is logged in")
    key = stack.base / "secret/root-key.pem"
    contains(key.read_text(), "ENCRYPTED", "the root key, which was taken away")
    expect(not (stack.directory / "root-key.pem").exists(), "the root key is still here")


def test_person_unknown(stack):
    """no card is issued to a number that the directory does not know, nor to nobody"""
    stack.login("tom-adeyemi")
    stack.insert(2, "harry-singh")
    dump, cards = stack.dump("harry-singh"), stack.store("SELECT count(*) FROM card")
    for person, name in (("999999999999", "NOT_FOUND"), ("12", "BAD_VALUE")):
        result = issue(stack, person=person)
        error = json.loads(result.out.splitlines()[-1])["error"]
        expect(result.code != 0 and error["name"] in (name, "BAD_MESSAGE"), f"{person}: {result}")
    equal(stack.cli("issue", "--yes", passcode=NEW_PASSCODE).code, 2, "without --person")
    equal(stack.dump("harry-singh"), dump, "the blank card")
    equal(stack.store("SELECT count(*) FROM card"), cards, "cards in the directory")


def test_not_blank(stack):
    """a card that is somebody's is not issued again"""
    stack.login("tom-adeyemi")
    stack.insert(2, "chloe-martin")
    dump = stack.dump("chloe-martin")
    error = json.loads(issue(stack).out.splitlines()[-1])["error"]
    equal(error["name"], "POLICY_NOT_BLANK", "the error")
    equal(stack.dump("chloe-martin"), dump, "the card")


def test_role(stack):
    """an ID checker does not issue cards, and nobody does without checking identity"""
    stack.login("priya-nair", "ID Checker")
    stack.insert(2, "harry-singh")
    dump = stack.dump("harry-singh")
    equal(json.loads(issue(stack).out.splitlines()[-1])["error"]["name"], "POLICY_ROLE", "role")
    stack.tidy()
    stack.login("tom-adeyemi")
    stack.insert(2, "harry-singh")
    error = stack.refused("issue", "--yes", "--person", HARRY[0], passcode=NEW_PASSCODE)
    equal(error["name"], "POLICY_ID_CHECK", "without --identity-check")
    equal(stack.dump("harry-singh"), dump, "the blank card")


def test_vendor_model(stack):
    """a blank card is issued: own keys, secrets and objects, as four other tools see it"""
    issue_and_check(stack, "harry-singh")
    stack.cli("logout", check=True)
    stack.empty()
    stack.insert(1, "harry-singh")
    check_opensc(stack)


def test_standard_model(stack):
    """a blank standard card is issued, except that its management key cannot be changed"""
    blank_card(stack, "blank-standard", "standard")
    stack.login("tom-adeyemi")
    stack.insert(2, "blank-standard")
    result = issue(stack)
    equal(result.code, 0, f"issue: {result}")
    check_certificates(stack, *HARRY)
    expect(yubico(stack, "-a", "verify-pin", "-P", FACTORY_PIN).code != 0, "the factory's PIN works")
    stack.cli_json("test", passcode=NEW_PASSCODE)
    witness(stack, passcode=NEW_PASSCODE)


def test_session_lost(stack):
    """a card that ends its management session at each signature is opened as often as it needs"""
    path = stack.card_file("blank-forgetful")
    stack.run("vcard", "make", str(path), "--model", "metadata", "--serial", "10000077", "--with",
              "sign-voids-9b")
    stack.login("tom-adeyemi")
    stack.insert(2, "blank-forgetful")
    result = issue(stack)
    equal(result.code, 0, f"issue: {result}")
    last = json.loads(result.out.splitlines()[-1])
    equal((last["round_trips_identify"], last["round_trips_job"]), (1, 6), "round trips")
    stack.cli_json("test", passcode=NEW_PASSCODE)
    witness(stack, passcode=NEW_PASSCODE)


def test_move_model(stack):
    """a blank card with an AES management key is issued just so"""
    blank_card(stack, "blank-move", "move")
    issue_and_check(stack, "blank-move")


def place_of(stack, wanted):
    """The number of that command's APDU, in an issue that goes well."""
    blank_card(stack, "blank-measure", "metadata", "10000098")
    stack.login("tom-adeyemi")
    stack.insert(2, "blank-measure")
    with stack.trace(2) as trace, stack.proxy.watch() as seen:
        _, events = stack.agent.request("POST", "/v1/desk/jobs", BODY)
    equal(events[-1]["event"], "result", f"an issue without a cut: {events[-1]}")
    equal(len(seen) >= 4, True, "the requests: identify for this person, then the job's")
    stack.pull(2)
    start = len(trace.exchanges()) - events[-1]["apdus"]
    names = [command_name(e.command) for e in trace.exchanges()[start:]]
    return names.index(wanted) + 1, start


def test_interrupted(stack):
    """an issue that is cut when the management key was changed goes on at the next insertion"""
    number, before = place_of(stack, "INS FF")
    blank_card(stack, "blank-cut", "metadata", "10000097")
    stack.insert(2, "blank-cut")
    stack.fault(2, f"cut-after {before + number}")
    with stack.trace(2) as trace:
        _, events = stack.agent.request("POST", "/v1/desk/jobs", BODY)
        stack.wait_fault(2)
    equal(command_name(trace.exchanges()[-1].command), "INS FF", "the command of the cut")
    equal((events[-1]["event"], events[-1]["problem"]["name"]), ("fault", "CARD_REMOVED"), "its end")
    stack.agent.wait_desk(lambda desk: reader_of(desk, 2)["present"] is False, "the card is out")
    desk = stack.insert(2, "blank-cut")
    equal(desk["card"]["identify"]["diagnosis"]["code"], "unfinished", "the diagnosis")
    result = issue(stack)
    equal(result.code, 0, f"the issue goes on: {result}")
    check_factory_gone(stack, "blank-cut")
    witness(stack, passcode=NEW_PASSCODE)


def test_audit(stack):
    """every issue stands in the audit, and it verifies"""
    result = stack.audit_verify()
    equal(result.code, 0, f"audit verify: {result}")
    entries = [json.loads(line) for line in (stack.base / "audit.jsonl").read_text().splitlines()]
    done = [e for e in entries if e.get("event") == "job_committed" and e["subject"] == HARRY[0]]
    equal(len(done), 6, "cards issued to this person")
    shown = {e["job"] for e in entries if e.get("event") == "puk_released"}
    equal([e["job"] for e in done if e["job"] not in shown], [], "PUKs that nobody was shown")


if __name__ == "__main__":
    run([test_founding, test_person_unknown, test_not_blank, test_role, test_vendor_model,
         test_standard_model, test_session_lost, test_move_model, test_interrupted, test_audit],
        prepare=BUILD)
