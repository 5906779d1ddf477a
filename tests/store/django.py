"""Django within the tests: set up once, with as many databases in a process as tests need."""

import os
from collections.abc import Mapping
from itertools import count
from pathlib import Path
from typing import Any

import django
from django.db import connections

from comity.settings import database
from comity.store.database import DatabaseStore
from comity.store.migrate import migrate

_NUMBERS = count(1)


def set_up() -> None:
    """Set Django up, unless that is done."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "comity.settings")
    django.setup()


def add_database(made: Mapping[str, Any]) -> str:
    """Add a database to this process; return its alias."""
    alias = f"test-{next(_NUMBERS)}"
    complete = connections.configure_settings({"default": dict(made)})["default"]
    connections.databases[alias] = complete
    return alias


def open_database(where: Path | str) -> str:
    """Make the tables at a path or address; return the alias of the database."""
    url = where if isinstance(where, str) else f"sqlite://{where}"
    alias = add_database(database(url, Path.cwd()))
    migrate(alias)
    return alias


def open_store(where: Path | str) -> DatabaseStore:
    """Return a store with all tables in it, at a path or an address. Close it in each thread."""
    return DatabaseStore(open_database(where))


def forget(alias: str) -> None:
    """Close this thread's connection and take the database out of this process."""
    connections[alias].close()
    del connections[alias]
    del connections.databases[alias]
