"""Pairs: two worlds played by one script, with and without a report that the ICO must not know of.

Everything that the ICO has of each is written down: what came over the wire and when, its tables,
its ledgers. Masked are only values that are random in the design: keys, signatures, salts, ids and
digests, each by what it is and how long. Clock values are not masked: both worlds have one clock.
"""

import json
import random  # noqa: TID251 - seeded, so that a run can be repeated
import re
from base64 import b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from comity.core.consent import Assurance
from comity.core.exchange import Answer, UnreachableError
from comity.core.gate import Permit, Refusal
from comity.core.intake import read_report
from comity.core.terms import CaseId, ConsentId, PartyId, Purpose, Section, encode
from comity.node.answer_consent import answer_consent
from comity.node.node import NODE_LEDGER, Node, pair_ledger
from comity.node.request_disclosure import Ask, request_disclosure
from comity.node.seek_consent import Seek, seek_consent
from comity.node.send_report import send_report
from comity.node.withdraw_consent import withdraw_consent
from comity.shipped import bodies, report_form
from comity.store.port import Store
from comity.store.records import Counter, Held
from comity.store.shelves import SHELVES
from tests.node.world import (
    FRONT_DOOR,
    GROUNDS,
    ICO,
    NCA,
    NCSC,
    OFFICER,
    REGULATION,
    SPEAKER,
    START,
    World,
    entitle,
)

Stores = Mapping[PartyId, Store]
JITTER = b"\x80"
ID = re.compile(r"\b(msg|rel|item|org|consent|req|report|case|evidence)-[0-9a-f]{32}\b")
HASH = re.compile(r"\b[0-9a-f]{64}\b")
KEY_NAME = re.compile(r"/(identity|witness|reading|consent)/[0-9a-f]{16}\b")
NOTE_LINE = re.compile(r"[A-Za-z0-9+/]{43,}={0,2}")
COUNTERS = frozenset({"counter", "newest_answer"})
SHORTEST = 24
AWAY = timedelta(minutes=11)


@dataclass(slots=True)
class Wire:
    """A node's line: what it posts to or gets from the ICO is written down with the time."""

    sender: PartyId
    played: "Played"

    def post(self, address: str, path: str, body: bytes) -> Answer:
        """Hand a message over.

        Raises:
            UnreachableError: the ICO is away just now.
        """
        to, world = PartyId(address.rpartition("/")[2]), self.played.world
        if self.played.away and ICO in {self.sender, to}:
            raise UnreachableError
        answer = world.transport.post(address, path, body)
        if ICO in {self.sender, to}:
            who = f"{self.sender} to {to}"
            at = world.clock.now().isoformat()
            self.played.wire.append((at, who, path, body, answer.body, answer.status))
        return answer


@dataclass(slots=True)
class Played:
    """A world and what passed between the ICO and anybody."""

    world: World
    wire: list[tuple[str, str, str, bytes, bytes, int]] = field(default_factory=list)
    away: bool = False

    def report(self, organisation: str, text: str, **choices: str) -> None:
        """Let an organisation tell one section to one body each."""
        answers: dict[str, dict[str, Any]] = {
            "incident": {"summary": text, "discovered_at": START},
            "technical": {"indicators": text},
        }
        document = {
            "organisation": organisation,
            "choices": {section: [body] for section, body in choices.items()},
            **{section: answers[section] for section in choices},
        }
        report = read_report(document, "a report", report_form(), bodies())
        entitle(self.world.nodes[FRONT_DOOR], report.organisation)
        send_report(self.world.nodes[FRONT_DOOR], report, SPEAKER)
        self.world.settle()

    def seek(self, held: Held, to: PartyId = ICO, purpose: Purpose = REGULATION) -> ConsentId:
        """Let the NCA ask for consent about one item, and the question arrive."""
        seek = Seek(
            case=held.case or CaseId("case-none"),
            items=(held.item.id,),
            recipient=to,
            purpose=purpose,
            until=self.world.clock.now() + timedelta(days=30),
            why="The regulator asks.",
            officer=OFFICER,
        )
        consent = seek_consent(self.world.nodes[NCA], seek)
        self.world.settle()
        return consent

    def answer(self, consent: ConsentId, *sections: str) -> None:
        """Let the organisation answer."""
        named = frozenset(Section(each) for each in sections)
        answer_consent(self.world.nodes[FRONT_DOOR], consent, named, Assurance.TOTP, SPEAKER)
        self.world.settle()

    def withdraw(self, consent: ConsentId) -> None:
        """Let the organisation take its yes back."""
        withdraw_consent(self.world.nodes[FRONT_DOOR], consent, Assurance.MAIL)
        self.world.settle()

    def ask(
        self,
        held: Held,
        to: PartyId = ICO,
        purpose: Purpose = REGULATION,
        by: PartyId = NCA,
    ) -> Permit | Refusal:
        """Let an officer ask to pass one item on."""
        ask = Ask(
            case=held.case or CaseId("case-none"),
            items=(held.item.id,),
            recipient=to,
            purpose=purpose,
            kind="organisation_specific",
            officer=OFFICER,
            grounds=GROUNDS,
        )
        _, decision = request_disclosure(self.world.nodes[by], ask)
        self.world.settle()
        return decision

    def newest(self, section: str) -> Held:
        """Return what the NCA was told last of a section."""
        with self.world.nodes[NCA].store.reading() as records:
            return [each for each in records.items.find() if each.item.section == section][-1]


def new_played(seed: int, stores: Stores | None = None) -> Played:
    """Return four nodes with lines that are watched, on these stores or in memory.

    The jitter of polls and waits is the same in both worlds of a pair, however much chance
    either has used up: it depends on nothing that a node holds.
    """
    world = World(chance=random.Random(seed))  # noqa: S311 - a seed is the point here
    played = Played(world)
    for party in (FRONT_DOOR, NCA, ICO, NCSC):
        made = world.add(party, stores[party] if stores else None)
        fields = {name: getattr(made, name) for name in Node.__dataclass_fields__}
        chance = _chance(f"{party}/{seed}")
        node = Node(**{**fields, "transport": Wire(party, played), "chance": chance})
        world.nodes[party] = node
        world.workers[party].node = node
    world.pin_all()
    with world.nodes[FRONT_DOOR].store.writing() as records:
        records.counters.put(Counter(name="consent", value=1_000))  # so that all have four digits
    return played


def _chance(seed: str) -> Callable[[int], bytes]:
    source = random.Random(seed)  # noqa: S311 - a seed is the point here
    return lambda size: JITTER * size if size <= len("four") else source.randbytes(size)


# --- the script -------------------------------------------------------------------------------


def nothing(_played: Played, _chance: random.Random) -> None:
    """Nobody told anything."""


def told(played: Played, chance: random.Random) -> None:
    """An organisation tells the NCA in confidence."""
    length = chance.randrange(10, 3_000)
    played.report("quiet", "q" * length, incident=NCA, technical=chance.choice([NCA, NCSC]))


def refused_by_the_gate(played: Played, chance: random.Random) -> None:
    """And an officer asks to pass it on without consent."""
    told(played, chance)
    assert isinstance(played.ask(played.newest("incident")), Refusal)


def unanswered(played: Played, chance: random.Random) -> None:
    """And consent is sought, and not answered."""
    told(played, chance)
    played.seek(played.newest("incident"))


def refused(played: Played, chance: random.Random) -> None:
    """And consent is sought and refused."""
    told(played, chance)
    played.answer(played.seek(played.newest("incident")))
    assert isinstance(played.ask(played.newest("incident")), Refusal)


def withdrawn(played: Played, chance: random.Random) -> None:
    """And consent is given and taken back before anything was asked."""
    told(played, chance)
    consent = played.seek(played.newest("incident"))
    played.answer(consent, "incident")
    played.withdraw(consent)
    assert isinstance(played.ask(played.newest("incident")), Refusal)


def relayed(played: Played, chance: random.Random) -> None:
    """And the NCSC gets it by consent, and would pass it on to the ICO."""
    told(played, chance)
    held = played.newest("incident")
    purpose = Purpose("incident_response")
    played.answer(played.seek(held, NCSC, purpose), "incident")
    assert isinstance(played.ask(held, NCSC, purpose), Permit)
    with played.world.nodes[NCSC].store.reading() as records:
        [came] = [each for each in records.items.find() if each.item.section == "incident"]
    assert isinstance(played.ask(came, by=NCSC), Refusal)


def nothing_else(_played: Played) -> None:
    """Nobody meddles."""


Secret = Callable[[Played, random.Random], None]
Meddle = Callable[[Played], None]
SECRETS: tuple[Secret, ...] = (
    told,
    refused_by_the_gate,
    unanswered,
    refused,
    withdrawn,
    relayed,
)


def another_refused(played: Played, _chance: random.Random) -> None:
    """The organisation whose section will be passed on refuses that the NCSC gets it."""
    played.answer(played.seek(played.newest("incident"), NCSC))


def asked_while_away(played: Played, chance: random.Random) -> None:
    """While the ICO cannot be reached something for it is permitted, and then taken back."""
    told(played, chance)
    held = played.newest("incident")
    consent = played.seek(held)
    played.answer(consent, "incident")
    assert isinstance(played.ask(held), Permit)
    played.world.wait(timedelta(minutes=2))
    played.withdraw(consent)


def play(
    seed: int,
    secret: Secret,
    meddle: Meddle = nothing_else,
    *,
    away: bool = False,
    stores: Stores | None = None,
) -> Played:
    """Play the script of a seed, with a secret in the middle of it.

    Around it another organisation tells the ICO and the NCA, and agrees that the NCA passes one
    section on, so that there is traffic in which something could show. With `away` the ICO cannot
    be reached during the secret and for a while after it.
    """
    chance = random.Random(seed)  # noqa: S311 - a seed is the point here
    lengths = [chance.randrange(10, 5_000) for _ in range(2)]
    waits = [timedelta(minutes=chance.randrange(1, 14)) for _ in range(3)]
    played = new_played(seed, stores)
    played.report("open", "o" * lengths[0], incident=NCA, technical=ICO)
    known = played.newest("incident")
    played.world.wait(waits[0])
    start = played.world.clock.moment
    played.away = away
    secret(played, random.Random(seed + 1))  # noqa: S311 - a seed is the point here
    meddle(played)
    played.world.wait(start + AWAY + waits[1] - played.world.clock.moment)
    played.away = False
    played.world.wait(AWAY)
    played.report("other", "p" * lengths[1], technical=ICO)
    played.answer(played.seek(known), "incident")
    assert isinstance(played.ask(known), Permit)
    played.world.wait(waits[2])
    return played


# --- what the ICO has -------------------------------------------------------------------------


def wire(played: Played, *, counters: bool = True) -> list[object]:
    """Return every message to or from the ICO: when, between whom, how long, and what it says."""
    return [
        (
            at,
            who,
            path,
            len(body),
            len(answer),
            status,
            masked(body, counters),
            masked(answer, counters),
        )
        for at, who, path, body, answer, status in played.wire
    ]


def tables(played: Played, *, counters: bool = True) -> dict[str, list[object]]:
    """Return every row of the ICO's tables."""
    with played.world.nodes[ICO].store.reading() as records:
        return {
            shelf: [masked(encode(row), counters) for row in getattr(records, shelf).find()]
            for shelf in SHELVES
        }


def ledgers(played: Played) -> dict[str, list[object]]:
    """Return every entry of the ICO's ledgers, and of those that others share with it."""
    found: dict[str, list[object]] = {}
    for party, node in played.world.nodes.items():
        names = (
            [NODE_LEDGER, *map(pair_ledger, played.world.nodes)]
            if party == ICO
            else [pair_ledger(ICO)]
        )
        with node.store.reading() as records:
            for name in names:
                entries = records.ledgers.entries(name)
                found[f"{party} {name}"] = [masked(each, counters=True) for each in entries]
    return found


def masked(data: bytes, counters: bool) -> object:  # noqa: FBT001 - whether counters show
    """Return what bytes say, with random values replaced by what they are and how long."""
    try:
        document = json.loads(data)
    except ValueError:
        return data.decode() if data.isascii() and len(data) < SHORTEST else f"<{len(data)} bytes>"
    return _masked(document, counters)


def _masked(value: object, counters: bool) -> object:  # noqa: FBT001 - whether counters show
    if isinstance(value, dict):
        return {
            _text(name, counters): "a counter"
            if name in COUNTERS and not counters
            else _masked(each, counters)
            for name, each in value.items()
        }
    if isinstance(value, list):
        return sorted((_masked(each, counters) for each in value), key=repr)
    return _text(value, counters) if isinstance(value, str) else value


def _text(text: str, counters: bool) -> Any:  # noqa: ANN401, FBT001 - whatever stands in it
    if len(text) >= SHORTEST and not HASH.fullmatch(text):
        try:
            return masked(b64decode(text, validate=True), counters)
        except ValueError:
            pass  # then it is a text
    short = KEY_NAME.sub(r"/\1/KEY", HASH.sub("HASH", ID.sub(r"\1-ID", text)))
    return NOTE_LINE.sub(lambda found: f"<{len(found[0])} letters>", short)
