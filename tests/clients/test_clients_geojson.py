"""Programs of other makers read our GeoJSON: the same codes, neighbours, areas, and no sliver."""

import json
from itertools import pairwise

import pytest
import shapely
from project import ROOT

from boundaries.export.geojson import Form
from gridmap.versions.boundaries import boundary_files
from tests.support.clients import clients, programs
from tests.support.clients.handed_town import LEVEL, handed_town
from tests.support.clients.reading import Source, differences, expected_of

FORMS = {
    "collection.geojson": Form(),
    "six-decimals-multi.geojson": Form(decimals=6, multi=True),
    "lines.geojsonl": Form(layout="lines"),
    "sequence.geojsons": Form(layout="sequence"),
}
COLLECTIONS = [name for name in FORMS if name.endswith(".geojson")]
# As docs/geojson.md has them. A day that nobody knows is null, and of no kind.
KINDS = {
    "grid_code": "text", "parent_code": "text", "level": "whole", "spatial": "flag",
    "valid_from": "day", "area_m2": "number", "area_mu": "number", "purity": "number",
    "patches": "whole", "households": "whole", "load_h": "number", "capacity_h": "number",
    "officers": "whole", "posts_filled": "whole",
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Every form of the file of the town's grids, and the patches of the first."""
    place = tmp_path_factory.mktemp("geojson")
    for name, form in FORMS.items():
        written = boundary_files(handed_town(), licence="CC0-1.0", form=form, with_patches=True)
        (place / name).write_bytes(written.grids)
        (place / f"patches-{name}").write_bytes(written.patches)
    return place


@pytest.fixture(scope="module")
def expected():
    grids = handed_town().grids
    return expected_of(grids[grids["level"] == LEVEL], epsg=4326)


@pytest.fixture(scope="module")
def database(postgis):
    return postgis.new_database()


def source_of(path):
    step = 10.0 ** -FORMS[path.name].decimals if path.name in FORMS else 1e-7
    return Source(path, path.stem, level=LEVEL, step=step)


def differ(reading, source, expected, kinds=KINDS):
    return differences(reading, expected, step=source.step, kinds=kinds)


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize(
    "read", [clients.read_by_geos, clients.read_by_gdal, clients.read_by_duckdb]
)
def test_a_client_reads_what_the_plan_has(read, name, folder, expected):
    source = source_of(folder / name)

    assert differ(read(source), source, expected) == []


@pytest.mark.parametrize("name", FORMS)
def test_postgis_takes_in_what_the_plan_has(name, folder, expected, database):
    source = source_of(folder / name)

    assert differ(clients.read_by_postgis(source, database), source, expected) == []


@pytest.mark.parametrize("name", COLLECTIONS)  # mapshaper reads neither lines nor sequences
def test_mapshaper_reads_what_the_plan_has(name, folder, expected):
    source = source_of(folder / name)

    reading = clients.read_by_mapshaper(source)

    assert differ(reading, source, expected, clients.in_javascript(KINDS)) == []


@pytest.fixture(scope="module")
def spoiled(folder, tmp_path_factory):
    """One corner of one grid is a metre off, and another grid stands there twice."""
    found = json.loads((folder / "collection.geojson").read_bytes())
    micro = [one for one in found["features"] if one["properties"]["level"] == LEVEL]
    inner = next(one for one in micro if len(one["geometry"]["coordinates"][0]) > 6)
    inner["geometry"]["coordinates"][0][2][0] += 1e-5
    found["features"].append(micro[-1])
    place = tmp_path_factory.mktemp("spoiled") / "spoiled.geojson"
    place.write_text(json.dumps(found), "utf-8")
    return place


@pytest.mark.parametrize("client", ["geos", "gdal", "duckdb", "mapshaper", "postgis"])
def test_every_client_would_notice_a_sliver_and_a_code_that_stands_twice(
    client, spoiled, expected, request
):
    more = [request.getfixturevalue("database")] if client == "postgis" else []

    read = getattr(clients, f"read_by_{client}")(source_of(spoiled), *more)

    found = " ".join(differences(read, expected, step=1e-7))
    assert "twice ['4" in found
    assert "slivers: " in found


def test_a_topology_of_postgis_has_a_face_for_each_grid_and_an_edge_between_neighbours(
    folder, expected, database
):
    """Built without any tolerance: one corner off would be a face too many."""
    clients.read_by_postgis(source_of(folder / "collection.geojson"), database)
    database.rows(
        f"""create table level_{LEVEL} as select grid_code, shape from handed
        where level = {LEVEL} and shape is not null;
        select topology.CreateTopology('tiling', 4326, 0);
        select topology.ST_CreateTopoGeo('tiling', ST_Collect(shape)) from level_{LEVEL}"""
    )
    faces = database.rows("select face_id from tiling.face where face_id > 0")
    sides = database.rows(
        f"""with inside as (select grid_code, topology.GetFaceByPoint('tiling',
        ST_PointOnSurface(shape), 0) as face from level_{LEVEL})
        select distinct a.grid_code as one, b.grid_code as other from tiling.edge_data e
        join inside a on a.face in (e.left_face, e.right_face)
        join inside b on b.face in (e.left_face, e.right_face) and a.grid_code < b.grid_code"""
    )

    assert len(faces) == len(expected.shapes) + expected.gaps
    assert {(row["one"], row["other"]) for row in sides} == expected.neighbours


def test_a_database_takes_codes_as_keys_and_shapes_of_one_type(folder, database):
    source = source_of(folder / "six-decimals-multi.geojson")
    clients.read_by_postgis(source, database, "multi")
    database.rows("alter table multi add constraint key unique (grid_code)")
    (column,) = database.rows(
        "select type, srid from geometry_columns where f_table_name = 'multi'"
    )

    assert column == {"type": "MULTIPOLYGON", "srid": "4326"}


@pytest.fixture(scope="module")
def in_a_browser(folder):
    programs.needed("Node")
    files = [folder / name for kind in COLLECTIONS for name in (kind, f"patches-{kind}")]
    script = clients.SCRIPTS / "geojson_in_javascript.js"
    schema = ROOT / "docs" / "geojson.schema.json"
    answer = programs.run("node", script, programs.node_modules(), schema, *files)
    return list(zip(files, json.loads(answer), strict=True))


def test_no_id_is_a_number_to_javascript_and_none_stands_twice(in_a_browser):
    for path, told in in_a_browser:
        features = json.loads(path.read_bytes())["features"]
        assert told["ids"] == [feature["id"] for feature in features]
        assert len(set(told["ids"])) == len(features)
        assert told["numbers"] == 0


def test_ajv_compiles_the_schema_strictly_and_every_file_fits_it(in_a_browser):
    assert [told["errors"] for _, told in in_a_browser] == [[]] * len(in_a_browser)


def test_topojson_finds_every_shared_line_once_and_gives_the_shapes_back(in_a_browser):
    """Patches and grids of one file share arcs to the last decimal: no line stands there twice."""
    for path, told in in_a_browser:
        features = json.loads(path.read_bytes())["features"]
        shapes = {one["id"]: one["geometry"] for one in features if one["geometry"]}
        lines = {
            frozenset(map(tuple, side))
            for shape in shapes.values()
            for ring in rings_of(shape)
            for side in pairwise(ring)
        }
        assert told["edges"] == len(lines)
        for code, shape in shapes.items():
            one, other = (shapely.geometry.shape(it) for it in (shape, told["shapes"][code]))
            assert shapely.equals_exact(one.normalize(), other.normalize())


def rings_of(shape):
    polygons = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
    return [ring for polygon in polygons for ring in polygon]
