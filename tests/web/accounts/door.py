"""A front door that is served: a real node, its database seen from beside, its logs."""

import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import psycopg

from comity.cli.scenario.nodes import RunningNode, free_ports
from comity.cli.scenario.people import served_pages
from comity.core.terms import PartyId

COMES_AND_GOES = frozenset({"django_session", "usersessions_usersession"})
"""Tables that reading a page may touch: who is signed in, and when they were seen last."""


class Door(NamedTuple):
    """A front door and where its pages are."""

    node: RunningNode
    place: str

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Return what a query finds in the database, or change it."""
        if self.node.database:
            with psycopg.connect(self.node.database, autocommit=True) as other:
                done = other.execute(query.replace("?", "%s").encode(), values)
                return done.fetchall() if done.description else []
        with closing(sqlite3.connect(self.node.home / "node.sqlite3", timeout=20)) as own:
            found = own.execute(query, values).fetchall()
            own.commit()
            return found

    def tables(self) -> list[str]:
        """Return the names of all tables."""
        where = (
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            if self.node.database
            else "SELECT name FROM sqlite_master WHERE type = 'table'"
        )
        return sorted(name for (name,) in self.rows(where))

    def digest(self) -> dict[str, str]:
        """Return a digest of each table that only changes if something happened."""
        return {
            each: sha256("\n".join(sorted(map(repr, self._all(each)))).encode()).hexdigest()
            for each in self.tables()
            if each not in COMES_AND_GOES
        }

    def everything(self) -> str:
        """Return all that the database holds, bytes as they are."""
        return "\n".join(repr(row) for each in self.tables() for row in self._all(each))

    def _all(self, table: str) -> list[tuple[Any, ...]]:
        return self.rows(f'SELECT * FROM "{table}"')  # noqa: S608 - its own name

    @property
    def log(self) -> str:
        """What the pages wrote."""
        return self.node.log.read_text(errors="replace")

    def told(self, program: str) -> Any:  # noqa: ANN401 - whatever JSON holds
        """Return what a program prints that knows the pages as they are served."""
        port = self.place.rstrip("/").rpartition(":")[2]
        env = {**self.node.environment(), "COMITY_PAGES": f"127.0.0.1:{port}"}
        ready = (
            "from comity import settings; settings.face_people(); "
            "from comity.bootstrap import set_up; set_up(); "
        )
        done = subprocess.run(
            [sys.executable, "-c", ready + program], env=env, capture_output=True, check=True
        )
        return json.loads(done.stdout)


@contextmanager
def served_door(folder: Path, database: str = "") -> Iterator[Door]:
    """Serve the pages of a new front door, which knows nobody."""
    [port] = free_ports(1)
    node = RunningNode(
        party=PartyId("FRONT_DOOR"),
        role="front-door",
        home=folder / "front_door",
        port=port,
        database=database,
    )
    node.run("init")
    with served_pages(node) as place:
        yield Door(node, place)
