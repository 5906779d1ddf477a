"""Apps: how Django knows the accounts."""

from django.apps import AppConfig
from django.http import HttpRequest


class AccountsConfig(AppConfig):
    """People who sign in at a front door."""

    name = "comity.web.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Let no session outlast a new second step that did not take one."""
        from allauth.mfa.signals import authenticator_added  # noqa: PLC0415 - once all apps are there

        authenticator_added.connect(_end_others)


def _end_others(request: HttpRequest, user: object, **_: object) -> None:
    """End every other session: whoever knew the password alone may be in one of them."""
    from allauth.usersessions.internal.flows import sessions  # noqa: PLC0415 - needs all apps

    sessions.end_other_sessions(request, user)
