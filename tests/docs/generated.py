"""Tables in the documents that are made from data: `python -m tests.docs.generated` writes them."""

import re
from collections.abc import Callable, Iterable
from pathlib import Path

from comity.core.intake.form import AnswerKind, Question
from comity.core.language.vocabulary import Fact
from tests.core.intake.test_form import shipped
from tests.core.world import vocabulary
from tests.structure.source import ROOT

PLACE = re.compile(r"(<!-- generated: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a table in Markdown."""
    heads = list(heads)
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines).replace("|  |", "| |")


def facts() -> str:
    """Return the standard facts: first those of the request, then those of one source."""
    ordered = sorted(vocabulary().facts.values(), key=lambda fact: fact.of_source)
    heads = ["fact", "type", "about", "meaning", "supplied by", "evidence"]
    return table(heads, map(_fact, ordered))


def _fact(fact: Fact) -> list[str]:
    kind = f"{fact.kind} `{fact.values.name}`" if fact.values else str(fact.kind)
    about = "one source" if fact.of_source else "the request"
    raised = f"{about}, raised" if fact.raised else about
    unit = f" (in {fact.unit})" if fact.unit else ""
    return [f"`{fact.name}`", kind, raised, fact.meaning + unit, fact.supplied_by, fact.evidence]


def values() -> str:
    """Return the standard lists and their values."""
    return table(
        ["list", "value", "meaning"],
        (
            [f"`{each.name}`{', ordered' if each.ordered else ''}", f"`{value}`", meaning]
            for each in vocabulary().values.values()
            for value, meaning in each.meanings.items()
        ),
    )


def questions() -> str:
    """Return what a report asks, section by section."""
    return table(
        ["section", "question", "type", "asks"],
        (
            [f"`{section.name}`", f"`{each.name}`{'*' * each.required}", _kind(each), each.asks]
            for section in shipped().sections.values()
            for each in section.questions.values()
        ),
    )


def _kind(question: Question) -> str:
    if question.kind in {AnswerKind.ONE, AnswerKind.SOME}:
        return f"{question.kind} {', '.join(f'`{value}`' for value in question.values)}"
    return str(question.kind)


TABLES: dict[str, Callable[[], str]] = {"facts": facts, "values": values, "questions": questions}
PAGES = [ROOT / "docs/reference" / name for name in ("vocabulary.md", "report-file.md")]


def renewed(page: Path) -> str:
    """Return a page's text with its tables made anew."""
    text = page.read_text(encoding="utf-8")
    return PLACE.sub(lambda found: f"{found[1]}\n{TABLES[found[2]]()}\n{found[3]}", text)


if __name__ == "__main__":
    for page in PAGES:
        page.write_text(renewed(page), encoding="utf-8")
