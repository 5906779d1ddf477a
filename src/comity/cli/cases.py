"""Worked cases: questions with the answer that they must have.

A case file is TOML. Questions that many cases share stand under `[templates.NAME]`; a case says
which one it is `like`, what it `change`s (by path, `items.0.tlp`), and what it `drop`s. The form
is documented in `docs/reference/facts-file.md`.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from comity.cli.question_file import read_question
from comity.core.agreement import Agreement, Agreements
from comity.core.gate import Ground, Permit, Refusal, decide
from comity.core.gate.lines import assured, crossed
from comity.core.terms import Code, InputError, Table, suggestion
from comity.words import outcome

INDEX = re.compile("[0-9]{1,6}")
OUTCOMES = ("permitted", "refused", "not askable")
"""What can become of a question; one is not askable if its label could not even be made."""


class Case(NamedTuple):
    """One question with the outcome, the deciding clause (empty if none) and the reason why."""

    id: str
    about: str
    why: str
    outcome: str
    clause: str
    question: dict[str, Any]


class Played(NamedTuple):
    """A case and the decision that was made, or none if the question could not be asked."""

    case: Case
    decision: Permit | Refusal | None

    @property
    def outcome(self) -> str:
        """The outcome that was reached."""
        return "not askable" if self.decision is None else outcome(self.decision)

    @property
    def clause(self) -> str:
        """The clause that decided; empty if none did."""
        return "" if self.decision is None else next(iter(self.decision.clauses), "")

    @property
    def broken(self) -> tuple[str, ...]:
        """The red lines that a permit crosses, or the assurances that a refusal breaks."""
        match self.decision:
            case Permit(question=question):
                return tuple(line.id for line in crossed(question))
            case Refusal(question=question, reasons=reasons):
                if reasons[0].ground in {Ground.MALFORMED, Ground.ERROR}:
                    return ()
                return tuple(each.id for each in assured(question))
            case _:
                return ()

    @property
    def as_expected(self) -> bool:
        """Whether outcome and clause are those that the case states, and no line is broken."""
        stated = (self.case.outcome, self.case.clause)
        return (self.outcome, self.clause) == stated and not self.broken


def read_cases(document: Mapping[str, object], name: str) -> list[Case]:
    """Return the cases of a document, each with its whole question.

    Raises:
        InputError: a key is missing, unknown or of the wrong type, or two cases share an id.
    """
    table = Table(document, name)
    table.only("about", "templates", "cases")
    templates = table.table("templates")
    cases: dict[str, Case] = {}
    for each in table.tables("cases"):
        each.only("id", "about", "why", "outcome", "clause", "like", "change", "drop")
        _check_printable(each, "id", "why", "clause")
        case = Case(
            id=each.text("id"),
            about=each.text("about", table.text("about", "")),
            why=each.text("why"),
            outcome=each.one_of("outcome", OUTCOMES),
            clause=each.text("clause", ""),
            question=_question(each, templates),
        )
        if case.id in cases:
            raise each.error(Code.DUPLICATE_ID, f"case {case.id} stands twice", "rename one", "id")
        cases[case.id] = case
    return list(cases.values())


def _check_printable(table: Table, *keys: str) -> None:
    """Return if these texts, which are printed, change nothing else on a screen.

    Raises:
        InputError: one does.
    """
    for key in keys:
        if not table.text(key, "").isprintable():
            message = "it holds a character that cannot be printed"
            raise table.error(Code.BAD_TEXT, message, "write it in one line of plain text", key)


def play(
    cases: list[Case], agreements: Mapping[str, Agreement], name: str, now: datetime
) -> Iterator[Played]:
    """Yield each case with the decision that the gate makes.

    Raises:
        InputError: a case's question is not one; an item without a source alone is an outcome.
    """
    held = Agreements(agreements.values())
    for case in cases:
        try:
            asked = read_question(case.question, f"{name}: case {case.id}", agreements, now)
        except InputError as error:
            if error.code is not Code.EMPTY_LABEL:
                raise
            yield Played(case, None)
        else:
            yield Played(case, decide(held, asked.request, asked.consents, asked.now))


def _question(case: Table, templates: Table) -> dict[str, Any]:
    """Return the template's question with the case's changes made."""
    like = case.text("like")
    if not templates.has(like):
        message = f"unknown template {like[:60]}{suggestion(like, templates.values)}"
        raise case.error(Code.UNKNOWN_VALUE, message, "declare it under [templates]", "like")
    question: dict[str, Any] = _own_copy(templates.table(like).values)
    for path in case.texts("drop"):
        _at(question, path, case, "drop", lambda place, key: place.pop(key))
    for path, value in case.table("change").values.items():
        _at(question, path, case, "change", _setter(_own_copy(value)))
    return question


def _own_copy(value: Any) -> Any:  # noqa: ANN401 - a document has any form
    """Return a copy that can be changed without changing the document."""
    match value:
        case dict():
            return {key: _own_copy(each) for key, each in value.items()}
        case list():
            return [_own_copy(each) for each in value]
        case _:
            return value


def _setter(value: object) -> Any:  # noqa: ANN401 - acts on lists and tables alike
    def put(place: Any, key: Any) -> None:  # noqa: ANN401 - as above
        if isinstance(place, list) and key == len(place):
            place.append(value)
        else:
            place[key] = value

    return put


def _at(question: dict[str, Any], path: str, case: Table, key: str, act: Any) -> None:  # noqa: ANN401 - as above
    """Act on the place that a path names, `items.0.sources.0.origin` for example."""
    place: Any = question
    steps: list[Any] = [int(each) if INDEX.fullmatch(each) else each for each in path.split(".")]
    *way, last = steps
    try:
        for each in way:
            place = place[each] if isinstance(place, list) else place.setdefault(each, {})
        act(place, last)
    except (LookupError, TypeError, AttributeError):
        message = f"{path} names no place in the template"
        raise case.error(Code.UNKNOWN_KEY, message, "correct the path", key) from None
