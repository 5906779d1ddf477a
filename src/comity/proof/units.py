"""Units: clauses, and what follows from them by unit propagation alone.

A clause of which all but one literal are false makes the last one true. Two literals of each
clause are watched: as long as neither becomes false, nothing about the clause can change.
"""

from collections.abc import Iterable
from typing import TypeAlias

Clause: TypeAlias = tuple[int, ...]
"""Variables of which one must be so (a negative number: must not be so)."""


class Known:
    """Clauses as they are added, what they force, and what is supposed for a while."""

    def __init__(self, clauses: Iterable[Clause]) -> None:
        """Hold clauses."""
        self.watching: dict[int, list[list[int]]] = {}
        self.true: set[int] = set()
        self.contradictory = False
        for clause in clauses:
            self.add(clause)

    def add(self, clause: Clause) -> None:
        """Add a clause, and keep what it forces."""
        if self.contradictory or any(each in self.true for each in clause):
            return
        open_ones = [each for each in dict.fromkeys(clause) if -each not in self.true]
        if len(open_ones) > 1:
            for watched in open_ones[:2]:
                self.watching.setdefault(watched, []).append(open_ones)
        elif not open_ones or self.propagate(open_ones) is None:
            self.contradictory = True

    def forces(self, supposed: Iterable[int]) -> bool:
        """Return whether supposing this, besides what is known, contradicts itself."""
        trail = self.suppose(supposed)
        if trail is None:
            return True
        self.take_back(trail)
        return False

    def suppose(self, units: Iterable[int]) -> list[int] | None:
        """Make this true and whatever it forces; return what is new, or None if impossible."""
        return None if self.contradictory else self.propagate(units)

    def take_back(self, trail: Iterable[int]) -> None:
        """Forget what was supposed."""
        self.true.difference_update(trail)

    def propagate(self, units: Iterable[int]) -> list[int] | None:
        """Make units true and whatever they force; return what is new, or None if impossible.

        What was made true is taken back if it is impossible.
        """
        trail: list[int] = []
        waiting = list(units)
        while waiting:
            literal = waiting.pop()
            if literal in self.true:
                continue
            if -literal in self.true or not self._settle(literal, trail, waiting):
                self.true.difference_update(trail)
                return None
        return trail

    def _settle(self, literal: int, trail: list[int], waiting: list[int]) -> bool:
        """Make one literal true; return False if a clause has nothing left."""
        self.true.add(literal)
        trail.append(literal)
        watchers = self.watching.get(-literal, [])
        kept = []
        for position, clause in enumerate(watchers):
            other = clause[1] if clause[0] == -literal else clause[0]
            if other in self.true:
                kept.append(clause)
                continue
            moved = next((n for n in range(2, len(clause)) if -clause[n] not in self.true), None)
            if moved is not None:
                here = 0 if clause[0] == -literal else 1
                clause[here], clause[moved] = clause[moved], clause[here]
                self.watching.setdefault(clause[here], []).append(clause)
                continue
            kept.append(clause)
            if -other in self.true:
                self.watching[-literal] = kept + watchers[position + 1 :]
                return False
            waiting.append(other)
        if watchers:
            self.watching[-literal] = kept
        return True
