"""How evenly the work lies on the grids under one grid, with what a planner weighs against it.

Redrawing moves ground between the micro-grids of one given grid, so each is measured against the
mean of these. The map editor computes the same while the hand moves (`editor/balance.js`); a test
holds the two against each other.
"""

import math

import geopandas as gpd
import numpy as np
import pandas as pd

from boundaries.topology.border_lines import first_line_along, pieces_of_sides
from boundaries.topology.neighbours import edges_of, match_edges
from gridmap.plan.plan import Plan
from gridmap.rules import Rules
from gridmap.staffing.posts import HOURS_TOLERANCE
from gridmap.town.visible_lines import Lines, visible_lines
from layers.landuse.lines import empty_lines

__all__ = [
    "BALANCE_CLASSES",
    "balance_figures",
    "balance_steps",
    "balance_table",
    "base_above",
    "metres_along",
    "plan_lines",
]

BALANCE_CLASSES = ("lightest", "lighter", "even", "heavier", "heaviest", "over")
"""How a micro-grid stands to the mean of its parent, from the emptiest to those over capacity."""

_STEP_M = 20.0  # borders are looked at in pieces of this length, or of what counts as near
_LEAST_STEP_M = 1.0


def balance_steps(rules: Rules) -> tuple[float, float, float, float]:
    """Give the upper ends of the classes below `over`, in times the mean load of an officer.

    The outermost is `capacity.load_index_max` of the rules, from which the check notes a load as
    uneven; the inner one is its root, and light loads are measured in the same way.
    """
    most = rules.capacity.load_index_max
    return 1 / most, most**-0.5, most**0.5, most


def balance_table(plan: Plan) -> pd.DataFrame:
    """Measure every micro-grid and exclusive grid with ground against the others of its parent.

    Returns
    -------
    By code: `parent` (the given grid above, which exclusive grids are carved out of), `exclusive`,
    `load_h`, `officers`, `capacity_h` (of these officers), `used` (load over it), `ratio` (hours
    of one officer over the mean of the parent's micro-grids; nan for exclusive grids), `state` (of
    `BALANCE_CLASSES`; "" for exclusive grids), `people` on post, `purity`, `households`,
    `objects`, `border_m`, `road_share` and `seen_share` (of the border, along roads and rail, and
    along any visible line; nan where the plan knows no line) and `compactness`. Within a parent
    those over capacity come first, then the emptiest; exclusive grids last.
    """
    solid = plan.grids.index.isin(plan.patches["grid_code"])
    grids = plan.grids[(plan.grids["kind"] != "base") & solid]
    filled = plan.assignments.loc[plan.assignments["status"] == "filled", "grid_code"]
    exclusive = grids["kind"] == "exclusive"
    capacity = grids["officers"] * plan.rules.capacity.officer_hours
    parent = pd.Series(base_above(plan.grids), dtype="str").reindex(grids.index)
    table = pd.DataFrame(
        {
            "parent": parent,
            "exclusive": exclusive,
            "load_h": grids["load_h"],
            "officers": grids["officers"],
            "capacity_h": capacity,
            "used": grids["load_h"] / capacity.where(capacity > 0),
            "people": filled.value_counts().reindex(grids.index, fill_value=0),
            "purity": grids["purity"],
            "households": grids["households"],
            "objects": grids["objects"],
            "compactness": grids["compactness"],
        }
    )
    micro = table[~exclusive]
    sums = micro.groupby("parent")[["load_h", "officers"]].sum()
    mean = (sums["load_h"] / sums["officers"].clip(lower=1)).reindex(table["parent"]).to_numpy()
    each = table["load_h"] / table["officers"].clip(lower=1)
    table["ratio"] = np.where(mean > 0, each / np.where(mean > 0, mean, 1.0), 1.0)
    table.loc[exclusive, "ratio"] = math.nan
    table["state"] = _states(table, plan.rules)
    table = table.join(_borders(plan, table.index))
    later = np.where(exclusive, 2, np.where(table["state"] == "over", 0, 1))
    order = np.where(table["state"] == "over", -table["used"], table["used"])
    keys = pd.DataFrame(
        {"parent": table["parent"], "later": later, "order": order, "code": table.index}
    )
    rank = keys.sort_values(["parent", "later", "order", "code"])["code"]
    return table.loc[rank.to_list()]


def balance_figures(table: pd.DataFrame) -> dict[str, float]:
    """Sum up rows of `balance_table`: what stands above the list.

    Returns
    -------
    `count` of micro-grids, how many are `over` capacity, `heavy` and `light` (beyond what the
    rules call even), the `largest` and `smallest` load of an officer in hours a week, and the
    `spread`, the standard deviation of these loads over their mean; 0 for none.
    """
    own = table[~table["exclusive"]]
    each = own["load_h"] / own["officers"].clip(lower=1)
    mean = float(each.mean()) if len(own) else 0.0
    return {
        "count": float(len(own)),
        "over": float((own["state"] == "over").sum()),
        "heavy": float((own["state"] == "heaviest").sum()),
        "light": float((own["state"] == "lightest").sum()),
        "largest": float(each.max()) if len(own) else 0.0,
        "smallest": float(each.min()) if len(own) else 0.0,
        "spread": float(each.std(ddof=0)) / mean if mean else 0.0,
    }


def _states(table: pd.DataFrame, rules: Rules) -> np.ndarray:
    step = np.searchsorted(balance_steps(rules), table["ratio"].fillna(1.0) - 1e-9)
    names = np.array(BALANCE_CLASSES, dtype=object)[step]
    over = table["load_h"] > table["capacity_h"] + HOURS_TOLERANCE
    return np.where(table["exclusive"], "", np.where(over, "over", names))


def base_above(grids: pd.DataFrame) -> dict[str, str]:
    """Find the given grid that each micro-grid and exclusive grid lies in, by code."""
    codes, kinds, parents = (
        values.tolist() for values in (grids.index, grids["kind"], grids["parent_code"])
    )
    kind, parent = dict(zip(codes, kinds, strict=True)), dict(zip(codes, parents, strict=True))
    found = {}
    for code in codes:
        if kind[code] == "base":
            continue
        above = parent[code]
        while above in kind and kind[above] != "base":
            above = parent[above]
        found[code] = above
    return found


def plan_lines(plan: Plan) -> Lines:
    """Pick the lines that people see, as far as the plan knows them."""
    return visible_lines(empty_lines(plan.crs), plan.context)


def metres_along(
    start: np.ndarray, end: np.ndarray, row: np.ndarray, count: int, *, lines: Lines, near_m: float
) -> np.ndarray:
    """Measure borders, and how much of them runs along lines that people see.

    Parameters
    ----------
    start, end
        Ends of straight sides (s, 2) in m.
    row
        (s,) the border that each side belongs to, from 0 to `count` - 1.
    count
        How many borders there are.
    lines, near_m
        Visible lines, and how near one has to be in m.

    Returns
    -------
    (count, 3) metres of each border: all, along roads and rail, along any visible line.
    """
    step = max(min(near_m, _STEP_M), _LEAST_STEP_M)
    pieces = pieces_of_sides(start, end, row, step_m=step)
    length = pieces.length_m
    along = first_line_along(pieces, lines.visible, near_m=near_m)
    masks = (np.ones(len(along), dtype=bool), along == 0, along >= 0)
    sums = [np.bincount(pieces.pair[mask], weights=length[mask], minlength=count) for mask in masks]
    return np.column_stack(sums)


def _borders(plan: Plan, codes: pd.Index) -> pd.DataFrame:
    """Border of each grid and its shares along lines."""
    geometry = gpd.GeoSeries(plan.patches.geometry)
    start, end, owner = edges_of(geometry)
    one, two = match_edges(start, end, owner)
    label = codes.get_indexer(plan.patches["grid_code"])
    beyond = np.full(len(start), -1)
    beyond[one], beyond[two] = label[owner[two]], label[owner[one]]
    row = label[owner]
    rim = (row >= 0) & (row != beyond)
    lines = plan_lines(plan)
    metres = metres_along(
        start[rim], end[rim], row[rim], len(codes), lines=lines, near_m=plan.rules.borders.near_m
    )
    total = np.where(metres[:, 0] > 0, metres[:, 0], 1.0)
    known = any(len(kind) for kind in lines.visible)
    shares = metres[:, 1:] / total[:, None] if known else np.full((len(codes), 2), math.nan)
    return pd.DataFrame(
        {"border_m": metres[:, 0], "road_share": shares[:, 0], "seen_share": shares[:, 1]},
        index=codes,
    )
