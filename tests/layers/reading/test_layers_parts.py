"""One bad part, a text in place of a number, a bare ring: what is sound is kept, the rest named."""

import json
import struct

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely
from shapely import box

from layers.files.broken_shapes import from_json, from_wkb, from_wkt
from layers.inspect.file import inspect_file
from layers.landuse.ground import read_ground_and_issues
from layers.reading.features import read_features

SQUARE = [[113.9, 34.68], [113.91, 34.68], [113.91, 34.69], [113.9, 34.69], [113.9, 34.68]]
BAD = {
    "two points": [[113.92, 34.68], [113.92, 34.68]],
    "one point": [[113.92, 34.68]],
    "back and forth": [[113.92, 34.68], [113.93, 34.68], [113.92, 34.68], [113.92, 34.68]],
    "a null": [[113.92, 34.68], [None, 34.68], [113.93, 34.69], [113.92, 34.68]],
    "a word": [[113.92, 34.68], ["east", 34.68], [113.93, 34.69], [113.92, 34.68]],
    "no number": [[113.92, 34.68], [float("nan"), 34.68], [113.93, 34.69], [113.92, 34.68]],
    "of nowhere": [[113.92, 34.68], [1e30, 34.68], [113.93, 34.69], [113.92, 34.68]],
}


def write(path, *geometries):
    features = [
        {"type": "Feature", "id": at, "properties": {"id": f"R{at}"}, "geometry": one}
        for at, one in enumerate(geometries, start=1)
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


def broken_wkb(*rings):
    """A MultiPolygon in WKB of which every ring is a part, sound or not."""
    parts = b""
    for ring in rings:
        points = b"".join(struct.pack("<2d", *point) for point in ring)
        parts += struct.pack("<BIII", 1, 3, 1, len(ring)) + points
    return struct.pack("<BII", 1, 6, len(rings)) + parts


@pytest.mark.parametrize("ring", BAD.values(), ids=BAD)
def test_a_bad_part_of_a_multipolygon_costs_only_itself(tmp_path, ring):
    shape = {"type": "MultiPolygon", "coordinates": [[SQUARE], [ring]]}
    found = inspect_file(write(tmp_path / "a.geojson", shape)).layers[0]
    assert found.area_ha == pytest.approx(101.66, abs=0.01)
    lost = found.issues[found.issues["rule"].isin(["READ-6", "READ-3"])]
    assert len(lost) == 1
    assert "row 1" in lost["message"].iloc[0]


def test_a_bad_hole_costs_only_itself(tmp_path):
    shape = {"type": "Polygon", "coordinates": [SQUARE, [[113.905, 34.685]] * 2]}
    reading = read_features(write(tmp_path / "a.geojson", shape))
    assert reading.frame.geometry.iloc[0].area == pytest.approx(1e-4)
    assert "1 part of its shape cannot be read (a ring or line with too few points)" in (
        reading.issues[0].message
    )


def test_the_ground_of_a_bad_part_is_named_in_the_plan_and_no_row_counts_as_lost(tmp_path):
    shape = {"type": "MultiPolygon", "coordinates": [[SQUARE], [BAD["two points"]]]}
    path = write(tmp_path / "a.geojson", shape)
    ground, issues = read_ground_and_issues(path, crs="EPSG:4547", category="farmland")
    assert len(ground) == 1
    assert issues["unit"].tolist() == ["parts"]
    assert issues.geometry.notna().all()


@pytest.mark.parametrize("kind", ["gpkg", "csv of WKT", "csv of WKB", "parquet", "fgb"])
def test_a_bad_part_costs_only_itself_in_every_kind_of_file(tmp_path, kind):
    other = box(113.95, 34.68, 113.96, 34.69)
    raw = [broken_wkb(SQUARE, BAD["two points"]), shapely.to_wkb(other)]
    whole = shapely.MultiPolygon([shapely.Polygon(SQUARE)]).wkt
    text = [f"{whole[:-1]}, ((113.92 34.68, 113.92 34.68)))", other.wkt]
    path = tmp_path / f"a.{kind.split()[0]}"
    if kind == "csv of WKT":
        pd.DataFrame({"id": ["A", "B"], "wkt": text}).to_csv(path, index=False)
    elif kind == "csv of WKB":
        pd.DataFrame({"id": ["A", "B"], "geom": [one.hex() for one in raw]}).to_csv(path)
    elif kind == "parquet":
        gpd.GeoDataFrame({"id": ["A", "B"]}, geometry=[box(0, 0, 1, 1)] * 2, crs=4326).to_parquet(
            tmp_path / "whole.parquet"
        )
        table = pd.read_parquet(tmp_path / "whole.parquet")
        said = pq.read_schema(tmp_path / "whole.parquet").metadata
        given = pa.Table.from_pandas(table.assign(geometry=raw), preserve_index=False)
        pq.write_table(given.replace_schema_metadata(said), path)
    else:
        pyogrio.raw.write(
            path, np.array(raw, dtype=object), [np.array(["A", "B"], dtype=object)], ["id"],
            geometry_type="Unknown", crs="EPSG:4326",
        )  # fmt: skip
    reading = read_features(path)
    assert len(reading.frame) == 2
    assert reading.frame.geometry.iloc[0].area == pytest.approx(1e-4)
    said = [issue.message for issue in reading.issues if issue.rule == "READ-6"]
    assert len(said) == 1
    assert "1 of 2 parts of its shape" in said[0]


@pytest.mark.parametrize(
    ("kind", "coordinates"),
    [
        ("Point", ["113.9", "34.68"]),
        ("LineString", [["113.9", "34.68"], ["113.91", "34.68"]]),
        ("Polygon", [[[str(x), str(y)] for x, y in SQUARE]]),
        ("MultiPolygon", [[[[str(x), str(y)] for x, y in SQUARE]]]),
        ("MultiPolygon", [[SQUARE], [[[str(x + 1), str(y)] for x, y in SQUARE]]]),
        ("Polygon", [[["１１３．９", "３４．６８"], *SQUARE[1:4], ["113.9", "34.68"]]]),
        ("Polygon", json.dumps([SQUARE])),
    ],
    ids=["point", "line", "polygon", "multipolygon", "one part", "full width", "one text"],
)
def test_coordinates_written_as_texts_are_read_and_told(tmp_path, kind, coordinates):
    path = write(tmp_path / "a.geojson", {"type": kind, "coordinates": coordinates})
    reading = read_features(path)
    assert reading.frame.total_bounds[:2] == pytest.approx([113.9, 34.68])
    assert reading.crs_why.en.startswith("GeoJSON is in WGS 84")
    assert [issue.rule for issue in reading.issues] == ["READ-8"]
    assert "written as texts and were read as numbers in 1 row (1)" in reading.issues[0].message
    assert "按数字读取" in reading.issues[0].message_zh


def test_texts_that_are_no_numbers_are_the_reason_that_is_told(tmp_path):
    ring = [["113°54′", "34°40′"], ["113°55′", "34°40′"], ["113°55′", "34°41′"]]
    found = inspect_file(write(tmp_path / "a.geojson", {"type": "Polygon", "coordinates": [ring]}))
    said = found.layers[0].issues["message"].tolist()
    assert said == [
        "'a.geojson' row 1 cannot be read: (id 1) coordinates that are not numbers. It is left "
        "out; repair it and read again."
    ]


def test_texts_in_attributes_are_left_as_they_are(tmp_path):
    path = write(tmp_path / "a.geojson", {"type": "Polygon", "coordinates": [SQUARE]})
    content = json.loads(path.read_text())
    content["features"][0]["properties"] = {"tags": ["01", "02"], "code": "0101"}
    path.write_text(json.dumps(content))
    reading = read_features(path)
    assert reading.frame["code"].tolist() == ["0101"]
    assert reading.issues == ()


def test_texts_in_a_layer_of_esri_json_are_read(tmp_path):
    ring = [[str(x), str(y)] for x, y in SQUARE]
    content = {
        "geometryType": "esriGeometryPolygon",
        "spatialReference": {"wkid": 4490},
        "fields": [{"name": "a", "type": "esriFieldTypeInteger"}],
        "features": [{"attributes": {"a": 1}, "geometry": {"rings": [ring]}}],
    }
    (tmp_path / "a.json").write_text(json.dumps(content))
    assert read_features(tmp_path / "a.json").frame.geometry.iloc[0].area == pytest.approx(1e-4)


def test_a_polygon_nested_like_several_is_read_as_what_it_is(tmp_path):
    path = write(tmp_path / "a.geojson", {"type": "Polygon", "coordinates": [[SQUARE]]})
    reading = read_features(path)
    assert reading.frame.geometry.iloc[0].area == pytest.approx(1e-4)
    assert "read as what they are in 1 row (1)" in reading.issues[0].message


def test_shapes_are_taken_apart_alike_from_bytes_text_and_json():
    text = "MULTIPOLYGON (((0 0, 1 0, 1 1, 0 0)), ((5 5, 5 5)), EMPTY)"
    given = {
        "type": "MultiPolygon",
        "coordinates": [[[[0, 0], [1, 0], [1, 1], [0, 0]]], [[[5, 5], [5, 5]]], []],
    }
    for one in (from_wkt(text), from_json(given)):
        assert one.shape.equals(shapely.Polygon([(0, 0), (1, 0), (1, 1)]))
        assert (one.parts, len(one.lost)) == (3, 2)
    whole = shapely.from_wkt(
        "GEOMETRYCOLLECTION Z (POINT Z (1 2 3), MULTIPOLYGON Z (((0 0 1, 4 0 1, 4 4 1, 0 0 1), "
        "(2 1 1, 3 1 1, 3 2 1, 2 1 1))), LINESTRING Z (0 0 1, 1 1 1))"
    )
    for flavor in ("iso", "extended"):
        again = from_wkb(shapely.to_wkb(whole, flavor=flavor))
        assert (again.parts, again.lost) == (3, [])
        assert again.shape.equals(shapely.force_2d(whole)) or again.shape.area == whole.area
    cut = from_wkb(shapely.to_wkb(shapely.MultiPolygon([box(0, 0, 1, 1), box(2, 0, 3, 1)]))[:-20])
    assert cut.shape.equals(box(0, 0, 1, 1))
    assert len(cut.lost) == 1


def test_a_layer_of_empty_shapes_is_told_as_such_and_not_as_one_of_no_place(tmp_path):
    path = write(tmp_path / "a.geojson", {"type": "Polygon", "coordinates": []})
    (said,) = inspect_file(path).layers[0].issues["message"]
    assert said.startswith("'a.geojson': none of its 1 feature has a shape with coordinates")


def test_texts_in_a_layer_with_a_feature_on_every_line_are_read(tmp_path):
    rings = [[[[str(x + at), str(y)] for x, y in SQUARE]] for at in range(2)]
    lines = [
        json.dumps({"type": "Feature", "properties": {"a": 1},
                    "geometry": {"type": "Polygon", "coordinates": one}})
        for one in rings
    ]  # fmt: skip
    (tmp_path / "a.geojsonl").write_text("\n".join(lines))
    reading = read_features(tmp_path / "a.geojsonl")
    assert shapely.area(reading.frame.geometry.to_numpy()) == pytest.approx([1e-4, 1e-4])
    assert "read as numbers in 2 rows (1, 2)" in reading.issues[0].message


def test_a_long_shape_that_cannot_be_read_is_shown_in_a_few_signs(tmp_path):
    text = "POLYGON ((" + ", ".join(f"nan {at}" for at in range(5_000)) + "))"
    whole = shapely.Polygon(SQUARE).wkt
    pd.DataFrame({"id": ["A", "B"], "wkt": [text, whole]}).to_csv(tmp_path / "a.csv", index=False)
    (said,) = [one for one in read_features(tmp_path / "a.csv").issues if one.rule == "READ-6"]
    assert len(said.message) < 250
    assert "such as POLYGON ((x y, …))" in said.message
    assert len(said.message_zh) < 250


@pytest.mark.parametrize("quantized", [True, False])
def test_texts_among_the_arcs_of_a_topojson_are_read_and_told(tmp_path, quantized):
    steps = [["0", "0"], ["1", "0"], ["0", "1"], ["-1", "-1"]]
    arc = steps if quantized else [[str(x), str(y)] for x, y in SQUARE]
    shape = {"type": "Polygon", "arcs": [[0]], "properties": {"id": "A"}}
    whole = {"type": "Topology", "arcs": [arc], "objects": {
        "a": {"type": "GeometryCollection", "geometries": [shape, shape]}}}  # fmt: skip
    if quantized:
        whole["transform"] = {"scale": ["0.01", "0.01"], "translate": ["113.9", "34.68"]}
    (tmp_path / "a.topojson").write_text(json.dumps(whole))
    reading = read_features(tmp_path / "a.topojson")
    assert reading.frame.total_bounds == pytest.approx([113.9, 34.68, 113.91, 34.69])
    assert "were read as numbers in 2 rows (1, 2)" in reading.issues[0].message


@pytest.mark.parametrize(
    "geometry",
    [
        json.dumps({"type": "Polygon", "coordinates": [SQUARE]}),
        {"type": "Polygon", "coordinates": [[{"x": 114, "y": 34}]]},
        {"type": "Polygon", "coordinates": SQUARE},
    ],
    ids=["a text", "objects", "a ring too few"],
)
def test_a_geometry_of_another_make_is_told_without_the_words_of_a_parser(tmp_path, geometry):
    sound = {"type": "Polygon", "coordinates": [SQUARE]}
    (issue,) = read_features(write(tmp_path / "a.geojson", sound, geometry)).issues
    assert "row 2 cannot be read: (id 2) its geometry is not written as GeoJSON has it" in (
        issue.message
    )
    assert "geometry 的写法不符合 GeoJSON" in issue.message_zh
