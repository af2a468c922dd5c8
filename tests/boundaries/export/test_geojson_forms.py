"""Boundaries as their readers have them: ids, layouts, decimals, and what GDAL makes of them."""

import json
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import shapely
from pyproj import Transformer
from small_plan import CRS, EAST, NORTH, small_plan, square
from written_boundaries import SOURCE, code_of

from boundaries.export.geojson import Form, geojson_bytes, geojson_files, head_of
from layers.contract.errors import BoundaryError
from layers.reading.features import read_features


def export(plan, *, source=SOURCE, **form):
    tables = (plan.grids, plan.patches, plan.assignments, plan.people)
    return geojson_bytes(*tables, source=source, form=Form(**form))


@pytest.mark.parametrize("code", ["41012210900100101", "041", "1e5", "0x1F"])
def test_no_id_is_a_number_to_javascript(code):
    """MapLibre reads an id that is a number as one, and of 17 digits the last ones change."""
    plan = small_plan()
    named = {"E01": code}
    grids = plan.grids.rename(index=named)
    patches = plan.patches.assign(grid_code=plan.patches["grid_code"].replace(named))
    for feature in json.loads(export(plan.with_tables(grids=grids, patches=patches)))["features"]:
        with pytest.raises(ValueError, match="could not convert"):
            float(feature["id"])
        assert code_of(feature) == feature["properties"]["grid_code"]
    assert code in {one["properties"]["grid_code"] for one in json.loads(
        export(plan.with_tables(grids=grids, patches=patches)))["features"]}  # fmt: skip


def test_every_polygon_is_a_multipolygon_by_choice():
    plan = small_plan()
    kinds = [
        {one["geometry"]["type"] for one in json.loads(export(plan, multi=multi))["features"]}
        for multi in (False, True)
    ]
    assert kinds == [{"Polygon"}, {"MultiPolygon"}]
    one, other = (json.loads(export(plan, multi=multi))["features"][3] for multi in (False, True))
    assert [one["geometry"]["coordinates"]] == other["geometry"]["coordinates"]


@pytest.mark.parametrize("ending", ["geojson", "geojsonl", "geojsons"])
@pytest.mark.parametrize("multi", [False, True])
def test_gdal_and_our_own_reader_give_back_what_was_written(tmp_path, ending, multi):
    layout = {"geojson": "collection", "geojsonl": "lines", "geojsons": "sequence"}[ending]
    plan = small_plan()
    path = tmp_path / f"a.{ending}"
    path.write_bytes(export(plan, layout=layout, multi=multi))
    back = pyogrio.read_dataframe(path)
    assert back["grid_code"].tolist() == ["T", "E", "W", "E01", "W01", "W02"]
    assert back.crs.equals("OGC:CRS84") or back.crs.equals("EPSG:4326")
    assert set(back.geom_type) == {"MultiPolygon" if multi else "Polygon"}
    assert back["valid_to"].isna().all()
    degrees = gpd.GeoSeries(plan.grids.geometry.loc[back["grid_code"]]).to_crs("OGC:CRS84")
    away = shapely.hausdorff_distance(back.geometry.to_numpy(), degrees.to_numpy())
    assert away.max() <= 0.71e-7  # half a unit in x and in y
    for level in (1, 2, 3):
        assert shapely.coverage_is_valid(back.geometry[back["level"] == level].to_numpy())
    ours = read_features(path).frame
    assert ours["grid_code"].tolist() == back["grid_code"].tolist()
    assert shapely.equals(ours.geometry.to_numpy(), back.geometry.to_numpy()).all()


def test_lines_and_texts_hold_the_same_features_and_the_head_comes_first():
    plan = small_plan()
    whole = json.loads(export(plan))
    lines = export(plan, layout="lines").splitlines()
    texts = export(plan, layout="sequence").split(b"\x1e")
    assert texts[0] == b""
    assert all(text.endswith(b"\n") for text in texts[1:])  # RFC 8142: what is whole ends so
    for rows in (lines, texts[1:]):
        features = [json.loads(row) for row in rows]
        assert features[0].pop("gridmap") == whole["gridmap"]
        assert features == whole["features"]
    nothing = plan.with_tables(grids=plan.grids.head(0), patches=plan.patches.head(0))
    assert json.loads(export(nothing, layout="lines"))["features"] == []
    for layout in ("collection", "lines", "sequence"):
        assert head_of(export(plan, layout=layout)) == whole["gridmap"]


def test_the_head_tells_two_states_apart_and_what_is_not_said_is_null():
    plan = small_plan()
    gone = {
        "grid_code": "W03",
        "retired_on": "2026-02-01",
        "reason": "merged",
        "successors": ["W01"],
    }
    told = head_of(export(plan, source=replace(SOURCE, retired=[gone])))
    assert (told["state"], told["retired"], told["version"]) == ("3:ab", [gone], "2026-1")
    bare = head_of(export(plan, source=replace(SOURCE, licence="", state="", retired=None)))
    assert (bare["licence"], bare["state"], bare["retired"]) == (None, None, None)
    assert bare["content_sha256"] == told["content_sha256"]  # not a feature differs
    names = plan.grids["name"].where(plan.grids.index != "W01", "新名")
    renamed = plan.with_tables(grids=plan.grids.assign(name=names))
    assert head_of(export(renamed))["content_sha256"] != told["content_sha256"]


def narrow_plan(width, top=100.0):
    """The small plan with a strip between W01 and W02 that is so many metres wide."""
    plan = small_plan()
    low, strip = square(0, 0, 200, top - width), square(0, top - width, 200, width)
    high = square(0, top, 200, 200 - top)
    east = shapely.Polygon([*square(200, 0, 200).exterior.coords][:-1])
    west = shapely.union_all([low, strip, high])
    east = shapely.difference(shapely.union_all([west, east]), west)
    grids = plan.grids.copy()
    patches = plan.patches.iloc[:0]
    shapes = {"W01": low, "W02": high, "E01": east}
    for code, shape in shapes.items():
        grids.loc[code, "geometry"] = shape
    row = grids.loc[["W02"]].set_axis(["W03"])
    grids = gpd.GeoDataFrame(gpd.pd.concat([grids, row.set_geometry([strip], crs=CRS)]))
    return plan.with_tables(grids=grids, patches=patches)


def test_six_decimals_are_written_where_snapping_holds_and_refused_where_ground_would_vanish():
    data = export(narrow_plan(3.0), decimals=6)
    head = head_of(data)
    assert (head["decimals"], head["topology"]["valid_tiling"]) == (6, True)
    points = shapely.get_coordinates(gpd.read_file(data.decode()).geometry.to_numpy())
    assert np.abs(points * 1e6 - np.rint(points * 1e6)).max() < 1e-6
    ring = data.split(b'"coordinates":[[[')[1].split(b"]")[0]
    assert [len(number.split(b".")[1]) for number in ring.split(b",")] == [6, 6]
    assert head_of(export(narrow_plan(0.02, top=100.02)))["topology"]["valid_tiling"]
    with pytest.raises(BoundaryError, match=r"would be gone.*Take 7 decimals"):
        export(narrow_plan(0.02, top=100.02), decimals=6)


def test_a_border_of_millimetres_that_became_a_point_is_told_with_six_decimals():
    plan, up = (
        small_plan(),
        100.009,
    )  # W02 and E01 share 9 mm, where the corners of four nearly meet
    grids = gpd.GeoDataFrame(
        gpd.pd.concat([plan.grids, plan.grids.loc[["E01"]].set_axis(["E02"])])
    )  # fmt: skip
    for code, corners in {
        "W01": [(0, 0), (200, 0), (200, 100), (0, 100)],
        "W02": [(0, 100), (200, 100), (200, up), (200, 200), (0, 200)],
        "E01": [(200, 0), (400, 0), (400, up), (200, up), (200, 100)],
        "E02": [(200, up), (400, up), (400, 200), (200, 200)],
    }.items():
        ring = [(EAST + x, NORTH + y) for x, y in corners]
        grids.loc[code, "geometry"] = shapely.Polygon(ring)
    plan = plan.with_tables(grids=grids, patches=plan.patches.iloc[:0])
    told = head_of(export(plan, decimals=6))["topology"]
    assert told["valid_tiling"]
    assert told["neighbours"] == {"lost": [["E01", "W02"]], "new": []}
    assert "neighbours" not in head_of(export(plan))["topology"]


@pytest.mark.parametrize("decimals", [0, 5, 8])
def test_other_decimals_are_refused_with_the_reason(decimals):
    with pytest.raises(BoundaryError, match=r"narrow ground vanishes.*nobody has measured"):
        export(small_plan(), decimals=decimals)


def test_every_place_is_moved_once_and_as_geopandas_moves_it():
    plan = small_plan()
    made = geojson_files(
        plan.grids, plan.patches, plan.assignments, plan.people, source=SOURCE, with_patches=True
    )
    east, north = shapely.get_coordinates(plan.patches.geometry["p0"])[0]
    lon, lat = Transformer.from_crs(CRS, 4326, always_xy=True).transform(east, north)
    assert f"[{lon:.7f},{lat:.7f}]".encode() in made.patches
    assert f"[{lon:.7f},{lat:.7f}]".encode() in made.grids
