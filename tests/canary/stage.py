"""Stage: four nodes with real files, and a search of each for tokens that it must not have.

Each node has a home folder with its keys, its SQLite database and a backup of it. Three
organisations tell every section once to every body, so a token says both what was told and to
whom. What an officer writes has tokens as well, and so has each organisation's name.

Searched are files as they lie on disk, tables row by row (in a file a text may be cut by the
boundary of a page), the log, the errors, the auditor's bundle, what came over the wire, and all
that a node's own keys open.
"""

import logging
import random  # noqa: TID251 - seeded, so that a run can be repeated
import re
import shutil
import tempfile
from base64 import b64decode
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from django.db import connections

from comity.cli.scenario.search import opened
from comity.cli.scenario.traces import Token, token, traces
from comity.core.exchange import Answer, UnreachableError, open_envelope, read_envelope, read_header
from comity.core.intake import read_report
from comity.core.terms import PartyId
from comity.logs import PlaceFormatter
from comity.node.contents import unlock
from comity.node.deliver import ENVELOPES
from comity.node.export_audit import audit_file
from comity.node.node import Node
from comity.node.send_report import send_report
from comity.shipped import bodies, report_form, shipped_texts
from comity.store.backup import backup
from comity.store.database import DatabaseStore
from comity.wire.keys import make_keys
from tests.canary.answers import SECTIONS, section_of
from tests.node.world import FRONT_DOOR, ICO, NCA, NCSC, SPEAKER, START, World, entitle
from tests.store.django import add_database, forget, open_database, set_up

set_up()

from comity.settings import database  # noqa: E402 - Django has to be set up before

PARTIES = (FRONT_DOOR, NCA, ICO, NCSC)
BODIES = (NCA, ICO, NCSC)
IN_BASE64 = re.compile(rb"[A-Za-z0-9+/]{16,}={0,2}")
ANY = Token("any", "any", "canary-")
NAMES = [token("the organisation's name", f"number {number}") for number in range(len(BODIES))]
FACTS = ("gateway", "within_functions", "necessity_recorded", "officer_named")
WRITTEN = {name: token(f"officer's {name}", "NCA") for name in (*FACTS, "why", "note")}
TOLD = {(section, body): token(section, body) for section in SECTIONS for body in BODIES}
ALL = [*TOLD.values(), *WRITTEN.values(), *NAMES]


class Passed(NamedTuple):
    """One message that was sent, and its answer if it arrived."""

    sender: PartyId
    to: PartyId
    path: str
    body: bytes
    answer: Answer | None


class Leak(NamedTuple):
    """A token at a node that must not have it."""

    party: PartyId
    place: str
    token: Token


@dataclass(slots=True)
class Line:
    """What one node posts over: it keeps what passes, and can be cut towards a party."""

    sender: PartyId
    stage: "Stage"

    def post(self, address: str, path: str, body: bytes) -> Answer:
        """Hand a message over.

        Raises:
            UnreachableError: the line is cut.
        """
        to = PartyId(address.rpartition("/")[2])
        if (self.sender, to, path) in self.stage.cut:
            raise UnreachableError
        answer = self.stage.world.transport.post(address, path, body)
        self.stage.passed.append(Passed(self.sender, to, path, body, answer))
        return answer


@dataclass(slots=True)
class Stage:
    """The world, its folder, what passed, and what was said in errors."""

    folder: Path
    world: World = field(default_factory=lambda: World(chance=random.Random(7)))  # noqa: S311 - a seed is the point here
    passed: list[Passed] = field(default_factory=list)
    cut: set[tuple[PartyId, PartyId, str]] = field(default_factory=set)
    errors: list[str] = field(default_factory=list)
    aliases: dict[PartyId, str] = field(default_factory=dict)

    def add(self, party: PartyId, template: Path) -> None:
        """Add a node with a home of its own."""
        home = self.home(party)
        home.mkdir()
        shutil.copy(template, home / "node.sqlite3")
        self.aliases[party] = add_database(database(f"sqlite://{home / 'node.sqlite3'}", home))
        made = self.world.add(party, DatabaseStore(self.aliases[party]))
        fields = {name: getattr(made, name) for name in Node.__dataclass_fields__}
        keys = make_keys(home / "keys", START, consent=party == FRONT_DOOR)
        node = Node(**{**fields, "keys": keys, "transport": Line(party, self)})
        self.world.nodes[party] = node
        self.world.workers[party].node = node

    def home(self, party: PartyId) -> Path:
        """Return the folder of a node."""
        return self.folder / party

    def report_everything(self) -> None:
        """Let three organisations tell each section to one body each, each time another."""
        for number, name in enumerate(NAMES):
            to = {
                section: BODIES[(number + place) % len(BODIES)]
                for place, section in enumerate(SECTIONS)
            }
            document = {
                "organisation": name.text,
                "choices": {section: [body] for section, body in to.items()},
                **{
                    section: section_of(section, TOLD[section, body])
                    for section, body in to.items()
                },
            }
            report = read_report(document, "a report", report_form(), bodies())
            entitle(self.world.nodes[FRONT_DOOR], report.organisation)
            send_report(self.world.nodes[FRONT_DOOR], report, SPEAKER)
        self.world.settle()

    def back_up(self) -> None:
        """Make a backup of every node's database, next to it."""
        for party, alias in self.aliases.items():
            path = self.home(party) / "backup.sqlite3"
            path.unlink(missing_ok=True)
            backup(path, alias)

    def close(self) -> None:
        """Close all databases."""
        for alias in self.aliases.values():
            forget(alias)


@contextmanager
def on_stage(folder: Path) -> Iterator[Stage]:
    """Give a stage on which everything has been reported, with a log and a temporary folder."""
    template = folder / "template.sqlite3"
    forget(open_database(template))
    stage = Stage(folder)
    handler = logging.FileHandler(folder / "log")
    handler.setFormatter(PlaceFormatter())
    root, level = logging.getLogger(), logging.getLogger().level
    usual, tempfile.tempdir = tempfile.tempdir, str(folder / "temp")
    (folder / "temp").mkdir()
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        for party in PARTIES:
            stage.add(party, template)
        stage.world.pin_all()
        stage.report_everything()
        yield stage
    finally:
        tempfile.tempdir = usual
        root.removeHandler(handler)
        root.setLevel(level)
        handler.close()
        stage.close()


# --- the search ------------------------------------------------------------------------------


def found(places: Iterable[tuple[str, bytes]]) -> dict[Token, str]:
    """Return each token that is anywhere, with the first place where it is."""
    seen: dict[Token, str] = {}
    for place, data in places:
        if traces([ANY], data, place):
            for trace in traces([each for each in ALL if each not in seen], data, place):
                seen.setdefault(trace.token, trace.place)
    return seen


def unwrapped(data: bytes, depth: int = 3) -> bytes:
    """Return data with, behind it, all that stands in it in base64, and in base64 in that."""
    if not depth:
        return data
    inside = []
    for run in IN_BASE64.findall(data):
        with suppress(ValueError):
            inside.append(unwrapped(b64decode(run, validate=True), depth - 1))
    return b"\0".join([data, *inside])


def in_plain(stage: Stage, party: PartyId) -> Iterator[tuple[str, bytes]]:
    """Yield everything of a node that can be read without any key."""
    for root in (stage.home(party), stage.folder / "temp", stage.folder / "log"):
        for path in sorted(root.rglob("*")) if root.is_dir() else [root]:
            if path.is_file():
                yield str(path.relative_to(stage.folder)), path.read_bytes()
    yield from _tables(stage.aliases[party])
    yield "the auditor's bundle", unwrapped(audit_file(stage.world.nodes[party], shipped_texts()))
    yield "errors", "\n".join(stage.errors).encode()


def seen_on_the_wire(stage: Stage, party: PartyId) -> Iterator[tuple[str, bytes]]:
    """Yield what came to a node: messages as they were, what is signed in them, and answers."""
    for each in stage.passed:
        if each.to == party:
            yield f"sent to {party} by {each.sender}", unwrapped(each.body)
        elif each.sender == party and each.answer:
            yield f"answered to {party} by {each.to}", unwrapped(each.answer.body)


def can_open(stage: Stage, party: PartyId) -> Iterator[tuple[str, bytes]]:
    """Yield everything that a node's own keys open, in its store or on the wire."""
    node = stage.world.nodes[party]
    yield from opened(node)
    with node.store.reading() as records:
        for report in records.reports.find():
            key_id, place = (
                f"account-{report.organisation}",
                f"reports/{report.id}/{report.version}",
            )
            yield "an own copy", unlock(records, node, key_id, place, report.content)
    for each in stage.passed:
        if (each.to, each.path) == (party, ENVELOPES):
            envelope = read_envelope(each.body)
            yield "a header that came", envelope.header.payload
            key = stage.world.nodes[each.sender].keys.identity.public
            header = read_header(envelope, key, node.verifier)
            for part in open_envelope(envelope, header, node.keys.opener).parts.values():
                yield "an envelope that came", part.content


def _tables(alias: str) -> Iterator[tuple[str, bytes]]:
    connection = connections[alias]
    for table in connection.introspection.table_names():
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - a table of our own
            rows = cursor.fetchall()
        cells = (
            each if isinstance(each, bytes) else str(each).encode() for row in rows for each in row
        )
        yield f"table {table}", unwrapped(b"\0".join(cells))


# --- the rule ---------------------------------------------------------------------------------


def own(party: PartyId) -> set[Token]:
    """Return the tokens that a node has before anybody passes anything on."""
    if party == FRONT_DOOR:
        return {*TOLD.values()}
    return {each for (_, body), each in TOLD.items() if body == party}


def leaks(stage: Stage, allowed: dict[PartyId, set[Token]] | None = None) -> list[Leak]:
    """Return every token that is where it must not be.

    Readable at a node is what it was told, and what `allowed` adds. In plain is nothing; at the
    front door only the name that an organisation gave itself, without which it finds no account.
    """
    wrong = at_rest(stage)
    for party in PARTIES:
        may = own(party) | (allowed or {}).get(party, set()) | _names(party)
        for place, data in seen_on_the_wire(stage, party):
            wrong += _leaks(party, place, data, set())
        for place, data in can_open(stage, party):
            wrong += _leaks(party, place, data, may)
    return wrong


def at_rest(stage: Stage) -> list[Leak]:
    """Return every token that is readable without a key in what a node keeps, saves or logs."""
    stage.back_up()
    return [
        leak
        for party in PARTIES
        for place, data in in_plain(stage, party)
        for leak in _leaks(party, place, data, _names(party))
    ]


def _names(party: PartyId) -> set[Token]:
    return set(NAMES) if party == FRONT_DOOR else set()


def _leaks(party: PartyId, place: str, data: bytes, may: set[Token]) -> list[Leak]:
    return [
        Leak(party, where, each)
        for each, where in found([(place, data)]).items()
        if each not in may
    ]


def readable(stage: Stage, party: PartyId) -> set[Token]:
    """Return every token that a node can read with its own keys."""
    return set(found(can_open(stage, party)))
