"""Migrate: brings the tables to this version, and refuses a database that is ahead of it."""

import os
from pathlib import Path

from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from comity.store.failures import translated
from comity.store.port import StoreError

APP = "store"


def migrate(alias: str = "default") -> None:
    """Bring the tables to this version. A new SQLite file is readable by its owner alone.

    Raises:
        StoreError: the database is newer than this version, or refuses.
    """
    connection = connections[alias]
    if connection.vendor == "sqlite":
        new_file(Path(str(connection.settings_dict["NAME"])))
    with translated():
        newer = unknown(alias)
        if not newer:
            call_command("migrate", database=alias, verbosity=0, interactive=False)
    if newer:
        raise StoreError(
            f"database {alias}: it was made by a newer version of Comity; install that version"
        )


def unknown(alias: str = "default") -> list[str]:
    """Return the applied migrations that this version does not know."""
    connection = connections[alias]
    applied = MigrationRecorder(connection).applied_migrations()
    known = MigrationLoader(None, ignore_no_migrations=True).disk_migrations or {}
    return sorted(name for app, name in applied if app == APP and (app, name) not in known)


def pending(alias: str = "default") -> list[str]:
    """Return the migrations that are still to be applied."""
    executor = MigrationExecutor(connections[alias])
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [migration.name for migration, _ in plan]


def new_file(path: Path, *, must_be_new: bool = False) -> None:
    """Make an empty file that its owner alone can read, unless there is one.

    Raises:
        StoreError: it cannot be made, or is there although it must not be.
    """
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        problem = f"{path} exists already; name a new file" if must_be_new else ""
    except OSError:
        problem = f"{path} cannot be made; see whether its folder exists and may be written to"
    else:
        problem = ""
    if problem:
        raise StoreError(problem)
