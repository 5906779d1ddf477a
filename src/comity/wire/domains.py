"""Domains: asks a resolver for the record by which an organisation shows that it controls a domain.

One question, over UDP and, if the answer did not fit, TCP; to the resolver of the settings, or to
those of the system one after the other, within a time. Only an answer to this very question counts.
Aliases are followed as far as they stay under the domain: what stands elsewhere was published by
somebody else, perhaps by a customer of whoever hosts the organisation's pages.

Nothing is validated (DNSSEC): whoever can change answers on their way to this machine can show any
domain. So the resolver belongs near, best on this machine, and should validate.

Source: RFC 1035; RFC 5452, on forged answers; RFC 5891 and UTS 46, for letters beyond ASCII.
"""

from time import monotonic
from typing import Final

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.query
import dns.rcode
import dns.rdatatype
import dns.resolver
from dns.rdtypes.txtbase import TXTBase

from comity.core.identification import DomainName, LookUp, record_name
from comity.core.terms import Code, InputError, Place

SECONDS: Final = 6.0
"""The longest time for a whole look-up."""
SECONDS_EACH: Final = 2.0
"""The longest time for one question to one resolver."""
MOST_RESOLVERS: Final = 3
MOST_ALIASES: Final = 4
MOST_TEXTS: Final = 50
"""An answer with more records than that is not looked through."""
PAYLOAD: Final = 1232
"""How many bytes of an answer are asked for over UDP; more come over TCP, 65,535 at most."""
LONGEST: Final = 255
PORT: Final = 53

ANSWERED: Final = frozenset({dns.rcode.NOERROR, dns.rcode.NXDOMAIN})


class DnsDomains:
    """Asks one resolver, or those that the system names."""

    def __init__(
        self,
        resolver: tuple[str, int] | None = None,
        *,
        seconds: float = SECONDS,
        seconds_each: float = SECONDS_EACH,
    ) -> None:
        """Take the address and port of a resolver; with none, the system's are asked."""
        self._resolver = resolver
        self._seconds = seconds
        self._seconds_each = seconds_each

    def as_asked(self, written: str) -> str:
        """Return a domain as it is asked for: in small ASCII letters, without a dot at its end.

        Raises:
            InputError: it cannot be written so.
        """
        text = written.strip()
        if not text or len(text) > LONGEST:
            raise _no_domain(written)
        try:
            name = dns.name.from_unicode(text, idna_codec=dns.name.IDNA_2008_Practical)
        except (dns.exception.DNSException, UnicodeError):
            raise _no_domain(written) from None
        return name.to_text(omit_final_dot=True).lower()

    def look_up(self, domain: DomainName, text: str) -> LookUp:
        """Return whether the record of this domain holds this text. It raises nothing."""
        top = dns.name.from_text(domain)
        name = dns.name.from_text(record_name(domain))
        ends = monotonic() + self._seconds
        for resolver in self._resolvers():
            answer = self._ask(resolver, name, ends)
            if answer is not None and answer.rcode() in ANSWERED:
                return LookUp.FOUND if text.encode() in _texts(answer, top) else LookUp.NOT_FOUND
        return LookUp.NO_ANSWER

    def _resolvers(self) -> list[tuple[str, int]]:
        if self._resolver:
            return [self._resolver]
        try:
            found = dns.resolver.Resolver().nameservers
        except dns.exception.DNSException:
            return []
        return [(each, PORT) for each in found[:MOST_RESOLVERS] if isinstance(each, str)]

    def _ask(
        self, resolver: tuple[str, int], name: dns.name.Name, ends: float
    ) -> dns.message.Message | None:
        """Return what a resolver answers to this question, if it does in time."""
        question = dns.message.make_query(name, dns.rdatatype.TXT, use_edns=0, payload=PAYLOAD)
        ends = min(ends, monotonic() + self._seconds_each)
        try:
            answer = _answer(question, resolver, ends)
        except (dns.exception.DNSException, OSError, EOFError, ValueError):
            return None
        is_whole = not answer.flags & dns.flags.TC
        return answer if is_whole and answer.question == question.question else None


class NoDomains(DnsDomains):
    """Asks nobody: what is tried in an exercise never leaves its node."""

    def look_up(self, domain: DomainName, text: str) -> LookUp:  # noqa: ARG002 - the port's own signature
        """Return no answer, ever."""
        return LookUp.NO_ANSWER


def _answer(
    question: dns.message.Message, resolver: tuple[str, int], ends: float
) -> dns.message.Message:
    """Return the first answer to a question; what came over UDP and is none is passed over.

    Raises:
        DNSException: none came in time, or it cannot be read.
        OSError: the resolver cannot be reached.
        EOFError: it ended too soon.
    """
    host, port = resolver
    try:
        return dns.query.udp(
            question, host, _left(ends), port,
            ignore_unexpected=True, ignore_errors=True, raise_on_truncation=True,
        )  # fmt: skip
    except dns.message.Truncated:
        return dns.query.tcp(question, host, _left(ends), port)


def _left(ends: float) -> float:
    """Return the seconds that are left.

    Raises:
        TimeoutError: none are.
    """
    left = ends - monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _texts(answer: dns.message.Message, top: dns.name.Name) -> frozenset[bytes]:
    """Return the texts that an answer holds under this domain; none if an alias leads elsewhere."""
    if not isinstance(answer, dns.message.QueryMessage):
        return frozenset()
    try:
        chain = answer.resolve_chaining()
    except dns.exception.DNSException:
        return frozenset()
    aliases = [each.target for found in chain.cnames for each in found]
    if len(aliases) > MOST_ALIASES or not all(each.is_subdomain(top) for each in aliases):
        return frozenset()
    if chain.answer is None or len(chain.answer) > MOST_TEXTS:
        return frozenset()
    return frozenset(b"".join(each.strings) for each in chain.answer if isinstance(each, TXTBase))


def _no_domain(written: str) -> InputError:
    return InputError(
        Code.BAD_ID,
        f"{written[:60]!r} is not a domain",
        at=Place(name="a domain"),
        advice=f"write a domain as {DomainName.wanted}",
    )
