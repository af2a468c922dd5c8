"""What becomes of ground and objects the public is not shown, and that the rest still tiles."""

import itertools

import firm_plan
import numpy as np
import pytest
import shapely
from cli_runs import run
from public_bytes import files_of, told
from secret_plan import secret_plan
from small_plan import EAST, small_plan, square

from gridmap.publish import release
from gridmap.store import save_plan
from gridmap.versions.boundaries import boundary_files
from layers.contract.errors import PlanError


def test_an_estate_is_housing_among_others_with_the_next_free_name():
    plan = release(secret_plan(), public=True)
    grid = plan.grids.loc["W01"]

    assert (grid["category"], grid["subclass"]) == ("residual", "urban_res")
    assert grid["name"] == "网格W·城镇住宅01"
    assert grid["name_en"] == "Grid W, Urban housing 01"
    assert list(plan.patches.loc["p0", ["category", "subclass", "name", "record"]]) == [
        "residual", "urban_res", "", "",
    ]  # fmt: skip
    assert grid["purity"] > 0


def test_hidden_ground_lies_in_its_neighbours_and_roads_end_at_corners_of_their_own():
    plan = release(secret_plan(), public=True)

    assert "p3" not in plan.patches.index
    assert abs(plan.patches["area_m2"].sum() - 80_000) < 1e-6
    assert list(plan.context["name"]) == ["人民路", "供销社", ""]
    # The road lost the pieces that touch hidden ground, whole ones; none was cut at its edge.
    road = plan.context.geometry.iloc[0]
    xs = sorted(round(x - EAST) for x, _ in shapely.get_coordinates(road).tolist())
    assert xs == [0, 50, 260, 390]
    assert list(plan.units["name"]) == [""]
    assert list(plan.units.index) == ["U00001"]


def test_of_objects_the_public_gets_firms_outside_hidden_ground_with_name_and_grid():
    objects = release(secret_plan(), public=True).objects

    assert list(objects["name"]) == ["大孟机械厂"]
    assert list(objects.index) == ["O00001"]
    assert objects["grid_code"].iloc[0] == "W01"
    assert set(objects["record"]) == {""}


def test_an_exclusive_grid_on_sensitive_ground_is_merged_and_nameless_in_every_file(tmp_path):
    plan = firm_plan.firm_plan()
    patches = plan.patches.copy()
    own = patches["grid_code"] == firm_plan.X
    patches.loc[own, ["sensitive_by", "name"]] = ["layer", "郑庵一厂"]
    unit = [firm_plan.X, firm_plan.X1, "郑庵一厂", "总装车间", "质检班组"]
    plain = boundary_files(release(plan, public=True), licence="CC-BY-4.0").grids
    assert {firm_plan.X, "郑庵一厂"} <= set(told(plain, unit))  # else nothing is shown

    hidden = plan.with_tables(patches=patches)
    made = release(hidden, public=True)

    for name, data in files_of(hidden, tmp_path, public=True).items():
        assert told(data, unit) == [], name
    assert made.patches["area_m2"].sum() == pytest.approx(plan.patches["area_m2"].sum())
    assert shapely.coverage_is_valid(made.patches.geometry.to_numpy())


@pytest.mark.parametrize(
    "words", [["export", "--objects", "o.csv", "--with-hidden"], ["coverage", "--misses", "m.csv"]]
)
def test_lists_of_what_is_not_in_order_are_for_the_house_alone(words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    save_plan(secret_plan(), tmp_path / "s.gridmap.gpkg")

    done = run(words[0], "s.gridmap.gpkg", *words[1:], "--public", "--lang", "en")

    assert done.exit_code == 2
    assert "for the house alone" in done.stderr


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 6, 7])
def test_whatever_is_hidden_the_public_files_tile_the_town(count):
    whole = small_plan()
    outline = shapely.coverage_union_all(whole.patches.geometry.to_numpy())
    every = list(itertools.combinations(whole.patches.index, count))
    for hidden in every[:: max(1, len(every) // 8)]:
        patches = whole.patches.copy()
        patches.loc[list(hidden), "sensitive_by"] = "code"

        plan = release(whole.with_tables(patches=patches), public=True)

        shapes = plan.patches.geometry.to_numpy()
        assert shapely.coverage_is_valid(shapes)
        assert shapely.is_valid(shapes).all()
        assert shapely.symmetric_difference(shapely.union_all(shapes), outline).area < 1e-6
        for _, grids in plan.grids.groupby("level"):
            assert abs(grids.geometry.area.sum() - outline.area) < 1e-6
        assert not set(hidden) & set(plan.patches.index)
        if count == 4:  # writing takes longest
            assert boundary_files(plan, licence="MIT", with_patches=True).head["topology"][
                "valid_tiling"
            ]
            break


def test_a_village_of_which_all_is_hidden_goes_to_those_beside_and_bears_no_name():
    whole = small_plan()
    patches = whole.patches.copy()
    patches.loc[patches["parent_code"] == "E", "sensitive_by"] = "layer"

    plan = release(whole.with_tables(patches=patches), public=True)

    assert list(plan.grids.index) == ["T", "W", "W01", "W02"]
    assert plan.grids.geometry["W"].equals(square(0, 0, 400, 200))


def test_a_town_that_is_all_sensitive_has_nothing_for_the_public():
    patches = small_plan().patches.assign(sensitive_by="layer")

    with pytest.raises(PlanError, match="nothing that the public may see"):
        release(small_plan().with_tables(patches=patches), public=True)


def test_the_plan_itself_is_not_changed():
    plan = secret_plan()
    before = {name: getattr(plan, name).copy() for name in ("patches", "grids", "people")}

    release(plan, public=True)
    release(plan)

    for name, frame in before.items():
        assert frame.equals(getattr(plan, name)), name
    assert np.array_equal(before["patches"].geometry, plan.patches.geometry)
