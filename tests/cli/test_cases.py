"""The worked cases: all come out as stated, and together they show every rule at work."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from comity.cli.cases import Case, Played, play, read_cases
from comity.cli.main import main
from comity.core.gate import Ground, Refusal
from comity.core.gate.lines import assured, crossed
from comity.core.terms import InputError, read_toml
from comity.shipped import (
    at_hand_with,
    shipped_agreement,
    shipped_agreements,
    shipped_cases,
    shipped_text,
    shipped_words,
)

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
HELD = {name: shipped_agreement(name) for name in shipped_agreements()}


def played_cases(name: str) -> list[Played]:
    """Play the cases of a shipped agreement beside what is at hand with it."""
    file = f"{name}.cases.toml"
    held = {each: HELD[each] for each in at_hand_with(name)}
    return list(play(read_cases(read_toml(shipped_cases(name), file), file), held, file, NOW))


BY_NAME = {name: played_cases(name) for name in HELD}
PLAYED = [each for played in BY_NAME.values() for each in played]
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


@pytest.mark.parametrize(
    "played", PLAYED, ids=lambda played: f"{played.case.about}: {played.case.id}"
)
def test_a_worked_case_comes_out_as_stated(played: Played) -> None:
    assert (played.outcome, played.clause) == (played.case.outcome, played.case.clause)


def test_there_are_enough_cases_of_both_kinds() -> None:
    assert len(BY_NAME["ico-nca-2024"]) >= 100
    for name in ("ico-nca-2024", "ico-ncsc-2023", "au-limited-use-2024"):
        outcomes = [each.case.outcome for each in BY_NAME[name]]
        assert min(outcomes.count("permitted"), outcomes.count("refused")) >= 12
    assert all(each.case.about == name for name, played in BY_NAME.items() for each in played)


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
    met = [each for _, decision in DECIDED for each in assured(decision.question)]
    wanted = [each for held in HELD.values() for each in held.assurances]
    assert [each.id for each in wanted if each not in met] == []


def test_every_red_line_that_a_request_can_cross_is_crossed_by_some_refused_case() -> None:
    own = HELD["ico-nca-2024"].red_lines
    found = {
        line.id
        for case, decision in DECIDED
        if case.about == "ico-nca-2024" and isinstance(decision, Refusal)
        if decision.reasons[0].ground is not Ground.MALFORMED
        for line in crossed(decision.question)
        if line in own
    }
    assert found >= {f"N-{number}" for number in (1, 10, 11, 13, 14, 15, 16, 17, 31, 70, 72, 81)}


def test_no_case_is_refused_by_an_error() -> None:
    for _, decision in DECIDED:
        assert "ERROR" not in {reason.ground.name for reason in decision.reasons}


@pytest.mark.parametrize("name", shipped_agreements())
def test_the_command_plays_the_cases_of_a_shipped_agreement(name: str) -> None:
    result = CliRunner().invoke(main, ["agreement", "cases", name, "--json"])
    assert result.exit_code == 0
    assert json.loads(result.stdout)["wrong"] == []
    shown = CliRunner().invoke(main, ["agreement", "cases", name]).stdout
    count = len(BY_NAME[name])
    assert f"{count} of {count} cases come out as stated" in shown


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
        {"id": "one", "expected": "permitted I-1", "found": "refused I-1", "breaks": ""}
    ]


def test_cases_beside_ones_own_agreement_are_found(tmp_path: Path) -> None:
    own = tmp_path / "own.md"
    own.write_bytes(shipped_text("ico-nca-2024"))
    Path(form(tmp_path, about=str(own))).rename(tmp_path / "own.cases.toml")
    result = CliRunner().invoke(main, ["agreement", "cases", str(own)])
    assert result.exit_code == 0, result.stderr


def test_what_ships_with_an_agreement_can_be_taken_along(tmp_path: Path) -> None:
    name = "au-limited-use-2024"
    (tmp_path / f"{name}.md").write_bytes(shipped_text(name))
    asked = ["agreement", "check", str(tmp_path / f"{name}.md")]
    assert "unknown party AU_NCSC" in CliRunner().invoke(main, asked).stderr
    (tmp_path / f"{name}.vocabulary.toml").write_bytes(shipped_words(name)[-1])
    assert HELD[name].digest in CliRunner().invoke(main, asked).stdout


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ('change = { "items.5.tlp" = "TLP:RED" }', "items.5.tlp names no place"),
        ('change = { "items.0.sources.origin" = "x" }', "names no place"),
        ('change = { "items.\u00b2.tlp" = "TLP:RED" }', "names no place"),
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


OWN = """# An agreement whose lines its rules do not keep

version 1, in force from 2024-01-01
parties: ICO, NCA
status: a test

## 1 All
cites: T1; grade A
> All.

```rule
1.a permit any
1.b forbid kind is signal
```
```prove
N-1 never purpose is regulation
```
```assure
A-1 allowed when kind is signal
```

## Sources
- T1: none; read never; a text
"""
SIGNAL = """
[[cases]]
id = "two"
like = "told"
outcome = "refused"
clause = "1"
why = "a signal"
change = { "kind" = "signal" }
"""


def test_a_decision_that_breaks_a_line_is_shown_as_wrong(tmp_path: Path) -> None:
    (tmp_path / "own.md").write_text(OWN)
    first = FORM.format(about="own.md", outcome="permitted", more="").replace('"I-1"', '"1"')
    (tmp_path / "own.cases.toml").write_text(first + SIGNAL)
    result = CliRunner().invoke(main, ["agreement", "cases", str(tmp_path / "own.md")])
    assert result.exit_code == 1
    assert "WRONG one: permitted, 1" in result.stdout
    assert "it breaks N-1" in result.stdout
    assert "WRONG two: refused, 1" in result.stdout
    assert "it breaks A-1" in result.stdout
