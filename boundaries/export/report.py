"""The report of a plan as a workbook: what was found and repaired, what became of every hectare.

Sheets for people who read Chinese: issues with place, the tables that are passed, the ledger of the
ground by category, the evidence with its days, and the receipt. The same issues are a map layer in
the plan file.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from boundaries.export.workbook import Column, Sheet, workbook_bytes
from layers.contract.categories import KINDS
from layers.contract.columns import LEDGER

__all__ = ["report_bytes"]

_SEVERITY = {"error": "错误 error", "warning": "提醒 warning", "info": "说明 note"}
_LEDGER_ZH = {
    "claimed_m2": "图层面积",
    "outside_m2": "镇界外",
    "overlap_m2": "让与高优先级",
    "unmapped_m2": "无图层",
    "received_m2": "并入",
    "given_m2": "并出",
    "snapped_m2": "顶点归并",
    "patches_m2": "图斑面积",
}
_LEDGER_EN = {
    "claimed_m2": "in layers",
    "outside_m2": "outside",
    "overlap_m2": "to precedence",
    "unmapped_m2": "in no layer",
    "received_m2": "received",
    "given_m2": "given",
    "snapped_m2": "snapping",
    "patches_m2": "in patches",
}


def report_bytes(
    issues: gpd.GeoDataFrame,
    ledger: pd.DataFrame,
    receipt: Mapping[str, str],
    *,
    title: str,
    patches: pd.DataFrame | None = None,
    kinds: pd.DataFrame | None = None,
    tables: Sequence[Sheet] = (),
) -> bytes:
    """Write the report of a plan as an XLSX workbook.

    Parameters
    ----------
    issues
        ISSUES rows; their place is given as longitude and latitude (WGS84).
    ledger
        LEDGER rows by kind, m²; written in hectares with their sum.
    receipt
        Hashes of data, rules and code.
    title
        Town and version, as the first line of every sheet.
    patches
        PATCHES, for a sheet of the evidence: which layer of which day which ground rests on.
    kinds
        What `gridmap.plan.kinds.kind_table` gives, for a sheet of the kinds of ground.
    tables
        Further sheets, such as grids and people; they stand behind the issues.

    Returns
    -------
    The workbook, the content of an .xlsx file.

    Notes
    -----
    Every text is written as text: a name that begins with "=" is never a formula.
    """
    ledger_head = ["类别 kind", *(f"{_LEDGER_ZH[key]} {_LEDGER_EN[key]} (ha)" for key in LEDGER)]
    sheets = [
        _sheet("问题项 issues", title, _ISSUE_HEAD, _issue_rows(issues),
               widths=(13, 10, 20, 20, 11, 7, 70, 70, 13, 13)),
        *tables,
        _sheet("用地台账 ledger", title, ledger_head, _ledger_rows(ledger),
               widths=(34, *[15] * len(LEDGER))),
    ]  # fmt: skip
    if kinds is not None:
        rows = _kind_rows(kinds)
        sheets.append(_sheet("各类土地 kinds", title, _KIND_HEAD, rows, widths=(34, *[16] * 7)))
    if patches is not None:
        rows = _evidence_rows(patches)
        widths = (34, 34, 16, 12, 14)
        sheets.append(_sheet("依据 evidence", title, _EVIDENCE_HEAD, rows, widths=widths))
    rows = sorted(receipt.items())
    sheets.append(_sheet("凭据 receipt", title, ["内容 what", "SHA-256"], rows, widths=(34, 70)))
    return workbook_bytes(sheets)


def _sheet(
    name: str,
    title: str,
    head: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    widths: Sequence[float],
) -> Sheet:
    """Lay out a table whose cells show themselves as they are."""
    columns = [Column(one, "any", width) for one, width in zip(head, widths, strict=True)]
    return Sheet(name, title, columns, rows)


_ISSUE_HEAD = [
    "程度 severity", "规则 rule", "编码 code", "另一方 other", "数量 size", "单位 unit",
    "说明", "message", "经度 lon", "纬度 lat",
]  # fmt: skip


def _issue_rows(issues: gpd.GeoDataFrame) -> Iterable[Sequence[Any]]:
    order = issues["severity"].map({key: place for place, key in enumerate(_SEVERITY)})
    ordered = issues.iloc[order.argsort(kind="stable")]
    points = gpd.GeoSeries(
        shapely.point_on_surface(ordered.geometry.to_numpy()), crs=issues.crs
    ).to_crs("OGC:CRS84")
    for row, point in zip(ordered.itertuples(), points, strict=True):
        placed = point is not None and not point.is_empty
        yield (
            _SEVERITY[str(row.severity)],
            row.rule,
            row.code,
            row.other_code,
            round(float(str(row.size)), 2),
            row.unit,
            row.message_zh,
            row.message,
            round(point.x, 7) if placed else None,
            round(point.y, 7) if placed else None,
        )


def _ledger_rows(ledger: pd.DataFrame) -> Iterable[Sequence[Any]]:
    hectares = (ledger[list(LEDGER)] / 10_000).round(6)
    for kind, row in hectares.iterrows():
        name = KINDS[str(kind)]
        yield (f"{name.zh} {name.en}", *(float(value) for value in row))
    yield ("合计 total", *(float(value) for value in hectares.sum().round(6)))


_KIND_HEAD = [
    "类别 kind", "微网格数 micro-grids", "微网格面积 their area (ha)",
    "每周工时 officer-hours a week", "本类土地 ground of the kind (ha)",
    "其中在本类微网格 of it in its own (ha)", "成片土地 large ground (ha)",
    "成片土地在本类微网格 large, in its own (%)",
]  # fmt: skip


def _kind_rows(kinds: pd.DataFrame) -> Iterable[Sequence[Any]]:
    """Write what each kind has; kinds that others absorb have no ground to keep."""
    for row in kinds.itertuples():
        name = KINDS[str(row.Index)]
        hectares = [round(size / 10_000, 2) for size in (row.ground_m2, row.own_m2, row.large_m2)]
        share = round(100 * row.large_own_m2 / row.large_m2, 2) if row.large_m2 else None
        yield (
            f"{name.zh} {name.en}", int(row.micro_grids), round(row.area_m2 / 10_000, 2),
            round(row.load_h, 1), *(hectares if row.ground_m2 else [None] * 3), share,
        )  # fmt: skip


_EVIDENCE_HEAD = [
    "图层 layer", "类别 kind", "日期 date", "图斑 patches", "面积 area (ha)",
]  # fmt: skip


def _evidence_rows(patches: pd.DataFrame) -> Iterable[Sequence[Any]]:
    kind = patches["subclass"].where(patches["category"] == "residual", patches["category"])
    keys = [patches["layer"], kind, patches["date"]]
    for (layer, key, date), areas in patches["area_m2"].groupby(keys, sort=True):
        name = KINDS[str(key)]
        hectares = round(float(areas.sum()) / 10_000, 6)
        day = date or "未注明 not given"
        yield (layer or "无图层 in no layer", f"{name.zh} {name.en}", day, len(areas), hectares)
