"""An organisation verifies by itself that a body's receipt is on the record."""

import json
from pathlib import Path
from typing import NamedTuple

import pytest
from click.testing import CliRunner, Result

from comity.cli.main import main
from comity.core.terms import PartyId, ReleaseId, encode
from comity.node.keys import introduction
from comity.node.node import NotPossibleError
from comity.node.prove_receipt import prove_receipt, prove_told
from tests.node.world import FRONT_DOOR, ICO, NCA, World, new_world


class Kept(NamedTuple):
    """What an organisation keeps: the proof, and the introductions of both ends."""

    world: World
    proof: Path
    known: dict[PartyId, Path]
    release: str


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    """Return the proof that the NCA receipted Acme's report, once the NCA has cosigned it."""
    world = new_world()
    world.report()
    world.wait()
    door = world.nodes[FRONT_DOOR]
    with door.store.reading() as records:
        release = records.receipts.find()[0].release
    proof = tmp_path / "receipt.txt"
    proof.write_text(prove_receipt(door, release).text())
    known = {}
    for party, node in world.nodes.items():
        known[party] = tmp_path / f"{party}.introduction"
        known[party].write_bytes(encode(introduction(node, f"http://{party}")))
    return Kept(world, proof, known, release)


def verified(kept: Kept, *parties: PartyId, more: tuple[str, ...] = ()) -> Result:
    given = [word for each in parties for word in ("--introduction", str(kept.known[each]))]
    return CliRunner().invoke(main, ["audit", "verify", str(kept.proof), *given, *more])


def test_the_proof_of_a_receipt_is_verified_with_the_introductions_of_both_ends(
    kept: Kept,
) -> None:
    result = verified(kept, FRONT_DOOR, NCA)
    assert result.exit_code == 0, result.output
    assert f"verified: NCA receipted {kept.release}, which FRONT_DOOR sent" in result.stdout
    data = json.loads(verified(kept, NCA, FRONT_DOOR, more=("--json",)).stdout)
    assert (data["verdict"], data["release"], data["body"]) == ("verified", kept.release, "NCA")


@pytest.mark.parametrize(
    "parties", [(), (FRONT_DOOR,), (NCA,), (FRONT_DOOR, ICO), (ICO, NCA)], ids=str
)
def test_without_the_introductions_of_both_ends_nothing_is_verified(
    kept: Kept, parties: tuple[PartyId, ...]
) -> None:
    result = verified(kept, *parties)
    assert result.exit_code == 2
    assert "the introductions of the front door and of the body" in result.stderr
    assert result.stdout == ""


def test_a_proof_that_was_changed_anywhere_does_not_hold(kept: Kept) -> None:
    lines = kept.proof.read_text().split("\n")
    assert verified(kept, FRONT_DOOR, NCA).exit_code == 0
    for number, line in enumerate(lines):
        if number == 0 or not line:
            continue
        wrong = [*lines]
        middle = len(line) // 2
        wrong[number] = f"{line[:middle]}{'B' if line[middle] != 'B' else 'C'}{line[middle + 1 :]}"
        kept.proof.write_text("\n".join(wrong))
        result = verified(kept, FRONT_DOOR, NCA)
        assert result.exit_code == 2, line
        assert "verified" not in result.stdout


def test_another_key_under_the_same_name_verifies_nothing(kept: Kept) -> None:
    other = new_world(seed=2)
    false = introduction(other.nodes[ICO], "http://nca")
    kept.known[NCA].write_bytes(encode(false))
    assert verified(kept, FRONT_DOOR, NCA).exit_code == 2


def test_a_proof_that_ends_in_the_middle_is_one_clear_error(kept: Kept) -> None:
    kept.proof.write_text(kept.proof.read_text()[:60])
    result = verified(kept, FRONT_DOOR, NCA)
    assert result.exit_code == 2
    assert "this is no whole proof" in result.stderr


def test_the_proof_that_a_body_told_something_is_verified_and_says_who_sent_it(kept: Kept) -> None:
    kept.world.ask("incident")
    kept.world.settle()
    kept.world.wait()
    door = kept.world.nodes[FRONT_DOOR]
    with door.store.reading() as records:
        [notice] = records.notices.find()
    assert notice.came is not None
    kept.proof.write_text(prove_told(door, NCA, notice.came).text())
    result = verified(kept, FRONT_DOOR, NCA)
    assert result.exit_code == 0, result.output
    assert f"verified: NCA sent {notice.came}, which FRONT_DOOR received" in result.stdout
    assert (
        json.loads(verified(kept, NCA, FRONT_DOOR, more=("--json",)).stdout)["kind"] == "received"
    )


def test_what_was_sent_proves_nothing_about_what_came_and_the_other_way_round(kept: Kept) -> None:
    door = kept.world.nodes[FRONT_DOOR]
    kept.world.ask("incident")
    kept.world.settle()
    kept.world.wait()
    with door.store.reading() as records:
        [notice] = records.notices.find()
    assert notice.came is not None
    with pytest.raises(NotPossibleError):
        prove_receipt(door, notice.came)
    for body, release in ((NCA, ReleaseId(kept.release)), (ICO, notice.came)):
        with pytest.raises(NotPossibleError):
            prove_told(door, body, release)
