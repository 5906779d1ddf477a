"""State registration: at a front door, an organisation says which number it has in a register."""

from comity.core.identification import Registration
from comity.core.ledger import EntryType
from comity.core.terms import OrganisationId
from comity.core.terms.ids import Id
from comity.node.identification import StatedNumber, begin, check_room, locked, numbers_of
from comity.node.node import Node, note
from comity.store.records import HeldRegistration


class RegistrationId(Id):
    """A number that one organisation stated."""

    __slots__ = ()
    noun = "a registration"


def state_registration(
    node: Node, organisation: OrganisationId, registration: Registration
) -> StatedNumber:
    """Keep a number as stated. One that is kept already stays as it is.

    Raises:
        NotPossibleError: this is no front door, or too many are kept.
    """
    with node.store.writing() as records:
        begin(records, node, organisation)
        kept = numbers_of(records, node, organisation)
        same = [each for each in kept if each.registration == registration]
        if same:
            return same[0]
        check_room(len(kept))
        key = node.new_id(RegistrationId, "registration")
        held = HeldRegistration(
            id=key,
            organisation=organisation,
            content=locked(records, node, organisation, key, registration),
            stated_at=node.now(),
        )
        records.registrations.add(held)
        ids = {"registration": key, "organisation": organisation}
        note(records, node, EntryType.REGISTRATION_STATED, register=registration.register, **ids)
        return StatedNumber(held, registration)
