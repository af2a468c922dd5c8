"""Land-use layers as classified ground: polygons with category and record, that may overlap."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from layers.contract.categories import RESIDUAL
from layers.contract.columns import GROUND, with_dtypes
from layers.contract.dates import as_dates
from layers.contract.errors import LayerFileError, LayerSchemaError, Named, quoted
from layers.contract.identifiers import (
    as_codes,
    odd_records,
    repaired_codes,
    require_digits,
    without_errors,
)
from layers.contract.issues import Issue, join_issues, make_issues
from layers.contract.phrases import counted, few, few_texts
from layers.contract.text import as_text
from layers.landuse.candidates import Evidence, no_evidence, settle_candidates
from layers.landuse.code_tables import CODE_SYSTEMS, code_table_issues, read_code_table
from layers.landuse.codes import classify, short_prefixes, unmatched_prefixes
from layers.landuse.duplicates import find_doubled
from layers.landuse.polygons import clean_polygons
from layers.landuse.sensitive import CODE, LAYER, sensitive_codes
from layers.location.placing import read_placed
from layers.reading.features import Declared
from layers.reading.layer import require_columns
from layers.reading.osm import LAND_KEYS, osm_codes
from layers.sheets.table_rows import error_cells_of_layer

__all__ = ["read_ground", "read_ground_and_issues"]

_NAMED = 10  # rows in one sentence
_OSM = "osm"


def read_ground(path: Path, *, crs: Any, **options: Any) -> gpd.GeoDataFrame:
    """Read a land-use layer as a GROUND frame, without the issues of reading it.

    Parameters
    ----------
    path
        File to read.
    crs
        Work CRS in metres that the ground is brought into.
    **options
        As in `read_ground_and_issues`.

    Returns
    -------
    A GROUND frame with valid polygons, index 0, 1, ….

    Raises
    ------
    LayerFileError, LayerSchemaError, LayerCRSError
        As `read_ground_and_issues` does.
    """
    return read_ground_and_issues(path, crs=crs, **options)[0]


def read_ground_and_issues(
    path: Path,
    *,
    crs: Any,
    layer: str | None = None,
    category: str | None = None,
    subclass: str | None = None,
    code_column: str | None = None,
    codes: str | Path | None = None,
    record_column: str | None = None,
    name_column: str | None = None,
    date: str = "",
    date_column: str | None = None,
    sensitive: bool = False,
    evidence: Evidence | None = None,
    declared: Declared | None = None,
    kept: Mapping[str, str | Sequence[str]] | None = None,
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Read a land-use layer and say what every polygon of it is.

    Parameters
    ----------
    path, layer
        File and layer to read.
    crs
        Work CRS in metres that the ground is brought into.
    category, subclass
        What all of the layer is: one of the seven categories, or a sub-class of residual ground.
    code_column, codes
        Or: the column with land-use codes and the code system (see
        `layers.landuse.codes.classify`).
    record_column, name_column
        Columns with the id and the name of a record; without an id column the row number serves.
    date, date_column
        Day that the layer shows, as ISO text, and the column that says it for each record.
    sensitive
        Whether no map for the public may show the layer; codes of military and similar ground
        (`layers.landuse.sensitive`) say so themselves.
    evidence
        What makes ground developable that only may be so by its code; without it such ground stays
        other land (READ-15).
    declared
        CRS, datum or encoding that the town declares for the file.
    kept
        Further columns that come along as they are, under new names: for each the column that the
        file must have, or headers of which the first that it has is taken.

    Returns
    -------
    A GROUND frame with valid polygons, index 0, 1, …, and an ISSUES frame (READ-1 to READ-3 as in
    `layers.landuse.polygons.clean_polygons`; READ-4: a code that the system does not know; READ-5
    to READ-8 as in `layers.location.placing.read_placed`; READ-17: an area without a tag of land
    use; READ-18: a prefix of the town's own table that matches no code).

    Raises
    ------
    LayerFileError, LayerSchemaError, LayerCRSError
        If the layer cannot be read, lacks a column, holds no polygon, lies in an unknown CRS or
        none of its codes is known.
    """
    path = Path(path)
    what = Named(f"Layer {path.name!r}", f"图层{quoted(path.name)}")
    gdf, notes = read_placed(path, crs=crs, what=what, layer=layer, declared=declared)
    also = _also(gdf, kept or {})
    wanted = [code_column, record_column, name_column, date_column, *also.values()]
    require_columns(gdf, wanted, what)
    if record_column:
        given = as_codes(gdf[record_column])
        records = without_errors(given)
        require_digits(records, what=what, name=record_column)
        notes += repaired_codes(gdf[record_column], given, file=path.name, name=record_column)
        notes += odd_records(given, file=path.name, name=record_column)
    else:
        records = _row_numbers(gdf)
    notes += error_cells_of_layer(gdf, [record_column, name_column], path)
    notes += code_table_issues(codes) if codes is not None else []
    named = {note.other_code for note in notes if note.rule == "READ-6"}
    gdf, lost = clean_polygons(gdf, records, layer=path.name, named=named)
    if gdf.empty:
        raise LayerFileError(
            f"{what} holds no polygon with ground: {len(records)} features were read. "
            "A land-use layer needs polygons; points belong into a register.",
            f"{what.zh}中没有面（共读到 {len(records)} 个要素）。用地图层须为面；点应放入登记表。",
        )
    codes_of: pd.Series | None = None
    if code_column is not None and str(codes) == _OSM:
        gdf, codes_of, without = _with_land_tags(gdf, code_column, path.name)
        notes += without
    records = records.loc[gdf.index]
    doubled = make_issues(find_doubled(gdf, records, layer=path.name), gdf.crs)
    if codes_of is None and code_column is not None:
        codes_of = as_text(gdf[code_column]).rename(code_column)
    kinds, unknown = _classified(gdf, records, path.name, category, subclass, codes_of, codes)
    frame = gpd.GeoDataFrame(
        {
            "category": kinds["category"],
            "subclass": kinds["subclass"],
            "layer": path.name,
            "record": records,
            "name": without_errors(as_text(gdf[name_column])) if name_column else "",
            "date": date,
            "sensitive_by": LAYER if sensitive else "",
        },
        geometry=gdf.geometry,
        crs=gdf.crs,
    )
    if codes_of is not None and codes is not None and not sensitive:
        frame.loc[sensitive_codes(codes_of, codes), "sensitive_by"] = CODE
    if date_column:
        frame["date"], undated = _dates(as_text(gdf[date_column]), date, path.name)
        notes += undated
    frame, settled = settle_candidates(frame, kinds["candidate"], evidence or no_evidence(gdf.crs))
    ground = gpd.GeoDataFrame(with_dtypes(frame.reset_index(drop=True), GROUND))
    for name, column in also.items():
        ground[name] = gdf.loc[frame.index, column].to_numpy()
    told = [make_issues([*notes, *settled], gdf.crs), lost, doubled, unknown]
    return ground, join_issues(told, gdf.crs)


def _also(gdf: pd.DataFrame, kept: Mapping[str, str | Sequence[str]]) -> dict[str, str]:
    """Find the columns of the file that come along."""
    found: dict[str, str] = {}
    for name, wanted in kept.items():
        options = [wanted] if isinstance(wanted, str) else [one for one in wanted if one in gdf]
        if options:
            found[name] = options[0]
    return found


def _dates(texts: pd.Series, date: str, file: str) -> tuple[pd.Series, list[Issue]]:
    """Read the dates of the records; those without one have that of the layer."""
    dates, odd = as_dates(texts)
    if not odd.any():
        return dates.where(dates != "", date), []
    rows = [str(row) for row in texts.index[odd]]
    shown, more = ", ".join(rows[:_NAMED]), " …" if len(rows) > _NAMED else ""
    shown_zh, more_zh = "、".join(rows[:_NAMED]), "等" if len(rows) > _NAMED else ""
    issue = Issue(
        "READ-6",
        "warning",
        f"{file!r}: {len(rows)} dates cannot be read (row {shown}{more}: {texts[odd].iloc[0]!r}). "
        "Write them as 2024-12-31.",
        f"“{file}”：{len(rows)} 处日期无法读取（第 {shown_zh}{more_zh} 行："
        f"“{texts[odd].iloc[0]}”）。请写成 2024-12-31。",
        code=file,
    )
    return dates.where(dates != "", date), [issue]


def _row_numbers(gdf: gpd.GeoDataFrame) -> pd.Series:
    return pd.Series([str(row) for row in gdf.index], index=gdf.index)


def _with_land_tags(
    gdf: gpd.GeoDataFrame, column: str, layer: str
) -> tuple[gpd.GeoDataFrame, pd.Series, list[Issue]]:
    """Keep the areas of OpenStreetMap that have a tag of land use; the others claim no ground."""
    tags, land = osm_codes(gdf, column, read_code_table(_OSM))
    if not land.any():
        raise LayerSchemaError(
            f"Layer {layer!r}: none of its {len(gdf):,} areas has a tag of land use in column "
            f"{column!r} ({', '.join(LAND_KEYS)}). Borders and buildings claim no ground. Name "
            "the right 'code_column' in rules.toml.",
            f"图层{quoted(layer)}：{len(gdf):,} 个面在{quoted(column)}列中均无用地标签"
            f"（{'、'.join(LAND_KEYS)}）。边界和建筑不占用地。请在 rules.toml 中改正 code_column。",
        )
    none = ~land
    told = []
    if none.any():
        area = float(gdf.geometry[none].area.sum())
        told.append(
            Issue(
                "READ-17",
                "info",
                f"{layer!r}: {counted(int(none.sum()), 'area', 'areas')} without a tag of land use "
                f"({area / 10_000:,.2f} ha), such as borders and buildings, claim no ground.",
                f"“{layer}”：{int(none.sum()):,} 个面（{area / 10_000:,.2f} 公顷）没有用地标签，"
                "如边界、建筑，不占用地。",
                code=layer,
                size=area,
                unit="m2",
                geometry=gdf.geometry[none].iloc[0],
            )
        )
    return gdf[land], tags[land].rename(column), told


def _classified(
    gdf: gpd.GeoDataFrame,
    records: pd.Series,
    layer: str,
    category: str | None,
    subclass: str | None,
    texts: pd.Series | None,
    codes: str | Path | None,
) -> tuple[pd.DataFrame, gpd.GeoDataFrame]:
    if texts is None or codes is None:
        given = {"category": category or RESIDUAL.key, "subclass": subclass or "", "candidate": ""}
        kinds = pd.DataFrame(given, index=gdf.index)
        return kinds, make_issues([], gdf.crs)
    code_column = str(texts.name)
    kinds = classify(texts, codes)
    unknown = kinds["matched"] == ""
    if unknown.all():
        some = list(dict.fromkeys(texts))[:6]
        shown, shown_zh = ", ".join(map(repr, some)), quoted(*some)
        raise LayerSchemaError(
            f"Layer {layer!r}: none of the codes in column {code_column!r} is known to "
            f"{Path(codes).name!r}. Found: {shown}. Name the right 'code_column' and 'codes' in "
            "rules.toml, or map the codes in a CSV of prefix,target.",
            f"图层{quoted(layer)}：{quoted(code_column)}列的编码没有一个在"
            f"{quoted(Path(codes).name)}中。现有编码：{shown_zh}。请在 rules.toml 中改正 "
            "code_column 和 codes，或用 CSV 对照表（prefix,target）说明各编码。",
        )
    rows = _unknown_codes(gdf.geometry[unknown], records, texts[unknown], layer, Path(codes).name)
    idle = [] if str(codes) in CODE_SYSTEMS else _idle_prefixes(texts, kinds, layer, Path(codes))
    return kinds, make_issues([*rows, *idle], gdf.crs)


def _idle_prefixes(
    texts: pd.Series, kinds: pd.DataFrame, layer: str, table: Path
) -> Iterator[Issue]:
    """Say which prefixes of a town's own table match no code of the layer, and what was meant."""
    idle = unmatched_prefixes(texts, kinds["matched"], read_code_table(table))
    near = {prefix: code for prefix, code in idle.items() if code}
    some = bool(kinds["matched"].isin(["", "*"]).any())
    if near:
        pairs = few_texts(
            Named(f"{prefix!r} (perhaps {code!r})", f"{quoted(prefix)}（疑为{quoted(code)}）")
            for prefix, code in near.items()
        )
        yield Issue(
            "READ-18",
            "warning",
            f"{layer!r}: {counted(len(near), 'prefix', 'prefixes')} of {table.name!r} that no "
            f"code begins with: {pairs.en}. A spreadsheet takes the zeros in front away. Correct "
            "the table: that ground now counts as every other code does.",
            f"“{layer}”：{table.name} 中有 {len(near)} 个 prefix 与任何编码都不匹配：{pairs.zh}。"
            "表格软件常会去掉开头的 0。请更正对照表，否则这些地块按其余编码处理。",
            code=layer,
            other_code=next(iter(near)),
            size=float(len(near)),
            unit="prefixes",
        )
    short = short_prefixes(texts, kinds["matched"], read_code_table(table))
    if short:
        prefix, (taken, lost) = next(iter(short.items()))
        yield Issue(
            "READ-18",
            "warning",
            f"{layer!r}: prefix {prefix!r} of {table.name!r} decides about {taken!r}, and {lost!r} "
            f"is left: it may be {'0' + prefix!r} without its zero, as a spreadsheet writes it. "
            "Correct the table, or give the other codes a line of their own.",
            f"“{layer}”：{table.name} 中的 prefix {quoted(prefix)}用于{quoted(taken)}，"
            f"而{quoted(lost)}未对应：可能是{quoted('0' + prefix)}被表格软件去掉了开头的 0。"
            "请更正对照表，或为其余编码各写一行。",
            code=layer,
            other_code=prefix,
            size=float(len(short)),
            unit="prefixes",
        )
    rest = [prefix for prefix in idle if prefix not in near]
    if rest:
        shown = few(rest)
        yield Issue(
            "READ-18",
            "warning" if some and not near else "info",
            f"{layer!r}: {counted(len(rest), 'prefix', 'prefixes')} of {table.name!r} that no "
            f"code begins with: {shown.en}. What is meant for this layer is to be corrected.",
            f"“{layer}”：{table.name} 中有 {len(rest)} 个 prefix 与任何编码都不匹配：{shown.zh}。"
            "如系用于该图层，请更正。",
            code=layer,
            other_code=rest[0],
            size=float(len(rest)),
            unit="prefixes",
        )


def _unknown_codes(
    shapes: gpd.GeoSeries, records: pd.Series, texts: pd.Series, layer: str, system: str
) -> Iterator[Issue]:
    """Yield one issue for every code that the system does not know, with the ground it is on."""
    for text, rows in texts.groupby(texts, sort=True):
        some = list(records[rows.index[:5]])
        more, more_zh = (" …", "等") if len(rows) > 5 else ("", "")
        yield Issue(
            "READ-4",
            "warning",
            f"{layer!r}: code {text!r} is not known to {system!r}; "
            f"{counted(len(rows), 'record', 'records')} ({', '.join(some)}{more}) taken as other "
            "land. Correct the code or add it to a code table.",
            f"“{layer}”：地类编码“{text}”不在 {system} 中，{len(rows):,} 条记录"
            f"（{'、'.join(some)}{more_zh}）按其他土地处理。请更正编码或补充对照表。",
            code=layer,
            other_code=str(text),
            size=float(shapes[rows.index].area.sum()),
            unit="m2",
            geometry=shapes[rows.index[0]],
        )
