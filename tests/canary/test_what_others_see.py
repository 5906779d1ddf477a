"""What others see is the same whether or not somebody told another body something in confidence."""

import shutil
from pathlib import Path
from unittest.mock import patch

import pytest

from comity.api.page import status_page
from comity.core.exchange import Recall
from comity.core.terms import ReleaseId
from comity.node.queueing import queue_message
from comity.store.database import DatabaseStore
from tests.board import record
from tests.canary import pairs as p
from tests.canary.stage import PARTIES
from tests.node.world import ICO, NCA
from tests.store.django import add_database, forget, open_store, set_up

set_up()

from comity.settings import database  # noqa: E402 - Django has to be set up before

FAST, SLOW, MORE = 3, 20, 120


def same(one: p.Played, two: p.Played, *, counters: bool = False) -> bool:
    """Return whether the ICO sees the same in two worlds."""
    return (
        p.wire(one, counters=counters) == p.wire(two, counters=counters)
        and p.tables(one, counters=counters) == p.tables(two, counters=counters)
        and p.ledgers(one) == p.ledgers(two)
        and pages(one) == pages(two)
    )


def pages(played: p.Played) -> list[str]:
    """Return the page of every node."""
    return [status_page(each.party, each.role, ok=True) for each in played.world.nodes.values()]


def check(seed: int, *stores: p.Stores) -> None:
    """Compare the two worlds of a pair, in memory or on these stores."""
    secret = p.SECRETS[seed % len(p.SECRETS)]
    one, two = stores or (None, None)
    without, with_ = p.play(seed, p.nothing, stores=one), p.play(seed, secret, stores=two)
    assert len(without.wire) > 20
    is_same = same(without, with_)
    what = "pairs of worlds with and without a secret: all that the ICO has of each"
    record("P5", what=what, tried=1, broken=int(not is_same))
    assert p.wire(without, counters=False) == p.wire(with_, counters=False), secret.__name__
    assert is_same, secret.__name__


def test_the_ico_sees_the_same_with_and_without_a_secret_report() -> None:
    check(FAST)


SEEDS = [
    pytest.param(seed, marks=pytest.mark.slow if seed < SLOW else pytest.mark.more)
    for seed in range(MORE)
    if seed != FAST
]


@pytest.mark.parametrize("seed", SEEDS)
def test_the_ico_sees_the_same_with_and_without_a_secret_report_in_many_worlds(seed: int) -> None:
    check(seed)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a database with all tables and nothing in them."""
    where = tmp_path_factory.mktemp("empty") / "empty.sqlite3"
    forget(open_store(where).alias)
    return where


def copies(empty: Path, folder: Path) -> p.Stores:
    """Return a database for each node."""
    folder.mkdir()
    made = {}
    for party in PARTIES:
        shutil.copy(empty, folder / party)
        made[party] = DatabaseStore(add_database(database(f"sqlite://{folder / party}", folder)))
    return made


ON_SQLITE = [
    pytest.param(seed, marks=pytest.mark.more if seed >= len(p.SECRETS) else pytest.mark.slow)
    for seed in range(100)
]


@pytest.mark.parametrize("seed", ON_SQLITE)
def test_the_ico_sees_the_same_with_and_without_a_secret_report_on_real_databases(
    seed: int, empty: Path, tmp_path: Path
) -> None:
    stores = [copies(empty, tmp_path / each) for each in ("without", "with")]
    try:
        check(seed, *stores)
    finally:
        for each in (store for made in stores for store in made.values()):
            assert isinstance(each, DatabaseStore)
            forget(each.alias)


# --- the comparison can find -----------------------------------------------------------------


def one_more_message(played: p.Played) -> None:
    """The NCA tells the ICO that there is nothing to tell."""
    node = played.world.nodes[NCA]
    with node.store.writing() as records:
        queue_message(records, node, ICO, recall=Recall(release=ReleaseId("rel-none")))
    played.world.settle()


def a_beat_more(played: p.Played) -> None:
    """The NCA beats out of turn."""
    node = played.world.nodes[NCA]
    with patch("comity.node.beat.slot_at", return_value=played.world.clock.now()):
        from comity.node.beat import beat  # noqa: PLC0415 - only this plant beats

        beat(node)
    played.world.settle()


def an_early_poll(played: p.Played) -> None:
    """The NCA polls before its time."""
    from comity.node.poll import poll  # noqa: PLC0415 - only this plant polls

    node = played.world.nodes[NCA]
    with node.store.reading() as records:
        peer = records.peers.get(ICO)
    assert peer
    poll(node, peer)


MEDDLED = [
    one_more_message,
    *(pytest.param(each, marks=pytest.mark.slow) for each in (a_beat_more, an_early_poll)),
]


@pytest.mark.parametrize("meddle", MEDDLED)
def test_a_planted_difference_is_found(meddle: p.Meddle) -> None:
    without = p.play(3, p.nothing)
    is_found = not same(without, p.play(3, p.refused, meddle))
    what = "differences planted in one world of a pair"
    record("P5", what=what, tried=0, broken=0, planted=1, caught=int(is_found))
    assert is_found


@pytest.mark.slow
def test_two_worlds_without_a_secret_are_the_same_in_every_number() -> None:
    assert same(p.play(3, p.nothing), p.play(3, p.nothing), counters=True)


# --- what once showed ------------------------------------------------------------------------


@pytest.mark.slow
def test_the_numbers_of_a_front_door_say_nothing_of_what_it_signed_for_others() -> None:
    assert same(p.play(3, p.nothing), p.play(3, p.refused), counters=True)


@pytest.mark.slow
def test_an_envelope_says_nothing_of_what_its_organisation_answered_about_others() -> None:
    assert same(p.play(3, p.nothing), p.play(3, p.another_refused))


@pytest.mark.slow
def test_after_an_absence_the_times_of_messages_say_nothing_of_what_there_was_to_send() -> None:
    seeds = range(3)
    assert all(
        same(p.play(each, p.nothing, away=True), p.play(each, p.asked_while_away, away=True))
        for each in seeds
    )
