"""Accounts in a real browser: passkeys, every page on a small screen, and no mouse at all."""

from collections.abc import Iterator
from itertools import count

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from comity.words.catalogue import Language
from tests.web.accounts.browsing import (
    Surfer,
    enter,
    press,
    tab_to,
    type_in,
    with_authenticator,
)
from tests.web.accounts.door import Door
from tests.web.accounts.organisation import begun
from tests.web.accounts.visitor import CODES, HOME, PASSWORD, RECOVERY, SECOND, SIGN_IN, Visitor
from tests.web.front_door.test_browser_story import look

pytestmark = pytest.mark.slow

NUMBERS = count()
PASSKEYS = "account/safety/passkeys"


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """Return a small screen's browser, in which nobody is signed in."""
    made = browser.new_context(viewport={"width": 320, "height": 640})
    made.set_default_timeout(10_000)
    yield made
    made.close()


def surfer(context: BrowserContext, door: Door, language: Language = Language.ENGLISH) -> Surfer:
    return Surfer(context.new_page(), door.place, f"anna-{next(NUMBERS)}", language)


# ------------------------------------------------------------------ passkeys


def test_a_passkey_alone_signs_in_is_a_second_step_and_can_be_removed(
    context: BrowserContext, door: Door
) -> None:
    anna = surfer(context, door)
    with_authenticator(context, anna.page)
    anna.sign_up()
    add_passkey(anna, "ring")
    anna.go(HOME)
    expect(anna.page.locator("main")).to_contain_text(f"signed in as {anna.name}")
    anna.sign_out()
    sign_in_by_passkey(anna)
    expect(anna.page.locator("main")).to_contain_text(f"signed in as {anna.name}")
    anna.sign_out()
    anna.give_password()
    assert anna.page.url.endswith(SECOND)
    touch(anna)
    expect(anna.page.locator("main")).to_contain_text(f"signed in as {anna.name}")
    anna.go(PASSKEYS)
    with anna.page.expect_navigation():
        anna.page.get_by_role("link", name="Remove").click()
    confirm(anna)
    anna.send()
    assert anna.page.url.endswith(PASSKEYS)
    expect(anna.page.locator("main")).not_to_contain_text("ring")
    anna.go(HOME)
    assert anna.page.url.endswith("account/safety")


def add_passkey(anna: Surfer, called: str) -> None:
    anna.go(f"{PASSKEYS}/add")
    anna.page.fill("[name=name]", called)
    with anna.page.expect_navigation():
        anna.button.click()


def touch(anna: Surfer) -> None:
    with anna.page.expect_navigation():
        anna.page.locator("#touch button").click()


def sign_in_by_passkey(anna: Surfer) -> None:
    anna.go(f"{SIGN_IN}/passkey")
    touch(anna)


def confirm(anna: Surfer) -> None:
    """Take the second step once more, if the page asks for it."""
    if anna.page.url.partition("?")[0].endswith("account/confirm"):
        anna.send(password=PASSWORD)
    elif "account/confirm/passkey" in anna.page.url:
        touch(anna)


def test_a_name_that_was_stopped_still_signs_in_by_passkey(
    context: BrowserContext, door: Door
) -> None:
    anna = surfer(context, door)
    with_authenticator(context, anna.page)
    anna.sign_up()
    add_passkey(anna, "ring")
    anna.sign_out()
    thief = Visitor(door.place, anna.name)
    for _ in range(11):
        thief.give_password("wrong wrong wrong")
    anna.give_password()
    expect(anna.page.locator("main")).to_contain_text("Too many tries")
    sign_in_by_passkey(anna)
    expect(anna.page.locator("main")).to_contain_text(f"signed in as {anna.name}")


def test_a_key_that_does_not_know_its_owner_is_not_taken(
    context: BrowserContext, quick_door: Door
) -> None:
    anna = surfer(context, quick_door)
    session, key = with_authenticator(context, anna.page)
    session.send("WebAuthn.setUserVerified", {"authenticatorId": key, "isUserVerified": False})
    anna.sign_up()
    anna.go(f"{PASSKEYS}/add")
    expect(anna.page.locator("[name=name]")).to_have_value("Passkey 1")
    expect(anna.page.locator("#touch-failed")).to_be_hidden()
    anna.button.click()
    expect(anna.page.locator("#touch-failed")).to_be_visible()
    anna.go(HOME)
    assert anna.page.url.endswith("account/safety")


# ------------------------------------------------------------------ every page


@pytest.mark.parametrize("language", Language)
def test_every_page_of_an_account_breaks_no_rule_and_fits_a_small_screen(
    context: BrowserContext, quick_door: Door, language: Language
) -> None:
    anna = surfer(context, quick_door, language)
    with_authenticator(context, anna.page)
    first_pages(anna)
    second_steps(anna)
    own_page(anna, quick_door)
    colleagues(anna)
    told_by_mail(anna)
    getting_in_again(anna)
    stopped(anna)


def see(anna: Surfer, path: str = "") -> None:
    if path:
        anna.go(path)
    look(anna.page)


def first_pages(anna: Surfer) -> None:
    see(anna, "account/sign-up")
    anna.send(username="A b", password1="x")
    see(anna)
    anna.sign_up()
    see(anna)
    see(anna, "account/confirm")
    anna.send(password="wrong")  # noqa: S106 - it is one of nobody
    see(anna)


def second_steps(anna: Surfer) -> None:
    see(anna, CODES)
    anna.send(code="1")
    see(anna)
    anna.add_codes()
    see(anna)
    see(anna, f"{RECOVERY}/new")
    see(anna, f"{PASSKEYS}/add")
    see(anna, f"{CODES}/remove")
    see(anna, "account/safety")


def own_page(anna: Surfer, door: Door) -> None:
    see(anna, HOME)
    anna.do("take_up")
    see(anna)
    anna.do("join")
    see(anna)
    anna.page.fill("[name=code]", begun(door))
    anna.page.fill("[name=called]", "Anna " * 19)
    anna.do("take_up")
    see(anna)


def colleagues(anna: Surfer) -> None:
    place = anna.page.locator("a[href*='account/organisations/']").get_attribute("href") or ""
    anna.page.goto(anna.start.partition("/cy/")[0].rstrip("/") + place)
    see(anna)
    anna.page.fill("[name=until]", "yesterday")
    anna.do("invite")
    see(anna)
    anna.page.fill("[name=called]", "Ben")
    anna.page.check("[name=role][value=reader]")
    anna.page.fill("[name=until]", "")
    anna.do("invite")
    see(anna)
    anna.page.goto(anna.start.partition("/cy/")[0].rstrip("/") + place + "x")
    see(anna)


def told_by_mail(anna: Surfer) -> None:
    anna.go("account/confirm/code")
    anna.send(code=anna.fresh_code())
    anna.go(HOME)
    place = anna.page.locator("a[href*='account/organisations/']").get_attribute("href") or ""
    anna.page.goto(f"{anna.start.partition('/cy/')[0].rstrip('/')}{place}/mail")
    see(anna)
    anna.do("tell")
    see(anna)
    anna.page.check("[name=outside]")
    anna.page.fill("[name=address]", "anna")
    anna.do("tell")
    assert anna.page.locator("#address-error").count() == 1
    see(anna)
    anna.page.check("[name=outside]")
    anna.page.fill("[name=address]", f"{'anna' * 9}@a-rather-long-name-of-a-domain.example")
    anna.do("tell")
    assert anna.page.locator("main button[value=stop]").count() == 1
    see(anna)


def getting_in_again(anna: Surfer) -> None:
    for path in ("account/sessions", "account/password", "account/confirm/code",
                 "account/sign-out"):  # fmt: skip
        see(anna, path)
    anna.go("account/confirm/code")
    anna.send(code="1")
    see(anna)
    add_passkey(anna, "key on my ring " * 4)
    see(anna, PASSKEYS)
    see(anna, "account/confirm/passkey")
    anna.go(PASSKEYS)
    with anna.page.expect_navigation():
        anna.page.locator("main dl a").click()
    see(anna)
    anna.go("account/password")
    anna.send(oldpassword="wrong", password1="x", password2="y")
    see(anna)
    anna.sign_out()
    see(anna, SIGN_IN)
    anna.give_password("wrong wrong wrong")
    see(anna)
    see(anna, f"{SIGN_IN}/passkey")
    anna.give_password()
    see(anna)
    anna.send(code="1")
    see(anna)
    see(anna, "account/inactive")


def stopped(anna: Surfer) -> None:
    anna.go("account/sign-up")
    anna.page.evaluate("document.querySelector('[name=csrfmiddlewaretoken]').value = 'x'")
    anna.send(username="x")
    see(anna)
    for _ in range(11):
        anna.give_password("wrong wrong wrong")
    see(anna)


# ------------------------------------------------------------------ no mouse, no script


def test_by_keyboard_alone_and_without_scripts_people_work_on_one_report(
    browser: Browser, quick_door: Door
) -> None:
    with_keyboard = [
        browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 640})
        for _ in range(2)
    ]
    anna, ben = (surfer(each, quick_door) for each in with_keyboard)
    come_in(anna, quick_door)
    take_up(anna, begun(quick_door))
    invitation = invite(anna)
    come_in(ben, quick_door)
    join(ben, invitation)
    answer(ben)
    for each in with_keyboard:
        each.close()


def come_in(who: Surfer, door: Door) -> None:
    """Make an account and set one-time codes up, from the first page on."""
    page = who.page
    page.goto(door.place)
    tab_to(page, "a[href='/account/']")
    enter(page)
    tab_to(page, "main a[href='/account/sign-up']")
    enter(page)
    type_in(page, "username", who.name)
    type_in(page, "password1", PASSWORD)
    enter(page)
    tab_to(page, f"main a[href='/{CODES}']")
    enter(page)
    who.secret = page.locator(".comity-code").inner_text()
    type_in(page, "code", who.fresh_code())
    enter(page)
    assert page.locator(".comity-codes li").count() == 10
    tab_to(page, "main a[href='/account/']")
    enter(page)


def take_up(who: Surfer, code: str) -> None:
    type_in(who.page, "code", code)
    type_in(who.page, "called", "Anna")
    press(who.page, "take_up")
    tab_to(who.page, "main a[href^='/account/organisations/']")
    enter(who.page)


def invite(who: Surfer) -> str:
    page = who.page
    type_in(page, "called", "Ben")
    tab_to(page, "main [name=role]")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    assert page.locator("[name=role][value=writer]").is_checked()
    press(page, "invite")
    return page.locator(".comity-code").inner_text()


def join(who: Surfer, code: str) -> None:
    type_in(who.page, "invitation", code)
    press(who.page, "join")


def answer(who: Surfer) -> None:
    page = who.page
    tab_to(page, "main button[value^='by-account/']")
    enter(page)
    press(page, "tasks")
    press(page, "section:incident")
    press(page, "ask:incident.summary")
    tab_to(page, "textarea")
    page.keyboard.type("A keyboard is enough.")
    press(page, "save:incident.summary")
    press(page, "section:incident")
    assert "A keyboard is enough." in page.locator("main").inner_text()


# ------------------------------------------------------------------ nothing is lost


@pytest.mark.parametrize("language", Language)
def test_a_session_that_ended_keeps_the_answer_until_one_has_signed_in_beside_it(
    context: BrowserContext, door: Door, language: Language
) -> None:
    anna = surfer(context, door, language)
    anna.sign_up()
    anna.add_codes()
    anna.go(HOME)
    anna.page.fill("[name=own_called]", "Anna")
    anna.do("register")
    anna.do("begin")
    with anna.page.expect_navigation():
        anna.page.locator("main button[value^='by-account/']").click()
    for step in ("tasks", "section:incident", "ask:incident.summary"):
        anna.do(step)
    anna.page.fill("textarea", "Two servers.\nA note asks for money.")
    door.rows("DELETE FROM django_session")
    anna.do("save:incident.summary")
    look(anna.page)
    with context.expect_page() as opened:
        anna.page.locator("main a[target=_blank]").click()
    beside = Surfer(opened.value, door.place, anna.name, language)
    beside.secret, beside._used = anna.secret, anna._used
    beside.send(login=anna.name, password=PASSWORD)
    beside.send(code=beside.fresh_code())
    anna.do("save:incident.summary")
    anna.do("section:incident")
    assert "A note asks for money." in anna.page.locator("main").inner_text()
