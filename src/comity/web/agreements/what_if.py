"""What if: the form that puts a request to the gate, and what was answered.

The form is plain: fields in the address, no scripts. What comes in becomes a question as in a
facts file (`docs/reference/facts-file.md`), or errors that each say which field they are about.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from comity.core.agreement import Agreement
from comity.core.gate import DERIVED
from comity.core.language import Fact, Kind
from comity.core.language.conditions import facts_in
from comity.core.language.english import noun, value_words
from comity.core.terms import ORGANISATION

Query: TypeAlias = Mapping[str, Sequence[str]]
"""What a form sends: for each field the values that were chosen."""

OPENING = ("discloser", "recipient", "kind", "purpose")
LABEL = ("tlp", "identifies_people", "identifies_organisation", "restrictions")
SOURCES = (1, 2, 3)
ORGANISATIONS = ("acme", "birch")
"""Names for organisations: two suffice to tell one from another."""

BY_WHOM = {"assurance": "passkey", "entitlement": "registered"}
"""Who answers here: somebody whose answer every agreement accepts. The form asks what, not who."""

ITEM = "item-1"
ANSWERS = ("none", "sought", "given", "refused", "withdrawn")
MOST_DIGITS = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One value that a field offers: what is sent, and what is said of it.

    `key` is a key of the page's words; without one the text stands as it is, in English.
    """

    value: str
    text: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field: a choice (`one`), ticks (`some`) or a whole number, and what was entered."""

    id: str
    kind: str
    label: str = ""
    key: str = ""
    choices: tuple[Choice, ...] = ()
    entered: tuple[str, ...] = ()
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What is wrong: a key of the page's words, the field, and what the words leave open."""

    field: str
    key: str
    said: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """The form with what was entered, what was wrong with it, and what the gate answered.

    `answer` is a decision as `comity agreement decide --json` prints it.
    """

    request: tuple[Field, ...]
    stated: tuple[Field, ...]
    sources: tuple[tuple[Field, ...], ...]
    errors: tuple[Problem, ...] = ()
    answer: Mapping[str, Any] | None = None


def form(
    agreement: Agreement,
    query: Query,
    errors: Sequence[Problem] = (),
    answer: Mapping[str, Any] | None = None,
) -> WhatIf:
    """Return the form with what was entered into it."""
    facts = agreement.vocabulary.facts
    wrong = {each.field: each.key for each in errors}

    def filled(each: Field) -> Field:
        given = tuple(query.get(each.id, ()))
        return Field(
            id=each.id,
            kind=each.kind,
            label=each.label,
            key=each.key,
            choices=each.choices,
            entered=given,
            error=wrong.get(each.id, ""),
        )

    opening = (_of_fact(facts[name], is_needed=True) for name in OPENING)
    label = (_of_fact(facts[name]) for name in LABEL)
    return WhatIf(
        request=tuple(filled(each) for each in (*opening, *label, _addressee())),
        stated=tuple(filled(_of_fact(each)) for each in _stated(agreement)),
        sources=tuple(tuple(map(filled, _source(agreement, n))) for n in SOURCES),
        errors=tuple(errors),
        answer=answer,
    )


def question(agreement: Agreement, query: Query, now: str) -> tuple[dict[str, Any], list[Problem]]:
    """Return the question that was entered, and what is wrong with it.

    `now` is the instant to decide at, and to which answers of organisations are dated.
    """
    facts = agreement.vocabulary.facts
    problems = [
        Problem(field=name, key="error_choose", said={"field": noun(facts[name])})
        for name in OPENING
        if _one(query, name) not in _values(facts[name])
    ]
    item: dict[str, Any] = {"id": ITEM, "sources": []}
    for name in LABEL:
        _put(item, facts[name], query, problems)
    found: dict[str, Any] = {"now": now, "facts": {}, "items": [item]}
    found |= {name: _one(query, name) for name in OPENING}
    if addressee := _one(query, "addressee"):
        found["addressee"] = addressee
    for fact in _stated(agreement):
        stated: dict[str, Any] = {}
        _put(stated, fact, query, problems)
        for name, value in stated.items():
            evidence = f"record-{name.replace('_', '-')}"
            found["facts"][name] = {"value": value, "evidence": evidence}
    for n in SOURCES:
        _put_source(found, query, n)
    if not item["sources"]:
        problems.append(Problem(field="origin1", key="error_no_source", said={}))
    return found, problems


def _stated(agreement: Agreement) -> list[Fact]:
    """Return the facts of a request that some rule asks for and that somebody states."""
    asked = {fact.name: fact for rule in agreement.rules for fact in facts_in(rule.condition)}
    free = asked.keys() - DERIVED - agreement.parameters.keys()
    return [fact for name, fact in asked.items() if name in free and not fact.of_source]


def _of_fact(fact: Fact, *, is_needed: bool = False) -> Field:
    nothing = Choice(value="", key="choose" if is_needed else "not_shown")
    match fact.kind:
        case Kind.FLAG:
            answers = (Choice(value="yes", key="yes"), Choice(value="no", key="no"))
            return Field(id=fact.name, kind="one", label=noun(fact), choices=(nothing, *answers))
        case Kind.ONE | Kind.SET:
            kind = "one" if fact.kind is Kind.ONE else "some"
            first = (nothing,) if fact.kind is Kind.ONE else ()
            return Field(
                id=fact.name, kind=kind, label=noun(fact), choices=(*first, *_choices(fact))
            )
        case _:
            return Field(id=fact.name, kind="number", label=noun(fact))


def _choices(fact: Fact) -> Iterator[Choice]:
    for value in _values(fact):
        yield Choice(value=value, text=value_words(value, fact.values).strip("“”"))


def _values(fact: Fact) -> list[str]:
    """Return the values that a form offers: no request is from or to an unnamed organisation."""
    known = fact.values.meanings if fact.values else {}
    return [value for value in known if value != ORGANISATION]


def _addressee() -> Field:
    named = (Choice(value=each, key="named_organisation", text=each) for each in ORGANISATIONS)
    choices = (Choice(value="", key="nobody"), *named)
    return Field(id="addressee", kind="one", key="field_addressee", choices=choices)


def _source(agreement: Agreement, number: int) -> Iterator[Field]:
    facts = agreement.vocabulary.facts
    bodies = tuple(_choices(facts["given_to"]))
    named = (Choice(value=each, key="named_organisation", text=each) for each in ORGANISATIONS)
    none = Choice(value="", key="not_a_source")
    flags = (
        Choice(value="", key="not_shown"),
        Choice(value="yes", key="yes"),
        Choice(value="no", key="no"),
    )
    answers = tuple(Choice(value=each, key=f"consent_{each}") for each in ANSWERS)
    yield Field(
        id=f"origin{number}", kind="one", key="field_origin", choices=(none, *named, *bodies)
    )
    yield Field(id=f"given_to{number}", kind="some", key="field_given_to", choices=bodies)
    yield Field(id=f"in_confidence{number}", kind="one", key="field_in_confidence", choices=flags)
    yield Field(id=f"consent{number}", kind="one", key="field_consent", choices=answers)
    yield Field(id=f"chose{number}", kind="one", key="field_chose", choices=(flags[2], flags[1]))


def _one(query: Query, name: str) -> str:
    return next(iter(query.get(name, ())), "").strip()


def _put(into: dict[str, Any], fact: Fact, query: Query, problems: list[Problem]) -> None:
    """Put what was entered for a fact into a table, if anything was."""
    entered = _one(query, fact.name)
    if fact.kind is Kind.SET:
        into[fact.name] = [each for each in query.get(fact.name, ()) if each in _values(fact)]
    elif fact.kind is Kind.NUMBER and entered:
        if entered.isascii() and entered.isdigit() and len(entered) <= MOST_DIGITS:
            into[fact.name] = int(entered)
        else:
            said = {"field": noun(fact)}
            problems.append(Problem(field=fact.name, key="error_number", said=said))
    elif fact.kind is Kind.FLAG and entered in {"yes", "no"}:
        into[fact.name] = entered == "yes"
    elif entered in _values(fact):
        into[fact.name] = entered


def _put_source(found: dict[str, Any], query: Query, number: int) -> None:
    """Put a source into the question, with its organisation's choice and answer."""
    origin = _one(query, f"origin{number}")
    if not origin:
        return
    given_to = list(query.get(f"given_to{number}", ()))
    source: dict[str, Any] = {"origin": origin, "given_to": given_to}
    said = _one(query, f"in_confidence{number}")
    if said in {"yes", "no"}:
        source["in_confidence"] = said == "yes"
    found["items"][0]["sources"].append(source)
    if origin not in ORGANISATIONS:
        return
    if _one(query, f"chose{number}") == "yes":
        choice = {"organisation": origin, "items": [f"{ITEM}/1"], "bodies": [found["recipient"]]}
        found.setdefault("choices", []).append({**choice, "counter": 1})
    _put_answer(found, origin, _one(query, f"consent{number}"))


def _put_answer(found: dict[str, Any], organisation: str, answer: str) -> None:
    """Put the organisation's answer into the question, for exactly what is asked."""
    known = {each["id"] for key in ("consents", "seekings") for each in found.get(key, ())}
    consent = f"consent-{organisation}"
    if answer not in ANSWERS[1:] or consent in known:
        return
    scope = {"id": consent, "organisation": organisation, "items": [f"{ITEM}/1"]}
    scope |= {name: found[name] for name in ("discloser", "recipient", "purpose")}
    if answer == "sought":
        found.setdefault("seekings", []).append(scope)
        return
    dated = {"from": found["now"], "until": "9999-01-01T00:00:00Z", "counter": 2}
    statement = {**scope, **dated, "answer": answer, **BY_WHOM}
    found.setdefault("consents", []).append(statement)
    status = {"consent": consent, "counter": 3, "newest_answer": 2}
    found.setdefault("statuses", []).append(status)
