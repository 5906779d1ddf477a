"""The worked cases: all come out as stated, and together they show every rule at work."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from comity.cli.cases import Case, Played, play, read_cases
from comity.cli.files import SHIPPED, load_agreement, shipped_agreements
from comity.cli.main import main
from comity.core.gate import Permit
from comity.core.language import compiled
from comity.core.terms import InputError, read_toml
from tests.core.facts import facts_of

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
HELD = {name: load_agreement(name) for name in shipped_agreements()}
CASES = read_cases(read_toml((SHIPPED / "cases.toml").read_bytes(), "cases.toml"), "cases.toml")
NOT_AT_HAND = {"agreement-missing", "before-the-agreement"}
"""Cases in which no agreement can keep what it assures: none is at hand, or none is in force."""
PLAYED = list(play(CASES, HELD, "cases.toml", NOW))
DECIDED = [(each.case, each.decision) for each in PLAYED if each.decision is not None]

FORM = """
about = "{about}"
[templates.told]
discloser = "NCA"
recipient = "ICO"
purpose = "regulation"
kind = "organisation_specific"
[[templates.told.items]]
id = "a"
sources = [{{ origin = "acme", given_to = ["NCA"], in_confidence = true }}]
[[cases]]
id = "one"
like = "told"
outcome = "{outcome}"
clause = "I-1"
why = "never asked"
{more}
"""

ANOTHER = """
[[cases]]
id = "{id}"
like = "{like}"
outcome = "{outcome}"
why = "another"
"""


@pytest.mark.parametrize("played", PLAYED, ids=lambda played: played.case.id)
def test_a_worked_case_comes_out_as_stated(played: Played) -> None:
    assert (played.outcome, played.clause) == (played.case.outcome, played.case.clause)


def test_there_are_enough_cases_of_both_kinds() -> None:
    assert len(CASES) >= 60
    assert sum(case.outcome == "permitted" for case in CASES) >= 20


def test_every_rule_of_every_shipped_agreement_decides_some_case() -> None:
    deciding = {
        (reason.agreement.title, reason.rule.id)
        for _, decision in DECIDED
        for reason in decision.reasons
        if reason.agreement and reason.rule
    }
    rules = {(each.title, rule.id) for each in HELD.values() for rule in each.rules}
    assert rules - deciding == set()


def test_every_assurance_of_every_shipped_agreement_is_met_by_some_case() -> None:
    met = set()
    for case, decision in DECIDED:
        question = decision.question
        for each in HELD.values():
            for item in question.request.items:
                facts = facts_of(each, question.request, item, question.consents, question.now)
                named = {
                    (each.title, assurance.id)
                    for assurance in each.assurances
                    if compiled(assurance.condition)(facts) is True
                }
                alone = len(question.request.items) == 1
                if named and alone and case.id not in NOT_AT_HAND:
                    assert isinstance(decision, Permit), case.id
                met |= named
    wanted = {(each.title, a.id) for each in HELD.values() for a in each.assurances}
    assert wanted - met == set()


def test_no_case_is_refused_by_an_error() -> None:
    for _, decision in DECIDED:
        assert "ERROR" not in {reason.ground.name for reason in decision.reasons}


@pytest.mark.parametrize("name", shipped_agreements())
def test_the_command_plays_the_cases_of_a_shipped_agreement(name: str) -> None:
    result = CliRunner().invoke(main, ["agreement", "cases", name, "--json"])
    assert result.exit_code == 0
    assert json.loads(result.stdout)["wrong"] == []
    shown = CliRunner().invoke(main, ["agreement", "cases", name]).stdout
    about = [case for case in CASES if case.about == name]
    assert f"{len(about)} of {len(about)} cases come out as stated" in shown


def form(
    tmp_path: Path, *, about: str = "ico-nca-2024", outcome: str = "refused", more: str = ""
) -> str:
    file = tmp_path / "cases.toml"
    file.write_text(FORM.format(about=about, outcome=outcome, more=more))
    return str(file)


def cases(file: str, *more: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(
        main, ["agreement", "cases", "ico-nca-2024", "--cases", file, *more]
    )
    return result.exit_code, result.stdout, result.stderr


def test_a_case_that_comes_out_otherwise_ends_with_1_and_is_shown(tmp_path: Path) -> None:
    code, shown, _ = cases(form(tmp_path, outcome="permitted"))
    assert code == 1
    assert "WRONG one: refused, I-1" in shown
    assert "should be: permitted, I-1" in shown
    code, shown, _ = cases(form(tmp_path, outcome="permitted"), "--json")
    assert json.loads(shown)["wrong"] == [
        {"id": "one", "expected": "permitted I-1", "found": "refused I-1"}
    ]


def test_cases_beside_ones_own_agreement_are_found(tmp_path: Path) -> None:
    own = tmp_path / "own.md"
    own.write_bytes((SHIPPED / "ico-nca-2024.md").read_bytes())
    form(tmp_path, about=str(own))
    result = CliRunner().invoke(main, ["agreement", "cases", str(own)])
    assert result.exit_code == 0, result.stderr


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ('change = { "items.5.tlp" = "TLP:RED" }', "items.5.tlp names no place"),
        ('change = { "items.0.sources.origin" = "x" }', "names no place"),
        ('drop = ["facts.gateway"]', "facts.gateway names no place"),
        ('drop = ["kind.x"]', "kind.x names no place"),
        (ANOTHER.format(id="one", like="told", outcome="refused"), "stands twice"),
        (ANOTHER.format(id="two", like="tld", outcome="refused"), "did you mean told?"),
        (ANOTHER.format(id="two", like="told", outcome="allowed"), "allowed is no outcome"),
        ('change = { "kind" = "gossip" }', "case one"),
    ],
)  # fmt: skip
def test_a_case_file_that_is_wrong_says_where(tmp_path: Path, more: str, says: str) -> None:
    code, _, error = cases(form(tmp_path, more=more))
    assert code == 2
    assert says in error


def test_a_file_without_a_case_about_the_agreement_says_so(tmp_path: Path) -> None:
    code, _, error = cases(form(tmp_path, about="another"))
    assert code == 2
    assert "no case is about ico-nca-2024" in error


def test_a_changed_case_leaves_its_template_alone() -> None:
    changed = FORM.format(
        about="x", outcome="refused", more='change = { "items.0.tlp" = "TLP:RED" }'
    )
    both = changed + ANOTHER.format(id="two", like="told", outcome="refused")
    one, two = read_cases(read_toml(both.encode(), "cases"), "cases")
    assert isinstance(one, Case)
    assert one.question["items"][0]["tlp"] == "TLP:RED"
    assert "tlp" not in two.question["items"][0]


def test_a_case_file_with_unknown_keys_is_refused() -> None:
    with pytest.raises(InputError, match="unknown key casses; did you mean cases"):
        read_cases({"casses": []}, "cases")
