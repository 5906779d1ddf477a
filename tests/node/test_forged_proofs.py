"""True proofs are believed and false ones are not, by two verifiers that share no code.

The other verifier reads RFC 9162, RFC 8032 and the C2SP texts literally (`tests/spec`). It was
written by the same project: what both misread alike, this does not show.
"""

from base64 import b64decode
from collections import Counter

import pytest

from comity.core.ledger import NoteError, checkpoint, proof
from comity.core.ledger.checkpoint import Line
from tests.board import record
from tests.node.forging import FORGERIES, Told, forged, ours, theirs, told


def believed(known: Told) -> None:
    texts = [each.text() for each in known.all()]
    wrong = [text for text in texts if not (ours(text) and theirs(text))]
    record("P7", what="true proofs believed by both verifiers", tried=len(texts), broken=len(wrong))
    assert wrong == []


def refused(known: Told, count: int) -> None:
    texts = forged(known, count)
    wrong = [(kind, text) for kind, text in texts if ours(text) or theirs(text)]
    record("P7", what="false proofs refused by both verifiers", tried=count, broken=len(wrong))
    assert wrong == []
    assert set(Counter(kind for kind, _ in texts)) == set(FORGERIES)


def test_every_true_proof_is_believed_by_both_verifiers() -> None:
    believed(told(12))


def test_a_thousand_false_proofs_are_refused_by_both_verifiers() -> None:
    refused(told(12), 1000)


@pytest.mark.slow
def test_ten_thousand_true_proofs_are_believed_by_both_verifiers() -> None:
    known = told(100)
    assert len(known.all()) >= 10_000
    believed(known)


@pytest.mark.slow
def test_ten_thousand_false_proofs_are_refused_by_both_verifiers() -> None:
    refused(told(100), 10_000)


def lenient(text: str) -> Line:
    try:
        _, name, blob = text.split(" ")
        raw = b64decode(blob)
    except ValueError:
        raise NoteError("no line at all") from None
    return Line(name, raw[:4], raw[4:])


PLANTED = {
    "the way to the head is not checked": (proof, "check_inclusion", lambda *_: None),
    "the cosignature is not checked": (proof, "check_cosignature", lambda *_: None),
    "the keeper's signature is not checked": (
        proof,
        "check_head",
        lambda note, *_: checkpoint.read_head(note),
    ),
    "a signature line is read in any spelling": (checkpoint, "_line", lenient),
}


@pytest.mark.parametrize("what", PLANTED)
def test_a_verifier_that_leaves_a_check_out_believes_a_false_proof(
    what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    module, name, wrong = PLANTED[what]
    monkeypatch.setattr(module, name, wrong)
    fooled = any(ours(text) and not theirs(text) for _, text in forged(told(12), 1000))
    left_out = "verifiers of proofs that leave a check out"
    record("P7", what=left_out, tried=0, broken=0, planted=1, caught=int(fooled))
    assert fooled
