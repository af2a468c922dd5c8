"""What a change of rules would do to an open plan: by hand on eight fields, and beside full splits.

Each field is 1 ha and asks for 10 hours; two officers of 10 hours carry two fields.
"""

from dataclasses import replace

import numpy as np
import pytest
from blank_town import blank_town
from eight_fields import FIELDS, RULES, context, eight_fields, place_of, units
from random_town import random_town
from shapely import LineString, box

from gridmap.publish.public_plan import public_plan
from gridmap.rules import parse_rules
from gridmap.rules.changes import apply_changes
from gridmap.what_if import estimate, figures_of_plan, needs_full_split, prepare
from gridmap.workflow.workflow import plan_town
from layers.contract.errors import PlanError


def eight_fields_with(cadres, rules=""):
    text = RULES.format(officers=2) + rules
    return blank_town([(400, 100), (400, 100)], text, ground=FIELDS, cadres=cadres)


@pytest.fixture(scope="module")
def ground():
    return prepare(plan_town(eight_fields_with(cadres=4)))


def tried(ground, seed=0, **changes):
    keys = {key.replace("__", "."): value for key, value in changes.items()}
    rules = parse_rules(apply_changes(ground.plan.rules_text, keys))
    return estimate(ground, rules, seed=seed)


def test_rules_as_they_are_give_the_plan_as_it_is(ground):
    found = tried(ground)
    assert found.figures == figures_of_plan(ground)
    # Two and two fields in the west; the three of the east can be parted in two ways.
    west = (place_of(ground.patches) < 400).to_numpy()
    assert found.zone[west].tolist() == ground.zone[west].tolist()
    assert found.moved_share in (0, 1 / 8)
    assert not found.unjudged


def test_the_plan_is_measured_by_hand(ground):
    # Two fields each in three micro-grids, and one field and the pond alone.
    figures = figures_of_plan(ground)
    assert (figures.grids, figures.posts) == (5, 8)
    assert (figures.vacancies, figures.spare) == (4, 0)
    assert figures.idle_h == 0
    assert figures.load_max_h == pytest.approx(20)
    assert figures.border_km == pytest.approx(0.2)  # one border in each village, pond apart


def test_twice_the_hours_take_half_the_grids(ground):
    found = tried(ground, capacity__officer_hours=20.0).figures
    # All of the west, the three fields of the east, the pond: 40, 30 and 10 hours.
    assert (found.grids, found.posts, found.vacancies) == (3, 5, 1)
    assert found.idle_h == pytest.approx(5 * 20 - 80)
    assert found.load_max_h == pytest.approx(40)
    assert found.border_km == 0


def test_fields_that_would_be_cut_are_counted(ground):
    half = tried(ground, capacity__officer_hours=5.0)
    assert (half.figures.grids, half.figures.posts, half.to_cut) == (8, 16, 8)
    # Four hours a micro-grid: ten hours are three of them, of which none is over capacity.
    least = tried(ground, capacity__officer_hours=2.0)
    assert (least.figures.grids, least.figures.over) == (24, 0)
    assert least.figures.load_max_h == pytest.approx(10 / 3)


def test_weights_are_those_tried(ground):
    found = tried(ground, load__water__hectare=35.0, load__default__hectare=5.0)
    assert found.load_h.sum() == pytest.approx(7 * 5 + 35)
    assert found.figures.load_max_h == pytest.approx(20)  # the four fields of the west
    assert found.figures.grids == 1 + 1 + 2  # the pond would be cut in two
    assert found.figures.idle_h == pytest.approx(2 * 4 * 10 - 70)


def test_fewest_and_most_officers_are_kept(ground):
    assert tried(ground, capacity__officers_max=1).figures.grids == 8
    least = tried(ground, capacity__officers_min=2).figures
    assert (least.grids, least.posts) == (5, 10)


def test_a_target_is_met_or_said_to_be_missed(ground):
    met = tried(ground, split__target=6)
    assert (met.figures.grids, met.missed) == (6, False)
    assert tried(ground, split__target=9).missed  # eight fields


def test_a_cheap_road_draws_the_border_to_it():
    road = context(("road", "primary", LineString([(300, -50), (300, 150)])))
    town = replace(eight_fields("road = 1.0\n", officers=3), context=road)
    ground = prepare(plan_town(town))
    found = tried(ground, borders__road=0.1)
    west = place_of(ground.patches) < 400
    beyond = (place_of(ground.patches) > 300)[west].to_numpy()
    zone = found.zone[west.to_numpy()]
    assert len(set(zone[beyond])) == len(set(zone[~beyond])) == 1
    assert found.figures.border_cost == pytest.approx(100 * 0.1)
    assert found.rules.borders.road == 0.1


def test_compounds_stay_whole_as_in_a_full_split():
    # It lies on the second and the third field, between which the border was.
    whole = units(("compound", box(110, 10, 290, 90)))
    ground = prepare(plan_town(replace(eight_fields(), units=whole)))
    zone = tried(ground).zone[place_of(ground.patches).argsort()]
    assert zone[1] == zone[2]
    assert tried(ground).figures == figures_of_plan(ground)


def test_what_needs_new_patches_is_named_and_left(ground):
    found = tried(
        ground, tiling__sliver_width_m=9.0, residual__default="own", numbering__micro_digits=3
    )
    assert found.unjudged == ("residual.default", "tiling.sliver_width_m")
    assert found.figures == figures_of_plan(ground)
    old = ground.plan.rules
    order = list(reversed(old.precedence))
    new = parse_rules(apply_changes(ground.plan.rules_text, {"precedence": order}))
    assert needs_full_split(old, new) == ("precedence",)


def test_the_same_question_has_the_same_answer(ground):
    one, two = (tried(ground, seed=7, capacity__officer_hours=15.0) for _ in range(2))
    assert one.figures == two.figures
    assert np.array_equal(one.zone, two.zone)


def test_a_plan_without_a_roster_has_no_vacancies():
    ground = prepare(plan_town(eight_fields()))
    assert figures_of_plan(ground).vacancies is None
    assert figures_of_plan(ground).spare is None


def test_a_copy_for_the_public_cannot_be_tried(ground):
    with pytest.raises(PlanError, match="no loads"):
        prepare(public_plan(ground.plan))


@pytest.mark.parametrize(("seed", "hours"), [(1, 6.0), (2, 16.0)])
def test_an_estimate_is_near_the_full_split(seed, hours):
    ground = prepare(plan_town(random_town(seed)))
    found = tried(ground, capacity__officer_hours=hours).figures
    full = figures_of_plan(prepare(plan_town(random_town(seed, officer_hours=hours))))
    assert abs(found.grids - full.grids) <= max(1, 0.1 * full.grids)
    assert abs(found.posts - full.posts) <= max(2, 0.1 * full.posts)
