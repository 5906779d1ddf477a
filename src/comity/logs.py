"""Logs: when, how grave, from where, and of an exception its type and place. Never its words.

Messages and their arguments are left out altogether: a database names the value that broke its
rule, and a library the text that it could not read. The place says which message it was.
"""

import logging
import sys
import threading
from datetime import UTC, datetime
from types import TracebackType


class PlaceFormatter(logging.Formatter):
    """Writes `TIME LEVEL MODULE:LINE`, and `TYPE at MODULE:LINE` for an exception."""

    def format(self, record: logging.LogRecord) -> str:
        """Return one line about a record."""
        moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="seconds")
        line = f"{moment.replace('+00:00', 'Z')} {record.levelname} {_caller(record)}"
        if record.exc_info and record.exc_info[0]:
            kind, _, trace = record.exc_info
            line += f" {kind.__name__} at {_place(trace)}"
        return line


def place_of(error: BaseException) -> str:
    """Return `TYPE at MODULE:LINE` for an exception."""
    return f"{type(error).__name__} at {_place(error.__traceback__)}"


def say_places_only() -> None:
    """Let an exception that nobody catches be said by its type and place, in every thread.

    What somebody else has put in the place of Python's own hooks stays.
    """
    if sys.excepthook is sys.__excepthook__:
        sys.excepthook = _uncaught
    if threading.excepthook is threading.__excepthook__:
        threading.excepthook = _uncaught_in_thread


def _uncaught(kind: type[BaseException], _: BaseException, trace: TracebackType | None) -> None:
    sys.stderr.write(f"{kind.__name__} at {_place(trace)}\n")


def _uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_type is not SystemExit:
        sys.stderr.write(f"{args.exc_type.__name__} at {_place(args.exc_traceback)}\n")


def _caller(record: logging.LogRecord) -> str:
    return f"{record.name}:{record.module}:{record.lineno}"


def _place(trace: TracebackType | None) -> str:
    """Return the innermost place of ours, and the innermost of all where that is another."""
    places: list[tuple[str, int]] = []
    while trace:
        places.append((str(trace.tb_frame.f_globals.get("__name__", "?")), trace.tb_lineno))
        trace = trace.tb_next
    if not places:
        return "an unknown place"
    own = [place for place in places if place[0].startswith("comity.")][-1:]
    return " in ".join(f"{name}:{line}" for name, line in dict.fromkeys([*own, places[-1]]))
