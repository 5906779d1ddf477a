"""Plot: the report that a story is played on, and what its organisation will agree to."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from comity.core.intake import Report, read_report
from comity.core.markings import Tlp
from comity.core.terms import Code, PartyId, Section, Table, read_document
from comity.files import read_bytes
from comity.shipped import bodies, report_form

SAMPLE = Path(str(resources.files("comity") / "forms" / "sample-report.toml"))
TO, NOT_TO, ALSO_TO = PartyId("NCA"), PartyId("ICO"), PartyId("NCSC")
TECHNICAL = frozenset({"incident", "technical"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """A report as it will be sent, and the sections that its organisation agrees to pass on.

    `told` are the sections that the NCA is told and the ICO is not, in the order of the file.
    """

    document: Mapping[str, object]
    report: Report
    told: tuple[Section, ...]
    consent_to: tuple[Section, ...]

    @property
    def withheld(self) -> tuple[Section, ...]:
        """The sections that the NCA is told and must not pass on."""
        return tuple(each for each in self.told if each not in self.consent_to)


def read_plot(file: str) -> Plot:
    """Return the plot for a report file.

    A report without choices is told to the NCA in full and, what is technical in it, to the NCSC.
    `[scenario] consent_to` names the sections that may be passed on, the first half if it is left
    out; a section that is marked TLP:RED is for its readers only and is none of them, and what the
    ICO is told by the organisation itself needs nobody to pass it on.

    Raises:
        InputError: the file is no report, or tells the NCA nothing in confidence.
    """
    document = dict(read_document(read_bytes(file), file))
    table = Table(document, file)
    settings = table.table("scenario")
    settings.only("consent_to")
    form, known = report_form(), bodies()
    sections = [each for each in document if each in form.sections]
    if "choices" not in document:
        document["choices"] = {
            each: [TO, ALSO_TO] if each in TECHNICAL else [TO] for each in sections
        }
    report = read_report(document, file, form, known)
    told = tuple(
        Section(each)
        for each in sections
        if TO in report.choices[Section(each)] and NOT_TO not in report.choices[Section(each)]
    )
    if not any(report.in_confidence[each] for each in told):
        raise table.error(
            Code.UNKNOWN_CHOICE,
            f"the story needs a section that is told {TO} in confidence and not told {NOT_TO}",
            "change the table [choices], or leave it out",
            "choices",
        )
    return Plot(
        document=document, report=report, told=told, consent_to=_agreed(settings, report, told)
    )


def _agreed(settings: Table, report: Report, told: tuple[Section, ...]) -> tuple[Section, ...]:
    if not settings.has("consent_to"):
        passable = [each for each in told if report.tlp[each] is not Tlp.RED]
        return tuple(passable[: max(1, len(told) // 2)])
    named = settings.texts("consent_to")
    for each in named:
        if each not in told:
            raise settings.error(
                Code.UNKNOWN_CHOICE,
                f"{each[:60]} is no section that this report tells {TO}",
                f"use some of {', '.join(told)}",
                "consent_to",
            )
    return tuple(Section(each) for each in named)
