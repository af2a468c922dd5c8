"""The rooms: arrows point down only, each outside library has its one place.

    app.py -> gridmap.ui -> gridmap -> boundaries -> layers

Everything is read from the source text (`source_tree`). A test goes through all modules and names
each place at fault: a test a module would be thousands, which every worker has to collect.
"""

import ast
from functools import cache

from source_tree import FLOORS, MODULES, ROOMS, imports_of, lies_in, tree_of

# Outside libraries and the only places that may import them.
PLACES = {
    "streamlit": ("gridmap.ui", "app"),
    "starlette": ("gridmap.ui.shell.server",),
    "folium": ("gridmap.maps",),
    "branca": ("gridmap.maps",),
    "rasterio": ("layers.basemap.image",),
    "pmtiles": (
        *("layers.basemap.pmtiles", "boundaries.export.formats.tiles"),
        "boundaries.export.formats.tile_book",
    ),
    "PIL": (
        *("layers.basemap", "gridmap.maps.pdf", "gridmap.paper"),
        *("gridmap.receipts.photos", "gridmap.boards.photos"),
    ),
    "zxingcpp": ("gridmap.boards.photos",),
    "reportlab": ("gridmap.maps.pdf",),
    "pypdfium2": ("gridmap.handover.preview",),
    "fontTools": ("gridmap.maps.pdf",),
    "docx": ("boundaries.export.docx_layout",),
    "docxtpl": ("boundaries.export.docx_filling",),
    "jinja2": ("boundaries.export.placeholders",),
    "psycopg": ("boundaries.export.postgis",),
    "typer": ("gridmap.cli",),
    "click": ("gridmap.cli",),
    "rich": ("gridmap.cli",),
    "filelock": ("layers.files.locks",),
    "fcntl": ("layers.files.locks",),  # locks of one system alone, with another way on the others
    "msvcrt": ("layers.files.locks",),
    "numba": ("layers.contract.kernel", "gridmap.warm"),
}

# Files are read in the readers of layers (words of the screens in their own room), written in
# boundaries.export, and both in the store.
FILE_LIBRARIES = {"csv", "fiona", "openpyxl", "pyarrow", "pyogrio", "sqlite3"}
READ_CALLS = ("read_file", "read_parquet", "read_feather", "read_excel", "read_csv", "read_json")
WRITE_CALLS = ("to_file", "to_parquet", "to_feather", "to_excel", "to_csv", "to_gpkg")
READERS = (
    "gridmap.words",
    "layers.basemap.mbtiles",
    "layers.sheets.delimited",
    "layers.sheets.streamed",
    "layers.files.long_numbers",
    "layers.files.database_files",
    "layers.reading.as_written",
    "layers.reading.ogr",
    "layers.reading.parquet",
    "layers.reading.features",
    "layers.files.records",
    "layers.sheets.reading",
    "layers.sheets.workbooks",
)
WRITERS = (
    "boundaries.export.csv_table",
    "boundaries.export.formats",
    "boundaries.export.geojson",
    "boundaries.export.geopackage",
    "boundaries.export.workbook",
)
STORE = (
    *("gridmap.store", "gridmap.plan_store", "gridmap.publications", "gridmap.ogc"),
    "gridmap.city.overview.outlines",
    *("gridmap.city.catalogue", "gridmap.city.derived", "gridmap.city.joined"),
    *("gridmap.city.compare", "gridmap.city.search"),
    "gridmap.city.borders.record",
    *("gridmap.city.shared.cutting", "gridmap.city.shared.roster", "gridmap.city.shared.sorting"),
)

GEOMETRY = {"shapely", "geopandas", "pyproj", "pyogrio", "fiona", "folium"}


@cache
def place_in(places: tuple[str, ...], module: str, room: str = "") -> int | None:
    """On which of the places, the bottom first, a module lies; None: on none of them."""
    found = [i for i, place in enumerate(places) if lies_in(module, {f"{room}{place}"})]
    return found[0] if found else None


def within(room: str) -> list[str]:
    """All modules of a room; there is at least one."""
    found = [name for name in MODULES if lies_in(name, {room})]
    assert found
    return found


def points_up(module: str, name: str) -> bool:
    """Whether a module uses a name that stands above it, among the rooms or among their floors."""
    if place_in(ROOMS, name) is None:
        return False
    if module != "app" and (place_in(ROOMS, name) or 0) > (place_in(ROOMS, module) or 0):
        return True
    for room, floors in FLOORS.items():
        own, there = place_in(floors, module, f"{room}."), place_in(floors, name, f"{room}.")
        # What lies on no floor is the face of the room: it may use all floors, and none uses it.
        if own is None or not lies_in(name, {room}):
            continue
        if there is None or there > own:
            return True
    return False


def test_arrows_between_rooms_and_between_their_floors_point_down_only() -> None:
    wrong = [
        f"{module}:{item.line}: {item.name}"
        for module in MODULES
        for item in imports_of(module)
        if points_up(module, item.name)
    ]

    assert wrong == [], "what stands below may not use what stands above: see FLOORS"


def test_no_command_waits_for_the_pages() -> None:
    # The command `app` may start them, when it runs.
    upward = [
        f"{module}:{item.line}"
        for module in within("gridmap.cli")
        for item in imports_of(module)
        if item.on_start and lies_in(item.name, {"gridmap.ui"})
    ]

    assert upward == []


def test_each_outside_library_stays_in_its_place() -> None:
    wrong = [
        f"{module}:{item.line}: {item.name} belongs in "
        f"{' and '.join(PLACES[library]) or 'no module'}"
        for module in MODULES
        for item in imports_of(module)
        if (library := item.name.split(".")[0]) in PLACES and not lies_in(module, PLACES[library])
    ]

    assert wrong == []


def test_files_are_read_and_written_only_by_readers_exports_and_the_store() -> None:
    libraries = [
        f"{module}:{item.line}: {item.name}"
        for module in MODULES
        if not lies_in(module, READERS + WRITERS + STORE)
        for item in imports_of(module)
        if item.name.split(".")[0] in FILE_LIBRARIES
    ]
    assert libraries == []

    assert [call for module in MODULES for call in calls_on_files(module)] == []


def calls_on_files(module: str) -> list[str]:
    """Calls that read or write a file in a module that may not."""
    forbidden = (() if lies_in(module, READERS + STORE) else READ_CALLS) + (
        () if lies_in(module, WRITERS + STORE) else WRITE_CALLS
    )
    return [
        f"{module}:{node.lineno}: {node.attr}"
        for node in ast.walk(tree_of(module))
        if isinstance(node, ast.Attribute) and node.attr in forbidden
    ]


def test_the_partition_engine_knows_no_geometry() -> None:
    imports = [(name, item) for name in within("gridmap.partition") for item in imports_of(name)]
    outside = [
        f"{module}:{item.line}: {item.name}"
        for module, item in imports
        if item.name.split(".")[0] in GEOMETRY
    ]
    ours = [
        f"{module}:{item.line}: {item.name}"
        for module, item in imports
        if place_in(ROOMS, item.name) is not None
        and not lies_in(
            item.name, {"gridmap.partition", "layers.contract.errors", "layers.contract.kernel"}
        )
    ]

    assert outside + ours == []
