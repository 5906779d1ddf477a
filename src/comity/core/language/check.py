"""Check: syntax to typed conditions. Every name is known and every comparison makes sense."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NoReturn

from comity.core.language.conditions import (
    ALWAYS,
    And,
    AnySource,
    Compare,
    Condition,
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
from comity.core.language.parse import (
    Bare,
    Comparison,
    EveryRequest,
    Negation,
    Several,
    SomeSource,
    Syntax,
    Token,
)
from comity.core.language.vocabulary import Fact, Kind, Vocabulary
from comity.core.terms import Code, InputError, Place, suggestion

MAX_PARTS = 5_000
MAX_NESTING = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What words mean at one place: facts, and conditions defined under a name."""

    vocabulary: Vocabulary
    defined: Mapping[str, Condition] = field(default_factory=dict)
    defines_barred: bool = False
    in_source: bool = False

    def about_a_source(self) -> "Names":
        """Return the same names where the condition speaks about one source."""
        return Names(
            vocabulary=self.vocabulary,
            defined=self.defined,
            defines_barred=self.defines_barred,
            in_source=True,
        )


def check(syntax: Syntax, names: Names) -> Condition:
    """Return the typed condition.

    Raises:
        InputError: a name is unknown, a value does not belong to its fact's type, two things
            are compared that cannot be, a fact of a source stands outside `any source`, or
            defines inside defines make it too large.
    """
    condition = _checked(syntax, names)
    _check_size(condition, syntax)
    return condition


def _checked(syntax: Syntax, names: Names) -> Condition:
    match syntax:
        case EveryRequest():
            return ALWAYS
        case Bare(name):
            return _bare(name, names)
        case Comparison():
            return _comparison(syntax, names)
        case Negation(part):
            return Not(_checked(part, names))
        case Several(word, parts):
            checked = tuple(_checked(part, names) for part in parts)
            return And(checked) if word == "and" else Or(checked)
        case _:
            if names.in_source:
                message = "`any source` inside `any source`"
                _fail(Code.SOURCE_FACT, message, syntax.at, "use it once")
            return AnySource(_checked(syntax.part, names.about_a_source()))


def _check_size(condition: Condition, syntax: Syntax) -> None:
    """Refuse what no reader of the tree could walk: each define can hold several others."""
    waiting, count = [(condition, 1)], 0
    while waiting:
        each, depth = waiting.pop()
        count += 1
        if count > MAX_PARTS or depth > MAX_NESTING:
            code = Code.TOO_MANY if count > MAX_PARTS else Code.TOO_DEEP
            advice = "use fewer defines inside defines"
            _fail(code, "with its defines the condition is too large", _place(syntax), advice)
        match each:
            case Not(part) | AnySource(part):
                waiting.append((part, depth + 1))
            case And(parts) | Or(parts):
                waiting += [(part, depth + 1) for part in parts]
            case _:
                pass


def _place(syntax: Syntax) -> Place:
    """Return where the first word of it stands."""
    match syntax:
        case EveryRequest(at) | SomeSource(_, at):
            return at
        case Bare(token) | Comparison(token):
            return token.at
        case Negation(part):
            return _place(part)
        case _:
            return _place(syntax.parts[0])


def _fail(code: Code, message: str, at: Place, advice: str) -> NoReturn:
    raise InputError(code, message, at=at, advice=advice)


def _bare(name: Token, names: Names) -> Condition:
    if name.text in names.defined:
        return _defined(name, names)
    if name.text not in names.vocabulary.facts:
        known = [*names.vocabulary.facts, *names.defined]
        _fail(
            Code.UNKNOWN_FACT,
            f"unknown fact {name.text[:60]}{suggestion(name.text, known)}",
            name.at,
            f"use a fact of vocabulary {names.vocabulary.name}, or declare this one there",
        )
    fact = _fact(name, names)
    if fact.kind is not Kind.FLAG:
        _fail(
            Code.WRONG_COMPARISON,
            f"{fact.name} is not a yes-or-no fact",
            name.at,
            f"compare it: `{fact.name} is ...`; it is {fact.wanted}",
        )
    return Flag(fact)


def _defined(name: Token, names: Names) -> Condition:
    if names.defines_barred:
        _fail(
            Code.DEFINE_IN_PROVE,
            f"a red line cannot use the define {name.text}",
            name.at,
            "write it in facts, so that a wrong define cannot prove itself",
        )
    found = names.defined[name.text]
    if not names.in_source and _speaks_of_a_source(found):
        _fail(
            Code.SOURCE_FACT,
            f"{name.text} speaks about one source",
            name.at,
            f"write `any source ({name.text})`",
        )
    return found


def _speaks_of_a_source(condition: Condition) -> bool:
    """Return whether a fact of a source stands in it outside `any source`."""
    match condition:
        case Flag(fact):
            return fact.of_source
        case Is(left, right) | In(left, right) | Within(left, right) | Compare(left, right):
            return any(isinstance(each, FactRef) and each.fact.of_source for each in (left, right))
        case Not(part):
            return _speaks_of_a_source(part)
        case And(parts) | Or(parts):
            return any(map(_speaks_of_a_source, parts))
        case _:
            return False


def _fact(name: Token, names: Names) -> Fact:
    fact = names.vocabulary.fact(name.text, name.at)
    if fact.of_source and not names.in_source:
        _fail(
            Code.SOURCE_FACT,
            f"{fact.name} is a fact of one source, not of the request",
            name.at,
            f"put it in a `source` line or in `any source ({fact.name} ...)`",
        )
    return fact


def _comparison(syntax: Comparison, names: Names) -> Condition:
    left, right = syntax.left, syntax.right
    match syntax.sign:
        case "is":
            return _is(left, right[0], syntax, names)
        case "in":
            return _in(left, right, names)
        case "within":
            return _within(left, right, names)
        case _:
            return _order(left, syntax.sign, right[0], names)


def _is(left: Token, right: Token, syntax: Comparison, names: Names) -> Condition:
    if not _is_fact(left, names):
        left, right = right, left
    fact = _fact(left, names)
    if fact.kind is Kind.FLAG:
        _fail(
            Code.WRONG_COMPARISON,
            f"{fact.name} is already yes or no",
            syntax.at,
            f"write `{fact.name}` or `not {fact.name}`",
        )
    if fact.kind is Kind.SET:
        _fail(
            Code.WRONG_COMPARISON,
            f"{fact.name} is a set",
            syntax.at,
            f"write `VALUE in {fact.name}` or `{fact.name} within (VALUE, ...)`",
        )
    return Is(FactRef(fact), _counterpart(fact, right, names))


def _in(left: Token, right: tuple[Token, ...], names: Names) -> Condition:
    if right[0].text == "(":
        fact = _fact(left, names)
        _need(fact, Kind.ONE, left, "`in (...)` needs a fact that is one of several values")
        return In(FactRef(fact), _value_set(fact, right[1:], names))
    container = _fact(right[0], names)
    _need(container, Kind.SET, right[0], "`in` needs a set on its right")
    if _is_fact(left, names):
        fact = _fact(left, names)
        _need_same(fact, container, left)
        return In(FactRef(fact), FactRef(container))
    return In(_literal(left, container, names), FactRef(container))


def _within(left: Token, right: tuple[Token, ...], names: Names) -> Condition:
    fact = _fact(left, names)
    _need(fact, Kind.SET, left, "`within` needs a set on its left")
    if right[0].text == "(":
        return Within(FactRef(fact), _value_set(fact, right[1:], names))
    container = _fact(right[0], names)
    _need(container, Kind.SET, right[0], "`within` needs a set on its right")
    _need_same(fact, container, right[0])
    return Within(FactRef(fact), FactRef(container))


def _order(left: Token, sign: str, right: Token, names: Names) -> Condition:
    anchor = left if _is_fact(left, names) else right
    fact = _fact(anchor, names)
    ordered = fact.values.ordered if fact.values else True
    if fact.kind not in {Kind.NUMBER, Kind.INSTANT, Kind.ONE} or not ordered:
        _fail(
            Code.WRONG_COMPARISON,
            f"{fact.name} has no order",
            anchor.at,
            "compare it with `is` or `in`",
        )
    other = _counterpart(fact, right if anchor is left else left, names)
    small, large = (FactRef(fact), other) if anchor is left else (other, FactRef(fact))
    if sign == ">=":
        small, large = large, small
    return Compare(small, large, or_equal=sign != "<")


def _is_fact(token: Token, names: Names) -> bool:
    return token.text in names.vocabulary.facts


def _need(fact: Fact, kind: Kind, token: Token, message: str) -> None:
    if fact.kind is not kind:
        advice = f"{fact.name} is {fact.wanted}"
        _fail(Code.WRONG_COMPARISON, message, token.at, advice)


def _need_same(a: Fact, b: Fact, token: Token) -> None:
    same_kind = {a.kind, b.kind} <= {Kind.ONE, Kind.SET} or a.kind is b.kind
    if not same_kind or a.values is not b.values:
        _fail(
            Code.WRONG_COMPARISON,
            f"{a.name} and {b.name} have different values",
            token.at,
            f"{a.name} is {a.wanted}; {b.name} is {b.wanted}",
        )


def _counterpart(fact: Fact, token: Token, names: Names) -> Operand:
    """Return the other side of a comparison: a fact of the same type, or a value of it."""
    if _is_fact(token, names):
        other = _fact(token, names)
        if other.kind is Kind.SET:
            _need(other, fact.kind, token, "a set is compared with `in` or `within`")
        _need_same(fact, other, token)
        return FactRef(other)
    return _literal(token, fact, names)


def _literal(token: Token, fact: Fact, names: Names) -> Literal:
    values = fact.values
    if fact.kind is Kind.NUMBER and token.text.isdigit():
        return Literal(int(token.text))
    if values and token.text in values.meanings:
        return Literal(token.text)
    if not values and token.is_name:
        _fail(
            Code.UNKNOWN_FACT,
            f"unknown fact {token.text[:60]}{suggestion(token.text, names.vocabulary.facts)}",
            token.at,
            f"compare {fact.name} with {fact.wanted}, or with a fact of vocabulary "
            f"{names.vocabulary.name}",
        )
    known = values.meanings if values else ()
    _fail(
        Code.UNKNOWN_VALUE,
        f"{token.text[:60]} is no value of {fact.name}{suggestion(token.text, known)}",
        token.at,
        f"{fact.name} is {fact.wanted}",
    )


def _value_set(fact: Fact, right: tuple[Token, ...], names: Names) -> Literal:
    literals = (_literal(token, fact, names) for token in right)
    return Literal(frozenset(str(literal.value) for literal in literals))
