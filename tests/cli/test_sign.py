"""`comity agreement sign`, `apply` and `versions`: who has signed what is said, and counts."""

import json
from dataclasses import replace
from pathlib import Path
from shutil import rmtree

import pytest
from click.testing import CliRunner, Result

from comity.bootstrap import agreements
from comity.cli.main import main
from tests.cli.world import Desk, well, wrong
from tests.core.agreement import later
from tests.node.test_signatures import MEMORANDUM, TERMS, counts, known
from tests.node.world import FRONT_DOOR, ICO, NCA, NCSC, OFFICER


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Desk:
    """Return a desk at nodes that know each other and have signed nothing."""
    return Desk(known(), monkeypatch, tmp_path)


def signed_at(desk: Desk, party: str, *names: str) -> Path:
    """Let a party sign, and return the file that it gives to the others."""
    file = desk.folder / f"{party}.signatures"
    file.write_text(well(desk.run(party, "agreement", "sign", *names)))  # type: ignore[arg-type]  # a party in words
    return file


def test_signing_here_and_taking_in_the_others_signature_puts_a_version_in_force(
    desk: Desk,
) -> None:
    assert "not signed by all" in well(desk.run(NCA, "agreement", "versions"))
    signed_at(desk, NCA)
    said = well(desk.run(NCA, "agreement", "versions"))
    assert f"  digest      {MEMORANDUM.digest}" in said
    assert "  not yet by  ICO" in said
    assert not counts(desk.world.nodes[NCA])
    file = signed_at(desk, ICO, "ico-nca-2024")
    applied = well(desk.run(NCA, "agreement", "apply", str(file), "--from", "ICO"))
    assert f"{MEMORANDUM.title}, version 0.1.0: in force" in applied
    assert counts(desk.world.nodes[NCA])


def test_without_a_name_all_is_signed_that_a_party_has_to_sign(desk: Desk) -> None:
    lines = signed_at(desk, NCA).read_text().splitlines()
    held = desk.world.nodes[NCA].agreements.all
    assert len(lines) == sum(NCA in each.signatories for each in held)
    assert len(signed_at(desk, FRONT_DOOR).read_text().splitlines()) == 1


def test_the_versions_as_data_say_who_is_missing(desk: Desk) -> None:
    signed_at(desk, NCA)
    found = {
        each["digest"]: each
        for each in json.loads(well(desk.run(NCA, "agreement", "versions", "--json")))
    }
    memorandum = found[MEMORANDUM.digest]
    assert (memorandum["signed_by"], memorandum["missing"]) == (["NCA"], ["ICO"])
    assert memorandum["state"] == "not signed by all"
    assert memorandum["begins"] == "2024-09-05"
    assert found[TERMS.digest]["missing"] == ["FRONT_DOOR"]


def test_who_has_not_to_sign_and_what_is_not_held_are_clear_errors(
    desk: Desk, tmp_path: Path
) -> None:
    wrong(desk.run(NCSC, "agreement", "sign", "ico-nca-2024"), "NCSC does not sign", "ICO, NCA do")
    wrong(desk.run(NCA, "agreement", "sign", "au-limited-use-2024"), "does not hold this version")
    wrong(desk.run(NCA, "agreement", "sign", "ico-nca-2042"), "no agreement of this name")
    desk.environment.clear()
    wrong(desk.run(NCA, "agreement", "sign"), "nobody is named")
    desk.environment["COMITY_OFFICER"] = OFFICER
    missing = str(tmp_path / "nothing")
    wrong(desk.run(NCA, "agreement", "apply", missing, "--from", "ICO"), "no such file")


@pytest.mark.parametrize("party", ["NCSC", "FRONT_DOOR", "EAST"])
def test_a_signature_that_is_not_the_partys_is_refused_and_changes_nothing(
    desk: Desk, party: str
) -> None:
    file = signed_at(desk, ICO, "ico-nca-2024")
    applied = desk.run(NCA, "agreement", "apply", str(file), "--from", party)
    wrong(applied, f"no key that is pinned for {party} signed this", "ask it for its signature")
    assert not counts(desk.world.nodes[NCA])


DEMO = "nca-ncsc-demo"


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["agreement", *words])


@pytest.fixture
def newer(desk: Desk) -> str:
    """Return the file of a later version that all nodes hold, with its record and certificate."""
    path = desk.folder / "newer.md"
    path.write_bytes(later.text(2, name=DEMO))
    assert run("record", str(path), "--to", str(desk.folder / "newer.record")).exit_code == 0
    made = run("diff", DEMO, str(path), "--certificate")
    (desk.folder / "certificate.json").write_text(made.stdout)
    desk.environment["COMITY_AGREEMENTS"] = f"{DEMO}, {path}"
    for party, node in desk.world.nodes.items():
        desk.world.nodes[party] = replace(node, agreements=agreements((DEMO, str(path))))
    return str(path)


def test_a_version_that_only_refuses_more_is_applied_by_one_party_at_once(
    desk: Desk, newer: str
) -> None:
    ncsc = signed_at(desk, NCSC, DEMO)
    well(desk.run(NCA, "agreement", "sign", DEMO))
    well(desk.run(NCA, "agreement", "apply", str(ncsc), "--from", "NCSC"))
    how = ("--tightens", DEMO, "--certificate", str(desk.folder / "certificate.json"))
    well(desk.run(NCA, "agreement", "sign", newer, *how))
    said = well(desk.run(NCA, "agreement", "versions"))
    assert "version 0.2.0: in force, applied by NCA alone" in said
    assert "version 0.1.0: followed by a later version" in said
    assert "version 0.2.0: not signed by all" in well(desk.run(NCSC, "agreement", "versions"))


def test_a_version_that_is_not_shown_to_refuse_more_is_not_applied_by_one_party(
    desk: Desk, newer: str
) -> None:
    certificate = desk.folder / "certificate.json"
    how = ("--certificate", str(certificate), "--tightens")
    turned = desk.run(NCA, "agreement", "sign", DEMO, *how, newer)
    wrong(turned, "may not be applied by one party: it does not begin after", "let all parties")
    certificate.write_text(run("diff", newer, newer, "--certificate").stdout or "{}")
    wrong(desk.run(NCA, "agreement", "sign", newer, *how, DEMO), "certificate.json")
    bare = desk.run(NCA, "agreement", "sign", newer, "--tightens", DEMO)
    assert (bare.exit_code, "--certificate FILE" in bare.stderr) == (2, True)
    assert "version 0.2.0: not signed by all" in well(desk.run(NCA, "agreement", "versions"))


def test_nobody_signs_a_version_of_which_not_everything_is_certified(
    desk: Desk, newer: str
) -> None:
    kept = Path(newer).with_suffix(".record") / "certificates.json"
    data = json.loads(kept.read_text())
    data["lines"] = data["lines"][1:]
    kept.write_text(json.dumps(data, sort_keys=True, separators=(",", ":")))
    refused = desk.run(NCA, "agreement", "sign", newer)
    wrong(refused, "red lines of this version are certified", "comity agreement record")
    kept.unlink()
    wrong(desk.run(NCA, "agreement", "sign", newer), "certificates.json: no such file")
    rmtree(kept.parent)
    without = desk.run(NCA, "agreement", "sign", newer)
    wrong(without, "there is no record of what was proved", f"record {newer} --to")


def test_who_has_signed_is_verified_anywhere_from_introductions(desk: Desk) -> None:
    files = []
    for party in (ICO, NCA):
        files.append(desk.folder / f"{party}.json")
        if party == NCA:
            signed_at(desk, party)
        files[-1].write_text(well(desk.run(party, "keys", "show")))
    shown = [word for each in files for word in ("--introduction", str(each))]
    half = run("verify", "ico-nca-2024", *shown)
    assert half.exit_code == 1
    spoken = well(desk.run(NCA, "keys", "show", "--words")).strip()
    assert f"  signed by    NCA, whose key is {spoken}" in half.output
    assert "  not signed   by ICO" in half.output
    signed_at(desk, ICO)
    files[0].write_text(well(desk.run(ICO, "keys", "show")))
    whole = run("verify", "ico-nca-2024", *shown, "--json")
    assert whole.exit_code == 0
    assert json.loads(whole.stdout)["not_signed_by"] == []
    assert set(json.loads(whole.stdout)["signed_by"]) == {"ICO", "NCA"}
    changed = files[0].read_text().replace("a", "b", 1)
    files[0].write_text(changed)
    wrong(run("verify", "ico-nca-2024", *shown), "ICO.json")


def test_a_file_that_is_no_signature_is_refused(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "odd"
    file.write_text("{}")
    wrong(desk.run(NCA, "agreement", "apply", str(file), "--from", "ICO"), "payload")
