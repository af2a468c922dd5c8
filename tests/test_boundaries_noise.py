"""Dirty borders: what real files bring must not change who borders whom."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely import Polygon, box

from boundaries.neighbours import neighbours
from boundaries.slivers import join_slivers
from boundaries.tiling import make_tiling

CRS = "EPSG:4547"
SIDE = 1000.0


def parcels(seed):
    points = np.random.default_rng(seed).uniform(0, SIDE, (150, 2))
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(points)))
    cells = shapely.coverage_clean(shapely.intersection(cells, box(0, 0, SIDE, SIDE)))
    # Borders shorter than a metre are no borders under the rules, and noise may turn them round.
    return shapely.set_precision(cells, 0.001)


def redrawn(shapes, change):
    """Redraw every outline for itself: `change` gets its vertices without the closing one."""
    rings = [change(shapely.get_coordinates(shape)[:-1]) for shape in shapes]
    return np.array([Polygon(ring) for ring in rings], dtype=object)


def shaken(noise_m, rng):
    return lambda ring: ring + rng.uniform(-noise_m, noise_m, ring.shape)


def with_vertices(share, rng):
    """Put a vertex into a share of all sides, on the line as well as a computer can."""

    def change(ring):
        following = np.roll(ring, -1, axis=0)
        chosen = rng.random(len(ring)) < share
        middle = ring + (following - ring) * rng.uniform(0.2, 0.8, (len(ring), 1))
        return np.insert(ring, np.flatnonzero(chosen) + 1, middle[chosen], axis=0)

    return change


def doubled(ring):
    return np.repeat(ring, 2, axis=0)


def borders(shapes):
    """Pairs of records that share more than a metre of border, after tiling."""
    ground = gpd.GeoDataFrame(
        {
            "category": "farmland",
            "subclass": "",
            "layer": "parcels",
            "record": [f"{row:03d}" for row in range(len(shapes))],
            "name": "",
        },
        geometry=shapes,
        crs=CRS,
    )
    town = gpd.GeoSeries({"1": box(0, 0, SIDE, SIDE)}, crs=CRS)
    tiling = join_slivers(make_tiling(ground, town), min_width_m=0.1, min_area_m2=1.0)
    patches = tiling.patches
    assert shapely.coverage_is_valid(patches.geometry.to_numpy())
    assert patches.area.sum() == pytest.approx(SIDE**2, rel=1e-9)
    record = patches["record"].to_numpy()
    pairs = neighbours(patches.geometry)
    pairs = pairs[pairs["border_m"] > 1.0]
    return {
        tuple(sorted((record[left], record[right])))
        for left, right in pairs[["left", "right"]].to_numpy()
    }


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("fault", ["noise 1e-9 m", "noise 1 mm", "T-junctions", "doubled"])
def test_dirty_borders_change_the_neighbours_by_nothing(fault, seed):
    rng = np.random.default_rng(seed)
    clean = parcels(seed)
    change = {
        "noise 1e-9 m": shaken(1e-9, rng),
        "noise 1 mm": shaken(0.001, rng),
        "T-junctions": with_vertices(0.1, rng),
        "doubled": doubled,
    }[fault]
    dirty = redrawn(clean, change)
    if fault != "doubled":
        assert not shapely.coverage_is_valid(dirty)
    assert borders(dirty) == borders(clean)


@pytest.mark.parametrize("seed", [4, 5])
def test_neighbours_are_the_geometric_truth_after_tiling(seed):
    """Against intersection of outlines, on the dirtiest parcels of all."""
    rng = np.random.default_rng(seed)
    clean = parcels(seed)
    dirty = redrawn(redrawn(clean, with_vertices(0.1, rng)), shaken(0.001, rng))
    one, two = shapely.STRtree(clean).query(clean, predicate="intersects")
    shared = shapely.length(
        shapely.intersection(shapely.boundary(clean[one]), shapely.boundary(clean[two]))
    )
    truth = {
        (f"{first:03d}", f"{second:03d}")
        for first, second, length in zip(one, two, shared, strict=True)
        if first < second and length > 1.0
    }
    assert borders(dirty) == truth
