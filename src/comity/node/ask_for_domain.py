"""Ask for domain: at a front door, an organisation gets a record to publish in its domain."""

from datetime import datetime, timedelta
from typing import NamedTuple

from comity.core.identification import DomainName, read_domain, record_name, record_text
from comity.core.ledger import EntryType
from comity.core.terms import OrganisationId
from comity.core.terms.ids import Id
from comity.node.identification import (
    AskedDomain,
    DomainAsked,
    begin,
    check_room,
    domains_of,
    locked,
)
from comity.node.node import Node, note
from comity.shipped import suffixes
from comity.store.port import Records
from comity.store.records import HeldDomain

TIME = timedelta(days=7)
"""How long a record can be checked after it was asked for."""
TOKEN_BYTES = 16


class DomainId(Id):
    """A record that one organisation asked for."""

    __slots__ = ()
    noun = "a record of a domain"


class ToPublish(NamedTuple):
    """The record of type TXT that shows control of a domain, and until when it can be checked."""

    domain: DomainName
    name: str
    text: str
    until: datetime


def ask_for_domain(node: Node, organisation: OrganisationId, written: str) -> ToPublish:
    """Return the record to publish. While it can be checked, asking again returns the same.

    Raises:
        InputError: this is no domain of one organisation.
        NotPossibleError: this is no front door, or too many are kept.
    """
    domain = read_domain(node.domains.as_asked(written), suffixes())
    with node.store.writing() as records:
        begin(records, node, organisation)
        kept = _tidied(records, node, organisation)
        same = [each for each in kept if each.asked.domain == domain and each.held.proved is None]
        if not same:
            check_room(len(kept))
            same = [_new(records, node, organisation, domain)]
        held, asked = same[0]
        return ToPublish(domain, record_name(domain), record_text(asked.token), held.until)


def _tidied(records: Records, node: Node, organisation: OrganisationId) -> list[AskedDomain]:
    """Return the records that are kept, once those are gone that nobody published in time."""
    kept = domains_of(records, node, organisation)
    over = [each for each in kept if not each.held.proved and not each.held.is_open_at(node.now())]
    for each in over:
        records.domains.remove(each.held.id)
    return [each for each in kept if each not in over]


def _new(
    records: Records, node: Node, organisation: OrganisationId, domain: DomainName
) -> AskedDomain:
    key = node.new_id(DomainId, "domain")
    asked = DomainAsked(domain=domain, token=node.chance(TOKEN_BYTES).hex())
    held = HeldDomain(
        id=key,
        organisation=organisation,
        content=locked(records, node, organisation, key, asked),
        asked_at=node.now(),
        until=node.now() + TIME,
    )
    records.domains.add(held)
    note(records, node, EntryType.DOMAIN_ASKED, domain=key, organisation=organisation)
    return AskedDomain(held, asked)
