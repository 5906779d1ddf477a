"""Rulebook: rules made ready for one pair of parties and one kind of item.

Most rules speak about other parties or kinds. Reduced to the case at hand they are plainly
false and drop out; the rest are shorter. The answer is the same, only sooner (a test compares
it with the unreduced rules).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from comity.core.agreement.rules import Effect, Rule
from comity.core.language import Test, Value, compiled
from comity.core.language.conditions import ALWAYS, NEVER, Condition
from comity.core.language.reduce import Waiting, reduced, waiting


@dataclass(frozen=True, slots=True)
class Prepared:
    """One rule for the case at hand: a test of the request and perhaps one of each source."""

    rule: Rule
    about_request: Test
    about_source: Test | None
    request_waits_for: Waiting
    source_waits_for: Waiting


@dataclass(frozen=True, slots=True)
class Ready:
    """The rules that can matter for the case at hand, in the order of the file."""

    permits: tuple[Prepared, ...]
    forbids: tuple[Prepared, ...]


def ready(rules: Iterable[Rule], known: Mapping[str, Value]) -> Ready:
    """Return the rules that can be true where these facts are as given."""
    prepared = [each for rule in rules if (each := _prepared(rule, known))]
    return Ready(
        permits=tuple(each for each in prepared if each.rule.effect is Effect.PERMIT),
        forbids=tuple(each for each in prepared if each.rule.effect is Effect.FORBID),
    )


def _prepared(rule: Rule, known: Mapping[str, Value]) -> Prepared | None:
    """Return the rule reduced to what is known, or None if it cannot be true."""
    request = reduced(rule.about_request, known)
    source: Condition | None = None
    if rule.about_source is not None:
        source = reduced(rule.about_source, known)
    if NEVER in (request, source):
        return None
    return Prepared(
        rule,
        compiled(request),
        None if source is None else compiled(source),
        waiting(request),
        waiting(ALWAYS if source is None else source),
    )
