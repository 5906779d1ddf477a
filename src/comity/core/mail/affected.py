"""Affected: to which addresses nobody writes while an organisation's incident is open.

Whoever attacks the organisation may read what arrives in its domains. What is not known to be
outside them counts as inside: nobody is written to as long as the organisation has not named a
domain of its own, or the person has not said since the incident began that the address is outside.
That somebody said so is no proof; the domains decide.
"""

import re
from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from comity.core.identification import DomainName
from comity.core.mail.address import MailAddress
from comity.core.terms import InputError

DOTS = ".\u3002\uff0e\uff61"
"""What is written for the dot of a domain (UTS 46)."""
LABEL = r"[^\W_](?:[^\W_]|-)*"
WRITTEN = re.compile(rf"{LABEL}(?:[{DOTS}]{LABEL})+")
BEYOND_ASCII = "xn--"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a front door knows of an organisation when it asks itself where to write.

    `own` are the domains that the organisation named as its own; `written` is what stands in its
    reports and may be a domain, perhaps with more at either end. `said_since` says that the person
    left the address after the incident had begun.
    """

    is_open: bool
    said_since: bool
    own: frozenset[DomainName]
    written: frozenset[str]


def may_write(address: MailAddress, known: Known, suffixes: AbstractSet[str]) -> bool:
    """Return whether an address may be written to.

    While an incident is open, neither a domain that is affected nor anything below or beside it
    under the same organisation's domain is. A domain with letters beyond ASCII is not either: it
    can look like one that is affected.
    """
    if not known.is_open:
        return True
    if not known.own or not known.said_since or BEYOND_ASCII in address.domain:
        return False
    held = _held(address.domain, suffixes)
    return not any(f".{held}." in f".{each}." for each in known.own | known.written)


def domains_in(texts: Iterable[str], as_asked: Callable[[str], str]) -> frozenset[str]:
    """Return what stands in texts and may be a domain, in the form in which one is asked for."""
    written = {each for text in texts for each in WRITTEN.findall(text)}
    return frozenset(filter(None, (_asked_for(each, as_asked) for each in written)))


def _asked_for(written: str, as_asked: Callable[[str], str]) -> str:
    """Return a domain in the form in which it is asked for; nothing if there is none."""
    if written.isascii():
        return written.lower()
    try:
        return as_asked(written)
    except InputError:
        return ""


def _held(domain: DomainName, suffixes: AbstractSet[str]) -> str:
    """Return the domain that one organisation holds and this one is under, or is."""
    labels = domain.split(".")
    above = (".".join(labels[at:]) for at in range(len(labels) - 2, -1, -1))
    return next((each for each in above if each not in suffixes), domain)
