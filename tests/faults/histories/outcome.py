"""Outcome: when everything works again, what must have come of a history, whatever was in it.

Like the oracle this imports neither the gate nor an agreement: it compares what nodes keep with
what people did, with what left, and with each other.
"""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import permutations
from typing import TYPE_CHECKING, Any, cast

from comity.core.markings import Item
from comity.core.terms import PartyId, ReleaseId
from comity.node.node import NODE_LEDGER
from comity.node.show_questions import show_questions
from comity.node.show_report import show_reports
from comity.store.records import InState, Outgoing, OutState, Progress, Wish
from tests.faults.histories.oracle import Kind, tokens
from tests.faults.histories.people import SECTIONS
from tests.faults.histories.put_back import MOST_HEALING, goes_on, nobody_stopped, noticed
from tests.faults.histories.troubles import PARTIES, settle
from tests.node.watched import requeue
from tests.node.world import FRONT_DOOR
from tests.spec.slow_tree import tree_hash

if TYPE_CHECKING:
    from tests.faults.histories.world import World

HELD = frozenset({InState.RECEIVED, InState.OPENED, InState.QUARANTINED})
MOST_READ = 50_000


def heal(world: "World") -> None:
    """Let everything work again, and all nodes do what they still have to do."""
    world.cut.clear()
    world.fates.clear()
    world.skew.clear()
    for party in PARTIES:
        world.crashes(party).after = -1
    is_late = bool(world.held or world.oracle.put_back)
    for sent in world.held:
        world.hand_over(sent)
    world.held.clear()
    for number in range(MOST_HEALING):
        for party in PARTIES:
            requeue(world, party)  # type: ignore[arg-type] # a world with nodes
        settle(world, 0, 0, 0)
        least = 1 if is_late or _may_have_arrived(world) else 0  # only a poll tells then
        least = 2 if world.oracle.put_back else least  # and clocks that were wrong delay it
        if number >= least and not any(_unfinished(world)):
            break
        world.moment += timedelta(minutes=6)


def _may_have_arrived(world: "World") -> bool:
    """Return whether something was destroyed that may have arrived."""
    for party in PARTIES:
        with world.nodes[party].store.reading() as records:
            rows = records.outbox.find(state=OutState.DESTROYED)
        if any(each.headers for each in rows):
            return True
    return False


def judge(world: "World") -> None:
    """Find whatever must never be."""
    if world.oracle.put_back:
        nobody_stopped(world)
        noticed(world)
        goes_on(world)
        return
    nobody_stopped(world)
    _nothing_lost(world)
    _nothing_doubled(world)
    _ledgers_agree(world)
    _organisations_apart(world)


def position(world: "World", party: PartyId) -> dict[PartyId, tuple[object, ...]]:
    """Return where a node stands with its peers."""
    with world.nodes[party].store.reading() as records:
        return {
            each.party: (each.sent, each.sent_digest, each.received, each.received_digest)
            for each in records.pairs.find()
            if each.sent or each.received
        }


def _unfinished(world: "World") -> Iterator[str]:
    for party in PARTIES:
        with world.nodes[party].store.reading() as records:
            rows = records.outbox.find()
            messages = [
                *records.messages.find(state=OutState.QUEUED),
                *records.messages.find(state=OutState.SENDING),
            ]
            taken = records.taken.find(waiting=True)
            came = records.inbox.find(state=InState.RECEIVED)
        for row in rows:
            if row.state is OutState.SENDING:
                yield f"{party} is still sending {row.release} to {row.to}"
            elif row.state is OutState.QUEUED and _should_go(world, party, row):
                yield f"{party} does not send {row.release} to {row.to}"
        for message in messages:
            yield f"{party} still has {message.type} for {message.to}"
        for each in taken:
            yield f"{party} has not dealt with {each.id}"
        for one in came:
            yield f"{party} has not opened {one.id}"


def _should_go(world: "World", party: PartyId, row: Outgoing) -> bool:
    """Return whether all that waits in an envelope is allowed now by what people said."""
    with world.nodes[party].store.reading() as records:
        permitted = records.permits.get(row.release)
        wish = records.wishes.get(permitted.request) if permitted else None
    if wish is None:
        return True
    found = world.oracle.about(item.digest for item in wish.request.items)
    return bool(found) and all(world.oracle.may_have(each, party, row.to) for each in found)


def _nothing_lost(world: "World") -> None:
    for words in _unfinished(world):
        world.oracle.fault(Kind.LOSS, words)
    for body, token in world.desk.promised:
        if token not in world.oracle.known.get(body, ()):
            world.oracle.fault(Kind.LOSS, f"{body} never got {token}")
    for sender, to in permutations(PARTIES, 2):
        with world.nodes[to].store.reading() as records:
            held = {each.id for each in records.inbox.find(from_=sender) if each.state in HELD}
        with world.nodes[sender].store.reading() as records:
            for given in records.receipts.find(from_=to):
                if given.release not in held:
                    world.oracle.fault(Kind.LOSS, f"{to} gave a receipt and lost {given.release}")
            for row in records.outbox.find(to=to, state=OutState.DESTROYED):
                if row.release in held:
                    words = f"{sender} forgot {row.release}, which {to} holds"
                    world.oracle.fault(Kind.LOSS, words)
    _answers_arrived(world)
    _recalls_arrived(world)


def _recalls_arrived(world: "World") -> None:
    """See that what was passed on and then taken back is recalled, and was given up."""
    for party in PARTIES[1:]:
        with world.nodes[party].store.reading() as records:
            wishes = [each for each in records.wishes.find() if each.release]
            receipts = {each.release: each.held_since for each in records.receipts.find()}
        for wish in wishes:
            if wish.progress is Progress.SENT and _was_taken_back(world, party, wish, receipts):
                world.oracle.fault(Kind.LOSS, f"{party} never recalled {wish.release}")
            if wish.progress is not Progress.RECALLED:
                continue
            with world.nodes[wish.request.recipient].store.reading() as records:
                held = [each for each in records.items.find(release=wish.release) if each.content]
            if held:
                to = wish.request.recipient
                world.oracle.fault(Kind.LOSS, f"{to} did not give up {wish.release}")


def _was_taken_back(
    world: "World", party: PartyId, wish: Wish, receipts: dict[ReleaseId, datetime]
) -> bool:
    """Return whether a yes under which something arrived was surely taken back after that."""
    if world.oracle.widest or not wish.release or wish.release not in receipts:
        return False
    told = [each for each in wish.request.items if each.section in SECTIONS]
    about = world.oracle.about(each.digest for each in told)
    yes = {word.consent: word.tokens for word in world.oracle.words if word.is_yes}
    return any(
        word.takes_back
        and word.known is not None
        and receipts[wish.release] < word.known
        and (word.discloser, word.recipient) == (party, wish.request.recipient)
        and about & yes.get(word.consent, frozenset())
        for word in world.oracle.words
    )


def _answers_arrived(world: "World") -> None:
    with world.nodes[FRONT_DOOR].store.reading() as records:
        newest = {each.consent: each for each in records.answers.find()}
        asked = {each.consent: each.discloser for each in records.asked.find()}
    for consent, answer in newest.items():
        with world.nodes[asked[consent]].store.reading() as records:
            if records.statements.get(f"{consent}/{answer.counter}") is None:
                words = f"{asked[consent]} never got the answer about {consent}"
                world.oracle.fault(Kind.LOSS, words)


def _nothing_doubled(world: "World") -> None:
    for party in PARTIES:
        with world.nodes[party].store.reading() as records:
            came = [each for each in records.inbox.find() if each.state in HELD]
            items = [each for each in records.items.find() if each.release]
            cases = records.cases.find()
            notices = [(each.organisation, each.content) for each in records.notices.find()]
        _once(world, party, "place", [(each.from_, each.seq) for each in came])
        _once(world, party, "content", [(each.release, each.item.digest) for each in items])
        _once(world, party, "case", [each.organisation for each in cases])
        _once(world, party, "notice", notices)
        told = [str(each.item.digest) for each in items if party in _told(each.item)]
        _once(world, party, "what it was told", told)
        for sender in PARTIES:
            places = sorted(each.seq for each in came if each.from_ == sender)
            if places != list(range(1, len(places) + 1)):
                world.oracle.fault(Kind.MISMATCH, f"{party} holds {places} of {sender}")
    _notified(world)


def _told(item: Item) -> frozenset[PartyId]:
    """Return to whom an item was told by those whom it is from."""
    return frozenset().union(*(each.given_to for each in item.label.sources))


def _notified(world: "World") -> None:
    """See that every organisation was told once of each disclosure that was made."""
    told: Counter[str] = Counter()
    for organisation in _accounts(world):
        shown = show_reports(world.nodes[FRONT_DOOR], organisation)
        told.update(str(each.release) for each in shown.notices if each.was_passed_on)
    for party in PARTIES[1:]:
        with world.nodes[party].store.reading() as records:
            for wish in records.wishes.find():
                sent = wish.progress in {Progress.SENT, Progress.RECALLED}
                about = world.oracle.about(item.digest for item in wish.request.items)
                to_body = wish.request.recipient != FRONT_DOOR
                if not (sent and to_body and about) or wish.release is None:
                    continue
                if told[wish.release] != 1:
                    kind = Kind.DOUBLE if told[wish.release] else Kind.LOSS
                    words = f"told {told[wish.release]} times of {wish.release} by {party}"
                    world.oracle.fault(kind, words)


def _once(world: "World", party: PartyId, what: str, found: list[Any]) -> None:
    for each, times in Counter(found).items():
        if times > 1:
            world.oracle.fault(Kind.DOUBLE, f"{party} has {what} {each!s:.90} {times} times")


def _ledgers_agree(world: "World") -> None:
    entries = {
        (party, peer): _entries(world, party, f"pair-{peer}")
        for party, peer in permutations(PARTIES, 2)
    }
    for (sender, to), found in entries.items():
        sent = [_place(each) for each in found if each["type"] == "sent"]
        came = [
            _place(each)
            for each in entries[to, sender]
            if each["type"] in {"received", "quarantined"}
        ]
        if sent != came:
            words = f"{sender} sent {to} {sent}, and {to} received {came}"
            world.oracle.fault(Kind.MISMATCH, words)
    for party in PARTIES:
        _own_ledger(world, party)


def _place(entry: dict[str, Any]) -> tuple[str, str, str]:
    ids = entry["ids"]
    return ids["seq"], ids["release"], ids["header"]


def _own_ledger(world: "World", party: PartyId) -> None:
    """See that each release follows a permit, and each is one that left; and the trees hold."""
    found = _entries(world, party, NODE_LEDGER)
    for entry in found:
        if entry["type"] != "release":
            continue
        decision = found[int(entry["ids"]["decision"])]
        if decision["type"] != "decision" or decision["ids"].get("outcome") != "permitted":
            words = f"{party} released {entry['ids']['release']} without a permit before it"
            world.oracle.fault(Kind.MISMATCH, words)
    released = {each["ids"]["release"] for each in found if each["type"] == "release"}
    with world.nodes[party].store.reading() as records:
        for row in records.outbox.find():
            if row.headers and row.release not in released:
                world.oracle.fault(Kind.MISMATCH, f"{party}: no entry of {row.release}")
    for name in (NODE_LEDGER, *(f"pair-{peer}" for peer in PARTIES if peer != party)):
        if not _tree_holds(world, party, name):
            world.oracle.fault(Kind.MISMATCH, f"{party}: the tree of {name} is not its entries'")


def _tree_holds(world: "World", party: PartyId, ledger: str) -> bool:
    """Return whether the largest whole tree that is kept is that of the entries under it."""
    with world.nodes[party].store.reading() as records:
        entries = list(records.ledgers.entries(ledger))
        level = len(entries).bit_length() - 1
        kept = records.ledgers.node(ledger, level, 0) if entries else b""
    return not entries or kept == tree_hash(entries[: 1 << level])


def _entries(world: "World", party: PartyId, ledger: str) -> list[dict[str, Any]]:
    with world.nodes[party].store.reading() as records:
        return [_read(each) for each in records.ledgers.entries(ledger)]


@lru_cache(maxsize=MOST_READ)
def _read(entry: bytes) -> dict[str, Any]:
    return cast("dict[str, Any]", json.loads(entry.decode()))


def _accounts(world: "World") -> list[Any]:
    with world.nodes[FRONT_DOOR].store.reading() as records:
        return [each.organisation for each in records.accounts.find()]


def _organisations_apart(world: "World") -> None:
    """See that no organisation is shown anything of another."""
    door = world.nodes[FRONT_DOOR]
    for organisation in _accounts(world):
        shown = repr(show_questions(door, organisation)) + repr(show_reports(door, organisation))
        for token in tokens(shown.encode()):
            text = world.oracle.texts.get(token)
            if text is None or text.organisation != organisation:
                world.oracle.fault(Kind.LEAK, f"{organisation} is shown {token} of another")
