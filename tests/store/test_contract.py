"""What every store does, whichever it is: SQLite, PostgreSQL, or the twin in memory."""

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comity.core.ledger import Node, added, check_inclusion, head, inclusion_proof, leaf_hash
from comity.core.markings import Item
from comity.core.terms import ItemId, digest_of
from comity.store import records as r
from comity.store.database import DatabaseStore
from comity.store.port import Records, Shelf, StoreError
from comity.store.shelves import SHELVES
from tests.core import strategies as any_of
from tests.store import examples
from tests.store.conftest import AnyStore
from tests.store.examples import COUNTER, DECIDED, EXAMPLES, HELD, INCOMING, OUTGOING, PERMITTED

THREADS, ROUNDS = 4, 40


class Mishap(Exception):  # noqa: N818 - a test's own accident
    """Something goes wrong in the middle of a transaction."""


def shelf(records: Records, name: str) -> Shelf[Any]:
    found: Shelf[Any] = getattr(records, name)
    return found


def append(records: Records, entry: bytes, ledger: str = "node") -> int:
    """Add an entry with the nodes that it completes."""
    ledgers = records.ledgers
    size = ledgers.size(ledger)
    read = lambda level, place: ledgers.node(ledger, level, place)  # noqa: E731 - one short reader
    return ledgers.append(ledger, entry, tuple(added(size, leaf_hash(entry), read)))


def in_thread(store: AnyStore, work: Callable[[], None]) -> threading.Thread:
    """Run something in a thread of its own, with a connection of its own."""

    def run() -> None:
        try:
            work()
        finally:
            store.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_there_is_an_example_for_each_shelf() -> None:
    assert EXAMPLES.keys() == SHELVES.keys()
    assert all(isinstance(EXAMPLES[name], spec.kind) for name, spec in SHELVES.items())


@pytest.mark.parametrize("replaced", [False, True])
def test_what_is_put_on_any_shelf_is_read_back_equal(store: AnyStore, replaced: bool) -> None:  # noqa: FBT001 - a case of the test
    with store.writing() as records:
        for name, example in EXAMPLES.items():
            shelf(records, name).add(example)
        if replaced:
            for name, example in EXAMPLES.items():
                shelf(records, name).put(example)
    with store.reading() as records:
        for name, example in EXAMPLES.items():
            spec = SHELVES[name]
            columns = spec.columns_of(example)
            assert shelf(records, name).get(spec.key_of(example)) == example
            assert shelf(records, name).find(**columns) == [example]
            assert shelf(records, name).find() == [example]


decided = st.builds(
    r.Decided,
    id=st.integers().map(digest_of),
    request=st.just(DECIDED.request),
    asked=any_of.requests,
    consents=any_of.consents,
    agreements=st.just(DECIDED.agreements),
    now=any_of.instants,
    permitted=st.booleans(),
    clauses=st.lists(st.text(max_size=9).filter(str.isprintable), max_size=2).map(tuple),
    entry=st.integers(0, 1 << 40),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(decided, any_of.items, st.binary(max_size=99))
def test_any_decision_and_any_item_is_read_back_equal(
    store: AnyStore, decision: r.Decided, item: Item, content: bytes
) -> None:
    held = r.Held(
        item=item, organisation=None, case=None, data_key="key-1", content=content, release=None,
        held_since=decision.now,
    )  # fmt: skip  # the fields that do not matter stand together
    with store.writing() as records:
        records.decisions.put(decision)
        records.items.put(held)
    with store.reading() as records:
        assert records.decisions.get(decision.id) == decision
        assert records.items.find(digest=item.digest) == [held]


def test_an_envelope_of_ten_mebibytes_is_read_back(store: AnyStore) -> None:
    large = replace(INCOMING, envelope=bytes(range(256)) * (10 << 12))
    with store.writing() as records:
        records.inbox.add(large)
    with store.reading() as records:
        assert records.inbox.get(large.id) == large


def test_a_key_is_taken_once(store: AnyStore) -> None:
    with store.writing() as records:
        records.counters.add(COUNTER)
    with store.writing() as records:
        with pytest.raises(StoreError, match="counters: the key is taken"):
            records.counters.add(replace(COUNTER, value=2))
        records.recalls.add(r.Recalled(release=PERMITTED.release, by=OUTGOING.to, at=DECIDED.now))
    with store.reading() as records:
        assert records.counters.get("consent") == COUNTER
        assert len(records.recalls.find()) == 1


def test_what_is_removed_is_gone_and_can_come_again(store: AnyStore) -> None:
    with store.writing() as records:
        records.counters.add(COUNTER)
        records.counters.remove("consent")
        records.counters.remove("consent")
        assert records.counters.get("consent") is None
        assert records.counters.find() == []
        records.counters.add(COUNTER)
    with store.reading() as records:
        assert records.counters.find() == [COUNTER]


def test_an_exception_in_the_middle_leaves_nothing_behind(store: AnyStore) -> None:
    other = replace(COUNTER, value=9)
    with store.writing() as records:
        records.counters.add(COUNTER)
        append(records, b"first")
    with suppress(Mishap), store.writing() as records:
        records.counters.put(other)
        records.counters.remove("consent")
        records.items.add(HELD)
        for entry in (b"second", b"third", b"fourth"):
            append(records, entry)
        assert records.ledgers.size("node") == 4
        raise Mishap
    with store.writing() as records:
        assert records.counters.find() == [COUNTER]
        assert records.items.find() == []
        assert list(records.ledgers.entries("node")) == [b"first"]
        with pytest.raises(StoreError):
            records.ledgers.node("node", 1, 0)
        append(records, b"another second")
    with store.reading() as records:
        assert list(records.ledgers.entries("node")) == [b"first", b"another second"]


def test_values_are_found_in_the_order_in_which_they_were_added(store: AnyStore) -> None:
    with store.writing() as records:
        for number in (3, 1, 2):
            records.permits.add(examples.permitted(number))
            records.outbox.add(examples.outgoing(number))
    with suppress(Mishap), store.writing() as records:
        records.outbox.remove("release-3")
        raise Mishap
    with store.writing() as records:
        records.outbox.put(examples.outgoing(3, attempts=7))
        records.outbox.put(examples.outgoing(1, state=r.OutState.SENDING))
    with store.reading() as records:
        found = [each.release for each in records.outbox.find()]
        queued = [each.release for each in records.outbox.find(state=r.OutState.QUEUED)]
        assert found == ["release-3", "release-1", "release-2"]
        assert queued == ["release-3", "release-2"]


def test_values_are_found_by_text_number_truth_and_none(store: AnyStore) -> None:
    taken: Any = EXAMPLES["taken"]
    with store.writing() as records:
        records.items.add(HELD)
        records.items.add(replace(HELD, item=replace(HELD.item, id=ItemId("i")), case=None))
        records.inbox.add(INCOMING)
        records.taken.add(taken)
    with store.reading() as records:
        assert [each.item.id for each in records.items.find(case=None)] == ["i"]
        assert records.items.find(case="case-1", organisation=HELD.organisation) == [HELD]
        assert records.inbox.find(seq=3, state="parked", from_="NCA") == [INCOMING]
        assert records.inbox.find(seq=4) == []
        assert records.taken.find(waiting=True) == [taken]
        assert records.taken.find(waiting=False) == []


def test_a_column_that_is_not_declared_is_a_mistake_of_the_programmer(store: AnyStore) -> None:
    with store.reading() as records:
        with pytest.raises(TypeError, match="inbox cannot be found by why; its columns: from_"):
            records.inbox.find(why="")
        with pytest.raises(TypeError, match="column seq of inbox holds a number"):
            records.inbox.find(seq="3")


def test_writers_lose_no_update_and_never_fail(store: AnyStore) -> None:
    failures: list[BaseException] = []
    with store.writing() as records:
        records.counters.add(r.Counter(name="n", value=0))

    def count() -> None:
        try:
            for _ in range(ROUNDS):
                with store.writing() as records:
                    held = records.counters.get("n")
                    assert held
                    records.counters.put(r.Counter(name="n", value=held.value + 1))
                    append(records, b"counted %d" % held.value)
        except BaseException as error:  # noqa: BLE001 - reported by the test below
            failures.append(error)

    threads = [in_thread(store, count) for _ in range(THREADS)]
    for thread in threads:
        thread.join()
    assert failures == []
    with store.reading() as records:
        assert records.counters.get("n") == r.Counter(name="n", value=THREADS * ROUNDS)
        entries = [b"counted %d" % number for number in range(THREADS * ROUNDS)]
        assert list(records.ledgers.entries("node")) == entries


def test_a_reader_sees_one_state_while_a_writer_commits(store: AnyStore) -> None:
    with store.writing() as records:
        records.counters.add(COUNTER)
        append(records, b"first")

    def write() -> None:
        with store.writing() as records:
            records.counters.put(replace(COUNTER, value=2))
            records.items.add(HELD)
            append(records, b"second")

    with store.reading() as records:
        in_thread(store, write).join()
        assert records.counters.get("consent") == COUNTER
        assert records.items.find() == []
        assert records.ledgers.size("node") == 1
        assert list(records.ledgers.entries("node")) == [b"first"]
    with store.reading() as records:
        assert records.counters.find() == [replace(COUNTER, value=2)]
        assert records.items.find() == [HELD]
        assert records.ledgers.size("node") == 2


def test_a_reader_does_not_see_what_is_not_committed(database: DatabaseStore) -> None:
    found: list[object] = []

    def read() -> None:
        with database.reading() as records:
            found.append(records.counters.get("consent"))

    with database.writing() as records:
        records.counters.add(COUNTER)
        in_thread(database, read).join()
    assert found == [None]


@pytest.mark.parametrize(
    "change",
    [
        lambda records: records.counters.add(COUNTER),
        lambda records: records.counters.put(COUNTER),
        lambda records: append(records, b"an entry"),
    ],
)
def test_nothing_can_be_written_while_reading(
    store: AnyStore, change: Callable[[Records], None]
) -> None:
    with pytest.raises(StoreError, match="takes no changes"), store.reading() as records:
        change(records)
    with store.writing() as records:
        assert records.counters.find() == []
        assert records.ledgers.size("node") == 0
        change(records)


def test_a_transaction_in_which_something_failed_keeps_nothing(store: AnyStore) -> None:
    kept_nothing = pytest.raises(StoreError, match="nothing of it was kept")
    with kept_nothing, store.reading() as records, suppress(StoreError):
        records.counters.put(COUNTER)


@pytest.mark.parametrize("outer", ["writing", "reading"])
@pytest.mark.parametrize("inner", ["writing", "reading"])
def test_a_transaction_within_a_transaction_is_a_mistake(
    store: AnyStore, outer: str, inner: str
) -> None:
    with getattr(store, outer)() as records:
        with pytest.raises(RuntimeError, match="open already"), getattr(store, inner)():
            pass
        assert records.counters.find() == []
    with store.writing() as records:
        records.counters.add(COUNTER)


def test_a_transaction_that_is_over_cannot_be_used(store: AnyStore) -> None:
    with store.writing() as writing:
        append(writing, b"first")
        unread = writing.ledgers.entries("node")
    with store.reading() as reading:
        pass
    for records in (writing, reading):
        with pytest.raises(RuntimeError, match="is over"):
            records.counters.get("consent")
        with pytest.raises(RuntimeError, match="is over"):
            records.ledgers.size("node")
    with pytest.raises(RuntimeError, match="is over"):
        next(unread)


def test_nothing_goes_out_without_a_permit(store: AnyStore) -> None:
    with pytest.raises(StoreError, match="breaks a rule"), store.writing() as records:
        records.outbox.add(OUTGOING)
    with store.reading() as records:
        assert records.outbox.find() == []
    with store.writing() as records:
        records.outbox.add(OUTGOING)
        records.permits.add(PERMITTED)


def test_a_permit_stays_as_long_as_something_goes_out_under_it(store: AnyStore) -> None:
    with store.writing() as records:
        records.permits.add(PERMITTED)
        records.outbox.add(OUTGOING)
    with pytest.raises(StoreError, match="breaks a rule"), store.writing() as records:
        records.permits.remove(PERMITTED.release)
    with store.writing() as records:
        assert records.permits.find() == [PERMITTED]
        assert records.outbox.find() == [OUTGOING]
        records.outbox.remove(OUTGOING.release)
        records.permits.remove(PERMITTED.release)


def test_a_ledger_gives_back_its_entries_and_their_proofs(store: AnyStore) -> None:
    entries = [b"entry %d" % number for number in range(21)]
    with store.writing() as records:
        assert [append(records, entry) for entry in entries] == list(range(21))
        assert append(records, b"of another", "other") == 0
    with store.reading() as records:
        ledgers = records.ledgers
        read = lambda level, place: ledgers.node("node", level, place)  # noqa: E731 - as above
        assert ledgers.size("node") == 21
        assert ledgers.size("unknown") == 0
        assert list(ledgers.entries("node", 3, 7)) == entries[3:7]
        assert list(ledgers.entries("node", 19)) == entries[19:]
        assert list(ledgers.entries("node", 20, 99)) == entries[20:]
        assert ledgers.entry("node", 20) == entries[20]
        root = head(21, read)
        proof = inclusion_proof(5, 21, read)
        check_inclusion(leaf_hash(entries[5]), 5, 21, proof, root)
        with pytest.raises(StoreError, match="there is no entry 21"):
            ledgers.entry("node", 21)


def test_an_entry_goes_only_to_the_next_place(store: AnyStore) -> None:
    with store.writing() as records:
        append(records, b"first")
        for nodes in ((), (Node(0, 0, b"h" * 32),), (Node(0, 1, b"h" * 32),)):
            with pytest.raises(StoreError, match="do not belong to place 1"):
                records.ledgers.append("node", b"second", nodes)
        append(records, b"second")
    with store.reading() as records:
        assert list(records.ledgers.entries("node")) == [b"first", b"second"]
