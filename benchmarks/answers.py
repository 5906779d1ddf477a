"""Answers: what an organisation has said about one content, in each way that occurs.

For each way there is the signed history, as a node holds it, and what that history comes to, as
plain facts that were thought out beforehand and not asked of the code that is measured.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from comity.core.consent import (
    STATUS_LIFETIME,
    Answer,
    Assurance,
    Consents,
    Entitlement,
    Scope,
    Seeking,
    Statement,
    Status,
)
from comity.core.terms import ConsentId, Digest, Purpose

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)


class Way(StrEnum):
    """How an organisation has answered."""

    NONE = "never asked"
    SOUGHT = "asked, no answer yet"
    GIVEN = "yes, and it covers"
    NARROWED = "yes, later narrowed to other contents"
    EXPIRED = "yes, and its time is over"
    ELSEWHERE = "yes, for another purpose"
    BY_MAIL = "yes, but by mail"
    REFUSED = "no"
    WITHDRAWN = "yes, later withdrawn"
    STALE = "yes, but no status shows that it still stands"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A history of answers, and the facts about consent that follow from it."""

    history: Consents
    facts: Mapping[str, Any]


def answered(way: Way, scope: Scope) -> Answered:
    """Return the history in which the organisation has answered in this way."""
    consent = ConsentId(f"consent-{scope.organisation}")
    if way is Way.NONE:
        return Answered(history=Consents(), facts={"consent": "none"})
    if way is Way.SOUGHT:
        seeking = Seeking(
            consent=consent,
            organisation=scope.organisation,
            items=frozenset({scope.item}),
            discloser=scope.discloser,
            recipient=scope.recipient,
            purpose=scope.purpose,
        )
        return Answered(history=Consents(seekings=(seeking,)), facts={"consent": "sought"})
    statements = _statements(way, consent, scope)
    status = Status(
        consent=consent,
        counter=3,
        newest_answer=statements[-1].counter,
        start=NOW - timedelta(minutes=1),
        end=NOW - timedelta(minutes=1) + STATUS_LIFETIME,
    )
    history = Consents(statements=statements, statuses=() if way is Way.STALE else (status,))
    return Answered(history=history, facts=_facts(way, scope))


def _statements(way: Way, consent: ConsentId, scope: Scope) -> tuple[Statement, ...]:
    """Return the answers, oldest first; a purpose that is not the scope's is `review`."""
    yes = Statement(
        consent=consent,
        organisation=scope.organisation,
        answer=Answer.GIVEN,
        items=frozenset({scope.item}),
        discloser=scope.discloser,
        recipient=scope.recipient,
        purpose=scope.purpose,
        start=NOW - 5 * DAY,
        end=NOW + 5 * DAY,
        counter=1,
        assurance=Assurance.PASSKEY,
        stated_at=NOW - 5 * DAY,
        received_at=NOW - 5 * DAY,
        entitlement=Entitlement.REGISTERED,
    )
    otherwise: dict[Way, dict[str, Any]] = {
        Way.REFUSED: {"answer": Answer.REFUSED},
        Way.EXPIRED: {"end": NOW - DAY},
        Way.ELSEWHERE: {"purpose": Purpose("review")},
        Way.BY_MAIL: {"assurance": Assurance.MAIL},
    }
    later: dict[Way, dict[str, Any]] = {
        Way.NARROWED: {"items": frozenset({Digest("0" * 64)})},
        Way.WITHDRAWN: {"answer": Answer.WITHDRAWN},
    }
    first = _with(yes, otherwise.get(way, {}))
    return (first, _with(first, {"counter": 2, **later[way]})) if way in later else (first,)


def _with(statement: Statement, other: Mapping[str, Any]) -> Statement:
    return replace(statement, **other)


def _facts(way: Way, scope: Scope) -> dict[str, Any]:
    """Return what the answer nearest to the scope says. Instants are seconds since 1970."""
    facts = {
        "consent": {Way.REFUSED: "refused", Way.WITHDRAWN: "withdrawn"}.get(way, "given"),
        "consent_names_content": way is not Way.NARROWED,
        "consent_discloser": str(scope.discloser),
        "consent_recipient": str(scope.recipient),
        "consent_purpose": "review" if way is Way.ELSEWHERE else str(scope.purpose),
        "consent_from": int((NOW - 5 * DAY).timestamp()),
        "consent_until": int((NOW + (-DAY if way is Way.EXPIRED else 5 * DAY)).timestamp()),
        "consent_assurance": "mail" if way is Way.BY_MAIL else "passkey",
        "consent_entitlement": "registered",
    }
    return facts if way is Way.STALE else {**facts, "consent_fresh": True}
