# SPDX-License-Identifier: Apache-2.0
"""card_tools: what tools that are not ours say about a card, and names for its commands."""
import re
import subprocess
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

from stack import PASSCODE
from tap import contains, equal, expect

SLOTS = {"9a": "authentication", "9c": "content_signing"}
TAGS = {"5fc105": "certificate 9A", "5fc10a": "certificate 9C", "5fc102": "CHUID",
        "5fc107": "CCC", "5fc109": "printed information", "7e": "discovery object", "5fff01": "certificate F9"}
SECONDS = 20


def openssl(*args, stdin=""):
    done = subprocess.run(["openssl", *args], input=stdin, capture_output=True, text=True,
                          timeout=SECONDS, check=False)
    return done.returncode, done.stdout + done.stderr


def read_certificates(stack, reader=2):
    """Both certificates of a card as PEM, read by yubico-piv-tool."""
    return {slot: stack.run_program(["yubico-piv-tool", "--reader", f"{reader - 1:02d}", "--action",
                                     "read-certificate", "--slot", slot]).out for slot in SLOTS}


def text_of(pem):
    return openssl("x509", "-noout", "-text", stdin=pem)[1]


def serial_of(pem):
    """As the data base writes it: hex without leading zeros."""
    number = openssl("x509", "-noout", "-serial", stdin=pem)[1].strip().removeprefix("serial=")
    return number.lower().lstrip("0")


def verify(stack, pem, *options):
    """openssl's word on a certificate, as strictly as it can."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "leaf.pem"
        path.write_text(pem)
        return openssl("verify", "-x509_strict", *options, "-CAfile",
                       str(stack.directory / "ca-chain.pem"), str(path))


def fetch_crl(stack, name):
    """The CRL that the server publishes, as PEM."""
    status, _, der = stack.https("GET", f"/v1/crl/{name}.crl")
    expect(status == 200, f"CRL {name}: {status}")
    done = subprocess.run(["openssl", "crl", "-inform", "DER"], input=der, capture_output=True,
                          timeout=SECONDS, check=True)
    return done.stdout.decode()


def crl_serials(pem):
    text = openssl("crl", "-noout", "-text", stdin=pem)[1]
    return {number.lower().lstrip("0") for number in re.findall(r"Serial Number: ([0-9A-F]+)", text)}


def check_leaf(pem, slot, uuid, name):
    """Usages, life and subject by the templates."""
    text = text_of(pem)
    if slot == "9a":
        contains(text, "X509v3 Key Usage: critical\n                Digital Signature\n", "9A")
        contains(text, "TLS Web Client Authentication, Microsoft Smartcard Login", "9A")
        contains(text, f"OU = People, CN = {uuid}\n", "9A's subject")
    else:
        contains(text, "X509v3 Key Usage: critical\n                Non Repudiation\n", "9C")
        expect("Extended Key Usage" not in text, "9C has an extended key usage")
        contains(text, f"OU = People, CN = {uuid}_{name}\n", "9C's subject")
    contains(text, "ASN1 OID: prime256v1", slot)
    contains(text, "CA:FALSE", slot)


def life_days(pem):
    """Length of the validity in days, rounded."""
    dates = openssl("x509", "-noout", "-dates", "-dateopt", "iso_8601", stdin=pem)[1]
    first, last = (datetime.fromisoformat(day) for day in re.findall(r"=(\S+ \S+)Z", dates))
    return round((last - first) / timedelta(days=1))


# ---- witnesses: programs that are not ours ----

PKCS15_IDS = {"9a": "01", "9c": "02"}  # what OpenSC calls the slots
MECHANISMS = {"P-256": ("ECDSA-SHA256", "-sha256"), "P-384": ("ECDSA-SHA384", "-sha384"),
              "RSA-2048": ("SHA256-RSA-PKCS", "-sha256"),
              "RSA-3072": ("SHA256-RSA-PKCS", "-sha256")}
# yubico-piv-tool 2.2.0 has no name for RSA-3072.
YUBICO_NAMES = {"P-256": "ECCP256", "P-384": "ECCP384", "RSA-2048": "RSA2048",
                "RSA-3072": "Unknown"}
# OpenSC's only complaint, of cards with a vendor's ATR: they draw no random numbers for others.
PKCS11_COMPLAINT = "ERR: C_GenerateRandom failed: CKR_FUNCTION_NOT_SUPPORTED (0x54)"


def read_by_opensc(stack, reader=2):
    """Both certificates as PEM, read by OpenSC."""
    return {slot: stack.run_program(["pkcs15-tool", "--reader", str(reader - 1),
                                     "--read-certificate", number]).out
            for slot, number in PKCS15_IDS.items()}


def moment(text):
    return datetime.strptime(" ".join(text.split()), "%b %d %H:%M:%S %Y GMT")


def seen_by_openssl(pem):
    """(subject, serial, first and last moment)."""
    text = openssl("x509", "-noout", "-subject", "-serial", "-dates", "-nameopt", "RFC2253",
                   stdin=pem)[1]
    found = dict(line.split("=", 1) for line in text.splitlines())
    return (found["subject"], found["serial"].lower().lstrip("0"), moment(found["notBefore"]),
            moment(found["notAfter"]))


def certtool(*args, stdin=""):
    done = subprocess.run(["certtool", *args], input=stdin, capture_output=True, text=True,
                          timeout=SECONDS, check=False)
    expect(done.returncode == 0, f"certtool {args}: {done.stdout}{done.stderr}")
    return done.stdout


def seen_by_certtool(pem):
    text = certtool("--certificate-info", stdin=pem)
    found = {name: re.search(rf"^\s*{name}: (.*)$", text, re.M).group(1)
             for name in ("Subject", r"Serial Number \(hex\)", "Not Before", "Not After")}
    subject, serial, *moments = found.values()
    return (subject, serial.lower().lstrip("0"),
            *(datetime.strptime(" ".join(m.split()), "%a %b %d %H:%M:%S UTC %Y") for m in moments))


def seen_by_yubico(stack, reader, passcode):
    """{slot: (algorithm, fingerprint)}; the passcode is verified."""
    done = stack.run_program(["yubico-piv-tool", "--reader", f"{reader - 1:02d}", "--action",
                              "verify-pin", "--pin", passcode, "--action", "status"])
    text = done.out + done.err
    contains(text, "Successfully verified PIN.", "yubico-piv-tool on the passcode")
    return {slot: re.search(rf"Slot {slot}:.*?Algorithm:\s*(\S+).*?Fingerprint:\s*(\w+)", text,
                            re.S).groups() for slot in SLOTS}


def key_text(pem):
    """A public key as openssl writes it, whoever wrote it before."""
    code, said = openssl("pkey", "-pubin", stdin=pem)
    expect(code == 0, f"openssl on a public key: {said} {pem}")
    return said


def witness_signature(stack, reader, passcode, slot, key, key_type):
    """OpenSC has that key sign; openssl verifies."""
    mechanism, digest = MECHANISMS[key_type]
    with tempfile.TemporaryDirectory() as folder:
        names = message, signature, public = [str(Path(folder) / name) for name in ("m", "s", "k")]
        Path(names[0]).write_bytes(bytes(range(256)))
        Path(public).write_text(key)
        stack.run_program(["pkcs11-tool", "--slot-index", str(reader - 1), "--login", "--pin",
                           passcode, "--sign", "--id", PKCS15_IDS[slot], "--mechanism", mechanism,
                           "--signature-format", "openssl", "--input-file", message,
                           "--output-file", signature])
        code, said = openssl("dgst", digest, "-verify", public, "-signature", signature, message)
        equal((code, said.strip()), (0, "Verified OK"), f"a signature by {slot}")


def witness_pkcs11(stack, reader, passcode, key_type):
    """OpenSC's own test of the card; it signs with RSA keys only."""
    done = stack.run_program(["pkcs11-tool", "--slot-index", str(reader - 1), "--login", "--pin",
                              passcode, "--test"])
    errors = [line.strip() for line in (done.out + done.err).splitlines() if "ERR" in line]
    contains(([], [PKCS11_COMPLAINT]), errors, "what pkcs11-tool --test complains of")
    contains(done.out, "SHA256-RSA-PKCS: OK" if key_type.startswith("RSA") else "non-RSA",
             "what pkcs11-tool --test signed")


def witness(stack, reader=2, passcode=PASSCODE, key_type="P-256", yubico=True):
    """OpenSC, yubico-piv-tool, certtool and openssl agree on the card: subject, serial number,
    validity, public key, passcode, and a signature by each key. `yubico` False: a card of T=0, which
    that tool does not take. The certificates as PEM."""
    pems = read_by_opensc(stack, reader)
    if yubico:
        equal(read_certificates(stack, reader), pems, "yubico-piv-tool and OpenSC on the certificates")
        marks = seen_by_yubico(stack, reader, passcode)
    for slot, pem in pems.items():
        equal(seen_by_certtool(pem), seen_by_openssl(pem), f"certtool and openssl on {slot}")
        code, said = verify(stack, pem)
        equal(code, 0, f"openssl verify -x509_strict on {slot}: {said}")
        contains(certtool("--verify", "--load-ca-certificate", str(stack.directory / "ca-chain.pem"),
                          stdin=pem), "Chain verification output: Verified.", f"certtool on {slot}")
        key = key_text(openssl("x509", "-noout", "-pubkey", stdin=pem)[1])
        equal(key_text(certtool("--pubkey-info", "--load-certificate", "/dev/stdin", stdin=pem)), key,
              f"certtool on the key of {slot}")
        equal(key_text(stack.run_program(["pkcs15-tool", "--reader", str(reader - 1),
                                          "--read-public-key", PKCS15_IDS[slot]]).out), key,
              f"OpenSC on the key of {slot}")
        if yubico:
            mark = openssl("x509", "-noout", "-fingerprint", "-sha256", stdin=pem)[1]
            mark = mark.split("=")[1].strip().replace(":", "").lower()
            equal(marks[slot], (YUBICO_NAMES[key_type], mark), f"yubico-piv-tool on {slot}")
        witness_signature(stack, reader, passcode, slot, key, key_type)
    witness_pkcs11(stack, reader, passcode, key_type)
    return pems


def put_signed_chuid(stack, reader=2):
    """A CHUID with an issuer's signature (SP 800-73-4 part 1, table 9), on a card with the maker's
    management key. Nobody verifies it: that there is one says that the card is somebody's."""
    chuid = ("3019d4e739da739ced39ce739d836858210842108421c84210c3eb" + "3410" + "5a" * 16 +
             "3508" + b"20350101".hex() + "3e04" + "30020500" + "fe00")
    with tempfile.NamedTemporaryFile("w") as file:
        file.write(chuid)
        file.flush()
        stack.run_program(["yubico-piv-tool", "--reader", f"{reader - 1:02d}", "-a", "write-object",
                           "--id", "0x5fc102", "-f", "hex", "-i", file.name])


# ---- commands ----

def command_name(command):
    """A card command in one word, "" for a part of a chain, GET RESPONSE, or looking around."""
    ins, p2, data = command[1], command[3], command[5:]
    if command[0] & 0x10 or ins == 0xC0:
        return ""
    fixed = {0xA4: "SELECT", 0x20: "VERIFY", 0x24: "CHANGE", 0x2C: "RESET RETRY", 0x47: "GENERATE",
             0xDB: "PUT", 0xCB: "GET", 0x87: "AUTHENTICATE"}
    if ins == 0xF9:
        return f"ATTEST {command[2]:02X}"
    name = fixed.get(ins, f"INS {ins:02X}")
    if ins == 0x87 and p2 == 0x9B:
        return "WITNESS" if data[:4] == bytes.fromhex("7c028000") else "9B"
    if ins in (0x87, 0x47):
        return f"{'PROVE' if ins == 0x87 else name} {p2:02X}"
    if ins in (0x20, 0x24, 0x2C):
        return f"{name} {p2:02X}"
    if ins == 0xF7:
        return f"SEE {p2:02X}"
    if ins == 0xF6:
        return f"DELETE {p2:02X}" if command[2] == 0xFF else f"MOVE {p2:02X} {command[2]:02X}"
    return name


# How keys and certificates are made new: in place, and on a card that can move keys.
LOOK = ["SEE 94", "SEE 92", "SEE 95", "SEE 93"]
KEYS = ["GENERATE 9C", "GENERATE 9A", "VERIFY 80", "PROVE 9C", "PROVE 9A"]
KEYS_ASIDE = ["DELETE 95", "GENERATE 95", "DELETE 94", "GENERATE 94", "VERIFY 80", "PROVE 95",
              "PROVE 94"]
TEST = ["GET certificate 9A", "GET certificate 9C", "VERIFY 80", "PROVE 9C", "PROVE 9A"]
WRITE = ["PUT certificate 9A", "PUT certificate 9C", *TEST]
WRITE_MOVED = ["MOVE 9A 92", "MOVE 94 9A", "PUT certificate 9A", "MOVE 9C 93", "MOVE 95 9C",
               "PUT certificate 9C", *TEST, "DELETE 92", "DELETE 93"]


def object_tag(command):
    """The object of a GET or PUT DATA, by name; short or extended length."""
    at = command.find(b"\x5c", 5)
    length = command[at + 1]
    return TAGS.get(command[at + 2:at + 2 + length].hex(), command[at:at + 5].hex())


def command_names(exchanges):
    """The commands in order; a chain counts once, with the name of the object."""
    names, chain_start = [], None
    for one in exchanges:
        command = one.command
        if command[0] & 0x10 and chain_start is None:
            chain_start = command
        name = command_name(command)
        if not name:
            continue
        if name in ("PUT", "GET"):
            name += " " + object_tag(chain_start or command)
        names.append(name)
        chain_start = None
    return names
