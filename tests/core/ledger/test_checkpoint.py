"""A ledger's head is what its keeper signed, and a cosignature is a witness's own word."""

from base64 import b64decode, b64encode
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.core.ledger import (
    Head,
    NoteError,
    check_cosignature,
    check_head,
    cosign,
    origin,
    read_head,
    sign_head,
)
from comity.core.ledger.checkpoint import split
from comity.core.terms import SignatureError
from comity.wire.signing import Ed25519Signer, Ed25519Verifier
from tests.spec import slow_note

KEEPER, WITNESS, OTHER = (Ed25519Signer(bytes([n]) * 32) for n in (1, 2, 3))
VERIFIER = Ed25519Verifier()
NAME = "comity/NCA/pair-ICO"
HEAD = Head(origin=NAME, size=17, root=bytes(range(32)))
NOTE = sign_head(HEAD, KEEPER)
AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
LINE = cosign(NOTE, "ICO", WITNESS, AT)
BOTH = NOTE + LINE

GOLDEN_TEXT = "comity/NCA/pair-ICO\n17\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"
GOLDEN_SIGNATURE = (
    "P6lnyYQvrRPLaXwFtnvF0ayZdd+FBITkH1/5wHentrNTpfx0WvB/HkUHdLZJrKR2DS/jIELLdO/T2bchdla0chvu5gw="
)
GOLDEN_COSIGNATURE = (
    "rcpkGgAAAABrBACQdcDBCrHOhcc/j8DBPpFgRAnUTccupfTuRGqVYzW2gPT+"
    "SQErJBvTEAvUEPfqUZMvQaA9SXAUhFpx8WwmW522Bg=="
)
"""Made by `slow_note` with the keys whose seeds are 32 bytes 1 and 32 bytes 2."""
PUBLISHED = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdng"
    "otpRZb6KE6RyyBwJnAM=\n"
)
"""The example of Go's package note, which the C2SP text describes; its key is the next line."""
PUBLISHED_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"

names = st.text(st.sampled_from("abcXYZ019/._-"), min_size=1, max_size=20)
heads = st.builds(
    Head,
    origin=names,
    size=st.integers(0, 10**19 - 1),
    root=st.binary(min_size=32, max_size=32),
)
instants = st.datetimes(datetime(1970, 1, 2), datetime(9999, 12, 30)).map(  # noqa: DTZ001 - zone next
    lambda moment: moment.replace(microsecond=0, tzinfo=UTC)
)


def read(note: str) -> Head:
    return check_head(note, NAME, KEEPER.public, VERIFIER)


def witnessed(note: str, name: str = "ICO", key: bytes = WITNESS.public) -> datetime:
    return check_cosignature(note, name, key, VERIFIER)


def forged(kind: int, blob: bytes, name: str = NAME, key: bytes = KEEPER.public) -> str:
    line = slow_note.signature_line(name.encode(), slow_note.key_id(name.encode(), kind, key), blob)
    return line.decode()


# --- forms -------------------------------------------------------------------------------


def test_a_published_note_is_read_and_its_key_and_signature_are_found_to_hold() -> None:
    text, (line,) = split(PUBLISHED)
    name, key_hash, key = PUBLISHED_KEY.split("+", 2)
    public = b64decode(key)[1:]
    assert line.name == name
    assert line.key_hash.hex() == key_hash == slow_note.key_id(name.encode(), 1, public).hex()
    VERIFIER.check(public, line.blob, text.encode())


def test_a_checkpoint_is_written_as_three_lines() -> None:
    assert HEAD.text() == GOLDEN_TEXT
    assert NOTE.startswith(f"{GOLDEN_TEXT}\n\u2014 comity/NCA/pair-ICO ")
    assert NOTE.count("\n") == 5


def test_a_checkpoint_is_signed_with_these_bytes() -> None:
    assert f"{GOLDEN_TEXT}\n\u2014 comity/NCA/pair-ICO {GOLDEN_SIGNATURE}\n" == NOTE
    assert f"\u2014 ICO {GOLDEN_COSIGNATURE}\n" == LINE


@given(heads)
def test_any_checkpoint_is_the_one_that_a_literal_reading_gives(head: Head) -> None:
    name = head.origin.encode()
    text = slow_note.checkpoint(name, head.size, head.root)
    note = slow_note.signed_checkpoint(text, name, KEEPER.public, KEEPER.sign)
    assert sign_head(head, KEEPER).encode() == note
    assert check_head(note.decode(), head.origin, KEEPER.public, VERIFIER) == head


@given(heads, names, instants)
def test_any_cosignature_is_the_one_that_a_literal_reading_gives(
    head: Head, name: str, at: datetime
) -> None:
    note = sign_head(head, KEEPER)
    seconds = int(at.timestamp())
    line = slow_note.cosignature(
        head.text().encode(), seconds, name.encode(), WITNESS.public, WITNESS.sign
    )
    assert cosign(note, name, WITNESS, at).encode() == line
    assert check_cosignature(note + line.decode(), name, WITNESS.public, VERIFIER) == at


def test_a_ledger_is_named_by_its_keeper_and_its_own_name() -> None:
    assert origin("NCA", "pair-ICO") == NAME


def test_a_cosignature_states_whole_seconds_in_utc() -> None:
    moved = AT.astimezone(timezone(timedelta(hours=3))) + timedelta(microseconds=7)
    assert cosign(NOTE, "ICO", WITNESS, moved) == LINE


# --- heads -------------------------------------------------------------------------------


def test_a_head_is_what_its_keeper_signed_with_or_without_a_witness() -> None:
    assert read(NOTE) == read(BOTH) == read_head(NOTE) == HEAD


def test_a_head_that_another_key_signed_is_refused() -> None:
    for note in (sign_head(HEAD, OTHER), NOTE.replace("\n\n", "\n\n" + LINE, 1)[: -len(NOTE) // 2]):
        with pytest.raises((SignatureError, NoteError)):
            read(note)


def test_a_signature_that_only_claims_the_keepers_key_is_refused() -> None:
    line = forged(1, OTHER.sign(HEAD.text().encode()))
    with pytest.raises(SignatureError):
        read(f"{HEAD.text()}\n{line}")


def test_the_head_of_another_ledger_is_refused() -> None:
    other = Head(origin="comity/NCA/pair-NCSC", size=17, root=HEAD.root)
    with pytest.raises(NoteError):
        read(sign_head(other, KEEPER))


def test_a_keepers_word_under_another_name_is_refused() -> None:
    line = forged(1, KEEPER.sign(HEAD.text().encode()), name="comity/NCA/node")
    with pytest.raises(SignatureError):
        read(f"{HEAD.text()}\n{line}")


def test_a_cosignature_is_no_keepers_signature_and_the_reverse() -> None:
    own = cosign(NOTE, NAME, KEEPER, AT)
    with pytest.raises(SignatureError):
        read(f"{HEAD.text()}\n{own}")
    with pytest.raises(SignatureError):
        witnessed(NOTE, NAME, KEEPER.public)


def test_unknown_signatures_are_passed_over() -> None:
    stranger = forged(9, b"x" * 5, "stranger", OTHER.public)
    assert read(NOTE + stranger + LINE) == HEAD
    assert witnessed(NOTE + stranger + LINE) == AT


@given(st.data())
def test_a_changed_letter_is_refused_or_leaves_the_head_as_it_is(data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(BOTH) - 1))
    put = data.draw(st.sampled_from(["", "A", "0", "\n", " ", "=", "\u2014", "\u0663", "\u2028"]))
    try:
        assert read(BOTH[:place] + put + BOTH[place + 1 :]) == HEAD
    except (NoteError, SignatureError):
        return


@given(heads.filter(lambda head: head != HEAD))
def test_the_signature_of_one_head_holds_for_no_other(head: Head) -> None:
    signature = NOTE.partition("\n\n")[2]
    with pytest.raises((NoteError, SignatureError)):
        check_head(f"{head.text()}\n{signature}", head.origin, KEEPER.public, VERIFIER)


ROOT = b64encode(HEAD.root).decode()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        NAME,
        f"{NAME}\n17\n",
        f"\n17\n{ROOT}\n",
        f"{NAME}\n017\n{ROOT}\n",
        f"{NAME}\n+17\n{ROOT}\n",
        f"{NAME}\n-1\n{ROOT}\n",
        f"{NAME}\n 17\n{ROOT}\n",
        f"{NAME}\n1_7\n{ROOT}\n",
        f"{NAME}\n\u0661\u0667\n{ROOT}\n",
        f"{NAME}\n{'9' * 20}\n{ROOT}\n",
        f"{NAME}\n{'9' * 5000}\n{ROOT}\n",
        f"{NAME}\nmany\n{ROOT}\n",
        f"{NAME}\n17\n{ROOT[:-1]}\n",
        f"{NAME}\n17\n{ROOT[:-2]}9=\n",
        f"{NAME}\n17\n{b64encode(b'short').decode()}\n",
        f"{NAME}\n17\n{b64encode(bytes(33)).decode()}\n",
        f"{NAME}\n17\n{ROOT}\nmore\n",
        f"{NAME}\r\n17\r\n{ROOT}\r\n",
        f"{NAME}\u202817\n{ROOT}\n",
    ],
)
def test_a_head_has_one_spelling(text: str) -> None:
    note = f"{text}\n{forged(1, KEEPER.sign(text.encode()))}"
    with pytest.raises(NoteError):
        read(note)
    with pytest.raises(NoteError):
        cosign(note, "ICO", WITNESS, AT)


@pytest.mark.parametrize(
    "note",
    [
        HEAD.text(),
        HEAD.text() + "\n",
        NOTE[:-1],
        NOTE + "\n",
        NOTE + "more\n",
        NOTE.replace("\u2014", "-"),
        NOTE.replace("\u2014 ", "\u2014"),
        NOTE.replace("\u2014 ", "\u2014  "),
        NOTE.replace("= ", "=") + "\u2014 a b c\n",
        NOTE + "\u2014 name AAAA\n",
        NOTE + "\u2014 name AAAAAA==\n",
        NOTE + "\u2014 name not-base64\n",
        NOTE + "\u2014 name \u00e9\u00e9\u00e9\u00e9\n",
        NOTE + "\u2014 name AAAAAAB=\n",
        NOTE + "\u2014 na+me AAAAAAA=\n",
        NOTE + "\u2014 na\tme AAAAAAA=\n",
        NOTE + "\u2014 na\u2003me AAAAAAA=\n",
        NOTE + "\u2014  AAAAAAA=\n",
    ],
)
def test_a_note_has_one_form(note: str) -> None:
    with pytest.raises(NoteError):
        read(note)
    with pytest.raises(NoteError):
        witnessed(note)


def test_a_second_signature_in_the_keepers_name_must_hold_too() -> None:
    read(NOTE + forged(1, KEEPER.sign(HEAD.text().encode())))
    with pytest.raises(SignatureError):
        read(NOTE + forged(1, OTHER.sign(HEAD.text().encode())))


# --- witnesses ---------------------------------------------------------------------------


def test_a_cosignature_is_the_witnesses_own() -> None:
    assert witnessed(BOTH) == AT
    for name, key in (("NCSC", WITNESS.public), ("ICO", OTHER.public), ("ICO", KEEPER.public)):
        with pytest.raises(SignatureError):
            witnessed(BOTH, name, key)
    with pytest.raises(SignatureError):
        witnessed(NOTE)


def test_a_cosignature_of_one_head_holds_for_no_other() -> None:
    later = sign_head(Head(origin=NAME, size=18, root=HEAD.root), KEEPER)
    with pytest.raises(SignatureError):
        witnessed(later + LINE)


def test_the_time_of_a_cosignature_is_signed() -> None:
    blob = split(BOTH)[1][1].blob
    for seconds in (0, int(AT.timestamp()) + 1, 2**64 - 1):
        moved = forged(4, seconds.to_bytes(8, "big") + blob[8:], "ICO", WITNESS.public)
        with pytest.raises(SignatureError):
            witnessed(NOTE + moved)


@pytest.mark.parametrize("seconds", [253_402_300_800, 2**56, 2**64 - 1])
def test_a_time_outside_the_calendar_is_refused_though_it_is_signed(seconds: int) -> None:
    text = HEAD.text().encode()
    line = slow_note.cosignature(text, seconds, b"ICO", WITNESS.public, WITNESS.sign)
    with pytest.raises(SignatureError):
        witnessed(NOTE + line.decode())


@pytest.mark.parametrize("size", [0, 8, 64, 71, 73, 80])
def test_a_cosignature_of_another_length_is_none(size: int) -> None:
    with pytest.raises(SignatureError):
        witnessed(NOTE + forged(4, b"\0" * max(size, 1), "ICO", WITNESS.public))


def test_a_witness_signs_heads_and_nothing_else() -> None:
    with pytest.raises(NoteError):
        cosign(PUBLISHED, "ICO", WITNESS, AT)


@pytest.mark.parametrize("added", ["\0", "\t", "\r", "\x1f", "\ud800"])
def test_a_note_holds_no_control_characters_and_no_half_characters(added: str) -> None:
    for note in (f"{added}{BOTH}", BOTH.replace("17", f"17{added}"), f"{BOTH[:-1]}{added}\n"):
        with pytest.raises(NoteError, match="no control characters"):
            split(note)


def test_a_signature_line_has_one_spelling() -> None:
    assert NOTE.endswith("=\n")
    last = NOTE.rstrip("=\n")[-1]
    spare = NOTE.replace(f"{last}=", f"{chr(ord(last) + 1)}=")
    assert b64decode(spare.split()[-1]) == b64decode(NOTE.split()[-1])
    with pytest.raises(NoteError, match="written in one way"):
        split(spare)
