"""Three stores with one port: SQLite, PostgreSQL, and the twin in memory."""

import shutil
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import psycopg
import pytest
from django.db import connections

from comity.cli.scenario.cluster import Postgres
from comity.store.database import DatabaseStore
from tests.store.django import forget, open_database, set_up
from tests.store.twin import Twin

set_up()

AnyStore = DatabaseStore | Twin
_NUMBERS = count(1)
ON_SERVER = pytest.param("server", marks=pytest.mark.slow)
"""A server has to be started first: `make check` does without."""


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an SQLite file with all tables and nothing in them."""
    path = tmp_path_factory.mktemp("template") / "node.sqlite3"
    forget(open_database(path))
    return path


def run_as_superuser(server: Postgres, sql: str) -> None:
    """Run one statement outside any database of a test."""
    with psycopg.connect(server.dsn, autocommit=True) as connection:
        connection.execute(sql.encode())


@pytest.fixture(scope="session")
def postgres_template(postgres: Postgres) -> str:
    """Return the name of a PostgreSQL database with all tables and nothing in them."""
    forget(open_database(postgres.create("template_node")))
    return "template_node"


@pytest.fixture
def sqlite(tmp_path: Path, sqlite_template: Path) -> Iterator[str]:
    """Return the alias of an empty SQLite database."""
    path = tmp_path / "node.sqlite3"
    shutil.copy(sqlite_template, path)
    alias = open_database(path)
    yield alias
    forget(alias)


@pytest.fixture
def server(postgres: Postgres, postgres_template: str) -> Iterator[str]:
    """Return the alias of an empty PostgreSQL database."""
    name = f"node_{next(_NUMBERS)}"
    run_as_superuser(postgres, f"CREATE DATABASE {name} TEMPLATE {postgres_template}")
    alias = open_database(postgres.address(name))
    yield alias
    forget(alias)


@pytest.fixture(params=["sqlite", ON_SERVER])
def alias(request: pytest.FixtureRequest) -> str:
    """Return the alias of an empty database, of either kind."""
    found: str = request.getfixturevalue(request.param)
    return found


@pytest.fixture(params=["sqlite", ON_SERVER, "twin"])
def store(request: pytest.FixtureRequest) -> AnyStore:
    """Return an empty store, of each kind."""
    if request.param == "twin":
        return Twin()
    return DatabaseStore(request.getfixturevalue(request.param))


@pytest.fixture
def database(alias: str) -> DatabaseStore:
    """Return an empty store in a database."""
    assert alias in connections.databases
    return DatabaseStore(alias)
