"""Nodes: what a node costs: an entry, an envelope over both nodes, memory, the story, an audit.

    python -m benchmarks.nodes

Nodes in one process are on SQLite files with `synchronous=FULL`; the story runs as it does for
everybody, in processes of its own.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.figures import Figure, at_most, table
from benchmarks.running import running_node
from comity.core.audit import Expected, read_bundle, verify
from comity.core.consent import Assurance
from comity.core.ledger import EntryType
from comity.core.terms import PartyId
from comity.node.answer_consent import answer_consent
from comity.node.deliver import deliver
from comity.node.export_audit import audit_file
from comity.node.node import Node, note
from comity.node.work import take_in
from comity.shipped import shipped_texts
from comity.store.port import Records, Store
from comity.wire.signing import Ed25519Verifier
from tests.node.world import (
    FRONT_DOOR,
    ICO,
    NCA,
    SPEAKER,
    World,
    new_world,
    sections,
)
from tests.store.django import open_store, set_up

APPENDS = 500
ENVELOPES = 100
MOST_MS_TO_APPEND = 3.0
MOST_MS_FOR_AN_ENVELOPE = 10.0
MOST_COMMITS = 4
MOST_PSS_MB = 300
MOST_SECONDS_FOR_THE_STORY = 30
MOST_SECONDS_TO_AUDIT = 10
ENTRIES, BEATS = 100_000, 100


@dataclass(slots=True)
class Counting:
    """A store that counts its writing transactions."""

    store: Store
    commits: int = 0

    def writing(self) -> AbstractContextManager[Records]:
        """Return a transaction that may change everything."""
        self.commits += 1
        return self.store.writing()

    def reading(self) -> AbstractContextManager[Records]:
        """Return a transaction that changes nothing."""
        return self.store.reading()


def measure(progress: Callable[[str], None] = lambda _: None) -> tuple[Figure, ...]:
    """Measure and return all figures."""
    set_up()
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory() as folder:
        for work in (appending, sending, memory, auditing, story):
            progress(work.__name__)
            figures += work(Path(folder))
    return tuple(figures)


def appending(folder: Path) -> Iterator[Figure]:
    """Measure one entry in the node ledger, in a transaction of its own."""
    world = world_on_files(folder / "append")
    node, store = counted(world, NCA)
    began = time.process_time()
    for number in range(APPENDS):
        with store.writing() as records:
            note(records, node, EntryType.READ, item=f"item-{number}", officer="officer-1")
    spent = (time.process_time() - began) * 1000 / APPENDS
    yield under("one ledger entry, processor time", spent, "ms", MOST_MS_TO_APPEND)
    yield under("commits for one ledger entry", store.commits / APPENDS, "", 1)


def sending(folder: Path) -> Iterator[Figure]:
    """Measure a disclosure from the moment it is queued until it is opened and receipted."""
    world = world_on_files(folder / "send")
    world.report()
    consent = world.seek("incident")
    answer_consent(world.nodes[FRONT_DOOR], consent, sections("incident"), Assurance.TOTP, SPEAKER)
    world.settle()
    nca, sender = counted(world, NCA)
    ico, receiver = counted(world, ICO)
    for _ in range(ENVELOPES):
        world.clock.pass_(world.clock.now().resolution)
        world.ask("incident")
    sender.commits = receiver.commits = 0
    with nca.store.reading() as records:
        peer = records.peers.get(ICO)
    if peer is None:
        raise RuntimeError("the nodes have not pinned each other")
    began = time.process_time()
    while deliver(nca, peer):
        pass
    take_in(ico)
    spent = (time.process_time() - began) * 1000 / ENVELOPES
    with ico.store.reading() as records:
        came = len([each for each in records.inbox.find() if each.from_ == NCA])
    if came != ENVELOPES:
        raise RuntimeError(f"{came} of {ENVELOPES} envelopes came")
    commits = (sender.commits + receiver.commits) / ENVELOPES
    yield under(
        "one envelope over both nodes, processor time", spent, "ms", MOST_MS_FOR_AN_ENVELOPE
    )
    yield under("commits for one envelope over both nodes", round(commits, 1), "", MOST_COMMITS)


def memory(folder: Path) -> Iterator[Figure]:
    """Measure the memory of one node's processes, each shared page counted once in all."""
    with running_node(folder / "memory") as node:
        time.sleep(1)
        if node.process is not None:
            yield under("memory of a node (PSS)", pss_mb(node.process.pid), "MB", MOST_PSS_MB)


def pss_mb(pid: int) -> float:
    """Return the proportional memory of a process and its children."""
    own = sum(
        int(line.split()[1])
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        if line.startswith("Pss:")
    )
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return own / 1024 + sum(pss_mb(int(child)) for child in children)


def story(_folder: Path) -> Iterator[Figure]:
    """Measure the demonstration, from the command to the end of the story."""
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "comity", "demo"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    spent = time.monotonic() - began
    if done.returncode:
        raise RuntimeError("the promise was not kept, or the story did not end")
    yield under("the story of `comity demo`, by the clock", spent, "s", MOST_SECONDS_FOR_THE_STORY)


def auditing(_folder: Path) -> Iterator[Figure]:
    """Measure the verification of a long node ledger, from the bytes of its bundle."""
    world = new_world((FRONT_DOOR, NCA, ICO))
    world.report()
    node = world.nodes[NCA]
    for beat in range(BEATS):
        with node.store.writing() as records:
            for number in range(ENTRIES // BEATS):
                ids = {"item": f"item-{beat}-{number}", "officer": "officer-1"}
                note(records, node, EntryType.READ, **ids)
        world.wait()
    data = audit_file(node, shipped_texts())
    began = time.process_time()
    bundle = read_bundle(data, "a bundle")
    report = verify(bundle, (), Expected(None), Ed25519Verifier())
    spent = time.process_time() - began
    if report.findings:
        raise RuntimeError(f"the audit found something: {report.findings[0]}")
    yield under("audit of 100,000 entries, processor time", spent, "s", MOST_SECONDS_TO_AUDIT)


def world_on_files(folder: Path) -> World:
    """Return a world of nodes on SQLite files."""
    folder.mkdir()
    world = World()
    for party in (FRONT_DOOR, NCA, ICO):
        world.add(party, open_store(folder / f"{party}.sqlite3"))
    world.pin_all()
    return world


def counted(world: World, party: PartyId) -> tuple[Node, Counting]:
    """Put a counting store under a node."""
    counting = Counting(world.nodes[party].store)
    node = replace(world.nodes[party], store=counting)
    world.nodes[party] = world.workers[party].node = node
    return node, counting


def under(name: str, ours: float, unit: str, most: float) -> Figure:
    """Return a figure that is to stay under a limit, with its ratio to the limit."""
    return Figure(
        name=name, ours=ours, unit=unit, ratio=ours / most, aim=at_most(most), reached=ours <= most
    )


def show(what: str) -> None:
    """Show what is being measured, on a terminal."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[K{what}")
        sys.stderr.flush()


if __name__ == "__main__":
    found = measure(show)
    show("")
    sys.stdout.write(table(found) + "\n")
