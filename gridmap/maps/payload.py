"""What the coverage map's page knows of a plan: plain values ready for JSON, and packed shapes.

Everything is worked out here and only drawn there. Phones of people never enter.
"""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridmap.lookup.readings import table_of
from gridmap.maps import geometry, packing
from gridmap.maps.context import Drawn, context_lines, context_values, drawn_context
from gridmap.maps.objects import map_objects
from gridmap.maps.rows import grid_columns, in_order, leaf_ground, posts_with_people
from gridmap.maps.service_layers import cases_view, with_outlines
from gridmap.maps.signs import signs_for_page
from gridmap.maps.views import View, own_views
from gridmap.maps.work_frame import work_frame
from gridmap.plan.notice import notice
from gridmap.plan.plan import Plan
from gridmap.words import LANGUAGES, Language, words_in
from layers.contract.categories import CATEGORIES, RESIDUAL, SUBCLASSES

__all__ = ["MOST_WITH_HATCHES", "Payload", "payload"]

Values = dict[str, Any]
# Above so many micro-grids the page draws on a canvas: an element each would be slow.
MOST_WITH_HATCHES = 3000
MOST_ROOMY_NAMES = 3000  # finding the roomiest place of a grid takes a moment
_WORDS_OF_PAGE = ("map.", "search.", "view.", "card.", "note.", "role.", "mark.",
                  "context.", "print.made", "print.checked", "print.signed")  # fmt: skip
_WORDS_OF_PAIR = ("compare.",)


@dataclass(frozen=True)
class Payload:
    """What a page is given."""

    values: Values
    shapes: bytes


def payload(
    plan: Plan, *, language: Language = "zh", framed: bool = False, more: Iterable[View] = ()
) -> Payload:
    """Gather all that the page of a plan's map shows.

    Parameters
    ----------
    plan
        The plan.
    language
        Language the page opens in.
    framed
        Whether the map stands in a page with a title and a language switch of its own.
    more
        Views beside those that every plan has.
    """
    grids = in_order(plan)
    leaf = grids["_leaf"].to_numpy()
    micro, given = grids[leaf], grids[~leaf]
    base = given[given["kind"] == "base"]
    posts = posts_with_people(plan)
    left = _left(plan, grids)
    drawn = drawn_context(with_outlines(plan))
    counted = cases_view(plan, micro)
    views = [*own_views(plan, micro, posts), *([counted] if counted else []), *more]
    prefixes: tuple[str, ...] = _WORDS_OF_PAGE
    if any(view.key == "change" for view in views):
        prefixes += _WORDS_OF_PAIR
    with ThreadPoolExecutor(1) as beside:
        # Shapes are worked out in libraries that leave Python free for the columns meanwhile.
        shaping = beside.submit(_Shapes, plan, given, micro, left, drawn)
        columns = grid_columns(plan, grids, posts)
        own = [view.values(micro, left["area_m2"]) for view in views]
        shapes = shaping.result()
    values = {
        "language": language,
        "framed": framed,
        "words": {name: words_in(name, *prefixes) for name in LANGUAGES},
        "town": _town(plan, posts),
        "bounds": shapes.bounds,
        "frame": work_frame(plan.crs, shapes.bounds),
        "kinds": {
            kind.key: {"zh": kind.zh, "en": kind.en}
            for kind in (*CATEGORIES, RESIDUAL, *SUBCLASSES)
        },
        "views": own,
        "signs": signs_for_page(),
        "context": context_values(drawn),
        "levels": [
            {"level": int(level), "count": len(of_level)}
            for level, of_level in base.groupby("level")
        ],
        "given": len(given),
        "canvas": len(micro) > MOST_WITH_HATCHES,
        "left": grids.index.get_indexer(left.index).tolist(),
        "grids": columns,
        "objects": map_objects(plan, grids.index),
    }
    values["readings"] = _readings(values)
    return Payload(values, shapes.packed)


def _readings(values: Values) -> dict[str, list[str]]:
    """Give the readings of all characters in the names of a map, to be searched by pinyin."""
    grids, objects = values["grids"], values["objects"]
    names = (grids["zh"], grids["people"]["name"], objects["zh"], values["context"]["names"])
    return table_of(name for each in names for name in each)


class _Shapes:
    """The shapes of a plan in the order the page reads them."""

    def __init__(
        self,
        plan: Plan,
        given: gpd.GeoDataFrame,
        micro: gpd.GeoDataFrame,
        left: gpd.GeoDataFrame,
        context: list[Drawn],
    ) -> None:
        crs = plan.crs
        ground = leaf_ground(plan, micro)
        own = packing.rings(ground, crs)
        base, bare = given[given["kind"] == "base"], given[given["kind"] == "exclusive"]
        above = {
            level: packing.rings(grids.geometry.to_numpy(), crs)
            for level, grids in base.groupby("level")
        }
        around = _around(plan, bare)
        units = plan.grids[(plan.grids["kind"] == "exclusive") & plan.grids["spatial"]]
        sites = packing.rings(units.geometry.to_numpy(), crs)
        whole = np.concatenate([own.xy, *(rings.xy for rings in above.values())])
        low, high = whole.min(axis=0), whole.max(axis=0)
        self.bounds = [round(value / geometry.STEPS_A_DEGREE, 7) for value in (*low, *high)]
        boxes = [packing.bounds_of(rings) for rings in above.values()]
        boxes += [packing.bounds_of(packing.rings(around, crs))] if len(around) else []
        # On a canvas borders of micro-grids are drawn with their ground.
        few = len(micro) <= MOST_WITH_HATCHES
        once = packing.borders(own) if few else packing.NO_LINES
        self.packed = packing.pack(
            [
                own,
                packing.rings(left.geometry.to_numpy(), crs),
                packing.points(_places(base, around, ground), crs),
                packing.one_line(boxes),
                once,
                packing.borders(sites) if len(units) else packing.NO_LINES,
                *(packing.borders(rings) for rings in above.values()),
                *context_lines(context, crs),
            ]
        )


def _around(plan: Plan, bare: gpd.GeoDataFrame) -> np.ndarray:
    """Shape that each exclusive grid without ground of its own is shown by: that of its unit."""
    return np.array([plan.outline(str(code)) for code in bare.index], dtype=object)


def _places(base: gpd.GeoDataFrame, around: np.ndarray, ground: np.ndarray) -> np.ndarray:
    """Where the name of each grid stands: in the roomiest place of those that show theirs."""
    shapes = np.concatenate([base.geometry.to_numpy(), around])
    if len(shapes) > MOST_ROOMY_NAMES:
        roomy = shapely.point_on_surface(shapes)
    else:
        roomy = np.array([geometry.roomiest(shape) for shape in shapes], dtype=object)
    return np.concatenate([roomy, shapely.point_on_surface(ground)])


def _town(plan: Plan, posts: pd.DataFrame) -> Values:
    town, said = plan.rules.town, notice(plan)
    return {
        "code": town.code,
        "zh": town.name,
        "en": town.name_in("en"),
        "version": town.version,
        "date": town.valid_from.isoformat(),
        "credit": {"zh": town.credit_zh or town.credit, "en": town.credit or town.credit_zh},
        "notice": {"zh": said.zh, "en": said.en},
        "public": plan.is_redacted,
        "officer_hours": plan.rules.capacity.officer_hours,
        "posts": len(posts),
        "posts_filled": int(posts["filled"].sum()),
    }


def _left(plan: Plan, grids: pd.DataFrame) -> gpd.GeoDataFrame:
    """Ground left with its parent grid, one shape a parent, by the parent's code."""
    left = plan.patches[plan.patches["grid_code"] == ""][["parent_code", "area_m2", "geometry"]]
    if left.empty:
        return left.set_index("parent_code")
    merged = left.dissolve(by="parent_code", aggfunc={"area_m2": "sum"}).sort_index()
    return merged[merged.index.isin(grids.index)]
