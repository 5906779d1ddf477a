"""Cedar, a second engine, decides as the gate does; and its validator finds nothing amiss."""

import os
from importlib import import_module
from importlib.util import find_spec
from itertools import islice
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.backends import cedar
from comity.backends.forms import NotExpressibleError
from comity.core.agreement import Agreement, Effect
from comity.shipped import shipped_agreement
from tests.backends.drawn import Drawn, requests
from tests.backends.engines import Gate
from tests.backends.small import between, made_of
from tests.backends.test_agree import differ, figures, permits
from tests.core.strategies_language import request_facts, source_facts, trees
from tests.machine.needs import Need, report_missing
from tests.spec.slow_language import Tree

pytestmark = pytest.mark.more

WHOLE = {
    "ico-nca-2024": 2_000,
    "nca-ncsc-demo": 1_000,
    "ico-ncsc-2023": 1_000,
    "au-limited-use-2024": 1_000,
}


@pytest.fixture(scope="module")
def cedarpy() -> ModuleType:
    """Return Cedar's package for Python."""
    if find_spec("cedarpy") is None:
        report_missing(Need.BENCH, "cedarpy is not installed (`make bench` does)", os.environ)
    return import_module("cedarpy")


def by_cedar(
    cedarpy: ModuleType, agreement: Agreement, drawn: list[Drawn], text: str = ""
) -> list[bool]:
    """Return which requests Cedar allows for each of their sources; of none it is not asked."""
    policies = cedarpy.PolicySet.from_str(text or cedar.policies(agreement))
    schema = cedarpy.Schema.from_str(cedar.schema(agreement))
    contexts = [cedar.contexts(each.about, each.sources) for each in drawn]
    asked = [{**cedar.REQUEST, "context": each} for every in contexts for each in every]
    entities = cedarpy.Entities.from_json_str("[]")
    answers = iter(cedarpy.is_authorized_batch(asked, policies, entities, schema))
    whole = [tuple(islice(answers, len(every))) for every in contexts]
    return [bool(every) and all(answer.allowed for answer in every) for every in whole]


@pytest.mark.parametrize(("name", "many"), WHOLE.items())
def test_cedar_decides_as_the_gate_does(name: str, many: int, cedarpy: ModuleType) -> None:
    assert sum(WHOLE.values()) >= 4_000
    agreement, drawn = shipped_agreement(name), requests(shipped_agreement(name), many, seed=many)
    gate = Gate(agreement)
    wanted = permits([gate.answer(*each) for each in drawn])
    assert sum(wanted) > many / 20
    assert differ(by_cedar(cedarpy, agreement, drawn), wanted) == []


def test_cedar_knows_parameters_of_the_day(cedarpy: ModuleType) -> None:
    agreement, drawn, wanted = figures()
    assert differ(by_cedar(cedarpy, agreement, drawn), permits(wanted)) == []


@pytest.mark.parametrize("name", WHOLE)
def test_the_policies_are_valid_under_the_schema(name: str, cedarpy: ModuleType) -> None:
    agreement = shipped_agreement(name)
    schema = cedar.schema(agreement)
    assert cedarpy.validate_policies(cedar.policies(agreement), schema).validation_passed
    careless = cedar.policies(agreement, guarded=False)
    assert not cedarpy.validate_policies(careless, schema).validation_passed


MISTAKES = {
    "absent facts are not asked for": ("else true", "else false"),
    "TLP is one step off": ('"TLP:CLEAR", ', ""),
    "the end of a consent is included": ("context.now < ", "context.now <= "),
    "a rule is turned round": ('@id("T-1.b") forbid', '@id("T-1.b") permit'),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_the_policies_is_found(mistake: str, cedarpy: ModuleType) -> None:
    old, new = MISTAKES[mistake]
    agreement = shipped_agreement("nca-ncsc-demo")
    text = cedar.policies(agreement)
    assert old in text
    drawn, gate = requests(agreement, 2_000, seed=2_000), Gate(agreement)
    wanted = permits([gate.answer(*each) for each in drawn])
    assert differ(by_cedar(cedarpy, agreement, drawn, text.replace(old, new)), wanted)


rules = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(list(Effect)), trees(), st.none()),
        st.tuples(st.just(Effect.FORBID), trees(), trees(of_source=True)),
    ),
    min_size=1,
    max_size=4,
)
asked = st.lists(st.tuples(request_facts, source_facts), min_size=1, max_size=8)


@settings(max_examples=200)
@given(rules, asked)
def test_any_rules_that_cedar_has_words_for_mean_the_same_there(
    cedarpy: ModuleType,
    rules: list[tuple[Effect, Tree, Tree | None]],
    asked: list[tuple[dict[str, object], list[dict[str, object]]]],
) -> None:
    agreement = made_of(rules)
    drawn = [Drawn({**between(about), "now": about.get("now")}, told) for about, told in asked]
    gate = Gate(agreement)
    try:
        found = by_cedar(cedarpy, agreement, drawn)
    except NotExpressibleError:
        return
    assert differ(found, permits([gate.answer(*each) for each in drawn])) == []
