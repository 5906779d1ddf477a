"""A backup is the whole database at one moment, and the migrations are those of the models."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connections

from comity.store.backup import backup
from comity.store.database import DatabaseStore
from comity.store.migrate import migrate
from comity.store.models import ROWS
from comity.store.port import StoreError
from comity.store.selfcheck import check
from comity.store.shelves import SHELVES
from tests.store.django import forget, open_store
from tests.store.examples import COUNTER, EXAMPLES
from tests.store.test_contract import shelf


def test_a_backup_holds_everything_and_is_its_owners_alone(sqlite: str, tmp_path: Path) -> None:
    store, path = DatabaseStore(sqlite), tmp_path / "backup.sqlite3"
    with store.writing() as records:
        for name, example in EXAMPLES.items():
            shelf(records, name).add(example)
    backup(path, sqlite)
    with store.writing() as records:
        records.counters.remove(COUNTER.name)
    assert path.stat().st_mode & 0o777 == 0o600
    restored = open_store(path)
    check(restored.alias)
    with restored.reading() as records:
        for name, example in EXAMPLES.items():
            assert shelf(records, name).find() == [example]
    forget(restored.alias)


def test_a_backup_overwrites_nothing(sqlite: str, tmp_path: Path) -> None:
    path = tmp_path / "backup.sqlite3"
    path.write_text("mine")
    with pytest.raises(StoreError, match="exists already; name a new file"):
        backup(path, sqlite)
    assert path.read_text() == "mine"
    with pytest.raises(StoreError, match="see whether its folder exists"):
        backup(tmp_path / "nowhere" / "backup.sqlite3", sqlite)


def test_a_backup_that_fails_leaves_no_file(sqlite: str, tmp_path: Path) -> None:
    name = connections[sqlite].settings_dict["NAME"]
    connections[sqlite].close()
    Path(name).write_bytes(b"no database at all, but long enough to be read as one" * 100)
    with pytest.raises(StoreError):
        backup(tmp_path / "backup.sqlite3", sqlite)
    assert not (tmp_path / "backup.sqlite3").exists()


def test_no_backup_is_made_within_a_transaction(sqlite: str, tmp_path: Path) -> None:
    with DatabaseStore(sqlite).writing(), pytest.raises(RuntimeError, match="within"):
        backup(tmp_path / "backup.sqlite3", sqlite)


@pytest.mark.slow
def test_a_server_is_backed_up_by_its_own_tools(server: str, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="the server's own tools"):
        backup(tmp_path / "backup.sqlite3", server)
    assert not (tmp_path / "backup.sqlite3").exists()


def test_the_migrations_are_those_of_the_models(sqlite: str) -> None:
    file = connections[sqlite].settings_dict["NAME"]
    wanted = {"DJANGO_SETTINGS_MODULE": "comity.settings", "COMITY_DATABASE": f"sqlite://{file}"}
    done = subprocess.run(
        [
            sys.executable,
            *["-m", "django", "makemigrations", "--check", "--dry-run", "--skip-checks"],
        ],
        env={**os.environ, **wanted},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "No changes detected\n", "")


def test_migrating_again_changes_nothing(alias: str) -> None:
    store = DatabaseStore(alias)
    with store.writing() as records:
        records.counters.add(COUNTER)
    migrate(alias)
    with store.reading() as records:
        assert records.counters.find() == [COUNTER]


def test_each_shelf_has_its_table_and_an_index_for_each_column(alias: str) -> None:
    connection = connections[alias]
    tables = set(connection.introspection.table_names())
    assert {f"store_{name}" for name in SHELVES} <= tables
    with connection.cursor() as cursor:
        for name, model in ROWS.items():
            found = connection.introspection.get_constraints(cursor, model._meta.db_table)
            indexed = [each["columns"] for each in found.values() if each["index"]]
            wanted = [list(index.fields) for index in model._meta.indexes]
            assert len(wanted) == len(SHELVES[name].columns)
            assert all(columns in indexed for columns in wanted)
