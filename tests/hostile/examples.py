"""Examples: what is really sent, kept and written, for everything that is read from outside."""

import atexit
import tempfile
from collections.abc import Callable, Hashable
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from comity.core.casework import EngagedWith, Engagement, sign_engagement
from comity.core.consent import (
    Assertion,
    Assurance,
    Choice,
    Said,
    Status,
    read_choice,
    read_own_said,
    read_said,
    read_status,
    sign_said,
)
from comity.core.exchange import Batch, Control, Envelope, read_control, read_envelope
from comity.core.exchange.envelope import Payload, open_envelope, read_header
from comity.core.exchange.header import Header
from comity.core.ledger import Head, Known, origin, sign_head
from comity.core.ledger.checkpoint import cosign
from comity.core.notices import Notified
from comity.core.terms import Section, Signed, decode, encode
from comity.node.deliver import ENVELOPES
from comity.node.export_audit import audit_file
from comity.node.keys import introduction
from comity.node.node import Node
from comity.node.prove_receipt import prove_receipt
from comity.node.receive_message import Ask
from comity.shipped import FORMS, SHIPPED, shipped_texts
from comity.wire.keys import make_keys
from comity.wire.sealing import HpkeOpener
from comity.wire.signing import Ed25519Signer, Ed25519Verifier
from comity.wire.tls import TlsFiles, make_certificate
from tests.cli.imports import CSV, LINES, OBJECT
from tests.core.agreement.small import TEXT
from tests.node import watched as w
from tests.node.test_mutated_input import story
from tests.node.world import FRONT_DOOR, ICO, NCA, REPORT, START, World, new_world
from tests.passkeys import eddsa

MADE = datetime(2026, 11, 1, tzinfo=UTC)
VERIFIER = Ed25519Verifier()
SIGNER = Ed25519Signer(b"h" * 32)
PHONE, CHALLENGE = eddsa(), bytes(range(32))


@cache
def world() -> World:
    """Return a world after a story, with its nodes at rest."""
    return story()[0]


@cache
def sent(to: str = "") -> tuple[bytes, ...]:
    """Return the control messages that were sent, to a party or to all."""
    return tuple(
        body for party, path, body in story()[1] if path != ENVELOPES and to in {"", party}
    )


def envelopes() -> tuple[bytes, ...]:
    """Return the envelopes that the NCA sent to the ICO."""
    passed = story()[1]
    return tuple(body for party, path, body in passed if path == ENVELOPES and party == ICO)


def identity() -> bytes:
    """Return the NCA's identity key."""
    return world().nodes[NCA].keys.identity.public


def engagements() -> tuple[bytes, ...]:
    """Return a record of engagement, signed with the NCA's identity key."""
    told = EngagedWith(
        body=NCA, sections=(Section("incident"),), told_at=START, received_at=START, release=None
    )
    record = Engagement(report="r", signed_by=NCA, made_at=START, told=(told,), advice="kept logs")
    return (encode(sign_engagement(record, world().nodes[NCA].keys.identity)),)


def consent_key() -> bytes:
    """Return the front door's consent key."""
    consent = world().nodes[FRONT_DOOR].keys.consent
    assert consent
    return consent.public


def opener() -> HpkeOpener:
    """Return what opens the ICO's envelopes."""
    found = world().nodes[ICO].keys.opener
    assert isinstance(found, HpkeOpener)
    return found


@cache
def receiver() -> Node:
    """Return the ICO at the end of the story."""
    return world().nodes[ICO]


@cache
def of(kind: Hashable) -> tuple[bytes, ...]:
    """Return real bytes of a type that travels, one of each form of it."""
    controls = [decode(Control, decode(Signed, each, "").payload, "") for each in sent()]
    documents = [each for one in headers() for each in one.consent]
    opened = [_opened(each) for each in envelopes()]
    written: dict[Hashable, list[bytes]] = {
        Envelope: list(envelopes()),
        Signed: list(sent()),
        Control: [encode(each) for each in _one_of_each(controls)],
        Header: [encode(each) for each in headers()],
        Payload: opened,
        Batch: [encode(Batch(envelopes=envelopes(), controls=sent()[:2]))],
        Said: [
            *(each.payload for each in documents if b"stated_at" in each.payload),
            by_passkey().payload,
        ],
        Assertion: [encode(touched())],
        Status: [each.payload for each in documents if b"newest_answer" in each.payload],
        Choice: [each.payload for each in _choices()],
        Ask: _messages(b'"ask":'),
        Notified: _messages(b'"notice":'),
    }
    assert written[kind], f"the story holds no {kind}"
    return tuple(written[kind])


@cache
def headers() -> tuple[Header, ...]:
    """Return the headers of all envelopes of the story."""
    passed = (body for _, path, body in story()[1] if path == ENVELOPES)
    return tuple(w.header_of(each) for each in passed)


def _one_of_each(controls: list[Control]) -> list[Control]:
    return list({each.type: each for each in controls}.values())


def _opened(data: bytes) -> bytes:
    found = read_envelope(data)
    header = read_header(found, identity(), VERIFIER)
    opened = open_envelope(found, header, opener())
    parts = tuple(opened.parts.values())
    return encode(Payload(release=header.id, clauses=opened.clauses, parts=parts))


def _messages(mark: bytes) -> list[bytes]:
    """Return what bodies wrote to the organisation, as it was sealed."""
    door = world().nodes[FRONT_DOOR]
    found = []
    for party, path, body in story()[1]:
        if path == ENVELOPES and party == FRONT_DOOR:
            envelope = read_envelope(body)
            opened = open_envelope(envelope, w.header_of(body), door.keys.opener)
            found += [each.content for each in opened.parts.values() if mark in each.content]
    return found


@cache
def _choices() -> tuple[Signed, ...]:
    """Return the choices of bodies that went with the report."""
    with world().nodes[NCA].store.reading() as records:
        held = [w.header_of(each.envelope) for each in records.inbox.find()]
    found = [each for header in held for each in header.consent]
    return tuple(each for each in found if b'"bodies"' in each.payload)


def touched() -> Assertion:
    """Return what a passkey signed, with all that may be in it."""
    return PHONE.touched(CHALLENGE, flags=0x85, more=b"\xa0", other=["a", {"b": None}])


@cache
def by_passkey() -> Signed:
    """Return a yes by passkey, signed by the front door."""
    consent = world().nodes[FRONT_DOOR].keys.consent
    documents = [each for one in headers() for each in one.consent]
    payload = next(each.payload for each in documents if b"stated_at" in each.payload)
    said = replace(decode(Said, payload, ""), assurance=Assurance.PASSKEY)
    assert consent
    return sign_said(PHONE.says(said), consent)


def signed_for(read: Callable[..., object]) -> tuple[bytes, ...]:
    """Return signed documents as a reader of them gets them."""
    if read is read_control:
        return sent(ICO)
    mark = {
        read_said: b"stated_at", read_own_said: b"stated_at", read_status: b"newest_answer",
        read_choice: b'"bodies"',
    }[read]  # fmt: skip
    sent_ = (each for one in headers() for each in one.consent)
    documents = [*_choices(), by_passkey(), *sent_]
    return tuple(encode(each) for each in documents if mark in each.payload)[:3]


def signings() -> tuple[bytes, ...]:
    """Return parties' signatures of agreements."""
    with world().nodes[NCA].store.reading() as records:
        return tuple(encode(each.document) for each in records.signings.find())


def introductions() -> tuple[bytes, ...]:
    """Return what nodes give to those who are to pin them."""
    certificate = private_files()["certificate.pem"].decode()
    nodes = world().nodes.values()
    return tuple(encode(introduction(each, "https://x.example", certificate)) for each in nodes)


def keeper() -> str:
    """Return the name of the ledger in the examples of checkpoints."""
    return origin("ICO", "pair-NCA")


def notes() -> tuple[bytes, ...]:
    """Return a checkpoint with the signature of its keeper and the cosignature of a witness."""
    note = sign_head(Head(origin=keeper(), size=9, root=bytes(32)), SIGNER)
    return (f"{note}{cosign(note, 'ICO', SIGNER, MADE)}".encode(), note.encode())


@cache
def proofs() -> tuple[bytes, ...]:
    """Return proofs that an organisation gets."""
    door = world().nodes[FRONT_DOOR]
    with door.store.reading() as records:
        releases = [each.release for each in records.outbox.find(to=NCA)]
    return tuple(prove_receipt(door, each).text().encode() for each in releases)


def known() -> Known:
    """Return whose word these proofs rest on."""
    nodes = world().nodes
    keeper = origin(FRONT_DOOR, f"pair-{NCA}")
    key, witness = nodes[FRONT_DOOR].keys.identity.public, nodes[NCA].keys.witness.public
    return Known(keeper, key, NCA, witness)


def entries() -> tuple[bytes, ...]:
    """Return entries of a node ledger."""
    with world().nodes[NCA].store.reading() as records:
        return tuple(records.ledgers.entries("node"))[:12]


@cache
def bundles() -> tuple[bytes, ...]:
    """Return the bundle of a front door that has just begun, which is small."""
    return (audit_file(new_world((FRONT_DOOR, NCA)).nodes[FRONT_DOOR], {}),)


@cache
def whole_bundles() -> tuple[bytes, ...]:
    """Return the bundle of a node after a story."""
    return (audit_file(world().nodes[NCA], shipped_texts()),)


def agreements() -> tuple[bytes, ...]:
    """Return a small agreement in the words of the standard vocabulary, and one in others."""
    shipped = (SHIPPED / "nca-ncsc-demo.md").read_bytes()
    return shipped, TEXT.encode()


def vocabularies() -> tuple[bytes, ...]:
    """Return a vocabulary that adds to the standard one."""
    return (VOCABULARY, (SHIPPED / "vocabulary.toml").read_bytes()[:6_000].rsplit(b"\n\n", 1)[0])


def forms() -> tuple[bytes, ...]:
    """Return the form of a report."""
    return ((FORMS / "report-1.toml").read_bytes(),)


def imports() -> tuple[bytes, ...]:
    """Return files of many reports."""
    return CSV, LINES, OBJECT


def reports() -> tuple[bytes, ...]:
    """Return report files."""
    return (REPORT.encode(), (FORMS / "sample-report.toml").read_bytes())


def cases() -> tuple[bytes, ...]:
    """Return a case file."""
    return (CASES,)


def facts() -> tuple[bytes, ...]:
    """Return a question as TOML."""
    return (QUESTION,)


def environments() -> tuple[bytes, ...]:
    """Return environments of nodes, a variable a line."""
    return (BODY, DOOR)


def tomls() -> tuple[bytes, ...]:
    """Return TOML of every kind."""
    return (*vocabularies(), QUESTION, CASES, REPORT.encode())


def jsons() -> tuple[bytes, ...]:
    """Return JSON objects."""
    return (*envelopes()[:1], *sent()[:1], b'{"a":[1,{"b":"\\u00e9\\ud83d\\ude00"},null,true]}')


@cache
def private_files() -> dict[str, bytes]:
    """Return the files of a node's key folder and of its certificate."""
    with tempfile.TemporaryDirectory() as folder:
        make_keys(Path(folder) / "keys", MADE, consent=False)
        files = make_certificate(Path(folder) / "tls", "x", MADE)
        found = [*(Path(folder) / "keys").iterdir(), files.certificate, files.key]
        return {each.name: each.read_bytes() for each in found}


@cache
def own_certificate() -> TlsFiles:
    """Return the files of a certificate that stay until the process ends."""
    folder = tempfile.TemporaryDirectory()
    atexit.register(folder.cleanup)
    return make_certificate(Path(folder.name) / "tls", "x", MADE)


BODY = b"""COMITY_ROLE=body
COMITY_BODY=ICO
COMITY_HOME=~/x
COMITY_ADDRESS=[::1]:8000
COMITY_HEARTBEAT_SECONDS=600
COMITY_DATABASE=sqlite:////tmp/x%20y"""

DOOR = b"""COMITY_ROLE=front-door
COMITY_PAGES=127.0.0.1:8081
COMITY_ORIGIN=https://reports.example.org
COMITY_OPERATOR=Harbour Law
COMITY_RESOLVER=[::1]:53
COMITY_DATABASE=postgresql://u:p%40@h:1/n?sslmode=require
COMITY_STATUS_SECONDS=60
COMITY_ADDRESS=localhost:80"""

VOCABULARY = b"""name = "more"
[values.moods]
ordered = true
meaning = { calm = "quiet", loud = "not quiet" }
[facts.mood]
type = "one of moods"
meaning = "how it is"
supplied_by = "officer"
remedy = "wait"
remedy_value = "calm"
[facts.count_of_calls]
type = "number"
meaning = "how many"
supplied_by = "officer"
unit = "calls"
"""

QUESTION = b"""now = 2026-11-23T09:00:00Z
discloser = "NCA"
recipient = "ICO"
purpose = "regulation"
kind = "organisation_specific"
[facts]
gateway = { value = "cca_2013_s7_4", evidence = "gateway-17" }
within_functions = { value = true, evidence = "relevance-17" }
[[items]]
id = "acme-incident"
section = "incident"
identifies_people = false
identifies_organisation = true
agreements = ["ico-nca-2024", "front-door-terms"]
sources = [{ origin = "acme", given_to = ["NCA"], in_confidence = true }]
"""

CASES = b"""about = "ico-nca-2024"
[templates.told]
now = 2026-11-23T09:00:00Z
discloser = "NCA"
recipient = "ICO"
purpose = "regulation"
kind = "organisation_specific"
[[templates.told.items]]
id = "acme-incident"
section = "incident"
identifies_people = false
identifies_organisation = true
agreements = ["ico-nca-2024"]
sources = [{ origin = "acme", given_to = ["NCA"], in_confidence = true }]
[[cases]]
id = "one"
why = "it was told in confidence"
outcome = "refused"
like = "told"
change = { "items.0.tlp" = "TLP:RED" }
drop = ["items.0.sources.0.in_confidence"]
"""
