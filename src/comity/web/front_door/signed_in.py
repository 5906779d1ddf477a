"""Signed in: who sent a request, if they signed in, and how sure that is."""

from typing import Any

from django.http import HttpRequest

from comity import settings
from comity.core.consent import Assurance
from comity.core.terms import PersonId
from comity.web.front_door.pages import now

RECENT = 300
"""Seconds for which a second step speaks for who is at the keyboard."""

STRONG = {"webauthn": Assurance.PASSKEY, "totp": Assurance.TOTP}
"""What a second step shows. A recovery code shows nothing: it is for getting back in."""


def person_of(request: HttpRequest) -> PersonId | None:
    """Return who signed in with a second step; None if nobody did."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or not has_second_step(request):
        return None
    return PersonId(user.pk)


def is_from_here(request: HttpRequest) -> bool:
    """Return whether this was sent from one of these pages.

    A browser says of every form from which place it comes, and no page can make it say otherwise.
    What another site wrote is not even kept to be sent again: one press would do what it wants.
    """
    return request.headers.get("Origin") == settings.origin()


def has_second_step(request: HttpRequest) -> bool:
    """Return whether whoever signed in has set up a second step, and so has taken it."""
    if not settings.has_accounts():
        return False
    from allauth.mfa.utils import is_mfa_enabled  # noqa: PLC0415 - is there where accounts are

    return bool(is_mfa_enabled(request.user))


def confirms_at(request: HttpRequest) -> str:
    """Return the name of the page where whoever signed in takes their second step once more."""
    from allauth.mfa.models import Authenticator  # noqa: PLC0415 - is there where accounts are

    own = Authenticator.objects.filter(user=request.user)
    has_passkey = own.filter(type=Authenticator.Type.WEBAUTHN).exists()
    return "mfa_reauthenticate_webauthn" if has_passkey else "mfa_reauthenticate"


def assurance_of(request: HttpRequest, within: int | None = RECENT) -> Assurance | None:
    """Return how sure it is who is at the keyboard: by a second step not longer ago than this.

    `within` is in seconds; None asks about the whole session. None comes back if there was none.
    """
    from allauth.account.internal.flows.login import (  # noqa: PLC0415 - is there where accounts are
        get_authentication_records,
    )

    taken: list[dict[str, Any]] = get_authentication_records(request, request.user)
    since = now().timestamp() - within if within is not None else 0
    strong = [
        STRONG[each["type"]] for each in taken if each.get("type") in STRONG and each["at"] > since
    ]
    return max(strong, key=lambda each: each is Assurance.PASSKEY, default=None)
