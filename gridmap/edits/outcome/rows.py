"""Rows that an edit replaces and puts in their place, as text in the log: exact to the last bit.

Labels alone bring the ground back; these rows bring back what labels do not say: cut patches, the
names and officers of grids, posts and people.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from gridmap.edits.moves.cuts import Cuts
from gridmap.edits.outcome.staffing import Staff
from layers.contract.columns import (
    ASSIGNMENTS,
    GRIDS,
    ISSUES,
    PATCHES,
    PEOPLE,
    POSTS,
    Columns,
    later_columns,
    later_value,
    with_dtypes,
)

__all__ = ["FACTS", "KEPT", "Rows", "Side", "read_rows", "rows_text"]

# Columns that follow from the patches and are kept all the same: a plan of an earlier version does
# not say them, and has to come back as it was.
KEPT = ("subclass", "family")
# Columns of a micro-grid that do not follow from its patches, and those that are kept.
FACTS: Columns = {
    "name": "str",
    "name_en": "str",
    "level": "int64",
    "kind": "str",
    "parent_code": "str",
    "category": "str",
    "officers": "int64",
    "version": "str",
    "valid_from": "str",
    "valid_to": "str",
    **{
        name: GRIDS[name]
        for name in (
            *("spatial", "label", "host_object", "source_code", "headcount", "population"),
            *KEPT,
        )
    },
}


@dataclass(frozen=True)
class Side:
    """The rows before an edit, or those after it."""

    facts: pd.DataFrame  # FACTS by grid code; what is KEPT is missing in an earlier entry
    staff: Staff


@dataclass(frozen=True)
class Rows:
    """Everything an edit replaced, and by what."""

    cuts: Cuts | None
    before: Side
    after: Side
    people: tuple[pd.DataFrame, pd.DataFrame] | None = None  # the rosters, where it is another
    remarks: tuple[pd.DataFrame, pd.DataFrame] | None = None  # ISSUES told of either alone

    def turned(self) -> "Rows":
        """Return the way back."""
        return Rows(
            self.cuts.turned() if self.cuts else None,
            self.after,
            self.before,
            self.people[::-1] if self.people else None,
            self.remarks[::-1] if self.remarks else None,
        )


def rows_text(rows: Rows) -> str:
    """Write rows as JSON; numbers and polygons come back to the last bit."""
    content: dict[str, Any] = {"before": _side(rows.before), "after": _side(rows.after)}
    if rows.cuts:
        content["cuts"] = {
            "before": _patches(rows.cuts.before, rows.cuts.before_group),
            "after": _patches(rows.cuts.after, rows.cuts.after_group),
        }
    if rows.people:
        content["people"] = [_records(roster, PEOPLE, "person_id") for roster in rows.people]
    if rows.remarks:
        content["remarks"] = [_records(told, ISSUES, "") for told in rows.remarks]
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def read_rows(text: str, *, plan_index: Mapping[str, str | None], crs: Any) -> Rows:
    """Read rows back.

    Parameters
    ----------
    text
        What `rows_text` wrote.
    plan_index
        Names of the indexes of the plan's tables "patches", "posts" and "assignments".
    crs
        Work CRS of the plan.
    """
    content = json.loads(text)
    cuts = None
    if "cuts" in content:
        both = [content["cuts"][side] for side in ("before", "after")]
        cuts = Cuts(
            *(_read_patches(records, plan_index["patches"], crs) for records in both),
            *(tuple(row["group"] for row in records) for records in both),
        )
    people = None
    if "people" in content:
        before, after = (
            _read(roster, PEOPLE, "person_id", "person_id") for roster in content["people"]
        )
        people = (before, after)
    remarks = None
    if "remarks" in content:
        old, new = (_read(told, ISSUES, "", "issue") for told in content["remarks"])
        remarks = (old, new)
    return Rows(
        cuts,
        _read_side(content["before"], plan_index),
        _read_side(content["after"], plan_index),
        people,
        remarks,
    )


def _side(side: Side) -> dict[str, Any]:
    return {
        "grids": _records(side.facts, FACTS, "grid_code"),
        "posts": _records(side.staff.posts, POSTS, "post_id"),
        "assignments": _records(side.staff.assignments, ASSIGNMENTS, ""),
    }


def _records(frame: pd.DataFrame, columns: Columns, index: str) -> list[dict[str, Any]]:
    records = frame[list(columns)].to_dict("records")
    if index:
        return [{index: key, **row} for key, row in zip(frame.index, records, strict=True)]
    return records


def _patches(frame: gpd.GeoDataFrame, group: tuple[int, ...]) -> list[dict[str, Any]]:
    records = _records(pd.DataFrame(frame), PATCHES, "patch_id")
    shapes = shapely.to_wkb(frame.geometry.to_numpy(), hex=True)
    return [
        row | {"group": at, "wkb": shape}
        for row, at, shape in zip(records, group, shapes, strict=True)
    ]


def _read_side(content: dict[str, Any], plan_index: Mapping[str, str | None]) -> Side:
    return Side(
        _read(content["grids"], FACTS, "grid_code", "grid_code"),
        Staff(
            _read(content["posts"], POSTS, "post_id", plan_index["posts"]),
            _read(content["assignments"], ASSIGNMENTS, "", plan_index["assignments"]),
        ),
    )


def _read(
    records: list[dict[str, Any]], columns: Columns, index: str, name: str | None
) -> pd.DataFrame:
    # What an entry of an earlier version does not say stands as in a plan of that version.
    later = later_columns(columns).difference(*records)
    told = [one for one in columns if one not in later]
    frame = pd.DataFrame(records, columns=[*([index] if index else []), *told])
    unsaid: list[str] = []
    if columns is FACTS:  # those of grids are no columns of a table of their own
        said = set().union(*records) if records else set(columns)
        for one in later_columns(GRIDS) & set(columns) - said:
            frame[one] = later_value(GRIDS, one)
        unsaid = [one for one in KEPT if one not in said]
    if index:
        frame = frame.set_index(pd.Index(frame[index], dtype="str", name=name))
    else:
        frame.index.name = name
    typed = with_dtypes(frame, columns)
    return typed.assign(**dict.fromkeys(unsaid, pd.Series(dtype="str"))) if unsaid else typed


def _read_patches(records: list[dict[str, Any]], name: str | None, crs: Any) -> gpd.GeoDataFrame:
    table = _read(records, PATCHES, "patch_id", name)
    shapes = shapely.from_wkb([row["wkb"] for row in records])
    return gpd.GeoDataFrame(table, geometry=shapes, crs=crs)
