"""Tables: taking typed values out of a document, with errors that name the key."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, TypeVar

from comity.core.terms.errors import Code, InputError, Place, suggestion
from comity.core.terms.ids import instant

T = TypeVar("T")


class Table:
    """One table of a document, and where it stands: `facts.toml: items[0].sources[1]`."""

    def __init__(self, values: Mapping[str, object], name: str, path: str = "") -> None:
        """Look at a table of the document called `name`."""
        self.values = values
        self.name = name
        self.path = path

    def error(self, code: Code, message: str, advice: str, key: str = "") -> InputError:
        """Return an error about this table, or about one of its keys."""
        where = ".".join(part for part in (self.path, key) if part)
        return InputError(
            code, message, at=Place(name=f"{self.name}: {where}" if where else self.name),
            advice=advice,
        )  # fmt: skip

    def only(self, *known: str) -> None:
        """Refuse keys that nobody reads.

        Raises:
            InputError: there is one; the nearest known key is suggested.
        """
        for key in self.values:
            if key not in known:
                raise self.error(
                    Code.UNKNOWN_KEY,
                    f"unknown key {key[:60]}{suggestion(key, known)}",
                    f"the keys here are {', '.join(known)}",
                )

    def has(self, key: str) -> bool:
        """Return whether the key is there."""
        return key in self.values

    def text(self, key: str, default: str | None = None) -> str:
        """Return a text.

        Raises:
            InputError: it is missing and there is no default, or it is no text.
        """
        return self._get(key, str, "a text in quotes", default)

    def flag(self, key: str, default: bool | None = None) -> bool:  # noqa: FBT001 - a default, not a switch
        """Return true or false.

        Raises:
            InputError: it is missing and there is no default, or it is neither.
        """
        return self._get(key, bool, "true or false", default)

    def number(self, key: str, default: int | None = None) -> int:
        """Return a whole number.

        Raises:
            InputError: it is missing and there is no default, or it is no whole number.
        """
        found = self._get(key, int, "a whole number", default)
        if isinstance(found, bool):
            raise self._wrong(key, "a whole number")
        return found

    def instant(self, key: str, default: datetime | None = None) -> datetime:
        """Return an instant in UTC, written as a TOML time or as an ISO 8601 text.

        Raises:
            InputError: it is missing and there is no default, or it is no instant with a zone.
        """
        found = self.values.get(key, default)
        if isinstance(found, str):
            try:
                found = datetime.fromisoformat(found)
            except ValueError:
                raise self._wrong(key, "an instant such as 2026-11-23T09:00:00Z") from None
        if found is None:
            raise self._missing(key)
        if not isinstance(found, datetime):
            raise self._wrong(key, "an instant such as 2026-11-23T09:00:00Z")
        return self.made(instant, found, key)

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts; none if the key is missing.

        Raises:
            InputError: it is no list of texts.
        """
        found = self.values.get(key, [])
        if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
            raise self._wrong(key, "a list of texts in quotes")
        return tuple(found)

    def table(self, key: str) -> "Table":
        """Return a table inside; an empty one if the key is missing.

        Raises:
            InputError: it is no table.
        """
        found = self.values.get(key, {})
        if not isinstance(found, dict):
            raise self._wrong(key, "a table")
        return Table(found, self.name, f"{self.path}.{key}".lstrip("."))

    def tables(self, key: str) -> Iterator["Table"]:
        """Yield the tables of a list; none if the key is missing.

        Raises:
            InputError: it is no list of tables.
        """
        found = self.values.get(key, [])
        if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
            raise self._wrong(key, f"a list of tables: write [[{key}]]")
        for index, each in enumerate(found):
            yield Table(each, self.name, f"{self.path}.{key}[{index}]".lstrip("."))

    def made(self, make: Callable[[Any], T], value: object, key: str) -> T:
        """Return `make(value)`; an error of it is said to stand at this key.

        Raises:
            InputError: `make` raised one.
        """
        try:
            return make(value)
        except InputError as error:
            raise self.error(error.code, error.message, error.advice, key) from None

    def one_of(self, key: str, known: Iterable[T], default: T | None = None) -> T:
        """Return the one among `known` whose text stands here.

        Raises:
            InputError: it is missing and there is no default, or it is none of them.
        """
        choices = {str(each): each for each in known}
        if key not in self.values and default is not None:
            return default
        text = self.text(key)
        if text not in choices:
            raise self.error(
                Code.UNKNOWN_VALUE,
                f"{text[:60]} is no {key}{suggestion(text, choices)}",
                f"use one of {', '.join(choices)}",
                key,
            )
        return choices[text]

    def _get(self, key: str, kind: type[T], wanted: str, default: T | None) -> T:
        found = self.values.get(key, default)
        if found is None:
            raise self._missing(key)
        if not isinstance(found, kind):
            raise self._wrong(key, wanted)
        return found

    def _missing(self, key: str) -> InputError:
        return self.error(Code.MISSING_KEY, f"key {key} is missing", f"add {key} = ...")

    def _wrong(self, key: str, wanted: str) -> InputError:
        return self.error(Code.WRONG_TYPE, f"{key} must be {wanted}", f"write {wanted}", key)
