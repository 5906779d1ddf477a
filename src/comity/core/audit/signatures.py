"""Signatures: from which entry on each version of an agreement bore each party's signature.

A signature counts from the entry of the node ledger that says it came in. It is in the bundle as a
document, made by an identity key of that party (at its own node: one of its own) that was not
revoked before that entry.

A version that this party applied alone, because it only refuses more than another, counts from
its own signature. Whoever audits need not believe that it refuses more: each permit under it is
put again with the older version's rules in its place.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from comity.core.agreement import (
    Agreement,
    Agreements,
    Signing,
    in_force,
    read_signing,
    with_rules_of,
)
from comity.core.audit.books import Books
from comity.core.audit.bundle import NODE
from comity.core.audit.report import Check, Notes
from comity.core.ledger import EntryType
from comity.core.terms import Digest, InputError, PartyId, SignatureError, Signed, Verifier, decode


class Signatures(NamedTuple):
    """The place from which on a version was signed by a party, or applied by one alone.

    `alone` has, for each version that this party applied alone, the version that it tightens.
    """

    by: Mapping[tuple[Digest, PartyId], int]
    alone: Mapping[Digest, tuple[Digest, int]]

    def before(self, place: int) -> "Signatures":
        """Return those from before an entry."""
        by = {one: at for one, at in self.by.items() if at < place}
        alone = {new: (old, at) for new, (old, at) in self.alone.items() if at < place}
        return Signatures(by, alone)


class _Key(NamedTuple):
    """An identity key: whose, and the entry of the node ledger that revoked it."""

    party: PartyId
    public: bytes
    revoked_at: int | None


def signed_from(books: Books, verifier: Verifier, notes: Notes) -> Signatures:
    """Return since when which version has been signed by whom; what is not shown is a finding."""
    shown = _shown(books, verifier, notes)
    by: dict[tuple[Digest, PartyId], int] = {}
    alone: dict[Digest, tuple[Digest, int]] = {}
    for place, entry in books.node.of(EntryType.AGREEMENT_SIGNED):
        one, tightens = (entry.id("agreement"), entry.id("party")), entry.id("tightens")
        found = [
            says
            for says, key in shown.get(one, ())
            if (key.revoked_at is None or place < key.revoked_at)
            and tightens in {"", says.tightens}
        ]
        for says in found[:1]:
            by.setdefault((says.agreement, says.party), place)
            if says.tightens is not None and tightens and says.party == books.bundle.party:
                alone.setdefault(says.agreement, (says.tightens, place))
        if not found:
            what = f"no document shows that {one[1]} signed the agreement {one[0]}"
            notes.find(Check.DECISIONS, what, NODE, place)
    return Signatures(by, alone)


def not_signed(agreements: Iterable[Agreement], signed: Signatures) -> Iterator[str]:
    """Yield which of the versions did not count, with who had not signed it."""
    held = list(agreements)
    counting = in_force(held, signed.by, {new: old for new, (old, _) in signed.alone.items()})
    for each in held:
        for party in sorted(each.signatories):
            if each.digest not in counting and (each.digest, party) not in signed.by:
                yield f"{party} had not signed {each.title}, version {each.version}, by then"


def as_before(agreements: Agreements, signed: Signatures) -> Agreements:
    """Return the versions, each that was applied alone with the rules of the one it tightens.

    All of them count: nothing is not signed.
    """
    known = {each.digest: each for each in agreements.all}
    found = [_last_by_all(each, known, signed) for each in agreements.all]
    return Agreements(
        with_rules_of(rules, each) for rules, each in zip(found, agreements.all, strict=True)
    )


def _last_by_all(
    agreement: Agreement, known: Mapping[Digest, Agreement], signed: Signatures
) -> Agreement:
    """Return the version that all have signed, at the beginning of a chain that ends in this."""
    while not in_force([agreement], signed.by):
        agreement = known[signed.alone[agreement.digest][0]]
    return agreement


def _shown(
    books: Books, verifier: Verifier, notes: Notes
) -> Mapping[tuple[str, str], list[tuple[Signing, _Key]]]:
    """Return which versions are shown as signed by whom, and the keys that did it."""
    keys = _identity_keys(books)
    shown: defaultdict[tuple[str, str], list[tuple[Signing, _Key]]] = defaultdict(list)
    for number, data in enumerate(books.bundle.signings):
        try:
            for says, key in _signers(data, keys, verifier):
                shown[says.agreement, says.party].append((says, key))
        except (InputError, SignatureError) as error:
            what = f"signature {number} of an agreement does not verify: {error}"
            notes.find(Check.DECISIONS, what)
    return shown


def _signers(
    data: bytes, keys: Mapping[str, list[_Key]], verifier: Verifier
) -> Iterator[tuple[Signing, _Key]]:
    """Yield what a document signs, with each key that signed it in its party's name.

    Raises:
        InputError: it is no signature of an agreement.
        SignatureError: it was changed, or no identity key of the party that it names signed it.
    """
    document = decode(Signed, data, "a document")
    known = [key for each in document.signatures for key in keys.get(each.keyid, ())]
    read = [(read_signing(document, key.public, verifier), key) for key in known]
    own = [(says, key) for says, key in read if says.party == key.party]
    if not own:
        raise SignatureError("no identity key of the party that it names signed it")
    yield from own


def _identity_keys(books: Books) -> Mapping[str, list[_Key]]:
    """Return this node's own identity keys and its peers', by their hexadecimal form."""
    revoked: dict[str, int] = {}
    for place, entry in books.node.of(EntryType.KEY_REVOKED):
        revoked.setdefault(entry.id("old") or entry.id("key"), place)
    keys: defaultdict[str, list[_Key]] = defaultdict(list)
    for public in books.bundle.identity:
        keys[public.hex()].append(_Key(books.bundle.party, public, None))
    for pin in books.bundle.pins:
        if pin.use == "identity":
            keys[pin.public.hex()].append(_Key(pin.party, pin.public, revoked.get(pin.id)))
    return keys
