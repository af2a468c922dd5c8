"""Programs of other makers read every format in every coordinate system, and find the same."""

from functools import cache

import pytest

from boundaries.export.formats.fields import GRID_FIELDS
from gridmap.versions.receivers import geopackage_of
from tests.support.clients import clients, handed_files, programs
from tests.support.clients.handed_files import MAP_READERS, READERS, SYSTEMS
from tests.support.clients.handed_town import handed_town
from tests.support.clients.reading import differences, expected_of

KINDS = {
    name: GRID_FIELDS[name].kind
    for name in ("grid_code", "parent_code", "level", "spatial", "name_en", "valid_from",
                 "valid_to", "area_m2", "purity", "households", "headcount", "load_h", "officers")
}  # fmt: skip
KINDS_OF = {
    "gpkg": KINDS,
    # A flag is L of dBASE, which GDAL takes for a text before 3.7.
    "zip": {GRID_FIELDS[name].short: kind for name, kind in KINDS.items() if kind != "flag"},
    # The format has no days: they are moments there.
    "fgb": {name: "moment" if kind == "day" else kind for name, kind in KINDS.items()},
    "parquet": KINDS,
}
CELLS = [(by, suffix, epsg) for suffix in READERS for epsg in SYSTEMS for by in READERS[suffix]]
MAP_CELLS = [(by, suffix) for suffix in MAP_READERS for by in MAP_READERS[suffix]]


@cache
def expected(epsg):
    grids = handed_town().grids
    return expected_of(grids[grids["kind"] == "micro"], epsg=epsg)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder by coordinate system, and in it the micro-grids in every format."""
    place = tmp_path_factory.mktemp("formats")
    for epsg in SYSTEMS:
        handed_files.write_layers(handed_town(), place, epsg)
    handed_files.write_maps(handed_town(), place)
    return place


@pytest.fixture(scope="module")
def database(postgis):
    return postgis.new_database()


def read(client, source, request):
    # A database is asked for by those tests alone that need it: to begin it takes seconds.
    more = [request.getfixturevalue("database")] if client == "postgis" else []
    return getattr(clients, f"read_by_{client}")(source, *more)


@pytest.mark.parametrize(("client", "suffix", "epsg"), CELLS)
def test_a_client_reads_what_the_plan_has(client, suffix, epsg, folder, request):
    kinds = KINDS_OF[suffix]
    if client == "mapshaper":  # which has no word for a column without any value
        known = {name for name, kind in kinds.items() if kind in ("text", "whole", "number")}
        nulls = {"name_en", "headcount"}
        kinds = clients.in_javascript({name: kinds[name] for name in sorted(known - nulls)})

    reading = read(client, handed_files.layer_source(folder, suffix, epsg), request)

    assert differences(reading, expected(epsg), kinds=kinds) == []
    assert reading.epsg == (None if client == "mapshaper" else epsg)


@pytest.mark.parametrize(("client", "suffix"), MAP_CELLS)
def test_a_client_reads_the_ground_of_formats_for_maps(client, suffix, folder, request):
    source = handed_files.map_source(folder, suffix)

    reading = read(client, source, request)

    assert differences(reading, expected(4326), step=source.step) == []


def test_a_whole_geopackage_lies_in_postgis_with_keys_nulls_and_grids_that_are_their_patches(
    tmp_path, postgis
):
    programs.needed("GDAL")
    path, database = tmp_path / "whole.gpkg", postgis.new_database()
    path.write_bytes(geopackage_of(handed_town(), with_patches=True))
    bring = (
        "ogr2ogr",
        "-f",
        "PostgreSQL",
        f"PG:{database.dsn}",
        path,
        "-lco",
        "GEOMETRY_NAME=shape",
    )
    programs.run(*bring)
    tables = [
        row["name"]
        for row in database.rows("select f_table_name as name from geometry_columns order by 1")
    ]

    assert tables == ["grids_1", "grids_2", "grids_3", "grids_4", "micro_grids", "patches"]
    for table in tables:
        key = "patch_id" if table == "patches" else "grid_code"
        database.rows(f"alter table {table} add unique ({key}), alter {key} set not null")
    assert (
        database.rows(
            "select grid_code from micro_grids where name_en = '' or valid_to is not null"
        )
        == []
    )
    apart = database.rows(
        """select grid_code from micro_grids g where not ST_Equals(shape,
        (select ST_Union(shape) from patches p where p.grid_code = g.grid_code))"""
    )
    assert apart == []
    left = database.rows(
        """select abs(ST_Area(t.shape) - (select sum(ST_Area(shape)) from patches)) < 1e-3 as same
        from grids_1 t"""
    )
    assert left == [{"same": "t"}]
