"""Paints windows of one plan into frames on paper: ground, context, borders, and their labels.

A `Painter` is made once a plan and paints as many pages as wanted. A page of any kind, drawn with
`Pen`, takes a part of the plan like this:

    painter = Painter(plan, language=language)
    view = view_of(plan.outline(code).bounds, frame, spare_mm=8, size=0.8)  # or a scale of its own
    about = painter.inside(code)                    # all grids within; None paints the whole town
    with pen.inside(view.frame):
        micro = painter.paint(pen, view, about=about, outlined=code)
        taken = labels.Taken(view.frame)            # no text lies over another
        points = painter.dots(pen, view, about=about)
        painter.name_given(pen, view, taken)
        painter.number_micro(pen, view, taken, micro, about=about)
        painter.signs(pen, view, taken, points)
        painter.name_context(pen, view, taken)

`label` takes these last steps together, in the order of the printed map. What must not lie under
labels is taken before (`taken.take(box)`), and a page with labels of its own writes them between.
"""

from collections.abc import Collection
from dataclasses import replace
from functools import cached_property

import geopandas as gpd
import numpy as np
import shapely

from gridmap.maps.context import Drawn, drawn_context
from gridmap.maps.legend import LEFT
from gridmap.maps.objects import placed_objects
from gridmap.maps.pdf import ground, labels
from gridmap.maps.pdf.context import draw_context, is_drawn
from gridmap.maps.pdf.furniture import Entry
from gridmap.maps.pdf.legend import legend_entries
from gridmap.maps.pdf.objects import draw_dots, draw_signs
from gridmap.maps.pdf.pen import Pen, Stroke, lighter
from gridmap.maps.pdf.view import View
from gridmap.maps.rows import in_order, leaf_ground, posts_with_people
from gridmap.maps.views import own_views
from gridmap.plan.plan import Plan
from gridmap.words import Language

__all__ = ["OUTLINE", "Painter", "Points"]

HATCH_IN_COLOUR = 0.35  # opacity: the colours say it already
PAPER_GREY = 0.6  # of the way from white to the grey of a colour
OUTLINE = Stroke(1.6, "#a01414", opacity=0.8)  # round the grid that a page is about

Points = tuple[np.ndarray, list[str]]  # of objects on paper, and the class of each


class Painter:
    """Paints windows of a plan.

    Parameters
    ----------
    plan
        The plan, as `gridmap.publish.release` gives it.
    grey
        Greys and hatches in place of colours.
    language
        Language of the names.
    """

    def __init__(self, plan: Plan, *, grey: bool = False, language: Language = "zh") -> None:
        self.plan, self.grey, self.language = plan, grey, language
        grids = in_order(plan)
        leaves = gpd.GeoDataFrame(grids[grids["_leaf"]])
        micro = leaves.set_geometry(leaf_ground(plan, leaves), crs=plan.crs)
        self.micro = micro  # with the ground that exclusive grids hold themselves
        self.given = plan.grids[plan.grids["kind"] == "base"].sort_values("level")
        exclusive = plan.grids["kind"] == "exclusive"
        self.sites = plan.grids[exclusive & plan.grids["spatial"]].sort_values("level")
        view = own_views(plan, micro, posts_with_people(plan))[0]
        self.looks, self.classes = view.looks, view.of_grid
        if grey:  # so light that texts and hatches are read on all of them
            self.looks = tuple(
                replace(look, colour=lighter(look.colour, PAPER_GREY)) for look in self.looks
            )
        left = plan.patches[plan.patches["grid_code"] == ""]
        self.left = left.geometry.to_numpy()
        self.left_m2 = float(left["area_m2"].sum())
        names = plan.grids["name"]
        if language == "en":
            names = plan.grids["name_en"].where(plan.grids["name_en"] != "", names)
        self.names = names.mask(plan.grids["label"] != "", plan.grids["label"]).to_dict()
        self._class_of = self.classes.to_dict()
        self._context = drawn_context(plan.context)
        self._trees = [shapely.STRtree(one.shapes) for one in self._context]
        self._shown: tuple[View, list[Drawn]] | None = None
        table, points, _ = placed_objects(plan)
        self.objects = gpd.GeoDataFrame(table[["class", "grid_code"]], geometry=points)

    @cached_property
    def borders(self) -> list[tuple[int, np.ndarray]]:
        """Borders by level: micro-grids, sites of units (-1), then given grids, the town last."""
        made = [(0, ground.border_lines(self.micro.geometry.to_numpy()))]
        if len(self.sites):
            made.append((-1, ground.border_lines(self.sites.geometry.to_numpy())))
        for level, grids in sorted(self.given.groupby("level"), reverse=True):
            made.append((int(level), ground.border_lines(grids.geometry.to_numpy())))
        return made

    def inside(self, code: str) -> set[str]:
        """Codes of a grid and all grids within it."""
        found, parent = {code}, self.plan.grids["parent_code"]
        while more := set(parent.index[parent.isin(found)]) - found:
            found |= more
        return found

    def ground_of(self, code: str) -> shapely.Geometry:
        """Ground that is drawn of a grid: of an exclusive one without that of its parts."""
        return self.micro.geometry[code] if code in self.micro.index else self.plan.outline(code)

    def about(self, frame: gpd.GeoDataFrame, about: Collection[str] | None) -> gpd.GeoDataFrame:
        """Keep those of some grids that a page is about; None for all."""
        return frame if about is None else frame[frame.index.isin(about)]

    def objects_of(self, about: Collection[str] | None) -> gpd.GeoDataFrame:
        """Objects of the registers that a page is about, as points with their class."""
        objects = self.objects
        return objects if about is None else objects[objects["grid_code"].isin(about)]

    def paint(
        self, pen: Pen, view: View, *, about: Collection[str] | None = None, outlined: str = ""
    ) -> gpd.GeoDataFrame:
        """Draw ground, context and borders; gives the micro-grids of the view on paper.

        Parameters
        ----------
        pen, view
            Draw, and the window.
        about
            Codes of the micro-grids that the page is about, the others are pale; None for all.
        outlined
            Code of a grid to draw a line around; "" for none.
        """
        micro = view.shown(self.micro)
        pen.fill(view.cut(self.left), LEFT.colour)
        bright = None if about is None else set(about)
        ground.fill_grids(pen, micro.geometry, self._class_of, self.looks, bright=bright)
        opacity = 1.0 if self.grey else HATCH_IN_COLOUR
        own = self.about(micro, about)
        ground.draw_hatches(
            pen, own.geometry, self._class_of, self.looks, view.frame,
            opacity=opacity, size=view.size,
        )  # fmt: skip
        draw_context(pen, self.context(view), view.scale)
        for level, lines in self.borders:
            ground.draw_borders(pen, view.cut(lines), level, view.size)
        if outlined:
            shape = np.array([self.plan.outline(outlined)], dtype=object)
            pen.lines(view.cut(shape), OUTLINE)
        return micro

    def context(self, view: View) -> list[Drawn]:
        """Give the context that a view shows, on paper."""
        if self._shown is None or self._shown[0] != view:  # a page asks for it again for names
            found = []
            for one, tree in zip(self._context, self._trees, strict=True):
                near = np.sort(tree.query(view.seen))
                cut = view.cut(one.shapes[near])
                there = ~shapely.is_empty(cut)
                found.append(Drawn(one.sign, cut[there], [one.names[row] for row in near[there]]))
            self._shown = view, found
        return self._shown[1]

    def label(
        self, pen: Pen, view: View, taken: labels.Taken, micro: gpd.GeoDataFrame,
        *, about: Collection[str] | None = None,
    ) -> set[str]:  # fmt: skip
        """Write all names and numbers, and draw objects; gives the micro-grids that are numbered.

        Parameters
        ----------
        pen, view, taken
            Draw, the window, and what is taken of it.
        micro
            What `paint` gave.
        about
            As for `paint`.
        """
        points = self.dots(pen, view, about=about)
        self.name_given(pen, view, taken)
        numbered = self.number_micro(pen, view, taken, micro, about=about)
        self.signs(pen, view, taken, points)
        self.name_context(pen, view, taken)
        return numbered

    def dots(self, pen: Pen, view: View, *, about: Collection[str] | None = None) -> Points:
        """Draw a dot for every object; gives their places on paper, for `signs`."""
        objects = view.shown(self.objects_of(about))
        points = shapely.get_coordinates(objects.geometry), list(objects["class"])
        draw_dots(pen, *points, view.size)
        return points

    def signs(self, pen: Pen, view: View, taken: labels.Taken, points: Points) -> None:
        """Draw the sign of each object over its dot where there is room."""
        draw_signs(pen, taken, *points, view.size)

    def name_given(
        self, pen: Pen, view: View, taken: labels.Taken, *, only: Collection[str] | None = None
    ) -> None:
        """Write the names of given grids and sites of units, those with room, or of some alone."""
        given = self.about(view.shown(self.given[self.given["level"] > 1]), only)
        for level, grids in given.groupby("level"):
            letters = {2: 5.0, 3: 3.4}.get(int(level), 2.8) * view.size
            self._name(pen, taken, grids, letters)
        self._name(pen, taken, self.about(view.shown(self.sites), only), 2.8 * view.size)

    def _name(self, pen: Pen, taken: labels.Taken, grids: gpd.GeoDataFrame, size: float) -> None:
        named = [self.names[code] for code in grids.index]
        labels.name_grids(pen, taken, grids.geometry, named, size)

    def number_micro(
        self, pen: Pen, view: View, taken: labels.Taken, micro: gpd.GeoDataFrame,
        *, about: Collection[str] | None = None, within: str = "", letters: float = 2.1,
    ) -> set[str]:  # fmt: skip
        """Number the micro-grids that a page is about; gives those that have room for it.

        Parameters
        ----------
        pen, view, taken
            Draw, the window, and what is taken of it.
        micro, about
            As for `label`.
        within
            Code of a grid whose table stands beside the map: numbers are those in it, with names
            below, those of sites of units too; "" writes names with whole codes, or numbers in
            the parent where they are small.
        letters
            Size of the letters in mm, on A3.
        """
        own = self.about(micro if within else micro[micro["kind"] == "micro"], about)
        texts = [self._texts(code) for code in own.index]
        if within:
            numbers = [self.number_in(code, within) for code in own.index]
            texts = [(one, text[0], one) for one, text in zip(numbers, texts, strict=True)]
        return labels.number_grids(pen, taken, own.geometry, texts, letters * view.size)

    def named(self, code: str) -> str:
        """Give the name of a grid; of one without any its code."""
        return self.names.get(code, "").strip() or code

    def number_in(self, code: str, within: str) -> str:
        """Give the number of a grid in one that it lies in: what follows the code of that one."""
        return code.removeprefix(within) or code

    def short_name(self, code: str) -> str:
        """Give the name of a grid without that of its parent before it."""
        return self._texts(code)[0]

    def _texts(self, code: str) -> tuple[str, str, str]:
        """Give the name of a micro-grid within its parent, its code, and its number there."""
        parent = self.plan.grids["parent_code"][code]
        name = self.names[code].removeprefix(self.names.get(parent, "")).lstrip("·,， ")
        return name or self.names[code], code, code.removeprefix(parent) or code

    def name_context(self, pen: Pen, view: View, taken: labels.Taken) -> None:
        """Write the names of roads, rail, water and places where there is room."""
        context = self.context(view)
        labels.name_lines(pen, taken, context, view.scale, 2.2 * view.size)
        labels.name_places(pen, taken, context, view.scale, 2.2 * view.size)

    def legend(
        self, scale: int, *, about: Collection[str] | None = None, left: bool = True
    ) -> tuple[Entry, ...]:
        """Give the lines of the legend of a map at a scale, with ground left over where asked."""
        own = self.about(self.micro, about)
        return legend_entries(
            self.looks,
            own["area_m2"].groupby(self.classes[own.index]),
            self.left_m2 if left else 0.0,
            self.objects_of(about)["class"].value_counts(),
            [level for level, _ in self.borders],
            [one.sign for one in self._context if is_drawn(one.sign, scale)],
            self.language,
        )
