"""Requests: some thousand disclosure requests around ico-nca-2024, the same in every run.

Each request starts as one that a clause permits; about half then get one or two faults, such as
another purpose, a missing necessity or a consent that ran out. A request is made twice: as the
gate's objects, and as the plain facts that its peers take. The plain facts are written down from
the same scenario and not asked of the gate, so a peer that agrees also checks how the gate derives
facts from labels and answers.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import sha256
from typing import Any, NamedTuple

from benchmarks.answers import NOW, Answered, Way, answered
from benchmarks.draw import Draw
from benchmarks.scenarios import Scenario, Teller, scenario
from comity.core.consent import Consents, Scope
from comity.core.gate import DisclosureRequest, Evidenced
from comity.core.markings import TLP_ORDER, Item, Label, Source
from comity.core.terms import (
    ORGANISATION,
    Digest,
    EvidenceId,
    ItemId,
    PartyId,
    Purpose,
    Section,
    origin,
)

MANY = 1_000


class Plain(NamedTuple):
    """The facts that a peer gets: of the request, and of each source of the label.

    There are numbers, texts, yes or no, and lists. What is unknown is left out. In `Case.plain` TLP
    is its place in the order and an instant is seconds since 1970, which most peers compare
    fastest; in `Case.named` they are as the agreement's other forms take them, by name and in
    microseconds.
    """

    about: dict[str, Any]
    sources: list[dict[str, Any]]

    def each(self) -> list[dict[str, Any]]:
        """Return the facts once for each source, for a peer that has no quantifier."""
        return [{**self.about, **source} for source in self.sources]


@dataclass(frozen=True, kw_only=True)
class Case:
    """One request as every engine gets it. The time of all of them is `NOW`."""

    scenario: Scenario
    request: DisclosureRequest
    consents: Consents
    plain: Plain

    @cached_property
    def named(self) -> Plain:
        """The plain facts with TLP by its name and instants in microseconds."""
        return Plain(_named(self.plain.about), [_named(each) for each in self.plain.sources])


def _named(facts: Mapping[str, Any]) -> dict[str, Any]:
    tlp = {rank: str(each) for each, rank in TLP_ORDER.items()}
    seconds = {"now", "consent_from", "consent_until"}
    found = {name: value * 1_000_000 if name in seconds else value for name, value in facts.items()}
    return {**found, "tlp": tlp[facts["tlp"]]} if "tlp" in facts else found


def corpus(agreement: Digest, many: int = MANY) -> list[Case]:
    """Return requests in which every fact that a rule can ask for is known."""
    return [case(scenario(number), agreement) for number in range(many)]


def unknown_corpus(agreement: Digest, many: int = MANY) -> list[Case]:
    """Return the same requests, each with one or two of its facts unknown."""
    return [case(_with_unknowns(number), agreement) for number in range(many)]


def case(found: Scenario, agreement: Digest) -> Case:
    """Return the request that a scenario describes, told under an agreement."""
    digest = Digest(sha256(repr(found.tellers).encode()).hexdigest())
    answers = [_answers(found, teller, digest) for teller in found.tellers]
    label = Label(
        sources=frozenset(map(_source, found.tellers)),
        tlp=found.tlp,
        restrictions=found.restrictions,
        identifies_people=found.identifies_people,
        identifies_organisation=found.identifies_organisation,
        agreements=frozenset({agreement}),
    )
    request = DisclosureRequest(
        items=(
            Item(id=ItemId("item"), section=Section(found.section), digest=digest, label=label),
        ),
        discloser=PartyId(found.discloser),
        recipient=PartyId(found.recipient),
        purpose=Purpose(found.purpose),
        kind=found.kind,
        facts={name: Evidenced(value, EvidenceId(name)) for name, value in found.facts.items()},
    )
    return Case(
        scenario=found,
        request=request,
        consents=together(each.history for each in answers),
        plain=Plain(
            _about(found),
            [_about_source(each, of) for each, of in zip(found.tellers, answers, strict=True)],
        ),
    )


def together(histories: Iterator[Consents] | list[Consents]) -> Consents:
    """Return one history that holds several."""
    held = list(histories)
    return Consents(
        statements=tuple(each for history in held for each in history.statements),
        seekings=tuple(each for history in held for each in history.seekings),
        statuses=tuple(each for history in held for each in history.statuses),
    )


def deletable(found: Scenario) -> Iterator[str]:
    """Yield the name of each known fact that a request could have been made without."""
    yield from found.facts
    yield from (name for name in ("identifies_people", "identifies_organisation")
                if getattr(found, name) is not None)  # fmt: skip  # one thought
    yield from (f"in_confidence {place}" for place, teller in enumerate(found.tellers)
                if teller.in_confidence is not None)  # fmt: skip  # one thought


def changed(found: Scenario, name: str, value: Any) -> Scenario:  # noqa: ANN401 - a fact's value
    """Return the scenario with another value for one fact; None deletes it."""
    if name in found.facts:
        rest = {each: held for each, held in found.facts.items() if each != name}
        return replace(found, facts=rest if value is None else {**rest, name: value})
    if name.startswith("in_confidence "):
        place, tellers = int(name.split()[1]), list(found.tellers)
        tellers[place] = replace(tellers[place], in_confidence=value)
        return replace(found, tellers=tuple(tellers))
    return replace(found, **{name: value})


def _with_unknowns(number: int) -> Scenario:
    found, draw = scenario(number), Draw(f"comity unknown {number}")
    if draw.chance(20) and found.tellers[0].way is Way.GIVEN:
        stale = replace(found.tellers[0], way=Way.STALE)
        return replace(found, tellers=(stale, *found.tellers[1:]))
    for _ in range(1 + draw.below(2)):
        found = changed(found, draw.one(list(deletable(found))), None)
    return found


def _source(teller: Teller) -> Source:
    return Source(
        origin=origin(teller.origin),
        given_to=frozenset(map(PartyId, teller.given_to)),
        in_confidence=teller.in_confidence,
    )


def _answers(found: Scenario, teller: Teller, digest: Digest) -> Answered:
    if teller.way is None:
        return Answered(history=Consents(), facts={})
    organisation = origin(teller.origin)
    if isinstance(organisation, PartyId):
        raise TypeError(f"{organisation} is no organisation and answers nothing")
    scope = Scope(
        organisation,
        digest,
        PartyId(found.discloser),
        PartyId(found.recipient),
        Purpose(found.purpose),
    )
    return answered(teller.way, scope)


def _about(found: Scenario) -> dict[str, Any]:
    about = {
        "discloser": found.discloser,
        "recipient": found.recipient,
        "purpose": found.purpose,
        "kind": found.kind,
        "now": int(NOW.timestamp()),
        "section": found.section,
        "tlp": TLP_ORDER[found.tlp],
        "restrictions": sorted(found.restrictions),
        "identifies_people": found.identifies_people,
        "identifies_organisation": found.identifies_organisation,
        **{
            name: sorted(value) if isinstance(value, frozenset) else value
            for name, value in found.facts.items()
        },
    }
    return {name: value for name, value in about.items() if value is not None}


def _about_source(teller: Teller, answers: Answered) -> dict[str, Any]:
    about = {
        "origin": ORGANISATION if teller.way else teller.origin,
        "origin_is_addressee": False,
        "given_to": sorted(teller.given_to),
        "in_confidence": teller.in_confidence,
        **({"chose_recipient": False} if teller.way else {}),
        **answers.facts,
    }
    return {name: value for name, value in about.items() if value is not None}
