"""Parsers: every way in which bytes and texts from outside are read, each with real examples.

A row calls what reads, and says which errors are its answer to bad input. Anything else that it
raises is a defect. `written`, where there is one, writes what was read: what is taken must come out
as the same bytes, so nothing has two forms.
"""

import json
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from comity import settings
from comity.cli.acting import until_when
from comity.cli.agreement.examples import played
from comity.cli.agreement.serving import Application
from comity.cli.cases import play, read_cases
from comity.cli.import_file import read_import
from comity.cli.question_file import digest_for, read_question
from comity.cli.scenario.plot import read_plot
from comity.core.agreement import read_agreement
from comity.core.agreement.record import Record
from comity.core.audit import Expected, books, read_bundle, verify
from comity.core.casework import read_engagement
from comity.core.consent import (
    Assertion,
    Choice,
    Said,
    Status,
    read_choice,
    read_own_said,
    read_said,
    read_status,
)
from comity.core.consent.passkey import check_assertion
from comity.core.exchange import Batch, Control, Envelope, RefusedError, read_control, read_envelope
from comity.core.exchange.envelope import ENVELOPE_LIMITS, Payload, open_envelope, read_header
from comity.core.exchange.header import Header
from comity.core.identification import read_domain, read_registers, read_suffixes
from comity.core.intake import (
    Concerning,
    Report,
    Words,
    named_file,
    read_first_notice,
    read_form,
    read_letter,
    read_recipients,
    read_report,
    read_unfinished,
)
from comity.core.intake.projection import project, read_projection
from comity.core.language import read_vocabulary
from comity.core.ledger import NoteError, ProofError
from comity.core.ledger.checkpoint import check_cosignature, check_head, cosign, read_head, split
from comity.core.ledger.proof import check_proof, read_proof
from comity.core.mail import read_address
from comity.core.notices import Notified
from comity.core.signposting import read_incident, read_rules
from comity.core.terms import (
    Digest,
    InputError,
    OrganisationId,
    PartyId,
    SealError,
    SignatureError,
    Signed,
    Table,
    decode,
    digest_of,
    encode,
    origin,
    read_document,
    read_json,
    read_toml,
)
from comity.node.accept_envelope import accept_envelope
from comity.node.agreements import take_signature
from comity.node.keys import read_introduction
from comity.node.node import Node
from comity.node.poll import BATCH_LIMITS
from comity.node.receive_message import MESSAGE_LIMITS
from comity.node.receive_message import Ask as Question
from comity.node.take_control import take_control
from comity.proof.keeping import Certificates, check
from comity.proof.tightening import Tightening, certify, objections
from comity.shipped import (
    EXAMPLES,
    FORMS,
    PROJECTIONS,
    PROOF,
    bodies,
    notice,
    registers,
    report_form,
    shipped_agreement,
    shipped_agreements,
    shipped_certificates,
    shipped_projections,
    shipped_record,
    standard_vocabulary,
    suffixes,
)
from comity.signposts import HERE as SIGNPOSTS
from comity.signposts import rules as signposts
from comity.verifier.main import identity
from comity.web.agreements import Evidence
from comity.wire.domains import DnsDomains
from comity.wire.govuk_notify import read_key
from comity.wire.keys import load_keys
from comity.wire.signing import Ed25519Verifier
from comity.wire.tls import client_context, load_certificate
from comity.wire.words import same_words, words
from comity.words import Language
from comity.words.forms import form_lines, sheet
from tests.hostile import examples

VERIFIER = Ed25519Verifier()
NAME = "input"
NUMBER = "26785a09-ab16-4eb0-8407-a37497a57506"
TERMS_AGAIN = replace(
    shipped_agreement("front-door-terms"), in_force_from=date(2026, 11, 1), digest=digest_of("")
)
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)

Call = Callable[[bytes], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parser:
    """One way in. `reads` names the functions that it tries, as `module:function`."""

    reads: tuple[str, ...]
    call: Call
    examples: Callable[[], tuple[bytes, ...]]
    errors: tuple[type[Exception], ...] = (InputError,)
    written: Callable[[Any], bytes] | None = None


def text(data: bytes) -> str:
    """Return bytes as a text that can hold anything, half characters included."""
    return data.decode("utf-8", "surrogateescape")


def wire(kind: type[Any], *also: str, **limits: Any) -> Parser:  # noqa: ANN401 - the codec's own limits
    """Return the row of a type that travels."""
    return Parser(
        reads=("core.terms.codec:decode", "core.terms.codec:from_plain", *also),
        call=lambda data: decode(kind, data, NAME, **limits),
        examples=lambda: examples.of(kind),  # type: ignore[arg-type] # a class is hashable
        written=encode,
    )


def checked(read: Callable[..., object], reads: str, key: Callable[[], bytes]) -> Parser:
    """Return the row of a signed document that is read with the key that must have signed it."""
    return Parser(
        reads=(reads, "core.terms.signed:Signed.check"),
        call=lambda data: read(decode(Signed, data, NAME), key(), VERIFIER),
        examples=lambda: examples.signed_for(read),
        errors=(InputError, SignatureError),
    )


def touched(client_data: bytes, data: bytes) -> None:
    """Check what a passkey signed, whatever that is."""
    assertion = examples.PHONE.signing(client_data, data)
    check_assertion(assertion, examples.CHALLENGE, VERIFIER)


def strictly(data: bytes) -> object:
    """Read a JSON object; one that has a key twice must not be taken."""
    found = read_json(data, NAME)

    def once(pairs: list[tuple[str, object]]) -> None:
        keys = [key for key, _ in pairs]
        if len(set(keys)) < len(keys):
            raise AssertionError("a key stands twice in what was taken")

    json.loads(data, object_pairs_hook=once)
    return found


def envelope(data: bytes) -> object:
    """Read, check and open an envelope for the ICO."""
    found = read_envelope(data)
    header = read_header(found, examples.identity(), VERIFIER)
    return open_envelope(found, header, examples.opener())


def note(data: bytes) -> object:
    """Read a checkpoint in every way in which one is read."""
    found, keeper = text(data), examples.keeper()
    split(found)
    read_head(found)
    cosign(found, "ICO", examples.SIGNER, NOON)
    check_head(found, keeper, examples.SIGNER.public, VERIFIER)
    return check_cosignature(found, "ICO", examples.SIGNER.public, VERIFIER)


def proof(data: bytes) -> object:
    """Read a proof and check it."""
    found = read_proof(text(data))
    return check_proof(found, examples.known(), VERIFIER)


def bundle(data: bytes) -> object:
    """Read a bundle and verify it: what is wrong in it is a finding, never an error."""
    return verify(read_bundle(data, NAME), (), Expected(None), VERIFIER)


def number(data: bytes) -> object:
    """Read a number as one of every register: what one of them takes has one form there.

    Raises:
        InputError: no register takes it.
    """
    taken = []
    for register in registers().all:
        with suppress(InputError):
            taken.append(registers().read(register, text(data)))
    if not taken:
        registers().read("companies-house", text(data))
    if any(registers().read(each.register, each.number) != each for each in taken):
        raise AssertionError("a number that was taken has another form")
    return taken


def domain(data: bytes) -> object:
    """Read a domain as somebody writes it."""
    return read_domain(DnsDomains().as_asked(text(data)), suffixes())


def vocabulary(data: bytes) -> object:
    """Read a vocabulary that adds to the standard one, and one that stands alone."""
    document = read_document(data, NAME)
    read_vocabulary(document, NAME, standard_vocabulary())
    return read_vocabulary(document, NAME)


@cache
def told() -> Report:
    """Return the sample report."""
    found = read_toml((FORMS / "sample-report.toml").read_bytes(), NAME)
    return read_report(found, NAME, report_form(), bodies())


def projection(data: bytes) -> object:
    """Read a layout and fill the sample report into it, in both languages."""
    filled = project(read_projection(read_toml(data, NAME), NAME, report_form()), told())
    for each in Language:
        list(form_lines(sheet(filled, NOON.date(), notice(), each)))
    return filled


@cache
def held() -> Mapping[str, Any]:
    """Return the shipped agreements by their names."""
    return {name: shipped_agreement(name) for name in shipped_agreements()}


def cases(data: bytes) -> object:
    """Read worked cases and play them."""
    return list(play(read_cases(read_toml(data, NAME), NAME), held(), NAME, NOON))


def certificates(data: bytes) -> object:
    """Read certificates and check them for an agreement: what is wrong is found, never an error."""
    found = decode(Certificates, data, NAME)
    check(held()["front-door-terms"], found)
    return found


def tightening(data: bytes) -> object:
    """Read a certificate that a version only refuses more, and check it: never an error."""
    found = decode(Tightening, data, NAME)
    list(objections(held()["front-door-terms"], TERMS_AGAIN, found))
    return found


def kept_examples(data: bytes) -> object:
    """Read the examples of a record and put them to the gate."""
    return list(played(held()["front-door-terms"], read_json(data, NAME)))


def address(data: bytes) -> object:
    """Ask for the page of an agreement by an address; whatever it holds, there is an answer."""
    terms = held()["front-door-terms"]
    page = Application(terms, "front-door-terms", Evidence(), lambda: NOON)
    return page.answer("GET", "/", data.decode("latin-1"))


def environment(data: bytes) -> object:
    """Read settings from an environment written as lines; in one there is never a zero byte."""
    pairs = (each.partition("=") for each in text(data).replace("\0", "").split("\n"))
    environ = {name: value for name, _, value in pairs}
    database = settings.database(environ.get("COMITY_DATABASE", ""), Path("/"))
    door = settings.pages(environ), settings.origin(environ), settings.operator(environ)
    return settings.node(environ), database, door


def ids(data: bytes) -> object:
    """Read a text as the ids that have a form of their own."""
    for kind in (PartyId, OrganisationId, Digest):
        try:
            kind(text(data))
        except InputError:
            continue
    return origin(text(data))


def in_folder(name: str, load: Callable[[Path], object]) -> Call:
    """Return what reads a private file of this name in a folder of good ones."""

    def call(data: bytes) -> object:
        with tempfile.TemporaryDirectory() as folder:
            for other, good in examples.private_files().items():
                path = Path(folder) / other
                path.write_bytes(data if other == name else good)
                path.chmod(0o600)
            return load(Path(folder))

    return call


def file(load: Callable[[str], object]) -> Call:
    """Return what reads a file by its name."""

    def call(data: bytes) -> object:
        with tempfile.NamedTemporaryFile(suffix=".toml") as found:
            found.write(data)
            found.flush()
            return load(found.name)

    return call


def taken(take: Callable[[Node, bytes], bytes]) -> Call:
    """Return what takes a message at a node."""
    return lambda data: take(examples.receiver(), data)


def signing_taken(data: bytes) -> None:
    """Take a signature of the NCA in at another node."""
    node, document = examples.receiver(), decode(Signed, data.strip(), NAME)
    with node.store.writing() as records:
        take_signature(records, node, PartyId("NCA"), document)


PARSERS: dict[str, Parser] = {
    "document": Parser(
        reads=("core.terms.documents:read_document",),
        call=lambda data: read_document(data, NAME),
        examples=lambda: (*examples.tomls(), *examples.jsons()),
    ),
    "json": Parser(
        reads=("core.terms.documents:read_json",),
        call=strictly,
        examples=examples.jsons,
    ),
    "toml": Parser(
        reads=("core.terms.documents:read_toml", "core.terms.tables:Table.instant"),
        call=lambda data: read_toml(data, NAME),
        examples=examples.tomls,
    ),
    "signed": wire(Signed),
    "envelope bytes": wire(Envelope, limits=ENVELOPE_LIMITS),
    "header": wire(Header),
    "control": wire(Control),
    "payload": wire(Payload, limits=ENVELOPE_LIMITS),
    "poll answer": wire(Batch, limits=BATCH_LIMITS),
    "statement": wire(Said),
    "letter": Parser(
        reads=("core.intake.letter:read_letter", "core.intake.letter:read_part"),
        call=lambda data: read_letter([data]),
        examples=lambda: (
            encode(Words(text="Please look at this.")),
            encode(Concerning(about=frozenset({digest_of("told")}))),
        ),
    ),
    "file as it is sent": Parser(
        reads=("core.intake.files:named_file",),
        call=lambda data: named_file(data[:80].decode("latin-1"), data),
        examples=lambda: (b"C:\\notes\\ransom.txt", b"../../etc/passwd"),
    ),
    "certificates": Parser(
        reads=("core.terms.codec:decode", "core.terms.codec:from_plain"),
        call=certificates,
        examples=lambda: (shipped_certificates("ico-nca-2024").strip(),),
        written=encode,
    ),
    "certificate of a tightening": Parser(
        reads=("core.terms.codec:decode", "core.terms.codec:from_plain"),
        call=tightening,
        examples=lambda: (encode(certify(held()["front-door-terms"], TERMS_AGAIN)),),
        written=encode,
    ),
    "record": Parser(
        reads=("core.terms.codec:decode", "core.terms.codec:from_plain"),
        call=lambda data: decode(Record, data, NAME),
        examples=lambda: (shipped_record("front-door-terms", PROOF).strip(),),
        written=encode,
    ),
    "examples of a record": Parser(
        reads=("cli.agreement.examples:played",),
        call=kept_examples,
        examples=lambda: (shipped_record("front-door-terms", EXAMPLES),),
    ),
    "address of a page": Parser(
        reads=(),
        call=address,
        examples=lambda: (
            b"ask=1&discloser=FRONT_DOOR&recipient=ICO&kind=report&purpose=regulation&origin1=acme",
        ),
        errors=(),
    ),
    "status": wire(Status),
    "choice": wire(Choice),
    "question": wire(Question, limits=MESSAGE_LIMITS),
    "notice": wire(Notified, limits=MESSAGE_LIMITS),
    "statement, signed": checked(
        read_said, "core.consent.documents:read_said", examples.consent_key
    ),
    "statement, signed by the front door itself": checked(
        read_own_said, "core.consent.documents:read_own_said", examples.consent_key
    ),
    "assertion": wire(Assertion),
    "client data of a passkey": Parser(
        reads=("core.consent.passkey:check_assertion",),
        call=lambda data: touched(data, examples.touched().authenticator_data),
        examples=lambda: (examples.touched().client_data,),
        errors=(InputError, SignatureError),
    ),
    "data of an authenticator": Parser(
        reads=("core.consent.passkey:check_assertion",),
        call=lambda data: touched(examples.touched().client_data, data),
        examples=lambda: (examples.touched().authenticator_data,),
        errors=(InputError, SignatureError),
    ),
    "status, signed": checked(
        read_status, "core.consent.documents:read_status", examples.consent_key
    ),
    "choice, signed": checked(
        read_choice, "core.consent.documents:read_choice", examples.consent_key
    ),
    "engagement record, signed": Parser(
        reads=("core.casework.engagement:read_engagement",),
        call=lambda data: read_engagement(
            decode(Signed, data, NAME), examples.identity(), VERIFIER
        ),
        examples=examples.engagements,
        errors=(InputError, SignatureError),
    ),
    "control, signed": checked(
        read_control, "core.exchange.control:read_control", examples.identity
    ),
    "envelope": Parser(
        reads=(
            "core.exchange.envelope:read_envelope",
            "core.exchange.envelope:read_header",
            "core.exchange.envelope:open_envelope",
        ),
        call=envelope,
        examples=lambda: examples.of(Envelope),
        errors=(InputError, SignatureError, SealError),
    ),
    "envelope, taken": Parser(
        reads=("node.accept_envelope:accept_envelope",),
        call=taken(accept_envelope),
        examples=lambda: examples.of(Envelope),
        errors=(RefusedError,),
    ),
    "control, taken": Parser(
        reads=("node.take_control:take_control",),
        call=taken(take_control),
        examples=lambda: examples.signed_for(read_control),
        errors=(RefusedError,),
    ),
    "agreement's signature": Parser(
        reads=("core.agreement.versions:read_signing", "node.agreements:take_signature"),
        call=signing_taken,
        examples=examples.signings,
        errors=(InputError, SignatureError),
    ),
    "introduction": Parser(
        reads=("node.keys:read_introduction",),
        call=lambda data: read_introduction(decode(Signed, data.strip(), NAME), VERIFIER),
        examples=examples.introductions,
        errors=(InputError, SignatureError),
    ),
    "checkpoint": Parser(
        reads=tuple(
            f"core.ledger.checkpoint:{each}"
            for each in ("split", "read_head", "cosign", "check_head", "check_cosignature")
        ),
        call=note,
        examples=examples.notes,
        errors=(NoteError, SignatureError),
    ),
    "proof": Parser(
        reads=("core.ledger.proof:read_proof", "core.ledger.proof:check_proof"),
        call=proof,
        examples=examples.proofs,
        errors=(NoteError, SignatureError, ProofError),
    ),
    "agreement": Parser(
        reads=(
            "core.agreement.read:read_agreement",
            "core.agreement.text:take_apart",
            "core.agreement.text:entries",
            "core.agreement.blocks:read_blocks",
            "core.language.vocabulary:Vocabulary.fact",
        ),
        call=lambda data: read_agreement(data, NAME, standard_vocabulary()),
        examples=examples.agreements,
    ),
    "vocabulary": Parser(
        reads=("core.language.vocabulary:read_vocabulary",),
        call=vocabulary,
        examples=examples.vocabularies,
    ),
    "rules of signposting": Parser(
        reads=("core.signposting.rule:read_rules",),
        call=lambda data: read_rules(read_toml(data, NAME), NAME, signposts().vocabulary),
        examples=lambda: ((SIGNPOSTS / "rules.toml").read_bytes(),),
    ),
    "facts of an incident": Parser(
        reads=("core.signposting.incident:read_incident",),
        call=lambda data: read_incident(Table(read_toml(data, NAME), NAME), signposts()),
        examples=lambda: (b'nations = ["wales"]\naware_at = 2026-11-28T02:10:00Z\ninsured = true',),
    ),
    "first notice": Parser(
        reads=("core.intake.first_notice:read_first_notice",),
        call=lambda data: read_first_notice(read_toml(data, NAME), NAME, report_form()),
        examples=lambda: ((FORMS / "first-notice.toml").read_bytes(),),
    ),
    "what is said of bodies": Parser(
        reads=("core.intake.first_notice:read_recipients",),
        call=lambda data: read_recipients(read_toml(data, NAME), NAME),
        examples=lambda: ((FORMS / "bodies.toml").read_bytes(),),
    ),
    "form": Parser(
        reads=("core.intake.form:read_form",),
        call=lambda data: read_form(read_toml(data, NAME), NAME),
        examples=examples.forms,
    ),
    "projection": Parser(
        reads=("core.intake.projection:read_projection",),
        call=projection,
        examples=lambda: tuple(
            (PROJECTIONS / f"{each}.toml").read_bytes() for each in shipped_projections()
        ),
    ),
    "unfinished report": Parser(
        reads=("core.intake.report:read_unfinished",),
        call=lambda data: read_unfinished(read_document(data, NAME), NAME, report_form()),
        examples=lambda: (b'organisation = "acme"\n[incident]\nfound_by = "an officer"',),
    ),
    "report": Parser(
        reads=("core.intake.report:read_report",),
        call=lambda data: read_report(read_document(data, NAME), NAME, report_form(), bodies()),
        examples=examples.reports,
    ),
    "many reports": Parser(
        reads=("cli.import_file:read_import",),
        call=lambda data: list(read_import(data, NAME, report_form(), bodies())),
        examples=examples.imports,
    ),
    "scenario": Parser(
        reads=("cli.scenario.plot:read_plot", "files:read_bytes"),
        call=file(read_plot),
        examples=examples.reports,
    ),
    "cases": Parser(
        reads=("cli.cases:read_cases", "cli.cases:play"), call=cases, examples=examples.cases
    ),
    "facts": Parser(
        reads=("cli.question_file:read_question",),
        call=lambda data: read_question(read_document(data, NAME), NAME, held(), NOON),
        examples=examples.facts,
    ),
    "content": Parser(
        reads=("cli.question_file:digest_for",),
        call=lambda data: digest_for(text(data)),
        examples=lambda: (b"acme-incident/1", b"0" * 64),
    ),
    "bundle": Parser(
        reads=("core.audit.bundle:read_bundle",), call=bundle, examples=examples.bundles
    ),
    "ledger entry": Parser(
        reads=("core.audit.books:read_entry",),
        call=books.read_entry,
        examples=examples.entries,
        errors=(ValueError,),
    ),
    "settings": Parser(
        reads=(
            *("settings:agreements", "settings:database", "settings:node"),
            *("settings:origin", "settings:pages", "settings:resolver", "settings:role"),
        ),
        call=environment,
        examples=examples.environments,
    ),
    "id": Parser(
        reads=("core.terms.ids:Id.__new__", "core.terms.ids:origin"),
        call=ids,
        examples=lambda: (b"ICO", b"acme", b"0" * 64),
    ),
    "registers": Parser(
        reads=("core.identification.registers:read_registers",),
        call=lambda data: read_registers(read_document(data, NAME), NAME),
        examples=lambda: ((FORMS / "registers.toml").read_bytes(),),
    ),
    "suffixes": Parser(
        reads=("core.identification.domains:read_suffixes",),
        call=lambda data: read_suffixes(read_document(data, NAME), NAME),
        examples=lambda: ((FORMS / "suffixes.toml").read_bytes(),),
    ),
    "number in a register": Parser(
        reads=("core.identification.registers:Registers.read",),
        call=number,
        examples=lambda: (b"01234567", b"SC 12345", b"RS0078FI", b"1234567-1", b"Z584655X"),
    ),
    "domain": Parser(
        reads=("core.identification.domains:read_domain", "wire.domains:DnsDomains.as_asked"),
        call=domain,
        examples=lambda: (b"acme.example", "m\u00fcller.example".encode(), b"co.uk"),
    ),
    "mail address": Parser(
        reads=("core.mail.address:read_address",),
        call=lambda data: read_address(text(data), DnsDomains().as_asked),
        examples=lambda: (b"anna@acme.example", "o'neil+x@m\u00fcller.example".encode()),
    ),
    "notify key": Parser(
        reads=("wire.govuk_notify:read_key",),
        call=lambda data: read_key(text(data)),
        examples=lambda: (f"a-key-{NUMBER}-{NUMBER}".encode(), f"{NUMBER}-{NUMBER}".encode()),
    ),
    "until": Parser(
        reads=("cli.acting:until_when",),
        call=lambda data: until_when(text(data)),
        examples=lambda: (b"2026-12-31T12:00:00Z", b"0001-01-01T00:00:00+14:00"),
    ),
    "words": Parser(
        reads=("wire.words:same_words",),
        call=lambda data: same_words(text(data), examples.identity()),
        examples=lambda: (words(examples.identity()).encode(),),
    ),
    "key in hexadecimal": Parser(
        reads=("verifier.main:identity",),
        call=lambda data: identity(text(data)),
        examples=lambda: (examples.identity().hex().encode(),),
    ),
    "key file": Parser(
        reads=("wire.keys:load_keys", "wire.files:read_private"),
        call=in_folder("identity.key", load_keys),
        examples=lambda: (examples.private_files()["identity.key"],),
    ),
    "certificate": Parser(
        reads=("wire.tls:der", "wire.tls:load_certificate"),
        call=in_folder("certificate.pem", load_certificate),
        examples=lambda: (examples.private_files()["certificate.pem"],),
    ),
    "certificate of a peer": Parser(
        reads=("wire.tls:der", "wire.tls:client_context"),
        call=lambda data: client_context(examples.own_certificate(), data),
        examples=lambda: (examples.private_files()["certificate.pem"],),
    ),
}
