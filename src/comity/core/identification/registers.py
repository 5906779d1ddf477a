"""Registers: numbers of public registers, read as people write them and kept in one form.

Nothing here says that a number is taken, or by whom: only somebody who looks it up can. A number
has no check digit in most registers, so one that is mistyped often reads as another.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from comity.core.terms import Code, EvidenceId, InputError, Place, Table, suggestion
from comity.core.terms.ids import Id

LONGEST = 40
"""How long a number may be as it is written, spaces included."""
MOST_DIGITS = 12
LINKED = re.compile(r"[1-9][0-9]{0,2}")
"""What follows the hyphen in the number of a linked charity."""
END = re.compile(r"[A-Z]{1,3}")


class RegisterId(Id):
    """A public register, by the id that its data gives it."""

    __slots__ = ()
    noun = "a register"
    pattern = re.compile(r"[a-z][a-z-]{0,31}")
    wanted = "small letters and hyphens, at most 32"


class RegisterNumber(Id):
    """A number as its register writes it: capitals, no space, no zero missing."""

    __slots__ = ()
    noun = "a number in a register"
    pattern = re.compile(r"[A-Z0-9]{1,16}(-[1-9][0-9]{0,2})?")
    wanted = "capitals and digits, at most 16"


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """A number in a register, whoever has it."""

    register: RegisterId
    number: RegisterNumber

    @property
    def entry(self) -> EvidenceId:
        """The id of the register's entry, such as `companies-house/01234567`."""
        return EvidenceId(f"{self.register}/{self.number}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One form of a register's numbers: a prefix, then digits, and what such a number is of.

    Fewer digits than `digits` may be written, down to `least`; if the form `is_filled`, leading
    zeros take the place of the others. One of `ends` may stand in the place of the last digits. A
    number that `is_linked` may have a hyphen and a number of up to three digits after it.
    """

    prefix: str
    digits: int
    least: int
    is_filled: bool
    ends: tuple[str, ...]
    is_linked: bool
    what: str

    def number(self, text: str) -> str | None:
        """Return a number in full; None if it has another form."""
        if not text.startswith(self.prefix):
            return None
        main, hyphen, linked = text.removeprefix(self.prefix).partition("-")
        if hyphen and not (self.is_linked and LINKED.fullmatch(linked)):
            return None
        end = max((each for each in self.ends if main.endswith(each)), key=len, default="")
        digits, room = main.removesuffix(end), self.digits - len(end)
        least = room if end else self.least
        if not digits.isdecimal() or not least <= len(digits) <= room or not digits.strip("0"):
            return None
        full = digits.zfill(room) if self.is_filled else digits
        return f"{self.prefix}{full}{end}{hyphen}{linked}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """A public register: its name, what its numbers are called, how they are written.

    `source` and `source_seen_on` say where that was read and when.
    """

    id: RegisterId
    name: str
    called: str
    wanted: str
    source: str
    source_seen_on: str
    forms: tuple[Form, ...]


@dataclass(frozen=True, slots=True)
class Registers:
    """The registers that are known."""

    all: Mapping[str, Register]

    def read(self, register: str, written: str) -> Registration:
        """Return a number as its register writes it.

        Spaces and small letters are taken; leading zeros that are missing are put in where the
        register does.

        Raises:
            InputError: the register is not known, or this is no number of it.
        """
        found = self.all.get(register)
        if found is None:
            raise InputError(
                Code.UNKNOWN_VALUE,
                f"{register[:40]} is no register that is known{suggestion(register, self.all)}",
                at=Place(name="the register"),
                advice=f"use one of {', '.join(self.all)}",
            )
        text = "".join(written.split()) if len(written) <= LONGEST else ""
        full = _number(found, text.upper()) if text.isascii() else None
        if full is None:
            raise InputError(
                Code.BAD_ID,
                f"{written[:LONGEST]!r} is no {found.called}",
                at=Place(name=found.called),
                advice=f"write it as the register shows it: {found.wanted}",
            )
        return Registration(register=found.id, number=RegisterNumber(full))


def _number(register: Register, text: str) -> str | None:
    fitting = (form.number(text) for form in register.forms)
    return next((each for each in fitting if each), None)


def read_registers(document: Mapping[str, object], name: str) -> Registers:
    """Return the registers that a document describes.

    Raises:
        InputError: a key is missing, unknown or of the wrong type, or a form has no sense.
    """
    table = Table(document, name)
    return Registers({each: _register(each, table.table(each)) for each in table.values})


def _register(key: str, table: Table) -> Register:
    table.only("name", "called", "wanted", "source", "source_seen_on", "grade", "forms")
    table.text("grade")
    return Register(
        id=table.made(RegisterId, key, ""),
        name=table.text("name"),
        called=table.text("called"),
        wanted=table.text("wanted"),
        source=table.text("source"),
        source_seen_on=table.text("source_seen_on"),
        forms=tuple(_form(each) for each in table.tables("forms")),
    )


def _form(table: Table) -> Form:
    table.only("prefix", "digits", "least", "filled", "ends", "linked", "is")
    digits = table.number("digits")
    least = table.number("least", digits)
    if not 1 <= least <= digits <= MOST_DIGITS:
        raise table.error(
            Code.BAD_NUMBER,
            f"{least} to {digits} digits are no length of a number",
            f"write 1 to {MOST_DIGITS} digits, and no more as the least",
            "digits",
        )
    ends = table.texts("ends")
    if not all(END.fullmatch(each) and len(each) < digits for each in ends):
        raise table.error(
            Code.BAD_TEXT, "an end is not one to three capitals", "write for example R", "ends"
        )
    return Form(
        prefix=table.text("prefix"),
        digits=digits,
        least=least,
        is_filled=table.flag("filled", default=False),
        ends=ends,
        is_linked=table.flag("linked", default=False),
        what=table.text("is"),
    )
