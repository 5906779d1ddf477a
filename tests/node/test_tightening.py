"""A version that only refuses more counts at the party that applies it, and nowhere else."""

from dataclasses import replace

import pytest

from comity.core.agreement import Agreement, Agreements, sign_version
from comity.core.gate import Permit, Refusal
from comity.core.ledger import Entry, EntryType
from comity.core.terms import PartyId, decode
from comity.node.agreements import at_hand, sign_agreement, take_signature
from comity.node.node import Node
from comity.store.change import changed
from tests.core.agreement.later import OLD, read, stricter, text
from tests.node import watched as w
from tests.node.world import ICO, NCA, NCSC, OFFICER, World

REGULATION = "purpose in (regulation, incident_response"
NO_MORE = read(text(5, REGULATION, "purpose in (incident_response"))
"""A version in which I-2.a no longer permits what these tests ask."""

STILL = read(text(6))
"""A version that permits what the one before it does."""


def holding(world: World, *versions: Agreement) -> None:
    """Let every node hold further versions."""
    for party, node in world.nodes.items():
        held = Agreements([*node.agreements.all, *versions])
        world.nodes[party] = world.workers[party].node = replace(node, agreements=held)


def counts(node: Node, version: Agreement) -> bool:
    with node.store.reading() as records:
        return version.digest in at_hand(records, node).digests


@pytest.fixture
def world() -> World:
    """Return nodes in the middle of a story, that hold versions which nobody has signed."""
    found, _ = w.watched()
    w.consented(found, "incident", "technical")
    holding(found, stricter(), NO_MORE, STILL)
    return found


def test_what_one_party_applies_alone_counts_at_its_own_node_at_once(world: World) -> None:
    node = world.nodes[NCA]
    assert isinstance(world.ask("incident")[1], Permit)
    document = sign_agreement(node, NO_MORE, OFFICER, OLD.digest)
    assert counts(node, NO_MORE)
    found = world.ask("technical")[1]
    assert isinstance(found, Refusal)
    with world.nodes[ICO].store.writing() as records:
        take_signature(records, world.nodes[ICO], NCA, document)
    assert not counts(world.nodes[ICO], NO_MORE), "the ICO has not signed it"


def test_what_it_still_permits_reaches_the_other_party_under_the_version_that_both_signed(
    world: World,
) -> None:
    sign_agreement(world.nodes[NCA], STILL, OFFICER, OLD.digest)
    decision = world.ask("incident")[1]
    assert isinstance(decision, Permit)
    assert all(each.agreement is STILL for each in decision.reasons)
    world.settle()
    with world.nodes[ICO].store.reading() as records:
        held = [each for each in records.inbox.find() if each.from_ == NCA]
    assert [each.why for each in held] == [""]
    assert w.digests(world)


def test_a_chain_counts_only_from_a_version_that_all_have_signed(world: World) -> None:
    node = world.nodes[NCA]
    sign_agreement(node, NO_MORE, OFFICER, stricter().digest)
    assert not counts(node, NO_MORE), "the version that it tightens does not count"
    sign_agreement(node, stricter(), OFFICER, OLD.digest)
    assert counts(node, NO_MORE)
    assert counts(node, stricter())


def test_who_signed_for_all_can_still_apply_it_alone_and_both_are_recorded(world: World) -> None:
    node = world.nodes[NCA]
    sign_agreement(node, NO_MORE, OFFICER)
    assert not counts(node, NO_MORE)
    alone = sign_agreement(node, NO_MORE, OFFICER, OLD.digest)
    assert counts(node, NO_MORE)
    assert sign_agreement(node, NO_MORE, OFFICER) == alone
    with node.store.reading() as records:
        found = [decode(Entry, each, "an entry") for each in records.ledgers.entries("node")]
    ids = [each.ids for each in found if each.ids.get("agreement") == NO_MORE.digest]
    assert [each.get("tightens") for each in ids] == [None, OLD.digest]
    assert {each.type for each in found if each.ids in ids} == {EntryType.AGREEMENT_SIGNED}


@pytest.mark.parametrize("party", [ICO, NCSC])
def test_nobody_else_can_apply_a_version_here(world: World, party: PartyId) -> None:
    node, other = world.nodes[NCA], world.nodes[party]
    document = sign_version(NO_MORE, party, node.now(), other.keys.identity, OLD.digest)
    with node.store.writing() as records:
        take_signature(records, node, party, document)
    assert not counts(node, NO_MORE)


def test_a_row_that_says_that_a_version_is_applied_alone_has_to_be_signed(world: World) -> None:
    node = world.nodes[NCA]
    sign_agreement(node, NO_MORE, OFFICER)
    forged = sign_version(NO_MORE, NCA, node.now(), world.nodes[ICO].keys.identity, OLD.digest)
    with node.store.writing() as records:
        (row,) = records.signings.find(agreement=NO_MORE.digest)
        records.signings.put(changed(row, document=forged))
    assert not counts(node, NO_MORE)
