"""Draw: choices that look random and are the same in every run and on every Python."""

from collections.abc import Sequence
from hashlib import sha256
from typing import TypeVar

T = TypeVar("T")


class Draw:
    """A row of choices that depends on its seed alone."""

    def __init__(self, seed: str) -> None:
        """Begin the row."""
        self._seed = seed
        self._drawn = 0

    def below(self, limit: int) -> int:
        """Return a whole number from 0 up to, and without, the limit."""
        self._drawn += 1
        digest = sha256(f"{self._seed}/{self._drawn}".encode()).digest()
        return int.from_bytes(digest[:8], "big") % limit

    def one(self, options: Sequence[T]) -> T:
        """Return one of the options."""
        return options[self.below(len(options))]

    def chance(self, percent: int) -> bool:
        """Return true in that many of a hundred cases."""
        return self.below(100) < percent
