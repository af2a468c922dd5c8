"""Which pieces of ground a link would join: pairs the caller allows, or the nearest by the graph.

The engine sees no geometry. Without candidates of the caller it looks how few patches of other
categories lie between two pieces of one category.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from gridmap.partition.model.bound import fewest_of_parts
from gridmap.partition.model.components import Ground
from gridmap.partition.model.request import Request
from gridmap.partition.model.types import Array

__all__ = ["MOST_LINKS", "candidate_links", "choose_links", "pieces_of"]

MOST_LINKS = 12
"""More links than this are no cheap way out."""


def candidate_links(request: Request, ground: Ground) -> Array:
    """List pairs of patches that would join two components of one category, the nearest first."""
    piece = pieces_of(ground)
    if request.links.size:
        one, two = request.links.T
        kept = (request.group[one] == request.group[two]) & (piece[one] != piece[two])
        return request.links[kept & (piece[one] >= 0) & (piece[two] >= 0)]
    return _by_hops(request, piece)


def pieces_of(ground: Ground) -> Array:
    """Number every patch by its component; -1 for patches that stand alone."""
    piece = np.full(ground.alone.size, -1, np.int64)
    piece[ground.order] = np.repeat(np.arange(ground.sizes.size), ground.sizes)
    return piece


def _by_hops(request: Request, piece: Array) -> Array:
    """Find pairs by breadth-first searches from all components of a category at once."""
    n = piece.size
    ends = np.concatenate([request.head, request.tail])
    order = np.argsort(ends, kind="stable")
    others = np.concatenate([request.tail, request.head])[order]
    ptr = np.concatenate([[0], np.cumsum(np.bincount(ends, minlength=n))])
    found: list[tuple[int, int, int]] = []
    names, first = np.unique(piece, return_index=True)
    first = first[names >= 0]
    kinds, counts = np.unique(request.group[first], return_counts=True)
    for kind in kinds[counts > 1].tolist():
        own = (request.group == kind) & (piece >= 0)
        found.extend(_between(ptr, others, piece, own))
        # Where no way leads across, any pair would do: that of the first patches.
        starts = first[request.group[first] == kind]
        found.extend((n, int(a), int(b)) for a, b in pairwise(starts))
    found.sort()
    return np.array([(a, b) for _, a, b in found], dtype=np.int64).reshape(-1, 2)


def _between(ptr: Array, nbr: Array, piece: Array, own: Array) -> list[tuple[int, int, int]]:
    """List (hops, patch, patch) for pieces of one category that other ground lies between."""
    source = np.full(piece.size, -1, np.int64)
    hops = np.zeros(piece.size, np.int64)
    rim = np.flatnonzero(own).tolist()
    source[rim] = rim
    best: dict[tuple[int, int], tuple[int, int, int]] = {}
    while rim:
        new = []
        for v in rim:
            for u in nbr[ptr[v] : ptr[v + 1]].tolist():
                if source[u] < 0:
                    source[u], hops[u] = source[v], hops[v] + 1
                    new.append(u)
                    continue
                a, b = sorted((int(source[v]), int(source[u])))
                if piece[a] != piece[b]:
                    key = (int(piece[a]), int(piece[b]))
                    one = (int(hops[v] + hops[u]) + 1, a, b)
                    best[key] = min(best.get(key, one), one)
        rim = new
    return list(best.values())


def choose_links(
    request: Request, ground: Ground, pairs: Array, goal: int | None
) -> list[tuple[int, int]]:
    """Choose the nearest links after which nothing speaks against the request any more.

    With a `goal`, links are chosen that save a zone each until so many can be enough; without,
    links of components that no number of zones brings within the limits. Returns an empty list
    when that takes too many links, or is not possible.
    """
    piece = pieces_of(ground)
    root = list(range(ground.sizes.size))
    total = ground.totals.tolist()
    bound = fewest_of_parts(request.units, ground.order, ground.sizes, request.cap).tolist()
    now = sum(bound) + int(ground.alone.sum())

    def find(p: int) -> int:
        while root[p] != p:
            p = root[p]
        return p

    def helps(p: int, q: int) -> bool:
        if goal is not None:
            return _zones(total[p] + total[q], request.cap) < bound[p] + bound[q]
        return _outside(total[p], request) or _outside(total[q], request)

    def finished() -> bool:
        if goal is not None:
            return now <= goal
        return not any(_outside(total[p], request) for p in range(len(root)) if root[p] == p)

    chosen: list[tuple[int, int]] = []
    while not finished() and len(chosen) < MOST_LINKS:
        for a, b in pairs.tolist():
            p, q = find(int(piece[a])), find(int(piece[b]))
            if p != q and helps(p, q):
                root[q] = p
                total[p] += total[q]
                joined = _zones(total[p], request.cap)
                now -= bound[p] + bound[q] - joined
                bound[p] = joined
                chosen.append((a, b))
                break
        else:
            return []
    return chosen if finished() else []


def _zones(load: int, cap: int) -> int:
    """Bound the zones of a load."""
    return max(-(-load // cap), 1)


def _outside(load: int, request: Request) -> bool:
    """Tell whether no number of zones brings a load within the limits."""
    return request.low > 0 and _zones(load, request.cap) > load // request.low
