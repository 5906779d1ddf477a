"""Withdraw consent: at a front door. It is never refused, and needs no strong sign-in."""

from comity.core.consent import Answer, Assurance, Said
from comity.core.terms import ConsentId
from comity.node.answer_consent import asked_for, items_given, say
from comity.node.node import Node


def withdraw_consent(node: Node, consent: ConsentId, assurance: Assurance) -> Said:
    """Take back whatever was agreed to. No status says any longer that it stands.

    Raises:
        NotPossibleError: nobody ever asked for this consent.
    """
    with node.store.writing() as records:
        asked = asked_for(records, consent)
        items = items_given(records, node, consent)
        return say(records, node, asked, Answer.WITHDRAWN, items, assurance)
