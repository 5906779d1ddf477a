"""Answers: whole reports in which every answer that holds words carries a canary."""

from typing import Any

from comity.cli.scenario.traces import Token
from comity.core.intake.form import AnswerKind, Question
from comity.shipped import report_form
from tests.core.world import NOW

SECTIONS = {
    name: section
    for name, section in report_form().sections.items()
    if any(each.kind is not AnswerKind.FLAG for each in section.questions.values())
}
"""Those in which words can stand: where all is yes or no, there is no place for a canary."""


def told(question: Question, canary: Token) -> Any:  # noqa: ANN401 - answers have any type
    """Return an answer that carries the canary wherever words are asked for."""
    answers: dict[AnswerKind, Any] = {
        AnswerKind.TEXT: f"{question.name}: {canary.text}",
        AnswerKind.LONG_TEXT: f"{question.name}: {canary.text}",
        AnswerKind.FLAG: True,
        AnswerKind.NUMBER: 7,
        AnswerKind.INSTANT: NOW,
        AnswerKind.ONE: question.values[:1],
        AnswerKind.SOME: list(question.values[:2]),
        AnswerKind.FILES: [{"name": f"{canary.text}.txt", "bytes": 7, "sha256": "0" * 64}],
    }
    found = answers[question.kind]
    return found[0] if question.kind is AnswerKind.ONE else found


def section_of(name: str, canary: Token) -> dict[str, Any]:
    """Return all answers of a section, each with the canary."""
    return {question.name: told(question, canary) for question in SECTIONS[name].questions.values()}
