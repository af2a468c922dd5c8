"""Cells between the roads of the sample town Zheng'an, and the roads that part them.

Used by `make_zhengan.py`. A cell is a rectangle of the drawing board whose sides are the middle
lines of roads; cutting a cell draws a road. What stands in a cell keeps off its sides by half the
breadth of their roads.
"""

from dataclasses import dataclass, replace

import shapely

__all__ = ["HALF_M", "Cell", "Line", "cut", "cut_off", "halved", "parted", "pinwheel"]

# Half the breadth of the ground of a road, with its ditches and trees (m).
HALF_M = {
    "primary": 24.0,
    "secondary": 15.0,
    "tertiary": 9.0,
    "street": 6.0,
    "service": 4.0,
    "track": 3.0,
    "lane": 0.0,
}
LEAST_M = 30.0


@dataclass(frozen=True)
class Line:
    """A road on the board."""

    shape: shapely.LineString
    kind: str  # class of the road
    name: str = ""


@dataclass(frozen=True)
class Cell:
    """A rectangle between roads, with how far to keep off each side (m)."""

    x0: float
    y0: float
    x1: float
    y1: float
    keep_w: float = 0.0
    keep_e: float = 0.0
    keep_s: float = 0.0
    keep_n: float = 0.0
    block: int = 0
    use: str = "field"
    label: str = ""
    count: int = 0  # houses of a village, firms of a site

    @property
    def wide(self) -> float:
        """Breadth from west to east (m)."""
        return self.x1 - self.x0

    @property
    def high(self) -> float:
        """Breadth from south to north (m)."""
        return self.y1 - self.y0

    @property
    def hectares(self) -> float:
        """Area between the middle lines."""
        return self.wide * self.high / 10_000

    @property
    def middle(self) -> tuple[float, float]:
        """Middle of the rectangle."""
        return (self.x0 + self.x1) / 2, (self.y0 + self.y1) / 2

    @property
    def whole(self) -> shapely.Polygon:
        """The rectangle up to the middle lines of its roads."""
        return shapely.box(self.x0, self.y0, self.x1, self.y1)

    @property
    def inner(self) -> shapely.Polygon:
        """The rectangle without the ground of its roads."""
        return shapely.box(
            self.x0 + self.keep_w,
            self.y0 + self.keep_s,
            self.x1 - self.keep_e,
            self.y1 - self.keep_n,
        )


def cut(cell: Cell, axis: str, at: float, road: str, name: str = "") -> tuple[Cell, Cell, Line]:
    """Cut a cell at x or y by a road; the part with the smaller coordinate comes first."""
    half = HALF_M[road]
    if axis == "x":
        line = shapely.LineString([(at, cell.y0), (at, cell.y1)])
        parts = replace(cell, x1=at, keep_e=half), replace(cell, x0=at, keep_w=half)
    else:
        line = shapely.LineString([(cell.x0, at), (cell.x1, at)])
        parts = replace(cell, y1=at, keep_n=half), replace(cell, y0=at, keep_s=half)
    return *parts, Line(line, road, name)


def halved(cells: list[Cell], rng, *, most_ha: float, longest_m: float, road: str):
    """Cut cells about in the middle until none is larger or longer than this."""
    done: list[Cell] = []
    lines: list[Line] = []
    queue = list(cells)
    while queue:
        cell = queue.pop()
        if cell.hectares <= most_ha and max(cell.wide, cell.high) <= longest_m:
            done.append(cell)
            continue
        low, high, line = _halves(cell, rng, road)
        queue += [low, high]
        lines.append(line)
    return done, lines


def parted(cell: Cell, rng, *, count: int, road: str) -> tuple[list[Cell], list[Line]]:
    """Cut a cell into so many, the largest about in the middle each time."""
    cells, lines = [cell], []
    while len(cells) < count:
        largest = max(cells, key=lambda one: one.hectares)
        cells.remove(largest)
        low, high, line = _halves(largest, rng, road)
        cells += [low, high]
        lines.append(line)
    return cells, lines


def _halves(cell: Cell, rng, road: str) -> tuple[Cell, Cell, Line]:
    axis = "x" if cell.wide * rng.uniform(0.85, 1.15) > cell.high else "y"
    share = rng.uniform(0.4, 0.6)
    at = cell.x0 + share * cell.wide if axis == "x" else cell.y0 + share * cell.high
    return cut(cell, axis, at, road)


def cut_off(cell: Cell, rng, *, hectares: float, road: str, near: tuple[float, float] | None):
    """Cut a piece of this size off a corner of a cell.

    Returns
    -------
    The piece, what is left of the cell, and the roads between them.
    """
    long_x = cell.wide >= cell.high
    side = min(
        (hectares * 10_000 * rng.uniform(0.8, 1.25)) ** 0.5,
        0.75 * max(cell.wide, cell.high),
    )
    piece, rest, first = _strip(cell, "x" if long_x else "y", side, road, near, rng)
    across = min(hectares * 10_000 / side, 0.97 * min(cell.wide, cell.high))
    if min(cell.wide, cell.high) - across < LEAST_M * 2:
        return piece, [rest], [first]
    piece, more, second = _strip(piece, "y" if long_x else "x", across, road, near, rng)
    return piece, [rest, more], [first, second]


def _strip(cell: Cell, axis: str, breadth: float, road: str, near, rng):
    """Cut a strip off the end that lies at the larger road, or nearer to a place."""
    low, high = (cell.x0, cell.x1) if axis == "x" else (cell.y0, cell.y1)
    if near is not None:
        first = near[0 if axis == "x" else 1] < (low + high) / 2
    else:
        keep = (cell.keep_w, cell.keep_e) if axis == "x" else (cell.keep_s, cell.keep_n)
        first = keep[0] > keep[1] or (keep[0] == keep[1] and rng.random() < 0.5)
    a, b, line = cut(cell, axis, low + breadth if first else high - breadth, road)
    return (a, b, line) if first else (b, a, line)


def pinwheel(cell: Cell, inner: shapely.Polygon, *, road: str, lane: str, left: bool):
    """Set a rectangle into a cell, with the ground around it in up to four rectangles.

    Returns
    -------
    The inner cell, the cells around it, and the roads: two of the better kind, two of the other.
    """
    x0, y0, x1, y1 = inner.bounds
    r, t = HALF_M[road], HALF_M[lane]
    west, east = (x0 > cell.x0), (x1 < cell.x1)
    south, north = (y0 > cell.y0), (y1 < cell.y1)
    inside = replace(
        cell, x0=x0, y0=y0, x1=x1, y1=y1,
        keep_w=r if west else cell.keep_w, keep_e=r if east else cell.keep_e,
        keep_s=t if south else cell.keep_s, keep_n=t if north else cell.keep_n,
    )  # fmt: skip
    c = cell
    if left:
        around = [
            (west, replace(c, x1=x0, y1=y1, keep_e=r, keep_n=t if north else c.keep_n)),
            (north, replace(c, x1=x1, y0=y1, keep_s=t, keep_e=r if east else c.keep_e)),
            (east, replace(c, x0=x1, y0=y0, keep_w=r, keep_s=t if south else c.keep_s)),
            (south, replace(c, x0=x0, y1=y0, keep_n=t, keep_w=r if west else c.keep_w)),
        ]
        ends = [(x0, c.y0, x0, y1), (c.x0, y1, x1, y1), (x1, y0, x1, c.y1), (x0, y0, c.x1, y0)]
    else:
        around = [
            (west, replace(c, x1=x0, y0=y0, keep_e=r, keep_s=t if south else c.keep_s)),
            (north, replace(c, x0=x0, y0=y1, keep_s=t, keep_w=r if west else c.keep_w)),
            (east, replace(c, x0=x1, y1=y1, keep_w=r, keep_n=t if north else c.keep_n)),
            (south, replace(c, x1=x1, y1=y0, keep_n=t, keep_e=r if east else c.keep_e)),
        ]
        ends = [(x0, y0, x0, c.y1), (x0, y1, c.x1, y1), (x1, c.y0, x1, y1), (c.x0, y0, x1, y0)]
    lines = [
        Line(shapely.LineString([(a, b), (d, e)]), road if number % 2 == 0 else lane)
        for number, ((there, _), (a, b, d, e)) in enumerate(zip(around, ends, strict=True))
        if there
    ]
    return inside, [one for there, one in around if there], lines
