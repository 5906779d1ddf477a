"""The generated evaluator answers the gate's own questions: labels, evidence and signed answers.

The requests are those of the benchmarks. Each is made twice from one scenario: as a question for
the gate, and as finished facts, which were thought out beforehand and not asked of the gate.
"""

from collections import Counter
from collections.abc import Sequence

import pytest

from benchmarks.answers import NOW
from benchmarks.requests import Case, corpus, unknown_corpus
from comity.backends.batch import Batch, columns
from comity.backends.evaluator import evaluator
from comity.core.agreement import Agreements
from comity.core.gate import Ground
from comity.core.gate.decide import judge
from comity.core.gate.decision import Reason
from comity.core.gate.request import Question
from comity.shipped import shipped_agreement
from tests.backends.engines import loaded

AGREEMENT = shipped_agreement("ico-nca-2024")


def rules(reasons: Sequence[Reason], ground: Ground) -> Counter[str]:
    """Return the rules that are named on this ground, and how often."""
    return Counter(each.rule.id for each in reasons if each.rule and each.ground is ground)


def check(cases: Sequence[Case]) -> int:
    """Compare the gate's answer and reasons on each; return how many it permits."""
    held, decide = Agreements([AGREEMENT]), loaded(evaluator(AGREEMENT))["decide"]
    by_columns = Batch(AGREEMENT).decide(columns(AGREEMENT, [case.named for case in cases]))
    permitted = 0
    for number, case in enumerate(cases):
        passes, reasons = judge(Question(held, case.request, case.consents, NOW))
        found = decide(*case.named)
        assert found.permitted is passes
        assert bool(by_columns.permitted[number]) is passes
        sure = Counter(each.rule for each in found.forbids if each.certain)
        unsure = Counter(each.rule for each in found.forbids if not each.certain)
        assert rules(reasons, Ground.FORBIDDEN) == sure
        assert rules(reasons, Ground.MAY_BE_FORBIDDEN) == unsure
        if not found.forbids:
            assert rules(reasons, Ground.PERMITTED) == Counter(found.permits)
        if not found.forbids and not found.permits:
            assert rules(reasons, Ground.NOT_SHOWN) == Counter(found.unknown)
        permitted += passes
    return permitted


def test_the_evaluator_gives_the_reasons_of_the_gate() -> None:
    assert check(corpus(AGREEMENT.digest, 150)) > 50
    assert 10 < check(unknown_corpus(AGREEMENT.digest, 150)) < 100


@pytest.mark.slow
def test_the_evaluator_gives_the_reasons_of_the_gate_on_thousands_of_questions() -> None:
    assert check(corpus(AGREEMENT.digest, 3_000)) > 1_000
    assert 200 < check(unknown_corpus(AGREEMENT.digest, 3_000)) < 2_000
