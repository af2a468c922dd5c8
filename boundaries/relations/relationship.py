"""The table of two divisions: which units share ground, how much of it, and what lies on it.

Measured on the pieces of both sides. Pieces that are the same count as they are; where they were
cut or surveyed anew, their parts are measured, and households and load go with the area. Ground
that is nowhere wider than rounding makes it is nobody's part.
"""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from boundaries.relations.divisions import MEASURES, WITHOUT_LEVELS, Division
from boundaries.relations.overlay import NOTHING_M2, common_ground, is_more_than_rounding
from boundaries.relations.shares import share_out, shares_within
from boundaries.topology.dissolve import join_shapes

__all__ = ["COLUMNS", "OUTSIDE", "Parts", "measure_parts", "parts_at", "relate"]

OUTSIDE = ""  # code of what lies in no unit of the other side
WHOLE, PART = "W", "P"  # as the relationship files of the US Census Bureau have them
_HUNDREDTHS = 100  # areas and loads are written to a hundredth
_MILLIARDTHS = 10**9  # shares to nine decimals
_DIVIDED = {"area_m2": _HUNDREDTHS, "households": 1, "load_h": _HUNDREDTHS}
_SHORT = {"area_m2": "area", "households": "households", "load_h": "load"}
COLUMNS: dict[str, str] = {
    "from_code": "str", "from_name": "str", "from_level": "Int64",
    "to_code": "str", "to_name": "str", "to_level": "Int64",
    "area_m2": "Float64", "households": "Int64", "load_h": "Float64",
    "from_area_share": "Float64", "to_area_share": "Float64",
    "from_households_share": "Float64", "to_households_share": "Float64",
    "from_load_share": "Float64", "to_load_share": "Float64",
    "from_part": "str", "to_part": "str",
}  # fmt: skip


@dataclass(frozen=True)
class Parts:
    """Every piece of ground that a piece of one side has in common with one of the other.

    Attributes
    ----------
    first, second
        Rows of the pieces; -1 for ground that is in none of that side.
    measures
        `area_m2`, and what of the first side's `households` and `load_h` lies there.
    ground
        The polygons.
    """

    first: NDArray[np.intp]
    second: NDArray[np.intp]
    measures: pd.DataFrame
    ground: NDArray[np.object_]


def measure_parts(first: gpd.GeoDataFrame, second: gpd.GeoDataFrame) -> Parts:
    """Lay the pieces of two divisions over each other.

    Parameters
    ----------
    first, second
        Pieces without overlaps in one plane coordinate system in metres; the first with
        `households` and `load_h`.
    """
    one, two = (frame.geometry.to_numpy() for frame in (first, second))
    common = common_ground(one, two)
    alone = _alone(one, two, common.first, common.area_m2)
    beyond = _alone(two, one, common.second, common.area_m2)
    ground = np.concatenate([common.ground, alone[1], beyond[1]])
    rows = np.r_[common.first, alone[0], np.full(len(beyond[0]), -1)]
    others = np.r_[common.second, np.full(len(alone[0]), -1), beyond[0]]
    area = shapely.area(ground)
    # What only rounding cuts off a piece stays with the rest of it.
    kept = _largest(rows, area) | _largest(others, area)
    small = np.flatnonzero(~kept)
    kept[small] = is_more_than_rounding(ground[small])
    rows, others, ground, area = rows[kept], others[kept], ground[kept], area[kept]
    inside = rows >= 0
    whole = np.bincount(rows[inside], weights=area[inside], minlength=len(one))
    share = np.divide(area, whole[rows], out=np.zeros(len(rows)), where=inside)
    measures = {
        name: np.where(inside, first[name].to_numpy(dtype=float)[rows] * share, 0.0)
        for name in MEASURES
    }
    return Parts(rows, others, pd.DataFrame({"area_m2": area, **measures}), ground)


def parts_at(
    parts: Parts, first: Division, second: Division, level: int, other_level: int
) -> pd.DataFrame:
    """Sum parts by the units of a level of each side: rows `from_code`, `to_code` and measures."""
    table = parts.measures.assign(**_codes(parts, first, second, level, other_level))
    table = table[(table["from_code"] != OUTSIDE) | (table["to_code"] != OUTSIDE)]
    return table.groupby(["from_code", "to_code"], as_index=False).sum(min_count=1)


def relate(
    first: Division,
    second: Division,
    *,
    levels: list[int] | None = None,
    with_ground: bool = False,
) -> gpd.GeoDataFrame:
    """Make the table of two divisions.

    Parameters
    ----------
    first, second
        The divisions, in one plane coordinate system in metres. Levels of the one are held against
        the same of the other, or against all of one that has no levels.
    levels
        Levels of the first; all where left out.
    with_ground
        Give the ground of each row too.

    Returns
    -------
    Rows as `COLUMNS` has them, by levels and codes: a unit of the first side and one of the second
    that share ground, with a row of code "" for what lies outside of the other side. Households and
    load are the first side's, whole and to a hundredth; over the rows of a unit of the first side
    they and the areas make exactly what its own files say of it. Shares of a unit make exactly one.
    """
    parts = measure_parts(first.ground, second.ground)
    rows = []
    for level in sorted({*first.levels, *second.levels} - {WITHOUT_LEVELS}):
        if levels is not None and level not in levels:
            continue
        one, two = (WITHOUT_LEVELS if side.levels == [WITHOUT_LEVELS] else level
                    for side in (first, second))  # fmt: skip
        table = parts_at(parts, first, second, one, two)
        if len(table):
            rows.append(_written(table, first, second, one, two))
            if with_ground:
                rows[-1]["geometry"] = _ground(parts, first, second, one, two, table)
    found = pd.concat(rows, ignore_index=True) if rows else pd.DataFrame(columns=[*COLUMNS])
    if "geometry" not in found:
        found["geometry"] = None
    return gpd.GeoDataFrame(
        found.astype(COLUMNS)[[*COLUMNS, "geometry"]], geometry="geometry", crs=first.ground.crs
    )


def _alone(
    shapes: NDArray[np.object_], others: NDArray[np.object_], rows: NDArray[np.intp],
    area: NDArray[np.float64],
) -> tuple[NDArray[np.intp], NDArray[np.object_]]:  # fmt: skip
    """Give what of polygons lies in none of the others."""
    whole = shapely.area(shapes)
    left = whole - np.bincount(rows, weights=area, minlength=len(shapes))
    open_ = np.flatnonzero(left > np.maximum(NOTHING_M2, whole * 1e-12))
    tree = shapely.STRtree(others)
    rest = [
        shapely.difference(
            shapes[row], shapely.union_all(others[tree.query(shapes[row], predicate="intersects")])
        )
        for row in open_
    ]
    ground = np.array(rest, dtype=object)
    solid = shapely.area(ground) > NOTHING_M2
    return open_[solid], ground[solid]


def _largest(rows: NDArray[np.intp], area: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Say of parts which are the largest of their piece; of ground that is in none, no part is."""
    found = np.zeros(len(rows), dtype=bool)
    order = np.lexsort((-area, rows))
    _, at = np.unique(rows[order], return_index=True)
    found[order[at]] = True
    return found & (rows >= 0)


def _codes(
    parts: Parts, first: Division, second: Division, level: int, other_level: int
) -> dict[str, NDArray[np.object_]]:
    sides = (
        ("from_code", first, level, parts.first),
        ("to_code", second, other_level, parts.second),
    )
    found = {}
    for name, side, at, rows in sides:
        none = pd.Series(OUTSIDE, index=side.codes.index)
        codes = side.codes.get(at, none).to_numpy(dtype=object)
        found[name] = np.append(codes, OUTSIDE)[rows]  # -1, no piece, is the last
    return found


def _ground(
    parts: Parts, first: Division, second: Division, level: int, other_level: int,
    table: pd.DataFrame,
) -> NDArray[np.object_]:  # fmt: skip
    codes = _codes(parts, first, second, level, other_level)
    rows = pd.DataFrame(codes).groupby(["from_code", "to_code"]).indices
    pairs = zip(table["from_code"], table["to_code"], strict=True)
    joined = [shapely.normalize(join_shapes(parts.ground[rows[pair]])) for pair in pairs]
    return np.array(joined, dtype=object)


def _written(
    table: pd.DataFrame, first: Division, second: Division, level: int, other_level: int
) -> pd.DataFrame:
    """Turn measures into what is written: exact sums over the units of the first side, shares."""
    one, two = (table[f"{side}_code"].to_numpy(dtype=object) for side in ("from", "to"))
    found: dict[str, object] = {
        "from_code": one,
        "from_name": first.units["name"].reindex(one).fillna("").to_numpy(),
        "from_level": level or None,
        "to_code": two,
        "to_name": second.units["name"].reindex(two).fillna("").to_numpy(),
        "to_level": other_level or None,
    }
    shares: dict[str, object] = {}
    for measure, unit in _DIVIDED.items():
        values = table[measure].to_numpy(dtype=float)
        if np.isnan(values).all():
            found[measure] = shares[f"from_{_SHORT[measure]}_share"] = None
            shares[f"to_{_SHORT[measure]}_share"] = None
            continue
        whole = _whole(one, np.nan_to_num(values), first.units[measure], unit)
        found[measure] = whole / unit if unit > 1 else whole
        for side, codes in (("from", one), ("to", two)):
            ratio = shares_within(codes, np.nan_to_num(values), unit=_MILLIARDTHS)
            written = pd.Series(ratio / _MILLIARDTHS, dtype="Float64").mask(ratio < 0)
            shares[f"{side}_{_SHORT[measure]}_share"] = written.mask(codes == OUTSIDE).array
    parts = {f"{side}_part": _part(codes) for side, codes in (("from", one), ("to", two))}
    return pd.DataFrame({**found, **shares, **parts}).astype(COLUMNS)[[*COLUMNS]]


def _whole(
    codes: NDArray[np.object_], values: NDArray[np.float64], totals: pd.Series, unit: int
) -> NDArray[np.int64]:
    """Give values in whole units that over each code make what is said of it."""
    found = np.zeros(len(values), dtype=np.int64)
    for code, rows in pd.Series(codes).groupby(codes).indices.items():
        said = float(totals.get(code, float("nan")))
        total = round((values[rows].sum() if np.isnan(said) else said) * unit)
        if values[rows].sum() > 0:
            found[rows] = share_out(total, values[rows])
    return found


def _part(codes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Say whether a unit lies in one row as a whole or in several in parts; "" for outside."""
    count = pd.Series(codes).groupby(codes).transform("size").to_numpy()
    return np.where(codes == OUTSIDE, "", np.where(count > 1, PART, WHOLE)).astype(object)
