"""Issue statuses: at a front door, the word that each yes still stands, for ten minutes at most."""

from comity.core.consent import Answer
from comity.core.terms import SignatureError
from comity.node.answer_consent import newest_answer, queue_status
from comity.node.node import Node, alarm
from comity.store.records import Role


def issue_statuses(node: Node) -> int:
    """Queue a status for every consent that stands; return how many.

    An answer that was not signed here gets none, and keeps no other from getting one: so whoever
    relies on it does not know whether it stands, and refuses.
    """
    if node.role is not Role.FRONT_DOOR:
        return 0
    issued = 0
    with node.store.writing() as records:
        for asked in records.asked.find():
            try:
                said = newest_answer(records, node, asked.consent)
            except SignatureError:
                alarm(records, node, "answer-not-signed-here", asked.consent)
                continue
            if said and said.answer is Answer.GIVEN and node.now() < said.end:
                queue_status(records, node, asked, said.counter)
                issued += 1
    return issued
