"""The tables of a plan as the validation rules see them, with the facts that rules share."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from boundaries.ancestors import ancestors
from boundaries.limits import Limits

__all__ = ["Fault", "Tables", "title"]

_LEVELS_ZH = "零一二三四五六七八九"


@dataclass(frozen=True)
class Fault:
    """One fault as a rule found it: place, size and the sentence in both languages."""

    message: str
    message_zh: str
    code: str = ""
    level: int = 0
    other_code: str = ""
    size: float = 0.0
    unit: str = ""
    geometry: BaseGeometry | None = None
    severity: Literal["error", "warning", "info"] | None = None  # None: that of the rule


@dataclass(frozen=True)
class Tables:
    """A plan under inspection. Nothing in it is changed."""

    grids: gpd.GeoDataFrame
    patches: gpd.GeoDataFrame
    posts: pd.DataFrame
    assignments: pd.DataFrame
    people: pd.DataFrame
    limits: Limits

    @cached_property
    def once(self) -> gpd.GeoDataFrame:
        """The grids in order of code; of a doubled code the first row."""
        return self.grids[~self.grids.index.duplicated()].sort_index()

    @cached_property
    def micro(self) -> gpd.GeoDataFrame:
        """The micro-grids, likewise."""
        return self.once[self.once["kind"] == "micro"]

    @cached_property
    def lines(self) -> pd.DataFrame:
        """Grid of each level that every grid lies in, in order of code."""
        return ancestors(self.once)

    @cached_property
    def sound(self) -> gpd.GeoDataFrame:
        """Grids with polygons that can be calculated with: repaired, and without empty ones."""
        shapes = self.grids.geometry.to_numpy()
        usable = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
        grids = self.grids[usable]
        shapes = shapes[usable]
        broken = ~shapely.is_valid(shapes)
        if broken.any():
            shapes = shapes.copy()
            shapes[broken] = shapely.make_valid(
                shapes[broken], method="structure", keep_collapsed=False
            )
        return grids.set_geometry(gpd.GeoSeries(shapes, index=grids.index, crs=grids.crs))

    @cached_property
    def invalid_edges(self) -> pd.Series:
        """Lines of every sound grid that its neighbours of the same level do not match."""
        result = np.full(len(self.sound), shapely.LineString(), dtype=object)
        levels = self.sound["level"].to_numpy()
        shapes = self.sound.geometry.to_numpy()
        for level in np.unique(levels):
            rows = levels == level
            result[rows] = shapely.coverage_invalid_edges(
                shapes[rows], gap_width=self.limits.edge_gap_m
            )
        return pd.Series(result, index=self.sound.index)

    def families(self) -> Iterator[tuple[str, BaseGeometry, gpd.GeoDataFrame]]:
        """Give every grid above the micro-grids with its polygon and its children."""
        children = {str(code): rows for code, rows in self.sound.groupby("parent_code", sort=True)}
        none = self.sound.iloc[:0]
        given = self.sound[(self.sound["kind"] != "micro") & ~self.sound.index.duplicated()]
        for code, shape in sorted(zip(given.index, given.geometry, strict=True)):
            yield code, shape, children.get(code, none)

    @cached_property
    def left_patches(self) -> gpd.GeoDataFrame:
        """Patches that stay with their parent grid by rule."""
        return self.patches[self.patches["grid_code"] == ""]

    @cached_property
    def filled(self) -> pd.DataFrame:
        """Filled assignments."""
        return self.assignments[self.assignments["status"] == "filled"]

    @cached_property
    def filled_posts(self) -> pd.Series:
        """How many posts of each grid are filled."""
        return self.filled.groupby("grid_code")["person_id"].nunique()

    @cached_property
    def filled_leaders(self) -> pd.Series:
        """How many people are leader of each grid."""
        leaders = self.filled[self.filled["role"] == "leader"]
        return leaders.groupby("grid_code")["person_id"].nunique()

    def level(self, code: str) -> int:
        """Level of a grid, 0 when there is none of this code."""
        return int(self._facts["level"].get(code, 0))

    def shape(self, code: str) -> BaseGeometry | None:
        """Polygon of a grid for the issue's row, None when there is none of this code."""
        return self._facts["shape"].get(code)

    def name(self, code: str) -> tuple[str, str]:
        """Call a grid by level, code and name, in English and Chinese."""
        level, label = self.level(code), self._facts["name"].get(code, "")
        if not level:
            return f"grid {code!r}", f"网格 {code}"
        if self._facts["kind"][code] == "micro":
            word, word_zh = "micro-grid", "微网格"
        else:
            word, word_zh = f"level-{level} grid", f"{_LEVELS_ZH[level % 10]}级网格"
        return (
            f"{word} {code!r}{f' ({label})' if label else ''}",
            f"{word_zh} {code}{f'（{label}）' if label else ''}",
        )

    @cached_property
    def _facts(self) -> dict[str, dict[str, Any]]:
        facts = {name: dict(self.once[name].items()) for name in ("level", "name", "kind")}
        return facts | {"shape": dict(self.once.geometry.items())}


def title(sentence: str) -> str:
    """Begin an English sentence with a capital."""
    return sentence[:1].upper() + sentence[1:]
