"""Coverage: whose ground, objects and households have somebody in charge, and how evenly.

One catalogue of metrics; the table, the CSV, the map legend and docs/checks.md follow from it. A
metric is one function of `gridmap.coverage.service.Service` and one line in `METRICS`. Covered
means: in a micro-grid with at least one filled post, or in the site of a unit with one. What only
a leader above answers for is counted apart.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from gridmap.coverage.service import Service, ratio
from gridmap.plan.kinds import in_band
from gridmap.plan.plan import Plan
from gridmap.rules.roles import leading_roles
from gridmap.split.homes import HOUSEHOLD
from layers.contract.categories import CATEGORY_KEYS

__all__ = ["METRICS", "Metric", "coverage", "town_figures"]


@dataclass(frozen=True)
class Metric:
    """One figure: its key in tables and JSON, unit, names on screens, and how to count it."""

    key: str
    unit: str
    label_zh: str
    label_en: str
    compute: Callable[[Service], "pd.Series | float"]
    scope: Literal["grid", "town"] = "grid"  # of every grid, or of the town alone


def _spread(service: Service) -> pd.Series:
    """Coefficient of variation of the load of micro-grids: deviation of all over their mean."""
    count, total = service.micro_grids, _load_of_micro(service)
    squares = service.of_micro(service.micro["load_h"] ** 2)
    variance = (ratio(squares, count) - ratio(total, count) ** 2).clip(lower=0)
    return ratio(variance**0.5, ratio(total, count))


def _load_of_micro(service: Service) -> pd.Series:
    return service.of_micro(service.micro["load_h"])


def _per_officer(service: Service) -> pd.Series:
    """Load of the micro-grids on the people who are there; nan where nobody is."""
    return ratio(_load_of_micro(service), service.cadres)


def _capacity_used(service: Service) -> pd.Series:
    return ratio(_load_of_micro(service), service.of_micro(service.micro["capacity_h"]))


def _left_over(service: Service) -> pd.Series:
    left = service.plan.patches["grid_code"] == ""
    return service.of_patches(service.area.where(left, 0.0))


def _share_of_patches(column: str, mask: str) -> Callable[[Service], pd.Series]:
    """Share of a measure of the patches that lies where the mask of the service is true."""

    def compute(service: Service) -> pd.Series:
        values = service.plan.patches[column].astype(float)
        return ratio(
            service.of_patches(values.where(getattr(service, mask), 0.0)),
            service.of_patches(values),
        )

    return compute


def _sum_of_patches(column: str) -> Callable[[Service], pd.Series]:
    return lambda service: service.of_patches(service.plan.patches[column].astype(float))


def _grids_of_level(level: int) -> Callable[[Service], float]:
    def compute(service: Service) -> float:
        grids = service.plan.grids
        count = int(((grids["level"] == level) & (grids["kind"] != "exclusive")).sum())
        return float(count) if count else float("nan")

    return compute


def _exclusive_grids(service: Service) -> float:
    count = int((service.plan.grids["kind"] == "exclusive").sum())
    return float(count) if count else float("nan")


def _declared(service: Service) -> float:
    declared = service.plan.rules.town.area_km2_declared
    return float("nan") if declared is None else float(declared)


def _computed(service: Service) -> float:
    return float(service.area.sum()) / 1e6


def _area_difference(service: Service) -> float:
    return _computed(service) / _declared(service) - 1


def _categories(service: Service) -> float:
    return float(len(set(CATEGORY_KEYS) & set(service.micro["category"].unique())))


def _status(status: str, role: str = "") -> Callable[[Service], float]:
    def compute(service: Service) -> float:
        rows = service.plan.assignments
        rows = rows[rows["status"] == status]
        leads = leading_roles(service.plan.rules)
        return float(rows["role"].isin(leads).sum() if role == "leader" else len(rows))

    return compute


def _rate(place: int) -> Callable[[Service], float]:
    """One of the three 100 %; nan where it is not known."""
    return lambda service: service.rates[place].share


def _objects_divided(service: Service) -> float:
    """Objects with load that lie in a micro-grid."""
    objects = service.plan.patches["objects"].astype(float)
    if objects.sum() == 0:
        return float("nan")
    divided = objects[service.plan.patches["grid_code"] != ""]
    return float(divided.sum() / objects.sum())


def _boards_ready(service: Service) -> float:
    """Grids whose public board can be printed: a leader on post with name and duties."""
    plan, rows = service.plan, service.plan.assignments
    leads = rows["role"].isin(leading_roles(plan.rules))
    rows = rows[(rows["status"] == "filled") & leads]
    named = rows["person_id"].map(plan.people["name"]).fillna("") != ""
    dutiful = rows["post_id"].map(plan.posts["duties"]).fillna("") != ""
    # Where they lie: to ask whether each grid is among them, pandas would go through all texts.
    ready = plan.grids.index.get_indexer(rows.loc[named & dutiful, "grid_code"])
    return _share(np.isin(np.arange(len(plan.grids)), ready))


def _grids_described(service: Service) -> float:
    """Grids whose own data are complete: name, parent, category, area, version and date."""
    grids = service.plan.grids
    micro = grids["kind"] == "micro"
    complete = (
        (grids["name"] != "")
        & ((grids["parent_code"] != "") | (grids["level"] == 1))
        & ((grids["category"] != "") | ~micro)
        & ((grids["area_m2"] > 0) | ~grids["spatial"])
        & (grids["version"] != "")
        & (grids["valid_from"] != "")
    )
    return _share(complete.to_numpy())


def _share(mask) -> float:
    return float(mask.mean()) if len(mask) else float("nan")


def _officer_index(service: Service) -> pd.Series:
    """Largest load of a planned officer over the mean of all of them."""
    officers = service.micro["officers"].clip(lower=1)
    most = service.of_micro(service.micro["load_h"] / officers, how="max")
    return ratio(most, ratio(_load_of_micro(service), service.of_micro(officers.astype(float))))


def _work_points(service: Service) -> pd.Series:
    """Load in the office's own unit; nan where the rules name none."""
    per_hour = service.plan.rules.capacity.points_per_hour
    return service.load_h * (float("nan") if per_hour is None else per_hour)


def _household_grids(service: Service) -> float:
    """Count the household grids; nan where the rules make none."""
    count = int((service.micro["family"] == HOUSEHOLD).sum())
    return float(count) if count else float("nan")


METRICS: tuple[Metric, ...] = (
    Metric("area_m2", "m2", "土地面积", "Ground", _sum_of_patches("area_m2")),
    Metric(
        "covered_share", "share", "土地覆盖率", "Ground covered",
        _share_of_patches("area_m2", "covered"),
    ),
    Metric(
        "fallback_share", "share", "上级兜底土地比例", "Ground a leader above answers for",
        _share_of_patches("area_m2", "fallback"),
    ),
    Metric("objects", "objects", "重点对象", "Objects", _sum_of_patches("objects")),
    Metric(
        "objects_covered_share", "share", "重点对象覆盖率", "Objects covered",
        _share_of_patches("objects", "covered"),
    ),
    Metric("households", "households", "户数", "Households", _sum_of_patches("households")),
    Metric(
        "households_covered_share", "share", "住户覆盖率", "Households covered",
        _share_of_patches("households", "covered"),
    ),
    Metric("micro_grids", "grids", "微网格数", "Micro-grids", lambda s: s.micro_grids),
    Metric(
        "household_grids", "grids", "住户类微网格数", "Household grids", _household_grids, "town",
    ),
    Metric(
        "household_band_share", "share", "户数在范围内的住户类微网格",
        "Household grids in the band",
        lambda s: in_band(s.plan), "town",
    ),
    Metric("posts", "posts", "岗位数", "Posts", lambda s: s.posts),
    Metric(
        "posts_filled_share", "share", "到岗率", "Posts filled",
        lambda s: ratio(s.posts_filled, s.posts),
    ),
    Metric("cadres", "people", "在岗干部", "Cadres on posts", lambda s: s.cadres),
    Metric("load_h", "officer-hours", "工作量", "Load", lambda s: s.load_h),
    Metric(
        "load_mean_h", "officer-hours", "微网格平均工作量", "Mean load of a micro-grid",
        lambda s: ratio(_load_of_micro(s), s.micro_grids),
    ),
    Metric(
        "load_min_h", "officer-hours", "微网格最小工作量", "Least load of a micro-grid",
        lambda s: s.of_micro(s.micro["load_h"], how="min"),
    ),
    Metric(
        "load_max_h", "officer-hours", "微网格最大工作量", "Largest load of a micro-grid",
        lambda s: s.of_micro(s.micro["load_h"], how="max"),
    ),
    Metric("load_cv", "ratio", "工作量变异系数", "Spread of load (CV)", _spread),
    Metric(
        "load_index", "ratio", "工作量均衡指数（最大/平均）", "Largest load over mean",
        lambda s: ratio(
            s.of_micro(s.micro["load_h"], how="max"), ratio(_load_of_micro(s), s.micro_grids)
        ),
    ),
    Metric(
        "officer_index", "ratio", "人均工作量最大与平均之比", "Largest load an officer over mean",
        _officer_index,
    ),
    Metric("work_points", "points", "工作量（工分）", "Load in work points", _work_points),
    Metric(
        "load_per_officer_h", "officer-hours", "人均工作量", "Load per officer on post",
        _per_officer,
    ),
    Metric(
        "capacity_used_share", "share", "承载力使用率", "Capacity used", _capacity_used
    ),
    Metric(
        "compactness_mean", "ratio", "平均紧凑度", "Mean compactness",
        lambda s: ratio(s.of_micro(s.micro["compactness"]), s.micro_grids),
    ),
    Metric("leftover_m2", "m2", "未划入微网格的土地", "Ground in no micro-grid", _left_over),
    *(
        Metric(
            f"grids_level_{level}", "grids", f"{zh}级网格数", f"Grids of level {level}",
            _grids_of_level(level), "town",
        )
        for level, zh in enumerate("一二三四五六", start=1)
    ),
    Metric(
        "exclusive_grids", "grids", "专属网格数（含子网格）", "Exclusive grids and sub-grids",
        _exclusive_grids, "town",
    ),
    Metric(
        "categories", "categories", "七大类中已有类别数", "Categories with micro-grids, of seven",
        _categories, "town",
    ),
    Metric("area_km2_declared", "km2", "上报面积", "Area as declared", _declared, "town"),
    Metric("area_km2", "km2", "计算面积", "Area as computed", _computed, "town"),
    Metric(
        "area_difference", "share", "计算与上报面积之差", "Computed over declared area, less one",
        _area_difference, "town",
    ),
    Metric(
        "leaders_on_post", "people", "在岗网格长", "Leaders on post", _status("filled", "leader"),
        "town",
    ),
    Metric("posts_vacant", "posts", "空缺岗位", "Vacant posts", _status("vacant"), "town"),
    Metric(
        "people_left_over", "people", "富余人员", "People left over", _status("surplus"), "town",
    ),
    Metric(
        "division_rate", "share", "网格划分率", "Division rate: objects in exactly one grid",
        _rate(0), "town",
    ),
    Metric(
        "publication_rate", "share", "信息公示率", "Publication rate: boards hung and in force",
        _rate(1), "town",
    ),
    Metric(
        "file_rate", "share", "基础信息建档率", "File rate: objects with all fields",
        _rate(2), "town",
    ),
    Metric(
        "objects_divided_share", "share", "对象划入微网格比例", "Objects in a micro-grid",
        _objects_divided, "town",
    ),
    Metric(
        "boards_ready_share", "share", "公示牌可印制比例", "Boards ready to print",
        _boards_ready, "town",
    ),
    Metric(
        "grids_described_share", "share", "网格信息齐备率", "Grids with all their data",
        _grids_described, "town",
    ),
)  # fmt: skip


def coverage(plan: Plan) -> pd.DataFrame:
    """Count every metric for every grid.

    Returns
    -------
    One row a grid, by grid_code in the order of the plan, one column a metric of scope "grid".
    Upper grids count all that lies in them. A share of nothing (objects of a grid that has none)
    is nan.
    """
    service = Service(plan)
    return pd.DataFrame(
        {metric.key: metric.compute(service) for metric in METRICS if metric.scope == "grid"},
        index=plan.grids.index,
    )


def town_figures(plan: Plan) -> pd.DataFrame:
    """Count the figures of the whole town.

    Parameters
    ----------
    plan
        The plan.

    Returns
    -------
    One row a metric in order of the catalogue: `key`, `label_zh`, `label_en`, `value`, `unit`.
    Figures that the town does not have (a level, a declared area, objects) are left out.
    """
    service = Service(plan)
    rows = []
    for metric in METRICS:
        value = metric.compute(service)
        if isinstance(value, pd.Series):
            value = float(value.get(service.town, float("nan")))
        rows.append((metric.key, metric.label_zh, metric.label_en, value, metric.unit))
    frame = pd.DataFrame(rows, columns=["key", "label_zh", "label_en", "value", "unit"])
    return frame[frame["value"].notna()].reset_index(drop=True)
