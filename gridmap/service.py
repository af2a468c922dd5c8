"""Who serves which ground: the sums over patches, posts and micro-grids that the metrics share."""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import pandas as pd

from boundaries.ancestors import ancestors
from gridmap.plan import Plan

__all__ = ["Service", "ratio"]


@dataclass(frozen=True)
class Service:
    """A plan seen from its people. All Series of grids are by grid_code in the plan's order."""

    plan: Plan

    @cached_property
    def lines(self) -> pd.DataFrame:
        """Grid of each level that every grid lies in."""
        return ancestors(self.plan.grids)

    @cached_property
    def town(self) -> str:
        """Code of the level-1 grid; "" when there is none."""
        return str(next(iter(self.plan.grids.index[self.plan.grids["level"] == 1]), ""))

    @cached_property
    def micro(self) -> pd.DataFrame:
        """The micro-grids."""
        return pd.DataFrame(self.plan.micro_grids)

    @cached_property
    def area(self) -> pd.Series:
        """Area of each patch in m²."""
        return self.plan.patches["area_m2"].astype(float)

    @cached_property
    def staffed(self) -> frozenset[str]:
        """Grids with at least one filled post."""
        return frozenset(self._filled["grid_code"])

    @cached_property
    def led(self) -> frozenset[str]:
        """Grids whose leader is on post."""
        return frozenset(self._filled.loc[self._filled["role"] == "leader", "grid_code"])

    @cached_property
    def covered(self) -> pd.Series:
        """Whether somebody of its micro-grid is in charge of each patch."""
        codes = self.plan.patches["grid_code"]
        return (codes != "") & codes.isin(self.staffed)

    @cached_property
    def fallback(self) -> pd.Series:
        """Whether nobody of a micro-grid, but a leader above, answers for each patch."""
        above = self.lines.reindex(self.plan.patches["parent_code"]).isin(self.led)
        return ~self.covered & pd.Series(above.any(axis=1).to_numpy(), self.covered.index)

    @cached_property
    def micro_grids(self) -> pd.Series:
        """Number of micro-grids in each grid."""
        return self.of_micro(pd.Series(1.0, index=self.micro.index))

    @cached_property
    def load_h(self) -> pd.Series:
        """Officer-hours a week that the ground of each grid asks for."""
        return self.of_patches(self.plan.patches["load_h"].astype(float))

    @cached_property
    def posts(self) -> pd.Series:
        """Number of posts in each grid, those of the grids inside it included."""
        codes = self.plan.posts["grid_code"]
        return self.total(codes, pd.Series(1.0, index=codes.index))

    @cached_property
    def posts_filled(self) -> pd.Series:
        """Number of filled posts, likewise."""
        return self.total(self._filled["grid_code"], pd.Series(1.0, index=self._filled.index))

    @cached_property
    def cadres(self) -> pd.Series:
        """People on posts of the micro-grids in each grid, each counted once a grid."""
        rows = self._filled[self._filled["grid_code"].isin(self.micro.index)]
        once = rows.drop_duplicates(["grid_code", "person_id"])
        return self.total(once["grid_code"], pd.Series(1.0, index=once.index))

    def of_patches(self, values: pd.Series) -> pd.Series:
        """Sum over the patches that lie in each grid."""
        codes, parents = self.plan.patches["grid_code"], self.plan.patches["parent_code"]
        return self.total(codes.where(codes != "", parents), values)

    def of_micro(
        self, values: pd.Series, *, how: Literal["sum", "min", "max"] = "sum"
    ) -> pd.Series:
        """Sum, least or largest over the micro-grids in each grid."""
        return self.total(pd.Series(values.index, index=values.index), values, how=how)

    def total(
        self, codes: pd.Series, values: pd.Series, *, how: Literal["sum", "min", "max"] = "sum"
    ) -> pd.Series:
        """Carry values of grids up to every grid they lie in.

        Parameters
        ----------
        codes
            Grid that each value belongs to.
        values
            Values on the same index.
        how
            How values meet. A grid without any has sum 0, least and largest nan.
        """
        start = 0.0 if how == "sum" else np.nan
        result = np.full(len(self.plan.grids), start)
        rows = self.plan.grids.index.get_indexer(codes)
        numbers = values.to_numpy(dtype=float)[rows >= 0]
        meet = {"sum": np.add, "min": np.fmin, "max": np.fmax}[how]  # fmin, fmax pass over nan
        for above in self._places[rows[rows >= 0]].T:
            meet.at(result, above[above >= 0], numbers[above >= 0])
        return pd.Series(result, index=self.plan.grids.index)

    @cached_property
    def _places(self) -> np.ndarray:
        """Row of the grid of each level that every grid lies in, -1 for none; (grids, levels)."""
        index = self.plan.grids.index
        columns = [index.get_indexer(self.lines[level]) for level in self.lines.columns]
        return np.column_stack(columns) if columns else np.empty((len(index), 0), dtype=int)

    @cached_property
    def _filled(self) -> pd.DataFrame:
        rows = self.plan.assignments
        return rows[rows["status"] == "filled"]


def ratio(part: pd.Series, whole: pd.Series) -> pd.Series:
    """Divide, with nan where there is nothing to divide by."""
    return part / whole.where(whole > 0)
