"""A notice says of its kind what it must, and nothing of another; old notices still decode."""

from dataclasses import replace

import pytest

from comity.core.notices import LONGEST_NAME, Kind, Notified, Outside, likeness, makes_sense
from comity.core.terms import ItemId, Purpose, ReleaseId, canonical, decode, encode
from tests.core.world import ACME, BOLT, DAY, ICO, INCIDENT, NCSC, NOW, REGULATION

DISCLOSED = Notified(
    notice=Kind.DISCLOSED,
    recipient=ICO,
    purpose=REGULATION,
    items=frozenset({INCIDENT}),
    clauses=("I-1",),
    release=ReleaseId("release-1"),
    at=NOW,
)
REFUSED = replace(DISCLOSED, notice=Kind.REFUSED, release=None)
OUTSIDE = replace(
    REFUSED, notice=Kind.OUTSIDE, recipient=None, purpose=None, clauses=(), named="a court",
    ground=Outside.COURT_ORDER,
)  # fmt: skip


@pytest.mark.parametrize("notice", [DISCLOSED, REFUSED, OUTSIDE], ids=["told", "no", "outside"])
def test_each_kind_of_notice_travels_and_makes_sense(notice: Notified) -> None:
    late = replace(notice, delayed_under="I-5", delayed_since=NOW)
    for each in (notice, late):
        assert decode(Notified, encode(each), "a notice") == each
        assert makes_sense(each)


def test_a_notice_from_before_there_were_delays_still_decodes() -> None:
    old = canonical(
        {
            "notice": "disclosed",
            "recipient": "ICO",
            "purpose": "regulation",
            "items": [INCIDENT],
            "clauses": ["I-1"],
            "release": "release-1",
            "at": NOW,
        }
    )
    assert decode(Notified, old, "a notice") == DISCLOSED


@pytest.mark.parametrize(
    "notice",
    [
        replace(REFUSED, release=ReleaseId("release-1")),
        replace(DISCLOSED, release=None),
        replace(DISCLOSED, ground=Outside.MEETING),
        replace(DISCLOSED, named="a court"),
        replace(DISCLOSED, recipient=None),
        replace(DISCLOSED, purpose=None),
        replace(DISCLOSED, items=frozenset()),
        replace(OUTSIDE, release=ReleaseId("release-1")),
        replace(OUTSIDE, ground=None),
        replace(OUTSIDE, purpose=REGULATION),
        replace(OUTSIDE, recipient=ICO),
        replace(OUTSIDE, named=""),
        replace(OUTSIDE, named="x" * (LONGEST_NAME + 1)),
        replace(OUTSIDE, named="a court\nand ICO"),
        replace(OUTSIDE, named=" "),
        replace(DISCLOSED, delayed_under="I-5"),
        replace(DISCLOSED, delayed_since=NOW),
    ],
)
def test_a_notice_that_says_too_much_or_too_little_makes_no_sense(notice: Notified) -> None:
    assert not makes_sense(notice)


def test_notices_are_alike_if_they_say_the_same_but_for_times() -> None:
    about = frozenset({ItemId("item-1")})
    alike = likeness(ACME, REFUSED, about)
    assert alike == likeness(ACME, replace(REFUSED, at=NOW + DAY, clauses=("I-2",)), about)
    others = [
        likeness(BOLT, REFUSED, about),
        likeness(ACME, replace(REFUSED, recipient=NCSC), about),
        likeness(ACME, replace(REFUSED, purpose=Purpose("review")), about),
        likeness(ACME, replace(REFUSED, notice=Kind.STOPPED), about),
        likeness(ACME, REFUSED, frozenset({ItemId("item-2")})),
    ]
    assert alike not in others
