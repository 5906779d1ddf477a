"""Withdraw consent: at a front door. It is never refused, and needs no strong sign-in."""

from comity.core.consent import Answer, Assurance
from comity.core.terms import ConsentId
from comity.node.answer_consent import Spoken, asked_for, items_given, say, take_back
from comity.node.node import Node


def withdraw_consent(node: Node, consent: ConsentId, assurance: Assurance) -> Spoken:
    """Take back whatever was agreed to, in other answers about it too.

    No status says any longer that it stands.

    Raises:
        NotPossibleError: nobody ever asked for this consent.
    """
    with node.store.writing() as records:
        asked = asked_for(records, consent)
        items = items_given(records, node, consent)
        taken = take_back(records, node, asked, items, assurance)
        return Spoken(say(records, node, asked, Answer.WITHDRAWN, items, assurance), taken)
