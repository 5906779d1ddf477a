"""Adapters: what the sign-in library asks us: how secrets are kept, and that nothing is mailed.

The attacker may read an organisation's mail. So mail opens nothing here: no link signs anybody in,
no message resets a password, and no address is asked for.
"""

from functools import cache
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.utils.translation import get_language

from comity import settings
from comity.bootstrap import this_node
from comity.node.contents import data_key
from comity.web.front_door.words import said
from comity.words.catalogue import Language

KEY, PLACE = "accounts", "accounts/second-step"
NOWHERE = "0.0.0.0"  # noqa: S104 - the address of nobody: none is kept
NAME = "Comity"
PASSWORD = "reauthenticate"  # noqa: S105 - how the library names the way, not a password
TOUCH = "mfa_reauthenticate:webauthn"


@cache
def wrapped_key() -> bytes:
    """Return the data key of second steps, as it is kept; it is made if there is none.

    The library asks for it within transactions of its own, and the store opens none within
    another. So it is read once, before the first page is served.
    """
    node = this_node()
    with node.store.writing() as records:
        return data_key(records, node, KEY).wrapped


def as_locked(kept: str) -> bytes:
    """Return what is locked, from how a column of text keeps it.

    Raises:
        ValueError: it is not kept so.
    """
    return int(kept, 16).to_bytes((len(kept) + 1) // 2)


def site() -> str:
    """Return the name that passkeys are made for here: that under which people reach the pages."""
    return urlsplit(settings.origin()).hostname or ""


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # the library is untyped
    """Signs people in by what they know and hold, and never by mail."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send nothing, whoever asks for it."""

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as the library has it
        """Send nothing, whoever asks for it."""

    def add_message(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as the library has it
        """Say nothing beside the page: it says what happened itself."""

    def get_reauthentication_methods(self, user: AbstractBaseUser) -> list[dict[str, Any]]:
        """Return how somebody shows once more who they are: the first is what they are asked for.

        Whoever has a second step shows that and not the password; a passkey comes before a code.
        """
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        strong = [each for each in methods if each["id"] != PASSWORD]
        return sorted(strong, key=lambda each: each["id"] != TOUCH) or methods

    def get_client_ip(self, request: HttpRequest) -> str:  # noqa: ARG002 - the library's own signature
        """Return no address: none reaches these pages, and none is kept."""
        return NOWHERE


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # the library is untyped
    """Keeps the secrets of second steps under this node's vault, and names these pages to keys."""

    def encrypt(self, text: str) -> str:
        """Return a secret as it is kept."""
        return this_node().keys.vault.lock(wrapped_key(), PLACE, text.encode()).hex()

    def decrypt(self, encrypted_text: str) -> str:
        """Return a secret that was kept."""
        locked = as_locked(encrypted_text)
        return this_node().keys.vault.unlock(wrapped_key(), PLACE, locked).decode()

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Return what passkeys are made for: the name under which people reach these pages."""
        return {"id": site(), "name": NAME}

    def get_public_key_credential_user_entity(self, user: AbstractBaseUser) -> dict[str, object]:
        """Return what a passkey says of its owner: the name that they sign in with."""
        name = user.get_username()
        return {"id": str(user.pk).encode(), "display_name": name, "name": name}

    def generate_authenticator_name(self, user: Any, type: str) -> str:  # noqa: A002, ANN401 - as the library has it
        """Return what a passkey is called by whose owner has not named it."""
        number = user.authenticator_set.filter(type=type).count() + 1
        language = Language(get_language() or Language.ENGLISH)
        return said("account.passkeys.usual", language, number=number)

    def get_totp_label(self, user: AbstractBaseUser) -> str:
        """Return what an app for one-time codes shows."""
        return user.get_username()
