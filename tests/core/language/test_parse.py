"""A condition is text of one grammar; everything else is an error that says where and what next."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.core.language import Fragment, parse
from comity.core.language.conditions import Not
from comity.core.language.parse import Syntax
from comity.core.language.vocabulary import KEYWORDS
from comity.core.terms import Code, InputError, Place
from tests.core.strategies_language import condition, trees, written
from tests.spec.slow_language import Tree


def parsed(text: str) -> Syntax:
    return parse([Fragment(text, Place(name="f", line=7, column=1))])


def refused(text: str) -> InputError:
    with pytest.raises(InputError) as caught:
        parsed(text)
    return caught.value


@pytest.mark.parametrize(
    ("text", "code", "column", "message", "advice"),
    [
        ("a > b", Code.BAD_CHARACTER, 3, "unexpected character '>'", "write `b < a` or `a >= b`"),
        ("a = b", Code.BAD_CHARACTER, 3, "unexpected character '='", "write `is`"),
        ("a != b", Code.BAD_CHARACTER, 3, "unexpected character '!'", "write `is not`"),
        ("a & b", Code.BAD_CHARACTER, 3, "unexpected character '&'", "write `and`"),
        ("a | b", Code.BAD_CHARACTER, 3, "unexpected character '|'", "write `or`"),
        ("a is 'b'", Code.BAD_CHARACTER, 6, "unexpected", "write values without quotes"),
        ('a is "b"', Code.BAD_CHARACTER, 6, "unexpected", "write values without quotes"),
        ("a is -1", Code.BAD_CHARACTER, 6, "unexpected character '-'", "use words"),
        ("size < \u0663", Code.BAD_CHARACTER, 8, "unexpected character", "use words"),
        ("\u0430", Code.BAD_CHARACTER, 1, "unexpected character '\u0430'", "use words"),
        ("", Code.SYNTAX, 1, "expected a fact or a value, found the end", "name a fact"),
        ("a and", Code.SYNTAX, 6, "expected a fact or a value, found the end", "name a fact"),
        ("a and or b", Code.SYNTAX, 7, "expected a fact or a value, found `or`", "name a fact"),
        ("not not a", Code.SYNTAX, 5, "expected a fact or a value, found `not`", "name a fact"),
        ("a b", Code.SYNTAX, 3, "expected `and`, `or` or the end, found `b`", "join conditions"),
        ("a is b, c", Code.SYNTAX, 7, "expected `and`, `or` or the end, found `,`", "in brackets"),
        ("a)", Code.SYNTAX, 2, "expected `and`, `or` or the end, found `)`", "join conditions"),
        ("(a", Code.SYNTAX, 3, "expected `)`, found the end", "put `)` here"),
        ("a in (b", Code.SYNTAX, 8, "expected `)`, found the end", "put `)` here"),
        ("a in ()", Code.SYNTAX, 7, "expected a fact or a value, found `)`", "name a fact"),
        ("a in (b,)", Code.SYNTAX, 9, "expected a fact or a value, found `)`", "name a fact"),
        ("any source a", Code.SYNTAX, 12, "expected `(`, found `a`", "put `(` here"),
        ("source (a)", Code.SYNTAX, 1, "expected a fact or a value, found `source`", "name a fact"),
        ("10", Code.SYNTAX, 3, "a number alone is no condition", "compare it with a fact"),
        ("a and b or c", Code.MIXED_AND_OR, 9, "`and` and `or` are mixed", "put brackets"),
        ("a or b and c", Code.MIXED_AND_OR, 8, "`and` and `or` are mixed", "put brackets"),
        ("(a or b and c)", Code.MIXED_AND_OR, 9, "`and` and `or` are mixed", "put brackets"),
        ("a <= b < c", Code.SYNTAX, 8, "expected `and`, `or` or the end, found `<`", "join"),
        ("a is " + "9" * 5_000, Code.BAD_NUMBER, 6, "a number has 5000 digits", "at most 15"),
    ],
)
def test_what_is_no_condition_is_refused_where_it_goes_wrong(
    text: str, code: Code, column: int, message: str, advice: str
) -> None:
    error = refused(text)
    assert (error.code, error.at.line, error.at.column) == (code, 7, column)
    assert error.message.startswith(message)
    assert advice in error.advice


def test_an_error_on_a_later_line_names_that_line() -> None:
    lines = [
        Fragment("  a and", Place(name="f", line=3, column=5)),
        Fragment("b c", Place(name="f", line=4, column=9)),
    ]
    with pytest.raises(InputError) as caught:
        parse(lines)
    assert str(caught.value.at) == "f:4:11"
    with pytest.raises(InputError) as caught:
        parse(lines[:1])
    assert str(caught.value.at) == "f:3:12"
    with pytest.raises(InputError) as caught:
        parse([])
    assert str(caught.value.at) == "a condition:1:1"


@pytest.mark.parametrize(
    "text",
    [
        "(" * 100_000,
        "(" * 65 + "a" + ")" * 65,
        "any source (" * 100,
        "not (" * 70 + "a" + ")" * 70,
    ],
)
def test_deep_nesting_ends_in_an_error(text: str) -> None:
    assert refused(text).code in {Code.TOO_DEEP, Code.TOO_MANY}


def test_the_deepest_nesting_that_is_allowed_is_read() -> None:
    text = "not (" * 64 + "signed" + ")" * 64
    assert isinstance(condition(text), Not)


@pytest.mark.parametrize(
    "text", ["not " * 20_000, "a and " * 20_000 + "a", "a in (" + "a, " * 20_000 + "a)"]
)
def test_a_condition_of_many_words_is_refused(text: str) -> None:
    error = refused(text)
    assert error.code is Code.TOO_MANY
    assert error.message == "the condition is too long"


def test_an_error_shows_the_beginning_of_a_long_word() -> None:
    assert len(refused("a " + "b" * 1_000_000).message) < 200


@given(trees())
def test_what_is_written_with_the_fewest_brackets_is_read(tree: Tree) -> None:
    bracketed = condition(f"({written(tree)})")
    assert condition(written(tree)) == bracketed


@given(trees(), trees(), trees(), st.permutations(["and", "or"]))
def test_nobody_needs_to_know_which_word_binds_tighter(
    a: Tree, b: Tree, c: Tree, words: list[str]
) -> None:
    inner = [f"({written(tree)})" for tree in (a, b, c)]
    mixed = f"{inner[0]} {words[0]} {inner[1]} {words[1]} {inner[2]}"
    assert refused(mixed).code is Code.MIXED_AND_OR


words = st.sampled_from(
    [*sorted(KEYWORDS), "a", "b1", "TLP:RED", "10", "(", ")", ",", "<", "<=", ">="]
)


@given(
    st.text(max_size=60)
    | st.binary(max_size=60).map(lambda data: data.decode("latin-1"))
    | st.lists(words, max_size=20).map(" ".join)
)
def test_any_text_is_a_condition_or_an_input_error(text: str) -> None:
    with suppress(InputError):
        parsed(text)
