"""Evaluator: one agreement as a Python module that needs nothing but Python 3.6 or newer.

Every rule becomes a function that answers True, False or None for unknown; what is not about this
agreement is the fixed text in `evaluator_parts`. It is made from the typed conditions alone: names
come from closed lists, and whatever an author wrote freely is put down as a literal.
"""

import re
from collections.abc import Iterable, Iterator

from comity.backends.evaluator_parts import DECIDE, HEAD
from comity.backends.forms import (
    check_vocabulary,
    dated,
    facts_of,
    first_instant,
    listed,
    simplified,
)
from comity.core.agreement import Agreement, Effect, Rule
from comity.core.agreement.holding import CASE_FACTS
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
    facts_in,
)
from comity.core.language.vocabulary import Kind
from comity.core.terms import ORGANISATION

INDENT = "    "


def evaluator(agreement: Agreement) -> str:
    """Return the text of a module with a function `decide(facts, sources)`.

    Raises:
        NotExpressibleError: the vocabulary lacks a fact that every decision turns on.
    """
    check_vocabulary(agreement)
    names = _function_names(agreement.rules)
    parts = [
        HEAD,
        _data(agreement),
        *(_function(rule, names[rule.id], agreement) for rule in agreement.rules),
        _table("PERMITS", agreement.rules, names, Effect.PERMIT),
        _table("FORBIDS", agreement.rules, names, Effect.FORBID),
        DECIDE,
    ]
    return "\n\n".join(part.strip("\n") + "\n" for part in parts)


def _data(agreement: Agreement) -> str:
    request, source = (facts_of(agreement, of_source=each) for each in (False, True))
    begins = agreement.in_force_from
    named = [name for name in CASE_FACTS if name in agreement.vocabulary.facts]
    return "\n".join(
        [
            f"TITLE = {agreement.title!a}",
            f"VERSION = {agreement.version!a}",
            f"DIGEST = {str(agreement.digest)!a}",
            f"PARTIES = {_set(sorted(agreement.parties))}",
            f"IN_FORCE_FROM = {first_instant(begins)}  # {begins.isoformat()}, UTC",
            f"ORGANISATION = {str(ORGANISATION)!a}",
            f"CASE = {tuple(named)!a}",
            f"PARAMETERS = {agreement.fixed_parameters()!a}",
            f"CHANGING = {dated(agreement)!a}  # from which instant on, and the value",
            *_lists("REQUEST", request),
            *_lists("SOURCE", source),
        ]
    )


def _lists(name: str, facts: Iterable[Fact]) -> Iterator[str]:
    """Yield a table of facts with the values that each can have."""
    kinds = {Kind.FLAG: "YES_OR_NO", Kind.NUMBER: "NUMBER", Kind.INSTANT: "INSTANT"}
    yield f"{name} = {{"
    for fact in facts:
        if fact.values is None:
            what = kinds[fact.kind]
        else:
            what = "one_of" if fact.kind is Kind.ONE else "set_of"
            what += f"({', '.join(map(ascii, fact.values.meanings))})"
        yield f"{INDENT}{fact.name!a}: {what},"
    yield "}"


def _function_names(rules: Iterable[Rule]) -> dict[str, str]:
    """Return a function's name for each rule; ids that differ in punctuation only get a number."""
    names: dict[str, str] = {}
    for rule in rules:
        name = "rule_" + re.sub(r"[^a-z0-9]", "_", rule.id.lower())
        taken = name in names.values()
        names[rule.id] = f"{name}__{len(names)}" if taken else name
    return names


def _function(rule: Rule, name: str, agreement: Agreement) -> str:
    does = "permits" if rule.effect is Effect.PERMIT else "forbids"
    title = agreement.clause(rule.clause).title
    about = f"{rule.id} {does}; clause {rule.clause}, {title}."
    lines = [
        f"def {name}(q, told):",
        INDENT + ascii(about),
        *_three_ways(rule.about_request, permits=rule.effect is Effect.PERMIT),
    ]
    if rule.about_source is not None:
        lines += ["", "", f"def {name}_source(q, s):"]
        lines += [INDENT + ascii(f"The source that {rule.id} is about.")]
        lines += _three_ways(rule.about_source)
    return "\n".join(lines)


def _table(name: str, rules: Iterable[Rule], names: dict[str, str], effect: Effect) -> str:
    rows = [
        f"({rule.id!a}, {rule.clause!a}, {names[rule.id]}, "
        f"{'None' if rule.source is None else names[rule.id] + '_source'}),"
        for rule in rules
        if rule.effect is effect
    ]
    return "\n".join([f"{name} = (", *(INDENT + row for row in rows), ")"])


def _three_ways(condition: Condition, *, permits: bool = False) -> list[str]:
    """Return the lines that answer True, False or None, the one first that is asked for most."""
    found = simplified(condition)
    must, may = (_indented(_lines(found, must=each)) for each in (True, False))
    if permits:
        lines = [
            "if (",
            *must,
            "):",
            f"{INDENT}return True",
            "return None if (",
            *may,
            ") else False",
        ]
    else:
        lines = [
            "if not (",
            *may,
            "):",
            f"{INDENT}return False",
            "return True if (",
            *must,
            ") else None",
        ]
    return _indented(lines)


def _indented(lines: Iterable[str]) -> list[str]:
    return [INDENT + line for line in lines]


def _lines(condition: Condition, *, must: bool) -> list[str]:
    """Return the must or the may of a condition, each part on a line of its own."""
    match condition:
        case And(parts) | Or(parts):
            word = "and" if isinstance(condition, And) else "or"
            inner = [_bracketed(part, must=must) for part in sorted(parts, key=_is_settled)]
            return [*inner[0], *(line for each in inner[1:] for line in _after(word, each))]
        case Not(And() | Or() as part):
            return ["not (", *_indented(_lines(part, must=not must)), ")"]
        case Not(AnySource() as part):
            return _after("not", _lines(part, must=not must))
        case Not(part):
            return [_negated(part, must=must)]
        case AnySource(part):
            return ["any(", *_indented([*_bracketed(part, must=must), "for s in told"]), ")"]
        case _:
            return [_atom(condition, must=must)]


def _bracketed(condition: Condition, *, must: bool) -> list[str]:
    lines = _lines(condition, must=must)
    if isinstance(condition, And | Or):
        return ["(", *_indented(lines), ")"]
    return lines


def _after(word: str, lines: list[str]) -> list[str]:
    return [f"{word} {lines[0]}", *lines[1:]]


def _negated(condition: Condition, *, must: bool) -> str:
    """Return the must or the may of the opposite, as short as one would write it."""
    match condition:
        case Flag(fact):
            return f"{_read(FactRef(fact))} {'is False' if must else 'is not True'}"
        case Is(FactRef() as left, Literal(value)):
            known = f"{_read(left)} != {value!a}"
            return f"{_read(left)} not in (None, {value!a})" if must else known
        case _:
            return f"not {_atom(condition, must=not must)}"


def _atom(condition: Condition, *, must: bool) -> str:  # noqa: PLR0911 - one case for each kind
    match condition:
        case Constant(truth):
            return str(truth is True if must else truth is not False)
        case Flag(fact):
            return f"{_read(FactRef(fact))} {'is True' if must else 'is not False'}"
        case Is(FactRef() as left, Literal(value)):
            equal = f"{_read(left)} == {value!a}"
            return equal if must else f"{_read(left)} in (None, {value!a})"
        case In(FactRef(fact) as left, Literal(values)):
            none = [] if must else [None]
            return f"{_read(left)} in {_set([*none, *listed(fact, values)])}"
        case Is(left, right):
            return _both(left, right, f"{_read(left)} == {_read(right)}", must=must)
        case Compare(left, right, or_equal):
            sign = "<=" if or_equal else "<"
            return _both(left, right, f"{_ordered(left)} {sign} {_ordered(right)}", must=must)
        case In(left, right):
            return _member(left, right, must=must)
        case Within(left, right):
            return _subset(left, right, must=must)
        case _:
            raise TypeError(f"{type(condition).__name__} is no single comparison")


def _both(left: Operand, right: Operand, known: str, *, must: bool) -> str:
    """Return a comparison that must be of two known values, or may be of unknown ones."""
    facts = [_read(each) for each in (left, right) if isinstance(each, FactRef)]
    if must:
        return f"({' and '.join([*(f'{each} is not None' for each in facts), known])})"
    return f"({' or '.join([*(f'{each} is None' for each in facts), known])})"


def _member(left: Operand, right: Operand, *, must: bool) -> str:
    """Return membership of a set fact; nothing is in an empty set, known or not."""
    value, members = _read(left), _read(right)
    if must:
        return f"({members} is not None and {value} in {members})"
    if isinstance(left, Literal):
        return f"({members} is None or {value} in {members})"
    return f"({members} is None or {members} and ({value} is None or {value} in {members}))"


def _subset(left: Operand, right: Operand, *, must: bool) -> str:
    """Return inclusion; the empty set is within every set, known or not."""
    small, large = _read(left), _read(right)
    if isinstance(right, Literal):
        inside = f"{small} <= {large}"
        return f"({small} is {'not None and' if must else 'None or'} {inside})"
    if must:
        known = f"not {small} or {large} is not None and {small} <= {large}"
        return f"({small} is not None and ({known}))"
    return f"(not {small} or {large} is None or {small} <= {large})"


def _read(operand: Operand) -> str:
    match operand:
        case Literal(value):
            return _set(sorted(value)) if isinstance(value, frozenset) else ascii(value)
        case FactRef(fact):
            return f"{'s' if fact.of_source else 'q'}[{fact.name!a}]"


def _ordered(operand: Operand) -> str:
    """Return what to compare: an ordered list's value by its place."""
    if isinstance(operand, FactRef) and operand.fact.values:
        table = "SOURCE" if operand.fact.of_source else "REQUEST"
        return f"{table}[{operand.fact.name!a}].index({_read(operand)})"
    return _read(operand)


def _set(values: list[str] | list[str | None]) -> str:
    return f"{{{', '.join(map(ascii, values))}}}" if values else "frozenset()"


def _is_settled(condition: Condition) -> bool:
    """Return whether the ends and the kind settle it: among rules of one case it is asked last."""
    return all(fact.name in CASE_FACTS for fact in facts_in(condition))
