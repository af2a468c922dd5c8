"""Balance of the grids under one grid: order, classes, and what their borders run along."""

import math

import pytest
import redraw_plan
from drawn_context import context_of
from firm_plan import Y, firm_plan
from redraw_plan import BY, E1, W1, W2

from gridmap import edits
from gridmap.coverage.balance import balance_figures, balance_steps, balance_table
from gridmap.rules import parse_rules


def moved(*patches, to):
    plan = redraw_plan.draw()
    return edits.apply(plan, edits.move_patches(plan, list(patches), to), **BY)


def test_grids_of_one_load_are_even():
    table = balance_table(redraw_plan.draw())
    assert table["state"].tolist() == ["even"] * 3
    assert table["used"].tolist() == [1.0] * 3  # 12 of 12 hours
    assert balance_figures(table[table["parent"] == "TVW"]) == {
        "count": 2, "over": 0, "heavy": 0, "light": 0, "largest": 4, "smallest": 4, "spread": 0,
    }  # fmt: skip


def test_classes_end_where_the_rules_note_a_load_as_uneven():
    text = redraw_plan.RULES.replace("[capacity]", "[capacity]\nload_index_max = 4.0")
    assert balance_steps(parse_rules(text)) == pytest.approx((0.25, 0.5, 2.0, 4.0))
    assert balance_steps(parse_rules(redraw_plan.RULES))[-1] == 1.5


def test_over_capacity_comes_first_then_the_emptiest():
    # Ten patches are 20 hours, and the most officers give 16.
    table = balance_table(moved("P20", "P21", "P22", "P30", to=W1))
    west = table[table["parent"] == "TVW"]
    assert west.index.tolist() == [W1, W2]
    assert west["state"].tolist() == ["over", "lightest"]
    assert west["used"].tolist() == [1.25, 0.5]
    # 24 hours on 6 officers are 4 each; W1 has 5 each on 4, W2 has 2 each on 2 who stay.
    assert west["ratio"].tolist() == pytest.approx([1.25, 0.5])
    assert west["people"].tolist() == [3, 2]
    assert west["purity"].tolist() == pytest.approx([0.9, 1.0])
    sums = balance_figures(west)
    assert (sums["over"], sums["heavy"], sums["light"]) == (1, 0, 1)
    assert (sums["largest"], sums["smallest"]) == (5, 2)
    assert sums["spread"] == pytest.approx(1.5 / 3.5)


def test_the_share_of_a_border_on_roads_and_on_any_line_is_told():
    plan = redraw_plan.draw()
    road = ("road", "primary", "", redraw_plan.line((2, -1), (2, 4)))
    river = ("water", "", "", redraw_plan.line((4, -1), (4, 4)))
    table = balance_table(plan.with_tables(context=context_of([road, river], plan.crs)))
    assert table.loc[[W1, W2, E1], "border_m"].tolist() == pytest.approx([1000.0] * 3)
    assert table.loc[[W1, W2, E1], "road_share"].tolist() == pytest.approx([0.3, 0.3, 0.0])
    assert table.loc[[W1, W2, E1], "seen_share"].tolist() == pytest.approx([0.3, 0.6, 0.3])
    assert table["border_m"].tolist() == pytest.approx(plan.grids.loc[table.index, "perimeter_m"])
    assert math.isnan(balance_table(plan).loc[W1, "seen_share"])  # the plan knows no line


def test_the_grid_of_a_unit_is_told_apart_and_not_measured():
    table = balance_table(firm_plan())
    assert table.loc[Y, "parent"] == Y[:-3]
    assert (table.loc[Y, "state"], bool(table.loc[Y, "exclusive"])) == ("", True)
    assert math.isnan(table.loc[Y, "ratio"])
    own = table[table["parent"] == Y[:-3]]
    assert own.index[-1] == Y  # last, whatever its load
    assert balance_figures(own)["count"] == len(own) - 1
