# SPDX-License-Identifier: Apache-2.0
"""forge: certificates that look like ours and are not."""
import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from card import tlv


def name_of(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def certificate_of(key, subject, issuer=None, issuer_key=None):
    """A certificate object (inside tag 53) for that key, in date."""
    now = datetime.datetime.now(datetime.timezone.utc)
    built = (
        x509.CertificateBuilder()
        .subject_name(name_of(subject))
        .issuer_name(issuer or name_of(subject))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=300))
        .sign(issuer_key or key, hashes.SHA256())
    )
    der = built.public_bytes(serialization.Encoding.DER)
    return tlv("70", der) + tlv("71", b"\0") + tlv("fe", b"")


def self_signed(subject):
    return certificate_of(ec.generate_private_key(ec.SECP256R1()), subject)
