"""Counsel: at a front door, whom an organisation lets look at a question before anybody says yes.

A no waits for nobody, and neither does the time for which a body asked: silence is no.
"""

from comity.core.intake import MemberRole
from comity.node.node import Node, NotPossibleError
from comity.store.port import Records
from comity.store.records import Asked


class WaitsForCounselError(NotPossibleError):
    """The organisation's counsel has not looked at a question yet."""

    def __init__(self) -> None:
        """Say so, and what to do."""
        super().__init__(
            "the organisation's counsel has not looked at this yet, and looks before a yes",
            "ask counsel to look at it; a no needs nobody",
        )


def waits_for_counsel(records: Records, node: Node, asked: Asked) -> bool:
    """Return whether a yes has to wait: there is a counsel, and none has looked."""
    if asked.counsel is not None:
        return False
    told = [records.told.get(each) for each in asked.items]
    reports = {each.report for each in told if each}
    return any(
        each.role is MemberRole.COUNSEL
        and each.works_at(node.now())
        and (each.report is None or each.report in reports)
        for each in records.members.find(organisation=asked.organisation)
    )


def check_counsel(records: Records, node: Node, asked: Asked) -> None:
    """Return if a yes has to wait for nobody.

    Raises:
        WaitsForCounselError: it has to wait for counsel.
    """
    if waits_for_counsel(records, node, asked):
        raise WaitsForCounselError
