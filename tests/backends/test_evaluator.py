"""The generated module stands alone, keeps what is written out of its code, and refuses slips."""

import ast
import sys
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from comity.backends import cedar, sql
from comity.backends.evaluator import evaluator
from comity.backends.forms import NotExpressibleError
from comity.core.agreement import Agreement
from comity.shipped import shipped_agreement, shipped_agreements
from tests.backends.engines import loaded
from tests.core.agreement.small import TEXT, load

OLDEST = (3, 6) if sys.version_info < (3, 13) else (3, 7)
FACTS: dict[str, Any] = {
    "discloser": "NCA", "recipient": "ICO", "kind": "organisation_specific",
    "purpose": "regulation", "gateway": "cca_2013_s7_4", "tlp": "TLP:AMBER",
    "now": datetime(2026, 11, 23, 9, tzinfo=UTC), "within_functions": True,
    "necessity_recorded": True, "officer_named": True, "identifies_people": False,
    "restrictions": [], "identifies_organisation": True,
}  # fmt: skip  # a table
OPEN: dict[str, Any] = {"origin": "ORG", "given_to": ["NCA"], "in_confidence": False}


@pytest.fixture(scope="module")
def module() -> dict[str, Any]:
    """Return the module of the shipped agreement between two bodies."""
    return loaded(evaluator(shipped_agreement("ico-nca-2024")))


@pytest.mark.parametrize("name", shipped_agreements())
def test_the_module_needs_python_3_6_and_its_library_alone(name: str) -> None:
    tree = ast.parse(evaluator(shipped_agreement(name)), feature_version=OLDEST)
    imported = {
        node.module if isinstance(node, ast.ImportFrom) else node.names[0].name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert imported == {"collections", "datetime", "operator"}
    newer = (ast.Match, ast.NamedExpr, ast.AnnAssign)
    assert not [node for node in ast.walk(tree) if isinstance(node, newer)]


@pytest.mark.parametrize("name", shipped_agreements())
def test_each_rule_is_a_function_that_says_its_id_and_clause(name: str) -> None:
    agreement = shipped_agreement(name)
    tree = ast.parse(evaluator(agreement))
    said = [
        ast.get_docstring(node) or "" for node in tree.body if isinstance(node, ast.FunctionDef)
    ]
    for rule in agreement.rules:
        [about] = [text for text in said if text.startswith(f"{rule.id} ")]
        assert f"clause {rule.clause}," in about


def test_the_same_agreement_gives_the_same_module_with_its_digest(module: dict[str, Any]) -> None:
    agreement = shipped_agreement("ico-nca-2024")
    assert evaluator(agreement) == evaluator(agreement)
    assert module["DIGEST"] == agreement.digest
    assert module["VERSION"] == agreement.version


HOSTILE = '''"""\\N{x}" + __import__("os").abort() + '%s' {x} \\'''


def test_words_of_an_agreement_never_become_code() -> None:
    agreement = shipped_agreement("ico-nca-2024")
    clauses = tuple(replace(each, title=HOSTILE) for each in agreement.clauses)
    hostile = replace(agreement, title=HOSTILE, version=HOSTILE, clauses=clauses)
    found = loaded(evaluator(hostile))
    assert found["TITLE"] == found["VERSION"] == HOSTILE
    assert found["decide"](FACTS, [OPEN]).permitted
    calls = {
        node.func.id
        for node in ast.walk(ast.parse(evaluator(hostile)))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert "__import__" not in calls


def test_rules_whose_ids_differ_in_punctuation_only_are_kept_apart() -> None:
    agreement = shipped_agreement("ico-nca-2024")
    first, second, *rest = agreement.rules
    alike = (replace(first, id="1-a"), replace(second, id="1.a"), *rest)
    found = loaded(evaluator(replace(agreement, rules=alike)))
    functions = [each[2] for each in (*found["PERMITS"], *found["FORBIDS"])]
    assert len(set(functions)) == len(agreement.rules)


@pytest.mark.parametrize(
    "slip",
    [
        {"recipient": "ico"},
        {"recipeint": "ICO"},
        {"k": 1},
        {"tlp": 3},
        {"tlp": ["TLP:AMBER"]},
        {"restrictions": "hmrc"},
        {"restrictions": ["hmcr"]},
        {"restrictions": 3},
        {"smallest_group": 9.5},
        {"smallest_group": "50"},
        {"now": "2026-11-23"},
        {"now": datetime(2026, 11, 23)},  # noqa: DTZ001 - an instant without a zone is the slip
        {"origin": "ORG"},
    ],
)
def test_a_slip_in_the_facts_is_an_error_and_no_answer(
    slip: dict[str, Any], module: dict[str, Any]
) -> None:
    assert module["decide"](FACTS, [OPEN]).permitted
    with pytest.raises(ValueError, match="unknown here"):
        module["decide"]({**FACTS, **slip}, [OPEN])


@pytest.mark.parametrize("slip", [{"origin": "acme"}, {"tlp": "TLP:RED"}, {"given_to": "NCA"}])
def test_a_slip_in_a_source_is_an_error_too(slip: dict[str, Any], module: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="unknown here"):
        module["decide"](FACTS, [OPEN, {**OPEN, **slip}])


@pytest.mark.parametrize("no", ["no", 0, [], "False"])
def test_what_is_neither_true_nor_false_is_unknown(no: object, module: dict[str, Any]) -> None:
    found = module["decide"]({**FACTS, "identifies_people": no}, [OPEN])
    assert not found.permitted
    assert found.forbids == module["decide"]({**FACTS, "identifies_people": None}, [OPEN]).forbids
    assert not any(each.certain for each in found.forbids)


def test_an_instant_is_a_datetime_or_microseconds(module: dict[str, Any]) -> None:
    begun = module["IN_FORCE_FROM"]
    for now in (begun, datetime(2024, 9, 5, tzinfo=UTC)):
        assert module["decide"]({**FACTS, "now": now}, [OPEN]).permitted
    assert not module["decide"]({**FACTS, "now": begun - 1}, [OPEN]).permitted
    assert not module["decide"]({**FACTS, "now": None}, [OPEN]).permitted


def test_what_decides_is_said_with_its_source(module: dict[str, Any]) -> None:
    told = {**OPEN, "in_confidence": True, "consent": "refused"}
    found = module["decide"](FACTS, [OPEN, told, {**told, "in_confidence": None}])
    assert [tuple(each) for each in found.forbids] == [
        ("I-1.a", "I-1", 1, True),
        ("I-1.a", "I-1", 2, False),
    ]
    assert (found.permitted, found.permits, found.clauses) == (False, ("I-2.a",), ("I-1",))


def test_a_vocabulary_without_the_ends_has_no_other_forms() -> None:
    small = load(TEXT)
    for make in (evaluator, sql.where, cedar.policies):
        with pytest.raises(NotExpressibleError, match="no fact discloser"):
            make(small)


def test_cedar_says_which_rule_it_cannot_be_asked_for_one_source() -> None:
    with pytest.raises(NotExpressibleError, match=r"F-1\.a and F-2\.a"):
        cedar.policies(shipped_agreement("front-door-terms"))
    agreement = shipped_agreement("ico-nca-2024")
    forbid = next(each for each in agreement.rules if each.about_source is not None)
    twice = replace(forbid, head=forbid.condition)
    with pytest.raises(NotExpressibleError, match="several sources at once"):
        cedar.policies(_only(agreement, twice))


def _only(agreement: Agreement, rule: Any) -> Agreement:  # noqa: ANN401 - a rule as it is planted
    return replace(agreement, rules=(rule,))
