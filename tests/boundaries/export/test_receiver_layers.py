"""A plan as layers for other systems: exact in every CRS, with types, without what is private."""

import json

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from project import ROOT
from small_plan import EAST, NORTH, small_plan
from written_boundaries import both, shapes_of
from written_layers import as_chain, layers_of, turned_plan

from boundaries.export.formats import receiver_crs
from boundaries.export.formats.coordinates import fitted
from boundaries.export.formats.fields import GRID_FIELDS, OBJECT_FIELDS, PATCH_FIELDS
from layers.contract.errors import LayerCRSError

EVERY_CRS = ("WGS84", "EPSG:4490", "EPSG:4547", "4526", None)
OWN = turned_plan().crs
ON_GROUND = ("grids_1", "grids_2", "micro_grids")


def ground_of(layers):
    tables = [layers[name].frame[["grid_code", "parent_code", "geometry"]] for name in ON_GROUND]
    return pd.concat(tables).set_index("grid_code")


@pytest.mark.parametrize("crs", EVERY_CRS)
def test_a_parent_is_its_children_edge_by_edge_on_the_numbers_written(crs):
    layers = layers_of(crs=crs, with_patches=True)
    ground = ground_of(layers)
    patches = layers["patches"].frame
    for code, shape in ground.geometry.items():
        children = ground.geometry[ground["parent_code"].fillna("") == code]
        below = patches.geometry[patches["grid_code"] == code]
        assert len(children) or len(below)
        for parts in (children, below):
            assert as_chain(parts) == (as_chain([shape]) if len(parts) else set())


@pytest.mark.parametrize("crs", EVERY_CRS)
def test_areas_are_those_of_the_plan_and_rings_turn_by_the_right_hand_rule(crs):
    back = ground_of(layers_of(crs=crs)).to_crs(OWN)
    given = turned_plan().grids.area.loc[back.index]
    assert (np.abs(back.area / given - 1) < 1e-6).all()
    for layer in layers_of(crs=crs).values():
        for shape in layer.frame.geometry.dropna():
            assert shape.geom_type == ("Point" if layer.name == "objects" else "MultiPolygon")
            assert all(part.exterior.is_ccw for part in shapely.get_parts(shape) if part.area)


def test_the_numbers_of_the_plan_are_kept_in_its_own_system():
    found = ground_of(layers_of()).geometry
    for code, shape in turned_plan().grids.geometry.items():
        assert as_chain([found[code]]) == as_chain([shapely.orient_polygons(shape)])


@pytest.mark.parametrize("crs", ["EPSG:4547", "EPSG:4490"])
def test_a_crack_of_the_plan_is_written_as_it_is_and_moves_no_border(crs):
    left, right = shapely.box(0, 0, 30.001, 30), shapely.box(30.011, 0, 60, 30)
    ground = gpd.GeoSeries([left, right], crs=OWN).translate(EAST, NORTH)
    fit = fitted(receiver_crs(crs, own=OWN))
    # It is told that the borders do not fit together, for the crack is narrower than 5 cm.
    back = gpd.GeoSeries(fit(ground, False).shapes, crs=crs).to_crs(OWN)
    assert (np.abs(back.area / ground.area - 1) < 1e-6).all()
    assert back.union_all().area == pytest.approx(ground.area.sum(), rel=1e-6)


def test_with_seven_decimals_in_wgs84_the_numbers_are_those_of_the_geojson():
    found = ground_of(layers_of(crs="WGS84", decimals=7, with_patches=True)).geometry
    written = shapes_of(both(turned_plan())[0])
    assert all(as_chain([found[code]]) == as_chain([written[code]]) for code in written.index)


def test_east_comes_first_whatever_order_of_axes_a_system_has():
    west, south, _, _ = layers_of(crs="EPSG:4490")["grids_1"].frame.total_bounds
    assert (round(west), round(south)) == (114, 35)
    assert layers_of(crs="EPSG:4526")["grids_1"].frame.total_bounds[0] > 38_000_000


def test_every_level_is_a_layer_in_order_of_its_key():
    layers = layers_of(with_patches=True)
    assert list(layers) == ["grids_1", "grids_2", "micro_grids", "patches", "objects"]
    assert [layer.title for layer in layers.values()] == [
        "一级网格", "二级网格", "微网格", "图斑", "对象",
    ]  # fmt: skip
    for layer in layers.values():
        keys = layer.frame[layer.key]
        assert keys.is_monotonic_increasing
        assert keys.is_unique
        assert [one.name for one in layer.fields] == list(layer.frame.columns[:-1])
    assert "patches" not in layers_of()


def test_exclusive_grids_are_in_the_layer_of_their_level_and_parts_without_ground_have_none():
    plan = small_plan()
    grids = plan.grids.copy()
    grids.loc["E", "kind"] = "exclusive"
    grids.loc["E01", ["kind", "spatial", "family"]] = ["exclusive", False, ""]
    grids.loc["E01", "geometry"] = None
    patches = plan.patches.assign(grid_code=plan.patches["grid_code"].replace("E01", ""))
    layers = layers_of(plan.with_tables(grids=grids, patches=patches))
    assert list(layers["grids_2"].frame["kind"]) == ["exclusive", "base"]
    row = layers["grids_3"].frame.iloc[0]
    assert (row["grid_code"], row["spatial"], row["geometry"]) == ("E01", False, None)
    assert list(layers["micro_grids"].frame["grid_code"]) == ["W01", "W02"]


def test_columns_have_types_and_null_where_nothing_is_known():
    frame = layers_of()["micro_grids"].frame
    kinds = {"text": "string", "whole": "Int64", "number": "Float64", "day": "datetime64[s]",
             "flag": "boolean"}  # fmt: skip
    for layer in layers_of(with_patches=True).values():
        for one in layer.fields:
            assert str(layer.frame[one.name].dtype) == kinds[one.kind]
    assert frame["valid_from"].iloc[0] == pd.Timestamp(2026, 1, 1)
    assert frame["valid_to"].isna().all()
    assert frame["population"].isna().all()
    assert frame["households"].tolist() == [0, 0, 13]  # 12.5 of p2, whole
    things = layers_of()["objects"].frame
    assert things["staff"].fillna(-1).tolist() == [-1, 7]
    assert things["charge_level"].fillna(-1).tolist() == [0, -1]  # 0: a post on the object itself
    assert things["seen_on"].tolist() == [pd.Timestamp(2026, 2, 3), pd.NaT]
    assert things["geometry"].isna().tolist() == [False, True]


def test_fields_are_the_properties_of_the_geojson_and_short_names_fit_every_table():
    schema = json.loads((ROOT / "docs" / "geojson.schema.json").read_text())["$defs"]
    assert list(GRID_FIELDS) == list(schema["grid"]["properties"])
    assert list(PATCH_FIELDS) == list(schema["patch"]["properties"])
    for fields in (GRID_FIELDS, PATCH_FIELDS, OBJECT_FIELDS):
        assert len({one.short for one in fields.values()}) == len(fields)
        for one in fields.values():
            assert one.short.isascii()
            assert 0 < len(one.short) <= 10
            assert one.title
            assert one.title_en
            assert one.note


def text_of(layers):
    return "".join(layer.frame.drop(columns="geometry").to_csv() for layer in layers.values())


def test_names_are_told_where_they_are_asked_for_and_phones_never():
    plan = turned_plan()
    names = [*plan.people["name"], "王小明", "主任"]
    without, told = text_of(layers_of()), text_of(layers_of(with_contacts=True))
    filled = plan.assignments["status"] == "filled"
    on_post = plan.people["name"][plan.assignments["person_id"][filled]]
    assert not [name for name in names if name in without]
    assert [name for name in on_post if name in told] == list(on_post)
    assert "王小明" in told
    for phone in [*filter(None, plan.people["phone"]), "13800000000"]:
        assert phone not in told


def test_the_public_gets_what_the_geojson_gives_it():
    layers = layers_of(public=True, with_patches=True)
    of_grids = {one.name for one in layers["micro_grids"].fields}
    assert "grid_code" in of_grids
    assert not of_grids & {"households", "load_h", "posts_vacant", "officers", "host_object"}
    assert not {one.name for one in layers["objects"].fields} & {"credit_code", "staff", "seen_on"}
    assert [one.name for one in layers["patches"].fields] == [
        "patch_id", "grid_code", "parent_code", "kind", "category", "subclass", "name", "area_m2",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ("EPSG:99999999", "not a known coordinate system"),
        ("EPSG:3857", "Mercator"),
        ("EPSG:2263", "not in metres"),
    ],
)
def test_a_system_that_measures_nothing_is_refused(wanted, said):
    with pytest.raises(LayerCRSError, match=said):
        receiver_crs(wanted, own=OWN)


def test_a_system_without_numbers_for_the_place_is_refused():
    far = gpd.GeoSeries([shapely.Point(0, 0)], crs="EPSG:4326").to_crs("+proj=geos +h=35785831")
    with pytest.raises(LayerCRSError, match="does not reach"):
        layers_of(crs=far.crs)


def test_borders_that_are_not_shared_in_the_plan_are_snapped_together():
    plan = small_plan()
    patches = plan.patches.copy()
    # A corner of the east, 4 mm inside the border of the west: no tiling in the plan.
    bent = shapely.Polygon(
        [(EAST + 200, NORTH), (EAST + 300, NORTH), (EAST + 300, NORTH + 100),
         (EAST + 200, NORTH + 100), (EAST + 200.004, NORTH + 50)]
    )  # fmt: skip
    patches.loc["p4", "geometry"] = bent
    ground = ground_of(layers_of(plan.with_tables(patches=patches), "WGS84", with_patches=True))
    parts = ground.geometry[ground["parent_code"].fillna("") == "T"]
    assert as_chain(parts) == as_chain([ground.geometry["T"]])
