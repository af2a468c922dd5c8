"""Borders between towns: overlaps, gaps, lines drawn twice, micro-grids that face each other."""

import shutil

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from drawn_city import SETTINGS, town_rules
from shapely import Polygon, box

from gridmap.city import open_city
from gridmap.city.borders import check_borders, checking, facing_grids
from layers.contract.errors import PlanError

X, Y = 513_000, 3_838_000


def city_of(folder, shapes):
    """A city whose catalogue has these outlines, each with two micro-grids: its halves."""
    (folder / "city.toml").write_text(SETTINGS, encoding="utf-8")
    rows = []
    for number, (name, shape) in enumerate(shapes.items()):
        code = f"41012100{number}"
        place = folder / "towns" / name
        place.mkdir(parents=True)
        (place / "rules.toml").write_text(town_rules(code), encoding="utf-8")
        west, south, east, north = shape.bounds
        middle = (south + north) / 2
        rows.append((name, code, "base", 1, shape))
        for half, ground in enumerate(
            (box(west, south, east, middle), box(west, middle, east, north))
        ):
            rows.append((name, f"{code}0{half}", "micro", 4, shape & ground))
    frame = gpd.GeoDataFrame(
        rows, columns=["town", "grid_code", "kind", "level", "geometry"], crs="EPSG:4547"
    )
    (folder / "catalogue").mkdir()
    frame.to_crs("EPSG:4490").to_parquet(folder / "catalogue" / "grids.parquet")
    return open_city(folder)


def square(west, south, east, north):
    return box(X + west, Y + south, X + east, Y + north)


def test_towns_that_share_their_border_have_no_fault(tmp_path):
    # The corner of three towns lies on the long border of one of them.
    city = city_of(
        tmp_path,
        {
            "a": square(0, 0, 1000, 2000),
            "b": square(1000, 0, 2000, 900),
            "c": square(1000, 900, 2000, 2000),
        },
    )
    assert check_borders(city).empty


@pytest.mark.parametrize("east", [1000, 990])  # no fault, and one
def test_what_was_asked_before_is_asked_again_only_when_a_plan_has_changed(
    tmp_path, monkeypatch, east
):
    city = city_of(tmp_path, {"a": square(0, 0, 1000, 900), "b": square(east, 0, 2000, 900)})
    first, facing = check_borders(city), facing_grids(city)
    worked = []
    for name in ("_frame", "_facing"):
        does = getattr(checking, name)
        monkeypatch.setattr(
            checking, name, lambda *one, name=name, does=does: (worked.append(name), does(*one))[1]
        )
    pd.testing.assert_frame_equal(check_borders(city), first)
    pd.testing.assert_frame_equal(facing_grids(city), facing)
    assert worked == []
    notes = city.catalogue / "parts" / "borders.json"
    notes.write_text(notes.read_text(encoding="utf-8")[:-9], encoding="utf-8")
    pd.testing.assert_frame_equal(check_borders(city), first)
    assert worked == ["_frame"]
    grids = gpd.read_parquet(city.catalogue / "grids.parquet")
    grids[grids["town"] == "a"].to_parquet(city.catalogue / "grids.parquet")
    assert check_borders(city).empty
    assert facing_grids(city).empty
    assert worked == ["_frame", "_frame", "_facing"]


def test_a_town_between_two_others_counts_for_the_border_of_both(tmp_path):
    """A strip 15 m wide is drawn as both draw it; once it is elsewhere, nothing is between them."""
    city = city_of(
        tmp_path,
        {
            "a": square(0, 0, 1000, 900),
            "b": square(1015, 0, 2000, 900),
            "c": square(1000, 0, 1015, 900),
        },
    )
    assert check_borders(city).empty
    place = city.catalogue / "grids.parquet"
    grids = gpd.read_parquet(place)
    own = grids["town"] == "c"
    grids.loc[own, "geometry"] = grids[own].translate(0, 1)
    grids.to_parquet(place)
    found = check_borders(city)
    assert found[["kind", "town", "other"]].to_numpy().tolist() == [
        ["drawing", "a", "b"],
        ["gap", "a", "b"],
    ]
    assert found["length_m"][0] == pytest.approx(900 - 60, abs=1)


def test_a_changed_town_costs_its_own_neighbours_and_gives_the_answer_of_the_whole(
    tmp_path, monkeypatch
):
    """Towns in rows of four, of which one after the other is drawn elsewhere."""
    rng = np.random.default_rng(3)
    shapes = {
        f"t{y}{x}": square(1000 * x, 1000 * y, 1000 * (x + 1), 1000 * (y + 1))
        for y in range(3)
        for x in range(4)
    }
    city, worked = city_of(tmp_path, shapes), []
    for name in ("_pair_faults", "_facing_rows"):
        does = getattr(checking, name)
        monkeypatch.setattr(
            checking, name, lambda *given, does=does: (worked.append(given[-1]), does(*given))[1]
        )
    place, notes = city.catalogue / "grids.parquet", city.catalogue / "parts"
    check_borders(city), facing_grids(city)
    for town in rng.choice(list(shapes), 3, replace=False):
        grids = gpd.read_parquet(place)
        own = grids["town"] == town
        moved = grids[own].to_crs("EPSG:4547").translate(*rng.choice([-9, -3, 0, 2, 30], 2))
        grids.loc[own, "geometry"] = moved.to_crs("EPSG:4490")
        grids.to_parquet(place)
        worked.clear()
        kept = check_borders(city), facing_grids(city)
        y, x = int(town[1]), int(town[2])
        around = {name for name in shapes if max(abs(int(name[1]) - y), abs(int(name[2]) - x)) < 2}
        assert all(around.intersection(pair) for pairs in worked for pair in pairs)
        assert all(town in pair for pair in worked[-1])  # who faces whom is of the two alone
        shutil.rmtree(notes)
        for one, other in zip(kept, (check_borders(city), facing_grids(city)), strict=True):
            pd.testing.assert_frame_equal(one, other)
    assert len(kept[0])


def test_overlaps_gaps_and_double_lines_are_measured_with_their_place(tmp_path):
    city = city_of(
        tmp_path,
        {
            "a": square(0, 0, 1000, 1000),
            "b": square(1000, 0, 2000, 1000),
            # 5 m into a along 400 m; 3 m away from b along 1000 m.
            "c": Polygon(
                [(X, Y + 1000), (X + 200, Y + 1000), (X + 200, Y + 995), (X + 600, Y + 995),
                 (X + 600, Y + 1000), (X + 1000, Y + 1000), (X + 1000, Y + 1003),
                 (X + 2000, Y + 1003), (X + 2000, Y + 2000), (X, Y + 2000)]
            ),
        },
    )  # fmt: skip
    rows = check_borders(city).set_index("kind")
    assert rows.loc["overlap", ["town", "other", "m2"]].tolist() == ["a", "c", 2000.0]
    assert rows.loc["gap", ["town", "other"]].tolist() == ["b", "c"]
    assert rows.loc["gap", "m2"] == pytest.approx(3000, rel=0.01)
    drawn = rows.loc[["drawing"]].set_index(["town", "other"])["length_m"]
    assert drawn["a", "c"] == pytest.approx(400, abs=1)
    assert 930 <= drawn["b", "c"] <= 1005
    place = gpd.points_from_xy([rows.loc["gap", "lon"]], [rows.loc["gap", "lat"]], crs="OGC:CRS84")
    at = place.to_crs("EPSG:4547")[0]
    assert X + 1000 < at.x < X + 2000
    assert Y + 1000 < at.y < Y + 1003


def test_an_enclosed_hole_and_no_hollow_of_one_town_is_a_gap(tmp_path):
    hollow = square(0, 0, 1000, 1000) - square(490, 0, 500, 400)
    city = city_of(
        tmp_path, {"a": hollow, "b": square(1000, 0, 2000, 1000) - square(1000, 400, 1300, 700)}
    )
    rows = check_borders(city)
    assert rows[["kind", "town", "other"]].to_numpy().tolist() == [["gap", "a", "b"]]
    assert rows["m2"].iloc[0] == pytest.approx(90_000)


def test_micro_grids_on_both_sides_of_a_border_face_each_other(tmp_path):
    city = city_of(tmp_path, {"a": square(0, 0, 1000, 1000), "b": square(1000, 0, 2000, 800)})
    rows = facing_grids(city)
    found = {(row.grid_code, row.other_code): row.length_m for row in rows.itertuples()}
    assert found[("41012100000", "41012100100")] == pytest.approx(400, abs=0.5)
    assert found[("41012100000", "41012100101")] == pytest.approx(100, abs=0.5)
    assert found[("41012100001", "41012100101")] == pytest.approx(300, abs=0.5)
    assert len(found) == 3


def test_towns_without_micro_grids_face_nobody(tmp_path):
    city = city_of(tmp_path, {"a": square(0, 0, 1000, 1000), "b": square(1000, 0, 2000, 800)})
    place = tmp_path / "catalogue" / "grids.parquet"
    grids = gpd.read_parquet(place)
    grids[grids["kind"] == "base"].to_parquet(place)
    rows = facing_grids(city)
    assert rows.columns.tolist() == ["town", "grid_code", "other", "other_code", "length_m"]
    assert rows.empty


def test_a_city_without_plans_is_told_to_plan_first(tmp_path):
    (tmp_path / "city.toml").write_text(SETTINGS, encoding="utf-8")
    (tmp_path / "towns" / "a").mkdir(parents=True)
    (tmp_path / "towns" / "a" / "rules.toml").write_text(town_rules("410121001"), encoding="utf-8")
    with pytest.raises(PlanError, match="city plan"):
        check_borders(open_city(tmp_path))
