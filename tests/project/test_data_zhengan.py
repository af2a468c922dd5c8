"""Zheng'an is what its README says: counts, codes, areas and registers, and the plan they lead to.

The test town on real ground has the same figures, so that its plan is held to them too.
"""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from project import BAYREUTH, ZHENGAN
from town_folder import read_hierarchy, read_roster

from gridmap.coverage.three_rates import three_rates
from gridmap.plan.plan import Plan
from gridmap.rules import load_rules
from gridmap.town.town import Town, load_town
from gridmap.workflow.workflow import plan_town
from layers.registers.credit_codes import is_credit_code

AREA_TOLERANCE_KM2 = 0.01
VILLAGES = {
    "410122106208": "大庄村",
    "410122106209": "东赵村",
    "410122106212": "台前村",
    "410122106215": "郝庄村",
    "410122106216": "刘巧村",
    "410122106219": "前李庄村",
    "410122106229": "韩河村",
    "410122106234": "小庄村",
}


def test_zhengan_has_1_town_8_villages_and_24_level_3_grids():
    grids = read_hierarchy(ZHENGAN)
    assert grids["level"].value_counts().to_dict() == {1: 1, 2: 8, 3: 24}
    assert grids.loc[grids["level"] == 1, ["code", "name"]].to_numpy().tolist() == [
        ["410122106000", "郑庵镇"]
    ]
    villages = grids[grids["level"] == 2]
    assert dict(zip(villages["code"], villages["name"], strict=True)) == VILLAGES


def test_every_village_of_zhengan_has_three_grids_named_and_numbered_after_it():
    deepest = read_hierarchy(ZHENGAN).query("level == 3")
    for code, name in VILLAGES.items():
        own = deepest[deepest["parent_code"] == code].sort_values("code")
        assert own["code"].tolist() == [f"{code}{number}" for number in ("001", "002", "003")]
        assert own["name"].tolist() == [f"{name}第{number}网格" for number in "一二三"]
    assert "Liuqiao village grid 1" in set(deepest["name_en"])


def test_zhengan_covers_23_23_square_kilometres_at_its_place():
    town = read_hierarchy(ZHENGAN).query("level == 1")
    assert town.crs.to_epsg() == 4547
    assert town.area.sum() / 1e6 == pytest.approx(23.23, abs=AREA_TOLERANCE_KM2)
    middle = town.to_crs("EPSG:4490").geometry.iloc[0].centroid
    assert (middle.x, middle.y) == pytest.approx((113.93, 34.68), abs=1e-4)


def test_zhengan_has_ten_thousand_households_and_thirty_thousand_people_on_every_level():
    sums = read_hierarchy(ZHENGAN).groupby("level")[["households", "population"]].sum()
    assert sums.to_numpy().tolist() == [[10_000, 30_000]] * 3


def test_the_rules_of_zhengan_ask_for_the_figures_of_the_report():
    rules = load_rules(ZHENGAN / "rules.toml")
    assert (rules.split.target, rules.town.area_km2_declared) == (142, 23.23)
    duties = {duty for kind in rules.duties.values() for duty in kind}
    assert duties == {
        "问题楼盘化解",
        "安全生产排查",
        "招商引资",
        "万人助万企",
        "人居环境",
    }


@pytest.mark.parametrize(
    ("file", "count"),
    [
        ("problem_estate", 8),
        ("key_enterprise", 14),
        ("supplied_unbuilt", 9),
        ("developable", 10),
    ],
)
def test_zhengan_has_the_sites_that_its_registers_and_figures_need(file, count):
    sites = gpd.read_file(ZHENGAN / f"{file}.fgb")
    assert len(sites) == count
    assert sites["record"].is_unique
    assert sites["name"].str.startswith("示例").all()


@pytest.mark.parametrize(
    ("register", "layer", "count"),
    [("problem_estates", "problem_estate", 8), ("key_enterprises", "key_enterprise", 50)],
)
def test_every_record_of_a_register_lies_on_a_polygon_and_every_polygon_is_listed(
    register, layer, count
):
    rows = read_register_of_zhengan(register)
    assert len(rows) == count
    assert rows["编号"].is_unique
    assert rows["名称"].str.startswith("示例").all()
    assert set(rows["地块编号"]) == set(gpd.read_file(ZHENGAN / f"{layer}.fgb")["record"])


def read_register_of_zhengan(name: str) -> pd.DataFrame:
    return pd.read_csv(
        ZHENGAN / f"{name}.csv", dtype=str, encoding="utf-8-sig", keep_default_na=False
    )


def test_the_13_institutions_of_zhengan_lie_on_ground_of_their_name():
    units = read_register_of_zhengan("units")
    ground = gpd.read_file(ZHENGAN / "other.fgb").set_index("record")
    assert len(units) == 13
    assert ground.loc[units["地块编号"], "name"].tolist() == units["名称"].tolist()
    assert set(ground.loc[units["地块编号"], "dlbm"].str[:2]) == {"08"}


def test_no_firm_can_have_a_credit_code_of_the_sample_and_all_check_signs_fit():
    """Region 999999 is nobody's; what the script works out is what the reader expects."""
    codes = [
        code
        for name in ("key_enterprises", "units")
        for code in read_register_of_zhengan(name)["统一社会信用代码"]
        if code
    ]
    assert len(set(codes)) == len(codes) == 62
    assert all(code[2:8] == "999999" and is_credit_code(code) for code in codes)


def test_the_big_grid_of_zhengan_has_8_villages_50_firms_and_13_institutions():
    group = read_register_of_zhengan("groups")
    assert set(group["名称"]) == {"郑庵社区大网格"}
    assert group["成员类型"].value_counts().to_dict() == {"object": 63, "grid": 8}
    assert set(group.loc[group["成员类型"] == "grid", "成员"]) == set(VILLAGES)
    known = {
        f"{name}:{number}"
        for name in ("key_enterprises", "units")
        for number in read_register_of_zhengan(name)["编号"]
    }
    assert set(group.loc[group["成员类型"] == "object", "成员"]) == known


def test_the_roster_of_zhengan_has_211_cadres_and_a_leader_for_each_of_the_33_grids():
    roster = read_roster(ZHENGAN)
    assert roster["身份"].value_counts().to_dict() == {"下沉干部": 211, "网格长": 33}
    assert roster["编号"].is_unique
    leaders = roster[roster["身份"] == "网格长"]
    assert sorted(leaders["现任网格"]) == sorted(read_hierarchy(ZHENGAN)["code"])
    cadres = roster[roster["身份"] == "下沉干部"]
    assert set(cadres["家庭村"]) == set(VILLAGES)
    assert (cadres["现任网格"] == "").all()


def test_zhengan_is_a_plain_with_villages_of_rows_of_houses():
    layers = {path.stem: gpd.read_file(path) for path in ZHENGAN.glob("*.fgb")}
    town = read_hierarchy(ZHENGAN).query("level == 1").geometry.item()
    assert layers["farmland"].area.sum() / town.area > 0.6
    woods = layers["other"][layers["other"]["dlbm"].str.startswith("03")]
    assert woods.area.max() / 10_000 < 10
    houses = layers["buildings"].query("`class` == 'house'")
    villages = layers["places"].query("`class` == 'village'")
    nearest = villages.sindex.nearest(houses.centroid, return_all=False)[1]
    counts = np.bincount(nearest, minlength=len(villages))
    assert len(villages) == 20
    assert counts.min() >= 100
    assert counts.max() <= 400
    assert layers["buildings"]["households"].sum() == 10_000


@pytest.fixture(scope="module")
def zhengan() -> Town:
    return load_town(ZHENGAN)


def test_no_border_of_the_given_hierarchy_cuts_a_unit_of_zhengan(zhengan):
    units = zhengan.units
    assert set(units["kind"]) == {"building", "compound", "village_group"}
    grids = read_hierarchy(ZHENGAN).query("level == 3").geometry.to_numpy()
    row, place = shapely.STRtree(grids).query(units.geometry.to_numpy(), "intersects")
    shared = shapely.area(shapely.intersection(units.geometry.to_numpy()[row], grids[place]))
    assert np.bincount(row[shared > 0.01]).max() == 1


def test_borders_of_two_layers_of_zhengan_disagree_by_decimetres_as_files_do():
    fields = gpd.read_file(ZHENGAN / "farmland.fgb").union_all()
    roads = gpd.read_file(ZHENGAN / "road_ground.fgb").union_all()
    overlap = shapely.get_parts(fields.intersection(roads))
    # Bent edges and the stretched fields alone make 9,300 m²; the drift of the layers the rest.
    assert shapely.area(overlap).sum() > 15_000
    strips = overlap[shapely.area(overlap) > 20]
    assert (2 * shapely.area(strips) / shapely.length(strips)).max() < 3.0


def test_the_context_of_zhengan_names_its_roads_waters_villages_and_groups(zhengan):
    context = zhengan.context
    assert set(context["kind"]) == {"road", "water", "building", "place"}
    named = context.groupby("kind")["name"].agg(set)
    assert {"郑庵大道", "庵中路", "大庄中心街"} <= named["road"]
    assert {"柳溪河", "团结渠"} <= named["water"]
    assert {"大庄", "大庄一组", "镇政府"} <= named["place"]
    assert not named["building"] - {""}


def test_a_plan_of_zhengan_has_142_micro_grids_of_even_load_and_a_cadre_on_every_post(zhengan):
    plan = plan_town(zhengan)
    micro = assert_whole(plan)
    assert micro["load_h"].max() < 14.8
    assert_objects_of_zhengan(plan)
    given = plan.grids[plan.grids["level"] < 4].boundary.union_all()
    ours = micro.boundary.union_all().difference(given.buffer(0.05))
    assert length_beside_lines(ours, zhengan.context) / ours.length > 0.8
    # Two files draw the wall of a compound and the edge of its plot some centimetres apart.
    units = zhengan.units.geometry.buffer(-0.3)
    cut = units.sindex.query(shapely.get_parts(ours), predicate="intersects")[1]
    assert zhengan.units.index[np.unique(cut)].tolist() == []


def assert_objects_of_zhengan(plan: Plan) -> None:
    """Check the objects and the three 100 % of the sample against what its README says."""
    objects = plan.objects
    assert objects["class"].value_counts().to_dict() == {"enterprise": 50, "unit": 13, "estate": 8}
    assert (objects["grid_code"] != "").all()
    # Institutions ask for no visits: what patches count are the estates and the firms.
    own = objects[objects["category"] != ""]
    counted = plan.patches["objects"]
    assert counted[counted > 0].to_dict() == own["patch_id"].value_counts().to_dict()
    people = plan.grids.groupby("level")["population"].sum()
    assert people.loc[[1, 2, 3]].tolist() == [30_000, 30_000, 30_000]
    assert plan.groups["name"].tolist() == ["郑庵社区大网格"]
    assert plan.members["kind"].value_counts().to_dict() == {"object": 63, "grid": 8}
    division, publication, file = three_rates(plan)
    assert (division.met, division.of) == (71, 71)
    assert [(part.met, part.of) for part in publication.parts] == [(30, 175), (33, 63)]
    assert (file.met, file.of) == (66, 71)


def length_beside_lines(borders: shapely.Geometry, context: gpd.GeoDataFrame) -> float:
    """Metres of border within 20 m of a road that may be a border, or of a water line."""
    lines = context[context["kind"].isin(["road", "water"]) & (context["class"] != "lane")]
    lines = lines.geometry[lines.geom_type == "LineString"]
    return borders.intersection(lines.buffer(20).union_all()).length


def test_a_plan_of_the_test_town_on_real_ground_is_whole():
    assert_whole(plan_town(load_town(BAYREUTH)))


def assert_whole(plan: Plan) -> gpd.GeoDataFrame:
    """Check a plan against the figures of the report, and give its micro-grids."""
    grids = plan.grids
    assert grids["level"].value_counts().to_dict() == {1: 1, 2: 8, 3: 24, 4: 142}
    micro = grids[grids["level"] == 4]
    assert micro["category"].nunique() == 8
    assert micro["area_m2"].max() / 10_000 < 100
    assert not (plan.issues["severity"] == "error").any()
    top = grids.area[grids["level"] == 1].item()
    assert micro.area.sum() == pytest.approx(top, rel=1e-9)
    assert shapely.coverage_is_valid(micro.geometry.to_numpy())
    assert len(plan.assignments) == 211 + 33
    return micro
