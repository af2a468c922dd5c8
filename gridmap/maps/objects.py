"""Objects of the registers on a map: points with the sign of their class, ready for the page.

Problem estates, vacancies and what a register marks as sensitive are never on a map, which anybody
may hand on.
"""

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridmap.lookup.charge import Charges
from gridmap.lookup.object_list import object_list
from gridmap.maps import geometry, packing
from gridmap.plan.plan import Plan
from gridmap.rules.roles import role_title
from gridmap.words import LANGUAGES
from layers.registers.classes import CLASSES

__all__ = ["map_objects", "placed_objects"]

Values = dict[str, Any]
_APART_M = 22.0  # between objects of one record, whose own places nobody knows
_GOLDEN = np.pi * (3 - 5**0.5)  # a turn by it never comes back to the same line


def placed_objects(plan: Plan) -> tuple[gpd.GeoDataFrame, np.ndarray, np.ndarray]:
    """Give the objects of a plan that a map may show and that have a place.

    Parameters
    ----------
    plan
        The plan.

    Returns
    -------
    The list of objects by class and name; a point for each, in the plan's CRS; and whether only the
    record is known, so that the point is moved aside from others of the record.
    """
    table = object_list(plan)
    table = table[~(table.geometry.isna() | table.geometry.is_empty)]
    table = table.sort_values(["class", "name"], kind="stable")
    points = shapely.point_on_surface(table.geometry.to_numpy())
    spread = (table["placed_by"] == "record").to_numpy()
    return table, np.where(spread, _apart(points), points), spread


def map_objects(plan: Plan, grids: pd.Index) -> Values:
    """Write the objects of a plan as columns, one place an object.

    Parameters
    ----------
    plan
        The plan.
    grids
        The grids as the map numbers them.

    Returns
    -------
    `classes` with key, names, sign and number; and columns `of` (class), `zh`, `credit_code`,
    `staff`, `size`, `grid` (place of the grid, -1 for none), `spread` (1 where only the record is
    known and the point is moved aside so that all are seen), `charge` (who is in charge and why:
    `name`, `zh`, `en`, "" for nobody), `posts` (on the object itself: role and name, "" where
    vacant), and `xy` in degrees. Objects without any place are not
    drawn; the plan lists them.
    """
    table, points, spread = placed_objects(plan)
    known = [key for key in CLASSES if (table["class"] == key).any()]
    steps = packing.points(points, plan.crs).xy if len(table) else np.zeros((0, 2), dtype=int)
    return {
        "classes": [
            {
                "key": key,
                "zh": CLASSES[key].zh,
                "en": CLASSES[key].en,
                "sign": CLASSES[key].sign,
                "count": int((table["class"] == key).sum()),
            }
            for key in known
        ],
        "of": pd.Index(known).get_indexer(table["class"]).tolist(),
        "zh": table["name"].where(table["name"] != "", table.index.to_series()).tolist(),
        "credit_code": table["credit_code"].tolist(),
        "staff": table["staff"].tolist(),
        "size": table["size"].tolist(),
        "grid": grids.get_indexer(table["grid_code"]).tolist(),
        "spread": spread.astype(int).tolist(),
        "charge": _in_charge(plan, plan.objects.loc[table.index]),
        "posts": _posts(plan, table.index),
        "xy": np.round(steps / geometry.STEPS_A_DEGREE, 6).ravel().tolist(),
    }


def _in_charge(plan: Plan, objects: gpd.GeoDataFrame) -> Values:
    """Say who is in charge of each object, and as what."""
    found = Charges(plan).of_objects(objects) if len(objects) else []
    return {
        "name": [one["person"]["name"] if one else "" for one in found],
        "zh": [one["text_zh"] if one else "" for one in found],
        "en": [one["text"] if one else "" for one in found],
    }


def _posts(plan: Plan, objects: pd.Index) -> list[list[Values]]:
    """Give the posts on each object: role and who is on it."""
    posts = plan.posts[plan.posts["object_id"].isin(objects)]
    posts = posts.sort_values(["object_id", "role", "number"], kind="stable")
    rows = plan.assignments[plan.assignments["status"] == "filled"]
    names = rows.set_index("post_id")["person_id"].map(plan.people["name"])
    names = names[~names.index.duplicated()].reindex(posts.index).fillna("")
    found: dict[str, list[Values]] = {}
    for post, name in zip(posts.itertuples(), names, strict=True):
        title = {one: role_title(plan.rules, post.role, one) for one in LANGUAGES}
        found.setdefault(str(post.object_id), []).append({"role": title, "name": str(name)})
    return [found.get(str(key), []) for key in objects]


def _apart(points: np.ndarray) -> np.ndarray:
    """Move points that stand on one spot apart, along a spiral around it."""
    x, y = shapely.get_x(points), shapely.get_y(points)
    number = pd.DataFrame({"x": x, "y": y}).groupby(["x", "y"]).cumcount().to_numpy()
    reach, angle = _APART_M * np.sqrt(number), _GOLDEN * number
    return shapely.points(x + reach * np.cos(angle), y + reach * np.sin(angle))
