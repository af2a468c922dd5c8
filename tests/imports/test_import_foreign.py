"""The grids of another system become a plan: matched by ground, every fault with its place."""

import numpy as np
import pytest
import shapely
from import_worlds import box, one, rules_of, source_of, taken, written
from redraw_plan import E1, W1, W2, code_of, draw, square

from layers.contract.errors import LayerCRSError, LayerFileError, LayerSchemaError
from layers.location.datum import wgs_to_gcj

WEST = ("TVW01", "", box(0, 0, 2, 3))
MIDDLE = ("TVW02", "", box(2, 0, 4, 3))
EAST = ("TVE01", "", box(4, 0, 6, 3))


def test_codes_that_do_not_fit_stay_with_their_grids_and_names_become_labels(tmp_path):
    plan = draw()
    path = written(
        tmp_path / "theirs.geojson", ("甲-1", "河东组", box(0, 0, 2, 3)),
        ("甲-2", "河西组", box(2, 0, 4, 3)), ("乙-1", "山前组", EAST[2]), crs="EPSG:4326",
    )  # fmt: skip

    got = taken(plan, path)

    micro = got.plan.micro_grids.sort_values("source_code")
    assert micro["source_code"].tolist() == ["乙-1", "甲-1", "甲-2"]
    assert micro["label"].tolist() == ["山前组", "河东组", "河西组"]
    assert micro.index.tolist() == ["TVE02", "TVW03", "TVW04"]  # no number is used again
    assert sorted(got.issues.loc[got.issues["rule"] == "IMPORT-7", "other_code"]) == [
        "乙-1", "甲-1", "甲-2",
    ]  # fmt: skip


def test_columns_are_known_by_their_headers_or_named_and_told_with_an_example(tmp_path):
    plan = draw()
    path = written(
        tmp_path / "theirs.gpkg", ("1", "一", WEST[2]), ("2", "二", MIDDLE[2]),
        ("3", "三", EAST[2]), 所属网格=["TVW", "TVW", "TVE"], 备注=["x", "y", "z"],
    )  # fmt: skip

    source = source_of(plan, path)
    named = source_of(plan, path, columns={"name": "备注"})

    found = {row.ours: (row.column, row.example) for row in source.found}
    assert found == {
        "code": ("网格编码", "1"), "name": ("网格名称", "一"), "parent": ("所属网格", "TVW")
    }  # fmt: skip
    assert named.grids["name"].tolist() == ["x", "y", "z"]


def test_a_code_that_stands_for_other_ground_in_the_plan_is_not_used_for_this(tmp_path):
    plan = draw()
    path = written(
        tmp_path / "swapped.gpkg", ("TVW01", "", MIDDLE[2]), ("TVW02", "", WEST[2]), EAST
    )

    got = taken(plan, path)

    assert code_of(got.plan, "P00", "P20") == ["TVW03", "TVW04"]
    assert "stands for other ground" in got.issues["message"].str.cat()


def test_ground_in_no_grid_joins_its_neighbour_when_small_and_else_is_a_grid_of_its_own(tmp_path):
    plan = draw()
    path = written(
        tmp_path / "gaps.gpkg",
        WEST,
        ("TVW02", "", box(2, 0, 4, 2.6)),
        ("TVE01", "", box(4, 0, 5, 3)),
    )

    got = taken(plan, path)

    bare = got.issues[got.issues["rule"] == "IMPORT-4"].set_index("code")
    assert bare["size"].to_dict() == pytest.approx({"TVW02": 8000.0, "TVE02": 30000.0})
    assert bare.geometry["TVE02"].within(box(5, 0, 6, 3))
    assert code_of(got.plan, "P50", "P51", "P52") == ["TVE02"] * 3
    assert got.totals["bare_m2"] == pytest.approx(38000.0)


def test_overlaps_go_to_the_first_grid_and_are_listed_with_their_square_metres(tmp_path):
    plan = draw()
    path = written(tmp_path / "over.gpkg", ("TVW01", "", box(0, 0, 3, 3)), MIDDLE, EAST)

    got = taken(plan, path)

    row = one(got, "IMPORT-3")
    assert (row["code"], row["other_code"], row["size"]) == ("TVW01", "TVW02", pytest.approx(3e4))
    assert row.geometry.within(box(2, 0, 3, 3))
    assert code_of(got.plan, "P20", "P30") == [W1, W2]


def test_a_code_in_two_rows_is_one_grid_and_the_same_ground_twice_an_error(tmp_path):
    plan = draw()
    path = written(
        tmp_path / "twice.gpkg", ("TVW01", "", box(0, 0, 2, 2)), ("TVW01", "", box(0, 2, 2, 3)),
        MIDDLE, EAST, ("TVX01", "", EAST[2]),
    )  # fmt: skip

    got = taken(plan, path)

    listed = got.issues[got.issues["rule"] == "IMPORT-5"]
    assert listed["severity"].tolist() == ["warning", "error"]
    assert listed["code"].tolist() == ["TVW01", "TVE01"]
    assert code_of(got.plan, "P00", "P02") == [W1, W1]
    assert one(got, "IMPORT-9")["code"] == "TVX01"


def test_a_grid_in_two_villages_becomes_one_in_each(tmp_path):
    plan = draw()
    path = written(
        tmp_path / "two.gpkg", WEST, ("TVW02", "", box(2, 0, 5, 3)), ("TVE01", "", box(5, 0, 6, 3))
    )

    got = taken(plan, path)

    row = one(got, "IMPORT-6")
    assert (row["code"], row["other_code"], row["size"]) == ("TVE02", "TVW02", pytest.approx(3e4))
    assert code_of(got.plan, "P20", "P40", "P50") == ["TVW02", "TVE02", "TVE01"]
    errors = got.plan.issues.loc[got.plan.issues["severity"] == "error", "rule"]
    assert not errors.str.startswith(("TREE", "COV", "CODE")).any()


def test_a_border_of_a_village_that_is_a_little_off_makes_no_grid_across_it(tmp_path):
    plan = draw()
    path = written(
        tmp_path / "off.gpkg",
        WEST,
        ("TVW02", "", box(2, 0, 4.05, 3)),
        ("TVE01", "", box(4.05, 0, 6, 3)),
    )

    got = taken(plan, path)

    assert sorted(got.plan.micro_grids.index) == [E1, W1, W2]
    assert code_of(got.plan, "P40", "P41", "P42") == [E1] * 3
    assert len(got.plan.patches) == len(plan.patches)


def test_a_border_a_metre_beside_that_of_patches_follows_the_patches(tmp_path):
    plan = draw()
    path = written(
        tmp_path / "beside.gpkg",
        ("TVW01", "", box(0, 0, 2.01, 3)),
        ("TVW02", "", box(2.01, 0, 4, 3)),
        EAST,
    )

    got = taken(plan, path)

    assert got.plan.patches["grid_code"].equals(plan.patches["grid_code"])
    assert got.straddles.empty


def test_ground_outside_the_town_is_left_out_and_listed(tmp_path):
    plan = draw()
    path = written(
        tmp_path / "out.gpkg", WEST, MIDDLE, ("TVE01", "", box(4, 0, 7, 3)),
        ("TVE02", "", box(8, 0, 9, 1)),
    )  # fmt: skip

    got = taken(plan, path)

    listed = got.issues[got.issues["rule"] == "IMPORT-2"].set_index("code")
    assert listed["size"].to_dict() == pytest.approx({"TVE01": 3e4, "TVE02": 1e4})
    assert listed["severity"].to_dict() == {"TVE01": "warning", "TVE02": "error"}


def test_a_wrong_grid_above_in_the_source_is_listed_and_the_ground_counts(tmp_path):
    plan = draw()
    path = written(tmp_path / "above.gpkg", WEST, MIDDLE, EAST, 上级编码=["TVW", "TVE", "TVE"])

    got = taken(plan, path)

    row = one(got, "IMPORT-8")
    assert (row["code"], row["other_code"]) == ("TVW02", "TVW")


def test_every_square_metre_of_a_source_is_accounted_for(tmp_path):
    plan = draw()
    path = written(
        tmp_path / "wild.gpkg", ("TVW01", "", box(-1, 0, 2.3, 3)), ("TVW02", "", box(2, 0, 4.6, 2)),
        ("", "", box(3, 1.5, 7, 2.7)), ("x", "", box(8, 8, 9, 9)),
    )  # fmt: skip

    got = taken(plan, path)

    table = got.grids
    parts = ["outside_m2", "overlap_m2", "left_m2", "kept_m2", "away_m2"]
    assert table[parts].sum(axis=1).tolist() == pytest.approx(table["area_m2"].tolist())
    assert (table[parts] > -1e-6).all(axis=None)
    of_town = got.plan.patches.area.sum()
    joined = got.issues.loc[got.issues["rule"] == "IMPORT-4"]
    own = joined.loc[
        ~joined["code"].isin(set(table["grid_codes"].str.split(";").explode())), "size"
    ]
    assert got.totals["kept_m2"] + got.totals["received_m2"] + own.sum() == pytest.approx(of_town)
    assert {"IMPORT-2", "IMPORT-3", "IMPORT-4", "IMPORT-7"} <= set(rules_of(got))


def test_an_invalid_ring_is_repaired_and_listed_with_its_place(tmp_path):
    plan = draw()
    knot = shapely.Polygon(
        [
            *shapely.get_coordinates(box(0, 0, 2, 3))[:2],
            *shapely.get_coordinates(box(0, 0, 2, 3))[[3, 2]],
        ]
    )
    path = written(tmp_path / "knot.gpkg", ("TVW01", "", knot), MIDDLE, EAST)

    got = taken(plan, path)

    row = one(got, "READ-3")
    assert row["other_code"] == "TVW01"
    assert not row.geometry.is_empty


@pytest.mark.parametrize("name", ["theirs.shp", "theirs.kml", "theirs.gpkg", "theirs.geojson"])
def test_other_formats_give_the_same_plan(name, tmp_path):
    plan = draw()
    crs = "EPSG:4547" if name.endswith(("shp", "gpkg")) else "EPSG:4326"
    path = written(
        tmp_path / name, ("1", "甲", WEST[2]), ("2", "乙", MIDDLE[2]), ("3", "丙", EAST[2]), crs=crs
    )

    got = taken(plan, path)

    assert got.plan.micro_grids["label"].tolist() == ["丙", "甲", "乙"]
    assert got.plan.micro_grids["source_code"].tolist() == ["3", "1", "2"]


def test_a_file_without_codes_is_refused_with_the_columns_it_has(tmp_path):
    path = tmp_path / "bare.gpkg"
    written(path, WEST)
    import geopandas as gpd

    gpd.read_file(path).rename(columns={"网格编码": "甲", "网格名称": "乙"}).to_file(path)

    with pytest.raises(LayerSchemaError, match=r"Found: '甲', '乙'. Name the column with --code"):
        source_of(draw(), path)


def test_a_named_column_that_is_not_there_is_refused(tmp_path):
    path = written(tmp_path / "theirs.gpkg", WEST)

    with pytest.raises(LayerSchemaError, match=r"no column '网格编号'.*'网格编码'"):
        source_of(draw(), path, columns={"code": "网格编号"})


def test_a_file_drawn_on_a_web_map_is_recognized_and_brought_back_when_that_is_said(tmp_path):
    from layers.reading.features import Declared

    plan = draw()
    path = tmp_path / "web.geojson"
    frame = plan.micro_grids[["geometry"]].to_crs(4326)
    shifted = shapely.transform(
        frame.geometry.to_numpy(), lambda xy: np.column_stack(wgs_to_gcj(xy[:, 0], xy[:, 1]))
    )
    frame.assign(code=frame.index).set_geometry(shifted, crs=4326).to_file(path)

    with pytest.raises(
        LayerCRSError, match=r"as coordinates of a web map do \(gcj02\). Give --datum gcj02"
    ):
        source_of(plan, path)
    got = taken(plan, path, declared=Declared(datum="gcj02"))
    assert got.plan.patches["grid_code"].equals(plan.patches["grid_code"])


def test_files_of_another_place_and_files_without_polygons_are_refused(tmp_path):
    away = written(tmp_path / "away.gpkg", ("1", "", box(500, 500, 501, 501)))
    points = written(tmp_path / "points.gpkg", ("1", "", square(1, 1).centroid))

    with pytest.raises(LayerCRSError, match="no ground in the town"):
        source_of(draw(), away)
    with pytest.raises(LayerFileError, match="holds no polygon: 1 features"):
        source_of(draw(), points)
