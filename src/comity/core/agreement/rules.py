"""Rules: what an agreement permits and forbids, each as one condition."""

from dataclasses import dataclass
from enum import StrEnum

from comity.core.agreement.obligations import Obligation
from comity.core.language.conditions import AnySource, Condition, Not, conjunction


class Effect(StrEnum):
    """What a rule does when its condition holds."""

    PERMIT = "permit"
    FORBID = "forbid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule. A permit must hold; a forbid fires if it may hold.

    `source` is met by some source of the label, unless `unless` holds for that same source.
    `obligations` say what a permit makes owed, `cure` in words what would lift a forbid, `backs`
    why the rule stands though others decide every request as it does.
    """

    id: str
    clause: str
    effect: Effect
    head: Condition
    source: Condition | None
    unless: Condition | None
    obligations: tuple[Obligation, ...]
    cure: str
    backs: str
    line: int

    @property
    def about_source(self) -> Condition | None:
        """The condition on one source, exception included, if the rule has a source line."""
        if self.source is None:
            return None
        return conjunction([self.source, *self._exception()])

    @property
    def about_request(self) -> Condition:
        """The condition on the request, exception included if no source line carries it."""
        if self.source is not None:
            return self.head
        return conjunction([self.head, *self._exception()])

    @property
    def condition(self) -> Condition:
        """The whole rule as one condition."""
        about_source = self.about_source
        if about_source is None:
            return self.about_request
        return conjunction([self.about_request, AnySource(about_source)])

    def _exception(self) -> list[Condition]:
        return [] if self.unless is None else [Not(self.unless)]
