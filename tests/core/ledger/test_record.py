"""What is recorded is ids and words from lists; only a recorded permit becomes a release."""

import copy
import pickle
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.core.agreement import Agreements
from comity.core.consent import Consents, Seeking
from comity.core.gate import DisclosureRequest, Permit, Refusal, decide
from comity.core.ledger import (
    Entry,
    EntryType,
    NotRecordedError,
    NotSayableError,
    Recorded,
    Release,
    decision_entry,
    heartbeat_leaf,
    question_digest,
    release,
)
from comity.core.ledger.record import MOST_BYTES
from comity.core.terms import PartyId, Purpose, ReleaseId, RequestId, decode, encode
from tests.core import strategies
from tests.core.world import (
    ACME,
    CHOSE_NCA,
    CONSENT,
    EDITED,
    FRESH,
    GIVEN,
    ICO,
    INCIDENT,
    ITEM,
    LABEL,
    NCA,
    NOW,
    REGULATION,
    REQUEST,
    SAID_YES,
    agreement,
    agreements,
    known,
)

R1, R2 = RequestId("r-1"), RequestId("r-2")
OUT = ReleaseId("rel-1")
SALT = b"\7" * 32


def decided(
    request: DisclosureRequest = REQUEST, consents: Consents = SAID_YES, now: datetime = NOW
) -> Permit | Refusal:
    return decide(agreements(), request, consents, now)


def permitted(now: datetime = NOW) -> Permit:
    found = decided(now=now)
    assert isinstance(found, Permit)
    return found


PERMIT = permitted()
REFUSAL = decided(consents=Consents())
RECORDED = Recorded(decision_entry(PERMIT, R1), 0)


def entry(**ids: str) -> Entry:
    return Entry(type=EntryType.READ, at=NOW, ids=ids)


def says(decision: Permit | Refusal) -> dict[str, str]:
    return dict(decision_entry(decision, R1).ids)


# --- entries -----------------------------------------------------------------------------


def test_an_entry_of_a_permit_names_the_request_the_question_and_the_clauses() -> None:
    assert says(PERMIT) == {
        "request": "r-1",
        "question": question_digest(PERMIT),
        "outcome": "permitted",
        "discloser": "NCA",
        "recipient": "ICO",
        "clauses": ",".join(PERMIT.clauses),
    }
    assert decision_entry(PERMIT, R1).type is EntryType.DECISION
    assert decision_entry(PERMIT, R1).at == NOW


def test_a_refusal_is_recorded_like_a_permit() -> None:
    assert says(REFUSAL)["outcome"] == "refused"
    assert says(REFUSAL)["question"] == question_digest(REFUSAL)


def test_a_refusal_without_a_clause_is_recorded_without_one() -> None:
    nobody = decide(Agreements([]), REQUEST, SAID_YES, NOW)
    assert nobody.clauses == ()
    assert "clauses" not in decision_entry(nobody, R1).ids


@given(strategies.requests, strategies.consents)
def test_any_decision_can_be_recorded(request: DisclosureRequest, consents: Consents) -> None:
    found = decision_entry(decided(request, consents), R1)
    assert decode(Entry, found.bytes(), "an entry") == found
    assert found.bytes() == encode(found)


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "two words", "a\nline", "a\tab", 'a"quote', "it's", "é", "a\u2014b", "(1)"),
        *("-first", ".hidden", "a;b", "a{b}", "a\\b", "a\x00", "a\n", "x" * 1025),
    ],
)
def test_a_text_cannot_be_recorded(text: str) -> None:
    with pytest.raises(NotSayableError):
        entry(item=text)


@pytest.mark.parametrize("name", ["", "Acme was hacked", "A", "1st", "a-b", "x" * 33, "item\n"])
def test_a_text_cannot_hide_in_the_name_of_a_value(name: str) -> None:
    with pytest.raises(NotSayableError):
        entry(**{name: "item-1"})


@given(st.text(max_size=20), st.text(max_size=20))
def test_whatever_an_entry_takes_has_no_space_no_quote_and_no_line(name: str, value: str) -> None:
    try:
        found = entry(**{name: value})
    except NotSayableError:
        return
    assert not set(name + value) & set(" \t\r\n\"'\\<>{}();!?")
    assert (name + value).isascii()
    assert decode(Entry, found.bytes(), "an entry") == found


def test_an_entry_has_4096_bytes_at_most() -> None:
    spare = MOST_BYTES - len(entry(a="x" * 1024, b="x" * 1024, c="x" * 1024, d="x").bytes())
    full = entry(a="x" * 1024, b="x" * 1024, c="x" * 1024, d="x" * (spare + 1))
    assert len(full.bytes()) == MOST_BYTES == 4096
    over = entry(a="x" * 1024, b="x" * 1024, c="x" * 1024, d="x" * (spare + 2))
    with pytest.raises(NotSayableError):
        over.bytes()


def test_two_entries_that_differ_have_different_bytes() -> None:
    found = {
        entry(item="a").bytes(),
        entry(item="b").bytes(),
        entry(other="a").bytes(),
        replace(entry(item="a"), type=EntryType.OPENED).bytes(),
        replace(entry(item="a"), at=NOW + timedelta(seconds=1)).bytes(),
    }
    assert len(found) == 5


# --- the question ------------------------------------------------------------------------


def question(**changes: Any) -> str:  # noqa: ANN401 - any field of a request
    request = replace(REQUEST, **changes)
    return question_digest(decided(request))


def test_the_digest_of_a_question_changes_with_every_part_of_it() -> None:
    source = replace(next(iter(LABEL.sources)), in_confidence=False)
    label = replace(LABEL, sources=frozenset({source}))
    other = Seeking(
        consent=CONSENT, organisation=ACME, items=frozenset({INCIDENT}), discloser=NCA,
        recipient=ICO, purpose=REGULATION,
    )  # fmt: skip
    consents = [
        replace(SAID_YES, statements=()),
        replace(SAID_YES, statements=(GIVEN, GIVEN)),
        replace(SAID_YES, statements=(replace(GIVEN, counter=8),)),
        replace(SAID_YES, statements=(replace(GIVEN, received_at=NOW),)),
        replace(SAID_YES, statuses=(replace(FRESH, counter=21),)),
        replace(SAID_YES, seekings=(other,)),
        replace(SAID_YES, choices=(CHOSE_NCA,)),
        replace(SAID_YES, status_seen={CONSENT: 3}),
    ]
    digests = [
        question(),
        question(discloser=ICO),
        question(recipient=NCA),
        question(purpose=Purpose("deconfliction")),
        question(kind="aggregate"),
        question(addressee=ACME),
        question(items=(ITEM, ITEM)),
        question(items=(replace(ITEM, digest=EDITED),)),
        question(items=(replace(ITEM, label=label),)),
        question(facts={**REQUEST.facts, **known(necessity_recorded=False)}),
        question(facts={}),
        *(question_digest(decided(consents=each)) for each in consents),
        question_digest(decided(now=NOW + timedelta(microseconds=1))),
        question_digest(decide(Agreements([agreement()]), REQUEST, SAID_YES, NOW)),
    ]
    assert len(set(digests)) == len(digests)


def test_the_same_question_has_the_same_digest() -> None:
    assert question_digest(decided()) == question_digest(PERMIT)
    turned = Agreements([agreement("front-door-terms"), agreement()])
    assert question_digest(decide(turned, REQUEST, SAID_YES, NOW)) == question_digest(PERMIT)


# --- releases ----------------------------------------------------------------------------


def test_a_recorded_permit_becomes_a_release() -> None:
    found = release(RECORDED, PERMIT, OUT)
    assert (found.id, found.permit, found.recorded) == (OUT, PERMIT, RECORDED)


def not_recorded(found: Entry, permit: Permit = PERMIT) -> None:
    with pytest.raises(NotRecordedError):
        release(Recorded(found, 0), permit, OUT)


def test_the_entry_of_a_refusal_releases_nothing() -> None:
    not_recorded(decision_entry(REFUSAL, R1))


def test_the_entry_of_another_permit_releases_nothing() -> None:
    other = permitted(now=NOW + timedelta(seconds=1))
    not_recorded(decision_entry(other, R1))
    not_recorded(RECORDED.entry, other)


def test_an_entry_that_is_no_decision_releases_nothing() -> None:
    for kind in EntryType:
        if kind is not EntryType.DECISION:
            not_recorded(replace(RECORDED.entry, type=kind))


@pytest.mark.parametrize("changed", ["question", "outcome"])
def test_an_entry_that_does_not_say_what_was_decided_releases_nothing(changed: str) -> None:
    ids = dict(RECORDED.entry.ids)
    not_recorded(replace(RECORDED.entry, ids={**ids, changed: "refused"}))
    del ids[changed]
    not_recorded(replace(RECORDED.entry, ids=ids))


@given(strategies.likely_requests, strategies.consents)
def test_nothing_but_its_own_entry_releases_a_permit(
    request: DisclosureRequest, consents: Consents
) -> None:
    found = decided(request, consents)
    recorded = Recorded(decision_entry(found, R2), 3)
    same = question_digest(found) == question_digest(PERMIT)
    if isinstance(found, Permit):
        assert release(recorded, found, OUT).permit is found
    if not same:
        not_recorded(recorded.entry)


RELEASED = release(RECORDED, PERMIT, OUT)
WAYS_ROUND: list[Callable[[], object]] = [
    lambda: Release(OUT, PERMIT, RECORDED, object()),
    lambda: Release(OUT, PERMIT, RECORDED, None),
    lambda: replace(RELEASED, id=ReleaseId("rel-2")),  # type: ignore[call-arg] # the attack
    lambda: replace(RELEASED, token=object()),
    lambda: copy.copy(RELEASED),
    lambda: copy.deepcopy(RELEASED),
    lambda: pickle.dumps(RELEASED),
    lambda: type("Forged", (Release,), {}),
]


@pytest.mark.parametrize("way", WAYS_ROUND)
def test_nobody_else_makes_copies_or_stores_a_release(way: Callable[[], object]) -> None:
    with pytest.raises((TypeError, ValueError)):
        way()


def test_a_release_does_not_change() -> None:
    with pytest.raises(AttributeError):
        RELEASED.id = ReleaseId("rel-2")  # type: ignore[misc] # the attack


# --- heartbeats --------------------------------------------------------------------------


def test_a_heartbeat_commits_to_a_head_without_showing_it() -> None:
    leaf = heartbeat_leaf(SALT, b"comity/NCA/node\n3\n")
    assert leaf == sha256(SALT + b"comity/NCA/node\n3\n").hexdigest()
    assert leaf != heartbeat_leaf(b"\x08" * 32, b"comity/NCA/node\n3\n")


@given(st.binary(max_size=40), st.binary(min_size=1, max_size=20))
def test_a_heartbeat_stands_for_one_salt_and_one_head(salt: bytes, head: bytes) -> None:
    if len(salt) != 32:
        with pytest.raises(ValueError, match="32 bytes"):
            heartbeat_leaf(salt, head)
        return
    assert heartbeat_leaf(salt, head) == sha256(salt + head).hexdigest()


def test_a_salt_does_not_reach_into_the_head() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        heartbeat_leaf(SALT + b"c", b"omity/NCA/node\n3\n")


def test_the_recorded_parties_are_those_of_the_request() -> None:
    turned = decided(replace(REQUEST, discloser=PartyId("NCSC"), recipient=NCA))
    assert (says(turned)["discloser"], says(turned)["recipient"]) == ("NCSC", "NCA")


def test_every_kind_of_entry_is_explained_in_the_reference() -> None:
    text = (Path(__file__).parents[3] / "docs/reference/ledger.md").read_text(encoding="utf-8")
    rows = "".join(line for line in text.splitlines() if line.startswith("| `"))
    assert {kind.value for kind in EntryType} <= set(re.findall(r"`([a-z-]+)`", rows))
