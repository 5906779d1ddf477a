"""A world of real nodes in one process: they have pinned each other and share a clock.

Keys are real and stores are in memory. What one posts the other takes at once; `down` names
parties that cannot be reached, and `seen` gets every message on its way.
"""

import random  # noqa: TID251 - seeded, so that a run can be repeated
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from comity.bootstrap import agreements
from comity.core.exchange import Answer as Reply
from comity.core.exchange import RefusedError, UnreachableError
from comity.core.gate import Permit, Refusal
from comity.core.identification import DomainName, LookUp
from comity.core.intake import Report, read_report
from comity.core.language import Value
from comity.core.terms import (
    ConsentId,
    EvidenceId,
    ItemId,
    OfficerId,
    OrganisationId,
    PartyId,
    PersonId,
    Purpose,
    RequestId,
    Section,
    read_toml,
)
from comity.node.accept_envelope import accept_envelope
from comity.node.agreements import sign_agreement
from comity.node.deliver import ENVELOPES
from comity.node.keys import introduction, pin_peer, read_introduction
from comity.node.mandates import Speaker
from comity.node.node import Node
from comity.node.register_speaker import register_speaker
from comity.node.request_disclosure import Ask, request_disclosure
from comity.node.seek_consent import Seek, seek_consent
from comity.node.send_report import Sent, send_report
from comity.node.take_control import take_control
from comity.node.work import Worker
from comity.shipped import bodies, report_form
from comity.store.records import Role
from comity.wire.at_rest import FileVault
from comity.wire.keys import NodeKeys, Use
from comity.wire.sealing import HpkeOpener, HpkeSealer, new_reading_key
from comity.wire.signing import Ed25519Signer, Ed25519Verifier
from tests.store.twin import Twin

FRONT_DOOR, NCA, ICO, NCSC = map(PartyId, ("FRONT_DOOR", "NCA", "ICO", "NCSC"))
ACME = OrganisationId("acme")
OFFICER = OfficerId("officer-1")
SPEAKER = PersonId("person-1")
"""Who may speak for an organisation: registered in peace, before its first report."""
START = datetime(2026, 11, 23, 9, tzinfo=UTC)
REGULATION = Purpose("regulation")
BEATS, STATUSES = timedelta(minutes=10), timedelta(minutes=5)
MOST_ROUNDS = 200
REFUSED = 403

CANARY = "Quokka-7713"
"""What Acme tells, and what officers write, has this in it: it must stay where it was told."""


def report_text(organisation: str = "acme", mark: str = CANARY) -> str:
    """Return what an organisation reports to the NCA, with a mark in each section."""
    return f"""
organisation = "{organisation}"

[choices]
contact = ["NCA"]
incident = ["NCA"]
technical = ["NCA"]

[contact]
name = "A. Smith {mark}"
organisation_name = "Acme"

[incident]
summary = "Servers were encrypted. {mark}"
discovered_at = 2026-11-23T02:10:00Z

[technical]
malware = "a locker, {mark}"
"""


REPORT = report_text()
GROUNDS: dict[str, tuple[Value, str]] = {
    "gateway": ("cca_2013_s7_4", f"Crime and Courts Act 2013, {CANARY}"),
    "within_functions": (True, f"the regulator needs it, {CANARY}"),
    "necessity_recorded": (True, f"recorded, {CANARY}"),
    "officer_named": (True, f"signed, {CANARY}"),
}


@dataclass(slots=True)
class Clock:
    """A time that tests set."""

    moment: datetime = START

    def now(self) -> datetime:
        """Return the time."""
        return self.moment

    def pass_(self, time: timedelta) -> None:
        """Let time pass."""
        self.moment += time


@dataclass(slots=True)
class Direct:
    """A transport that hands each message over at once."""

    world: "World"
    seen: Callable[[str, bytes], None] = lambda *_: None

    def post(self, address: str, path: str, body: bytes) -> Reply:
        """Return the other node's answer.

        Raises:
            UnreachableError: it is down.
        """
        party = PartyId(address.rpartition("/")[2])
        if party in self.world.down:
            raise UnreachableError
        self.seen(path, body)
        take = accept_envelope if path == ENVELOPES else take_control
        try:
            answer = take(self.world.nodes[party], body)
        except RefusedError as refused:
            return Reply(REFUSED, refused.problem.encode())
        self.seen(path, answer)
        return Reply(200 if answer else 202, answer)


def sign_all(node: Node) -> None:
    """Let a node's party sign every version that it has to."""
    for each in node.agreements.all:
        if node.party in each.signatories:
            sign_agreement(node, each, OFFICER)


@dataclass(slots=True)
class Zone:
    """Domains that tests publish records in.

    If `silent`, it answers nothing; `meanwhile` happens while it is asked.
    """

    texts: dict[DomainName, set[str]] = field(default_factory=dict)
    silent: bool = False
    meanwhile: Callable[[], object] = lambda: None
    asked: list[DomainName] = field(default_factory=list)

    def as_asked(self, written: str) -> str:
        """Return a domain in small letters."""
        return written.strip().lower()

    def look_up(self, domain: DomainName, text: str) -> LookUp:
        """Return whether a record was published."""
        self.asked.append(domain)
        self.meanwhile()
        if self.silent:
            return LookUp.NO_ANSWER
        found = text in self.texts.get(domain, ())
        return LookUp.FOUND if found else LookUp.NOT_FOUND

    def publish(self, domain: DomainName, text: str) -> None:
        """Publish a record."""
        self.texts.setdefault(domain, set()).add(text)


@dataclass(slots=True)
class World:
    """Nodes that have pinned each other."""

    clock: Clock = field(default_factory=Clock)
    nodes: dict[PartyId, Node] = field(default_factory=dict)
    workers: dict[PartyId, Worker] = field(default_factory=dict)
    down: set[PartyId] = field(default_factory=set)
    chance: random.Random = field(default_factory=lambda: random.Random(1))  # noqa: S311 - a seed is the point here
    transport: Direct = field(init=False)
    zone: Zone = field(default_factory=Zone)

    def __post_init__(self) -> None:
        """Connect them."""
        self.transport = Direct(self)

    def add(self, party: PartyId, store: Any = None) -> Node:  # noqa: ANN401 - any store
        """Add a node that nobody has pinned yet."""
        role = Role.FRONT_DOOR if party == FRONT_DOOR else Role.BODY
        self.nodes[party] = Node(
            party=party,
            role=role,
            store=store or Twin(),
            keys=keys(party, consent=role is Role.FRONT_DOOR),
            verifier=Ed25519Verifier(),
            sealer=HpkeSealer(),
            transport=self.transport,
            domains=self.zone,
            agreements=agreements(),
            now=self.clock.now,
            chance=self.chance.randbytes,
            beats=BEATS,
            statuses=STATUSES,
        )
        self.workers[party] = Worker(self.nodes[party])
        return self.nodes[party]

    def pin_all(self) -> None:
        """Let every node sign what it signs, and pin every other."""
        for node in self.nodes.values():
            sign_all(node)
        for node in self.nodes.values():
            for other in self.nodes.values():
                if other is not node:
                    shown = introduction(other, f"http://{other.party}")
                    pin_peer(node, read_introduction(shown, node.verifier), OFFICER)

    def settle(self) -> None:
        """Let all nodes work until there is nothing to do."""
        for _ in range(MOST_ROUNDS):
            if not sum(worker.round() for worker in self.workers.values()):
                return
        raise AssertionError("the nodes do not come to rest")

    def wait(self, time: timedelta = BEATS) -> None:
        """Let time pass in steps of a minute, and the nodes work meanwhile."""
        end = self.clock.moment + time
        while self.clock.moment < end:
            self.clock.pass_(min(timedelta(minutes=1), end - self.clock.moment))
            self.settle()

    def report(self, text: str = REPORT) -> Sent:
        """Let Acme report, and the copies arrive."""
        report = acme_report(text)
        entitle(self.nodes[FRONT_DOOR], report.organisation)
        sent = send_report(self.nodes[FRONT_DOOR], report, SPEAKER)
        self.settle()
        return sent

    def items(self, party: PartyId, *sections: str) -> tuple[ItemId, ...]:
        """Return the items that a body holds of Acme's report, of these sections."""
        with self.nodes[party].store.reading() as records:
            held = [each.item for each in records.items.find() if each.release]
        return tuple(each.id for each in held if each.section in sections)

    def ask(
        self,
        *sections: str,
        party: PartyId = NCA,
        recipient: PartyId = ICO,
        grounds: Mapping[str, tuple[Value, str]] = GROUNDS,
    ) -> tuple[RequestId, Permit | Refusal]:
        """Let an officer ask to pass sections on."""
        node = self.nodes[party]
        with node.store.reading() as records:
            case = records.cases.find()[0].id
        ask = Ask(
            case=case,
            items=self.items(party, *sections),
            recipient=recipient,
            purpose=REGULATION,
            kind="organisation_specific",
            officer=OFFICER,
            grounds=grounds,
        )
        return request_disclosure(node, ask)

    def seek(self, *sections: str, recipient: PartyId = ICO) -> ConsentId:
        """Let the NCA ask Acme for its consent, and the question arrive."""
        node = self.nodes[NCA]
        with node.store.reading() as records:
            case = records.cases.find()[0].id
        seek = Seek(
            case=case,
            items=self.items(NCA, *sections),
            recipient=recipient,
            purpose=REGULATION,
            until=self.clock.now() + timedelta(days=30),
            why=f"The regulator has asked. {CANARY}",
            officer=OFFICER,
        )
        consent = seek_consent(node, seek)
        self.settle()
        return consent


def new_world(parties: Iterable[PartyId] = (FRONT_DOOR, NCA, ICO, NCSC), seed: int = 1) -> World:
    """Return nodes that have pinned each other."""
    world = World(chance=random.Random(seed))  # noqa: S311 - a seed is the point here
    for party in parties:
        world.add(party)
    world.pin_all()
    return world


def keys(party: PartyId, *, consent: bool, generation: int = 1) -> NodeKeys:
    """Return a node's keys: those that sign are always the same for one party and generation."""

    def signer(use: str, number: int) -> Ed25519Signer:
        return Ed25519Signer(sha256(f"{party}/{use}/{number}".encode()).digest())

    signing = [Use.IDENTITY, Use.WITNESS, *([Use.CONSENT] if consent else [])]
    return NodeKeys(
        identity=signer(Use.IDENTITY, generation),
        witness=signer(Use.WITNESS, generation),
        consent=signer(Use.CONSENT, generation) if consent else None,
        opener=HpkeOpener([new_reading_key()]),
        vault=FileVault(sha256(f"{party}/vault".encode()).digest()),
        former={
            use: tuple(signer(use, each) for each in range(generation - 1, 0, -1))
            for use in signing
        },
        made={},
    )


def acme_report(text: str = REPORT) -> Report:
    """Return what Acme reports."""
    return read_report(read_toml(text.encode(), "a report"), "a report", report_form(), bodies())


def entitle(node: Node, organisation: OrganisationId = ACME) -> None:
    """Let the speaker be registered, if it is time for it: before the first report."""
    with node.store.reading() as records:
        is_late = records.reports.first(organisation=organisation)
        is_done = records.mandates.first(organisation=organisation)
    if not is_late and not is_done:
        speaker = Speaker(organisation, SPEAKER, node.now() + timedelta(days=360))
        register_speaker(node, speaker, EvidenceId("check-1"))


def sections(*names: str) -> frozenset[Section]:
    """Return sections by their names."""
    return frozenset(Section(each) for each in names)
