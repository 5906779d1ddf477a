"""What is so whatever else turns out is a duty; what is not excluded is to be checked."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from comity.core.language import Kind, Value
from comity.core.signposting import Answer, Grade, Signpost, next_question, read_incident, signposts
from comity.core.terms import Code, InputError, Table
from tests.core.signposting.small import CALENDAR, NOW, load

RULES = load()
WET_HARBOUR: dict[str, Value] = {
    "wet": True,
    "roles_of_it": frozenset({"harbour"}),
    "nations": frozenset({"england"}),
    "aware_at": NOW,
}
POSSIBLE: dict[str, st.SearchStrategy[Value]] = {
    "wet": st.booleans(),
    "cold": st.booleans(),
    "roles_of_it": st.frozensets(st.sampled_from(["harbour"])),
    "nations": st.frozensets(st.sampled_from(["england", "scotland"])),
    "service": st.sampled_from(["ferry", "pilot"]),
    "aware_at": st.just(NOW),
    "judged_at": st.just(NOW),
}
incidents = st.fixed_dictionaries({}, optional=POSSIBLE)


def found(known: dict[str, Value], now: datetime = NOW) -> dict[str, Signpost]:
    return {each.rule.id: each for each in signposts(RULES, known, now, CALENDAR)}


def answers(known: dict[str, Value]) -> dict[str, Answer]:
    return {name: each.answer for name, each in found(known).items()}


def outcome(known: dict[str, Value]) -> object:
    """Return what a person can see change: each answer, whom it names, and by when."""
    return sorted(
        (name, each.answer, each.whom, [one.due for one in each.deadlines])
        for name, each in found(known).items()
    )


def test_each_rule_comes_to_what_is_known() -> None:
    assert answers(WET_HARBOUR) == {
        "wet": Answer.MUST,
        "help": Answer.CHECK,
        "kind": Answer.CAN,
        "remembered": Answer.NO,
    }
    assert answers({**WET_HARBOUR, "wet": False, "cold": True}) == {
        "help": Answer.NOW,
        "wet": Answer.NO,
        "kind": Answer.NO,
        "remembered": Answer.NO,
    }
    assert set(answers({}).values()) == {Answer.CHECK, Answer.CAN}


def test_what_rests_on_memory_never_says_must() -> None:
    known: dict[str, Value] = {
        **WET_HARBOUR, "nations": frozenset({"scotland"}), "service": "ferry"
    }  # fmt: skip
    remembered = found(known)["remembered"]
    assert (remembered.answer, remembered.unknown) == (Answer.CHECK, ())


def test_the_weightiest_comes_first_then_help_then_what_is_due_first() -> None:
    order = [each.rule.id for each in signposts(RULES, WET_HARBOUR, NOW, CALENDAR)]
    assert order == ["wet", "help", "kind", "remembered"]
    known = {name: WET_HARBOUR[name] for name in ("aware_at", "wet")}
    order = [each.rule.id for each in signposts(RULES, known, NOW, CALENDAR)]
    assert order == ["help", "wet", "remembered", "kind"]


def test_a_deadline_runs_from_its_own_instant_and_is_open_without_it() -> None:
    wet = found(WET_HARBOUR)["wet"]
    assert [each.due for each in wet.deadlines] == [NOW + timedelta(hours=24), None]
    assert wet.first_due == NOW + timedelta(hours=24)
    judged = found({**WET_HARBOUR, "judged_at": NOW})["wet"]
    assert [each.start for each in judged.deadlines] == [NOW, NOW]
    assert judged.deadlines[1].due == datetime(2026, 3, 5, 23, 59, 59, tzinfo=UTC)
    assert found(WET_HARBOUR)["kind"].first_due is None


@pytest.mark.parametrize("nations", [None, frozenset(), frozenset({"england", "scotland"})])
def test_where_the_nation_is_open_the_earliest_day_counts(nations: frozenset[str] | None) -> None:
    known: dict[str, Value] = {**WET_HARBOUR, "judged_at": NOW}
    del known["nations"]
    if nations is not None:
        known["nations"] = nations
    last = found(known)["wet"].deadlines[1]
    assert last.due == datetime(2026, 3, 5, 23, 59, 59, tzinfo=UTC)


def test_whom_to_tell_is_named_as_soon_as_it_is_known() -> None:
    wet = found({**WET_HARBOUR, "nations": frozenset({"scotland"})})["wet"]
    assert (wet.answer, wet.whom) == (Answer.MUST, ("the master of the Scottish quay",))
    assert [fact.name for fact in wet.unknown] == ["service"]
    both = {**WET_HARBOUR, "nations": frozenset({"scotland"}), "service": "pilot"}
    assert found(both)["wet"].whom == ("the master of pilots", "the master of the Scottish quay")
    neither = found({**WET_HARBOUR, "service": "ferry"})["wet"]
    assert (neither.whom, neither.unknown) == (("the harbour master",), ())
    assert found({"wet": False, "service": "pilot"})["wet"].unknown == ()


def test_a_rule_of_some_nations_does_not_apply_elsewhere() -> None:
    known: dict[str, Value] = {"wet": True, "service": "ferry"}
    assert answers(known)["remembered"] is Answer.CHECK
    assert [fact.name for fact in found(known)["remembered"].unknown] == ["nations"]
    assert answers({**known, "nations": frozenset({"england"})})["remembered"] is Answer.NO


def test_the_law_of_the_day_of_awareness_counts_and_without_it_that_of_today() -> None:
    before = datetime(2026, 1, 1, 23, 59, tzinfo=UTC)
    assert "wet_before" in found({**WET_HARBOUR, "aware_at": before})
    assert "wet" not in found({**WET_HARBOUR, "aware_at": before})
    assert "wet" in found({"wet": True})
    assert "wet_before" in found({"wet": True}, now=before)


@given(incidents, incidents)
@example({}, {"wet": True})
def test_to_learn_more_never_turns_a_must_into_a_no(
    known: dict[str, Value], more: dict[str, Value]
) -> None:
    before, after = answers(known), answers({**more, **known})
    for rule, answer in before.items():
        if answer is Answer.MUST:
            assert after[rule] is Answer.MUST
        if answer is Answer.NO:
            assert after[rule] is Answer.NO


@given(incidents)
def test_every_fact_that_is_named_as_unknown_can_still_change_an_answer(
    known: dict[str, Value],
) -> None:
    for rule, each in found(known).items():
        for fact in each.unknown:
            assert fact.name not in known
            assert each.answer is not Answer.NO
        if not each.unknown and each.rule.grade is not Grade.FROM_MEMORY:
            assert each.answer is not Answer.CHECK, rule


@given(incidents)
@example({"wet": False, "cold": False})
@example({"wet": True, "cold": False, "roles_of_it": frozenset()})
def test_a_question_that_is_asked_can_change_the_outcome(known: dict[str, Value]) -> None:
    asked = next_question(RULES, known, NOW, CALENDAR)
    if asked is None:
        open_ = [each for each in found(known).values() if each.unknown]
        assert not any(each.rule.can_say_must for each in open_)
        return
    assert asked.name not in known
    assert next_question(RULES, known, NOW, CALENDAR, {asked.name}) != asked
    open_ = [each for each in found(known).values() if asked in each.unknown]
    if asked.kind is not Kind.INSTANT:
        assert any(each.rule.can_say_must for each in open_), "what can only be told is not asked"
    changed = [outcome({**known, asked.name: value}) for value in values_of(asked)]
    assert any(each != outcome(known) for each in changed)


def test_danger_is_asked_about_first_and_then_what_stands_first_in_a_condition() -> None:
    nothing = next_question(RULES, {}, NOW, CALENDAR)
    assert nothing is RULES.vocabulary.facts["cold"], "though it settles less than others"
    after = next_question(RULES, {"cold": False}, NOW, CALENDAR)
    assert after is RULES.vocabulary.facts["wet"]
    passed = next_question(RULES, {"cold": False}, NOW, CALENDAR, {"wet"})
    assert passed is not None
    assert passed.name in {"roles_of_it", "service"}


def test_when_a_time_began_is_asked_last_and_only_if_something_runs_from_it() -> None:
    settled: dict[str, Value] = {
        "cold": False,
        "wet": True,
        "roles_of_it": frozenset({"harbour"}),
        "nations": frozenset({"england"}),
        "service": "ferry",
    }
    first = next_question(RULES, settled, NOW, CALENDAR)
    assert first is RULES.vocabulary.facts["aware_at"]
    second = next_question(RULES, settled, NOW, CALENDAR, {"aware_at"})
    assert second is RULES.vocabulary.facts["judged_at"]
    assert (
        next_question(RULES, {**settled, "aware_at": NOW, "judged_at": NOW}, NOW, CALENDAR) is None
    )
    assert next_question(RULES, {**settled, "wet": False}, NOW, CALENDAR) is None


def values_of(fact: object) -> list[Value]:
    match fact.kind:  # type: ignore[attr-defined]  # a fact
        case Kind.FLAG:
            return [True, False]
        case Kind.SET:
            listed = list(fact.values.meanings)  # type: ignore[attr-defined]  # a fact of a set
            return [frozenset(), *(frozenset({each}) for each in listed)]
        case Kind.INSTANT:
            return [NOW]
        case _:
            return list(fact.values.meanings)  # type: ignore[attr-defined]  # a fact of a list


def stated(**values: object) -> dict[str, Value]:
    return read_incident(Table(values, "facts.toml", "facts"), RULES)


def test_what_is_stated_is_read_by_the_type_of_its_fact() -> None:
    assert stated(wet=True, nations=["england"], service="ferry", aware_at=NOW, ships=3) == {
        "wet": True,
        "nations": frozenset({"england"}),
        "service": "ferry",
        "aware_at": NOW,
        "ships": 3,
    }
    assert stated() == {}


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("wat", True, Code.UNKNOWN_FACT),
        ("wet", "yes", Code.WRONG_TYPE),
        ("nations", ["france"], Code.WRONG_TYPE),
        ("nations", "england", Code.WRONG_TYPE),
        ("service", "bus", Code.WRONG_TYPE),
        ("aware_at", "yesterday", Code.WRONG_TYPE),
    ],
)
def test_what_cannot_be_is_an_error_that_says_what_can(
    name: str, value: object, code: Code
) -> None:
    with pytest.raises(InputError) as caught:
        stated(**{name: value})
    assert caught.value.code is code
    assert "facts" in caught.value.at.name
    assert caught.value.advice
