"""`comity signpost`: an organisation's side says whom to tell, and a body's node never does."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from icalendar import Calendar

from comity.cli.main import main

INCIDENT = """
now = 2026-11-28T02:10:00Z
[facts]
nations = ["wales"]
roles = ["charity"]
aware_at = 2026-11-28T02:10:00Z
personal_data = true
for_another = false
risk_to_people = "likely"
serious_for_charity = true
"""


def signpost(*words: str, given: str = INCIDENT, role: str = "front-door") -> Result:
    command = ["signpost", "--facts", "-", *words]
    return CliRunner().invoke(main, command, input=given, env={"COMITY_ROLE": role})


def test_it_says_whom_to_tell_by_when_where_that_is_written_and_what_it_rests_on() -> None:
    result = signpost()
    assert result.exit_code == 0
    flat = " ".join(result.stdout.split())
    assert flat.startswith("Guidance, not legal advice.")
    for words in (
        "YOU MUST TELL by Tuesday 1 December 2026, 02:10 GMT",
        "(72 hours from when you became aware of the incident): 72 hours left The Information",
        "source: UK GDPR, Article 33 (the text itself was read",
        "The Charity Commission for England and Wales: a serious incident",
        "Telling it does not tell the National Cyber Security Centre (NCSC) or Report Fraud.",
        "No named person has checked how to reach it.",
        "now: does not answer at this hour; from Monday 30 November 2026, 09:00 GMT",
        "depends on: Do you have cyber insurance?",
        "What would settle most:",
    ):
        assert words in flat
    assert "OSCR" not in result.stdout


def test_as_data_each_rule_has_its_answer_deadlines_and_what_is_unknown() -> None:
    data = json.loads(signpost("--json").stdout)
    found = {each["rule"]: each for each in data["signposts"]}
    ico = found["gdpr_33"]
    assert (ico["answer"], ico["unknown"], ico["grade"]) == ("must", [], "A")
    assert ico["deadlines"][0]["due"] == "2026-12-01T02:10:00+00:00"
    assert found["charity_scotland"]["answer"] == "no"
    assert found["insurer"]["unknown"] == ["insured"]
    assert data["next"]["fact"] in {"nations", "danger_to_life"}
    assert "csr_bill_reporting" not in found


def test_the_deadlines_can_be_put_into_a_calendar(tmp_path: Path) -> None:
    file = tmp_path / "deadlines.ics"
    assert signpost("--ics", str(file)).exit_code == 0
    events = Calendar.from_ical(file.read_bytes()).walk("VEVENT")
    (event,) = events
    assert str(event["summary"]) == "You must tell: the Information Commissioner (ICO)"
    assert event.decoded("dtstart").isoformat() == "2026-12-01T02:10:00+00:00"
    first = str(event["uid"])
    again = tmp_path / "again.ics"
    signpost("--ics", str(again))
    assert str(Calendar.from_ical(again.read_bytes()).walk("VEVENT")[0]["uid"]) == first


def test_a_deadline_in_working_days_or_without_a_start_is_said_in_words() -> None:
    gambling = '[facts]\nroles = ["gambling"]\ncustomer_data_exposed = true\n'
    flat = " ".join(signpost(given=gambling).stdout.split())
    assert "within 5 working days of when you became aware of the incident" in flat
    assert "which is not stated" in flat


@pytest.mark.parametrize("role", ["body", ""])
def test_a_bodys_node_never_says_whom_an_organisation_must_tell(role: str) -> None:
    result = signpost(role=role)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "a body's node does not say" in result.stderr or "COMITY_ROLE" in result.stderr


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("[facts]\npersonal = true", "unknown fact personal"),
        ("[facts]\npersonal_data = 1", "personal_data must be true or false"),
        ('[facts]\nroles = ["bakery"]', "roles must be a list of any of charity"),
        ("personal_data = true", "unknown key personal_data"),
        ('now = "soon"', "must be an instant"),
        ("[facts", "TOML"),
    ],
)
def test_bad_input_is_one_error_that_says_what_to_do(given: str, says: str) -> None:
    result = signpost(given=given)
    assert (result.exit_code, result.stdout) == (2, "")
    assert says in result.stderr
    assert result.stderr.count("error: ") == result.stderr.count("help: ") == 1
