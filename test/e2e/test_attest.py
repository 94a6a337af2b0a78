# SPDX-License-Identifier: Apache-2.0
"""test_attest: what the card attests of its new keys is checked before anything is certified."""
import json
import subprocess

from card_tools import command_names, openssl, read_certificates, text_of
from maker import Maker
from stack import PASSCODE, reader_of
from tap import Failed, contains, equal, expect, run

HARRY, JACK = "900000000132", "900000000157"
ALWAYS_DUE = {"life_days": 3660, "window_days": 3659}


def set_up(stack):
    """Once: a maker, whose root the server knows."""
    if not hasattr(stack, "maker"):
        stack.maker = Maker(stack.base / "maker")
        configure(stack, stack.maker.root_pem)


def configure_file(stack, roots):
    path = stack.directory / "server/server.json"
    text = json.loads(path.read_text())
    text.pop("attestation_roots", None)
    if roots is not None:
        target = stack.directory / "server/makers.pem"
        target.write_text(roots.read_text())
        target.chmod(0o644)
        text["attestation_roots"] = "makers.pem"
    path.write_text(json.dumps(text))


def configure(stack, roots):
    configure_file(stack, roots)
    stack.restart_server()


def new_card(stack, name, serial, equipped=True, more=()):
    """A blank card in reader 2 that can attest."""
    path = stack.card_file(name)
    stack.run("vcard", "make", str(path), "--model", "metadata", "--serial", serial, "--with",
              "attest", *more)
    stack.insert(2, name)
    if equipped:
        stack.maker.equip(stack)
        stack.pull(2)
        stack.insert(2, name)


def issue(stack):
    return stack.cli("issue", "--json", "--yes", "--person", HARRY, "--identity-check", "passport",
                     passcode=PASSCODE)


def attestations(stack, serial):
    return stack.store("SELECT purpose, state, attestation FROM certificate WHERE card_id ="
                       " (SELECT id FROM card WHERE serial = ?) AND state = 'current'"
                       " ORDER BY purpose", serial)


def test_attested(stack):
    """a card that can is asked within the usual round trips, and what it says is kept and shown"""
    set_up(stack)
    stack.login("tom-adeyemi")
    new_card(stack, "attests", "20000001")
    with stack.trace(2) as trace:
        result = issue(stack)
    equal(result.code, 0, f"issue: {result}")
    last = json.loads(result.out.splitlines()[-1])
    equal((last["round_trips_identify"], last["round_trips_job"]), (1, 4),
          "round trips: an issue first proves whose key the card has")
    equal([c["attestation"] for c in last["receipt"]["certificates"]], ["attested"] * 2, "receipt")
    names = command_names(trace.exchanges())
    made = names.index("GENERATE 9C")
    equal(names[made:made + 5], ["GENERATE 9C", "GENERATE 9A", "ATTEST 9C", "ATTEST 9A",
                                 "VERIFY 80"], "the order")
    expect(names.index("GET certificate F9") < names.index("PUT CHUID"), f"too late: {names}")
    equal(attestations(stack, "20000001"), [("authentication", "current", "attested"),
                                            ("content_signing", "current", "attested")], "rows")
    shown = stack.cli_json("show")
    contains(json.dumps(shown), '"attestation": "attested"', "show")


def refuse_renewal(stack, name, lie, passcode=PASSCODE):
    """The card lies from here on; the error. Nothing is certified, the audit has it."""
    again(stack, name)
    stack.control(f"lie 2 {lie}")
    count = stack.store("SELECT count(*) FROM certificate")
    error = stack.refused("renew", "--yes", passcode=passcode)
    stack.control("lie 2 none")
    equal(stack.store("SELECT count(*) FROM certificate"), count, f"certificates, {lie}")
    entries = [json.loads(line) for line in stack.audit_file().read_text().splitlines()]
    last = [e for e in entries if e.get("event") == "job_failed"][-1]
    equal(last["status"], error["name"], f"the audit, {lie}")
    return error


def again(stack, name):
    stack.control_ignoring("pull 2")
    stack.agent.wait_desk(lambda desk: reader_of(desk, 2)["present"] is False, "empty reader")
    return stack.insert(2, name)


def renew_good(stack, name):
    again(stack, name)
    stack.job("renew", passcode=PASSCODE)


def test_other_tools(stack):
    """what the card attests is good to openssl, and is about the key of the certificate"""
    stack.login("tom-adeyemi")
    stack.insert(2, "attests")
    tool = ["yubico-piv-tool", "--reader", "01"]
    device = stack.run_program([*tool, "-a", "read-certificate", "-s", "f9"]).out
    for slot, pem in read_certificates(stack).items():
        attested = stack.run_program([*tool, "-a", "attest", "-s", slot]).out
        code, said = stack.maker.verify(attested, device)
        equal(code, 0, f"openssl on {slot}: {said}")
        equal(openssl("x509", "-noout", "-pubkey", stdin=attested),
              openssl("x509", "-noout", "-pubkey", stdin=pem), f"the key of {slot}")
        contains(text_of(attested), f"YubiKey PIV Attestation {slot}", "its subject")
        contains(text_of(attested), "1.3.6.1.4.1.41482.3.7", "its extensions")
        code, said = Maker(stack.base / f"maker-{slot}").verify(attested, device)
        expect(code != 0, f"openssl believes another maker: {said}")


def test_lies(stack):
    """a wrong attestation is refused by name, nothing is certified, and the card is not lost"""
    stack.login("tom-adeyemi")
    stack.insert(2, "attests")
    before = stack.store("SELECT count(*) FROM certificate")
    for lie, fault in (("attest-key", "9c: key"), ("attest-slot", "9c: slot"),
                       ("attest-serial", "9c: serial"), ("attest-version", "9c: firmware"),
                       ("attest-policy", "9c: pin-policy")):
        error = refuse_renewal(stack, "attests", lie)
        equal((error["name"], error["code"], error["detail"]),
              ("ATTESTATION_WRONG", "CW-617", fault), lie)
    renew_good(stack, "attests")
    equal(stack.store("SELECT count(*) FROM certificate"), [(before[0][0] + 2,)], "certificates")
    equal([row[2] for row in attestations(stack, "20000001")], ["attested"] * 2, "the new pair")
    equal(stack.cli_json("jobs"), {"jobs": []}, "open jobs")


def test_other_maker(stack):
    """a card of a maker that is not configured is refused, and may be issued once he is"""
    own, other = stack.maker, Maker(stack.base / "other-maker", "Other Maker Root")
    stack.login("tom-adeyemi")
    stack.maker = other
    new_card(stack, "other-maker", "20000002")
    stack.maker = own
    result = issue(stack)
    error = json.loads(result.out.splitlines()[-1])["error"]
    equal((error["name"], error["detail"]), ("ATTESTATION_WRONG", "9c: device"), "the error")
    equal(attestations(stack, "20000002"), [], "certificates")
    both = stack.base / "both.pem"
    both.write_text(own.root_pem.read_text() + other.root_pem.read_text())
    configure(stack, both)
    again(stack, "other-maker")
    result = issue(stack)
    equal(result.code, 0, f"issue: {result}")
    equal([row[2] for row in attestations(stack, "20000002")], ["attested"] * 2, "its pair")


def test_none(stack):
    """a card without the maker's certificate is served where none is required, and it is recorded"""
    stack.login("tom-adeyemi")
    new_card(stack, "bare", "20000003", equipped=False)
    equal(issue(stack).code, 0, "issue")
    equal([row[2] for row in attestations(stack, "20000003")], ["card_did_not"] * 2, "rows")
    again(stack, "isla-novak")
    stack.job("renew", passcode=PASSCODE)
    shown = stack.cli("show", check=True).out
    contains(shown, "key not attested: the card cannot", "show")


def test_required(stack):
    """where it is required, a card that cannot is refused before anything of it is changed"""
    stack.set_policy("attestation", "required")
    stack.login("tom-adeyemi")
    for name, status in (("isla-novak", "ATTESTATION_MISSING"), ("bare", "ATTESTATION_MISSING")):
        again(stack, name)
        dump = stack.dump(name)
        error = stack.refused("renew", "--yes", passcode=PASSCODE)
        equal((error["name"], error["code"]), (status, "CW-418"), name)
        equal(stack.dump(name), dump, f"{name} after the refusal")
    renew_good(stack, "attests")
    stack.set_policy("attestation", "off")
    again(stack, "bare")
    with stack.trace(2) as trace:
        stack.job("renew", passcode=PASSCODE)
    names = command_names(trace.exchanges())
    expect("ATTEST 9C" not in names and "GET certificate F9" not in names, f"asked: {names}")
    equal([row[2] for row in attestations(stack, "20000003")], ["off"] * 2, "rows")
    stack.set_policy("attestation", "if_present")


def test_no_roots(stack):
    """without a maker's certificate nothing is asked; a policy that requires it does not start"""
    configure(stack, None)
    stack.login("tom-adeyemi")
    again(stack, "attests")
    with stack.trace(2) as trace:
        stack.job("renew", passcode=PASSCODE)
    expect("ATTEST 9C" not in command_names(trace.exchanges()), "the card was asked")
    equal([row[2] for row in attestations(stack, "20000001")], ["no_roots"] * 2, "rows")
    try:
        stack.set_policy("attestation", "required")
        raise AssertionError("the server started")
    except Failed as failed:
        contains(str(failed), "attestation_roots", "why it did not start")
    configure_file(stack, stack.maker.root_pem)
    stack.set_policy_text("attestation", "if_present")
    stack.start_server()


def test_firmware(stack):
    """a card with older firmware than the policy wants is refused before anything is changed"""
    stack.set_policy("firmware_min", "5.7.0")
    stack.login("tom-adeyemi")
    again(stack, "attests")
    dump = stack.dump("attests")
    error = stack.refused("renew", "--yes", passcode=PASSCODE)
    equal((error["name"], error["code"]), ("CARD_FIRMWARE", "CW-329"), "the error")
    equal(stack.dump("attests"), dump, "the card")
    renew_good(stack, "kate-wood")
    stack.set_policy("firmware_min", "0.0.0")


# ---- keys that are weak ----

def test_roca(stack):
    """RSA keys of CVE-2017-15361 get no certificate; the next insertion makes good ones"""
    stack.set_policy("key_type", "RSA-2048")
    stack.login("tom-adeyemi")
    error = refuse_renewal(stack, "kate-wood", "roca-keys")
    equal((error["name"], error["detail"]), ("KEY_WEAK", "roca"), "the error")
    entries = [json.loads(line) for line in stack.audit_file().read_text().splitlines()]
    job = stack.store("SELECT id FROM job WHERE result IS NULL")[0][0]
    equal([(e["event"], e["status"]) for e in entries if e.get("job") == job][-2:],
          [("key_made", "OK"), ("job_failed", "KEY_WEAK")], "what the audit says of them")
    plant(stack, "kate-wood")
    renew_good(stack, "kate-wood")
    stack.set_policy("key_type", "P-256")


def test_same_keys(stack):
    """two cards that make the same keys: the second gets no certificate"""
    stack.login("tom-adeyemi")
    again(stack, "isla-novak")
    stack.control("lie 2 same-keys")
    stack.job("renew", passcode=PASSCODE)
    stack.control("lie 2 none")
    error = refuse_renewal(stack, "aisha-khan", "same-keys")
    equal((error["name"], error["code"]), ("KEY_SHARED", "CW-616"), "the error")
    renew_good(stack, "aisha-khan")
    renew_good(stack, "isla-novak")


def test_same_nonce(stack):
    """a card that signs with the same nonce each time gets no certificate"""
    stack.login("tom-adeyemi")
    error = refuse_renewal(stack, "kate-wood", "same-nonce")
    equal((error["name"], error["detail"]), ("KEY_WEAK", "a nonce was used twice"), "the error")
    renew_good(stack, "kate-wood")


def plant(stack, weak):
    """A certificate for the weak card's key, as if Jack had got it long ago."""
    line = next(one for one in stack.dump(weak).splitlines() if one.startswith("key 95 "))
    public, certificate = stack.base / "weak.pub", stack.base / "weak.der"
    modulus = line.split("public ")[1]
    public.write_text(rsa_public(int(modulus, 16)))
    stack.maker.certify(public, stack.base / "weak.pem", "Long Ago")
    stack.run_program(["openssl", "x509", "-in", str(stack.base / "weak.pem"), "-outform", "DER",
                       "-out", str(certificate)])
    stack.store_write("UPDATE certificate SET der = ? WHERE state = 'current' AND purpose ="
                      " 'authentication' AND card_id = (SELECT id FROM card WHERE person_uuid = ?)",
                      certificate.read_bytes(), JACK)


def rsa_public(modulus):
    """PEM, made by openssl from a description (asn1parse -genconf)."""
    text = (f"asn1=SEQUENCE:key\n[key]\nalgorithm=SEQUENCE:rsa\nbits=BITWRAP,SEQUENCE:numbers\n"
            f"[rsa]\noid=OID:rsaEncryption\nnone=NULL\n[numbers]\nn=INTEGER:{modulus:#x}\n"
            f"e=INTEGER:65537\n")
    done = subprocess.run(["openssl", "asn1parse", "-genconf", "/dev/stdin", "-noout", "-out",
                           "/dev/stdout"], input=text.encode(), capture_output=True, check=True)
    return subprocess.run(["openssl", "pkey", "-pubin", "-inform", "DER"], input=done.stdout,
                          capture_output=True, check=True).stdout.decode()


def test_sweep(stack):
    """the sweep finds the weak key that stands in the data base, and audit keys lists it"""
    stack.restart_server()  # it sweeps at its start
    result = stack.run("cardwright", "audit", "keys", "--store",
                       str(stack.directory / "server/cardwright.db"), check=False)
    equal(result.code, 1, f"audit keys: {result}")
    found = [line for line in result.out.splitlines() if "  roca  " in line]
    equal(len(found), 1, result.out)
    contains(found[0], f"of {JACK}", "whose it is")
    entries = [json.loads(line) for line in stack.audit_file().read_text().splitlines()]
    equal([e["detail"].split()[1] for e in entries if e.get("event") == "key_finding"],
          ["roca", "shared"], "the audit: it is weak, and another card made it before")
    equal(stack.audit_verify().code, 0, "audit verify")


if __name__ == "__main__":
    run([test_attested, test_other_tools, test_lies, test_other_maker, test_none, test_required,
         test_no_roots, test_firmware, test_roca, test_same_keys, test_same_nonce, test_sweep],
        policy_values=ALWAYS_DUE)
