"""Patches that are held together in the split: those of a building, a compound, a village group.

The engine cuts between patches; patches held together are one patch to it. Works on patches by
number; knows no geometry.
"""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from boundaries.topology.connected import number_parts
from gridmap.split.units import WHOLE_KINDS

__all__ = ["held", "held_homes", "meetings", "touching", "within"]


def held(
    unit: np.ndarray, groups: Iterable[list[int]], *, load: np.ndarray, most: float
) -> np.ndarray:
    """Join patches of one group after the other, where one micro-grid can carry all of it.

    Parameters
    ----------
    unit
        (n,) patches that are together already: the first of them, for each patch.
    groups
        Patches that touch each other, two or more; the most important group first.
    load, most
        (n,) load of each patch, and what one micro-grid can carry.

    Returns
    -------
    (n,) the first patch of those that each is together with now.
    """
    head = unit.tolist()
    total = np.bincount(unit, weights=load, minlength=len(unit)).tolist()

    def first_of(patch: int) -> int:
        while head[patch] != patch:
            head[patch] = head[head[patch]]
            patch = head[patch]
        return patch

    for group in groups:
        heads = sorted({first_of(patch) for patch in group})
        together = sum(total[one] for one in heads)
        if len(heads) < 2 or together > most:
            continue
        total[heads[0]] = together
        for one in heads:
            head[one] = heads[0]
    return np.array([first_of(patch) for patch in range(len(head))], dtype=np.int64)


def held_homes(
    unit: np.ndarray,
    members: pd.DataFrame,
    edges: np.ndarray,
    *,
    households: np.ndarray,
) -> np.ndarray:
    """Hold home ground together: buildings and compounds, however many live there.

    Parameters
    ----------
    unit, members, edges
        As in `held` and `touching`; without the buildings that are parted by their stairwells.
    households
        (n,) households of each patch.

    Returns
    -------
    (n,) the first patch of those that each is together with now.
    """
    whole = members[members["rank"] < len(WHOLE_KINDS)]
    for _, ranked in whole.groupby("rank", sort=True):
        for part in (ranked[ranked["own"]], ranked):
            unit = held(unit, touching(part, edges), load=households, most=np.inf)
    return unit


def touching(members: pd.DataFrame, edges: np.ndarray) -> list[list[int]]:
    """Find the patches of one unit that touch each other.

    Parameters
    ----------
    members
        Rows `patch`, `unit`, in the order of `gridmap.split.units.members_of`.
    edges
        (m, 2) patches that may be in one micro-grid, inside blocks.

    Returns
    -------
    Groups of two or more, in the order of the rows. Parts of a unit that do not touch each other
    inside a block are apart.
    """
    met = meetings(members, edges)
    part = number_parts(len(members), met["row"].to_numpy(), met["other_row"].to_numpy())
    patch = members["patch"].to_numpy()[np.argsort(part, kind="stable")]
    size = np.bincount(part)
    end = np.cumsum(size)
    several = np.flatnonzero(size > 1)
    return [patch[end[one] - size[one] : end[one]].tolist() for one in several]


def meetings(members: pd.DataFrame, edges: np.ndarray) -> pd.DataFrame:
    """Find the neighbours that are patches of one unit: a border between them cuts it.

    Returns
    -------
    `patch`, `other` and `unit`, with their rows in `members`, `row` < `other_row`.
    """
    rows = members[["patch", "unit"]].assign(row=np.arange(len(members)))
    pairs = pd.DataFrame(np.concatenate([edges, edges[:, ::-1]]), columns=["patch", "other"])
    met = pairs.merge(rows, on="patch").merge(
        rows.rename(columns={"patch": "other", "row": "other_row"}), on=["other", "unit"]
    )
    return met[met["row"] < met["other_row"]].reset_index(drop=True)


def within(members: pd.DataFrame, edges: np.ndarray) -> np.ndarray:
    """Mark the (m, 2) neighbours that are patches of one unit: a border there goes through it."""
    met = meetings(members, edges)[["patch", "other"]].to_numpy()
    size = int(edges.max(initial=0)) + 1
    keys = [np.sort(pairs, axis=1) @ np.array([size, 1]) for pairs in (edges, met)]
    return np.isin(*keys)
