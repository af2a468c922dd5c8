"""JSON layers as programs write them: texts in place of numbers, numbers too long for readers.

A program writes the numbers of coordinates as texts, and its readers lose the shapes; ids of twenty
digits they bend.
"""

import json
import re
from functools import partial
from pathlib import Path
from typing import Any

import shapely

from layers.contract.text import narrow
from layers.files.broken_shapes import Repaired, from_json

__all__ = [
    "MAX_JSON_BYTES",
    "broken_lines",
    "crs_member",
    "json_features",
    "name_of",
    "with_numbers",
]

# Beyond this size a JSON file is not looked through a second time.
MAX_JSON_BYTES = 100_000_000
_BY_LINE = (".geojsonl", ".geojsons", ".ndjson")
# Members stand before or behind the features.
_HEAD = 65_536
_CRS_MEMBER = re.compile(
    rb'"crs"\s*:\s*\{\s*"type"\s*:\s*"(?:name|link|EPSG)"\s*,\s*"properties"\s*:\s*\{'
    rb'\s*"(name|href|code)"\s*:\s*"?([^"}]{1,200})'
)
# A text at the start of a list or behind a number in it, a list as one text, or words that are no
# number: coordinates may have them. Lists of attributes that have them cost a second look alone.
_ODD = re.compile(
    rb'\[\s*"[^"]*"\s*[,\]]|[\d.]\s*,\s*"[^"]*"\s*[,\]]|"coordinates"\s*:\s*"'
    rb"|[\[,]\s*(?:null|true|false)\s*[\],]"
)
_SHAPES = ("Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon",
           "GeometryCollection")  # fmt: skip
# Numbers that may be too long for a whole number of 64 bits.
_HUGE = re.compile(rb"\d{19,}")


def json_features(path: Path) -> list[object] | None:
    """List the raw features of a JSON layer; None when it is of another shape.

    Raises
    ------
    ValueError
        If it is not JSON.
    """
    text = path.read_bytes().decode("utf-8-sig")
    content = _content(text)
    features = content.get("features") if isinstance(content, dict) else content
    return features if isinstance(features, list) else None


def _content(text: str, **numbers: Any) -> Any:
    """Read a JSON text; of one with a feature on every line, the list of them."""
    if text.startswith("\x1e"):
        return [json.loads(one, **numbers) for one in text.split("\x1e") if one.strip()]
    try:
        return json.loads(text, **numbers)
    except json.JSONDecodeError:
        lines = [line for line in text.split("\n") if line.strip()]
        if len(lines) < 2 or not lines[0].lstrip().startswith("{"):
            raise
        return [json.loads(line, **numbers) for line in lines]


def broken_lines(path: Path) -> list[int]:
    """Number the lines that are no JSON of a file that has a feature on every line."""
    if path.suffix.lower() not in _BY_LINE or path.stat().st_size > MAX_JSON_BYTES:
        return []
    text = path.read_bytes().decode("utf-8-sig", "replace")
    # A text may have signs in it that end a line elsewhere (U+2028).
    lines = text.split("\x1e" if text.startswith("\x1e") else "\n")
    return [at for at, line in enumerate(lines, start=1) if line.strip() and not _is_json(line)]


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def crs_member(path: Path) -> str | None:
    """Give the coordinate system that a GeoJSON names itself; None when it names none."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
        file.seek(max(0, path.stat().st_size - _HEAD))
        found = _CRS_MEMBER.search(head) or _CRS_MEMBER.search(file.read())
    return found[2].decode("utf-8", "replace") if found else None


def with_numbers(path: Path) -> tuple[str, list[tuple[int, Repaired]]] | None:
    """Write coordinates that are texts as numbers, and leave out parts that are none.

    Whole numbers that their reader would bend, such as ids of 20 digits, are written as texts.

    Parameters
    ----------
    path
        A JSON layer in UTF-8.

    Returns
    -------
    The text of the repaired layer, and what became of each shape that was repaired, by row from 1.
    None when every coordinate is a number, and no number is too long.
    """
    if path.stat().st_size > MAX_JSON_BYTES:
        return None
    raw = path.read_bytes()
    if _ODD.search(raw) is None and _HUGE.search(raw) is None and b'"Topology"' not in raw:
        return None
    long: list[str] = []
    try:
        content = _content(raw.decode("utf-8-sig"), parse_int=partial(_exact, long=long))
    except (ValueError, RecursionError):
        return None
    if isinstance(content, dict) and content.get("type") == "Topology":
        return _with_arcs(content)
    features = content.get("features") if isinstance(content, dict) else content
    told: list[tuple[int, Repaired]] = []
    for row, feature in enumerate(features if isinstance(features, list) else [content], start=1):
        if not isinstance(feature, dict):
            continue
        repaired = _repair(feature)
        if repaired is not None and (repaired.texts or repaired.lost):
            repaired.name = name_of(feature)
            told.append((row, repaired))
    if not told and not long:
        return None
    if isinstance(content, list):  # a feature on every line
        return "\n".join(json.dumps(one, ensure_ascii=False) for one in content), told
    return json.dumps(content, ensure_ascii=False), told


def _exact(digits: str, long: list[str]) -> int | str:
    """Read a whole number; one that its reader would bend stays a text of all its digits."""
    if len(digits) < 19 or -(2**63) <= int(digits) < 2**63:
        return int(digits)
    long.append(digits)
    return digits


def _with_arcs(topology: dict[str, Any]) -> tuple[str, list[tuple[int, Repaired]]] | None:
    """Write the texts among the numbers of a TopoJSON, whose features share their borders."""
    read = Repaired(shape=shapely.Point())
    for name in ("arcs", "transform", "bbox"):
        if name in topology:
            topology[name] = _as_numbers(topology[name], read)
    if not read.texts:
        return None
    objects = topology.get("objects")
    rows = [
        len(one.get("geometries") or [one])
        for one in (objects.values() if isinstance(objects, dict) else [])
        if isinstance(one, dict)
    ]
    told = [(row, read) for row in range(1, max(rows, default=1) + 1)]
    return json.dumps(topology, ensure_ascii=False), told


def name_of(feature: object) -> str:
    """Name a feature by its id for a sentence about it; "" when it has none."""
    identity = feature.get("id") if isinstance(feature, dict) else None
    return f"(id {identity!r}) " if identity is not None else ""


def _repair(feature: dict[str, Any]) -> Repaired | None:
    """Put the geometry of one feature right, in place; None when there is nothing to do."""
    geometry = feature.get("geometry")
    if not isinstance(geometry, dict):
        return None
    if geometry.get("type") not in _SHAPES:
        return _repair_esri(geometry)
    text = geometry.get("coordinates")
    if isinstance(text, str):
        geometry = {**geometry, "coordinates": _listed(text)}
    repaired = from_json(geometry)
    if isinstance(text, str) and repaired.shape is not None:
        repaired.texts += 1
    if not repaired.texts and not repaired.lost:
        return None
    shape = repaired.shape
    feature["geometry"] = None if shape is None else json.loads(shapely.to_geojson(shape))
    return repaired


def _listed(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _repair_esri(geometry: dict[str, Any]) -> Repaired | None:
    """Write the texts of an Esri geometry as numbers; its rings are the matter of its reader."""
    repaired = Repaired()
    for name in ("rings", "paths", "points", "x", "y"):
        if name in geometry:
            geometry[name] = _as_numbers(geometry[name], repaired)
    return repaired if repaired.texts else None


def _as_numbers(value: Any, repaired: Repaired) -> Any:
    if isinstance(value, list):
        return [_as_numbers(one, repaired) for one in value]
    if isinstance(value, dict):
        return {name: _as_numbers(one, repaired) for name, one in value.items()}
    if isinstance(value, str):
        try:
            number = float(narrow(value))
        except ValueError:
            return value
        repaired.texts += 1
        return number
    return value
