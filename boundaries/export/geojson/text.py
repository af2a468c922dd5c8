"""Features as text: rings by the right-hand rule, numbers with fixed decimals, one feature a line.

Three layouts hold the same features: a collection, as most programs want it; a feature a line,
which is read and compared line by line; and a sequence of texts (RFC 8142), where every text begins
with a record separator. In the last two the head is a member of the first feature.
"""

import hashlib
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Literal, get_args

import geopandas as gpd
import numpy as np
import shapely

__all__ = [
    "LAYOUTS",
    "NO_DIGEST",
    "Layout",
    "corners_of",
    "digested",
    "feature_line",
    "laid_out",
    "lines_of",
]

Layout = Literal["collection", "lines", "sequence"]
LAYOUTS: tuple[Layout, ...] = get_args(Layout)
_CHUNK = 4096  # features turned to text at a time: what is held of their corners stays small
NO_DIGEST = "0" * 64  # where a digest is to stand that is known when all is written
_RS = "\x1e"
_KEPT = 512  # forms of rings that are kept

_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


def lines_of(
    rows: Mapping[str, dict[str, Any]],
    shapes: gpd.GeoSeries,
    *,
    prefix: str,
    decimals: int,
    multi: bool,
) -> Iterator[bytes]:
    """Write a feature a line, in the order of the rows.

    Parameters
    ----------
    rows
        Properties by code.
    shapes
        Polygons by code, on whole units of the last decimal.
    prefix
        Of the id: with it nothing takes the id for a number.
    decimals
        Of a degree.
    multi
        Write every polygon as a multipolygon.
    """
    codes = list(rows)
    given = shapes.reindex(codes).to_numpy()
    for start in range(0, len(codes), _CHUNK):
        turned = shapely.orient_polygons(shapely.normalize(given[start : start + _CHUNK]))
        for code, shape in zip(codes[start : start + _CHUNK], turned, strict=True):
            head = _json({"type": "Feature", "id": f"{prefix}.{code}", "properties": rows[code]})
            geometry = _geometry(shape, decimals, multi=multi)
            yield f'{head[:-1]},"geometry":{geometry}}}'.encode()


def feature_line(feature: Mapping[str, Any], decimals: int) -> bytes:
    """Write a feature that was read as it stood in its file, with fixed decimals."""
    head = _json({key: value for key, value in feature.items() if key != "geometry"})
    given = feature["geometry"]
    geometry = "null"
    if given is not None:
        text = _numbers(given["coordinates"], decimals)
        geometry = f'{{"type":"{given["type"]}","coordinates":{text}}}'
    return f'{head[:-1]},"geometry":{geometry}}}'.encode()


def corners_of(geometry: Mapping[str, Any] | None) -> Iterator[Sequence[float]]:
    """Give the corners of a polygon or multipolygon that was read."""
    if geometry is None:
        return
    whole = geometry["coordinates"]
    for part in whole if geometry["type"] == "MultiPolygon" else [whole]:
        for ring in part:
            yield from ring


def laid_out(
    head: Mapping[str, Any], bounds: Iterable[int], lines: Iterable[bytes], *, layout: Layout
) -> bytes:
    """Put head and features into one file.

    Parameters
    ----------
    head
        Member `gridmap` of the collection.
    bounds
        West, south, east and north in units of the last decimal; none where there is no ground.
    lines
        One feature each; written as they come, so that the text of a large town is held once.
    layout
        One of `LAYOUTS`.
    """
    return _written(head, bounds, lines, layout=layout)[0].getvalue()


def digested(
    head: Mapping[str, Any], bounds: Iterable[int], lines: Iterable[bytes], *, layout: Layout
) -> tuple[bytes, dict[str, Any]]:
    """Put head and features into one file, with the digest of the features in the head.

    Parameters
    ----------
    head, bounds, lines, layout
        As `laid_out` has them; the head holds `NO_DIGEST` where the digest is to stand.

    Returns
    -------
    The file, and the head as it stands there.
    """
    digest = hashlib.sha256()

    def passing() -> Iterator[bytes]:
        for line in lines:
            digest.update(line)
            digest.update(b"\n")
            yield line

    written, begin = _written(head, bounds, passing(), layout=layout)
    # What a town is called does not look like this: quotes within a text are escaped.
    key = next(name for name, value in head.items() if value == NO_DIGEST)
    written.seek(begin.index(f'"{key}":"{NO_DIGEST}"'.encode()) + len(key) + 4)
    written.write(digest.hexdigest().encode())
    return written.getvalue(), {**head, key: digest.hexdigest()}


def _written(
    head: Mapping[str, Any], bounds: Iterable[int], lines: Iterable[bytes], *, layout: Layout
) -> tuple[io.BytesIO, bytes]:
    """Write a file; gives it, and its beginning with the head."""
    numbers = [f"{unit / 10 ** head['decimals']:.{head['decimals']}f}" for unit in bounds]
    bbox = f'"bbox":[{",".join(numbers)}],' if numbers else ""
    start = f'{{"type":"FeatureCollection",{bbox}"gridmap":{_json(head)},"features":['.encode()
    mark = _RS.encode() if layout == "sequence" else b""
    coming = iter(lines)
    first = next(coming, None)
    if first is None:
        begin, between, end = mark + start, b"", b"]}\n"
    elif layout == "collection":
        begin, between, end = start + b"\n" + first, b",\n", b"\n]}\n"
    else:
        begin = mark + first[:-1] + b',"gridmap":' + _json(head).encode() + b"}"
        between, end = b"\n" + mark, b"\n"
    written = io.BytesIO()
    written.write(begin)
    for line in coming:
        written.write(between)
        written.write(line)
    written.write(end)
    return written, begin


def _geometry(shape: shapely.Geometry | None, decimals: int, *, multi: bool) -> str:
    if shape is None or shape.is_empty:
        return "null"
    parts = shape.geoms if isinstance(shape, shapely.MultiPolygon) else [shape]
    forms = []
    for part in parts:
        sizes = [len(part.exterior.coords), *(len(ring.coords) for ring in part.interiors)]
        forms.append(f"[{','.join(_ring_form(size, decimals) for size in sizes)}]")
    whole = np.rint(shapely.get_coordinates(shape)).ravel() / 10**decimals
    text = ",".join(forms) % tuple(whole.tolist())
    if len(forms) == 1 and not multi:
        return f'{{"type":"Polygon","coordinates":{text}}}'
    return f'{{"type":"MultiPolygon","coordinates":[{text}]}}'


@lru_cache(maxsize=_KEPT)
def _ring_form(size: int, decimals: int) -> str:
    return f"[{','.join([f'[%.{decimals}f,%.{decimals}f]'] * size)}]"


def _numbers(value: Any, decimals: int) -> str:
    if isinstance(value, list):
        return f"[{','.join(_numbers(one, decimals) for one in value)}]"
    return f"{value:.{decimals}f}"
