# SPDX-License-Identifier: Apache-2.0
"""test_tls: a TLS server that is not ours takes what our CA issued, and nothing that was replaced.

nginx asks for a client certificate, checks the whole chain and every CRL in it; openssl answers
with the card itself, through opensc-pkcs11. The card of before the renewal is a copy of its file:
what somebody has who kept the old keys.
"""
import os
import shutil
import subprocess
from contextlib import contextmanager
from pathlib import Path

from card_tools import fetch_crl, read_certificates, serial_of
from stack import PASSCODE, as_user, free_port
from tap import absent, contains, equal, expect, run

MODULE = "/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so"
SECONDS = 30
KEEPS = "aisha-khan"
WORDS = "the card was welcome"

CONFIGURATION = """
daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log info; worker_processes 1;
events {{ worker_connections 16; }}
http {{
    access_log off;
    client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
    uwsgi_temp_path {folder}; scgi_temp_path {folder};
    server {{
        listen 127.0.0.1:{port} ssl;
        ssl_certificate {server}/tls.pem; ssl_certificate_key {server}/tls.key;
        ssl_client_certificate {folder}/chain.pem; ssl_crl {folder}/lists.pem;
        ssl_verify_client on; ssl_verify_depth 2;
        location / {{ return 200 "{words} $ssl_client_s_dn"; }}
    }}
}}
"""


class Gate:
    """nginx with the lists that the server publishes now."""

    def __init__(self, stack):
        self.folder = stack.base / "nginx"
        self.folder.mkdir(mode=0o700, exist_ok=True)
        self.port = free_port()
        shutil.copy(stack.directory / "ca-chain.pem", self.folder / "chain.pem")
        lists = [(stack.directory / "root.crl").read_text()]
        lists += [fetch_crl(stack, name) for name in ("authentication", "signing")]
        (self.folder / "lists.pem").write_text("".join(lists))
        (self.folder / "nginx.conf").write_text(CONFIGURATION.format(
            folder=self.folder, port=self.port, server=stack.directory / "server", words=WORDS))
        self.log = self.folder / "error.log"
        self.log.write_text("")

    @contextmanager
    def open(self):
        command = ["/usr/sbin/nginx", "-p", str(self.folder), "-c", str(self.folder / "nginx.conf")]
        process = subprocess.Popen(as_user(None, None) + command, stderr=subprocess.PIPE, text=True,
                                   env={"PATH": os.environ["PATH"]})
        try:
            self.wait(process)
            yield self
        finally:
            process.terminate()
            process.communicate(timeout=SECONDS)

    def wait(self, process):
        """Until it listens: its log says so, and tail tells when the log grows."""
        tail = subprocess.Popen(["timeout", str(SECONDS), "tail", "--pid", str(process.pid), "-n", "+1",
                                 "-F", str(self.log)], stdout=subprocess.PIPE, text=True,
                                stderr=subprocess.DEVNULL)
        try:
            expect(any("start worker process " in line for line in tail.stdout), "nginx starts")
        finally:
            tail.terminate()
            tail.communicate()


def shake_hands(stack, gate, certificate):
    """What the server answered to the card in reader 1, which proves the key of `certificate`."""
    leaf, pin = gate.folder / "leaf.pem", gate.folder / "pin"
    leaf.write_text(certificate)
    pin.write_text(PASSCODE)
    command = ["openssl", "s_client", "-connect", f"127.0.0.1:{gate.port}", "-quiet", "-ign_eof",
               "-CAfile", str(stack.directory / "ca-chain.pem"), "-cert", str(leaf), "-engine",
               "pkcs11", "-keyform", "engine", "-key",
               f"pkcs11:id=%01;type=private;pin-source=file:{pin}"]
    done = subprocess.run(command, input="GET / HTTP/1.0\r\n\r\n", capture_output=True, text=True,
                          timeout=SECONDS, check=False,
                          env=stack.environment | {"PKCS11_MODULE_PATH": MODULE,
                                                   "PATH": os.environ["PATH"]})
    pin.unlink()
    return done.stdout + done.stderr


def renew(stack):
    """The certificate for log-in before and after; the card's file of before is kept."""
    stack.login("tom-adeyemi")
    stack.insert(2, KEEPS)
    before = read_certificates(stack)["9a"]
    stack.pull(2)
    shutil.copy(stack.base / f"people/{KEEPS}.card", stack.base / "people/kept.card")
    stack.insert(2, KEEPS)
    stack.job("renew", passcode=PASSCODE)
    after = read_certificates(stack)["9a"]
    stack.cli("logout", check=True)
    stack.pull(2)
    stack.pull(1)
    expect(serial_of(before) != serial_of(after), "the certificate is the same")
    return before, after


def test_before_and_after(stack):
    """nginx takes the card before its renewal and after it, and refuses the kept card by CRL"""
    stack.insert(1, KEEPS)
    first = read_certificates(stack, 1)["9a"]
    with Gate(stack).open() as gate:
        contains(shake_hands(stack, gate, first), WORDS, "before the renewal")
    stack.pull(1)
    before, after = renew(stack)
    equal(serial_of(first), serial_of(before), "the certificate of before")
    with Gate(stack).open() as gate:
        stack.insert(1, KEEPS)
        contains(shake_hands(stack, gate, after), WORDS, "after the renewal")
        stack.pull(1)
        stack.insert(1, "kept")
        refused = shake_hands(stack, gate, before)
        absent(refused, WORDS, "the kept card")
        contains(refused, "400 Bad Request", "the kept card")
        contains(gate.log.read_text(), "certificate revoked", "nginx's reason")


def test_other_key(stack):
    """a card that does not hold the certificate's key is refused, whatever certificate it shows"""
    stack.insert(1, KEEPS)
    owner = read_certificates(stack, 1)["9a"]
    stack.pull(1)
    stack.insert(1, "isla-novak")
    with Gate(stack).open() as gate:
        absent(shake_hands(stack, gate, owner), WORDS, "another card's certificate")


if __name__ == "__main__":
    for needed in ("/usr/sbin/nginx", MODULE):
        expect(Path(needed).exists(), f"{needed} is not installed")
    run([test_before_and_after, test_other_key])
