"""Two plans side by side, with the answers worked out by hand on the drawn town.

Every strip of the drawn town is a patch of 12.5 ha, 250 m x 500 m, and a micro-grid of two posts.
"""

import drawn_plan
import geopandas as gpd
import pandas as pd
import pytest
import shapely

from gridmap.coverage.compare import compare_plans
from layers.contract.errors import PlanError

W1, W2 = f"{drawn_plan.WEST_1}01", f"{drawn_plan.WEST_1}02"
V3, V4 = f"{drawn_plan.WEST_2}03", f"{drawn_plan.WEST_2}04"


@pytest.fixture(scope="module")
def plan():
    return drawn_plan.draw_plan()


def merged(plan, keep: str, gone: str):
    """Give the ground of a grid to its neighbour: one grid less."""
    patches = plan.patches.copy()
    patches.loc[patches["grid_code"] == gone, "grid_code"] = keep
    grids = plan.grids.drop(gone)
    grids.loc[keep, "load_h"] += plan.grids.at[gone, "load_h"]
    whole = shapely.union(plan.grids.geometry[keep], plan.grids.geometry[gone])
    grids.loc[[keep], "geometry"] = gpd.GeoSeries([whole], index=[keep], crs=plan.crs)
    grids.loc[keep, ["area_m2", "perimeter_m"]] = [whole.area, whole.length]
    posts = plan.posts[plan.posts["grid_code"] != gone]
    assignments = plan.assignments[plan.assignments["grid_code"] != gone]
    return plan.with_tables(patches=patches, grids=grids, posts=posts, assignments=assignments)


def figure(found, key: str) -> tuple[float, float]:
    row = found.figures.set_index("key").loc[key]
    return row["first"], row["second"]


def test_a_plan_and_itself_are_the_same(plan):
    found = compare_plans(plan, plan)
    assert found.same_patches
    assert set(found.first["state"]) == set(found.second["state"]) == {"same"}
    assert found.first["other"].tolist() == drawn_plan.micro_codes()
    assert found.moved.empty
    assert found.people.empty
    assert (found.figures["first"] == found.figures["second"]).all()


def test_merging_a_village_into_farmland_moves_its_ground_households_and_people(plan):
    found = compare_plans(plan, merged(plan, V3, V4))
    (piece,) = found.moved.itertuples()
    assert (piece.from_code, piece.to_code) == (V4, V3)
    assert (piece.area_m2, piece.households, piece.load_h) == (125_000, 60, 4.0)
    assert found.first.at[V4, "state"] == "only"
    assert found.first.at[V4, "moved_households"] == 60
    assert found.first.at[V3, "state"] == found.second.at[V3, "state"] == "ground"
    assert (found.first["state"] == "same").sum() == 14
    # The eighth micro-grid: seven leaders of given grids first, then two posts a grid in order.
    gone = plan.assignments.loc[plan.assignments["grid_code"] == V4, "person_id"].tolist()
    assert found.people.index.tolist() == sorted(gone)
    assert found.people["state"].tolist() == ["left", "left"]
    assert found.people["before"].tolist() == [V4, V4]
    assert figure(found, "micro_grids") == (16, 15)
    assert figure(found, "officers") == (32, 30)
    # 26 h and 4 h on two officers of 12 h.
    assert figure(found, "overloaded") == (1, 1)
    # Three lines of 2 km across, nine of 1 km upright; the border between the two is 500 m.
    assert figure(found, "border_km") == pytest.approx((15.0, 14.5))


def test_the_other_way_round_the_grid_is_new(plan):
    found = compare_plans(merged(plan, V3, V4), plan)
    assert found.second.at[V4, "state"] == "only"
    assert found.people["state"].tolist() == ["joined", "joined"]


def test_grids_with_other_codes_are_known_by_their_ground(plan):
    renamed = {code: f"{code[:-2]}5{code[-1]}" for code in drawn_plan.micro_codes()}
    other = plan.with_tables(
        patches=plan.patches.assign(grid_code=plan.patches["grid_code"].map(renamed)),
        grids=plan.grids.rename(index=renamed),
        posts=plan.posts.assign(grid_code=plan.posts["grid_code"].replace(renamed)),
        assignments=plan.assignments.assign(
            grid_code=plan.assignments["grid_code"].replace(renamed)
        ),
    )
    found = compare_plans(plan, other)
    assert found.moved.empty
    assert found.first["other"].to_dict() == renamed
    assert set(found.first["state"]) == {"same"}
    assert found.people.empty


def test_other_patches_are_laid_over_and_what_is_counted_goes_by_area(plan):
    # The second plan cuts the village's strip in two upright halves, the west one for farmland.
    west, south, east, north = plan.patches.geometry[V4].bounds
    middle = (west + east) / 2
    half = plan.patches.loc[[V4]].rename(index={V4: "half"})
    half = half.assign(grid_code=V3, area_m2=62_500.0).set_geometry(
        gpd.GeoSeries([shapely.box(west, south, middle, north)], index=["half"], crs=plan.crs)
    )
    patches = plan.patches.copy()
    patches.loc[[V4], "geometry"] = gpd.GeoSeries(
        [shapely.box(middle, south, east, north)], index=[V4], crs=plan.crs
    )
    patches.loc[V4, "area_m2"] = 62_500.0
    found = compare_plans(plan, plan.with_tables(patches=pd.concat([patches, half])))
    assert not found.same_patches
    (piece,) = found.moved.itertuples()
    assert (piece.from_code, piece.to_code) == (V4, V3)
    assert piece.area_m2 == pytest.approx(62_500)
    assert piece.households == pytest.approx(30)
    assert shapely.area(piece.geometry) == pytest.approx(62_500)


def test_ground_that_belongs_to_no_grid_any_more_has_moved(plan):
    patches = plan.patches.copy()
    patches.loc[W1, "grid_code"] = ""
    found = compare_plans(plan, plan.with_tables(patches=patches, grids=plan.grids.drop(W1)))
    (piece,) = found.moved.itertuples()
    assert (piece.from_code, piece.to_code) == (W1, "")
    assert found.first.at[W1, "state"] == "only"


def test_other_people_on_the_same_ground_are_seen(plan):
    rows = plan.assignments.copy()
    first, second = rows.index[rows["grid_code"].isin([W1, W2])][[0, 2]]
    rows.loc[[first, second], "person_id"] = rows.loc[[second, first], "person_id"].to_numpy()
    found = compare_plans(plan, plan.with_tables(assignments=rows))
    assert found.first.loc[[W1, W2], "state"].tolist() == ["people", "people"]
    assert found.people["state"].tolist() == ["posted", "posted"]
    assert found.people["after"].tolist() == [W2, W1]


def test_a_parcel_with_ground_in_two_grids_is_cut(plan):
    patches = plan.patches.assign(record="", layer="drawn")
    patches.loc[[V3, V4], "record"] = "7"
    patches.loc[W1, "record"] = "8"  # whole in one grid
    found = compare_plans(plan, plan.with_tables(patches=patches))
    assert figure(found, "cut_parcels") == (0, 1)


def of_town(plan, **values):
    town = plan.rules.town.model_copy(update=values)
    return plan.with_tables(rules=plan.rules.model_copy(update={"town": town}))


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (lambda plan: moved_away(plan, 50_000), "share 0.00 km2, 0% of the ground"),
        (lambda plan: moved_away(plan, 850), "share 1.15 km2, 40% of the ground"),
        (lambda plan: of_town(plan, code="999", name="邻镇"), "100% of the ground"),
        (lambda plan: of_town(moved_away(plan, 100), code="999"), "90% of the ground"),
    ],
)
def test_plans_of_different_towns_are_refused_with_words(plan, other, said):
    with pytest.raises(PlanError, match="are of different towns") as error:
        compare_plans(plan, other(plan))
    assert said in str(error.value)
    assert "不是同一个镇" in error.value.text("zh")
    assert plan.rules.town.code in error.value.text("zh")


@pytest.mark.parametrize(
    "other",
    [
        lambda plan: moved_away(plan, 100),  # surveyed anew
        lambda plan: of_town(plan, code="999"),  # given another code
        lambda plan: of_town(plan, name="改名镇"),
    ],
)
def test_a_town_that_moved_its_outline_name_or_code_is_the_same_town(plan, other):
    assert len(compare_plans(plan, other(plan)).first) == 16


def moved_away(plan, metres):
    shapes = plan.patches.geometry.translate(metres)
    return plan.with_tables(patches=plan.patches.set_geometry(shapes))
