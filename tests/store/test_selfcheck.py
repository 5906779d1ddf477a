"""The self-check refuses every setting under which a commit could be lost, and says which."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from comity.settings import POSTGRES_SESSION, SQLITE_OPTIONS, database
from comity.store.database import DatabaseStore
from comity.store.migrate import migrate
from comity.store.port import StoreError
from comity.store.selfcheck import check
from tests.store.django import add_database, forget, open_store


@pytest.fixture
def altered() -> Iterator[list[str]]:
    """Return where to note the aliases to forget."""
    aliases: list[str] = []
    yield aliases
    for alias in aliases:
        forget(alias)


def with_options(alias: str, altered: list[str], **options: object) -> str:
    """Return an alias of the same database under other options."""
    made: dict[str, Any] = dict(connections[alias].settings_dict)
    altered.append(add_database({**made, "OPTIONS": {**made["OPTIONS"], **options}}))
    return altered[-1]


def test_a_database_as_it_should_be_passes(alias: str) -> None:
    check(alias)


def test_sqlite_is_asked_for_exactly_this() -> None:
    assert SQLITE_OPTIONS == {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON",
    }


@pytest.mark.parametrize(
    ("pragma", "wrong", "said"),
    [
        ("synchronous=FULL", "synchronous=NORMAL", "synchronous is not 2"),
        ("synchronous=FULL", "synchronous=OFF", "synchronous is not 2"),
        ("journal_mode=WAL", "journal_mode=DELETE", "journal_mode is not wal"),
        ("foreign_keys=ON", "foreign_keys=OFF", "foreign_keys is not 1"),
    ],
)
def test_sqlite_with_a_weaker_setting_is_refused(
    sqlite: str, altered: list[str], pragma: str, wrong: str, said: str
) -> None:
    command = str(SQLITE_OPTIONS["init_command"]).replace(pragma, wrong)
    connections[sqlite].close()
    alias = with_options(sqlite, altered, init_command=command)
    for refused in (lambda: check(alias), DatabaseStore(alias).writing().__enter__):
        with pytest.raises(StoreError, match=f"database {alias}: {said}.*; set PRAGMA"):
            refused()


@pytest.mark.parametrize("wrong", ["off", "local", "remote_write"])
@pytest.mark.slow
def test_a_server_that_confirms_too_early_is_refused(
    server: str, altered: list[str], wrong: str
) -> None:
    session = POSTGRES_SESSION.replace("synchronous_commit=on", f"synchronous_commit={wrong}")
    alias = with_options(server, altered, options=session)
    for refused in (lambda: check(alias), DatabaseStore(alias).writing().__enter__):
        with pytest.raises(StoreError, match="synchronous_commit is not on"):
            refused()


@pytest.mark.slow
def test_a_server_under_another_isolation_is_refused(server: str, altered: list[str]) -> None:
    session = POSTGRES_SESSION.replace(r"read\ committed", "serializable")
    alias = with_options(server, altered, options=session)
    with pytest.raises(StoreError, match="transaction_isolation is not read committed"):
        check(alias)


@pytest.mark.slow
def test_what_the_server_or_the_role_prefers_does_not_count(server: str) -> None:
    name = connections[server].settings_dict["NAME"]
    for preferred in (
        "synchronous_commit TO off",
        "default_transaction_isolation TO 'serializable'",
    ):
        with connections[server].cursor() as cursor:
            cursor.execute(f"ALTER DATABASE {name} SET {preferred}")
    connections[server].close()
    check(server)


def test_a_setting_that_is_lost_later_is_noticed_at_the_next_connection(sqlite: str) -> None:
    store = DatabaseStore(sqlite)
    with store.writing():
        pass
    options = connections[sqlite].settings_dict["OPTIONS"]
    options["init_command"] = "PRAGMA synchronous=NORMAL"
    with store.writing():
        pass
    store.close()
    for _ in range(2):
        with pytest.raises(StoreError, match="synchronous is not 2"), store.writing():
            pass
    options["init_command"] = SQLITE_OPTIONS["init_command"]
    with store.writing():
        pass


def test_a_database_without_its_tables_is_refused(tmp_path: Path, altered: list[str]) -> None:
    altered.append(add_database(database("", tmp_path)))
    (tmp_path / "node.sqlite3").touch()
    with pytest.raises(StoreError, match="tables are not up to date; run: comity init"):
        check(altered[0])
    migrate(altered[0])
    check(altered[0])


def test_a_database_of_a_newer_version_is_refused(alias: str) -> None:
    with connections[alias].cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) "
            "VALUES ('store', '9999_later', '2030-01-01')"
        )
    for refuse in (check, migrate):
        with pytest.raises(StoreError, match="made by a newer version of Comity"):
            refuse(alias)


def test_a_new_file_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    store = open_store(tmp_path / "node.sqlite3")
    with store.writing():
        pass
    modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
    assert set(modes.values()) == {0o600}
    assert "node.sqlite3-wal" in modes
    forget(store.alias)
