"""Time the way from layers to micro-grids against the usual tools; write ``benchmarks/GROUND.md``.

``python -m benchmarks.ground`` takes a minute or two, ``--full`` about ten: it adds 7,000
polygons for the chained overlay, 350,000 for ours, 500,000 patches for the neighbours, and a
million patches from GeoParquet to disk. All runs of a table follow each other on one machine.
"""

import argparse
import datetime
import multiprocessing
import os
import platform
import resource
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from benchmarks.drawn_ground import CRS, HECTARE_M, cells, patch_table, seven_layers
from boundaries.tiling.build import make_tiling
from boundaries.topology.neighbours import neighbours
from gridmap.plan.grids import make_grids
from gridmap.rules import load_rules
from gridmap.split.split import graph_of, split_patches
from layers.landuse.ground import read_ground

__all__ = ["main"]

ROOT = Path(__file__).parent


class Timed(NamedTuple):
    """What a call gave, its wall time, and the processor time of the whole process, in seconds."""

    answer: Any
    wall: float
    cpu: float

    def __str__(self) -> str:
        return f"{self.wall:.2f} | {self.cpu:.2f}"


def timed(run: Callable[[], Any]) -> Timed:
    wall, cpu = time.perf_counter(), time.process_time()
    answer = run()
    return Timed(answer, time.perf_counter() - wall, time.process_time() - cpu)


def in_a_process_of_its_own(run: Callable[..., Any], *given: Any) -> Any:
    """Run something where nothing else takes memory, or keeps it."""
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=1, mp_context=spawn) as pool:
        return pool.submit(run, *given).result()


def chained_overlay(ground: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Lay the layers over each other as geopandas documents it: union after union."""
    layers = [layer[["geometry"]] for _, layer in ground.groupby("layer", sort=False)]
    result = layers[0]
    for layer in layers[1:]:
        result = gpd.overlay(result, layer, how="union", keep_geom_type=True)
    return result


def overlay_rows(full: bool) -> list[str]:
    """Table of the overlay."""
    rows = ["| polygons | ours s | CPU s | patches | valid | area kept to | chained overlay s | "
            "CPU s | its pieces | times faster, by CPU |",
            "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |"]  # fmt: skip
    make_tiling(*seven_layers(70))  # compiled code is loaded before the clock runs
    for polygons in (700, 7_000, 35_000, *((350_000,) if full else ())):
        ground, town = seven_layers(polygons)
        times = 3 if polygons < 100_000 else 2
        runs = [timed(lambda g=ground, t=town: make_tiling(g, t)) for _ in range(times)]
        ours = min(runs, key=lambda one: one.cpu)
        patches = ours.answer.patches
        valid = "yes" if shapely.coverage_is_valid(patches.geometry.to_numpy()) else "no"
        kept = abs(patches.area.sum() / town.area.sum() - 1)
        peer = "– | – | – | –"
        if polygons <= (7_000 if full else 700):
            theirs = timed(lambda g=ground: chained_overlay(g))
            peer = f"{theirs} | {len(theirs.answer):,} | {theirs.cpu / ours.cpu:.0f}"
        rows.append(f"| {polygons:,} | {ours} | {len(patches):,} | {valid} | {kept:.0e} | {peer} |")
        print(rows[-1], flush=True)
    return rows


def intersected_neighbours(shapes: np.ndarray) -> int:
    """Count neighbours with the length of their border by a tree and intersections."""
    one, two = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    one, two = one[one < two], two[one < two]
    edges = shapely.boundary(shapes)
    length = shapely.length(shapely.intersection(edges[one], edges[two]))
    return int((length > 1e-9).sum())


def neighbour_rows(full: bool) -> list[str]:
    """Table of neighbours with border lengths."""
    rows = ["| patches | ours s | CPU s | pairs | tree and intersection s | CPU s | its pairs | "
            "times faster, by CPU |",
            "| --- | --- | --- | --- | --- | --- | --- | --- |"]  # fmt: skip
    for count in (50_000, *((500_000,) if full else ())):
        shapes = cells(count, HECTARE_M * np.sqrt(count), np.random.default_rng(2))
        shapes = shapely.coverage_clean(shapes)
        series = gpd.GeoSeries(shapes, crs=CRS)
        neighbours(series.iloc[:100])
        runs = [timed(lambda given=series: neighbours(given)) for _ in range(3)]
        ours = min(runs, key=lambda one: one.cpu)
        theirs = timed(lambda given=shapes: intersected_neighbours(given))
        rows.append(
            f"| {count:,} | {ours} | {len(ours.answer):,} | {theirs} | {theirs.answer:,} "
            f"| {theirs.cpu / ours.cpu:.0f} |"
        )
        print(rows[-1], flush=True)
    return rows


def draw_to_disk(count: int, target: Path) -> None:
    patch_table(count).to_parquet(target)


def patches_to_disk(source: Path, target: Path) -> tuple[int, str, float]:
    """Read patches, split them into micro-grids, dissolve and write those.

    Returns how many micro-grids there are, the time, and the peak memory of the process in GB.
    """
    done = timed(lambda: _patches_to_disk(source, target))
    return done.answer, str(done), peak_memory_gb()


def peak_memory_gb() -> float:
    """Peak memory of this process; what the one that started it had taken is not in it."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    return int(status.read_text().split("VmHWM:")[1].split()[0]) / 1e6


def _patches_to_disk(source: Path, target: Path) -> int:
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


def bulk_rows(full: bool) -> list[str]:
    """Table of patches from GeoParquet to micro-grids on disk."""
    rows = ["| patches | seconds | CPU s | micro-grids | peak memory of the process GB |",
            "| --- | --- | --- | --- | --- |"]  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        for count in (100_000, *((1_000_000,) if full else ())):
            source, target = Path(folder, "patches.parquet"), Path(folder, "grids.parquet")
            in_a_process_of_its_own(draw_to_disk, count, source)
            made, seconds, peak = in_a_process_of_its_own(patches_to_disk, source, target)
            rows.append(f"| {count:,} | {seconds} | {made:,} | {peak:.1f} |")
            print(rows[-1], flush=True)
    return rows


def reading_rows(full: bool) -> list[str]:
    """Table of reading one layer from several formats."""
    rows = ["| format | ours s | CPU s | geopandas s | CPU s | rows |",
            "| --- | --- | --- | --- | --- | --- |"]  # fmt: skip
    count = 100_000 if full else 20_000
    drawn = patch_table(count)[["category", "area_m2", "geometry"]].rename(
        columns={"category": "kind"}
    )
    drawn["geometry"] = drawn.geometry.translate(458_000, 3_842_000)
    drawn["number"] = [f"{row:06d}" for row in range(len(drawn))]
    with tempfile.TemporaryDirectory() as folder:
        for ending in ("parquet", "fgb", "gpkg", "shp", "geojson"):
            path = Path(folder, f"drawn.{ending}")
            plain = drawn if ending != "geojson" else drawn.to_crs("OGC:CRS84")
            plain.to_parquet(path) if ending == "parquet" else plain.to_file(path)
            read = gpd.read_parquet if ending == "parquet" else gpd.read_file
            theirs = timed(lambda given=path, by=read: by(given))
            ours = timed(
                lambda given=path: read_ground(
                    given, crs=CRS, category="farmland", record_column="number"
                )
            )
            if not len(ours.answer) == len(theirs.answer) == len(drawn):
                raise AssertionError(f"{ending}: {len(ours.answer)} of {len(drawn)} rows were read")
            rows.append(f"| {ending} | {ours} | {theirs} | {len(drawn):,} |")
            print(rows[-1], flush=True)
    return rows


class Section(NamedTuple):
    """A section of the page: its title, what is measured, and the table."""

    title: str
    about: str
    rows: Callable[[bool], list[str]]


SECTIONS = {
    "overlay": Section(
        "Seven overlapping layers become one tiling",
        "Each layer is half of a Voronoi map, one grid around all. Ours resolves precedence; the "
        "chained union of geopandas keeps every piece. Area kept: the patches together against "
        "the grid.",
        overlay_rows,
    ),
    "neighbours": Section(
        "Neighbours with the length of their border",
        "A Voronoi map, its borders exact.",
        neighbour_rows,
    ),
    "bulk": Section(
        "From a GeoParquet of patches to micro-grid polygons on disk",
        "In a process of its own; drawing the patches, crooked bricks of a hectare, is not in it.",
        bulk_rows,
    ),
    "reading": Section(
        "Reading one layer",
        "Ours also finds out encoding and coordinate system, brings the ground into the work CRS, "
        "checks every polygon and repairs what is not valid; geopandas only reads.",
        reading_rows,
    ),
}
HEAD = (
    "# Ground: from layers to micro-grids\n\n"
    "Seconds are wall time; CPU s is the time that all processors gave to the process, and is what "
    "to compare when others use the machine.\n"
)


def measured(name: str, *, full: bool) -> str:
    """Run one section and write it down, with the command that did it."""
    title, about, rows = SECTIONS[name]
    made = (
        f"Made by `python -m benchmarks.ground{' --full' if full else ''} --only {name}` on "
        f"{datetime.datetime.now(datetime.UTC):%Y-%m-%d}, {os.cpu_count()} cores, "
        f"{platform.system()}, Python {platform.python_version()}, geopandas {gpd.__version__}, "
        f"shapely {shapely.__version__}."
    )
    return "\n".join([f"## {title}", "", f"{about} {made}", "", *rows(full), ""])


def main() -> None:
    """Run the benchmark and write its tables; sections that are not run stay as they were."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true", help="the large sizes as well")
    parser.add_argument("--only", choices=SECTIONS, help="one section")
    given = parser.parse_args()
    page = ROOT / "GROUND.md"
    parts = page.read_text(encoding="utf-8").split("\n## ")[1:] if page.exists() else []
    known = {part.split("\n", 1)[0]: f"## {part.strip()}\n" for part in parts}
    for name in [given.only] if given.only else SECTIONS:
        known[SECTIONS[name].title] = measured(name, full=given.full)
        told = [known[section.title] for section in SECTIONS.values() if section.title in known]
        page.write_text("\n".join([HEAD, *told]), encoding="utf-8")


if __name__ == "__main__":
    main()
