"""Ground at or above its least area stays in micro-grids of its kind, and a figure says so."""

import pandas as pd
import pytest
from blank_town import blank_town
from redraw_plan import BY, W1, W2, draw
from shapely import box, union_all

from gridmap import edits
from gridmap.coverage.split_figures import split_figures
from gridmap.ledgers.report import report_of
from gridmap.plan.kinds import kind_table, large_share
from gridmap.split.own_ground import find_strays, own_ground
from gridmap.workflow.workflow import plan_town, recheck

OWN = (
    '[residual]\ndefault = "absorb"\n[residual.by_subclass]\nvillage_res = "own"\n'
    'market_commerce = "own"\nforest_orchard_grass = "own"\n'
)
LOAD = "[load.default]\nhectare = 0.1\n[capacity]\nofficer_hours = 8\n"
LEAST = "[split.min_area_ha]\nvillage_res = 2.0\nforest_orchard_grass = 10.0\nfarmland = 4.0\n"
# Eight hamlets of 1.9 ha in the teeth of a wood of 12.2 ha: more of them than of the wood.
HAMLETS = [("village_res", box(140 * at, 55, 140 * at + 100, 245)) for at in range(8)]
TEETH = [box(140 * at + 100, 55, 140 * at + 140, 245) for at in range(8)]
WOOD = ("forest_orchard_grass", union_all([box(0, 0, 1120, 55), *TEETH]))


def strays(plan):
    return find_strays(plan.patches, plan.grids, rules=plan.rules, barriers=plan.barriers.geometry)


def test_a_wood_does_not_vanish_among_hamlets_that_join_it():
    town = blank_town([(1120, 245)], LOAD + LEAST + OWN, ground=[*HAMLETS, WOOD])
    plan = plan_town(town)
    wood = plan.patches["subclass"] == "forest_orchard_grass"
    codes = plan.patches.loc[wood, "grid_code"].unique()
    assert plan.grids.loc[codes, "subclass"].eq("forest_orchard_grass").all()
    assert strays(plan).empty
    # Hamlets for which the wood has no room stand for themselves, and a row says why.
    alone = plan.issues[plan.issues["rule"] == "SPLIT-3"]
    assert "without being outweighed" in alone["message"].iloc[0]
    assert large_share(kind_table(plan)) == 1.0


def test_a_village_with_its_market_is_one_place_beside_a_smaller_wood():
    ground = [
        ("village_res", box(0, 0, 200, 150)),
        ("market_commerce", box(200, 0, 400, 100)),
        ("forest_orchard_grass", box(0, 150, 400, 250)),
        ("farmland", box(400, 0, 1000, 250)),
    ]
    rest = ("forest_orchard_grass", box(200, 100, 400, 150))
    plan = plan_town(blank_town([(1000, 250)], LOAD + LEAST + OWN, ground=[*ground, rest]))
    (built,) = plan.micro_grids.index[plan.micro_grids["category"] == "residual"]
    assert plan.grids.at[built, "subclass"] == "village_res"  # 3 ha and 2 beside 5 of wood
    table = own_ground(plan.patches, plan.grids, rules=plan.rules)
    assert table.loc["market_commerce"].tolist() == pytest.approx([20_000.0] * 4)
    assert table.loc["forest_orchard_grass"].tolist() == pytest.approx([50_000.0, 0, 0, 0])


def test_ground_is_summed_by_kind_as_counted_by_hand():
    """P30, a pond of 1 ha, and two more beside it lie in farmland; six hectares are asked for."""
    plan = draw("[split.min_area_ha]\nwater = 2.0\nfarmland = 6.0\n")
    patches = plan.patches.copy()
    patches.loc[["P30", "P31"], "category"] = "water"
    patches.loc["P12", "category"] = "water"  # apart from them: too small alone
    table = own_ground(patches, plan.grids, rules=plan.rules)
    assert table.loc["water"].tolist() == [30_000.0, 0.0, 20_000.0, 0.0]
    assert table.loc["farmland"].tolist() == [150_000.0, 150_000.0, 150_000.0, 150_000.0]
    (found,) = find_strays(patches, plan.grids, rules=plan.rules).itertuples()
    assert (found.kind, found.grid_code, found.area_m2) == ("water", W2, 20_000.0)
    assert (found.whole_m2, found.least_m2) == (20_000.0, 20_000.0)
    assert found.geometry.area == 20_000.0


def test_an_edit_that_takes_large_ground_into_another_kind_is_told():
    plan = draw()
    patches = plan.patches.copy()
    patches.loc[patches["grid_code"] == W2, "category"] = "water"
    grids = plan.grids.copy()
    grids.loc[W2, "category"] = "water"
    plan = recheck(plan.with_tables(patches=patches, grids=grids))
    assert not (plan.issues["rule"] == "CAT-3").any()
    after = edits.apply(plan, edits.move_patches(plan, ["P20", "P21"], W1), **BY)
    (told,) = after.issues[after.issues["rule"] == "CAT-3"].itertuples()
    assert (told.code, told.size, told.severity) == (W1, 20_000.0, "warning")
    assert "2.00 ha of water" in told.message
    assert "水域共 6.00 公顷" in told.message_zh


def test_ground_that_the_rules_let_others_absorb_has_nothing_to_keep():
    plan = draw('[residual]\ndefault = "absorb"\n')
    patches = plan.patches.copy()
    patches.loc[["P10", "P11", "P12"], ["category", "subclass"]] = ["residual", "other_land"]
    assert "other_land" not in own_ground(patches, plan.grids, rules=plan.rules).index
    patches.loc["P30", "category"] = "farmland"  # a pond of 1 ha would be told
    assert find_strays(patches, plan.grids, rules=plan.rules).empty


def test_the_workbook_lists_the_kinds(tmp_path):
    place = tmp_path / "report.xlsx"
    place.write_bytes(report_of(draw()))
    sheet = pd.read_excel(place, sheet_name="各类土地 kinds", header=1)
    assert sheet.iloc[:, 0].tolist() == ["水域 Water", "耕地 Farmland"]
    assert sheet.iloc[1, 1:6].tolist() == [3, 18.0, 36.0, 17.0, 17.0]
    assert sheet.iloc[:, 7].tolist() == [0.0, 100.0]  # the pond of 1 ha is not below 1 ha


def test_the_figures_of_the_whole_split_hold_own_ground_and_usual_sizes():
    plan = recheck(draw("[split.bands.water]\nobjects = [2, 5]\n"))
    found = split_figures(plan)
    assert found["own_share"] == pytest.approx(17 / 18)  # a pond of 1 ha lies in farmland
    assert found["large_own_share"] == pytest.approx(17 / 18)
    assert found["sizes_met_share"] == 1.0  # the micro-grids are of farmland
    plan = recheck(draw("[split.bands.farmland]\narea_ha = [1, 5]\n"))
    assert split_figures(plan)["sizes_met_share"] == 0.0  # each has six hectares
