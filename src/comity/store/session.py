"""Session: one open transaction, and the only way from a shelf or ledger to the database."""

from typing import Any, TypeAlias

from django.db.backends.base.base import BaseDatabaseWrapper

from comity.store.failures import UNFIT, translated
from comity.store.port import StoreError

Given: TypeAlias = str | int | bytes | None
"""What a statement can be given."""


class Session:
    """One transaction, as long as it is open, on the connection of the thread that opened it."""

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        """Begin with nothing having failed."""
        self.connection = connection
        self.is_open = True
        self.is_doomed = False

    def rows(self, sql: str, *values: Given) -> list[tuple[Any, ...]]:
        """Return what a query finds.

        Raises:
            StoreError: the database refuses. The transaction can then keep nothing any more.
        """
        return self._run(sql, values)[0]

    def change(self, sql: str, *values: Given) -> int:
        """Return how many rows a statement has changed.

        Raises:
            StoreError: the database refuses. The transaction can then keep nothing any more.
        """
        return self._run(sql, values)[1]

    def _run(self, sql: str, values: tuple[Given, ...]) -> tuple[list[tuple[Any, ...]], int]:
        if not self.is_open:
            raise RuntimeError("this transaction is over; begin another")
        try:
            with translated(), self.connection.cursor() as cursor:
                cursor.execute(sql, values)
                return cursor.fetchall() if cursor.description else [], cursor.rowcount
        except StoreError:
            self.is_doomed = True
            raise
        except OverflowError:
            self.is_doomed = True
            raise StoreError(UNFIT) from None
