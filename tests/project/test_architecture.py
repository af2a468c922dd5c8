"""The rooms: arrows point down only, each outside library has its one place.

    app.py -> gridmap.ui -> gridmap -> boundaries -> layers

Everything is read from the source text (`source_tree`).
"""

import ast

import pytest
from source_tree import FLOORS, MODULES, imports_of, lies_in, tree_of

# What each room may import of ours, floors of it included. A longer name is a room of its own.
MAY_IMPORT = {
    "layers": {"layers"},
    "boundaries": {"layers", "boundaries"},
    **{
        f"{room}.{floor}": {
            "layers",
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
    "numba": ("layers.kernel", "gridmap.warm"),
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


@pytest.mark.parametrize("module", MODULES)
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


@pytest.mark.parametrize("module", MODULES)
def test_each_outside_library_stays_in_its_place(module: str) -> None:
    wrong = [
        f"line {item.line}: {item.name} belongs in {' and '.join(PLACES[library])}"
        for item in imports_of(module)
        if (library := item.name.split(".")[0]) in PLACES and not lies_in(module, PLACES[library])
    ]

    assert wrong == []


@pytest.mark.parametrize("module", MODULES)
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


@pytest.mark.parametrize(
    "module", [name for name in MODULES if lies_in(name, {"gridmap.partition"})]
)
def test_the_partition_engine_knows_no_geometry(module: str) -> None:
    outside = [item.name for item in imports_of(module) if item.name.split(".")[0] in GEOMETRY]
    ours = [
        item.name
        for item in imports_of(module)
        if room_of(item.name)
        and not lies_in(item.name, {"gridmap.partition", "layers.errors", "layers.kernel"})
    ]

    assert outside + ours == []
