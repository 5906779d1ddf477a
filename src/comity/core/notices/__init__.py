"""Notices: what an organisation is told of what became of what it told, and what may delay it.

A body tells an organisation of each disclosure about it, of each refusal that concerned its
consent, and of what passed outside the software. Only a named officer can delay that, with the
clause, what telling it now would prejudice, and the day on which the reason is looked at again.
Silence ends a delay: then the organisation is told, and told that it was delayed.
"""

from comity.core.notices.delay import (
    LONGEST,
    Delay,
    DelayError,
    begin_delay,
    end_delay,
    renew_delay,
)
from comity.core.notices.notice import (
    LONGEST_NAME,
    Kind,
    Notified,
    Outside,
    is_name,
    late,
    likeness,
    makes_sense,
)

__all__ = [
    "LONGEST",
    "LONGEST_NAME",
    "Delay",
    "DelayError",
    "Kind",
    "Notified",
    "Outside",
    "begin_delay",
    "end_delay",
    "is_name",
    "late",
    "likeness",
    "makes_sense",
    "renew_delay",
]
