"""Only the gate makes a `Permit`, only the ledger a `Release`, and no way round is open.

Python cannot forbid a determined caller; this makes every known way round stand out here, so
that none can land unseen. A checker of names is enough because there is nothing else to find:
what it bans has no other use in `src`.
"""

import ast
from collections.abc import Iterator
from pathlib import PurePosixPath

import pytest

from tests.structure.source import Check, Finding, dotted, findings, imported_modules, parents

GATE = "src/comity/core/gate"
MAKERS = {"Permit": GATE, "Release": "src/comity/core/ledger"}
ROOMS = {maker.removeprefix("src/").replace("/", ".") for maker in MAKERS.values()}
TOKEN = "_TOKEN"  # noqa: S105  # the name of the gate's private constructor argument, no secret
FORGING_DUNDERS = frozenset(
    {"__class__", "__copy__", "__deepcopy__", "__dict__", "__new__", "__reduce__"}
    | {"__reduce_ex__", "__replace__", "__setattr__", "__setstate__", "__subclasses__"}
)
COPYING_MODULES = frozenset({"copy", "copyreg", "marshal", "pickle", "shelve"})
SELF_MAKING = frozenset({"__init__", "__post_init__"})


def within(path: PurePosixPath, room: str) -> bool:
    """Return whether the file belongs to a room, which is a folder or a single module."""
    return path.is_relative_to(room) or path == PurePosixPath(room + ".py")


def guarded_names(tree: ast.AST) -> dict[str, str]:
    """Return the names that stand for a guarded class in this module, aliases included."""
    names = {guarded: guarded for guarded in MAKERS}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                if alias.name in MAKERS and alias.asname:
                    names[alias.asname] = alias.name
    return names


def mentions(tree: ast.AST) -> set[ast.AST]:
    """Return the nodes where a class is only spoken of: types, type tests, patterns, unions."""
    spoken: list[ast.AST | None] = []
    for node in ast.walk(tree):
        match node:
            case ast.arg(annotation=annotation) | ast.AnnAssign(annotation=annotation):
                spoken.append(annotation)
            case ast.FunctionDef(returns=returns):
                spoken.append(returns)
            case ast.MatchClass(cls=of):
                spoken.append(of)
            case ast.Call(func=ast.Name(id="isinstance"), args=[_, of]):
                spoken.append(of)
            case ast.BinOp(op=ast.BitOr(), left=left, right=right):
                spoken += [side for side in (left, right) if dotted(side)]
            case _:
                pass
    return {node for root in spoken if root for node in ast.walk(root)}


def only_makers_make(path: PurePosixPath, text: str) -> Iterator[Finding]:
    """Find a guarded class that is called, subclassed, renamed or passed on by another room."""
    tree = ast.parse(text)
    names, spoken = guarded_names(tree), mentions(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            guarded = names.get(node.id)
        elif isinstance(node, ast.Attribute):
            guarded = node.attr if node.attr in MAKERS else None
        elif isinstance(node, ast.Constant) and node.value in MAKERS:
            guarded = None if in_all(node, tree) else str(node.value)
        else:
            continue
        if guarded and node not in spoken and not within(path, MAKERS[guarded]):
            yield f"line {node.lineno}: uses `{guarded}` as a value"


def in_all(node: ast.Constant, tree: ast.AST) -> bool:
    """Return whether a string is an entry of ``__all__`` (a name is shown, nothing is made)."""
    return any(
        isinstance(other, ast.Assign)
        and any(isinstance(target, ast.Name) and target.id == "__all__" for target in other.targets)
        and node in ast.walk(other.value)
        for other in ast.walk(tree)
    )


def token_stays_inside(path: PurePosixPath, text: str) -> Iterator[Finding]:
    """Find another room's constructor token, imported or reached through its module."""
    if any(within(path, room) for room in MAKERS.values()):
        own = next(room for room in MAKERS.values() if within(path, room))
    else:
        own = "no maker"
    own_room = own.removeprefix("src/").replace("/", ".")
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.ImportFrom(module=module, names=aliases):
                foreign = not f"{module}.".startswith(f"{own_room}.")
                taken = foreign and any(alias.name in {TOKEN, "*"} for alias in aliases)
            case ast.Attribute(attr=attr):
                taken = attr == TOKEN
            case ast.Constant(value=value):
                taken = value == TOKEN
            case _:
                continue
        if taken:
            yield f"line {getattr(node, 'lineno', '?')}: takes `{TOKEN}` (or `*`) from another room"


def is_replace(node: ast.AST, tree: ast.AST) -> bool:
    """Return whether a node takes `replace` from `dataclasses`, under any name."""
    if isinstance(node, ast.ImportFrom):
        return node.module == "dataclasses" and any(a.name in {"replace", "*"} for a in node.names)
    if not isinstance(node, ast.Attribute) or node.attr != "replace":
        return False
    modules = {
        alias.asname or alias.name
        for other in ast.walk(tree)
        if isinstance(other, ast.Import)
        for alias in other.names
        if alias.name == "dataclasses"
    }
    return dotted(node.value) in modules


def no_copies(path: PurePosixPath, text: str) -> Iterator[Finding]:
    """Find modules that copy or rebuild objects, and `replace` where a maker's work is at hand.

    A maker may use `replace` on its own questions: it could make the permit outright anyway.
    """
    tree = ast.parse(text)
    modules = list(imported_modules(tree))
    for line, module in modules:
        if module.split(".")[0] in COPYING_MODULES:
            yield f"line {line}: imports `{module}`"
    makes = any(within(path, maker) for maker in MAKERS.values())
    if not makes and any(module.startswith(tuple(ROOMS)) for _, module in modules):
        for node in ast.walk(tree):
            if is_replace(node, tree):
                yield f"line {getattr(node, 'lineno', '?')}: uses `dataclasses.replace`"


def is_own_making(node: ast.Attribute, above: dict[ast.AST, ast.AST]) -> bool:
    """Return whether a class is only finishing its own object.

    `super().__new__(cls, ...)` in `__new__` and `object.__setattr__(self, ...)` in `__init__` or
    `__post_init__` can touch no object of another class.
    """
    call, function = above[node], above[node]
    while not isinstance(function, ast.FunctionDef | ast.Module):
        function = above[function]
    if not (isinstance(call, ast.Call) and call.func is node and call.args):
        return False
    if not isinstance(function, ast.FunctionDef) or not isinstance(call.args[0], ast.Name):
        return False
    first = call.args[0].id
    if node.attr == "__new__":
        by_super = isinstance(node.value, ast.Call) and dotted(node.value.func) == "super"
        return by_super and function.name == "__new__" and first == "cls"
    return node.attr == "__setattr__" and function.name in SELF_MAKING and first == "self"


def only_raises(function: ast.FunctionDef) -> bool:
    """Return whether a function does nothing but refuse, apart from its docstring."""
    return all(
        isinstance(part, ast.Raise)
        or (isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant))
        for part in function.body
    ) and isinstance(function.body[-1], ast.Raise)


def no_forging(_path: PurePosixPath, text: str) -> Iterator[Finding]:
    """Find ways to make or change an object behind its constructor's back."""
    tree = ast.parse(text)
    above = parents(tree)
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Call(func=ast.Name(id="type"))):
                yield f"line {node.lineno}: calls `type(...)(...)`"
            case ast.Call(func=ast.Attribute(attr="__class__")):
                yield f"line {node.lineno}: calls `__class__(...)`"
            case ast.Call(
                func=ast.Name(id="getattr" | "setattr" | "delattr" as name),
                args=[_, ast.Constant(value=str(of)), *_],
            ) if of.startswith("__") or of in MAKERS:
                yield f"line {node.lineno}: reaches `{of}` by `{name}`"
            case ast.Attribute(attr=attr) if attr in FORGING_DUNDERS - {"__class__"}:
                if not is_own_making(node, above):
                    yield f"line {node.lineno}: uses `{attr}`"
            case ast.FunctionDef(name=name) if name in FORGING_DUNDERS - {"__new__"}:
                if not only_raises(node):
                    yield f"line {node.lineno}: defines `{name}`"
            case _:
                pass


CHECKS: list[Check] = [only_makers_make, token_stays_inside, no_copies, no_forging]


@pytest.mark.parametrize("check", CHECKS)
def test_no_way_round_the_makers(check: Check) -> None:
    assert findings(check, "src") == []


FROM_GATE = "from comity.core.gate import decide, Permit\n"
PLANTS = [
    (only_makers_make, "Permit(1)"),
    (only_makers_make, "gate.Permit(1)"),
    (only_makers_make, "from comity.core.gate import Permit as P\nP(1)"),
    (only_makers_make, "list(map(Permit, rows))"),
    (only_makers_make, "class Fake(Permit): pass"),
    (only_makers_make, "make = Permit"),
    (only_makers_make, "make = gate.Permit"),
    (only_makers_make, "def f(x: Permit = Permit(1)): pass"),
    (only_makers_make, "from comity.core.ledger import Release\nRelease(1)"),
    (only_makers_make, "getattr(gate, 'Permit')(1)"),
    (only_makers_make, "vars(gate)['Permit'](1)"),
    (token_stays_inside, "from comity.core.gate import _TOKEN"),
    (token_stays_inside, "from comity.core.gate.outcome import _TOKEN as t"),
    (token_stays_inside, "from comity.core.gate.outcome import *"),
    (token_stays_inside, "gate._TOKEN"),
    (token_stays_inside, "getattr(gate, '_TOKEN')"),
    (no_copies, "import pickle"),
    (no_copies, "from copy import copy"),
    (no_copies, "from copy import deepcopy"),
    (no_copies, "from copy import replace"),
    (no_copies, "def f():\n    import copy"),
    (no_copies, FROM_GATE + "from dataclasses import replace"),
    (no_copies, FROM_GATE + "import dataclasses\ndataclasses.replace(permit, to=1)"),
    (no_copies, "import comity.core.gate\nfrom dataclasses import replace as r"),
    (no_copies, "from comity.core import gate\nimport dataclasses as d\nd.replace(permit, to=1)"),
    (no_forging, "object.__new__(Permit)"),
    (no_forging, "Permit.__new__(Permit)"),
    (no_forging, "new = object.__new__"),
    (no_forging, "super().__new__(Permit)"),
    (no_forging, "class C:\n    def __new__(cls):\n        return object.__new__(Permit)"),
    (no_forging, "object.__setattr__(permit, 'to', 1)"),
    (no_forging, "class C:\n    def __init__(self, p):\n        object.__setattr__(p, 'to', 1)"),
    (no_forging, "class C:\n    def change(self):\n        object.__setattr__(self, 'to', 1)"),
    (no_forging, "type(permit)(1)"),
    (no_forging, "permit.__class__(1)"),
    (no_forging, "permit.__reduce__()"),
    (no_forging, "permit.__dict__['to'] = 1"),
    (no_forging, "getattr(permit, '__class__')(1)"),
    (no_forging, "setattr(gate, 'Permit', Fake)"),
    (no_forging, "class C:\n    def __reduce__(self): pass"),
    (no_forging, "class C:\n    def __reduce__(self):\n        return (C, ())\n        raise E"),
]


@pytest.mark.parametrize(("check", "plant"), PLANTS)
@pytest.mark.parametrize("where", ["src/comity/cli/planted.py", "src/comity/core/intake.py"])
def test_a_planted_way_round_is_found(check: Check, plant: str, where: str) -> None:
    assert list(check(PurePosixPath(where), plant))


@pytest.mark.parametrize(
    ("maker", "other"),
    [("src/comity/core/gate/outcome.py", "Release"), ("src/comity/core/ledger/a.py", "Permit")],
)
def test_a_maker_makes_only_its_own(maker: str, other: str) -> None:
    assert list(only_makers_make(PurePosixPath(maker), f"{other}(1)"))


def test_the_gate_takes_no_token_from_the_ledger() -> None:
    plant = "from comity.core.ledger import _TOKEN"
    assert list(token_stays_inside(PurePosixPath(GATE, "outcome.py"), plant))


INNOCENT = '''
from dataclasses import dataclass, field
from comity.core.gate import Permit, Refusal, decide
__all__ = ["Permit"]
Decision = Permit | Refusal

@dataclass
class Kept:
    permit: Permit | None = None
    rows: tuple[Permit, ...] = field(default=())
    def __post_init__(self) -> None:
        object.__setattr__(self, "rows", ())
    def __reduce__(self):
        """Refuse to be pickled."""
        raise TypeError("no")

class Id(str):
    def __new__(cls, text):
        return super().__new__(cls, text)

def show(decision: Permit | Refusal) -> str:
    if isinstance(decision, Permit):
        return decision.name.replace("a", type(decision).__name__)
    match decision:
        case Refusal(): return "refused"
'''


@pytest.mark.parametrize("check", CHECKS)
def test_code_that_only_speaks_of_a_permit_is_let_through(check: Check) -> None:
    assert list(check(PurePosixPath("src/comity/cli/innocent.py"), INNOCENT)) == []


@pytest.mark.parametrize("check", CHECKS)
def test_the_gate_may_make_permits(check: Check) -> None:
    text = (
        "from dataclasses import replace\nfrom comity.core.gate.outcome import _TOKEN, Permit\n"
        "Permit(_TOKEN, replace(question, to=1))\n"
    )
    assert list(check(PurePosixPath(GATE, "decide.py"), text)) == []
