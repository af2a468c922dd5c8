"""The rows of grids that follow from patches, made anew for the grids an edit concerns.

Figures and polygons come from the functions that make a whole plan (`gridmap.grids`), so that an
edit and its undo give the same bytes as a plan made that way.
"""

import re
from collections.abc import Iterable

import geopandas as gpd
import pandas as pd

from boundaries.ancestors import ancestors
from gridmap.edits.cuts import Cuts
from gridmap.edits.ground import barriers_near, main_category
from gridmap.edits.rows import FACTS
from gridmap.grids import figures, in_order, micro_figures, micro_name
from gridmap.plan import Plan
from gridmap.split import graph_of
from layers.categories import CATEGORY_KEYS
from layers.columns import with_dtypes

__all__ = ["facts_after", "facts_of", "reshaped_grids", "with_derived"]


def facts_of(plan: Plan, codes: Iterable[str]) -> pd.DataFrame:
    """Pick what is not derived of some micro-grids, those that there are, in order of code."""
    wanted = sorted(set(codes) & set(plan.grids.index))
    facts = pd.DataFrame(plan.grids.loc[wanted, list(FACTS)])
    facts.index.name = "grid_code"
    return facts


def facts_after(plan: Plan, patches: gpd.GeoDataFrame, codes: Iterable[str]) -> pd.DataFrame:
    """Name and classify micro-grids after an edit; officers come later.

    A micro-grid keeps its name while its category stays; another category, or a new micro-grid,
    gets the next free number under its parent.
    """
    names = {column: set(plan.grids[column]) for column in ("name", "name_en")}
    rows = {}
    town = plan.rules.town
    for code in sorted(codes):
        own = patches[patches["grid_code"] == code]
        areas = own["area_m2"].groupby(own["category"]).sum()
        by_kind = areas.reindex([*CATEGORY_KEYS, "residual"], fill_value=0.0).to_numpy()
        known = code in plan.grids.index
        present = str(plan.grids.at[code, "category"]) if known else ""
        category = main_category(by_kind, present)
        if known:
            fact = plan.grids.loc[code, list(FACTS)].to_dict() | {"category": category}
        else:
            parent = str(own["parent_code"].iloc[0])
            fact = {
                "level": int(plan.grids.at[parent, "level"]) + 1,
                "kind": "micro",
                "parent_code": parent,
                "category": category,
                "officers": 0,
                "version": town.version,
                "valid_from": town.valid_from.isoformat(),
                "valid_to": "",
            }
        if category != present:
            fact |= _names(plan, str(fact["parent_code"]), category, names)
        rows[code] = fact
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=list(FACTS))
    frame.index = pd.Index(list(rows), dtype="str", name="grid_code")
    return with_dtypes(frame, FACTS)


def reshaped_grids(patches: gpd.GeoDataFrame, cuts: Cuts | None) -> set[str]:
    """Micro-grids with a patch that was cut or got vertices."""
    return set(patches.loc[cuts.after.index, "grid_code"]) - {""} if cuts else set()


def with_derived(
    plan: Plan,
    patches: gpd.GeoDataFrame,
    facts: pd.DataFrame,
    *,
    gone: Iterable[str],
    cuts: Cuts | None,
) -> Plan:
    """Give a plan its new patches, and the grids concerned their rows.

    Parameters
    ----------
    plan
        Plan before the edit.
    patches
        Patches after it.
    facts
        What is not derived of the touched micro-grids (`FACTS`), officers included.
    gone
        Micro-grids left without ground.
    cuts
        What was cut: given grids are measured again where their outline got vertices.
    """
    others = reshaped_grids(patches, cuts) - set(facts.index)
    facts = pd.concat([facts, facts_of(plan, others)]).sort_index()
    own = patches[patches["grid_code"].isin(facts.index)]
    categories = own["grid_code"].map(facts["category"])
    graph = graph_of(own, rules=plan.rules, barriers=barriers_near(plan.barriers, own))
    table = micro_figures(own, categories, graph)
    micro = table.drop(columns=["parent_code", "category"]).join(facts)
    micro["capacity_h"] = micro["officers"] * plan.rules.capacity.officer_hours
    rows = [micro]
    if cuts:
        rows.append(_given(plan, patches, cuts.after.index))
    new = pd.concat(rows)
    kept = plan.grids.drop(index=[*new.index.intersection(plan.grids.index), *gone])
    grids = gpd.GeoDataFrame(pd.concat([kept, new]), geometry="geometry", crs=plan.grids.crs)
    return plan.with_tables(patches=patches, grids=in_order(grids))


def _names(plan: Plan, parent: str, category: str, names: dict[str, set[str]]) -> dict[str, str]:
    """Name in both languages, with a number above all numbers of its kind under the parent."""
    result = {}
    for column, english in (("name", False), ("name_en", True)):
        first = micro_name(str(plan.grids.at[parent, column]), category, 1, english=english)
        stem = re.compile(re.escape(first.removesuffix("01")) + r"(\d{2,})")
        matches = [stem.fullmatch(name) for name in names[column]]
        number = 1 + max((int(found[1]) for found in matches if found), default=0)
        above = str(plan.grids.at[parent, column])
        result[column] = micro_name(above, category, number, english=english)
        names[column].add(result[column])
    return result


def _given(plan: Plan, patches: gpd.GeoDataFrame, changed: pd.Index) -> gpd.GeoDataFrame:
    """Rows of the given grids above changed patches, measured anew."""
    base = plan.grids[plan.grids["kind"] == "base"]
    line = ancestors(base)
    parents = patches.loc[changed, "parent_code"].unique()
    above = sorted(set(line.loc[parents].to_numpy().ravel()) - {""})
    rows = []
    for level in sorted(base.loc[above, "level"].unique()):
        codes = patches["parent_code"].map(line[int(level)])
        rows.append(figures(patches, codes.where(codes.isin(above), "")).drop("", errors="ignore"))
    table = pd.concat(rows)
    rest = pd.DataFrame(base.loc[table.index]).drop(columns=list(table.columns))
    return table.join(rest)
