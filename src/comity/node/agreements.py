"""Agreements: which versions this node has at hand, and whose signatures make them count.

A version that somebody who has to sign it has not signed is not at hand: nothing is permitted
under it, and what was told under it is refused. One that only refuses more than the version in
force is at hand once this node's own party has signed it as such. Signatures are read in the
transaction of the decision, so one that has just come counts at once in every process of the node.
"""

from functools import lru_cache

from comity.core.agreement import (
    Agreement,
    Agreements,
    Signing,
    in_force,
    read_signing,
    sign_version,
)
from comity.core.ledger import EntryType
from comity.core.terms import (
    Digest,
    InputError,
    OfficerId,
    PartyId,
    SignatureError,
    Signed,
    Verifier,
    signed,
)
from comity.node.node import Node, NotPossibleError, note, pinned
from comity.store.port import Records
from comity.store.records import HeldSigning, Use

Signatures = frozenset[tuple[Digest, PartyId]]


def at_hand(records: Records, node: Node) -> Agreements:
    """Return the versions that everybody has signed who has to, or that we apply alone."""
    held = [_says(records, node, each) for each in records.signings.find()]
    found = [each for each in held if each is not None]
    signatures = frozenset((each.agreement, each.party) for each in found)
    alone = {
        each.agreement: each.tightens
        for each in found
        if each.party == node.party and each.tightens is not None
    }
    return node.agreements.only(in_force(node.agreements.all, signatures, alone))


def agreements_of(records: Records, node: Node, party: PartyId) -> frozenset[Digest]:
    """Return the digests of the versions in force to which this party and we are parties.

    What an organisation tells a body it tells under all agreements of that body.
    """
    held, now = at_hand(records, node), node.now()
    return frozenset(
        each.digest for each in held.all if party in each.parties and not held.is_over(each, now)
    )


def signatures(records: Records, node: Node, agreement: Agreement) -> tuple[HeldSigning, ...]:
    """Return the signatures of a version that are held here and hold."""
    return tuple(
        each
        for each in records.signings.find(agreement=agreement.digest)
        if _says(records, node, each) is not None
    )


def sign_agreement(
    node: Node, agreement: Agreement, officer: OfficerId, tightens: Digest | None = None
) -> Signed:
    """Sign a version for this node's party, and return the signature for the others.

    With `tightens` the version counts here at once, although the others have not signed it, if
    that one counts. Whoever calls has checked that it only refuses more. A second time the first
    signature is returned.

    Raises:
        NotPossibleError: this party does not sign it.
    """
    if node.party not in agreement.signatories:
        who = ", ".join(sorted(agreement.signatories))
        raise NotPossibleError(f"{node.party} does not sign {agreement.title}", f"{who} do")
    with node.store.writing() as records:
        held = records.signings.get(_key(agreement.digest, node.party))
        said = None if held is None else _says(records, node, held)
        if held is not None and said is not None and tightens in {None, said.tightens}:
            return held.document
        document = sign_version(agreement, node.party, node.now(), node.keys.identity, tightens)
        _keep(records, node, agreement.digest, node.party, document)
        note(
            records,
            node,
            EntryType.AGREEMENT_SIGNED,
            agreement=agreement.digest,
            party=node.party,
            officer=officer,
            **({} if tightens is None else {"tightens": tightens}),
        )
    return document


def own_signatures(records: Records, node: Node) -> tuple[Signed, ...]:
    """Return what this node's party has signed, by the identity key that it has now."""
    return tuple(
        signed(each.document.payloadType, each.document.payload, node.keys.identity)
        for each in records.signings.find()
        if each.party == node.party and _says(records, node, each) is not None
    )


def take_signature(records: Records, node: Node, party: PartyId, document: Signed) -> Digest:
    """Keep a peer's signature of a version, and return which one it is of.

    Raises:
        SignatureError: no identity key that is pinned for this party signed it, or it is signed
            in another's name.
        InputError: it is not written as a signature of an agreement.
    """
    for key in pinned(records, party, Use.IDENTITY):
        try:
            found = read_signing(document, key, node.verifier)
        except SignatureError:
            continue
        if found.party != party:
            break
        if records.signings.get(_key(found.agreement, party)) is None:
            _keep(records, node, found.agreement, party, document)
            note(
                records,
                node,
                EntryType.AGREEMENT_SIGNED,
                agreement=found.agreement,
                party=party,
            )
        return found.agreement
    raise SignatureError(f"no key that is pinned for {party} signed this")


def _keys_of(records: Records, node: Node, party: PartyId) -> frozenset[bytes]:
    """Return every identity key that a party ever had here.

    What was taken in while a key counted stays signed, whatever became of the key.
    """
    if party == node.party:
        former = node.keys.former.get(Use.IDENTITY, ())
        return frozenset(each.public for each in (node.keys.identity, *former))
    return frozenset(each.public for each in records.keys.find(party=party, use=Use.IDENTITY))


def _keep(
    records: Records, node: Node, agreement: Digest, party: PartyId, document: Signed
) -> None:
    records.signings.put(
        HeldSigning(
            id=_key(agreement, party),
            agreement=agreement,
            party=party,
            document=document,
            held_since=node.now(),
        )
    )


def _key(agreement: Digest, party: PartyId) -> str:
    return f"{agreement}/{party}"


def _says(records: Records, node: Node, held: HeldSigning) -> Signing | None:
    """Return what the party of a row signed, if it is what the row says.

    Nobody can just write a row.
    """
    return _signed(held, _keys_of(records, node, held.party), node.verifier)  # type: ignore[arg-type]  # a verifier is itself


@lru_cache(maxsize=1024)
def _signed(held: HeldSigning, keys: frozenset[bytes], verifier: Verifier) -> Signing | None:
    """Return what one of these keys signed, if it did so in that party's name."""
    for key in keys:
        try:
            found = read_signing(held.document, key, verifier)
        except (SignatureError, InputError):
            continue
        is_it = (found.agreement, found.party) == (held.agreement, held.party)
        return found if is_it else None
    return None
