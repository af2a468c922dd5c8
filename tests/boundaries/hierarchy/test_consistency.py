"""The given grids: every fault of the tree and of the tiling is found, named and sized.

The drawn town is 2 km x 1 km: level 1 410122106, villages …200 (west) and …201 (east), level-3
grids …001 (north) and …002 (south) in each.
"""

import drawn_town
import pytest
import shapely
from shapely import Polygon, box
from shapely.affinity import translate

from boundaries.hierarchy.consistency import (
    check_hierarchy,
    repair_hierarchy,
    require_sound_hierarchy,
)
from layers.contract.columns import HIERARCHY, ISSUES
from layers.contract.errors import BoundaryError, LayerCRSError

TOWN, WEST, EAST = "410122106", "410122106200", "410122106201"
X, Y = drawn_town.WEST, drawn_town.SOUTH


def redrawn(grids, **shapes):
    """Replace the geometry of some grids, by code with an underscore in front."""
    changed = grids.copy()
    for code, shape in shapes.items():
        changed.loc[code.removeprefix("_"), "geometry"] = shape
    return changed


def faults(grids, severity="error"):
    issues = check_hierarchy(grids)
    return issues[issues["severity"] == severity].reset_index(drop=True)


def test_a_sound_hierarchy_has_no_faults(small_hierarchy):
    issues = check_hierarchy(small_hierarchy)
    assert issues.empty
    assert list(issues.columns) == [*ISSUES, "geometry"]
    assert require_sound_hierarchy(small_hierarchy).empty


def test_the_levels_are_data_two_are_enough(small_hierarchy):
    assert check_hierarchy(small_hierarchy[small_hierarchy["level"] < 3]).empty


def test_a_hierarchy_in_degrees_is_refused(small_hierarchy):
    with pytest.raises(LayerCRSError, match=r"The grid hierarchy: 'China Geodetic"):
        check_hierarchy(small_hierarchy.to_crs("EPSG:4490"))


def test_an_orphan_is_named(small_hierarchy):
    small_hierarchy.loc[f"{EAST}002", "parent_code"] = "410122106999"
    (fault,) = faults(small_hierarchy).query("rule == 'TREE-1'").to_dict("records")
    assert fault["code"] == f"{EAST}002"
    assert "is an orphan: its parent_code '410122106999' is the code of no grid" in fault["message"]
    assert "没有上级：parent_code 410122106999 不是任何网格的编码" in fault["message_zh"]


def test_an_empty_parent_code_below_the_town_is_an_orphan(small_hierarchy):
    small_hierarchy.loc[EAST, "parent_code"] = ""
    words = faults(small_hierarchy).query("rule == 'TREE-1'")["message"].tolist()
    assert len(words) == 1
    assert "is an orphan: its parent_code is empty" in words[0]


def test_a_jump_of_levels_is_named(small_hierarchy):
    small_hierarchy.loc[f"{EAST}002", "parent_code"] = TOWN
    words = " ".join(faults(small_hierarchy).query("rule == 'TREE-1'")["message"])
    assert f"hangs under '{TOWN}' of level 1, not of level 2" in words


def test_a_cycle_is_named_and_does_not_hang(small_hierarchy):
    small_hierarchy.loc[TOWN, "parent_code"] = WEST
    found = faults(small_hierarchy).query("rule == 'TREE-1'")
    assert found["code"].tolist() == [TOWN, WEST]
    assert "is its own ancestor" in found["message"][0]


def test_a_grid_that_is_its_own_parent_is_a_cycle(small_hierarchy):
    small_hierarchy.loc[WEST, "parent_code"] = WEST
    found = faults(small_hierarchy).query("rule == 'TREE-1'")
    assert found["code"].tolist() == [WEST]


def test_two_towns_are_refused(small_hierarchy):
    small_hierarchy.loc[EAST, "level"] = 1
    words = faults(small_hierarchy)["message"][0]
    assert f"exactly one level-1 grid; found 2: '{TOWN}', '{EAST}'" in words


def test_no_town_is_refused(small_hierarchy):
    words = faults(small_hierarchy.drop(index=TOWN))["message"]
    assert "exactly one level-1 grid; found 0: none" in words[0]


def test_a_doubled_code_is_named_with_both_names(small_hierarchy):
    doubled = small_hierarchy.rename(index={EAST: WEST})
    found = faults(doubled).query("rule == 'CODE-1'")
    assert found["code"].tolist() == [WEST]
    assert f"Code '{WEST}' stands on 2 grids (西村, 东村)" in found["message"][0]


def test_a_gap_between_siblings_is_measured_and_placed(small_hierarchy):
    """The north-western grid ends 20 m short of its village border: 20 m x 500 m."""
    short = redrawn(small_hierarchy, **{f"_{WEST}001": box(X, Y + 500, X + 980, Y + 1000)})
    (fault,) = faults(short).to_dict("records")
    assert (fault["rule"], fault["code"], fault["level"], fault["unit"]) == (
        "COV-1", WEST, 2, "m2",
    )  # fmt: skip
    assert fault["size"] == pytest.approx(10_000)
    assert "10,000.0 m² of it lie in none of its 2 level-3 grids, in 1 places" in fault["message"]
    assert "near x 513990.0, y 3838750.0" in fault["message"]
    assert "10,000.0 平方米不在任何 3 级网格内" in fault["message_zh"]
    assert fault["geometry"].area == pytest.approx(10_000)


def test_an_overlap_of_siblings_names_both(small_hierarchy):
    """The northern grid reaches 10 m into the southern one: 10 m x 1000 m."""
    wide = redrawn(small_hierarchy, **{f"_{WEST}001": box(X, Y + 490, X + 1000, Y + 1000)})
    (fault,) = faults(wide).to_dict("records")
    assert (fault["rule"], fault["code"], fault["other_code"]) == (
        "COV-2", f"{WEST}001", f"{WEST}002",
    )  # fmt: skip
    assert fault["size"] == pytest.approx(10_000)
    assert f"and '{WEST}002' (西村第二网格) overlap by 10,000.0 m²" in fault["message"]


def test_a_level_3_grid_outside_its_village_is_named_with_the_right_village(small_hierarchy):
    """Both eastern grids swap parents with nobody: the north-eastern one claims the west."""
    small_hierarchy.loc[f"{EAST}001", "parent_code"] = WEST
    fault = faults(small_hierarchy).query("rule == 'COV-4'").to_dict("records")[0]
    assert (fault["code"], fault["other_code"]) == (f"{EAST}001", WEST)
    assert "500,000.0 m² (100.0%) of it lie outside its parent '410122106200'" in fault["message"]
    assert f"Most of it lies in '{EAST}'" in fault["message"]
    assert "Correct its outline or its parent_code" in fault["message"]


def test_a_village_without_grids_below_is_a_gap(small_hierarchy):
    found = faults(small_hierarchy.drop(index=[f"{EAST}001", f"{EAST}002"]))
    assert found["code"].tolist() == [EAST]
    assert "has no grids of level 3: its 1,000,000 m² are in none" in found["message"][0]


def test_a_grid_without_polygon_is_refused(small_hierarchy):
    found = faults(redrawn(small_hierarchy, **{f"_{WEST}001": None}))
    assert "GEOM-1" in found["rule"].tolist()
    assert "has no polygon. Draw its outline" in found["message"][0]


def test_all_faults_come_in_one_error(small_hierarchy):
    small_hierarchy.loc[f"{EAST}002", "parent_code"] = "9"
    gap = redrawn(small_hierarchy, **{f"_{WEST}001": box(X, Y + 500, X + 980, Y + 1000)})
    with pytest.raises(BoundaryError) as caught:
        require_sound_hierarchy(gap)
    words = str(caught.value)
    assert words.startswith("The grid hierarchy has 3 faults:\n- ")
    assert "is an orphan" in words
    assert "lie in none of its 2 level-3 grids" in words
    assert "lie in none of its 1 level-3 grids" in words
    title, *faults = caught.value.zh.split("\n")
    assert title == "网格体系有 3 处错误："
    assert faults == [f"- {text}" for text in check_hierarchy(gap)["message_zh"]]


def hairlines(grids):
    """Noise of hand drawing: a 0.2 m slit, a 0.3 m overlap, an outline 0.1 m too wide."""
    return redrawn(
        grids,
        **{
            f"_{WEST}001": box(X, Y + 500.2, X + 1000, Y + 1000),
            f"_{EAST}001": box(X + 999.7, Y + 500, X + 2000, Y + 1000),
            f"_{TOWN}": box(X - 0.1, Y, X + 2000, Y + 1000),
        },
    )


def test_hairlines_are_warnings(small_hierarchy):
    grids = hairlines(small_hierarchy)
    assert faults(grids).empty
    found = faults(grids, "warning")
    assert found["rule"].tolist() == ["COV-1", "COV-1", "COV-4"]
    assert found["size"].tolist() == pytest.approx([100, 200, 150])
    assert (
        "hairline gaps of 200.00 m², thinner than 0.5 m. They are repaired."
        in (found["message"][1])
    )


def tiles_exactly(grids):
    for level in range(1, int(grids["level"].max())):
        assert shapely.coverage_is_valid(grids.geometry[grids["level"] == level + 1].to_numpy())
        for code in grids.index[grids["level"] == level]:
            below = grids.geometry[grids["parent_code"] == code].to_numpy()
            assert shapely.union_all(below).symmetric_difference(grids.geometry[code]).area == 0


def test_mended_levels_tile_each_other_exactly(small_hierarchy):
    repaired, _ = repair_hierarchy(hairlines(small_hierarchy))
    assert list(repaired.columns) == [*HIERARCHY, "geometry"]
    tiles_exactly(repaired)
    town = repaired.geometry[TOWN]
    assert not town.interiors
    assert town.area == pytest.approx(2_000_100, abs=0.01)


def test_a_slit_that_is_open_at_the_edge_of_the_town_is_closed(small_hierarchy):
    repaired, _ = repair_hierarchy(hairlines(small_hierarchy))
    north, south = repaired.geometry[f"{WEST}001"], repaired.geometry[f"{WEST}002"]
    assert north.intersection(south).length == pytest.approx(1000, abs=1)


def test_mending_reports_every_grid_it_moved(small_hierarchy):
    _, issues = repair_hierarchy(hairlines(small_hierarchy))
    assert set(issues["rule"]) == {"COV-3"}
    assert f"{WEST}001" in issues["code"].tolist() or f"{WEST}002" in issues["code"].tolist()
    assert "its border was moved by hairlines" in issues["message"][0]


def test_mending_a_sound_hierarchy_changes_nothing(small_hierarchy):
    repaired, issues = repair_hierarchy(small_hierarchy)
    assert issues.empty
    assert shapely.equals(repaired.geometry.to_numpy(), small_hierarchy.geometry.to_numpy()).all()
    tiles_exactly(repaired)


def test_mending_does_not_change_its_input(small_hierarchy):
    given = hairlines(small_hierarchy)
    before = given.geometry.to_wkb().tolist()
    repair_hierarchy(given)
    assert given.geometry.to_wkb().tolist() == before


def test_a_bow_tie_is_mended_and_warned_of(small_hierarchy):
    """A spike of 1 m² crosses itself at the south-western corner."""
    crossing = Polygon(
        [(X, Y), (X + 1000, Y), (X + 1000, Y + 500), (X, Y + 500), (X, Y + 2), (X + 1, Y + 1),
         (X, Y + 1), (X + 0.5, Y + 2), (X, Y + 1.5)]
    )  # fmt: skip
    grids = redrawn(small_hierarchy, **{f"_{WEST}002": crossing})
    found = faults(grids, "warning")
    assert "GEOM-2" in found["rule"].tolist()
    assert "is not a valid polygon (ring self-intersection)" in found["message"][0]


def test_the_order_of_rows_does_not_matter(small_hierarchy):
    shuffled = hairlines(small_hierarchy).sample(frac=1, random_state=3)
    ordered = repair_hierarchy(hairlines(small_hierarchy))[0]
    again = repair_hierarchy(shuffled)[0].loc[ordered.index]
    assert shapely.equals(ordered.geometry.to_numpy(), again.geometry.to_numpy()).all()


def test_a_shifted_village_is_gap_overlap_and_outside_at_once(small_hierarchy):
    moved = translate(small_hierarchy.geometry[EAST], xoff=30)
    assert set(faults(redrawn(small_hierarchy, **{f"_{EAST}": moved}))["rule"]) == {
        "COV-1", "COV-4",
    }  # fmt: skip
