# SPDX-License-Identifier: Apache-2.0
"""tamper: what other programs, broken programs and thieves do to a card.

    with Tamper(stack, "kate-wood") as card:       # the card is in no reader
        card.put("5fc105", card.get("5fc105")[:200])
        card.generate(0x9A)

Done with the card's own commands, as any program that knows its management key can: the key is
read from the card's file, where a virtual card keeps it in the clear. Nothing of the product runs.
"""
import hashlib
import os
import subprocess
import tempfile

from card import Rack, pad, select_piv, tlv, tlv_all, tlv_read
from tap import equal, expect

DEFAULT_PIN, DEFAULT_PUK = "123456", "12345678"
DEFAULT_MANAGEMENT = bytes.fromhex("0102030405060708" * 3)
CIPHERS = {0x03: "-des-ede3", 0x08: "-aes-128-ecb", 0x0A: "-aes-192-ecb", 0x0C: "-aes-256-ecb"}
# The file, src/vcard/vcard_store.c: features, serial, version, cipher; PIN policies; tries, object
# size, lie; the factory's PIN and PUK; the ATR; then what the card holds.
MAGIC, OPTIONS, DIGEST = b"CWVCARD3", 8 + (4 + 4 + 3 + 1) + 4 + (2 + 2 + 1) + 16, 32


class CardFile:
    """What lies in the card's file: PIN, PUK, management key and where each key slot stands."""

    def __init__(self, path):
        self.path = path
        self.data = bytearray(path.read_bytes())
        equal(self.data[:len(MAGIC)], MAGIC, "the form of the card's file")
        at = self._skip(OPTIONS)
        self.pin, self.puk = self.data[at:at + 8], self.data[at + 10:at + 18]
        at += 20
        self.algorithm = self.data[at]
        self.management, self.keys = self._field(at + 2)

    def _field(self, at):
        length = int.from_bytes(self.data[at:at + 4], "big")
        return bytes(self.data[at + 4:at + 4 + length]), at + 4 + length

    def _skip(self, at):
        return self._field(at)[1]

    def remove_key(self, index):
        """The key is gone; no command of a plain card does that."""
        at = self.keys
        for _ in range(index):
            at = self._skip(self._skip(at + 4))
        end = self._skip(self._skip(at + 4))
        self.data[at:end] = bytes(4) + bytes(8)
        body = bytes(self.data[:-DIGEST])
        self.path.write_bytes(body + hashlib.sha256(body).digest())


def encrypt(algorithm, key, block):
    done = subprocess.run(["openssl", "enc", CIPHERS[algorithm], "-nopad", "-K", key.hex()],
                          input=block, capture_output=True, check=True, timeout=20)
    return done.stdout


class Tamper:
    def __init__(self, stack, person):
        self.path = stack.card_file(person)
        self.file = CardFile(self.path)
        self.folder = tempfile.TemporaryDirectory(prefix="cardwright-tamper.")
        self.rack = Rack(os.path.dirname(os.path.dirname(os.path.dirname(stack.program("vcard")))),
                         self.folder.name)

    def __enter__(self):
        self.card = self.rack.insert(self.path)
        equal(select_piv(self.card), 0x9000, "SELECT")
        return self

    def __exit__(self, *_):
        self.rack.close()
        self.folder.cleanup()

    def _good(self, *command, **more):
        sw, data = self.card.command(*command, **more)
        equal(f"{sw:04x}", "9000", f"the command {command[0]:02x}")
        return data

    def open(self):
        """Authenticates with the management key that the file tells."""
        algorithm = self.file.algorithm
        data = self._good(0x87, algorithm, 0x9B, bytes.fromhex("7c028100"), 256)
        challenge = tlv_all(tlv_read(data)[1])["81"]
        answer = encrypt(algorithm, self.file.management, challenge)
        self._good(0x87, algorithm, 0x9B, tlv("7c", tlv("82", answer)))

    def get(self, tag):
        return tlv_read(self._good(0xCB, 0x3F, 0xFF, tlv("5c", bytes.fromhex(tag)), 256))[1]

    def put(self, tag, content):
        self.open()
        self._good(0xDB, 0x3F, 0xFF, tlv("5c", bytes.fromhex(tag)) + tlv("53", content))

    def tear(self, tag):
        """Half of it, as a PUT DATA leaves it that is cut."""
        content = self.get(tag)
        self.put(tag, content[:len(content) // 2])

    def generate(self, slot):
        self.open()
        self._good(0x47, 0, slot, bytes.fromhex("ac03800111"), 256)

    def default_management(self, algorithm):
        self.open()
        self._good(0xFF, 0xFF, 0xFF,
                   bytes([algorithm, 0x9B, len(DEFAULT_MANAGEMENT)]) + DEFAULT_MANAGEMENT)

    def default_puk(self):
        self._good(0x24, 0, 0x81, bytes(self.file.puk) + pad(DEFAULT_PUK))

    def default_pin(self):
        self._good(0x24, 0, 0x80, bytes(self.file.pin) + pad(DEFAULT_PIN))

    def block_pin(self):
        self._block(lambda: self.card.command(0x20, 0, 0x80, pad("99999999")))

    def block_puk(self):
        self._block(lambda: self.card.command(0x24, 0, 0x81, pad("99999999") + pad("99999999")))

    def _block(self, guess):
        for _ in range(20):
            if guess()[0] in (0x63C0, 0x6983):
                return
        expect(False, "it does not block")
