"""Plans made with a new border beside those that are there, and laid beside each other.

What is wrong with one is told before a plan in force is touched.
"""

from collections.abc import Callable, Collection, Mapping
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely

from gridmap.city.borders.checking import Outlines, check_outlines
from gridmap.city.borders.journal import Part, draft_of, sweep_settling
from gridmap.city.folder import City, TownPlace
from gridmap.city.needs import look_at
from gridmap.city.running import warm_up
from gridmap.city.slots import is_lost, open_executor
from gridmap.city.worker import Task, digest_of, draft_plan
from gridmap.coverage import town_figures
from gridmap.plan.plan import Plan
from gridmap.store import load_plan
from layers.contract.errors import BoundaryError, GridmapError, Named, PlanError, quoted

__all__ = ["FIGURES", "check_drafts", "compare_drafts", "make_drafts", "try_draft"]

# Of a plan: figures of the town, and what differs of its grids and people.
FIGURES = ("area_km2", "micro_grids", "households", "posts", "posts_vacant", "people_left_over",
           "grids_new", "grids_gone", "grids_redrawn", "people_moved")  # fmt: skip

_SLACK_M2 = 1.0
_SAME_M = 0.01
_LOST = Named(
    "its process was killed, perhaps because memory ran out. Close other programs and try again.",
    "其进程被终止，可能是内存不足。请关闭其他程序后重试。",
)
_KINDS = {
    "overlap": Named("overlap", "重叠"),
    "gap": Named("gap", "缝隙"),
    "drawing": Named("different drawings", "画法不一致"),
}


def make_drafts(
    city: City, after: City, changed: list[TownPlace], tell: Callable[[str], None]
) -> list[Part]:
    """Make plans of towns beside those that are there, none of which is changed.

    Parameters
    ----------
    city, after
        The city as it is, and with what the towns agree on.
    changed
        The towns that get another plan.
    tell
        Called with the towns that are worked on.

    Raises
    ------
    PlanError
        If a town cannot be planned with its new border, or its process was killed.
    """
    sweep_settling(city)
    before = {town.name: digest_of(city.plan_of(town.name)) for town in changed}
    needs = [look_at(after, after.town(town.name), anew=True) for town in changed]
    tasks = [need.task for need in needs if need.task is not None]
    tell(", ".join(task.town for task in tasks))
    with open_executor(len(tasks), "", warm_up) as (executor, _):
        futures = [
            executor.submit(try_draft, task, str(draft_of(city, task.town))) for task in tasks
        ]
        faults = [_fault_of(future) for future in futures]
    for task, fault in zip(tasks, faults, strict=True):
        if fault is not None:
            raise PlanError(
                f"With the new border {task.town!r} cannot be planned, so nothing was changed: "
                f"{fault}",
                f"按新边界无法编制{quoted(task.town)}的方案，未作任何更改：{fault.zh}",
            )
    return [
        Part(
            town=task.town,
            code=task.code,
            inputs=task.inputs,
            before=before[task.town],
            after=digest_of(draft_of(city, task.town)),
            agreed="",
        )
        for task in tasks
    ]


def _fault_of(future: Future[Named | None]) -> Named | None:
    """Say why a plan was not made, also where its process was killed."""
    error = future.exception()
    if error is None:
        return future.result()
    if is_lost(error):
        return _LOST
    raise error


def try_draft(task: Task, draft: str) -> Named | None:
    """Make the plan of a town at another place than its own; say why it cannot be made."""
    try:
        draft_plan(task, Path(draft))
    except GridmapError as error:
        return Named(str(error), error.zh)
    return None


def check_drafts(
    city: City,
    outlines: Outlines,
    changed: list[TownPlace],
    pair: tuple[TownPlace, TownPlace],
    *,
    is_agreed: bool,
) -> None:
    """Lay new plans beside each other and beside the outlines of all other towns.

    Parameters
    ----------
    city, outlines
        The city, and the outlines of the plans that are there.
    changed
        The towns of which `make_drafts` made plans.
    pair
        The two towns whose border is settled.
    is_agreed
        Whether nothing may be left between the two; else nothing may be worse than before.

    Raises
    ------
    BoundaryError
        If the plans do not fit together.
    """
    shapes = outlines.shapes.copy()
    for town in changed:
        grids = load_plan(draft_of(city, town.name)).grids
        top = grids[grids["level"] == 1].to_crs(outlines.crs)
        shapes[outlines.names.index(town.name)] = top.geometry.iloc[0]
    names = {town.name for town in pair}
    was, now = (_sums(check_outlines(one)) for one in (outlines, replace(outlines, shapes=shapes)))
    wrong = {
        where: size
        for where, size in now.items()
        if (is_agreed if names == set(where[1:]) else _is_worse(where, names, was, size))
    }
    if wrong:
        kind, first, second = sorted(wrong)[0]
        what, size = _KINDS[kind], wrong[kind, first, second]
        raise BoundaryError(
            f"The new plans do not fit together, so nothing was changed: {what} between {first!r} "
            f"and {second!r}, {size:,.1f} m² or m. Settle the border with that town first, or draw "
            "a line.",
            f"新方案彼此不衔接，未作任何更改：{quoted(first, second)}之间{what.zh}，"
            f"{size:,.1f} 平方米或米。请先与该镇商定，或另画界线。",
        )


def compare_drafts(city: City, changed: list[TownPlace]) -> pd.DataFrame:
    """Put new plans beside those that are there.

    Parameters
    ----------
    city, changed
        As of `check_drafts`.

    Returns
    -------
    `town`, `key` of `FIGURES`, `before` and `after`. What differs counts as 0 before: micro-grids
    that are new, are gone, or have other ground, and people who are on other posts.
    """
    rows: list[tuple[str, str, float, float]] = []
    for town in changed:
        plans = [load_plan(place) for place in (city.plan_of(town.name), draft_of(city, town.name))]
        was, now = (town_figures(plan).set_index("key")["value"] for plan in plans)
        rows += [(town.name, key, was[key], now[key]) for key in FIGURES if key in was.index]
        rows += [(town.name, key, 0.0, float(count)) for key, count in _changes(*plans).items()]
    return pd.DataFrame(rows, columns=["town", "key", "before", "after"])


def _changes(was: Plan, now: Plan) -> dict[str, int]:
    before, after = (_micro(plan) for plan in (was, now))
    both = before.index.intersection(after.index)
    kept = shapely.equals_exact(before[both].to_numpy(), after[both].to_numpy(), _SAME_M)
    posts, new_posts = _posts(was), _posts(now)
    people = posts.index.union(new_posts.index)
    return {
        "grids_new": len(after) - len(both),
        "grids_gone": len(before) - len(both),
        "grids_redrawn": int((~kept).sum()),
        "people_moved": int((posts.reindex(people) != new_posts.reindex(people)).sum()),
    }


def _micro(plan: Plan) -> gpd.GeoSeries:
    grids = plan.grids[plan.grids["kind"].isin(("micro", "exclusive"))]
    return grids.geometry.normalize()


def _posts(plan: Plan) -> pd.Series:
    """Say which posts each person is on, by their ids."""
    rows = plan.assignments[plan.assignments["status"] == "filled"]
    return rows.groupby("person_id")["post_id"].agg(lambda ids: " ".join(sorted(map(str, ids))))


def _is_worse(
    where: tuple[str, str, str],
    names: Collection[str],
    was: Mapping[tuple[str, str, str], float],
    size: float,
) -> bool:
    """Whether one of the two towns now claims ground of a third, or leaves some between."""
    kind, *towns = where
    is_ours = bool(set(names) & set(towns)) and kind != "drawing"
    return is_ours and size > was.get(where, 0.0) + _SLACK_M2


def _sums(faults: pd.DataFrame) -> Mapping[tuple[str, str, str], float]:
    size = faults["m2"] + faults["length_m"]
    sums = size.groupby([faults["kind"], faults["town"], faults["other"]]).sum()
    return {(kind, town, other): float(size) for (kind, town, other), size in sums.items()}
