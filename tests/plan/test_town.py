"""Reading a whole folder: what comes of its files, and what is repaired and listed."""

import hashlib
import warnings
import zipfile

import drawn_town
import geopandas as gpd
import pytest
import shapely
from shapely.affinity import translate
from town_folder import change_rules, write_hierarchy

from gridmap.town import town
from gridmap.town.town import load_town
from gridmap.workflow.workflow import plan_town
from layers.contract.columns import GROUND, HIERARCHY, ISSUES, OBJECTS, PEOPLE
from layers.contract.errors import (
    LayerFileError,
    Named,
)
from layers.reading.features import read_features
from layers.reading.named_columns import Wanted, find_missing


def test_the_drawn_town_is_read_whole(small_town):
    town = load_town(small_town)
    assert list(town.ground.columns) == [*GROUND, "geometry"]
    assert list(town.hierarchy.columns) == [*HIERARCHY, "geometry"]
    assert list(town.objects.columns) == [*OBJECTS, "geometry"]
    assert list(town.people.columns) == list(PEOPLE)
    assert list(town.issues.columns) == [*ISSUES, "geometry"]
    assert town.issues.empty
    assert town.hierarchy["level"].value_counts().to_dict() == {3: 4, 2: 2, 1: 1}
    assert len(town.ground) == 34
    assert len(town.people) == 25
    assert town.objects.index.tolist() == ["firms:F1", "firms:F2", "estates:W1"]
    assert town.roads["name"].tolist() == ["中路", "西路", "东路"]
    assert town.barriers.empty
    assert town.rules_text == drawn_town.rules_text()


def test_everything_is_in_the_work_crs(small_town):
    roads = gpd.read_file(small_town / "roads.gpkg").to_crs("EPSG:4490")
    (small_town / "roads.gpkg").unlink()
    roads.to_file(small_town / "roads.gpkg")
    town = load_town(small_town)
    frames = [town.ground, town.hierarchy, town.roads, town.barriers, town.objects, town.issues]
    assert {frame.crs.to_epsg() for frame in frames} == {4547}
    assert town.roads.geometry.length.iloc[0] == pytest.approx(2400, abs=1e-3)


def test_every_input_file_is_in_the_receipt(small_town):
    town = load_town(small_town)
    assert sorted(town.hashes) == sorted(path.name for path in small_town.iterdir())
    expected = hashlib.sha256((small_town / "roster.xlsx").read_bytes()).hexdigest()
    assert town.hashes["roster.xlsx"] == expected


def test_progress_names_the_files(small_town):
    names = []
    load_town(small_town, progress=names.append)
    assert names[:3] == ["rules.toml", "hierarchy.gpkg", "landuse.gpkg"]


def test_roster_roads_and_registers_may_be_left_out(small_town):
    text = drawn_town.rules_text()
    text = text.replace('roads = { file = "roads.gpkg" }\n', "")
    text = text.replace('roster = { file = "roster.xlsx" }\n', "")
    head, _, rest = text.partition("[[registers]]")
    text = head + "[load]" + rest.partition("[load]")[2]
    (small_town / "rules.toml").write_text(text, encoding="utf-8")
    town = load_town(small_town)
    assert town.people.empty
    assert town.roads.empty
    assert town.objects.empty
    assert list(town.people.columns) == list(PEOPLE)


@pytest.mark.parametrize("kind", ["gpkg", "shp", "geojson", "parquet", "csv", "zip"])
def test_columns_that_are_there_are_found_in_every_kind_of_file(tmp_path, kind):
    frame = next(iter(drawn_town.draw_layers().values())).rename(columns={"DLBM": "地类编码很长的"})
    path = tmp_path / f"a.{kind}"
    if kind == "csv":
        table = frame.drop(columns="geometry").assign(wkt=frame.geometry.to_wkt())
        table.to_csv(path, index=False)
    elif kind == "parquet":
        frame.to_parquet(path)
    elif kind == "zip":
        frame.to_file(tmp_path / "b.gpkg")
        with zipfile.ZipFile(path, "w") as archive:
            archive.write(tmp_path / "b.gpkg", "b.gpkg")
    else:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            frame.to_file(path)
    there = [str(name) for name in read_features(path).frame.columns if name != "geometry"]
    assert len(there) > 1
    what = Named("Layer", "图层")
    assert list(find_missing([Wanted(path, what, there)])) == []
    assert "no column 'XYZ'" in str(next(find_missing([Wanted(path, what, [*there, "XYZ"])])))


def test_a_hierarchy_with_headers_of_its_own_makes_the_same_town(small_town):
    before = load_town(small_town).hierarchy
    names = {"code": "WGBM", "name": "WGMC", "level": "JB", "parent_code": "SJ", "households": "H"}
    write_hierarchy(small_town, drawn_town.draw_hierarchy().rename(columns=names))
    keys = ", ".join(f'{column}_column = "{name}"' for column, name in names.items())
    change_rules(small_town, '"hierarchy.gpkg"', f'"hierarchy.gpkg", {keys}')
    assert load_town(small_town).hierarchy.equals(before)


def test_hairlines_are_mended_and_listed(small_town):
    grids = drawn_town.draw_hierarchy()
    west, south, east, north = grids.geometry[3].bounds
    grids.loc[3, "geometry"] = shapely.box(west, south + 0.2, east, north)
    write_hierarchy(small_town, grids)
    town = load_town(small_town)
    deepest = town.hierarchy.geometry[town.hierarchy["level"] == 3].to_numpy()
    assert shapely.coverage_is_valid(deepest)
    assert shapely.area(deepest).sum() == pytest.approx(2_000_000)
    assert set(town.issues["rule"]) == {"COV-1", "COV-3"}


def test_a_code_table_of_the_towns_own_lies_in_its_folder(small_town):
    change_rules(small_town, 'codes = "gbt21010"', 'codes = "own.csv"')
    with pytest.raises(LayerFileError, match=r"There is no code table 'own.csv'"):
        load_town(small_town)
    (small_town / "own.csv").write_text("prefix,target\n*,farmland\n")
    town = load_town(small_town)
    assert town.ground["category"][town.ground["layer"] == "landuse.gpkg"].unique() == ["farmland"]
    assert "own.csv" in town.hashes


def test_objects_on_no_ground_are_listed(small_town):
    """The estate names a parcel that nobody has, and one firm lies a kilometre outside."""
    (small_town / "estates.csv").write_text("编号,名称,地块\nW1,阳光花园,E9\n", encoding="utf-8")
    firms = drawn_town.draw_firms()
    firms.loc[1, "geometry"] = translate(firms.geometry[1], xoff=2000)
    (small_town / "firms.gpkg").unlink()
    firms.to_file(small_town / "firms.gpkg")
    issues = load_town(small_town).issues
    assert issues[["rule", "code"]].to_numpy().tolist() == [
        ["READ-11", "firms:F2"],
        ["READ-11", "estates:W1"],
    ]
    assert (
        "'firms:F2' (绿源食品厂) is on no ground: it lies outside the town" in issues["message"][0]
    )
    assert "no ground layer has its record 'E9'" in issues["message"][1]


def test_a_few_bad_rows_do_not_refuse_a_layer():
    town._require_whole("a.fgb", 40, 5)
    town._require_whole("a.fgb", 990, 10)


def test_the_day_of_a_layer_and_the_growth_boundary_reach_the_ground(small_town):
    """A code of the town makes the orchard idle ground; its western half lies in the boundary."""
    change_rules(small_town, 'codes = "gbt21010"', 'codes = "own.csv"\ndate = 2024-12-31')
    (small_town / "own.csv").write_text("prefix,target\n0301,developable?\n*,farmland\n")
    draw_boundary = drawn_town.draw_hierarchy().iloc[[0]]
    draw_boundary.geometry = draw_boundary.geometry.translate(xoff=-1625)
    draw_boundary.to_file(small_town / "growth.gpkg")
    text = (small_town / "rules.toml").read_text(encoding="utf-8")
    extra = '\n[growth_boundary]\nfile = "growth.gpkg"\n'
    (small_town / "rules.toml").write_text(text + extra, encoding="utf-8")
    town = load_town(small_town)
    landuse = town.ground[town.ground["layer"] == "landuse.gpkg"]
    assert set(landuse["date"]) == {"2024-12-31"}
    area = landuse.geometry.area.groupby(landuse["category"]).sum()
    assert area["developable"] == pytest.approx(125 * 250)
    assert "growth.gpkg" in town.hashes
    assert "READ-15" in town.issues["rule"].tolist()
    patches = plan_town(town).patches
    assert set(patches["date"][patches["layer"] == "landuse.gpkg"]) == {"2024-12-31"}


def test_context_and_units_are_read_and_their_files_counted(small_town):
    roads = gpd.read_file(small_town / "roads.gpkg")
    roads.assign(grade="乡道").to_file(small_town / "context.gpkg")
    whole = gpd.GeoDataFrame({"id": ["1"]}, geometry=[roads.union_all().envelope], crs=roads.crs)
    for name in ("one.gpkg", "two.gpkg"):
        whole.to_file(small_town / name)
    rules = small_town / "rules.toml"
    extra = '\n[[context]]\nfile = "context.gpkg"\nkind = "road"\nclass_column = "grade"\n'
    for name in ("one.gpkg", "two.gpkg"):
        extra += f'\n[[units]]\nfile = "{name}"\nkind = "compound"\nid_column = "id"\n'
    rules.write_text(rules.read_text(encoding="utf-8") + extra, encoding="utf-8")
    town = load_town(small_town)
    assert town.context["class"].eq("tertiary").all()
    assert town.units.index.tolist() == ["compound/1", "compound/1@two.gpkg"]
    assert {"context.gpkg", "one.gpkg", "two.gpkg"} <= set(town.hashes)
    kept = plan_town(town).context
    assert kept["class"].eq("tertiary").all()
    assert 0 < len(kept) <= len(town.context)


def test_a_town_that_names_no_context_has_empty_frames(small_town):
    town = load_town(small_town)
    assert (len(town.context), len(town.units)) == (0, 0)
    assert town.context.crs == town.units.crs == town.crs
