"""Forms: a report as a body asks for it, in the words of a language, as plain text and as data.

The text is made to be read out on the telephone or pasted into a form on the web: lines have
numbers, and what nobody answered says so. Answers stand under their line, further in than anything
else, so no answer can be taken for a heading or for a mark of ours.
"""

import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from comity.core.intake import Wording
from comity.core.intake.form import AnswerKind, Question
from comity.core.intake.projection import (
    Answered,
    Filled,
    FilledLine,
    Grade,
    Layout,
    Line,
    Projection,
)
from comity.words.cards import capital
from comity.words.catalogue import Language, dated, moment, say
from comity.words.decision import WIDTH, wrapped

Data = dict[str, object]
INDENT = "    "
MARKS = {False: "[{}]", True: "[{}] ____________________"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """One answer. `asks` is its question where a line has several; empty text is no answer."""

    asks: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a form: a note if it has no label."""

    number: str
    label: str
    seen: str
    note: str
    answers: tuple[Given, ...]
    by_hand: bool

    @property
    def is_open(self) -> bool:
        """Return whether somebody still has to say something here."""
        return self.by_hand or any(not each.text for each in self.answers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Some lines under one heading."""

    number: str
    heading: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A filled form in the words of one language, or another paper that looks the same.

    Only a form (`is_form`) ends with what is still to be filled in.
    """

    language: Language
    title: str
    head: tuple[str, ...]
    notice: tuple[str, ...]
    blocks: tuple[Block, ...]
    basis: tuple[str, ...]
    is_form: bool = True

    def open_rows(self) -> tuple[Row, ...]:
        """Return the lines where somebody still has to say something."""
        return tuple(row for block in self.blocks for row in block.rows if row.is_open)


def sheet(filled: Filled, on: date, notice: str, language: Language) -> Sheet:
    """Return a filled form in a language, as of a day, under a notice of its own."""
    projection = filled.projection
    return Sheet(
        language=language,
        title=said(projection.title, language),
        head=(
            say("form.for", language, recipient=said(projection.recipient, language)),
            say("form.date", language, day=dated(on, language)),
            say("form.prepared", language),
            *([say("form.check", language)] if _from_memory(projection) else []),
        ),
        notice=tuple(map(capital, notice.split("\n"))),
        blocks=tuple(
            Block(
                number=f"{number}",
                heading=said(part.heading, language),
                rows=tuple(_rows(part.lines, f"{number}", filled, language)),
            )
            for number, part in enumerate(filled.parts, 1)
        ),
        basis=tuple(_basis(filled, language)),
    )


def said(wording: Wording, language: Language) -> str:
    """Return a wording in a language; in English where it has no Welsh."""
    return (wording.cy if language is Language.WELSH else "") or wording.en


def _from_memory(projection: Projection) -> bool:
    """Return whether it says what a body asks, and nobody has seen what that is."""
    return projection.layout is Layout.THEIRS and projection.grade is Grade.MEMORY


def _basis(filled: Filled, language: Language) -> Iterator[str]:
    """Yield where the layout comes from, how well that was read, and whose words it speaks."""
    projection = filled.projection
    yield say(
        f"form.layout.{projection.layout}",
        language,
        source=said(projection.source, language),
        founded=say(f"founded.{projection.grade.lower()}", language),
        day=dated(projection.verified_on, language),
    )
    if projection.link:
        yield projection.link
    quoted = any(each.line.quoted for part in filled.parts for each in part.lines)
    yield say("form.labels.quoted" if quoted else "form.labels.ours", language)
    if language is Language.WELSH and not projection.translation_reviewed_by:
        yield say("form.unreviewed", language)


def _rows(
    lines: tuple[FilledLine, ...], number: str, filled: Filled, language: Language
) -> Iterator[Row]:
    """Yield the lines of a part; notes are not counted."""
    count = 0
    for each in lines:
        line = each.line
        count += bool(line.label.en)
        several = len(each.answers) > 1
        yield Row(
            number=f"{number}.{count}" if line.label.en else "",
            label=_label(line, language),
            seen="" if line.grade is filled.projection.grade else _seen(line, language),
            note=said(line.note, language),
            answers=tuple(
                Given(
                    asks=_asks(one.asked.question, language) if several else "",
                    text=answer_text(one, language),
                )
                for one in each.answers
            ),
            by_hand=line.by_hand,
        )


def _label(line: Line, language: Language) -> str:
    label = said(line.label, language)
    return f"\u201c{label}\u201d" if line.quoted else label


def _seen(line: Line, language: Language) -> str:
    return say(f"form.seen.{line.grade.lower()}", language)


def _asks(question: Question, language: Language) -> str:
    return said(Wording(en=question.asks, cy=question.asks_cy), language)


def answer_text(given: Answered, language: Language) -> str:
    """Return an answer as a person reads it; an empty text if there is none.

    A text stays as it was written.
    """
    value = given.value
    match given.asked.question.kind:
        case _ if value is None:
            return ""
        case AnswerKind.FLAG:
            return say("flag.yes" if value else "flag.no", language)
        case AnswerKind.INSTANT:
            return _moment(value, language)
        case AnswerKind.ONE | AnswerKind.SOME:
            chosen = "; ".join(said(each, language) for each in given.words)
            return chosen or say("form.none", language)
        case AnswerKind.FILES:
            return _files(value, language)
        case _:
            return str(value)


def _moment(value: object, language: Language) -> str:
    if isinstance(value, datetime):
        return say("form.instant", language, moment=moment(value, language))
    return dated(value, language) if isinstance(value, date) else str(value)


def _files(value: object, language: Language) -> str:
    files = [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []
    listed = "\n".join(say("form.file", language, **each) for each in files)
    return listed or say("form.none", language)


def form_lines(shown: Sheet) -> Iterator[str]:
    """Yield a filled form as plain text, line by line."""
    yield shown.title.upper()
    yield ""
    for line in (*shown.head, "", *shown.notice, "", *shown.basis):
        yield from _wrapped(line)
    for block in shown.blocks:
        heading = f"{block.number}. {block.heading}"
        yield from ("", "", heading, "=" * min(len(heading), WIDTH))
        for row in block.rows:
            yield ""
            yield from _row_lines(row, shown.language)
    yield from ("", "", say("form.open", shown.language))
    yield from _open_lines(shown)


def _row_lines(row: Row, language: Language) -> Iterator[str]:
    seen = f" ({row.seen})" if row.seen else ""
    if row.label:
        yield from _hanging(f"{row.number}  {row.label}{seen}")
        yield from wrapped(say("form.note", language, note=row.note), INDENT) if row.note else ()
    else:
        yield from wrapped(f"- {row.note}{seen}", "")
    if row.by_hand:
        yield f"{INDENT}{MARKS[True].format(say('form.by_hand', language))}"
    for each in row.answers:
        if each.asks:
            yield from wrapped(f"- {each.asks}", INDENT)
        inside = INDENT * (2 if each.asks else 1)
        if each.text:
            yield from kept(each.text, inside)
        else:
            yield f"{inside}{MARKS[False].format(say('form.unanswered', language))}"


def _open_lines(shown: Sheet) -> Iterator[str]:
    rows = shown.open_rows()
    for row in rows:
        yield from _hanging(f"{row.number}  {row.label}")
    if not rows:
        yield from _wrapped(say("form.complete", shown.language))


def _wrapped(line: str) -> list[str]:
    return wrapped(line, "") or [""]


def _hanging(line: str) -> list[str]:
    return textwrap.wrap(line, WIDTH, subsequent_indent="     ", break_on_hyphens=False)


def kept(text: str, indent: str) -> Iterator[str]:
    """Yield what somebody wrote, under an indent: long lines go on in the next, nothing else."""
    wrapper = textwrap.TextWrapper(
        WIDTH, initial_indent=indent, subsequent_indent=indent, expand_tabs=False,
        replace_whitespace=False, break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip
    for line in text.split("\n"):
        yield from wrapper.wrap(line) or [""]


def form_data(filled: Filled, language: Language) -> Data:
    """Return a filled form as data: every answer as it was given, and in words."""
    projection = filled.projection
    return {
        "form": projection.name,
        "version": projection.version,
        "language": language,
        "title": said(projection.title, language),
        "recipient": said(projection.recipient, language),
        "layout": projection.layout,
        "source": said(projection.source, language),
        "link": projection.link or None,
        "grade": projection.grade,
        "verified_on": projection.verified_on.isoformat(),
        "translation_reviewed_by": projection.translation_reviewed_by or None,
        "parts": [
            {
                "heading": said(part.heading, language),
                "lines": [_line_data(each, language) for each in part.lines],
            }
            for part in filled.parts
        ],
        "unanswered": list(filled.unanswered()),
        "by_hand": [said(each, language) for each in filled.by_hand()],
        "sent": False,
        "demonstration": True,
    }


def _line_data(each: FilledLine, language: Language) -> Data:
    line = each.line
    return {
        "label": said(line.label, language) or None,
        "note": said(line.note, language) or None,
        "grade": line.grade,
        "quoted": line.quoted,
        "by_hand": line.by_hand,
        "answers": [
            {
                "question": one.asked.name,
                "value": one.value.isoformat() if isinstance(one.value, date) else one.value,
                "text": answer_text(one, language) or None,
            }
            for one in each.answers
        ],
    }
