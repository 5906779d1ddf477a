"""Every text of a rule stands in Welsh, and none stands there for nothing."""

from collections.abc import Iterator

import pytest

from comity.core.signposting import signposts
from comity.core.signposting.rule import ReportingRule
from comity.signposts import _welsh, calendar, rules, welsh, welsh_reviewed_by
from comity.words.cards import Card, card, in_language
from comity.words.catalogue import Language
from comity.words.questions import question
from tests.signposts.test_rules import FACTS, NOW


def texts_of(rule: ReportingRule) -> Iterator[str]:
    body = rule.body
    yield from (body.name, *(each.name for each in body.named), body.does, body.hours)
    yield from (rule.what, rule.late, *rule.says_nothing_to)
    for clock in rule.clocks:
        yield from (clock.stage, clock.words)


def test_every_text_of_a_rule_is_translated_and_nothing_else_is() -> None:
    used = {text for rule in rules().all for text in texts_of(rule) if text}
    assert set(_welsh().table("texts").values) == used
    assert all(welsh(text) for text in used)


def test_nobody_has_reviewed_the_translation_until_a_person_is_named() -> None:
    assert welsh_reviewed_by() == ""


@pytest.mark.parametrize("language", Language)
def test_every_signpost_and_every_question_can_be_said(language: Language) -> None:
    at = calendar(NOW.year)
    cards = [card(each, NOW, at, language) for each in signposts(rules(), {}, NOW, at)]
    assert len(cards) > 30
    for each in cards:
        assert each.whom[0].isupper()
        assert each.depends, "nothing is known yet"
        assert not each.how.phone or (each.how.answers and each.how.unchecked)
    for fact in FACTS.values():
        asked = question(fact, language)
        assert asked.text.endswith("?")
        assert bool(asked.options) is (fact.kind != "instant")


def cards_in(language: Language, **known: object) -> dict[str, Card]:
    at = calendar(NOW.year)
    found = signposts(rules(), known, NOW, at)  # type: ignore[arg-type]  # values of facts
    return {each.rule.id: card(each, NOW, at, language) for each in found}


def test_a_card_says_the_same_in_both_languages_and_names_the_law_as_it_is_written() -> None:
    known = {"aware_at": NOW, "personal_data": True}
    english, cymraeg = (cards_in(each, **known)["gdpr_33"] for each in Language)
    assert english.due[0].when.startswith("by Friday 27 November 2026, 02:10 GMT (72 hours from")
    assert cymraeg.due[0].when.startswith("erbyn dydd Gwener 27 Tachwedd 2026, 02:10 GMT (72 awr o")
    assert english.source.partition(" (")[0] == cymraeg.source.partition(" (")[0]
    assert in_language(english.what, Language.WELSH) == cymraeg.what


def test_a_deadline_that_passed_says_what_to_do() -> None:
    before = NOW.replace(day=1)
    late = cards_in(Language.ENGLISH, aware_at=before, personal_data=True)["gdpr_33"]
    assert (late.due[0].passed, late.due[0].left) == (
        True, "the time has passed: tell them now, and why it is late",
    )  # fmt: skip
    soon = cards_in(Language.ENGLISH, aware_at=NOW, personal_data=True)["gdpr_33"]
    assert (soon.due[0].passed, soon.due[0].left) == (False, "72 hours left")
