"""The rules that a new town starts with, from the README and from the app, give useful plans."""

import pytest
from blank_town import blank_town
from project import ROOT
from shapely import box
from zoning_town import zoning_town

from boundaries.tiling.build import kind_of
from gridmap.plan.kinds import kind_table, large_share
from gridmap.workflow.workflow import plan_town
from layers.contract.categories import CATEGORY_KEYS

MOST_LEFT_M2 = 1_000_000.0  # 100 ha
SETTLED = ("village_res", "urban_res", "market_commerce", "industry_other", "public_service")


def after(text, mark):
    return text[text.index(mark) :]


def first_rules():
    """What the README and the app put after the files of a town."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    block = after(readme, "[load.default]").split("```")[0]
    app = (ROOT / "gridmap" / "ui" / "shell" / "new_town.toml").read_text(encoding="utf-8")
    return {"readme": block, "app": after(app, "[load.problem_estate]")}


def leftovers(plan):
    """Micro-grids of ground that is neither of a category, nor settled, nor wood."""
    known = (*CATEGORY_KEYS, *SETTLED, "forest_orchard_grass")
    return plan.micro_grids[~kind_of(plan.micro_grids).isin(known)]


@pytest.mark.parametrize("name", ["readme", "app"])
def test_no_micro_grid_of_leftovers_is_above_a_hundred_hectares(name):
    """Blank ground of 840 ha, and a field, a village and a wood in 490 ha of it."""
    rules = first_rules()[name]
    plan = plan_town(blank_town([(2500, 2100), (1500, 2100)], rules))
    assert leftovers(plan)["area_m2"].max() <= MOST_LEFT_M2
    ground = [
        ("farmland", box(0, 0, 1000, 750)),
        ("village_res", box(1200, 0, 1500, 300)),
        ("forest_orchard_grass", box(2000, 1000, 2600, 1500)),
    ]
    plan = plan_town(blank_town([(3000, 2000)], rules, ground=ground))
    assert leftovers(plan)["area_m2"].max() <= MOST_LEFT_M2
    assert {"farmland", "village_res", "forest_orchard_grass"} <= set(kind_of(plan.micro_grids))
    assert large_share(kind_table(plan)) == 1.0


@pytest.mark.parametrize("name", ["readme", "app"])
def test_settlements_woods_and_works_of_a_zoning_plan_have_micro_grids(name):
    plan = plan_town(zoning_town(first_rules()[name]))
    kinds = kind_of(plan.micro_grids)
    assert {"urban_res", "industry_other", "forest_orchard_grass", "farmland"} <= set(kinds)
    assert "road_transport" not in set(kinds)
    assert leftovers(plan)["area_m2"].max() <= MOST_LEFT_M2
    assert large_share(kind_table(plan)) == 1.0
