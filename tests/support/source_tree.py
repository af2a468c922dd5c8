"""The source of the house as data: its modules, their syntax trees, and what they import.

Everything is read from the text, so that an import is found even in a branch that no test runs.
"""

import ast
import gc
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from project import ROOT

ROOMS = ("layers", "boundaries", "gridmap")
# The floors of a room, the bottom first: each may import those below it.
FLOORS = {
    "layers": (
        *("contract", "disks", "files", "sheets", "reading"),
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
        # What an area of a city is must be known before anybody is let in.
        *("what_if", "city.settings", "access", "receipts", "boards", "store", "plan_store"),
        "workflow",
        *(
            "edits",
            "remarks",
            "publications",
            "maps",
            "ledgers",
            "paper",
            "sheets",
            "phone",
            "imports",
            "first_town",
            "trials",
            "versions",
            "ogc",
            "city",
            "postgis",
        ),
        *("handover", "ui", "cli"),
    ),
    "gridmap.staffing": ("solver",),
    "gridmap.first_town": ("roster", "trees"),
    "gridmap.edits": ("moves", "outcome"),
    "gridmap.cli": ("terminal", "plans", "out"),
    "gridmap.ui": (
        *("basemap", "theme", "shell", "data", "first_town", "rules", "split", "redraw"),
        *("people", "my_grids", "wall", "coverage", "handover", "plans", "city"),
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
    return parsed(path_of(module))


def parsed(path: Path) -> ast.Module:
    """Parse a file; the collector of garbage, for whom a tree is much to look through, waits."""
    gc.disable()
    try:
        return ast.parse(path.read_text(encoding="utf-8"))
    finally:
        gc.enable()


@cache
def imports_of(module: str) -> tuple[Import, ...]:
    """Every name that a module imports, relative ones made whole."""
    package = module if path_of(module).name == "__init__.py" else module.rpartition(".")[0]
    found = _imports(tree_of(module), package)
    return tuple(sorted(found, key=lambda item: (item.line, item.name)))


def _imports(tree: ast.Module, package: str) -> Iterator[Import]:
    left: list[tuple[ast.AST, bool]] = [(tree, True)]
    while left:
        node, on_start = left.pop()
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(alias.name, node.lineno, on_start)
        elif isinstance(node, ast.ImportFrom):
            up = package.split(".")[: len(package.split(".")) - node.level + 1]
            base = ".".join([*up, node.module or ""]).strip(".") if node.level else node.module
            for alias in node.names:
                yield Import(f"{base}.{alias.name}", node.lineno, on_start)
        elif not isinstance(node, ast.expr):  # no expression holds an import
            inside = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            left += [(child, on_start and not inside) for child in ast.iter_child_nodes(node)]


def lies_in(module: str, places: tuple[str, ...] | set[str]) -> bool:
    return any(module == place or module.startswith(place + ".") for place in places)


MODULES = modules()
