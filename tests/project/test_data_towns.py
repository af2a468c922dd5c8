"""The sample towns are what their READMEs say: counts, codes, areas, licences, no real people."""

import re
from pathlib import Path

import fiona
import geopandas as gpd
import openpyxl
import pandas as pd
import pyogrio
import pytest
import shapely
from project import BAYREUTH, CAMBRIDGE, DATA
from pyproj import CRS
from town_folder import read_hierarchy, read_roster

from gridmap.rules import load_rules
from gridmap.town.surroundings import town_context, town_units
from layers.landuse.codes import classify

AREA_TOLERANCE_KM2 = 0.01
TOWNS = pytest.mark.parametrize(
    "town",
    [*sorted(rules.parent for rules in DATA.glob("*/rules.toml")), BAYREUTH],
    ids=lambda folder: folder.name,
)
MOST_BYTES = 15_000_000
ROUNDING_M2 = 1e-3


def map_files(town: Path) -> list[Path]:
    return sorted([*town.glob("*.fgb"), *town.glob("*.gpkg")])


def test_cambridge_has_13_neighbourhoods_under_one_city_and_13116_parcels():
    grids = read_hierarchy(CAMBRIDGE)
    codes = [f"2501711000{number:02d}" for number in range(14)]
    assert grids["code"].tolist() == codes
    assert grids["parent_code"].tolist() == ["", *["250171100000"] * 13]
    assert grids.area.iloc[0] / 1e6 == pytest.approx(18.46, abs=AREA_TOLERANCE_KM2)
    assert pyogrio.read_info(CAMBRIDGE / "parcels.fgb")["features"] == 13_116


@TOWNS
def test_the_grids_of_every_level_are_an_exact_tiling_of_their_parents(town):
    grids = read_hierarchy(town).set_index("code")
    for _, level in grids.groupby("level"):
        assert shapely.coverage_is_valid(level.geometry.to_numpy())
        assert set(level.geom_type) == {"Polygon"}
    for code, parent in grids.iterrows():
        children = grids.geometry[grids["parent_code"] == code]
        if len(children):
            union = shapely.coverage_union_all(children.to_numpy())
            assert union.symmetric_difference(parent.geometry).area < ROUNDING_M2


@TOWNS
def test_every_file_opens_with_fiona_and_with_pyogrio_and_holds_the_same(town):
    for path in map_files(town):
        with fiona.open(path) as source:
            count, crs = len(source), source.crs.to_epsg()
        assert pyogrio.read_info(path)["features"] == count > 0, path.name
        assert crs == gpd.read_file(path).crs.to_epsg() == int(load(town).town.crs[5:])


def load(town: Path):
    return load_rules(town / "rules.toml")


@TOWNS
def test_the_rules_name_every_file_of_the_town_and_no_other(town):
    rules = load(town)
    named = {entry.file for entry in rules.files}
    named |= {layer.codes for layer in rules.layers if str(layer.codes).endswith(".csv")}
    there = {path.name for path in town.iterdir()} - {"README.md", "rules.toml"}
    assert named == there


def test_invented_polygons_of_the_test_town_say_which_real_polygon_they_lie_on():
    files = ("problem_estate", "key_enterprise", "supplied_unbuilt", "developable")
    invented = pd.concat(
        [gpd.read_file(BAYREUTH / f"{file}.fgb") for file in files], ignore_index=True
    )
    assert len(invented) == 41
    real = pd.concat(
        gpd.read_file(BAYREUTH / f"{name}.fgb")
        for name in ("farmland", "grassland", "urban_res", "village_res", "other")
    )
    ground = real.dissolve("record").geometry
    under = gpd.GeoSeries(ground[invented["on_record"]].to_numpy(), crs=invented.crs)
    assert invented.geometry.difference(under).area.max() < ROUNDING_M2


@TOWNS
def test_nobody_on_a_roster_is_real_and_no_phone_can_ring(town):
    roster = read_roster(town)
    assert roster["姓名"].str.match(r"^(示例|Sample)").all()
    assert set(roster["电话"]) <= {"", "000-0000-0000"}
    for sheet in openpyxl.load_workbook(town / "roster.xlsx"):
        for row in sheet.iter_rows(values_only=True):
            assert all(isinstance(value, (str, type(None))) for value in row)


def test_every_use_of_a_cambridge_parcel_is_mapped_and_makes_no_register_category():
    parcels = gpd.read_file(CAMBRIDGE / "parcels.fgb")
    kinds = classify(parcels["use"], CAMBRIDGE / "use_codes.csv")
    assert (kinds["matched"] != "").all()
    assert not set(kinds["category"]) & {"problem_estate", "supplied_unbuilt", "farmland"}
    assert {"key_enterprise", "developable", "park_green"} <= set(kinds["category"])


def test_cambridge_draws_its_streets_by_class_and_keeps_its_1044_census_blocks_whole():
    rules, crs = load(CAMBRIDGE), CRS.from_user_input("EPSG:26986")
    context, _ = town_context(CAMBRIDGE, rules, crs)
    units, _ = town_units(CAMBRIDGE, rules, crs)
    streets = context[context["kind"] == "road"]
    assert streets["class"].value_counts().to_dict() == {
        "street": 1723,
        "secondary": 633,
        "primary": 284,
        "lane": 3,
    }
    assert "Massachusetts Ave" in set(streets.loc[streets["class"] == "primary", "name"])
    assert units["kind"].value_counts().to_dict() == {"compound": 1044}
    assert units.crs == context.crs == crs


@TOWNS
def test_the_readme_gives_source_licence_and_credit_and_names_every_file(town):
    text = (town / "README.md").read_text(encoding="utf-8")
    for word in ("licence", "Credit line", "EPSG:", "*invented*", "中文说明"):
        assert word in text
    files = {path.name for path in town.iterdir()} - {"README.md"}
    assert not [name for name in sorted(files) if f"`{name}`" not in text]
    credit = " ".join(text.split()).replace("`", "")
    assert load(town).town.credit in credit


def test_the_sample_data_stay_under_15_megabytes():
    sizes = [path.stat().st_size for path in DATA.rglob("*") if path.is_file()]
    assert sum(sizes) < MOST_BYTES


def test_no_script_or_readme_of_the_data_names_a_place_on_a_machine():
    folders = (DATA, BAYREUTH.parent)
    ends = ("*.py", "*.md", "*.toml")
    for path in [one for folder in folders for end in ends for one in folder.rglob(end)]:
        assert not re.search(r"(/work|/home|/root|/tmp|[A-Z]:\\)", path.read_text("utf-8")), path
