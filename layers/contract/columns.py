"""The columns of every frame that passes between the rooms, with dtype and meaning.

One table a frame: readers, the store, exports and the documentation follow from it. Codes are text.
Areas are in m², lengths in m, loads in officer-hours a week, shares between 0 and 1.
"""

from collections.abc import Mapping
from functools import lru_cache

import geopandas as gpd
import pandas as pd

__all__ = [
    "ASSIGNMENTS",
    "BOARDS",
    "BUSINESS",
    "CASES",
    "CONTEXT",
    "CROSSWALK",
    "EDITS",
    "GRIDS",
    "GROUND",
    "GROUPS",
    "HIERARCHY",
    "ISSUES",
    "LEDGER",
    "MEMBERS",
    "OBJECTS",
    "PATCHES",
    "PEOPLE",
    "POSTS",
    "SITES",
    "UNITS",
    "empty_frame",
    "later_columns",
    "later_value",
    "with_dtypes",
]

Columns = Mapping[str, str]

# Classified ground as the layers give it: polygons that may overlap. Index: row number.
GROUND: Columns = {
    "category": "str",  # one of the seven, or "residual"
    "subclass": "str",  # of residual ground; "" for the seven
    "layer": "str",  # file name the polygon came from
    "record": "str",  # id of the record in that layer
    "name": "str",  # name of the estate, firm, lake …; "" where none
    "date": "str",  # day that the record shows, ISO, perhaps without day or month; "" where unknown
    "sensitive_by": "str",  # code | layer: what says that the public may not see it; else ""
}
# The grids as given, levels 1 to 3 (or as many as the town has), and the exclusive grids carved out
# of them, each one level below its parent. Index: code.
HIERARCHY: Columns = {
    "name": "str",
    "name_en": "str",
    "level": "int64",
    "parent_code": "str",  # "" for the town
    "households": "int64",  # 0 where not given; counted on the deepest level
    "population": "int64",
    "kind": "str",  # base | exclusive: the site of a unit, carved out of the grids around it
    "spatial": "bool",  # False: a part of an exclusive grid without ground of its own
    "label": "str",  # name given by hand
    "headcount": "int64",  # staff of the unit of an exclusive grid; 0 where not known
    "host_object": "str",  # object whose site an exclusive grid is; else ""
}
# What is drawn to recognise the place and never divided. Index: row number; any geometry.
CONTEXT: Columns = {
    "kind": "str",  # road | rail | water | building | place | point
    "class": "str",  # of a road one of `layers.landuse.context.ROAD_CLASSES`; "" where unknown
    "name": "str",
    "layer": "str",  # file name it came from
}
# Buildings, compounds and village groups that no border of ours cuts. Index: unit id.
UNITS: Columns = {
    "kind": "str",  # building | compound | village_group
    "name": "str",
    "layer": "str",
    "households": "float64",  # 0 where not given
    "stairwells": "int64",  # 0 where not given
}
# The sites of units that get exclusive grids. Index: site id; a polygon, or none.
SITES: Columns = {
    "name": "str",
    "class": "str",
    "staff": "int64",  # 0 where not given
    "records": "str",  # records of the ground layers that the site is made of, separated by ";"
    "units": "str",  # or the units (UNITS) it is made of, separated by ";"
    "object": "str",  # id of the object whose site it is; "" where unknown
    "part_of": "str",  # site that this one is a part of: it becomes a sub-grid; else ""
    "label": "str",
    "spatial": "bool",  # False: a workshop, a team: no ground of its own
    "layer": "str",
}
# Objects of the registers: what somebody is in charge of by name. Index: object id.
OBJECTS: Columns = {
    "register": "str",  # file name of the register
    "class": "str",  # enterprise | estate | unit | building | station | vacancy | parcel | other
    "category": "str",
    "name": "str",
    "credit_code": "str",
    "record": "str",  # record of the ground layer it belongs to; "" when it is placed by point
    "grid_code": "str",  # deepest grid it lies in; "" where it did not join
    "patch_id": "str",
    "staff": "int64",
    "households": "float64",
    "size": "str",  # flags such as 规上, separated by ";"
    "file_complete": "bool",  # all fields are filled that its class asks for
    "missing": "str",  # those that are not, separated by ";"
    "seen_on": "str",  # ISO date
    "sensitive": "bool",  # never in public output
}
# Indivisible pieces of ground: a tiling of the deepest given grids. Index: patch id.
PATCHES: Columns = {
    "parent_code": "str",  # deepest given grid
    "category": "str",
    "subclass": "str",
    "layer": "str",
    "record": "str",
    "name": "str",
    "date": "str",  # of the evidence: layer, record and day
    "area_m2": "float64",
    "absorbed_m2": "float64",  # of it: slivers, roads and the like taken in from elsewhere
    "households": "float64",
    "objects": "int64",
    "cases": "float64",  # cases a week that are counted there (`[[cases]]`)
    "load_h": "float64",
    "grid_code": "str",  # the micro-grid; "" for ground left with its parent
    "sensitive_by": "str",  # as of GROUND; records that the rules name are not told here
}
# Grids of all levels; the geometry of a micro-grid is dissolved from its patches. Index: grid_code.
GRIDS: Columns = {
    "name": "str",
    "name_en": "str",
    "level": "int64",
    "kind": "str",  # base | exclusive | micro
    "family": "str",  # of a micro-grid: territorial | household; "" above
    "spatial": "bool",  # False: no ground of its own, no geometry, outside all sums of the tiling
    "label": "str",  # a name given by hand, shown instead of the other; codes never change with it
    "parent_code": "str",
    "host_object": "str",  # object whose site an exclusive grid is; else ""
    "source_code": "str",  # its code in the division it was imported from; else ""
    "category": "str",  # of a micro-grid: the category with most of its ground; "" above
    "subclass": "str",  # of a micro-grid of residual ground: the sub-class with most of it; else ""
    "purity": "float64",  # share of the ground that is of that category
    "area_m2": "float64",
    "perimeter_m": "float64",
    "compactness": "float64",  # Polsby-Popper, 4 pi area / perimeter²
    "parts": "int64",
    "patches": "int64",
    "households": "float64",
    "population": "float64",  # 0 where not known
    "headcount": "int64",  # staff of the unit of an exclusive grid; 0 where not known
    "objects": "int64",
    "load_h": "float64",
    "officers": "int64",  # officers planned on a micro-grid; 0 above
    "capacity_h": "float64",  # officers x officer-hours a week
    "version": "str",
    "valid_from": "str",  # ISO date
    "valid_to": "str",  # ISO date; "" while in force
}
# People of the roster. Index: person_id.
PEOPLE: Columns = {
    "name": "str",
    "office": "str",  # the post a person holds in the town's offices
    "role": "str",  # "cadre", or "leader" for the standing leader of a given grid
    "skills": "str",  # category keys, separated by ";"
    "home_code": "str",  # code of the home village; "" where unknown
    "present_grid": "str",  # grid the person is posted on today; "" for none
    "phone": "str",  # never exported, never on a map
    "employment": "str",  # full | part | detached; "" where unknown
    "hours": "float64",  # officer-hours a week that the person gives; 0: as the rules say
    "roles": "str",  # further roles that the person can take, separated by ";"
}
# Posts, each on a grid, a group or an object: exactly one of the three is named. Index: post_id.
POSTS: Columns = {
    "grid_code": "str",
    "group_id": "str",
    "object_id": "str",
    "role": "str",  # leader | member, or a role of the rules
    "number": "int64",  # among the posts there; 1 is the leader
    "skill": "str",  # category the post needs; "" for any
    "duties": "str",  # separated by ";"
    "hours": "float64",  # officer-hours a week that the post asks for; 0: as the rules say
}
# Who is on which post; vacant posts and people left over are rows too. Index: row number.
ASSIGNMENTS: Columns = {
    "status": "str",  # filled | vacant | surplus
    "post_id": "str",  # "" for surplus
    "person_id": "str",  # "" for vacant
    "grid_code": "str",  # "" for surplus, and for a post on a group or an object
    "role": "str",
    "employment": "str",
    "share": "float64",  # of the hours that the person gives
    "valid_from": "str",  # ISO date; "" without a first day
    "valid_to": "str",  # ISO date; "" while in force
    "confirmed_on": "str",  # ISO date; "" until the person has confirmed it
    # What the exact assignment paid for this row: the pair, or leaving a present post for none.
    "cost": "float64",
    "reason": "str",  # English sentence
    "reason_zh": "str",
}
# Sets across the tree, never parents: alliances, community big grids, teams. Index: group_id.
GROUPS: Columns = {
    "type": "str",  # alliance | big_grid | team | other
    "name": "str",
    "name_en": "str",
}
# What belongs to a group. Index: row number.
MEMBERS: Columns = {
    "group_id": "str",
    "kind": "str",  # grid | object | post
    "member_id": "str",
}
# A department's own division of the ground, laid over the tree. Index: area_id; polygons.
BUSINESS: Columns = {
    "department": "str",
    "name": "str",
    "staff": "int64",  # 0 where not given
}
# How business areas meet the grids of levels 1 and 2. Index: row number.
CROSSWALK: Columns = {
    "area_id": "str",
    "grid_code": "str",
    "level": "int64",
    "area_m2": "float64",  # of both in common
    "share_of_area": "float64",  # that of the business area
    "share_of_grid": "float64",
}
# Public boards with the names of those in charge. Index: board_id.
BOARDS: Columns = {
    "grid_code": "str",
    "object_id": "str",
    "place": "str",  # where it hangs
    "version": "str",  # of the plan that it shows
    "hung_on": "str",  # ISO date; "" until it hangs
}
# Cases counted by grid, period and class; nan: not given. Index: row number.
CASES: Columns = {
    "grid_code": "str",  # "" where it did not join
    "period": "str",
    "class": "str",
    "found": "float64",
    "filed": "float64",
    "dispatched": "float64",
    "handled": "float64",
    "verified": "float64",
    "closed": "float64",
    "other": "float64",
    "base": "str",  # counts with the same base may be divided by one another
    "flag": "str",  # what is doubtful about the row, separated by ";"
    "source": "str",  # file it came from
}
# Faults found in data or in a plan. Index: row number; geometry may be empty.
ISSUES: Columns = {
    "rule": "str",  # COV-1, TREE-3 …
    "severity": "str",  # error | warning | info
    "level": "int64",  # level of the grid, 0 where none
    "code": "str",  # grid, patch, post or layer concerned
    "other_code": "str",
    "size": "float64",
    "unit": "str",  # m2, m, officer-hours, people …
    "message": "str",
    "message_zh": "str",
}
# The log of edits: rows are only ever added, also by undo and redo. Index: edit_id (E000001 …).
EDITS: Columns = {
    "time": "str",  # ISO date and time, as told by the caller
    "who": "str",
    "why": "str",
    # move | split | divide | merge | cut | close | import | lock | unlock | post | free | assign |
    # undo | redo; "lost" in a plan recovered from a damaged file: the entry cannot be read any more
    "kind": "str",
    "target": "str",  # edit that an undo takes back or a redo does again; "" otherwise
    "patches": "str",  # patches that changed hands, after all cuts, separated by ";"
    "from_codes": "str",  # micro-grid of each before, in the same order
    "to_codes": "str",  # and after
    "grids": "str",  # all micro-grids concerned, separated by ";"
    "created": "str",  # codes used here for the first time
    "retired": "str",  # codes left without ground
    # JSON, for undo and redo to the byte: rows of cut ground, grids, posts and assignments that the
    # edit replaced ("before") and put in their place ("after"); "" for undo and redo themselves
    "rows": "str",
}
# What became of every square metre. Index: category, or subclass for residual ground.
LEDGER: Columns = {
    "claimed_m2": "float64",  # in the layers, each polygon in full
    "outside_m2": "float64",  # of it outside the town
    "overlap_m2": "float64",  # of it given up to ground of higher precedence
    "unmapped_m2": "float64",  # ground of the town in no layer (only "unmapped")
    "received_m2": "float64",  # slivers and roads taken in
    "given_m2": "float64",  # slivers and roads given away
    "snapped_m2": "float64",  # change by drawing together borders that differ by a centimetre
    # = claimed - outside - overlap + unmapped + received - given + snapped
    "patches_m2": "float64",
}


# Columns that files of earlier versions do not have, and what stands there for them.
_LATER: tuple[tuple[Columns, Mapping[str, object]], ...] = (
    (GROUND, {"date": "", "sensitive_by": ""}),
    (PATCHES, {"date": "", "cases": 0.0, "sensitive_by": ""}),
    (
        HIERARCHY,
        {"kind": "base", "spatial": True, "label": "", "headcount": 0, "host_object": ""},
    ),
    (UNITS, {"households": 0.0, "stairwells": 0}),
    (
        OBJECTS,
        {
            **dict.fromkeys(("class", "credit_code", "grid_code", "patch_id", "size"), ""),
            **dict.fromkeys(("missing", "seen_on"), ""),
            "staff": 0,
            "households": 0.0,
            "file_complete": False,
            "sensitive": False,
        },
    ),
    (
        GRIDS,
        {
            "family": "",
            "spatial": True,
            "label": "",
            "host_object": "",
            "source_code": "",
            "subclass": "",
            "population": 0.0,
            "headcount": 0,
        },
    ),
    (PEOPLE, {"employment": "", "hours": 0.0, "roles": ""}),
    (POSTS, {"group_id": "", "object_id": "", "hours": 0.0}),
    (
        ASSIGNMENTS,
        {"employment": "", "share": 1.0, "valid_from": "", "valid_to": "", "confirmed_on": ""},
    ),
)


def later_columns(columns: Columns) -> frozenset[str]:
    """Name the columns of a table that files of earlier versions do not have."""
    return frozenset(_later(columns))


def later_value(columns: Columns, name: str) -> object:
    """Say what stands in a column for the rows of a file that does not have it."""
    return _later(columns)[name]


def _later(columns: Columns) -> Mapping[str, object]:
    return next((values for table, values in _LATER if table is columns), {})


def empty_frame(columns: Columns, *, index: str, crs: object = None) -> pd.DataFrame:
    """Make an empty frame with the given columns; with a geometry column when `crs` is given."""
    frame = _without_rows(tuple(columns.items()), index).copy()
    if crs is None:
        return frame
    return gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries([], index=frame.index), crs=crs)


@lru_cache(maxsize=64)
def _without_rows(columns: tuple[tuple[str, str], ...], index: str) -> pd.DataFrame:
    """Frames without rows are asked for all the time, and each takes a while to make."""
    frame = pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in columns})
    frame.index = pd.Index([], dtype="str", name=index)
    return frame


def with_dtypes(frame: pd.DataFrame, columns: Columns) -> pd.DataFrame:
    """Return the frame with the columns in contract order and dtype, missing text as ""."""
    fixed, later = {}, _later(columns)
    for name, dtype in columns.items():
        is_new = name in later and name not in frame
        values = pd.Series(later[name], index=frame.index) if is_new else frame[name]
        if name in later and dtype != "str" and values.hasnans:
            values = values.fillna(later[name])  # a row of an earlier log
        # A column of an earlier log that was not there yet is one of numbers without a number.
        typed = values.astype(dtype)
        fixed[name] = typed.fillna("") if dtype == "str" and typed.hasnans else typed
    result = pd.DataFrame(fixed, index=frame.index)
    if isinstance(frame, gpd.GeoDataFrame):
        return gpd.GeoDataFrame(result, geometry=frame.geometry.to_numpy(), crs=frame.crs)
    return result
