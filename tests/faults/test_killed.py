"""A node that is killed during deliveries has lost and doubled nothing when it is back."""

import os
import signal
import time
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from comity.node.send_report import send_report
from comity.store.records import InState, OutState
from comity.wire.keys import load_keys
from tests.faults.processes import Process, eventually, introduce, processes
from tests.node.world import FRONT_DOOR as DOOR
from tests.node.world import acme_report, new_world
from tests.store.django import forget, set_up

set_up()

ROUNDS = 5
EACH = 6


@pytest.mark.slow
def test_a_node_that_is_killed_during_deliveries_loses_and_doubles_nothing(
    tmp_path: Path,
) -> None:
    with processes(tmp_path, "FRONT_DOOR", "NCA") as nodes:
        introduce(nodes, tmp_path)
        for node in nodes.values():
            node.start()
        for node in nodes.values():
            eventually("it is well", node.is_well)
        sent = 0
        for number in range(ROUNDS):
            victim = nodes[("NCA", "FRONT_DOOR")[number % 2]]
            send_some(nodes["FRONT_DOOR"])
            sent += EACH
            time.sleep(0.05 + 0.1 * number)
            victim.end(signal.SIGKILL)
            assert acknowledged(nodes) <= held(nodes)
            victim.start()
        eventually("all receipts", lambda: receipted(nodes) == sent)
        eventually("all are opened", lambda: opened(nodes) == sent)
        check_all(nodes, sent)
        for node in nodes.values():
            forget(node.store.alias)


def send_some(door: Process) -> None:
    """Let an organisation report several times, in the front door's own database."""
    node = new_world((DOOR,)).nodes[DOOR]
    own = replace(
        node,
        store=door.store,
        keys=load_keys(door.home / "keys"),
        now=lambda: datetime.now(UTC),  # noqa: TID251 - a real node's clock
        chance=os.urandom,
    )
    for _ in range(EACH):
        send_report(own, acme_report())


def acknowledged(nodes: dict[str, Process]) -> set[str]:
    """Return the releases for which the front door holds a receipt."""
    with nodes["FRONT_DOOR"].store.reading() as records:
        return {each.release for each in records.receipts.find()}


def held(nodes: dict[str, Process]) -> set[str]:
    """Return the releases that the NCA holds, opened or not."""
    with nodes["NCA"].store.reading() as records:
        return {each.id for each in records.inbox.find() if each.state is not InState.PARKED}


def receipted(nodes: dict[str, Process]) -> int:
    with nodes["FRONT_DOOR"].store.reading() as records:
        return len(records.outbox.find(to="NCA", state=OutState.RECEIPTED))


def opened(nodes: dict[str, Process]) -> int:
    with nodes["NCA"].store.reading() as records:
        return len(records.inbox.find(state=InState.OPENED))


def check_all(nodes: dict[str, Process], sent: int) -> None:
    """See that everything is there once, in order, with nothing to be alarmed about."""
    assert len(acknowledged(nodes)) == sent
    assert acknowledged(nodes) == held(nodes)
    with nodes["NCA"].store.reading() as records:
        came = records.inbox.find()
        assert sorted(each.seq for each in came) == list(range(1, sent + 1))
        found = Counter(each.item.section for each in records.items.find())
        assert found == {"contact": sent, "incident": sent, "technical": sent}
        assert records.alarms.find() == []
        assert len(records.cases.find()) == 1
