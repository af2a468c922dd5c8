"""Exclusive grids: sites carved out of the given grids before the tiling, as rows of the hierarchy.

The parent of an exclusive grid is the lowest given grid that holds all of it; every grid between
them loses the ground. Parts of a site are sub-grids, with ground of their own or without.
"""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.geometry.base import BaseGeometry

from boundaries.hierarchy.ancestors import ancestors
from boundaries.hierarchy.codes import inner_points, reading_order
from boundaries.overlay.lattice import corner_of, moved, origin_of, read_onto, settled
from boundaries.tiling.carving import carve
from boundaries.topology.dissolve import dissolve, join_shapes
from gridmap.rules.schema import Rules
from gridmap.town.site_checks import SiteFaults, below, usable_sites
from gridmap.town.site_rows import carving_rows
from layers.contract.columns import HIERARCHY, with_dtypes
from layers.contract.issues import make_issues

__all__ = ["with_exclusive_grids"]

_NUMBERS = range(901, 1000)  # of exclusive grids under their parent
_MOST_PARTS = 99  # sub-grids of one grid: two digits


@dataclass(frozen=True)
class _Cut:
    """The town cut by its sites.

    `pieces` tile the deepest given grids: `grid`, `site` and `top`, the site that the site is a
    part of at last. `home` is the lowest given grid that holds all of each site with no host.
    """

    pieces: gpd.GeoDataFrame
    home: dict[str, str]


def with_exclusive_grids(
    hierarchy: gpd.GeoDataFrame, sites: gpd.GeoDataFrame, *, rules: Rules
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Carve the sites out of the given grids.

    Parameters
    ----------
    hierarchy
        HIERARCHY of the given grids, every level an exact tiling, in metres.
    sites
        SITES with the ground of each (`layers.registers.site_ground.place_sites`), same CRS.
    rules
        Width and area of slivers, staff of a sub-grid.

    Returns
    -------
    The hierarchy with a row for every exclusive grid and sub-grid; the polygon of a grid holds
    those of its exclusive grids, and is None for a grid without ground. And the ISSUES: SITE-1
    site left out, SITE-2 ground given up, SITE-3 site in several grids, SITE-4 site along the rim
    of its parent, SITE-5 grid cut in two, SITE-6 part of what is not there. A site that cannot be
    carved is left out; the others go on.
    """
    nothing = make_issues([], hierarchy.crs)
    if sites.empty:
        return hierarchy, nothing
    given = hierarchy.geometry.to_numpy()
    origin = origin_of(given)
    near = moved(hierarchy, origin)
    read = moved(read_onto(sites, corner_of(given)), origin)
    faults = SiteFaults(read)
    by_headcount = rules.exclusive.nest == "headcount"
    kept = usable_sites(
        read,
        near.geometry[near["level"] == 1].iloc[0],
        faults=faults,
        staff_per_subgrid=rules.exclusive.staff_per_subgrid if by_headcount else None,
    )
    cut, kept = _cut_as_far_as_possible(near, kept, rules, faults)
    if kept.empty:
        return hierarchy, moved(make_issues(faults.rows, hierarchy.crs), origin.back)
    codes = _codes(cut, kept, near)
    table = pd.concat([pd.DataFrame(near).drop(columns="geometry"), _rows(cut, kept, codes, near)])
    table = _with_counts(table, cut, codes)
    whole = _drawn(table, cut, codes, hierarchy.crs)
    rows = [*faults.rows, *carving_rows(cut.pieces, codes, whole, near)]
    return moved(whole, origin.back), moved(make_issues(rows, hierarchy.crs), origin.back)


def _cut_as_far_as_possible(
    near: gpd.GeoDataFrame, sites: gpd.GeoDataFrame, rules: Rules, faults: SiteFaults
) -> tuple[_Cut, gpd.GeoDataFrame]:
    """Cut the town by its sites, without those that leave no sound hierarchy."""
    while True:
        cut = _cut(near, sites, rules)
        out = (
            _without_ground(cut, sites, faults)
            or _swallowing(cut, near, faults)
            or _beyond_numbers(cut, sites, near, faults)
        )
        if not out:
            return cut, sites
        sites = gpd.GeoDataFrame(sites.drop(index=[*out, *below(sites, out)]))


def _cut(near: gpd.GeoDataFrame, sites: gpd.GeoDataFrame, rules: Rules) -> _Cut:
    leaves = near.geometry[~near.index.isin(near["parent_code"])].sort_index()
    pieces = carve(
        leaves,
        sites.geometry[sites["spatial"]],
        width_m=rules.tiling.sliver_width_m,
        area_m2=rules.tiling.sliver_area_m2,
    )
    tops = _tops(sites)
    pieces["top"] = pieces["site"].map(tops | {"": ""}).astype("str")
    line = ancestors(near)
    homes = {
        str(top): _lowest_common(line.loc[rows["grid"].unique()])
        for top, rows in pieces.groupby("top", sort=True)
        if top
    }
    return _Cut(pieces, homes)


def _tops(sites: pd.DataFrame) -> dict[str, str]:
    hosts = sites["part_of"].to_dict()
    tops = {}
    for site in sites.index:
        here = str(site)
        while hosts[here] in hosts:
            here = hosts[here]
        tops[str(site)] = here
    return tops


def _lowest_common(line: pd.DataFrame) -> str:
    """Give the lowest grid in whose line upwards all of some grids lie."""
    for level in sorted(line.columns, reverse=True):
        codes = line[level].unique()
        if len(codes) == 1 and codes[0]:
            return str(codes[0])
    raise AssertionError("all grids of a town lie in its level-1 grid")


def _without_ground(cut: _Cut, sites: gpd.GeoDataFrame, faults: SiteFaults) -> list[str]:
    """Leave out sites of which nothing is left."""
    held = set(cut.pieces["site"])
    out = [
        str(site)
        for site in sites.index[sites["spatial"]]
        if held.isdisjoint([site, *below(sites, [site])])
    ]
    for site in out:
        faults.add(
            "SITE-1", "error", site,
            "is left out: all of its ground belongs to other sites, or it is smaller than a "
            "sliver. Correct the outlines, or say of which site it is a part.",
            "未采用：其用地全部属于其他场所，或小于碎片。请更正边界，或填写所属单位。",
            geometry=sites.geometry[site],
        )  # fmt: skip
    return out


def _swallowing(cut: _Cut, near: gpd.GeoDataFrame, faults: SiteFaults) -> list[str]:
    """Leave out the site that takes most of a grid of which nothing would be left."""
    pieces = cut.pieces
    rest = set(pieces.loc[pieces["site"] == "", "grid"])
    own = set(cut.home.values())
    gone = sorted(set(pieces["grid"]) - rest - own)
    if not gone:
        return []
    grid = gone[0]
    there = pieces[pieces["grid"] == grid]
    area = there.area.groupby(there["top"]).sum().sort_index()
    site = str(area.idxmax())
    name = str(near.at[grid, "name"])
    faults.add(
        "SITE-1", "error", site,
        f"is left out: it reaches beyond grid {grid!r} ({name}) and takes all that is left of it. "
        "Keep it inside that grid, or take the grid out of the hierarchy.",
        f"未采用：它超出网格 {grid}（{name}），又占去其全部剩余土地。"
        "请使其不超出该网格，或从网格体系中去掉该网格。",
        other=grid, size=float(area[site]), geometry=there.geometry.union_all(),
    )  # fmt: skip
    return [site]


def _beyond_numbers(
    cut: _Cut, sites: gpd.GeoDataFrame, near: gpd.GeoDataFrame, faults: SiteFaults
) -> list[str]:
    """Leave out the sites for which there is no number left."""
    out = []
    for parent, ordered in _in_order(cut, sites).items():
        most = len(_free(parent, near)) if parent in near.index else _MOST_PARTS
        for site in ordered[most:]:
            out.append(site)
            faults.add(
                "SITE-1", "error", site,
                f"is left out: {parent!r} has {len(ordered)} exclusive grids, and there are "
                f"numbers for {most}. Put small units together, or nest them in one grid.",
                f"未采用：{parent} 有 {len(ordered)} 个专属网格，序号只够 {most} 个。"
                "请合并小单位，或归入同一网格。",
                other=parent, geometry=sites.geometry[site],
            )  # fmt: skip
    return out


def _in_order(cut: _Cut, sites: gpd.GeoDataFrame) -> dict[str, list[str]]:
    """List sites by given grid or host, in reading order; those without ground after the others."""
    hosts = {str(site): cut.home.get(str(site), host) for site, host in sites["part_of"].items()}
    drawn = sorted(sites.index[sites["spatial"]])
    shapes = [_ground(cut, sites, site) for site in drawn]
    x, y = inner_points(gpd.GeoSeries(shapes, index=drawn))
    listed: dict[str, list[str]] = {}
    for parent in sorted(set(hosts.values())):
        rows = np.array([at for at, site in enumerate(drawn) if hosts[site] == parent], dtype=int)
        listed[parent] = [drawn[at] for at in rows[reading_order(x[rows], y[rows])]]
        listed[parent] += [
            site for site in hosts if hosts[site] == parent and not sites.at[site, "spatial"]
        ]
    return listed


def _ground(cut: _Cut, sites: pd.DataFrame, site: str) -> BaseGeometry:
    """Join the pieces of a site and of its parts."""
    pieces = cut.pieces
    return join_shapes(
        pieces.geometry[pieces["site"].isin([site, *below(sites, [site])])].to_numpy()
    )


def _free(parent: str, near: pd.DataFrame) -> list[str]:
    """List the codes of exclusive grids under a given grid that no given grid has."""
    codes = [f"{parent}{number}" for number in _NUMBERS]
    return [code for code in codes if code not in near.index]


def _codes(cut: _Cut, sites: gpd.GeoDataFrame, near: pd.DataFrame) -> dict[str, str]:
    """Give every site its code: of its parent or host, and a number in reading order."""
    ordered = _in_order(cut, sites)
    codes: dict[str, str] = {}
    todo = [parent for parent in ordered if parent in near.index]
    for parent in todo:
        codes |= dict(zip(ordered[parent], _free(parent, near), strict=False))
    hosts = list(codes)
    while hosts:  # parts after what they are a part of
        host = hosts.pop()
        parts = ordered.get(host, [])
        codes |= {part: f"{codes[host]}{at:02d}" for at, part in enumerate(parts, start=1)}
        hosts += parts
    return codes


def _rows(
    cut: _Cut, sites: pd.DataFrame, codes: dict[str, str], near: pd.DataFrame
) -> pd.DataFrame:
    """Make the rows of the exclusive grids, in order of code."""
    staff = sites["staff"].astype("int64").to_dict()
    for site in sites.index:  # parts come before their host
        parts = sites.index[sites["part_of"] == site]
        staff[site] = staff[site] or sum(staff[part] for part in parts)
    rows, level = {}, near["level"].to_dict()
    for site, code in sorted(codes.items(), key=lambda item: (len(item[1]), item[1])):
        parent = cut.home[site] if site in cut.home else codes[str(sites.at[site, "part_of"])]
        level[code] = level[parent] + 1
        rows[code] = {
            "name": sites.at[site, "name"],
            "name_en": "",
            "level": level[code],
            "parent_code": parent,
            "households": 0,
            "population": 0,
            "kind": "exclusive",
            "spatial": bool(sites.at[site, "spatial"]),
            "label": sites.at[site, "label"],
            "headcount": staff[site],
            "host_object": sites.at[site, "object"],
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def _with_counts(table: pd.DataFrame, cut: _Cut, codes: dict[str, str]) -> pd.DataFrame:
    """Hand the households and people of a grid without ground of its own to its largest site."""
    pieces = cut.pieces
    table = table.copy()
    for grid in sorted(set(pieces["grid"]) - set(pieces.loc[pieces["site"] == "", "grid"])):
        there = pieces[pieces["grid"] == grid]
        site = str(there.area.groupby(there["top"]).sum().sort_index().idxmax())
        for column in ("households", "population"):
            table.loc[codes[site], column] += table.at[grid, column]
            table.loc[grid, column] = 0
    return table


def _drawn(table: pd.DataFrame, cut: _Cut, codes: dict[str, str], crs: object) -> gpd.GeoDataFrame:
    """Draw all grids from the pieces, so that every level shares its vertices with the next."""
    pieces = cut.pieces
    holder = pieces["site"].map(codes).where(pieces["site"] != "", pieces["grid"])
    line = ancestors(table)
    drawn: dict[str, BaseGeometry] = {}
    for level in line.columns:
        drawn |= dissolve(pieces.geometry, holder.map(line[level])).to_dict()
    shapes = np.array([drawn.get(code) for code in table.index], dtype=object)
    has = np.array([code in drawn for code in table.index])
    shapes[has] = settled(shapes[has])
    frame = gpd.GeoDataFrame(table, geometry=gpd.GeoSeries(shapes, index=table.index), crs=crs)
    frame.index = pd.Index(frame.index, dtype="str", name="code")
    frame = frame.sort_index().sort_values("level", kind="stable")
    return gpd.GeoDataFrame(with_dtypes(frame, HIERARCHY))
