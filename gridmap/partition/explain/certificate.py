"""The certificate of a plan: recounted from the labels alone, without trust in the engine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from gridmap.partition.model.bound import fewest_of_parts, stands_alone
from gridmap.partition.model.components import lay_ground
from gridmap.partition.model.graph import build_rows, find_parts
from gridmap.partition.model.request import Options, read_request

__all__ = ["TIGHT", "Certificate", "Limit", "certify"]

TIGHT = 0.99
"""A zone is tight when it carries this share of its capacity or more."""

Limit = Literal["heavy", "pieces", "bulky", "unproven"]
"""What keeps the number of zones up; others say it in their own words."""
_LIMIT_TEXTS: dict[Limit, str] = {
    "heavy": "patches above capacity, each a zone of its own",
    "pieces": "pieces of ground of one category that are not connected",
    "bulky": "patches above half of capacity",
    "unproven": "not proven needed",
}


@dataclass(frozen=True)
class Certificate:
    """What holds for a plan, and how far from the best it can be at most.

    Parameters
    ----------
    zones, lower_bound
        Number of zones, and the fewest any plan could have under capacity.
    gap
        ``zones / lower_bound - 1``; 0 means proven the fewest.
    broken
        Zones that are in parts, or that mix categories.
    over_capacity
        Zones above capacity.
    heavy_patches
        Patches that alone exceed capacity.
    tight
        Zones that carry at least 99 % of capacity.
    use
        Share of the capacity of all zones that is used.
    limits
        What keeps the number of zones up, the greatest first: (`Limit`, zones it costs).
    """

    zones: int
    lower_bound: int
    gap: float
    broken: tuple[int, ...]
    over_capacity: tuple[int, ...]
    heavy_patches: tuple[int, ...]
    tight: tuple[int, ...]
    use: float
    limits: tuple[tuple[Limit, int], ...]

    def __str__(self) -> str:
        """Say the certificate in two sentences."""
        best = "the fewest possible" if not self.gap else f"at most {self.gap:.1%} above the fewest"
        why = "; ".join(f"{_LIMIT_TEXTS[key]}: {count}" for key, count in self.limits) or "nothing"
        return (
            f"{self.zones} zones, {best} ({self.lower_bound}); {self.use:.1%} of capacity used, "
            f"{len(self.tight)} zones tight, {len(self.over_capacity)} above capacity, "
            f"{len(self.broken)} broken. Zones beyond total load over capacity: {why}."
        )


def certify(
    load: Any, edges: Any, border_m: Any, labels: Any, *, capacity: Any, categories: Any = None
) -> Certificate:
    """Recount a plan and say how good it is.

    Parameters
    ----------
    load, edges, border_m, capacity, categories
        As in `partition`.
    labels
        (n,) zone of every patch.

    Returns
    -------
    The certificate; its bound holds for every plan, whoever made it.
    """
    options = Options(
        capacity, None if np.ndim(capacity) == 0 else len(capacity), categories=categories,
        start=labels,
    )  # fmt: skip
    request = read_request(load, edges, border_m, options)
    assert request.start is not None
    names, label = np.unique(request.start, return_inverse=True)
    n, count = label.size, names.size
    if n == 0:
        return Certificate(0, 0, 0.0, (), (), (), (), 0.0, ())
    cap = request.cap
    high = np.full(count, cap)
    if not request.uniform:
        high = request.caps[np.clip(names, 0, request.caps.size - 1)]
    total = np.bincount(label, request.units, count).astype(np.int64)
    heavy = np.flatnonzero(request.units > cap)
    ptr, nbr, _ = build_rows(n, request.head, request.tail, request.border_m, request.group)
    piece, _ = find_parts(ptr, nbr, label)
    pairs = np.unique(np.column_stack([label, piece]), axis=0)[:, 0]
    broken = names[np.bincount(pairs, minlength=count) > 1]
    lone = stands_alone(request.units, request.head, request.tail, request.group, cap)
    ground = lay_ground(request, lone)
    bound = int(fewest_of_parts(request.units, ground.order, ground.sizes, cap).sum())
    lower = int(lone.sum()) + bound
    plain = max(-(-int(request.units.sum()) // cap), 1)
    apart = lay_ground(request, request.units > cap)
    in_pieces = int(np.maximum(-(-apart.totals // cap), 1).sum())
    limits: list[tuple[Limit, int]] = [
        ("heavy", int(heavy.size)),
        ("pieces", in_pieces - plain),
        ("bulky", lower - int(heavy.size) - in_pieces),
        ("unproven", count - lower),
    ]
    limits = sorted((one for one in limits if one[1] > 0), key=lambda one: -one[1])
    return Certificate(
        count,
        int(lower),
        count / lower - 1.0 if lower else 0.0,
        tuple(broken.tolist()),
        tuple(names[total > high].tolist()),
        tuple(heavy.tolist()),
        tuple(names[(total >= TIGHT * high) & (total <= high)].tolist()),
        float(total.sum() / high.sum()),
        tuple(limits),
    )
