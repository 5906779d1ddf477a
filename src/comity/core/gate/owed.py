"""Owed: what a permit makes the two parties owe. The gate has waited for what is owed before."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from comity.core.agreement import Agreement, Obligation, Owner, Rule
from comity.core.gate.decision import Permit
from comity.core.gate.request import Question
from comity.core.terms import PartyId


class Owed(NamedTuple):
    """An obligation, with the rule that makes it owed, and the party that owes it.

    It is due at an instant if the disclosure is made now; `due` is None for what is owed before.
    """

    agreement: Agreement
    rule: Rule
    obligation: Obligation
    party: PartyId
    due: datetime | None


def owed(permit: Permit) -> tuple[Owed, ...]:
    """Return what every rule that permits makes owed, each once, in the order of the reasons."""
    found = {(each.agreement.digest, each.obligation.id): each for each in _owed(permit)}
    return tuple(found.values())


def _owed(permit: Permit) -> Iterator[Owed]:
    return (
        _by(permit.question, reason.agreement, reason.rule, obligation)
        for reason in permit.reasons
        if reason.agreement and reason.rule
        for obligation in reason.rule.obligations
    )


def _by(question: Question, agreement: Agreement, rule: Rule, obligation: Obligation) -> Owed:
    asked, within = question.request, obligation.within
    party = asked.discloser if obligation.owner is Owner.DISCLOSER else asked.recipient
    due = question.now + within if within is not None else None
    return Owed(agreement, rule, obligation, party, due)
