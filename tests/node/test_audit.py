"""Export audit: everything that is needed to verify a node, and nothing that anybody told it."""

import re
from base64 import b64decode
from dataclasses import replace
from datetime import timedelta

import pytest

from comity.core.audit import Expected, Report, read_bundle, verify
from comity.core.consent import Assurance
from comity.core.terms import PartyId
from comity.node.answer_consent import answer_consent
from comity.node.export_audit import audit_file, export_audit, ledger_sizes
from comity.node.keys import announce
from comity.shipped import shipped_texts
from comity.store.records import Use
from comity.wire.signing import Ed25519Verifier
from tests.node.world import (
    CANARY,
    FRONT_DOOR,
    ICO,
    NCA,
    SPEAKER,
    World,
    keys,
    new_world,
    sections,
)

BASE64 = re.compile(rb"[A-Za-z0-9+/]{24,}={0,2}")


@pytest.fixture
def world() -> World:
    """Return three nodes after the NCA has passed one section on."""
    found = new_world((FRONT_DOOR, NCA, ICO))
    found.settle()
    found.report()
    consent = found.seek("incident")
    answer_consent(found.nodes[FRONT_DOOR], consent, sections("incident"), Assurance.TOTP, SPEAKER)
    found.settle()
    found.ask("incident")
    found.wait(timedelta(minutes=21))
    return found


def verified(world: World, party: PartyId, identity: bytes | None = None) -> Report:
    data = audit_file(world.nodes[party], shipped_texts())
    return verify(read_bundle(data, "b"), [], Expected(identity), Ed25519Verifier())


@pytest.mark.parametrize("party", [FRONT_DOOR, NCA, ICO])
def test_every_node_can_show_what_it_did(world: World, party: PartyId) -> None:
    assert verified(world, party).findings == ()


def unwrapped(data: bytes) -> bytes:
    """Return the bytes with everything that is in base64 in them, and in that, and so on."""
    inside = [b64decode(each) for each in BASE64.findall(data) if not len(each) % 4]
    return b"\n".join((data, *(unwrapped(each) for each in inside)))


@pytest.mark.parametrize("party", [FRONT_DOOR, NCA, ICO])
def test_nothing_that_was_told_or_written_is_in_a_bundle(world: World, party: PartyId) -> None:
    data = unwrapped(audit_file(world.nodes[party], shipped_texts()))
    assert b"consent_covers" in data, "the search sees what is wrapped"
    assert CANARY.encode() not in data


def test_no_private_key_is_in_a_bundle(world: World) -> None:
    node = world.nodes[NCA]
    bundle = export_audit(node, shipped_texts())
    assert bundle.identity == (node.keys.identity.public,)
    assert {each.use for each in bundle.pins} == {"identity", "witness", "consent"}


def test_an_export_is_of_one_state_and_tells_how_far_it_is(world: World) -> None:
    told: list[int] = []
    total = ledger_sizes(world.nodes[NCA])
    bundle = export_audit(world.nodes[NCA], shipped_texts(), told.append)
    assert sum(told) == total == 2 * sum(len(each.entries) for each in bundle.ledgers)


def test_only_statuses_that_a_permit_rested_on_are_shown(world: World) -> None:
    world.wait(timedelta(minutes=30))
    bundle = export_audit(world.nodes[NCA], shipped_texts())
    with world.nodes[NCA].store.reading() as records:
        taken = len(records.taken.find(from_=FRONT_DOOR))
    assert len(bundle.documents) < taken


def test_an_agreement_without_its_text_is_named_by_the_verifier(world: World) -> None:
    data = audit_file(world.nodes[NCA], {})
    done = verify(read_bundle(data, "b"), [], Expected(), Ed25519Verifier())
    assert any("is not in the bundle" in each.what for each in done.findings)


def test_texts_of_agreements_of_the_past_are_exported_too(world: World) -> None:
    node = replace(world.nodes[NCA], agreements=type(world.nodes[NCA].agreements)([]))
    assert len(export_audit(node, shipped_texts()).agreements) == len(shipped_texts())


def test_keys_that_were_replaced_still_show_whose_the_bundle_is(world: World) -> None:
    node = world.nodes[NCA]
    newer = keys(NCA, consent=False, generation=2)
    with node.store.writing() as records:
        announce(records, node, Use.IDENTITY, newer.identity, node.keys.identity.public)
    first = node.keys.identity.public
    world.nodes[NCA] = replace(node, keys=replace(newer, opener=node.keys.opener))  # type: ignore[arg-type] # its keys are real ones
    world.workers[NCA].node = world.nodes[NCA]
    world.wait(timedelta(minutes=20))
    assert verified(world, NCA, first).findings == ()
    assert verified(world, NCA, newer.identity.public).findings == ()
    assert verified(world, ICO).findings == ()
