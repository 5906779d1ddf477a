"""Machines: nodes whose processes can be killed at any moment, hundreds of times."""

import os
import signal
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from django.db import connections

from comity.node.node import Node
from comity.wire.keys import load_keys
from tests.faults.nursery import SEND, Nursery
from tests.faults.processes import Process, eventually, living, takes_connections
from tests.faults.sender import BEGUN
from tests.node.world import new_world
from tests.store.django import forget

SOON = 0.01
_NUMBERS = count(1)


@dataclass(slots=True)
class Machine(Process):
    """One node whose processes a nursery forks."""

    plants: tuple[str, ...] = ()
    preload: Mapping[str, str] = field(default_factory=dict)
    nursery: Nursery = field(init=False)
    pids: list[int] = field(default_factory=list)
    serving: int = 0

    def open_nursery(self) -> None:
        """Load everything, once."""
        self.home.mkdir(mode=0o700, parents=True)
        environment = {**self.environment(), **self.preload}
        log = self.home.parent / f"{self.party}.nursery"
        self.nursery = Nursery(environment, log, *self.plants)

    def run(self, *words: str, given: str = "") -> str:
        """Return what a command of this node prints."""
        out = self.home.parent / f"{self.party}.command-{next(_NUMBERS)}"
        code = self.nursery.run(*words, out=out, given=given)
        assert code == 0, Path(f"{out}.errors").read_text(errors="replace")
        return out.read_text()

    def start(self) -> None:
        """Start it, unless it still runs."""
        if self.serving and living(self.serving):
            return
        self.serving = self.nursery.fork(*self.serve, out=self.home.parent / f"{self.party}.log")
        self.pids.append(self.serving)

    def listens(self) -> bool:
        """Return whether somebody takes connections at its port."""
        return takes_connections(self.port)

    def send(self, first: int, many: int) -> int:
        """Let organisations report here, in a process of its own; return its number."""
        self.pids.append(self.nursery.fork(SEND, str(first), str(many), out=self.told))
        return self.pids[-1]

    @property
    def told(self) -> Path:
        """Return the file of what organisations were told, which no fault of the node touches."""
        return self.home.parent / f"{self.party}.told"

    def acknowledged(self) -> list[str]:
        """Return the reports of which organisations were told that they are kept."""
        return [line for line in self._lines() if line != BEGUN]

    def begun(self) -> int:
        """Return how often organisations began to report here."""
        return self._lines().count(BEGUN)

    def _lines(self) -> list[str]:
        return self.told.read_text().splitlines() if self.told.exists() else []

    def is_sound(self) -> bool:
        """Return whether its database says of itself that it is; PostgreSQL checks each page."""
        if self.database:
            return True
        found = connections[self.store.alias].cursor().execute("PRAGMA integrity_check").fetchall()
        self.store.close()
        return [tuple(each) for each in found] == [("ok",)]

    def die(self, number: signal.Signals = signal.SIGKILL, *, first_only: bool = False) -> None:
        """End all its processes at once, or the first of each: the others end with that one."""
        for pid in self.pids:
            with suppress(ProcessLookupError):
                (os.kill if first_only else os.killpg)(pid, number)
        eventually("it is gone", lambda: not any(map(living, self.pids)), every=SOON)
        self.pids.clear()

    def node(self) -> Node:
        """Return the node in this process, on its own database, to look at it."""
        return replace(
            new_world((self.party,)).nodes[self.party],
            store=self.store,
            keys=load_keys(self.home / "keys"),
            now=lambda: datetime.now(UTC),  # noqa: TID251 - a real node's clock
            chance=os.urandom,
        )

    def close(self) -> None:
        """End whatever is left of it."""
        self.die()
        self.nursery.close()
        with suppress(AttributeError):
            forget(self.store.alias)
