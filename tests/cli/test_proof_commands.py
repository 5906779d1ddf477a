"""`comity agreement prove`, `mutate` and `diff`: what they print, and how they end."""

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from comity.cli.main import main
from comity.shipped import SHIPPED

TERMS = (SHIPPED / "front-door-terms.md").read_text(encoding="utf-8")


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["agreement", *words])


def printed(result: Result) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_prove_ends_with_0_if_everything_is_proved() -> None:
    result = run("prove", "front-door-terms", "--json")
    data = printed(result)
    assert result.exit_code == 0
    assert data["never"] == {"proved": 6, "total": 6}
    assert data["assure"] == {"proved": 5, "total": 5}
    assert data["certificates"] == {"checked": 6, "total": 6}
    assert data["solvers_agree"] is True
    assert data["counterexamples"] == data["say_nothing"] == []


def test_prove_without_a_rule_ends_with_1_and_one_sentence_that_shows_the_leak() -> None:
    result = run("prove", "front-door-terms", "--without", "F-2.b")
    assert result.exit_code == 1
    assert "told by an organisation, not origin is addressee" in result.output
    assert "this crosses red line N-3 of clause F-2." in result.output
    data = printed(run("prove", "front-door-terms", "--without", "F-2.b", "--json"))
    [found, *_] = data["counterexamples"]
    assert found["breaks"] == "N-3"
    assert len(found["facts"]) <= 18


def test_prove_says_whom_a_rule_backs_whose_absence_nothing_shows(tmp_path: Path) -> None:
    assert "Nothing fails" not in run("prove", "front-door-terms").output
    path = tmp_path / "terms.md"
    again = "F-3.z  forbid  discloser is recipient\n       backs   rule F-3.a\n"
    at = TERMS.index("```prove\nN-5 ") - len("```\n")
    path.write_text(TERMS[:at] + again + TERMS[at:], encoding="utf-8")
    result = run("prove", str(path), "--without", "F-3.z")
    assert result.exit_code == 0, result.output
    assert "Nothing fails without F-3.z alone: it backs rule F-3.a." in result.output


def test_prove_without_a_rule_that_is_not_there_ends_with_2() -> None:
    result = run("prove", "front-door-terms", "--without", "F-9.x")
    assert result.exit_code == 2
    assert "there is no rule F-9.x" in result.output


def test_mutate_ends_with_0_if_every_change_is_noticed() -> None:
    result = run("mutate", "front-door-terms", "--json")
    data = printed(result)
    assert result.exit_code == 0
    assert data["survived"] == 0
    assert data["mutants"] == data["killed"] + data["equivalent"] > 50


def test_mutate_ends_with_1_and_says_what_survived(tmp_path: Path) -> None:
    path = tmp_path / "terms.md"
    assert "A-1    allowed" in TERMS
    lines = TERMS.split("\n")
    at = next(n for n, line in enumerate(lines) if line.startswith("A-1    allowed"))
    path.write_text("\n".join(lines[:at] + lines[at + 3 :]), encoding="utf-8")
    result = run("mutate", str(path))
    assert result.exit_code == 1
    assert "survived: F-1.a: the rule is left out" in result.output
    assert "Not every change is noticed." in result.output


def test_diff_of_a_version_with_itself_is_empty_and_ends_with_0() -> None:
    result = run("diff", "front-door-terms", "front-door-terms")
    assert result.exit_code == 0
    assert "Every request is decided alike." in result.output
    assert printed(run("diff", "front-door-terms", "front-door-terms", "--json")) == {"regions": []}


def test_diff_ends_with_1_and_says_who_must_sign(tmp_path: Path) -> None:
    path = tmp_path / "terms.md"
    path.write_text(
        TERMS.replace("kind in (report, message)\n       and     not", "not", 1), encoding="utf-8"
    )
    result = run("diff", "front-door-terms", str(path))
    assert result.exit_code == 1
    assert "newly allowed:\n  FRONT_DOOR to " in result.output
    assert "both parties sign it" in result.output
    turned = run("diff", str(path), "front-door-terms")
    assert "one party can apply it at once" in turned.output
    [region, *_] = printed(run("diff", str(path), "front-door-terms", "--json"))["regions"]
    assert region["change"] == "newly refused"
