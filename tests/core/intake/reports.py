"""Random reports on the shipped form; each text holds a word of its own, to be found by."""

from datetime import UTC, date, datetime
from typing import Any

from hypothesis import strategies as st

from comity.core.intake import Question, Report, read_report
from comity.core.intake.form import AnswerKind
from tests.core.intake.test_form import shipped

FORM = shipped()
KNOWN = {
    f"{section.name}.{question.name}": question
    for section in FORM.sections.values()
    for question in section.questions.values()
}
LETTERS = st.text(
    st.characters(codec="utf-8", exclude_categories=["C", "Z", "M"]), min_size=1, max_size=30
)


def own_word(name: str) -> str:
    """Return the word that stands in every text which answers a question, and nowhere else."""
    return f"word{list(KNOWN).index(name):03}of"


def _texts(name: str) -> st.SearchStrategy[str]:
    parts = st.lists(LETTERS, max_size=4)
    breaks = st.sampled_from([" ", "\n", "  ", "\n\n", "\t"])
    return st.builds(lambda found, gap: gap.join([own_word(name), *found]), parts, breaks)


def _answers(name: str, question: Question) -> st.SearchStrategy[Any]:
    instants = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis takes bounds without a zone
    file = st.fixed_dictionaries(
        {
            "name": st.from_regex(rf"{own_word(name)}[\w. -]{{0,9}}\w", fullmatch=True),
            "bytes": st.integers(0, 10**9),
            "sha256": st.just("0f" * 32),
        }
    )
    return {
        AnswerKind.TEXT: _texts(name),
        AnswerKind.LONG_TEXT: _texts(name),
        AnswerKind.FLAG: st.booleans(),
        AnswerKind.NUMBER: st.integers(0, 10**9),
        AnswerKind.INSTANT: instants | st.dates(date(2020, 1, 1), date(2030, 1, 1)),
        AnswerKind.ONE: st.sampled_from(question.values or ("",)),
        AnswerKind.SOME: st.lists(st.sampled_from(question.values or ("",)), unique=True),
        AnswerKind.FILES: st.lists(file, max_size=3),
    }[question.kind]


@st.composite
def reports(draw: st.DrawFn) -> Report:
    """Return a report that answers any of the questions, and what each section needs."""
    document: dict[str, Any] = {"organisation": "acme"}
    names = draw(st.lists(st.sampled_from(list(FORM.sections)), min_size=1, unique=True))
    for section in (FORM.sections[name] for name in names):
        document[section.name] = {
            each.name: draw(_answers(f"{section.name}.{each.name}", each))
            for each in section.questions.values()
            if each.required or draw(st.booleans())
        }
    return read_report(document, "report", FORM, frozenset())


def answers_of(report: Report) -> dict[str, object]:
    """Return what a report answers, by the name of the question."""
    return {
        f"{section}.{name}": value
        for section, answers in report.answers.items()
        for name, value in answers.items()
    }
