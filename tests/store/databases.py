"""Databases: an empty one for each node, of either kind."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from comity.core.terms import PartyId
from comity.store.database import DatabaseStore
from tests.store.django import forget, open_store

if TYPE_CHECKING:
    from comity.cli.scenario.cluster import Postgres

Stores = dict[PartyId, DatabaseStore]


@contextmanager
def one_for_each(
    parties: Iterable[PartyId], request: pytest.FixtureRequest, folder: Path
) -> Iterator[Stores]:
    """Give each party a database of the kind that is the fixture's parameter."""
    made: Stores = {}
    for party in parties:
        where: str | Path = folder / f"{party}.sqlite3"
        if request.param == "postgres":
            server: Postgres = request.getfixturevalue("postgres")
            module = request.module.__name__.rpartition(".")[2]
            where = server.create(
                f"{module[-20:]}_{request.node.originalname[-20:]}_{party}".lower()
            )
        made[party] = open_store(where)
    yield made
    for store in made.values():
        forget(store.alias)
