"""Planted mistakes: what the oracle of the histories must find, so that it is known to look."""

from tests.faults.planted import effects, leaks, stops, traces
from tests.faults.planted.bugs import BUGS, Bug, planted

__all__ = ["BUGS", "Bug", "effects", "leaks", "planted", "stops", "traces"]
