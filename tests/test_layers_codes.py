"""Land-use codes: the longest prefix wins, and the same digits differ between systems."""

import pandas as pd
import pytest

from layers.codes import CODE_SYSTEMS, classify, read_code_table
from layers.errors import LayerFileError, LayerSchemaError


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
