"""What a client reads of boundaries, and what it should have read: compared in one place."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import geopandas as gpd
import shapely

from boundaries.topology.neighbours import neighbours

__all__ = ["Expected", "Reading", "Source", "area_error", "differences", "expected_of", "pair"]

Pair = tuple[str, str]
AREA = 1e-6  # of the area: what a file may differ from the plan where it rounds nothing


@dataclass(frozen=True)
class Source:
    """One layer of a file.

    Attributes
    ----------
    path
        The file, or a zip file with several.
    layer
        Its name in the file.
    key
        Its column of codes.
    shape
        Its column of shapes, as SQL knows it.
    level
        Only rows of that level are read; None where a layer is of one level.
    step
        Of the coordinates as written, in their unit; 0 where nothing is rounded.
    """

    path: Path
    layer: str
    key: str = "grid_code"
    shape: str = "geometry"
    level: int | None = None
    step: float = 0.0

    @property
    def opened(self) -> str:
        """How GDAL is told to open it."""
        return f"/vsizip/{self.path}" if self.path.suffix == ".zip" else str(self.path)

    @property
    def rows(self) -> str:
        """Condition of SQL for the rows that are read."""
        return "1 = 1" if self.level is None else f"level = {self.level}"


@dataclass(frozen=True)
class Reading:
    """What a client found, by its own arithmetic.

    Attributes
    ----------
    codes
        Of the rows, in order of code; a code that stands twice stands here twice.
    areas
        By code, on the plane of the coordinates; grids without ground have none.
    neighbours
        Pairs of codes whose borders share a line.
    slivers
        How many pairs share ground, and how many shapes are invalid.
    gaps
        Holes in the union of all.
    kinds
        By column: text, whole, number, day, flag, or moment where a format has no days.
    epsg
        Number of the coordinate system; None where the client has no word for one.
    """

    codes: list[str]
    areas: Mapping[str, float]
    neighbours: set[Pair]
    slivers: int
    gaps: int
    kinds: Mapping[str, str] = field(default_factory=dict)
    epsg: int | None = None


@dataclass(frozen=True)
class Expected:
    """What a plan has on one level, in the coordinates of a file; not rounded."""

    codes: list[str]
    shapes: gpd.GeoSeries
    neighbours: set[Pair]
    gaps: int


def pair(one: str, other: str) -> Pair:
    """Give two neighbours in order of code."""
    return (one, other) if one < other else (other, one)


def expected_of(grids: gpd.GeoDataFrame, *, epsg: int) -> Expected:
    """Take from the grids of a plan what files should say of them: those of one level."""
    these = grids.sort_index()
    shapes = these.geometry.dropna()
    borders = neighbours(shapes)
    both = zip(*(shapes.index[borders[side]] for side in ("left", "right")), strict=True)
    whole = shapely.get_parts(shapely.coverage_union_all(shapes.to_numpy()))
    return Expected(
        list(these.index),
        shapes.to_crs(f"EPSG:{epsg}"),
        {pair(*codes) for codes in both},
        int(shapely.get_num_interior_rings(whole).sum()),
    )


def area_error(reading: Reading, expected: Expected) -> float:
    """Give the largest difference to the area in the plan, as a share of it."""
    return max(
        abs(area / expected.shapes[code].area - 1)
        for code, area in reading.areas.items()
        if code in expected.shapes.index
    )


def differences(
    reading: Reading, expected: Expected, *, step: float = 0.0, kinds: Mapping[str, str] = {}
) -> list[str]:
    """List what a client reads otherwise than it should: nothing, where all is well.

    A vertex that is rounded to a step moves by three quarters of it at the most, and the area by
    that times the length of the border.
    """
    found = []
    codes = expected.codes
    if reading.codes != codes:
        twice = sorted(code for code, count in Counter(reading.codes).items() if count > 1)
        missing, more = sorted(set(codes) - set(reading.codes)), set(reading.codes) - set(codes)
        found.append(f"codes: missing {missing}, not ours {sorted(more)}, twice {twice}")
    if reading.neighbours != expected.neighbours:
        lost, new = (
            expected.neighbours - reading.neighbours,
            reading.neighbours - expected.neighbours,
        )
        found.append(f"neighbours: lost {sorted(lost)}, new {sorted(new)}")
    if (reading.slivers, reading.gaps) != (0, expected.gaps):
        found.append(f"slivers: {reading.slivers}, gaps: {reading.gaps}, not {expected.gaps}")
    for code, shape in expected.shapes.items():
        allowed = max(AREA * shape.area, 0.75 * step * shape.length)
        area = reading.areas.get(code, 0.0)
        if not abs(area - shape.area) <= allowed:
            found.append(f"area of {code}: {area!r}, not {shape.area!r}")
    if reading.epsg not in (None, expected.shapes.crs.to_epsg()):
        found.append(f"coordinate system: {reading.epsg}, not {expected.shapes.crs.to_epsg()}")
    told = {name: reading.kinds.get(name) for name in kinds}
    if told != dict(kinds):
        other = {name: kind for name, kind in told.items() if kind != kinds[name]}
        found.append(f"types: {other}, not { ({name: kinds[name] for name in other}) }")
    return found
