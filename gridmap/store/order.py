"""Bringing salvaged tables into order, so that they keep the contract: every step is told.

Outlines and grids that are lost are made of the patches again; a number that is none becomes 0; a
row that nobody can place is left out; posts and people without a row are vacant and free.
"""

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridmap.store.contract import NUMBERED, TableFault, contract_faults
from gridmap.store.form import CONTRACTS
from layers.contract.columns import ASSIGNMENTS, GRIDS, later_columns, later_value, with_dtypes

__all__ = ["Loss", "bring_into_order", "lost_table"]

ROUNDS = 12  # a row that goes may leave others without what they refer to
FREED = {("patches", "grid_code"), ("grids", "parent_code")}
DROPPED = " The row is left out.", "该行已略去。"
FIRST_KEPT = " The first is kept.", "已保留第一行。"
EMPTIED = " It is empty now.", "现已清空。"
ZEROED = " It is 0 now.", "现记为 0。"
MEASURED = " It is measured again from the outline.", "已按图形重新量算。"
Frames = dict[str, pd.DataFrame]


@dataclass(frozen=True)
class Loss:
    """Something that the recovered plan has not, or has otherwise; a sentence in both languages."""

    table: str
    row: str
    en: str
    zh: str


def lost_table(name: str) -> Loss:
    """Say that nothing of a table can be read."""
    return Loss(
        name,
        "*",
        f"The table {name!r} is lost; it is empty now.",
        f"表“{name}”已丢失，现在为空。",
    )


def bring_into_order(frames: Frames, losses: list[Loss]) -> None:
    """Change the tables until they keep the contract; what was done is added to the losses."""
    for table in (one for one in NUMBERED if one in frames):  # their numbers mean nothing
        index = frames[table].index
        if index.has_duplicates or index.dtype != "int64":
            frames[table] = frames[table].set_index(pd.RangeIndex(len(index)))
    _make_grids(frames, losses)
    _draw_outlines(frames, losses)
    for _ in range(ROUNDS):
        faults = contract_faults(frames)
        if not faults:
            break
        for table in dict.fromkeys(fault.table for fault in faults):
            own = [fault for fault in faults if fault.table == table]
            frames[table] = _sound(frames[table], table, own, losses)
    _give_rows(frames, losses)


def _make_grids(frames: Frames, losses: list[Loss]) -> None:
    """Make the given grids anew that patches lie in and that are lost."""
    grids, patches = frames["grids"], frames["patches"]
    lost = sorted(set(patches["parent_code"]) - {*grids.index, ""})
    if not lost:
        return
    levels = pd.to_numeric(grids["level"], errors="coerce").dropna()
    given = levels[levels.index.isin(patches["parent_code"])]
    # The level that most given grids have; where all are lost, the lowest that is there.
    level = int(given.mode().iloc[0]) if len(given) else int(levels.max()) if len(levels) else 1
    top = grids.index[grids["level"] == 1]
    rows = pd.DataFrame(
        {name: ["" if kind == "str" else 0] * len(lost) for name, kind in GRIDS.items()}
    )
    rows = rows.assign(name=lost, name_en=lost, level=level, kind="base", spatial=True,
                       parent_code=top[0] if len(top) else "", parts=1)  # fmt: skip
    rows.index = pd.Index(lost, name=grids.index.name, dtype="str")
    made = gpd.GeoDataFrame(rows, geometry=[None] * len(lost), crs=patches.crs)
    frames["grids"] = pd.concat([grids, made[grids.columns]])
    losses += [
        Loss(
            "grids", code,
            f"The grid {code!r} is lost; it is made anew of its patches, without name and parent.",
            f"网格“{code}”已丢失；已按其图斑重新生成，没有名称和上级。",
        )
        for code in lost
    ]  # fmt: skip


def _draw_outlines(frames: Frames, losses: list[Loss]) -> None:
    """Dissolve outlines that are lost from the patches again, the deepest first."""
    grids, patches = frames["grids"], frames["patches"]
    if not isinstance(grids, gpd.GeoDataFrame) or not isinstance(patches, gpd.GeoDataFrame):
        return
    shapes = pd.Series(grids.geometry.to_numpy(), index=grids.index)
    gone = shapely.is_missing(shapes.to_numpy()) | shapely.is_empty(shapes.to_numpy())
    gone &= ~grids.index.duplicated() & grids["spatial"].to_numpy(dtype="bool")
    for code in grids.index[gone][np.argsort(-grids["level"][gone].to_numpy(), kind="stable")]:
        own = patches.geometry[(patches["grid_code"] == code) | (patches["parent_code"] == code)]
        below = shapes[(grids["parent_code"] == code).to_numpy()]
        parts = [one for one in [*own, *below] if one is not None]
        if not parts:
            continue
        shape = shapely.union_all(np.array(parts, dtype=object))
        shapes[code] = shape
        grids = grids.copy()
        for name, value in (("area_m2", shape.area), ("perimeter_m", shape.length)):
            grids.loc[code, name] = value
        losses.append(
            Loss(
                "grids",
                str(code),
                f"The outline of {code!r} is lost; it is dissolved again.",
                f"网格“{code}”的图形已丢失；已重新合并生成。",
            )
        )
    if gone.any():
        outlines = gpd.GeoSeries(shapes.to_numpy(), index=grids.index, crs=grids.crs)
        frames["grids"] = grids.set_geometry(outlines)


def _sound(
    frame: pd.DataFrame, table: str, faults: list[TableFault], losses: list[Loss]
) -> pd.DataFrame:
    keys = np.asarray(frame.index.astype("str"))
    keep = np.ones(len(frame), dtype=bool)
    changed = frame.copy()
    contract = CONTRACTS.get(table, {})
    for fault in faults:
        if fault.row.startswith("#"):
            where = np.arange(len(frame)) == int(fault.row[1:]) - 1
        else:
            where = keys == fault.row
        way = DROPPED
        if contract.get(fault.column, "str") != "str":
            measured = fault.column == "area_m2" and isinstance(frame, gpd.GeoDataFrame)
            way = MEASURED if measured else ZEROED
            changed.loc[where, fault.column] = frame.geometry.area[where] if measured else 0
        elif (table, fault.column) in FREED:
            changed.loc[where, fault.column], way = "", EMPTIED
        elif fault.column in (frame.index.name, "row") and where.sum() > 1:
            keep &= ~where | (np.cumsum(where) == 1)
            way = FIRST_KEPT
        elif table == "assignments" and fault.column in frame and not where.any():
            doubled = (frame[fault.column] == fault.row).to_numpy()
            keep &= ~doubled | (np.cumsum(doubled) == 1)
            way = FIRST_KEPT
        else:
            keep &= ~where
        losses.append(Loss(table, fault.row, fault.en + way[0], fault.zh + way[1]))
    return with_dtypes(changed[keep], contract) if contract else changed[keep]


def _give_rows(frames: Frames, losses: list[Loss]) -> None:
    """Make posts vacant and cadres free that have no row in the assignments."""
    rows, posts, people = frames["assignments"], frames["posts"], frames["people"]
    without = posts[~posts.index.isin(rows["post_id"])]
    free = people[(people["role"] == "cadre") & ~people.index.isin(rows["person_id"])]
    more = [
        {"status": "vacant", "post_id": key, "grid_code": post["grid_code"], "role": post["role"]}
        for key, post in without.iterrows()
    ]
    more += [{"status": "surplus", "person_id": key} for key in free.index]
    if not more:
        return
    later = {name: later_value(ASSIGNMENTS, name) for name in later_columns(ASSIGNMENTS)}
    blank: dict[str, Any] = {
        name: "" if kind == "str" else 0.0 for name, kind in ASSIGNMENTS.items()
    } | later
    added = pd.DataFrame([blank | row for row in more])
    whole = pd.concat([rows[list(ASSIGNMENTS)], added], ignore_index=True)
    frames["assignments"] = with_dtypes(whole, ASSIGNMENTS)
    losses += [
        Loss("assignments", str(key), f"Post {key!r} has no row; it is vacant now.",
             f"岗位“{key}”没有记录，现记为空岗。")
        for key in without.index
    ] + [
        Loss("assignments", str(key), f"{key!r} of the roster has no row, and is free now.",
             f"花名册中的“{key}”没有记录，现记为未上岗。")
        for key in free.index
    ]  # fmt: skip
