"""Keys: how nodes come to know each other's keys, and how these change.

Two people compare words for the identity key, once; everything later is signed by a key that is
already known. A key counts from one place in the pair ledger to another, never by dates.
"""

from dataclasses import dataclass

from comity.core.exchange import Done, KeyChange
from comity.core.ledger import EntryType
from comity.core.terms import (
    OfficerId,
    PartyId,
    Signature,
    SignatureError,
    Signed,
    Signer,
    Verifier,
    decode,
    encode,
    signed,
)
from comity.node.node import Node, NotPossibleError, alarm, note, note_pair, pair_ledger
from comity.node.queueing import queue_message
from comity.store.change import changed
from comity.store.port import Records
from comity.store.records import Peer, PinnedKey, Role, Use

INTRODUCTION_TYPE = "application/vnd.comity.introduction+json"
OVERLAP = 64
"""For how many more entries of the pair ledger a replaced key still counts."""

SIGNING = frozenset({Use.IDENTITY, Use.WITNESS, Use.CONSENT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Introduction:
    """Who a node is, where it is reached, and its public keys; signed by its identity key."""

    v: int = 1
    party: PartyId
    role: Role
    address: str
    identity: bytes
    witness: bytes
    reading: bytes
    consent: bytes | None = None
    certificate: str = ""


def introduction(node: Node, address: str, certificate: str = "") -> Signed:
    """Return what this node gives to those who are to pin it."""
    keys = node.keys
    return signed(
        INTRODUCTION_TYPE,
        encode(
            Introduction(
                party=node.party,
                role=node.role,
                address=address,
                identity=keys.identity.public,
                witness=keys.witness.public,
                reading=keys.opener.public,
                consent=keys.consent.public if keys.consent else None,
                certificate=certificate,
            )
        ),
        keys.identity,
    )


def read_introduction(document: Signed, verifier: Verifier) -> Introduction:
    """Return what a node says of itself, if its own identity key signed it.

    Whether that key is the right one only the words that two people compare can show.

    Raises:
        SignatureError: the introduction was changed.
        InputError: it is written in another way.
    """
    claimed = decode(Introduction, document.payload, "an introduction")
    document.check(INTRODUCTION_TYPE, claimed.identity, verifier)
    return claimed


def pin_peer(node: Node, who: Introduction, officer: OfficerId) -> None:
    """Pin a node whose words an officer has compared.

    Raises:
        NotPossibleError: it is this node itself, a front door without a consent key, or a peer
            that is pinned with another identity key.
    """
    if who.party == node.party or (who.role is Role.FRONT_DOOR) != (who.consent is not None):
        raise NotPossibleError(
            "this introduction is not of a node to exchange with",
            "ask the other side for theirs: keys show",
        )
    with node.store.writing() as records:
        held = {each.public for each in records.keys.find(party=who.party, use=Use.IDENTITY)}
        if records.peers.get(who.party) and who.identity not in held:
            raise NotPossibleError(
                f"{who.party} is pinned with another identity key",
                "if it was lost or stolen, revoke it first: keys revoke",
            )
        records.peers.put(
            Peer(
                party=who.party,
                role=who.role,
                address=who.address,
                certificate=who.certificate,
                pinned_by=officer,
                pinned_at=node.now(),
            )
        )
        for use, public in _keys_of(who):
            _pin(records, node, who.party, use, public)


def _keys_of(who: Introduction) -> list[tuple[Use, bytes]]:
    found = [(Use.IDENTITY, who.identity), (Use.WITNESS, who.witness), (Use.READING, who.reading)]
    return found + ([(Use.CONSENT, who.consent)] if who.consent else [])


def _pin(records: Records, node: Node, party: PartyId, use: Use, public: bytes) -> None:
    key_id = key_name(party, use, public)
    if records.keys.get(key_id) is None:
        records.keys.add(
            PinnedKey(
                id=key_id,
                party=party,
                use=use,
                public=public,
                from_entry=records.ledgers.size(pair_ledger(party)),
            )
        )
        note(records, node, EntryType.KEY_PINNED, key=key_id)


def key_name(party: PartyId, use: Use, public: bytes) -> str:
    """Return the name under which a key is kept: whose, what for, and how it begins."""
    return f"{party}/{use}/{public.hex()[:16]}"


def announce(  # noqa: PLR0913 - whose key, for what, old and new
    records: Records,
    node: Node,
    use: Use,
    new: Signer | bytes,
    replaces: bytes,
    *,
    revoked: bool = False,
) -> None:
    """Tell every peer that one of this node's keys is replaced by another.

    A new signing key shows that it is held by signing its own public half.
    """
    public = new if isinstance(new, bytes) else new.public
    shown = (
        None
        if isinstance(new, bytes)
        else Signature(keyid=public.hex(), sig=new.sign(_claim(use, public)))
    )
    change = KeyChange(use=use, public=public, replaces=replaces, revoked=revoked, shown=shown)
    note(records, node, EntryType.KEY_CHANGED, key=key_name(node.party, use, public))
    for peer in records.peers.find():
        queue_message(records, node, peer.party, key=change)


def change_key(records: Records, node: Node, peer: PartyId, change: KeyChange) -> Done:
    """Do what a peer says about its keys; it has signed that with a key that is pinned."""
    old = records.keys.get(key_name(peer, Use(change.use), change.replaces or b""))
    if change.use not in set(Use) or old is None or not _shown(node, change):
        alarm(records, node, "key-change-not-shown", peer)
        return Done.REFUSED
    size = records.ledgers.size(pair_ledger(peer))
    _pin(records, node, peer, old.use, change.public)
    records.keys.put(
        changed(old, until_entry=size if change.revoked else size + OVERLAP, revoked=change.revoked)
    )
    kind = EntryType.KEY_REVOKED if change.revoked else EntryType.KEY_CHANGED
    note_pair(records, node, peer, kind, key=key_name(peer, old.use, change.public), old=old.id)
    return Done.ACCEPTED


def revoke_peer_key(node: Node, peer: PartyId, use: Use) -> int:
    """Stop trusting a peer's keys for a use, at once and by this node's own decision.

    Returns how many keys counted until now. What they signed before stays verifiable by its place.
    """
    with node.store.writing() as records:
        size = records.ledgers.size(pair_ledger(peer))
        counting = [each for each in records.keys.find(party=peer, use=use) if not each.revoked]
        for key in counting:
            records.keys.put(changed(key, revoked=True, until_entry=size))
            note(records, node, EntryType.KEY_REVOKED, key=key.id)
        if use is Use.IDENTITY and counting:
            records.peers.remove(peer)
    return len(counting)


def _shown(node: Node, change: KeyChange) -> bool:
    """Return whether the sender holds the new key, as far as a key can show that by signing."""
    if change.use == Use.READING:
        return True
    if change.shown is None:
        return False
    try:
        node.verifier.check(change.public, change.shown.sig, _claim(Use(change.use), change.public))
    except SignatureError:
        return False
    return True


def _claim(use: Use, public: bytes) -> bytes:
    return f"comity {use} key ".encode() + public
