"""Geometry of a few grids as a page takes it: WGS84, 7 decimals, each vertex as a step.

Whole numbers of 1e-7 degree in steps are a third of the size of GeoJSON text and lose nothing that
GeoJSON with 7 decimals would keep. Whole towns go through `gridmap.maps.packing`.
"""

import geopandas as gpd
import numpy as np
import shapely

__all__ = [
    "STEPS_A_DEGREE",
    "WGS84",
    "bounds",
    "label_point",
    "rings",
    "roomiest",
    "steps",
    "to_degrees",
]

STEPS_A_DEGREE = 10_000_000  # 1.1 cm on the ground, as fine as the GeoJSON
WGS84 = "EPSG:4326"

Steps = list[int]  # x0, y0, dx1, dy1, dx2, dy2 …


def to_degrees(geometry: gpd.GeoSeries) -> gpd.GeoSeries:
    """Bring geometry from the work CRS to longitude and latitude."""
    return geometry.to_crs(WGS84)


def rings(polygon: shapely.Geometry) -> list[list[Steps]]:
    """Write a polygon or multipolygon in degrees as parts, each an outer ring and its holes."""
    return [
        [steps(ring) for ring in (part.exterior, *part.interiors)]
        for part in shapely.get_parts(polygon)
        if part.geom_type == "Polygon" and not part.is_empty
    ]


def bounds(polygon: shapely.Geometry) -> list[float]:
    """West, south, east and north of a geometry in degrees, with 7 decimals."""
    return [round(float(value), 7) for value in shapely.bounds(polygon)]


def label_point(polygon: shapely.Geometry) -> list[float]:
    """Longitude and latitude of the roomiest place inside a polygon in degrees."""
    place = roomiest(polygon)
    return [round(float(value), 7) for value in (place.x, place.y)]


def roomiest(polygon: shapely.Geometry) -> shapely.Point:
    """Find the roomiest place inside a polygon, near enough for a name."""
    largest = max(shapely.get_parts(polygon), key=lambda part: part.area)
    # A hundredth of its width is near enough for a name and fast for any outline.
    west, south, east, north = largest.bounds
    circle = shapely.maximum_inscribed_circle(
        largest, tolerance=max(east - west, north - south) / 100
    )
    return shapely.Point(circle.coords[0])


def steps(line: shapely.Geometry) -> Steps:
    """Write a line in degrees as steps from vertex to vertex; vertices that coincide are one."""
    whole = np.rint(shapely.get_coordinates(line) * STEPS_A_DEGREE).astype(np.int64)
    moved = np.ones(len(whole), dtype=bool)
    moved[1:] = (np.diff(whole, axis=0) != 0).any(axis=1)
    whole = whole[moved]
    steps = np.vstack([whole[:1], np.diff(whole, axis=0)])
    return [int(value) for value in steps.ravel()]
