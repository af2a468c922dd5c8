"""The three 100 % (三个100%), honest: each with what it divides by, and with what misses.

- Division 网格划分率: objects that lie in exactly one grid.
- Publication 信息公示率: grids and objects whose board hangs and says what is in force.
- File 建档率: objects that have all fields their register asks for.

A rate that nothing is known of is "not known": no list of boards is not 0 %, and no list of fields
is not 100 %.
"""

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from gridmap.coverage.boards import OUTDATED, board_states
from gridmap.coverage.lying_across import grids_of_objects
from gridmap.plan.objects import may_be_public
from gridmap.plan.plan import Plan
from layers.contract.errors import Named
from layers.registers.classes import class_of_category

__all__ = ["Part", "Rate", "rates_table", "three_rates"]

RateKey = Literal["division", "publication", "file"]
_NAMES = {
    "division": Named("Division: objects in exactly one grid", "网格划分率"),
    "publication": Named("Publication: boards hung, of the version in force", "信息公示率"),
    "file": Named("File: objects with all fields", "基础信息建档率"),
}
_COLUMNS = ("kind", "id", "name", "class", "grid_code", "why", "why_zh")


@dataclass(frozen=True)
class Part:
    """How many of one kind (grids or objects) a rate counts, and how many of them are met."""

    kind: Literal["grid", "object"]
    met: int
    of: int


@dataclass(frozen=True)
class Rate:
    """One of the three: its parts, what misses, and why it is not known where it is not."""

    key: RateKey
    name: Named
    parts: tuple[Part, ...]
    misses: pd.DataFrame  # one row each that misses: kind, id, name, class, grid_code, why, why_zh
    unknown: Named | None = None  # why nothing can be said
    note: Named | None = None  # what is left out of the count, and why

    @property
    def met(self) -> int:
        """How many have it."""
        return sum(part.met for part in self.parts)

    @property
    def of(self) -> int:
        """How many there are."""
        return sum(part.of for part in self.parts)

    @property
    def share(self) -> float:
        """Share between 0 and 1; nan where it is not known."""
        return self.met / self.of if self.of and self.unknown is None else float("nan")

    @property
    def percent(self) -> str:
        """The share written so that only all of them are 100 %."""
        return "100" if self.met == self.of else f"{min(99.9, 100 * self.share):.1f}"


def three_rates(plan: Plan) -> tuple[Rate, Rate, Rate]:
    """Count division, publication and file of a plan.

    Parameters
    ----------
    plan
        A plan; objects, boards and fields as its rules name them.

    Returns
    -------
    The three rates in this order.
    """
    return _division(plan), _publication(plan), _file(plan)


def rates_table(rates: tuple[Rate, ...]) -> pd.DataFrame:
    """Lay out what misses, of all rates: `rate` and the columns of `Rate.misses`."""
    tables = [rate.misses.assign(rate=rate.key) for rate in rates]
    return pd.concat(tables, ignore_index=True)[["rate", *_COLUMNS]]


def _division(plan: Plan) -> Rate:
    objects = plan.objects
    if objects.empty:
        return _not_known("division", _no_objects())
    grids = grids_of_objects(plan)
    outside, across = objects["grid_code"] == "", grids.map(len) > 1
    why = pd.Series("", index=objects.index).mask(outside, "in no grid")
    why_zh = pd.Series("", index=objects.index).mask(outside, "不在任何网格内")
    shown = grids.map(lambda codes: "、".join(codes))
    why = why.mask(across & ~outside, "lies across " + shown.str.replace("、", ", "))
    why_zh = why_zh.mask(across & ~outside, "跨 " + shown)
    return Rate(
        "division",
        _NAMES["division"],
        (Part("object", int((why == "").sum()), len(objects)),),
        _object_misses(objects, why, why_zh),
    )


def _publication(plan: Plan) -> Rate:
    boards = plan.boards
    if boards.empty:
        return _not_known(
            "publication",
            Named(
                "not known: the rules name no list of boards ([[boards]]), and none was printed "
                "here",
                "未知：规则中没有公示牌清单（[[boards]]），也没有在此印制过",
            ),
        )
    for column, name, name_zh in (
        ("hung_on", "the day on which they were hung", "悬挂日期"),
        ("version", "their version", "版本"),
    ):
        # Who keeps the record of boards knows when none hangs yet.
        if (boards[column] == "").all() and OUTDATED not in boards:
            return _not_known(
                "publication",
                Named(f"not known: no board says {name}", f"未知：公示牌清单没有{name_zh}"),
            )
    states = board_states(plan)
    public = plan.objects[may_be_public(plan.objects)]
    parts, misses = [], []
    for kind, frame in (("grid", pd.DataFrame(plan.grids)), ("object", pd.DataFrame(public))):
        own = states[states["kind"] == kind]
        by_state = {state: set(rows["target"]) for state, rows in own.groupby("state")}
        met = frame.index.isin(by_state.get("current", set()))
        why, why_zh = _why_unpublished(frame.index, by_state, met)
        rows = _grid_misses if kind == "grid" else _object_misses
        misses.append(rows(frame, why, why_zh))
        parts.append(Part("grid" if kind == "grid" else "object", int(met.sum()), len(frame)))
    hidden = len(plan.objects) - len(public)
    note = Named(
        f"{hidden} objects are not counted: problem estates, vacancies and what is sensitive are "
        "never shown to the public",
        f"{hidden} 个对象不计入：问题楼盘、空置房产和涉密对象一律不公示",
    )
    return Rate(
        "publication",
        _NAMES["publication"],
        tuple(parts),
        pd.concat(misses, ignore_index=True),
        note=note if hidden else None,
    )


def _why_unpublished(
    index: pd.Index, by_state: dict[object, set[str]], met: object
) -> tuple[pd.Series, pd.Series]:
    """Say of each grid or object why its board does not count, "" where one does."""
    why = pd.Series("no board", index=index, dtype="str")
    why_zh = pd.Series("没有公示牌", index=index, dtype="str")
    for state, text, text_zh in (
        ("waiting", "its board is not hung", "公示牌尚未悬挂"),
        ("old", "its board is outdated", "公示牌已过时"),
    ):
        there = index.isin(by_state.get(state, set()))
        why, why_zh = why.mask(there, text), why_zh.mask(there, text_zh)
    return why.mask(met, ""), why_zh.mask(met, "")


def _file(plan: Plan) -> Rate:
    objects = plan.objects
    if objects.empty:
        return _not_known("file", _no_objects())
    asked = {
        (entry.file.rpartition("/")[2], entry.kind or class_of_category(entry.category or ""))
        for entry in plan.rules.registers
        if entry.fields
    }
    pairs = zip(objects["register"], objects["class"], strict=True)
    known = pd.Series([pair in asked for pair in pairs], index=objects.index, dtype=bool)
    if not known.any():
        return _not_known(
            "file",
            Named(
                "not known: no register says which fields a complete file has (fields = […])",
                "未知：登记表没有写明建档须填哪些栏（fields = […]）",
            ),
        )
    own = objects[known]
    lacks = ~own["file_complete"].astype(bool)
    listed = own["missing"].str.split(";").str.join("、")
    why = pd.Series("", index=own.index).mask(lacks, "lacks " + listed.str.replace("、", ", "))
    why_zh = pd.Series("", index=own.index).mask(lacks, "缺" + listed)
    left = int((~known).sum())
    note = Named(
        f"{left} objects are not counted: their register names no fields",
        f"{left} 个对象不计入：其登记表没有写明须填的栏",
    )
    return Rate(
        "file",
        _NAMES["file"],
        (Part("object", int((~lacks).sum()), len(own)),),
        _object_misses(own, why, why_zh),
        note=note if left else None,
    )


def _no_objects() -> Named:
    return Named(
        "not known: the rules name no register of objects ([[registers]])",
        "未知：规则中没有对象登记表（[[registers]]）",
    )


def _not_known(key: RateKey, why: Named) -> Rate:
    empty = pd.DataFrame({name: pd.Series(dtype="str") for name in _COLUMNS})
    return Rate(key, _NAMES[key], (), empty, unknown=why)


def _object_misses(objects: pd.DataFrame, why: pd.Series, why_zh: pd.Series) -> pd.DataFrame:
    rows = pd.DataFrame(objects[["name", "class", "grid_code"]])
    return _misses("object", rows, why, why_zh)


def _grid_misses(grids: pd.DataFrame, why: pd.Series, why_zh: pd.Series) -> pd.DataFrame:
    named = grids["label"].where(grids["label"] != "", grids["name"])
    rows = pd.DataFrame({"name": named, "class": "", "grid_code": grids.index}, index=grids.index)
    return _misses("grid", rows, why, why_zh)


def _misses(kind: str, rows: pd.DataFrame, why: pd.Series, why_zh: pd.Series) -> pd.DataFrame:
    table = rows.assign(kind=kind, id=rows.index, why=why, why_zh=why_zh)
    return table[why != ""].reset_index(drop=True)[list(_COLUMNS)]
