"""Record look-up: at a front door, an operator found an organisation's number in its register.

The operator writes the number as the register shows it, so one that was mistyped does not pass.
"""

from comity.core.identification import Registration
from comity.core.ledger import EntryType
from comity.core.terms import OfficerId, OrganisationId
from comity.node.identification import StatedNumber, begin, numbers_of
from comity.node.node import Node, NotPossibleError, note
from comity.store.change import changed
from comity.store.records import LookedUp


def record_look_up(
    node: Node, organisation: OrganisationId, registration: Registration, by: OfficerId
) -> StatedNumber:
    """Keep who found a number that the organisation has stated, and when.

    Raises:
        NotPossibleError: this is no front door, or the organisation has not stated this number.
    """
    with node.store.writing() as records:
        begin(records, node, organisation)
        kept = numbers_of(records, node, organisation)
        stated = [each.held for each in kept if each.registration == registration]
        if not stated:
            raise NotPossibleError(
                f"{organisation} has not stated {registration.entry}",
                "see what it stated: organisation show; or state it: organisation state",
            )
        held = changed(stated[0], looked_up=LookedUp(by=by, at=node.now()))
        records.registrations.put(held)
        ids = {"registration": held.id, "organisation": organisation, "officer": by}
        note(records, node, EntryType.REGISTRATION_LOOKED_UP, register=registration.register, **ids)
        return StatedNumber(held, registration)
