"""The tests about first notices can fail: each finds a mistake that is planted for it."""

from typing import Any

import pytest

from comity.core.consent import Answer, Assurance, Entitlement
from comity.node import answer_consent, draft, return_codes, update_report
from comity.store.change import changed
from tests.node import test_draft as drafts
from tests.node import test_first_notice as notices
from tests.node.test_planted import Plant, is_found


def _says_yes(_right: object) -> Any:  # noqa: ANN401 - any function
    """Take whoever holds a code for a registered speaker who signed in with a one-time code."""

    def wrong(at: Any, consent: Any, *_: object) -> Any:  # noqa: ANN401 - any argument
        voice = answer_consent.Voice(Assurance.TOTP, Entitlement.REGISTERED, None)
        with at.store.writing() as records:
            asked = records.asked.get(consent)
            said = answer_consent.saying(records, at, asked, Answer.GIVEN, asked.items, voice)
            answer_consent.say(records, at, said, None)
        return answer_consent.Spoken(said, ())

    return wrong


def _any_report(_right: object) -> Any:  # noqa: ANN401 - any function
    """Let every code open the report that came first."""
    return lambda records, *_: records.return_codes.find()[0]


def _kept_in_the_clear(right: Any) -> Any:  # noqa: ANN401 - any function
    """Keep the code itself where its digest should stand."""

    def wrong(records: Any, at: Any, code: str, organisation: Any, report: Any) -> None:  # noqa: ANN401 - any argument
        right(records, at, code, organisation, report)
        newest = records.return_codes.find()[-1]
        records.return_codes.put(changed(newest, report=code))

    return wrong


def _everything_again(right: Any) -> Any:  # noqa: ANN401 - any function
    """Take every section for one that has changed."""
    return lambda records, at, own: {
        section: data + b" " for section, data in right(records, at, own).items()
    }


PLANTS = [
    Plant(
        "a code says yes",
        answer_consent.answer_consent,
        _says_yes,
        notices.test_with_a_code_one_sees_what_is_asked_and_can_say_no,
    ),
    Plant(
        "any code opens the first report",
        return_codes.opened_by,
        _any_report,
        notices.test_a_wrong_code_opens_changes_and_answers_nothing,
    ),
    Plant(
        "any code opens the first report, to whoever holds another",
        return_codes.opened_by,
        _any_report,
        notices.test_each_code_opens_its_own_report_and_no_other,
    ),
    Plant(
        "a code is kept",
        return_codes.give_code,
        _kept_in_the_clear,
        notices.test_a_code_is_kept_nowhere_and_neither_is_its_ticket,
    ),
    Plant(
        "who saves last wins in silence",
        draft.seen,
        lambda _: lambda *_: "0" * 64,
        drafts.test_who_answers_over_an_answer_that_was_not_seen_is_told_and_nothing_is_lost,
    ),
    Plant(
        "what was said before is sent again",
        update_report.own_sections,
        _everything_again,
        notices.test_only_what_is_new_is_sent_again,
    ),
]


@pytest.mark.parametrize("plant", PLANTS, ids=[each.what for each in PLANTS])
def test_a_planted_mistake_about_first_notices_is_found(
    plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant.found_by()
    assert is_found(plant, monkeypatch)
