"""Examples: for a rule, a request that shows what it does, as a question that the gate can be put.

What a solver finds is cut down to what can be written in a facts file: bodies and values that the
vocabulary lists, and an organisation's answer that is either missing or covers everything.
"""

from collections.abc import Container, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from comity.core.agreement import Agreement, Effect, Rule
from comity.core.gate import DERIVED
from comity.core.language import Condition, Fact, Kind
from comity.core.language.conditions import (
    ALWAYS,
    AnySource,
    Compare,
    FactRef,
    Flag,
    In,
    Is,
    Literal,
    Within,
    conjunction,
    disjunction,
    facts_in,
)
from comity.core.terms import ORGANISATION
from comity.proof.cnf import Clauses
from comity.proof.counterexample import Found, smallest
from comity.proof.domain import domain_of
from comity.proof.kleene import View, negation
from comity.proof.model import Model, model
from comity.proof.solvers import Incremental

SLOTS = 2
"""So many sources an example has at most; one is tried first."""

USUAL = datetime(2026, 11, 23, 9, tzinfo=UTC)
"""When examples play; those of a version that begins later play on its first day."""

CONSENT_BEGAN, CONSENT_ENDS = timedelta(days=22), timedelta(days=219)
STATUS_SEEN = timedelta(minutes=5)
ORGANISATIONS = ("acme", "birch")
ITEM = "item-1"
COVERS = {
    "consent_discloser": "discloser",
    "consent_recipient": "recipient",
    "consent_purpose": "purpose",
}
OF_REQUEST = ("discloser", "recipient", "purpose", "kind")
OF_ITEM = ("section", "tlp", "restrictions", "identifies_people", "identifies_organisation")


class Finder:
    """One solver for the examples of all rules of an agreement."""

    def __init__(self, agreement: Agreement) -> None:
        """Make the model of an unseen request with up to two sources."""
        self.agreement = agreement
        self.now = max(USUAL, datetime.combine(agreement.in_force_from, USUAL.timetz()))
        self.model = model(agreement, SLOTS)
        self._solver = Incremental(Clauses(domain_of([agreement], SLOTS)))

    def document(self, rule: Rule) -> dict[str, Any] | None:
        """Return a question that the rule permits, or that it refuses; None if there is none.

        A forbid is shown, where it can be, by a request that some clause would permit but for it.
        """
        found = self.model
        acts = [found.has_a_say, found.view.of_rule(rule).must]
        if rule.effect is Effect.PERMIT:
            acts = [found.allowed, found.view.of_rule(rule).must]
        return self._shown(acts, self._tiers(rule))

    def excused(self, rule: Rule) -> dict[str, Any] | None:
        """Return a question that the agreement permits because of a forbid's `unless`, if any."""
        if rule.unless is None:
            return None
        found, seen = self.model, self.model.view.seen
        about = conjunction([rule.source or ALWAYS, rule.unless])
        excuse = AnySource(about) if rule.source else rule.unless
        single = negation(found.world.present(SLOTS))
        return self._shown([found.allowed, seen(rule.head).must, seen(excuse).must], [[single], []])

    def _shown(
        self, acts: Iterable[Condition], tiers: Iterable[list[Condition]]
    ) -> dict[str, Any] | None:
        """Return a question of which all this is so, and what one of the tiers likes."""
        found = self.model
        asked = conjunction([found.well_formed, *writable(found), *self._parameters(), *acts])
        for rather in tiers:
            wanted = conjunction([asked, *rather])
            if self._solver.can_be(wanted) and (shown := smallest(self._solver, wanted)):
                return _document(self.agreement, shown, self.now)
        return None

    def _parameters(self) -> Iterator[Condition]:
        """Yield that each parameter has its value of the day."""
        for name, value in self.agreement.changing_parameters(self.now).items():
            yield Is(FactRef(self.model.view.fact(self.model.fact(name))), Literal(value))

    def _tiers(self, rule: Rule) -> Iterator[list[Condition]]:
        """Yield what an example had better be, the best first: one source, and nothing else."""
        found = self.model
        others = [each for each in found.forbids if each.id != rule.id]
        alone = [negation(found.view.of_rule(each).may) for each in others]
        single = negation(found.world.present(SLOTS))
        yield [single, *alone, found.permitted, found.governs]
        yield [single, *alone]
        yield [single]
        yield []


def writable(found: Model) -> Iterator[Condition]:
    """Yield what holds of every request that a facts file can state."""
    view = found.view
    yield found.world.present(1)
    for fact in found.agreement.vocabulary.facts.values():
        if not fact.of_source and fact.name not in found.agreement.parameters:
            yield from _listed(view, fact)
    for slot, one in view.of_sources.items():
        yield disjunction([negation(found.world.present(slot)), _source(found, one)])


def _listed(view: View, fact: Fact) -> Iterator[Condition]:
    if fact.values:
        named = Literal(frozenset(fact.values.meanings))
        kind = In if fact.kind is Kind.ONE else Within
        yield kind(FactRef(view.fact(fact)), named)


def _source(found: Model, view: View) -> Condition:
    """Return what can be written of a source: of a body's own, or of an organisation's."""
    fact = found.fact
    of_organisation = Is(FactRef(view.fact(fact("origin"))), Literal(ORGANISATION))
    answers = [each for each in found.agreement.vocabulary.facts.values() if _of_answer(each)]
    silent = [negation(view.known(each)) for each in answers if each.name != "consent"]
    never = [view.known(fact("consent")), _is(view, fact("consent"), "none"), *silent]
    unasked = [negation(view.known(each)) for each in answers]
    given = FactRef(view.fact(fact("given_to")))
    bodies = frozenset(fact("given_to").values.meanings) - {ORGANISATION}  # type: ignore[union-attr]  # the standard vocabulary lists parties
    listed = [*_listed(view, fact("origin")), Within(given, Literal(bodies))]
    somebody = disjunction(In(Literal(each), given) for each in sorted(bodies))
    known = [view.known(fact(each)) for each in ("origin_is_addressee", "chose_recipient")]
    told = [of_organisation, somebody, *known]
    own = [
        negation(of_organisation),
        negation(Flag(view.fact(fact("origin_is_addressee")))),
        view.known(fact("origin_is_addressee")),
        negation(view.known(fact("chose_recipient"))),
        *unasked,
    ]
    covering = [view.known(each) for each in answers] + [*_covers(found, view)]
    answered = disjunction([conjunction(never), conjunction(covering)])
    return conjunction([*listed, disjunction([conjunction(own), conjunction([*told, answered])])])


def _of_answer(fact: Fact) -> bool:
    return fact.name.startswith("consent")


def _is(view: View, fact: Fact, value: str) -> Condition:
    return Is(FactRef(view.fact(fact)), Literal(value))


def _covers(found: Model, view: View) -> Iterator[Condition]:
    """Yield what holds of an answer that covers the request and stands."""
    fact = found.fact
    yield _is(view, fact("consent"), "given")
    yield _is(view, fact("consent_assurance"), "passkey")
    yield _is(view, fact("consent_entitlement"), "registered")
    for flag in ("consent_names_content", "consent_fresh"):
        yield Flag(view.fact(fact(flag)))
    for named, asked in COVERS.items():
        yield Is(FactRef(view.fact(fact(named))), FactRef(view.fact(fact(asked))))
    now, start, end = (
        FactRef(view.fact(fact(each))) for each in ("now", "consent_from", "consent_until")
    )
    yield Compare(start, now, or_equal=True)
    yield Compare(now, end, or_equal=False)


def _document(agreement: Agreement, found: Found, now: datetime) -> dict[str, Any]:
    """Return the question that states these facts; what is not known is left out.

    So is what makes no difference, and what no rule asks for.
    """
    asked = {fact.name for rule in agreement.rules for fact in facts_in(rule.condition)}
    known = {name: value for name, value in found.request.items() if value is not None}
    facts = agreement.vocabulary.facts
    stated = {
        name: {"value": _plain(value), "evidence": f"record-{name.replace('_', '-')}"}
        for name, value in known.items()
        if name in found.facts and name in asked - agreement.parameters.keys() - DERIVED
    }
    document: dict[str, Any] = {"now": _written(now)}
    document |= {name: known.get(name, _first(facts[name])) for name in OF_REQUEST}
    document["facts"] = stated
    item = {name: _plain(known[name]) for name in OF_ITEM if name in known}
    item.setdefault("section", _first(facts["section"]))
    document["items"] = [{"id": ITEM, **item, "sources": []}]
    for slot in range(1, SLOTS + 1):
        if known.get(f"source {slot}"):
            _add_source(document, slot, known, asked, now)
    return document


def _written(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def _first(fact: Fact) -> str:
    return next(iter(fact.values.meanings)) if fact.values else ""


def _plain(value: object) -> object:
    return sorted(value) if isinstance(value, frozenset) else value


def _add_source(
    document: dict[str, Any],
    slot: int,
    known: Mapping[str, Any],
    asked: Container[str],
    now: datetime,
) -> None:
    """Put a source into the document, with the organisation's choice and answer if it gave any."""

    def of(name: str) -> Any:  # noqa: ANN401 - facts have values of several types
        return known.get(f"{name} of source {slot}")

    origin = of("origin") or ORGANISATION
    name = ORGANISATIONS[slot - 1] if origin == ORGANISATION else origin
    source = {"origin": name, "given_to": sorted(of("given_to") or ())}
    if of("in_confidence") is not None:
        source["in_confidence"] = of("in_confidence")
    document["items"][0]["sources"].append(source)
    if of("origin_is_addressee"):
        document["addressee"] = name
    if of("chose_recipient") and "chose_recipient" in asked:
        choice = {"organisation": name, "items": [f"{ITEM}/1"], "bodies": [document["recipient"]]}
        document.setdefault("choices", []).append({**choice, "counter": 1})
    if of("consent") == "given" and "consent" in asked:
        _add_answer(document, name, now)


def _add_answer(document: dict[str, Any], organisation: str, now: datetime) -> None:
    consent = f"consent-{organisation}"
    answer = {
        "id": consent,
        "organisation": organisation,
        "answer": "given",
        "items": [f"{ITEM}/1"],
        **{name: document[name] for name in ("discloser", "recipient", "purpose")},
        "from": _written(now - CONSENT_BEGAN),
        "until": _written(now + CONSENT_ENDS),
        "counter": 2,
        "assurance": "passkey",
        "entitlement": "registered",
    }
    seen = _written(now - STATUS_SEEN)
    status = {"consent": consent, "counter": 3, "newest_answer": 2, "from": seen}
    document.setdefault("consents", []).append(answer)
    document.setdefault("statuses", []).append(status)
