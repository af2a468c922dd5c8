"""Settings of a city, and rules that its towns share."""

import tomllib

import pytest
from drawn_city import SETTINGS, town_rules

from gridmap.city.folder import open_city
from gridmap.city.shared import town_rules as rules_of_towns
from gridmap.city.shared.merging import merged_rules, merged_values
from gridmap.rules import parse_rules
from layers.contract.errors import GridmapError


def town(folder, name, text):
    place = folder / "towns" / name
    place.mkdir(parents=True)
    (place / "rules.toml").write_text(text, encoding="utf-8")


def test_towns_lie_in_the_area_whose_code_theirs_begins_with(tmp_path):
    (tmp_path / "city.toml").write_text(SETTINGS, encoding="utf-8")
    town(tmp_path, "a", town_rules("410121001"))
    town(tmp_path, "b", town_rules("410122001"))
    town(tmp_path, "c", town_rules("410199001"))
    city = open_city(tmp_path)
    assert [(one.name, one.area) for one in city.towns] == [
        ("a", "410121"), ("b", "410122"), ("c", "410100"),
    ]  # fmt: skip


def test_rules_that_have_not_changed_are_not_read_again(tmp_path, monkeypatch):
    (tmp_path / "city.toml").write_text(SETTINGS, encoding="utf-8")
    for name in ("a", "b"):
        town(tmp_path, name, town_rules(f"41012100{'ab'.index(name) + 1}"))
    open_city(tmp_path)
    read = []
    checked = rules_of_towns.check_rules
    monkeypatch.setattr(
        rules_of_towns,
        "check_rules",
        lambda given, source: (read.append(source), checked(given, source=source))[1],
    )
    (tmp_path / "towns" / "b" / "rules.toml").write_text(town_rules("410122077"), encoding="utf-8")
    assert [one.code for one in open_city(tmp_path).towns] == ["410121001", "410122077"]
    assert read == ["b/rules.toml"]


def test_a_town_says_only_what_is_its_own(tmp_path):
    text = town_rules("410121001")
    head, rest = text[: text.index("[load]")], text[text.index("[load]") :]
    own = head + "[capacity]\nofficers_max = 6  # 本镇\n"
    (tmp_path / "common.toml").write_text(rest, encoding="utf-8")
    settings = SETTINGS.replace('name = "测试市"', 'name = "测试市"\nrules = "common.toml"')
    (tmp_path / "city.toml").write_text(settings, encoding="utf-8")
    town(tmp_path, "a", own)
    found = open_city(tmp_path).towns[0]
    assert found.rules.capacity.officers_max == 6
    assert found.rules.capacity.officer_hours == 12.0
    assert "# 本镇" in found.rules_text
    assert parse_rules(found.rules_text) == found.rules


def test_what_a_town_says_takes_the_place_of_what_all_say():
    common = '[load]\ndefault = { hectare = 1.0 }\n[duties]\ndefault = ["a", "b"]\n'
    own = 'name = "x"\n[load.water]\nhectare = 2.0\n[duties]\ndefault = ["c"]\n'
    assert tomllib.loads(merged_rules(common, own)) == {
        "name": "x",
        "load": {"default": {"hectare": 1.0}, "water": {"hectare": 2.0}},
        "duties": {"default": ["c"]},
    }


def test_tables_of_which_one_says_nothing_stay_letter_by_letter():
    common = "# all\n[load]  # weights\ndefault = { hectare = 1.0 }\n\n[a]\nb = 1 # one\n"
    own = "# town\n[town]\nname = 'x'  # its name\n\n[a]\nc = 2\n"
    merged = merged_rules(common, own)
    assert merged.startswith(
        "# all\n[load]  # weights\ndefault = { hectare = 1.0 }\n\n[a]\nb = 1 # one"
    )
    assert merged.endswith("\n\n# town\n\n[town]\nname = 'x'  # its name\n")
    assert tomllib.loads(merged)["a"] == {"b": 1, "c": 2}


@pytest.mark.parametrize(
    ("common", "own"),
    [
        ("a.b = 1\n", "[a]\nc = 2\n"),
        ("x = 1\n[a]\ny = 2\n", "x = 3\nz = 4\n"),
        ("[a]\ny = 2\n", 'text = """\n[a]\n"""\n'),
        ("[[a]]\ny = 2\n[b]\nc = 1\n[[a]]\ny = 3\n", "[[a]]\ny = 4\n"),
        ("[b.c]\nd = 1\n", "b = { c = { e = 2 } }\n"),
        ("[a]\nb = { c = 1 }\n", "[a.b.d]\ne = 2\n"),
        ("[a.b]\nc = 1\n[d]\n[a.e]\n", "[a.e.f]\ng = 1\n[d]\n[a.h]\n[a.b.i]\n"),
        ("list = [\n[1],\n[2]\n]\n", "[c]\nlist = [\n[1]\n]\n"),
    ],
)
def test_whatever_the_layout_merged_rules_say_what_both_say(common, own):
    wanted = merged_values(tomllib.loads(common), tomllib.loads(own))
    assert tomllib.loads(merged_rules(common, own)) == wanted


def test_without_common_rules_the_text_stays_letter_by_letter():
    assert merged_rules("", "a = 1 # x\n\n") == "a = 1 # x\n\n"


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ('code = "410122"', 'code = "410121"', "twice"),
        ('level = "county"', 'level = "street"', "level below"),
        ('name = "甲县"', 'name = "甲县"\nparent = "4199"', "must stand before"),
        ('name = "甲县"', "nam = 1", "nam"),
        (
            'name = "乙县"\nlevel = "county"\n',
            'name = "乙县"\nlevel = "county"\n[[towns]]\nfolder = "towns/a"\narea = "4199"\n',
            "town towns/a lies in 4199",
        ),
        ("[city]", "[city", "TOML"),
        ("[city]", 'towns = [{ folder = "towns/a" }, { folder = "./towns//a" }]\n[city]', "twice"),
        ("[city]", 'towns = [{ folder = "." }]\n[city]', "below that of the city"),
        ('name = "测试市"', 'name = "测试市"\nrules = "../x.toml"', "folder of the city"),
    ],
)
def test_faults_of_the_settings_are_told(tmp_path, old, new, word):
    (tmp_path / "city.toml").write_text(SETTINGS.replace(old, new, 1), encoding="utf-8")
    town(tmp_path, "a", town_rules("410121001"))
    with pytest.raises(GridmapError, match=word):
        open_city(tmp_path)


def test_two_towns_of_one_code_are_refused(tmp_path):
    (tmp_path / "city.toml").write_text(SETTINGS, encoding="utf-8")
    town(tmp_path, "a", town_rules("410121001"))
    town(tmp_path, "b", town_rules("410121001"))
    with pytest.raises(GridmapError, match="410121001"):
        open_city(tmp_path)


def test_a_folder_without_towns_says_where_they_belong(tmp_path):
    (tmp_path / "city.toml").write_text(SETTINGS, encoding="utf-8")
    with pytest.raises(GridmapError, match="towns"):
        open_city(tmp_path)


def test_a_town_that_is_a_file_is_no_folder(tmp_path):
    named = SETTINGS + '[[towns]]\nfolder = "towns/a"\n'
    (tmp_path / "city.toml").write_text(named, encoding="utf-8")
    (tmp_path / "towns").mkdir()
    (tmp_path / "towns" / "a").write_text("", encoding="utf-8")
    with pytest.raises(GridmapError, match="no folder"):
        open_city(tmp_path)


@pytest.mark.parametrize(("name", "plans"), [("catalogue", False), ("plans", True)])
def test_a_file_where_a_folder_belongs_is_named(tmp_path, name, plans):
    (tmp_path / "city.toml").write_text(SETTINGS, encoding="utf-8")
    town(tmp_path, "a", town_rules("410121001"))
    (tmp_path / name).write_text("", encoding="utf-8")
    with pytest.raises(GridmapError, match=f"{name}.*Take away a file") as found:
        open_city(tmp_path).make_folders(plans=plans)
    assert "请移走同名文件" in found.value.zh


def test_rules_that_are_a_folder_are_a_fault_of_the_town(tmp_path):
    (tmp_path / "city.toml").write_text(SETTINGS, encoding="utf-8")
    (tmp_path / "towns" / "a" / "rules.toml").mkdir(parents=True)
    fault = open_city(tmp_path).towns[0].fault
    assert "must be a file" in str(fault)
    assert "须为有读取权限的文件" in fault.zh


def test_a_city_without_levels_is_refused(tmp_path):
    text = 'levels = []\n[city]\ncode = "410100"\nname = "测试市"\n'
    (tmp_path / "city.toml").write_text(text, encoding="utf-8")
    town(tmp_path, "a", town_rules("410121001"))
    with pytest.raises(GridmapError, match="levels"):
        open_city(tmp_path)
