"""The pages of a front door cost no more than plain ones, and reports come in fast enough."""

from pathlib import Path

import pytest

from benchmarks.front_door import pages, sent_out, taken, world_on
from tests.node.world import FRONT_DOOR
from tests.store.django import set_up

pytestmark = pytest.mark.more

set_up()

NOISE = 1.5


def test_the_figures_are_not_far_off(tmp_path: Path) -> None:
    world = world_on(tmp_path)
    first, *others = pages(world.nodes[FRONT_DOOR])
    assert first.ratio is not None
    assert first.ratio <= 1.3 * NOISE
    assert len(others) == 9
    rate = taken(world.nodes[FRONT_DOOR])
    assert rate.against == "0 failed"
    assert rate.ours >= 40 / NOISE
    assert sent_out(world).ours > 1
