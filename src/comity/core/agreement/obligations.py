"""Obligations: what a permit makes one of the two parties owe, and by when.

then     discloser before sending, shown by FACT: WHAT
then     discloser within 5 days: WHAT
then     recipient within 12 hours: WHAT

What is owed before sending is a condition of the permit: until the fact that shows it is known to
be so, nothing may be sent.
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from comity.core.agreement.text import Entry, Part
from comity.core.language import Condition, Fragment, Kind, Names, check, parse
from comity.core.terms import Code, InputError, Place

FORM = re.compile(
    r"(?P<owner>discloser|recipient) "
    r"(?:before sending ?, ?shown by (?P<fact>[a-z][a-z0-9_]{0,63})"
    r"|within (?P<number>[1-9]\d{0,2}) (?P<unit>hour|day)s?)"
    r" ?: ?(?P<what>\S.*)",
    re.ASCII,
)
ADVICE = (
    "write `then discloser within 5 days: WHAT`, `then recipient within 12 hours: WHAT` "
    "or `then discloser before sending, shown by FACT: WHAT`"
)


class Owner(StrEnum):
    """Who owes it: one of the two ends of the disclosure."""

    DISCLOSER = "discloser"
    RECIPIENT = "recipient"


@dataclass(frozen=True, slots=True, kw_only=True)
class Obligation:
    """What is owed for a permit. `id` is that of the rule, and its number there.

    It is owed `within` a time of the disclosure; or before it, and then `shown_by` is the fact
    without which the rule does not permit.
    """

    id: str
    owner: Owner
    what: str
    within: timedelta | None
    shown_by: str


def read_obligations(
    entry: Entry, names: Names
) -> tuple[tuple[Obligation, ...], tuple[Condition, ...]]:
    """Return what a permit makes owed, and what of it the permit waits for.

    Raises:
        InputError: an obligation says not who owes it or by when, it is not the discloser who has
            to do something before sending, or no fact can show that it was done.
    """
    owed, conditions = [], []
    parts = [part for part in entry.parts if part.keyword == "then"]
    for number, part in enumerate(parts, 1):
        obligation = _obligation(f"{entry.id}/{number}", part)
        owed.append(obligation)
        if obligation.shown_by:
            conditions.append(_shown(obligation, part, names))
    return tuple(owed), tuple(conditions)


def _obligation(owed_id: str, part: Part) -> Obligation:
    found = FORM.fullmatch(part.text)
    if found is None:
        raise _bad("an obligation says who owes what, and by when", part.fragments[0].at, ADVICE)
    owner, fact = Owner(found["owner"]), found["fact"] or ""
    if fact and owner is not Owner.DISCLOSER:
        raise _bad("before sending only the discloser can owe", part.fragments[0].at, ADVICE)
    unit = {"hour": timedelta(hours=1), "day": timedelta(days=1)}.get(found["unit"])
    return Obligation(
        id=owed_id,
        owner=owner,
        what=found["what"],
        within=unit * int(found["number"]) if unit else None,
        shown_by=fact,
    )


def _shown(obligation: Obligation, part: Part, names: Names) -> Condition:
    """Return the condition that it was done: a yes-or-no fact of the request, with evidence."""
    at = _place_of(obligation.shown_by, part)
    fact = names.vocabulary.fact(obligation.shown_by, at)
    if fact.kind is not Kind.FLAG or fact.of_source or not fact.evidence:
        advice = "name a yes-or-no fact of the request that the vocabulary wants evidence for"
        raise _bad(f"{fact.name} cannot show that something was done", at, advice)
    return check(parse([Fragment(fact.name, at)]), names)


def _place_of(word: str, part: Part) -> Place:
    """Return where a word of a part stands."""
    return next(
        Place(name=each.at.name, line=each.at.line, column=each.at.column + found.start())
        for each in part.fragments
        if (found := re.search(rf"\b{word}\b", each.text))
    )


def _bad(message: str, at: Place, advice: str) -> InputError:
    return InputError(Code.BAD_RULE, message, at=at, advice=advice)
