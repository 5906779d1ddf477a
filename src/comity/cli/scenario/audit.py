"""Audit: what an auditor does, who trusts neither body: verify all bundles offline."""

import json
from functools import partial
from pathlib import Path
from typing import NamedTuple

from comity.cli.scenario.nodes import RunningNode, eventually, together
from comity.cli.scenario.told import Cast


class Verdict(NamedTuple):
    """What the verifier says, and its first finding."""

    verified: bool
    first: str


def audit(cast: Cast) -> None:
    """Let every node export its bundle, and verify them against each other."""
    nodes = cast.stage.nodes
    for node in nodes.values():
        eventually(f"{node.party}'s ledgers are witnessed", partial(_witnessed, node))
    for node in nodes.values():
        node.stop()  # so that all bundles are of one moment, and can be compared
    folder = cast.stage.folder / "audit"
    folder.mkdir()
    together(lambda name: nodes[name].run("audit", "export", str(folder / name)), nodes)
    verdicts = together(partial(_verify, cast, folder), nodes)
    wrong = next((each for each in verdicts if not each.verified), None)
    cast.story.ledgers_verified = wrong is None
    cast.story.tell(
        "audited",
        "An auditor verifies all four nodes' bundles offline",
        wrong.first
        if wrong
        else "every disclosure decided again, consented to, receipted and recorded on both sides",
        ok=wrong is None,
    )


def verify_alone(node: RunningNode, file: Path, place: int) -> Verdict:
    """Export the bundle of one node, and verify it by itself.

    Of what is found at a place the last check is shown: it says what was done there.
    """
    node.run("audit", "export", str(file))
    return _verdict(node, str(file), place=place)


def _verify(cast: Cast, folder: Path, name: str) -> Verdict:
    others = [each for each in cast.stage.nodes if each != name]
    peers = [part for each in others for part in ("--peer", str(folder / each))]
    return _verdict(cast.stage.nodes[name], str(folder / name), *peers)


def _verdict(node: RunningNode, *words: str, place: int | None = None) -> Verdict:
    said = json.loads(node.run("audit", "verify", *words, "--json", ends=(0, 1)))
    if said["verdict"] == "verified":
        return Verdict(verified=True, first="")
    named = [each for each in said["findings"] if each.get("place") is not None]
    there = [each for each in named if (each["ledger"], each["place"]) == ("node", place)]
    there.sort(key=lambda each: str(each["check"]), reverse=True)
    found = next(iter([*there, *named]), {"what": "not verified"})
    where = f"{found['ledger']} entry {found['place']}: " if found.get("place") is not None else ""
    return Verdict(verified=False, first=f"{node.party}, {where}{found['what']}")


def _witnessed(node: RunningNode) -> bool:
    """Return whether every peer has cosigned a head of this node's pair ledger."""
    with node.seen().store.reading() as records:
        return all(pair.witnessed for pair in records.pairs.find()) and bool(records.pairs.find())
