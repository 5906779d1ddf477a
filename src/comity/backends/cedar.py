"""Cedar: one agreement as policies and a schema, for a second engine to decide by.

Each rule becomes one policy with the rule's id. Cedar denies by default and a forbid overrides, as
here. It has no quantifier over records, so **each source is a request of its own, and the whole is
permitted only if all of them are** (and there is at least one):

    principal Node::"discloser", action Action::"disclose", resource Node::"recipient",
    context {every known fact of the request and of that source}

Cedar skips a policy that meets an absent attribute, so a forbid would fall silent. Therefore every
attribute is asked for with `has` first: a permit needs it there, a forbid fires if it is not. The
schema says that each attribute may be absent, so Cedar's own validator finds a forgotten one.
`guarded=False` leaves that out and writes what one writes first; it is for comparison only.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from json import dumps
from typing import Any

from comity.backends.forms import (
    NotExpressibleError,
    check_vocabulary,
    dated,
    facts_of,
    first_instant,
    microseconds,
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
    conjunction,
)
from comity.core.language.reduce import reduced
from comity.core.language.vocabulary import Kind

REQUEST = {
    "principal": 'Node::"discloser"',
    "action": 'Action::"disclose"',
    "resource": 'Node::"recipient"',
}
"""What every request says besides its context."""

TYPES = {
    Kind.FLAG: "Bool",
    Kind.ONE: "String",
    Kind.SET: "Set<String>",
    Kind.NUMBER: "Long",
    Kind.INSTANT: "Long",
}
"""Cedar's types. Instants are whole microseconds since 1970."""


def policies(agreement: Agreement, *, guarded: bool = True) -> str:
    """Return the policies: one for each rule, and one that refuses what is not governed.

    Raises:
        NotExpressibleError: a rule asks about sources in a way that one request for each source
            cannot say, or the vocabulary lacks a needed fact.
    """
    check_vocabulary(agreement)
    rules = list(_for_one_source(agreement))
    writer = _Writer(agreement, guarded=guarded)
    return "\n".join(
        [
            "// What one agreement permits. One request for each source; all must be allowed.",
            f"// Agreement {agreement.digest}. Made from it; do not change it by hand.",
            *(writer.policy(rule, condition) for rule, condition in rules),
            *(writer.limits() if guarded else ()),
            "",
        ]
    )


def schema(agreement: Agreement) -> str:
    """Return the schema that Cedar's validator checks policies and requests against."""
    facts = [fact for each in (False, True) for fact in facts_of(agreement, of_source=each)]
    return "\n".join(
        [
            "entity Node;",
            'action "disclose" appliesTo { principal: [Node], resource: [Node], context: {',
            *(f"  {fact.name}?: {TYPES[fact.kind]}," for fact in facts),
            "} };",
            "",
        ]
    )


def contexts(
    about: Mapping[str, Any], sources: Iterable[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Return the context of each source's request; what is unknown is left out."""
    return [
        {name: _plain(value) for name, value in both.items() if value is not None}
        for both in ({**about, **source} for source in sources)
    ]


def _plain(value: Value) -> Value | list[str]:
    if isinstance(value, datetime):
        return microseconds(value)
    return sorted(value) if isinstance(value, frozenset) else value


def _for_one_source(agreement: Agreement) -> Iterator[tuple[Rule, Condition]]:
    """Yield each rule with its condition on the request and the one source that is asked about.

    A forbid may ask for some source once; then it fires if it does for one of the requests. A
    permit may ask once that no source is such; two permits that do could each hold for one
    source and neither for all, which requests apart from each other cannot tell.
    """
    parameters: dict[str, Value] = {**agreement.fixed_parameters()}
    of_all: Rule | None = None
    for rule in agreement.rules:
        condition = rule.condition
        asked = list(_asked(condition, wanted=rule.effect is Effect.FORBID))
        if len(asked) > 1 or not all(asked):
            raise NotExpressibleError(f"rule {rule.id} asks about several sources at once")
        if asked and rule.effect is Effect.PERMIT:
            if of_all is not None:
                both = f"permits {of_all.id} and {rule.id}"
                raise NotExpressibleError(f"{both} both ask about all sources at once")
            of_all = rule
        yield rule, simplified(reduced(_of_one(condition), parameters))


def _asked(condition: Condition, *, wanted: bool) -> Iterator[bool]:
    """Yield for each `any source` whether it stands on the side on which it can be asked apart."""
    match condition:
        case AnySource():
            yield wanted
        case Not(part):
            yield from _asked(part, wanted=not wanted)
        case And(parts) | Or(parts):
            for part in parts:
                yield from _asked(part, wanted=wanted)
        case _:
            return


def _of_one(condition: Condition) -> Condition:
    match condition:
        case AnySource(part):
            return part
        case Not(part):
            return Not(_of_one(part))
        case And(parts):
            return conjunction(map(_of_one, parts))
        case Or(parts):
            return Or(tuple(map(_of_one, parts)))
        case _:
            return condition


class _Writer:
    """Writes conditions, with or without asking first whether an attribute is there."""

    def __init__(self, agreement: Agreement, *, guarded: bool) -> None:
        self._agreement = agreement
        self._changing = dated(agreement)
        self._guarded = guarded

    def policy(self, rule: Rule, condition: Condition) -> str:
        """Return a rule as a policy."""
        text = self._text(condition, must=rule.effect is Effect.PERMIT)
        return (
            f"@id({dumps(rule.id)}) {rule.effect} (principal, action, resource) when {{\n"
            f"  {text}\n}};"
        )

    def limits(self) -> Iterator[str]:
        """Yield the policy that refuses what the agreement does not govern, or not yet."""
        parties = dumps(sorted(self._agreement.parties))
        ends = " && ".join(
            f"context has {end} && {parties}.contains(context.{end})"
            for end in ("discloser", "recipient")
        )
        begins = first_instant(self._agreement.in_force_from)
        yield (
            '@id("governs") forbid (principal, action, resource) unless {\n'
            f"  {ends} && context has now && {begins} <= context.now\n}};"
        )

    def _text(  # noqa: PLR0911 - one case for each kind
        self, condition: Condition, *, must: bool
    ) -> str:
        match condition:
            case Not(part):
                return f"!({self._text(part, must=not must)})"
            case And(parts) | Or(parts):
                word = " && " if isinstance(condition, And) else " || "
                return word.join(f"({self._text(part, must=must)})" for part in parts)
            case Constant(truth):
                return "true" if (truth is True if must else truth is not False) else "false"
            case Flag(fact):
                return self._known([fact], self._read(FactRef(fact)), must=must)
            case Is(left, right):
                return self._both(
                    left, right, f"{self._read(left)} == {self._read(right)}", must=must
                )
            case Compare(left, right, or_equal):
                sign = "<=" if or_equal else "<"
                text = f"{self._ordered(left)} {sign} {self._ordered(right)}"
                return self._both(left, right, text, must=must)
            case In(left, right):
                return self._member(left, right, must=must)
            case Within(left, right):
                return self._subset(left, right, must=must)
            case AnySource():
                raise TypeError("a rule is asked about one source, so it asks about no other")

    def _both(self, left: Operand, right: Operand, text: str, *, must: bool) -> str:
        facts = [each.fact for each in (left, right) if isinstance(each, FactRef)]
        return self._known(facts, text, must=must)

    def _known(self, facts: Iterable[Fact], text: str, *, must: bool) -> str:
        """Return a test that an absent attribute leaves false if it must hold, else true."""
        if not self._guarded:
            return text
        names = dict.fromkeys(
            "now" if each.name in self._agreement.parameters else each.name for each in facts
        )
        for name in names:
            text = f"if context has {name} then ({text}) else {'false' if must else 'true'}"
        return text

    def _member(self, left: Operand, right: Operand, *, must: bool) -> str:
        """Return membership; nothing is in an empty set, known or not."""
        text = f"{self._read(right)}.contains({self._read(left)})"
        found = self._both(left, right, text, must=must)
        if must or not self._asks_twice(left, right):
            return found
        some = self._both(right, right, f"!({self._read(right)}.isEmpty())", must=must)
        return f"({some}) && ({found})"

    def _subset(self, left: Operand, right: Operand, *, must: bool) -> str:
        """Return inclusion; the empty set is within every set, known or not."""
        text = f"{self._read(right)}.containsAll({self._read(left)})"
        found = self._both(left, right, text, must=must)
        if not must or not self._asks_twice(left, right):
            return found
        none = self._both(left, left, f"{self._read(left)}.isEmpty()", must=must)
        return f"({none}) || ({found})"

    def _asks_twice(self, left: Operand, right: Operand) -> bool:
        """Return whether one known side can settle what the other, unknown one leaves open."""
        return self._guarded and isinstance(left, FactRef) and isinstance(right, FactRef)

    def _ordered(self, operand: Operand) -> str:
        """Return what to compare: an ordered list's value by its place."""
        if isinstance(operand, FactRef) and operand.fact.values:
            places = enumerate(values_of(operand.fact))
            ranks = [(f"{self._read(operand)} == {dumps(each)}", rank) for rank, each in places]
            return _steps(ranks)
        return self._read(operand)

    def _read(self, operand: Operand) -> str:
        if isinstance(operand, Literal):
            value = operand.value
            return dumps(sorted(value) if isinstance(value, frozenset) else value)
        fact = operand.fact
        if fact.name in self._changing:
            newest_first = reversed(self._changing[fact.name])
            return _steps([(f"{start} <= context.now", value) for start, value in newest_first])
        return f"context.{fact.name}"


def _steps(steps: Sequence[tuple[str, int]]) -> str:
    """Return a number that the first condition that holds decides; the last needs no asking."""
    *asked, (_, last) = steps
    return "(" + "".join(f"if {when} then {value} else " for when, value in asked) + f"{last})"
