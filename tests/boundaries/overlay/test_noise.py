"""Dirty borders: what real files bring must not change who borders whom."""

from functools import cache

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from project import ROOT
from shapely import Polygon, box

from boundaries.tiling.build import make_tiling
from boundaries.tiling.slivers import join_slivers
from boundaries.topology.neighbours import neighbours

CRS = "EPSG:4547"
SIDE = 1000.0
TOWNS = {"bayreuth": ROOT / "tests" / "data", "cambridge": ROOT / "data"}
SAMPLES = {"bayreuth": "EPSG:4547", "cambridge": "EPSG:26986"}
SQUARES = [  # where the layers are densest, and where the town is half built
    ("bayreuth", 0.55, 0.60),
    ("bayreuth", 0.25, 0.35),
    ("cambridge", 0.50, 0.45),
    ("cambridge", 0.25, 0.75),
]


def parcels(seed):
    points = np.random.default_rng(seed).uniform(0, SIDE, (150, 2))
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(points)))
    cells = shapely.coverage_clean(shapely.intersection(cells, box(0, 0, SIDE, SIDE)))
    # Borders shorter than a metre are no borders under the rules, and noise may turn them round.
    return shapely.set_precision(cells, 0.001)


def real_parcels(town, x, y, side):
    """Ground of all layers of a sample town in a square around a place, single polygons."""
    frames = [
        gpd.read_file(path).to_crs(SAMPLES[town])
        for path in sorted((TOWNS[town] / town).glob("*.fgb"))
        if path.stem not in ("roads", "buildings", "compounds")
    ]
    shapes = shapely.get_parts(shapely.force_2d(pd.concat(frames).geometry.to_numpy()))
    frame = box(x, y, x + side, y + side)
    shapes = shapes[shapely.intersects(shapes, frame) & shapely.is_valid(shapes)]
    shapes = shapely.get_parts(shapely.intersection(shapes, frame))
    return shapes[shapely.area(shapes) > 1], frame


def redrawn(shapes, change):
    """Redraw every outline for itself: `change` gets its vertices without the closing one."""
    return np.array(
        [
            Polygon(
                change(shapely.get_coordinates(shape.exterior)[:-1]),
                [change(shapely.get_coordinates(hole)[:-1]) for hole in shape.interiors],
            )
            for shape in shapes
        ],
        dtype=object,
    )


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


def faults(rng):
    """What files bring: each a change of the vertices of a ring."""
    return {
        "noise 1e-9 m": shaken(1e-9, rng),
        "noise 1 mm": shaken(0.001, rng),
        "T-junctions": with_vertices(0.1, rng),
        "doubled": doubled,
    }


def borders(shapes):
    """Pairs of records that share more than a metre of border, after tiling."""
    lengths = border_lengths(shapes, box(0, 0, SIDE, SIDE))
    return {pair for pair, length in lengths.items() if length > 1.0}


def border_lengths(shapes, town):
    """Length of the border of every pair of records after tiling, which is checked."""
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
    tiling = make_tiling(ground, gpd.GeoSeries({"1": town}, crs=CRS))
    patches = join_slivers(tiling, min_width_m=0.1, min_area_m2=1.0).patches
    assert shapely.coverage_is_valid(patches.geometry.to_numpy())
    assert patches.area.sum() == pytest.approx(town.area, rel=1e-9)
    assert_true_neighbours(patches.geometry)
    record = patches["record"].to_numpy()
    lengths = {}
    for left, right, border in neighbours(patches.geometry).to_numpy():
        pair = tuple(sorted((record[int(left)], record[int(right)])))
        lengths[pair] = lengths.get(pair, 0.0) + border
    return lengths


def assert_true_neighbours(geometry):
    """Against intersection: the same pairs, with borders of the same length."""
    shapes = geometry.to_numpy()
    one, two = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    one, two = one[one < two], two[one < two]
    edges = shapely.boundary(shapes)
    length = shapely.length(shapely.intersection(edges[one], edges[two]))
    truth = {
        (int(first), int(second)): border
        for first, second, border in zip(one, two, length, strict=True)
        if border > 1e-6
    }
    found = {
        (int(first), int(second)): border
        for first, second, border in neighbours(geometry).to_numpy()
        if border > 1e-6
    }
    assert found == pytest.approx(truth, abs=1e-5)


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("fault", faults(None))
def test_dirty_borders_change_the_neighbours_by_nothing(fault, seed):
    rng = np.random.default_rng(seed)
    clean = parcels(seed)
    dirty = redrawn(clean, faults(rng)[fault])
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


@cache
def drawn_once(town, x, y):
    """A square of 900 m or 300 m of a sample town, at shares of its extent, and its borders."""
    bounds = gpd.read_file(TOWNS[town] / town / "hierarchy.gpkg").to_crs(SAMPLES[town]).total_bounds
    side = 900 if town == "bayreuth" else 300
    west = bounds[0] + x * (bounds[2] - bounds[0])
    south = bounds[1] + y * (bounds[3] - bounds[1])
    shapes, frame = real_parcels(town, west, south, side)
    assert len(shapes) > 20
    return shapes, frame, border_lengths(shapes, frame)


@pytest.mark.parametrize("fault", faults(None))
@pytest.mark.parametrize(("town", "x", "y"), SQUARES)
def test_dirty_borders_of_real_parcels_change_the_neighbours_by_nothing(town, x, y, fault):
    """A border of a metre can pass the least border by the noise alone: 5 cm are left to it."""
    shapes, frame, clean = drawn_once(town, x, y)
    dirty = border_lengths(redrawn(shapes, faults(np.random.default_rng(9))[fault]), frame)
    for one, other in ((clean, dirty), (dirty, clean)):
        sure = {pair for pair, length in one.items() if length > 1.05}
        assert all(other.get(pair, 0.0) > 0.95 for pair in sure)
