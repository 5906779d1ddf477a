"""Issue statuses: at a front door, the word that each yes still stands, for ten minutes at most."""

from comity.core.consent import Answer
from comity.node.answer_consent import newest_answer, queue_status
from comity.node.node import Node
from comity.store.records import Role


def issue_statuses(node: Node) -> int:
    """Queue a status for every consent that stands; return how many."""
    if node.role is not Role.FRONT_DOOR:
        return 0
    issued = 0
    with node.store.writing() as records:
        for asked in records.asked.find():
            said = newest_answer(records, node, asked.consent)
            if said and said.answer is Answer.GIVEN and node.now() < said.end:
                queue_status(records, node, asked, said.counter)
                issued += 1
    return issued
