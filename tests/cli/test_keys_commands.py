"""Keys by command: shown, compared by words, pinned, rotated and revoked."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from comity.bootstrap import KEYS, TLS
from comity.core.gate import Permit
from comity.core.terms import Signed, decode
from comity.node.deliver import CONTROLS
from comity.node.keys import Introduction
from comity.node.work import Worker
from comity.store.port import Records, StoreError
from comity.store.records import OutState
from comity.wire import keys as key_files
from comity.wire.keys import load_keys
from comity.wire.tls import make_certificate
from comity.wire.words import words
from tests.cli.world import MADE, Desk, well, wrong
from tests.node import watched as w
from tests.node.world import FRONT_DOOR, ICO, NCA, World, new_world
from tests.store.twin import Twin

USES = ["identity", "witness", "reading"]


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Desk:
    """Return a desk at three nodes that have pinned each other; the NCA's keys are in files."""
    world = new_world(())
    found = Desk(world, monkeypatch, tmp_path)
    for party in (FRONT_DOOR, NCA, ICO):
        world.add(party)
    found.give_key_files(NCA)
    found.give_key_files(FRONT_DOOR)
    world.pin_all()
    return found


def shown(desk: Desk, tmp_path: Path) -> tuple[str, Path]:
    """Return the NCA's words and its introduction in a file."""
    result = desk.run(NCA, "keys", "show")
    file = tmp_path / "nca.json"
    file.write_text(well(result))
    return well(desk.run(NCA, "keys", "show", "--words")).strip(), file


def test_an_introduction_shows_public_keys_and_the_words_that_fit(
    desk: Desk, tmp_path: Path
) -> None:
    spoken, file = shown(desk, tmp_path)
    assert spoken == words(desk.world.nodes[NCA].keys.identity.public)
    document = decode(Signed, file.read_bytes().strip(), "it")
    found = decode(Introduction, document.payload, "it")
    assert (found.party, found.address, found.certificate) == (NCA, "http://127.0.0.1:8399", "")
    assert f"The words to compare: {spoken}" in desk.run(NCA, "keys", "show").stderr


def test_an_introduction_for_https_carries_the_certificate(desk: Desk) -> None:
    own = make_certificate(desk.folder / NCA / TLS, "nca", MADE)
    address = "https://nca.example:8443"
    said = well(desk.run(NCA, "keys", "show", "--address", address))
    found = decode(Introduction, decode(Signed, said.strip().encode(), "it").payload, "it")
    assert (found.address, found.certificate) == (address, own.certificate.read_text())


def test_a_node_is_pinned_by_its_words_and_listed(desk: Desk, tmp_path: Path) -> None:
    spoken, file = shown(desk, tmp_path)
    desk.world.nodes[ICO] = new_world((ICO,)).nodes[ICO]
    assert "No peer is pinned." in well(desk.run(ICO, "keys", "list"))
    said = well(
        desk.run(ICO, "keys", "pin", str(file), "--words", spoken.upper().replace("-", " "))
    )
    assert said == "NCA is pinned at http://127.0.0.1:8399.\n"
    listed = well(desk.run(ICO, "keys", "list"))
    assert listed.count("counts from entry 0") == 3
    data = json.loads(well(desk.run(ICO, "keys", "list", "--json")))
    assert {each["use"] for each in data} == set(USES)
    assert {(each["party"], each["revoked"], each["until_entry"]) for each in data} == {
        ("NCA", False, None)
    }


def pinned(desk: Desk) -> list[Any]:
    found: list[Any] = json.loads(well(desk.run(ICO, "keys", "list", "--json")))
    return found


def test_nothing_is_pinned_by_wrong_words_from_a_changed_file_or_by_nobody(
    desk: Desk, tmp_path: Path
) -> None:
    spoken, file = shown(desk, tmp_path)
    desk.world.nodes[ICO] = new_world((ICO,)).nodes[ICO]
    pin = ("keys", "pin", str(file), "--words")
    other = words(bytes(32))
    wrong(desk.run(ICO, *pin, other), "not the words of this key", "do not pin this key")
    wrong(desk.run(ICO, *pin, "babab"), "a key has 8 words; 1 were given")
    wrong(desk.run(ICO, *pin, spoken, "--words", spoken), "1 introductions and 2 times words")
    wrong(desk.run(ICO, *pin, spoken, str(file), "--words", other), "not the words of this key")
    wrong(desk.run(ICO, "keys", "pin", "missing.json", "--words", spoken), "no such file")
    desk.environment["COMITY_OFFICER"] = ""
    wrong(desk.run(ICO, *pin, spoken), "nobody is named")
    desk.environment["COMITY_OFFICER"] = "officer-1"
    text = file.read_text()
    file.write_text(text.replace('"sig":"', '"sig":"AAAA', 1))
    wrong(desk.run(ICO, *pin, spoken), "not a signature")
    at = text.index('"payload":"') + 40
    changed = "B" if text[at] != "B" else "C"
    file.write_text(text[:at] + changed + text[at + 1 :])
    wrong(desk.run(ICO, *pin, spoken))
    assert pinned(desk) == []


def test_a_node_does_not_pin_itself_or_another_identity_of_a_peer(
    desk: Desk, tmp_path: Path
) -> None:
    spoken, file = shown(desk, tmp_path)
    wrong(desk.run(NCA, "keys", "pin", str(file), "--words", spoken), "not of a node to exchange")
    well(desk.run(ICO, "keys", "pin", str(file), "--words", spoken))
    desk.world.nodes[NCA] = new_world((NCA,)).nodes[NCA]
    again, file = shown(desk, tmp_path)
    wrong(
        desk.run(ICO, "keys", "pin", str(file), "--words", again),
        "NCA is pinned with another identity key", "keys revoke",
    )  # fmt: skip


def goes_on(world: World) -> None:
    """See that what is consented to is passed on, and that nobody has anything to look at."""
    w.consented(world, "incident")
    assert isinstance(world.ask("incident")[1], Permit)
    world.wait(timedelta(minutes=11))
    assert len(w.at(world)) == 1
    assert not any(w.alarms(world, party) for party in world.nodes)


@pytest.mark.parametrize("revoked", [False, True])
@pytest.mark.parametrize("use", USES)
def test_a_key_of_each_use_is_replaced_and_everything_goes_on(
    desk: Desk, use: str, *, revoked: bool
) -> None:
    world, _ = w.watched(desk.world)
    said = well(desk.run(NCA, "keys", "rotate", use, *(["--revoked"] if revoked else [])))
    assert f"The {use} key is new. Restart" in said
    desk.restarted(NCA)
    world.settle()
    states = [each for each in pinned(desk) if (each["party"], each["use"]) == (NCA, use)]
    assert [each["revoked"] for each in states] == [revoked, False]
    assert states[0]["until_entry"] is not None
    assert states[1]["until_entry"] is None
    listed = well(desk.run(ICO, "keys", "list"))
    assert ("revoked at entry" if revoked else " to ") in listed
    goes_on(world)


def test_a_front_door_replaces_its_consent_key_and_a_body_has_none(desk: Desk) -> None:
    world, _ = w.watched(desk.world)
    wrong(desk.run(NCA, "keys", "rotate", "consent"), "this node has no consent key")
    well(desk.run(FRONT_DOOR, "keys", "rotate", "consent"))
    desk.restarted(FRONT_DOOR)
    world.settle()
    w.consented(world, "incident")
    assert isinstance(world.ask("incident")[1], Permit)


def test_a_store_that_cannot_be_written_leaves_the_key_as_it_was(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = desk.folder / NCA / KEYS / "identity.key"
    before, store = file.read_bytes(), desk.world.nodes[NCA].store

    def failing() -> None:
        raise StoreError("the disk is full")

    monkeypatch.setattr(store, "writing", failing)
    wrong(desk.run(NCA, "keys", "rotate", "identity"), "the disk is full")
    assert file.read_bytes() == before


class Stopped:
    """A store whose next commits go well, and then one does not."""

    def __init__(self, store: Any, good: int) -> None:  # noqa: ANN401 - any store
        """Let that many commits of this store go well."""
        self.store, self.good = store, good

    def reading(self) -> Any:  # noqa: ANN401 - what the store returns
        """Return a reading transaction."""
        return self.store.reading()

    @contextmanager
    def writing(self) -> Iterator[Records]:
        """Yield a writing transaction, which may fail at its end."""
        with self.store.writing() as records:
            yield records
            self.good -= 1
            if self.good < 0:
                raise StoreError("the disk is full")


def half_rotated(desk: Desk, use: str, *flags: str) -> None:
    """Let the NCA stop between a new key file and the commit that would announce it."""
    node = desk.world.nodes[NCA]
    before = public_keys(desk, use)
    desk.world.nodes[NCA] = replace(node, store=Stopped(node.store, 1))
    wrong(desk.run(NCA, "keys", "rotate", use, *flags), "the disk is full")
    desk.world.nodes[NCA] = node
    assert public_keys(desk, use)[1:] == before


def public_keys(desk: Desk, use: str) -> tuple[bytes, ...]:
    return load_keys(desk.folder / NCA / KEYS).generations[key_files.Use(use)]


def pinned_states(desk: Desk, use: str) -> list[tuple[str, bool, bool]]:
    """Return the keys of the NCA that the ICO has pinned, and whether each ends or is revoked."""
    return [
        (each["public"], each["until_entry"] is not None, each["revoked"])
        for each in pinned(desk)
        if (each["party"], each["use"]) == (NCA, use)
    ]


@pytest.mark.parametrize("revoked", [False, True])
@pytest.mark.parametrize("again", [False, True])
@pytest.mark.parametrize("use", USES)
def test_a_key_that_was_made_but_not_announced_is_announced_when_the_node_works_again(
    desk: Desk, use: str, *, again: bool, revoked: bool
) -> None:
    world, _ = w.watched(desk.world)
    half_rotated(desk, use, *(["--revoked"] if revoked else []))
    if again:
        well(desk.run(NCA, "keys", "rotate", use))
    desk.restarted(NCA)
    world.settle()
    *_, first = keys = [each.hex() for each in public_keys(desk, use)]
    assert len(keys) == 2 + again
    assert pinned_states(desk, use) == [(first, True, revoked), (keys[0], False, False)]
    goes_on(world)


def test_a_key_is_announced_once(desk: Desk) -> None:
    world, wire = w.watched(desk.world)
    half_rotated(desk, "identity")
    for _ in range(3):
        desk.restarted(NCA)
        world.settle()
    with world.nodes[NCA].store.reading() as records:
        assert len(records.messages.find(to=ICO, type="key")) == 1
    assert not [each for each in wire.passed if each[3] is None]


@pytest.mark.parametrize("use", USES)
def test_a_peer_that_knows_the_new_key_already_takes_the_news_of_it(
    desk: Desk, tmp_path: Path, use: str
) -> None:
    world, wire = w.watched(desk.world)
    half_rotated(desk, use)
    desk.restarted(NCA)
    spoken, file = shown(desk, tmp_path)
    if use == "identity":
        world.nodes[ICO] = replace(world.nodes[ICO], store=Twin())
        world.workers[ICO] = Worker(world.nodes[ICO])
    well(desk.run(ICO, "keys", "pin", str(file), "--words", spoken))
    world.nodes[NCA] = world.workers[NCA].node = w.on_wire(world.nodes[NCA], wire)
    world.wait(timedelta(minutes=11))
    new, *_ = (each.hex() for each in public_keys(desk, use))
    assert pinned_states(desk, use)[-1] == (new, False, False)
    assert all(ends for _, ends, _ in pinned_states(desk, use)[:-1])
    with world.nodes[NCA].store.reading() as records:
        assert {each.state for each in records.messages.find(to=ICO)} == {OutState.RECEIPTED}


def test_a_node_with_the_keys_of_before_announces_nothing(desk: Desk) -> None:
    world, _ = w.watched(desk.world)
    before = world.nodes[NCA]
    half_rotated(desk, "identity")
    older = desk.restarted(NCA)
    well(desk.run(NCA, "keys", "rotate", "identity"))
    for node in (before, older):
        Worker(node).round()
        with node.store.reading() as records:
            assert len(records.messages.find(to=ICO, type="key")) == 1


@pytest.mark.parametrize("revoked", [False, True])
def test_what_waited_for_a_peer_does_not_keep_the_new_key_from_it(
    desk: Desk, *, revoked: bool
) -> None:
    world, wire = w.watched(desk.world)
    wire.lose_messages = {(ICO, CONTROLS), (NCA, CONTROLS)}
    world.wait(timedelta(minutes=21))
    well(desk.run(NCA, "keys", "rotate", "identity", *(["--revoked"] if revoked else [])))
    desk.restarted(NCA)
    world.wait(timedelta(minutes=21))
    wire.lose_messages = set()
    world.wait(timedelta(minutes=40))
    keys = [each.hex() for each in public_keys(desk, "identity")]
    assert pinned_states(desk, "identity") == [(keys[1], True, revoked), (keys[0], False, False)]
    with world.nodes[NCA].store.reading() as records:
        assert not records.messages.find(to=ICO, state=OutState.QUEUED)


def test_two_keys_that_change_one_after_the_other_both_reach_the_peer(desk: Desk) -> None:
    world, _ = w.watched(desk.world)
    for use in ("reading", "identity", "reading"):
        well(desk.run(NCA, "keys", "rotate", use))
    desk.restarted(NCA)
    world.wait(timedelta(minutes=30))
    with world.nodes[NCA].store.reading() as records:
        states = {each.state for each in records.messages.find(type="key")}
    assert states == {OutState.RECEIPTED}


def test_an_answer_that_was_lost_does_not_keep_a_new_key_from_the_peer(desk: Desk) -> None:
    world, wire = w.watched(desk.world)
    well(desk.run(NCA, "keys", "rotate", "identity", "--revoked"))
    desk.restarted(NCA)
    wire.lose_answers = {CONTROLS}
    world.settle()
    wire.lose_answers = set()
    world.wait(timedelta(minutes=30))
    with world.nodes[NCA].store.reading() as records:
        states = {each.state for each in records.messages.find(to=ICO)}
    assert states == {OutState.RECEIPTED}
    keys = [each.hex() for each in public_keys(desk, "identity")]
    assert pinned_states(desk, "identity") == [(keys[1], True, True), (keys[0], False, False)]


def test_nothing_that_a_peer_says_makes_a_revoked_key_count_again(desk: Desk) -> None:
    world, _ = w.watched(desk.world)
    well(desk.run(ICO, "keys", "revoke", "NCA", "witness"))
    first = public_keys(desk, "witness")[0].hex()
    well(desk.run(NCA, "keys", "rotate", "witness"))
    desk.restarted(NCA)
    world.settle()
    assert pinned_states(desk, "witness") == [
        (first, True, True), (public_keys(desk, "witness")[0].hex(), False, False)
    ]  # fmt: skip


def test_a_peer_is_no_longer_trusted_once_its_key_is_revoked(desk: Desk, tmp_path: Path) -> None:
    said = well(desk.run(ICO, "keys", "revoke", "NCA", "identity"))
    assert "1 identity key(s) of NCA no longer count." in said
    assert "until it is pinned again by new words" in said
    assert "revoked at entry" in well(desk.run(ICO, "keys", "list"))
    wrong(desk.run(ICO, "keys", "revoke", "NCA", "identity"), "no identity key of NCA is pinned")
    wrong(desk.run(ICO, "keys", "revoke", "nobody", "identity"), "is not a party")
    spoken, file = shown(desk, tmp_path)
    well(desk.run(ICO, "keys", "revoke", "NCA", "witness"))
    assert well(desk.run(ICO, "keys", "pin", str(file), "--words", spoken))
