"""Change: a record with some of its fields changed. Records only: nothing of the core is."""

from dataclasses import replace
from typing import Any, TypeVar

R = TypeVar("R")

RECORDS = "comity.store.records."


def changed(record: R, **fields: Any) -> R:  # noqa: ANN401 - fields have any type
    """Return a record with some fields changed.

    Raises:
        TypeError: it is no record of the store.
    """
    if not type(record).__module__.startswith(RECORDS):
        raise TypeError("only a record of the store can be changed")
    return replace(record, **fields)  # type: ignore[type-var] # every record is a dataclass
