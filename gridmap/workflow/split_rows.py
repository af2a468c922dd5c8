"""What dividing a town could not do, and what it did that somebody should know: rows of issues.

A number of micro-grids that was missed (SPLIT-1, an error), ground too small for a micro-grid that
is one all the same (SPLIT-3), ground that would outweigh whatever it joined (SPLIT-4), sites that
joined other ground (SPLIT-5), more micro-grids than the load alone asks for (SPLIT-6). One row
each, with a count; that cadres are missing is told in `gridmap.workflow.shortage`. After edits the
rows are made again of the plan as it is: `gridmap.workflow.split_renewal`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from boundaries.hierarchy.patch_places import place_of_patch
from boundaries.tiling.build import kind_of
from boundaries.validate.tables import counted
from gridmap.rules import Rules
from gridmap.split.blocks import undivided
from gridmap.split.dividing import Division, fewest_by_load
from gridmap.split.infeasibility import Remedy, reasons_of
from gridmap.split.micro_category import SITES
from gridmap.town.town import Town
from gridmap.workflow.remedies import ways_to_target
from layers.contract.categories import KINDS
from layers.contract.errors import Named
from layers.contract.issues import Issue, make_issues

__all__ = ["Grouping", "grouping_facts", "grouping_issues", "split_issues"]

_LISTED = 5  # places named in one sentence
_WHY = {
    "nothing": Named(
        "nothing is beside them that they may join (the edge of the grid, a barrier, ground left "
        "with the grid above)",
        "旁边没有可并入的土地（到网格边界、隔着分界线，或旁边的土地留归上级）",
    ),
    "room": Named(
        "the ground beside has taken as much small ground as it can without being outweighed",
        "相邻土地已并入的零星土地不宜再多，否则会超过其自身",
    ),
    "full": Named(
        "the micro-grid beside is full: with them it would be over capacity",
        "相邻微网格工作量已满，再并入会超出承载力",
    ),
    "edit": Named(
        "an edit has made them so; merge them with what is beside, or leave a site that stands "
        "alone",
        "由人工调整形成，请并入相邻微网格，独立场所可保留",
    ),
}


@dataclass(frozen=True)
class Grouping:
    """How the patches of a town are grouped into micro-grids, by a division or since by hand.

    `patches` carry their micro-grid in `grid_code`; by patch `category` is that of the micro-grid
    and `block` the block it is cut from; `fewest` bounds the micro-grids of each block; `alone`
    lists micro-grids below their least area as `gridmap.split.split.Split` does; `grids` are the
    given ones, by which places are named.
    """

    patches: gpd.GeoDataFrame
    category: pd.Series
    block: pd.Series
    fewest: pd.Series
    alone: pd.DataFrame
    grids: gpd.GeoDataFrame
    rules: Rules

    @property
    def divided(self) -> np.ndarray:
        """Mask of the ground of micro-grids: neither left with its parent nor of a unit."""
        return (self.patches["grid_code"] != "").to_numpy() & ~undivided(self.patches)


def split_issues(
    town: Town, division: Division, *, ways: Sequence[Remedy] | None = None
) -> gpd.GeoDataFrame:
    """List what a division could not do, or did quietly.

    Parameters
    ----------
    town, division
        The town and how it was divided under its rules.
    ways
        What would meet the request for a number of micro-grids, where that is known already.
    """
    answer, patches = division.answer, division.tiling.patches
    made = Grouping(
        gpd.GeoDataFrame(patches.assign(grid_code=answer.grid_code)),
        answer.category,
        answer.block,
        fewest_by_load(division, division.rules),
        answer.alone,
        town.hierarchy,
        division.rules,
    )
    rows = [*_missed_target(town, division, ways), *grouping_issues(made)]
    return make_issues(rows, patches.crs)


def grouping_issues(made: Grouping) -> list[Issue]:
    """List what is noteworthy in how ground is grouped: SPLIT-3 to SPLIT-6."""
    return [
        *_small_alone(made),
        *_too_much_to_join(made),
        *_joined_sites(made),
        *_more_than_load(made),
    ]


def grouping_facts(made: Grouping) -> list[tuple[object, ...]]:
    """List what SPLIT-3 to SPLIT-6 tell of, place by place: while it stays, the rows stay."""
    absorbing, sites, load = _absorbing(made), _sites(made), _above_load(made)
    return [
        *made.alone[["code", "kind", "area_m2", "why"]].itertuples(index=False, name=None),
        *absorbing.itertuples(name=None),
        *zip(sites["category"], sites["area_m2"], _sites_told(sites, made.grids, alike=True),
             strict=True),
        *load.itertuples(index=False, name=None),
    ]  # fmt: skip


def _missed_target(
    town: Town, division: Division, ways: Sequence[Remedy] | None
) -> Iterator[Issue]:
    """Say when the request for a number of micro-grids was not met, why, and what would help."""
    answer, patches = division.answer, division.tiling.patches
    target, found = town.rules.split.target, answer.partition.zones
    if target is None or found == target:
        return
    reasons = reasons_of(answer, patches, names=town.hierarchy["name"], rules=town.rules)
    tried = [way.whole for way in (ways_to_target(town, division) if ways is None else ways)]
    if not tried:
        tried = [Named("none that was tried helps.", "试算过的规则调整均不能满足目标。")]
    english = " ".join([*(one.en for one in reasons), "Ways out:", *(one.en for one in tried)])
    chinese = "".join([*(one.zh for one in reasons), "可行办法：", *(one.zh for one in tried)])
    yield Issue(
        rule="SPLIT-1",
        severity="error",
        size=float(abs(found - target)),
        unit="micro-grids",
        message=f"{target} micro-grids were asked for, {found} were made. {english}",
        message_zh=f"目标为 {target} 个微网格，实际划分 {found} 个。{chinese}",
    )


def _small_alone(made: Grouping) -> Iterator[Issue]:
    """Name the micro-grids below their least area, and why they did not join a neighbour."""
    for why, rows in made.alone.groupby("why", sort=True):
        reason, count = _WHY[str(why)], len(rows)
        told = [
            (str(code), KINDS[str(kind)], float(area) / 10_000)
            for code, kind, area in zip(rows["code"], rows["kind"], rows["area_m2"], strict=True)
        ]
        yield Issue(
            rule="SPLIT-3",
            severity="info",
            code=told[0][0] if count == 1 else "",
            size=float(count),
            unit="micro-grids",
            message=f"{counted(count, 'micro-grid is', 'micro-grids are')} below the least area of "
            f"the kind{'' if why == 'edit' else ' and could not be joined'}: {reason.en}. "
            + _listed([f"{code} ({kind.en.lower()}, {area:.2f} ha)" for code, kind, area in told]),
            message_zh=f"{count} 个微网格小于该类最小面积{'' if why == 'edit' else '而未能并入'}："
            f"{reason.zh}。"
            + _listed_zh([f"{code}（{kind.zh}，{area:.2f} 公顷）" for code, kind, area in told]),
        )


def _too_much_to_join(made: Grouping) -> Iterator[Issue]:
    """Name residual ground that the rules let others absorb, and that stands for itself."""
    own = _absorbing(made)
    if own.empty:
        return
    size = float(own[True].sum())
    yield Issue(
        rule="SPLIT-4",
        severity="info",
        size=size,
        unit="m2",
        message=f"{size / 10_000:,.1f} ha of ground that the rules let its neighbours absorb make "
        f"{counted(len(own), 'micro-grid', 'micro-grids')} of their own: there is more of it than "
        "of what it would join. Map it, or give it a treatment of its own ([residual]). "
        + _listed(own.index.tolist()),
        message_zh=f"按规则应并入相邻地块的土地有 {size / 10_000:,.1f} 公顷单独成为 {len(own)} 个"
        "微网格：其面积大于可并入的土地。请补充图层，或在 [residual] 中单独规定。"
        + _listed_zh(own.index.tolist()),
    )


def _absorbing(made: Grouping) -> pd.DataFrame:
    """Sum up by micro-grid ground that others may absorb (True) and the rest, where less."""
    patches, rules = made.patches[made.divided], made.rules
    kind = kind_of(patches)
    absorbed = patches["category"].eq("residual") & kind.map(
        {key: rules.treatment(key) == "absorb" for key in kind.unique() if key in KINDS}
    )
    area = (
        patches["area_m2"].groupby([patches["grid_code"], absorbed]).sum().unstack(fill_value=0.0)
    )
    area = area.reindex(columns=[False, True], fill_value=0.0)
    return area[(area[True] > area[False])]


def _sites(made: Grouping) -> gpd.GeoDataFrame:
    """Pick the sites in micro-grids of another category."""
    patches = made.patches
    inside = patches["category"].isin(SITES) & (made.category != patches["category"])
    return gpd.GeoDataFrame(patches[inside & made.divided])


def _above_load(made: Grouping) -> pd.DataFrame:
    """List the blocks with more micro-grids than their load asks for: `parent`, both numbers."""
    found = made.patches["grid_code"].groupby(made.block).nunique().reindex(made.fewest.index)
    more = found > made.fewest
    parent = made.patches["parent_code"].groupby(made.block).first().reindex(made.fewest.index)
    table = pd.DataFrame({"parent": parent, "found": found, "fewest": made.fewest})
    return table[more].astype({"found": "int64", "fewest": "int64"})


def _joined_sites(made: Grouping) -> Iterator[Issue]:
    """Name the sites of the town that lie in micro-grids of another category."""
    sites = _sites(made)
    for key in [kind for kind in SITES if (sites["category"] == kind).any()]:
        rows = sites[sites["category"] == key]
        kind, size = KINDS[key], float(rows["area_m2"].sum())
        told = _sites_told(rows, made.grids)
        yield Issue(
            rule="SPLIT-5",
            severity="info",
            size=size,
            unit="m2",
            message=f"{kind.en}: {counted(len(told), 'site', 'sites')} below the least area "
            f"({size / 10_000:,.2f} ha in all) joined a micro-grid of another category; whoever is "
            f"there is in charge. {_listed([one.en for one in told])}",
            message_zh=f"{kind.zh}：{len(told)} 处小于最小面积（共 {size / 10_000:,.2f} 公顷），"
            f"已并入其他类别的微网格，由该网格人员负责。" + _listed_zh([one.zh for one in told]),
        )


def _more_than_load(made: Grouping) -> Iterator[Issue]:
    """Say where there are more micro-grids than the load asks for, when no number was asked for."""
    if made.rules.split.target is not None:
        return
    more = _above_load(made)
    if more.empty:
        return
    told = [f"{one.parent} ({one.found}/{one.fewest})" for one in more.itertuples()]
    count = int((more["found"] - more["fewest"]).sum())
    yield Issue(
        rule="SPLIT-6",
        severity="info",
        size=float(count),
        unit="micro-grids",
        message=f"{counted(count, 'micro-grid', 'micro-grids')} more than load over capacity asks "
        "for: patches are whole, heavy or in the way of each other there (made/by load alone). "
        + _listed(told),
        message_zh=f"微网格比按工作量计算的下限多 {count} 个：该处图斑不可再分、过重或相互阻隔"
        f"（实际/按工作量）。{_listed_zh(told)}",
    )


def _sites_told(
    sites: gpd.GeoDataFrame, grids: gpd.GeoDataFrame, *, alike: bool = False
) -> list[Named]:
    """Name sites and the micro-grid that each has joined; one without a name by its place.

    Those that read alike are one, unless `alike` asks for each.
    """
    told = []
    for patch, name, record, code in zip(
        sites.index, sites["name"], sites["record"], sites["grid_code"], strict=True
    ):
        own = str(name or record)
        site = Named(own, own) if own else place_of_patch(sites, str(patch), grids)
        told.append(Named(f"{site.en} → {code}", f"{site.zh} → {code}"))
    return told if alike else list(dict.fromkeys(told))


def _listed(words: Sequence[str]) -> str:
    more = f" and {len(words) - _LISTED} more" if len(words) > _LISTED else ""
    return f"{', '.join(words[:_LISTED])}{more}."


def _listed_zh(words: Sequence[str]) -> str:
    more = f" 等 {len(words)} 处" if len(words) > _LISTED else ""
    return f"{'、'.join(words[:_LISTED])}{more}。"
