"""Why a border lies where it does, each reason on a small plan, and what moving it costs.

Eight fields of 1 ha and 10 hours side by side, two villages of four, the last one a pond.
"""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pytest
from cli_runs import answer, run
from eight_fields import at, context, eight_fields, place_of, units
from random_town import random_town
from shapely import LineString, box

from gridmap.edits.accept import apply
from gridmap.edits.moves.edit import move_patches
from gridmap.edits.undo import undo
from gridmap.store import save_plan
from gridmap.what_if import explain_border, prepare
from gridmap.what_if.answer import MOVES_TOLD, explained_text
from gridmap.what_if.border import border_at
from gridmap.workflow.workflow import plan_town
from layers.contract.errors import PlanError

DAY = "2026-11-30T10:00:00"


def ground_of(rules="", **frames):
    return prepare(plan_town(eight_fields(rules, **frames)))


@pytest.fixture(scope="module")
def ground():
    return ground_of()


def sides(ground, west, east):
    """Codes of the micro-grids of the fields so many metres from the west."""
    codes = dict(zip(place_of(ground.patches), ground.patches["grid_code"], strict=True))
    return codes[west], codes[east]


def keys(found):
    return [reason.key for reason in found.reasons]


def test_a_given_border_is_named_by_its_level_and_cannot_be_moved(ground):
    found = explain_border(ground, sides(ground, 350, 450))
    assert keys(found) == ["hierarchy"]
    assert "level 2, between 村01 and 村02" in found.reasons[0].text.en
    assert found.reasons[0].metres == pytest.approx(100)
    assert found.moves == ()
    assert not found.may_merge


def test_two_kinds_of_ground_are_named(ground):
    found = explain_border(ground, sides(ground, 650, 750))
    assert keys(found) == ["kind"]
    assert "耕地" in found.reasons[0].text.zh or "农" in found.reasons[0].text.zh
    assert found.moves == ()


def test_capacity_is_told_with_its_figures(ground):
    found = explain_border(ground, sides(ground, 150, 250))
    assert keys(found) == ["capacity", "search"]
    assert "40.0 h a week; one micro-grid carries 20 h (2 × 10 h)" in found.reasons[0].text.en
    assert not found.may_merge


def test_a_number_asked_for_is_a_reason():
    ground = ground_of("[split]\ntarget = 4\n", officers=4)
    parted = [pair for pair in ((50, 150), (150, 250), (250, 350), (450, 550), (550, 650))
              if len(set(sides(ground, *pair))) == 2]  # fmt: skip
    found = explain_border(ground, sides(ground, *parted[0]))
    assert keys(found) == ["target", "search"]


def test_a_line_on_the_ground_is_named_with_its_price():
    road = context(("road", "primary", LineString([(300, -50), (300, 150)])))
    ground = ground_of("road = 0.2\n", officers=3, context=road)
    found = explain_border(ground, sides(ground, 250, 350))
    assert keys(found) == ["capacity", "line"]
    assert "100 of 100 m follow" in found.reasons[1].text.en
    assert "price 0.2" in found.reasons[1].text.en
    assert found.price == pytest.approx(20)


def test_an_edit_is_told_until_it_is_undone():
    ground = ground_of(officers=3)
    west, east = sides(ground, 50, 350)
    codes = ground.patches["grid_code"]
    beside = place_of(ground.patches)[codes == east].idxmin()
    edit = move_patches(ground.plan, [beside], west)
    plan = apply(ground.plan, edit, who="李工", when=DAY, why="沿沟")
    found = explain_border(prepare(plan), (west, east))
    assert "hand" in keys(found)
    assert "search" not in keys(found)
    told = next(reason for reason in found.reasons if reason.key == "hand")
    assert "李工 于 2026-11-30" in told.text.zh
    assert "沿沟" in told.text.zh
    back = prepare(undo(plan, who="李工", when=DAY))
    assert "hand" not in keys(explain_border(back, (west, east)))


def test_a_barrier_is_told():
    lines = gpd.GeoDataFrame({"class": [""]}, geometry=[at(LineString([(200, 0), (200, 100)]))],
                             crs="EPSG:4547")  # fmt: skip
    ground = ground_of(officers=4, barriers=lines)
    assert keys(explain_border(ground, sides(ground, 150, 250))) == ["barrier"]


def test_what_nothing_forbids_may_be_merged():
    ground = ground_of(officers=2)
    loose = prepare(ground.plan.with_tables(rules=replace_capacity(ground.plan.rules, 9)))
    found = explain_border(loose, sides(loose, 150, 250))
    assert keys(found) == ["search"]
    assert found.may_merge


def replace_capacity(rules, officers):
    return rules.model_copy(
        update={"capacity": rules.capacity.model_copy(update={"officers_max": officers})}
    )


def test_the_outline_of_a_unit_is_given():
    for seed in range(9):
        plan = plan_town(random_town(seed, sites=2))
        exclusive = plan.grids.index[plan.grids["kind"] == "exclusive"]
        one = next((code for code in exclusive if (plan.patches["grid_code"] == code).any()), "")
        if one:
            break
    ground = prepare(plan)
    place = plan.grids.geometry[one].exterior.interpolate(0.1, normalized=True)
    found = explain_border(ground, border_at(ground, place.x, place.y, coordinates="work"))
    assert keys(found) == ["exclusive"]


def test_moving_a_border_is_told_patch_by_patch(ground):
    found = explain_border(ground, sides(ground, 150, 250))
    assert len(found.moves) == 2
    for move in found.moves:
        assert (move.load_h, move.from_h, move.to_h) == (10, 10, 30)
        assert move.posts == 1 + 2 - 4  # three are needed, two allowed
        assert sum(move.metres.values()) == pytest.approx(0)  # 100 m go, 100 m come
        assert ["more than 20 h" in one.en for one in move.broken] == [True]


def test_a_move_that_tears_a_grid_says_so(ground):
    # The fields of the west lie in a row: the second between the first and the third.
    place, codes = place_of(ground.patches), ground.patches["grid_code"].copy()
    west, east = sides(ground, 50, 350)
    codes[place.isin([50, 150, 250])], codes[place == 350] = west, east
    fork = ground.patches.assign(grid_code=codes)
    fork.loc[place == 350, "geometry"] = at(box(100, 100, 200, 200))  # above the second
    moves = explain_border(prepare(ground.plan.with_tables(patches=fork)), (west, east)).moves
    torn = next(move for move in moves if move.from_code == west)
    assert any("fall apart" in one.en for one in torn.broken)


def test_a_move_costs_what_the_new_border_costs_more():
    road = context(("road", "primary", LineString([(300, -50), (300, 150)])))
    ground = ground_of("road = 0.2\n", officers=3, context=road)
    found = explain_border(ground, sides(ground, 250, 350))
    east = ground.patches.index[place_of(ground.patches) == 250][0]
    move = next(one for one in found.moves if one.patch == east)
    # From the road to the line of the parcel beside: 100 m at 0.2 against 100 m at 1.
    assert move.price == pytest.approx(100 * 1.0 - 100 * 0.2)
    assert (move.metres["road"], move.metres["parcel"]) == pytest.approx((-100, 100))
    assert move.broken == ()
    # The other way: the last field of the west is all that the other side has.
    west = ground.patches.index[place_of(ground.patches) == 350][0]
    alone = next(one for one in found.moves if one.patch == west)
    assert (alone.from_h, alone.to_h, alone.posts) == (0, 40, 3 - 4)
    assert "more than 30 h" in alone.broken[0].en
    assert "without ground" in alone.broken[1].en


def test_a_unit_that_a_border_would_cut_is_named():
    whole = units(("compound", box(110, 10, 290, 90)))
    ground = ground_of(officers=3, units=whole)
    codes = dict(zip(place_of(ground.patches), ground.patches["grid_code"], strict=True))
    lone = codes[50] if codes[50] != codes[150] else codes[350]
    moves = explain_border(ground, (codes[150], lone)).moves
    cut = next(one for one in moves if one.to_code == lone)
    assert any("cut a compound" in one.en for one in cut.broken)


def test_a_place_on_the_map_finds_the_border_beside_it(ground):
    x, y = at(box(200, 40, 210, 50)).exterior.coords[0]
    border = border_at(ground, x, y, coordinates="work")
    assert set(border.codes) == set(sides(ground, 150, 250))
    assert border.length_m == pytest.approx(100)
    middle = gpd.GeoSeries([border.line.interpolate(50)], crs=ground.plan.crs).to_crs(4326)[0]
    assert explain_border(ground, (middle.x, middle.y)).border.codes == border.codes


@pytest.mark.parametrize("place", [(0.0, 0.0), (np.nan, 1.0), (113.0, 95.0)])
def test_a_place_without_a_border_is_told(ground, place):
    with pytest.raises(PlanError, match="No border between two micro-grids"):
        explain_border(ground, place)


def test_codes_that_do_not_touch_or_are_not_there_are_told(ground):
    with pytest.raises(PlanError, match="no border in common"):
        explain_border(ground, sides(ground, 50, 750))
    with pytest.raises(PlanError, match="No micro-grid has the code"):
        explain_border(ground, ("1", "2"))


def test_the_plan_stays_as_it_is(ground):
    before = ground.plan.patches.copy()
    explain_border(ground, sides(ground, 150, 250))
    assert ground.plan.patches.equals(before)
    assert replace(ground) == ground


def test_the_command_and_the_page_say_the_same_in_words_and_values(ground, tmp_path):
    save_plan(ground.plan, tmp_path / "a.gridmap.gpkg")
    west, east = sides(ground, 150, 250)
    told = answer("explain", tmp_path / "a.gridmap.gpkg", "--between", west, east)
    assert told["codes"] == [west, east]
    assert [one["key"] for one in told["reasons"]] == ["capacity", "search"]
    assert told["moves"][0]["to_h"] == 30
    shown = run("explain", tmp_path / "a.gridmap.gpkg", "--between", west, east, "--lang", "zh")
    assert "两侧合计每周 40.0 小时，超过一个微网格的承载力 20 小时" in shown.stdout
    assert "不符合规则" in shown.stdout
    lines = explained_text(explain_border(ground, (west, east))).lines
    assert [line.zh for line in lines] == shown.stdout.splitlines()
    assert run("explain", tmp_path / "a.gridmap.gpkg", "0", "0").exit_code == 1
    assert run("explain", tmp_path / "a.gridmap.gpkg").exit_code == 2


def test_what_may_be_merged_is_told_with_what_it_saves(ground):
    loose = prepare(ground.plan.with_tables(rules=replace_capacity(ground.plan.rules, 9)))
    lines = explained_text(explain_border(loose, sides(loose, 150, 250))).lines
    assert any("save 100 priced metres" in line.en for line in lines)


def test_moves_that_find_no_room_are_counted_behind_those_told(ground):
    found = explain_border(ground, sides(ground, 150, 250))
    many = replace(found, moves=found.moves * 7)
    told = explained_text(many)
    assert told.why == explained_text(found).why
    assert len(told.moves) == MOVES_TOLD
    assert told.more == told.lines[-1]
    assert told.more.zh == f"另有 {len(many.moves) - MOVES_TOLD} 块地块在其两侧。"
