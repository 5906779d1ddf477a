"""The benchmarks run, all engines decide alike, and the figures are not far off."""

import json
import os
from contextlib import redirect_stdout
from io import StringIO
from typing import Any

import pytest

from benchmarks.__main__ import main
from benchmarks.answers import NOW
from benchmarks.backends import EVALUATOR, LEAST
from benchmarks.gate import (
    AGREEMENT,
    QUICK,
    DisagreementError,
    check_agreement,
)
from benchmarks.peers import missing_packages
from benchmarks.requests import Case, Plain, corpus, unknown_corpus
from comity.core.agreement import Agreements
from comity.core.gate import Permit, decide
from comity.files import load_agreement
from tests.machine.needs import Need, report_missing

pytestmark = pytest.mark.more

NEED = "bench"
LEAST_RATIO = 1
"""What no noise explains: the gate, with all its reasons, slower than a yes or no of a peer."""
LEAST_RATIO_TO_CEDAR = 3


@pytest.fixture(scope="module")
def found() -> dict[str, Any]:
    """Return what `python -m benchmarks --quick --json` prints."""
    missing = missing_packages()
    if missing:
        what = f"these are not installed: {', '.join(missing)} (`make bench` installs them)"
        report_missing(Need.BENCH, what, os.environ)
    with redirect_stdout(StringIO()) as printed:
        assert main(["--quick", "--json"]) == 0
    results: dict[str, Any] = json.loads(printed.getvalue())
    return results


def ratio_in(found: dict[str, Any], name: str) -> float:
    """Return the ratio of the only figure whose name begins like this."""
    [ratio] = [each["ratio"] for each in found["figures"] if each["name"].startswith(name)]
    return float(ratio)


def test_every_engine_was_asked_and_agrees(found: dict[str, Any]) -> None:
    asked = found["agreed"]
    peers = asked.keys() - LEAST
    assert {name.split()[0] for name in peers} == {"Cedar", "Rego", "casbin"}
    assert all(asked[name] == (50 if "casbin" in name else QUICK.requests) for name in peers)
    assert all(asked[name] == 2 * QUICK.requests for name in LEAST)


def test_no_deleted_fact_opens_the_gate(found: dict[str, Any]) -> None:
    assert found["deletions"] > 100
    assert found["failed_open"]["Comity"] == 0


def test_the_other_forms_are_not_far_from_their_aims(found: dict[str, Any]) -> None:
    assert ratio_in(found, f"{EVALUATOR} against the best peer") >= LEAST_RATIO_TO_CEDAR
    for name, least in LEAST.items():
        [rate] = [each["ours"] for each in found["figures"] if each["name"] == name]
        assert rate > least / 4


def test_the_gate_is_no_slower_than_any_peer(found: dict[str, Any]) -> None:
    assert ratio_in(found, "against the best peer") >= LEAST_RATIO
    [cedar] = [
        each["ratio"] for each in found["figures"] if each["name"] == "against Cedar (cedarpy)"
    ]
    assert cedar >= LEAST_RATIO_TO_CEDAR


class Stubborn:
    """A peer that allows everything."""

    name = "stubborn"
    form = "plain"

    def prepare(self, plain: Plain) -> Plain:
        """Return the facts as they are."""
        return plain

    def allows(self, prepared: Plain) -> bool:
        """Return true, whatever is asked."""
        return bool(prepared.about)


def permits(case: Case) -> bool:
    """Return whether the gate permits the request under its one agreement."""
    held = Agreements([load_agreement(AGREEMENT)])
    return isinstance(decide(held, case.request, case.consents, NOW), Permit)


def test_a_peer_that_decides_otherwise_is_an_error() -> None:
    cases = corpus(load_agreement(AGREEMENT).digest, 30)
    with pytest.raises(DisagreementError, match="the gate says refused, stubborn permitted"):
        check_agreement(Stubborn(), cases, permits, lambda _: None)


def test_the_requests_are_the_same_in_every_run_and_half_are_permitted() -> None:
    agreement = load_agreement(AGREEMENT)
    held, cases = Agreements([agreement]), corpus(agreement.digest)
    assert [case.plain for case in cases] == [case.plain for case in corpus(agreement.digest)]
    decisions = [decide(held, case.request, case.consents, NOW) for case in cases]
    permitted = sum(isinstance(decision, Permit) for decision in decisions)
    assert 0.4 < permitted / len(cases) < 0.6
    assert not any(decision.unknown for decision in decisions)


def test_unknown_facts_matter_in_the_other_requests() -> None:
    agreement = load_agreement(AGREEMENT)
    held, cases = Agreements([agreement]), unknown_corpus(agreement.digest)
    waiting = [decide(held, case.request, case.consents, NOW).unknown for case in cases]
    assert sum(map(bool, waiting)) > len(cases) / 4
