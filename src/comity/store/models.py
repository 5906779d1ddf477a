"""Models: one table for each shelf, and three for the ledgers.

A row of a shelf is its key, the version of the form in which it is written, the digest of its
bytes, the bytes, and `by_NAME` for each column that some query names. `added` keeps the order in
which rows came. Nothing reads the models but the shelves and ledgers beside them.
"""

from typing import Any, ClassVar

from django.db import models

from comity.store.columns import PARENTS, field_name, numbers
from comity.store.shelves import SHELVES


class Row(models.Model):
    """What every row of a shelf has."""

    key = models.TextField(primary_key=True)
    version = models.IntegerField()
    digest = models.CharField(max_length=64)
    data = models.BinaryField()
    added = models.BigIntegerField(db_index=True)

    class Meta:
        """No table of its own."""

        abstract = True


def _row_class(shelf: str) -> type[Row]:
    """Return the model of a shelf."""
    fields: dict[str, Any] = {"__module__": __name__, "Meta": _meta(shelf)}
    for name in SHELVES[shelf].columns:
        kind = models.BigIntegerField if name in numbers(shelf) else models.TextField
        fields[field_name(name)] = kind(null=True)
    if shelf in PARENTS:
        parent = f"store.{_class_name(PARENTS[shelf])}"
        fields["key"] = models.OneToOneField(
            parent, models.PROTECT, primary_key=True, db_column="key", related_name="+"
        )
    return type(_class_name(shelf), (Row,), fields)


def _class_name(shelf: str) -> str:
    return f"{shelf.title().replace('_', '')}Row"


def _meta(shelf: str) -> type:
    """Return what Django is told about a shelf: its table, and an index for each column."""
    indexes = [
        models.Index(fields=[field_name(name), "added"], name=f"{shelf}_{name}".removesuffix("_"))
        for name in SHELVES[shelf].columns
    ]
    options = {"app_label": "store", "db_table": f"store_{shelf}", "indexes": indexes}
    return type("Meta", (), options)


ROWS: dict[str, type[Row]] = {shelf: _row_class(shelf) for shelf in SHELVES}
"""The model of each shelf, by its name."""


class Entry(models.Model):
    """One entry of a ledger, at its place from 0."""

    pk = models.CompositePrimaryKey("ledger", "place")
    ledger = models.TextField()
    place = models.BigIntegerField()
    data = models.BinaryField()

    def __str__(self) -> str:
        """Return where it stands."""
        return f"{self.ledger}/{self.place}"


class TreeNode(models.Model):
    """A complete subtree of a ledger's tree: its level, its place in it, its hash."""

    pk = models.CompositePrimaryKey("ledger", "level", "place")
    ledger = models.TextField()
    level = models.IntegerField()
    place = models.BigIntegerField()
    hash = models.BinaryField()

    def __str__(self) -> str:
        """Return where it stands."""
        return f"{self.ledger}/{self.level}/{self.place}"


class Head(models.Model):
    """How many entries a ledger has."""

    ledger = models.TextField(primary_key=True)
    size = models.BigIntegerField()

    class Meta:
        """A ledger never shrinks below nothing."""

        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(size__gte=0), name="head_size")
        ]

    def __str__(self) -> str:
        """Return the ledger and its size."""
        return f"{self.ledger}/{self.size}"
