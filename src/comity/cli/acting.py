"""Acting: the node that a command acts on, who acts, and how what fails is said."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import reduce, update_wrapper
from typing import Any, TypeVar, cast

import click

from comity.bootstrap import set_up, this_node
from comity.core.terms import Code, InputError, OfficerId, PersonId, Place, SealError, instant
from comity.node.node import Node, NotPossibleError
from comity.store.port import StoreError

F = TypeVar("F", bound=Callable[..., Any])


class NotPossible(click.ClickException):
    """What was asked cannot be done now: said like every error, with what to do next."""

    exit_code = 2

    def __init__(self, message: str, advice: str) -> None:
        """Say why, and what to do."""
        super().__init__(message)
        self.advice = advice

    def show(self, file: Any = None) -> None:  # noqa: ANN401 - click's own signature
        """Print the error and the advice."""
        click.echo(f"error: {self.message}\nhelp: {self.advice}", err=True, file=file)


@contextmanager
def said() -> Iterator[None]:
    """Turn the errors of use cases into words."""
    try:
        yield
    except NotPossibleError as error:
        raise NotPossible(str(error), error.advice) from None
    except StoreError as error:
        raise NotPossible(str(error), "put the database right; nothing was changed") from None
    except SealError:
        raise NotPossible(
            "a content cannot be opened with this node's keys",
            "the row was changed or moved, or the release was recalled; see case show",
        ) from None


def on_node(command: F) -> F:
    """Give a command the node that the environment describes, as its first argument."""

    def wrapped(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - any command
        with said():
            set_up()
            return command(this_node(), *args, **kwargs)

    return cast("F", update_wrapper(wrapped, command))


def as_one(*decorators: Callable[[Any], Any]) -> Callable[[F], F]:
    """Return decorators that several commands share as one; the first of them stands on top."""

    def decorate(command: F) -> F:
        return reduce(lambda done, each: each(done), reversed(decorators), command)

    return decorate


def acting(text: str) -> OfficerId:
    """Return who acts.

    Raises:
        InputError: nobody is named.
    """
    if not text:
        raise InputError(
            Code.MISSING_KEY,
            "nobody is named who does this",
            at=Place(name="--officer"),
            advice="name the officer: --officer ID, or set COMITY_OFFICER",
        )
    return OfficerId(text)


def until_when(text: str, option: str = "--until") -> datetime:
    """Return the instant that an option names.

    Raises:
        InputError: it names none.
    """
    try:
        return instant(datetime.fromisoformat(text))
    except ValueError:
        raise InputError(
            Code.BAD_INSTANT,
            f"{text[:40]} is no instant",
            at=Place(name=option),
            advice="write for example 2026-12-31T12:00:00Z",
        ) from None


by_officer = click.option(
    "--officer", metavar="ID", envvar="COMITY_OFFICER", default="", help="Who does this."
)
by_speaker = click.option(
    "--speaker",
    metavar="PERSON",
    callback=lambda _ctx, _option, named: PersonId(named) if named else None,
    help="Who speaks for the organisation.",
)
as_json = click.option("--json", "as_json", is_flag=True, help="Print data for programs.")


def needs_body(node: Node) -> None:
    """Return if this node is a body's.

    Raises:
        NotPossible: it is a front door.
    """
    if node.role != "body":
        raise NotPossible("this node is a front door", "use the command of a body's node")


def needs_front_door(node: Node) -> None:
    """Return if this node is a front door.

    Raises:
        NotPossible: it is a body's.
    """
    if node.role != "front-door":
        raise NotPossible(
            "only a front door speaks for organisations", "use the front door's own command"
        )
