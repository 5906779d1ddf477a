"""Any label, any history of consent, any request: what properties are tried on."""

from datetime import timedelta

from hypothesis import strategies as st

from comity.core.consent import (
    Answer,
    Assurance,
    Choice,
    Consents,
    Entitlement,
    Identified,
    Statement,
    Status,
)
from comity.core.gate import DisclosureRequest, Evidenced
from comity.core.language.vocabulary import Fact, Kind
from comity.core.markings import Item, Label, Source, Tlp
from comity.core.terms import (
    ConsentId,
    EvidenceId,
    ItemId,
    OrganisationId,
    PartyId,
    Purpose,
    Section,
)
from tests.core.world import (
    EDITED,
    FRESH,
    FRONT_DOOR,
    GIVEN,
    ICO,
    INCIDENT,
    NCA,
    NCSC,
    NOW,
    REQUEST,
    WITHDRAWN,
    vocabulary,
)

parties = st.sampled_from([ICO, NCA, NCSC, FRONT_DOOR])
organisations = st.sampled_from([OrganisationId("acme"), OrganisationId("bolt")])
maybe = st.sampled_from([True, False, None])
digests = st.sampled_from([INCIDENT, EDITED])
purposes = st.sampled_from(list(vocabulary().values["purposes"].meanings)).map(Purpose)
kinds = st.sampled_from(list(vocabulary().values["kinds"].meanings))
restrictions = st.sampled_from(list(vocabulary().values["restrictions"].meanings))
consent_ids = st.sampled_from([ConsentId("consent-1"), ConsentId("consent-2")])

sources = st.builds(
    Source,
    origin=st.one_of(parties, organisations),
    given_to=st.frozensets(st.sampled_from([ICO, NCA, NCSC]), max_size=3),
    in_confidence=maybe,
)
labels = st.builds(
    Label,
    sources=st.frozensets(sources, min_size=1, max_size=3),
    tlp=st.sampled_from(Tlp),
    restrictions=st.frozensets(restrictions, max_size=2),
    identifies_people=maybe,
    identifies_organisation=maybe,
)
items = st.builds(
    Item,
    id=st.just(ItemId("item-1")),
    section=st.sampled_from(["incident", "note"]).map(Section),
    digest=digests,
    label=labels,
)
instants = st.integers(-3, 3).map(lambda hours: NOW + timedelta(hours=hours))

statements = st.builds(
    Statement,
    consent=consent_ids,
    organisation=organisations,
    answer=st.sampled_from([Answer.GIVEN, Answer.REFUSED, Answer.WITHDRAWN]),
    items=st.frozensets(digests, max_size=2),
    discloser=st.sampled_from([NCA, NCSC]),
    recipient=st.sampled_from([ICO, NCSC]),
    purpose=st.sampled_from(["regulation", "deconfliction"]).map(Purpose),
    start=instants,
    end=instants,
    counter=st.integers(1, 6),
    assurance=st.sampled_from(Assurance),
    stated_at=instants,
    received_at=instants,
    entitlement=st.sampled_from(Entitlement),
)
statuses = st.builds(
    Status,
    consent=consent_ids,
    counter=st.integers(1, 9),
    newest_answer=st.integers(1, 6),
    start=st.integers(-15, 5).map(lambda minutes: NOW + timedelta(minutes=minutes)),
    end=st.integers(-5, 15).map(lambda minutes: NOW + timedelta(minutes=minutes)),
)
choices = st.builds(
    Choice,
    organisation=organisations,
    items=st.frozensets(digests, max_size=2),
    bodies=st.frozensets(parties, max_size=3),
    counter=st.integers(1, 3),
    entitlement=st.sampled_from(Entitlement),
    identified=st.sampled_from(Identified),
)
consents = st.builds(
    Consents,
    statements=st.one_of(
        st.just((GIVEN,)),
        st.just((GIVEN, WITHDRAWN)),
        st.lists(statements, max_size=4).map(tuple),
    ),
    statuses=st.one_of(st.just((FRESH,)), st.lists(statuses, max_size=3).map(tuple)),
    choices=st.lists(choices, max_size=2).map(tuple),
    status_seen=st.dictionaries(consent_ids, st.integers(0, 9), max_size=2),
)


def _values(fact: Fact) -> st.SearchStrategy[object]:
    match fact.kind:
        case Kind.FLAG:
            return st.sampled_from([True, True, False])
        case Kind.NUMBER:
            return st.sampled_from([0, 9, 10, 11, 50])
        case Kind.SET:
            listed = list(fact.values.meanings) if fact.values else []
            return st.frozensets(st.sampled_from(listed))
        case _:
            return st.sampled_from(list(fact.values.meanings) if fact.values else [])


stateable = [
    fact
    for fact in vocabulary().facts.values()
    if fact.supplied_by != "the gate" and not fact.of_source
]
"""The facts that a request can state."""

request_facts = st.fixed_dictionaries(
    {},
    optional={
        fact.name: st.builds(
            Evidenced,
            _values(fact),
            st.sampled_from([EvidenceId("e-1"), EvidenceId("e-1"), None]),
        )
        for fact in stateable
    },
)

requests = st.builds(
    DisclosureRequest,
    items=st.lists(items, min_size=1, max_size=2).map(tuple),
    discloser=parties,
    recipient=parties,
    purpose=purposes,
    kind=kinds,
    addressee=st.one_of(st.none(), organisations),
    facts=st.one_of(st.just(REQUEST.facts), request_facts),
)
"""Any request: most are refused."""

likely_requests = st.builds(
    DisclosureRequest,
    items=items.map(lambda item: (item,)),
    discloser=st.sampled_from([NCA, NCA, ICO]),
    recipient=st.sampled_from([ICO, ICO, NCA]),
    purpose=st.sampled_from(["regulation", "serious_organised_crime", "cyber_resilience"]).map(
        Purpose
    ),
    kind=st.sampled_from(["organisation_specific", "aggregate", "threat_assessment", "guidance"]),
    facts=st.one_of(st.just(REQUEST.facts), request_facts),
)
"""Requests of the kind that officers make: more of them are permitted."""
parties_or_unknown = st.one_of(parties, st.just(PartyId("POLICE")))
