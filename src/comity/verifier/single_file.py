"""Single file: the verifier as one Python file, made of the modules that the node itself uses.

Every module stands in it unchanged, as text that can be read and compared with the sources. A
small loader imports them from there, before anything that is installed. It needs Python 3.11 or
newer and `cryptography`, and nothing else.
"""

import ast
from collections.abc import Iterator
from importlib.resources import files

PACKAGE = "comity"
ENTRY = "comity.verifier.main"

HEAD = '''#!/usr/bin/env python3
"""verify.py: check the audit bundle of a Comity node, {version}.

    python verify.py BUNDLE [--peer BUNDLE]... [--identity HEX] [--json]

Exit code 0: verified. 1: there are findings. 2: the input cannot be used.

It needs Python 3.11 or newer and the package `cryptography`; it opens no network connection and
writes no file. Below stand, unchanged, the modules of Comity that it is made of; the few lines at
the end load them. `comity audit verifier` prints this file.
"""

import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_loader

MODULES: dict[str, str] = {{}}
PACKAGES = {packages}
'''

TAIL = '''

class Embedded(MetaPathFinder, Loader):
    """Imports the modules above, and looks nowhere else for anything of that name."""

    def find_spec(self, name: str, path: object, target: object = None) -> ModuleSpec | None:
        if name.partition(".")[0] != "comity":
            return None
        if name not in MODULES:
            raise ModuleNotFoundError(f"{name} is not in this file", name=name)
        return spec_from_loader(name, self, origin=__file__, is_package=name in PACKAGES)

    def exec_module(self, module: object) -> None:
        name = module.__spec__.name
        exec(compile(MODULES[name], f"{__file__}: {name}", "exec"), module.__dict__)

    def get_source(self, name: str) -> str:
        return MODULES[name]


if __name__ == "__main__":
    sys.meta_path.insert(0, Embedded())
    from comity.verifier.main import main

    sys.exit(main(sys.argv[1:]))
'''


def single_file(version: str) -> str:
    """Return the text of the verifier in one file."""
    found = dict(sorted(modules().items()))
    packages = sorted(name for name in found if _is_package(name))
    parts = [HEAD.format(version=version, packages=_listed(packages))]
    parts += [
        f"\n# {'=' * 10} {name} {'=' * 10}\n\nMODULES[{name!r}] = {literal(text)}\n"
        for name, text in found.items()
    ]
    return "".join((*parts, TAIL))


def modules() -> dict[str, str]:
    """Return the text of each module that the verifier needs, by its name."""
    found: dict[str, str] = {}
    waiting = [ENTRY]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found[name] = _text(name)
        parent = name.rpartition(".")[0]
        waiting += [parent] if parent else []
        waiting += [each for each in _imported(found[name]) if each not in found]
    return found


def literal(text: str) -> str:
    """Return a text as Python source that a person can read: whole lines, as they stand."""
    parts: list[str] = []
    lines: list[str] = []
    for line in text.splitlines(keepends=True):
        if "'''" in line:
            parts += [_raw(lines), f"    {line!r}\n"]
            lines = []
        else:
            lines.append(line)
    parts.append(_raw(lines))
    return f"(\n{''.join(parts)})"


def _raw(lines: list[str]) -> str:
    return f"r'''{''.join(lines)}'''\n" if lines else ""


def _listed(names: list[str]) -> str:
    return "{\n" + "".join(f"    {each!r},\n" for each in names) + "}"


def _is_package(name: str) -> bool:
    return files(PACKAGE).joinpath(*name.split(".")[1:], "__init__.py").is_file()


def _text(name: str) -> str:
    *folders, last = name.split(".")[1:] or [""]
    base = files(PACKAGE).joinpath(*folders)
    found = base / last / "__init__.py" if _is_package(name) else base / f"{last}.py"
    return found.read_text(encoding="utf-8")


def _imported(text: str) -> Iterator[str]:
    """Yield the modules of this package that a module imports, wherever it does."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names if each.name.startswith(f"{PACKAGE}."))
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == PACKAGE:
            yield str(node.module)
            yield from _submodules(node)


def _submodules(node: ast.ImportFrom) -> Iterator[str]:
    """Yield what `from PACKAGE import NAME` names, where that is a module."""
    for each in node.names:
        name = f"{node.module}.{each.name}"
        path = files(PACKAGE).joinpath(*name.split(".")[1:-1])
        if _is_package(name) or (path / f"{each.name}.py").is_file():
            yield name
