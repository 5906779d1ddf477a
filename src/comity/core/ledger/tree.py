"""Tree: a Merkle tree over entries, of which only complete subtrees are kept.

A node has a level and a place in it: level 0 holds the leaves, and the node at (level, place)
stands for 2**level leaves, from place * 2**level on. Adding a leaf adds the nodes that it
completes and changes none, so a store only ever inserts. Whoever calls says how to read nodes.

A proof is a list of hashes. Checking one returns nothing: a proof that does not hold is an error,
since an answer that must not be ignored is not a truth value.

Source: RFC 9162, section 2.1 (SHA-256).
"""

from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from typing import NamedTuple, TypeAlias

Hash: TypeAlias = bytes
"""32 bytes."""

Read: TypeAlias = Callable[[int, int], Hash]
"""Returns the kept node at a level and a place."""

EMPTY: Hash = sha256(b"").digest()
"""The head of a tree without leaves."""


class Node(NamedTuple):
    """A complete subtree that is kept."""

    level: int
    place: int
    hash: Hash


class ProofError(ValueError):
    """A proof that does not show what it should."""


def leaf_hash(entry: bytes) -> Hash:
    """Return the hash of an entry as a leaf.

    Source: RFC 9162, section 2.1.1.
    """
    return sha256(b"\x00" + entry).digest()


def added(size: int, leaf: Hash, read: Read) -> Iterator[Node]:
    """Yield the nodes to keep when a leaf follows `size` others: it, and what it completes."""
    level, place, found = 0, size, leaf
    yield Node(level, place, found)
    while place % 2:
        found = _above(read(level, place - 1), found)
        level, place = level + 1, place // 2
        yield Node(level, place, found)


def head(size: int, read: Read) -> Hash:
    """Return the hash that stands for the first `size` leaves.

    Source: RFC 9162, section 2.1.1.
    """
    return _range(0, size, read) if size else EMPTY


def inclusion_proof(index: int, size: int, read: Read) -> list[Hash]:
    """Return the proof that leaf `index` is among the first `size`.

    Raises:
        ValueError: there is no such leaf.

    Source: RFC 9162, section 2.1.3.1.
    """
    if not 0 <= index < size:
        raise ValueError(f"there is no leaf {index} among {size}")
    proof, begin, end = [], 0, size
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if index < middle:
            proof.append(_range(middle, end, read))
            end = middle
        else:
            proof.append(_range(begin, middle, read))
            begin = middle
    return proof[::-1]


def consistency_proof(old: int, new: int, read: Read) -> list[Hash]:
    """Return the proof that the first `old` leaves are the same in the head of `new`.

    Raises:
        ValueError: `old` is not from 1 to `new`.

    Source: RFC 9162, section 2.1.4.1.
    """
    if not 0 < old <= new:
        raise ValueError(f"there is no proof from {old} to {new}")
    proof, begin, end = [], 0, new
    while old != end:
        middle = begin + _split(end - begin)
        if old <= middle:
            proof.append(_range(middle, end, read))
            end = middle
        else:
            proof.append(_range(begin, middle, read))
            begin = middle
    if begin:
        proof.append(_range(begin, end, read))
    return proof[::-1]


def check_inclusion(leaf: Hash, index: int, size: int, proof: Sequence[Hash], root: Hash) -> None:
    """Return if the proof shows that `leaf` is number `index` under the head `root` of `size`.

    Raises:
        ProofError: it does not.

    Source: RFC 9162, section 2.1.3.2.
    """
    if not 0 <= index < size:
        raise ProofError(f"there is no leaf {index} among {size}")
    found = leaf
    for each, is_left in zip(proof, _sides(index, size - 1, len(proof)), strict=True):
        found = _above(each, found) if is_left else _above(found, each)
    if found != root:
        raise ProofError(f"leaf {index} is not shown to be under this head")


def check_consistency(
    old: int, new: int, old_root: Hash, new_root: Hash, proof: Sequence[Hash]
) -> None:
    """Return if the proof shows that the head of `new` extends the head of `old`.

    Raises:
        ProofError: it does not.

    Source: RFC 9162, section 2.1.4.2.
    """
    if not 0 < old <= new:
        raise ProofError(f"there is no proof from {old} to {new}")
    if old == new:
        if proof or old_root != new_root:
            raise ProofError("two heads of one size differ")
        return
    path = list(proof)
    if not old & (old - 1):  # a complete tree is its own first step
        path.insert(0, old_root)
    if not path:
        raise ProofError("the proof is empty")
    number, last = old - 1, new - 1
    while number % 2:
        number, last = number // 2, last // 2
    first = second = path[0]
    for each, is_left in zip(path[1:], _sides(number, last, len(path) - 1), strict=True):
        first = _above(each, first) if is_left else first
        second = _above(each, second) if is_left else _above(second, each)
    if first != old_root or second != new_root:
        raise ProofError(f"the head of {new} does not extend the head of {old}")


def _sides(number: int, last: int, length: int) -> list[bool]:
    """Return, for each hash of a proof, whether it stands left on the way up from a node.

    `number` is the node's place and `last` the last place of its level.

    Raises:
        ProofError: the way to the top has another length.
    """
    found = []
    for _ in range(length):
        if not last:
            raise ProofError("the proof is too long")
        found.append(number % 2 == 1 or number == last)
        while found[-1] and number and not number % 2:
            number, last = number // 2, last // 2
        number, last = number // 2, last // 2
    if last:
        raise ProofError("the proof is too short")
    return found


def _above(left: Hash, right: Hash) -> Hash:
    return sha256(b"\x01" + left + right).digest()


def _split(count: int) -> int:
    """Return the largest power of two below a count of at least 2."""
    return 1 << (count - 1).bit_length() - 1


def _range(begin: int, end: int, read: Read) -> Hash:
    """Return the hash over leaves `begin` to `end`, where `begin` starts a subtree."""
    count = end - begin
    if not count & (count - 1):
        level = count.bit_length() - 1
        return read(level, begin >> level)
    middle = begin + _split(count)
    return _above(_range(begin, middle, read), _range(middle, end, read))
