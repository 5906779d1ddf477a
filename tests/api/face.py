"""Face: a node's four ways in, called as the server calls them, without a server."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import NamedTuple
from unittest.mock import patch

from comity.node.node import Node
from tests.store.django import set_up

set_up()

from django.core.handlers.wsgi import WSGIHandler  # noqa: E402 - Django has to be set up before

from comity.api import views  # noqa: E402 - after that as well

Written = Callable[[bytes], object]


class Answer(NamedTuple):
    """What the server would send."""

    status: int
    headers: dict[str, str]
    body: bytes


class Endless:
    """A body that goes on for as long as it is read, and counts how much that was."""

    def __init__(self, size: int) -> None:
        """Give zero bytes, this many of them."""
        self.left = size
        self.read_bytes = 0

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes."""
        count = self.left if size < 0 else min(size, self.left)
        self.left -= count
        self.read_bytes += count
        return bytes(count)

    def readline(self, size: int = -1) -> bytes:
        """Return the next bytes: there are no lines."""
        return self.read(size)


@contextmanager
def serving(node: Node) -> Iterator[None]:
    """Let the views speak for this node."""
    with patch.object(views, "this_node", lambda: node):
        yield


def call(
    method: str,
    path: str,
    body: bytes | Endless = b"",
    length: str | None = "",
    **headers: str,
) -> Answer:
    """Call the application as a server does. `length` is what the client claims, if it differs."""
    claimed = {} if length is None else {"CONTENT_LENGTH": length}
    if length == "" and isinstance(body, bytes):
        claimed = {"CONTENT_LENGTH": str(len(body))}
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(body) if isinstance(body, bytes) else body,
        "wsgi.input_terminated": True,
        "wsgi.errors": BytesIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        **claimed,
        **headers,
    }
    said: list[tuple[str, list[tuple[str, str]]]] = []

    def begin(status: str, heads: list[tuple[str, str]], _error: object = None) -> Written:
        said.append((status, heads))
        return lambda _: None

    found = b"".join(WSGIHandler()(environ, begin))
    status, heads = said[0]
    return Answer(int(status.split()[0]), dict(heads), found)
