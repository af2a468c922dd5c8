"""Where the load comes from: each weight with its share of the total, and advice on idle capacity.

An office that is asked for 1,100 officer-hours a week wants to know what for. Work points are hours
in the office's own unit, where the rules name one.
"""

import math

import pandas as pd

from boundaries.tiling.build import kind_of
from gridmap.plan.plan import Plan
from gridmap.staffing.posts import HOURS_TOLERANCE, officers_needed
from gridmap.town.load import cases_in, weights_by_row
from gridmap.words import say
from layers.contract.errors import Named

__all__ = ["IDLE_SHARE", "MEASURES", "capacity_advice", "load_shares"]

MEASURES = ("hectare", "patch", "household", "object", "case")
"""What a weight counts, in the order of `gridmap.rules.schema.Weights`."""

IDLE_SHARE = 0.6
"""Below this share of capacity used there is something to say about it."""

_M2_A_HECTARE = 10_000
_SURPLUS = "rules.assignment.use_surplus"  # the rule by its name on the form


def load_shares(plan: Plan) -> pd.DataFrame:
    """Break the load of a plan down into the weights of its rules.

    Returns
    -------
    One row for each weight that asks for hours, the largest share first: `kind`, `measure` (one of
    `MEASURES`), `weight_h` (officer-hours a week for one), `amount` (hectares, patches, households
    or objects), `load_h`, `share` of the load of all, and `points`, the same in work points (nan
    where the rules name none).
    """
    patches = plan.patches
    kind = kind_of(patches)
    amounts = pd.DataFrame(
        {
            "hectare": patches["area_m2"] / _M2_A_HECTARE,
            "patch": 1.0,
            "household": patches["households"],
            "object": patches["objects"].astype(float),
            "case": cases_in(patches),
        }
    )
    sums = amounts.groupby(kind).sum().rename_axis("kind")
    weights = weights_by_row(sums.index.to_series(), plan.rules)[list(MEASURES)]
    table = pd.DataFrame(
        {
            "weight_h": weights.rename_axis(columns="measure").stack(),
            "amount": sums.rename_axis(columns="measure").stack(),
        }
    )
    table["load_h"] = table["weight_h"] * table["amount"]
    table = table[table["load_h"] > 0].reset_index()
    table["share"] = table["load_h"] / table["load_h"].sum()
    per_hour = plan.rules.capacity.points_per_hour
    table["points"] = math.nan if per_hour is None else table["load_h"] * per_hour
    order = ["load_h", "kind", "measure"]
    ranked = table.sort_values(order, ascending=[False, True, True], kind="stable")
    return ranked.reset_index(drop=True)


def capacity_advice(plan: Plan) -> Named | None:
    """Say what could be done where much of the capacity of the planned officers is not asked for.

    Returns
    -------
    A sentence with numbers of this plan in both languages; None while at least `IDLE_SHARE` of the
    capacity is used, or without micro-grids.
    """
    micro, hours = plan.micro_grids, plan.rules.capacity.officer_hours
    load, planned = float(micro["load_h"].sum()), int(micro["officers"].sum())
    used = load / (planned * hours) if planned else 1.0
    if used >= IDLE_SHARE:
        return None
    needed = sum(officers_needed(float(one), rules=plan.rules) for one in micro["load_h"])
    fewest = max(math.ceil((load - HOURS_TOLERANCE) / hours), 1)
    ways, ways_zh = [], []
    if planned > needed:
        spare = planned - needed
        ways.append(
            f"plan {spare} fewer people (the micro-grids ask for {needed}; switch the rule "
            f"“{say(_SURPLUS, 'en')}” off, and the others stay free)"
        )
        ways_zh.append(
            f"少派 {spare} 人（各微网格共需 {needed} 人；"
            f"关闭规则“{say(_SURPLUS, 'zh')}”，其余人员即不派）"
        )
    if planned > len(micro):
        ways.append(f"make smaller micro-grids, up to {planned} with one officer each")
        ways_zh.append(f"把微网格划小，最多 {planned} 个，每个一人")
    if not ways:
        ways.append(
            f"merge micro-grids: each has one officer now, and the load of all would fill {fewest}"
        )
        ways_zh.append(f"合并微网格：现每个一人，全部工作量只需 {fewest} 人")
    return Named(
        f"{used:.0%} of the capacity of {planned} officers is asked for. Either "
        f"{', or '.join(ways)}.",
        f"{planned} 人的承载力只用了 {used:.0%}。可{'，或'.join(ways_zh)}。",
    )
