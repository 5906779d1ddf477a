"""Signing in: nothing opens without a second step, nothing is mailed, and sessions end."""

import base64
import re
from itertools import count

import pytest

from comity.faces import ACCOUNTS, cookies
from tests.web.accounts.door import Door
from tests.web.accounts.visitor import (
    CODES,
    HOME,
    PASSWORD,
    RECOVERY,
    SECOND,
    SIGN_IN,
    SIGN_UP,
    Visitor,
)

NUMBERS = count()
SAFETY, SESSIONS = "account/safety", "account/sessions"


@pytest.fixture
def anna(door: Door) -> Visitor:
    """Return somebody who has no account yet."""
    return Visitor(door.place, f"anna-{next(NUMBERS)}")


def is_signed_in(who: Visitor) -> bool:
    page = who.get(HOME)
    return page.status == 200 and who.name in page.words


# ------------------------------------------------------------------ a second step


def test_without_a_second_step_an_account_opens_nothing(anna: Visitor) -> None:
    assert anna.sign_up().leads_to == HOME
    for path in (HOME, "account/organisations/org-1"):
        assert anna.get(path).leads_to == SAFETY
    fields = {"csrfmiddlewaretoken": anna.get(CODES).token, "step": "register"}
    assert anna.post(HOME, {**fields, "own_called": "Anna"}).leads_to == SAFETY
    sent = anna.post("report", {"code": "by-account/report-1", "step": "tasks"})
    assert sent.status == 403
    assert "You are signed out" in sent.words
    assert "Until then this account opens nothing" in anna.get(SAFETY).words


def test_with_one_time_codes_an_account_opens_its_own_page(anna: Visitor) -> None:
    anna.sign_up()
    assert anna.add_codes().leads_to == RECOVERY
    assert is_signed_in(anna)
    anna.sign_out()
    assert anna.get(HOME).leads_to == SIGN_IN


def test_a_password_alone_signs_nobody_in_who_has_a_second_step(anna: Visitor) -> None:
    anna.with_account().sign_out()
    assert anna.give_password().leads_to == SECOND
    assert anna.get(HOME).leads_to in {SIGN_IN, SECOND}
    assert anna.fill(SECOND, code="000000").status == 200
    assert not is_signed_in(anna)
    assert anna.fill(SECOND, code=anna.fresh_code()).leads_to == HOME
    assert is_signed_in(anna)


def test_a_session_on_a_password_alone_ends_when_a_second_step_is_set_up_elsewhere(
    anna: Visitor, door: Door
) -> None:
    """Whoever knew the password before does not pass for somebody who took the second step."""
    anna.sign_up()
    intruder = Visitor(door.place, anna.name)
    assert intruder.give_password().leads_to == HOME
    anna.add_codes()
    assert is_signed_in(anna)
    assert intruder.get(HOME).leads_to == SIGN_IN
    assert intruder.get(SAFETY).leads_to == SIGN_IN


def test_what_protects_an_account_is_changed_on_a_second_step_and_on_no_password(
    anna: Visitor, door: Door
) -> None:
    anna.with_account().sign_out()
    anna.sign_in()
    for path in ("account/safety/passkeys/add", "account/safety/code/remove"):
        assert anna.get(path).leads_to == "account/confirm/code"
    before = door.digest()
    form = {"csrfmiddlewaretoken": anna.get("account/confirm/code").token, "password": PASSWORD}
    assert anna.post("account/confirm", form).leads_to == "account/confirm/code"
    assert anna.get("account/safety/code/remove").leads_to == "account/confirm/code"
    assert door.digest() == before
    anna.fill("account/confirm/code", code=anna.fresh_code())
    assert anna.get("account/safety/code/remove").status == 200


def test_a_one_time_code_does_not_work_twice(anna: Visitor, door: Door) -> None:
    anna.with_account().sign_out()
    anna.give_password()
    code = anna.fresh_code()
    anna.fill(SECOND, code=code)
    assert is_signed_in(anna)
    thief = Visitor(door.place, anna.name)
    thief.give_password()
    assert "This code or passkey does not fit" in thief.fill(SECOND, code=code).words
    assert not is_signed_in(thief)


def test_a_recovery_code_works_once(anna: Visitor, door: Door) -> None:
    anna.with_account()
    codes = re.findall(r"<li>(\d{8})</li>", anna.get(RECOVERY).text)
    assert len(codes) == 10
    anna.sign_out()
    anna.give_password()
    assert anna.fill(SECOND, code=codes[3]).leads_to == HOME
    again = Visitor(door.place, anna.name)
    again.give_password()
    assert again.fill(SECOND, code=codes[3]).status == 200
    assert not is_signed_in(again)
    assert again.fill(SECOND, code=codes[4]).leads_to == HOME


def test_new_recovery_codes_end_the_old_ones(anna: Visitor) -> None:
    anna.with_account()
    [old, *_] = re.findall(r"<li>(\d{8})</li>", anna.get(RECOVERY).text)
    assert anna.fill(f"{RECOVERY}/new").leads_to == RECOVERY
    assert old not in anna.get(RECOVERY).text
    anna.sign_out()
    anna.give_password()
    assert anna.fill(SECOND, code=old).status == 200


def test_the_last_second_step_can_be_taken_away_and_then_the_account_opens_nothing(
    anna: Visitor,
) -> None:
    anna.with_account()
    assert anna.fill(f"{CODES}/remove").leads_to == SAFETY
    assert anna.get(HOME).leads_to == SAFETY


@pytest.mark.parametrize(
    "name", ["", "Anna", "anna@example.org", "a b", "<b>", "-anna", "x" * 41, "ánna"]
)
def test_a_sign_in_name_is_small_letters_and_no_address(door: Door, name: str) -> None:
    visitor = Visitor(door.place, name)
    assert visitor.sign_up().status == 200
    assert visitor.get(HOME).leads_to == SIGN_IN


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("", "Fill this in."),
        ("elevenchars", "fewer than 12 characters"),
        ("qwerty123456", "guessed first"),
        ("384756102938475", "digits only"),
    ],
)
def test_a_weak_password_is_refused_with_what_to_do(
    anna: Visitor, password: str, words: str
) -> None:
    page = anna.fill(SIGN_UP, username=anna.name, password1=password)
    assert page.status == 200
    assert words in page.words
    assert not password or password not in page.text


def test_a_name_that_somebody_has_is_given_to_nobody_else(anna: Visitor, door: Door) -> None:
    anna.sign_up()
    other = Visitor(door.place, anna.name)
    assert "Somebody else has this sign-in name" in other.sign_up().words


def test_a_new_password_asks_for_the_old_one_and_ends_every_session(
    anna: Visitor, door: Door
) -> None:
    anna.with_account()
    elsewhere = Visitor(door.place, anna.name)
    elsewhere.secret, elsewhere._used = anna.secret, anna._used
    elsewhere.sign_in()
    fresh = "three other words that are new"
    wrong = anna.fill("account/password", oldpassword="wrong", password1=fresh, password2=fresh)
    assert "This is not your password until now" in wrong.words
    anna.fill("account/password", oldpassword=PASSWORD, password1=fresh, password2=fresh)
    assert not is_signed_in(anna)
    assert not is_signed_in(elsewhere)
    assert anna.give_password().status == 200
    assert anna.give_password(fresh).leads_to == SECOND


# ------------------------------------------------------------------ guessing


def test_ten_wrong_passwords_stop_that_name_and_no_other(anna: Visitor, door: Door) -> None:
    anna.with_account().sign_out()
    other = Visitor(door.place, f"{anna.name}-b").with_account()
    other.sign_out()
    thief = Visitor(door.place, anna.name)
    said = [thief.give_password("wrong wrong wrong") for _ in range(11)]
    belong = ["do not belong together" in each.words for each in said]
    assert belong[:9] == [True] * 9
    assert not belong[-1]
    for stopped in (said[-1], anna.give_password()):
        assert "Wait a quarter of an hour, or sign in with a passkey" in stopped.words
        assert stopped.leads_to == ""
    assert other.give_password().leads_to == SECOND


def test_nobody_finds_out_which_names_there_are_by_signing_in(anna: Visitor, door: Door) -> None:
    anna.with_account().sign_out()
    nobody = Visitor(door.place, "nobody-has-this-name")
    known, unknown = anna.give_password("wrong wrong wrong"), nobody.give_password("wrong wrong")
    assert known.status == unknown.status
    assert known.words == unknown.words


def test_one_time_codes_cannot_be_guessed_on_and_on(anna: Visitor) -> None:
    anna.with_account().sign_out()
    anna.give_password()
    said = [anna.fill(SECOND, code=f"{n:06}") for n in range(12)]
    assert "Too many tries" in said[-1].words
    anna.fill(SECOND, code=anna.fresh_code())
    assert not is_signed_in(anna)


@pytest.mark.parametrize(
    "credential",
    ["", "x", "[]", "1", '""', "{}", '{"response": 1}', '{"response": {"userHandle": 1}}',
     '{"response": {"userHandle": "AAAA"}}', '{"id": "a", "rawId": "%", "response": []}',
     '{"response": {"userHandle": "\\u0000"}}', "[" * 200],
)  # fmt: skip
def test_what_is_no_passkey_signs_nobody_in_and_is_no_defect(
    quick_door: Door, credential: str
) -> None:
    visitor = Visitor(quick_door.place)
    page = visitor.fill(f"{SIGN_IN}/passkey", credential=credential)
    assert page.status == 200
    assert visitor.get(HOME).leads_to == SIGN_IN


# ------------------------------------------------------------------ sessions


def test_other_sessions_can_be_ended(anna: Visitor, door: Door) -> None:
    anna.with_account()
    elsewhere = Visitor(door.place, anna.name)
    elsewhere.secret, elsewhere._used = anna.secret, anna._used
    elsewhere.sign_in()
    assert is_signed_in(elsewhere)
    assert "this one" in anna.get(SESSIONS).words
    anna.fill(SESSIONS)
    assert is_signed_in(anna)
    assert not is_signed_in(elsewhere)


def test_signing_out_ends_the_session_on_this_side_too(anna: Visitor) -> None:
    anna.with_account()
    kept = dict(anna.cookies)
    anna.sign_out()
    anna.cookies = kept
    assert not is_signed_in(anna)


def test_signing_in_gives_a_session_that_nobody_knew_before(anna: Visitor) -> None:
    anna.with_account().sign_out()
    anna.give_password()
    [before] = [value for name, value in anna.cookies.items() if name.endswith("session")]
    anna.fill(SECOND, code=anna.fresh_code())
    [after] = [value for name, value in anna.cookies.items() if name.endswith("session")]
    assert before != after


def test_the_cookies_of_a_session_are_for_these_pages_alone(anna: Visitor) -> None:
    anna.with_account()
    assert anna.set_cookies
    for each in anna.set_cookies:
        assert each.startswith((f"{anna.port}-session=", f"{anna.port}-form="))
        assert "HttpOnly" in each
        assert "SameSite=Lax" in each
        assert "Path=/" in each
        assert "Domain" not in each
        assert ("Max-Age" in each) is ("-session=" in each), "the other one ends with the browser"


def test_where_pages_have_tls_cookies_travel_with_it_only() -> None:
    made = cookies("https://report.example.org")
    assert made["SESSION_COOKIE_NAME"] == "__Host-session"
    assert made["CSRF_COOKIE_NAME"] == "__Host-form"
    assert made["SESSION_COOKIE_SECURE"] is made["CSRF_COOKIE_SECURE"] is True
    assert made["CSRF_TRUSTED_ORIGINS"] == ["https://report.example.org"]
    assert ACCOUNTS["SESSION_COOKIE_SAMESITE"] == ACCOUNTS["CSRF_COOKIE_SAMESITE"] == "Lax"
    assert ACCOUNTS.get("SESSION_COOKIE_HTTPONLY", True) is ACCOUNTS["CSRF_COOKIE_HTTPONLY"] is True
    assert not {"SESSION_COOKIE_DOMAIN", "CSRF_COOKIE_DOMAIN"} & {*made, *ACCOUNTS}


def test_a_session_in_which_nothing_happens_for_forty_minutes_ends(
    anna: Visitor, door: Door
) -> None:
    anna.with_account()
    lines = [each for each in anna.set_cookies if "-session=" in each]
    assert "Max-Age=2400" in lines[-1]
    key = anna.cookies[f"{anna.port}-session"]
    past = "2026-01-01 00:00:00" + ("+00" if door.node.database else "")
    door.rows("UPDATE django_session SET expire_date = ? WHERE session_key = ?", past, key)
    assert not is_signed_in(anna)


MOVED = """
import json, sys
from importlib import import_module
from django.conf import settings
session = import_module(settings.SESSION_ENGINE).SessionStore(KEY)
session["since"] -= SECONDS
session["seen"] -= SECONDS
session.save()
print(json.dumps(session["since"]))
"""


@pytest.mark.parametrize(("hours", "stays"), [(11, True), (12, False)])
def test_a_session_ends_after_twelve_hours_whatever_happens(
    anna: Visitor, door: Door, *, hours: int, stays: bool
) -> None:
    anna.with_account()
    assert is_signed_in(anna)
    key = anna.cookies[f"{anna.port}-session"]
    door.told(MOVED.replace("KEY", repr(key)).replace("SECONDS", str(hours * 3600)))
    assert is_signed_in(anna) is stays


@pytest.mark.parametrize(
    "path", ["", "cy/", "first-notice", "report", "come-back", "own-forms", "privacy", "health"]
)
def test_a_page_without_an_account_sets_no_cookie(door: Door, path: str) -> None:
    visitor = Visitor(door.place)
    visitor.get(path)
    visitor.post(path, {"step": "show", "code": "by-account/report-1"})
    visitor.post(path, {"step": "begin", "code": "7K2M-9QXD-C4TR-0ZHB-M1WN"})
    assert visitor.set_cookies == []


def test_a_cookie_that_means_nothing_opens_nothing_and_is_no_defect(door: Door) -> None:
    visitor = Visitor(door.place)
    for value in ("x", "../../etc", "x" * 3000, "%00"):
        visitor.cookies = {f"{visitor.port}-session": value}
        assert visitor.get(HOME).leads_to == SIGN_IN
        assert visitor.get("report").status == 200


# ------------------------------------------------------------------ mail, and what is kept


MAILED = """
import json
from django.conf import settings
from django.core import mail
settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
mail.outbox = []
from allauth.account.adapter import get_adapter
get_adapter().send_mail("account/email/password_reset_key", "jo@example.org", {})
get_adapter().send_notification_mail("mfa/email/totp_activated", None)
print(json.dumps(len(mail.outbox)))
"""
NAMES = """
import json
from django.urls import get_resolver
from comity.web.front_door.urls import urlpatterns
found = [str(key) for key in get_resolver().reverse_dict]
print(json.dumps(found))
"""


def test_nothing_is_ever_mailed(quick_door: Door) -> None:
    assert quick_door.told(MAILED) == 0


TOLD_BY_MAIL = re.compile("account_mail|<function mail ")
"""The page on which somebody says where they are told that there is something to read."""


def test_there_is_no_way_back_by_mail(quick_door: Door) -> None:
    visitor = Visitor(quick_door.place)
    for path in ("password/reset", "account/password/reset", "accounts/password/reset/",
                 "account/email", "account/confirm-email", "account/sign-in/code",
                 "account/safety/recovery/download"):  # fmt: skip
        assert visitor.get(path).status == 404
        assert visitor.get(f"cy/{path}").status == 404
    told = [each for each in quick_door.told(NAMES) if not TOLD_BY_MAIL.match(each)]
    names = " ".join(told).lower()
    assert "account_login" in names
    for word in ("reset", "email", "verif", "mail", "download", "code/confirm"):
        assert word not in names


def test_no_secret_of_a_second_step_stands_readable_in_the_database(
    anna: Visitor, door: Door
) -> None:
    anna.with_account()
    codes = re.findall(r"<li>(\d{8})</li>", anna.get(RECOVERY).text)
    kept = door.everything()
    assert anna.name in kept, "what is kept was read"
    for secret in (anna.secret, *codes, PASSWORD):
        assert secret not in kept
    raw = base64.b32decode(anna.secret)
    assert raw.hex() not in kept
    assert repr(raw)[2:-1] not in kept


def test_a_secret_that_is_being_set_up_does_not_stand_readable_in_the_session(
    anna: Visitor, door: Door
) -> None:
    anna.sign_up()
    secret = anna.get(CODES).code
    kept = door.everything()
    assert secret not in kept
    for (data,) in door.rows("SELECT session_data FROM django_session"):
        assert re.fullmatch(r"[0-9a-f]+", data), "locked, as it is kept"


def test_no_name_no_password_and_no_code_stands_in_a_log(anna: Visitor, door: Door) -> None:
    before = len(door.log)
    anna.with_account().sign_out()
    anna.give_password("a wrong password here")
    anna.sign_in()
    anna.fill(HOME, step="take_up", code="7K2M-9QXD-C4TR-0ZHB-M1WN", called="Anna Canary")
    anna.fill(HOME, step="join", invitation="7K2M-9QXD-C4TR-0ZHB-M1WN")
    anna.get(f"account/organisations/{anna.name}")
    written = door.log
    assert "comity.web.front_door.people" in written
    assert "axes" in written
    for told in (anna.name, PASSWORD, "a wrong password here", anna.secret, "7K2M", "Canary",
                 *anna._used):  # fmt: skip
        assert told not in written
    assert " ERROR " not in written[before:], "no page failed"


def test_no_address_of_a_visitor_is_kept(anna: Visitor, door: Door) -> None:
    anna.with_account().sign_out()
    anna.give_password("a wrong password here")
    anna.sign_in()
    assert "127.0.0.1" not in door.everything()
