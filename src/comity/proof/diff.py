"""Diff: which requests two versions of an agreement decide otherwise, in a few readable regions.

A region is a set of disclosers, recipients, kinds and purposes: for each combination in it some
request changes its outcome, and outside all regions none does. With each region comes one such
request, cut down to the facts that matter.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple, TypeAlias

from comity.core.agreement import Agreement
from comity.core.language import Condition
from comity.core.language.conditions import (
    ALWAYS,
    And,
    AnySource,
    FactRef,
    Is,
    Literal,
    Not,
    Or,
    conjunction,
    disjunction,
)
from comity.core.language.write import written
from comity.proof.claims import names_in, slots_for
from comity.proof.cnf import Clauses
from comity.proof.counterexample import smallest
from comity.proof.domain import Domain, domain_of
from comity.proof.kleene import negation
from comity.proof.model import Model, model
from comity.proof.solvers import Incremental
from comity.proof.wording import OPENING

AXES = OPENING
UNNAMED = {axis: "another 2" if axis == "recipient" else "another 1" for axis in AXES}
"""Whoever, or whatever, no vocabulary lists; discloser and recipient are not the same."""

Point: TypeAlias = tuple[str, ...]
Box: TypeAlias = tuple[frozenset[str], ...]


class Change(StrEnum):
    """What becomes of a request; those that let more through come first."""

    ALLOWED = "newly allowed"
    LET_GO = "no longer stopped, so that another agreement could permit it"
    REFUSED = "newly refused"
    STOPPED = "newly stopped, whatever another agreement permits"


LETS_MORE_THROUGH = frozenset({Change.ALLOWED, Change.LET_GO})


class Region(NamedTuple):
    """Requests that change in one way: values by axis, and one of them.

    `where` has the facts of that one that matter, those of the axes left out; `about` those of
    them that a changed rule or parameter speaks of.
    """

    change: Change
    values: Mapping[str, tuple[str, ...]]
    where: Mapping[str, object]
    about: tuple[str, ...]


@dataclass(frozen=True)
class Compared:
    """Two versions over the same unseen request."""

    old: Model
    new: Model
    domain: Domain

    @cached_property
    def touched(self) -> frozenset[str]:
        """The facts and parameters that only one of the versions has, or says something else of.

        So are the facts that are compared with such a parameter.
        """
        old, new = self.old.agreement, self.new.agreement
        said = [_said(old), _said(new)]
        changed = set(said[0].keys() ^ said[1].keys())
        atoms = [each[key] for each in said for key in changed & each.keys()]
        moved = set(_moved(old, new))
        beside = [atom for each in said for atom in each.values() if names_in(atom) & moved]
        return names_in(*atoms, *beside) | moved

    @cached_property
    def _conditions(self) -> dict[tuple[str, str], Condition]:
        return {}

    @cached_property
    def sound(self) -> Condition:
        """What holds of every request; unnamed values count as one."""
        ends = (disjunction(self.at(axis, value) for value in self.listed(axis)) for axis in AXES)
        some = self.old.world.some_source()
        formed = (self.old.well_formed, self.new.well_formed, self.same_day)
        return conjunction([some, *formed, *ends])

    @cached_property
    def same_day(self) -> Condition:
        """Both versions have their parameters as on one day, whichever it is."""
        models = (self.old, self.new)
        dates = {
            day
            for each in models
            for dated in each.agreement.parameters.values()
            for day, _ in dated
        }
        if not dates:
            return ALWAYS
        return disjunction(
            conjunction(condition for each in models for condition in _as_on(each, day))
            for day in sorted(dates)
        )

    def listed(self, axis: str) -> list[str]:
        """Return the values of an axis that are told apart."""
        values = self.new.fact(axis).values
        assert values is not None  # noqa: S101 - the four axes are closed lists in every vocabulary
        return [*values.meanings, UNNAMED[axis]]

    def at(self, axis: str, value: str) -> Condition:
        """Return the condition that a fact has a value; for the same value, the same condition."""
        fact = FactRef(self.new.view.fact(self.new.fact(axis)))
        return self._conditions.setdefault((axis, value), Is(fact, Literal(value)))

    def changed(self, change: Change) -> Condition:
        """Return when a request changes in one way."""
        old, new = self.old, self.new
        before, after = {
            Change.ALLOWED: (negation(old.allowed), new.allowed),
            Change.REFUSED: (old.allowed, negation(new.allowed)),
            Change.LET_GO: (old.stopped, negation(new.stopped)),
            Change.STOPPED: (negation(old.stopped), new.stopped),
        }[change]
        return conjunction([self.sound, before, after])


def _as_on(model: Model, day: date) -> Iterator[Condition]:
    """Yield that each parameter has the value that it has on a day."""
    for name, dated in model.agreement.parameters.items():
        first, value = dated[0]
        value = [each for since, each in dated if since <= max(day, first)][-1]
        yield Is(FactRef(model.view.fact(model.fact(name))), Literal(value))


def diff(old: Agreement, new: Agreement) -> tuple[Region, ...]:
    """Return the regions in which the versions differ; none if they decide every request alike."""
    compared = compare(old, new)
    solver = Incremental(Clauses(compared.domain))
    return tuple(each for change in Change for each in _regions(compared, change, solver))


def _moved(old: Agreement, new: Agreement) -> Iterator[str]:
    """Yield the parameters that the versions do not give the same values on the same days."""
    for name in {*old.parameters, *new.parameters}:
        if old.parameters.get(name) != new.parameters.get(name):
            yield name


def _said(agreement: Agreement) -> dict[tuple[str, str], Condition]:
    """Return each comparison that a rule makes, by the rule's id and what it says."""
    return {
        (rule.id, written(atom)): atom
        for rule in agreement.rules
        for atom in atoms_in(rule.condition)
    }


def atoms_in(condition: Condition) -> Iterator[Condition]:
    """Yield the comparisons and flags that a condition is made of."""
    match condition:
        case Not(part) | AnySource(part):
            yield from atoms_in(part)
        case And(parts) | Or(parts):
            for part in parts:
                yield from atoms_in(part)
        case _:
            yield condition


def compare(old: Agreement, new: Agreement) -> Compared:
    """Return two versions over one request that nobody has seen yet."""
    slots = max(slots_for(old), slots_for(new))
    moved = frozenset(_moved(old, new))
    one = model(old, slots, name="in the old", own=moved & old.parameters.keys())
    other = model(new, slots, name="in the new", own=moved & new.parameters.keys())
    return Compared(one, other, domain_of([old, new], slots))


def _regions(compared: Compared, change: Change, solver: Incremental) -> Iterator[Region]:
    question = compared.changed(change)
    for box in merged(_points(compared, solver, question)):
        here = conjunction(
            disjunction(compared.at(axis, value) for value in sorted(values))
            for axis, values in zip(AXES, box, strict=True)
        )
        values = {
            axis: tuple(value for value in compared.listed(axis) if value in found)
            for axis, found in zip(AXES, box, strict=True)
        }
        where = _where(solver, conjunction([question, here]))
        about = tuple(name for name in where if name.split(" ")[0] in compared.touched)
        yield Region(change, values, where, about)


def _points(
    compared: Compared, solver: Incremental, question: Condition, before: Point = ()
) -> Iterator[Point]:
    """Yield each combination of values for which some request changes, axis by axis."""
    if len(before) == len(AXES):
        yield before
        return
    axis = AXES[len(before)]
    for value in compared.listed(axis):
        chosen = zip(AXES, (*before, value), strict=False)
        if solver.can_be(question, *(compared.at(a, v) for a, v in chosen)):
            yield from _points(compared, solver, question, (*before, value))


def merged(points: Iterable[Point]) -> list[Box]:
    """Return boxes that hold exactly these points, neighbours put together while any can be."""
    boxes: set[Box] = {tuple(frozenset({value}) for value in point) for point in points}
    for axis in reversed(range(len(AXES))):
        together: dict[Box, frozenset[str]] = {}
        for box in boxes:
            rest = (*box[:axis], *box[axis + 1 :])
            together[rest] = together.get(rest, frozenset()) | box[axis]
        boxes = {(*rest[:axis], found, *rest[axis:]) for rest, found in together.items()}
    return sorted(boxes, key=lambda box: [sorted(values) for values in box])


def _where(solver: Incremental, question: Condition) -> dict[str, object]:
    """Return the facts of one request that make the difference, those of the axes left out."""
    found = smallest(solver, question)
    facts = {} if found is None else found.facts
    return {name: value for name, value in facts.items() if name not in AXES}
