"""Case counts that feed back into the load: off by default, and no case is counted twice."""

from dataclasses import replace

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from blank_town import blank_town
from shapely.geometry import box

from gridmap.coverage.load_shares import load_shares
from gridmap.town.departments import weekly_cases
from gridmap.town.load import share_cases
from gridmap.town.patches import make_patches
from gridmap.workflow.workflow import plan_town
from layers.contract.columns import CASES, with_dtypes

EAST_VILLAGE, WEST_VILLAGE = "410122106202", "410122106201"
# Fields of two villages side by side, 400 m by 200 m each; the west is two patches of 3 : 1.
GROUND = (("farmland", box(0, 0, 300, 200)), ("water", box(300, 0, 400, 200)),
          ("farmland", box(400, 0, 800, 200)))  # fmt: skip


def counted(*rows):
    """CASES of a town: rows of grid, base, found, filed and a point or None."""
    frame = pd.DataFrame(
        [{"grid_code": code, "base": base, "found": found, "filed": filed}
         for code, base, found, filed, _ in rows]
    )  # fmt: skip
    for name, dtype in CASES.items():
        if name not in frame:
            frame[name] = float("nan") if dtype == "float64" else "cases.csv"
    points = [point for *_, point in rows]
    return gpd.GeoDataFrame(with_dtypes(frame, CASES), geometry=points, crs="EPSG:4547")


def town(weight, *rows):
    rules = f"""[capacity]
officer_hours = 40.0
[load.default]
hectare = 1.0
case = {weight}
"""
    made = blank_town([(400, 200), (400, 200)], rules, ground=GROUND)
    return replace(made, cases=counted(*rows)) if rows else made


def test_cases_of_a_grid_lie_on_its_patches_by_area_and_cases_at_a_point_on_its_patch() -> None:
    made = town(
        0.5, (WEST_VILLAGE, "甲", 104.0, None, None), (EAST_VILLAGE, "甲", 52.0, None, None)
    )
    point = shapely.Point(*made.hierarchy.geometry[WEST_VILLAGE].representative_point().coords[0])
    at_point = counted(("", "甲", 26.0, None, point))

    patches = make_patches(made).patches
    one = share_cases(patches, made.hierarchy, weekly_cases(at_point, made.rules))

    assert patches.groupby("parent_code")["cases"].sum().to_dict() == pytest.approx(
        {WEST_VILLAGE: 2.0, EAST_VILLAGE: 1.0}
    )
    water = patches[patches["category"] == "water"]
    assert water["cases"].tolist() == [pytest.approx(0.5)]  # a quarter of the village's ground
    assert sorted(one) == pytest.approx([0, 0, 0.5])


def test_hours_a_case_are_added_to_the_load_and_told_in_its_shares() -> None:
    plain, weighed = (
        plan_town(town(weight, (WEST_VILLAGE, "甲", 104.0, None, None))) for weight in (0.0, 0.5)
    )

    more = weighed.patches["load_h"].sum() - plain.patches["load_h"].sum()
    assert more == pytest.approx(2.0 * 0.5)  # two cases a week
    shares = load_shares(weighed)
    of_cases = shares[shares["measure"] == "case"]
    assert of_cases["load_h"].sum() == pytest.approx(1.0)
    assert "case" not in set(load_shares(plain)["measure"])


def test_counts_change_nothing_while_no_hours_are_asked_for_a_case() -> None:
    without, with_counts = (
        make_patches(town(0.0, *rows)).patches
        for rows in ((), [(WEST_VILLAGE, "甲", 104.0, None, None)])
    )

    assert with_counts["load_h"].tolist() == without["load_h"].tolist()


def test_counts_of_other_kinds_and_bases_are_not_added_up() -> None:
    rows = [(WEST_VILLAGE, "上报", 104.0, None, None), (WEST_VILLAGE, "受理", None, 52.0, None),
            (WEST_VILLAGE, "另一口径", 10.0, None, None)]  # fmt: skip
    made = town(0.5, *rows)

    assert weekly_cases(made.cases, made.rules)["a_week"].tolist() == [2.0]


def test_counts_of_a_micro_grid_of_an_earlier_plan_go_to_its_given_grid() -> None:
    made = town(0.5, (f"{WEST_VILLAGE}07", "甲", 52.0, None, None))

    patches = make_patches(made).patches

    in_west = patches[patches["parent_code"] == WEST_VILLAGE]
    assert in_west["cases"].sum() == pytest.approx(1.0)
