"""Figures of the whole split, counted on fields of 1 ha whose borders and houses are known."""

from dataclasses import replace

import pytest
from blank_town import blank_town
from eight_fields import context, eight_fields, place_of, units
from shapely import LineString, box

from gridmap.coverage.compare import compare_plans
from gridmap.coverage.split_figures import SPLIT_FIGURES, split_figures, told_figure
from gridmap.store import load_plan, save_plan
from gridmap.workflow.workflow import plan_town


@pytest.fixture(scope="module")
def plan():
    """Two fields are what one micro-grid can carry: two borders are drawn, of 100 m each."""
    lines = context(
        ("road", "street", LineString([(205, -50), (205, 60)])),
        ("road", "track", LineString([(196, 60), (196, 150)])),
        ("water", "", LineString([(605, -50), (605, 150)])),
    )
    houses = units(
        ("building", box(10, 10, 20, 20)),
        ("building", box(390, 10, 410, 20)),
        ("compound", box(690, 20, 750, 80)),
        ("compound", box(110, 20, 190, 80)),
    )
    return plan_town(eight_fields(context=lines, units=houses))


def test_drawn_borders_are_measured_by_what_they_run_along(plan):
    found = split_figures(plan)
    assert found["drawn_km"] == pytest.approx(0.2)
    # The road ends after 60 m and is near for ten more; where both are near, it is the road.
    assert found["road_share"] == pytest.approx(0.35)
    assert found["track_share"] == pytest.approx(0.15)
    assert found["river_share"] == pytest.approx(0.5)
    assert found["visible_share"] == pytest.approx(1.0)


def test_borders_of_given_grids_and_of_kinds_of_ground_are_told_apart(plan):
    found = split_figures(plan)
    assert (found["building_cut"], found["compound_cut"]) == (0, 0)
    assert (found["building_crossed"], found["compound_crossed"]) == (1, 0)
    assert (found["building_parted"], found["compound_parted"]) == (0, 1)
    assert "village_group_cut" not in found  # the town has no layer of them
    assert found["purity"] == pytest.approx(1.0)


def test_a_plan_in_force_is_measured_by_its_codes_alone(plan):
    """Relabelled by hand so that a border runs through a house between the first two fields."""
    fields = plan.patches.sort_values("patch_id")
    code = fields["grid_code"].tolist()
    x = place_of(fields).tolist()
    by_hand = {50: code[x.index(50)], 150: code[x.index(250)]}
    codes = [by_hand.get(place, own) for place, own in zip(x, code, strict=True)]
    house = units(("building", box(95, 40, 105, 50)))
    other = plan.with_tables(patches=fields.assign(grid_code=codes), units=house)
    found = split_figures(other)
    assert found["building_cut"] == 1
    assert found["visible_share"] == pytest.approx(0.5)
    rows = compare_plans(plan, other).figures.set_index("key")
    assert rows.loc["visible_share", ["first", "second"]].tolist() == pytest.approx([1.0, 0.5])


def test_units_and_figures_survive_the_plan_file(plan, tmp_path):
    path = tmp_path / "town.gridmap.gpkg"
    save_plan(plan, path)
    read = load_plan(path)
    assert read.units.index.tolist() == plan.units.index.tolist()
    assert read.units["kind"].tolist() == plan.units["kind"].tolist()
    assert split_figures(read) == pytest.approx(split_figures(plan))


def test_a_plan_that_knows_no_line_says_nothing_of_visible_lines(plan):
    """Its borders may well run along roads: 0 % would be a false reproach."""
    found = split_figures(plan.with_tables(context=plan.context.iloc[:0]))
    assert found["drawn_km"] == pytest.approx(0.2)
    assert not {"visible_share", "road_share", "river_share", "track_share"} & set(found)


def test_figures_are_shown_as_people_write_them():
    by_key = {one.key: one for one in SPLIT_FIGURES}
    assert told_figure(by_key["drawn_km"], 12.345) == "12.35"
    assert told_figure(by_key["visible_share"], 0.8765) == "87.6 %"
    assert told_figure(by_key["building_cut"], 1234.0) == "1,234"


@pytest.mark.parametrize(("follow", "along"), [(True, 1.0), (False, 0.0)])
def test_large_ground_is_cut_along_a_track_that_crosses_it(follow, along):
    """A wood of two micro-grids, which a bent track parts into 54 and 46 hundredths."""
    rules = f"""
[load.default]
hectare = 0.3
[capacity]
officer_hours = 8
[tiling]
cut_along_roads = {str(follow).lower()}
[borders]
track = 0.5
near_m = 5.0
[residual.by_subclass]
forest_orchard_grass = "own"
"""
    wood = [("forest_orchard_grass", box(0, 0, 2000, 800))]
    track = LineString([(1000, -10), (1150, 300), (1000, 500), (1150, 810)])
    town = blank_town([(2000, 800)], rules, ground=wood)
    found = split_figures(plan_town(replace(town, context=context(("road", "track", track)))))
    assert found["track_share"] == pytest.approx(along, abs=0.05)
