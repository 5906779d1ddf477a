"""Blocks: what stands between the fences of a clause, read and typed.

rule     ID permit|forbid CONDITION, then lines `source`, `unless`, `then` (see `obligations`),
         `cure`, `backs`
prove    ID never CONDITION, then perhaps a line `source`
         ID keeps CONDITION, then perhaps a line `source`
         ID opens CONDITION, then a line `only`, and perhaps a line `source`
assure   ID allowed when CONDITION
         ID free when CONDITION
define   NAME = CONDITION
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import chain

from comity.core.agreement.model import Assurance, Flow, Freedom, RedLine
from comity.core.agreement.obligations import read_obligations
from comity.core.agreement.rules import Effect, Rule
from comity.core.agreement.text import Block, Entry, Part, Section, entries
from comity.core.language import Condition, Fragment, Names, Vocabulary, check, parse
from comity.core.language.conditions import And, conjunction
from comity.core.language.direction import Direction, direction
from comity.core.language.vocabulary import RESERVED
from comity.core.terms import Code, InputError, Place

RULE_PARTS = frozenset({"permit", "forbid", "source", "unless", "then", "cure", "backs"})
PROVE_PARTS = frozenset({"never", "keeps", "opens", "only", "source"})
ASSURE_PARTS = frozenset({"allowed", "free"})
RULE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,31}")
NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
TIGHTENS = {Effect.PERMIT: Direction.DOWN, Effect.FORBID: Direction.UP}


@dataclass(slots=True)
class Blocks:
    """What the blocks read so far declare."""

    rules: list[Rule] = field(default_factory=list)
    red_lines: list[RedLine] = field(default_factory=list)
    flows: list[Flow] = field(default_factory=list)
    assurances: list[Assurance] = field(default_factory=list)
    freedoms: list[Freedom] = field(default_factory=list)
    defined: dict[str, Condition] = field(default_factory=dict)


def read_blocks(section: Section, vocabulary: Vocabulary, found: Blocks, name: str) -> None:
    """Add what a clause's blocks declare to what was found before.

    Raises:
        InputError: a block does not have the form above, or a condition in it is wrong.
    """
    for block in section.blocks:
        names = Names(
            vocabulary=vocabulary,
            defined=found.defined,
            defines_barred=block.kind == "prove",
        )
        match block.kind:
            case "rule":
                found.rules += [
                    _rule(entry, section, names) for entry in entries(block, RULE_PARTS, name)
                ]
            case "prove":
                for entry in entries(block, PROVE_PARTS, name):
                    _add_property(entry, section, names, found)
            case "assure":
                for entry in entries(block, ASSURE_PARTS, name):
                    _add_assurance(entry, section, names, found)
            case _:
                _define(block, names, found, name)


def _bad(message: str, at: Place, advice: str) -> InputError:
    return InputError(Code.BAD_RULE, message, at=at, advice=advice)


def _parts(entry: Entry, first: frozenset[str], single: frozenset[str]) -> dict[str, Part]:
    """Return the parts by keyword, after checking the id, the first keyword and repeats."""
    if not RULE_ID.fullmatch(entry.id):
        raise _bad(f"`{entry.id[:40]}` is no id", entry.at, "use letters, digits, dots, hyphens")
    opening = entry.parts[0].keyword
    if opening not in first:
        wanted = " or ".join(sorted(first))
        raise _bad(f"{entry.id} does not begin with {wanted}", entry.at, f"write {wanted} first")
    seen: dict[str, Part] = {}
    for part in entry.parts:
        if part.keyword in seen and part.keyword in single:
            raise _bad(
                f"{entry.id} has two parts `{part.keyword}`",
                part.fragments[0].at,
                "join them with `and` or `or`, or write a second rule",
            )
        seen[part.keyword] = part
    return seen


def _rule(entry: Entry, section: Section, names: Names) -> Rule:
    effects = frozenset(Effect)
    parts = _parts(entry, effects, frozenset({"source", "unless", "cure", "backs"}) | effects)
    stated = [effect for effect in Effect if effect in parts]
    if len(stated) != 1:
        raise _bad(f"{entry.id} both permits and forbids", entry.at, "write two rules")
    effect = stated[0]
    _check_parts(entry, effect, parts)
    in_source = names.about_a_source() if "source" in parts else names
    obligations, done_before = read_obligations(entry, names)
    rule = Rule(
        id=entry.id,
        clause=section.id,
        effect=effect,
        head=_all([_condition(parts[effect], names), *done_before]),
        source=_condition(parts["source"], in_source) if "source" in parts else None,
        unless=_condition(parts["unless"], in_source) if "unless" in parts else None,
        obligations=obligations,
        cure=parts["cure"].text if "cure" in parts else "",
        backs=parts["backs"].text if "backs" in parts else "",
        line=entry.at.line,
    )
    _check_direction(rule, entry.at)
    return rule


def _all(conditions: Iterable[Condition]) -> Condition:
    """Return one condition that holds if all of them do, without brackets in brackets."""
    parts = [each.parts if isinstance(each, And) else (each,) for each in conditions]
    return conjunction(chain.from_iterable(parts))


def _check_parts(entry: Entry, effect: Effect, parts: dict[str, Part]) -> None:
    """Refuse a permit that rests on one source, and a forbid that makes something owed."""
    if effect is Effect.PERMIT and "source" in parts:
        raise InputError(
            Code.SOURCE_IN_PERMIT,
            f"permit {entry.id} has a source line",
            at=parts["source"].fragments[0].at,
            advice="a permit cannot rest on one source of several: "
            "write `and not any source (not ...)`",
        )
    if effect is Effect.FORBID and "then" in parts:
        at = parts["then"].fragments[0].at
        raise _bad(f"forbid {entry.id} makes something owed", at, "only a permit has `then` lines")


def _check_direction(rule: Rule, at: Place) -> None:
    """Refuse a rule that a join of labels could loosen."""
    moves = direction(rule.condition)
    if moves in {Direction.FLAT, TIGHTENS[rule.effect]}:
        return
    raise InputError(
        Code.LOOSENS_LABEL,
        f"{rule.effect} {rule.id} {moves.value} as the label gets stricter",
        at=at,
        advice="in a permit, bound labels from above (`tlp <= ...`, `not any source (...)`); "
        "in a forbid, from below (`tlp >= ...`, a source line)",
    )


def _add_property(entry: Entry, section: Section, names: Names, found: Blocks) -> None:
    """Add a red line, or a flow, to what was found."""
    first = ("never", "keeps", "opens")
    parts = _parts(entry, frozenset(first), PROVE_PARTS)
    stated = [word for word in first if word in parts]
    if len(stated) != 1:
        raise _bad(f"{entry.id} states two properties", entry.at, "write two entries")
    if ("only" in parts) is not (stated[0] == "opens"):
        advice = "write `opens CONDITION`, and on a line of its own `only CONDITION`"
        raise _bad(f"{entry.id} needs both `opens` and `only`, or neither", entry.at, advice)
    head = _condition(parts[stated[0]], names)
    about_source = parts.get("source")
    source = _condition(about_source, names.about_a_source()) if about_source else None
    where = {"id": entry.id, "clause": section.id}
    line = entry.at.line
    if stated[0] == "never":
        found.red_lines.append(RedLine(**where, head=head, source=source, line=line))
        return
    only = _condition(parts["only"], names) if "only" in parts else None
    found.flows.append(Flow(**where, head=head, source=source, only=only, line=line))


def _add_assurance(entry: Entry, section: Section, names: Names, found: Blocks) -> None:
    """Add an assurance, or a freedom, to what was found."""
    parts = _parts(entry, ASSURE_PARTS, ASSURE_PARTS)
    if len(parts) != 1:
        raise _bad(f"{entry.id} says two things", entry.at, "write two entries")
    [(word, part)] = parts.items()
    first, *others = [each for each in part.fragments if each.text] or part.fragments
    when = re.match(r"\s*when\b", first.text)
    if when is None:
        raise _bad(f"{entry.id} lacks `when`", first.at, f"write `{word} when CONDITION`")
    rest = Fragment(
        first.text[when.end() :],
        Place(name=first.at.name, line=first.at.line, column=first.at.column + when.end()),
    )
    condition = check(parse([rest, *others]), names)
    where = {"id": entry.id, "clause": section.id}
    line = entry.at.line
    if word == "free":
        found.freedoms.append(Freedom(**where, condition=condition, line=line))
    else:
        found.assurances.append(Assurance(**where, condition=condition, line=line))


def _define(block: Block, names: Names, found: Blocks, name: str) -> None:
    for entry in entries(block, frozenset({"="}), name):
        part = entry.parts[0]
        named = NAME.fullmatch(entry.id) and entry.id not in RESERVED
        if part.keyword != "=" or not named or len(entry.parts) > 1:
            raise _bad(f"`{entry.id[:40]}` defines nothing", entry.at, "write `name = CONDITION`")
        if entry.id in found.defined or names.vocabulary.has_name(entry.id):
            raise InputError(
                Code.DUPLICATE_ID,
                f"the name {entry.id} is already taken",
                at=entry.at,
                advice="choose another name",
            )
        found.defined[entry.id] = _condition(part, names.about_a_source())


def _condition(part: Part, names: Names) -> Condition:
    return check(parse(part.fragments), names)
