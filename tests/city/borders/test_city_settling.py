"""A border between two towns settled by a line: both plans follow it, or neither does."""

import shutil
from pathlib import Path

import geopandas as gpd
import pyogrio
import pytest
import shapely
from drawn_city import in_place, write_city
from drawn_town import CRS, EAST, NORTH, SOUTH, WEST
from shapely import LineString

from gridmap.city import open_city, plan_city
from gridmap.city.borders import check_borders, drafts, settle_border
from gridmap.city.borders.checking import outlines_of
from gridmap.city.borders.preview import preview_border
from gridmap.city.borders.record import read_agreed
from gridmap.city.borders.settling import try_border
from gridmap.city.shared.cutting import _outline
from gridmap.city.status import town_states
from gridmap.store import load_plan, save_plan
from gridmap.versions.actions import freeze_plan
from layers.contract.errors import GridmapError, PlanError, UsageError

CODES = {"a": "410121001", "b": "410122001"}
GAP_M = 3.0


def moved_east(folder):
    """Move the layers of a town beside where they are drawn, with a strip between."""
    for path in sorted(folder.glob("*.gpkg")):
        for name, _ in pyogrio.list_layers(path):
            frame = gpd.read_file(path, layer=name)
            path.unlink()
            frame.set_geometry(frame.translate(EAST - WEST + GAP_M)).to_file(path, layer=name)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A city of two towns with 3 m between them, and a line 1 m from the first."""
    folder = write_city(tmp_path_factory.mktemp("city"), CODES)
    moved_east(folder / "towns" / "b")
    line = LineString([(EAST + 1, SOUTH - 5), (EAST + 1, NORTH + 5)])
    gpd.GeoDataFrame({"name": [""]}, geometry=[line], crs=CRS).to_file(folder / "line.gpkg")
    with pytest.MonkeyPatch.context() as patch, in_place(patch):
        assert not plan_city(open_city(folder)).failed
    return folder


@pytest.fixture
def city(made, tmp_path, monkeypatch):
    shutil.copytree(made, tmp_path / "city")
    with in_place(monkeypatch):
        from gridmap.city import running

        monkeypatch.setattr(drafts, "open_executor", running.open_executor)
        yield tmp_path / "city"


def bytes_of(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix in (".gpkg", ".toml", ".parquet", ".xlsx", ".csv")
    }


def outline(folder, name):
    grids = load_plan(folder / "plans" / f"{name}.gridmap.gpkg").grids
    return grids.geometry[grids["level"] == 1].iloc[0]


def test_a_line_is_the_border_of_both_plans_until_it_is_withdrawn(city, monkeypatch):
    before = bytes_of(city)
    rows = check_borders(open_city(city))
    assert set(rows["kind"]) == {"gap", "drawing"}
    settled = settle_border(open_city(city), "a", CODES["b"], by=str(city / "line.gpkg"))
    height = NORTH - SOUTH
    assert settled.moves["given_m2"].tolist() == [0, 0]
    assert settled.moves["taken_m2"].tolist() == pytest.approx([height, 2 * height], rel=0.01)
    assert check_borders(open_city(city)).empty
    assert outline(city, "a").bounds[2] == pytest.approx(EAST + 1, abs=0.01)
    common = shapely.intersection(outline(city, "a").boundary, outline(city, "b").boundary)
    assert common.length == pytest.approx(height, abs=1)
    assert set(town_states(open_city(city))["state"]) == {"done"}
    after = bytes_of(city)
    given = [name for name in before if name.startswith("towns/")]
    assert {name: after[name] for name in given} == {name: before[name] for name in given}
    town = open_city(city).town("a")
    assert town.rules.agreed_borders.file in load_plan(city / "plans/a.gridmap.gpkg").rules_text
    cut = _outline(town, CRS)  # with 50 m around
    assert cut.bounds[2] == pytest.approx(EAST + 51, abs=0.1)
    with pytest.raises(UsageError, match="alike"):
        settle_border(open_city(city), "a", "b", by="b")

    def of_before(task, draft):
        assert "agreed_borders" not in task.rules_text
        Path(draft).write_bytes(before[f"plans/{task.town}.gridmap.gpkg"])

    monkeypatch.setattr(drafts, "try_draft", of_before)
    settle_border(open_city(city), "a", "b", by="own")
    assert read_agreed(city) == {}
    assert {name for name in bytes_of(city) if name.startswith("towns/")} == set(given)
    assert len(check_borders(open_city(city))) == len(rows)


def test_a_border_is_seen_and_tried_before_anything_changes(city):
    opened = open_city(city)
    seen = preview_border(opened, outlines_of(opened), "a", "b", by="a")
    strip = GAP_M * (NORTH - SOUTH)
    assert seen.moves["given_m2"].tolist() == [0, 0]
    assert seen.moves["taken_m2"].tolist() == pytest.approx([0, strip], rel=0.01)
    assert seen.taken["a"].is_empty
    assert seen.left.is_empty
    assert seen.drawings["a"].contains(seen.drawings["a"].representative_point())
    west, _, east, _ = seen.bounds
    assert 0 < east - west < 1e-4  # degrees: a strip
    path = city / "plans" / "b.gridmap.gpkg"
    plan = load_plan(path)
    save_plan(plan.with_tables(people=plan.people.assign(office="改过")), path, overwrite=True)
    before = bytes_of(city)
    tried = try_border(opened, "a", "b", by="a")
    assert bytes_of(city) == before
    assert not (city / "settling").exists()
    assert tried.moves["is_planned"].tolist() == [False, True]
    assert tried.losing == ("b",)
    figures = tried.figures.set_index("key")
    assert set(figures["town"]) == {"b"}
    assert figures.loc["area_km2", "after"] - figures.loc["area_km2", "before"] == pytest.approx(
        strip / 1e6, rel=0.01
    )
    assert figures.loc["grids_redrawn", "after"] > 0
    assert figures.loc["grids_gone", "after"] == 0


def test_plans_that_would_lose_edits_or_are_not_ready_are_refused_by_name(city):
    path = city / "plans" / "b.gridmap.gpkg"
    whole = path.read_bytes()
    plan = load_plan(path)
    save_plan(plan.with_tables(people=plan.people.assign(office="改过")), path, overwrite=True)
    with pytest.raises(PlanError, match="--anew b"):
        settle_border(open_city(city), "a", "b", by="a")
    path.write_bytes(whole)
    freeze_plan(path, folder=path.parent, who="某人", when="2026-11-30")
    with pytest.raises(PlanError, match="frozen"):
        settle_border(open_city(city), "a", "b", by="a")
    path.write_bytes(whole)
    rules = city / "towns" / "a" / "rules.toml"
    rules.write_text(rules.read_text(encoding="utf-8").replace("12.0", "11.0"), encoding="utf-8")
    with pytest.raises(PlanError, match="city plan"):
        settle_border(open_city(city), "a", "b", by="a")
    with pytest.raises(UsageError, match="two towns"):
        settle_border(open_city(city), "a", CODES["a"], by="a")


def test_plans_that_do_not_fit_together_change_nothing(city, monkeypatch):
    before = bytes_of(city)

    def as_it_was(task, draft):
        shutil.copy(task.plan, draft)

    with monkeypatch.context() as patch:
        patch.setattr(drafts, "try_draft", as_it_was)
        with pytest.raises(GridmapError, match="do not fit"):
            settle_border(open_city(city), "a", "b", by="a")
    left = {name: one for name, one in bytes_of(city).items() if "settling" not in name}
    assert left == before
    (city / "towns" / "b" / "landuse.gpkg").write_bytes(b"")
    with pytest.raises(PlanError):
        settle_border(open_city(city), "a", "b", by="a")
