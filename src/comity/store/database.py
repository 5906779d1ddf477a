"""Database: the store behind the port, on SQLite or PostgreSQL.

Writers wait for each other: on SQLite because each transaction is IMMEDIATE, on PostgreSQL
because each begins with one lock. Readers wait for nobody and hold nobody up.
"""

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Final

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from comity.store.failures import DOOMED, translated
from comity.store.ledgers import TableLedgers
from comity.store.port import Records, StoreError
from comity.store.selfcheck import check_file, check_settings
from comity.store.session import Session
from comity.store.shelf import TableShelf
from comity.store.shelves import SHELVES

WRITERS_LOCK: Final = 0x636F6D697479
"""The number of PostgreSQL's advisory lock that writers take: the letters of `comity`."""


class DatabaseStore:
    """What a node keeps, in one database. Each thread has a connection of its own."""

    def __init__(self, alias: str = "default") -> None:
        """Use the database that Django's settings have under this alias."""
        self.alias = alias
        self._thread = threading.local()

    def writing(self) -> AbstractContextManager[Records]:
        """Return a transaction that may change everything, alone at its time.

        Raises:
            StoreError: the database refuses, now or when it ends. Nothing was changed.
        """
        return self._transaction(writes=True)

    def reading(self) -> AbstractContextManager[Records]:
        """Return a transaction that changes nothing and sees one state throughout.

        Raises:
            StoreError: the database refuses, now or when it ends.
        """
        return self._transaction(writes=False)

    def close(self) -> None:
        """Close this thread's connection; the next transaction opens another."""
        with translated():
            connections[self.alias].close()

    @contextmanager
    def _transaction(self, *, writes: bool) -> Iterator[Records]:
        connection = connections[self.alias]
        if connection.in_atomic_block:
            raise RuntimeError("this thread has a transaction open already; end it first")
        self._connect(connection)
        session = Session(connection)
        try:
            with translated(), _begun(connection, writes=writes):
                _start(session, writes=writes)
                yield _records(session)
                if session.is_doomed:
                    transaction.set_rollback(True, using=self.alias)
        finally:
            session.is_open = False
        if session.is_doomed:
            raise StoreError(DOOMED)

    def _connect(self, connection: BaseDatabaseWrapper) -> None:
        """Drop a connection that is no use any more, and check the settings of a new one."""
        with translated():
            connection.close_if_unusable_or_obsolete()
            connection.close_if_health_check_failed()
            if connection.connection is None:
                check_file(connection)
            connection.ensure_connection()
        if getattr(self._thread, "checked", None) is connection.connection:
            return
        try:
            check_settings(connection)
        except StoreError:
            connection.close()
            raise
        self._thread.checked = connection.connection


@contextmanager
def _begun(connection: BaseDatabaseWrapper, *, writes: bool) -> Iterator[None]:
    """Open a transaction; on SQLite, one that only reads does not wait for the write lock."""
    if connection.vendor != "sqlite" or writes:
        with transaction.atomic(using=connection.alias, durable=True):
            yield
        return
    sqlite: Any = connection
    usual, sqlite.transaction_mode = sqlite.transaction_mode, "DEFERRED"
    try:
        with transaction.atomic(using=connection.alias, durable=True):
            yield
    finally:
        sqlite.transaction_mode = usual
        if connection.connection is not None:
            connection.connection.execute("PRAGMA query_only=OFF")


def _start(session: Session, *, writes: bool) -> None:
    """Take the writers' lock, or the state that a reader sees until its end."""
    if session.connection.vendor == "sqlite":
        if not writes:
            session.change("PRAGMA query_only=ON")
            session.rows("SELECT 1 FROM sqlite_schema LIMIT 1")
    elif writes:
        session.rows("SELECT pg_advisory_xact_lock(%s)", WRITERS_LOCK)
    else:
        session.change("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        session.rows("SELECT 1")


def _records(session: Session) -> Records:
    shelves: dict[str, Any] = {name: TableShelf(name, session) for name in SHELVES}
    return Records(ledgers=TableLedgers(session), **shelves)
