"""A condition that is written reads back as the same condition."""

import pytest
from hypothesis import given

from comity.core.language.conditions import NEVER
from comity.core.language.write import written
from tests.core.strategies_language import condition, trees
from tests.core.strategies_language import written as text_of
from tests.spec.slow_language import Tree


@given(trees())
def test_what_is_written_reads_back(tree: Tree) -> None:
    asked = condition(text_of(tree))
    assert condition(written(asked)) == asked


@pytest.mark.parametrize(
    "text",
    [
        "any",
        "signed",
        "not signed",
        "not (not signed)",
        "giver is not SOUTH",
        "giver is taker",
        "not (giver is not SOUTH)",
        "giver in (NORTH, SOUTH)",
        "NORTH in friends",
        "regimes within agreed",
        "regimes within (health, tax)",
        "size < least",
        "level <= LEVEL:HIGH+",
        "signed and (names_people or 2 <= size)",
        "not (signed and names_people)",
        "any source (told and not maker in friends)",
    ],
)
def test_it_is_written_as_one_would(text: str) -> None:
    assert written(condition(text)) == text


def test_what_never_holds_is_written_as_what_is_not_any() -> None:
    assert written(NEVER) == "not any"
