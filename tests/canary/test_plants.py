"""The search can find: each leak that is planted in a node is found where it comes out."""

import gzip
import logging
import tempfile
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from comity.core.exchange import Batch, would_permit
from comity.core.gate import Permit
from comity.core.ledger import EntryType
from comity.core.markings import Source, made_by
from comity.core.terms import MessageId, OrganisationId, ReleaseId
from comity.node import (
    accept_envelope,
    contents,
    disclose,
    request_disclosure,
    take_control,
    write_note,
)
from comity.node.node import Node, NotPossibleError, note
from comity.store.port import Records
from tests.board import record
from tests.canary import stories as s
from tests.canary.stage import TOLD, Stage, leaks, on_stage
from tests.canary.test_worlds import CANARY, QUESTIONS
from tests.node.world import ICO, NCA

SECRET = TOLD["technical", NCA]
"""A section that nobody agreed to pass on."""

Plant = Callable[[Stage, pytest.MonkeyPatch], None]


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """Return four nodes to which everything has been told."""
    with on_stage(tmp_path) as made:
        yield made


def in_a_log_line(_stage: Stage, patch: pytest.MonkeyPatch) -> None:
    """A formatter writes messages, and a use case logs what it holds."""
    patch.setattr("comity.logs.PlaceFormatter.format", logging.Formatter.format)
    true = contents.kept

    def logging_too(records: Records, node: Node, held: Any) -> contents.Kept:  # noqa: ANN401 - a held item
        found = true(records, node, held)
        logging.getLogger("comity.node").info("opened %s with %s", found.content, SECRET.text)
        return found

    patch.setattr(disclose, "kept", logging_too)


def in_an_error(stage: Stage, _patch: pytest.MonkeyPatch) -> None:
    """An error repeats what was told."""
    stage.errors.append(str(NotPossibleError(f"cannot read {SECRET.text}", "try again")))


def in_an_answer_to_a_poll(_stage: Stage, patch: pytest.MonkeyPatch) -> None:
    """A node answers a poll with more than it should, packed."""
    extra = gzip.compress(b64encode(b"-" + SECRET.text.encode()))
    patch.setattr(take_control, "_batch", lambda *_: Batch(controls=(extra,)))


def in_an_id_in_the_header(_stage: Stage, patch: pytest.MonkeyPatch) -> None:
    """The id of a release is made of what was told, in hexadecimal."""
    told_in_ids(patch, ReleaseId, SECRET.text.encode().hex())


def in_the_id_of_a_message(_stage: Stage, patch: pytest.MonkeyPatch) -> None:
    """The id of a control message is made of what was told."""
    told_in_ids(patch, MessageId, SECRET.text)


def told_in_ids(patch: pytest.MonkeyPatch, of: type, text: str) -> None:
    """Let the NCA make ids of one kind of a text."""
    true = Node.new_id

    def telling(node: Node, kind: Any, prefix: str) -> Any:  # noqa: ANN401 - any kind of id
        found = true(node, kind, prefix)
        return kind(f"{text}-{found[-8:]}") if kind is of and node.party == NCA else found

    patch.setattr(Node, "new_id", telling)


def in_the_name_of_the_organisation(_stage: Stage, patch: pytest.MonkeyPatch) -> None:
    """The recipient is told an organisation by what it said."""
    patch.setattr(disclose, "_said_name", lambda *_: OrganisationId(SECRET.text))


def in_the_label_of_an_item(_stage: Stage, patch: pytest.MonkeyPatch) -> None:
    """What an officer writes down is labelled with what was told, as if that were a name."""
    label = made_by(NCA, frozenset())
    told = Source(origin=OrganisationId(SECRET.text), given_to=frozenset({NCA}))
    wrong = replace(label, sources=label.sources | {told})
    patch.setattr(write_note, "label_of_text", lambda *_: wrong)


def in_the_ledger(_stage: Stage, patch: pytest.MonkeyPatch) -> None:
    """A use case notes a text."""

    def telling(records: Records, node: Node, kind: EntryType, **ids: str) -> object:
        return note(records, node, kind, **ids, text=SECRET.text)

    patch.setattr(request_disclosure, "note", telling)


def in_the_database(_stage: Stage, patch: pytest.MonkeyPatch) -> None:
    """A content is kept in plain."""
    patch.setattr(contents, "lock", lambda _records, _node, _key, _place, content: content)
    true = contents.unlock

    def lenient(records: Records, node: Node, key_id: str, place: str, content: bytes) -> bytes:
        is_plain = content.startswith(b"{")
        return content if is_plain else true(records, node, key_id, place, content)

    patch.setattr(contents, "unlock", lenient)


def in_a_temporary_file(_stage: Stage, patch: pytest.MonkeyPatch) -> None:
    """A content is laid down on the way, and forgotten."""
    true = disclose._part

    def leaving(records: Records, node: Node, item: Any) -> Any:  # noqa: ANN401 - an item and its part
        with tempfile.NamedTemporaryFile(delete=False) as file:
            file.write(SECRET.text.encode("utf-16"))
        return true(records, node, item)

    patch.setattr(disclose, "_part", leaving)


def in_an_alarm(_stage: Stage, patch: pytest.MonkeyPatch) -> None:
    """An alarm says what it is about in words."""
    true = would_permit

    def alarming(*given: Any) -> str:  # noqa: ANN401 - whatever the gate is asked with
        judged = true(*given)
        return SECRET.text if isinstance(judged, Permit) else judged

    patch.setattr(accept_envelope, "would_permit", alarming)


PLANTS: list[tuple[Plant, str]] = [
    (in_a_log_line, "log"),
    (in_an_error, "errors"),
    (in_an_answer_to_a_poll, "answered to ICO by NCA"),
    (in_an_id_in_the_header, "a header that came"),
    (in_the_name_of_the_organisation, "a header that came"),
    (in_the_label_of_an_item, "table store_items"),
    (in_the_ledger, "the auditor's bundle"),
    (in_the_database, "table store_items"),
    (in_a_temporary_file, "temp/"),
    (in_the_id_of_a_message, "sent to ICO by NCA"),
    (in_an_alarm, "table store_inbox"),
]


AT_REST = (in_a_log_line, in_the_ledger, in_the_database, in_a_temporary_file, in_an_alarm)


@pytest.mark.slow
@pytest.mark.parametrize(("plant", "place"), PLANTS, ids=[plant.__name__ for plant, _ in PLANTS])
def test_a_planted_leak_is_found_where_it_comes_out(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, plant: Plant, place: str
) -> None:
    plant(stage, monkeypatch)
    # What is planted may stop the story; what came out before that is found all the same.
    with suppress(LookupError, NotPossibleError, AssertionError):
        s.told_only(stage)
        s.passed_on(stage)
    stage.world.wait(s.A_QUARTER)
    found = leaks(stage, {**QUESTIONS, ICO: {CANARY}})
    is_found = any(place in each.place for each in found)
    what = "texts planted where they must not come out"
    record("P4", what=what, tried=0, broken=0, planted=1, caught=int(is_found))
    if plant in AT_REST:
        what = "texts planted in what a node keeps"
        record("P10", what=what, tried=0, broken=0, planted=1, caught=int(is_found))
    assert is_found, {each.place for each in found}


@pytest.mark.slow
def test_without_a_plant_the_same_story_leaks_nothing(stage: Stage) -> None:
    s.told_only(stage)
    s.passed_on(stage)
    stage.world.wait(s.A_QUARTER)
    assert leaks(stage, {**QUESTIONS, ICO: {CANARY}}) == []
