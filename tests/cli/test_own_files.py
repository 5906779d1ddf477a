"""A node can hold an agreement that somebody wrote in a file of their own."""

from pathlib import Path

import pytest

from comity.bootstrap import agreements
from comity.core.agreement import read_agreement
from comity.core.audit import read_bundle
from comity.core.audit.decisions import Texts
from comity.core.audit.report import Notes
from comity.core.language import read_vocabulary
from comity.core.terms import Code, InputError, read_toml
from comity.files import load_agreement, texts_of
from comity.shipped import shipped_agreement, shipped_text, standard_vocabulary
from tests.cli.world import Desk, well
from tests.node.test_signatures import known
from tests.node.world import NCA

WORDS = b"""
name = "ours"

[values.purposes.meaning]
training = "training those who respond to incidents"
"""
NAME = "nca-ncsc-demo"


@pytest.fixture
def own(tmp_path: Path) -> str:
    """Return the file of an agreement with a word of its own."""
    text = shipped_text(NAME).decode().replace("version 0.1.0", "version 0.2.0", 1)
    path = tmp_path / "ours.md"
    path.write_text(text, encoding="utf-8")
    (tmp_path / "ours.vocabulary.toml").write_bytes(WORDS)
    return str(path)


def test_a_node_holds_files_beside_shipped_agreements_each_version_once(own: str) -> None:
    held = agreements(("ico-nca-2024", own, own))
    assert [each.digest for each in held.all] == [
        shipped_agreement("ico-nca-2024").digest,
        load_agreement(own).digest,
    ]
    held.check_word("purpose", "training")


def test_a_file_that_is_an_unchanged_shipped_text_is_that_version(tmp_path: Path) -> None:
    copy = tmp_path / "copy.md"
    copy.write_bytes(shipped_text(NAME))
    assert len(agreements((NAME, str(copy))).all) == 1


def test_two_versions_of_one_day_are_refused_with_both_named(own: str) -> None:
    with pytest.raises(InputError) as caught:
        agreements((NAME, own))
    assert caught.value.code is Code.VERSIONS_OVERLAP
    assert "0.1.0 and 0.2.0" in str(caught.value)


def test_a_file_that_does_not_load_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "odd.md"
    text = shipped_text(NAME).decode()
    path.write_text(text.replace("permit  ", "allow  ", 1), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        agreements((str(path),))
    assert caught.value.at.name == str(path)
    assert caught.value.at.line > 1


def test_a_file_that_breaks_stops_no_node_that_runs_and_lets_none_start(own: str) -> None:
    runs = agreements(("front-door-terms", own))
    in_force = [each.digest for each in runs.all]
    good = Path(own).read_text(encoding="utf-8")
    Path(own).write_text(good.replace("permit  ", "allow  ", 1), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        agreements.__wrapped__(("front-door-terms", own))
    assert (caught.value.at.name, caught.value.at.line > 1) == (own, True)
    assert [each.digest for each in agreements(("front-door-terms", own)).all] == in_force
    Path(own).write_text(good, encoding="utf-8")
    again = agreements.__wrapped__(("front-door-terms", own))
    assert [each.digest for each in again.all] == in_force


def test_what_the_texts_of_a_file_say_is_the_same_agreement_again(own: str) -> None:
    [(digest, (text, words))] = texts_of([own]).items()
    vocabulary = None
    for each in words:
        vocabulary = read_vocabulary(read_toml(each, "words"), "words", vocabulary)
    assert vocabulary is not None
    assert read_agreement(text, own, vocabulary).digest == digest
    purposes = vocabulary.values["purposes"].meanings.keys()
    assert purposes - standard_vocabulary().values["purposes"].meanings.keys() == {"training"}


def test_a_bundle_for_an_auditor_holds_the_text_of_an_own_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, own: str
) -> None:
    desk = Desk(known(), monkeypatch, tmp_path)
    desk.environment["COMITY_AGREEMENTS"] = f"ico-nca-2024, {own}"
    file = tmp_path / "bundle"
    well(desk.run(NCA, "audit", "export", str(file)))
    bundle = read_bundle(file.read_bytes().rstrip(b"\n"), str(file)).bundle
    held = Texts(bundle.agreements, Notes(NCA))
    assert held.at_hand((load_agreement(own).digest,)) is not None
