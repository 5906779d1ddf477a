"""Requests: what strangers send to a server that listens, and how an answer to it must look."""

import gzip
import re
import socket
from collections.abc import Iterable
from typing import NamedTuple

from comity.node.deliver import CONTROLS, ENVELOPES

CLOSE = b"Host: x\r\nConnection: close\r\n"
STATUS = re.compile(rb"HTTP/1\.[01] (\d{3}) ")
GIVEN_AWAY = re.compile(
    rb"Traceback|File \"|\.py\b|[Dd]jango|Exception|Error\b|comity\.|/site-packages"
)
PATIENCE = 1.0
MANY = 1 << 20


class Hostile(NamedTuple):
    """A hostile request: its name, and its bytes in the pieces in which they are sent."""

    name: str
    pieces: tuple[bytes, ...]


def post(path: str, body: bytes, *heads: bytes) -> bytes:
    """Return a POST with its true length."""
    head = b"".join(each + b"\r\n" for each in heads)
    length = b"Content-Length: %d\r\n" % len(body)
    return b"POST " + path.encode() + b" HTTP/1.1\r\n" + CLOSE + head + length + b"\r\n" + body


def chunked(path: str, body: bytes) -> bytes:
    """Return a POST whose body is in chunks, as they are given."""
    head = b"POST " + path.encode() + b" HTTP/1.1\r\n" + CLOSE
    return head + b"Transfer-Encoding: chunked\r\n\r\n" + body


def claiming(path: str, length: bytes, body: bytes = b"{}") -> bytes:
    """Return a POST that claims a length."""
    head = b"POST " + path.encode() + b" HTTP/1.1\r\n" + CLOSE
    return head + b"Content-Length: " + length + b"\r\n\r\n" + body


def plain(line: bytes, *heads: bytes) -> bytes:
    """Return a request without a body."""
    return line + b"\r\n" + CLOSE + b"".join(each + b"\r\n" for each in heads) + b"\r\n"


def on_bodies(path: str) -> Iterable[tuple[str, bytes]]:
    """Yield hostile requests that carry a body to one of the two ways in for messages."""
    lengths = (b"5000000", b"9" * 5_000, b"-1", b"+2", b"2, 2", b"0x2", b" ", b"2\xff", b"2e0")
    yield from ((f"length {each[:9]!r}", claiming(path, each)) for each in lengths)
    yield "two lengths", claiming(path, b"2\r\nContent-Length: 9")
    both = b"2\r\nTransfer-Encoding: chunked"
    yield "length and chunks", claiming(path, both, b"2\r\n{}\r\n0\r\n\r\n")
    yield "no length", plain(b"POST " + path.encode() + b" HTTP/1.1")
    for chunk in (b"zz\r\n{}\r\n", b"2\r\n{}\r\n0\r\n\r\n", b"-1\r\n", b"F" * 40 + b"\r\n{}"):
        yield f"chunk {chunk[:4]!r}", chunked(path, chunk)
    yield "many small chunks", chunked(path, b"1\r\n{\r\n" * 20_000 + b"0\r\n\r\n")
    yield "chunks without end", chunked(path, (b"10000\r\n" + bytes(0x10000) + b"\r\n") * 64)
    yield "deep lists", post(path, b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}")
    yield "deep objects", post(path, b'{"a":' * 100_000)
    yield "many objects", post(path, b'{"a":[' + b"{}," * 600_000 + b"{}]}")
    yield "many keys", post(path, b"{" + b",".join(b'"%d":1' % n for n in range(90_000)) + b"}")
    yield "a long number", post(path, b'{"a":' + b"9" * MANY + b"}")
    yield "half characters", post(path, b'{"a":"' + b"\\ud800" * 100_000 + b'"}')
    yield "zeros", post(path, bytes(2 * MANY))
    bomb = gzip.compress(bytes(32 * MANY))
    yield "a zip bomb", post(path, bomb, b"Content-Encoding: gzip")
    for kind in (b"text/html", b"multipart/form-data; boundary=", b"application/xml", b"\xff/\xfe"):
        yield f"media type {kind!r}", post(path, b"{}", b"Content-Type: " + kind)
    yield "expects to go on", post(path, b"{}", b"Expect: 100-continue")
    yield "garbage after", post(path, b"{}") + b"\x00\xff" * 500
    yield "two at once", post(path, b"{}").replace(b"close", b"keep-alive") + post(path, b"{}")


def on_heads() -> Iterable[tuple[str, bytes]]:
    """Yield hostile requests that need no body."""
    for method in ("PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "CONNECT", "HEAD", "GET", "QUX"):
        for path in ("/", "/health", ENVELOPES, CONTROLS):
            yield f"{method} {path}", plain(f"{method} {path} HTTP/1.1".encode())
    paths = (
        *("/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/..%2f..%2fetc", "//health", "/%00"),
        *("/health/", "/health%0d%0aX: y", "/%ff%fe", "/%c0%ae%c0%ae/", "/HEALTH", "/node/../"),
        *(
            "*",
            "http://evil.example/health",
            "evil.example:443",
            "/node/envelopes?x=" + "a" * 9_000,
        ),
        *("/" + "%ff" * 9_000, "/" + "a/" * 9_000, "/?" + "a[]=1&" * 3_000, "/\xff", "/a b"),
    )
    for path in paths:
        yield f"path {path[:30]!r}", plain(b"GET " + path.encode("latin-1") + b" HTTP/1.1")
    yield "HTTP/0.9", b"GET /health\r\n\r\n"
    yield "HTTP/1.0", b"GET /health HTTP/1.0\r\n\r\n"
    yield "HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes(9)
    yield "another version", plain(b"GET / HTTP/9.9")
    yield "garbage", bytes(range(256)) * 20
    yield "garbage before", b"\r\n\r\n\x00\xff" + plain(b"GET /health HTTP/1.1")
    yield "nothing", b""
    yield "TLS", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(500)
    yield "a long header", plain(b"GET / HTTP/1.1", b"X: " + b"a" * MANY)
    yield "many headers", plain(b"GET / HTTP/1.1", *[b"X: a"] * 5_000)
    yield "two hosts", plain(b"GET / HTTP/1.1", b"Host: y", b"Host: \xff\xff")
    yield "a name that is none", plain(b"GET / HTTP/1.1", b"X\xff: a")
    yield "a folded header", plain(b"GET / HTTP/1.1", b"X: a", b"  b")
    yield "a bare line feed", b"GET /health HTTP/1.1\nHost: x\nConnection: close\n\n"
    yield "an upgrade", plain(b"GET / HTTP/1.1", b"Upgrade: websocket", b"Connection: upgrade")
    yield "cookies", plain(b"GET / HTTP/1.1", b"Cookie: " + b"a=b; " * 2_000)
    yield "pipelined", plain(b"GET /health HTTP/1.1").replace(b"close", b"keep-alive") * 50


def every_request() -> list[Hostile]:
    """Return all of them."""
    found = [*on_heads()]
    for path in (ENVELOPES, CONTROLS):
        found += [(f"{name} to {path}", data) for name, data in on_bodies(path)]
    return [Hostile(name, (data,)) for name, data in found]


def send(port: int, request: Hostile) -> bytes:
    """Send a request and return all that comes back until the line is closed, or falls silent."""
    found = b""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as line:
        try:
            for each in request.pieces:
                line.sendall(each)
        except OSError:
            pass  # it has heard enough; what it said is still there
        try:
            while part := line.recv(1 << 16):
                found += part
        except OSError:
            pass  # closed the hard way
    return found


def statuses(answer: bytes) -> list[int]:
    """Return the statuses of the answers that came back."""
    return [int(each) for each in STATUS.findall(answer)]


def wrong_with(answer: bytes) -> str:
    """Return what an answer should never be or hold; nothing if it is well."""
    if not answer:
        return ""
    if bad := [each for each in statuses(answer) if each >= 500 and each != 503]:
        return f"status {bad[0]}"
    if given := GIVEN_AWAY.search(answer):
        return f"it says {given[0]!r}"
    return "" if statuses(answer) else "no HTTP"
