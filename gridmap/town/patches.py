"""From the layers of a town to its patches: tiling, slivers, streets, load, and oversize patches.

Everything after this is a label on patches.
"""

import math
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from boundaries.hierarchy.codes import inner_points, reading_order
from boundaries.hierarchy.outlines import polygonal
from boundaries.overlay.lattice import Origin, corner_of, moved, origin_of, read_onto, settled
from boundaries.overlay.retiling import exact
from boundaries.tiling.build import (
    Tiling,
    balanced,
    kind_of,
    make_tiling,
    merge_patches,
    sealed,
)
from boundaries.tiling.cells import cut_into_cells
from boundaries.tiling.cutting import CUT_NOISE_M, cut_patches
from boundaries.tiling.slivers import join_slivers
from boundaries.tiling.streets import split_streets, with_gaps
from gridmap.rules import Rules
from gridmap.town.departments import weekly_cases
from gridmap.town.dwellings import dwellings_of, indivisible_shapes
from gridmap.town.load import measure_load, share_cases, weights_by_row
from gridmap.town.town import Town
from gridmap.town.visible_lines import visible_lines
from layers.contract.categories import CATEGORY_KEYS

__all__ = [
    "LEAST_DIVISIBLE",
    "cut_oversize",
    "cut_to_load",
    "deepest_grids",
    "finished",
    "indivisible_h",
    "make_patches",
    "measured_for",
    "tile_ground",
]

_STREET = "road_transport"
_HAND_M = 0.1  # narrower than any hand draws on purpose
_CUT_ROUNDS = 4
# Pieces are cut for a little less than one officer gives, so that uneven pieces still fit.
_FILL = 0.9
# A patch of which a smaller share of the load lies on its ground is not cut.
LEAST_DIVISIBLE = 0.2
# Of the least households of a grid: pieces of homes that no building parts have about so many.
_HOME_GRAIN = 1 / 5


def make_patches(town: Town) -> Tiling:
    """Tile the ground of a town and cut it into patches that officers can carry.

    Returns
    -------
    The tiling: patches with all columns of `layers.contract.columns.PATCHES` except a filled
    `grid_code`, indexed by patch id; the ledger; and the ground that joined its neighbour.
    """
    return cut_to_load(tile_ground(town), town)


def tile_ground(town: Town) -> Tiling:
    """Tile the ground of a town, without looking at what it asks of officers.

    This takes most of the time of a plan, and no rule on load, capacity or the split changes it.

    Returns
    -------
    The tiling with patches as the layers give them, without measures and ids.
    """
    near, origin = _near_origin(town, "ground", "roads")
    tiling = _tiled(near)
    patches, joined = (moved(frame, origin.back) for frame in (tiling.patches, tiling.joined))
    return Tiling(patches, tiling.ledger, joined)


def _near_origin(town: Town, *names: str) -> tuple[Town, Origin]:
    """Bring the hierarchy and some frames of a town to x 0, y 0, where computing is most exact."""
    corner, origin = (of(town.hierarchy.geometry.to_numpy()) for of in (corner_of, origin_of))
    read = {name: read_onto(getattr(town, name), corner) for name in ("hierarchy", *names)}
    return replace(town, **{name: moved(frame, origin) for name, frame in read.items()}), origin


def _tiled(town: Town) -> Tiling:
    """Tile the ground of a town that lies at x 0, y 0."""
    rules = town.rules
    tiling = make_tiling(
        town.ground,
        deepest_grids(town.hierarchy).geometry,
        precedence=rules.precedence,
        unmapped_to=_unmapped_to(rules.residual.unmapped_to),
    )
    tiling = replace(tiling, patches=_on_lattice(tiling.patches))
    # What is thinner than a hand is noise of the input; streets are split without it.
    tiling = join_slivers(tiling, min_width_m=_HAND_M, min_area_m2=0.0)
    if rules.residual.streets == "absorb":
        street = (kind_of(tiling.patches) == _STREET).to_numpy()
        blank = (tiling.patches["layer"] == "").to_numpy()
        tiling = with_gaps(tiling, street, blank, width_m=rules.tiling.sliver_width_m)
        tiling = _absorb_streets(tiling, town.roads.geometry)
    return join_slivers(
        tiling,
        min_width_m=rules.tiling.sliver_width_m,
        min_area_m2=rules.tiling.sliver_area_m2,
        area_by_kind_m2={str(kind): m2 for kind, m2 in rules.tiling.sliver_area_by_kind_m2.items()},
    )


def cut_to_load(ground: Tiling, town: Town) -> Tiling:
    """Cut tiled ground into patches that one officer can carry, measured and with ids.

    Parameters
    ----------
    ground
        What `tile_ground` gave for the town.
    town
        The town, with the rules on load and capacity to be used.
    """
    return finished(ground, cut_oversize(ground.patches, town), town)


def finished(ground: Tiling, patches: gpd.GeoDataFrame, town: Town) -> Tiling:
    """Measure patches cut from tiled ground, give them ids, and account for them."""
    measured = measured_for(patches, town)
    done = _with_ids(measured)
    # Ground of an exclusive grid is not divided: the grid itself is its label.
    parent = done["parent_code"]
    done["grid_code"] = parent.where(parent.isin(_exclusive_codes(town.hierarchy)), "")
    return Tiling(done, balanced(ground.ledger, done), ground.joined)


def measured_for(patches: gpd.GeoDataFrame, town: Town) -> gpd.GeoDataFrame:
    """Measure patches of a town and weigh them under its rules."""
    parents = deepest_grids(town.hierarchy)
    objects = read_onto(town.objects, corner_of(town.hierarchy.geometry.to_numpy()))
    weekly = weekly_cases(town.cases, town.rules) if len(town.cases) else town.cases
    return measure_load(
        patches,
        rules=town.rules,
        hierarchy=parents,
        objects=objects,
        dwellings=dwellings_of(town.units, town.rules) if len(town.units) else None,
        cases=share_cases(patches, town.hierarchy, weekly) if len(weekly) else None,
    )


def _on_lattice(patches: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Put crossings of borders onto the lattice too; places lie much farther apart than that.

    All polygons are looked at here, and after this only those that are new.
    """
    made = patches.set_geometry(settled(patches.geometry.to_numpy()), crs=patches.crs)
    return exact(made, made, is_sound=False)


def deepest_grids(hierarchy: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Grids that hold patches, each with the ground that is in no grid below it.

    Those are the given grids without given grids below them, the parents of the micro-grids, and
    the exclusive grids; together they tile the town. One without ground of its own is not there.
    """
    exclusive = hierarchy["kind"] == "exclusive"
    above = hierarchy.loc[~exclusive, "parent_code"]
    deepest = hierarchy[hierarchy["spatial"] & ~hierarchy.index.isin(above)].sort_index()
    inside = hierarchy[exclusive & hierarchy["spatial"]]
    if inside.empty:
        return deepest
    shapes = deepest.geometry.to_numpy().copy()
    place = {code: at for at, code in enumerate(deepest.index)}
    for parent, parts in inside.groupby("parent_code"):
        if parent in place:  # vertices are shared, so that nothing is cut anew
            at = place[str(parent)]
            shapes[at] = polygonal(shapely.difference(shapes[at], parts.geometry.union_all()))
    own = deepest.set_geometry(gpd.GeoSeries(shapes, index=deepest.index, crs=hierarchy.crs))
    return gpd.GeoDataFrame(own[~own.geometry.is_empty])


def _exclusive_codes(hierarchy: pd.DataFrame) -> pd.Index:
    return hierarchy.index[hierarchy["kind"] == "exclusive"]


def _unmapped_to(kind: str) -> tuple[str, str]:
    return (kind, "") if kind in CATEGORY_KEYS else ("residual", kind)


def _absorb_streets(tiling: Tiling, centre_lines: gpd.GeoSeries) -> Tiling:
    """Split street ground along centre lines and give each piece to the land beside it."""
    patches = tiling.patches
    street = (kind_of(patches) == _STREET).to_numpy()
    if not street.any() or street.all():
        return tiling
    land = patches[~street].reset_index(drop=True)
    pieces, owner = split_streets(
        patches[street].reset_index(drop=True), land, centre_lines=centre_lines
    )
    both = pd.concat([land, pieces], ignore_index=True)
    both = gpd.GeoDataFrame(both, geometry="geometry", crs=patches.crs)
    into = np.concatenate([np.arange(len(land)), owner])
    into = np.where(into < 0, np.arange(len(both)), into)
    whole = exact(sealed(both), patches)
    joined = merge_patches(Tiling(whole, tiling.ledger, tiling.joined), into)
    # A frontage point can reach round a corner: what does not touch stays a patch of its own.
    loose = joined.patches.explode(ignore_index=True)
    loose = loose[loose.area > 0].reset_index(drop=True)
    return Tiling(loose, joined.ledger, joined.joined)


def cut_oversize(
    patches: gpd.GeoDataFrame,
    town: Town,
    *,
    pieces: np.ndarray | None = None,
    parts: np.ndarray | None = None,
) -> gpd.GeoDataFrame:
    """Cut every patch whose load is above what one officer gives.

    Parameters
    ----------
    patches
        Tiled ground.
    town
        The town.
    pieces, parts
        (n,) number of pieces of each patch, where above 1, and the parts it is cut into before, see
        `boundaries.tiling.cutting.cut_patches`; without them each has as many as its load asks for.

    Returns
    -------
    The patches and pieces. The column `origin` says which row of the ground each comes from.
    """
    town, origin = _near_origin(town, "roads", "objects", "context", "units", "cases")
    patches = moved(patches.assign(origin=np.arange(len(patches))), origin)
    patches = _homes_apart(patches, town)
    origin_of_row = patches["origin"].to_numpy()
    pieces = None if pieces is None else pieces[origin_of_row]
    parts = None if parts is None else parts[origin_of_row]
    hours = town.rules.capacity.officer_hours
    narrowest = town.rules.tiling.sliver_width_m
    lines = np.concatenate(visible_lines(town.roads, town.context).visible)
    roads = gpd.GeoSeries(lines) if town.rules.tiling.cut_along_roads else None
    for _ in range(_CUT_ROUNDS):
        measured = measured_for(patches, town)
        load = measured["load_h"].to_numpy()
        fixed = indivisible_h(measured, town.rules)
        divisible = np.maximum(load - fixed, 0.0)
        room = np.maximum(hours - fixed, 0.25 * hours) * _FILL
        wanted = np.where(load > hours, np.ceil(divisible / room), 1).astype(np.int64)
        if pieces is not None:
            wanted = np.where(pieces > 1, pieces, wanted)
        wanted[patches["parent_code"].isin(_exclusive_codes(town.hierarchy))] = 1
        # Work that sits on one spot (an object, the visit itself) does not shrink by cutting.
        wanted[divisible < LEAST_DIVISIBLE * load] = 1
        wanted = _home_pieces(measured, wanted, town)
        if (wanted <= 1).all():
            break
        made = cut_patches(
            patches,
            wanted,
            parts=parts,
            roads=roads,
            units=town.units.geometry,
            least_width_m=narrowest,
        )
        made = sealed(made, cut=made["cut"].to_numpy(), snap_m=CUT_NOISE_M)
        patches = exact(made, patches).drop(columns="cut")
        patches = patches.explode(ignore_index=True)
        patches = patches[patches.area > 0].reset_index(drop=True)
        # What was asked for, and what roads can cut, is done in the first round.
        roads = pieces = parts = None
    return moved(patches, origin.back)


def _for_households(patches: pd.DataFrame, town: Town) -> np.ndarray:
    """Mark the ground that is divided by households; that of exclusive grids is not divided."""
    exclusive = patches["parent_code"].isin(_exclusive_codes(town.hierarchy))
    return (kind_of(patches).isin(town.rules.household_grids.on) & ~exclusive).to_numpy()


def _homes_apart(patches: gpd.GeoDataFrame, town: Town) -> gpd.GeoDataFrame:
    """Cut ground for household grids so that every building or compound has its own piece."""
    chosen = _for_households(patches, town)
    if not chosen.any() or town.units.empty:
        return patches
    shapes = indivisible_shapes(town.units, town.rules)
    made = cut_into_cells(patches, shapes, chosen=chosen)
    made = sealed(made, cut=made["cut"].to_numpy(), snap_m=CUT_NOISE_M)
    made = exact(made, patches).drop(columns="cut").explode(ignore_index=True)
    return made[made.area > 0].reset_index(drop=True)


def _home_pieces(measured: pd.DataFrame, wanted: np.ndarray, town: Town) -> np.ndarray:
    """Say into how many pieces ground for household grids is cut; that of others stays.

    Ground with buildings is cut around these already. Where households are only known by area, it
    is cut finely enough for sums within the band.
    """
    home = _for_households(measured, town)
    if not home.any():
        return wanted
    least, most = town.rules.household_grids.households
    count = measured["households"].to_numpy(dtype=float)
    by_area = np.where(count > most, np.ceil(count / max(least * _HOME_GRAIN, 1.0)), 1)
    tree = shapely.STRtree(indivisible_shapes(town.units, town.rules))
    built = np.zeros(len(measured), dtype=bool)
    built[tree.query(measured.geometry.to_numpy(), predicate="intersects")[0]] = True
    return np.where(home, np.where(built, 1, by_area), wanted).astype(np.int64)


def indivisible_h(measured: pd.DataFrame, rules: Rules) -> np.ndarray:
    """Load of a patch that stays on one piece however it is cut."""
    weights = weights_by_row(kind_of(measured), rules)
    return (weights["patch"] + weights["object"] * measured["objects"]).to_numpy(dtype=float)


def _with_ids(patches: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Number the patches in reading order inside each parent: P00001 and so on."""
    x, y = inner_points(patches.geometry)
    parent, codes = pd.factorize(patches["parent_code"], sort=True)
    by_parent = np.argsort(parent, kind="stable")
    order: list[int] = []
    for rows in np.split(by_parent, np.cumsum(np.bincount(parent, minlength=len(codes)))[:-1]):
        order.extend(rows[reading_order(x[rows], y[rows])].tolist())
    digits = max(5, math.ceil(math.log10(len(patches) + 1)))
    result = patches.iloc[order].copy()
    ids = [f"P{number:0{digits}d}" for number in range(1, len(result) + 1)]
    result.index = pd.Index(ids, dtype="str", name="patch_id")
    return result
