"""The rows of grids that follow from patches, made anew for the grids an edit concerns.

Figures and polygons come from the functions that make a whole plan (`gridmap.plan.grids`), so that
an edit and its undo give the same bytes as a plan made that way.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import geopandas as gpd
import pandas as pd

from boundaries.hierarchy.ancestors import ancestors
from boundaries.tiling.build import kind_of
from gridmap.edits.moves.closing import exclusive_codes
from gridmap.edits.moves.cuts import Cuts
from gridmap.edits.moves.ground import barriers_near
from gridmap.edits.outcome.rows import FACTS, KEPT
from gridmap.plan.grids import figures, given_rows, in_order, micro_figures, micro_name
from gridmap.plan.objects import objects_on, objects_on_pieces
from gridmap.plan.plan import Plan
from gridmap.rules import Rules
from gridmap.split.homes import families_of
from gridmap.split.micro_category import category_of, subclass_of
from gridmap.split.split import graph_of
from layers.contract.columns import with_dtypes

__all__ = [
    "facts_after",
    "facts_of",
    "names_after",
    "reshaped_grids",
    "subclasses",
    "with_derived",
]


def facts_of(plan: Plan, codes: Iterable[str]) -> pd.DataFrame:
    """Pick what is not derived of some micro-grids, those that there are, in order of code."""
    wanted = sorted(plan.grids.index[plan.grids.index.isin(list(codes))])
    facts = pd.DataFrame(plan.grids.loc[wanted, list(FACTS)])
    facts.index.name = "grid_code"
    return facts


def facts_after(
    plan: Plan, patches: gpd.GeoDataFrame, codes: Iterable[str], *, reshuffled: Iterable[str]
) -> pd.DataFrame:
    """Name and classify micro-grids after an edit; officers come later.

    Parameters
    ----------
    plan
        Plan before the edit.
    patches
        Patches after it.
    codes
        Micro-grids that the edit touches and that have ground after it.
    reshuffled
        Those that get or lose ground: the rule decides their category
        (`gridmap.split.micro_category`). Others keep theirs. A name changes with the category
        or sub-class alone.
    """
    codes = sorted(codes)
    reshuffled = set(reshuffled) - set(exclusive_codes(plan.grids))
    own = patches[patches["grid_code"].isin(set(codes) & set(reshuffled))]
    decided = category_of(own, own["grid_code"], rules=plan.rules).groupby(own["grid_code"]).first()
    parents = own["parent_code"].groupby(own["grid_code"]).first()
    rows = {code: _fact(plan, code, str(parents.get(code, ""))) for code in codes}
    present = {code: str(row["category"]) for code, row in rows.items()}
    after = present | {str(code): str(kind) for code, kind in decided.items()}
    ground = pd.DataFrame({"category": after}, dtype="str").reindex(codes)
    ground["subclass"] = subclasses(patches, ground, rules=plan.rules)
    above = {code: str(row["parent_code"]) for code, row in rows.items()}
    names = names_after(plan, above, kind_of(ground).to_dict())
    ground["family"] = families_of(
        own, own["grid_code"], own["grid_code"].map(ground["category"]), rules=plan.rules
    )
    for code, row in rows.items():
        row |= {"category": after[code]} | names.get(code, {})
        if code in decided.index:
            row |= ground.loc[code, list(KEPT)].to_dict()
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=list(FACTS))
    frame.index = pd.Index(list(rows), dtype="str", name="grid_code")
    return with_dtypes(frame, FACTS)


def subclasses(patches: pd.DataFrame, facts: pd.DataFrame, *, rules: Rules) -> pd.Series:
    """Give the sub-class of micro-grids, "" for those of the seven categories.

    Parameters
    ----------
    patches
        Patches after an edit.
    facts
        `category` of the micro-grids asked for after it, by code.
    rules
        Which ground is of the household family.
    """
    own = patches[patches["grid_code"].isin(facts.index)]
    code = own["grid_code"]
    found = subclass_of(own, code, code.map(facts["category"]), rules=rules)
    return found.groupby(code).first().reindex(facts.index, fill_value="").astype("str")


def names_after(
    plan: Plan, parents: Mapping[str, str], kinds: Mapping[str, str]
) -> dict[str, dict[str, str]]:
    """Name the micro-grids whose kind is another than in the plan, new ones among them.

    Parameters
    ----------
    plan
        Plan before the edit.
    parents, kinds
        The grid above and the kind after the edit (category or sub-class), by code.

    Returns
    -------
    `name` and `name_en` by code: the next free number of the kind under the parent.
    """
    micro = (plan.grids["kind"] == "micro") & plan.grids.index.isin(list(kinds))
    present = kind_of(plan.grids[micro]).to_dict()
    given: dict[str, list[str]] = {"name": [], "name_en": []}
    return {
        code: _names(plan, parents[code], kinds[code], given)
        for code in sorted(kinds)
        if kinds[code] != present.get(code, "")
    }


def _fact(plan: Plan, code: str, parent: str) -> dict[str, Any]:
    """Pick what is not derived of a micro-grid, or begin it for a new one."""
    if code in plan.grids.index:
        return dict(plan.grids.loc[code, list(FACTS)])
    town = plan.rules.town
    return {
        "level": int(plan.grids.at[parent, "level"]) + 1,
        "kind": "micro",
        "parent_code": parent,
        "category": "",
        "officers": 0,
        "spatial": True,
        "label": "",
        "host_object": "",
        "source_code": "",
        "headcount": 0,
        "population": 0.0,
        "version": town.version,
        "valid_from": town.valid_from.isoformat(),
        "valid_to": "",
    }


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
    gone = list(gone)
    facts = pd.concat([facts, facts_of(plan, others)]).sort_index()
    of_micro = facts["kind"] == "micro"
    rows = []
    own = patches[patches["grid_code"].isin(facts.index[of_micro])]
    if len(own):
        categories = own["grid_code"].map(facts["category"])
        graph = graph_of(own, rules=plan.rules, barriers=barriers_near(plan.barriers, own))
        table = micro_figures(own, categories, graph, rules=plan.rules)
        row = table.drop(columns=["parent_code", "category", *KEPT]).join(facts)
        rows.append(row.fillna({name: table[name] for name in KEPT}))
    if cuts or not of_micro.all():
        rows.append(_given(plan, patches, facts[~of_micro], cuts, gone))
    new = pd.concat(rows) if rows else plan.grids.iloc[:0]
    new["capacity_h"] = new["officers"] * plan.rules.capacity.officer_hours
    return plan.with_tables(
        patches=patches,
        grids=_with_rows(plan.grids, in_order(gpd.GeoDataFrame(new)), gone),
        objects=_objects_after(plan, patches, cuts),
    )


def _with_rows(grids: gpd.GeoDataFrame, new: gpd.GeoDataFrame, gone: list[str]) -> gpd.GeoDataFrame:
    """Put rows in the place of those of the same code; columns without another value are kept."""
    at = grids.index.get_indexer(new.index)
    in_place = not gone and (at >= 0).all() and list(grids.columns) == list(new.columns)
    if not in_place or (grids["level"].iloc[at].to_numpy() != new["level"].to_numpy()).any():
        kept = grids.drop(index=[*new.index.intersection(grids.index), *gone])
        both = pd.concat([kept, new])
        return in_order(gpd.GeoDataFrame(both, geometry="geometry", crs=grids.crs))
    result = grids.copy(deep=False)
    for name in new.columns:
        if name != "geometry" and not grids[name].iloc[at].equals(new[name]):
            values = grids[name].copy()
            values.iloc[at] = new[name]
            result[name] = values
    shapes = grids.geometry.to_numpy().copy()
    shapes[at] = new.geometry.to_numpy()
    return gpd.GeoDataFrame(result.set_geometry(shapes, crs=grids.crs))


def _objects_after(plan: Plan, patches: gpd.GeoDataFrame, cuts: Cuts | None) -> gpd.GeoDataFrame:
    """Give the objects the grids that their patches have now; those on cut ground their pieces."""
    if plan.objects.empty:
        return plan.objects
    patch_id = plan.objects["patch_id"]
    if cuts:
        group = dict(zip(cuts.before.index, cuts.before_group, strict=True))
        patch_id = objects_on_pieces(plan.objects, cuts.after, cuts.after_group, group)
    return objects_on(plan.objects, patches, patch_id=patch_id)


def _names(plan: Plan, parent: str, kind: str, given: dict[str, list[str]]) -> dict[str, str]:
    """Name in both languages, with a number above all numbers of its kind under the parent.

    `given` holds the names that were given so far, and gets those of this micro-grid.
    """
    result = {}
    for column, english in (("name", False), ("name_en", True)):
        above, names = str(plan.grids.at[parent, column]), plan.grids[column]
        start = micro_name(above, kind, 1, english=english).removesuffix("01")
        stem = re.compile(re.escape(start) + r"(\d{2,})")
        alike = [*names[names.str.startswith(start)], *given[column]]
        matches = [stem.fullmatch(name) for name in alike]
        number = 1 + max((int(found[1]) for found in matches if found), default=0)
        result[column] = micro_name(above, kind, number, english=english)
        given[column].append(result[column])
    return result


def _given(
    plan: Plan, patches: gpd.GeoDataFrame, facts: pd.DataFrame, cuts: Cuts | None, gone: list[str]
) -> pd.DataFrame:
    """Rows of the given and exclusive grids above changed patches, measured anew.

    `facts` are those of exclusive grids that the edit brings back; those of the others stay.
    """
    grids = plan.grids[plan.grids["kind"] != "micro"]
    stays = ~grids.index.isin([*gone, *facts.index])
    tree = pd.concat([pd.DataFrame(grids.loc[stays, list(FACTS)]), facts])
    line = ancestors(tree)
    sides = (cuts.before, cuts.after) if cuts else ()
    changed = pd.Index({code for side in sides for code in side["parent_code"]}, dtype="str")
    above = set(line.loc[changed.intersection(tree.index)].to_numpy().ravel()) - {""}
    wanted = sorted(above | set(facts.index))
    rows = []
    for level in sorted(tree.loc[wanted, "level"].unique()):
        codes = patches["parent_code"].map(line[int(level)])
        rows.append(figures(patches, codes.where(codes.isin(wanted), "")).drop("", errors="ignore"))
    return given_rows(pd.concat(rows), tree.loc[wanted])
