"""Evidence: at a recipient, the organisation's answers that travelled with what was passed on.

They were verified before anything was opened. They are verified again here, each by itself, so what
somebody puts into the database afterwards is not shown as an answer.
"""

from comity.core.consent import Statement, read_said, statement
from comity.core.consent.documents import STATEMENT_TYPE
from comity.core.exchange import read_envelope
from comity.core.exchange.envelope import HEADER_LIMITS
from comity.core.exchange.header import Header
from comity.core.terms import ReleaseId, Signed, decode
from comity.node.node import Node, consent_keys, read_by_any, replaced_consent_keys
from comity.store.port import Records
from comity.store.records import Incoming


def answers_with(records: Records, node: Node, release: ReleaseId | None) -> tuple[Statement, ...]:
    """Return the answers that came with a release; none once it was recalled."""
    row = records.inbox.get(release) if release else None
    if row is None or not row.envelope:
        return ()
    header = decode(Header, read_envelope(row.envelope).header.payload, "a header", HEADER_LIMITS)
    keys = [*consent_keys(records, node), *replaced_consent_keys(records, node)]
    found = [_read(node, row, each, keys) for each in header.consent]
    return tuple(each for each in found if each is not None)


def _read(node: Node, row: Incoming, document: Signed, keys: list[bytes]) -> Statement | None:
    if document.payloadType != STATEMENT_TYPE:
        return None
    said = read_by_any(keys, lambda key: read_said(document, key, node.verifier))
    return None if said is None else statement(said, said.organisation, row.received_at)
