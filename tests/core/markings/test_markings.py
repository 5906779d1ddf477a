"""A label is at least as strict as every label it was made from."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.core.markings import TLP_ORDER, Label, Tlp, join, made_by, told_in_confidence
from comity.core.terms import Code, InputError
from tests.core.strategies import labels
from tests.core.world import ACME, ACME_TOLD_NCA, ICO, LABEL, NCA, digest, told

STRICTNESS = {False: 0, None: 1, True: 2}


def is_at_least_as_strict(a: Label, b: Label) -> bool:
    return (
        a.sources >= b.sources
        and TLP_ORDER[a.tlp] >= TLP_ORDER[b.tlp]
        and a.restrictions >= b.restrictions
        and a.agreements >= b.agreements
        and STRICTNESS[a.identifies_people] >= STRICTNESS[b.identifies_people]
        and STRICTNESS[a.identifies_organisation] >= STRICTNESS[b.identifies_organisation]
    )


def test_a_label_without_a_source_cannot_be_made() -> None:
    with pytest.raises(InputError) as error:
        Label(sources=frozenset())
    assert error.value.code is Code.EMPTY_LABEL
    assert "at least one source" in str(error.value)


def test_what_is_made_from_nothing_has_no_label() -> None:
    with pytest.raises(InputError, match="at least one source"):
        join([])


def test_a_label_cannot_be_emptied_afterwards() -> None:
    with pytest.raises(InputError, match="at least one source"):
        replace(LABEL, sources=frozenset())


def test_what_a_body_makes_itself_comes_from_that_body() -> None:
    label = made_by(NCA, frozenset({digest("a version")}))
    assert [source.origin for source in label.sources] == [NCA]
    assert label.agreements == {digest("a version")}


def test_what_an_organisation_tells_is_in_confidence_and_amber_strict_by_default() -> None:
    label = told_in_confidence(ACME, frozenset({NCA}))
    assert label.sources == {ACME_TOLD_NCA}
    assert label.tlp is Tlp.AMBER_STRICT


def test_tlp_is_ordered_as_the_standard_orders_it() -> None:
    assert [tlp.value for tlp in sorted(Tlp, key=TLP_ORDER.__getitem__)] == [
        "TLP:CLEAR",
        "TLP:GREEN",
        "TLP:AMBER",
        "TLP:AMBER+STRICT",
        "TLP:RED",
    ]


def test_a_note_made_from_two_reports_carries_both_and_the_stricter_tlp() -> None:
    other = replace(
        LABEL,
        sources=frozenset({told(ACME, ICO, in_confidence=False)}),
        tlp=Tlp.RED,
        restrictions=frozenset({"hmrc"}),
        agreements=frozenset({digest("one")}),
    )
    note = join([replace(LABEL, agreements=frozenset({digest("two")})), other])
    assert note.agreements == {digest("one"), digest("two")}
    assert note.sources == LABEL.sources | other.sources
    assert note.tlp is Tlp.RED
    assert note.restrictions == {"hmrc"}


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        (True, False, True),
        (True, None, True),
        (None, False, None),
        (None, None, None),
        (False, False, False),
        (False, True, True),
        (False, None, None),
    ],
)
def test_whoever_may_be_identified_in_a_part_may_be_identified_in_the_whole(
    a: bool | None,  # noqa: FBT001 - a case of the table
    b: bool | None,  # noqa: FBT001 - a case of the table
    expected: bool | None,  # noqa: FBT001 - a case of the table
) -> None:
    joined = join([replace(LABEL, identifies_people=a), replace(LABEL, identifies_people=b)])
    assert joined.identifies_people is expected
    joined = join(
        [replace(LABEL, identifies_organisation=a), replace(LABEL, identifies_organisation=b)]
    )
    assert joined.identifies_organisation is expected


@given(labels, labels)
def test_join_is_commutative(a: Label, b: Label) -> None:
    assert join([a, b]) == join([b, a])


@given(labels, labels, labels)
def test_join_is_associative(a: Label, b: Label, c: Label) -> None:
    assert join([join([a, b]), c]) == join([a, join([b, c])])


@given(labels)
def test_join_is_idempotent(a: Label) -> None:
    assert join([a, a]) == a == join([a])


@given(st.lists(labels, min_size=1, max_size=4))
def test_nothing_derived_is_freer_than_any_of_its_parts(parts: list[Label]) -> None:
    joined = join(parts)
    assert all(is_at_least_as_strict(joined, part) for part in parts)


@given(labels, labels, labels)
def test_join_is_the_least_of_all_labels_that_are_as_strict_as_both(
    a: Label, b: Label, other: Label
) -> None:
    bound = join([a, b, other])
    assert is_at_least_as_strict(bound, join([a, b]))
