"""Question files: a request, its items, the answers and the time, as TOML or JSON.

The form is documented in `docs/reference/facts-file.md`. Instead of 64 hexadecimal digits a
content is written `ITEM/VERSION`; its digest is that of this text. So an edited content is
simply the next version.
"""

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
    ItemId,
    OrganisationId,
    PartyId,
    Purpose,
    Section,
    Table,
    origin,
    suggestion,
)

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
    moment = table.instant("now", now)
    return Asked(
        request=DisclosureRequest(
            items=tuple(_item(each, agreements) for each in table.tables("items")),
            discloser=table.made(PartyId, table.text("discloser"), "discloser"),
            recipient=table.made(PartyId, table.text("recipient"), "recipient"),
            purpose=Purpose(_value(table, "purpose", agreements)),
            kind=_value(table, "kind", agreements),
            addressee=table.made(OrganisationId, table.text("addressee"), "addressee")
            if table.has("addressee")
            else None,
            facts=_facts(table.table("facts"), agreements),
        ),
        consents=_consents(table, moment),
        now=moment,
    )


def digest_for(content: str) -> Digest:
    """Return the digest that stands for `ITEM/VERSION`, or the digest itself."""
    if len(content) == sha256().digest_size * 2 and "/" not in content:
        return Digest(content)
    return Digest(sha256(content.encode()).hexdigest())


def _value(table: Table, key: str, agreements: Mapping[str, Agreement]) -> str:
    """Return a purpose or kind that some agreement at hand knows."""
    known = {
        value
        for agreement in agreements.values()
        if key in agreement.vocabulary.facts and (listed := agreement.vocabulary.facts[key].values)
        for value in listed.meanings
    }
    return table.one_of(key, sorted(known))


def _item(table: Table, agreements: Mapping[str, Agreement]) -> Item:
    table.only("id", "section", "version", "digest", "tlp", "restrictions", "identifies_people",
               "identifies_organisation", "agreements", "sources")  # fmt: skip
    item_id = table.made(ItemId, table.text("id"), "id")
    content = table.text("digest", f"{item_id}/{table.number('version', 1)}")
    return Item(
        id=item_id,
        section=table.made(Section, table.text("section", "note"), "section"),
        digest=table.made(digest_for, content, "digest"),
        label=table.made(lambda key: _label(table, key, agreements), "sources", "sources"),
    )


def _label(table: Table, key: str, agreements: Mapping[str, Agreement]) -> Label:
    return Label(
        sources=frozenset(_source(each) for each in table.tables(key)),
        tlp=table.one_of("tlp", Tlp, Tlp.AMBER_STRICT),
        restrictions=frozenset(_known_restrictions(table, agreements)),
        identifies_people=_maybe(table, "identifies_people"),
        identifies_organisation=_maybe(table, "identifies_organisation"),
        agreements=frozenset(
            agreements[name].digest if name in agreements else Digest(name)
            for name in table.texts("agreements")
        ),
    )


def _known_restrictions(table: Table, agreements: Mapping[str, Agreement]) -> tuple[str, ...]:
    known = {
        value
        for agreement in agreements.values()
        if "restrictions" in agreement.vocabulary.values
        for value in agreement.vocabulary.values["restrictions"].meanings
    }
    for each in table.texts("restrictions"):
        if each not in known:
            message = f"unknown restriction {each[:60]}{suggestion(each, known)}"
            advice = f"use any of {', '.join(sorted(known))}"
            raise table.error(Code.UNKNOWN_VALUE, message, advice, "restrictions")
    return table.texts("restrictions")


def _maybe(table: Table, key: str) -> bool | None:
    """Return true, false, or None if nobody said."""
    return table.flag(key) if table.has(key) else None


def _parties(table: Table, key: str) -> frozenset[PartyId]:
    return frozenset(table.made(PartyId, each, key) for each in table.texts(key))


def _contents(table: Table) -> frozenset[Digest]:
    return frozenset(table.made(digest_for, each, "items") for each in table.texts("items"))


def _source(table: Table) -> Source:
    table.only("origin", "given_to", "in_confidence")
    return Source(
        origin=table.made(origin, table.text("origin"), "origin"),
        given_to=_parties(table, "given_to"),
        in_confidence=_maybe(table, "in_confidence"),
    )


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
            advice = "use a fact of the vocabulary; `comity agreement show` lists them"
            raise table.error(Code.UNKNOWN_FACT, message, advice)
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
            f"{name} cannot be {str(value)[:60]}",
            f"{name} is {fact.wanted}",
            name,
        )
    return Evidenced(value, evidence)


def _consents(table: Table, now: datetime) -> Consents:
    statements = tuple(_statement(each, now) for each in table.tables("consents"))
    seen = table.table("status_seen")
    return Consents(
        statements=statements,
        seekings=tuple(_seeking(each) for each in table.tables("seekings")),
        statuses=tuple(_status(each, now) for each in table.tables("statuses")),
        choices=tuple(_choice(each) for each in table.tables("choices")),
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
               "from", "until", "counter", "assurance", "stated_at", "received_at")  # fmt: skip
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
    )


def _seeking(table: Table) -> Seeking:
    table.only("id", "organisation", "items", "discloser", "recipient", "purpose")
    return Seeking(**_scope(table))  # type: ignore[arg-type]  # as above


def _status(table: Table, now: datetime) -> Status:
    table.only("consent", "counter", "newest_answer", "from", "until")
    start = table.instant("from", now)
    return Status(
        consent=table.made(ConsentId, table.text("consent"), "consent"),
        counter=table.number("counter"),
        newest_answer=table.number("newest_answer"),
        start=start,
        end=table.instant("until", start + STATUS_LIFETIME),
    )


def _choice(table: Table) -> Choice:
    table.only("organisation", "items", "bodies", "counter")
    return Choice(
        organisation=table.made(OrganisationId, table.text("organisation"), "organisation"),
        items=_contents(table),
        bodies=_parties(table, "bodies"),
        counter=table.number("counter"),
    )
