"""Who works with an organisation's reports: by code first, then by invitation, each in a part."""

from collections.abc import Callable
from datetime import timedelta
from random import Random  # noqa: TID251 - hypothesis chooses it

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.core.consent import Assurance, Entitlement
from comity.core.intake import BY_CODE, MAY, May, MemberRole
from comity.core.terms import OrganisationId, PersonId
from comity.node.draft import begin_draft, open_draft, save_answer, seen, send_draft
from comity.node.first_notice import begin_report, replace_code
from comity.node.mandates import Speaker, entitlement_of
from comity.node.members import (
    INVITES_FOR,
    NoSuchOrganisationError,
    Offer,
    accept,
    invite,
    leave,
    register,
)
from comity.node.node import Node, NotPossibleError
from comity.node.record_call_back import record_call_back
from comity.node.return_codes import (
    ByAccount,
    NoSuchReportError,
    NotAllowedError,
    Ticket,
    opened_by,
)
from comity.node.return_to_report import return_to_report
from comity.node.show_members import workplace, workplaces
from comity.node.take_up import take_up
from comity.node.vouch_for import vouch_for
from comity.shipped import bodies, report_form
from tests.node.test_first_notice import everything, told
from tests.node.test_speakers import CALL
from tests.node.world import FRONT_DOOR, NCA, World, new_world

ANNA, BEN, CAROL, MALLORY = map(PersonId, ("anna", "ben", "carol", "mallory"))
DAY = timedelta(days=1)


def ticket(number: int) -> Ticket:
    return Ticket(f"{number:064x}")


def taken_up() -> tuple[World, Node, OrganisationId, str]:
    """Let Anna take a report that somebody sent without an account into hers."""
    world, code = told(NCA)
    door = world.nodes[FRONT_DOOR]
    found = take_up(door, ANNA, "Anna", code)
    return world, door, found.organisation, return_to_report(door, code).report


def let_in(
    door: Node, organisation: OrganisationId, person: PersonId, offer: Offer, number: int = 7
) -> None:
    accept(door, person, invite(door, ANNA, organisation, offer, ticket(number)))


def reads(door: Node, person: PersonId, report: str) -> bool:
    try:
        return bool(return_to_report(door, ByAccount(person, report)).answers)
    except NoSuchReportError:
        return False


def writes(door: Node, person: PersonId, report: str) -> None:
    key = ByAccount(person, report)
    save_answer(door, key, "incident", "actions_taken", "We unplugged it.", seen(None))


# ------------------------------------------------------------------ coming in


def test_with_a_reports_code_one_becomes_its_organisations_manager_and_opens_it() -> None:
    _, door, organisation, report = taken_up()
    [place] = workplaces(door, ANNA)
    assert (place.organisation, place.reports) == (organisation, (report,))
    assert (place.own.role, place.own.called) == (MemberRole.MANAGER, "Anna")
    assert reads(door, ANNA, report)


def test_a_code_makes_nobody_a_member_where_there_are_people_already() -> None:
    world, code = told(NCA)
    door = world.nodes[FRONT_DOOR]
    take_up(door, ANNA, "Anna", code)
    with pytest.raises(NotPossibleError, match="people here already"):
        take_up(door, MALLORY, "Anna's colleague", code)
    assert workplaces(door, MALLORY) == ()


def test_a_wrong_code_makes_nobody_a_member() -> None:
    world, _ = told(NCA)
    with pytest.raises(NoSuchReportError):
        take_up(world.nodes[FRONT_DOOR], MALLORY, "Mallory", "7K2M-9QXD-C4TR-0ZHB-M1WN")


def test_an_organisation_can_be_made_in_peace_and_report_later() -> None:
    door = new_world().nodes[FRONT_DOOR]
    organisation = register(door, ANNA, "Anna").organisation
    report = begin_draft(door, ANNA, organisation)
    writes(door, ANNA, report)
    drafted = open_draft(door, ByAccount(ANNA, report))
    assert drafted.answer("incident", "actions_taken") == "We unplugged it."
    assert workplace(door, ANNA, organisation).reports == (report,)


def test_an_invitation_lets_one_person_in_once_as_what_it_offers() -> None:
    _, door, organisation, report = taken_up()
    code = invite(door, ANNA, organisation, Offer(MemberRole.WRITER, "Ben"), ticket(1))
    accept(door, BEN, code.lower().replace("-", " "))
    assert reads(door, BEN, report)
    [colleague] = workplace(door, ANNA, organisation).colleagues
    assert (colleague.person, colleague.called, colleague.role) == (BEN, "Ben", MemberRole.WRITER)
    with pytest.raises(NotPossibleError, match="no invitation"):
        accept(door, MALLORY, code)


def test_a_page_that_is_sent_again_does_not_bring_a_used_invitation_back() -> None:
    _, door, organisation, _ = taken_up()
    offer = Offer(MemberRole.READER, "Ben")
    code = invite(door, ANNA, organisation, offer, ticket(1))
    other = Offer(MemberRole.WRITER, "Benedict")
    assert invite(door, ANNA, organisation, other, ticket(1)) == code
    assert accept(door, BEN, code).role is MemberRole.WRITER
    with pytest.raises(NotPossibleError, match="was used"):
        invite(door, ANNA, organisation, offer, ticket(1))
    with pytest.raises(NotPossibleError, match="no invitation"):
        accept(door, CAROL, code)


def test_a_report_in_which_nobody_has_written_yet_can_be_taken_up_and_opened() -> None:
    door = new_world().nodes[FRONT_DOOR]
    begun = begin_report(door, ticket(1))
    organisation = take_up(door, ANNA, "Anna", begun.code).organisation
    [report] = workplace(door, ANNA, organisation).reports
    writes(door, ANNA, report)
    let_in(door, organisation, BEN, Offer(MemberRole.DELEGATE, "Firm", report))
    assert workplace(door, BEN, organisation).reports == (report,)


def test_an_invitation_expires_and_ends_with_whoever_invited() -> None:
    world, door, organisation, _ = taken_up()
    late = invite(door, ANNA, organisation, Offer(MemberRole.READER, "Ben"), ticket(1))
    world.clock.pass_(INVITES_FOR)
    with pytest.raises(NotPossibleError, match="no invitation"):
        accept(door, BEN, late)
    let_in(door, organisation, CAROL, Offer(MemberRole.MANAGER, "Carol"))
    hers = invite(door, CAROL, organisation, Offer(MemberRole.READER, "Ben"), ticket(2))
    leave(door, ANNA, organisation, CAROL)
    with pytest.raises(NotPossibleError, match="no invitation"):
        accept(door, BEN, hers)


def test_an_invitation_and_what_colleagues_are_called_stand_nowhere_in_the_clear() -> None:
    _, door, organisation, _ = taken_up()
    code = invite(door, ANNA, organisation, Offer(MemberRole.READER, "Benedict B."), ticket(1))
    kept = everything(door)
    assert code.encode() not in kept
    assert code.replace("-", "").encode() not in kept
    assert b"Benedict" not in kept
    assert b"Anna" not in kept


# ------------------------------------------------------------------ each in their part

ACTS: dict[May, Callable[[Node, PersonId, OrganisationId, str], object]] = {
    May.READ: lambda door, who, _, report: return_to_report(door, ByAccount(who, report)),
    May.WRITE: lambda door, who, _, report: writes(door, who, report),
    May.SEND: lambda door, who, _, report: send_draft(
        door, ByAccount(who, report), report_form(), bodies()
    ),
    May.INVITE: lambda door, who, organisation, _: invite(
        door, who, organisation, Offer(MemberRole.READER, "X"), ticket(99)
    ),
}


@pytest.mark.parametrize("role", MemberRole)
@pytest.mark.parametrize("may", ACTS)
def test_everybody_does_what_their_part_lets_them_and_nothing_else(
    role: MemberRole, may: May
) -> None:
    _, door, organisation, report = taken_up()
    let_in(door, organisation, BEN, Offer(role, "Ben"))
    if may is May.SEND:
        writes(door, ANNA, report)
    before = everything(door)
    if may in MAY[role]:
        ACTS[may](door, BEN, organisation, report)
    else:
        with pytest.raises(NotAllowedError):
            ACTS[may](door, BEN, organisation, report)
        assert everything(door) == before


@pytest.mark.parametrize("may", ACTS)
def test_nobody_does_anything_with_what_is_another_organisations(may: May) -> None:
    world, door, organisation, report = taken_up()
    register(door, MALLORY, "Mallory")
    before = everything(door)
    with pytest.raises((NoSuchReportError, NoSuchOrganisationError)):
        ACTS[may](door, MALLORY, organisation, report)
    assert everything(door) == before
    assert world.nodes[FRONT_DOOR] is door


def test_who_is_let_in_for_one_report_sees_no_other() -> None:
    _, door, organisation, report = taken_up()
    other = begin_draft(door, ANNA, organisation)
    let_in(door, organisation, BEN, Offer(MemberRole.DELEGATE, "Law firm", report))
    assert reads(door, BEN, report)
    assert workplace(door, BEN, organisation).reports == (report,)
    with pytest.raises(NoSuchReportError):
        open_draft(door, ByAccount(BEN, other))
    with pytest.raises(NotAllowedError):
        begin_draft(door, BEN, organisation)


def test_a_membership_ends_on_its_day() -> None:
    world, door, organisation, report = taken_up()
    until = world.clock.now() + DAY
    let_in(door, organisation, BEN, Offer(MemberRole.DELEGATE, "Firm", until=until))
    assert reads(door, BEN, report)
    world.clock.pass_(DAY)
    assert not reads(door, BEN, report)
    assert workplaces(door, BEN) == ()


def test_an_invitation_to_a_report_that_is_not_the_organisations_or_to_the_past_is_refused() -> (
    None
):
    world, door, organisation, _ = taken_up()
    theirs = begin_draft(door, MALLORY, register(door, MALLORY, "M").organisation)
    for offer in (
        Offer(MemberRole.READER, "Ben", theirs),
        Offer(MemberRole.READER, "Ben", until=world.clock.now()),
    ):
        with pytest.raises(NotPossibleError):
            invite(door, ANNA, organisation, offer, ticket(3))


def test_a_code_never_lets_anybody_invite() -> None:
    world, code = told(NCA)
    door = world.nodes[FRONT_DOOR]
    assert May.INVITE not in BY_CODE
    with door.store.reading() as records, pytest.raises(NotAllowedError):
        opened_by(records, door, code, May.INVITE)


# ------------------------------------------------------------------ going out


def test_whoever_left_opens_nothing_and_speaks_no_more() -> None:
    world, door, organisation, report = taken_up()
    let_in(door, organisation, BEN, Offer(MemberRole.WRITER, "Ben"))
    speak(world, organisation, BEN)
    leave(door, ANNA, organisation, BEN)
    assert not reads(door, BEN, report)
    with door.store.reading() as records:
        assert entitlement_of(records, door, organisation, BEN) is Entitlement.NONE


def speak(world: World, organisation: OrganisationId, person: PersonId) -> None:
    """Let a person speak on the word of one whom a body called back."""
    door, until = world.nodes[FRONT_DOOR], world.clock.now() + DAY
    record_call_back(door, Speaker(organisation, ANNA, until), CALL)
    vouch_for(door, Speaker(organisation, person, until), ANNA, Assurance.TOTP)


def test_only_a_manager_lets_others_go_and_anybody_leaves() -> None:
    _, door, organisation, report = taken_up()
    let_in(door, organisation, BEN, Offer(MemberRole.WRITER, "Ben"), 1)
    let_in(door, organisation, CAROL, Offer(MemberRole.READER, "Carol"), 2)
    with pytest.raises(NotAllowedError):
        leave(door, BEN, organisation, CAROL)
    with pytest.raises(NoSuchOrganisationError):
        leave(door, MALLORY, organisation, CAROL)
    leave(door, CAROL, organisation, CAROL)
    assert not reads(door, CAROL, report)


def test_the_last_manager_does_not_leave_others_behind() -> None:
    _, door, organisation, _ = taken_up()
    let_in(door, organisation, BEN, Offer(MemberRole.WRITER, "Ben"))
    with pytest.raises(NotPossibleError, match="without a manager"):
        leave(door, ANNA, organisation, ANNA)
    leave(door, ANNA, organisation, BEN)
    leave(door, ANNA, organisation, ANNA)
    assert workplaces(door, ANNA) == ()


def test_a_new_code_ends_every_older_one() -> None:
    world, code = told(NCA)
    door = world.nodes[FRONT_DOOR]
    report = return_to_report(door, code).report
    take_up(door, ANNA, "Anna", code)
    fresh = replace_code(door, ByAccount(ANNA, report), ticket(5))
    with pytest.raises(NoSuchReportError):
        return_to_report(door, code)
    assert return_to_report(door, fresh).report == report


# ------------------------------------------------------------------ over all histories


@given(st.randoms(use_true_random=False))
def test_in_no_history_does_anybody_open_what_nobody_let_them(chance: Random) -> None:
    world, door, organisation, report = taken_up()
    people = (ANNA, BEN, CAROL)
    inside: dict[PersonId, MemberRole] = {ANNA: MemberRole.MANAGER}
    for number in range(12):
        who, other = chance.choice(people), chance.choice((*people, MALLORY))
        role = chance.choice(list(MemberRole))
        try:
            if chance.random() < 0.6:
                code = invite(door, who, organisation, Offer(role, "X"), ticket(number))
                accept(door, other, code)
                inside[other] = role
            else:
                leave(door, who, organisation, other)
                inside.pop(other)
        except NotPossibleError:
            pass
        for person in (*people, MALLORY):
            assert reads(door, person, report) == (person in inside)
            mine = {each.own.role for each in workplaces(door, person)}
            assert mine == ({inside[person]} if person in inside else set())
    assert world.nodes[FRONT_DOOR] is door
