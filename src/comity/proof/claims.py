"""Claims: what is to be shown of an agreement, each as a question that no request may answer.

A claim's `against` says what a counterexample would be; it is shown if no request meets it. Its
`control` says the same with the guard taken away; some request must meet that, or the claim would
say nothing. Labels with any number of sources are covered by `slots` sources, because a
counterexample never needs more: sources can only refuse more (checked when a file loads), so each
part of a claim that asks for some source needs one witness, and all others can be left out.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from comity.core.agreement import Agreement, Effect
from comity.core.agreement.model import Assurance, Freedom, RedLine
from comity.core.language import Condition
from comity.core.language.conditions import (
    ALWAYS,
    NEVER,
    And,
    AnySource,
    Not,
    Or,
    conjunction,
    facts_in,
)
from comity.proof.kleene import negation
from comity.proof.model import Model, model


class About(StrEnum):
    """What a claim is about."""

    NEVER = "never"
    ASSURE = "assure"
    THEOREM = "theorem"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One thing to be shown, and the question that must have no answer.

    `alone` holds where the agreement permits a counterexample by itself: such a one tells most.
    `speaks_of` names the facts that the claim is about. A claim about two runs has in `one_run`
    what a single request can show of it, so that a reader sees one request and not two.
    """

    id: str
    about: About
    sentence: str
    against: Condition
    control: Condition
    clause: str = ""
    alone: Condition = ALWAYS
    speaks_of: frozenset[str] = frozenset()
    one_run: Condition = NEVER


def slots_for(agreement: Agreement) -> int:
    """Return how many sources suffice to look for a counterexample to any claim."""
    lines = (witnesses(line.head) + (line.source is not None) for line in agreement.red_lines)
    flows = (
        witnesses(flow.head)
        + (flow.source is not None)
        + (0 if flow.only is None else witnesses(flow.only) + witnesses(Not(flow.only)))
        for flow in agreement.flows
    )
    forbids = (witnesses(rule.condition) for rule in agreement.rules)
    permits = (rule for rule in agreement.rules if rule.effect is Effect.PERMIT)
    unmet = sum(witnesses(Not(rule.condition)) for rule in permits)
    promised: tuple[Assurance | Freedom, ...] = (*agreement.assurances, *agreement.freedoms)
    assures = (witnesses(each.condition) for each in promised)
    refused = max([unmet, *forbids], default=0)
    return 1 + max([refused + max(assures, default=0), *lines, *flows, 1])


def witnesses(condition: Condition, *, positive: bool = True) -> int:
    """Return how many sources a request needs, at most, to meet a condition."""
    match condition:
        case AnySource():
            return int(positive)
        case Not(part):
            return witnesses(part, positive=not positive)
        case And(parts) | Or(parts):
            return sum(witnesses(part, positive=positive) for part in parts)
        case _:
            return 0


def nevers(agreement: Agreement) -> Iterator[Claim]:
    """Yield a claim for each red line: what crosses it does not pass, whatever others permit."""
    found = model(agreement, slots_for(agreement))
    return (never(found, line) for line in agreement.red_lines)


def never(found: Model, line: RedLine) -> Claim:
    """Return the claim that no request which crosses the line passes."""
    crossed = conjunction([found.well_formed, found.crossed(line)])
    return Claim(
        id=line.id,
        about=About.NEVER,
        sentence=f"No request that crosses red line {line.id} passes, whatever others permit.",
        against=conjunction([found.passes, crossed]),
        control=crossed,
        clause=line.clause,
        alone=found.allowed,
        speaks_of=names_in(line.head, line.source),
    )


def assures(agreement: Agreement) -> Iterator[Claim]:
    """Yield a claim for each assurance and each freedom, about every fully known request."""
    found = model(agreement, slots_for(agreement), all_known=True)
    yield from (assured(found, each) for each in agreement.assurances)
    yield from (assured(found, each) for each in agreement.freedoms)


def assured(found: Model, assurance: Assurance | Freedom) -> Claim:
    """Return the claim that a fully known request which meets it is permitted, or not stopped."""
    met = conjunction([
        found.well_formed,
        found.world.some_source(),
        found.truth.seen(assurance.condition).must,
    ])  # fmt: skip
    is_free = isinstance(assurance, Freedom)
    refused = found.stopped if is_free else negation(found.allowed)
    what = "left to other agreements" if is_free else "permitted"
    return Claim(
        id=assurance.id,
        about=About.ASSURE,
        sentence=f"Every fully known request that meets assurance {assurance.id} is {what}.",
        against=conjunction([met, refused]),
        control=met,
        clause=assurance.clause,
        speaks_of=names_in(assurance.condition),
    )


def names_in(*conditions: Condition | None) -> frozenset[str]:
    """Return the names of the facts that conditions speak about."""
    return frozenset(fact.name for each in conditions if each for fact in facts_in(each))
