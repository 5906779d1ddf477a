"""Ids: short texts that are checked once, where they enter, and trusted after that.

Parties are written in capitals and organisations in small letters, so an organisation can
never pass for a body. Which parties and purposes exist is data: see a vocabulary file.
"""

import re
from datetime import UTC, datetime
from typing import ClassVar, Self

from comity.core.terms.errors import Code, InputError, Place

ORGANISATION = "ORG"
"""How the agreement language writes "some organisation", whichever it is."""


class Id(str):
    """A checked text. It equals the same text, so ids serve as the values of facts."""

    __slots__ = ()
    noun: ClassVar[str] = "id"
    pattern: ClassVar[re.Pattern[str]] = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@/+-]{0,127}")
    wanted: ClassVar[str] = "letters, digits and . _ - / @ +, at most 128"

    def __new__(cls, text: str) -> Self:
        """Return the text as an id.

        Raises:
            InputError: the text does not have the form of this kind of id.
        """
        if not cls.pattern.fullmatch(text):
            raise InputError(
                Code.BAD_ID,
                f"{text[:60]!r} is not {cls.noun}",
                at=Place(name=cls.noun),
                advice=f"write {cls.noun} as {cls.wanted}",
            )
        return super().__new__(cls, text)


class PartyId(Id):
    """A body or a front door: whoever runs a node and can be party to an agreement."""

    __slots__ = ()
    noun = "a party"
    pattern = re.compile(r"(?!ORG$)[A-Z][A-Z0-9_]{1,23}")
    wanted = "2 to 24 capitals, digits and underscores"


class OrganisationId(Id):
    """An organisation that reports. A random id, not its name."""

    __slots__ = ()
    noun = "an organisation"
    pattern = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
    wanted = "small letters, digits and hyphens, at most 63"


class ItemId(Id):
    """One section of a report, one note, one statistic: whatever is disclosed as a whole."""

    __slots__ = ()
    noun = "an item"


class ConsentId(Id):
    """One consent, from its seeking to its end."""

    __slots__ = ()
    noun = "a consent"


class EvidenceId(Id):
    """A record that shows why a fact is taken to be true."""

    __slots__ = ()
    noun = "an evidence id"


class CaseId(Id):
    """One body's own file about one organisation's incident."""

    __slots__ = ()
    noun = "a case"


class OfficerId(Id):
    """A person who acts for a body, by the body's own staff id."""

    __slots__ = ()
    noun = "an officer"


class PersonId(Id):
    """A person at a front door, by a random id or an account's, not by name or mail address."""

    __slots__ = ()
    noun = "a person"


class RequestId(Id):
    """One wish to disclose, however often it is decided."""

    __slots__ = ()
    noun = "a request"


class ReleaseId(Id):
    """One release, and so the one envelope that carries it."""

    __slots__ = ()
    noun = "a release"


class MessageId(Id):
    """One control message: random, the same at every attempt to deliver it."""

    __slots__ = ()
    noun = "a message"


class Purpose(Id):
    """What a disclosure may be used for: a value of the vocabulary."""

    __slots__ = ()
    noun = "a purpose"
    pattern = re.compile(r"[a-z][a-z0-9_]{0,63}")
    wanted = "small letters, digits and underscores, at most 64"


class Section(Id):
    """Which part of a report an item is, or what other kind of text."""

    __slots__ = ()
    noun = "a section"
    pattern = re.compile(r"[a-z][a-z0-9_]{0,63}")
    wanted = "small letters, digits and underscores, at most 64"


class Digest(Id):
    """A SHA-256 digest: 64 small hexadecimal digits."""

    __slots__ = ()
    noun = "a digest"
    pattern = re.compile(r"[0-9a-f]{64}")
    wanted = "64 hexadecimal digits in small letters"


def origin(text: str) -> PartyId | OrganisationId:
    """Return a source's origin: capitals name a party, small letters an organisation.

    Raises:
        InputError: it is neither.
    """
    return PartyId(text) if text[:1].isupper() else OrganisationId(text)


def instant(moment: datetime) -> datetime:
    """Return an instant in UTC.

    Raises:
        InputError: the instant has no time zone, so nobody can say when it is; or in UTC it lies
            outside the years 1 to 9999.
    """
    if moment.tzinfo is UTC:
        return moment
    if moment.tzinfo is None:
        raise InputError(
            Code.BAD_INSTANT,
            f"{moment.isoformat()} has no time zone",
            at=Place(name="an instant"),
            advice="add one, for example 2026-11-23T09:00:00Z",
        )
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise InputError(
            Code.BAD_INSTANT,
            f"{moment.isoformat()} lies outside the calendar in UTC",
            at=Place(name="an instant"),
            advice="write an instant in the years 1 to 9999, UTC",
        ) from None
