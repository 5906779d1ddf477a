"""Passkey: what a person's own key signed when they said yes, and how every reader checks it.

A front door can write that somebody answered; it cannot touch their passkey. So a yes by passkey
brings what the passkey signed, over the digest of exactly this answer, and it is checked wherever
the answer is read: at the discloser, at the recipient, and by the auditor.

Which key it is remains the front door's word. A front door that makes up a key for somebody is not
found out by a signature; its key has never been seen before, and that is shown.

Steps, with the numbers of the source; steps 1 to 8 and 18 are of the page that asks the passkey:

- (9, 10) The client data are a JSON object, read strictly but for keys that are not known here.
- (11) They are of an assertion, (12) for this very answer, (13) made on a page of the front door,
  and not in a frame of somebody else's page.
- (15) The authenticator signed for the front door's name, (16) somebody was there, (17) and showed
  who they are with a finger, a face or a code. No new key comes with it.
- (19, 20) The signature is by the passkey, over both.

Not done: (14) token binding, which no browser has any more, and (21) the authenticator's count of
its signatures, since one answer can be signed but once.

Source: Web Authentication Level 2, section 7.2, and section 6.1 for the authenticator's data.
"""

import re
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from hashlib import sha256

from comity.core.terms import (
    Code,
    Digest,
    InputError,
    Limits,
    Passkey,
    Place,
    SignatureError,
    Verifier,
    digest_of,
    read_json,
)

CLIENT_DATA_LIMITS = Limits(size=2048, depth=8, values=100)
MOST_AUTHENTICATOR_DATA = 1024
MOST_SIGNATURE = 512

RP_HASH_BYTES, FLAGS_AT, WITHOUT_EXTENSIONS = 32, 32, 37
PRESENT, VERIFIED, BRINGS_KEY, HAS_EXTENSIONS = 0x01, 0x04, 0x40, 0x80
"""The flags of an authenticator: somebody was there, and showed who they are; what follows."""

_LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
MOST_NAME = 253
NAME = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
ORIGIN = re.compile(r"(https?)://([a-z0-9.-]{1,253})(?::[0-9]{1,5})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Assertion:
    """What a passkey signed, as the browser gave it, and the key that signed it.

    `rp` is the name of the front door's site (the *relying party*) that the passkey was made for.
    """

    passkey: Passkey
    rp: str
    client_data: bytes
    authenticator_data: bytes
    signature: bytes

    def __post_init__(self) -> None:
        """Refuse what is too large or no name of a site: no part is a place for a text.

        Raises:
            InputError: one of them is.
        """
        if len(self.rp) > MOST_NAME or not NAME.fullmatch(self.rp):
            raise _wrong("its site is not named as a domain in small letters")
        sizes = (
            (self.client_data, CLIENT_DATA_LIMITS.size),
            (self.authenticator_data, MOST_AUTHENTICATOR_DATA),
            (self.signature, MOST_SIGNATURE),
        )
        if any(len(part) > most for part, most in sizes):
            raise _wrong("one of its parts is larger than any authenticator makes it")

    @property
    def digest(self) -> Digest:
        """The name of the passkey: of its key, and of the site that it was made for."""
        key = self.passkey
        return digest_of([self.rp, key.algorithm.value, key.public.hex()])


def check_assertion(assertion: Assertion, challenge: bytes, verifier: Verifier) -> None:
    """Return if the passkey signed this challenge on the site that is named, touched by somebody.

    Raises:
        SignatureError: it did not.
    """
    _check_client_data(assertion, challenge)
    _check_authenticator_data(assertion)
    message = assertion.authenticator_data + sha256(assertion.client_data).digest()
    verifier.check_passkey(assertion.passkey, assertion.signature, message)


def _check_client_data(assertion: Assertion, challenge: bytes) -> None:
    try:
        data = read_json(assertion.client_data, "the client data", CLIENT_DATA_LIMITS)
    except InputError as error:
        raise SignatureError(f"what a passkey signed cannot be read: {error}") from None
    if data.get("type") != "webauthn.get":
        raise SignatureError("what a passkey signed is no assertion")
    if data.get("challenge") != urlsafe_b64encode(challenge).decode().rstrip("="):
        raise SignatureError("a passkey signed something else than this answer")
    if not _is_of(assertion.rp, data.get("origin")):
        raise SignatureError(f"a passkey was asked on a page that is not of {assertion.rp}")
    if data.get("crossOrigin", False) is not False:
        raise SignatureError("a passkey was asked within somebody else's page")


def _is_of(rp: str, origin: object) -> bool:
    """Return whether an origin is a page of the site: its host or one below it, and encrypted.

    On the machine itself, for a demonstration, it need not be encrypted.
    """
    found = ORIGIN.fullmatch(origin) if isinstance(origin, str) else None
    if found is None:
        return False
    scheme, host = found.groups()
    is_here = host == "localhost" or host.endswith(".localhost")
    return (scheme == "https" or is_here) and (host == rp or host.endswith(f".{rp}"))


def _check_authenticator_data(assertion: Assertion) -> None:
    data = assertion.authenticator_data
    if len(data) < WITHOUT_EXTENSIONS:
        raise SignatureError("the data of an authenticator are too short")
    if data[:RP_HASH_BYTES] != sha256(assertion.rp.encode()).digest():
        raise SignatureError(f"a passkey signed for another site than {assertion.rp}")
    flags = data[FLAGS_AT]
    if not flags & PRESENT or not flags & VERIFIED:
        raise SignatureError("a passkey signed without anybody who showed who they are")
    is_longer = len(data) > WITHOUT_EXTENSIONS
    if flags & BRINGS_KEY or is_longer != bool(flags & HAS_EXTENSIONS):
        raise SignatureError("the data of an authenticator hold something else than an assertion")


def _wrong(message: str) -> InputError:
    return InputError(
        Code.WRONG_TYPE,
        message,
        at=Place(name="what a passkey signed"),
        advice="take it as the browser gave it",
    )
