"""Forging: proofs from a real front door's ledger, true ones, and false ones of every kind."""

import random  # noqa: TID251 - seeded, so that a run can be repeated
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache

from comity.core.ledger import (
    Head,
    Known,
    NoteError,
    Proof,
    ProofError,
    check_proof,
    cosign,
    inclusion_proof,
    leaf_hash,
    origin,
    read_head,
    read_proof,
    sign_head,
)
from comity.core.ledger.checkpoint import DASH
from comity.core.terms import SignatureError
from comity.wire.signing import Ed25519Signer, Ed25519Verifier
from tests.node.world import BEATS, FRONT_DOOR, NCA, keys, new_world
from tests.spec import slow_proof

LEDGER = f"pair-{NCA}"
KEEPER = origin(FRONT_DOOR, LEDGER)
DOOR_KEYS, NCA_KEYS = keys(FRONT_DOOR, consent=True), keys(NCA, consent=False)
KNOWN = Known(KEEPER, DOOR_KEYS.identity.public, NCA, NCA_KEYS.witness.public)
STRANGER = Ed25519Signer(b"s" * 32)
AT = datetime(2026, 11, 23, 9, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Told:
    """The ledger that a front door shares with the NCA, and its cosigned heads."""

    entries: tuple[bytes, ...]
    nodes: Mapping[tuple[int, int], bytes]
    notes: tuple[str, ...]

    def proof(self, place: int, note: str) -> Proof:
        """Return the proof of an entry under a head."""
        hashes = inclusion_proof(place, read_head(note).size, lambda *at: self.nodes[at])
        return Proof(entry=self.entries[place], place=place, hashes=tuple(hashes), note=note)

    def all(self) -> list[Proof]:
        """Return the proof of every entry under every head that covers it."""
        return [
            self.proof(place, note) for note in self.notes for place in range(read_head(note).size)
        ]


@cache
def told(beats: int) -> Told:
    """Let Acme report, and let two nodes beat so many times."""
    world = new_world((FRONT_DOOR, NCA))
    world.report()
    for _ in range(beats):
        world.clock.pass_(BEATS)
        world.settle()
    with world.nodes[FRONT_DOOR].store.reading() as records:
        entries = tuple(records.ledgers.entries(LEDGER))
        found = records.checkpoints.find(ledger=LEDGER)
        notes = tuple(each.note for each in found if each.note.count(DASH) > 1)
        levels = range(len(entries).bit_length())
        nodes = {
            (level, at): records.ledgers.node(LEDGER, level, at)
            for level in levels
            for at in range(len(entries) >> level)
        }
    return Told(entries, nodes, notes)


def ours(text: str) -> bool:
    """Return whether Comity's verifier believes a proof."""
    try:
        check_proof(read_proof(text), KNOWN, Ed25519Verifier())
    except (NoteError, ProofError, SignatureError):
        return False
    return True


def theirs(text: str) -> bool:
    """Return whether the verifier that shares no code with it does."""
    try:
        slow_proof.verify(text, (KNOWN.keeper, KNOWN.key), (KNOWN.witness, KNOWN.witness_key))
    except slow_proof.Refused:
        return False
    return True


def letter(text: str, _: Told, chance: random.Random) -> str:
    at = chance.randrange(len(text))
    return text[:at] + chr(chance.choice((chance.randrange(128), 0x2013, 0x85))) + text[at + 1 :]


def bit(text: str, _: Told, chance: random.Random) -> str:
    data = bytearray(text.encode())
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return data.decode(errors="replace")


def truncated(text: str, _: Told, chance: random.Random) -> str:
    return text[: chance.randrange(len(text))]


def line_gone(text: str, _: Told, chance: random.Random) -> str:
    lines = text.splitlines(keepends=True)
    del lines[chance.randrange(len(lines))]
    return "".join(lines)


def lines_swapped(text: str, _: Told, chance: random.Random) -> str:
    lines = text.splitlines(keepends=True)
    one, other = chance.sample(range(len(lines) - 2), 2)  # the two signatures may come in any order
    lines[one], lines[other] = lines[other], lines[one]
    return "".join(lines)


def re_encoded(text: str, _: Told, chance: random.Random) -> str:
    """Write a proof in another way that a lenient reader takes for the same."""
    last = text.rstrip("=\n")
    spare = last[:-1] + chr(ord(last[-1]) + 1) + text[len(last) :]
    index = text.split("\n")[2]
    return chance.choice([
        text.replace("\n", "\r\n"), spare, text + "\n", f"\n{text}", text.rstrip("\n"),
        text.replace(index, index.replace("index ", "index 0")), text.replace("index ", "index +"),
        text.replace("index ", "index  "), text.replace(DASH, "-"), text.replace("=\n", "\n"),
        text.replace("=\n", "==\n"), text.replace("extra ", "extra"), text.replace("/", "_"),
        text.replace("+", "-"), text.replace("\n\n", "\n\n\n", 1), text.upper(), f"\ufeff{text}",
    ])  # fmt: skip  # one list


def changed(text: str, known: Told, chance: random.Random, what: str) -> str:
    """Change one part of a proof, well written."""
    proof = read_proof(text)
    hashes = list(proof.hashes)
    at = chance.randrange(len(hashes) or 1)
    size = read_head(proof.note).size
    if what == "hash" and hashes:
        hashes[at] = chance.choice([chance.randbytes(32), hashes[at][:-1], hashes[at] + b"\0", b""])
    elif what == "order":
        chance.shuffle(hashes)
    elif what == "more":
        hashes.insert(at, chance.choice([*hashes, chance.randbytes(32)]))
    elif what == "fewer":
        del hashes[at : at + 1]
    elif what == "place":
        places = (chance.randrange(size * 2), -1 - proof.place, proof.place + size, 2**64)
        proof = replace(proof, place=chance.choice(places))
    elif what == "entry":
        entries = (chance.choice(known.entries), chance.randbytes(9), proof.entry + b" ", b"")
        proof = replace(proof, entry=chance.choice(entries))
    elif what == "note":
        proof = replace(proof, note=chance.choice(known.notes))
    return replace(proof, hashes=tuple(hashes)).text()


def inner_node(text: str, known: Told, chance: random.Random) -> str:
    """Pass two leaves off as an entry: what a tree without marks for leaves would let through."""
    proof = read_proof(text)
    pair = proof.place // 2 * 2
    if not proof.hashes or pair + 1 >= read_head(proof.note).size:
        return text
    entry = known.nodes[0, pair] + known.nodes[0, pair + 1]
    place = chance.choice([proof.place // 2, proof.place])
    return replace(proof, entry=entry, place=place, hashes=proof.hashes[1:]).text()


def by_others(_text: str, _known: Told, chance: random.Random) -> str:
    """Make a tree of one false entry, and sign its head with keys that are not the right ones."""
    entry = b'{"false":1}'
    name = chance.choice([KEEPER, f"{KEEPER}x", origin(NCA, LEDGER)])
    head = Head(origin=name, size=1, root=leaf_hash(entry))
    keeper = chance.choice([STRANGER, NCA_KEYS.identity, NCA_KEYS.witness, DOOR_KEYS.identity])
    witness = chance.choice([STRANGER, DOOR_KEYS.identity, NCA_KEYS.identity])
    note = sign_head(head, keeper)
    note += cosign(note, chance.choice([NCA, "ICO"]), witness, AT)
    return Proof(entry=entry, place=0, hashes=(), note=note).text()


def grafted(text: str, _: Told, chance: random.Random) -> str:
    """Put true signatures, with the right key's mark, under another head."""
    signatures = read_proof(text).note.partition("\n\n")[2]
    entry = chance.randbytes(20)
    root = b64encode(leaf_hash(entry)).decode()
    note = f"{KEEPER}\n1\n{root}\n\n{signatures}"
    return Proof(entry=entry, place=0, hashes=(), note=note).text()


def cosigned_otherwise(text: str, _: Told, chance: random.Random) -> str:
    """Change the cosignature's time, or its key's mark, or leave it out."""
    start, blob = text.rsplit(f"{DASH} {NCA} ", 1)
    raw = bytearray(b64decode(blob))
    raw[chance.randrange(12)] ^= 1 << chance.randrange(8)
    line = f"{DASH} {NCA} {b64encode(bytes(raw)).decode()}\n"
    return start + chance.choice([line, ""])


def of(what: str) -> Callable[[str, Told, random.Random], str]:
    return lambda text, known, chance: changed(text, known, chance, what)


FORGERIES: Mapping[str, Callable[[str, Told, random.Random], str]] = {
    **{each.__name__: each for each in (
        letter, bit, truncated, line_gone, lines_swapped, re_encoded, inner_node, by_others,
        grafted, cosigned_otherwise,
    )},
    **{what: of(what) for what in ("hash", "order", "more", "fewer", "place", "entry", "note")},
}  # fmt: skip  # one table


def forged(known: Told, count: int, seed: int = 1) -> list[tuple[str, str]]:
    """Return so many false proofs, each with its kind; none of them is a true one."""
    chance = random.Random(seed)  # noqa: S311 - a seed is the point here
    true = [each.text() for each in known.all()]
    taken = set(true)
    found: list[tuple[str, str]] = []
    while len(found) < count:
        kind = chance.choice(list(FORGERIES))
        text = FORGERIES[kind](chance.choice(true), known, chance)
        if text not in taken:
            taken.add(text)
            found.append((kind, text))
    return found
