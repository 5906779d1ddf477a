"""Every sentence stands once, in both languages, and puts the same things in."""

import re
from datetime import UTC, datetime
from string import Formatter

import pytest

from comity.core.gate import Ground
from comity.words import Language, moment, say
from comity.words.catalogue import _catalogue
from tests.structure.source import python_files

SENTENCES = _catalogue()
EMPTY_IN_ENGLISH = {"quoted"}


def values_of(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


@pytest.mark.parametrize("key", sorted(SENTENCES))
def test_a_sentence_stands_in_both_languages_and_puts_the_same_things_in(key: str) -> None:
    english, welsh = (SENTENCES[key][language] for language in Language)
    assert welsh
    assert english or key in EMPTY_IN_ENGLISH
    assert values_of(english) == values_of(welsh)
    assert english != welsh


def test_every_ground_of_a_decision_can_be_said_and_in_english_in_the_gates_own_words() -> None:
    for ground in Ground:
        assert say(f"ground.{ground.name.lower()}", Language.ENGLISH) == ground


def test_no_sentence_stands_there_for_nothing() -> None:
    source = "\n".join(text for path, text in python_files("src").items() if "words" in path.parts)
    stems = set(re.findall(r"[\"'](?:say\(f')?([a-z_]+(?:\.[a-z_]+)*)\.?(?:\{|[\"'])", source))
    unused = [key for key in SENTENCES if key not in stems and key.split(".")[0] not in stems]
    assert unused == []
    assert "nowhere" not in stems


def test_a_day_has_the_name_of_its_month_in_the_language() -> None:
    at = datetime(2026, 2, 5, 9, 3, tzinfo=UTC)
    assert moment(at, Language.ENGLISH) == "5 February 2026 09:03"
    assert moment(at, Language.WELSH) == "5 Chwefror 2026 09:03"
    months = {moment(at.replace(month=month), Language.WELSH) for month in range(1, 13)}
    assert len(months) == 12


def test_a_sentence_that_is_not_there_or_lacks_a_value_is_an_error() -> None:
    with pytest.raises(KeyError):
        say("nowhere", Language.ENGLISH)
    with pytest.raises(KeyError):
        say("headline", Language.WELSH)


def test_what_is_put_in_cannot_put_anything_else_in() -> None:
    said = say("consent.refused", Language.ENGLISH, organisation="{recipient}")
    assert said == "{recipient} said no"
