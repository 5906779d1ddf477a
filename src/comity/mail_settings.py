"""Mail settings: how a front door tells people that there is something to read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from comity.core.mail import MailAddress
from comity.core.terms import Code, InputError
from comity.files import read_bytes
from comity.setting import bad, host_and_port

MOST_SECRET: Final = 4_096


class MailBy(StrEnum):
    """Who hands mails over. The console only says that one would go out."""

    CONSOLE = "console"
    SMTP = "smtp"
    NOTIFY = "notify"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSettings:
    """How mails leave. `server` and `sender` are there for `smtp`, `template` for `notify`."""

    by: MailBy
    server: tuple[str, int] | None = None
    sender: MailAddress | None = None
    user: str = ""
    template: str = ""
    secret: str = field(default="", repr=False)


def mail(environ: Mapping[str, str]) -> MailSettings:
    """Return how a front door tells people by mail.

    Raises:
        InputError: something is missing or cannot be used. No secret is repeated.
    """
    written = environ.get("COMITY_MAIL", "").strip() or MailBy.CONSOLE
    if written not in set(MailBy):
        advice = f"write one of {', '.join(MailBy)}"
        raise bad("COMITY_MAIL", f"{written[:40]} is no way to tell people", advice)
    by = MailBy(written)
    if by is MailBy.SMTP:
        return _smtp(environ)
    if by is MailBy.NOTIFY:
        template = _needed(environ, "COMITY_MAIL_TEMPLATE", by)
        return MailSettings(by=by, template=template, secret=_secret(environ, by))
    return MailSettings(by=by)


def _smtp(environ: Mapping[str, str]) -> MailSettings:
    by, user = MailBy.SMTP, environ.get("COMITY_MAIL_USER", "").strip()
    sender = _needed(environ, "COMITY_MAIL_FROM", by)
    try:
        address = MailAddress(sender)
    except InputError:
        advice = f"write one, {MailAddress.wanted}"
        raise bad("COMITY_MAIL_FROM", f"{sender[:60]} is no address", advice) from None
    return MailSettings(
        by=by,
        server=host_and_port(_needed(environ, "COMITY_MAIL_SERVER", by), "COMITY_MAIL_SERVER"),
        sender=address,
        user=user,
        secret=_secret(environ, by) if user else "",
    )


def _secret(environ: Mapping[str, str], by: MailBy) -> str:
    name = "COMITY_MAIL_SECRET"
    file = _needed(environ, name, by)
    try:
        return read_bytes(file, MOST_SECRET).decode().strip()
    except (InputError, UnicodeError, ValueError):
        raise bad(name, "no such file can be read", "name the file with the secret") from None


def _needed(environ: Mapping[str, str], name: str, by: MailBy) -> str:
    found = environ.get(name, "").strip()
    if not found:
        advice = f"set it beside COMITY_MAIL={by}"
        raise bad(name, "it is not set", advice, Code.MISSING_KEY)
    return found
