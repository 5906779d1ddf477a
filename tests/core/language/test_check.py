"""Every name in a condition is known, and every comparison makes sense."""

from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.core.language import Names
from comity.core.language.conditions import Flag, Or
from comity.core.language.vocabulary import KEYWORDS
from comity.core.terms import Code, InputError
from tests.core.strategies_language import FACTS, NAMES, VOCABULARY, condition

DEFINED = replace(
    NAMES,
    defined={
        "covered": condition("signed and gateway_recorded"),
        "consented": condition("told", NAMES.about_a_source()),
        "placed": condition("not (maker is NORTH or signed)", NAMES.about_a_source()),
        "somewhere": condition("any source (told)"),
    },
)


@pytest.mark.parametrize(
    ("text", "code", "column", "message", "advice"),
    [
        (
            "gatway_recorded",
            Code.UNKNOWN_FACT,
            1,
            "unknown fact gatway_recorded; did you mean gateway_recorded?",
            "use a fact of vocabulary test, or declare this one there",
        ),
        (
            "signed and gatway_recorded",
            Code.UNKNOWN_FACT,
            12,
            "unknown fact gatway_recorded; did you mean gateway_recorded?",
            "use a fact of vocabulary test, or declare this one there",
        ),
        ("coverd", Code.UNKNOWN_FACT, 1, "unknown fact coverd; did you mean covered?", "use a"),
        ("zzz", Code.UNKNOWN_FACT, 1, "unknown fact zzz", "use a fact of vocabulary test"),
        ("zzz is qqq", Code.UNKNOWN_FACT, 8, "unknown fact qqq", "use a fact"),
        ("zzz in (NORTH)", Code.UNKNOWN_FACT, 1, "unknown fact zzz", "use a fact"),
        ("NORTH in zzz", Code.UNKNOWN_FACT, 10, "unknown fact zzz", "use a fact"),
        ("zzz < 3", Code.UNKNOWN_FACT, 7, "unknown fact 3", "use a fact"),
        (
            "giver is NORHT",
            Code.UNKNOWN_VALUE,
            10,
            "NORHT is no value of giver; did you mean NORTH?",
            "giver is one of NORTH, SOUTH, ORG",
        ),
        ("giver is low", Code.UNKNOWN_VALUE, 10, "low is no value of giver", "giver is one of"),
        ("giver in (NORTH, tax)", Code.UNKNOWN_VALUE, 18, "tax is no value of giver", "giver is"),
        ("regimes within (NORTH)", Code.UNKNOWN_VALUE, 17, "NORTH is no value of regimes", "any"),
        ("NORTH in regimes", Code.UNKNOWN_VALUE, 1, "NORTH is no value of regimes", "regimes is"),
        ("size is low", Code.UNKNOWN_FACT, 9, "unknown fact low", "a whole number"),
        ("giver is 3", Code.UNKNOWN_VALUE, 10, "3 is no value of giver", "giver is one of"),
        ("now < 3", Code.UNKNOWN_VALUE, 7, "3 is no value of now", "an instant such as"),
        ("giver", Code.WRONG_COMPARISON, 1, "giver is not a yes-or-no fact", "giver is ..."),
        ("signed is covered", Code.WRONG_COMPARISON, 8, "signed is already yes or no", "not sign"),
        ("regimes is tax", Code.WRONG_COMPARISON, 9, "regimes is a set", "VALUE in regimes"),
        ("giver is friends", Code.WRONG_COMPARISON, 10, "a set is compared with `in`", "friends"),
        ("regimes in (tax)", Code.WRONG_COMPARISON, 1, "`in (...)` needs a fact that is one", ""),
        ("size in (3)", Code.WRONG_COMPARISON, 1, "`in (...)` needs a fact that is one", "size"),
        ("giver in taker", Code.WRONG_COMPARISON, 10, "`in` needs a set on its right", "taker is"),
        ("giver within friends", Code.WRONG_COMPARISON, 1, "`within` needs a set on its left", ""),
        (
            "friends within giver",
            Code.WRONG_COMPARISON,
            16,
            "`within` needs a set on its right",
            "",
        ),
        ("friends within agreed", Code.WRONG_COMPARISON, 16, "friends and agreed have diff", ""),
        ("level in friends", Code.WRONG_COMPARISON, 1, "level and friends have different", "level"),
        ("giver is level", Code.WRONG_COMPARISON, 10, "giver and level have different", "giver is"),
        ("size is now", Code.WRONG_COMPARISON, 9, "size and now have different values", "size is"),
        ("size is signed", Code.WRONG_COMPARISON, 9, "size and signed have different", "size is a"),
        ("giver < taker", Code.WRONG_COMPARISON, 1, "giver has no order", "`is` or `in`"),
        ("NORTH <= giver", Code.WRONG_COMPARISON, 10, "giver has no order", "`is` or `in`"),
        ("signed < 3", Code.WRONG_COMPARISON, 1, "signed has no order", "`is` or `in`"),
        ("regimes <= agreed", Code.WRONG_COMPARISON, 1, "regimes has no order", "`is` or `in`"),
        ("told", Code.SOURCE_FACT, 1, "told is a fact of one source", "any source (told ...)"),
        ("maker is giver", Code.SOURCE_FACT, 1, "maker is a fact of one source", "`source` line"),
        ("giver is maker", Code.SOURCE_FACT, 10, "maker is a fact of one source", "`source` line"),
        ("consented", Code.SOURCE_FACT, 1, "consented speaks about one source", "any source (con"),
        ("placed", Code.SOURCE_FACT, 1, "placed speaks about one source", "any source (placed)"),
        (
            "any source (any source (told))",
            Code.SOURCE_FACT,
            13,
            "`any source` inside `any source`",
            "use it once",
        ),
    ],
)
def test_what_makes_no_sense_is_refused_where_it_stands(
    text: str, code: Code, column: int, message: str, advice: str
) -> None:
    with pytest.raises(InputError) as caught:
        condition(text, DEFINED)
    error = caught.value
    assert (error.code, error.at.line, error.at.column) == (code, 1, column)
    assert error.message.startswith(message)
    assert advice in error.advice


def test_a_define_stands_for_its_condition() -> None:
    assert condition("covered", DEFINED) == condition("signed and gateway_recorded")
    assert condition("any source (consented)", DEFINED) == condition("any source (told)")
    assert condition("somewhere or covered", DEFINED) == Or(
        (DEFINED.defined["somewhere"], DEFINED.defined["covered"])
    )


def test_a_red_line_is_written_in_facts() -> None:
    barred = replace(DEFINED, defines_barred=True)
    with pytest.raises(InputError) as caught:
        condition("signed and covered", barred)
    assert caught.value.code is Code.DEFINE_IN_PROVE
    assert str(caught.value.at) == "condition:1:12"
    assert caught.value.message == "a red line cannot use the define covered"
    assert condition("signed", barred) == Flag(FACTS["signed"])
    with pytest.raises(InputError, match="cannot use the define consented"):
        condition("any source (consented)", barred)


def grown(text: str, times: int) -> Names:
    """Return names in which `covered` holds itself, `times` deep, each time as `text` says."""
    names = DEFINED
    for _ in range(times):
        names = replace(names, defined={**names.defined, "covered": condition(text, names)})
    return names


def test_defines_inside_defines_cannot_grow_without_bound() -> None:
    with pytest.raises(InputError) as caught:
        grown("covered and covered and covered", 60)
    assert caught.value.code is Code.TOO_MANY
    assert str(caught.value.at) == "condition:1:1"


@pytest.mark.parametrize(
    ("text", "column"),
    [("not (not covered)", 10), ("(any or covered) and any", 2), ("any source (covered)", 1)],
)
def test_defines_inside_defines_cannot_nest_without_bound(text: str, column: int) -> None:
    names = grown("not (not covered)", 99)
    with pytest.raises(InputError) as caught:
        condition(text, names)
    assert (caught.value.code, caught.value.at.column) == (Code.TOO_DEEP, column)


PUNCTUATION = ("(", ")", ",", "<", "<=", ">=")
words = st.sampled_from(
    [
        *FACTS,
        "NORTH",
        "low",
        "tax",
        "covered",
        "placed",
        "zzz",
        "3",
        *PUNCTUATION,
        *sorted(KEYWORDS),
    ]
)


@given(st.lists(words, max_size=12).map(" ".join))
def test_any_words_are_a_condition_or_an_input_error(text: str) -> None:
    with suppress(InputError):
        condition(text, DEFINED)


operands = st.sampled_from([*FACTS, "NORTH", "low", "tax", "3", "covered", "zzz"])


@given(operands, st.sampled_from(["is", "is not", "in", "within", "<", "<=", ">="]), operands)
def test_any_comparison_is_a_condition_or_an_input_error(left: str, sign: str, right: str) -> None:
    with suppress(InputError):
        condition(f"any source ({left} {sign} {right})", DEFINED)


def test_the_vocabulary_names_what_it_has() -> None:
    assert VOCABULARY.has_name("signed")
    assert VOCABULARY.has_name("NORTH")
    assert not VOCABULARY.has_name("covered")
