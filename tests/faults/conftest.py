"""Faults: what can befall the nodes of a trial on this machine."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from comity.cli.scenario.cluster import Postgres
from tests.faults.long import on_server
from tests.faults.powercut import PowerCut, compiled
from tests.faults.stopping import Stop, own_servers
from tests.faults.trial import Kill

_NUMBERS = count(1)


@pytest.fixture
def kill_on_sqlite() -> Kill:
    """Return kills of nodes that keep everything in files."""
    return Kill()


@pytest.fixture
def kill_on_postgres(postgres: Postgres) -> Kill:
    """Return kills of nodes that keep everything on the throw-away server."""
    return on_server(postgres, f"killed_{next(_NUMBERS)}")


@pytest.fixture
def power_cut(compiler: str, tmp_path: Path) -> PowerCut:
    """Return power cuts of the nodes in the folder `nodes`."""
    return PowerCut(compiled(compiler, tmp_path), tmp_path / "nodes")


@pytest.fixture
def stop(postgres_programs: Path) -> Iterator[Stop]:
    """Return immediate stops of the nodes' database servers."""
    with own_servers(postgres_programs) as found:
        yield found
