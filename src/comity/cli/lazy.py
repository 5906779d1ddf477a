"""Lazy: a group whose commands are loaded when they are asked for, so none waits for the others."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click


class Lazy(click.Group):
    """A command group that knows where each of its commands lives: `module:name`."""

    def __init__(self, name: str, where: Mapping[str, str], **options: Any) -> None:  # noqa: ANN401 - click's own options
        """Hold the places; nothing is loaded yet."""
        super().__init__(name, **options)
        self.where = where

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return sorted(self.where)

    def get_command(self, _ctx: click.Context, name: str) -> click.Command | None:
        """Load a command."""
        return loaded(self.where.get(name))


def loaded(where: str | None) -> click.Command | None:
    """Return the command that lives at `module:name`, or None if there is no such place."""
    if where is None:
        return None
    module, _, found = where.partition(":")
    command: click.Command = getattr(import_module(module), found)
    return command
