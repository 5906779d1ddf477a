"""Who answers at this hour: now, later, or nobody knows."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.core.signposting import Calendar, Opening, next_answered
from comity.core.terms import Code, InputError
from tests.core.signposting.small import altered, load

CHRISTMAS = frozenset({date(2026, 12, 25), date(2026, 12, 28)})
CALENDAR = Calendar(ZoneInfo("Europe/London"), {"england": CHRISTMAS, "scotland": frozenset()})
OFFICE = Opening(opens=9, closes=17, working_days_of="england")
ALWAYS = Opening(opens=0, closes=24)


def at(day: int, hour: int, minute: int = 0, month: int = 12) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "answered"),
    [
        (at(23, 9), at(23, 9)),
        (at(23, 16, 59), at(23, 16, 59)),
        (at(23, 17), at(24, 9)),
        (at(23, 8, 59), at(23, 9)),
        (at(24, 17), at(29, 9)),
        (at(19, 12), at(21, 9)),
        (at(1, 8, 30, month=7), at(1, 8, 30, month=7)),
    ],
)
def test_an_office_answers_in_its_hours_on_working_days_by_its_own_clock(
    now: datetime, answered: datetime
) -> None:
    assert next_answered([OFFICE], now, CALENDAR) == answered


def test_bank_holidays_are_those_of_the_office() -> None:
    scottish = Opening(opens=9, closes=17, working_days_of="scotland")
    assert next_answered([scottish], at(28, 12), CALENDAR) == at(28, 12)
    assert next_answered([OFFICE], at(28, 12), CALENDAR) == at(29, 9)
    assert next_answered([OFFICE, scottish], at(26, 12), CALENDAR) == at(28, 9)


def test_where_no_hours_are_known_nothing_is_said() -> None:
    assert next_answered([], at(23, 9), CALENDAR) is None


@given(
    st.integers(0, 2 * 365 * 24 * 60).map(
        lambda minutes: at(1, 0, month=1) + timedelta(minutes=minutes)
    )
)
def test_who_is_always_there_answers_now_and_nobody_is_there_before_now(now: datetime) -> None:
    assert next_answered([ALWAYS], now, CALENDAR) == now
    answered = next_answered([OFFICE], now, CALENDAR)
    assert answered is not None
    assert now <= answered <= now + timedelta(days=6)
    assert next_answered([OFFICE], answered, CALENDAR) == answered


OPEN = 'phone = "1"\nopenings = [{ opens = 9, closes = 17, working_days_of = "england" }]'


def test_hours_are_read_with_the_body() -> None:
    (body, *_) = [each.body for each in load(altered('phone = "1"', OPEN)).all]
    assert body.openings == (OFFICE,)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ("{ opens = 17, closes = 9 }", Code.BAD_RULE),
        ("{ opens = 9, closes = 25 }", Code.BAD_RULE),
        ("{ opens = -1 }", Code.BAD_RULE),
        ('{ working_days_of = "france" }', Code.UNKNOWN_VALUE),
        ('{ from = "nine" }', Code.UNKNOWN_KEY),
    ],
)
def test_hours_that_no_clock_shows_are_an_error(wrong: str, code: Code) -> None:
    with pytest.raises(InputError) as caught:
        load(altered('phone = "1"', f'phone = "1"\nopenings = [{wrong}]'))
    assert caught.value.code is code
