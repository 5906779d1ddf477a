"""Check ledgers: what somebody changes in the database is named, entry by entry."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.db import connections

from comity.cli import acting
from comity.cli.main import main
from comity.node.check_ledgers import Damage, check_ledgers
from comity.store.columns import cells
from comity.store.database import DatabaseStore
from comity.store.shelves import SHELVES
from tests.node.world import FRONT_DOOR, ICO, NCA, World, new_world
from tests.store.django import forget, open_store, set_up
from tests.store.twin import Kept, Twin

PAIR = "pair-ICO"


@pytest.fixture
def world() -> World:
    """Return three nodes after three heartbeats."""
    found = new_world((FRONT_DOOR, NCA, ICO))
    found.report()
    found.wait()
    found.wait()
    return found


def twin(world: World) -> Twin:
    store = world.nodes[NCA].store
    assert isinstance(store, Twin)
    return store


def damage(world: World) -> list[Damage]:
    return check_ledgers(world.nodes[NCA])


def test_a_node_whose_ledgers_are_whole_finds_nothing(world: World) -> None:
    told: list[int] = []
    assert check_ledgers(world.nodes[NCA], told.append) == []
    assert sum(told) == sum(len(tree.entries) for tree in twin(world).trees.values())


@pytest.mark.parametrize("ledger", ["node", PAIR])
def test_every_entry_that_is_changed_alone_is_named(world: World, ledger: str) -> None:
    tree = twin(world).trees[ledger]
    for place, data in enumerate(tree.entries):
        tree.entries[place] = data[:-1] + b" "
        assert [each[:3] for each in damage(world)] == [(ledger, place, place)]
        tree.entries[place] = data


@pytest.mark.parametrize("ledger", ["node", PAIR])
def test_every_node_of_a_tree_that_is_changed_is_named(world: World, ledger: str) -> None:
    tree = twin(world).trees[ledger]
    for (level, at), kept in list(tree.nodes.items()):
        tree.nodes[level, at] = bytes(32)
        found = damage(world)
        assert any(each.first <= at << level <= each.place for each in found), (level, at)
        assert all(each.ledger == ledger for each in found)
        tree.nodes[level, at] = kept


@pytest.fixture
def on_disk(tmp_path: Path) -> Iterator[tuple[World, DatabaseStore]]:
    """Return such nodes, of which the NCA's is on SQLite, and its store."""
    set_up()
    store = open_store(tmp_path / "nca.sqlite3")
    found = World()
    for party in (FRONT_DOOR, NCA, ICO):
        found.add(party, store if party == NCA else None)
    found.pin_all()
    found.wait()
    found.wait()
    yield found, store
    forget(store.alias)


@pytest.mark.parametrize("ledger", ["node", pytest.param(PAIR, marks=pytest.mark.slow)])
@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("DELETE FROM store_entry WHERE ledger = %s AND place = 3", "is missing"),
        ("DELETE FROM store_treenode WHERE ledger = %s AND level = 0 AND place = 3", "no node at"),
        ("UPDATE store_head SET size = 2 WHERE ledger = %s", "was kept, and there are 2 entries"),
        ("UPDATE store_entry SET data = x'7b' WHERE ledger = %s AND place = 3", "not that of its"),
        ("UPDATE store_entry SET data = '{}' WHERE ledger = %s AND place = 3", "is not bytes"),
    ],
)
def test_what_is_missing_or_cut_is_named(
    on_disk: tuple[World, DatabaseStore], ledger: str, change: str, said: str
) -> None:
    world, store = on_disk
    with connections[store.alias].cursor() as cursor:
        cursor.execute(change, [ledger])
    found = damage(world)
    assert {each.ledger for each in found} == {ledger}
    assert any(said in each.what and each.first <= 3 <= each.place for each in found), found


def test_a_kept_head_that_is_another_is_named_by_its_size(world: World) -> None:
    store = twin(world)
    ((key, kept), *_) = store.tables["beats"].items()
    other = type(kept.value)(
        slot=kept.value.slot, salt=kept.value.salt, size=kept.value.size, root=bytes(32)
    )
    store.tables["beats"][key] = Kept(
        kept.added, other, cells("beats", SHELVES["beats"].columns_of(other))
    )
    assert damage(world) == [
        Damage("node", 0, other.size - 1, f"the kept head of size {other.size} is another")
    ]


def test_the_command_names_the_entry_and_ends_with_one(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(acting, "set_up", lambda: None)
    monkeypatch.setattr(acting, "this_node", lambda: world.nodes[NCA])
    found = CliRunner().invoke(main, ["audit", "check"])
    assert (found.exit_code, found.stdout.split("; ")[1]) == (0, "0 findings\n")
    twin(world).trees["node"].entries[4] = b"{}"
    found = CliRunner().invoke(main, ["audit", "check"])
    assert found.exit_code == 1
    assert found.stdout.startswith("ledger node, entry 4: the entry is not that of its leaf")
