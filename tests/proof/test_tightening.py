"""A version may be put in the place of another by one party only if it is shown to refuse more."""

import json
from dataclasses import replace
from datetime import timedelta
from itertools import islice
from pathlib import Path

import pytest
from click.testing import CliRunner

from comity.cli.main import main
from comity.core.agreement import Agreement, Effect, Rule
from comity.core.terms import PartyId, decode, digest_of, encode
from comity.proof.diff import LETS_MORE_THROUGH, diff
from comity.proof.mutants import mutants_of
from comity.proof.tightening import MUST_NOT_BE, Tightening, certify, objections
from tests.core.agreement.later import (
    NAME,
    OLD,
    looser,
    looser_text,
    read,
    stricter,
    stricter_text,
    text,
)
from tests.core.world import agreement

TERMS = agreement("front-door-terms")
ONE_MUTANT_IN = 40
AFTER = timedelta(days=100)


def with_rules(rules: tuple[Rule, ...], old: Agreement = OLD) -> Agreement:
    """Return a later version of an agreement that has these rules."""
    begins = old.in_force_from + AFTER
    return replace(old, rules=rules, in_force_from=begins, digest=digest_of(str(rules)))


def without(rule: str) -> Agreement:
    return with_rules(tuple(each for each in OLD.rules if each.id != rule))


def said(old: Agreement, new: Agreement) -> list[str]:
    """Return what is said against a version with the certificate that a solver can make."""
    return list(objections(old, new, certify(old, new)))


def test_a_version_that_permits_less_is_shown_to_refuse_more() -> None:
    assert said(OLD, stricter()) == []


def test_a_version_that_permits_more_is_not() -> None:
    assert f"it is not shown to be false that {MUST_NOT_BE['allowed']}" in said(OLD, looser())


@pytest.mark.parametrize("rule", [each.id for each in OLD.rules if each.effect is Effect.PERMIT])
def test_a_permit_can_be_left_out_unless_something_is_then_no_longer_owed(rule: str) -> None:
    new = without(rule)
    owed = f"it is not shown to be false that {MUST_NOT_BE['owed']}"
    assert said(OLD, new) in ([], [owed])
    assert not [each for each in diff(OLD, new) if each.change in LETS_MORE_THROUGH]


@pytest.mark.parametrize("rule", [each.id for each in OLD.rules if each.effect is Effect.FORBID])
def test_a_forbid_cannot_be_left_out_if_anything_gets_through_then(rule: str) -> None:
    new = without(rule)
    more = any(each.change in LETS_MORE_THROUGH for each in diff(OLD, new))
    assert bool(said(OLD, new)) is more
    if rule == "I-1.a":
        assert more


@pytest.mark.parametrize("name", ["front-door-terms", "nca-ncsc-demo", "ico-nca-2024"])
def test_every_small_change_is_judged_as_the_difference_says(name: str) -> None:
    old = agreement(name)
    step = ONE_MUTANT_IN if name == "ico-nca-2024" else 5
    tried = 0
    for each in islice(mutants_of(old.rules, old.vocabulary), 0, None, step):
        new = with_rules(each.rules(old.rules), old)
        found = [one for one in said(old, new) if MUST_NOT_BE["owed"] not in one]
        more = any(region.change in LETS_MORE_THROUGH for region in diff(old, new))
        assert bool(found) is more, each.words
        tried += 1
    assert tried >= 15


def changed_duty(days: int) -> Agreement:
    def later(rule: Rule) -> Rule:
        owed = tuple(
            replace(each, within=timedelta(days=days)) if each.id == "I-2.a/2" else each
            for each in rule.obligations
        )
        return replace(rule, obligations=owed)

    return with_rules(tuple(map(later, OLD.rules)))


def test_what_is_owed_cannot_be_changed_by_one_party() -> None:
    assert said(OLD, changed_duty(5)) == []
    owed = [f"it is not shown to be false that {MUST_NOT_BE['owed']}"]
    assert said(OLD, changed_duty(6)) == owed
    bare = tuple(replace(each, obligations=()) for each in OLD.rules)
    assert said(OLD, with_rules(bare)) == owed


def test_only_a_later_version_of_the_same_agreement_can_take_its_place() -> None:
    new = stricter()
    for change, why in (
        ({"title": "Another"}, "its title is not the same"),
        ({"parties": OLD.parties | {PartyId("NCSC")}}, "its parties is not the same"),
        ({"signatories": frozenset({PartyId("NCA")})}, "its signatories is not the same"),
        ({"in_force_from": OLD.in_force_from}, f"it does not begin after {OLD.in_force_from}"),
        ({"vocabulary": replace(OLD.vocabulary, digest=digest_of(""))}, "its vocabulary"),
    ):
        other = replace(new, **change)
        assert any(each.startswith(why) for each in said(OLD, other)), why


def test_a_certificate_is_for_two_versions_and_for_no_others() -> None:
    made = certify(OLD, stricter())
    about = "the certificate is about other versions"
    assert list(objections(OLD, stricter(), replace(made, new=OLD.digest))) == [about]
    assert list(objections(OLD, stricter(), replace(made, old=made.new))) == [about]


@pytest.mark.parametrize("question", MUST_NOT_BE)
def test_a_certificate_that_is_missing_or_empty_shows_nothing(question: str) -> None:
    made = certify(OLD, stricter())
    fewer = tuple(each for each in made.reasons if each.question != question)
    why = [f"it is not shown to be false that {MUST_NOT_BE[question]}"]
    assert list(objections(OLD, stricter(), replace(made, reasons=fewer))) == why
    honest = certify(OLD, looser())
    forged = replace(honest, reasons=made.reasons)
    assert list(objections(OLD, looser(), forged))


def test_a_certificate_reads_back() -> None:
    made = certify(OLD, stricter())
    assert decode(Tightening, encode(made), "a certificate") == made


def run(*words: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(main, ["agreement", *words])
    return result.exit_code, result.stdout, result.stderr


def test_diff_prints_the_certificate_or_says_why_there_is_none(tmp_path: Path) -> None:
    path = tmp_path / "stricter.md"
    path.write_bytes(stricter_text())
    code, printed, _ = run("diff", NAME, str(path), "--certificate")
    assert code == 0
    assert set(json.loads(printed)) == {"v", "old", "new", "reasons"}
    made = decode(Tightening, printed.strip().encode(), "printed")
    assert list(objections(OLD, stricter(), made)) == []
    loose = tmp_path / "looser.md"
    loose.write_bytes(looser_text())
    code, printed, complained = run("diff", NAME, str(loose), "--certificate")
    assert (code, printed) == (1, "")
    assert MUST_NOT_BE["allowed"] in complained


def test_a_parameter_that_changes_on_a_day_does_not_stand_in_the_way() -> None:
    k, dated = "smallest group k = 10", "smallest group k = 10, k = 12 from 2027-01-01"
    old, new = read(text(4, k, dated)), read(text(5, k, dated))
    assert said(old, new) == []
    assert said(new, read(text(6, k, dated.replace("12", "11")))) != []


def test_the_same_rules_again_from_a_later_day_tighten() -> None:
    assert said(OLD, read(text(4))) == []
    assert said(TERMS, with_rules(TERMS.rules, TERMS)) == []
