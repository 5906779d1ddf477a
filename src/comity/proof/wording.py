"""Wording: what a solver found, as one English sentence for a reader who knows the agreement."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from comity.core.agreement import Agreement
from comity.core.language import Kind
from comity.core.language.english import party_words, plain
from comity.proof.claims import About, Claim

OF_SOURCE = re.compile(r"(?P<fact>\w+) of source (?P<slot>\d+)")
OPENING = ("discloser", "recipient", "kind", "purpose")
"""The facts with which a sentence about a request opens; every request has them."""


class Said(NamedTuple):
    """One fact of a found request: which it is, of which source (0: the request), and its value.

    The value is None if the gate does not know it.
    """

    fact: str
    slot: int
    value: object


def sentence_about(agreement: Agreement, claim: Claim, facts: Mapping[str, object]) -> str:
    """Return the sentence for a request that breaks the claim.

    It names the facts that the claim itself is about. All facts that matter are in `facts`.
    """
    said = [each for each in _all_said(facts) if each.fact in claim.speaks_of]
    about_request = [_words(agreement, each, facts) for each in said if not each.slot]
    sources = sorted({each.slot for each in said if each.slot})
    about_sources = [
        "told by " + ", ".join(_words(agreement, each, facts) for each in said if each.slot == slot)
        for slot in sources
    ]
    what = _meaning(agreement, "kind", facts) or "something"
    purpose = _meaning(agreement, "purpose", facts)
    why = f" for {purpose}" if purpose else ""
    details = "; ".join([*about_sources, *about_request])
    given = f" ({details})" if details else ""
    who, whom = (_party(facts.get(name)) for name in ("discloser", "recipient"))
    clause = f" of clause {claim.clause}" if claim.clause else ""
    match claim.about:
        case About.NEVER:
            end = f"crosses red line {claim.id}{clause}"
            return f"{who} could pass {whom} {what}{why}{given}: this {end}."
        case About.ASSURE:
            end = f"though assurance {claim.id}{clause} promises it"
            return f"{who} could not pass {whom} {what}{why}{given}, {end}."
        case About.THEOREM:
            return f"{claim.id}{clause} fails: {who} could pass {whom} {what}{why}{given}."


def _meaning(agreement: Agreement, name: str, facts: Mapping[str, object]) -> str:
    """Return what the value of a fact means, or nothing if the fact does not matter."""
    listed = agreement.vocabulary.facts[name].values
    value = str(facts.get(name, ""))
    return listed.meanings.get(value, "something else" if value else "") if listed else value


def _all_said(facts: Mapping[str, object]) -> Iterator[Said]:
    """Yield the facts of a found request, origins first."""
    for name in sorted(facts, key=lambda name: (not name.startswith("origin"), name)):
        if re.fullmatch(r"source \d+", name):
            continue
        found = OF_SOURCE.match(name)
        fact, slot = (found["fact"], int(found["slot"])) if found else (name.split(" ")[0], 0)
        if slot or fact not in OPENING:
            yield Said(fact, slot, facts[name])


def _words(agreement: Agreement, said: Said, facts: Mapping[str, object]) -> str:
    name = plain(said.fact)
    if said.value is None:
        return f"{name} not shown"
    fact = agreement.vocabulary.facts.get(said.fact)
    if said.fact == "origin":
        return _party(said.value)
    if fact is not None and fact.kind is Kind.INSTANT:
        return f"{name} day {_day(agreement, said.value, facts)}"
    if isinstance(said.value, bool):
        return name if said.value else f"not {name}"
    if isinstance(said.value, frozenset):
        return f"{name} {', '.join(sorted(map(_value, said.value))) or 'nobody and nothing'}"
    return f"{name} {_value(said.value)}"


def _day(agreement: Agreement, place: object, facts: Mapping[str, object]) -> int:
    """Return an instant as a day: the first one that matters is day 1."""
    places = {
        int(str(each.value))
        for each in _all_said(facts)
        if each.value is not None
        and (fact := agreement.vocabulary.facts.get(each.fact))
        and fact.kind is Kind.INSTANT
    }
    return 1 + sorted(places).index(int(str(place)))


def _party(value: object) -> str:
    if value is None:
        return "somebody"
    return "another party" if _is_unnamed(value) else party_words(str(value))


def _value(value: object) -> str:
    """Return a value of some list; one that no list names yet is another one."""
    return "another one" if _is_unnamed(value) else party_words(str(value))


def _is_unnamed(value: object) -> bool:
    return str(value).startswith("another")
