"""An agreement counts on a node once all have signed it, and not before, whatever anybody sends."""

from dataclasses import replace
from datetime import timedelta

import pytest

from comity.core.agreement import Agreement, sign_version
from comity.core.gate import Permit, Refusal
from comity.core.ledger import Entry, EntryType
from comity.core.terms import PartyId, SignatureError, Signed, decode, encode, signed
from comity.node.agreements import (
    agreements_of,
    at_hand,
    own_signatures,
    sign_agreement,
    signatures,
    take_signature,
)
from comity.node.keys import (
    INTRODUCTION_TYPE,
    Introduction,
    introduction,
    pin_peer,
    read_introduction,
)
from comity.node.node import Node, NotPossibleError
from comity.store.change import changed
from comity.store.records import Use
from tests.core.world import agreement
from tests.node import watched as w
from tests.node.world import (
    FRONT_DOOR,
    ICO,
    NCA,
    NCSC,
    OFFICER,
    World,
    keys,
    new_world,
    sign_all,
)

MEMORANDUM, TERMS = agreement("ico-nca-2024"), agreement("front-door-terms")


def known() -> World:
    """Return nodes that have pinned each other and of which none has signed anything."""
    world = World()
    for party in (FRONT_DOOR, NCA, ICO, NCSC):
        world.add(party)
    for node in world.nodes.values():
        introduce_to(world, node)
    return world


def introduce_to(world: World, node: Node) -> None:
    for other in world.nodes.values():
        if other is not node:
            shown = introduction(other, f"http://{other.party}")
            pin_peer(node, read_introduction(shown, node.verifier), OFFICER)


def counts(node: Node, held: Agreement = MEMORANDUM) -> bool:
    with node.store.reading() as records:
        return held.digest in at_hand(records, node).digests


def take(node: Node, party: PartyId, document: Signed) -> None:
    with node.store.writing() as records:
        take_signature(records, node, party, document)


def by(world: World, party: PartyId, held: Agreement = MEMORANDUM) -> Signed:
    node = world.nodes[party]
    return sign_version(held, party, world.clock.moment, node.keys.identity)


def test_until_both_have_signed_a_version_nothing_is_permitted_under_it() -> None:
    world = known()
    node = world.nodes[NCA]
    assert not counts(node)
    mine = sign_agreement(node, MEMORANDUM, OFFICER)
    assert not counts(node), "half signed"
    take(node, ICO, by(world, ICO))
    assert counts(node)
    assert not counts(world.nodes[ICO])
    take(world.nodes[ICO], NCA, mine)
    assert not counts(world.nodes[ICO]), "its own signature is missing"
    sign_agreement(world.nodes[ICO], MEMORANDUM, OFFICER)
    assert counts(world.nodes[ICO])


def test_signed_terms_are_enough_to_report_and_the_memorandum_is_needed_to_pass_on() -> None:
    world = known()
    with pytest.raises(NotPossibleError, match="the terms of this front door refuse"):
        world.report()
    door = sign_agreement(world.nodes[FRONT_DOOR], TERMS, OFFICER)
    for party in (NCA, ICO, NCSC):
        take(world.nodes[party], FRONT_DOOR, door)
    world.report()
    _, decision = world.ask("incident")
    assert isinstance(decision, Refusal)
    assert "I-1" not in decision.clauses


def test_a_node_that_lacks_a_signature_refuses_what_was_told_under_the_version() -> None:
    world, _ = w.watched()
    w.consented(world, "incident")
    with world.nodes[NCA].store.writing() as records:
        for each in records.signings.find(agreement=MEMORANDUM.digest):
            records.signings.remove(each.id)
    _, decision = world.ask("incident")
    assert isinstance(decision, Refusal)
    assert {each.ground.name for each in decision.reasons} == {"AGREEMENT_MISSING"}


def test_a_signature_that_comes_counts_at_once_for_what_was_refused_before() -> None:
    world, _ = w.watched()
    w.consented(world, "incident")
    node = world.nodes[NCA]
    with node.store.writing() as records:
        records.signings.remove(f"{MEMORANDUM.digest}/{ICO}")
    assert isinstance(world.ask("incident")[1], Refusal)
    take(node, ICO, by(world, ICO))
    assert isinstance(world.ask("incident")[1], Permit)


@pytest.mark.parametrize("attack", ["other key", "other party", "other version", "in its name"])
def test_a_forged_signature_does_not_count(attack: str) -> None:
    world = known()
    node = world.nodes[NCA]
    sign_agreement(node, MEMORANDUM, OFFICER)
    match attack:
        case "other key":
            forged = sign_version(MEMORANDUM, ICO, node.now(), keys(NCSC, consent=False).identity)
        case "other party":
            forged = by(world, NCSC)
        case "other version":
            take(node, ICO, by(world, ICO, TERMS))
            assert not counts(node)
            return
        case _:
            forged = sign_version(MEMORANDUM, ICO, node.now(), world.nodes[NCSC].keys.identity)
    with pytest.raises(SignatureError):
        take(node, ICO, forged)
    if attack != "other key":
        with pytest.raises(SignatureError):
            take(node, NCSC, forged) if attack == "in its name" else take(node, FRONT_DOOR, forged)
    assert not counts(node)


def test_a_row_that_somebody_wrote_into_the_database_does_not_count() -> None:
    world = known()
    node = world.nodes[NCA]
    sign_agreement(node, MEMORANDUM, OFFICER)
    take(node, ICO, by(world, ICO))
    with node.store.writing() as records:
        (row,) = (each for each in records.signings.find() if each.party == ICO)
        forged = sign_version(MEMORANDUM, ICO, node.now(), node.keys.identity)
        records.signings.put(changed(row, document=forged))
    assert not counts(node)
    with node.store.reading() as records:
        assert [each.party for each in signatures(records, node, MEMORANDUM)] == [NCA]


def test_who_has_not_to_sign_cannot_and_who_has_signed_does_it_once() -> None:
    world = known()
    with pytest.raises(NotPossibleError, match="NCSC does not sign"):
        sign_agreement(world.nodes[NCSC], MEMORANDUM, OFFICER)
    first = sign_agreement(world.nodes[NCA], MEMORANDUM, OFFICER)
    world.clock.pass_(timedelta(days=1))
    assert sign_agreement(world.nodes[NCA], MEMORANDUM, OFFICER) == first
    with world.nodes[NCA].store.reading() as records:
        found = [decode(Entry, each, "an entry") for each in records.ledgers.entries("node")]
    (entry,) = (each for each in found if each.type is EntryType.AGREEMENT_SIGNED)
    assert entry.ids == {"agreement": MEMORANDUM.digest, "party": NCA, "officer": OFFICER}


def test_an_introduction_carries_what_its_node_has_signed_by_its_key_of_now() -> None:
    world = known()
    sign_all(world.nodes[ICO])
    with world.nodes[ICO].store.reading() as records:
        shown = own_signatures(records, world.nodes[ICO])
    assert {len(shown)} == {
        sum(ICO in each.signatories for each in world.nodes[ICO].agreements.all)
    }
    introduce_to(world, world.nodes[NCA])
    with world.nodes[NCA].store.reading() as records:
        found = signatures(records, world.nodes[NCA], MEMORANDUM)
    assert [each.party for each in found] == [ICO]


def test_an_introduction_with_a_signature_in_anothers_name_is_refused() -> None:
    world = known()
    node = world.nodes[ICO]
    forged = sign_version(MEMORANDUM, NCA, node.now(), node.keys.identity)
    honest = decode(Introduction, introduction(node, "http://ICO").payload, "an introduction")
    bad = signed(
        INTRODUCTION_TYPE, encode(replace(honest, agreements=(forged,))), node.keys.identity
    )
    with pytest.raises(SignatureError):
        read_introduction(bad, node.verifier)


def test_what_was_signed_stays_signed_when_the_key_is_replaced_or_revoked() -> None:
    world = new_world()
    node = world.nodes[NCA]
    assert counts(node)
    with node.store.writing() as records:
        for each in records.keys.find(party=ICO, use=Use.IDENTITY):
            records.keys.put(changed(each, revoked=True, until_entry=0))
    assert counts(node)
    with pytest.raises(SignatureError):
        take(node, ICO, by(world, ICO, TERMS))


def test_a_label_names_the_versions_that_count_when_it_is_made() -> None:
    world = new_world()
    node = world.nodes[NCA]
    with node.store.reading() as records:
        assert MEMORANDUM.digest in agreements_of(records, node, ICO)
        assert MEMORANDUM.digest not in agreements_of(records, node, NCSC)
    with node.store.writing() as records:
        records.signings.remove(f"{MEMORANDUM.digest}/{ICO}")
        assert MEMORANDUM.digest not in agreements_of(records, node, ICO)
