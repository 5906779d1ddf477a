"""A node put back to an old copy, or with a history for each peer: found by peers and in the audit.

The nodes are real and work on; what is copied is all that a node keeps. Here a node that was put
back does not notice by itself: that is another file's affair.
"""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from comity.core.audit import Bundle, Check, Finding
from comity.core.terms import PartyId
from comity.node.export_audit import export_audit
from comity.node.work import Worker
from comity.shipped import shipped_texts
from comity.store.backup import backup as back_up
from comity.store.database import DatabaseStore
from tests.board import record
from tests.core.audit import small
from tests.node import watched as w
from tests.node.world import BEATS, FRONT_DOOR, ICO, NCA, World, new_world
from tests.store.django import forget, open_store, set_up
from tests.store.twin import Tree, Twin


@pytest.fixture(autouse=True)
def _unaware(monkeypatch: pytest.MonkeyPatch) -> None:
    w.unaware(monkeypatch)


def copied(twin: Twin) -> Twin:
    """Return all that a node keeps, as a copy that no longer changes with it."""
    found = Twin()
    found.tables = {name: dict(shelf) for name, shelf in twin.tables.items()}
    found.trees = {
        name: Tree(list(tree.entries), dict(tree.nodes)) for name, tree in twin.trees.items()
    }
    found.added = twin.added
    return found


def store_of(world: World) -> Twin:
    store = world.nodes[NCA].store
    assert isinstance(store, Twin)
    return store


def go_on_with(world: World, store: Twin | DatabaseStore) -> None:
    """Let the NCA work with another store from now on."""
    world.nodes[NCA] = replace(world.nodes[NCA], store=store)
    world.workers[NCA] = Worker(world.nodes[NCA])


def beat(world: World, times: int) -> None:
    for _ in range(times):
        world.clock.pass_(BEATS)
        world.settle()


def audited(world: World, bundle: Bundle, *peers: PartyId) -> tuple[Finding, ...]:
    world.clock.pass_(timedelta(minutes=6))
    made = replace(bundle, made_at=world.clock.now())
    return small.findings(
        made, *(export_audit(world.nodes[each], shipped_texts()) for each in peers)
    )


def names_a_head(found: tuple[Finding, ...], ledger: str) -> bool:
    """Return whether a finding names a ledger and the size of a head of it."""
    heads = [each.what for each in found if each.ledger == ledger and "cosigned" in each.what]
    return any(any(word.isdigit() for word in each.replace(",", "").split()) for each in heads)


@pytest.mark.parametrize("lost", [1, 2, 5])
@pytest.mark.parametrize("later", [2, 8])
def test_a_node_put_back_to_an_old_copy_is_found_by_its_peers_and_in_the_audit(
    lost: int, later: int
) -> None:
    world = new_world((FRONT_DOOR, NCA, ICO))
    world.report()
    beat(world, 2)
    backup = copied(store_of(world))
    beat(world, lost)
    go_on_with(world, backup)
    beat(world, later)
    seen = [w.alarms(world, each) for each in (ICO, FRONT_DOOR)]
    found = audited(world, export_audit(world.nodes[NCA], shipped_texts()), ICO)
    noticed = all("ledger-forked" in each for each in seen)
    named = names_a_head(found, "pair-ICO of NCA")
    record("P12", what="rollbacks of a node", tried=1, broken=int(not (noticed and named)))
    assert noticed
    assert named, found


def test_a_database_restored_from_its_backup_is_found_likewise(tmp_path: Path) -> None:
    set_up()
    store = open_store(tmp_path / "nca.sqlite3")
    world = World()
    for party in (FRONT_DOOR, NCA, ICO):
        world.add(party, store if party == NCA else None)
    world.pin_all()
    beat(world, 2)
    back_up(tmp_path / "old.sqlite3", store.alias)
    beat(world, 2)
    old = open_store(tmp_path / "old.sqlite3")
    go_on_with(world, old)
    beat(world, 3)
    found = audited(world, export_audit(world.nodes[NCA], shipped_texts()), ICO)
    forget(store.alias)
    forget(old.alias)
    record("P12", what="rollbacks of a node", tried=1, broken=int(not found))
    assert "ledger-forked" in w.alarms(world, ICO)
    assert names_a_head(found, "pair-ICO of NCA")


def test_a_node_that_was_not_put_back_is_not_suspected() -> None:
    world = new_world((FRONT_DOOR, NCA, ICO))
    world.report()
    beat(world, 4)
    go_on_with(world, copied(store_of(world)))
    beat(world, 4)
    assert "ledger-forked" not in w.alarms(world, ICO)
    assert audited(world, export_audit(world.nodes[NCA], shipped_texts()), ICO, FRONT_DOOR) == ()


def forked() -> tuple[World, Bundle, Bundle]:
    """Let the NCA keep two histories and show one to each peer; return its bundle of either."""
    world = new_world((FRONT_DOOR, NCA, ICO))
    world.report()
    beat(world, 2)
    for_ico, for_door = store_of(world), copied(store_of(world))
    go_on_with(world, for_ico)
    world.ask("incident")
    for _ in range(3):
        world.clock.pass_(BEATS)
        for store, shown, hidden in ((for_ico, ICO, FRONT_DOOR), (for_door, FRONT_DOOR, ICO)):
            go_on_with(world, store)
            world.down = {hidden}
            while sum(world.workers[party].round() for party in (NCA, shown)):
                pass
    world.down = set()
    bundles = []
    for store in (for_ico, for_door):
        go_on_with(world, store)
        bundles.append(export_audit(world.nodes[NCA], shipped_texts()))
    return world, bundles[0], bundles[1]


def test_a_history_for_each_peer_is_found_with_their_bundles() -> None:
    world, for_ico, for_door = forked()
    broken = 0
    for bundle, other in ((for_ico, FRONT_DOOR), (for_door, ICO)):
        found = [each for each in audited(world, bundle, other) if each.check is Check.BOTH_SIDES]
        broken += not any(each.ledger == "node of NCA" for each in found)
    record("P6", what="forks shown to two peers", tried=2, broken=broken)
    assert broken == 0


def test_two_histories_put_together_are_found_by_opening_the_heartbeats() -> None:
    """Each peer's ledger is the one that it knows; but one set of heads cannot open both."""
    world, for_ico, for_door = forked()
    parts = {each.name: each for each in for_ico.ledgers}
    parts["pair-FRONT_DOOR"] = next(e for e in for_door.ledgers if e.name == "pair-FRONT_DOOR")
    notes = [each for each in for_ico.checkpoints if each.ledger == "pair-ICO"]
    notes += [each for each in for_door.checkpoints if each.ledger == "pair-FRONT_DOOR"]
    whole = replace(for_ico, ledgers=tuple(parts.values()), checkpoints=tuple(notes))
    found = [each for each in audited(world, whole) if "not opened" in each.what]
    record("P6", what="forks shown to two peers", tried=1, broken=int(not found))
    assert {each.ledger for each in found} == {"pair-FRONT_DOOR"}
