"""The tests about telling that others are engaged can fail: each finds a mistake planted for it."""

from dataclasses import replace
from typing import Any

import pytest

from comity.core.gate import decide
from comity.core.intake import MemberRole
from comity.node import draft, return_codes, tell_others, update_report
from tests.node import test_tell_others as others
from tests.node.test_planted import Plant, instead, nothing
from tests.node.world import ICO, NCA, NCSC

NOT_FOUND = (AssertionError, pytest.fail.Exception)


def _who_got_it_gets_it_again(right: Any) -> Any:  # noqa: ANN401 - any function
    """Tell a new word to everybody who got the old one."""

    def wrong(records: Any, at: Any, report_id: Any, report: Any, *more: Any) -> Any:  # noqa: ANN401 - any argument
        told = {
            each.body
            for each in records.told.find()
            if each.report == report_id and each.section == tell_others.ENGAGEMENT
        }
        wider = report.choices[tell_others.ENGAGEMENT] | told
        choices = {**report.choices, tell_others.ENGAGEMENT: frozenset(wider)}
        return right(records, at, report_id, replace(report, choices=choices), *more)

    return wrong


def _who_is_named_hears_it_too(right: Any) -> Any:  # noqa: ANN401 - any function
    """Tell it to the bodies that are named as well."""

    def wrong(records: Any, at: Any, report_id: Any, report: Any, *more: Any) -> Any:  # noqa: ANN401 - any argument
        named = report.answers[tell_others.ENGAGEMENT][tell_others.NAMED]
        wider = report.choices[tell_others.ENGAGEMENT] | set(named)
        choices = {**report.choices, tell_others.ENGAGEMENT: frozenset(wider)}
        return right(records, at, report_id, replace(report, choices=choices), *more)

    return wrong


def _a_wish_is_a_consent(right: Any) -> Any:  # noqa: ANN401 - any function
    """Let a section of wishes take what goes with it out of confidence."""

    def wrong(agreements: Any, request: Any, consents: Any, now: Any) -> Any:  # noqa: ANN401 - any argument
        open_ = tuple(_openly(each) for each in request.items)
        wishes = any(each.section == "sharing" for each in request.items)
        return right(
            agreements, replace(request, items=open_) if wishes else request, consents, now
        )

    return wrong


def _openly(item: Any) -> Any:  # noqa: ANN401 - an item
    sources = frozenset(replace(each, in_confidence=False) for each in item.label.sources)
    return replace(item, label=replace(item.label, sources=sources))


PLANTS = [
    Plant(
        "who got an older word gets the new one unasked",
        update_report.update_within,
        _who_got_it_gets_it_again,
        others.test_who_got_it_before_and_is_not_ticked_now_gets_no_new_version,
    ),
    Plant(
        "who is named hears it too",
        update_report.update_within,
        _who_is_named_hears_it_too,
        others.test_the_organisation_itself_can_tell_the_regulator_that_a_body_is_engaged,
    ),
    Plant(
        "a draft keeps the older word, and to whom it went",
        draft.keep_in_draft,
        nothing,
        others.test_a_draft_is_not_sent_with_it_and_later_sends_no_older_word,
    ),
    Plant(
        "what a colleague wrote is written over unseen",
        draft.check_section,
        nothing,
        others.test_whoever_did_not_see_what_a_colleague_wrote_is_told_and_nothing_is_sent,
    ),
    Plant(
        "a body can be named that was told nothing",
        tell_others._told,
        lambda _: lambda *_: frozenset({NCA, ICO, NCSC}),
        others.test_what_was_told_in_another_report_is_not_told_already_in_this_one,
    ),
    Plant(
        "everybody who may read may press the button",
        return_codes.opened_by,
        lambda right: lambda records, at, key, *_: right(records, at, key),
        lambda: others.test_only_who_may_send_can_press_the_button(MemberRole.READER),
    ),
    Plant(
        "a wish counts as a consent",
        decide,
        _a_wish_is_a_consent,
        lambda: others.test_a_yes_to_both_wishes_lets_nothing_pass_to_the_regulator(
            ("incident", "sharing")
        ),
    ),
]


@pytest.mark.parametrize("plant", PLANTS, ids=[each.what for each in PLANTS])
def test_a_planted_mistake_about_telling_others_is_found(
    plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant.found_by()
    instead(monkeypatch, plant.right, plant.wrap(plant.right))
    with pytest.raises(NOT_FOUND):
        plant.found_by()
