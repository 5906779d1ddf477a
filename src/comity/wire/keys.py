"""Keys: the folder with a node's private keys, one file for each use.

A file holds every generation of its key, the newest first, so replacing the file changes keys in
one step: an interruption leaves the old file or the new one. Nothing is ever taken out. What was
sealed for an old reading key still opens, and a change of an identity can be signed again by the
old key if the node stopped before the change was recorded.

`docs/reference/keys.md` describes the files.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from comity.core.terms import (
    Code,
    InputError,
    Limits,
    Place,
    Signer,
    Table,
    instant,
    read_toml,
)
from comity.wire.at_rest import FileVault
from comity.wire.files import (
    alone_in,
    check_folder,
    read_private,
    unfinished,
    write_folder,
    write_private,
)
from comity.wire.sealing import PRIVATE_BYTES, HpkeOpener, new_reading_key
from comity.wire.signing import Ed25519Signer

LIMITS = Limits(size=1 << 20, depth=4, values=10_000)


class Use(StrEnum):
    """What a key is for. Its file has this name, with `.key` after it."""

    IDENTITY = "identity"
    WITNESS = "witness"
    CONSENT = "consent"
    READING = "reading"
    KEY_ENCRYPTION = "key-encryption"


SIGNING = (Use.IDENTITY, Use.WITNESS, Use.CONSENT)
KINDS = {
    Use.IDENTITY: "ed25519",
    Use.WITNESS: "ed25519",
    Use.CONSENT: "ed25519",
    Use.READING: "ml-kem-768+x25519",
    Use.KEY_ENCRYPTION: "aes-256",
}
LENGTHS = {"ed25519": 32, "ml-kem-768+x25519": PRIVATE_BYTES, "aes-256": 32}


@dataclass(frozen=True, slots=True, kw_only=True)
class Generation:
    """One key of one use, and when it was made."""

    made: datetime
    key: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeKeys:
    """What a node does with its keys; the keys themselves stay inside.

    `former` has the older signers of each use and `made` the dates of all generations, both the
    newest first.
    """

    identity: Signer
    witness: Signer
    consent: Signer | None
    opener: HpkeOpener
    vault: FileVault
    former: Mapping[Use, tuple[Signer, ...]]
    made: Mapping[Use, tuple[datetime, ...]]

    @property
    def generations(self) -> Mapping[Use, tuple[bytes, ...]]:
        """The public keys of each use that has any, the newest first."""
        newest = {Use.IDENTITY: self.identity, Use.WITNESS: self.witness, Use.CONSENT: self.consent}
        signing = {
            use: tuple(each.public for each in (signer, *self.former.get(use, ())))
            for use, signer in newest.items()
            if signer is not None
        }
        return {**signing, Use.READING: self.opener.publics}


def make_keys(folder: Path, now: datetime, *, consent: bool) -> NodeKeys:
    """Make a folder with a new node's keys, all of them or none, and return them.

    The folder in which it lies must exist. Only a front door has a consent key.

    Raises:
        InputError: there is such a folder with something in it, or it cannot be made.
    """
    uses = [use for use in Use if consent or use is not Use.CONSENT]
    made = {use: (Generation(made=instant(now), key=_new_key(use)),) for use in uses}
    files = {_path(folder, use).name: _text(use, found) for use, found in made.items()}
    write_folder(folder, files)
    return load_keys(folder)


def load_keys(folder: Path) -> NodeKeys:
    """Return the keys in a folder.

    Raises:
        InputError: one is missing or damaged, two are the same, or others on the machine can get
            at them.
    """
    check_folder(folder)
    found = {
        use: _read(folder, use)
        for use in Use
        if use is not Use.CONSENT or _path(folder, use).exists()
    }
    _check_distinct(folder, found)
    signers = {use: _signers(found[use]) for use in SIGNING if use in found}
    kek, *older = (each.key for each in found[Use.KEY_ENCRYPTION])
    return NodeKeys(
        identity=signers[Use.IDENTITY][0],
        witness=signers[Use.WITNESS][0],
        consent=signers[Use.CONSENT][0] if Use.CONSENT in signers else None,
        opener=HpkeOpener([each.key for each in found[Use.READING]]),
        vault=FileVault(kek, older),
        former={use: each[1:] for use, each in signers.items()},
        made={use: tuple(each.made for each in found[use]) for use in found},
    )


def rotate(folder: Path, use: Use, now: datetime) -> NodeKeys:
    """Put a new key in front of the others of this use, in one step; return all keys after it.

    Raises:
        InputError: the keys do not load, the node has none of this use, or the file cannot be
            written. The keys are then as before.
    """
    with alone_in(folder):
        before = load_keys(folder)
        if use not in before.made:
            raise InputError(
                Code.NOT_FOUND,
                f"this node has no {use} key",
                at=Place(name=str(_path(folder, use))),
                advice="only a front door has one",
            )
        path = _path(folder, use)
        for left in folder.glob(f"{unfinished(path)}*"):
            left.unlink(missing_ok=True)
        newest = Generation(made=instant(now), key=_new_key(use))
        write_private(path, _text(use, (newest, *_read(folder, use))))
        return load_keys(folder)


def _signers(generations: Sequence[Generation]) -> tuple[Signer, ...]:
    return tuple(Ed25519Signer(each.key) for each in generations)


def _new_key(use: Use) -> bytes:
    match KINDS[use]:
        case "ed25519":
            return Ed25519PrivateKey.generate().private_bytes_raw()
        case "aes-256":
            return AESGCM.generate_key(bit_length=256)
        case _:
            return new_reading_key()


def _path(folder: Path, use: Use) -> Path:
    return folder / f"{use}.key"


def _text(use: Use, generations: Sequence[Generation]) -> bytes:
    """Return the text of a key file."""

    def lines() -> Iterator[str]:
        yield f"# Private {use} key of a Comity node: whoever has it can act as the node."
        yield f'use = "{use}"'
        yield f'type = "{KINDS[use]}"'
        for each in generations:
            yield "\n[[keys]]"
            yield f"made = {each.made.isoformat(timespec='seconds').replace('+00:00', 'Z')}"
            yield f'key = "{each.key.hex()}"'

    return ("\n".join(lines()) + "\n").encode()


def _read(folder: Path, use: Use) -> tuple[Generation, ...]:
    """Return the keys in one file, the newest first.

    Raises:
        InputError: there is none, or one is not of its kind. No error repeats a key.
    """
    path = _path(folder, use)
    table = Table(read_toml(read_private(path), str(path), LIMITS), str(path))
    table.only("use", "type", "keys")
    table.one_of("use", (use,))
    table.one_of("type", (KINDS[use],))
    found = tuple(_generation(each, LENGTHS[KINDS[use]]) for each in table.tables("keys"))
    if not found:
        raise table.error(Code.MISSING_KEY, "no key stands here", _BACKUP)
    return found


_BACKUP = "bring the key folder back from its backup"


def _generation(table: Table, length: int) -> Generation:
    table.only("made", "key")
    try:
        key = bytes.fromhex(table.text("key"))
    except ValueError:
        key = b""
    if len(key) != length:
        raise table.error(
            Code.WRONG_TYPE, f"not a key of {length} bytes in hexadecimal digits", _BACKUP, "key"
        )
    return Generation(made=table.instant("made"), key=key)


def _check_distinct(folder: Path, found: Mapping[Use, Sequence[Generation]]) -> None:
    """Refuse one key in two places: what it signs for one use would hold for the other."""
    signing = [each.key for use in SIGNING for each in found.get(use, ())]
    if len(set(signing)) < len(signing):
        raise InputError(
            Code.WRONG_TYPE,
            "the same key stands twice among those that sign",
            at=Place(name=str(folder)),
            advice=_BACKUP,
        )
