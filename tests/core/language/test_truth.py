"""A condition is true, false or unknown, and learning a fact never turns an answer round."""

from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.core.language import Condition, Facts, compiled
from comity.core.language.compile import SOURCES, Truth
from comity.core.language.conditions import (
    ALWAYS,
    NEVER,
    Compare,
    Constant,
    FactRef,
    In,
    Is,
    Literal,
    Not,
    Within,
    conjunction,
    disjunction,
    facts_in,
    values_asked,
)
from comity.core.language.direction import OPPOSITE, Direction, direction
from comity.core.language.reduce import reduced, waiting
from comity.core.language.vocabulary import Kind
from tests.core.strategies_language import (
    FACTS,
    SLOW,
    condition,
    joined,
    request_facts,
    source_facts,
    trees,
    values_of,
    written,
)
from tests.spec.slow_language import FALSE, TRUE, UNKNOWN, Tree

TRUTHS: list[Truth] = [True, False, None]
PAIRS: list[tuple[Truth, Truth]] = list(product(TRUTHS, TRUTHS))
WORDS = {True: TRUE, False: FALSE, None: UNKNOWN}


def answer(text: str, request: dict[str, Any], sources: list[dict[str, Any]]) -> Truth:
    return compiled(condition(text))(joined(request, sources))


@pytest.mark.parametrize(("a", "b"), PAIRS)
def test_and_or_not_follow_the_truth_tables(a: Truth, b: Truth) -> None:
    facts = {"gateway_recorded": a, "signed": b}
    falsehood, truth = False in (a, b), True in (a, b)
    unknown = None in (a, b)
    assert answer("gateway_recorded and signed", facts, []) is (
        False if falsehood else None if unknown else True
    )
    assert answer("gateway_recorded or signed", facts, []) is (
        True if truth else None if unknown else False
    )
    assert answer("not signed", facts, []) is (None if b is None else not b)


@pytest.mark.parametrize("told", [(), *[(each,) for each in TRUTHS], *PAIRS])
def test_any_source_is_an_or_over_the_sources(told: tuple[Truth, ...]) -> None:
    expected = True if True in told else None if None in told else False
    assert answer("any source (told)", {}, [{"told": each} for each in told]) is expected


def test_without_a_source_nothing_holds_of_any_source() -> None:
    assert answer("any source (any)", {}, []) is False
    assert answer("any source (any)", {}, [{}]) is True
    assert answer("any", {}, []) is True


@pytest.mark.parametrize(
    ("text", "facts", "expected"),
    [
        ("giver is NORTH", {"giver": "NORTH"}, True),
        ("NORTH is giver", {"giver": "SOUTH"}, False),
        ("giver is not NORTH", {}, None),
        ("giver is taker", {"giver": "NORTH"}, None),
        ("giver is taker", {"giver": "NORTH", "taker": "NORTH"}, True),
        ("giver in (NORTH, SOUTH)", {"giver": "ORG"}, False),
        ("giver in friends", {"friends": frozenset()}, False),
        ("giver in friends", {"friends": frozenset({"NORTH"})}, None),
        ("giver in friends", {"giver": "NORTH"}, None),
        ("NORTH in friends", {"friends": frozenset({"NORTH"})}, True),
        ("regimes within agreed", {"regimes": frozenset()}, True),
        ("regimes within agreed", {"regimes": frozenset({"tax"})}, None),
        ("regimes within agreed", {"agreed": frozenset({"tax"})}, None),
        ("regimes within (tax)", {"regimes": frozenset({"tax", "health"})}, False),
        ("level <= middle", {"level": "low"}, True),
        ("level < middle", {"level": "middle"}, False),
        ("LEVEL:HIGH+ >= level", {"level": "middle"}, True),
        ("10 <= size", {"size": 10}, True),
        ("size < 10", {"size": 10}, False),
        ("now < latest", {"now": 1}, None),
    ],
)
def test_comparisons_answer_as_written(text: str, facts: dict[str, Any], expected: Truth) -> None:
    assert answer(text, facts, []) is expected


@given(trees(), request_facts, source_facts)
def test_compiled_conditions_mean_what_the_slow_reading_says(
    tree: Tree, request: dict[str, Any], sources: list[dict[str, Any]]
) -> None:
    found = answer(written(tree), request, sources)
    assert WORDS[found] == SLOW.truth(tree, request, sources)


@given(trees(), request_facts, source_facts, st.data())
def test_learning_a_fact_never_reverses_an_answer(
    tree: Tree, request: dict[str, Any], sources: list[dict[str, Any]], data: st.DataObject
) -> None:
    def learnt(known: dict[str, Any], *, of_source: bool) -> dict[str, Any]:
        unknown = [
            f for f in FACTS.values() if f.of_source == of_source and known.get(f.name) is None
        ]
        chosen = (
            data.draw(st.sets(st.sampled_from([f.name for f in unknown]))) if unknown else set()
        )
        return {**known, **{name: data.draw(values_of(FACTS[name])) for name in chosen}}

    before = answer(written(tree), request, sources)
    after = answer(
        written(tree),
        learnt(request, of_source=False),
        [learnt(source, of_source=True) for source in sources],
    )
    assert before is None or after is before


@given(trees(), request_facts, source_facts, st.sets(st.sampled_from(sorted(FACTS))))
def test_reducing_never_changes_an_answer(
    tree: Tree, request: dict[str, Any], sources: list[dict[str, Any]], names: set[str]
) -> None:
    whole = condition(written(tree))
    known = {name: request[name] for name in names if request.get(name) is not None}
    short = reduced(whole, known)
    assert compiled(short)(joined(request, sources)) is compiled(whole)(joined(request, sources))
    assert not {fact.name for fact in facts_in(short)} & known.keys()


@given(trees(), request_facts, source_facts)
def test_what_is_undecided_waits_for_facts_that_are_unknown(
    tree: Tree, request: dict[str, Any], sources: list[dict[str, Any]]
) -> None:
    whole = condition(written(tree))
    facts = joined(request, sources)
    if compiled(whole)(facts) is not None:
        return
    found = waiting(whole)(facts)
    assert found
    for fact in found:
        places = facts[SOURCES] if fact.of_source else [facts]
        assert any(place[fact.name] is None for place in places)
    asked = list(facts_in(whole))
    assert all(fact in asked for fact in found)


def test_an_undecided_rule_names_what_it_waits_for_and_no_more() -> None:
    whole = condition("gateway_recorded and signed and any source (told and maker is NORTH)")
    facts = joined({"signed": True}, [{"told": True}, {"told": False}])
    assert [fact.name for fact in waiting(whole)(facts)] == ["gateway_recorded", "maker"]
    assert [fact.name for fact in waiting(Not(whole))(facts)] == ["gateway_recorded", "maker"]


def raised(value: Any, name: str, data: st.DataObject) -> Any:  # noqa: ANN401 - any fact's value
    """Return what a join can make of a raised fact: the same, or more."""
    fact = FACTS[name]
    if not fact.raised or (value is None and fact.kind is not Kind.FLAG):
        return value
    match fact.kind:
        case Kind.FLAG:
            return data.draw(
                st.sampled_from([False, None, True][[False, None, True].index(value) :])
            )
        case Kind.ONE:
            assert fact.values
            listed = list(fact.values.meanings)
            return data.draw(st.sampled_from(listed[listed.index(value) :]))
        case Kind.SET:
            return value | data.draw(values_of(fact))
        case _:
            return max(value, data.draw(values_of(fact)))


@given(trees(), request_facts, source_facts, source_facts, st.data())
def test_joining_labels_never_moves_a_condition_against_its_direction(
    tree: Tree,
    request: dict[str, Any],
    sources: list[dict[str, Any]],
    more: list[dict[str, Any]],
    data: st.DataObject,
) -> None:
    whole = condition(written(tree))
    every = {name: request.get(name) for name, fact in FACTS.items() if not fact.of_source}
    risen = {name: raised(value, name, data) for name, value in every.items()}
    before = WORDS[compiled(whole)(joined(every, sources))]
    after = WORDS[compiled(whole)(joined(risen, [*sources, *more]))]
    match direction(whole):
        case Direction.FLAT:
            assert before == after
        case Direction.UP:
            assert before <= after
        case Direction.DOWN:
            assert before >= after
        case Direction.MIXED:
            pass


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("any", Direction.FLAT),
        ("signed", Direction.FLAT),
        ("names_people", Direction.UP),
        ("not names_people", Direction.DOWN),
        ("level is low", Direction.DOWN),
        ("level is middle", Direction.MIXED),
        ("level is LEVEL:HIGH+", Direction.UP),
        ("level is not LEVEL:HIGH+", Direction.DOWN),
        ("level in (low, middle)", Direction.DOWN),
        ("level in (middle, LEVEL:HIGH+)", Direction.UP),
        ("level in (low, LEVEL:HIGH+)", Direction.MIXED),
        ("level in (low, middle, LEVEL:HIGH+)", Direction.UP),
        ("level is ceiling", Direction.MIXED),
        ("ceiling is level", Direction.MIXED),
        ("ceiling is low", Direction.FLAT),
        ("level <= middle", Direction.DOWN),
        ("level < ceiling", Direction.DOWN),
        ("level >= ceiling", Direction.UP),
        ("level <= level", Direction.MIXED),
        ("size < 3", Direction.DOWN),
        ("size is 3", Direction.MIXED),
        ("latest >= now", Direction.UP),
        ("latest is now", Direction.MIXED),
        ("regimes within agreed", Direction.DOWN),
        ("agreed within regimes", Direction.UP),
        ("regimes within (tax)", Direction.DOWN),
        ("tax in regimes", Direction.UP),
        ("giver in friends", Direction.FLAT),
        ("any source (told)", Direction.UP),
        ("not any source (told)", Direction.DOWN),
        ("any source (not names_people)", Direction.MIXED),
        ("names_people and not names_people", Direction.MIXED),
        ("names_people or tax in regimes", Direction.UP),
    ],
)
def test_the_direction_of_a_condition(text: str, way: Direction) -> None:
    assert direction(condition(text)) is way
    assert direction(Not(condition(text))) is OPPOSITE[way]


def test_a_constant_asks_nothing() -> None:
    for truth in TRUTHS:
        constant = Constant(truth)
        assert compiled(constant)(Facts()) is truth
        assert reduced(constant, {}) is constant
        assert list(facts_in(constant)) == []
        assert waiting(constant)(Facts()) == []


def test_joined_conditions_are_as_short_as_they_can_be() -> None:
    flag = condition("signed")
    assert conjunction([]) == ALWAYS
    assert conjunction([ALWAYS, flag]) is flag
    assert conjunction([flag, NEVER]) == NEVER
    assert conjunction([flag, flag]) == condition("signed and signed")
    assert disjunction([]) == NEVER
    assert disjunction([NEVER, flag]) is flag
    assert disjunction([flag, ALWAYS]) == ALWAYS
    assert disjunction([flag, flag]) == condition("signed or signed")


def test_reducing_fills_in_what_is_known() -> None:
    known: dict[str, Any] = {"giver": "NORTH", "now": 1, "regimes": frozenset({"tax"})}
    giver, taker = FactRef(FACTS["giver"]), FactRef(FACTS["taker"])
    north = Literal("NORTH")

    def short(text: str) -> Condition:
        return reduced(condition(text), known)

    assert short("giver is taker") == Is(north, taker)
    assert short("taker is giver") == Is(taker, north)
    assert short("giver in friends") == In(north, FactRef(FACTS["friends"]))
    assert short("regimes within agreed") == Within(
        Literal(frozenset({"tax"})), FactRef(FACTS["agreed"])
    )
    assert short("now < latest") == Compare(Literal(1), FactRef(FACTS["latest"]), or_equal=False)
    assert short("giver is NORTH") == ALWAYS
    assert short("not giver is NORTH") == NEVER
    assert short("signed") == condition("signed")
    assert short("any source (giver is SOUTH)") == NEVER
    assert short("any source (giver is NORTH)") == condition("any source (any)")
    assert reduced(Is(giver, taker), {}) == Is(giver, taker)


def test_the_values_that_a_condition_asks_for_are_listed_in_order() -> None:
    text = "giver is SOUTH and not (giver in (ORG, NORTH) or any source (giver is taker or told))"
    found = values_asked(condition(text), FACTS["giver"])
    assert list(found) == ["SOUTH", "NORTH", "ORG"]
