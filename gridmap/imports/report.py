"""What an import found and did, as a workbook, a table or points on a map."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from boundaries.export.csv_table import csv_bytes
from boundaries.export.workbook import Column, Sheet, workbook_bytes
from gridmap.imports.account import ACCOUNT
from gridmap.imports.source import Source
from gridmap.imports.taking_in import Imported

__all__ = ["ENDINGS", "report_bytes"]

ENDINGS = (".xlsx", ".csv", ".geojson")
_FAULTS = ("severity", "rule", "code", "other_code", "size", "unit", "message_zh", "message",
           "lon", "lat")  # fmt: skip
_FAULTS_ZH = ("程度", "规则", "编码", "另一方", "数量", "单位", "说明", "英文说明", "经度", "纬度")
_ACCOUNT_ZH = ("原面积", "镇外", "与前者重叠", "留归上级或场所", "保留", "划出", "划入")
_TOTALS_ZH = dict(zip(ACCOUNT, _ACCOUNT_ZH, strict=True)) | {"bare_m2": "未覆盖"}
_DONE_ZH = {"cut": "已切分", "majority": "归多数"}


def report_bytes(imported: Imported, source: Source, ending: str) -> bytes:
    """Write the report of an import.

    Parameters
    ----------
    imported, source
        What was imported.
    ending
        `.xlsx` for all tables, `.csv` for the faults, `.geojson` for the faults as points (WGS84).
    """
    if ending == ".csv":
        return csv_bytes(_FAULTS, [[row[name] for name in _FAULTS] for row in _faults(imported)])
    if ending == ".geojson":
        return _points(imported)
    return workbook_bytes(_sheets(imported, source), title=source.file)


def _faults(imported: Imported) -> list[dict[str, Any]]:
    issues = imported.issues
    places = gpd.GeoSeries(
        shapely.point_on_surface(issues.geometry.to_numpy()), crs=issues.crs
    ).to_crs("OGC:CRS84")
    rows = []
    for row, place in zip(issues.to_dict("records"), places, strict=True):
        known = place is not None and not place.is_empty
        rows.append(
            {name: row[name] for name in _FAULTS[:-2]}
            | {
                "size": round(float(row["size"]), 2),
                "lon": round(place.x, 7) if known else None,
                "lat": round(place.y, 7) if known else None,
            }
        )
    return rows


def _points(imported: Imported) -> bytes:
    features = []
    for row in _faults(imported):
        lon, lat = row.pop("lon"), row.pop("lat")
        place = None if lon is None else {"type": "Point", "coordinates": [lon, lat]}
        features.append({"type": "Feature", "properties": row, "geometry": place})
    content = {"type": "FeatureCollection", "features": features}
    return json.dumps(content, ensure_ascii=False, indent=1).encode()


def _sheets(imported: Imported, source: Source) -> Iterable[Sheet]:
    title = source.file
    faults = ([row[name] for name in _FAULTS] for row in _faults(imported))
    yield _sheet("问题项 issues", title, _heads(_FAULTS_ZH, _FAULTS), faults, wide=(6, 7))
    grids = imported.grids.sort_values(["source_code", "name"], kind="stable")
    names = ("source_code", "name", "grid_codes", *ACCOUNT)
    heads = _heads(("来源编码", "来源名称", "微网格编码", *_ACCOUNT_ZH), names)
    yield _sheet("网格对照 grids", title, heads, _cells(grids, names), wide=(1, 2))
    columns = ("patch_id", "source_code", "m2", "share", "done")
    rows = imported.straddles.assign(done=imported.straddles["done"].map(_DONE_ZH))
    heads = _heads(("图斑", "来源编码", "面积", "占图斑", "处理"), columns)
    yield _sheet("跨界图斑 straddling", title, heads, _cells(rows, columns), wide=())
    totals = [[_TOTALS_ZH[key], key, round(m2, 2)] for key, m2 in imported.totals.items()]
    yield _sheet("合计 totals", title, ["项目", "what", "平方米 m2"], totals, wide=(0, 1))
    found = [[one.ours, one.column, one.why.zh, one.why.en, one.example] for one in source.found]
    heads = ["本系统列 ours", "文件列 column", "依据", "why", "示例 example"]
    yield _sheet("列识别 columns", title, heads, found, wide=(1, 2, 3))


def _heads(zh: Sequence[str], en: Sequence[str]) -> list[str]:
    return [f"{one} {two}" for one, two in zip(zh, en, strict=True)]


def _cells(table: pd.DataFrame, names: Sequence[str]) -> Iterable[list[Any]]:
    for row in table[list(names)].itertuples(index=False):
        yield [round(value, 4) if isinstance(value, float) else value for value in row]


def _sheet(
    name: str, title: str, heads: Sequence[str], rows: Iterable[Sequence[Any]], *,
    wide: Sequence[int],
) -> Sheet:  # fmt: skip
    columns = [Column(one, "any", 40 if at in wide else 18) for at, one in enumerate(heads)]
    return Sheet(name, title, columns, rows)
