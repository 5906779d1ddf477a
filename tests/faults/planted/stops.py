"""Mistakes about nodes that were put back to an old copy."""

from contextlib import ExitStack
from typing import Any

from comity.node import accept_restore, put_back, reconcile
from comity.store.change import changed
from tests.faults.histories.oracle import Kind
from tests.faults.planted.bugs import breaks, instead


@breaks(Kind.MISMATCH)
def nobody_looks(stack: ExitStack) -> None:
    """A node does not look at what its peers show of its own signatures."""
    instead(stack, put_back.look_at, lambda _: lambda *_: None)


@breaks(Kind.LOSS)
def order_not_gone_on(stack: ExitStack) -> None:
    """The gap is written down, and the order goes on where the old copy stood."""
    instead(stack, reconcile._go_on, lambda _: lambda *_: None)


@breaks(Kind.MISMATCH)
def no_new_line(stack: ExitStack) -> None:
    """A peer records that a node was put back, and still asks for what extends the lost head."""

    def wrap(right: Any) -> Any:
        def wrong(records: Any, at: Any, peer: Any, said: Any) -> Any:
            pair = records.pairs.get(peer)
            done = right(records, at, peer, said)
            now = records.pairs.get(peer)
            records.pairs.put(
                changed(now, seen=pair.seen, seen_root=pair.seen_root, seen_note=pair.seen_note)
            )
            return done

        return wrong

    instead(stack, accept_restore.accept_restore, wrap)
