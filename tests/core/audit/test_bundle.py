"""A bundle is one file of canonical bytes: what was changed in it is found, or makes no odds."""

from contextlib import suppress
from dataclasses import fields, replace
from datetime import timedelta
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.core.audit import (
    Bundle,
    Expected,
    Report,
    Verdict,
    read_bundle,
    seal_bundle,
    steps,
    verify,
)
from comity.core.audit.books import read_entry
from comity.core.audit.report import MOST_SHOWN, Check, Finding
from comity.core.ledger import Entry, EntryType, NotSayableError
from comity.core.terms import InputError, decode
from comity.wire.signing import Ed25519Verifier
from tests.core.audit.small import late, raw, report, sealed
from tests.core.world import NOW
from tests.node.world import FRONT_DOOR, ICO, NCA, keys

OWN = keys(NCA, consent=False).identity


@cache
def file() -> bytes:
    return seal_bundle(late(), [OWN])


def verified(data: bytes) -> Report:
    found = read_bundle(data, "a bundle")
    return verify(found, [], Expected(OWN.public), Ed25519Verifier())


def test_a_bundle_is_read_as_it_was_written() -> None:
    assert read_bundle(file(), "a bundle").bundle == late()
    assert read_bundle(file() + b"\n", "a bundle").payload == read_bundle(file(), "b").payload


@settings(max_examples=2 * settings().max_examples)
@given(st.integers(0, 1 << 30), st.integers(1, 255))
def test_one_changed_byte_is_found(place: int, change: int) -> None:
    data = bytearray(file())
    data[place % len(data)] ^= change
    try:
        done = verified(bytes(data))
    except InputError:
        return
    assert done.verdict is Verdict.FINDINGS


TELLING = [
    each.name
    for each in fields(Bundle)
    if each.name not in {"v", "role", "made_at", "witness", "consent", "documents"}
]
"""The parts of a body's bundle of which the verdict rests on every one."""


@pytest.mark.parametrize("name", [each for each in TELLING if each not in {"party", "pins"}])
def test_no_part_can_be_left_out_unseen(name: str) -> None:
    empty: Any = ()
    done = report(replace(late(), **{name: empty}))
    said = len(done.unchecked) != len(report(late()).unchecked)
    assert done.findings or said


@given(st.data())
def test_any_part_left_out_and_sealed_again_is_found(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(["ledgers", "beats", "decisions", "held", "given"]))
    parts = getattr(late(), name)
    at = data.draw(st.integers(0, len(parts) - 1))
    without: Any = parts[:at] + parts[at + 1 :]
    assert report(replace(late(), **{name: without})).findings


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b"\xff", b'{"bundle":{},"seals":[]}'])
def test_what_is_no_bundle_is_one_clear_error(data: bytes) -> None:
    with pytest.raises(InputError):
        read_bundle(data, "a bundle")


def test_a_bundle_of_another_version_is_refused() -> None:
    with pytest.raises(InputError, match="version 2"):
        sealed(replace(late(), v=2))


def test_the_steps_are_as_many_as_are_told() -> None:
    told: list[int] = []
    one, other = sealed(late()), sealed(late(ICO))
    verify(one, [other], Expected(), Ed25519Verifier(), told.append)
    assert abs(sum(told) - steps(one, [other])) <= len(late().decisions)


def test_an_entry_is_read_as_the_codec_reads_it() -> None:
    for party in (FRONT_DOOR, NCA, ICO):
        for part in late(party).ledgers:
            for data in part.entries:
                found, entry = read_entry(data), decode(Entry, data, "an entry")
                assert (found.type, found.at, found.ids) == (entry.type, entry.at, entry.ids)


@given(st.integers(0, 1 << 30), st.integers(1, 255), st.integers(0, 1 << 30))
def test_a_damaged_entry_is_refused_as_the_codec_refuses_it(
    place: int, change: int, which: int
) -> None:
    entries = raw(late())
    data = bytearray(entries[which % len(entries)])
    data[place % len(data)] ^= change
    entry: Entry | None = None
    with suppress(InputError, NotSayableError):
        entry = decode(Entry, bytes(data), "an entry")
    if entry is None or entry.v != 1:
        with pytest.raises(ValueError, match=r"[a-z]"):
            read_entry(bytes(data))
    else:
        found = read_entry(bytes(data))
        assert (found.type, found.at, found.ids) == (entry.type, entry.at, entry.ids)


def test_an_entry_with_parts_of_a_second_is_read() -> None:
    entry = Entry(type=EntryType.READ, at=NOW + timedelta(microseconds=5), ids={"item": "item-1"})
    assert read_entry(entry.bytes()).at == entry.at


def test_a_report_says_what_was_found_in_words_and_as_data() -> None:
    done = report(replace(late(), held=()))
    text = list(done.text())
    assert text[0].startswith("Bundle of NCA, made 2026-11-23T")
    assert f"FINDINGS: {len(done.findings)}" in text
    assert "(d) NCA, ledger pair-FRONT_DOOR, entry" in "\n".join(text)
    assert text[-1] == "Verdict: findings"
    assert list(report(late()).text())[-1] == "Verdict: verified"
    data: Any = done.data()
    assert data["verdict"] == "findings"
    assert data["findings"][0]["check"] == "d"
    assert [each["check"] for each in data["checks"]] == ["a", "b", "c", "d", "f"]


def test_a_report_with_many_findings_shows_the_first() -> None:
    one = Finding(Check.LEDGERS, NCA, "", None, "something")
    done = replace(report(late()), findings=(one,) * (MOST_SHOWN + 1))
    text = "\n".join(done.text())
    assert "(a) NCA: something" in text
    assert "and 1 more; --json shows all" in text


def test_a_report_of_a_bundle_without_a_key_says_so() -> None:
    assert report(replace(late(), identity=())).identity == "none"
