"""Tables in the documents that are made from data: `python -m tests.docs.generated` writes them."""

import re
from collections.abc import Callable, Iterable
from pathlib import Path

from comity.core.intake.form import AnswerKind, Question
from comity.core.language import Vocabulary
from comity.core.language.vocabulary import Fact
from comity.core.language.write import written
from comity.core.signposting import Clock, ReportingRule
from comity.shipped import (
    shipped_agreement,
    shipped_agreements,
    shipped_cases,
    shipped_projection,
    shipped_projections,
    shipped_vocabulary,
)
from comity.signposts import rules as signposts
from tests.core.intake.test_form import shipped
from tests.core.world import vocabulary
from tests.structure.source import ROOT

PLACE = re.compile(r"(<!-- generated: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a table in Markdown."""
    heads = list(heads)
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines).replace("|  |", "| |")


AUSTRALIA = "au-limited-use-2024"


def facts(of: Vocabulary | None = None, beyond: Vocabulary | None = None) -> str:
    """Return the facts, by default the standard ones: of the request, then of one source."""
    known = beyond.facts if beyond else {}
    own = [each for each in (of or vocabulary()).facts.values() if each.name not in known]
    heads = ["fact", "type", "about", "meaning", "supplied by", "evidence"]
    return table(heads, map(_fact, sorted(own, key=lambda fact: fact.of_source)))


def own_words() -> str:
    """Return the facts and the values that the Australian statute adds to the standard ones."""
    own = shipped_vocabulary(AUSTRALIA)
    return f"{facts(own, vocabulary())}\n{values(own, vocabulary())}"


def _fact(fact: Fact) -> list[str]:
    kind = f"{fact.kind} `{fact.values.name}`" if fact.values else str(fact.kind)
    about = "one source" if fact.of_source else "the request"
    raised = f"{about}, raised" if fact.raised else about
    unit = f" (in {fact.unit})" if fact.unit else ""
    return [f"`{fact.name}`", kind, raised, fact.meaning + unit, fact.supplied_by, fact.evidence]


def values(of: Vocabulary | None = None, beyond: Vocabulary | None = None) -> str:
    """Return lists and their values, by default the standard ones."""
    known = beyond.values if beyond else {}
    return table(
        ["list", "value", "meaning"],
        (
            [f"`{each.name}`{', ordered' if each.ordered else ''}", f"`{value}`", meaning]
            for each in (of or vocabulary()).values.values()
            for value, meaning in each.meanings.items()
            if each.name not in known or value not in known[each.name]
        ),
    )


def agreements() -> str:
    """Return what ships: names, titles, parties, and how much each says."""
    return table(
        ["name", "title", "parties", "clauses", "rules", "red lines", "assurances", "cases"],
        (
            [
                f"[`{name}`](../../src/comity/agreements/{name}.md)",
                each.title,
                ", ".join(sorted(each.parties)),
                *map(
                    str,
                    (
                        len(each.clauses),
                        len(each.rules),
                        len(each.red_lines),
                        len(each.assurances),
                        shipped_cases(name).count(b"\n[[cases]]\n"),
                    ),
                ),
            ]
            for name in shipped_agreements()
            for each in [shipped_agreement(name)]
        ),
    )


def questions() -> str:
    """Return what a report asks, section by section."""
    return table(
        ["section", "question", "type", "asks", "asks in Welsh"],
        (
            [
                f"`{section.name}`",
                f"`{each.name}`{'*' * each.required}",
                _kind(each),
                " ".join(filter(None, (each.asks, each.help))),
                " ".join(filter(None, (each.asks_cy, each.help_cy))),
            ]
            for section in shipped().sections.values()
            for each in section.questions.values()
        ),
    )


def form_values() -> str:
    """Return the words for what can be chosen in a report, in both languages."""
    asked = [each for section in shipped().sections.values() for each in section.questions.values()]
    words = {value: each for one in asked for value, each in one.meanings.items()}
    return table(
        ["value", "in English", "in Welsh"],
        ([f"`{value}`", each.en, each.cy] for value, each in words.items()),
    )


def forms() -> str:
    """Return the forms that a report can be filled into."""
    return table(
        ["name", "title", "for", "layout", "grade", "seen", "source"],
        (
            [
                f"[`{each.name}`](../../src/comity/forms/projections/{each.name}.toml)",
                each.title.en,
                each.recipient.en,
                each.layout,
                each.grade,
                str(each.verified_on),
                each.source.en,
            ]
            for each in map(shipped_projection, shipped_projections())
        ),
    )


def _kind(question: Question) -> str:
    if question.kind in {AnswerKind.ONE, AnswerKind.SOME}:
        return f"{question.kind} {', '.join(f'`{value}`' for value in question.values)}"
    return str(question.kind)


def incident_facts() -> str:
    """Return what can be stated of an incident."""
    return table(
        ["fact", "type", "meaning"],
        (
            [
                f"`{each.name}`",
                f"{each.kind} `{each.values.name}`" if each.values else str(each.kind),
                each.meaning,
            ]
            for each in signposts().vocabulary.facts.values()
        ),
    )


def incident_values() -> str:
    """Return the lists of values that facts of an incident take."""
    return table(
        ["list", "value", "meaning"],
        (
            [f"`{each.name}`", f"`{value}`", meaning]
            for each in signposts().vocabulary.values.values()
            for value, meaning in each.meanings.items()
        ),
    )


def incident_rules() -> str:
    """Return whom to tell of what, by when, and where that is written."""
    return table(
        ["rule", "tell", "what", "by when", "source", "grade", "in force"],
        (
            [
                f"`{each.id}`",
                each.body.name,
                each.what,
                "; ".join(map(_by_when, each.clocks)) or "-",
                each.source,
                each.grade,
                _in_force(each),
            ]
            for each in signposts().all
        ),
    )


def incident_names() -> str:
    """Return who it is where that depends on facts."""
    bodies = {each.body.id: each.body for each in signposts().all}.values()
    return table(
        ["whom", "who it is", "if"],
        (
            [body.name, each.name, f"`{written(each.condition)}`"]
            for body in bodies
            for each in body.named
        ),
    )


def _by_when(clock: Clock) -> str:
    much = f"{clock.hours} hours" if clock.hours else f"{clock.working_days} working days"
    return ": ".join(filter(None, (clock.stage, clock.words or much)))


def _in_force(rule: ReportingRule) -> str:
    if rule.in_force_from is None:
        return "not yet"
    until = f" to {rule.in_force_to}" if rule.in_force_to else ""
    return f"from {rule.in_force_from}{until}"


TABLES: dict[str, Callable[[], str]] = {
    "agreements": agreements,
    "facts": facts,
    "form_values": form_values,
    "forms": forms,
    "incident_facts": incident_facts,
    "incident_names": incident_names,
    "incident_rules": incident_rules,
    "incident_values": incident_values,
    "own_words": own_words,
    "questions": questions,
    "values": values,
}
PAGES = [
    ROOT / "docs/reference" / name
    for name in ("agreements.md", "vocabulary.md", "report-file.md", "forms.md", "signposting.md")
]


def renewed(page: Path) -> str:
    """Return a page's text with its tables made anew."""
    text = page.read_text(encoding="utf-8")
    return PLACE.sub(lambda found: f"{found[1]}\n{TABLES[found[2]]()}\n{found[3]}", text)


if __name__ == "__main__":
    for page in PAGES:
        page.write_text(renewed(page), encoding="utf-8")
