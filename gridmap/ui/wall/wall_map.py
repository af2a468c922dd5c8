"""The map of a wall screen: all micro-grids as paths with their class, villages, roads, a scale.

It is drawn once; a scene of a village is a part of it. Sensitive ground is on no wall: whoever
comes in sees it, in the house too.
"""

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from boundaries.hierarchy.ancestors import ancestors
from gridmap.maps.geometry import roomiest
from gridmap.maps.legend import CATEGORY_LOOKS, EXCLUSIVE, Look, looks_of
from gridmap.maps.rows import in_order, leaf_ground, posts_with_people
from gridmap.plan.names import names_of
from gridmap.plan.plan import Plan
from gridmap.publish.public_plan import public_plan
from gridmap.publish.sensitive import is_sensitive
from gridmap.trials.thumbnail import svg_path, svg_roads
from gridmap.words import Language, say
from layers.contract.categories import RESIDUAL

__all__ = ["children_of", "hidden_places", "shown_ground", "villages_of", "wall_map"]

Values = dict[str, Any]
WIDTH, HEIGHT = 3200, 2000  # units of the picture; as many as the pixels of a large screen
THIN_UNITS = 0.7
MOST_POINTS = 120_000  # a browser draws that many at once without a stutter
ROOM = 0.07  # around a village, of its size
SEEN_M = 12.0  # metres a pixel on a screen of 1080 lines, for what a town of its size shows
SCALES_M = (100, 200, 500, 1000, 2000, 5000, 10_000, 20_000)
SCALE_SHARE = 0.22  # of the width of the picture, at most
_LOOKS = (*CATEGORY_LOOKS, EXCLUSIVE)


def shown_ground(plan: Plan) -> Plan:
    """Give the plan whose grids may be drawn: without sensitive ground, which others share.

    Parameters
    ----------
    plan
        The plan as it may be shown.

    Raises
    ------
    PlanError
        If all ground is sensitive.
    """
    hides = not plan.is_redacted and bool(is_sensitive(plan).any())
    return public_plan(plan) if hides else plan


def hidden_places(plan: Plan, ground: Plan) -> set[str]:
    """Give the grids and objects of a plan that no wall names: those on sensitive ground."""
    grids = set(plan.grids.index) - set(ground.grids.index)
    if plan.is_redacted or plan.objects.empty:
        return grids
    objects = plan.objects
    patches = plan.patches.index[is_sensitive(plan)]
    on_it = objects["patch_id"].isin(patches) | objects["grid_code"].isin(grids)
    return grids | set(objects.index[on_it | objects["sensitive"].astype(bool)])


def villages_of(ground: Plan) -> list[str]:
    """Give the codes of the grids that have a scene each: the first level with several of them."""
    base = ground.grids[(ground.grids["kind"] == "base") & ground.grids["spatial"]]
    below = base[base["level"] > base["level"].min()]
    if below.empty:
        return []
    counts = below["level"].value_counts().sort_index()
    several = counts.index[counts > 1]
    level = several[0] if len(several) else counts.index[0]
    return below.index[below["level"] == level].tolist()


def children_of(ground: Plan, code: str) -> list[str]:
    """Give the grids with ground directly below one."""
    grids = ground.grids
    return grids.index[(grids["parent_code"] == code) & grids["spatial"]].tolist()


def wall_map(plan: Plan, ground: Plan, villages: list[str], *, language: Language) -> Values:
    """Draw the map.

    Parameters
    ----------
    plan
        The plan as it may be shown.
    ground
        What `shown_ground` gives of it.
    villages
        Codes of the grids with a scene each.
    language
        Language of names and classes.

    Returns
    -------
    `size`; `grids`, each with path, number of its look and of its village (-1 for none); `looks`
    in use with `name`, `count`, `light` and `dark` colour, the most frequent first; `lines` by
    level; `roads`; `names` of villages with their places; `boxes` of villages; `places` of all
    given grids and micro-grids by code; `scale`.
    """
    left, bottom, right, top = ground.grids.total_bounds
    scale = float(min(WIDTH / max(right - left, 1.0), HEIGHT / max(top - bottom, 1.0)))

    def path(shape: shapely.Geometry) -> str:
        return svg_path(shape, left, top, scale)

    def place(shape: shapely.Geometry) -> list[float]:
        point = roomiest(shape)
        return [round((point.x - left) * scale, 1), round((top - point.y) * scale, 1)]

    leaves = in_order(ground)
    leaves = leaves[leaves["_leaf"]]
    shapes, thin = _thinned(leaf_ground(ground, gpd.GeoDataFrame(leaves)), THIN_UNITS / scale)
    number, looks = _looks(plan, leaves, language)
    base = ground.grids[(ground.grids["kind"] == "base") & ground.grids["spatial"]]
    named = names_of(ground.grids, language)
    above = ancestors(ground.grids)
    village = pd.Series(-1, index=leaves.index)
    for level in above.columns:
        found = pd.Index(villages).get_indexer(above[level].reindex(leaves.index).fillna(""))
        village = village.where(found < 0, found)
    return {
        "size": [round(float(side) * scale, 1) for side in (right - left, top - bottom)],
        "grids": [
            [path(shape), int(look), int(of)]
            for shape, look, of in zip(shapes, number, village, strict=True)
        ],
        "looks": looks,
        "lines": [
            {"level": int(level), "d": "".join(path(one) for one in _thin(grids, thin))}
            for level, grids in base.groupby("level")
        ],
        "roads": [
            {"kind": sign.key.partition(".")[0], "d": d}
            for sign, d in svg_roads(ground, left, top, scale, seen_m=SEEN_M)
            if d
        ],
        "names": [[*place(base.geometry[code]), str(named[code])] for code in villages],
        "boxes": {code: _box(base.geometry[code], left, top, scale) for code in villages},
        "places": {
            code: place(ground.grids.geometry[code])
            for one in villages
            for code in children_of(ground, one)
        },
        "scale": _scale_bar(right - left, scale, language),
    }


def _thin(grids: gpd.GeoDataFrame, tolerance: float) -> np.ndarray:
    return shapely.coverage_simplify(grids.geometry.to_numpy(), tolerance)


def _thinned(shapes: np.ndarray, tolerance: float) -> tuple[np.ndarray, float]:
    """Thin shapes together, more where they still have too many points for a browser."""
    thin = shapely.coverage_simplify(shapes, tolerance)
    while shapely.get_num_coordinates(thin).sum() > MOST_POINTS and tolerance < WIDTH:
        tolerance *= 2
        thin = shapely.coverage_simplify(shapes, tolerance)
    return thin, tolerance


def _looks(plan: Plan, leaves: pd.DataFrame, language: Language) -> tuple[list[int], list[Values]]:
    """Give the number of the look of every leaf, and the looks in use."""
    own = in_order(plan)
    classes = looks_of(
        own[own["_leaf"]],
        posts_with_people(plan),
        officer_hours=plan.rules.capacity.officer_hours,
    )["category"]
    classes = classes.reindex(leaves.index).fillna(RESIDUAL.key)
    counts = classes.value_counts()
    used: list[Look] = sorted(
        (look for look in _LOOKS if look.key in counts.index),
        key=lambda look: (-counts[look.key], look.key),
    )
    place = {look.key: number for number, look in enumerate(used)}
    looks = [
        {
            "name": look.zh if language == "zh" else look.en,
            "count": int(counts[look.key]),
            "light": look.colour,
            "dark": look.dark,
        }
        for look in used
    ]
    return [place[key] for key in classes], looks


def _box(shape: shapely.Geometry, left: float, top: float, scale: float) -> list[float]:
    west, south, east, north = shape.bounds
    room = ROOM * max(east - west, north - south)
    corner = ((west - room - left) * scale, (top - north - room) * scale)
    size = ((east - west + 2 * room) * scale, (north - south + 2 * room) * scale)
    return [round(value, 1) for value in (*corner, *size)]


def _scale_bar(width_m: float, scale: float, language: Language) -> Values:
    metres = max((one for one in SCALES_M if one <= SCALE_SHARE * width_m), default=SCALES_M[0])
    text = say("unit.km", language, value=f"{metres / 1000:g}")
    return {"width": round(metres * scale, 1), "text": text}
