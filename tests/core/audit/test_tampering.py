"""A thousand random changes of either node's ledgers: each is found, and the entry is named.

What is planted here is a verifier that leaves a check out. Each must let a change pass.
"""

import sys
from collections.abc import Callable
from typing import Any

import pytest

from comity.core.agreement import Agreement
from comity.core.audit import Expected, decisions, heartbeats, ledgers, sides, verify
from comity.core.audit.bundle import AgreementPart
from comity.core.ledger import read_head
from comity.core.terms import PartyId
from comity.wire.signing import Ed25519Verifier
from tests.board import record
from tests.core.audit import small
from tests.core.audit.tampering import (
    Hand,
    Outcome,
    alone,
    made,
    peers_of,
    run,
    tampered,
    with_peers,
)
from tests.node.world import ICO, NCA

verify_module = sys.modules["comity.core.audit.verify"]
"""The package has a function of that name."""

LOADED: dict[AgreementPart, Agreement] = {}


@pytest.fixture(autouse=True)
def _each_text_is_loaded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Load an agreement only once: no change here is one of a text, and loading takes longest."""
    load = decisions.Texts._read

    def once(texts: decisions.Texts, part: AgreementPart, name: str) -> Agreement:
        if part not in LOADED:
            LOADED[part] = load(texts, part, name)
        return LOADED[part]

    monkeypatch.setattr(decisions.Texts, "_read", once)


def tell(what: str, found: Outcome) -> None:
    broken = len(found.unfound) + len(found.unnamed)
    record("P6", what=what, tried=found.tried, broken=broken)
    assert found.unfound == []
    assert found.unnamed == []


@pytest.mark.parametrize("party", [NCA, ICO])
def test_the_bundles_that_are_changed_are_sound_before(party: PartyId) -> None:
    sealed = small.sealed(made(party))
    assert verify(sealed, peers_of(party), Expected(), Ed25519Verifier()).findings == ()
    assert {each.party for each in (tampered(number).change for number in range(20))} == {NCA, ICO}


def test_a_random_change_of_a_ledger_is_found_and_the_entry_is_named() -> None:
    tell("random changes of the ledgers in bundles", run(range(50)))


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, 1000, 250))
def test_a_thousand_random_changes_are_found_and_each_entry_is_named(first: int) -> None:
    tell("random changes of the ledgers in bundles", run(range(first, first + 250)))


def test_what_the_node_changes_after_its_last_heartbeat_is_not_found_and_that_is_said() -> None:
    """This is the limit: until the next heartbeat only the node's own word stands for an entry."""
    bundle = made(NCA)
    last, old = max(each.size for each in bundle.beats), small.raw(bundle)
    assert last < len(old) - 1
    changed = old[:-1]
    report = small.report(small.with_entries(bundle, changed), made(ICO))
    assert [each for each in report.findings if each.check == "a"] == []
    assert any(f"the last {len(changed) - last} entries" in each for each in report.unchecked)


def no_consistency(node: Any, beat: Any, *_: Any) -> int:  # noqa: ANN401 - the arguments of another
    return int(beat.size) if beat.size <= node.size else 0


def no_count(*args: Any, whole: bool, **_: Any) -> Any:  # noqa: ANN401 - the arguments of another
    return ledgers_signed(*args, whole=False, **_) if not whole else None


def unsigned(_: Any, __: str, note: str, ___: Any) -> Any:  # noqa: ANN401 - the arguments of another
    return read_head(note)


ledgers_signed = ledgers._signed_head

Plant = Callable[[pytest.MonkeyPatch], None]
PLANTED: dict[str, Plant] = {
    "heartbeats are not held against the entries": lambda patch: patch.setattr(
        heartbeats, "_check_head", no_consistency
    ),
    "the node's signatures are not checked": lambda patch: patch.setattr(
        ledgers, "_by_identity", unsigned
    ),
    "cosignatures are not checked": lambda patch: patch.setattr(
        ledgers, "check_cosignature", lambda *_: None
    ),
    "heartbeats are not opened": lambda patch: patch.setattr(
        heartbeats, "_check_opened", lambda *_: {}
    ),
    "entries are not counted, nor the head of all compared": lambda patch: patch.setattr(
        ledgers, "_signed_head", no_count
    ),
    "the two sides are not compared": lambda patch: patch.setattr(
        verify_module, "check_sides", lambda *_: None
    ),
    "the heads that the peer cosigned are not compared": lambda patch: patch.setattr(
        sides, "_check_cosigned", lambda *_: 0
    ),
}
HANDS = {
    "heartbeats are not held against the entries": Hand.HEADS,
    "the node's signatures are not checked": Hand.STRANGER,
    "cosignatures are not checked": Hand.HEADS,
    "heartbeats are not opened": Hand.BEATS,
    "entries are not counted, nor the head of all compared": Hand.ENTRIES,
    "the two sides are not compared": Hand.ALL,
    "the heads that the peer cosigned are not compared": Hand.ALL,
}


def missed_by_the_planted(what: str, patch: pytest.MonkeyPatch) -> bool:
    """Return whether a change passes the planted verifier that does not pass the real one."""
    hand = HANDS[what]
    look = with_peers if hand is Hand.ALL else alone
    for one in map(tampered, range(1000)):
        if one.change.hand is hand:
            with patch.context() as planted:
                PLANTED[what](planted)
                found = look(one)
            if not found and look(one):
                return True
    return False


@pytest.mark.slow
@pytest.mark.parametrize("what", PLANTED)
def test_a_verifier_that_leaves_a_check_out_lets_a_change_pass(
    what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    caught = missed_by_the_planted(what, monkeypatch)
    record(
        "P6",
        what="verifiers that leave a check out",
        tried=0,
        broken=0,
        planted=1,
        caught=int(caught),
    )
    assert caught
