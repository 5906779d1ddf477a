"""Browsing: what tests of accounts do in a real browser, by mouse, by keyboard, with a passkey."""

import time

from playwright.sync_api import BrowserContext, CDPSession, Locator, Page

from comity.web.front_door.pages import PREFIX
from comity.words.catalogue import Language
from tests.web.accounts.visitor import CODES, PASSWORD, STEP_SECONDS, one_time_code
from tests.web.front_door.test_browser_story import press, tab_to

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


class Surfer:
    """Somebody with an account in a browser; `place` is the address of the pages."""

    def __init__(self, page: Page, place: str, name: str, language: Language) -> None:
        """Sit down at a page; nobody is signed in."""
        self.page, self.name = page, name
        self.start = f"{place.rstrip('/')}{PREFIX[language]}"
        self.secret = ""
        self._used: set[str] = set()

    def go(self, path: str) -> None:
        """Open a page of an account."""
        self.page.goto(f"{self.start}{path}")

    @property
    def button(self) -> Locator:
        """The last button of the page's forms."""
        return self.page.locator("main form button").last

    def send(self, **fields: str) -> None:
        """Fill fields, and press the last button."""
        for name, text in fields.items():
            self.page.fill(f"[name={name}]", text)
        with self.page.expect_navigation():
            self.button.click()

    def do(self, step: str) -> None:
        """Press the last button of a step."""
        with self.page.expect_navigation():
            self.page.locator(f"button[value='{step}']:not([formaction])").last.click()

    def sign_up(self) -> None:
        """Make an account."""
        self.go("account/sign-up")
        self.send(username=self.name, password1=PASSWORD)

    def add_codes(self) -> None:
        """Set one-time codes up."""
        self.go(CODES)
        self.secret = self.page.locator(".comity-code").inner_text()
        self.send(code=self.fresh_code())

    def fresh_code(self) -> str:
        """Return a one-time code that is good now and was not used yet."""
        times = (time.time() + each for each in (0, STEP_SECONDS, -STEP_SECONDS))  # noqa: TID251 - an app has a clock
        found = [one_time_code(self.secret, each) for each in times]
        fresh = next(each for each in found if each not in self._used)
        self._used.add(fresh)
        return fresh

    def sign_out(self) -> None:
        """Sign out."""
        self.go("account/sign-out")
        self.send()

    def give_password(self, password: str = PASSWORD) -> None:
        """Sign in as far as a password goes."""
        self.go("account/sign-in")
        self.send(login=self.name, password=password)


def with_authenticator(context: BrowserContext, page: Page) -> tuple[CDPSession, str]:
    """Give a page a key that knows whose it is, and presses itself."""
    session = context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    return session, made["authenticatorId"]


def type_in(page: Page, name: str, text: str) -> None:
    """Reach a field by keyboard, and write into it."""
    tab_to(page, f"main [name={name}]")
    page.keyboard.type(text)


def enter(page: Page) -> None:
    """Send the form in which the keyboard is."""
    with page.expect_navigation():
        page.keyboard.press("Enter")


__all__ = ["Surfer", "enter", "press", "tab_to", "type_in", "with_authenticator"]
