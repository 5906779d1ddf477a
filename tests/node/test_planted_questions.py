"""Mistakes planted into what a person sees of a question and may answer are found by the tests."""

from typing import Any

import pytest

from comity.core.intake import May
from comity.node import answer_consent, counsel, seek_consent, show_question
from comity.store.change import changed
from tests.node import test_show_question as questions
from tests.node.test_planted import Plant, is_found, nothing


def _longer(right: Any) -> Any:  # noqa: ANN401 - any function
    """Let a yes count for as long as was asked, whatever day was named."""
    return lambda asked, _end: right(asked, None)


def _any_wording(right: Any) -> Any:  # noqa: ANN401 - any function
    """Show the wording that is kept for whatever was told before."""

    def wrong(records: Any, node: Any, told: Any, _latest: Any) -> Any:  # noqa: ANN401 - any argument
        return right(records, node, told, {(told.report, told.section): told.version})

    return wrong


def _to_anybody(right: Any) -> Any:  # noqa: ANN401 - any function
    """Show a question to whoever knows its id."""

    def wrong(records: Any, node: Any, _person: Any, consent: Any, may: Any) -> Any:  # noqa: ANN401 - any argument
        manager = records.members.find()[0].person
        return right(records, node, manager, consent, may)

    return wrong


def _reading_is_enough(right: Any) -> Any:  # noqa: ANN401 - any function
    """Let whoever reads a question do everything with it."""

    def wrong(records: Any, node: Any, person: Any, consent: Any, _may: Any) -> Any:  # noqa: ANN401 - any argument
        return right(records, node, person, consent, May.READ)

    return wrong


def _never_looked(right: Any) -> Any:  # noqa: ANN401 - any function
    """Let counsel hold everything up for ever."""
    return lambda records, node, asked: right(records, node, changed(asked, counsel=None))


PLANTS = [
    Plant(
        "a yes waits for no counsel",
        counsel.check_counsel,
        nothing,
        questions.test_while_there_is_counsel_nobody_says_yes_before_counsel_has_looked,
    ),
    Plant(
        "counsel holds everything up for ever",
        counsel.waits_for_counsel,
        _never_looked,
        questions.test_while_there_is_counsel_nobody_says_yes_before_counsel_has_looked,
    ),
    Plant(
        "anybody looks as counsel",
        show_question.asked_of,
        _reading_is_enough,
        questions.test_nobody_but_counsel_looks_as_counsel,
    ),
    Plant(
        "a question is shown to anybody",
        show_question.asked_of,
        _to_anybody,
        questions.test_a_question_is_shown_to_nobody_who_does_not_open_the_report,
    ),
    Plant(
        "a question says no clause",
        seek_consent._clauses,
        lambda _right: lambda *_: (),
        questions.test_a_question_shows_the_exact_words_who_may_agree_and_what_was_answered,
    ),
    Plant(
        "an older wording is shown as the newest",
        show_question._answers,
        _any_wording,
        questions.test_nobody_agrees_on_a_page_to_an_older_wording_that_is_not_kept,
    ),
    Plant(
        "a yes counts longer than was said",
        answer_consent.ending,
        _longer,
        questions.test_a_yes_ends_on_the_day_that_was_named_and_never_later_than_was_asked,
    ),
]


@pytest.mark.parametrize("plant", PLANTS, ids=[each.what for each in PLANTS])
def test_a_planted_mistake_about_questions_is_found(
    plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant.found_by()
    assert is_found(plant, monkeypatch)
