"""Do the sites of a register lie where the ground says? Shifts of web maps inside the outline.

Half a kilometre off, an estate is still inside the town. Whether it lies on its parcel, on ground
of its kind, or on a road or a field is what tells. Sites are looked at as given, after GCJ-02 or
BD-09 is undone, and after moves of such lengths that no map makes: so many fit by chance.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS
from scipy.special import bdtrc  # not scipy.stats, which takes half a second to load

from layers.contract.errors import Named
from layers.contract.issues import Issue
from layers.location.datum_shift import Shift, drawn_on_maps
from layers.location.fragments import chance_moves, judge_fragment

__all__ = ["SiteVerdict", "describe_sites", "find_shifted_sites", "judge_sites", "tell_of_sites"]

# Assumptions. So seldom may chance alone place as many sites on fitting ground …
_CHANCE = 0.001
# … and as given chance has to suffice for a shift to be believed.
_NO_SIGN = 0.05
LEAST_SITES = 3  # on as many pieces of ground: neighbours in one park are one sign
_TIMES = 2.0  # so many more have to fit after undoing the shift
_ON_ROAD_M = 4.0  # from the middle of a road
_BUILT = frozenset(
    {
        *("problem_estate", "key_enterprise", "supplied_unbuilt", "developable", "village_res"),
        *("urban_res", "market_commerce", "industry_other", "public_service"),
    }
)
_HOUSED = _BUILT - {"supplied_unbuilt", "developable"}  # categories whose sites are buildings
_BY: Mapping[str, Named] = {
    "record": Named("on the parcel of their record", "落在其所记地块上"),
    "own": Named("on ground of their category", "落在同类用地上"),
    "built": Named("on built ground and off the roads", "落在建设用地上且不在道路中"),
}  # fmt: skip


@dataclass(frozen=True)
class SiteVerdict:
    """What the ground says of the place of a register's sites."""

    state: str  # right | shifted | unknown
    sites: int
    by: str = ""  # record | own | built | edges: what they were compared with; "" with nothing
    given: float = 0.0  # how many fit as given; of edges, out of 100
    chance: float = 0.0  # after the other moves, on average; of edges at most
    undone: float = 0.0  # after undoing the shift that explains most
    shift: Shift | None = None  # that shift


def judge_sites(
    objects: gpd.GeoDataFrame, ground: gpd.GeoDataFrame, roads: np.ndarray, crs: CRS
) -> SiteVerdict | None:
    """Say whether the sites of a register lie right, or shifted as web maps are.

    Parameters
    ----------
    objects
        OBJECTS of one register, in the work CRS.
    ground
        GROUND of all layers.
    roads
        Lines of the middle of roads.
    crs
        The work CRS.

    Returns
    -------
    The verdict; None when no object has a place of its own, or the town is not in China.
    """
    shapes = objects.geometry.to_numpy()
    there = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    placed, shapes = objects[there], shapes[there]
    points = shapely.get_coordinates(shapely.point_on_surface(shapes))
    moved = _undone(points, crs) if len(points) else {}
    if not moved:
        return None
    # The first comparison that tells stands; else the one of which most can be said.
    found = [*_by_edges(shapes, ground, roads, crs)]
    for by, pieces, blocked in _measures(placed, ground, roads):
        found.append(_compared(by, pieces, blocked, points, moved))
    told = [one for one in found if one.state != "unknown"]
    return next(iter([*told, *found]), SiteVerdict("unknown", len(points)))


def tell_of_sites(file: str, verdict: SiteVerdict | None) -> Iterator[Issue]:
    """Give the READ-16 issue of a register: that it is suspected, or that nothing can be told."""
    if verdict is None or verdict.state == "right" or verdict.sites < LEAST_SITES:
        return
    said = describe_sites(verdict)
    if verdict.state == "shifted" and verdict.shift is not None:
        key = verdict.shift.kind.replace("-", "").lower()
        yield Issue(
            "READ-16",
            "warning",
            f'{file!r}: {said.en} Write datum = "{key}" for it in rules.toml to have the '
            'coordinates converted back, or datum = "cgcs2000" when you know that they are right.',
            f'“{file}”：{said.zh}请在 rules.toml 中为其写上 datum = "{key}" 以还原坐标；'
            '如确知位置无误，写 datum = "cgcs2000"。',
            code=file,
            size=verdict.shift.distance_m,
            unit="m",
        )
        return
    yield Issue(
        "READ-16",
        "info",
        f"{file!r}: {said.en} Look at it on the map, or ask where the coordinates come from.",
        f"“{file}”：{said.zh}请在图上核对，或向提供方核实坐标来源。",
        code=file,
    )


def find_shifted_sites(
    registers: Iterable[tuple[str, gpd.GeoDataFrame]],
    ground: gpd.GeoDataFrame,
    roads: np.ndarray,
    crs: CRS,
) -> Iterator[Issue]:
    """Give what is to be told of the place of registers, by file name; see `judge_sites`."""
    for file, objects in registers:
        yield from tell_of_sites(file, judge_sites(objects, ground, roads, crs))


def describe_sites(verdict: SiteVerdict) -> Named:
    """Say what the comparison found, with its figures."""
    if not verdict.by:
        return Named(
            "Whether its sites are shifted cannot be told: there is no ground to compare with.",
            "是否偏移无法判断：没有可对照的用地。",
        )
    by, of = _BY.get(verdict.by, Named("", "")), verdict.sites
    given, undone, chance = (
        _figure(value) for value in (verdict.given, verdict.undone, verdict.chance)
    )
    kind = verdict.shift.kind if verdict.shift else ""
    metres = f"{verdict.shift.distance_m:.0f}" if verdict.shift else ""
    figures = Named(
        f"of {of} sites {given} lie {by} as given, {undone} when {kind} ({metres} m) is undone, "
        f"{chance} by chance",
        f"{of} 个对象按原样有 {given} 个{by.zh}，还原 {kind} 偏移（{metres} 米）后 {undone} 个，"
        f"任意移动时平均 {chance} 个",
    )
    if verdict.by == "edges" and verdict.state == "right":
        figures = Named(
            f"{given} % of the borders of {of} sites run along other borders or roads",
            f"{of} 个对象的边界有 {given}% 与地块边界或道路相合",
        )
    elif verdict.by == "edges":
        figures = Named(
            f"of the borders of {of} sites {given} % run along other borders or roads as given, "
            f"{undone} % when {kind} ({metres} m) is undone, {chance} % at most by chance",
            f"{of} 个对象的边界按原样有 {given}% 与地块边界或道路相合，"
            f"还原 {kind} 偏移（{metres} 米）后 {undone}%，任意移动时至多 {chance}%",
        )
    if verdict.state == "shifted":
        return Named(
            f"Its sites seem to be in {kind}, the shifted coordinates of web maps: {figures}.",
            f"疑为网络地图的 {kind} 偏移坐标：{figures.zh}。",
        )
    if verdict.state == "right":
        return Named(f"Its sites lie right: {figures}.", f"位置相符：{figures.zh}。")
    few = verdict.sites < LEAST_SITES
    need = f" It takes {LEAST_SITES} sites or more." if few else ""
    need_zh = f"至少要有 {LEAST_SITES} 个对象。" if few else ""
    return Named(
        f"Whether its sites are shifted cannot be told: {figures}.{need}",
        f"是否偏移无法判断：{figures.zh}。{need_zh}",
    )


def _figure(value: float) -> str:
    return f"{value:.0f}" if value == round(value) else f"{value:.1f}"


def _undone(points: np.ndarray, crs: CRS) -> dict[str, np.ndarray]:
    """Give the points as they lie when the shift of a map is undone, by map."""
    return {
        kind.removeprefix("outline "): at
        for kind, at in drawn_on_maps(points, crs).items()
        if kind.startswith("outline ")
    }


def _measures(
    placed: gpd.GeoDataFrame, ground: gpd.GeoDataFrame, roads: np.ndarray
) -> Iterator[tuple[str, list[np.ndarray], np.ndarray]]:
    """Give for each comparison the ground that fits each site, and lines that it may not lie on.

    Ground that is the same for all sites is one array.
    """
    shapes = ground.geometry.to_numpy()
    records = ground["record"].to_numpy()
    known = placed["record"].isin(set(records)).to_numpy() & (placed["record"] != "").to_numpy()
    if known.sum() >= LEAST_SITES:
        by_record = [shapes[records == one] if one else shapes[:0] for one in placed["record"]]
        yield "record", by_record, roads[:0]
    category = str(placed["category"].iloc[0])
    own = shapes[(ground["category"] == category) | (ground["subclass"] == category)]
    if len(own):
        yield "own", [own], roads[:0]
    if category in _HOUSED:
        built = ground["category"].isin(_BUILT) | ground["subclass"].isin(_BUILT)
        if built.any():
            yield "built", [shapes[built]], roads


def _compared(
    by: str,
    pieces: list[np.ndarray],
    blocked: np.ndarray,
    points: np.ndarray,
    moved: Mapping[str, np.ndarray],
) -> SiteVerdict:
    """Count the sites that fit as given, undone and by chance, and judge by a binomial tail."""
    trees = [shapely.STRtree(one) for one in pieces]
    lines = shapely.STRtree(blocked)
    given, sites = _fitting(points, trees, lines)
    undone = {kind: _fitting(at, trees, lines)[0] for kind, at in moved.items()}
    others = [_fitting(points + offset, trees, lines)[0] for offset in chance_moves(points, moved)]
    kind = max(undone, key=lambda one: undone[one])
    east, north = np.median(points - moved[kind], axis=0)
    # One more than was seen in two more trials: none seen is not never.
    share = (sum(others) + 1) / (sites * len(others) + 2)
    verdict = SiteVerdict(
        "unknown", len(points), by, given, float(np.mean(others)), undone[kind],
        Shift(kind, float(east), float(north)),
    )  # fmt: skip
    of_given, of_undone = (float(bdtrc(k - 1, sites, share)) for k in (given, undone[kind]))
    if given >= LEAST_SITES and of_given <= _CHANCE and given >= undone[kind]:
        return replace(verdict, state="right")
    proved = undone[kind] >= max(LEAST_SITES, _TIMES * given) and of_undone <= _CHANCE
    return replace(verdict, state="shifted") if proved and of_given > _NO_SIGN else verdict


def _fitting(
    points: np.ndarray, trees: list[shapely.STRtree], lines: shapely.STRtree
) -> tuple[int, int]:
    """Count the pieces of ground that fitting sites lie on, and how many sites there are to count.

    Several sites on one piece are one sign, so they count once in both.
    """
    at = shapely.points(points)
    if len(trees) == 1:
        site, piece = trees[0].query(at, predicate="intersects")
    else:
        pairs = [(n, n) for n, tree in enumerate(trees) if len(tree.query(at[n], "intersects"))]
        site, piece = (np.array([one[k] for one in pairs], dtype=int) for k in (0, 1))
    on_road = np.unique(lines.query(at, predicate="dwithin", distance=_ON_ROAD_M)[0])
    free = ~np.isin(site, on_road)
    site, piece = site[free], piece[free]
    first = {int(one): int(other) for one, other in zip(site[::-1], piece[::-1], strict=True)}
    signs = len(set(first.values()))
    return signs, len(points) - len(first) + signs


def _by_edges(
    shapes: np.ndarray, ground: gpd.GeoDataFrame, roads: np.ndarray, crs: CRS
) -> Iterator[SiteVerdict]:
    """Judge sites that are polygons by the borders that they share, as layers are."""
    areas = shapes[np.isin(shapely.get_type_id(shapes), (3, 6))]
    if len(areas) < len(shapes) or not len(ground):
        return
    edges = np.concatenate([roads, shapely.boundary(ground.geometry.to_numpy())])
    verdict = judge_fragment(areas, edges, crs)
    if verdict is None:
        return
    state = verdict.state if verdict.state in ("right", "shifted") else "unknown"
    given, chance, undone = (
        float(round(100 * value)) for value in (verdict.given, verdict.chance, verdict.undone)
    )
    if state != "unknown":
        yield SiteVerdict(state, len(shapes), "edges", given, chance, undone, verdict.shift)
