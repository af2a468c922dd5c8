"""The whole print: an index sheet where a town takes several, then every sheet in order."""

from dataclasses import dataclass
from datetime import date

import geopandas as gpd
import numpy as np
import shapely

from gridmap.maps.pdf.fonts import Font, find_font
from gridmap.maps.pdf.furniture import (
    Facts,
    draw_foot,
    draw_frame,
    draw_head,
    draw_side,
    neighbour_places,
    notice_room,
)
from gridmap.maps.pdf.labels import Taken
from gridmap.maps.pdf.painter import Painter
from gridmap.maps.pdf.pen import Pen, Stroke, on_paper
from gridmap.maps.pdf.sheets import Layout, Sheet, lay_out, one_sheet
from gridmap.maps.pdf.view import View
from gridmap.plan.notice import notice
from gridmap.plan.plan import Plan
from gridmap.words import Language, say
from layers.contract.errors import UsageError

__all__ = ["PrintedMap", "map_pdf"]

SURROUNDINGS = 0.15  # of its width, the ground shown round a single grid


@dataclass(frozen=True)
class PrintedMap:
    """A print.

    Attributes
    ----------
    pdf
        The file.
    scale
        Denominator of its scale.
    sheets
        How many sheets of it there are, the index sheet left out.
    unnumbered
        How many micro-grids have no number on any sheet, for want of room.
    lacking
        Signs that the font does not have: they are shown as boxes.
    """

    pdf: bytes
    scale: int
    sheets: int
    unnumbered: int
    lacking: str


def map_pdf(
    plan: Plan,
    *,
    printed: date,
    paper: str = "A3",
    scale: int | None = None,
    landscape: bool | None = None,
    grid: str = "",
    grey: bool = False,
    language: Language = "zh",
    font: Font | None = None,
) -> PrintedMap:
    """Print a plan as PDF at a true scale.

    Parameters
    ----------
    plan
        The plan.
    printed
        Day that is written on the sheets.
    paper
        A4 to A0.
    scale
        Denominator of the scale; None for the largest map that fits on one sheet.
    landscape
        Across or upright; None for what suits the town.
    grid
        Code of a grid that alone is printed, with what lies round it; "" for the whole town.
    grey
        Greys and hatches in place of colours.
    language
        Language of the sheets.
    font
        Font of the texts; None for the best of this machine.

    Returns
    -------
    The file, and what is on it. The same arguments give the same bytes.

    Raises
    ------
    UsageError
        For paper, scale or a grid that there is not.
    LayerFileError
        When this machine has no Chinese font.
    """
    if grid and grid not in plan.grids.index:
        raise UsageError(
            f"The plan has no grid {grid!r}. Take a code from its table of grids.",
            f"方案中没有网格“{grid}”，请从网格表中取编码。",
        )
    return _Book(plan, printed, grid, grey, language).bound(paper, scale, landscape, font)


class _Book:
    """What all sheets of a print share."""

    def __init__(
        self, plan: Plan, printed: date, grid: str, grey: bool, language: Language
    ) -> None:
        self.plan, self.printed, self.grid = plan, printed, grid
        self.grey, self.language = grey, language
        self.painter = Painter(plan, grey=grey, language=language)
        self.about = self.painter.inside(grid) if grid else None
        said = notice(plan)
        self.notice = said.zh if language == "zh" else said.en

    def bound(
        self, paper: str, scale: int | None, landscape: bool | None, font: Font | None
    ) -> PrintedMap:
        """Make all sheets."""
        area = self._area()
        layout = lay_out(area, paper=paper, scale=scale, landscape=landscape)
        pen = Pen(
            layout.page_mm, font or find_font(), title=self._title, made=self.printed,
            grey=self.grey, language=self.language,
        )  # fmt: skip
        count = len(layout.sheets)
        micro = self.painter.about(self.painter.micro, self.about)
        unnumbered = set(micro.index[micro["kind"] == "micro"])
        if count > 1:
            self._index(pen, layout, area)
        for sheet in layout.sheets:
            pen.new_sheet()
            unnumbered -= self._sheet(pen, layout, sheet)
        return PrintedMap(pen.output(), layout.scale, count, len(unnumbered), pen.lacking())

    def _area(self) -> shapely.Geometry:
        """Give the ground that has to be on the sheets."""
        if self.grid:
            shape = self.plan.outline(self.grid)
            left, low, right, high = shape.bounds
            round_it = SURROUNDINGS * max(right - left, high - low)
            return shapely.box(*shape.bounds).buffer(round_it, join_style="mitre")
        given = self.painter.given
        area = shapely.union_all(given.geometry[given["level"] == 1].to_numpy())
        return shapely.union_all(self.painter.micro.geometry.to_numpy()) if area.is_empty else area

    @property
    def _title(self) -> str:
        town = self.plan.rules.town
        name = town.name_in(self.language)
        if self.grid and self.grid in self.painter.names:
            name = self.painter.names[self.grid]
        return say("print.title", self.language, name=name)

    def _facts(self, layout: Layout, *, index: bool = False) -> Facts:
        """Gather what a sheet says."""
        town, language = self.plan.rules.town, self.language
        credits = (
            (town.credit_zh, town.credit) if language == "zh" else (town.credit, town.credit_zh)
        )
        version = say("map.version", language, version=town.version,
                      date=town.valid_from.isoformat())  # fmt: skip
        day = say("map.printed", language, date=self.printed.isoformat())
        remarks = [say("print.crs", language, crs=self.plan.crs.name)]
        if not index and len(layout.sheets) > 1:
            remarks.append(say("print.overlap", language))
        return Facts(
            title=self._title,
            version=f"{version} · {day}",
            source=next((text for text in credits if text), ""),
            not_legal=say("map.not_legal", language),
            notice=self.notice,
            legend_title=say("print.legend", language),
            legend=self.painter.legend(layout.scale, about=self.about, left=not self.grid),
            remarks=tuple(remarks),
            review=tuple(say(f"print.{key}", language) for key in ("made", "checked", "signed")),
            north=say("map.north", language),
            metres=say("print.metres", language),
            grid_north=say("print.grid_north", language),
            grey=self.grey,
        )

    def _index(self, pen: Pen, layout: Layout, area: shapely.Geometry) -> None:
        """Make the sheet that shows how the others lie."""
        index = one_sheet(layout, area)
        sheet = index.sheets[0]
        pen.new_sheet()
        facts = self._facts(index, index=True)
        with pen.inside(index.frame):
            self._paint(pen, _view(index, sheet))
        windows = on_paper(
            np.array([each.window.polygon() for each in layout.sheets]),
            sheet.window, index.frame, index.scale,
        )  # fmt: skip
        with pen.inside(index.frame):
            pen.lines(windows, Stroke(0.6, "#a01414"))
            for each, shape in zip(layout.sheets, windows, strict=True):
                at = shape.centroid
                pen.text(
                    str(each.number), (at.x, at.y), 11 * index.letters,
                    anchor="middle", bold=True, colour="#a01414", halo=0.8,
                )  # fmt: skip
        name = say("print.index", self.language, count=len(layout.sheets), scale=layout.scale)
        draw_frame(pen, index, sheet, str)
        draw_head(pen, index, facts, name)
        draw_foot(pen, index, facts)
        draw_side(pen, index, facts, index.sheets, sheet)

    def _sheet(self, pen: Pen, layout: Layout, sheet: Sheet) -> set[str]:
        """Make a sheet; gives the micro-grids that are numbered on it."""
        facts = self._facts(layout)
        with pen.inside(layout.frame):
            view, taken = _view(layout, sheet), self._taken(pen, layout, sheet)
            micro = self._paint(pen, view)
            numbered = self.painter.label(pen, view, taken, micro, about=self.about)
        draw_frame(
            pen, layout, sheet,
            lambda number: say("print.neighbour", self.language, number=number),
        )  # fmt: skip
        count = len(layout.sheets)
        name = "" if count == 1 else say("print.sheet", self.language, number=sheet.number,
                                         count=count)  # fmt: skip
        draw_head(pen, layout, facts, name)
        draw_foot(pen, layout, facts)
        draw_side(pen, layout, facts, layout.sheets, sheet)
        return numbered

    def _paint(self, pen: Pen, view: View) -> gpd.GeoDataFrame:
        return self.painter.paint(pen, view, about=self.about, outlined=self.grid)

    def _taken(self, pen: Pen, layout: Layout, sheet: Sheet) -> Taken:
        """Keep the places of what is written on the map beside the labels."""
        size, taken = layout.letters, Taken(layout.frame)
        for side, (x, y, angle) in neighbour_places(layout).items():
            if side in sheet.neighbours:
                along, across = (2 * size, 11 * size) if angle else (11 * size, 2 * size)
                taken.take(shapely.box(x - along, y - across, x + along, y + across))
        taken.take(notice_room(pen, layout, self.notice))
        return taken


def _view(layout: Layout, sheet: Sheet) -> View:
    return View(layout.frame, sheet.window, layout.scale, layout.letters)
