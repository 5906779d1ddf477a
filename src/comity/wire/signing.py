"""Signing: Ed25519 behind the core's ports `Signer` and `Verifier`, and what passkeys sign with.

Nodes sign with Ed25519 alone. Passkeys are of people, who bring what they have: their signatures
are checked by three algorithms, and made here by none.

Source: RFC 8032; the OpenSSL that `cryptography` brings refuses a signature with another S than
the canonical one. It does not refuse weak public keys, so that is done here.
"""

from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256

from comity.core.terms import Algorithm, Passkey, SignatureError
from comity.core.terms.passkeys import RSA_EXPONENT

KEY_BYTES = 32

FIELD = 2**255 - 19
ORDER_8 = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
WEAK = frozenset({0, 1, FIELD - 1, ORDER_8, FIELD - ORDER_8})
"""The y coordinates of the eight points of small order. With such a public key one signature
holds for many messages, or for all."""


class Ed25519Signer:
    """Signs with one private key, given as the 32 bytes of its seed."""

    __slots__ = ("_private", "_public")

    def __init__(self, private: bytes) -> None:
        """Take the private key.

        Raises:
            ValueError: it has not 32 bytes.
        """
        self._private = Ed25519PrivateKey.from_private_bytes(private)
        self._public = self._private.public_key().public_bytes_raw()

    @classmethod
    def new(cls) -> Self:
        """Return a signer with a fresh key that is kept nowhere."""
        return cls(Ed25519PrivateKey.generate().private_bytes_raw())

    @property
    def public(self) -> bytes:
        """The public key, 32 bytes."""
        return self._public

    def sign(self, message: bytes) -> bytes:
        """Return the signature over a message, 64 bytes. The same message gives the same bytes."""
        return self._private.sign(message)


class Ed25519Verifier:
    """Checks signatures of nodes, which are of Ed25519, and of passkeys. It keeps nothing."""

    __slots__ = ()

    def check(self, public: bytes, signature: bytes, message: bytes) -> None:
        """Return if the signature over the message is by this key.

        Raises:
            SignatureError: it is not, or the public key is none or a weak one.
        """
        if len(public) != KEY_BYTES or _weak(public):
            raise SignatureError("a public key that is none, or a weak one")
        try:
            Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
        except (InvalidSignature, ValueError):
            raise SignatureError("a signature that does not hold") from None

    def check_passkey(self, passkey: Passkey, signature: bytes, message: bytes) -> None:
        """Return if the signature over the message is by this passkey.

        Raises:
            SignatureError: it is not, or the passkey is no point, or a weak key.

        Source: RFC 9053, sections 2.1 and 2.2; RFC 8812, section 2; Web Authentication Level 2,
        section 6.5, for the forms of assertion signatures: that of ECDSA is in DER.
        """
        if passkey.algorithm is Algorithm.EDDSA:
            return self.check(passkey.public, signature, message)
        check = _check_es256 if passkey.algorithm is Algorithm.ES256 else _check_rs256
        try:
            return check(passkey.public, signature, message)
        except (InvalidSignature, ValueError):
            raise SignatureError("a signature of a passkey that does not hold") from None


def _check_es256(public: bytes, signature: bytes, message: bytes) -> None:
    """Check a signature of ECDSA on P-256; a point that is not on the curve is a ValueError."""
    point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), b"\4" + public)
    point.verify(signature, message, ec.ECDSA(SHA256()))


def _check_rs256(public: bytes, signature: bytes, message: bytes) -> None:
    """Check a signature of RSA; a modulus that cannot be one is a ValueError."""
    numbers = rsa.RSAPublicNumbers(RSA_EXPONENT, int.from_bytes(public))
    numbers.public_key().verify(signature, message, padding.PKCS1v15(), SHA256())


def _weak(public: bytes) -> bool:
    """Return whether a public key has small order, or is written in more than one way."""
    y = int.from_bytes(public, "little") & ((1 << 255) - 1)
    return y >= FIELD or y in WEAK
