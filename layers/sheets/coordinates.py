"""Positions in the columns of a table: degrees in every spelling, plane coordinates, pairs, WKT."""

import re
from collections.abc import Iterator

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from layers.contract.errors import LayerFileError, Named, quoted, shortened
from layers.contract.issues import Issue
from layers.contract.text import narrow
from layers.files.broken_shapes import Repaired, from_wkb, from_wkt
from layers.files.rescue import repaired_shapes

__all__ = ["has_positions", "position_names", "table_features"]

# Headers that hold positions, in lower case, without brackets and blanks.
_LON = ("lon", "lng", "long", "longitude", "经度", "东经")
_LAT = ("lat", "latitude", "纬度", "北纬")
_X = ("x", "x坐标", "easting", "东坐标", "横坐标", "coord_x", "point_x", "x轴", "y轴横坐标")
_Y = ("y", "y坐标", "northing", "北坐标", "纵坐标", "coord_y", "point_y", "y轴")
_WKT = (
    "wkt",
    "wkt_geom",
    "geometry",
    "geom",
    "the_geom",
    "图形",
    "几何",
    "wkb",
    "wkb_geometry",
    "shape",
)
_PAIR = (
    "坐标",
    "经纬度",
    "位置",
    "位置坐标",
    "中心坐标",
    "坐标位置",
    "coordinates",
    "coordinate",
    "location",
)
_MAPS = re.compile(r"gcj|高德|腾讯|火星|bd-?09|百度", re.IGNORECASE)
_BRACKETS = re.compile(r"[(（\[【].*?[)）\]】]|\s")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_COMMA = re.compile(r"([+-]?\d+),(\d+)")
_UNIT = re.compile(r"(?<=\d)\s*(?:m|米)$", re.IGNORECASE)
_DEGREES = re.compile(
    r"(?P<before>东经|西经|北纬|南纬|[NSEW])?\s*:?\s*(?P<degrees>[+-]?\d+(?:\.\d+)?)\s*"
    r"(?:(?:[°º˚度d:-]|\s)\s*(?:(?P<minutes>\d+(?:\.\d+)?)\s*"
    r"(?:(?:[′'‘’分m:-]|\s)\s*(?:(?P<seconds>\d+(?:\.\d+)?)\s*(?:″|\"|”|“|秒|s|′′|'')?)?)?)?)?"
    r"\s*(?P<behind>[NSEW])?",
    re.IGNORECASE,
)
_NORTH, _EAST = re.compile("[NnSs北南]"), re.compile("[EeWw东西]")
_BETWEEN = re.compile(r"\s*[,;，；/、]\s*|\s+")
_SRID = re.compile(r"\s*SRID\s*=\s*(\d+)\s*;", re.IGNORECASE)
_HEX = re.compile(r"(?:[0-9A-Fa-f]{2}){9,}")
_SHOWN = 80  # signs of a position that cannot be read
# Eastings and northings of Chinese plane coordinates: a northing is never that small.
_NORTHING = (1_800_000.0, 6_000_000.0)


def has_positions(table: pd.DataFrame) -> bool:
    """Tell whether a table has columns with longitude and latitude, x and y, or WKT."""
    return _position_columns(table) is not None


def position_names(table: pd.DataFrame) -> list[str]:
    """Name the columns of a table that hold positions."""
    found = _position_columns(table)
    return found[1] if found else []


def table_features(
    table: pd.DataFrame, *, file: str, position: tuple[str, str] | None = None
) -> tuple[gpd.GeoDataFrame, Named, list[Issue]]:
    """Place the rows of a table by the positions in its columns.

    Parameters
    ----------
    table
        Table of texts with the columns 经度/lon and 纬度/lat, or x and y, or wkt, or 坐标 with both
        numbers in one cell.
    file
        Name of the file, for issues.
    position
        Columns with x or longitude and y or latitude, where the town names them itself.

    Returns
    -------
    The rows with a geometry (None where a position cannot be read), in EPSG:4326 when the columns
    are named after degrees and in no CRS otherwise; a sentence on how that is known; and a READ-6
    issue for every position that cannot be read.

    Raises
    ------
    LayerFileError
        If the table has no such columns.
    """
    found = ("degrees", list(position)) if position else _position_columns(table)
    if found is None:
        columns = ", ".join(repr(str(name)) for name in table.columns)
        columns_zh = quoted(*table.columns)
        raise LayerFileError(
            f"{file!r} has no columns with positions. Found: {columns}. Name them 经度 and 纬度 "
            "(or lon and lat), x and y, or wkt.",
            f"{quoted(file)}没有坐标列。现有列：{columns_zh}。请将坐标列命名为“经度”“纬度”"
            "（或 lon、lat），x、y，或 wkt。",
        )
    kind, names = found
    repaired: list[tuple[int, Repaired]] = []
    if kind == "degrees" and (_are_metres(table, names) or (position and _are_large(table, names))):
        kind = "plane"
    if kind == "wkt":
        shapes, crs, repaired = _from_texts(table[names[0]])
        why = Named(f"column {names[0]!r} holds WKT", f"{quoted(names[0])}列为 WKT")
        texts = table[names[0]]
    else:
        shapes, crs, why, texts = _from_numbers(table, kind, names)
    frame = gpd.GeoDataFrame(table.copy(), geometry=shapes, crs=crs)
    unplaced = _unplaced(frame, texts, file, shapes=kind == "wkt")
    notes = [*unplaced, *repaired_shapes(file, repaired)]
    return frame, why, [*notes, *_from_maps(names, file)]


@np.errstate(invalid="ignore")  # a coordinate that is no number is named where it stands
def _from_texts(
    column: pd.Series,
) -> tuple[np.ndarray, str | None, list[tuple[int, Repaired]]]:
    """Read shapes written as WKT, with or without a number of their system, or as WKB in hex."""
    srids = column.str.extract(_SRID, expand=False)
    plain = column.str.replace(_SRID, "", regex=True).to_numpy(dtype=object)
    hexed = np.array([bool(_HEX.fullmatch(text)) for text in plain])
    shapes = np.full(len(plain), None, dtype=object)
    shapes[hexed] = shapely.from_wkb(plain[hexed], on_invalid="ignore")
    try:
        shapes[~hexed] = shapely.from_wkt(plain[~hexed], on_invalid="ignore")
    except NotImplementedError:  # a curve among them
        shapes[~hexed] = [_from_wkt(text) for text in plain[~hexed]]
    repaired = []
    for at in np.flatnonzero(shapely.is_missing(shapes)):
        one = from_wkb(bytes.fromhex(plain[at])) if hexed[at] else from_wkt(plain[at])
        if one.shape is not None:
            shapes[at] = one.shape
            repaired.append((int(column.index[at]), one))
    known = srids.dropna().unique()
    return shapes, f"EPSG:{known[0]}" if len(known) == 1 else None, repaired


def _from_wkt(text: str) -> shapely.Geometry | None:
    try:
        return shapely.from_wkt(text, on_invalid="ignore")
    except NotImplementedError:
        return None


def _from_numbers(
    table: pd.DataFrame, kind: str, names: list[str]
) -> tuple[np.ndarray, str | None, Named, pd.Series]:
    if kind == "pair":
        halves = [_east_first(_BETWEEN.split(narrow(text), maxsplit=1)) for text in table[names[0]]]
        columns = [
            pd.Series([half[at] if len(half) == 2 else "" for half in halves], index=table.index)
            for at in (0, 1)
        ]
        texts = table[names[0]]
        x, y = (_numbers(column, degrees=True) for column in columns)
        small = np.abs(np.concatenate([x, y]))
        kind = "degrees" if (small[np.isfinite(small)] <= 180).all() else "plane"
        if kind == "plane":
            x, y = (_numbers(column, degrees=False) for column in columns)
        why = Named(f"column {names[0]!r} holds both", f"取自{quoted(names[0])}列")
    else:
        x, y = (_numbers(table[name], degrees=kind == "degrees") for name in names)
        texts = table[names[0]] + " / " + table[names[1]]
        why = Named(f"columns {names[0]!r} and {names[1]!r}", f"取自{quoted(*names)}两列")
    if _swapped(kind, x, y):
        x, y = y, x
        why = Named(
            f"{why}, taken the other way round because only so they fit China",
            f"{why.zh}，两列对调后才位于中国境内",
        )
    fine = np.isfinite(x) & np.isfinite(y) & ~((x == 0) & (y == 0))
    if kind == "degrees":
        fine &= (np.abs(x) <= 180) & (np.abs(y) <= 90)
    shapes = np.full(len(table), None, dtype=object)
    shapes[fine] = shapely.points(x[fine], y[fine])
    return shapes, "EPSG:4326" if kind == "degrees" else None, why, texts


def _east_first(halves: list[str]) -> list[str]:
    """Put N34°41′ E113°54′ in the order of the others; without letters nothing is known."""
    north = len(halves) == 2 and _NORTH.search(halves[0]) and _EAST.search(halves[1])
    return halves[::-1] if north else halves


def _position_columns(table: pd.DataFrame) -> tuple[str, list[str]] | None:
    by_name = {_plain(str(name)): str(name) for name in reversed(list(table.columns))}

    def first(words: tuple[str, ...]) -> str | None:
        return next((by_name[word] for word in words if word in by_name), None)

    def ending(word: str) -> str | None:
        return next((by_name[name] for name in by_name if name.endswith(word)), None)

    for kind, across, up in (("degrees", _LON, _LAT), ("plane", _X, _Y)):
        one, other = first(across), first(up)
        if one and other:
            return kind, [one, other]
    wkt = first(_WKT)
    if wkt:
        return "wkt", [wkt]
    # Such as 中心点经度, 百度经度 or GPS经度.
    one, other = ending("经度"), ending("纬度")
    if one and other:
        return "degrees", [one, other]
    pair = first(_PAIR)
    if pair and table[pair].map(_is_pair).any():
        return "pair", [pair]
    return None


def _plain(name: str) -> str:
    return _BRACKETS.sub("", narrow(name)).lower()


def _is_pair(text: str) -> bool:
    halves = _BETWEEN.split(narrow(str(text)))
    return len(halves) == 2 and all(_number(half, degrees=True) is not None for half in halves)


def _numbers(column: pd.Series, *, degrees: bool) -> np.ndarray:
    """Read numbers as tables have them; what is none becomes NaN."""
    values = pd.to_numeric(column.replace("", None), errors="coerce").to_numpy(
        dtype=float, copy=True
    )
    for at in np.flatnonzero(np.isnan(values)):
        value = _number(str(column.iloc[at]), degrees=degrees)
        values[at] = np.nan if value is None else value
    return values


def _number(text: str, *, degrees: bool) -> float | None:
    """Read a number with full-width digits, commas or a unit; or degrees, minutes and seconds."""
    plain = narrow(text)
    if not degrees:
        plain = _UNIT.sub("", plain)
        if _THOUSANDS.fullmatch(plain):
            plain = plain.replace(",", "")
    plain = _COMMA.sub(r"\1.\2", plain) if _COMMA.fullmatch(plain) else plain
    match = _DEGREES.fullmatch(plain)
    if match is None or (not degrees and match["minutes"]):
        return None
    parts = [match["degrees"], match["minutes"], match["seconds"]]
    given = [part for part in parts if part is not None]
    # Only the last part may have decimals, and sixty minutes are a degree.
    if any("." in part for part in given[:-1]) or any(float(part) >= 60 for part in given[1:]):
        return None
    value = sum(abs(float(part)) / 60**at for at, part in enumerate(given))
    side = match["before"] or match["behind"] or ""
    behind = side.upper() in ("S", "W", "西经", "南纬") or given[0].startswith("-")
    return -value if behind else value


def _swapped(kind: str, x: np.ndarray, y: np.ndarray) -> bool:
    """Tell whether x and y stand in each other's place, as Chinese surveyors write them."""
    fine = np.isfinite(x) & np.isfinite(y)
    if not fine.any():
        return False
    across, up = x[fine], y[fine]
    if kind == "degrees":
        return bool((np.abs(up) > 90).all() and (np.abs(across) <= 90).all())
    low, high = _NORTHING
    northing = (across >= low) & (across <= high)
    easting = ((up >= 100_000) & (up <= 900_000)) | ((up >= 13e6) & (up < 46e6))
    return bool((northing & easting).all())


def _are_metres(table: pd.DataFrame, names: list[str]) -> bool:
    """Tell whether columns named after degrees hold eastings and northings, as exports do."""
    x, y = (_numbers(table[name], degrees=False) for name in names)
    fine = np.isfinite(x) & np.isfinite(y)
    if not fine.any():
        return False
    low, high = _NORTHING
    across, up = np.minimum(x[fine], y[fine]), np.maximum(x[fine], y[fine])
    short = (across >= 100_000) & (across <= 900_000) & (up >= low) & (up <= high)
    long = (across >= low) & (across <= high) & (up >= 13e6) & (up < 46e6)
    return bool((short | long).all())


def _are_large(table: pd.DataFrame, names: list[str]) -> bool:
    """Tell numbers, in columns whose names say nothing, that no degrees can be."""
    values = np.concatenate([_numbers(table[name], degrees=False) for name in names])
    values = values[np.isfinite(values)]
    return bool(len(values)) and bool(np.median(np.abs(values)) > 180)


def _unplaced(
    frame: gpd.GeoDataFrame, texts: pd.Series, file: str, *, shapes: bool
) -> Iterator[Issue]:
    do, do_zh = (
        ("Write it as WKT, such as POLYGON ((x y, …))", "请写成 WKT，如 POLYGON ((x y, …))")
        if shapes
        else ("Write it as 113.9237 or 113°55′25″", "请写成 113.9237 或 113°55′25″ 的形式")
    )
    for row in frame.index[shapely.is_missing(frame.geometry.to_numpy())]:
        found = shortened(texts[row], _SHOWN)  # a shape as text is long
        text, text_zh = (
            f"the position {found!r} cannot be read. {do}",
            f"坐标“{found}”无法读取。{do_zh}",
        )
        if not texts[row].strip(" /"):
            text, text_zh = "it has no position. Fill it in", "没有坐标。请补填"
        yield Issue(
            "READ-6",
            "warning",
            f"{file!r} row {row}: {text}.",
            f"“{file}”第 {row} 行：{text_zh}。",
            code=file,
            other_code=str(row),
        )


def _from_maps(names: list[str], file: str) -> Iterator[Issue]:
    """Say that columns named after a web map hold shifted coordinates."""
    named = [name for name in names if _MAPS.search(name)]
    if named:
        datum = "bd09" if re.search("bd|百度", named[0], re.IGNORECASE) else "gcj02"
        yield Issue(
            "READ-8",
            "warning",
            f"{file!r}: column {named[0]!r} is named after a web map, whose coordinates are "
            f'shifted. Write datum = "{datum}" for it in rules.toml.',
            f"“{file}”：{quoted(named[0])}列应为网络地图的偏移坐标。"
            f'请在 rules.toml 中为其写上 datum = "{datum}"。',
            code=file,
        )
