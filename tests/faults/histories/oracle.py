"""The oracle: what people said, what left a node and what a node came to know, and nothing else.

It imports neither the gate nor an agreement, and knows no label. Every text that an organisation
tells has a token of its own, so what is found somewhere says which text it was, whoever copied it.
"""

import json
import re
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any, NamedTuple

from comity.core.terms import PartyId

FRONT_DOOR, ICO, NCA = PartyId("FRONT_DOOR"), PartyId("ICO"), PartyId("NCA")
BINDS_AFTER = timedelta(minutes=10)
TOKEN = re.compile(rb"token-\d+-[a-z]+-")
PRIVATE = re.compile(rb"\b(?:acme|bravo|(?:case|req|report)-[0-9a-f]{32})\b")
IN_BASE64 = re.compile(rb"[A-Za-z0-9+/]{20,}={0,2}")
NOISE = re.compile(rb"[A-Za-z0-9+/]{40,}")
"""What is sealed or signed, in base64: chance writes any short name there, now and then.

Ids have at most 32 letters in a row; what is encoded without being sealed is a layer of its own.
"""

DEEPEST = 4
LENGTH_BYTES = 4
TO_A_BODY = frozenset(
    {"receipt", "acknowledgement", "recall", "heartbeat", "key", "poll", "restored"}
)
OF_A_FRONT_DOOR = frozenset({"statement", "status"})


class Kind(StrEnum):
    """What can go wrong."""

    LEAK = "leak"
    LOSS = "loss"
    DOUBLE = "double effect"
    MISMATCH = "ledger mismatch"
    VISIBLE = "visible activity"


class Fault(NamedTuple):
    """Something that must never happen, and did."""

    kind: Kind
    words: str


@dataclass(frozen=True, slots=True)
class Text:
    """What an organisation told: whom, and whether in confidence."""

    organisation: str
    told: frozenset[PartyId]
    in_confidence: bool
    is_certain: bool = True


@dataclass(frozen=True, slots=True)
class Word:
    """A yes or the end of one: about which texts, from whom to whom, and when it was said.

    `known` is when the discloser is sure to have it.
    """

    consent: str
    is_yes: bool
    tokens: frozenset[str]
    discloser: PartyId
    recipient: PartyId
    said: datetime
    until: datetime
    takes_back: bool = False
    known: datetime | None = None


def never() -> datetime:
    """Return a time for an oracle that has no world yet."""
    return datetime(1, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Oracle:
    """All that it has seen. `faults` are in the order in which they were found."""

    texts: dict[str, Text] = field(default_factory=dict)
    words: list[Word] = field(default_factory=list)
    known: dict[PartyId, set[str]] = field(default_factory=dict)
    contents: dict[str, frozenset[str]] = field(default_factory=dict)
    ciphers: dict[str, frozenset[str]] = field(default_factory=dict)
    receipted: set[tuple[PartyId, str]] = field(default_factory=set)
    beats: dict[tuple[PartyId, PartyId, str], str] = field(default_factory=dict)
    released: set[str] = field(default_factory=set)
    restored: set[PartyId] = field(default_factory=set)
    put_back: set[PartyId] = field(default_factory=set)
    widest: timedelta = timedelta()
    faults: list[Fault] = field(default_factory=list)
    now: Callable[[], datetime] = never

    def fork(self) -> "Oracle":
        """Return an oracle that has seen the same until now."""
        return replace(
            self,
            texts=dict(self.texts),
            words=list(self.words),
            known={party: set(found) for party, found in self.known.items()},
            contents=dict(self.contents),
            ciphers=dict(self.ciphers),
            receipted=set(self.receipted),
            beats=dict(self.beats),
            released=set(self.released),
            restored=set(self.restored),
            put_back=set(self.put_back),
            faults=list(self.faults),
        )

    # --- what people do ---

    def tells(self, texts: Mapping[str, Text]) -> None:
        """Note what an organisation tells."""
        self.texts.update(texts)

    def says(self, word: Word) -> None:
        """Note what an organisation says to a question."""
        self.words.append(word)

    def about(
        self, digests: Iterable[str], sections: frozenset[str] | None = None
    ) -> frozenset[str]:
        """Return the texts with these digests, of these sections."""
        found = frozenset().union(*(self.contents.get(each, frozenset()) for each in digests))
        return frozenset(
            each for each in found if sections is None or each.split("-")[2] in sections
        )

    def forgets(self, party: PartyId) -> None:
        """Let what only a node that was put back knew be unsaid: nobody can hold it to that."""
        self.put_back.add(party)
        for place, word in enumerate(self.words):
            if party == word.discloser:
                self.words[place] = replace(word, known=None)
        if party == FRONT_DOOR:
            self.words = [word for word in self.words if word.is_yes or word.known]

    # --- what is seen ---

    def sealed(self, sealed: bytes, content: bytes) -> None:
        """Look at what is sealed, and into it: whose texts, under which digests."""
        payload = content[
            LENGTH_BYTES : LENGTH_BYTES + int.from_bytes(content[:LENGTH_BYTES], "big")
        ]
        self.ciphers[sha256(sealed).hexdigest()] = tokens(payload)
        for part in json.loads(payload)["parts"]:
            salt, text = b64decode(part["salt"]), b64decode(part["content"])
            self.contents[sha256(salt + text).hexdigest()] = tokens(text)

    def learned(self, party: PartyId, content: bytes) -> None:
        """Note that a node keeps a content in plain words."""
        self.known.setdefault(party, set()).update(tokens(content))

    def leaves(self, sender: PartyId, to: PartyId, path: str, body: bytes) -> None:
        """Judge a message at the moment at which it leaves its node."""
        if path == "/node/envelopes":
            self._envelope(sender, to, json.loads(body))
        else:
            self._control(sender, to, body)
        self._in_plain(sender, to, body)

    def answers(self, sender: PartyId, to: PartyId, answer: bytes) -> None:
        """Judge an answer: what a poll gets leaves its node too."""
        if not answer:
            return
        said = json.loads(answer)
        for each in said.get("envelopes", ()):
            self._envelope(sender, to, json.loads(b64decode(each)))
        for each in said.get("controls", ()):
            self._control(sender, to, b64decode(each))
        self._in_plain(sender, to, answer)

    def arrives(
        self, sender: PartyId, to: PartyId, path: str, body: bytes, moment: datetime
    ) -> None:
        """Note that a node has surely dealt with a message."""
        if path == "/node/envelopes":
            self.receipted.add((to, _payload(json.loads(body)["header"])["id"]))
            return
        control = _payload(json.loads(body))
        for receipt in _receipts(control):
            self.receipted.add((sender, receipt["release"]))
        statement = control.get("statement")
        if statement and sender == FRONT_DOOR:
            said = _payload(statement)
            for place, word in enumerate(self.words):
                is_it = word.consent == said["consent"] and word.is_yes == (
                    said["answer"] == "given"
                )
                if is_it and word.known is None:
                    self.words[place] = replace(word, known=moment)

    # --- what must never be ---

    def _envelope(self, sender: PartyId, to: PartyId, envelope: Mapping[str, object]) -> None:
        sealed = sha256(b64decode(str(envelope["sealed"]))).hexdigest()
        self.released.add(str(_payload(envelope["header"])["id"]))
        for token in sorted(self.ciphers.get(sealed, ())):
            if not self.may_have(token, sender, to):
                self.fault(Kind.LEAK, f"{sender} sends {to} what it must not have: {token}")

    def _control(self, sender: PartyId, to: PartyId, body: bytes) -> None:
        control = _payload(json.loads(body))
        allowed = TO_A_BODY | (OF_A_FRONT_DOOR if sender == FRONT_DOOR else frozenset())
        found = {name for name in TO_A_BODY | OF_A_FRONT_DOOR if control.get(name)}
        if len(found) != 1 or not found <= allowed:
            self.fault(Kind.VISIBLE, f"{sender} sends {to} a message of no known kind: {found}")
        recall = control.get("recall")
        if recall and (to, recall["release"]) not in self.receipted and not self.put_back:
            self.fault(Kind.VISIBLE, f"{sender} recalls at {to} what it never had")
        beat = control.get("heartbeat")
        if beat and sender not in self.put_back:
            held = self.beats.setdefault((sender, to, beat["slot"]), beat["leaf"])
            if held != beat["leaf"]:
                self.fault(Kind.VISIBLE, f"{sender} beats twice in one slot towards {to}")

    def _in_plain(self, sender: PartyId, to: PartyId, body: bytes) -> None:
        """Judge what anybody can read in a message."""
        if to == FRONT_DOOR:
            return
        for layer in layers(body):
            if found := TOKEN.search(layer):
                self.fault(Kind.LEAK, f"{sender} sends {to} in plain words: {found[0].decode()}")
            if sender != FRONT_DOOR and (private := private_in(layer)):
                self.fault(Kind.VISIBLE, f"{sender} tells {to} of {private.decode()}")

    def may_have(self, token: str, discloser: PartyId, to: PartyId) -> bool:
        """Return whether a body may be sent a text at this moment."""
        text = self.texts.get(token)
        if text is None:
            return False
        if to == FRONT_DOOR or to in text.told or not text.in_confidence:
            return True
        if to == NCA and text.told == {ICO}:
            return True
        return self._agreed(token, discloser, to)

    def _agreed(self, token: str, discloser: PartyId, to: PartyId) -> bool:
        """Return whether the last word that binds by now about this text is a yes."""
        now = self.now()
        binding = [
            word
            for word in self.words
            if token in word.tokens
            and (word.discloser, word.recipient) == (discloser, to)
            and (
                word.is_yes
                or (word.known is not None and word.known <= now)
                or word.said + BINDS_AFTER + self.widest < now
            )
        ]
        return bool(binding) and binding[-1].is_yes and now < binding[-1].until + self.widest

    def fault(self, kind: Kind, words: str) -> None:
        """Note something that must never happen."""
        self.faults.append(Fault(kind, words))


def tokens(content: bytes) -> frozenset[str]:
    """Return the tokens in a content, also inside what is written in base64."""
    return frozenset(found.decode() for layer in layers(content) for found in TOKEN.findall(layer))


def private_in(layer: bytes) -> bytes | None:
    """Return an id of the sender's own that stands in a layer, leaving out what is sealed."""
    found = PRIVATE.search(NOISE.sub(b" ", layer))
    return found[0] if found else None


def layers(content: bytes, depth: int = 0) -> Iterable[bytes]:
    """Yield a content, and what is written inside it in base64, to any depth that is used."""
    yield content
    if depth == DEEPEST:
        return
    for found in IN_BASE64.findall(content):
        try:
            inner = b64decode(found, validate=True)
        except (NotBase64, ValueError):
            continue
        if inner[:1] in b"{[" and inner[:1]:
            yield from layers(inner, depth + 1)


def _receipts(control: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    """Yield the receipt in a message, and the one in a poll's question."""
    if control.get("receipt"):
        yield control["receipt"]
    poll = control.get("poll") or {}
    if poll.get("receipt"):
        yield from _receipts(_payload(poll["receipt"]))


def _payload(document: object) -> dict[str, Any]:
    """Return what a signed document says."""
    assert isinstance(document, dict)
    found = json.loads(b64decode(document["payload"]))
    assert isinstance(found, dict)
    return found
