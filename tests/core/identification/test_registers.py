"""A number of a register is read as people write it, and has one form from then on."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.core.identification import RegisterNumber, Registers, Registration, read_registers
from comity.core.terms import Code, InputError
from comity.shipped import registers

SMALL: dict[str, Any] = {
    "mill-book": {
        "name": "the book of mills",
        "called": "mill number",
        "wanted": "4 digits, for example 0123",
        "source": "made up",
        "source_seen_on": "2026-11-29",
        "grade": "M",
        "forms": [{"prefix": "", "digits": 4, "least": 2, "filled": True, "is": "a mill"}],
    }
}
"""A whole document, whose parts the tests change."""


def small(**changes: object) -> Registers:
    """Read the small document with some keys of its register changed."""
    return read_registers({"mill-book": {**SMALL["mill-book"], **changes}}, "small")


def form(**changes: object) -> Registers:
    """Read the small document with some keys of its form changed."""
    return small(forms=[{**SMALL["mill-book"]["forms"][0], **changes}])


COMPANY, CHARITY, FEES = "companies-house", "charity-commission", "ico"


@pytest.mark.parametrize(
    ("register", "written", "number"),
    [
        (COMPANY, "01234567", "01234567"),
        (COMPANY, " 1234567\n", "01234567"),
        (COMPANY, "445790", "00445790"),
        (COMPANY, "sc 123 456", "SC123456"),
        (COMPANY, "SC12345", "SC012345"),
        (COMPANY, "ni012345", "NI012345"),
        (COMPANY, "OC301234", "OC301234"),
        (COMPANY, "R0000123", "R0000123"),
        (COMPANY, "RS007FI", None),
        (COMPANY, "RS0078FI", "RS0078FI"),
        (COMPANY, "RS007CUS", "RS007CUS"),
        (COMPANY, "SL00123A", "SL00123A"),
        (COMPANY, "OE000001", "OE000001"),
        (COMPANY, "1234", None),
        (COMPANY, "123456789", None),
        (COMPANY, "00000000", None),
        (COMPANY, "XX123456", None),
        (COMPANY, "SC", None),
        (COMPANY, "", None),
        (COMPANY, "01234567-1", None),
        (COMPANY, "1234R", None),
        (COMPANY, "٠١٢٣٤٥٦٧", None),
        (COMPANY, "ⅦⅦⅦⅦⅦⅦⅦⅦ", None),
        (COMPANY, "01234567" + " " * 40, None),
        (CHARITY, "1234567", "1234567"),
        (CHARITY, "200051", "200051"),
        (CHARITY, "1234567-12", "1234567-12"),
        (CHARITY, "1234567-0", None),
        (CHARITY, "1234567-", None),
        (CHARITY, "12345", None),
        ("oscr", "sc12345", "SC012345"),
        ("oscr", "012345", None),
        ("ccni", "NIC 100002", "NIC100002"),
        ("ccni", "NIC10002", None),
        (FEES, "Z5347709", "Z5347709"),
        (FEES, "z584655x", "Z584655X"),
        (FEES, "ZA123456", "ZA123456"),
        (FEES, "ZD123456", None),
    ],
)
def test_a_number_is_read_as_its_register_writes_it(
    register: str, written: str, number: str | None
) -> None:
    if number is not None:
        found = registers().read(register, written)
        assert found == Registration(register=found.register, number=RegisterNumber(number))
        assert found.entry == f"{register}/{number}"
        return
    with pytest.raises(InputError) as caught:
        registers().read(register, written)
    assert caught.value.code is Code.BAD_ID
    assert "write it as the register shows it" in caught.value.advice


def test_a_register_that_is_not_known_is_named_with_those_that_are() -> None:
    with pytest.raises(InputError, match="did you mean oscr") as caught:
        registers().read("osrc", "SC012345")
    assert "companies-house" in caught.value.advice


@given(st.sampled_from(sorted(registers().all)), st.text(max_size=60))
def test_whatever_people_write_is_read_or_refused_in_words(register: str, written: str) -> None:
    with suppress(InputError):
        found = registers().read(register, written)
        assert registers().read(register, found.number) == found


FORMS = [(each.id, one) for each in registers().all.values() for one in each.forms]


@given(st.data())
def test_reading_what_is_shown_gives_the_same(data: st.DataObject) -> None:
    register, one = data.draw(st.sampled_from(FORMS))
    length = data.draw(st.integers(one.least, one.digits))
    digits = str(data.draw(st.integers(1, 10**length - 1))).zfill(length)
    end = data.draw(st.sampled_from(["", *one.ends]))
    linked = data.draw(st.sampled_from(["", "-7"])) if one.is_linked else ""
    if end:
        digits = digits.zfill(one.digits)[len(end) :]
    written = f"{one.prefix}{digits}{end}{linked}"
    spaced = " ".join(written) if data.draw(st.booleans()) else written.lower()
    if not digits.strip("0"):
        return
    found = registers().read(register, spaced)
    assert registers().read(register, found.number) == found
    assert found.number.startswith(one.prefix)
    assert found.number.endswith(end + linked)
    assert len(found.number.removesuffix(linked)) <= len(one.prefix) + one.digits


@pytest.mark.parametrize("register", registers().all.values(), ids=lambda each: each.id)
def test_each_example_in_the_data_is_a_number_and_each_source_has_a_day(register: Any) -> None:  # noqa: ANN401 - a register
    words = register.wanted.partition("for example ")[2].replace(",", " ").replace(" or ", " ")
    assert words
    for each in words.split():
        assert registers().read(register.id, each).number == each
    assert register.source
    assert register.source_seen_on.startswith("2026-")
    prefixes = [each.prefix for each in register.forms]
    assert len(set(prefixes)) == len(prefixes)


def test_a_number_is_filled_up_only_where_the_register_does() -> None:
    assert small().read("mill-book", "12").number == "0012"
    assert form(filled=False).read("mill-book", "12").number == "12"


@pytest.mark.parametrize(
    ("read", "says"),
    [
        (lambda: small(colour="red"), "unknown key colour"),
        (lambda: form(colour="red"), "unknown key colour"),
        (lambda: form(digits=13), "no length of a number"),
        (lambda: form(digits=0, least=0), "no length of a number"),
        (lambda: form(least=5), "no length of a number"),
        (lambda: form(ends=["r"]), "not one to three capitals"),
        (lambda: form(digits=2, ends=["RS"]), "not one to three capitals"),
        (lambda: read_registers({"Mills": SMALL["mill-book"]}, "small"), "is not a register"),
        (lambda: read_registers({"mills": 3}, "small"), "must be a table"),
    ],
)
def test_a_document_of_registers_is_checked(read: Any, says: str) -> None:  # noqa: ANN401 - a function
    with pytest.raises(InputError, match=says):
        read()
