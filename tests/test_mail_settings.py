"""How mails leave is said by settings; a bad one says which, and repeats no secret."""

from pathlib import Path

import pytest

from comity import settings
from comity.bootstrap import notifier
from comity.core.terms import InputError
from comity.mail_settings import MailBy, MailSettings, mail
from comity.wire.console import ConsoleNotifier
from comity.wire.govuk_notify import GovukNotifier
from comity.wire.smtp import SmtpNotifier
from tests.node.world import Clock
from tests.wire.mail_servers import KEY, TEMPLATE

DOOR = {"COMITY_ROLE": "front-door"}
SERVER, FROM, USER, SECRET, TEMPLATE_AT = (
    f"COMITY_MAIL_{each}" for each in ("SERVER", "FROM", "USER", "SECRET", "TEMPLATE")
)
SMTP = {"COMITY_MAIL": "smtp", SERVER: "mail.example:587", FROM: "reports@door.example"}
NOTIFY = {"COMITY_MAIL": "notify", TEMPLATE_AT: TEMPLATE}


@pytest.fixture
def secret(tmp_path: Path) -> dict[str, str]:
    """Return the setting of a file with a key."""
    (tmp_path / "secret").write_text(f"a-key-{KEY.service}-{KEY.secret}\n")
    return {SECRET: str(tmp_path / "secret")}


def kind_of(found: MailSettings | None) -> type[object] | None:
    made = notifier(found, Clock().now) if found else None
    return type(made) if made else None


def test_a_front_door_says_on_the_console_that_mails_would_go_out_unless_told_otherwise() -> None:
    assert kind_of(settings.node(DOOR).mail) is ConsoleNotifier
    assert kind_of(mail({"COMITY_MAIL": "nobody"})) is None


def test_a_body_tells_nobody_by_mail() -> None:
    assert settings.node({"COMITY_ROLE": "body", "COMITY_BODY": "ICO", **SMTP}).mail is None


def test_an_exercise_tells_nobody_by_mail(tmp_path: Path, secret: dict[str, str]) -> None:
    (tmp_path / settings.EXERCISE).touch()
    for each in (SMTP, {**NOTIFY, **secret}, {}):
        assert settings.node({**DOOR, **each, "COMITY_HOME": str(tmp_path)}).mail is None


def test_mails_leave_by_a_mail_server_or_by_notify(secret: dict[str, str]) -> None:
    found = mail({**SMTP, USER: "door", **secret})
    assert (found.by, found.server, found.user) == (MailBy.SMTP, ("mail.example", 587), "door")
    assert kind_of(found) is SmtpNotifier
    assert kind_of(mail({**NOTIFY, **secret})) is GovukNotifier
    assert KEY.secret not in repr(found)


@pytest.mark.parametrize(
    ("environ", "named"),
    [
        ({"COMITY_MAIL": "pigeon"}, "COMITY_MAIL"),
        ({**SMTP, SERVER: ""}, SERVER),
        ({**SMTP, SERVER: "mail.example"}, SERVER),
        ({**SMTP, FROM: ""}, FROM),
        ({**SMTP, FROM: "a@b.example\nBcc: c@d.example"}, FROM),
        ({**SMTP, USER: "door"}, SECRET),
        ({**SMTP, USER: "door", SECRET: "/nowhere/at/all"}, SECRET),
        ({**SMTP, USER: "door", SECRET: "\0"}, SECRET),
        (NOTIFY, SECRET),
        ({"COMITY_MAIL": "notify"}, TEMPLATE_AT),
    ],
)
def test_a_bad_setting_is_named(environ: dict[str, str], named: str) -> None:
    with pytest.raises(InputError) as caught:
        mail(environ)
    assert caught.value.at.name == named


def test_a_key_that_is_none_is_not_repeated(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("Quokka-7713")
    found = mail({**NOTIFY, SECRET: str(tmp_path / "secret")})
    with pytest.raises(InputError) as caught:
        notifier(found, Clock().now)
    assert "Quokka" not in f"{caught.value} {caught.value.advice}"
