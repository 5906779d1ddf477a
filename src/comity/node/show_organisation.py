"""Show organisation: at a front door, what an organisation has shown of who it is."""

from typing import NamedTuple

from comity.core.consent import Identified
from comity.core.terms import OrganisationId
from comity.node.identification import (
    AskedDomain,
    StatedNumber,
    domains_of,
    identified_as,
    numbers_of,
)
from comity.node.node import Node


class ShownOrganisation(NamedTuple):
    """How it is identified now, as the bodies are told, and everything on which that rests."""

    identified: Identified
    numbers: list[StatedNumber]
    domains: list[AskedDomain]


def show_organisation(node: Node, organisation: OrganisationId) -> ShownOrganisation:
    """Return what an organisation has shown, the oldest first.

    Raises:
        SealError: something cannot be opened.
    """
    with node.store.reading() as records:
        return ShownOrganisation(
            identified_as(records, node, organisation),
            numbers_of(records, node, organisation),
            domains_of(records, node, organisation),
        )
