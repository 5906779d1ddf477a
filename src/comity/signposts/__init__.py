"""Signposts: whom to tell of an incident in the United Kingdom, and its calendars.

The rules are data, beside this file. Only what a front door does for organisations uses them.
"""

from datetime import date
from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo

from holidays import country_holidays

from comity.core.language import read_vocabulary
from comity.core.signposting import Calendar, ReportingRules, read_rules
from comity.core.terms import Table, read_toml

HERE = resources.files("comity") / "signposts"
WORDS, RULES, WELSH = "vocabulary.toml", "rules.toml", "welsh.toml"
ZONE = "Europe/London"
PARTS = {"england": "ENG", "wales": "WLS", "scotland": "SCT", "northern_ireland": "NIR"}
YEARS_BEFORE, YEARS_AFTER = 1, 2


@cache
def rules() -> ReportingRules:
    """Return whom to tell, on what condition and by when."""
    words = read_vocabulary(read_toml((HERE / WORDS).read_bytes(), WORDS), WORDS)
    return read_rules(read_toml((HERE / RULES).read_bytes(), RULES), RULES, words)


def welsh(text: str) -> str:
    """Return a text of the rules in Welsh.

    Raises:
        KeyError: it has not been translated.
    """
    return _welsh().table("texts").text(text)


def welsh_reviewed_by() -> str:
    """Return who has reviewed the Welsh texts; nobody yet if it is empty."""
    return _welsh().text("reviewed_by")


@cache
def _welsh() -> Table:
    return Table(read_toml((HERE / WELSH).read_bytes(), WELSH), WELSH)


@cache
def calendar(year: int) -> Calendar:
    """Return the calendar around a year, as far as deadlines of that year can reach."""
    years = range(year - YEARS_BEFORE, year + YEARS_AFTER + 1)
    return Calendar(
        zone=ZoneInfo(ZONE),
        holidays={nation: _holidays(part, years) for nation, part in PARTS.items()},
    )


def _holidays(part: str, years: range) -> frozenset[date]:
    return frozenset(country_holidays("GB", subdiv=part, years=years))
