"""One example for each shelf, with every field filled in."""

from dataclasses import replace
from datetime import timedelta

from comity.core.casework import Case
from comity.core.consent import Entitlement, Seeking
from comity.core.duties import Discharge, Duty
from comity.core.intake import MemberRole
from comity.core.notices import Delay
from comity.core.terms import (
    CaseId,
    EvidenceId,
    ItemId,
    MessageId,
    OfficerId,
    PersonId,
    ReleaseId,
    RequestId,
    Section,
    Signature,
    Signed,
    digest_of,
)
from comity.store import records as r
from tests.core.consent.test_documents import as_said
from tests.core.world import (
    ACME,
    CONSENT,
    DAY,
    FRONT_DOOR,
    GIVEN,
    ICO,
    INCIDENT,
    ITEM,
    NCA,
    NOW,
    REGULATION,
    REQUEST,
    SAID_YES,
    WITHDRAWN,
)

CASE = CaseId("case-1")
OFFICER = OfficerId("officer-1")
RELEASE = ReleaseId("release-1")
WISH = RequestId("request-1")
KEY = "key-1"
DECISION = digest_of("a decision")
DOCUMENT = Signed(
    payloadType="application/x-example",
    payload=b"\x00\xff signed bytes",
    signatures=(Signature(keyid="ab" * 32, sig=b"s" * 64),),
)

COUNTER = r.Counter(name="consent", value=1)
PERMITTED = r.Permitted(release=RELEASE, request=WISH, decision=DECISION, entry=4)
OUTGOING = r.Outgoing(
    release=RELEASE,
    to=ICO,
    state=r.OutState.QUEUED,
    queued_at=NOW,
    expires=NOW + DAY,
    seq=3,
    headers=(digest_of("a header"),),
    envelope=b"\x00sealed",
    attempts=2,
    why="no answer",
)
INCOMING = r.Incoming(
    id=RELEASE,
    from_=NCA,
    seq=3,
    state=r.InState.PARKED,
    envelope=b"\x00sealed",
    receipt=b"received",
    received_at=NOW,
    why="an unknown agreement",
)
HELD = r.Held(
    item=ITEM,
    organisation=ACME,
    case=CASE,
    data_key=KEY,
    content=b"\x00locked",
    release=RELEASE,
    held_since=NOW,
)
DECIDED = r.Decided(
    id=DECISION,
    request=WISH,
    asked=REQUEST,
    consents=SAID_YES,
    agreements=(digest_of("an agreement"),),
    now=NOW,
    permitted=True,
    clauses=("ico-nca/12",),
    entry=4,
)

EXAMPLES: dict[str, object] = {
    "peers": r.Peer(
        party=ICO, role=r.Role.BODY, address="127.0.0.1:8001", certificate="PEM",
        pinned_by="officer-1", pinned_at=NOW,
    ),
    "signings": r.HeldSigning(
        id=f"{digest_of('an agreement')}/{ICO}", agreement=digest_of("an agreement"), party=ICO,
        document=DOCUMENT, held_since=NOW,
    ),
    "keys": r.PinnedKey(
        id="ICO/identity/0123456789abcdef", party=ICO, use=r.Use.IDENTITY, public=b"k" * 32,
        from_entry=0, until_entry=9, revoked=True,
    ),
    "pairs": r.Pair(
        party=ICO, sent=4, sent_digest=digest_of("sent"), received=5,
        received_digest=digest_of("received"), witnessed=6, seen=7, seen_root=b"h" * 32,
        seen_note="note", settled=8, failures=1, next_attempt=NOW, skew=-2,
    ),
    "gaps": r.Gap(
        party=ICO, found_at=NOW, sent=4, header=digest_of("sent"), received=5,
        receipt=digest_of("received"), size=6, root=b"h" * 32, note="note",
    ),
    "data_keys": r.DataKey(id=KEY, wrapped=b"w" * 60),
    "cases": Case(id=CASE, organisation=ACME, opened_by=OFFICER, opened_at=NOW),
    "items": HELD,
    "known": r.Known(organisation=HELD.organisation or ACME, label=HELD.item.label),
    "wishes": r.Wish(
        id=WISH, case=CASE, request=REQUEST, officer=OFFICER, made_at=NOW,
        progress=r.Progress.QUEUED, release=RELEASE,
    ),
    "decisions": DECIDED,
    "permits": PERMITTED,
    "outbox": OUTGOING,
    "messages": r.Message(
        id=MessageId("message-1"), to=ICO, state=r.OutState.SENDING, type="recall", body=b"{}",
        queued_at=NOW, expires=NOW + DAY, attempts=1, why="no answer",
    ),
    "inbox": INCOMING,
    "receipts": r.Receipted(release=RELEASE, from_=ICO, receipt=b"received", held_since=NOW),
    "taken": r.Taken(
        id=MessageId("message-1"), from_=ICO, control=b"{}", answer=b"{}", waiting=True,
        taken_at=NOW,
    ),
    "recalls": r.Recalled(release=RELEASE, by=NCA, at=NOW),
    "delays": r.HeldDelay(
        delay=Delay(
            about=WISH, clause="I-5", prejudice=EvidenceId("evidence-1"), officer=OFFICER,
            since=NOW, review=NOW + DAY, confirmed_by=OfficerId("officer-2"), ended_at=NOW,
        ),
        running=True,
    ),
    "owed_notices": r.OwedNotice(
        id="notice-1", about=WISH, case=CASE, organisation=ACME, likeness=digest_of("a likeness"),
        content=b"\x00locked", owed_at=NOW, waiting=True,
    ),
    "duties": r.HeldDuty(
        duty=Duty(
            id=f"{RELEASE}/I-2.a/2", release=RELEASE, request=WISH, agreement=digest_of("text"),
            clause="I-2", what="tell the organisation", hours=120, since=NOW,
            discharge=Discharge(officer=OFFICER, at=NOW, shown_by=EvidenceId("notice-1")),
        ),
        undone=True,
    ),
    "alarms": r.Alarm(id="alarm-1", kind="fork", about="ICO", at=NOW),
    "seekings": Seeking(
        consent=CONSENT, organisation=ACME, items=frozenset({INCIDENT}), discloser=NCA,
        recipient=ICO, purpose=REGULATION,
    ),
    "asked": r.Asked(
        counsel=PersonId("person-2"),
        consent=CONSENT, organisation=ACME, case=CASE, items=frozenset({INCIDENT}),
        sections=(Section("incident"),), discloser=NCA, recipient=ICO, purpose=REGULATION,
        until=NOW + DAY, asked_at=NOW, data_key=KEY, why=b"\x00locked",
    ),
    "statements": r.HeldStatement(
        id=f"{CONSENT}/7", consent=CONSENT, document=DOCUMENT, received_at=NOW
    ),
    "statuses": r.HeldStatus(consent=CONSENT, document=DOCUMENT, counter=20),
    "choices": r.HeldChoice(id=digest_of("a choice"), organisation=ACME, document=DOCUMENT),
    "pseudonyms": r.Pseudonym(id=ACME, organisation=ACME, body=ICO),
    "accounts": r.Account(organisation=ACME, data_key=KEY, registered_at=NOW),
    "mandates": r.Mandate(
        id="mandate-1", organisation=ACME, person=PersonId("person-1"),
        how=Entitlement.CALLED_BACK, start=NOW, end=NOW + DAY,
        call=r.CallBack(body=NCA, officer=OFFICER, number_from=EvidenceId("companies-house/1")),
    ),
    "members": r.Member(
        id=f"{ACME}/person-1", organisation=ACME, person=PersonId("person-1"),
        role=MemberRole.DELEGATE, called=b"\x00locked", since=NOW, report="report-1",
        until=NOW + DAY,
    ),
    "invitations": r.Invitation(
        id=digest_of("an invitation"), organisation=ACME, role=MemberRole.READER,
        called=b"\x00locked", invited_by=PersonId("person-1"), expires=NOW + DAY,
        report="report-1", until=NOW + DAY,
    ),
    "registrations": r.HeldRegistration(
        id="registration-1", organisation=ACME, content=b"\x00locked", stated_at=NOW,
        looked_up=r.LookedUp(by=OFFICER, at=NOW + DAY),
    ),
    "domains": r.HeldDomain(
        id="domain-1", organisation=ACME, content=b"\x00locked", asked_at=NOW, until=NOW + DAY,
        proved=r.Proved(at=NOW, in_incident=True),
    ),
    "own_files": r.OwnFile(
        id=f"report-1/{digest_of('bytes')}", organisation=ACME, owner="report-1", name="note.txt",
        size=5, sha256=digest_of("bytes"), content=b"locked", kept_at=NOW,
    ),
    "letters": r.HeldLetter(
        id="letter-1", organisation=ACME, reports=frozenset({"report-1"}), from_=ICO, to=(),
        content=b"locked", at=NOW,
    ),
    "told": r.Told(
        digest=INCIDENT, organisation=ACME, report="report-1", version=1, body=NCA,
        section=Section("incident"), request=WISH,
    ),
    "drafts": r.Draft(
        id="report-1", organisation=ACME, content=b"\x00locked", changed_at=NOW
    ),
    "return_codes": r.ReturnCode(
        id=digest_of("a code"), organisation=ACME, report="report-1", made_at=NOW
    ),
    "reports": r.OwnReport(
        id="report-1/1", organisation=ACME, version=1, content=b"\x00locked", reported_at=NOW
    ),
    "imported": r.Imported(organisation=ACME, salt=b"\x00locked"),
    "answers": r.Answered(
        id=f"{CONSENT}/7", consent=CONSENT, organisation=ACME, document=DOCUMENT, counter=7
    ),
    "prepared": r.Prepared(
        id="yes-1", consent=CONSENT, organisation=ACME, speaker=PersonId("person-1"), newest=3,
        said=(as_said(WITHDRAWN), as_said(GIVEN)), until=NOW + timedelta(minutes=10),
    ),
    "notices": r.Notice(
        id=ItemId("item-2"), organisation=ACME, from_=FRONT_DOOR, content=b"\x00locked",
        held_since=NOW + timedelta(microseconds=1),
    ),
    "addresses": r.HeldAddress(
        id="acme/person-1", organisation=ACME, person=PersonId("person-1"), content=b"\x00locked",
        since=NOW, in_incident=True,
    ),
    "occasions": r.Occasion(
        id=f"{CONSENT}/0", organisation=ACME, about=CONSENT, reports=frozenset({"report-1"}),
        at=NOW, counsel_told=True,
    ),
    "mails": r.Mail(
        id="acme/person-1", organisation=ACME, person=PersonId("person-1"),
        about=frozenset({CONSENT}), waiting=True, due=NOW, attempts=2, sent_at=NOW - DAY,
    ),
    "counters": COUNTER,
    "beats": r.Beat(slot=NOW, salt=b"s" * 32, size=4, root=b"h" * 32),
    "checkpoints": r.Checkpoint(id="NCA-ICO/4", ledger="NCA-ICO", size=4, note="NCA-ICO\n4\n"),
}  # fmt: skip  # a list to read down, several fields a line


def outgoing(number: int, **changes: object) -> r.Outgoing:
    """Return one of several releases on their way."""
    return replace(OUTGOING, release=ReleaseId(f"release-{number}"), **changes)  # type: ignore[arg-type]  # any of its fields


def permitted(number: int) -> r.Permitted:
    """Return what allows it."""
    return replace(PERMITTED, release=ReleaseId(f"release-{number}"))
