"""Signed: a document and the signature over exactly its bytes.

What is signed is never written again: the bytes travel and are kept as they were signed, so a
signature taken today can be checked in ten years. The core says what is signed; who holds the
keys is behind the ports `Signer` and `Verifier`.

Source: DSSE 1.0 (Dead Simple Signing Envelope), protocol and pre-authentication encoding.
"""

import re
from dataclasses import dataclass
from typing import Protocol

from comity.core.terms.errors import Code, InputError, Place
from comity.core.terms.passkeys import Passkey

KEY_ID = re.compile(r"[0-9a-f]{64}")
SIGNATURE_BYTES = 64


class Signer(Protocol):
    """Signs with one private key, which never leaves it."""

    @property
    def public(self) -> bytes:
        """The public key, 32 bytes of Ed25519."""
        ...

    def sign(self, message: bytes) -> bytes:
        """Return the signature over a message, 64 bytes.

        Source: RFC 8032.
        """
        ...


class Verifier(Protocol):
    """Checks signatures. It returns nothing: a signature that does not hold is an error."""

    def check(self, public: bytes, signature: bytes, message: bytes) -> None:
        """Return if the signature over the message is by this key.

        Raises:
            SignatureError: it is not.
        """
        ...

    def check_passkey(self, passkey: Passkey, signature: bytes, message: bytes) -> None:
        """Return if the signature over the message is by this passkey.

        Raises:
            SignatureError: it is not, or the passkey is no point, or a weak key.

        Source: Web Authentication Level 2, section 6.5, for the forms of assertion signatures.
        """
        ...


class SignatureError(ValueError):
    """A signature that does not hold, or is by a key that is not the expected one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """One signature, and the public key that it is by (a claim until it is checked)."""

    keyid: str
    sig: bytes

    def __post_init__(self) -> None:
        """Refuse what no key and no signature looks like: neither is a place for a text.

        Raises:
            InputError: the key is not 32 bytes in hexadecimal digits, or the signature not 64.
        """
        if not KEY_ID.fullmatch(self.keyid) or len(self.sig) != SIGNATURE_BYTES:
            raise InputError(
                Code.WRONG_TYPE,
                "not a signature",
                at=Place(name="a signature"),
                advice="a key has 64 hexadecimal digits, a signature of it 64 bytes",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """A document as it was signed: its type, its bytes, and signatures over both."""

    payloadType: str  # noqa: N815 - the name that DSSE gives it
    payload: bytes
    signatures: tuple[Signature, ...]

    def check(self, kind: str, public: bytes, verifier: Verifier) -> bytes:
        """Return the bytes, if they are of this type and signed by this key.

        Raises:
            SignatureError: they are not.
        """
        if self.payloadType != kind:
            raise SignatureError(f"a document of another type than {kind}")
        for each in self.signatures:
            if each.keyid == public.hex():
                verifier.check(public, each.sig, pae(kind, self.payload))
                return self.payload
        raise SignatureError(f"a {kind} that is not signed by the key that is pinned for it")


def pae(kind: str, payload: bytes) -> bytes:
    """Return what is signed for a document: its type and its bytes, each with its length.

    Source: DSSE 1.0, pre-authentication encoding.
    """
    kind_bytes = kind.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind_bytes), kind_bytes, len(payload), payload)


def signed(kind: str, payload: bytes, signer: Signer) -> Signed:
    """Return a document with one signature."""
    signature = signer.sign(pae(kind, payload))
    return Signed(
        payloadType=kind,
        payload=payload,
        signatures=(Signature(keyid=signer.public.hex(), sig=signature),),
    )
