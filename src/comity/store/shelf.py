"""Shelf: values of one kind in their table, written and read by the one codec.

A row carries the digest of its bytes, its key and its columns; all of them are checked at each
read, so a row that was changed behind the store's back is noticed and never used.
"""

from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from typing import Any, Generic, NamedTuple, TypeVar, cast

from comity.core.terms import InputError, decode_own, encode
from comity.store.columns import Cell, cells, field_name
from comity.store.port import StoreError
from comity.store.session import Given, Session
from comity.store.shelves import SHELVES

T = TypeVar("T")

VERSION = 1
"""The form in which values are written. A form that is read differently gets another."""


class _Statements(NamedTuple):
    """The SQL of one shelf. Names come from `SHELVES`, values only ever as parameters."""

    select: str
    insert: str
    replace: str
    remove: str
    order: str = " ORDER BY added"


@cache
def _statements(shelf: str) -> _Statements:
    table = f"store_{shelf}"
    names = ["version", "digest", "data", *map(field_name, SHELVES[shelf].columns)]
    listed, places = ", ".join(names), ", ".join(["%s"] * (len(names) + 1))
    last = f"(SELECT COALESCE(MAX(added), 0) + 1 FROM {table})"  # noqa: S608 - names of ours alone
    insert = (
        f"INSERT INTO {table} (key, {listed}, added) VALUES ({places}, {last}) "  # noqa: S608 - names of ours alone
        "ON CONFLICT (key) DO "
    )
    replaced = ", ".join(f"{name} = excluded.{name}" for name in names)
    return _Statements(
        select=f"SELECT key, {listed} FROM {table} WHERE ",  # noqa: S608 - names of ours alone
        insert=f"{insert} NOTHING",
        replace=f"{insert} UPDATE SET {replaced}",
        remove=f"DELETE FROM {table} WHERE key = %s",  # noqa: S608 - names of ours alone
    )


class TableShelf(Generic[T]):
    """All values of one kind, in one table, within one transaction."""

    def __init__(self, name: str, session: Session) -> None:
        """Open a shelf of `SHELVES`."""
        self._name = name
        self._session = session
        self._spec = SHELVES[name]
        self._sql = _statements(name)

    def get(self, key: str) -> T | None:
        """Return the value under a key, if there is one."""
        rows = self._session.rows(f"{self._sql.select} key = %s", str(key))
        return self._value(rows[0]) if rows else None

    def add(self, value: T) -> None:
        """Keep a new value.

        Raises:
            StoreError: its key is taken; the transaction can go on.
        """
        if not self._session.change(self._sql.insert, *self._cells(value)):
            raise StoreError(f"{self._name}: the key is taken")

    def put(self, value: T) -> None:
        """Keep a value in the place of what its key held, if anything."""
        self._session.change(self._sql.replace, *self._cells(value))

    def remove(self, key: str) -> None:
        """Forget the value under a key, if there is one."""
        self._session.change(self._sql.remove, str(key))

    def find(self, **columns: object) -> list[T]:
        """Return the values whose columns equal these, in the order in which they were added.

        Raises:
            TypeError: there is no such column.
        """
        return [self._value(row) for row in self._rows(columns)]

    def first(self, **columns: object) -> T | None:
        """Return the value that was added first among those whose columns equal these.

        Raises:
            TypeError: there is no such column.
        """
        found = self._rows(columns, " LIMIT 1")
        return self._value(found[0]) if found else None

    def _rows(self, columns: Mapping[str, object], most: str = "") -> list[tuple[Any, ...]]:
        wanted = cells(self._name, columns)
        tests = [
            f"{field_name(name)} {'IS NULL' if cell is None else '= %s'}"
            for name, cell in wanted.items()
        ]
        values = [cell for cell in wanted.values() if cell is not None]
        query = self._sql.select + (" AND ".join(tests) or "1 = 1") + self._sql.order + most
        return self._session.rows(query, *values)

    def _cells(self, value: T) -> list[Given]:
        """Return a value as its row: key, version, digest, bytes, columns."""
        data = encode(value)
        columns = cells(self._name, self._spec.columns_of(value))
        digest = sha256(data).hexdigest()
        return [self._spec.key_of(value), VERSION, digest, data, *columns.values()]

    def _value(self, row: tuple[Any, ...]) -> T:
        """Return the value in a row, once nothing of the row contradicts it."""
        key, version, digest, data, *columns = row
        if version != VERSION:
            raise self._wrong(key, " is written in a form that this version does not know")
        if sha256(data).hexdigest() != digest:
            raise self._wrong(key, ": its bytes are not those that were kept; restore a backup")
        value = self._decoded(bytes(data))
        if value is None or not self._is_filed(value, key, columns):
            raise self._wrong(key, " does not hold what belongs there; restore a backup")
        return value

    def _wrong(self, key: object, what: str) -> StoreError:
        return StoreError(f"table store_{self._name}, row {str(key)[:130]!r}{what}")

    def _decoded(self, data: bytes) -> T | None:
        try:
            return cast("T", decode_own(self._spec.kind, data))
        except (InputError, TypeError, ValueError):
            return None

    def _is_filed(self, value: T, key: str, columns: list[Cell]) -> bool:
        own = cells(self._name, self._spec.columns_of(value))
        return self._spec.key_of(value) == key and list(own.values()) == columns
