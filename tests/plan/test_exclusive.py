"""Exclusive grids carved out of the drawn town: parents, codes, parts, a row for every fault."""

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from drawn_town import CRS, TOWN_CODE, draw_hierarchy, rules_text
from shapely import box

from gridmap.rules import parse_rules
from gridmap.town.exclusive import with_exclusive_grids
from gridmap.town.patches import deepest_grids
from layers.contract.columns import HIERARCHY, SITES, with_dtypes

WEST, EAST = f"{TOWN_CODE}200", f"{TOWN_CODE}201"
W1, W2, E1 = f"{WEST}001", f"{WEST}002", f"{EAST}001"
# Corner of the town: W1 lies above y 3838500, west of x 514000; E1 east of it.
X, Y = 513_000, 3_838_000
INSIDE = box(X + 300, Y + 650, X + 500, Y + 850)  # 4 ha in W1


def hierarchy():
    grids = draw_hierarchy().set_index("code")
    return with_dtypes(grids, HIERARCHY)


def sites(*rows):
    """Rows are dicts; an id and a name are made where none is given."""
    blank = dict.fromkeys(SITES, "") | {"staff": 0, "geometry": None}
    made = [
        {**blank, "site_id": f"S{number}", "spatial": "geometry" in row, **row}
        for number, row in enumerate(rows)
    ]
    table = pd.DataFrame(made, columns=["site_id", *blank])
    table["name"] = table["name"].where(table["name"] != "", "单位" + table["site_id"].astype(str))
    frame = gpd.GeoDataFrame(table.set_index("site_id"), geometry="geometry", crs=CRS)
    return with_dtypes(frame, SITES)


def carved(*rows, rules=""):
    chosen = parse_rules(rules_text() + rules)
    before = hierarchy()
    grids, issues = with_exclusive_grids(before, sites(*rows), rules=chosen)
    held = deepest_grids(grids)
    assert shapely.coverage_is_valid(held.geometry.to_numpy())
    assert held.area.sum() == pytest.approx(2_000_000, rel=1e-12)
    drawn = grids[grids["spatial"]]
    for _, level in drawn.groupby("level"):
        assert shapely.coverage_is_valid(level.geometry.to_numpy())
    return grids, issues


def said(issues):
    return list(zip(issues["rule"], issues["severity"], issues["code"], strict=True))


def test_a_town_without_sites_keeps_its_hierarchy():
    grids, issues = carved()
    assert grids.equals(hierarchy())
    assert issues.empty


def test_a_site_in_one_grid_is_a_child_of_it_and_takes_its_ground():
    grids, issues = carved({"geometry": INSIDE, "staff": 120, "label": "第一专属网格"})
    row = grids.loc[f"{W1}901"]
    assert issues.empty
    assert (row["parent_code"], row["level"], row["kind"]) == (W1, 4, "exclusive")
    assert (row["headcount"], row["label"], row["name"]) == (120, "第一专属网格", "单位S0")
    assert row.geometry.area == pytest.approx(40_000, abs=1e-6)
    assert grids.geometry[W1].area == pytest.approx(500_000, abs=1e-6)  # with the site inside
    assert deepest_grids(grids).area[W1] == pytest.approx(460_000, abs=1e-6)


@pytest.mark.parametrize(
    ("x", "y", "parent", "severity"),
    [(X + 300, Y + 400, WEST, "info"), (X + 900, Y + 600, TOWN_CODE, "warning")],
)
def test_a_site_across_grids_hangs_under_the_lowest_that_holds_it_and_is_said(
    x, y, parent, severity
):
    grids, issues = carved({"geometry": box(x, y, x + 200, y + 200)})
    assert grids.at[f"{parent}901", "parent_code"] == parent
    assert said(issues) == [("SITE-3", severity, f"{parent}901")]
    # Every grid between the site and its parent has lost the ground.
    assert grids.area[[W1, W2, E1]].sum() == pytest.approx(1_460_000 + 0.0, abs=1)
    assert grids.area[parent] == pytest.approx(hierarchy().area[parent], abs=1e-6)


def test_numbers_run_in_reading_order_and_pass_over_those_in_use():
    grids = hierarchy().rename(index={f"{WEST}002": f"{WEST}901"})
    chosen = parse_rules(rules_text())
    across = {"geometry": box(X + 300, Y + 400, X + 500, Y + 600), "name": "跨格"}
    west, east = box(X + 100, Y + 600, X + 200, Y + 700), box(X + 700, Y + 800, X + 800, Y + 900)
    found, _ = with_exclusive_grids(
        grids,
        sites(across, {"geometry": east, "name": "东"}, {"geometry": west, "name": "西"}),
        rules=chosen,
    )
    names = found.loc[found["kind"] == "exclusive", "name"].to_dict()
    assert names == {f"{WEST}902": "跨格", f"{W1}901": "西", f"{W1}902": "东"}


def test_a_site_along_the_rim_and_one_that_cuts_a_grid_in_two_are_said():
    grids, issues = carved(
        {"geometry": box(X, Y + 700, X + 1000, Y + 800)},
        {"geometry": box(X + 1100, Y + 900, X + 1200, Y + 1000)},
    )
    assert said(issues) == [
        ("SITE-4", "info", f"{W1}901"),
        ("SITE-4", "info", f"{E1}901"),
        ("SITE-5", "warning", W1),
    ]
    assert "is cut into 2 parts" in issues["message"].iloc[2]
    assert "200,000 m2" in issues["message"].iloc[2]
    assert len(grids[grids["kind"] == "exclusive"]) == 2


def test_a_grid_cut_by_many_sites_is_told_with_the_names_of_three():
    rows = [
        {
            "name": f"厂{number}",
            "geometry": box(X + 200 * number, Y + 600, X + 200 * number + 200, Y + 900),
        }
        for number in range(5)
    ]
    _, issues = carved(*rows)
    (text, text_zh) = issues.loc[issues["rule"] == "SITE-5", ["message", "message_zh"]].iloc[0]
    assert "parts by exclusive grids ('厂0', '厂1', '厂2' … and 2 more)" in text
    assert "被专属网格“厂0”、“厂1”、“厂2”等 5 项分成" in text_zh


def test_parts_nest_by_ground_and_without_and_get_two_digits_more():
    grids, issues = carved(
        {"site_id": "firm", "geometry": INSIDE},
        {"part_of": "firm", "name": "办公室", "staff": 40},
        {"part_of": "firm", "name": "一车间", "staff": 200,
         "geometry": box(X + 300, Y + 650, X + 400, Y + 850)},
    )  # fmt: skip
    inside = grids[grids["parent_code"] == f"{W1}901"]
    assert issues.empty
    assert inside["name"].to_dict() == {f"{W1}90101": "一车间", f"{W1}90102": "办公室"}
    assert inside["level"].tolist() == [5, 5]
    assert inside["spatial"].tolist() == [True, False]
    assert inside.geometry.iloc[1] is None
    assert grids.at[f"{W1}901", "headcount"] == 240  # those of its parts
    assert deepest_grids(grids).area[f"{W1}901"] == pytest.approx(20_000, abs=1e-6)


def test_a_unit_that_draws_nothing_has_the_ground_of_its_parts():
    grids, issues = carved(
        {"site_id": "firm"}, {"part_of": "firm", "geometry": INSIDE, "name": "厂区"}
    )
    assert issues.empty
    assert grids.area[f"{W1}901"] == grids.area[f"{W1}90101"] == pytest.approx(40_000)
    assert f"{W1}901" not in deepest_grids(grids).index


def test_by_headcount_no_part_has_more_than_the_rules_allow():
    grids, _ = carved({"geometry": INSIDE, "staff": 701}, rules='[exclusive]\nnest = "headcount"\n')
    parts = grids[grids["parent_code"] == f"{W1}901"]
    assert parts["headcount"].tolist() == [234, 234, 233]
    assert not parts["spatial"].any()
    given, _ = carved({"geometry": INSIDE, "staff": 701})
    assert len(given[given["kind"] == "exclusive"]) == 1


OUTSIDE = box(X + 5000, Y, X + 5100, Y + 100)
FAULTS = {
    "outside the town": ([{"geometry": OUTSIDE}], ("SITE-1", "error", "S0"), "outside the town"),
    "no ground": ([{}], ("SITE-1", "error", "S0"), "has no ground"),
    "part of nothing known, without ground": (
        [{"part_of": "nobody"}], ("SITE-6", "warning", "S0"), "which is no site",
    ),
    "part of itself": (
        [{"part_of": "S1", "geometry": INSIDE}, {"part_of": "S0"}],
        ("SITE-6", "warning", "S0"), "part of itself",
    ),
    "partly outside": (
        [{"geometry": box(X - 50, Y + 650, X + 50, Y + 750)}],
        ("SITE-2", "warning", "S0"), "with 5,000 m2 of its 10,000 m2",
    ),
    "overlap": (
        [{"geometry": INSIDE}, {"geometry": box(X + 400, Y + 650, X + 600, Y + 850)}],
        ("SITE-2", "warning", "S1"), "share 20,000 m2",
    ),
    "inside another": (
        [{"geometry": INSIDE}, {"geometry": box(X + 350, Y + 700, X + 400, Y + 750)}],
        ("SITE-1", "error", "S1"), "all of its ground belongs to other sites",
    ),
    "part outside its unit": (
        [{"geometry": INSIDE}, {"part_of": "S0", "geometry": box(X, Y + 650, X + 100, Y + 850)}],
        ("SITE-1", "error", "S1"), "outside site 'S0', of which it is a part",
    ),
    "part of what is left out": (
        [{"geometry": OUTSIDE}, {"part_of": "S0"}], ("SITE-1", "error", "S1"), "is left out",
    ),
    "swallows a grid": (
        [{"geometry": box(X, Y + 400, X + 1000, Y + 1000)}],
        ("SITE-1", "error", "S0"), f"beyond grid '{W1}'",
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_a_site_is_a_row_and_the_others_go_on(fault):
    rows, row, words = FAULTS[fault]
    sound = {"site_id": "sound", "geometry": box(X + 1300, Y + 650, X + 1500, Y + 850)}
    grids, issues = carved(*rows, sound)
    assert row in said(issues)
    told = issues[(issues["rule"] == row[0]) & (issues["code"] == row[2])].iloc[0]
    assert words in told["message"]
    assert told["message_zh"]
    assert grids.at[f"{E1}901", "name"] == "单位sound"


def test_a_site_that_is_a_whole_grid_stays_in_it_and_takes_its_households():
    grids, issues = carved({"geometry": box(X, Y + 500, X + 1000, Y + 1000)})
    assert said(issues) == [("SITE-4", "info", f"{W1}901")]
    assert W1 not in deepest_grids(grids).index
    assert grids["households"][[W1, f"{W1}901"]].tolist() == [0, 200]


def test_more_than_99_sites_under_one_grid_are_left_out_by_name():
    small = [
        {"geometry": box(x, y, x + 20, y + 20)}
        for y in range(Y + 520, Y + 1000, 45)
        for x in range(X + 20, X + 900, 90)
    ]
    assert len(small) > 99
    grids, issues = carved(*small)
    assert (grids["kind"] == "exclusive").sum() == 99
    assert (issues["rule"] == "SITE-1").sum() == len(small) - 99
    assert issues["message"].str.contains("numbers for 99").sum() == len(small) - 99
