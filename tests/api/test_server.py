"""The server that is really run answers as its parts do, and a browser shows its page."""

import re
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest

from benchmarks.running import running_node
from comity.cli.scenario.nodes import RunningNode
from comity.core.exchange.envelope import ENVELOPE_LIMITS
from comity.node.deliver import CONTROLS, ENVELOPES
from tests.machine.browser import FLAGS, rendered

pytestmark = pytest.mark.slow

CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"
MOST_KIB = 256 << 10
"""What the server's processes may take at most, together."""


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningNode]:
    """Return a running node that has pinned nobody."""
    with running_node(tmp_path_factory.mktemp("node")) as made:
        yield made


def call(node: RunningNode, method: str, path: str, body: bytes = b"") -> tuple[int, bytes, str]:
    """Return the status, body and headers of an answer."""
    connection = HTTPConnection("127.0.0.1", node.port, timeout=20)
    try:
        connection.request(method, path, body)
        answer = connection.getresponse()
        return answer.status, answer.read(), str(answer.headers).lower()
    finally:
        connection.close()


def raw(node: RunningNode, head: str, *pieces: bytes) -> bytes:
    """Send a request by hand, and return what comes back before the line is closed."""
    with socket.create_connection(("127.0.0.1", node.port), timeout=20) as line:
        try:
            line.sendall(f"{head}\r\nHost: x\r\nConnection: close\r\n".encode())
            for each in pieces:
                line.sendall(each)
        except OSError:
            pass  # it has heard enough; what it said is still there
        found = b""
        try:
            while part := line.recv(1 << 16):
                found += part
        except OSError:
            pass  # closed the hard way
    return found


def status_of(answer: bytes) -> int:
    """Return the status of an answer, 0 if there was none."""
    found = re.match(rb"HTTP/1\.1 (\d{3})", answer)
    return int(found[1]) if found else 0


def memory_kib(node: RunningNode) -> int:
    """Return the most that the server's processes ever took, together."""
    assert node.process
    root = node.process.pid
    children = Path(f"/proc/{root}/task/{root}/children").read_text(encoding="ascii").split()
    found = 0
    for each in [str(root), *children]:
        status = Path(f"/proc/{each}/status").read_text(encoding="ascii")
        found += int(status.partition("VmHWM:")[2].split()[0])
    return found


def test_the_four_ways_in_answer(node: RunningNode) -> None:
    assert call(node, "GET", "/health")[:2] == (200, b"ok\n")
    assert call(node, "GET", "/")[0] == 200
    for path in (ENVELOPES, CONTROLS):
        assert call(node, "POST", path, b"{}")[:2] == (400, b"malformed")
        assert call(node, "GET", path)[0] == 405
    assert call(node, "GET", "/anything")[:2] == (404, b"not found\n")


@pytest.mark.parametrize("path", [ENVELOPES, CONTROLS])
def test_hostile_lengths_never_end_in_a_server_error(node: RunningNode, path: str) -> None:
    big = b"x" * (ENVELOPE_LIMITS.size + 10)
    answers = [
        raw(node, f"POST {path} HTTP/1.1", b"Content-Length: 5000000\r\n\r\n", big),
        raw(node, f"POST {path} HTTP/1.1", b"Content-Length: ", b"9" * 5_000, b"\r\n\r\n{}"),
        raw(node, f"POST {path} HTTP/1.1", b"Content-Length: -1\r\n\r\n{}"),
        raw(node, f"POST {path} HTTP/1.1", b"Content-Length: 2\r\nContent-Length: 9\r\n\r\n{}"),
        raw(node, f"POST {path} HTTP/1.1", b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n"),
        raw(
            node, f"POST {path} HTTP/1.1", b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"
        ),
    ]
    assert [status_of(each) for each in answers if status_of(each) not in {0, 400, 413}] == []
    assert call(node, "GET", "/health")[1] == b"ok\n"


def test_a_body_of_fifty_megabytes_is_refused_in_bounded_memory(node: RunningNode) -> None:
    piece = b"10000\r\n" + bytes(0x10000) + b"\r\n"
    answer = raw(
        node,
        f"POST {ENVELOPES} HTTP/1.1",
        CHUNKED,
        *[piece] * (50 << 4),
        b"0\r\n\r\n",
    )
    assert status_of(answer) in {0, 400, 413}
    assert memory_kib(node) < MOST_KIB
    assert call(node, "GET", "/health")[1] == b"ok\n"


def test_no_answer_sets_a_cookie_or_shows_a_page_of_the_framework(node: RunningNode) -> None:
    for method, path in (("GET", "/"), ("GET", "/health"), ("GET", "/none"), ("POST", ENVELOPES)):
        status, body, headers = call(node, method, path, b"\xff" if method == "POST" else b"")
        assert status in {200, 400, 404}
        assert "cookie" not in headers
        assert b"django" not in body.lower()
        assert b"Traceback" not in body


def test_the_log_of_a_server_holds_nothing_of_what_it_was_sent(node: RunningNode) -> None:
    canary = b"canary-7f3a91c2d4"
    call(node, "POST", ENVELOPES, b'{"' + canary + b'":1}')
    call(node, "GET", f"/{canary.decode()}")
    call(node, "POST", f"{CONTROLS}?{canary.decode()}", canary)
    time.sleep(0.2)
    assert canary not in node.log.read_bytes()


def test_a_browser_shows_a_heading_and_both_notices(node: RunningNode, chromium: Path) -> None:
    page = node.home.parent / "page.html"
    page.write_bytes(call(node, "GET", "/")[1])
    document = rendered(chromium, page)
    assert "<h1>ICO</h1>" in document
    picture = page.with_suffix(".png")
    with tempfile.TemporaryDirectory(prefix="comity-browser-") as profile:
        subprocess.run(
            [
                *(chromium, *FLAGS, f"--user-data-dir={profile}", "--hide-scrollbars"),
                *("--window-size=800,600", f"--screenshot={picture}", page.as_uri()),
            ],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=120,
            check=True,
        )
    assert picture.read_bytes().startswith(b"\x89PNG")
    for text in ("demonstration", "Arddangosiad", "999"):
        assert text in document.lower() or text in document
