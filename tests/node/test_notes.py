"""Notes: what an officer writes carries everything that the node knows of the organisation."""

from comity.core.intake import SealedPart
from comity.core.markings import Item, Label, Source
from comity.core.terms import ItemId, OrganisationId, Section, salted_digest
from comity.node.contents import hold
from comity.node.write_note import write_note
from tests.node.world import NCA, NCSC, OFFICER, new_world

BOLT = OrganisationId("bolt")


def test_what_came_about_two_organisations_marks_what_is_written_about_each_of_them() -> None:
    world = new_world()
    world.report()
    node = world.nodes[NCA]
    with node.store.writing() as records:
        case = records.cases.find()[0]
        sources = frozenset(
            Source(origin=each, given_to=frozenset({NCSC}), in_confidence=True)
            for each in (case.organisation, BOLT)
        )
        both = Item(
            id=ItemId("item-both"),
            section=Section("technical"),
            digest=salted_digest(bytes(32), b"both"),
            label=Label(sources=sources),
        )
        hold(records, node, SealedPart(both, b"both", bytes(32)), None)
    item = write_note(node, case.id, "typed from memory", OFFICER)
    assert sources <= item.label.sources
