"""Question files: a request, its items, the answers and the time, as TOML or JSON.

The form is documented in `docs/reference/facts-file.md`. Instead of 64 hexadecimal digits a
content is written `ITEM/VERSION`; its digest is that of this text. So an edited content is
simply the next version.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from comity.core.agreement import Agreement
from comity.core.consent import (
    STATUS_LIFETIME,
    Answer,
    Assurance,
    Choice,
    Consents,
    Entitlement,
    Seeking,
    Statement,
    Status,
)
from comity.core.gate import DERIVED, DisclosureRequest, Evidenced
from comity.core.language.vocabulary import Fact, Kind, as_value
from comity.core.markings import Item, Label, Source, Tlp
from comity.core.terms import (
    Code,
    ConsentId,
    Digest,
    EvidenceId,
    InputError,
    ItemId,
    OrganisationId,
    PartyId,
    Place,
    Purpose,
    Section,
    Table,
    origin,
    suggestion,
)

CONTENT = re.compile("[^/\ud800-\udfff][^\n\ud800-\udfff]*/[0-9]+")
KEYS = (
    "now", "discloser", "recipient", "purpose", "kind", "addressee", "facts", "items",
    "consents", "statuses", "seekings", "choices", "status_seen",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a file asks, ready for the gate."""

    request: DisclosureRequest
    consents: Consents
    now: datetime


def read_question(
    document: Mapping[str, object],
    name: str,
    agreements: Mapping[str, Agreement],
    now: datetime,
    *,
    also: tuple[str, ...] = (),
) -> Asked:
    """Return what the document asks; `now` is used if it names no time of its own.

    `agreements` are those at hand, by the name under which items can refer to them; `also` are
    keys that the caller reads itself.

    Raises:
        InputError: a key is missing, unknown or of the wrong type.
    """
    table = Table(document, name)
    table.only(*KEYS, *also)
    moment, words = table.instant("now", now), _Words(agreements)
    return Asked(
        request=DisclosureRequest(
            items=tuple(_item(each, words) for each in table.tables("items")),
            discloser=PartyId(words.one(table, "discloser")),
            recipient=PartyId(words.one(table, "recipient")),
            purpose=Purpose(words.one(table, "purpose")),
            kind=words.one(table, "kind"),
            addressee=table.made(OrganisationId, table.text("addressee"), "addressee")
            if table.has("addressee")
            else None,
            facts=_facts(table.table("facts"), agreements),
        ),
        consents=_consents(table, moment, words),
        now=moment,
    )


def digest_for(content: str) -> Digest:
    """Return the digest that stands for `ITEM/VERSION`, or the digest itself.

    Raises:
        InputError: it is neither.
    """
    if len(content) == sha256().digest_size * 2 and "/" not in content:
        return Digest(content)
    if not CONTENT.fullmatch(content):
        raise InputError(
            Code.BAD_ID,
            f"{content[:60]!r} is no content",
            at=Place(name="a content"),
            advice="write ITEM/VERSION, for example acme-incident/1, or 64 hexadecimal digits",
        )
    return Digest(sha256(content.encode()).hexdigest())


class _Words:
    """The values that the vocabularies at hand list, and the agreements by their names."""

    def __init__(self, agreements: Mapping[str, Agreement]) -> None:
        self.agreements = agreements

    def listed(self, fact: str) -> list[str]:
        """Return every value that some agreement at hand knows for a fact."""
        facts = [each.vocabulary.facts.get(fact) for each in self.agreements.values()]
        return sorted({v for each in facts if each and each.values for v in each.values.meanings})

    def one(self, table: Table, key: str, default: str | None = None) -> str:
        """Return the value at a key that is also the name of its fact."""
        return table.one_of(key, self.listed(key), default)

    def some(self, table: Table, key: str, fact: str) -> tuple[str, ...]:
        """Return the values in a list, each known for a fact."""
        known = self.listed(fact)
        for each in table.texts(key):
            if each not in known:
                message = f"unknown value {each[:60]} in {key}{suggestion(each, known)}"
                advice = f"use any of {', '.join(known)}"
                raise table.error(Code.UNKNOWN_VALUE, message, advice, key)
        return table.texts(key)


def _item(table: Table, words: _Words) -> Item:
    table.only("id", "section", "version", "digest", "tlp", "restrictions", "identifies_people",
               "identifies_organisation", "agreements", "sources")  # fmt: skip
    item_id = table.made(ItemId, table.text("id"), "id")
    content = table.text("digest", f"{item_id}/{table.number('version', 1)}")
    return Item(
        id=item_id,
        section=Section(words.one(table, "section", "note")),
        digest=table.made(digest_for, content, "digest"),
        label=_label(table, words),
    )


def _label(table: Table, words: _Words) -> Label:
    told = frozenset(_source(each, words) for each in table.tables("sources"))
    tlp = table.one_of("tlp", Tlp, Tlp.AMBER_STRICT)
    restrictions = frozenset(words.some(table, "restrictions", "restrictions"))
    people = _maybe(table, "identifies_people")
    organisation = _maybe(table, "identifies_organisation")
    agreements = frozenset(_agreement(table, name, words) for name in table.texts("agreements"))

    def label(sources: frozenset[Source]) -> Label:
        return Label(
            sources=sources,
            tlp=tlp,
            restrictions=restrictions,
            identifies_people=people,
            identifies_organisation=organisation,
            agreements=agreements,
        )

    return table.made(label, told, "sources")


def _agreement(table: Table, name: str, words: _Words) -> Digest:
    """Return the digest of an agreement at hand, or the digest that stands here itself."""
    if name in words.agreements:
        return words.agreements[name].digest
    return table.made(Digest, name, "agreements")


def _maybe(table: Table, key: str) -> bool | None:
    """Return true, false, or None if nobody said."""
    return table.flag(key) if table.has(key) else None


def _contents(table: Table) -> frozenset[Digest]:
    return frozenset(table.made(digest_for, each, "items") for each in table.texts("items"))


def _source(table: Table, words: _Words) -> Source:
    table.only("origin", "given_to", "in_confidence")
    return Source(
        origin=_origin(table, words),
        given_to=frozenset(map(PartyId, words.some(table, "given_to", "origin"))),
        in_confidence=_maybe(table, "in_confidence"),
    )


def _origin(table: Table, words: _Words) -> PartyId | OrganisationId:
    """Return who told it: capitals name a party, small letters an organisation."""
    text, known = table.text("origin"), words.listed("origin")
    if text[:1].isupper() and text not in known:
        message = f"unknown party {text[:60]}{suggestion(text, known)}"
        advice = f"use one of {', '.join(known)}; an organisation is written in small letters"
        raise table.error(Code.UNKNOWN_VALUE, message, advice, "origin")
    return table.made(origin, text, "origin")


def _facts(table: Table, agreements: Mapping[str, Agreement]) -> dict[str, Evidenced]:
    known = {
        name: fact
        for agreement in agreements.values()
        for name, fact in agreement.vocabulary.facts.items()
    }
    found = {}
    for name in table.values:
        if name in DERIVED or (name in known and known[name].of_source):
            raise table.error(
                Code.DERIVED_FACT,
                f"the fact {name} cannot be stated",
                "the gate derives it; state it through items, sources and consents",
            )
        if name not in known:
            message = f"unknown fact {name[:60]}{suggestion(name, known)}"
            advice = "use a fact of the vocabulary: see docs/reference/vocabulary.md"
            raise table.error(Code.UNKNOWN_FACT, message, advice)
        if any(name in agreement.parameters for agreement in agreements.values()):
            message = f"{name} is a parameter of the agreement and cannot be stated"
            raise table.error(Code.DERIVED_FACT, message, "leave it out")
        found[name] = _evidenced(table, name, known[name])
    return found


def _evidenced(table: Table, name: str, fact: Fact) -> Evidenced:
    """Return a fact's value with its evidence: `{ value = ..., evidence = "ID" }`, or bare."""
    stated = table.values[name]
    evidence = None
    if isinstance(stated, dict):
        inner = table.table(name)
        inner.only("value", "evidence")
        if inner.has("evidence"):
            evidence = inner.made(EvidenceId, inner.text("evidence"), "evidence")
        stated = stated.get("value")
    value = as_value(stated)
    if fact.kind is Kind.INSTANT and isinstance(value, str):
        value = Table({name: value}, table.name, table.path).instant(name)
    if not fact.accepts(value):
        raise table.error(
            Code.WRONG_TYPE,
            f"{name} cannot be {str(stated)[:60]!r}"
            if isinstance(stated, str)
            else f"{name} cannot be {str(stated)[:60]}",
            f"{name} is {fact.wanted}",
            name,
        )
    return Evidenced(value, evidence)


def _consents(table: Table, now: datetime, words: _Words) -> Consents:
    statements = tuple(_statement(each, now) for each in table.tables("consents"))
    seen = table.table("status_seen")
    known = [each.consent for each in statements]
    return Consents(
        statements=statements,
        seekings=tuple(_seeking(each) for each in table.tables("seekings")),
        statuses=tuple(_status(each, now, known) for each in table.tables("statuses")),
        choices=tuple(_choice(each, words) for each in table.tables("choices")),
        status_seen={seen.made(ConsentId, key, key): seen.number(key) for key in seen.values},
    )


def _scope(table: Table) -> dict[str, object]:
    return {
        "consent": table.made(ConsentId, table.text("id"), "id"),
        "organisation": table.made(OrganisationId, table.text("organisation"), "organisation"),
        "items": _contents(table),
        "discloser": table.made(PartyId, table.text("discloser"), "discloser"),
        "recipient": table.made(PartyId, table.text("recipient"), "recipient"),
        "purpose": table.made(Purpose, table.text("purpose"), "purpose"),
    }


def _statement(table: Table, now: datetime) -> Statement:
    table.only("id", "organisation", "answer", "items", "discloser", "recipient", "purpose",
               "from", "until", "counter", "assurance", "entitlement", "stated_at",
               "received_at")  # fmt: skip
    answers = (Answer.GIVEN, Answer.REFUSED, Answer.WITHDRAWN)
    return Statement(
        **_scope(table),  # type: ignore[arg-type]  # five keys, each typed by its reader above
        answer=table.one_of("answer", answers),
        start=table.instant("from"),
        end=table.instant("until"),
        counter=table.number("counter"),
        assurance=table.one_of("assurance", Assurance),
        stated_at=table.instant("stated_at", now),
        received_at=table.instant("received_at", now),
        entitlement=table.one_of("entitlement", Entitlement),
    )


def _seeking(table: Table) -> Seeking:
    table.only("id", "organisation", "items", "discloser", "recipient", "purpose")
    return Seeking(**_scope(table))  # type: ignore[arg-type]  # as above


def _status(table: Table, now: datetime, known: list[ConsentId]) -> Status:
    table.only("consent", "counter", "newest_answer", "from", "until")
    start = table.instant("from", now)
    return Status(
        consent=table.one_of("consent", known),
        counter=table.number("counter"),
        newest_answer=table.number("newest_answer"),
        start=start,
        end=table.instant("until", start + STATUS_LIFETIME),
    )


def _choice(table: Table, words: _Words) -> Choice:
    table.only("organisation", "items", "bodies", "counter")
    return Choice(
        organisation=table.made(OrganisationId, table.text("organisation"), "organisation"),
        items=_contents(table),
        bodies=frozenset(map(PartyId, words.some(table, "bodies", "recipient"))),
        counter=table.number("counter"),
    )
