"""Audit: what an auditor does, who trusts neither body: verify all bundles offline."""

import json
from collections.abc import Mapping
from functools import partial
from typing import NamedTuple

from comity.cli.scenario.nodes import RunningNode, eventually
from comity.cli.scenario.told import Cast


class Verdict(NamedTuple):
    """What the verifier says, and its first finding."""

    verified: bool
    first: str


def audit(cast: Cast) -> None:
    """Let every node export its bundle, and verify them against each other."""
    for node in cast.stage.nodes.values():
        eventually(f"{node.party}'s ledgers are witnessed", partial(_witnessed, node))
    verdict = verify(cast, "true")
    cast.story.ledgers_verified = verdict.verified
    cast.story.tell(
        "audited",
        "An auditor verifies all four nodes' bundles offline",
        "every disclosure decided again, consented to, receipted and recorded on both sides"
        if verdict.verified
        else verdict.first,
        ok=verdict.verified,
    )


def verify(cast: Cast, name: str) -> Verdict:
    """Export the bundles of all nodes and verify each against the others."""
    folder = cast.stage.folder / f"audit-{name}"
    folder.mkdir()
    bundles = {party: str(folder / f"{party}.bundle") for party in cast.stage.nodes}
    export_all(cast, bundles)
    for party, node in cast.stage.nodes.items():
        peers = [part for each in bundles if each != party for part in ("--peer", bundles[each])]
        said = json.loads(
            node.run("audit", "verify", bundles[party], *peers, "--json", ends=(0, 1))
        )
        if said["verdict"] != "verified":
            first = next((str(each["what"]) for each in said["findings"]), "not verified")
            return Verdict(verified=False, first=f"{party}: {first}")
    return Verdict(verified=True, first="")


def export_all(cast: Cast, bundles: Mapping[str, str]) -> None:
    """Export all bundles while no node works: they are of one moment, and so can be compared."""
    nodes = cast.stage.nodes
    for node in nodes.values():
        node.stop()
    for party, node in nodes.items():
        node.run("audit", "export", bundles[party])
    for node in nodes.values():
        node.start()
    for node in nodes.values():
        eventually(f"{node.party} is well again", node.is_up)


def _witnessed(node: RunningNode) -> bool:
    """Return whether every peer has cosigned a head of this node's pair ledger."""
    with node.seen().store.reading() as records:
        return all(pair.witnessed for pair in records.pairs.find()) and bool(records.pairs.find())
