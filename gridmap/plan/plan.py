"""A plan: one whole division of a town with its people, rules and provenance."""

from dataclasses import dataclass, field, replace
from typing import Any, Self

import geopandas as gpd
import pandas as pd
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from gridmap.rules import Rules
from gridmap.town.registered import empty_business, empty_objects, empty_rows
from gridmap.town.surroundings import empty_context, empty_units
from layers.landuse.lines import empty_lines

__all__ = ["CHECKED", "REDACTED", "Plan"]

CHECKED = "checked"  # entry of the receipt: of what code, rules and data the issues were found
REDACTED = "redacted"  # entry of the receipt that says what a copy for the public lacks


@dataclass(frozen=True)
class Plan:
    """All tables of a plan; none is ever changed in place.

    Attributes
    ----------
    rules
        Rules of the town.
    rules_text
        The rules file as given, with its comments.
    patches, grids
        PATCHES and GRIDS in the work CRS, in metres; areas in m², loads in officer-hours a week.
    people, posts, assignments
        PEOPLE, POSTS and ASSIGNMENTS: who is on which post and why, vacancies and people left over.
    issues
        ISSUES: faults of the data and of the plan.
    ledger
        LEDGER: what became of every square metre.
    edits, versions
        The log of edits (EDITS), and the versions of the plan.
    receipt
        SHA-256 of data, rules and code, and the seed, by name.
    barriers
        Lines that no micro-grid may cross, in the work CRS.
    context
        CONTEXT near the town, in the work CRS: what maps show to recognise the place.
    units
        UNITS, the buildings, compounds and village groups that no border of ours cuts.
    objects
        OBJECTS of all registers, in the work CRS; those that did not join have no grid.
    groups, members
        GROUPS and MEMBERS: sets of grids, objects and posts across the tree.
    business, crosswalk
        BUSINESS areas of departments, and the CROSSWALK from them to the grids.
    boards, cases
        BOARDS that hang in public, and CASES counted by grid.
    """

    rules: Rules
    rules_text: str  # the file as given, comments and all
    patches: gpd.GeoDataFrame
    grids: gpd.GeoDataFrame
    people: pd.DataFrame
    posts: pd.DataFrame
    assignments: pd.DataFrame
    issues: gpd.GeoDataFrame
    ledger: pd.DataFrame
    edits: pd.DataFrame
    versions: pd.DataFrame
    receipt: dict[str, str] = field(default_factory=dict)
    # Lines that no micro-grid may cross, as `layers.landuse.lines` reads them.
    barriers: gpd.GeoDataFrame = field(default_factory=lambda: empty_lines(None))
    context: gpd.GeoDataFrame = field(default_factory=lambda: empty_context(None))
    units: gpd.GeoDataFrame = field(default_factory=lambda: empty_units(None))
    objects: gpd.GeoDataFrame = field(default_factory=lambda: empty_objects(None))
    groups: pd.DataFrame = field(default_factory=lambda: empty_rows("groups"))
    members: pd.DataFrame = field(default_factory=lambda: empty_rows("members"))
    business: gpd.GeoDataFrame = field(default_factory=lambda: empty_business(None))
    crosswalk: pd.DataFrame = field(default_factory=lambda: empty_rows("crosswalk"))
    boards: pd.DataFrame = field(default_factory=lambda: empty_rows("boards"))
    cases: pd.DataFrame = field(default_factory=lambda: empty_rows("cases"))

    @property
    def crs(self) -> Any:
        """Work CRS, in metres."""
        return self.patches.crs

    @property
    def is_redacted(self) -> bool:
        """Whether this is a copy for the public, as `gridmap.publish` makes it."""
        return REDACTED in self.receipt

    @property
    def micro_grids(self) -> gpd.GeoDataFrame:
        """The micro-grids, in order of code."""
        return self.grids[self.grids["kind"] == "micro"]

    def outline(self, code: str) -> BaseGeometry:
        """Polygon of a grid; of one without ground of its own that of the unit around it."""
        grids = self.grids
        while code in grids.index:
            if grids.at[code, "spatial"]:
                return grids.geometry[code]
            code = str(grids.at[code, "parent_code"])
        return Polygon()

    def with_tables(self, **tables: Any) -> Self:
        """Return a copy with some tables replaced."""
        return replace(self, **tables)
