"""What tests of accounts share: a front door that is served, on either kind of database."""

from collections.abc import Iterator

import pytest

from tests.web.accounts.door import Door, served_door
from tests.web.front_door.conftest import browser

__all__ = ["browser"]


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.slow)])
def door(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Door]:
    """Return a real front door whose pages are served."""
    folder, database = tmp_path_factory.mktemp("door"), ""
    if request.param == "postgres":
        name = f"door_{request.module.__name__.rpartition('.')[2]}"
        database = request.getfixturevalue("postgres").create(name)
    with served_door(folder, database) as found:
        yield found


@pytest.fixture(scope="module")
def quick_door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    """Return a real front door on SQLite, where the kind of database cannot matter."""
    with served_door(tmp_path_factory.mktemp("quick")) as found:
        yield found
