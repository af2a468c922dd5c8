"""Faulty files read record by record, so that one bad feature costs one feature and is named."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.errors import ShapelyError

from layers.contract.errors import Named
from layers.contract.issues import Issue
from layers.files.broken_shapes import Repaired, from_json
from layers.files.geojson import MAX_JSON_BYTES, json_features, name_of
from layers.files.reader_faults import record_reason_zh

__all__ = ["lost_features", "read_records", "repaired_shapes"]

# A second for every MB, and for starting on a busy machine.
LEAST_TIMEOUT_S, MOST_TIMEOUT_S = 20.0, 120.0
_DAMAGED = Named("the record is damaged", "记录已损坏")
_NO_NUMBERS = Named("coordinates that are not numbers", "坐标不是数字")
_NOT_WRITTEN_SO = Named(
    "its geometry is not written as GeoJSON has it", "geometry 的写法不符合 GeoJSON"
)
_NO_GEOMETRY = Named("has no member 'geometry'", "没有 geometry 成员")


def read_records(
    path: Path, *, layer: str | None, encoding: str | None
) -> tuple[gpd.GeoDataFrame, list[Issue]]:
    """Read a layer record by record through fiona.

    A damaged file can bring the reader down with it, or keep it busy for ever, so that this happens
    in a process of its own.

    Returns
    -------
    The features that can be read, indexed by row from 1, and a READ-6 issue for each that cannot.

    Raises
    ------
    ValueError
        If the file cannot be read this way either.
    """
    package = Path(__file__).parents[2]
    search = os.pathsep.join(filter(None, [str(package), os.environ.get("PYTHONPATH", "")]))
    command = [sys.executable, "-m", "layers.files.records", str(path), layer or "", encoding or ""]
    try:
        done = subprocess.run(
            command,
            env={**os.environ, "PYTHONPATH": search, "PYTHONIOENCODING": "utf-8"},
            capture_output=True,
            timeout=min(MOST_TIMEOUT_S, LEAST_TIMEOUT_S + path.stat().st_size / 2**20),
            check=True,
        )
    except subprocess.SubprocessError as error:
        raise ValueError("the file is damaged") from error
    crs, *records = [json.loads(line) for line in done.stdout.decode("utf-8").splitlines()]
    return _features(path.name, crs, records)


def _features(
    file: str, crs: str | None, records: list[dict[str, Any]]
) -> tuple[gpd.GeoDataFrame, list[Issue]]:
    """Put the records that came through together, and name the others."""
    good = [record for record in records if "shape" in record]
    issues = [
        _lost(file, record["row"], _DAMAGED if "damaged" in record else _said(record["fault"]))
        for record in records
        if "shape" not in record
    ]
    index = [record["row"] for record in good]
    table = pd.DataFrame([record["columns"] for record in good], index=index, dtype="object")
    # Beside an empty cell whole numbers would become decimals and lose their last digits.
    whole = [name for name in table if {int, type(None)} == set(map(type, table[name]))]
    table = table.astype(dict.fromkeys(whole, "Int64")).infer_objects()
    blank = table.isna().all(axis=1)
    if not blank.all():
        issues += [_blank(file, row) for row in table.index[blank]]
    with np.errstate(over="ignore", invalid="ignore"):  # numbers of a damaged file
        shapes = shapely.from_wkb([record["shape"] for record in good], on_invalid="ignore")
    return gpd.GeoDataFrame(table, geometry=shapes, crs=crs), issues


def lost_features(
    path: Path, read: gpd.GeoSeries
) -> tuple[list[Issue], list[tuple[int, Repaired]]]:
    """Look for the features of a GeoJSON file that the bulk reader drops or empties.

    Parameters
    ----------
    path
        The file.
    read
        What came through; a feature with a shape there is none that was lost.

    Returns
    -------
    A READ-6 issue for each that is lost, by row and id; and what can be read of the others, by row
    from 1.
    """
    if path.stat().st_size > MAX_JSON_BYTES:
        return [], []
    try:
        features = json_features(path) or []
    except ValueError:
        return [], []
    came = ~(shapely.is_missing(read.to_numpy()) | shapely.is_empty(read.to_numpy()))
    aligned = len(read) == len(features)
    if not aligned:
        came = np.zeros(len(features), dtype=bool)
    lost, repaired = [], []
    for at, feature in enumerate(features):
        fault = None if came[at] else _fault(feature)
        if fault is None:
            continue
        one = from_json(feature.get("geometry")) if isinstance(feature, dict) else Repaired()
        one.name = name_of(feature)
        if aligned and one.shape is not None:
            repaired.append((at + 1, one))
        else:
            lost.append(_lost(path.name, at + 1, fault, name=name_of(feature)))
    return lost, repaired


def repaired_shapes(file: str, repaired: Iterable[tuple[int, Repaired]]) -> Iterator[Issue]:
    """Say what became of shapes that were put together again, by row from 1.

    Yields
    ------
    A READ-6 issue for every row that lost a part or all of its shape, and a READ-8 issue for the
    rings that were closed and for the coordinates that were texts.
    """
    repaired = list(repaired)
    for row, one in repaired:
        if one.lost and one.shape is None:
            why = one.lost[0]
            yield _lost(file, row, Named(f"{one.name}{why.en}", f"{one.name}{why.zh}"))
        elif one.lost:
            yield _lost_parts(file, row, one)
    closed = [row for row, one in repaired if one.closed and one.shape is not None]
    if closed:
        yield _rows_note(file, closed, "rings that end short of their start were closed",
                         "环未闭合，已闭合")  # fmt: skip
    other = [row for row, one in repaired if one.nested]
    if other:
        yield _rows_note(file, other, "shapes of several parts call themselves one of a single "
                         "part and were read as what they are",
                         "图形类型写成单部件，实为多部件，已按实际读取")  # fmt: skip
    texts = [row for row, one in repaired if one.texts and one.shape is not None]
    if texts:
        yield _rows_note(file, texts, "coordinates are written as texts and were read as numbers",
                         "坐标以文本形式书写，已按数字读取")  # fmt: skip


def _lost_parts(file: str, row: int, one: Repaired) -> Issue:
    whys = list(dict.fromkeys(one.lost))
    why, why_zh = "; ".join(why.en for why in whys), "；".join(why.zh for why in whys)
    count = len(one.lost)
    of = f" of {one.parts}" if one.parts > count else ""
    of_zh = f"（共 {one.parts} 个）" if one.parts > count else ""
    return Issue(
        "READ-6",
        "warning",
        f"{file!r} row {row}: {count}{of} part{'s' if max(count, one.parts) > 1 else ''} of its "
        f"shape cannot be read ({why}) and {'is' if count == 1 else 'are'} left out; the rest is "
        "kept. Draw it again.",
        f"“{file}”第 {row} 行：图形有 {count} 个部件{of_zh}无法读取（{why_zh}），已略去，"
        "其余保留。请重画。",
        code=file,
        other_code=str(row),
        size=float(count),
        unit="parts",
        geometry=one.shape,
    )


def _rows_note(file: str, rows: list[int], text: str, text_zh: str) -> Issue:
    some, more = ", ".join(map(str, rows[:10])), " …" if len(rows) > 10 else ""
    some_zh, more_zh = "、".join(map(str, rows[:10])), "等" if len(rows) > 10 else ""
    return Issue(
        "READ-8",
        "warning",
        f"{file!r}: {text} in {len(rows):,} row{'s' if len(rows) > 1 else ''} ({some}{more}).",
        f"“{file}”：{len(rows):,} 行（第 {some_zh}{more_zh} 行）{text_zh}。",
        code=file,
    )


def _fault(feature: object) -> Named | None:
    """Say why a GeoJSON feature has no usable geometry; None: it has, or has none on purpose."""
    if not isinstance(feature, dict):
        return Named(f"is {json.dumps(feature)[:40]}, not a feature", "不是要素")
    geometry = feature.get("geometry")
    if geometry is None:
        return None if "geometry" in feature else _NO_GEOMETRY
    return _attempt(lambda: shapely.from_geojson(json.dumps(geometry)))


def _attempt(read: Callable[[], object]) -> Named | None:
    try:
        read()
    except (ShapelyError, ValueError, TypeError) as error:
        said = (str(error).splitlines() or ["cannot be read"])[0]
        if "json.exception" not in said:
            return _said(said)
        # What the parser says of its own insides helps nobody.
        numbers = "parse_error" in said
        return _NO_NUMBERS if numbers else _NOT_WRITTEN_SO
    return None


def _said(words: str) -> Named:
    """Give what a library says of a record, in Chinese where its words are known."""
    return Named(words, record_reason_zh(words))


def _blank(file: str, row: int) -> Issue:
    return Issue(
        "READ-6",
        "warning",
        f"{file!r} row {row}: its attributes cannot be read, only its shape is kept. Export the "
        "file again.",
        f"“{file}”第 {row} 行：属性无法读取，仅保留图形。请重新导出。",
        code=file,
        other_code=str(row),
    )


def _lost(file: str, row: int, why: Named, *, name: str = "") -> Issue:
    """Tell of a record that is left out; `name` is put before an English reason."""
    reason = (f"{name}{why.en}".splitlines() or ["unknown"])[0][:200].rstrip(".")
    return Issue(
        "READ-6",
        "warning",
        f"{file!r} row {row} cannot be read: {reason}. It is left out; repair it and read again.",
        f"“{file}”第 {row} 行无法读取（{why.zh or reason}），已略去。请修正后重新读入。",
        code=file,
        other_code=str(row),
        size=1.0,
        unit="rows",
    )
