"""A solver that is told everything of one request decides it as the gate does.

The proofs ask solvers about all requests at once. Here the same text is asked about one request
at a time, random ones with unknown facts and up to three sources, so that what is proved is what
the gate does.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from comity.core.agreement import Agreement
from comity.core.gate.facts import ALWAYS_KNOWN
from comity.core.language import Facts, Kind
from comity.core.language.compile import SOURCES
from comity.core.language.conditions import disjunction
from comity.proof.claims import slots_for
from comity.proof.domain import domain_of
from comity.proof.kleene import KNOWN
from comity.proof.model import Model, model
from comity.proof.smtlib import Script
from comity.proof.solvers import Answer, _z3
from comity.shipped import shipped_agreement, shipped_agreements
from tests.backends.drawn import MOST_SOURCES, Drawn, requests
from tests.backends.engines import Gate
from tests.board import record
from tests.proof.small import in_a_world

WHOLE = {
    "ico-nca-2024": 1_600,
    "ico-ncsc-2023": 800,
    "au-limited-use-2024": 600,
    "front-door-terms": 500,
    "nca-ncsc-demo": 500,
}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
OF_SOURCE = " of source "


class Asked:
    """The question whether an agreement allows a request, for a solver."""

    def __init__(self, agreement: Agreement) -> None:
        """Write the question once."""
        self.agreement = agreement
        self.script = Script(domain_of([agreement], slots_for(agreement)))
        self.script.ask("allowed", model(agreement, MOST_SOURCES).allowed)
        self.kinds = {each.name: each for each in agreement.vocabulary.facts.values()}

    def of(self, drawn: list[Drawn]) -> list[bool]:
        """Return which of these requests the solver finds allowed, each by itself."""
        lines = list(self.script.lines)
        for each in drawn:
            lines += ["(push)", *self._pinned(each), "(check-sat-assuming (|allowed|))", "(pop)"]
        return [said is Answer.SOME for said in _z3("\n".join(lines))]

    def takes(self, drawn: Drawn) -> bool:
        """Return whether everything is known that the gate itself derives for every request."""
        spoken_of = {name.strip("|").rpartition(" in ")[2] for name in self.script._declared}
        about = {"now", *(ALWAYS_KNOWN & spoken_of)} - {"origin"}
        known = all(drawn.about.get(name) is not None for name in about)
        return known and all(each.get("origin") is not None for each in drawn.sources)

    def _pinned(self, drawn: Drawn) -> Iterator[str]:
        facts = Facts({**self.agreement.fixed_parameters(), **drawn.about})
        facts[SOURCES] = list(drawn.sources)
        world = in_a_world(facts, self.kinds.values(), MOST_SOURCES)
        for name in sorted(self.script._declared):
            if not name.startswith("|list of "):
                yield f"(assert (= |{name}| {self._term(name, world)}))"

    def _term(self, name: str, world: Mapping[str, Any]) -> str:
        value, is_member, container = name.partition(" in ")
        if is_member:
            return str(value in world[container]).lower()
        found = world[name]
        if isinstance(found, bool):
            return str(found).lower()
        fact = self.kinds[name.partition(OF_SOURCE)[0].removesuffix(KNOWN)]
        if fact.kind is Kind.INSTANT:
            return str((found - EPOCH) // timedelta(microseconds=1) + 10**18)
        if fact.values is None:
            return str(found)
        return (
            str(fact.values.rank(found))
            if fact.values.ordered
            else f"|{fact.values.name}: {found}|"
        )


def differing(name: str, many: int) -> tuple[int, int]:
    """Return how many of so many requests solver and gate decide otherwise, and allowed ones."""
    agreement = shipped_agreement(name)
    asked, gate = Asked(agreement), Gate(agreement)
    drawn = list(filter(asked.takes, requests(agreement, 5 * many, seed=many)))[:many]
    assert len(drawn) == many
    found = asked.of(drawn)
    wanted = [gate.answer(*each).permitted for each in drawn]
    assert len(found) == len(wanted)
    return sum(a is not b for a, b in zip(found, wanted, strict=True)), sum(wanted)


@pytest.mark.parametrize(("name", "many"), WHOLE.items())
def test_z3_decides_each_random_request_as_the_gate_does(name: str, many: int) -> None:
    assert sum(WHOLE.values()) >= 4_000
    assert WHOLE.keys() == set(shipped_agreements())
    differ, allowed = differing(name, many)
    what = "random requests, each decided by Z3 as by the gate"
    record("P3", what=what, tried=many, broken=differ)
    assert differ == 0
    assert allowed > many / 20


def test_a_model_that_takes_unknown_for_false_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def must_forbid(self: Model) -> object:
        return disjunction(self.view.of_rule(rule).must for rule in self.forbids)

    monkeypatch.setattr(Model, "blocked", property(must_forbid))
    differ, _ = differing("ico-nca-2024", 600)
    assert differ > 0
