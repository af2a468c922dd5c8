"""What OpenStreetMap says is ground and what not, files of editors, and files that lack members."""

import geopandas as gpd
import pytest
from shapely import box

from layers.contract.errors import EmptyLayerError, LayerSchemaError
from layers.landuse.ground import read_ground_and_issues
from layers.reading.features import read_features

CRS = "EPSG:4547"


def nodes(ids, x=113.9, y=34.6, side=0.01, more=""):
    corners = [(x, y), (x + side, y), (x + side, y + side), (x, y + side)]
    return "".join(
        f'<node id="{one}" lon="{lon}" lat="{lat}" version="1"{more}/>'
        for one, (lon, lat) in zip(ids, corners, strict=False)
    )


def way(number, refs, more="", **tags):
    inside = "".join(f'<nd ref="{ref}"/>' for ref in refs)
    inside += "".join(f'<tag k="{key}" v="{value}"/>' for key, value in tags.items())
    return f'<way id="{number}" version="1"{more}>{inside}</way>'


def relation(number, members, **tags):
    inside = "".join(f'<member type="way" ref="{ref}" role="{role}"/>' for ref, role in members)
    inside += "".join(f'<tag k="{key}" v="{value}"/>' for key, value in tags.items())
    return f'<relation id="{number}" version="1">{inside}</relation>'


def write(path, *parts):
    path.write_text(f'<?xml version="1.0"?><osm version="0.6">{"".join(parts)}</osm>')
    return path


def ground_of(path, column="osm_tag"):
    return read_ground_and_issues(path, crs=CRS, code_column=column, codes="osm")


@pytest.mark.parametrize(
    "tags",
    [
        {"boundary": "administrative", "admin_level": "8"},
        {"building": "yes"},
        {"building": "house", "amenity": "restaurant"},
        {"place": "town"},
        {"tourism": "attraction"},
        {"leisure": "nature_reserve", "boundary": "protected_area"},
        {"boundary": "national_park", "natural": "valley"},
    ],
    ids=lambda tags: "+".join(tags),
)
def test_an_area_without_a_tag_of_land_use_claims_no_ground(tmp_path, tags):
    path = write(
        tmp_path / "a.osm",
        nodes([1, 2, 3, 4], side=0.03), nodes([5, 6, 7, 8]),
        way(10, [1, 2, 3, 4, 1], **tags), way(11, [5, 6, 7, 8, 5], natural="water"),
    )  # fmt: skip
    ground, issues = ground_of(path)
    assert ground["category"].tolist() == ["water"]
    told = issues[issues["rule"] == "READ-17"]
    assert told["severity"].tolist() == ["info"]
    assert "1 area without a tag of land use (915." in told["message"].iloc[0]
    assert told["size"].iloc[0] == pytest.approx(9.157e6, rel=1e-3)


def test_a_layer_of_borders_alone_is_refused(tmp_path):
    path = write(tmp_path / "a.osm", nodes([1, 2, 3, 4]),
                 way(10, [1, 2, 3, 4, 1], boundary="administrative"))  # fmt: skip
    with pytest.raises(LayerSchemaError, match=r"none of its 1 areas has a tag of land use"):
        ground_of(path)


@pytest.mark.parametrize(
    ("tags", "category"),
    [
        ({"building": "school", "amenity": "school"}, "residual"),
        ({"building": "yes", "landuse": "industrial"}, "residual"),
        ({"landuse": "yes", "natural": "water"}, "water"),
        ({"landuse": "meadow;farmland"}, "residual"),
        ({"landuse": "orchids;farmland"}, "farmland"),
        ({"waterway": "riverbank"}, "water"),
        ({"water": "pond"}, "water"),
        ({"amenity": "restaurant", "leisure": "park"}, "park_green"),
        ({"boundary": "administrative", "leisure": "park"}, "park_green"),
    ],
    ids=str,
)
def test_the_tag_that_the_table_knows_decides(tmp_path, tags, category):
    path = write(tmp_path / "a.osm", nodes([1, 2, 3, 4]), way(10, [1, 2, 3, 4, 1], **tags))
    ground, issues = ground_of(path)
    assert ground["category"].tolist() == [category]
    assert issues.empty


COLUMNS = {
    "landuse": ["farmland", None, None, None, "flowers"],
    "natural": [None, "water", None, None, None],
    "LEISURE": [None, None, "park", None, None],
    "building": [None, None, None, "yes", None],
}
FOUND = [("farmland", ""), ("water", ""), ("park_green", ""), ("residual", "other_land")]


def shapes(columns):
    count = len(next(iter(columns.values())))
    squares = [box(513_000 + 200 * at, 3_837_000, 513_100 + 200 * at, 3_837_100)
               for at in range(count)]  # fmt: skip
    return gpd.GeoDataFrame(columns, geometry=squares, crs=CRS)


def test_several_columns_of_tags_in_an_export_are_read_together(tmp_path):
    shapes(COLUMNS).to_file(tmp_path / "a.gpkg")
    ground, issues = ground_of(tmp_path / "a.gpkg", "landuse")
    assert list(zip(ground["category"], ground["subclass"], strict=True)) == FOUND
    assert sorted(issues["rule"]) == ["READ-17", "READ-4"]
    assert "'landuse=flowers' is not known" in issues.set_index("rule")["message"]["READ-4"]


def test_the_column_of_all_other_tags_is_looked_into(tmp_path):
    columns = {"landuse": ["farmland", None], "other_tags": [None, '"waterway"=>"riverbank"']}
    shapes(columns).to_file(tmp_path / "a.gpkg")
    assert ground_of(tmp_path / "a.gpkg", "landuse")[0]["category"].tolist() == [
        "farmland",
        "water",
    ]


def test_the_values_without_keys_of_ready_made_extracts_are_known(tmp_path):
    columns = {"fclass": ["farmland", "park", "forest", "water", "farm", "riverbank"]}
    shapes(columns).to_file(tmp_path / "a.shp", encoding="UTF-8")
    assert ground_of(tmp_path / "a.shp", "fclass")[0]["category"].tolist() == [
        "farmland", "park_green", "residual", "water", "farmland", "water",
    ]  # fmt: skip


def test_a_file_of_an_editor_is_read_with_its_own_ids(tmp_path):
    modified = ' action="modify" visible="true"'
    path = write(
        tmp_path / "a.osm",
        nodes([-101, -102, -103, -104], side=0.03, more=modified),
        nodes([8, 7, 6, 5], x=113.91, y=34.61),
        nodes([21, 22, 23, 24], x=113.99),
        way(-10, [-101, -102, -103, -104, -101]), way(20, [8, 7, 6, 5, 8], natural="water"),
        way(30, [21, 22, 23, 24, 21], more=' action="delete" visible="true"', landuse="forest"),
        relation(-5, [(-10, "outer"), (20, "inner")], type="multipolygon", landuse="farmland"),
    )  # fmt: skip
    before = path.read_bytes()
    frame = read_features(path).frame.set_index("osm_tag")
    assert sorted(frame.index) == ["landuse=farmland", "natural=water"]
    assert frame.geometry["landuse=farmland"].area == pytest.approx(0.0009 - 0.0001)
    assert frame["osm_id"]["landuse=farmland"] == "-5"
    assert frame["osm_way_id"]["natural=water"] == "20"
    assert path.read_bytes() == before


def test_what_a_file_lacks_of_its_members_is_told(tmp_path):
    path = write(
        tmp_path / "a.osm", nodes([1, 2, 3, 4]), nodes([5, 6, 8], x=113.93),
        way(10, [1, 2, 3, 4, 1], landuse="farmland"), way(20, [5, 6, 7, 8, 5], landuse="forest"),
        relation(100, [(10, "outer"), (11, "outer")], type="multipolygon", landuse="forest"),
    )  # fmt: skip
    said = [issue.message for issue in read_features(path).issues]
    assert any("1 way without nodes that the file does not hold (20)" in text for text in said)
    assert any("1 way of relations that the file does not hold (11)" in text for text in said)
    whole = write(
        tmp_path / "b.osm", nodes([1, 2, 3, 4]), way(10, [1, 2, 3, 4, 1], landuse="farmland")
    )
    assert read_features(whole).issues == ()


def test_a_server_that_stopped_early_is_told_also_when_nothing_came(tmp_path):
    remark = "<remark> runtime error: Query timed out </remark>"
    path = write(tmp_path / "a.osm", nodes([1, 2, 3, 4]),
                 way(10, [1, 2, 3, 4, 1], landuse="farmland"), remark)  # fmt: skip
    assert "runtime error: Query timed out" in read_features(path).issues[0].message
    with pytest.raises(EmptyLayerError, match=r"runtime error: Query timed out"):
        read_features(write(tmp_path / "b.osm", remark))


def test_ways_of_land_use_that_are_left_open_are_told(tmp_path):
    path = write(
        tmp_path / "a.osm", nodes([1, 2, 3, 4]), nodes([5, 6, 7, 8], x=113.93),
        way(10, [1, 2, 3, 4, 1], landuse="farmland"), way(20, [5, 6, 7, 8], landuse="forest"),
        way(21, [5, 6, 7], natural="water"), way(22, [5, 6], natural="tree_row"),
        way(23, [5, 6, 7], ' action="delete"', landuse="forest"),
        way(24, [7, 8, 5], highway="path"),
    )  # fmt: skip
    (issue,) = read_features(path).issues
    assert "2 ways of land use left open at the end (20, 21)" in issue.message
    ring = relation(100, [(20, "outer"), (21, "outer")], type="multipolygon", landuse="forest")
    member = way(20, [5, 6, 7, 8], landuse="forest"), way(21, [8, 5], landuse="forest"), ring
    parts = nodes([5, 6, 7, 8], x=113.93), *member
    assert read_features(write(tmp_path / "b.osm", *parts)).issues == ()
