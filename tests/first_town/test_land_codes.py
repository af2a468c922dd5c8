"""The system of land-use codes: names beside them decide, and what fits twice is asked."""

import pandas as pd

from gridmap.first_town.land_codes import classes_of, guess_system, table_for


def series(*texts):
    return pd.Series(texts, dtype="str")


def test_names_beside_the_codes_decide_between_two_systems():
    # 0601 is industry in GB/T 21010 and a country road in the classes of 2023.
    codes = series("0601", "0601", "0102", "0703")
    old = guess_system(codes, series("工业用地", "工业用地", "水浇地", ""))
    new = guess_system(codes, series("乡村道路用地", "乡村道路用地", "水浇地", "农村宅基地"))
    assert (old.system, new.system, new.sure) == ("gbt21010", "yongdi_yonghai_2023", True)
    assert "地类名称" in old.why.zh


def test_codes_that_fit_two_systems_are_not_sure():
    guess = guess_system(series("0101", "0102", "0103"))
    assert guess.system == "gbt21010"
    assert not guess.sure
    assert "yongdi_yonghai_2023" in guess.others


def test_codes_of_the_second_survey_are_told_by_their_three_digits():
    guess = guess_system(series("011", "012", "013", "021", "111", "117"))
    assert guess.system == "gbt21010_2007"


def test_codes_of_no_system_are_said_to_be_so():
    guess = guess_system(series("A1", "A2", "B7"))
    assert (guess.system, guess.sure) == ("", False)
    assert "没有已知的编码体系" in guess.why.zh


def test_classes_have_their_areas_and_unknown_ones_are_marked():
    codes = series("0102", "0102", "9999", "1104")
    area = pd.Series([20_000.0, 10_000.0, 5_000.0, 40_000.0])
    table = classes_of(codes, area, "gbt21010", series("水浇地", "", "怪地", "坑塘水面"))
    assert table["code"].tolist() == ["1104", "0102", "9999"]
    assert table["area_ha"].tolist() == [4.0, 3.0, 0.5]
    assert table["features"].tolist() == [1, 2, 1]
    assert table["target"].tolist() == ["water", "farmland", "other_land"]
    assert table["known"].tolist() == [True, True, False]


def test_what_a_person_chose_comes_before_what_was_found():
    table = classes_of(series("0102", "9999"), pd.Series([1.0, 1.0]), "gbt21010")
    rows = dict(table_for(table, [("9999", "park_green")]))
    assert rows == {"0102": "farmland", "9999": "park_green"}
