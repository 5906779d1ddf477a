"""Catalogue: every sentence by its key, in the language that was asked for."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from importlib import resources

from comity.core.terms import Table, read_toml

FILES = ("catalogue.toml", "incident.toml", "forms.toml")
MISSING = ""


class Language(StrEnum):
    """The languages in which a decision can be said."""

    ENGLISH = "en"
    WELSH = "cy"


def say(key: str, language: Language, **values: object) -> str:
    """Return the sentence of a key, with these values put in.

    Raises:
        KeyError: there is no such sentence, or a value that it needs is not given.
    """
    return _catalogue()[key][language].format(**values)


def dated(day: date, language: Language) -> str:
    """Return a day as it is written in a language."""
    return f"{day.day} {say('months', language).split()[day.month - 1]} {day.year}"


def moment(at: datetime, language: Language) -> str:
    """Return an instant as its day and minute, in UTC."""
    return f"{dated(at, language)} {at:%H:%M}"


def sentences(table: Table) -> dict[str, Mapping[Language, str]]:
    """Return the sentences of a file by their keys, each in every language."""
    return dict(_sentences(table, ""))


@cache
def _catalogue() -> Mapping[str, Mapping[Language, str]]:
    folder = resources.files("comity") / "words"
    tables = (Table(read_toml((folder / file).read_bytes(), file), file) for file in FILES)
    return dict(each for table in tables for each in _sentences(table, ""))


def _sentences(table: Table, path: str) -> list[tuple[str, Mapping[Language, str]]]:
    found: list[tuple[str, Mapping[Language, str]]] = []
    if table.has("en") or table.has("cy"):
        found.append((path, {each: table.text(each, MISSING) for each in Language}))
    for name in table.values:
        if name not in set(Language):
            below = f"{path}.{name}" if path else name
            found += _sentences(table.table(name), below)
    return found
