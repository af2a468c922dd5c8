"""What is known of each grid: figures of its ground and officers, summed over the grids below it.

A table of grids holds 0 both for nothing and for nothing known, and officers on micro-grids alone.
A reader gets sums on given grids too, and null where nobody knows.
"""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from boundaries.export.geojson.apportion import FINE, apportion, from_the_top, sums_of

__all__ = ["figures_of", "number", "owners_of"]

_HUNDREDTH = FINE // 100


def owners_of(patches: pd.DataFrame) -> pd.Series:
    """Give the grid that each patch lies in directly."""
    return patches["grid_code"].where(patches["grid_code"] != "", patches["parent_code"])


def figures_of(grids: pd.DataFrame, patches: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """Give the figures of every grid by code.

    Returns
    -------
    `households` and `households_left` as whole numbers, `load_h` and `capacity_h` to a hundredth,
    `officers`, `objects`, `population`, `headcount`; None where nothing is known.
    """
    parents = {str(code): str(above) for code, above in grids["parent_code"].items()}
    homes, left = apportion(parents, _own(patches, "households"), unit=FINE)
    load, _ = apportion(parents, _own(patches, "load_h"), unit=_HUNDREDTH)
    micro = grids[grids["kind"] == "micro"]
    officers = sums_of(parents, {str(code): int(n) for code, n in micro["officers"].items()})
    capacity = sums_of(parents, _millionths(micro["capacity_h"]))
    staffed = sums_of(parents, dict.fromkeys(micro.index, 1))
    people = _population(parents, grids["population"])
    known = {name: bool((patches[name] > 0).any()) for name in ("households", "objects")}
    divided = len(patches) > 0
    return {
        code: {
            "households": homes.get(code) if known["households"] else None,
            "households_left": left.get(code) if known["households"] else None,
            "population": people[code],
            "headcount": int(staff) or None,
            "objects": int(objects) if known["objects"] else None,
            "load_h": load.get(code, 0) / 100 if divided else None,
            "capacity_h": round(capacity[code] / FINE, 2) if staffed[code] else None,
            "officers": officers[code] if staffed[code] else None,
        }
        for code, staff, objects in zip(
            grids.index, grids["headcount"], grids["objects"], strict=True
        )
    }


def number(value: float, decimals: int = 2) -> float | None:
    """Round for the file; what is no number is null, as JSON has no NaN."""
    # Adding zero turns -0.0 into 0.0.
    return round(float(value), decimals) + 0.0 if math.isfinite(value) else None


def _own(patches: pd.DataFrame, name: str) -> dict[str, int]:
    return _millionths(patches[name].set_axis(owners_of(patches)))


def _millionths(values: pd.Series) -> dict[str, int]:
    """Sum by code, exactly and in whatever order the rows come."""
    whole = np.rint(values.fillna(0.0).to_numpy(dtype=float) * FINE).astype(np.int64)
    return {
        str(code): int(n) for code, n in pd.Series(whole).groupby(values.index.array).sum().items()
    }


def _population(parents: Mapping[str, str], given: pd.Series) -> dict[str, float | None]:
    """Give residents as given, else those of the grids below where all of these are known."""
    known: dict[str, float | None] = {code: number(n) or None for code, n in given.items()}
    below: dict[str, list[float | None]] = {code: [] for code in parents}
    for code in reversed(from_the_top(parents)):
        parts = below[code]
        if known[code] is None and parts and None not in parts:
            known[code] = number(sum(part for part in parts if part is not None))
        if parents[code] in below:
            below[parents[code]].append(known[code])
    return known
