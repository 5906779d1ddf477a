"""Bugs: mistakes that a careless engineer makes, put in by replacing functions in a test.

None is a switch in the product. Each breaks a promise, and the oracle of the histories has to say
which; so the tests that find nothing in the product are seen to find something.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from types import FunctionType
from typing import Any, NamedTuple
from unittest.mock import patch

from tests.faults.histories.oracle import Kind
from tests.faults.histories.play import STARTS

Wrap = Callable[[Any], Any]


class Bug(NamedTuple):
    """A mistake: its name, what it breaks, how it is put in, and in which families it shows."""

    name: str
    breaks: frozenset[Kind]
    plant: Callable[[ExitStack], None]
    about: str = ""


BUGS: list[Bug] = []


def breaks(
    *kinds: Kind, about: str = ""
) -> Callable[[Callable[[ExitStack], None]], Callable[[ExitStack], None]]:
    """Keep a mistake under the words of its docstring."""

    def keep(plant: Callable[[ExitStack], None]) -> Callable[[ExitStack], None]:
        assert plant.__doc__
        BUGS.append(Bug(plant.__doc__.rstrip("."), frozenset(kinds), plant, about))
        return plant

    return keep


@contextmanager
def planted(bug: Bug) -> Iterator[None]:
    """Let the product have a mistake; the worlds where histories begin are made without it."""
    for each in STARTS.values():
        each()
    with ExitStack() as stack:
        bug.plant(stack)
        yield


def instead(stack: ExitStack, right: Any, wrap: Wrap) -> None:
    """Replace a function wherever the product, or who plays its users, has it under a name."""
    wrong = wrap(right)
    name = right.__name__
    for module in list(sys.modules.values()):
        is_ours = module.__name__.startswith(("comity.", "tests.faults.histories"))
        if is_ours and getattr(module, name, None) is right:
            stack.enter_context(patch.object(module, name, wrong))


def method(stack: ExitStack, kind: type, name: str, wrap: Wrap) -> None:
    """Replace a method."""
    right = kind.__dict__[name]
    assert isinstance(right, FunctionType)
    stack.enter_context(patch.object(kind, name, wrap(right)))
