"""Whoever publishes is killed at any moment: every version that was told is there, whole."""

import os

import pytest
from redraw_plan import draw
from saved_plans import put_plan

from benchmarks.publication_kills import kill_publishing


@pytest.mark.skipif(not hasattr(os, "fork"), reason="publishers are killed as children of a fork")
def test_kills_leave_the_old_record_or_the_new_one_and_publishing_again_makes_the_plan_good(
    tmp_path,
):
    place = tmp_path / "town.gridmap.gpkg"
    put_plan(draw, place)
    found = kill_publishing(place, 4, seed=2)
    assert found.kills == 4
    assert found.told > 1
    assert (found.lost, found.faults, found.not_made_good) == (0, 0, 0)
