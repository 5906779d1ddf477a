"""Every request around the promise, one by one, against an oracle written from the clause."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import cache
from itertools import product

import pytest

from comity.core.consent import Answer, Assurance, Consents, Entitlement, Status
from comity.core.gate import DisclosureRequest, Permit, decide
from comity.core.markings import Item
from comity.core.terms import PartyId, Purpose
from tests.core.world import (
    ACME,
    CONSENT,
    DAY,
    EDITED,
    FRONT_DOOR,
    GIVEN,
    ICO,
    ITEM,
    NCA,
    NCSC,
    NOW,
    REQUEST,
    agreements,
    known,
    labelled,
    told,
)
from tests.spec.promise import Told, keeps_the_promise, should_pass

MINUTES = timedelta(minutes=1)
REGULATION, REVIEW = Purpose("regulation"), Purpose("review")

DISCLOSERS = (NCA, NCSC)
RECIPIENTS = (ICO, NCA)
KINDS = ("organisation_specific", "aggregate", "signal")
GIVEN_TO = ((NCA,), (NCA, ICO), (ICO,))
ANSWERS = (Answer.GIVEN, Answer.REFUSED, Answer.WITHDRAWN, Answer.NONE)
PERIODS = ((-DAY, DAY), (-DAY, timedelta(0)), (timedelta(0), DAY), (MINUTES, DAY))
STATUSES = ((-5 * MINUTES, 5 * MINUTES), (-5 * MINUTES, timedelta(0)), None)
BY_WHOM = (
    (Assurance.PASSKEY, Entitlement.COLLEAGUE),
    (Assurance.MAIL, Entitlement.COLLEAGUE),
    (Assurance.PASSKEY, Entitlement.NONE),
)
FACTS = (
    REQUEST.facts,
    {name: fact for name, fact in REQUEST.facts.items() if name != "gateway"},
)
MORE = known(both_engaged=True, existence_only=True, control_passed=True, smallest_group=50)


@cache
def item(in_confidence: bool | None, given_to: tuple[PartyId, ...]) -> Item:  # noqa: FBT001 - a dimension
    return labelled(ITEM, sources=frozenset({told(ACME, *given_to, in_confidence=in_confidence)}))


@cache
def history(  # noqa: PLR0913, PLR0917 - the dimensions of the grid
    answer: Answer,
    names_content: bool,  # noqa: FBT001 - a dimension of the grid
    scope: tuple[PartyId, PartyId, Purpose],
    period: tuple[timedelta, timedelta],
    by_whom: tuple[Assurance, Entitlement],
    status: tuple[timedelta, timedelta] | None,
) -> Consents:
    if answer is Answer.NONE:
        return Consents()
    statement = replace(
        GIVEN,
        answer=answer,
        items=frozenset({ITEM.digest if names_content else EDITED}),
        discloser=scope[0],
        recipient=scope[1],
        purpose=scope[2],
        start=NOW + period[0],
        end=NOW + period[1],
        assurance=by_whom[0],
        entitlement=by_whom[1],
    )
    shown = () if status is None else (
        Status(consent=CONSENT, counter=9, newest_answer=GIVEN.counter,
               start=NOW + status[0], end=NOW + status[1]),
    )  # fmt: skip
    return Consents(statements=(statement,), statuses=shown)


def grid() -> Iterator[tuple[Told, DisclosureRequest, Consents]]:
    """Yield every point: the oracle's description, and what the gate is asked."""
    for discloser, recipient, kind, facts in product(DISCLOSERS, RECIPIENTS, KINDS, FACTS):
        base = replace(
            REQUEST, discloser=discloser, recipient=recipient, kind=kind, facts={**facts, **MORE}
        )
        for confidence, given_to in product((True, None, False), GIVEN_TO):
            request = replace(base, items=(item(confidence, given_to),))
            for answer, content, to, by, purpose, period, by_whom, status in product(
                ANSWERS, (True, False), (recipient, NCSC), (discloser, FRONT_DOOR),
                (REGULATION, REVIEW), PERIODS, BY_WHOM, STATUSES,
            ):  # fmt: skip
                point = Told(
                    discloser, recipient, kind, request.purpose, NOW, confidence,
                    frozenset(given_to), answer, content, by, to, purpose,
                    NOW + period[0], NOW + period[1], *by_whom,
                    NOW + status[0] if status else None, NOW + status[1] if status else None,
                    "gateway" in facts,
                )  # fmt: skip
                scope = (by, to, purpose)
                asked = history(answer, content, scope, period, by_whom, status)
                yield point, request, asked


@pytest.mark.slow
def test_every_request_around_the_promise_is_decided_as_the_clause_says() -> None:
    held = agreements()
    tried = permitted = kept_back = 0
    for point, request, asked in grid():
        tried += 1
        passes = isinstance(decide(held, request, asked, NOW), Permit)
        permitted += passes
        kept_back += not keeps_the_promise(point)
        assert not passes or keeps_the_promise(point), point
        if point.kind == "organisation_specific" and point.recipient == "ICO":
            assert passes == should_pass(point), point
    assert tried >= 200_000
    assert permitted >= 1_000
    assert kept_back >= 50_000
