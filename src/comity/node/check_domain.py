"""Check domain: at a front door, look whether the record that an organisation got is published.

No transaction is open meanwhile. Whoever attacks an organisation may control its name servers, so
a domain that is shown once the organisation has reported is kept as shown during an incident.
"""

from typing import NamedTuple

from comity.core.consent import Identified
from comity.core.identification import DomainName, LookUp, read_domain, record_text
from comity.core.ledger import EntryType
from comity.core.terms import OrganisationId
from comity.node.identification import AskedDomain, domains_of
from comity.node.node import Node, NotPossibleError, note
from comity.node.register_speaker import has_reported
from comity.shipped import suffixes
from comity.store.change import changed
from comity.store.port import Records
from comity.store.records import Proved


class Checked(NamedTuple):
    """What came of looking, and what the record shows now."""

    domain: DomainName
    found: LookUp
    shows: Identified


def check_domain(node: Node, organisation: OrganisationId, written: str) -> Checked:
    """Look the record up, and keep that it was found.

    Raises:
        InputError: this is no domain of one organisation.
        NotPossibleError: no record was asked for, or it was found before, or its time is over.
    """
    domain = read_domain(node.domains.as_asked(written), suffixes())
    with node.store.reading() as records:
        held, asked = _open(records, node, organisation, domain)
    found = node.domains.look_up(domain, record_text(asked.token))
    if found is not LookUp.FOUND:
        return Checked(domain, found, Identified.NOT)
    with node.store.writing() as records:
        if _open(records, node, organisation, domain).held != held:
            raise _nothing_open(organisation, domain)
        proved = Proved(at=node.now(), in_incident=has_reported(records, organisation))
        kept = changed(held, proved=proved)
        records.domains.put(kept)
        shows = kept.shows_at(node.now())
        ids = {"domain": held.id, "organisation": organisation, "how": shows}
        note(records, node, EntryType.DOMAIN_PROVED, **ids)
    return Checked(domain, found, shows)


def _open(
    records: Records, node: Node, organisation: OrganisationId, domain: DomainName
) -> AskedDomain:
    """Return the record of a domain that can be checked now.

    Raises:
        NotPossibleError: there is none.
    """
    now = node.now()
    for each in domains_of(records, node, organisation):
        if each.asked.domain == domain and each.held.is_open_at(now):
            return each
    raise _nothing_open(organisation, domain)


def _nothing_open(organisation: OrganisationId, domain: DomainName) -> NotPossibleError:
    return NotPossibleError(
        f"there is no record of {domain} to look for: none was asked for, or it was found, or its "
        "time is over",
        f"ask for one: organisation domain {organisation} {domain}",
    )
