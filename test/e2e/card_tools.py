# SPDX-License-Identifier: Apache-2.0
"""card_tools: what tools that are not ours say about a card, and names for its commands."""
import re
import subprocess
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

from tap import contains, expect

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
    return name


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
