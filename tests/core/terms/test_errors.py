"""An error says where, what and which kind, on one line that cannot steer a screen."""

from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.core.terms import Code, InputError, Place, Table, suggestion


@pytest.mark.parametrize(
    ("place", "text"),
    [
        (Place(name="f"), "f"),
        (Place(name="f", line=3), "f:3"),
        (Place(name="f", line=3, column=7), "f:3:7"),
    ],
)
def test_a_place_is_shown_as_far_as_it_is_known(place: Place, text: str) -> None:
    assert str(place) == text


def test_an_error_is_one_line() -> None:
    error = InputError(Code.SYNTAX, "a is wrong", at=Place(name="f", line=2), advice="write b")
    assert str(error) == "f:2: a is wrong [syntax]"


@given(st.text())
def test_input_that_an_error_repeats_cannot_steer_the_screen(text: str) -> None:
    error = InputError(Code.SYNTAX, text, at=Place(name=text), advice=text)
    assert str(error).isprintable()
    assert error.message.isprintable()
    assert error.advice.isprintable()


def test_a_key_cannot_forge_a_second_line() -> None:
    with pytest.raises(InputError) as caught:
        Table({"a\nok: permitted \x1b[2K": 1}, "f").only("b")
    assert str(caught.value) == "f: unknown key a?ok: permitted ?[2K [unknown-key]"


def test_the_nearest_word_is_suggested() -> None:
    known = ["gateway_recorded", "purpose"]
    assert suggestion("gatway_recorded", known) == "; did you mean gateway_recorded?"
    assert suggestion("zzz", known) == ""


def test_a_suggestion_for_a_long_word_takes_no_time() -> None:
    began = perf_counter()
    assert suggestion("ab" * 500_000, ["ba" * 500_000]) == ""
    assert suggestion("ab" * 40, ["ba" * 500_000] * 100) == ""
    assert perf_counter() - began < 5


def test_each_code_has_a_name_of_its_own() -> None:
    assert all(code.value == code.name.lower().replace("_", "-") for code in Code)
