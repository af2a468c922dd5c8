"""A million points at once: the grid of each, who is in charge there, and why.

What is said of a point depends on its grid, the rule that chose it, and the nearest grid on post
where its own is vacant. Such combinations are few: each is put into words once.
"""

from typing import Any

import numpy as np
import pandas as pd
import shapely

from gridmap.lookup.charge import Charges, InCharge, Nearest
from gridmap.lookup.coordinates import Coordinates, to_work
from gridmap.lookup.ground import NEAR_M, RULES, Found
from gridmap.lookup.locate import RULE_TEXTS
from gridmap.plan.plan import Plan

__all__ = ["COLUMNS", "FAULTS", "PointDesk", "locate_points"]

Array = np.ndarray[Any, Any]

# What is said of a point; all are texts but the two distances.
COLUMNS = (
    "grid_code",  # deepest grid; "" where there is none
    "grid_name",
    "grid_name_en",
    "level",
    "village_code",
    "rule",  # one of `gridmap.lookup.ground.RULES`
    "distance_m",  # to the grid; 0 inside
    "by",  # grid | around | nearest | above
    "post_code",  # grid that the person is posted on
    "person_id",
    "person",
    "office",
    "role",
    "person_m",  # to the grid of the nearest person; nan for others
    "reason",
    "reason_zh",
    "fault",
    "fault_zh",
)
_NUMBERS = ("distance_m", "person_m")
_WORDED = tuple(name for name in COLUMNS if name not in (*_NUMBERS, "fault", "fault_zh"))
# What is wrong with a point, English and Chinese.
FAULTS = {
    "number": ("The coordinates are not numbers.", "坐标不是数字。"),
    "degrees": (
        "These are not degrees: longitude from -180 to 180, latitude from -90 to 90.",
        "不是经纬度：经度应在 -180 至 180，纬度应在 -90 至 90。",
    ),
    "outside": (
        f"The point lies in no grid, and none is within {NEAR_M:g} m.",
        f"该点不在任何网格内，{NEAR_M:g} 米内也没有网格。",
    ),
}


def locate_points(
    plan: Plan, x: Array, y: Array, *, coordinates: Coordinates = "wgs84"
) -> pd.DataFrame:
    """Find the grid of every point and who is in charge there.

    Parameters
    ----------
    plan
        A plan with its assignment.
    x, y
        Degrees, longitude first; or metres of the work CRS, easting first. nan where unknown.
    coordinates
        "wgs84" as a phone gives them, "gcj02" (Gaode, Tencent), "bd09" (Baidu), or "work".

    Returns
    -------
    One row a point in the same order, with `COLUMNS`. A point without an answer says why in `fault`
    and `fault_zh`; no row is left out. The answers are those of `locate`.
    """
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    found = PointDesk(plan).answer(x, y, coordinates=coordinates)
    return pd.DataFrame(
        {
            name: values if name in _NUMBERS else pd.array(values, dtype="str")
            for name, values in found.items()
        }
    )


class PointDesk:
    """Answers points of a plan, chunk by chunk."""

    def __init__(self, plan: Plan) -> None:
        """Gather ground, people and the words of answers."""
        self._charges = Charges(plan)
        self._plan = plan
        ground = self._charges.ground
        grids = plan.grids[~plan.grids.index.duplicated()].reindex(ground.codes)
        self._names = grids["label"].where(grids["label"] != "", grids["name"]).to_numpy()
        english = grids["label"].where(grids["label"] != "", grids["name_en"])
        self._english = english.where(english != "", grids["name"]).to_numpy()
        self._levels = grids["level"].to_numpy()
        self._villages = np.array([self._charges.village(c) for c in ground.codes], dtype=object)

    def answer(self, x: Array, y: Array, *, coordinates: Coordinates) -> dict[str, Array]:
        """Give `COLUMNS` of some points, as arrays of texts and numbers."""
        fault = np.zeros(len(x), dtype=np.int64)
        fault[~(np.isfinite(x) & np.isfinite(y))] = 1
        if coordinates != "work":
            fault[(fault == 0) & ((np.abs(x) > 180) | (np.abs(y) > 90))] = 2
        sound = np.flatnonzero(fault == 0)
        east, north = to_work(x[sound], y[sound], crs=self._plan.crs, coordinates=coordinates)
        reached = np.isfinite(east) & np.isfinite(north)
        fault[sound[~reached]] = 3
        sound, east, north = sound[reached], east[reached], north[reached]
        found = self._charges.ground.find(east, north)
        missed = found.grid < 0
        fault[sound[missed]] = 3
        kept = ~missed
        found = Found(found.grid[kept], found.distance_m[kept], found.rule[kept])
        near = self._nearest(found, east[kept], north[kept])
        return self._told(len(x), sound[kept], fault, found, near)

    def _nearest(self, found: Found, east: Array, north: Array) -> Nearest:
        """Find the nearest person for the points of grids that have nobody."""
        near = Nearest(np.full(len(east), -1), np.full(len(east), np.nan))
        asked = np.flatnonzero(self._charges.asks_nearest[found.grid])
        if len(asked):
            points = shapely.points(east[asked], north[asked])
            there = self._charges.nearest(points, self._villages[found.grid[asked]])
            near.grid[asked], near.distance_m[asked] = there
        return near

    def _told(
        self, count: int, sound: Array, fault: Array, found: Found, near: Nearest
    ) -> dict[str, Array]:
        """Put every combination into words once, and give each point its own."""
        size = len(self._names) + 1
        key = (found.grid * len(RULES) + found.rule) * size + near.grid + 1
        keys, of = np.unique(key, return_inverse=True)
        rows = [
            self._words(int(one) // size // len(RULES), int(one) // size % len(RULES),
                        int(one) % size - 1)
            for one in keys
        ]  # fmt: skip
        told: dict[str, Array] = {}
        for place, name in enumerate(_WORDED):
            texts = np.array([row[place] for row in rows], dtype=object)
            told[name] = _spread(texts[of] if len(rows) else texts, sound, count)
        told["distance_m"] = _spread(np.round(found.distance_m, 2), sound, count)
        told["person_m"] = _spread(np.round(near.distance_m, 2), sound, count)
        for name, place in (("fault", 0), ("fault_zh", 1)):
            texts = np.array(["", *(pair[place] for pair in FAULTS.values())], dtype=object)
            told[name] = texts[fault]
        return {name: told[name] for name in COLUMNS}

    def _words(self, grid: int, rule: int, near: int) -> tuple[str, ...]:
        """Say everything about one combination, in the order of `_WORDED`."""
        codes = self._charges.ground.codes
        step = self._charges.first(str(codes[grid]), str(codes[near]) if near >= 0 else "")
        why, why_zh = RULE_TEXTS[RULES[rule]]
        place = (
            str(codes[grid]),
            str(self._names[grid]),
            str(self._english[grid]),
            str(int(self._levels[grid])),
            str(self._villages[grid]),
            RULES[rule],
        )
        if step is None:
            nobody, nobody_zh = "Nobody is on post here or above.", "本处及上级均无人在岗。"
            return (*place, "", "", "", "", "", "", f"{why} {nobody}", f"{why_zh}{nobody_zh}")
        return (*place, *self._person(step), f"{why} {step['text']}", f"{why_zh}{step['text_zh']}")

    def _person(self, step: InCharge) -> tuple[str, ...]:
        person = step["person"]
        named = (person["person_id"], person["name"], person["office"], person["role_zh"])
        return (step["by"], step["code"], *named)


def _spread(values: Array, places: Array, count: int) -> Array:
    """Put values at their places; elsewhere stands no text, or no number."""
    text = values.dtype == object
    spread = np.full(count, "" if text else np.nan, dtype=object if text else float)
    spread[places] = values
    return spread
