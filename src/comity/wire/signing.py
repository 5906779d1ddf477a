"""Signing: Ed25519 behind the core's ports `Signer` and `Verifier`.

Source: RFC 8032; the OpenSSL that `cryptography` brings refuses a signature with another S than
the canonical one. It does not refuse weak public keys, so that is done here.
"""

from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from comity.core.terms import SignatureError

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
    """Checks signatures. It keeps nothing."""

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


def _weak(public: bytes) -> bool:
    """Return whether a public key has small order, or is written in more than one way."""
    y = int.from_bytes(public, "little") & ((1 << 255) - 1)
    return y >= FIELD or y in WEAK
