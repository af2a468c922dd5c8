"""Rules CAP-3, CAP-5 and CAP-11: what size and shape micro-grids of each kind have."""

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from boundaries.tiling.build import kind_of
from boundaries.validate.tables import Fault, Tables, title
from layers.contract.categories import KINDS
from layers.contract.errors import Named
from layers.contract.phrases import apart

__all__ = ["find_households_outside", "find_odd_shapes", "find_odd_sizes"]

_M2_A_HA = 10_000
_PART = 0.5  # of a household, where they are shared out by area
_WITHOUT_REASON = {
    True: Named(
        "Give it buildings of the household grids beside, or merge it with one of them.",
        "请从相邻住户类微网格划入楼栋，或与其合并。",
    ),
    False: Named(
        "Give some of its buildings to the household grids beside, or split it.",
        "请将部分楼栋划给相邻住户类微网格，或拆分。",
    ),
}
_COUNTS = (("households", "households", "户"), ("objects", "objects", "个对象"))


def find_households_outside(tables: Tables) -> Iterator[Fault]:
    """CAP-3: a household grid with fewer or more households than the rules say."""
    if tables.limits.households_of_grid is None:
        return
    micro = tables.micro[tables.micro["family"] == "household"]
    least, most = tables.limits.households_of_grid
    count = micro["households"]
    outside = (count < least - _PART) | (count > most + _PART)
    for code in micro.index[outside]:
        name, name_zh = tables.name(str(code))
        small = count[code] < least
        limit = least if small else most
        found = apart(float(count[code]), limit, 0)[0]
        reason = tables.band_reasons.get(str(code)) or _WITHOUT_REASON[small]
        yield Fault(
            f"{title(name)} has {found} households, {'below' if small else 'above'} {limit:g}, the "
            f"{'least' if small else 'most'} of a household grid. {reason.en}",
            f"{name_zh}有 {found} 户，{'低于' if small else '高于'}住户类微网格的"
            f"{'下限' if small else '上限'} {limit:g} 户。{reason.zh}",
            code=str(code),
            level=tables.level(str(code)),
            size=float(count[code]),
            unit="households",
            geometry=tables.shape(str(code)),
            severity="info" if str(code) in tables.band_reasons else None,
        )


def find_odd_sizes(tables: Tables) -> Iterator[Fault]:
    """CAP-5: a micro-grid much smaller or larger than is usual for its kind.

    Those of the household family are measured in households: see CAP-3.
    """
    limits = tables.limits
    micro = tables.micro[tables.micro["family"] != "household"]
    kind = kind_of(micro)
    low = kind.map(dict(limits.area_min_by_category_m2)).astype(float).fillna(limits.area_min_m2)
    low = _ends(kind, limits.area_by_kind_m2, 0).fillna(low)
    high = _ends(kind, limits.area_by_kind_m2, 1).fillna(limits.area_max_m2)
    area = micro["area_m2"]
    for code in area.index[(area < low) | (area > high)]:
        yield _odd_area(tables, str(code), float(area[code]), float(low[code]), float(high[code]))
    for column, word, word_zh in _COUNTS:
        bands = getattr(limits, f"{column}_by_kind")
        least, most = _ends(kind, bands, 0), _ends(kind, bands, 1)
        for code in micro.index[(micro[column] < least) | (micro[column] > most)]:
            band = (float(least[code]), float(most[code]))
            count = float(micro.at[code, column])
            yield _odd_count(tables, str(code), kind[code], count, band, (word, word_zh))


def _ends(kind: pd.Series, bands: Mapping[str, tuple[float, float]], place: int) -> pd.Series:
    """Least (0) or most (1) of the band of each kind; missing where there is none."""
    return kind.map({key: band[place] for key, band in bands.items()}).astype(float)


def _odd_area(tables: Tables, code: str, size: float, low: float, high: float) -> Fault:
    name, name_zh = tables.name(code)
    small = size < low
    limit = low if small else high
    found = apart(size / _M2_A_HA, limit / _M2_A_HA, 2)[0]
    return Fault(
        f"{title(name)} has {found} ha, {'below' if small else 'above'} {limit / _M2_A_HA:g} ha. "
        + (
            "See whether a neighbour can take it (a row SPLIT-3 says why it could not when the "
            "town was divided), or leave it if the site stands alone."
            if small
            else "Walk it once to see that one team can cover it, or split it."
        ),
        f"{name_zh}面积 {found} 公顷，{'低于' if small else '高于'} {limit / _M2_A_HA:g} 公顷。"
        + (
            "请核实能否并入相邻网格（划分时未能并入的，原因见 SPLIT-3）；独立场所可保留。"
            if small
            else "请核实一组人员能否覆盖，或拆分。"
        ),
        code=code,
        level=tables.level(code),
        size=size,
        unit="m2",
        geometry=tables.shape(code),
    )


def _odd_count(
    tables: Tables,
    code: str,
    kind: str,
    count: float,
    band: tuple[float, float],
    words: tuple[str, str],
) -> Fault:
    name, name_zh = tables.name(code)
    least, most = band
    small = count < least
    limit = least if small else most
    found = apart(count, limit, 0)[0]
    named = KINDS.get(kind)
    english, chinese = (named.en.lower(), named.zh) if named else (kind, kind)
    way_zh = "与同类相邻网格合并" if small else "拆分"
    return Fault(
        f"{title(name)} has {found} {words[0]}, {'below' if small else 'above'} {limit:g}, the "
        f"{'least' if small else 'most'} for {english}. "
        f"{'Merge it with a neighbour of its kind' if small else 'Split it'}, or change "
        f"split.bands.{kind} in the rules.",
        f"{name_zh}有 {found} {words[1]}，{'低于' if small else '高于'}{chinese}类的"
        f"{'下限' if small else '上限'} {limit:g}。请{way_zh}，或修改规则 split.bands.{kind}。",
        code=code,
        level=tables.level(code),
        size=count,
        unit=words[0],
        geometry=tables.shape(code),
    )


def find_odd_shapes(tables: Tables) -> Iterator[Fault]:
    """CAP-11: a micro-grid that is a ribbon, or winds about, where the rules set a limit."""
    micro, limits = tables.micro, tables.limits
    perimeter = micro["perimeter_m"].clip(lower=1e-9)
    width = 2 * micro["area_m2"] / perimeter
    round_ = 4 * np.pi * micro["area_m2"] / perimeter**2
    for code in micro.index[(width < limits.width_min_m) | (round_ < limits.compactness_min)]:
        name, name_zh = tables.name(str(code))
        is_ribbon = width[code] < limits.width_min_m
        if is_ribbon:
            found = apart(float(width[code]), limits.width_min_m, 0)[0]
            what = f"a ribbon of {found} m on average, narrower than {limits.width_min_m:g} m"
            what_zh = f"为条带，平均宽 {found} 米，不足 {limits.width_min_m:g} 米"
        else:
            found = apart(float(round_[code]), limits.compactness_min, 2)[0]
            what = f"of compactness {found}, below {limits.compactness_min:g} (a circle has 1)"
            what_zh = f"紧凑度 {found}，低于 {limits.compactness_min:g}（圆为 1）"
        yield Fault(
            f"{title(name)} is {what}. Give its ends to neighbours, or leave it where the ground "
            "itself is so, as a river or a shelter belt is.",
            f"{name_zh}{what_zh}。请将两端划给相邻网格；河道、林带等本身如此的可保留。",
            code=str(code),
            level=tables.level(str(code)),
            size=float(width[code] if is_ribbon else round_[code]),
            unit="m" if is_ribbon else "share",
            geometry=tables.shape(str(code)),
        )
