"""Send report: at a front door, one sealed copy for each body that the organisation chose.

Each body gets the sections that were chosen for it, under fresh salts and ids, and each file that
it has not had yet, by itself. What it gets of one version is sent as a whole or not at all.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from comity.core.consent import Entitlement
from comity.core.gate import Permit
from comity.core.intake import (
    ATTACHMENTS,
    Report,
    SealedPart,
    file_content,
    files_in,
    items_for,
    terms_of,
)
from comity.core.ledger import EntryType
from comity.core.terms import Digest, ItemId, PartyId, PersonId, Section, encode
from comity.core.terms.ids import Id
from comity.node.contents import account_key, lock
from comity.node.mandates import entitlement_of
from comity.node.node import Node, NotPossibleError, note
from comity.node.own_files import file_at, held_file
from comity.node.register_organisation import register_organisation
from comity.node.tell import Hearer, Telling, Within, content_for, hearer, tell
from comity.store.port import Records
from comity.store.records import OwnReport


class ReportId(Id):
    """One report at a front door, through all its versions."""

    __slots__ = ()
    noun = "a report"


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """What one body gets of a report: which sections, and what the gate said."""

    body: PartyId
    sections: tuple[Section, ...]
    decision: Permit


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A report on its way."""

    id: ReportId
    version: int
    copies: tuple[Copy, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """The organisation's own copy: for each section what was said about it."""

    sections: Mapping[str, bytes]


def send_report(node: Node, report: Report, speaker: PersonId | None = None) -> Sent:
    """Keep the organisation's own copy, and queue a sealed one for each body that it chose.

    Anybody can send. Whether the speaker was verified is told to the bodies, and how the
    organisation was identified.

    Raises:
        NotPossibleError: no body was chosen, one that was is not pinned here, or the terms of
            this front door refuse a copy; then nothing is sent to anybody.
    """
    if not report.chosen_bodies():
        raise NotPossibleError(
            "no body was chosen: this report would reach nobody", "add a table [choices]"
        )
    with node.store.writing() as records:
        register_organisation(records, node, report.organisation)
        report_id = node.new_id(ReportId, "report")
        by = entitlement_of(records, node, report.organisation, speaker)
        return send_version(records, node, report_id, 1, report, report, by)


def send_version(  # noqa: PLR0913, PLR0917 - which report, which version, whole and changed
    records: Records,
    node: Node,
    report_id: ReportId,
    version: int,
    whole: Report,
    changed: Report,
    by: Entitlement = Entitlement.NONE,
) -> Sent:
    """Keep a version of a report, and queue what has changed for the bodies that get it."""
    key_id = account_key(whole.organisation)
    own = encode(Own(sections={each: whole.section(each) for each in whole.answers}))
    records.reports.put(
        OwnReport(
            id=report_id,
            organisation=whole.organisation,
            version=version,
            content=lock(records, node, key_id, f"reports/{report_id}/{version}", own),
            reported_at=node.now(),
        )
    )
    note(records, node, EntryType.REPORTED, report=report_id, version=str(version))
    within = Within(report_id, version)
    copies = [
        _copy(records, node, within, changed, hearer(records, node, whole.organisation, body), by)
        for body in sorted(changed.chosen_bodies())
    ]
    return Sent(id=report_id, version=version, copies=tuple(copies))


def _copy(  # noqa: PLR0913, PLR0917 - which version of which report, for whom, by whom
    records: Records, node: Node, within: Within, report: Report, to: Hearer, by: Entitlement
) -> Copy:
    """Queue what one body gets of a version: its sections as one, and each new file by itself."""
    parts = _parts(node, report.known_as(to.name), to.body, to.agreements)
    decision = tell(records, node, to, tuple(map(Telling, parts)), within, by)
    sections = tuple(part.item.section for part in parts)
    if ATTACHMENTS in sections:
        for each in _new_files(records, node, within, report, to):
            tell(records, node, to, (each,), within, by)
    return Copy(body=to.body, sections=sections, decision=decision)


def _parts(
    node: Node, report: Report, body: PartyId, told_under: frozenset[Digest]
) -> tuple[SealedPart, ...]:
    return items_for(
        report,
        body,
        {section: node.salt() for section in report.answers},
        {section: node.new_id(ItemId, "item") for section in report.answers},
        told_under,
    )


def _new_files(
    records: Records, node: Node, within: Within, report: Report, to: Hearer
) -> Iterator[Telling]:
    """Yield the files that a report names, that are here, and that a body has not been sent."""
    told = records.told.find(report=within.report)
    had = {each.file for each in told if each.body == to.body and each.letter is None}
    terms = terms_of(report, ATTACHMENTS)
    for each in files_in(report.answers[ATTACHMENTS]):
        held = held_file(records, within.report, each.sha256)
        if held is not None and each.sha256 not in had:
            content = file_content(file_at(records, node, held))
            yield Telling(content_for(node, to, terms, content), each.sha256)
