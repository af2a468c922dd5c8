"""A large town planned, and what it costs by step: `python -m benchmarks.large_town --across 4`.

The town is the sample Cambridge, so many times across and up: twice has some 53,000 patches, four
times 215,000. With `--across 1` it is the sample itself; `--town zhengan` takes any sample as it
is. `--against DIR` plans it with the code of another copy of the project too, one after the other,
prints both costs with their ratio, and says which tables of the two plans differ; what the plans
say of the code they were made with is left out. Times are CPU seconds of all threads.
`--demo` runs the command demo instead, as a user does, and prints its wall and CPU seconds.
"""

import argparse
import json
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely

__all__ = ["main", "write_large_town"]

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "data"
SAMPLE, PREFIX, TOWN = "cambridge", "250171100", "250171100000"
APART_M = (8_000.0, 6_000.0)  # a copy from the next: they do not touch
# What one copy of the project does, in a process of its own: it may have other names inside.
ALONE = """
import json, resource, sys, time
from pathlib import Path
start = time.process_time()
try:
    from layers.contract.collecting import collect_rarely
    collect_rarely()  # as the command line does
except ImportError:
    pass  # a copy from before that
from gridmap.cli.terminal.summary import summarise
from gridmap.ledgers.report import report_of
from gridmap.store import save_plan
from gridmap.workflow.workflow import make_plan
steps = [("import", start)]
def tell(text, share):
    steps.append((str(getattr(text, "value", text)), time.process_time()))
made = make_plan(Path(sys.argv[1]), progress=tell)
tell("save", 0)
save_plan(made, Path(sys.argv[2]), overwrite=True)
tell("report", 0)
report_of(made)
tell("summary", 0)
summarise(made)
tell("end", 0)
names = [name for name, _ in steps]
times = [time for _, time in steps]
costs = {name: after - begun for name, begun, after in zip(names, times, times[1:])}
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
print(json.dumps({"patches": len(made.patches), "costs": costs, "peak": peak}))
"""


def write_large_town(folder: Path, across: int) -> None:
    """Write the folder of a town that is a sample so many times across, and so many times up."""
    source = DATA / SAMPLE
    folder.mkdir(parents=True)
    for path in sorted(source.iterdir()):
        if path.suffix in (".fgb", ".gpkg"):
            layer = pyogrio.list_layers(path)[0][0]
            made = _copied(gpd.read_file(path), across)
            # An index allows no row without ground.
            made.to_file(folder / path.name, layer=layer, SPATIAL_INDEX="NO")
        elif path.suffix != ".xlsx":
            shutil.copy(path, folder)
    people = pd.read_excel(source / "roster.xlsx", dtype=str, keep_default_na=False)
    villages = _villages(source)
    copies = [
        people.map(lambda text, at=at: _coded(text, at, villages)).assign(
            编号=people["编号"] + f"-{at:03d}", 姓名=people["姓名"] + f"·{at:03d}"
        )
        for at in range(across**2)
    ]
    leaders = [copies[0], *(one[one["现任网格"] != TOWN] for one in copies[1:])]
    pd.concat(leaders).to_excel(folder / "roster.xlsx", index=False)


def _villages(source: Path) -> int:
    grids = gpd.read_file(source / "hierarchy.gpkg")
    return int((grids["level"] == 2).sum())


def _coded(code: str, at: int, villages: int) -> str:
    """Give a grid of a copy a code of its own; the town is one."""
    if not code.startswith(PREFIX) or code == TOWN:
        return code
    return f"{PREFIX}{int(code[len(PREFIX) :]) + at * villages:03d}"


def _copied(frame: gpd.GeoDataFrame, across: int) -> gpd.GeoDataFrame:
    """Put copies of a layer side by side."""
    shapes, parts = frame.geometry.to_numpy(), []
    villages = int((frame["level"] == 2).sum()) if "level" in frame else 0
    for at in range(across**2):
        by = np.array(APART_M) * divmod(at, across)
        one = frame.set_geometry(shapely.transform(shapes, lambda points, by=by: points + by))
        if "code" in frame:
            one["code"] = one["code"].map(lambda text, at=at: _coded(text, at, villages))
            one["households"] *= np.where(one["level"] == 1, across**2, 1)
        elif "record" in frame or "id" in frame:
            name = "record" if "record" in frame else "id"
            one[name] = one[name].where(one[name].eq("") | (at == 0), one[name] + f"-{at:03d}")
        parts.append(one.set_crs(frame.crs))
    joined = pd.concat(parts, ignore_index=True)
    if "level" in joined:
        town = joined["level"] == 1
        whole = shapely.union_all(joined.geometry[town].to_numpy())
        joined = joined[~town | ~joined.duplicated("code")].reset_index(drop=True)
        joined.loc[joined["level"] == 1, "geometry"] = gpd.GeoSeries([whole], crs=frame.crs).array
    return gpd.GeoDataFrame(joined, crs=frame.crs)


def planned(project: Path, folder: Path, target: Path) -> dict:
    """Plan a town with the code of a copy of the project."""
    command = [sys.executable, "-c", ALONE, str(folder), str(target)]
    told = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    if told.returncode:
        raise SystemExit(told.stderr)
    return dict(json.loads(told.stdout))


def demonstrated(project: Path, out: Path) -> tuple[float, float]:
    """Run the demo of a copy of the project: wall and CPU seconds, its workers included."""
    begun, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "gridmap", "demo", "--out", str(out)]
    subprocess.run(command, cwd=project, capture_output=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.perf_counter() - begun, cpu


def tables_that_differ(one: Path, other: Path) -> list[str]:
    """Name the tables whose content two plan files do not share, without what tells the code."""
    digests = []
    for path in (one, other):
        with sqlite3.connect(path) as file:
            rows = file.execute("SELECT * FROM digests").fetchall()
        digests.append({row[1:] for row in rows if row[1] not in ("receipt", "digests")})
    return sorted({f"{table} {column}" for table, column, *_ in digests[0] ^ digests[1]})


def main() -> None:
    """Plan, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--across", type=int, default=2)
    parser.add_argument("--town", default=SAMPLE, help="a sample as it is, instead of copies")
    parser.add_argument("--against", type=Path, help="another copy of the project")
    parser.add_argument("--demo", action="store_true", help="the demo of both samples instead")
    options = parser.parse_args()
    projects = [ROOT, *([options.against] if options.against else [])]
    with tempfile.TemporaryDirectory(prefix="gridmap-") as name:
        if options.demo:
            for project in projects[::-1]:
                wall, cpu = demonstrated(project, Path(name) / "out")
                print(f"demo {'after' if project == ROOT else 'before':8s}"
                      f"{wall:8.1f} s wall {cpu:8.1f} s CPU")  # fmt: skip
            return
        folder = DATA / options.town
        if options.across > 1 and options.town == SAMPLE:
            folder = Path(name) / "town"
            write_large_town(folder, options.across)
        plans = [Path(name) / "one.gridmap.gpkg", Path(name) / "other.gridmap.gpkg"]
        found = [
            planned(project, folder, plan) for project, plan in zip(projects, plans, strict=False)
        ]
        print(f"{found[0]['patches']:,} patches" + "   before   after   ratio" * (len(found) > 1))
        costs = [{**one["costs"], "all": sum(one["costs"].values())} for one in found]
        for step in costs[0]:
            line = [one.get(step, 0.0) for one in costs[::-1]]
            ratio = f"{line[0] / max(line[1], 1e-9):8.2f}" if len(line) > 1 else ""
            print(f"{step:12s}" + "".join(f"{cost:9.2f}" for cost in line) + ratio)
        print("peak GB     " + "".join(f"{one['peak']:9.2f}" for one in found[::-1]))
        if len(plans) == len(found):
            print("tables that differ:", ", ".join(tables_that_differ(*plans)) or "none")


if __name__ == "__main__":
    main()
