"""The history of a plan as scenes: after every edit the map, the loads and the figures.

Each scene says only what is not as in the one before, so that a browser can show any of them at
once. They come from the log alone; nothing is divided anew.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import shapely

from gridmap.edits.replay import earlier_plans
from gridmap.edits.undo import history
from gridmap.plan.plan import Plan
from gridmap.trials.thumbnail import svg_path

__all__ = ["HEIGHT", "MOST_STEPS", "WIDTH", "Scene", "scenes_of", "scenes_values"]

MOST_STEPS = 300  # the last ones; a branch may begin at any
WIDTH, HEIGHT = 760, 520  # px of the picture; the town fits in
_THIN_PX = 0.4
_EPSILON_H = 1e-6


@dataclass(frozen=True)
class Scene:
    """A plan after so many entries of its log.

    Attributes
    ----------
    step
        How many entries.
    shapes
        Outline of every micro-grid by code, in the work CRS.
    loads
        Load of every micro-grid by code, in officer-hours a week.
    changed
        Codes of the micro-grids that were not so one step before; those that went are `gone`.
    gone
        Codes that the step took away.
    over_capacity, vacant
        Micro-grids with more load than all officers that one may have give; posts without a person.
    """

    step: int
    shapes: dict[str, shapely.Geometry]
    loads: dict[str, float]
    changed: tuple[str, ...]
    gone: tuple[str, ...]
    over_capacity: int
    vacant: int


def scenes_of(plan: Plan, *, most: int = MOST_STEPS) -> list[Scene]:
    """Give the scenes of a plan's history, the first first.

    Parameters
    ----------
    plan
        The plan.
    most
        Steps to go back at most.
    """
    states = []
    for step, earlier in earlier_plans(plan):
        micro = earlier.micro_grids
        codes = micro.index.tolist()
        shapes = dict(zip(codes, micro.geometry.to_numpy(), strict=True))
        loads = dict(zip(codes, micro["load_h"].tolist(), strict=True))
        vacant = int((earlier.assignments["status"] == "vacant").sum())
        states.append((step, shapes, loads, vacant))
        if len(states) > most:
            break
    states.reverse()
    capacity = _capacity(plan)
    scenes = []
    for before, (step, shapes, loads, vacant) in pairwise([states[0], *states]):
        changed = [
            code
            for code, shape in shapes.items()
            if code not in before[1]
            or loads[code] != before[2][code]
            or not _same(shape, before[1][code])
        ]
        gone = [code for code in before[1] if code not in shapes]
        over = sum(load > capacity + _EPSILON_H for load in loads.values())
        scenes.append(Scene(step, shapes, loads, tuple(changed), tuple(gone), over, vacant))
    return scenes


def scenes_values(plan: Plan, *, chinese: bool, most: int = MOST_STEPS) -> dict[str, Any]:
    """Give the scenes as a browser draws them: paths in pixels, loads as shares of capacity.

    Parameters
    ----------
    plan
        The plan.
    chinese
        Language of what each entry did, and of the names.
    most
        As in `scenes_of`.

    Returns
    -------
    `size`, `frame` (path of the given grids), `names` by code, and `steps`, each with `step`,
    `time`, `who`, `why`, `what`, `count`, `over`, `vacant`, `changed`, `gone` and `set`: path and
    share of capacity by code, of all micro-grids in the first step and of the changed ones after.
    """
    scenes = scenes_of(plan, most=most)
    left, bottom, right, top = plan.grids.total_bounds
    scale = min(WIDTH / max(right - left, 1.0), HEIGHT / max(top - bottom, 1.0))
    log, capacity = history(plan), _capacity(plan)

    def path(shape: shapely.Geometry) -> str:
        return svg_path(shapely.simplify(shape, _THIN_PX / scale), left, top, scale)

    steps = []
    for place, scene in enumerate(scenes):
        told = list(scene.shapes) if place == 0 else scene.changed
        entry = log.iloc[scene.step - 1] if scene.step else None
        steps.append(
            {
                "step": scene.step,
                "time": "" if entry is None else str(entry["time"]).replace("T", " ")[:16],
                "who": "" if entry is None else str(entry["who"]),
                "why": "" if entry is None else str(entry["why"]),
                "what": "" if entry is None else str(entry["what_zh" if chinese else "what"]),
                "count": len(scene.shapes),
                "over": scene.over_capacity,
                "vacant": scene.vacant,
                "changed": [] if place == 0 else list(scene.changed),
                "gone": list(scene.gone),
                "set": {
                    code: [path(scene.shapes[code]), round(scene.loads[code] / capacity, 4)]
                    for code in told
                },
            }
        )
    micro = plan.micro_grids
    names = micro["name" if chinese else "name_en"].where(lambda one: one != "", micro["name"])
    given = plan.grids[plan.grids.index.isin(micro["parent_code"])]
    return {
        "size": [round((right - left) * scale, 1), round((top - bottom) * scale, 1)],
        "frame": "".join(path(shape) for shape in given.geometry.to_numpy()),
        "names": names.to_dict(),
        "steps": steps,
    }


def _same(one: shapely.Geometry, other: shapely.Geometry) -> bool:
    """Whether two outlines are the same ground; a vertex that a neighbour's cut has put is none."""
    if one is other or shapely.equals_identical(one, other):
        return True
    return bool(np.isclose(one.area, other.area) and shapely.equals(one, other))


def _capacity(plan: Plan) -> float:
    capacity = plan.rules.capacity
    return capacity.officer_hours * capacity.officers_max
