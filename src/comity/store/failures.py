"""Failures: what is said when the database refuses. Its own words can carry values, so never those.

Source: SQLite result codes; PostgreSQL, appendix A, error codes.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.db import DataError, Error, IntegrityError

from comity.store.port import StoreError

FULL: Final = "the disk or the database is full; free some space and try again"
LOCKED: Final = "the database was locked for too long; try again, and see what else is writing"
RULE: Final = "what was to be kept breaks a rule of the database"
LOST: Final = "the database cannot be reached; see whether it runs and is readable, and try again"
DAMAGED: Final = "the database file is damaged, or is none; restore a backup"
ONLY_READS: Final = "a reading transaction, or this database, takes no changes"
UNFIT: Final = "a text or a number does not fit into the database"
OTHER: Final = "the database refused; see its own log"
DOOMED: Final = "something failed earlier in this transaction, so nothing of it was kept"

_SQLITE: Final = {
    sqlite3.SQLITE_FULL: FULL,
    sqlite3.SQLITE_BUSY: LOCKED,
    sqlite3.SQLITE_LOCKED: LOCKED,
    sqlite3.SQLITE_CONSTRAINT: RULE,
    sqlite3.SQLITE_IOERR: LOST,
    sqlite3.SQLITE_CANTOPEN: LOST,
    sqlite3.SQLITE_PERM: LOST,
    sqlite3.SQLITE_CORRUPT: DAMAGED,
    sqlite3.SQLITE_NOTADB: DAMAGED,
    sqlite3.SQLITE_READONLY: ONLY_READS,
}
_PRIMARY_CODE: Final = 0xFF
"""SQLite's extended result codes keep the primary one in their lowest byte."""

_POSTGRES: Final = {
    "53": FULL,
    "54": FULL,
    "57014": LOCKED,
    "55P03": LOCKED,
    "40": LOCKED,
    "23": RULE,
    "08": LOST,
    "57P": LOST,
    "28": LOST,
    "3D": LOST,
    "58": LOST,
    "XX": DAMAGED,
    "25006": ONLY_READS,
    "25P02": DOOMED,
    "25P": LOST,
    "22": UNFIT,
}
"""By the first characters of PostgreSQL's codes; the longest that fits counts."""


def sentence(error: BaseException) -> str:
    """Return what to say about an exception of the database."""
    cause = error.__cause__
    if isinstance(cause, sqlite3.Error) and hasattr(cause, "sqlite_errorcode"):
        return _SQLITE.get(cause.sqlite_errorcode & _PRIMARY_CODE, OTHER)
    state = getattr(cause, "sqlstate", None)
    if state:
        lengths = range(len(state), 1, -1)
        return next((_POSTGRES[state[:n]] for n in lengths if state[:n] in _POSTGRES), OTHER)
    if isinstance(error, IntegrityError):
        return RULE
    if isinstance(error, DataError):
        return UNFIT
    return LOST if cause is not None else OTHER


@contextmanager
def translated() -> Iterator[None]:
    """Turn exceptions of the database into `StoreError`."""
    try:
        yield
    except Error as error:
        raise StoreError(sentence(error)) from None
