"""Time the way from layers to micro-grids against the usual tools; write ``benchmarks/GROUND.md``.

``python -m benchmarks.ground`` takes about a minute, ``--full`` half an hour: it adds 7,000
polygons for the chained overlay, 350,000 for ours, and a million patches from GeoParquet to disk.
Seconds are wall time of one process on an idle machine; compare them within a table.
"""

import argparse
import datetime
import os
import platform
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.spatial import cKDTree

from boundaries.neighbours import neighbours
from boundaries.tiling import make_tiling
from gridmap.grids import make_grids
from gridmap.rules import load_rules
from gridmap.split import graph_of, split_patches
from layers.categories import CATEGORY_KEYS

__all__ = ["main"]

ROOT = Path(__file__).parent
CRS = "EPSG:4547"
HECTARE_M = 100.0


def timed(run: Callable[[], Any]) -> tuple[Any, float]:
    """Run something and measure its wall time in seconds."""
    start = time.perf_counter()
    answer = run()
    return answer, time.perf_counter() - start


def voronoi(count: int, side: float, rng: np.random.Generator) -> np.ndarray:
    """Draw Voronoi cells of random points, cut to a square, with vertices on millimetres."""
    frame = shapely.box(0, 0, side, side)
    points = shapely.multipoints(rng.uniform(0, side, (count, 2)))
    cells = shapely.get_parts(shapely.voronoi_polygons(points, extend_to=frame))
    return shapely.set_precision(shapely.intersection(cells, frame), 0.001)


def seven_layers(polygons: int, seed: int = 0) -> tuple[gpd.GeoDataFrame, float]:
    """Draw seven overlapping layers, each half of a Voronoi map; and the side of the town in m."""
    rng = np.random.default_rng(seed)
    per_layer = polygons // len(CATEGORY_KEYS)
    side = HECTARE_M * np.sqrt(2 * per_layer)
    layers = []
    for category in CATEGORY_KEYS:
        cells = voronoi(2 * per_layer, side, rng)
        chosen = cells[rng.permutation(len(cells))[:per_layer]]
        columns = {"category": category, "subclass": "", "layer": category, "record": ""}
        frame = gpd.GeoDataFrame(columns, geometry=chosen, crs=CRS, index=range(per_layer))
        layers.append(frame.assign(name=""))
    return pd.concat(layers, ignore_index=True), float(side)


def chained_overlay(ground: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Lay the layers over each other as geopandas documents it: union after union."""
    layers = [layer[["geometry"]] for _, layer in ground.groupby("layer", sort=False)]
    result = layers[0]
    for layer in layers[1:]:
        result = gpd.overlay(result, layer, how="union", keep_geom_type=True)
    return result


def intersected_neighbours(cells: np.ndarray) -> int:
    """Count neighbours with the length of their border by a tree and intersections."""
    one, two = shapely.STRtree(cells).query(cells, predicate="intersects")
    one, two = one[one < two], two[one < two]
    edges = shapely.boundary(cells)
    length = shapely.length(shapely.intersection(edges[one], edges[two]))
    return int((length > 1e-9).sum())


def patch_table(count: int) -> gpd.GeoDataFrame:
    """Draw a city of patches in level-3 grids of about 2,000, seven correlated categories."""
    rng = np.random.default_rng(1)
    side = HECTARE_M * np.sqrt(count)
    cells = shapely.coverage_clean(voronoi(count, side, rng))
    cells = cells[shapely.area(cells) > 0]
    centres = shapely.get_coordinates(shapely.centroid(cells))
    kind = cKDTree(rng.uniform(0, side, (max(count // 40, 1), 2))).query(centres)[1] % 7
    rows = max(int(np.sqrt(count / 2000)), 1)
    place = np.minimum((centres / side * rows).astype(int), rows - 1) @ [rows, 1]
    return gpd.GeoDataFrame(
        {
            "parent_code": [f"41012210{at:07d}" for at in place],
            "category": np.array(CATEGORY_KEYS)[kind],
            "subclass": "",
            "area_m2": shapely.area(cells),
            "households": 0.0,
            "objects": 0,
            "load_h": np.minimum(rng.lognormal(-0.7, 0.7, len(cells)), 6.0),
        },
        geometry=cells,
        crs=CRS,
        index=pd.Index([f"P{at:07d}" for at in range(len(cells))], dtype="str"),
    )


def patches_to_disk(source: Path, target: Path) -> int:
    """Read patches, split them into micro-grids, dissolve and write those; how many there are."""
    rules = load_rules(ROOT.parent / "data" / "zhengan" / "rules.toml")
    rules = rules.model_copy(
        update={
            "split": rules.split.model_copy(update={"target": None}),
            "numbering": rules.numbering.model_copy(update={"micro_digits": 4}),
        }
    )
    patches = gpd.read_parquet(source)
    answer = split_patches(patches, rules=rules)
    codes = sorted(patches["parent_code"].unique())
    hierarchy = pd.DataFrame(
        {"name": "", "name_en": "", "level": 3, "parent_code": ""}, index=codes
    )
    labelled = patches.assign(grid_code=answer.grid_code)
    grids = make_grids(
        labelled,
        hierarchy,
        categories=answer.category,
        graph=graph_of(labelled, rules=rules),
        rules=rules,
    )
    grids.to_parquet(target)
    return int((grids["kind"] == "micro").sum())


def overlay_rows(full: bool) -> list[str]:
    """Table of the overlay."""
    rows = ["| polygons | ours s | patches | chained overlay s | its pieces | times faster |",
            "| --- | --- | --- | --- | --- | --- |"]  # fmt: skip
    make_tiling(*_as_input(70))  # compiled code is loaded before the clock runs
    for polygons in (700, 7_000, 35_000, *((350_000,) if full else ())):
        tiling, ours = timed(lambda size=polygons: make_tiling(*_as_input(size)))
        peer = "| – | – | – |"
        if polygons <= (7_000 if full else 700):
            ground, _ = seven_layers(polygons)
            pieces, theirs = timed(lambda given=ground: chained_overlay(given))
            peer = f"| {theirs:.1f} | {len(pieces):,} | {theirs / ours:.0f} |"
        rows.append(f"| {polygons:,} | {ours:.2f} | {len(tiling.patches):,} {peer}")
        print(rows[-1], flush=True)
    return rows


_DRAWN: dict[int, tuple[gpd.GeoDataFrame, gpd.GeoSeries]] = {}


def _as_input(polygons: int) -> tuple[gpd.GeoDataFrame, gpd.GeoSeries]:
    """Layers and a town of one grid; drawn once, so that drawing is not timed twice."""
    if polygons not in _DRAWN:
        ground, side = seven_layers(polygons)
        town = gpd.GeoSeries({"1": shapely.box(0, 0, side, side)}, crs=CRS)
        _DRAWN[polygons] = ground, town
    return _DRAWN[polygons]


def neighbour_rows(full: bool) -> list[str]:
    """Table of neighbours with border lengths."""
    rows = ["| patches | ours s | pairs | tree and intersection s | its pairs | times faster |",
            "| --- | --- | --- | --- | --- | --- |"]  # fmt: skip
    for count in (50_000, *((500_000,) if full else ())):
        cells = voronoi(count, HECTARE_M * np.sqrt(count), np.random.default_rng(2))
        cells = shapely.coverage_clean(cells)
        series = gpd.GeoSeries(cells, crs=CRS)
        neighbours(series.iloc[:100])
        pairs, ours = min((timed(lambda given=series: neighbours(given)) for _ in range(3)),
                          key=lambda one: one[1])  # fmt: skip
        found, theirs = timed(lambda given=cells: intersected_neighbours(given))
        rows.append(
            f"| {count:,} | {ours:.2f} | {len(pairs):,} | {theirs:.1f} | {found:,} "
            f"| {theirs / ours:.0f} |"
        )
        print(rows[-1], flush=True)
    return rows


def bulk_rows(full: bool) -> list[str]:
    """Table of patches from GeoParquet to micro-grids on disk."""
    rows = ["| patches | seconds | micro-grids | peak memory of the process GB |",
            "| --- | --- | --- | --- |"]  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        for count in (100_000, *((1_000_000,) if full else ())):
            source, target = Path(folder, "patches.parquet"), Path(folder, "grids.parquet")
            patch_table(count).to_parquet(source)
            made, seconds = timed(lambda given=source, to=target: patches_to_disk(given, to))
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
            rows.append(f"| {count:,} | {seconds:.1f} | {made:,} | {peak:.1f} |")
            print(rows[-1], flush=True)
    return rows


def main() -> None:
    """Run the benchmark and write its tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true", help="the large sizes as well")
    full = parser.parse_args().full
    lines = [
        "# Ground: from layers to micro-grids",
        "",
        f"Made by `python -m benchmarks.ground{' --full' if full else ''}` on "
        f"{datetime.datetime.now(datetime.UTC):%Y-%m-%d}, {os.cpu_count()} cores, "
        f"{platform.system()}, Python {platform.python_version()}, geopandas {gpd.__version__}, "
        f"shapely {shapely.__version__}. Wall time.",
        "",
        "## Seven overlapping layers become one tiling",
        "",
        "Each layer is half of a Voronoi map, one grid around all. Ours resolves precedence; the "
        "chained union of geopandas keeps every piece.",
        "",
        *overlay_rows(full),
        "",
        "## Neighbours with the length of their border",
        "",
        *neighbour_rows(full),
        "",
        "## From a GeoParquet of patches to micro-grid polygons on disk",
        "",
        "Peak memory includes drawing the patches.",
        "",
        *bulk_rows(full),
        "",
    ]
    (ROOT / "GROUND.md").write_text("\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
