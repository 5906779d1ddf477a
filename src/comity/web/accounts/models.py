"""Models: a person who signs in."""

import os
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.validators import RegexValidator
from django.db import models

NAME_LENGTH = 40
PERSON_BYTES = 10


def new_person() -> str:
    """Return the id of a new person: what mandates, memberships and the ledger know them by."""
    return f"person-{os.urandom(PERSON_BYTES).hex()}"


class Person(AbstractBaseUser):
    """Somebody with an account. Nothing here says who they are or for whom they work."""

    id = models.CharField(primary_key=True, max_length=64, default=new_person, editable=False)
    username = models.CharField(
        unique=True,
        max_length=NAME_LENGTH,
        validators=[RegexValidator(r"\A[a-z0-9][a-z0-9._-]*\Z")],
    )
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(auto_now_add=True)

    objects = BaseUserManager["Person"]()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        """Where they are kept."""

        app_label = "accounts"

    def __str__(self) -> str:
        """Return the name that they sign in with."""
        return self.username
