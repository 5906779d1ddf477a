"""Occasions: at a front door, that something came which somebody may read, and who is to be told.

They are kept in the transaction that keeps what came, so none is lost. Once one is due it becomes a
mail for each of the organisation's people who may see the thing and can be told; several that come
together are one mail. A question that was answered, or whose time is over, is no occasion any more.

Counsel is told of a question first, where the organisation has one that can be told; the others are
told once counsel has looked, and of each reminder in any case, since a no waits for nobody.
"""

from collections.abc import Iterable
from datetime import datetime

from comity.core.intake import MAY, May, MemberRole
from comity.core.mail import next_hour, told_at
from comity.core.terms import InputError, OrganisationId, SignatureError
from comity.node.answer_consent import newest_answer
from comity.node.counsel import waits_for_counsel
from comity.node.mail_address import can_be_told
from comity.node.node import Node
from comity.store.change import changed
from comity.store.port import Records
from comity.store.records import Asked, Mail, Member, Occasion, Told


def asked_something(records: Records, node: Node, asked: Asked, told: Iterable[Told]) -> None:
    """Keep that people are to be told of a question: now, and before its time is over."""
    _keep(records, node, asked.organisation, asked.consent, told, told_at(node.now(), asked.until))


def noticed_something(
    records: Records, node: Node, organisation: OrganisationId, about: str, told: Iterable[Told]
) -> None:
    """Keep that people are to be told of a notice or a letter, once."""
    _keep(records, node, organisation, about, told, (next_hour(node.now()),))


def _keep(  # noqa: PLR0913, PLR0917 - whose it is, what it is about, and when
    records: Records,
    node: Node,
    organisation: OrganisationId,
    about: str,
    told: Iterable[Told],
    times: Iterable[datetime],
) -> None:
    if node.notifier is None:
        return
    reports = frozenset(each.report for each in told)
    for number, at in enumerate(times):
        occasion = Occasion(
            id=f"{about}/{number}",
            organisation=organisation,
            about=about,
            reports=reports,
            at=at,
        )
        records.occasions.put(occasion)


def write_mails(node: Node) -> int:
    """Let mails wait for whoever is to be told by now; return how many occasions were due."""
    now = node.now()
    with node.store.reading() as records:
        due = [each.id for each in records.occasions.find() if each.at <= now]
    for each in due:
        with node.store.writing() as records:
            occasion = records.occasions.get(each)
            if occasion is not None:
                _write(records, node, occasion)
    return len(due)


def stands(records: Records, node: Node, about: str) -> bool:
    """Return whether there is still something to read: a notice, a letter, an open question.

    An answer that does not verify is one, too: it keeps no mail from anybody else.
    """
    asked = records.asked.get(about)
    if asked is None:
        return any((records.notices.get(about), records.letters.get(about)))
    try:
        return node.now() < asked.until and newest_answer(records, node, asked.consent) is None
    except (SignatureError, InputError):
        return False


def _write(records: Records, node: Node, occasion: Occasion) -> None:
    """Let mails wait for an occasion, and forget it; or go on waiting for counsel."""
    people = _people(records, node, occasion) if stands(records, node, occasion.about) else []
    counsel = [each for each in people if each.role is MemberRole.COUNSEL]
    if people and _waits(records, node, occasion):
        if occasion.counsel_told or _tell(records, node, counsel, occasion.about):
            later = next_hour(node.now())
            records.occasions.put(changed(occasion, counsel_told=True, at=later))
            return
    elif occasion.counsel_told:
        people = [each for each in people if each not in counsel]
    _tell(records, node, people, occasion.about)
    records.occasions.remove(occasion.id)
    records.occasions.remove(occasion.first)


def _waits(records: Records, node: Node, occasion: Occasion) -> bool:
    """Return whether counsel has to look first, and people are not being reminded already."""
    asked = records.asked.get(occasion.about)
    is_first = occasion.id == occasion.first
    return is_first and asked is not None and waits_for_counsel(records, node, asked)


def _people(records: Records, node: Node, occasion: Occasion) -> list[Member]:
    """Return who may see what an occasion is about."""
    return [
        each
        for each in records.members.find(organisation=occasion.organisation)
        if each.works_at(node.now())
        and May.READ in MAY[each.role]
        and (each.report is None or not occasion.reports or each.report in occasion.reports)
    ]


def _tell(records: Records, node: Node, people: Iterable[Member], about: str) -> bool:
    """Let a mail wait for each of these who can be told; return whether anybody can."""
    told = False
    for each in people:
        held = records.addresses.get(each.id)
        if held is None or not can_be_told(records, node, held):
            continue
        told = True
        mail = records.mails.get(each.id)
        if mail is not None and mail.waiting:
            records.mails.put(changed(mail, about=mail.about | {about}))
            continue
        records.mails.put(
            Mail(
                id=each.id,
                organisation=each.organisation,
                person=each.person,
                about=frozenset({about}),
                waiting=True,
                due=node.now(),
                sent_at=mail.sent_at if mail else None,
            )
        )
    return told
