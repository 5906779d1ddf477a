"""Show question: at a front door, what a body asks, to one of the organisation's people.

An answer is bound to exact contents. So what is asked about is shown as it was told to the body
that asks; where this front door has only a later wording, nobody agrees to the older one unseen.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from comity.core.consent import Answer, Entitlement, Said
from comity.core.intake import MAY, MESSAGE, Letter, May, NamedFile
from comity.core.terms import ConsentId, OrganisationId, PersonId, Section, read_json
from comity.node.answer_consent import newest_answer
from comity.node.contents import KEPT_LIMITS, unlock
from comity.node.counsel import waits_for_counsel
from comity.node.mandates import entitlement_of
from comity.node.members import member_of
from comity.node.node import Node
from comity.node.own_files import held_file
from comity.node.return_codes import ByAccount, NoSuchReportError, opened_by
from comity.node.show_letters import words_of
from comity.node.update_report import own_sections
from comity.store.port import Records
from comity.store.records import Asked, Told


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedAbout:
    """A part that a question is about, in the exact words that would be passed on.

    `answers` are those of each report that it is about, `letters` those that were written, and
    `files` what is said of files, which would go as they are. If something of it is not here any
    more, `is_gone` says so, and none of it can be agreed to.
    """

    section: Section
    answers: tuple[Mapping[str, object], ...] = ()
    letters: tuple[str, ...] = ()
    files: tuple[NamedFile, ...] = ()
    is_gone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenQuestion:
    """A question as one of the organisation's people sees it, and whether they may say yes.

    `said` is the newest answer; None if there is none. `aware_at` is what the report says of when
    the organisation became aware, if it does.
    """

    asked: Asked
    why: str
    parts: tuple[AskedAbout, ...]
    said: Said | None
    entitlement: Entitlement
    aware_at: object | None
    waits_for_counsel: bool
    may_advise: bool
    now: datetime

    def is_open(self) -> bool:
        """Return whether a yes still could count: the time that was asked for is not over."""
        return self.now < self.asked.until

    def stands(self) -> bool:
        """Return whether a yes stands that can be taken back."""
        return self.said is not None and self.said.answer is Answer.GIVEN

    def can_agree(self) -> tuple[Section, ...]:
        """Return the parts that can be agreed to: those whose exact words are shown."""
        return tuple(each.section for each in self.parts if not each.is_gone)


def show_question(node: Node, person: PersonId, consent: ConsentId) -> OpenQuestion:
    """Return a question to a person's organisation, about a report that they may open.

    Raises:
        NoSuchReportError: nobody asked that, or the report is not theirs.
    """
    with node.store.reading() as records:
        asked, told = asked_of(records, node, person, consent, May.READ)
        latest = _latest(records, asked, told)
        place = f"asked/{asked.consent}/why"
        return OpenQuestion(
            asked=asked,
            why=unlock(records, node, asked.data_key, place, asked.why).decode(),
            parts=tuple(
                _section(records, node, list(group), latest)
                for _, group in groupby(told, key=lambda each: each.section)
            ),
            said=newest_answer(records, node, consent),
            entitlement=entitlement_of(records, node, asked.organisation, person),
            aware_at=_own(records, node, told[0].report, Section("incident")).get("aware_at"),
            waits_for_counsel=waits_for_counsel(records, node, asked),
            may_advise=_may_advise(records, node, asked.organisation, person),
            now=node.now(),
        )


def _may_advise(
    records: Records, node: Node, organisation: OrganisationId, person: PersonId
) -> bool:
    member = member_of(records, node, organisation, person)
    return member is not None and May.ADVISE in MAY[member.role]


def check_may_answer(node: Node, person: PersonId, consent: ConsentId) -> None:
    """Return if a person may answer a question with no, or take a yes back.

    Raises:
        NoSuchReportError: nobody asked that, or the report is not theirs.
        NotAllowedError: their part does not let them.
    """
    with node.store.reading() as records:
        asked_of(records, node, person, consent, May.REFUSE)


def asked_of(
    records: Records, node: Node, person: PersonId, consent: ConsentId, may: May
) -> tuple[Asked, list[Told]]:
    """Return a question and what it is about, if all of it is of reports that the person opens.

    Raises:
        NoSuchReportError: nobody asked that, or a report is not theirs.
        NotAllowedError: their part does not let them do this.
    """
    asked = records.asked.get(consent)
    found = [records.told.get(each) for each in sorted(asked.items)] if asked else []
    told = [each for each in found if each is not None]
    if asked is None or not told:
        raise NoSuchReportError
    for report in {each.report for each in told}:
        opened_by(records, node, ByAccount(person, report), may)
    return asked, sorted(told, key=lambda each: each.section)


def _latest(records: Records, asked: Asked, told: list[Told]) -> dict[tuple[str, str], int]:
    """Return the newest version of each part that the body was told."""
    reports = {each.report for each in told}
    latest: dict[tuple[str, str], int] = {}
    for report in reports:
        for each in records.told.find(report=report):
            if each.body == asked.discloser and each.letter is None:
                key = (each.report, each.section)
                latest[key] = max(latest.get(key, 0), each.version)
    return latest


def _section(
    records: Records, node: Node, told: list[Told], latest: Mapping[tuple[str, str], int]
) -> AskedAbout:
    """Return all that a question is about of one section: it is agreed to as a whole."""
    words = [each for each in told if each.file is None and each.letter is None]
    files = [_file(records, each) for each in told if each.file is not None]
    beside = [_letter(records, node, each) for each in told if each.letter and not each.file]
    letters = beside if told[0].section == MESSAGE else []
    enclosed = [file for each in beside if each and not letters for file in each.files]
    answers = [_answers(records, node, each, latest) for each in words]
    return AskedAbout(
        section=told[0].section,
        answers=tuple(each for each in answers if each is not None),
        letters=tuple(each.text for each in letters if each is not None),
        files=tuple(dict.fromkeys(each for each in (*files, *enclosed) if each is not None)),
        is_gone=None in files or None in beside or None in answers,
    )


def _answers(
    records: Records, node: Node, told: Told, latest: Mapping[tuple[str, str], int]
) -> Mapping[str, object] | None:
    """Return a section as it was told; only the newest wording is still here to be shown."""
    is_newest = latest.get((told.report, told.section)) == told.version
    return (_own(records, node, told.report, told.section) if is_newest else None) or None


def _file(records: Records, told: Told) -> NamedFile | None:
    held = held_file(records, told.letter or told.report, told.file) if told.file else None
    return NamedFile(name=held.name, bytes=held.size, sha256=held.sha256) if held else None


def _letter(records: Records, node: Node, told: Told) -> Letter | None:
    held = records.letters.get(told.letter) if told.letter else None
    return words_of(records, node, held) if held else None


def _own(records: Records, node: Node, report: str, section: Section) -> Mapping[str, object]:
    own = records.reports.get(report)
    data = own_sections(records, node, own).get(section) if own else None
    found = read_json(data, "an own report", KEPT_LIMITS)["answers"] if data else {}
    return found if isinstance(found, dict) else {}
