"""Concerned: whose consent a refusal was about, and under which clauses.

It decides nothing: a refusal stays one. An organisation's consent was what refused, or was not
known, exactly if the gate would give other reasons had that organisation said yes. So nobody has
to know which rules of an agreement ask for consent, and a refusal on other grounds concerns none.
"""

from typing import NamedTuple

from comity.core.gate.decide import judge
from comity.core.gate.decision import Reason, Refusal
from comity.core.gate.remedies import suppose_consent
from comity.core.gate.request import Question
from comity.core.markings import Item
from comity.core.terms import OrganisationId


class Concern(NamedTuple):
    """One organisation whose consent a refusal was about: its items, and the clauses."""

    organisation: OrganisationId
    items: tuple[Item, ...]
    clauses: tuple[str, ...]


def concerned(refusal: Refusal) -> tuple[Concern, ...]:
    """Return each organisation whose consent refused or was not known, with what it was about.

    It names nothing of another organisation: only items that come from this one too, and only
    clauses that would not have refused them had this one said yes.
    """
    items = refusal.question.request.items
    found = {each: _concern(refusal, each) for item in items for each in _organisations(item)}
    return tuple(found[each] for each in sorted(found) if found[each].items)


def _organisations(item: Item) -> set[OrganisationId]:
    origins = (source.origin for source in item.label.sources)
    return {each for each in origins if isinstance(each, OrganisationId)}


def _concern(refusal: Refusal, organisation: OrganisationId) -> Concern:
    of_it = (
        each for each in refusal.question.request.items if organisation in _organisations(each)
    )
    about = [(item, _lifted(refusal, organisation, item)) for item in of_it]
    clauses = dict.fromkeys(each.clause for _, reasons in about for each in reasons if each.clause)
    return Concern(organisation, tuple(item for item, found in about if found), tuple(clauses))


def _lifted(refusal: Refusal, organisation: OrganisationId, item: Item) -> list[Reason]:
    """Return the reasons about an item that a yes of everybody lifts, and that wait for this one.

    A reason names the source that it fired for. One that names none waits for an organisation
    whose yes still makes a difference when all the others have said theirs.
    """
    others = _organisations(item) - {organisation}
    without = _reasons(refusal.question, item, others)
    after = _reasons(refusal.question, item, others | {organisation})
    return [
        each
        for each in refusal.reasons
        if each.item == item
        and _key(each) not in after
        and (each.source.origin == organisation if each.source else without != after)
    ]


def _reasons(
    question: Question, item: Item, agreeing: set[OrganisationId]
) -> frozenset[tuple[object, ...]]:
    """Return the reasons about an item if these organisations said yes."""
    about = {one for each in question.request.items for one in _organisations(each)}
    supposed = question._replace(consents=question.consents.of(about))
    for each in sorted(agreeing):
        supposed = suppose_consent(each, item)(supposed)
    _, reasons = judge(supposed)
    return frozenset(_key(each) for each in reasons if each.item == item)


def _key(reason: Reason) -> tuple[object, ...]:
    rule = (reason.agreement.digest, reason.rule.id) if reason.agreement and reason.rule else ()
    return reason.ground, rule, reason.source, frozenset(each.name for each in reason.unknown)
