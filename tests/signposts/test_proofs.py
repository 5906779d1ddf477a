"""What is proved of the rules that ship, for every incident and whatever of it is known.

A fact has a value and is known or not; a rule *must* apply, *may* apply, or does not. Three solvers
look for an incident that breaks a claim, and find none; where a rule is spoilt they find one.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given

from comity.core.language import Condition, Fact, Kind, Value
from comity.core.language.conditions import (
    NEVER,
    FactRef,
    Flag,
    In,
    Is,
    Literal,
    conjunction,
    disjunction,
    facts_in,
)
from comity.core.language.reduce import reduced
from comity.core.signposting import Answer, ReportingRule, Sort, next_question, signposts
from comity.proof.domain import Domain
from comity.proof.kleene import View, World, implies, negation
from comity.proof.solvers import Answer as Said
from comity.proof.solvers import ask_all
from comity.signposts import calendar, rules
from tests.signposts.test_rules import FACTS, NOW, incidents

DOMAIN = Domain(unnamed=dict.fromkeys(rules().vocabulary.values, 0), places={0: 1}, room=1)
"""Rules compare no numbers, and their lists are closed: whoever answers chooses from them."""

NOW_KNOWN, LATER = View(World(slots=0)), View(World(slots=0, name="later", own_knowledge=True))
TRUTH = View(World(slots=0), truth=True)
SINCE = date(2018, 5, 25)
"""Before this day the law was another one."""


def there_is_none(questions: dict[str, Condition]) -> bool:
    """Return whether all solvers say that no incident answers any of the questions."""
    return all(
        answer is Said.NONE for each in ask_all(questions, DOMAIN) for answer in each.answers
    )


def facts() -> dict[str, Fact]:
    """Return the facts that some rule rests on."""
    conditions = [each.condition for each in rules().all]
    conditions += [one.condition for each in rules().all for one in each.body.named]
    return {fact.name: fact for each in conditions for fact in facts_in(each)}


LEARNT = conjunction(implies(NOW_KNOWN.known(each), LATER.known(each)) for each in facts().values())
"""What is known now is known later."""


def broken(claim: Callable[[Condition], Condition]) -> dict[str, Condition]:
    """Return, for each rule and each name that depends, the question whether it breaks a claim."""
    named = {each.body.id: each.body.named for each in rules().all}
    asked = {each.id: claim(each.condition) for each in rules().all}
    return asked | {
        f"{body} {number}": claim(one.condition)
        for body, all_ in named.items()
        for number, one in enumerate(all_)
    }


def forgets_a_must(condition: Condition) -> Condition:
    return conjunction(
        [LEARNT, NOW_KNOWN.seen(condition).must, negation(LATER.seen(condition).must)]
    )


def brings_back_a_no(condition: Condition) -> Condition:
    return conjunction([LEARNT, negation(NOW_KNOWN.seen(condition).may), LATER.seen(condition).may])


def is_untrue(condition: Condition) -> Condition:
    """Return when what is said of a rule is not how it is."""
    said, truth = NOW_KNOWN.seen(condition), TRUTH.seen(condition).must
    too_much = conjunction([said.must, negation(truth)])
    return disjunction([too_much, conjunction([negation(said.may), truth])])


@pytest.mark.parametrize("claim", [forgets_a_must, brings_back_a_no, is_untrue])
def test_to_learn_more_never_turns_an_answer_round_and_every_answer_is_true(
    claim: Callable[[Condition], Condition],
) -> None:
    assert there_is_none(broken(claim))


def test_what_is_not_known_is_neither_yes_nor_no() -> None:
    """The controls of the claim above: what was known is forgotten, or a doubt is a yes."""

    def without_learning(condition: Condition) -> Condition:
        return conjunction([NOW_KNOWN.seen(condition).must, negation(LATER.seen(condition).must)])

    def doubt_is_yes(condition: Condition) -> Condition:
        truth = TRUTH.seen(condition).must
        return conjunction([NOW_KNOWN.seen(condition).may, negation(truth)])

    for spoilt in (without_learning, doubt_is_yes):
        found = ask_all(broken(spoilt), DOMAIN)
        assert {answer for each in found for answer in each.answers} == {Said.SOME}


# ------------------------------------------------------------------ the ICO is always named


def days() -> Iterator[date]:
    """Yield each day on which the law changes, as far as the rules know."""
    changes = {each.in_force_from for each in rules().all}
    changes |= {each.in_force_to + timedelta(days=1) for each in rules().all if each.in_force_to}
    yield from sorted({SINCE, *(each for each in changes if each and each > SINCE)})


def unnamed(in_force: Iterable[ReportingRule]) -> Condition:
    """Return when people are likely at risk, nobody else answers for them, and no ICO is named."""
    risk = [
        Flag(FACTS["personal_data"]),
        negation(Is(FactRef(FACTS["risk_to_people"]), Literal("unlikely"))),
        negation(Flag(FACTS["for_another"])),
    ]
    named = disjunction(
        NOW_KNOWN.seen(each.condition).may
        for each in in_force
        if each.body.id == "ico" and each.sort is Sort.DUTY
    )
    return conjunction([*risk, negation(named)])


def test_the_ico_is_named_whenever_people_are_likely_at_risk_on_every_day_of_the_law() -> None:
    found = list(days())
    assert len(found) > 5
    asked = {
        str(day): unnamed(each for each in rules().all if each.in_force_on(day)) for day in found
    }
    assert there_is_none(asked)


@pytest.mark.parametrize("left_out", ["gdpr_33", "dpa_67", "pecr_5a"])
def test_without_any_of_its_rules_somebody_is_not_sent_to_the_ico(left_out: str) -> None:
    today = [each for each in rules().all if each.in_force_on(NOW.date()) and each.id != left_out]
    (first, *others) = ask_all({"today": unnamed(today)}, DOMAIN)
    assert {each.answers for each in (first, *others)} == {(Said.SOME,)}


def test_a_breach_is_never_under_two_laws_of_personal_data_at_once() -> None:
    of = {each.id: TRUTH.seen(each.condition).must for each in rules().all}
    assert there_is_none({
        "GDPR and PECR": conjunction([of["gdpr_33"], of["pecr_5a"]]),
        "GDPR and law enforcement": conjunction([of["gdpr_33"], of["dpa_67"]]),
    })  # fmt: skip


# ------------------------------------------------------------------ nothing is there for nothing


def test_every_rule_applies_to_some_incident_and_not_to_every_one() -> None:
    for wanted in (
        broken(lambda condition: TRUTH.seen(condition).must),
        broken(lambda condition: negation(TRUTH.seen(condition).may)),
    ):
        for each in ask_all(wanted, DOMAIN):
            assert set(each.answers) == {Said.SOME}


def test_every_essential_service_in_every_nation_has_an_authority() -> None:
    (body,) = {each.body.id: each.body for each in rules().all if each.body.named}.values()
    nations = FactRef(FACTS["nations"])
    somewhere = disjunction(In(Literal(each), nations) for each in rules().nations)
    named = [TRUTH.seen(each.condition).must for each in body.named]
    assert there_is_none({"nobody": conjunction([somewhere, negation(disjunction(named))])})
    for left_out in range(len(named)):
        others = disjunction(named[:left_out] + named[left_out + 1 :])
        assert not there_is_none({"nobody": conjunction([somewhere, negation(others)])})


def differ(known: dict[str, Value], asked: Fact) -> Condition:
    """Return when two incidents that agree with what is known and differ in one fact differ."""
    other = View(World(slots=0, name="of the other", own=frozenset({asked.name})), truth=True)
    found = []
    for each in signposts(rules(), known, NOW, calendar(NOW.year)):
        conditions = (each.rule.condition, *(one.condition for one in each.rule.body.named))
        for condition in conditions if each.rule.can_say_must else ():
            rest = reduced(condition, known)
            one, two = TRUTH.seen(rest).must, other.seen(rest).must
            found.append(conjunction([one, negation(two)]))
            found.append(conjunction([two, negation(one)]))
    return disjunction(found) if found else NEVER


def dues(known: dict[str, Value]) -> list[tuple[str, str]]:
    found = signposts(rules(), known, NOW, calendar(NOW.year))
    return sorted((each.rule.id, str([one.due for one in each.deadlines])) for each in found)


@given(incidents)
def test_every_question_that_is_asked_can_change_what_comes_out(known: dict[str, Value]) -> None:
    asked = next_question(rules(), known, NOW, calendar(NOW.year))
    if asked is None:
        found = signposts(rules(), known, NOW, calendar(NOW.year))
        open_ = [each for each in found if each.answer is Answer.CHECK and each.rule.can_say_must]
        assert open_ == []
        return
    if asked.kind is Kind.INSTANT:
        before, after = dues(known), dues({**known, asked.name: NOW})
        assert before != after
        return
    said = ask_all({"differ": differ(known, asked)}, DOMAIN)
    assert {each.answers for each in said} == {(Said.SOME,)}


def test_a_question_that_changes_nothing_would_be_found() -> None:
    idle = replace(FACTS["insured"], name="idle")
    assert there_is_none({"differ": differ({}, idle)})
