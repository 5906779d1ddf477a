"""Backup: the whole database as it is at one moment, in a new file.

Contents are under data keys there as well; the key that wraps those is not in it.
"""

import os
from pathlib import Path

from django.db import connections

from comity.store.failures import translated
from comity.store.migrate import new_file
from comity.store.port import StoreError


def backup(path: Path, alias: str = "default") -> None:
    """Write a backup of an SQLite database, which goes on working meanwhile.

    Raises:
        StoreError: the file is there already or cannot be written; or it is a PostgreSQL
            database, which its own server backs up.
    """
    connection = connections[alias]
    if connection.vendor != "sqlite":
        raise StoreError(
            f"database {alias} is PostgreSQL; back it up by the server's own tools, "
            "pg_basebackup with an archive of its write-ahead log"
        )
    if connection.in_atomic_block:
        raise RuntimeError("no backup within a transaction")
    new_file(path, must_be_new=True)
    try:
        with translated(), connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(path)])
        _to_disk(path)
        _to_disk(path.parent)
    except (StoreError, OSError):
        path.unlink(missing_ok=True)
        raise


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
