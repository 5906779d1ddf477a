"""Passkeys: at a body, which passkeys signed an organisation's answers, and since when it is known.

A signature shows that a passkey said yes, and not whose it is: that is the front door's word. A
front door that makes up a key for somebody can hide neither that it is another than before nor
that nobody has seen it before. Nothing is kept for this: it is read from the answers that are held
and from those that came with what was passed on, each verified again. Of a release that was
recalled nothing is left, so a passkey may look newer than it is, and never older.
"""

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from operator import itemgetter
from typing import NamedTuple

from comity.core.consent import Said, read_said
from comity.core.terms import ConsentId, Digest, OrganisationId
from comity.node.evidence import documents_with
from comity.node.node import Node, consent_keys, read_by_any, replaced_consent_keys
from comity.store.port import Records


class SeenPasskey(NamedTuple):
    """The passkey that signed one yes: its name, and the site that it was made for.

    `first_seen` is when this node first held a yes by it for the same organisation; `is_new` says
    that this very yes was the first.
    """

    digest: Digest
    site: str
    first_seen: datetime
    is_new: bool


def passkeys_of(
    records: Records, node: Node, organisation: OrganisationId
) -> dict[tuple[ConsentId, int], SeenPasskey]:
    """Return the passkey of each yes by one that is held here, by its consent and number."""
    first: dict[Digest, datetime] = {}
    seen: dict[tuple[ConsentId, int], SeenPasskey] = {}
    for said, held_at in sorted(_held(records, node, organisation), key=itemgetter(1)):
        answer = said.consent, said.counter
        if said.assertion is None or answer in seen:
            continue
        digest = said.assertion.digest
        is_new = digest not in first
        since = first.setdefault(digest, held_at)
        seen[answer] = SeenPasskey(digest, said.assertion.rp, since, is_new)
    return seen


def _held(
    records: Records, node: Node, organisation: OrganisationId
) -> Iterator[tuple[Said, datetime]]:
    """Yield every answer of an organisation that verifies, with when it came."""
    documents = [
        (held.document, held.received_at)
        for asked in records.seekings.find(organisation=organisation)
        for held in records.statements.find(consent=asked.consent)
    ]
    items = records.items.find(organisation=organisation)
    for release in sorted({each.release for each in items if each.release}):
        documents += documents_with(records, release)
    keys = [*consent_keys(records, node), *replaced_consent_keys(records, node)]
    for document, held_at in documents:
        said = read_by_any(keys, partial(read_said, document, verifier=node.verifier))
        if said is not None:
            yield said, held_at
