"""Whoever publishes, saves or exports is killed at any moment: the old is there, or the new."""

import os

import pytest
from redraw_plan import draw
from saved_plans import put_plan

from benchmarks.output_kills import Left, kill_exporting, kill_saving
from benchmarks.publication_kills import kill_publishing

FORK = pytest.mark.skipif(
    not hasattr(os, "fork"), reason="writers are killed as children of a fork"
)


@FORK
def test_kills_leave_the_old_record_or_the_new_one_and_publishing_again_makes_the_plan_good(
    tmp_path,
):
    place = tmp_path / "town.gridmap.gpkg"
    put_plan(draw, place)
    found = kill_publishing(place, 4, seed=2)
    assert found.kills == 4
    assert found.told > 1
    assert (found.lost, found.faults, found.not_made_good) == (0, 0, 0)


@FORK
@pytest.mark.parametrize(("kill", "rounds"), [(kill_saving, 1), (kill_exporting, 3)])
def test_kills_leave_the_old_plan_and_files_or_the_new_ones(kill, rounds, tmp_path):
    place = tmp_path / "town.gridmap.gpkg"
    put_plan(draw, place)
    found = kill(place, rounds, seed=2)
    assert found == Left(kills=rounds, told=found.told, between=found.between)
