"""Return to report: at a front door, what somebody sees and can do who opens a report.

It is what the organisation itself can see of this one report. Whoever opens it can say no to a
body's question and take a yes back, if they may; opening it is never enough for a yes.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from comity.core.consent import Assurance
from comity.core.intake import ATTACHMENTS, May, NamedFile, files_in
from comity.core.ledger import Proof
from comity.core.terms import ConsentId, PartyId, ReleaseId, RequestId, Section, read_json
from comity.node.answer_consent import Spoken, answer_consent
from comity.node.contents import KEPT_LIMITS
from comity.node.node import Node, NotPossibleError
from comity.node.prove_receipt import prove_receipt, prove_told
from comity.node.return_codes import Key, OpenReport, opened_by
from comity.node.send_report import ReportId
from comity.node.show_letters import ShownLetter, show_letters
from comity.node.show_questions import Question, show_questions
from comity.node.show_report import PassedOn, ToldTo, show_reports
from comity.node.update_report import own_sections


class Copy(NamedTuple):
    """What one body was told at once and when, and when its signed receipt came, if it has.

    `files` are the names of the files that went with it. `release` is what the receipt names; None
    as long as nothing was sent.
    """

    body: PartyId
    version: int
    sections: tuple[Section, ...]
    files: tuple[str, ...]
    told_at: datetime
    received_at: datetime | None
    release: ReleaseId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """One report as whoever comes back to it sees it.

    `answers` and `chosen` are those of the newest version that was sent, by section; version 0 is
    none. `files` are those of its files that are here.
    """

    report: ReportId
    version: int
    reported_at: datetime | None
    answers: Mapping[Section, Mapping[str, object]]
    chosen: Mapping[Section, frozenset[PartyId]]
    copies: tuple[Copy, ...]
    questions: tuple[Question, ...]
    notices: tuple[PassedOn, ...]
    letters: tuple[ShownLetter, ...]
    files: tuple[NamedFile, ...]


def return_to_report(node: Node, key: Key) -> Returned:
    """Return the report that a key opens.

    Raises:
        NoSuchReportError: it opens none.
    """
    with node.store.reading() as records:
        opened = opened_by(records, node, key)
        own = records.reports.get(opened.report)
        sent = own_sections(records, node, own) if own else {}
        held = {each.sha256 for each in records.own_files.find(owner=opened.report)}
    said = {Section(each): read_json(data, "a report", KEPT_LIMITS) for each, data in sent.items()}
    shown = show_reports(node, opened.organisation)
    return Returned(
        report=ReportId(opened.report),
        version=own.version if own else 0,
        reported_at=own.reported_at if own else None,
        answers={each: _table(about["answers"]) for each, about in said.items()},
        chosen={each: _bodies(about["choices"]) for each, about in said.items()},
        copies=tuple(_copies(each for each in shown.told if each.report == opened.report)),
        questions=tuple(
            each
            for each in show_questions(node, opened.organisation)
            if _is_about(each.reports, opened)
        ),
        notices=tuple(each for each in shown.notices if _is_about(each.reports, opened)),
        letters=tuple(
            each
            for each in show_letters(node, opened.organisation)
            if opened.report in each.reports
        ),
        files=tuple(each for each in _files(said) if each.sha256 in held),
    )


def prove_to_reporter(node: Node, key: Key, release: str) -> Proof:
    """Return the proof that a body's receipt, or what it told, is on the shared record.

    Raises:
        NotPossibleError: the key opens nothing, nothing was sent or told so about this report, or
            nothing covers it yet.
    """
    shown = return_to_report(node, key)
    for each in shown.copies:
        if each.release == release:
            return prove_receipt(node, each.release)
    for notice in shown.notices:
        if notice.came == release:
            return prove_told(node, notice.by, notice.came)
    raise NotPossibleError("nothing was sent or told so", "take one of the list")


def say_no(node: Node, key: Key, consent: ConsentId) -> Spoken:
    """Answer a body's question with no; a yes that stood is taken back.

    Raises:
        NotPossibleError: the key opens nothing, or this organisation was not asked.
    """
    with node.store.reading() as records:
        opened = opened_by(records, node, key, May.REFUSE)
        asked = records.asked.get(consent)
    if asked is None or asked.organisation != opened.organisation:
        raise NotPossibleError("nobody has asked you that", "look at what was asked")
    return answer_consent(node, consent, frozenset(), Assurance.RETURN_CODE)


def _copies(told: Iterable[ToldTo]) -> Iterator[Copy]:
    """Yield what each body was told at once, in the order of versions."""
    for _, group in groupby(sorted(told, key=_sent_with), _sent_with):
        parts = list(group)
        sections = tuple(each.section for each in parts if not each.file)
        files = tuple(each.file for each in parts if each.file)
        one = parts[0]
        yield Copy(
            one.body, one.version, sections, files, one.told_at, one.received_at, one.release
        )


def _sent_with(told: ToldTo) -> tuple[int, datetime, PartyId, RequestId]:
    """Return what is the same for everything that a body was told at once."""
    return told.version, told.told_at, told.body, told.request


def _is_about(reports: frozenset[str], opened: OpenReport) -> bool:
    """Return whether something is about a report, or about none that is known here."""
    return not reports or opened.report in reports


def _files(said: Mapping[Section, Mapping[str, object]]) -> tuple[NamedFile, ...]:
    return files_in(_table(said.get(ATTACHMENTS, {}).get("answers")))


def _table(found: object) -> Mapping[str, object]:
    return found if isinstance(found, dict) else {}


def _bodies(found: object) -> frozenset[PartyId]:
    return frozenset(map(PartyId, found)) if isinstance(found, list) else frozenset()
