"""Telling: what tests do with delays, and what the organisation then sees."""

from collections import Counter
from datetime import timedelta

from comity.core.gate import Permit, Refusal
from comity.core.ledger import Entry
from comity.core.notices import Kind
from comity.core.terms import ItemId, OfficerId, PartyId, RequestId, decode
from comity.node.delays import Wanted
from comity.node.node import NODE_LEDGER
from comity.node.request_disclosure import Ask, request_disclosure
from comity.node.show_report import PassedOn, show_reports
from tests.node import watched as w
from tests.node.world import (
    ACME,
    CANARY,
    FRONT_DOOR,
    GROUNDS,
    ICO,
    NCA,
    OFFICER,
    REGULATION,
    World,
)

DAY = timedelta(days=1)
SECOND = OfficerId("officer-2")
CLAUSE = "I-5"
PREJUDICE = f"It would warn a suspect, {CANARY}"


def consenting() -> World:
    """Return a world in which Acme has agreed that the NCA passes its incident to the ICO."""
    world, _ = w.watched()
    w.consented(world, "incident")
    return world


def later(world: World, days: float = 30, *, clause: str = CLAUSE, why: str = PREJUDICE) -> Wanted:
    """Return a delay by some days from now."""
    review = world.clock.now() + days * DAY
    return Wanted(clause=clause, prejudice=why, review=review)


def ask(
    world: World, *sections: str, delay: Wanted | None = None, items: tuple[ItemId, ...] = ()
) -> tuple[RequestId, Permit | Refusal]:
    """Let an officer of the NCA ask to pass sections on to the ICO."""
    node = world.nodes[NCA]
    with node.store.reading() as records:
        case = records.cases.find()[0].id
    return request_disclosure(
        node,
        Ask(
            case=case,
            items=items or world.items(NCA, *sections),
            recipient=ICO,
            purpose=REGULATION,
            kind="organisation_specific",
            officer=OFFICER,
            grounds=GROUNDS,
            delay=delay,
        ),
    )


def shown(world: World, *kinds: Kind) -> list[PassedOn]:
    """Return what Acme sees of these kinds, or of all."""
    found = show_reports(world.nodes[FRONT_DOOR], ACME).notices
    return [each for each in found if not kinds or each.kind in kinds]


def told(world: World, *kinds: Kind) -> list[tuple[str, ...]]:
    """Return the sections of what Acme sees of these kinds."""
    return [each.sections for each in shown(world, *kinds)]


def pass_days(world: World, days: float) -> None:
    """Let days pass at once, and the nodes work then."""
    world.clock.pass_(days * DAY)
    w.requeue(world)
    world.settle()


def entries(world: World, party: PartyId = NCA) -> list[Entry]:
    """Return the entries of a node's own ledger."""
    with world.nodes[party].store.reading() as records:
        return [decode(Entry, each, "an entry") for each in records.ledgers.entries(NODE_LEDGER)]


def types(world: World) -> Counter[str]:
    """Return how many entries of each type the NCA's node ledger has."""
    return Counter(each.type.value for each in entries(world))
