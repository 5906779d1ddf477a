"""Record call-back: at a front door, a body called the organisation, by a number that it looked up.

It is the way to verify somebody during an incident, when no speaker can vouch. The number comes
from a public register and never from a mail, a report or the person: those the attacker can write.
"""

from comity.core.consent import Entitlement
from comity.node.mandates import Basis, Speaker, begin
from comity.node.node import Node, NotPossibleError
from comity.store.records import CallBack, Mandate, Role


def record_call_back(node: Node, speaker: Speaker, call: CallBack) -> Mandate:
    """Give a mandate on a call.

    Raises:
        NotPossibleError: no such body is known here, or the time is over or too long.
    """
    with node.store.writing() as records:
        peer = records.peers.get(call.body)
        if peer is None or peer.role is not Role.BODY:
            raise NotPossibleError(
                f"{call.body} is no body that this front door knows", "name one: keys list"
            )
        return begin(records, node, speaker, Basis(Entitlement.CALLED_BACK, call=call))
