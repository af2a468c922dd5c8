"""Town folders: made, copied and filled with what others send; nothing leaves the folder."""

import io
from datetime import date

import pytest

from gridmap.rules import parse_rules
from gridmap.rules.entries import declare, entries_of, missing_parts, undeclare
from gridmap.rules.text import set_value
from gridmap.ui.data import town_files
from gridmap.ui.data.town_files import (
    bring_back,
    files_in_folder,
    files_of,
    put_aside,
    put_in,
    put_in_path,
    set_aside,
)
from gridmap.ui.shell.towns import (
    clean_name,
    find_towns,
    make_town,
    names_of,
    plan_place,
    rules_text_of,
    town_of_plan,
)
from layers.contract.errors import LayerFileError, UsageError

TODAY = date(2026, 1, 1)


@pytest.fixture
def town(tmp_path):
    return make_town(tmp_path / "towns", "东河镇", "410122106000", today=TODAY)


def put(town, name, data=b"x", **options):
    return put_in(town, name, io.BytesIO(data), **options)


def names(town):
    return [file.name for file in files_of(town)]


def test_a_new_town_has_rules_that_are_sound_once_its_data_are_named(town):
    text = rules_text_of(town)
    assert missing_parts(town, text) == ["crs", "hierarchy", "layer"]
    text = set_value(text, ("town", "crs"), "EPSG:4547")
    text = declare(text, "hierarchy", {"file": "a.gpkg", "layer": None})
    text = declare(text, "layer", {"file": "b.shp", "category": "water", "name_column": ""})
    rules = parse_rules(text)
    assert (rules.town.name, rules.town.code, rules.town.valid_from) == (
        "东河镇", "410122106000", TODAY,
    )  # fmt: skip
    assert rules.layers[0].name_column is None
    assert missing_parts(town, text) == ["files"]


@pytest.mark.parametrize(
    ("name", "code"), [("", "1"), ("镇\n", "1x"), ("镇", ""), ("镇", "41-01"), ("长" * 41, "1")]
)
def test_names_and_codes_that_cannot_be_are_refused_with_words(tmp_path, name, code):
    if name == "镇\n":
        assert make_town(tmp_path, name, code, today=TODAY).name == "镇"  # blanks around go
        return
    with pytest.raises(UsageError) as caught:
        make_town(tmp_path, name, code, today=TODAY)
    assert "请给出" in caught.value.zh
    assert find_towns(tmp_path) == []


def test_two_towns_of_one_name_get_folders_of_their_own(tmp_path):
    first = make_town(tmp_path, "东河镇", "1", today=TODAY)
    second = make_town(tmp_path, "东河镇", "2", today=TODAY)
    assert (first.name, second.name) == ("东河镇", "东河镇-2")
    assert names_of(second) == ("东河镇", "东河镇")


def test_a_name_with_toml_in_it_stays_a_name(tmp_path):
    town = make_town(tmp_path, 'a"]\\[x', "1", today=TODAY)
    assert names_of(town)[0] == 'a"]\\[x'


@pytest.mark.parametrize(
    ("given", "clean"),
    [
        ("../../etc/passwd.csv", "passwd.csv"),
        ("C:\\Users\\x\\a.csv", "a.csv"),
        ("a b:c?.shp", "a-b-c.shp"),
        (".hidden.csv", "hidden.csv"),
        ("CON.csv", "CON_.csv"),
        ("水面（新）.geojson", "水面(新).geojson"),
        ("..", "file"),
        ("x" * 90 + ".gpkg", "x" * 36 + ".gpkg"),
    ],
)
def test_names_from_outside_lead_nowhere_else(given, clean):
    assert clean_name(given) == clean


@pytest.mark.parametrize("name", ["rules.toml", "a.exe", "a.py", "noending", ".csv", "README.md"])
def test_files_that_are_no_input_are_refused(town, name):
    before = rules_text_of(town)
    with pytest.raises(UsageError):
        put(town, name)
    assert names(town) == []
    assert rules_text_of(town) == before


def test_a_file_too_large_is_refused_and_leaves_nothing(town, monkeypatch):
    monkeypatch.setattr(town_files, "MOST_MB", 1)
    with pytest.raises(UsageError, match="larger than 1 MB"):
        put(town, "a.csv", b"x" * (2**20 + 1))
    assert names(town) == []
    assert [path.name for path in town.iterdir()] == ["rules.toml"]


def test_a_taken_name_is_refused_unless_it_is_replaced_and_the_old_one_comes_back(town):
    put(town, "a.csv", b"old")
    with pytest.raises(UsageError, match="already"):
        put(town, "a.csv", b"new")
    put(town, "a.csv", b"new", replace=True)
    assert (town / "a.csv").read_bytes() == b"new"
    ((number, name),) = set_aside(town)
    assert name == "a.csv"
    assert bring_back(town, number) == "a.csv"
    assert (town / "a.csv").read_bytes() == b"old"
    assert len(set_aside(town)) == 1  # the newer one, in its turn


def test_the_parts_of_a_shapefile_go_and_come_back_together(town):
    for ending in (".shp", ".shx", ".dbf", ".prj"):
        put(town, f"地类{ending}", ending.encode())
    put(town, "other.dbf")
    assert names(town) == ["other.dbf", "地类.shp"]
    number = put_aside(town, "地类.shp")
    assert names(town) == ["other.dbf"]
    assert set_aside(town) == [(number, "地类.shp")]
    bring_back(town, number)
    assert (town / "地类.prj").read_bytes() == b".prj"
    assert set_aside(town) == []


def whole(town, text, endings=(".shp", ".shx", ".dbf", ".prj", ".cpg"), **options):
    for ending in endings:
        put(town, f"lu{ending}", f"{text}{ending}".encode(), **options)


def texts(town):
    return {path.suffix: path.read_bytes().decode() for path in town.glob("lu.*")}


@pytest.mark.parametrize(
    "endings",
    [
        (".shp", ".shx"),
        (".dbf", ".shp", ".shx"),
        (".cpg", ".dbf", ".shp", ".shx"),
        (".cpg", ".dbf", ".prj", ".shp", ".shx"),
        (".prj",),
    ],
)
def test_a_new_shapefile_keeps_no_part_of_the_old_one_and_the_old_one_comes_back(town, endings):
    whole(town, "old")
    whole(town, "new", endings, replace=True)
    assert texts(town) == {ending: f"new{ending}" for ending in endings}
    ((number, name),) = set_aside(town)
    assert name == "lu.shp"
    bring_back(town, number)
    assert set(texts(town).values()) == {f"old{end}" for end in (".shp", ".shx", ".dbf", ".prj",
                                                                ".cpg")}  # fmt: skip


def test_a_part_that_a_shapefile_lacks_is_added_and_taken_out_alone(town):
    whole(town, "old", (".shp", ".shx", ".dbf"))
    put(town, "lu.prj", b"new")
    assert sorted(texts(town)) == [".dbf", ".prj", ".shp", ".shx"]
    put_aside(town, "lu.prj")
    assert sorted(texts(town)) == [".dbf", ".shp", ".shx"]


def test_a_name_in_other_capitals_is_the_same_name(town):
    whole(town, "old", (".shp", ".shx", ".dbf"))
    with pytest.raises(UsageError, match=r"'lu.dbf' already"):
        put(town, "LU.DBF", b"new")
    put(town, "LU.DBF", b"new", replace=True)
    assert [path.name for path in town.iterdir() if path.suffix.lower() == ".dbf"] == ["LU.DBF"]
    assert texts(town) == {}


def test_nothing_outside_of_what_was_put_aside_comes_back(town):
    for number in ("../../x", "", "000009", "a"):
        with pytest.raises(UsageError):
            bring_back(town, number)
    with pytest.raises(UsageError):
        put_aside(town, "../rules.toml")
    with pytest.raises(UsageError):
        put_aside(town, "rules.toml")


def test_files_of_another_folder_are_copied_but_no_links(town, tmp_path):
    source = tmp_path / "大文件"
    source.mkdir()
    (source / "a.csv").write_bytes(b"x")
    (source / "b.exe").write_bytes(b"x")
    (source / "link.csv").symlink_to("/etc/hostname")
    found = files_in_folder(source)
    assert [path.name for path in found] == ["a.csv"]
    put_in_path(town, found[0])
    assert names(town) == ["a.csv"]
    with pytest.raises(UsageError, match="no folder"):
        files_in_folder(tmp_path / "nowhere")


def test_entries_are_read_replaced_and_taken_out(town):
    text = rules_text_of(town)
    text = declare(text, "layer", {"file": "a.shp", "category": "water"})
    text = declare(text, "roads", {"file": "r.shp"})
    (layer,) = (entry for entry in entries_of(text) if entry.role == "layer")
    text = declare(text, "layer", {"file": "a.shp", "subclass": "urban_res"}, old=layer)
    (layer,) = (entry for entry in entries_of(text) if entry.role == "layer")
    assert dict(layer.values) == {"file": "a.shp", "subclass": "urban_res"}
    text = declare(text, "register", {"file": "a.shp", "category": "water", "id_column": "n"},
                   old=layer)  # fmt: skip
    assert [(entry.role, entry.file) for entry in entries_of(text)] == [
        ("roads", "r.shp"), ("register", "a.shp"),
    ]  # fmt: skip
    for entry in entries_of(text):
        text = undeclare(text, entry)
    assert entries_of(text) == []
    assert text.count("#") == rules_text_of(town).count("#")


def test_a_plan_belongs_to_the_town_whose_folder_it_lies_in(town, tmp_path):
    out = tmp_path / "out"
    place = plan_place(out, town)
    assert place == out / "东河镇" / "东河镇.gridmap.gpkg"
    place.parent.mkdir(parents=True)
    place.touch()
    assert plan_place(out, town).name == "东河镇-2.gridmap.gpkg"
    assert town_of_plan(place, out, town.parent) == town
    assert town_of_plan(out / "other.gridmap.gpkg", out, town.parent) is None
    assert town_of_plan(tmp_path / "elsewhere" / "a.gpkg", out, town.parent) is None


def test_rules_that_cannot_be_read_are_told_with_words(town):
    (town / "rules.toml").write_bytes("镇".encode("gbk"))
    with pytest.raises(LayerFileError, match="UTF-8"):
        rules_text_of(town)
    assert names_of(town) == ("东河镇", "东河镇")


def test_a_link_in_the_town_does_not_lead_writing_out_of_it(town, tmp_path):
    victim = tmp_path / "victim.csv"
    victim.write_bytes(b"mine")
    (town / "a.csv").symlink_to(victim)
    with pytest.raises(UsageError, match="link"):
        put(town, "a.csv", b"new", replace=True)
    assert victim.read_bytes() == b"mine"
    assert names(town) == []
