"""The command `import`: into a plan, from a town's folder, with its report."""

import io
import json

import openpyxl
import pytest
from cli_runs import answer, run
from import_worlds import box, written
from redraw_plan import draw
from saved_plans import put_plan

from gridmap.store import load_plan


@pytest.fixture
def plan_file(tmp_path):
    path = tmp_path / "t.gridmap.gpkg"
    put_plan(draw, path)
    return path


@pytest.fixture
def theirs(tmp_path):
    return written(
        tmp_path / "theirs.gpkg", ("1", "河东组", box(0, 0, 2.5, 3)),
        ("2", "河西组", box(2.5, 0, 4, 3)), ("3", "山前组", box(4, 0, 7, 3)),
    )  # fmt: skip


def test_a_division_of_another_system_is_taken_into_a_plan_with_all_that_was_found(
    tmp_path, plan_file, theirs
):
    out, report = tmp_path / "new.gridmap.gpkg", tmp_path / "faults.xlsx"

    told = answer("import", theirs, plan_file, "--out", out, "--report", report, "--who", "李")

    assert told["columns"] == {"code": "网格编码", "name": "网格名称"}
    assert [row["source_code"] for row in told["grids"]] == ["1", "2", "3"]
    assert (told["straddling"], told["totals_m2"]["outside_m2"]) == (3, 30_000.0)
    plan = load_plan(out)
    assert plan.micro_grids["source_code"].tolist() == ["3", "1", "2"]
    assert plan.edits["who"].tolist() == ["李"]
    assert plan.receipt["data:theirs.gpkg"]
    book = openpyxl.load_workbook(io.BytesIO(report.read_bytes()))
    assert book.sheetnames[1].startswith("网格对照")
    assert book.worksheets[1]["A3"].value == "1"
    assert load_plan(plan_file).edits.empty


@pytest.mark.parametrize("ending", [".csv", ".geojson"])
def test_faults_are_written_as_a_table_and_as_points(ending, tmp_path, plan_file, theirs):
    report = tmp_path / f"faults{ending}"

    run("import", theirs, plan_file, "--out", tmp_path / "n.gridmap.gpkg", "--report", report)

    text = report.read_text(encoding="utf-8-sig")
    assert "IMPORT-2" in text
    if ending == ".geojson":
        rows = json.loads(text)["features"]
        outside = next(row for row in rows if row["properties"]["rule"] == "IMPORT-2")
        assert outside["geometry"]["type"] == "Point"


def test_in_place_the_plan_is_changed_only_when_that_is_said(plan_file, theirs):
    refused = run("import", theirs, plan_file)
    run("import", theirs, plan_file, "--overwrite", "--lang", "zh")

    assert refused.exit_code == 2
    assert load_plan(plan_file).micro_grids["label"].tolist() == ["山前组", "河东组", "河西组"]


def test_a_plan_that_is_not_there_and_a_report_of_another_ending_are_refused(
    tmp_path, plan_file, theirs
):
    missing = run("import", theirs, tmp_path / "no.gpkg")
    ending = run(
        "import", theirs, plan_file, "--out", tmp_path / "n.gridmap.gpkg", "--report",
        tmp_path / "faults.txt",
    )  # fmt: skip

    assert (missing.exit_code, ending.exit_code) == (2, 2)
    assert not (tmp_path / "n.gridmap.gpkg").exists()
