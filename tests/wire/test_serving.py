"""Serving for real: processes that speak mutual TLS, answer peers only, and end when told to."""

import signal
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from http.client import HTTPSConnection
from pathlib import Path

import pytest

from comity.store.records import OutState
from comity.wire.tls import client_context, load_certificate, make_certificate
from tests.faults.processes import Process, eventually, introduce, processes
from tests.node.world import REPORT
from tests.store.django import forget, set_up

set_up()

PARTIES = ("FRONT_DOOR", "NCA", "ICO", "NCSC")
NODES = ("FRONT_DOOR", "NCA")
MOST_SECONDS = 5.0


@pytest.fixture
def nodes(tmp_path: Path) -> Iterator[dict[str, Process]]:
    """Return a front door and three bodies that have pinned each other; two of them run."""
    with processes(tmp_path, *PARTIES) as found:
        introduce(found, tmp_path, "https")
        for name in NODES:
            others = [
                found[each].home / "tls" / "certificate.pem" for each in PARTIES if each != name
            ]
            peers = tmp_path / f"{name}.peers"
            peers.write_text("".join(each.read_text() for each in others))
            found[name].serve = ("serve", "--with-worker", "--peers", str(peers))
            found[name].start()
        for name in NODES:
            eventually(f"{name} listens", found[name].listens)
        yield found
        for each in found.values():
            forget(each.store.alias)


def health(node: Process, context: ssl.SSLContext) -> bytes:
    connection = HTTPSConnection("127.0.0.1", node.port, timeout=5, context=context)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().read()
    finally:
        connection.close()


def receipted(door: Process) -> bool:
    with door.store.reading() as records:
        return [each.state for each in records.outbox.find()] == [OutState.RECEIPTED]


def context_of(folder: Path, node: Process) -> ssl.SSLContext:
    """Return how whoever has the certificate in a folder calls a node."""
    pin = (node.home / "tls" / "certificate.pem").read_bytes()
    return client_context(load_certificate(folder), pin)


@pytest.mark.slow
def test_nodes_speak_mutual_tls_with_their_peers_and_with_nobody_else(
    nodes: dict[str, Process], tmp_path: Path
) -> None:
    door, nca = nodes["FRONT_DOOR"], nodes["NCA"]
    door.run("report", "send", "-", given=REPORT)
    eventually("a receipt comes back", lambda: receipted(door))
    eventually("a case is there", lambda: nca.data("case", "list"))
    for peer in ("NCA", "ICO", "NCSC"):
        assert health(door, context_of(nodes[peer].home / "tls", door)) == b"ok\n"
    stranger = tmp_path / "stranger"
    make_certificate(stranger, "nca", datetime.now(UTC))  # noqa: TID251 - a real clock meets it
    with pytest.raises(OSError, match=r"(?i)tls|ssl|reset|closed|broken|eof"):
        health(door, context_of(stranger, door))
    nobody = ssl.create_default_context()
    nobody.check_hostname, nobody.verify_mode = False, ssl.CERT_NONE
    with pytest.raises(OSError, match=r"(?i)tls|ssl|reset|closed|broken|eof"):
        health(door, nobody)
    for node in (door, nca):
        assert node.end(signal.SIGTERM) < MOST_SECONDS
        assert "Traceback" not in node.log()


@pytest.mark.slow
def test_a_worker_ends_when_it_is_told_to(tmp_path: Path) -> None:
    with processes(tmp_path, "NCA") as found:
        node = found["NCA"]
        node.make()
        node.serve = ("worker",)
        node.start()
        eventually("it works", lambda: "is working" in node.log())
        assert node.end(signal.SIGTERM) < MOST_SECONDS
        assert node.running is not None
        assert node.running.returncode == 0
        forget(node.store.alias)
