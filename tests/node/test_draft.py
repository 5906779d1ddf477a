"""A draft keeps every answer until it is sent, for one or several people; nothing is lost."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.core.intake import MemberRole
from comity.core.markings import Tlp
from comity.core.terms import InputError, PartyId
from comity.node.draft import (
    AnsweredMeanwhileError,
    Drafted,
    open_draft,
    save_answer,
    save_choices,
    seen,
    seen_choices,
    send_draft,
)
from comity.node.first_notice import begin_report, send_first_notice
from comity.node.members import Offer, let_in
from comity.node.node import Node, NotPossibleError
from comity.node.return_codes import ByAccount, Ticket
from comity.node.return_to_report import return_to_report
from comity.shipped import bodies, report_form
from tests.node.test_first_notice import TICKET, everything, kept, notice
from tests.node.world import (
    ACME,
    CANARY,
    FRONT_DOOR,
    ICO,
    NCA,
    NCSC,
    SPEAKER,
    World,
    new_world,
    report_text,
)

INCIDENT = {
    "summary": f"Servers were encrypted. {CANARY}",
    "discovered_at": "2026-11-23T02:10:00Z",
}


def begun(parties: Sequence[PartyId] = (FRONT_DOOR, NCA, ICO, NCSC)) -> tuple[World, Node, str]:
    """Return a world, its front door, and the code of a report that was begun there."""
    world = new_world(parties)
    door = world.nodes[FRONT_DOOR]
    return world, door, begin_report(door, TICKET).code


def say(door: Node, code: str, section: str, **answers: object) -> Drafted:
    """Answer questions of a section over what stands."""
    for question, answer in answers.items():
        stands = open_draft(door, code).answer(section, question)
        save_answer(door, code, section, question, answer, seen(stands))
    return open_draft(door, code)


def choose(door: Node, code: str, openly: Sequence[str] = (), **to: Sequence[PartyId]) -> None:
    """Choose who gets which section."""
    draft = open_draft(door, code)
    save_choices(door, code, to, openly, seen_choices(draft.choices, draft.openly))


def send(door: Node, code: str) -> None:
    """Send the draft."""
    send_draft(door, code, report_form(), bodies())


# ------------------------------------------------------------------ saved, and locked


def test_what_was_answered_is_there_when_one_comes_back_and_nothing_was_sent() -> None:
    world, door, code = begun()
    say(door, code, "incident", **INCIDENT)
    world.settle()
    draft = open_draft(door, code)
    assert draft.answers == {"incident": INCIDENT}
    assert (draft.version, draft.is_changed) == (0, True)
    assert draft.changed_at == world.clock.now()
    assert kept(door, "outbox") == kept(door, "reports") == []
    assert return_to_report(door, code).copies == ()


def test_one_ticket_begins_one_report() -> None:
    world, door, code = begun()
    say(door, code, "incident", **INCIDENT)
    assert begin_report(door, TICKET).code == code
    assert open_draft(door, code).answers == {"incident": INCIDENT}
    assert begin_report(door, Ticket("0c" * 32)).code != code
    assert len(kept(world.nodes[FRONT_DOOR], "accounts")) == 2


def test_a_draft_is_locked_and_stands_in_no_ledger() -> None:
    _, door, code = begun()
    say(door, code, "incident", **INCIDENT)
    assert CANARY.encode() not in everything(door)
    with door.store.reading() as records:
        entries = b"".join(records.ledgers.entries("node"))
    assert CANARY.encode() not in entries


def test_an_answer_can_be_taken_away() -> None:
    _, door, code = begun()
    say(door, code, "incident", **INCIDENT, found_by="an officer")
    draft = say(door, code, "incident", found_by=None)
    assert draft.answers == {"incident": INCIDENT}


def test_what_was_sent_before_stands_in_a_draft_from_the_beginning() -> None:
    world = new_world()
    door = world.nodes[FRONT_DOOR]
    code = send_first_notice(door, notice(NCA), TICKET).code
    draft = open_draft(door, code)
    assert draft.answer("contact", "organisation_name") == f"Acme {CANARY}"
    assert draft.choices == {"contact": (NCA,), "incident": (NCA,)}
    assert (draft.version, draft.is_changed) == (1, False)


# ------------------------------------------------------------------ several people


def test_who_answers_over_an_answer_that_was_not_seen_is_told_and_nothing_is_lost() -> None:
    _, door, code = begun()
    save_answer(door, code, "incident", "summary", "mine", seen(None))
    with pytest.raises(AnsweredMeanwhileError) as found:
        save_answer(door, code, "incident", "summary", "yours", seen(None))
    assert found.value.theirs == "mine"
    assert open_draft(door, code).answer("incident", "summary") == "mine"
    save_answer(door, code, "incident", "summary", "yours", seen("mine"))
    assert open_draft(door, code).answer("incident", "summary") == "yours"


def test_the_same_answer_twice_and_answers_to_different_questions_are_no_conflict() -> None:
    _, door, code = begun()
    for _ in range(2):
        save_answer(door, code, "incident", "summary", "one", seen(None))
    save_answer(door, code, "incident", "found_by", "two", seen(None))
    assert open_draft(door, code).answers == {"incident": {"summary": "one", "found_by": "two"}}


def test_who_chooses_over_a_choice_that_was_not_seen_is_told() -> None:
    _, door, code = begun()
    nothing = seen_choices({}, ())
    save_choices(door, code, {"incident": [NCA]}, (), nothing)
    with pytest.raises(AnsweredMeanwhileError):
        save_choices(door, code, {"incident": [ICO]}, (), nothing)
    with pytest.raises(AnsweredMeanwhileError):
        save_choices(door, code, {"incident": [NCA]}, ("incident",), nothing)
    assert open_draft(door, code).choices == {"incident": (NCA,)}


PEOPLE, QUESTIONS = ("Jo", "Sam", "Ali"), ("summary", "found_by")
MOVES = st.lists(
    st.tuples(
        st.sampled_from(PEOPLE), st.sampled_from(QUESTIONS), st.sampled_from(("look", "save"))
    ),
    max_size=14,
)


@given(MOVES)
def test_whatever_several_people_do_no_answer_goes_unless_somebody_who_saw_it_replaced_it(
    moves: list[tuple[str, str, str]],
) -> None:
    _, door, code = begun()
    sees: dict[tuple[str, str], object] = {}
    stands: dict[str, object] = {}
    for number, (person, question, move) in enumerate(moves):
        if move == "look":
            sees[person, question] = open_draft(door, code).answer("incident", question)
            assert sees[person, question] == stands.get(question)
            continue
        saw, answer = sees.get((person, question)), f"{person} {number}"
        try:
            save_answer(door, code, "incident", question, answer, seen(saw))
        except AnsweredMeanwhileError as error:
            was_seen, shown = False, error.theirs
        else:
            was_seen, shown = True, saw
        assert was_seen is (saw == stands.get(question)), "somebody's answer went unseen"
        assert shown == stands.get(question)
        if was_seen:
            stands[question] = answer
    assert dict(open_draft(door, code).answers.get("incident", {})) == stands


# ------------------------------------------------------------------ sent, to whom was chosen


def test_each_body_gets_the_sections_that_were_chosen_for_it_and_the_draft_is_gone() -> None:
    world, door, code = begun()
    say(door, code, "incident", **INCIDENT)
    say(door, code, "technical", malware=f"a locker {CANARY}")
    say(door, code, "ransom", amount=f"4 bitcoin {CANARY}")
    choose(door, code, incident=[NCA, ICO], technical=[NCA], ransom=[])
    send(door, code)
    world.settle()
    got = {
        body: sorted(each.item.section for each in kept(world.nodes[body], "items"))
        for body in (NCA, ICO, NCSC)
    }
    assert got == {NCA: ["incident", "technical"], ICO: ["incident"], NCSC: []}
    assert kept(door, "drafts") == []
    assert open_draft(door, code).answer("ransom", "amount") == f"4 bitcoin {CANARY}"


def test_what_is_told_is_in_confidence_unless_somebody_said_otherwise() -> None:
    world, door, code = begun()
    say(door, code, "incident", **INCIDENT)
    say(door, code, "technical", malware="a locker")
    choose(door, code, openly=["technical"], incident=[NCA], technical=[NCA])
    send(door, code)
    world.settle()
    confidence = {
        held.item.section: source.in_confidence
        for held in kept(world.nodes[NCA], "items")
        for source in held.item.label.sources
    }
    assert confidence == {"incident": True, "technical": False}


@pytest.mark.parametrize("to", [{}, {"incident": []}, {"technical": [NCA]}])
def test_an_empty_choice_reaches_nobody_and_the_draft_stays(to: dict[str, list[PartyId]]) -> None:
    world, door, code = begun()
    say(door, code, "incident", **INCIDENT)
    choose(door, code, **to)
    with pytest.raises(NotPossibleError, match="no body was chosen"):
        send(door, code)
    world.settle()
    assert kept(world.nodes[NCA], "items") == []
    assert open_draft(door, code).answers == {"incident": INCIDENT}


def test_what_is_no_report_yet_is_not_sent_and_stays() -> None:
    world, door, code = begun()
    say(door, code, "incident", summary="no time given")
    choose(door, code, incident=[NCA])
    with pytest.raises(InputError):
        send(door, code)
    world.settle()
    assert kept(world.nodes[NCA], "items") == []
    assert open_draft(door, code).answer("incident", "summary") == "no time given"


def test_if_one_body_cannot_be_reached_nobody_is_told_and_the_draft_stays() -> None:
    world, door, code = begun((FRONT_DOOR, NCA))
    say(door, code, "incident", **INCIDENT)
    choose(door, code, incident=[NCA, ICO])
    before = everything(door)
    with pytest.raises(NotPossibleError, match="no connection"):
        send(door, code)
    assert everything(door) == before
    world.settle()
    assert kept(world.nodes[NCA], "items") == []


def test_a_second_version_tells_a_body_only_what_is_new_for_it() -> None:
    world, door, code = begun()
    say(door, code, "incident", **INCIDENT)
    choose(door, code, incident=[NCA])
    send(door, code)
    say(door, code, "technical", malware="a locker")
    choose(door, code, incident=[NCA], technical=[NCA])
    send(door, code)
    world.settle()
    copies = return_to_report(door, code).copies
    assert [(each.version, each.sections) for each in copies] == [
        (1, ("incident",)),
        (2, ("technical",)),
    ]


def test_what_was_sent_with_a_stricter_marking_is_sent_again_with_it() -> None:
    world = new_world()
    door = world.nodes[FRONT_DOOR]
    world.report(report_text() + '\n[tlp]\nincident = "TLP:RED"\n')
    let_in(door, ACME, SPEAKER, Offer(MemberRole.MANAGER, "Anna"))
    [own] = kept(door, "reports")
    key = ByAccount(SPEAKER, own.id)
    save_answer(door, key, "incident", "actions_taken", "We unplugged it.", seen(None))
    send_draft(door, key, report_form(), bodies())
    world.settle()
    with world.nodes[NCA].store.reading() as records:
        held = [each.item for each in records.items.find() if each.item.section == "incident"]
    assert len(held) == 2
    assert {each.label.tlp for each in held} == {Tlp.RED}
