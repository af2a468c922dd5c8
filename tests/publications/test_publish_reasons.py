"""Why a plan is not published, as it is told."""

from redraw_plan import BY, W1, W2, draw

from gridmap import edits
from gridmap.publications.refusals import plan_reasons


def test_a_fault_of_the_whole_town_is_told_by_its_rule_alone():
    asked = draw("target = 3\n")
    merged = edits.apply(asked, edits.merge_grids(asked, [W1, W2], into=W1), **BY)
    told = [one.en.partition(":")[0] for one in plan_reasons(merged)]
    assert "SPLIT-1" in told
    assert all(one == one.strip() for one in told)
