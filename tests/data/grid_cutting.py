"""Cut a town into villages and level-3 grids along its roads and streams.

The lines of the town make faces; faces are gathered into compact, contiguous, balanced regions
whose borders prefer main roads. Used by `make_bayreuth.py`; nothing of the application imports it.
"""

from collections import defaultdict
from itertools import pairwise

import numpy as np
import shapely

__all__ = ["cut_regions", "faces_of_lines", "make_faces"]

PRECISION_M = 0.01
LEAST_FACE_M2 = 15_000
EXTENSION_M = 600
# What a metre of border costs, by the kind of line it lies on: a border on a main road is cheap.
BORDER_COST = {"main": 0.35, "road": 0.5, "stream": 0.7, "track": 1.0, "extension": 1.8}
BALANCE, SPREAD, BORDER = 8.0, 3.0, 0.22


def make_faces(
    lines: dict[str, np.ndarray], window: shapely.Polygon
) -> tuple[np.ndarray, dict[tuple[int, int], float]]:
    """Make the faces between lines and the cost of every border between two of them.

    Parameters
    ----------
    lines
        Lines by kind: main, road, track, stream. Dead ends are continued straight to the next line.
    window
        Outline of the town.

    Returns
    -------
    Faces, an exact tiling of the window, and cost by pair of positions (left < right).
    """
    clipped = {kind: shapely.intersection(items, window) for kind, items in lines.items()}
    clipped["extension"] = _continue_dead_ends(np.concatenate(list(clipped.values())), window)
    faces = faces_of_lines(np.concatenate(list(clipped.values())), window)
    faces = _merge_small(faces)
    return faces, _border_costs(faces, clipped)


def faces_of_lines(lines: np.ndarray, window: shapely.Polygon) -> np.ndarray:
    """Polygons between the noded lines and the border of the window, north-west first."""
    noded = shapely.union_all([*lines, window.boundary], grid_size=PRECISION_M)
    faces = shapely.get_parts(shapely.polygonize([noded]))
    faces = faces[shapely.area(faces) > 0]
    centre = shapely.centroid(faces)
    return faces[np.lexsort((shapely.get_x(centre), -shapely.get_y(centre)))]


def _continue_dead_ends(lines: np.ndarray, window: shapely.Polygon) -> np.ndarray:
    """Straight continuations of the ends of lines that meet no other line."""
    noded = shapely.union_all([*lines, window.boundary], grid_size=PRECISION_M)
    edges = shapely.get_parts(shapely.line_merge(noded))
    count: dict[tuple[float, float], int] = defaultdict(int)
    ends = []
    for edge in edges:
        points = shapely.get_coordinates(edge)
        for end, before in ((points[0], points[1]), (points[-1], points[-2])):
            count[tuple(end)] += 1
            ends.append((tuple(end), end - before))
    tree = shapely.STRtree(edges)
    added = []
    for end, direction in ends:
        if count[end] > 1 or not np.hypot(*direction):
            continue
        step = direction / np.hypot(*direction)
        ray = shapely.LineString([end + 0.5 * step, end + EXTENSION_M * step])
        met = shapely.intersection(edges[tree.query(ray, "intersects")], ray)
        met = shapely.get_parts(shapely.extract_unique_points(met))
        if len(met):
            nearest = met[np.argmin(shapely.distance(met, shapely.Point(end)))]
            # A little beyond the line, so that noding makes the crossing.
            reach = shapely.get_coordinates(nearest)[0] + 0.05 * step
            added.append(shapely.LineString([end, reach]))
    return np.array(added, dtype=object)


def _merge_small(faces: np.ndarray) -> np.ndarray:
    """Join faces too small to stand alone to the neighbour with the longest border."""
    owner = np.arange(len(faces))
    area = shapely.area(faces)
    borders = _shared_segments(faces)
    while True:
        total = np.bincount(owner, weights=area, minlength=len(faces))
        live = np.unique(owner)
        small = live[total[live] < LEAST_FACE_M2]
        if not len(small):
            break
        lightest = small[np.argmin(total[small])]
        shared: dict[int, float] = defaultdict(float)
        for (left, right), segments in borders.items():
            pair = {int(owner[left]), int(owner[right])}
            if lightest in pair and len(pair) == 2:
                other = (pair - {int(lightest)}).pop()
                shared[other] += sum(np.hypot(*(b - a)) for a, b in segments)
        owner[owner == lightest] = max(shared, key=lambda key: (shared[key], -key))
    return np.array([shapely.coverage_union_all(faces[owner == key]) for key in np.unique(owner)])


def _shared_segments(faces: np.ndarray) -> dict[tuple[int, int], list]:
    """Segments on the border of two faces, by pair of positions."""
    seen: dict[tuple, int] = {}
    shared: dict[tuple[int, int], list] = defaultdict(list)
    for position, face in enumerate(faces):
        for ring in shapely.get_rings(face):
            points = shapely.get_coordinates(ring)
            for start, end in pairwise(points):
                key = tuple(sorted((tuple(start), tuple(end))))
                if key in seen:
                    shared[(seen[key], position)].append((start, end))
                else:
                    seen[key] = position
    return {pair: items for pair, items in shared.items() if pair[0] != pair[1]}


def _border_costs(faces: np.ndarray, lines: dict[str, np.ndarray]) -> dict[tuple[int, int], float]:
    """Length of every border in km, weighted by the cheapest kind of line it lies on."""
    kinds = sorted(lines, key=lambda kind: BORDER_COST[kind])
    trees = {kind: shapely.STRtree(lines[kind]) for kind in kinds if len(lines[kind])}
    costs = {}
    for pair, segments in _shared_segments(faces).items():
        cost = 0.0
        for start, end in segments:
            middle = shapely.Point((start + end) / 2)
            kind = next(
                (k for k in trees if len(trees[k].query(middle, "dwithin", distance=0.05))),
                "extension",
            )
            cost += BORDER_COST[kind] * float(np.hypot(*(end - start)))
        costs[pair] = cost / 1000
    return costs


def cut_regions(
    weight: np.ndarray,
    centre: np.ndarray,
    costs: dict[tuple[int, int], float],
    *,
    regions: int,
    seed: int,
    sweeps: int = 400,
) -> np.ndarray:
    """Gather faces into contiguous regions of about equal weight with cheap borders.

    Grown from well-spread seeds, then bettered by annealed moves of single faces across borders.

    Returns
    -------
    Region of every face, 0 to `regions` - 1.
    """
    rng = np.random.default_rng(seed)
    near: list[dict[int, float]] = [{} for _ in weight]
    for (left, right), cost in costs.items():
        near[left][right] = near[right][left] = cost
    label = _grow(weight, centre, near, regions, rng)
    target = weight.sum() / regions
    total = np.bincount(label, weights=weight, minlength=regions)
    moment = np.zeros((regions, 2))
    np.add.at(moment, label, centre * weight[:, None])
    size = np.bincount(label, minlength=regions)
    scale = np.ptp(centre, axis=0).mean() / np.sqrt(regions)

    def spread(face: int, region: int) -> float:
        middle = moment[region] / max(total[region], 1e-12)
        return weight[face] / target * float(((centre[face] - middle) ** 2).sum()) / scale**2

    steps = sweeps * len(weight)
    for step in range(steps):
        heat = 0.25 * (1 - step / steps) ** 2 + 1e-4
        face = int(rng.integers(len(weight)))
        own = int(label[face])
        others = sorted({int(label[other]) for other in near[face]} - {own})
        if not others or size[own] == 1:
            continue
        new = others[int(rng.integers(len(others)))]
        before = ((total[own] / target - 1) ** 2) + ((total[new] / target - 1) ** 2)
        after = ((total[own] - weight[face]) / target - 1) ** 2
        after += ((total[new] + weight[face]) / target - 1) ** 2
        cut = sum(c for o, c in near[face].items() if label[o] == own)
        cut -= sum(c for o, c in near[face].items() if label[o] == new)
        change = BALANCE * (after - before) + BORDER * cut
        change += SPREAD * (spread(face, new) - spread(face, own))
        if change > 0 and rng.random() >= np.exp(-change / heat):
            continue
        if not _stays_whole(face, own, label, near):
            continue
        label[face] = new
        for region, sign in ((own, -1), (new, 1)):
            total[region] += sign * weight[face]
            moment[region] += sign * weight[face] * centre[face]
            size[region] += sign
    return label


def _grow(weight, centre, near, regions, rng) -> np.ndarray:
    """Grow regions from well-spread seeds, the lightest first."""
    seeds = [int(rng.integers(len(weight)))]
    while len(seeds) < regions:
        gap = np.min([((centre - centre[s]) ** 2).sum(1) for s in seeds], axis=0)
        seeds.append(int(np.argmax(gap * (weight > 0))))
    label = np.full(len(weight), -1)
    label[seeds] = np.arange(regions)
    total = weight[seeds].copy()
    while (label < 0).any():
        for region in np.argsort(total, kind="stable"):
            edge = {o for f in np.flatnonzero(label == region) for o in near[f] if label[o] < 0}
            if edge:
                start = centre[seeds[region]]
                best = min(edge, key=lambda f: (float(((centre[f] - start) ** 2).sum()), f))
                label[best] = region
                total[region] += weight[best]
                break
    return label


def _stays_whole(face: int, own: int, label: np.ndarray, near: list[dict[int, float]]) -> bool:
    """Whether the region stays in one piece without the face."""
    wanted = {other for other in near[face] if label[other] == own}
    if len(wanted) < 2:
        return bool(wanted)
    queue = [min(wanted)]
    seen = {face, queue[0]}
    while queue:
        for other in near[queue.pop()]:
            if other not in seen and label[other] == own:
                seen.add(other)
                queue.append(other)
    return wanted <= seen
