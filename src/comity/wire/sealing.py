"""Sealing: HPKE with a hybrid key behind the core's ports `Sealer` and `Opener`.

Whoever wants to read what was sealed has to break ML-KEM-768 and X25519, both. The suite is fixed:
KEM MLKEM768-X25519, KDF HKDF-SHA256, AEAD AES-256-GCM; another one comes with another version of
the envelope.

The bytes, which are stable:

- public key: the ML-KEM-768 encapsulation key (1184), then the X25519 public key (32);
- private key: the ML-KEM-768 seed d, z (64), then the X25519 private key (32);
- sealed: the encapsulation (1088 and 32), then the ciphertext, 16 longer than the content.

Source: RFC 9180, base mode, single shot; KEM 0x647A of the IANA registry (X-Wing), FIPS 203,
RFC 7748.
"""

from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)

from comity.core.terms import SealError

SUITE = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)

LATTICE_PUBLIC = 1184
LATTICE_SEED = 64
CURVE_KEY = 32
PUBLIC_BYTES = LATTICE_PUBLIC + CURVE_KEY
PRIVATE_BYTES = LATTICE_SEED + CURVE_KEY


class HpkeSealer:
    """Seals bytes for whoever holds a reading key. It keeps nothing."""

    __slots__ = ()

    def seal(self, public: bytes, info: bytes, content: bytes) -> bytes:
        """Return the content sealed for this reading key and bound to `info`.

        Raises:
            SealError: the key is none.
        """
        if len(public) != PUBLIC_BYTES:
            raise SealError(f"a reading key of {len(public)} bytes; it has {PUBLIC_BYTES}")
        try:
            key = MLKEM768X25519PublicKey(
                MLKEM768PublicKey.from_public_bytes(public[:LATTICE_PUBLIC]),
                X25519PublicKey.from_public_bytes(public[LATTICE_PUBLIC:]),
            )
            return SUITE.encrypt(content, key, info=info)
        except ValueError:  # not reduced, or a point of small order
            raise SealError("a reading key that nothing can be sealed for") from None


class HpkeOpener:
    """Opens what was sealed for one of its own reading keys."""

    __slots__ = ("_keys", "publics")

    def __init__(self, keys: Sequence[bytes]) -> None:
        """Take the private keys, the newest first: older ones still open, none seals with them.

        Raises:
            ValueError: there is none, or one has not 96 bytes.
        """
        if not keys:
            raise ValueError("an opener needs a key")
        self._keys = tuple(_private(each) for each in keys)
        self.publics = tuple(public_of(each) for each in keys)

    @property
    def public(self) -> bytes:
        """The newest reading key, for others to seal with."""
        return self.publics[0]

    def open(self, info: bytes, sealed: bytes) -> bytes:
        """Return what was sealed, if it was for one of these keys and bound to this `info`.

        Raises:
            SealError: it was not.
        """
        for key in self._keys:
            try:
                return SUITE.decrypt(sealed, key, info=info)
            except (InvalidTag, ValueError):
                continue
        raise SealError("sealed for somebody else, bound otherwise, or damaged")


def new_reading_key() -> bytes:
    """Return a fresh private reading key."""
    lattice = MLKEM768PrivateKey.generate().private_bytes_raw()
    return lattice + X25519PrivateKey.generate().private_bytes_raw()


def public_of(private: bytes) -> bytes:
    """Return the public key of a private reading key.

    Raises:
        ValueError: the private key has not 96 bytes.
    """
    lattice, curve = _halves(private)
    return lattice.public_key().public_bytes_raw() + curve.public_key().public_bytes_raw()


def _private(private: bytes) -> MLKEM768X25519PrivateKey:
    return MLKEM768X25519PrivateKey(*_halves(private))


def _halves(private: bytes) -> tuple[MLKEM768PrivateKey, X25519PrivateKey]:
    if len(private) != PRIVATE_BYTES:
        raise ValueError(f"a private reading key has {PRIVATE_BYTES} bytes")
    return (
        MLKEM768PrivateKey.from_seed_bytes(private[:LATTICE_SEED]),
        X25519PrivateKey.from_private_bytes(private[LATTICE_SEED:]),
    )
