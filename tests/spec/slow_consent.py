"""Consent, read literally: one loop a rule, no index, written without the consent room's code.

Used only to compare: `covers` says whether, at `now`, somebody may rely on a yes of the source
for exactly this content, discloser, recipient and purpose.
"""

from datetime import datetime, timedelta

from comity.core.consent import Consents, Scope, Statement

TEN_MINUTES = timedelta(minutes=10)


def covers(history: Consents, scope: Scope, now: datetime) -> bool:
    """Return whether a yes covers the scope at `now`, by the words of the promise."""
    answers = [each for each in history.statements if each.organisation == scope.organisation]
    for one in answers:
        for other in answers:
            if one.counter == other.counter and one != other:
                return False
    in_force = [
        one
        for one in answers
        if not any(
            other.consent == one.consent and other.counter > one.counter for other in answers
        )
    ]
    naming = [one for one in in_force if names(one, scope)]
    if not naming:
        return False
    newest = naming[0]
    for one in naming:
        if one.counter > newest.counter:
            newest = one
    return (
        newest.answer.value == "given"
        and newest.assurance.value in ("passkey", "totp")
        and newest.entitlement.value in ("registered", "colleague", "called_back")
        and newest.start <= now
        and now < newest.end
        and is_fresh(history, newest, now)
    )


def names(one: Statement, scope: Scope) -> bool:
    """Return whether an answer is about this very disclosure."""
    return (
        scope.item in one.items
        and one.discloser == scope.discloser
        and one.recipient == scope.recipient
        and one.purpose == scope.purpose
    )


def is_fresh(history: Consents, answer: Statement, now: datetime) -> bool:
    """Return whether the newest status, and no older one, shows that the answer still stands."""
    highest = -1
    for status in history.statuses:
        if status.consent == answer.consent and status.counter > highest:
            highest = status.counter
    if highest < 0 or highest < history.status_seen.get(answer.consent, 0):
        return False
    newest = [
        status
        for status in history.statuses
        if status.consent == answer.consent and status.counter == highest
    ]
    for status in newest:
        if status != newest[0]:
            return False
        if status.newest_answer != answer.counter:
            return False
        if now < status.start or now >= status.end or now >= status.start + TEN_MINUTES:
            return False
    return True
