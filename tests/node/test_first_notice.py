"""A first notice needs no account: it is sent once, to whom was ticked, and never becomes a yes."""

import re
from random import Random  # noqa: TID251 - hypothesis chooses it
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.core.consent import Answer
from comity.core.intake import Report, read_report
from comity.core.terms import (
    ConsentId,
    InputError,
    OrganisationId,
    PartyId,
    encode,
    read_toml,
)
from comity.node.answer_consent import newest_answer
from comity.node.draft import open_draft, save_answer, seen, send_draft
from comity.node.first_notice import bodies_at_hand, replace_code, send_first_notice
from comity.node.node import Node, NotPossibleError
from comity.node.return_codes import (
    LENGTH,
    LETTERS,
    NoSuchReportError,
    Ticket,
    code_of,
    read_code,
)
from comity.node.return_to_report import return_to_report, say_no
from comity.node.seek_consent import Seek, seek_consent
from comity.node.update_report import NothingChangedError
from comity.shipped import bodies, report_form
from comity.store.shelves import SHELVES
from tests.node.world import (
    CANARY,
    FRONT_DOOR,
    ICO,
    NCA,
    NCSC,
    OFFICER,
    REGULATION,
    World,
    new_world,
)

TICKET, OTHER = Ticket("0a" * 32), Ticket("0b" * 32)


def notice(*to: PartyId, summary: str = f"Servers were encrypted. {CANARY}") -> Report:
    """Return a first notice to these bodies."""
    chosen = ", ".join(f'"{each}"' for each in to)
    text = f"""
organisation = "somebody"
choices = {{ contact = [{chosen}], incident = [{chosen}] }}
contact = {{ name = "Jo {CANARY}", organisation_name = "Acme {CANARY}", safe_telephone = "1" }}
incident = {{ summary = "{summary}", discovered_at = 2026-11-23T02:10:00Z }}
"""
    return read_report(read_toml(text.encode(), "a notice"), "a notice", report_form(), bodies())


class Told(NamedTuple):
    """A world in which somebody has sent a first notice, and the code for it."""

    world: World
    code: str

    @property
    def door(self) -> Node:
        """The front door."""
        return self.world.nodes[FRONT_DOOR]


def told(*to: PartyId) -> Told:
    """Let somebody send a first notice to these bodies, and the copies arrive."""
    world = new_world()
    sent = send_first_notice(world.nodes[FRONT_DOOR], notice(*to), TICKET)
    world.settle()
    return Told(world, sent.code)


def kept(node: Node, shelf: str) -> list[Any]:
    """Return everything on a shelf of a node."""
    with node.store.reading() as records:
        return list(getattr(records, shelf).find())


def everything(node: Node) -> bytes:
    """Return all that a node keeps, as bytes."""
    return b"".join(encode(each) for shelf in SHELVES for each in kept(node, shelf))


# ------------------------------------------------------------------ sent once, to whom was ticked


def test_each_body_that_was_ticked_gets_a_copy_and_no_other_body_gets_anything() -> None:
    world, code = told(NCA, NCSC)
    assert len(kept(world.nodes[NCA], "items")) == 2
    assert len(kept(world.nodes[NCSC], "items")) == 2
    for shelf in ("items", "cases", "inbox", "known", "choices"):
        assert kept(world.nodes[ICO], shelf) == []
    copies = return_to_report(world.nodes[FRONT_DOOR], code).copies
    assert [each.body for each in copies] == [NCA, NCSC]
    assert all(each.received_at == world.clock.now() for each in copies)


def test_what_is_told_at_once_is_in_confidence_and_no_two_bodies_know_one_name() -> None:
    world, _ = told(NCA, ICO)
    names = set()
    for body in (NCA, ICO):
        held = kept(world.nodes[body], "items")
        [source] = {one for each in held for one in each.item.label.sources}
        assert source.in_confidence
        assert source.given_to == {body}
        names.add(source.origin)
    assert len(names) == 2


@pytest.mark.parametrize("again", [notice(NCA), notice(ICO, summary="something else")])
def test_one_ticket_sends_one_report_however_often_it_is_sent(again: Report) -> None:
    world, code = told(NCA)
    before = everything(world.nodes[FRONT_DOOR])
    repeated = send_first_notice(world.nodes[FRONT_DOOR], again, TICKET)
    assert repeated.code == code
    world.settle()
    assert everything(world.nodes[FRONT_DOOR]) == before
    assert len(kept(world.nodes[NCA], "items")) == 2
    assert kept(world.nodes[ICO], "items") == []


def test_a_notice_to_nobody_or_to_a_body_that_is_not_pinned_leaves_nothing_behind() -> None:
    world = new_world((FRONT_DOOR, NCA))
    door = world.nodes[FRONT_DOOR]
    before = everything(door)
    for wrong in (notice(), notice(NCA, ICO)):
        with pytest.raises(NotPossibleError):
            send_first_notice(door, wrong, TICKET)
    assert everything(door) == before
    assert bodies_at_hand(door) == {NCA}


def test_whatever_organisation_a_notice_names_it_is_about_a_fresh_one() -> None:
    world = new_world()
    door = world.nodes[FRONT_DOOR]
    world.report()
    named = notice(NCA).known_as(OrganisationId("acme"))
    send_first_notice(door, named, TICKET)
    world.settle()
    assert len(kept(door, "accounts")) == 2
    assert len(kept(world.nodes[NCA], "cases")) == 2


# ------------------------------------------------------------------ codes


@given(st.binary(min_size=32, max_size=32), st.randoms())
def test_a_code_is_read_however_somebody_writes_it(chosen: bytes, chance: Random) -> None:
    code = code_of(Ticket(chosen.hex()))
    assert re.fullmatch(rf"([{LETTERS}]{{4}}-){{4}}[{LETTERS}]{{4}}", code)
    spaced = " ".join(code.replace("-", "")).lower()
    mistaken = code.replace("0", "o").replace("1", chance.choice("iIlL"))
    assert read_code(spaced) == read_code(mistaken) == read_code(code) == code


@given(st.text(max_size=40))
def test_what_cannot_be_a_code_opens_nothing(written: str) -> None:
    code = read_code(written)
    assert code is None or len(code.replace("-", "")) == LENGTH


def test_different_tickets_have_different_codes_and_a_code_leads_to_no_ticket() -> None:
    assert code_of(TICKET) != code_of(OTHER)
    assert code_of(Ticket(str(TICKET))) == code_of(TICKET)
    for wrong in ("", "0a" * 31, "0A" * 32, "0a" * 33):
        with pytest.raises(InputError):
            Ticket(wrong)


def test_a_code_is_kept_nowhere_and_neither_is_its_ticket() -> None:
    world, code = told(NCA, ICO, NCSC)
    for node in world.nodes.values():
        found = everything(node)
        for secret in (code.encode(), code.replace("-", "").encode(), TICKET.encode()):
            assert secret not in found
            assert CANARY.encode() not in found


def test_a_wrong_code_opens_changes_and_answers_nothing() -> None:
    world, _ = told(NCA)
    door, wrong = world.nodes[FRONT_DOOR], code_of(OTHER)
    before = everything(door)
    for written in (wrong, "", "7K2M", "\0", "x" * 10_000):
        for attempt in (
            lambda w=written: return_to_report(door, w),
            lambda w=written: open_draft(door, w),
            lambda w=written: save_answer(door, w, "contact", "name", "Eve", seen(None)),
            lambda w=written: send_draft(door, w, report_form(), bodies()),
            lambda w=written: replace_code(door, w, Ticket(64 * "0")),
            lambda w=written: say_no(door, w, ConsentId("consent-1")),
        ):
            with pytest.raises(NoSuchReportError):
                attempt()
    assert everything(door) == before


def test_a_code_that_was_replaced_opens_nothing_and_the_new_one_opens_the_report() -> None:
    world, old = told(NCA)
    door = world.nodes[FRONT_DOOR]
    report = return_to_report(door, old).report
    new = replace_code(door, old, OTHER)
    assert replace_code(door, old, OTHER) == new, "the page can be sent twice"
    assert return_to_report(door, new).report == report
    with pytest.raises(NoSuchReportError):
        return_to_report(door, old)
    with pytest.raises(NoSuchReportError):
        open_draft(door, old)
    assert send_first_notice(door, notice(NCA), OTHER).report == report


def test_each_code_opens_its_own_report_and_no_other() -> None:
    world, one = told(NCA)
    door = world.nodes[FRONT_DOOR]
    other = send_first_notice(door, notice(ICO, summary="another"), OTHER).code
    assert {each.body for each in return_to_report(door, one).copies} == {NCA}
    assert {each.body for each in return_to_report(door, other).copies} == {ICO}


# ------------------------------------------------------------------ more later


def add(door: Node, code: str, summary: str) -> None:
    """Say something else of what happened, and send it."""
    stands = open_draft(door, code).answer("incident", "summary")
    save_answer(door, code, "incident", "summary", summary, seen(stands))
    send_draft(door, code, report_form(), bodies())


def test_only_what_is_new_is_sent_again() -> None:
    world, code = told(NCA)
    door = world.nodes[FRONT_DOOR]
    with pytest.raises(NothingChangedError):
        send_draft(door, code, report_form(), bodies())
    add(door, code, "Three servers.")
    world.settle()
    copies = return_to_report(door, code).copies
    assert [(each.version, each.sections) for each in copies] == [
        (1, ("contact", "incident")),
        (2, ("incident",)),
    ]
    answers = {str(key): each for key, each in return_to_report(door, code).answers.items()}
    assert answers["incident"]["summary"] == "Three servers."
    assert len(kept(world.nodes[NCA], "items")) == 3


# ------------------------------------------------------------------ never a yes


def asked(world: World) -> ConsentId:
    """Let the NCA ask whoever sent the notice for consent, and the question arrive."""
    node = world.nodes[NCA]
    with node.store.reading() as records:
        [case] = records.cases.find()
        items = tuple(each.item.id for each in records.items.find())
    seek = Seek(
        case=case.id,
        items=items,
        recipient=ICO,
        purpose=REGULATION,
        until=world.clock.now().replace(month=12),
        why="The regulator has asked.",
        officer=OFFICER,
    )
    consent = seek_consent(node, seek)
    world.settle()
    return consent


def answer_of(world: World, consent: ConsentId) -> Answer | None:
    """Return the newest answer that the front door signed."""
    door = world.nodes[FRONT_DOOR]
    with door.store.reading() as records:
        found = newest_answer(records, door, consent)
    return found.answer if found else None


def test_with_a_code_one_sees_what_is_asked_and_can_say_no() -> None:
    world, code = told(NCA)
    consent = asked(world)
    [question] = return_to_report(world.nodes[FRONT_DOOR], code).questions
    assert (question.asked.consent, question.answer) == (consent, "none yet")
    say_no(world.nodes[FRONT_DOOR], code, consent)
    world.settle()
    assert answer_of(world, consent) is Answer.REFUSED
    assert kept(world.nodes[ICO], "items") == []


def test_the_code_of_one_report_answers_no_question_about_another() -> None:
    world, _ = told(NCA)
    consent = asked(world)
    door = world.nodes[FRONT_DOOR]
    other = send_first_notice(door, notice(NCA), OTHER).code
    for wrong in (consent, ConsentId("consent-nobody-asked")):
        with pytest.raises(NotPossibleError):
            say_no(door, other, wrong)
    assert answer_of(world, consent) is None


def steps_of(world: World, code: str, consent: ConsentId) -> dict[str, object]:
    """Return everything that can be done with a code."""
    door = world.nodes[FRONT_DOOR]
    return {
        "look": lambda: return_to_report(door, code),
        "no": lambda: say_no(door, code, consent),
        "add": lambda: add(door, code, "more"),
        "send again": lambda: send_first_notice(door, notice(NCA), TICKET),
    }


@given(st.lists(st.sampled_from(["look", "no", "add", "send again"]), max_size=6))
def test_nothing_that_can_be_done_with_a_code_is_ever_a_yes(order: list[str]) -> None:
    world, code = told(NCA)
    consent = asked(world)
    steps = steps_of(world, code, consent)
    for each in order:
        try:
            steps[each]()  # type: ignore[operator]  # each is to be called
        except NothingChangedError:
            continue
    world.settle()
    assert answer_of(world, consent) in {None, Answer.REFUSED}
    for held in kept(world.nodes[ICO], "items"):
        assert all(each.given_to == {ICO} for each in held.item.label.sources)
