"""Heads and proofs are those of RFC 9162, and nothing false can be proved."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.core.ledger import (
    EMPTY,
    Hash,
    ProofError,
    added,
    check_consistency,
    check_inclusion,
    consistency_proof,
    head,
    inclusion_proof,
    leaf_hash,
)
from tests.spec import slow_tree

VECTORS = [
    ("", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
    ("00", "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"),
    ("10", "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"),
    ("2021", "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"),
    ("3031", "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"),
    ("40414243", "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"),
    ("5051525354555657", "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"),
    (
        "606162636465666768696a6b6c6d6e6f",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ),
]
"""Each entry, and the head once it is added: the test data of Certificate Transparency."""

entries = st.lists(st.binary(max_size=4), min_size=1, max_size=40)


class Kept:
    """The nodes of a tree, kept as a store keeps them: inserted once, never changed."""

    def __init__(self, entries: list[bytes]) -> None:
        """Add the entries one by one."""
        self.nodes: dict[tuple[int, int], Hash] = {}
        for size, entry in enumerate(entries):
            for node in added(size, leaf_hash(entry), self.read):
                assert (node.level, node.place) not in self.nodes
                self.nodes[node.level, node.place] = node.hash

    def read(self, level: int, place: int) -> Hash:
        """Return a node that is kept."""
        return self.nodes[level, place]


def refuses(check: Callable[[], None]) -> bool:
    try:
        check()
    except ProofError:
        return True
    return False


def test_heads_are_those_of_the_published_test_data() -> None:
    data = [bytes.fromhex(entry) for entry, _ in VECTORS]
    read = Kept(data).read
    assert [head(size, read).hex() for size in range(1, 9)] == [root for _, root in VECTORS]


def test_a_tree_without_leaves_has_a_head_of_its_own() -> None:
    assert head(0, Kept([]).read) == EMPTY == slow_tree.tree_hash([])


def test_an_entry_cannot_pass_for_two_others() -> None:
    left, right = leaf_hash(b"a"), leaf_hash(b"b")
    assert leaf_hash(left + right) != head(2, Kept([b"a", b"b"]).read)


@given(entries)
def test_heads_and_proofs_are_those_of_the_literal_reading(data: list[bytes]) -> None:
    read = Kept(data).read
    for size in range(1, len(data) + 1):
        assert head(size, read) == slow_tree.tree_hash(data[:size])
        assert consistency_proof(size, len(data), read) == slow_tree.proof(size, data)
    for index in range(len(data)):
        assert inclusion_proof(index, len(data), read) == slow_tree.path(index, data)


@given(entries)
def test_every_true_proof_holds(data: list[bytes]) -> None:
    read, size = Kept(data).read, len(data)
    for number in range(size):
        proof = inclusion_proof(number, size, read)
        check_inclusion(leaf_hash(data[number]), number, size, proof, head(size, read))
        steps = consistency_proof(number + 1, size, read)
        check_consistency(number + 1, size, head(number + 1, read), head(size, read), steps)


@given(entries, st.data())
def test_no_altered_proof_of_inclusion_holds(data: list[bytes], draw: st.DataObject) -> None:
    read, size = Kept(data).read, len(data)
    index = draw.draw(st.integers(0, size - 1))
    leaf, proof, root = leaf_hash(data[index]), inclusion_proof(index, size, read), head(size, read)
    other = draw.draw(st.binary(min_size=32, max_size=32).filter(lambda found: found != leaf))
    assert refuses(lambda: check_inclusion(other, index, size, proof, root))
    assert refuses(lambda: check_inclusion(leaf, index, size, [*proof, other], root))
    assert refuses(lambda: check_inclusion(leaf, index, size, proof, other))
    if proof:
        place = draw.draw(st.integers(0, len(proof) - 1))
        changed = [
            *proof[:place],
            bytes([proof[place][0] ^ 1]) + proof[place][1:],
            *proof[place + 1 :],
        ]
        assert refuses(lambda: check_inclusion(leaf, index, size, changed, root))
        assert refuses(lambda: check_inclusion(leaf, index, size, proof[:-1], root))


@given(entries, entries, st.data())
def test_a_rewritten_past_is_never_consistent(
    data: list[bytes], rewritten: list[bytes], draw: st.DataObject
) -> None:
    old = draw.draw(st.integers(1, len(data)))
    forged = [*rewritten, *data][: max(old, len(rewritten))]
    if forged[:old] == data[:old]:
        return
    before, after = Kept(data).read, Kept(forged).read
    roots = head(old, before), head(len(forged), after)
    proof = consistency_proof(old, len(forged), after)
    assert refuses(lambda: check_consistency(old, len(forged), *roots, proof))


@given(entries, st.data())
def test_no_altered_proof_of_consistency_holds(data: list[bytes], draw: st.DataObject) -> None:
    read, size = Kept(data).read, len(data)
    old = draw.draw(st.integers(1, size))
    proof, roots = consistency_proof(old, size, read), (head(old, read), head(size, read))
    noise = draw.draw(st.binary(min_size=32, max_size=32))
    assert refuses(lambda: check_consistency(old, size, *roots, [*proof, noise]))
    if proof:
        assert refuses(lambda: check_consistency(old, size, *roots, proof[:-1]))
        assert refuses(lambda: check_consistency(old, size, *roots, [noise, *proof[1:]]))


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_there_is_no_proof_of_a_leaf_that_is_not_there(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="there is no leaf"):
        inclusion_proof(index, size, Kept([b"a", b"b", b"c"]).read)
    with pytest.raises(ProofError, match="there is no leaf"):
        check_inclusion(EMPTY, index, size, [], EMPTY)


@pytest.mark.parametrize(("old", "new"), [(0, 3), (4, 3), (-1, 3)])
def test_there_is_no_proof_back_in_time(old: int, new: int) -> None:
    with pytest.raises(ValueError, match="there is no proof"):
        consistency_proof(old, new, Kept([b"a", b"b", b"c"]).read)
    with pytest.raises(ProofError, match="there is no proof"):
        check_consistency(old, new, EMPTY, EMPTY, [])


def test_two_heads_of_one_size_must_be_the_same() -> None:
    check_consistency(3, 3, EMPTY, EMPTY, [])
    for root, proof in ((leaf_hash(b""), []), (EMPTY, [EMPTY])):
        with pytest.raises(ProofError, match="two heads of one size differ"):
            check_consistency(3, 3, EMPTY, root, proof)


def test_an_empty_proof_shows_nothing() -> None:
    with pytest.raises(ProofError, match="the proof is empty"):
        check_consistency(3, 5, EMPTY, EMPTY, [])


def test_a_proof_between_other_heads_shows_nothing() -> None:
    read = Kept([b"a", b"b", b"c"]).read
    proof = consistency_proof(2, 3, read)
    check_consistency(2, 3, head(2, read), head(3, read), proof)
    with pytest.raises(ProofError, match="does not extend the head of 2"):
        check_consistency(2, 3, EMPTY, head(3, read), proof)


def test_a_proof_that_is_too_long_is_refused_at_once() -> None:
    with pytest.raises(ProofError, match="too long"):
        check_inclusion(EMPTY, 0, 1, [EMPTY], EMPTY)
    with pytest.raises(ProofError, match="too long"):
        check_consistency(1, 2, EMPTY, EMPTY, [EMPTY] * 9)


def test_a_smaller_tree_cannot_pass_for_a_larger_one() -> None:
    data = [b"a", b"b", b"c", b"d", b"e", b"f", b"g", b"h"]
    read = Kept(data).read
    short = inclusion_proof(0, 2, read)
    with pytest.raises(ProofError, match="too short"):
        check_inclusion(leaf_hash(b"a"), 0, 8, short, head(2, read))
    with pytest.raises(ProofError, match="too short"):
        check_consistency(2, 8, head(2, read), head(4, read), consistency_proof(2, 4, read))
