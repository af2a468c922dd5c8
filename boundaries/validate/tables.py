"""The tables of a plan as the validation rules see them, with the facts that rules share."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.geometry.base import BaseGeometry

from boundaries.hierarchy.ancestors import ancestors
from boundaries.overlay.lattice import Origin
from boundaries.validate.limits import Limits, RoleFacts
from boundaries.validate.post_hours import hours_of_posts
from boundaries.validate.topology_checks import Fit, is_sound, repaired
from layers.contract.errors import Named

__all__ = ["Fault", "Tables", "counted", "title"]

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
    strays: gpd.GeoDataFrame | None = None  # large ground in micro-grids of another kind
    # By code: why a household grid has to be outside its band
    band_reasons: Mapping[str, Named] = field(default_factory=dict)
    groups: pd.DataFrame | None = None
    members: pd.DataFrame | None = None
    objects: pd.DataFrame | None = None
    roles: RoleFacts = field(default_factory=RoleFacts)
    on: str = ""  # ISO date on which terms are looked at; "" does not look
    # Corner of all micro-grids, where these tables are a part of a plan
    origin: Origin | None = None

    @cached_property
    def once(self) -> gpd.GeoDataFrame:
        """The grids in order of code; of a doubled code the first row."""
        return self.grids[~self.grids.index.duplicated()].sort_index()

    @cached_property
    def micro(self) -> gpd.GeoDataFrame:
        """The micro-grids, likewise."""
        return self.once[self.once["kind"] == "micro"]

    @cached_property
    def exclusive(self) -> gpd.GeoDataFrame:
        """The exclusive grids and their sub-grids, likewise."""
        return self.once[self.once["kind"] == "exclusive"]

    @cached_property
    def home_of_label(self) -> pd.Series:
        """Given or exclusive grid that the patches of each label lie in."""
        own = pd.Series(self.exclusive.index, index=self.exclusive.index, dtype="str")
        return pd.concat([self.micro["parent_code"], own])

    @cached_property
    def lines(self) -> pd.DataFrame:
        """Grid of each level that every grid lies in, in order of code."""
        return ancestors(self.once)

    @cached_property
    def fit(self) -> Fit:
        """How the grids fit together on the ground."""
        spatial = gpd.GeoDataFrame(self.grids[self.grids["spatial"]])
        return Fit(spatial, self.ground, self.limits)

    @cached_property
    def left_patches(self) -> gpd.GeoDataFrame:
        """Patches that stay with their parent grid by rule."""
        return self.ground[self.ground["grid_code"] == ""]

    @cached_property
    def ground(self) -> gpd.GeoDataFrame:
        """The patches with polygons that can be calculated with."""
        return repaired(self.patches, self.is_patch_sound)

    @cached_property
    def is_patch_sound(self) -> np.ndarray:
        """Mask of the patches that are polygons which do not cross themselves."""
        return is_sound(self.patches.geometry.to_numpy())

    @cached_property
    def filled(self) -> pd.DataFrame:
        """Filled assignments."""
        return self.assignments[self.assignments["status"] == "filled"]

    @cached_property
    def filled_posts(self) -> pd.Series:
        """How many people each grid has on posts of its officers."""
        rows = self.filled[self.filled["role"].isin({"member", *self.roles.leading})]
        return rows.groupby("grid_code")["person_id"].nunique()

    @cached_property
    def filled_leaders(self) -> pd.Series:
        """How many people are leader of each grid."""
        return self.leading.groupby("grid_code")["person_id"].nunique()

    @cached_property
    def leading(self) -> pd.DataFrame:
        """Filled assignments of people who lead the place of their post."""
        return self.filled[self.filled["role"].isin(self.roles.leading)]

    @cached_property
    def officers(self) -> pd.DataFrame:
        """Posts that the load of a micro-grid asks for, and those of its leader."""
        return self.posts[self.posts["role"].isin({"member", *self.roles.leading})]

    @cached_property
    def post_hours(self) -> pd.Series:
        """Officer-hours a week that each post asks for."""
        return hours_of_posts(self.posts, self.once["kind"], self.limits.officer_hours)

    def level(self, code: str) -> int:
        """Level of a grid, 0 when there is none of this code."""
        return int(self._fact("level", code, 0))

    def shape(self, code: str) -> BaseGeometry | None:
        """Polygon of a grid for the issue's row, None when there is none of this code."""
        row = self._rows.get(code)
        return None if row is None else self.once.geometry.array[row]

    def name(self, code: str) -> tuple[str, str]:
        """Call a grid by level, code and name, in English and Chinese."""
        level, label_zh = self.level(code), self._fact("name", code, "")
        label = self._fact("name_en", code, "") or label_zh
        if not level:
            return f"grid {code!r}", f"网格 {code}"
        kind, above = self._fact("kind", code, ""), self._fact("parent_code", code, "")
        if kind == "micro":
            word, word_zh = "micro-grid", "微网格"
        elif kind == "exclusive" and self._fact("kind", above, "") == "exclusive":
            word, word_zh = "sub-grid", "子网格"
        elif kind == "exclusive":
            word, word_zh = "exclusive grid", "专属网格"
        else:
            word, word_zh = f"level-{level} grid", f"{_LEVELS_ZH[level % 10]}级网格"
        return (
            f"{word} {code!r}{f' ({label})' if label else ''}",
            f"{word_zh} {code}{f'（{label_zh}）' if label_zh else ''}",
        )

    def role(self, key: str) -> Named:
        """Call a role; one that the rules do not know by its key."""
        return self.roles.names.get(key, Named(key, key))

    def group(self, key: str) -> tuple[str, str]:
        """Call a group by id and name, in English and Chinese."""
        label = "" if self.groups is None else str(self.groups["name"].get(key, ""))
        return f"group {key!r}{f' ({label})' if label else ''}", (
            f"组合 {key}{f'（{label}）' if label else ''}"
        )

    def _fact(self, column: str, code: str, other: Any) -> Any:
        """What a column says of a grid; `other` when there is none of this code."""
        row = self._rows.get(code)
        if row is None:
            return other
        if column not in self._columns:
            self._columns[column] = self.once[column].to_numpy(dtype=object)
        return self._columns[column][row]

    @cached_property
    def _rows(self) -> dict[str, int]:
        return dict(zip(self.once.index.tolist(), range(len(self.once)), strict=True))

    @cached_property
    def _columns(self) -> dict[str, Any]:
        return {}  # as plain values, by name; those that are asked for


def title(sentence: str) -> str:
    """Begin an English sentence with a capital."""
    return sentence[:1].upper() + sentence[1:]


def counted(number: int, one: str, many: str) -> str:
    """Write a number with its noun: 1 patch, 2 patches."""
    return f"{number} {one if number == 1 else many}"
