"""The benchmark of durability at small size: nothing lost, nothing silent, no misleading advice."""

import os

import pytest

from benchmarks.corruptions import corrupt_plans
from benchmarks.kills import kill_writers


@pytest.mark.skipif(not hasattr(os, "fork"), reason="writers are killed as children of a fork")
def test_killed_writers_lose_nothing_while_another_program_works_beside_them(tmp_path):
    tallies = kill_writers(6, tmp_path, seed=3).values()
    assert sum(tally.struck for tally in tallies) == 6
    assert [text for tally in tallies for text in tally.told] == []
    assert sum(tally.debris for tally in tallies) == 0


def test_spoiled_plans_are_told_and_the_advice_works(tmp_path):
    tally = corrupt_plans(12, tmp_path, seed=3)
    assert tally.told == []
    assert tally.struck > 6
