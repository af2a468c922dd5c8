"""The grids beside a grid: where each lies, how long the border is, and who is in charge there."""

from dataclasses import dataclass

import numpy as np
import shapely

from gridmap.coverage.duty import Duties
from gridmap.maps.pdf.painter import Painter
from gridmap.words import say

__all__ = ["Beside", "beside"]

LEAST_BORDER_M = 1.0  # grids that meet in a corner are no neighbours
_WINDS = ("east", "northeast", "north", "northwest", "west", "southwest", "south", "southeast")


@dataclass(frozen=True)
class Beside:
    """A grid beyond the border.

    Attributes
    ----------
    code, name
        Of the grid.
    side
        Where it lies, in words.
    person, role
        Who is in charge there, and as what; "" while nobody is on post.
    border_m
        Length of the border.
    middle
        Middle of the longest part of the border, in the work CRS.
    """

    code: str
    name: str
    side: str
    person: str
    role: str
    border_m: float
    middle: shapely.Point


def beside(painter: Painter, duties: Duties, code: str) -> tuple[Beside, ...]:
    """Find the grids beside one, clockwise from the north.

    Parameters
    ----------
    painter
        Knows the ground: neighbours of a micro-grid or of the site of a unit are all that ground is
        drawn of, those of a given grid are the given grids of its level.
    duties
        Who is in charge.
    code
        A grid with ground of its own.
    """
    grids, outline = painter.plan.grids, painter.plan.outline(code)
    own = painter.given[painter.given["level"] == grids.at[code, "level"]]
    ground = own if code in own.index else painter.micro
    near = ground.iloc[ground.sindex.query(outline, predicate="intersects")]
    near = near[~near.index.isin(painter.inside(code))]
    border = shapely.intersection(near.geometry.to_numpy(), outline.boundary)
    middle = outline.centroid
    found = []
    for other, line in zip(near.index, border, strict=True):
        if line.length < LEAST_BORDER_M:
            continue
        at = _middle(line)
        turn = np.arctan2(at.y - middle.y, at.x - middle.x)
        people = duties.people(str(other))
        role = f"role_{painter.language}"
        one = Beside(
            str(other),
            painter.named(other),
            say(f"sheets.side.{_WINDS[round(turn / (np.pi / 4)) % 8]}", painter.language),
            people[0]["name"] if people else "",
            str(people[0][role]) if people else "",  # type: ignore[literal-required]
            round(float(line.length), 1),
            at,
        )
        found.append((-(turn - np.pi / 2) % (2 * np.pi), one.code, one))
    return tuple(one for *_, one in sorted(found, key=lambda each: each[:2]))


def _middle(line: shapely.Geometry) -> shapely.Point:
    """Middle of the longest stretch of a border that may be in parts."""
    lines = [part for part in shapely.get_parts(line) if part.geom_type == "LineString"]
    merged = shapely.get_parts(shapely.line_merge(shapely.multilinestrings(lines)))
    return max(merged, key=lambda part: part.length).interpolate(0.5, normalized=True)
