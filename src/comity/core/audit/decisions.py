"""Decisions: check (b). Each is decided again, and nothing left without one.

1. Each decision in the ledger has its question in the bundle, whose digest is the recorded one.
2. Put again under the agreements in the bundle, it gets the recorded outcome and clauses.
3. Before each permit everybody who has to had signed the versions that it was given under.
4. Each release rests on an earlier decision that permitted it, and each disclosure on a release.
"""

from collections.abc import Callable, Iterable, Mapping
from hashlib import sha256
from typing import NamedTuple, TypeAlias

from comity.core.agreement import Agreement, Agreements, read_agreement
from comity.core.audit.books import Books, Tell, Written
from comity.core.audit.bundle import NODE, AgreementPart, Basis, Bundle, DecisionPart
from comity.core.audit.report import Check, Notes
from comity.core.audit.signatures import Signatures, as_before, not_signed, signed_from
from comity.core.gate.decide import judge
from comity.core.gate.request import Question
from comity.core.language import Vocabulary, read_vocabulary
from comity.core.ledger import EntryType
from comity.core.terms import Code, Digest, InputError, Place, Verifier, decode, read_toml

PERMITTED, REFUSED = "permitted", "refused"
MOST_TEXTS = 8
"""Of how many texts the vocabulary of an agreement in a bundle may consist."""

Find: TypeAlias = Callable[[str], None]


class Judged(NamedTuple):
    """A recorded decision, its question, and whether it was permitted again."""

    place: int
    entry: Written
    basis: Basis
    permitted_again: bool
    agreements: Agreements


class Texts:
    """The agreements of a bundle, loaded from their texts."""

    def __init__(self, parts: tuple[AgreementPart, ...], notes: Notes) -> None:
        """Load each. One that does not load is a finding."""
        self._all: dict[Digest, Agreement] = {}
        self._sets: dict[tuple[Digest, ...], Agreements] = {}
        self._vocabularies: dict[tuple[bytes, ...], Vocabulary] = {}
        for number, part in enumerate(parts, start=1):
            try:
                found = self._read(part, f"agreement {number}")
            except InputError as error:
                notes.find(Check.DECISIONS, f"an agreement does not load: {error}")
            else:
                self._all[found.digest] = found

    def _read(self, part: AgreementPart, name: str) -> Agreement:
        return read_agreement(part.text, name, self._words(part.vocabulary, name))

    def _words(self, texts: tuple[bytes, ...], name: str) -> Vocabulary:
        """Return the vocabulary of these texts, read once.

        Raises:
            InputError: there is none or there are too many, or one does not add to the last.
        """
        if texts not in self._vocabularies:
            where = f"the vocabulary of {name}"
            if len(texts) > MOST_TEXTS:
                advice = f"export a bundle with at most {MOST_TEXTS}"
                message = f"it has {len(texts)} texts"
                raise InputError(Code.TOO_MANY, message, at=Place(name=where), advice=advice)
            first, *others = texts or (b"",)
            found = read_vocabulary(read_toml(first, where), where)
            for each in others:
                found = read_vocabulary(read_toml(each, where), where, found)
            self._vocabularies[texts] = found
        return self._vocabularies[texts]

    def at_hand(self, digests: tuple[Digest, ...]) -> Agreements | None:
        """Return these agreements, in the order of the bundle; None if one is not in it."""
        if any(each not in self._all for each in digests):
            return None
        if digests not in self._sets:
            wanted = frozenset(digests)
            chosen = [each for digest, each in self._all.items() if digest in wanted]
            self._sets[digests] = Agreements(chosen)
        return self._sets[digests]


def outcome(question: Question) -> tuple[bool, tuple[str, ...]]:
    """Return whether a question is permitted, and the clauses that decide, each once."""
    permitted, reasons = judge(question)
    return permitted, tuple(dict.fromkeys(each.clause for each in reasons if each.clause))


def check_decisions(
    books: Books, verifier: Verifier, notes: Notes, tell: Tell
) -> Mapping[int, Judged]:
    """Carry out check (b); return the recorded decisions that could be put again, by place."""
    texts = Texts(books.bundle.agreements, notes)
    kept = {sha256(each.question).hexdigest(): each for each in books.bundle.decisions}
    if len(kept) < len(books.bundle.decisions):
        notes.find(Check.DECISIONS, "a question stands twice")
    judged: dict[int, Judged] = {}
    for place, entry in books.node.of(EntryType.DECISION):
        found = _again(books.bundle, place, entry, kept.get(entry.id("question")), texts, notes)
        if found is not None:
            judged[place] = found
        tell(1)
    _check_kept(books, notes)
    _check_signed(books, judged.values(), verifier, notes)
    _check_releases(books, notes)
    recorded = [entry.id("outcome") for _, entry in books.node.of(EntryType.DECISION)]
    notes.did(
        Check.DECISIONS,
        f"{len(judged)} of {len(recorded)} decisions decided again ({recorded.count(PERMITTED)} "
        f"permits, {recorded.count(REFUSED)} refusals); "
        f"{sum(1 for _ in books.node.of(EntryType.RELEASE))} releases and "
        f"{sum(1 for _ in books.node.of(EntryType.SENT))} disclosures traced to them",
    )
    return judged


def _again(  # noqa: PLR0913, PLR0917 - the entry, its place, its question and where to note it
    bundle: Bundle,
    place: int,
    entry: Written,
    part: DecisionPart | None,
    texts: Texts,
    notes: Notes,
) -> Judged | None:
    """Decide one question again, and compare."""

    def find(what: str) -> None:
        notes.find(Check.DECISIONS, what, NODE, place)

    if part is None:
        find("no question in the bundle has the recorded digest")
        return None
    try:
        basis = decode(Basis, part.question, "a question")
    except InputError as error:
        find(f"its question cannot be read: {error}")
        return None
    agreements = texts.at_hand(basis.agreements)
    if agreements is None or tuple(sorted(agreements.digests)) != basis.agreements:
        find("an agreement that it was decided under is not in the bundle, or its text is another")
        return None
    permitted, rests_on = outcome(Question(agreements, basis.asked, basis.consents, basis.now))
    clauses = set(rests_on)
    if entry.id("outcome") != (PERMITTED if permitted else REFUSED):
        find(f"recorded as {entry.id('outcome')}, and decided again it is the contrary")
    elif set(filter(None, entry.id("clauses").split(","))) != clauses:
        find(f"decided again it rests on clauses {','.join(sorted(clauses)) or 'none'}")
    if (part.permitted, list(part.clauses)) != (
        entry.id("outcome") == PERMITTED,
        list(filter(None, entry.id("clauses").split(","))),
    ):
        find("the node keeps another outcome, or other clauses, than it recorded")
    _check_names(bundle, entry, basis, find)
    return Judged(place, entry, basis, permitted, agreements)


def _check_names(bundle: Bundle, entry: Written, basis: Basis, find: Find) -> None:
    """Compare what else the entry says with the question."""
    if basis.now != entry.at:
        find("it is dated otherwise than its question")
    if (entry.id("discloser"), entry.id("recipient")) != (
        basis.asked.discloser,
        basis.asked.recipient,
    ) or basis.asked.discloser != bundle.party:
        find("it names another discloser or recipient than its question")


def _check_kept(books: Books, notes: Notes) -> None:
    for part in books.bundle.decisions:
        entry = books.node.entries.get(part.entry)
        digest = sha256(part.question).hexdigest()
        if entry is None or (entry.type, entry.id("question")) != (EntryType.DECISION, digest):
            what = "the node keeps a decision that this entry does not record"
            notes.find(Check.DECISIONS, what, NODE, part.entry)


def _check_signed(books: Books, judged: Iterable[Judged], verifier: Verifier, notes: Notes) -> None:
    """Find permits under a version that did not count, or that one party applied alone wrongly."""
    signed = signed_from(books, verifier, notes)
    for each in judged:
        if each.entry.id("outcome") != PERMITTED:
            continue
        by_then = signed.before(each.place)
        found = list(not_signed(each.agreements.all, by_then))
        if not found and by_then.alone and not _permitted_before(each, by_then):
            found = ["it was not permitted under the version that the one applied alone tightens"]
        for what in found:
            notes.find(Check.DECISIONS, what, NODE, each.place)


def _permitted_before(judged: Judged, signed: Signatures) -> bool:
    """Return whether the rules that all had signed permitted it as well."""
    held, basis = as_before(judged.agreements, signed), judged.basis
    return outcome(Question(held, basis.asked, basis.consents, basis.now))[0]


def _check_releases(books: Books, notes: Notes) -> None:
    """Trace each release to its permit, and each disclosure to a release to that recipient."""
    to: dict[str, tuple[int, str]] = {}
    for place, entry in books.node.of(EntryType.RELEASE):
        decision = books.node.entries.get(entry.number("decision"))
        if (
            decision is None
            or entry.number("decision") >= place
            or decision.type is not EntryType.DECISION
            or decision.id("outcome") != PERMITTED
        ):
            notes.find(Check.DECISIONS, "a release without a permit before it", NODE, place)
            continue
        to.setdefault(entry.id("release"), (place, decision.id("recipient")))
    for place, entry in books.node.of(EntryType.SENT):
        released, recipient = to.get(entry.id("release"), (place, ""))
        if released >= place or recipient != entry.id("peer"):
            what = f"{entry.id('release')} was sent without a release to {entry.id('peer')}"
            notes.find(Check.DECISIONS, what, NODE, place)
