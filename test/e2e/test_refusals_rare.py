# SPDX-License-Identifier: Apache-2.0
"""test_refusals_rare: refusals that need a full disk, too little memory, a clock of later, a
changed file, a policy that was changed meanwhile, or a card that makes bad keys."""
import json
import os
import subprocess

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils

import client
from card import tlv
from fake_clock import faked, preload
from hostile import field_of
from stack import BUILD, PASSCODE, RELEASE, SERVER_UID, SIGNER_UID, Program, as_user
from tap import contains, equal, expect, run
from test_doctor import doctor
from test_refusals import check_words, code_of, does_not_start, kept, start_signer, through

AISHA, ISLA, FINN = "aisha-khan", "isla-novak", "finn-gallagher"
AISHA_UUID = "900000000066"
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256


def named(findings, check, name):
    """The findings of that check with that name."""
    return [finding for finding in findings[check] if finding.get("name") == name]


def check_finding(stack, finding):
    """The catalogue's words; a finding is about no card and no request."""
    entry = json.loads(stack.run("cardwright", "errors", finding["name"], "--json").out)[0]
    for member in ("code", "cause", "remedy", "actor"):
        equal(finding[member], entry[member], f"{member} of {finding['name']}")


def test_policy_changed(stack):
    """a policy that was changed between the look at the card and the act: look again, nothing is done"""
    field = field_of(stack)
    job = field.job(field.session("RAA"), AISHA, "renew")
    job.prelude()
    job.sign()
    text = stack.store("SELECT value FROM setting WHERE name = 'policy'")[0][0]
    policy = json.loads(text)
    policy["values"]["lock_minutes"]["value"] += 1
    stack.store_write("UPDATE setting SET value = ? WHERE name = 'policy'", json.dumps(policy).encode())
    stack.restart_server()
    field.server.close()
    problem = field.refused("POLICY_CHANGED", job.begin)
    check_words(stack, problem, "POLICY_CHANGED")
    field.card(AISHA).reset()
    job.statement["witness_hash"] = bytes(32)
    job.sign()
    field.refused("STATEMENT_INVALID", job.begin)
    field.job(field.session("RAA"), AISHA, "renew").run()


def test_one_reader(stack):
    """a workstation with one reader: doctor warns, and whoever has logged in is told what is missing"""
    hidden = preload(BUILD / "test/e2e/libone_reader.so")
    wrapper = stack.base / "agent-with-one-reader"
    wrapper.write_text(f"#!/bin/sh\nexec env LD_PRELOAD={hidden} {stack.program('agent')} \"$@\"\n")
    wrapper.chmod(0o700)
    agent = stack.new_agent("one-reader", str(wrapper))
    desk = agent.wait_desk(lambda desk: desk["readers"], "a reader")
    equal(len(desk["readers"]), 1, "readers of that desk")
    stack.login("tom-adeyemi", "900000001015", agent=agent)
    equal(agent.wait_desk(lambda desk: "fault" in desk, "a fault")["fault"]["name"], "READER_SECOND",
          "what is wrong with the workstation")
    check_words(stack, stack.refused("show", agent=agent), "READER_SECOND")
    check_words(stack, stack.refused("renew", "--yes", passcode=PASSCODE, agent=agent), "READER_SECOND")
    _, told = doctor(stack, agent=agent, environment={"LD_PRELOAD": hidden})
    found = named(told, "readers", "READER_SECOND")
    equal(len(found), 1, "what doctor says of the readers")
    check_finding(stack, found[0])
    agent.program.end()


def test_audit_broken(stack):
    """an audit in which one byte was changed does not verify, and the entry is named"""
    path = stack.audit_file()
    equal(stack.audit_verify().code, 0, "the audit as it is")
    lines = path.read_text().splitlines()
    at = next(i for i, line in enumerate(lines) if AISHA_UUID in line)
    lines[at] = lines[at].replace(AISHA_UUID, "900000000074", 1)
    path.write_text("\n".join(lines) + "\n")
    result = stack.run("cardwright", "audit", "verify", str(path), "--key",
                       str(stack.directory / "audit.pem"), "--key",
                       str(stack.directory / "ca-chain.pem"), check=False)
    expect(result.code > 0, f"it verified: {result}")
    contains(result.out + result.err, code_of(stack, "AUDIT_BROKEN"), "what was said")
    contains(result.out + result.err, str(at + 1), "the entry")
    told = json.loads(stack.run("cardwright", "audit", "verify", str(path), "--json", "--key",
                                str(stack.directory / "audit.pem"), "--key",
                                str(stack.directory / "ca-chain.pem"), check=False).out)
    equal((told["verified"], told["name"], told["line"]), (False, "AUDIT_BROKEN", at + 1), "as JSON")


def test_crl_old(stack):
    """revocation lists that were not made anew for a week: the doctor says so"""
    equal(named(doctor(stack)[1], "revocation_list", "CRL_OLD"), [], "lists of today")
    late = named(doctor(stack, prefix=faked("+8d"))[1], "revocation_list", "CRL_OLD")
    equal([finding["grade"] for finding in late], ["wrong", "wrong"], "lists of eight days ago")
    check_finding(stack, late[0])


def test_disk_full(stack):
    """a data base on a disk that is nearly full: the doctor says so"""
    folder, small = stack.directory / "server", stack.base / "small"
    small.mkdir(mode=0o755)
    script = (f"mount -t tmpfs -o size=40m,mode=755 none {small} && cp -a {folder}/. {small}/ && "
              f"mount --bind {small} {folder} && exec \"$@\"")
    alone = ["unshare", "--mount"] + ["--map-root-user"] * (os.geteuid() != 0)
    done = subprocess.run(
        [*alone, "sh", "-c", script, "sh", *as_user(SERVER_UID, SERVER_UID),
         stack.program("cardwright"), "doctor", "--json", "--server", str(folder / "server.json")],
        capture_output=True, text=True, timeout=60, check=False, env=stack.environment)
    findings = {"disk": [json.loads(line) for line in done.stdout.splitlines()
                         if json.loads(line)["check"] == "disk"]}
    full = named(findings, "disk", "DISK_FULL")
    equal([finding["grade"] for finding in full], ["wrong"], f"the disk: {done}")
    check_finding(stack, full[0])


def test_out_of_memory(stack):
    """a signer that gets too little memory says so and ends; it does not answer with half a table"""
    problem = stack.programs["signer"].end()
    expect(problem is None, problem)
    does_not_start("OUT_OF_MEMORY", start_small_signer, stack)


def start_small_signer(stack):
    """The installed one: a sanitizer needs terabytes of addresses."""
    folder = stack.directory / "signer"
    Program(stack, "signer-small", [
        "prlimit", f"--as={100 << 20}", stack.program("signer", RELEASE), "--dir", str(folder),
        "--socket", str(stack.directory / "run/signer.sock"), "--passphrase-file",
        str(folder / "passphrase")], SIGNER_UID, SERVER_UID)


def test_not_yet_valid(stack):
    """a signer whose clock is years behind takes no operator's certificate, and no act is done"""
    field = field_of(stack)
    session = field.login("RAA")
    problem = stack.programs["signer"].end()
    expect(problem is None, problem)
    kept_program = stack.program
    try:
        stack.program = lambda name, build=None: kept_program(name)
        start_faked_signer(stack)
    finally:
        stack.program = kept_program
    job = field.job(session, ISLA, "renew")
    job.prelude()
    job.sign()
    before = kept(stack)[1:]
    check_words(stack, through(stack, "NOT_YET_VALID", job.begin).problem, "NOT_YET_VALID")
    equal(kept(stack)[1:], before, "jobs, certificates and cards")
    field.card(ISLA).reset()
    problem = stack.programs["signer"].end()
    expect(problem is None, problem)
    stack.start_signer()


def start_faked_signer(stack):
    folder, run_folder = stack.directory / "signer", stack.directory / "run"
    client_uid = SERVER_UID if os.geteuid() == 0 else os.geteuid()
    stack.programs["signer"] = Program(stack, "signer", [
        *faked("-1200d"), stack.program("signer"), "--dir", str(folder), "--socket",
        str(run_folder / "signer.sock"), "--passphrase-file", str(folder / "passphrase"),
        "--client-uid", str(client_uid)], SIGNER_UID, SERVER_UID)
    if os.geteuid() == 0:
        os.chown(run_folder / "signer.sock", SIGNER_UID, SERVER_UID)
        (run_folder / "signer.sock").chmod(0o660)


# ---- keys that are not the card's own ----


def point_of(key):
    return key.public_key().public_bytes(serialization.Encoding.X962,
                                         serialization.PublicFormat.UncompressedPoint)


def sign_with(key, digest, nonce=None):
    """ECDSA; with a nonce of our choice when one is given."""
    if nonce is None:
        return key.sign(digest, ec.ECDSA(utils.Prehashed(hashes.SHA256())))
    r = ec.derive_private_key(nonce, ec.SECP256R1()).public_key().public_numbers().x % ORDER
    d = key.private_numbers().private_value
    s = pow(nonce, -1, ORDER) * (int.from_bytes(digest, "big") + r * d) % ORDER
    return utils.encode_dss_signature(r, s)


IN_PLACE = {"9a": 0x9A, "9c": 0x9C}
SPARE = {"9a": 0x94, "9c": 0x95}  # where a card that can move keys makes them


def claim_keys(job, body, keys, nonces=(None, None), places=IN_PLACE):
    """The step's answers as if the card had made these keys: {slot: key}."""
    spki = {slot: key.public_key().public_bytes(serialization.Encoding.DER,
                                                serialization.PublicFormat.SubjectPublicKeyInfo)
            for slot, key in keys.items()}
    nonce_of = dict(zip(keys, nonces))
    for answer in body["result"]["answers"]:
        name, _, slot = answer["label"].rpartition("-")
        if name == "generate":
            answer["data"] = tlv("7f49", tlv("86", point_of(keys[slot]))).hex()
        if name == "prove":
            digest = client.proof_digest(job.statement, places[slot], client.sha256(spki[slot]))
            answer["data"] = tlv("7c", tlv("82", sign_with(keys[slot], digest,
                                                           nonce_of[slot]))).hex()


def started(field, person):
    job = field.job(field.login("RAA"), person, "renew")
    job.prelude()
    job.sign()
    return job, job.play(job.begin())


def test_key_weak(stack):
    """two proofs with one nonce give the private keys away: no certificate"""
    field = field_of(stack)
    keys = {slot: ec.generate_private_key(ec.SECP256R1()) for slot in ("9a", "9c")}
    job, body = started(field, ISLA)
    claim_keys(job, body, keys, (4711, 4711))
    before = stack.store("SELECT count(*) FROM certificate")
    check_words(stack, field.problem(("KEY_WEAK",), job.step, body), "KEY_WEAK")
    equal(stack.store("SELECT count(*) FROM certificate"), before, "certificates")
    field.card(ISLA).reset()


def test_key_shared(stack):
    """a key that another card's certificate was made for gets no second certificate"""
    field = field_of(stack)
    keys = {slot: ec.generate_private_key(ec.SECP256R1()) for slot in ("9a", "9c")}
    job, body = started(field, FINN)
    claim_keys(job, body, keys)
    job.step(body)  # a workstation may do that: see SECURITY.md, I1
    field.card(FINN).reset()
    job, body = started(field, "kate-wood")
    claim_keys(job, body, keys, places=SPARE)
    before = stack.store("SELECT count(*) FROM certificate")
    check_words(stack, field.problem(("KEY_SHARED",), job.step, body), "KEY_SHARED")
    equal(stack.store("SELECT count(*) FROM certificate"), before, "certificates")
    field.card("kate-wood").reset()


if __name__ == "__main__":
    run([test_policy_changed, test_one_reader, test_audit_broken, test_crl_old, test_disk_full,
         test_out_of_memory, test_not_yet_valid, test_key_weak, test_key_shared])
