"""What borders do to buildings, compounds, village groups and high streets: rows of issues.

A unit that a border of ours cuts since it is too much for one micro-grid (SPLIT-7, a warning);
units that a border of the given grids crosses, which is reported and never changed (SPLIT-8); a
border of ours along a road that the rules ban, as load allows no other (SPLIT-9, a warning). All
are found in the plan as it is, so that after edits the rows are made again.
"""

from collections.abc import Iterator

import geopandas as gpd
import numpy as np
import shapely

from boundaries.validate.tables import counted
from gridmap.coverage.split_figures import Drawn
from gridmap.plan.plan import Plan
from layers.contract.errors import Named
from layers.contract.issues import Issue, make_issues
from layers.landuse.context import UNIT_KINDS

__all__ = ["BORDER_RULES", "border_facts", "border_issues"]

BORDER_RULES = ("SPLIT-7", "SPLIT-8", "SPLIT-9")
_LISTED = 5  # units named in one sentence
_WORDS = {
    "building": (Named("building", "栋建筑"), "buildings"),
    "compound": (Named("compound", "个院落"), "compounds"),
    "village_group": (Named("village group", "个村民小组"), "village groups"),
}


def border_issues(plan: Plan) -> gpd.GeoDataFrame:
    """List what borders cut or follow that they should not, one row for each kind.

    Parameters
    ----------
    plan
        The plan, with its context and units.
    """
    if plan.units.empty and not plan.rules.borders.banned:
        return make_issues([], plan.crs)
    drawn = Drawn(plan)
    rows = [*_cut(drawn), *_crossed(drawn), *_along_banned(drawn)]
    return make_issues(rows, plan.crs)


def border_facts(plan: Plan, families: set[str]) -> list[tuple[str, ...]]:
    """List what the rows of `border_issues` tell of some given grids: while it stays, they stay.

    Units that reach into these grids are looked at with all the ground that they are on.
    """
    if plan.units.empty and not plan.rules.borders.banned:
        return []
    patches, wanted = plan.patches, set(families)
    own = patches["parent_code"].isin(list(families)).to_numpy()
    units = plan.units
    if len(units):
        tree = shapely.STRtree(units.geometry.to_numpy())
        near = np.unique(tree.query(patches.geometry.to_numpy()[own], predicate="intersects")[1])
        units = units.iloc[near]
        wanted |= set(patches["parent_code"].to_numpy()[_touched(patches, units)])
    part = plan.with_tables(
        patches=patches[patches["parent_code"].isin(list(wanted))],
        grids=plan.grids[
            plan.grids["parent_code"].isin(list(wanted)) | (plan.grids["kind"] != "micro")
        ],
        units=units,
    )
    drawn, ids = Drawn(part), part.patches.index.to_numpy()
    codes = part.patches["grid_code"].to_numpy()
    return [
        *(("cut", str(unit)) for unit in units.index[drawn.cut]),
        *(("crossed", str(unit)) for unit in units.index[drawn.crossed]),
        *(("banned", *map(str, (*ids[pair], *codes[pair]))) for pair in drawn.along_banned),
    ]


def _touched(patches: gpd.GeoDataFrame, units: gpd.GeoDataFrame) -> np.ndarray:
    """Positions of the patches that units are on."""
    if units.empty:
        return np.empty(0, dtype=np.int64)
    shapes, boxes = patches.geometry.to_numpy(), patches.bounds.to_numpy()
    west, south, east, north = units.total_bounds
    some = np.flatnonzero(
        (boxes[:, 0] <= east)
        & (boxes[:, 2] >= west)
        & (boxes[:, 1] <= north)
        & (boxes[:, 3] >= south)
    )
    hit = shapely.STRtree(shapes[some]).query(units.geometry.to_numpy(), predicate="intersects")
    return some[np.unique(hit[1])]


def _cut(drawn: Drawn) -> Iterator[Issue]:
    for kind, count, names, units in _by_kind(drawn, drawn.cut):
        word, many = _WORDS[kind]
        homes = bool(drawn.plan.rules.household_grids.on)
        also = ", or households fit into their grids only so" if homes else ""
        also_zh = "、住户类微网格的户数要求" if homes else ""
        yield Issue(
            rule="SPLIT-7",
            severity="warning",
            code=units[0] if count == 1 else "",
            size=float(count),
            unit="units",
            message=f"Borders of micro-grids cut {counted(count, word.en, many)}: together with "
            f"what must stay with it, the ground of each is more than one micro-grid can carry"
            f"{also}, or an edit has parted it. Allow more officers there, or redraw the border. "
            f"{names.en}",
            message_zh=f"微网格界线切开了 {count} {word.zh}：其土地（连同必须在一起的部分）超过一个"
            f"微网格的承载力{also_zh}，或由人工调整切开。请增加人数，或调整界线。{names.zh}",
            geometry=_place(drawn, drawn.cut, kind),
        )


def _crossed(drawn: Drawn) -> Iterator[Issue]:
    for kind, count, names, units in _by_kind(drawn, drawn.crossed):
        word, many = _WORDS[kind]
        yield Issue(
            rule="SPLIT-8",
            severity="info",
            code=units[0] if count == 1 else "",
            size=float(count),
            unit="units",
            message=f"Borders of the given grids cross {counted(count, word.en, many)}. They are "
            "kept as given; see whether the border or the layer is to be corrected. "
            f"{names.en}",
            message_zh=f"界线穿过建筑或村庄：给定网格的界线穿过 {count} {word.zh}。界线按原样保留，"
            f"请核实是否更正网格或图层。{names.zh}",
            geometry=_place(drawn, drawn.crossed, kind),
        )


def _along_banned(drawn: Drawn) -> Iterator[Issue]:
    pairs = drawn.along_banned
    if not len(pairs):
        return
    classes = drawn.plan.rules.borders.banned
    shapes = drawn.patches.geometry.to_numpy()
    codes = drawn.patches["grid_code"].to_numpy()[pairs]
    told = sorted({"/".join(sorted(pair)) for pair in codes.tolist()})
    yield Issue(
        rule="SPLIT-9",
        severity="warning",
        size=float(len(told)),
        unit="borders",
        message=f"{counted(len(told), 'border', 'borders')} between micro-grids follow a road that "
        f"the rules ban as a border ({', '.join(classes)}): both sides together are more than one "
        f"micro-grid can carry. {_listed(told).en}",
        message_zh=f"{len(told)} 段微网格界线沿规则禁止作界线的道路（{'、'.join(classes)}）："
        f"两侧合在一起超过一个微网格的承载力。{_listed(told).zh}",
        geometry=shapely.shortest_line(*shapes[pairs[0]]).interpolate(0.5, normalized=True),
    )


def _by_kind(drawn: Drawn, which: np.ndarray) -> Iterator[tuple[str, int, Named, list[str]]]:
    """Each kind of some units: how many, a few of them in words, and their ids."""
    units = drawn.plan.units.iloc[which]
    for kind in UNIT_KINDS:
        some = units[units["kind"] == kind]
        if len(some):
            named = some["name"].where(some["name"] != "", some.index.to_series())
            yield kind, len(some), _listed(named.astype(str).tolist()), some.index.tolist()


def _place(drawn: Drawn, which: np.ndarray, kind: str) -> shapely.Geometry:
    """All places of the units of a kind; one point each."""
    units = drawn.plan.units.iloc[which]
    shapes = units.geometry[units["kind"] == kind].to_numpy()
    return shapely.multipoints(shapely.point_on_surface(shapes))


def _listed(words: list[str]) -> Named:
    more, more_zh = "", ""
    if len(words) > _LISTED:
        more, more_zh = f" and {len(words) - _LISTED} more", f" 等 {len(words)} 处"
    return Named(f"{', '.join(words[:_LISTED])}{more}.", f"{'、'.join(words[:_LISTED])}{more_zh}。")
