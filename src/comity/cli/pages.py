"""`comity pages`: the pages of a front door, for people."""

import os

import click

from comity import settings
from comity.bootstrap import end_with_parent
from comity.cli.acting import NotPossible, said
from comity.cli.signpost import needs_front_door
from comity.wire.tls import is_loopback

THREADS, CONNECTIONS = 4, 256
HEAD_MILLISECONDS = 5_000
MOST_HEAD = 32 << 10


@click.command()
def pages() -> None:
    """Serve a front door's pages for people, until interrupted.

    They need no database and keep nothing. A body's node has none: it does not say whom an
    organisation must tell.
    """
    needs_front_door()
    with said():
        host, port = settings.pages()
    if not is_loopback(host):
        raise NotPossible(
            f"{host} can be reached from outside, and these pages are served without TLS",
            "serve on 127.0.0.1, behind a web server that has TLS",
        )
    os.register_at_fork(after_in_child=end_with_parent)
    click.echo(f"pages for people on http://{host}:{port}/", err=True)
    _run(host, port)


def _run(host: str, port: int) -> None:
    from granian import Granian  # noqa: PLC0415 - slow to load, and needed here alone
    from granian.constants import HTTPModes, Interfaces  # noqa: PLC0415 - slow to load as well
    from granian.http import HTTP1Settings  # noqa: PLC0415 - slow to load as well

    Granian(
        "comity.web.application:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(
            header_read_timeout=HEAD_MILLISECONDS, max_buffer_size=MOST_HEAD
        ),
        workers=1,
        blocking_threads=THREADS,
        backpressure=CONNECTIONS,
        websockets=False,
        log_enabled=False,
    ).serve()
