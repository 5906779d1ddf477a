"""The tests about mails can fail: each finds a mistake planted for it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from comity.core.mail import times
from comity.node import counsel, mail_address, mailing, members, occasions
from tests.node import test_mailing as rules
from tests.node.test_planted import Plant, is_found, nothing

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def always(_right: object) -> Any:  # noqa: ANN401 - any function
    """Say yes to everything."""
    return lambda *_: True


def never(_right: object) -> Any:  # noqa: ANN401 - any function
    """Say no to everything."""
    return lambda *_: False


def _every_day(right: Any) -> Any:  # noqa: ANN401 - any function
    """Remind people once more, in the middle."""
    return lambda asked_at, until: tuple(
        sorted({*right(asked_at, until), asked_at + timedelta(days=3)})
    )


def _to_everybody(right: Any) -> Any:  # noqa: ANN401 - any function
    """Tell those who are there for one report of every report."""
    return lambda records, node, occasion: right(
        records, node, replace(occasion, reports=frozenset())
    )


def _uncounted(right: Any) -> Any:  # noqa: ANN401 - any function
    """Hand a mail over without having counted that."""

    def wrong(records: Any, node: Any, key: str) -> Any:  # noqa: ANN401 - any argument
        before = records.mails.get(key)
        begun = right(records, node, key)
        if begun is not None:
            records.mails.put(before)
        return begun

    return wrong


def _before_it_goes(right: Any) -> Any:  # noqa: ANN401 - any function
    """Keep that a mail went before it does."""

    def wrong(records: Any, node: Any, key: str) -> Any:  # noqa: ANN401 - any argument
        begun = right(records, node, key)
        if begun is not None:
            mailing._end(records, node, begun[0])
        return begun

    return wrong


def a_lookalike_is_told() -> None:
    """Run the rule about affected domains with one below an affected one."""
    rules.test_no_mail_goes_to_an_affected_domain_or_to_one_that_looks_like_it(
        "anna@mail.acme.example"
    )


PLANTS = [
    Plant(
        "people are reminded a third time",
        times.told_at,
        _every_day,
        rules.test_people_are_told_when_a_question_comes_and_twice_more,
    ),
    Plant(
        "an affected domain is written to", mail_address.can_be_told, always, a_lookalike_is_told
    ),
    Plant(
        "an organisation that writes a report is at peace",
        mail_address._is_open,
        never,
        rules.test_an_organisation_that_has_begun_to_report_is_in_an_incident,
    ),
    Plant(
        "people are reminded of what was answered",
        occasions.stands,
        always,
        rules.test_nobody_is_reminded_of_what_was_answered_or_is_over,
    ),
    Plant(
        "a mail goes for what was answered meanwhile",
        occasions.stands,
        always,
        rules.test_an_answer_between_the_hour_and_the_mail_keeps_the_mail_back,
    ),
    Plant(
        "whoever may see one report is told of every report",
        occasions._people,
        _to_everybody,
        rules.test_whoever_may_see_one_report_is_told_of_that_one_alone,
    ),
    Plant(
        "the others are told beside counsel",
        counsel.waits_for_counsel,
        never,
        rules.test_counsel_is_told_first_and_the_others_once_counsel_has_looked,
    ),
    Plant(
        "a mail that nobody takes is tried for ever",
        mailing._begin,
        _uncounted,
        rules.test_a_mail_that_is_not_taken_is_tried_again_and_then_given_up_with_an_alarm,
    ),
    Plant(
        "a crash loses a mail",
        mailing._begin,
        _before_it_goes,
        rules.test_a_crash_while_a_mail_is_handed_over_loses_nothing,
    ),
    Plant(
        "somebody with two organisations gets two mails at once",
        mailing._last,
        lambda _: lambda *_: LONG_AGO,
        rules.test_a_person_with_two_organisations_gets_one_mail_in_an_hour,
    ),
    Plant(
        "the address of who left stays",
        members._tell_no_more,
        nothing,
        rules.test_whoever_left_or_whose_time_is_over_is_told_no_more_and_their_address_is_gone,
    ),
]


@pytest.mark.parametrize("plant", PLANTS, ids=[each.what for each in PLANTS])
def test_a_planted_mistake_about_mails_is_found(
    plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant.found_by()
    assert is_found(plant, monkeypatch)
