"""Domains: an organisation shows that it controls one by publishing a record that was made for it.

Whoever controls the zone can publish it, an intruder in the organisation's name servers too. So
what is shown counts for something only if it was shown before an incident.

Source: RFC 8552, for names that begin with an underscore; RFC 1035, section 2.3.4, for lengths.
"""

import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from enum import StrEnum
from typing import Protocol

from comity.core.terms import Code, InputError, Place, Table
from comity.core.terms.ids import Id

LABEL = "_comity"
KEY = "comity-domain="


class DomainName(Id):
    """A domain as it is asked for: small ASCII letters, at least two labels, no address.

    It leaves room for the label of the record before it.
    """

    __slots__ = ()
    noun = "a domain"
    pattern = re.compile(
        r"(?=.{4,245}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+"
        r"[a-z](?:[a-z0-9-]{0,61}[a-z0-9])"
    )
    wanted = "for example acme.example: no address, no path, at most 245 letters"


class LookUp(StrEnum):
    """What came of asking for a record. Only `found` shows anything; all doubt is `no answer`."""

    FOUND = "found"
    NOT_FOUND = "not_found"
    NO_ANSWER = "no_answer"


class Domains(Protocol):
    """Asks the domain name system."""

    def as_asked(self, written: str) -> str:
        """Return a domain as it is asked for: in small ASCII letters, without a dot at its end.

        Raises:
            InputError: it cannot be written so.

        Source: RFC 5891 and UTS 46, for letters beyond ASCII.
        """
        ...

    def look_up(self, domain: DomainName, text: str) -> LookUp:
        """Return whether the record of this domain holds this text. It raises nothing."""
        ...


def read_domain(asked: str, suffixes: AbstractSet[str]) -> DomainName:
    """Return a domain that one organisation can hold.

    Raises:
        InputError: it is none, or others' domains are registered under it.
    """
    domain = DomainName(asked)
    if domain in suffixes:
        raise InputError(
            Code.UNKNOWN_VALUE,
            f"domains of many organisations end with {domain}",
            at=Place(name="a domain"),
            advice=f"write the organisation's own, for example acme.{domain}",
        )
    return domain


def read_suffixes(document: Mapping[str, object], name: str) -> frozenset[str]:
    """Return the names under which many organisations' domains are registered.

    Raises:
        InputError: a key is missing, unknown or of the wrong type, or one is no name.
    """
    table = Table(document, name)
    table.only("source", "source_seen_on", "grade", "suffixes")
    for key in ("source", "source_seen_on", "grade"):
        table.text(key)
    return frozenset(table.made(DomainName, each, "suffixes") for each in table.texts("suffixes"))


def record_name(domain: DomainName) -> str:
    """Return the name at which the record stands."""
    return f"{LABEL}.{domain}"


def record_text(token: str) -> str:
    """Return what the record has to say."""
    return f"{KEY}{token}"
