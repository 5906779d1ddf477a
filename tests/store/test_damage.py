"""What a database does when something is wrong with it: it refuses, and says nothing it holds."""

import io
import logging
import logging.config
import sqlite3
import traceback
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from comity.cli.scenario.cluster import Postgres
from comity.settings import LOGGING, database
from comity.store.database import DatabaseStore
from comity.store.failures import DAMAGED, DOOMED, FULL, LOCKED, LOST, RULE, UNFIT
from comity.store.port import Records, StoreError
from comity.store.selfcheck import check
from tests.store.conftest import run_as_superuser
from tests.store.django import add_database, forget, open_store
from tests.store.examples import COUNTER, HELD, INCOMING, OUTGOING, PERMITTED

CANARY = "Canary-7261"


def refuses(store: DatabaseStore, said: str, work: Callable[[Records], None]) -> None:
    """See a transaction fail and say this."""
    with pytest.raises(StoreError, match=said), store.writing() as records:
        work(records)


def run(alias: str, sql: str, *values: str | bytes | int) -> None:
    """Change the database behind the store's back."""
    with connections[alias].cursor() as cursor:
        cursor.execute(sql, values)


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Return what a node would log, written by the settings' own formatter."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    made: Any = LOGGING["formatters"]["place"]["()"]
    handler.setFormatter(logging.config.BaseConfigurator({}).resolve(made)())
    logger = logging.getLogger("tests.store.canary")
    logger.addHandler(handler)
    yield stream
    logger.removeHandler(handler)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE store_items SET data = %s",
        "UPDATE store_items SET digest = %s",
        "UPDATE store_items SET by_case = %s",
        "UPDATE store_items SET key = %s",
    ],
)
def test_a_row_that_was_changed_is_noticed_and_not_shown(alias: str, change: str) -> None:
    store = DatabaseStore(alias)
    with store.writing() as records:
        records.items.add(HELD)
    run(alias, change, CANARY.encode() if "data" in change else CANARY)
    key = CANARY if "key" in change else HELD.item.id
    with store.reading() as records:
        with pytest.raises(StoreError, match=f"table store_items, row '{key}'") as caught:
            records.items.get(key)
        with pytest.raises(StoreError, match="table store_items"):
            records.items.find()
    assert key == CANARY or CANARY not in str(caught.value)


def test_one_flipped_bit_is_noticed(alias: str) -> None:
    store = DatabaseStore(alias)
    with store.writing() as records:
        records.items.add(HELD)
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT data FROM store_items")
        data = bytearray(cursor.fetchone()[0])
    data[len(data) // 2] ^= 1
    run(alias, "UPDATE store_items SET data = %s", bytes(data))
    with store.reading() as records, pytest.raises(StoreError, match="not those that were kept"):
        records.items.get(HELD.item.id)


def test_a_row_of_a_later_form_is_refused(alias: str) -> None:
    store = DatabaseStore(alias)
    with store.writing() as records:
        records.counters.add(COUNTER)
    run(alias, "UPDATE store_counters SET version = 2")
    with store.reading() as records, pytest.raises(StoreError, match="a form that this version"):
        records.counters.get("consent")


def test_a_missing_entry_is_noticed(alias: str) -> None:
    run(alias, "INSERT INTO store_head (ledger, size) VALUES ('node', 2)")
    run(alias, "INSERT INTO store_entry (ledger, place, data) VALUES ('node', 1, %s)", b"second")
    missing = pytest.raises(StoreError, match="an entry from 0 to 1 is missing")
    with DatabaseStore(alias).reading() as records, missing:
        list(records.ledgers.entries("node"))


def test_the_database_itself_refuses_an_envelope_without_a_permit(alias: str) -> None:
    store = DatabaseStore(alias)
    with store.writing() as records:
        records.permits.add(PERMITTED)
        records.outbox.add(OUTGOING)
    for change in ("UPDATE store_outbox SET key = 'other'", "DELETE FROM store_permits"):

        def break_it(records: Records, change: str = change) -> None:
            records.counters.put(COUNTER)
            run(alias, change)

        refuses(store, RULE, break_it)
    with store.reading() as records:
        assert records.outbox.find() == [OUTGOING]
        assert records.counters.find() == []


def test_neither_an_error_nor_a_log_repeats_what_broke_a_rule(alias: str, log: io.StringIO) -> None:
    store = DatabaseStore(alias)
    run(alias, "CREATE UNIQUE INDEX one_kind ON store_alarms (by_kind)")
    run(alias, f"INSERT INTO store_alarms VALUES ('a', 1, '', '', 1, '{CANARY}')")  # noqa: S608 - a constant
    again = f"INSERT INTO store_alarms VALUES ('b', 1, '', '', 1, '{CANARY}')"  # noqa: S608 - a constant
    with pytest.raises(StoreError) as caught, store.writing():
        run(alias, again)
    logger = logging.getLogger("tests.store.canary")
    try:
        run(alias, again)
    except Exception as error:
        logger.exception("this failed: %s", error)  # noqa: TRY401 - a mistake that the formatter mends
    logger.error("a message with %s", CANARY)
    assert str(caught.value) == RULE
    assert CANARY not in "".join(traceback.format_exception(caught.value))
    assert CANARY not in log.getvalue()
    first, second = log.getvalue().splitlines()
    assert " ERROR tests.store.canary:test_damage:" in first
    assert "IntegrityError at " in first
    assert second.endswith(f":test_damage:{second.rpartition(':')[2]}")


def test_a_full_disk_is_said_and_leaves_the_database_as_it_was(sqlite: str) -> None:
    store = DatabaseStore(sqlite)
    with store.writing() as records:
        records.counters.add(COUNTER)

    def fill(records: Records) -> None:
        records.counters.put(replace(COUNTER, value=2))
        records.items.add(replace(HELD, content=b"x" * (1 << 20)))

    run(sqlite, "PRAGMA max_page_count = 1")
    refuses(store, FULL, fill)
    run(sqlite, "PRAGMA max_page_count = 1000000")
    with store.writing() as records:
        assert records.counters.find() == [COUNTER]
        records.items.add(replace(HELD, content=b"x" * (1 << 20)))


def test_a_lock_that_stays_is_said(tmp_path: Path) -> None:
    store = open_store(tmp_path / "node.sqlite3")
    other = sqlite3.connect(tmp_path / "node.sqlite3", isolation_level=None)
    run(store.alias, "PRAGMA busy_timeout = 10")
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match=LOCKED), store.writing():
        pass
    with store.reading() as records:
        assert records.counters.find() == []
    other.execute("ROLLBACK")
    other.close()
    with store.writing() as records:
        records.counters.add(COUNTER)
    forget(store.alias)


@pytest.mark.slow
def test_a_lock_that_stays_is_said_by_a_server(server: str) -> None:
    store = DatabaseStore(server)
    with store.writing() as records:
        records.counters.add(COUNTER)
    other = connections[server].copy()
    other.ensure_connection()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [0x636F6D697479])
    run(server, "SET statement_timeout = '50ms'")
    with pytest.raises(StoreError, match=LOCKED), store.writing():
        pass
    other.close()
    with store.writing() as records:
        assert records.counters.find() == [COUNTER]


@pytest.mark.parametrize("when", ["between", "within"])
@pytest.mark.slow
def test_a_lost_connection_is_opened_again(server: str, postgres: Postgres, when: str) -> None:
    store = DatabaseStore(server)
    name = connections[server].settings_dict["NAME"]
    end = (
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "  # noqa: S608 - a name of ours
        f"WHERE datname = '{name}'"
    )

    def lose_it(records: Records) -> None:
        records.counters.put(replace(COUNTER, value=2))
        run_as_superuser(postgres, end)
        records.counters.get("consent")

    with store.writing() as records:
        records.counters.add(COUNTER)
    if when == "between":
        run_as_superuser(postgres, end)
    else:
        refuses(store, LOST, lose_it)
    with store.writing() as records:
        assert records.counters.find() == [COUNTER]
        records.counters.put(replace(COUNTER, value=3))


def test_a_file_that_is_no_database_is_said(tmp_path: Path) -> None:
    path = tmp_path / "node.sqlite3"
    path.write_bytes(b"no database at all, but long enough to be read as one" * 100)
    with pytest.raises(StoreError, match=DAMAGED):
        open_store(path)


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="see whether its folder exists"):
        open_store(tmp_path / "nowhere" / "node.sqlite3")


def test_a_database_that_is_gone_is_not_begun_anew(tmp_path: Path) -> None:
    alias = add_database(database("", tmp_path))
    for use in (DatabaseStore(alias).reading().__enter__, lambda: check(alias)):
        with pytest.raises(StoreError, match=r"there is no file .*node\.sqlite3; see where"):
            use()
    assert list(tmp_path.iterdir()) == []
    forget(alias)


def test_a_number_that_is_too_large_is_refused(alias: str) -> None:
    store = DatabaseStore(alias)
    refuses(store, UNFIT, lambda records: records.inbox.put(replace(INCOMING, seq=1 << 70)))
    with store.reading() as records:
        assert records.inbox.find() == []


def test_what_was_written_beside_a_failure_is_not_kept(alias: str) -> None:
    store = DatabaseStore(alias)

    def go_on(records: Records) -> None:
        records.counters.put(COUNTER)
        with suppress(StoreError):
            records.inbox.put(replace(INCOMING, seq=1 << 70))

    refuses(store, DOOMED, go_on)
    with store.reading() as records:
        assert records.counters.find() == []
