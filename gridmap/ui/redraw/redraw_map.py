"""The ground as the map editor takes it: one small binary file with all patches of a plan.

Geometry goes to the browser once, in the work CRS and in whole centimetres. Borders are not sent a
second time: runs of a ring's vertices that two patches share are named (`arc_*`), so that the
borders of micro-grids follow in the browser from the labels of the patches on both sides.
"""

import gzip
import hashlib
import json
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from boundaries.topology.neighbours import match_edges
from gridmap.coverage.balance import metres_along, plan_lines
from gridmap.edits.moves.ground import survey
from gridmap.maps.context import context_values, drawn_context
from gridmap.maps.signs import signs_for_page
from gridmap.maps.work_frame import work_frame
from gridmap.plan.plan import Plan
from gridmap.rules import Rules
from gridmap.split.homes import home_ground
from gridmap.split.micro_category import SETTLEMENT, SITES, category_number, kind_number
from layers.contract.categories import CATEGORY_KEYS, RESIDUAL, RESIDUAL_KEYS

__all__ = ["KINDS", "Sheet", "ground_key", "make_sheet", "rules_told"]

KINDS = (*CATEGORY_KEYS, *RESIDUAL_KEYS)  # by which patches are coloured and chosen
CM = 100.0
DEGREES = "EPSG:4326"
OUTSIDE = -1


@dataclass(frozen=True)
class Sheet:
    """The ground of a plan as the browser has it: the file, and what was in it."""

    key: str
    content: bytes  # gzip
    ids: pd.Index
    codes: tuple[str, ...]  # micro-grids and exclusive grids with ground at that time
    labels: np.ndarray  # micro-grid of each patch then, as position in `codes`; -1 for none


def ground_key(plan: Plan) -> str:
    """Name the ground of a plan: the same patches have the same name, whatever their labels.

    The given grid of each is part of it, for closing an exclusive grid gives its ground to others.
    """
    digest = hashlib.sha256("\x1f".join(plan.patches.index.tolist()).encode())
    digest.update("\x1f".join(plan.patches["parent_code"].tolist()).encode())
    digest.update(plan.patches["area_m2"].to_numpy().tobytes())
    digest.update(plan.patches.total_bounds.tobytes())
    digest.update(_hanging_together(plan).encode())
    digest.update("\x1f".join(plan.context["name"]).encode())
    digest.update(plan.context.total_bounds.tobytes())
    return digest.hexdigest()[:16]


def _hanging_together(plan: Plan) -> str:
    """Name the rules by which patches hang together: the same patches may do so otherwise."""
    left = [plan.rules.treatment(key) == "leave" for key in RESIDUAL_KEYS]
    lines = plan.barriers.geometry.to_wkb().tolist()
    return repr((plan.rules.contiguity, left, lines))


def make_sheet(plan: Plan) -> Sheet:
    """Write the patches of a plan for the map editor.

    The file holds a header in JSON, preceded by its length as a 32-bit number, and the arrays that
    the header names, all little-endian and each on a multiple of 8 bytes.
    """
    patches = plan.patches
    codes = tuple(sorted(set(patches["grid_code"]) - {""}))
    labels = pd.Index(codes, dtype="object").get_indexer(patches["grid_code"])
    texts = {name: _coded(patches[name]) for name in ("name", "record", "layer")}
    parents = sorted(set(patches["parent_code"]))
    outline, origin = _outlines(plan)
    spot = shapely.point_on_surface(patches.geometry.to_numpy())
    arrays = outline | {
        "label": labels.astype("<i4"),
        "parent": pd.Index(parents).get_indexer(patches["parent_code"]).astype("<i4"),
        "kind": kind_number(patches).astype("<i4"),
        "home": home_ground(patches, plan.rules).astype("<i4"),
        "load": patches["load_h"].to_numpy().astype("<f8"),
        "area": patches["area_m2"].to_numpy().astype("<f8"),
        "households": patches["households"].to_numpy().astype("<f8"),
        "objects": patches["objects"].to_numpy().astype("<i4"),
        "spot": _centimetres(shapely.get_coordinates(spot), origin),
        "join": _joins(plan),
        **{name: rows for name, (rows, _) in texts.items()},
    }
    context, shapes = _context(plan.context, origin)
    arrays |= shapes
    header: dict[str, Any] = {
        "ids": patches.index.tolist(),
        "codes": codes,
        "parents": parents,
        "origin": origin.tolist(),
        "texts": {name: words for name, (_, words) in texts.items()},
        "context": context,
        "signs": signs_for_page(),
        "frame": work_frame(plan.crs, patches.geometry.to_crs(DEGREES).total_bounds.tolist()),
        "lines_known": any(len(kind) for kind in plan_lines(plan).visible),
    }
    content = gzip.compress(_packed(header, arrays), compresslevel=1, mtime=0)
    return Sheet(ground_key(plan), content, patches.index, codes, labels)


def rules_told(rules: Rules) -> dict[str, Any]:
    """Give what the editor needs of the rules to sum up and to classify while the hand moves.

    Kinds are positions in `KINDS`; in `order` and `sites` all residual ground is the first of its
    sub-classes. `gridmap.split.micro_category` is the rule that the editor follows with them.
    """
    capacity = rules.capacity
    return {
        "hours": capacity.officer_hours,
        "least": capacity.officers_min,
        "most": capacity.officers_max,
        "order": [category_number(key) for key in (*rules.precedence, RESIDUAL.key)],
        "sites": [[category_number(key), rules.min_area_m2(key)] for key in SITES],
        "residual": category_number(RESIDUAL.key),
        "settlement": [KINDS.index(key) for key in SETTLEMENT],
    }


def _joins(plan: Plan) -> np.ndarray:
    """Pairs of patches that hang together, as previews judge it: the brush asks nobody else."""
    ground = survey(plan.patches, rules=plan.rules, barriers=plan.barriers)
    return ground.edges[ground.joins].astype("<i4").ravel()


def _context(
    frame: gpd.GeoDataFrame, origin: np.ndarray
) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """What is drawn to recognise the place: names and signs, and the points of every sign."""
    drawn = drawn_context(frame)
    arrays = {}
    for place, one in enumerate(drawn):
        rings, owner = one.shapes, np.arange(len(one.shapes))
        if one.sign.shape == "area":
            rings, owner = shapely.get_rings(one.shapes, return_index=True)
        sizes = shapely.get_num_coordinates(rings)
        arrays[f"context{place}_points"] = _centimetres(shapely.get_coordinates(rings), origin)
        arrays[f"context{place}_line"] = np.append(0, np.cumsum(sizes)).astype("<i4")
        first = np.searchsorted(owner, np.arange(len(one.shapes) + 1))
        arrays[f"context{place}_shape"] = first.astype("<i4")
    return context_values(drawn), arrays


def _packed(header: dict[str, Any], arrays: dict[str, np.ndarray]) -> bytes:
    place, layout = 0, {}
    for name, array in arrays.items():
        layout[name] = [array.dtype.str[1:], place, array.size]
        place += -(-array.nbytes // 8) * 8
    text = json.dumps({**header, "arrays": layout}, ensure_ascii=False).encode()
    text += b" " * (-(len(text) + 4) % 8)
    parts = [np.uint32(len(text)).astype("<u4").tobytes(), text]
    for array in arrays.values():
        parts += [array.tobytes(), b"\0" * (-array.nbytes % 8)]
    return b"".join(parts)


def _coded(values: pd.Series) -> tuple[np.ndarray, list[str]]:
    """Write texts as a list of different ones and the place of each row in it; "" comes first."""
    rows, words = pd.factorize(pd.concat([pd.Series([""]), values.astype(object)]))
    return rows[1:].astype("<i4"), [str(word) for word in words]


def _centimetres(points: np.ndarray, origin: np.ndarray) -> np.ndarray:
    return np.rint((points - origin) * CM).astype("<i4").ravel()


def _outlines(plan: Plan) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Rings of all patches without their closing vertex, and the runs that two patches share.

    Of each run it is said how long it is, and how much of it follows a road or any visible line.
    """
    # Outer rings one way round and holes the other: what a canvas fills is then never in doubt.
    shapes = shapely.orient_polygons(plan.patches.geometry.to_numpy())
    parts, of_part = shapely.get_parts(shapes, return_index=True)
    rings, of_ring = shapely.get_rings(parts, return_index=True)
    points = shapely.get_coordinates(rings)
    sizes = shapely.get_num_coordinates(rings)
    owner_of_ring = of_part[of_ring]
    last = np.cumsum(sizes) - 1
    inside = np.ones(len(points), dtype=bool)
    inside[last] = False
    start, end = points[inside], points[np.flatnonzero(inside) + 1]
    sizes = sizes - 1
    owner = np.repeat(owner_of_ring, sizes).astype(np.int64)
    ring = np.repeat(np.arange(len(rings)), sizes)
    other = np.full(len(start), OUTSIDE, dtype=np.int64)
    one, two = match_edges(start, end, owner)
    other[one], other[two] = owner[two], owner[one]
    fresh = np.ones(len(start), dtype=bool)
    fresh[1:] = (other[1:] != other[:-1]) | (ring[1:] != ring[:-1])
    at = np.flatnonzero(fresh)
    count = np.diff(np.append(at, len(start)))
    # A shared run is in the rings of both patches; once is enough.
    once = (other[at] == OUTSIDE) | (owner[at] < other[at])
    side = np.flatnonzero(np.repeat(once, count))
    at, count = at[once], count[once]
    metres = metres_along(
        start[side], end[side], np.repeat(np.arange(len(at)), count), len(at),
        lines=plan_lines(plan), near_m=plan.rules.borders.near_m,
    )  # fmt: skip
    origin = np.floor(start.min(axis=0)) if len(start) else np.zeros(2)
    ring_start = np.append(0, np.cumsum(sizes))
    patch_ring = np.searchsorted(owner_of_ring, np.arange(len(shapes) + 1))
    return {
        "points": _centimetres(start, origin),
        "ring_start": ring_start.astype("<i4"),
        "patch_ring": patch_ring.astype("<i4"),
        "arc_start": at.astype("<i4"),
        "arc_count": count.astype("<i4"),
        "arc_ring": ring[at].astype("<i4"),
        "arc_left": owner[at].astype("<i4"),
        "arc_right": other[at].astype("<i4"),
        **{
            f"arc_{name}": np.rint(metres[:, place] * CM).astype("<i4")
            for place, name in enumerate(("length", "road", "seen"))
        },
    }, origin
