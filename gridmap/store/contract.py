"""What the tables of a plan must be for anything to work with them: the contract of the store.

Nobody can say which of two people with one id is meant, or draw a grid without an outline. Such
tables are neither written nor opened; each fault names table, row and value. Whether the division
is a good one is another question, which `boundaries.validate.catalogue` answers.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridmap.store.changed.rows import RowChanges
from gridmap.store.form import CONTRACTS, ROW
from layers.contract.errors import quoted

__all__ = ["NUL", "NUMBERED", "TableFault", "contract_faults", "faults_of_changes"]

Frames = Mapping[str, pd.DataFrame]

KEYED = (
    *("patches", "grids", "people", "posts", "ledger", "edits"),
    *("objects", "groups", "business", "boards"),
)  # found by their index
ROLE = "[a-z][a-z0-9_]{0,39}"
NUL = "\0"  # ends a text for most programs
NUMBERED = ("assignments", "issues", "members", "crosswalk", "cases")  # rows with a number
OUTLINED = ("patches", "grids")
OUTLINES = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)
FINITE = ("patches", "grids", "ledger", "people", "posts", "assignments", "objects", "crosswalk")
# Numbers that count or measure something: none is less than nothing.
SIZES = (
    *("area_m2", "load_h", "capacity_h", "households", "objects", "officers", "perimeter_m"),
    *("population", "headcount", "staff", "hours", "share", "share_of_area", "share_of_grid"),
)
# Column, the table that its values are ids of, and whether it may be empty.
REFERENCES = (
    ("patches", "parent_code", "grids", False),
    ("patches", "grid_code", "grids", True),
    ("grids", "parent_code", "grids", True),
    ("posts", "grid_code", "grids", True),
    ("posts", "group_id", "groups", True),
    ("posts", "object_id", "objects", True),
    ("objects", "grid_code", "grids", True),
    ("members", "group_id", "groups", False),
    ("crosswalk", "area_id", "business", False),
    ("assignments", "post_id", "posts", True),
    ("assignments", "person_id", "people", True),
    ("assignments", "grid_code", "grids", True),
    ("edits", "target", "edits", True),
)
WORDS = (
    ("assignments", "status", ("filled", "vacant", "surplus")),
    ("grids", "kind", ("base", "exclusive", "micro")),
)


@dataclass(frozen=True)
class TableFault:
    """One fault: in which table, in which row and column, and a sentence in both languages."""

    table: str
    row: str
    column: str
    en: str
    zh: str


def contract_faults(frames: Frames) -> list[TableFault]:
    """List what is wrong with the tables of a plan; a table that is not given is not looked at.

    Parameters
    ----------
    frames
        The tables by name, as `gridmap.plan.plan.Plan` holds them.
    """
    faults: list[TableFault] = []
    for rule in (_keys, _texts, _outlines, _numbers, _references, _loops, _words, _posts, _staffed):
        faults += rule(frames)
    return faults


def faults_of_changes(frames: Frames, changes: Mapping[str, RowChanges | None]) -> list[TableFault]:
    """List what is wrong with tables of which a state before kept the contract.

    Parameters
    ----------
    frames
        The tables as they are now.
    changes
        In what each differs from that state; None: all of it is looked at.

    Returns
    -------
    Faults, if and only if `contract_faults` finds any.
    """
    since = {
        name: RowChanges(np.empty(0, dtype=np.int64), (), tail=0) if change is None else change
        for name, change in changes.items()
    }
    part = {
        name: frames[name].iloc[change.places(frames[name])]
        for name, change in since.items()
        if change
    }
    keyed = {name for name, change in since.items() if change.touches("")}
    faults = [*_keys({name: frames[name] for name in part if name in {*keyed, "assignments"}})]
    for rule in (_texts, _outlines, _numbers, _words, _posts, _staffed):
        faults += rule(part)
    if "grids" in keyed or ("grids" in part and since["grids"].touches("parent_code")):
        faults += _loops(frames)
    return [*faults, *_references(frames, part, keyed)]


def _keys(frames: Frames) -> Iterator[TableFault]:
    for table in (*KEYED, *NUMBERED):
        index = frames[table].index if table in frames else pd.RangeIndex(0)
        if isinstance(index, pd.RangeIndex):
            continue  # rows that are counted have a number each
        name = str(index.name or ROW)
        empty = np.asarray(index.isna() | (index.astype("str") == ""))
        for place in np.flatnonzero(empty):
            yield TableFault(
                table, f"#{place + 1}", name,
                f"Row {place + 1} of the table {table!r} has no {name!r}, by which it is found.",
                f"表“{table}”第 {place + 1} 行没有“{name}”，无法识别。",
            )  # fmt: skip
        for key, count in _counts(index[~empty]):
            yield TableFault(
                table, str(key), name,
                f"The table {table!r} has {count} rows with {name} {str(key)!r}; there may be one.",
                f"表“{table}”中“{name}”为{quoted(key)}的有 {count} 行，只能有一行。",
            )  # fmt: skip
    yield from _doubled(frames)


def _doubled(frames: Frames) -> Iterator[TableFault]:
    """Find posts and free people with two rows in the assignments."""
    rows = frames.get("assignments")
    if rows is None or not len(rows):
        return
    surplus = rows["status"] == "surplus"
    for column, there in (("post_id", rows["post_id"] != ""), ("person_id", surplus)):
        for key, count in _counts(pd.Index(rows.loc[there, column])):
            yield TableFault(
                "assignments", str(key), column,
                f"The table 'assignments' has {count} rows for {column} {str(key)!r}; there may "
                "be one.",
                f"表“assignments”中“{column}”为{quoted(key)}的有 {count} 行，只能有一行。",
            )  # fmt: skip


def _counts(keys: pd.Index) -> list[tuple[object, int]]:
    """Count the keys that are there more than once."""
    again = keys[keys.duplicated(keep=False)]
    return sorted(again.value_counts().items())


def _texts(frames: Frames) -> Iterator[TableFault]:
    """Find texts of which another program, or the file library, would read the beginning alone."""
    for table, frame in frames.items():
        texts = {str(frame.index.name or ROW): frame.index.to_series(), **dict(frame.items())}
        for name, values in texts.items():
            if str(values.dtype) != "str":
                continue
            for key in frame.index[values.str.contains(NUL, regex=False).fillna(False).to_numpy()]:
                yield TableFault(
                    table, str(key), name,
                    f"{name} of {str(key)!r} in the table {table!r} has a sign without a meaning "
                    "(U+0000) in it.",
                    f"表“{table}”中{quoted(key)}的“{name}”含有无意义的字符（U+0000）。",
                )  # fmt: skip


def _outlines(frames: Frames) -> Iterator[TableFault]:
    for table in OUTLINED:
        frame = frames.get(table)
        if not isinstance(frame, gpd.GeoDataFrame):
            continue
        shapes = frame.geometry.to_numpy()
        none = shapely.is_missing(shapes) | shapely.is_empty(shapes)
        if "spatial" in frame:  # a workshop or a team has no ground of its own
            none &= frame["spatial"].to_numpy(dtype="bool")
        placed = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
        for key in frame.index[none]:
            yield TableFault(
                table, str(key), "geom",
                f"{str(key)!r} in the table {table!r} has no outline.",
                f"表“{table}”中的{quoted(key)}没有图形。",
            )  # fmt: skip
        wrong = placed & ~np.isin(shapely.get_type_id(shapes), OUTLINES)
        for key, shape in zip(frame.index[wrong], shapes[wrong], strict=True):
            yield TableFault(
                table, str(key), "geom",
                f"The outline of {str(key)!r} in the table {table!r} is a {shape.geom_type}; it "
                "must be a polygon.",
                f"表“{table}”中{quoted(key)}的图形是 {shape.geom_type}，应为面。",
            )  # fmt: skip
        far = placed & ~np.isfinite(shapely.bounds(shapes)).all(axis=1)
        for key in frame.index[far]:
            yield TableFault(
                table, str(key), "geom",
                f"The outline of {str(key)!r} in the table {table!r} has a corner that is no "
                "finite number.",
                f"表“{table}”中{quoted(key)}的图形有一个角点坐标不是有限数。",
            )  # fmt: skip


def _numbers(frames: Frames) -> Iterator[TableFault]:
    for table in FINITE:
        frame = frames.get(table)
        if frame is None:
            continue
        for column, dtype in CONTRACTS[table].items():
            if dtype == "str" or column not in frame:
                continue
            values = frame[column].to_numpy(dtype="float64")
            wrong = ~np.isfinite(values)
            if column in SIZES:
                wrong |= values < 0
            for key, value in zip(frame.index[wrong], values[wrong], strict=True):
                yield TableFault(
                    table, str(key), column,
                    f"{column} of {str(key)!r} in the table {table!r} is {value:g}; it must be a "
                    "finite number" + (", 0 or more." if column in SIZES else "."),
                    f"表“{table}”中{quoted(key)}的“{column}”为 {value:g}，应为有限数"
                    + ("，且不小于 0。" if column in SIZES else "。"),
                )  # fmt: skip


def _references(
    frames: Frames, part: Frames | None = None, keyed: Collection[str] = ()
) -> Iterator[TableFault]:
    """Find ids without a row; with `part` in its rows, and in all that name one of `keyed`."""
    for table, column, target, may_be_empty in REFERENCES:
        source = frames if part is None or target in keyed else part
        frame, known = source.get(table), frames.get(target)
        if frame is None or known is None or column not in frame:
            continue
        values = frame[column]
        wrong = known.index.unique().get_indexer(values) < 0
        if may_be_empty:
            wrong &= (values.fillna("") != "").to_numpy()
        for key, value in values[wrong].items():
            yield TableFault(
                table, str(key), column,
                f"{column} of {str(key)!r} in the table {table!r} is {str(value)!r}, which is not "
                f"in the table {target!r}.",
                f"表“{table}”中{quoted(key)}的“{column}”为{quoted(value)}，表“{target}”中没有。",
            )  # fmt: skip


def _loops(frames: Frames) -> Iterator[TableFault]:
    """Find grids that lie in themselves: whoever went up from them would never come to the top."""
    grids = frames.get("grids")
    if grids is None or grids.index.has_duplicates:
        return
    parents = grids.index.get_indexer(grids["parent_code"])
    above = parents.copy()
    for _ in range(len(grids).bit_length()):  # twice as far up in every turn
        above = np.where(above < 0, -1, above[above])
    for key in grids.index[np.unique(above[above >= 0])]:
        yield TableFault(
            "grids", str(key), "parent_code",
            f"The grid {str(key)!r} lies in itself: going up from it never comes to the top.",
            f"网格{quoted(key)}包含了自己：从它逐级向上永远到不了顶层。",
        )  # fmt: skip


def _words(frames: Frames) -> Iterator[TableFault]:
    for table, column, allowed in WORDS:
        frame = frames.get(table)
        if frame is None:
            continue
        values = frame[column]
        wrong = ~np.logical_or.reduce([(values == word).to_numpy() for word in allowed])
        for key, value in values[wrong].items():
            yield TableFault(
                table, str(key), column,
                f"{column} of {str(key)!r} in the table {table!r} is {str(value)!r}; it must be "
                f"one of {', '.join(allowed)}.",
                f"表“{table}”中{quoted(key)}的“{column}”为{quoted(value)}，应为 "
                f"{'、'.join(allowed)} 之一。",
            )  # fmt: skip


def _posts(frames: Frames) -> Iterator[TableFault]:
    """Find posts without a role, and those that are not on one grid, group or object."""
    posts = frames.get("posts")
    if posts is None or not {"group_id", "object_id"} <= set(posts):
        return
    for key in posts.index[~posts["role"].fillna("").str.fullmatch(ROLE)]:
        role = str(posts.loc[key, "role"])
        yield TableFault(
            "posts", str(key), "role",
            f"role of {str(key)!r} in the table 'posts' is {role!r}; it must be 'leader', 'member' "
            "or a role of the rules, in small letters.",
            f"表“posts”中{quoted(key)}的“role”为{quoted(role)}，应为 leader、member 或规则中的角色"
            "（小写字母）。",
        )  # fmt: skip
    places = posts[["grid_code", "group_id", "object_id"]].fillna("") != ""
    for key, count in places.sum(axis=1)[places.sum(axis=1) != 1].items():
        yield TableFault(
            "posts", str(key), "grid_code",
            f"The post {str(key)!r} is on {count} places; it must be on one grid, one group or one "
            "object.",
            f"岗位{quoted(key)}设在 {count} 处，应只设在一个网格、一个组合或一个对象上。",
        )  # fmt: skip


def _staffed(frames: Frames) -> Iterator[TableFault]:
    """Find rows of the assignments that say one thing and hold another."""
    rows = frames.get("assignments")
    if rows is None or not len(rows):
        return
    wanted = {"filled": (True, True), "vacant": (True, False), "surplus": (False, True)}
    has = ((rows["post_id"] != "").to_numpy(), (rows["person_id"] != "").to_numpy())
    for status, needs in wanted.items():
        of_status = (rows["status"] == status).to_numpy()
        for column, there, need in zip(("post_id", "person_id"), has, needs, strict=True):
            for key in rows.index[of_status & (there != need)]:
                yield TableFault(
                    "assignments", str(key), column,
                    f"Row {key} of the table 'assignments' is {status} and has "
                    f"{'no' if need else 'a'} {column}.",
                    f"表“assignments”第 {key} 行状态为 {status}，"
                    f"却{'没有' if need else '有'}“{column}”。",
                )  # fmt: skip
