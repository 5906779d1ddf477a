"""Page: the whole view of one agreement, from values to HTML."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from comity.core.agreement import Agreement, Clause
from comity.core.agreement.model import GRADES, Assurance, Flow, Freedom, RedLine
from comity.core.agreement.record import Record
from comity.core.agreement.rules import Rule
from comity.core.language import Condition, Fact
from comity.core.language.conditions import facts_in, values_asked
from comity.core.language.english import english, noun
from comity.core.terms import Digest
from comity.web.agreements.examples import Example
from comity.web.agreements.table import truth_of
from comity.web.agreements.what_if import WhatIf
from comity.web.agreements.words import FOLDER, words
from comity.words import Language, dated

TOLD_APART = re.compile("[^A-Za-z0-9]")
ABOUT_THE_WHOLE = "theorem"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What is on record of a version, and what was checked just now without a solver.

    `certified` are the red lines whose certificates hold.
    """

    record: Record | None = None
    certified: frozenset[str] = frozenset()
    examples: tuple[Example, ...] = ()

    def of(self, digest: Digest) -> "Evidence":
        """Return what is evidence of the version with this digest: all of it, or nothing."""
        return self if self.record is None or self.record.agreement == digest else Evidence()


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What stands around an agreement: the name of its file, and the notices at the top."""

    name: str
    language: Language = Language.ENGLISH
    notices: Sequence[str] = ()


def page(
    agreement: Agreement,
    frame: Frame,
    evidence: Evidence,
    what_if: WhatIf | None = None,
) -> str:
    """Return the page; without `what_if` it has no form."""
    own, language = evidence.of(agreement.digest), frame.language
    other = next(each for each in Language if each is not language)
    return (
        _environment()
        .get_template("page.html")
        .render(
            agreement=agreement,
            name=frame.name,
            notices=frame.notices,
            language=language,
            other=other,
            t=words(language),
            in_other=words(other),
            style=style(),
            grades=GRADES,
            clauses=[_clause(agreement, each, own) for each in agreement.clauses],
            record=own.record,
            is_of_another=own is not evidence,
            proved=_proved(own, language),
            counts=_counts(own),
            certified=own.certified,
            examples_are_there=bool(own.examples),
            terms=_terms(agreement),
            values=_values(agreement),
            what_if=what_if,
            day=lambda day: dated(day, language),
        )
    )


@cache
def _environment() -> Environment:
    found = Environment(
        loader=PackageLoader("comity.web.agreements"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters["anchor"] = anchor
    return found


@cache
def style() -> Markup:
    """Return the style sheet, which is ours and not escaped."""
    return Markup((FOLDER / "templates" / "page.css").read_text(encoding="utf-8"))  # noqa: S704 - a file of this package, no input


def anchor(text: str) -> str:
    """Return an id within the page; two ids of an agreement never become the same."""
    return TOLD_APART.sub(lambda found: f"_{ord(found[0]):x}", text)


def _clause(agreement: Agreement, clause: Clause, evidence: Evidence) -> dict[str, object]:
    def own(
        each: Iterable[RedLine | Flow | Assurance | Freedom],
    ) -> list[RedLine | Flow | Assurance | Freedom]:
        return [one for one in each if one.clause == clause.id]

    return {
        "clause": clause,
        "references": [_reference(agreement, each) for each in clause.cites],
        "rules": [_rule(each, evidence) for each in agreement.rules_of(clause)],
        "lines": [
            *(_line("red_line", each, evidence) for each in own(agreement.red_lines)),
            *(_line("assurance", each, evidence) for each in own(agreement.assurances)),
            *(_line("freedom", each, evidence) for each in own(agreement.freedoms)),
            *(
                _line("keeps" if each.only is None else "opens", each, evidence)  # type: ignore[union-attr]  # a flow alone has `only`
                for each in own(agreement.flows)
            ),
        ],
    }


def _reference(agreement: Agreement, cited: str) -> Mapping[str, str]:
    found = {each.id: each.what for each in agreement.references}
    return {"id": cited, "what": found[cited]}


def _rule(rule: Rule, evidence: Evidence) -> dict[str, object]:
    truth = truth_of(rule)
    return {
        "rule": rule,
        "said": english(rule.condition),
        "truth": truth,
        "atoms": [english(each).flat for each in truth.atoms] if truth else [],
        "examples": [each for each in evidence.examples if each.rule == rule.id],
    }


def _line(
    what: str, line: RedLine | Flow | Assurance | Freedom, evidence: Evidence
) -> dict[str, object]:
    """Return a property: a condition, perhaps on one source, perhaps with what it opens to."""
    found = evidence.record
    claims = [each for each in found.claims if each.id.split()[0] == line.id] if found else []
    source = line.source if isinstance(line, RedLine | Flow) else None
    only = line.only if isinstance(line, Flow) else None
    return {
        "what": what,
        "id": line.id,
        "said": english(line.condition if isinstance(line, Assurance | Freedom) else line.head),
        "source": None if source is None else english(source),
        "only": None if only is None else english(only),
        "holds": bool(claims) and all(each.holds for each in claims),
        "is_red_line": isinstance(line, RedLine),
        "claims": claims,
    }


def _proved(evidence: Evidence, language: Language) -> str:
    """Return the sentence that stands beside everything that was proved."""
    found = evidence.record
    if found is None:
        return ""
    solvers = ", ".join(f"{each.name} {each.version}" for each in found.solvers)
    return words(language)["proved"].format(day=dated(found.proved_on, language), solvers=solvers)


def _counts(evidence: Evidence) -> Mapping[str, int]:
    claims = evidence.record.claims if evidence.record else ()
    about = [each.about for each in claims]
    return {
        "all": len(claims),
        "held": sum(each.holds for each in claims),
        "lines": about.count("never"),
        "promises": about.count("assure"),
        "theorems": about.count(ABOUT_THE_WHOLE),
        "certified": len(evidence.certified),
    }


def _conditions(agreement: Agreement) -> Iterator[Condition]:
    lines: list[RedLine | Flow] = [*agreement.red_lines, *agreement.flows]
    promised: list[Assurance | Freedom] = [*agreement.assurances, *agreement.freedoms]
    yield from (rule.condition for rule in agreement.rules)
    yield from (part for each in lines for part in (each.head, each.source) if part is not None)
    yield from (each.condition for each in promised)


def _terms(agreement: Agreement) -> list[tuple[Fact, str]]:
    """Return the facts that the agreement asks for, those of a source last."""
    found = {fact.name: fact for each in _conditions(agreement) for fact in facts_in(each)}
    known = [each for each in found.values() if each.name not in agreement.parameters]
    ordered = sorted(known, key=lambda fact: (fact.of_source, fact.name))
    return [(each, noun(each)) for each in ordered]


def _values(agreement: Agreement) -> list[tuple[str, str, str]]:
    """Return the values that rules name, by their lists, with what they mean."""
    asked: dict[tuple[str, str], str] = {}
    for condition in _conditions(agreement):
        for fact in facts_in(condition):
            for value in values_asked(condition, fact) if fact.values else ():
                asked[fact.values.name, str(value)] = fact.values.meanings[str(value)]  # type: ignore[union-attr]  # it has a list, as asked above
    return [(listed, value, meaning) for (listed, value), meaning in sorted(asked.items())]
