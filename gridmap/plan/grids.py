"""The table of grids: given ones and micro-grids, every figure and polygon derived from patches."""

import geopandas as gpd
import numpy as np
import pandas as pd

from boundaries.hierarchy.ancestors import ancestors
from boundaries.tiling.build import kind_of
from boundaries.topology.connected import number_parts
from boundaries.topology.dissolve import dissolve, polsby_popper
from gridmap.rules import Rules
from gridmap.split.blocks import Graph
from gridmap.split.homes import families_of
from gridmap.split.micro_category import subclass_of
from layers.contract.categories import KINDS
from layers.contract.columns import GRIDS, HIERARCHY, later_columns, later_value, with_dtypes

__all__ = ["figures", "given_rows", "in_order", "make_grids", "micro_figures", "micro_name"]

# What a hierarchy says of a grid, and patches do not.
_GIVEN = (
    *("name", "name_en", "level", "parent_code", "kind", "spatial", "label", "headcount"),
    *("host_object", "population"),
)


def make_grids(
    patches: gpd.GeoDataFrame,
    hierarchy: pd.DataFrame,
    *,
    categories: pd.Series,
    graph: Graph,
    rules: Rules,
    outlines: gpd.GeoSeries | None = None,
) -> gpd.GeoDataFrame:
    """Build the rows of all grids.

    Parameters
    ----------
    patches
        Patches with `grid_code`; they tile the deepest given grids.
    hierarchy
        The given grids and the exclusive ones by code (`layers.contract.columns.HIERARCHY`).
    categories
        Category of the micro-grid each patch is in.
    graph
        Neighbours under the rules, by which the parts of a micro-grid are counted.
    rules
        Numbering, version and date.
    outlines
        The polygons of the micro-grids by code, where somebody has dissolved them already.

    Returns
    -------
    `layers.contract.columns.GRIDS` by grid_code, in order of level and code. `officers` and
    `capacity_h` are 0 until posts are made. Polygons of all levels are dissolved from the patches,
    so that every level shares its vertices with the next; a grid without ground has none.
    """
    divided = patches["grid_code"] != patches["parent_code"]  # else it is its own label
    micro = _micro_rows(patches, divided, hierarchy, categories, graph, rules, outlines)
    rows = [micro]
    line = ancestors(hierarchy)
    # A level is joined from the grids below it, which have fewer edges than their patches, and
    # from the patches that are in none of them.
    alone = patches[~patches["grid_code"].isin(micro.index)]
    pieces = _pieces(micro.geometry, micro["parent_code"], alone.geometry, alone["parent_code"])
    for level in sorted(hierarchy["level"].unique(), reverse=True):
        given = hierarchy[hierarchy["level"] == level]
        codes = pieces["home"].map(line[int(level)])
        shapes = dissolve(pieces.geometry, codes)
        table = figures(patches, patches["parent_code"].map(line[int(level)]), shapes)
        rows.append(given_rows(table, _facts_of(given)))
        rest = pieces[~codes.isin(shapes.index)]
        pieces = _pieces(shapes, shapes.index, rest.geometry, rest["home"])
    grids = gpd.GeoDataFrame(pd.concat(rows), geometry="geometry", crs=patches.crs)
    grids["officers"] = 0
    grids["capacity_h"] = 0.0
    grids["version"] = rules.town.version
    grids["valid_from"] = rules.town.valid_from.isoformat()
    grids["valid_to"] = ""
    grids["source_code"] = ""
    return in_order(grids)


def _pieces(
    shapes: gpd.GeoSeries, home: pd.Index | pd.Series, others: gpd.GeoSeries, theirs: pd.Series
) -> gpd.GeoDataFrame:
    """Put grids and the ground beside them together: polygons, and the grid that each is in."""
    ground = np.concatenate([shapes.to_numpy(), others.to_numpy()])
    homes = np.concatenate([home.to_numpy(dtype=object), theirs.to_numpy(dtype=object)])
    return gpd.GeoDataFrame(
        {"home": pd.Series(homes, dtype="str")}, geometry=ground, crs=shapes.crs
    )


def _facts_of(given: pd.DataFrame) -> pd.DataFrame:
    """Pick what a hierarchy says of its grids; what it does not say is as of a base grid."""
    unsaid = {name: later_value(HIERARCHY, name) for name in later_columns(HIERARCHY)}
    unsaid["population"] = 0
    return pd.DataFrame({name: given.get(name, unsaid.get(name)) for name in _GIVEN}, given.index)


def given_rows(table: pd.DataFrame, given: pd.DataFrame) -> pd.DataFrame:
    """Join what is given of the grids of one level; those without ground have figures of 0."""
    joined = table.join(given, how="outer")
    numbers = [name for name in table.columns if name != "geometry"]
    joined[numbers] = joined[numbers].fillna(0)
    rows = joined.assign(category="", subclass="", purity=0.0, parts=0)
    rows = gpd.GeoDataFrame(rows, geometry="geometry")
    solid = ~joined.geometry.isna()
    exclusive = (joined["kind"] == "exclusive") & solid
    # Given grids count as one place, however many islands they have.
    rows.loc[solid, "parts"] = 1
    rows.loc[exclusive, "parts"] = joined.geometry[exclusive].count_geometries()
    return rows


def in_order(grids: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Lay rows of grids out as the GRIDS frame: columns, dtypes, order of level and code."""
    indexed = grids.set_axis(pd.Index(grids.index, dtype="str", name="grid_code"))
    ordered = indexed.sort_index().sort_values("level", kind="stable")
    result = with_dtypes(ordered, GRIDS)
    assert isinstance(result, gpd.GeoDataFrame)
    return result


def micro_figures(
    patches: gpd.GeoDataFrame,
    categories: pd.Series,
    graph: Graph,
    *,
    rules: Rules,
    outlines: gpd.GeoSeries | None = None,
) -> pd.DataFrame:
    """Derive what a micro-grid is from its patches: all but its name, officers and dates.

    Parameters
    ----------
    patches
        Patches of the micro-grids asked for, all of them, with `grid_code`.
    categories
        Category of the micro-grid each patch is in.
    graph
        Neighbours among these patches, by which parts are counted.
    rules
        Which ground is of the household family.
    outlines
        As in `make_grids`.
    """
    code = patches["grid_code"]
    table = figures(patches, code, outlines)
    first = (
        pd.DataFrame(
            {
                "parent_code": patches["parent_code"],
                "category": categories,
                "subclass": subclass_of(patches, code, categories, rules=rules),
            }
        )
        .groupby(code)
        .first()
    )
    table = table.join(first)
    table["family"] = families_of(patches, code, categories, rules=rules).reindex(table.index)
    own = patches["category"] == categories
    table["purity"] = patches["area_m2"].where(own, 0.0).groupby(code).sum() / table["area_m2"]
    table["parts"] = _count_parts(code, graph).reindex(table.index)
    return table


def micro_name(parent: str, kind: str, number: int, *, english: bool = False) -> str:
    """Name a micro-grid after its parent and its kind, which is its category or sub-class.

    It is "" under a parent without a name.
    """
    if not parent:
        return ""
    return (
        f"{parent}, {KINDS[kind].en} {number:02d}"
        if english
        else f"{parent}·{KINDS[kind].zh}{number:02d}"
    )


def _micro_rows(
    patches: gpd.GeoDataFrame,
    divided: pd.Series,
    hierarchy: pd.DataFrame,
    categories: pd.Series,
    graph: Graph,
    rules: Rules,
    outlines: gpd.GeoSeries | None,
) -> pd.DataFrame:
    labelled = gpd.GeoDataFrame(patches.assign(grid_code=patches["grid_code"].where(divided, "")))
    table = micro_figures(labelled, categories, graph, rules=rules, outlines=outlines)
    table["kind"] = "micro"
    table["level"] = table["parent_code"].map(hierarchy["level"]) + 1
    kind = kind_of(table)
    number = table.groupby(["parent_code", kind]).cumcount() + 1
    for column, english in (("name", False), ("name_en", True)):
        parents = table["parent_code"].map(hierarchy[column])
        named = zip(parents, kind, number, strict=True)
        table[column] = [micro_name(*row, english=english) for row in named]
    return table


def figures(
    patches: gpd.GeoDataFrame, codes: pd.Series, shapes: gpd.GeoSeries | None = None
) -> gpd.GeoDataFrame:
    """Sum the patches of each code, and measure their common polygon, in `shapes` if known."""
    sums = (
        patches[["area_m2", "households", "objects", "load_h"]]
        .assign(patches=1)
        .groupby(codes)
        .sum()
    )
    shapes = dissolve(patches.geometry, codes) if shapes is None else shapes
    table = gpd.GeoDataFrame(sums.loc[shapes.index], geometry=shapes)
    return table.assign(perimeter_m=shapes.length, compactness=polsby_popper(shapes))


def _count_parts(codes: pd.Series, graph: Graph) -> pd.Series:
    """Parts of each grid under the rules: pieces not joined by a long enough border or a link."""
    number, names = pd.factorize(codes)
    one, two = graph.edges.T
    same = number[one] == number[two]
    part = number_parts(len(codes), one[same], two[same])
    counts = pd.DataFrame({"grid": number, "part": part}).groupby("grid")["part"].nunique()
    return pd.Series(counts.to_numpy(), index=names[counts.index])
