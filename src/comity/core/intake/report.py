"""Reports: an organisation's answers, and the items that each chosen body gets of them."""

from collections.abc import Container, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from comity.core.intake.form import RESERVED, Form, Question, SectionForm, answer
from comity.core.markings import Item, Label, Source, Tlp
from comity.core.terms import (
    Code,
    Digest,
    ItemId,
    OrganisationId,
    PartyId,
    Section,
    Table,
    canonical,
    salted_digest,
    suggestion,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One report: answers by section, and for each section who gets it and on what terms."""

    form: Form
    organisation: OrganisationId
    answers: Mapping[Section, Mapping[str, object]]
    choices: Mapping[Section, frozenset[PartyId]]
    in_confidence: Mapping[Section, bool]
    tlp: Mapping[Section, Tlp]

    def chosen_bodies(self) -> frozenset[PartyId]:
        """Return every body that gets at least one section."""
        return frozenset().union(*self.choices.values())

    def known_as(self, name: OrganisationId) -> "Report":
        """Return the report as one body gets to know it: about an organisation of this name."""
        return replace(self, organisation=name)

    def only(self, sections: Container[Section]) -> "Report":
        """Return the report with these sections and no others."""
        return replace(
            self,
            answers={key: value for key, value in self.answers.items() if key in sections},
            choices={key: value for key, value in self.choices.items() if key in sections},
        )

    def with_sections_of(self, other: "Report") -> "Report":
        """Return the report with the sections of another one in the place of its own."""
        return replace(
            self,
            answers={**self.answers, **other.answers},
            choices={**self.choices, **other.choices},
            in_confidence={**self.in_confidence, **other.in_confidence},
            tlp={**self.tlp, **other.tlp},
        )

    def section(self, section: Section) -> bytes:
        """Return everything that was said about one section, to see whether it has changed."""
        return canonical(
            {
                "answers": self.answers[section],
                "choices": self.choices[section],
                "in_confidence": self.in_confidence[section],
                "tlp": self.tlp[section],
            }
        )


class SealedPart(NamedTuple):
    """One section for one body: what the gate sees of it, and the bytes that are sealed."""

    item: Item
    content: bytes
    salt: bytes


class Terms(NamedTuple):
    """On what terms an organisation tells something: as which section, how it may be passed on."""

    section: Section
    in_confidence: bool = True
    tlp: Tlp = Tlp.AMBER_STRICT
    identifies_people: bool | None = None


def read_report(
    document: Mapping[str, object], name: str, form: Form, bodies: frozenset[PartyId]
) -> Report:
    """Return the report that a document states, checked against the form.

    Raises:
        InputError: a section, question, answer or chosen body is unknown or wrong, a required
            answer is missing, or there is nothing to report.
    """
    table = Table(document, name)
    _check_keys(table, form)
    answers = {
        each.name: _answers(table.table(key), form, key)
        for key, each in form.sections.items()
        if table.has(key)
    }
    if not answers:
        advice = f"answer at least one section: {', '.join(form.sections)}"
        raise table.error(Code.EMPTY_REPORT, "the report has no section", advice)
    if table.text("form", form.version) != form.version:
        message = f"form {table.text('form')[:20]} is not known"
        raise table.error(Code.UNKNOWN_VALUE, message, f'write form = "{form.version}"', "form")
    confidence, tlp = table.table("in_confidence"), table.table("tlp")
    for settings in (confidence, tlp, table.table("choices")):
        _check_sections(settings, answers)
    return Report(
        form=form,
        organisation=table.made(OrganisationId, table.text("organisation"), "organisation"),
        answers=answers,
        choices={each: _chosen(table.table("choices"), each, bodies) for each in answers},
        in_confidence={each: confidence.flag(each, default=True) for each in answers},
        tlp={each: tlp.one_of(each, Tlp, Tlp.AMBER_STRICT) for each in answers},
    )


def items_for(
    report: Report,
    body: PartyId,
    salts: Mapping[Section, bytes],
    ids: Mapping[Section, ItemId],
    agreements: frozenset[Digest],
) -> tuple[SealedPart, ...]:
    """Return the items that one body gets: a fresh salt and a fresh random id for each.

    The label names this body as the one that was told, and no other: who else was told is not
    this body's business.

    Raises:
        KeyError: a salt or an id is missing.
    """
    chosen = [section for section, bodies in report.choices.items() if body in bodies]
    return tuple(
        _sealed_part(report, section, body, salts[section], ids[section], agreements)
        for section in chosen
    )


def read_unfinished(document: Mapping[str, object], name: str, form: Form) -> Report:
    """Return a report as far as it goes: whatever is missing is missing, and it reaches nobody.

    Raises:
        InputError: a section, question or answer is unknown or wrong.
    """
    table = Table(document, name)
    _check_keys(table, form)
    answers = {
        each.name: _given(table.table(key), form, key)
        for key, each in form.sections.items()
        if table.has(key)
    }
    return Report(
        form=form,
        organisation=table.made(OrganisationId, table.text("organisation"), "organisation"),
        answers=answers,
        choices={},
        in_confidence=dict.fromkeys(answers, True),
        tlp=dict.fromkeys(answers, Tlp.AMBER_STRICT),
    )


def unanswered(section: SectionForm, answers: Container[str]) -> tuple[Question, ...]:
    """Return the questions of a section that have to be answered, and are not."""
    return tuple(
        each for each in section.questions.values() if each.required and each.name not in answers
    )


def contents_for(report: Report, body: PartyId) -> dict[Section, bytes]:
    """Return what one body would get, section by section: the very bytes that are sealed for it."""
    return {
        section: _content(report, section, body)
        for section, bodies in report.choices.items()
        if body in bodies
    }


def _content(report: Report, section: Section, body: PartyId) -> bytes:
    """Return a section as one body gets it: a list of bodies does not name that body to itself."""
    questions = report.form.sections[section].questions
    said = {
        name: _others(answer, body) if questions[name].names_bodies else answer
        for name, answer in report.answers[section].items()
    }
    return canonical({"section": section, "answers": said})


def _others(named: object, body: PartyId) -> list[object]:
    """Return the bodies of an answer that are not the one that gets it."""
    return [each for each in named if each != body] if isinstance(named, list) else []


def _sealed_part(  # noqa: PLR0913, PLR0917 - one value of each kind, all needed
    report: Report,
    section: Section,
    body: PartyId,
    salt: bytes,
    item_id: ItemId,
    agreements: frozenset[Digest],
) -> SealedPart:
    terms = terms_of(report, section)
    content = _content(report, section, body)
    return sealed_part(report.organisation, body, terms, content, salt, item_id, agreements)


def terms_of(report: Report, section: Section) -> Terms:
    """Return on what terms an organisation tells a section."""
    return Terms(
        section=section,
        in_confidence=report.in_confidence[section],
        tlp=report.tlp[section],
        identifies_people=report.form.sections[section].identifies_people,
    )


def sealed_part(  # noqa: PLR0913, PLR0917 - who tells whom what, on which terms
    organisation: OrganisationId,
    body: PartyId,
    terms: Terms,
    content: bytes,
    salt: bytes,
    item_id: ItemId,
    agreements: frozenset[Digest],
) -> SealedPart:
    """Return what an organisation tells one body, labelled as told to that body and no other."""
    source = Source(
        origin=organisation, given_to=frozenset({body}), in_confidence=terms.in_confidence
    )
    label = Label(
        sources=frozenset({source}),
        tlp=terms.tlp,
        identifies_people=terms.identifies_people,
        identifies_organisation=True,
        agreements=agreements,
    )
    digest = salted_digest(salt, content)
    item = Item(id=item_id, section=terms.section, digest=digest, label=label)
    return SealedPart(item, content, salt)


def _check_keys(table: Table, form: Form) -> None:
    for key in table.values:
        if key not in form.sections and key not in RESERVED:
            raise table.error(
                Code.UNKNOWN_SECTION,
                f"unknown section {key[:60]}{suggestion(key, form.sections)}",
                f"the sections are {', '.join(form.sections)}",
            )


def _answers(table: Table, form: Form, section: str) -> dict[str, object]:
    found = _given(table, form, section)
    for question in unanswered(form.sections[section], found):
        raise table.error(
            Code.MISSING_KEY,
            f"{question.name} is not answered",
            f"answer it: {question.asks}",
        )
    return found | _silent(form.sections[section], found)


def _silent(section: SectionForm, answers: Container[str]) -> dict[str, object]:
    """Return a no for each question on which silence is one."""
    return {
        each.name: False
        for each in section.questions.values()
        if each.no_unless_said and each.name not in answers
    }


def _given(table: Table, form: Form, section: str) -> dict[str, object]:
    questions = form.sections[section].questions
    for key in table.values:
        if key not in questions:
            raise table.error(
                Code.UNKNOWN_QUESTION,
                f"unknown question {key[:60]}{suggestion(key, questions)}",
                f"the questions of {section} are {', '.join(questions)}",
            )
    return {key: answer(questions[key], table) for key in questions if table.has(key)}


def _check_sections(table: Table, answers: Mapping[Section, object]) -> None:
    for key in table.values:
        if key not in answers:
            raise table.error(
                Code.UNKNOWN_CHOICE,
                f"{key[:60]} is no section of this report{suggestion(key, answers)}",
                f"the report's sections are {', '.join(answers)}",
            )


def _chosen(table: Table, section: Section, bodies: frozenset[PartyId]) -> frozenset[PartyId]:
    found = table.texts(section)
    for each in found:
        if each not in bodies:
            raise table.error(
                Code.UNKNOWN_CHOICE,
                f"unknown body {each[:60]}{suggestion(each, bodies)}",
                f"the bodies are {', '.join(sorted(bodies))}",
                section,
            )
    return frozenset(PartyId(each) for each in found)
