"""An agreement with as many rules as a file may have is proved and exported like any other."""

import pytest

from comity.backends.evaluator import evaluator
from comity.core.agreement import Agreement, read_agreement
from comity.core.terms import Code, InputError
from comity.proof.prove import prove, script_of
from comity.shipped import SHIPPED
from tests.core.world import vocabulary

MOST = 1_000
TERMS = (SHIPPED / "front-door-terms.md").read_text(encoding="utf-8")
CLAUSE = (
    "## Z-1 Many\ncites: D1; grade A\n>~ Many small rules.\n\n```rule\n{rules}\n```\n\n## Sources"
)


def with_rules(count: int) -> Agreement:
    """Return the front door's terms with so many rules, each against one thing more."""
    asked = vocabulary().values
    pairs = [
        f"kind is {kind} and purpose is {purpose}"
        for kind in asked["kinds"].meanings
        for purpose in asked["purposes"].meanings
    ]
    more = count - len(read_agreement(TERMS.encode(), "terms.md", vocabulary()).rules)
    rules = "\n".join(
        f"Z-1.{n}  forbid  discloser is recipient and {pairs[n % len(pairs)]}" for n in range(more)
    )
    text = TERMS.replace("## Sources", CLAUSE.format(rules=rules))
    return read_agreement(text.encode(), "many.md", vocabulary())


def test_one_rule_more_than_a_file_may_have_is_an_error() -> None:
    assert len(with_rules(MOST).rules) == MOST
    with pytest.raises(InputError) as caught:
        with_rules(MOST + 1)
    assert caught.value.code is Code.TOO_MANY


@pytest.mark.slow
def test_a_thousand_rules_are_proved_certified_and_exported() -> None:
    found = with_rules(MOST)
    proof = prove(found)
    assert proof.solvers_agree
    assert proof.certified.holds
    assert script_of(found).count("(check-sat-assuming ") == len(proof.proved)
    compile(evaluator(found), "many.py", "exec")
