"""Tampering: random changes of the ledgers in real bundles, by hands that reach ever further.

Each hand leaves more as if the change had always been there. The last has everything that the node
has, its keys included; what it cannot have is the peers' keys, and what the peers hold.
"""

import random  # noqa: TID251 - seeded, so that a run can be repeated
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from functools import cache
from typing import NamedTuple

from comity.core.audit import Bundle, Expected, Finding, Sealed, verify
from comity.core.audit.bundle import BeatPart, CheckpointPart
from comity.core.audit.heartbeats import SLOT
from comity.core.ledger import (
    Entry,
    EntryType,
    Head,
    heartbeat_leaf,
    origin,
    read_head,
    sign_head,
)
from comity.core.ledger.checkpoint import DASH
from comity.core.terms import InputError, PartyId, decode
from comity.wire.signing import Ed25519Signer, Ed25519Verifier
from tests.core.audit import small
from tests.node.world import ICO, NCA, keys

Data = list[bytes]


class Hand(StrEnum):
    """How far a hand reaches that changes a ledger."""

    ENTRIES = "entries"
    TREE = "entries and tree"
    BEATS = "entries, tree and kept heads"
    HEADS = "entries, tree and the node's signatures"
    STRANGER = "all, signed by a stranger"
    ALL = "all, signed by the node, cosignatures left out"


class Change(NamedTuple):
    """A change of one ledger: what is done, from which place on, and by what hand."""

    party: PartyId
    ledger: str
    kind: str
    place: int
    hand: Hand


@dataclass(frozen=True, slots=True)
class Tampered:
    """A bundle after a change, and how the change can be told."""

    change: Change
    bundle: Bundle

    def named_by(self, found: Finding) -> bool:
        """Return whether a finding names the entry, or, where the end is missing, the size.

        An entry of a pair ledger that stands in the node ledger no more names it as well.
        """
        is_gone = self.change.kind == "deleted" and self.change.ledger == "node"
        if is_gone and found.what.endswith("entry is missing from the node ledger"):
            return True
        whose = {self.change.ledger, f"{self.change.ledger} of {self.change.party}"}
        if found.ledger not in whose or found.place is None:
            return False
        first = found.place if found.first is None else found.first
        if self.change.kind == "cut":
            by_size = f"{self.change.place} entries" in found.what
            return by_size or first <= self.change.place <= found.place + 1
        return first <= self.change.place <= found.place


@cache
def made(party: PartyId) -> Bundle:
    """Return a bundle of the story, made when nothing in it is any longer too young to count."""
    found = small.late(party)
    return replace(found, made_at=found.made_at + timedelta(minutes=6))


def covered(bundle: Bundle, ledger: str, hand: Hand) -> int:
    """Return how many entries heads protect against a hand; later ones are known not to be.

    Whoever cannot sign is held to the head of all entries.
    """
    if hand is Hand.ENTRIES:
        return len(small.raw(bundle, ledger))
    if ledger == "node":
        return max(each.size for each in bundle.beats)
    return max(
        read_head(each.note).size
        for each in bundle.checkpoints
        if each.ledger == ledger and each.note.count(DASH) > 1
    )


def flipped(data: Data, place: int, chance: random.Random) -> None:
    entry = bytearray(data[place])
    entry[chance.randrange(len(entry))] ^= 1 << chance.randrange(8)
    data[place] = bytes(entry)


def retold(data: Data, place: int, chance: random.Random) -> None:
    """Say something else in an entry, in the right form."""
    entry = decode(Entry, data[place], "an entry")
    name = chance.choice(sorted(entry.ids))
    data[place] = replace(entry, ids={**entry.ids, name: f"other{chance.randrange(10**6)}"}).bytes()


def redated(data: Data, place: int, chance: random.Random) -> None:
    """Date an entry otherwise by so little that the order of times still holds."""
    entry = decode(Entry, data[place], "an entry")
    data[place] = replace(entry, at=entry.at + timedelta(seconds=chance.randint(1, 30))).bytes()


def swapped(data: Data, place: int, chance: random.Random) -> None:
    other = chance.choice([at for at in range(place + 1, len(data)) if data[at] != data[place]])
    data[place], data[other] = data[other], data[place]


def replaced(data: Data, place: int, chance: random.Random) -> None:
    data[place] = chance.choice([each for each in data if each != data[place]])


KINDS: Mapping[str, Callable[[Data, int, random.Random], None]] = {
    "flipped": flipped,
    "retold": retold,
    "redated": redated,
    "swapped": swapped,
    "replaced": replaced,
    "deleted": lambda data, place, _: data.__delitem__(place),
    "inserted": lambda data, place, chance: data.insert(place, chance.randbytes(20)),
    "doubled": lambda data, place, _: data.insert(place + 1, data[place]),
    "cut": lambda data, place, _: data.__delitem__(slice(place, None)),
    "appended": lambda data, _, chance: data.append(chance.choice(data[-3:])),
}


def tampered(number: int) -> Tampered:
    """Return the change of a number: the same one in every run."""
    chance = random.Random(number)  # noqa: S311 - a seed is the point here
    while True:
        found = _attempt(chance)
        ledger = found.change.ledger
        if small.raw(found.bundle, ledger) != small.raw(made(found.change.party), ledger):
            return found


def _attempt(chance: random.Random) -> Tampered:
    bundle = made(chance.choice([NCA, ICO]))
    ledger = chance.choice([each.name for each in bundle.ledgers])
    kind = chance.choice(list(KINDS))
    hand = Hand.ENTRIES if kind == "appended" else chance.choice(list(Hand))
    old = small.raw(bundle, ledger)
    last = covered(bundle, ledger, hand) - (kind in {"swapped", "doubled"})
    place = len(old) if kind == "appended" else chance.randrange(last)
    data = list(old)
    KINDS[kind](data, place, chance)
    while data[place : place + 1] == old[place : place + 1] and kind not in {"cut", "appended"}:
        place += 1  # what stands there is what stood there: the change begins after it
    kind = "cut" if place >= len(data) else kind
    change = Change(bundle.party, ledger, kind, place, hand)
    return Tampered(change, HANDS[hand](bundle, ledger, data))


def entries_changed(bundle: Bundle, ledger: str, data: Data) -> Bundle:
    """Change entries alone: what a node would export whose database was changed so."""
    parts = tuple(
        replace(each, entries=tuple(data)) if each.name == ledger else each
        for each in bundle.ledgers
    )
    return replace(bundle, ledgers=parts)


def tree_changed(bundle: Bundle, ledger: str, data: Data) -> Bundle:
    """Change the tree too: the node signs the head of it when it makes the bundle."""
    return small.with_entries(bundle, data, ledger)


def heads_signed(
    bundle: Bundle,
    ledger: str,
    data: Data,
    signer: Ed25519Signer | None = None,
    *,
    cosigned: bool = True,
) -> Bundle:
    """Sign each head of the ledger anew, as far as there are entries, and keep the cosignatures."""
    bundle = small.with_entries(bundle, data, ledger)
    checkpoints = []
    for each in bundle.checkpoints:
        head = read_head(each.note)
        if each.ledger == ledger and head.size <= len(data):
            root = small.root_of(data[: head.size])
            fresh = Head(origin=origin(bundle.party, ledger), size=head.size, root=root)
            lines = each.note.split(f"\n{DASH} ")
            kept = f"{DASH} {lines[2]}" if cosigned and len(lines) > 2 else ""
            note = sign_head(fresh, signer or own_key(bundle)) + kept
            checkpoints.append(CheckpointPart(ledger=ledger, note=note))
        elif each.ledger != ledger:
            checkpoints.append(each)
    return replace(bundle, checkpoints=tuple(checkpoints))


def own_key(bundle: Bundle) -> Ed25519Signer:
    signer = keys(bundle.party, consent=False).identity
    assert isinstance(signer, Ed25519Signer)
    return signer


def beats_changed(bundle: Bundle, ledger: str, data: Data) -> Bundle:
    """Change the kept heads of the node ledger too; of a pair ledger there are none to change."""
    bundle = tree_changed(bundle, ledger, data)
    if ledger != "node":
        return bundle
    beats = (
        replace(each, size=size, root=small.root_of(data[:size]))
        for each in bundle.beats
        for size in [min(each.size, len(data))]
    )
    return replace(bundle, beats=tuple(beats))


def all_changed(
    bundle: Bundle, ledger: str, data: Data, signer: Ed25519Signer | None = None
) -> Bundle:
    """Change whatever the node holds, so that both its ledgers and its heartbeats fit again."""
    bundle = heads_signed(bundle, ledger, data, signer, cosigned=False)
    whole = data if ledger == "node" else mirrored(bundle, ledger, data)
    bundle = beats_changed(bundle, "node", whole)
    leaves = {each.slot.strftime(SLOT): leaf_of(bundle, each) for each in bundle.beats}
    for part in bundle.ledgers:
        if part.name != "node":
            entries = [with_leaf(each, leaves) for each in part.entries]
            bundle = heads_signed(bundle, part.name, entries, signer, cosigned=False)
    return bundle


def by_stranger(bundle: Bundle, ledger: str, data: Data) -> Bundle:
    """Change everything in a node's database, without its keys."""
    return all_changed(bundle, ledger, data, small.STRANGER)


def mirrored(bundle: Bundle, ledger: str, data: Data) -> Data:
    """Return the node ledger's entries, with those of a pair ledger changed as they were there."""
    peer = ledger.removeprefix("pair-")
    whole = small.raw(bundle)
    read = [(at, decode(Entry, each, "an entry")) for at, each in enumerate(whole)]
    places = [
        at
        for at, each in read
        if each.ids.get("peer") == peer and each.type is not EntryType.OPENED
    ]
    try:
        fresh = [decode(Entry, each, "an entry") for each in data]
    except InputError:
        return whole
    told = [
        replace(each, ids={"peer": peer, **each.ids}).bytes()
        for each in fresh
        if each.type is not EntryType.HEARTBEAT
    ]
    for place, each in zip(places, told, strict=False):
        whole[place] = each
    gone = set(places[len(told) :])
    kept = [each for place, each in enumerate(whole) if place not in gone]
    return kept + told[len(places) :]


def leaf_of(bundle: Bundle, beat: BeatPart) -> str:
    head = Head(origin=origin(bundle.party, "node"), size=beat.size, root=beat.root)
    return heartbeat_leaf(beat.salt, head.text().encode())


def with_leaf(data: bytes, leaves: Mapping[str, str]) -> bytes:
    try:
        entry = decode(Entry, data, "an entry")
    except InputError:
        return data
    if entry.type is not EntryType.HEARTBEAT:
        return data
    leaf = leaves.get(entry.ids.get("slot", ""))
    return replace(entry, ids={**entry.ids, "leaf": leaf}).bytes() if leaf else data


HANDS: Mapping[Hand, Callable[[Bundle, str, Data], Bundle]] = {
    Hand.ENTRIES: entries_changed,
    Hand.TREE: tree_changed,
    Hand.BEATS: beats_changed,
    Hand.HEADS: heads_signed,
    Hand.STRANGER: by_stranger,
    Hand.ALL: all_changed,
}


@cache
def peers_of(party: PartyId) -> Sequence[Sealed]:
    """Return the bundles of the others, as they were at the end of the story."""
    return [small.sealed(made(each)) for each in small.PARTIES if each != party]


def alone(one: Tampered) -> tuple[Finding, ...]:
    """Return what is found in the bundle alone."""
    return _found(one, ())


def with_peers(one: Tampered) -> tuple[Finding, ...]:
    """Return what is found in the bundle together with those of its peers."""
    return _found(one, peers_of(one.change.party))


def _found(one: Tampered, peers: Sequence[Sealed]) -> tuple[Finding, ...]:
    return verify(small.sealed(one.bundle), peers, Expected(), Ed25519Verifier()).findings


class Outcome(NamedTuple):
    """What a run of changes came to; `silent` are those that only a peer's bundle shows."""

    tried: int
    silent: int
    unfound: list[Change]
    unnamed: list[Change]


def run(numbers: Iterable[int]) -> Outcome:
    """Try the changes of these numbers: in the bundle alone, and where need be with its peers'."""
    tried = silent = 0
    unfound, unnamed = [], []
    for number in numbers:
        one = tampered(number)
        tried += 1
        found = alone(one)
        silent += not found
        if not any(map(one.named_by, found)):
            found += with_peers(one)
        if not found:
            unfound.append(one.change)
        elif not any(map(one.named_by, found)):
            unnamed.append(one.change)
    return Outcome(tried, silent, unfound, unnamed)
