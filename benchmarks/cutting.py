"""A land-use file of a whole province, sorted and read by town: `python -m benchmarks.cutting`.

An invented GeoParquet of `--parcels` parcels is written in parts, in no order of place. It is
sorted in a process of its own, whose memory is measured; then boxes as large as a town are read
from the sorted file and from the unsorted one.
"""

import argparse
import json
import multiprocessing
import resource
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import geopandas as gpd
import numpy as np
import pyarrow.parquet as pq
import shapely

from gridmap.city.shared.sorting import sort_ground

PART = 100_000  # parcels in memory at once
STEP_M = 60.0  # a parcel and its share of the ways around it
BOX_M = 7_000.0  # a town, with what lies near its border
SEED = 20_261_130


def write_parcels(path: Path, parcels: int) -> None:
    """Write parcels of a square city, those beside each other far apart in the file."""
    side = int(np.ceil(np.sqrt(parcels)))
    rng = np.random.default_rng(SEED)
    # A step without a common divisor goes through all numbers once, in no order of place.
    step = next(one for one in range(int(parcels * 0.618), parcels) if np.gcd(one, parcels) == 1)
    writer = None
    for begin in range(0, parcels, PART):
        at = (np.arange(begin, min(begin + PART, parcels), dtype=np.int64) * step) % parcels
        frame = gpd.GeoDataFrame(
            {
                "BSM": np.char.add("4101", at.astype("U12")),
                "DLBM": rng.choice(["0101", "0102", "0301", "0702", "1006", "1104"], len(at)),
                "ZLDWMC": np.char.add("示例村", (at // 5_000).astype("U6")),
            },
            geometry=_shapes(at, side, rng),
            crs="EPSG:4547",
        )
        draft = path.with_suffix(".part")
        frame.to_parquet(draft, index=False, write_covering_bbox=True)
        table = pq.read_table(draft)
        draft.unlink()
        if writer is None:
            writer = pq.ParquetWriter(path, _of_all(table.schema, side), compression="zstd")
        writer.write_table(table.cast(writer.schema))
    assert writer is not None
    writer.close()


def _of_all(schema: Any, side: int) -> Any:
    """Let the schema of the first part say the box of all."""
    geo = json.loads(schema.metadata[b"geo"])
    geo["columns"]["geometry"]["bbox"] = [0.0, 0.0, side * STEP_M, side * STEP_M]
    return schema.with_metadata({b"geo": json.dumps(geo).encode()})


def _shapes(at: np.ndarray, side: int, rng: np.random.Generator) -> np.ndarray:
    """Draw a polygon of eight corners for each number, in its cell."""
    angle = np.linspace(0, 2 * np.pi, 8, endpoint=False)
    reach = rng.uniform(0.3, 0.5, (len(at), 8)) * STEP_M
    x = ((at % side + 0.5) * STEP_M)[:, None] + reach * np.cos(angle)
    y = ((at // side + 0.5) * STEP_M)[:, None] + reach * np.sin(angle)
    return np.asarray(shapely.polygons(np.stack([x, y], axis=2)))


def measured(work: Callable[..., Any], *arguments: Any) -> tuple[Any, float, float]:
    """Do something in a process of its own; give the answer, seconds, and megabytes at most."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe(duplex=False)
    begun = time.perf_counter()
    process = context.Process(target=_tell, args=(there, work, arguments))
    process.start()
    answer, memory = here.recv()
    process.join()
    return answer, time.perf_counter() - begun, memory


def _tell(pipe: Any, work: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    answer = work(*arguments)
    pipe.send((answer, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))


def read_boxes(path: Path, boxes: list[tuple[float, ...]]) -> list[tuple[float, int]]:
    """Read boxes as `city cut` does; give seconds and parcels of each."""
    found = []
    for box in boxes:
        begun = time.perf_counter()
        count = len(gpd.read_parquet(path, bbox=box))
        found.append((time.perf_counter() - begun, count))
    return found


def boxes_of(parcels: int, count: int) -> list[tuple[float, ...]]:
    """Choose boxes of a town anywhere in the city."""
    side = np.ceil(np.sqrt(parcels)) * STEP_M
    rng = np.random.default_rng([SEED, 1])
    corners = rng.uniform(0, max(side - BOX_M, 1.0), (count, 2))
    return [(x, y, x + BOX_M, y + BOX_M) for x, y in corners.tolist()]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--parcels", type=int, default=1_000_000)
    parser.add_argument("--boxes", type=int, default=20, help="read from the sorted file")
    parser.add_argument("--folder", type=Path, help="where the files lie while this runs")
    options = parser.parse_args()
    with TemporaryDirectory(prefix="gridmap-", dir=options.folder) as name:
        source, ordered = Path(name) / "all.parquet", Path(name) / "sorted.parquet"
        _, took, memory = measured(write_parcels, source, options.parcels)
        size = source.stat().st_size / 1e6
        told = f"{options.parcels:,} parcels invented, {size:,.0f} MB"
        print(f"{told:48s} {took:8.1f} s {memory:8,.0f} MB at most")
        _, took, memory = measured(sort_ground, source, ordered)
        told = f"sorted: {took / options.parcels * 1e6:.1f} s a million"
        print(f"{told:48s} {took:8.1f} s {memory:8,.0f} MB at most")
        boxes = boxes_of(options.parcels, options.boxes)
        for text, path, some in (("sorted", ordered, boxes), ("as given", source, boxes[:3])):
            found, _, memory = measured(read_boxes, path, some)
            times, counts = zip(*found, strict=True)
            told = f"a box of {np.mean(counts):,.0f} parcels, {text}"
            print(f"{told:48s} {np.median(times):8.3f} s {memory:8,.0f} MB at most")


if __name__ == "__main__":
    main()
