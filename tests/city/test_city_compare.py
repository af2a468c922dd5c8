"""Towns beside each other, and those that lie far from the others, worked out by hand."""

import math

import pandas as pd
import pytest
from drawn_city import SETTINGS

from gridmap.city.compare import compare_towns, find_outliers
from layers.contract.errors import PlanError, UsageError

# Six towns. Mean loads: the middle is 5.0, the distances from it are 1, 0.5, 0.2, 0.2, 0.5, 7.
LOADS = {"a": 4.0, "b": 4.5, "c": 4.8, "d": 5.2, "e": 5.5, "f": 12.0}
MAD = 0.5
COVERED = {"a": 1.0, "b": 1.0, "c": 1.0 - 1e-15, "d": 1.0, "e": 1.0, "f": 0.9}
AREAS = {"a": "410121", "b": "410121", "c": "410121", "d": "410122", "e": "410122", "f": "410122"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("city")
    (folder / "city.toml").write_text(SETTINGS, encoding="utf-8")
    rows = [
        row
        for town in LOADS
        for row in (
            (town, "load_mean_h", LOADS[town], "officer-hours", 10.0),
            (town, "covered_share", COVERED[town], "share", 2e6),
            (town, "households", 1e6 if town == "a" else 10.0, "households", 1.0),
        )
    ]
    rows.append(("f", "file_rate", 0.5, "share", 4.0))
    table = pd.DataFrame(rows, columns=["town", "key", "value", "unit", "weight"])
    (folder / "catalogue").mkdir()
    table.assign(area=table["town"].map(AREAS)).to_parquet(folder / "catalogue/figures.parquet")
    towns = pd.DataFrame({"town": [*LOADS, "g"]}).assign(
        code=lambda rows: "c" + rows["town"], name="镇", name_en="", area="410122", state="done"
    )
    towns.loc[1, "name"] = "乙镇"
    towns.to_parquet(folder / "catalogue" / "catalogue.parquet")
    return folder


def test_who_lies_far_off_is_told_with_side_and_distance_the_farthest_first(folder):
    rows = find_outliers(folder)
    assert rows[["key", "town", "towns"]].to_numpy().tolist() == [
        ["load_mean_h", "f", 6], ["covered_share", "f", 6],
    ]  # fmt: skip
    load, covered = rows.to_dict("records")
    assert load["median"] == 5.0
    assert load["distance"] == pytest.approx(0.6745 * 7 / MAD)
    assert math.isnan(load["of"])
    # More than half are equal, the last digit apart: the mean of the distances is 0.1 / 6.
    assert covered["distance"] == pytest.approx(-0.1 / (1.2533 * 0.1 / 6))
    assert covered["of"] == 2e6


def test_a_sum_is_looked_at_when_it_is_named(folder):
    rows = find_outliers(folder, figures=["households"])
    assert rows["town"].tolist() == ["a"]
    assert find_outliers(folder, figures=["户数"]).equals(rows)
    assert find_outliers(folder, figures=["Households"]).equals(rows)


def test_too_few_towns_have_no_outlier(folder):
    assert find_outliers(folder, area="410122").empty
    assert compare_towns(folder, ["f"], area="乙县")["distance"].isna().all()


def test_towns_stand_in_the_order_asked_for_by_figure_with_the_middle_of_their_area(folder):
    rows = compare_towns(folder, ["f", "乙镇", "cf"], area="410121")
    assert rows[["key", "town"]].to_numpy().tolist() == [
        ["covered_share", "f"], ["covered_share", "b"], ["households", "f"], ["households", "b"],
        ["load_mean_h", "f"], ["load_mean_h", "b"], ["file_rate", "f"],
    ]  # fmt: skip
    loads = rows[rows["key"] == "load_mean_h"]
    assert loads["median"].tolist() == [4.5, 4.5]  # of a, b and c
    assert loads["value"].tolist() == [12.0, 4.5]
    assert math.isnan(rows["median"].iloc[-1])  # no town of the area has that figure


def test_a_value_beside_towns_that_are_all_equal_is_endlessly_far(folder):
    rows = compare_towns(folder, ["a", "b"], figures=["covered_share"])
    assert rows["distance"].tolist() == [0.0, 0.0]
    table = pd.read_parquet(folder / "catalogue" / "figures.parquet")
    table["area"] = table["town"].map(lambda town: "410122" if town == "f" else "410121")
    other = folder.parent / "equal"
    (other / "catalogue").mkdir(parents=True)
    (other / "city.toml").write_text(SETTINGS, encoding="utf-8")
    table.to_parquet(other / "catalogue" / "figures.parquet")
    pd.read_parquet(folder / "catalogue" / "catalogue.parquet").to_parquet(
        other / "catalogue" / "catalogue.parquet"
    )
    rows = compare_towns(other, ["a", "f"], area="410121", figures=["covered_share"])
    assert rows["distance"].tolist() == [0.0, -math.inf]


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"towns": ["镇"]}, "6 towns are called '镇': a, c, d, e, f. Give the folder."),
        ({"towns": ["乙"]}, "no town '乙' in its catalogue. Similar: 乙镇."),
        ({"towns": ["a", "g"]}, "'g' has no plan"),
        ({"towns": ["a"], "area": "99"}, "no area '99'. It has: 410100, 410121, 410122."),
        ({"towns": ["a"], "figures": ["到岗"]}, "no figure '到岗'. Similar: 到岗率."),
    ],
)
def test_what_is_not_there_is_named_with_what_is(folder, asked, told):
    with pytest.raises(UsageError) as raised:
        compare_towns(folder, **asked)
    assert told in str(raised.value)


def test_a_city_without_plans_says_what_to_do(tmp_path):
    (tmp_path / "city.toml").write_text(SETTINGS, encoding="utf-8")
    with pytest.raises(PlanError, match="city plan"):
        find_outliers(tmp_path)
