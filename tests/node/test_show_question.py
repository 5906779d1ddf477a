"""What a body asks, as one of the organisation's people sees it, and until when a yes counts."""

from datetime import timedelta

import pytest

from comity.core.consent import Answer, Assurance, Entitlement
from comity.core.gate import Permit, Refusal
from comity.core.intake import MemberRole
from comity.core.terms import ConsentId, PersonId
from comity.node.answer_consent import answer_consent
from comity.node.counsel import WaitsForCounselError
from comity.node.draft import begin_draft
from comity.node.look_as_counsel import look_as_counsel
from comity.node.members import Offer, leave, let_in
from comity.node.prepare_answer import prepare_answer
from comity.node.return_codes import NoSuchReportError, NotAllowedError
from comity.node.show_question import check_may_answer, show_question
from comity.node.update_report import update_report
from tests.node.test_first_notice import everything
from tests.node.world import (
    ACME,
    CANARY,
    FRONT_DOOR,
    SPEAKER,
    World,
    acme_report,
    new_world,
    report_text,
    sections,
)

BEN, CAROL, MALLORY = map(PersonId, ("ben", "carol", "mallory"))
HOUR = timedelta(hours=1)


def at_acme() -> World:
    """Return nodes at which Acme has reported and two people work with its report."""
    found = new_world()
    found.settle()
    found.report()
    let_in(found.nodes[FRONT_DOOR], ACME, SPEAKER, Offer(MemberRole.MANAGER, "Anna"))
    let_in(found.nodes[FRONT_DOOR], ACME, BEN, Offer(MemberRole.READER, "Ben"))
    return found


def asked(world: World) -> ConsentId:
    return world.seek("incident")


def test_a_question_shows_the_exact_words_who_may_agree_and_what_was_answered() -> None:
    world = at_acme()
    door, consent = world.nodes[FRONT_DOOR], asked(world)
    shown = show_question(door, SPEAKER, consent)
    [part] = shown.parts
    assert CANARY in str(part.answers)
    assert (shown.entitlement, shown.said) == (Entitlement.REGISTERED, None)
    assert shown.asked.clauses == ("I-1",)
    assert shown.can_agree() == ("incident",)
    assert show_question(door, BEN, consent).entitlement is Entitlement.NONE
    answer_consent(door, consent, sections("incident"), Assurance.TOTP, SPEAKER)
    assert show_question(door, BEN, consent).stands()


def test_a_question_is_shown_to_nobody_who_does_not_open_the_report() -> None:
    world = at_acme()
    door, consent = world.nodes[FRONT_DOOR], asked(world)
    for who, what in ((MALLORY, consent), (SPEAKER, ConsentId("consent-nobody-asked"))):
        with pytest.raises(NoSuchReportError):
            show_question(door, who, what)
        with pytest.raises(NoSuchReportError):
            check_may_answer(door, who, what)


def test_a_reader_sees_a_question_and_may_not_answer_it() -> None:
    world = at_acme()
    door, consent = world.nodes[FRONT_DOOR], asked(world)
    with pytest.raises(NotAllowedError):
        check_may_answer(door, BEN, consent)
    check_may_answer(door, SPEAKER, consent)


def test_nobody_agrees_on_a_page_to_an_older_wording_that_is_not_kept() -> None:
    world = at_acme()
    door, consent = world.nodes[FRONT_DOOR], asked(world)
    with door.store.reading() as records:
        [own] = records.reports.find(organisation=ACME)
    changed = report_text().replace("encrypted", "encrypted again")
    assert changed != report_text()
    update_report(door, own.id, acme_report(changed))  # type: ignore[arg-type]  # its id as it is kept
    shown = show_question(door, SPEAKER, consent)
    assert [(each.answers, each.is_gone) for each in shown.parts] == [((), True)]
    assert shown.can_agree() == ()


def test_a_yes_ends_on_the_day_that_was_named_and_never_later_than_was_asked() -> None:
    world = at_acme()
    door, consent = world.nodes[FRONT_DOOR], asked(world)
    now = world.clock.now()
    told = sections("incident")
    said = answer_consent(door, consent, told, Assurance.TOTP, SPEAKER, now + HOUR).said
    assert (said.answer, said.end) == (Answer.GIVEN, now + HOUR)
    late = prepare_answer(door, consent, told, SPEAKER, now + timedelta(days=999))
    assert late.answer.end == show_question(door, SPEAKER, consent).asked.until
    world.settle()
    assert isinstance(world.ask("incident")[1], Permit)
    world.wait(HOUR)
    assert isinstance(world.ask("incident")[1], Refusal)


# ------------------------------------------------------------------ counsel first


def with_counsel(world: World) -> ConsentId:
    let_in(world.nodes[FRONT_DOOR], ACME, CAROL, Offer(MemberRole.COUNSEL, "Carol QC"))
    return asked(world)


def test_while_there_is_counsel_nobody_says_yes_before_counsel_has_looked() -> None:
    world = at_acme()
    door, consent = world.nodes[FRONT_DOOR], with_counsel(world)
    assert show_question(door, SPEAKER, consent).waits_for_counsel
    before = everything(door)
    with pytest.raises(WaitsForCounselError):
        answer_consent(door, consent, sections("incident"), Assurance.TOTP, SPEAKER)
    with pytest.raises(WaitsForCounselError):
        prepare_answer(door, consent, sections("incident"), SPEAKER)
    assert everything(door) == before
    assert show_question(door, CAROL, consent).may_advise
    look_as_counsel(door, CAROL, consent)
    assert not show_question(door, CAROL, consent).waits_for_counsel
    said = answer_consent(door, consent, sections("incident"), Assurance.TOTP, SPEAKER).said
    assert said.answer is Answer.GIVEN


def test_a_no_waits_for_no_counsel() -> None:
    world = at_acme()
    door, consent = world.nodes[FRONT_DOOR], with_counsel(world)
    said = answer_consent(door, consent, frozenset(), Assurance.RETURN_CODE, SPEAKER).said
    assert said.answer is Answer.REFUSED


def test_nobody_but_counsel_looks_as_counsel() -> None:
    world = at_acme()
    door, consent = world.nodes[FRONT_DOOR], with_counsel(world)
    for who in (SPEAKER, BEN):
        with pytest.raises(NotAllowedError):
            look_as_counsel(door, who, consent)
    with pytest.raises(NoSuchReportError):
        look_as_counsel(door, MALLORY, consent)
    assert show_question(door, SPEAKER, consent).waits_for_counsel


def test_counsel_who_left_or_is_for_another_report_holds_nothing_up() -> None:
    world = at_acme()
    door, consent = world.nodes[FRONT_DOOR], with_counsel(world)
    leave(door, SPEAKER, ACME, CAROL)
    assert not show_question(door, SPEAKER, consent).waits_for_counsel
    other = begin_draft(door, SPEAKER, ACME)
    let_in(door, ACME, CAROL, Offer(MemberRole.COUNSEL, "Carol", other))
    assert not show_question(door, SPEAKER, consent).waits_for_counsel


def test_a_question_about_what_needs_no_yes_names_no_clause_and_is_a_question_all_the_same() -> (
    None
):
    world = at_acme()
    door = world.nodes[FRONT_DOOR]
    asked_once = world.seek("incident")
    answer_consent(door, asked_once, sections("incident"), Assurance.TOTP, SPEAKER)
    world.settle()
    again = show_question(door, SPEAKER, world.seek("incident"))
    assert again.asked.clauses == ()
    assert again.can_agree() == ("incident",)
