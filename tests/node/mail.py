"""Acme, whose people can be told by mail, and a letterbox that keeps to whom mails went."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from comity.core.intake import MemberRole
from comity.core.mail import MailAddress, Notifier, NotToldError
from comity.core.terms import ConsentId, PersonId
from comity.node.ask_for_domain import ask_for_domain
from comity.node.mail_address import leave_address
from comity.node.members import Offer, let_in
from comity.node.node import Node
from comity.node.seek_consent import Seek, seek_consent
from tests.node.world import (
    ACME,
    FRONT_DOOR,
    ICO,
    NCA,
    OFFICER,
    REGULATION,
    SPEAKER,
    World,
    new_world,
    report_text,
)

BEN, CAROL, DORA = map(PersonId, ("ben", "carol", "dora"))
DOMAIN = "acme.example"
"""What Acme names as its own."""
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass
class Letterbox:
    """Takes mails as a mail server does; if `broken`, none. `meanwhile` happens before it does."""

    now: Callable[[], datetime]
    mails: list[tuple[datetime, MailAddress]] = field(default_factory=list)
    tried: int = 0
    broken: bool = False
    meanwhile: Callable[[], object] = lambda: None

    def tell(self, address: MailAddress) -> None:
        """Take a mail.

        Raises:
            NotToldError: it is broken.
        """
        self.tried += 1
        self.meanwhile()
        if self.broken:
            raise NotToldError
        self.mails.append((self.now(), address))

    @property
    def to(self) -> list[str]:
        """To whom mails went, in their order."""
        return [str(address) for _, address in self.mails]


def with_mail(world: World, notifier: Notifier) -> Node:
    """Let the front door tell people in this way."""
    door = replace(world.nodes[FRONT_DOOR], notifier=notifier)
    world.nodes[FRONT_DOOR] = world.workers[FRONT_DOOR].node = door
    return door


def address_of(person: PersonId) -> str:
    return f"{person}@outside.example"


def come_in(door: Node, person: PersonId, role: MemberRole, report: str | None = None) -> None:
    """Let somebody in, who leaves an address outside."""
    let_in(door, ACME, person, Offer(role, person, report))
    leave_address(door, person, ACME, address_of(person))


def told_acme(text: str = "", world: World | None = None) -> tuple[World, Node, Letterbox]:
    """Return nodes at which Acme has reported and named its domain; its manager can be told."""
    world = world or new_world()
    box = Letterbox(world.clock.now)
    door = with_mail(world, box)
    world.settle()
    world.report(text or report_text())
    ask_for_domain(door, ACME, DOMAIN)
    come_in(door, SPEAKER, MemberRole.MANAGER)
    return world, door, box


def ask(
    world: World, time: timedelta = 30 * DAY, section: str = "incident", case: int = 0
) -> ConsentId:
    """Let the NCA ask Acme something that it can answer for a time, and the question arrive.

    Acme's case is the NCA's first.
    """
    node = world.nodes[NCA]
    with node.store.reading() as records:
        about = records.cases.find()[case].id
        held = [each.item for each in records.items.find(case=about) if each.release]
    seek = Seek(
        case=about,
        items=tuple(each.id for each in held if each.section == section),
        recipient=ICO,
        purpose=REGULATION,
        until=world.clock.now() + time,
        why="The regulator has asked.",
        officer=OFFICER,
    )
    consent = seek_consent(node, seek)
    world.settle()
    return consent


def pass_time(world: World, time: timedelta, step: timedelta = HOUR) -> None:
    """Let time pass, and the front door look after its mails meanwhile."""
    worker, end = world.workers[FRONT_DOOR], world.clock.moment + time
    while world.clock.moment < end:
        world.clock.pass_(min(step, end - world.clock.moment))
        worker.mail()
