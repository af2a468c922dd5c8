"""Plan the sample towns at many places and print what changes: ``python -m benchmarks.places``.

Without options one town is tiled at eight places; ``--full`` moves both over powers of two in x and
y, zones, negative and random places, mirrors, turns and scales them; ``--plans`` makes whole plans.
Every town goes by way of files, as a user's would.

A moved town must be the same to the last digit: its patches, seen from its corner, are compared bit
by bit. Where layers have arbitrary decimals, a coordinate may round to another tenth of a
micrometre than at home; then the largest difference of an area is told. A mirrored or turned town
is numbered from another corner and cut across other sides, so that its micro-grids may be other
ones; its ground by kind must be the same. Limits in metres mean something else in a scaled town:
only exactness is asked.
"""

import argparse
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely

from boundaries.overlay.lattice import moved, origin_of
from boundaries.tiling.build import Tiling, kind_of
from gridmap.cli.terminal.summary import summarise
from gridmap.plan.plan import Plan
from gridmap.town.patches import make_patches
from gridmap.town.town import Town, load_town
from gridmap.workflow.workflow import plan_town

__all__ = ["main"]

DATA = Path(__file__).parent.parent / "data"
_OF_PLACE = ("READ-5", "READ-10")  # a zone number taken away, a place where no such system is used
SUFFIXES = {".fgb": "FlatGeobuf", ".gpkg": "GPKG"}


class Place(NamedTuple):
    """A name, what is done to every place (n, 2), and how much must stay the same.

    `kind` is moved, turned (or mirrored), or scaled.
    """

    name: str
    change: Callable[[np.ndarray], np.ndarray]
    kind: str = "moved"


class Found(NamedTuple):
    """What a town became."""

    town: Town
    tiling: Tiling
    plan: Plan | None


def places(town: gpd.GeoDataFrame, full: bool) -> Iterator[Place]:
    """List the places for a town with this hierarchy."""
    middle = np.array(town.total_bounds).reshape(2, 2).mean(axis=0)

    def to(x: float | None = None, y: float | None = None) -> Callable[[np.ndarray], np.ndarray]:
        by = np.array([0.0 if x is None else x - middle[0], 0.0 if y is None else y - middle[1]])
        return lambda points: points + by

    def turned(degrees: float) -> Callable[[np.ndarray], np.ndarray]:
        cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
        return lambda points: (points - middle) @ np.array([[cos, sin], [-sin, cos]]) + middle

    def scaled(x: float, y: float) -> Callable[[np.ndarray], np.ndarray]:
        return lambda points: (points - middle) * [x, y] + middle

    # Whole metres, as in a false easting; the middle of the town comes to lie across the power.
    whole = np.round(2.0 ** np.arange(17, 23) - middle[0])
    yield Place("34,090 m east, as reported", lambda points: points + np.array([34_090.0, 0.0]))
    yield Place("across x = 2^19", to(x=2.0**19))
    yield Place("across x = 2^19 and y = 2^22", to(2.0**19, 2.0**22))
    yield Place("zone 38 before x, across y = 2^21", to(38_500_000.0 + 2.0**15, 2.0**21))
    yield Place("across 0, 0", to(0.0, 0.0))
    yield Place("mirrored in x", scaled(-1, 1), "turned")
    yield Place("turned by 30 degrees", turned(30), "turned")
    yield Place("ten times as large", scaled(10, 10), "scaled")
    if not full:
        return
    for power, by in zip(range(17, 23), whole, strict=True):
        yield Place(
            f"across x = 2^{power}, whole metres",
            lambda points, by=by: points + np.array([by, 0.0]),
        )
    for power in range(18, 24):
        yield Place(f"across y = 2^{power}", to(y=2.0**power))
        yield Place(f"across x = y = 2^{power}", to(2.0**power, 2.0**power))
    for power in (18, 19, 20, 21, 22):
        yield Place(f"across x = -2^{power}, y = -2^{power}", to(-(2.0**power), -(2.0**power)))
    for zone in (20, 25, 30, 32, 45, 60):
        yield Place(f"zone {zone} before x", to(zone * 1e6 + 2.0**19, 2.0**22))
    yield Place("across x = 2^25", to(x=2.0**25))
    yield Place("mirrored in y", scaled(1, -1), "turned")
    yield Place(
        "mirrored in both, across x = 2^19", lambda p: to(2.0**19)(scaled(-1, -1)(p)), "turned"
    )
    for degrees in (1, 45, 90, 133.7, 180, 270):
        yield Place(f"turned by {degrees} degrees", turned(degrees), "turned")
        yield Place(
            f"turned by {degrees} degrees, across x = 2^19",
            lambda points, degrees=degrees: to(2.0**19)(turned(degrees)(points)),
            "turned",
        )
    yield Place("a tenth as large", scaled(0.1, 0.1), "scaled")
    for size in (0.1, 10):
        yield Place(
            f"{size:g} times as large, across x = 2^19 and y = 2^22",
            lambda points, size=size: to(2.0**19, 2.0**22)(scaled(size, size)(points)),
            "scaled",
        )
    rng = np.random.default_rng(0)
    for number, (x, y) in enumerate(rng.uniform((-1e6, -1e6), (4e7, 1e7), (40, 2)), start=1):
        yield Place(f"random {number}: {x:.3f}, {y:.3f}", to(x, y))


def write_elsewhere(source: Path, folder: Path, change: Callable[[np.ndarray], np.ndarray]) -> None:
    """Copy the folder of a town with all its ground changed."""
    for path in sorted(source.iterdir()):
        if path.suffix not in SUFFIXES:
            if path.is_file():
                (folder / path.name).write_bytes(path.read_bytes())
            continue
        for layer, _ in pyogrio.list_layers(path):
            frame = gpd.read_file(path, layer=layer)
            shapes = shapely.transform(frame.geometry.to_numpy(), change)
            frame = frame.set_geometry(gpd.GeoSeries(shapes, index=frame.index, crs=frame.crs))
            options = {"layer": layer, "driver": SUFFIXES[path.suffix], "SPATIAL_INDEX": "NO"}
            frame.to_file(folder / path.name, **options)  # an index allows no row without ground


def made_of(source: Path, change: Callable[[np.ndarray], np.ndarray], plans: bool) -> Found:
    """Read, tile and perhaps plan a town whose ground is changed."""
    with tempfile.TemporaryDirectory() as name:
        write_elsewhere(source, Path(name), change)
        town = load_town(Path(name))
    if plans:
        plan = plan_town(town)
        return Found(town, Tiling(plan.patches, plan.ledger, plan.patches.iloc[:0]), plan)
    return Found(town, make_patches(town), None)


def is_exact(found: Found) -> bool:
    """Say whether patches are valid, share every vertex, and sum to the ground of the town."""
    shapes = found.tiling.patches.geometry.to_numpy()
    levels = [] if found.plan is None else [part for _, part in found.plan.grids.groupby("level")]
    outline = found.town.hierarchy.geometry[found.town.hierarchy["level"] == 1].item()
    return bool(
        shapely.is_valid(shapes).all()
        and shapely.coverage_is_valid(shapes)
        and all(shapely.coverage_is_valid(level.geometry.to_numpy()) for level in levels)
        and abs(shapely.area(shapes).sum() - outline.area) <= 1e-12 * outline.area
    )


def compared(found: Found, home: Found, kind: str) -> str:
    """Say in a few words how a town differs from itself at home."""
    one, other = found.tiling.patches, home.tiling.patches
    if kind == "scaled":
        return f"{len(one)} patches"
    ground = (part.area.groupby(kind_of(part)).sum() for part in (one, other))
    by_kind = pd.concat(list(ground), axis=1).fillna(0.0)
    apart = float(np.abs(by_kind.diff(axis=1).iloc[:, 1]).max())
    if kind == "turned":
        return f"{len(one) - len(other):+d} patches, ground of a kind within {apart:,.2f} m2"
    names = [name for name in one.columns if name != "geometry" and one[name].dtype != float]
    if len(one) != len(other) or not one[names].equals(other[names]):
        return f"OTHER PATCHES: {len(one) - len(other):+d}, ground of a kind within {apart:,.2f} m2"
    near, at_home = (moved(part, origin_of(part.geometry.to_numpy())) for part in (one, other))
    if near.geometry.equals(at_home.geometry):
        return "the same to the last digit"
    most = float(np.abs(one.area.to_numpy() - other.area.to_numpy()).max())
    return f"the same, areas within {most:.1e} m2"


def plans_compared(plan: Plan, home: Plan, kind: str) -> str:
    """Say how the grids, figures and issues of a plan differ from those at home."""
    told = plan.issues["rule"].isin(_OF_PLACE)
    figures, at_home = (
        summarise(one.with_tables(issues=one.issues[~one.issues["rule"].isin(_OF_PLACE)]))
        for one in (plan, home)
    )
    if kind != "moved":
        keys = ("grids", "errors", "warnings", "tiling_work")
        return ", ".join(f"{key} {figures[key]}" for key in keys)
    other = [key for key in figures if figures[key] != at_home[key]]
    columns = ["rule", "severity", "code", "size", "message"]
    tables = {
        "grids": (plan.grids.drop(columns="geometry"), home.grids.drop(columns="geometry")),
        "assignments": (plan.assignments, home.assignments),
        "issues": (
            plan.issues.loc[~told, columns].reset_index(drop=True),
            home.issues[columns].reset_index(drop=True),
        ),
    }
    for name, (one, two) in tables.items():
        try:
            pd.testing.assert_frame_equal(
                pd.DataFrame(one), pd.DataFrame(two), rtol=1e-9, atol=1e-5, check_index_type=False
            )
        except AssertionError:
            other.append(name)
    place = f"; its place is told in {told.sum()}" if told.any() else ""
    return f"OTHER {', '.join(other)}" if other else f"same grids, figures, issues{place}"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--full", action="store_true", help="both towns, about 85 places each")
    parser.add_argument("--plans", action="store_true", help="whole plans, not only their patches")
    parser.add_argument("--town", action="append", help="a town under data/; default: zhengan")
    given = parser.parse_args()
    names = given.town or (["zhengan", "cambridge"] if given.full else ["zhengan"])
    print("| town | place | exact tiling | patches |" + (" plan |" if given.plans else ""))
    print("| --- | --- | --- | --- |" + (" --- |" if given.plans else ""))
    for name in names:
        source = DATA / name
        home = made_of(source, lambda points: points, given.plans)
        for place in places(home.town.hierarchy, given.full):
            found = made_of(source, place.change, given.plans)
            cells = [name, place.name, "yes" if is_exact(found) else "NO"]
            cells.append(compared(found, home, place.kind))
            if found.plan is not None and home.plan is not None:
                cells.append(plans_compared(found.plan, home.plan, place.kind))
            print(f"| {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
