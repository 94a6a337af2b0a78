# SPDX-License-Identifier: Apache-2.0
"""test_doctor_host: `cardwright doctor --server` on the machine of the server."""
import json
import os
import subprocess

from fake_clock import faked
from stack import SERVER_UID, Program, as_user
from tap import Failed, absent, contains, equal, expect, run

FILES = ("token.key", "tls.key", "cardwright.db", "tls.pem")


def times(folder):
    return {path: path.stat().st_mtime_ns for path in folder.iterdir()}


def doctor(stack, *args, uid=SERVER_UID, config=None, prefix=()):
    """(exit code, {check: [finding]}) as the server's user. No file may change by it; the server,
    which has just started, may write in the same moment: then it is run again."""
    folder = stack.directory / "server"
    for _ in range(3):
        before = times(folder)
        done = subprocess.run(
            as_user(uid, SERVER_UID) + [*prefix, stack.program("cardwright"), "doctor", "--json",
                                        "--server", str(config or folder / "server.json"), *args],
            capture_output=True, text=True, timeout=60, check=False, stdin=subprocess.DEVNULL,
            env=stack.environment)
        after = times(folder)
        if before == after:
            break
    expect("Sanitizer" not in done.stderr and done.returncode >= 0, f"doctor: {done}")
    equal(after, before, "the files")
    found = {}
    for line in done.stdout.splitlines():
        finding = json.loads(line)
        found.setdefault(finding["check"], []).append(finding)
    return done.returncode, found


def bad(found):
    return [f"{f['check']} {f['name']}" for findings in found.values() for f in findings
            if f["grade"] != "ok"]


def wrong(found, check, name):
    these = [finding for finding in found[check] if finding.get("name") == name]
    equal(len(these), 1, f"{check} {name} in {json.dumps(found)}")
    return these[0]


def audits(stack):
    return stack.store("SELECT count(*) FROM audit_entry")[0][0]


def test_well(stack):
    """all is well as the server's user, and nothing is audited or changed"""
    before = audits(stack)
    code, found = doctor(stack)
    full = ["disk DISK_FULL"] if found["disk"][0]["grade"] == "warning" else []
    equal((bad(found), code), (full, 0), "what is not ok")
    equal(sorted(found), ["ca", "certificate", "configuration", "disk", "file", "signer", "store"],
          "checks")
    equal((len(found["file"]), len(found["ca"])), (7, 3), "files and CAs")
    equal(audits(stack), before, "audit entries")


def test_root(stack):
    """root sees the same, but is not answered by the signer"""
    code, found = doctor(stack, uid=None)
    equal(code, 0, "exit code")
    if os.geteuid() == 0:
        contains(wrong(found, "signer", "OTHER_USER")["what"], str(SERVER_UID), "who is answered")


def test_modes(stack):
    """a secret that others may read, and a certificate that others may write"""
    for name, mode in (("token.key", 0o640), ("tls.key", 0o644), ("cardwright.db", 0o604),
                       ("tls.pem", 0o666)):
        path = stack.directory / "server" / name
        before = path.stat().st_mode
        path.chmod(mode)
        try:
            code, found = doctor(stack)
        finally:
            path.chmod(before)
        finding = wrong(found, "file", "FILE_ACCESS")
        contains(finding["what"], f"{path}: ", "which file")
        contains(finding["what"], f"{mode:04o}; wanted", "its mode")
        equal((code, finding["contact"]), (1, "IT desk, extension 4000"), "exit code, whom to call")


def test_owner(stack):
    """a key that belongs to somebody else"""
    if os.geteuid() != 0:
        return
    path = stack.directory / "server/token.key"
    os.chown(path, 64999, 64999)
    try:
        _, found = doctor(stack)
    finally:
        os.chown(path, SERVER_UID, SERVER_UID)
    contains(wrong(found, "file", "FILE_ACCESS")["what"], "64999, 0", "the owner")


def test_missing(stack):
    """files that are not there"""
    for name in FILES:
        path = stack.directory / "server" / name
        path.rename(path.with_suffix(".away"))
        try:
            code, found = doctor(stack)
        finally:
            path.with_suffix(".away").rename(path)
        contains(wrong(found, "file", "BAD_FILE")["what"], f"{path}: not there", "which file")
        expect(code != 0, "exit code")


def configured(stack, **more):
    """The server's configuration with these members besides."""
    path = stack.directory / "server/server.json"
    text = path.read_text()
    path.write_text(json.dumps({**json.loads(text), **more}))
    return path, text


def test_roots(stack):
    """makers' certificates that are good, no certificates, or not there"""
    server = stack.directory / "server"
    roots = server / "makers.pem"
    path, text = configured(stack, attestation_roots="makers.pem")
    try:
        roots.write_bytes((server / "root.pem").read_bytes() * 2)
        os.chown(roots, SERVER_UID, SERVER_UID)
        code, found = doctor(stack)
        equal(([f["grade"] for f in found["attestation_roots"]], code), (["ok"], 0), "good ones")
        contains(found["attestation_roots"][0]["what"], "2 makers", "how many")
        roots.write_text("nothing of this kind\n")
        _, found = doctor(stack)
        contains(wrong(found, "attestation_roots", "BAD_FILE")["what"], str(roots), "no certificate")
        roots.unlink()
        _, found = doctor(stack)
        expect("attestation_roots" not in found, "told twice")
        contains(wrong(found, "file", "BAD_FILE")["what"], f"{roots}: not there", "no file")
    finally:
        path.write_text(text)


def test_store(stack):
    """a data base, or a folder, that the server may not write"""
    server = stack.directory / "server"
    for path, mode in ((server / "cardwright.db", 0o400), (server, 0o500)):
        before = path.stat().st_mode
        path.chmod(mode)
        try:
            _, found = doctor(stack)
            _, by_root = doctor(stack, uid=None)
        finally:
            path.chmod(before)
        contains(wrong(found, "store", "STORE")["what"], "may not write", "the store")
        if os.geteuid() == 0:
            wrong(by_root, "store", "STORE")


def test_signer(stack):
    """a signer that does not answer, and one whose socket is gone"""
    stack.kill("signer")
    code, found = doctor(stack)
    wrong(found, "signer", "SIGNER_UNREACHABLE")
    equal(code, 5, "exit code")
    path = stack.directory / "run/signer.sock"
    path.unlink(missing_ok=True)
    _, found = doctor(stack)
    contains(wrong(found, "signer", "SIGNER_UNREACHABLE")["what"], "no socket", "why")


def test_ends(stack):
    """certificates that are about to end, and that have ended, as a clock of later sees them"""
    _, found = doctor(stack)
    cas = [int(finding["what"].split()[-2]) for finding in found["ca"]]
    server = int(found["certificate"][0]["what"].split()[-2])
    _, found = doctor(stack, prefix=faked(f"+{min(cas) - 100}d"))
    equal(sorted({finding.get("name") for finding in found["ca"]} - {None}), ["CERTIFICATE_ENDS"],
          "CAs a hundred days before their end")
    code, found = doctor(stack, prefix=faked(f"+{server - 10}d"))
    wrong(found, "certificate", "CERTIFICATE_ENDS")
    equal(code, 0, "a warning's exit code")
    code, found = doctor(stack, prefix=faked(f"+{server + 10}d"))
    wrong(found, "certificate", "CERTIFICATE_OVER")
    equal(code, 1, "exit code")


def test_configuration(stack):
    """a configuration with a member that is unknown, and one that is not there"""
    path = stack.directory / "server/broken.json"
    known = json.loads((stack.directory / "server/server.json").read_text())
    path.write_text(json.dumps(known | {"colour": "red"}))
    path.chmod(0o644)
    try:
        code, found = doctor(stack, config=path)
    finally:
        path.unlink()
    contains(wrong(found, "configuration", "BAD_FILE")["what"], "colour", "which member")
    equal((code, list(found)), (2, ["configuration"]), "nothing else can be looked at")
    _, found = doctor(stack, config=path)
    wrong(found, "configuration", "BAD_FILE")


def test_misplaced_cas(stack):
    """a server whose file names one CA where another belongs does not start, and says which"""
    path = stack.directory / "server/misplaced.json"
    known = json.loads((stack.directory / "server/server.json").read_text())
    for member, other in (("signing_ca", "authentication_ca"), ("root_ca", "signing_ca"),
                          ("authentication_ca", "root_ca"), ("signing_ca", "root_ca")):
        path.write_text(json.dumps(known | {member: known[other]}))
        path.chmod(0o644)
        try:
            Program(stack, "misplaced", [stack.program("server"), "--config", str(path)],
                    SERVER_UID)
        except Failed as failure:
            contains(str(failure), "BAD_FILE", f"{member} as {other}")
            contains(str(failure), known[other], "which file")
        else:
            expect(False, f"it started with {member} as {other}")
        path.unlink()


def test_bundle(stack):
    """the report of a server's machine has no contacts and no secrets"""
    path = stack.base / "host.json"
    code, _ = doctor(stack, "--bundle", str(path), uid=None)
    equal(code, 0, "exit code")
    text = path.read_text()
    secrets = ["extension", (stack.directory / "server/token.key").read_bytes().hex()]
    secrets += [str(v) for row in stack.store("SELECT given, family, uuid FROM person") for v in row]
    for secret in secrets:
        absent(text, secret, "the report")
    contains(text, "tls.pem", "the report")


if __name__ == "__main__":
    run([test_well, test_root, test_modes, test_owner, test_missing, test_roots, test_store,
         test_signer, test_ends, test_configuration, test_misplaced_cas, test_bundle])
