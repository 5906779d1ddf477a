"""Mistakes that lose something, or do it twice."""

from contextlib import ExitStack
from typing import Any
from unittest.mock import patch

from comity.core.exchange import Problem, Verdict, check_route
from comity.core.terms import ReleaseId
from comity.node import (
    accept_envelope,
    confirm_receipt,
    deliver,
    disclose,
    notify_organisation,
    open_case,
    queueing,
    take_control,
    work,
)
from comity.store.change import changed
from comity.store.port import StoreError
from comity.store.records import OutState
from tests.faults.histories.oracle import Kind
from tests.faults.planted.bugs import breaks, instead


@breaks(Kind.LOSS, Kind.MISMATCH, about="crashes")
def receipt_before_commit(stack: ExitStack) -> None:
    """A receipt is given before what it is for is kept."""
    given: dict[str, bytes] = {}

    def remember(right: Any) -> Any:
        def wrong(*arguments: Any) -> Any:
            given["last"] = right(*arguments)
            return given["last"]

        return wrong

    def wrap(right: Any) -> Any:
        def wrong(at: Any, data: bytes) -> Any:
            given.clear()
            try:
                return right(at, data)
            except StoreError:
                return given.get("last", b"")

        return wrong

    instead(stack, accept_envelope._taken, remember)
    instead(stack, accept_envelope.accept_envelope, wrap)


@breaks(Kind.LOSS, Kind.MISMATCH)
def gone_before_the_receipt(stack: ExitStack) -> None:
    """An envelope counts as received when it has been sent."""

    def wrap(right: Any) -> Any:
        def wrong(at: Any, peer: Any, ready: Any) -> Any:
            found = right(at, peer, ready)
            with at.store.writing() as records:
                row = records.outbox.get(ready.release)
                records.outbox.put(changed(row, state=OutState.RECEIPTED, envelope=b""))
            return found

        return wrong

    instead(stack, deliver._envelope, wrap)


@breaks(Kind.LOSS)
def sent_once(stack: ExitStack) -> None:
    """A message that could not be sent is forgotten."""

    def wrap(right: Any) -> Any:
        def wrong(at: Any, row: Any) -> None:
            right(at, row)
            with at.store.writing() as records:
                records.messages.remove(row.id)

        return wrong

    instead(stack, deliver._offer, wrap)


@breaks(Kind.LOSS, about="crashes")
def done_before_it_is_done(stack: ExitStack) -> None:
    """A message is ticked off in one transaction and done in the next."""

    def wrap(right: Any) -> Any:
        def wrong(at: Any, row: Any) -> None:
            with at.store.writing() as records:
                records.taken.put(changed(row, waiting=False))
            right(at, row)

        return wrong

    instead(stack, work._control, wrap)


@breaks(Kind.LOSS)
def every_refusal_is_final(stack: ExitStack) -> None:
    """What a peer does not take now is never sent again."""
    stack.enter_context(_set(deliver, "HOPELESS", frozenset(Problem)))


@breaks(Kind.LOSS, Kind.MISMATCH, about="lost")
def late_receipt_not_wanted(stack: ExitStack) -> None:
    """A receipt for an envelope that was destroyed is thrown away."""

    def wrap(right: Any) -> Any:
        def wrong(records: Any, at: Any, peer: Any, receipt: Any, document: Any) -> None:
            row = records.outbox.get(receipt.release)
            if row is None or row.state is not OutState.DESTROYED:
                right(records, at, peer, receipt, document)

        return wrong

    instead(stack, confirm_receipt.confirm_receipt, wrap)


@breaks(Kind.LOSS)
def unreachable_is_for_ever(stack: ExitStack) -> None:
    """What is on its way to a peer that cannot be reached is laid aside."""

    def wrap(right: Any) -> Any:
        def wrong(at: Any, peer: Any, path: str, body: bytes) -> Any:
            answer = right(at, peer, path, body)
            if answer is None:
                with at.store.writing() as records:
                    for row in records.outbox.find(to=peer.party, state=OutState.SENDING):
                        records.outbox.put(changed(row, state=OutState.DEAD))
            return answer

        return wrong

    instead(stack, deliver._post, wrap)


@breaks(Kind.DOUBLE, Kind.MISMATCH)
def inbox_without_a_key(stack: ExitStack) -> None:
    """An envelope that came before is taken again."""

    def wrap(right: Any) -> Any:
        def wrong(header: Any, to: Any, head: Any, now: Any) -> Any:
            found = right(header, to, head, now)
            return Verdict.NEXT if found is Verdict.HELD_BEFORE else found

        return wrong

    instead(stack, check_route, wrap)
    instead(stack, accept_envelope._check_id, lambda _: lambda records, header, verdict: None)


@breaks(Kind.DOUBLE, Kind.MISMATCH, Kind.LOSS, about="lost")
def another_release_for_each_attempt(stack: ExitStack) -> None:
    """What could not be sent is queued anew, under another release."""

    def wrap(right: Any) -> Any:
        def wrong(at: Any, peer: Any, path: str, body: bytes) -> Any:
            answer = right(at, peer, path, body)
            if answer is None and path == deliver.ENVELOPES:
                with at.store.writing() as records:
                    _again(records, at, peer)
            return answer

        return wrong

    instead(stack, deliver._post, wrap)


def _again(records: Any, at: Any, peer: Any) -> None:
    for row in records.outbox.find(to=peer.party, state=OutState.SENDING):
        fresh = at.new_id(ReleaseId, "rel")
        records.permits.add(changed(records.permits.get(row.release), release=fresh))
        queued = changed(
            row, release=fresh, state=OutState.QUEUED, seq=None, envelope=b"", headers=()
        )
        records.outbox.add(queued)
        records.outbox.put(changed(row, state=OutState.DESTROYED, envelope=b""))


@breaks(Kind.DOUBLE, about="lost")
def notice_for_each_attempt(stack: ExitStack) -> None:
    """An organisation is told of each attempt, and not of each disclosure."""

    def wrap(right: Any) -> Any:
        def wrong(records: Any, at: Any, row: Any, permit: Any, recorded: Any) -> Any:
            found = right(records, at, row, permit, recorded)
            wish = records.wishes.get(records.permits.get(row.release).request)
            notify_organisation.notify_organisation(records, at, wish, found)
            return found

        return wrong

    instead(stack, disclose._sealed, wrap)


@breaks(Kind.DOUBLE)
def a_case_for_each_report(stack: ExitStack) -> None:
    """A case is opened for every report, also about an organisation that has one."""
    instead(
        stack,
        open_case.case_of,
        lambda _: (
            lambda records, at, organisation: open_case._opened(
                records, at, organisation, open_case.ON_ARRIVAL
            )
        ),
    )


@breaks(Kind.LOSS)
def queued_apart_from_its_decision(stack: ExitStack) -> None:
    """What was permitted is queued in a transaction of its own, which nobody tries again."""

    def wrap(right: Any) -> Any:
        def wrong(records: Any, at: Any, wish: Any) -> Any:
            found = right(records, at, wish)
            if at.chance(1)[0] < 1 << 6:  # as often as a process ends in between
                for row in records.permits.find():
                    if row.request == wish.id:
                        records.outbox.remove(row.release)
            return found

        return wrong

    instead(stack, queueing.put_to_gate, wrap)


@breaks(Kind.LOSS)
def unreachable_is_an_acknowledgement(stack: ExitStack) -> None:
    """A message whose answer was lost counts as taken."""

    def wrap(right: Any) -> Any:
        def wrong(at: Any, row: Any) -> None:
            right(at, row)
            with at.store.writing() as records:
                records.messages.put(changed(row, state=OutState.RECEIPTED))

        return wrong

    instead(stack, deliver._offer, wrap)


@breaks(Kind.LOSS, about="crashes")
def acknowledged_and_not_kept(stack: ExitStack) -> None:
    """A message is acknowledged although it could not be kept."""

    def wrap(right: Any) -> Any:
        def wrong(at: Any, data: bytes) -> Any:
            given: list[bytes] = []
            answer = take_control._answer

            def remember(*arguments: Any) -> bytes:
                given.append(answer(*arguments))
                return given[-1]

            with _set(take_control, "_answer", remember):
                try:
                    return right(at, data)
                except StoreError:
                    return given[-1] if given else b""

        return wrong

    instead(stack, take_control.take_control, wrap)


def _set(module: Any, name: str, value: object) -> Any:
    return patch.object(module, name, value)
