"""A history of consent, read by the seven rules in the room's docstring."""

from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from comity.core.consent.answers import (
    STATUS_LIFETIME,
    Answer,
    Choice,
    Seeking,
    Statement,
    Status,
)
from comity.core.consent.standing import ASKED, DOUBT, SILENCE, Scope, Standing
from comity.core.terms import ConsentId, Digest, OrganisationId, PartyId

CONTRADICTORY: tuple[Statement, ...] = ()
"""Stands for answers that contradict each other: an organisation without answers has no entry."""

K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, slots=True, kw_only=True)
class Consents:
    """Everything a node holds about consent at one moment.

    `status_seen` is, for each consent, the highest status counter this node ever saw.
    """

    statements: tuple[Statement, ...] = ()
    seekings: tuple[Seeking, ...] = ()
    statuses: tuple[Status, ...] = ()
    choices: tuple[Choice, ...] = ()
    status_seen: Mapping[ConsentId, int] = field(default_factory=dict)
    _in_force: Mapping[OrganisationId, tuple[Statement, ...]] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )
    _newest_status: Mapping[ConsentId, Status | None] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )

    def __post_init__(self) -> None:
        """Read once what every decision asks for: answers in force, and the newest statuses."""
        answers = _grouped(self.statements, lambda answer: answer.organisation)
        in_force = {organisation: _in_force(said) for organisation, said in answers.items()}
        statuses = _grouped(self.statuses, lambda status: status.consent)
        newest = {consent: _newest(shown) for consent, shown in statuses.items()}
        object.__setattr__(self, "_in_force", in_force)  # a frozen value, still being made
        object.__setattr__(self, "_newest_status", newest)  # the same

    def standing(self, scope: Scope, now: datetime) -> Standing:
        """Return what the answer nearest to this disclosure says at `now`."""
        in_force = self._in_force.get(scope.organisation)
        if in_force is None:
            return ASKED if self.seekings and self._asked(scope) else SILENCE
        if in_force is CONTRADICTORY:
            return DOUBT
        about_this = [answer for answer in in_force if _is_about(answer, scope)]
        nearest = _highest(about_this or in_force)
        return Standing(
            answer=nearest.answer,
            names_content=scope.item in nearest.items,
            discloser=nearest.discloser,
            recipient=nearest.recipient,
            purpose=nearest.purpose,
            start=nearest.start,
            end=nearest.end,
            assurance=nearest.assurance,
            fresh=self._fresh(nearest, now),
            entitlement=nearest.entitlement,
        )

    def chose(self, organisation: OrganisationId, item: Digest, body: PartyId) -> bool:
        """Return whether the newest choice that names this content names this body."""
        naming = self.choices and [
            choice
            for choice in self.choices
            if choice.organisation == organisation and item in choice.items
        ]
        if not naming:
            return False
        newest = max(choice.counter for choice in naming)
        return all(body in choice.bodies for choice in naming if choice.counter == newest)

    def of(self, organisations: Container[str]) -> "Consents":
        """Return what is held about these organisations' answers and choices, and nothing else."""
        statements = tuple(each for each in self.statements if each.organisation in organisations)
        named = {each.consent for each in statements}
        return Consents(
            statements=statements,
            seekings=tuple(each for each in self.seekings if each.organisation in organisations),
            statuses=tuple(each for each in self.statuses if each.consent in named),
            choices=tuple(each for each in self.choices if each.organisation in organisations),
            status_seen=self.status_seen,
        )

    def as_of(self, moment: datetime) -> "Consents":
        """Return the history as it took effect at a past moment, to judge what was done then.

        A withdrawal takes effect at the earlier of the time it states and its receipt.
        """
        return Consents(
            statements=tuple(each for each in self.statements if _in_effect_from(each) <= moment),
            seekings=self.seekings,
            statuses=tuple(each for each in self.statuses if each.start <= moment),
            choices=self.choices,
        )

    def _asked(self, scope: Scope) -> bool:
        return any(
            seeking.organisation == scope.organisation
            and seeking.recipient == scope.recipient
            and scope.item in seeking.items
            for seeking in self.seekings
        )

    def _fresh(self, answer: Statement, now: datetime) -> bool | None:
        """Return True if the newest status shows this answer as the newest, else unknown."""
        status = self._newest_status.get(answer.consent)
        shown = (
            status is not None
            and status.counter >= self.status_seen.get(answer.consent, 0)
            and status.newest_answer == answer.counter
            and status.start <= now < min(status.end, status.start + STATUS_LIFETIME)
        )
        return True if shown else None


def _grouped(values: Iterable[V], key: Callable[[V], K]) -> Mapping[K, tuple[V, ...]]:
    groups: defaultdict[K, list[V]] = defaultdict(list)
    for value in values:
        groups[key(value)].append(value)
    return {name: tuple(group) for name, group in groups.items()}


def _contradictory(answers: Iterable[Statement]) -> bool:
    """Return whether two different answers claim the same place in the order."""
    places: dict[int, Statement] = {}
    return any(places.setdefault(answer.counter, answer) != answer for answer in answers)


def _in_force(answers: Iterable[Statement]) -> tuple[Statement, ...]:
    """Return the newest answer of each consent, or the mark of a history that is in doubt."""
    if _contradictory(answers):
        return CONTRADICTORY
    newest: dict[ConsentId, Statement] = {}
    for answer in answers:
        held = newest.get(answer.consent)
        if held is None or answer.counter > held.counter:
            newest[answer.consent] = answer
    return tuple(newest.values())


def _highest(answers: Sequence[Statement]) -> Statement:
    """Return the answer with the highest counter."""
    if len(answers) == 1:
        return answers[0]
    return max(answers, key=lambda answer: answer.counter)


def _newest(statuses: Iterable[Status]) -> Status | None:
    """Return the status with the highest counter, or None if two of them disagree."""
    ordered = sorted(set(statuses), key=lambda status: status.counter, reverse=True)
    if len(ordered) > 1 and ordered[0].counter == ordered[1].counter:
        return None
    return ordered[0]


def _is_about(answer: Statement, scope: Scope) -> bool:
    return (
        scope.item in answer.items
        and answer.recipient == scope.recipient
        and answer.discloser == scope.discloser
        and answer.purpose == scope.purpose
    )


def _in_effect_from(statement: Statement) -> datetime:
    if statement.answer is Answer.GIVEN:
        return statement.received_at
    return min(statement.stated_at, statement.received_at)


NOTHING = Consents()
"""No organisation has said anything."""
