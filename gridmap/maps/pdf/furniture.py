"""What surrounds the map on a sheet: title, legend, scale bar, north, review lines."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import shapely

from gridmap.maps.legend import Look
from gridmap.maps.pdf.context import CASING_MM, stroke_of
from gridmap.maps.pdf.ground import draw_hatch, sign_of
from gridmap.maps.pdf.objects import draw_sign
from gridmap.maps.pdf.pen import Pen, Stroke
from gridmap.maps.pdf.setting import broken
from gridmap.maps.pdf.sheets import Box, Layout, Sheet
from gridmap.maps.signs import ContextSign

__all__ = [
    "Entry",
    "Facts",
    "bar_length",
    "draw_bar",
    "draw_entry",
    "draw_foot",
    "draw_frame",
    "draw_head",
    "draw_north",
    "draw_side",
    "neighbour_places",
    "notice_room",
]

TICK_MM = 2.0
BAR_MM = 60.0  # most length of the scale bar on A3
SAMPLE_OPACITY = 0.45  # of hatches in the legend of a coloured map
INK, QUIET, WARNING = "#111111", "#555555", "#a01414"


@dataclass(frozen=True)
class Entry:
    """A line of the legend: its text, a note to the right, and what its sample shows.

    Attributes
    ----------
    text, note
        What it says.
    look
        A class: its colour and hatch.
    level
        A level of borders, 0 for micro-grids.
    context
        A sign of the context.
    object_class
        Key of a class of objects.
    """

    text: str
    note: str = ""
    look: Look | None = None
    level: int | None = None
    context: ContextSign | None = None
    object_class: str = ""


@dataclass(frozen=True)
class Facts:
    """What the sheets of a print say of it, in its language."""

    title: str
    version: str
    source: str
    not_legal: str
    notice: str  # for internal use, or the audit number of the map
    legend_title: str
    legend: tuple[Entry, ...]
    remarks: tuple[str, ...]
    review: tuple[str, ...]  # what is signed on the sheet
    north: str
    metres: str
    grid_north: str
    grey: bool


def draw_head(pen: Pen, layout: Layout, facts: Facts, sheet_name: str) -> None:
    """Write the title, and which sheet it is."""
    frame, size = layout.frame, layout.letters
    y = frame.low - 6.2 * size
    pen.text(facts.title, (frame.left, y), 6.2 * size, bold=True)
    right = layout.page_mm[0] - frame.left
    pen.text(sheet_name, (right, y), 4 * size, anchor="right")


def draw_frame(pen: Pen, layout: Layout, sheet: Sheet, neighbour: Callable[[int], str]) -> None:
    """Draw the frame with the lines of the kilometre grid as ticks, and name the sheets beside it.

    Parameters
    ----------
    pen, layout, sheet
        Draw, the paper, and the sheet.
    neighbour
        Gives what is written for the number of a sheet.
    """
    frame, size = layout.frame, layout.letters
    pen.lines([frame.polygon()], Stroke(0.5, INK))
    _ticks(pen, layout, sheet)
    places = neighbour_places(layout)
    for side, number in sorted(sheet.neighbours.items()):
        x, y, angle = places[side]
        pen.text(
            neighbour(number), (x, y), 2.8 * size,
            anchor="middle", bold=True, colour="#7a1f1f", halo=0.5, angle=angle,
        )  # fmt: skip


def neighbour_places(layout: Layout) -> dict[str, tuple[float, float, float]]:
    """Give where the sheet beside each side is named: middle and angle of the text."""
    frame, inset = layout.frame, 2.6 * layout.letters
    middle = ((frame.left + frame.right) / 2, (frame.low + frame.high) / 2)
    return {
        "north": (middle[0], frame.low + inset, 0.0),
        "south": (middle[0], frame.high - inset, 0.0),
        "west": (frame.left + inset, middle[1], 90.0),
        "east": (frame.right - inset, middle[1], 90.0),
    }


def _ticks(pen: Pen, layout: Layout, sheet: Sheet) -> None:
    """Ticks at round coordinates of the work CRS, in kilometres, outside the frame."""
    frame, window, size = layout.frame, sheet.window, layout.letters
    step = _round_below(80 * layout.scale / 1000)
    mm, letters = 1000 / layout.scale, 1.7 * size
    stroke = Stroke(0.25, INK)
    for x in _multiples(window.left, window.right, step):
        at = frame.left + (x - window.left) * mm
        for y, out in ((frame.low, -TICK_MM), (frame.high, TICK_MM)):
            pen.line([(at, y), (at, y + out)], stroke)
        pen.text(_km(x), (at + 0.6, frame.low - TICK_MM / 2), letters, colour=QUIET)
    for y in _multiples(window.low, window.high, step):
        at = frame.low + (window.high - y) * mm
        for x, out in ((frame.left, -TICK_MM), (frame.right, TICK_MM)):
            pen.line([(x, at), (x + out, at)], stroke)
        pen.text(_km(y), (frame.left - TICK_MM / 2, at - 0.6), letters, colour=QUIET, angle=90)


def _km(metres: float) -> str:
    return f"{metres / 1000:.10g}"


def _multiples(low: float, high: float, step: float) -> list[float]:
    return [step * count for count in range(math.ceil(low / step), math.floor(high / step) + 1)]


def _round_below(value: float) -> float:
    """Give the largest of 1, 2 and 5 times a power of ten that is not above a value."""
    power = 10.0 ** math.floor(math.log10(value))
    return max(share * power for share in (1, 2, 5) if share * power <= value * (1 + 1e-9))


def draw_foot(pen: Pen, layout: Layout, facts: Facts) -> None:
    """Draw the scale bar with its ratio, and write source, version, date and who may see it."""
    frame, size = layout.frame, layout.letters
    _notice(pen, layout, facts.notice)
    top = frame.high + 3.2 * size
    ratio = f"1:{layout.scale:,}".replace(",", " ")
    pen.text(ratio, (frame.left, top + 1.2 * size), 4 * size, bold=True)
    start = frame.left + pen.width(ratio, 4 * size, bold=True) + 6 * size
    draw_bar(pen, (start, top), BAR_MM * size, layout.scale, size=size, unit=facts.metres)
    y = top + 6.6 * size
    pen.text(facts.not_legal + " · " + facts.grid_north, (frame.left, y), 2.3 * size, colour=QUIET)
    right = layout.page_mm[0] - frame.left
    pen.text(facts.version, (right, top + 1.2 * size), 2.5 * size, anchor="right")
    room = right - frame.left - pen.width(
        facts.not_legal + " · " + facts.grid_north, 2.3 * size) - 5  # fmt: skip
    letters = min(2.3 * size, 2.3 * size * room / max(1e-9, pen.width(facts.source, 2.3 * size)))
    pen.text(facts.source, (right, y), letters, anchor="right", colour=QUIET)


def notice_room(pen: Pen, layout: Layout, text: str) -> shapely.Polygon:
    """Give the ground on a sheet that the notice takes: within the frame, below to the left."""
    frame, size = layout.frame, layout.letters
    left, middle, letters = frame.left + 2 * size, frame.high - 6.5 * size, 3.4 * size
    width = min(pen.width(text, letters, bold=True), 0.9 * (frame.right - frame.left))
    return shapely.box(left, middle - letters / 2, left + width, middle + letters / 2)


def _notice(pen: Pen, layout: Layout, text: str) -> None:
    """Write on the map itself whether it may be published, so that no cut takes it off."""
    left, low, right, high = shapely.bounds(notice_room(pen, layout, text)).tolist()
    letters = high - low
    letters *= (right - left) / max(1e-9, pen.width(text, letters, bold=True))
    pen.text(text, (left, (low + high) / 2), letters, bold=True, colour=WARNING, halo=0.6)


def bar_length(longest: float, scale: int) -> float:
    """Length in mm of a scale bar: it stands for a round number of metres, and is no longer."""
    return _round_below(longest * scale / 1000) * (1000 / scale)


def draw_bar(
    pen: Pen, at: tuple[float, float], longest: float, scale: int, *, size: float, unit: str
) -> None:
    """Draw a scale bar of four parts.

    Parameters
    ----------
    pen
        Draws.
    at
        Its upper left corner.
    longest
        Length in mm that it has at most: it stands for a round number of metres.
    scale
        Denominator of the scale.
    size, unit
        Size of the letters, and the word for metres.
    """
    left, top = at
    metres = _round_below(longest * scale / 1000)
    part, height = metres * (1000 / scale) / 4, 1.6 * size
    for number in range(4):
        box = Box(left + number * part, top, left + (number + 1) * part, top + height)
        pen.box(box, fill=(INK, "#ffffff")[number % 2], stroke=Stroke(0.2, INK))
    for share in (0, 2, 4):
        text = f"{metres * share / 4:g}" + (f" {unit}" if share == 4 else "")
        at = (left + share * part, top + height + 1.5 * size)
        pen.text(text, at, 2.1 * size, anchor="middle")


def draw_side(
    pen: Pen, layout: Layout, facts: Facts, sheets: Sequence[Sheet], current: Sheet
) -> None:
    """Draw north, legend, the key of the sheets, remarks, and the lines for signatures."""
    size, frame = layout.letters, layout.frame
    left, right = frame.right + 4 * size, layout.page_mm[0] - frame.left
    y = draw_north(pen, right - 5 * size, frame.low, size, facts.north)
    pen.text(facts.legend_title, (left, frame.low + 6 * size), 4 * size, bold=True)
    bottom = frame.high - len(facts.review) * 8 * size
    wanted = len(facts.legend) * 5.4 * size
    key = min(34 * size, right - left) if len(sheets) > 1 else 0.0
    told = [line for text in facts.remarks for line in broken(pen, text, 2.2 * size, right - left)]
    room = bottom - y - key - (len(told) + 2) * 3.2 * size
    step = min(1.0, room / wanted) * 5.4 * size
    for entry in facts.legend:
        draw_entry(pen, entry, layout.scale, Box(left, y, right, y + step), facts.grey)
        y += step
    y += 2 * size
    for line in told:
        pen.text(line, (left, y + 1.6 * size), 2.2 * size, colour=QUIET)
        y += 3.2 * size
    if key:
        _key(pen, sheets, current, Box(left, y + 2 * size, right, y + key), size)
    for row, text in enumerate(facts.review):
        at = bottom + (row + 1) * 8 * size - 1.5 * size
        pen.text(text, (left, at), 2.8 * size)
        start = left + pen.width(text, 2.8 * size) + 1.5 * size
        pen.line([(start, at + 1.5 * size), (right, at + 1.5 * size)], Stroke(0.2, INK))


def draw_north(pen: Pen, x: float, top: float, size: float, word: str) -> float:
    """Draw an arrow that points up, to the north of the coordinate grid; gives where it ends."""
    pen.text(word, (x, top + 2 * size), 3.2 * size, anchor="middle", bold=True)
    tip, base, half = top + 4 * size, top + 13 * size, 2.4 * size
    left = [(x, tip), (x - half, base), (x, base - 2 * size)]
    right = [(x, tip), (x + half, base), (x, base - 2 * size)]
    pen.fill([shapely.Polygon(left)], INK)
    pen.lines([shapely.Polygon(right)], Stroke(0.25, INK))
    return base + 3 * size


def draw_entry(pen: Pen, entry: Entry, scale: int, room: Box, grey: bool) -> None:
    """Draw a line of the legend: its sample, its text, and its note to the right."""
    y, left, right = (room.low + room.high) / 2, room.left, room.right
    size = room.height / 5.4
    box = Box(left, y - 1.7 * size, left + 8.5 * size, y + 1.7 * size)
    if entry.look is not None:
        pen.box(box, fill=entry.look.colour)
        opacity = 1.0 if grey else SAMPLE_OPACITY
        draw_hatch(pen, box.polygon(), entry.look, box, opacity=opacity, size=1)
        pen.box(box, stroke=Stroke(0.2, "#4d4d4d"))
    elif entry.level is not None:
        pen.line([(box.left, y), (box.right, y)], sign_of(entry.level, size))
    elif entry.context is not None:
        _sample_context(pen, entry.context, scale, box, y)
    elif entry.object_class:
        draw_sign(pen, entry.object_class, ((box.left + box.right) / 2, y), size)
    pen.text(entry.text, (box.right + 2 * size, y), 2.8 * size)
    if entry.note:
        taken = pen.width(entry.text, 2.8 * size)
        free = right - box.right - 4 * size - taken
        letters = min(2.2 * size, 2.2 * size * free / pen.width(entry.note, 2.2 * size))
        if letters > 1.2:
            pen.text(entry.note, (right, y), letters, anchor="right", colour=QUIET)


def _sample_context(pen: Pen, sign: ContextSign, scale: int, box: Box, y: float) -> None:
    if sign.shape == "area":
        area = shapely.box(box.left + 1, box.low + 0.4, box.right - 1, box.high - 0.4)
        pen.fill([area], sign.fill, sign.opacity)
        return
    ends, stroke = [(box.left, y), (box.right, y)], stroke_of(sign, scale)
    stroke = replace(stroke, width=min(stroke.width, box.height), round_ends=False)
    if sign.casing:
        pen.line(ends, Stroke(stroke.width + CASING_MM, sign.casing))
    pen.line(ends, stroke)


def _key(pen: Pen, sheets: Sequence[Sheet], current: Sheet, box: Box, size: float) -> None:
    """Draw how the sheets lie, with their numbers; this one is filled."""
    boxes = [sheet.window for sheet in sheets]
    left, right = min(each.left for each in boxes), max(each.right for each in boxes)
    low, high = min(each.low for each in boxes), max(each.high for each in boxes)
    mm = min(box.width / (right - left), box.height / (high - low))
    for sheet, each in zip(sheets, boxes, strict=True):
        x, y = box.left + (each.left - left) * mm, box.low + (high - each.high) * mm
        drawn = Box(x, y, x + each.width * mm, y + each.height * mm)
        own = sheet.number == current.number
        pen.box(drawn, fill="#f3d9a0" if own else "", stroke=Stroke(0.25, INK))
        letters = min(3.2 * size, drawn.height * 0.5)
        middle = ((drawn.left + drawn.right) / 2, (drawn.low + drawn.high) / 2)
        pen.text(str(sheet.number), middle, letters, anchor="middle", bold=own)
