"""Own passkeys: those of whoever is signed in, and what one of them signed."""

from collections.abc import Mapping
from typing import Any

from allauth.mfa.base.internal.flows import check_rate_limit
from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from fido2.utils import websafe_encode
from fido2.webauthn import AttestedCredentialData, AuthenticationResponse

from comity.core.consent import Assertion
from comity.core.terms import InputError, Limits, passkey_from_cose, read_json
from comity.web.accounts.adapters import site

ANSWER_LIMITS = Limits(size=16 << 10, depth=8, values=100)
TIMEOUT_MILLISECONDS = 300_000


def asks_for(request: HttpRequest, challenge: bytes) -> dict[str, Any] | None:
    """Return what a page asks the browser: one's own passkey to sign this; None if none is."""
    own = _own(request)
    if not own:
        return None
    options = {
        "challenge": websafe_encode(challenge),
        "rpId": site(),
        "allowCredentials": [{"type": "public-key", "id": websafe_encode(each)} for each in own],
        "userVerification": "required",
        "timeout": TIMEOUT_MILLISECONDS,
    }
    return {"request_options": {"publicKey": options}}


def has_passkey(request: HttpRequest) -> bool:
    """Return whether whoever is signed in has one."""
    return bool(_own(request))


def signed(request: HttpRequest, written: str) -> Assertion | None:
    """Return what the browser says that one's own passkey signed; None if it is none of them.

    Whether it signed the right thing is for whoever takes it.
    """
    try:
        answer = AuthenticationResponse.from_dict(
            dict(read_json(written.encode(), "a passkey's answer", ANSWER_LIMITS))
        )
        key = _own(request).get(bytes(answer.raw_id))
        if key is None:
            return None
        response = answer.response
        return Assertion(
            passkey=passkey_from_cose(dict(key.public_key)),
            rp=site(),
            client_data=bytes(response.client_data),
            authenticator_data=bytes(response.authenticator_data),
            signature=bytes(response.signature),
        )
    except (InputError, TypeError, ValueError, KeyError):
        return None


def has_code(request: HttpRequest) -> bool:
    """Return whether whoever is signed in has one-time codes from an app."""
    return _app(request) is not None


def code_is_right(request: HttpRequest, written: str) -> bool:
    """Return whether this is a one-time code of whoever is signed in, not used before.

    Recovery codes are for getting back in, and none of them is right here.
    """
    app = _app(request)
    if app is None:
        return False
    try:
        well = check_rate_limit(request.user)
    except ValidationError:
        return False
    if not app.wrap().validate_code(written):
        return False
    well()
    return True


def _app(request: HttpRequest) -> Any:  # noqa: ANN401 - the library is untyped
    found = Authenticator.objects.filter(user=request.user, type=Authenticator.Type.TOTP)
    return found.first()


def _own(request: HttpRequest) -> Mapping[bytes, AttestedCredentialData]:
    """Return one's own passkeys by their ids."""
    rows = Authenticator.objects.filter(user=request.user, type=Authenticator.Type.WEBAUTHN)
    data = [each.wrap().authenticator_data.credential_data for each in rows]
    return {bytes(each.credential_id): each for each in data if each is not None}
