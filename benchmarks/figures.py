"""Figures: one row of the table each, with what is aimed at."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One row. `reached` is None if nothing is aimed at."""

    name: str
    ours: float
    unit: str
    against: str = ""
    ratio: float | None = None
    aim: str = ""
    reached: bool | None = None


def at_least(limit: float) -> str:
    """Return the aim in words."""
    return f">= {limit:,.12g}"


def at_most(limit: float) -> str:
    """Return the aim in words."""
    return f"<= {limit:,.12g}"


def table(figures: tuple[Figure, ...]) -> str:
    """Return the figures as one table for people."""
    rows = [("figure", "ours", "peer or limit", "ratio", "")]
    for each in figures:
        shown = f"{each.ours:,.0f}" if each.ours >= 100 or each.ours == 0 else f"{each.ours:.2f}"  # noqa: PLR2004 - where decimals stop to matter
        rows.append((
            each.name,
            f"{shown} {each.unit}",
            "; ".join(filter(None, (each.against, each.aim and f"aim {each.aim}"))),
            "" if each.ratio is None else f"{each.ratio:.2f}",
            {True: "reached", False: "MISSED", None: ""}[each.reached],
        ))  # fmt: skip  # one row
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
             for row in rows]  # fmt: skip  # one thought
    return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:]])
