"""TLS: a certificate for each node, which its peers pin as it is.

No authority stands behind these certificates. Each side trusts exactly the one certificate that
it pinned for the other, so names and chains play no part.

Source: RFC 5280; RFC 8410 (Ed25519 in certificates); TLS 1.3, RFC 8446.
"""

import ipaddress
import ssl
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from comity.core.terms import Code, InputError, Place, instant
from comity.wire.files import check_folder, plainly, read_private, taken, write_private

CERTIFICATE = "certificate.pem"
KEY = "certificate-key.pem"
PINNED = "the pinned certificate"
MOST_WRONG = timedelta(minutes=5)
"""How far clocks are apart at most; a new certificate holds at once for a clock that is behind."""
LONGEST_NAME = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsFiles:
    """A node's certificate, which is public, and its private key, as PEM files."""

    certificate: Path
    key: Path


def make_certificate(folder: Path, name: str, now: datetime, days: int = 825) -> TlsFiles:
    """Make a certificate and its key in a folder, which is made if need be.

    Nothing is replaced: a new certificate is made in another folder and pinned by the peers
    before the node goes over to it.

    Raises:
        InputError: there is one, the name is empty or too long, or it cannot be written.
    """
    if not 0 < len(name.encode()) <= LONGEST_NAME:
        raise InputError(
            Code.BAD_TEXT,
            f"a certificate's name has 1 to {LONGEST_NAME} bytes",
            at=Place(name="the certificate's name"),
            advice="use the node's name",
        )
    files = TlsFiles(certificate=folder / CERTIFICATE, key=folder / KEY)
    with plainly(folder):
        folder.mkdir(mode=0o700, exist_ok=True)
    check_folder(folder)
    if files.certificate.exists():
        raise taken(files.certificate)
    key = Ed25519PrivateKey.generate()
    certificate = _certificate(key, name, instant(now), days)
    # In this order: a key without a certificate was never in use, so the next try may replace it.
    write_private(files.key, _private_pem(key))
    write_private(files.certificate, certificate.public_bytes(serialization.Encoding.PEM))
    return files


def load_certificate(folder: Path) -> TlsFiles:
    """Return the files of a folder's certificate.

    Raises:
        InputError: one is missing or is none, or others can read them.
    """
    check_folder(folder)
    files = TlsFiles(certificate=folder / CERTIFICATE, key=folder / KEY)
    read_private(files.key)
    der(read_private(files.certificate), str(files.certificate))
    return files


def der(pem: bytes, name: str = "the certificate") -> bytes:
    """Return the one certificate in a PEM text as the bytes that stand for it.

    Raises:
        InputError: there is not exactly one.
    """
    try:
        found = x509.load_pem_x509_certificates(pem)
    except (ValueError, x509.InvalidVersion):
        found = []
    if len(found) != 1:
        raise _not_one(name)
    return found[0].public_bytes(serialization.Encoding.DER)


def _not_one(name: str) -> InputError:
    return InputError(
        Code.WRONG_TYPE,
        "not one certificate in PEM",
        at=Place(name=name),
        advice=f"take the file `{CERTIFICATE}` of the node, unchanged",
    )


def client_context(own: TlsFiles, pinned: bytes) -> ssl.SSLContext:
    """Return how to call a peer: it must show the pinned certificate, and gets to see our own.

    Raises:
        InputError: the pinned certificate is none, or our own files cannot be used.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False  # the certificate itself is pinned, whatever its names
    context.verify_mode = ssl.CERT_REQUIRED
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.set_alpn_protocols(["http/1.1"])
    try:
        context.load_verify_locations(cadata=der(pinned, PINNED))
    except ssl.SSLError:  # of what one library reads, another may make nothing
        raise _not_one(PINNED) from None
    with plainly(own.certificate):
        context.load_cert_chain(own.certificate, own.key)
    return context


def is_loopback(host: str) -> bool:
    """Return whether a host is this machine: 127.0.0.0/8, ::1 or localhost."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _certificate(key: Ed25519PrivateKey, name: str, now: datetime, days: int) -> x509.Certificate:
    """Return a self-signed certificate that serves at both ends and can sign no other."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    both_ends = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
    own = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - MOST_WRONG)
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.ExtendedKeyUsage(both_ends), critical=False)
        .add_extension(own, critical=False)
        .sign(key, None)
    )


def _private_pem(key: Ed25519PrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
