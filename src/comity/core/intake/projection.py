"""Projections: a report laid out as a body asks for it, filled from the answers of our own form.

A projection is data: parts with headings, and lines. A line is answered by questions of the form,
or is a note that is printed as it stands, or is left to be filled in by hand. Nothing of a report
appears but the answers to the questions that a line names, and no line makes a value up: what
nobody answered is said to be missing. A text stays as it was written.

Where a body has words of its own for a value that our form lists, the line says them (`says`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from comity.core.intake.form import Form, Question
from comity.core.intake.report import Report
from comity.core.intake.wording import Wording, value_worded, worded
from comity.core.terms import Code, Section, Table, suggestion

NOTHING = Wording(en="")


class Grade(StrEnum):
    """How well a field was seen: the body's text itself, a published summary, or from memory."""

    TEXT = "A"
    SUMMARY = "B"
    MEMORY = "M"


class Layout(StrEnum):
    """Whose layout it is: it follows a body's form, or nobody has one and it is our own."""

    THEIRS = "theirs"
    OURS = "ours"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question of the form that answers a line."""

    section: Section
    question: Question

    @property
    def name(self) -> str:
        """Return `section.question`."""
        return f"{self.section}.{self.question.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line. Without a label it is a note; with a label and no question it is for the hand.

    `quoted` says that the label is the body's own words; `says` are its words for our values.
    """

    label: Wording
    note: Wording
    grade: Grade
    quoted: bool
    asked: tuple[Asked, ...]
    says: Mapping[str, Wording] = field(default_factory=dict)

    @property
    def by_hand(self) -> bool:
        """Return whether no question answers it, so that a person has to."""
        return bool(self.label.en) and not self.asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Some lines under one heading."""

    heading: Wording
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Projection:
    """A layout: whom it is for, where its fields were seen, how well, and when."""

    name: str
    version: str
    title: Wording
    recipient: Wording
    layout: Layout
    source: Wording
    link: str
    grade: Grade
    verified_on: date
    translation_reviewed_by: str
    parts: tuple[Part, ...]

    def asks(self) -> frozenset[str]:
        """Return the questions of the form that its lines name."""
        lines = (line for part in self.parts for line in part.lines)
        return frozenset(each.name for line in lines for each in line.asked)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A question of a line with its answer; None if nobody answered it.

    `words` are those of the values that were chosen from a list, in the order of the list.
    """

    asked: Asked
    value: object
    words: tuple[Wording, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledLine:
    """A line with the answers to its questions."""

    line: Line
    answers: tuple[Answered, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledPart:
    """A part with its lines filled."""

    heading: Wording
    lines: tuple[FilledLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A report laid out: what a body asks, and what is answered of it."""

    projection: Projection
    parts: tuple[FilledPart, ...]

    def unanswered(self) -> tuple[str, ...]:
        """Return the questions that a line asks and nothing in the report answers, each once."""
        answers = (each for part in self.parts for line in part.lines for each in line.answers)
        return tuple(dict.fromkeys(each.asked.name for each in answers if each.value is None))

    def by_hand(self) -> tuple[Wording, ...]:
        """Return the labels of what has to be filled in by hand."""
        lines = (each.line for part in self.parts for each in part.lines)
        return tuple(line.label for line in lines if line.by_hand)


def project(projection: Projection, report: Report) -> Filled:
    """Return a report as a projection lays it out."""
    return Filled(
        projection=projection,
        parts=tuple(
            FilledPart(
                heading=part.heading, lines=tuple(_filled(line, report) for line in part.lines)
            )
            for part in projection.parts
        ),
    )


def _filled(line: Line, report: Report) -> FilledLine:
    return FilledLine(
        line=line, answers=tuple(_answered(each, line, report) for each in line.asked)
    )


def _answered(asked: Asked, line: Line, report: Report) -> Answered:
    question = asked.question
    value = report.answers.get(asked.section, {}).get(question.name)
    chosen = value if isinstance(value, list) else [value]
    said = {**question.meanings, **line.says}
    words = (said.get(each, Wording(en=each)) for each in question.values if each in chosen)
    return Answered(asked=asked, value=value, words=tuple(words))


def read_projection(document: Mapping[str, object], name: str, form: Form) -> Projection:
    """Return the projection that a document states for a form.

    Raises:
        InputError: a key is missing, unknown or of the wrong type, it is for another version of
            the form, or a line names a question or a value that the form does not have.
    """
    table = Table(document, name)
    table.only(
        "version", "form", "title", "title_cy", "recipient", "recipient_cy", "layout", "source",
        "source_cy", "link", "grade", "verified_on", "translation_reviewed_by", "parts",
    )  # fmt: skip
    table.one_of("form", [form.version])
    grade = table.one_of("grade", Grade)
    parts = tuple(_part(each, form, grade) for each in table.tables("parts"))
    if not parts:
        raise table.error(Code.MISSING_KEY, "it has no part", "write [[parts]] with a heading")
    return Projection(
        name=name.removesuffix(".toml").rpartition("/")[2],
        version=table.text("version"),
        title=worded(table, "title"),
        recipient=worded(table, "recipient"),
        layout=table.one_of("layout", Layout),
        source=worded(table, "source"),
        link=worded(table, "link", "").en,
        grade=grade,
        verified_on=_day(table),
        translation_reviewed_by=table.text("translation_reviewed_by", ""),
        parts=parts,
    )


def _day(table: Table) -> date:
    found = table.values.get("verified_on")
    if not isinstance(found, date) or isinstance(found, datetime):
        message = "verified_on must be a day" if found else "key verified_on is missing"
        code = Code.WRONG_TYPE if found else Code.MISSING_KEY
        raise table.error(code, message, "write the day, such as 2026-11-23", "verified_on")
    return found


def _part(table: Table, form: Form, grade: Grade) -> Part:
    table.only("heading", "heading_cy", "lines")
    lines = tuple(_line(each, form, grade) for each in table.tables("lines"))
    if not lines:
        message, advice = "the part has no line", "write [[parts.lines]], or leave the part out"
        raise table.error(Code.MISSING_KEY, message, advice)
    return Part(heading=worded(table, "heading"), lines=lines)


def _line(table: Table, form: Form, grade: Grade) -> Line:
    table.only("label", "label_cy", "note", "note_cy", "from", "grade", "quoted", "says")
    asked = tuple(_asked(each, table, form) for each in table.texts("from"))
    note = worded(table, "note", "")
    is_note = bool(note.en) and not asked and not table.has("label")
    return Line(
        label=NOTHING if is_note else worded(table, "label"),
        note=note,
        grade=table.one_of("grade", Grade, grade),
        quoted=table.flag("quoted", default=False),
        asked=asked,
        says=dict(_said(table.table("says"), asked)),
    )


def _asked(name: str, table: Table, form: Form) -> Asked:
    section, _, key = name.partition(".")
    known = [f"{one}.{each}" for one, found in form.sections.items() for each in found.questions]
    if name not in known:
        message = f"unknown question {name[:60]}{suggestion(name, known)}"
        advice = "write SECTION.QUESTION as the form has them"
        raise table.error(Code.UNKNOWN_QUESTION, message, advice, "from")
    of_form = form.sections[section]
    return Asked(section=of_form.name, question=of_form.questions[key])


def _said(table: Table, asked: tuple[Asked, ...]) -> Iterator[tuple[str, Wording]]:
    known = [value for each in asked for value in each.question.values]
    for value in table.values:
        if value not in known:
            message = f"{value[:60]} is no answer to this line{suggestion(value, known)}"
            advice = f"use any of {', '.join(known) or '- its questions list no values'}"
            raise table.error(Code.UNKNOWN_VALUE, message, advice)
        yield value, value_worded(table.table(value))
