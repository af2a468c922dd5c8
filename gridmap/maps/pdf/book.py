"""The whole print: an index sheet where a town takes several, then every sheet in order."""

from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import geopandas as gpd
import numpy as np
import shapely

from gridmap.maps.context import Drawn, drawn_context
from gridmap.maps.legend import LEFT
from gridmap.maps.objects import placed_objects
from gridmap.maps.pdf import ground, labels
from gridmap.maps.pdf.context import draw_context, is_drawn
from gridmap.maps.pdf.fonts import Font, find_font, lacking
from gridmap.maps.pdf.furniture import (
    Entry,
    Facts,
    draw_foot,
    draw_frame,
    draw_head,
    draw_side,
    neighbour_places,
    notice_room,
)
from gridmap.maps.pdf.legend import legend_entries
from gridmap.maps.pdf.objects import draw_dots, draw_signs
from gridmap.maps.pdf.pen import Pen, Stroke, lighter, on_paper
from gridmap.maps.pdf.sheets import Layout, Sheet, lay_out, one_sheet
from gridmap.maps.rows import in_order, leaf_ground, posts_with_people
from gridmap.maps.views import own_views
from gridmap.plan.notice import notice
from gridmap.plan.plan import Plan
from gridmap.words import Language, say
from layers.contract.errors import UsageError

__all__ = ["PrintedMap", "map_pdf"]

HATCH_IN_COLOUR = 0.35  # opacity: the colours say it already
PAPER_GREY = 0.6  # of the way from white to the grey of a colour
SPARE_MM = 2.0  # drawn round the frame, cut by it
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
        grids = in_order(plan)
        leaves = gpd.GeoDataFrame(grids[grids["_leaf"]])
        micro = leaves.set_geometry(leaf_ground(plan, leaves), crs=plan.crs)
        self.micro = micro  # with the ground that exclusive grids hold themselves
        self.given = plan.grids[plan.grids["kind"] == "base"].sort_values("level")
        exclusive = plan.grids["kind"] == "exclusive"
        self.sites = plan.grids[exclusive & plan.grids["spatial"]].sort_values("level")
        said = notice(plan)
        self.notice = said.zh if language == "zh" else said.en
        view = own_views(plan, micro, posts_with_people(plan))[0]
        self.looks, self.classes = view.looks, view.of_grid
        if grey:  # so light that texts and hatches are read on all of them
            self.looks = tuple(
                replace(look, colour=lighter(look.colour, PAPER_GREY)) for look in self.looks
            )
        left = plan.patches[plan.patches["grid_code"] == ""]
        self.left = left.geometry.to_numpy()
        self.left_m2 = float(left["area_m2"].sum())
        self.names = self._column("name")
        self.context = drawn_context(plan.context)
        table, points, _ = placed_objects(plan)
        self.objects = gpd.GeoDataFrame(table[["class", "grid_code"]], geometry=points)

    def _column(self, column: str) -> dict[str, str]:
        grids = self.plan.grids
        names = grids[column]
        if self.language == "en":
            names = grids["name_en"].where(grids["name_en"] != "", names)
        return names.mask(grids["label"] != "", grids["label"]).to_dict()

    @cached_property
    def bright(self) -> set[str] | None:
        """Codes of the micro-grids that the print is about; None for all."""
        if not self.grid:
            return None
        inside, parent = {self.grid}, self.plan.grids["parent_code"]
        while more := set(parent.index[parent.isin(inside)]) - inside:
            inside |= more
        return inside

    def about(self, micro: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        """Keep the micro-grids that the print is about."""
        return micro if self.bright is None else micro[micro.index.isin(self.bright)]

    @cached_property
    def shown_objects(self) -> gpd.GeoDataFrame:
        """Objects of the registers that the print is about, as points with their class."""
        inside = None if self.bright is None else self.objects["grid_code"].isin(self.bright)
        return self.objects if inside is None else self.objects[inside]

    @cached_property
    def borders(self) -> list[tuple[int, np.ndarray]]:
        """Borders by level: micro-grids, sites of units (-1), then given grids, the town last."""
        made = [(0, ground.border_lines(self.micro.geometry.to_numpy()))]
        if len(self.sites):
            made.append((-1, ground.border_lines(self.sites.geometry.to_numpy())))
        for level, grids in sorted(self.given.groupby("level"), reverse=True):
            made.append((int(level), ground.border_lines(grids.geometry.to_numpy())))
        return made

    def bound(
        self, paper: str, scale: int | None, landscape: bool | None, font: Font | None
    ) -> PrintedMap:
        """Make all sheets."""
        if self.grid:
            shape = self.plan.outline(self.grid)
            left, low, right, high = shape.bounds
            round_it = SURROUNDINGS * max(right - left, high - low)
            area = shapely.box(*shape.bounds).buffer(round_it, join_style="mitre")
        else:
            area = shapely.union_all(self.given.geometry[self.given["level"] == 1].to_numpy())
            if area.is_empty:
                area = shapely.union_all(self.micro.geometry.to_numpy())
        layout = lay_out(area, paper=paper, scale=scale, landscape=landscape)
        pen = Pen(
            layout, font or find_font(), title=self._title, made=self.printed,
            grey=self.grey, language=self.language,
        )  # fmt: skip
        count = len(layout.sheets)
        unnumbered = set(self.about(self.micro[self.micro["kind"] == "micro"]).index)
        if count > 1:
            self._index(pen, layout, area)
        for sheet in layout.sheets:
            pen.new_sheet()
            unnumbered -= self._sheet(pen, layout, sheet)
        signs = "".join(sorted(pen.written))
        return PrintedMap(
            pen.output(), layout.scale, count, len(unnumbered), lacking(pen.font, signs)
        )

    @property
    def _title(self) -> str:
        town = self.plan.rules.town
        name = town.name if self.language == "zh" else (town.name_en or town.name)
        if self.grid and self.grid in self.names:
            name = self.names[self.grid]
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
            legend=self._legend(layout.scale),
            remarks=tuple(remarks),
            review=tuple(say(f"print.{key}", language) for key in ("made", "checked", "signed")),
            north=say("map.north", language),
            metres=say("print.metres", language),
            grid_north=say("print.grid_north", language),
            grey=self.grey,
        )

    def _legend(self, scale: int) -> tuple[Entry, ...]:
        about = self.about(self.micro)
        return legend_entries(
            self.looks,
            about["area_m2"].groupby(self.classes[about.index]),
            0.0 if self.grid else self.left_m2,
            self.shown_objects["class"].value_counts(),
            [level for level, _ in self.borders],
            [one.sign for one in self.context if is_drawn(one.sign, scale)],
            self.language,
        )

    def _index(self, pen: Pen, layout: Layout, area: shapely.Geometry) -> None:
        """Make the sheet that shows how the others lie."""
        index = one_sheet(layout, area)
        sheet = index.sheets[0]
        pen.new_sheet()
        facts = self._facts(index, index=True)
        with pen.inside(index.frame):
            self._paint(pen, index, sheet)
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
            micro = self._paint(pen, layout, sheet)
            numbered = self._label(pen, layout, sheet, micro)
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

    def _cut(self, shapes: np.ndarray, layout: Layout, sheet: Sheet) -> np.ndarray:
        """Bring what the sheet shows to paper; what lies outside comes back empty."""
        spare = SPARE_MM * layout.scale / 1000
        window = sheet.window
        cut = shapely.clip_by_rect(
            shapes, window.left - spare, window.low - spare,
            window.right + spare, window.high + spare,
        )  # fmt: skip
        return on_paper(cut, window, layout.frame, layout.scale)

    def _shown(self, layout: Layout, sheet: Sheet, frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        cut = self._cut(frame.geometry.to_numpy(), layout, sheet)
        there = ~shapely.is_empty(cut)
        shown = frame[there].drop(columns="geometry")
        return gpd.GeoDataFrame(shown, geometry=cut[there])

    def _near(self, layout: Layout, sheet: Sheet) -> list[Drawn]:
        """Give the context that the sheet shows, on paper."""
        found = []
        for one in self.context:
            cut = self._cut(one.shapes, layout, sheet)
            there = np.flatnonzero(~shapely.is_empty(cut))
            found.append(Drawn(one.sign, cut[there], [one.names[place] for place in there]))
        return found

    def _paint(self, pen: Pen, layout: Layout, sheet: Sheet) -> gpd.GeoDataFrame:
        """Draw ground, context and borders; gives the micro-grids of the sheet on paper."""
        frame, scale = layout.frame, layout.scale
        micro = self._shown(layout, sheet, self.micro)
        pen.fill(self._cut(self.left, layout, sheet), LEFT.colour)
        classes = self.classes.to_dict()
        ground.fill_grids(pen, micro.geometry, classes, self.looks, bright=self.bright)
        opacity = 1.0 if self.grey else HATCH_IN_COLOUR
        about = self.about(micro)
        ground.draw_hatches(
            pen, about.geometry, classes, self.looks, frame, opacity=opacity, size=layout.letters
        )
        draw_context(pen, self._near(layout, sheet), scale)
        for level, lines in self.borders:
            ground.draw_borders(pen, self._cut(lines, layout, sheet), level, layout.letters)
        if self.grid:
            outline = np.array([self.plan.outline(self.grid)], dtype=object)
            own = self._cut(outline, layout, sheet)
            pen.lines(own, Stroke(1.6, "#a01414", opacity=0.8))
        return micro

    def _label(self, pen: Pen, layout: Layout, sheet: Sheet, micro: gpd.GeoDataFrame) -> set[str]:
        """Write all names and numbers; gives the micro-grids that are numbered."""
        size = layout.letters
        taken = labels.Taken(layout.frame)
        for side, (x, y, angle) in neighbour_places(layout).items():
            if side in sheet.neighbours:
                along, across = (2 * size, 11 * size) if angle else (11 * size, 2 * size)
                taken.take(shapely.box(x - along, y - across, x + along, y + across))
        taken.take(notice_room(pen, layout, self.notice))
        objects = self._shown(layout, sheet, self.shown_objects)
        points, classes = shapely.get_coordinates(objects.geometry), list(objects["class"])
        draw_dots(pen, points, classes, size)
        given = self._shown(layout, sheet, self.given[self.given["level"] > 1])
        for level, grids in given.groupby("level"):
            letters = {2: 5.0, 3: 3.4}.get(int(level), 2.8) * size
            labels.name_grids(
                pen, taken, grids.geometry, [self.names[code] for code in grids.index], letters
            )
        sites = self._shown(layout, sheet, self.sites)
        named = [self.names[code] for code in sites.index]
        labels.name_grids(pen, taken, sites.geometry, named, 2.8 * size)
        about = self.about(micro[micro["kind"] == "micro"])
        numbered = labels.number_grids(
            pen, taken, about.geometry, [self._texts(code) for code in about.index], 2.1 * size
        )
        draw_signs(pen, taken, points, classes, size)
        context = self._near(layout, sheet)
        labels.name_lines(pen, taken, context, layout.scale, 2.2 * size)
        labels.name_places(pen, taken, context, layout.scale, 2.2 * size)
        return numbered

    def _texts(self, code: str) -> tuple[str, str, str]:
        """Give the name of a micro-grid within its parent, its code, and its number there."""
        parent = self.plan.grids["parent_code"][code]
        name = self.names[code].removeprefix(self.names.get(parent, "")).lstrip("·,， ")
        return name or self.names[code], code, code.removeprefix(parent) or code
