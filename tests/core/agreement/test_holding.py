"""Agreements at hand are prepared once for each case, and answer as their rules are written."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.core.agreement import Agreements, Effect, InPlay, MalformedError, Rule
from comity.core.agreement.rulebook import Ready, ready
from comity.core.language import Facts, compiled
from comity.core.language.compile import SOURCES, Truth
from comity.core.language.conditions import AnySource, Not, conjunction
from comity.core.language.direction import Direction, direction
from comity.core.terms import PartyId
from tests.core.agreement.small import TEXT, load
from tests.core.strategies_language import NAMES, condition, joined, values_of
from tests.core.world import agreement, vocabulary

ICO_NCA, TERMS = agreement("ico-nca-2024"), agreement("front-door-terms")
DEMO = agreement("nca-ncsc-demo")
HELD = Agreements([ICO_NCA, TERMS])
FACTS = vocabulary().facts
RULES = [*ICO_NCA.rules, *TERMS.rules]
SOME = {
    of_source: st.fixed_dictionaries(
        {}, optional={f.name: values_of(f) for f in FACTS.values() if f.of_source == of_source}
    )
    for of_source in (False, True)
}
parties = st.sampled_from([PartyId(each) for each in ("ICO", "NCA", "NCSC", "FRONT_DOOR")])
kinds = st.sampled_from(list(vocabulary().values["kinds"].meanings))


def in_play(discloser: str, recipient: str, kind: str) -> dict[str, InPlay]:
    return {each.agreement.title: each for each in HELD.case(discloser, recipient, kind).in_play}


def rule_ids(rules: Ready) -> set[str]:
    return {each.rule.id for each in (*rules.permits, *rules.forbids)}


def test_only_rules_that_can_be_true_are_prepared() -> None:
    found = in_play("ICO", "NCA", "guidance")
    assert found[ICO_NCA.title].governs
    assert not found[ICO_NCA.title].silent
    assert "C-3.a" in rule_ids(found[ICO_NCA.title].rules)
    assert "I-1.a" not in rule_ids(found[ICO_NCA.title].rules)


def test_an_agreement_that_does_not_govern_stays_in_play_for_what_it_forbids() -> None:
    found = in_play("NCSC", "ICO", "organisation_specific")[ICO_NCA.title]
    assert not found.governs
    assert "I-1.a" in rule_ids(found.rules)
    assert in_play("NCSC", "FRONT_DOOR", "warning")[TERMS.title].governs


def test_an_agreement_that_governs_and_says_nothing_is_silent() -> None:
    found = {each.agreement.title: each for each in HELD.case("NCA", "NCSC", "guidance").in_play}
    assert found[TERMS.title].governs
    assert found[TERMS.title].silent
    assert not found[ICO_NCA.title].silent


def test_an_agreement_that_neither_governs_nor_forbids_is_not_in_play() -> None:
    assert Agreements([DEMO]).case("ICO", "FRONT_DOOR", "guidance").in_play == ()


def test_a_case_is_prepared_once() -> None:
    assert HELD.case("ICO", "NCA", "signal") is HELD.case("ICO", "NCA", "signal")


@pytest.mark.parametrize(
    ("case", "name"),
    [
        (("XYZ", "NCA", "signal"), "discloser"),
        (("ICO", "XYZ", "signal"), "recipient"),
        (("ICO", "NCA", "xyz"), "kind"),
    ],
)
def test_a_word_that_no_agreement_knows_is_malformed(case: tuple[str, str, str], name: str) -> None:
    with pytest.raises(MalformedError, match=f"the {name} is none that an agreement at hand knows"):
        HELD.case(*case)


@pytest.mark.parametrize("ends", [("ORG", "NCA"), ("NCA", "ORG")])
def test_an_organisation_is_neither_discloser_nor_recipient(ends: tuple[str, str]) -> None:
    with pytest.raises(MalformedError, match="neither discloser nor recipient"):
        HELD.case(*ends, "signal")


def test_without_an_agreement_no_word_is_known() -> None:
    nothing = Agreements([])
    assert nothing.facts == nothing.parameters == nothing.digests == frozenset()
    with pytest.raises(MalformedError):
        nothing.check_word("purpose", "regulation")


def test_what_is_at_hand_is_known_by_digest_and_by_word() -> None:
    assert HELD.digests == {ICO_NCA.digest, TERMS.digest}
    assert HELD.parameters == {"k", "one_sided"}
    assert HELD.facts >= FACTS.keys()
    HELD.check_word("purpose", "regulation")


def truth_of(rules: Ready, rule: Rule, facts: Facts) -> Truth:
    """Return what the prepared rule says; false if it was dropped."""
    for each in (*rules.permits, *rules.forbids):
        if each.rule is rule:
            found = [each.about_request(facts)]
            if each.about_source:
                about = [each.about_source(source) for source in facts[SOURCES]]
                found.append(True if True in about else None if None in about else False)
            return False if False in found else None if None in found else True
    return False


@given(parties, parties, kinds, SOME[False], st.lists(SOME[True], max_size=3))
def test_prepared_rules_answer_as_the_rules_are_written(
    discloser: PartyId,
    recipient: PartyId,
    kind: str,
    request: dict[str, Any],
    sources: list[dict[str, Any]],
) -> None:
    known: dict[str, Any] = {"discloser": discloser, "recipient": recipient, "kind": kind, "k": 10}
    facts = joined({**request, **known}, sources)
    rules = ready(RULES, known)
    for rule in RULES:
        assert truth_of(rules, rule, facts) is compiled(rule.condition)(facts)


def test_an_exception_belongs_to_the_source_line_if_there_is_one() -> None:
    permit, forbid, plain = load(TEXT).rules
    about = NAMES.about_a_source()
    covered = condition("told and told_until >= now and maker is ORG", about)
    assert permit.about_source is None
    assert permit.about_request == conjunction([permit.head, Not(condition("names_people"))])
    assert forbid.about_request == condition("taker is SOUTH")
    assert forbid.about_source == conjunction(
        [condition("not maker is NORTH", about), Not(covered)]
    )
    assert forbid.condition == conjunction([forbid.head, AnySource(forbid.about_source)])
    assert plain.condition == condition("not regimes within agreed")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_no_shipped_rule_is_loosened_by_a_stricter_label(rule: Rule) -> None:
    tightens = Direction.DOWN if rule.effect is Effect.PERMIT else Direction.UP
    assert direction(rule.condition) in {Direction.FLAT, tightens}


def test_a_prepared_rule_names_what_it_waits_for() -> None:
    found = ready(load(TEXT).rules, {"taker": "SOUTH"})
    forbid = found.forbids[0]
    facts = joined({}, [{"maker": "ORG", "told": True}])
    assert [fact.name for fact in forbid.source_waits_for(facts[SOURCES][0])] == [
        "now",
        "told_until",
    ]
    assert forbid.request_waits_for(facts) == []
