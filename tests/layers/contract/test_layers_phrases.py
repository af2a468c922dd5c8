"""What sentences are made of: numbers told apart, lists cut short, faults alike in one row."""

import pytest
from shapely import Point, box

from layers.contract.errors import LayerSchemaError, Named
from layers.contract.issues import Issue, make_issues
from layers.contract.phrases import apart, counted, did_you_mean, few, few_texts


@pytest.mark.parametrize(
    ("one", "other", "options", "said"),
    [
        (0.7998, 0.8, {"digits": 0, "percent": True}, ("79.98%", "80.00%")),
        (0.79, 0.8, {"digits": 0, "percent": True}, ("79%", "80%")),
        (0.8, 0.8, {"digits": 0, "percent": True}, ("80%", "80%")),
        (32.004, 32.0, {}, ("32.004", "32.000")),
        (1234.5, 12.0, {"digits": 0}, ("1,234", "12")),
        (float("nan"), 1.0, {}, ("nan", "1.0")),
    ],
)
def test_two_numbers_that_differ_are_never_written_alike(one, other, options, said):
    assert apart(one, other, **options) == said


def test_a_list_names_a_few_and_counts_the_rest():
    assert few(["a", "b"]).en == "'a', 'b'"
    assert few(range(100), 3) == Named("'0', '1', '2' … and 97 more", "“0”、“1”、“2”等 100 项")
    texts = few_texts((Named(f"row {at}", f"第 {at} 行") for at in range(50)), 2, lines=True)
    assert texts.en == "- row 0\n- row 1\n- … and 48 more"
    assert texts.zh.endswith("……另有 48 处")
    assert (counted(1, "row", "rows"), counted(1200, "row", "rows")) == ("1 row", "1,200 rows")


@pytest.mark.parametrize(
    ("wanted", "found", "near"),
    [
        ("DLDM", ["BSM", "DLBM"], "DLBM"),
        ("dlbm", ["BSM", "DLBM"], "DLBM"),
        ("编号", ["企业编号", "名称"], "企业编号"),
        ("level", ["Level ", "name"], "Level "),
    ],
)
def test_the_nearest_name_is_offered(wanted, found, near):
    assert did_you_mean(wanted, found).en == f"did you mean {near!r}?"
    assert did_you_mean("xyz", found).en == ""


def faults(count, reason="has no geometry", file="a.gpkg"):
    return [
        Issue("READ-1", "warning", f"'{file}' row {at} (id 'T{at}') {reason}: left out.",
              f"“{file}”第 {at} 行没有图形：已略去。", code=file, other_code=f"T{at}", size=1.0,
              unit="rows", geometry=Point(at, 0))
        for at in range(1, count + 1)
    ]  # fmt: skip


def test_a_hundred_faults_alike_are_one_row_with_a_count_examples_and_all_places():
    frame = make_issues(faults(100), 4547)
    assert len(frame) == 1
    row = frame.iloc[0]
    assert row["message"] == (
        "100 faults alike, such as: 'a.gpkg' row 1 (id 'T1') has no geometry: left out. "
        "The others: T2, T3, T4, T5, T6, T7, T8, T9 … and 91 more."
    )
    assert row["message_zh"].startswith("共 100 处同类问题，例如：“a.gpkg”第 1 行没有图形")
    assert (row["size"], row["code"], row["rule"]) == (100.0, "a.gpkg", "READ-1")
    assert len(row.geometry.geoms) == 100


def test_faults_of_other_reasons_files_and_grids_stay_rows_of_their_own():
    mixed = [*faults(6), *faults(6, "has no area"), *faults(6, file="b.gpkg"), *faults(3, "is odd")]
    frame = make_issues(mixed, 4547)
    assert len(frame) == 3 + 3
    assert frame["size"].sum() == 21
    of_grids = [
        Issue("CAP-5", "warning", f"Micro-grid '{at}' has 0.5 ha.", "小", level=4, code=str(at))
        for at in range(50)
    ]
    assert len(make_issues(of_grids, 4547)) == 50
    areas = [
        Issue(
            "READ-3", "info", f"'a' row {at} is repaired", "已修复", geometry=box(at, 0, at + 1, 1)
        )
        for at in range(9)
    ]
    assert make_issues(areas, 4547).geometry.iloc[0].area == 9


def test_no_sentence_is_longer_than_a_screen_and_its_way_out_is_kept():
    long = "x" * 40_000
    row = make_issues(
        [Issue("READ-8", "info", f"{long}. Do this.", f"{long}。请这样做。")], 4547
    ).iloc[0]
    assert len(row["message"]) <= 1_000
    assert row["message"].endswith("Do this.")
    error = LayerSchemaError(f"{long}. Do this.", f"{long}。请这样做。")
    assert len(str(error)) <= 5_000
    assert error.zh.endswith("请这样做。")
