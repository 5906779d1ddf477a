"""What passed outside is written down and told, and makes nothing pass."""

from dataclasses import replace
from datetime import timedelta

import pytest

from comity.core.notices import LONGEST_NAME, Kind, Outside
from comity.core.terms import CaseId, ItemId
from comity.node.node import NotPossibleError
from comity.node.record_outside import MOST_ITEMS, Passed, record_outside
from tests.node import telling as t
from tests.node import watched as w
from tests.node.telling import SECOND
from tests.node.world import CANARY, FRONT_DOOR, ICO, NCA, NCSC, OFFICER, World

HOUR = timedelta(hours=1)


def passed(world: World) -> Passed:
    """Return that the incident was handed to a court an hour ago."""
    with world.nodes[NCA].store.reading() as records:
        case = records.cases.find()[0].id
    return Passed(
        case=case,
        items=world.items(NCA, "incident"),
        recipient="Crown Court at Leeds",
        at=world.clock.now() - HOUR,
        ground=Outside.COURT_ORDER,
        shown_by=f"order 77 of the court, {CANARY}",
        officer=OFFICER,
        confirmed_by=SECOND,
    )


def test_what_a_court_ordered_is_recorded_and_told_as_made_outside() -> None:
    world, _ = w.watched()
    record_outside(world.nodes[NCA], passed(world))
    world.settle()
    (notice,) = t.shown(world)
    assert (notice.kind, notice.ground) == (Kind.OUTSIDE, Outside.COURT_ORDER)
    assert (notice.by, notice.recipient) == (NCA, "Crown Court at Leeds")
    assert (notice.sections, notice.at) == (("incident",), world.clock.now() - HOUR)
    assert (notice.purpose, notice.release, notice.clauses) == (None, None, ())
    assert t.types(world)["passed-outside"] == 1


def test_what_was_said_to_another_body_in_a_meeting_needs_one_officer_alone() -> None:
    world, _ = w.watched()
    said = replace(passed(world), ground=Outside.MEETING, recipient=ICO, confirmed_by=None)
    record_outside(world.nodes[NCA], said)
    world.settle()
    assert [(each.recipient, each.ground) for each in t.shown(world)] == [(ICO, Outside.MEETING)]


def test_it_makes_nothing_pass_whomever_it_names() -> None:
    world, wire = w.watched()
    for recipient in (ICO, NCSC, "Crown Court at Leeds"):
        record_outside(world.nodes[NCA], replace(passed(world), recipient=recipient))
        world.settle()
    assert w.at(world, ICO) == w.at(world, NCSC) == []
    assert wire.envelopes(ICO) == wire.envelopes(NCSC) == []
    with world.nodes[NCA].store.reading() as records:
        assert {each.to for each in records.outbox.find()} == {FRONT_DOOR}
        wishes = [each.request for each in records.wishes.find()]
    assert {each.kind for each in wishes} == {"message"}
    _, decision = t.ask(world, "incident")
    assert decision.clauses == ("I-1",)


def test_the_ledger_and_the_notice_hold_nothing_that_an_officer_wrote() -> None:
    world, _ = w.watched()
    record_outside(world.nodes[NCA], passed(world))
    world.settle()
    entries = repr(t.entries(world))
    assert "Leeds" not in entries
    assert CANARY not in entries
    assert CANARY not in repr(t.shown(world))
    assert "officer" not in repr(t.shown(world))


def test_it_can_be_told_later_as_every_disclosure() -> None:
    world, _ = w.watched()
    when = passed(world).at
    record_outside(world.nodes[NCA], replace(passed(world), delay=t.later(world, 10)))
    t.pass_days(world, 9)
    assert t.shown(world) == []
    t.pass_days(world, 1)
    (notice,) = t.shown(world)
    assert (notice.at, notice.delayed_under) == (when, "I-5")
    assert notice.delayed_since == when + HOUR


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"confirmed_by": None}, "second officer"),
        ({"confirmed_by": OFFICER}, "second officer"),
        ({"ground": Outside.STATUTORY_DUTY, "confirmed_by": None}, "second officer"),
        ({"items": ()}, "from 1 to"),
        ({"items": (ItemId("item-1"),) * (MOST_ITEMS + 1)}, "from 1 to"),
        ({"items": (ItemId("item-of-another-case"),)}, "not in this case"),
        ({"case": CaseId("case-1")}, "there is no case"),
        ({"shown_by": " "}, "nothing shows"),
        ({"recipient": ""}, "a name of at most"),
        ({"recipient": "a court\nand more"}, "a name of at most"),
        ({"recipient": "x" * (LONGEST_NAME + 1)}, "a name of at most"),
    ],
)
def test_a_record_that_does_not_say_what_it_must_is_refused_and_leaves_nothing(
    changes: dict[str, object], message: str
) -> None:
    world, _ = w.watched()
    before = len(t.entries(world))
    with pytest.raises(NotPossibleError, match=message):
        record_outside(world.nodes[NCA], replace(passed(world), **changes))  # type: ignore[arg-type] # fields of a record
    assert len(t.entries(world)) == before


def test_what_has_not_happened_yet_cannot_be_recorded() -> None:
    world, _ = w.watched()
    with pytest.raises(NotPossibleError, match="in the future"):
        record_outside(world.nodes[NCA], replace(passed(world), at=world.clock.now() + HOUR))
