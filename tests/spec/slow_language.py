"""What a condition means, read off the reference and written apart from the product.

A condition is a nested tuple, as `tests.core.strategies_language` makes and writes it. Truth is
one of three numbers, 0, 1 and a half for unknown, so `and` is the least and `or` the greatest.
No tree of the product's is looked at and nothing is prepared: names are looked up in every step.
"""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

FALSE, UNKNOWN, TRUE = Fraction(0), Fraction(1, 2), Fraction(1)

Tree = tuple[Any, ...]
Known = Mapping[str, Any]


class SlowReader:
    """Reads conditions for one list of facts: names, and the ordered values of those that have."""

    def __init__(self, names: Sequence[str], orders: Mapping[str, Sequence[str]]) -> None:
        """Take the names of all facts, and each ordered fact's values from least to most."""
        self.names = names
        self.orders = orders

    def truth(  # noqa: PLR0911 - one return for each kind of condition
        self, tree: Tree, facts: Known, sources: Sequence[Known]
    ) -> Fraction:
        """Return how true the condition is."""
        kind, *parts = tree
        if kind == "any":
            return TRUE
        if kind == "flag":
            return self.of(facts.get(parts[0]))
        if kind == "not":
            return TRUE - self.truth(parts[0], facts, sources)
        if kind == "and":
            return min(self.truth(part, facts, sources) for part in parts[0])
        if kind == "or":
            return max(self.truth(part, facts, sources) for part in parts[0])
        if kind == "any source":
            about = [self.truth(parts[0], {**facts, **source}, []) for source in sources]
            return max(about, default=FALSE)
        return self.comparison(kind, parts[0], parts[1], facts)

    def of(self, value: object) -> Fraction:
        """Return the truth of a Python truth value or None."""
        return UNKNOWN if value is None else TRUE if value else FALSE

    def comparison(self, sign: str, left: str, right: Any, facts: Known) -> Fraction:  # noqa: ANN401 - a name, or several
        """Return the truth of one comparison between names, numbers or lists of values."""
        a, b = self.value(left, facts), self.value(right, facts)
        if sign == "in" and b == frozenset():
            return FALSE
        if sign == "within" and a == frozenset():
            return TRUE
        if a is None or b is None:
            return UNKNOWN
        if sign in {"<", "<=", ">="}:
            order = next((self.orders[x] for x in (left, right) if x in self.orders), None)
            if order:
                a, b = order.index(a), order.index(b)
        readings: dict[str, Callable[[], bool]] = {
            "is": lambda: a == b,
            "is not": lambda: a != b,
            "in": lambda: a in b,
            "within": lambda: all(each in b for each in a),
            "<": lambda: a < b,
            "<=": lambda: a < b or a == b,
            ">=": lambda: b < a or a == b,
        }
        return self.of(readings[sign]())

    def value(self, written: Any, facts: Known) -> Any:  # noqa: ANN401 - whatever a fact can be
        """Return the value of a fact, of a number, or what is written."""
        if isinstance(written, list):
            return frozenset(written)
        if written in self.names:
            return facts.get(written)
        return int(written) if written.isdigit() else written
