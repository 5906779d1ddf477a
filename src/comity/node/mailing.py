"""Mailing: at a front door, hands over the mails that wait, apart from the rounds of its worker.

Each mail is looked at again before it goes: whether there is still something to read, whether whom
it is for is still a member, and whether their address may be written to. It is counted before it is
handed over, in a transaction that is closed by then, so a crash loses none, and none is handed over
more often than the attempts that it has. A person gets one mail in an hour at most.

A mail server that does not answer is asked less and less often. A node that was put back tells
nobody anything.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from comity.core.mail import MOST_ATTEMPTS, MailAddress, Notifier, NotToldError, wait_before
from comity.node.mail_address import address_in, can_be_told
from comity.node.members import member_of
from comity.node.node import Node, alarm, is_stopped
from comity.node.occasions import stands, write_mails
from comity.store.change import changed
from comity.store.port import Records
from comity.store.records import Mail

log = logging.getLogger(__name__)

EVERY: Final = timedelta(minutes=1)
LONGEST_REST: Final = timedelta(minutes=15)
LONGEST_ROUND: Final = timedelta(seconds=5)
"""After this time no further mail is begun until the next one."""
BETWEEN: Final = timedelta(hours=1)
"""How long after one mail a person gets no other."""


@dataclass(slots=True)
class Mailing:
    """When mails are looked for again, and how often handing them over failed in a row."""

    next_at: datetime | None = None
    failures: int = 0

    def round(self, node: Node) -> int:
        """Write and hand over what is due; return how much was done."""
        now, notifier = node.now(), node.notifier
        if notifier is None or (self.next_at is not None and now < self.next_at):
            return 0
        with node.store.reading() as records:
            if is_stopped(records):
                return 0
        done = write_mails(node)
        sent, failed = _hand_over(node, notifier)
        self.failures = self.failures + 1 if failed else 0
        self.next_at = now + min(LONGEST_REST, EVERY * (1 << min(self.failures, 10)))
        return done + sent


def _hand_over(node: Node, notifier: Notifier) -> tuple[int, bool]:
    """Hand over what is due; return how many mails went, and whether one did not."""
    began, sent = node.now(), 0
    with node.store.reading() as records:
        waiting = [each for each in records.mails.find(waiting=True) if each.due <= began]
    for each in waiting:
        if node.now() > began + LONGEST_ROUND:
            break
        with node.store.writing() as records:
            begun = _begin(records, node, each.id)
        if begun is None:
            continue
        mail, address = begun
        try:
            notifier.tell(address)
        except NotToldError:
            log.warning("a mail was not taken", exc_info=True)
            return sent, True
        sent += 1
        with node.store.writing() as records:
            _end(records, node, mail)
    return sent, False


def _begin(records: Records, node: Node, key: str) -> tuple[Mail, MailAddress] | None:
    """Count an attempt, and return the mail and where it goes; None if it does not go now."""
    mail, held = records.mails.get(key), records.addresses.get(key)
    if mail is None or not mail.waiting or node.now() < mail.due:
        return None
    about = frozenset(each for each in mail.about if stands(records, node, each))
    is_member = member_of(records, node, mail.organisation, mail.person) is not None
    if not about or held is None or not is_member or not can_be_told(records, node, held):
        records.mails.put(changed(mail, waiting=False, about=frozenset(), attempts=0))
        return None
    if mail.attempts >= MOST_ATTEMPTS:
        alarm(records, node, "mail-given-up", mail.id)
        records.mails.put(changed(mail, waiting=False, about=frozenset(), attempts=0))
        return None
    earliest = _last(records, mail) + BETWEEN
    if node.now() < earliest:
        records.mails.put(changed(mail, due=earliest))
        return None
    attempt = mail.attempts + 1
    again = node.now() + wait_before(attempt + 1)
    counted = changed(mail, about=about, attempts=attempt, due=again)
    records.mails.put(counted)
    return counted, address_in(records, node, held)


def _last(records: Records, mail: Mail) -> datetime:
    """Return when the person got their last mail, for whichever organisation."""
    before = [each.sent_at for each in records.mails.find(person=mail.person) if each.sent_at]
    return max(before, default=datetime.min.replace(tzinfo=mail.due.tzinfo))


def _end(records: Records, node: Node, sent: Mail) -> None:
    """Keep that a mail went; what came meanwhile waits for the next one."""
    mail = records.mails.get(sent.id)
    if mail is None:
        return
    left = mail.about - sent.about
    records.mails.put(changed(mail, waiting=bool(left), about=left, attempts=0, sent_at=node.now()))
