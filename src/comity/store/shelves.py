"""Shelves: for each kind of value its key, and the columns that some query names.

A column is a path into the value. Everything else stands in the bytes alone.
"""

from dataclasses import dataclass, field
from typing import Any

from comity.core.casework import Case
from comity.core.consent import Seeking
from comity.store import records as r


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """One shelf: what it holds, under which key, findable by what."""

    kind: Any
    key: str
    columns: dict[str, str] = field(default_factory=dict)

    def key_of(self, value: object) -> str:
        """Return the key of a value."""
        return str(_at(value, self.key))

    def columns_of(self, value: object) -> dict[str, object]:
        """Return the columns of a value."""
        return {name: _at(value, path) for name, path in self.columns.items()}


def _at(value: object, path: str) -> object:
    for step in path.split("."):
        value = getattr(value, step)
    return value


def _same(*names: str) -> dict[str, str]:
    return {name: name for name in names}


SHELVES = {
    "peers": Spec(kind=r.Peer, key="party"),
    "signings": Spec(kind=r.HeldSigning, key="id", columns=_same("agreement")),
    "keys": Spec(kind=r.PinnedKey, key="id", columns=_same("party", "use")),
    "pairs": Spec(kind=r.Pair, key="party"),
    "gaps": Spec(kind=r.Gap, key="party"),
    "data_keys": Spec(kind=r.DataKey, key="id"),
    "cases": Spec(kind=Case, key="id", columns=_same("organisation")),
    "items": Spec(
        kind=r.Held,
        key="item.id",
        columns={"digest": "item.digest", **_same("organisation", "case", "release")},
    ),
    "known": Spec(kind=r.Known, key="organisation"),
    "wishes": Spec(kind=r.Wish, key="id", columns=_same("case", "release", "progress")),
    "decisions": Spec(kind=r.Decided, key="id", columns=_same("request")),
    "permits": Spec(kind=r.Permitted, key="release"),
    "outbox": Spec(kind=r.Outgoing, key="release", columns=_same("to", "state")),
    "messages": Spec(kind=r.Message, key="id", columns=_same("to", "state", "type")),
    "inbox": Spec(kind=r.Incoming, key="id", columns=_same("from_", "seq", "state")),
    "receipts": Spec(kind=r.Receipted, key="release", columns=_same("from_")),
    "taken": Spec(kind=r.Taken, key="id", columns=_same("from_", "waiting")),
    "recalls": Spec(kind=r.Recalled, key="release"),
    "duties": Spec(
        kind=r.HeldDuty,
        key="duty.id",
        columns={"release": "duty.release", "undone": "undone"},
    ),
    "delays": Spec(kind=r.HeldDelay, key="delay.about", columns=_same("running")),
    "owed_notices": Spec(kind=r.OwedNotice, key="id", columns=_same("likeness", "waiting")),
    "alarms": Spec(kind=r.Alarm, key="id", columns=_same("kind")),
    "seekings": Spec(kind=Seeking, key="consent", columns=_same("organisation")),
    "asked": Spec(kind=r.Asked, key="consent", columns=_same("organisation", "case")),
    "statements": Spec(kind=r.HeldStatement, key="id", columns=_same("consent")),
    "statuses": Spec(kind=r.HeldStatus, key="consent"),
    "choices": Spec(kind=r.HeldChoice, key="id", columns=_same("organisation")),
    "pseudonyms": Spec(kind=r.Pseudonym, key="id", columns=_same("organisation", "body")),
    "accounts": Spec(kind=r.Account, key="organisation"),
    "mandates": Spec(kind=r.Mandate, key="id", columns=_same("organisation", "person")),
    "members": Spec(kind=r.Member, key="id", columns=_same("organisation", "person")),
    "invitations": Spec(kind=r.Invitation, key="id", columns=_same("organisation")),
    "registrations": Spec(kind=r.HeldRegistration, key="id", columns=_same("organisation")),
    "domains": Spec(kind=r.HeldDomain, key="id", columns=_same("organisation")),
    "told": Spec(kind=r.Told, key="digest", columns=_same("organisation", "report")),
    "own_files": Spec(kind=r.OwnFile, key="id", columns=_same("owner")),
    "letters": Spec(kind=r.HeldLetter, key="id", columns=_same("organisation")),
    "reports": Spec(kind=r.OwnReport, key="id", columns=_same("organisation")),
    "drafts": Spec(kind=r.Draft, key="id", columns=_same("organisation")),
    "return_codes": Spec(kind=r.ReturnCode, key="id", columns=_same("report")),
    "imported": Spec(kind=r.Imported, key="organisation"),
    "answers": Spec(kind=r.Answered, key="id", columns=_same("consent", "organisation")),
    "prepared": Spec(kind=r.Prepared, key="id", columns=_same("consent")),
    "notices": Spec(kind=r.Notice, key="id", columns=_same("organisation")),
    "addresses": Spec(kind=r.HeldAddress, key="id"),
    "occasions": Spec(kind=r.Occasion, key="id"),
    "mails": Spec(kind=r.Mail, key="id", columns=_same("person", "waiting")),
    "counters": Spec(kind=r.Counter, key="name"),
    "beats": Spec(kind=r.Beat, key="slot"),
    "checkpoints": Spec(kind=r.Checkpoint, key="id", columns=_same("ledger")),
}
