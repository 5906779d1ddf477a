"""The promise, written from the clause alone. It imports neither the gate nor the agreement.

    The NCA will never pass information shared with it in confidence by an organisation to the
    ICO without having first sought the consent of that organisation.

Read strictly (consent given, for exactly this, in date, strong, by somebody entitled to speak, and
shown to stand) and for any discloser, so that it holds on the way through a third body, too.
"""

from datetime import datetime
from typing import NamedTuple


class Told(NamedTuple):
    """One way in which an organisation's information reached somebody who would pass it on."""

    discloser: str
    recipient: str
    kind: str
    purpose: str
    now: datetime
    in_confidence: bool | None
    given_to: frozenset[str]
    answer: str
    answer_names_content: bool
    answer_discloser: str
    answer_recipient: str
    answer_purpose: str
    start: datetime
    end: datetime
    assurance: str
    entitlement: str
    status_from: datetime | None
    status_until: datetime | None
    gateway_shown: bool


def keeps_the_promise(told: Told) -> bool:
    """Return whether passing it on would keep the promise."""
    if told.recipient != "ICO":
        return True
    if "NCA" not in told.given_to:
        return True
    if told.in_confidence is False:
        return True
    return has_consented(told)


def has_consented(told: Told) -> bool:  # noqa: PLR0911 - one line a condition, as it is read
    """Return whether the organisation has said yes to exactly this, and still does."""
    if told.answer != "given":
        return False
    if told.assurance not in {"passkey", "totp"}:
        return False
    if told.entitlement not in {"registered", "colleague", "called_back"}:
        return False
    if not told.answer_names_content:
        return False
    if told.answer_discloser != told.discloser or told.answer_recipient != told.recipient:
        return False
    if told.answer_purpose != told.purpose:
        return False
    if told.now < told.start or told.now >= told.end:
        return False
    if told.status_from is None or told.status_until is None:
        return False
    return told.status_from <= told.now < told.status_until


def should_pass(told: Told) -> bool:
    """Return whether organisation-specific information from the NCA may pass to the ICO.

    Besides the promise this asks for what the two clauses on lawful sharing ask for: the NCA
    itself discloses, for one of three purposes, under a recorded gateway.
    """
    return (
        keeps_the_promise(told)
        and told.discloser == "NCA"
        and told.recipient == "ICO"
        and told.kind == "organisation_specific"
        and told.purpose in {"regulation", "incident_response", "cyber_resilience"}
        and told.gateway_shown
    )
