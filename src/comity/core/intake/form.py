"""Forms: the sections of a report and the questions in each, as data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from comity.core.intake.wording import BREAKS, Wording, can_be_shown, value_worded, worded
from comity.core.terms import Code, Section, Table, instant, suggestion

MOST_TEXT = 500
MOST_LONG_TEXT = 20_000
MOST_FILES = 50
RESERVED = ("form", "organisation", "choices", "in_confidence", "tlp", "scenario")
"""Keys of a report file that are no sections; `scenario` belongs to whoever plays the report."""


class AnswerKind(StrEnum):
    """The types that an answer can have."""

    TEXT = "text"
    LONG_TEXT = "long text"
    FLAG = "yes or no"
    NUMBER = "number"
    INSTANT = "instant"
    ONE = "one of"
    SOME = "some of"
    FILES = "files"


ONLY_FOR: Mapping[str, AnswerKind] = {
    "no_unless_said": AnswerKind.FLAG,
    "names_bodies": AnswerKind.SOME,
}
"""What is said of a question, and the one type of question of which it can be said."""

RESTS = "rests_on"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question of a section, and what may be answered. `meanings` words each of `values`.

    `no_unless_said` takes silence for a no, and says so to whoever gets the section. The `values`
    of one that `names_bodies` are bodies, and none of them is told of itself. `rests_on` names
    agreement and clause that its words restate.
    """

    name: str
    asks: str
    kind: AnswerKind
    values: tuple[str, ...] = ()
    required: bool = False
    asks_cy: str = ""
    help: str = ""
    help_cy: str = ""
    meanings: Mapping[str, Wording] = field(default_factory=dict)
    no_unless_said: bool = False
    names_bodies: bool = False
    rests_on: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionForm:
    """One section. `identifies_people` is None if only the content can tell."""

    name: Section
    title: str
    questions: Mapping[str, Question]
    identifies_people: bool | None
    title_cy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A version of the whole form. Nobody has checked its Welsh until somebody is named."""

    version: str
    sections: Mapping[str, SectionForm]
    translation_reviewed_by: str = ""


def read_form(document: Mapping[str, object], name: str) -> Form:
    """Return the form that a document states.

    Raises:
        InputError: a key is missing, unknown or of the wrong type.
    """
    table = Table(document, name)
    table.only("version", "translation_reviewed_by", "sections", "values")
    sections, values = table.table("sections"), table.table("values")
    meanings = {each: value_worded(values.table(each)) for each in values.values}
    for each in sections.values:
        if each in RESERVED:
            message = f"a section cannot be called {each}"
            raise sections.error(Code.NAME_TAKEN, message, "choose another name")
    return Form(
        version=table.text("version"),
        sections={each: _section(each, sections.table(each), meanings) for each in sections.values},
        translation_reviewed_by=table.text("translation_reviewed_by", ""),
    )


def _section(name: str, table: Table, meanings: Mapping[str, Wording]) -> SectionForm:
    table.only("title", "title_cy", "identifies_people", "questions")
    questions, title = table.table("questions"), worded(table, "title")
    people = table.flag("identifies_people") if table.has("identifies_people") else None
    return SectionForm(
        name=table.made(Section, name, name),
        title=title.en,
        title_cy=title.cy,
        questions={
            each: _question(each, questions.table(each), meanings) for each in questions.values
        },
        identifies_people=people,
    )


def _question(name: str, table: Table, meanings: Mapping[str, Wording]) -> Question:
    table.only("asks", "asks_cy", "help", "help_cy", "type", "values", "required", *ONLY_FOR, RESTS)
    asks, help_, values = worded(table, "asks"), worded(table, "help", ""), table.texts("values")
    clauses = [each.partition("/") for each in table.texts(RESTS)]
    return Question(
        name=name,
        asks=asks.en,
        asks_cy=asks.cy,
        help=help_.en,
        help_cy=help_.cy,
        kind=table.one_of("type", AnswerKind),
        values=values,
        meanings={each: meanings[each] for each in values if each in meanings},
        required=table.flag("required", default=False),
        no_unless_said=_only_for(table, "no_unless_said"),
        names_bodies=_only_for(table, "names_bodies"),
        rests_on=tuple((agreement, clause) for agreement, _, clause in clauses),
    )


def _only_for(table: Table, key: str) -> bool:
    """Return a flag that only questions of one kind can have."""
    found, kind = table.flag(key, default=False), ONLY_FOR[key]
    if found and table.one_of("type", AnswerKind) is not kind:
        message = f"only a question of type {kind} can have {key}"
        raise table.error(Code.UNKNOWN_VALUE, message, f'write type = "{kind}"', key)
    return found


def answer(question: Question, table: Table) -> object:  # noqa: PLR0911 - one case for each kind
    """Return the answer that stands in a section's table, in the form that is sealed.

    Raises:
        InputError: it is not what the question asks for.
    """
    key = question.name
    match question.kind:
        case AnswerKind.TEXT:
            return _text(table, key, MOST_TEXT)
        case AnswerKind.LONG_TEXT:
            return _text(table, key, MOST_LONG_TEXT)
        case AnswerKind.FLAG:
            return table.flag(key)
        case AnswerKind.NUMBER:
            return _count(table, key)
        case AnswerKind.INSTANT:
            return _moment(table, key)
        case AnswerKind.ONE:
            return table.one_of(key, question.values)
        case AnswerKind.SOME:
            return _some(table, key, question.values)
        case _:
            return [_file(each) for each in _at_most(table, key)]


def _text(table: Table, key: str, most: int) -> str:
    found = table.text(key).replace("\r\n", "\n").strip()
    if not found:
        raise table.error(Code.WRONG_TYPE, f"{key} is empty", "answer it, or leave it out", key)
    if len(found) > most:
        message = f"{key} has {len(found)} characters; at most {most} are taken"
        raise table.error(Code.TOO_LARGE, message, "shorten it, or attach a file", key)
    if not all(map(can_be_shown, found)):
        message = f"{key} holds a character that cannot be shown"
        raise table.error(Code.BAD_TEXT, message, "remove control characters", key)
    return found


def _count(table: Table, key: str) -> int:
    found = table.number(key)
    if found < 0:
        raise table.error(Code.BAD_NUMBER, f"{key} is less than 0", "write how many", key)
    return found


def _moment(table: Table, key: str) -> datetime | date:
    """Return an instant, or a day if the organisation knows no more."""
    found = table.values.get(key)
    if isinstance(found, date) and not isinstance(found, datetime):
        return found
    return instant(table.instant(key))


def _some(table: Table, key: str, values: tuple[str, ...]) -> list[str]:
    found = table.texts(key)
    for each in found:
        if each not in values:
            message = f"{each[:60]} is no answer to {key}{suggestion(each, values)}"
            raise table.error(Code.UNKNOWN_VALUE, message, f"use any of {', '.join(values)}", key)
    return sorted(set(found))


def _at_most(table: Table, key: str) -> list[Table]:
    found = list(table.tables(key))
    if len(found) > MOST_FILES:
        message = f"{len(found)} files; at most {MOST_FILES} are taken"
        raise table.error(Code.TOO_MANY, message, "send fewer, or several in an archive", key)
    return found


def _file(table: Table) -> dict[str, object]:
    """Return what is said of a file: it is never opened, only named, measured and digested."""
    table.only("name", "bytes", "sha256")
    name = _text(table, "name", MOST_TEXT)
    if not BREAKS.isdisjoint(name) or "/" in name or "\\" in name:
        message = "a file's name holds a path or a line break"
        raise table.error(Code.BAD_TEXT, message, "give the name alone", "name")
    digest = table.text("sha256")
    if len(digest) != 64 or not set(digest) <= set("0123456789abcdef"):  # noqa: PLR2004 - hex digits of SHA-256
        message = f"{digest[:20]!r} is no SHA-256 digest"
        raise table.error(Code.BAD_ID, message, "write 64 hexadecimal digits", "sha256")
    return {"name": name, "bytes": _count(table, "bytes"), "sha256": digest}
