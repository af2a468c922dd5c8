"""The rooms: arrows point down only, each outside library has its one place, modules stay small.

    app.py -> gridmap.ui -> gridmap -> boundaries -> layers

Everything is read from the source text, so that a forbidden import is found even in a branch that
no test runs.
"""

import ast
import fnmatch
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from project import ROOT, TESTS

ROOMS = ("layers", "boundaries", "gridmap")

# The floors of a room, the bottom first: each may import those below it.
FLOORS = {
    "boundaries": ("topology", "overlay", "hierarchy", "tiling", "validate", "export"),
    "gridmap.partition": ("model", "exact", "search", "repair", "explain"),
}
# What each room may import of ours, floors of it included. A longer name is a room of its own.
MAY_IMPORT = {
    "layers": {"layers"},
    "boundaries": {"layers", "boundaries"},
    **{
        f"{room}.{floor}": {
            *("layers", "gridmap.partition.kernel"),
            *(f"{room}.{below}" for below in floors[: place + 1]),
        }
        for room, floors in FLOORS.items()
        for place, floor in enumerate(floors)
    },
    "gridmap": {"layers", "boundaries", "gridmap"},
    "gridmap.ui": {"layers", "boundaries", "gridmap", "gridmap.ui"},
    "app": {"gridmap", "gridmap.ui"},
}

# Outside libraries and the only places that may import them.
PLACES = {
    "streamlit": ("gridmap.ui", "app"),
    "starlette": ("gridmap.ui.server",),
    "folium": ("gridmap.maps",),
    "branca": ("gridmap.maps",),
    "typer": ("gridmap.cli",),
    "click": ("gridmap.cli",),
    "rich": ("gridmap.cli",),
}

# Files are read in the readers of layers (words of the screens in their own room), written in
# boundaries.export.geojson, and both in the store.
FILE_LIBRARIES = {"csv", "fiona", "openpyxl", "pyarrow", "pyogrio", "sqlite3"}
READ_CALLS = ("read_file", "read_parquet", "read_feather", "read_excel", "read_csv", "read_json")
WRITE_CALLS = ("to_file", "to_parquet", "to_feather", "to_excel", "to_csv", "to_gpkg")
READERS = (
    "gridmap.words",
    "layers.delimited",
    "layers.long_numbers",
    "layers.database_files",
    "layers.ogr",
    "layers.parquet",
    "layers.reading",
    "layers.records",
    "layers.sheets",
    "layers.workbooks",
)
WRITERS = ("boundaries.export.geojson", "boundaries.export.report")
STORE = ("gridmap.store",)

GEOMETRY = {"shapely", "geopandas", "pyproj", "pyogrio", "fiona", "folium"}
EMPTY_WORDS = {"utils", "util", "helpers", "helper", "common", "misc", "tools"}
MOST_LINES = 400
MOST_MODULES = 16

TOP_LEVEL = {
    *ROOMS,
    *("app.py", "data", "tests", "docs", "benchmarks", "static", ".ci", ".streamlit"),
    *(
        "README.md",
        "README.zh-CN.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "LICENSE",
        "NOTICE",
        "SECURITY.md",
    ),
    *("pyproject.toml", "requirements.lock", "environment.yml", "Makefile", ".gitignore"),
    "install.py",
}
OPTIONAL = {"static", ".streamlit", "benchmarks"}


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


def room_of(module: str) -> str:
    """The innermost room of a module, or "" for what is not ours."""
    found = [room for room in MAY_IMPORT if lies_in(module, {room})]
    return max(found, key=len, default="")


def may_use(name: str, allowed: set[str]) -> bool:
    """Whether a name lies in a room or module that is allowed, or on a floor of such a room."""
    if lies_in(name, {module for module in allowed if module not in MAY_IMPORT}):
        return True
    floors = {f"{room}.{floor}" for room in FLOORS for floor in FLOORS[room]}
    whole = [room for room in MAY_IMPORT if room not in floors and lies_in(name, {room})]
    return bool({room_of(name), max(whole, key=len)} & allowed)


ALL = modules()
PUBLIC = [
    name
    for name in ALL
    if not any(part.startswith("_") for part in name.split(".")) and name != "app"
]


@pytest.mark.parametrize("module", ALL)
def test_arrows_between_the_rooms_point_down_only(module: str) -> None:
    allowed = MAY_IMPORT[room_of(module)]
    if lies_in(module, {"gridmap.cli"}):
        # The command `app` may start the pages, but no other command waits for them.
        upward = [item for item in imports_of(module) if room_of(item.name) == "gridmap.ui"]
        assert [f"line {item.line}" for item in upward if item.on_start] == []
        allowed = allowed | {"gridmap.ui"}

    wrong = [
        f"line {item.line}: {item.name}"
        for item in imports_of(module)
        if room_of(item.name) and not may_use(item.name, allowed)
    ]

    assert wrong == [], f"{module} may import {sorted(allowed)} of ours"


@pytest.mark.parametrize("module", ALL)
def test_each_outside_library_stays_in_its_place(module: str) -> None:
    wrong = [
        f"line {item.line}: {item.name} belongs in {' and '.join(PLACES[library])}"
        for item in imports_of(module)
        if (library := item.name.split(".")[0]) in PLACES and not lies_in(module, PLACES[library])
    ]

    assert wrong == []


@pytest.mark.parametrize("module", ALL)
def test_files_are_read_and_written_only_by_readers_exports_and_the_store(module: str) -> None:
    if not lies_in(module, READERS + WRITERS + STORE):
        libraries = [
            f"line {item.line}: {item.name}"
            for item in imports_of(module)
            if item.name.split(".")[0] in FILE_LIBRARIES
        ]
        assert libraries == []
    forbidden = (() if lies_in(module, READERS + STORE) else READ_CALLS) + (
        () if lies_in(module, WRITERS + STORE) else WRITE_CALLS
    )

    calls = [
        f"line {node.lineno}: {node.attr}"
        for node in ast.walk(tree_of(module))
        if isinstance(node, ast.Attribute) and node.attr in forbidden
    ]

    assert calls == []


@pytest.mark.parametrize("module", [name for name in ALL if lies_in(name, {"gridmap.partition"})])
def test_the_partition_engine_knows_no_geometry(module: str) -> None:
    outside = [item.name for item in imports_of(module) if item.name.split(".")[0] in GEOMETRY]
    ours = [
        item.name
        for item in imports_of(module)
        if room_of(item.name) and not lies_in(item.name, {"gridmap.partition", "layers.errors"})
    ]

    assert outside + ours == []


GUARDED = ("gridmap.ui.guard",)
# Callbacks that change nothing but the language that the page is in.
HARMLESS = {"_remember"}


@pytest.mark.parametrize("module", [name for name in ALL if lies_in(name, {"gridmap.ui"})])
def test_every_callback_fragment_and_dialog_asks_who_it_is_first(module: str) -> None:
    if lies_in(module, GUARDED):
        return
    bare = bare_callbacks(tree_of(module))
    assert bare == [], "wrap it: guard.callback, guard.fragment, guard.dialog"


@pytest.mark.parametrize(
    "source",
    [
        "st.button('a', on_click=save)",
        "place.button('a', 'key', None, save)",
        "st.checkbox('a', False, 'key', None, save)",
        "more = {'on_change': save}",
        "more['on_change'] = save",
        "st.button('a', on_click=lambda: save())",
        "st.button('a', on_click=partial(save))",
        "st.fragment(save)",
        "@st.dialog('a')\ndef shown(): pass",
        "from streamlit import fragment",
        "part = getattr(st, 'fragment')",
    ],
)
def test_a_bare_callback_is_found_however_it_is_written(source: str) -> None:
    assert bare_callbacks(ast.parse(source))


def test_guarded_callbacks_and_words_are_let_through() -> None:
    source = """
st.button('a', on_click=guard.callback(save), args=(1,))
st.dataframe(rows, on_select="rerun")
st.slider('a', 1, 5, 2, 1, '%d', 'key')
guard.dialog('a', width='small')(shown)
"""
    assert bare_callbacks(ast.parse(source)) == []


STREAMLITS = ("fragment", "dialog", "experimental_fragment", "experimental_dialog")
# How many things a widget may be given by their place: a callback is not among them.
BY_PLACE = {"button": 3, "form_submit_button": 3, "checkbox": 4, "toggle": 4, "radio": 5,
            "selectbox": 5, "multiselect": 5, "text_input": 6, "text_area": 6, "date_input": 6,
            "number_input": 8, "slider": 8, "select_slider": 6, "file_uploader": 5,
            "download_button": 6, "data_editor": 2, "color_picker": 4}  # fmt: skip


def bare_callbacks(tree: ast.AST) -> list[str]:
    """List what runs by itself in a page without asking who it is, or may do so unseen."""
    nodes = list(ast.walk(tree))
    bare = [
        f"line {node.lineno}: st.{node.attr}"
        for node in nodes
        if isinstance(node, ast.Attribute)
        and node.attr in STREAMLITS
        and isinstance(node.value, ast.Name)
        and node.value.id in ("st", "streamlit")
    ]
    bare += [
        f"line {node.lineno}: import of streamlit's own"
        for node in nodes
        if isinstance(node, ast.ImportFrom)
        and (node.module or "").startswith("streamlit")
        and {one.name for one in node.names} & set(STREAMLITS)
    ]
    bare += [
        f"line {node.lineno}: {ast.unparse(node)}"
        for node in nodes
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in ("getattr", "setattr")
        and "st" in (ast.unparse(one) for one in node.args)
    ]
    bare += [
        f"line {node.lineno}: a callback of {node.func.attr} by its place"
        for node in nodes
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and len(node.args) > BY_PLACE.get(node.func.attr, len(node.args))
    ]
    bare += [
        f"line {node.lineno}: {ast.unparse(node)}"
        for node in nodes
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Subscript)
        and isinstance(target.slice, ast.Constant)
        and str(target.slice.value).startswith("on_")
        and not _is_guarded(node.value)
    ]
    pairs = [
        (keyword.arg or "", keyword.value)
        for node in nodes
        if isinstance(node, ast.Call)
        for keyword in node.keywords
    ] + [
        (key.value, value)
        for node in nodes
        if isinstance(node, ast.Dict)
        for key, value in zip(node.keys, node.values, strict=True)
        if isinstance(key, ast.Constant) and isinstance(key.value, str)
    ]
    return bare + [
        f"line {value.lineno}: {name}={ast.unparse(value)}"
        for name, value in pairs
        if name.startswith("on_") and not _is_guarded(value)
    ]


def _is_guarded(value: ast.expr) -> bool:
    """Whether what is given for on_click and its like is a word, or goes through the guard."""
    if isinstance(value, ast.Constant):
        return True
    if isinstance(value, ast.Name):
        # Handed on by a function of ours; whoever calls that one gives it guarded.
        return value.id in HARMLESS or value.id.startswith("on_")
    return isinstance(value, ast.Call) and ast.unparse(value.func) == "guard.callback"


@pytest.mark.parametrize("module", PUBLIC)
def test_every_module_says_what_it_holds_and_what_it_offers(module: str) -> None:
    tree = tree_of(module)
    assigned = {
        target.id
        for node in tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name)
    }

    assert len(ast.get_docstring(tree) or "") >= 40, "a docstring of two to five lines"
    # The front page of a room that offers nothing of its own is its docstring alone.
    if len(tree.body) > 1:
        assert "__all__" in assigned


@pytest.mark.parametrize("module", ALL)
def test_no_module_outgrows_its_idea(module: str) -> None:
    lines = path_of(module).read_text(encoding="utf-8").count("\n")

    assert lines <= MOST_LINES, f"{lines} lines: which two ideas are in here?"
    assert EMPTY_WORDS.isdisjoint(part.strip("_") for part in module.split(".")), (
        "find the idea's name"
    )


@pytest.mark.parametrize("floor", [f"{room}.{floor}" for room in FLOORS for floor in FLOORS[room]])
def test_the_map_at_the_door_of_a_floor_names_each_module_once(floor: str) -> None:
    folder = path_of(floor).parent
    there = sorted(path.stem for path in folder.glob("*.py") if path.name != "__init__.py")

    listed = re.findall(r"^ {4}(\w+) {2,}\S", ast.get_docstring(tree_of(floor)) or "", re.M)

    assert sorted(listed) == there
    assert len(there) <= MOST_MODULES, "which two ideas are in here?"


def test_app_starts_the_pages_and_holds_nothing_else() -> None:
    definitions = [
        node
        for node in tree_of("app").body
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.For | ast.While)
    ]

    assert definitions == []


def test_the_top_level_is_as_the_design_says() -> None:
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").split()
    patterns = [line.strip("/") for line in ignored] + [".git"]
    found = {
        path.name
        for path in ROOT.iterdir()
        if not any(fnmatch.fnmatch(path.name, pattern) for pattern in patterns)
    }

    assert found - TOP_LEVEL == set(), "a new name at the top needs a word in the design"
    assert TOP_LEVEL - OPTIONAL - found == set()


def test_the_tests_stand_in_a_folder_a_room() -> None:
    # A folder tests/layers with an __init__.py would be imported in place of the real room, and
    # without one two files of one name would be taken for each other.
    assert [path.name for path in TESTS.rglob("__init__.py")] == []
    names = [path.name for path in TESTS.rglob("*.py")]
    assert sorted(names) == sorted(set(names))
    assert [path.name for path in TESTS.glob("test_*.py")] == []


def test_no_folder_of_tests_outgrows_its_idea() -> None:
    folders = Counter(path.parent for path in TESTS.rglob("*.py"))

    assert {folder.name: count for folder, count in folders.items() if count > MOST_MODULES} == {}
