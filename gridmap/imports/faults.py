"""What does not fit in an imported division, as rows of issues with place, size and remedy."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from boundaries.hierarchy.patch_places import place_of_patch
from gridmap.imports.codes import Coded
from gridmap.imports.labelling import grid_of_key
from gridmap.imports.source import Source
from gridmap.plan.plan import Plan
from layers.contract.categories import KINDS
from layers.contract.errors import quoted
from layers.contract.issues import Issue

__all__ = ["Findings", "faults_of"]

_NOTED_M = 0.05  # a strip outside the town that is no wider is the rounding of coordinates


@dataclass(frozen=True)
class Findings:
    """What an import has found, in the terms of the modules beside this one."""

    source: Source
    shapes: np.ndarray
    overlaps: pd.DataFrame
    homes: pd.DataFrame
    coded: Coded
    bare: pd.DataFrame
    account: pd.DataFrame
    straddles: pd.DataFrame

    def name(self, grid: int) -> tuple[str, str]:
        """Name a grid of the source, in English and Chinese."""
        row = self.source.grids.iloc[grid]
        code, name = str(row["code"]), str(row["name"])
        if not code:
            return f"row {row['rows']}", f"第 {row['rows']} 行"
        return (f"{code!r} ({name})", f"{quoted(code)}（{name}）") if name else (
            repr(code), quoted(code))  # fmt: skip


def faults_of(plan: Plan, found: Findings) -> Iterator[Issue]:
    """List the faults of an import, by kind, in the order of the codes of the source."""
    yield from _straddling(plan, found)
    yield from _outside(found)
    yield from _overlapping(found)
    yield from _bare(found)
    yield from _in_two(found)
    yield from _codes(found)
    yield from _parents(plan, found)
    yield from _without_ground(found)
    yield from _categories(plan, found)


def _straddling(plan: Plan, found: Findings) -> Iterator[Issue]:
    """IMPORT-1: a patch in several grids: those given by majority, each with its shares."""
    rows = found.straddles
    for patch, parts in rows[rows["done"] == "majority"].groupby("patch_id", sort=True):
        place = place_of_patch(plan.patches, str(patch), plan.grids)
        shares = [
            (*(found.name(grid) if grid >= 0 else ("no grid", "不在任何网格")), m2, share)
            for grid, m2, share in zip(parts["grid"], parts["m2"], parts["share"], strict=True)
        ]
        told = "; ".join(f"{en} {share:.1%}, {m2:,.0f} m2" for en, _, m2, share in shares)
        told_zh = "；".join(f"{zh} {share:.1%}（{m2:,.0f} 平方米）" for _, zh, m2, share in shares)
        yield Issue(
            "IMPORT-1",
            "warning",
            f"The patch in {place.en} lies in several grids ({told}) and went whole to the first. "
            "Cut it in the map editor, or import with --straddle cut.",
            f"{place.zh}跨多个网格（{told_zh}），已整体归入第一个。可在“调整”页面切分，"
            "或用 --straddle cut 重新导入。",
            code=str(patch),
            other_code=";".join(parts["source_code"]),
            size=float(parts["m2"].iloc[1:].sum()),
            unit="m2",
            geometry=shapely.point_on_surface(plan.patches.geometry[str(patch)]),
        )
    cut = rows[rows["done"] == "cut"]
    if len(cut):
        ids = sorted(set(cut["patch_id"]))
        places = shapely.point_on_surface(plan.patches.geometry[ids].to_numpy())
        minor = float(cut[cut.duplicated("patch_id")]["m2"].sum())
        yield Issue(
            "IMPORT-1",
            "info",
            f"{len(ids)} patches lay in several grids and were cut along the borders of the "
            f"source ({minor:,.0f} m2 beside their largest parts). The table of straddling patches "
            "has the shares.",
            f"{len(ids)} 个图斑跨多个网格，已沿导入边界切分（最大部分以外共 {minor:,.0f} 平方米）。"
            "各部分面积见跨界图斑表。",
            size=minor,
            unit="m2",
            geometry=shapely.MultiPoint(list(places)),
        )


def _outside(found: Findings) -> Iterator[Issue]:
    """IMPORT-2: ground of the source outside the town."""
    for at, row in found.account.iterrows():
        m2, grid = float(row["outside_m2"]), int(str(at))
        if m2 < _NOTED_M * found.shapes[grid].length:
            continue
        name, name_zh = found.name(grid)
        whole = m2 > 0.999 * row["area_m2"]
        yield Issue(
            "IMPORT-2",
            "error" if whole else "warning",
            f"{m2:,.0f} m2 of grid {name} lie outside the town"
            f"{': it is left out' if whole else ' and are left out'}. Correct its border in the "
            "source, or the outline in the hierarchy of the town.",
            f"网格{name_zh}有 {m2:,.0f} 平方米在本乡镇范围外，已略去{'整个网格' if whole else ''}。"
            "请更正原图边界，或更正网格体系中的乡镇范围。",
            code=str(row["source_code"]),
            size=m2,
            unit="m2",
            geometry=shapely.point_on_surface(found.shapes[grid]),
        )


def _overlapping(found: Findings) -> Iterator[Issue]:
    """IMPORT-3: ground in two grids; IMPORT-5: the same ground twice."""
    for row in found.overlaps.itertuples():
        (one, one_zh), (two, two_zh) = found.name(row.one), found.name(row.two)
        codes = found.source.grids["code"]
        facts = {
            "code": str(codes[row.one]),
            "other_code": str(codes[row.two]),
            "size": float(row.m2),
            "unit": "m2",
            "geometry": shapely.point_on_surface(row.geometry),
        }
        if row.same:
            yield Issue(
                "IMPORT-5",
                "error",
                f"Grids {one} and {two} are the same ground ({row.m2:,.0f} m2): the first has it. "
                "Delete one of them in the source.",
                f"网格{one_zh}与{two_zh}范围相同（{row.m2:,.0f} 平方米），归前者。"
                "请在原图中删去其一。",
                **facts,
            )
        else:
            yield Issue(
                "IMPORT-3",
                "warning",
                f"Grids {one} and {two} overlap by {row.m2:,.0f} m2: the first has this ground. "
                "Draw their border anew in the source if that is wrong.",
                f"网格{one_zh}与{two_zh}重叠 {row.m2:,.0f} 平方米，归前者。"
                "如不符请在原图中重画边界。",
                **facts,
            )


def _bare(found: Findings) -> Iterator[Issue]:
    """IMPORT-4: ground of the town in no grid of the source."""
    for row in found.bare.itertuples():
        code = found.coded.codes[row.key]
        done = f"joined {code} beside it" if row.joined else f"became micro-grid {code}"
        done_zh = f"并入相邻的 {code}" if row.joined else f"另成微网格 {code}"
        yield Issue(
            "IMPORT-4",
            "warning",
            f"{row.m2:,.0f} m2 of the town are in no grid of the source: they {done}. Move the "
            "ground in the map editor where it belongs elsewhere.",
            f"本乡镇有 {row.m2:,.0f} 平方米不在导入的任何网格内，已{done_zh}。"
            "如应归其他网格，请在“调整”页面划转。",
            code=code,
            size=float(row.m2),
            unit="m2",
            geometry=row.point,
        )


def _in_two(found: Findings) -> Iterator[Issue]:
    """IMPORT-6: a grid in two given grids becomes one in each."""
    made: dict[int, list[str]] = {}
    for key, code in sorted(found.coded.codes.items()):
        made.setdefault(grid_of_key(key), []).append(code)
    for grid, codes in sorted(made.items()):
        if grid < 0 or len(codes) < 2:
            continue
        name, name_zh = found.name(grid)
        places = found.homes[found.homes["grid"] == grid]
        told = ", ".join(
            f"{parent} {m2:,.0f} m2"
            for parent, m2 in zip(places["parent"], places["m2"], strict=True)
        )
        yield Issue(
            "IMPORT-6",
            "warning",
            f"Grid {name} lies in {len(places)} given grids ({told}): a micro-grid crosses none, "
            f"so it became {', '.join(codes)}. Merge each with its neighbour if that is better.",
            f"网格{name_zh}跨 {len(places)} 个上级网格"
            f"（{told.replace(' m2', ' 平方米').replace(', ', '、')}）：微网格不得跨上级网格，"
            f"已分为 {'、'.join(codes)}。如不合适，请分别与相邻网格合并。",
            code=codes[0],
            other_code=";".join(codes[1:]),
            size=float(places["m2"].iloc[1:].sum()),
            unit="m2",
            geometry=shapely.point_on_surface(found.shapes[grid]),
        )


def _codes(found: Findings) -> Iterator[Issue]:
    """IMPORT-7: a code of the source that could not be that of the micro-grid."""
    for key, why in sorted(found.coded.refused.items()):
        grid, code = grid_of_key(key), found.coded.codes[key]
        name, name_zh = found.name(grid)
        yield Issue(
            "IMPORT-7",
            "info",
            f"The code of grid {name} does not fit: {why.en}. The micro-grid is {code}; the other "
            "code stays with it as source_code.",
            f"网格{name_zh}的编码不合本乡镇规则：{why.zh}。微网格编码为 {code}，原编码作为"
            "来源编码保留。",
            code=code,
            other_code=str(found.source.grids["code"].iloc[grid]),
        )


def _parents(plan: Plan, found: Findings) -> Iterator[Issue]:
    """IMPORT-8: the source names another given grid than the one the ground lies in."""
    grids = plan.grids
    main = found.homes.drop_duplicates("grid").set_index("grid")
    for grid, home in main.iterrows():
        at, parent = int(str(grid)), str(home["parent"])
        said = str(found.source.grids["parent"].iloc[at])
        if not said:
            continue
        line, above = set(), parent
        while above in grids.index:
            row = grids.loc[above]
            line |= {above, str(row["name"]), str(row["label"]), str(row["name_en"])}
            above = str(row["parent_code"])
        if said in line or any(said and name.endswith(said) for name in line):
            continue
        name, name_zh = found.name(at)
        here = str(grids.at[parent, "name"])
        yield Issue(
            "IMPORT-8",
            "warning",
            f"The source puts grid {name} under {said!r}, but its ground lies in {parent} "
            f"({here}): the ground counts. Correct the source or the hierarchy.",
            f"原图中网格{name_zh}属于{quoted(said)}，而其范围在 {parent}（{here}）内：以范围为准。"
            "请更正原图或网格体系。",
            code=str(found.source.grids["code"].iloc[at]),
            other_code=parent,
            size=float(home["m2"]),
            unit="m2",
            geometry=shapely.point_on_surface(found.shapes[at]),
        )


def _without_ground(found: Findings) -> Iterator[Issue]:
    """IMPORT-9: a grid of the source that holds no patch."""
    for at, row in found.account.iterrows():
        grid = int(str(at))
        if row["grid_codes"] or row["outside_m2"] > 0.999 * row["area_m2"]:
            continue
        name, name_zh = found.name(grid)
        yield Issue(
            "IMPORT-9",
            "error",
            f"Grid {name} ({row['area_m2']:,.0f} m2) got no patch: no micro-grid was made. Its "
            "ground is that of another grid, of a site, or left with its given grid by the rules, "
            "or too little to be cut off.",
            f"网格{name_zh}（{row['area_m2']:,.0f} 平方米）没有得到任何图斑，未成为微网格："
            "其范围已属其他网格、专属场所，按规则留归上级，或过小而无法切出。",
            code=str(row["source_code"]),
            size=float(row["area_m2"]),
            unit="m2",
            geometry=shapely.point_on_surface(found.source.grids.geometry.iloc[grid]),
        )


def _categories(plan: Plan, found: Findings) -> Iterator[Issue]:
    """IMPORT-12: a category that nobody knows; what a micro-grid is follows from its ground."""
    known = {word.lower() for kind in KINDS.values() for word in kind.words}
    given = found.source.grids["category"]
    odd = sorted({text for text in given if text and text.lower() not in known})
    if odd:
        shown, shown_zh = ", ".join(map(repr, odd[:8])), "、".join(f"“{one}”" for one in odd[:8])
        yield Issue(
            "IMPORT-12",
            "info",
            f"{found.source.file!r}: the categories {shown} are not those of the town. The "
            "category of a micro-grid follows from its ground; those of the source are not kept.",
            f"“{found.source.file}”：类别{shown_zh}不是本乡镇的类别。微网格类别由其用地决定，"
            "原类别未保留。",
            code=found.source.file,
            size=float(given.isin(odd).sum()),
            unit="grids",
        )
