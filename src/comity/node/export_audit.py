"""Export audit: everything that an auditor needs of this node, and no content.

One reading transaction, so the bundle is of one state. It is walked along the ledger, row by row:
what no entry speaks of is not exported.
"""

from collections.abc import Callable, Iterator, Mapping

from comity.core.audit import Bundle, seal_bundle
from comity.core.audit.bundle import (
    AgreementPart,
    Basis,
    BeatPart,
    CheckpointPart,
    DecisionPart,
    LedgerPart,
    Pin,
    ReceiptPart,
)
from comity.core.consent import Consents, Status, documents
from comity.core.exchange import Control
from comity.core.ledger import Entry, EntryType, sign_head
from comity.core.terms import (
    ConsentId,
    Digest,
    InputError,
    ReleaseId,
    Signed,
    Signer,
    decode,
    encode,
)
from comity.node.node import NODE_LEDGER, Node, head_of, pair_ledger
from comity.store.port import Records
from comity.store.records import Decided, Role, Use

Texts = Mapping[Digest, tuple[bytes, tuple[bytes, ...]]]
"""The text of each agreement and the texts of its vocabulary, by the agreement's digest."""

Tell = Callable[[int], None]


def export_audit(node: Node, texts: Texts, tell: Tell = lambda _: None) -> Bundle:
    """Return the bundle of this node, as of now. `tell` hears how many entries were walked."""
    with node.store.reading() as records:
        ledgers = _ledgers(records, node, tell)
        found = _Walk(records, node)
        for each in ledgers:
            for data in each.entries:
                found.entry(data)
                tell(1)
        keys = node.keys
        return Bundle(
            party=node.party,
            role=node.role,
            made_at=node.now(),
            identity=_public(keys.identity, node.keys.former.get(Use.IDENTITY, ())),
            witness=_public(keys.witness, node.keys.former.get(Use.WITNESS, ())),
            consent=_public(keys.consent, node.keys.former.get(Use.CONSENT, ())),
            pins=_pins(records),
            ledgers=ledgers,
            beats=tuple(
                BeatPart(slot=each.slot, salt=each.salt, size=each.size, root=each.root)
                for each in records.beats.find()
            ),
            checkpoints=tuple(
                CheckpointPart(ledger=each.ledger, note=each.note)
                for each in records.checkpoints.find()
            ),
            decisions=tuple(found.decisions.values()),
            documents=tuple(sorted(found.signed())),
            held=tuple(found.held),
            given=tuple(found.given),
            agreements=_agreements(node, texts),
            signings=tuple(sorted(encode(each.document) for each in records.signings.find())),
        )


def audit_file(node: Node, texts: Texts, tell: Tell = lambda _: None) -> bytes:
    """Return the bundle of this node as a file, signed by every identity key it ever had."""
    bundle = export_audit(node, texts, tell)
    signers = (node.keys.identity, *node.keys.former.get(Use.IDENTITY, ()))
    return seal_bundle(bundle, signers)


def ledger_sizes(node: Node) -> int:
    """Return how many steps an export takes."""
    with node.store.reading() as records:
        return 2 * sum(records.ledgers.size(name) for name in ledger_names(records))


def ledger_names(records: Records) -> list[str]:
    """Return the names of all ledgers of a node: a peer that was given up keeps its own."""
    parties = {each.party for each in records.peers.find()}
    parties |= {each.party for each in records.pairs.find()}
    parties |= {each.party for each in records.keys.find()}
    return [NODE_LEDGER, *(pair_ledger(each) for each in sorted(parties))]


def _ledgers(records: Records, node: Node, tell: Tell) -> tuple[LedgerPart, ...]:
    found = []
    for name in ledger_names(records):
        entries = tuple(records.ledgers.entries(name))
        tell(len(entries))
        head = sign_head(head_of(records, node, name), node.keys.identity)
        found.append(LedgerPart(name=name, entries=entries, head=head))
    return tuple(found)


def _public(newest: Signer | None, former: tuple[Signer, ...]) -> tuple[bytes, ...]:
    return tuple(each.public for each in (newest, *former) if each is not None)


def _pins(records: Records) -> tuple[Pin, ...]:
    return tuple(
        Pin(
            party=each.party,
            use=each.use,
            public=each.public,
            from_entry=each.from_entry,
            until_entry=each.until_entry,
            revoked=each.revoked,
        )
        for each in records.keys.find()
        if each.use is not Use.READING
    )


def _agreements(node: Node, texts: Texts) -> tuple[AgreementPart, ...]:
    """Return the texts, first of those at hand and in their order."""
    order = [each.digest for each in node.agreements.all]
    order += [each for each in sorted(texts) if each not in order]
    return tuple(
        AgreementPart(text=texts[each][0], vocabulary=texts[each][1])
        for each in order
        if each in texts
    )


class _Walk:
    """What the entries of the ledgers speak of, collected entry by entry."""

    def __init__(self, records: Records, node: Node) -> None:
        self.records, self.node = records, node
        self.decisions: dict[str, DecisionPart] = {}
        self.held: list[ReceiptPart] = []
        self.given: list[ReceiptPart] = []
        self._consents: list[Consents] = []

    def entry(self, data: bytes) -> None:
        """Collect what one entry speaks of. A receipt is found through the pair's own entry.

        The other kinds name nothing that is not exported as a whole.
        """
        entry = decode(Entry, data, "a ledger entry")
        match entry.type:
            case EntryType.DECISION:
                self._decision(entry.ids["question"])
            case EntryType.SENT if "peer" not in entry.ids:
                self._sent(ReleaseId(entry.ids["release"]))
            case EntryType.RECEIVED | EntryType.QUARANTINED if "peer" not in entry.ids:
                self._came(ReleaseId(entry.ids["release"]))

    def _decision(self, question: str) -> None:
        row = self.records.decisions.get(question)
        if row is not None and question not in self.decisions:
            self.decisions[question] = _decision(row)
            if row.permitted:
                self._consents.append(row.consents)

    def _sent(self, release: ReleaseId) -> None:
        row = self.records.receipts.get(release)
        if row is not None:
            self.held.append(ReceiptPart(release=release, document=row.receipt))

    def _came(self, release: ReleaseId) -> None:
        row = self.records.inbox.get(release)
        if row is not None:
            self.given.append(ReceiptPart(release=release, document=row.receipt))

    def signed(self) -> set[bytes]:
        """Return the signed documents that permits rested on."""
        wanted = {
            (status.consent, status.counter)
            for consents in self._consents
            for status in consents.statuses
        }
        found = {encode(each.document) for each in self.records.statements.find()}
        found |= {encode(each.document) for each in self.records.choices.find()}
        found |= {encode(each.document) for each in self.records.answers.find()}
        held = [each.document for each in self.records.statuses.find()]
        for document in (*held, *self._taken()):
            if _named(document) in wanted:
                found.add(encode(document))
        return found

    def _taken(self) -> Iterator[Signed]:
        """Yield every status that ever came in: only the newest of each is kept by itself."""
        doors = [each.party for each in self.records.keys.find() if each.use is Use.CONSENT]
        for party in sorted(set(doors)) if self.node.role is Role.BODY else ():
            for row in self.records.taken.find(from_=party):
                payload = decode(Signed, row.control, "a taken message").payload
                if documents.STATUS_TYPE.encode() in payload:
                    status = decode(Control, payload, "a taken message").status
                    if status is not None:
                        yield status


def _named(document: Signed) -> tuple[ConsentId, int] | None:
    """Return which status a document is."""
    try:
        status = decode(Status, document.payload, "a status")
    except InputError:
        return None
    return status.consent, status.counter


def _decision(row: Decided) -> DecisionPart:
    basis = Basis(agreements=row.agreements, asked=row.asked, consents=row.consents, now=row.now)
    return DecisionPart(
        question=encode(basis), permitted=row.permitted, clauses=row.clauses, entry=row.entry
    )
