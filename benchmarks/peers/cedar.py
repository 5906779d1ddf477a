"""Cedar, through the package cedarpy.

How it is encoded. Each rule becomes one policy, `permit` or `forbid`, with the rule's id as its
`@id` and the rule's condition as its `when`. Cedar denies by default and a forbid overrides, as
Comity does, so nothing needs to be added for that. All facts are attributes of the context:

    @id("X-1.a") forbid (principal, action, resource) when {
      (["ICO", "NCA"].contains(context.discloser)) && ... && context.identifies_people
      && !(context.personal_data_basis_recorded)
    };

- `x is y` is `==`, `x in (..)` is a set's `contains`, `x within y` is `y.containsAll(x)`.
- TLP is a number, so that `<=` can compare it; an instant is seconds since 1970.
- Cedar has no quantifier over a set of records, so a rule about *some source of the label* cannot
  be one policy over one request. Each source is a request of its own, and one that is denied
  denies the whole.
- Principal, action and resource are constants, so no entity has to be built for a request.

How it is run. The policies are parsed once into a `PolicySet` and the (empty) entities once into
an `Entities` handle, and both are reused, as cedarpy's documentation recommends for speed. The
sources of one request go in one call of `is_authorized_batch`; `allows_each` passes all requests
in a single call. Cedar takes its context as JSON text, which is made here by `prepare` (cedarpy
makes it itself, a little slower, if it is given a dict). The benchmark times it with and without.

What is left out. Reasons and obligations (Cedar names the policies that decided, and has no
obligations); what would lift a refusal; consent, which arrives here as facts that the gate has to
derive for itself; the schema (with a schema on each call an absent fact is an error instead of a
skipped policy, which is slower still); and the second agreement.
"""

from collections.abc import Sequence
from importlib import import_module
from itertools import islice
from json import dumps
from typing import TypeAlias

from benchmarks.peers.encoding import PeerRule, fact_beside, peer_rules, plain_value, truth_of
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

Request: TypeAlias = dict[str, str]


class Cedar:
    """The rules as a parsed policy set, asked about one request at a time."""

    name = "Cedar (cedarpy)"

    def __init__(self, agreement: Agreement) -> None:
        """Translate and parse the rules."""
        cedarpy = import_module("cedarpy")
        self.text = "\n".join(map(_policy, peer_rules(agreement)))
        self._policies = cedarpy.PolicySet.from_str(self.text)
        self._entities = cedarpy.Entities.from_json_str("[]")
        self._ask = cedarpy.is_authorized_batch

    def prepare(self, plain: Plain) -> list[Request]:
        """Return one request for each source, with its context as JSON text."""
        return [
            {
                "principal": 'Node::"discloser"',
                "action": 'Action::"disclose"',
                "resource": 'Node::"recipient"',
                "context": dumps(facts, separators=(",", ":")),
            }
            for facts in plain.each()
        ]

    def allows(self, prepared: list[Request]) -> bool:
        """Return whether no source denies."""
        answers = self._ask(prepared, self._policies, self._entities)
        return all(answer.allowed for answer in answers)

    def allows_each(self, prepared: Sequence[list[Request]]) -> list[bool]:
        """Return the same for many requests, asked in a single call."""
        requests = [request for each in prepared for request in each]
        answers = self._ask(requests, self._policies, self._entities)
        allowed = iter([answer.allowed for answer in answers])
        return [all(tuple(islice(allowed, len(each)))) for each in prepared]


def _policy(rule: PeerRule) -> str:
    effect = "permit" if rule.permits else "forbid"
    condition = " && ".join(f"({_text(part)})" for part in rule.whole)
    return f'@id("{rule.id}") {effect} (principal, action, resource) when {{ {condition} }};'


def _text(condition: Condition) -> str:  # noqa: C901, PLR0911 - one case for each kind
    match condition:
        case Constant():
            return truth_of(condition)
        case Flag(fact):
            return f"context.{fact.name}"
        case Is(left, right):
            return f"{_value(left, right)} == {_value(right, left)}"
        case In(left, right):
            return f"{_value(right, left)}.contains({_value(left, right)})"
        case Within(left, right):
            return f"{_value(right, left)}.containsAll({_value(left, right)})"
        case Compare(left, right, or_equal):
            sign = "<=" if or_equal else "<"
            return f"{_value(left, right)} {sign} {_value(right, left)}"
        case Not(part):
            return f"!({_text(part)})"
        case And(parts):
            return " && ".join(f"({_text(part)})" for part in parts)
        case Or(parts):
            return " || ".join(f"({_text(part)})" for part in parts)
        case AnySource():
            raise ValueError("Cedar cannot ask about all sources at once")


def _value(operand: Operand, beside: Operand) -> str:
    match operand:
        case FactRef(fact):
            return f"context.{fact.name}"
        case Literal(value):
            return dumps(plain_value(value, fact_beside(beside)))
