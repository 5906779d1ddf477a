"""Plants: bugs that break a promise, put into the processes of a node before it starts.

Each replaces a part of the node with what somebody could have written instead. The nursery calls
them by name, so nothing in the product can switch one on.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from threading import Timer
from time import sleep
from types import ModuleType
from typing import Any

from comity import settings
from comity.api import views
from comity.core.exchange import Answer, Envelope, Header, Verdict, open_envelope
from comity.core.intake import SealedPart
from comity.core.markings import Item
from comity.core.terms import ItemId
from comity.node import accept_envelope as accepting
from comity.node import deliver as delivering
from comity.node import send_report as sending
from comity.node import work as working
from comity.node.contents import about_whom, hold, parts
from comity.node.node import Node
from comity.node.send_report import Sent
from comity.store import selfcheck
from comity.store.change import changed
from comity.store.port import Records, Store
from comity.store.records import OutState, Peer
from tests.faults import sender

LATER = 0.2
"""How long the gap is in which a fault does harm: wide enough to be hit within a few rounds."""


def put(module: ModuleType, name: str, new: Callable[..., object]) -> None:
    """Put a function in the place of one of a module."""
    assert callable(getattr(module, name))
    setattr(module, name, new)


def sqlite_normal() -> None:
    """Let SQLite leave commits in the system's memory, and the self-check think that right."""
    weaker = settings.SQLITE_OPTIONS["init_command"]
    assert isinstance(weaker, str)
    weaker = weaker.replace("synchronous=FULL", "synchronous=NORMAL")
    selfcheck.SQLITE["synchronous"] = (1, "")
    settings.DATABASES["default"]["OPTIONS"]["init_command"] = weaker


def postgres_off() -> None:
    """Let PostgreSQL answer before a commit is on the disk, and the self-check think that right."""
    weaker = settings.POSTGRES_SESSION.replace("synchronous_commit=on", "synchronous_commit=off")
    selfcheck.POSTGRES["synchronous_commit"] = ("off", "")
    settings.DATABASES["default"]["OPTIONS"]["options"] = weaker


def receipt_before_commit() -> None:
    """Let a body answer with a receipt, and keep the envelope a moment later."""
    take = accepting.accept_envelope

    def answered_first(node: Node, data: bytes) -> bytes:
        answer = take(replace(node, store=Undoing(node.store)), data)
        Timer(LATER, take, (node, data)).start()
        return answer

    put(views, "accept_envelope", answered_first)


def inbox_without_key() -> None:
    """Let a body take in again what it holds already."""
    by_verdict = accepting._by_verdict

    def taken_twice(
        records: Records, node: Node, verdict: Verdict, header: Header, envelope: Envelope
    ) -> bytes:
        if verdict is Verdict.HELD_BEFORE:
            opened = open_envelope(envelope, header, node.keys.opener)
            for part in parts(opened):
                item, new = part.item, node.new_id(ItemId, "item")
                again = Item(id=new, section=item.section, digest=item.digest, label=item.label)
                copy = SealedPart(again, part.content, part.salt)
                hold(records, node, copy, about_whom(item), release=header.id)
        return by_verdict(records, node, verdict, header, envelope)

    put(accepting, "_by_verdict", taken_twice)


def slow_answers() -> None:
    """Let a front door wait for each answer as on a bad line. This breaks no promise by itself."""
    post = delivering._post

    def waited(node: Node, peer: Peer, path: str, body: bytes) -> Answer | None:
        answer = post(node, peer, path, body)
        sleep(LATER)
        return answer

    put(delivering, "_post", waited)


def polls_once() -> None:
    """No bug: a node asks its peers when it starts and then for hours only if there is a reason.

    The times of the others are drawn; without them each poll that is seen is one too many.
    """
    working.POLL_EVERY = timedelta(hours=12)


def forgotten_before_receipt() -> None:
    """Let a front door strike an envelope off its list when it sends it, not when it arrived."""
    post = delivering._post

    def struck_off(node: Node, peer: Peer, path: str, body: bytes) -> Answer | None:
        if path == delivering.ENVELOPES:
            with node.store.writing() as records:
                for row in records.outbox.find(to=peer.party, state=OutState.SENDING):
                    records.outbox.put(changed(row, state=OutState.RECEIPTED))
            sleep(LATER)
        return post(node, peer, path, body)

    put(delivering, "_post", struck_off)


def told_before_commit() -> None:
    """Let a front door tell an organisation that its report is kept while that is still open."""
    tell, version = sender.acknowledge, sending.send_version

    def told_inside(records: Records, node: Node, *what: Any, **by: Any) -> Sent:  # noqa: ANN401 - handed on as it is
        sent = version(records, node, *what, **by)
        tell(sent.id)
        sleep(LATER / 2)
        return sent

    put(sending, "send_version", told_inside)
    put(sender, "acknowledge", lambda _: None)


class Undoing:
    """A store whose writing transactions end as if they had never been."""

    def __init__(self, store: Store) -> None:
        """Read from this store."""
        self._store = store
        self.reading = store.reading

    @contextmanager
    def writing(self) -> Iterator[Records]:
        """Return a transaction of which nothing stays."""
        with suppress(_Undone), self._store.writing() as records:
            yield records
            raise _Undone


class _Undone(Exception):  # noqa: N818 - not an error, but how the transaction is left
    """Nothing is to stay."""
