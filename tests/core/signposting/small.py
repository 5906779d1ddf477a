"""Two bodies, a few rules and a calendar, for tests to change."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from comity.core.language import Vocabulary, read_vocabulary
from comity.core.signposting import Calendar, ReportingRules, read_rules
from comity.core.terms import read_toml

WORDS = """
name = "small"
[values.nations_of_the_uk.meaning]
england = "England"
scotland = "Scotland"
[values.roles.meaning]
harbour = "a harbour"
[values.services.meaning]
ferry = "a ferry"
pilot = "a pilot"
[facts.aware_at]
type = "instant"
meaning = "when it became aware"
supplied_by = "the organisation"
[facts.judged_at]
type = "instant"
meaning = "when it judged"
supplied_by = "the organisation"
[facts.nations]
type = "set of nations_of_the_uk"
meaning = "where it is"
supplied_by = "the organisation"
[facts.roles_of_it]
type = "set of roles"
meaning = "what it is"
supplied_by = "the organisation"
[facts.service]
type = "one of services"
meaning = "which service"
supplied_by = "the organisation"
[facts.wet]
type = "yes or no"
meaning = "somebody got wet"
supplied_by = "the organisation"
[facts.cold]
type = "yes or no"
meaning = "somebody is cold"
supplied_by = "the organisation"
[facts.ships]
type = "number"
meaning = "how many ships"
supplied_by = "the organisation"
"""

TEXT = """
[body.master]
name = "the harbour master"
does = "She answers."
phone = "1"
seen_on = 2026-06-30
[[body.master.which]]
name = "the master of pilots"
when = "service is pilot"
[[body.master.which]]
name = "the master of the Scottish quay"
when = "scotland in nations"
[body.owner]
name = "the owner"
does = "He pays."
seen_on = 2026-06-30

[rule.help]
body = "master"
what = "that somebody is cold"
sort = "help"
when = "cold"
clocks = [{ from = "aware_at", words = "now" }]
source = "The harbour book, 1"
grade = "A"
verified_on = 2026-06-30
in_force_from = 2020-01-01

[rule.wet]
body = "master"
what = "that somebody got wet"
when = "wet and (harbour in roles_of_it or service is pilot)"
clocks = [
  { stage = "first", from = "aware_at", hours = 24 },
  { stage = "last", from = "judged_at", working_days = 2 },
]
late = "Say why."
says_nothing_to = ["owner"]
source = "The harbour book, 2"
grade = "B"
verified_on = 2026-06-30
in_force_from = 2026-01-02

[rule.wet_before]
body = "master"
what = "that somebody got wet"
when = "wet and harbour in roles_of_it"
clocks = [{ from = "aware_at", words = "soon" }]
source = "The old harbour book, 2"
grade = "A"
verified_on = 2026-06-30
in_force_from = 2020-01-01
in_force_to = 2026-01-01

[rule.remembered]
body = "owner"
what = "that a ferry got wet"
nations = ["scotland"]
when = "wet and service is ferry"
clocks = [{ from = "judged_at", working_days = 1 }]
source = "somebody's memory"
grade = "M"
verified_on = 2026-06-30
in_force_from = 2020-01-01

[rule.kind]
body = "owner"
what = "that it was wet"
sort = "voluntary"
when = "wet"
source = "nobody asks for it"
grade = "A"
verified_on = 2026-06-30
in_force_from = 2020-01-01

[rule.coming]
body = "owner"
what = "everything"
when = "wet"
source = "a Bill"
grade = "A"
verified_on = 2026-06-30
not_yet = true
"""

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
ST_NEVER = date(2026, 3, 4)
HOLIDAYS = {"england": frozenset({date(2026, 3, 3)}), "scotland": frozenset({ST_NEVER})}
CALENDAR = Calendar(ZoneInfo("Europe/London"), HOLIDAYS)


def words(text: str = WORDS) -> Vocabulary:
    """Return the small vocabulary."""
    return read_vocabulary(read_toml(text.encode(), "words.toml"), "words.toml")


def load(text: str = TEXT) -> ReportingRules:
    """Return the rules that a text states."""
    return read_rules(read_toml(text.encode(), "rules.toml"), "rules.toml", words())


def altered(old: str, new: str) -> str:
    """Return the small rules with one piece of their text replaced."""
    assert TEXT.count(old) >= 1, old
    return TEXT.replace(old, new, 1)
