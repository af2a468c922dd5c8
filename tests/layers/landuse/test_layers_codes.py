"""Land-use codes: the longest prefix wins, and the same digits differ between systems."""

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
from shapely import box

from layers.contract.errors import LayerFileError, LayerSchemaError
from layers.landuse.code_tables import CODE_SYSTEMS, code_table_issues, read_code_table
from layers.landuse.codes import classify
from layers.landuse.ground import read_ground_and_issues


def kinds(codes, system, name="DLBM"):
    frame = classify(pd.Series(codes, dtype="str", name=name), system)
    return [row.category if row.category != "residual" else row.subclass for row in
            frame.itertuples()]  # fmt: skip


def test_survey_codes_go_to_their_categories():
    codes = ["0102", "1203", "0810", "1104", "0702", "0601", "1006", "1202", "1207", "0301"]
    assert kinds(codes, "gbt21010") == [
        "farmland", "farmland", "park_green", "water", "village_res", "industry_other",
        "road_transport", "agri_facility", "other_land", "forest_orchard_grass",
    ]  # fmt: skip


def test_a_letter_behind_the_stem_changes_nothing():
    assert kinds(["1107A", "0810a", "05H1", "08H2A"], "gbt21010") == [
        "water", "park_green", "market_commerce", "public_service",
    ]  # fmt: skip


def test_the_same_digits_mean_other_things_in_the_other_system():
    assert kinds(["0601"], "gbt21010") == ["industry_other"]
    assert kinds(["0601"], "yongdi_yonghai_2023") == ["road_transport"]
    assert kinds(["1001"], "gbt21010") == ["road_transport"]
    assert kinds(["1001"], "yongdi_yonghai_2023") == ["industry_other"]


def test_a_leading_zero_lost_in_a_spreadsheet_is_put_back():
    assert kinds(["102", "810", "1101", "702.0"], "gbt21010") == [
        "farmland", "park_green", "water", "village_res",
    ]  # fmt: skip


def test_idle_land_is_only_a_candidate_for_development():
    frame = classify(pd.Series(["1201", "0101"]), "gbt21010")
    assert list(frame["subclass"]) == ["other_land", ""]
    assert list(frame["candidate"]) == ["developable", ""]
    assert list(frame["matched"]) == ["1201", "01"]


def test_an_unknown_or_missing_code_is_other_land_and_says_so():
    frame = classify(pd.Series(["77", None, ""], index=[5, 6, 7]), "gbt21010")
    assert list(frame["category"]) == ["residual"] * 3
    assert list(frame["subclass"]) == ["other_land"] * 3
    assert list(frame["matched"]) == [""] * 3
    assert list(frame.index) == [5, 6, 7]


def test_osm_values_count_as_a_whole_and_take_their_key_from_the_column():
    assert kinds(["landuse=farmland", "natural=water", "highway=track"], "osm") == [
        "farmland", "water", "road_transport",
    ]  # fmt: skip
    assert kinds(["farmland", "residential"], "osm", name="landuse") == ["farmland", "urban_res"]
    # natural=waterfall begins like natural=water but is not one.
    assert kinds(["natural=waterfall"], "osm") == ["other_land"]


def test_a_table_of_the_towns_own(tmp_path):
    table = tmp_path / "codes.csv"
    table.write_text("prefix,target\nRES,URBAN_RES\nRES-DEV,developable\n*,other_land\n")
    assert kinds(["RES-1", "RES-DEV-LAND", "XYZ", "RES"], table) == [
        "urban_res", "developable", "other_land", "urban_res",
    ]  # fmt: skip


def test_a_table_in_gbk_is_read(tmp_path):
    table = tmp_path / "codes.csv"
    table.write_bytes("prefix,target\n水田,farmland\n".encode("gbk"))
    assert kinds(["水田"], table) == ["farmland"]


def test_a_faulty_table_lists_all_its_faults(tmp_path):
    table = tmp_path / "codes.csv"
    table.write_text("prefix,target\nA,farmlan\n,water\nB,water\nB,farmland\n")
    with pytest.raises(LayerSchemaError) as caught:
        read_code_table(table)
    words = str(caught.value)
    assert "'codes.csv' is faulty" in words
    assert "line 2: target 'farmlan' is not known" in words
    assert "line 3: the prefix is empty; use * for every other code" in words
    assert "line 5: prefix 'B' has two targets" in words
    assert "farmland, " in words


def test_a_table_without_the_header_is_refused(tmp_path):
    table = tmp_path / "codes.csv"
    table.write_text("RES,urban_res\n")
    with pytest.raises(LayerSchemaError, match=r"needs a header line prefix,target"):
        read_code_table(table)


def test_an_unknown_system_names_the_known_ones(tmp_path):
    with pytest.raises(LayerFileError, match=r"Use one of 'gbt21010', 'yongdi"):
        read_code_table(tmp_path / "landuse2")


@pytest.mark.parametrize("system", CODE_SYSTEMS)
def test_registers_never_come_from_a_built_in_table(system):
    targets = {target.removesuffix("?") for target in read_code_table(system).values()}
    assert not targets & {"problem_estate", "key_enterprise", "supplied_unbuilt"}


def test_targets_may_have_chinese_or_english_names_and_headers_too(tmp_path):
    table = tmp_path / "codes.csv"
    table.write_text(
        "地类编码;类别\n01;耕地\n11;水域\n08;Park and green\n12;可开发用地？\n07;城镇住宅\n"
        "*;其他用地\n"
    )
    assert kinds(["0101", "1104", "0810", "0702", "99"], table) == [
        "farmland", "water", "park_green", "urban_res", "other_land",
    ]  # fmt: skip
    assert read_code_table(table)["12"] == "developable?"


@pytest.mark.parametrize("target", ["耕第", "land", "村庄居住?", "其他用地?"])
def test_a_target_that_is_no_name_is_refused_with_those_that_are(tmp_path, target):
    table = tmp_path / "codes.csv"
    table.write_text(f"prefix,target\n01,{target}\n")
    with pytest.raises(LayerSchemaError, match=r"line 2: target .* is not known") as caught:
        read_code_table(table)
    assert "park_green（公园绿地）" in caught.value.zh


def test_a_table_with_a_thousand_faults_is_told_in_a_few_lines(tmp_path):
    table = tmp_path / "codes.csv"
    table.write_text("prefix,target\n" + "".join(f"{at},x\n" for at in range(1000)))
    with pytest.raises(LayerSchemaError, match=r"… and 992 more") as caught:
        read_code_table(table)
    assert len(str(caught.value)) < 1000
    assert len(caught.value.zh) < 1000


def ground_by(tmp_path, codes, table):
    shapes = [box(513_000 + 200 * at, 0, 513_100 + 200 * at, 100) for at in range(len(codes))]
    gpd.GeoDataFrame({"DLBM": codes}, geometry=shapes, crs=4547).to_file(tmp_path / "a.gpkg")
    (tmp_path / "codes.csv").write_text(f"prefix,target\n{table}")
    ground, issues = read_ground_and_issues(
        tmp_path / "a.gpkg", crs="EPSG:4547", code_column="DLBM", codes=tmp_path / "codes.csv"
    )
    told = issues[issues["rule"] == "READ-18"]
    return ground["category"].tolist(), list(zip(told["severity"], told["message"], strict=True))


@pytest.mark.parametrize("prefix", ["102", "102.0", "1 02"])
def test_a_prefix_that_lost_its_zero_is_named_with_the_code_it_is_meant_for(tmp_path, prefix):
    found, told = ground_by(
        tmp_path, ["0102", "1104"], f"{prefix},farmland\n11,water\n*,other_land\n"
    )
    assert found == ["residual", "water"]
    assert [severity for severity, _ in told] == ["warning"]
    assert "(perhaps '0102')" in told[0][1]


def test_full_width_prefixes_count_as_plain_ones(tmp_path):
    found, told = ground_by(tmp_path, ["0102", "１１０４"], "０１,farmland\n1104.0,water\n")
    assert (found, told) == (["farmland", "water"], [])


def test_a_prefix_that_matches_nothing_is_told(tmp_path):
    _, told = ground_by(tmp_path, ["0102", "1104"], "01,farmland\n1170,water\n*,other_land\n")
    assert told == [
        ("warning", "'a.gpkg': 1 prefix of 'codes.csv' that no code begins with: '1170'. What is "
                    "meant for this layer is to be corrected.")
    ]  # fmt: skip
    _, told = ground_by(tmp_path, ["0102"], "01,farmland\n11,water\n*,other_land\n")
    assert [severity for severity, _ in told] == ["info"]


def test_prefixes_and_codes_meet_in_plain_signs_and_targets_without_blanks(tmp_path):
    found, told = ground_by(tmp_path, ["01–2", "Ａ1"], "01-2,耕 地\na1,水域\nA1,park_green\n")
    assert found == ["farmland", "park_green"]
    assert [message.partition(": ")[2] for _, message in told] == [
        "1 prefix of 'codes.csv' that no code begins with: 'a1'. What is meant for this layer is "
        "to be corrected."
    ]


def test_a_prefix_is_not_idle_because_a_longer_one_decides(tmp_path):
    assert ground_by(tmp_path, ["0102"], "01,farmland\n0102,water\n") == (["water"], [])


@pytest.mark.parametrize(
    ("prefix", "became"), [("1E+02", "a number"), ("3月1日", "a date"), ("#N/A", "an error")]
)
def test_a_prefix_that_a_spreadsheet_bent_is_refused(tmp_path, prefix, became):
    with pytest.raises(LayerSchemaError, match=f"line 2: prefix '.*' became {became}"):
        ground_by(tmp_path, ["0102"], f"{prefix},farmland\n01,water\n")


def test_all_sheets_of_a_code_table_are_read_and_what_is_not_is_told(tmp_path):
    work = openpyxl.Workbook()
    work.active.append(["说明：见下表"])
    for name, row in (("甲", ["01", "耕地"]), ("乙", ["11", "水域"]), ("旧", ["01", "水域"])):
        sheet = work.create_sheet(name)
        sheet.append(["编码", "类别"])
        sheet.append(row)
    sheet.sheet_state = "hidden"
    work.save(tmp_path / "codes.xlsx")
    assert dict(read_code_table(tmp_path / "codes.xlsx")) == {"01": "farmland", "11": "water"}
    joined, unread = code_table_issues(tmp_path / "codes.xlsx")
    assert "sheets '甲' (1 row), '乙' (1 row) are read as one table" in joined.message
    assert "not 'Sheet', '旧' (hidden). Put all rows on one sheet" in unread.message
    assert "layer =" not in joined.message + unread.message  # there is no such key


def test_a_built_in_table_is_kept_and_cannot_be_changed():
    table = read_code_table(CODE_SYSTEMS[0])
    assert read_code_table(CODE_SYSTEMS[0]) is table
    with pytest.raises(TypeError, match="does not support item assignment"):
        table["07"] = "park"


def test_a_code_that_became_a_date_or_is_two_of_different_kinds_is_of_no_kind():
    frame = classify(
        pd.Series(["1-2", "1月2日", "0102、0103", "0102/0103", "0102,1104"]), "gbt21010"
    )
    assert list(frame["matched"]) == ["", "", "01", "01", ""]


def test_a_prefix_without_its_zero_that_takes_the_codes_of_others_is_told(tmp_path):
    frame = gpd.GeoDataFrame(
        {"DLBM": ["0102", "1006"]},
        geometry=[box(513000, 3838000, x, 3838090) for x in (513090, 513010)],
        crs="EPSG:4547",
    )
    frame.to_file(tmp_path / "l.gpkg")
    (tmp_path / "t.csv").write_text("prefix,target\n1,farmland\n*,other_land\n", encoding="utf-8")

    def told():
        _, issues = read_ground_and_issues(
            tmp_path / "l.gpkg", crs="EPSG:4547", code_column="DLBM", codes=tmp_path / "t.csv"
        )
        return [text for text in issues["message"] if "without its zero" in text]

    assert "prefix '1' of 't.csv' decides about '1006', and '0102' is left" in told()[0]
    (tmp_path / "t.csv").write_text(
        "prefix,target\n1,farmland\n0,other_land\n*,other_land\n", encoding="utf-8"
    )
    assert told() == []


def test_a_class_that_became_a_decimal_number_is_no_date():
    frame = classify(pd.Series(["1.0", "11.0", "1.2"]), "gbt21010")
    assert list(frame["matched"]) == ["01", "11", ""]
