"""All plans of small ground counted out: what an answer on the edge of the possible is held to.

Sets of patches are bits of an integer. Connected sets are grown patch by patch, and plans put
together of those within the limits, each zone around the first patch that is still without one.
Nothing of the engine is used.
"""

import numpy as np
from scipy.spatial import Delaunay


def zones_within(load, edges, low, high):
    """All connected sets with a load in [low, high], by their first patches."""
    n = len(load)
    near = [0] * n
    for a, b in np.asarray(edges).tolist():
        near[a] |= 1 << b
        near[b] |= 1 << a
    carried = {1 << v: int(load[v]) for v in range(n)}
    rim = list(carried)
    while rim:
        zone = rim.pop()
        for v in range(n):
            wider = zone | 1 << v
            if near[v] & zone and wider not in carried and carried[zone] + load[v] <= high:
                carried[wider] = carried[zone] + int(load[v])
                rim.append(wider)
    found = [[] for _ in range(n)]
    for zone, total in carried.items():
        if low <= total <= high:
            found[(zone & -zone).bit_length() - 1].append(zone)
    return found


def count_plans(load, edges, border, zones, low, high):
    """How many plans there are, and the shortest border of one (infinite where there is none)."""
    within = zones_within(load, edges, low, high)
    sides = [(1 << a, 1 << b, w) for (a, b), w in zip(edges.tolist(), border, strict=True)]
    half = {
        zone: sum(w for a, b, w in sides if bool(zone & a) != bool(zone & b)) / 2
        for those in within
        for zone in those
    }
    known = {(0, 0): (1, 0.0)}

    def rest(open_to, left):
        if left == 0 or open_to == 0:
            return known.get((open_to, left), (0, np.inf))
        if (open_to, left) not in known:
            count, least = 0, np.inf
            for zone in within[(open_to & -open_to).bit_length() - 1]:
                if zone & ~open_to == 0:
                    more, further = rest(open_to & ~zone, left - 1)
                    count, least = count + more, min(least, half[zone] + further)
            known[open_to, left] = count, least
        return known[open_to, left]

    return rest((1 << len(load)) - 1, zones)


def on_the_edge(seed):
    """Random ground, and the narrowest limits around the mean load that still have a plan.

    Returns loads, edges, borders, zones and the limits; none where no limits have a plan or where
    the narrowest start at 0.
    """
    rng = np.random.default_rng(seed)
    n, zones = int(rng.integers(9, 14)), int(rng.integers(2, 6))
    corners = Delaunay(rng.random((n, 2))).simplices
    sides = np.vstack([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [0, 2]]])
    edges = np.unique(np.sort(sides, axis=1), axis=0)
    if seed % 2:  # sparse, at times in parts
        edges = edges[rng.random(len(edges)) < 0.6]
    load = rng.integers(1, 60, n) if seed % 4 < 2 else rng.integers(100, 20_000, n)
    if seed % 3 == 0:
        load[rng.integers(n)] = int(load.sum() / zones * 0.8)
    border = rng.integers(1, 9, len(edges)).astype(float)
    least, most = -(-int(load.sum()) // zones), int(load.sum()) // zones
    too_narrow, wide = -1, least - 1
    if wide < 0 or not count_plans(load, edges, border, zones, 1, most + wide)[0]:
        return None
    while wide - too_narrow > 1:
        middle = (wide + too_narrow) // 2
        if (
            least - middle <= most + middle
            and (count_plans(load, edges, border, zones, least - middle, most + middle)[0])
        ):
            wide = middle
        else:
            too_narrow = middle
    return load, edges, border, zones, least - wide, most + wide
