"""People: what organisations and officers do, each act chosen by numbers among what is possible."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from comity.core.casework import Independence
from comity.core.consent import Assurance
from comity.core.gate import Permit
from comity.core.intake import Report, read_report
from comity.core.terms import ConsentId, OfficerId, PartyId, PersonId, Purpose, Section
from comity.node.answer_consent import answer_consent
from comity.node.confirm_answer import confirm_answer
from comity.node.contents import kept
from comity.node.declare_independent_source import declare_independent_source
from comity.node.node import Node, NotPossibleError
from comity.node.prepare_answer import prepare_answer
from comity.node.request_disclosure import Ask, request_disclosure
from comity.node.seek_consent import Seek, seek_consent
from comity.node.send_report import ReportId, send_report
from comity.node.update_report import update_report
from comity.node.withdraw_consent import withdraw_consent
from comity.node.write_note import write_note
from comity.shipped import bodies, report_form
from comity.store.port import StoreError
from comity.store.records import Asked, Held
from tests.faults.breaking import EndedError
from tests.faults.histories.oracle import Text, Word, tokens
from tests.node.world import (
    FRONT_DOOR,
    GROUNDS,
    ICO,
    NCA,
    NCSC,
    OFFICER,
    SPEAKER,
    START,
)
from tests.passkeys import eddsa

if TYPE_CHECKING:
    from tests.faults.histories.world import World

ORGANISATIONS = ("acme", "bravo")
INTRUDER = PersonId("intruder")
PHONE = eddsa()
ONE_IN = 8
"""One yes in so many is the intruder's."""
SECTIONS = ("incident", "technical")
TOLD = ((NCA,), (NCA,), (NCA, NCSC), (ICO,), (NCA, ICO), (NCSC,))
PURPOSES = {ICO: "regulation", NCSC: "incident_response", NCA: "incident_response"}
SECOND = OfficerId("officer-2")


@dataclass(slots=True)
class Desk:
    """What people remember: their reports as they wrote them, and how many texts there are."""

    texts: int = 0
    reports: dict[str, dict[str, Any]] = field(default_factory=dict)
    promised: list[tuple[PartyId, str]] = field(default_factory=list)

    def fork(self) -> "Desk":
        """Return a desk with the same on it."""
        return Desk(self.texts, dict(self.reports), list(self.promised))


def attempt(world: "World", party: PartyId, act: Callable[[], Any]) -> tuple[Any, str]:
    """Return what came of an act at a node, and in words why not if nothing did."""
    try:
        return act(), ""
    except NotPossibleError as error:
        return None, f"cannot: {error}"
    except StoreError:
        return None, "fails: the disk is full"
    except EndedError:
        world.start_again(party)
        return None, "fails: the process ends"


def report(world: "World", a: int, b: int, c: int) -> str:
    """An organisation reports one or two sections, each to one or two bodies."""
    organisation = ORGANISATIONS[a % len(ORGANISATIONS)]
    names = SECTIONS[: 1 + b % 2]
    choices = {name: TOLD[(c + place) % len(TOLD)] for place, name in enumerate(names)}
    document: dict[str, Any] = {
        "organisation": organisation,
        "choices": {name: list(chosen) for name, chosen in choices.items()},
        "in_confidence": dict.fromkeys(names, (a // 2 + c) % 8 != 0),
        **{name: _answers(name, _token(world, name)) for name in names},
    }
    sent, why = _tell(world, document, lambda read: send_report(world.nodes[FRONT_DOOR], read))
    if sent is not None:
        world.desk.reports[sent.id] = document
    told = ", ".join(f"{name} to {' and '.join(chosen)}" for name, chosen in choices.items())
    return f"{organisation} reports {told}{_because(why)}"


def update(world: "World", a: int, b: int, _c: int) -> str:
    """An organisation changes one section of a report."""
    if not world.desk.reports:
        return ""
    report_id = sorted(world.desk.reports)[a % len(world.desk.reports)]
    before = world.desk.reports[report_id]
    names = sorted(before["choices"])
    name = names[b % len(names)]
    document = {**before, name: _answers(name, _token(world, name))}
    sent, why = _tell(
        world,
        document,
        lambda read: update_report(world.nodes[FRONT_DOOR], ReportId(report_id), read),
        (name,),
    )
    if sent is not None:
        world.desk.reports[report_id] = document
    return f"{before['organisation']} edits {name} of its report{_because(why)}"


def _tell(
    world: "World",
    document: dict[str, Any],
    act: Callable[[Report], Any],
    changed: tuple[str, ...] = SECTIONS,
) -> tuple[Any, str]:
    """Let an organisation tell; what failed may have been told all the same."""
    read = read_report(document, "a report", report_form(), bodies())
    new = {
        token: Text(
            organisation=document["organisation"],
            told=frozenset(map(PartyId, document["choices"][name])),
            in_confidence=document["in_confidence"][name],
        )
        for name in document["choices"]
        if name in changed
        for token in tokens(repr(document[name]).encode())
    }
    world.oracle.tells(new)
    sent, why = attempt(world, FRONT_DOOR, lambda: act(read))
    if sent is not None:
        world.desk.promised += [(body, token) for token, text in new.items() for body in text.told]
    return sent, why


def _token(world: "World", section: str) -> str:
    world.desk.texts += 1
    return f"token-{world.desk.texts}-{section}-"


def _answers(section: str, token: str) -> dict[str, Any]:
    if section == "incident":
        return {"summary": f"encrypted {token}", "discovered_at": START}
    return {"malware": f"a locker {token}"}


def seek(world: "World", a: int, b: int, c: int) -> str:
    """An officer of the NCA or the NCSC asks whether something may be passed on, maybe again."""
    before = _sought(world, b, 0) if c % 3 == 1 else None
    if before is None:
        party, recipient = ((NCA, ICO), (NCA, ICO), (NCA, NCSC), (NCSC, ICO))[a % 4]
        held = items_of(world, party, told_only=True)
        if not held:
            return ""
        before = (party, recipient, held[b % len(held)])
    party, recipient, item = before
    until = timedelta(minutes=30) if c % 5 == 0 else timedelta(days=30)
    asked = Seek(
        case=item.case,  # type: ignore[arg-type] # what an organisation told is in its case
        items=(item.item.id,),
        recipient=recipient,
        purpose=Purpose(PURPOSES[recipient]),
        until=world.nodes[party].now() + until,
        why=f"because of {''.join(sorted(_tokens(world, party, item)))}",
        officer=OFFICER,
    )
    _, why = attempt(world, party, lambda: seek_consent(world.nodes[party], asked))
    return f"{party} asks to pass {item.item.section} on to {recipient}{_because(why)}"


def yes(world: "World", a: int, b: int, c: int) -> str:
    """An organisation agrees; now and then it is somebody who only reads its mail."""
    if c % ONE_IN == ONE_IN - 1:
        return _intrude(world, a, b)
    return _answer(world, a, b, is_yes=True)


def _intrude(world: "World", a: int, b: int) -> str:
    """Whoever reads the mail says yes. It is no word of the organisation, so nothing may follow."""
    question = _question(world, a, b)
    if question is None:
        return ""
    sections = frozenset(map(Section, question.sections))
    node, consent = world.nodes[FRONT_DOOR], question.consent
    _, why = attempt(
        world,
        FRONT_DOOR,
        lambda: answer_consent(node, consent, sections, Assurance.TOTP, INTRUDER),
    )
    return f"an intruder says yes{_because(why)}"


def no(world: "World", a: int, b: int, _c: int) -> str:
    """An organisation refuses."""
    return _answer(world, a, b, is_yes=False)


def _answer(world: "World", a: int, b: int, *, is_yes: bool) -> str:
    """An organisation answers a question."""
    question = _question(world, a, b)
    if question is None:
        return ""
    sections = frozenset(map(Section, question.sections)) if is_yes else frozenset()
    before = _answers_to(world, question)
    node, consent = world.nodes[FRONT_DOOR], question.consent
    by_code = partial(answer_consent, node, consent, sections, Assurance.TOTP, SPEAKER)
    by_passkey = partial(_touch, node, consent, sections)
    _, why = attempt(world, FRONT_DOOR, by_passkey if is_yes and a % 2 else by_code)
    if _answers_to(world, question) > before:
        _said(world, question, is_yes=is_yes)
    return f"the organisation says {'yes' if is_yes else 'no'}{_because(why)}"


def _touch(node: Node, consent: ConsentId, sections: frozenset[Section]) -> None:
    """Say yes by passkey, in its two steps."""
    waiting = prepare_answer(node, consent, sections, SPEAKER)
    confirm_answer(node, waiting.id, PHONE.touched(waiting.challenge), SPEAKER)


def _question(world: "World", a: int, b: int) -> Asked | None:
    """Return the newest question, or any; None if nobody has asked."""
    asked = _questions(world)
    if not asked:
        return None
    return asked[-1] if b % 2 else asked[a % len(asked)]


def withdraw(world: "World", a: int, _b: int, _c: int) -> str:
    """An organisation takes its yes back."""
    asked = _questions(world)
    if not asked:
        return ""
    question = asked[a % len(asked)]
    before = _answers_to(world, question)
    _, why = attempt(
        world,
        FRONT_DOOR,
        lambda: withdraw_consent(world.nodes[FRONT_DOOR], question.consent, Assurance.MAIL),
    )
    if _answers_to(world, question) > before:
        _said(world, question, is_yes=False, withdraws=True)
    return f"the organisation withdraws{_because(why)}"


def _said(world: "World", question: Asked, *, is_yes: bool, withdraws: bool = False) -> None:
    tokens = world.oracle.about(question.items, frozenset(map(str, question.sections)))
    said = [each for each in world.oracle.words if each.consent == question.consent]
    given = frozenset().union(*(each.tokens for each in said if each.is_yes))
    if not is_yes:  # a withdrawal takes back what was given, a no is about all that was asked
        tokens = given if withdraws else given | tokens
        _ended(world, question, tokens)
    world.oracle.says(
        Word(
            consent=question.consent,
            is_yes=is_yes,
            tokens=tokens,
            discloser=question.discloser,
            recipient=question.recipient,
            said=world.moment,
            until=question.until,
            takes_back=bool(given) and not is_yes,
        )
    )


def _ended(world: "World", question: Asked, tokens: frozenset[str]) -> None:
    """Note that older answers to other questions about the same end with this one."""
    newest = {word.consent: word for word in world.oracle.words}
    for word in newest.values():
        same = (word.discloser, word.recipient) == (question.discloser, question.recipient)
        if same and word.consent != question.consent and word.is_yes and word.tokens & tokens:
            world.oracle.says(
                replace(word, is_yes=False, said=world.moment, takes_back=True, known=None)
            )


def ask(world: "World", a: int, b: int, c: int) -> str:
    """An officer asks to pass something on: mostly what consent was sought for, else anything."""
    wanted = _sought(world, a, b) if c % 4 else _anything(world, a, b)
    if wanted is None:
        return ""
    party, recipient, item = wanted
    request = Ask(
        case=item.case,  # type: ignore[arg-type] # what can be asked for is in a case
        items=(item.item.id,),
        recipient=recipient,
        purpose=Purpose(PURPOSES[recipient]),
        kind="organisation_specific",
        officer=OFFICER,
        grounds=GROUNDS if c % 8 else {},
    )
    done, why = attempt(world, party, lambda: request_disclosure(world.nodes[party], request))
    found = "permitted" if done and isinstance(done[1], Permit) else "refused"
    what = f"{item.item.section} to {recipient}"
    return f"{party} would pass {what}: {why or found}"


def _anything(world: "World", a: int, b: int) -> tuple[PartyId, PartyId, Held] | None:
    party, recipient = (
        (NCA, ICO), (NCA, ICO), (NCA, ICO), (NCA, NCSC), (NCSC, ICO), (NCSC, NCA), (ICO, NCA),
        (ICO, NCSC),
    )[a % 8]  # fmt: skip
    held = items_of(world, party)
    return (party, recipient, held[-1 - b % len(held)]) if held else None


def _sought(world: "World", a: int, b: int) -> tuple[PartyId, PartyId, Held] | None:
    """Return what somebody sought consent for, what stands there by now, or a note about it."""
    sought = []
    for party in (NCA, NCSC):
        with world.nodes[party].store.reading() as records:
            sought += records.seekings.find()
    if not sought:
        return None
    one = sought[a % len(sought)]
    held = [
        each for each in items_of(world, one.discloser) if each.organisation == one.organisation
    ]
    named = [each for each in held if each.item.digest in one.items]
    later = [each for each in held if named and each.item.section == named[0].item.section]
    written = [each for each in held if each.item.section == "note"]
    found = (named, later[-1:], written[-1:])[b % 3]
    return (one.discloser, one.recipient, found[0]) if found else None


def note(world: "World", a: int, b: int, _c: int) -> str:
    """An officer retypes what an organisation told, in a note."""
    party = (NCA, NCA, NCSC)[a % 3]
    held = items_of(world, party)
    if not held:
        return ""
    item = held[b % len(held)]
    if item.case is None:
        return ""
    case, text = item.case, "".join(sorted(_tokens(world, party, item)))
    _, why = attempt(world, party, lambda: write_note(world.nodes[party], case, text, OFFICER))
    return f"{party} retypes {item.item.section}{_because(why)}"


def declare(world: "World", a: int, _b: int, _c: int) -> str:
    """Two officers write a note from something public, and say so."""
    party = (NCA, NCSC)[a % 2]
    held = items_of(world, party)
    if not held or held[0].case is None:
        return ""
    case = held[0].case

    def act() -> object:
        written = write_note(world.nodes[party], case, "from a public page", OFFICER)
        return declare_independent_source(
            world.nodes[party],
            Independence(
                text=written.id,
                published_at="https://example.org/advisory",
                declared_by=OFFICER,
                confirmed_by=SECOND,
            ),
        )

    _, why = attempt(world, party, act)
    return f"{party} writes a note from a public page{_because(why)}"


def _questions(world: "World") -> list[Asked]:
    with world.nodes[FRONT_DOOR].store.reading() as records:
        return records.asked.find()


def _answers_to(world: "World", question: Asked) -> int:
    """Return how many answers to a question stand: who was interrupted looks again."""
    with world.nodes[FRONT_DOOR].store.reading() as records:
        return len(records.answers.find(consent=question.consent))


def items_of(world: "World", party: PartyId, *, told_only: bool = False) -> list[Held]:
    """Return what a body holds that an officer could ask to pass on."""
    with world.nodes[party].store.reading() as records:
        return [
            each
            for each in records.items.find()
            if each.content
            and each.case
            and (each.release or not told_only)
            and not each.item.id.startswith("evidence")
        ]


def _tokens(world: "World", party: PartyId, held: Held) -> frozenset[str]:
    node: Node = world.nodes[party]
    with node.store.reading() as records:
        return tokens(kept(records, node, held).content)


def _because(why: str) -> str:
    return f" ({why})" if why else ""
