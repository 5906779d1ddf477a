"""Vocabulary: the facts that conditions may speak about, and the values these may have.

A vocabulary is a TOML file. Every fact says what it means, in which unit, who supplies it and
how it is evidenced; every list of values is closed, so "anything else" cannot slip in.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias, TypeGuard

from comity.core.terms import Code, Digest, InputError, Place, Table, digest_of, suggestion

Value: TypeAlias = bool | int | str | frozenset[str] | datetime
"""What a fact can be, once it is known."""

KEYWORDS = frozenset({"and", "or", "not", "is", "in", "within", "any", "source"})
RESERVED = KEYWORDS | {
    *("permit", "forbid", "unless", "then", "cure", "backs", "never", "keeps", "opens", "only"),
    *("allowed", "free", "when"),
    "sources",
}
"""What no fact or list can be called: the words of an agreement's blocks would be mistaken for it,
and `sources` is where the facts of each source are kept."""

NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
VALUE = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}(:[A-Z][A-Z+]{0,31})?")


class Kind(StrEnum):
    """The types that a fact can have."""

    FLAG = "yes or no"
    ONE = "one of"
    SET = "set of"
    NUMBER = "number"
    INSTANT = "instant"


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """A closed list of values; if `ordered`, the later the stricter."""

    name: str
    meanings: Mapping[str, str]
    ordered: bool = False

    def __contains__(self, value: str) -> bool:
        """Return whether this is one of the values."""
        return value in self.meanings

    def rank(self, value: str) -> int:
        """Return a value's place in the list, from 0."""
        return list(self.meanings).index(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something a condition can ask about a request or about one of its sources.

    `raised` facts only grow when labels are joined. `evidence` says what must back the fact up;
    empty if nothing needs to. `remedy` says how somebody can bring it about, and `remedy_value`
    what it then is; without one, the values that the rules ask for are tried.
    """

    name: str
    kind: Kind
    values: Values | None
    meaning: str
    supplied_by: str
    unit: str = ""
    evidence: str = ""
    of_source: bool = False
    raised: bool = False
    remedy: str = ""
    remedy_value: Value | None = None

    def accepts(self, value: object) -> TypeGuard[Value]:
        """Return whether this is a possible value of the fact."""
        known: Mapping[str, str] = self.values.meanings if self.values else {}
        if isinstance(value, str):
            return self.kind is Kind.ONE and value in known
        if isinstance(value, bool):
            return self.kind is Kind.FLAG
        if isinstance(value, int):
            return self.kind is Kind.NUMBER
        if isinstance(value, frozenset):
            return self.kind is Kind.SET and value <= known.keys()
        return self.kind is Kind.INSTANT and isinstance(value, datetime) and bool(value.tzinfo)

    @property
    def wanted(self) -> str:
        """What may stand here, in words."""
        if self.values is None:
            return {
                Kind.FLAG: "true or false",
                Kind.NUMBER: "a whole number",
                Kind.INSTANT: "an instant such as 2026-11-23T09:00:00Z",
            }[self.kind]
        listed = ", ".join(self.values.meanings)
        return f"one of {listed}" if self.kind is Kind.ONE else f"a list of any of {listed}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """Named facts and named lists of values, and the digest of both."""

    name: str
    facts: Mapping[str, Fact]
    values: Mapping[str, Values]
    digest: Digest = field(repr=False)

    def has_name(self, name: str) -> bool:
        """Return whether a fact or a value has this name."""
        return name in self.facts or any(name in each for each in self.values.values())

    def fact(self, name: str, at: Place) -> Fact:
        """Return the fact of this name.

        Raises:
            InputError: there is none; the nearest name is suggested.
        """
        found = self.facts.get(name)
        if found is None:
            raise InputError(
                Code.UNKNOWN_FACT,
                f"unknown fact {name[:60]}{suggestion(name, self.facts)}",
                at=at,
                advice=f"use a fact of vocabulary {self.name}, or declare this one there",
            )
        return found


def read_vocabulary(
    document: Mapping[str, object], name: str, base: Vocabulary | None = None
) -> Vocabulary:
    """Return the vocabulary that a document declares, added to `base` if there is one.

    Raises:
        InputError: a key is missing, unknown or of the wrong type, or a name is taken.
    """
    table = Table(document, name)
    table.only("name", "values", "facts")
    values = dict(base.values) if base else {}
    for list_name, each in _named_tables(table.table("values")):
        values[list_name] = _value_list(list_name, each, values.get(list_name))
    facts = {fact.name: _renewed(fact, values) for fact in base.facts.values()} if base else {}
    for fact_name, each in _named_tables(table.table("facts")):
        if fact_name in facts:
            message = f"fact {fact_name} is already declared"
            raise each.error(Code.NAME_TAKEN, message, "choose another name")
        facts[fact_name] = _fact(fact_name, each, values)
    _check_names(table, facts, values)
    return Vocabulary(
        name=table.text("name"), facts=facts, values=values, digest=_digest(facts, values)
    )


def _named_tables(table: Table) -> Iterator[tuple[str, Table]]:
    for name in table.values:
        if not NAME.fullmatch(name) or name in RESERVED:
            advice = "use small letters, digits and underscores, and no reserved word"
            raise table.error(Code.BAD_ID, f"{name[:60]!r} is no name", advice)
        yield name, table.table(name)


def _value_list(name: str, table: Table, base: Values | None) -> Values:
    table.only("ordered", "meaning")
    meanings = table.table("meaning")
    if not meanings.values:
        advice = 'list the values in a table `meaning`: value = "what it means"'
        raise table.error(Code.MISSING_KEY, "no values are listed", advice)
    ordered = table.flag("ordered", default=False)
    if base and (ordered or base.ordered):
        advice = "declare a list of your own"
        raise table.error(Code.NAME_TAKEN, "an ordered list cannot be added to", advice)
    found = dict(base.meanings) if base else {}
    for value in meanings.values:
        if not VALUE.fullmatch(value):
            advice = "use letters, digits and underscores"
            raise meanings.error(Code.BAD_ID, f"{value[:60]!r} is no name for a value", advice)
        if value in found:
            advice = "choose another name, or leave it out"
            raise meanings.error(Code.NAME_TAKEN, f"value {value} is already declared", advice)
        found[value] = meanings.text(value)
    return Values(name=name, meanings=found, ordered=ordered)


def _fact(name: str, table: Table, values: Mapping[str, Values]) -> Fact:
    table.only("type", "meaning", "supplied_by", "unit", "evidence", "of_source", "raised",
               "remedy", "remedy_value")  # fmt: skip
    kind, listed = _kind(table, values)
    fact = Fact(
        name=name,
        kind=kind,
        values=listed,
        meaning=table.text("meaning"),
        supplied_by=table.text("supplied_by"),
        unit=table.text("unit", ""),
        evidence=table.text("evidence", ""),
        of_source=table.flag("of_source", default=False),
        raised=table.flag("raised", default=False),
        remedy=table.text("remedy", ""),
    )
    cured = as_value(table.values.get("remedy_value"))
    if fact.accepts(cured):
        return replace(fact, remedy_value=cured)
    if fact.remedy and (cured is not None or kind is not Kind.ONE):
        message = f"remedy_value must be {fact.wanted}"
        raise table.error(Code.WRONG_TYPE, message, "state what the fact is once it is cured")
    return fact


def _kind(table: Table, values: Mapping[str, Values]) -> tuple[Kind, Values | None]:
    text = table.text("type")
    for kind in (Kind.FLAG, Kind.NUMBER, Kind.INSTANT):
        if text == kind:
            return kind, None
    for kind in (Kind.ONE, Kind.SET):
        listed = text.removeprefix(f"{kind} ")
        if listed in values and listed != text:
            return kind, values[listed]
    known = ["yes or no", "number", "instant", *(f"one of {each}" for each in values)]
    raise table.error(
        Code.UNKNOWN_TYPE,
        f"unknown type {text[:60]!r}{suggestion(text, known)}",
        "types are yes or no, number, instant, one of LIST, set of LIST",
        "type",
    )


def as_value(value: object) -> object:
    """Return a document's value as a fact's value: lists become sets."""
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return frozenset(value)
    return value


def _renewed(fact: Fact, values: Mapping[str, Values]) -> Fact:
    """Return a base's fact with the longer list of values, if its list was added to."""
    if fact.values is None or fact.values is values[fact.values.name]:
        return fact
    return replace(fact, values=values[fact.values.name])


def _check_names(table: Table, facts: Mapping[str, Fact], values: Mapping[str, Values]) -> None:
    for each in values.values():
        for value in each.meanings:
            if value in facts or value in KEYWORDS:
                message = f"value {value} of {each.name} is also a fact or a keyword"
                raise table.error(Code.NAME_TAKEN, message, "choose another name")


def _digest(facts: Mapping[str, Fact], values: Mapping[str, Values]) -> Digest:
    return digest_of(
        {
            "values": [[v.name, v.ordered, list(v.meanings.items())] for v in values.values()],
            "facts": {
                f.name: [f.kind, f.values.name if f.values else None, f.of_source, f.raised,
                         f.meaning, f.supplied_by, f.unit, f.evidence]
                for f in facts.values()
            },
        }
    )  # fmt: skip
