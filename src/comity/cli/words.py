"""Words: decisions, agreements and reports as a person reads them, and as data for programs."""

import textwrap
from collections.abc import Iterator

from comity.cli.consent_words import why_not_covered
from comity.core.agreement import Agreement, Clause
from comity.core.agreement.model import GRADES
from comity.core.agreement.text import FENCE
from comity.core.gate import (
    Permit,
    Reason,
    Refusal,
    external,
    remedies,
)
from comity.core.language import Fact
from comity.core.markings import Source

WIDTH = 96
Data = dict[str, object]


def decision_data(decision: Permit | Refusal) -> Data:
    """Return a decision as data: what `comity agreement decide --json` prints."""
    question = decision.question
    data: Data = {
        "outcome": outcome(decision),
        "clauses": list(decision.clauses),
        "reasons": [_reason_data(reason, decision) for reason in decision.reasons],
        "unknown": [_fact_data(fact) for fact in decision.unknown],
        "obligations": list(decision.obligations) if isinstance(decision, Permit) else [],
        "remedies": ways(decision),
        "external": external(decision),
        "decided_at": question.now.isoformat(),
        "agreements": [_version_data(each) for each in question.agreements.all],
        "demonstration": True,
    }
    return data


def outcome(decision: Permit | Refusal) -> str:
    """Return `permitted` or `refused`."""
    return "permitted" if isinstance(decision, Permit) else "refused"


def ways(decision: Permit | Refusal) -> list[list[str]]:
    """Return the remedies of a refusal as lists of steps; a permit needs none."""
    if isinstance(decision, Permit):
        return []
    return [list(remedy.steps) for remedy in remedies(decision)]


def decision_lines(decision: Permit | Refusal) -> Iterator[str]:
    """Yield a decision as a person reads it."""
    request = decision.question.request
    yield (
        f"{outcome(decision).upper()}: {request.discloser} -> {request.recipient}, "
        f"{_spaced(request.kind)}, for {_spaced(request.purpose)}"
    )
    for reason in decision.reasons:
        yield ""
        yield from _reason_lines(reason)
        if isinstance(decision, Refusal):
            for why in why_not_covered(decision, reason):
                yield from _wrapped(f"- {why}", "    ")
    if decision.unknown:
        yield ""
        yield "Not known:"
        for fact in decision.unknown:
            shown = f", shown by {fact.evidence}" if fact.evidence else ""
            text = f"{fact.name}: {fact.meaning}; supplied by {fact.supplied_by}{shown}"
            yield from _wrapped(text, "  ")
    if isinstance(decision, Permit):
        yield from _listed("Owed afterwards:", decision.obligations)
        return
    yield from _remedy_lines(ways(decision), decision)
    yield ""
    yield f"All that {request.recipient} is told: {external(decision)}"


def clause_lines(agreement: Agreement, clause: Clause, source: str) -> Iterator[str]:
    """Yield one clause with its text, where that comes from, and its rules as written."""
    yield f"{clause.id}  {clause.title}"
    yield from _wrapped(clause.text, "    ")
    told = "quoted from" if clause.quoted else "restated in our own words from"
    yield from _wrapped(
        f"({told} {', '.join(clause.cites)}; grade {clause.grade}: {GRADES[clause.grade]})", "    "
    )
    if clause.not_executable:
        yield from _wrapped(f"No rule, because {clause.not_executable}.", "    ")
    later = [each.line for each in agreement.clauses if each.line > clause.line]
    lines = source.split("\n")[clause.line : min(later) - 1 if later else None]
    yield from _block_lines(lines)
    yield ""


def _block_lines(lines: list[str]) -> Iterator[str]:
    """Yield what stands between the fences of a clause, each block under its kind."""
    inside = False
    for line in lines:
        if line.startswith(FENCE):
            inside = not inside
            if inside:
                yield f"    {line.removeprefix(FENCE)}:"
        elif inside:
            yield f"    | {line}"
        elif line.startswith("## "):
            return


def _reason_lines(reason: Reason) -> Iterator[str]:
    item = f"{reason.item.id} ({reason.item.section}): " if reason.item else ""
    yield f"{item}{reason.ground}"
    if reason.detail:
        yield from _wrapped(reason.detail, "  ")
    if reason.rule and reason.agreement:
        clause = reason.agreement.clause(reason.rule.clause)
        version = reason.agreement.version
        yield f"  clause {clause.id}, {clause.title} ({reason.agreement.title}, {version})"
        yield from _wrapped(clause.text, "    ")
    if reason.source:
        yield f"  because of what {_source_words(reason.source)}"


def _source_words(source: Source) -> str:
    told = {True: "in confidence", False: "not in confidence", None: "without saying on what terms"}
    to = ", ".join(sorted(source.given_to))
    return f"{source.origin} told{f' {to}' if to else ''} {told[source.in_confidence]}"


def _remedy_lines(found: list[list[str]], refusal: Refusal) -> Iterator[str]:
    yield ""
    if not found:
        yield "Nothing that anybody here can do would permit it as it is."
        cures = dict.fromkeys(
            f"clause {each.rule.clause}: {each.rule.cure}"
            for each in refusal.reasons
            if each.rule and each.rule.cure
        )
        yield from _listed("What the agreement says would lift what forbids it:", tuple(cures))
        return
    for number, steps in enumerate(found):
        yield "It would be permitted if somebody did all of this:" if not number else "Or:"
        for step in steps:
            yield from _wrapped(f"- {step}", "  ")


def _listed(title: str, texts: tuple[str, ...]) -> Iterator[str]:
    if texts:
        yield ""
        yield title
        for text in texts:
            yield from _wrapped(f"- {text}", "  ")


def _wrapped(text: str, indent: str) -> list[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=f"{indent}  " if text.startswith("- ") else indent,
        break_on_hyphens=False,
        break_long_words=False,
    )


def _spaced(name: str) -> str:
    return name.replace("_", " ")


def _reason_data(reason: Reason, decision: Permit | Refusal) -> Data:
    clause = reason.agreement.clause(reason.clause) if reason.agreement and reason.rule else None
    return {
        "ground": reason.ground.name.lower(),
        "meaning": reason.ground,
        "item": reason.item.id if reason.item else None,
        "agreement": reason.agreement.digest if reason.agreement else None,
        "clause": reason.clause or None,
        "title": clause.title if clause else None,
        "text": clause.text if clause else None,
        "rule": reason.rule.id if reason.rule else None,
        "source": reason.source.origin if reason.source else None,
        "cure": reason.rule.cure or None if reason.rule else None,
        "consent": why_not_covered(decision, reason) if isinstance(decision, Refusal) else [],
        "unknown": [fact.name for fact in reason.unknown],
        "detail": reason.detail or None,
    }


def _fact_data(fact: Fact) -> Data:
    return {
        "fact": fact.name,
        "meaning": fact.meaning,
        "supplied_by": fact.supplied_by,
        "shown_by": fact.evidence or None,
    }


def _version_data(agreement: Agreement) -> Data:
    return {
        "title": agreement.title,
        "version": agreement.version,
        "status": agreement.status,
        "digest": agreement.digest,
    }
