"""Copying: a world in memory put into real databases, so that a history goes on there."""

from collections.abc import Mapping

from django.apps import apps
from django.db import connections

from comity.core.ledger import Node as TreeNode
from comity.core.terms import PartyId
from comity.store.database import DatabaseStore
from comity.store.ledgers import completed
from comity.store.port import Records
from comity.store.shelves import SHELVES
from tests.faults.histories.world import CrashingStore, World, at_work
from tests.store.twin import Twin


def copied(world: World, stores: Mapping[PartyId, DatabaseStore], seed: str) -> World:
    """Return a world that is the same until now and keeps all that follows in these databases."""
    made = world.fork(seed)
    for party, store in stores.items():
        twin = made.store(party).real
        assert isinstance(twin, Twin)
        _empty(store)
        with store.writing() as records:
            _fill(records, twin)
        before = made.workers[party]
        made.add(party, CrashingStore(store))
        made.workers[party] = at_work(made.nodes[party], before)
    return made


def _empty(store: DatabaseStore) -> None:
    """Take everything out of a database; rows that need others go first."""
    with connections[store.alias].cursor() as cursor:
        for model in reversed(list(apps.get_app_config("store").get_models())):
            cursor.execute(f'DELETE FROM "{model._meta.db_table}"')  # noqa: S608 - a table of our own


def _fill(records: Records, twin: Twin) -> None:
    for shelf in sorted(SHELVES, key=lambda name: name != "permits"):
        rows = sorted(twin.tables[shelf].values(), key=lambda kept: kept.added)
        for kept in rows:
            getattr(records, shelf).add(kept.value)
    for ledger, tree in twin.trees.items():
        for place, entry in enumerate(tree.entries):
            nodes = tuple(
                TreeNode(level, at, tree.nodes[level, at]) for level, at in completed(place)
            )
            records.ledgers.append(ledger, entry, nodes)
