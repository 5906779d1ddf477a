"""Bundles of three nodes after a short story, and what a node that cheats could make of them.

A cheat has the node's own keys: he can sign any head and seal any bundle. What he does not have is
the peers' keys, and what they hold.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import cache
from hashlib import sha256
from typing import Any, NamedTuple

from comity.core.audit import Bundle, Expected, Finding, Report, Sealed, read_bundle, seal_bundle
from comity.core.audit import verify as verify_sealed
from comity.core.audit.bundle import Basis, DecisionPart
from comity.core.consent import Assurance
from comity.core.ledger import Entry, EntryType, Head, added, head, leaf_hash, origin, sign_head
from comity.core.terms import PartyId, decode, encode
from comity.node.answer_consent import answer_consent
from comity.node.export_audit import export_audit
from comity.node.withdraw_consent import withdraw_consent
from comity.shipped import shipped_texts
from comity.wire.signing import Ed25519Signer, Ed25519Verifier
from tests.node.world import (
    FRONT_DOOR,
    ICO,
    NCA,
    SPEAKER,
    World,
    keys,
    new_world,
    sections,
)

STRANGER = Ed25519Signer(b"s" * 32)
PARTIES = (FRONT_DOOR, NCA, ICO)
BOTH = ("incident", "technical")


class Told(NamedTuple):
    """The bundles in the middle of the story and at its end."""

    early: dict[PartyId, Bundle]
    late: dict[PartyId, Bundle]


@cache
def story() -> Told:
    """Let Acme report and agree, the NCA pass two sections on, and Acme withdraw."""
    world = new_world(PARTIES)
    world.settle()
    world.report()
    world.ask("incident")
    consent = world.seek(*BOTH)
    answer_consent(world.nodes[FRONT_DOOR], consent, sections(*BOTH), Assurance.TOTP, SPEAKER)
    world.settle()
    world.ask("incident")
    world.wait(timedelta(minutes=25))
    early = bundles(world)
    world.ask("technical")
    world.settle()
    withdraw_consent(world.nodes[FRONT_DOOR], consent, Assurance.MAIL)
    world.settle()
    world.ask("technical")
    world.wait(timedelta(minutes=15))
    world.ask("incident")
    return Told(early, bundles(world))


def bundles(world: World) -> dict[PartyId, Bundle]:
    """Return the bundle of every node."""
    return {party: export_audit(node, shipped_texts()) for party, node in world.nodes.items()}


def late(party: PartyId = NCA) -> Bundle:
    """Return a bundle at the end of the story."""
    return story().late[party]


def sealed(bundle: Bundle, *signers: Ed25519Signer) -> Sealed:
    """Return a bundle as its node, or somebody else, would seal it."""
    own = keys(bundle.party, consent=False).identity
    return read_bundle(seal_bundle(bundle, signers or (own,)), "a bundle")


def report(bundle: Bundle, *peers: Bundle, identity: bytes | None = None) -> Report:
    """Return the report on a bundle."""
    others = [sealed(each) for each in peers]
    return verify_sealed(sealed(bundle), others, Expected(identity), Ed25519Verifier())


def findings(bundle: Bundle, *peers: Bundle) -> tuple[Finding, ...]:
    """Return what is found in a bundle."""
    return report(bundle, *peers).findings


def entries(bundle: Bundle, ledger: str = "node") -> list[Entry]:
    """Return the entries of a ledger."""
    part = next(each for each in bundle.ledgers if each.name == ledger)
    return [decode(Entry, each, "an entry") for each in part.entries]


def place_of(bundle: Bundle, kind: EntryType, ledger: str = "node", **ids: str) -> int:
    """Return the place of the first entry of a type with these ids."""
    for place, entry in enumerate(entries(bundle, ledger)):
        if entry.type is kind and ids.items() <= dict(entry.ids).items():
            return place
    raise AssertionError(f"there is no {kind} entry")


def with_entries(bundle: Bundle, data: Sequence[bytes], ledger: str = "node") -> Bundle:
    """Return the bundle with other entries in a ledger, and their head signed by the node."""
    own = keys(bundle.party, consent=False).identity
    whole = Head(origin=origin(bundle.party, ledger), size=len(data), root=root_of(data))
    ledgers = tuple(
        replace(each, entries=tuple(data), head=sign_head(whole, own))
        if each.name == ledger
        else each
        for each in bundle.ledgers
    )
    return replace(bundle, ledgers=ledgers)


def root_of(data: Sequence[bytes]) -> bytes:
    """Return the head of entries."""
    nodes: dict[tuple[int, int], bytes] = {}
    for place, each in enumerate(data):
        for node in added(place, leaf_hash(each), lambda level, at: nodes[level, at]):
            nodes[node.level, node.place] = node.hash
    return head(len(data), lambda level, at: nodes[level, at])


def raw(bundle: Bundle, ledger: str = "node") -> list[bytes]:
    """Return the bytes of a ledger's entries."""
    return list(next(each for each in bundle.ledgers if each.name == ledger).entries)


def rewritten(
    bundle: Bundle, change: Callable[[list[bytes]], object], ledger: str = "node"
) -> Bundle:
    """Return the bundle with one ledger changed in place, and signed again."""
    data = raw(bundle, ledger)
    change(data)
    return with_entries(bundle, data, ledger)


def changed_entry(bundle: Bundle, place: int, ledger: str = "node", **ids: str) -> Bundle:
    """Return the bundle with some ids of one entry changed."""
    old = entries(bundle, ledger)[place]
    new = replace(old, ids={**old.ids, **ids}).bytes()
    return rewritten(bundle, lambda data: data.__setitem__(place, new), ledger)


def basis_of(part: DecisionPart) -> Basis:
    """Return what a decision rested on."""
    return decode(Basis, part.question, "a question")


def permit_in(bundle: Bundle, kind: str = "organisation_specific") -> tuple[int, DecisionPart]:
    """Return the first permit of a disclosure of a kind, with its place in the decisions."""
    for number, part in enumerate(bundle.decisions):
        if part.permitted and basis_of(part).asked.kind == kind:
            return number, part
    raise AssertionError("there is no permit")


def with_question(bundle: Bundle, number: int, **changes: Any) -> Bundle:  # noqa: ANN401 - any field
    """Return the bundle with another question for a decision, recorded as if it had been asked."""
    part = bundle.decisions[number]
    new = encode(replace(basis_of(part), **changes))
    entry = entries(bundle)[part.entry]
    at = changes.get("now", entry.at)
    fresh = replace(entry, at=at, ids={**entry.ids, "question": sha256(new).hexdigest()}).bytes()
    bundle = rewritten(bundle, lambda data: data.__setitem__(part.entry, fresh))
    parts = list(bundle.decisions)
    parts[number] = replace(part, question=new)
    return replace(bundle, decisions=tuple(parts))
