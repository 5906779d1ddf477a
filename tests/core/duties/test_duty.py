"""A duty begins when the disclosure was made; it is done in time, or breached for good."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.core.agreement import Owner
from comity.core.duties import AlreadyDoneError, Discharge, Duty, State, begun, done, duties_of
from comity.core.gate import Permit
from comity.core.terms import EvidenceId, OfficerId, ReleaseId, RequestId, digest_of
from tests.core.gate.test_gate import ask
from tests.core.world import NOW, agreement

RELEASE, WISH = ReleaseId("release-1"), RequestId("request-1")
WAITING = Duty(
    id="release-1/I-2.a/2",
    release=RELEASE,
    request=WISH,
    agreement=digest_of("an agreement"),
    clause="I-2",
    what="show it",
    hours=24,
)
HOUR = timedelta(hours=1)
INSTANT = timedelta(microseconds=1)
hours = st.integers(-50, 50).map(lambda number: NOW + number * HOUR)


def discharge(hour: float = 0) -> Discharge:
    return Discharge(
        officer=OfficerId("officer-1"), at=NOW + hour * HOUR, shown_by=EvidenceId("notice-1")
    )


def permit() -> Permit:
    found = ask()
    assert isinstance(found, Permit)
    return found


def test_a_permit_leaves_the_discloser_what_its_rule_says_and_by_when() -> None:
    (duty,) = duties_of(permit(), Owner.DISCLOSER, RELEASE, WISH)
    assert duty == Duty(
        id="release-1/I-2.a/2",
        release=RELEASE,
        request=WISH,
        agreement=agreement().digest,
        clause="I-2",
        what="show the disclosure to the organisation",
        hours=5 * 24,
    )
    assert duty.state_at(NOW) is State.WAITING


def test_what_is_owed_before_sending_and_what_another_owes_is_no_duty_of_the_discloser() -> None:
    assert duties_of(permit(), Owner.RECIPIENT, RELEASE) == ()
    ids = [each.id for each in duties_of(permit(), Owner.DISCLOSER, RELEASE)]
    assert ids == ["release-1/I-2.a/2"], "the first line of the rule is owed before"


def test_nothing_is_owed_until_the_disclosure_was_made() -> None:
    assert WAITING.due is None
    assert not WAITING.is_undone
    assert WAITING.state_at(NOW + 1_000 * HOUR) is State.WAITING
    with pytest.raises(AlreadyDoneError, match="not owed yet"):
        done(WAITING, discharge())


def test_a_duty_is_open_up_to_the_very_instant_it_is_due() -> None:
    open_ = begun(WAITING, NOW)
    assert open_.due == NOW + 24 * HOUR
    assert open_.state_at(NOW) is State.OPEN
    assert open_.state_at(NOW + 24 * HOUR) is State.OPEN
    assert open_.state_at(NOW + 24 * HOUR + INSTANT) is State.BREACHED


def test_what_is_done_in_time_stays_done_and_what_is_done_late_stays_breached() -> None:
    in_time = done(begun(WAITING, NOW), discharge(24))
    late = done(begun(WAITING, NOW), discharge(24.1))
    for later in (25, 1_000):
        assert in_time.state_at(NOW + later * HOUR) is State.DONE
        assert late.state_at(NOW + later * HOUR) is State.BREACHED


def test_it_begins_once_and_is_done_once() -> None:
    open_ = begun(WAITING, NOW)
    assert begun(open_, NOW + HOUR) == open_
    once = done(open_, discharge(1))
    with pytest.raises(AlreadyDoneError, match="done already"):
        done(once, discharge(2))


@given(st.lists(st.tuples(st.booleans(), hours), max_size=6), hours, hours)
def test_no_history_turns_a_breach_into_anything_else(
    history: list[tuple[bool, datetime]], earlier: datetime, later: datetime
) -> None:
    duty = WAITING
    for begins, at in history:
        try:
            duty = begun(duty, at) if begins else done(duty, _at(at))
        except AlreadyDoneError:
            continue
    if duty.discharge is not None and duty.since is not None:
        in_time = duty.discharge.at <= duty.since + 24 * HOUR
        expected = State.DONE if in_time else State.BREACHED
        assert duty.state_at(later) is expected
    if duty.state_at(earlier) is State.BREACHED and earlier <= later:
        assert duty.state_at(later) is State.BREACHED


def _at(at: datetime) -> Discharge:
    return Discharge(officer=OfficerId("o"), at=at, shown_by=EvidenceId("e"))
