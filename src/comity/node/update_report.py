"""Update report: at a front door, a new version; only what has changed is sent again.

A changed section is a new content with a new digest, so no consent for the old one covers it.
"""

from comity.core.intake import Report
from comity.core.terms import OrganisationId, PersonId, decode
from comity.node.contents import KEPT_LIMITS, account_key, unlock
from comity.node.mandates import entitlement_of
from comity.node.node import Node, NotPossibleError
from comity.node.send_report import Own, ReportId, Sent, send_version
from comity.store.port import Records
from comity.store.records import OwnReport


class NothingChangedError(NotPossibleError):
    """A new version says what the last one said."""

    def __init__(self) -> None:
        """Say so, and what to do."""
        super().__init__("nothing has changed", "edit a section and send it again")


def update_report(
    node: Node, report_id: ReportId, report: Report, speaker: PersonId | None = None
) -> Sent:
    """Queue what has changed since the last version.

    Raises:
        NotPossibleError: there is no such report of this organisation, or nothing has changed.
    """
    with node.store.writing() as records:
        return update_within(records, node, report_id, report, speaker)


def update_within(
    records: Records,
    node: Node,
    report_id: ReportId,
    report: Report,
    speaker: PersonId | None = None,
) -> Sent:
    """Queue what has changed since the last version, within a transaction.

    Raises:
        NotPossibleError: there is no such report of this organisation, or nothing has changed.
    """
    last = own_report(records, report_id, report.organisation)
    before = own_sections(records, node, last)
    changed = [each for each in report.answers if before.get(each) != report.section(each)]
    if not changed:
        raise NothingChangedError
    return send_version(
        records,
        node,
        report_id,
        last.version + 1,
        report,
        report.only(changed),
        entitlement_of(records, node, report.organisation, speaker),
    )


def own_report(records: Records, report_id: ReportId, organisation: OrganisationId) -> OwnReport:
    """Return the organisation's own copy of its report.

    Raises:
        NotPossibleError: there is none of this id.
    """
    found = records.reports.get(report_id)
    if found is None or found.organisation != organisation:
        raise NotPossibleError(
            f"there is no report {report_id} of {organisation}", "list the reports: report show"
        )
    return found


def own_sections(records: Records, node: Node, own: OwnReport) -> dict[str, bytes]:
    """Return what was said about each section, as canonical bytes."""
    data = unlock(
        records,
        node,
        account_key(own.organisation),
        f"reports/{own.id}/{own.version}",
        own.content,
    )
    return dict(decode(Own, data, "an own report", KEPT_LIMITS).sections)
