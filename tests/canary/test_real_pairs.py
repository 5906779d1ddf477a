"""What the ICO has is the same with and without a secret report, between real processes as well."""

from dataclasses import fields
from pathlib import Path

import pytest

from comity.cli.scenario.nodes import free_ports
from comity.core.exchange import Recall, UnreachableError
from comity.core.terms import ReleaseId
from comity.node.queueing import queue_message
from comity.wire.transport import Transport
from tests.board import record
from tests.canary import pairs as p
from tests.canary import real
from tests.node.world import ICO, NCA
from tests.store.django import set_up

set_up()

PAIRS = [(1, p.refused), (2, p.withdrawn), (3, p.unanswered), (4, p.relayed)]


def differing(one: real.Outcome, two: real.Outcome) -> list[str]:
    """Return what differs between all that the ICO has of two worlds."""
    return [
        f"{each.name}: {getattr(one, each.name)} and {getattr(two, each.name)}"
        for each in fields(real.Outcome)
        if getattr(one, each.name) != getattr(two, each.name)
    ]


@pytest.mark.more
@pytest.mark.parametrize(("seed", "secret"), PAIRS, ids=[each.__name__ for _, each in PAIRS])
def test_real_processes_show_the_ico_the_same_with_and_without_a_secret_report(
    tmp_path: Path, seed: int, secret: p.Secret
) -> None:
    without = real.play(tmp_path / "without", seed, p.nothing)
    with_ = real.play(tmp_path / "with", seed, secret)
    found = differing(without, with_)
    what = "pairs of worlds of real processes: wire, tables, ledgers, pages"
    record("P5", what=what, tried=1, broken=int(bool(found)))
    assert len(without.acts) >= 2
    assert len(without.beats) == 6 * real.SLOTS
    assert not found


def test_before_a_node_that_is_away_a_tap_answers_nothing() -> None:
    """So the other side sees what it would see without a tap, and raises no alarm."""
    [port] = free_ports(1)
    tap = real.Tap(NCA, port)
    with pytest.raises(UnreachableError):
        Transport().post(tap.address, "/node/controls", b"{}")
    tap.close()


def one_more_message(played: p.Played) -> None:
    """The NCA says something to the ICO."""
    node = played.world.nodes[NCA]
    with node.store.writing() as records:
        queue_message(records, node, ICO, recall=Recall(release=ReleaseId("rel-none")))


@pytest.mark.more
def test_a_message_more_between_real_processes_is_found(tmp_path: Path) -> None:
    without = real.play(tmp_path / "without", 1, p.nothing)
    with_ = real.play(tmp_path / "with", 1, p.refused_by_the_gate, one_more_message)
    found = differing(without, with_)
    what = "differences planted between worlds of real processes"
    record("P5", what=what, tried=0, broken=0, planted=1, caught=int(bool(found)))
    assert found
