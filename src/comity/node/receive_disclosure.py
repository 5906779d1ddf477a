"""Receive disclosure: open what was accepted, and keep each item with its label intact."""

from comity.core.exchange import (
    Opened,
    RefusedError,
    WrongContentError,
    open_envelope,
    read_envelope,
    read_header,
)
from comity.core.ledger import EntryType
from comity.core.terms import InputError, ReleaseId, SealError, SignatureError
from comity.node.accept_envelope import identities
from comity.node.node import Node, alarm, note, read_by_any
from comity.node.receive_copy import keep_items, receive_copy
from comity.node.receive_message import receive_message
from comity.store.change import changed
from comity.store.port import Records
from comity.store.records import Incoming, InState, Role


def receive_disclosure(node: Node, release: ReleaseId) -> None:
    """Open one accepted envelope. What cannot be opened is quarantined and raises an alarm."""
    with node.store.writing() as records:
        row = records.inbox.get(release)
        if row is None or row.state is not InState.RECEIVED:
            return
        try:
            opened = _opened(records, node, row)
        except (
            SealError, WrongContentError, InputError, SignatureError, RefusedError
        ) as error:  # fmt: skip
            why = type(error).__name__
            records.inbox.put(changed(row, state=InState.QUARANTINED, why=why))
            alarm(records, node, "not-opened", release)
            return
        _keep(records, node, opened)
        records.inbox.put(changed(row, state=InState.OPENED))
        note(records, node, EntryType.OPENED, release=release, peer=row.from_)


def _opened(records: Records, node: Node, row: Incoming) -> Opened:
    envelope = read_envelope(row.envelope)
    keys = identities(records, row.from_)
    header = read_by_any(keys, lambda key: read_header(envelope, key, node.verifier))
    if header is None:
        raise SignatureError("no identity key that is pinned now signed it")
    opened = open_envelope(envelope, header, node.keys.opener)
    if any(records.items.get(each) for each in opened.parts):
        raise WrongContentError("an item of this id is held already")
    return opened


def _keep(records: Records, node: Node, opened: Opened) -> None:
    match opened.header.type:
        case "message" if node.role is Role.FRONT_DOOR:
            receive_message(records, node, opened)
        case "report" | "message":
            receive_copy(records, node, opened)
        case _:
            keep_items(records, node, opened)
