"""The source of the house as data: its modules, their syntax trees, and what they import.

Everything is read from the text, so that an import is found even in a branch that no test runs.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from project import ROOT

ROOMS = ("layers", "boundaries", "gridmap")
# The floors of a room, the bottom first: each may import those below it.
FLOORS = {
    "layers": (
        *("contract", "files", "sheets", "reading"),
        *("location", "basemap", "landuse", "registers", "departments", "inspect"),
    ),
    "boundaries": (
        *("topology", "overlay", "hierarchy", "tiling", "validate", "export"),
        *("relations", "changes"),
    ),
    "gridmap.partition": ("model", "exact", "search", "repair", "explain"),
    "gridmap": (
        *("words", "rules", "partition", "town", "split", "plan"),
        *("publish", "staffing", "coverage", "lookup", "stations"),
        *("what_if", "access", "receipts", "boards", "store", "workflow"),
        *(
            "edits",
            "remarks",
            "publications",
            "maps",
            "ledgers",
            "paper",
            "sheets",
            "phone",
            "trials",
            "first_town",
            "imports",
            "versions",
            "ogc",
        ),
        *("handover", "ui", "cli"),
    ),
    "gridmap.staffing": ("solver",),
    "gridmap.first_town": ("roster", "trees"),
    "gridmap.edits": ("moves", "outcome"),
    "gridmap.cli": ("terminal", "plans", "out"),
    "gridmap.ui": (
        *("basemap", "theme", "shell", "data", "first_town", "rules", "split", "redraw"),
        *("people", "my_grids", "wall", "coverage", "handover", "plans"),
    ),
}


@dataclass(frozen=True)
class Import:
    """One name imported, where, and whether the module cannot start without it."""

    name: str
    line: int
    on_start: bool


def modules() -> list[str]:
    files = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]
    return [name_of(path) for path in [*files, ROOT / "app.py"]]


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def path_of(module: str) -> Path:
    folder = ROOT.joinpath(*module.split("."))
    return folder / "__init__.py" if folder.is_dir() else folder.with_suffix(".py")


@cache
def tree_of(module: str) -> ast.Module:
    return ast.parse(path_of(module).read_text(encoding="utf-8"))


def imports_of(module: str) -> Iterator[Import]:
    """Every name that a module imports, relative ones made whole."""
    package = module if path_of(module).name == "__init__.py" else module.rpartition(".")[0]
    yield from _imports(tree_of(module), package, on_start=True)


def _imports(node: ast.AST, package: str, *, on_start: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            for alias in child.names:
                yield Import(alias.name, child.lineno, on_start)
        elif isinstance(child, ast.ImportFrom):
            up = package.split(".")[: len(package.split(".")) - child.level + 1]
            base = ".".join([*up, child.module or ""]).strip(".") if child.level else child.module
            for alias in child.names:
                yield Import(f"{base}.{alias.name}", child.lineno, on_start)
        else:
            inside = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            yield from _imports(child, package, on_start=on_start and not inside)


def lies_in(module: str, places: tuple[str, ...] | set[str]) -> bool:
    return any(module == place or module.startswith(place + ".") for place in places)


MODULES = modules()
