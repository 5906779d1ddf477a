"""An organisation and a body write to each other: whoever was ticked reads it, and nobody else."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.core.consent import Assurance
from comity.core.gate import Permit, Refusal
from comity.core.intake import (
    ATTACHMENTS,
    MESSAGE,
    MOST_FILE,
    CaseStatus,
    Concerning,
    Enclosed,
    Letter,
    MemberRole,
    Words,
    file_content,
    named_file,
)
from comity.core.terms import Digest, InputError, ItemId, PartyId, PersonId, Section, encode
from comity.node import contents
from comity.node.answer_consent import answer_consent
from comity.node.attach_file import NoSuchFileError, TakenFile, take_file
from comity.node.first_notice import replace_code, send_first_notice
from comity.node.members import Offer, let_in
from comity.node.node import Node, NotPossibleError
from comity.node.notify_organisation import send_contents
from comity.node.own_files import TooManyFilesError
from comity.node.return_codes import ByAccount, NoSuchReportError, NotAllowedError, Ticket
from comity.node.return_to_report import return_to_report
from comity.node.show_case import list_cases, show_case, take_item
from comity.node.show_question import show_question
from comity.node.write_letter import (
    MOST_BEGUN,
    UNSENT_FOR,
    Wanted,
    files_of_letter,
    letters_to_send,
    may_be_written_to,
    put_to_letter,
    send_letter,
    take_from_letter,
)
from comity.node.write_to_organisation import Writing, write_to_organisation
from tests.node.test_first_notice import OTHER, Told, everything, kept, notice, told
from tests.node.world import (
    ACME,
    CANARY,
    FRONT_DOOR,
    GROUNDS,
    ICO,
    NCA,
    NCSC,
    OFFICER,
    SPEAKER,
    World,
    new_world,
    sections,
)

LETTER = Ticket("0c" * 32)
WORDS = "The attacker has written again. Wombat-4401"
PEOPLE = {**GROUNDS, "personal_data_basis_recorded": (True, "recorded")}
"""A letter may speak of people: only its content can tell."""

LOG = b"\x00\x01 Bilby-9920 \xff\n" * 100
BODIES = (NCA, ICO, NCSC)


def write(at: Told, *to: PartyId, words: str = WORDS, ticket: Ticket = LETTER) -> str:
    """Send a letter, and let it arrive."""
    letter = send_letter(at.door, at.code, ticket, Wanted(frozenset(to), words))
    at.world.settle()
    return letter


def case_of(node: Node) -> Any:  # noqa: ANN401 - the id of a case
    return list_cases(node)[0][0].id


def reply(at: Told, body: PartyId, words: str, **more: Any) -> None:  # noqa: ANN401 - what a writing has
    """Let an officer write, and let it arrive."""
    node = at.world.nodes[body]
    write_to_organisation(node, Writing(case=case_of(node), text=words, officer=OFFICER, **more))
    at.world.settle()


def read_at(node: Node) -> list[Words]:
    """Return the words of the letters that a body holds."""
    found = show_case(node, case_of(node), OFFICER)
    return [each.letter for each in found if each.letter is not None]


def test_a_letter_reaches_the_body_that_was_ticked_whole_and_no_other_body() -> None:
    at = told(NCA, ICO)
    put_to_letter(at.door, at.code, LETTER, "C:\\logs\\vpn.log", LOG)
    write(at, NCA)
    nca = at.world.nodes[NCA]
    assert [each.text for each in read_at(nca)] == [WORDS]
    held = show_case(nca, case_of(nca), OFFICER)
    [enclosed] = [each.enclosed for each in held if each.enclosed]
    assert [each.name for each in enclosed.files] == ["vpn.log"]
    [file] = [each for each in held if each.file]
    assert take_item(nca, file.item.id, OFFICER) == LOG
    for each in (ICO, NCSC):
        assert b"Wombat" not in everything(at.world.nodes[each])
        assert not [
            one for one in kept(at.world.nodes[each], "items") if one.item.section == MESSAGE
        ]
    [shown] = return_to_report(at.door, at.code).letters
    assert shown.letter.text == WORDS
    assert shown.received[NCA] is not None


def test_what_an_organisation_writes_is_in_confidence_and_told_to_that_body_alone() -> None:
    at = told(NCA, ICO)
    put_to_letter(at.door, at.code, LETTER, "vpn.log", LOG)
    write(at, NCA)
    held = [each.item for each in kept(at.world.nodes[NCA], "items")]
    new = [each for each in held if each.section in {MESSAGE, ATTACHMENTS}]
    assert len(new) == 3
    for item in new:
        [source] = item.label.sources
        assert (source.in_confidence, source.given_to) == (True, frozenset({NCA}))


def test_a_letter_leaves_no_words_in_the_clear_at_the_front_door() -> None:
    at = told(NCA)
    put_to_letter(at.door, at.code, LETTER, "vpn.log", LOG)
    write(at, NCA)
    for row in (*kept(at.door, "letters"), *kept(at.door, "own_files")):
        assert b"Wombat" not in encode(row)
        assert b"Bilby" not in row.content


@settings(max_examples=15)
@given(st.sets(st.sampled_from(BODIES), min_size=1))
def test_exactly_the_bodies_that_were_ticked_get_a_letter(to: set[PartyId]) -> None:
    at = told(*BODIES)
    write(at, *to)
    got = {each for each in BODIES if read_at(at.world.nodes[each])}
    assert got == to


def test_a_page_that_is_sent_twice_is_one_letter_and_nothing_is_put_to_it_afterwards() -> None:
    at = told(NCA)
    assert write(at, NCA) == write(at, NCA, words="Another word.")
    assert [each.text for each in read_at(at.world.nodes[NCA])] == [WORDS]
    with pytest.raises(NotPossibleError):
        put_to_letter(at.door, at.code, LETTER, "late.txt", b"late")
    with pytest.raises(NotPossibleError):
        take_from_letter(at.door, at.code, LETTER, named_file("a", b"a").sha256)


@pytest.mark.parametrize("to", [(), (ICO,), (NCA, ICO)])
def test_nobody_is_written_to_who_was_not_ticked_or_was_told_nothing(
    to: tuple[PartyId, ...],
) -> None:
    at = told(NCA)
    before = everything(at.door)
    with pytest.raises(NotPossibleError):
        send_letter(at.door, at.code, LETTER, Wanted(frozenset(to), WORDS))
    assert everything(at.door) == before
    assert may_be_written_to(at.door, at.code) == {NCA}


@pytest.mark.parametrize("words", ["", "   \n", "a\x00b", "x" * 20_001])
def test_a_letter_that_says_nothing_or_what_cannot_be_shown_is_not_sent(words: str) -> None:
    at = told(NCA)
    with pytest.raises(InputError):
        send_letter(at.door, at.code, LETTER, Wanted(frozenset({NCA}), words))
    with pytest.raises(InputError):
        letters_to_send(at.door, at.code, LETTER, Wanted(frozenset({NCA}), words))


def test_a_letter_holds_a_few_files_of_a_stated_size_and_a_file_can_be_taken_away() -> None:
    at = told(NCA)
    with pytest.raises(InputError):
        put_to_letter(at.door, at.code, LETTER, "big", bytes(MOST_FILE + 1))
    half = bytes(MOST_FILE // 2 + 1)
    [first] = put_to_letter(at.door, at.code, LETTER, "half", half)
    with pytest.raises(TooManyFilesError):
        put_to_letter(at.door, at.code, LETTER, "other half", half[1:] + b"x")
    assert take_from_letter(at.door, at.code, LETTER, first.sha256) == ()
    for n in range(5):
        put_to_letter(at.door, at.code, LETTER, f"{n}.txt", str(n).encode())
    with pytest.raises(TooManyFilesError):
        put_to_letter(at.door, at.code, LETTER, "6.txt", b"6")


def test_the_largest_file_passes_through_seal_and_receipt() -> None:
    at = told(NCA)
    data = bytes(range(256)) * (MOST_FILE // 256)
    put_to_letter(at.door, at.code, LETTER, "largest", data)
    write(at, NCA)
    nca = at.world.nodes[NCA]
    [file] = [each for each in show_case(nca, case_of(nca), OFFICER) if each.file]
    assert take_item(nca, file.item.id, OFFICER) == data


def test_what_was_begun_and_not_sent_is_forgotten() -> None:
    at = told(NCA)
    tickets = [Ticket(f"{n:064x}") for n in range(MOST_BEGUN + 2)]
    for n, ticket in enumerate(tickets):
        put_to_letter(at.door, at.code, ticket, f"{n}.txt", str(n).encode())
    assert len(kept(at.door, "own_files")) == MOST_BEGUN
    assert files_of_letter(at.door, at.code, tickets[0]) == ()
    at.world.clock.pass_(UNSENT_FOR)
    put_to_letter(at.door, at.code, LETTER, "new.txt", b"new")
    assert len(kept(at.door, "own_files")) == 1
    assert return_to_report(at.door, at.code).letters == ()


# ---------------------------------------------------------------- what a body writes


def test_what_an_officer_writes_reaches_the_report_that_it_is_about_and_its_files_open() -> None:
    at = told(NCA, ICO)
    reply(
        at, NCA, "Please keep the logs.", status=CaseStatus.WAITING,
        files=(TakenFile("list.csv", b"1,2,3"),),
    )  # fmt: skip
    [shown] = return_to_report(at.door, at.code).letters
    assert (shown.from_, shown.letter.text) == (NCA, "Please keep the logs.")
    assert shown.letter.status is CaseStatus.WAITING
    [file] = shown.letter.files
    assert take_file(at.door, at.code, shown.id, file.sha256) == ("list.csv", b"1,2,3")
    assert b"keep the logs" not in everything(at.world.nodes[ICO])


def test_another_report_of_the_organisation_does_not_show_it_and_opens_none_of_its_files() -> None:
    at = told(NCA)
    other = send_first_notice(at.door, notice(NCSC), OTHER)
    at.world.settle()
    put_to_letter(at.door, at.code, LETTER, "vpn.log", LOG)
    letter = write(at, NCA)
    assert return_to_report(at.door, other.code).letters == ()
    digest = named_file("vpn.log", LOG).sha256
    for key, owner in ((other.code, letter), (at.code, "letter-x"), (other.code, "report-x")):
        with pytest.raises(NoSuchFileError):
            take_file(at.door, key, owner, digest)
    with pytest.raises(NoSuchReportError):
        send_letter(at.door, other.code, LETTER, Wanted(frozenset({NCSC}), WORDS))
    assert files_of_letter(at.door, other.code, OTHER) == ()


def test_a_letter_about_nothing_that_the_organisation_told_this_body_is_not_written() -> None:
    at = told(NCA)
    nca = at.world.nodes[NCA]
    with pytest.raises(NotPossibleError):
        reply(at, NCA, "About what?", about=(ItemId("item-nobody-told"),))
    assert case_of(nca)
    assert return_to_report(at.door, at.code).letters == ()


def test_a_letter_that_names_what_another_body_was_told_is_kept_aside() -> None:
    at = told(NCA, ICO)
    secret = _digests(at.door, ICO)
    _forge(at, _letter("I know what you told the ICO.", secret), ())
    assert return_to_report(at.door, at.code).letters == ()
    assert "message-not-understood" in [each.kind for each in kept(at.door, "alarms")]


@pytest.mark.parametrize("case", ["not named", "not sent", "another", "wrong size"])
def test_a_letter_whose_files_are_not_those_that_it_names_is_kept_aside(case: str) -> None:
    at = told(NCA)
    named = named_file("a.txt", b"a")
    files = {"not named": (), "wrong size": (_sized(named, 7),)}.get(case, (named,))
    sent = {"not sent": (), "another": (b"b",)}.get(case, (b"a",))
    _forge(at, _letter("See the file.", _digests(at.door, NCA), files), sent)
    assert return_to_report(at.door, at.code).letters == ()
    assert kept(at.door, "own_files") == []


def _sized(named: Any, size: int) -> Any:  # noqa: ANN401 - a named file
    return type(named)(name=named.name, bytes=size, sha256=named.sha256)


def _letter(text: str, about: frozenset[Digest], files: Any = ()) -> Letter:  # noqa: ANN401 - named files
    return Letter(
        words=Words(text=text),
        enclosed=Enclosed(files=files),
        concerning=Concerning(about=about),
    )


def _digests(door: Node, body: PartyId) -> frozenset[Digest]:
    return frozenset(each.digest for each in kept(door, "told") if each.body == body)


def _forge(at: Told, letter: Letter, files: Iterable[bytes]) -> None:
    """Let a body that keeps to no rule send what its own software would not."""
    nca = at.world.nodes[NCA]
    parts: list[tuple[Section, bytes]] = [
        *letter.contents(),
        *((ATTACHMENTS, file_content(each)) for each in files),
    ]
    with nca.store.writing() as records:
        organisation = records.cases.find()[0].organisation
        decision = send_contents(records, nca, organisation, parts, OFFICER, None)
    assert isinstance(decision, Permit)
    at.world.settle()


# ---------------------------------------------------------------- who may, and what passes on


@pytest.mark.parametrize("role", [MemberRole.READER, MemberRole.DELEGATE])
def test_whoever_may_not_send_writes_no_letter(role: MemberRole) -> None:
    at = told(NCA)
    [row] = kept(at.door, "return_codes")
    let_in(at.door, row.organisation, PersonId("person-9"), Offer(role, "Jo"))
    key = ByAccount(PersonId("person-9"), row.report)
    with pytest.raises(NotAllowedError):
        send_letter(at.door, key, LETTER, Wanted(frozenset({NCA}), WORDS))
    with pytest.raises(NotAllowedError):
        put_to_letter(at.door, key, LETTER, "a", b"a")


def test_a_code_that_was_replaced_writes_nothing() -> None:
    at = told(NCA)
    replace_code(at.door, at.code, OTHER)
    with pytest.raises(NoSuchReportError):
        send_letter(at.door, at.code, LETTER, Wanted(frozenset({NCA}), WORDS))


def acme_writes() -> tuple[World, Node, ByAccount]:
    """Return a world in which Acme, whose speaker is registered, wrote to the NCA with a file."""
    world = new_world()
    sent = world.report()
    door = world.nodes[FRONT_DOOR]
    let_in(door, ACME, SPEAKER, Offer(MemberRole.MANAGER, "Anna"))
    key = ByAccount(SPEAKER, sent.id)
    put_to_letter(door, key, LETTER, "vpn.log", LOG)
    send_letter(door, key, LETTER, Wanted(frozenset({NCA}), WORDS))
    world.settle()
    return world, door, key


def test_what_was_written_to_one_body_passes_to_another_only_with_consent_to_these_words() -> None:
    world, door, _ = acme_writes()
    for section in ("message", "attachments"):
        assert isinstance(world.ask(section, grounds=PEOPLE)[1], Refusal)
    consent = world.seek("message", "attachments")
    shown = show_question(door, SPEAKER, consent)
    said = {each.section: each for each in shown.parts}
    assert said[MESSAGE].letters == (WORDS,)
    assert [each.name for each in said[ATTACHMENTS].files] == ["vpn.log"]
    assert set(shown.can_agree()) == {MESSAGE, ATTACHMENTS}
    answer_consent(door, consent, sections("message"), Assurance.TOTP, SPEAKER)
    world.settle()
    assert isinstance(world.ask("message", grounds=PEOPLE)[1], Permit)
    assert isinstance(world.ask("attachments", grounds=PEOPLE)[1], Refusal)
    world.wait(timedelta(minutes=1))
    ico = everything(world.nodes[ICO])
    assert CANARY.encode() not in b"".join(_contents(world.nodes[ICO], MESSAGE))
    assert WORDS.encode() in b"".join(_contents(world.nodes[ICO], MESSAGE))
    assert b"Bilby" not in ico
    [words] = [each for each in _raw(world.nodes[ICO], MESSAGE) if WORDS.encode() in each]
    assert words == encode(Words(text=WORDS))
    assert b"vpn.log" not in ico


def _raw(node: Node, section: Section) -> list[bytes]:
    """Return contents as they came."""
    with node.store.reading() as records:
        held = [each for each in records.items.find() if each.item.section == section]
        return [contents.kept(records, node, each).content for each in held]


def _contents(node: Node, section: Section) -> list[bytes]:
    found = [each for case, _ in list_cases(node) for each in show_case(node, case.id, OFFICER)]
    return [
        (each.letter.text if each.letter else each.text).encode()
        for each in found
        if each.item.section == section
    ]
