"""Show members: at a front door, where a person works, with whom, and on which reports."""

from dataclasses import dataclass
from datetime import datetime

from comity.core.consent import Entitlement
from comity.core.intake import MAY, May, MemberRole
from comity.core.terms import OrganisationId, PersonId
from comity.node.mandates import in_force
from comity.node.members import NoSuchOrganisationError, called_in, member_of, reports_of
from comity.node.node import Node
from comity.store.port import Records
from comity.store.records import Member


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """Somebody who works with an organisation's reports, as its people see them.

    `speaks` is how they are entitled to speak for it now, until `speaks_until`.
    """

    person: PersonId
    called: str
    role: MemberRole
    report: str | None
    until: datetime | None
    speaks: Entitlement
    speaks_until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Workplace:
    """An organisation as one of its people sees it: themselves, its reports, and everybody else.

    `reports` are those that they may open, the newest last. Only a manager sees the others.
    """

    organisation: OrganisationId
    own: Colleague
    reports: tuple[str, ...]
    colleagues: tuple[Colleague, ...]

    def is_managed(self) -> bool:
        """Return whether they manage it: all of it, and not one report."""
        return May.INVITE in MAY[self.own.role] and self.own.report is None


def workplaces(node: Node, person: PersonId) -> tuple[Workplace, ...]:
    """Return every organisation that a person works with now."""
    with node.store.reading() as records:
        found = [each for each in records.members.find(person=person) if each.works_at(node.now())]
        return tuple(_workplace(records, node, each) for each in found)


def workplace(node: Node, person: PersonId, organisation: OrganisationId) -> Workplace:
    """Return one organisation that a person works with now.

    Raises:
        NoSuchOrganisationError: they do not.
    """
    with node.store.reading() as records:
        member = member_of(records, node, organisation, person)
        if member is None:
            raise NoSuchOrganisationError
        return _workplace(records, node, member)


def show_members(node: Node, organisation: OrganisationId) -> tuple[Colleague, ...]:
    """Return everybody who works with an organisation's reports now, as its operator sees it."""
    with node.store.reading() as records:
        found = records.members.find(organisation=organisation)
        return tuple(_colleague(records, node, each) for each in found if each.works_at(node.now()))


def _workplace(records: Records, node: Node, member: Member) -> Workplace:
    organisation = member.organisation
    sees_others = May.INVITE in MAY[member.role] and member.report is None
    everybody = records.members.find(organisation=organisation) if sees_others else []
    reports = reports_of(records, organisation)
    return Workplace(
        organisation=organisation,
        own=_colleague(records, node, member),
        reports=tuple(each for each in reports if member.report in {None, each}),
        colleagues=tuple(
            _colleague(records, node, each)
            for each in everybody
            if each != member and each.works_at(node.now())
        ),
    )


def _colleague(records: Records, node: Node, member: Member) -> Colleague:
    mandate = in_force(records, node, member.organisation, member.person)
    return Colleague(
        person=member.person,
        called=called_in(records, node, member),
        role=member.role,
        report=member.report,
        until=member.until,
        speaks=mandate.how if mandate else Entitlement.NONE,
        speaks_until=mandate.end if mandate else None,
    )
