"""The command on public boards: counts, what to replace, and noting what became of them."""

import csv
import io
from datetime import datetime

import pytest
from cli_runs import answer, run
from openpyxl import load_workbook
from redraw_objects import plan_with_objects
from redraw_plan import W1, W2

from gridmap.boards.listing import board_list
from gridmap.boards.printing import boards_to_print
from gridmap.boards.record import note_printed
from gridmap.store import save_plan


@pytest.fixture
def plan():
    return plan_with_objects({"id": "in", "place": (0.5, 0.5)})


@pytest.fixture
def path(plan, tmp_path):
    place = tmp_path / "town.gridmap.gpkg"
    save_plan(plan, place)
    return place


@pytest.fixture
def numbers(plan, path):
    places = {W1: ["=村口"], W2: ["桥头"]}
    boards = boards_to_print(plan, path, [W1, W2], places=places)
    note_printed(path, boards, who="李", when=datetime(2026, 3, 1))
    return [board.number for board in boards]


def test_boards_are_noted_as_hung_and_taken_down_by_their_numbers(plan, path, numbers):
    told = answer(
        "boards", path, "--hung", ", ".join(numbers), "--day", "2026-03-02", "--who", "李"
    )
    assert (told["states"]["current"], told["noted"]["hung"]) == (2, 2)
    assert board_list(plan, path)["hung_on"].tolist() == ["2026-03-02"] * 2
    result = run("boards", path, "--down", numbers[0], "--lang", "zh")
    assert "有效 1，" in result.stdout
    assert "摘下 1 块" in result.stdout
    refused = run("boards", path, "--hung", f"{numbers[0]},4821-0935-71")
    assert (refused.exit_code, "4821-0935-71" in refused.stderr) == (2, True)


def test_what_to_replace_is_shown_and_written_for_excel(plan, path, numbers, tmp_path):
    run("boards", path, "--hung", ",".join(numbers))
    save_plan(plan.with_tables(grids=plan.grids.assign(version="9")), path, overwrite=True)
    out = tmp_path / "replace.xlsx"
    result = run("boards", path, "--out", out, "--lang", "en")
    assert numbers[0] in result.stdout
    (sheet,) = load_workbook(out).worksheets
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    row = next(row for row in cells if numbers[0] in row)
    assert "=村口" in row
    assert all(cell.data_type != "f" for line in sheet.iter_rows() for cell in line)
    told = answer("boards", path, "--out", tmp_path / "replace.csv")
    assert {one["number"] for one in told["replace"]} == {*numbers}
    rows = list(csv.reader(io.StringIO((tmp_path / "replace.csv").read_text("utf-8-sig"))))
    assert len(rows) == 3
    assert "'=村口" in rows[1] + rows[2]
    assert run("boards", path, "--out", out).exit_code == 2  # it is there already


def test_another_plan_knows_of_the_boards_when_it_takes_them_over(plan, path, numbers, tmp_path):
    other = tmp_path / "new.gridmap.gpkg"
    save_plan(plan, other)
    assert answer("boards", other, "--from", path)["noted"]["taken"] == 2
    assert board_list(plan, other).index.tolist() == numbers
    assert run("boards", other, "--from", tmp_path / "none.gpkg").exit_code == 2
