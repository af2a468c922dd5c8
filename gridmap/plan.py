"""A plan: one whole division of a town with its people, rules and provenance."""

from dataclasses import dataclass, field, replace
from typing import Any, Self

import geopandas as gpd
import pandas as pd

from gridmap.rules import Rules
from layers.lines import empty_lines

__all__ = ["Plan"]


@dataclass(frozen=True)
class Plan:
    """All tables of a plan. Frames follow the contracts in `layers.columns`; none is changed."""

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
    # Lines that no micro-grid may cross, as `layers.lines` reads them.
    barriers: gpd.GeoDataFrame = field(default_factory=lambda: empty_lines(None))

    @property
    def crs(self) -> Any:
        """Work CRS, in metres."""
        return self.patches.crs

    @property
    def micro_grids(self) -> gpd.GeoDataFrame:
        """The micro-grids, in order of code."""
        return self.grids[self.grids["kind"] == "micro"]

    def with_tables(self, **tables: Any) -> Self:
        """Return a copy with some tables replaced."""
        return replace(self, **tables)
