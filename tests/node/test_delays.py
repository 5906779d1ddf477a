"""A notice that is delayed comes when the reason ends, once, and nothing shows before."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.core.exchange import Control
from comity.core.gate import Permit
from comity.core.notices import Kind
from comity.core.terms import ItemId, OfficerId, RequestId, Signed, decode
from comity.node import notify_organisation
from comity.node.contents import account_key, unlock
from comity.node.delays import Wanted, end, look_at_delays, renew, running_delays
from comity.node.deliver import CONTROLS, ENVELOPES
from comity.node.node import NotPossibleError, pair_ledger
from comity.node.possible_disclosures import Supposed, possible_disclosures
from comity.store.records import Progress
from tests.node import telling as t
from tests.node import watched as w
from tests.node.telling import DAY, SECOND
from tests.node.world import ACME, CANARY, FRONT_DOOR, ICO, NCA, OFFICER, REGULATION, World

MINUTE = timedelta(minutes=1)


def delayed(days: float = 30) -> tuple[World, RequestId, datetime]:
    """Return a world in which a disclosure was made, and Acme is told of it later."""
    world = t.consenting()
    request, decision = t.ask(world, "incident", delay=t.later(world, days))
    assert isinstance(decision, Permit)
    world.settle()
    assert w.wish(world, request).progress is Progress.SENT
    return world, request, world.clock.now()


def go_on(world: World, request: RequestId, days: float = 60, by: OfficerId = SECOND) -> None:
    """Let the delay go on until some days from now."""
    review = world.clock.now() + days * DAY
    renew(world.nodes[NCA], request, "It still would.", review, OFFICER, by)


def test_a_delayed_notice_comes_at_the_review_date_and_says_that_it_was_delayed() -> None:
    world, _, made = delayed()
    t.pass_days(world, 29)
    assert t.shown(world) == []
    t.pass_days(world, 1)
    (notice,) = t.shown(world)
    assert (notice.kind, notice.sections, notice.at) == (Kind.DISCLOSED, ("incident",), made)
    assert (notice.delayed_under, notice.delayed_since) == ("I-5", made)


def test_neither_the_reason_nor_the_officer_leaves_the_node() -> None:
    world, request, _ = delayed()
    go_on(world, request)
    t.pass_days(world, 60)
    door = world.nodes[FRONT_DOOR]
    with door.store.reading() as records:
        (held,) = records.notices.find()
        place = f"notices/{held.id}/content"
        said = unlock(records, door, account_key(ACME), place, held.content)
    assert b'"delayed_under":"I-5"' in said
    for secret in (b"suspect", CANARY.encode(), b"officer", b"still would", b"evidence"):
        assert secret not in said


def test_a_notice_that_nobody_delayed_says_nothing_of_a_delay() -> None:
    world = t.consenting()
    t.ask(world, "incident")
    world.settle()
    (notice,) = t.shown(world)
    assert (notice.delayed_under, notice.delayed_since) == ("", None)


def test_a_refusal_can_be_told_later_as_well() -> None:
    world, _ = w.watched()
    t.ask(world, "incident", delay=t.later(world, 3))
    t.pass_days(world, 2)
    assert t.shown(world) == []
    t.pass_days(world, 1)
    assert [(each.kind, each.delayed_under) for each in t.shown(world)] == [(Kind.REFUSED, "I-5")]


def test_who_does_not_delay_a_repeated_refusal_has_it_told_although_the_first_waits() -> None:
    world, _ = w.watched()
    t.ask(world, "incident", delay=t.later(world, 3))
    t.ask(world, "incident")
    world.settle()
    assert [each.delayed_under for each in t.shown(world)] == [""]


def test_a_delay_that_two_officers_renew_goes_on_and_then_ends() -> None:
    world, request, _ = delayed(30)
    t.pass_days(world, 29)
    go_on(world, request, 60)
    t.pass_days(world, 59)
    assert t.shown(world) == []
    t.pass_days(world, 1)
    assert len(t.shown(world)) == 1
    assert t.types(world)["delay-renewed"] == 1


def test_an_officer_ends_a_delay_early_and_the_organisation_is_told_then() -> None:
    world, request, _ = delayed()
    t.pass_days(world, 3)
    end(world.nodes[NCA], request, SECOND)
    world.settle()
    assert [each.delayed_under for each in t.shown(world)] == ["I-5"]
    t.pass_days(world, 60)
    assert len(t.shown(world)) == 1


def test_the_officers_see_what_is_told_later_and_whether_anything_waits() -> None:
    world = t.consenting()
    node = world.nodes[NCA]
    world.down.add(ICO)
    request, _ = t.ask(world, "incident", delay=t.later(world))
    world.settle()
    assert [(each.delay.about, each.waits) for each in running_delays(node)] == [(request, False)]
    world.down.clear()
    world.wait(10 * MINUTE)
    assert [each.waits for each in running_delays(node)] == [True]
    t.pass_days(world, 30)
    assert running_delays(node) == []


def test_what_is_sent_after_the_review_date_is_told_at_once_and_was_not_delayed() -> None:
    world = t.consenting()
    world.down.add(ICO)
    t.ask(world, "incident", delay=t.later(world, 2))
    t.pass_days(world, 3)
    assert t.shown(world) == []
    world.down.clear()
    world.wait(10 * MINUTE)
    assert [(each.kind, each.delayed_under) for each in t.shown(world)] == [(Kind.DISCLOSED, "")]


# ------------------------------------------------------------------ attacks


def test_the_reason_for_a_delay_can_be_asked_for_by_nobody() -> None:
    world, request, _ = delayed()
    node = world.nodes[NCA]
    (running,) = running_delays(node)
    reason = ItemId(running.delay.prejudice)
    with pytest.raises(NotPossibleError, match="never leaves this node"):
        t.ask(world, items=(reason,))
    supposed = Supposed(recipient=ICO, purpose=REGULATION, kind="organisation_specific", grounds={})
    found = possible_disclosures(node, supposed)
    assert found
    assert reason not in {each.item.id for each in found}
    assert request


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"days": -1}, "is past"),
        ({"days": 0}, "is past"),
        ({"days": 91}, "90 days away"),
        ({"clause": "I-77"}, "no agreement"),
        ({"clause": "FD-1"}, "no agreement"),
        ({"why": " \n"}, "nothing says"),
    ],
)
def test_a_delay_that_may_not_be_stops_the_request_and_records_nothing(
    changes: dict[str, Any], message: str
) -> None:
    world = t.consenting()
    before = len(t.entries(world))
    with pytest.raises(NotPossibleError, match=message):
        t.ask(world, "incident", delay=t.later(world, **changes))
    assert len(t.entries(world)) == before
    world.settle()
    assert w.at(world) == []


def test_one_officer_alone_cannot_let_a_delay_go_on() -> None:
    world, request, _ = delayed()
    with pytest.raises(NotPossibleError, match="second officer"):
        go_on(world, request, by=OFFICER)
    with pytest.raises(NotPossibleError, match="nothing says"):
        renew(world.nodes[NCA], request, "", world.clock.now() + 60 * DAY, OFFICER, SECOND)
    t.pass_days(world, 30)
    assert len(t.shown(world)) == 1


def test_once_the_organisation_was_told_there_is_nothing_to_delay() -> None:
    world, request, _ = delayed()
    t.pass_days(world, 30)
    with pytest.raises(NotPossibleError, match="no delay of that runs"):
        go_on(world, request)
    with pytest.raises(NotPossibleError, match="no delay of that runs"):
        end(world.nodes[NCA], request, OFFICER)
    undelayed, _ = t.ask(world, "technical")
    with pytest.raises(NotPossibleError, match="no delay of that runs"):
        go_on(world, undelayed)


def test_a_delay_whose_review_date_has_come_cannot_be_renewed_before_the_worker_looks() -> None:
    world, request, _ = delayed(30)
    world.clock.pass_(30 * DAY)
    with pytest.raises(NotPossibleError, match="no delay of that runs"):
        go_on(world, request)


def test_two_looks_at_one_review_date_tell_once() -> None:
    world, _, _ = delayed()
    world.clock.pass_(30 * DAY)
    assert look_at_delays(world.nodes[NCA]) == 2
    assert look_at_delays(world.nodes[NCA]) == 0
    world.settle()
    assert len(t.shown(world)) == 1
    assert t.types(world)["delay-ended"] == 1


def test_a_clock_that_goes_back_tells_nothing_twice_and_revives_no_delay() -> None:
    world, request, _ = delayed()
    t.pass_days(world, 30)
    world.clock.pass_(-20 * DAY)
    with pytest.raises(NotPossibleError, match="no delay of that runs"):
        go_on(world, request)
    world.clock.pass_(21 * DAY)
    world.settle()
    assert len(t.shown(world)) == 1


def test_a_worker_that_dies_while_it_tells_leaves_nothing_half_done(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world, _, _ = delayed()
    world.clock.pass_(30 * DAY)
    before = len(t.entries(world))

    def dies(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(notify_organisation, "put_to_gate", dies)
        with pytest.raises(KeyboardInterrupt):
            look_at_delays(world.nodes[NCA])
    assert len(t.entries(world)) == before
    w.requeue(world)
    world.settle()
    assert len(t.shown(world)) == 1


def test_until_the_review_date_a_delayed_notice_looks_like_no_disclosure_at_all() -> None:
    seen = [_towards_the_front_door(with_disclosure=each) for each in (False, True)]
    assert seen[0] == seen[1]
    assert seen[0][0] == 0
    assert seen[0][1]


def _towards_the_front_door(*, with_disclosure: bool) -> tuple[int, list[str], int]:
    """Return how many envelopes went to the front door, what else, and their common ledger."""
    world, wire = w.watched()
    w.consented(world, "incident")
    wire.passed.clear()
    if with_disclosure:
        t.ask(world, "incident", delay=t.later(world, 1))
    world.wait(timedelta(hours=2))
    to_door = [(path, body) for to, path, body, _ in wire.passed if to == FRONT_DOOR]
    controls = [
        decode(Control, decode(Signed, body, "a message").payload, "a message")
        for path, body in to_door
        if path == CONTROLS
    ]
    said = [each.type for each in controls if each.from_ == NCA and each.type != "poll"]
    with world.nodes[FRONT_DOOR].store.reading() as records:
        size = records.ledgers.size(pair_ledger(NCA))
    return sum(path == ENVELOPES for path, _ in to_door), said, size


# ------------------------------------------------------------------ all histories


class Happened(NamedTuple):
    """A request, what came of it, and when the organisation may be told."""

    request: RequestId
    kind: Kind
    at: datetime


STEPS = st.one_of(
    st.tuples(st.just("ask"), st.sampled_from(["incident", "technical"]), st.integers(0, 40)),
    st.tuples(st.just("renew"), st.integers(0, 3), st.integers(-1, 95)),
    st.tuples(st.just("end"), st.integers(0, 3), st.just(0)),
    st.tuples(st.just("wait"), st.integers(1, 20), st.just(0)),
    st.tuples(st.just("back"), st.integers(1, 5), st.just(0)),
)


@given(st.lists(STEPS, min_size=1, max_size=8))
@settings(deadline=None)
def test_of_all_histories_each_thing_is_told_once_and_not_before_its_delay_is_over(
    steps: list[tuple[str, Any, int]],
) -> None:
    check_history(steps)


def check_history(steps: list[tuple[str, Any, int]]) -> None:
    """Play a history, and see after each step that exactly what is due was told, once."""
    world = t.consenting()
    happened: list[Happened] = []
    until: dict[str, datetime] = {}
    done: set[str] = set()
    for what, which, days in [*steps, ("wait", 100, 0)]:
        _step(world, happened, until, what, which, days)
        now = world.clock.now()
        done |= {each.request for each in happened if until[each.request] <= now}
        told = [(each.kind, each.at) for each in t.shown(world)]
        expected = [(each.kind, each.at) for each in happened if each.request in done]
        assert sorted(told) == sorted(expected)


def _step(  # noqa: PLR0913, PLR0917 - the world, what is known of it, and the step
    world: World,
    happened: list[Happened],
    until: dict[str, datetime],
    what: str,
    which: Any,  # noqa: ANN401 - a section or a number
    days: int,
) -> None:
    node, now = world.nodes[NCA], world.clock.now()
    if what == "ask":
        t.pass_days(world, 2)  # within a day the same refusal would be told once
        delay: Wanted | None = t.later(world, days) if days else None
        request, decision = t.ask(world, which, delay=delay)
        kind = Kind.DISCLOSED if isinstance(decision, Permit) else Kind.REFUSED
        now = world.clock.now()
        happened.append(Happened(request, kind, now))
        until[request] = delay.review if delay else now
    elif what in {"renew", "end"} and which < len(happened):
        request = happened[which].request
        try:
            if what == "end":
                end(node, request, OFFICER)
                until[request] = now
            else:
                go_on(world, request, days)
                until[request] = now + days * DAY
        except NotPossibleError:
            pass  # it was over, or the date may not be
    elif what == "wait":
        t.pass_days(world, which)
    elif what == "back":
        world.clock.pass_(-which * MINUTE)
    world.settle()
