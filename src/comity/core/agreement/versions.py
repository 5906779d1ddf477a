"""Versions: which version of an agreement has been signed by whom, and which follows which.

A version is named by the digest of its text and vocabulary. Whoever has to sign it signs that
digest with the identity key of its node.

One that only refuses more than the version in force can be applied by one party at once: its
signature then says which version this one tightens, and counts alone at its own node.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from comity.core.agreement.model import Agreement
from comity.core.terms import (
    Code,
    Digest,
    InputError,
    PartyId,
    Place,
    Signed,
    Signer,
    Verifier,
    decode,
    encode,
    signed,
)

NOTHING: Mapping[Digest, Digest] = {}
SIGNING_TYPE = "application/vnd.comity.agreement-signature+json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signing:
    """That a party signs a version of an agreement. `title` and `version` are for readers.

    With `tightens` the party says that it has checked that this version only refuses more than
    that one, and applies it alone.
    """

    v: int = 1
    agreement: Digest
    title: str
    version: str
    party: PartyId
    at: datetime
    tightens: Digest | None = None


def sign_version(
    agreement: Agreement,
    party: PartyId,
    at: datetime,
    signer: Signer,
    tightens: Digest | None = None,
) -> Signed:
    """Return a party's signature of a version, and of which one it tightens if it does so alone."""
    signing = Signing(
        tightens=tightens,
        agreement=agreement.digest,
        title=agreement.title,
        version=agreement.version,
        party=party,
        at=at,
    )
    return signed(SIGNING_TYPE, encode(signing), signer)


def read_signing(document: Signed, key: bytes, verifier: Verifier) -> Signing:
    """Return what a document signs, if this identity key signed it.

    Raises:
        SignatureError: it did not.
        InputError: it is not written as a signature of an agreement.
    """
    return decode(Signing, document.check(SIGNING_TYPE, key, verifier), "an agreement's signature")


def in_force(
    agreements: Iterable[Agreement],
    signatures: Collection[tuple[Digest, PartyId]],
    tightened: Mapping[Digest, Digest] = NOTHING,
) -> frozenset[Digest]:
    """Return the versions that everybody has signed who has to.

    Among them are those that this party alone applies, in a chain of versions that each tighten
    the one before and that begins with one that all have signed.
    """
    found: set[Digest] = set()
    for each in sorted(agreements, key=lambda each: each.in_force_from):
        signed_by_all = all((each.digest, party) in signatures for party in each.signatories)
        if signed_by_all or tightened.get(each.digest) in found:
            found.add(each.digest)
    return frozenset(found)


def not_a_successor(old: Agreement, new: Agreement) -> Iterator[str]:
    """Yield why one party alone cannot put a version in the place of another.

    This is what can be seen without a proof: that they are versions of one agreement, between the
    same parties and in the same words.
    """
    same = {
        "title": (old.title, new.title),
        "parties": (old.parties, new.parties),
        "signatories": (old.signatories, new.signatories),
        "vocabulary": (old.vocabulary.digest, new.vocabulary.digest),
    }
    yield from (f"its {what} is not the same" for what, (a, b) in same.items() if a != b)
    if new.in_force_from <= old.in_force_from:
        yield f"it does not begin after {old.in_force_from}"


def with_rules_of(old: Agreement, new: Agreement) -> Agreement:
    """Return an older version in the place of a newer one: under its digest, from its first day."""
    return replace(old, digest=new.digest, in_force_from=new.in_force_from)


def check_timeline(agreements: Iterable[Agreement]) -> None:
    """Return if of each agreement no two versions begin on one day.

    A version lasts until the next one of its title begins, so there are no gaps.

    Raises:
        InputError: two versions of one agreement begin on the same day.
    """
    seen: dict[tuple[str, str], Agreement] = {}
    for each in agreements:
        other = seen.setdefault((each.title, each.in_force_from.isoformat()), each)
        if other.digest != each.digest:
            raise InputError(
                Code.VERSIONS_OVERLAP,
                f"versions {other.version} and {each.version} both begin on {each.in_force_from}",
                at=Place(name=each.title),
                advice="let the newer one begin on a later day, or leave one out",
            )
