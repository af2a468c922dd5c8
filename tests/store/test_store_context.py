"""The context of a plan: what of a town's roads, water and buildings it keeps, and how."""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pytest
import shapely
from small_plan import CRS, small_plan
from spoiled_plans import change

from gridmap.plan.context import context_near
from gridmap.store import PlanChangedError, load_plan, save_plan
from gridmap.store.recovery import recover_plan
from gridmap.store.verifying import verify_plan

TOWN = shapely.box(0, 0, 1000, 1000)
ROAD = shapely.LineString([(-5000, 500), (5000, 500)])
LAKE = shapely.box(900, 900, 5000, 5000)
HOUSE_ACROSS = shapely.box(1290, 100, 1310, 120)  # the distance of 300 m runs through it
TOUCHING = shapely.box(1300, 0, 1400, 10)
ROWS = [
    ("road", "primary", "长街", ROAD),
    ("water", "", "", LAKE),
    ("building", "", "", HOUSE_ACROSS),
    ("water", "", "", TOUCHING),
    ("road", "lane", "", shapely.LineString([(2000, 0), (3000, 0)])),
    ("place", "", "庄", shapely.Point(10, 10)),
]


def frame(rows=ROWS):
    kinds, classes, names, shapes = zip(*rows, strict=True)
    columns = {"kind": kinds, "class": classes, "name": names, "layer": ["a.fgb"] * len(rows)}
    made = gpd.GeoDataFrame(columns, geometry=list(shapes), crs=CRS, index=range(7, 7 + len(rows)))
    return made.astype({name: "str" for name in columns})


def test_lines_and_areas_end_300_m_from_the_town_and_houses_stay_whole():
    near = context_near(frame(), TOWN)
    assert near["kind"].tolist() == ["road", "water", "building", "place"]
    assert near.index.tolist() == [0, 1, 2, 3]
    road, lake, house, _ = near.geometry
    assert road.length == pytest.approx(1600)
    assert lake.geom_type == "Polygon"
    assert lake.area < 400 * 400
    assert house.equals(HOUSE_ACROSS)


def test_a_town_without_context_keeps_none_in_its_own_crs():
    near = context_near(frame().iloc[:0], TOWN)
    assert near.empty
    assert near.crs == CRS
    assert near.columns.tolist() == ["kind", "class", "name", "layer", "geometry"]


@pytest.fixture
def stored(tmp_path):
    plan = replace(small_plan(), context=context_near(frame(), TOWN))
    path = tmp_path / "town.gridmap.gpkg"
    save_plan(plan, path)
    return plan, path


def test_the_context_comes_back_as_it_was_written(stored):
    plan, path = stored
    read = load_plan(path).context
    assert read.crs == plan.crs
    assert read.drop(columns="geometry").equals(plan.context.drop(columns="geometry"))
    assert shapely.equals_exact(read.geometry.to_numpy(), plan.context.geometry.to_numpy()).all()
    assert verify_plan(path).is_sound
    assert recover_plan(path).plan.context["name"].tolist() == ["长街", "", "", "庄"]


def test_a_plan_without_a_context_comes_back_with_an_empty_one(tmp_path):
    plain = tmp_path / "plain.gridmap.gpkg"
    save_plan(small_plan(), plain)
    assert verify_plan(plain).format == "4"
    assert load_plan(plain).context.empty


def test_a_context_that_another_program_moved_is_not_opened_silently(stored):
    path = stored[1]
    before = path.read_bytes()
    for statement in ("UPDATE context SET name = '短街' WHERE fid = 1", "DELETE FROM context"):
        path.write_bytes(before)
        change(path, statement)
        with pytest.raises(PlanChangedError, match="context"):
            load_plan(path)


def test_context_of_mixed_shapes_is_cut_to_the_dimension_it_had():
    crossing = shapely.MultiLineString([[(0, 1300), (500, 1300)], [(0, 0), (0, 1)]])
    near = context_near(frame([("rail", "", "", crossing)]), TOWN)
    assert np.isin(near.geom_type, ["LineString", "MultiLineString"]).all()
