# SPDX-License-Identifier: Apache-2.0
"""maker: a make of cards that attests, played with openssl and yubico-piv-tool.

    maker = Maker(stack.base / "maker")
    maker.root_pem                                a file for `attestation_roots`
    maker.equip(stack, reader=2)                  the blank card in it can attest from now on

The maker's root issues a certificate for the key that the card makes in F9. What the card attests
is then looked at by openssl, which knows nothing of the product.
"""
import subprocess

from card_tools import openssl

CA_EXTENSIONS = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\n"


class Maker:
    def __init__(self, folder, name="Card Maker Root"):
        self.folder, self.name = folder, name
        folder.mkdir()
        self.key, self.root_pem = folder / "root.key", folder / "root.pem"
        self._openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                      "-keyout", str(self.key), "-out", str(self.root_pem), "-subj", f"/CN={name}",
                      "-days", "3650", "-addext", "keyUsage=critical,keyCertSign")

    def _openssl(self, *args, stdin=""):
        code, said = openssl(*args, stdin=stdin)
        if code != 0:
            raise AssertionError(f"openssl {args[0]}: {said}")
        return said

    def certify(self, public_pem, out, subject="Card Maker Attestation"):
        """A certificate for the key of F9; as on real cards it may certify further."""
        extensions = self.folder / "extensions"
        extensions.write_text(CA_EXTENSIONS)
        unused = self.folder / "unused.key"
        self._openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", str(unused))
        request = self._openssl("req", "-new", "-key", str(unused), "-subj", f"/CN={subject}")
        self._openssl("x509", "-req", "-CA", str(self.root_pem), "-CAkey", str(self.key), "-days",
                      "3650", "-set_serial", "77", "-force_pubkey", str(public_pem), "-extfile",
                      str(extensions), "-out", str(out), stdin=request)

    def equip(self, stack, reader=2):
        """A key in F9 and its certificate, with the factory's management key (3DES)."""
        tool = ["yubico-piv-tool", "--reader", f"{reader - 1:02d}"]
        public, certificate = self.folder / "f9.pub", self.folder / "f9.pem"
        stack.run_program([*tool, "-a", "generate", "-s", "f9", "-A", "ECCP256", "-o", str(public)])
        self.certify(public, certificate)
        stack.run_program([*tool, "-a", "import-certificate", "-s", "f9", "-i", str(certificate)])

    def verify(self, attestation_pem, device_pem):
        """openssl's word on a chain: attestation, certificate of F9, the maker's root."""
        leaf, device = self.folder / "leaf.pem", self.folder / "device.pem"
        leaf.write_text(attestation_pem)
        device.write_text(device_pem)
        done = subprocess.run(["openssl", "verify", "-CAfile", str(self.root_pem), "-untrusted",
                               str(device), str(leaf)], capture_output=True, text=True, timeout=20,
                              check=False)
        return done.returncode, done.stdout + done.stderr
