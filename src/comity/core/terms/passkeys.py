"""Passkeys: the public half of a key that one person holds and that signs when they touch it.

A passkey is written in one closed form for each algorithm, without the coordinates, exponents and
options that its usual form (COSE) leaves open: one key has one form, so a digest of it is a name.

Source: RFC 9053, sections 2.1 and 2.2, for ES256 and EdDSA; RFC 8812, section 2, for RS256.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from comity.core.terms.errors import Code, InputError, Place


class Algorithm(StrEnum):
    """How a passkey signs: ECDSA on P-256, Ed25519, or RSA with padding of PKCS #1 v1.5."""

    ES256 = "ES256"
    EDDSA = "EdDSA"
    RS256 = "RS256"


SIZES = {Algorithm.ES256: (64, 64), Algorithm.EDDSA: (32, 32), Algorithm.RS256: (256, 512)}
"""How many bytes a public key has, at least and at most."""

RSA_EXPONENT = 65537
"""The one exponent of an RSA key that is taken."""

COORDINATE_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Passkey:
    """The public key of a passkey.

    `public` is the two coordinates of the point (ES256), the 32 bytes of RFC 8032 (EdDSA), or the
    modulus, whose exponent is 65537 (RS256); the highest byte comes first, and no zero before it.
    """

    algorithm: Algorithm
    public: bytes

    def __post_init__(self) -> None:
        """Refuse what no key of this algorithm looks like.

        Raises:
            InputError: it has too few bytes or too many, or a modulus begins with zero.
        """
        least, most = SIZES[self.algorithm]
        is_padded = self.algorithm is Algorithm.RS256 and self.public[:1] == b"\0"
        if not least <= len(self.public) <= most or is_padded:
            raise InputError(
                Code.WRONG_TYPE,
                f"not a public key of {self.algorithm}",
                at=Place(name="a passkey"),
                advice=f"such a key has {least} to {most} bytes, and no zero before them",
            )


def passkey_from_cose(key: Mapping[int, object]) -> Passkey:
    """Return the passkey that a key in its usual form is, once its bytes (CBOR) have been read.

    Raises:
        InputError: it is of another algorithm or curve, lacks a part, or is no key.

    Source: RFC 9053, sections 7.1 and 7.2; RFC 8230, section 4, for keys of RSA.
    """
    match dict(key):
        case {1: 2, 3: -7, -1: 1, -2: bytes(x), -3: bytes(y)} if (
            len(x) == len(y) == COORDINATE_BYTES
        ):
            return Passkey(algorithm=Algorithm.ES256, public=x + y)
        case {1: 1, 3: -8, -1: 6, -2: bytes(x)}:
            return Passkey(algorithm=Algorithm.EDDSA, public=x)
        case {1: 3, 3: -257, -1: bytes(n), -2: b"\1\0\1"}:
            return Passkey(algorithm=Algorithm.RS256, public=n)
        case _:
            raise InputError(
                Code.WRONG_TYPE,
                "not a key that passkeys are taken with here",
                at=Place(name="a passkey"),
                advice=f"make a passkey of one of {', '.join(Algorithm)}",
            )
