"""Three invented towns from an office's files to a plan: what is guessed, asked, left out, made."""

import datetime
import shutil
import warnings

import geopandas as gpd
import pytest
from first_towns import write_loose, write_package, write_sketch

from gridmap.first_town.choices import Choices, read_choices, write_choices
from gridmap.first_town.drafts import drafts_of, drop_draft, finish, new_draft
from gridmap.first_town.dropped import take_in
from gridmap.first_town.findings import find_out
from gridmap.first_town.questions import questions_of
from gridmap.first_town.settle import lacks_of, settle
from gridmap.rules import parse_rules
from gridmap.rules.text import set_value
from gridmap.town.town import load_town
from gridmap.ui.shell.towns import TEMPLATE

START = set_value(
    TEMPLATE.read_text(encoding="utf-8"), ("town", "valid_from"), datetime.date(2026, 11, 30)
)
WRITERS = {"loose": write_loose, "package": write_package, "sketch": write_sketch}


@pytest.fixture(scope="module")
def offices(tmp_path_factory):
    """Each town's files as they lie after they were dropped."""
    base = tmp_path_factory.mktemp("offices")
    for name, write in WRITERS.items():
        (base / name).mkdir()
        take_in(base / name, [(one.name, one) for one in write(base / f"office-{name}")])
    return base


@pytest.fixture
def folder(offices, tmp_path, request):
    return shutil.copytree(offices / request.param, tmp_path / "town")


def roles(findings):
    return {one.key: one.role for one in findings.found}


def town_of(folder, findings, choices=None):
    settled = settle(folder, findings, choices or Choices(), START)
    (folder / "rules.toml").write_text(settled.text, encoding="utf-8")
    return settled, load_town(folder)


@pytest.mark.parametrize("folder", ["loose"], indirect=True)
def test_loose_parts_and_a_messy_roster_become_a_town(folder):
    before = {one.name: one.read_bytes() for one in folder.iterdir()}
    findings = find_out(folder, Choices())
    assert roles(findings) == {
        "DLTB.shp|": "layer", "网格.shp|": "hierarchy", "花名册(最新).xlsx|": "roster",
    }  # fmt: skip
    assert all(one.guess.degree == "sure" for one in findings.found)
    assert findings.crs == "EPSG:4547"
    assert lacks_of(findings) == []
    kinds = {one.kind for one in findings.roster.repairs}
    assert {"nobody", "double", "leader", "home", "phone", "name"} <= kinds
    settled, town = town_of(folder, findings)
    assert settled.left_out == ()
    assert {one: data for one, data in before.items() if (folder / one).read_bytes() != data} == {}
    people = town.people
    assert len(people) == 23
    assert (people["role"] == "leader").sum() == 9
    assert set(people.loc[people["role"] == "leader", "present_grid"]) == set(
        town.hierarchy.index[town.hierarchy["level"] > 1]
    )
    assert people["phone"].str.fullmatch(r"1\d{10}").all()
    assert town.hierarchy["households"].sum() == 3 * (240 + 60)


@pytest.mark.parametrize("folder", ["package"], indirect=True)
def test_a_package_on_a_shifted_map_is_told_layer_by_layer(folder):
    findings = find_out(folder, Choices())
    name = "石桥资料汇总.gpkg"
    assert roles(findings) == {
        f"{name}|三级网格": "hierarchy", f"{name}|dltb": "layer", f"{name}|道路": "roads",
        f"{name}|房屋建筑": "context", "重点企业台账.csv|": "register",
    }  # fmt: skip
    (asked,) = [one for one in questions_of(findings, Choices()) if one.kind == "datum"]
    assert (asked.key, asked.default) == (f"{name}|dltb", "gcj02")
    settled, town = town_of(folder, findings)
    assert settled.left_out == ()
    rules = parse_rules(settled.text)
    assert rules.layers[0].datum == "gcj02"
    assert rules.registers[0].datum == "gcj02"  # by the header of its columns
    assert rules.town.name == "石桥镇"
    assert len(town.objects) == 8
    outline = town.hierarchy.geometry[town.hierarchy["level"] == 1].iloc[0]
    assert town.ground.geometry.union_all().difference(outline.buffer(1)).area < 1


@pytest.mark.parametrize("folder", ["sketch"], indirect=True)
def test_a_sketch_without_codes_levels_or_town_becomes_one(folder):
    findings = find_out(folder, Choices())
    assert {one.role for one in findings.found} == {"hierarchy", "layer", "roster"}
    assert findings.tree.grids["level"].tolist() == [1] + [2] * 3 + [3] * 6
    asked = {one.kind: one.default for one in questions_of(findings, Choices())}
    assert asked["code"] == "900000000"
    choices = Choices(answers={"name": "马庄镇", "code": "410199103", "hours": "6", "target": "9"})
    findings = find_out(folder, choices)
    settled, town = town_of(folder, findings, choices)
    rules = parse_rules(settled.text)
    assert (rules.town.name, rules.town.code) == ("马庄镇", "410199103")
    assert (rules.capacity.officer_hours, rules.split.target) == (6.0, 9)
    assert (folder / rules.layers[0].codes).exists()  # names of classes, as a table of the town
    assert set(town.ground["category"]) >= {"farmland", "water", "park_green"}
    # Looked at anew, what was made is no input: the same files give the same town.
    again = find_out(folder, choices)
    assert roles(again) == roles(findings)
    assert settle(folder, again, choices, START).text == settled.text
    assert town.people["role"].tolist() == ["leader"] * 3 + ["cadre"] * 4
    assert town.people.index.is_unique


@pytest.mark.parametrize("folder", ["loose"], indirect=True)
def test_a_choice_of_a_person_comes_before_every_guess(folder):
    choices = Choices().with_role("花名册(最新).xlsx|", "other", {})
    choices = Choices(choices.roles, {}, {"DLTB.shp||0601": "key_enterprise"}, {}, ())
    findings = find_out(folder, choices)
    assert findings.roster is None
    assert findings.found[2].chosen
    row = findings.classes.set_index("code").loc["0601"]
    assert row["target"] == "key_enterprise"
    settled, town = town_of(folder, findings, choices)
    assert parse_rules(settled.text).roster is None
    assert "key_enterprise" in set(town.ground["category"])


@pytest.mark.parametrize("folder", ["loose"], indirect=True)
def test_a_file_that_cannot_be_read_as_dividing_will_is_left_out_and_named(folder):
    (folder / "公示牌.csv").write_text("甲,乙\n1,2\n", encoding="utf-8")
    (folder / "坏的.geojson").write_text('{"type": "FeatureCollection", "features": [', "utf-8")
    findings = find_out(folder, Choices())
    assert [one.file for one in findings.unread] == ["坏的.geojson"]
    settled, _ = town_of(folder, findings)
    assert [("公示牌.csv" in one.zh) for one in settled.left_out] == [True]


@pytest.mark.parametrize("folder", ["loose"], indirect=True)
def test_two_maps_of_land_use_on_one_ground_are_asked_about(folder):
    for part in folder.glob("DLTB.*"):
        shutil.copyfile(part, folder / f"旧图{part.suffix}")
    findings = find_out(folder, Choices())
    (asked,) = [one for one in questions_of(findings, Choices()) if one.kind == "overlap"]
    assert dict(asked.values)["hectares"] == "576.0"
    choices = Choices().with_answer(asked.key, "旧图.shp|")
    settled, _ = town_of(folder, findings, choices)
    assert [one.file for one in parse_rules(settled.text).layers] == ["旧图.shp"]


def test_an_empty_folder_lacks_files_and_asks_nothing(tmp_path):
    findings = find_out(tmp_path, Choices())
    assert lacks_of(findings) == ["files", "hierarchy", "layer"]
    assert questions_of(findings, Choices()) == []


@pytest.mark.parametrize("folder", ["loose"], indirect=True)
def test_coordinates_that_name_no_system_are_asked_until_somebody_answers(folder):
    grids = gpd.read_file(folder / "网格.shp", encoding="GBK")
    plain = grids.set_crs("EPSG:4526").to_crs("EPSG:4547").set_crs(None, allow_override=True)
    for path in [*folder.glob("*.*")]:
        path.unlink()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that the file names no system is the point
        plain.to_file(folder / "网格.shp", encoding="GBK")
    findings = find_out(folder, Choices())
    (asked,) = [one for one in questions_of(findings, Choices()) if one.kind == "crs"]
    assert asked.needed
    assert lacks_of(findings) == ["crs", "hierarchy", "layer"]
    choices = Choices(places={"网格.shp|": {"crs": "EPSG:4547"}})
    assert find_out(folder, choices).tree is not None


def test_choices_are_kept_and_a_damaged_file_counts_as_none(tmp_path):
    choices = Choices().with_role("a|", "layer", {"category": "water", "crs": "EPSG:4547"})
    write_choices(tmp_path, choices)
    assert read_choices(tmp_path) == choices
    assert choices.places == {"a|": {"crs": "EPSG:4547"}}
    (tmp_path / ".choices.json").write_text("[1", encoding="utf-8")
    assert read_choices(tmp_path) == Choices()


def test_a_draft_becomes_a_town_under_a_free_name_or_is_given_up(tmp_path):
    (tmp_path / "柳河镇").mkdir()
    one, other = new_draft(tmp_path), new_draft(tmp_path)
    assert drafts_of(tmp_path) == []  # nothing in them yet
    (one / "a.csv").write_text("x", encoding="utf-8")
    assert drafts_of(tmp_path) == [one]
    assert finish(one, "柳河镇") == tmp_path / "柳河镇-2"
    assert (tmp_path / "柳河镇-2" / "a.csv").exists()
    drop_draft(other)
    assert not other.exists()
    drop_draft(tmp_path / "柳河镇")  # a town is no draft
    assert (tmp_path / "柳河镇").exists()
