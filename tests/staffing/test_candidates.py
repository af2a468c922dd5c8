"""Who could take a post: free people first, then those whom it costs least."""

import pytest
from redraw_plan import BY, draw

from gridmap import edits
from gridmap.staffing.candidates import candidates
from layers.contract.errors import PlanError


def test_free_people_come_first_then_the_least_cost_then_the_id():
    plan = edits.free_post(draw(), "TVE01-02", **BY)  # C2 is free
    table = candidates(plan, "TVW02-03")
    assert table.index[0] == "C2"
    assert table.loc["C2", "holds"] == ""
    # C7 and C8 hold posts of the same micro-grid: leaving it for itself costs nothing.
    assert table.index[1:3].tolist() == ["C7", "C8"]
    assert table["cost"].iloc[1] < table.loc["C1", "cost"]
    assert (table["reason_zh"].loc["C1":"C1"] != "").all()


def test_whoever_holds_the_post_is_no_candidate():
    assert "C1" not in candidates(draw(), "TVE01-01").index


def test_leaders_come_first_for_a_given_grid():
    table = candidates(draw(), "TVE-01")
    assert table.index[:3].tolist() == ["LT", "LTV", "LTVW"]
    assert "LTVE" not in table.index


def test_an_unknown_post_is_refused():
    with pytest.raises(PlanError, match="no post 'XX'"):
        candidates(draw(), "XX")
