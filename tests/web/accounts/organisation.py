"""An organisation with people in each part, beside a foreign one, at a front door."""

import json
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

from comity.words.catalogue import Language
from tests.web.accounts.door import Door
from tests.web.accounts.visitor import HOME, Fields, Visitor

BY_ACCOUNT = "by-account/"
SPARE = "person-spare"
"""A member who is there to be let go."""
PLACE = "account/organisations/"


class Who(StrEnum):
    """Whoever comes to the pages, as seen from the organisation."""

    NOBODY = "nobody signed in"
    HALF = "signed in without a second step"
    STRANGER = "a stranger with an account"
    READER = "a reader"
    DELEGATE = "a delegate for one report"
    WRITER = "a writer"
    MANAGER = "a manager"


class Organisation(NamedTuple):
    """Two organisations, the people of the first, and the reports of both."""

    people: dict[Who, Visitor]
    place: str
    foreign_place: str
    report: str
    other_report: str
    foreign_report: str
    persons: dict[Who, str]
    passkeys: dict[Who, int]
    language: Language


def begun(door: Door) -> str:
    """Begin a report without an account; return its code."""
    visitor = Visitor(door.place)
    ticket = visitor.get("report").hidden("ticket")
    return visitor.post("report", {"ticket": ticket, "step": "begin"}).code


def number_of(who: Visitor) -> str:
    """Return somebody's number, as their page says it."""
    return who.get(HOME).words.partition("Your number here is ")[2].partition(".")[0]


def places_of(who: Visitor) -> list[str]:
    """Return the ids of the organisations that somebody works with."""
    parts = who.get(HOME).text.split('href="/account/organisations/')[1:]
    return [each.partition('"')[0] for each in parts]


def reports_of(who: Visitor) -> list[str]:
    """Return the ids of the reports that somebody's page lists."""
    parts = who.get(HOME).text.split(f'value="{BY_ACCOUNT}')[1:]
    return [each.partition('"')[0] for each in parts]


def invited(manager: Visitor, place: str, **fields: str) -> str:
    """Return the code of an invitation."""
    page = manager.get(f"{PLACE}{place}")
    whole: Fields = {
        "csrfmiddlewaretoken": page.token,
        "ticket": page.hidden("ticket"),
        "step": "invite",
        "only": "",
        "until": "",
        **fields,
    }
    return manager.post(f"{PLACE}{place}", whole).code


def join(guest: Visitor, code: str) -> None:
    """Take an invitation up."""
    assert guest.fill(HOME, step="join", invitation=code).leads_to == HOME


def write(who: Visitor, report: str, words: str = "Files are encrypted.") -> None:
    """Answer a question of a report by account."""
    said = who.post(
        "report",
        {
            "code": f"{BY_ACCOUNT}{report}",
            "step": "save:incident.summary",
            "incident-summary": words,
        },
    )
    assert said.status == 200


def founded(door: Door, language: Language) -> Organisation:
    """Let people come together: each in a part, and a stranger with an organisation of their own.

    The manager may speak for the organisation, and everybody has just taken their second step.
    """
    people = {each: Visitor(door.place, f"{each.name.lower()}-{language}") for each in Who}
    for who, visitor in people.items():
        if who is Who.HALF:
            visitor.sign_up()
        elif who is not Who.NOBODY:
            visitor.with_account()
            visitor.fill("account/confirm/code", code=visitor.fresh_code())
    manager, stranger = people[Who.MANAGER], people[Who.STRANGER]
    manager.fill(HOME, step="take_up", code=begun(door), called="Mona")
    [place], [report] = places_of(manager), reports_of(manager)
    write(manager, report)
    manager.fill(HOME, step="begin", organisation=place)
    [other] = set(reports_of(manager)) - {report}
    for who in (Who.READER, Who.DELEGATE, Who.WRITER):
        only = report if who is Who.DELEGATE else ""
        code = invited(manager, place, called=who.name, role=who.name.lower(), only=only)
        join(people[who], code)
    stranger.fill(HOME, step="register", own_called="Sten")
    [foreign_place] = places_of(stranger)
    stranger.fill(HOME, step="begin", organisation=foreign_place)
    [foreign_report] = reports_of(stranger)
    write(stranger, foreign_report)
    able = [each for each in Who if each not in {Who.NOBODY, Who.HALF}]
    persons: dict[Who, str] = {each: number_of(people[each]) for each in able}
    until = f"{datetime.now(UTC) + timedelta(days=30):%Y-%m-%dT%H:%MZ}"  # noqa: TID251 - an operator has a clock
    speaks = ("--shown-by", "evidence-1", "--until", until)
    door.node.run("speaker", "register", place, persons[Who.MANAGER], *speaks)
    door.node.run("member", "add", place, SPARE, "--role", "reader", "--called", "Spare")
    return Organisation(
        people,
        place,
        foreign_place,
        report,
        other,
        foreign_report,
        persons,
        {each: _passkey(door, persons[each]) for each in able},
        language,
    )


def _passkey(door: Door, person: str) -> int:
    """Give somebody a passkey that nobody holds: what counts here is whose it is."""
    [(number,)] = door.rows(
        "INSERT INTO mfa_authenticator (type, data, created_at, user_id)"
        " VALUES ('webauthn', ?, CURRENT_TIMESTAMP, ?) RETURNING id",
        json.dumps({"name": "a key", "credential": _credential(person.encode())}),
        person,
    )
    return int(number)


def _credential(key_id: bytes) -> dict[str, object]:
    """Return what a browser sends of a new passkey."""
    key = ec.generate_private_key(ec.SECP256R1()).public_key()
    public = ES256.from_cryptography_key(key)  # type: ignore[no-untyped-call]  # the library's own
    attested = AttestedCredentialData.create(Aaguid.NONE, key_id, public)
    flags = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV | AuthenticatorData.FLAG.AT
    data = AuthenticatorData.create(sha256(b"localhost").digest(), flags, 0, attested)
    made = AttestationObject.create("none", data, {})
    client = CollectedClientData.create("webauthn.create", b"x" * 16, "http://localhost")
    return {
        "id": websafe_encode(key_id),
        "rawId": websafe_encode(key_id),
        "type": "public-key",
        "response": {
            "clientDataJSON": websafe_encode(client),
            "attestationObject": websafe_encode(made),
        },
    }
