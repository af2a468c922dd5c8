"""In what two states of one plan differ, found from the tables alone and not from what was asked.

Nothing is trusted but the rows: a shape that is the same object, and a value that is equal, are
unchanged; all else counts as changed.
"""

from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd
import numpy as np
import pandas as pd

from boundaries.hierarchy.ancestors import ancestors
from boundaries.topology.same_shapes import other_shapes
from boundaries.validate.tables import Tables

__all__ = ["Differences"]

# What a given grid is called and where it hangs: what lies below it is told by that.
_GIVEN = (
    *("name", "name_en", "level", "kind", "spatial", "label", "parent_code"),
    *("host_object", "headcount"),
)
_OF_POSTS = ("status", "post_id", "person_id", "grid_code", "role")  # what rules read


@dataclass(frozen=True)
class Differences:
    """Two states of a plan."""

    before: Tables
    after: Tables

    @cached_property
    def is_local(self) -> bool:
        """Whether both have the same given grids, and none with its own ground has changed."""
        one, two = self.before, self.after
        if not (one.grids.index.is_unique and two.grids.index.is_unique):
            return False
        if not (one.patches.index.is_unique and two.patches.index.is_unique):
            return False
        left, right = (
            pd.DataFrame(table.grids.loc[table.grids["kind"] != "micro", list(_GIVEN)])
            for table in (one, two)
        )
        exclusive = (left["kind"] == "exclusive").any()
        shapes_too = not exclusive or not self.shapes & set(left.index[left["kind"] == "exclusive"])
        return left.equals(right) and shapes_too and one.limits == two.limits

    def unchanged(self, name: str) -> bool:
        """Whether a table ("people"), a column ("grids.level") or an index ("objects.") is."""
        if name not in self._unchanged:  # many rules ask of the same columns
            self._unchanged[name] = self._is_unchanged(name)
        return self._unchanged[name]

    @cached_property
    def _unchanged(self) -> dict[str, bool]:
        return {}

    def _is_unchanged(self, name: str) -> bool:
        table, _, column = name.partition(".")
        one, two = getattr(self.before, table), getattr(self.after, table)
        if one is two:
            return True
        if one is None or two is None or not one.index.equals(two.index):
            return False
        if "." not in name:
            return bool(pd.DataFrame(one).equals(pd.DataFrame(two)))
        if not column or (column not in one and column not in two):
            return True
        return column in one and column in two and bool(one[column].equals(two[column]))

    @cached_property
    def patches(self) -> set[str]:
        """Patches that are new, gone, drawn otherwise, or in another micro-grid."""
        one, two = self.before.patches, self.after.patches
        changed = _other_rows(one, two, [name for name in two.columns if name != "geometry"])
        return changed | _other_shapes(one, two)

    @cached_property
    def redrawn(self) -> set[str]:
        """Patches that are new, gone or drawn otherwise."""
        return _other_shapes(self.before.patches, self.after.patches)

    @cached_property
    def shapes(self) -> set[str]:
        """Grids that are new, gone or drawn otherwise."""
        return _other_shapes(self.before.grids, self.after.grids)

    @cached_property
    def grids(self) -> set[str]:
        """Grids that are new, gone, drawn otherwise, or of which something else is told."""
        one, two = self.before.grids, self.after.grids
        told = [name for name in two.columns if name != "geometry"]
        return self.shapes | _other_rows(one, two, told)

    @cached_property
    def families(self) -> set[str]:
        """Given grids with changed patches or micro-grids."""
        found = set()
        for table in (self.before, self.after):
            own = table.patches.index.isin(list(self.patches))
            found |= set(table.patches["parent_code"][own])
            micro = table.grids.index.isin(list(self.grids)) & (table.grids["kind"] == "micro")
            found |= set(table.grids["parent_code"][micro])
        return found

    @cached_property
    def staff(self) -> set[str]:
        """Grids with other posts, or other people on them; "" for posts that are on no grid."""
        states = [(self.before.posts, self.after.posts)]
        if self.before.assignments is not self.after.assignments:
            states.append((_on_posts(self.before.assignments), _on_posts(self.after.assignments)))
        found: set[str] = set()
        for one, two in states:
            if not (one.index.is_unique and two.index.is_unique):
                found.add("")  # which of two rows is gone cannot be told
                continue
            other = list(_other_rows(one, two, list(two.columns)))
            for rows in (one, two):
                found |= set(rows["grid_code"][rows.index.isin(other)])
        return found

    @cached_property
    def places(self) -> set[str]:
        """Grids of which who is in charge may be told otherwise, with the people there elsewhere.

        Below a given grid whose people changed, all: its leader may stand in for them.
        """
        found = self.staff | self.grids
        given = self.after.once.index[self.after.once["kind"] != "micro"]
        above = self.staff & set(given)
        if above:
            lines = self.after.lines
            below = lines.isin(above).any(axis=1).to_numpy()
            found |= set(lines.index[below])
        one, two = self.before.filled, self.after.filled
        states = [one] if self.before.assignments is self.after.assignments else [one, two]
        while True:
            here = [rows["person_id"][rows["grid_code"].isin(list(found))] for rows in states]
            people = [person for rows in here for person in rows]
            more = {
                code
                for rows in states
                for code in rows["grid_code"][rows["person_id"].isin(people)]
            } - {""}
            if more <= found:
                return found
            found |= more

    def lines_above(self, codes: set[str]) -> set[str]:
        """The given grids above some grids, after."""
        grids = pd.DataFrame(self.after.once[["level", "parent_code"]])
        given = self.after.once["kind"] != "micro"
        rows = grids[given.to_numpy() | grids.index.isin(list(codes))]
        lines = ancestors(rows)
        return set(lines[lines.index.isin(list(codes))].to_numpy().ravel()) - {""}


def _on_posts(rows: pd.DataFrame) -> pd.DataFrame:
    """What rules read of the assignments by post, but for people without one."""
    return rows.loc[rows["status"] != "surplus", list(_OF_POSTS)].set_index("post_id")


def _other_shapes(one: gpd.GeoDataFrame, two: gpd.GeoDataFrame) -> set[str]:
    """Rows that are on one side only, or whose shape is not the very same."""
    if one is two:
        return set()
    left, right, found = _aligned(one, two)
    other = other_shapes(left.geometry.to_numpy(), right.geometry.to_numpy())
    return found | set(left.index[other])


def _other_rows(one: pd.DataFrame, two: pd.DataFrame, columns: list[str]) -> set[str]:
    """Rows that are on one side only, or with another value in one of the columns."""
    if one is two:
        return set()
    left, right, found = _aligned(one, two)
    other = np.zeros(len(left), dtype=bool)
    for name in columns:
        if name not in left:
            return {*one.index, *two.index}
        mine, theirs = left[name], right[name]
        if not mine.equals(theirs):
            other |= ((mine != theirs) & ~(mine.isna() & theirs.isna())).to_numpy(dtype=bool)
    return found | set(left.index[other])


def _aligned(one: pd.DataFrame, two: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame, set[str]]:
    """The rows that are on both sides, in one order, and the names of the others."""
    if one.index.equals(two.index):
        return one, two, set()
    place = two.index.get_indexer(one.index)
    there = np.flatnonzero(place >= 0)
    alone = np.ones(len(two), dtype=bool)
    alone[place[there]] = False
    found = {*one.index[place < 0], *two.index[alone]}
    return one.iloc[there], two.iloc[place[there]], found
