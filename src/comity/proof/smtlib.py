"""SMT-LIB: two-valued conditions as a text that any solver reads, with the theories of its own.

It goes another way than the clauses of `cnf`: closed lists are datatypes (ordered ones ranks), and
numbers are integers, so that the solvers' reasoning and ours can be held against each other. The
text names facts as the agreement does; an expert can run it through a solver of their own choice.

Source: SMT-LIB 2.6.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from comity.core.language import Condition, Fact
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
from comity.core.language.vocabulary import Values
from comity.proof.domain import Domain

LONG = 80
"""From this length on, a condition that is used again is given a name."""


@dataclass(slots=True)
class Script:
    """A growing script: declarations, named conditions, and questions."""

    domain: Domain
    lines: list[str] = field(default_factory=lambda: ["(set-logic ALL)"])
    asked: list[str] = field(default_factory=list)
    _declared: set[str] = field(default_factory=set)
    _terms: dict[int, tuple[Condition, str]] = field(default_factory=dict)

    def ask(self, name: str, condition: Condition) -> None:
        """Add the question whether some request meets the condition."""
        term = self.term(condition)
        symbol = f"|{name}|"
        self.lines += [f"(declare-const {symbol} Bool)", f"(assert (=> {symbol} {term}))"]
        self.asked.append(symbol)

    def text(self) -> str:
        """Return the script, with each question asked by itself, in order."""
        questions = (f"(check-sat-assuming ({symbol}))" for symbol in self.asked)
        return "\n".join((*self.lines, *questions)) + "\n"

    def together(self) -> str:
        """Return the script with one question only: whether any of the questions has an answer."""
        any_of_them = f"(assert {_several('or', self.asked)})"
        return "\n".join((*self.lines, any_of_them, "(check-sat)")) + "\n"

    def term(self, condition: Condition) -> str:
        """Return the condition as a term, or the name that stands for it."""
        found = self._terms.get(id(condition))
        if found is None:
            text = self._made(condition)
            if len(text) >= LONG:
                name = f"c{len(self._terms)}"
                self.lines.append(f"(define-fun {name} () Bool {text})")
                text = name
            found = self._terms[id(condition)] = (condition, text)
        return found[1]

    def _made(self, condition: Condition) -> str:  # noqa: C901, PLR0911 - one case for each kind
        match condition:
            case Constant(truth):
                return "true" if truth else "false"
            case Flag(fact):
                return self._declare(fact.name, "Bool")
            case Is(left, right):
                return f"(= {self._value(left, right)} {self._value(right, left)})"
            case In(Literal(str() as value), right):
                return self._in(value, right)
            case In(left, right):
                return _several("or", self._members_that(left, right))
            case Within(left, right):
                members = self.domain.members(left)
                parts = (f"(=> {self._in(v, left)} {self._in(v, right)})" for v in members)
                return _several("and", parts)
            case Compare(left, right, or_equal):
                sign = "<=" if or_equal else "<"
                return f"({sign} {self._value(left, right)} {self._value(right, left)})"
            case Not(part):
                return f"(not {self.term(part)})"
            case And(parts):
                return _several("and", map(self.term, parts))
            case Or(parts):
                return _several("or", map(self.term, parts))
            case AnySource():
                raise TypeError("a proof's conditions speak of each source by its name")

    def _declare(self, name: str, sort: str) -> str:
        symbol = f"|{name}|"
        if name not in self._declared:
            self._declared.add(name)
            self.lines.append(f"(declare-const {symbol} {sort})")
        return symbol

    def _one_of(self, name: str, listed: Values) -> str:
        """Return the symbol of a fact of a closed list: of a datatype, or a rank in an order."""
        if listed.ordered:
            is_new = name not in self._declared
            symbol, most = self._declare(name, "Int"), len(listed.meanings)
            if is_new:
                self.lines.append(f"(assert (and (<= 0 {symbol}) (< {symbol} {most})))")
            return symbol
        sort = f"|list of {listed.name}|"
        if sort not in self._declared:
            self._declared.add(sort)
            values = (f"({_constructor(listed, v)})" for v in self.domain.values(listed))
            self.lines.append(f"(declare-datatypes (({sort} 0)) (({' '.join(values)})))")
        return self._declare(name, sort)

    def _value(self, operand: Operand, other: Operand) -> str:
        match operand:
            case FactRef(Fact(values=Values() as listed) as fact):
                return self._one_of(fact.name, listed)
            case FactRef(fact):
                return self._declare(fact.name, "Int")
            case Literal(int() as number):
                return str(number)
            case Literal(value):
                return _constructor(_list_of(other), str(value))

    def _members_that(self, left: Operand, right: Operand) -> Iterator[str]:
        for value in self.domain.members(right):
            found = self._in(value, right)
            is_it = f"(= {self._value(left, left)} {_constructor(_list_of(left), value)})"
            yield is_it if found == "true" else f"(and {is_it} {found})"

    def _in(self, value: str, container: Operand) -> str:
        if isinstance(container, FactRef):
            return self._declare(f"{value} in {container.fact.name}", "Bool")
        return "true" if value in container.value else "false"  # type: ignore[operator]  # a set, as `check` saw to it


def _several(word: str, terms: Iterable[str]) -> str:
    """Return terms joined by a word; of nothing, what the word makes of nothing."""
    found = list(terms)
    match len(found):
        case 0:
            return "true" if word == "and" else "false"
        case 1:
            return found[0]
        case _:
            return f"({word} {' '.join(found)})"


def _list_of(operand: Operand) -> Values:
    if isinstance(operand, FactRef) and operand.fact.values is not None:
        return operand.fact.values
    raise TypeError("a fact of a closed list was expected, as `check` sees to it")


def _constructor(listed: Values, value: str) -> str:
    if listed.ordered:
        return str(listed.rank(value))
    return f"|{listed.name}: {value}|"
