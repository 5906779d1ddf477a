"""Self-check: does the database keep what it says that it keeps?

A commit counts only if it is on the disk. Django asks for the right settings at each connection;
here they are read back, because a request is not an answer.
"""

from pathlib import Path
from typing import Final

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from comity.store.failures import translated
from comity.store.migrate import pending, unknown
from comity.store.port import StoreError

SQLITE: Final = {
    "journal_mode": ("wal", "set PRAGMA journal_mode=WAL"),
    "synchronous": (2, "set PRAGMA synchronous=FULL"),
    "foreign_keys": (1, "set PRAGMA foreign_keys=ON"),
}
POSTGRES: Final = {
    "synchronous_commit": ("on", "set synchronous_commit=on"),
    "fsync": ("on", "set fsync=on in the server's configuration"),
    "full_page_writes": ("on", "set full_page_writes=on in the server's configuration"),
    "transaction_isolation": ("read committed", "set default_transaction_isolation"),
}


def check(alias: str = "default") -> None:
    """Return if the database's settings are right and its tables are those of this version.

    Raises:
        StoreError: they are not; it says what, where and what to do.
    """
    connection = connections[alias]
    check_file(connection)
    with translated():
        check_settings(connection)
        newer, older = unknown(alias), pending(alias)
    if newer:
        raise StoreError(
            f"database {alias}: it was made by a newer version of Comity; install that version"
        )
    if older:
        raise StoreError(f"database {alias}: its tables are not up to date; run: comity init")


def check_file(connection: BaseDatabaseWrapper) -> None:
    """Return if an SQLite database is there: opening a missing one would make an empty one.

    Raises:
        StoreError: it is not.
    """
    if connection.vendor != "sqlite" or Path(str(connection.settings_dict["NAME"])).exists():
        return
    raise StoreError(
        f"database {connection.alias}: there is no file {connection.settings_dict['NAME']}; "
        "see where the node is told to look for it, or run the migrations to begin a new one"
    )


def check_settings(connection: BaseDatabaseWrapper) -> None:
    """Return if the settings that durability rests on read back as they should.

    Raises:
        StoreError: one does not.
    """
    is_sqlite = connection.vendor == "sqlite"
    with translated(), connection.cursor() as cursor:
        for name, (wanted, advice) in (SQLITE if is_sqlite else POSTGRES).items():
            cursor.execute(f"PRAGMA {name}" if is_sqlite else f"SHOW {name}")
            found = cursor.fetchone()
            if found is None or found[0] != wanted:
                raise StoreError(
                    f"database {connection.alias}: {name} is not {wanted}, so a commit could be "
                    f"lost or a rule be broken; {advice}"
                )
