"""Casbin, through the package pycasbin, with its model for attributes (ABAC).

How it is encoded. The request has one part, an object with the facts as attributes. Each rule is
one policy: its condition as text, and `allow` or `deny`. The matcher evaluates the text of each
policy, and the effect is "some allow, and no deny":

    [request_definition]   r = req
    [policy_definition]    p = sub_rule, eft
    [policy_effect]        e = some(where (p.eft == allow)) && !some(where (p.eft == deny))
    [matchers]             m = eval(p.sub_rule)

    p, r.req.recipient == "ICO" and ... and not (...), deny

- `and`, `or`, `not`, `in` and comparisons are those of the expression language itself. `x within
  y` is a function that is registered with the enforcer, as casbin's documentation shows.
- TLP is a number and an instant is seconds since 1970.
- Casbin has no quantifier, so each source is a request of its own, and one that is denied denies
  the whole.
- The forbids come first: casbin stops at the first deny.

How it is run. The enforcer is made once with all policies. Casbin reads the text of every policy
anew for every request; that is how `eval` in a matcher works and why it is slow. A matcher that
calls one Python function for everything would be fast, but then the rules would be Python code
and no longer policies, so that was not done.

What is left out. Reasons and obligations; what would lift a refusal; consent, which arrives here
as facts that the gate has to derive for itself; the second agreement.
"""

import logging
from collections.abc import Collection
from importlib import import_module
from types import SimpleNamespace

from benchmarks.peers.encoding import PeerRule, fact_beside, peer_rules, plain_value
from benchmarks.requests import Plain
from comity.core.agreement import Agreement
from comity.core.language import Condition
from comity.core.language.conditions import (
    And,
    AnySource,
    Compare,
    Constant,
    FactRef,
    Flag,
    In,
    Is,
    Literal,
    Not,
    Operand,
    Or,
    Within,
)

MODEL = """
[request_definition]
r = req
[policy_definition]
p = sub_rule, eft
[policy_effect]
e = some(where (p.eft == allow)) && !some(where (p.eft == deny))
[matchers]
m = eval(p.sub_rule)
"""


class Casbin:
    """The rules as policies of one enforcer."""

    name = "casbin (pycasbin)"
    form = "plain"

    def __init__(self, agreement: Agreement) -> None:
        """Translate the rules and add them."""
        casbin = import_module("casbin")
        model = casbin.Model()
        model.load_model_from_text(MODEL)
        self._enforcer = casbin.Enforcer(model)
        logging.getLogger("casbin").setLevel(logging.ERROR)  # or it prints every refusal
        self._enforcer.add_function("within", _within)
        rules = sorted(peer_rules(agreement), key=lambda rule: rule.permits)
        self._enforcer.add_policies([_policy(rule) for rule in rules])

    def prepare(self, plain: Plain) -> list[SimpleNamespace]:
        """Return one object for each source."""
        return [SimpleNamespace(**facts) for facts in plain.each()]

    def allows(self, prepared: list[SimpleNamespace]) -> bool:
        """Return whether no source denies."""
        return all(self._enforcer.enforce(each) for each in prepared)


def _within(some: Collection[str], others: Collection[str]) -> bool:
    return all(each in others for each in some)


def _policy(rule: PeerRule) -> list[str]:
    condition = " and ".join(f"({_text(part)})" for part in rule.whole)
    return [condition, "allow" if rule.permits else "deny"]


def _text(condition: Condition) -> str:  # noqa: C901, PLR0911 - one case for each kind
    match condition:
        case Constant(truth):
            return "True" if truth else "False"
        case Flag(fact):
            return f"r.req.{fact.name}"
        case Is(left, right):
            return f"{_value(left, right)} == {_value(right, left)}"
        case In(left, right):
            return f"{_value(left, right)} in {_value(right, left)}"
        case Within(left, right):
            return f"within({_value(left, right)}, {_value(right, left)})"
        case Compare(left, right, or_equal):
            sign = "<=" if or_equal else "<"
            return f"{_value(left, right)} {sign} {_value(right, left)}"
        case Not(part):
            return f"not ({_text(part)})"
        case And(parts):
            return " and ".join(f"({_text(part)})" for part in parts)
        case Or(parts):
            return " or ".join(f"({_text(part)})" for part in parts)
        case AnySource():
            raise ValueError("casbin cannot ask about all sources at once")


def _value(operand: Operand, beside: Operand) -> str:
    match operand:
        case FactRef(fact):
            return f"r.req.{fact.name}"
        case Literal(value):
            return repr(plain_value(value, fact_beside(beside)))
