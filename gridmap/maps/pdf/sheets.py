"""Paper, scale, and how many sheets a town takes.

The plane is the work CRS: a metre of it is 1000 / scale millimetres on paper, in both directions.
Sheets lie in rows from the north and in columns from the west, with an overlap, and are numbered
in that order; a sheet without any ground of the town is left out.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import shapely

from layers.contract.errors import UsageError

__all__ = [
    "PAPERS",
    "SCALES",
    "Box",
    "Layout",
    "Sheet",
    "lay_out",
    "one_sheet",
    "require_paper",
    "require_scale",
]

PAPERS: Mapping[str, tuple[float, float]] = {  # ISO 216: short and long side in mm
    "A4": (210.0, 297.0),
    "A3": (297.0, 420.0),
    "A2": (420.0, 594.0),
    "A1": (594.0, 841.0),
    "A0": (841.0, 1189.0),
}
# Denominators tried for a scale that fits, the largest map first; those offered in the app.
SCALES = (2000, 2500, 3000, 4000, 5000, 6000, 7500, 8000, 10000, 12500, 15000, 20000, 25000)
LARGEST, SMALLEST = 500, 100_000  # denominators that may be asked for
OVERLAP_MM = 10.0  # of two neighbouring sheets
SPARE_MM = 3.0  # between the town and the frame
MOST_SHEETS = 400
# Room round the map on A3, in mm; larger paper has larger letters.
_MARGIN, _TITLE, _FOOT, _COLUMN = 9.0, 13.0, 13.0, 56.0
_LETTERS = {"A4": 0.82, "A3": 1.0, "A2": 1.2, "A1": 1.4, "A0": 1.7}


@dataclass(frozen=True)
class Box:
    """A rectangle: metres of the work CRS, or millimetres of paper from its upper left corner."""

    left: float
    low: float
    right: float
    high: float

    @property
    def width(self) -> float:
        """Extent from left to right."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Extent from low to high."""
        return self.high - self.low

    def polygon(self) -> shapely.Polygon:
        """The rectangle as a polygon."""
        return shapely.box(self.left, self.low, self.right, self.high)


@dataclass(frozen=True)
class Sheet:
    """One sheet of a map.

    Attributes
    ----------
    number
        Its number, from 1.
    window
        The ground it shows, in metres of the work CRS.
    neighbours
        Numbers of the sheets beside it: "north", "east", "south", "west", where there is one.
    """

    number: int
    window: Box
    neighbours: Mapping[str, int]


@dataclass(frozen=True)
class Layout:
    """How a map lies on paper: all sheets have the same paper, frame and scale.

    Attributes
    ----------
    paper
        Name of the paper, of `PAPERS`.
    page_mm
        Width and height of a sheet.
    frame
        The map on a sheet, in mm from its upper left corner.
    letters
        How much larger letters are than on A3.
    scale
        Denominator of the scale.
    sheets
        The sheets in order.
    """

    paper: str
    page_mm: tuple[float, float]
    frame: Box
    letters: float
    scale: int
    sheets: tuple[Sheet, ...]


def require_paper(paper: str) -> None:
    """Refuse paper that is not known.

    Raises
    ------
    UsageError
        With the names of those that are.
    """
    if paper not in PAPERS:
        names = ", ".join(PAPERS)
        raise UsageError(
            f"There is no paper {paper!r} for a print; choose one of {names}.",
            f"没有纸张“{paper}”，请从 {names} 中选择。",
        )


def require_scale(scale: int) -> None:
    """Refuse a scale at which no town is printed.

    Raises
    ------
    UsageError
        With the scales that are possible.
    """
    if not LARGEST <= scale <= SMALLEST:
        raise UsageError(
            f"A print at 1:{scale} is not possible; choose a scale between 1:{LARGEST} and "
            f"1:{SMALLEST}, such as 1:5000.",
            f"不能按 1:{scale} 打印，请在 1:{LARGEST} 与 1:{SMALLEST} 之间选择，例如 1:5000。",
        )


def lay_out(
    ground: shapely.Geometry, *, paper: str, scale: int | None, landscape: bool | None
) -> Layout:
    """Lay ground out on paper.

    Parameters
    ----------
    ground
        What has to be on the sheets, in the work CRS.
    paper
        Name of the paper, of `PAPERS`.
    scale
        Denominator of the scale; None for the largest map of `SCALES` that fits on one sheet, and
        the smallest of them where none does.
    landscape
        Across or upright; None for what gives the larger map, or else the fewer sheets.

    Raises
    ------
    UsageError
        For paper or a scale that is not possible, and for a print of more than 400 sheets.
    """
    require_paper(paper)
    if scale is not None:
        require_scale(scale)
    ways = [
        _page(paper, across) for across in ((True, False) if landscape is None else (landscape,))
    ]
    box = Box(*shapely.bounds(ground))
    if scale is None:
        fitting = [each for each in SCALES if any(_fits(box, frame, each) for _, frame in ways)]
        scale = fitting[0] if fitting else SCALES[-1]
    count = min(math.prod(_counts(box, frame, scale)) for _, frame in ways)
    if count > MOST_SHEETS:
        raise UsageError(
            f"At 1:{scale} on {paper} the print would take {count} sheets, more than "
            f"{MOST_SHEETS}. Choose larger paper, a smaller map or a single grid.",
            f"按 1:{scale} 用 {paper} 打印需要 {count} 幅，超过 {MOST_SHEETS} 幅。"
            "请选更大的纸张、更小的图或只打印一个网格。",
        )
    drawn = [
        Layout(paper, page, frame, _LETTERS[paper], scale, _sheets(ground, box, frame, scale))
        for page, frame in ways
    ]
    return min(drawn, key=lambda layout: len(layout.sheets))


def one_sheet(layout: Layout, ground: shapely.Geometry) -> Layout:
    """Lay the same ground on one sheet of the same paper: the index of the sheets."""
    box = Box(*shapely.bounds(ground))
    scale = 100 * math.ceil(
        max(
            box.width / (layout.frame.width - 2 * SPARE_MM),
            box.height / (layout.frame.height - 2 * SPARE_MM),
        )
        * 10
    )
    window = _window(_middle(box), layout.frame, scale)
    return Layout(
        layout.paper, layout.page_mm, layout.frame, layout.letters, scale, (Sheet(0, window, {}),)
    )


def _page(paper: str, across: bool) -> tuple[tuple[float, float], Box]:
    """Size of a page, and the frame of the map on it."""
    short, long = PAPERS[paper]
    width, height = (long, short) if across else (short, long)
    letters = _LETTERS[paper]
    frame = Box(
        _MARGIN, _MARGIN + _TITLE * letters,
        width - _MARGIN - _COLUMN * letters, height - _MARGIN - _FOOT * letters,
    )  # fmt: skip
    return (width, height), frame


def _fits(box: Box, frame: Box, scale: int) -> bool:
    return _counts(box, frame, scale) == (1, 1)


def _counts(box: Box, frame: Box, scale: int) -> tuple[int, int]:
    """Columns and rows of sheets."""
    return (
        _count(box.width * 1000 / scale, frame.width),
        _count(box.height * 1000 / scale, frame.height),
    )


def _count(ground_mm: float, frame_mm: float) -> int:
    needed = ground_mm + 2 * SPARE_MM
    return max(1, math.ceil((needed - OVERLAP_MM) / (frame_mm - OVERLAP_MM) - 1e-9))


def _sheets(ground: shapely.Geometry, box: Box, frame: Box, scale: int) -> tuple[Sheet, ...]:
    columns, rows = _counts(box, frame, scale)
    step_x, step_y = ((side - OVERLAP_MM) * scale / 1000 for side in (frame.width, frame.height))
    middle_x, middle_y = _middle(box)
    shapely.prepare(ground)
    windows: dict[tuple[int, int], Box] = {}
    for row in range(rows):
        for column in range(columns):
            centre = (
                middle_x + (column - (columns - 1) / 2) * step_x,
                middle_y - (row - (rows - 1) / 2) * step_y,
            )
            window = _window(centre, frame, scale)
            if shapely.intersects(ground, window.polygon()):
                windows[row, column] = window
    numbers = {place: number for number, place in enumerate(windows, start=1)}
    beside = {"north": (-1, 0), "east": (0, 1), "south": (1, 0), "west": (0, -1)}
    return tuple(
        Sheet(
            numbers[row, column],
            window,
            {
                side: numbers[row + down, column + right]
                for side, (down, right) in beside.items()
                if (row + down, column + right) in numbers
            },
        )
        for (row, column), window in windows.items()
    )


def _middle(box: Box) -> tuple[float, float]:
    return (box.left + box.right) / 2, (box.low + box.high) / 2


def _window(centre: tuple[float, float], frame: Box, scale: int) -> Box:
    half_x, half_y = frame.width * scale / 2000, frame.height * scale / 2000
    return Box(centre[0] - half_x, centre[1] - half_y, centre[0] + half_x, centre[1] + half_y)
