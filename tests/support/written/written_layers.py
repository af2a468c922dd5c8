"""Layers for other systems of the small drawn plan, turned so that no border runs along an axis."""

from functools import cache
from itertools import pairwise

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from small_plan import EAST, NORTH, small_plan

from boundaries.export.formats import receiver_crs, receiver_layers

__all__ = ["as_chain", "layers_of", "objects", "turned_plan"]

_ANGLE = 0.3


def _turned(points):
    x, y = (points - (EAST, NORTH)).T
    sin, cos = np.sin(_ANGLE), np.cos(_ANGLE)
    return np.column_stack([EAST + cos * x - sin * y, NORTH + sin * x + cos * y])


@cache
def turned_plan():
    """The small plan turned by 17 degrees: neighbours keep the very same vertices."""
    plan = small_plan()
    turned = {
        name: frame.set_geometry(
            gpd.GeoSeries(
                shapely.transform(frame.geometry.to_numpy(), _turned),
                index=frame.index, crs=frame.crs,
            )
        )
        for name, frame in (("patches", plan.patches), ("grids", plan.grids))
    }  # fmt: skip
    return plan.with_tables(**turned)


def objects(plan):
    """Two objects as lists for others have them, with a column that nobody asked for."""
    rows = pd.DataFrame(
        {
            "class": ["enterprise", "parcel"], "category": ["key_enterprise", ""],
            "name": ["机床厂", "空地"], "credit_code": ["91410122MA00000000", ""],
            "staff": [0, 7], "households": [0.0, 1.5], "size": ["规上", ""],
            "seen_on": ["2026-02-03", ""], "grid_code": ["W01", ""], "grid_name": ["西一", ""],
            "grid_name_en": ["West 1", ""], "grid_level": [3, 0], "placed_by": ["point", ""],
            "charge_code": ["W01", ""], "charge_level": [0, 0], "charge_role": ["leader", ""],
            "charge_person": ["王小明", ""], "charge_office": ["主任", ""],
            "private": ["13800000000", ""],
        },
        index=pd.Index(["O1", "O2"], name="object_id"),
    )  # fmt: skip
    place = shapely.point_on_surface(plan.patches.geometry.iloc[0])
    return gpd.GeoDataFrame(rows, geometry=[place, None], crs=plan.crs)


def layers_of(plan=None, crs=None, **options):
    """All layers of a plan by name."""
    plan = plan or turned_plan()
    made = receiver_layers(
        plan.grids, plan.patches, plan.assignments, plan.people, objects(plan),
        crs=receiver_crs(crs, own=plan.crs), **options,
    )  # fmt: skip
    return {layer.name: layer for layer in made}


def as_chain(shapes):
    """Directed edges of polygons, those that run both ways cancelled: the outline of their sum."""
    edges = set()
    for shape in shapes:
        for part in shapely.get_parts(shape):
            for ring in (part.exterior, *part.interiors):
                for start, end in pairwise(ring.coords):
                    if (end, start) in edges:
                        edges.remove((end, start))
                    else:
                        assert (start, end) not in edges, "two polygons on the same side"
                        edges.add((start, end))
    return edges
