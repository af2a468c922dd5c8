"""Many points at once: the same answers as one by one, borders, orders, vacancies, files."""

import csv
import tracemalloc

import numpy as np
import pandas as pd
import pytest
from firm_plan import X1, X, Y, firm_plan
from plan_fixtures import BOTTOM, CRS, E1, E1A, E1B, LEFT, TOWN, W1, W1A, W1B, small_plan, vacate
from pyproj import Transformer

from gridmap.lookup.charge import Charges
from gridmap.lookup.ground import ON_LINE_M, RULES, Ground
from gridmap.lookup.locate import located
from gridmap.lookup.point_files import locate_file
from gridmap.lookup.points import COLUMNS, FAULTS, locate_points
from layers.contract.errors import LayerSchemaError, UsageError
from layers.location.datum import wgs_to_gcj

BACK = Transformer.from_crs(CRS, "EPSG:4326", always_xy=True)


def found(plan, *places):
    x, y = np.array(places, dtype=float).T
    return locate_points(plan, LEFT + x, BOTTOM + y, coordinates="work")


def places_of_all_kinds():
    """Inside, on borders, within a line's width of them, where four meet, outside near and far."""
    rng = np.random.default_rng(5)
    inside = rng.uniform((0, 0), (2000, 1000), (60, 2))
    outside = rng.uniform((-180, -180), (2180, 1180), (40, 2))
    corners = np.array(np.meshgrid(np.arange(9) * 250.0, np.arange(3) * 500.0)).reshape(2, -1).T
    beside = corners + rng.uniform(-ON_LINE_M / 2, ON_LINE_M / 2, corners.shape)
    edges = corners + np.array([0.0, 77.0])
    return np.concatenate([inside, outside, corners, beside, edges])


@pytest.mark.parametrize("made", [small_plan, firm_plan])
def test_many_points_get_the_answers_of_one(made):
    plan = made()
    plan = plan.with_tables(assignments=vacate(plan.assignments, f"{W1A}-01", f"{E1}-01"))
    places = places_of_all_kinds()
    many = found(plan, *places)
    charges = Charges(plan)
    alone = {"only": "inside"}  # of one point the others near are known
    for (x, y), row in zip(places, many.itertuples(), strict=True):
        east, north = LEFT + x, BOTTOM + y
        one = located(charges, east, north, coordinates="work", border_m=ON_LINE_M)[0]
        assert row.grid_code == one["grids"][0]["code"], (x, y)
        assert row.rule == alone.get(one["chosen_by"], one["chosen_by"]), (x, y)
        assert row.person_id == one["in_charge"]["person"]["person_id"], (x, y)
        assert row.by == one["in_charge"]["by"], (x, y)
        metres = one["in_charge"]["distance_m"]
        wanted = np.nan if metres is None else metres
        assert row.person_m == pytest.approx(wanted, abs=0.06, nan_ok=True)


def test_the_order_at_a_border_is_exclusive_then_micro_then_the_grids_above():
    # X, the lake beside it and the park of W2 below meet here; the lake has less load each.
    plan = firm_plan()
    (row,) = found(plan, (250, 700)).itertuples()
    assert (row.grid_code, row.rule) == (X, "order")
    patches = plan.patches.copy()
    patches.loc[patches["grid_code"] == W1B, "grid_code"] = ""
    left = plan.with_tables(patches=patches, grids=plan.grids.drop(index=W1B))
    assert Ground(left).codes.tolist().count(W1) == 1
    (row,) = found(left, (500, 700)).itertuples()
    assert (row.grid_code, row.rule) == (W1A, "order")
    assert "exclusive grids come before micro-grids" in row.reason


def test_a_grid_without_ground_is_at_no_point():
    assert X1 not in Ground(firm_plan()).codes
    assert found(firm_plan(), *places_of_all_kinds())["grid_code"].nunique() == 8


def test_vacant_ground_is_answered_by_the_nearest_of_each_point():
    plan = firm_plan()  # nobody is on post on Y
    rows = found(plan, (1010, 480), (1200, 250), (1010, 10))
    assert rows["grid_code"].tolist() == [Y, Y, Y]
    assert rows["post_code"].tolist() == [E1A, E1B, E1B]
    assert rows["person_m"].tolist() == [20.0, 50.0, 240.0]
    assert rows["by"].unique().tolist() == ["nearest"]


def test_where_nobody_is_on_post_the_row_says_so():
    plan = small_plan()
    gone = vacate(plan.assignments, *plan.assignments["post_id"])
    (row,) = found(plan.with_tables(assignments=gone), (100, 100)).itertuples()
    assert row.person_id == ""
    assert row.reason_zh.endswith("本处及上级均无人在岗。")


def test_every_fault_of_a_point_is_told_in_its_row():
    x = np.array([LEFT, np.nan, LEFT - 300, np.inf, 113.9])
    y = np.array([BOTTOM, BOTTOM, BOTTOM, BOTTOM, 34.6])
    rows = locate_points(small_plan(), x, y, coordinates="work")
    assert rows["fault"].tolist() == [
        "", FAULTS["number"][0], FAULTS["outside"][0], FAULTS["number"][0], FAULTS["outside"][0],
    ]  # fmt: skip
    assert rows.columns.tolist() == list(COLUMNS)
    rows = locate_points(small_plan(), [181.0, 34.6], [0.0, 113.9])
    assert rows["fault_zh"].tolist() == [FAULTS["degrees"][1]] * 2
    assert len(locate_points(small_plan(), [], [])) == 0


def test_points_of_web_maps_are_moved_back():
    lon, lat = BACK.transform(LEFT + 200, BOTTOM + 700)
    gcj = wgs_to_gcj(np.array([lon]), np.array([lat]))
    assert locate_points(small_plan(), *gcj, coordinates="gcj02")["grid_code"].tolist() == [W1A]
    assert locate_points(small_plan(), *gcj)["grid_code"].tolist() != [W1A]


def write_points(path, rows, encoding="utf-8"):
    path.write_bytes("".join(f"{row}\n" for row in rows).encode(encoding))


def read_answers(path):
    return pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8-sig")


def test_a_file_comes_out_with_every_row_and_an_answer_or_a_fault_each(tmp_path):
    lon, lat = BACK.transform(LEFT + 200, BOTTOM + 700)
    source, target = tmp_path / "点位.csv", tmp_path / "answers.csv"
    good = f"{lon:.6f},{lat:.6f}"
    write_points(
        source,
        [
            "编号,经度,纬度,说明,fault",
            f"1,{good},井盖,a",
            "2,abc,34.6,文字,b",
            "",
            f"3,{good},少一格",
            f"4,{good},多,一,格",
            f'5,{good},"引号,没有闭合,c',
            f'6,{good},"两\n行",d',
            f'7,{good},"引,号",=e',
            "8,1.0,2.0,远处,f",
        ],
        "gb18030",
    )
    summary = locate_file(small_plan(), source, target)
    rows = read_answers(target)
    assert rows["编号"].tolist() == list("12345678")
    assert rows["line"].tolist() == ["2", "3", "5", "6", "7", "8", "10", "11"]
    assert rows["grid_code"].tolist() == [W1A, "", "", "", "", W1A, W1A, ""]
    assert rows["fault_zh"].tolist() == [
        "", "坐标不是数字。", "该行单元格数与表头不符。", "该行单元格数与表头不符。",
        "引号未闭合。", "", "", "该点不在任何网格内，200 米内也没有网格。",
    ]  # fmt: skip
    assert rows["fault"].tolist()[:2] == ["a", "b"]  # the column of the source stays
    assert rows["说明"].tolist()[5:7] == ["两\n行", "引,号"]
    assert (summary.rows, summary.located) == (8, 3)
    assert summary.lines["The row has not as many cells as the header."] == [5, 6]
    assert "00000000000" not in target.read_text(encoding="utf-8-sig")


def test_columns_are_found_by_their_headers_or_by_name(tmp_path):
    source = tmp_path / "p.csv"
    write_points(source, ["a;b;x;y", f"1;2;{LEFT + 200};{BOTTOM + 700}"])
    for number, columns in enumerate([None, ("x", "y")]):
        target = tmp_path / f"{number}.csv"
        locate_file(small_plan(), source, target, columns=columns, coordinates="work")
        assert read_answers(target)["grid_code"].tolist() == [W1A]
    with pytest.raises(LayerSchemaError, match="no column 'z'"):
        locate_file(small_plan(), source, tmp_path / "n.csv", columns=("x", "z"))
    write_points(source, ["a,b", "1,2"])
    with pytest.raises(LayerSchemaError, match="no columns with coordinates"):
        locate_file(small_plan(), source, tmp_path / "n.csv")
    with pytest.raises(UsageError, match="the file of the points itself"):
        locate_file(small_plan(), source, source, overwrite=True)
    assert not (tmp_path / "n.csv").exists()


def test_no_cell_that_is_added_is_a_formula(tmp_path):
    plan = small_plan()
    people = plan.people.copy()
    people["name"] = "=1+1"
    write_points(tmp_path / "p.csv", ["x,y", f"{LEFT + 200},{BOTTOM + 700}"])
    locate_file(
        plan.with_tables(people=people), tmp_path / "p.csv", tmp_path / "a.csv", coordinates="work"
    )
    assert read_answers(tmp_path / "a.csv")["person"].tolist() == ["'=1+1"]


def test_a_long_file_takes_no_more_memory_than_a_piece_of_it(tmp_path, monkeypatch):
    monkeypatch.setattr("layers.sheets.streamed._PIECE", 200)
    plan, peaks = small_plan(), []
    for rows in (600, 600, 6_000):  # the first loads what is kept
        with (tmp_path / "p.csv").open("w", newline="") as file:
            csv.writer(file).writerows(
                [("x", "y"), *((LEFT + one % 2000, BOTTOM + one % 999) for one in range(rows))]
            )
        tracemalloc.start()
        summary = locate_file(
            plan, tmp_path / "p.csv", tmp_path / "a.csv", coordinates="work", overwrite=True
        )
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert summary.located == rows
    assert peaks[2] < 1.5 * peaks[1], peaks


def test_rules_have_words_and_the_town_is_no_candidate():
    assert len(RULES) == len(set(RULES))
    assert TOWN not in Ground(small_plan()).codes
