"""SQL: one agreement as a view of the permitted rows, for SQLite and PostgreSQL.

Each request is a row, and so is each of its sources. SQL's own three-valued logic is the gate's: a
permit counts if it `IS TRUE`, a forbid unless it `IS FALSE`. NULL is unknown. A set is one number,
with a bit for each member in the order of the vocabulary, so that one NULL says that the whole set
is unknown. Instants are whole microseconds since 1970. All values written into the text come from
closed lists or are numbers, and the closed lists are checks of the tables, so that no misspelt
value gets in.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Any

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
from comity.core.agreement import Agreement, Effect, Rule
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
)
from comity.core.language.vocabulary import Kind

REQUESTS, SOURCES, PERMITTED = "comity_request", "comity_source", "comity_permitted"
ITS_SOURCES = f"SELECT 1 FROM {SOURCES} AS s WHERE s.item = q.item"  # noqa: S608 - a fixed name


class Dialect(StrEnum):
    """The databases that a view is written for."""

    SQLITE = "sqlite"
    POSTGRESQL = "postgresql"


def script(agreement: Agreement, dialect: Dialect) -> str:
    """Return what makes both tables and the view of the requests that are permitted.

    Raises:
        NotExpressibleError: the vocabulary lacks a needed fact, or has too long a set.
    """
    return "\n".join(
        [
            "-- What one agreement permits, as a view of the rows that it permits.",
            f"-- Agreement {agreement.digest}. Made from it; do not change it by hand.",
            "-- NULL is unknown. Instants are microseconds since 1970. A set is the sum of these:",
            *_legend(agreement),
            "",
            tables(agreement, dialect),
            "",
            f"CREATE VIEW {PERMITTED} AS",
            f"SELECT q.item FROM {REQUESTS} AS q WHERE",  # noqa: S608 - a fixed name
            f"{where(agreement)};",
            "",
        ]
    )


def tables(agreement: Agreement, dialect: Dialect) -> str:
    """Return the statements that make the table of requests and that of their sources."""
    check_vocabulary(agreement)
    request, source = (facts_of(agreement, of_source=each) for each in (False, True))
    # without a type, SQLite would not find a source by its item through the key
    about = ["item BIGINT PRIMARY KEY", *(_column(fact, dialect) for fact in request)]
    told = [
        f"item BIGINT NOT NULL REFERENCES {REQUESTS}",
        "place INTEGER NOT NULL",
        *(_column(fact, dialect) for fact in source),
        "PRIMARY KEY (item, place)",
    ]
    return f"{_table(REQUESTS, about)}\n{_table(SOURCES, told)}"


def where(agreement: Agreement) -> str:
    """Return the condition on a request `q` under which it is permitted.

    It joins the sources itself. It is the same text for both databases.

    Raises:
        NotExpressibleError: the vocabulary lacks a needed fact, or has too long a set.
    """
    check_vocabulary(agreement)
    parties = ", ".join(_quoted(each) for each in sorted(agreement.parties))
    writer = _Writer(dated(agreement), agreement.fixed_parameters())
    permits = [rule for rule in agreement.rules if rule.effect is Effect.PERMIT]
    forbids = [rule for rule in agreement.rules if rule.effect is Effect.FORBID]
    lines = [
        f'q."discloser" IN ({parties}) AND q."recipient" IN ({parties})',
        f'AND q."now" >= {first_instant(agreement.in_force_from)}',
        f"AND EXISTS ({ITS_SOURCES})",
        *("AND (", *_either(writer.permit(rule) for rule in permits), ")"),
        *("AND NOT (", *_either(writer.forbid(rule) for rule in forbids), ")"),
    ]
    return "\n".join(lines)


class Rows:
    """Puts facts into rows, in the order of the tables' columns."""

    def __init__(self, agreement: Agreement) -> None:
        """Prepare the columns."""
        self._request, self._source = (
            [(fact.name, _stored(fact)) for fact in facts_of(agreement, of_source=each)]
            for each in (False, True)
        )

    def request(self, item: int, known: Mapping[str, Any]) -> tuple[Any, ...]:
        """Return the row of a request.

        Raises:
            ValueError: a value is none that the fact can have.
        """
        return (item, *_row(self._request, known))

    def source(self, item: int, place: int, known: Mapping[str, Any]) -> tuple[Any, ...]:
        """Return the row of one of its sources.

        Raises:
            ValueError: a value is none that the fact can have.
        """
        return (item, place, *_row(self._source, known))


def _row(
    stored: Iterable[tuple[str, Callable[[Any], Any] | None]], known: Mapping[str, Any]
) -> Iterator[Any]:
    for name, as_stored in stored:
        value = known.get(name)
        yield value if as_stored is None or value is None else as_stored(value)


def _stored(fact: Fact) -> Callable[[Any], Any] | None:
    """Return what a value has to go through: sets and instants are stored as numbers."""
    return coder(fact) if fact.kind in {Kind.SET, Kind.INSTANT} else None


def _legend(agreement: Agreement) -> Iterator[str]:
    for fact in agreement.vocabulary.facts.values():
        if fact.kind is Kind.SET:
            bits = (f"{as_bits(fact, [value])} {value}" for value in values_of(fact))
            yield f"--   {fact.name}: {', '.join(bits)}"


def _table(name: str, columns: Iterable[str]) -> str:
    return f"CREATE TABLE {name} (\n  " + ",\n  ".join(columns) + "\n);"


def _column(fact: Fact, dialect: Dialect) -> str:
    """Return a column with its type; a closed list is also a check."""
    name = _name(fact)
    match fact.kind:
        case Kind.ONE:
            return f"{name} TEXT CHECK ({name} IN ({_values(values_of(fact))}))"
        case Kind.SET:
            most = as_bits(fact, values_of(fact))
            return f"{name} BIGINT CHECK ({name} BETWEEN 0 AND {most})"
        case Kind.FLAG if dialect is Dialect.SQLITE:
            return f"{name} BOOLEAN CHECK ({name} IN (0, 1))"
        case Kind.FLAG:
            return f"{name} BOOLEAN"
        case _ if dialect is Dialect.SQLITE:
            return f"{name} BIGINT CHECK (typeof({name}) IN ('integer', 'null'))"
        case _:
            return f"{name} BIGINT"


def _either(conditions: Iterable[str]) -> list[str]:
    """Return the lines of a choice; of nothing it is false."""
    found = list(conditions) or ["FALSE"]
    return [f"  {'OR ' if number else ''}{each}" for number, each in enumerate(found)]


class _Writer:
    """Writes conditions; parameters have their values, those that change as of `now`."""

    def __init__(
        self, changing: Mapping[str, list[tuple[int, int]]], fixed: Mapping[str, int]
    ) -> None:
        self._changing = changing
        self._fixed = fixed

    def permit(self, rule: Rule) -> str:
        """Return a condition that is true exactly where the permit must be true."""
        return f"({self._rule(rule, must=True)}) IS TRUE"

    def forbid(self, rule: Rule) -> str:
        """Return a condition that is true unless the forbid is known not to fire."""
        return f"({self._rule(rule, must=False)}) IS NOT FALSE"

    def _rule(self, rule: Rule, *, must: bool) -> str:
        return self._text(simplified(rule.condition), must=must)

    def _text(self, condition: Condition, *, must: bool) -> str:
        """Return a condition in brackets where it needs any; `must` matters for sources only."""
        match condition:
            case And(parts) | Or(parts):
                word = " AND " if isinstance(condition, And) else " OR "
                return f"({word.join(self._text(part, must=must) for part in parts)})"
            case Not(part):
                return f"NOT {self._text(part, must=not must)}"
            case AnySource(part):
                holds = "IS TRUE" if must else "IS NOT FALSE"
                about = f"({self._text(part, must=must)}) {holds}"
                return f"EXISTS ({ITS_SOURCES} AND {about})"
            case _:
                return self._comparison(condition)

    def _comparison(self, condition: Condition) -> str:  # noqa: PLR0911 - one case for each kind
        match condition:
            case Constant(truth):
                return {True: "TRUE", False: "FALSE", None: "NULL"}[truth]
            case Flag(fact):
                return self._read(FactRef(fact))
            case In(FactRef(fact) as left, Literal(values)):
                return _one_of(self._read(left), listed(fact, values))
            case Is(left, right):
                return f"{self._read(left)} = {self._read(right)}"
            case Compare(left, right, or_equal):
                sign = "<=" if or_equal else "<"
                return f"{self._ordered(left)} {sign} {self._ordered(right)}"
            case In(left, right):
                return self._member(left, right)
            case Within(left, right):
                return self._subset(left, right)
            case _:
                raise TypeError(f"{type(condition).__name__} is no single comparison")

    def _member(self, left: Operand, right: Operand) -> str:
        """Return membership of a set; of an empty one it is false, known or not."""
        members = self._read(right)
        of = right.fact if isinstance(right, FactRef) else None
        if of is None:
            raise TypeError("a set that is listed was looked for among facts")
        if isinstance(left, Literal):
            return f"({members} & {as_bits(of, [str(left.value)])}) <> 0"
        bits = _case(self._read(left), {each: as_bits(of, [each]) for each in values_of(of)})
        return f"({members} <> 0 AND ({members} & {bits}) <> 0)"

    def _subset(self, left: Operand, right: Operand) -> str:
        """Return inclusion; the empty set is within every set, known or not."""
        fact = next(each.fact for each in (left, right) if isinstance(each, FactRef))
        small, large = (self._bits(each, fact) for each in (left, right))
        return f"({small} = 0 OR ({small} & ~{large}) = 0)"

    def _bits(self, operand: Operand, fact: Fact) -> str:
        if isinstance(operand, Literal):
            return str(as_bits(fact, listed(fact, operand.value)))
        return self._read(operand)

    def _ordered(self, operand: Operand) -> str:
        """Return what to compare: an ordered list's value by its place."""
        if isinstance(operand, FactRef) and operand.fact.values:
            ranks = {value: rank for rank, value in enumerate(values_of(operand.fact))}
            return _case(self._read(operand), ranks)
        return self._read(operand)

    def _read(self, operand: Operand) -> str:
        if isinstance(operand, Literal):
            return _literal(operand.value)
        fact = operand.fact
        if fact.name in self._fixed:
            return str(self._fixed[fact.name])
        if fact.name in self._changing:
            newest_first = reversed(self._changing[fact.name])
            steps = [f'WHEN q."now" >= {start} THEN {value}' for start, value in newest_first]
            return f"CASE {' '.join(steps)} END"
        return f"{'s' if fact.of_source else 'q'}.{_name(fact)}"


def _one_of(column: str, values: list[str]) -> str:
    """Return membership of a list; of an empty one it is false, or unknown if the value is."""
    return f"{column} IN ({_values(values)})" if values else f"{column} <> {column}"


def _case(column: str, numbers: Mapping[str, int]) -> str:
    whens = " ".join(f"WHEN {_quoted(value)} THEN {number}" for value, number in numbers.items())
    return f"CASE {column} {whens} END"


def _values(values: Iterable[str]) -> str:
    return ", ".join(map(_quoted, values))


def _literal(value: Value) -> str:
    return _quoted(value) if isinstance(value, str) else str(value)


def _quoted(text: str) -> str:
    """Return a text as a literal; quotes inside are doubled, so none can end it."""
    return "'" + text.replace("'", "''") + "'"


def _name(fact: Fact) -> str:
    return '"' + fact.name.replace('"', '""') + '"'
