"""Proof without the engine: all zones within limits counted out, and HiGHS to choose among them.

Every connected set of patches with a load within the limits is listed by plain depth-first search
(no bound on borders, nothing of the engine), and a mixed-integer program takes disjoint ones of
least border. It ends where no zone is made of many light patches.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csc_array

from benchmarks.worlds import Array, Instance

__all__ = ["Proof", "connected_sets", "prove"]

MOST_SETS, MOST_STEPS, SECONDS = 400_000, 600_000_000, 300.0


class Proof(NamedTuple):
    """The least number of cut edges (None: no plan exists), how it was proven, and whether."""

    cut: int | None
    how: str
    ended: bool


@njit
def connected_sets(near: Array, load: Array, low: int, high: int, out: Array, steps: int) -> int:
    """List the connected sets with a load in [low, high]; -1 when room or steps run out."""
    n = load.size
    state = np.zeros(n, np.int8)  # 0 open, 1 taken, 2 left out
    choice = np.empty(n, np.int64)
    count = 0
    for first in range(n):
        state[:] = 0
        state[:first] = 2
        state[first] = 1
        total, depth = load[first], 0
        while True:
            steps -= 1
            if steps < 0:
                return -1
            found = -1
            if total <= high:
                for v in range(n):
                    if state[v] == 0:
                        for u in range(n):
                            if near[v, u] and state[u] == 1:
                                found = v
                                break
                        if found >= 0:
                            break
            if found >= 0:
                state[found] = 1
                total += load[found]
                choice[depth] = found
                depth += 1
                continue
            if low <= total <= high:
                if count == out.shape[0]:
                    return -1
                out[count] = state == 1
                count += 1
            while depth > 0 and state[choice[depth - 1]] == 2:
                depth -= 1
                state[choice[depth]] = 0
            if depth == 0:
                break
            state[choice[depth - 1]] = 2
            total -= load[choice[depth - 1]]
    return count


def prove(one: Instance) -> Proof:
    """Prove the least number of cut edges by counting, where there are not too many sets."""
    n = one.load.size
    near = np.zeros((n, n), np.bool_)
    near[one.edges[:, 0], one.edges[:, 1]] = near[one.edges[:, 1], one.edges[:, 0]] = True
    sets = np.zeros((MOST_SETS, n), np.bool_)
    order = np.argsort(-one.load, kind="stable")  # heavy patches first: their sets are small
    count = connected_sets(
        near[np.ix_(order, order)], one.load[order], one.low, one.high, sets, MOST_STEPS
    )
    if count < 0:
        return Proof(None, "too many sets to list", ended=False)
    member = np.empty((count, n), np.bool_)
    member[:, order] = sets[:count]
    border = (member[:, one.edges[:, 0]] != member[:, one.edges[:, 1]]).sum(axis=1)
    if count == 0:
        return Proof(None, "no set within limits", ended=True)
    cover = csc_array(np.vstack([member.T, np.ones(count)]).astype(float))
    total = np.append(np.ones(n), one.zones)
    answer = milp(
        border / 2, constraints=LinearConstraint(cover, total, total), bounds=Bounds(0, 1),
        integrality=np.ones(count), options={"time_limit": SECONDS},
    )  # fmt: skip
    if answer.status == 2:
        return Proof(None, f"no plan: {count} sets, HiGHS", ended=True)
    if answer.status != 0:
        return Proof(None, f"{count} sets, HiGHS ran out of time", ended=False)
    return Proof(round(answer.fun), f"{count} sets, HiGHS", ended=True)
