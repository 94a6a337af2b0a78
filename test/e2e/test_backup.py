# SPDX-License-Identifier: Apache-2.0
"""test_backup: an organisation is copied while it works, lost, and made again from the copy."""
import hashlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess

from card_tools import fetch_crl, openssl, witness
from stack import COMMAND_SECONDS, PASSCODE, SERVER_UID, SIGNER_UID, own
from tap import contains, equal, expect, run
from test_refusals import TOM, check_words
from test_resume import (AISHA, ALWAYS_DUE, check_after, current, cut_at, finish, places,
                         second_agent)


def backup(stack, name, *more, check=True):
    """cardwright backup into a folder of that name, as root or as the one user there is."""
    return stack.run("cardwright", "backup", str(stack.base / name), "--dir", str(stack.directory),
                     "--signer-passphrase-file", str(stack.base / "secret/signer"), *more,
                     check=check)


def restore(stack, name, directory=None, *more, check=True):
    users = ["--signer-user", str(SIGNER_UID), "--server-user", str(SERVER_UID)]
    where = ["--dir", str(directory or stack.directory), *(users if os.geteuid() == 0 else [])]
    return stack.run("cardwright", "restore", str(stack.base / name), *where,
                     "--signer-passphrase-file", str(stack.base / "secret/signer"), *more,
                     check=check)


def lose(stack):
    """Server and signer die, and nothing is left of their folder."""
    stack.kill("server", signal.SIGKILL)
    stack.kill("signer", signal.SIGKILL)
    shutil.rmtree(stack.directory)


def start_again(stack):
    """What an administrator does after 'restore': docs/backup.md."""
    run_folder, passphrase = stack.directory / "run", stack.directory / "signer/passphrase"
    run_folder.mkdir()
    run_folder.chmod(0o750)
    shutil.copy(stack.base / "secret/signer", passphrase)
    passphrase.chmod(0o600)
    if os.geteuid() == 0:
        own(run_folder, SIGNER_UID, SERVER_UID)
        os.chown(passphrase, SIGNER_UID, SIGNER_UID)
    stack.start_signer()
    stack.start_server()
    stack.proxy.drop()


def test_open_job(stack):
    """a renewal that was open when the copy was made is finished by the restored organisation"""
    before, _ = cut_at(stack, AISHA, "cut-after", places(stack, AISHA)["GENERATE 9C"])
    opened = stack.store("SELECT id FROM job WHERE result IS NULL")
    backup(stack, "copy-open")
    lose(stack)
    restore(stack, "copy-open")
    start_again(stack)
    equal(stack.store("SELECT id FROM job WHERE result IS NULL"), opened, "the open job")
    equal(current(stack, AISHA[1]), before, "what is current after the loss")
    agent = second_agent(stack)
    result = finish(stack, agent, AISHA)
    expect(result["receipt"]["number"], "a receipt")
    check_after(stack, agent, AISHA, before)
    witness(stack)


# ---- the copy ----


def files_of(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_what_is_in_it(stack):
    """a copy is closed to others and holds no key, passphrase or token in the clear"""
    folder = stack.base / "copy-secrets"
    order = '{"format": "cardwright transport keys 1", "keys": []}'
    stack.signer_file("transport.json", order)
    made = json.loads(backup(stack, folder.name, "--json").out)
    files = files_of(folder)
    equal(made["files"], len(files) - 2, "files, the manifest and its code left out")
    equal({path.stat().st_mode & 0o7777 for path in files}, {0o600}, "modes of files")
    equal({path.stat().st_mode & 0o7777 for path in [folder, *folder.rglob("*")] if path.is_dir()},
          {0o700}, "modes of folders")
    secret = [(stack.base / "secret/signer").read_bytes().strip(), order.encode(),
              (stack.directory / "server/token.key").read_bytes(),
              (stack.directory / "server/tls.key").read_bytes().splitlines()[1]]
    for path in files:
        found = path.read_bytes()
        expect(not any(text in found for text in secret), f"a secret is in {path.name}")
        expect(b"BEGIN PRIVATE KEY" not in found, f"a key in the clear is in {path.name}")
    restore(stack, folder.name, stack.base / "cw-secrets")
    again = stack.base / "cw-secrets"
    for name in ("server/tls.key", "signer/transport.json", "signer/master.key"):
        equal((again / name).read_bytes(), (stack.directory / name).read_bytes(), name)
        equal((again / name).stat().st_mode & 0o7777, 0o600, f"mode of {name}")
    expect((again / "server/token.key").read_bytes() != secret[2], "the token key is the old one")
    (stack.directory / "signer/transport.json").unlink()


def test_programs_down(stack):
    """a copy is taken of an organisation whose programs are dead or stopped, and leaves it as it was"""
    server = stack.directory / "server"
    owner = (server / "cardwright.db").stat().st_uid
    for number, end in enumerate((lambda: stack.kill("server"), stack.programs["signer"].end)):
        end()
        before = stack.store("SELECT max(sequence) FROM audit_entry")
        with (stack.base / "secret/signer").open() as passphrase:
            done = subprocess.run([stack.program("cardwright"), "backup",
                                   str(stack.base / f"copy-down-{number}"), "--dir",
                                   str(stack.directory), "--signer-passphrase-file", "-"],
                                  stdin=passphrase, capture_output=True, text=True, check=False,
                                  env=stack.environment, timeout=COMMAND_SECONDS)
        equal(done.returncode, 0, f"the copy: {done}")
        equal(stack.store("SELECT max(sequence) FROM audit_entry"), before, "the audit")
        equal({path.stat().st_uid for path in server.iterdir()}, {owner}, "owners of the files")
    stack.start_signer()
    stack.start_server()


def put_data_base(stack, data):
    """These bytes in place of the data base, its owner and its mode as they were."""
    path = stack.directory / "server/cardwright.db"
    for beside in path.parent.glob("cardwright.db-*"):
        beside.unlink()
    path.write_bytes(data)


def test_lost_entries(stack):
    """a data base that has lost what was signed, or everything, is not taken for a copy"""
    backup(stack, "copy-behind")
    stack.login("tom-adeyemi")
    stack.cli("find", "khan", check=True)
    stack.tidy()
    equal(stack.programs["server"].end(), None, "the end of the server")
    backup(stack, "copy-whole")
    early, late = ((stack.base / name / "server/cardwright.db").read_bytes()
                   for name in ("copy-behind", "copy-whole"))
    for data in (early, b""):
        put_data_base(stack, data)
        refused(stack, "AUDIT_HEAD", backup(stack, "copy-lost", "--json", check=False),
                stack.base / "copy-lost")
        equal((stack.directory / "server/cardwright.db").stat().st_size, len(data), "its size")
    put_data_base(stack, late)
    stack.start_server()
    equal(stack.audit_verify().code, 0, "audit verify")


def refused(stack, name, result, *absent):
    """That refusal, with the catalogue's words as JSON, and nothing was made."""
    expect(result.code != 0, f"it went through: {result}")
    check_words(stack, json.loads(result.out)["error"], name)
    for path in absent:
        expect(not path.exists(), f"{path} was made")
    equal([path.name for path in stack.base.glob(".*tmp")], [], "folders left behind")


def damaged(stack, change, name="BACKUP_DAMAGED"):
    """A copy of the copy, changed; it is refused to be brought back, as it is to be looked at."""
    bad, made = stack.base / "copy-bad", stack.base / "cw-bad"
    shutil.copytree(stack.base / "copy-good", bad)
    change(bad)
    refused(stack, name, restore(stack, bad.name, made, "--json", check=False), made)
    shutil.rmtree(bad)


def look(stack, name):
    return stack.run("cardwright", "restore", str(stack.base / name), "--look", "--json",
                     "--signer-passphrase-file", str(stack.base / "secret/signer"), check=False)


def flip(path):
    data = bytearray(path.read_bytes())
    if data:
        data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data) or b"x")


def set_in_manifest(folder, member, value):
    path = folder / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {member: value}))


def rehash(folder, name):
    """What somebody without the passphrase can do: change a file, and its hash in the manifest."""
    data = (folder / name).read_bytes()
    files = json.loads((folder / "manifest.json").read_text())["files"]
    for one in files:
        if one["name"] == name:
            one.update(size=len(data), sha256=hashlib.sha256(data).hexdigest())
    set_in_manifest(folder, "files", files)


def promote(folder):
    """A row profile more in the data base of the copy, with all hashes right."""
    with sqlite3.connect(folder / "server/cardwright.db") as data:
        data.execute("UPDATE profile SET activities = 'B0001'")
    rehash(folder, "server/cardwright.db")


def test_damaged(stack):
    """a copy in which any file is missing, cut, changed or forged is refused; nothing is made"""
    backup(stack, "copy-good")
    names = [str(path.relative_to(stack.base / "copy-good"))
             for path in files_of(stack.base / "copy-good")]
    expect(len(names) > 20, f"too few files: {names}")
    for name in names:
        damaged(stack, lambda folder: (folder / name).unlink())
        damaged(stack, lambda folder: flip(folder / name))
    damaged(stack, lambda folder: os.truncate(folder / "server/cardwright.db", 4096))
    damaged(stack, lambda folder: (folder / "manifest.json").write_text("{}"))
    damaged(stack, lambda folder: set_in_manifest(folder, "made_at", "2020-01-01T00:00:00Z"))
    damaged(stack, promote)
    link = stack.base / "secret/signer"
    damaged(stack, lambda folder: ((folder / "audit.pem").unlink(),
                                   (folder / "audit.pem").symlink_to(link)), "BAD_FILE")
    good = look(stack, "copy-good")
    equal((good.code, json.loads(good.out)["files"]), (0, len(names) - 2), "the good one")
    shutil.copytree(stack.base / "copy-good", stack.base / "copy-forged")
    promote(stack.base / "copy-forged")
    refused(stack, "BACKUP_DAMAGED", look(stack, "copy-forged"))


def test_no_copy(stack):
    """a copy that is not there, or is a file, is named as that and not as damaged"""
    made, text = stack.base / "cw-none", stack.base / "copy-text"
    text.write_text("no folder\n")
    for name, code in (("copy-none", "NOT_FOUND"), ("copy-text", "BAD_FILE")):
        for result in (restore(stack, name, made, "--json", check=False), look(stack, name)):
            refused(stack, code, result, made)
            equal(json.loads(result.out)["error"]["detail"], str(stack.base / name), "what")


def test_no_passphrase(stack):
    """an empty standard input is no passphrase, and no work that goes on later"""
    copy, made = stack.base / "copy-good", stack.base / "cw-silent"
    for args in (["backup", str(stack.base / "copy-silent"), "--dir", str(stack.directory)],
                 ["restore", str(copy), "--dir", str(made)]):
        result = stack.run("cardwright", *args, "--json", "--signer-passphrase-file", "-",
                           check=False)
        refused(stack, "BAD_VALUE", result, stack.base / "copy-silent", made)
        equal(json.loads(result.out)["error"]["detail"],
              "--signer-passphrase-file: 1 to 128 bytes", "what")


def test_other_version(stack):
    """a copy of another version is refused with the version that made it"""
    for member, value in (("format", "cardwright backup 2"), ("store_version", 99)):
        damaged(stack, lambda folder: set_in_manifest(folder, member, value), "BACKUP_VERSION")
    bad = stack.base / "copy-newer"
    shutil.copytree(stack.base / "copy-good", bad)
    set_in_manifest(bad, "format", "cardwright backup 2")
    set_in_manifest(bad, "program", "7.1.0")
    result = restore(stack, bad.name, stack.base / "cw-newer", check=False)
    contains(result.err, "made by 7.1.0", "what is said to a person")


def test_nothing_replaced(stack):
    """neither a copy nor an organisation that is there is ever replaced"""
    before = [(path, path.read_bytes()) for path in files_of(stack.base / "copy-good")]
    refused(stack, "PLACE_TAKEN", backup(stack, "copy-good", "--json", check=False))
    (stack.base / "empty").mkdir()
    refused(stack, "PLACE_TAKEN",
            restore(stack, "copy-good", stack.base / "empty", "--json", check=False))
    ends = stack.store("SELECT max(sequence) FROM audit_entry")
    refused(stack, "PLACE_TAKEN", restore(stack, "copy-good", None, "--json", check=False))
    equal(stack.store("SELECT max(sequence) FROM audit_entry"), ends, "the organisation's audit")
    equal([(path, path.read_bytes()) for path in files_of(stack.base / "copy-good")], before,
          "the copy")


def test_wrong_passphrase(stack):
    """with another passphrase neither a copy nor an organisation is made"""
    wrong = stack.base / "secret/wrong"
    wrong.write_text("another passphrase\n")
    made = stack.base / "cw-wrong"
    for args in (["backup", str(stack.base / "copy-wrong"), "--dir", str(stack.directory)],
                 ["restore", str(stack.base / "copy-good"), "--dir", str(made)]):
        result = stack.run("cardwright", *args, "--json", "--signer-passphrase-file", str(wrong),
                           check=False)
        refused(stack, "KEY_FILE", result, stack.base / "copy-wrong", made)


def test_no_room(stack):
    """a disk that is too small for the copy: said so, nothing stays"""
    small = stack.base / "small"
    small.mkdir()
    inside = (f"mount -t tmpfs -o size=300k none {small} && "
              f'{{ "$@"; code=$?; ls -A {small}; exit $code; }}')
    alone = ["unshare", "--mount"] + ["--map-root-user"] * (os.geteuid() != 0)
    done = stack.run_program([*alone, "sh", "-c", inside, "sh", stack.program("cardwright"), "backup",
                              str(small / "copy"), "--dir", str(stack.directory), "--json",
                              "--signer-passphrase-file", str(stack.base / "secret/signer")],
                             check=False)
    refused(stack, "DISK_FULL", done)
    equal(len(done.out.splitlines()), 1, f"what is left on the small disk: {done.out}")


# ---- what was done after the copy ----


def number_of_list(stack, name):
    text = openssl("crl", "-noout", "-crlnumber", stdin=fetch_crl(stack, name))[1]
    return int(text.strip().split("=")[1], 16)


def restorations(stack):
    return sum(json.loads(line)["event"] == "restored"
               for line, in stack.store("SELECT line FROM audit_entry"))


def test_done_after(stack):
    """what was done after the copy: each case is told as docs/backup.md says, and nothing is signed twice"""
    restored_before = restorations(stack)
    backup(stack, "copy-early")
    stack.login(TOM)
    work(stack, "aisha-khan", "renew")
    work(stack, "isla-novak", "repair", "--identity-check", "known")
    stack.empty()
    stack.login("hannah-lewis")
    work(stack, TOM, "renew")
    token = stack.token()
    numbers = [number_of_list(stack, name) for name in ("authentication", "signing")]
    stack.empty()
    lose(stack)
    restore(stack, "copy-early")
    start_again(stack)

    equal(stack.https("GET", "/v1/jobs", token=token)[0], 401, "a token of before")
    for name, before in zip(("authentication", "signing"), numbers):
        expect(number_of_list(stack, name) > before, f"the number of the list {name} went back")
    equal(stack.audit_verify().code, 0, "audit verify")
    equal(restorations(stack), restored_before + 1, "entries that say what was restored")
    stack.insert(1, TOM)
    check_words(stack, stack.refused("login", passcode=PASSCODE), "CARD_UNKNOWN")
    stack.empty()
    stack.login("hannah-lewis")
    renewed_after(stack, "aisha-khan")
    renewed_after(stack, TOM)
    stack.empty()
    stack.login(TOM)
    repaired_after(stack, "isla-novak")
    equal(stack.audit_verify().code, 0, "audit verify at the end")


def work(stack, person, service, *more):
    stack.insert(2, person)
    stack.job(service, *more, passcode=PASSCODE)
    stack.pull(2)


def renewed_after(stack, person):
    """The card's certificates are unknown here, its keys are ours: one renewal, and all is well."""
    stack.insert(2, person)
    look = stack.cli("doctor", "card")
    equal(look.code, 3, f"doctor card: {look}")
    contains(look.out, "the directory has no record of it", "doctor card")
    contains(look.out, "renew it", "the cure, which destroys least")
    stack.job("renew", passcode=PASSCODE)
    equal(stack.cli("doctor", "card").code, 0, "doctor card after the renewal")
    stack.pull(2)


def repaired_after(stack, person):
    """Its PUK is newer than the one known here: it can be renewed, not repaired."""
    stack.insert(2, person)
    stack.job("renew", passcode=PASSCODE)
    check_words(stack, stack.refused("repair", "--yes", "--identity-check", "known",
                                     passcode=PASSCODE), "CARD_PUK_REFUSED")
    contains(stack.dump(person), "puk tries 2 of 3", "one try was used, no more")
    stack.pull(2)


def test_begun_after(stack):
    """a card that was begun or issued after the copy: repaired, or known as issued here and refused"""
    number = places(stack, AISHA)["GENERATE 9A"]
    backup(stack, "copy-begun")
    cut_at(stack, AISHA, "cut-before", number)
    stack.pull(1)
    stack.run("vcard", "make", str(stack.card_file("fresh")), "--model", "metadata", "--serial",
              "10000077")
    stack.login(TOM)
    work(stack, "fresh", "issue", "--person", AISHA[1], "--identity-check", "known")
    stack.empty()
    lose(stack)
    restore(stack, "copy-begun")
    start_again(stack)
    stack.login(TOM)
    stack.insert(2, "fresh")
    check_words(stack, stack.refused("renew", "--yes", passcode=PASSCODE), "CARD_UNRECORDED")
    stack.pull(2)
    stack.insert(2, AISHA[0])
    contains(stack.cli("doctor", "card").out, "repair it", "the cure of the card that was begun")
    check_words(stack, stack.refused("renew", "--yes", passcode=PASSCODE), "CARD_PROOF")
    stack.job("repair", "--identity-check", "known", passcode=PASSCODE)
    witness(stack)


if __name__ == "__main__":
    run([test_open_job, test_what_is_in_it, test_programs_down, test_lost_entries, test_damaged,
         test_no_copy, test_no_passphrase, test_other_version, test_nothing_replaced,
         test_wrong_passphrase, test_no_room, test_done_after, test_begun_after],
        policy_values=ALWAYS_DUE)
