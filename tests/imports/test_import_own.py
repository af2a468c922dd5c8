"""A file of ours taken in again gives the plan that it was written from."""

import json

import pytest
from import_worlds import box, one, source_of, taken, written
from redraw_plan import BY, E1, W1, W2, code_of, draw, line, square

from gridmap import edits
from gridmap.edits.moves.log import edit_log
from gridmap.publish import release
from gridmap.versions.boundaries import boundary_files
from layers.contract.errors import PlanError


def exported(plan, path, change=None):
    """Write the boundaries of a plan, changed as hands in a GIS would."""
    content = boundary_files(release(plan)).grids
    if change is not None:
        features = json.loads(content)
        change({one["properties"]["grid_code"]: one for one in features["features"]})
        content = json.dumps(features).encode()
    path.write_bytes(content)
    return path


def test_an_import_of_the_own_file_changes_nothing_and_is_no_entry_of_the_log(tmp_path):
    plan = draw()

    got = taken(plan, exported(plan, tmp_path / "own.geojson"))

    assert boundary_files(release(got.plan)).grids == boundary_files(release(plan)).grids
    assert len(edit_log(got.plan)) == 0


def test_a_file_of_an_edited_plan_brings_its_ground_codes_and_names_to_the_plan_before(tmp_path):
    plan = draw()
    edited = edits.apply(plan, edits.move_patches(plan, ["P00", "P10"], W2), **BY)
    edited = edits.apply(edited, edits.divide_grid(edited, E1, 2), **BY)
    edited.grids.loc[E1, "label"] = "第五网格"

    got = taken(plan, exported(edited, tmp_path / "edited.geojson"))

    assert got.plan.patches["grid_code"].equals(edited.patches["grid_code"])
    told = ["name", "label", "category", "parent_code", "valid_from", "area_m2"]
    assert got.plan.grids[told].equals(edited.grids[told])
    entry = edit_log(got.plan).iloc[-1]
    assert (entry["kind"], entry["who"], entry["why"]) == ("import", "王五", "edited.geojson")


def test_an_import_is_undone_and_done_again_to_the_byte(tmp_path):
    plan = draw()
    edited = edits.apply(plan, edits.move_patches(plan, ["P00"], W2), **BY)
    edited.grids.loc[W2, "label"] = "第二网格"
    got = taken(plan, exported(edited, tmp_path / "edited.geojson")).plan

    back = edits.undo(got, **BY)
    again = edits.redo(back, **BY)

    assert back.grids.equals(plan.grids)
    assert again.grids.equals(got.grids)
    assert again.grids.at[W2, "label"] == "第二网格"


def test_a_border_moved_along_patches_by_hand_becomes_a_move_of_patches(tmp_path):
    plan = draw()

    def moved(features):
        for code, ground in ((W1, box(0, 0, 3, 3)), (W2, box(3, 0, 4, 3))):
            shape = plan.grids.geometry[[code]].set_crs(plan.crs)
            shape.iloc[0] = ground
            features[code]["geometry"] = json.loads(shape.to_crs(4326).to_json())["features"][0][
                "geometry"
            ]

    got = taken(plan, exported(plan, tmp_path / "hand.geojson", moved))

    assert code_of(got.plan, "P20", "P21", "P22", "P30") == [W1, W1, W1, W2]
    assert len(got.plan.patches) == len(plan.patches)
    assert got.straddles.empty


def test_a_border_drawn_through_patches_cuts_them_there(tmp_path):
    plan = draw()
    path = written(
        tmp_path / "hand.gpkg", ("TVW01", "", box(0, 0, 2.5, 3)), ("TVW02", "", box(2.5, 0, 4, 3)),
        ("TVE01", "", box(4, 0, 6, 3)),
    )  # fmt: skip

    got = taken(plan, path)

    assert got.plan.grids.geometry[W1].symmetric_difference(box(0, 0, 2.5, 3)).area < 1e-6
    assert len(got.plan.patches) == len(plan.patches) + 3
    assert got.plan.patches["area_m2"].sum() == pytest.approx(plan.patches["area_m2"].sum())
    assert set(got.straddles["patch_id"]) == {"P20", "P21", "P22"}
    assert got.straddles["share"].tolist() == pytest.approx([0.5] * 6)
    assert got.plan.issues[got.plan.issues["rule"].str.startswith("COV")].empty


def test_by_majority_no_patch_is_cut_and_each_is_listed_with_its_shares(tmp_path):
    plan = draw()
    path = written(
        tmp_path / "hand.gpkg", ("TVW01", "", box(0, 0, 2.7, 3)), ("TVW02", "", box(2.7, 0, 4, 3)),
        ("TVE01", "", box(4, 0, 6, 3)),
    )  # fmt: skip

    got = taken(plan, path, straddle="majority")

    assert code_of(got.plan, "P20", "P21", "P22") == [W1, W1, W1]
    listed = got.issues[got.issues["rule"] == "IMPORT-1"]
    assert listed["code"].tolist() == ["P20", "P21", "P22"]
    assert "'TVW01' 70.0%, 7,000 m2; 'TVW02' 30.0%, 3,000 m2" in listed["message"].iloc[0]
    assert listed["size"].tolist() == pytest.approx([3000.0] * 3)
    assert [square(2, y).contains(at) for y, at in enumerate(listed.geometry)] == [True] * 3


def test_an_import_that_would_cut_is_refused_with_the_places_where_that_is_asked_for(tmp_path):
    plan = draw()
    path = written(
        tmp_path / "hand.gpkg", ("TVW01", "", box(0, 0, 2.5, 3)), ("TVW02", "", box(2.5, 0, 4, 3)),
        ("TVE01", "", box(4, 0, 6, 3)),
    )  # fmt: skip

    with pytest.raises(PlanError, match=r"3 patches lie in several grids.*\(farmland, 1.00 ha, P2"):
        taken(plan, path, straddle="refuse")


def test_an_import_into_a_locked_micro_grid_is_refused(tmp_path):
    plan = draw()
    edited = edits.apply(plan, edits.move_patches(plan, ["P00"], W2), **BY)
    locked = edits.apply(plan, edits.lock_grids(plan, [W1]), **BY)

    with pytest.raises(PlanError, match="locked"):
        taken(locked, exported(edited, tmp_path / "edited.geojson"))


def test_a_grid_over_its_capacity_is_an_error_of_the_imported_plan_as_of_any(tmp_path):
    plan = draw()
    path = written(
        tmp_path / "hand.gpkg", ("TVW01", "", box(0, 0, 4, 3)), ("TVE01", "", box(4, 0, 6, 3))
    )

    got = taken(plan, path)

    over = got.plan.issues[got.plan.issues["rule"] == "CAP-9"]
    assert over["code"].tolist() == [W1]


def test_a_cut_by_hand_comes_back_to_the_centimetre(tmp_path):
    plan = draw()
    edited = edits.apply(plan, edits.split_grid(plan, E1, line((4, 1.3), (6, 1.7)), cut=True), **BY)

    got = taken(plan, exported(edited, tmp_path / "edited.geojson"))

    assert sorted(got.plan.micro_grids.index) == sorted(edited.micro_grids.index)
    for code in edited.micro_grids.index:
        ground, other = (one.grids.geometry[code] for one in (got.plan, edited))
        assert ground.symmetric_difference(other).area < 0.02 * other.length
    assert one(got, "IMPORT-1")["severity"] == "info"


def test_the_columns_of_a_file_of_ours_are_known(tmp_path):
    plan = draw()

    source = source_of(plan, exported(plan, tmp_path / "own.geojson"))

    assert source.ours
    assert {one.ours: one.column for one in source.found} == {
        "code": "grid_code", "name": "name", "parent": "parent_code", "category": "category"
    }  # fmt: skip
    assert source.grids["code"].tolist() == [E1, W1, W2]
