"""Story: the steps of a scenario, told as they happen, and what they came to."""

import re
import textwrap
from collections.abc import Callable
from dataclasses import dataclass, field

WIDTH = 96
LONG_ID = re.compile(r"\b([a-z]+-[0-9a-f]{6})[0-9a-f]{26}\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step: its name, whether it went as it must, and the clause that decided, if one did."""

    name: str
    ok: bool
    clause: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cheat:
    """One attempt to cheat, and whether it was stopped."""

    name: str
    stopped: bool


@dataclass(slots=True)
class Story:
    """What has happened so far. `say` shows a line to whoever watches."""

    say: Callable[[str], None]
    steps: list[Step] = field(default_factory=list)
    cheats: list[Cheat] = field(default_factory=list)
    leaks: int = 0
    disclosed: tuple[str, ...] = ()
    withheld: tuple[str, ...] = ()
    ledgers_verified: bool = False

    def tell(self, name: str, who: str, what: str, *, ok: bool = True, clause: str = "") -> None:
        """Tell one step."""
        self.steps.append(Step(name=name, ok=ok, clause=clause))
        mark = "" if ok else "  NOT AS IT MUST BE"
        self.say("")
        for number, line in enumerate(_lines(f"{who}: {what}{mark}")):
            self.say(f"{len(self.steps):>2}. {line}" if not number else f"    {line}")

    def cheat(self, name: str, who: str, what: str, *, stopped: bool, clause: str = "") -> None:
        """Tell one attempt to cheat. It is a step, too: it went as it must if it was stopped."""
        self.cheats.append(Cheat(name=name, stopped=stopped))
        self.tell(name, who, what, ok=stopped, clause=clause)

    def more(self, text: str) -> None:
        """Say more about the last step."""
        for line in _lines(text):
            self.say(f"      {line}")

    @property
    def went_well(self) -> bool:
        """Whether every step went as it must, every cheat was stopped and nothing leaked."""
        return (
            all(step.ok for step in self.steps)
            and all(cheat.stopped for cheat in self.cheats)
            and not self.leaks
            and self.ledgers_verified
        )

    def data(self) -> dict[str, object]:
        """Return the story as data."""
        return {
            "steps": [
                {"name": each.name, "ok": each.ok, "clause": each.clause} for each in self.steps
            ],
            "sections_disclosed": list(self.disclosed),
            "sections_withheld": list(self.withheld),
            "cheats": [{"name": each.name, "stopped": each.stopped} for each in self.cheats],
            "leaks": self.leaks,
            "ledgers_verified": self.ledgers_verified,
            "demonstration": True,
        }


def _lines(text: str) -> list[str]:
    """Return a text in lines, its random ids cut to what tells them apart."""
    return textwrap.wrap(LONG_ID.sub(r"\1...", text), WIDTH - 6, break_on_hyphens=False)
