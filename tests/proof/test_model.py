"""The model of the gate decides as the gate does."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from hypothesis import given

from comity.core.agreement import Agreement, Agreements
from comity.core.consent import NOTHING, Consents
from comity.core.gate import DisclosureRequest, Ground
from comity.core.gate.decide import judge
from comity.core.gate.lines import facts_about
from comity.core.gate.request import Question
from comity.core.language import compiled
from comity.core.language.conditions import ALWAYS, NEVER, disjunction
from comity.core.markings import Item
from comity.core.terms import Digest
from comity.proof.model import Model, model
from tests.cli.test_cases import DECIDED
from tests.core.strategies import consents, requests
from tests.core.world import ACME, NCSC, NOW, REQUEST, about, agreement, labelled, told
from tests.proof.small import in_a_world

SLOTS = 3
FORBIDS = {Ground.FORBIDDEN, Ground.MAY_BE_FORBIDDEN}
HELD = agreement()
NAMES = ("ico-nca-2024", "front-door-terms", "nca-ncsc-demo")


class Beside:
    """An agreement as the gate has it, and beside it the model, compiled once."""

    def __init__(self, held: Agreement) -> None:
        """Compile the model of this agreement."""
        self.held, self.alone = held, Agreements([held])
        found = model(held, SLOTS)
        self.allowed, self.stopped = compiled(found.allowed), compiled(found.stopped)

    def differs(self, asked: Question) -> bool:
        """Return whether model and gate decide otherwise, with this one agreement at hand."""
        question = asked._replace(agreements=self.alone)
        permitted, reasons = judge(question)
        if reasons[0].ground.name in {"MALFORMED", "NOTHING_ASKED", "AGREEMENT_MISSING"}:
            return False
        return self._by_model(question) is not permitted

    def stops_otherwise(self, asked: Question) -> bool:
        """Return whether model and gate differ in whether this agreement stands in the way."""
        question = asked._replace(agreements=self.alone)
        _, reasons = judge(question)
        if reasons[0].ground.name in {"MALFORMED", "NOTHING_ASKED", "AGREEMENT_MISSING"}:
            return False
        stopped = any(each.ground in FORBIDS for each in reasons)
        facts = self.held.vocabulary.facts.values()
        return stopped is not any(
            self.stopped(in_a_world(facts_about(question, self.held, item), facts, SLOTS)) is True
            for item in question.request.items
        )

    def _by_model(self, question: Question) -> bool:
        facts = self.held.vocabulary.facts.values()
        return self.held.in_force_at(question.now) and all(
            self.allowed(in_a_world(facts_about(question, self.held, item), facts, SLOTS)) is True
            for item in question.request.items
        )


@pytest.mark.parametrize("name", NAMES)
def test_the_model_permits_what_the_gate_permits(name: str) -> None:
    beside = Beside(agreement(name))

    @given(requests, consents)
    def same(request: DisclosureRequest, given_: Consents) -> None:
        question = Question(Agreements([]), request, given_, NOW)
        assert not beside.differs(question)
        assert not beside.stops_otherwise(question)

    same()


def worked() -> Iterator[Question]:
    """Yield the questions of the worked cases, and each with one stated fact left out."""
    for _, decision in DECIDED:
        question, request = decision.question, decision.question.request
        items = tuple(_told_under(item, frozenset()) for item in request.items)
        question = question._replace(request=replace(request, items=items))
        yield question
        for name in request.facts:
            facts = {key: value for key, value in request.facts.items() if key != name}
            yield question._replace(request=replace(request, items=items, facts=facts))


def _told_under(item: Item, agreements: frozenset[Digest]) -> Item:
    return replace(item, label=replace(item.label, agreements=agreements))


def test_the_model_decides_the_worked_cases_as_the_gate_does() -> None:
    found = [judge(each._replace(agreements=Agreements([HELD])))[0] for each in worked()]
    assert sum(found) > 20
    beside = Beside(HELD)
    assert not any(beside.differs(each) for each in worked())
    assert not any(beside.stops_otherwise(each) for each in worked())


def must_forbid(self: Model) -> object:
    return disjunction(self.view.of_rule(rule).must for rule in self.forbids)


def may_permit(self: Model) -> object:
    return disjunction(self.view.of_rule(rule).may for rule in self.permits)


def nothing_forbids(_: Model) -> object:
    return NEVER


@pytest.mark.parametrize(
    ("place", "wrong"),
    [
        ("blocked", must_forbid),
        ("permitted", may_permit),
        ("blocked", nothing_forbids),
    ],
)
def test_a_model_with_a_planted_fault_differs(
    place: str, wrong: Callable[[Model], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Model, place, property(wrong))
    beside = [Beside(agreement(name)) for name in NAMES]
    assert any(held.differs(each) for held in beside for each in worked())


def only_governs(self: Model) -> object:
    return self.governs


def always_has_a_say(_: Model) -> object:
    return ALWAYS


@pytest.mark.parametrize("wrong", [only_governs, always_has_a_say])
def test_a_model_that_watches_otherwise_differs(
    wrong: Callable[[Model], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Model, "has_a_say", property(wrong))
    beside = [Beside(agreement(name)) for name in NAMES]
    assert any(held.stops_otherwise(each) for held in beside for each in worked())


def test_where_nobody_said_to_whom_the_agreement_watches() -> None:
    untold = told(ACME, in_confidence=True)
    asked = about(labelled(sources=frozenset({untold})), replace(REQUEST, discloser=NCSC))
    question = Question(Agreements([]), asked, NOTHING, NOW)
    assert not Beside(HELD).stops_otherwise(question)
    assert judge(question._replace(agreements=Agreements([HELD])))[1][0].ground in FORBIDS


def test_a_rule_is_read_once() -> None:
    found = model(HELD, 1)
    rule = HELD.rules[0]
    assert found.view.of_rule(rule) is found.view.of_rule(rule)
