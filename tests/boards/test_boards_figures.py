"""The publication rate follows what hangs at once: on pages, on the wall, in the command."""

import subprocess
import sys
from datetime import datetime

import pytest
from cli_runs import answer
from redraw_objects import boards_of, plan_with_objects
from redraw_plan import E1, W1

from gridmap.access.sidecar import MOST_MB, beside
from gridmap.boards.printing import boards_to_print
from gridmap.boards.record import faulty_boards, note_hung, note_printed, tracked_boards
from gridmap.coverage.metrics import town_figures
from gridmap.store import save_plan
from gridmap.ui.shell.plans import counted_plan
from gridmap.ui.shell.steps import steps_of
from gridmap.ui.wall.wall_figures import share_bars

NOON = datetime(2026, 3, 1, 12)


@pytest.fixture(scope="module")
def plan():
    return plan_with_objects({"id": "in", "place": (0.5, 0.5), "sensitive": True})


@pytest.fixture
def path(plan, tmp_path):
    place = tmp_path / "town.gridmap.gpkg"
    save_plan(plan, place)
    boards = boards_to_print(plan, place, [W1, E1])
    note_printed(place, boards, who="李", when=NOON)
    return place


def notes(plan, path):
    coverage = next(step for step in steps_of(None, plan, path) if step.page == "coverage")
    return {note.key: note.values for note in coverage.notes}


def test_a_board_that_is_hung_counts_in_all_figures_at_once(plan, path):
    number = boards_to_print(plan, path, [W1])[0].number
    of = len(plan.grids)
    for met in (0, 1):
        if met:
            note_hung(path, [number], who="P1", when=NOON, how="scan")
        figures = town_figures(counted_plan(path)).set_index("key")["value"]
        assert figures["publication_rate"] == pytest.approx(met / of)
        told = {bar["label"]: bar["share"] for bar in share_bars(counted_plan(path), language="zh")}
        assert told["信息公示率"] == pytest.approx(met / of, abs=1e-4)
        (rate,) = [one for one in answer("coverage", path)["rates"] if one["key"] == "publication"]
        assert (rate["met"], rate["of"]) == (met, of)
        assert notes(plan, path)["home.coverage.boards"] == {"current": met, "waiting": 2 - met}
    assert "home.coverage.boards_old" not in notes(plan, path)
    gone = plan.with_tables(boards=boards_of({"grid": "TVX09"}))
    assert notes(gone, path)["home.coverage.boards_old"] == {"count": 1}


def test_a_record_that_cannot_be_read_leaves_the_other_figures(path):
    with beside(path, "boards").open("ab") as file:
        file.truncate((MOST_MB + 1) * 2**20)
    assert "covered_share" in set(town_figures(counted_plan(path))["key"])


WRITER = """
import sys
from datetime import datetime
from pathlib import Path
from gridmap.boards.record import note_hung
for number in range(100_000):
    note_hung(Path(sys.argv[1]), [f"{sys.argv[2]}-{number}"], who="P1", when=datetime(2026, 3, 1),
              how="scan")
    print(f"{sys.argv[2]}-{number}", flush=True)
"""


def test_whoever_is_killed_while_scanning_has_lost_nothing_that_was_told(tmp_path):
    place, told = tmp_path / "town.gridmap.gpkg", []
    for run in range(3):
        with subprocess.Popen(
            [sys.executable, "-c", WRITER, place, str(run)], stdout=subprocess.PIPE, text=True
        ) as writer:
            told += [writer.stdout.readline().strip() for _ in range(20)]
            writer.kill()
            told += [line.strip() for line in writer.stdout if line.endswith("\n")]
    assert len(told) >= 60
    assert set(told) <= set(tracked_boards(place))
    assert faulty_boards(place) <= 3  # at most the line that each kill cut short
