"""Cheats: five ways to get what was not agreed to past the gate, each tried for real.

A cheat uses what an insider or the attacker has: the organisation's mail, an officer's own
commands, the node's keys, its database. None has a door of its own in the software, and each is
stopped by name.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connections

from comity.cli.scenario.audit import verify_alone
from comity.cli.scenario.nodes import RunningNode, StoryError, eventually
from comity.cli.scenario.plot import ALSO_TO, NOT_TO, Plot
from comity.cli.scenario.told import Cast
from comity.core.consent import Answer, Said, Status, sign_said, sign_status
from comity.core.exchange import Control, sign_control
from comity.core.markings import Tlp
from comity.core.terms import ConsentId, MessageId, PartyId, Signed, decode, encode
from comity.store.records import HeldStatement, HeldStatus
from comity.wire.transport import Transport

REFUSED = 2
"""How a command ends that cannot be done."""

HELP, REGULATION = "incident_response", "regulation"


def a_mailbox_taken_over(cast: Cast) -> None:
    """Whoever reads the organisation's mail signs in as somebody new, and would say yes to all."""
    door, organisation = cast.door, cast.plot.report.organisation
    until = (datetime.now(UTC) + timedelta(days=30)).isoformat()
    mine = ("speaker", "register", organisation, "mallory", "--until", until)
    registered = door.run(*mine, "--shown-by", "mail-1", ends=(REFUSED,))
    named = [part for each in cast.plot.told for part in ("--section", each)]
    yes = ("consent", "give", cast.consent, *named, "--assurance", "totp")
    said = door.run(*yes, "--speaker", "mallory", ends=(REFUSED,))
    answer = cast.ask(cast.nca, cast.case, NOT_TO, REGULATION, sections=cast.plot.told)
    cast.story.cheat(
        "a mailbox taken over",
        "CHEAT: the attacker, who reads the organisation's mail, registers and says yes to all",
        "nobody can be registered once there is a report, and nobody is heard who was not "
        f"verified; the NCA asks its gate: {answer['outcome']}, clause {_first(answer)}",
        stopped=not registered and not said and answer["outcome"] == "refused",
        clause=_first(answer),
    )


def a_retyped_note(cast: Cast) -> None:
    """An officer types what was told into a note and asks to pass the note on."""
    sections = cast.plot.withheld or cast.plot.consent_to
    text = "\n".join(str(cast.plot.report.answers[each]) for each in sections)
    note = cast.nca.data("case", "note", cast.case, "-", given=text)
    answer = cast.ask(cast.nca, cast.case, NOT_TO, REGULATION, items=[str(note["item"])])
    cast.story.cheat(
        "a retyped note",
        "CHEAT: an NCA officer retypes it into a note",
        f"the note carries the same label; {answer['outcome']}, clause {_first(answer)}",
        stopped=answer["outcome"] == "refused" and "I-1" in answer["clauses"],
        clause=_first(answer),
    )


def a_relay(cast: Cast) -> None:
    """The NCSC gets a section by consent, and an officer there asks to pass it on to the ICO."""
    section = _passable(cast.plot)
    consent = cast.seek(
        cast.nca, cast.case, [section], ALSO_TO, HELP, "So that the NCSC can help you with it."
    )
    eventually("the question arrives", lambda: cast.question(consent))
    cast.give(consent, [section])
    eventually("the answer arrives", lambda: cast.answered(cast.nca, consent))
    first = cast.ask(cast.nca, cast.case, ALSO_TO, HELP, sections=[section])
    if first["outcome"] != "permitted":
        raise StoryError(f"the first leg of the relay is refused, clause {_first(first)}")
    cast.relay_section = section
    case, item = eventually("the NCSC opens it", lambda: _passed(cast.ncsc, section))
    answer = cast.ask(cast.ncsc, case, NOT_TO, REGULATION, items=[item])
    cast.story.cheat(
        "a relay through the NCSC",
        f"CHEAT: the NCSC, given {section} by consent, would pass it on to the ICO",
        f"the label came with it; {answer['outcome']}, clause {_first(answer)} of an agreement "
        "that the NCSC is no party to",
        stopped=answer["outcome"] == "refused" and "I-1" in answer["clauses"],
        clause=_first(answer),
    )


def a_forged_consent(cast: Cast) -> None:
    """An insider at the NCA writes a yes of his own, over the wire and into the database."""
    node, said = cast.nca.seen(), _forged(cast)
    statement = sign_said(said, node.keys.identity)
    answered = _post_as_front_door(cast, statement)
    status = Status(
        consent=said.consent,
        counter=said.counter + 1,
        newest_answer=said.counter,
        start=said.stated_at,
        end=said.stated_at + timedelta(minutes=10),
    )
    with node.store.writing() as records:
        before = records.statuses.get(said.consent)
        records.statements.add(
            HeldStatement(
                id=f"{said.consent}/{said.counter}",
                consent=said.consent,
                document=statement,
                received_at=said.stated_at,
            )
        )
        records.statuses.put(
            HeldStatus(
                consent=said.consent,
                document=sign_status(status, node.keys.identity),
                counter=status.counter,
            )
        )
    answer = cast.ask(cast.nca, cast.case, NOT_TO, REGULATION, sections=cast.plot.consent_to)
    with node.store.writing() as records:
        alarmed = records.alarms.find(kind="statement-not-verified")
        records.statements.remove(f"{said.consent}/{said.counter}")
        if before is not None:
            records.statuses.put(before)
    cast.story.cheat(
        "a forged consent",
        "CHEAT: an insider signs a yes with the NCA's own key",
        f"sent to the node: {answered}; written into its database: {answer['outcome']}, clause "
        f"{_first(answer)}, and an alarm says that the statement does not verify",
        stopped=answered == 403 and answer["outcome"] == "refused" and bool(alarmed),  # noqa: PLR2004 - HTTP says forbidden
        clause=_first(answer),
    )


def an_edited_ledger(cast: Cast) -> None:
    """Somebody with the database changes a recorded refusal into a permit."""
    node = cast.nca
    node.seen()
    place, true, false = _a_refusal(node)
    _write_entry(node, place, false)
    try:
        verdict = verify_alone(node, cast.stage.folder / "edited.bundle", place)
    finally:
        _write_entry(node, place, true)
    cast.story.cheat(
        "an edited ledger",
        "CHEAT: a database administrator turns a recorded refusal into a permit",
        f"the auditor finds it: {verdict.first}",
        stopped=cast.story.ledgers_verified and not verdict.verified,
    )


def _passable(plot: Plot) -> str:
    """Return a section that may travel by consent: withheld from the ICO if there is such a one."""
    sections = (*plot.withheld, *plot.consent_to)
    return next(each for each in sections if plot.report.tlp[each] is not Tlp.RED)


def _forged(cast: Cast) -> Said:
    with cast.nca.seen().store.reading() as records:
        rows = records.statements.find(consent=ConsentId(cast.consent))
    newest = max(
        (decode(Said, row.document.payload, "a statement") for row in rows),
        key=lambda each: each.counter,
    )
    now = datetime.now(UTC)
    return Said(
        consent=newest.consent,
        organisation=newest.organisation,
        answer=Answer.GIVEN,
        items=newest.items,
        discloser=newest.discloser,
        recipient=newest.recipient,
        purpose=newest.purpose,
        start=now,
        end=newest.end,
        counter=newest.counter + 1000,
        assurance=newest.assurance,
        stated_at=now,
    )


def _post_as_front_door(cast: Cast, statement: Signed) -> int:
    """Post the forged answer as if it came from the front door; return the HTTP status."""
    node = cast.nca.seen()
    control = Control(
        id=MessageId("msg-forged"),
        from_=PartyId("FRONT_DOOR"),
        to=node.party,
        created=datetime.now(UTC),
        statement=statement,
    )
    forged = encode(sign_control(control, node.keys.identity))
    return Transport().post(cast.nca.address, "/node/controls", forged).status


def _passed(node: RunningNode, section: str) -> tuple[str, str] | None:
    """Return the case and the id of what another body passed on, once it is there."""
    with node.seen().store.reading() as records:
        for held in records.items.find():
            given_to = {to for each in held.item.label.sources for to in each.given_to}
            if held.item.section == section and node.party not in given_to and held.case:
                return held.case, held.item.id
    return None


def _a_refusal(node: RunningNode) -> tuple[int, bytes, bytes]:
    """Return the place of a refusal in the node ledger, its bytes, and the bytes of a permit."""
    with node.seen().store.reading() as records:
        for place, entry in enumerate(records.ledgers.entries("node")):
            if b'"outcome":"refused"' in entry:
                return place, entry, entry.replace(b'"refused"', b'"permitted"')
    raise StoryError("the ledger holds no refusal")


def _write_entry(node: RunningNode, place: int, entry: bytes) -> None:
    with connections[node.alias].cursor() as cursor:
        cursor.execute(
            "UPDATE store_entry SET data = %s WHERE ledger = %s AND place = %s",
            [entry, "node", place],
        )


def _first(answer: dict[str, Any]) -> str:
    return str(answer["clauses"][0]) if answer["clauses"] else "none"
