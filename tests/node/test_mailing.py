"""People are told that there is something to read: seldom, nothing of it, and nowhere affected."""

import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.core.consent import Assurance
from comity.core.intake import MemberRole
from comity.core.mail import MOST_ATTEMPTS, MailAddress
from comity.core.terms import ConsentId, InputError, OrganisationId, PersonId
from comity.node.answer_consent import answer_consent
from comity.node.ask_for_domain import ask_for_domain
from comity.node.draft import begin_draft
from comity.node.look_as_counsel import look_as_counsel
from comity.node.mail_address import leave_address, take_address_away, told_where
from comity.node.mailing import Mailing
from comity.node.members import NoSuchOrganisationError, Offer, leave, let_in, register
from comity.node.node import Node
from comity.node.occasions import stands
from comity.node.return_codes import ByAccount, Ticket
from comity.node.show_case import list_cases
from comity.node.write_letter import Wanted, send_letter
from comity.node.write_to_organisation import Writing, write_to_organisation
from comity.shipped import notice
from comity.store.change import changed
from comity.store.records import Gap
from comity.wire.domains import NoDomains
from comity.wire.smtp import MailServer, SmtpNotifier, Way
from comity.words import Language
from comity.words.mail import Mail, mail_words
from tests.node.mail import (
    BEN,
    CAROL,
    DAY,
    DOMAIN,
    DORA,
    HOUR,
    Letterbox,
    address_of,
    ask,
    come_in,
    pass_time,
    told_acme,
    with_mail,
)
from tests.node.test_first_notice import everything, kept
from tests.node.world import (
    ACME,
    CANARY,
    FRONT_DOOR,
    NCA,
    OFFICER,
    SPEAKER,
    World,
    new_world,
    report_text,
    sections,
)
from tests.store.examples import EXAMPLES
from tests.wire.mail_servers import smtp_server

ANNA = address_of(SPEAKER)
WORDS = Mail("There is something to read", "Sign in as you always do.\n")
MINUTE = HOUR / 60
HARBOUR = OrganisationId("harbour")

# ------------------------------------------------------------------ who is told, and when


def test_a_question_reaches_the_people_who_may_see_it_through_a_real_mail_server() -> None:
    with smtp_server() as box:
        world, door, _ = told_acme()
        server = MailServer(
            host="localhost", port=box.port, way=Way.PLAIN, sender=MailAddress("d@door.example")
        )
        with_mail(world, SmtpNotifier(WORDS, server, world.clock.now))
        come_in(door, BEN, MemberRole.READER)
        ask(world)
        assert box.mails == []
        pass_time(world, HOUR)
        pass_time(world, DAY)
    assert box.recipients == [ANNA, address_of(BEN)]
    to_anna, to_ben = box.mails
    assert to_ben.replace(address_of(BEN).encode(), ANNA.encode()) == to_anna
    assert b"Sign in as you always do." in to_anna


def test_whoever_reads_every_mail_finds_the_same_bytes_and_nothing_to_go_on_with() -> None:
    world, door, _ = told_acme()
    with smtp_server() as box:
        server = MailServer(
            host="localhost", port=box.port, way=Way.PLAIN, sender=MailAddress("d@door.example")
        )
        notices = {Language.ENGLISH: notice(), Language.WELSH: notice("text_cy")}
        door = with_mail(world, SmtpNotifier(mail_words("Harbour Law", notices), server, noon))
        consent = ask(world)
        pass_time(world, 16 * DAY)
        answer_consent(door, consent, sections("incident"), Assurance.TOTP, SPEAKER)
        world.settle()
        world.ask("incident")
        world.settle()
        pass_time(world, HOUR)
    question, reminder, notice_ = box.mails
    assert question == reminder == notice_
    read = message_from_bytes(question, policy=default).get_content().lower()
    with door.store.reading() as records:
        [row] = records.reports.find(organisation=ACME)
        known = {
            row.id,
            consent,
            ACME,
            SPEAKER,
            "nca",
            "ico",
            "consent",
            "question",
            CANARY.lower(),
        }
    assert [each for each in known if each in read] == []
    assert not re.search(r"[0-9a-z]{4}(-[0-9a-z]{4}){4}|[0-9a-f]{16}|\b[0-9]{6}\b", read)
    assert set(re.findall(r"https?://\S+", read)) == set(
        re.findall(r"https?://\S+", f"{notice()}.")
    )


def noon() -> datetime:
    return datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_people_are_told_when_a_question_comes_and_twice_more() -> None:
    world, _, box = told_acme()
    began = world.clock.now()
    ask(world)
    pass_time(world, 40 * DAY)
    hours = [(at - began) / HOUR for at, _ in box.mails]
    assert hours == [1, 15 * 24 + 1, 29 * 24 + 1]
    assert set(box.to) == {ANNA}


def test_nobody_is_reminded_of_what_was_answered_or_is_over() -> None:
    world, door, box = told_acme()
    consent = ask(world)
    pass_time(world, HOUR)
    answer_consent(door, consent, frozenset(), Assurance.RETURN_CODE)
    pass_time(world, 40 * DAY)
    assert box.to == [ANNA]
    ask(world, 3 * HOUR)
    world.clock.pass_(3 * HOUR)
    pass_time(world, DAY)
    assert box.to == [ANNA]
    assert kept(door, "occasions") == []


def test_an_answer_between_the_hour_and_the_mail_keeps_the_mail_back() -> None:
    world, door, box = told_acme()
    consent = ask(world)
    box.broken = True
    pass_time(world, HOUR)
    answer_consent(door, consent, frozenset(), Assurance.RETURN_CODE)
    box.broken = False
    pass_time(world, DAY)
    assert box.to == []


def test_several_things_that_come_within_an_hour_are_one_mail() -> None:
    world, _, box = told_acme()
    for section in ("incident", "contact", "technical"):
        ask(world, section=section)
        pass_time(world, MINUTE, MINUTE)
    pass_time(world, HOUR)
    assert box.to == [ANNA]


def test_a_notice_is_told_once() -> None:
    world, door, box = told_acme()
    consent = ask(world)
    pass_time(world, HOUR)
    told = frozenset(kept(door, "asked")[0].sections)
    answer_consent(door, consent, told, Assurance.TOTP, SPEAKER)
    world.settle()
    world.ask("incident")
    world.settle()
    assert len(kept(door, "notices")) == 1
    pass_time(world, 40 * DAY)
    assert box.to == [ANNA, ANNA]


def test_a_letter_of_a_body_is_told_once_and_one_s_own_is_not() -> None:
    world, door, box = told_acme()
    with door.store.reading() as records:
        [own] = records.reports.find(organisation=ACME)
    key, wanted = ByAccount(SPEAKER, own.id), Wanted(frozenset({NCA}), "More soon.")
    send_letter(door, key, Ticket("0c" * 32), wanted)
    world.settle()
    pass_time(world, DAY)
    assert box.to == []
    nca = world.nodes[NCA]
    case = list_cases(nca)[0][0].id
    write_to_organisation(nca, Writing(case=case, text="Keep the logs.", officer=OFFICER))
    world.settle()
    pass_time(world, 3 * DAY)
    assert box.to == [ANNA]


def test_a_domain_that_stands_in_a_letter_gets_no_mail() -> None:
    world, door, box = told_acme()
    with door.store.reading() as records:
        [own] = records.reports.find(organisation=ACME)
    wanted = Wanted(frozenset({NCA}), "They read all mail at outside.example now.")
    send_letter(door, ByAccount(SPEAKER, own.id), Ticket("0c" * 32), wanted)
    world.settle()
    ask(world)
    pass_time(world, 3 * DAY)
    assert box.to == []


def test_whoever_may_see_one_report_is_told_of_that_one_alone() -> None:
    world, door, box = told_acme()
    [own] = kept(door, "reports")
    other = begin_draft(door, SPEAKER, ACME)
    come_in(door, BEN, MemberRole.DELEGATE, own.id)
    come_in(door, DORA, MemberRole.DELEGATE, other)
    ask(world)
    pass_time(world, HOUR)
    assert sorted(box.to) == sorted([ANNA, address_of(BEN)])


def test_a_person_with_two_organisations_gets_one_mail_in_an_hour() -> None:
    world, door, box = told_acme()
    world.report(report_text("harbour"))
    ask_for_domain(door, HARBOUR, "harbour.example")
    let_in(door, HARBOUR, SPEAKER, Offer(MemberRole.MANAGER, "Anna"))
    leave_address(door, SPEAKER, HARBOUR, "anna@second.example")
    ask(world)
    ask(world, case=1)
    pass_time(world, 4 * HOUR, MINUTE)
    (first, _), (second, _) = box.mails
    assert sorted(box.to) == sorted([ANNA, "anna@second.example"])
    assert second - first >= HOUR


def test_nobody_is_told_who_has_left_no_address_or_has_taken_it_away() -> None:
    world, door, box = told_acme()
    let_in(door, ACME, BEN, Offer(MemberRole.READER, "Ben"))
    ask(world)
    take_address_away(door, SPEAKER, ACME)
    pass_time(world, DAY)
    assert (box.tried, told_where(door, SPEAKER, ACME)) == (0, None)


def test_an_address_that_is_taken_away_while_a_mail_waits_gets_none() -> None:
    world, door, box = told_acme()
    ask(world)
    box.broken = True
    pass_time(world, HOUR)
    take_address_away(door, SPEAKER, ACME)
    box.broken = False
    pass_time(world, DAY)
    assert box.to == []


def test_whoever_left_or_whose_time_is_over_is_told_no_more_and_their_address_is_gone() -> None:
    world, door, box = told_acme()
    come_in(door, BEN, MemberRole.READER)
    let_in(door, ACME, CAROL, Offer(MemberRole.READER, "C", until=world.clock.now() + HOUR / 2))
    leave_address(door, CAROL, ACME, address_of(CAROL))
    ask(world)
    leave(door, BEN, ACME, BEN)
    pass_time(world, DAY)
    assert box.to == [ANNA]
    assert [each.person for each in kept(door, "addresses")] == [SPEAKER, CAROL]
    let_in(door, ACME, CAROL, Offer(MemberRole.READER, "C"))
    assert told_where(door, CAROL, ACME) is None


# ------------------------------------------------------------------ counsel first


def test_counsel_is_told_first_and_the_others_once_counsel_has_looked() -> None:
    world, door, box = told_acme()
    come_in(door, CAROL, MemberRole.COUNSEL)
    consent = ask(world)
    pass_time(world, 5 * HOUR)
    assert box.to == [address_of(CAROL)]
    look_as_counsel(door, CAROL, consent)
    pass_time(world, 5 * HOUR)
    assert box.to == [address_of(CAROL), ANNA]
    pass_time(world, 40 * DAY)
    assert (box.to.count(ANNA), box.to.count(address_of(CAROL))) == (3, 3)


def test_the_others_are_reminded_though_counsel_has_not_looked_and_are_told_no_more_often() -> None:
    world, door, box = told_acme()
    come_in(door, CAROL, MemberRole.COUNSEL)
    consent = ask(world)
    pass_time(world, 20 * DAY)
    assert box.to.count(ANNA) == 1
    look_as_counsel(door, CAROL, consent)
    pass_time(world, 40 * DAY)
    assert (box.to.count(ANNA), box.to.count(address_of(CAROL))) == (2, 3)


def test_counsel_that_cannot_be_told_holds_nobody_up() -> None:
    world, door, box = told_acme()
    let_in(door, ACME, CAROL, Offer(MemberRole.COUNSEL, "Carol"))
    ask(world)
    pass_time(world, 2 * HOUR)
    assert box.to == [ANNA]


# ------------------------------------------------------------------ where nobody writes


@pytest.mark.parametrize(
    "written",
    [
        "anna@acme.example", "anna@ACME.Example.", "anna@mail.acme.example",
        "anna@\uff41cme.example", "anna@\u0430cme.example",
    ],
)  # fmt: skip  # a list to read down
def test_no_mail_goes_to_an_affected_domain_or_to_one_that_looks_like_it(written: str) -> None:
    world, door, box = told_acme()
    _real_domains(world)
    leave_address(world.nodes[FRONT_DOOR], SPEAKER, ACME, written)
    ask(world)
    pass_time(world, 40 * DAY)
    assert box.tried == 0
    found = told_where(world.nodes[FRONT_DOOR], SPEAKER, ACME)
    assert found is not None
    assert not found.is_used
    assert kept(door, "mails") == []


def _real_domains(world: World) -> None:
    """Let the front door write domains as they are asked for, by the library."""
    worker = world.workers[FRONT_DOOR]
    door = replace(worker.node, domains=NoDomains())
    world.nodes[FRONT_DOOR] = worker.node = door


def test_no_mail_goes_to_a_domain_that_stands_in_a_report() -> None:
    text = report_text().replace("Servers were", "mail.outside.example and others were")
    world, _, box = told_acme(text=text)
    ask(world)
    pass_time(world, DAY)
    assert box.tried == 0


def test_where_somebody_says_to_reach_them_outside_is_not_affected_and_never_written_to() -> None:
    safe = f'[contact]\nsafe_mail = "{ANNA}"'
    world, door, box = told_acme(text=report_text().replace("[contact]\nname", f"{safe}\nname"))
    take_address_away(door, SPEAKER, ACME)
    ask(world)
    pass_time(world, 2 * HOUR)
    assert box.tried == 0
    leave_address(door, SPEAKER, ACME, ANNA)
    ask(world)
    pass_time(world, 2 * HOUR)
    assert box.to == [ANNA]


def test_nobody_is_written_to_before_the_organisation_has_named_its_domain() -> None:
    world, door, box = told_acme()
    with door.store.writing() as records:
        for each in records.domains.find():
            records.domains.remove(each.id)
    ask(world)
    pass_time(world, HOUR)
    assert box.tried == 0
    ask_for_domain(door, ACME, DOMAIN)
    pass_time(world, 16 * DAY)
    assert box.to == [ANNA]


def test_an_address_of_before_the_incident_counts_again_once_it_is_left_again() -> None:
    world, door, box = told_acme()
    with door.store.writing() as records:
        held = records.addresses.get(f"{ACME}/{SPEAKER}")
        assert held is not None
        assert held.in_incident
        records.addresses.put(changed(held, in_incident=False))
    ask(world)
    pass_time(world, HOUR)
    assert box.tried == 0
    leave_address(door, SPEAKER, ACME, ANNA)
    pass_time(world, 16 * DAY)
    assert box.to == [ANNA]


def test_an_organisation_that_has_begun_to_report_is_in_an_incident() -> None:
    world = new_world()
    door = world.nodes[FRONT_DOOR]
    organisation = register(door, BEN, "Ben").organisation
    leave_address(door, BEN, organisation, "ben@acme.example")
    begin_draft(door, BEN, organisation)
    [held] = kept(door, "addresses")
    assert not held.in_incident
    found = told_where(door, BEN, organisation)
    assert found is not None
    assert not found.is_used


def test_what_cannot_be_read_is_not_written_to() -> None:
    world, door, box = told_acme()
    with door.store.writing() as records:
        [own] = records.reports.find(organisation=ACME)
        records.reports.put(changed(own, content=own.content[:-1]))
    ask(world)
    pass_time(world, DAY)
    assert box.tried == 0


# ------------------------------------------------------------------ leaving an address


def test_an_address_is_kept_locked_and_gets_no_mail_of_its_own() -> None:
    _, door, box = told_acme()
    assert ANNA.encode() not in everything(door)
    assert box.tried == 0
    found = told_where(door, SPEAKER, ACME)
    assert found is not None
    assert (found.address, found.is_used) == (ANNA, True)


@pytest.mark.parametrize(
    "written", ["anna", "anna@acme.example\r\nBcc: all@x.example", "a b@x.example", ""]
)
def test_what_is_no_address_is_refused_and_changes_nothing(written: str) -> None:
    _, door, _ = told_acme()
    before = everything(door)
    with pytest.raises(InputError):
        leave_address(door, SPEAKER, ACME, written)
    assert everything(door) == before


def test_a_stranger_neither_leaves_nor_sees_nor_takes_an_address_away() -> None:
    _, door, _ = told_acme()
    stranger = PersonId("mallory")
    for tried in (
        lambda: leave_address(door, stranger, ACME, "m@x.example"),
        lambda: told_where(door, stranger, ACME),
        lambda: take_address_away(door, stranger, ACME),
    ):
        with pytest.raises(NoSuchOrganisationError):
            tried()


# ------------------------------------------------------------------ what fails


def test_a_mail_that_is_not_taken_is_tried_again_and_then_given_up_with_an_alarm() -> None:
    world, door, box = told_acme()
    ask(world)
    box.broken = True
    pass_time(world, 2 * DAY, 5 * MINUTE)
    assert box.tried == MOST_ATTEMPTS
    alarms = [each for each in kept(door, "alarms") if each.kind == "mail-given-up"]
    assert len(alarms) == 1
    assert "@" not in alarms[0].id
    box.broken = False
    pass_time(world, 40 * DAY)
    assert box.to == [ANNA, ANNA]


def test_a_mail_is_sent_once_the_server_is_back() -> None:
    world, _, box = told_acme()
    ask(world)
    box.broken = True
    pass_time(world, 3 * HOUR, MINUTE)
    box.broken = False
    pass_time(world, 3 * HOUR, MINUTE)
    assert box.to == [ANNA]


def test_one_address_that_is_refused_keeps_no_mail_from_the_others() -> None:
    world, door, box = told_acme()
    come_in(door, BEN, MemberRole.READER)
    ask(world)

    def refuse_anna() -> None:
        box.broken = box.tried == 1

    box.meanwhile = refuse_anna
    pass_time(world, HOUR)
    pass_time(world, 2 * MINUTE, MINUTE)
    assert box.to == [address_of(BEN)]


def test_an_answer_that_was_changed_in_the_database_keeps_no_mail_from_others() -> None:
    world, door, box = told_acme()
    consent, _ = ask(world), ask(world, section="contact")
    answer_consent(door, consent, frozenset(), Assurance.RETURN_CODE)
    with door.store.writing() as records:
        [row] = records.answers.find(consent=consent)
        records.answers.put(changed(row, document=replace(row.document, payload=b"{}")))
    pass_time(world, HOUR)
    assert box.to == [ANNA]


def test_a_crash_while_a_mail_is_handed_over_loses_nothing() -> None:
    world, door, box = told_acme()
    ask(world)

    def fall() -> None:
        raise KeyboardInterrupt

    box.meanwhile = fall
    with pytest.raises(KeyboardInterrupt):
        pass_time(world, HOUR)
    box.meanwhile = lambda: None
    world.workers[FRONT_DOOR].mailing = Mailing()
    pass_time(world, HOUR)
    assert box.to == [ANNA]
    assert door.store is world.nodes[FRONT_DOOR].store


def test_no_transaction_is_open_while_a_mail_is_handed_over() -> None:
    world, door, box = told_acme()
    ask(world)

    def write() -> None:
        take_address_away(door, SPEAKER, ACME)

    box.meanwhile = write
    pass_time(world, HOUR)
    assert box.to == [ANNA]
    assert kept(door, "addresses") == []
    assert [each.waiting for each in kept(door, "mails")] == [False]


def test_a_server_that_never_answers_is_asked_less_and_less_often() -> None:
    world, door, box = told_acme()
    for number in range(30):
        come_in(door, PersonId(f"p{number}"), MemberRole.READER)
    ask(world)
    box.broken = True
    pass_time(world, 3 * HOUR, MINUTE)
    assert box.tried < 15


def test_a_node_that_was_put_back_tells_nobody_anything() -> None:
    world, door, box = told_acme()
    ask(world)
    gap = EXAMPLES["gaps"]
    assert isinstance(gap, Gap)
    with door.store.writing() as records:
        records.gaps.put(gap)
    pass_time(world, 2 * HOUR)
    assert box.tried == 0
    with door.store.writing() as records:
        records.gaps.remove(gap.party)
    pass_time(world, 2 * HOUR)
    assert box.to == [ANNA]


def test_a_round_of_work_waits_for_no_mail_server() -> None:
    world, _, box = told_acme()
    ask(world)
    world.wait(2 * HOUR)
    assert box.tried == 0


def test_without_a_way_to_tell_people_nothing_is_kept_for_it() -> None:
    world, door, _ = told_acme()
    world.nodes[FRONT_DOOR] = world.workers[FRONT_DOOR].node = replace(door, notifier=None)
    ask(world)
    pass_time(world, DAY)
    assert kept(door, "occasions") == []
    assert kept(door, "mails") == []


def test_nothing_that_is_logged_or_kept_in_the_clear_says_to_whom(
    caplog: pytest.LogCaptureFixture,
) -> None:
    world, door, box = told_acme()
    ask(world)
    box.broken = True
    pass_time(world, HOUR)
    assert "a mail was not taken" in caplog.text
    assert ANNA not in caplog.text
    assert CANARY not in caplog.text
    assert ANNA.encode() not in everything(door)


# ------------------------------------------------------------------ whatever happens


@dataclass
class Story:
    """What happens at Acme, step by step."""

    world: World
    door: Node
    box: Letterbox
    asked: list[ConsentId] = field(default_factory=list)

    def step(self, what: str, number: int) -> None:
        """Let one thing happen."""
        one = self.asked[number % len(self.asked)] if self.asked else None
        match what:
            case "ask":
                self.asked.append(ask(self.world, number * 5 * HOUR))
            case "no" if one:
                answer_consent(self.door, one, frozenset(), Assurance.RETURN_CODE)
            case "look" if one:
                look_as_counsel(self.door, CAROL, one)
            case "break" | "mend":
                self.box.broken = what == "break"
            case "restart":
                self.world.workers[FRONT_DOOR].mailing = Mailing()
            case "again":
                leave_address(self.door, SPEAKER, ACME, ANNA)
            case "wait":
                pass_time(self.world, number * HOUR, [7 * MINUTE, HOUR, 5 * HOUR][number % 3])
            case _:
                pass

    def is_anything_open(self) -> bool:
        """Return whether there is a question that nobody has answered, in its time."""
        with self.door.store.reading() as records:
            return any(stands(records, self.door, each) for each in self.asked)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["ask", "no", "wait", "wait", "break", "mend", "restart", "look", "again"]),
        st.integers(1, 60),
    ),
    max_size=14,
)
AFFECTED = "ben@mail.acme.example"


@settings(max_examples=25)
@given(STEPS)
def test_whatever_happens_nobody_is_told_too_often_or_at_an_affected_address(
    steps: list[tuple[str, int]],
) -> None:
    story = Story(*told_acme())
    come_in(story.door, BEN, MemberRole.WRITER)
    leave_address(story.door, BEN, ACME, AFFECTED)
    come_in(story.door, CAROL, MemberRole.COUNSEL)
    for what, number in steps:
        was_open, before = story.is_anything_open(), len(story.box.mails)
        story.step(what, number)
        assert was_open or what == "ask" or len(story.box.mails) == before
    assert AFFECTED not in story.box.to
    for address in {ANNA, address_of(CAROL)}:
        times = [at for at, to in story.box.mails if to == address]
        assert len(times) <= 3 * len(story.asked)
        assert all(later - earlier >= HOUR for earlier, later in pairwise(times))
