"""The sample Yaozhai: household grids of 50 to 70 or a reason, and every face that shows them."""

import json
import subprocess
import sys

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from project import ROOT

from gridmap import edits
from gridmap.access.view import cadre_view
from gridmap.cli.terminal.summary import summarise
from gridmap.coverage.metrics import town_figures
from gridmap.maps.payload import payload
from gridmap.town.town import load_town
from gridmap.ui.my_grids.grid_sheet import grid_sheet
from gridmap.ui.shell.i18n import Translator
from gridmap.ui.shell.tables import micro_grid_table
from gridmap.versions.boundaries import boundary_files
from gridmap.workflow.workflow import plan_town

FOLDER = ROOT / "data" / "yaozhai"
BAND = (50, 70)


@pytest.fixture(scope="module")
def town():
    return load_town(FOLDER)


@pytest.fixture(scope="module")
def plan(town):
    return plan_town(town)


def homes_of(plan):
    return plan.micro_grids[plan.micro_grids["family"] == "household"]


def outside(plan):
    count = homes_of(plan)["households"]
    return count[~count.between(*BAND)]


def test_the_figures_are_those_of_the_reports(town):
    grids = town.hierarchy
    assert grids["level"].value_counts().to_dict() == {1: 1, 2: 1, 3: 40}
    assert grids.loc[grids["level"] == 3, "population"].sum() == 50_000
    assert grids.geometry.iloc[0].area == pytest.approx(350_000, abs=100)
    assert len(town.objects) == 3_800
    assert (town.context["kind"] == "point").sum() == 24
    said = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert "*invented*" in said
    assert "虚构" in said


def test_the_script_draws_the_same_files_again(tmp_path):
    copy = "import sys; sys.path.insert(0, 'data'); import make_yaozhai as one; "
    copy += f"from pathlib import Path; one.FOLDER = Path({str(tmp_path)!r}); one.main()"
    subprocess.run([sys.executable, "-c", copy], cwd=ROOT, check=True)
    for name in ("buildings.fgb", "compounds.fgb", "firms.csv", "roster.xlsx", "urban_res.fgb"):
        assert (tmp_path / name).read_bytes() == (FOLDER / name).read_bytes(), name


def test_every_household_grid_is_in_the_band_or_says_why(town, plan):
    homes = homes_of(plan)
    assert homes["households"].sum() == town.units["households"].sum()
    assert len(homes) == 264
    rows = plan.issues[plan.issues["rule"] == "CAP-3"]
    assert sorted(rows["code"]) == sorted(outside(plan).index)
    assert len(rows) < 0.05 * len(homes)
    assert (rows["severity"] == "info").all()
    assert not plan.issues["severity"].isin(["error", "warning"]).any()
    assert plan.micro_grids["objects"].sum() == 3_800
    assert shapely.coverage_is_valid(plan.micro_grids.geometry.to_numpy())


def test_households_of_every_given_grid_are_those_of_its_buildings(town, plan):
    given = town.hierarchy["households"]
    assert plan.grids.loc[given.index, "households"].tolist() == given.tolist()


def test_every_face_tells_the_family(plan):
    figures = town_figures(plan).set_index("key")["value"]
    assert figures["household_grids"] == 264
    assert figures["household_band_share"] == pytest.approx(1 - len(outside(plan)) / 264)
    told = summarise(plan)
    assert told["household_grids"] == 264
    assert told["split"]["household_band_share"] == figures["household_band_share"]
    written = json.loads(boundary_files(plan).grids)["features"]
    families = pd.Series([one["properties"]["family"] for one in written]).value_counts()
    assert families.to_dict() == {"household": 264, "territorial": 3}
    table = micro_grid_table(plan, language="zh").set_index("code")
    assert table["family"].value_counts().to_dict() == {"住户类": 264, "地块类": 3}
    assert table["households"].sum() == plan.patches["households"].sum()


def test_the_map_shows_the_band_and_the_reasons(plan):
    values = payload(plan).values
    views = {view["key"]: view for view in values["views"]}
    assert "note.family" in values["words"]["zh"]  # the head of the notes on a card
    classes = [one["zh"] for one in views["family"]["classes"]]
    assert classes[:4] == ["地块类", "户数在范围内", "户数不足", "户数超过"]
    code = outside(plan).index[0]
    assert "户" in views["family"]["notes"][code][0]["zh"]
    assert sorted(views["family"]["notes"]) == sorted(outside(plan).index)


def test_a_cadre_reads_how_many_households_the_own_grid_has(plan):
    filled = plan.assignments[plan.assignments["grid_code"].isin(homes_of(plan).index)]
    person = filled.loc[filled["status"] == "filled", "person_id"].iloc[0]
    view = cadre_view(plan, person)
    home = next(grid for grid in view.grids if grid.family == "household")
    assert f"{home.households:,.0f} 户（住户类微网格）" in grid_sheet(home, Translator("zh"))
    assert "(household grid)" in grid_sheet(home, Translator("en"))


def test_an_edit_that_breaks_the_band_is_told_before_and_after(plan):
    homes = homes_of(plan)
    code = homes.index[homes["households"] == 70][0]
    ground = plan.patches[plan.patches["parent_code"] == homes.at[code, "parent_code"]]
    own = ground[(ground["grid_code"] == code) & (ground["households"] > 0)]
    others = ground[(ground["grid_code"] != code) & (ground["households"] > 0)]
    near = gpd.GeoDataFrame(others).sindex.query(own.geometry.iloc[0], predicate="touches")
    moved = str(others.index[near[0]])
    edit = edits.move_patches(plan, [moved], code)
    count = 70 + plan.patches.at[moved, "households"]
    told = {one.code: one for one in edits.preview(plan, edit, offers=False).violations}
    assert told[code].kind == "households"
    assert told[code].new
    assert f"有 {count:,.0f} 户，超过 70 户" in told[code].message_zh
    after = edits.apply(plan, edit, who="测试", why="户数", when="2026-01-01T00:00:00")
    row = after.issues[(after.issues["rule"] == "CAP-3") & (after.issues["code"] == code)].iloc[0]
    assert (row["severity"], row["size"]) == ("warning", count)
