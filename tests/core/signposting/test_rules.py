"""Rules are data: what does not hold together is one error that says where."""

from datetime import date

import pytest

from comity.core.signposting import Grade, Sort
from comity.core.terms import Code, InputError
from tests.core.signposting.small import TEXT, altered, load


def test_rules_are_read_in_the_order_of_the_file_with_what_is_usual() -> None:
    found = load()
    assert [each.id for each in found.all] == [
        "help", "wet", "wet_before", "remembered", "kind", "coming",
    ]  # fmt: skip
    wet = found.all[1]
    assert (wet.sort, wet.grade, wet.nations) == (Sort.DUTY, Grade.SUMMARY, ("england", "scotland"))
    assert (wet.body.name, wet.says_nothing_to) == ("the harbour master", ("the owner",))
    assert wet.applies_on == "aware_at"
    assert [each.stage for each in wet.clocks] == ["first", "last"]
    assert found.nations == ("england", "scotland")


@pytest.mark.parametrize(
    ("rule", "day", "in_force"),
    [
        ("wet", date(2026, 1, 1), False),
        ("wet", date(2026, 1, 2), True),
        ("wet_before", date(2026, 1, 1), True),
        ("wet_before", date(2026, 1, 2), False),
        ("coming", date(2999, 1, 1), False),
    ],
)
def test_a_rule_is_in_force_from_its_first_day_to_its_last(
    rule: str,
    day: date,
    in_force: bool,  # noqa: FBT001 - what is expected
) -> None:
    found = next(each for each in load().all if each.id == rule)
    assert found.in_force_on(day) is in_force


@pytest.mark.parametrize(
    ("old", "new", "code", "where"),
    [
        ('body = "master"', 'body = "mastre"', Code.UNKNOWN_VALUE, "rule.help.body"),
        ('when = "cold"', 'when = "cald"', Code.UNKNOWN_FACT, "rule.help.when"),
        ('when = "cold"', 'when = "cold and"', Code.SYNTAX, "rule.help.when"),
        ('sort = "help"', 'sort = "must"', Code.UNKNOWN_VALUE, "rule.help"),
        ('nations = ["scotland"]', 'nations = ["france"]', Code.UNKNOWN_VALUE, "nations"),
        ('from = "judged_at", w', 'from = "wet", w', Code.UNKNOWN_VALUE, "clocks[1].from"),
        ("hours = 24", 'hours = 24, words = "soon"', Code.BAD_RULE, "rule.wet.clocks[0]"),
        (", hours = 24", "", Code.BAD_RULE, "rule.wet.clocks[0]"),
        ("hours = 24", "hours = -24", Code.BAD_RULE, "rule.wet.clocks[0]"),
        ("in_force_from = 2026-01-02", "", Code.MISSING_KEY, "rule.wet.in_force_from"),
        ("in_force_from = 2026-01-02", 'in_force_from = "soon"', Code.WRONG_TYPE, "in_force_from"),
        ('grade = "M"', 'grade = "Z"', Code.UNKNOWN_VALUE, "rule.remembered"),
        ('late = "Say why."', "lates = 1", Code.UNKNOWN_KEY, "rule.wet"),
        ('does = "He pays."', "", Code.MISSING_KEY, "body.owner"),
        ('says_nothing_to = ["owner"]', 'says_nothing_to = ["x"]', Code.UNKNOWN_VALUE, "says"),
    ],
)  # fmt: skip
def test_a_mistake_is_one_error_that_says_where(old: str, new: str, code: Code, where: str) -> None:
    with pytest.raises(InputError) as caught:
        load(altered(old, new))
    assert caught.value.code is code, caught.value
    assert where in str(caught.value)
    assert caught.value.advice


def test_a_last_day_is_read() -> None:
    before = next(each for each in load(TEXT).all if each.id == "wet_before")
    assert before.in_force_to == date(2026, 1, 1)
