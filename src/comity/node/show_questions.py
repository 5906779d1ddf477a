"""Show questions: at a front door, what bodies ask an organisation, and what it answered."""

from typing import NamedTuple

from comity.core.terms import OrganisationId
from comity.node.answer_consent import newest_answer
from comity.node.contents import unlock
from comity.node.node import Node
from comity.store.records import Asked


class Question(NamedTuple):
    """A question, the body's reason in its own words, and the newest answer or `none yet`.

    `reports` are those that it is about.
    """

    asked: Asked
    why: str
    answer: str
    reports: frozenset[str]


def show_questions(node: Node, organisation: OrganisationId) -> list[Question]:
    """Return every question that was put to an organisation, the oldest first."""
    found = []
    with node.store.reading() as records:
        for asked in records.asked.find(organisation=organisation):
            place = f"asked/{asked.consent}/why"
            why = unlock(records, node, asked.data_key, place, asked.why).decode()
            said = newest_answer(records, node, asked.consent)
            told = [records.told.get(each) for each in asked.items]
            reports = frozenset(each.report for each in told if each)
            found.append(Question(asked, why, said.answer if said else "none yet", reports))
    return found
