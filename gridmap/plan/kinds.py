"""The kinds of ground in a plan: micro-grids of each, and how much of its ground lies in them."""

import pandas as pd

from boundaries.tiling.build import kind_of
from gridmap.plan.plan import Plan
from gridmap.split.homes import HOUSEHOLD
from gridmap.split.own_ground import own_ground
from gridmap.words import Language
from layers.contract.categories import CATEGORY_KEYS, KINDS, RESIDUAL_KEYS

__all__ = ["in_band", "kind_name", "kind_table", "large_share", "sizes_met"]

_OF_SIZE = ("CAP-3", "CAP-5", "CAP-11")  # rules on what micro-grids of a kind usually are
_SUMS = ("ground_m2", "own_m2", "large_m2", "large_own_m2")


def kind_table(plan: Plan) -> pd.DataFrame:
    """Sum up a plan by kind of ground.

    Returns
    -------
    By kind (category, or sub-class of residual ground) that has micro-grids or ground of its own:
    `micro_grids`, their `area_m2` and `load_h`, and the sums of
    `gridmap.split.own_ground.own_ground`, 0 for kinds that the rules let others absorb.
    """
    micro = plan.micro_grids
    kind = kind_of(micro)
    made = micro.assign(micro_grids=1).groupby(kind)[["micro_grids", "area_m2", "load_h"]].sum()
    own = own_ground(
        plan.patches, plan.grids, rules=plan.rules, barriers=plan.barriers.geometry
    ).reindex(columns=list(_SUMS))
    table = pd.DataFrame(made).join(own, how="outer").fillna(0.0)
    order = [key for key in (*CATEGORY_KEYS, *RESIDUAL_KEYS) if key in table.index]
    return table.loc[order].astype({"micro_grids": "int64"}).rename_axis("kind")


def large_share(table: pd.DataFrame) -> float:
    """Give the share of ground not below its least area that lies in micro-grids of its kind.

    Parameters
    ----------
    table
        What `kind_table` gives. Without such ground the share is 1.
    """
    large = float(table["large_m2"].sum())
    return float(table["large_own_m2"].sum()) / large if large else 1.0


def sizes_met(plan: Plan) -> float:
    """Give the share of micro-grids of usual size and shape (CAP-3, CAP-5, CAP-11).

    The issues of the plan say which are not; without micro-grids the share is 1.
    """
    odd = plan.issues.loc[plan.issues["rule"].isin(_OF_SIZE), "code"].nunique()
    return 1.0 - odd / max(len(plan.micro_grids), 1)


def in_band(plan: Plan) -> float:
    """Give the share of household grids with as many households as the rules say; nan for none."""
    micro = plan.micro_grids
    least, most = plan.rules.household_grids.households
    homes = micro.loc[micro["family"] == HOUSEHOLD, "households"].round()
    return float(homes.between(least, most).mean()) if len(homes) else float("nan")


def kind_name(key: str, language: Language) -> str:
    """Give the name of a category or sub-class; a key nobody knows stays as it is."""
    kind = KINDS.get(key)
    return getattr(kind, language) if kind else key
