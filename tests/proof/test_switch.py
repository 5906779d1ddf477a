"""The direction of deconfliction is a switch of the version; what was told in confidence is not."""

from dataclasses import replace
from itertools import product

import pytest

from comity.core.agreement import Agreement, Agreements
from comity.core.consent import NOTHING
from comity.core.gate import Evidenced, Permit, decide
from comity.core.terms import EvidenceId, Purpose
from comity.proof.claims import About
from comity.proof.diff import Change, diff
from comity.proof.mutate import changes, mutate
from comity.proof.prove import prove
from tests.core.world import ACME, ICO, NCA, NOW, about, agreement, labelled, told
from tests.proof.test_diff import changed

STRICT = agreement()
SWITCH = "one_sided = 1\n"


def two_sided() -> Agreement:
    return changed("ico-nca-2024", SWITCH, "one_sided = 0\n")


FACTS = {
    "gateway": Evidenced("cca_2013_s7_4", EvidenceId("gateway-1")),
    "both_engaged": Evidenced(True, EvidenceId("match-1")),  # noqa: FBT003 - the value of a fact
    "existence_only": Evidenced(True, EvidenceId("match-1")),  # noqa: FBT003 - the value of a fact
}


def signals(held: Agreement, *, in_confidence: bool | None) -> bool:
    """Return whether the NCA may signal to the ICO, without a consent, that it is engaged."""
    item = labelled(
        sources=frozenset({told(ACME, NCA, in_confidence=in_confidence)}),
        identifies_people=False,
        agreements=frozenset({held.digest}),
    )
    request = replace(about(item), kind="signal", purpose=Purpose("deconfliction"), facts=FACTS)
    assert (request.discloser, request.recipient) == (NCA, ICO)
    return isinstance(decide(Agreements([held]), request, NOTHING, NOW), Permit)


@pytest.mark.parametrize(
    ("is_strict", "in_confidence"), list(product([True, False], [True, False, None]))
)
def test_only_what_was_not_told_in_confidence_is_signalled_and_only_after_the_switch(
    *, is_strict: bool, in_confidence: bool | None
) -> None:
    held = STRICT if is_strict else two_sided()
    wanted = not is_strict and in_confidence is False
    assert signals(held, in_confidence=in_confidence) is wanted


def test_the_switch_shows_in_the_difference_of_the_versions() -> None:
    first, *_ = diff(STRICT, two_sided())
    assert first.change is Change.ALLOWED
    assert first.values["discloser"] == ("NCA",)
    assert first.values["recipient"] == ("ICO",)
    assert first.values["kind"] == ("signal",)
    assert all(each.change is not Change.ALLOWED for each in diff(two_sided(), STRICT))


def test_a_version_with_the_switch_off_is_proved_and_says_which_lines_it_switches_off() -> None:
    proof = prove(two_sided())
    off = {each.claim.id for each in proof.proved if each.is_off}
    assert off == {f"N-{number}" for number in range(110, 120)}
    assert proof.holds
    assert not any(each.is_off for each in prove(STRICT).proved)


def test_a_line_that_says_nothing_for_another_reason_is_not_switched_off() -> None:
    line_72 = "N-72   never   discloser is NCA and kind is duty_opinion"
    silent = changed("ico-nca-2024", line_72, "N-72   never   not any")
    proof = prove(silent)
    (line,) = (each for each in proof.about(About.NEVER) if each.claim.id == "N-72")
    assert not line.can_fail
    assert not line.is_off
    assert not proof.holds


@pytest.mark.slow
def test_every_change_of_a_rule_is_noticed_with_the_switch_off_too() -> None:
    held = two_sided()
    tried = mutate(held)
    assert tried.holds
    assert 1_000 < len(tried.judged) <= sum(1 for _ in changes(held))
    assert "D-1.c" not in {each.mutant.rule.id for each in tried.judged}
