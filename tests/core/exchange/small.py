"""Two nodes with real keys, the front door's word, and one envelope from the NCA to the ICO."""

from dataclasses import replace
from datetime import timedelta
from functools import cache
from hashlib import sha256
from typing import Any

from comity.core.consent import (
    Answer,
    Assurance,
    Choice,
    Consents,
    Entitlement,
    Said,
    Status,
    sign_choice,
    sign_said,
    sign_status,
    statement,
)
from comity.core.exchange import (
    HEADER_TYPE,
    Acknowledgement,
    Control,
    Done,
    Envelope,
    Header,
    Heartbeat,
    KeyChange,
    Opened,
    Part,
    Poll,
    Recall,
    Receipt,
    Restored,
    Route,
    Travelling,
    open_envelope,
    read_header,
    seal,
)
from comity.core.exchange.envelope import BUCKET, Payload
from comity.core.gate import DisclosureRequest, Permit, decide
from comity.core.ledger import Head, Recorded, Release, cosign, decision_entry, release, sign_head
from comity.core.markings import Item
from comity.core.terms import (
    Digest,
    ItemId,
    MessageId,
    OrganisationId,
    ReleaseId,
    RequestId,
    Signature,
    Signed,
    decode,
    encode,
    salted_digest,
    signed,
)
from comity.wire.sealing import HpkeOpener, HpkeSealer, new_reading_key, public_of
from comity.wire.signing import Ed25519Signer, Ed25519Verifier
from tests.core.world import (
    ACME,
    CONSENT,
    DAY,
    HOUR,
    ICO,
    ITEM,
    NCA,
    NOW,
    REGULATION,
    REQUEST,
    agreements,
    digest,
)
from tests.passkeys import spoken

NCA_KEY, ICO_KEY, DOOR_KEY, WITNESS = (Ed25519Signer(bytes([n]) * 32) for n in range(1, 5))
"""The identity keys of both bodies, the front door's consent key, and the ICO's witness key."""
VERIFIER, SEALER = Ed25519Verifier(), HpkeSealer()
READING = new_reading_key()
OPENER = HpkeOpener([READING])

THEIRS = OrganisationId("org-of-the-ico")
"""How the ICO knows Acme."""
SALT = bytes(range(32))
CONTENT = b'{"answers":{"summary":"Files were encrypted."},"section":"incident"}'
DIGEST = salted_digest(SALT, CONTENT)
TOLD = replace(ITEM, digest=DIGEST)
ASKED = replace(REQUEST, items=(TOLD,))
PART = Part(id=ItemId("new-1"), content=CONTENT, salt=SALT)
RELEASE = ReleaseId("rel-1")
MINUTE = timedelta(minutes=1)
ROUTE = Route(seq=1, prev=None, created=NOW, expires=NOW + 10 * MINUTE)

SAID = spoken(
    Said(
        consent=CONSENT,
        organisation=THEIRS,
        answer=Answer.GIVEN,
        items=frozenset({DIGEST}),
        discloser=NCA,
        recipient=ICO,
        purpose=REGULATION,
        start=NOW - DAY,
        end=NOW + DAY,
        counter=7,
        assurance=Assurance.PASSKEY,
        stated_at=NOW - HOUR,
        entitlement=Entitlement.REGISTERED,
    )
)
STATUS = Status(
    consent=CONSENT,
    counter=20,
    newest_answer=7,
    start=NOW - timedelta(minutes=5),
    end=NOW + timedelta(minutes=5),
)
CHOICE = Choice(organisation=THEIRS, items=frozenset({DIGEST}), bodies=frozenset({NCA}), counter=3)
STATEMENT, FRESH = sign_said(SAID, DOOR_KEY), sign_status(STATUS, DOOR_KEY)
EVIDENCE = (STATEMENT, FRESH)


def said(**changes: Any) -> Signed:  # noqa: ANN401 - any field
    """Return the front door's signed statement with some fields changed."""
    return sign_said(spoken(replace(SAID, **changes)), DOOR_KEY)


def status(**changes: Any) -> Signed:  # noqa: ANN401 - any field
    """Return the front door's signed status with some fields changed."""
    return sign_status(replace(STATUS, **changes), DOOR_KEY)


def choice(**changes: Any) -> Signed:  # noqa: ANN401 - any field
    """Return the front door's signed choice with some fields changed."""
    return sign_choice(replace(CHOICE, **changes), DOOR_KEY)


def permit(request: DisclosureRequest = ASKED) -> Permit:
    """Return the permit of a request for whose items Acme said yes."""
    digests = frozenset(item.digest for item in request.items)
    answer = statement(replace(SAID, items=digests), ACME, NOW - HOUR)
    consents = Consents(statements=(answer,), statuses=(STATUS,))
    decision = decide(agreements(), request, consents, NOW)
    assert isinstance(decision, Permit), decision.reasons
    return decision


def released(request: DisclosureRequest = ASKED) -> Release:
    """Return the release of a request, recorded first."""
    found = permit(request)
    return release(Recorded(decision_entry(found, RequestId("r-1")), 0), found, RELEASE)


def item(number: int, content: bytes, salt: bytes) -> tuple[Item, Part]:
    """Return an item of Acme's, and its content as it travels."""
    whole = replace(TOLD, id=ItemId(f"item-{number}"), digest=salted_digest(salt, content))
    return whole, Part(id=ItemId(f"new-{number}"), content=content, salt=salt)


def several(found: list[tuple[Item, Part]], consent: tuple[Signed, ...] = EVIDENCE) -> Envelope:
    """Return the envelope of several items."""
    asked = replace(REQUEST, items=tuple(each for each, _ in found))
    travelling = Travelling({each.id: part for each, part in found}, {ACME: THEIRS}, consent)
    return seal(released(asked), travelling, ROUTE, NCA_KEY, SEALER, public_of(READING))


@cache
def sealed() -> Envelope:
    """Return the envelope of the one item."""
    return several([(TOLD, PART)])


def header(envelope: Envelope | None = None, **changes: Any) -> Header:  # noqa: ANN401 - any field
    """Return an envelope's header with some fields changed."""
    return replace(read_header(envelope or sealed(), NCA_KEY.public, VERIFIER), **changes)


def resigned(found: Header, body: bytes | None = None) -> Envelope:
    """Return an envelope with this header, signed by the discloser's own key."""
    return Envelope(
        header=signed(HEADER_TYPE, encode(found), NCA_KEY),
        sealed=sealed().sealed if body is None else body,
    )


HEAD = Head(origin="comity/NCA/pair-ICO", size=3, root=bytes(range(32)))
NOTE = sign_head(HEAD, NCA_KEY)
SHOWN = Signature(keyid=ICO_KEY.public.hex(), sig=ICO_KEY.sign(b"mine"))
BODIES: dict[str, Any] = {
    "receipt": Receipt(release=RELEASE, seq=1, header=DIGEST, done=Done.ACCEPTED, at=NOW),
    "recall": Recall(release=RELEASE),
    "heartbeat": Heartbeat(slot=NOW, leaf=digest("a leaf"), note=NOTE, old=2, proof=(b"\1" * 32,)),
    "key": KeyChange(use="identity", public=ICO_KEY.public, replaces=NCA_KEY.public, shown=SHOWN),
    "poll": Poll(received=3),
    "acknowledgement": Acknowledgement(
        message=MessageId("msg-0"),
        done=Done.ACCEPTED,
        size=3,
        cosignature=cosign(NOTE, "ICO", WITNESS, NOW),
    ),
    "statement": STATEMENT,
    "status": FRESH,
    "restored": Restored(head=NOTE),
}


def control(**body: Any) -> Control:  # noqa: ANN401 - any body
    """Return a control message from the NCA to the ICO."""
    return Control(id=MessageId("msg-1"), from_=NCA, to=ICO, created=NOW, **body)


CONTROLS = [control(**{name: body}) for name, body in BODIES.items()]


def again(envelope: Envelope) -> Envelope:
    """Return an envelope as it arrives: written and read again."""
    return decode(Envelope, encode(envelope), "an envelope")


def opened(envelope: Envelope) -> Opened:
    """Return what the ICO finds in an envelope that arrives."""
    found = again(envelope)
    return open_envelope(found, read_header(found, NCA_KEY.public, VERIFIER), OPENER)


def with_payload(payload: Payload | bytes, **changes: Any) -> Envelope:  # noqa: ANN401 - any field
    """Return what a discloser without scruples seals: any payload, under a header of its own."""
    content = payload if isinstance(payload, bytes) else encode(payload)
    named = {"content": Digest(sha256(content).hexdigest()), **changes}
    whole = header(**{**named, "ciphertext": None})
    framed = len(content).to_bytes(4, "big") + content
    framed += bytes(-len(framed) % BUCKET)
    return finished(whole, framed)


def finished(whole: Header, framed: bytes) -> Envelope:
    """Return an envelope of these bytes, sealed and signed as it should be."""
    body = SEALER.seal(public_of(READING), encode(whole), framed)
    complete = replace(whole, ciphertext=Digest(sha256(body).hexdigest()))
    return resigned(complete, body)


PAYLOAD = Payload(release=RELEASE, clauses=("S6.a",), parts=(PART,))
