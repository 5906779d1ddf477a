"""Transport: one POST to a peer, over TLS with pinned certificates, within a time and a size.

It carries bytes and judges nothing: who signed an answer is for the core to check. Redirects are
not followed, no proxy is asked, and every connection serves one request.

No error says anything of what was sent or received, so errors can be logged.
"""

import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from time import monotonic
from typing import TYPE_CHECKING, cast

from comity.core.exchange import Answer, UnreachableError
from comity.core.terms import Code, InputError, Place
from comity.wire.paced import Paced, TooLargeError, left
from comity.wire.tls import TlsFiles, client_context, der, is_loopback

if TYPE_CHECKING:
    from socket import socket

SECONDS = 10.0
MOST_BYTES = 8 << 20
"""A peer's answer to a poll may hold one envelope of the largest size, written in base64."""

LONGEST_WAIT = 86_400
"""A peer that asks to wait for longer than a day is asked again after a day."""

MOST_AROUND = 1 << 16
"""How many bytes more than the body may come: status, headers, the sizes of chunks."""

ADDRESS = re.compile(
    r"(?P<scheme>https?)://(?:\[(?P<six>[0-9a-f:.]+)\]|(?P<name>[a-z0-9._-]+))(?::(?P<port>[0-9]{1,5}))?"
)
MOST_PORT = 65_535
PATH = re.compile(r"/[!-~]*")
NUMBER = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Origin:
    """Where a peer listens."""

    secure: bool
    host: str
    port: int | None


class Transport:
    """Posts to peers, each under the certificate that is pinned for its address."""

    def __init__(
        self,
        own: TlsFiles | None = None,
        pinned: Mapping[str, bytes] | None = None,
        *,
        seconds: float = SECONDS,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        """Take this node's certificate, and each peer's in PEM by its address."""
        self._own = own
        self._pinned = {_same(address): pem for address, pem in (pinned or {}).items()}
        self._seconds = seconds
        self._most_bytes = most_bytes

    def post(self, address: str, path: str, body: bytes) -> Answer:
        """Send a body to a path at a peer's address and return the answer, whatever its status.

        Raises:
            InputError: the address or path cannot be used, or no certificate is there for it.
                Nothing was sent.
            UnreachableError: no whole answer came within the time and size.
        """
        if not PATH.fullmatch(path):
            raise _unusable(path, "not a path", "write a path such as /exchange, in ASCII")
        origin = _origin(address)
        pin = self._pin(address) if origin.secure else None
        context = None if pin is None else client_context(self._certificate(address), pin)
        ends = monotonic() + self._seconds
        connection = _connection(origin, context, self._seconds)
        try:
            connection.connect()
            _check_peer(connection, pin)
            return self._exchange(connection, path, body, ends)
        except (OSError, HTTPException, ValueError) as error:
            raise UnreachableError(f"{_same(address)}: {_why(error)}") from None
        finally:
            connection.close()

    def _exchange(self, connection: HTTPConnection, path: str, body: bytes, ends: float) -> Answer:
        connection.sock.settimeout(left(ends))
        headers = {"Content-Type": "application/octet-stream", "Connection": "close"}
        connection.request("POST", path, body, headers)
        paced = Paced(connection.sock, ends, self._most_bytes + MOST_AROUND)
        with HTTPResponse(cast("socket", paced), method="POST") as response:
            response.begin()
            found = response.read(self._most_bytes + 1)
            if len(found) > self._most_bytes:
                raise TooLargeError
            if response.length:
                raise _CutOffError
            return Answer(
                status=response.status,
                body=found,
                retry_after=_wait(response.headers.get("Retry-After")),
            )

    def _pin(self, address: str) -> bytes:
        pin = self._pinned.get(_same(address))
        if pin is None:
            raise _unusable(
                address,
                "no certificate is pinned for this address",
                "get the peer's certificate and pin it with `comity keys pin`",
            )
        return pin

    def _certificate(self, address: str) -> TlsFiles:
        if self._own is None:
            raise _unusable(
                address,
                "this node has no certificate to show to a peer",
                "make one with `comity init`",
            )
        return self._own


class _CutOffError(HTTPException):
    """An answer that ended before its length."""


def _origin(address: str) -> _Origin:
    """Return where an address points to.

    Raises:
        InputError: it has another form than `https://host:port`, or is neither https nor local.
    """
    found = ADDRESS.fullmatch(_same(address))
    if not found or not address.isascii() or int(found["port"] or 0) > MOST_PORT:
        raise _unusable(address, "not the address of a node", "write https://host:port")
    host, port = found["six"] or found["name"], found["port"]
    if found["scheme"] == "http" and not is_loopback(host):
        raise _unusable(
            address,
            "http is for this machine only: on the way to another one anybody can listen",
            "write https:// and pin the peer's certificate with `comity keys pin`",
        )
    return _Origin(secure=found["scheme"] == "https", host=host, port=int(port) if port else None)


def _same(address: str) -> str:
    """Return an address in the one form in which it is looked up and shown."""
    return address.lower().rstrip("/")


def _connection(origin: _Origin, context: ssl.SSLContext | None, seconds: float) -> HTTPConnection:
    if context is None:
        return HTTPConnection(origin.host, origin.port, timeout=seconds)
    return HTTPSConnection(origin.host, origin.port, timeout=seconds, context=context)


def _check_peer(connection: HTTPConnection, pin: bytes | None) -> None:
    """Compare the peer's certificate with the pinned one, byte by byte, before anything is sent.

    Raises:
        ssl.SSLError: it is another one, though one that the pinned one speaks for.
    """
    if pin is None:
        return
    secure = cast("ssl.SSLSocket", connection.sock)
    if secure.getpeercert(binary_form=True) != der(pin):
        raise ssl.SSLError


def _wait(text: str | None) -> int | None:
    """Return the seconds of a Retry-After; a date is not read, as no clock is."""
    if text is None or not NUMBER.fullmatch(text.strip()):
        return None
    return min(int(text), LONGEST_WAIT)


def _why(error: Exception) -> str:
    """Return a reason from a closed list, without a word of the error's own."""
    reasons: tuple[tuple[type[Exception], str], ...] = (
        (TimeoutError, "no whole answer in time"),
        (ssl.SSLError, "TLS failed: another certificate than the pinned one, or ours is not known"),
        (ConnectionRefusedError, "the connection was refused"),
        (TooLargeError, "the answer is too large"),
        (_CutOffError, "the answer was cut off"),
        (HTTPException, "the answer is not HTTP"),
    )
    found = (reason for kind, reason in reasons if isinstance(error, kind))
    return next(found, "the connection failed")


def _unusable(what: str, message: str, advice: str) -> InputError:
    return InputError(Code.WRONG_TYPE, message, at=Place(name=what[:200]), advice=advice)
