"""Look as counsel: at a front door, an organisation's counsel has looked at a body's question."""

from comity.core.intake import May
from comity.core.ledger import EntryType
from comity.core.terms import ConsentId, PersonId
from comity.node.node import Node, note
from comity.node.show_question import asked_of
from comity.store.change import changed


def look_as_counsel(node: Node, person: PersonId, consent: ConsentId) -> None:
    """Keep that counsel has looked at a question.

    Raises:
        NoSuchReportError: nobody asked that, or the report is not theirs.
        NotAllowedError: the person is no counsel.
    """
    with node.store.writing() as records:
        asked, _ = asked_of(records, node, person, consent, May.ADVISE)
        if asked.counsel is None:
            records.asked.put(changed(asked, counsel=person))
            note(records, node, EntryType.COUNSEL_LOOKED, consent=consent, person=person)
