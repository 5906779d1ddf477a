"""Columns: how a value is found by one of its fields, in every store alike.

A column holds a text, a whole number or nothing. Ids, enumerations and digests are found by their
text, truth values as 0 and 1.
"""

from collections.abc import Mapping
from functools import cache
from types import UnionType
from typing import Any, TypeAlias, Union, get_args, get_origin, get_type_hints

from comity.store.shelves import SHELVES, Spec

Cell: TypeAlias = str | int | None

PARENTS = {"outbox": "permits"}
"""A row of the first shelf cannot exist without a row of the second under the same key."""


def field_name(column: str) -> str:
    """Return what the database calls a column."""
    return f"by_{column}".removesuffix("_")


@cache
def numbers(shelf: str) -> frozenset[str]:
    """Return which columns of a shelf hold whole numbers, or truth values as 0 and 1."""
    spec = SHELVES[shelf]
    return frozenset(name for name, path in spec.columns.items() if _is_number(spec, path))


def _is_number(spec: Spec, path: str) -> bool:
    kind: Any = spec.kind
    for step in path.split("."):
        kind = get_type_hints(kind)[step]
    kinds = get_args(kind) if get_origin(kind) in {Union, UnionType} else (kind,)
    return any(issubclass(each, int) for each in kinds)


def cells(shelf: str, columns: Mapping[str, object]) -> dict[str, Cell]:
    """Return columns as they are kept and compared.

    Raises:
        TypeError: the shelf has no such column, or a number stands where a text belongs.
    """
    known, whole = SHELVES[shelf].columns, numbers(shelf)
    if not columns.keys() <= known.keys():
        unknown = min(columns.keys() - known.keys())
        columns_are = ", ".join(known) or "none"
        raise TypeError(f"{shelf} cannot be found by {unknown}; its columns: {columns_are}")
    return {name: _cell(shelf, name, value, name in whole) for name, value in columns.items()}


def _cell(shelf: str, name: str, value: object, is_number: bool) -> Cell:  # noqa: FBT001 - of the column
    if value is None:
        return None
    if isinstance(value, int) is not is_number:
        wanted = "a number" if is_number else "a text"
        raise TypeError(f"column {name} of {shelf} holds {wanted}")
    return int(value) if isinstance(value, int) else str(value)
