"""Any condition, any facts: what the properties of the language are tried on.

The vocabulary has every type twice, in facts of the request and in facts of a source, and raised
facts of each type that can be raised. Conditions are nested tuples; `written` puts them into text.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from comity.core.language import Condition, Facts, Fragment, Names, check, parse, read_vocabulary
from comity.core.language.compile import SOURCES
from comity.core.language.vocabulary import Fact, Kind
from comity.core.terms import Place, read_toml
from tests.spec.slow_language import SlowReader, Tree

TEXT = """
name = "test"
[values.parties.meaning]
NORTH = "one body"
SOUTH = "another"
ORG = "some organisation"
[values.levels]
ordered = true
[values.levels.meaning]
low = "least"
middle = "more"
"LEVEL:HIGH+" = "most"
[values.regimes.meaning]
tax = "taxes"
health = "patients"

[facts]
gateway_recorded = { type = "yes or no" }
signed = { type = "yes or no", evidence = "a signature" }
names_people = { type = "yes or no", raised = true }
giver = { type = "one of parties" }
taker = { type = "one of parties" }
level = { type = "one of levels", raised = true }
ceiling = { type = "one of levels" }
regimes = { type = "set of regimes", raised = true }
agreed = { type = "set of regimes" }
friends = { type = "set of parties" }
size = { type = "number", raised = true }
least = { type = "number" }
latest = { type = "instant", raised = true }
now = { type = "instant" }
told = { type = "yes or no", of_source = true }
maker = { type = "one of parties", of_source = true }
given_to = { type = "set of parties", of_source = true }
told_level = { type = "one of levels", of_source = true }
told_until = { type = "instant", of_source = true }
told_count = { type = "number", of_source = true }
"""


def _vocabulary_document() -> dict[str, Any]:
    document: dict[str, Any] = read_toml(TEXT.encode(), "test.toml")
    for fact in document["facts"].values():
        fact |= {"meaning": "as its name says", "supplied_by": "a test"}
    return document


VOCABULARY = read_vocabulary(_vocabulary_document(), "test.toml")
FACTS = VOCABULARY.facts
NAMES = Names(vocabulary=VOCABULARY)
PLACE = Place(name="condition", line=1, column=1)
SLOW = SlowReader(
    names=list(FACTS),
    orders={
        name: list(fact.values.meanings)
        for name, fact in FACTS.items()
        if fact.values and fact.values.ordered
    },
)


def condition(text: str, names: Names = NAMES) -> Condition:
    """Return the condition that a text states."""
    return check(parse([Fragment(text, PLACE)]), names)


def written(tree: Tree) -> str:
    """Return a tree as text, with brackets wherever they are needed and nowhere else."""
    kind, *parts = tree
    match kind:
        case "any":
            return "any"
        case "flag":
            return str(parts[0])
        case "not":
            return f"not {_inner(parts[0], {'and', 'or', 'not'})}"
        case "and" | "or":
            return f" {kind} ".join(_inner(part, {"and", "or"}) for part in parts[0])
        case "any source":
            return f"any source ({written(parts[0])})"
        case _:
            left, right = parts
            listed = f"({', '.join(right)})" if isinstance(right, list) else right
            return f"{left} {kind} {listed}"


def _inner(tree: Tree, in_brackets: set[str]) -> str:
    return f"({written(tree)})" if tree[0] in in_brackets else written(tree)


def _names(kind: Kind, *, of_source: bool, values: str | None = None) -> list[str]:
    return [
        fact.name
        for fact in FACTS.values()
        if fact.kind is kind
        and (of_source or not fact.of_source)
        and (values is None or (fact.values and fact.values.name == values))
    ]


@st.composite
def comparisons(draw: st.DrawFn, *, of_source: bool) -> Tree:
    """Any comparison that makes sense."""
    kind = draw(st.sampled_from([Kind.ONE, Kind.SET, Kind.NUMBER, Kind.INSTANT]))
    name = draw(st.sampled_from(_names(kind, of_source=of_source)))
    values = FACTS[name].values
    list_name = values.name if values else None
    same = _names(kind, of_source=of_source, values=list_name)
    signs = ["is", "is not"]
    if kind in {Kind.NUMBER, Kind.INSTANT} or (values and values.ordered):
        signs += ["<", "<=", ">="]
    if kind is Kind.SET:
        signs = ["within"]
    sets = _names(Kind.SET, of_source=of_source, values=list_name)
    literals = list(values.meanings) if values else []
    if kind is Kind.NUMBER:
        literals = ["0", "1", "2", "10"]
    forms = [st.tuples(st.sampled_from(signs), st.just(name), st.sampled_from(same))]
    if values:
        listed = st.lists(st.sampled_from(literals), min_size=1, max_size=3)
        sign = "within" if kind is Kind.SET else "in"
        forms.append(st.tuples(st.just(sign), st.just(name), listed))
    if sets and kind in {Kind.ONE, Kind.SET}:
        left = st.sampled_from(literals if kind is Kind.SET else [*literals, name])
        forms.append(st.tuples(st.just("in"), left, st.sampled_from(sets)))
    if literals and kind is not Kind.SET:
        sides = [st.just(name), st.sampled_from(literals)]
        left, right = draw(st.permutations(sides))
        forms.append(st.tuples(st.sampled_from(signs), left, right))
    return draw(st.one_of(forms))


def trees(*, of_source: bool = False) -> st.SearchStrategy[Tree]:
    """Any condition; facts of a source inside `any source`, or everywhere if so asked."""
    flags = st.sampled_from(_names(Kind.FLAG, of_source=of_source)).map(lambda name: ("flag", name))
    leaves: st.SearchStrategy[Tree] = st.just(("any",)) | flags | comparisons(of_source=of_source)
    if not of_source:
        leaves |= trees(of_source=True).map(lambda part: ("any source", part))
    return st.recursive(
        leaves,
        lambda inner: (
            inner.map(lambda part: ("not", part))
            | st.tuples(st.sampled_from(["and", "or"]), st.lists(inner, min_size=2, max_size=3))
        ),
        max_leaves=6,
    )


DAY = datetime(2026, 11, 23, tzinfo=UTC)


def values_of(fact: Fact) -> st.SearchStrategy[Any]:
    """Any value that a fact can have."""
    match fact.kind:
        case Kind.FLAG:
            return st.booleans()
        case Kind.NUMBER:
            return st.integers(0, 3)
        case Kind.INSTANT:
            return st.integers(0, 3).map(lambda days: DAY + timedelta(days=days))
        case Kind.ONE:
            return st.sampled_from(list(_listed(fact)))
        case Kind.SET:
            return st.frozensets(st.sampled_from(list(_listed(fact))))


def _listed(fact: Fact) -> Mapping[str, str]:
    assert fact.values
    return fact.values.meanings


def _some(*, of_source: bool) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {},
        optional={
            fact.name: st.none() | values_of(fact)
            for fact in FACTS.values()
            if fact.of_source == of_source
        },
    )


request_facts = _some(of_source=False)
source_facts = st.lists(_some(of_source=True), max_size=3)


def joined(request: Mapping[str, Any], sources: list[dict[str, Any]]) -> Facts:
    """Return the facts in the form in which a compiled condition takes them."""
    facts = Facts(request)
    facts[SOURCES] = [Facts({**request, **source}) for source in sources]
    return facts
