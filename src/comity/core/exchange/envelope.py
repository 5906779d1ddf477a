"""Envelope: a release made ready to travel, and an envelope opened again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

from comity.core.exchange.header import Header, Markings, marking
from comity.core.ledger import Release
from comity.core.terms import (
    Digest,
    ItemId,
    Limits,
    Opener,
    OrganisationId,
    ReleaseId,
    Sealer,
    SealError,
    Signed,
    Signer,
    Verifier,
    decode,
    encode,
    salted_digest,
    signed,
)

HEADER_TYPE = "application/vnd.comity.envelope+json"
BUCKET = 4096
LENGTH_BYTES = 4
ENVELOPE_LIMITS = Limits(size=4 << 20)
"""A file of two million bytes, written in base64 twice, fits with room for its header."""

HEADER_LIMITS = Limits(size=512 << 10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One item's content as it travels: the canonical bytes, and the salt of their digest."""

    id: ItemId
    content: bytes
    salt: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """What is sealed."""

    release: ReleaseId
    clauses: tuple[str, ...]
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """A signed header and the sealed content."""

    header: Signed
    sealed: bytes


class Route(NamedTuple):
    """The envelope's place between the two nodes, and when it was made and ends."""

    seq: int
    prev: Digest | None
    created: datetime
    expires: datetime


class Travelling(NamedTuple):
    """What goes with a release: contents with their new ids, names, and evidence of consent.

    `called` says what the recipient calls each organisation.
    """

    parts: Mapping[ItemId, Part]
    called: Mapping[OrganisationId, OrganisationId]
    consent: tuple[Signed, ...]


class Opened(NamedTuple):
    """An envelope that was opened: its header, and the content of each item by its id."""

    header: Header
    clauses: tuple[str, ...]
    parts: Mapping[ItemId, Part]


class WrongContentError(ValueError):
    """Content that is not what the permit or the header speaks of."""


def seal(  # noqa: PLR0913, PLR0917 - what leaves, where to, and the three keys it takes
    release: Release,
    travelling: Travelling,
    route: Route,
    signer: Signer,
    sealer: Sealer,
    reading_key: bytes,
) -> Envelope:
    """Return the envelope of a release: exactly the items that were permitted, and no others.

    `travelling.parts` holds, by the item's own id, its content under the id that it travels by.

    Raises:
        WrongContentError: a content is missing, too many, or not the one that was permitted.
        SealError: the reading key is none.
    """
    asked = release.permit.question.request
    parts = _checked(release, travelling.parts)
    payload = Payload(release=release.id, clauses=release.permit.clauses, parts=tuple(parts))
    content = encode(payload)
    header = Header(
        type=asked.kind,
        id=release.id,
        from_=asked.discloser,
        to=asked.recipient,
        seq=route.seq,
        prev=route.prev,
        created=route.created,
        expires=route.expires,
        agreements=tuple(sorted(release.permit.question.agreements.digests)),
        markings=Markings(
            purpose=asked.purpose,
            items=tuple(
                marking(item, travelling.parts[item.id].id, travelling.called)
                for item in asked.items
            ),
            facts=asked.facts,
            addressee=travelling.called.get(asked.addressee, asked.addressee)
            if asked.addressee
            else None,
        ),
        consent=travelling.consent,
        content=Digest(sha256(content).hexdigest()),
    )
    sealed = sealer.seal(reading_key, encode(header), _padded(content))
    return Envelope(
        header=signed(HEADER_TYPE, encode(_complete(header, sealed)), signer), sealed=sealed
    )


def _checked(release: Release, parts: Mapping[ItemId, Part]) -> list[Part]:
    items = release.permit.question.request.items
    if {item.id for item in items} != set(parts):
        raise WrongContentError("the contents are not those of the items that were permitted")
    if len({part.id for part in parts.values()}) < len(items):
        raise WrongContentError("two contents travel under one id")
    for item in items:
        if not _is(parts[item.id], item.digest):
            raise WrongContentError("a content has changed since it was permitted")
    return [parts[item.id] for item in items]


def _complete(header: Header, sealed: bytes) -> Header:
    """Return the header with its last field, the digest of the sealed bytes."""
    values = {name: getattr(header, name) for name in Header.__dataclass_fields__}
    return Header(**{**values, "ciphertext": Digest(sha256(sealed).hexdigest())})


def _bound_to(header: Header) -> bytes:
    """Return what the seal is bound to: the header without its last field."""
    values = {name: getattr(header, name) for name in Header.__dataclass_fields__}
    return encode(Header(**{**values, "ciphertext": None}))


def read_envelope(data: bytes) -> Envelope:
    """Return the envelope in these bytes. Nothing of it is trusted yet.

    Raises:
        InputError: they hold none.
    """
    return decode(Envelope, data, "an envelope", ENVELOPE_LIMITS)


def read_header(envelope: Envelope, identity: bytes, verifier: Verifier) -> Header:
    """Return the header that this identity key signed.

    Raises:
        SignatureError: it did not.
        InputError: what it signed is not written as a header.
    """
    payload = envelope.header.check(HEADER_TYPE, identity, verifier)
    return decode(Header, payload, "a header", HEADER_LIMITS)


def header_digest(envelope: Envelope) -> Digest:
    """Return the digest of the header as it was signed: the next one names it as `prev`."""
    return Digest(sha256(envelope.header.payload).hexdigest())


def header_alone(envelope: Envelope) -> Envelope:
    """Return an envelope with nothing sealed in it any more: what its content was is given up."""
    return Envelope(header=envelope.header, sealed=b"")


def open_envelope(envelope: Envelope, header: Header, opener: Opener) -> Opened:
    """Return what is in an envelope whose header has been judged.

    Raises:
        SealError: it is not sealed for this node, not bound to this header, or damaged.
        WrongContentError: what is inside is not what the header speaks of.
        InputError: what is inside is not written as a payload.
    """
    if Digest(sha256(envelope.sealed).hexdigest()) != header.ciphertext:
        raise SealError("the sealed bytes are not those that the header names")
    content = _unpadded(opener.open(_bound_to(header), envelope.sealed))
    if Digest(sha256(content).hexdigest()) != header.content:
        raise WrongContentError("the content is not the one that the header names")
    payload = decode(Payload, content, "a payload", ENVELOPE_LIMITS)
    parts = {part.id: part for part in payload.parts}
    named = {each.id: each.digest for each in header.markings.items}
    once = len(parts) == len(payload.parts) and len(named) == len(header.markings.items)
    if payload.release != header.id or set(parts) != set(named) or not once:
        raise WrongContentError("the content is not of the items that the header names")
    for item_id, part in parts.items():
        if not _is(part, named[item_id]):
            raise WrongContentError("a content is not the one that its marking names")
    return Opened(header, payload.clauses, parts)


def _is(part: Part, digest: Digest) -> bool:
    """Return whether a content, with its salt, is the one of this digest."""
    try:
        return salted_digest(part.salt, part.content) == digest
    except ValueError:  # a salt of another length
        return False


def _padded(content: bytes) -> bytes:
    """Return the content with its length before it, filled up to the next bucket."""
    whole = len(content).to_bytes(LENGTH_BYTES, "big") + content
    return whole + bytes(-len(whole) % BUCKET)


def _unpadded(padded: bytes) -> bytes:
    size = int.from_bytes(padded[:LENGTH_BYTES], "big")
    content, rest = padded[LENGTH_BYTES:][:size], padded[LENGTH_BYTES + size :]
    if len(content) != size or any(rest) or len(rest) >= BUCKET or len(padded) % BUCKET:
        raise SealError("the padding is damaged")
    return content
