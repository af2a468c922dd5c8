"""A town is the same town wherever it lies: moved, turned or drawn larger, its plan is exact."""

import io
from dataclasses import replace
from functools import cache
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from drawn_town import draw_layers, write_town
from project import ROOT
from random_town import HIGH, SOUTH, TOWN_CODE, WEST, WIDE, random_town
from redraw_plan import BY

from boundaries.export.geojson import Source, geojson_files
from boundaries.export.rounding import is_tiling
from boundaries.hierarchy.consistency import repair_hierarchy
from gridmap import edits
from gridmap.plan.plan import Plan
from gridmap.town.patches import make_patches, tile_ground
from gridmap.town.town import Town, load_town
from gridmap.workflow.workflow import plan_town
from layers.contract.errors import PlanError

# Where the middle of the town comes to lie. Doubles lie half as dense beyond every power of two.
PLACES = {
    "across 2^18 in x": (2.0**18, 3_838_500.0),
    "across 2^19 in x": (2.0**19, 3_838_500.0),
    "across 2^22 in y": (514_000.0, 2.0**22),
    "across 2^19 and 2^21": (2.0**19, 2.0**21),
    "across 0 and 0": (0.0, 0.0),
    "west and south of 0": (-(2.0**19), -(2.0**20)),
    "zone 38 before x": (38_524_288.0, 3_838_500.0),
    "zone 32 before x, across 2^25": (2.0**25, 4_194_304.0),
    "nowhere in particular": (428_713.123456789, 4_811_902.987654321),
}


def somewhere_else(town: Town, change) -> Town:
    """The town with every place of it changed by a function of (n, 2) places."""
    frames = {
        name: getattr(town, name).set_geometry(
            shapely.transform(getattr(town, name).geometry.to_numpy(), change),
            crs=town.crs,
        )
        for name in ("ground", "hierarchy", "roads", "barriers", "objects", "context", "units")
    }
    return replace(town, **frames)


def moved_to(x: float, y: float):
    by = np.array([x - WEST - WIDE / 2, y - SOUTH - HIGH / 2])
    return lambda places: places + by


@cache
def at_home(seed: int) -> Plan:
    return plan_town(random_town(seed))


def assert_exact(plan: Plan, town: Town) -> None:
    patches, grids = plan.patches, plan.grids
    assert shapely.is_valid(patches.geometry.to_numpy()).all()
    assert shapely.coverage_is_valid(patches.geometry.to_numpy())
    for _, level in grids.groupby("level"):
        assert shapely.coverage_is_valid(level.geometry.to_numpy())
    top = grids["level"] == 1
    assert patches.area.sum() == pytest.approx(grids.area[top].item(), rel=1e-12)
    given_m2 = town.hierarchy.area[town.hierarchy["level"] == 1].item()
    assert patches.area.sum() == pytest.approx(given_m2, rel=1e-9)


def assert_the_same(plan: Plan, home: Plan) -> None:
    figures = ["area_m2", "households", "load_h", "perimeter_m", "compactness", "purity"]
    for one, other in ((plan.grids, home.grids), (plan.patches, home.patches)):
        assert one.index.equals(other.index)
        for column in one.columns.difference(["geometry"]):
            if column in figures or column == "absorbed_m2":
                assert one[column].to_numpy() == pytest.approx(other[column].to_numpy(), abs=1e-2)
            else:
                assert one[column].equals(other[column]), column
    pd.testing.assert_frame_equal(
        pd.DataFrame(plan.issues[["rule", "severity", "level", "code"]]),
        pd.DataFrame(home.issues[["rule", "severity", "level", "code"]]),
    )
    assert plan.assignments.equals(home.assignments)


@pytest.mark.parametrize("place", PLACES)
def test_a_town_has_the_same_plan_wherever_it_lies(place):
    town = somewhere_else(random_town(3), moved_to(*PLACES[place]))
    plan = plan_town(town)
    assert_exact(plan, town)
    assert_the_same(plan, at_home(3))


def edited(plan: Plan) -> list[Plan]:
    """A plan after a patch has moved, two micro-grids are merged, and a patch is cut."""
    micro = plan.micro_grids
    parent = micro["parent_code"].value_counts().idxmax()
    one, other = micro.index[micro["parent_code"] == parent][:2]
    own = plan.patches[plan.patches["grid_code"] == one]
    largest = own["area_m2"].idxmax()
    west, south, _, north = own.geometry[largest].bounds
    east = own.geometry[largest].point_on_surface().x
    line = shapely.LineString([(west + 0.4 * (east - west), south - 9), (east, north + 9)])
    steps = [
        lambda now: edits.move_patches(now, [largest], edits.NEW),
        lambda now: edits.cut_patch(now, largest, line),
        lambda now: edits.merge_grids(now, {one, other}),
    ]
    states = []
    for step in steps:
        try:
            states.append(edits.apply(plan, step(plan), **BY))
        except PlanError:  # capacity or contact forbids it; at every place then
            states.append(plan)
    return states


@pytest.mark.parametrize("place", ["across 2^19 and 2^21", "west and south of 0"])
def test_edits_and_hand_over_are_the_same_wherever_a_town_lies(place):
    home = at_home(3)
    town = somewhere_else(random_town(3), moved_to(*PLACES[place]))
    then = edited(home)
    assert sum(state is not home for state in then) >= 2
    for plan, one in zip(edited(plan_town(town)), then, strict=True):
        assert_exact(plan, town)
        assert_the_same(plan, one)
        source = Source(TOWN_CODE, "镇", "Town", "", "", "1")
        data = geojson_files(
            plan.grids,
            plan.patches,
            plan.assignments,
            plan.people,
            source=source,
            with_patches=True,
        )
        pieces = gpd.read_file(io.BytesIO(data.patches)).geometry.to_numpy()
        assert len(pieces) == len(plan.patches)
        assert shapely.is_valid(pieces).all()
        assert shapely.coverage_is_valid(pieces)


def handle(degrees: float):
    cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    middle = np.array([WEST + WIDE / 2, SOUTH + HIGH / 2])
    return lambda places: (places - middle) @ np.array([[cos, sin], [-sin, cos]]) + middle


@pytest.mark.parametrize("scale", [(-1, 1), (1, -1), (0.1, 0.1)], ids=str)
def test_a_town_mirrored_or_of_another_size_is_tiled_exactly(scale):
    """Other corners come first and limits in metres mean something else: other grids, no gap."""
    town = somewhere_else(random_town(3), lambda places: places * scale)
    plan = plan_town(town)
    assert_exact(plan, town)
    assert not plan.issues["rule"].isin(["COV-0", "COV-1", "COV-2", "COV-3", "COV-4"]).any()


@pytest.fixture(scope="module")
def bayreuth() -> Town:
    return load_town(ROOT / "tests" / "data" / "bayreuth")


def tiled(town: Town, change) -> gpd.GeoDataFrame:
    """Patches of a town with every place changed, its hierarchy read as from a file."""
    there = somewhere_else(town, change)
    repaired, _ = repair_hierarchy(there.hierarchy)
    patches = make_patches(replace(there, hierarchy=repaired)).patches
    shapes = patches.geometry.to_numpy()
    assert shapely.is_valid(shapes).all()
    assert shapely.coverage_is_valid(shapes)
    top = repaired.geometry[repaired["level"] == 1].item()
    assert shapely.area(shapes).sum() == pytest.approx(top.area, rel=1e-12)
    return patches


def test_a_real_town_is_tiled_alike_across_a_power_of_two(bayreuth):
    """34,090 m further east it lies across x = 2^19 m, where one centre line was one no more."""
    home = tiled(bayreuth, lambda places: places)
    for by in ((34_090.0, 0.0), (38_034_090.0, 2.0**22 - 3_839_000.0)):
        there = tiled(bayreuth, lambda places, by=by: places + by)
        assert there.index.equals(home.index)
        assert there["area_m2"].to_numpy() == pytest.approx(home["area_m2"].to_numpy(), abs=1e-6)
        pd.testing.assert_frame_equal(
            pd.DataFrame(there[["parent_code", "category", "subclass", "record"]]),
            pd.DataFrame(home[["parent_code", "category", "subclass", "record"]]),
        )


def test_a_real_town_turned_is_tiled_exactly(bayreuth):
    """Its lines are no longer alike to the last digit: sealing alone left pieces that crossed."""
    tiled(bayreuth, handle(30))


def test_a_town_ten_times_as_large_is_tiled_exactly():
    town = somewhere_else(random_town(3), lambda places: 10 * places)
    patches = tile_ground(town).patches
    assert is_tiling(patches.geometry.to_numpy())
    top = town.hierarchy.area[town.hierarchy["level"] == 1].item()
    assert patches.area.sum() == pytest.approx(top, rel=1e-12)


def rewritten(folder: Path, change) -> Path:
    """The folder of a town with every layer of its files written anew after a change."""
    for path in folder.rglob("*.gpkg"):
        for layer, _ in pyogrio.list_layers(path):
            change(gpd.read_file(path, layer=layer)).to_file(path, layer=layer)
    return folder


def told(folder: Path) -> list:
    columns = ["rule", "severity", "code", "other_code", "size", "message", "message_zh"]
    return pd.DataFrame(load_town(folder).issues[columns]).to_numpy().tolist()


@pytest.mark.parametrize(
    ("east", "north", "added"),
    [
        (0.0, 1e6, []),
        (2.0**19 - 514_000, 2.0**21 - 3_838_500, []),
        (38e6, 0.0, [("READ-5", "info", "begin with the zone number 38")]),
        (38e6 + 20_000, 2.0**22 - 3_838_500, [("READ-5", "info", "zone number 38")]),
        (-514e3, -3_838_500.0, [("READ-5", "warning", "local grid"), ("READ-10", "warning", "")]),
    ],
)
def test_a_town_elsewhere_has_the_same_issues_and_its_place_is_told_once(
    small_town, east, north, added
):
    """A zone number in front was a warning for every file: 14 more in the sample town."""
    home = told(small_town)
    there = told(
        rewritten(small_town, lambda one: one.set_geometry(one.geometry.translate(east, north)))
    )
    more = [row for row in there if row not in home]
    assert [row for row in there if row in home] == home
    assert [(row[0], row[1]) for row in more] == [one[:2] for one in added]
    for row, (rule, _, words) in zip(more, added, strict=True):
        assert words in row[5]
        if rule == "READ-5":
            count = int(row[4])
            assert count > 1
            assert row[5].startswith(f"{count} files alike")
            assert row[6].startswith(f"共 {count} 个文件情况相同")


def test_doubled_ground_is_told_alike_whichever_row_comes_first(tmp_path):
    """A spatial index orders the rows of a file by their place: a moved copy has other ones."""
    estates = draw_layers()["estates"]
    doubled = pd.concat([estates, estates.assign(XMBH="E0")], ignore_index=True)
    town = write_town(tmp_path / "town", layers={"estates": gpd.GeoDataFrame(doubled)})
    first = told(town)
    assert ["READ-13", "warning", "estates.gpkg", "E1", 15_000.0] in [row[:5] for row in first]
    assert told(rewritten(town, lambda one: one[::-1])) == first


@pytest.mark.parametrize(
    ("to", "crs"),
    [
        ((2.0**19, 2.0**22), "EPSG:4526"),
        ((2.0**19, 2.0**22), "EPSG:4490"),
        ((600_000.0, 2.0**21), "EPSG:4548"),
    ],
)
def test_layers_in_another_system_are_tiled_exactly_wherever_the_town_lies(small_town, to, crs):
    """The way there and back moves every corner by nanometres: the lattice takes them up."""
    by = np.array(to) - (514_000, 3_838_500)
    rewritten(small_town, lambda one: one.set_geometry(one.geometry.translate(*by)))
    same = tile_ground(load_town(small_town)).patches
    for name in ("landuse", "estates", "roads"):
        path = small_town / f"{name}.gpkg"
        layer = pyogrio.list_layers(path)[0][0]
        gpd.read_file(path, layer=layer).to_crs(crs).to_file(path, layer=layer)
    town = load_town(small_town)
    patches = tile_ground(town).patches
    assert is_tiling(patches.geometry.to_numpy())
    top = town.hierarchy.area[town.hierarchy["level"] == 1].item()
    assert patches.area.sum() == pytest.approx(top, rel=1e-12)
    assert patches.index.equals(same.index)
    assert patches.area.to_numpy() == pytest.approx(same.area.to_numpy(), abs=1e-2)
    assert patches["category"].equals(same["category"])
