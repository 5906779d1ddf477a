"""Small servers in a thread, for transport to meet."""

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from socket import create_server, socket

from comity.wire.tls import TlsFiles, der

Answering = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Seen:
    """Where a server listens, and what it was sent."""

    port: int
    bodies: list[bytes] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)


class _Quiet(HTTPServer):
    def handle_error(self, *_: object) -> None:
        """Say nothing: refused certificates are what these tests provoke."""


@contextmanager
def http_server(answering: Answering, context: ssl.SSLContext | None = None) -> Iterator[Seen]:
    """Run a server that gives one kind of answer."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            seen.paths.append(self.path)
            seen.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            answering(self)

        def log_message(self, *_: object) -> None:
            pass

    with _Quiet(("127.0.0.1", 0), Handler) as server:
        seen = Seen(server.server_port)
        if context:
            server.socket = context.wrap_socket(
                server.socket, server_side=True, do_handshake_on_connect=True
            )
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield seen
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def raw_server(*pieces: bytes, pause: float = 0.0) -> Iterator[Seen]:
    """Run a server that answers one request with these bytes, with a pause before each piece."""
    over = threading.Event()

    def serve(listening: socket) -> None:
        with suppress(OSError):
            plain, _ = listening.accept()
            with plain:
                seen.bodies.append(plain.recv(1 << 16))
                for piece in pieces:
                    over.wait(pause)
                    plain.sendall(piece)

    with create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(5)
        seen = Seen(listening.getsockname()[1])
        thread = threading.Thread(target=serve, args=(listening,))
        thread.start()
        try:
            yield seen
        finally:
            over.set()
            thread.join()


def answer(status: int, body: bytes = b"", **headers: str) -> Answering:
    """Return how to give this answer; underscores in names stand for hyphens."""

    def answering(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        with suppress(OSError):
            handler.wfile.write(body)

    return answering


def server_context(own: TlsFiles, pinned: bytes) -> ssl.SSLContext:
    """Return how a node listens: it asks each caller for the pinned certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(cadata=der(pinned))
    context.load_cert_chain(own.certificate, own.key)
    return context
