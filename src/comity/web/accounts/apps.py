"""Apps: how Django knows the accounts."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People who sign in at a front door."""

    name = "comity.web.accounts"
    label = "accounts"
