"""In which rows two states of a table differ, by their place in it."""

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from boundaries.topology.same_shapes import other_shapes

__all__ = ["RowChanges", "row_changes", "table_changes"]


@dataclass(frozen=True)
class RowChanges:
    """Rows to be written anew in their place, and the first row from which on all are.

    `columns` are those with another value somewhere, of all rows where `tail` is not None; "" is
    the index, and the geometry has its own name.
    """

    rows: np.ndarray
    columns: tuple[str, ...]
    tail: int | None = None  # from here the table has other rows, or another number of them

    def __bool__(self) -> bool:
        return self.tail is not None or len(self.rows) > 0

    def places(self, table: pd.DataFrame) -> np.ndarray:
        """Rows of the table as it is now that are new or differ."""
        return self.rows if self.tail is None else np.arange(self.tail, len(table))

    def touches(self, column: str) -> bool:
        """Whether some row has another value in a column; "" asks for the index."""
        return self.tail is not None or column in self.columns


def table_changes(
    known: Mapping[str, pd.DataFrame], frames: Mapping[str, pd.DataFrame]
) -> dict[str, RowChanges | None]:
    """Compare all tables of two states of a plan; None for one that has to be taken as a whole."""
    return {
        name: row_changes(known[name], frame) if name in known else None
        for name, frame in frames.items()
    }


def row_changes(one: pd.DataFrame, two: pd.DataFrame) -> RowChanges | None:
    """Compare two states of a table; None when their columns or dtypes are not the same."""
    if one is two:
        return RowChanges(np.empty(0, dtype=np.int64), ())
    named = [str(name) for name in one.columns]
    if named != [str(name) for name in two.columns] or one.index.name != two.index.name:
        return None
    if list(map(str, one.dtypes)) != list(map(str, two.dtypes)):
        return None
    if str(one.index.dtype) != str(two.index.dtype) or not _same_crs(one, two):
        return None
    both = min(len(one), len(two))
    left, right = (state if len(state) == both else state.iloc[:both] for state in (one, two))
    other = np.zeros(both, dtype=bool)
    changed = []
    shape = one.geometry.name if isinstance(one, gpd.GeoDataFrame) else None
    for name in ("", *named):
        if name == shape:
            differs = other_shapes(left.geometry.to_numpy(), right.geometry.to_numpy())
        elif name == "" and left.index.equals(right.index):
            continue
        elif name == "":
            differs = _other_values(left.index.to_series(), right.index.to_series())
        elif left[name].array.equals(right[name].array):
            continue
        else:
            differs = _other_values(left[name], right[name])
        if differs.any():
            changed.append(name)
            other |= differs
    if len(one) == len(two):
        return RowChanges(np.flatnonzero(other), tuple(changed))
    first = int(np.argmax(other)) if other.any() else both
    return RowChanges(np.empty(0, dtype=np.int64), ("", *named), first)


def _same_crs(one: pd.DataFrame, two: pd.DataFrame) -> bool:
    geographic = isinstance(one, gpd.GeoDataFrame), isinstance(two, gpd.GeoDataFrame)
    return geographic[0] == geographic[1] and (not geographic[0] or one.crs == two.crs)


def _other_values(one: pd.Series, two: pd.Series) -> np.ndarray:
    one, two = one.reset_index(drop=True), two.reset_index(drop=True)
    return np.asarray((one != two) & ~(one.isna() & two.isna()), dtype=bool)
