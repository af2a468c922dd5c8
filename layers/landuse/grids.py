"""The grids as given: one layer with the polygons of all levels.

Whether they fit together is the matter of `boundaries.hierarchy.consistency`.
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from layers.contract.columns import HIERARCHY, with_dtypes
from layers.contract.counts import count_of, read_counts
from layers.contract.errors import LayerSchemaError, Named, quoted
from layers.contract.identifiers import as_codes, repaired_codes, require_digits, without_errors
from layers.contract.issues import Issue, make_issues
from layers.contract.phrases import few, few_texts
from layers.contract.text import NOTHING, as_text, narrow
from layers.location.placing import read_placed
from layers.reading.features import Declared
from layers.reading.layer import require_columns
from layers.sheets.known_columns import columns_by_header
from layers.sheets.table_rows import TOTALS, error_cells_of_layer, left_out, totals_without_id

__all__ = ["HEADERS", "area_once", "hierarchy_columns", "read_hierarchy"]

_OPTIONAL = ("name_en", "households", "population")
# Header words by column. A shapefile keeps ten bytes of a name: that is where short ones come from.
HEADERS: Mapping[str, tuple[str, ...]] = {
    "code": ("code", "编码", "网格编码", "代码", "网格代码"),
    "name": ("name", "名称", "网格名称"),
    "level": ("level", "级别", "网格级别", "层级"),
    "parent_code": ("parent_code", "上级编码", "parent_cod", "上级编", "上级网格", "上级代码"),
    "name_en": ("name_en", "英文名", "英文名称"),
    "households": ("households", "户数"),
    "population": ("population", "人口", "人口数"),
}


def area_once(frame: gpd.GeoDataFrame) -> float:
    """Area of a layer in m²; of grids of several levels that of the highest, which holds the rest.

    Parameters
    ----------
    frame
        Polygons in a CRS in metres.
    """
    known = hierarchy_columns(frame.columns)
    if "level" not in known or "parent_code" not in known or "code" not in known:
        return float(frame.area.sum())
    level = pd.to_numeric(frame[known["level"]], errors="coerce")
    return float(frame.area[(level == level.min()) | level.isna()].sum())


def hierarchy_columns(
    names: Iterable[object], given: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Tell which column of a file is which of a hierarchy.

    Parameters
    ----------
    names
        The columns of the file.
    given
        Columns that the town names itself; the others are known by their Chinese or English header.
    """
    return columns_by_header(names, HEADERS, given)


def read_hierarchy(
    path: Path,
    *,
    crs: Any,
    layer: str | None = None,
    declared: Declared | None = None,
    columns: Mapping[str, str] | None = None,
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Read the grid hierarchy of a town.

    Parameters
    ----------
    path, layer
        File with the columns `code`, `name`, `level`, `parent_code` and, if the town has them,
        `name_en`, `households` and `population`, or their Chinese words in `HEADERS`.
    crs
        Work CRS in metres.
    declared
        CRS, datum or encoding that the town declares for the file.
    columns
        Columns of the file by ours (`code`, `parent_code` …), where the town names them itself.

    Returns
    -------
    A HIERARCHY frame, index `code`, sorted by level and code, and the ISSUES of reading. Codes may
    still be doubled and polygons invalid: `boundaries.check_hierarchy` says so.

    Raises
    ------
    LayerFileError, LayerSchemaError, LayerCRSError
        If the file cannot be read, lacks a column, or has a row without code or level.
    """
    path = Path(path)
    what = Named(f"Hierarchy {path.name!r}", f"网格体系{quoted(path.name)}")
    gdf, notes = read_placed(path, crs=crs, what=what, layer=layer, declared=declared)
    require_columns(gdf, list((columns or {}).values()), what)
    columns = hierarchy_columns(gdf.columns, columns)
    _require_columns(gdf, columns, what)
    notes += _uncounted(gdf.columns, columns, path.name)
    gdf = gdf.assign(**{column: gdf[name] for column, name in columns.items()})
    given = as_text(gdf["code"])
    totals = totals_without_id(pd.DataFrame(gdf.drop(columns=gdf.geometry.name)), given)
    notes += left_out(
        gdf, totals, given.where(given != "", as_text(gdf["name"])), path.name, TOTALS
    )
    gdf = gpd.GeoDataFrame(gdf[~totals])
    codes, parents = as_codes(gdf["code"]), as_codes(gdf["parent_code"])
    parents = parents.where(~parents.isin((*NOTHING, "0")) | parents.isin(set(codes)), "")
    for column, texts in (("code", codes), ("parent_code", parents)):
        name = str(columns[column])
        require_digits(texts, what=what, name=name)
        notes += repaired_codes(gdf[column], texts, file=path.name, name=name)
    notes += error_cells_of_layer(gdf, ["name", "name_en" if "name_en" in gdf else None], path)
    levels = as_text(gdf["level"]).map(_level)
    _require_codes_and_levels(gdf, codes, levels, what)
    counts: dict[str, Any] = {"households": 0, "population": 0}
    for column in counts:
        if column in gdf:
            name = str(columns[column])
            counts[column], told = read_counts(gdf[column], file=path.name, name=name, of=column)
            notes += told
    frame = gpd.GeoDataFrame(
        {
            "name": without_errors(as_text(gdf["name"])),
            "name_en": as_text(gdf["name_en"]) if "name_en" in gdf else "",
            "level": levels.astype("int64"),
            "parent_code": parents,
            **counts,
        },
        geometry=gdf.geometry.force_2d(),
        crs=gdf.crs,
    )
    frame.index = pd.Index(codes, dtype="str", name="code")
    frame = frame.iloc[frame.reset_index().sort_values(["level", "code"], kind="stable").index]
    return gpd.GeoDataFrame(with_dtypes(frame, HIERARCHY)), make_issues(notes, gdf.crs)


def _uncounted(names: Iterable[Any], known: Mapping[str, Any], file: str) -> Iterator[Issue]:
    """Name the columns that may hold the households or people of a file without such a column."""
    for column, word in (("households", "户"), ("population", "人口")):
        near = [str(name) for name in names if word in str(name) or column in str(name).lower()]
        near = [name for name in near if name not in map(str, known.values())]
        if column in known or not near:
            continue
        shown = few(near)
        yield Issue(
            "READ-8",
            "warning",
            f"{file!r}: no column {HEADERS[column][1]!r} ({column}), but {shown.en}: none of them "
            f'is read, and no {column} are known. Name the right one with {column}_column = "…" '
            "under [hierarchy] in rules.toml.",
            f"“{file}”：没有“{HEADERS[column][1]}”列，但有{shown.zh}，均未读取，该数按未知处理。"
            f'请在 rules.toml 的 [hierarchy] 中用 {column}_column = "…" 指明。',
            code=file,
        )


def _require_columns(gdf: gpd.GeoDataFrame, found: Mapping[str, Any], what: Named) -> None:
    lacks = [one for one in HEADERS if one not in _OPTIONAL and one not in found]
    if not lacks:
        return
    names = [str(name) for name in gdf.columns if name != gdf.geometry.name]
    found_names, found_names_zh = ", ".join(map(repr, names)), quoted(*names)
    wanted = ", ".join(map(repr, lacks))
    wanted_zh = "、".join(f"“{HEADERS[one][1]}”（{one}）" for one in lacks)
    raise LayerSchemaError(
        f"{what} has no column {wanted}. Found: {found_names or 'no columns'}. Say which column it "
        f'is, such as {lacks[0]}_column = "…" under [hierarchy] in rules.toml.',
        f"{what.zh}缺少{wanted_zh}列。现有列：{found_names_zh or '无'}。"
        f'请在 rules.toml 的 [hierarchy] 中指明，如 {lacks[0]}_column = "…"。',
    )


def _level(text: str) -> float:
    """Read a level: 3, ３, 3级, 三级, 三级网格; NaN for anything else."""
    plain = narrow(text).removesuffix("网格").removeprefix("第")
    count = count_of(plain)
    words = not any(sign.isdigit() for sign in plain)
    return float(count.value) if count.value is not None and (count.sure or words) else math.nan


def _require_codes_and_levels(
    gdf: gpd.GeoDataFrame, codes: pd.Series, levels: pd.Series, what: Named
) -> None:
    bare = list(gdf.index[codes == ""])
    odd = list(gdf.index[levels.isna() | (levels < 1) | (levels % 1 != 0)])
    if not bare and not odd:
        return
    given = as_text(gdf["level"])
    faults = [Named(f"row {row} has no code", f"第 {row} 行没有编码") for row in bare]
    faults += [
        Named(
            f"row {row} ({codes[row]!r}) has level {given[row]!r}, not a whole number from 1",
            f"第 {row} 行（{quoted(codes[row])}）的级别为{quoted(given[row])}，应为从 1 起的整数",
        )
        for row in odd
    ]
    listed = few_texts(faults)
    raise LayerSchemaError(f"{what} is faulty: {listed.en}.", f"{what.zh}有误：{listed.zh}。")
