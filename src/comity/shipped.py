"""Shipped: the data of the package: agreements, their words and cases, forms, the notice.

A form that a report is filled into is `forms/projections/NAME.toml`.

An agreement is `NAME.md`. Beside it may stand `NAME.vocabulary.toml`, with words of its own that
add to the standard vocabulary; `NAME.cases.toml` has its worked cases, and the folder `NAME.record`
what was proved of this version, as `comity agreement record` wrote it.
"""

from functools import cache
from importlib import resources

from comity.core.agreement import Agreement, read_agreement
from comity.core.identification import Registers, read_registers, read_suffixes
from comity.core.intake import (
    FirstNotice,
    Form,
    Recipient,
    read_first_notice,
    read_form,
    read_recipients,
)
from comity.core.intake.projection import Projection, read_projection
from comity.core.language import Vocabulary, read_vocabulary
from comity.core.terms import ORGANISATION, Digest, PartyId, Table, read_toml

FORMS = resources.files("comity") / "forms"
PROJECTIONS = FORMS / "projections"
SHIPPED = resources.files("comity") / "agreements"
STANDARD = "vocabulary.toml"
USUAL = ("front-door-terms", "ico-nca-2024", "ico-ncsc-2023", "nca-ncsc-demo")
"""What a node holds if nothing else is said: the agreements of the United Kingdom."""

CERTIFICATES, PROOF, EXAMPLES = "certificates.json", "proof.json", "examples.json"
EVALUATOR, QUESTIONS = "evaluator.py.txt", "questions.smt2.gz"
"""The files of a record."""

NOT_BODIES = frozenset({"FRONT_DOOR", ORGANISATION})


def shipped_agreements() -> list[str]:
    """Return the names of the agreements that ship with the package."""
    return sorted(
        entry.name.removesuffix(".md") for entry in SHIPPED.iterdir() if entry.name.endswith(".md")
    )


def shipped_text(name: str) -> bytes:
    """Return the text of a shipped agreement."""
    return (SHIPPED / f"{name}.md").read_bytes()


def shipped_words(name: str) -> tuple[bytes, ...]:
    """Return the vocabulary that a shipped agreement is written in: each text adds to the last."""
    own = SHIPPED / f"{name}.vocabulary.toml"
    words = standard_words()
    return (words, own.read_bytes()) if own.is_file() else (words,)


def standard_words() -> bytes:
    """Return the text of the vocabulary that every agreement can use."""
    return (SHIPPED / STANDARD).read_bytes()


def shipped_cases(name: str) -> bytes:
    """Return the worked cases of a shipped agreement."""
    return (SHIPPED / f"{name}.cases.toml").read_bytes()


def shipped_record(name: str, part: str) -> bytes:
    """Return one file of what was proved of a shipped agreement."""
    return (SHIPPED / f"{name}.record" / part).read_bytes()


def shipped_certificates(name: str) -> bytes:
    """Return the certificates of a shipped agreement's red lines."""
    return shipped_record(name, CERTIFICATES)


def at_hand_with(name: str) -> list[str]:
    """Return what is at hand when an agreement's cases are played: the usual ones, and it."""
    return sorted({*USUAL, name})


@cache
def standard_vocabulary() -> Vocabulary:
    """Return the vocabulary that every agreement can use."""
    return read_vocabulary(read_toml(standard_words(), STANDARD), STANDARD)


@cache
def shipped_vocabulary(name: str) -> Vocabulary:
    """Return the vocabulary of a shipped agreement: the standard one, and its own words."""
    found = standard_vocabulary()
    for own in shipped_words(name)[1:]:
        where = f"{name}.vocabulary.toml"
        found = read_vocabulary(read_toml(own, where), where, found)
    return found


@cache
def report_form() -> Form:
    """Return the form that reports are checked against."""
    name = "report-1.toml"
    return read_form(read_toml((FORMS / name).read_bytes(), name), name)


def shipped_projections() -> list[str]:
    """Return the names of the layouts in which a report can be filled in."""
    return sorted(entry.name.removesuffix(".toml") for entry in PROJECTIONS.iterdir())


def shipped_projection(name: str) -> Projection:
    """Return a shipped layout by its name."""
    file = f"{name}.toml"
    return read_projection(read_toml((PROJECTIONS / file).read_bytes(), file), file, report_form())


@cache
def first_notice() -> FirstNotice:
    """Return the questions of a first notice."""
    name = "first-notice.toml"
    return read_first_notice(read_toml((FORMS / name).read_bytes(), name), name, report_form())


@cache
def recipients() -> tuple[Recipient, ...]:
    """Return what it means to tell each body something, in the order in which they are shown."""
    name = "bodies.toml"
    return read_recipients(read_toml((FORMS / name).read_bytes(), name), name)


@cache
def registers() -> Registers:
    """Return the public registers whose numbers an organisation can state."""
    name = "registers.toml"
    return read_registers(read_toml((FORMS / name).read_bytes(), name), name)


@cache
def suffixes() -> frozenset[str]:
    """Return the names under which many organisations' domains are registered."""
    name = "suffixes.toml"
    return read_suffixes(read_toml((FORMS / name).read_bytes(), name), name)


@cache
def notice(key: str = "text") -> str:
    """Return what every command says until a body has commissioned its node.

    It is in English, and under `text_cy` in Welsh.
    """
    name = "notice.toml"
    table = Table(read_toml((FORMS / name).read_bytes(), name), name)
    return "\n".join(table.table(each).text(key) for each in table.values)


def bodies() -> frozenset[PartyId]:
    """Return the bodies that an organisation can choose: every party that is no front door."""
    known = standard_vocabulary().values["parties"].meanings
    return frozenset(PartyId(each) for each in known if each not in NOT_BODIES)


@cache
def shipped_agreement(name: str) -> Agreement:
    """Return a shipped agreement by its name."""
    return read_agreement(shipped_text(name), f"{name}.md", shipped_vocabulary(name))


def shipped_texts() -> dict[Digest, tuple[bytes, tuple[bytes, ...]]]:
    """Return, by digest, the text of each shipped agreement and those of its vocabulary."""
    return {
        shipped_agreement(name).digest: (shipped_text(name), shipped_words(name))
        for name in shipped_agreements()
    }
