"""The history as scenes: what a browser puts together is the plan at each step."""

import pytest
import shapely
from redraw_plan import BY, E1, W1, W2, draw, line

from gridmap import edits
from gridmap.edits.replay import plan_at
from gridmap.versions.scenes import scenes_of, scenes_values


@pytest.fixture(scope="module")
def plan():
    now = draw()
    now = edits.apply(now, edits.move_patches(now, ["P11", "P12"], W2), **BY)
    now = edits.apply(now, edits.lock_grids(now, [E1]), **BY)
    now = edits.apply(now, edits.split_grid(now, W1, line((0, 1.5), (2, 1.5))), **BY)
    now = edits.free_post(now, now.posts.index[0], **BY)
    return edits.undo_one(now, "E000003", **BY)


def test_every_scene_is_the_plan_at_its_step(plan):
    found = scenes_of(plan)
    assert [scene.step for scene in found] == [0, 1, 2, 3, 4, 5]
    for scene in found:
        then = plan_at(plan, scene.step, check=False)
        assert scene.loads == then.micro_grids["load_h"].to_dict()
        assert scene.vacant == (then.assignments["status"] == "vacant").sum()
        for code, shape in scene.shapes.items():
            assert shapely.equals(shape, then.micro_grids.geometry[code])
    most = plan.rules.capacity.officer_hours * plan.rules.capacity.officers_max
    assert [scene.over_capacity for scene in found] == [
        sum(load > most for load in scene.loads.values()) for scene in found
    ]


def test_a_step_marks_what_it_changed_and_what_went(plan):
    found = scenes_of(plan)
    new = sorted(set(found[3].shapes) - set(found[2].shapes))
    assert [sorted(scene.changed) for scene in found[:3]] == [[], [W1, W2], []]
    assert sorted(found[3].changed) == sorted([W1, *new])
    assert found[4].changed == ()
    assert found[4].vacant == found[3].vacant + 1
    assert sorted(found[5].changed) == [W1]
    assert sorted(found[5].gone) == new


def test_what_a_browser_puts_together_is_every_scene(plan):
    given = scenes_values(plan, chinese=True)
    shown, most = {}, 16.0
    for step, scene in zip(given["steps"], scenes_of(plan), strict=True):
        for code in step["gone"]:
            del shown[code]
        shown |= step["set"]
        assert {code: share for code, (_, share) in shown.items()} == {
            code: round(load / most, 4) for code, load in scene.loads.items()
        }
        assert step["count"] == len(shown)
    assert given["steps"][1]["what"] == "划转 2 个图斑至 TVW02"
    assert (given["steps"][1]["who"], given["steps"][1]["why"]) == ("王五", "试")
    assert [step["step"] for step in scenes_values(plan, chinese=False, most=2)["steps"]] == [
        3, 4, 5,
    ]  # fmt: skip
    whole = scenes_values(plan, chinese=False, most=2)["steps"][0]["set"]
    assert set(whole) == set(plan_at(plan, 3, check=False).micro_grids.index)
