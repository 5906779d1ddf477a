"""Batch: one agreement for many requests at once, with numpy.

Each fact is a column. Yes-or-no facts are 1, 0 or -1 for unknown; values of a list are their places
in it, or -1; sets are numbers with a bit for each member, or -1; numbers and instants (microseconds
since 1970) are themselves, or `UNKNOWN`. A fact of a source has a row of the column for each slot:
slot 0 holds the first source of every request, and so on; `present` says which slots are taken.

Only what analyses many past or supposed decisions needs this; a node never imports it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from comity.backends.forms import (
    as_bits,
    check_vocabulary,
    coder,
    dated,
    facts_of,
    first_instant,
    listed,
    simplified,
    values_of,
)
from comity.core.agreement import Agreement, Effect
from comity.core.language import Condition, Fact, Value
from comity.core.language.conditions import (
    And,
    AnySource,
    Compare,
    Constant,
    FactRef,
    Flag,
    In,
    Is,
    Literal,
    Not,
    Operand,
    Or,
    Within,
    facts_in,
)
from comity.core.language.vocabulary import Kind
from comity.core.language.write import written

UNKNOWN = np.iinfo(np.int64).min
CHUNK = 1 << 15
"""How many requests are decided at a time: so few that their columns stay in the cache."""

Bools: TypeAlias = NDArray[np.bool_]
Column: TypeAlias = NDArray[np.signedinteger[Any]]
Plain: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Requests:
    """Many requests as columns: `columns[fact]` is (requests) or, of sources, (slots, requests)."""

    columns: Mapping[str, Column]
    present: Bools

    def __len__(self) -> int:
        """Return how many requests there are."""
        return int(self.present.shape[1])


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """Which requests are permitted; and for each rule where it holds, or as a forbid may fire."""

    permitted: Bools
    rules: Mapping[str, Bools]


def columns(agreement: Agreement, requests: Sequence[tuple[Plain, Sequence[Plain]]]) -> Requests:
    """Return requests as columns: each a dict of its facts, and a list with one for each source.

    Raises:
        NotExpressibleError: a set is too long for a number.
        ValueError: a value is none that the fact can have.
    """
    slots = max((len(sources) for _, sources in requests), default=0)
    found = {
        fact.name: _column(fact, (about.get(fact.name) for about, _ in requests))
        for fact in facts_of(agreement, of_source=False)
    }
    told: list[list[Plain]] = [
        [sources[slot] if slot < len(sources) else {} for _, sources in requests]
        for slot in range(slots)
    ]
    for fact in facts_of(agreement, of_source=True):
        rows = [_column(fact, (each.get(fact.name) for each in slot)) for slot in told]
        found[fact.name] = np.array(rows, dtype=width(fact)).reshape(slots, len(requests))
    counts = np.array([len(sources) for _, sources in requests], dtype=np.int64)
    return Requests(columns=found, present=np.arange(slots)[:, None] < counts)


def width(fact: Fact) -> type[np.signedinteger[Any]]:
    """Return the narrowest type that holds a fact's column: narrow ones are decided faster."""
    if fact.kind in {Kind.NUMBER, Kind.INSTANT}:
        return np.int64
    every = values_of(fact)
    most = as_bits(fact, every) if fact.kind is Kind.SET else len(every)
    widths = (np.int8, np.int16, np.int32, np.int64)
    return next(each for each in widths if most <= np.iinfo(each).max)


def unknown(fact: Fact) -> int:
    """Return how the fact's column says that it is unknown."""
    return UNKNOWN if fact.kind in {Kind.NUMBER, Kind.INSTANT} else -1


def _column(fact: Fact, values: Iterable[Value | None]) -> Column:
    code, none = coder(fact), unknown(fact)
    return np.array([none if each is None else code(each) for each in values], dtype=width(fact))


class _Chunk:
    """Some requests while they are decided; what was found is kept under its name."""

    def __init__(self, requests: Requests, start: int) -> None:
        part = slice(start, start + CHUNK)
        self.columns = {name: each[..., part] for name, each in requests.columns.items()}
        self.present = requests.present[:, part]
        self.found: dict[str, Bools] = {}

    def known(self, name: str, none: int) -> Bools:
        """Return where a fact is known."""
        found = self.found.get(name)
        if found is None:
            found = self.found[name] = self.columns[name] != none
        return found


Test: TypeAlias = Callable[[_Chunk], Bools]
NONE: Bools = np.array(False)  # noqa: FBT003 - the value itself, not a switch


class Batch:
    """One agreement, ready to decide many requests at once."""

    def __init__(self, agreement: Agreement) -> None:
        """Prepare the rules.

        Raises:
            NotExpressibleError: the vocabulary lacks a needed fact, or has too long a set.
        """
        check_vocabulary(agreement)
        self._agreement = agreement
        self._fixed = agreement.fixed_parameters()
        self._changing = dated(agreement)
        self._permits = dict(self._tests(Effect.PERMIT))
        self._forbids = dict(self._tests(Effect.FORBID))

    def decide(self, requests: Requests) -> Decided:
        """Return which requests are permitted, and which rules hold or may fire where."""
        many = len(requests)
        permitted = np.zeros(many, dtype=np.bool_)
        rules = {rule.id: np.zeros(many, dtype=np.bool_) for rule in self._agreement.rules}
        for start in range(0, many, CHUNK):
            chunk, part = _Chunk(requests, start), slice(start, start + CHUNK)
            for name, test in {**self._permits, **self._forbids}.items():
                rules[name][part] = test(chunk)
            some = reduce(or_, (rules[name][part] for name in self._permits), NONE)
            none = ~reduce(or_, (rules[name][part] for name in self._forbids), NONE)
            permitted[part] = some & none & self._governs(chunk) & chunk.present.any(axis=0)
        return Decided(permitted=permitted, rules=rules)

    def _governs(self, chunk: _Chunk) -> Bools:
        """Return where both ends are parties and the agreement is in force."""
        facts, parties = self._agreement.vocabulary.facts, self._agreement.parties
        begun = chunk.columns["now"] >= first_instant(self._agreement.in_force_from)
        ends = (
            _one_of(chunk.columns[end], map(coder(facts[end]), parties))
            for end in ("discloser", "recipient")
        )
        return reduce(and_, ends, begun)

    def _tests(self, effect: Effect) -> Iterator[tuple[str, Test]]:
        for rule in self._agreement.rules:
            if rule.effect is effect:
                yield rule.id, self._test(simplified(rule.condition), must=effect is Effect.PERMIT)

    def _test(self, condition: Condition, *, must: bool) -> Test:
        """Return the must or the may of a condition; within a chunk it is worked out once."""
        name, test = f"{'must' if must else 'may'} {written(condition)}", self._new(condition, must)

        def once(chunk: _Chunk) -> Bools:
            found = chunk.found.get(name)
            if found is None:
                found = chunk.found[name] = test(chunk)
            return found

        return once

    def _new(self, condition: Condition, must: bool) -> Test:  # noqa: FBT001 - the form, not a switch
        match condition:
            case Constant(truth):
                answer = np.array(truth is True if must else truth is not False)
                return lambda _: answer
            case Not(part):
                test = self._test(part, must=not must)
                return lambda chunk: ~test(chunk)
            case And(parts) | Or(parts):
                # what is about the request alone is one row, and is joined before it is widened
                tests = [self._test(each, must=must) for each in sorted(parts, key=_about_source)]
                join = np.logical_and if isinstance(condition, And) else np.logical_or
                return lambda chunk: _joined(join, (each(chunk) for each in tests))
            case AnySource(part):
                about = self._test(part, must=must)
                return lambda chunk: np.any(about(chunk) & chunk.present, axis=0)
            case _:
                return self._comparison(condition, must=must)

    def _comparison(  # noqa: PLR0911 - one case for each kind
        self, condition: Condition, *, must: bool
    ) -> Test:
        match condition:
            case Flag(fact):
                name = fact.name
                if must:
                    return lambda chunk: chunk.columns[name] == 1
                return lambda chunk: chunk.columns[name] != 0
            case In(FactRef(fact), Literal(values)) | Is(FactRef(fact), Literal(str() as values)):
                codes = [*map(coder(fact), listed(fact, values)), *([] if must else [-1])]
                name = fact.name
                return lambda chunk: _one_of(chunk.columns[name], codes)
            case In(left, right):
                return self._member(left, right, must=must)
            case Within(left, right):
                return self._subset(left, right, must=must)
            case Is(left, right):
                return self._both(left, right, np.equal, must=must)
            case Compare(left, right, or_equal):
                order = np.less_equal if or_equal else np.less
                return self._both(left, right, order, must=must)
            case _:
                raise TypeError(f"{type(condition).__name__} is no single comparison")

    def _both(self, left: Operand, right: Operand, compare: np.ufunc, *, must: bool) -> Test:
        """Return a comparison of two values, both of which must be known, or may be unknown."""
        read, read_other = self._read(left, right), self._read(right, left)
        facts = [each.fact for each in (left, right) if isinstance(each, FactRef)]
        changing = {each.name: "now" for each in facts if each.name in self._changing}
        asked = [
            (
                changing.get(each.name, each.name),
                UNKNOWN if each.name in changing else unknown(each),
            )
            for each in facts
            if each.name not in self._fixed
        ]

        def both(chunk: _Chunk) -> Bools:
            holds: Bools = compare(read(chunk), read_other(chunk))
            for name, none in asked:
                if must:
                    holds = holds & chunk.known(name, none)
                else:
                    holds = holds | ~chunk.known(name, none)
            return holds

        return both

    def _member(self, left: Operand, right: Operand, *, must: bool) -> Test:
        """Return membership of a set; nothing is in an empty set, known or not."""
        read, read_set = self._read(left, right), self._read(right, left)

        def member(chunk: _Chunk) -> Bools:
            value, members = read(chunk), read_set(chunk)
            if isinstance(value, int):
                inside: Bools = np.not_equal(members & (1 << value), 0)  # of unknown sets, all
                return inside & (members >= 0) if must else inside
            inside = ((members >> np.maximum(value, 0)) & 1) != 0
            if must:
                return inside & (members >= 0) & (value >= 0)
            return np.not_equal(members, 0) & (inside | (value < 0))

        return member

    def _subset(self, left: Operand, right: Operand, *, must: bool) -> Test:
        """Return inclusion; the empty set is within every set, known or not."""
        read, read_set = self._read(left, right), self._read(right, left)

        def subset(chunk: _Chunk) -> Bools:
            small, large = read(chunk), read_set(chunk)
            inside: Bools = np.equal(small & ~large, 0)  # of unknown large sets, all
            if must:
                known = np.greater_equal(large, 0) | np.equal(small, 0)
                return inside & np.greater_equal(small, 0) & known
            return inside | np.less(small, 0)

        return subset

    def _read(self, operand: Operand, beside: Operand) -> Callable[[_Chunk], Column | int]:
        """Return what reads one side of a comparison; literals are numbers that widen nothing."""
        match operand, beside:
            case FactRef(fact), _ if fact.name in self._fixed:
                fixed = self._fixed[fact.name]
                return lambda _: fixed
            case FactRef(fact), _ if fact.name in self._changing:
                starts, values = map(np.array, zip(*self._changing[fact.name], strict=True))
                return lambda chunk: _as_of(chunk.columns["now"], starts, values)
            case FactRef(fact), _:
                name = fact.name
                return lambda chunk: chunk.columns[name]
            case Literal(str(value)), FactRef(fact):
                place = values_of(fact).index(value)
                return lambda _: place
            case Literal(value), FactRef(fact):
                literal = coder(fact)(value)
                return lambda _: literal
            case _:
                raise TypeError("two literals are no question")


def _about_source(condition: Condition) -> bool:
    """Return whether the condition asks about one source, outside any `any source`."""
    match condition:
        case AnySource():
            return False
        case Not(part):
            return _about_source(part)
        case And(parts) | Or(parts):
            return any(map(_about_source, parts))
        case _:
            return any(fact.of_source for fact in facts_in(condition))


def _joined(join: np.ufunc, each: Iterator[Bools]) -> Bools:
    """Return all joined to one; an array that was made here is used again for the next step."""
    total, made = next(each), False
    for more in each:
        fits = made and total.ndim and total.ndim >= more.ndim
        total = join(total, more, out=total) if fits else join(total, more)
        made = True
    return total


def _as_of(now: Column, starts: Column, values: Column) -> Column:
    """Return a changing parameter as of each instant; unknown where the instant is."""
    steps = np.maximum(np.searchsorted(starts, now, side="right") - 1, 0)
    return np.where(now == UNKNOWN, UNKNOWN, values[steps])


def _one_of(column: Column, codes: Iterable[int]) -> Bools:
    """Return where a column has one of the codes: one or two comparisons for each run of them."""
    runs: list[list[int]] = []
    for code in sorted(codes):
        if runs and code == runs[-1][1] + 1:
            runs[-1][1] = code
        else:
            runs.append([code, code])
    tests = (column == a if a == b else (column >= a) & (column <= b) for a, b in runs)
    return reduce(or_, tests, NONE)
