"""Cast: the nodes of a story by their parts, and what has come about so far."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from comity.cli.scenario.nodes import RunningNode
from comity.cli.scenario.plot import Plot
from comity.cli.scenario.stage import Stage
from comity.cli.scenario.story import Story
from comity.core.consent import Said
from comity.core.terms import ConsentId, decode

GROUNDS = {
    "gateway=cca_2013_s7_4": "Crime and Courts Act 2013 s. 7(4), signed by officer-1",
    "necessity_recorded": "The ICO has to know which data were taken, and would have to ring.",
    "officer_named": "officer-1 answers for it",
    "within_functions": "The ICO regulates the protection of these data.",
    "personal_data_basis_recorded": "Data Protection Act 2018 Part 3, recorded by the DPO",
}


SPEAKER = "person-1"
SPOKEN = ("--assurance", "totp", "--speaker", SPEAKER)
"""How the organisation answers: through the speaker whom it registered in peace."""


@dataclass(slots=True)
class Cast:
    """Who plays, on which report, and the ids that came up."""

    stage: Stage
    story: Story
    plot: Plot
    report: str = ""
    case: str = ""
    consent: str = ""
    request: str = ""
    permit_clause: str = ""
    sent: dict[str, Any] = field(default_factory=dict)
    received: list[dict[str, str]] = field(default_factory=list)
    relay_section: str = ""

    @property
    def door(self) -> RunningNode:
        """The front door."""
        return self.stage.nodes["FRONT_DOOR"]

    @property
    def nca(self) -> RunningNode:
        """The body that was told in confidence."""
        return self.stage.nodes["NCA"]

    @property
    def ico(self) -> RunningNode:
        """The body that was told nothing."""
        return self.stage.nodes["ICO"]

    @property
    def ncsc(self) -> RunningNode:
        """The third body."""
        return self.stage.nodes["NCSC"]

    def question(self, consent: str) -> dict[str, Any] | None:
        """Return a question as the organisation sees it, once it has arrived."""
        with self.door.seen().store.reading() as records:
            if records.asked.get(consent) is None:
                return None
        asked = self.door.data("consent", "list", self.plot.report.organisation)
        return next((dict(each) for each in asked if each["consent"] == consent), None)

    def answered(self, node: RunningNode, consent: str, answer: str = "given") -> bool:
        """Return whether a node holds an answer, and for a yes that it still stands."""
        with node.seen().store.reading() as records:
            rows = records.statements.find(consent=ConsentId(consent))
            status = records.statuses.get(consent)
        said = [decode(Said, row.document.payload, "a statement").answer for row in rows]
        return answer in said and (answer != "given" or status is not None)

    def relayed(self, section: str) -> str:
        """Return what the third body was passed of a section."""
        return "T-1, by consent" if section == self.relay_section else "nothing"

    def ask(  # noqa: PLR0913 - who asks to pass what on, to whom, for what
        self,
        node: RunningNode,
        case: str,
        to: str,
        purpose: str,
        *,
        sections: Iterable[str] = (),
        items: Iterable[str] = (),
    ) -> dict[str, Any]:
        """Let an officer ask the gate of a node to pass sections or items on."""
        return dict(
            node.data(
                "disclose",
                "request",
                case,
                *(part for each in sections for part in ("--section", each)),
                *(part for each in items for part in ("--item", each)),
                *("--to", to, "--purpose", purpose),
                *(
                    part
                    for fact, text in GROUNDS.items()
                    for part in ("--ground", f"{fact}:{text}")
                ),
                ends=(0, 1),
            )
        )

    def seek(  # noqa: PLR0913, PLR0917 - who asks about what, for whom and why
        self,
        node: RunningNode,
        case: str,
        sections: Iterable[str],
        to: str,
        purpose: str,
        why: str,
    ) -> str:
        """Let an officer ask for consent, and return its id."""
        until = (datetime.now(UTC) + timedelta(days=7)).isoformat()
        found = node.data(
            "disclose",
            "seek",
            case,
            *(part for each in sections for part in ("--section", each)),
            *("--to", to, "--purpose", purpose, "--until", until, "--why", why),
        )
        return str(found["consent"])

    def give(self, consent: str, sections: Iterable[str]) -> None:
        """Let the organisation say yes to sections."""
        named = (part for each in sections for part in ("--section", each))
        self.door.data("consent", "give", consent, *named, *SPOKEN)
