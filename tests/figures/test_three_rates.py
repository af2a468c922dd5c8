"""The three 100 %, counted by hand: what each divides by, what misses, and what is not known."""

import math

import pytest
import shapely
from redraw_objects import boards_of, plan_with_objects
from redraw_plan import BY, E1, W1, W2, at, draw

from gridmap import edits
from gridmap.coverage.lying_across import grids_of_objects
from gridmap.coverage.three_rates import rates_table, three_rates
from gridmap.workflow.workflow import recheck

FIRMS = (
    {"id": "in", "place": (0.5, 0.5)},
    {"id": "short", "place": (1.5, 0.5), "missing": "法人;行业"},
    {"id": "out", "place": (50.0, 0.5)},
    {"id": "across", "place": shapely.box(*at(1.8, 1.2), *at(2.3, 1.7))},
)


def box(x0, y0, x1, y1):
    return shapely.box(*at(x0, y0), *at(x1, y1))


def rates(plan):
    return {rate.key: rate for rate in three_rates(plan)}


def told(rate):
    return dict(zip(rate.misses["id"].str.replace("firms:", ""), rate.misses["why"], strict=True))


def test_division_counts_objects_in_exactly_one_grid_and_names_the_others():
    division = rates(plan_with_objects(*FIRMS))["division"]
    assert (division.met, division.of, division.share) == (2, 4, 0.5)
    assert told(division) == {"out": "in no grid", "across": f"lies across {W2}, {W1}"}
    assert division.misses["why_zh"].tolist() == ["不在任何网格内", f"跨 {W2}、{W1}"]


def test_a_site_that_two_files_draw_decimetres_apart_lies_in_one_grid():
    """The border of W1 and W2 lies at x 2.0, a unit is 100 m."""
    plan = plan_with_objects(
        {"id": "strip", "place": box(1.0, 1.0, 2.005, 2.0)},  # 0.5 m over
        {"id": "shed", "place": box(1.94, 1.4, 2.004, 1.44)},  # 6 % of a shed, but 0.4 m wide
        {"id": "hundredth", "place": box(0.0, 1.0, 2.015, 1.04)},  # 1.5 m wide, under 1 %
        {"id": "over", "place": box(1.9, 1.4, 2.02, 1.5)},  # 2 m of 12 m
    )
    grids = grids_of_objects(plan)
    assert grids.tolist() == [(W1,), (W1,), (W1,), (W1, W2)]


def test_an_object_of_a_record_lies_across_when_a_border_divides_the_record():
    plan = plan_with_objects({"id": "firm", "record": "r11"}, {"id": "other", "record": "r12"})
    both = plan.patches.assign(record=plan.patches["record"].replace({"r21": "r11"}))
    plan = plan.with_tables(patches=both)
    division = rates(plan)["division"]
    assert told(division) == {"firm": f"lies across {W1}, {W2}"}
    assert (division.met, division.of) == (1, 2)


def test_ground_of_another_kind_that_is_numbered_alike_is_not_the_objects():
    plan = plan_with_objects({"id": "pond", "record": "r30", "category": "water"})
    alike = plan.patches.assign(record=plan.patches["record"].replace({"r00": "r30"}))
    assert alike.loc[["P00", "P30"], "grid_code"].tolist() == [W1, W2]
    assert grids_of_objects(plan.with_tables(patches=alike)).tolist() == [(W2,)]


def test_to_touch_a_border_is_not_to_lie_across_it():
    plan = plan_with_objects({"id": "corner", "place": box(1.9, 0.9, 2.0, 1.1)},
                             {"id": "beyond", "place": box(1.9, 0.995, 2.02, 1.005)})  # fmt: skip
    assert grids_of_objects(plan).tolist() == [(W1,), (W1,)]
    wide = plan_with_objects({"id": "over", "place": box(1.0, 1.0, 2.015, 1.04)})
    assert grids_of_objects(wide).tolist() == [(W1, W2)]


def test_publication_counts_grids_and_objects_whose_board_hangs_and_is_in_force():
    firms = (*FIRMS[:2], {"id": "bad", "place": (2.5, 0.5), "class": "estate"},
             {"id": "camp", "place": (2.5, 1.5), "sensitive": True})  # fmt: skip
    plan = plan_with_objects(*firms).with_tables(
        boards=boards_of(
            {"grid": W1}, {"grid": W1, "place": "村口"}, {"grid": W2, "version": "0"},
            {"grid": E1, "hung_on": ""}, {"thing": "in"}, {"grid": "TVX09"},
        )
    )  # fmt: skip
    published = rates(plan)["publication"]
    grid, thing = published.parts
    assert (grid.met, grid.of) == (1, len(plan.grids)) == (1, 7)
    assert (thing.met, thing.of) == (1, 2)  # never an estate, never what is sensitive
    assert published.share == pytest.approx(2 / 9)
    why = told(published)
    assert (why[W2], why[E1], why["T"]) == (
        "its board is outdated", "its board is not hung", "no board",
    )  # fmt: skip
    assert why["short"] == "no board"
    assert {"bad", "camp", W1, "in"}.isdisjoint(why)
    assert "2 objects are not counted" in published.note.en


def test_file_counts_objects_with_all_fields_of_their_register():
    filed = rates(plan_with_objects(*FIRMS))["file"]
    assert (filed.met, filed.of) == (3, 4)
    assert told(filed) == {"short": "lacks 法人, 行业"}
    assert filed.note is None


def test_objects_of_a_register_without_fields_are_left_out_of_the_file_rate_and_told():
    filed = rates(plan_with_objects(*FIRMS, {"id": "school", "place": (0.5, 1.5), "class": "unit"}))
    assert (filed["file"].met, filed["file"].of) == (3, 4)
    assert filed["file"].note.zh == "1 个对象不计入：其登记表没有写明须填的栏"


def test_what_nobody_has_said_is_not_known_and_neither_0_nor_100_percent():
    for rate in three_rates(draw()):
        assert math.isnan(rate.share)
        assert rate.unknown.en.startswith("not known: ")
        assert rate.misses.empty
    bare = rates(plan_with_objects(*FIRMS, extra=""))
    assert bare["division"].share == 0.5
    assert (
        bare["publication"].unknown.zh
        == "未知：规则中没有公示牌清单（[[boards]]），也没有在此印制过"
    )
    assert "fields" in bare["file"].unknown.en
    undated = plan_with_objects(*FIRMS).with_tables(boards=boards_of({"grid": W1, "hung_on": ""}))
    assert "the day on which they were hung" in rates(undated)["publication"].unknown.en
    plain = plan_with_objects(*FIRMS).with_tables(boards=boards_of({"grid": W1, "version": ""}))
    assert "no board says their version" in rates(plain)["publication"].unknown.en


def test_the_table_of_what_misses_names_rate_kind_and_reason():
    table = rates_table(three_rates(plan_with_objects(*FIRMS)))
    assert table[["rate", "kind", "id"]].to_numpy().tolist() == [
        ["division", "object", "firms:out"],
        ["division", "object", "firms:across"],
        ["file", "object", "firms:short"],
    ]


def test_boards_that_do_not_fit_are_rows_that_follow_the_plan():
    plan = plan_with_objects(*FIRMS).with_tables(
        boards=boards_of(
            {"grid": "TVX09"}, {"thing": "gone"}, {"grid": W2, "version": "0"},
            {"grid": W1, "place": "村口"}, {"grid": W1, "place": "村口"},
        )
    )  # fmt: skip
    plan = recheck(plan)
    own = plan.issues[plan.issues["rule"].str.startswith("BOARD-")]
    assert own["rule"].tolist() == ["BOARD-1", "BOARD-2", "BOARD-3"]
    assert own["size"].tolist() == [2.0, 1.0, 1.0]
    assert "2 boards of a grid or object that the plan does not have" in own["message"].iloc[0]
    assert "boards:1 (TVX09), boards:2 (gone)" in own["message"].iloc[0]
    assert "the first shows '0', in force is '1'" in own["message"].iloc[1]
    # A grid that a merge takes away takes its board's reason with it; told once.
    merged = edits.apply(plan, edits.merge_grids(plan, [W1, W2]), **BY)
    gone = merged.issues[merged.issues["rule"] == "BOARD-1"]
    assert gone["size"].tolist() == [3.0]
