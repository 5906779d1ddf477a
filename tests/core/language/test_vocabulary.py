"""A vocabulary declares each fact with its meaning, and lists of values are closed."""

from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.core.language import Vocabulary, read_vocabulary
from comity.core.language.vocabulary import RESERVED, Kind
from comity.core.terms import Code, InputError, Place
from tests.core.strategies_language import FACTS, VOCABULARY

DOCUMENT: dict[str, Any] = {
    "name": "small",
    "values": {
        "parties": {"meaning": {"NORTH": "one", "SOUTH": "two"}},
        "levels": {"ordered": True, "meaning": {"low": "least", "high": "most"}},
    },
    "facts": {
        "giver": {"type": "one of parties", "meaning": "who gives", "supplied_by": "the gate"},
        "friends": {"type": "set of parties", "meaning": "whom", "supplied_by": "the gate"},
        "signed": {"type": "yes or no", "meaning": "signed", "supplied_by": "an officer"},
    },
}


def changed(*path: str, to: object) -> dict[str, Any]:
    """Return the document with one value set, or removed if it is None."""
    document = deepcopy(DOCUMENT)
    inner = document
    for key in path[:-1]:
        inner = inner.setdefault(key, {})
    if to is None:
        del inner[path[-1]]
    else:
        inner[path[-1]] = to
    return document


def read(document: dict[str, Any], base: Vocabulary | None = None) -> Vocabulary:
    return read_vocabulary(document, "v.toml", base)


def test_a_vocabulary_lists_its_facts_and_values() -> None:
    small = read(DOCUMENT)
    assert small.name == "small"
    assert list(small.facts) == ["giver", "friends", "signed"]
    assert small.facts["giver"].kind is Kind.ONE
    assert small.facts["giver"].values is small.values["parties"]
    assert small.values["levels"].rank("high") == 1
    assert small.fact("signed", Place(name="f")).wanted == "true or false"


@pytest.mark.parametrize(
    ("path", "to", "code", "message"),
    [
        (("name",), None, Code.MISSING_KEY, "v.toml: key name is missing"),
        (("nam",), "x", Code.UNKNOWN_KEY, "v.toml: unknown key nam; did you mean name?"),
        (("facts", "signed", "type"), None, Code.MISSING_KEY, "v.toml: facts.signed: key type is"),
        (
            ("facts", "signed", "meaning"),
            None,
            Code.MISSING_KEY,
            "v.toml: facts.signed: key meaning is missing",
        ),
        (
            ("facts", "signed", "supplied_by"),
            None,
            Code.MISSING_KEY,
            "v.toml: facts.signed: key supplied_by is missing",
        ),
        (
            ("facts", "signed", "type"),
            "yes or know",
            Code.UNKNOWN_TYPE,
            "v.toml: facts.signed.type: unknown type 'yes or know'; did you mean yes or no?",
        ),
        (
            ("facts", "signed", "type"),
            "one of partys",
            Code.UNKNOWN_TYPE,
            "v.toml: facts.signed.type: unknown type 'one of partys'; did you mean one of parties?",
        ),
        (
            ("facts", "signed", "type"),
            "parties",
            Code.UNKNOWN_TYPE,
            "v.toml: facts.signed.type: un",
        ),
        (("facts", "signed", "raisd"), True, Code.UNKNOWN_KEY, "v.toml: facts.signed: unknown key"),
        (
            ("facts", "signed", "raised"),
            1,
            Code.WRONG_TYPE,
            "v.toml: facts.signed.raised: raised m",
        ),
        (("facts", "Signed"), {}, Code.BAD_ID, "v.toml: facts: 'Signed' is no name"),
        (("facts", "sources"), {}, Code.BAD_ID, "v.toml: facts: 'sources' is no name"),
        (("facts", "not"), {}, Code.BAD_ID, "v.toml: facts: 'not' is no name"),
        (("values", "a b"), {}, Code.BAD_ID, "v.toml: values: 'a b' is no name"),
        (("values", "levels", "meaning"), {}, Code.MISSING_KEY, "v.toml: values.levels: no values"),
        (("values", "levels", "ordred"), True, Code.UNKNOWN_KEY, "v.toml: values.levels: unknown"),
        (
            ("values", "levels", "meaning", "a-b"),
            "x",
            Code.BAD_ID,
            "v.toml: values.levels.meaning: 'a-b' is no name for a value",
        ),
        (
            ("values", "levels", "meaning", "low"),
            3,
            Code.WRONG_TYPE,
            "v.toml: values.levels.meaning.low: low must be a text in quotes",
        ),
        (
            ("values", "levels", "meaning", "signed"),
            "x",
            Code.NAME_TAKEN,
            "v.toml: value signed of levels is also a fact or a keyword",
        ),
        (
            ("values", "levels", "meaning", "within"),
            "x",
            Code.NAME_TAKEN,
            "v.toml: value within of levels is also a fact or a keyword",
        ),
        (
            ("facts", "signed", "remedy"),
            "sign it",
            Code.WRONG_TYPE,
            "v.toml: facts.signed: remedy_value must be true or false",
        ),
    ],
)
def test_what_is_no_vocabulary_is_refused(
    path: tuple[str, ...], to: object, code: Code, message: str
) -> None:
    with pytest.raises(InputError) as caught:
        read(changed(*path, to=to))
    assert caught.value.code is code
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize("word", sorted(RESERVED))
def test_no_fact_takes_a_word_of_the_language(word: str) -> None:
    with pytest.raises(InputError, match="is no name"):
        read(changed("facts", word, to=DOCUMENT["facts"]["signed"]))


def test_a_remedy_says_what_the_fact_then_is() -> None:
    cured = changed("facts", "signed", "remedy", to="sign it")
    cured["facts"]["signed"]["remedy_value"] = True
    cured["facts"]["friends"] |= {"remedy": "ask", "remedy_value": ["NORTH"]}
    cured["facts"]["giver"]["remedy"] = "choose"
    facts = read(cured).facts
    assert facts["signed"].remedy_value is True
    assert facts["friends"].remedy_value == frozenset({"NORTH"})
    assert facts["giver"].remedy_value is None


MORE: dict[str, Any] = {
    "name": "more",
    "values": {"parties": {"meaning": {"EAST": "three"}}, "colours": {"meaning": {"red": "red"}}},
    "facts": {"colour": {"type": "one of colours", "meaning": "x", "supplied_by": "y"}},
}


def test_a_vocabulary_can_add_to_another() -> None:
    base = read(DOCUMENT)
    both = read(MORE, base)
    assert [*both.facts] == ["giver", "friends", "signed", "colour"]
    assert [*both.values["parties"].meanings] == ["NORTH", "SOUTH", "EAST"]
    assert both.facts["giver"].values is both.facts["friends"].values is both.values["parties"]
    assert both.facts["giver"].accepts("EAST")
    assert both.digest != base.digest
    assert [*base.values["parties"].meanings] == ["NORTH", "SOUTH"]


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({"facts": {"signed": MORE["facts"]["colour"]}}, "fact signed is already declared"),
        ({"values": {"parties": {"meaning": {"NORTH": "x"}}}}, "value NORTH is already declared"),
        ({"values": {"levels": {"meaning": {"top": "x"}}}}, "an ordered list cannot be added to"),
        (
            {"values": {"parties": {"ordered": True, "meaning": {"EAST": "x"}}}},
            "an ordered list cannot be added to",
        ),
        ({"values": {"colours": {"meaning": {"signed": "x"}}}}, "value signed of colours is also"),
        ({"facts": {"red": MORE["facts"]["colour"]}, "values": MORE["values"]}, "value red of col"),
    ],
)
def test_nothing_of_another_vocabulary_is_changed(document: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError) as caught:
        read({"name": "more", **document}, read(DOCUMENT))
    assert caught.value.code is Code.NAME_TAKEN
    assert caught.value.message.startswith(message)


@pytest.mark.parametrize(
    ("path", "to"),
    [
        (("values", "parties", "meaning", "NORTH"), "another meaning"),
        (("values", "parties", "meaning", "EAST"), "a third"),
        (("values", "levels", "ordered"), False),
        (("facts", "giver", "type"), "one of levels"),
        (("facts", "giver", "type"), "set of parties"),
        (("facts", "giver", "meaning"), "another"),
        (("facts", "giver", "supplied_by"), "another"),
        (("facts", "giver", "unit"), "another"),
        (("facts", "giver", "evidence"), "another"),
        (("facts", "giver", "of_source"), True),
        (("facts", "giver", "raised"), True),
        (("facts", "signed"), None),
    ],
)
def test_the_digest_changes_with_whatever_can_change_a_decision(
    path: tuple[str, ...], to: object
) -> None:
    assert read(changed(*path, to=to)).digest != read(DOCUMENT).digest


def test_the_digest_of_an_ordered_list_changes_with_its_order() -> None:
    other = changed("values", "levels", "meaning", to={"high": "most", "low": "least"})
    assert read(other).digest != read(DOCUMENT).digest


@given(st.permutations(sorted(DOCUMENT["facts"])))
def test_the_digest_changes_with_nothing_else(names: list[str]) -> None:
    facts = {name: DOCUMENT["facts"][name] for name in names}
    facts["giver"] = {**facts["giver"], "remedy": "ask", "remedy_value": "NORTH"}
    assert read({**DOCUMENT, "name": "another", "facts": facts}).digest == read(DOCUMENT).digest


MOMENT = datetime(2026, 11, 23, tzinfo=UTC)
SAMPLES: dict[Kind, list[object]] = {
    Kind.FLAG: [True, False],
    Kind.NUMBER: [0, -3, 10**9],
    Kind.INSTANT: [MOMENT],
    Kind.ONE: ["NORTH"],
    Kind.SET: [frozenset(), frozenset({"NORTH", "ORG"})],
}


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("signed", Kind.FLAG),
        ("least", Kind.NUMBER),
        ("now", Kind.INSTANT),
        ("giver", Kind.ONE),
        ("friends", Kind.SET),
    ],
)
def test_a_fact_accepts_values_of_its_type_only(name: str, kind: Kind) -> None:
    fact = FACTS[name]
    for other, values in SAMPLES.items():
        assert {fact.accepts(value) for value in values} == {other is kind}
    never: object
    for never in (None, 1.0, "WEST", frozenset({"WEST"}), MOMENT.replace(tzinfo=None), []):
        assert not fact.accepts(never)


def test_a_fact_says_what_it_can_be() -> None:
    wanted = {name: FACTS[name].wanted for name in ("signed", "least", "now", "giver", "friends")}
    assert wanted == {
        "signed": "true or false",
        "least": "a whole number",
        "now": "an instant such as 2026-11-23T09:00:00Z",
        "giver": "one of NORTH, SOUTH, ORG",
        "friends": "a list of any of NORTH, SOUTH, ORG",
    }


def test_an_unknown_fact_is_named_with_the_nearest_one() -> None:
    with pytest.raises(InputError) as caught:
        VOCABULARY.fact("singed", Place(name="f", line=3))
    assert str(caught.value) == "f:3: unknown fact singed; did you mean signed? [unknown-fact]"
