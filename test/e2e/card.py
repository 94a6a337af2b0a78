# SPDX-License-Identifier: Apache-2.0
"""A virtual PIV card, spoken to without a reader, and what a client reads from it.

    rack = Rack(build, folder)
    card = rack.insert("people/aisha-khan.card")     a Card
    report = read_report(card)                       docs/protocol/agent.md, "Card report"
    signature = card_sign(card, 0x9A, digest)        after card_verify(card, passcode)
    rack.close()

The cards are played by `cardwright-vcard serve`; this file is the other end of its connections
(vpcd's frames: 16-bit length, then that many bytes; one byte is control). Written from
SP 800-73-4 part 2 and docs/, nothing of the product is used.
"""
import os
import socket
import struct
import subprocess

POWER_ON, RESET, SEND_ATR = b"\x01", b"\x02", b"\x04"
PIV = bytes.fromhex("a000000308000010000100")
OBJECTS = {
    "chuid": "5fc102",
    "discovery": "7e",
    "certificate_9a": "5fc105",
    "certificate_9c": "5fc10a",
}
METADATA = {"9b": 0x9B, "80": 0x80, "81": 0x81, "9a": 0x9A, "9c": 0x9C}
BLOCK = {0x0C: 16, 0x0A: 16, 0x08: 16, 0x03: 8}
WAIT_S = 10


# ---- BER-TLV ----


def tlv(tag, content):
    n = len(content)
    length = (
        bytes([n]) if n < 128 else bytes([0x81, n]) if n < 256 else b"\x82" + n.to_bytes(2, "big")
    )
    return bytes.fromhex(tag) + length + content


def tlv_read(data):
    """The first element: (tag as hex, content, rest)."""
    tag_len = 1
    if data[0] & 0x1F == 0x1F:
        while data[tag_len] & 0x80:
            tag_len += 1
        tag_len += 1
    first = data[tag_len]
    count = first & 0x7F if first & 0x80 else 0
    at = tag_len + 1 + count
    n = int.from_bytes(data[tag_len + 1 : at], "big") if count else first
    if at + n > len(data):
        raise ValueError("torn TLV")
    return data[:tag_len].hex(), data[at : at + n], data[at + n :]


def tlv_all(data):
    found = {}
    while data:
        tag, content, data = tlv_read(data)
        found[tag] = content
    return found


# ---- the card ----


class Gone(Exception):
    """The card was pulled in the middle of a command."""


class Card:
    """One inserted card."""

    def __init__(self, connection, path):
        self.connection, self.path, self.apdus = connection, path, 0
        self.atr = self._control(SEND_ATR)
        self._frame(POWER_ON)

    def _frame(self, body):
        self.connection.sendall(struct.pack(">H", len(body)) + body)

    def _take(self, n):
        data = b""
        while len(data) < n:
            part = self.connection.recv(n - len(data))
            if not part:
                raise Gone()
            data += part
        return data

    def _answer(self):
        return self._take(struct.unpack(">H", self._take(2))[0])

    def _control(self, body):
        self._frame(body)
        return self._answer()

    def reset(self):
        self._frame(RESET)

    def raw(self, apdu):
        self.apdus += 1
        self._frame(apdu)
        return self._answer()

    def command(self, ins, p1=0, p2=0, data=b"", le=0, cla=0):
        """(status word, data), with GET RESPONSE and a corrected Le done here."""
        answer = self.raw(encode(cla, ins, p1, p2, data, le))
        if answer[-2] == 0x6C:
            answer = self.raw(encode(cla, ins, p1, p2, data, answer[-1] or 256))
        got = answer[:-2]
        while answer[-2] == 0x61:
            answer = self.raw(bytes([0, 0xC0, 0, 0, answer[-1]]))
            got += answer[:-2]
        return int.from_bytes(answer[-2:], "big"), got


def encode(cla, ins, p1, p2, data, le):
    head = bytes([cla, ins, p1, p2])
    if len(data) <= 255 and le <= 256:
        return (
            head
            + (bytes([len(data)]) + data if data else b"")
            + (bytes([le & 0xFF]) if le else b"")
        )
    body = struct.pack(">H", len(data)) + data if data else b""
    return head + b"\0" + body + (struct.pack(">H", le & 0xFFFF) if le else b"")


def select_piv(card):
    return card.command(0xA4, 4, 0, PIV, 256)[0]


def pad(passcode):
    return passcode.encode().ljust(8, b"\xff")


def card_verify(card, passcode):
    return card.command(0x20, 0, 0x80, pad(passcode))[0]


def sign_field(digest):
    return tlv("7c", tlv("82", b"") + tlv("81", digest))


def card_sign(card, slot, digest):
    """The card's ECDSA signature (P-256) over a digest; the passcode was verified just before."""
    sw, data = card.command(0x87, 0x11, slot, sign_field(digest), 256)
    if sw != 0x9000:
        raise ValueError("GENERAL AUTHENTICATE %02x: %04x" % (slot, sw))
    return tlv_all(tlv_read(data)[1])["82"]


# ---- what is read from it ----


def read_objects(card):
    objects = {}
    for name, tag in OBJECTS.items():
        sw, data = card.command(0xCB, 0x3F, 0xFF, tlv("5c", bytes.fromhex(tag)), 256)
        objects[name] = {"sw": "%04x" % sw}
        if sw == 0x9000 and data:
            objects[name]["data"] = tlv_read(data)[1].hex()
    return objects


def read_extensions(card, report):
    sw, version = card.command(0xFD, 0, 0, b"", 256)
    if sw != 0x9000:
        return
    report["version"] = ".".join(str(part) for part in version)
    sw, serial = card.command(0xF8, 0, 0, b"", 256)
    if sw == 0x9000:
        report["serial"] = str(int.from_bytes(serial, "big"))
    for name, slot in METADATA.items():
        sw, data = card.command(0xF7, 0, slot, b"", 256)
        if sw == 0x9000:
            report["metadata"][name] = data.hex()


def tries_left(card, metadata):
    if "80" in metadata:
        return tlv_all(bytes.fromhex(metadata["80"]))["06"][1]
    sw = card.command(0x20, 0, 0x80)[0]
    return sw & 0x0F if sw & 0xFFF0 == 0x63C0 else 0 if sw == 0x6983 else -1


def management_algorithm(card, metadata):
    if "9b" in metadata:
        return tlv_all(bytes.fromhex(metadata["9b"]))["01"][0]
    for algorithm in BLOCK:
        if card.command(0x87, algorithm, 0x9B, bytes.fromhex("7c028000"), 256)[0] == 0x9000:
            return algorithm
    return 0


def read_report(card):
    """A card report with a new insertion. Nothing on the card is changed."""
    report = {"atr": card.atr.hex(), "insertion": os.urandom(16).hex(), "metadata": {}}
    if select_piv(card) != 0x9000:
        raise ValueError("no PIV application")
    read_extensions(card, report)
    report["tries_left"] = tries_left(card, report["metadata"])
    report["management_algorithm"] = management_algorithm(card, report["metadata"])
    report["objects"] = read_objects(card)
    card.reset()
    return report


def certificate(report, name):
    """The DER in "certificate_9a" or "certificate_9c"; b"" when there is none."""
    data = report["objects"].get(name, {}).get("data")
    return tlv_all(bytes.fromhex(data))["70"] if data else b""


# ---- many of them ----


class Slot:
    """One `cardwright-vcard serve` with one card."""

    def __init__(self, program, folder, path):
        self.program, self.path = program, str(path)
        self.control = os.path.join(folder, "slot-%s.sock" % os.urandom(6).hex())
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.settimeout(WAIT_S)
        self.process = self._start()
        self.card = None

    def _start(self):
        ready, write_end = os.pipe()
        process = subprocess.Popen(
            [
                "setpriv",
                "--pdeathsig",
                "KILL",
                self.program,
                "serve",
                "--control",
                self.control,
                "--port",
                str(self.listener.getsockname()[1]),
                "--ready-fd",
                str(write_end),
            ],
            pass_fds=[write_end],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        os.close(write_end)
        with open(ready, "rb") as told:
            if not told.read(1):
                raise RuntimeError("cardwright-vcard did not start")
        return process

    def ctl(self, text):
        """One request of docs/virtual-card.md; its last line."""
        with socket.socket(socket.AF_UNIX) as one:
            one.settimeout(WAIT_S)
            one.connect(self.control)
            one.sendall(text.encode() + b"\n")
            for line in one.makefile("r"):
                if line.split()[0] in ("ok", "error"):
                    break
        if not line.startswith("ok"):
            raise RuntimeError("%s: %s" % (text, line))
        return line

    def insert(self):
        self.ctl("insert 1 " + self.path)
        connection = self.listener.accept()[0]
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.settimeout(WAIT_S)
        self.card = Card(connection, self.path)
        return self.card

    def close(self):
        if self.card is not None:
            self.card.connection.close()
        self.process.terminate()
        self.process.wait(WAIT_S)
        self.listener.close()


class Rack:
    """As many cards as wanted at once, and no pcscd."""

    def __init__(self, build, folder):
        self.program = os.path.join(build, "src/vcardd/cardwright-vcard")
        self.folder, self.slots = folder, []

    def insert(self, path):
        slot = Slot(self.program, self.folder, path)
        self.slots.append(slot)
        return slot.insert()

    def slot_of(self, card):
        return next(slot for slot in self.slots if slot.card is card)

    def pull(self, card):
        slot = self.slot_of(card)
        self.slots.remove(slot)
        slot.close()

    def close(self):
        for slot in self.slots:
            slot.close()
        self.slots = []
