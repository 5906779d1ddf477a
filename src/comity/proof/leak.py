"""Leak: what one real request would pass on if a rule were not there, in one sentence.

A proof speaks of every request. For a reader this shows the other side on one that was made: the
gate refused it, and by the same agreement without the rule it would have let it through.
"""

from collections.abc import Mapping
from typing import NamedTuple

from comity.core.agreement import Agreement, Agreements, RedLine
from comity.core.gate import Permit, Refusal, decide
from comity.core.gate.lines import crossed, facts_about
from comity.core.gate.request import Question
from comity.core.language import Kind
from comity.core.language.compile import SOURCES
from comity.core.markings import Item
from comity.core.terms import ORGANISATION, OrganisationId
from comity.proof.claims import Claim, never, slots_for
from comity.proof.model import model
from comity.proof.prove import without
from comity.proof.wording import sentence_about


class Leak(NamedTuple):
    """The rules that were taken out, and what then comes of the request."""

    agreement: Agreement
    rules: tuple[str, ...]
    sentence: str


def leak(refusal: Refusal) -> Leak | None:
    """Return what a refused request would pass on without the rules that refused it.

    None if it would be refused all the same, or crosses no red line of the agreement they are of.
    """
    question, first = refusal.question, refusal.reasons[0]
    agreement = first.agreement
    if agreement is None:
        return None
    fired = [each.rule.id for each in refusal.reasons if each.rule and each.agreement is agreement]
    rules = tuple(dict.fromkeys(fired))
    less = without(agreement, rules)
    held = Agreements(less if each is agreement else each for each in question.agreements.all)
    decision = decide(held, question.request, question.consents, question.now)
    lines = [each for each in crossed(question) if each in agreement.red_lines]
    if not isinstance(decision, Permit) or not lines or first.item is None:
        return None
    return Leak(agreement, rules, _sentence(question, agreement, lines[0], first.item))


def _sentence(question: Question, agreement: Agreement, line: RedLine, item: Item) -> str:
    claim = never(model(agreement, slots_for(agreement)), line)
    return sentence_about(agreement, claim, _facts(question, agreement, claim, item))


def _facts(
    question: Question, agreement: Agreement, claim: Claim, item: Item
) -> Mapping[str, object]:
    """Return the facts of a request by the names that a solver's findings have; no instants."""
    known = facts_about(question, agreement, item)
    said = {name: known[name] for name in ("discloser", "recipient", "kind", "purpose")}
    for name in sorted(claim.speaks_of & agreement.vocabulary.facts.keys()):
        fact = agreement.vocabulary.facts[name]
        if fact.kind is Kind.INSTANT or name in said:
            continue
        if not fact.of_source:
            said[name] = known.get(name)
            continue
        for slot, about_it in enumerate(known[SOURCES], 1):
            said[f"{name} of source {slot}"] = _plain(about_it.get(name))
    return said


def _plain(value: object) -> object:
    return ORGANISATION if isinstance(value, OrganisationId) else value
