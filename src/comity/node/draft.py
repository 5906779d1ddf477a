"""Draft: at a front door, a report that is being written, answer by answer, by one or several.

It is kept locked under the organisation's data key. An answer is saved only over the one that its
writer saw: who writes over somebody else's is shown both, so nothing is lost in silence. What was
sent before stands in a draft from the beginning, so nothing is asked twice.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from comity.core.intake import (
    ATTACHMENTS,
    FILES,
    Form,
    May,
    NamedFile,
    Report,
    files_in,
    read_report,
    read_unfinished,
)
from comity.core.terms import (
    Digest,
    OrganisationId,
    PartyId,
    PersonId,
    canonical,
    digest_of,
    read_json,
)
from comity.node.contents import KEPT_LIMITS, account_key, lock, unlock
from comity.node.members import check_may
from comity.node.node import Node, NotPossibleError
from comity.node.return_codes import Key, OpenReport, opened_by
from comity.node.send_report import ReportId, Sent, send_version
from comity.node.update_report import own_sections, update_within
from comity.store.port import Records
from comity.store.records import Draft

ANSWERS, CHOICES, OPENLY = "answers", "choices", "openly"
"""The parts of a draft: answers and chosen bodies by section, and sections not in confidence."""

SOMEBODY = "somebody"
"""Stands for the organisation where it does not matter which one it is."""

Answers = Mapping[str, Mapping[str, object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted:
    """A draft as it stands. `version` is that of the newest report that was sent; 0 is none.

    `is_changed` says that there is something which was not sent; `tlp` is how each section was
    marked when it was sent.
    """

    report: ReportId
    version: int
    answers: Answers
    choices: Mapping[str, tuple[PartyId, ...]]
    openly: frozenset[str]
    tlp: Mapping[str, str]
    is_changed: bool
    changed_at: datetime | None

    def answer(self, section: str, question: str) -> object | None:
        """Return an answer; None if there is none."""
        return self.answers.get(section, {}).get(question)

    def report_of(self, form: Form, bodies: frozenset[PartyId]) -> Report:
        """Return the report that the draft is, about nobody yet.

        Raises:
            InputError: it is none yet: see `read_report`.
        """
        sections = self._sections()
        document: dict[str, object] = {
            **sections,
            "organisation": SOMEBODY,
            CHOICES: {each: list(self.choices.get(each, ())) for each in sections},
            "in_confidence": {each: each not in self.openly for each in sections},
            "tlp": {each: self.tlp[each] for each in sections if each in self.tlp},
        }
        return read_report(document, "a draft", form, bodies)

    def so_far(self, form: Form) -> Report:
        """Return the report as far as it goes, to nobody.

        Raises:
            InputError: an answer is none to its question.
        """
        return read_unfinished({**self._sections(), "organisation": SOMEBODY}, "a draft", form)

    def _sections(self) -> dict[str, Mapping[str, object]]:
        return {each: found for each, found in self.answers.items() if found}


class AnsweredMeanwhileError(Exception):
    """Somebody else has answered since the page was shown; `theirs` is what they said."""

    def __init__(self, theirs: object | None) -> None:
        """Keep what they said."""
        super().__init__("answered meanwhile")
        self.theirs = theirs


def seen(answer: object | None) -> Digest:
    """Return the digest of an answer as somebody saw it, or of there being none."""
    return digest_of([] if answer is None else [answer])


def open_draft(node: Node, key: Key) -> Drafted:
    """Return the draft of the report that a key opens; what was sent, if nothing was changed.

    Raises:
        NoSuchReportError: it opens none.
    """
    with node.store.reading() as records:
        return _drafted(records, node, opened_by(records, node, key))


def begin_draft(node: Node, person: PersonId, organisation: OrganisationId) -> ReportId:
    """Begin a report of an organisation that the person is a member of.

    Raises:
        NoSuchOrganisationError: they are none.
        NotAllowedError: they may not write.
    """
    with node.store.writing() as records:
        check_may(records, node, organisation, person, May.WRITE)
        begun = OpenReport(organisation, node.new_id(ReportId, "report"))
        _keep(records, node, begun, {}, {}, ())
    return ReportId(begun.report)


def keep_begun(records: Records, node: Node, opened: OpenReport) -> None:
    """Let a report that was begun, and in which nobody has written, be among its organisation's."""
    if not (records.reports.get(opened.report) or records.drafts.get(opened.report)):
        _keep(records, node, opened, {}, {}, ())


def save_answer(  # noqa: PLR0913, PLR0917 - which answer to what, over which one
    node: Node, key: Key, section: str, question: str, answer: object | None, over: Digest
) -> Drafted:
    """Save one answer over the one that was seen; None takes it away.

    Raises:
        AnsweredMeanwhileError: another answer stands there now; nothing was changed.
        NoSuchReportError: the key opens none.
        NotAllowedError: it does not let anybody write.
    """
    with node.store.writing() as records:
        opened = opened_by(records, node, key, May.WRITE)
        draft = _drafted(records, node, opened)
        stands = draft.answer(section, question)
        if seen(stands) not in {over, seen(answer)}:
            raise AnsweredMeanwhileError(stands)
        said = {**draft.answers.get(section, {}), question: answer}
        kept = {key: each for key, each in said.items() if each is not None}
        answers = {**draft.answers, section: kept}
        _keep(records, node, opened, answers, draft.choices, draft.openly)
        return _drafted(records, node, opened)


def save_files(
    records: Records, node: Node, opened: OpenReport, files: Iterable[NamedFile]
) -> Drafted:
    """Let a draft name these files and no others, within a transaction."""
    draft = _drafted(records, node, opened)
    rows = [each.said() for each in files]
    said = {**draft.answers.get(ATTACHMENTS, {}), FILES: rows}
    kept = {key: each for key, each in said.items() if each}
    answers = {**draft.answers, ATTACHMENTS: kept}
    _keep(records, node, opened, answers, draft.choices, draft.openly)
    return _drafted(records, node, opened)


def drafted_files(records: Records, node: Node, opened: OpenReport) -> tuple[NamedFile, ...]:
    """Return the files that a draft names, within a transaction."""
    return files_in(_drafted(records, node, opened).answers.get(ATTACHMENTS, {}))


def save_choices(  # noqa: PLR0913, PLR0917 - who gets what and how, and what was answered beside it
    node: Node,
    key: Key,
    choices: Mapping[str, Iterable[PartyId]],
    openly: Iterable[str],
    over: Digest,
    said: Answers = MappingProxyType({}),
) -> Drafted:
    """Save which bodies get which section, and which are not in confidence, over what was seen.

    What was answered on the same page, section by section, is `said`: both are saved, or neither.

    Raises:
        AnsweredMeanwhileError: somebody chose otherwise meanwhile; nothing was changed.
        NoSuchReportError: the key opens none.
        NotAllowedError: it does not let anybody write.
    """
    with node.store.writing() as records:
        opened = opened_by(records, node, key, May.WRITE)
        draft = _drafted(records, node, opened)
        chosen = {each: tuple(sorted(bodies)) for each, bodies in choices.items()}
        stands = {each: draft.answers.get(each, {}) for each in said}
        now = seen_choices(draft.choices, draft.openly, stands)
        if now not in {over, seen_choices(chosen, openly, said)}:
            raise AnsweredMeanwhileError(None)
        _keep(records, node, opened, {**draft.answers, **said}, chosen, openly)
        return _drafted(records, node, opened)


def seen_choices(
    choices: Mapping[str, Iterable[PartyId]],
    openly: Iterable[str],
    said: Answers = MappingProxyType({}),
) -> Digest:
    """Return the digest of choices as somebody saw them, and of what was answered beside them."""
    return seen(
        [
            sorted((key, sorted(each)) for key, each in choices.items()),
            sorted(openly),
            {key: dict(each) for key, each in said.items() if each},
        ]
    )


def seen_section(draft: Drafted, section: str) -> Digest:
    """Return the digest of a section as somebody saw it: what it says, and who gets it."""
    return _of_section(draft.answers.get(section, {}), draft.choices.get(section, ()))


def _of_section(answers: Mapping[str, object], bodies: Iterable[PartyId]) -> Digest:
    return seen([dict(answers), sorted(bodies)])


def check_section(
    records: Records, node: Node, opened: OpenReport, part: Report, over: Digest
) -> None:
    """See that each section of a part stands as it was seen, or says already what the part says.

    Raises:
        AnsweredMeanwhileError: somebody has said something else of it.
    """
    draft = _drafted(records, node, opened)
    for each, answers in part.answers.items():
        wanted = _of_section(answers, part.choices[each])
        if seen_section(draft, each) not in {over, wanted}:
            raise AnsweredMeanwhileError(None)


def keep_in_draft(records: Records, node: Node, opened: OpenReport, part: Report) -> None:
    """Let a draft that there is say of a section what was sent of it by itself.

    Otherwise the draft would later send an older word again, and to whom it went before.
    """
    if records.drafts.get(opened.report) is None:
        return
    draft = _drafted(records, node, opened)
    openly = {each for each in draft.openly if each not in part.answers}
    openly |= {each for each in part.answers if not part.in_confidence[each]}
    answers: dict[str, Mapping[str, object]] = {**draft.answers}
    choices: dict[str, Iterable[PartyId]] = {**draft.choices}
    answers.update((str(each), said) for each, said in part.answers.items())
    choices.update((str(each), bodies) for each, bodies in part.choices.items())
    _keep(records, node, opened, answers, choices, openly)


def send_draft(node: Node, key: Key, form: Form, bodies: frozenset[PartyId]) -> Sent:
    """Send the report that a draft is, or what is new of it; then nothing is left of the draft.

    Raises:
        InputError: it is no report yet.
        NotPossibleError: no body was chosen, nothing has changed, or a copy is refused; then
            nothing is sent to anybody, and the draft stays.
    """
    with node.store.writing() as records:
        opened = opened_by(records, node, key, May.SEND)
        draft = _drafted(records, node, opened)
        whole = draft.report_of(form, bodies).known_as(opened.organisation)
        if not whole.chosen_bodies():
            raise NotPossibleError("no body was chosen", "choose at least one")
        sent = (
            update_within(records, node, draft.report, whole)
            if draft.version
            else send_version(records, node, draft.report, 1, whole, whole)
        )
        records.drafts.remove(opened.report)
        return sent


def answers_of(
    records: Records, node: Node, opened: OpenReport
) -> Iterator[tuple[str, Mapping[str, object]]]:
    """Yield each section of what was sent of a report, and of its draft, with its answers.

    Raises:
        SealError: something cannot be opened.
        InputError: something cannot be read.
    """
    own, draft = records.reports.get(opened.report), records.drafts.get(opened.report)
    for section, data in (own_sections(records, node, own) if own else {}).items():
        said: Mapping[str, Any] = read_json(data, "an own report", KEPT_LIMITS)
        yield section, said[ANSWERS]
    if draft:
        yield from _unlocked(records, node, draft)[ANSWERS].items()


def _drafted(records: Records, node: Node, opened: OpenReport) -> Drafted:
    own = records.reports.get(opened.report)
    draft = records.drafts.get(opened.report)
    sent = own_sections(records, node, own) if own else {}
    said = {each: read_json(data, "an own report", KEPT_LIMITS) for each, data in sent.items()}
    kept = _unlocked(records, node, draft) if draft else _from_sent(said)
    openly = frozenset(kept[OPENLY])
    return Drafted(
        report=ReportId(opened.report),
        version=own.version if own else 0,
        answers=kept[ANSWERS],
        choices={key: tuple(map(PartyId, each)) for key, each in kept[CHOICES].items()},
        openly=openly,
        tlp=_as_marked(said, openly),
        is_changed=draft is not None,
        changed_at=draft.changed_at if draft else None,
    )


def _as_marked(said: Mapping[str, Mapping[str, Any]], openly: frozenset[str]) -> dict[str, str]:
    """Return how sections were marked when they were sent: no page loosens that.

    A part that is in confidence now and was not, or the other way round, is marked anew.
    """
    return {
        each: about["tlp"]
        for each, about in said.items()
        if about["in_confidence"] == (each not in openly)
    }


def _from_sent(said: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Any]:
    return {
        ANSWERS: {each: about["answers"] for each, about in said.items()},
        CHOICES: {each: about["choices"] for each, about in said.items()},
        OPENLY: [each for each, about in said.items() if not about["in_confidence"]],
    }


def _unlocked(records: Records, node: Node, draft: Draft) -> Mapping[str, Any]:
    data = unlock(
        records, node, account_key(draft.organisation), f"drafts/{draft.id}", draft.content
    )
    return read_json(data, "a draft", KEPT_LIMITS)


def _keep(  # noqa: PLR0913, PLR0917 - whose draft, and each of its parts
    records: Records,
    node: Node,
    opened: OpenReport,
    answers: Answers,
    choices: Mapping[str, Iterable[PartyId]],
    openly: Iterable[str],
) -> None:
    data = canonical({ANSWERS: answers, CHOICES: choices, OPENLY: sorted(openly)})
    records.drafts.put(
        Draft(
            id=opened.report,
            organisation=opened.organisation,
            content=lock(
                records, node, account_key(opened.organisation), f"drafts/{opened.report}", data
            ),
            changed_at=node.now(),
        )
    )
