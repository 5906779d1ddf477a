"""A node's keys are made whole, kept from others, and followed by new ones without a gap."""

import os
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path

import pytest

from comity.core.terms import Code, InputError, SealError, Signer
from comity.wire.keys import SIGNING, Generation, NodeKeys, Use, load_keys, make_keys, rotate
from comity.wire.sealing import HpkeSealer
from comity.wire.signing import Ed25519Verifier

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
LATER = NOW + timedelta(days=365)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the key folder of a front door, which has every kind of key."""
    make_keys(tmp_path / "keys", NOW, consent=True)
    return tmp_path / "keys"


def content(folder: Path) -> dict[str, bytes]:
    """Return what stands in a folder."""
    return {each.name: each.read_bytes() for each in folder.iterdir()}


def refused(act: Callable[[], object], message: str) -> InputError:
    with pytest.raises(InputError, match=message) as caught:
        act()
    assert caught.value.advice
    return caught.value


def signing(keys: NodeKeys) -> list[Signer]:
    assert keys.consent
    return [keys.identity, keys.witness, keys.consent]


def test_a_front_door_has_five_keys_and_a_body_four(folder: Path, tmp_path: Path) -> None:
    assert sorted(content(folder)) == sorted(f"{use}.key" for use in Use)
    body = make_keys(tmp_path / "body", NOW, consent=False)
    assert body.consent is None
    assert not (tmp_path / "body" / "consent.key").exists()


def test_the_keys_that_sign_are_distinct(folder: Path) -> None:
    for one, other in combinations(signing(load_keys(folder)), 2):
        assert one.public != other.public


def test_keys_are_the_same_after_every_loading(folder: Path) -> None:
    one, other = load_keys(folder), load_keys(folder)
    assert [each.public for each in signing(one)] == [each.public for each in signing(other)]
    sealed = HpkeSealer().seal(one.opener.public, b"info", b"content")
    assert other.opener.open(b"info", sealed) == b"content"
    data_key = one.vault.new_key()
    locked = one.vault.lock(data_key, "place", b"content")
    assert other.vault.unlock(data_key, "place", locked) == b"content"
    assert set(other.made.values()) == {(NOW,)}


def test_only_the_owner_can_get_at_the_keys(folder: Path) -> None:
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(each.stat().st_mode) for each in folder.iterdir()} == {0o600}
    rotate(folder, Use.READING, LATER)
    assert {stat.S_IMODE(each.stat().st_mode) for each in folder.iterdir()} == {0o600}


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602, 0o610])
@pytest.mark.parametrize("use", Use)
def test_a_key_that_others_can_get_at_is_refused(folder: Path, use: Use, mode: int) -> None:
    path = folder / f"{use}.key"
    path.chmod(mode)
    error = refused(lambda: load_keys(folder), "others on this machine")
    assert error.at.name == str(path)
    assert f"chmod 600 {path}" in error.advice
    refused(lambda: rotate(folder, Use.IDENTITY, LATER), "others on this machine")


@pytest.mark.parametrize("mode", [0o750, 0o705, 0o711])
def test_a_folder_that_others_can_look_into_is_refused(folder: Path, mode: int) -> None:
    folder.chmod(mode)
    error = refused(lambda: load_keys(folder), "others on this machine")
    assert f"chmod 700 {folder}" in error.advice


def test_a_key_of_another_user_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for each in (folder, *folder.iterdir()):
        if os.geteuid() == 0:
            os.chown(each, 4321, 4321)
    monkeypatch.setattr(os, "geteuid", lambda: 1234)
    refused(lambda: load_keys(folder), "belongs to another user")


def test_keys_are_never_overwritten(folder: Path) -> None:
    before = content(folder)
    error = refused(lambda: make_keys(folder, LATER, consent=True), "not overwritten")
    assert error.code is Code.NAME_TAKEN
    assert content(folder) == before


def test_a_folder_with_anything_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    refused(lambda: make_keys(tmp_path, NOW, consent=False), "not overwritten")
    refused(lambda: make_keys(tmp_path / "notes.txt", NOW, consent=False), "not overwritten")
    assert content(tmp_path) == {"notes.txt": b"mine"}


def test_an_empty_folder_is_taken_and_closed_to_others(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir(mode=0o755)
    make_keys(tmp_path / "keys", NOW, consent=False)
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700


def test_the_folder_around_must_exist(tmp_path: Path) -> None:
    refused(lambda: make_keys(tmp_path / "no" / "keys", NOW, consent=False), "no such file")


class StoppedError(BaseException):
    """The process is stopped: nothing in the code expects it."""


def stop(*_: object) -> None:
    raise StoppedError


def full(*_: object) -> None:
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize("step", ["replace", "fsync"])
def test_making_that_is_stopped_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    monkeypatch.setattr(os, step, stop)
    with pytest.raises(StoppedError):
        make_keys(tmp_path / "keys", NOW, consent=True)
    monkeypatch.setattr(os, step, full)
    refused(lambda: make_keys(tmp_path / "keys", NOW, consent=True), "no space left")
    assert content(tmp_path) == {}


@pytest.mark.parametrize("moment", range(1, 7))
def test_making_is_all_or_nothing_whichever_step_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: int
) -> None:
    count, replace = 0, os.replace

    def some(source: Path, target: Path) -> None:
        nonlocal count
        count += 1
        if count == moment:
            stop()
        replace(source, target)

    monkeypatch.setattr(os, "replace", some)
    with pytest.raises(StoppedError):
        make_keys(tmp_path / "keys", NOW, consent=True)
    assert content(tmp_path) == {}


@pytest.mark.parametrize("use", Use)
@pytest.mark.parametrize("step", ["replace", "fsync"])
def test_a_rotation_that_is_stopped_leaves_the_keys_as_they_were(
    folder: Path, monkeypatch: pytest.MonkeyPatch, step: str, use: Use
) -> None:
    before = content(folder)
    monkeypatch.setattr(os, step, stop)
    with pytest.raises(StoppedError):
        rotate(folder, use, LATER)
    monkeypatch.setattr(os, step, full)
    refused(lambda: rotate(folder, use, LATER), "no space left")
    assert content(folder) == before


def test_what_a_killed_rotation_left_is_cleared_away_by_the_next(folder: Path) -> None:
    left = folder / ".new-reading.key-abc"
    left.write_bytes(b"half a k")
    load_keys(folder)
    rotate(folder, Use.READING, LATER)
    assert not left.exists()


@pytest.mark.parametrize("use", SIGNING)
def test_the_old_key_can_sign_that_the_new_one_follows_it(folder: Path, use: Use) -> None:
    before = {each.public for each in signing(load_keys(folder))}
    after = rotate(folder, use, LATER)
    (old,) = after.former[use]
    new, _ = after.generations[use]
    assert old.public in before
    assert new not in before
    Ed25519Verifier().check(old.public, old.sign(b"change"), b"change")
    now = {each.public for each in signing(load_keys(folder))}
    assert before - now == {old.public}
    assert now - before == {new}


def test_a_node_that_stopped_after_a_rotation_still_has_the_old_signer(folder: Path) -> None:
    first = load_keys(folder).identity
    second = rotate(folder, Use.IDENTITY, LATER).identity
    rotate(folder, Use.IDENTITY, LATER)
    keys = load_keys(folder)
    former = [each.public for each in keys.former[Use.IDENTITY]]
    assert former == [second.public, first.public]
    assert keys.former[Use.WITNESS] == ()
    assert keys.made[Use.IDENTITY] == (LATER, LATER, NOW)


def test_after_a_rotation_both_reading_keys_open(folder: Path) -> None:
    before = load_keys(folder)
    after = rotate(folder, Use.READING, LATER).opener
    assert after.publics == (after.public, before.opener.public)
    assert after.public != before.opener.public
    for public in (before.opener.public, after.public):
        assert after.open(b"", HpkeSealer().seal(public, b"", b"content")) == b"content"
    with pytest.raises(SealError):
        before.opener.open(b"", HpkeSealer().seal(after.public, b"", b"content"))


def test_after_a_rotation_the_vault_opens_what_was_locked_before(folder: Path) -> None:
    before = load_keys(folder).vault
    data_key = before.new_key()
    locked = before.lock(data_key, "place", b"content")
    after = rotate(folder, Use.KEY_ENCRYPTION, LATER).vault
    assert after.unlock(data_key, "place", locked) == b"content"
    with pytest.raises(SealError):
        before.lock(after.new_key(), "place", b"content")
    with pytest.raises(SealError):
        before.lock(after.rewrap(data_key), "place", b"content")


def test_rotations_at_the_same_time_lose_no_key(folder: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: rotate(folder, Use.IDENTITY, LATER), range(8)))
    keys = load_keys(folder)
    kept = {keys.identity.public, *(each.public for each in keys.former[Use.IDENTITY])}
    assert len(kept) == 9
    assert {each.identity.public for each in made} <= kept


def test_a_body_has_no_consent_key_to_rotate(tmp_path: Path) -> None:
    make_keys(tmp_path / "keys", NOW, consent=False)
    refused(lambda: rotate(tmp_path / "keys", Use.CONSENT, LATER), "no consent key")


def test_a_time_without_a_zone_is_refused(tmp_path: Path) -> None:
    naive = NOW.replace(tzinfo=None)
    refused(lambda: make_keys(tmp_path / "keys", naive, consent=False), "no time zone")
    assert content(tmp_path) == {}


@pytest.mark.parametrize("use", sorted(set(Use) - {Use.CONSENT}))
def test_a_missing_key_is_named(folder: Path, use: Use) -> None:
    (folder / f"{use}.key").unlink()
    error = refused(lambda: load_keys(folder), "no such file")
    assert error.at.name.endswith(f"{use}.key")


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    refused(lambda: load_keys(tmp_path / "keys"), "no such file")
    refused(lambda: rotate(tmp_path / "keys", Use.READING, NOW), "no such file")
    (tmp_path / "file").write_bytes(b"")
    refused(lambda: load_keys(tmp_path / "file"), "not a folder")


@pytest.mark.parametrize("other", [Use.WITNESS, Use.CONSENT])
def test_one_key_for_two_uses_is_refused(folder: Path, other: Use) -> None:
    text = (folder / "identity.key").read_text(encoding="utf-8")
    copied = text.replace('use = "identity"', f'use = "{other}"')
    (folder / f"{other}.key").write_text(copied, encoding="utf-8")
    refused(lambda: load_keys(folder), "the same key stands twice")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('key = "', 'key = "00', "not a key of 32 bytes"),
        ('key = "', 'key = "zz', "not a key of 32 bytes"),
        ('type = "ed25519"', 'type = "rsa"', "rsa is no type"),
        ('use = "identity"', 'use = "witness"', "witness is no use"),
        ("[[keys]]", "[[kays]]", "unknown key kays"),
        ("made = ", "date = ", "unknown key date"),
        ("Z\n", "\n", "no time zone"),
        ("\n[[keys]]", "\x00", "invalid"),
    ],
)
def test_a_damaged_file_is_refused_and_its_key_never_shown(
    folder: Path, old: str, new: str, message: str
) -> None:
    path = folder / "identity.key"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    error = refused(lambda: load_keys(folder), message)
    secret = text.split('key = "')[1][:64]
    assert secret not in f"{error} {error.advice}"


@pytest.mark.parametrize("size", [0, 100])
def test_a_file_that_was_cut_off_is_refused(folder: Path, size: int) -> None:
    path = folder / "reading.key"
    path.write_bytes(path.read_bytes()[:size])
    refused(lambda: load_keys(folder), ".")


def test_a_file_without_a_key_is_refused(folder: Path) -> None:
    (folder / "witness.key").write_text('use = "witness"\ntype = "ed25519"\n', encoding="utf-8")
    refused(lambda: load_keys(folder), "no key stands here")


def test_keys_do_not_show_themselves(folder: Path) -> None:
    text = repr(load_keys(folder)) + repr(Generation(made=NOW, key=b"secret"))
    assert "secret" not in text
    for each in folder.iterdir():
        assert each.read_text(encoding="utf-8").split('key = "')[1][:64] not in text
