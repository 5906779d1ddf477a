"""What holds of the rules that ship, whatever the incident."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from comity.core.language import Kind, Value
from comity.core.language.conditions import facts_in
from comity.core.signposting import Answer, Grade, next_question, signposts
from comity.signposts import calendar, rules

NOW = datetime(2026, 11, 24, 2, 10, tzinfo=UTC)
FACTS = rules().vocabulary.facts
MUST = re.compile(r"\b(must|shall|is obliged|has to|have to)\b")


def strategy(name: str) -> st.SearchStrategy[Value]:
    fact = FACTS[name]
    match fact.kind:
        case Kind.FLAG:
            return st.booleans()
        case Kind.SET:
            return st.frozensets(st.sampled_from(sorted(fact.values.meanings)), max_size=3)  # type: ignore[union-attr]  # a set has a list
        case Kind.ONE:
            return st.sampled_from(sorted(fact.values.meanings))  # type: ignore[union-attr]  # it has a list
        case _:
            return st.just(NOW)


incidents = st.fixed_dictionaries({}, optional={name: strategy(name) for name in FACTS})


def answers(known: dict[str, Value]) -> dict[str, Answer]:
    found = signposts(rules(), known, NOW, calendar(NOW.year))
    return {each.rule.id: each.answer for each in found}


@given(incidents)
@example({"personal_data": True, "risk_to_people": "likely"})
@example(
    {
        "personal_data": True,
        "risk_to_people": "likely",
        "for_another": False,
        "roles": frozenset({"communications_provider"}),
    }
)
@example(
    {
        "personal_data": True,
        "risk_to_people": "likely",
        "for_another": False,
        "roles": frozenset({"competent_authority", "communications_provider"}),
    }
)
def test_the_ico_is_always_named_when_people_are_likely_at_risk(known: dict[str, Value]) -> None:
    known |= {"personal_data": True, "risk_to_people": "likely", "for_another": False}
    found = signposts(rules(), known, NOW, calendar(NOW.year))
    named = {each.answer for each in found if each.rule.body.id == "ico"}
    assert named & {Answer.MUST, Answer.CHECK}


@given(incidents, incidents)
def test_learning_more_never_turns_a_must_into_a_no(
    known: dict[str, Value], more: dict[str, Value]
) -> None:
    before, after = answers(known), answers({**more, **known})
    for rule, answer in before.items():
        if answer is Answer.MUST and rule in after:
            assert after[rule] is Answer.MUST


@given(incidents)
def test_what_rests_on_memory_never_says_must(known: dict[str, Value]) -> None:
    for each in signposts(rules(), known, NOW, calendar(NOW.year)):
        if each.rule.grade is Grade.FROM_MEMORY:
            assert each.answer not in {Answer.MUST, Answer.NOW}


def test_no_text_of_a_rule_from_memory_says_that_somebody_must() -> None:
    for each in rules().all:
        if each.grade is Grade.FROM_MEMORY:
            assert not MUST.search(f"{each.what} {each.late}"), each.id


def test_every_fact_is_asked_by_some_rule_and_every_body_is_named() -> None:
    asked = {fact.name for each in rules().all for fact in facts_in(each.condition)}
    clocks = {clock.from_ for each in rules().all for clock in each.clocks}
    instants = {each.applies_on for each in rules().all}
    unused = FACTS.keys() - asked - clocks - instants
    assert unused <= {"occurred_at", "essential_for"}, "kept for the report"


def test_nobody_has_checked_a_number_until_a_person_is_named() -> None:
    assert {each.body.verified_by for each in rules().all} == {""}


def test_bank_holidays_differ_where_they_do() -> None:
    held = calendar(2026).holidays
    assert date(2026, 1, 2) in held["scotland"] - held["england"]
    assert date(2026, 4, 6) in held["england"] - held["scotland"]
    assert date(2026, 7, 13) in held["northern_ireland"] - held["wales"]
    assert all(date(year, 12, 25) in each for each in held.values() for year in range(2025, 2029))


TYPICAL: dict[str, Any] = {
    "roles": frozenset({"none_of_these"}),
    "nations": frozenset({"england"}),
    "aware_at": NOW,
    "personal_data": True,
    "risk_to_people": "high",
}


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"roles": frozenset({"charity"}), "serious_for_charity": True},
        {"nations": frozenset({"scotland"}), "roles": frozenset({"law_firm"})},
        {"personal_data": False},
    ],
)
def test_a_typical_case_of_ransomware_takes_at_most_nine_questions(more: dict[str, Any]) -> None:
    truth, asked = {**TYPICAL, **more}, list[str]()
    known: dict[str, Value] = {}
    while question := next_question(rules(), known, NOW, calendar(NOW.year)):
        asked.append(question.name)
        known[question.name] = truth.get(question.name, False)
        assert len(asked) <= 9, asked
    assert len(set(asked)) == len(asked)


def test_a_calendar_reaches_as_far_as_deadlines_of_its_year_do() -> None:
    far = calendar(2026).holidays["england"]
    assert max(far) > date(2026, 12, 31) + timedelta(days=400)
