"""Show speakers: at a front door, who was ever entitled to speak for an organisation, and how."""

from typing import NamedTuple

from comity.core.terms import OrganisationId
from comity.node.node import Node
from comity.store.records import Mandate


class Shown(NamedTuple):
    """A mandate, and whether it is `in force`, `ended` or `over`."""

    mandate: Mandate
    state: str


def show_speakers(node: Node, organisation: OrganisationId) -> list[Shown]:
    """Return every mandate for an organisation, the oldest first."""
    with node.store.reading() as records:
        held = records.mandates.find(organisation=organisation)
    return [Shown(each, _state(node, each)) for each in held]


def _state(node: Node, mandate: Mandate) -> str:
    if mandate.ended_at is not None:
        return "ended"
    return "in force" if mandate.stands_at(node.now()) else "over"
