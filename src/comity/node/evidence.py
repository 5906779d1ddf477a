"""Evidence: at a recipient, the organisation's answers that travelled with what was passed on.

They were verified before anything was opened. They are verified again here, each by itself, so what
somebody puts into the database afterwards is not shown as an answer.
"""

from datetime import datetime
from functools import partial

from comity.core.consent import Statement, read_said, statement
from comity.core.consent.documents import STATEMENT_TYPE
from comity.core.exchange import read_envelope
from comity.core.exchange.envelope import HEADER_LIMITS
from comity.core.exchange.header import Header
from comity.core.terms import ReleaseId, Signed, decode
from comity.node.node import Node, consent_keys, read_by_any, replaced_consent_keys
from comity.store.port import Records


def answers_with(records: Records, node: Node, release: ReleaseId | None) -> tuple[Statement, ...]:
    """Return the answers that came with a release; none once it was recalled."""
    keys = [*consent_keys(records, node), *replaced_consent_keys(records, node)]
    found = []
    for document, came in documents_with(records, release):
        said = read_by_any(keys, partial(read_said, document, verifier=node.verifier))
        found += [statement(said, said.organisation, came)] if said else []
    return tuple(found)


def documents_with(records: Records, release: ReleaseId | None) -> list[tuple[Signed, datetime]]:
    """Return the documents of answers that came with a release, not verified, and when they did."""
    row = records.inbox.get(release) if release else None
    if row is None or not row.envelope:
        return []
    header = decode(Header, read_envelope(row.envelope).header.payload, "a header", HEADER_LIMITS)
    answers = [each for each in header.consent if each.payloadType == STATEMENT_TYPE]
    return [(each, row.received_at) for each in answers]
