"""Case counts and business areas of a town laid over the grids of its plan, and what is to say.

Counts are joined once more when they are read anew; the grids themselves never change by them.
"""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from boundaries.relations.departments import OUTSIDE, make_crosswalk
from gridmap.coverage.cases import join_cases
from gridmap.plan.plan import Plan
from gridmap.rules.governance import Cases
from gridmap.town.departments import cases_of
from gridmap.town.town import Town
from layers.contract.columns import CONTEXT, with_dtypes
from layers.contract.issues import Issue, join_issues, make_issues
from layers.contract.phrases import few
from layers.reading.layer import file_hash

__all__ = ["context_of", "with_cases", "with_departments"]

_PART = 0.01  # of an area that counts as lying in a grid; less is the line drawn otherwise
CASE_RULES = ("CASE-1", "CASE-2", "CASE-3")


def context_of(town: Town) -> gpd.GeoDataFrame:
    """Give the context of a town; with stations and no road in it, the lines of `[roads]` too.

    A plan keeps its context alone, and the ways to its stations follow roads.
    """
    stations = (town.objects["class"] == "station").any()
    if not stations or town.roads.empty or (town.context["kind"] == "road").any():
        return town.context
    roads = town.roads.assign(kind="road", **{"class": "street"}, layer="")
    both = pd.concat([town.context, with_dtypes(roads, CONTEXT)], ignore_index=True)
    return gpd.GeoDataFrame(both, geometry="geometry", crs=town.crs)


def with_departments(
    plan: Plan, cases: gpd.GeoDataFrame, business: gpd.GeoDataFrame
) -> tuple[Plan, gpd.GeoDataFrame]:
    """Give a plan the case counts and business areas of its town.

    Parameters
    ----------
    plan
        A plan with its grids.
    cases
        Counts as read, with points.
    business
        BUSINESS areas.

    Returns
    -------
    The plan with `cases`, `business` and `crosswalk`; and ISSUES: CASE-1 for rows without a grid,
    CASE-3 for shares above 100 %,
    BIZ-1 for areas that reach out of the town, BIZ-2 for those that lie across level-2 grids, BIZ-3
    for two of one department on the same ground.
    """
    issues: list[Issue] = []
    if len(cases):
        joined, told = join_cases(cases, plan.grids)
        plan = plan.with_tables(cases=joined)
        issues += told
    if len(business):
        crosswalk = make_crosswalk(business, plan.grids)
        plan = plan.with_tables(business=business, crosswalk=crosswalk)
        issues += [*_across(business, crosswalk), *_overlaps(business)]
    return plan, make_issues(issues, plan.crs)


def with_cases(plan: Plan, path: Path) -> Plan:
    """Add a table of case counts to a plan; rows of a file of the same name are replaced.

    Parameters
    ----------
    plan
        The plan; it stays as it is.
    path
        A .csv, .xlsx or .dbf file. What the rules say of a file of this name holds.

    Raises
    ------
    GridmapError
        If the table cannot be read.
    """
    entry: Cases | None = next(
        (one for one in plan.rules.cases if Path(one.file).name == path.name), None
    )
    read, told = cases_of(path, entry, plan.crs)
    joined, unjoined = join_cases(read, plan.grids)
    others = plan.cases[plan.cases["source"] != path.name]
    cases = pd.concat([others, joined], ignore_index=True) if len(others) else joined
    cases.index = pd.RangeIndex(len(cases), name="row")
    issues = plan.issues
    old = (issues["code"] == path.name) & (
        issues["rule"].isin(CASE_RULES) | issues["rule"].str.startswith("READ-")
    )
    found = [issues[~old], told, make_issues(unjoined, plan.crs)]
    return plan.with_tables(
        cases=cases,
        issues=join_issues(found, plan.crs),
        receipt={**plan.receipt, f"data:{path.name}": file_hash(path)},
    )


def _across(business: gpd.GeoDataFrame, crosswalk: pd.DataFrame) -> list[Issue]:
    """Say which areas lie across grids of level 2, and which reach out of the town."""
    issues = []
    for area, rows in crosswalk.groupby("area_id", sort=True):
        name = business.at[area, "name"] or area
        shape = business.geometry[area].representative_point()
        outside = rows[(rows["grid_code"] == OUTSIDE) & (rows["level"] == rows["level"].min())]
        share = float(outside["share_of_area"].sum())
        if share > _PART:
            issues.append(
                Issue(
                    "BIZ-1",
                    "warning",
                    f"Business area {area!r} ({name}) reaches out of the town with "
                    f"{100 * share:.1f} % of its ground. That part belongs to no grid; see whether "
                    "its outline or that of the town is right.",
                    f"业务网格 {area}（{name}）有 {100 * share:.1f}% 的面积在镇界以外，"
                    "不属于任何网格。请核对业务网格或镇界。",
                    code=str(area),
                    size=float(outside["area_m2"].sum()),
                    unit="m2",
                    geometry=shape,
                )
            )
        parts = rows[(rows["level"] == 2) & (rows["grid_code"] != OUTSIDE)]
        parts = parts[parts["share_of_area"] > _PART]
        if len(parts) > 1:
            listed = few(list(parts["grid_code"]))
            issues.append(
                Issue(
                    "BIZ-2",
                    "info",
                    f"Business area {area!r} ({name}) lies across {len(parts)} level-2 grids: "
                    f"{listed.en}.",
                    f"业务网格 {area}（{name}）跨 {len(parts)} 个二级网格：{listed.zh}。",
                    code=str(area),
                    level=2,
                    geometry=shape,
                )
            )
    return issues


def _overlaps(business: gpd.GeoDataFrame) -> list[Issue]:
    """Say which areas of one department hold the same ground: two are in charge of it."""
    shapes, department = business.geometry.to_numpy(), business["department"].to_numpy()
    one, two = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    pairs = (one < two) & (department[one] == department[two])
    one, two = one[pairs], two[pairs]
    common = shapely.intersection(shapes[one], shapes[two])
    area = shapely.area(common)
    smaller = np.minimum(shapely.area(shapes[one]), shapely.area(shapes[two]))
    issues = []
    for at in np.flatnonzero(area > _PART * smaller):
        first, second = business.index[one[at]], business.index[two[at]]
        names = [str(business.at[area_id, "name"] or area_id) for area_id in (first, second)]
        whose, whose_zh = (
            f"of {department[one[at]]} " * bool(department[one[at]]),
            department[one[at]],
        )
        issues.append(
            Issue(
                "BIZ-3",
                "warning",
                f"Business areas {first!r} ({names[0]}) and {second!r} ({names[1]}) {whose}share "
                f"{area[at]:,.0f} m2. Two are in charge there; see which outline is right.",
                f"{whose_zh}业务网格 {first}（{names[0]}）与 {second}（{names[1]}）"
                f"重叠 {area[at]:,.0f} 平方米，重叠处有两家负责。请核对两者的边界。",
                code=str(first),
                other_code=str(second),
                size=float(area[at]),
                unit="m2",
                geometry=common[at].representative_point(),
            )
        )
    return issues
