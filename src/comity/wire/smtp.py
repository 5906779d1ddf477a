"""SMTP: tells people by mail, through a mail server that the operator has.

One conversation for one mail, within a few seconds and a few kilobytes, whatever the server does.
The way to the server is encrypted and its certificate checked, unless it is this very machine. No
error says anything of the address or of what the server answered.

Every mail of a front door has the same bytes but for the address and the date. It has no number of
its own: the mail server adds one.

Source: RFC 5321; RFC 3207 (STARTTLS); RFC 8314 (TLS on port 465); RFC 4616 (PLAIN); RFC 3834.
"""

import ssl
from base64 import b64encode
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from enum import StrEnum
from http.client import HTTPException
from io import BufferedReader
from socket import create_connection, socket
from time import monotonic
from typing import Final, NoReturn, Self

from comity.core.mail import MailAddress, NotToldError
from comity.core.terms import Code, InputError, Place
from comity.wire.paced import Paced, left
from comity.wire.tls import is_loopback
from comity.words.mail import Mail

SECONDS: Final = 5.0
"""The longest time for a whole conversation. To connect takes as long at most, for each address."""
MOST_BYTES: Final = 32 << 10
"""How many bytes a server may say in one conversation, before and after it is encrypted each."""
MOST_LINES: Final = 64
"""How many lines one answer may have."""
TLS_PORT: Final = 465


class Way(StrEnum):
    """How a conversation with a mail server is protected."""

    PLAIN = "plain"
    STARTTLS = "starttls"
    TLS = "tls"


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """A mail server, from whom mails come, and with which name and password they are handed over.

    Raises:
        InputError: the way to another machine is not encrypted.
    """

    host: str
    port: int
    way: Way
    sender: MailAddress
    user: str = ""
    password: str = field(repr=False, default="")

    def __post_init__(self) -> None:
        """Refuse to talk to another machine in the clear."""
        if self.way is Way.PLAIN and not is_loopback(self.host):
            raise InputError(
                Code.UNKNOWN_VALUE,
                f"the way to {self.host[:60]} is not encrypted",
                at=Place(name="the mail server"),
                advice="name a server that has TLS",
            )


def usual_way(host: str, port: int) -> Way:
    """Return how a mail server at this port is talked to."""
    if port == TLS_PORT:
        return Way.TLS
    return Way.PLAIN if is_loopback(host) else Way.STARTTLS


class SmtpNotifier:
    """Hands each mail to a mail server."""

    def __init__(
        self,
        words: Mail,
        server: MailServer,
        now: Callable[[], datetime],
        *,
        seconds: float = SECONDS,
        context: ssl.SSLContext | None = None,
    ) -> None:
        """Take what every mail says, and the server; `context` says whose certificates count."""
        self._words = words
        self._server = server
        self._now = now
        self._seconds = seconds
        self._context = context or ssl.create_default_context()

    def tell(self, address: MailAddress) -> None:
        """Hand a mail over.

        Raises:
            NotToldError: the server does not take it, or does not say so in time.
        """
        ends = monotonic() + self._seconds
        try:
            mail = self._mail(address)
            at = (self._server.host, self._server.port)
            with create_connection(at, timeout=self._seconds) as plain:
                plain.settimeout(left(ends))
                secure = self._secured(plain) if self._server.way is Way.TLS else plain
                with _Talk(secure, ends) as talk:
                    talk.hear(220)
                    self._hand_over(self._greeted(talk), address, mail)
        except (OSError, HTTPException, ValueError) as error:
            raise NotToldError(_why(error)) from None

    def _greeted(self, talk: "_Talk") -> "_Talk":
        """Return the conversation after the greetings, encrypted if it has to be, signed in."""
        greeting = f"EHLO {self._server.sender.domain}"
        talk.say(greeting, 250)
        if self._server.way is Way.STARTTLS:
            talk.say("STARTTLS", 220)
            talk.go_over(self._secured)
            talk.say(greeting, 250)
        if self._server.user:
            known = f"\0{self._server.user}\0{self._server.password}".encode()
            talk.say(f"AUTH PLAIN {b64encode(known).decode()}", 235)
        return talk

    def _hand_over(self, talk: "_Talk", address: MailAddress, mail: bytes) -> None:
        talk.say(f"MAIL FROM:<{self._server.sender}>", 250)
        talk.say(f"RCPT TO:<{address}>", 250, 251)
        talk.say("DATA", 354)
        talk.send(mail.replace(b"\n.", b"\n.."))
        talk.say(".", 250)
        with suppress(OSError, HTTPException, ValueError):  # it is taken, whatever is said now
            talk.say("QUIT", 221)

    def _secured(self, plain: socket) -> ssl.SSLSocket:
        return self._context.wrap_socket(plain, server_hostname=self._server.host)

    def _mail(self, address: MailAddress) -> bytes:
        mail = EmailMessage(policy=SMTP)
        mail["From"] = self._server.sender
        mail["To"] = address
        mail["Subject"] = self._words.subject
        mail["Date"] = format_datetime(self._now())
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(self._words.text, cte="quoted-printable")
        return mail.as_bytes()


class _UnwantedError(ValueError):
    """An answer that is none, or another one than was wanted."""


class _Talk:
    """A conversation with a mail server, within a time and a size."""

    def __init__(self, line: socket, ends: float) -> None:
        self._line = line
        self._ends = ends
        self._file = self._listening()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        self._line.close()

    def go_over(self, secured: Callable[[socket], socket]) -> None:
        """Go on encrypted. What was heard and not yet read came from anybody, and is forgotten."""
        self._line.settimeout(left(self._ends))
        self._line = secured(self._line)
        self._file = self._listening()

    def say(self, command: str, *wanted: int) -> None:
        """Say a command and hear one of the answers that are wanted.

        Raises:
            OSError: there is no time left, or no connection.
            HTTPException: too much was said.
            ValueError: the answer is another one.
        """
        self.send(f"{command}\r\n".encode())
        self.hear(*wanted)

    def send(self, data: bytes) -> None:
        self._line.settimeout(left(self._ends))
        self._line.sendall(data)

    def hear(self, *wanted: int) -> None:
        """Hear an answer, all of its lines."""
        for _ in range(MOST_LINES):
            line = self._file.readline(MOST_BYTES)
            if not line.endswith(b"\n") or not line[:3].isdigit():
                _unwanted()
            if line[3:4] != b"-":
                break
        else:
            _unwanted()
        if int(line[:3]) not in wanted:
            _unwanted()

    def _listening(self) -> BufferedReader:
        return Paced(self._line, self._ends, MOST_BYTES).makefile("rb")


def _unwanted() -> NoReturn:
    raise _UnwantedError


def _why(error: Exception) -> str:
    """Return a reason from a closed list, without a word of the server's."""
    reasons: tuple[tuple[type[Exception], str], ...] = (
        (TimeoutError, "the mail server has not answered in time"),
        (ssl.SSLError, "the way to the mail server cannot be encrypted, or it is another one"),
        (OSError, "the mail server cannot be reached"),
        (_UnwantedError, "the mail server does not take the mail"),
    )
    found = (reason for kind, reason in reasons if isinstance(error, kind))
    return next(found, "what the mail server says is not SMTP")
