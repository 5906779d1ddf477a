"""`comity report check`, and the help."""

import json

import pytest
from click.testing import CliRunner, Result

from comity.cli.main import main
from comity.shipped import FORMS

REPORT = """
organisation = "acme"

[choices]
contact = ["NCA", "NCSC"]
incident = ["NCA"]

[in_confidence]
technical = false

[contact]
name = "A. Smith"
organisation_name = "Acme"

[incident]
summary = "Servers were encrypted."
discovered_at = 2026-11-23T02:10:00Z

[technical]
malware = "a locker"
"""


def check(report: str, *more: str) -> Result:
    return CliRunner().invoke(main, ["report", "check", "-", *more], input=report)


def test_a_report_says_who_would_get_what() -> None:
    result = check(REPORT)
    assert result.exit_code == 0
    assert (
        "contact       2 answers   to NCA, NCSC, in confidence, TLP:AMBER+STRICT" in result.stdout
    )
    assert "incident      2 answers   to NCA, in confidence, TLP:AMBER+STRICT" in result.stdout
    assert "technical     1 answer    to nobody, not in confidence" in result.stdout


def test_the_sample_can_say_who_is_engaged_and_what_may_be_known() -> None:
    sample = (FORMS / "sample-report.toml").read_text(encoding="utf-8")
    more = """
[engagement]
engaged = ["NCSC", "NCA"]
quiet_hours = "from 22 to 6"

[sharing]
warnings_may_use = true
"""
    chosen = '[choices]\nengagement = ["NCA", "NCSC"]\nsharing = ["NCSC"]\n'
    result = check(sample.replace("[choices]\n", chosen) + more)
    assert result.exit_code == 0
    assert "engagement    2 answers   to NCA, NCSC, in confidence" in result.stdout
    assert "sharing       2 answers   to NCSC, in confidence" in result.stdout, "silence is a no"
    wrong = check(sample + more.replace('"NCA"', '"MI5"'))
    assert wrong.exit_code == 2
    assert "MI5 is no answer to engaged" in wrong.stderr


def test_a_report_as_data() -> None:
    found = json.loads(check(REPORT, "--json").stdout)
    assert found["organisation"] == "acme"
    assert found["sections"]["contact"]["to"] == ["NCA", "NCSC"]
    assert found["sections"]["technical"]["in_confidence"] is False


def test_a_report_for_nobody_says_so() -> None:
    result = check(REPORT.partition("[choices]")[0] + REPORT[REPORT.index("[contact]") :])
    assert result.exit_code == 0
    assert "this report would reach nobody" in result.stdout


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (REPORT.replace("[technical]\n", "[tecnical]\n"), "did you mean technical?"),
        (REPORT.replace("malware", "malwear"), "did you mean malware?"),
        (REPORT.replace('["NCA"]', '["NAC"]'), "unknown body NAC; did you mean NCA?"),
        (REPORT.replace("discovered_at", "# discovered_at"), "discovered_at is not answered"),
        ('organisation = "acme"', "the report has no section"),
    ],
)
def test_a_report_that_is_wrong_says_what_to_do(wrong: str, says: str) -> None:
    result = check(wrong)
    assert result.exit_code == 2
    assert says in result.stderr
    assert "help: " in result.stderr


def test_help_lists_every_command() -> None:
    shown = CliRunner().invoke(main, ["--help"]).stdout
    for word in ("agreement", "report", "demo"):
        assert word in shown
    assert "comity" in CliRunner().invoke(main, ["--version"]).stdout
