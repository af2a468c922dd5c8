"""Which wider limits repair a request: a higher capacity, a lower least load, or both."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from gridmap.partition.explain.trials import Trials
from gridmap.partition.model.reasons import WayOut
from gridmap.partition.model.request import Request
from gridmap.partition.model.types import Array
from gridmap.partition.search.plan import Outcome

__all__ = ["limited", "rounded", "wider_limits"]

DIGITS = 4
"""Limits are named with so many digits."""


def wider_limits(request: Request, trials: Trials, outcome: Outcome) -> Iterator[WayOut]:
    """Ask for a higher capacity, a lower least load, or both where neither alone is enough."""
    if not request.uniform:
        yield from _wider_capacities(request, trials)
        return
    open_cap = max(int(request.units.sum()), request.cap)
    label = trials.labels(replace(request, low=0, caps=np.array([open_cap])))
    if label is None:
        return
    fullest, lightest = _range(request, label)
    yet = False
    if fullest > request.cap or request.low:
        cap = _search(request, trials, request.cap, max(fullest, request.cap), "caps")
        if cap is not None:
            yet = True
            yield WayOut("capacity", (cap,), (), f"capacity to {cap:.6g}")
    if request.low:
        kept = trials.labels(replace(request, low=0))
        guess = lightest if kept is None else _range(request, kept)[1]
        low = _search(request, trials, request.low, min(guess, request.low), "low")
        if low is not None:
            yet = True
            yield WayOut("min_load", (low,), (), f"min_load to {low:.6g}")
    if not yet and request.low:
        yield from _both_limits(request, trials, outcome, (fullest, lightest))


def _range(request: Request, label: Array) -> tuple[int, int]:
    """Give the loads of the fullest and of the lightest zone."""
    loads = np.bincount(label, request.units)[np.unique(label)]
    return int(loads.max()), int(loads.min())


def _both_limits(
    request: Request, trials: Trials, outcome: Outcome, found: tuple[int, int]
) -> Iterator[WayOut]:
    """Ask for the loads of a plan that nearly met the limits."""
    near = [found]
    figures = dict(outcome[3][-1].numbers)
    if len(outcome[3]) == 1 and {"fullest", "lightest"} <= set(figures):
        scale = request.scale
        near.insert(0, (round(figures["fullest"] * scale), round(figures["lightest"] * scale)))
    for fullest, lightest in near:
        low = rounded(request, min(lightest, request.low), up=False)
        cap = rounded(request, max(fullest, request.cap), up=True)
        if trials.works(limited(limited(request, "low", low), "caps", cap)):
            yield WayOut("limits", (low, cap), (), f"loads of {low:.6g} to {cap:.6g}")
            return


def _wider_capacities(request: Request, trials: Trials) -> Iterator[WayOut]:
    """Ask for more capacity where it is least."""

    def raised(least: float) -> Request:
        return replace(request, caps=np.maximum(request.caps, _whole(request, least)))

    top, bad = request.cap, int(request.caps.min())
    for whole in (top, top * 3 // 2, top * 2, int(request.units.sum())):
        best = rounded(request, whole, up=True)
        if (raised(best).caps > request.caps).any() and trials.works(raised(best)):
            break
        bad = whole
    else:
        return
    for _ in range(5):
        middle = rounded(request, (bad + _whole(request, best)) // 2, up=True)
        if not bad < _whole(request, middle) < _whole(request, best):
            break
        if trials.works(raised(middle)):
            best = middle
        else:
            bad = _whole(request, middle)
    yield WayOut("capacity", (best,), (), f"no capacity under {best:.6g}")


def _search(request: Request, trials: Trials, bad: int, good: int, which: str) -> float | None:
    """Find the limit nearest to the present one that works, between `bad` and a guess `good`.

    When the guess does not work, others farther off are tried. Returns it in the unit of the
    request.
    """
    up = which == "caps"
    for farther in (0.0, 0.005, 0.02, 0.08, 0.32):
        best = rounded(request, int(good * (1 + farther if up else 1 - farther)), up=up)
        if _whole(request, best) != bad and trials.works(limited(request, which, best)):
            break
    else:
        return None
    good = _whole(request, best)
    for _ in range(5):
        middle = rounded(request, (bad + good) // 2, up=up)
        whole = _whole(request, middle)
        if not min(bad, good) < whole < max(bad, good):
            break
        if trials.works(limited(request, which, middle)):
            best, good = middle, whole
        else:
            bad = whole
    return best


def limited(request: Request, which: str, limit: float) -> Request:
    """Change a limit, as `read_request` would read it."""
    if which == "caps":
        return replace(request, caps=np.array([_whole(request, limit)]))
    return replace(request, low=int(np.ceil(limit * request.scale * (1 - 1e-12))))


def _whole(request: Request, limit: float) -> int:
    """Turn a limit into whole loads."""
    return int(np.floor(limit * request.scale * (1 + 1e-12)))


def rounded(request: Request, limit: int, *, up: bool) -> float:
    """Round a limit to a few digits on the safe side, in the unit of the request."""
    if limit <= 0:
        return 0.0
    value = limit / request.scale
    size = max(10.0 ** (np.floor(np.log10(value)) - DIGITS + 1), 1.0 / request.scale)
    if request.scale == 10.0 ** np.rint(np.log10(request.scale)):
        size = 10.0 ** np.rint(np.log10(size))
    steps = np.ceil(value / size * (1 - 1e-12)) if up else np.floor(value / size * (1 + 1e-12))
    return float(f"{steps * size:.12g}")
