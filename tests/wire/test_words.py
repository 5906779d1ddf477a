"""Two people compare a key by its words: the right ones pass however they are written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.core.terms import InputError
from comity.wire.words import proquints, same_words, words
from tests.wire.test_signing import RFC_PUBLIC, flipped

SPOKEN = words(RFC_PUBLIC)


@pytest.mark.parametrize(
    ("address", "spoken"),
    [
        ("127.0.0.1", "lusab-babad"),
        ("63.84.220.193", "gutih-tugad"),
        ("216.35.68.215", "tobog-higil"),
        ("216.68.232.21", "todah-vobij"),
        ("198.81.129.136", "sinid-makam"),
        ("12.110.110.204", "budov-kuras"),
    ],
)
def test_the_words_are_those_of_the_proposal(address: str, spoken: str) -> None:
    assert proquints(bytes(int(part) for part in address.split("."))) == spoken


def test_the_words_of_a_key_never_change() -> None:
    assert SPOKEN == "torab-lazob-damur-tupoj-nulin-ravut-polaz-kabul"


@given(st.binary())
def test_a_key_has_eight_words_of_five_letters(public: bytes) -> None:
    assert [len(each) for each in words(public).split("-")] == [5] * 8
    same_words(words(public), public)


@pytest.mark.parametrize(
    "given_",
    [
        SPOKEN.upper(),
        SPOKEN.replace("-", " "),
        SPOKEN.replace("-", "\u2013"),
        SPOKEN.replace("-", ", "),
        f"  {SPOKEN.replace('-', ' - ')}.\n",
        SPOKEN.title(),
    ],
)
def test_case_and_what_stands_between_words_do_not_count(given_: str) -> None:
    same_words(given_, RFC_PUBLIC)


@given(st.integers(0, 255))
def test_the_words_of_a_key_that_differs_in_one_bit_are_refused(bit: int) -> None:
    with pytest.raises(InputError, match="not the words of this key"):
        same_words(SPOKEN, flipped(RFC_PUBLIC, bit))


@pytest.mark.parametrize("given_", ["", "-", SPOKEN[:-6], f"{SPOKEN}-babab", SPOKEN[:5]])
def test_all_eight_words_are_wanted(given_: str) -> None:
    with pytest.raises(InputError, match="a key has 8 words"):
        same_words(given_, RFC_PUBLIC)


def test_the_error_says_which_word_differs_and_not_to_pin() -> None:
    changed = "-".join(["babab", *SPOKEN.split("-")[1:7], "babab"])
    with pytest.raises(InputError, match="different: 1, 8") as caught:
        same_words(changed, RFC_PUBLIC)
    assert "do not pin" in caught.value.advice


@given(st.text())
def test_any_other_text_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        same_words(text, RFC_PUBLIC)
