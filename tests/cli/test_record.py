"""What is kept with each version: of this very text, whole, and the same if made again."""

import gzip
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from comity.backends.evaluator import evaluator
from comity.cli.agreement.evidence import evidence_of
from comity.cli.agreement.examples import made, played
from comity.cli.main import main
from comity.core.agreement import Agreement, Effect, read_agreement
from comity.core.agreement.record import Record
from comity.core.terms import InputError, decode, read_json
from comity.proof.claims import slots_for
from comity.proof.domain import domain_of
from comity.proof.prove import claims_of, script_of
from comity.shipped import (
    CERTIFICATES,
    EVALUATOR,
    EXAMPLES,
    PROOF,
    QUESTIONS,
    SHIPPED,
    shipped_agreement,
    shipped_agreements,
    shipped_record,
    shipped_text,
    shipped_vocabulary,
)
from comity.words import Language, dated
from tests.web.agreements.test_page import properties

AGAIN = "run `comity agreement record NAME --to src/comity/agreements/NAME.record`"
FILES = {CERTIFICATES, EVALUATOR, EXAMPLES, PROOF, QUESTIONS}
TERMS = "front-door-terms"


def record(name: str) -> Record:
    return decode(Record, shipped_record(name, PROOF).strip(), name)


@pytest.mark.parametrize("name", shipped_agreements())
def test_what_ships_was_proved_of_this_very_text(name: str) -> None:
    found = record(name)
    assert found.agreement == shipped_agreement(name).digest, AGAIN
    assert found.holds
    assert found.mutation.survivors == ()
    assert found.mutation.mutants == found.mutation.killed + found.mutation.equivalent > 50
    assert {each.name for each in (SHIPPED / f"{name}.record").iterdir()} == FILES


@pytest.mark.parametrize("begins", ["2026-11-24", "2030-01-01"])
def test_examples_of_a_version_that_begins_later_or_changes_on_a_day_are_decided_as_found(
    begins: str,
) -> None:
    text = shipped_text("ico-nca-2024").decode()
    text = text.replace("in force from 2024-09-05", f"in force from {begins}")
    text = text.replace("k = 10", "k = 10, k = 12 from 2031-01-01")
    later = read_agreement(text.encode(), "later.md", shipped_vocabulary("ico-nca-2024"))
    found = list(played(later, made(later)))
    assert {each.rule for each in found if each.role == "allowed"} == {
        each.rule for each in played(shipped_agreement("ico-nca-2024"), examples_of("ico-nca-2024"))
        if each.role == "allowed"
    }  # fmt: skip


def test_a_changed_letter_of_an_agreement_is_noticed() -> None:
    text = shipped_text(TERMS).replace(b"to nobody else", b"to nobody elsa")
    changed = read_agreement(text, TERMS, shipped_vocabulary(TERMS))
    assert record(TERMS).agreement != changed.digest
    assert evidence_of(TERMS, changed).of(changed.digest).record is None


@pytest.mark.parametrize("name", shipped_agreements())
def test_every_claim_of_the_file_is_on_record_and_no_other(name: str) -> None:
    found = shipped_agreement(name)
    claims = list(claims_of(found, domain_of([found], slots_for(found))))
    said = [(each.id, each.about, each.clause, each.sentence) for each in record(name).claims]
    assert said == [(each.id, str(each.about), each.clause, each.sentence) for each in claims]
    named = {each.id.split()[0] for each in record(name).claims}
    assert set(properties(found)) <= named


@pytest.mark.parametrize("name", shipped_agreements())
def test_the_evaluator_and_the_questions_are_those_of_this_text(name: str) -> None:
    found = shipped_agreement(name)
    assert shipped_record(name, EVALUATOR).decode() == evaluator(found), AGAIN
    assert gzip.decompress(shipped_record(name, QUESTIONS)).decode() == script_of(found), AGAIN


@pytest.mark.parametrize("name", shipped_agreements())
def test_the_gate_decides_each_example_as_recorded_and_each_rule_has_one(name: str) -> None:
    found = shipped_agreement(name)
    examples = evidence_of(name, found).examples
    by_role = {role: {each.rule for each in examples if each.role == role}
               for role in ("allowed", "refused", "boundary")}  # fmt: skip
    permits = {rule.id for rule in found.rules if rule.effect is Effect.PERMIT}
    excused = {rule.id for rule in found.rules if rule.unless is not None}
    assert permits <= by_role["allowed"] == by_role["boundary"] <= permits | excused
    assert by_role["refused"] == {rule.id for rule in found.rules} - permits
    for each in examples:
        assert each.is_permitted is (each.role == "allowed")
        assert (each.role == "boundary") is bool(each.differs)


def test_the_promise_is_shown_refused_excused_and_at_its_boundary() -> None:
    found = shipped_agreement("ico-nca-2024")
    examples = {
        each.role: each for each in evidence_of("ico-nca-2024", found).examples
        if each.rule == "I-1.a"
    }  # fmt: skip
    assert {role: each.is_permitted for role, each in examples.items()} == {
        "refused": False, "allowed": True, "boundary": False,
    }  # fmt: skip
    assert examples["boundary"].clause == "I-1"
    assert any("answer" in line for line in examples["boundary"].differs)


def examples_of(name: str) -> dict[str, object]:
    return dict(read_json(shipped_record(name, EXAMPLES), EXAMPLES))


def test_an_example_that_comes_out_otherwise_is_refused() -> None:
    found = shipped_agreement(TERMS)
    rules = tuple(rule for rule in found.rules if rule.id != "F-1.b")
    weaker: Agreement = replace(found, rules=rules)
    with pytest.raises(InputError, match="does not decide example"):
        list(played(weaker, examples_of(TERMS)))


def run(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["agreement", *words])
    return result.exit_code, result.output


def test_a_record_made_again_on_the_same_day_is_the_same(tmp_path: Path) -> None:
    day = record(TERMS).proved_on.isoformat()
    for _ in range(2):  # the second takes the place of the first
        code, said = run("record", TERMS, "--to", str(tmp_path / "kept"), "--day", day)
        assert code == 0, said
    assert {each.name for each in (tmp_path / "kept").iterdir()} == FILES
    for name in FILES - {QUESTIONS}:
        assert (tmp_path / "kept" / name).read_bytes() == shipped_record(TERMS, name), name
    assert [each.name for each in tmp_path.iterdir()] == ["kept"]


def test_what_is_not_proved_is_not_recorded(tmp_path: Path) -> None:
    text = shipped_text(TERMS).decode()
    head = "F-2.b  forbid  recipient is FRONT_DOOR"
    forbid = f"{head}\n       source  origin is ORG and not origin_is_addressee\n"
    assert forbid in text
    path = tmp_path / "terms.md"
    path.write_text(text.replace(forbid, ""), encoding="utf-8")
    code, said = run("record", str(path), "--to", str(tmp_path / "kept"))
    assert code == 1
    assert "Not everything is proved" in said
    assert not (tmp_path / "kept").exists()


def test_a_record_never_takes_the_place_of_something_else(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("keep me", encoding="utf-8")
    code, said = run("record", TERMS, "--to", str(tmp_path))
    assert code == 2
    assert "it holds letter.txt, which is no part of a record" in said
    assert [each.name for each in tmp_path.iterdir()] == ["letter.txt"]
    code, said = run("record", TERMS, "--to", str(tmp_path / "letter.txt"))
    assert code == 2
    code, said = run("record", TERMS, "--to", str(tmp_path / "letter.txt" / "kept"))
    assert code == 2
    assert (tmp_path / "letter.txt").read_text(encoding="utf-8") == "keep me"


def test_view_reads_the_record_beside_a_file_and_needs_none(tmp_path: Path) -> None:
    path = tmp_path / "terms.md"
    path.write_bytes(shipped_text(TERMS))
    code, said = run("view", str(path))
    assert code == 0
    assert "Nothing is on record of this version" in said
    kept = tmp_path / "terms.record"
    kept.mkdir()
    for name in FILES:
        (kept / name).write_bytes(shipped_record(TERMS, name))
    code, said = run("view", str(path), "--language", "cy")
    assert code == 0
    day = dated(record(TERMS).proved_on, Language.WELSH)
    assert f"Profwyd ar gyfer pob cais ar {day}" in said


def test_view_refuses_to_serve_to_others() -> None:
    code, said = run("view", TERMS, "--serve", "0.0.0.0:8010")
    assert code == 2
    assert "error: 0.0.0.0:8010 is no address of this machine" in said


def test_view_loads_no_solver() -> None:
    program = (
        "import sys\n"
        "from comity.cli.main import main\n"
        f"main(['agreement', 'view', '{TERMS}'], standalone_mode=False)\n"
        "assert not {'z3', 'cvc5', 'pysat', 'numpy'} & set(sys.modules), 'a solver was loaded'\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("<!doctype html>")
