"""A text is at least as strict as all that its author may have had in mind."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.core.casework import (
    Case,
    Independence,
    NotIndependentError,
    label_of_text,
    lifted,
)
from comity.core.gate import Permit, decide
from comity.core.markings import TLP_ORDER, Item, Label, Source, Tlp, join, made_by
from comity.core.terms import CaseId, ItemId, OfficerId, PartyId, decode, encode
from tests.core import strategies
from tests.core.world import ACME, ITEM, LABEL, NCA, NCSC, NOW, REQUEST, SAID_YES, about, agreements
from tests.core.world import digest as digest_for

AGREEMENTS = frozenset({digest_for("an agreement")})
ANN, BEN = OfficerId("ann"), OfficerId("ben")
TEXT, PUBLIC = ItemId("note-1"), ItemId("public-1")
OWN_WORK = Source(origin=NCSC, in_confidence=False)
ELSEWHERE = replace(
    ITEM,
    id=PUBLIC,
    label=Label(sources=frozenset({OWN_WORK}), tlp=Tlp.GREEN, identifies_people=False),
)
SAYS_SO = Independence(text=TEXT, parents=frozenset({PUBLIC}), declared_by=ANN, confirmed_by=BEN)
ITEM_IDS = st.sampled_from([ItemId(f"item-{n}") for n in range(4)])


def at_least_as_strict(a: Label, b: Label) -> bool:
    order = {False: 0, None: 1, True: 2}
    return (
        a.sources >= b.sources
        and TLP_ORDER[a.tlp] >= TLP_ORDER[b.tlp]
        and a.restrictions >= b.restrictions
        and a.agreements >= b.agreements
        and order[a.identifies_people] >= order[b.identifies_people]
        and order[a.identifies_organisation] >= order[b.identifies_organisation]
    )


def shows_nothing(independence: Independence, *parents: Item) -> None:
    with pytest.raises(NotIndependentError):
        lifted(independence, NCA, parents, AGREEMENTS)


def test_a_note_in_a_case_carries_what_was_told_in_confidence() -> None:
    label = label_of_text(NCA, [ITEM.label, ELSEWHERE.label], AGREEMENTS)
    assert label.sources >= LABEL.sources | {OWN_WORK}
    assert label.tlp is Tlp.AMBER_STRICT
    assert label.agreements == AGREEMENTS


def test_a_summary_of_what_was_told_in_confidence_does_not_leave_without_a_consent_of_its_own() -> (
    None
):
    said = decide(agreements(), REQUEST, replace(SAID_YES, statements=()), NOW)
    note = replace(ITEM, id=TEXT, digest=digest_for("a summary"))
    note = replace(note, label=label_of_text(NCA, [ITEM.label], frozenset()))
    assert not isinstance(said, Permit)
    assert not isinstance(decide(agreements(), about(note), SAID_YES, NOW), Permit)


def test_a_text_about_an_organisation_of_which_nothing_is_held_names_the_body() -> None:
    label = label_of_text(NCA, [], AGREEMENTS)
    assert label.sources == made_by(NCA).sources
    assert label.identifies_organisation is True
    assert label.identifies_people is None
    assert label.tlp is Tlp.AMBER_STRICT


@given(strategies.parties, st.lists(strategies.items, max_size=4))
def test_a_text_is_at_least_as_strict_as_everything_that_is_held(
    body: PartyId, held: list[Item]
) -> None:
    label = label_of_text(body, [each.label for each in held], AGREEMENTS)
    assert all(at_least_as_strict(label, item.label) for item in held)
    assert made_by(body).sources <= label.sources
    assert label.identifies_organisation is True
    assert label.agreements >= AGREEMENTS


def test_an_independent_source_lifts_a_label_to_its_own() -> None:
    label = lifted(SAYS_SO, NCA, [ELSEWHERE], AGREEMENTS)
    assert label == join([made_by(NCA, AGREEMENTS), ELSEWHERE.label])
    assert ACME not in {source.origin for source in label.sources}


def test_a_public_document_lifts_a_label_to_the_body_that_read_it() -> None:
    public = replace(SAYS_SO, parents=frozenset(), published_at="https://example.org/notice")
    label = lifted(public, NCA, [], AGREEMENTS)
    assert label == made_by(NCA, AGREEMENTS)
    assert label.identifies_organisation is None
    assert label.identifies_people is None


def test_naming_what_was_told_in_confidence_lifts_nothing() -> None:
    label = lifted(replace(SAYS_SO, parents=frozenset({ITEM.id})), NCA, [ITEM], AGREEMENTS)
    assert at_least_as_strict(label, LABEL)


def test_one_officer_alone_lifts_nothing() -> None:
    shows_nothing(replace(SAYS_SO, confirmed_by=ANN), ELSEWHERE)


def test_a_declaration_that_names_nothing_lifts_nothing() -> None:
    shows_nothing(replace(SAYS_SO, parents=frozenset()))


def test_a_text_is_not_its_own_source() -> None:
    itself = replace(ELSEWHERE, id=TEXT)
    shows_nothing(replace(SAYS_SO, parents=frozenset({TEXT})), itself)
    shows_nothing(replace(SAYS_SO, parents=frozenset({TEXT, PUBLIC})), itself, ELSEWHERE)


def test_a_source_that_is_not_at_hand_lifts_nothing() -> None:
    shows_nothing(SAYS_SO)
    shows_nothing(SAYS_SO, ITEM)
    shows_nothing(replace(SAYS_SO, published_at="https://example.org/notice"))


def test_a_source_that_was_not_named_is_not_taken() -> None:
    shows_nothing(SAYS_SO, ELSEWHERE, ITEM)
    public = replace(SAYS_SO, parents=frozenset(), published_at="https://example.org/notice")
    shows_nothing(public, ELSEWHERE)


@given(
    strategies.parties,
    st.dictionaries(ITEM_IDS, strategies.labels, min_size=1, max_size=3),
    st.frozensets(ITEM_IDS, max_size=3),
    st.sampled_from([ANN, BEN]),
)
def test_a_lifted_label_is_the_join_of_all_that_was_named_or_there_is_none(
    body: PartyId,
    held: dict[ItemId, Label],
    named: frozenset[ItemId],
    second: OfficerId,
) -> None:
    parents = [replace(ITEM, id=each, label=label) for each, label in held.items()]
    says = replace(SAYS_SO, parents=named, confirmed_by=second)
    try:
        label = lifted(says, body, parents, AGREEMENTS)
    except NotIndependentError:
        assert second is ANN or named != frozenset(held)
        return
    assert second is BEN
    assert named == frozenset(held)
    assert label == join([made_by(body, AGREEMENTS), *held.values()])


def test_a_case_and_a_declaration_are_kept_as_they_are() -> None:
    case = Case(id=CaseId("case-1"), organisation=ACME, opened_by=ANN, opened_at=NOW)
    assert decode(Case, encode(case), "a case") == case
    assert decode(Independence, encode(SAYS_SO), "a declaration") == SAYS_SO
