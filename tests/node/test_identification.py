"""Which organisation it is: what it shows, what a body is told of it, and that it opens nothing."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.core.consent import Identified
from comity.core.identification import DomainName, LookUp, Registration
from comity.core.ledger import Entry, EntryType
from comity.core.terms import InputError, OfficerId, OrganisationId, SealError, decode
from comity.node.ask_for_domain import TIME, ToPublish, ask_for_domain
from comity.node.check_domain import Checked, check_domain
from comity.node.identification import MOST, identified_as
from comity.node.node import NotPossibleError
from comity.node.record_look_up import record_look_up
from comity.node.register_speaker import register_speaker
from comity.node.send_report import send_report
from comity.node.show_case import show_case
from comity.node.show_organisation import show_organisation
from comity.node.state_registration import state_registration
from comity.node.update_report import update_report
from comity.shipped import registers
from comity.store.change import changed
from comity.store.records.identification import STANDS_FOR
from tests.node import watched as w
from tests.node.test_speakers import (
    BOLT,
    CHECK,
    DAY,
    MALLORY,
    MINUTE,
    attack,
    door,
    impossible,
    nothing_passes,
    speaker,
    yes,
)
from tests.node.world import ACME, FRONT_DOOR, NCA, World, acme_report, new_world, report_text

HERE = "acme.example"
OPERATOR = OfficerId("operator-1")
COMPANY = registers().read("companies-house", "01234567")
CHARITY = registers().read("charity-commission", "1234567-1")


def identified(world: World, organisation: OrganisationId = ACME) -> Identified:
    """Return how an organisation is identified now; the page for operators says the same."""
    with door(world).store.reading() as records:
        found = identified_as(records, door(world), organisation)
    assert show_organisation(door(world), organisation).identified is found
    return found


def asked(world: World, domain: str = HERE, organisation: OrganisationId = ACME) -> ToPublish:
    return ask_for_domain(door(world), organisation, domain)


def published(world: World, domain: str = HERE) -> Checked:
    """Publish the record of a domain, and let it be checked."""
    new = asked(world, domain)
    world.zone.publish(new.domain, new.text)
    return check_domain(door(world), ACME, domain)


def told(world: World) -> set[Identified | None]:
    """Return how the NCA sees the organisation identified, in each content."""
    world.settle()
    nca = world.nodes[NCA]
    with nca.store.reading() as records:
        cases = [each.id for each in records.cases.find()]
    return {each.identified for case in cases for each in show_case(nca, case)}


def said(world: World, *kinds: EntryType) -> list[Entry]:
    """Return what the front door's own ledger says of these kinds."""
    with door(world).store.reading() as records:
        found = [decode(Entry, each, "an entry") for each in records.ledgers.entries("node")]
    return [each for each in found if each.type in kinds]


# ------------------------------------------------------------------ numbers


def test_a_number_is_stated_and_then_looked_up() -> None:
    world = new_world([FRONT_DOOR])
    assert identified(world) is Identified.NOT
    state_registration(door(world), ACME, COMPANY)
    assert identified(world) is Identified.STATED
    found = record_look_up(door(world), ACME, COMPANY, OPERATOR)
    assert found.held.looked_up is not None
    assert (found.held.looked_up.by, found.held.looked_up.at) == (OPERATOR, world.clock.now())
    assert found.registration.entry == "companies-house/01234567"
    assert identified(world) is Identified.LOOKED_UP


def test_an_organisation_holds_several_numbers_each_once() -> None:
    world = new_world([FRONT_DOOR])
    first = state_registration(door(world), ACME, COMPANY)
    state_registration(door(world), ACME, CHARITY)
    record_look_up(door(world), ACME, COMPANY, OPERATOR)
    again = state_registration(door(world), ACME, COMPANY)
    assert (again.held.id, again.held.looked_up is None) == (first.held.id, False)
    shown = show_organisation(door(world), ACME)
    assert [each.registration for each in shown.numbers] == [COMPANY, CHARITY]
    assert identified(world, BOLT) is Identified.NOT


def test_a_number_that_nobody_stated_cannot_be_looked_up() -> None:
    world = new_world([FRONT_DOOR])
    state_registration(door(world), BOLT, COMPANY)
    why = impossible(lambda: record_look_up(door(world), ACME, COMPANY, OPERATOR))
    assert "acme has not stated companies-house/01234567" in why
    assert identified(world) is Identified.NOT


def test_a_look_up_stands_for_a_year_and_the_statement_on() -> None:
    world = new_world([FRONT_DOOR])
    state_registration(door(world), ACME, COMPANY)
    record_look_up(door(world), ACME, COMPANY, OPERATOR)
    world.clock.pass_(STANDS_FOR - MINUTE)
    assert identified(world) is Identified.LOOKED_UP
    world.clock.pass_(MINUTE)
    assert identified(world) is Identified.STATED


# ------------------------------------------------------------------ domains


def test_a_domain_is_shown_by_the_record_that_was_made_for_it() -> None:
    world = new_world([FRONT_DOOR])
    new = asked(world, " ACME.example")
    assert (new.domain, new.name) == (HERE, "_comity.acme.example")
    assert new.text.startswith("comity-domain=")
    assert new.until == world.clock.now() + timedelta(days=7)
    assert check_domain(door(world), ACME, HERE).found is LookUp.NOT_FOUND
    assert identified(world) is Identified.NOT
    world.zone.publish(new.domain, new.text)
    checked = check_domain(door(world), ACME, HERE)
    assert (checked.found, checked.shows) == (LookUp.FOUND, Identified.DOMAIN)
    assert identified(world) is Identified.DOMAIN


def test_asking_again_gives_the_same_record_until_its_time_is_over_or_it_was_found() -> None:
    world = new_world([FRONT_DOOR])
    first = asked(world)
    world.clock.pass_(TIME - MINUTE)
    assert asked(world) == first
    world.zone.publish(first.domain, first.text)
    world.clock.pass_(MINUTE)
    assert "its time is over" in impossible(lambda: check_domain(door(world), ACME, HERE))
    second = asked(world)
    assert second.text != first.text
    assert check_domain(door(world), ACME, HERE).found is LookUp.NOT_FOUND
    world.zone.publish(second.domain, second.text)
    check_domain(door(world), ACME, HERE)
    assert "it was found" in impossible(lambda: check_domain(door(world), ACME, HERE))
    assert asked(world).text not in {first.text, second.text}
    assert len(show_organisation(door(world), ACME).domains) == 2


def test_no_answer_is_not_an_answer() -> None:
    world = new_world([FRONT_DOOR])
    new = asked(world)
    world.zone.publish(new.domain, new.text)
    world.zone.silent = True
    checked = check_domain(door(world), ACME, HERE)
    assert (checked.found, checked.shows) == (LookUp.NO_ANSWER, Identified.NOT)
    assert identified(world) is Identified.NOT


def test_the_record_of_one_organisation_shows_nothing_for_another() -> None:
    world = new_world([FRONT_DOOR])
    of_acme, of_bolt = asked(world), asked(world, organisation=BOLT)
    assert of_acme.text != of_bolt.text
    world.zone.publish(of_acme.domain, of_acme.text)
    assert check_domain(door(world), BOLT, HERE).found is LookUp.NOT_FOUND
    assert identified(world, BOLT) is Identified.NOT


@pytest.mark.parametrize("domain", ["co.uk", "uk", "192.0.2.1", "acme", "_x.acme.example", ""])
def test_nothing_is_asked_about_what_is_no_domain_of_one_organisation(domain: str) -> None:
    world = new_world([FRONT_DOOR])
    for act in (lambda: asked(world, domain), lambda: check_domain(door(world), ACME, domain)):
        with pytest.raises(InputError):
            act()
    assert world.zone.asked == []


def test_no_transaction_is_open_while_a_resolver_is_asked() -> None:
    world = new_world([FRONT_DOOR])
    new = asked(world)
    world.zone.publish(new.domain, new.text)
    done: list[str] = []

    def write() -> None:
        with door(world).store.writing() as records:
            done.extend(each.id for each in records.domains.find())

    world.zone.meanwhile = write
    assert check_domain(door(world), ACME, new.domain).found is LookUp.FOUND
    assert len(done) == 1


def test_a_record_that_was_replaced_while_a_resolver_was_asked_is_not_shown() -> None:
    world = new_world([FRONT_DOOR])
    new = asked(world)
    world.zone.publish(new.domain, new.text)

    def replace_it() -> None:
        world.clock.pass_(TIME)
        asked(world)

    world.zone.meanwhile = replace_it
    impossible(lambda: check_domain(door(world), ACME, HERE))
    assert identified(world) is Identified.NOT


def test_a_domain_stands_for_a_year() -> None:
    world = new_world([FRONT_DOOR])
    published(world)
    world.clock.pass_(STANDS_FOR - MINUTE)
    assert identified(world) is Identified.DOMAIN
    world.clock.pass_(MINUTE)
    assert identified(world) is Identified.NOT


# ------------------------------------------------------------------ what is kept


def test_what_the_ledger_says_names_no_number_and_no_domain() -> None:
    world = new_world([FRONT_DOOR])
    state_registration(door(world), ACME, COMPANY)
    record_look_up(door(world), ACME, COMPANY, OPERATOR)
    new = asked(world)
    world.zone.publish(new.domain, new.text)
    check_domain(door(world), ACME, HERE)
    found = said(
        world, EntryType.REGISTRATION_STATED, EntryType.REGISTRATION_LOOKED_UP,
        EntryType.DOMAIN_ASKED, EntryType.DOMAIN_PROVED,
    )  # fmt: skip  # a list
    stated, looked_up, asked_, proved = (each.ids for each in found)
    assert (stated["register"], looked_up["officer"]) == ("companies-house", OPERATOR)
    assert stated["registration"] == looked_up["registration"]
    assert (asked_["domain"], proved["how"]) == (proved["domain"], "domain")
    with door(world).store.reading() as records:
        rows = [*records.registrations.find(), *records.domains.find()]
    for each in (*found, *rows):
        for secret in ("01234567", HERE, new.text.partition("=")[2]):
            assert secret not in repr(each)


def test_what_was_moved_to_another_organisation_does_not_open() -> None:
    world = new_world([FRONT_DOOR])
    state_registration(door(world), BOLT, CHARITY)
    held = state_registration(door(world), ACME, COMPANY).held
    with door(world).store.writing() as records:
        records.registrations.put(changed(held, organisation=BOLT))
    with pytest.raises(SealError):
        show_organisation(door(world), BOLT)


def test_only_so_much_is_kept_for_one_organisation() -> None:
    world = new_world([FRONT_DOOR])
    for number in range(MOST):
        asked(world, f"d{number}.example")
        one = registers().read("companies-house", str(10_000_000 + number))
        state_registration(door(world), ACME, one)
    assert "no more than 20" in impossible(lambda: asked(world))
    assert "no more than 20" in impossible(lambda: state_registration(door(world), ACME, COMPANY))
    world.clock.pass_(TIME)
    asked(world)


def test_only_a_front_door_keeps_which_organisation_it_is() -> None:
    world = new_world([FRONT_DOOR, NCA])
    nca = world.nodes[NCA]
    for act in (
        lambda: state_registration(nca, ACME, COMPANY),
        lambda: record_look_up(nca, ACME, COMPANY, OPERATOR),
        lambda: ask_for_domain(nca, ACME, HERE),
    ):
        assert "front door" in impossible(act)


# ------------------------------------------------------------------ what a body is told


def test_a_body_sees_the_strongest_that_stood_when_the_report_was_sent() -> None:
    world = new_world()
    world.settle()
    state_registration(door(world), ACME, COMPANY)
    published(world)
    sent = world.report()
    assert told(world) == {Identified.DOMAIN}
    world.clock.pass_(STANDS_FOR)
    world.settle()
    report = acme_report(report_text(mark="again"))
    update_report(door(world), sent.id, report, None)
    assert told(world) == {Identified.DOMAIN, Identified.STATED}


def test_a_report_by_an_organisation_that_showed_nothing_is_sent_and_shown_as_such() -> None:
    world = new_world()
    world.settle()
    world.report()
    assert told(world) == {Identified.NOT}


def test_a_body_learns_a_word_and_neither_the_number_nor_the_domain() -> None:
    world = new_world()
    world.settle()
    state_registration(door(world), ACME, COMPANY)
    published(world)
    seen: list[bytes] = []
    world.transport.seen = lambda _, body: seen.append(body)
    world.report()
    with world.nodes[NCA].store.reading() as records:
        kept = [each.document.payload for each in records.choices.find()]
    assert kept
    assert all(b'"identified":"domain"' in each for each in kept)
    for secret in (b"01234567", HERE.encode(), b"companies-house", b"comity-domain"):
        assert not any(secret in each for each in (*kept, *seen))


# ------------------------------------------------------------------ attacks


def test_a_domain_shown_after_the_first_report_is_kept_as_shown_in_an_incident() -> None:
    world, _ = w.watched()
    checked = published(world)
    assert checked.shows is Identified.DOMAIN_IN_INCIDENT
    (entry,) = said(world, EntryType.DOMAIN_PROVED)
    assert entry.ids["how"] == "domain_in_incident"
    send_report(door(world), acme_report(report_text(mark="later")))
    assert Identified.DOMAIN_IN_INCIDENT in told(world)
    assert Identified.DOMAIN not in told(world)


def test_a_record_that_was_asked_for_in_peace_and_shown_after_the_report_was_shown_after() -> None:
    world = new_world()
    world.settle()
    new = asked(world)
    world.report()
    world.zone.publish(new.domain, new.text)
    assert check_domain(door(world), ACME, HERE).shows is Identified.DOMAIN_IN_INCIDENT


def test_a_report_sent_while_a_resolver_is_asked_counts_as_before() -> None:
    world = new_world()
    world.settle()
    new = asked(world)
    world.zone.publish(new.domain, new.text)
    world.zone.meanwhile = world.report
    assert check_domain(door(world), ACME, HERE).shows is Identified.DOMAIN_IN_INCIDENT


def test_an_intruder_cannot_take_away_what_was_shown_in_peace() -> None:
    world = new_world()
    world.settle()
    published(world)
    world.report()
    world.zone.texts.clear()
    published(world, "mallory.example")
    published(world)
    assert identified(world) is Identified.DOMAIN


def test_an_intruder_who_controls_the_domain_in_an_incident_consents_to_nothing() -> None:
    """They can publish any record, and state and have looked up every number."""
    world, _ = w.watched()
    consent = world.seek("incident")
    state_registration(door(world), ACME, COMPANY)
    record_look_up(door(world), ACME, COMPANY, OPERATOR)
    assert published(world).found is LookUp.FOUND
    new = speaker(world, MALLORY)
    attack(
        world,
        [
            lambda: yes(world, consent, MALLORY),
            lambda: yes(world, consent, None),
            lambda: register_speaker(door(world), new, CHECK),
            lambda: register_speaker(door(world), new, COMPANY.entry),
        ],
    )


def test_identification_never_entitles_anybody_to_speak() -> None:
    """Not even in peace: everything is shown, nobody is registered, and nobody can say yes."""
    world = new_world()
    world.settle()
    state_registration(door(world), ACME, COMPANY)
    record_look_up(door(world), ACME, COMPANY, OPERATOR)
    published(world)
    assert identified(world) is Identified.DOMAIN
    send_report(door(world), acme_report(), MALLORY)
    world.settle()
    consent = world.seek("incident")
    for person in (MALLORY, None):
        impossible(lambda person=person: yes(world, consent, person))  # type: ignore[misc]  # the same function for each
    nothing_passes(world)


# ------------------------------------------------------------------ every history

ACTS = st.sampled_from(["state", "look up", "ask", "publish", "check", "report", "wait"])
NUMBERS = st.sampled_from([COMPANY, CHARITY])


def impossible_now(act: Callable[[], object]) -> bool:
    """Do something, and return whether it was refused."""
    try:
        act()
    except NotPossibleError:
        return True
    return False


def _publish(world: World, new: list[ToPublish]) -> None:
    for each in new:
        world.zone.publish(each.domain, each.text)


def _done(world: World, act: str, number: Registration, new: list[ToPublish]) -> None:
    acts: dict[str, Callable[[], object]] = {
        "state": lambda: state_registration(door(world), ACME, number),
        "look up": lambda: record_look_up(door(world), ACME, number, OPERATOR),
        "ask": lambda: new.append(asked(world)),
        "publish": lambda: _publish(world, new[-1:]),
        "check": lambda: check_domain(door(world), ACME, HERE),
        "report": lambda: send_report(door(world), acme_report()),
        "wait": lambda: world.clock.pass_(100 * DAY),
    }
    acts[act]()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(ACTS, NUMBERS), max_size=12))
def test_after_any_history_what_is_told_was_shown_in_time(
    acts: list[tuple[str, Registration]],
) -> None:
    world, new = new_world([FRONT_DOOR, NCA]), list[ToPublish]()
    looked_up, proved, reported = [], [], []
    for act, number in acts:
        now = world.clock.now()
        if impossible_now(lambda act=act, number=number: _done(world, act, number, new)):  # type: ignore[misc]  # the same function for each
            continue
        if act == "look up":
            looked_up.append(now)
        elif act == "report":
            reported.append(now)
        elif act == "check" and new[-1].text in world.zone.texts.get(DomainName(HERE), ()):
            proved.append((now, not reported))
    now = world.clock.now()
    in_peace = [at for at, peace in proved if peace and now < at + STANDS_FOR]
    in_incident = [at for at, peace in proved if not peace and now < at + STANDS_FOR]
    found = identified(world)
    assert (found is Identified.DOMAIN) is bool(in_peace)
    if not in_peace:
        fresh = [at for at in looked_up if now < at + STANDS_FOR]
        assert (found is Identified.LOOKED_UP) is bool(fresh)
        assert (found is Identified.DOMAIN_IN_INCIDENT) is (bool(in_incident) and not fresh)
