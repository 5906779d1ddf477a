"""First notice: at a front door, a report by somebody without an account, in two minutes.

Who says it is not verified, so nothing of it can ever be a yes. What was said is in confidence and
goes to the bodies that were ticked; more is added to the same report later, and only what is new
is sent.
"""

from dataclasses import dataclass

from comity.core.intake import Report
from comity.core.ledger import EntryType
from comity.core.terms import OrganisationId, PartyId
from comity.node.node import Node, NotPossibleError, note
from comity.node.register_organisation import register_organisation
from comity.node.return_codes import Ticket, code_of, digest_of_code, held_for
from comity.node.send_report import ReportId, Sent, send_version
from comity.node.update_report import update_within
from comity.store.port import Records
from comity.store.records import ReturnCode, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Noticed:
    """A first notice that is on its way, now or since an earlier time with the same ticket."""

    code: str
    report: ReportId


def bodies_at_hand(node: Node) -> frozenset[PartyId]:
    """Return the bodies that this front door is connected to."""
    with node.store.reading() as records:
        return frozenset(each.party for each in records.peers.find() if each.role is Role.BODY)


def send_first_notice(node: Node, report: Report, ticket: Ticket) -> Noticed:
    """Send a report of an organisation that has no account; the ticket makes it happen once.

    Whatever organisation the report names, it gets a fresh id: nobody says which one it is.

    Raises:
        NotPossibleError: no body was chosen, one that was is not pinned here, or the terms of
            this front door refuse a copy; then nothing is sent to anybody.
    """
    if not report.chosen_bodies():
        raise NotPossibleError("no body was chosen", "choose at least one")
    code = code_of(ticket)
    with node.store.writing() as records:
        sent_before = records.return_codes.get(digest_of_code(code))
        if sent_before is not None:
            return Noticed(code=code, report=ReportId(sent_before.report))
        organisation = node.new_id(OrganisationId, "org")
        register_organisation(records, node, organisation)
        report_id = node.new_id(ReportId, "report")
        whole = report.known_as(organisation)
        _give_code(records, node, code, whole.organisation, report_id)
        send_version(records, node, report_id, 1, whole, whole)
    return Noticed(code=code, report=report_id)


def add_to_notice(node: Node, written_code: str, report: Report) -> Sent:
    """Send what has changed of the report that a code opens.

    Raises:
        NotPossibleError: the code opens nothing, nothing has changed, or a copy is refused.
    """
    with node.store.writing() as records:
        held = held_for(records, written_code)
        whole = report.known_as(held.organisation)
        return update_within(records, node, ReportId(held.report), whole)


def replace_code(node: Node, written_code: str, ticket: Ticket) -> str:
    """Return a new code in the place of one that somebody else may have seen.

    Raises:
        NotPossibleError: the code opens nothing.
    """
    code = code_of(ticket)
    with node.store.writing() as records:
        if records.return_codes.get(digest_of_code(code)) is None:
            held = held_for(records, written_code)
            records.return_codes.remove(held.id)
            _give_code(records, node, code, held.organisation, ReportId(held.report))
    return code


def _give_code(
    records: Records, node: Node, code: str, organisation: OrganisationId, report: ReportId
) -> None:
    records.return_codes.add(
        ReturnCode(
            id=digest_of_code(code),
            organisation=organisation,
            report=report,
            made_at=node.now(),
        )
    )
    note(records, node, EntryType.CODE_GIVEN, report=report)
