"""`comity serve` and `comity worker`: the processes of a node."""

import os
import signal
from pathlib import Path
from threading import Event

import click
from django.db import connections

from comity import settings
from comity.bootstrap import certificate, end_with_parent, this_node
from comity.cli.acting import NotPossible, said
from comity.files import read_bytes
from comity.store.port import StoreError
from comity.wire.tls import TlsFiles, is_loopback

CONNECTIONS = 768
"""Below the 1,024 files that a process may usually have open."""

MOST_HEAD = 32 << 10
HEAD_MILLISECONDS = 5_000
"""How long the head of a request may take, and a connection stay without one."""


@click.command()
@click.option("--with-worker", is_flag=True, help="Let the worker run in the same process.")
@click.option("--peers", metavar="FILE", help="The peers' certificates, beside one's own, in PEM.")
def serve(with_worker: bool, peers: str | None) -> None:  # noqa: FBT001 - click passes flags so
    """Serve this node's page and its node face, until interrupted."""
    with said():
        found = settings.node()
        this_node()
        own = certificate(found.home)
        if peers is not None:
            _check_peers(own, peers)
    if not is_loopback(found.host) and (own is None or peers is None):
        raise NotPossible(
            f"{found.host} can be reached from outside, and there is no TLS",
            "serve on 127.0.0.1, or pass the peers' certificates: --peers FILE",
        )
    os.environ["COMITY_WORKER"] = "inside" if with_worker else ""
    os.register_at_fork(after_in_child=end_with_parent)
    connections.close_all()  # a process that is forked must not share one
    click.echo(f"{found.party} serves on {found.host}:{found.port}", err=True)
    _run(found, own if peers else None, peers)


def _check_peers(own: TlsFiles | None, peers: str) -> None:
    """Return if there is a certificate to show, and one of a peer to ask for.

    Raises:
        NotPossible: there is not; without it everybody would be answered.
    """
    if own is None:
        raise NotPossible("this node has no certificate", "make one: comity init")
    if b"-----BEGIN CERTIFICATE-----" not in read_bytes(peers):
        raise NotPossible(
            f"{peers} holds no certificate in PEM", "put the peers' certificates into it"
        )


def _run(found: settings.NodeSettings, own: TlsFiles | None, peers: str | None) -> None:
    """Run the server: one process beside this one, a few threads."""
    from granian import Granian  # noqa: PLC0415 - slow to load, and needed here alone
    from granian.constants import HTTPModes, Interfaces  # noqa: PLC0415 - slow to load as well
    from granian.http import HTTP1Settings  # noqa: PLC0415 - slow to load as well

    Granian(
        "comity.api.application:front",
        address=found.host,
        port=found.port,
        interface=Interfaces.RSGI,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(
            header_read_timeout=HEAD_MILLISECONDS, max_buffer_size=MOST_HEAD
        ),
        workers=1,
        backpressure=CONNECTIONS,
        websockets=False,
        log_enabled=False,
        ssl_cert=own.certificate if own else None,
        ssl_key=own.key if own else None,
        ssl_ca=Path(peers) if own and peers else None,
        ssl_client_verify=own is not None,
    ).serve()


@click.command()
def worker() -> None:
    """Do this node's own work: send, open, beat, until interrupted."""
    from comity.node.work import Worker  # noqa: PLC0415 - needs the store, slow to load
    from comity.work_loop import run  # noqa: PLC0415 - slow to load as well

    with said():
        node = this_node()
    stop = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    click.echo(f"{node.party} is working", err=True)
    try:
        run(Worker(node), stop)
    except StoreError as error:
        raise NotPossible(str(error), "put the database right") from None
