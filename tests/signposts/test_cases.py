"""Each worked case comes to what its source says, and is due when it says."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from comity.core.signposting import Answer, Signpost, read_incident, signposts
from comity.core.terms import Table
from comity.signposts import calendar, rules

CASES: list[dict[str, Any]] = tomllib.loads(
    (Path(__file__).parent / "cases.toml").read_text(encoding="utf-8")
)["case"]
SAID = {
    "now_told": Answer.NOW,
    "must": Answer.MUST,
    "check": Answer.CHECK,
    "can": Answer.CAN,
    "not": Answer.NO,
}
IDS = [each["id"] for each in CASES]


def found(case: dict[str, Any]) -> dict[str, Signpost]:
    known = read_incident(Table(case["facts"], "cases.toml"), rules())
    now = case["now"]
    return {each.rule.id: each for each in signposts(rules(), known, now, calendar(now.year))}


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_a_worked_case_comes_to_what_its_source_says(case: dict[str, Any]) -> None:
    each = found(case)
    assert case["source"]
    for key, answer in SAID.items():
        assert {rule: each[rule].answer for rule in case.get(key, ())} == dict.fromkeys(
            case.get(key, ()), answer
        )
    for rule in case.get("absent", ()):
        assert rule not in each
    for rule, at in case.get("due", {}).items():
        assert each[rule].first_due == at
    for rule, at in case.get("last_due", {}).items():
        assert each[rule].deadlines[-1].due == at
    for rule in case.get("open", ()):
        assert each[rule].first_due is None
    for rule, names in case.get("whom", {}).items():
        assert list(each[rule].whom) == names
    for rule, facts in case.get("asks", {}).items():
        assert [fact.name for fact in each[rule].unknown] == facts


def test_whatever_must_be_told_in_a_case_is_named_by_it() -> None:
    for case in CASES:
        musts = {rule for rule, each in found(case).items() if each.answer is Answer.MUST}
        assert musts == set(case.get("must", ())), case["id"]


def test_the_cases_use_every_rule_and_every_name_that_depends() -> None:
    used = {rule for case in CASES for key in (*SAID, "absent") for rule in case.get(key, ())}
    assert {each.id for each in rules().all} == used
    told = {name for case in CASES for names in case.get("whom", {}).values() for name in names}
    bodies = {each.body.id: each.body for each in rules().all}.values()
    assert {one.name for body in bodies for one in body.named} <= told


def test_there_are_at_least_sixty_cases_and_each_is_another_one() -> None:
    assert len(CASES) >= 60
    assert len({repr(sorted(case.items())) for case in CASES}) == len(CASES) == len(set(IDS))
