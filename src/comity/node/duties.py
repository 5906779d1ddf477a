"""Duties: what this node's body owes for disclosures, from the permit to the last of it done.

Those of the discloser are laid ready when an envelope is sealed and begin with its receipt; those
of the recipient begin when it takes the envelope.
"""

from comity.core.agreement import Owner
from comity.core.duties import Discharge, Duty, State, begun, done, duties_of
from comity.core.gate import Permit
from comity.core.ledger import EntryType
from comity.core.terms import EvidenceId, OfficerId, ReleaseId, RequestId
from comity.node.node import Node, NotPossibleError, alarm, note
from comity.store.port import Records
from comity.store.records import HeldDuty


def lay_ready(records: Records, permit: Permit, release: ReleaseId, request: RequestId) -> None:
    """Keep what the discloser will owe if the envelope that was just sealed arrives."""
    for held in records.duties.find(release=release):
        if held.duty.since is None:
            records.duties.remove(held.duty.id)
    for duty in duties_of(permit, Owner.DISCLOSER, release, request):
        records.duties.add(HeldDuty(duty=duty, undone=False))


def begin(records: Records, node: Node, release: ReleaseId) -> None:
    """Let what the discloser owes begin: the envelope has arrived."""
    for held in records.duties.find(release=release):
        _begin(records, node, held.duty)


def take_on(records: Records, node: Node, permit: Permit, release: ReleaseId) -> None:
    """Let what the recipient owes begin: it has taken the envelope."""
    for duty in duties_of(permit, Owner.RECIPIENT, release):
        _begin(records, node, duty)


def look_out(node: Node) -> int:
    """Raise an alarm for every duty that was not done in time; return how many are new."""
    with node.store.reading() as records:
        late = [
            held.duty.id
            for held in records.duties.find(undone=True)
            if held.duty.state_at(node.now()) is State.BREACHED
            and records.alarms.get(f"duty-breached/{held.duty.id}") is None
        ]
    if late:
        with node.store.writing() as records:
            for each in late:
                alarm(records, node, "duty-breached", each)
    return len(late)


def owed(node: Node, *, with_done: bool = False) -> list[Duty]:
    """Return what is owed, the earliest due first; also what was done, if that is wanted."""
    with node.store.reading() as records:
        held = records.duties.find() if with_done else records.duties.find(undone=True)
    known = [(each.duty.due, each.duty.id, each.duty) for each in held if each.duty.due]
    return [duty for _, _, duty in sorted(known)]


def do_duty(node: Node, duty_id: str, officer: OfficerId, shown_by: EvidenceId) -> Duty:
    """Record that a duty was done, by whom, and the record that shows it. Return it as it is now.

    Raises:
        NotPossibleError: there is no such duty, or it is done.
    """
    with node.store.writing() as records:
        held = records.duties.get(duty_id)
        if held is None or held.duty.since is None:
            raise NotPossibleError(f"there is no duty {duty_id[:80]}", "list them: duty list")
        if held.duty.discharge is not None:
            raise NotPossibleError(
                f"it was done on {held.duty.discharge.at:%d %B %Y} already", "nothing more is owed"
            )
        now = done(held.duty, Discharge(officer=officer, at=node.now(), shown_by=shown_by))
        records.duties.put(HeldDuty(duty=now, undone=False))
        note(records, node, EntryType.DUTY_DONE, duty=now.id, officer=officer, shown_by=shown_by)
    return now


def _begin(records: Records, node: Node, duty: Duty) -> None:
    if duty.since is not None:
        return
    now = begun(duty, node.now())
    records.duties.put(HeldDuty(duty=now, undone=True))
    note(records, node, EntryType.OWED, duty=now.id, clause=now.clause)
