"""Zones of so many households: blocks of homes cut into grids between a least and a most.

The engine finds zones within the band where there are some. Where a block allows none, as few zones
as possible lie outside, and these as little as can be: exactly for small blocks, for larger ones by
solving a zone and what is beside it again and again. Works on arrays; knows no geometry.
"""

from collections.abc import Iterator

import numpy as np

from boundaries.topology.connected import number_parts
from gridmap.partition.model.request import Options, read_request
from gridmap.partition.search.plan import plan_afresh
from layers.contract.kernel import kernel

__all__ = ["EXACT", "household_zones", "mended", "share_exactly"]

EXACT = 13
"""Blocks, or parts of one, with so many pieces are shared out exactly."""

_TRIES = 4  # numbers of zones that are tried for one block
_WIDER = 8  # sets of three zones that are tried around one
_WHOLE = 1e6  # households are counted in millionths where area shares them out


def household_zones(
    households: np.ndarray,
    edges: np.ndarray,
    cost_m: np.ndarray,
    *,
    band: tuple[float, float],
    seed: int = 0,
    effort: str | float = "default",
) -> np.ndarray:
    """Share pieces of ground out into connected zones with so many households each.

    Parameters
    ----------
    households
        (n,) households on each piece, 0 or more; a piece is never cut.
    edges, cost_m
        (m, 2) neighbouring pieces and (m,) what a border between them costs.
    band
        Least and most households of a zone. A piece with more than the most is a zone, together
        with ground where nobody lives.
    seed, effort
        As for `gridmap.partition.partition`.

    Returns
    -------
    (n,) zones, numbered from 0. No zone has more than the most but for a single such piece.
    """
    most = band[1]
    capped = np.minimum(households, most)
    part = number_parts(len(households), *edges.T)
    order = np.argsort(part, kind="stable")
    bounds = np.searchsorted(part[order], np.arange(part.max(initial=-1) + 2))
    place = np.empty(len(part), dtype=np.int64)
    place[order] = np.arange(len(part)) - bounds[part[order]]
    of_part = np.argsort(part[edges[:, 0]], kind="stable") if len(edges) else np.empty(0, int)
    ends = np.searchsorted(part[edges[of_part, 0]], np.arange(len(bounds)))
    label, count = np.zeros(len(part), dtype=np.int64), 0
    for one in range(len(bounds) - 1):
        members = order[bounds[one] : bounds[one + 1]]
        inside = of_part[ends[one] : ends[one + 1]]
        found = _zones(capped[members], place[edges[inside]], cost_m[inside], band, seed, effort)
        label[members] = count + found
        count += int(found.max()) + 1
    return label


def _zones(
    load: np.ndarray,
    edges: np.ndarray,
    cost_m: np.ndarray,
    band: tuple[float, float],
    seed: int,
    effort: str | float,
) -> np.ndarray:
    """Share out one connected block."""
    least, most = band
    total = float(load.sum())
    fewest, end = _counts(total, band)
    if fewest <= 1:
        return np.zeros(len(load), dtype=np.int64)
    best, wanted = None, (np.inf, np.inf)
    for count in list(range(fewest, max(end, fewest + 1)))[:_TRIES]:
        options = Options(most, count, least, None, None, None, seed, effort)
        label, _, _, reasons = plan_afresh(read_request(load, edges, cost_m, options))
        found = label.astype(np.int64)
        if not reasons:
            return found
        miss = _missed(load, found, band)
        if miss < wanted:
            best, wanted = found, miss
        if len(load) <= EXACT:
            break  # what is exact looks at all numbers
    assert best is not None
    return mended(load, edges, cost_m, best, band)


def _missed(load: np.ndarray, label: np.ndarray, band: tuple[float, float]) -> tuple[int, float]:
    """Count zones outside the band, and by how many households they are."""
    total = np.bincount(label, weights=load)
    away = np.maximum(band[0] - total, 0) + np.maximum(total - band[1], 0)
    return int((away > 1e-9).sum()), round(float(away.sum()), 6)


def mended(
    load: np.ndarray,
    edges: np.ndarray,
    cost_m: np.ndarray,
    label: np.ndarray,
    band: tuple[float, float],
) -> np.ndarray:
    """Solve zones outside the band with what is beside them exactly, until nothing gets better.

    Parameters
    ----------
    load, edges, cost_m, band
        As in `household_zones`; no piece has more than the most.
    label
        (n,) zones as they are, from 0.

    Returns
    -------
    (n,) zones of which fewer are outside the band, or by less; else `label` itself.
    """
    best = _missed(load, label, band)
    better = True
    while better and best[0]:
        better = False
        for some in _surroundings(load, edges, label, band):
            place = np.full(len(load), -1)
            place[some] = np.arange(len(some))
            inside = (place[edges] >= 0).all(axis=1)
            again = _shared(load[some], place[edges[inside]], cost_m[inside], band)
            if again is None:
                continue
            tried = label.copy()
            tried[some] = label.max() + 1 + again
            tried = np.unique(tried, return_inverse=True)[1]
            miss = _missed(load, tried, band)
            if miss < best:
                label, best, better = tried, miss, True
                break
    return label


def _shared(
    load: np.ndarray, edges: np.ndarray, cost_m: np.ndarray, band: tuple[float, float]
) -> np.ndarray | None:
    """Share out the pieces of a few zones anew: exactly, or within the band by the engine."""
    if len(load) <= EXACT:
        return share_exactly(load, edges, cost_m, band)
    total = float(load.sum())
    if total <= band[1]:
        return np.zeros(len(load), dtype=np.int64)
    for count in range(*_counts(total, band)):
        options = Options(band[1], count, band[0], None, None, None, 0, "fast")
        label, _, _, reasons = plan_afresh(read_request(load, edges, cost_m, options))
        if not reasons:
            return label.astype(np.int64)
    return None


def _counts(total: float, band: tuple[float, float]) -> tuple[int, int]:
    """From the fewest zones to one more than the most that so many households can fill."""
    return int(np.ceil(total / band[1] - 1e-9)), int(total / max(band[0], 1.0) + 1e-9) + 1


def _surroundings(
    load: np.ndarray, edges: np.ndarray, label: np.ndarray, band: tuple[float, float]
) -> Iterator[np.ndarray]:
    """Pieces of a zone outside the band with those of one zone beside, or of two."""
    if len(load) <= EXACT:
        yield np.arange(len(load))
        return
    total = np.bincount(label, weights=load)
    beside: list[set[int]] = [set() for _ in range(len(total))]
    for one, other in label[edges].tolist():
        if one != other:
            beside[one].add(other)
            beside[other].add(one)
    for zone in np.flatnonzero((total < band[0]) | (total > band[1])).tolist():
        near = sorted(beside[zone])
        sets: list[tuple[int, ...]] = [(zone, one) for one in near]
        wider = ((zone, one, two) for one in near for two in sorted(beside[one]) if two != zone)
        sets += list(wider)[:_WIDER]
        for zones in sets:
            yield np.flatnonzero(np.isin(label, zones))


def share_exactly(
    load: np.ndarray, edges: np.ndarray, cost_m: np.ndarray, band: tuple[float, float]
) -> np.ndarray:
    """Share out few pieces so that the fewest zones lie outside the band, and by the least.

    Parameters
    ----------
    load
        (n,) households, n up to `EXACT`; none above the most.
    edges, cost_m, band
        As in `household_zones`.

    Returns
    -------
    (n,) connected zones, none above the most; of equal ones those with the shortest border.
    """
    count = len(load)
    beside = np.zeros(count, dtype=np.int64)
    np.bitwise_or.at(beside, edges[:, 0], 1 << edges[:, 1])
    np.bitwise_or.at(beside, edges[:, 1], 1 << edges[:, 0])
    whole = np.rint(load * _WHOLE).astype(np.int64)
    least, most = (round(end * _WHOLE) for end in band)
    border = np.zeros((count, count))
    np.add.at(border, (edges[:, 0], edges[:, 1]), cost_m)
    chosen = _best_masks(whole, beside, border + border.T, least, most)
    label = np.zeros(count, dtype=np.int64)
    for zone, mask in enumerate(chosen.tolist()):
        label[[piece for piece in range(count) if mask >> piece & 1]] = zone
    return label


@kernel()
def _is_connected(mask: int, beside: np.ndarray) -> bool:
    """Tell whether the pieces of a set hang together."""
    reached = mask & -mask
    while True:
        wider = reached
        for piece in range(beside.size):
            if reached >> piece & 1:
                wider |= beside[piece] & mask
        if wider == reached:
            return reached == mask
        reached = wider


@kernel()
def _best_masks(
    load: np.ndarray, beside: np.ndarray, border: np.ndarray, least: int, most: int
) -> np.ndarray:
    """Find the best zones as sets of bits, over all ways to share the pieces out."""
    count = load.size
    full = (1 << count) - 1
    away = np.full(full + 1, -1, np.int64)  # of a zone: households outside the band; -1: no zone
    inner = np.zeros(full + 1)
    for mask in range(1, full + 1):
        total = 0
        for one in range(count):
            if mask >> one & 1:
                total += load[one]
                for two in range(one):
                    if mask >> two & 1:
                        inner[mask] += border[one, two]
        if total <= most and _is_connected(mask, beside):
            away[mask] = max(least - total, 0)
    # The best of every set: zones outside, by how much, number of zones, border inside zones.
    out = np.full(full + 1, count + 1, np.int64)
    far = np.zeros(full + 1, np.int64)
    zones = np.zeros(full + 1, np.int64)
    kept = np.zeros(full + 1)
    choice = np.zeros(full + 1, np.int64)
    out[0] = 0
    for mask in range(1, full + 1):
        low = mask & -mask
        rest = mask ^ low
        sub = rest
        while True:
            zone = sub | low
            left = mask ^ zone
            if away[zone] >= 0 and out[left] <= count:
                a = out[left] + (1 if away[zone] > 0 else 0)
                b = far[left] + away[zone]
                c = zones[left] + 1
                d = kept[left] + inner[zone]
                if (
                    a < out[mask]
                    or (a == out[mask] and b < far[mask])
                    or (a == out[mask] and b == far[mask] and c < zones[mask])
                    or (
                        a == out[mask]
                        and b == far[mask]
                        and c == zones[mask]
                        and d > kept[mask] + 1e-9
                    )
                ):
                    out[mask], far[mask], zones[mask], kept[mask] = a, b, c, d
                    choice[mask] = zone
            if sub == 0:
                break
            sub = (sub - 1) & rest
    found = np.empty(count, np.int64)
    number, mask = 0, full
    while mask:
        found[number] = choice[mask]
        mask ^= choice[mask]
        number += 1
    return found[:number]
