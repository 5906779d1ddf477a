"""A visitor: somebody at a front door's pages, with cookies, forms and an app for codes."""

import hmac
import html
import re
import struct
import time
from base64 import b32decode
from http.client import HTTPConnection, HTTPMessage
from http.cookies import SimpleCookie
from typing import NamedTuple
from urllib.parse import urlencode, urlsplit

SIGN_UP, SIGN_IN, SIGN_OUT = "account/sign-up", "account/sign-in", "account/sign-out"
SECOND, CODES, RECOVERY = (
    "account/sign-in/second-step",
    "account/safety/code",
    "account/safety/recovery",
)
HOME = "account/"
PASSWORD = "three unrelated words stand here"  # noqa: S105 - of people who are made up
STEP_SECONDS = 30

Fields = dict[str, str]


class Answer(NamedTuple):
    """What the pages answered."""

    status: int
    headers: HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        """The page as it came."""
        return self.body.decode(errors="replace")

    @property
    def words(self) -> str:
        """What somebody reads on it."""
        return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", self.text)).split())

    @property
    def leads_to(self) -> str:
        """Where it sends the browser, as a path with no `/` before it; nothing if nowhere."""
        return urlsplit(self.headers.get("Location", "")).path.lstrip("/")

    @property
    def token(self) -> str:
        """Django's token of the page's forms; nothing if it has none."""
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.text)
        return found[1] if found else ""

    @property
    def code(self) -> str:
        """The code that the page shows."""
        [found] = re.findall(r'class="comity-code">([^<]+)<', self.text)
        return str(found)

    def hidden(self, name: str) -> str:
        """Return the first hidden field of a name."""
        found = re.search(rf'type="hidden" name="{name}" value="([^"]*)"', self.text)
        return html.unescape(found[1]) if found else ""


def one_time_code(secret: str, at: float) -> str:
    """Return the code that an app shows at a time (RFC 6238, six digits)."""
    key = b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.digest(key, struct.pack(">Q", int(at) // STEP_SECONDS), "sha1")
    start = digest[-1] & 15
    number = int.from_bytes(digest[start : start + 4]) & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


class Visitor:
    """Somebody with a browser and an app for one-time codes. No page leads them on by itself."""

    def __init__(self, place: str, name: str = "") -> None:
        """Come to the pages at an address; nobody is signed in."""
        parts = urlsplit(place)
        self.host, self.port = parts.hostname or "", parts.port or 80
        self.origin = place.rstrip("/")
        self.name, self.secret = name, ""
        self.cookies: Fields = {}
        self.set_cookies: list[str] = []
        self._used: set[str] = set()

    def get(self, path: str = "", **headers: str) -> Answer:
        """Open a page."""
        return self._ask("GET", path, b"", headers)

    def post(self, path: str, fields: Fields, **headers: str) -> Answer:
        """Send a form as a browser does: it says from where, unless it is told to say otherwise."""
        whole = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Origin": self.origin,
            **headers,
        }
        told = {name: value for name, value in whole.items() if value}
        return self._ask("POST", path, urlencode(fields).encode(), told)

    def fill(self, path: str, **fields: str) -> Answer:
        """Open a page, fill its form and send it."""
        return self.post(path, {"csrfmiddlewaretoken": self.get(path).token, **fields})

    def _ask(self, method: str, path: str, body: bytes, headers: Fields) -> Answer:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        sent = {"Host": f"{self.host}:{self.port}", **headers}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        try:
            connection.request(method, f"/{path.lstrip('/')}", body, sent)
            response = connection.getresponse()
            answer = Answer(response.status, response.headers, response.read())
        finally:
            connection.close()
        self._keep(answer)
        return answer

    def _keep(self, answer: Answer) -> None:
        for line in answer.headers.get_all("Set-Cookie") or ():
            self.set_cookies.append(line)
            for name, cookie in SimpleCookie(line).items():
                self.cookies[name] = cookie.value
                if not cookie.value or cookie["max-age"] == "0":
                    del self.cookies[name]

    # ------------------------------------------------------------ what one does with an account

    def sign_up(self, prefix: str = "") -> Answer:
        """Make an account."""
        return self.fill(f"{prefix}{SIGN_UP}", username=self.name, password1=PASSWORD)

    def add_codes(self, prefix: str = "") -> Answer:
        """Set one-time codes up."""
        page = self.get(f"{prefix}{CODES}")
        self.secret = page.code
        fields = {"csrfmiddlewaretoken": page.token, "code": self.fresh_code()}
        return self.post(f"{prefix}{CODES}", fields)

    def fresh_code(self) -> str:
        """Return a one-time code that is good now and was not used yet."""
        steps = (0, STEP_SECONDS, -STEP_SECONDS)
        found = [one_time_code(self.secret, time.time() + each) for each in steps]  # noqa: TID251 - an app has a clock
        fresh = next(each for each in found if each not in self._used)
        self._used.add(fresh)
        return fresh

    def give_password(self, password: str = PASSWORD) -> Answer:
        """Sign in as far as a password goes."""
        return self.fill(SIGN_IN, login=self.name, password=password)

    def sign_in(self) -> Answer:
        """Sign in with a password and a one-time code."""
        self.give_password()
        return self.fill(SECOND, code=self.fresh_code())

    def sign_out(self) -> Answer:
        """Sign out."""
        return self.fill(SIGN_OUT)

    def with_account(self) -> "Visitor":
        """Make an account with one-time codes, and stay signed in."""
        self.sign_up()
        self.add_codes()
        return self
