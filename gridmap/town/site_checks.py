"""Which sites can be carved, and with what ground: parts of what, inside the town, not overlapping.

Whatever is wrong with a site is a row; the site goes on with what is right of it, or is left out.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from boundaries.hierarchy.outlines import HAIRLINE_M, parts_of, polygonal, wide_and_thin
from layers.contract.columns import SITES
from layers.contract.issues import Issue

__all__ = ["SiteFaults", "below", "usable_sites"]


@dataclass
class SiteFaults:
    """Rows about sites, as they are found."""

    sites: gpd.GeoDataFrame
    rows: list[Issue] = field(default_factory=list)

    def add(
        self,
        rule: str,
        severity: Literal["error", "warning", "info"],
        site: str,
        text: str,
        text_zh: str,
        *,
        other: str = "",
        size: float = 0.0,
        geometry: shapely.Geometry | None = None,
    ) -> None:
        """Say something of a site; `text` goes on after its name."""
        name = str(self.sites["name"].get(site, site))
        self.rows.append(
            Issue(
                rule,
                severity,
                f"Site {site!r} ({name}) {text}",
                f"场所 {site}（{name}）{text_zh}",
                code=site,
                other_code=other,
                size=size,
                unit="m2" if size else "",
                geometry=geometry,
            )
        )


def usable_sites(
    sites: gpd.GeoDataFrame,
    outline: shapely.Geometry,
    *,
    faults: SiteFaults,
    staff_per_subgrid: int | None,
) -> gpd.GeoDataFrame:
    """Keep the sites that can be carved, with their ground inside the town and their host.

    Parameters
    ----------
    sites
        SITES with the ground of each, in metres.
    outline
        The town.
    faults
        Takes the rows about what is wrong (SITE-1, SITE-2, SITE-6).
    staff_per_subgrid
        A unit with more staff and without parts gets so many sub-grids without ground that none
        has more; None: it stays whole.

    Returns
    -------
    SITES, parts before what they are a part of, else in the order given: that of precedence.
    """
    kept = _with_hosts(sites, faults)
    kept = _with_ground(kept, outline, faults)
    if staff_per_subgrid is not None:
        kept = _by_headcount(kept, staff_per_subgrid)
    depth = _depth(kept)
    kept = kept.iloc[np.argsort(-depth, kind="stable")]
    _tell_overlaps(kept, faults)
    return kept


def below(sites: pd.DataFrame, chosen: Iterable[str]) -> list[str]:
    """Name the parts of some sites, and their parts."""
    found: list[str] = []
    wanted = set(chosen)
    while wanted:
        parts = sites.index[sites["part_of"].isin(wanted) & ~sites.index.isin(found)]
        wanted = set(parts)
        found += list(parts)
    return found


def _with_hosts(sites: gpd.GeoDataFrame, faults: SiteFaults) -> gpd.GeoDataFrame:
    """Settle what is a part of what; what is part of nothing known stands alone."""
    hosts = sites["part_of"].copy()
    for site in sites.index[(hosts != "") & ~hosts.isin(sites.index)]:
        faults.add(
            "SITE-6", "warning", site,
            f"is part of {hosts[site]!r}, which is no site. It stands for itself; correct part_of.",
            f"所属单位 {hosts[site]} 不存在，按独立场所处理。请更正。",
            other=str(hosts[site]),
        )  # fmt: skip
        hosts[site] = ""
    for site in sites.index:
        line, here = [site], str(hosts[site])
        while here and here not in line:
            line.append(here)
            here = str(hosts[here])
        if here == site:
            faults.add(
                "SITE-6", "warning", site,
                f"is part of itself, by way of {line[1 % len(line)]!r}. It stands for itself; "
                "correct part_of.",
                "所属单位绕回自身，按独立场所处理。请更正。",
                other=line[1 % len(line)],
            )  # fmt: skip
            hosts[site] = ""
    return gpd.GeoDataFrame(sites.assign(part_of=hosts))


def _with_ground(
    sites: gpd.GeoDataFrame, outline: shapely.Geometry, faults: SiteFaults
) -> gpd.GeoDataFrame:
    """Give every site its ground inside the town and its host; leave out what has none."""
    shapes = dict(zip(sites.index, sites.geometry.to_numpy(), strict=True))
    depth = pd.Series(_depth(sites), index=sites.index)
    deepest_first = list(depth.sort_values(ascending=False, kind="stable").index)
    for site in deepest_first:  # a host that draws nothing has the ground of its parts
        parts = [shapes[one] for one in sites.index[sites["part_of"] == site]]
        parts = [one for one in parts if not shapely.is_missing(one)]
        if shapely.is_missing(shapes[site]) and parts:
            shapes[site] = shapely.union_all(np.array(parts, dtype=object))
    out: set[str] = set()
    for site in reversed(deepest_first):
        host = str(sites.at[site, "part_of"])
        if host in out:
            faults.add(
                "SITE-1", "error", site,
                f"is left out, because it is part of {host!r}, which is left out.",
                f"未采用，因其所属单位 {host} 未采用。", other=host,
            )  # fmt: skip
            out.add(site)
        elif shapely.is_missing(shapes[site]):
            if host == "" or bool(sites.at[site, "spatial"]):
                faults.add(
                    "SITE-1", "error", site,
                    "is left out: it has no ground. Draw its polygon, or name its parcels or "
                    "buildings.",
                    "未采用：没有用地。请画出其范围，或填写地块、楼栋编号。",
                )  # fmt: skip
                out.add(site)
        else:
            held = _inside(site, shapes[site], shapes.get(host), host, outline, faults)
            shapes[site] = held
            if held is None:
                out.add(site)
    has = [not shapely.is_missing(shapes[site]) for site in sites.index]
    placed = sites.assign(spatial=has).set_geometry(
        gpd.GeoSeries(list(shapes.values()), index=sites.index, crs=sites.crs)
    )
    return gpd.GeoDataFrame(placed[~placed.index.isin(out)])


def _inside(
    site: str,
    shape: shapely.Geometry,
    host_shape: shapely.Geometry | None,
    host: str,
    outline: shapely.Geometry,
    faults: SiteFaults,
) -> shapely.Geometry | None:
    """Cut a site to the town, or a part to its host, and say what is lost; None for nothing left.

    A part of a host without ground is cut to the town.
    """
    in_host = host_shape is not None and not shapely.is_missing(host_shape)
    room = host_shape if in_host and host_shape is not None else outline
    held = polygonal(shapely.intersection(shape, room))
    over = wide_and_thin(shapely.difference(shape, room))[0]
    where, where_zh = (
        (f"site {host!r}, of which it is a part", f"所属单位 {host}")
        if in_host
        else ("the town", "镇域")
    )
    if held.is_empty or shapely.area(held) <= 0:
        faults.add(
            "SITE-1", "error", site,
            f"is left out: it lies outside {where}. Look at its place and its coordinate system.",
            f"未采用：位于{where_zh}之外。请核对其位置和坐标系。",
            other=host, geometry=shape,
        )  # fmt: skip
        return None
    if not over.is_empty:
        faults.add(
            "SITE-2", "warning", site,
            f"lies outside {where} with {over.area:,.0f} m2 of its {shape.area:,.0f} m2. Only "
            "what is inside counts.",
            f"有 {over.area:,.0f} 平方米（共 {shape.area:,.0f} 平方米）在{where_zh}之外，"
            "只计其内部分。",
            other=host, size=float(over.area), geometry=over,
        )  # fmt: skip
    return held


def _by_headcount(sites: gpd.GeoDataFrame, most: int) -> gpd.GeoDataFrame:
    """Give units with more staff than one sub-grid takes as many sub-grids as they need."""
    nested = set(sites["part_of"])
    blank = {name: "" if kind == "str" else 0 for name, kind in SITES.items()}
    rows: list[Mapping[str, object]] = []
    for site in sites.index[(sites["staff"] > most) & ~sites.index.isin(nested)]:
        staff, name = int(sites.at[site, "staff"]), str(sites.at[site, "name"])
        count = -(-staff // most)
        rows += [
            {
                **blank,
                "site_id": f"{site}#{number:02d}",
                "name": f"{name}·第{number}子网格",
                "staff": staff // count + (number <= staff % count),
                "part_of": site,
                "layer": sites.at[site, "layer"],
                "spatial": False,
            }
            for number in range(1, count + 1)
        ]
    if not rows:
        return sites
    made = pd.DataFrame(rows).set_index("site_id")
    bare = gpd.GeoSeries([None] * len(made), index=made.index, crs=sites.crs)
    joined = pd.concat([sites, gpd.GeoDataFrame(made, geometry=bare)])
    joined.index = pd.Index(joined.index, dtype="str", name="site_id")
    return gpd.GeoDataFrame(joined, geometry="geometry", crs=sites.crs)


def _depth(sites: pd.DataFrame) -> np.ndarray:
    """Count the hosts above each site."""
    hosts = sites["part_of"].to_dict()
    depth = []
    for site in sites.index:
        steps, here = 0, hosts[site]
        while here in hosts:
            steps, here = steps + 1, hosts[here]
        depth.append(steps)
    return np.array(depth, dtype=np.int64)


def _tell_overlaps(sites: gpd.GeoDataFrame, faults: SiteFaults) -> None:
    """Say which sites of one host, or of none, lie over each other: the first has the ground."""
    for _, beside in sites[sites["spatial"]].groupby("part_of", sort=True):
        shapes = beside.geometry.to_numpy()
        one, two = shapely.STRtree(shapes).query(shapes, predicate="intersects")
        for first, second in sorted(zip(one.tolist(), two.tolist(), strict=True)):
            if first >= second:
                continue
            shared = shapely.intersection(shapes[first], shapes[second])
            wide = [p for p in parts_of(shared) if not p.buffer(-HAIRLINE_M / 2).is_empty]
            if not wide:
                continue
            area, keeper = float(sum(p.area for p in wide)), str(beside.index[first])
            faults.add(
                "SITE-2", "warning", str(beside.index[second]),
                f"and site {keeper!r} ({beside['name'].iloc[first]}) share {area:,.0f} m2 of "
                f"ground. It goes to {keeper!r}, which stands first; correct the outlines, or say "
                "part_of.",
                f"与场所 {keeper}（{beside['name'].iloc[first]}）重叠 {area:,.0f} 平方米，"
                f"划归排在前面的 {keeper}。请更正边界，或填写所属单位。",
                other=keeper, size=area, geometry=shapely.MultiPolygon(wide),
            )  # fmt: skip
