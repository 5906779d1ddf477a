"""First notice: at a front door, a report by somebody without an account, in two minutes.

Who says it is not verified, so nothing of it can ever be a yes. What was said is in confidence and
goes to the bodies that were ticked; more is added to the same report later, as a draft.
"""

from typing import NamedTuple

from comity.core.intake import May, Report
from comity.core.terms import OrganisationId, PartyId
from comity.node.node import Node, NotPossibleError
from comity.node.register_organisation import register_organisation
from comity.node.return_codes import (
    ByAccount,
    Key,
    NoSuchReportError,
    Ticket,
    code_of,
    digest_of_code,
    give_code,
    opened_by,
)
from comity.node.send_report import ReportId, send_version
from comity.store.port import Records
from comity.store.records import Role


class Begun(NamedTuple):
    """A report of an organisation that has no account, and the code that opens it."""

    code: str
    organisation: OrganisationId
    report: ReportId
    is_new: bool


def bodies_at_hand(node: Node) -> frozenset[PartyId]:
    """Return the bodies that this front door is connected to."""
    with node.store.reading() as records:
        return bodies_pinned(records)


def bodies_pinned(records: Records) -> frozenset[PartyId]:
    """Return the bodies that this front door is connected to, within a transaction."""
    return frozenset(each.party for each in records.peers.find() if each.role is Role.BODY)


def send_first_notice(node: Node, report: Report, ticket: Ticket) -> Begun:
    """Send a report of an organisation that has no account; the ticket makes it happen once.

    Whatever organisation the report names, it gets a fresh id: nobody says which one it is.

    Raises:
        NotPossibleError: no body was chosen, one that was is not pinned here, or the terms of
            this front door refuse a copy; then nothing is sent to anybody.
    """
    if not report.chosen_bodies():
        raise NotPossibleError("no body was chosen", "choose at least one")
    with node.store.writing() as records:
        begun = _begun(records, node, ticket)
        if begun.is_new:
            whole = report.known_as(begun.organisation)
            send_version(records, node, begun.report, 1, whole, whole)
    return begun


def begin_report(node: Node, ticket: Ticket) -> Begun:
    """Begin a report of an organisation that has no account; nothing is sent yet."""
    with node.store.writing() as records:
        return _begun(records, node, ticket)


def _begun(records: Records, node: Node, ticket: Ticket) -> Begun:
    """Return the report of a ticket, beginning it if nobody has."""
    code = code_of(ticket)
    held = records.return_codes.get(digest_of_code(code))
    if held is not None:
        return Begun(code, held.organisation, ReportId(held.report), is_new=False)
    organisation = node.new_id(OrganisationId, "org")
    report = node.new_id(ReportId, "report")
    register_organisation(records, node, organisation)
    give_code(records, node, code, organisation, report)
    return Begun(code, organisation, report, is_new=True)


def replace_code(node: Node, key: Key, ticket: Ticket) -> str:
    """Return a new code for a report in the place of those that somebody else may have seen.

    A page that is sent again gives the same code: the one that opened the report then is replaced.

    Raises:
        NoSuchReportError: the key opens nothing.
        NotAllowedError: it does not let anybody send.
    """
    code = code_of(ticket)
    with node.store.writing() as records:
        held = records.return_codes.get(digest_of_code(code))
        if held is not None and not isinstance(key, ByAccount):
            return code
        opened = opened_by(records, node, key, May.SEND)
        if held is None:
            for each in records.return_codes.find(report=opened.report):
                records.return_codes.remove(each.id)
            give_code(records, node, code, opened.organisation, opened.report)
        elif held.report != opened.report:
            raise NoSuchReportError
    return code
