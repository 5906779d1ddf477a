"""`comity pages`: the pages of a front door, for people."""

import os

import click
from django.db import connections

from comity import settings
from comity.bootstrap import KEYS, end_with_parent, node_here
from comity.cli.acting import NotPossible, said
from comity.cli.signpost import needs_front_door
from comity.wire.files import write_private
from comity.wire.tls import is_loopback

CONNECTIONS = 256
HEAD_MILLISECONDS = 5_000
MOST_HEAD = 32 << 10
SECRET_BYTES = 32


@click.command()
def pages() -> None:
    """Serve a front door's pages for people, until interrupted.

    Help, and whom to tell, need nothing else. Where a front door was made (`comity init`), one can
    report from them. A body's node has none: it does not say whom an organisation must tell.
    """
    needs_front_door()
    with said():
        host, port = settings.pages()
    if not is_loopback(host):
        raise NotPossible(
            f"{host} can be reached from outside, and these pages are served without TLS",
            "serve on 127.0.0.1, behind a web server that has TLS",
        )
    keep_secret()
    settings.face_people()
    with said():
        node = node_here()
    os.register_at_fork(after_in_child=end_with_parent)
    connections.close_all()  # a process that is forked must not share one
    address = settings.origin() if node else f"http://{host}:{port}"
    does = "help, whom to tell, and reports" if node else "help, and whom to tell; no reports"
    click.echo(f"pages for people on {address}/: {does}", err=True)
    _run(host, port)


def keep_secret() -> None:
    """Make what signs sessions, once. Nobody signs in at a front door that has no node."""
    path = settings.home() / settings.SECRET
    if (settings.home() / KEYS).exists() and not path.exists():
        write_private(path, os.urandom(SECRET_BYTES).hex().encode())


def _run(host: str, port: int) -> None:
    from granian import Granian  # noqa: PLC0415 - slow to load, and needed here alone
    from granian.constants import HTTPModes, Interfaces  # noqa: PLC0415 - slow to load as well
    from granian.http import HTTP1Settings  # noqa: PLC0415 - slow to load as well

    Granian(
        "comity.web.application:front",
        address=host,
        port=port,
        interface=Interfaces.RSGI,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(
            header_read_timeout=HEAD_MILLISECONDS, max_buffer_size=MOST_HEAD
        ),
        workers=1,
        backpressure=CONNECTIONS,
        websockets=False,
        log_enabled=False,
    ).serve()
