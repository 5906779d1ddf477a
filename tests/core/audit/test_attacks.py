"""Each attack on a bundle is found, and the entry is named, by somebody who has all node keys."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest

from comity.core.audit import Bundle, Check, Expected, Finding, Verdict, verify
from comity.core.audit.books import read_entry
from comity.core.audit.bundle import AgreementPart, BeatPart, CheckpointPart
from comity.core.audit.decisions import Texts
from comity.core.audit.report import Notes
from comity.core.consent import Answer, Said, sign_said
from comity.core.consent.documents import STATEMENT_TYPE
from comity.core.exchange import Control, Done, Recall, sign_control
from comity.core.ledger import EntryType, Head, origin, sign_head
from comity.core.terms import Digest, PartyId, ReleaseId, Signed, decode, digest_of, encode
from comity.shipped import shipped_agreement
from comity.wire.signing import Ed25519Verifier
from tests.core.audit.small import (
    PARTIES,
    STRANGER,
    basis_of,
    changed_entry,
    entries,
    findings,
    late,
    permit_in,
    place_of,
    raw,
    report,
    rewritten,
    root_of,
    sealed,
    story,
    with_entries,
    with_question,
)
from tests.node.world import FRONT_DOOR, ICO, NCA, keys

NCA_KEY = keys(NCA, consent=False).identity


def found(all_: tuple[Finding, ...], check: Check, place: int, ledger: str = "node") -> list[str]:
    return [
        each.what
        for each in all_
        if (each.check, each.ledger, each.place) == (check, ledger, place)
    ]


@pytest.mark.parametrize("party", PARTIES)
def test_an_honest_bundle_is_verified(party: PartyId) -> None:
    others = [late(each) for each in PARTIES if each != party]
    done = report(late(party), *others, identity=keys(party, consent=False).identity.public)
    assert done.verdict is Verdict.VERIFIED, done.findings
    notices = [] if party == FRONT_DOOR else ["f"]
    assert [each.check for each in done.lines] == ["a", "b", "c", "d", "e", "e", *notices]


def test_bundles_of_different_moments_match_as_far_as_they_go() -> None:
    assert findings(late(NCA), story().early[ICO]) == ()
    assert findings(story().early[NCA], late(ICO)) == ()


TAMPERINGS: dict[str, Callable[[list[bytes], int], object]] = {
    "changed": lambda data, at: data.__setitem__(at, data[at - 1]),
    "deleted": lambda data, at: data.__delitem__(at),
    "inserted": lambda data, at: data.insert(at, data[at]),
    "swapped": lambda data, at: data.__setitem__(slice(at, at + 2), data[at : at + 2][::-1]),
}


@pytest.mark.parametrize("how", TAMPERINGS)
@pytest.mark.parametrize(("ledger", "place"), [("node", 37), ("pair-FRONT_DOOR", 12)])
def test_an_entry_that_was_tampered_with_is_found(ledger: str, place: int, how: str) -> None:
    again = rewritten(late(), lambda data: TAMPERINGS[how](data, place), ledger)
    places = [
        each.place or 0
        for each in findings(again)
        if each.check is Check.LEDGERS and each.ledger == ledger
    ]
    assert places
    assert min(places) >= place - 2, "what stands before it is sound"


def test_an_entry_before_the_heartbeats_names_the_first_head_that_no_longer_fits() -> None:
    bundle = late()
    place = place_of(bundle, EntryType.READ)
    all_ = findings(changed_entry(bundle, place, officer="somebody-else"))
    first = min(each.size for each in bundle.beats if each.size > place)
    assert "stands for a head of size" in found(all_, Check.LEDGERS, first - 1)[0]


def test_what_comes_after_the_last_heartbeat_is_not_shown_and_the_report_says_so() -> None:
    bundle = late()
    again = rewritten(bundle, lambda data: data.append(data[-1]))
    tail = len(raw(again)) - max(each.size for each in bundle.beats)
    done = report(again)
    assert not [each for each in done.findings if each.check is Check.LEDGERS]
    assert any(f"the last {tail} entries of the node ledger" in each for each in done.unchecked)


def refused_place(bundle: Bundle) -> int:
    return place_of(bundle, EntryType.DECISION, outcome="refused")


def test_a_refusal_turned_into_a_permit_is_found() -> None:
    bundle = late()
    place = refused_place(bundle)
    parts = tuple(
        replace(each, permitted=True) if each.entry == place else each for each in bundle.decisions
    )
    all_ = findings(changed_entry(replace(bundle, decisions=parts), place, outcome="permitted"))
    assert "decided again it is the contrary" in found(all_, Check.DECISIONS, place)[0]


def test_a_permit_turned_into_a_refusal_is_found() -> None:
    bundle = late()
    place = permit_in(bundle)[1].entry
    all_ = findings(changed_entry(bundle, place, outcome="refused"))
    wrong = found(all_, Check.DECISIONS, place)
    assert any("the contrary" in each for each in wrong)
    assert any("keeps another outcome" in each for each in wrong)


def test_other_clauses_than_decided_are_found() -> None:
    bundle = late()
    number, part = permit_in(bundle)
    parts = list(bundle.decisions)
    parts[number] = replace(part, clauses=("I-1",))
    again = changed_entry(replace(bundle, decisions=tuple(parts)), part.entry, clauses="I-1")
    assert "it rests on clauses I-2" in found(findings(again), Check.DECISIONS, part.entry)[0]


def test_a_decision_without_its_question_is_found() -> None:
    bundle = late()
    number, part = permit_in(bundle)
    parts = [each for i, each in enumerate(bundle.decisions) if i != number]
    all_ = findings(replace(bundle, decisions=tuple(parts)))
    assert "no question in the bundle" in found(all_, Check.DECISIONS, part.entry)[0]


def test_a_question_that_cannot_be_read_or_that_nothing_records_is_found() -> None:
    bundle = late()
    number, part = permit_in(bundle)
    broken = with_question(bundle, number)
    odd = b'{"no":"question"}'
    parts = list(broken.decisions)
    parts[number] = replace(part, question=odd)
    all_ = findings(replace(broken, decisions=tuple(parts)))
    assert any("does not record" in each for each in found(all_, Check.DECISIONS, part.entry))
    named = changed_entry(
        replace(broken, decisions=tuple(parts)), part.entry, question=digest_of_bytes(odd)
    )
    assert any(
        "cannot be read" in each for each in found(findings(named), Check.DECISIONS, part.entry)
    )


def digest_of_bytes(data: bytes) -> Digest:
    return Digest(sha256(data).hexdigest())


def test_a_question_that_stands_twice_is_found() -> None:
    bundle = late()
    all_ = findings(replace(bundle, decisions=(*bundle.decisions, bundle.decisions[0])))
    assert any("stands twice" in each.what for each in all_)


def test_another_recipient_or_time_than_the_question_has_is_found() -> None:
    bundle = late()
    place = permit_in(bundle)[1].entry
    all_ = findings(changed_entry(bundle, place, recipient="NCSC"))
    assert any("another discloser or recipient" in e for e in found(all_, Check.DECISIONS, place))
    data = replace(entries(bundle)[place], at=bundle.made_at).bytes()
    moved = rewritten(bundle, lambda entries_: entries_.__setitem__(place, data))
    assert any("dated otherwise" in e for e in found(findings(moved), Check.DECISIONS, place))


def test_a_release_without_a_permit_is_found() -> None:
    bundle = late()
    place = place_of(bundle, EntryType.RELEASE)
    for decision in (str(refused_place(bundle)), "0", str(10**6), "none", str(place)):
        all_ = findings(changed_entry(bundle, place, decision=decision))
        assert "a release without a permit" in found(all_, Check.DECISIONS, place)[0]


def test_a_release_before_its_permit_is_found() -> None:
    bundle = late()
    place = place_of(bundle, EntryType.RELEASE)
    later = [
        at
        for at, each in enumerate(entries(bundle))
        if each.ids.get("outcome") == "permitted" and at > place
    ]
    all_ = findings(changed_entry(bundle, place, decision=str(later[0])))
    assert "a release without a permit" in found(all_, Check.DECISIONS, place)[0]


def test_a_disclosure_without_a_release_or_to_another_peer_is_found() -> None:
    bundle = late()
    place = place_of(bundle, EntryType.SENT, peer="ICO")
    all_ = findings(changed_entry(bundle, place, release="rel-nobody-knows"))
    assert "was sent without a release" in found(all_, Check.DECISIONS, place)[0]
    all_ = findings(changed_entry(bundle, place, peer="FRONT_DOOR"))
    assert "was sent without a release" in found(all_, Check.DECISIONS, place)[0]


def test_an_agreement_whose_text_was_changed_is_found() -> None:
    bundle = late()
    place = permit_in(bundle)[1].entry
    parts = tuple(
        AgreementPart(text=each.text.replace(b"consent is given", b"consent is sought"),
                      vocabulary=each.vocabulary)
        for each in bundle.agreements
    )  # fmt: skip
    all_ = findings(replace(bundle, agreements=parts))
    assert "its text is another" in found(all_, Check.DECISIONS, place)[0]


def test_an_agreement_that_does_not_load_is_found() -> None:
    bundle = late()
    parts = tuple(replace(each, text=b"no agreement") for each in bundle.agreements)
    assert any("does not load" in each.what for each in findings(replace(bundle, agreements=parts)))


def test_an_agreement_in_words_of_its_own_loads_with_all_of_them_and_not_without() -> None:
    [part] = [each for each in late().agreements if len(each.vocabulary) > 1]
    own = shipped_agreement("au-limited-use-2024")
    standard, added = part.vocabulary
    too_many = (standard, *[b'name = "x"'] * 7, added)
    for words, is_own, loads in [
        ((standard, added), True, True),
        ((added, standard), False, True),  # the same words in another order are another vocabulary
        ((standard,), False, False),
        ((), False, False),
        (too_many, False, False),
    ]:
        notes = Notes(NCA)
        texts = Texts((replace(part, vocabulary=words),), notes)
        assert (texts.at_hand((own.digest,)) is not None) is is_own
        assert ["does not load" in each.what for each in notes.findings] == [True] * (not loads)


def test_a_question_under_agreements_out_of_order_is_found() -> None:
    bundle = late()
    number, part = permit_in(bundle)
    backwards = basis_of(part).agreements[::-1]
    all_ = findings(with_question(bundle, number, agreements=backwards))
    assert any("its text is another" in e for e in found(all_, Check.DECISIONS, part.entry))


def forged_said(bundle: Bundle) -> tuple[Bundle, int]:
    """Return the bundle with the yes signed by a stranger, and the place of its permit."""
    documents = []
    for data in bundle.documents:
        document = decode(Signed, data, "a document")
        if document.payloadType == STATEMENT_TYPE:
            document = sign_said(decode(Said, document.payload, "a statement"), STRANGER)
        documents.append(encode(document))
    return replace(bundle, documents=tuple(documents)), permit_in(bundle)[1].entry


def test_a_forged_statement_is_found() -> None:
    forged, place = forged_said(late())
    all_ = findings(forged)
    assert any("does not verify" in each.what for each in all_)
    assert any("no signed document says the answer" in e for e in found(all_, Check.CONSENT, place))


def test_a_document_that_is_none_is_found() -> None:
    bundle = late()
    all_ = findings(replace(bundle, documents=(*bundle.documents, b"{}")))
    assert any("does not verify" in each.what for each in all_)


def test_a_yes_for_other_items_than_were_signed_is_found() -> None:
    bundle = late()
    number, part = permit_in(bundle)
    consents = basis_of(part).consents
    wider = replace(
        consents,
        statements=tuple(
            replace(each, items=each.items | {digest_of("another")}) for each in consents.statements
        ),
    )
    all_ = findings(with_question(bundle, number, consents=wider))
    assert any("no signed document" in e for e in found(all_, Check.CONSENT, part.entry))


def test_a_status_that_was_never_signed_is_found() -> None:
    bundle = late()
    number, part = permit_in(bundle)
    consents = basis_of(part).consents
    longer = tuple(replace(each, end=each.end + timedelta(days=1)) for each in consents.statuses)
    all_ = findings(with_question(bundle, number, consents=replace(consents, statuses=longer)))
    wrong = found(all_, Check.CONSENT, part.entry)
    assert any("no signed document says the status" in each for each in wrong)


def test_a_choice_that_was_never_signed_is_found() -> None:
    bundle = late(FRONT_DOOR)
    number, part = permit_in(bundle, "report")
    consents = basis_of(part).consents
    others = tuple(replace(each, bodies=each.bodies | {ICO}) for each in consents.choices)
    all_ = findings(with_question(bundle, number, consents=replace(consents, choices=others)))
    wrong = found(all_, Check.CONSENT, part.entry)
    assert any("no signed document says the choice" in each for each in wrong)


def test_a_status_that_was_stale_is_found() -> None:
    bundle = late()
    number, part = permit_in(bundle)
    later = basis_of(part).now + timedelta(minutes=11)
    all_ = findings(with_question(bundle, number, now=later))
    assert any("was not fresh" in each for each in found(all_, Check.CONSENT, part.entry))
    assert any("the contrary" in each for each in found(all_, Check.DECISIONS, part.entry))


def test_a_status_from_the_future_is_stale_too() -> None:
    bundle = late()
    number, part = permit_in(bundle)
    earlier = basis_of(part).now - timedelta(minutes=11)
    all_ = findings(with_question(bundle, number, now=earlier))
    assert any("was not fresh" in each for each in found(all_, Check.CONSENT, part.entry))


def test_a_decision_that_is_dated_back_is_outside_its_heartbeats() -> None:
    bundle = late()
    places = [at for at, each in enumerate(entries(bundle)) if each.ids.get("outcome") == "refused"]
    for place, when in ((places[-1], timedelta(hours=-1)), (places[0], timedelta(hours=1))):
        entry = entries(bundle)[place]
        data = replace(entry, at=entry.at + when).bytes()
        all_ = findings(
            with_entries(bundle, [*raw(bundle)[:place], data, *raw(bundle)[place + 1 :]])
        )
        assert any("outside the heartbeats" in each for each in found(all_, Check.LEDGERS, place))


def test_an_answer_that_was_not_held_by_then_is_found() -> None:
    bundle = late()
    place = place_of(bundle, EntryType.CONSENT_HELD)
    permit = permit_in(bundle)[1].entry
    all_ = findings(changed_entry(bundle, place, statement=digest_of("another")))
    assert any("no entry before it holds" in e for e in found(all_, Check.CONSENT, permit))

    def to_the_end(data: list[bytes]) -> None:
        data.append(data.pop(place))

    all_ = findings(rewritten(bundle, to_the_end))
    assert any("no entry before it holds" in e for e in found(all_, Check.CONSENT, permit - 1))


def test_a_withdrawal_that_was_held_and_left_out_is_found() -> None:
    bundle = late()
    permit = permit_in(bundle)[1].entry
    withdrawn = place_of(bundle, EntryType.CONSENT_HELD, answer=Answer.WITHDRAWN)

    def earlier(data: list[bytes]) -> None:
        data.insert(0, data.pop(withdrawn))

    all_ = findings(rewritten(bundle, earlier))
    assert any("and left out" in each for each in found(all_, Check.CONSENT, permit + 1))


def test_a_consent_key_that_was_revoked_before_counts_no_more() -> None:
    bundle = late()
    permit = permit_in(bundle)[1].entry
    pin = next(each for each in bundle.pins if each.use == "consent")
    revoked = replace(entries(bundle)[0], type=EntryType.KEY_REVOKED, ids={"key": pin.id}).bytes()
    all_ = findings(rewritten(bundle, lambda data: data.insert(1, revoked)))
    assert any("no signed document" in each for each in found(all_, Check.CONSENT, permit + 1))
    peers = replace(
        entries(bundle)[0],
        type=EntryType.KEY_REVOKED,
        ids={"key": f"{pin.party}/consent/0123", "old": pin.id},
    ).bytes()
    all_ = findings(rewritten(bundle, lambda data: data.append(peers)))
    assert not [each for each in all_ if each.check is Check.CONSENT]


def with_receipt(bundle: Bundle, release: str, document: Signed) -> Bundle:
    held = tuple(
        replace(each, document=encode(document)) if each.release == release else each
        for each in bundle.held
    )
    return replace(bundle, held=held)


@pytest.fixture
def sent() -> tuple[Bundle, int, str, Control]:
    """Return the bundle, the place of a sent entry, its release, and its receipt."""
    bundle = late()
    place = place_of(bundle, EntryType.SENT, "pair-ICO")
    release = entries(bundle, "pair-ICO")[place].ids["release"]
    data = next(each.document for each in bundle.held if each.release == release)
    return bundle, place, release, decode(Control, decode(Signed, data, "r").payload, "r")


def test_a_missing_receipt_is_found(sent: tuple[Bundle, int, str, Control]) -> None:
    bundle, place, release, _ = sent
    held = tuple(each for each in bundle.held if each.release != release)
    all_ = findings(replace(bundle, held=held))
    assert found(all_, Check.RECEIPTS, place, "pair-ICO") == [f"there is no receipt for {release}"]


def test_a_forged_receipt_is_found(sent: tuple[Bundle, int, str, Control]) -> None:
    bundle, place, release, control = sent
    for signer in (STRANGER, NCA_KEY):
        all_ = findings(with_receipt(bundle, release, sign_control(control, signer)))
        assert "does not verify" in found(all_, Check.RECEIPTS, place, "pair-ICO")[0]


@pytest.mark.parametrize("field", ["release", "seq", "header", "done", "to", "none"])
def test_a_receipt_for_something_else_is_found(
    sent: tuple[Bundle, int, str, Control], field: str
) -> None:
    bundle, place, release, control = sent
    assert control.receipt
    options: dict[str, dict[str, Any]] = {
        "release": {"receipt": replace(control.receipt, release=ReleaseId("rel-other"))},
        "seq": {"receipt": replace(control.receipt, seq=7)},
        "header": {"receipt": replace(control.receipt, header=digest_of("other"))},
        "done": {"receipt": replace(control.receipt, done=Done.QUARANTINED)},
        "to": {"to": FRONT_DOOR},
        "none": {"receipt": None, "recall": Recall(release=control.receipt.release)},
    }
    other = sign_control(replace(control, **options[field]), keys(ICO, consent=False).identity)
    all_ = findings(with_receipt(bundle, release, other))
    wrong = found(all_, Check.RECEIPTS, place, "pair-ICO")
    assert any("of another envelope" in each for each in wrong)
    assert any("not the one that was recorded" in each for each in wrong)


def test_a_receipt_by_a_key_that_counted_no_more_is_found() -> None:
    bundle = late()
    place = place_of(bundle, EntryType.SENT, "pair-ICO")
    for ends in ({"until_entry": place}, {"from_entry": place + 1}):
        pins = tuple(
            replace(each, **ends) if (each.party, each.use) == (ICO, "identity") else each  # type: ignore[arg-type] # one of two fields
            for each in bundle.pins
        )
        all_ = findings(replace(bundle, pins=pins))
        assert "no identity key that counted" in found(all_, Check.RECEIPTS, place, "pair-ICO")[0]


def test_a_gap_in_the_order_is_found() -> None:
    bundle = late()
    place = place_of(bundle, EntryType.SENT, "pair-ICO", seq="2")
    all_ = findings(changed_entry(bundle, place, "pair-ICO", seq="3"))
    assert any("2 was the next" in e for e in found(all_, Check.RECEIPTS, place, "pair-ICO"))


def test_a_receipt_that_this_node_gave_is_checked_likewise() -> None:
    bundle = late(ICO)
    place = place_of(bundle, EntryType.RECEIVED, "pair-NCA")
    all_ = findings(replace(bundle, given=()))
    assert "there is no receipt" in found(all_, Check.RECEIPTS, place, "pair-NCA")[0]
    quarantined = replace(entries(bundle, "pair-NCA")[place], type=EntryType.QUARANTINED).bytes()
    again = rewritten(bundle, lambda data: data.__setitem__(place, quarantined), "pair-NCA")
    wrong = found(findings(again), Check.RECEIPTS, place, "pair-NCA")
    assert any("of another envelope" in each for each in wrong)


def test_a_heartbeat_with_another_salt_is_found() -> None:
    bundle = late()
    for salt in (b"x" * 32, b"short"):
        beats = (*bundle.beats[:-1], replace(bundle.beats[-1], salt=salt))
        place = len(entries(bundle, "pair-ICO")) - 1
        slots = [
            at for at, e in enumerate(entries(bundle, "pair-ICO")) if e.type is EntryType.HEARTBEAT
        ]
        assert place >= slots[-1]
        all_ = findings(replace(bundle, beats=beats))
        assert "not opened" in found(all_, Check.LEDGERS, slots[-1], "pair-ICO")[0]


def test_a_heartbeat_that_is_missing_or_out_of_order_is_found() -> None:
    bundle = late()
    ledger = "pair-ICO"
    at = [i for i, e in enumerate(entries(bundle, ledger)) if e.type is EntryType.HEARTBEAT]
    all_ = findings(replace(bundle, beats=bundle.beats[1:]))
    assert "or has none" in found(all_, Check.LEDGERS, at[0], ledger)[0]
    all_ = findings(replace(bundle, beats=(*bundle.beats, bundle.beats[0])))
    assert any("two heartbeats are of one time" in each.what for each in all_)
    again = rewritten(bundle, lambda data: data.__setitem__(at[1], data[at[0]]), ledger)
    assert "heartbeats are out of order" in found(findings(again), Check.LEDGERS, at[1], ledger)


def test_heads_only_grow() -> None:
    bundle = late()
    first, second = bundle.beats[:2]
    swapped = (
        BeatPart(slot=first.slot, salt=first.salt, size=second.size, root=second.root),
        BeatPart(slot=second.slot, salt=second.salt, size=first.size, root=first.root),
        *bundle.beats[2:],
    )
    all_ = findings(replace(bundle, beats=swapped))
    assert any("entries and then" in each for each in found(all_, Check.LEDGERS, first.size - 1))


@pytest.mark.parametrize("size", [10**6, -1])
def test_a_heartbeat_for_more_entries_than_there_are_is_found(size: int) -> None:
    bundle = late()
    beats = (*bundle.beats[:-1], replace(bundle.beats[-1], size=size))
    all_ = findings(replace(bundle, beats=beats))
    assert "a heartbeat stands for" in found(all_, Check.LEDGERS, len(raw(bundle)) - 1)[0]


def test_a_checkpoint_of_a_fork_is_found() -> None:
    bundle = late()
    size = 5
    fork = Head(origin=origin(NCA, "pair-ICO"), size=size, root=root_of([b"another"] * size))
    other = CheckpointPart(ledger="pair-ICO", note=sign_head(fork, NCA_KEY))
    all_ = findings(replace(bundle, checkpoints=(*bundle.checkpoints, other)))
    assert "is not that of these entries" in found(all_, Check.LEDGERS, size - 1, "pair-ICO")[0]


def test_a_checkpoint_by_a_stranger_or_of_no_ledger_is_found() -> None:
    bundle = late()
    part = bundle.checkpoints[0]
    head = Head(origin=origin(NCA, part.ledger), size=1, root=root_of(raw(bundle, part.ledger)[:1]))
    for note in (sign_head(head, STRANGER), "no note"):
        more = (*bundle.checkpoints, CheckpointPart(ledger=part.ledger, note=note))
        all_ = findings(replace(bundle, checkpoints=more))
        assert any("no identity key of the node signed" in each.what for each in all_)
    nowhere = Head(origin=origin(NCA, "pair-NCSC"), size=1, root=head.root)
    more = (CheckpointPart(ledger="pair-NCSC", note=sign_head(nowhere, NCA_KEY)),)
    all_ = findings(replace(bundle, checkpoints=more))
    assert "there are 0 entries" in found(all_, Check.LEDGERS, 0, "pair-NCSC")[0]


def test_a_cosignature_by_no_pinned_witness_is_found_and_a_missing_one_is_said() -> None:
    bundle = late()
    part = bundle.checkpoints[-1]
    head, _, rest = part.note.partition("\n\n")
    own = f"{head}\n\n{rest.splitlines(keepends=True)[0]}"
    done = report(replace(bundle, checkpoints=(*bundle.checkpoints[:-1], replace(part, note=own))))
    assert done.findings == ()
    assert any("1 checkpoints have no cosignature" in each for each in done.unchecked)
    size = int(head.split("\n")[1])
    party = part.ledger.removeprefix("pair-")
    stolen = tuple(
        replace(each, revoked=True, until_entry=0) if each.use == "witness" else each
        for each in bundle.pins
    )
    for pins in (tuple(each for each in bundle.pins if each.party != party), stolen):
        all_ = findings(replace(bundle, pins=pins))
        assert any(
            "by no witness key" in e for e in found(all_, Check.LEDGERS, size - 1, part.ledger)
        )
    swapped = tuple(
        replace(each, public=STRANGER.public) if each.use == "witness" else each
        for each in bundle.pins
    )
    all_ = findings(replace(bundle, pins=swapped))
    assert any("by no witness key" in e for e in found(all_, Check.LEDGERS, size - 1, part.ledger))


def test_a_ledger_that_was_put_back_to_an_old_backup_is_found_with_the_peers_bundle() -> None:
    old = replace(story().early[NCA], made_at=late().made_at + timedelta(hours=1))
    assert findings(old) == ()
    all_ = findings(old, late(ICO))
    assert any("that NCA does not have" in each.what for each in all_)


def test_two_lost_envelopes_are_more_than_can_be_on_their_way() -> None:
    bundle = late()
    at = place_of(bundle, EntryType.SENT, "pair-ICO")
    cut = with_entries(bundle, raw(bundle, "pair-ICO")[:at], "pair-ICO")
    old = replace(cut, made_at=bundle.made_at + timedelta(hours=1))
    done = report(old, late(ICO))
    extra = [each for each in done.findings if each.check is Check.BOTH_SIDES]
    assert any("envelope 2 was received" in each.what for each in extra)
    assert not any("envelope 1 was received" in each.what for each in extra)
    assert any("may still be on its way" in each for each in done.unchecked)


def test_a_peers_bundle_that_lacks_an_envelope_is_found() -> None:
    there = late(ICO)
    place = place_of(there, EntryType.RECEIVED, "pair-NCA", seq="1")
    lacking = rewritten(there, lambda data: data.__delitem__(place), "pair-NCA")
    old = replace(lacking, made_at=there.made_at + timedelta(hours=1))
    all_ = findings(late(), old)
    at = place_of(late(), EntryType.SENT, "pair-ICO", seq="1")
    wanted = "envelope 1 was sent, and ICO has no entry of it"
    assert found(all_, Check.BOTH_SIDES, at, "pair-ICO of NCA") == [wanted]


@pytest.mark.parametrize("field", ["release", "header", "receipt", "done"])
def test_an_envelope_that_is_another_one_at_the_peer_is_found(field: str) -> None:
    there = late(ICO)
    place = place_of(there, EntryType.RECEIVED, "pair-NCA", seq="1")
    other = changed_entry(there, place, "pair-NCA", **{field: digest_of("another")})
    at = place_of(late(), EntryType.SENT, "pair-ICO", seq="1")
    all_ = findings(late(), other)
    assert found(all_, Check.BOTH_SIDES, at, "pair-ICO of NCA") == [
        "envelope 1 is another one at ICO"
    ]


@pytest.mark.parametrize("field", ["leaf", "size", "slot"])
def test_a_heartbeat_seen_that_was_not_sent_is_found(field: str) -> None:
    there = late(ICO)
    place = place_of(there, EntryType.HEARTBEAT_SEEN, "pair-NCA")
    other = changed_entry(there, place, "pair-NCA", **{field: "12345"})
    all_ = findings(late(), other)
    assert found(all_, Check.BOTH_SIDES, place, "pair-NCA of ICO")


def test_a_head_that_the_peer_cosigned_and_the_node_does_not_have_is_found() -> None:
    there = late(ICO)
    seen = [
        (at, int(each.ids["size"]))
        for at, each in enumerate(entries(there, "pair-NCA"))
        if each.type is EntryType.HEARTBEAT_SEEN
    ]
    (_, sound), (place, size) = seen[-2:]
    other = changed_entry(there, place, "pair-NCA", root="00" * 32)
    (wrong,) = [each for each in findings(late(), other) if each.ledger == "pair-ICO of NCA"]
    assert (wrong.first, wrong.place) == (sound, size - 1)
    assert wrong.what == f"ICO cosigned another head of size {size}"
    assert f"entries {sound} to {size - 1}" in wrong.text()


def test_a_pinned_key_that_the_peer_does_not_call_its_own_is_found() -> None:
    there = late(ICO)
    all_ = findings(late(), replace(there, witness=(STRANGER.public,)))
    assert any("ICO has no such key" in each.what for each in all_)


def test_bundles_that_do_not_belong_together_are_found() -> None:
    bundle = late()
    assert any("two bundles of ICO" in e.what for e in findings(bundle, late(ICO), late(ICO)))
    alone = replace(late(ICO), ledgers=late(ICO).ledgers[:1])
    assert any("do not both keep a ledger" in e.what for e in findings(bundle, alone))


def test_what_the_two_ledgers_of_a_node_say_differently_is_found() -> None:
    bundle = late()
    place = place_of(bundle, EntryType.SENT, "pair-ICO")
    all_ = findings(changed_entry(bundle, place, "pair-ICO", header=digest_of("x")))
    assert any(
        "not what the node ledger has" in e for e in found(all_, Check.LEDGERS, place, "pair-ICO")
    )
    shorter = with_entries(bundle, raw(bundle, "pair-ICO")[:place], "pair-ICO")
    at = place_of(bundle, EntryType.SENT, peer="ICO")
    assert any("missing from ledger" in e for e in found(findings(shorter), Check.LEDGERS, at))
    longer = rewritten(bundle, lambda data: data.append(data[place]), "pair-ICO")
    last = len(raw(bundle, "pair-ICO"))
    assert any(
        "missing from the node ledger" in e
        for e in found(findings(longer), Check.LEDGERS, last, "pair-ICO")
    )


def test_a_key_that_no_entry_pinned_is_found() -> None:
    bundle = late()
    pins = (*bundle.pins, replace(bundle.pins[0], public=STRANGER.public))
    assert any(
        "no entry says it was pinned" in e.what for e in findings(replace(bundle, pins=pins))
    )


def test_a_bundle_sealed_by_somebody_else_is_found() -> None:
    for foreign in (sealed(late(), STRANGER), sealed(replace(late(), identity=()))):
        done = verify(foreign, [], Expected(), Ed25519Verifier())
        assert done.verdict is Verdict.FINDINGS
    changed = sealed(late())._replace(payload=b"{}")
    assert verify(changed, [], Expected(), Ed25519Verifier()).findings


def test_a_key_that_the_auditor_does_not_expect_is_found() -> None:
    done = report(late(), identity=STRANGER.public)
    assert "not of the identity key" in done.findings[0].what
    unknown = report(late())
    assert any("whose the identity key is" in each for each in unknown.unchecked)


def test_ledgers_that_are_missing_double_or_strange_are_found() -> None:
    bundle = late()
    node, *pairs = bundle.ledgers
    for ledgers in (
        (node, *bundle.ledgers),
        (*bundle.ledgers, pairs[0]),
        (*bundle.ledgers, replace(node, name="pair-")),
        (*bundle.ledgers, replace(node, name="other")),
    ):
        all_ = findings(replace(bundle, ledgers=ledgers))
        assert any("no known name" in each.what for each in all_)
    all_ = findings(replace(bundle, ledgers=tuple(pairs)))
    assert any("the node ledger is missing" in each.what for each in all_)


NONE_OF_THEM = [
    b"x" * 5000,
    b"{",
    b"[" * 4000,
    b"\xff",
    b'{"at": 1}',
    b"[]",
    b'{"at":"2026-11-23T09:00:00Z","ids":[],"type":"read","v":1}',
    b'{"at":"2026-11-23T09:00:00Z","ids":{},"type":"read","v":2}',
    b'{"at":"2026-11-23T09:00:00Z","ids":{},"type":"read","v":true}',
    b'{"at":"2026-11-23T09:00:00Z","ids":{},"type":1,"v":1}',
    b'{"at":"2026-11-23T09:00:00Z","ids":{},"type":"rumour","v":1}',
    b'{"at":"2026-11-23T09:00:00Z","ids":{"a":"two words"},"type":"read","v":1}',
    b'{"at":"2026-11-23T09:00:00Z","ids":{"A":"x"},"type":"read","v":1}',
    b'{"at":"2026-11-23T09:00:00Z","ids":{"a":1},"type":"read","v":1}',
    b'{"at":1,"ids":{},"type":"read","v":1}',
    b'{"at":"2026-11-23T09:00:00+00:00","ids":{},"type":"read","v":1}',
    b'{"at":"2026-11-23T09:00:00","ids":{},"type":"read","v":1}',
    b'{"at":"today","ids":{},"type":"read","v":1}',
]


@pytest.mark.parametrize("data", NONE_OF_THEM, ids=range(len(NONE_OF_THEM)))
def test_what_is_no_entry_is_found(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"[a-z]"):
        read_entry(data)
    bundle = late()
    place = len(raw(bundle))
    all_ = findings(rewritten(bundle, lambda entries_: entries_.append(data)))
    assert "the entry cannot be read" in found(all_, Check.LEDGERS, place)[0]


FIRST, LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


@pytest.mark.parametrize("moment", [FIRST, LAST], ids=["first", "last"])
def test_the_ends_of_the_calendar_are_dates_like_others(moment: datetime) -> None:
    bundle = replace(late(), made_at=moment)
    beats = (replace(bundle.beats[0], slot=moment), *bundle.beats[1:])
    assert findings(replace(bundle, beats=beats), replace(late(ICO), made_at=moment))
    place = refused_place(bundle)
    data = replace(entries(bundle)[place], at=moment).bytes()
    again = rewritten(bundle, lambda entries_: entries_.__setitem__(place, data))
    assert found(findings(again), Check.LEDGERS, place)
    number, _ = permit_in(bundle)
    assert findings(with_question(bundle, number, now=moment))


def test_what_cannot_be_printed_is_not() -> None:
    part = replace(late().checkpoints[0], ledger="pair-\x1b[2J")
    text = "\n".join(report(replace(late(), checkpoints=(part,))).text())
    assert "pair-?[2J" in text
    assert "\x1b" not in text
