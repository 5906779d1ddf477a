"""Proofs of receipts, read literally from their sources; no code is shared with the product.

Source: C2SP tlog-proof, tlog-checkpoint, signed-note, tlog-cosignature (cosignature/v1); RFC 9162,
section 2.1.3.2; RFC 4648, section 4; RFC 8032, section 5.1.
"""

import re
from functools import cache
from hashlib import sha256

from tests.spec.slow_ed25519 import is_signed
from tests.spec.slow_note import key_id

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
DECIMAL = re.compile(r"0|[1-9][0-9]*")
SIGNATURE_LINE = re.compile("\u2014 ([^ +]+) ([A-Za-z0-9+/=]+)")


class Refused(Exception):  # noqa: N818 - it says what happened
    """The text proves nothing."""


def base64(text: str) -> bytes:
    """Return what base64 stands for, six bits at a time; spare bits must be zero.

    Raises:
        Refused: it is no base64.
    """
    letters = text.rstrip("=")
    spare = len(text) - len(letters)
    if len(text) % 4 or spare > 2 or any(each not in ALPHABET for each in letters):
        raise Refused("not base64")
    bits = "".join(f"{ALPHABET.index(each):06b}" for each in letters)
    whole = len(bits) // 8 * 8
    if "1" in bits[whole:] or len(bits) - whole != 2 * spare:
        raise Refused("not base64")
    return bytes(int(bits[at : at + 8], 2) for at in range(0, whole, 8))


def decimal(text: str) -> int:
    """Return an ASCII decimal without leading zeros.

    Raises:
        Refused: it is none.
    """
    if not DECIMAL.fullmatch(text) or len(text) > 20:
        raise Refused("not a decimal")
    return int(text)


def verify(text: str, keeper: tuple[str, bytes], witness: tuple[str, bytes]) -> bytes:
    """Return the entry that a proof shows to be in the ledger of that name.

    Raises:
        Refused: it shows none.
    """
    proof, gap, note = text.partition("\n\n")
    lines = proof.split("\n")
    if not gap or len(lines) < 3 or lines[0] != "c2sp.org/tlog-proof@v1":
        raise Refused("not a proof")
    if not lines[1].startswith("extra ") or not lines[2].startswith("index "):
        raise Refused("no entry, or no index")
    entry, index = base64(lines[1][6:]), decimal(lines[2][6:])
    hashes = [base64(each) for each in lines[3:]]
    body, signatures = opened(note)
    if body.count("\n") != 3 or not body.startswith(f"{keeper[0]}\n"):
        raise Refused("not a checkpoint of this ledger")
    size, root = decimal(body.split("\n")[1]), base64(body.split("\n")[2])
    if any(len(each) != 32 for each in (*hashes, root)):
        raise Refused("a hash of another length")
    if not is_included(sha256(b"\x00" + entry).digest(), index, size, hashes, root):
        raise Refused("not included")
    check_signatures(body, signatures, keeper, witness)
    return entry


def opened(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    """Return the text of a note, and names and bytes of its signatures.

    Raises:
        Refused: it is no note.
    """
    if any(ord(each) < 0x20 and each != "\n" for each in note):
        raise Refused("a control character")
    at = note.rfind("\n\n")
    rest = note[at + 2 :]
    if at < 0 or not rest.endswith("\n"):
        raise Refused("not a note")
    found = [SIGNATURE_LINE.fullmatch(line) for line in rest[:-1].split("\n")]
    lines = [(each[1], base64(each[2])) for each in found if each]
    if len(lines) < len(found) or any(map(str.isspace, "".join(name for name, _ in lines))):
        raise Refused("not signature lines")
    return note[: at + 1], lines


def check_signatures(
    body: str,
    lines: list[tuple[str, bytes]],
    keeper: tuple[str, bytes],
    witness: tuple[str, bytes],
) -> None:
    """Return if both signed; signatures by unknown keys are passed over.

    Raises:
        Refused: one of them did not, or a signature of theirs does not hold.
    """
    by_keeper = by_witness = False
    for name, blob in lines:
        if (name, blob[:4]) == (keeper[0], id_of(keeper, 0x01)):
            by_keeper = holds(keeper[1], body.encode(), blob[4:])
        if (name, blob[:4]) == (witness[0], id_of(witness, 0x04)):
            seconds = int.from_bytes(blob[4:12], "big")
            message = f"cosignature/v1\ntime {seconds}\n{body}".encode()
            by_witness = holds(witness[1], message, blob[12:])
    if not by_keeper or not by_witness:
        raise Refused("not signed by both")


def id_of(who: tuple[str, bytes], kind: int) -> bytes:
    """Return the key id of a name and key."""
    return key_id(who[0].encode(), kind, who[1])


@cache
def holds(public: bytes, message: bytes, signature: bytes) -> bool:
    """Return whether a signature holds; the same one is worked out only once.

    Raises:
        Refused: it does not: whoever knows a key rejects the whole note.
    """
    if not is_signed(public, message, signature):
        raise Refused("a signature by a known key does not hold")
    return True


def is_included(leaf: bytes, index: int, size: int, path: list[bytes], root: bytes) -> bool:
    """Return whether the path leads from the leaf to the root (RFC 9162, section 2.1.3.2)."""
    if index >= size:  # step 1
        return False
    fn, sn, r = index, size - 1, leaf  # steps 2 and 3
    for p in path:  # step 4
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            r = sha256(b"\x01" + p + r).digest()
            if not fn & 1:
                while fn and not fn & 1:
                    fn, sn = fn >> 1, sn >> 1
        else:
            r = sha256(b"\x01" + r + p).digest()
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and r == root  # step 5
