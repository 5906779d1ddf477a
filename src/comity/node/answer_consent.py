"""Answer consent: at a front door, what the organisation says to a body's question.

A yes names exactly the contents that were agreed to, and never what was not. It goes to the body
that asked, signed with the consent key, with a status that says it still stands. Whoever says no
to a content says it whatever was answered about it before: older answers for the same body,
recipient and purpose are taken back as far as they name it.

Only somebody with a mandate in force says yes. Anybody who reaches the organisation's account can
say no, since a no costs nothing that a yes cannot mend.
"""

from datetime import datetime
from typing import NamedTuple

from comity.core.consent import (
    CAN_GIVE,
    STATUS_LIFETIME,
    Answer,
    Assurance,
    Entitlement,
    Said,
    Status,
    read_own_said,
    sign_said,
    sign_status,
)
from comity.core.exchange import Control
from comity.core.ledger import EntryType
from comity.core.terms import (
    ConsentId,
    Digest,
    OrganisationId,
    PartyId,
    PersonId,
    Purpose,
    Section,
    SignatureError,
    Signer,
    decode,
    object_digest,
)
from comity.node.counsel import check_counsel
from comity.node.mandates import entitlement_of
from comity.node.names import name_for
from comity.node.node import (
    Node,
    NotPossibleError,
    consent_keys,
    note,
    read_by_any,
    replaced_consent_keys,
)
from comity.node.queueing import queue_message
from comity.store.change import changed
from comity.store.port import Records
from comity.store.records import Answered, Asked, Counter, OutState, Role


class Spoken(NamedTuple):
    """What an organisation said, and the older answers that ended or shrank with it."""

    said: Said
    taken_back: tuple[ConsentId, ...]


class Voice(NamedTuple):
    """Who answers for an organisation: how sure that is, whether they may, and who it is."""

    assurance: Assurance
    entitlement: Entitlement
    speaker: PersonId | None

    def can_give(self) -> bool:
        """Return whether a yes by them counts. A no counts in any case."""
        return self.assurance in CAN_GIVE and self.entitlement is not Entitlement.NONE


def answer_consent(  # noqa: PLR0913, PLR0917 - which question, which answer, and who gives it
    node: Node,
    consent: ConsentId,
    sections: frozenset[Section],
    assurance: Assurance,
    speaker: PersonId | None = None,
    end: datetime | None = None,
) -> Spoken:
    """Say yes for these sections, and no for all others that were asked about.

    A yes ends when the question's time does, or at an earlier `end`.

    Raises:
        NotPossibleError: nobody asked, a section was not asked about, the assurance is too weak
            for a yes or is a passkey, the speaker has no mandate in force, or counsel has to look
            first. Then nothing is changed.
    """
    if sections and assurance not in CAN_GIVE:
        raise NotPossibleError(
            f"an answer by {assurance} can refuse or withdraw, but never give",
            "sign in with a passkey or a one-time code",
        )
    if sections and assurance is Assurance.PASSKEY:
        raise NotPossibleError(
            "a yes by passkey needs what the passkey signs over it, and that comes with a touch",
            "answer on the pages of the front door, or say yes by a one-time code: totp",
        )
    with node.store.writing() as records:
        asked = ending(asked_for(records, consent), end)
        items = items_of(records, asked, sections)
        voice = voice_of(records, node, asked, assurance, speaker)
        if items:
            check_can_give(voice)
            check_counsel(records, node, asked)
        return speak(records, node, words(records, node, asked, items, voice), speaker)


def check_can_give(voice: Voice) -> None:
    """Return if a yes by this voice counts.

    Raises:
        NotPossibleError: it does not.
    """
    if not voice.can_give():
        raise NotPossibleError(
            f"{voice.speaker or 'nobody who was named'} is not entitled to speak for the "
            "organisation now: they can refuse or withdraw, but never give",
            "let a speaker vouch, or a body call back: speaker list",
        )


def words(
    records: Records, node: Node, asked: Asked, items: frozenset[Digest], voice: Voice
) -> tuple[Said, ...]:
    """Return all that has to be said to agree to these contents and to no others, in its order.

    What it takes back comes first, and the answer to the question itself last. Nothing is signed
    or kept yet; the numbers in the order of answers are taken.
    """
    refused = items_of(records, asked, frozenset(asked.sections)) - items
    taken = take_back(records, node, asked, refused, voice)
    if items:
        narrowed = _standing(records, node, asked) & refused
        ends = (Answer.WITHDRAWN, narrowed), (Answer.GIVEN, items)
        said = [saying(records, node, asked, *each, voice) for each in ends if each[1]]
        return (*taken, *said)
    given = items_given(records, node, asked.consent)  # a no after a yes takes the yes back
    answer = Answer.WITHDRAWN if given else Answer.REFUSED
    return (*taken, saying(records, node, asked, answer, given, voice))


def speak(records: Records, node: Node, said: tuple[Said, ...], speaker: PersonId | None) -> Spoken:
    """Sign, keep and send what is said, in its order; the last is the answer to the question."""
    for each in said:
        say(records, node, each, speaker)
    *taken, answer = said
    others = dict.fromkeys(each.consent for each in taken if each.consent != answer.consent)
    return Spoken(answer, tuple(others))


def voice_of(
    records: Records, node: Node, asked: Asked, assurance: Assurance, speaker: PersonId | None
) -> Voice:
    """Return who answers a question, with what the mandates say of them now."""
    entitlement = entitlement_of(records, node, asked.organisation, speaker)
    return Voice(assurance, entitlement, speaker)


def take_back(
    records: Records, node: Node, asked: Asked, items: frozenset[Digest], voice: Voice
) -> tuple[Said, ...]:
    """Return what takes back what other answers gave of these contents, and no more of them.

    They are the answers that still stand to the same body, for the same recipient and purpose. A
    voice that cannot give leaves nothing of them, and neither does a passkey: it signs one answer
    at a touch, and not the rest of an older one again.
    """
    taken: list[Said] = []
    for other in records.asked.find(organisation=asked.organisation):
        standing = _standing(records, node, other)
        is_alike = other.consent != asked.consent and _scope(other) == _scope(asked)
        if not is_alike or standing.isdisjoint(items):
            continue
        is_whole = not voice.can_give() or voice.assurance is Assurance.PASSKEY
        rest = frozenset() if is_whole else standing - items
        ends = (Answer.WITHDRAWN, standing - rest), (Answer.GIVEN, rest)
        taken += [saying(records, node, other, *each, voice) for each in ends if each[1]]
    return tuple(taken)


def _standing(records: Records, node: Node, asked: Asked) -> frozenset[Digest]:
    """Return the contents to which the newest answer to a question agrees."""
    said = newest_answer(records, node, asked.consent)
    return said.items if said and said.answer is Answer.GIVEN else frozenset()


def _scope(asked: Asked) -> tuple[PartyId, PartyId, Purpose]:
    return asked.discloser, asked.recipient, asked.purpose


def asked_for(records: Records, consent: ConsentId) -> Asked:
    """Return a question that was put to an organisation.

    Raises:
        NotPossibleError: there is none of this id.
    """
    asked = records.asked.get(consent)
    if asked is None:
        raise NotPossibleError(f"nobody asked for {consent}", "list the questions: consent list")
    return asked


def ending(asked: Asked, end: datetime | None) -> Asked:
    """Return a question as if it had asked for no longer than this."""
    return asked if end is None or end >= asked.until else changed(asked, until=end)


def items_of(records: Records, asked: Asked, sections: frozenset[Section]) -> frozenset[Digest]:
    """Return the contents of sections that a question is about.

    Raises:
        NotPossibleError: one of them was not asked about.
    """
    unknown = sections - set(asked.sections)
    if unknown:
        raise NotPossibleError(
            f"{', '.join(sorted(unknown))} was not asked about",
            f"the question is about {', '.join(asked.sections)}",
        )
    told = [records.told.get(each) for each in sorted(asked.items)]
    return frozenset(each.digest for each in told if each and each.section in sections)


def saying(  # noqa: PLR0913, PLR0917 - the question, the answer, and who gives it
    records: Records,
    node: Node,
    asked: Asked,
    answer: Answer,
    items: frozenset[Digest],
    voice: Voice,
) -> Said:
    """Return an answer under the next number in their order; nothing is signed or kept yet."""
    return Said(
        consent=asked.consent,
        organisation=name_for(records, node, asked.organisation, asked.recipient),
        answer=answer,
        items=items,
        discloser=asked.discloser,
        recipient=asked.recipient,
        purpose=asked.purpose,
        start=node.now(),
        end=asked.until,
        counter=count(records, node, asked.organisation, asked.discloser),
        assurance=voice.assurance,
        stated_at=node.now(),
        entitlement=voice.entitlement,
    )


def say(records: Records, node: Node, said: Said, speaker: PersonId | None) -> None:
    """Sign an answer, keep it, and send it to the body that asked."""
    asked = asked_for(records, said.consent)
    document = sign_said(said, consent_signer(node))
    records.answers.add(
        Answered(
            id=f"{said.consent}/{said.counter}",
            consent=said.consent,
            organisation=asked.organisation,
            document=document,
            counter=said.counter,
            speaker=speaker,
        )
    )
    queue_message(records, node, asked.discloser, statement=document)
    note(
        records,
        node,
        EntryType.CONSENT_ANSWERED,
        consent=said.consent,
        counter=str(said.counter),
        answer=said.answer,
        statement=object_digest(document),
    )
    if said.answer is Answer.GIVEN:
        queue_status(records, node, asked, said.counter)
    else:
        _drop_statuses(records, asked)


def queue_status(records: Records, node: Node, asked: Asked, newest: int) -> None:
    """Queue the word that an answer still stands, in the place of an older one not yet sent."""
    _drop_statuses(records, asked)
    status = Status(
        consent=asked.consent,
        counter=count(records, node, asked.organisation, asked.discloser),
        newest_answer=newest,
        start=node.now(),
        end=node.now() + STATUS_LIFETIME,
    )
    queue_message(records, node, asked.discloser, status=sign_status(status, consent_signer(node)))


def _drop_statuses(records: Records, asked: Asked) -> None:
    """Take back statuses of this consent that have not been sent."""
    for row in records.messages.find(to=asked.discloser, type="status"):
        waits = row.state in {OutState.QUEUED, OutState.SENDING}
        if waits and asked.consent.encode() in _status_payload(row.body):
            records.messages.remove(row.id)


def _status_payload(body: bytes) -> bytes:
    status = decode(Control, body, "a queued message").status
    return status.payload if status else b""


def items_given(records: Records, node: Node, consent: ConsentId) -> frozenset[Digest]:
    """Return every content that was ever agreed to under a consent: what a withdrawal names."""
    said = [_read(records, node, each) for each in records.answers.find(consent=consent)]
    return frozenset().union(*(each.items for each in said if each.answer is Answer.GIVEN))


def newest_answer(records: Records, node: Node, consent: ConsentId) -> Said | None:
    """Return the newest answer that this front door signed for a consent, by whichever key then.

    Raises:
        SignatureError: none of its keys signed what is kept.
    """
    rows = sorted(records.answers.find(consent=consent), key=lambda each: each.counter)
    return _read(records, node, rows[-1]) if rows else None


def _read(records: Records, node: Node, row: Answered) -> Said:
    keys = [*consent_keys(records, node), *replaced_consent_keys(records, node)]
    said = read_by_any(keys, lambda key: read_own_said(row.document, key, node.verifier))
    if said is None:
        raise SignatureError("an answer that is kept here was not signed here")
    return said


def count(records: Records, node: Node, organisation: OrganisationId, body: PartyId) -> int:
    """Return the next number in the order of what an organisation says to one body.

    It grows with the clock and never goes back with it. So it says no more than when it was said:
    not how much this front door signed for others, nor what this organisation said elsewhere.
    """
    name = f"{organisation}/{body}"
    held = records.counters.get(name)
    milliseconds = int(node.now().timestamp() * 1000)
    value = max(milliseconds, held.value + 1 if held else 0)
    records.counters.put(Counter(name=name, value=value))
    return value


def consent_signer(node: Node) -> Signer:
    """Return the consent key.

    Raises:
        NotPossibleError: this node is no front door.
    """
    if node.role is not Role.FRONT_DOOR or node.keys.consent is None:
        raise NotPossibleError(
            "only a front door speaks for organisations", "use the front door's own command"
        )
    return node.keys.consent
