"""Whatever happens to three bodies and a front door, what must never be never is."""

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from comity.core.terms import PartyId
from tests.board import record
from tests.faults.histories import play
from tests.faults.histories.oracle import Fault, Kind, private_in
from tests.faults.histories.world import PARTIES, World
from tests.faults.planted import BUGS, planted
from tests.store.databases import Stores, one_for_each
from tests.store.django import set_up

set_up()

from tests.faults.histories.copying import copied  # noqa: E402 - Django has to be set up before

FEW, ALL, CHUNK = 40, 10_000, 500
ON_DATABASES, SOME = 200, 6
IN_HISTORIES = {
    "P1": "random histories: something acknowledged that is gone",
    "P2": "random histories: something that was done twice",
    "P3": "random histories: a text at somebody who must not have it",
    "P5": "random histories: a message that nothing explains",
    "P8": "random histories: something that one ledger alone has",
    "P9": "withdrawals in random histories",
    "P11": "changes of keys in random histories",
    "P12": "nodes put back from a backup in random histories",
}
HERE = Path(__file__).parent


def wrong(first: int, count: int) -> list[str]:
    """Return the stories of the histories that went wrong, each as short as it can be."""
    found = [
        each
        for start in range(first, first + count, play.FAMILY)
        for each in play.family(start)
        if each.faults
    ]
    return [play.story(play.shrunk(each)) for each in found]


def test_nothing_that_must_never_be_is_in_some_random_histories() -> None:
    assert not wrong(0, FEW)


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, ALL, CHUNK))
def test_nothing_that_must_never_be_is_in_many_random_histories(first: int) -> None:
    found = wrong(first, CHUNK)
    steps = Counter(
        step.name for number in range(first, first + CHUNK) for step in play.history(number).steps
    )
    for promise, tried in {
        **dict.fromkeys(("P1", "P2", "P3", "P5", "P8"), CHUNK),
        "P9": steps["withdraw"],
        "P11": steps["rotate"],
        "P12": steps["restore"],
    }.items():
        record(promise, what=IN_HISTORIES[promise], tried=tried, broken=len(found))
    assert not found, "\n\n".join(found)


@pytest.fixture(params=["sqlite", "postgres"])
def stores(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stores]:
    """Return an empty database for each node, of either kind."""
    with one_for_each(PARTIES, request, tmp_path) as made:
        yield made


def differing(stores: Stores, count: int) -> list[str]:
    """Return what differs between histories in memory and the same on real databases.

    Those with backups are left out: how a database is backed up is the database's own affair.
    """
    found, number, played = [], 0, 0
    while played < count:
        one = play.history(number)
        number += 1
        if any(step.name in {"back_up", "restore"} for step in one.steps):
            continue
        played += 1
        expected = play.played(one)
        got = play.played(one, lambda world, seed: copied(world, stores, seed))
        if got != expected:
            found += [play.story(expected), play.story(got)]
    return found


@pytest.mark.slow
def test_some_histories_are_the_same_on_a_real_database(stores: Stores) -> None:
    assert not differing(stores, SOME)


@pytest.mark.more
def test_two_hundred_histories_are_the_same_on_a_real_database(stores: Stores) -> None:
    found = differing(stores, ON_DATABASES)
    record("P3", what="the same histories on a real database", tried=200, broken=len(found))
    assert not found, "\n\n".join(found)


def test_a_number_alone_says_what_happens() -> None:
    assert play.history(77) == play.history(77)
    assert play.history(77) != play.history(78)
    assert play.history(70).steps[: play.BEGINNING] == play.history(77).steps[: play.BEGINNING]
    twice = [each.told for _ in range(2) for each in play.family(70)]
    assert twice[:10] == twice[10:]


def test_a_history_alone_goes_as_it_goes_in_its_family() -> None:
    assert [each.told for each in play.family(120)] == [
        play.played(play.history(number)).told for number in range(120, 120 + play.FAMILY)
    ]


def test_every_kind_of_act_and_of_trouble_happens() -> None:
    steps = {step.name for number in range(0, 2_000, 10) for step in play.history(number).steps}
    assert steps == set(play.ACTS)


@pytest.mark.slow
def test_a_history_that_goes_wrong_is_told_as_a_short_story() -> None:
    [bug] = [each for each in BUGS if each.plant.__name__ == "label_lost_on_derive"]
    with planted(bug):
        found = play.first_wrong({Kind.LEAK}, 10_000, "edits")
        assert found is not None
        short = play.shrunk(found)
    lines = play.story(short).splitlines()
    assert len(short.history.steps) < len(found.history.steps)
    assert lines[0].startswith(f"History {found.history.number} begins: ")
    assert any("retypes" in line or "would pass note" in line for line in lines)
    assert any(line.startswith("  leak: NCA sends") for line in lines)
    assert lines[-1].endswith(f"--history {found.history.number}")


@pytest.mark.parametrize("name", ["oracle", "outcome", "put_back"])
def test_the_oracle_imports_neither_the_gate_nor_an_agreement(name: str) -> None:
    tree = ast.parse((HERE / "histories" / f"{name}.py").read_text())
    imported = {
        name
        for each in ast.walk(tree)
        for name in (
            [each.module or ""]
            if isinstance(each, ast.ImportFrom)
            else [alias.name for alias in each.names]
            if isinstance(each, ast.Import)
            else []
        )
    }
    assert imported
    banned = ("core.gate", "core.agreement", "node.deciding", "node.disclose", "core.consent")
    assert not [each for each in imported if each.endswith(banned)]


def test_the_oracle_finds_names_and_ids_and_none_in_what_is_sealed() -> None:
    sealed = b"QUJD" * 9 + b"+acme/" + b"REVG" * 9
    assert private_in(b'{"ciphertext":"' + sealed + b'"}') is None
    for told in (b"acme", b"bravo", b"case-" + b"0f" * 16, b"report-" + b"0f" * 16):
        assert private_in(b'{"organisation":"' + told + b'","ciphertext":"' + sealed) == told
    assert private_in(b'{"key":"' + b"A" * 43 + b'=","to":"acme"}') == b"acme"


def test_the_oracle_finds_a_text_in_whatever_it_is_wrapped() -> None:
    world = World.fork(play.STARTS["told"](), "one")
    world.oracle.leaves(PartyId("NCA"), PartyId("ICO"), "/node/controls", b'{"payload":"e30="}')
    assert world.oracle.faults == [
        Fault(Kind.VISIBLE, "NCA sends ICO a message of no known kind: set()")
    ]
