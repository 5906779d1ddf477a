"""What a passkey signed is judged as `fido2` judges it, and more strictly where that is said."""

from collections.abc import Callable
from typing import Any

import pytest
from fido2.cose import CoseKey
from fido2.server import Fido2Server
from fido2.utils import websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestedCredentialData,
    AuthenticationResponse,
    AuthenticatorAssertionResponse,
    AuthenticatorData,
    CollectedClientData,
    PublicKeyCredentialRpEntity,
)

from comity.core.consent import Assertion
from comity.core.consent.passkey import check_assertion
from comity.core.terms import SignatureError, passkey_from_cose
from comity.wire.signing import Ed25519Verifier
from tests.core.consent.test_passkey import WRONG
from tests.passkeys import KINDS, PRESENT, RP, VERIFIED, Authenticator, cose

CHALLENGE, CREDENTIAL = bytes(range(32)), b"credential"
STRICTER = frozenset({
    "a frame", "a frame, as a text", "a new key", "a new key of no bytes",
    "extensions of no bytes", "bytes that nothing announces", "a person before the site",
})  # fmt: skip
"""What is refused here and taken, or not looked at, there: frames, origins that no browser writes,
and what follows the flags."""


def holds(assertion: Assertion) -> bool:
    """Return whether every reader of an answer takes it."""
    try:
        check_assertion(assertion, CHALLENGE, Ed25519Verifier())
    except SignatureError:
        return False
    return True


def holds_for_the_peer(assertion: Assertion) -> bool:
    """Return whether fido2's server takes it, asked for the same."""
    key = CoseKey.parse(cose(assertion.passkey))
    known = AttestedCredentialData.create(bytes(Aaguid.NONE), CREDENTIAL, key)
    server = Fido2Server(PublicKeyCredentialRpEntity(name="a front door", id=RP))
    state = {"challenge": websafe_encode(CHALLENGE), "user_verification": "required"}
    try:
        response = AuthenticationResponse(
            raw_id=CREDENTIAL,
            response=AuthenticatorAssertionResponse(
                client_data=CollectedClientData(assertion.client_data),
                authenticator_data=AuthenticatorData(assertion.authenticator_data),
                signature=assertion.signature,
            ),
        )
        server.authenticate_complete(state, [known], response)
    except (ValueError, KeyError, TypeError, AttributeError):
        return False
    return True


@pytest.mark.parametrize("kind", KINDS)
def test_both_take_what_an_authenticator_signed(kind: Callable[[], Authenticator]) -> None:
    by = kind()
    assertion = by.touched(CHALLENGE, flags=PRESENT | VERIFIED | 0x80, more=b"\xa0")
    assert holds(assertion)
    assert holds_for_the_peer(assertion)
    assert passkey_from_cose(CoseKey.parse(cose(by.passkey))) == by.passkey


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", WRONG)
def test_both_refuse_what_was_signed_otherwise(
    name: str, kind: Callable[[], Authenticator]
) -> None:
    how: dict[str, Any] = WRONG[name][0]
    assertion = kind().touched(CHALLENGE, **how)
    assert not holds(assertion)
    assert name in STRICTER or not holds_for_the_peer(assertion)


def test_the_list_of_what_is_stricter_here_names_what_the_comparison_has() -> None:
    assert WRONG.keys() >= STRICTER
