"""Whoever says no to a content says it whatever was answered about it before."""

from dataclasses import replace
from datetime import timedelta

import pytest

from comity.core.consent import Answer, Assurance, read_said
from comity.core.gate import Permit, Refusal
from comity.core.terms import ConsentId
from comity.node import answer_consent as answering
from comity.node.answer_consent import answer_consent
from comity.node.show_questions import show_questions
from comity.node.withdraw_consent import withdraw_consent
from comity.store.change import changed
from tests.board import record
from tests.node import watched as w
from tests.node.world import (
    ACME,
    FRONT_DOOR,
    ICO,
    NCA,
    NCSC,
    SPEAKER,
    World,
    sections,
)


def answered(world: World, consent: str, *names: str, by: Assurance = Assurance.TOTP) -> None:
    """Let Acme say yes to these sections and no to the others, and all nodes know it."""
    answer_consent(world.nodes[FRONT_DOOR], ConsentId(consent), sections(*names), by, SPEAKER)
    world.settle()


def permitted(world: World, *names: str) -> bool:
    """Return whether the NCA may pass sections on to the ICO now."""
    _, decision = world.ask(*names)
    assert isinstance(decision, Permit | Refusal)
    return isinstance(decision, Permit)


def readable(world: World) -> int:
    """Return how many contents the ICO holds that were passed on and not taken back."""
    return len([each for each in w.at(world) if each.content])


def answers(world: World) -> list[str]:
    """Return how the questions to Acme stand, as it sees them."""
    return [each.answer for each in show_questions(world.nodes[FRONT_DOOR], ACME)]


def test_a_no_to_a_second_question_takes_back_the_yes_to_the_first() -> None:
    world, _ = w.watched()
    w.consented(world, "incident")
    answered(world, world.seek("incident"))
    assert not permitted(world, "incident")
    assert answers(world) == [Answer.WITHDRAWN, Answer.REFUSED]


def test_what_was_passed_on_under_the_first_yes_is_then_recalled() -> None:
    world, _ = w.watched()
    w.consented(world, "incident")
    assert permitted(world, "incident")
    world.settle()
    assert readable(world) == 1
    answered(world, world.seek("incident"), by=Assurance.MAIL)
    assert readable(world) == 0


def test_an_older_yes_stands_for_all_that_the_no_is_not_about() -> None:
    world, _ = w.watched()
    w.consented(world, "incident", "technical")
    answered(world, world.seek("incident"))
    assert not permitted(world, "incident")
    assert permitted(world, "technical")


def test_a_no_by_mail_leaves_nothing_of_an_older_yes() -> None:
    world, _ = w.watched()
    w.consented(world, "incident", "technical")
    answered(world, world.seek("incident"), by=Assurance.MAIL)
    assert not permitted(world, "technical")


def test_what_a_yes_leaves_out_is_taken_back_as_well() -> None:
    world, _ = w.watched()
    w.consented(world, "incident")
    answered(world, world.seek("incident", "technical"), "technical")
    assert not permitted(world, "incident")
    assert permitted(world, "technical")


def test_a_narrower_yes_to_the_same_question_recalls_what_it_leaves_out() -> None:
    world, _ = w.watched()
    consent = w.consented(world, "incident", "technical")
    assert permitted(world, "incident", "technical")
    world.settle()
    answered(world, consent, "technical")
    assert readable(world) == 0, "one release is recalled whole"
    assert not permitted(world, "incident")
    assert permitted(world, "technical")


def test_a_withdrawal_ends_other_answers_about_the_same() -> None:
    world, _ = w.watched()
    w.consented(world, "incident")
    second = w.consented(world, "incident")
    withdraw_consent(world.nodes[FRONT_DOOR], ConsentId(second), Assurance.MAIL)
    world.settle()
    assert answers(world) == [Answer.WITHDRAWN, Answer.WITHDRAWN]
    assert not permitted(world, "incident")


def test_a_no_about_one_recipient_leaves_a_yes_for_another() -> None:
    world, _ = w.watched()
    w.consented(world, "incident")
    answered(world, world.seek("incident", recipient=NCSC))
    assert answers(world) == [Answer.GIVEN, Answer.REFUSED]
    assert permitted(world, "incident")


def test_a_yes_after_the_no_is_a_yes() -> None:
    world, _ = w.watched()
    w.consented(world, "incident")
    second = world.seek("incident")
    answered(world, second)
    answered(world, second, "incident")
    assert permitted(world, "incident")


def test_a_no_that_took_an_older_yes_back_still_names_nothing_that_was_refused() -> None:
    world, _ = w.watched()
    w.consented(world, "technical")
    second = world.seek("incident", "technical")
    answered(world, second)
    with world.nodes[NCA].store.reading() as records:
        rows = records.statements.find(consent=second)
    key = world.nodes[FRONT_DOOR].keys.consent
    assert key is not None
    said = [read_said(each.document, key.public, world.nodes[NCA].verifier) for each in rows]
    assert [(each.answer, each.items) for each in said] == [(Answer.REFUSED, frozenset())]


def test_the_ico_hears_nothing_of_an_answer_that_was_taken_back_before_anything_went() -> None:
    world, wire = w.watched()
    w.consented(world, "incident")
    before = len([each for each in wire.passed if each[0] == ICO])
    answered(world, world.seek("incident"))
    assert len([each for each in wire.passed if each[0] == ICO]) == before


def test_a_front_door_that_leaves_the_older_yes_would_be_noticed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(answering, "take_back", lambda *_: ())
    world, _ = w.watched()
    w.consented(world, "incident")
    answered(world, world.seek("incident"))
    is_noticed = permitted(world, "incident")
    record("P9", what="a front door that leaves an older yes", tried=0, broken=0, planted=1,
           caught=int(is_noticed))  # fmt: skip
    assert is_noticed


def test_an_answer_that_was_changed_in_the_database_stops_nothing_but_itself() -> None:
    world, _ = w.watched()
    door = world.nodes[FRONT_DOOR]
    changed_one, other = world.seek("incident"), world.seek("technical")
    answered(world, changed_one, "incident")
    answered(world, other, "technical")
    with door.store.writing() as records:
        [row] = records.answers.find(consent=changed_one)
        [another] = records.answers.find(consent=other)
        forged = replace(row.document, signatures=another.document.signatures)
        records.answers.put(changed(row, document=forged))
    world.wait(timedelta(minutes=11))
    assert not permitted(world, "incident")
    assert permitted(world, "technical")
    with door.store.reading() as records:
        assert [each.about for each in records.alarms.find(kind="answer-not-signed-here")] == [
            changed_one
        ]
