"""A permit under a version that somebody has not signed is found, whatever the node shows."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from comity.core.agreement import Agreement, Agreements, Signing, sign_version
from comity.core.agreement.versions import SIGNING_TYPE
from comity.core.audit import Bundle, Check
from comity.core.gate import Permit
from comity.core.ledger import EntryType
from comity.core.terms import Digest, PartyId, Purpose, Signed, Signer, decode, encode, signed
from comity.node.agreements import sign_agreement
from comity.node.export_audit import export_audit
from comity.node.request_disclosure import Ask, request_disclosure
from comity.shipped import shipped_agreement, shipped_texts, shipped_words
from tests.core.agreement import later
from tests.core.audit.small import (
    PARTIES,
    STRANGER,
    changed_entry,
    entries,
    findings,
    late,
    permit_in,
    place_of,
    rewritten,
    with_question,
)
from tests.node.watched import consented
from tests.node.world import FRONT_DOOR, GROUNDS, ICO, NCA, NCSC, OFFICER, keys, new_world

AGREEMENT = shipped_agreement("ico-nca-2024")


def identity(party: PartyId) -> Signer:
    return keys(party, consent=False).identity


def says(data: bytes) -> Signing:
    return decode(Signing, decode(Signed, data, "a document").payload, "a signature")


def is_of_ico(data: bytes) -> bool:
    return (says(data).party, says(data).agreement) == (ICO, AGREEMENT.digest)


def test_the_bundle_holds_what_the_ico_signed() -> None:
    assert [is_of_ico(each) for each in late().signings].count(True) == 1


def instead(*documents: Signed) -> Bundle:
    """Return the NCA's bundle with these for the ICO's signature of their agreement."""
    others = tuple(each for each in late().signings if not is_of_ico(each))
    return replace(late(), signings=(*others, *(encode(each) for each in documents)))


def signing() -> Signing:
    return next(says(each) for each in late().signings if is_of_ico(each))


def signed_by(signer: Signer, **changes: object) -> Signed:
    """Return what the ICO signed, changed and signed by somebody."""
    return signed(SIGNING_TYPE, encode(replace(signing(), **changes)), signer)  # type: ignore[arg-type]  # any field of it


def signed_at(party: PartyId = ICO) -> int:
    return place_of(late(), EntryType.AGREEMENT_SIGNED, agreement=AGREEMENT.digest, party=party)


def wrong(bundle: Bundle, place: int) -> list[str]:
    return [
        each.what
        for each in findings(bundle)
        if (each.check, each.ledger, each.place) == (Check.DECISIONS, "node", place)
    ]


NOT_BY_THEN = f"ICO had not signed {AGREEMENT.title}, version {AGREEMENT.version}, by then"
OTHER = Digest("ab" * 32)

FORGED: Mapping[str, Callable[[], Bundle]] = {
    "it is missing": instead,
    "a stranger signed it": lambda: instead(signed_by(STRANGER)),
    "the other party signed it in its name": lambda: instead(signed_by(identity(NCA))),
    "a third signed it in its name": lambda: instead(signed_by(identity(FRONT_DOOR))),
    "another key of the same party signed it": lambda: instead(
        signed_by(keys(ICO, consent=False).witness)
    ),
    "it is of another version of the same title": lambda: instead(
        signed_by(identity(ICO), agreement=OTHER)
    ),
    "it is of another agreement, with this title": lambda: instead(
        signed_by(identity(ICO), agreement=shipped_agreement("ico-ncsc-2023").digest)
    ),
    "it is the other party's own signature": lambda: instead(
        sign_version(AGREEMENT, NCA, signing().at, identity(NCA))
    ),
    "it was signed as something else": lambda: instead(
        signed("application/vnd.comity.another+json", encode(signing()), identity(ICO))
    ),
    "it is no signature": lambda: instead(signed(SIGNING_TYPE, b"{}", identity(ICO))),
}


@pytest.mark.parametrize("how", FORGED)
def test_a_permit_under_a_half_signed_version_is_found_whatever_stands_for_the_signature(
    how: str,
) -> None:
    bundle = FORGED[how]()
    assert wrong(bundle, permit_in(bundle)[1].entry) == [NOT_BY_THEN]
    [what] = wrong(bundle, signed_at())
    assert what == f"no document shows that ICO signed the agreement {AGREEMENT.digest}"


def test_a_signature_in_anothers_name_is_named_by_its_number() -> None:
    bundle = instead(signed_by(identity(NCA)))
    number = len(bundle.signings) - 1
    assert f"signature {number} of an agreement does not verify" in "".join(
        each.what for each in findings(bundle)
    )


def test_a_document_that_cannot_be_read_is_found() -> None:
    bundle = replace(late(), signings=(*late().signings, b"no document"))
    assert [each.check for each in findings(bundle)] == [Check.DECISIONS]


def test_a_signature_that_came_after_the_permit_does_not_count_for_it() -> None:
    bundle = late()
    permit = permit_in(bundle)[1].entry
    after = place_of(bundle, EntryType.DECISION, outcome="refused")
    later = max(permit + 1, after)
    early, entry = signed_at(), entries(bundle)[signed_at()]

    def move(data: list[bytes]) -> None:
        data[early], data[later] = data[later], entry.bytes()

    assert NOT_BY_THEN in wrong(rewritten(bundle, move), permit)


def test_a_permit_under_a_version_that_one_party_never_signed_is_found() -> None:
    bundle = late()
    third = shipped_agreement("nca-ncsc-demo")
    number, part = permit_in(bundle)
    under = {shipped_agreement(name).digest for name in ("front-door-terms", "ico-nca-2024")}
    again = with_question(bundle, number, agreements=tuple(sorted(under | {third.digest})))
    assert f"{NCSC} had not signed {third.title}, version {third.version}, by then" in wrong(
        again, part.entry
    )


def revoked(before: int) -> Bundle:
    """Return the bundle with an entry before a place that says that the ICO's key is revoked."""
    bundle = late()
    [pin] = [each for each in bundle.pins if (each.party, each.use) == (ICO, "identity")]
    place = before - 1
    entry = replace(entries(bundle)[place], type=EntryType.KEY_REVOKED, ids={"key": pin.id})
    return rewritten(bundle, lambda data: data.__setitem__(place, entry.bytes()))


def test_what_a_key_signed_counts_if_it_came_in_before_the_key_was_revoked() -> None:
    permit = permit_in(late())[1].entry
    assert wrong(revoked(permit), permit) == []
    assert NOT_BY_THEN in wrong(revoked(signed_at()), permit)


def test_an_entry_that_names_another_signs_nothing_for_this_one() -> None:
    bundle = changed_entry(late(), signed_at(), party=NCSC)
    assert NOT_BY_THEN in wrong(bundle, permit_in(bundle)[1].entry)


def alone(version: Agreement, data: bytes, *, functions: bool = True) -> Bundle:
    """Return the bundle of an NCA that applied a version alone and then passed a section on."""
    world = new_world(PARTIES)
    world.settle()
    world.report()
    node = world.nodes[NCA]
    held = Agreements([*node.agreements.all, version])
    world.nodes[NCA] = world.workers[NCA].node = node = replace(node, agreements=held)
    consented(world, "incident")
    sign_agreement(node, version, OFFICER, AGREEMENT.digest)
    with node.store.reading() as records:
        case = records.cases.find()[0].id
    ask = Ask(
        case=case,
        items=world.items(NCA, "incident"),
        recipient=ICO,
        purpose=Purpose("regulation"),
        kind="organisation_specific",
        officer=OFFICER,
        grounds={name: said for name, said in GROUNDS.items() if functions or name != MISSING},
    )
    assert isinstance(request_disclosure(node, ask)[1], Permit)
    words = shipped_words(AGREEMENT_NAME)
    return export_audit(node, {**shipped_texts(), version.digest: (data, words)})


MISSING, AGREEMENT_NAME = "within_functions", "ico-nca-2024"


def test_a_permit_under_a_version_that_one_party_applied_alone_holds_if_it_only_refuses_more() -> (
    None
):
    data = later.text(6)
    assert findings(alone(later.read(data), data)) == ()


def test_a_permit_that_only_a_version_applied_alone_gives_is_found_whatever_the_node_claims() -> (
    None
):
    bundle = alone(later.looser(), later.looser_text(), functions=False)
    [found] = findings(bundle)
    assert found.check is Check.DECISIONS
    assert found.what == (
        "it was not permitted under the version that the one applied alone tightens"
    )


def test_a_claim_to_have_applied_a_version_alone_has_to_be_signed_as_such() -> None:
    data = later.text(6)
    version = later.read(data)
    bundle = alone(version, data)
    mine = [each for each in bundle.signings if says(each).tightens is not None]
    assert [says(each).agreement for each in mine] == [version.digest]
    plain = sign_version(version, NCA, says(mine[0]).at, identity(NCA))
    others = tuple(each for each in bundle.signings if each not in mine)
    bundle = replace(bundle, signings=(*others, encode(plain)))
    not_by_then = f"ICO had not signed {version.title}, version {version.version}, by then"
    what = [each.what for each in findings(bundle)]
    assert not_by_then in what
    assert f"no document shows that NCA signed the agreement {version.digest}" in what
