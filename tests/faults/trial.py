"""Trial: a front door and a body under one kind of fault, round after round, and what was broken.

In each round organisations report, the front door delivers, and at a random moment a fault strikes
one of the nodes or both. What anybody was told then has to hold: a report that was acknowledged is
kept, an envelope for which there is a receipt is held. In the end the nodes come to rest, and
everything has to be there once. Trials judge nothing themselves: they count.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random  # noqa: TID251 - seeded, so that what a round does can be repeated
from time import monotonic, sleep
from typing import Protocol

from comity.cli.scenario.nodes import free_ports
from comity.core.audit import Expected, read_bundle, verify
from comity.core.terms import PartyId, ReleaseId, SealError
from comity.node.contents import kept
from comity.node.export_audit import audit_file
from comity.shipped import shipped_texts
from comity.store.port import Records
from comity.store.records import InState, OutState
from comity.wire.signing import Ed25519Verifier
from tests.faults.machines import SOON, Machine
from tests.faults.processes import eventually, introduce, living

DOOR, NCA = "FRONT_DOOR", "NCA"
EACH = 5
LATEST = (0.1, 0.4)
"""The latest moment of a fault: half of them come while organisations still report."""
AT_REST = 30.0
"""For so many seconds nothing may arrive before the nodes count as stuck."""
AGAIN = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What a trial found. `broken` says in words what neither `lost` nor `doubled` counts."""

    rounds: int = 0
    busy: int = 0
    """Rounds in which the fault struck while something was on its way."""
    acknowledged: int = 0
    """Reports of which somebody was told that they are kept, and receipts that are held."""
    unknown: int = 0
    """Reports that are kept without anybody having been told: the client died before."""
    lost: int = 0
    doubled: int = 0
    broken: tuple[str, ...] = ()
    seconds: float = 0.0

    def __add__(self, other: "Counts") -> "Counts":
        """Return what two trials found."""
        names = self.__dataclass_fields__
        return Counts(**{each: getattr(self, each) + getattr(other, each) for each in names})

    def failures(self) -> tuple[int, int, tuple[str, ...]]:
        """Return what must be 0, 0 and nothing."""
        return self.lost, self.doubled, self.broken


class Fault(Protocol):
    """Something that befalls nodes."""

    def environment(self, party: str) -> Mapping[str, str]:
        """Return what the processes of a node need so that it can befall them."""
        ...

    def database(self, party: str) -> str:
        """Return the address of the database of a node; nothing for the one in its folder."""
        ...

    def begins(self, machine: Machine) -> None:
        """Take notice that the processes of a node are about to start again."""
        ...

    def strikes(self, machine: Machine, chance: Random) -> None:
        """Let it happen. None of the node's processes lives afterwards."""
        ...


@dataclass(slots=True)
class Kill:
    """The processes of a node are killed."""

    databases: Mapping[str, str] = field(default_factory=dict)

    def environment(self, _party: str) -> Mapping[str, str]:
        """Return nothing: anything can be killed."""
        return {}

    def database(self, party: str) -> str:
        """Return the address of the database of a node."""
        return self.databases.get(party, "")

    def begins(self, _machine: Machine) -> None:
        """Do nothing: the database is as it was left."""

    def strikes(self, machine: Machine, chance: Random) -> None:
        """Kill them all, or now and then the first alone."""
        machine.die(first_only=chance.random() < 0.2)


@dataclass(slots=True)
class Trial:
    """Two nodes, what befalls them, and what was found so far."""

    machines: Mapping[str, Machine]
    fault: Fault
    chance: Random
    sent: int = 0
    lost: set[str] = field(default_factory=set)
    receipts: set[str] = field(default_factory=set)
    busy: int = 0
    damaged: int = 0

    @property
    def door(self) -> Machine:
        """Return the front door."""
        return self.machines[DOOR]

    @property
    def nca(self) -> Machine:
        """Return the body."""
        return self.machines[NCA]

    def start(self, *parties: str) -> None:
        """Start nodes, and wait until they can be reached."""
        for party in parties:
            self.fault.begins(self.machines[party])
            self.machines[party].start()
        for party in parties:
            eventually(f"{party} listens", self.machines[party].listens, every=SOON)

    def round(self) -> None:
        """Let organisations report, strike at a random moment, see what still holds, and start."""
        begun = self.door.begun() + 1
        sender = self.door.send(self.sent, EACH)
        self.sent += EACH
        eventually(
            "reports come in",
            lambda: self.door.begun() >= begun or is_gone(sender),
            every=SOON,
        )
        sleep(self.chance.uniform(0, self.chance.choice(LATEST)))
        victims = self.chance.choice([(DOOR,), (NCA,), (DOOR, NCA), (NCA, DOOR)])
        for party in victims:
            self.fault.strikes(self.machines[party], self.chance)
            self.damaged += not self.machines[party].is_sound()
        if DOOR not in victims:
            eventually("the sender is done", partial(is_gone, sender), every=SOON)
        self.look()
        self.start(*victims)

    def look(self) -> None:
        """Find what somebody was told that does not hold."""
        told = self.door.acknowledged()
        with self.door.store.reading() as records:
            kept_here = {each.id for each in records.reports.find()}
            receipts = {each.release for each in records.receipts.find()}
            self.busy += bool(records.outbox.find(state=OutState.SENDING))
        with self.nca.store.reading() as records:
            held = held_by(records)
        self.receipts |= receipts
        self.lost |= set(told) - kept_here
        self.lost |= self.receipts - held

    def rest(self) -> bool:
        """Let everything be delivered; return whether that came to an end, not to a standstill."""
        arrived, ends = 0, monotonic() + AT_REST
        while monotonic() < ends:
            asked = self.door.send(self.sent, 0)
            eventually("the waits are over", partial(is_gone, asked), every=SOON)
            until = monotonic() + AGAIN
            while monotonic() < until:
                if self.is_at_rest():
                    return True
                sleep(5 * SOON)
            with self.door.store.reading() as records:
                before, arrived = arrived, len(records.receipts.find())
            if arrived > before:
                ends = monotonic() + AT_REST
        return False

    def is_at_rest(self) -> bool:
        """Return whether nothing is on its way."""
        with self.door.store.reading() as records:
            for going in (OutState.QUEUED, OutState.SENDING):
                if records.outbox.first(state=going):
                    return False
        with self.nca.store.reading() as records:
            coming = (InState.RECEIVED, InState.PARKED)
            return not any(records.inbox.first(state=each) for each in coming)

    def counts(self, rounds: int, seconds: float) -> Counts:
        """Return what was found, with all that is there in the end."""
        told = self.door.acknowledged()
        with self.door.store.reading() as records:
            reports = {each.id for each in records.reports.find()}
            sent = {each.digest: str(each.report) for each in records.told.find()}
            self.receipts |= {each.release for each in records.receipts.find()}
        came = set(self.opened())
        return Counts(
            rounds=rounds,
            busy=self.busy,
            acknowledged=len(told) + len(self.receipts),
            unknown=len(reports - set(told)),
            lost=len(self.lost | {report for digest, report in sent.items() if digest not in came}),
            doubled=len(self.doubled()),
            broken=(*self.out_of_order(), *self.findings()),
            seconds=seconds,
        )

    def doubled(self) -> set[str]:
        """Return the digests of what the body has taken in more than once."""
        return {digest for digest, times in Counter(self.opened()).items() if times > 1}

    def opened(self) -> Iterator[str]:
        """Yield the digest of each content that the body has taken in and can read."""
        node = self.nca.node()
        with node.store.reading() as records:
            for each in records.items.find():
                with suppress(SealError):
                    assert kept(records, node, each).content
                    yield each.item.digest

    def out_of_order(self) -> Iterator[str]:
        """Yield what is wrong with the order in which things came, and with the receipts."""
        with self.door.store.reading() as records:
            sent = {each.release for each in records.outbox.find()}
            receipts = {each.release for each in records.receipts.find()}
        with self.nca.store.reading() as records:
            places = sorted(each.seq for each in records.inbox.find())
            held, wrong = held_by(records), records.inbox.find(state=InState.QUARANTINED)
        if places != list(range(1, len(places) + 1)):
            yield "a place in the order is missing or taken twice"
        if sent != receipts or held != receipts:
            yield f"{len(sent)} were sent, {len(held)} are held, {len(receipts)} have receipts"
        if wrong:
            yield f"{len(wrong)} are quarantined"
        if self.damaged:
            yield f"{self.damaged} times a database was damaged"

    def findings(self) -> Iterator[str]:
        """Yield what an auditor finds in the ledgers of both, each held against the other."""
        bundles = {
            party: read_bundle(audit_file(each.node(), shipped_texts()), party)
            for party, each in self.machines.items()
        }
        for party, bundle in bundles.items():
            others = [other for name, other in bundles.items() if name != party]
            report = verify(bundle, others, Expected(), Ed25519Verifier())
            yield from (f"{party}: {each.what}" for each in report.findings)


def is_gone(pid: int) -> bool:
    """Return whether nothing is left of a process and those that it started."""
    return not living(pid)


def held_by(records: Records) -> set[ReleaseId]:
    """Return the releases that a body holds, opened or not."""
    return {each.id for each in records.inbox.find() if each.state is not InState.PARKED}


@contextmanager
def trial(
    folder: Path, seed: int, fault: Fault, plants: Mapping[str, tuple[str, ...]]
) -> Iterator[Trial]:
    """Give a front door and a body that have pinned each other, and run."""
    with ExitStack() as stack:
        machines = {}
        for party, port in zip((DOOR, NCA), free_ports(2), strict=True):
            machines[party] = Machine(
                party=PartyId(party),
                home=folder / party,
                port=port,
                database=fault.database(party),
                plants=plants.get(party, ()),
                preload=fault.environment(party),
            )
            machines[party].open_nursery()
            stack.callback(machines[party].close)
        introduce(machines, folder)
        found = Trial(machines, fault, Random(seed))  # noqa: S311 - a seed is the point here
        found.start(DOOR, NCA)
        yield found


def run(
    rounds: int,
    seed: int,
    folder: Path,
    fault: Fault | None = None,
    plants: Mapping[str, tuple[str, ...]] | None = None,
) -> Counts:
    """Play so many rounds in an empty folder, let the nodes come to rest, and return the counts.

    With a planted bug the first harm is the end: what it does to the ledgers after that is its own.
    """
    began = monotonic()
    folder.mkdir(parents=True, exist_ok=True)
    with trial(folder, seed, fault or Kill(), plants or {}) as found:
        for number in range(rounds):
            found.round()
            if plants and (found.lost or found.doubled()):
                return Counts(rounds=number + 1, lost=len(found.lost), doubled=len(found.doubled()))
        came_to_rest = found.rest()
        for each in found.machines.values():
            each.die()
        counts = found.counts(rounds, monotonic() - began)
    if came_to_rest:
        return counts
    return counts + Counts(broken=("the nodes do not come to rest",))
