"""A decision in words, and as data for programs."""

import textwrap
from collections.abc import Iterable, Iterator

from comity.core.agreement import Agreement
from comity.core.gate import Owed, Permit, Reason, Refusal, external, owed, remedies
from comity.core.language import Fact
from comity.core.markings import Source
from comity.words.catalogue import Language, moment, say
from comity.words.consent import why_not_covered

WIDTH = 96
Data = dict[str, object]
TERMS = {True: "in_confidence", False: "not_in_confidence", None: "unsaid"}


def decision_data(decision: Permit | Refusal) -> Data:
    """Return a decision as data: what `comity agreement decide --json` prints."""
    question = decision.question
    data: Data = {
        "outcome": outcome(decision),
        "clauses": list(decision.clauses),
        "reasons": [_reason_data(reason, decision) for reason in decision.reasons],
        "unknown": [_fact_data(fact) for fact in decision.unknown],
        "obligations": [_owed_data(each) for each in _owed(decision)],
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


def decision_lines(
    decision: Permit | Refusal, language: Language = Language.ENGLISH
) -> Iterator[str]:
    """Yield a decision as a person reads it."""
    request = decision.question.request
    yield say(
        "headline",
        language,
        outcome=say(f"outcome.{outcome(decision)}", language),
        discloser=request.discloser,
        recipient=request.recipient,
        kind=spaced(request.kind),
        purpose=spaced(request.purpose),
    )
    if language is not Language.ENGLISH:
        yield say("quoted", language)
    for reason in decision.reasons:
        yield ""
        yield from _reason_lines(reason, language)
        if isinstance(decision, Refusal):
            for why in why_not_covered(decision, reason, language):
                yield from wrapped(f"- {why}", "    ")
    unknown = [_unknown_words(each, language) for each in decision.unknown]
    yield from _listed("unknown", unknown, language)
    if isinstance(decision, Permit):
        words = [f"- {_owed_words(each, language)}" for each in owed(decision)]
        yield from _listed("owed", words, language)
        return
    yield from _remedy_lines(ways(decision), decision, language)
    yield ""
    yield say("external", language, recipient=request.recipient, told=external(decision))


def _reason_lines(reason: Reason, language: Language) -> Iterator[str]:
    item = f"{reason.item.id} ({reason.item.section}): " if reason.item else ""
    yield f"{item}{say(f'ground.{reason.ground.name.lower()}', language)}"
    if reason.detail:
        yield from wrapped(reason.detail, "  ")
    if reason.rule and reason.agreement:
        clause, held = reason.agreement.clause(reason.rule.clause), reason.agreement
        words = {"clause": clause.id, "title": clause.title}
        named = say("clause", language, **words, agreement=held.title, version=held.version)
        yield f"  {named}"
        yield from wrapped(clause.text, "    ")
    if reason.source:
        yield f"  {_source_words(reason.source, language)}"


def _source_words(source: Source, language: Language) -> str:
    to = ", ".join(sorted(source.given_to))
    bodies = say("because.bodies", language, bodies=to) if to else ""
    terms = say(f"terms.{TERMS[source.in_confidence]}", language)
    return say("because", language, origin=source.origin, bodies=bodies, terms=terms)


def _remedy_lines(found: list[list[str]], refusal: Refusal, language: Language) -> Iterator[str]:
    yield ""
    if not found:
        yield say("remedy.none", language)
        cures = dict.fromkeys(
            f"- {say('remedy.cure', language, clause=each.rule.clause, cure=each.rule.cure)}"
            for each in refusal.reasons
            if each.rule and each.rule.cure
        )
        yield from _listed("remedy.cures", cures, language)
        return
    for number, steps in enumerate(found):
        yield say("remedy.or" if number else "remedy", language)
        for step in steps:
            yield from wrapped(f"- {step}", "  ")


def _unknown_words(fact: Fact, language: Language) -> str:
    return say(
        "unknown.shown" if fact.evidence else "unknown.fact",
        language,
        fact=fact.name,
        meaning=fact.meaning,
        supplied_by=fact.supplied_by,
        evidence=fact.evidence,
    )


def _owed(decision: Permit | Refusal) -> tuple[Owed, ...]:
    return owed(decision) if isinstance(decision, Permit) else ()


def _owed_words(each: Owed, language: Language) -> str:
    words = {"party": each.party, "what": each.obligation.what, "clause": each.rule.clause}
    if each.due is None:
        return say("owed.before", language, **words, fact=each.obligation.shown_by)
    return say("owed.after", language, **words, due=moment(each.due, language))


def _listed(title: str, texts: Iterable[str], language: Language) -> Iterator[str]:
    texts = list(texts)
    if texts:
        yield ""
        yield say(title, language)
        for text in texts:
            yield from wrapped(text, "  ")


def wrapped(text: str, indent: str) -> list[str]:
    """Return a text in lines of a screen's width, under an indent."""
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=f"{indent}  " if text.startswith("- ") else indent,
        break_on_hyphens=False,
        break_long_words=False,
    )


def spaced(name: str) -> str:
    """Return a value of a vocabulary as words."""
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


def _owed_data(each: Owed) -> Data:
    return {
        "id": each.obligation.id,
        "clause": each.rule.clause,
        "owner": each.party,
        "what": each.obligation.what,
        "due": each.due.isoformat() if each.due else None,
        "before_sending": each.obligation.shown_by or None,
    }


def _version_data(agreement: Agreement) -> Data:
    return {
        "title": agreement.title,
        "version": agreement.version,
        "status": agreement.status,
        "digest": agreement.digest,
    }
