"""Members: at a front door, who works with an organisation's reports, and how they come to.

The first one comes with a report's return code, or with an organisation that has none yet;
everybody else is invited. An invitation is a code, too: it is handed over by word or on paper, and
mailed to nobody. Being a member lets nobody speak for the organisation.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from comity.core.intake import MAY, May, MemberRole
from comity.core.ledger import EntryType
from comity.core.terms import OrganisationId, PersonId
from comity.node.contents import account_key, lock, unlock
from comity.node.end_mandate import end_within
from comity.node.node import Node, NotPossibleError, note
from comity.node.register_organisation import register_organisation
from comity.node.return_codes import (
    NotAllowedError,
    Ticket,
    code_of,
    digest_of_code,
    read_code,
)
from comity.store.change import changed
from comity.store.port import Records
from comity.store.records import Invitation, Member

INVITES_FOR = timedelta(days=7)
MADE_FOR = b"comity invitation\0"


class Offer(NamedTuple):
    """What somebody is invited to be: their role and name, and whether for one report or a time."""

    role: MemberRole
    called: str
    report: str | None = None
    until: datetime | None = None


class NoSuchOrganisationError(NotPossibleError):
    """Somebody is no member of an organisation, or there is none: from outside it is the same."""

    def __init__(self) -> None:
        """Say so, and what to do."""
        super().__init__("you work with no such organisation here", "ask its manager to invite you")


def register(node: Node, person: PersonId, called: str) -> Member:
    """Make an organisation that has not reported, in peace; whoever does is its first manager."""
    with node.store.writing() as records:
        organisation = node.new_id(OrganisationId, "org")
        register_organisation(records, node, organisation)
        return join(records, node, organisation, person, Offer(MemberRole.MANAGER, called))


def invite(
    node: Node, manager: PersonId, organisation: OrganisationId, offer: Offer, ticket: Ticket
) -> str:
    """Return a code with which one person can become a member, once, within seven days.

    A page that is sent again, and perhaps changed, gives the same code; what was sent last counts.

    Raises:
        NoSuchOrganisationError: whoever invites is no member.
        NotAllowedError: they may not invite.
        NotPossibleError: there is no such report, or the offer would be over already; or the page
            is sent once more when its invitation was used.
    """
    code = code_of(ticket, MADE_FOR)
    with node.store.writing() as records:
        check_may(records, node, organisation, manager, May.INVITE)
        _check_offer(records, node, organisation, offer)
        found = records.invitations.get(digest_of_code(code))
        if found and (found.invited_by != manager or node.now() >= found.expires):
            raise NotPossibleError("this invitation was used, or has expired", "make another one")
        invitation = Invitation(
            id=digest_of_code(code),
            organisation=organisation,
            role=offer.role,
            called=_locked(records, node, organisation, offer.called),
            invited_by=manager,
            expires=found.expires if found else node.now() + INVITES_FOR,
            report=offer.report,
            until=offer.until,
        )
        records.invitations.put(invitation)
        ids = {"organisation": organisation, "person": manager, "role": offer.role}
        note(records, node, EntryType.INVITED, **ids)
    return code


def accept(node: Node, person: PersonId, written: str) -> Member:
    """Become what an invitation offers; it does not count a second time.

    Raises:
        NotPossibleError: there is no such invitation, it has expired, whoever invited may not any
            more, or the person is a member.
    """
    with node.store.writing() as records:
        found = invitation_of(records, written)
        if found is None or node.now() >= found.expires or not _stands(records, node, found):
            raise NotPossibleError(
                "no invitation has this code, or it was used, or it has expired",
                "see how it is written, or ask to be invited again",
            )
        if records.members.get(_id(found.organisation, person)):
            raise NotPossibleError("you are a member of this organisation", "open its reports")
        records.invitations.put(changed(found, expires=node.now()))
        called = called_in(records, node, found)
        offer = Offer(found.role, called, found.report, found.until)
        return join(records, node, found.organisation, person, offer)


def invitation_of(records: Records, written: str) -> Invitation | None:
    """Return the invitation that a code is for, whether it still counts or not."""
    code = read_code(written)
    return records.invitations.get(digest_of_code(code)) if code else None


def let_in(node: Node, organisation: OrganisationId, person: PersonId, offer: Offer) -> Member:
    """Make somebody a member, as the front door's operator; or change what they are.

    Raises:
        NotPossibleError: there is no such organisation or report here.
    """
    with node.store.writing() as records:
        if records.accounts.get(organisation) is None:
            raise NotPossibleError(
                f"{organisation} is no organisation here", "see its id on the page of its people"
            )
        _check_offer(records, node, organisation, offer)
        return join(records, node, organisation, person, offer)


def let_go(node: Node, organisation: OrganisationId, person: PersonId) -> Member:
    """End a membership as the front door's operator, also the last manager's.

    Raises:
        NotPossibleError: the person is no member.
    """
    with node.store.writing() as records:
        member = records.members.get(_id(organisation, person))
        if member is None:
            raise NotPossibleError(f"{person} is no member of {organisation}", "see: member list")
        _leave(records, node, member)
    return member


def leave(node: Node, who: PersonId, organisation: OrganisationId, person: PersonId) -> Member:
    """End a membership: one's own, or as a manager somebody else's. Whoever left speaks no more.

    Raises:
        NoSuchOrganisationError: one of them is no member.
        NotAllowedError: only a manager lets others go.
        NotPossibleError: it is the last manager, and others would be left with none.
    """
    with node.store.writing() as records:
        check_may(records, node, organisation, who, May.READ if who == person else May.INVITE)
        member = member_of(records, node, organisation, person)
        if member is None:
            raise NoSuchOrganisationError
        everybody = records.members.find(organisation=organisation)
        others = [each for each in everybody if each != member]
        if others and not any(each.role is MemberRole.MANAGER for each in others):
            raise NotPossibleError(
                "others would be left without a manager", "let somebody else be one first"
            )
        _leave(records, node, member)
    return member


def _leave(records: Records, node: Node, member: Member) -> None:
    records.members.remove(member.id)
    _tell_no_more(records, member.id)
    end_within(records, node, member.organisation, member.person)
    ids = {"organisation": member.organisation, "person": member.person}
    note(records, node, EntryType.MEMBER_LEFT, **ids)


def _tell_no_more(records: Records, member: str) -> None:
    """Forget where somebody was told: they left, or come as something else."""
    records.addresses.remove(member)
    records.mails.remove(member)


def member_of(
    records: Records, node: Node, organisation: OrganisationId, person: PersonId
) -> Member | None:
    """Return somebody's membership, unless there is none or it is over."""
    found = records.members.get(_id(organisation, person))
    return found if found and found.works_at(node.now()) else None


def check_may(
    records: Records, node: Node, organisation: OrganisationId, person: PersonId, may: May
) -> None:
    """Return if a person may do this at an organisation, with all of its reports.

    Raises:
        NoSuchOrganisationError: they are no member.
        NotAllowedError: they are one, and may not.
    """
    member = member_of(records, node, organisation, person)
    if member is None:
        raise NoSuchOrganisationError
    if may not in MAY[member.role] or (member.report and may is not May.READ):
        raise NotAllowedError(may)


def _check_offer(records: Records, node: Node, organisation: OrganisationId, offer: Offer) -> None:
    if offer.report is not None and offer.report not in reports_of(records, organisation):
        raise NotPossibleError("the organisation has no such report", "choose one of its reports")
    if offer.until is not None and offer.until <= node.now():
        raise NotPossibleError("the time is over already", "name a later one")


def reports_of(records: Records, organisation: OrganisationId) -> dict[str, None]:
    """Return the reports of an organisation, sent and not sent yet, the newest last."""
    found = [each.id for each in records.reports.find(organisation=organisation)]
    found += [each.id for each in records.drafts.find(organisation=organisation)]
    return dict.fromkeys(found)


def _stands(records: Records, node: Node, found: Invitation) -> bool:
    """Return whether whoever invited still may: nobody comes in on the word of one who left."""
    host = member_of(records, node, found.organisation, found.invited_by)
    return host is not None and May.INVITE in MAY[host.role]


def join(
    records: Records, node: Node, organisation: OrganisationId, person: PersonId, offer: Offer
) -> Member:
    """Make somebody a member, or something else than they were, within a transaction."""
    member = Member(
        id=_id(organisation, person),
        organisation=organisation,
        person=person,
        role=offer.role,
        called=_locked(records, node, organisation, offer.called),
        since=node.now(),
        report=offer.report,
        until=offer.until,
    )
    records.members.put(member)
    _tell_no_more(records, member.id)
    ids = {"organisation": organisation, "person": person, "role": offer.role}
    note(records, node, EntryType.MEMBER_JOINED, **ids)
    return member


def _id(organisation: OrganisationId, person: PersonId) -> str:
    return f"{organisation}/{person}"


def _locked(records: Records, node: Node, organisation: OrganisationId, called: str) -> bytes:
    return lock(records, node, account_key(organisation), _place(organisation), called.encode())


def called_in(records: Records, node: Node, found: Member | Invitation) -> str:
    """Return how colleagues call somebody, who is a member or is invited."""
    organisation = found.organisation
    return unlock(
        records, node, account_key(organisation), _place(organisation), found.called
    ).decode()


def _place(organisation: OrganisationId) -> str:
    return f"members/{organisation}/called"
