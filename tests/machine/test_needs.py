"""A missing server or browser is a skip, and a failure where it is required."""

import pytest

from tests.machine.needs import Need, needs_in, report_missing

SKIP: type[BaseException] = pytest.skip.Exception
FAIL: type[BaseException] = pytest.fail.Exception


@pytest.mark.parametrize("need", Need)
@pytest.mark.parametrize("others", ["", "postgres", "browser"])
def test_what_is_missing_skips_unless_it_is_required(need: Need, others: str) -> None:
    expected = FAIL if others == need else SKIP
    with pytest.raises(expected, match="none here"):
        report_missing(need, "none here", {"COMITY_REQUIRE": others})


@pytest.mark.parametrize("need", Need)
def test_what_is_missing_fails_when_all_is_required(need: Need) -> None:
    with pytest.raises(FAIL, match=f"names `{need}`, but none here"):
        report_missing(need, "none here", {"COMITY_REQUIRE": ", ".join(Need)})


def test_nothing_is_required_unless_said() -> None:
    assert needs_in({}) == frozenset()


@pytest.mark.parametrize("words", ["postgre", "postgres,chromium", "Postgres", "postgres browser"])
def test_an_unknown_word_is_an_error(words: str) -> None:
    with pytest.raises(ValueError, match=r"unknown word .*; use any of postgres, browser, bench"):
        needs_in({"COMITY_REQUIRE": words})
