"""Bootstrap: the one place where ports meet what implements them."""

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from threading import Thread
from time import sleep

import django

from comity import settings
from comity.core.agreement import Agreements, check_timeline
from comity.core.exchange import Answer, UnreachableError
from comity.core.mail import Notifier
from comity.files import load_agreement
from comity.logs import say_places_only
from comity.mail_settings import MailBy, MailSettings
from comity.node.node import Node
from comity.shipped import USUAL, notice
from comity.store.port import Store
from comity.wire.console import ConsoleNotifier
from comity.wire.domains import DnsDomains, NoDomains
from comity.wire.govuk_notify import GovukNotifier, read_key
from comity.wire.keys import load_keys
from comity.wire.sealing import HpkeSealer
from comity.wire.signing import Ed25519Verifier
from comity.wire.smtp import MailServer, SmtpNotifier, usual_way
from comity.wire.tls import TlsFiles, load_certificate
from comity.wire.transport import Transport
from comity.words.catalogue import Language
from comity.words.mail import mail_words

KEYS, TLS = "keys", "tls"
PARENT_SECONDS = 0.2
EXERCISE_MARK = "exercise-"
"""Stands in every id that a node makes for an exercise."""


@cache
def set_up() -> None:
    """Let Django read the settings, once in a process."""
    say_places_only()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "comity.settings")
    django.setup()


def end_with_parent() -> None:
    """End this process, which `serve` has forked, when `serve` is killed: nobody else would."""
    Thread(target=_end_with, args=(os.getppid(),), name="parent", daemon=True).start()


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        sleep(PARENT_SECONDS)
    os._exit(1)


@cache
def agreements(names: tuple[str, ...] = USUAL) -> Agreements:
    """Return agreements by their names or files; if nothing is said, the usual ones.

    Raises:
        InputError: one does not load, or two versions of one agreement begin on the same day.
    """
    found = {each.digest: each for each in map(load_agreement, names)}
    check_timeline(found.values())
    return Agreements(found.values())


def build(
    found: settings.NodeSettings,
    alias: str = "default",
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    chance: Callable[[int], bytes] = os.urandom,
) -> Node:
    """Return the node that these settings describe, on the database of this alias.

    Raises:
        InputError: its keys are missing, or readable by others.
    """
    set_up()
    from comity.store.database import DatabaseStore  # noqa: PLC0415 - needs Django set up

    store = DatabaseStore(alias)
    return Node(
        party=found.party,
        role=found.role,
        store=store,
        keys=load_keys(found.home / KEYS),
        verifier=Ed25519Verifier(),
        sealer=HpkeSealer(),
        transport=NoTransport()
        if found.is_exercise
        else PinnedTransport(store, certificate(found.home)),
        domains=NoDomains() if found.is_exercise else DnsDomains(found.resolver),
        agreements=agreements(found.agreements),
        now=now,
        chance=chance,
        beats=timedelta(seconds=found.heartbeat_seconds),
        statuses=timedelta(seconds=found.status_seconds),
        notifier=notifier(found.mail, now) if found.mail else None,
        marks=EXERCISE_MARK if found.is_exercise else "",
    )


def notifier(found: MailSettings, now: Callable[[], datetime]) -> Notifier | None:
    """Return what tells people by mail that there is something to read; None if nothing does.

    Raises:
        InputError: the way to the mail server is not encrypted, or a key is none.
    """
    notices = {Language.ENGLISH: notice(), Language.WELSH: notice("text_cy")}
    words = mail_words(settings.operator(), notices)
    if found.by is MailBy.NOTIFY:
        return GovukNotifier(read_key(found.secret), found.template, now)
    if found.server and found.sender:
        host, port = found.server
        server = MailServer(
            host=host,
            port=port,
            way=usual_way(host, port),
            sender=found.sender,
            user=found.user,
            password=found.secret,
        )
        return SmtpNotifier(words, server, now)
    return ConsoleNotifier(words) if found.by is MailBy.CONSOLE else None


@cache
def this_node() -> Node:
    """Return the node that the environment describes, checked and ready to work.

    Raises:
        InputError: a setting or a key cannot be used.
        StoreError: the database does not keep what it says that it keeps.
    """
    set_up()
    from comity.store.selfcheck import check  # noqa: PLC0415 - needs Django set up

    check()
    return build(settings.node())


def node_here() -> Node | None:
    """Return the node that the environment describes; None if none was made there.

    Raises:
        InputError: a setting or a key cannot be used.
        StoreError: the database does not keep what it says that it keeps.
    """
    return this_node() if (settings.home() / KEYS).exists() else None


def certificate(home: Path) -> TlsFiles | None:
    """Return the node's own certificate, if it has one."""
    return load_certificate(home / TLS) if (home / TLS).exists() else None


class NoTransport:
    """Reaches nobody: what an exercise sends never leaves its node."""

    def post(self, address: str, path: str, body: bytes) -> Answer:  # noqa: ARG002 - the port's own signature
        """Return no answer, ever.

        Raises:
            UnreachableError: always.
        """
        raise UnreachableError


class PinnedTransport:
    """Posts to peers under the certificates that are pinned for them at that moment."""

    def __init__(self, store: Store, own: TlsFiles | None) -> None:
        """Look pins up in this store, and show this certificate."""
        self._store = store
        self._own = own

    def post(self, address: str, path: str, body: bytes) -> Answer:
        """Return the peer's answer.

        Raises:
            UnreachableError: none came.
            InputError: the address is not one to post to, or nothing is pinned for it.
        """
        pins = {}
        if address.startswith("https:"):
            with self._store.reading() as records:
                pins = {
                    peer.address: peer.certificate.encode()
                    for peer in records.peers.find()
                    if peer.certificate
                }
        return Transport(self._own, pins).post(address, path, body)
