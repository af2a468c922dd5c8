"""Time the boundaries of a large division as GeoJSON, with all checks, against GDAL's writer.

``python -m benchmarks.boundaries`` draws 100,000 micro-grids in villages of about 2,000, writes
them by `boundaries.export.geojson` with the check of the tiling, and the same table by GDAL without
any check, each in a process of its own, and prints processor seconds, peak memory and their ratio.
A third process reads the file that was written and certifies it on the written numbers, as
``handover`` does for its manifest: processor seconds, peak memory, and whether it holds.
"""

import argparse
import io
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from benchmarks.drawn_ground import CRS, bricks
from benchmarks.ground import in_a_process_of_its_own, peak_memory_gb
from boundaries.export.geojson import Source, geojson_files
from boundaries.export.manifest import hand
from boundaries.export.manifest.building import certificate_of
from boundaries.topology.dissolve import dissolve
from layers.contract.columns import ASSIGNMENTS, GRIDS, PATCHES, PEOPLE, empty_frame, with_dtypes

__all__ = ["drawn_division", "main"]

PER_VILLAGE = 2000
STEP_M = 10.0  # between vertices
PLACE = [493_600, 3_839_200]
TOWN, MOST_S, MOST_GB = "4101221", 30.0, 1.5


class Measured(NamedTuple):
    """What writing took."""

    cpu: float
    peak_gb: float
    written: bytes


def drawn_division(count: int) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Draw a town of micro-grids of one patch each: its grids and its patches."""
    shapes = shapely.segmentize(bricks(count, np.random.default_rng(1)), STEP_M)
    shapes = shapely.transform(shapes, lambda points: np.round(points + 1.3e-5, 3) + PLACE)
    side = shapely.total_bounds(shapes)
    centres = shapely.get_coordinates(shapely.centroid(shapes)) - side[:2]
    rows = max(int(np.sqrt(count / PER_VILLAGE)), 1)
    place = np.minimum((centres / (side[2:] - side[:2]) * rows).astype(int), rows - 1) @ [rows, 1]
    parents = pd.Series([f"{TOWN}{at:05d}" for at in place])
    codes = parents + parents.groupby(parents).cumcount().add(1).map("{:05d}".format)
    micro = gpd.GeoDataFrame(
        {"parent_code": parents, "level": 3, "kind": "micro", "households": 7.25, "load_h": 3.1,
         "officers": 1, "capacity_h": 4.0, "category": "farmland"},
        geometry=shapes, crs=CRS,
    ).set_axis(pd.Index(codes, dtype="str"))  # fmt: skip
    villages = dissolve(micro.geometry, micro["parent_code"])
    town = shapely.coverage_union_all(villages.to_numpy())
    given = gpd.GeoDataFrame(
        {"parent_code": ["", *[TOWN] * len(villages)], "level": [1, *[2] * len(villages)],
         "kind": "base"},
        geometry=[town, *villages], crs=CRS,
        index=pd.Index([TOWN, *villages.index], dtype="str"),
    )  # fmt: skip
    grids = gpd.GeoDataFrame(pd.concat([given, micro]))
    grids["area_m2"] = grids.area
    grids["name"] = "网格" + grids.index
    patches = micro.assign(grid_code=micro.index, area_m2=micro.area).set_axis("P" + micro.index)
    return _whole(grids, GRIDS, "grid_code"), _whole(patches, PATCHES, "patch_id")


def _whole(table: gpd.GeoDataFrame, contract: dict[str, str], index: str) -> gpd.GeoDataFrame:
    """Lay a table out by its contract; what was not drawn is empty."""
    blank = {"str": "", "int64": 0, "float64": 0.0, "bool": True}
    for name, kind in contract.items():
        table[name] = table[name].fillna(blank[kind]) if name in table else blank[kind]
    made = with_dtypes(table.rename_axis(index), contract)
    assert isinstance(made, gpd.GeoDataFrame)
    return made


def _ours(count: int, place: Path) -> Measured:
    grids, patches = drawn_division(count)
    nobody = empty_frame(ASSIGNMENTS, index="number"), empty_frame(PEOPLE, index="person_id")
    source = Source("4101221", "镇", licence="CC0-1.0")
    told = _measured(lambda: geojson_files(grids, patches, *nobody, source=source).grids)
    place.write_bytes(told.written)
    return told._replace(written=b"")


def _certified(place: Path) -> tuple[float, float, bool]:
    data = place.read_bytes()
    begun = time.process_time()
    found = certificate_of([hand(place.name, "geojson", data)])
    took = time.process_time() - begun
    assert found is not None
    sound = found.holds and len(found.parents) > 1
    return took, peak_memory_gb(), sound


def _gdal(count: int) -> Measured:
    grids, _ = drawn_division(count)
    return _measured(lambda: _by_gdal(grids))


def _by_gdal(grids: gpd.GeoDataFrame) -> bytes:
    target = io.BytesIO()
    grids.reset_index().to_crs("OGC:CRS84").to_file(
        target, driver="GeoJSON", engine="pyogrio", RFC7946="YES"
    )
    return target.getvalue()


def _measured(write) -> Measured:  # type: ignore[no-untyped-def]
    begun = time.process_time()
    written = write()
    return Measured(time.process_time() - begun, peak_memory_gb(), written)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--grids", type=int, default=100_000)
    count = parser.parse_args().grids
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "grids.geojson"
        ours = in_a_process_of_its_own(_ours, count, place)
        took, peak, sound = in_a_process_of_its_own(_certified, place)
        size = place.stat().st_size / 1e6
    theirs = in_a_process_of_its_own(_gdal, count)
    print(f"{count:,} grids      CPU s   peak GB        MB")
    print(f"checked, ours    {ours.cpu:8.1f} {ours.peak_gb:8.2f} {size:9.1f}")
    print(
        f"GDAL, unchecked  {theirs.cpu:8.1f} {theirs.peak_gb:8.2f} {len(theirs.written) / 1e6:9.1f}"
    )
    print(f"certificate      {took:8.1f} {peak:8.2f}           {'holds' if sound else 'FAULTS'}")
    print(f"ratio of CPU {ours.cpu / theirs.cpu:.2f}; bound {MOST_S:.0f} s and {MOST_GB} GB")


if __name__ == "__main__":
    main()
