"""A written file of boundaries as a division of the ground.

It has no patches: its lowest grids are the pieces, and what a grid with parts holds itself.
"""

import geopandas as gpd
import pandas as pd
import shapely
from pyproj import CRS

from boundaries.changes.features import State, frame_of
from boundaries.relations.divisions import MEASURES, UNITS, Division, codes_of_pieces

__all__ = ["state_division"]


def state_division(state: State, crs: CRS) -> Division:
    """Give the division of a written file of boundaries.

    Parameters
    ----------
    state
        Its features.
    crs
        Plane coordinate system in metres in which ground is measured.
    """
    shapes = frame_of(state.features, crs)
    rows = [one["properties"] for one in state.features]
    grids = pd.DataFrame(
        {
            "level": [row["level"] for row in rows],
            "parent_code": [row.get("parent_code") or "" for row in rows],
            "name": [row.get("label") or row.get("name") or "" for row in rows],
            "area_m2": [row.get("area_m2") for row in rows],
            **{measure: [row.get(measure) for row in rows] for measure in MEASURES},
            "left": [row.get("households_left") for row in rows],
        },
        index=shapes.index,
    )
    grids = grids.astype({**UNITS, "left": "float64"})
    ground = shapes.drop(columns="level").join(grids[[*MEASURES, "left"]])
    for code, below in grids.groupby("parent_code").groups.items():
        if code in ground.index:
            rest = shapely.difference(
                ground.geometry[code], shapely.union_all(shapes.geometry[below].to_numpy())
            )
            ground.loc[[code], ground.geometry.name] = gpd.GeoSeries([rest], [code], crs=crs)
            ground.loc[code, "households"] = grids["left"][code]
            load = grids["load_h"][code] - grids["load_h"][below].sum()
            ground.loc[code, "load_h"] = max(round(load, 2), 0.0)
    ground = ground[~ground.geometry.is_empty].drop(columns="left")
    owners = pd.Series(ground.index, index=ground.index)
    return Division(ground, codes_of_pieces(grids, owners), grids[[*UNITS]])
