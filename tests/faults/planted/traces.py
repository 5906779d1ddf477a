"""Mistakes that let ledgers differ, or let a peer see what a node is doing."""

from contextlib import ExitStack
from typing import Any

from comity.core.consent import Answer
from comity.core.exchange import Recall, Route, header_digest
from comity.core.ledger import EntryType, added
from comity.core.terms import MessageId, ReleaseId
from comity.node import beat, confirm_receipt, disclose, node, queueing, recall
from comity.store.records import Progress
from tests.faults.histories.oracle import Kind
from tests.faults.planted.bugs import breaks, instead, method


def without(kind: EntryType) -> Any:
    """Return a wrap that records everything but one kind of entry."""

    def wrap(right: Any) -> Any:
        def wrong(*arguments: Any, **ids: str) -> Any:
            return None if kind in arguments else right(*arguments, **ids)

        return wrong

    return wrap


@breaks(Kind.MISMATCH)
def received_not_recorded(stack: ExitStack) -> None:
    """What was received is not recorded."""
    instead(stack, node.note_pair, without(EntryType.RECEIVED))


@breaks(Kind.MISMATCH)
def sent_not_recorded(stack: ExitStack) -> None:
    """What was sent is not recorded."""
    instead(stack, node.note_pair, without(EntryType.SENT))


@breaks(Kind.MISMATCH)
def release_not_recorded(stack: ExitStack) -> None:
    """A release is made, and no entry says so."""
    instead(stack, node.note, without(EntryType.RELEASE))


@breaks(Kind.MISMATCH)
def every_node_is_its_leaf(stack: ExitStack) -> None:
    """Every node of a ledger's tree that an entry completes is kept as the entry's leaf."""

    def wrap(right: Any) -> Any:
        def wrong(size: int, leaf: bytes, read: Any) -> Any:
            found = list(right(size, leaf, read))
            return [each._replace(hash=leaf) for each in found]

        return wrong

    instead(stack, added, wrap)


@breaks(Kind.MISMATCH, Kind.LOSS)
def a_gap_in_the_order(stack: ExitStack) -> None:
    """An envelope that was destroyed keeps its place, and the next gets the one after it."""

    def wrap(right: Any) -> Any:
        def wrong(seq: int, prev: Any, created: Any, expires: Any) -> Any:
            return right(seq + (created.second % 2), prev, created, expires)

        return wrong

    instead(stack, Route, wrap)


@breaks(Kind.LOSS, Kind.MISMATCH, about="lost")
def order_of_all_peers(stack: ExitStack) -> None:
    """An envelope names the one before it to whomever that went."""
    last: dict[int, Any] = {0: None}

    def wrap(right: Any) -> Any:
        def wrong(envelope: Any) -> Any:
            last[0] = right(envelope)
            return last[0]

        return wrong

    def route(right: Any) -> Any:
        return lambda seq, prev, created, expires: right(
            seq, prev and (last[0] or prev), created, expires
        )

    instead(stack, header_digest, wrap)
    instead(stack, Route, route)


@breaks(Kind.MISMATCH)
def nobody_is_alarmed(stack: ExitStack) -> None:
    """Nobody is told when a node does not stand where its peers know it to."""
    instead(stack, node.alarm, lambda _: lambda records, at, kind, about: None)


@breaks(Kind.VISIBLE, about="lost")
def recalled_before_it_was_received(stack: ExitStack) -> None:
    """What is still on its way is recalled when somebody says no, as if it had arrived."""

    def wrap(right: Any) -> Any:
        def wrong(records: Any, at: Any, said: Any) -> None:
            right(records, at, said)
            if said.answer is not Answer.WITHDRAWN:
                return
            for wish in records.wishes.find(progress=Progress.QUEUED):
                if wish.request.recipient == said.recipient and wish.release:
                    body = Recall(release=wish.release)
                    queueing.queue_message(records, at, said.recipient, recall=body)

        return wrong

    instead(stack, recall.recall_withdrawn, wrap)


@breaks(Kind.VISIBLE, about="lost")
def a_recall_for_what_was_destroyed(stack: ExitStack) -> None:
    """The recipient is told that something for it was destroyed."""

    def wrap(right: Any) -> Any:
        def wrong(records: Any, at: Any, row: Any, why: str) -> None:
            right(records, at, row, why)
            queueing.queue_message(records, at, row.to, recall=Recall(release=row.release))

        return wrong

    instead(stack, disclose._destroy, wrap)


@breaks(Kind.VISIBLE)
def a_beat_when_something_happens(stack: ExitStack) -> None:
    """A node beats whenever it has something to say."""

    def wrap(right: Any) -> Any:
        def wrong(at: Any) -> bool:
            with at.store.writing() as records:
                if records.messages.find(state="queued"):
                    records.beats.remove(str(beat.slot_at(at, at.now())))
            return bool(right(at))

        return wrong

    instead(stack, beat.beat, wrap)


@breaks(Kind.VISIBLE)
def released_under_its_request(stack: ExitStack) -> None:
    """A release has the id of the officer's request."""

    def wrap(right: Any) -> Any:
        def wrong(self: Any, kind: Any, prefix: str) -> Any:
            found = right(self, kind, prefix)
            return kind(f"req-{found[4:]}") if kind is ReleaseId else found

        return wrong

    method(stack, node.Node, "new_id", wrap)


@breaks(Kind.VISIBLE)
def named_by_its_case(stack: ExitStack) -> None:
    """A message's id begins with the case that it belongs to."""

    def wrap(right: Any) -> Any:
        def wrong(self: Any, kind: Any, prefix: str) -> Any:
            with_case = kind is MessageId and self.party == "NCA"
            return right(self, kind, "case" if with_case else prefix)

        return wrong

    method(stack, node.Node, "new_id", wrap)


@breaks(Kind.VISIBLE)
def statements_passed_on(stack: ExitStack) -> None:
    """The recipient is sent what an organisation said, whatever it said."""

    def wrap(right: Any) -> Any:
        def wrong(records: Any, at: Any, said: Any) -> None:
            right(records, at, said)
            document = records.statements.get(f"{said.consent}/{said.counter}").document
            queueing.queue_message(records, at, said.recipient, statement=document)

        return wrong

    instead(stack, recall.recall_withdrawn, wrap)


@breaks(Kind.MISMATCH)
def place_counted_twice(stack: ExitStack) -> None:
    """A receipt that comes twice counts twice."""

    def wrap(right: Any) -> Any:
        def wrong(records: Any, at: Any, row: Any, receipt: Any, document: Any) -> None:
            right(records, at, row, receipt, document)
            node.note_pair(
                records, at, row.to, EntryType.SENT, release=row.release, seq=str(receipt.seq),
                header=receipt.header,
            )  # fmt: skip

        return wrong

    instead(stack, confirm_receipt._fix, wrap)
