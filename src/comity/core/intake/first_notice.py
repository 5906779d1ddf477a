"""First notices: the few questions of a report that are asked at once, and what bodies say to them.

Both are data. A first notice asks nothing that the report's form does not ask, so what was
answered is never asked again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from comity.core.intake.form import Form, Question
from comity.core.intake.wording import Wording, value_worded, worded
from comity.core.terms import Code, PartyId, Section, Table, suggestion


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One answer that is asked for: which question of which section it is, and how it is put.

    `autocomplete` is the purpose of the field by HTML's own names, so that browsers can help.
    """

    section: Section
    question: Question
    label: Wording
    hint: Wording
    autocomplete: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One thing to answer. With `at_least_one`, any one of its answers is enough, and needed."""

    title: Wording
    hint: Wording
    asks: tuple[Asked, ...]
    at_least_one: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstNotice:
    """The questions of a first notice."""

    version: str
    parts: tuple[Part, ...]
    reviewed_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """What it means to tell a body something; `rests_on` names agreement and clause.

    `everything` says that a body that got one section is offered for all others, too. `yes` is what
    has to be known before anybody agrees that something is passed on to it; `others` says what it
    means to tell it oneself that other bodies are engaged; `runs` are the hours that one's own duty
    to notify it leaves, from when one became aware, or None.
    """

    body: PartyId
    name: Wording
    does: Wording
    promise: Wording
    limit: Wording
    rests_on: tuple[tuple[str, str], ...]
    everything: bool
    others: Wording
    yes: tuple[Wording, ...] = ()
    runs: int | None = None


def read_first_notice(document: Mapping[str, object], name: str, form: Form) -> FirstNotice:
    """Return the questions of a first notice.

    Raises:
        InputError: a key is missing, unknown or of the wrong type; it is written for another
            form; or the form has no such question.
    """
    table = Table(document, name)
    table.only("version", "form", "translation_reviewed_by", "parts")
    if table.text("form") != form.version:
        message = f"form {table.text('form')[:20]} is not known"
        raise table.error(Code.UNKNOWN_VALUE, message, f'write form = "{form.version}"', "form")
    return FirstNotice(
        version=table.text("version"),
        parts=tuple(_part(each, form) for each in table.tables("parts")),
        reviewed_by=table.text("translation_reviewed_by"),
    )


def read_recipients(document: Mapping[str, object], name: str) -> tuple[Recipient, ...]:
    """Return what it means to tell each body something, in the order in which they are listed.

    Raises:
        InputError: a key is missing, unknown or of the wrong type.
    """
    table = Table(document, name)
    table.only("translation_reviewed_by", "body")
    table.text("translation_reviewed_by")
    bodies = table.table("body")
    return tuple(_recipient(each, bodies.table(each)) for each in bodies.values)


def offered(
    recipients: Iterable[Recipient], choices: Mapping[str, Iterable[PartyId]]
) -> tuple[PartyId, ...]:
    """Return who is offered for a part that nobody has chosen for: bodies that get another part.

    Only those with `everything`: whoever else got one part gets no other unless somebody says so.
    """
    told = {body for chosen in choices.values() for body in chosen}
    return tuple(each.body for each in recipients if each.body in told and each.everything)


def _part(table: Table, form: Form) -> Part:
    table.only("title", "title_cy", "hint", "hint_cy", "at_least_one", "answers")
    return Part(
        title=worded(table, "title"),
        hint=worded(table, "hint", ""),
        asks=tuple(_asked(each, form) for each in table.tables("answers")),
        at_least_one=table.flag("at_least_one", default=False),
    )


def _asked(table: Table, form: Form) -> Asked:
    table.only("question", "label", "label_cy", "hint", "hint_cy", "autocomplete")
    section, _, question = table.text("question").partition(".")
    known = {
        f"{part}.{each}": (found.name, asked)
        for part, found in form.sections.items()
        for each, asked in found.questions.items()
    }
    if f"{section}.{question}" not in known:
        raise table.error(
            Code.UNKNOWN_QUESTION,
            f"unknown question {section[:40]}.{question[:40]}"
            f"{suggestion(f'{section}.{question}', known)}",
            "name a question of the form, as SECTION.QUESTION",
            "question",
        )
    part, asked = known[f"{section}.{question}"]
    return Asked(
        section=part,
        question=asked,
        label=worded(table, "label"),
        hint=worded(table, "hint", ""),
        autocomplete=table.text("autocomplete", ""),
    )


def _recipient(body: str, table: Table) -> Recipient:
    texts = ("name", "does", "promise", "limit", "others")
    table.only(*texts, *(f"{each}_cy" for each in texts), "rests_on", "everything", "yes", "runs")
    clauses = [each.partition("/") for each in table.texts("rests_on")]
    return Recipient(
        body=table.made(PartyId, body, body),
        name=worded(table, "name"),
        does=worded(table, "does"),
        promise=worded(table, "promise"),
        limit=worded(table, "limit"),
        rests_on=tuple((agreement, clause) for agreement, _, clause in clauses),
        everything=table.flag("everything", default=False),
        others=worded(table, "others"),
        yes=tuple(map(value_worded, table.tables("yes"))),
        runs=table.number("runs") if table.has("runs") else None,
    )
