"""Two plans of one town side by side: whose ground, whose people and which figures differ.

Codes of two plans made apart say nothing of each other, so every grid of the second is matched with
the one of the first that it shares most ground with. What is not in the matched grid has moved.
"""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.optimize import linear_sum_assignment

from boundaries.relations.overlay import common_ground
from boundaries.topology.connected import number_parts
from gridmap.coverage.metrics import town_figures
from gridmap.coverage.split_figures import SPLIT_FIGURES, split_figures
from gridmap.plan.plan import Plan
from layers.contract.errors import PlanError

__all__ = ["STATES", "Comparison", "compare_plans", "require_one_town", "staff_of"]

STATES = ("same", "people", "ground", "only")
LEAST_M2 = 1.0  # less ground than this is rounding
# Share of the ground of both plans that lies in each of them: a survey may move the outline of a
# town and a merger add to it, while a town that was only given another code stays where it is.
SAME_GROUND, SAME_OUTLINE = 0.5, 0.95
FIGURES = (
    "micro_grids", "covered_share", "households_covered_share", "load_index", "load_cv",
    "load_max_h", "capacity_used_share", "compactness_mean", "leftover_m2", "posts", "cadres",
    "posts_filled_share",
)  # fmt: skip
_OWN_FIGURES = {
    "officers": ("people", "核定人数", "Officers needed"),
    "cut_parcels": ("parcels", "被界线分开的地块", "Parcels cut by a border"),
    "overloaded": ("grids", "超载微网格", "Overloaded micro-grids"),
    "border_km": ("km", "微网格界线总长", "Borders of micro-grids"),
}


@dataclass(frozen=True)
class Comparison:
    """What differs between two plans of one town."""

    # key, label_zh, label_en, unit, first, second: one row a figure, nan where a plan has none
    figures: pd.DataFrame
    # Micro-grids of each plan by code: state (of STATES), other (its match, "" for none), and of
    # the ground it shares with no or another match: moved_m2, moved_households, moved_load_h.
    first: pd.DataFrame
    second: pd.DataFrame
    # Pieces that have moved: from_code, to_code ("" for ground of no grid), area_m2, households,
    # objects, load_h, geometry in the work CRS of the first plan
    moved: gpd.GeoDataFrame
    # People whose posts or ground differ, by person_id: name, before, after (codes with ";"),
    # state: joined | left | posted (elsewhere) | ground
    people: pd.DataFrame
    same_patches: bool
    # Objects of both plans in another grid, by object_id: name, class, before, after (the code in
    # the second plan, "" for none)
    objects: pd.DataFrame


def compare_plans(first: Plan, second: Plan) -> Comparison:
    """Compare two plans of one town.

    Raises
    ------
    PlanError
        If they are of different towns, by their ground or by their codes and names.
    """
    pieces, same_patches = _pieces(first, second)
    _require_shared(first, second, float(pieces["area_m2"].sum()))
    match = _match(pieces)
    moved = pieces[pieces["to_code"].map(match).fillna("") != pieces["from_code"]]
    moved = moved[moved["area_m2"] > LEAST_M2].reset_index(drop=True)
    people = _people(first, second, match)
    here = _grids(first, second, {old: new for new, old in match.items()}, moved, "from_code")
    there = _grids(second, first, match, moved, "to_code")
    objects = _objects(first, second, match)
    return Comparison(_figures(first, second), here, there, moved, people, same_patches, objects)


def require_one_town(first: Plan, second: Plan) -> None:
    """Refuse two plans whose ground is not the same: what differs would not be a change.

    Raises
    ------
    PlanError
        If they are of different towns, by their ground or by their codes and names.
    """
    pieces, _ = _pieces(first, second)
    _require_shared(first, second, float(pieces["area_m2"].sum()))


def _require_shared(first: Plan, second: Plan, shared_m2: float) -> None:
    areas = [float(plan.patches["area_m2"].sum()) for plan in (first, second)]
    share = shared_m2 / max(sum(areas) - shared_m2, LEAST_M2)
    one, other = first.rules.town, second.rules.town
    if share >= SAME_GROUND and one.code == other.code:
        return
    if share >= SAME_OUTLINE and one.name == other.name:  # the town has another code since
        return
    raise PlanError(
        f"The two plans are of different towns: {one.name} ({one.code}, "
        f"{areas[0] / 1e6:,.2f} km2) and {other.name} ({other.code}, "
        f"{areas[1] / 1e6:,.2f} km2) share {shared_m2 / 1e6:,.2f} km2, {share:.0%} of the ground "
        "of both. Choose two plans of one town.",
        f"两个方案不是同一个镇的：{one.name}（{one.code}，{areas[0] / 1e6:,.2f} 平方公里）与"
        f"{other.name}（{other.code}，{areas[1] / 1e6:,.2f} 平方公里）共有的土地为 "
        f"{shared_m2 / 1e6:,.2f} 平方公里，占两者合计范围的 {share:.0%}。"
        "请选择同一个镇的两个方案。",
    )


def _pieces(first: Plan, second: Plan) -> tuple[gpd.GeoDataFrame, bool]:
    """Cut the ground into pieces that have one grid in each plan."""
    same = first.patches.index.equals(second.patches.index) and bool(
        shapely.equals_exact(
            first.patches.geometry.to_numpy(), second.patches.geometry.to_numpy(), 0.01
        ).all()
    )
    measures = ["area_m2", "households", "objects", "load_h"]
    if same:
        pieces = first.patches[[*measures, "geometry"]].assign(
            from_code=first.patches["grid_code"], to_code=second.patches["grid_code"]
        )
        return pieces, True
    return _overlaid(first, second, measures), False


def _overlaid(first: Plan, second: Plan, measures: list[str]) -> gpd.GeoDataFrame:
    """Lay patches over patches; what is counted on a patch goes with its ground."""
    shapes = first.patches.geometry.to_numpy()
    others = second.patches.geometry.to_crs(first.crs).to_numpy()
    common = common_ground(shapes, others)
    kept = common.area_m2 > LEAST_M2
    mine, theirs, cut, area = (
        values[kept] for values in (common.first, common.second, common.ground, common.area_m2)
    )
    patches = first.patches.iloc[mine]
    share = area / patches["area_m2"].to_numpy()
    counted = {name: patches[name].to_numpy() * share for name in measures}
    return gpd.GeoDataFrame(
        {
            **counted,
            "area_m2": area,
            "from_code": patches["grid_code"].to_numpy(),
            "to_code": second.patches["grid_code"].to_numpy()[theirs],
        },
        geometry=cut,
        crs=first.crs,
    )


def _match(pieces: pd.DataFrame) -> dict[str, str]:
    """Match grids of the second plan with those of the first, so that the least ground moves.

    Each group of grids that overlap at all is matched by itself, or a city would take too long.
    """
    both = pieces[(pieces["from_code"] != "") & (pieces["to_code"] != "")]
    shared = both.groupby(["from_code", "to_code"])["area_m2"].sum().reset_index()
    shared = shared[shared["area_m2"] > LEAST_M2]
    old, old_codes = pd.factorize(shared["from_code"], sort=True)
    new, new_codes = pd.factorize(shared["to_code"], sort=True)
    group = number_parts(len(old_codes) + len(new_codes), old, len(old_codes) + new)
    match: dict[str, str] = {}
    area = shared["area_m2"].to_numpy()
    order = np.argsort(group[old], kind="stable")
    for rows in np.split(order, np.flatnonzero(np.diff(group[old[order]])) + 1):
        left, row = np.unique(old[rows], return_inverse=True)
        right, column = np.unique(new[rows], return_inverse=True)
        table = np.zeros((len(left), len(right)))
        table[row, column] = area[rows]
        for one, other in zip(*linear_sum_assignment(-table), strict=True):
            if table[one, other] > 0:
                match[str(new_codes[right[other]])] = str(old_codes[left[one]])
    return match


def _grids(
    plan: Plan, other: Plan, match: dict[str, str], moved: pd.DataFrame, side: str
) -> pd.DataFrame:
    """Say of every micro-grid of a plan what the other plan makes of it."""
    micro = plan.micro_grids.index
    matched = pd.Series([match.get(code, "") for code in micro], index=micro, dtype="str")
    gone = moved.groupby(side)[["area_m2", "households", "load_h"]].sum().reindex(micro).fillna(0.0)
    back = "to_code" if side == "from_code" else "from_code"
    came = moved.groupby(back)["area_m2"].sum()
    changed = (gone["area_m2"] > 0) | matched.isin(came.index)
    own, theirs = staff_of(plan), staff_of(other)
    people = pd.Series(
        [own.get(code, ()) != theirs.get(match.get(code, ""), ()) for code in micro], index=micro
    )
    state = pd.Series("same", index=micro, dtype="str")
    state[people] = "people"
    state[changed] = "ground"
    state[matched == ""] = "only"
    columns = {"area_m2": "moved_m2", "households": "moved_households", "load_h": "moved_load_h"}
    return gone.rename(columns=columns).assign(state=state, other=matched)


def staff_of(plan: Plan) -> dict[str, tuple[str, ...]]:
    """Give the people on each grid, sorted."""
    filled = plan.assignments[plan.assignments["status"] == "filled"]
    pairs = sorted(zip(filled["grid_code"], filled["person_id"], strict=True))
    staff: dict[str, list[str]] = {}
    for code, person in pairs:
        staff.setdefault(code, []).append(person)
    return {code: tuple(people) for code, people in staff.items()}


def _people(first: Plan, second: Plan, match: dict[str, str]) -> pd.DataFrame:
    """People who are posted elsewhere; grids of the second plan go by their match in the first."""
    before, after = _posts_of(first), _posts_of(second)
    names = second.people["name"].combine_first(first.people["name"])
    rows = []
    for person in sorted(before.keys() | after.keys()):
        old, new = before.get(person, ()), after.get(person, ())
        if set(old) == {match.get(code, code) for code in new}:
            continue
        state = "joined" if not old else "left" if not new else "posted"
        rows.append((person, str(names.get(person, person)), ";".join(old), ";".join(new), state))
    frame = pd.DataFrame(
        rows, columns=["person_id", "name", "before", "after", "state"], dtype="str"
    )
    return frame.set_index("person_id")


def _posts_of(plan: Plan) -> dict[str, tuple[str, ...]]:
    """Grids of each person on a post, sorted."""
    posts: dict[str, list[str]] = {}
    for code, people in staff_of(plan).items():
        for person in people:
            posts.setdefault(person, []).append(code)
    return {person: tuple(sorted(set(codes))) for person, codes in posts.items()}


def _objects(first: Plan, second: Plan, match: dict[str, str]) -> pd.DataFrame:
    """Objects whose grid in the second plan is not the match of the one they were in."""
    both = first.objects.index.intersection(second.objects.index)
    rows = pd.DataFrame(second.objects.loc[both, ["name", "class"]])
    rows["before"] = first.objects.loc[both, "grid_code"]
    rows["after"] = second.objects.loc[both, "grid_code"]
    matched = rows["after"].map(lambda code: match.get(code, code))
    return rows[matched != rows["before"]]


def _figures(first: Plan, second: Plan) -> pd.DataFrame:
    """Figures of the catalogue that tell plans apart, and some of the division itself."""
    known = {}
    for name, plan in (("first", first), ("second", second)):
        figures = town_figures(plan).set_index("key")
        known[name] = figures
    labels = known["second"].combine_first(known["first"])
    rows = [
        {
            "key": key,
            **{column: labels.at[key, column] for column in ("label_zh", "label_en", "unit")},
            **{name: float(figures["value"].get(key, np.nan)) for name, figures in known.items()},
        }
        for key in FIGURES
        if key in labels.index
    ]
    own = {name: _own(plan) for name, plan in (("first", first), ("second", second))}
    rows += [
        {"key": key, "unit": unit, "label_zh": zh, "label_en": en,
         **{name: figures[key] for name, figures in own.items()}}
        for key, (unit, zh, en) in _OWN_FIGURES.items()
    ]  # fmt: skip
    drawn = {name: split_figures(plan) for name, plan in (("first", first), ("second", second))}
    rows += [
        {"key": one.key, "unit": one.unit, "label_zh": one.label_zh, "label_en": one.label_en,
         **{name: figures.get(one.key, np.nan) for name, figures in drawn.items()}}
        for one in SPLIT_FIGURES
        if any(one.key in figures for figures in drawn.values())
    ]  # fmt: skip
    return pd.DataFrame(rows)


def _own(plan: Plan) -> dict[str, float]:
    micro = plan.micro_grids
    # A parcel is a record of a layer; its pieces in two micro-grids show that a border cuts it.
    named = plan.patches[(plan.patches["record"] != "") & (plan.patches["grid_code"] != "")]
    in_grids = named.groupby(["layer", "record"])["grid_code"].nunique()
    outline = float(plan.grids.loc[plan.grids["level"] == 1, "perimeter_m"].sum())
    return {
        "officers": float(micro["officers"].sum()),
        "cut_parcels": float((in_grids > 1).sum()),
        "overloaded": float((micro["load_h"] > micro["capacity_h"] + 1e-9).sum()),
        # Every inner border belongs to two grids.
        "border_km": (float(micro["perimeter_m"].sum()) + outline) / 2 / 1000,
    }
