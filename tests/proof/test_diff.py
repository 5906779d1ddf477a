"""The difference of two versions: every request that changes is in a region, and no other."""

import pytest

from comity.core.agreement import Agreement, read_agreement
from comity.proof.diff import AXES, LETS_MORE_THROUGH, Change, diff, merged
from comity.shipped import SHIPPED
from tests.core.world import agreement, vocabulary

TERMS = agreement("front-door-terms")


def changed(name: str, before: str, after: str) -> Agreement:
    """Return a shipped agreement with one place of its text changed."""
    text = (SHIPPED / f"{name}.md").read_text(encoding="utf-8")
    assert text.count(before) >= 1
    return read_agreement(text.replace(before, after, 1).encode(), f"{name}.md", vocabulary())


def test_a_version_does_not_differ_from_itself() -> None:
    assert diff(TERMS, TERMS) == ()
    assert diff(agreement(), agreement()) == ()


def test_a_smaller_threshold_lets_smaller_groups_through() -> None:
    newer = changed("ico-nca-2024", "k = 10", "k = 5")
    allowed, *others = diff(agreement(), newer)
    assert allowed.change is Change.ALLOWED
    assert [allowed.values[axis] for axis in AXES] == [
        ("ICO",),
        ("NCA",),
        ("aggregate",),
        ("serious_organised_crime", "criminal_intelligence", "cyber_resilience"),
    ]
    assert allowed.about == ("k in the new", "k in the old", "smallest_group")
    smallest = allowed.where["smallest_group"]
    assert isinstance(smallest, int)
    assert 5 <= smallest < 10
    assert {each.change for each in others} == {Change.LET_GO}


def test_an_example_counts_from_nothing_and_not_from_below() -> None:
    first = "F-1.a  permit  discloser is FRONT_DOOR"
    older = changed("front-door-terms", first, f"{first} and 5 <= smallest_group")
    (allowed,) = (each for each in diff(older, TERMS) if each.change is Change.ALLOWED)
    assert allowed.where["smallest_group"] in range(5)


def test_a_larger_threshold_only_refuses_more() -> None:
    regions = diff(changed("ico-nca-2024", "k = 10", "k = 5"), agreement())
    assert {each.change for each in regions} == {Change.REFUSED, Change.STOPPED}
    assert not LETS_MORE_THROUGH & {each.change for each in regions}


DATED = changed("ico-nca-2024", "k = 10", "k = 10, k = 12 from 2027-01-01")


def test_both_versions_have_their_parameters_as_on_one_day() -> None:
    assert diff(DATED, DATED) == ()
    stricter = changed("ico-nca-2024", "k = 10", "k = 10, k = 15 from 2027-01-01")
    assert {each.change for each in diff(DATED, stricter)} == {Change.REFUSED, Change.STOPPED}
    sooner = changed("ico-nca-2024", "k = 10", "k = 10, k = 12 from 2026-12-01")
    assert {each.change for each in diff(DATED, sooner)} == {Change.REFUSED, Change.STOPPED}
    later = changed("ico-nca-2024", "k = 10", "k = 10, k = 12 from 2028-01-01")
    assert {each.change for each in diff(DATED, later)} == {Change.ALLOWED, Change.LET_GO}


def test_what_is_newly_allowed_comes_first() -> None:
    newer = changed(
        "front-door-terms", "kind in (report, message)\n       and     not any", "not any"
    )
    regions = diff(TERMS, newer)
    assert [each.change for each in regions] == sorted(
        (each.change for each in regions), key=list(Change).index
    )
    assert regions[0].change is Change.ALLOWED
    assert regions[0].about == ()
    assert "report" not in regions[0].values["kind"]
    assert "guidance" in regions[0].values["kind"]


def test_an_officer_who_need_not_be_named_is_what_the_region_is_about() -> None:
    before = "within_functions and officer_named and tlp <= TLP:AMBER+STRICT\n       then"
    newer = changed("ico-nca-2024", before, before.replace(" and officer_named", ""))
    (region,) = diff(agreement(), newer)
    assert region.change is Change.ALLOWED
    assert region.about == ("officer_named",)
    assert region.where["officer_named"] is not True


@pytest.mark.parametrize(
    ("points", "boxes"),
    [
        ([], 0),
        ([("a", "b", "c", "d")], 1),
        ([("a", "b", "c", "d"), ("a", "b", "c", "e")], 1),
        ([("a", "b", "c", "d"), ("a", "b", "f", "d")], 1),
        ([("a", "b", "c", "d"), ("x", "b", "f", "d")], 2),
    ],
)
def test_neighbours_are_put_together(points: list[tuple[str, ...]], boxes: int) -> None:
    found = merged(points)
    assert len(found) == boxes
    covered = {
        (a, b, c, d)
        for box in found
        for a in box[0]
        for b in box[1]
        for c in box[2]
        for d in box[3]
    }
    assert covered == set(points)
