"""Front: takes a request in whole before a thread is spent on it, within a time and a memory.

A thread that waits for a body waits for as long as its sender likes, and a few senders then stop
a node. So bodies are awaited here, where waiting costs a little memory and nothing else. One that
is not whole in time is given up; if all that is held grows too large, the one that has been coming
the longest is. What is whole goes to the application, large bodies one at a time.

Of a request the application gets method, path, length and body. Anything else reaches it only if it
is let through by name, so no other header can matter to it.
"""

import asyncio
import logging
import sys
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any, NamedTuple, Protocol

from comity.core.exchange.envelope import ENVELOPE_LIMITS

log = logging.getLogger(__name__)

THREADS = 4
SECONDS = 10.0
MOST_BYTES = ENVELOPE_LIMITS.size + 1
"""One more than a message may have, so that the application sees that it is too large."""

MOST_DIGITS = 18
"""A length with more digits is not even read as a number."""

MOST_HELD = 48 << 20
LARGE = 64 << 10
MOST_PIECES = 4_096
"""A body of honest size comes in far fewer; each costs more time than its bytes."""

TURN_SECONDS = 0.0005
"""How long one thread may keep the others waiting: a large message is read beside small ones."""

Headers = list[tuple[str, str]]
Application = Callable[..., Iterable[bytes]]


class Scope(Protocol):
    """What the server says of a request."""

    method: str
    path: str
    query_string: str
    headers: Mapping[str, str]


class Line(Protocol):
    """The server's end of a request: its body in pieces, and the way back."""

    def __aiter__(self) -> AsyncIterator[bytes]:
        """Yield the body as it comes."""
        ...

    def response_bytes(self, status: int, headers: Headers, body: bytes) -> None:
        """Send the answer."""
        ...


class Lets(NamedTuple):
    """What a front lets through: how many bytes of a body, and what else of a request."""

    most_bytes: int = MOST_BYTES
    query: bool = False
    headers: tuple[str, ...] = ()


class Answer(NamedTuple):
    """What is sent back."""

    status: int
    headers: Headers
    body: bytes


def _said(status: int, words: str) -> Answer:
    return Answer(status, [("Content-Type", "text/plain")], words.encode())


TOO_SLOW = _said(408, "too-slow")
BUSY = _said(503, "unavailable")


class _Coming:
    """A body on its way in. It compares by identity, so two never take each other's place."""

    def __init__(self) -> None:
        self.body = bytearray()
        self.pieces = 0
        self.given_up = asyncio.Event()


class Front:
    """Stands between the server and the application."""

    def __init__(
        self,
        application: Application,
        lets: Lets = Lets(),  # noqa: B008 - it is frozen
        *,
        seconds: float = SECONDS,
        most_held: int = MOST_HELD,
    ) -> None:
        """Take what answers, how long a body may take, and how much may be held in all."""
        self._application = application
        self._lets = lets
        self._seconds = seconds
        self._most_held = most_held
        self._coming: dict[_Coming, None] = {}
        self._held = 0
        self._threads = ThreadPoolExecutor(THREADS, "request")
        self._one_large = asyncio.Semaphore(1)
        sys.setswitchinterval(TURN_SECONDS)

    async def __rsgi__(self, scope: Scope, line: Line) -> None:
        """Answer one request, whatever it is."""
        coming = _Coming()
        try:
            answer = await self._answer(scope, line, coming)
        except Exception:
            log.exception("a request could not be answered")
            answer = BUSY
        finally:
            self._held -= len(coming.body)
        line.response_bytes(*answer)

    async def _answer(self, scope: Scope, line: Line, coming: _Coming) -> Answer:
        length = scope.headers.get("content-length") or ""
        if scope.method == "POST" and not self._is_too_long(length):
            refusal = await self._take_in(line, coming)
            if refusal:
                return refusal
        environ = _environ(scope, length, coming.body) | _let_through(scope, self._lets)
        work = asyncio.get_running_loop().run_in_executor
        if len(coming.body) <= LARGE:
            return await work(self._threads, _run, self._application, environ)
        async with self._one_large:
            return await work(self._threads, _run, self._application, environ)

    async def _take_in(self, line: Line, coming: _Coming) -> Answer | None:
        """Await a body; return an answer if it is given up."""
        self._coming[coming] = None
        reading = asyncio.ensure_future(self._read(line, coming))
        no_room = asyncio.ensure_future(coming.given_up.wait())
        try:
            await asyncio.wait(
                (reading, no_room), timeout=self._seconds, return_when=asyncio.FIRST_COMPLETED
            )
            if coming.given_up.is_set():
                return BUSY
            if not reading.done() or coming.pieces > MOST_PIECES:
                return TOO_SLOW
            reading.result()
        finally:
            self._coming.pop(coming, None)
            reading.cancel()
            no_room.cancel()
        return None

    async def _read(self, line: Line, coming: _Coming) -> None:
        async for piece in line:
            coming.pieces += 1
            if coming.given_up.is_set() or coming.pieces > MOST_PIECES:
                return
            part = piece[: self._lets.most_bytes - len(coming.body)]
            coming.body += part
            self._held += len(part)
            while self._held > self._most_held and self._coming:
                self._give_up(next(iter(self._coming)))
            if len(coming.body) >= self._lets.most_bytes:
                return

    def _give_up(self, coming: _Coming) -> None:
        """Free what a body holds, at once."""
        del self._coming[coming]
        self._held -= len(coming.body)
        coming.body.clear()
        coming.given_up.set()

    def _is_too_long(self, length: str) -> bool:
        """Return whether a body is not worth reading: the application refuses it by its length."""
        most = self._lets.most_bytes
        return length.isdecimal() and (len(length) > MOST_DIGITS or int(length) >= most)


def _environ(scope: Scope, length: str, body: bytearray) -> dict[str, Any]:
    """Return a request as the application reads it."""
    return {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode("utf-8", "replace").decode("latin-1"),
        "QUERY_STRING": "",
        "CONTENT_LENGTH": length,
        "SERVER_NAME": "node",
        "SERVER_PORT": "0",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(body),
        "wsgi.input_terminated": True,
        "wsgi.errors": None,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }


def _let_through(scope: Scope, lets: Lets) -> dict[str, str]:
    """Return what else the application may read of a request."""
    found = {each.upper().replace("-", "_"): scope.headers.get(each) for each in lets.headers}
    named = {
        name if name == "CONTENT_TYPE" else f"HTTP_{name}": value
        for name, value in found.items()
        if value is not None
    }
    return named | ({"QUERY_STRING": scope.query_string} if lets.query else {})


def _run(application: Application, environ: dict[str, Any]) -> Answer:
    """Let the application answer; its parts are put together."""
    said: list[tuple[str, Headers]] = []

    def begin(status: str, headers: Headers, _error: object = None) -> None:
        said.append((status, headers))

    found = application(environ, begin)
    try:
        body = b"".join(found)
    finally:
        close = getattr(found, "close", None)
        if close:
            close()
    status, headers = said[-1]
    return Answer(int(status.split()[0]), headers, body)
