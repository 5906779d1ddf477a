"""Keys: how nodes come to know each other's keys, and how these change.

Two people compare words for the identity key, once; everything later is signed by a key that is
already known. A key counts from one place in the pair ledger to another, never by dates.

A key of this node changes in three steps: what is to happen to the old one is written down, the
key file changes, the peers are told. A node that stops between two of them goes on from there when
it works again.
"""

from dataclasses import dataclass

from comity.core.agreement import read_signing
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
from comity.node.agreements import own_signatures, take_signature
from comity.node.node import Node, NotPossibleError, alarm, note, note_pair, pair_ledger, pinned
from comity.node.queueing import queue_message
from comity.store.change import changed
from comity.store.port import Records
from comity.store.records import Counter, Peer, PinnedKey, Role, Use

INTRODUCTION_TYPE = "application/vnd.comity.introduction+json"
OVERLAP = 64
"""For how many more entries of the pair ledger a replaced key still counts."""

SIGNING = frozenset({Use.IDENTITY, Use.WITNESS, Use.CONSENT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Introduction:
    """Who a node is, where it is reached, and its public keys; signed by its identity key.

    With it go its signatures of the agreements that its party has signed.
    """

    v: int = 1
    party: PartyId
    role: Role
    address: str
    identity: bytes
    witness: bytes
    reading: bytes
    consent: bytes | None = None
    certificate: str = ""
    agreements: tuple[Signed, ...] = ()


def introduction(node: Node, address: str, certificate: str = "") -> Signed:
    """Return what this node gives to those who are to pin it."""
    keys = node.keys
    with node.store.reading() as records:
        own = own_signatures(records, node)
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
                agreements=own,
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
    for each in claimed.agreements:
        if read_signing(each, claimed.identity, verifier).party != claimed.party:
            raise SignatureError("a signature of an agreement in another's name")
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
        if who.identity in pinned(records, who.party, Use.IDENTITY):
            for document in who.agreements:
                take_signature(records, node, who.party, document)


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
    records.counters.put(Counter(name=_announced(node, use, public), value=1))
    for peer in records.peers.find():
        queue_message(records, node, peer.party, key=change)


def expect_change(records: Records, node: Node, use: Use, *, revoked: bool) -> None:
    """Write down what is to happen to the key that peers know, before another is made."""
    for known in _last_announced(records, node, use):
        name = _replaced(node, use, known)
        held = records.counters.get(name)
        records.counters.put(Counter(name=name, value=max(int(revoked), held.value if held else 0)))


def announce_changes(records: Records, node: Node) -> int:
    """Announce each key of this node that peers were not told of; return how many there were.

    It follows the last one that was announced, or else the oldest that the node still has. So a
    change of keys that was interrupted is completed, whatever was written by then.
    """
    done = 0
    for use, known in node.keys.generations.items():
        for old in _last_announced(records, node, use):
            if old == known[0]:
                continue
            replaced = records.counters.get(_replaced(node, use, old))
            new = _newest(node, use)
            announce(records, node, use, new, old, revoked=bool(replaced and replaced.value))
            for skipped in known[1:]:
                records.counters.put(Counter(name=_announced(node, use, skipped), value=1))
            done += 1
    return done


def _last_announced(records: Records, node: Node, use: Use) -> list[bytes]:
    """Return the key of a use that peers know, as a list of one; none if there is no such key."""
    known = node.keys.generations.get(use, ())
    told = [each for each in known if records.counters.get(_announced(node, use, each))]
    return [*told, *known[-1:]][:1]


def _newest(node: Node, use: Use) -> Signer | bytes:
    signers = {
        Use.IDENTITY: node.keys.identity,
        Use.WITNESS: node.keys.witness,
        Use.CONSENT: node.keys.consent,
    }
    return signers.get(use) or node.keys.opener.public


def _announced(node: Node, use: Use, public: bytes) -> str:
    return f"announced/{key_name(node.party, use, public)}"


def _replaced(node: Node, use: Use, public: bytes) -> str:
    """Return the name under which stands whether a key ends at once when it is replaced."""
    return f"replaced/{key_name(node.party, use, public)}"


def change_key(records: Records, node: Node, peer: PartyId, change: KeyChange) -> Done:
    """Do what a peer says about its keys; it has signed that with a key that is pinned.

    What is known already is no error, and nothing that a peer says makes an ended key count again.
    """
    use = Use(change.use)
    new = records.keys.get(key_name(peer, use, change.public))
    old = records.keys.get(key_name(peer, use, change.replaces or b""))
    is_pinned = new is not None and new.public == change.public and not new.revoked
    is_next = new is None and old is not None and old.public == change.replaces
    if not (is_pinned or is_next) or not _shown(node, change):
        alarm(records, node, "key-change-not-shown", peer)
        return Done.REFUSED
    _pin(records, node, peer, use, change.public)
    if old is not None and _ended(records, old, revoked=change.revoked):
        kind = EntryType.KEY_REVOKED if change.revoked else EntryType.KEY_CHANGED
        note_pair(records, node, peer, kind, key=key_name(peer, use, change.public), old=old.id)
    return Done.ACCEPTED


def _ended(records: Records, old: PinnedKey, *, revoked: bool) -> bool:
    """Let a key end where it is replaced, if it does not end before; return whether it did."""
    size = records.ledgers.size(pair_ledger(old.party))
    until = size if revoked else size + OVERLAP
    if old.revoked or (not revoked and old.until_entry is not None):
        return False
    if old.until_entry is not None:
        until = min(until, old.until_entry)
    records.keys.put(changed(old, until_entry=until, revoked=revoked))
    return True


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
