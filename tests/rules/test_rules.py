"""The rules file is read strictly: file, key, what was found and what is allowed are said."""

import re

import drawn_town
import pytest

from gridmap.rules import load_rules, parse_rules
from gridmap.town.limits import limits_from
from layers.contract.categories import CATEGORY_KEYS, RESIDUAL_KEYS
from layers.contract.errors import LayerFileError, LayerSchemaError


def refused(old, new, count=1):
    """Give the words of the error after one change to the drawn town's rules."""
    text = drawn_town.rules_text()
    assert old in text
    with pytest.raises(LayerSchemaError) as caught:
        parse_rules(text.replace(old, new, count))
    lines, lines_zh = str(caught.value).split("\n"), caught.value.zh.split("\n")
    assert len(lines) == len(lines_zh)
    for line in lines_zh:
        assert re.search(r"[\u4e00-\u9fff]", line)
        assert not re.search(r"must|should|Found|Allowed|unknown", line)
    return str(caught.value)


def test_the_drawn_rules_are_read():
    rules = parse_rules(drawn_town.rules_text())
    assert rules.town.code == "410122106"
    assert rules.layers[0].codes == "gbt21010"
    assert rules.weights("water").hectare == 0.2
    assert rules.weights("problem_estate").object == 4.0
    assert rules.treatment("village_res") == "own"
    assert rules.treatment("road_transport") == "absorb"
    assert rules.min_area_m2("water") == 10_000
    assert rules.precedence == CATEGORY_KEYS


def test_least_areas_of_slivers_are_one_number_and_others_by_kind():
    """COV-6 of the survey's building tools: 400, 800 and 1,200 m2."""
    assert parse_rules(drawn_town.rules_text()).tiling.sliver_area_by_kind_m2 == {}
    table = "\n[tiling.sliver_area_by_kind_m2]\nroad_transport = 400\nfarmland = 800\n"
    rules = parse_rules(drawn_town.rules_text() + table)
    assert rules.tiling.sliver_area_by_kind_m2 == {"road_transport": 400.0, "farmland": 800.0}
    assert limits_from(rules).sliver_area_by_kind_m2 == {"road_transport": 400.0, "farmland": 800.0}


def test_an_unknown_key_names_its_section_and_the_allowed_keys():
    words = refused("officers_min = 1", "officer_min = 1")
    assert words.startswith("'rules.toml' has 1 fault:\n- capacity.officer_min: unknown key.")
    assert "Did you mean 'officers_min'?" in words
    allowed = "load_index_max, officer_hours, officers_max, officers_min, points_per_hour"
    assert f"Allowed here: {allowed}." in words


def test_an_unknown_section_names_the_sections():
    words = refused("[capacity]", "[spilt]\nx = 1\n[capacity]")
    assert (
        "- spilt: unknown key. Did you mean 'split'? Allowed here: agreed_borders, assignment, "
        in words
    )


def test_an_unknown_key_in_a_layer_names_the_layer_by_number_and_file():
    words = refused('category = "problem_estate"\n', 'category = "problem_estate"\ncolour = 1\n')
    assert "- layers 2 ('estates.gpkg').colour: unknown key." in words
    assert "code_column" in words


def test_an_unknown_category_names_all_seven():
    words = refused('category = "problem_estate"', 'category = "estate"')
    assert "layers 2 ('estates.gpkg').category: is not allowed." in words
    assert "Found 'estate'" in words
    for key in CATEGORY_KEYS:
        assert repr(key) in words


def test_an_unknown_sub_class_as_a_key_names_them_all():
    words = refused('urban_res = "own"', 'urban_rez = "own"')
    assert "- residual.by_subclass.urban_rez: unknown key. Allowed: 'village_res'" in words
    for key in RESIDUAL_KEYS:
        assert repr(key) in words


def test_a_key_out_of_two_lists_is_one_fault_with_both_lists():
    words = refused("key_enterprise = { hectare", "key_firm = { hectare")
    assert words.count("\n") == 1
    assert "- load.key_firm: unknown key." in words
    assert "'farmland'" in words
    assert "'unmapped'" in words
    assert "'default'" in words


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("officer_hours = 12.0", 'officer_hours = "12"',
         "capacity.officer_hours: must be a number without quotes. Found '12'."),
        ("officers_max = 4", "officers_max = true",
         "capacity.officers_max: must be a whole number without quotes. Found True."),
        ("officers_max = 4", "officers_max = 2.5",
         "capacity.officers_max: must be a whole number without quotes. Found 2.5."),
        ('code = "410122106"', "code = 410122106",
         "town.code: must be a text in quotes. Found 410122106."),
        ("valid_from = 2026-01-01", 'valid_from = "soon"',
         "town.valid_from: must be a date such as 2026-01-01. Found 'soon'."),
        ('default = ["安全生产排查", "人居环境"]', 'default = "人居环境"',
         "duties.default: must be a list in [brackets]. Found '人居环境'."),
    ],
)  # fmt: skip
def test_a_wrong_type_is_refused(old, new, sentence):
    assert sentence in refused(old, new)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("officer_hours = 12.0", "officer_hours = -3",
         "capacity.officer_hours: must be greater than 0. Found -3."),
        ("officer_hours = 12.0", "officer_hours = nan",
         "capacity.officer_hours: must be a finite number. Found nan."),
        ("officer_hours = 12.0", "officer_hours = inf",
         "capacity.officer_hours: must be a finite number. Found inf."),
        ("officers_min = 1", "officers_min = 5",
         "capacity: officers_min must not be above officers_max."),
        ('code = "410122106"', 'code = "中牟"',
         "town.code: must be 1 to 20 digits or Latin letters. Found '中牟'."),
        ("[town]", '[town]\noffice_phone = "镇政府"',
         "town.office_phone: must be the phone of an office: digits, with blanks, '-', '+' or"),
        ("[town]", '[town]\noffice_phone = "138 1234 5678"', "mobile phones are private"),
        ("[capacity]", "[split]\nwarn_area_ha = [60, 1]\n[capacity]",
         "split: warn_area_ha must be the smaller area, then the larger one."),
        ("[capacity]", '[split]\neffort = "hard"\n[capacity]',
         "split.effort: is not allowed. Allowed: 'fast', 'default', 'best'. Found 'hard'."),
        ('village_res = "own"', 'village_res = "keep"',
         "by_subclass.village_res: is not allowed. Allowed: 'own', 'absorb', 'leave'."),
        ('codes = "gbt21010"\n', 'codes = "gbt21010"\ncategory = "water"\n',
         "layers 1 ('landuse.gpkg'): needs exactly one of 'category', 'subclass' or 'codes'."),
        ('code_column = "DLBM"\n', "",
         "layers 1 ('landuse.gpkg'): 'codes' and 'code_column' go together."),
        ("hierarchy =", 'precedence = ["water"]\nhierarchy =',
         "precedence must name each of the seven categories once: problem_estate, "),
        ('crs = "EPSG:4547"\n', "", "town.crs: is missing."),
    ],
)  # fmt: skip
def test_an_impossible_value_is_refused(old, new, sentence):
    assert sentence in refused(old, new)


@pytest.mark.parametrize(
    "path",
    [
        "../roads.gpkg",
        "a/../../roads.gpkg",
        "/roads.gpkg",
        "/vsicurl/http://x/roads.gpkg",
        "http://x/roads.gpkg",
        "C:/roads.gpkg",
        "C:roads.gpkg",
        "..\\\\roads.gpkg",
        "\\\\\\\\server\\\\roads.gpkg",
    ],
)
def test_a_path_that_leaves_the_folder_is_refused(path):
    words = refused('"roads.gpkg"', f'"{path}"')
    assert "roads.file: must be a file in the folder of the rules, without '..', drive" in words


def test_a_code_table_outside_of_the_folder_is_refused():
    words = refused('codes = "gbt21010"', 'codes = "../own.csv"')
    assert "layers 1 ('landuse.gpkg').codes: must be a file in the folder of the rules" in words


def test_a_folder_below_the_rules_is_fine():
    text = drawn_town.rules_text().replace('"roads.gpkg"', '"lines/roads.gpkg"')
    assert parse_rules(text).roads.file == "lines/roads.gpkg"


def test_all_faults_come_at_once():
    text = drawn_town.rules_text().replace("officers_min = 1", "officers_min = 0")
    with pytest.raises(LayerSchemaError) as caught:
        parse_rules(text.replace("hectare = 0.2, patch", "hectar = 0.2, patch"), source="r.toml")
    assert "'r.toml' has 2 faults:" in str(caught.value)
    assert "load.default.hectar: unknown key. Did you mean 'hectare'?" in str(caught.value)


def test_faults_are_said_in_chinese_with_the_same_values():
    text = drawn_town.rules_text().replace("officers_min = 1", "officer_min = 0")
    text = text.replace("officer_hours = 12.0", "officer_hours = -3")
    text = text.replace('category = "problem_estate"', 'category = "estate"', 1)
    text = text.replace('codes = "gbt21010"', 'codes = "../own.csv"')
    with pytest.raises(LayerSchemaError) as caught:
        parse_rules(text)
    assert caught.value.zh.split("\n") == [
        "规则文件“rules.toml”有 4 处错误：",
        "- layers 第 1 项（“landuse.gpkg”）.codes：须为规则文件所在文件夹中的文件，不得含“..”、"
        "盘符或网址。现为“../own.csv”。",
        "- layers 第 2 项（“estates.gpkg”）.category：取值不对。可填：“problem_estate”、"
        "“key_enterprise”、“supplied_unbuilt”、“developable”、“water”、“park_green”、“farmland”。现为“estate”。",
        "- capacity.officer_hours：须大于 0。现为 -3。",
        "- capacity.officer_min：没有这个键。是否想写“officers_min”？此处可用：load_index_max、"
        "officer_hours、officers_max、officers_min、points_per_hour。",
    ]


def test_a_missing_file_says_what_to_do(tmp_path):
    with pytest.raises(LayerFileError, match=r"No rules file at .*copy one from data/zhengan"):
        load_rules(tmp_path / "rules.toml")


def test_what_is_not_toml_names_line_and_remedy(tmp_path):
    (tmp_path / "rules.toml").write_text("[town]\nname = 测试镇\n", encoding="utf-8")
    with pytest.raises(LayerFileError) as caught:
        load_rules(tmp_path / "rules.toml")
    assert "is not valid TOML" in str(caught.value)
    assert "at line 2" in str(caught.value)
    assert "第 2 行第 8 列有误" in caught.value.zh
    assert "texts stand in quotes" in str(caught.value)


def test_a_rules_file_in_gbk_is_refused_with_the_remedy(tmp_path):
    (tmp_path / "rules.toml").write_bytes('[town]\nname = "测试镇"\n'.encode("gbk"))
    with pytest.raises(LayerFileError, match=r"is not UTF-8 text. Save it as UTF-8"):
        load_rules(tmp_path / "rules.toml")


def test_a_mark_at_the_start_of_the_file_is_no_fault(tmp_path):
    (tmp_path / "rules.toml").write_text(drawn_town.rules_text(), encoding="utf-8-sig")
    assert load_rules(tmp_path / "rules.toml").town.name == "测试镇"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ('file = "a.mbtiles"\nurl = "https://x/{z}/{x}/{y}"', "either file or url"),
        ("opacity = 0.5", "either file or url"),
        ('file = "../a.mbtiles"', "in the folder of the rules"),
        ('url = "https://x/tiles"', "{z}, {x} and {y}"),
        ('url = "file:///etc/{z}/{x}/{y}"', "https://"),
        ('file = "a.mbtiles"\nopacity = 2', "opacity"),
    ],
)
def test_a_base_map_is_a_file_of_the_folder_or_an_address_of_tiles(given, said):
    with pytest.raises(LayerSchemaError) as error:
        parse_rules(drawn_town.rules_text() + f"\n[basemap]\n{given}\n")
    assert said in str(error.value)
