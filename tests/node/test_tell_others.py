"""An organisation tells bodies which others are engaged: those that it ticks, and nobody else."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.core.gate import Refusal
from comity.core.intake import MAY, May, MemberRole, contents_for
from comity.core.terms import InputError, PartyId, PersonId
from comity.node.draft import AnsweredMeanwhileError, open_draft, seen, seen_section
from comity.node.first_notice import begin_report, send_first_notice
from comity.node.members import Offer, let_in
from comity.node.node import Node, NotPossibleError
from comity.node.return_codes import ByAccount, Key, NoSuchReportError, NotAllowedError, Ticket
from comity.node.return_to_report import return_to_report
from comity.node.show_case import list_cases, show_case
from comity.node.take_up import take_up
from comity.node.tell_others import (
    ENGAGEMENT,
    NAMED,
    Telling,
    tell_others,
    told_already,
    told_to_others,
)
from comity.node.update_report import NothingChangedError
from comity.shipped import report_form
from comity.store.shelves import SHELVES
from tests.node.test_draft import choose, say, send
from tests.node.test_first_notice import TICKET, everything, kept, notice, told
from tests.node.world import (
    ACME,
    CANARY,
    FRONT_DOOR,
    ICO,
    NCA,
    NCSC,
    OFFICER,
    REPORT,
    World,
    new_world,
)

BODIES = (NCA, ICO, NCSC)
PLAN = f"Phone Jo. {CANARY}"


def telling(to: Iterable[PartyId], named: Iterable[PartyId], plan: str = PLAN) -> Telling:
    """Return what somebody ticked, and wrote."""
    return Telling(frozenset(to), {NAMED: sorted(named), "contact_plan": plan})


def press(door: Node, key: Key, wanted: Telling) -> None:
    """Tell it over what stands."""
    over = seen_section(open_draft(door, key), ENGAGEMENT)
    tell_others(door, key, wanted, report_form(), over)


def heard(world: World, body: PartyId) -> list[dict[str, Any]]:
    """Return what a body holds of who is engaged."""
    node = world.nodes[body]
    return [
        json.loads(each.text)["answers"]
        for case, _ in list_cases(node)
        for each in show_case(node, case.id, OFFICER)
        if each.item.section == ENGAGEMENT
    ]


def kept_by(node: Node) -> Mapping[str, int]:
    """Return how many values a node keeps on each shelf."""
    return {shelf: len(kept(node, shelf)) for shelf in SHELVES}


# ------------------------------------------------------------------ to whom was ticked


def test_each_body_that_is_ticked_hears_of_the_others_and_nobody_else_hears_anything() -> None:
    world, code = told(NCA, NCSC)
    door, before = world.nodes[FRONT_DOOR], kept_by(world.nodes[ICO])
    press(door, code, telling([NCA, NCSC], [NCA, NCSC]))
    world.settle()
    assert heard(world, NCA) == [{NAMED: ["NCSC"], "contact_plan": PLAN}]
    assert heard(world, NCSC) == [{NAMED: ["NCA"], "contact_plan": PLAN}]
    assert kept_by(world.nodes[ICO]) == before
    copies = [each for each in return_to_report(door, code).copies if each.version == 2]
    assert [(each.body, each.sections) for each in copies] == [
        (NCA, (ENGAGEMENT,)),
        (NCSC, (ENGAGEMENT,)),
    ]


def test_it_is_told_in_confidence() -> None:
    world, code = told(NCA, NCSC)
    press(world.nodes[FRONT_DOOR], code, telling([NCA], [NCSC]))
    world.settle()
    [held] = [each for each in kept(world.nodes[NCA], "items") if each.item.section == ENGAGEMENT]
    assert [source.in_confidence for source in held.item.label.sources] == [True]


def test_the_organisation_itself_can_tell_the_regulator_that_a_body_is_engaged() -> None:
    world, code = told(NCA)
    press(world.nodes[FRONT_DOOR], code, telling([ICO], [NCA]))
    world.settle()
    assert heard(world, ICO) == [{NAMED: ["NCA"], "contact_plan": PLAN}]
    assert heard(world, NCA) == [], "who is named does not learn of it"


@settings(max_examples=12)
@given(
    st.frozensets(st.sampled_from(BODIES), min_size=1),
    st.lists(
        st.tuples(
            st.frozensets(st.sampled_from(BODIES)),
            st.frozensets(st.sampled_from(BODIES)),
        ),
        min_size=1,
        max_size=3,
    ),
)
def test_whatever_is_ticked_a_body_gets_exactly_that_and_an_empty_choice_reaches_nobody(
    first: frozenset[PartyId],
    presses: list[tuple[frozenset[PartyId], frozenset[PartyId]]],
) -> None:
    world, code = told(*first)
    door = world.nodes[FRONT_DOOR]
    expected: dict[PartyId, list[list[str]]] = {body: [] for body in BODIES}
    can_be_named = set(first)
    for number, (to, named) in enumerate(presses):
        is_possible = bool(to) and named <= can_be_named and all(named - {each} for each in to)
        before = everything(door)
        if is_possible:
            press(door, code, telling(to, named, f"plan {number}"))
            can_be_named |= to
            for each in to:
                expected[each].append(sorted(named - {each}))
        else:
            with pytest.raises(NotPossibleError):
                press(door, code, telling(to, named, f"plan {number}"))
            assert everything(door) == before
        world.settle()
    for body in BODIES:
        assert sorted(each[NAMED] for each in heard(world, body)) == sorted(expected[body])


def test_who_got_it_before_and_is_not_ticked_now_gets_no_new_version() -> None:
    world, code = told(NCA, NCSC)
    door = world.nodes[FRONT_DOOR]
    press(door, code, telling([NCA, ICO], [NCSC]))
    world.settle()
    before = kept_by(world.nodes[ICO])
    press(door, code, telling([NCA], [NCSC, ICO], "a new plan"))
    world.settle()
    assert kept_by(world.nodes[ICO]) == before
    assert sorted(each["contact_plan"] for each in heard(world, NCA)) == sorted(
        [PLAN, "a new plan"]
    )
    assert [each["contact_plan"] for each in heard(world, ICO)] == [PLAN]


def test_what_is_shown_first_is_the_very_bytes_that_are_sealed() -> None:
    world, code = told(NCA, NCSC)
    door, wanted = world.nodes[FRONT_DOOR], telling([NCA, NCSC, ICO], [NCA, NCSC])
    part = told_to_others(door, code, wanted, report_form())
    press(door, code, wanted)
    world.settle()
    for body in BODIES:
        [shown] = contents_for(part, body).values()
        assert heard(world, body) == [json.loads(shown)["answers"]]
        assert f'"{body}"'.encode() not in shown


# ------------------------------------------------------------------ beside a draft


def test_a_draft_is_not_sent_with_it_and_later_sends_no_older_word() -> None:
    world, code = told(NCA, NCSC)
    door = world.nodes[FRONT_DOOR]
    press(door, code, telling([NCA, ICO], [NCSC]))
    say(door, code, "technical", malware=f"a locker {CANARY}")
    press(door, code, telling([NCA], [NCSC], "a new plan"))
    world.settle()
    assert "technical" not in {each.item.section for each in kept(world.nodes[NCA], "items")}
    draft = open_draft(door, code)
    assert draft.answer("technical", "malware") == f"a locker {CANARY}"
    assert draft.answer(ENGAGEMENT, "contact_plan") == "a new plan"
    before = kept_by(world.nodes[ICO])
    choose(door, code, **{**draft.choices, "technical": (NCA,)})
    send(door, code)
    world.settle()
    assert len(heard(world, NCA)) == 2
    assert kept_by(world.nodes[ICO]) == before


def test_whoever_did_not_see_what_a_colleague_wrote_is_told_and_nothing_is_sent() -> None:
    world, code = told(NCA, NCSC)
    door = world.nodes[FRONT_DOOR]
    over = seen_section(open_draft(door, code), ENGAGEMENT)
    say(door, code, ENGAGEMENT, quiet_hours="from 22 to 6")
    before = everything(door)
    with pytest.raises(AnsweredMeanwhileError):
        tell_others(door, code, telling([NCA], [NCSC]), report_form(), over)
    assert everything(door) == before


def test_the_same_words_twice_are_sent_once() -> None:
    world, code = told(NCA, NCSC)
    door, over = world.nodes[FRONT_DOOR], seen(None)
    wanted = telling([NCA], [NCSC])
    press(door, code, wanted)
    with pytest.raises(NothingChangedError):
        tell_others(door, code, wanted, report_form(), over)
    world.settle()
    assert len(heard(world, NCA)) == 1


def test_no_other_section_is_sent_again_whatever_its_marking_and_its_days() -> None:
    world = new_world()
    text = REPORT.replace("[contact]", '[tlp]\nincident = "TLP:AMBER"\n\n[contact]', 1)
    text += "\n[ransom]\ndeadline = 2026-11-27\n"
    text = text.replace('technical = ["NCA"]', 'technical = ["NCA", "NCSC"]\nransom = ["NCA"]', 1)
    sent = world.report(text)
    door = world.nodes[FRONT_DOOR]
    let_in(door, ACME, PersonId("anna"), Offer(MemberRole.MANAGER, "Anna"))
    who = ByAccount(PersonId("anna"), sent.id)
    press(door, who, telling([NCA], [NCSC]))
    world.settle()
    copies = return_to_report(door, who).copies
    assert [each.sections for each in copies if each.version == 2] == [(ENGAGEMENT,)]


# ------------------------------------------------------------------ what is refused


@pytest.mark.parametrize(
    "wrong",
    [
        telling([], [NCA]),
        telling([NCA], []),
        telling([NCA], [NCA]),
        telling([NCSC, NCA], [NCA]),
        telling([NCA], [NCSC]),
        telling([ICO], [NCA, NCSC]),
        telling([FRONT_DOOR], [NCA]),
        telling([PartyId("MI5")], [NCA]),
        telling([NCA, PartyId("MI5")], [NCA]),
        telling([ICO], [PartyId("MI5")]),
        telling([ICO], [FRONT_DOOR]),
        telling([ICO], [NCA], "a\x07b"),
        telling([ICO], [NCA], "x" * 20_001),
        Telling(frozenset({ICO}), {}),
        Telling(frozenset({ICO}), {NAMED: ["NCA"], "organisation": "bolt"}),
        Telling(frozenset({ICO}), {NAMED: "NCA"}),
    ],
)
def test_what_nobody_could_tick_tells_nobody_anything(wrong: Telling) -> None:
    world, code = told(NCA)
    door = world.nodes[FRONT_DOOR]
    before = everything(door)
    with pytest.raises((NotPossibleError, InputError)):
        told_to_others(door, code, wrong, report_form())
    with pytest.raises((NotPossibleError, InputError)):
        press(door, code, wrong)
    assert everything(door) == before
    world.settle()
    assert all(heard(world, body) == [] for body in BODIES)


def test_before_anybody_was_told_anything_nobody_can_be_named() -> None:
    world = new_world()
    door = world.nodes[FRONT_DOOR]
    code = begin_report(door, TICKET).code
    assert told_already(door, code) == frozenset()
    with pytest.raises(NotPossibleError):
        press(door, code, telling([NCA], [NCSC]))
    world.settle()
    assert kept(world.nodes[NCA], "items") == []


def test_what_was_told_in_another_report_is_not_told_already_in_this_one() -> None:
    world, code = told(NCA)
    door = world.nodes[FRONT_DOOR]
    send_first_notice(door, notice(NCSC), Ticket("0c" * 32))
    assert told_already(door, code) == {NCA}
    with pytest.raises(NotPossibleError, match="told nothing of this report"):
        press(door, code, telling([NCA], [NCSC]))


@pytest.mark.parametrize("role", MemberRole)
def test_only_who_may_send_can_press_the_button(role: MemberRole) -> None:
    world, code = told(NCA, NCSC)
    door = world.nodes[FRONT_DOOR]
    organisation = take_up(door, PersonId("anna"), "Anna", code).organisation
    report = return_to_report(door, code).report
    let_in(door, organisation, PersonId("ben"), Offer(role, "Ben"))
    key, wanted, before = ByAccount(PersonId("ben"), report), telling([NCA], [NCSC]), kept_by(door)
    if May.SEND in MAY[role]:
        press(door, key, wanted)
        return
    for attempt in (
        lambda: told_already(door, key),
        lambda: told_to_others(door, key, wanted, report_form()),
        lambda: press(door, key, wanted),
    ):
        with pytest.raises(NotAllowedError):
            attempt()
    assert kept_by(door) == before
    world.settle()
    assert heard(world, NCA) == []


def test_a_key_that_opens_nothing_tells_nobody() -> None:
    world, _ = told(NCA, NCSC)
    door, wanted = world.nodes[FRONT_DOOR], telling([NCA], [NCSC])
    before = everything(door)
    for key in ("", "7K2M-9QXD-C4TR-0ZHB-M1WN", ByAccount(PersonId("eve"), "report-1")):
        with pytest.raises(NoSuchReportError):
            tell_others(door, key, wanted, report_form(), seen(None))
    assert everything(door) == before


# ------------------------------------------------------------------ a wish is no consent


WISHES = """
[sharing]
engagement_may_be_known = true
warnings_may_use = true
"""
"""Both wishes with a yes."""


def wishing() -> World:
    """Let Acme report to the NCA, with a yes to both wishes, and consent to nothing."""
    world = new_world()
    world.report(
        REPORT.replace('technical = ["NCA"]', 'technical = ["NCA"]\nsharing = ["NCA"]', 1) + WISHES
    )
    return world


@pytest.mark.parametrize("asked", [("incident",), ("sharing",), ("incident", "sharing")])
def test_a_yes_to_both_wishes_lets_nothing_pass_to_the_regulator(asked: tuple[str, ...]) -> None:
    world = wishing()
    nca, ico = world.nodes[NCA], world.nodes[ICO]
    before = kept_by(ico)
    digests = [each.item.digest.encode() for each in kept(nca, "items")]
    assert len(world.items(NCA, "sharing")) == 1
    _, decision = world.ask(*asked)
    assert isinstance(decision, Refusal)
    assert "I-1" in {each.partition("/")[2] or each for each in decision.clauses}
    world.wait()
    after = {name: count for name, count in kept_by(ico).items() if name in WHAT_IS_TOLD}
    assert after == {name: before[name] for name in WHAT_IS_TOLD}
    found = everything(ico)
    for trace in (b"sharing", b"engagement_may_be_known", b"warnings_may_use", *digests):
        assert trace not in found


WHAT_IS_TOLD = ("items", "cases", "inbox", "known", "choices", "asked", "notices", "wishes")
"""The shelves on which anything about an organisation could stand; others keep heads and beats."""


def test_what_nobody_answered_of_the_wishes_is_told_as_a_no() -> None:
    world = new_world()
    world.report(
        REPORT.replace('technical = ["NCA"]', 'technical = ["NCA"]\nsharing = ["NCA"]', 1)
        + "[sharing]\nwarnings_may_use = true\n"
    )
    node = world.nodes[NCA]
    [(case, _)] = list_cases(node)
    [text] = [
        each.text for each in show_case(node, case.id, OFFICER) if each.item.section == "sharing"
    ]
    assert json.loads(text)["answers"] == {
        "engagement_may_be_known": False,
        "warnings_may_use": True,
    }
