"""Tell others: at a front door, an organisation tells bodies that others are engaged as well.

It is the organisation that tells: nothing is matched, and no body is asked. What it says is one
section of its report, with how to reach it and what to leave alone. It goes to the bodies that were
ticked this time and to nobody else, through the same gate and outbox as every other section.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from comity.core.intake import Form, May, Report, read_report
from comity.core.markings import Tlp
from comity.core.terms import Digest, PartyId, Section, read_json
from comity.node.contents import KEPT_LIMITS
from comity.node.draft import SOMEBODY, check_section, keep_in_draft
from comity.node.first_notice import bodies_pinned
from comity.node.node import Node, NotPossibleError
from comity.node.return_codes import Key, OpenReport, opened_by
from comity.node.send_report import ReportId, Sent
from comity.node.update_report import own_report, own_sections, update_within
from comity.store.port import Records
from comity.store.records import OwnReport

ENGAGEMENT, NAMED = Section("engagement"), "engaged"
"""The section that is told, and its question which bodies are engaged."""


class Telling(NamedTuple):
    """Who is to hear it, and what: the answers of the section."""

    to: frozenset[PartyId]
    answers: Mapping[str, object]


def told_already(node: Node, key: Key) -> frozenset[PartyId]:
    """Return the bodies that can be named: those that were told something of this report.

    Raises:
        NoSuchReportError: the key opens none.
        NotAllowedError: it does not let anybody send.
    """
    with node.store.reading() as records:
        return _told(records, opened_by(records, node, key, May.SEND))


def told_to_others(node: Node, key: Key, telling: Telling, form: Form) -> Report:
    """Return what would be sent, to be shown first: this section alone, to whom was ticked.

    Raises:
        InputError: a body that was ticked is not connected, or an answer is none.
        NoSuchReportError: the key opens none.
        NotAllowedError: it does not let anybody send.
        NotPossibleError: as in `tell_others`.
    """
    with node.store.reading() as records:
        return _checked(records, opened_by(records, node, key, May.SEND), telling, form)


def tell_others(node: Node, key: Key, telling: Telling, form: Form, over: Digest) -> Sent:
    """Tell the bodies that were ticked which others are engaged, as a new version of the report.

    Whoever got an older word of it and is not ticked now gets no new one. A draft that there is
    says the same afterwards; nothing else of it is sent.

    Raises:
        AnsweredMeanwhileError: somebody has said something else of it since it was seen.
        InputError: a body that was ticked is not connected, or an answer is none.
        NoSuchReportError: the key opens none.
        NotAllowedError: it does not let anybody send.
        NotPossibleError: nobody was ticked; a body is named that was told nothing; a body would
            hear of nobody but itself; or nothing has changed. Then nothing is sent to anybody.
    """
    with node.store.writing() as records:
        opened = opened_by(records, node, key, May.SEND)
        part = _checked(records, opened, telling, form)
        check_section(records, node, opened, part, over)
        report = ReportId(opened.report)
        own = own_report(records, report, opened.organisation)
        whole = _as_sent(records, node, own, form).with_sections_of(part)
        sent = update_within(records, node, report, whole)
        keep_in_draft(records, node, opened, part)
        return sent


def _checked(records: Records, opened: OpenReport, telling: Telling, form: Form) -> Report:
    """Return the section as a report of its own, always in confidence."""
    document = {
        "organisation": SOMEBODY,
        ENGAGEMENT: telling.answers,
        "choices": {ENGAGEMENT: sorted(telling.to)},
    }
    part = read_report(document, "who is engaged", form, bodies_pinned(records))
    found = part.answers[ENGAGEMENT].get(NAMED)
    named = set(found) if isinstance(found, list) else set()
    if not telling.to:
        raise NotPossibleError("no body was chosen", "choose at least one")
    if not named <= _told(records, opened):
        raise NotPossibleError(
            "a body is named that was told nothing of this report", "name bodies that were told"
        )
    for each in sorted(telling.to):
        if not named - {each}:
            raise NotPossibleError(
                f"{each} would hear of no other body", "name another one, or do not tell it"
            )
    return part


def _told(records: Records, opened: OpenReport) -> frozenset[PartyId]:
    told = records.told.find(organisation=opened.organisation)
    return frozenset(each.body for each in told if each.report == opened.report)


def _as_sent(records: Records, node: Node, own: OwnReport, form: Form) -> Report:
    """Return the newest version as it was sent, to the byte: no other section is sent again."""
    said: Mapping[Section, Mapping[str, Any]] = {
        Section(each): read_json(data, "an own report", KEPT_LIMITS)
        for each, data in own_sections(records, node, own).items()
    }
    return Report(
        form=form,
        organisation=own.organisation,
        answers={each: about["answers"] for each, about in said.items()},
        choices={each: frozenset(map(PartyId, about["choices"])) for each, about in said.items()},
        in_confidence={each: about["in_confidence"] for each, about in said.items()},
        tlp={each: Tlp(about["tlp"]) for each, about in said.items()},
    )
