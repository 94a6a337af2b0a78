# SPDX-License-Identifier: Apache-2.0
"""test_blanks: blank cards as they are bought: the maker's secrets, the buyer's own, a stranger's."""
import json
import subprocess

from card_tools import command_name, put_signed_chuid
from stack import BUILD, NEW_PASSCODE
from tap import contains, equal, expect, run, untold

HARRY = "900000000132"
CHECKED = "passport seen"
KEY = "c1c2c4c7c8cbcdced0d3d5d6d9dadcdfe0e3e5e6e9eaecef"
STRANGERS_KEY = "3b" * 24
PUK = "24681357"
YUBIKEY_ATR = "3bfd1300008131fe158073c021c057597562694b657940"


def blank(stack, name, model, *options):
    """A blank card; with `options`, one that somebody had made so."""
    path = stack.card_file(name)
    stack.run("vcard", "make", str(path), "--model", model, *options)
    return path


def transport(stack, *sets):
    """What an administrator enters; each set is name, beginning of the ATR, key, PUK."""
    text = json.dumps({"format": "cardwright transport keys 1", "keys": [
        {"name": name, "atr": atr, "version": "", "algorithm": algorithm, "management_key": key,
         "puk": puk} for name, atr, algorithm, key, puk in sets]})
    stack.signer_file("transport.json", text)
    stack.restart_signer()


def no_transport(stack):
    (stack.directory / "signer/transport.json").unlink(missing_ok=True)
    stack.restart_signer()


def issue(stack, *more):
    return stack.cli("issue", "--json", "--yes", "--person", HARRY, "--identity-check", CHECKED,
                     *more, passcode=NEW_PASSCODE)


def refused(result):
    expect(result.code != 0, f"it was not refused: {result}")
    return json.loads(result.out.splitlines()[-1])["error"]


def insert(stack, name):
    stack.login("tom-adeyemi")
    return stack.insert(2, name)["card"]["identify"]["diagnosis"]["code"]


def test_foreign_key(stack):
    """a blank card with a stranger's management key is refused before anything on it has changed"""
    no_transport(stack)
    for number, model in enumerate(("metadata", "standard")):
        path = blank(stack, f"stranger-{model}", model, "--serial", f"1000020{number}",
                     "--management-key", STRANGERS_KEY, "--puk", PUK)
        before = path.read_bytes()
        equal(insert(stack, f"stranger-{model}"), "blank", "what can be seen of it")
        with stack.trace(2) as trace:
            error = refused(issue(stack))
        equal((error["name"], error["code"]), ("CARD_FOREIGN", "CW-340"), "the error")
        names = [command_name(e.command) for e in trace.exchanges()]
        for command in ("PUT", "INS FF", "CHANGE REFERENCE", "RESET RETRY", "GENERATE", "VERIFY"):
            expect(not any(command in name.upper() for name in names[5:]), f"{command}: {names}")
        equal(path.read_bytes() == before, True, "every byte of the card is as it was")
        contains(stack.dump(f"stranger-{model}"), "puk tries 3 of 3", "no try of the PUK is gone")
        stack.tidy()
    equal(stack.store("SELECT count(*) FROM job WHERE result IS NULL"), [(0,)], "open jobs")
    rows = stack.store("SELECT state, person_uuid, guid FROM card WHERE serial = '10000200'")
    equal(rows, [("blank", None, None)], "the card in the directory is nobody's")


def forms(secret):
    """As it may stand in a card's file: as text, as bytes, as hexadecimal digits of the text."""
    return (secret.encode(), bytes.fromhex(secret), secret.encode().hex().encode(),
            secret.upper().encode())


def test_transport_key(stack):
    """cards bought with keys of one's own are issued once these were entered, and keep none of them"""
    path = blank(stack, "ordered", "metadata", "--serial", "10000210", "--management-key", KEY,
                 "--puk", PUK, "--pin", "998877")
    no_transport(stack)
    insert(stack, "ordered")
    equal(refused(issue(stack))["name"], "CARD_FOREIGN", "before")
    before = path.read_bytes()
    for secret in (KEY, PUK, "998877"):
        expect(any(form in before for form in forms(secret)), f"{secret} was never on the card")
    transport(stack, ("order 4711", "3bfb13", "3DES", KEY, PUK))
    result = issue(stack)
    equal(result.code, 0, f"after: {result}")
    equal(stack.store("SELECT person_uuid, printed_number, state FROM card WHERE serial = '10000210'"),
          [(HARRY, HARRY, "active")], "whose card it is")
    dump = stack.dump("ordered")
    contains(dump, "puk tries 3 of 3", "the PUK was not guessed")
    expect("factory" not in dump and path.read_bytes() != before, f"still as it came: {dump}")
    for secret in (KEY, PUK, "998877"):
        expect(not any(form in path.read_bytes() for form in forms(secret)),
               f"the buyer's {secret} is still on the card")
        for log in stack.base.glob("*.log"):
            untold(log.read_text(errors="replace"), secret, log.name)
    equal([k["proved"] for k in stack.cli_json("test", passcode=NEW_PASSCODE)["keys"]],
          [True, True], "both keys")


def test_transport_standard(stack):
    """a plain card keeps the buyer's management key, and is repaired with it"""
    transport(stack, ("others", "3b99", "3DES", STRANGERS_KEY, PUK),
              ("order 4712", "", "3DES", KEY, PUK))
    blank(stack, "ordered-standard", "standard", "--management-key", KEY, "--puk", PUK)
    insert(stack, "ordered-standard")
    equal(issue(stack).code, 0, "the issue")
    contains(stack.dump("ordered-standard"), "puk tries 3 of 3", "the PUK was not guessed")
    for _ in range(3):
        stack.run_program(["yubico-piv-tool", "--reader", "01", "-a", "verify-pin", "-P", "999999"],
                          check=False)
    stack.tidy()
    stack.login("priya-nair", "ID Checker")
    stack.insert(2, "ordered-standard")
    result = stack.cli("repair", "--json", "--yes", "--identity-check", CHECKED,
                       passcode=NEW_PASSCODE)
    equal(result.code, 0, f"repair: {result}")
    contains(stack.dump("ordered-standard"), "pin tries 3 of 3", "the passcode is usable again")


def test_makers_chuid(stack):
    """a card on which its maker has put a CHUID is blank all the same, and gets one of ours"""
    no_transport(stack)
    for number, model in enumerate(("metadata", "standard")):
        name = f"chuid-{model}"
        blank(stack, name, model, "--with", "chuid", "--serial", f"1000026{number}")
        equal(insert(stack, name), "blank", "what can be seen of it")
        equal(issue(stack).code, 0, "the issue")
        stack.pull(2)
        equal(stack.insert(2, name)["card"]["identify"]["diagnosis"]["code"], "good", "after it")
        stack.pull(2)
        stack.change_operator("priya-nair", "ID Checker")
        stack.insert(2, name)
        stack.job("repair", "--identity-check", CHECKED, passcode=NEW_PASSCODE)
        stack.tidy()


def test_refused_algorithm(stack):
    """a card that says it takes an AES management key and does not is issued with one of 3DES; one
    that says it moves keys and does not is repaired, and not asked again"""
    no_transport(stack)
    blank(stack, "liar", "move", "--serial", "10000250", "--cipher", "3des", "--without",
          "aes-management", "--without", "move", "--without", "retired-generate", "--lie",
          "default-pin")
    insert(stack, "liar")
    equal(issue(stack).code, 0, "the issue")
    stack.pull(2)
    equal(stack.insert(2, "liar")["card"]["identify"]["diagnosis"]["code"], "good",
          "its word on the passcode is not believed")
    stack.tidy()
    stack.login("priya-nair", "ID Checker")
    for trips in (5, 3):
        stack.insert(2, "liar")
        last = stack.job("repair", "--identity-check", CHECKED, passcode=NEW_PASSCODE)[-1]
        equal(last["round_trips_job"], trips, "round trips")
        stack.pull(2)
    contains(stack.dump("liar"), "management algorithm 03\n", "its key 9B")


def test_makers_beside_transport(stack):
    """a card with its maker's secrets is still issued where the buyer's do not fit"""
    transport(stack, ("order 4711", "", "3DES", KEY, PUK))
    blank(stack, "makers", "standard")
    insert(stack, "makers")
    equal(issue(stack).code, 0, "the issue")
    blank(stack, "makers-yubikey", "move", "--serial", "10000220", "--atr", YUBIKEY_ATR)
    stack.tidy()
    insert(stack, "makers-yubikey")
    equal(issue(stack).code, 0, "with the ATR of a YubiKey")


def test_makers_algorithm(stack):
    """a YubiKey whose key is of another algorithm than its maker's is not even tried"""
    no_transport(stack)
    path = blank(stack, "other-cipher", "move", "--serial", "10000230", "--atr", YUBIKEY_ATR,
                 "--cipher", "aes256")
    before = path.read_bytes()
    insert(stack, "other-cipher")
    equal(refused(issue(stack))["name"], "CARD_FOREIGN", "the error")
    equal(path.read_bytes() == before, True, "the card")
    equal(stack.store("SELECT count(*) FROM card WHERE serial = '10000230'"), [(0,)], "no record")


def test_foreign_certificates(stack):
    """a card that carries another issuer's certificate or name is told so, and never offered"""
    path = blank(stack, "other-issuer", "metadata", "--serial", "10000240")
    stack.login("tom-adeyemi")
    stack.insert(2, "other-issuer")
    tool = ["yubico-piv-tool", "--reader", "01"]
    put_signed_chuid(stack)
    stack.pull(2)
    for what, code in (("a name alone", "unknown"), ("a certificate too", "foreign")):
        desk = stack.insert(2, "other-issuer")
        equal(desk["card"]["identify"]["diagnosis"]["code"], code, what)
        before = path.read_bytes()
        equal(refused(issue(stack))["name"], "CARD_FOREIGN", what)
        equal(path.read_bytes() == before, True, "the card")
        key, cert = stack.base / "other.key", stack.base / "other.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key,
                        "-out", cert, "-subj", "/CN=other issuer", "-days", "30"], check=True,
                       capture_output=True)
        stack.run_program([*tool, "-s", "9a", "-a", "import-certificate", "-i", str(cert)])
        stack.pull(2)
    equal(stack.store("SELECT count(*) FROM card WHERE serial = '10000240'"), [(0,)], "no record")


def test_transport_file(stack):
    """the signer does not start with transport keys that others can read, or that it cannot read"""
    for text, mode, name in (("{}", 0o600, "BAD_FILE"), ("{}", 0o644, "KEY_FILE")):
        path = stack.signer_file("transport.json", text, mode)
        equal(stack.programs["signer"].end(), None, "the end of the signer")
        ended = stack.try_signer()
        said = ended.stdout + ended.stderr
        equal(ended.returncode, 1, f"its exit status: {said}")
        contains(said, name, "what it says")
        contains(said, "transport.json", "which file")
        path.unlink()
        stack.start_signer()


def test_audit(stack):
    """every refusal stands in the audit, and it verifies"""
    no_transport(stack)
    equal(stack.audit_verify().code, 0, "audit verify")
    entries = [json.loads(line) for line in (stack.base / "audit.jsonl").read_text().splitlines()]
    ends = [e for e in entries if e.get("event") == "job_refused"]
    expect(len(ends) >= 3 and all(e["status"] == "CARD_FOREIGN" for e in ends), f"refused: {ends}")


if __name__ == "__main__":
    run([test_foreign_key, test_transport_key, test_transport_standard,
         test_makers_chuid, test_refused_algorithm, test_makers_beside_transport,
         test_makers_algorithm, test_foreign_certificates,
         test_transport_file, test_audit], prepare=BUILD)
