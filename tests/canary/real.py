"""Real: a pair of worlds of real processes, and all that the ICO has of each.

Between the nodes stand taps that write down every request and its answer. Clocks run freely here,
so two more things are masked than between worlds in one process: instants, and which of two
heartbeats of one moment came first. They are compared by the moments for which they were sent.
"""

import json
import re
import threading
import time
from base64 import b64decode
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from random import Random  # noqa: TID251 - seeded, so that a run can be repeated
from typing import Any, NamedTuple

from comity.cli.scenario.nodes import free_ports
from comity.core.terms import PartyId
from tests.canary import pairs as p
from tests.faults.machines import Machine
from tests.faults.processes import eventually
from tests.node.world import FRONT_DOOR, ICO, NCA, NCSC, World

PARTIES = (FRONT_DOOR, NCA, ICO, NCSC)
SLOT = 2
SLOTS = 8
PORT = re.compile(r"127\.0\.0\.1:\d+")
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)")
PERIODIC = frozenset({"heartbeat", "heartbeat-seen"})
LATER = frozenset(
    {"entry", "size", "old", "seen", "seen_note", "witnessed", "value", "slot", "skew"}
)
"""What counts entries, among which heartbeats come as they come."""


class Seen(NamedTuple):
    """One request, and what was answered."""

    sender: str
    to: str
    kind: str
    sizes: tuple[int, int]
    says: str
    slot: str


@dataclass(slots=True)
class Tap:
    """What stands before a node and writes down what passes."""

    party: PartyId
    port: int
    seen: list[Seen] = field(default_factory=list)
    server: ThreadingHTTPServer = field(init=False)

    def __post_init__(self) -> None:
        """Listen."""
        tap = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._pass(b"")

            def do_POST(self) -> None:
                self._pass(self.rfile.read(int(self.headers["Content-Length"])))

            def _pass(self, body: bytes) -> None:
                connection = HTTPConnection("127.0.0.1", tap.port, timeout=10)
                headers = {
                    name: value
                    for name, value in self.headers.items()
                    if name.lower() in {"content-type", "accept", "user-agent"}
                }
                try:
                    connection.request(self.command, self.path, body, headers)
                    answer = connection.getresponse()
                    data = answer.read()
                except OSError:  # nobody is there: nobody answers
                    self.close_connection = True
                    return
                finally:
                    connection.close()
                tap.seen.append(seen(tap.party, self.path, body, data))
                self.send_response(answer.status)
                for name in ("Content-Type", "Retry-After"):
                    if answer.headers[name]:
                        self.send_header(name, answer.headers[name])
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Listen no more."""
        self.server.shutdown()
        self.server.server_close()

    @property
    def address(self) -> str:
        """Return where it listens."""
        return f"http://127.0.0.1:{self.server.server_address[1]}"


def seen(to: PartyId, path: str, body: bytes, answer: bytes) -> Seen:
    """Return what a request shows to whoever gets it."""
    said = json.loads(b64decode(_signed(path, body)["payload"]))
    is_envelope = path.endswith("envelopes")
    kind = "envelope" if is_envelope else next(k for k in CONTROLS if said.get(k))
    slot = said["heartbeat"]["slot"] if kind == "heartbeat" else ""
    return Seen(
        sender=said["from"],
        to=to,
        kind=kind,
        sizes=(len(body), len(answer)),
        says=masked(body) + masked(answer),
        slot=slot,
    )


CONTROLS = (
    "receipt", "acknowledgement", "recall", "heartbeat", "key", "poll", "statement", "status",
    "restored",
)  # fmt: skip


def _signed(path: str, body: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(body)
    return found["header"] if path.endswith("envelopes") else found


def masked(data: bytes) -> str:
    """Return what bytes say, without what is random and without instants."""
    return _row(p.masked(data, counters=False))


def _row(value: object) -> str:
    """Return a row or an entry without what is random, without instants and without ports."""
    return PORT.sub("HERE", INSTANT.sub("INSTANT", json.dumps(_uncounted(value))))


def _uncounted(value: Any) -> Any:  # noqa: ANN401 - whatever JSON holds
    if isinstance(value, dict):
        return {
            name: "a number" if name in LATER else _uncounted(each) for name, each in value.items()
        }
    return [_uncounted(each) for each in value] if isinstance(value, list) else value


@contextmanager
def nodes(folder: Path) -> Iterator[tuple[dict[PartyId, Machine], dict[PartyId, Tap]]]:
    """Give four nodes that reach each other through taps, and run."""
    with ExitStack() as stack:
        machines, taps = {}, {}
        for party, port in zip(PARTIES, free_ports(len(PARTIES)), strict=True):
            machines[party] = Machine(party, folder / party, port, plants=("polls_once",))
            machines[party].open_nursery()
            stack.callback(machines[party].close)
            taps[party] = Tap(party, port)
            stack.callback(taps[party].close)
        _introduce(machines, taps, folder)
        for each in machines.values():
            each.start()
        for each in machines.values():
            eventually("it is well", each.is_well)
            eventually("it has reached the others", partial(_reaches_all, each))
        for tap in taps.values():  # how often each asked until all had started is no act of theirs
            tap.seen.clear()
        yield machines, taps


def _reaches_all(machine: Machine) -> bool:
    with machine.store.reading() as records:
        pairs = records.pairs.find()
    reached = [each for each in pairs if each.witnessed and not each.failures]
    return len(reached) == len(PARTIES) - 1


def _introduce(machines: dict[PartyId, Machine], taps: dict[PartyId, Tap], folder: Path) -> None:
    words, files = {}, {}
    for party, each in machines.items():
        words[party], files[party] = each.make(), folder / f"{party}.json"
        files[party].write_text(each.run("keys", "show", "--address", taps[party].address))
    for party, each in machines.items():
        others = [other for other in machines if other != party]
        compared = [part for other in others for part in ("--words", words[other])]
        each.run("keys", "pin", *(str(files[other]) for other in others), *compared)


@dataclass(slots=True)
class Outcome:
    """All that the ICO has of a world: what to compare, each under its name."""

    acts: list[Any]
    beats: dict[str, int]
    tables: dict[str, object]
    ledgers: dict[str, object]
    pages: list[str]


def play(folder: Path, seed: int, secret: p.Secret, meddle: p.Meddle = p.nothing_else) -> Outcome:
    """Play the script of a seed on real processes, with a secret in the middle of it."""
    chance = Random(seed)  # noqa: S311 - a seed is the point here
    lengths = [chance.randrange(10, 3_000) for _ in range(2)]
    with nodes(folder) as (machines, taps):
        played = p.Played(_world(machines))
        began = (int(time.time()) // SLOT + 2) * SLOT  # noqa: TID251 - a real clock
        _until(began + SLOT / 4)
        played.report("open", "o" * lengths[0], technical=ICO)
        played.world.settle()
        _until(began + 1.5 * SLOT)
        secret(played, Random(seed + 1))  # noqa: S311 - a seed is the point here
        meddle(played)
        played.world.settle()
        _until(began + 5.25 * SLOT)
        played.report("other", "p" * lengths[1], technical=ICO)
        played.world.settle()
        _until(began + SLOTS * SLOT + SLOT / 2)
        pages = [_page(each) for each in machines.values()]
        for party in (ICO, *PARTIES):  # the ICO first: it sees nobody go
            machines[party].die()
        return _outcome(played, taps, began, pages)


@dataclass(slots=True)
class RealWorld(World):
    """Nodes that work by themselves, in processes of their own."""

    machines: dict[PartyId, Machine] = field(default_factory=dict)

    def settle(self) -> None:
        """Wait until nothing is on its way."""
        machines = [*self.machines.values(), *self.machines.values()]  # one may have woken another
        eventually("all rest", lambda: all(map(_rests, machines)))


def _world(machines: dict[PartyId, Machine]) -> World:
    world = RealWorld(machines=machines)
    world.nodes = {party: each.node() for party, each in machines.items()}
    world.clock.moment = world.nodes[ICO].now()
    return world


def _rests(machine: Machine) -> bool:
    with machine.store.reading() as records:
        going = [
            shelf.first(state=state)
            for shelf in (records.outbox, records.messages)
            for state in ("queued", "sending")
        ]
        return not any(going) and records.inbox.first(state="received") is None


def _until(moment: float) -> None:
    time.sleep(max(0.0, moment - time.time()))  # noqa: TID251 - a real clock


def _page(machine: Machine) -> str:
    connection = HTTPConnection("127.0.0.1", machine.port, timeout=5)
    found = []
    for path in ("/", "/health", "/nothing"):
        connection.request("GET", path)
        answer = connection.getresponse()
        body = answer.read().decode()
        found.append(f"{answer.status} {sorted(answer.headers.keys())} {body}")
    connection.close()
    return "\n".join(found).replace(str(machine.port), "PORT")


def _outcome(played: p.Played, taps: dict[PartyId, Tap], began: float, pages: list[str]) -> Outcome:
    passed = [each for tap in taps.values() for each in tap.seen if ICO in {each.sender, each.to}]
    beats = Counter(
        f"{each.sender} to {each.to} {(_seconds(each.slot) - began) / SLOT:.0f}"
        for each in passed
        if each.slot and 0 <= _seconds(each.slot) - began < SLOTS * SLOT
    )
    acts = [each[:5] for each in passed if each.kind != "heartbeat"]
    return Outcome(
        acts=acts,
        beats=dict(beats),
        tables={
            shelf: sorted(map(_row, rows))
            for shelf, rows in p.tables(played, counters=False).items()
            if shelf not in {"beats", "checkpoints", "taken", "messages", "counters"}
        },
        ledgers={name: _entries(entries) for name, entries in p.ledgers(played).items()},
        pages=pages,
    )


def _seconds(slot: str) -> float:
    return time.mktime(time.strptime(slot, "%Y-%m-%dT%H:%M:%SZ")) - time.timezone


def _entries(entries: list[object]) -> list[str]:
    """Return the entries of a ledger but for heartbeats, in order."""
    return [
        _row(each) for each in entries if not (isinstance(each, dict) and each["type"] in PERIODIC)
    ]
