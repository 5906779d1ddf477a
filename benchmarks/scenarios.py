"""Scenarios: what two bodies ask of each other, and what can be wrong with it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from benchmarks.answers import Way
from benchmarks.draw import Draw
from comity.core.language import Value
from comity.core.markings import Tlp

SECTIONS = ("incident", "technical", "personal_data", "ransom", "attachments", "note")
GIVES_NO_GATEWAY = "nis_2018_r6"
"""A gateway that P-2.a accepts and that no permit of a named kind does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Teller:
    """One source of the item: a body, or an organisation with what it has answered."""

    origin: str
    given_to: frozenset[str] = frozenset()
    in_confidence: bool | None = False
    way: Way | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One request in plain words. What is None, or not among the facts, is unknown."""

    discloser: str
    recipient: str
    kind: str
    purpose: str
    section: str
    facts: Mapping[str, Value]
    tellers: tuple[Teller, ...]
    tlp: Tlp = Tlp.AMBER
    restrictions: frozenset[str] = frozenset()
    identifies_people: bool | None = False
    identifies_organisation: bool | None = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """What a clause permits: from whom to whom, for what, on which ground, shown by what."""

    share: int
    discloser: str
    kind: str
    section: str
    purposes: tuple[str, ...]
    gateways: tuple[str, ...]
    shown: tuple[str, ...] = ()
    named: bool = False
    """Whether it is about a named organisation, which then is a source."""


LIMBS = ("dpa_2018_s132_2a", "dpa_2018_s132_2c", "dpa_2018_s132_2e", "dpa_2018_s132_2f")
ANONYMOUS = ("not_personal_not_confidential",)
REGULATION = ("regulation", "incident_response", "cyber_resilience")
CRIME = ("serious_organised_crime", "criminal_intelligence")
NECESSARY = ("necessity_recorded", "officer_named")
ENGAGED = ("both_engaged", "existence_only")
CONTROLLED = ("control_passed",)

TEMPLATES = (
    Template(share=26, discloser="NCA", kind="organisation_specific", section="incident",
             purposes=REGULATION, gateways=("cca_2013_s7_4",),
             shown=("within_functions", *NECESSARY), named=True),
    Template(share=20, discloser="ICO", kind="organisation_specific", section="incident",
             purposes=CRIME, gateways=LIMBS, shown=NECESSARY, named=True),
    Template(share=12, discloser="ICO", kind="aggregate", section="statistic",
             purposes=(*CRIME, "cyber_resilience"), gateways=ANONYMOUS, shown=CONTROLLED),
    Template(share=8, discloser="NCA", kind="threat_assessment", section="advice",
             purposes=("regulation", "cyber_resilience"),
             gateways=("cca_2013_s7_4", *ANONYMOUS)),
    Template(share=5, discloser="ICO", kind="guidance", section="advice",
             purposes=("cyber_resilience", "review"), gateways=ANONYMOUS),
    Template(share=4, discloser="NCA", kind="guidance", section="advice",
             purposes=("cyber_resilience", "regulation"), gateways=ANONYMOUS),
    Template(share=6, discloser="ICO", kind="signal", section="signal",
             purposes=("deconfliction",), gateways=LIMBS[1:],
             shown=(*ENGAGED, *NECESSARY), named=True),
    Template(share=5, discloser="NCA", kind="signal", section="signal",
             purposes=("deconfliction",), gateways=("cca_2013_s7_4",), shown=ENGAGED, named=True),
    Template(share=5, discloser="NCA", kind="rights_consultation", section="note",
             purposes=("rights_request",), gateways=("cca_2013_s7_4",), shown=("officer_named",),
             named=True),
    Template(share=5, discloser="ICO", kind="publication_draft", section="note",
             purposes=("public_communication",), gateways=ANONYMOUS, shown=("officer_named",)),
    Template(share=1, discloser="NCA", kind="reminder", section="message",
             purposes=("regulation",), gateways=ANONYMOUS, shown=("fixed_text",)),
    Template(share=1, discloser="NCA", kind="duty_opinion", section="note",
             purposes=("regulation",), gateways=("cca_2013_s7_4",), named=True),
    Template(share=1, discloser="NCA", kind="notification", section="note",
             purposes=("regulation",), gateways=("cca_2013_s7_4",), named=True),
    Template(share=1, discloser="NCA", kind="aggregate", section="statistic",
             purposes=("regulation",), gateways=("cca_2013_s7_4",), shown=CONTROLLED),
)  # fmt: skip  # a table

HUNDRED = tuple(template for template in TEMPLATES for _ in range(template.share))


def scenario(number: int) -> Scenario:
    """Return the request of this number: one that a clause permits, or with faults."""
    draw = Draw(f"comity benchmark {number}")
    found = _permitted(draw, number)
    for _ in range(draw.one((0, 0, 0, 1, 1, 1, 1, 2, 2, 2))):
        found = draw.one(FAULTS)(found, draw)
    return found


def _permitted(draw: Draw, number: int) -> Scenario:
    template = draw.one(HUNDRED)
    body, other = template.discloser, "ICO" if template.discloser == "NCA" else "NCA"
    facts: dict[str, Value] = {
        "gateway": draw.one(template.gateways),
        "authorities_agreed": frozenset(),
        "originators_agreed": frozenset(),
        "personal_data_basis_recorded": draw.chance(70),
        **dict.fromkeys(NECESSARY, False),
        **dict.fromkeys(template.shown, True),
    }
    if template.kind == "aggregate":
        facts["smallest_group"] = 10 + draw.below(40)
    restrictions = frozenset({draw.one(("hmrc", "social_security"))} if draw.chance(12) else ())
    if restrictions:
        facts["authorities_agreed"] = restrictions
    people = template.named and facts["personal_data_basis_recorded"] is True and draw.chance(40)
    tellers: tuple[Teller, ...] = (Teller(origin=body),)
    if template.named:
        tellers = _organisations(draw, number, body, other, template.kind)
    return Scenario(
        discloser=body,
        recipient=other,
        kind=template.kind,
        purpose=draw.one(template.purposes),
        section=draw.one(SECTIONS) if template.section == "incident" else template.section,
        facts=facts,
        tellers=tellers,
        tlp=draw.one((Tlp.GREEN, Tlp.AMBER, Tlp.AMBER, Tlp.AMBER_STRICT)),
        restrictions=restrictions,
        identifies_people=people,
        identifies_organisation=template.named,
    )


def _organisations(draw: Draw, number: int, body: str, other: str, kind: str) -> tuple[Teller, ...]:
    """Return one or two organisations, or one and the body that wrote about it."""
    told = frozenset({body, other}) if draw.chance(15) else frozenset({body})
    first = Teller(
        origin=f"org-{number:04}",
        given_to=told,
        in_confidence=kind == "signal" or draw.chance(85),
        way=Way.GIVEN,
    )
    match draw.below(10):
        case 0 | 1 | 2:
            return (first, replace(first, origin=f"org-{number:04}-b", in_confidence=True))
        case 3 | 4:
            return (first, Teller(origin=body))
        case _:
            return (first,)


Fault: TypeAlias = Callable[[Scenario, Draw], Scenario]


def _with_fact(found: Scenario, name: str, value: Value) -> Scenario:
    return replace(found, facts={**found.facts, name: value})


def _another_gateway(found: Scenario, draw: Draw) -> Scenario:
    gateways = (GIVES_NO_GATEWAY, "dpa_2018_s132_2b", *ANONYMOUS, "cca_2013_s7_1")
    return _with_fact(found, "gateway", draw.one(gateways))


def _another_purpose(found: Scenario, draw: Draw) -> Scenario:
    return replace(found, purpose=draw.one(("review", "public_communication", "regulation")))


def _red(found: Scenario, draw: Draw) -> Scenario:
    return replace(found, tlp=draw.one((Tlp.RED, Tlp.RED, Tlp.AMBER_STRICT)))


def _not_shown(found: Scenario, draw: Draw) -> Scenario:
    flags = [name for name, value in found.facts.items() if value is True]
    return _with_fact(found, draw.one(flags), value=False) if flags else found


def _too_small(found: Scenario, draw: Draw) -> Scenario:
    if "smallest_group" not in found.facts:
        return _consent_trouble(found, draw)
    return _with_fact(found, "smallest_group", draw.below(12))


def _restricted(found: Scenario, draw: Draw) -> Scenario:
    more = draw.one(("hmrc", "intelligence_service", "social_security"))
    return replace(found, restrictions=found.restrictions | {more})


def _about_people(found: Scenario, _draw: Draw) -> Scenario:
    return _with_fact(replace(found, identifies_people=True), "personal_data_basis_recorded",
                      value=False)  # fmt: skip  # one thought


def _about_an_organisation(found: Scenario, _draw: Draw) -> Scenario:
    return replace(found, identifies_organisation=True)


def _from_the_other(found: Scenario, draw: Draw) -> Scenario:
    """Add what the recipient, or the discloser's other partner, had provided."""
    return replace(found, tellers=(found.tellers[0], Teller(origin=draw.one(("NCSC", "NCA")))))


def _to_itself(found: Scenario, _draw: Draw) -> Scenario:
    return replace(found, recipient=found.discloser)


TROUBLES = (Way.NONE, Way.NONE, Way.SOUGHT, Way.NARROWED, Way.EXPIRED, Way.ELSEWHERE,
            Way.BY_MAIL, Way.REFUSED, Way.WITHDRAWN)  # fmt: skip  # a list


def _consent_trouble(found: Scenario, draw: Draw) -> Scenario:
    """Let the last organisation have answered otherwise."""
    way, last = draw.one(TROUBLES), max(i for i, t in enumerate(found.tellers) if t.way or i == 0)
    tellers = list(found.tellers)
    if tellers[last].way:
        tellers[last] = replace(tellers[last], way=way)
    return replace(found, tellers=tuple(tellers))


FAULTS: tuple[Fault, ...] = (
    *(_consent_trouble,) * 9,
    *(_another_gateway, _another_purpose, _not_shown) * 2,
    *(_red, _too_small, _restricted, _about_people, _about_an_organisation, _from_the_other),
    _to_itself,
)
