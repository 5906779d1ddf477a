"""Passkeys of people: an authenticator in software that signs what a browser would have it sign."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

from comity.core.consent import Assertion, Said, challenge_of, with_assertion
from comity.core.terms import Algorithm, Passkey

RP = "door.example"
PRESENT, VERIFIED, BACKED_UP, BRINGS_KEY, HAS_EXTENSIONS = 0x01, 0x04, 0x18, 0x40, 0x80
CURVE = ec.SECP256R1()


@dataclass(frozen=True, slots=True)
class Authenticator:
    """Somebody's passkey for a site, touched and unlocked whenever it is asked."""

    passkey: Passkey
    sign: Callable[[bytes], bytes]
    rp: str = RP

    def touched(
        self,
        challenge: bytes,
        /,
        flags: int = PRESENT | VERIFIED,
        more: bytes = b"",
        signed_for: str = "",
        **client: Any,  # noqa: ANN401 - any field of the client data
    ) -> Assertion:
        """Return what a browser gives for a challenge, with some fields of the client data changed.

        A field that is None is left out. `signed_for` is another site than the one that is named.
        """
        fields = {
            "type": "webauthn.get",
            "challenge": urlsafe_b64encode(challenge).decode().rstrip("="),
            "origin": f"https://{self.rp}",
            "crossOrigin": False,
            **client,
        }
        written = json.dumps({name: each for name, each in fields.items() if each is not None})
        return self.signing(
            written.encode(),
            sha256((signed_for or self.rp).encode()).digest() + bytes([flags]) + bytes(4) + more,
        )

    def signing(self, client_data: bytes, data: bytes) -> Assertion:
        """Return an assertion of these bytes, whatever they are."""
        signature = self.sign(data + sha256(client_data).digest())
        return Assertion(
            passkey=self.passkey, rp=self.rp, client_data=client_data, authenticator_data=data,
            signature=signature,
        )  # fmt: skip

    def says(self, said: Said) -> Said:
        """Return an answer with what this passkey signed over it."""
        return with_assertion(said, self.touched(challenge_of(said)))

    def at(self, rp: str) -> "Authenticator":
        """Return the same key as it would stand for another site."""
        return replace(self, rp=rp)


def es256(number: int = 1) -> Authenticator:
    """Return a passkey of ECDSA, always the same for a number."""
    private = ec.derive_private_key(number + 10**6, CURVE)
    point = private.public_key().public_numbers()
    public = point.x.to_bytes(32) + point.y.to_bytes(32)
    key = Passkey(algorithm=Algorithm.ES256, public=public)
    return Authenticator(key, lambda message: private.sign(message, ec.ECDSA(SHA256())))


def eddsa(number: int = 1) -> Authenticator:
    """Return a passkey of Ed25519, always the same for a number."""
    private = ed25519.Ed25519PrivateKey.from_private_bytes(number.to_bytes(32))
    public = private.public_key().public_bytes_raw()
    return Authenticator(Passkey(algorithm=Algorithm.EDDSA, public=public), private.sign)


@cache
def rs256() -> Authenticator:
    """Return a passkey of RSA, made once in a run."""
    private = rsa.generate_private_key(65537, 2048)
    public = private.public_key().public_numbers().n.to_bytes(256)
    key = Passkey(algorithm=Algorithm.RS256, public=public)
    return Authenticator(key, lambda message: private.sign(message, padding.PKCS1v15(), SHA256()))


KINDS: tuple[Callable[[], Authenticator], ...] = (es256, eddsa, rs256)


def spoken(said: Said, by: Authenticator | None = None) -> Said:
    """Return an answer as its form asks for: with what a passkey signed if it is a yes by one."""
    return (by or eddsa()).says(said) if said.is_by_passkey() else with_assertion(said, None)


def cose(passkey: Passkey) -> dict[int, object]:
    """Return a passkey in its usual form.

    Source: RFC 9053, sections 7.1 and 7.2; RFC 8230, section 4.
    """
    match passkey.algorithm:
        case Algorithm.ES256:
            return {1: 2, 3: -7, -1: 1, -2: passkey.public[:32], -3: passkey.public[32:]}
        case Algorithm.EDDSA:
            return {1: 1, 3: -8, -1: 6, -2: passkey.public}
        case Algorithm.RS256:
            return {1: 3, 3: -257, -1: passkey.public, -2: b"\1\0\1"}
