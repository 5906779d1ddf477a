"""Identification: at a front door, what an organisation has shown of who it is, and what stands.

It is told to the bodies as one word and entitles nobody to anything.
"""

from dataclasses import dataclass
from typing import NamedTuple

from comity.core.consent import Identified, strongest
from comity.core.identification import DomainName, Registration
from comity.core.terms import OrganisationId, decode, encode
from comity.node.contents import account_key, lock, unlock
from comity.node.node import Node, NotPossibleError
from comity.node.register_organisation import register_organisation
from comity.store.port import Records
from comity.store.records import HeldDomain, HeldRegistration, Role

MOST = 20
"""How many numbers, and how many records of domains, are kept for one organisation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainAsked:
    """A domain and the token of its record, as they are locked."""

    domain: DomainName
    token: str


class StatedNumber(NamedTuple):
    """A number that is kept, opened."""

    held: HeldRegistration
    registration: Registration


class AskedDomain(NamedTuple):
    """A record that was asked for, opened."""

    held: HeldDomain
    asked: DomainAsked


def identified_as(records: Records, node: Node, organisation: OrganisationId) -> Identified:
    """Return how an organisation is identified now: by the strongest that stands."""
    now = node.now()
    numbers = records.registrations.find(organisation=organisation)
    domains = records.domains.find(organisation=organisation)
    shown = [each.shows_at(now) for each in numbers] + [each.shows_at(now) for each in domains]
    return strongest(shown)


def begin(records: Records, node: Node, organisation: OrganisationId) -> None:
    """Make sure that something about an organisation can be kept.

    Raises:
        NotPossibleError: this is no front door.
    """
    if node.role is not Role.FRONT_DOOR:
        raise NotPossibleError(
            "only a front door keeps which organisation it is", "use the front door's own command"
        )
    register_organisation(records, node, organisation)


def check_room(kept: int) -> None:
    """Return if one more can be kept.

    Raises:
        NotPossibleError: there are as many as may be.
    """
    if kept >= MOST:
        raise NotPossibleError(
            f"{kept} of them are kept, and no more than {MOST} can be",
            "use one of those: organisation show",
        )


def numbers_of(records: Records, node: Node, organisation: OrganisationId) -> list[StatedNumber]:
    """Return the numbers that an organisation stated, the oldest first.

    Raises:
        SealError: one cannot be opened.
    """
    return [
        StatedNumber(each, decode(Registration, _opened(records, node, each), "a number"))
        for each in records.registrations.find(organisation=organisation)
    ]


def domains_of(records: Records, node: Node, organisation: OrganisationId) -> list[AskedDomain]:
    """Return the records that an organisation asked for, the oldest first.

    Raises:
        SealError: one cannot be opened.
    """
    return [
        AskedDomain(each, decode(DomainAsked, _opened(records, node, each), "a domain"))
        for each in records.domains.find(organisation=organisation)
    ]


def locked(
    records: Records,
    node: Node,
    organisation: OrganisationId,
    key: str,
    content: Registration | DomainAsked,
) -> bytes:
    """Return what identifies an organisation locked under its data key, for the row of this key."""
    return lock(records, node, account_key(organisation), _place(key), encode(content))


def _opened(records: Records, node: Node, held: HeldRegistration | HeldDomain) -> bytes:
    key = account_key(held.organisation)
    return unlock(records, node, key, _place(held.id), held.content)


def _place(key: str) -> str:
    return f"identification/{key}"
