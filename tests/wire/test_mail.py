"""Whatever hands mails over says the same to everybody, within its time, or says that it failed."""

import io
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.core.mail import MailAddress, Notifier, NotToldError
from comity.core.mail.address import ATOM
from comity.core.terms import InputError
from comity.wire.console import ConsoleNotifier
from comity.wire.govuk_notify import GovukNotifier, NotifyKey, read_key, token
from comity.wire.smtp import MailServer, SmtpNotifier, Way, usual_way
from comity.words.mail import Mail
from tests.wire.mail_servers import (
    KEY,
    TEMPLATE,
    Manner,
    certified,
    is_authorised,
    notify_server,
    smtp_server,
)
from tests.wire.servers import answer, http_server, raw_server

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
WORDS = Mail("There is something to read", ".Sign in.\n.\nMae rhywbeth \u0175.\n")
ANNA, BEN = MailAddress("anna@mail.example"), MailAddress("ben@other.example")
SENDER = MailAddress("reports@door.example")
SIGNED_IN = {"user": "door", "password": "secret"}
SECONDS = 0.5


def noon() -> datetime:
    return NOON


def smtp(port: int, **fields: object) -> SmtpNotifier:
    """Return what hands mails to a server on this machine."""
    context = fields.pop("context", None)
    given_: dict[str, object] = {"host": "localhost", "way": Way.PLAIN, "sender": SENDER, **fields}
    server = MailServer(port=port, **given_)  # type: ignore[arg-type]  # fields of any type
    return SmtpNotifier(WORDS, server, noon, seconds=SECONDS, context=context)  # type: ignore[arg-type]  # as above


def notify(port: int, key: NotifyKey = KEY, template: str = TEMPLATE) -> GovukNotifier:
    return GovukNotifier(key, template, noon, address=f"http://localhost:{port}", seconds=SECONDS)


# ------------------------------------------------------------------ what holds for all


class Able(NamedTuple):
    """Something that tells people, and what it has handed over so far."""

    notifier: Notifier
    handed_over: Callable[[], list[bytes]]
    says_to_whom: bool


@contextmanager
def by_console() -> Iterator[Able]:
    stream = io.StringIO()
    mails = lambda: stream.getvalue().encode().split(b"a mail would")[1:]  # noqa: E731 - one short reader
    yield Able(ConsoleNotifier(WORDS, stream), mails, says_to_whom=False)


@contextmanager
def by_smtp() -> Iterator[Able]:
    with smtp_server() as box:
        yield Able(smtp(box.port), lambda: box.mails, says_to_whom=True)


@contextmanager
def by_notify() -> Iterator[Able]:
    with notify_server(NOON.timestamp) as seen:
        yield Able(notify(seen.port), lambda: seen.bodies, says_to_whom=True)


@pytest.fixture(params=[by_console, by_smtp, by_notify], ids=["console", "smtp", "notify"])
def able(request: pytest.FixtureRequest) -> Iterator[Able]:
    """Return each way of telling people."""
    with request.param() as found:
        yield found


def test_each_call_hands_one_mail_over(able: Able) -> None:
    for each in (ANNA, BEN, ANNA):
        able.notifier.tell(each)
    assert len(able.handed_over()) == 3


def test_every_mail_has_the_same_bytes_but_for_the_address(able: Able) -> None:
    for each in (ANNA, BEN, ANNA):
        able.notifier.tell(each)
    to_anna, to_ben, again = able.handed_over()
    assert to_anna == again
    assert to_ben.replace(BEN.encode(), ANNA.encode()) == to_anna


def test_a_mail_goes_to_whom_it_is_for_and_no_other_place_says_to_whom(able: Able) -> None:
    able.notifier.tell(ANNA)
    [mail] = able.handed_over()
    assert (ANNA.encode() in mail) is able.says_to_whom


# ------------------------------------------------------------------ SMTP


def test_a_mail_server_gets_one_whole_mail_with_the_words_and_nothing_else() -> None:
    with smtp_server() as box:
        smtp(box.port).tell(ANNA)
    assert box.commands == [
        "EHLO door.example", "MAIL FROM:<reports@door.example>", "RCPT TO:<anna@mail.example>",
        "DATA", "QUIT",
    ]  # fmt: skip  # as they were said
    mail = message_from_bytes(box.mails[0], policy=default)
    assert dict(mail.items()).keys() == {
        "From", "To", "Subject", "Date", "Auto-Submitted", "MIME-Version", "Content-Type",
        "Content-Transfer-Encoding",
    }  # fmt: skip  # a list to read down
    assert (mail["To"], mail["From"], mail["Subject"]) == (ANNA, SENDER, WORDS.subject)
    assert mail.get_content() == WORDS.text.replace("\n", "\r\n")


ANY_SERVER = smtp(25)
NAMES = st.from_regex(rf"{ATOM}(\.{ATOM})*", fullmatch=True).map(lambda name: name[:60].strip("."))


@settings(max_examples=200)
@given(NAMES.filter(lambda name: ".." not in name), st.sampled_from(["x.example", "xn--a.example"]))
def test_whatever_an_address_is_a_mail_goes_to_it_alone_and_its_head_stays_as_it_is(
    name: str, domain: str
) -> None:
    to = MailAddress(f"{name}@{domain}")
    mail = message_from_bytes(ANY_SERVER._mail(to), policy=default)
    assert [each.addr_spec for each in mail["To"].addresses] == [to]
    assert mail.keys() == message_from_bytes(ANY_SERVER._mail(ANNA), policy=default).keys()


def test_a_mail_over_starttls_says_nothing_in_the_clear(tmp_path: Path) -> None:
    server, trusting = certified(tmp_path)
    with smtp_server(Manner(context=server, knows="door:secret")) as box:
        smtp(
            box.port, way=Way.STARTTLS, **SIGNED_IN, context=trusting
        ).tell(ANNA)  # fmt: skip  # one call
    assert len(box.mails) == 1
    assert box.in_the_clear == ["EHLO door.example", "STARTTLS"]


def test_a_mail_over_tls_from_the_beginning_says_nothing_in_the_clear(tmp_path: Path) -> None:
    server, trusting = certified(tmp_path)
    with smtp_server(Manner(context=server, is_encrypted_at_once=True)) as box:
        smtp(box.port, way=Way.TLS, context=trusting).tell(ANNA)
    assert (len(box.mails), box.in_the_clear) == (1, [])


@pytest.mark.parametrize("way", [Way.STARTTLS, Way.TLS])
@pytest.mark.parametrize("name", ["localhost", "elsewhere.example"])
def test_a_server_that_is_not_known_or_is_another_one_gets_no_mail(
    tmp_path: Path, way: Way, name: str
) -> None:
    server, trusting = certified(tmp_path / "shown", name)
    if name == "localhost":
        _, trusting = certified(tmp_path / "other")
    manner = Manner(context=server, is_encrypted_at_once=way is Way.TLS)
    with smtp_server(manner) as box, pytest.raises(NotToldError, match="cannot be encrypted"):
        smtp(box.port, way=way, **SIGNED_IN, context=trusting).tell(ANNA)
    assert box.mails == []
    assert not any("AUTH" in each or "RCPT" in each for each in box.commands)


def test_a_server_that_takes_encryption_away_gets_neither_password_nor_address() -> None:
    manner = Manner(instead={"STARTTLS": b"502 what?\r\n"})
    with smtp_server(manner) as box, pytest.raises(NotToldError, match="does not take"):
        smtp(box.port, way=Way.STARTTLS, **SIGNED_IN).tell(ANNA)
    assert box.commands == ["EHLO door.example", "STARTTLS"]


def test_what_was_said_before_encryption_is_not_heard_after_it(tmp_path: Path) -> None:
    server, trusting = certified(tmp_path)
    slipped_in = b"220 go on\r\n250 x\r\n250 x\r\n250 x\r\n354 x\r\n250 x\r\n"
    manner = Manner(context=server, instead={"STARTTLS": slipped_in})
    with smtp_server(manner) as box, pytest.raises(NotToldError):
        smtp(box.port, way=Way.STARTTLS, context=trusting).tell(ANNA)
    assert not any("MAIL" in each for each in box.commands)


@pytest.mark.parametrize("verb", ["GREETING", "EHLO", "AUTH", "MAIL", "RCPT", "DATA", "."])
@pytest.mark.parametrize(
    "instead",
    [
        b"550 no\r\n", b"421 later\r\n", b"", b"junk\r\n", b"2\r\n", b"\r\n", b"250",
        b"250-never ends\r\n" * 100, b"x" * 70_000, b"250-" + b"x" * 70_000, b"\xff\xfe\0\r\n",
    ],
)  # fmt: skip  # a list to read down
def test_whatever_a_server_answers_the_mail_is_not_taken_for_told(
    verb: str, instead: bytes
) -> None:
    with smtp_server(Manner(instead={verb: instead})) as box:
        began = time.monotonic()
        with pytest.raises(NotToldError) as caught:
            smtp(box.port, **SIGNED_IN).tell(ANNA)
        assert time.monotonic() - began < 8 * SECONDS
    said = str(caught.value)
    assert not any(each in said for each in ("anna", "secret", "550", "junk", "never"))
    assert caught.value.__cause__ is None


def test_what_is_said_after_a_mail_was_taken_changes_nothing() -> None:
    with smtp_server(Manner(instead={"QUIT": b"junk"})) as box:
        smtp(box.port).tell(ANNA)
    assert len(box.mails) == 1


def test_a_server_that_drips_is_left_after_the_time() -> None:
    drops = [b"220-x\r\n"] * 40
    began = time.monotonic()
    with raw_server(*drops, pause=0.1) as seen, pytest.raises(NotToldError, match="in time"):
        smtp(seen.port).tell(ANNA)
    assert time.monotonic() - began < 6 * SECONDS


def test_a_server_that_is_not_there_is_an_error() -> None:
    with smtp_server() as box:
        port = box.port
    with pytest.raises(NotToldError, match="cannot be reached"):
        smtp(port).tell(ANNA)


def test_nothing_goes_to_another_machine_in_the_clear() -> None:
    assert usual_way("mail.example", 587) is Way.STARTTLS
    assert usual_way("mail.example", 465) is Way.TLS
    assert usual_way("127.0.0.1", 25) is Way.PLAIN
    with pytest.raises(InputError, match="not encrypted"):
        smtp(25, host="mail.example")


def test_a_password_is_not_shown_by_chance() -> None:
    server = MailServer(
        host="localhost", port=25, way=Way.PLAIN, sender=SENDER, **SIGNED_IN
    )  # fmt: skip  # one call
    assert "secret" not in repr(server)
    assert KEY.secret not in repr(KEY)


# ------------------------------------------------------------------ GOV.UK Notify


def test_notify_gets_an_address_and_the_template_and_nothing_to_put_into_it() -> None:
    with notify_server(NOON.timestamp) as seen:
        notify(seen.port).tell(ANNA)
    [body] = seen.bodies
    assert body.decode() == f'{{"email_address": "{ANNA}", "template_id": "{TEMPLATE}"}}'
    assert seen.paths == ["/v2/notifications/email"]


@pytest.mark.parametrize(
    ("key", "template", "late"),
    [
        (NotifyKey(service=KEY.service, secret=KEY.service), TEMPLATE, 0),
        (NotifyKey(service=KEY.secret, secret=KEY.secret), TEMPLATE, 0),
        (KEY, KEY.service, 0),
        (KEY, TEMPLATE, 31),
        (KEY, TEMPLATE, -31),
    ],
)
def test_what_notify_refuses_is_not_taken_for_told(
    key: NotifyKey, template: str, late: int
) -> None:
    clock = lambda: NOON.timestamp() + late  # noqa: E731 - one short clock
    with notify_server(clock) as seen, pytest.raises(NotToldError, match="does not take"):
        notify(seen.port, key, template).tell(ANNA)


@pytest.mark.parametrize(
    "answered",
    [
        b"", b"junk", b"HTTP/1.1 500 x\r\n\r\n", b"HTTP/1.1 200 x\r\n\r\n", b"HTTP/1.1 abc\r\n",
        b"HTTP/1.1 301 x\r\nLocation: http://elsewhere.example\r\n\r\n",
        b"HTTP/1.1 201 x\r\n" + b"X: y\r\n" * 20_000, b"HTTP/1.1 100 x\r\n\r\n" * 9,
    ],
)  # fmt: skip  # a list to read down
def test_whatever_is_answered_in_notifys_place_is_not_taken_for_told(answered: bytes) -> None:
    with raw_server(answered) as seen, pytest.raises(NotToldError) as caught:
        notify(seen.port).tell(ANNA)
    assert "anna" not in str(caught.value)


def test_an_answer_that_drips_is_left_after_the_time() -> None:
    began = time.monotonic()
    drops = [b"H", b"T", b"T", b"P", b"/", b"1", b".", b"1", *[b" "] * 40]
    with raw_server(*drops, pause=0.1) as seen, pytest.raises(NotToldError):
        notify(seen.port).tell(ANNA)
    assert time.monotonic() - began < 6 * SECONDS


def test_notify_is_asked_over_tls_by_a_name_that_its_certificate_has(tmp_path: Path) -> None:
    server, _ = certified(tmp_path)
    with http_server(answer(201), server) as seen, pytest.raises(NotToldError):
        GovukNotifier(
            KEY, TEMPLATE, noon, address=f"https://localhost:{seen.port}", seconds=SECONDS
        ).tell(ANNA)
    assert seen.bodies == []


@given(st.datetimes(datetime(2020, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - hypothesis adds the zone
@settings(max_examples=20)
def test_a_token_is_good_at_its_time_and_not_a_minute_later(at: datetime) -> None:
    made = f"Bearer {token(KEY, at)}"
    assert is_authorised(made, at.timestamp())
    assert not is_authorised(made, at.timestamp() + 60)


@pytest.mark.parametrize("before", ["", "a-key-", "live key-"])
def test_a_key_is_read_as_it_is_shown(before: str) -> None:
    written = f"{before}{KEY.service}-{KEY.secret}\n"
    if " " in before:
        with pytest.raises(InputError, match="not an API key") as caught:
            read_key(written)
        assert KEY.secret not in str(caught.value)
    else:
        assert read_key(written) == KEY


# ------------------------------------------------------------------ the console


def test_the_console_says_the_words_and_looks_standard_error_up_each_time(
    capsys: pytest.CaptureFixture[str],
) -> None:
    ConsoleNotifier(WORDS).tell(ANNA)
    said = capsys.readouterr()
    assert WORDS.text in said.err
    assert WORDS.subject in said.err
    assert said.out == ""
