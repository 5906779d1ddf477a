"""Model: the steps of the gate, as conditions on requests that nobody has seen yet.

It says again, in the language of proofs, what `core.gate.decide` does for one item, so that every
request can be asked about at once. That both say the same is tested on the worked cases and on
random requests, for what this agreement permits and for what it stops.

One agreement *governs* a request or *watches* it, else it has no say. Where it has one, each of
its forbids counts, whatever another agreement permits. So what is shown of `stopped` holds for
every collection of agreements that this one is part of: a further one can only refuse more.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from comity.core.agreement import Agreement, Effect, Rule
from comity.core.agreement.model import RedLine
from comity.core.language import Condition, Fact
from comity.core.language.conditions import (
    FactRef,
    In,
    Is,
    Literal,
    conjunction,
    disjunction,
)
from comity.core.terms import ORGANISATION
from comity.proof.kleene import View, World, negation

ENDS = ("discloser", "recipient")


@dataclass(frozen=True)
class Model:
    """An agreement's say over the unseen request of one world.

    `rules` are those of the agreement, or what a planted fault or a mutant makes of them. `view`
    is the request as the gate sees it, `truth` as it is, whatever anybody knows.
    """

    agreement: Agreement
    rules: Sequence[Rule]
    view: View
    truth: View

    @property
    def world(self) -> World:
        """The world of the request."""
        return self.view.world

    def changed(self, rules: Iterable[Rule]) -> "Model":
        """Return the model of the same request under other rules."""
        return Model(self.agreement, tuple(rules), self.view, self.truth)

    def fact(self, name: str) -> Fact:
        """Return a fact of the agreement's vocabulary."""
        return self.agreement.vocabulary.facts[name]

    @property
    def permits(self) -> tuple[Rule, ...]:
        """The rules that permit."""
        return tuple(rule for rule in self.rules if rule.effect is Effect.PERMIT)

    @property
    def forbids(self) -> tuple[Rule, ...]:
        """The rules that forbid."""
        return tuple(rule for rule in self.rules if rule.effect is Effect.FORBID)

    @cached_property
    def well_formed(self) -> Condition:
        """What holds of every request.

        Each parameter has one of the values that it is ever given. Both ends are bodies or front
        doors, never an organisation. What a body made itself it gave to nobody, unless its label
        says so: that is never unknown.
        """
        parameters = (
            disjunction(
                Is(FactRef(self.view.fact(self.fact(name))), Literal(value)) for _, value in dated
            )
            for name, dated in self.agreement.parameters.items()
        )
        told = (
            disjunction(
                [
                    negation(self.world.present(slot)),
                    self._is_organisation("origin", view),
                    view.known(self.fact("given_to")),
                ]
            )
            for slot, view in self.view.of_sources.items()
        )
        ends = (negation(self._is_organisation(end, self.view)) for end in ENDS)
        return conjunction([*parameters, *ends, *told])

    def _is_organisation(self, name: str, view: View) -> Condition:
        return Is(FactRef(view.fact(self.fact(name))), Literal(ORGANISATION))

    @cached_property
    def governs(self) -> Condition:
        """Both ends are parties."""
        parties = Literal(frozenset(self.agreement.parties))
        ends = (FactRef(self.view.fact(self.fact(name))) for name in ENDS)
        return conjunction(In(end, parties) for end in ends)

    @cached_property
    def watches(self) -> Condition:
        """A party made, or was given, some of it; or nobody has said to whom it was told."""
        return disjunction(self._watched(slot) for slot in self.world.sources)

    def _watched(self, slot: int) -> Condition:
        view, given = self.view.of_sources[slot], self.fact("given_to")
        parties = Literal(frozenset(self.agreement.parties))
        told = FactRef(view.fact(given))
        to_a_party = disjunction(In(Literal(p), told) for p in sorted(self.agreement.parties))
        origin = In(FactRef(view.fact(self.fact("origin"))), parties)
        found = disjunction([origin, to_a_party, negation(view.known(given))])
        return conjunction([self.world.present(slot), found])

    @cached_property
    def has_a_say(self) -> Condition:
        """The agreement governs the request or watches it."""
        return disjunction([self.governs, self.watches])

    @cached_property
    def blocked(self) -> Condition:
        """Some forbid may hold."""
        return disjunction(self.view.of_rule(rule).may for rule in self.forbids)

    @cached_property
    def permitted(self) -> Condition:
        """Some permit must hold."""
        return disjunction(self.view.of_rule(rule).must for rule in self.permits)

    @cached_property
    def stopped(self) -> Condition:
        """The agreement refuses the request, whatever another agreement permits."""
        return conjunction([self.has_a_say, self.blocked])

    @cached_property
    def allowed(self) -> Condition:
        """The gate permits the request if this agreement is the only one, and in force."""
        some = self.world.some_source()
        return conjunction([some, self.governs, self.permitted, negation(self.blocked)])

    @cached_property
    def passes(self) -> Condition:
        """The gate may permit the request: nothing in this agreement stands in the way."""
        some = self.world.some_source()
        return conjunction([some, self.well_formed, negation(self.stopped)])

    def crossed(self, line: RedLine) -> Condition:
        """Return when a request within the agreement's say crosses a red line, in truth."""
        return conjunction([self.has_a_say, self.meets(line.head, line.source)])

    def meets(self, head: Condition, source: Condition | None) -> Condition:
        """Return when the request meets `head`, and one of its sources `source`, in truth."""
        about_sources = self.truth.of_sources
        some = [
            conjunction([self.world.present(slot), view.seen(source).must])
            for slot, view in about_sources.items()
            if source is not None
        ]
        found = [disjunction(some)] if source is not None else []
        return conjunction([self.truth.seen(head).must, *found])


def model(
    agreement: Agreement, slots: int, rules: Iterable[Rule] | None = None, **world: object
) -> Model:
    """Return the model of an agreement over requests with up to `slots` sources."""
    here = World(slots=slots, parameters=frozenset(agreement.parameters), **world)  # type: ignore[arg-type]  # keywords of World
    found = tuple(agreement.rules if rules is None else rules)
    return Model(agreement, found, View(here), View(here, truth=True))
