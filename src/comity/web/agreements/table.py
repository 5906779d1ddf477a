"""Table: when a rule counts, as the few combinations of its facts that decide it.

Each atom of a condition is either *enough* (a permit needs it shown, a forbid takes it unless the
opposite is shown) or not; a further one never makes a rule that counts stop counting. So a table
needs one row for each smallest set of atoms that suffices, and one for each smallest set whose
absence stops it; all others are "any". Unknown stands in the cells with whichever it sides with.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import TypeAlias

from comity.core.agreement import Effect, Rule
from comity.core.gate.facts import ALWAYS_KNOWN
from comity.core.language import Condition
from comity.core.language.conditions import ALWAYS, And, AnySource, Constant, Not, Or, facts_in
from comity.core.language.write import written

MOST_ROWS = 48
"""A longer table helps nobody; the page then says so, and the rule stands above it in full."""

Atom: TypeAlias = tuple[str, bool, bool]
"""A condition without parts, as written, whether it stands plain (else denied), and whether it is
about a source."""

Ways: TypeAlias = frozenset[frozenset[Atom]]
"""Sets of atoms of which each suffices; no set holds another."""


class TooLongError(Exception):
    """The table would have more rows than anybody reads."""


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of one row, None for any, and whether the rule then counts."""

    cells: tuple[str | None, ...]
    counts: bool


@dataclass(frozen=True, slots=True)
class Truth:
    """The atoms of a rule, each a column, and the rows. A cell is a key of the page's words."""

    atoms: tuple[Condition, ...]
    of_source: tuple[bool, ...]
    rows: tuple[Row, ...]


def truth_of(rule: Rule) -> Truth | None:
    """Return the truth table of a rule, or None if it would be too long to help."""
    tree = rule.condition
    known = dict(_atoms(tree, plain=True, of_source=False))
    atoms = tuple(known)
    try:
        sufficing = _ways(tree, plain=True, dual=False)
        stopping = _ways(tree, plain=True, dual=True)
    except TooLongError:
        return None
    is_permit = rule.effect is Effect.PERMIT

    def cell(atom: Atom, *, met: bool) -> str:
        _, plain, _ = atom
        answer = "yes" if plain is met else "no"
        always_known = all(fact.name in ALWAYS_KNOWN for fact in facts_in(known[atom]))
        # what is not known never permits, and never lifts a forbid
        return answer if met is is_permit or always_known else f"{answer}_or_unknown"

    def rows(ways: Ways, *, met: bool) -> Iterator[Row]:
        for way in sorted(ways, key=lambda way: [atoms.index(each) for each in _in(atoms, way)]):
            cells = (cell(each, met=met) if each in way else None for each in atoms)
            yield Row(tuple(cells), counts=met)

    found = (*rows(sufficing, met=True), *rows(stopping, met=False))
    if len(found) > MOST_ROWS:
        return None
    return Truth(tuple(known.values()), tuple(each[2] for each in atoms), found)


def _in(atoms: Sequence[Atom], way: frozenset[Atom]) -> list[Atom]:
    return [each for each in atoms if each in way]


def _atoms(
    condition: Condition, *, plain: bool, of_source: bool
) -> Iterator[tuple[Atom, Condition]]:
    match condition:
        case Constant():
            return
        case Not(part):
            yield from _atoms(part, plain=not plain, of_source=of_source)
        case And(parts) | Or(parts):
            for part in parts:
                yield from _atoms(part, plain=plain, of_source=of_source)
        case AnySource(part) if plain and not of_source:
            yield from _atoms(part, plain=plain, of_source=True)
        case _:
            yield (written(condition), plain, of_source), condition


def _ways(condition: Condition, *, plain: bool, dual: bool, of_source: bool = False) -> Ways:
    """Return the smallest sets of atoms that make the condition hold, or, if `dual`, fail."""

    def within(part: Condition) -> Ways:
        return _ways(part, plain=plain, dual=dual, of_source=of_source)

    match condition:
        case Constant():
            holds = (condition == ALWAYS) is plain
            return frozenset([frozenset()]) if holds is not dual else frozenset()
        case Not(part):
            return _ways(part, plain=not plain, dual=dual, of_source=of_source)
        case And(parts) | Or(parts):
            all_needed = isinstance(condition, And) is plain
            combine = _together if all_needed is not dual else _either
            return reduce(combine, map(within, parts))
        case AnySource(part) if plain and not of_source:
            return _ways(part, plain=plain, dual=dual, of_source=True)
        case _:
            return frozenset([frozenset([(written(condition), plain, of_source)])])


def _together(one: Ways, other: Ways) -> Ways:
    return _smallest(a | b for a in one for b in other)


def _either(one: Ways, other: Ways) -> Ways:
    return _smallest(one | other)


def _smallest(ways: Iterable[frozenset[Atom]]) -> Ways:
    found = sorted(set(ways), key=len)
    if len(found) > MOST_ROWS:
        raise TooLongError
    kept: list[frozenset[Atom]] = []
    for way in found:
        if not any(smaller <= way for smaller in kept):
            kept.append(way)
    return frozenset(kept)
