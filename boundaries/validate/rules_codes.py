"""Rules CODE: a code is unique, says where its grid belongs, and runs in reading order."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from boundaries.hierarchy.codes import inner_points, reading_order
from boundaries.validate.tables import Fault, Tables, title

__all__ = ["find_code_shapes", "find_disorder", "find_double_codes"]


def find_double_codes(tables: Tables) -> Iterator[Fault]:
    """CODE-1: a code on two grids."""
    counts = tables.grids.index.value_counts()
    for code in sorted(counts.index[counts > 1]):
        name, name_zh = tables.name(str(code))
        yield Fault(
            f"Code {str(code)!r} is on {counts[code]} grids, among them {name}. Give each its own "
            "code; codes of grids that are gone are not used again.",
            f"编码 {code} 用于 {counts[code]} 个网格，其中有{name_zh}。"
            "请为每个网格设唯一编码，已撤销的编码不再使用。",
            code=str(code),
            level=tables.level(str(code)),
            size=float(counts[code]),
            unit="grids",
            geometry=tables.shape(str(code)),
        )


def find_code_shapes(tables: Tables) -> Iterator[Fault]:
    """CODE-2: a code that is not the parent's code and a number of its range.

    Micro-grids count from 1, exclusive grids from 901 to 999, their sub-grids from 01 to 99.
    """
    yield from _exclusive_shapes(tables)
    digits = tables.limits.micro_digits
    codes = pd.Series(tables.micro.index, dtype="str")
    parents = tables.micro["parent_code"].reset_index(drop=True)
    for code, parent in sorted(zip(codes, parents, strict=True)):
        number = code.removeprefix(parent)
        whole = number.isascii() and number.isdigit() and len(number) == digits
        if parent and code.startswith(parent) and whole and int(number) > 0:
            continue
        name, name_zh = tables.name(code)
        yield Fault(
            f"{title(name)} has a code of another shape. Expected: the parent's code {parent!r} "
            f"and {digits} digits from {1:0{digits}d} to {10**digits - 1}. Number it anew.",
            f"{name_zh}的编码格式不符：应为上级编码 {parent} 加 {digits} 位序号"
            f"（{1:0{digits}d}–{10**digits - 1}）。请重新编号。",
            code=code,
            level=tables.level(code),
            other_code=str(parent),
            geometry=tables.shape(code),
        )


def _exclusive_shapes(tables: Tables) -> Iterator[Fault]:
    """Exclusive grids whose code is not the parent's and a number of their own range."""
    for code, parent in zip(tables.exclusive.index, tables.exclusive["parent_code"], strict=True):
        nested = parent in tables.exclusive.index
        first, last = (1, 99) if nested else (901, 999)
        number = str(code).removeprefix(parent)
        whole = number.isascii() and number.isdigit() and len(number) == len(str(last))
        if parent and str(code).startswith(parent) and whole and first <= int(number) <= last:
            continue
        name, name_zh = tables.name(str(code))
        low, high = f"{first:0{len(str(last))}d}", str(last)
        yield Fault(
            f"{title(name)} has a code of another shape. Expected: the parent's code {parent!r} "
            f"and a number from {low} to {high}. Number it anew.",
            f"{name_zh}的编码格式不符：应为上级编码 {parent} 加序号（{low}–{high}）。请重新编号。",
            code=str(code),
            level=tables.level(str(code)),
            other_code=str(parent),
            geometry=tables.shape(str(code)),
        )


def find_disorder(tables: Tables) -> Iterator[Fault]:
    """CODE-3: micro-grids of a grid not numbered west to east in bands from north to south."""
    micro = tables.fit.sound[tables.fit.sound["kind"] == "micro"]
    x, y = inner_points(micro.geometry, tables.origin)
    for parent, where in sorted(micro.reset_index().groupby("parent_code").groups.items()):
        codes = micro.index[where]
        order = reading_order(x[where], y[where])
        moved = int((order != np.arange(len(order))).sum())
        if not moved:
            continue
        first = codes[int(np.flatnonzero(order != np.arange(len(order)))[0])]
        name, name_zh = tables.name(str(parent))
        yield Fault(
            f"{moved} of {len(order)} micro-grids of {name} are not numbered west to east in bands "
            f"from north to south; the first is {first!r}. After redrawing that is usual: codes in "
            "use are kept.",
            f"{name_zh}的 {len(order)} 个微网格中有 {moved} 个未按自北向南、自西向东编号，"
            f"首个为 {first}。边界调整后属正常情况，已用编码不变。",
            code=str(parent),
            level=tables.level(str(parent)),
            other_code=str(first),
            size=float(moved),
            unit="micro-grids",
            geometry=tables.shape(str(parent)),
        )
