"""Search: is anything that a body was not to have anywhere on its node?

Searched are the bytes as they lie on disk or in the tables, the logs, and everything that the node
can open with its own keys. The same search has to find what the body was given: otherwise finding
nothing would show nothing.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from django.db import connections

from comity.cli.scenario.nodes import RunningNode
from comity.cli.scenario.traces import Token, Trace, traces
from comity.core.exchange import open_envelope, read_envelope, read_header
from comity.core.terms import InputError, SealError, Section, SignatureError
from comity.node.accept_envelope import identities
from comity.node.contents import account_key, kept, unlock
from comity.node.node import Node

SHORTEST = 8
"""A text shorter than this says too little to be told from chance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """What a search looked at and found."""

    size: int
    found: tuple[Trace, ...]

    @property
    def sections(self) -> frozenset[str]:
        """The sections of which there is a trace."""
        return frozenset(each.token.section for each in self.found)


def tokens_of(answers: Mapping[Section, Mapping[str, object]]) -> list[Token]:
    """Return every text that stands in one section alone and is long enough to be told by."""
    texts = {section: set(_texts(found)) for section, found in answers.items()}
    return [
        Token(section, "", text)
        for section, own in texts.items()
        for text in sorted(own)
        if len(text) >= SHORTEST
        and not any(
            text in other
            for elsewhere, others in texts.items()
            if elsewhere != section
            for other in others
        )
    ]


def _texts(value: object) -> Iterator[str]:
    """Yield every text, as it stands in JSON."""
    match value:
        case str():
            yield json.dumps(value, ensure_ascii=False)[1:-1]
        case list() | tuple():
            for each in value:
                yield from _texts(each)
        case Mapping():
            for each in value.values():
                yield from _texts(each)
        case _:
            return


def search(node: RunningNode, tokens: list[Token]) -> Searched:
    """Search a node for tokens: all that lies there, and all that it can open."""
    found: list[Trace] = []
    size = 0
    for place, data in everything(node):
        size += len(data)
        found += traces(tokens, data, place)
    return Searched(size=size, found=tuple(found))


def everything(node: RunningNode) -> Iterator[tuple[str, bytes]]:
    """Yield all bytes of a node: files, logs, tables, and what its keys open."""
    yield from _files([node.home, node.log])
    yield from _tables(node)
    yield from opened(node.seen())


def _files(roots: Iterable[Path]) -> Iterator[tuple[str, bytes]]:
    for root in roots:
        paths = sorted(root.rglob("*")) if root.is_dir() else [root]
        for path in paths:
            if path.is_file():
                yield str(path.name), path.read_bytes()


def _tables(node: RunningNode) -> Iterator[tuple[str, bytes]]:
    """Yield every row of every table, whatever the database."""
    node.seen()
    connection = connections[node.alias]
    for table in connection.introspection.table_names():
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - a table of our own
            for row in cursor.fetchall():
                yield table, b"\0".join(_cell(each) for each in row)


def _cell(value: object) -> bytes:
    return bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()


def opened(node: Node) -> Iterator[tuple[str, bytes]]:
    """Yield everything that a node can open with its own keys."""
    with node.store.reading() as records:
        for held in records.items.find():
            if held.content:
                yield "an item", kept(records, node, held).content
        for row in records.inbox.find():
            if not row.envelope:
                continue
            envelope = read_envelope(row.envelope)
            yield "a header", envelope.header.payload
            for key in identities(records, row.from_):
                try:
                    header = read_header(envelope, key, node.verifier)
                    parts = open_envelope(envelope, header, node.keys.opener).parts.values()
                except (SealError, SignatureError, InputError):
                    continue
                yield from (("an envelope", part.content) for part in parts)
        for notice in records.notices.find():
            key_id, place = account_key(notice.organisation), f"notices/{notice.id}/content"
            yield "a notice", unlock(records, node, key_id, place, notice.content)
        for asked in records.asked.find():
            place = f"asked/{asked.consent}/why"
            yield "a question", unlock(records, node, asked.data_key, place, asked.why)
