"""Checking a request and turning its loads into whole numbers.

Sums of floating-point loads depend on their order, so a zone could pass the capacity rule in one
place and fail it in another. Inside the engine all loads are integers.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from gridmap.partition.model.types import Array
from layers.contract.errors import PlanError

__all__ = ["EFFORTS", "Effort", "Options", "Request", "named_effort", "read_request", "whole_loads"]

_TOP = 2.0**51
"""Integer totals stay below this, so that they are exact as floating-point numbers too."""


@dataclass(frozen=True)
class Effort:
    """How much work is done: annealing sweeps, proposals of a search, branches of a proof.

    Of `plans` plans, each annealed so often, the one with the shortest border is kept.
    """

    sweeps: int
    budget: int
    branches: int
    plans: int = 1


EFFORTS = {
    "fast": Effort(70, 0, 0),
    "default": Effort(400, 0, 4_000),
    "best": Effort(4_000, 140_000_000, 20_000_000),
}
"""The efforts that have names."""


@dataclass(frozen=True)
class Request:
    """A checked request in whole loads.

    `units` are the loads as integers, `scale` how many of them one unit of load is; `caps` and
    `low` are limits in the same integers. `group` is the category of every patch from 0,
    `links` are pairs of patches that could be made neighbours, the nearest first.
    """

    units: Array
    scale: float
    head: Array
    tail: Array
    border_m: Array
    caps: Array
    low: int
    zones: int | None
    group: Array
    start: Array | None
    fixed: Array
    links: Array
    seed: int
    effort: Effort

    @property
    def cap(self) -> int:
        """The greatest capacity of a zone."""
        return int(self.caps.max())

    @property
    def uniform(self) -> bool:
        """True when one capacity holds for all zones."""
        return self.caps.size == 1


def whole_loads(load: Array, limits: Array) -> tuple[Array, float]:
    """Turn loads into integers; also return how many integer units one unit of load is.

    Decimal loads and limits of up to six places are kept exactly; others are rounded to about one
    part in 10^13 of the total.
    """
    total = max(float(load.sum()), float(limits.max(initial=0.0)), 1e-300)
    for places in range(7):
        scale = 10.0**places
        if total * scale > _TOP:
            break
        scaled = load * scale
        rounded = np.rint(scaled)
        if np.all(np.abs(scaled - rounded) <= 1e-9 * np.maximum(1.0, rounded)):
            bound = limits * scale
            if places == 6 or np.all(np.abs(bound - np.rint(bound)) <= 1e-6):
                return rounded.astype(np.int64), scale
    scale = 2.0 ** np.floor(np.log2(_TOP / total))
    return np.rint(load * scale).astype(np.int64), scale


class Options(NamedTuple):
    """The arguments of `partition` beside the graph, as they were given."""

    capacity: Any
    zones: Any = None
    min_load: Any = None
    categories: Any = None
    start: Any = None
    fixed: Any = None
    seed: int = 0
    effort: str | float = "fast"
    links: Any = None


def read_request(load: Any, edges: Any, border_m: Any, options: Options) -> Request:
    """Check all arguments of `partition` and bring them to one form.

    Raises
    ------
    PlanError
        Names the first argument that is wrong, what was found and what is allowed.
    """
    load = np.asarray(load, dtype=np.float64)
    edges = np.asarray(edges)
    edges = np.empty((0, 2), np.int64) if edges.size == 0 else edges
    border_m = np.asarray(border_m, dtype=np.float64)
    _check_graph(load, edges, border_m)
    n = load.size
    caps, zones = _capacities(options)
    floor = _floor(options.min_load, caps)
    units, scale = whole_loads(load, np.append(caps, floor))
    whole_caps = np.floor(caps * scale * (1 + 1e-12)).astype(np.int64)
    _check_effort(options.effort)
    return Request(
        units,
        scale,
        np.ascontiguousarray(edges[:, 0], dtype=np.int64),
        np.ascontiguousarray(edges[:, 1], dtype=np.int64),
        border_m,
        np.maximum(whole_caps, 1),
        int(np.ceil(floor * scale * (1 - 1e-12))),
        zones,
        _groups(options.categories, n),
        _start(options.start, n),
        _fixed(options.fixed, options.start, n),
        _links(options.links, n),
        int(options.seed),
        _effort(options.effort, n),
    )


def _capacities(options: Options) -> tuple[Array, int | None]:
    """Check capacity and number of zones; one capacity per zone also says how many zones."""
    capacity, zones = options.capacity, options.zones
    caps = np.atleast_1d(np.asarray(capacity, dtype=np.float64))
    if caps.ndim != 1 or caps.size == 0 or not np.all(np.isfinite(caps)) or caps.min() <= 0:
        raise PlanError(
            f"capacity must be above 0, found {capacity!r}.",
            f"承载力 capacity 须大于 0，现为 {capacity!r}。",
        )
    if caps.size > 1 and zones is not None and int(zones) != caps.size:
        raise PlanError(
            f"capacity has {caps.size} entries, but zones is {zones}.",
            f"承载力 capacity 有 {caps.size} 项，而 zones 为 {zones}。",
        )
    if zones is None and np.ndim(capacity) == 1 and caps.size > 1:
        zones = caps.size
    if zones is not None and int(zones) < 0:
        raise PlanError(
            f"zones must be 0 or more, found {zones!r}.",
            f"zones 不得小于 0，现为 {zones!r}。",
        )
    return caps, None if zones is None else int(zones)


def _floor(min_load: Any, caps: Array) -> float:
    """Check the least load of a zone; 0 where there is none."""
    floor = 0.0 if min_load is None else float(min_load)
    if not 0.0 <= floor <= caps.max():
        raise PlanError(
            f"min_load must lie between 0 and capacity, found {min_load!r}.",
            f"min_load 须在 0 与承载力之间，现为 {min_load!r}。",
        )
    return floor


def _check_effort(effort: str | float) -> None:
    if isinstance(effort, str) and effort not in EFFORTS:
        raise PlanError(
            f"effort {effort!r} is not known; use one of {', '.join(EFFORTS)}.",
            f"effort {effort!r} 无法识别，可用：{'、'.join(EFFORTS)}。",
        )


def _effort(effort: str | float, n: int) -> Effort:
    """Say how much work an effort is, named or given as a number of sweeps."""
    return named_effort(effort, n) if isinstance(effort, str) else _graded(float(effort), n)


def named_effort(name: str, n: int) -> Effort:
    """Give small towns more work than the name says: it pays, and still takes no time to speak of.

    At ``"default"`` a town of up to 5,000 patches takes a tenth of a second, however few they are.
    """
    effort = EFFORTS[name]
    if name == "fast":
        return replace(effort, sweeps=int(np.clip(n // 400, effort.sweeps, 120)))
    if name == "best":
        sweeps = int(np.clip(100_000_000 // max(n, 1), 4_000, 20_000))
        return replace(effort, sweeps=sweeps, budget=min(effort.budget, 1_000_000 * n))
    if name == "default":
        plans = int(np.clip(2_000 // max(n, 1), 1, 8))
        sweeps = int(np.clip(1_000_000 // max(n * plans, 1), effort.sweeps, 2_000))
        return replace(effort, sweeps=sweeps, budget=min(4_000 * n, 500_000), plans=plans)
    return effort


def _graded(sweeps: float, n: int) -> Effort:
    """Effort given as a number of sweeps: search and proof grow with it."""
    if not sweeps >= 1:
        raise PlanError(
            f"effort must be a name or at least 1 sweep, found {sweeps!r}.",
            f"effort 须为名称或不小于 1 的次数，现为 {sweeps!r}。",
        )
    budget = int(sweeps * n * 20) if sweeps > 500 else 0
    return Effort(int(sweeps), min(budget, EFFORTS["best"].budget), int(sweeps * 8))


def _check_graph(load: Array, edges: Array, border_m: Array) -> None:
    """Refuse arrays that are not a graph with loads, naming the first fault."""
    if edges.ndim != 2 or edges.shape[1] != 2:
        raise PlanError(
            f"edges must have shape (m, 2), found {edges.shape}.",
            f"edges 的形状须为 (m, 2)，现为 {edges.shape}。",
        )
    if load.ndim != 1:
        raise PlanError(
            f"load must have one dimension, found shape {load.shape}.",
            f"工作量 load 须为一维，现为 {load.shape}。",
        )
    good = np.isfinite(load) & (load >= 0)
    if not good.all():
        bad = int(np.flatnonzero(~good)[0])
        raise PlanError(
            f"load of patch {bad} is {float(load[bad])!r}; loads must be 0 or more.",
            f"图斑 {bad} 的工作量为 {float(load[bad])!r}，工作量不得小于 0。",
        )
    if border_m.shape != (edges.shape[0],):
        raise PlanError(
            f"border_m must have one length per edge ({edges.shape[0]}), found {border_m.shape}.",
            f"border_m 须每条邻边一个长度（共 {edges.shape[0]} 条），现为 {border_m.shape}。",
        )
    if edges.dtype.kind not in "iu":
        raise PlanError(
            f"edges must be whole numbers, found {edges.dtype}.",
            f"edges 须为整数，现为 {edges.dtype}。",
        )
    if edges.size and (edges.min() < 0 or edges.max() >= load.size):
        raise PlanError(
            f"edges name patches outside 0..{load.size - 1}.",
            f"edges 中有 0 至 {load.size - 1} 之外的图斑。",
        )
    if border_m.size and not (np.isfinite(border_m).all() and border_m.min() >= 0):
        raise PlanError(
            "border_m must be finite and 0 or more.",
            "border_m 须为有限数，且不得小于 0。",
        )


def _links(links: Any, n: int) -> Array:
    """Check the pairs that could be made neighbours."""
    pairs = np.empty((0, 2), np.int64) if links is None else np.asarray(links)
    if pairs.size == 0:
        return np.empty((0, 2), np.int64)
    if pairs.ndim != 2 or pairs.shape[1] != 2 or pairs.dtype.kind not in "iu":
        raise PlanError(
            f"links must be pairs of patch numbers, found {pairs.dtype} {pairs.shape}.",
            f"links 须为图斑编号对，现为 {pairs.dtype} {pairs.shape}。",
        )
    if pairs.min() < 0 or pairs.max() >= n:
        raise PlanError(
            f"links name patches outside 0..{n - 1}.", f"links 中有 0 至 {n - 1} 之外的图斑。"
        )
    return pairs.astype(np.int64)


def _groups(categories: Any, n: int) -> Array:
    """Number the categories from 0."""
    if categories is None:
        return np.zeros(n, np.int64)
    kind = np.asarray(categories)
    if kind.shape != (n,):
        raise PlanError(
            f"categories must have one entry per patch ({n}), found {kind.shape}.",
            f"categories 须每个图斑一项（共 {n} 个），现为 {kind.shape}。",
        )
    return np.unique(kind, return_inverse=True)[1].astype(np.int64)


def _start(start: Any, n: int) -> Array | None:
    """Check the plan in force."""
    if start is None:
        return None
    begin = np.asarray(start)
    if begin.shape != (n,) or (n and begin.dtype.kind not in "iu"):
        raise PlanError(
            f"start must hold one zone number per patch ({n}), or -1.",
            f"start 须给每个图斑（共 {n} 个）一个分区号，或 -1。",
        )
    return np.maximum(begin.astype(np.int64), -1)


def _fixed(fixed: Any, start: Any, n: int) -> Array:
    """Check the mask of patches that keep their zone."""
    if fixed is None:
        return np.zeros(n, np.bool_)
    held = np.asarray(fixed)
    if held.shape != (n,) or held.dtype.kind != "b":
        raise PlanError(
            f"fixed must hold True or False per patch ({n}).",
            f"fixed 须给每个图斑（共 {n} 个）一个 True 或 False。",
        )
    if start is None:
        raise PlanError(
            "fixed needs start: the plan whose zones the patches keep.",
            "使用 fixed 须同时给出 start，即图斑沿用其分区的方案。",
        )
    return held & (np.asarray(start) >= 0)
