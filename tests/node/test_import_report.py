"""Reports of earlier times: each is kept once, and reaches nobody but whom it chooses."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from comity.core.ledger import Entry
from comity.core.terms import OrganisationId, digest_of, encode
from comity.node.import_report import check_connections, import_report
from comity.node.node import NODE_LEDGER, Node, NotPossibleError
from comity.node.send_report import Own
from comity.node.show_report import show_reports
from comity.node.update_report import own_sections, update_report
from comity.store.records import OwnReport
from tests.node.world import ACME, FRONT_DOOR, ICO, NCA, NCSC, World, acme_report, new_world
from tests.store.databases import Stores, one_for_each
from tests.store.django import set_up

set_up()

CHOSEN = acme_report()
"""It chooses the NCA for each section."""

UNCHOSEN = replace(CHOSEN, choices=dict.fromkeys(CHOSEN.answers, frozenset()))
ZENITH = OrganisationId("zenith")


def held_by(world: World) -> dict[str, int]:
    """Return how many items and cases each body has."""
    found = {}
    for party in (NCA, ICO, NCSC):
        with world.nodes[party].store.reading() as records:
            found[str(party)] = len(records.items.find()) + len(records.cases.find())
    return found


def own_reports(door: Node) -> list[OwnReport]:
    with door.store.reading() as records:
        return records.reports.find()


def entries(door: Node) -> list[bytes]:
    with door.store.reading() as records:
        return list(records.ledgers.entries(NODE_LEDGER))


def door_of(world: World) -> Node:
    return world.nodes[FRONT_DOOR]


def test_a_report_that_chooses_nobody_is_kept_and_reaches_nobody() -> None:
    world = new_world()
    door, nobody = door_of(world), held_by(world)
    found = import_report(door, UNCHOSEN, "2024/1")
    world.wait()
    assert found.sent
    assert found.sent.copies == ()
    assert held_by(world) == nobody == {"NCA": 0, "ICO": 0, "NCSC": 0}
    with door.store.reading() as records:
        assert records.outbox.find() == []
        assert records.wishes.find() == []
        assert records.told.find() == []
        (own,) = records.reports.find()
        kept = own_sections(records, door, own)
    assert kept == {each: UNCHOSEN.section(each) for each in UNCHOSEN.answers}
    assert show_reports(door, ACME).told == ()


def test_a_report_reaches_whom_it_chooses_and_nobody_else() -> None:
    world = new_world()
    found = import_report(door_of(world), CHOSEN, "2024/1")
    world.wait()
    assert found.sent
    assert [copy.body for copy in found.sent.copies] == [NCA]
    held = held_by(world)
    assert (held["NCA"] > 0, held["ICO"], held["NCSC"]) == (True, 0, 0)


def test_it_is_written_down_as_any_report_is() -> None:
    door = door_of(new_world())
    found = import_report(door, UNCHOSEN)
    last = Entry(type="reported", at=door.now(), ids={"report": found.id, "version": "1"})  # type: ignore[arg-type] # the type's own text
    assert entries(door)[-1] == last.bytes()


def test_a_key_is_imported_once() -> None:
    imported_once("2024/1")


def test_a_report_without_a_key_is_imported_once() -> None:
    imported_once("")


def imported_once(key: str) -> None:
    """Import a report twice under a key, and see that the second time changes nothing."""
    door = door_of(new_world())
    first, size = import_report(door, CHOSEN, key), len(entries(door))
    again = import_report(door, CHOSEN, key)
    assert (again.id, again.sent, again.differs) == (first.id, None, False)
    assert len(own_reports(door)) == 1
    assert len(entries(door)) == size


def test_what_came_under_a_key_before_is_left_as_it_is_and_that_is_said() -> None:
    door = door_of(new_world())
    import_report(door, UNCHOSEN, "2024/1")
    (before,) = own_reports(door)
    again = import_report(door, UNCHOSEN.only([next(iter(UNCHOSEN.answers))]), "2024/1")
    assert (again.sent, again.differs) == (None, True)
    assert own_reports(door) == [before]


def test_reports_with_other_keys_or_of_others_or_that_say_something_else_are_others() -> None:
    door = door_of(new_world())
    one_section = UNCHOSEN.only([next(iter(UNCHOSEN.answers))])
    other = replace(UNCHOSEN, organisation=ZENITH)
    tries = [(UNCHOSEN, "1"), (UNCHOSEN, "2"), (UNCHOSEN, ""), (one_section, ""), (other, "1")]
    assert all(import_report(door, report, key).sent for report, key in tries)
    assert len({each.id for each in own_reports(door)}) == 5


def test_an_id_tells_nobody_what_was_imported() -> None:
    """Two front doors give one report two ids, and none is a digest of what anybody can guess."""
    own = encode(Own(sections={str(each): CHOSEN.section(each) for each in CHOSEN.answers}))
    guesses = {digest_of("2024/1"), digest_of({"key": "2024/1"}), digest_of(own.decode())}
    ids = set()
    for seed in (1, 2):
        door = door_of(new_world(seed=seed))
        ids |= {import_report(door, UNCHOSEN, key).id for key in ("2024/1", "")}
    assert len(ids) == 4
    assert all(re.fullmatch("report-[0-9a-f]{32}", each) for each in ids)
    assert ids.isdisjoint(f"report-{each[:32]}" for each in guesses)


def test_an_imported_report_can_be_sent_later_as_a_new_version() -> None:
    world = new_world()
    door = door_of(world)
    found = import_report(door, UNCHOSEN, "2024/1")
    sent = update_report(door, found.id, CHOSEN)
    assert (sent.version, [copy.body for copy in sent.copies]) == (2, [NCA])


def test_a_body_without_a_connection_is_named_and_nothing_is_kept() -> None:
    door = door_of(new_world((FRONT_DOOR, ICO)))
    size = len(entries(door))
    check_connections(door, frozenset({ICO}))
    with pytest.raises(NotPossibleError, match="no connection to NCA, NCSC"):
        check_connections(door, frozenset({NCA, ICO, NCSC}))
    with pytest.raises(NotPossibleError, match="no connection to NCA"):
        import_report(door, CHOSEN)
    assert own_reports(door) == []
    assert len(entries(door)) == size


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.slow)])
def stores(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stores]:
    """Return an empty database for a front door and a body, of either kind."""
    with one_for_each((FRONT_DOOR, NCA), request, tmp_path) as made:
        yield made


def test_a_real_database_imports_a_report_once(stores: Stores) -> None:
    world = World()
    for party, store in stores.items():
        world.add(party, store)
    world.pin_all()
    door = door_of(world)
    tries = [(UNCHOSEN, "1"), (CHOSEN, "2"), (CHOSEN, "")]
    assert all(import_report(door, report, key).sent for report, key in tries)
    assert not any(import_report(door, report, key).sent for report, key in tries)
    with door.store.reading() as records:
        assert len(records.imported.find()) == 1
        assert len(records.reports.find()) == 3
