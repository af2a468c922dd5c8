"""Case counts joined to grids, summed up the tree, and the few rates that their bases allow.

A rate is computed only from counts of one named base that are both given in every row summed, and
of which none is doubtful: 受理 of one report over 上报 of another is no rate.
"""

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from boundaries.hierarchy.ancestors import ancestors
from gridmap.words import say
from layers.contract.columns import CASES, with_dtypes
from layers.contract.issues import Issue
from layers.contract.text import narrow
from layers.departments.cases import COUNTS, count_shown

__all__ = ["RATES", "case_table", "count_of_grid", "join_cases"]

Array = np.ndarray[Any, Any]
# Of one base: what of the found cases was filed, what of the filed ones is closed.
RATES = (("filed_rate", "filed", "found"), ("closed_rate", "closed", "filed"))
_DOUBTFUL = ("lacks_ten_thousand", "decimal", "unread")


def join_cases(
    cases: gpd.GeoDataFrame, grids: gpd.GeoDataFrame
) -> tuple[pd.DataFrame, list[Issue]]:
    """Find the grid of every row of counts.

    Parameters
    ----------
    cases
        What `layers.departments.cases.read_cases` gives: a grid by code or name, or a point.
    grids
        GRIDS in the same CRS.

    Returns
    -------
    CASES with the code of a grid in every row, or "" where none was found, index 0, 1, …; and a
    CASE-1 issue for every row without a grid, CASE-3 for one with more cases filed than found, or
    closed than filed. A code counts before a name, a name that one grid
    alone has before a point; a point lies in its deepest grid with ground.
    """
    text = cases["grid_code"]
    code = text.where(text.isin(grids.index), "")
    names = _codes_by_name(grids)
    by_name = text.map(narrow).map(names).fillna("")
    code = code.where(code != "", by_name)
    points = cases.geometry.to_numpy()
    open_rows = np.flatnonzero((code == "").to_numpy() & ~shapely.is_missing(points))
    if len(open_rows):
        code = code.copy()
        code.iloc[open_rows] = _grid_at(points[open_rows], grids)
    joined = pd.DataFrame(cases.drop(columns=cases.geometry.name)).assign(grid_code=code)
    issues = [
        _unjoined(cases.loc[row], str(row), point)
        for row, point, found in zip(cases.index, points, code, strict=True)
        if found == ""
    ]
    issues += [fault for at in range(len(joined)) for fault in _over(joined.iloc[at])]
    joined = with_dtypes(joined.reset_index(drop=True), CASES)
    joined.index.name = "row"
    return joined, issues


def case_table(cases: pd.DataFrame, grids: pd.DataFrame, *, level: int) -> pd.DataFrame:
    """Sum the counts of the grids of a level, apart for each period and base.

    Parameters
    ----------
    cases
        CASES of a plan.
    grids
        Its GRIDS.
    level
        Level of the rows; counts given for grids above it are in none of them.

    Returns
    -------
    By grid_code, period and base: the counts (nan where no row gives one), `rows`, `flag` (what is
    doubtful, ";"), and the rates of `RATES`, nan where the counts do not allow one.
    """
    lines = ancestors(grids)
    at = lines[level] if level in lines else pd.Series("", index=grids.index)
    code = _in_force(cases["grid_code"], grids).map(at).fillna("")
    here = cases.assign(grid_code=code)[(code != "").to_numpy()]
    groups = here.groupby(["grid_code", "period", "base"], sort=True)
    table = groups[list(COUNTS)].sum(min_count=1)
    table["rows"] = groups.size()
    table["flag"] = groups["flag"].agg(_flags)
    for key, part, whole in RATES:
        table[key] = _rate(here, groups, part, whole).reindex(table.index)
        over = (table[key] > 1).map({True: f"{key}:over", False: ""})
        table["flag"] = (table["flag"] + ";" + over).str.strip(";")
    return table.reset_index()


def count_of_grid(cases: pd.DataFrame, grids: pd.DataFrame) -> pd.DataFrame:
    """Give every grid the number of cases of the lowest grid at or above it that has any.

    Returns
    -------
    By grid: `cases` (the count of `count_shown`, all periods; nan where no grid above has any) and
    `of`, the grid that they were counted for.
    """
    key, base = count_shown(cases[cases["grid_code"] != ""])
    rows = cases[cases["base"] == base] if key else cases.head(0)
    first = rows[key] if key else pd.Series(dtype="float64")
    own = (
        first.groupby(_in_force(rows["grid_code"], grids))
        .sum(min_count=1)
        .drop("", errors="ignore")
        .dropna()
    )
    lines = ancestors(grids)
    number = pd.Series(np.nan, index=grids.index)
    of = pd.Series("", index=grids.index, dtype="str")
    for level in lines.columns:  # from the top: a lower grid has the last word
        found = lines[level].map(own)
        known = found.notna()
        number = number.where(~known, found)
        of = of.where(~known, lines[level])
    return pd.DataFrame({"cases": number, "of": of})


def _in_force(codes: pd.Series, grids: pd.DataFrame) -> pd.Series:
    """Give the grid in force of each code: of one redrawn away, the grid that its code lies in."""
    there = set(grids.index)
    known = {}
    for code in codes.unique():
        kept = str(code)
        while kept and kept not in there:
            kept = kept[:-1]
        known[code] = kept
    return codes.map(known)


def _codes_by_name(grids: pd.DataFrame) -> dict[str, str]:
    """Give the code of every name that one grid alone has, by hand or by rule."""
    shown = [grids["name"]] + ([grids["label"]] if "label" in grids else [])
    names = pd.concat(shown).map(narrow)
    pairs = pd.DataFrame({"name": names.to_numpy(), "code": names.index.to_numpy()})
    pairs = pairs[pairs["name"] != ""].drop_duplicates()
    alone = pairs[~pairs["name"].duplicated(keep=False)]
    return dict(zip(alone["name"], alone["code"], strict=True))


def _grid_at(points: Array, grids: gpd.GeoDataFrame) -> Array:
    """Find the deepest grid at each point; of two that share a border, the lower code."""
    order = grids.assign(_code=grids.index).sort_values(["level", "_code"], ascending=[False, True])
    point, row = shapely.STRtree(order.geometry.to_numpy()).query(
        points, predicate="intersects"
    )[0:2]  # fmt: skip
    found = np.full(len(points), "", dtype=object)
    by_depth = np.lexsort([row, point])[::-1]  # the deepest is written last
    found[point[by_depth]] = order.index.to_numpy()[row[by_depth]]
    return found


def _unjoined(row: pd.Series, number: str, point: shapely.Geometry | None) -> Issue:
    file, text = str(row["source"]), str(row["grid_code"])
    if text:
        said = f"there is no grid {text!r}"
        said_zh = f"没有网格“{text}”"
    elif point is not None:
        said, said_zh = "its point lies outside the town", "点位在镇界以外"
    else:
        said, said_zh = "it names no grid and has no point", "既无网格也无点位"
    return Issue(
        "CASE-1",
        "warning",
        f"{file!r}, row {number}: {said}. Its counts are kept and belong to no grid; write the "
        "code of a grid of the plan.",
        f"“{file}”第 {number} 行：{said_zh}。数量保留，但不计入任何网格；请填写方案中的网格编码。",
        code=file,
        other_code=number,
        geometry=point,
    )


def _over(row: pd.Series) -> list[Issue]:
    """Say of a row of counts which of them is larger than what it should be a part of."""
    if not row["base"]:
        return []
    doubtful = {one.partition(":")[0] for one in str(row["flag"]).split(";")}
    found = []
    for rate, part, whole in RATES:
        if {part, whole} & doubtful or not row[part] > row[whole]:
            continue
        word, word_zh = (say(f"cases.head.{rate}", language) for language in ("en", "zh"))
        share = f"{100 * row[part] / row[whole]:.1f} %" if row[whole] else "more than 100 %"
        share_zh = f"{100 * row[part] / row[whole]:.1f}%" if row[whole] else "超过 100%"
        file, number = str(row["source"]), str(row.name)
        found.append(
            Issue(
                "CASE-3",
                "warning",
                f"{file!r}, row {number}: {word} is {share} ({row[part]:,.10g} of "
                f"{row[whole]:,.10g}). Cases of an earlier period may be among them, or a count is "
                "wrong; see what the base counts.",
                f"“{file}”第 {number} 行：{word_zh}为 {share_zh}"
                f"（{row[part]:,.10g} 比 {row[whole]:,.10g}）。可能含以前时段的案件，"
                "或有数填错，请核对口径。",
                code=file,
                other_code=number,
                size=float(row[part] - row[whole]),
                unit="cases",
            )
        )
    return found


def _flags(flags: pd.Series) -> str:
    return ";".join(dict.fromkeys(one for flag in flags for one in flag.split(";") if one))


def _rate(rows: pd.DataFrame, groups: Any, part: str, whole: str) -> pd.Series:
    """Divide the sums of two counts, where every row gives both on one named base."""
    doubtful = pd.Series(False, index=rows.index)
    for key in (part, whole):
        for mark in _DOUBTFUL:
            doubtful |= (
                rows["flag"].str.split(";").map(lambda all_, one=f"{key}:{mark}": one in all_)
            )
    both = rows[part].notna() & rows[whole].notna() & (rows["base"] != "") & ~doubtful
    keys = [rows[key] for key in ("grid_code", "period", "base")]
    allowed = both.groupby(keys).all()
    sums = groups[[part, whole]].sum(min_count=1)
    rate: pd.Series = sums[part] / sums[whole].where(sums[whole] > 0)
    return rate.where(allowed)
