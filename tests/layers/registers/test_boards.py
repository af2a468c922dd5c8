"""Lists of boards: known by their headers, days that are no days, boards for nothing."""

import pandas as pd
import pytest

from layers.contract.columns import BOARDS
from layers.contract.errors import LayerSchemaError
from layers.registers.boards import read_boards


def boards(tmp_path, rows, **options):
    path = tmp_path / "boards.csv"
    pd.DataFrame(rows).to_csv(path, index=False, encoding="utf-8-sig")
    return read_boards(path, **options)


def test_a_list_of_boards_is_known_by_its_headers(tmp_path):
    found, notes = boards(
        tmp_path,
        [{"编号": "001", "网格编码": "410122106200001", "位置": "村口", "版本": "1",
          "悬挂日期": "2025/12/3"}],
    )  # fmt: skip
    assert list(found.columns) == [*BOARDS]
    assert found.index.tolist() == ["boards:001"]
    assert found.iloc[0].tolist() == ["410122106200001", "", "村口", "1", "2025-12-03"]
    assert notes == []


def test_columns_that_the_town_names_count_and_a_list_for_nothing_is_refused(tmp_path):
    rows = [{"id": "1", "哪里": "W01", "谁": "Q1"}]
    found, _ = boards(tmp_path, rows, columns={"object_id": "谁"})
    assert found["object_id"].tolist() == ["Q1"]
    with pytest.raises(
        LayerSchemaError, match=r"no column '网格编码' .* Found: 'id', '哪里', '谁'"
    ):
        boards(tmp_path, rows)


def test_boards_without_an_id_or_with_somebody_elses_get_one_of_their_own(tmp_path):
    rows = [{"编号": one, "网格": "W01"} for one in ("A", "A", "")]
    found, _ = boards(tmp_path, rows)
    assert found.index.tolist() == ["boards:A", "boards:A@row3", "boards:row4"]


def test_odd_days_and_boards_of_nothing_or_of_two_are_rows(tmp_path):
    rows = [
        {"编号": "1", "网格": "W01", "对象": "", "悬挂日期": "明天"},
        {"编号": "2", "网格": "", "对象": "", "悬挂日期": "2025-12-01"},
        {"编号": "3", "网格": "W01", "对象": "Q1", "悬挂日期": ""},
    ]
    found, notes = boards(tmp_path, rows)
    assert found["hung_on"].tolist() == ["", "2025-12-01", ""]
    assert [note.rule for note in notes] == ["READ-20", "BOARD-4", "BOARD-4"]
    assert "(row 2: '明天')" in notes[0].message
    assert "neither a grid nor an object" in notes[1].message
    assert "of a grid and an object" in notes[2].message


def test_sheets_that_name_a_column_in_two_ways_are_one_list(tmp_path):
    path = tmp_path / "boards.xlsx"
    with pd.ExcelWriter(path) as book:
        pd.DataFrame({"编号": ["1"], "网格编码": ["W01"]}).to_excel(
            book, sheet_name="东", index=False
        )
        pd.DataFrame({"牌号": ["2"], "所属网格": ["W02"]}).to_excel(
            book, sheet_name="西", index=False
        )
    found, notes = read_boards(path)
    assert found["grid_code"].tolist() == ["W01", "W02"]
    assert found.index.tolist() == ["boards:1", "boards:2"]
    assert [note.rule for note in notes] == ["READ-8"]  # that both sheets are read
