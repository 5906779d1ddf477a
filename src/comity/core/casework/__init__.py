"""Casework: a body's own file about one organisation, and the labels of what is written in it.

What a person writes is derived data. A text about an organisation carries the join of every item
that the node holds about that organisation, whatever its author says, because nobody can show
what the author did not have in mind. Retyping and summarising launder nothing.

Only an independent source lifts a label: something that came from elsewhere, named by the id of
the item that holds it or by where it was published, declared by one officer and confirmed by
another. What is lifted is the join of what was named, and nothing less.
"""

from comity.core.casework.case import Case
from comity.core.casework.derived import (
    Independence,
    NotIndependentError,
    label_of_text,
    lifted,
)
from comity.core.casework.engagement import (
    EngagedWith,
    Engagement,
    read_engagement,
    sign_engagement,
)

__all__ = [
    "Case",
    "EngagedWith",
    "Engagement",
    "Independence",
    "NotIndependentError",
    "label_of_text",
    "lifted",
    "read_engagement",
    "sign_engagement",
]
