"""Who answers for a grid or an object, and who is next in line, each with the reason.

The line: the post on the object itself, the grid it lies in, the exclusive grids around that; where
all of them are vacant, the nearest person on post in the same village; then the leaders of the
grids above, from level 3 up (ASSIGN-5, ESC-1). Phones are never in an answer.
"""

from functools import cached_property
from typing import Any, Literal, NamedTuple, TypedDict

import geopandas as gpd
import numpy as np
import shapely

from gridmap.coverage.duty import Duties, PersonOnPost, level_zh
from gridmap.lookup.ground import Ground
from gridmap.plan.plan import Plan
from layers.contract.phrases import capital

__all__ = ["By", "Charges", "InCharge", "Nearest"]

VILLAGE = 2  # level of the grid inside which the nearest person is looked for
By = Literal["object", "group", "grid", "around", "nearest", "above"]

Array = np.ndarray[Any, Any]


class InCharge(TypedDict):
    """One person in the line; the first of it is who to call."""

    by: By
    level: int
    code: str  # of the grid the person is posted on, or the id of the object or group
    person: PersonOnPost
    distance_m: float | None  # of the nearest person's grid
    text: str
    text_zh: str


class Nearest(NamedTuple):
    """Numbers of the nearest grids on post in `Charges.ground.codes`, -1 for none; metres."""

    grid: Array
    distance_m: Array


class Charges:
    """The lines of a plan, looked up grid by grid and object by object."""

    def __init__(self, plan: Plan) -> None:
        """Index the posts and the ground of a plan."""
        self.plan = plan
        self.duties = Duties(plan)
        self.ground = Ground(plan)
        self._grids = plan.grids[~plan.grids.index.duplicated()]
        self._kinds = dict(zip(self._grids.index, self._grids["kind"], strict=True))
        self._levels = dict(zip(self._grids.index, self._grids["level"], strict=True))

    def village(self, code: str) -> str:
        """Give the grid of level 2 that a grid lies in; "" when there is none."""
        above = self.duties.upwards(code)
        return next((up for up in above if self._levels.get(up) == VILLAGE), "")

    def of_object(self, object_id: str) -> list[InCharge]:
        """Give the line of an object: the person on its own post, then that of its grid."""
        row = self.plan.objects.loc[object_id]
        own = self._own_step(object_id, str(row["name"]))
        line = [own] if own else []
        code = str(row["grid_code"])
        if code not in self._kinds:
            return line
        return line + self.of_grid(code, at=row.geometry)

    def of_objects(self, objects: gpd.GeoDataFrame) -> list[InCharge | None]:
        """Give who is in charge of each of many objects: the first of its line; None for nobody.

        Parameters
        ----------
        objects
            Objects of the plan, by object_id.
        """
        own = [self._own_step(*one) for one in zip(objects.index, objects["name"], strict=True)]
        codes = objects["grid_code"].to_numpy()
        asks = np.array(
            [
                step is None and self._asks_nearest(code)
                for step, code in zip(own, codes, strict=True)
            ],
            dtype=bool,
        )
        shapes = objects.geometry.to_numpy()
        nowhere = shapely.is_missing(shapes) | shapely.is_empty(shapes)
        of_grids = self._grids.geometry.reindex(codes).to_numpy()
        places = np.where(nowhere, of_grids, shapes)
        asked = np.flatnonzero(asks & ~shapely.is_missing(places))
        villages = np.array([self.village(code) for code in codes[asked]], dtype=object)
        near = self.nearest(places[asked], villages)
        told: dict[int, InCharge] = {}
        for row, grid, metres in zip(asked.tolist(), *near, strict=True):
            if grid >= 0:
                told[row] = self._stand_in(codes[row], str(self.ground.codes[grid]), float(metres))
        return [
            step or told.get(row) or (self.first(code, "") if code in self._kinds else None)
            for row, (step, code) in enumerate(zip(own, codes, strict=True))
        ]

    def _own_step(self, object_id: str, name: str) -> InCharge | None:
        """Name the first on a post of the object itself."""
        people = self.duties.people(object_id, kind="object")
        if not people:
            return None
        called = name or object_id
        return self._step(
            "object", 0, object_id, people[0], f"{called} ({object_id})", f"“{called}”"
        )

    def of_group(self, group_id: str) -> list[InCharge]:
        """Give those on the posts of a group, who leads it first."""
        name = str(self.plan.groups.at[group_id, "name"]) or group_id
        return [
            self._step("group", 0, group_id, person, f"{name} ({group_id})", f"“{name}”")
            for person in self.duties.people(group_id, kind="group")
        ]

    def leader_of(self, code: str) -> InCharge | None:
        """Give who leads a grid; None while that post is vacant."""
        people = [one for one in self.duties.people(code) if self.duties.leads(one["role"])]
        if not people:
            return None
        return self._step("grid", self._level(code), code, people[0], code, f"{code} ")

    def of_grid(self, code: str, *, at: shapely.Geometry | None = None) -> list[InCharge]:
        """Give the line of a grid.

        Parameters
        ----------
        code
            The grid.
        at
            Place in the work CRS that the nearest person is looked for from; the grid itself when
            left out.
        """
        line = self._inside(code) or self._nearest_step(code, at)
        for up in self.duties.upwards(code)[len(self._inner(code)) :]:
            people = [one for one in self.duties.people(up) if self.duties.leads(one["role"])]
            line += [self._above(code, up, one, first=not line) for one in people[:1]]
        return line

    def first(self, code: str, near: str) -> InCharge | None:
        """Give who is in charge of a grid, when the nearest grid on post is known; "" for none."""
        line = self._inside(code) or ([self._stand_in(code, near)] if near else [])
        if line:
            return line[0]
        told = self.duties.next_up(code)
        if not told["people"]:
            return None
        return self._above(code, told["code"], told["people"][0], first=True)

    @cached_property
    def asks_nearest(self) -> Array:
        """Whether each grid of `ground.codes` has nobody of its own: the nearest is asked."""
        return np.array([self._asks_nearest(code) for code in self.ground.codes], dtype=bool)

    def _asks_nearest(self, code: str) -> bool:
        return self._kinds.get(code, "base") != "base" and not self._inside(code)

    def _inner(self, code: str) -> list[str]:
        """Give a grid and the exclusive grids around it."""
        here, *above = self.duties.upwards(code)
        inner = [here]
        while above and self._kinds[above[0]] == "exclusive":
            inner.append(above.pop(0))
        return inner

    def _inside(self, code: str) -> list[InCharge]:
        """Give those on post in a grid and in the exclusive grids around it, one of each."""
        return [
            self._step(
                "around" if number else "grid", self._level(grid), grid, person, grid, f"{grid} "
            )
            for number, grid in enumerate(self._inner(code))
            for person in self.duties.people(grid)[:1]
        ]

    def nearest(self, places: Array, villages: Array) -> Nearest:
        """Find the nearest grid with somebody on post inside the village of each place.

        Parameters
        ----------
        places
            Points or polygons in the work CRS.
        villages
            Code of the village of each; "" finds nobody.
        """
        found = Nearest(np.full(len(places), -1), np.full(len(places), np.nan))
        ground = self.ground
        for village in np.unique(villages.astype(str)):
            here = np.flatnonzero(villages == village)
            shapes = self._staffed.get(village)
            if shapes is None:
                continue
            tree = shapely.STRtree(ground.shapes[shapes])
            (place, shape), metres = tree.query_nearest(places[here], return_distance=True)
            grid = ground.owner[shapes[shape]]
            order = np.lexsort([grid, ground.load_each[grid], place])  # DISP-2
            first = order[np.unique(place[order], return_index=True)[1]]
            found.grid[here[place[first]]] = grid[first]
            found.distance_m[here[place[first]]] = metres[first]
        return found

    @cached_property
    def _staffed(self) -> dict[str, Array]:
        """Places in `ground.shapes` of what is staffed below the given grids, by village."""
        ground = self.ground
        villages = np.array([self.village(code) for code in ground.codes], dtype=object)
        given = np.array([self._kinds.get(code, "base") == "base" for code in ground.codes])
        fit = np.isfinite(ground.load_each) & ~given
        shapes = np.flatnonzero(fit[ground.owner]) if len(ground.owner) else np.zeros(0, int)
        of = villages[ground.owner[shapes]]
        return {village: shapes[of == village] for village in np.unique(of.astype(str)) if village}

    def _nearest_step(self, code: str, at: shapely.Geometry | None) -> list[InCharge]:
        place = self._grids.geometry[code] if at is None or at.is_empty else at
        if place is None or self._kinds[code] == "base":
            return []
        villages = np.array([self.village(code)], dtype=object)
        found = self.nearest(np.array([place], dtype=object), villages)
        if found.grid[0] < 0:
            return []
        near = str(self.ground.codes[found.grid[0]])
        return [self._stand_in(code, near, float(found.distance_m[0]))]

    def _stand_in(self, code: str, near: str, metres: float | None = None) -> InCharge:
        """Make the step to somebody of another grid of the village."""
        metres = None if metres is None else round(metres, 1)
        person = self.duties.people(near)[0]
        step = self._step("nearest", self._level(near), near, person, near, f"{near} ")
        missing, missing_zh = self.duties.who_is_missing(code)
        away = "" if metres is None else f", {metres:,.0f} m away" if metres else ", beside it"
        away_zh = "" if metres is None else f"（相距 {metres:,.0f} 米）" if metres else "（相邻）"
        step["distance_m"] = metres
        step["text"] = f"{missing}; nearest in the village{away}: {step['text']}"
        step["text_zh"] = f"{missing_zh}；本村内最近者{away_zh}：{step['text_zh']}"
        return step

    def _above(self, code: str, up: str, person: PersonOnPost, *, first: bool) -> InCharge:
        """Make the step to a leader above; the first of a line says what is vacant below."""
        level, row = self._level(up), self._grids.loc[up]
        name = str(row["label"] or row["name"])
        name_en = str(row["label"] or row["name_en"]) or name
        step = self._step(
            "above",
            level,
            up,
            person,
            f"the level-{level} grid {up}{f' ({name_en})' if name_en else ''}",
            f"{level_zh(level)}级网格 {up}{f'（{name}）' if name else ' '}",
        )
        if first:
            told = self.duties.next_up(code)
            step["text"], step["text_zh"] = told["text"], told["text_zh"]
        return step

    def _step(
        self, by: By, level: int, code: str, person: PersonOnPost, of: str, of_zh: str
    ) -> InCharge:
        return InCharge(
            by=by,
            level=level,
            code=code,
            person=person,
            distance_m=None,
            text=capital(f"{person['role_en']} of {of}."),
            text_zh=f"{of_zh}的{person['role_zh']}。",
        )

    def _level(self, code: str) -> int:
        return int(self._levels[code])
