"""The columns of every frame that passes between the rooms, with dtype and meaning.

One table a frame: readers, the store, exports and the documentation follow from it. Codes are text.
Areas are in m², lengths in m, loads in officer-hours a week, shares between 0 and 1.
"""

from collections.abc import Mapping

import geopandas as gpd
import pandas as pd

__all__ = [
    "ASSIGNMENTS",
    "CONTEXT",
    "EDITS",
    "GRIDS",
    "GROUND",
    "HIERARCHY",
    "ISSUES",
    "LEDGER",
    "OBJECTS",
    "PATCHES",
    "PEOPLE",
    "POSTS",
    "UNITS",
    "empty_frame",
    "later_columns",
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
}
# The grids as given, levels 1 to 3 (or as many as the town has). Index: code.
HIERARCHY: Columns = {
    "name": "str",
    "name_en": "str",
    "level": "int64",
    "parent_code": "str",  # "" for the town
    "households": "int64",  # 0 where not given; counted on the deepest level
    "population": "int64",
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
}
# Objects of the registers: what an officer has to visit by name. Index: object id.
OBJECTS: Columns = {
    "register": "str",  # file name of the register
    "category": "str",
    "name": "str",
    "record": "str",  # record of the ground layer it belongs to; "" when it is placed by point
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
    "load_h": "float64",
    "grid_code": "str",  # the micro-grid; "" for ground left with its parent
}
# Grids of all levels; the geometry of a micro-grid is dissolved from its patches. Index: grid_code.
GRIDS: Columns = {
    "name": "str",
    "name_en": "str",
    "level": "int64",
    "kind": "str",  # base | micro
    "parent_code": "str",
    "category": "str",  # of a micro-grid: the category with most of its ground; "" above
    "subclass": "str",  # of a micro-grid of residual ground: the sub-class with most of it; else ""
    "purity": "float64",  # share of the ground that is of that category
    "area_m2": "float64",
    "perimeter_m": "float64",
    "compactness": "float64",  # Polsby-Popper, 4 pi area / perimeter²
    "parts": "int64",
    "patches": "int64",
    "households": "float64",
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
}
# Posts on grids. Index: post_id.
POSTS: Columns = {
    "grid_code": "str",
    "role": "str",  # leader | member
    "number": "int64",  # 1 is the leader
    "skill": "str",  # category the post needs; "" for any
    "duties": "str",  # separated by ";"
}
# Who is on which post; vacant posts and people left over are rows too. Index: row number.
ASSIGNMENTS: Columns = {
    "status": "str",  # filled | vacant | surplus
    "post_id": "str",  # "" for surplus
    "person_id": "str",  # "" for vacant
    "grid_code": "str",  # "" for surplus
    "role": "str",
    # What the exact assignment paid for this row: the pair, or leaving a present post for none.
    "cost": "float64",
    "reason": "str",  # English sentence
    "reason_zh": "str",
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
    # move | split | divide | merge | cut | lock | unlock | post | free | assign | undo | redo;
    # "lost" in a plan recovered from a damaged file: the entry cannot be read any more
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


# Columns that files of earlier versions do not have; they are empty there.
_LATER = ((GROUND, frozenset({"date"})), (PATCHES, frozenset({"date"})),
          (GRIDS, frozenset({"subclass"})))  # fmt: skip


def later_columns(columns: Columns) -> frozenset[str]:
    """Name the columns of a table that files of earlier versions do not have."""
    return next((names for table, names in _LATER if table is columns), frozenset())


def empty_frame(columns: Columns, *, index: str, crs: object = None) -> pd.DataFrame:
    """Make an empty frame with the given columns; with a geometry column when `crs` is given."""
    frame = pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in columns.items()})
    frame.index = pd.Index([], dtype="str", name=index)
    if crs is None:
        return frame
    return gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries([], index=frame.index), crs=crs)


def with_dtypes(frame: pd.DataFrame, columns: Columns) -> pd.DataFrame:
    """Return the frame with the columns in contract order and dtype, missing text as ""."""
    fixed = {}
    for name, dtype in columns.items():
        is_new = name in later_columns(columns) and name not in frame
        values = pd.Series("", index=frame.index) if is_new else frame[name]
        # A column of an earlier log that was not there yet is one of numbers without a number.
        typed = values.astype(dtype)
        fixed[name] = typed.fillna("") if dtype == "str" else typed
    result = pd.DataFrame(fixed, index=frame.index)
    if isinstance(frame, gpd.GeoDataFrame):
        return gpd.GeoDataFrame(result, geometry=frame.geometry.to_numpy(), crs=frame.crs)
    return result
