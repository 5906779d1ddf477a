"""Serving: an agreement's page with the form that asks the gate, on this machine and no other.

One small server of the standard library: it reads the address of a request and nothing else, keeps
nothing, and sends nothing anywhere.
"""

import socket
from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import click

from comity.cli.acting import NotPossible
from comity.cli.question_file import read_question
from comity.core.agreement import Agreement, Agreements
from comity.core.gate import decide
from comity.core.terms import InputError
from comity.shipped import notice
from comity.web.agreements import Evidence, Frame, Language, page
from comity.web.agreements.page import style
from comity.web.agreements.what_if import Problem, Query, WhatIf, form, question
from comity.wire.tls import is_loopback
from comity.words import decision_data

HERE = "127.0.0.1:8010"
MOST_QUERY = 8 << 10
MOST_FIELDS = 200
SECONDS = 10
"""How long a connection may say nothing."""

NOTICES = {Language.ENGLISH: "text", Language.WELSH: "text_cy"}
WHAT_IF = "what-if"
Start = Callable[[str, list[tuple[str, str]]], object]


def notices(language: Language) -> list[str]:
    """Return what stands at the top of the page until a body has commissioned its node."""
    return notice(NOTICES[language]).split("\n")


@dataclass(frozen=True, slots=True)
class Application:
    """The page of one agreement as a WSGI application, with the form."""

    agreement: Agreement
    name: str
    evidence: Evidence
    now: Callable[[], datetime]

    def __call__(self, environ: Mapping[str, Any], start: Start) -> Iterable[bytes]:
        """Answer one request."""
        status, text = self.answer(
            environ["REQUEST_METHOD"], environ["PATH_INFO"], environ.get("QUERY_STRING", "")
        )
        body = text.encode()
        kind = "text/html" if status.startswith("200") else "text/plain"
        start(status, [("Content-Type", f"{kind}; charset=utf-8"), *headers(len(body))])
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]

    def answer(self, method: str, path: str, query: str) -> tuple[str, str]:
        """Return the status and the text for a request."""
        if method not in {"GET", "HEAD"}:
            return "405 Method Not Allowed", "only GET is answered\n"
        if path != "/":
            return "404 Not Found", "there is one page: /\n"
        if len(query) > MOST_QUERY:
            return "414 URI Too Long", "the address is too long\n"
        try:
            found = parse_qs(query, max_num_fields=MOST_FIELDS, errors="strict")
        except ValueError:
            return "400 Bad Request", "the address cannot be read\n"
        return "200 OK", self.page(found)

    def page(self, query: Query) -> str:
        """Return the page with what the query enters, and the gate's answer if it asks."""
        said = next(iter(query.get("language", ())), "")
        language = Language(said) if said in set(Language) else Language.ENGLISH
        frame = Frame(name=self.name, language=language, notices=notices(language))
        found = self.asked(query) if "ask" in query else form(self.agreement, query)
        return page(self.agreement, frame, self.evidence, found)

    def asked(self, query: Query) -> WhatIf:
        """Return the form with the gate's answer, or with what is wrong."""
        document, problems = question(self.agreement, query, self.now().isoformat())
        if problems:
            return form(self.agreement, query, problems)
        try:
            asked = read_question(document, WHAT_IF, {self.name: self.agreement}, self.now())
        except InputError as error:
            wrong = Problem(field=WHAT_IF, key="error_not_askable", said={"reason": error.message})
            return form(self.agreement, query, [wrong])
        held = Agreements([self.agreement])
        decision = decide(held, asked.request, asked.consents, asked.now)
        return form(self.agreement, query, answer=decision_data(decision))


def headers(length: int) -> list[tuple[str, str]]:
    """Return what every answer says: nothing is fetched, framed, run or kept."""
    digest = b64encode(sha256(style().encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    )
    return [
        ("Content-Length", str(length)),
        ("Content-Security-Policy", policy),
        ("Cache-Control", "no-store"),
        ("Referrer-Policy", "no-referrer"),
        ("X-Content-Type-Options", "nosniff"),
    ]


class Server(WSGIServer):
    """A server that does not ask who it is called, and that speaks either version of IP."""

    def __init__(self, address: tuple[str, int], handler: type[WSGIRequestHandler]) -> None:
        """Bind to an address of this machine."""
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        super().__init__(address, handler)

    def server_bind(self) -> None:
        """Bind, and ask no name server what the address is called."""
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = self.server_address[:2]  # type: ignore[assignment]  # a host and a port, as bound
        self.setup_environ()


class Handler(WSGIRequestHandler):
    """Says nothing, and does not wait for ever."""

    timeout = SECONDS

    def log_message(self, *_: object) -> None:
        """Keep quiet: an address holds what somebody entered."""


def bound(address: str, application: Application) -> WSGIServer:
    """Return a server bound to an address of this machine.

    Raises:
        NotPossible: it is an address of another kind, or it is taken.
    """
    host, _, port = address.rpartition(":")
    host = host.strip("[]")
    number = int(port) if port.isascii() and port.isdigit() and len(port) < 6 else -1  # noqa: PLR2004 - five digits
    if not is_loopback(host) or not 0 <= number < 1 << 16:
        raise NotPossible(
            f"{address[:60]} is no address of this machine",
            f"the page is for this machine only: --serve {HERE}",
        )
    try:
        return make_server(host, number, application, Server, Handler)
    except OSError as error:
        raise NotPossible(
            f"{address}: {error.strerror}", f"choose another port: --serve {HERE}"
        ) from None


def run(agreement: Agreement, name: str, evidence: Evidence, address: str) -> None:
    """Serve the page until interrupted."""
    application = Application(agreement, name, evidence, lambda: datetime.now(UTC))
    with bound(address, application) as server:
        host = server.server_name
        shown = f"[{host}]" if ":" in host else host
        click.echo(f"http://{shown}:{server.server_port}/ shows the page, until Ctrl-C", err=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            click.echo("stopped", err=True)
