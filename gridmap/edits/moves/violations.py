"""What an edit would break: parts, load beyond capacity, the band of household grids."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from gridmap.edits.moves.ground import GroundArrays, pieces_of
from gridmap.split.homes import HOUSEHOLD
from gridmap.staffing.posts import HOURS_TOLERANCE

__all__ = ["Violation", "find_violations", "stray_parts"]

_PART = 0.5  # of a household, where they are shared out by area


@dataclass(frozen=True)
class Violation:
    """One rule broken by one micro-grid.

    `new` says that the edit did it or made it worse; otherwise it was so before. `patches` are
    those of the stray parts, of the whole micro-grid that is over capacity or outside its band of
    households, or of the building, compound or village group that would be cut.
    """

    kind: Literal["contiguity", "capacity", "households", "unit"]
    severity: Literal["error", "warning"]
    code: str
    size: float  # parts, officer-hours a week too many, or households
    new: bool
    patches: tuple[str, ...]
    message: str
    message_zh: str


def find_violations(
    ground: GroundArrays,
    label: np.ndarray,
    before: pd.DataFrame,
    after: pd.DataFrame,
    *,
    band: tuple[float, float],
) -> tuple[Violation, ...]:
    """List what is broken after an edit, contiguity first, in order of code.

    Parameters
    ----------
    ground, label
        The ground and the micro-grid of each patch after the edit.
    before, after
        Totals of the touched micro-grids.
    band
        Least and most households of a household grid.
    """
    parts_before = before["parts"].to_dict()
    over_before = before["over_h"].to_dict()
    found = []
    for code, parts in after["parts"].items():
        if parts > 1:
            was = int(parts_before.get(code, 1))
            strays = stray_parts(ground, label, str(code))
            found.append(_parted(ground, str(code), int(parts), was, strays))
    for code, over in after["over_h"].items():
        if over > 0:
            was_over = float(over_before.get(code, 0.0))
            patches = ground.ids[np.flatnonzero(label == code)]
            found.append(_overloaded(after.loc[code], was_over, tuple(patches)))
    return (*found, *_outside_band(ground, label, before, after, band))


def _outside_band(
    ground: GroundArrays,
    label: np.ndarray,
    before: pd.DataFrame,
    after: pd.DataFrame,
    band: tuple[float, float],
) -> Iterator[Violation]:
    """Name the household grids that an edit leaves with too few or too many households."""
    least, most = band
    known = before.loc[before["family"] == HOUSEHOLD, "households"].to_dict()
    homes = after.loc[after["family"] == HOUSEHOLD, "households"]
    for code, count in homes[(homes < least - _PART) | (homes > most + _PART)].items():
        was = float(known.get(code, least))
        away, was_away = (max(least - one, one - most, 0.0) for one in (float(count), was))
        low = count < least
        yield Violation(
            "households",
            "warning",
            str(code),
            float(count),
            away > was_away,
            tuple(ground.ids[np.flatnonzero(label == code)]),
            f"Household grid {code} has {count:,.0f} households, {'fewer' if low else 'more'} than "
            f"{least if low else most:g}.",
            f"住户类微网格 {code} 有 {count:,.0f} 户，{'不足' if low else '超过'} "
            f"{least if low else most:g} 户。",
        )


def stray_parts(ground: GroundArrays, label: np.ndarray, code: str) -> list[np.ndarray]:
    """Positions of the patches of each part of a micro-grid but the largest, largest first."""
    rows = np.flatnonzero(label == code)
    piece = pieces_of(ground, label)[rows]
    parts = [rows[piece == number] for number in np.unique(piece)]
    parts.sort(key=lambda part: (-round(float(ground.area[part].sum()), 3), part[0]))
    return parts[1:]


def _parted(
    ground: GroundArrays, code: str, parts: int, was: int, strays: list[np.ndarray]
) -> Violation:
    patches = np.sort(np.concatenate(strays))
    area = float(ground.area[patches].sum())
    before = f" (it was {was} before)" if was > 1 else ""
    before_zh = f"（调整前为 {was} 块）" if was > 1 else ""
    return Violation(
        "contiguity",
        "error",
        code,
        float(parts),
        parts > was,
        tuple(ground.ids[patches]),
        f"Micro-grid {code} falls into {parts} parts{before}: {len(patches)} "
        f"{'patch lies' if len(patches) == 1 else 'patches lie'} apart, {area:,.0f} m2.",
        f"微网格 {code} 分成 {parts} 块{before_zh}：{len(patches)} 个图斑与主体不相连，"
        f"共 {area:,.0f} 平方米。",
    )


def _overloaded(row: pd.Series, was: float, patches: tuple[str, ...]) -> Violation:
    code, load, over = str(row.name), float(row["load_h"]), float(row["over_h"])
    alone, needed = int(row["patches"]) == 1, int(row["officers"])
    return Violation(
        "capacity",
        "warning" if alone else "error",
        code,
        over,
        over > was + HOURS_TOLERANCE,
        patches,
        f"Micro-grid {code} asks for {load:,.1f} officer-hours a week, {over:,.1f} more than the "
        f"most officers can give: it needs {needed}.{' It is one patch: cut it.' if alone else ''}",
        f"微网格 {code} 每周工作量 {load:,.1f} 小时，超出人数上限的承载力 {over:,.1f} 小时，"
        f"需 {needed} 人。"
        f"{'该网格只有一个图斑：请切分图斑。' if alone else ''}",
    )
