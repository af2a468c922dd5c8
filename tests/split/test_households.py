"""Household grids: every household in one, none cut that must not be, in the band or a reason."""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from blank_town import SOUTH, WEST
from home_town import HOMES, home_town, random_homes, row_of_homes
from shapely import box

from boundaries.validate.catalogue import validate
from gridmap.rules import parse_rules
from gridmap.split.holding import held_homes
from gridmap.split.household_zones import household_zones, share_exactly
from gridmap.split.units import cores, members_of
from gridmap.town.dwellings import divided_buildings, dwellings_of, shared_whole
from gridmap.town.exclusive import with_exclusive_grids
from gridmap.town.limits import limits_from
from gridmap.workflow.household_rows import band_reasons
from gridmap.workflow.workflow import plan_town
from layers.contract.columns import SITES, with_dtypes
from layers.registers.joining import largest_overlap

BAND = (50.0, 70.0)


def homes_of(plan):
    return plan.micro_grids[plan.micro_grids["family"] == "household"]


def outside(plan):
    count = homes_of(plan)["households"]
    return sorted(count.index[(count < BAND[0]) | (count > BAND[1])])


def told(plan):
    return plan.issues[plan.issues["rule"] == "CAP-3"].set_index("code")


def grids_of_shapes(plan, shapes):
    """The micro-grids on which each shape has more than noise."""
    grids = plan.micro_grids
    at, on = shapely.STRtree(grids.geometry.to_numpy()).query(shapes, predicate="intersects")
    area = shapely.area(shapely.intersection(shapes[at], grids.geometry.to_numpy()[on]))
    rows = pd.DataFrame({"shape": at[area > 0.5], "grid": grids.index.to_numpy()[on[area > 0.5]]})
    return rows.groupby("shape")["grid"].nunique()


@pytest.mark.parametrize("seed", range(6))
def test_every_household_is_in_one_grid_and_every_grid_in_the_band_or_excused(seed):
    town = random_homes(seed)
    plan = plan_town(town)
    homes = dwellings_of(town.units, town.rules)
    total = float(homes["households"].sum())
    assert total == town.units["households"].sum()
    # Every household once, on every level, in whole numbers.
    grids = plan.grids
    for level in (1, 2, 3):
        assert grids.loc[grids["level"] == level, "households"].sum() == total
    own = homes_of(plan)
    assert own["households"].sum() == total
    assert (own["households"] % 1 == 0).all()
    at = largest_overlap(homes.geometry.to_numpy(), own.geometry.to_numpy())
    counted = np.bincount(at, weights=homes["households"], minlength=len(own))
    assert counted.tolist() == own["households"].tolist()
    # No compound, building or stairwell is cut; buildings are where the rules say so.
    divided = divided_buildings(town.units, town.rules).to_numpy()
    whole = town.units[~divided]
    assert (grids_of_shapes(plan, cores(whole)) == 1).all()
    stairs = homes[homes["unit"].isin(town.units.index[divided])]
    assert (grids_of_shapes(plan, stairs.geometry.buffer(-0.5).to_numpy()) == 1).all()
    assert not (plan.issues["rule"] == "SPLIT-7").any()
    # In the band, or with a reason; and nothing else is told.
    rows = told(plan)
    assert sorted(rows.index) == outside(plan)
    assert (rows["severity"] == "info").all()
    assert not (plan.issues["severity"] == "error").any() or set(
        plan.issues.loc[plan.issues["severity"] == "error", "rule"]
    ) <= {"SPLIT-2", "ASSIGN-1", "ASSIGN-2"}


def test_the_same_town_gives_the_same_household_grids():
    one, other = (plan_town(random_homes(3)) for _ in range(2))
    pd.testing.assert_series_equal(one.patches["grid_code"], other.patches["grid_code"])
    assert one.patches.geometry.geom_equals_exact(other.patches.geometry, 0.0).all()


def connected(members, edges):
    reached, left = [members[0]], set(members[1:])
    for one in reached:
        near = {a if b == one else b for a, b in edges if one in (a, b)} & left
        reached += sorted(near)
        left -= near
    return not left


def partitions(items):
    """All ways to part a list into sets."""
    if not items:
        yield []
        return
    first, rest = items[0], items[1:]
    for parts in partitions(rest):
        for at, part in enumerate(parts):
            yield [*parts[:at], [first, *part], *parts[at + 1 :]]
        yield [[first], *parts]


def fewest_outside(load, edges):
    """The fewest zones outside the band over all connected ways, and of those the fewest zones."""
    best = (99, 99)
    for parts in partitions(list(range(len(load)))):
        sums = [sum(load[one] for one in part) for part in parts]
        if max(sums) > BAND[1] or not all(connected(part, edges) for part in parts):
            continue
        best = min(best, (sum(one < BAND[0] for one in sums), len(parts)))
    return best


@pytest.mark.parametrize("seed", range(12))
def test_small_blocks_have_the_fewest_grids_outside_the_band(seed):
    rng = np.random.default_rng(seed)
    load = rng.integers(8, 45, 7).astype(float)
    edges = [(0, 1), (1, 2), (3, 4), (4, 5), (0, 3), (1, 4), (2, 5), (5, 6)]
    pairs, cost = np.array(edges), rng.uniform(5, 30, len(edges))
    for label in (
        household_zones(load, pairs, cost, band=BAND),
        share_exactly(load, pairs, cost, BAND),
    ):
        total = np.bincount(label, weights=load)
        assert total.max() <= BAND[1]
        parts = [np.flatnonzero(label == zone).tolist() for zone in range(len(total))]
        assert all(connected(part, edges) for part in parts)
        best = fewest_outside(load.tolist(), edges)
        assert (total < BAND[0]).sum() == best[0]
        if best[0] == 0:
            assert len(total) == best[1]  # no fewer grids can do


def test_many_homes_make_hardly_more_grids_than_their_number_asks_for():
    """144 buildings of 0 to 30 households: within a tenth of the fewest, all in the band."""
    side = 12
    place = np.arange(side * side).reshape(side, side)
    across = np.column_stack([place[:, :-1].ravel(), place[:, 1:].ravel()])
    edges = np.concatenate([across, np.column_stack([place[:-1].ravel(), place[1:].ravel()])])
    load = np.random.default_rng(5).integers(0, 31, side * side).astype(float)
    label = household_zones(load, edges, np.ones(len(edges)), band=BAND)
    total = np.bincount(label, weights=load)
    assert total.min() >= BAND[0]
    assert total.max() <= BAND[1]
    assert len(total) <= 1.1 * np.ceil(load.sum() / BAND[1])


def reason_of(plan):
    rows = told(plan)
    assert len(rows) == 1
    return rows["message"].iloc[0]


def test_a_tower_with_one_stairwell_is_a_grid_of_its_own_and_says_why():
    plan = plan_town(row_of_homes(60, 110, 60))
    assert sorted(homes_of(plan)["households"]) == [60, 60, 110]
    assert "building 2号 with its one stairwell" in reason_of(plan)


def test_a_tower_mostly_in_the_given_grid_beside_is_no_reason_here():
    ground = [("urban_res", box(120, 50, 200, 120)), ("urban_res", box(200, 50, 280, 120))]
    towers = [
        ("building", 75, 1, box(130, 60, 160, 80)),
        ("building", 90, 1, box(210, 60, 230, 80)),
    ]
    plan = plan_town(home_town([(200, 200), (200, 200)], ground, towers))
    # The second is drawn anew, 8 m across the border.
    west = plan.units.geometry.where(plan.units.index != "U2", plan.units.translate(-18))
    plan = plan.with_tables(units=plan.units.set_geometry(west))
    found = band_reasons(plan)
    assert ["1号" in reason.zh for reason in found.values()] == [True, False]
    for code, reason in found.items():  # looked at alone, too
        assert band_reasons(plan, [code]) == {code: reason}


def test_a_building_of_which_no_stairwells_are_known_says_so():
    plan = plan_town(row_of_homes(110, stairwells=[0]))
    assert "no number of stairwells is known" in reason_of(plan)


def test_a_building_above_the_most_is_divided_into_its_stairwells():
    plan = plan_town(row_of_homes(60, 121, stairwells=[1, 2]))
    assert sorted(homes_of(plan)["households"]) == [60, 60, 61]
    assert told(plan).empty
    assert plan.grids["spatial"].all()  # the ground is divided too


def test_a_stairwell_above_the_most_says_so():
    plan = plan_town(row_of_homes(160, stairwells=[2]))
    assert sorted(homes_of(plan)["households"]) == [80, 80]
    assert told(plan)["message"].str.contains("a stairwell of building 1号").all()


def test_a_compound_is_never_cut_however_many_live_there():
    units = [("building", 30, 1, box(105 + 30 * at, 110, 125 + 30 * at, 130)) for at in range(4)]
    units.append(("compound", 0, 0, box(102, 102, 218, 148)))
    plan = plan_town(home_town([(320, 250)], [("urban_res", box(100, 100, 220, 150))], units))
    assert homes_of(plan)["households"].tolist() == [120]
    assert "compound 5号" in reason_of(plan)


def test_the_number_of_households_comes_before_whole_village_groups():
    """Groups of 40 each: no two fit into one grid, but 60 and 60 do with one of them cut."""
    units = [("building", 20, 1, box(105 + 30 * at, 110, 125 + 30 * at, 130)) for at in range(6)]
    units += [
        ("village_group", 0, 0, box(100 + 60 * at, 100, 160 + 60 * at, 150)) for at in (0, 1, 2)
    ]
    plan = plan_town(home_town([(380, 250)], [("urban_res", box(100, 100, 280, 150))], units))
    assert homes_of(plan)["households"].tolist() == [60, 60]
    row = plan.issues[plan.issues["rule"] == "SPLIT-7"].iloc[0]
    assert (row["size"], row["unit"]) == (1, "units")
    assert "households fit into their grids only so" in row["message"]


def test_borders_keep_to_village_groups_where_the_number_allows():
    units = [("building", 20, 1, box(105 + 30 * at, 110, 125 + 30 * at, 130)) for at in range(6)]
    units += [("village_group", 0, 0, box(100 + 90 * at, 100, 190 + 90 * at, 150)) for at in (0, 1)]
    plan = plan_town(home_town([(380, 250)], [("urban_res", box(100, 100, 280, 150))], units))
    assert homes_of(plan)["households"].tolist() == [60, 60]
    assert not (plan.issues["rule"] == "SPLIT-7").any()


def test_homes_on_the_site_of_a_unit_belong_to_its_exclusive_grid():
    """Two blocks with 150 households: counted in the exclusive grid, which has no band."""
    town = row_of_homes(60, 90, 60)
    site = gpd.GeoDataFrame(
        pd.DataFrame({"name": ["单位"], "spatial": [True]}, index=["S1"])
        .reindex(columns=list(SITES), fill_value="")
        .assign(staff=0),
        geometry=[box(WEST + 130, SOUTH + 100, WEST + 190, SOUTH + 150)],
        crs=town.crs,
    )
    sites = with_dtypes(site, SITES)
    hierarchy, issues = with_exclusive_grids(town.hierarchy, sites, rules=town.rules)
    plan = plan_town(replace(town, hierarchy=hierarchy, sites=sites, issues=issues))
    own = plan.grids[plan.grids["kind"] == "exclusive"]
    assert own["households"].tolist() == [150]
    assert homes_of(plan)["households"].tolist() == [60]
    assert plan.grids.loc["410122106201", "households"] == 210
    assert told(plan).empty
    assert (plan.patches["grid_code"] == own.index[0]).sum() == 1  # its ground is not divided


def test_buildings_outside_the_town_are_told():
    town = home_town(
        [(320, 250)],
        [("urban_res", box(100, 100, 220, 150))],
        [("building", 60, 1, box(105, 110, 125, 130)), ("building", 9, 1, box(0, -60, 20, -40))],
    )
    plan = plan_town(town)
    row = plan.issues[plan.issues["rule"] == "DATA-4"].iloc[0]
    assert (row["code"], row["size"]) == ("U2", 9)
    assert plan.grids["households"].max() == 60


def test_an_isolated_block_says_how_many_live_there():
    plan = plan_town(row_of_homes(20, 12))
    assert homes_of(plan)["households"].tolist() == [32]
    assert "have 32 households in all" in reason_of(plan)


def test_a_sum_that_no_grids_can_share_says_so():
    """90 households: one grid has too many, two have too few."""
    plan = plan_town(row_of_homes(30, 20, 20, 20))
    assert sorted(homes_of(plan)["households"]) == [40, 50]
    assert "have 90 households: 2 grids would have fewer than 50 each" in reason_of(plan)


def test_whole_buildings_that_do_not_fit_together_are_told_as_tried():
    """30 + 30 + 45 + 15: 60 and 60 would do, but the row is 45 30 15 30."""
    plan = plan_town(row_of_homes(45, 30, 30, 45))
    assert "(tried)" in told(plan)["message"].iloc[0]
    assert (told(plan)["severity"] == "info").all()


def test_what_officers_cannot_carry_is_parted_again():
    """60 households at half an hour each are 30 h, and 16 h is the most."""
    rules = HOMES.replace("household = 0.1", "household = 0.5").replace(
        "officer_hours = 8", "officer_hours = 8\nofficers_max = 2"
    )
    plan = plan_town(row_of_homes(30, 30, rules=rules))
    assert plan.micro_grids["load_h"].max() <= 16
    assert sorted(homes_of(plan)["households"]) == [30, 30]
    assert told(plan)["message"].str.contains("officer-hours a week").all()


def test_households_limits_are_never_applied_to_other_ground():
    """Farmland has households by area here; a household grid is not measured in hectares."""
    plan = plan_town(row_of_homes(60))
    fields = plan.micro_grids[plan.micro_grids["category"] == "farmland"]
    assert fields["family"].tolist() == ["territorial"] * len(fields)
    small = plan.issues[plan.issues["rule"] == "CAP-5"]["code"]
    assert not small.isin(homes_of(plan).index).any()
    assert homes_of(plan)["area_m2"].iloc[0] < 5_000  # below warn_area_ha


def test_without_the_rule_all_is_territorial_and_divided_by_load():
    town = row_of_homes(60, 60)
    rules = parse_rules(town.rules_text.replace('on = ["urban_res"]', "on = []"))
    plan = plan_town(replace(town, rules=rules))
    assert set(plan.micro_grids["family"]) == {"territorial"}
    homes = plan.micro_grids[plan.micro_grids["households"] > 0]
    assert homes["households"].tolist() == [120]  # 12 h, for two officers


def test_buildings_count_before_the_number_of_the_given_grid():
    plan = plan_town(row_of_homes(60, households=75))
    assert plan.grids.loc["410122106201", "households"] == 60
    row = plan.issues[plan.issues["rule"] == "DATA-4"].iloc[0]
    assert (row["code"], row["size"], row["severity"]) == ("410122106201", 15, "warning")


def test_without_counted_buildings_homes_are_cut_by_area_into_the_band():
    town = home_town([(700, 300)], [("urban_res", box(100, 100, 500, 200))], [], households=400)
    plan = plan_town(town)
    count = homes_of(plan)["households"]
    assert count.sum() == pytest.approx(400)
    assert count.between(*BAND).all()


def test_the_number_of_micro_grids_wanted_counts_both_families():
    rules = HOMES.replace("[split]\n", "[split]\ntarget = 5\n").replace("0.2", "8.0")
    plan = plan_town(row_of_homes(60, 60, rules=rules))
    assert len(plan.micro_grids) == 5
    assert (homes_of(plan)["households"] == 60).all()


def test_a_grid_beside_which_there_is_room_is_a_warning_without_excuse():
    """Two grids of 30 that could be one: nobody gives a reason, as there is none."""
    plan = plan_town(row_of_homes(30, 30))
    code = homes_of(plan).index[0]
    patches = plan.patches.copy()
    own = patches.index[(patches["grid_code"] == code) & (patches["households"] > 0)]
    grids = plan.grids.copy()
    grids.loc[code, "households"] = 30.0
    found = validate(
        grids, patches, plan.posts, plan.assignments, plan.people, limits=limits_from(plan.rules)
    )
    row = found[found["rule"] == "CAP-3"].iloc[0]
    assert (row["severity"], row["size"]) == ("warning", 30)
    assert len(own) == 2


def test_numbers_are_shared_in_whole_ones():
    assert shared_whole(10, np.array([1.0, 1.0, 1.0])).tolist() == [4, 3, 3]
    assert shared_whole(0, np.array([2.0, 1.0])).tolist() == [0, 0]


@pytest.mark.parametrize(("kind", "together"), [("building", True), ("compound", True),
                                                ("village_group", False)])  # fmt: skip
def test_a_building_on_two_parcels_stays_whole_however_many_live_there(kind, together):
    shape = box(150, 100, 190, 150)
    town = home_town([(380, 250)], [], [(kind, 120, 1, shape)])
    parcels = [box(WEST + 100, SOUTH + 80, WEST + 170, SOUTH + 170)]
    parcels.append(box(WEST + 170, SOUTH + 80, WEST + 240, SOUTH + 170))
    members = members_of(gpd.GeoDataFrame(geometry=parcels, crs=town.crs), town.units)
    edges, households = np.array([[0, 1]]), np.array([60.0, 60.0])
    unit = held_homes(np.arange(2), members, edges, households=households)
    assert (unit[0] == unit[1]) == together
