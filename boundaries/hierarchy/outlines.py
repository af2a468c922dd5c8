"""Ground of the given grids: valid polygons, wide and hairline parts, and how to name them."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

__all__ = [
    "GRID_M",
    "HAIRLINE_M",
    "NOISE_M2",
    "name_of",
    "name_of_zh",
    "parts_of",
    "polygonal",
    "valid_grids",
    "wide_and_thin",
]

# COV-3: a mismatch thinner than this is a hairline: two hands drew the same line. It is repaired.
HAIRLINE_M = 0.5
# Coordinates are brought onto a grid of this width, far below any survey and far above rounding:
# overlays then cannot fail over the noise of the last digits.
GRID_M = 1e-4
# Differences below this are rounding of coordinates and not worth a row.
NOISE_M2 = 0.01


def valid_grids(grids: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the grids with valid polygons on the fine grid; what is no polygon becomes empty."""
    shapes = grids.geometry.to_numpy().copy()
    shapes[shapely.is_missing(shapes)] = shapely.Polygon()
    invalid = ~shapely.is_valid(shapes)
    shapes[invalid] = shapely.make_valid(shapes[invalid], method="structure", keep_collapsed=False)
    for at in np.flatnonzero(~np.isin(shapely.get_type_id(shapes), (3, 6))):
        shapes[at] = polygonal(shapes[at])
    shapes = shapely.set_precision(shapes, GRID_M)
    return grids.set_geometry(gpd.GeoSeries(shapes, index=grids.index, crs=grids.crs))


def polygonal(ground: shapely.Geometry) -> shapely.Geometry:
    """Keep the polygons of some ground; without any it is empty."""
    parts = parts_of(ground)
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


def wide_and_thin(ground: shapely.Geometry) -> tuple[shapely.Geometry, shapely.Geometry]:
    """Sort the parts of some ground into those wider than a hairline and the others."""
    parts = parts_of(ground)
    wide = [part for part in parts if not part.buffer(-HAIRLINE_M / 2).is_empty]
    thin = [part for part in parts if part.buffer(-HAIRLINE_M / 2).is_empty]
    return shapely.MultiPolygon(wide), shapely.MultiPolygon(thin)


def parts_of(ground: shapely.Geometry) -> list[shapely.Polygon]:
    """List the polygons of some ground."""
    # Twice, because a collection may hold multipolygons.
    parts = shapely.get_parts(shapely.get_parts(ground))
    return [part for part in parts if part.geom_type == "Polygon" and not part.is_empty]


def name_of(code: object, row: pd.Series) -> str:
    """Name a grid in English."""
    return f"Grid {str(code)!r} ({row['name']}, level {row['level']})"


def name_of_zh(code: object, row: pd.Series) -> str:
    """Name a grid in Chinese."""
    return f"网格 {code}（{row['name']}，{row['level']} 级）"
