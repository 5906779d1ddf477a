"""What shows: what leaves a node says no more than it must, to whomever it goes."""

from base64 import b64encode
from datetime import datetime, timedelta

from comity.core.exchange import Control, open_envelope, read_envelope
from comity.core.ledger import Entry, Known, check_proof, head, origin, read_proof
from comity.core.terms import Signed, decode, encode
from comity.node.deliver import CONTROLS
from comity.node.node import NODE_LEDGER
from comity.node.prove_receipt import prove_receipt
from tests.node import watched as w
from tests.node.world import BEATS, FRONT_DOOR, ICO, NCA, NCSC, REPORT, new_world

HOUR = timedelta(hours=1)


def both(report: str = REPORT) -> w.World:
    """Return a world in which Acme told the NCA and the NCSC the same sections."""
    world = new_world()
    world.report(report.replace('["NCA"]', '["NCA", "NCSC"]'))
    return world


def test_the_same_section_has_another_digest_for_each_body() -> None:
    world = both()
    found = []
    for party in (NCA, NCSC):
        with world.nodes[party].store.reading() as records:
            found.append({each.item.digest for each in records.items.find() if each.release})
    assert len(found[0]) == len(found[1]) == 3
    assert found[0].isdisjoint(found[1])


def test_two_bodies_know_an_organisation_by_names_that_have_nothing_in_common() -> None:
    world = both()
    names = []
    for party in (NCA, NCSC):
        with world.nodes[party].store.reading() as records:
            names.append(records.cases.find()[0].organisation)
    assert names[0] != names[1]
    assert "acme" not in "".join(names)


def test_the_node_ledger_never_shows_but_in_a_bundle() -> None:
    world, wire = w.watched()
    world.wait(HOUR)
    with world.nodes[NCA].store.reading() as records:
        size = records.ledgers.size(NODE_LEDGER)
        roots = [
            head(each, lambda level, at: records.ledgers.node(NODE_LEDGER, level, at))
            for each in range(1, size + 1)
        ]
    sent = b"".join(body + (answer.body if answer else b"") for _, _, body, answer in wire.passed)
    assert len(sent) > 10_000
    for root in roots:
        assert root not in sent
        assert root.hex().encode() not in sent
        assert b64encode(root) not in sent


def test_heartbeats_come_at_their_times_whether_the_node_is_busy_or_idle() -> None:
    idle, busy = new_world(), new_world()
    busy_wire = w.watched(busy)[1]
    idle_wire = w.watched(idle)[1]
    consent = w.consented(busy, "incident")
    assert consent
    for world in (busy, idle):
        world.clock.moment = max(busy.clock.moment, idle.clock.moment)
    for _ in range(6):
        busy.ask("incident")
        busy.wait(BEATS)
        idle.wait(BEATS)
    assert slots(busy_wire) == slots(idle_wire)
    assert len(slots(idle_wire)) >= 6
    assert all(int(each.timestamp()) % 600 == 0 for each in slots(idle_wire))


def slots(wire: w.Wire) -> list[datetime]:
    """Return the times of the heartbeats that went from the NCA to the NCSC, in order."""
    controls = [
        decode(Control, decode(Signed, body, "a message").payload, "a message")
        for to, path, body, _ in wire.passed
        if (to, path) == (NCSC, CONTROLS)
    ]
    return [each.heartbeat.slot for each in controls if each.heartbeat and each.from_ == NCA]


def test_what_is_disclosed_says_nothing_of_what_is_not() -> None:
    world, wire = w.watched()
    w.consented(world, "incident")
    world.ask("incident")
    world.settle()
    (data,) = wire.envelopes()
    envelope, header = read_envelope(data), w.header_of(data)
    opened = open_envelope(envelope, header, world.nodes[ICO].keys.opener)
    seen = encode(header) + b"".join(part.content for part in opened.parts.values())
    for word in (b"technical", b"contact", b"version", b"acme", b" of ", b"withheld"):
        assert word not in seen
    assert len(header.markings.items) == 1


def test_an_organisation_gets_a_proof_of_its_receipt_and_of_nothing_else() -> None:
    world, _ = w.watched()
    world.wait(HOUR)
    door, nca = world.nodes[FRONT_DOOR], world.nodes[NCA]
    with door.store.reading() as records:
        release = records.receipts.find(from_=NCA)[0].release
    proof = read_proof(prove_receipt(door, release).text())
    keeper = origin(FRONT_DOOR, f"pair-{NCA}")
    known = Known(keeper, door.keys.identity.public, NCA, nca.keys.witness.public)
    check_proof(proof, known, nca.verifier)
    entry = decode(Entry, proof.entry, "an entry")
    assert entry.ids["release"] == release
    assert proof.note.count("\u2014") == 2


def test_no_list_of_withheld_notices_is_kept_for_an_organisation_to_count() -> None:
    from comity.node.show_report import Shown  # noqa: PLC0415 - only its fields are looked at

    assert set(Shown.__dataclass_fields__) == {"told", "notices"}


def test_a_body_holds_no_question_that_another_body_could_answer() -> None:
    bodies = set(Control.__dataclass_fields__) - {"v", "id", "from_", "to", "created"}
    assert bodies == {
        *("receipt", "recall", "heartbeat", "key", "poll", "acknowledgement"),
        *("statement", "status", "restored"),
    }
