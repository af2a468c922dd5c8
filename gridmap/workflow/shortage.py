"""Too few cadres for the micro-grids: the plan stands, and says how many are missing.

Every post that nobody can take is a vacancy with its reason; the leaders above answer for such
ground. One row says how large the lack is and, where that was tried, what would end it.
"""

from collections.abc import Sequence

import geopandas as gpd
import pandas as pd

from gridmap.plan.plan import Plan
from gridmap.split.infeasibility import Remedy
from gridmap.staffing.posts import count_cadres
from layers.contract.errors import Named
from layers.contract.issues import Issue, join_issues, make_issues

__all__ = ["RULE", "missing_cadres", "shortage_issues", "shortage_text", "with_shortage"]

RULE = "SPLIT-2"


def missing_cadres(people: pd.DataFrame, micro_grids: int) -> int:
    """Count the cadres that a roster lacks for one on every micro-grid; 0 without a roster.

    Parameters
    ----------
    people
        Roster (`layers.contract.columns.PEOPLE`).
    micro_grids
        How many there are.
    """
    return max(micro_grids - count_cadres(people), 0) if len(people) else 0


def shortage_text(
    people: pd.DataFrame, micro_grids: int, *, ways: Sequence[Remedy] | None = None
) -> Named:
    """Say how many cadres are missing, and what would help.

    Parameters
    ----------
    people, micro_grids
        As in `missing_cadres`, which is above 0.
    ways
        What else would help, each tried (`gridmap.workflow.remedies.ways_for_cadres`); None: not
        looked for.
    """
    missing, cadres = missing_cadres(people, micro_grids), count_cadres(people)
    other, other_zh = "", ""
    if ways:
        other = f" Or, each tried: {' Or: '.join(way.whole.en for way in ways)}"
        other_zh = f"也可任选其一（均已试算）：{'或：'.join(way.whole.zh for way in ways)}"
    elif ways is not None:
        other = " No change of the rules that was tried leads to so few micro-grids."
        other_zh = "已试算调整规则的各种办法，均无法减少到这个数目。"
    one = missing == 1
    return Named(
        f"The roster has {cadres} {'cadre' if cadres == 1 else 'cadres'} for {micro_grids} "
        f"micro-grids: {missing} {'has' if one else 'have'} nobody. Those with most work have "
        f"theirs first; the others are listed one by one (ASSIGN-2), and leaders above answer for "
        f"them. Add {missing} {'cadre' if one else 'cadres'} to the roster.{other}",
        f"花名册有干部 {cadres} 人，微网格 {micro_grids} 个，有 {missing} 个无人在岗："
        f"先保证工作量大的微网格，其余逐一列在问题项中（ASSIGN-2），由上级网格长兜底。"
        f"请在花名册中补充 {missing} 名干部。{other_zh}",
    )


def shortage_issues(
    people: pd.DataFrame, micro_grids: int, crs: object, *, ways: Sequence[Remedy] | None = None
) -> gpd.GeoDataFrame:
    """Give the one row that tells of the lack; none where there is none."""
    missing = missing_cadres(people, micro_grids)
    if not missing:
        return make_issues([], crs)
    text = shortage_text(people, micro_grids, ways=ways)
    row = Issue(
        rule=RULE,
        severity="error",
        size=float(missing),
        unit="people",
        message=text.en,
        message_zh=text.zh,
    )
    return make_issues([row], crs)


def with_shortage(plan: Plan, issues: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Keep the row true after people or micro-grids have changed.

    A row that still has the right number stays, with the ways out that were tried for it.
    """
    told = issues["rule"] == RULE
    micro_grids = int((plan.grids["kind"] == "micro").sum())
    missing = missing_cadres(plan.people, micro_grids)
    if missing and (issues.loc[told, "size"] == missing).any():
        return issues
    fresh = shortage_issues(plan.people, micro_grids, plan.crs)
    return join_issues([issues[~told], fresh], plan.crs)
