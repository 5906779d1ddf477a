"""The promise on finished facts, written from the clause alone, with facts that are not known.

As in `promise`, it imports neither the gate nor the agreement; here nothing is derived from labels
and answers. `None` is "nobody knows", and what nobody knows is never in favour of passing it on.
"""

from typing import NamedTuple


class Point(NamedTuple):
    """One way in which an organisation's information would reach the ICO."""

    discloser: str
    in_confidence: bool | None
    given_to: str | None
    chose_recipient: bool | None
    answer: str | None
    names_content: bool | None
    answer_discloser: str | None
    answer_recipient: str | None
    answer_purpose: str | None
    start: int | None
    end: int | None
    assurance: str | None
    fresh: bool | None
    entitlement: str | None


RECIPIENT, PURPOSE, NOW = "ICO", "regulation", 0
"""What is the same at every point. Instants are counted from now."""


def is_kept(point: Point) -> bool:
    """Return whether passing it on is known to keep the promise."""
    if point.in_confidence is False:
        return True
    if point.given_to is not None and "NCA" not in point.given_to.split():
        return True
    if point.discloser == "FRONT_DOOR" and point.chose_recipient is True:
        return True
    return _has_consented(point)


def _has_consented(point: Point) -> bool:
    """Return whether the organisation is known to have said yes to exactly this, and still to."""
    if point.answer != "given" or point.names_content is not True or point.fresh is not True:
        return False
    if (point.answer_discloser, point.answer_recipient) != (point.discloser, RECIPIENT):
        return False
    if point.answer_purpose != PURPOSE or point.assurance not in {"passkey", "totp"}:
        return False
    if point.entitlement not in {"registered", "colleague", "called_back"}:
        return False
    if point.start is None or point.end is None:
        return False
    return point.start <= NOW < point.end
