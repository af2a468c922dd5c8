"""Graphs to cut: synthetic towns of known geometry, real towns, instances with proven answers."""

from __future__ import annotations

import gzip
import json
import math
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import Voronoi, cKDTree

Array = np.ndarray[Any, Any]

HECTARE_M2 = 10_000.0


@dataclass(frozen=True)
class World:
    """A map as the engine sees it, and the geometry needed to judge shapes.

    ``outer_m`` is the length of a patch's border that it shares with no other patch; ``xy`` are
    places, which some peers need and the engine does not.
    """

    name: str
    load: Array
    edges: Array
    border_m: Array
    area_m2: Array
    outer_m: Array
    xy: Array


def voronoi_world(patches: int, *, seed: int = 0) -> World:
    """Build a square town of Voronoi patches of one hectare on average.

    Loads are a factor by class (seven spatially clustered classes) times a lognormal(0.7) number,
    clipped at 15 times the mean: coefficient of variation about 1.1.
    """
    rng = np.random.default_rng(seed)
    side = np.sqrt(patches * HECTARE_M2)
    xy = rng.random((patches, 2)) * side
    # Mirror images behind every side make the cells end exactly at the side.
    mirrored = [xy]
    owner = [np.arange(patches)]
    rim = 12.0 * np.sqrt(HECTARE_M2)
    for axis in (0, 1):
        for wall in (0.0, side):
            near = np.flatnonzero(np.abs(xy[:, axis] - wall) < rim)
            image = xy[near].copy()
            image[:, axis] = 2 * wall - image[:, axis]
            mirrored.append(image)
            owner.append(near)
    points = np.vstack(mirrored)
    diagram = Voronoi(points)
    pair = diagram.ridge_points
    ends = np.array(diagram.ridge_vertices)
    known = (ends >= 0).all(axis=1) & (pair.min(axis=1) < patches)
    pair, ends = pair[known], ends[known]
    length = np.linalg.norm(diagram.vertices[ends[:, 0]] - diagram.vertices[ends[:, 1]], axis=1)
    apart = np.linalg.norm(points[pair[:, 0]] - points[pair[:, 1]], axis=1)
    area = np.zeros(patches)
    outer = np.zeros(patches)
    for column in (0, 1):
        ours = pair[:, column] < patches
        np.add.at(area, pair[ours, column], (length * apart / 4.0)[ours])
    inside = pair.max(axis=1) < patches
    wall = ~inside
    np.add.at(outer, pair[wall].min(axis=1), length[wall])
    edges, border = pair[inside], length[inside]
    keep = border > 1e-6
    load = _clustered_loads(xy / side, patches, rng)
    name = f"Voronoi {patches:,}"
    return World(name, load, edges[keep].astype(np.int64), border[keep], area, outer, xy)


def _clustered_loads(xy: Array, patches: int, rng: np.random.Generator) -> Array:
    """Loads whose level follows seven spatial classes."""
    centres = rng.random((max(7, patches // 60), 2))
    kind = rng.integers(0, 7, len(centres))
    factor = np.array([0.3, 0.5, 0.8, 1.0, 1.3, 1.8, 2.5])
    nearest = cKDTree(centres).query(xy)[1]
    load = factor[kind[nearest]] * rng.lognormal(0.0, 0.7, patches)
    return np.minimum(load, 15 * load.mean())


@dataclass(frozen=True)
class Instance:
    """A graph with unit borders, limits of the load, and the proven least number of cut edges."""

    name: str
    load: Array
    edges: Array
    zones: int
    low: int
    high: int
    proven: int
    gerrychain_cut: int
    gerrychain_s: float


def districting_instances() -> list[Instance]:
    """Read the nine districting instances; limits are 0.5 % around the mean load."""
    path = Path(__file__).parent / "data" / "districting.json.gz"
    instances = []
    for one in json.loads(gzip.decompress(path.read_bytes())):
        mean = Fraction(sum(one["load"]), one["zones"])
        instances.append(
            Instance(
                one["name"],
                np.array(one["load"]),
                np.array(one["edges"]),
                one["zones"],
                math.ceil(mean * Fraction(995, 1000)),
                math.floor(mean * Fraction(1005, 1000)),
                one["proven_min_cut_edges"],
                one["gerrychain_10000_steps"]["cut_edges"],
                one["gerrychain_10000_steps"]["seconds"],
            )
        )
    return instances


def pieces(world: World) -> Array:
    """Number the connected pieces of a world, on every patch."""
    n = world.load.size
    a, b = world.edges[:, 0], world.edges[:, 1]
    joined = coo_matrix((np.ones(a.size), (a, b)), shape=(n, n))
    return connected_components(joined, directed=False)[1]


def town_world(name: str) -> World:
    """Read a sample town as its plan cuts it into patches, whatever their use."""
    from gridmap.split.split import graph_of
    from gridmap.workflow.workflow import make_plan

    plan = make_plan(Path(__file__).parent.parent / "data" / name)
    patches = plan.patches
    graph = graph_of(patches, rules=plan.rules)
    edges, border = np.asarray(graph.edges), np.asarray(graph.border_m)
    load = patches["load_h"].to_numpy(dtype=float)
    outer = patches.geometry.length.to_numpy().copy()
    for column in (0, 1):
        np.subtract.at(outer, edges[:, column], border)
    centre = patches.geometry.centroid
    places = np.column_stack([centre.x, centre.y])
    area = patches.geometry.area.to_numpy()
    return World(name, load, edges, border, area, np.maximum(outer, 0.0), places)
