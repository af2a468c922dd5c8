"""Which objects of the registers have no ground: a record that no layer has, a point outside."""

from collections.abc import Iterator

import geopandas as gpd
import numpy as np
import shapely

from layers.issues import Issue

__all__ = ["find_unjoined"]


def find_unjoined(
    objects: gpd.GeoDataFrame, ground: gpd.GeoDataFrame, outline: shapely.Geometry
) -> Iterator[Issue]:
    """List the objects that cannot be placed on the ground of the town.

    Parameters
    ----------
    objects
        OBJECTS frame.
    ground
        GROUND frame of all layers.
    outline
        Outline of the town.

    Yields
    ------
    A READ-11 issue for every object whose record no ground layer has and whose point, if it has
    one, does not lie in the town.
    """
    records = set(ground["record"])
    points = objects.geometry.to_numpy()
    inside = shapely.intersects(points, outline)
    known = objects["record"].isin(records).to_numpy() & (objects["record"] != "").to_numpy()
    for at in np.flatnonzero(~inside & ~known):
        row, identity = objects.iloc[at], str(objects.index[at])
        if row["record"]:
            fault = f"no ground layer has its record {row['record']!r}"
            fault_zh = f"没有用地图层含有其地块编号“{row['record']}”"
        elif points[at] is None or points[at].is_empty:
            fault, fault_zh = "it has no position", "没有位置"
        else:
            fault, fault_zh = "it lies outside the town", "位于镇域之外"
        yield Issue(
            "READ-11",
            "warning",
            f"{row['register']!r}: {identity!r} ({row['name']}) is on no ground: {fault}. It "
            "counts for nobody's load; correct the register or the layer.",
            f"“{row['register']}”：{identity}（{row['name']}）未落到任何用地：{fault_zh}。"
            "不计入工作量；请更正台账或图层。",
            code=identity,
            other_code=str(row["record"]),
            geometry=points[at],
        )
