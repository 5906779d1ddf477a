"""A refusal concerned an organisation's consent if a yes of it would have changed the reasons."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.core.consent import NOTHING, Consents
from comity.core.gate import DisclosureRequest, Refusal, decide
from comity.core.gate.concerned import concerned
from comity.core.markings import Item, Tlp
from comity.core.terms import ItemId, PartyId, Purpose
from tests.core.strategies import consents, likely_requests, requests
from tests.core.world import (
    ACME,
    ACME_TOLD_NCA,
    BOLT,
    FRESH,
    GIVEN,
    ITEM,
    NCA,
    NOW,
    REQUEST,
    SAID_YES,
    WITHDRAWN,
    about,
    agreements,
    digest,
    known,
    labelled,
    told,
)

BOLT_TOLD_NCA = told(BOLT, NCA, in_confidence=True)
OF_BOLT = replace(
    labelled(sources=frozenset({BOLT_TOLD_NCA})), id=ItemId("item-2"), digest=digest("bolt's")
)


def refused(request: DisclosureRequest = REQUEST, history: Consents = NOTHING) -> Refusal:
    decision = decide(agreements(), request, history, NOW)
    assert isinstance(decision, Refusal)
    return decision


@pytest.mark.parametrize(
    "history",
    [
        NOTHING,
        Consents(statements=(GIVEN, WITHDRAWN), statuses=(replace(FRESH, newest_answer=8),)),
        Consents(statements=(GIVEN,)),
    ],
    ids=["never asked", "withdrawn", "no fresh status"],
)
def test_who_did_not_say_yes_is_concerned_with_its_item_and_the_clause(history: Consents) -> None:
    assert [tuple(each) for each in concerned(refused(history=history))] == [
        (ACME, (ITEM,), ("I-1",))
    ]


def test_a_refusal_on_other_grounds_alone_concerns_nobody() -> None:
    assert concerned(refused(replace(REQUEST, facts={}), SAID_YES)) == ()
    red = about(labelled(tlp=Tlp.RED))
    assert concerned(refused(red, SAID_YES)) == ()


def test_the_other_grounds_of_a_refusal_are_not_told() -> None:
    refusal = refused(replace(REQUEST, facts=known(officer_named=True)))
    assert "P-2" in refusal.clauses
    (found,) = concerned(refusal)
    assert found.clauses == ("I-1",)


@pytest.mark.parametrize(
    "request_",
    [
        replace(REQUEST, items=()),
        replace(REQUEST, recipient=PartyId("NOBODY")),
        replace(REQUEST, purpose=Purpose("no_such_purpose")),
        about(labelled(agreements=frozenset({digest("a version that is not at hand")}))),
    ],
    ids=["nothing", "nobody", "no purpose", "no version"],
)
def test_what_no_yes_could_change_concerns_nobody(request_: DisclosureRequest) -> None:
    assert concerned(refused(request_)) == ()


def test_each_organisation_is_named_with_its_own_items_alone() -> None:
    found = concerned(refused(replace(REQUEST, items=(ITEM, OF_BOLT))))
    assert [(each.organisation, each.items) for each in found] == [
        (ACME, (ITEM,)),
        (BOLT, (OF_BOLT,)),
    ]


def test_who_said_yes_is_not_concerned_by_another_ones_silence() -> None:
    refusal = refused(replace(REQUEST, items=(ITEM, OF_BOLT)), SAID_YES)
    assert [each.organisation for each in concerned(refusal)] == [BOLT]
    both = about(labelled(sources=frozenset({ACME_TOLD_NCA, BOLT_TOLD_NCA})))
    assert [each.organisation for each in concerned(refused(both, SAID_YES))] == [BOLT]
    assert [each.organisation for each in concerned(refused(both))] == [ACME, BOLT]


@given(st.one_of(likely_requests, requests), consents)
def test_a_concern_is_always_about_the_organisations_own_items_and_refusing_clauses(
    request_: DisclosureRequest, history: Consents
) -> None:
    decision = decide(agreements(), request_, history, NOW)
    if not isinstance(decision, Refusal):
        return
    for each in concerned(decision):
        assert each.items
        assert set(each.clauses) <= set(decision.clauses)
        assert all(_is_from(each.organisation, item) for item in each.items)


def _is_from(organisation: str, item: Item) -> bool:
    return any(source.origin == organisation for source in item.label.sources)
