"""How each rule came out is what the gate found, in every worked case."""

import pytest

from comity.core.gate import Ground, Permit, Refusal
from comity.words import Language, decision_lines, rule_data, rule_lines
from tests.cli.test_cases import DECIDED
from tests.core.gate.test_gate import ask
from tests.core.world import REQUEST

NO_RULE = {Ground.MALFORMED, Ground.NOTHING_ASKED, Ground.ERROR, Ground.NO_SOURCE}


@pytest.mark.parametrize("decision", [pytest.param(each, id=case.id) for case, each in DECIDED])
def test_the_rules_that_fire_are_those_that_the_gate_names(decision: Permit | Refusal) -> None:
    grounds = {each.ground for each in decision.reasons}
    if grounds & {*NO_RULE, Ground.AGREEMENT_MISSING}:
        return
    seen = rule_data(decision)
    fired = {
        (each["agreement"], each["rule"], each["item"])
        for each in seen
        if each["effect"] == "forbid" and each["holds"] is not False
    }
    named = {
        (each.agreement.digest, each.rule.id, each.item.id)
        for each in decision.reasons
        if each.agreement and each.rule and each.item and each.rule.effect == "forbid"
    }
    assert fired >= named
    refused_items = {item for _, _, item in named}
    assert {each for each in fired if each[2] in refused_items} == named
    if isinstance(decision, Permit):
        assert not fired


def test_a_rule_comes_out_as_its_parts_do() -> None:
    for _, decision in DECIDED:
        for each in rule_data(decision):
            if each["unless"]:
                continue
            parts = [part["holds"] for part in each["parts"]]  # type: ignore[attr-defined]  # a list of parts
            if False in parts:
                assert each["holds"] is False
            elif None in parts:
                assert each["holds"] is None
            else:
                assert each["holds"] is True


def test_it_says_which_part_of_a_consent_does_not_cover() -> None:
    for _, decision in DECIDED:
        text = "\n".join(rule_lines(decision))
        if "I-1.a forbids" in text:
            assert "for what " in text
    assert any("holds          consent is given" in "\n".join(rule_lines(d)) for _, d in DECIDED)


def test_a_request_that_makes_no_sense_meets_no_rule() -> None:
    from dataclasses import replace  # noqa: PLC0415 - only here

    odd = ask(replace(REQUEST, kind="nothing"))
    assert isinstance(odd, Refusal)
    assert rule_data(odd) == []
    assert list(rule_lines(odd)) == ["No rule at hand speaks of nothing from NCA to ICO."]


def test_welsh_says_as_much_as_english() -> None:
    for _, decision in DECIDED:
        english = list(rule_lines(decision))
        welsh = list(rule_lines(decision, Language.WELSH))
        assert sum(bool(each.strip()) for each in welsh) >= len(english) // 2
        assert all(word not in "\n".join(welsh) for word in ("does not hold", "would permit"))
        told = "\n".join(decision_lines(decision, Language.WELSH))
        assert all(word not in told for word in ("PERMITTED", "REFUSED", "All that", "It would be"))
