"""Sites of a register inside the outline: parcels and roads tell a shift, or it cannot be told."""

import re
from itertools import pairwise

import drawn_town
import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from app_pages import app_page
from pyproj import CRS, Transformer
from shapely import box

from gridmap.rules.entries import declare
from gridmap.rules.text import change_rules
from gridmap.town.town import load_town
from layers.contract.errors import GridmapError
from layers.location.datum import wgs_to_bd, wgs_to_gcj
from layers.location.site_shift import describe_sites, judge_sites, tell_of_sites
from layers.reading.features import Declared
from layers.registers.register import read_register

WORK = CRS("EPSG:4547")
X, Y = 493_000, 3_838_000
NO_ROADS = np.array([], dtype=object)


def shifted(shapes, shift):
    there = Transformer.from_crs(WORK, "EPSG:4490", always_xy=True)

    def move(points):
        lon, lat = shift(*there.transform(points[:, 0], points[:, 1]))
        return np.column_stack(there.transform(lon, lat, direction="INVERSE"))

    return shapely.transform(shapes, move)


def fields(kinds, seed=7):
    """Fields of uneven size on 4 km by 4 km: one in twenty of each kind, farmland for the rest."""
    random = np.random.default_rng(seed)
    across, up = (np.cumsum(random.uniform(60, 260, 26)) for _ in range(2))
    shapes = [box(X + a, Y + c, X + b, Y + d) for a, b in pairwise(across) for c, d in pairwise(up)]
    drawn = random.choice(
        [*kinds, "farmland"], len(shapes), p=[0.05] * len(kinds) + [1 - 0.05 * len(kinds)]
    )
    main = np.isin(drawn, ("industry_other", "urban_res"))
    return gpd.GeoDataFrame(
        {
            "category": np.where(main, "residual", drawn),
            "subclass": np.where(main, drawn, ""),
            "layer": "ground.gpkg",
            "record": [f"T{number}" for number in range(len(shapes))],
        },
        geometry=shapes,
        crs=WORK,
    )


GROUND = fields(["key_enterprise", "industry_other", "water"])


def sites_on(kind, count, seed=3, move=None, ground=GROUND, category="key_enterprise"):
    """Draw the sites of a register on ground of one kind, 10 m from its middle."""
    random = np.random.default_rng(seed)
    pool = ground[(ground["category"] == kind) | (ground["subclass"] == kind)]
    rows = pool.iloc[random.choice(len(pool), count, replace=False)]
    points = shapely.get_coordinates(rows.centroid.to_numpy()) + random.normal(0, 10, (count, 2))
    at = shapely.points(points)
    return gpd.GeoDataFrame(
        {"register": "企业.csv", "category": category, "name": "", "record": ""},
        index=[f"企业:{number}" for number in range(count)],
        geometry=at if move is None else shifted(at, move),
        crs=WORK,
    )


@pytest.mark.parametrize(
    ("kind", "count"),
    [("key_enterprise", 3), ("key_enterprise", 12), ("industry_other", 6), ("industry_other", 12)],
)
@pytest.mark.parametrize(("move", "name"), [(wgs_to_gcj, "GCJ-02"), (wgs_to_bd, "BD-09")])
def test_shifted_sites_are_told_by_the_ground(kind, count, move, name):
    verdict = judge_sites(sites_on(kind, count, move=move), GROUND, NO_ROADS, WORK)
    assert (verdict.state, verdict.shift.kind) == ("shifted", name)
    assert verdict.undone >= 0.8 * count
    assert verdict.shift.distance_m == pytest.approx(553 if name == "GCJ-02" else 1100, rel=0.2)


@pytest.mark.parametrize("count", [3, 6, 12])
@pytest.mark.parametrize("kind", ["key_enterprise", "industry_other", "water", "farmland"])
def test_sites_as_they_lie_are_never_called_shifted(count, kind):
    states = [
        judge_sites(sites_on(kind, count, seed=seed), GROUND, NO_ROADS, WORK).state
        for seed in range(10)
    ]
    assert "shifted" not in states
    if kind == "key_enterprise":
        assert set(states) == {"right"}
    if kind == "farmland":  # nothing speaks for their place, and nothing against it
        assert "unknown" in states


def test_too_few_sites_and_neighbours_in_one_park_tell_nothing():
    two = judge_sites(sites_on("key_enterprise", 2, move=wgs_to_gcj), GROUND, NO_ROADS, WORK)
    assert two.state == "unknown"
    assert "至少要有 3 个对象" in describe_sites(two).zh
    assert list(tell_of_sites("企业.csv", two)) == []
    park = sites_on("key_enterprise", 1, move=wgs_to_gcj)
    many = gpd.GeoDataFrame(pd.concat([park] * 9))
    assert judge_sites(many, GROUND, NO_ROADS, WORK).state == "unknown"


def test_sites_with_records_are_told_by_their_own_parcels():
    sites = sites_on("farmland", 5, category="farmland")
    on = gpd.sjoin(sites, GROUND[["record", "geometry"]], rsuffix="g")["record_g"]
    sites["record"] = on.loc[sites.index]
    right = judge_sites(sites, GROUND, NO_ROADS, WORK)
    assert (right.state, right.by, right.given) == ("right", "record", 5)
    moved = sites.set_geometry(shifted(sites.geometry.to_numpy(), wgs_to_gcj), crs=WORK)
    verdict = judge_sites(moved, GROUND, NO_ROADS, WORK)
    assert (verdict.state, verdict.by, verdict.undone) == ("shifted", "record", 5)


def test_sites_on_roads_are_on_no_built_ground():
    sites = sites_on("industry_other", 8)
    middles = shapely.get_coordinates(sites.geometry.to_numpy())
    roads = shapely.linestrings([[[x - 50, y], [x + 50, y]] for x, y in middles])
    on_roads = judge_sites(sites, GROUND, roads, WORK)
    assert judge_sites(sites, GROUND, NO_ROADS, WORK).state == "right"
    assert on_roads.state != "right"


def test_without_positions_or_outside_china_nothing_is_said():
    sites = sites_on("key_enterprise", 5)
    assert judge_sites(sites.set_geometry([None] * 5), GROUND, NO_ROADS, WORK) is None
    england = CRS("EPSG:27700")
    assert (
        judge_sites(sites.set_crs(england, allow_override=True), GROUND, NO_ROADS, england) is None
    )
    alone = judge_sites(sites, GROUND.iloc[:0], NO_ROADS, WORK)
    assert alone.state == "unknown"
    assert "没有可对照的用地" in describe_sites(alone).zh


def test_the_name_of_a_web_map_is_no_system_and_the_way_out_is_told(tmp_path):
    frame = pd.DataFrame({"编号": ["A"], "经度": ["114.1"], "纬度": ["34.6"]})
    frame.to_csv(tmp_path / "企业.csv", index=False)
    for name, datum in (("GCJ-02", "gcj02"), ("高德地图", "gcj02"), ("BD09LL", "bd09")):
        with pytest.raises(GridmapError, match=f'datum = "{datum}"'):
            read_register(
                tmp_path / "企业.csv", category="key_enterprise", id_column="编号", crs=WORK,
                declared=Declared(crs=name),
            )  # fmt: skip


@pytest.fixture
def town(tmp_path):
    """The drawn town with eight firms, each on a parcel of its own, written as degrees of Gaode."""
    folder = drawn_town.write_town(tmp_path / "towns" / "镇")
    random = np.random.default_rng(1)
    west, south = drawn_town.WEST, drawn_town.SOUTH
    places = [(60, 400), (400, 120), (700, 800), (880, 420), (300, 760), (90, 90), (1140, 300)]
    parcels = [box(west + x, south + y, west + x + 40, south + y + 40) for x, y in places]
    firms = gpd.GeoDataFrame(
        {"QYBH": [f"Q{n}" for n in range(7)], "名称": "厂"}, geometry=parcels, crs=WORK
    )
    firms.to_file(folder / "enterprises.gpkg", layer="enterprises")
    points = np.array([[shape.centroid.x, shape.centroid.y] for shape in parcels])
    at = shifted(shapely.points(points + random.normal(0, 5, points.shape)), wgs_to_gcj)
    lon, lat = Transformer.from_crs(WORK, "EPSG:4490", always_xy=True).transform(
        shapely.get_x(at), shapely.get_y(at)
    )
    frame = pd.DataFrame({"编号": firms["QYBH"], "经度": lon, "纬度": lat})
    frame.to_csv(folder / "企业.csv", index=False)
    values = {"file": "企业.csv", "category": "key_enterprise", "id_column": "编号"}
    change_rules(folder / "rules.toml", lambda text: declare(text, "register", values))
    return folder


def told(town):
    issues = load_town(town).issues
    rows = issues[(issues["rule"] == "READ-16") & (issues["code"] == "企业.csv")]
    return list(rows["message_zh"])


def test_a_shifted_register_inside_the_town_is_told_and_the_way_out_holds(town):
    (said,) = told(town)
    assert "疑为网络地图的 GCJ-02 偏移坐标：7 个对象按原样有 0 个落在同类用地上" in said
    assert "后 7 个" in said
    app = app_page(town.parent.parent / "out", "data", town.parent)
    app.query_params["town"] = town.name
    app.run()
    shown = "\n".join(element.proto.body for element in app.get("html"))
    assert re.search(r'step-todo">.*?企业\.csv.*?疑似坐标偏移', shown, re.DOTALL)
    app.button(key="open 企业.csv").click().run()
    assert not app.exception
    assert any("疑为网络地图的 GCJ-02 偏移坐标" in one.value for one in app.warning)
    assert app.button(key="declare-save").disabled
    app.radio(key="declare 企业.csv  datum").set_value("gcj02").run()
    app.button(key="declare-save").click().run()
    assert not app.exception
    assert told(town) == []
    app.button(key="open 企业.csv").click().run()
    shown = "\n".join(element.proto.body for element in app.get("html"))
    assert "位置相符：7 个对象按原样有 7 个落在同类用地上" in shown
