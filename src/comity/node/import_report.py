"""Import report: at a front door, a report of earlier times becomes the organisation's own copy.

It is sent to the bodies that it chooses; one that chooses nobody is kept, and reaches nobody. Each
report is imported once, whoever tries again: its id is made of the importer's key for it, or of
all that it says, with a salt that only this node can read.
"""

from dataclasses import dataclass

from comity.core.intake import Report
from comity.core.terms import OrganisationId, PartyId, canonical, encode, salted_digest
from comity.node.contents import account_key, lock, unlock
from comity.node.node import Node, NotPossibleError
from comity.node.register_organisation import register_organisation
from comity.node.send_report import Own, ReportId, Sent, send_version
from comity.node.update_report import own_sections
from comity.store.port import Records
from comity.store.records import Imported

ID_LETTERS = 32
"""As many as a random id has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """What became of one report: `sent` is None if it was here before.

    `differs` is whether what was here says something else.
    """

    id: ReportId
    sent: Sent | None
    differs: bool = False


def import_report(node: Node, report: Report, key: str = "") -> Import:
    """Keep a report and send it to whom it chooses, unless it was imported before.

    Raises:
        NotPossibleError: a chosen body is not pinned here, or the terms of this front door refuse
            a copy; then nothing is kept or sent of this report.
    """
    own: dict[str, bytes] = {each: report.section(each) for each in report.answers}
    with node.store.writing() as records:
        register_organisation(records, node, report.organisation)
        salt = _salt(records, node, report.organisation)
        name = canonical({"key": key}) if key else encode(Own(sections=own))
        report_id = ReportId(f"report-{node.marks}{salted_digest(salt, name)[:ID_LETTERS]}")
        before = records.reports.get(report_id)
        if before is not None:
            differs = own_sections(records, node, before) != own
            return Import(id=report_id, sent=None, differs=differs)
        sent = send_version(records, node, report_id, 1, report, report)
    return Import(id=report_id, sent=sent)


def check_connections(node: Node, bodies: frozenset[PartyId]) -> None:
    """Return if this front door is connected to each of these bodies.

    Raises:
        NotPossibleError: it is not.
    """
    with node.store.reading() as records:
        missing = [each for each in sorted(bodies) if records.peers.get(each) is None]
    if missing:
        raise NotPossibleError(
            f"this front door has no connection to {', '.join(missing)}",
            "choose other bodies, or pin it first",
        )


def _salt(records: Records, node: Node, organisation: OrganisationId) -> bytes:
    """Return what the ids of an organisation's imported reports are made with."""
    key_id, place = account_key(organisation), f"imported/{organisation}"
    held = records.imported.get(organisation)
    if held is not None:
        return unlock(records, node, key_id, place, held.salt)
    salt = node.salt()
    locked = lock(records, node, key_id, place, salt)
    records.imported.add(Imported(organisation=organisation, salt=locked))
    return salt
