"""Whoever stays after the demonstration begins at the front door's pages, beside a real node."""

from pathlib import Path
from urllib.request import urlopen

import pytest

from comity.cli.scenario.nodes import StoryError, is_well
from comity.cli.scenario.people import served_pages
from tests.store.django import set_up


@pytest.mark.slow
def test_the_pages_are_served_beside_the_front_door_and_end_with_the_demonstration(
    tmp_path: Path,
) -> None:
    set_up()
    from comity.cli.scenario.nodes import four_nodes  # noqa: PLC0415 - needs Django set up

    nodes = four_nodes(tmp_path, lambda _: "")
    with served_pages(nodes["FRONT_DOOR"]) as address:
        with urlopen(address, timeout=10) as answer:  # noqa: S310 - an address of ours
            said = answer.read().decode()
        assert "Cyber attack: what to do now" in said
        assert "run by nobody: it is part of a demonstration" in said
        port = int(address.rpartition(":")[2].strip("/"))
    assert not is_well(port)
    with pytest.raises(StoryError), served_pages(nodes["ICO"]):
        pytest.fail("a body has pages")
