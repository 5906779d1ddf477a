"""Take up: whoever has a report's return code takes its organisation into an account.

They are its first manager. Somebody who has the code could read the report anyway, and being a
manager lets nobody speak for the organisation.
"""

from comity.core.intake import MemberRole
from comity.core.terms import PersonId
from comity.node.draft import keep_begun
from comity.node.members import Offer, join
from comity.node.node import Node, NotPossibleError
from comity.node.return_codes import opened_by
from comity.store.records import Member


def take_up(node: Node, person: PersonId, called: str, code: str) -> Member:
    """Become the first manager of the organisation whose report a return code opens.

    A report that was begun, and in which nobody has written, is from then on among its reports.

    Raises:
        NoSuchReportError: the code opens none.
        NotPossibleError: the organisation has people already.
    """
    with node.store.writing() as records:
        opened = opened_by(records, node, code)
        if records.members.first(organisation=opened.organisation):
            raise NotPossibleError(
                "this organisation has people here already", "ask one of them to invite you"
            )
        keep_begun(records, node, opened)
        return join(records, node, opened.organisation, person, Offer(MemberRole.MANAGER, called))
