"""Peers: other policy engines, given the same rules and the same facts.

Every peer translates the typed conditions of the agreement itself, so no rule is written twice.
The encodings are those that a developer would write first: no guards for facts that are absent,
no schema. What each leaves out is said in its module.
"""

from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from typing import Any, Protocol

from benchmarks.peers.casbin import Casbin
from benchmarks.peers.cedar import Cedar
from benchmarks.peers.rego import Rego
from benchmarks.requests import Case, Plain
from comity.core.agreement import Agreement

PACKAGES: Mapping[str, str] = {
    "cedarpy": "cedarpy",
    "hobofan_regorus": "hobofan-regorus",
    "casbin": "pycasbin",
}
"""What each peer imports, and the package that brings it."""

SLOW_REQUESTS = 50
"""How many requests a slow peer is asked."""


class Peer(Protocol):
    """A policy engine that has taken in the rules."""

    name: str
    form: str
    """The attribute of a case that holds the facts as this engine compares them fastest."""

    def prepare(self, plain: Plain) -> Any:  # noqa: ANN401 - each engine has a form of its own
        """Return the facts in the engine's own form."""

    def allows(self, prepared: Any) -> bool:  # noqa: ANN401 - the form that `prepare` returned
        """Return whether the request is allowed."""


def missing_packages() -> Sequence[str]:
    """Return the packages of the peers that are not installed."""
    return [package for module, package in PACKAGES.items() if find_spec(module) is None]


def peers(agreement: Agreement) -> tuple[Peer, ...]:
    """Return each peer with the rules of the agreement taken in."""
    return Cedar(agreement), Rego(agreement), Rego(agreement, named=True), Casbin(agreement)


def facts_for(peer: Peer, found: Case) -> Plain:
    """Return the facts of a case in the form that the peer takes."""
    facts: Plain = getattr(found, peer.form)
    return facts


def slow(peer: Peer) -> bool:
    """Return whether the peer is too slow to be asked about every request."""
    return isinstance(peer, Casbin)


def versions() -> dict[str, str]:
    """Return the version of each peer's package."""
    found = {}
    for package in PACKAGES.values():
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    return found
