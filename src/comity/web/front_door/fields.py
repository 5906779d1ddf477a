"""Fields: questions of a report as a page asks them, and what somebody wrote in answer.

What is taken here is only read; whether it can be an answer is for the report's own check, the same
for a page, a file and a program.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo

from django.http import QueryDict

from comity.core.intake import (
    AnswerKind,
    Asked,
    FirstNotice,
    Part,
    Question,
    SectionForm,
    Wording,
)
from comity.core.intake.form import answer as checked
from comity.core.terms import Code, InputError, Section, Table
from comity.web.front_door.asking import (
    PARTS,
    RIGHT_NOW,
    THEN,
    UNKNOWN,
    YES_OR_NO,
    WrongAnswerError,
    is_reference,
    read_instant,
)
from comity.web.front_door.words import said
from comity.words.cards import capital
from comity.words.catalogue import Language
from comity.words.questions import NO, YES

Document = dict[str, object]

MOST_DIGITS = 12

SAID_OF = {Code.TOO_LARGE: "error.too_long", Code.BAD_TEXT: "error.bad_text"}
"""What is said of an answer that the report's check refuses; of any other, that it is none."""


@dataclass(frozen=True, slots=True)
class Written:
    """What somebody wrote on a page, at a time, by the clocks of a zone."""

    form: QueryDict
    now: datetime
    zone: tzinfo

    def all(self, name: str) -> list[str]:
        """Return what was chosen or written in the fields of a name."""
        return [each.strip() for each in self.form.getlist(name)]

    def one(self, name: str) -> str:
        """Return what was written in the field of a name; nothing if there is none."""
        return (self.form.get(name) or "").strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One answer as a page shows it: what was written so far, and what is wrong with it."""

    name: str
    kind: AnswerKind
    label: str
    hint: str
    autocomplete: str
    value: str
    chosen: tuple[str, ...]
    parts: Mapping[str, str]
    options: tuple[tuple[str, str], ...]
    error: str


def name_of(asked: Asked) -> str:
    """Return the name of a question's field."""
    return f"{asked.section}-{asked.question.name}"


def read_fields(notice: FirstNotice, written: Written) -> tuple[Document, dict[str, str]]:
    """Return what was answered, by section, and what is wrong, by field."""
    found: dict[str, dict[str, object]] = {}
    wrong: dict[str, str] = {}
    for part in notice.parts:
        for asked in part.asks:
            try:
                answer = read_field(asked, written)
            except WrongAnswerError as error:
                wrong[name_of(asked)] = str(error)
                continue
            if answer is not None:
                found.setdefault(asked.section, {})[asked.question.name] = answer
            elif asked.question.required:
                wrong[name_of(asked)] = f"error.{asked.section}.{asked.question.name}"
        wrong |= _missing_of(part, found, wrong)
    return dict(found), wrong


def _missing_of(
    part: Part, found: Mapping[str, Mapping[str, object]], wrong: Mapping[str, str]
) -> dict[str, str]:
    """Return what is wrong if one answer of a part is needed, and there is none."""
    names = [name_of(each) for each in part.asks]
    is_answered = any(each.question.name in found.get(each.section, {}) for each in part.asks)
    if not part.at_least_one or is_answered or any(each in wrong for each in names):
        return {}
    first = part.asks[0]
    return {names[0]: f"error.{first.section}.{first.question.name}"}


def read_field(asked: Asked, written: Written) -> object | None:
    """Return what was written in answer; None if nothing was.

    Raises:
        WrongAnswerError: it can be no answer.
    """
    name = name_of(asked)
    match asked.question.kind:
        case AnswerKind.FLAG:
            return YES_OR_NO.get(written.one(name))
        case AnswerKind.INSTANT:
            return _moment(name, written)
        case AnswerKind.NUMBER:
            return _number(written.one(name))
        case AnswerKind.SOME:
            return written.all(name) or None
        case _:
            return written.one(name) or None


def checked_field(asked: Asked, written: Written) -> object | None:
    """Return what was written in answer, once the report's own check takes it; None if nothing was.

    Raises:
        WrongAnswerError: it does not, or an answer is needed.
    """
    said, name = read_field(asked, written), asked.question.name
    if said is None:
        if asked.question.required:
            raise WrongAnswerError("error.needed")
        return None
    try:
        return checked(asked.question, Table({name: said}, "an answer"))
    except InputError as error:
        raise WrongAnswerError(said_of(error)) from None


def read_told(written: Written, name: str) -> datetime:
    """Return when somebody told a body, from the fields in which they say so.

    Raises:
        WrongAnswerError: no time was given, there is no such time, it has not come yet, or the
            reference beside it cannot be one.
    """
    if not is_reference(written.one("reference")):
        raise WrongAnswerError("error.reference")
    at = _moment(name, written)
    if at is None:
        raise WrongAnswerError("error.told")
    return at


def _number(text: str) -> int | None:
    digits = text.replace(",", "").replace(" ", "")
    if not digits:
        return None
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= MOST_DIGITS):
        raise WrongAnswerError("error.number")
    return int(digits)


def _moment(name: str, written: Written) -> datetime | None:
    chosen = written.one(name)
    has_parts = any(written.one(f"{name}-{part}") for part in PARTS)
    if chosen == RIGHT_NOW:
        return written.now.replace(second=0, microsecond=0)
    if chosen != THEN and not has_parts:
        return None
    return read_instant(written.form, name, written.now, written.zone)


def refused_field(notice: FirstNotice, error: InputError) -> tuple[str, str] | None:
    """Return the field that the report's check refuses, and the sentence that says why."""
    for part in notice.parts:
        for asked in part.asks:
            if error.at.name.endswith(f"{asked.section}.{asked.question.name}"):
                return name_of(asked), said_of(error)
    return None


def said_of(error: InputError) -> str:
    """Return the sentence that says why an answer is refused."""
    return SAID_OF.get(error.code, "error.no_answer")


def report_asks(section: SectionForm, question: Question) -> Asked:
    """Return a question of the report's form as a page asks it."""
    return Asked(
        section=section.name,
        question=question,
        label=Wording(en=question.asks, cy=question.asks_cy),
        hint=Wording(en=question.help, cy=question.help_cy),
        autocomplete="",
    )


def fields(
    asks: Iterable[Asked], written: Written, wrong: Mapping[str, str], language: Language
) -> Iterator[Field]:
    """Yield answers that are asked for as a page shows them."""
    for asked in asks:
        name = name_of(asked)
        yield Field(
            name=name,
            kind=asked.question.kind,
            label=in_(asked.label, language),
            hint=in_(asked.hint, language),
            autocomplete=asked.autocomplete,
            value=written.one(name),
            chosen=tuple(written.all(name)),
            parts={each: written.one(f"{name}-{each}") for each in PARTS},
            options=tuple(_options(asked, language)),
            error=wrong.get(name, ""),
        )


def _options(asked: Asked, language: Language) -> Iterator[tuple[str, str]]:
    question = asked.question
    if question.kind is AnswerKind.FLAG:
        for value in (YES, NO, UNKNOWN):
            yield value, said(f"answer.{value}", language)
    for value in question.values:
        yield value, capital(value_in(question, value, language))
    if question.kind is AnswerKind.ONE and not question.required:
        yield "", said("answer.later", language)


def value_in(question: Question, value: str, language: Language) -> str:
    """Return what a value of a question means, in a language."""
    meaning = question.meanings.get(value)
    return in_(meaning, language) if meaning else value


def in_(wording: Wording, language: Language) -> str:
    """Return words in a language; in English where nobody has written them in the other."""
    return wording.en if language is Language.ENGLISH else wording.cy or wording.en


def as_written(
    notice: FirstNotice, answers: Mapping[Section, Mapping[str, object]], zone: tzinfo
) -> list[tuple[str, str]]:
    """Return answers as somebody would write them again on the page."""
    found: list[tuple[str, str]] = []
    for part in notice.parts:
        for asked in part.asks:
            answer = answers.get(asked.section, {}).get(asked.question.name)
            if answer is not None:
                found += pairs(asked, answer, zone)
    return found


def instant_in(answer: object) -> datetime:
    """Return the instant that an answer is, as somebody gave it or as it is kept.

    Raises:
        InputError: it is none.
    """
    return Table({"answer": answer}, "an answer").instant("answer")


def pairs(asked: Asked, answer: object, zone: tzinfo) -> list[tuple[str, str]]:
    """Return one answer as somebody would write it again on the page."""
    name, kind = name_of(asked), asked.question.kind
    if kind is AnswerKind.SOME and isinstance(answer, list):
        return [(name, str(each)) for each in answer]
    if kind is AnswerKind.FLAG:
        return [(name, YES if answer else NO)]
    if kind is not AnswerKind.INSTANT:
        return [(name, str(answer))]
    local = instant_in(answer).astimezone(zone)
    written = (local.day, local.month, local.year, f"{local:%H:%M}")
    parts = [(f"{name}-{part}", str(each)) for part, each in zip(PARTS, written, strict=True)]
    return [(name, THEN), *parts]
