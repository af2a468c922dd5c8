"""The first plan of a town: whatever is asked, it ends in a plan, and says what is not as asked."""

import drawn_town
import pytest

from gridmap.rules import load_rules
from gridmap.store import load_plan
from gridmap.trials.first_plan import make_first_plan, read_first_plan
from gridmap.workflow.time_left import seconds_left


@pytest.fixture
def places(tmp_path):
    store = tmp_path / "out" / ".trials"
    store.mkdir(parents=True)
    return drawn_town.write_town(tmp_path / "town"), store, tmp_path / "out" / "a.gridmap.gpkg"


@pytest.mark.parametrize(
    # The fewest that kinds and grids allow, and the most that the patches do.
    ("target", "nearest", "why"), [(2, 16, "2 个微网格不够"), (500, 30, "500")],
)  # fmt: skip
def test_a_number_that_is_impossible_becomes_the_nearest_in_plan_and_rules(
    places, target, nearest, why
):
    town, store, place = places
    rules = town / "rules.toml"
    text = rules.read_text("utf-8")
    rules.write_text(text + f"\n[split]\ntarget = {target}\neffort = 'fast'\n", "utf-8")
    shares = []
    made = make_first_plan(
        town, store, place, tell=lambda _step, share: shares.append(share), keep=None
    )
    assert (made.asked, made.made) == (target, nearest)
    assert why in made.reasons[0].zh
    assert load_rules(rules).split.target == nearest
    plan = load_plan(place)
    assert len(plan.micro_grids) == nearest
    assert plan.rules_text == rules.read_text("utf-8")
    assert shares == sorted(shares)
    assert read_first_plan(store) == made
    place.unlink()
    assert read_first_plan(store) is None


@pytest.mark.parametrize(
    ("share", "elapsed", "low", "high"),
    [(0.0, 0.0, 20, 20), (0.0, 12.0, 8, 8), (0.0, 100.0, 4, 4), (0.5, 30.0, 15, 30),
     (0.9, 90.0, 9, 10.5), (1.0, 50.0, 1, 1), (2.0, 5.0, 1, 1)],
)  # fmt: skip
def test_the_time_left_goes_from_experience_to_the_pace_of_the_work(share, elapsed, low, high):
    assert low <= seconds_left(share, elapsed) <= high
