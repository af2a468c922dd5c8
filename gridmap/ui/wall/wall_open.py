"""What is open in a plan: posts without anybody, disputes and comments, faults of the checks.

Of a remark stand place, kind and day on the wall; what somebody wrote is for the planner to read.
"""

from collections.abc import Iterable
from typing import Any

import pandas as pd
import shapely

from gridmap.plan.names import place_names
from gridmap.plan.plan import Plan
from gridmap.remarks.board import Remark
from gridmap.rules.roles import leading_roles, role_title
from gridmap.ui.wall.wall_map import hidden_places
from gridmap.words import Language, say

__all__ = ["open_matters", "vacant_posts"]

Values = dict[str, Any]
ROWS = 8  # of a list that is read from afar
MOST_PAGES = 3
COUNTED = ("error", "warning")


def vacant_posts(plan: Plan, ground: Plan, *, language: Language) -> list[Values]:
    """Give the scenes of the vacant posts: one that says so when there are none.

    Parameters
    ----------
    plan, ground
        The plan as it may be shown, and the grids that may be named.
    language
        Language of the screen.

    Returns
    -------
    Scenes with `count` of all, `rows` (`place`, `post`, `count`) and `left`, how many posts no
    scene names; none for a copy for the public, which knows of no vacancy.
    """
    if plan.is_redacted:
        return []
    rows = plan.assignments[plan.assignments["status"] == "vacant"]
    posts = plan.posts.reindex(rows["post_id"])
    places = (posts["grid_code"] + posts["group_id"] + posts["object_id"]).fillna("").to_numpy()
    table = pd.DataFrame({"code": places, "role": rows["role"].to_numpy()})
    table = table.assign(leads=table["role"].isin(leading_roles(plan.rules)))
    hidden = table["code"].isin(hidden_places(plan, ground))
    seen = table[~hidden].groupby(["code", "role", "leads"]).size().reset_index(name="count")
    seen = seen.sort_values(["leads", "code", "role"], ascending=[False, True, True])
    names = place_names(plan, language)
    names = names[~names.index.duplicated()]
    told: list[Values] = [
        {
            "place": str(names.get(code, code)),
            "post": role_title(plan.rules, role, language),
            "count": int(count),
        }
        for code, role, count in zip(seen["code"], seen["role"], seen["count"], strict=True)
    ]
    ends = range(0, min(max(len(told), 1), MOST_PAGES * ROWS), ROWS)
    pages = [told[start : start + ROWS] for start in ends]
    named = sum(row["count"] for page in pages for row in page)
    scenes = [{"count": len(table), "rows": page, "left": 0} for page in pages]
    scenes[-1]["left"] = len(table) - named
    return scenes


def open_matters(
    plan: Plan, ground: Plan, remarks: Iterable[Remark], *, language: Language
) -> Values | None:
    """Give the scene of what waits for the planner; None when nothing does, or for the public.

    Parameters
    ----------
    plan, ground
        As for `vacant_posts`.
    remarks
        Disputes and comments of the plan.
    language
        Language of the screen.

    Returns
    -------
    `numbers` as on the first scene, and `rows` of remarks (`place`, `post` for its kind, `day`),
    the newest first, with `left`, how many there are beyond.
    """
    if plan.is_redacted:
        return None
    waiting = [one for one in remarks if one.is_open]
    disputes = [one for one in waiting if one.is_dispute]
    severity = plan.issues["severity"]
    counts = {
        "dispute": len(disputes),
        "comment": len(waiting) - len(disputes),
        **{key: int((severity == key).sum()) for key in COUNTED},
    }
    if not (waiting or counts["error"]):  # warnings alone are no news for a whole screen
        return None
    rows = [row for one in waiting if (row := _remark(plan, ground, one, language))]
    return {
        "numbers": [
            {"label": say(f"wall.{key}", language), "value": f"{count:,}",
             "unit": say("wall.count", language)}
            for key, count in counts.items()
            if count
        ],
        "rows": rows[:ROWS - 2],
        "left": max(len(rows) - ROWS + 2, 0),
    }  # fmt: skip


def _remark(plan: Plan, ground: Plan, one: Remark, language: Language) -> Values | None:
    """Give the row of a remark; None where its place may not be told."""
    code = one.grid or _grid_at(ground, shapely.Point(one.x, one.y))
    if code not in ground.grids.index:
        return None
    name = plan.grids["name" if language == "zh" else "name_en"].get(code, "")
    return {
        "place": str(name or plan.grids["name"].get(code, code)),
        "post": say("wall.dispute" if one.is_dispute else "wall.comment", language),
        "day": one.time[:10],
    }


def _grid_at(ground: Plan, place: shapely.Point) -> str:
    micro = ground.micro_grids
    found = micro.sindex.query(place, predicate="intersects")
    return str(micro.index[found[0]]) if len(found) else ""
