"""Stories: what officers and organisations do on a stage, with tokens in all that they write."""

from contextlib import suppress
from datetime import timedelta

from comity.core.consent import Assurance
from comity.core.gate import Permit, Refusal
from comity.core.terms import CaseId, ConsentId, ItemId, PartyId, Purpose, Section
from comity.node.answer_consent import answer_consent
from comity.node.deliver import ENVELOPES
from comity.node.node import NotPossibleError
from comity.node.request_disclosure import Ask, request_disclosure
from comity.node.seek_consent import Seek, seek_consent
from comity.node.show_case import show_case
from comity.node.withdraw_consent import withdraw_consent
from comity.node.write_note import write_note
from comity.store.records import Held
from tests.canary.stage import FACTS, WRITTEN, Stage
from tests.node.world import (
    FRONT_DOOR,
    GROUNDS,
    ICO,
    NCA,
    NCSC,
    OFFICER,
    REGULATION,
    SPEAKER,
    sections,
)

SECTION = "incident"
A_QUARTER = timedelta(minutes=15)
FOR = {ICO: REGULATION, NCSC: Purpose("incident_response")}


def held(stage: Stage, party: PartyId, section: str, *, passed_on: bool = False) -> Held:
    """Return the item of a section that a body was told, or that another body passed on to it."""
    with stage.world.nodes[party].store.reading() as records:
        items = [each for each in records.items.find() if each.item.section == section]
    for each in items:
        told_to = frozenset().union(*(one.given_to for one in each.item.label.sources))
        if each.release and (party not in told_to) == passed_on:
            return each
    raise LookupError(f"{party} does not hold {section}")


def asked(stage: Stage, item: Held, *, party: PartyId = NCA, to: PartyId = ICO) -> Permit | Refusal:
    """Let an officer ask to pass one item on, with a token in each reason that they write."""
    assert item.case
    ask = Ask(
        case=item.case,
        items=(item.item.id,),
        recipient=to,
        purpose=FOR[to],
        kind="organisation_specific",
        officer=OFFICER,
        grounds={name: (GROUNDS[name][0], WRITTEN[name].text) for name in FACTS},
    )
    _, decision = request_disclosure(stage.world.nodes[party], ask)
    stage.world.settle()
    return decision


def sought(stage: Stage, item: Held, to: PartyId = ICO) -> ConsentId:
    """Let the NCA ask for consent about one item, and the question arrive."""
    assert item.case
    seek = Seek(
        case=item.case,
        items=(item.item.id,),
        recipient=to,
        purpose=FOR[to],
        until=stage.world.clock.now() + timedelta(days=30),
        why=f"Because of {WRITTEN['why'].text}",
        officer=OFFICER,
    )
    consent = seek_consent(stage.world.nodes[NCA], seek)
    stage.world.settle()
    return consent


def answered(stage: Stage, consent: ConsentId, *sections: str) -> None:
    """Let the organisation say yes to sections, or no."""
    named = frozenset(Section(each) for each in sections)
    answer_consent(stage.world.nodes[FRONT_DOOR], consent, named, Assurance.TOTP, SPEAKER)
    stage.world.settle()


def told_only(stage: Stage) -> None:
    """Nobody does anything but read: an officer looks at a case and writes a note in it."""
    item = held(stage, NCA, SECTION)
    assert item.case
    show_case(stage.world.nodes[NCA], item.case, OFFICER)
    write_note(stage.world.nodes[NCA], item.case, WRITTEN["note"].text, OFFICER)


def refused_by_the_gate(stage: Stage) -> None:
    """An officer asks without any consent."""
    told_only(stage)
    assert isinstance(asked(stage, held(stage, NCA, SECTION)), Refusal)


def unanswered(stage: Stage) -> None:
    """Consent is sought; the organisation does not answer."""
    sought(stage, held(stage, NCA, SECTION))
    refused_by_the_gate(stage)


def refused_by_the_organisation(stage: Stage) -> None:
    """Consent is sought and refused."""
    answered(stage, sought(stage, held(stage, NCA, SECTION)))
    refused_by_the_gate(stage)


def withdrawn_before_sending(stage: Stage) -> None:
    """Consent is given, an envelope is on its way and lost, and the yes is taken back."""
    item = held(stage, NCA, SECTION)
    consent = sought(stage, item)
    answered(stage, consent, SECTION)
    stage.cut.add((NCA, ICO, ENVELOPES))
    assert isinstance(asked(stage, item), Permit)
    withdraw_consent(stage.world.nodes[FRONT_DOOR], consent, Assurance.MAIL)
    stage.world.settle()
    stage.cut.clear()
    stage.world.wait(timedelta(minutes=20))
    refused_by_the_gate(stage)


def passed_on(stage: Stage, to: PartyId = ICO) -> ConsentId:
    """One section is passed on with consent."""
    item = held(stage, NCA, SECTION)
    consent = sought(stage, item, to)
    answered(stage, consent, SECTION)
    assert isinstance(asked(stage, item, to=to), Permit)
    return consent


def relayed(stage: Stage) -> None:
    """The NCSC is passed a section by consent and would pass it on to the ICO."""
    passed_on(stage, NCSC)
    item = held(stage, NCSC, SECTION, passed_on=True)
    assert isinstance(asked(stage, item, party=NCSC), Refusal)


def mistaken(stage: Stage) -> None:
    """Officers and organisations ask for what is not possible; what they are told is kept."""
    nca, door = stage.world.nodes[NCA], stage.world.nodes[FRONT_DOOR]
    item = held(stage, NCA, SECTION)
    assert item.case
    consent = sought(stage, item)
    text = WRITTEN["why"].text
    mistakes = (
        lambda: asked(stage, held(stage, NCSC, SECTION)),
        lambda: write_note(nca, CaseId("case-none"), text, OFFICER),
        lambda: show_case(nca, CaseId("case-none")),
        lambda: answer_consent(door, consent, sections("ransom"), Assurance.TOTP, SPEAKER),
        lambda: answer_consent(door, consent, sections(SECTION), Assurance.MAIL, SPEAKER),
        lambda: answer_consent(door, consent, sections(SECTION), Assurance.TOTP),
        lambda: answer_consent(door, ConsentId("consent-none"), frozenset(), Assurance.MAIL),
        lambda: request_disclosure(
            nca,
            Ask(
                case=item.case or CaseId("case-none"),
                items=(ItemId("item-none"),),
                recipient=ICO,
                purpose=REGULATION,
                kind="organisation_specific",
                officer=OFFICER,
                grounds={"gateway": ("cca_2013_s7_4", text)},
            ),
        ),
    )
    for each in mistakes:
        with suppress(NotPossibleError):
            try:
                each()
            except NotPossibleError as error:
                stage.errors += [repr(error), str(error), error.advice]
                raise
    assert len(stage.errors) == 3 * len(mistakes)
