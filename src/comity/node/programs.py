"""Programs: at a front door, a program that works with an organisation's reports.

It is invited like a colleague, and takes a key for its invitation, once. Nothing that is kept
leads back to the key: the program's own id is made of it. Whoever let it in can let it go. It
never speaks for the organisation: a yes needs a person, at that moment.
"""

from comity.core.intake import May, MemberRole, Report
from comity.core.terms import PersonId
from comity.node.draft import keep_in_draft
from comity.node.members import accept, check_may, invitation_of
from comity.node.node import Node, NotPossibleError
from comity.node.return_codes import (
    Key,
    Ticket,
    code_of,
    digest_of_code,
    opened_by,
    read_code,
)
from comity.node.send_report import ReportId, Sent, send_version
from comity.node.show_members import workplaces
from comity.node.update_report import update_within
from comity.store.port import Records
from comity.store.records import Member

MADE_FOR = b"comity key of a program\0"
BEGUN_FOR = b"comity report of a program\0"
PROGRAM = "program-"
"""How the id of a program begins, and no account's."""

PERSONS = frozenset({MemberRole.MANAGER, MemberRole.COUNSEL})
"""What a program cannot be: these act for the organisation among its people."""


class NoSuchKeyError(NotPossibleError):
    """No program has this key: it was mistyped, or was let go."""

    def __init__(self) -> None:
        """Say so, and what to do."""
        super().__init__(
            "no program has this key, or it was let go", "ask a manager for an invitation"
        )


def join_by_program(node: Node, invitation: str, ticket: Ticket) -> str:
    """Take an invitation as a program, and return its key; with one ticket it is the same key.

    Raises:
        NotPossibleError: there is no such invitation, it has expired or was used, whoever invited
            may not any more, or it is for somebody that a program cannot be.
    """
    key = code_of(ticket, MADE_FOR)
    person = _person(key)
    with node.store.reading() as records:
        if records.members.find(person=person):
            return key
        found = invitation_of(records, invitation)
    if found is not None and found.role in PERSONS:
        raise NotPossibleError(
            "a program is no manager and no counsel", "invite it as a writer, delegate or reader"
        )
    accept(node, person, invitation)
    return key


def program_of(node: Node, key: str) -> PersonId:
    """Return the program that a key is for.

    Raises:
        NoSuchKeyError: it is for none that works with an organisation now.
    """
    code = read_code(key)
    person = _person(code) if code else None
    with node.store.reading() as records:
        if person is None or _membership(records, node, person) is None:
            raise NoSuchKeyError
    return person


def reports_of_program(node: Node, program: PersonId) -> tuple[str, ...]:
    """Return the reports that a program may open, the newest last."""
    return tuple(each for place in workplaces(node, program) for each in place.reports)


def send_by_program(node: Node, program: PersonId, report: Report, ticket: Ticket) -> ReportId:
    """Send a new report of the organisation that a program works for; one ticket sends one.

    Raises:
        NoSuchKeyError: it works for none.
        NotAllowedError: it may not send, or is there for one report.
        NotPossibleError: no body was chosen, one that was is not pinned here, or the terms of
            this front door refuse a copy; then nothing is sent to anybody.
    """
    digest = digest_of_code(code_of(ticket, BEGUN_FOR))
    report_id = ReportId(f"report-{node.marks}{digest[:32]}")
    with node.store.writing() as records:
        member = _membership(records, node, program)
        if member is None:
            raise NoSuchKeyError
        check_may(records, node, member.organisation, program, May.SEND)
        if records.reports.get(report_id) is None:
            whole = report.known_as(member.organisation)
            check_chosen(whole)
            send_version(records, node, report_id, 1, whole, whole)
    return report_id


def send_whole(node: Node, key: Key, report: Report) -> Sent:
    """Send a new version of the report that a key opens: what is new of it, and nothing else.

    A draft that there is says of each part that was sent what was sent.

    Raises:
        NoSuchReportError: the key opens none.
        NotAllowedError: it does not let anybody send.
        NotPossibleError: no body was chosen, nothing has changed, or a copy is refused; then
            nothing is sent to anybody.
    """
    with node.store.writing() as records:
        opened = opened_by(records, node, key, May.SEND)
        whole, report_id = report.known_as(opened.organisation), ReportId(opened.report)
        check_chosen(whole)
        sent = (
            update_within(records, node, report_id, whole)
            if records.reports.get(report_id)
            else send_version(records, node, report_id, 1, whole, whole)
        )
        keep_in_draft(records, node, opened, whole)
        return sent


def check_chosen(report: Report) -> None:
    """Return if a report reaches somebody.

    Raises:
        NotPossibleError: no body was chosen.
    """
    if not report.chosen_bodies():
        raise NotPossibleError(
            "no body was chosen: this report would reach nobody", "add a table [choices]"
        )


def is_program(person: PersonId) -> bool:
    """Return whether a person's id is that of a program."""
    return person.startswith(PROGRAM)


def _person(key: str) -> PersonId:
    return PersonId(f"{PROGRAM}{digest_of_code(key)[:32]}")


def _membership(records: Records, node: Node, program: PersonId) -> Member | None:
    found = [each for each in records.members.find(person=program) if each.works_at(node.now())]
    return found[0] if len(found) == 1 else None
