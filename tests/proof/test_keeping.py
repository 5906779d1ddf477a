"""Kept certificates are checked without a solver, for exactly the version that is at hand."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from comity.cli.main import main
from comity.core.terms import decode, encode
from comity.proof.keeping import Certificates, check
from comity.proof.prove import prove
from comity.shipped import (
    CERTIFICATES,
    SHIPPED,
    shipped_agreement,
    shipped_agreements,
    shipped_certificates,
)
from tests.core.world import agreement

MEMORANDUM = agreement()


def certificates(name: str) -> Certificates:
    return decode(Certificates, shipped_certificates(name).strip(), name)


@pytest.mark.parametrize("name", shipped_agreements())
def test_every_red_line_of_a_shipped_agreement_is_certified(name: str) -> None:
    held = shipped_agreement(name)
    found = check(held, certificates(name))
    again = f"run `comity agreement prove {name} --certificates` and keep what it prints"
    assert found.holds, again
    assert found.of == len(held.red_lines)


def test_certificates_are_those_that_a_proof_makes() -> None:
    held = agreement("front-door-terms")
    made = prove(held).certificates
    assert encode(made) == shipped_certificates("front-door-terms").strip()


def test_another_version_is_not_certified() -> None:
    other = replace(MEMORANDUM, digest=agreement("front-door-terms").digest)
    found = check(other, certificates("ico-nca-2024"))
    assert not found.is_of_this_version
    assert not found.holds


def test_without_a_rule_its_red_lines_are_not_certified() -> None:
    rules = tuple(rule for rule in MEMORANDUM.rules if rule.id != "I-1.a")
    found = check(replace(MEMORANDUM, rules=rules), certificates("ico-nca-2024"))
    assert {f"N-{number}" for number in range(10, 20)} <= set(found.without)


def test_a_certificate_that_is_missing_or_changed_is_named() -> None:
    whole = certificates("ico-nca-2024")
    assert check(MEMORANDUM, replace(whole, lines=whole.lines[1:])).without == (
        whole.lines[0].line,
    )
    longest = max(whole.lines, key=lambda each: len(each.lemmas))
    bare = tuple(replace(each, lemmas=()) if each is longest else each for each in whole.lines)
    assert check(MEMORANDUM, replace(whole, lines=bare)).without == (longest.line,)


def test_a_check_loads_no_solver() -> None:
    program = (
        "import sys\n"
        "from comity.cli.main import main\n"
        "main(['agreement', 'verify', 'front-door-terms'], standalone_mode=False)\n"
        "assert not {'z3', 'cvc5', 'pysat', 'numpy'} & set(sys.modules), 'a solver was loaded'\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "Every red line is certified." in done.stdout


def run(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["agreement", *words])
    return result.exit_code, result.stdout


def test_verify_ends_with_0_if_every_red_line_is_certified() -> None:
    code, said = run("verify", "ico-nca-2024", "--json")
    assert code == 0
    assert json.loads(said) == {
        "certificates": {"checked": 63, "total": 63},
        "without": [],
        "of_this_version": True,
    }


def test_verify_ends_with_1_for_certificates_of_another_version(tmp_path: Path) -> None:
    text = (SHIPPED / "front-door-terms.md").read_text(encoding="utf-8")
    (tmp_path / "terms.md").write_text(text + "\nOne more word.\n", encoding="utf-8")
    (tmp_path / "terms.record").mkdir()
    kept = shipped_certificates("front-door-terms")
    (tmp_path / "terms.record" / CERTIFICATES).write_bytes(kept)
    code, said = run("verify", str(tmp_path / "terms.md"))
    assert code == 1
    assert "they were made for another version" in said
    assert said.endswith("Not certified.\n")


def test_certificates_that_a_proof_prints_can_be_verified(tmp_path: Path) -> None:
    text = (SHIPPED / "front-door-terms.md").read_text(encoding="utf-8")
    path = tmp_path / "terms.md"
    path.write_text(text.replace("kind in (report, message)", "kind is report"), encoding="utf-8")
    code, printed = run("prove", str(path), "--certificates")
    assert code == 0
    (tmp_path / "elsewhere.json").write_text(printed, encoding="utf-8")
    assert run("verify", str(path), "--certificates", str(tmp_path / "elsewhere.json"))[0] == 0
    assert run("verify", str(path))[0] == 2
