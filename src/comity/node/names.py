"""Names: what each body calls an organisation."""

from comity.core.terms import OrganisationId, PartyId
from comity.node.node import Node
from comity.store.port import Records
from comity.store.records import Pseudonym


def name_for(
    records: Records, node: Node, organisation: OrganisationId, body: PartyId
) -> OrganisationId:
    """Return what a body calls an organisation: a random name, the same each time."""
    known = records.pseudonyms.find(organisation=organisation, body=body)
    if known:
        return known[0].id
    fresh = node.new_id(OrganisationId, "org")
    records.pseudonyms.add(Pseudonym(id=fresh, organisation=organisation, body=body))
    return fresh
