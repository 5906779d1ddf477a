"""Rego, the language of Open Policy Agent, through the package hobofan-regorus.

How it is encoded. One package with three rules: `allow` if `permitted` and not `forbidden`. Each
permit is one body of `permitted` and each forbid one body of `forbidden`, so deny by default and
"a forbid overrides" are written out:

    allow if { permitted; not forbidden }
    forbidden if {
        input.recipient == "ICO"
        some source in input.sources
        source.origin == "ORG"
        source.in_confidence
        "NCA" in source.given_to
        not consent_covers(source)
    }

- `and` is a list of lines. `or`, and the `not` of anything but a single comparison, become helper
  rules, with the source as an argument if they speak about one.
- `x within y` is `every`. TLP is a number and an instant is seconds since 1970.
- Rego can ask for *some source*, so each request is asked once, with all its sources.

How it is run. The policy is parsed once; for each request the input is set and one rule is
evaluated by `eval_rule`, which needs no query to be parsed. The input is JSON text, made here by
`prepare`; the benchmark times it with and without. It has to be text: given a dict, version 0.2.5
of the package turns False into the number 0, which counts as true in Rego, and the answers are
wrong (`input.x` holds where x is False). Lists inside sets fail to come back, too.

Rego is asked twice over: for yes or no, which is all that most users ask, and for the ids of all
rules that hold as well, as two sets, the nearest that it comes to what the gate gives.

What is left out. Obligations and the source that a rule fired for; what would lift a refusal;
consent, which arrives here as facts that the gate has to derive for itself; the second agreement;
partial evaluation, which the package does not have. OPA itself, a server in Go, was not measured.
"""

from collections.abc import Iterable, Iterator
from importlib import import_module
from json import dumps

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
    facts_in,
)

HEAD = """package comity
import rego.v1
default allow := false
"""
YES_OR_NO = """allow if { permitted; not forbidden }
"""
WITH_RULES = """allow if { count(permitted) > 0; count(forbidden) == 0 }
decision := {"allow": allow, "permitted": permitted, "forbidden": forbidden}
"""


class Rego:
    """The rules as one parsed Rego package."""

    form = "plain"

    def __init__(self, agreement: Agreement, *, named: bool = False) -> None:
        """Translate and parse the rules; `named` says which rules hold, and not only yes or no."""
        self.name = "Rego (regorus), naming the rules" if named else "Rego (regorus)"
        answer = WITH_RULES if named else YES_OR_NO
        self.text = _Translation(named=named).package(peer_rules(agreement), answer)
        self._engine = import_module("hobofan_regorus").Engine()
        self._engine.add_policy("comity.rego", self.text)
        self._rule = "data.comity.decision" if named else "data.comity.allow"
        self._named = named

    def prepare(self, plain: Plain) -> str:
        """Return the input as JSON text."""
        return dumps({**plain.about, "sources": plain.sources}, separators=(",", ":"))

    def allows(self, prepared: str) -> bool:
        """Return whether the rules allow it."""
        self._engine.set_input_json(prepared)
        answer = self._engine.eval_rule(self._rule)
        return (answer["allow"] if self._named else answer) is True


class _Translation:
    """The helpers written so far, each once."""

    def __init__(self, *, named: bool = False) -> None:
        self._named = named
        self._helpers: dict[str, str] = {}
        self._lines: list[str] = []

    def package(self, rules: Iterable[PeerRule], answer: str) -> str:
        for rule in rules:
            name = "permitted" if rule.permits else "forbidden"
            head = f'{name} contains "{rule.id}"' if self._named else f"# {rule.id}\n{name}"
            body = list(self._body(rule.request))
            if rule.source is not None:
                body += ["some source in input.sources", *self._body(rule.source)]
            self._lines.append(f"{head} if {{ {'; '.join(body)} }}")
        return HEAD + answer + "\n".join(self._lines) + "\n"

    def _body(self, condition: Condition) -> Iterator[str]:
        """Yield lines that all hold where the condition does."""
        match condition:
            case And(parts):
                for part in parts:
                    yield from self._body(part)
            case Or(parts):
                yield self._helper(condition, [list(self._body(part)) for part in parts])
            case Not(Or() | And() | Within() | Not() as part):
                yield f"not {self._helper(part, self._bodies(part))}"
            case Not(part):
                yield f"not {next(self._body(part))}"
            case AnySource():
                raise ValueError("a rule about sources was not taken apart")
            case _:
                yield _line(condition)

    def _bodies(self, condition: Condition) -> list[list[str]]:
        """Return the lines of each way in which the condition can hold."""
        parts = condition.parts if isinstance(condition, Or) else (condition,)
        return [list(self._body(part)) for part in parts]

    def _helper(self, condition: Condition, bodies: list[list[str]]) -> str:
        """Return a call of the helper rule that holds where the condition does."""
        texts = [f" if {{ {'; '.join(body)} }}" for body in bodies]
        call = self._helpers.get("".join(texts))
        if call is None:
            of_source = any(fact.of_source for fact in facts_in(condition))
            call = f"holds_{len(self._helpers)}" + ("(source)" if of_source else "")
            self._helpers["".join(texts)] = call
            self._lines += [call + text for text in texts]
        return call


def _line(condition: Condition) -> str:
    match condition:
        case Constant():
            return truth_of(condition)
        case Flag(fact):
            return _value(FactRef(fact), FactRef(fact))
        case Is(left, right):
            return f"{_value(left, right)} == {_value(right, left)}"
        case In(left, right):
            return f"{_value(left, right)} in {_set(right, left)}"
        case Within(left, right):
            return f"every each in {_value(left, right)} {{ each in {_set(right, left)} }}"
        case Compare(left, right, or_equal):
            sign = "<=" if or_equal else "<"
            return f"{_value(left, right)} {sign} {_value(right, left)}"
        case _:
            raise ValueError(f"{type(condition).__name__} is no single line")


def _set(operand: Operand, beside: Operand) -> str:
    text = _value(operand, beside)
    return f"{{{text[1:-1]}}}" if isinstance(operand, Literal) else text


def _value(operand: Operand, beside: Operand) -> str:
    match operand:
        case FactRef(fact):
            return f"source.{fact.name}" if fact.of_source else f"input.{fact.name}"
        case Literal(value):
            return dumps(plain_value(value, fact_beside(beside)))
