"""Programs of other makers read every format in every coordinate system, and find the same."""

from functools import cache

import pytest

from boundaries.export.formats import receiver_crs, receiver_layers
from boundaries.export.formats.fields import GRID_FIELDS
from boundaries.export.formats.flatgeobuf import flatgeobuf_bytes
from boundaries.export.formats.kml import kml_bytes
from boundaries.export.formats.parquet import parquet_bytes
from boundaries.export.formats.shapefile import shapefile_zip
from boundaries.export.formats.topojson import topojson_bytes
from tests.support.clients import clients
from tests.support.clients.handed_town import handed_town
from tests.support.clients.reading import Source, differences, expected_of

SYSTEMS = (4326, 4490, 4547, 4526)  # the last has the number of its zone before the easting
LAYER = "micro_grids"
ABOUT = {"town": {"code": "410122106", "name": "郑庵镇"}, "licence": "ODbL-1.0"}
KINDS = {
    name: GRID_FIELDS[name].kind
    for name in ("grid_code", "parent_code", "level", "spatial", "name_en", "valid_from",
                 "valid_to", "area_m2", "purity", "households", "headcount", "load_h", "officers")
}  # fmt: skip
KINDS_OF = {
    # A flag is L of dBASE, which GDAL takes for a text before 3.7.
    "zip": {GRID_FIELDS[name].short: kind for name, kind in KINDS.items() if kind != "flag"},
    # The format has no days: they are moments there.
    "fgb": {name: "moment" if kind == "day" else kind for name, kind in KINDS.items()},
    "parquet": KINDS,
}
# GDAL 3.6 knows no Parquet, nor does it bring one into PostGIS.
READERS = {
    "zip": ("geos", "gdal", "duckdb", "postgis", "mapshaper"),
    "fgb": ("geos", "gdal", "duckdb", "postgis", "mapshaper"),
    "parquet": ("geos", "duckdb", "mapshaper"),
}
CELLS = [(by, suffix, epsg) for suffix in READERS for epsg in SYSTEMS for by in READERS[suffix]]
MAP_CELLS = [("geos", "topojson"), ("gdal", "topojson"), ("duckdb", "topojson"),
             ("postgis", "topojson"), ("mapshaper", "topojson"), ("geos", "kml"), ("gdal", "kml"),
             ("postgis", "kml")]  # fmt: skip


@cache
def layers(epsg, decimals=None):
    plan = handed_town()
    return receiver_layers(
        plan.grids,
        plan.patches,
        plan.assignments,
        plan.people,
        crs=receiver_crs(epsg, own=plan.crs),
        decimals=decimals,
    )


@cache
def expected(epsg):
    grids = handed_town().grids
    return expected_of(grids[grids["kind"] == "micro"], epsg=epsg)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder by coordinate system, and in it the micro-grids in every format."""
    place = tmp_path_factory.mktemp("formats")
    for epsg in SYSTEMS:
        folder = place / str(epsg)
        folder.mkdir()
        (lowest,) = (layer for layer in layers(epsg) if layer.name == LAYER)
        (folder / f"{LAYER}.zip").write_bytes(shapefile_zip(layers(epsg), about=ABOUT).data)
        (folder / f"{LAYER}.fgb").write_bytes(flatgeobuf_bytes(lowest, about=ABOUT))
        (folder / f"{LAYER}.parquet").write_bytes(parquet_bytes(lowest, about=ABOUT))
    rounded = layers(4326, 7)
    (place / "all.topojson").write_bytes(topojson_bytes(rounded))
    (place / "all.kml").write_bytes(kml_bytes(rounded, title="网格", about=ABOUT, colours={}))
    return place


def read(client, source, request):
    if client != "postgis":
        return getattr(clients, f"read_by_{client}")(source)
    # Asked for by those tests alone that need it: it takes seconds.
    return clients.read_by_postgis(source, request.getfixturevalue("database"))


@pytest.fixture(scope="module")
def database(postgis):
    return postgis.new_database()


@pytest.mark.parametrize(("client", "suffix", "epsg"), CELLS)
def test_a_client_reads_what_the_plan_has(client, suffix, epsg, folder, request):
    kinds = KINDS_OF[suffix]
    if client == "mapshaper":  # which has no word for a column without any value
        known = {name for name, kind in kinds.items() if kind in ("text", "whole", "number")}
        nulls = {"name_en", "valid_to", "headcount", "VALID_TO"}
        kinds = clients.in_javascript({name: kinds[name] for name in sorted(known - nulls)})

    reading = read(client, Source(folder / str(epsg) / f"{LAYER}.{suffix}", LAYER), request)

    assert differences(reading, expected(epsg), kinds=kinds) == []
    assert reading.epsg == (None if client == "mapshaper" else epsg)


@pytest.mark.parametrize(("client", "suffix"), MAP_CELLS)
def test_a_client_reads_the_ground_of_formats_for_maps(client, suffix, folder, request):
    """They have longitude and latitude in seven decimals."""
    layer = "微网格" if suffix == "kml" else LAYER
    source = Source(folder / f"all.{suffix}", layer, step=1e-7)

    reading = read(client, source, request)

    assert differences(reading, expected(4326), step=source.step) == []
