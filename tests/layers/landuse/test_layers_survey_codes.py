"""Codes of the second and the third national survey: never one taken for the other."""

import pandas as pd
import pytest

from layers.contract.errors import LayerSchemaError
from layers.landuse.codes import classify


def kinds(codes, system):
    frame = classify(pd.Series(codes, dtype="str"), system)
    return [row.category if row.category != "residual" else row.subclass for row in
            frame.itertuples()]  # fmt: skip


def test_a_paddy_of_the_second_survey_is_no_wetland():
    # 011 once became 0011, of the class 00 (wetlands) of the third survey.
    with pytest.raises(LayerSchemaError, match=r"'011', '031'.*gbt21010_2007") as caught:
        kinds(["011", "031", "0101"], "gbt21010")
    assert "二调" in caught.value.zh


def test_a_river_of_the_second_survey_is_no_farmland():
    # 111 is a river there; 0111 is nothing in the third survey.
    with pytest.raises(LayerSchemaError, match=r"'111', '122'"):
        kinds(["101", "111", "122"], "gbt21010")


def test_one_odd_code_among_many_refuses_no_layer():
    assert kinds(["0101"] * 30 + ["011"], "gbt21010") == ["farmland"] * 31


def test_numbers_of_the_third_survey_without_their_zero_still_count():
    assert kinds(["101", "203", "702", "0", "1", "5H1"], "gbt21010") == [
        "farmland", "forest_orchard_grass", "village_res", "water_margin", "farmland",
        "market_commerce",
    ]  # fmt: skip


def test_a_code_of_five_digits_keeps_its_stem():
    assert kinds(["01011", "0101"], "gbt21010") == ["farmland", "farmland"]
    assert kinds(["10101"], "yongdi_yonghai_2023") == ["farmland"]


def test_full_width_digits_are_digits():
    assert kinds(["０１０１", "１１０４Ａ"], "gbt21010") == ["farmland", "water"]


def test_codes_of_the_second_survey_go_to_their_categories():
    codes = ["011", "12", "111", "114", "087", "072", "203", "104", "122", "123", "031", "061"]
    assert kinds(codes, "gbt21010_2007") == [
        "farmland", "farmland", "water", "water", "park_green", "village_res", "village_res",
        "road_transport", "agri_facility", "farmland", "forest_orchard_grass", "industry_other",
    ]  # fmt: skip


def test_a_code_of_the_third_survey_is_unknown_to_the_second():
    frame = classify(pd.Series(["0702", "1104"]), "gbt21010_2007")
    assert list(frame["matched"]) == ["", ""]
