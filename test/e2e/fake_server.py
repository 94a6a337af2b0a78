# SPDX-License-Identifier: Apache-2.0
"""fake_server: a hostile server, with a certificate that the agent trusts. Everybody may log in.

    fake = FakeServer(folder)              fake.origin, fake.ca_file: for the agent's configuration
    fake.prelude = [op("a", 0xFF), ...]        what identify hands out
    fake.batches = [[...], [...]]          what begin and each step answer, the last one for ever
    fake.received                              every byte that came, headers included
"""
import datetime
import http.server
import ipaddress
import json
import os
import ssl
import threading
import time

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from forge import name_of

PERSON = {
    "uuid": "900000000025",
    "given": "Eve",
    "family": "Fake",
    "title": "",
    "org": "ZW1",
    "org_name": "Nowhere",
    "closed": False,
}
PROFILE = {
    "id": "900000001015",
    "role": "R5090",
    "role_name": "RA Agent",
    "org": "ZW1",
    "org_name": "Nowhere",
    "ends_at": 0,
}
POLICY = {
    "name": "fake",
    "hash": "11" * 32,
    "operator_passcode": "session",
    "operator_idle_minutes": 15,
    "session_minutes": 600,
    "lock_minutes": 15,
    "passcode_min": 6,
    "passcode_max": 8,
    "window_days": 90,
}


def op(label, ins, p1=0, p2=0, data="", **more):
    return dict(
        {"label": label, "step": "check_card", "ins": ins, "p1": p1, "p2": p2, "data": data}, **more
    )


# ---- certificates ----


def pem_of(certificate, path):
    with open(path, "wb") as out:
        out.write(certificate.public_bytes(serialization.Encoding.PEM))


def key_pem(key, path):
    with open(path, "wb") as out:
        out.write(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )


def sign(subject, key, issuer, issuer_key, *extensions):
    now = datetime.datetime.now(datetime.timezone.utc)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name_of(subject))
        .issuer_name(name_of(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    return builder.sign(issuer_key, hashes.SHA256())


def make_tls(folder):
    """(CA file, certificate file, key file) of a CA of its own."""
    ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    ca = sign("fake CA", ca_key, "fake CA", ca_key, (x509.BasicConstraints(True, 0), True))
    names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    leaf = sign(
        "127.0.0.1",
        key,
        "fake CA",
        ca_key,
        (names, False),
        (x509.BasicConstraints(False, None), True),
    )
    paths = [os.path.join(folder, name) for name in ("fake-ca.pem", "fake.pem", "fake.key")]
    pem_of(ca, paths[0])
    pem_of(leaf, paths[1])
    key_pem(key, paths[2])
    return paths


# ---- the server ----


class QuietServer(http.server.ThreadingHTTPServer):
    """A client that does not trust it goes away in the middle: that is no error here."""

    def handle_error(self, *_):
        pass


class FakeServer:
    def __init__(self, folder):
        self.ca_file, certificate, key = make_tls(folder)
        self.received, self.paths = bytearray(), []
        self.prelude, self.batches, self.on_begin, self.raw = [], [], None, {}
        self.http = QuietServer(("127.0.0.1", 0), handler_of(self))
        self.http.daemon_threads = True
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self.http.socket = context.wrap_socket(
            self.http.socket, server_side=True, do_handshake_on_connect=False
        )
        self.origin = f"https://127.0.0.1:{self.http.server_address[1]}"
        self.thread = threading.Thread(target=self.http.serve_forever, args=(0.05,), daemon=True)
        self.thread.start()
        self.set_good()

    def close(self):
        self.http.shutdown()
        self.thread.join(5)
        self.http.server_close()

    def set_good(self):
        """A server that does nothing wrong, as far as it goes."""
        self.challenge_origin, self.batches, self.on_begin, self.raw = self.origin, [], None, {}
        self.job = os.urandom(16).hex()
        self.step = 0

    def answer(self, method, path):
        """The JSON of an answer, or (HTTP code, JSON); bytes are sent as they are."""
        if path in self.raw:
            return self.raw[path]
        answers = {
            "/v1/login/challenge": self.challenge,
            "/v1/login": self.login,
            "/v1/session": self.session,
            "/v1/session/lease": self.lease,
            "/v1/cards/identify": self.identify,
            "/v1/jobs": self.begin,
        }
        if method == "POST" and path.endswith("/steps"):
            return self.next_batch()
        return answers.get(path, dict)()

    def challenge(self):
        return {
            "nonce": os.urandom(32).hex(),
            "origin": self.challenge_origin,
            "now": int(time.time()),
        }

    def login(self):
        return {"ticket": "ab" * 40, "person": PERSON, "profiles": [PROFILE]}

    def session(self):
        return {
            "session": "cd" * 16,
            "token": "ef" * 40,
            "expires_at": int(time.time()) + 15,
            "profile": PROFILE,
            "policy": POLICY,
            "contacts": {"ra_desk": "", "site_it": ""},
            "banner": "",
        }

    def lease(self):
        return {"token": os.urandom(40).hex(), "expires_at": int(time.time()) + 15}

    def identify(self):
        services = [
            {
                "service": name,
                "title": name,
                "available": True,
                "resume": False,
                "reasons": [],
                "identity_check": False,
                "job": self.job,
                "prelude": {"ops": self.prelude},
            }
            for name in ("renew", "repair", "issue")
        ]
        return {
            "nonce": os.urandom(56).hex(),
            "expires_at": int(time.time()) + 900,
            "now": int(time.time()),
            "identity": "serial 1",
            "card": None,
            "person": dict(PERSON, uuid="900000000066"),
            "certificates": [],
            "diagnosis": {"code": "good", "title": "In order", "severity": "good",
                          "text": "in order"},
            "findings": [{"code": "good", "severity": "good", "place": "card",
                          "text": "in order", "cure": {"means": "nothing", "text": "nothing"}}],
            "cure": {"means": "nothing", "text": "nothing"},
            "other_cards": [],
            "services": services,
            "open_job": None,
            "policy_hash": "11" * 32,
        }

    def begin(self):
        self.step = 0
        if self.on_begin:
            self.on_begin()
        return self.next_batch()

    def next_batch(self):
        batch = self.batches[min(self.step, len(self.batches) - 1)] if self.batches else []
        self.step += 1
        return {
            "job": self.job,
            "step": self.step + 1,
            "batch": batch if isinstance(batch, (dict, str)) else {"ops": batch},
        }


def handler_of(fake):
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_):
            pass

        def serve(self):
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            fake.received += self.raw_requestline + bytes(self.headers) + body
            fake.paths.append(self.path)
            found = fake.answer(self.command, self.path)
            code, found = found if isinstance(found, tuple) else (200, found)
            text = found if isinstance(found, bytes) else json.dumps(found).encode()
            self.send_response(code)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_GET = do_POST = serve

    return Handler
