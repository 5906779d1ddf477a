"""What one rule less would pass on is said of a real request, and of no other."""

from dataclasses import replace

from comity.core.agreement import Agreements
from comity.core.consent import NOTHING, Consents
from comity.core.gate import Permit, Refusal, decide
from comity.core.gate.lines import crossed
from comity.proof.leak import leak
from comity.proof.prove import without
from tests.cli.test_cases import DECIDED
from tests.core.gate.test_gate import ask
from tests.core.world import FRESH, GIVEN, REQUEST, WITHDRAWN


def refusal(history: Consents = NOTHING) -> Refusal:
    found = ask(history=history)
    assert isinstance(found, Refusal)
    return found


def test_what_an_organisation_was_never_asked_about_would_be_passed_on() -> None:
    found = leak(refusal())
    assert found is not None
    assert found.rules == ("I-1.a",)
    assert found.sentence == (
        "NCA could pass ICO information about a named or nameable organisation for regulating "
        "information rights and network security (told by an organisation, consent none, given to "
        "NCA, in confidence): this crosses red line N-10 of clause I-1."
    )


def test_the_sentence_says_what_the_organisation_answered() -> None:
    found = leak(refusal(Consents(statements=(GIVEN, WITHDRAWN), statuses=(FRESH,))))
    assert found is not None
    assert "consent withdrawn" in found.sentence


def test_what_would_be_refused_all_the_same_is_no_leak() -> None:
    unfounded = ask(replace(REQUEST, facts={}), NOTHING)
    nothing = ask(replace(REQUEST, items=()), NOTHING)
    assert isinstance(unfounded, Refusal)
    assert isinstance(nothing, Refusal)
    assert leak(unfounded) is None
    assert leak(nothing) is None


def test_of_every_worked_case_a_leak_is_a_permit_without_the_rules_that_crosses_a_line() -> None:
    found = 0
    for _, decision in DECIDED:
        if not isinstance(decision, Refusal):
            continue
        leaks, question = leak(decision), decision.question
        if leaks is None:
            continue
        found += 1
        less = without(leaks.agreement, leaks.rules)
        held = Agreements(
            less if each is leaks.agreement else each for each in question.agreements.all
        )
        again = decide(held, question.request, question.consents, question.now)
        assert isinstance(again, Permit)
        lines = [line for line in crossed(question) if line in leaks.agreement.red_lines]
        assert f"crosses red line {lines[0].id} of clause {lines[0].clause}." in leaks.sentence
        assert " could pass " in leaks.sentence
    assert found > 25
