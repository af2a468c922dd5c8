"""Blank ground is cut fine enough for the fewest micro-grids; ways out were tried when named."""

from dataclasses import replace

import numpy as np
import pytest
from blank_town import blank_town
from shapely import Polygon, box

from gridmap.rules import parse_rules
from gridmap.rules.changes import apply_changes
from gridmap.split.dividing import divide, fewest_by_load, fewest_by_parent
from gridmap.town.patches import tile_ground
from gridmap.workflow.remedies import Trials, outcome_of, ways_for_cadres, ways_to_target
from gridmap.workflow.workflow import plan_town

LOAD = "[load.default]\nhectare = 0.3\n[capacity]\nofficer_hours = 8\n"
ELL = Polygon([(0, 0), (3000, 0), (3000, 800), (900, 800), (900, 2600), (0, 2600)])


def divided(town):
    return divide(town, tile_ground(town))


@pytest.mark.parametrize(
    ("town", "fewest"),
    [
        # 91.7 h each under 4 x 8 = 32 h: pieces of 7.05 h would make four of each.
        (blank_town([(1910, 1600), (1910, 1600)], LOAD), 6),
        (blank_town([(2000, 1599)], LOAD), 3),  # 95.9 h: three of 31.98 h, to a hair
        (blank_town([(2000, 1603)], LOAD), 4),  # 96.2 h
        (blank_town([(1000, 1069)], LOAD), 2),  # 32.1 h, just over one
        (blank_town([(15_000, 200)], LOAD), 3),  # 90 h, long and thin
        (blank_town([(ELL.length, 1)], LOAD, shapes=[ELL]), 4),  # 120.6 h: 3.77 times 32 h
        (blank_town([(1900, 1600)], LOAD, ground=[("water", box(0, 0, 15, 15))]), 3),
        (blank_town([(1910, 1600)], LOAD + "officers_max = 1\n"), 12),
        (blank_town([(1600, 800)], LOAD.replace("0.3", "0.5")), 2),  # 64 h: 2 x 32 h and no more
        (  # 91.2 h of ground and 4 of 200 households
            blank_town(
                [(1900, 1600)],
                LOAD.replace("hectare = 0.3", "hectare = 0.3\nhousehold = 0.02"),
                households=200,
            ),
            3,
        ),
    ],
)
def test_blank_ground_makes_the_fewest_micro_grids_that_its_load_allows(town, fewest):
    division = divided(town)
    load = division.tiling.patches["load_h"].groupby(division.answer.grid_code).sum()
    assert division.answer.partition.zones == len(load) == fewest
    capacity = town.rules.capacity
    assert load.max() <= capacity.officer_hours * capacity.officers_max
    assert fewest_by_load(division, town.rules).sum() == fewest
    assert fewest_by_parent(division, town.rules) <= fewest
    assert division.tiling.patches["load_h"].max() <= capacity.officer_hours + 1e-6


def test_a_visit_to_every_patch_is_counted_when_blank_ground_is_cut():
    """60 h of ground and 0.5 h a patch: 2 x 32 h hold it in at most 8 patches."""
    load = LOAD.replace("hectare = 0.3", "hectare = 0.3\npatch = 0.5")
    division = divided(blank_town([(2000, 995)], load))
    assert division.answer.partition.zones == 2
    assert len(division.tiling.patches) <= 8


def test_ground_that_fills_officers_exactly_is_cut_into_as_many_pieces():
    division = divided(blank_town([(1600, 800)], LOAD.replace("0.3", "0.5")))
    assert division.tiling.patches["load_h"].tolist() == pytest.approx([8.0] * 8)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("hectare = 0.3", "hectare = 0.6"),
        ("officer_hours = 8", "officer_hours = 5"),
        ("[capacity]", '[households]\nlive_on = ["urban_res"]\n[capacity]'),
        ("officer_hours = 8", "officer_hours = 8\nofficers_max = 2"),
    ],
)
def test_a_division_of_other_rules_serves_again_only_where_it_gives_the_same(old, new):
    homes = [("village_res", box(0, 0, 300, 300)), ("urban_res", box(600, 0, 900, 300))]
    text = LOAD.replace("hectare = 0.3", "hectare = 0.3\nhousehold = 0.05")
    town = blank_town([(1000, 600)], text, households=200, ground=homes)
    ground = tile_ground(town)
    before = divide(town, ground)
    rules = text.replace(old, new)
    other = blank_town([(1000, 600)], rules, households=200, ground=homes)
    again, anew = divide(other, ground, like=before), divide(other, ground)
    assert again.tiling.patches.equals(anew.tiling.patches)
    assert again.answer.grid_code.equals(anew.answer.grid_code)


def test_ground_that_needs_no_finer_cut_is_cut_as_before():
    """57 h in 8 pieces of 7.1 h: 4 and 4 are under 32 h."""
    division = divided(blank_town([(1000, 1900)], LOAD))
    assert (division.answer.partition.zones, len(division.tiling.patches)) == (2, 8)
    assert division.tiling.patches.equals(division.first.patches)


def test_a_target_that_blank_ground_allows_is_met():
    for target in (6, 7, 9):
        town = blank_town([(1910, 1600), (1910, 1600)], f"[split]\ntarget = {target}\n" + LOAD)
        assert divided(town).answer.partition.zones == target


# ---- ways out are tried --------------------------------------------------------------------------
@pytest.mark.parametrize(("target", "cadres"), [(None, 3), (9, 5)])
def test_each_way_out_named_for_too_few_people_gives_a_plan_when_followed(target, cadres):
    wish = "" if target is None else f"[split]\ntarget = {target}\n"
    town = blank_town([(1910, 1600), (1910, 1600)], wish + LOAD, cadres=cadres)
    division = divided(town)
    ways = ways_for_cadres(town, division, cadres)
    assert ways
    plan = plan_town(town, division=division, ways_for_people=ways)
    (told,) = plan.issues.query("rule == 'SPLIT-2'").itertuples()
    for way in ways:
        assert way.whole.en in told.message
        assert way.whole.zh in told.message_zh
        text = apply_changes(town.rules_text, way.changes)
        plan = plan_town(replace(town, rules=parse_rules(text), rules_text=text))
        assert len(plan.micro_grids) <= cadres
        assert "SPLIT-2" not in set(plan.issues["rule"])
        assert f"{division.answer.partition.zones} → {len(plan.micro_grids)} 个" in way.cost.zh


def test_where_nothing_helps_the_message_says_so():
    """Three villages need three people, whatever the rules say."""
    town = blank_town([(500, 500)] * 3, LOAD, cadres=2)
    (told,) = plan_town(town).issues.query("rule == 'SPLIT-2'").itertuples()
    assert "No change of the rules that was tried" in told.message
    assert "均无法减少" in told.message_zh
    assert "split.target" not in told.message


def test_a_target_that_cannot_be_met_names_what_was_tried_and_what_it_costs():
    town = blank_town([(1910, 1600), (1910, 1600)], "[split]\ntarget = 4\n" + LOAD)
    (message,) = plan_town(town).issues.query("rule == 'SPLIT-1'")["message"]
    assert "Ask for 6 micro-grids. (6 micro-grids)" in message
    assert "Let each officer give" in message
    trials = Trials(town, divided(town))
    hours = float(message.partition("Let each officer give ")[2].partition(" hours")[0])
    assert trials.outcome({"capacity.officer_hours": hours}).micro_grids == 4
    assert trials.outcome({"capacity.officer_hours": -1.0}) is None


@pytest.mark.parametrize(
    ("target", "said", "said_zh"),
    [
        # 92 and 92 h under 32: 6 by load and 6 by village; a pond of its own makes it 7.
        (6, "the load alone would fit into 6, but", "只看工作量 6 个即可，但"),
        (
            4,
            "the load needs 6 or more under capacity, and 7 as ground of",
            "至少需要 6 个；不同类别",
        ),
        (2, "the load needs 6 or more", "按现有承载力，工作量至少需要 6 个"),
    ],
)
def test_the_true_reason_for_a_missed_target_comes_first(target, said, said_zh):
    pond = ("water", box(100, 100, 300, 300))
    wish = f"[split]\ntarget = {target}\n"
    town = blank_town([(1910, 1600), (1910, 1600)], wish + LOAD, ground=[pond])
    division = divided(town)
    ways = ways_to_target(town, division)
    plan = plan_town(town, division=division, ways=ways)
    (told,) = plan.issues.query("rule == 'SPLIT-1'").itertuples()
    assert f"{target} micro-grids are too few: {said}" in told.message
    assert f"{target} 个微网格不够：" in told.message_zh
    assert said_zh in told.message_zh
    assert any(way.changes for way in ways)
    for way in ways:
        text = apply_changes(town.rules_text, way.changes)
        followed = replace(town, rules=parse_rules(text), rules_text=text)
        assert "SPLIT-1" not in set(plan_town(followed).issues["rule"]), way.text.en


def test_what_least_areas_can_never_do_is_not_tried(monkeypatch):
    """Two villages of 92 h under 32 h need three micro-grids each, wherever small ground goes."""
    wish = "[split]\ntarget = 2\n"
    town = blank_town([(1910, 1600), (1910, 1600)], wish + LOAD, cadres=1)
    division = divided(town)
    assert fewest_by_parent(division, town.rules) == 6
    assert fewest_by_parent(division, parse_rules(town.rules_text + "officers_max = 40\n")) == 2
    made, tried = Trials._made, []
    monkeypatch.setattr(
        Trials, "_made", lambda self, changes: tried.append(set(changes)) or made(self, changes)
    )
    ways_to_target(town, division)
    assert {"split.target"} in tried
    assert not any(key.startswith("split.min_area_ha") for keys in tried for key in keys)
    tried.clear()
    assert ways_for_cadres(town, division, 1) == ()
    assert tried == []


@pytest.mark.parametrize(
    ("enough", "tried", "named"),
    [(5, [5], [5]), (7, [5, 12, 6, 8], [8]), (12, [5, 12, 6, 8], [12]), (99, [5, 12], [])],
)
def test_of_ways_of_one_kind_four_are_tried_at_most(enough, tried, named, monkeypatch):
    town = blank_town([(1000, 1900)], LOAD)
    division = divided(town)
    now, asked = outcome_of(division), []

    def outcome(_trials, changes):
        asked.append(changes.get("capacity.officers_max"))
        return replace(now, micro_grids=1 if (asked[-1] or 0) >= enough else 2)

    monkeypatch.setattr(Trials, "outcome", outcome)
    monkeypatch.setattr(Trials, "_fewest", lambda *_: 0)
    ways = ways_for_cadres(town, division, 1)
    found = [way.changes["capacity.officers_max"] for way in ways if len(way.changes) == 1]
    assert found == named
    assert [one for one in asked if one][: len(tried)] == tried


def test_trials_leave_town_and_division_as_they_were():
    town = blank_town([(1910, 1600)], LOAD, cadres=1)
    division = divided(town)
    before = division.tiling.patches.copy()
    ways_for_cadres(town, division, 1)
    assert division.tiling.patches.equals(before)
    assert np.isclose(Trials(town, division).now.each_h, 91.68 / 12)
