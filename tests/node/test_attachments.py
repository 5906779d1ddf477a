"""Files go with a report to the bodies that get that part of it, once each, as they are."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.core.intake import ATTACHMENTS, MOST_FILE, MOST_FILES, MemberRole, files_in, named_file
from comity.core.terms import InputError, PartyId, PersonId
from comity.node.attach_file import NoSuchFileError, attach_file, detach_file, take_file
from comity.node.draft import open_draft
from comity.node.members import Offer, let_in
from comity.node.node import Node
from comity.node.own_files import MOST_TOGETHER, TooManyFilesError
from comity.node.return_codes import ByAccount, NoSuchReportError, NotAllowedError
from comity.node.return_to_report import return_to_report
from comity.node.show_case import list_cases, show_case, take_item
from tests.node.test_draft import begun, choose, say, send
from tests.node.test_first_notice import everything, kept
from tests.node.world import ICO, NCA, NCSC, OFFICER

NOTE = b"YOUR FILES ARE LOCKED. Bandicoot-3310 \x00\xff"
LOG = b"10:02 login Bettong-8841\n"


def files_at(node: Node) -> list[bytes]:
    """Return the files that a body holds, as an officer takes them."""
    found = [each for case, _ in list_cases(node) for each in show_case(node, case.id, OFFICER)]
    return [take_item(node, each.item.id, OFFICER) for each in found if each.file]


def names(door: Node, code: str) -> list[str]:
    return [each.name for each in files_in(open_draft(door, code).answers.get(ATTACHMENTS, {}))]


def incident(door: Node, code: str, to: Sequence[PartyId], files: Sequence[PartyId] = ()) -> None:
    """Write what has to be written, and choose."""
    say(door, code, "incident", summary="Files are locked.", discovered_at="2026-11-23T02:10:00Z")
    choose(door, code, incident=to, attachments=files)


def test_a_file_reaches_the_bodies_that_get_that_part_as_it_is_and_no_other() -> None:
    world, door, code = begun()
    attach_file(door, code, "note.txt", NOTE)
    incident(door, code, (NCA, ICO), (NCA,))
    send(door, code)
    world.settle()
    assert files_at(world.nodes[NCA]) == [NOTE]
    assert files_at(world.nodes[ICO]) == []
    assert b"Bandicoot" not in everything(world.nodes[ICO])
    assert [each.name for each in return_to_report(door, code).files] == ["note.txt"]


def test_a_later_version_sends_what_is_new_and_a_body_chosen_later_gets_all() -> None:
    world, door, code = begun()
    attach_file(door, code, "note.txt", NOTE)
    incident(door, code, (NCA,), (NCA,))
    send(door, code)
    world.settle()
    attach_file(door, code, "log.txt", LOG)
    choose(door, code, incident=(NCA,), attachments=(NCA, NCSC))
    send(door, code)
    world.settle()
    assert files_at(world.nodes[NCA]) == [NOTE, LOG]
    assert sorted(files_at(world.nodes[NCSC])) == sorted([NOTE, LOG])


def test_a_file_is_locked_here_and_stands_in_no_ledger() -> None:
    _, door, code = begun()
    attach_file(door, code, "note.txt", NOTE)
    assert b"Bandicoot" not in everything(door)
    [held] = kept(door, "own_files")
    assert take_file(door, code, held.owner, held.sha256) == ("note.txt", NOTE)


def test_one_file_is_one_however_often_and_under_whichever_name_it_is_sent() -> None:
    _, door, code = begun()
    for name in ("note.txt", "note.txt", "again.txt"):
        attach_file(door, code, name, NOTE)
    assert names(door, code) == ["again.txt"]
    assert len(kept(door, "own_files")) == 1


def test_two_people_attach_and_take_away_at_once_and_nothing_is_undone() -> None:
    _, door, code = begun()
    attach_file(door, code, "a", b"a")
    attach_file(door, code, "b", b"b")
    detach_file(door, code, named_file("a", b"a").sha256)
    attach_file(door, code, "c", b"c")
    assert names(door, code) == ["b", "c"]


def test_what_was_taken_away_is_gone_and_what_was_sent_stays() -> None:
    world, door, code = begun()
    attach_file(door, code, "note.txt", NOTE)
    digest = named_file("note.txt", NOTE).sha256
    incident(door, code, (NCA,), (NCA,))
    send(door, code)
    world.settle()
    attach_file(door, code, "log.txt", LOG)
    for each in (digest, named_file("log.txt", LOG).sha256):
        detach_file(door, code, each)
    assert [each.sha256 for each in kept(door, "own_files")] == [digest]
    assert names(door, code) == []


@settings(max_examples=40)
@given(st.text(min_size=1, max_size=60))
def test_a_name_never_holds_a_path(written: str) -> None:
    try:
        named = named_file(written, b"x")
    except InputError:
        return
    assert not set(named.name) & set("/\\\n\r\t\0")


@pytest.mark.parametrize(
    ("name", "data"),
    [("empty", b""), ("large", bytes(MOST_FILE + 1)), ("", b"x"), ("a/", b"x"), ("n" * 501, b"x")],
)
def test_a_file_that_cannot_be_taken_changes_nothing(name: str, data: bytes) -> None:
    _, door, code = begun()
    before = everything(door)
    with pytest.raises(InputError):
        attach_file(door, code, name, data)
    assert everything(door) == before


def test_a_report_holds_a_stated_number_of_files_and_of_bytes() -> None:
    _, door, code = begun()
    for n in range(MOST_TOGETHER // MOST_FILE):
        attach_file(door, code, str(n), bytes([n]) * MOST_FILE)
    with pytest.raises(TooManyFilesError):
        attach_file(door, code, "one more", b"x")
    _, door, code = begun()
    for n in range(MOST_FILES):
        attach_file(door, code, str(n), str(n).encode())
    with pytest.raises(TooManyFilesError):
        attach_file(door, code, "one more", b"x")


def test_nobody_else_attaches_takes_away_or_takes_a_file() -> None:
    _, door, code = begun()
    attach_file(door, code, "note.txt", NOTE)
    report, digest = open_draft(door, code).report, named_file("note.txt", NOTE).sha256
    stranger = ByAccount(PersonId("person-1"), report)
    for key in ("7K2M-9QXD-C4TR-0ZHB-M1WN", stranger):
        with pytest.raises(NoSuchReportError):
            attach_file(door, key, "x", b"x")
        with pytest.raises(NoSuchReportError):
            detach_file(door, key, digest)
        with pytest.raises(NoSuchReportError):
            take_file(door, key, report, digest)
    with pytest.raises(NoSuchFileError):
        take_file(door, code, report, named_file("x", b"x").sha256)
    [row] = kept(door, "return_codes")
    let_in(door, row.organisation, PersonId("person-1"), Offer(MemberRole.READER, "Jo"))
    with pytest.raises(NotAllowedError):
        attach_file(door, stranger, "x", b"x")
    with pytest.raises(NotAllowedError):
        detach_file(door, stranger, digest)
    assert take_file(door, stranger, report, digest).data == NOTE
