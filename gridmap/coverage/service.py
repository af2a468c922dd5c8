"""Who serves which ground: the sums over patches, posts and micro-grids that the metrics share."""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import pandas as pd

from boundaries.hierarchy.ancestors import ancestor_rows, ancestors
from gridmap.coverage.three_rates import Rate, three_rates
from gridmap.plan.plan import Plan
from gridmap.rules.roles import MEMBER, leading_roles

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
    def covered(self) -> pd.Series:
        """Whether somebody of its micro-grid is in charge of each patch.

        Of an exclusive grid whoever holds a post there is: on it, on the unit around it, or on a
        part of it without ground of its own.
        """
        staffed = self._with_units(self._marked(self._filled_rows[self._officers]))
        codes = self.plan.patches["grid_code"]
        return pd.Series((codes != "").to_numpy() & staffed[self._rows(codes)], codes.index)

    def _with_units(self, staffed: np.ndarray) -> np.ndarray:
        """Mark the exclusive grids in a unit that has somebody on post, and those of its parts."""
        grids = self.plan.grids
        exclusive = (grids["kind"] == "exclusive").to_numpy()
        if not exclusive.any():
            return staffed
        parent = self._rows(grids["parent_code"])
        inner = np.flatnonzero(exclusive & np.append(exclusive, False)[parent])
        bare = inner[~grids["spatial"].to_numpy()[inner]]
        result, levels = staffed.copy(), self._places.shape[1]
        for _ in range(levels):  # a part without ground serves the ground it belongs to
            result[parent[bare[result[bare]]]] = True
        for _ in range(levels):  # and a unit serves all its parts
            result[inner] |= result[parent[inner]]
        return result

    @cached_property
    def fallback(self) -> pd.Series:
        """Whether nobody of a micro-grid, but a leader above, answers for each patch."""
        leads = self._filled["role"].isin(leading_roles(self.plan.rules)).to_numpy()
        led = self._marked(self._filled_rows[leads])
        parents = self._rows(self.plan.patches["parent_code"])
        above = led[self._places].any(axis=1)
        return ~self.covered & np.append(above, False)[parents]

    @cached_property
    def rates(self) -> tuple[Rate, Rate, Rate]:
        """The three 100 %: division, publication, file."""
        return three_rates(self.plan)

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
        return self._carried(self._filled_rows, np.ones(len(self._filled)))

    @cached_property
    def cadres(self) -> pd.Series:
        """People on posts of the micro-grids in each grid, each counted once a grid."""
        here = self._marked(self._micro_rows)[self._filled_rows] & self._officers
        person = pd.factorize(self._filled["person_id"])[0][here]
        once = np.unique(np.column_stack([self._filled_rows[here], person]), axis=0)
        return self._carried(once[:, 0], np.ones(len(once)))

    def of_patches(self, values: pd.Series) -> pd.Series:
        """Sum over the patches that lie in each grid."""
        return self._carried(self._patch_rows, values.to_numpy(dtype=float))

    def of_micro(
        self, values: pd.Series, *, how: Literal["sum", "min", "max"] = "sum"
    ) -> pd.Series:
        """Sum, least or largest over the micro-grids in each grid."""
        same = values.index is self.micro.index
        rows = self._micro_rows if same else self._rows(values.index)
        return self._carried(rows, values.to_numpy(dtype=float), how=how)

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
        return self._carried(self._rows(codes), values.to_numpy(dtype=float), how=how)

    def _carried(
        self, rows: np.ndarray, values: np.ndarray, *, how: Literal["sum", "min", "max"] = "sum"
    ) -> pd.Series:
        """Carry values up from the rows of their grids; those of no grid (-1) are left out."""
        start = 0.0 if how == "sum" else np.nan
        result = np.full(len(self.plan.grids), start)
        numbers = values[rows >= 0]
        meet = {"sum": np.add, "min": np.fmin, "max": np.fmax}[how]  # fmin, fmax pass over nan
        for above in self._places[rows[rows >= 0]].T:
            meet.at(result, above[above >= 0], numbers[above >= 0])
        return pd.Series(result, index=self.plan.grids.index)

    def _rows(self, codes: pd.Series | pd.Index) -> np.ndarray:
        """Row of the grid of each code, -1 for none. Looking codes up is slow, numbers are not."""
        return self.plan.grids.index.get_indexer(codes)

    def _marked(self, rows: np.ndarray) -> np.ndarray:
        """Whether each grid is among the rows; one place more, for nobody's row -1."""
        marked = np.zeros(len(self.plan.grids) + 1, dtype=bool)
        marked[rows[rows >= 0]] = True
        return marked

    @cached_property
    def _places(self) -> np.ndarray:
        """Row of the grid of each level that every grid lies in, -1 for none; (grids, levels)."""
        return ancestor_rows(self.plan.grids)[1]

    @cached_property
    def _patch_rows(self) -> np.ndarray:
        codes, parents = self.plan.patches["grid_code"], self.plan.patches["parent_code"]
        return self._rows(codes.where(codes != "", parents))

    @cached_property
    def _micro_rows(self) -> np.ndarray:
        return self._rows(self.micro.index)

    @cached_property
    def _filled_rows(self) -> np.ndarray:
        return self._rows(self._filled["grid_code"])

    @cached_property
    def _officers(self) -> np.ndarray:
        """Which filled rows are of officers: leaders and members, no police officer or doctor.

        On an exclusive grid everybody is in charge.
        """
        own = {MEMBER, *leading_roles(self.plan.rules)}
        exclusive = np.append((self.plan.grids["kind"] == "exclusive").to_numpy(), False)
        return self._filled["role"].isin(own).to_numpy() | exclusive[self._filled_rows]

    @cached_property
    def _filled(self) -> pd.DataFrame:
        rows = self.plan.assignments
        return rows[rows["status"] == "filled"]


def ratio(part: pd.Series, whole: pd.Series) -> pd.Series:
    """Divide, with nan where there is nothing to divide by."""
    return part / whole.where(whole > 0)
