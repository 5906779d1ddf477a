"""The tree of RFC 9162, section 2.1, read literally: recursion over whole lists of entries."""

from hashlib import sha256


def largest_power_of_two_below(count: int) -> int:
    """Return k of the RFC: the largest power of two smaller than `count`."""
    found = 1
    while found * 2 < count:
        found *= 2
    return found


def tree_hash(entries: list[bytes]) -> bytes:
    """Return MTH(D[n])."""
    if not entries:
        return sha256(b"").digest()
    if len(entries) == 1:
        return sha256(b"\x00" + entries[0]).digest()
    k = largest_power_of_two_below(len(entries))
    return sha256(b"\x01" + tree_hash(entries[:k]) + tree_hash(entries[k:])).digest()


def path(index: int, entries: list[bytes]) -> list[bytes]:
    """Return PATH(m, D[n])."""
    if len(entries) == 1:
        return []
    k = largest_power_of_two_below(len(entries))
    if index < k:
        return [*path(index, entries[:k]), tree_hash(entries[k:])]
    return [*path(index - k, entries[k:]), tree_hash(entries[:k])]


def proof(old: int, entries: list[bytes]) -> list[bytes]:
    """Return PROOF(m, D[n])."""
    return _subproof(old, entries, whole=True)


def _subproof(old: int, entries: list[bytes], *, whole: bool) -> list[bytes]:
    if old == len(entries):
        return [] if whole else [tree_hash(entries)]
    k = largest_power_of_two_below(len(entries))
    if old <= k:
        return [*_subproof(old, entries[:k], whole=whole), tree_hash(entries[k:])]
    return [*_subproof(old - k, entries[k:], whole=False), tree_hash(entries[:k])]
