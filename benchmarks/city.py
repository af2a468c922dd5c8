"""A simulated city planned, killed on the way, and asked: `python -m benchmarks.city --towns 180`.

Towns are made by `data/make_city.py`. One is broken on purpose. The run is killed twice with all
its processes and begun again, and one process of it is killed alone; then the town is mended. A
few towns are planned again with one process, with two, and on a Dask cluster of this machine if
Dask is there: the bytes are compared. What is asked of the whole city is timed, and the city is
opened in the app in a browser. With `--henan` a province is made of its results, asked and opened.
"""

import argparse
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psutil
import pyarrow.parquet as pq

ROOT = Path(__file__).resolve().parents[1]
FEW = 6  # towns whose bytes are compared
ASKED = 5  # times that a question is put


def start(folder: Path, *options: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "gridmap", "city", "plan", str(folder), "--json", *options]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, start_new_session=True)


def until(folder: Path, share: float, run: subprocess.Popen[bytes]) -> bool:
    """Wait until a share of the towns of a run is done; False when it ended before."""
    place = folder / "catalogue" / "run.json"
    begun = time.time()
    while run.poll() is None:
        try:
            told = json.loads(place.read_text(encoding="utf-8"))
            if place.stat().st_mtime > begun and told["done"] >= share * told["all"]:
                return True
        except (OSError, ValueError):
            pass
        time.sleep(0.1)
    return False


def bytes_of(folder: Path) -> str:
    digest = hashlib.sha256()
    paths = [*folder.glob("plans/*.gpkg"), *folder.glob("catalogue/**/*.parquet")]
    for path in sorted(paths):
        digest.update(path.relative_to(folder).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


def size_mb(*folders: Path) -> float:
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    return sum(path.stat().st_size for path in files) / 1e6


def costs_of(folder: Path) -> list[dict[str, float]]:
    outcomes = sorted(folder.glob("catalogue/towns/*/outcome.json"))
    return [json.loads(path.read_text(encoding="utf-8"))["costs"] for path in outcomes]


def plan_with_kills(folder: Path) -> None:
    """Plan a city whose run is killed twice, and a process of it once."""
    begun = time.perf_counter()
    broken = folder / "towns" / "town-003" / "rules.toml"
    text = broken.read_text(encoding="utf-8")
    broken.write_text(
        text.replace('file = "hierarchy.gpkg"', 'file = "lost.gpkg"'), encoding="utf-8"
    )
    for share in (0.25, 0.33):
        run = start(folder, "--workers", "2")
        if until(folder, share, run):
            os.killpg(run.pid, signal.SIGKILL)
            print(f"killed with all its processes after {share:.0%} of a run")
        run.wait()
    run = start(folder, "--workers", "2")
    if until(folder, 0.1, run):
        workers = psutil.Process(run.pid).children(recursive=True)
        victim = max(workers, key=lambda one: one.memory_info().rss)
        victim.kill()
        print("one process killed alone")
    told = json.loads(run.communicate()[0])
    print(f"end: {told['done']} done in the last run, {told['failed']} failed: {told['failures']}")
    broken.write_text(text, encoding="utf-8")
    told = json.loads(start(folder, "--workers", "2").communicate()[0])
    print(f"the broken town mended: {told['done']} done, {told['kept']} unchanged")
    print(f"wall of all that                   {time.perf_counter() - begun:10.1f} s")
    costs = costs_of(folder)
    print(f"CPU of the plans kept              {sum(one['cpu_s'] for one in costs):10.1f} s")
    print(f"of the dearest town                {max(one['cpu_s'] for one in costs):10.1f} s")
    print(f"memory of a process at most        {max(one['memory_mb'] for one in costs):10.0f} MB")
    kinds = pq.read_table(folder / "catalogue" / "grids.parquet", columns=["kind"])["kind"]
    print(f"towns planned                      {len(costs):10}")
    micro = len(kinds) - kinds.to_pylist().count("base")
    print(f"micro-grids                        {micro:10,}")
    print(f"plans on disk                      {size_mb(folder / 'plans'):10.1f} MB")
    print(f"catalogue on disk                  {size_mb(folder / 'catalogue'):10.1f} MB")


def same_bytes(folder: Path, work: Path, towns: int) -> None:
    """Plan a few towns with one process, two, and on Dask, and compare."""
    names = sorted(path.name for path in (folder / "towns").iterdir())
    chosen = [*names[:2], *names[-(min(FEW, towns) - 2) :]]
    found = {}
    for way in ("1", "2", "dask"):
        copy = work / f"copy-{way}"
        for name in chosen:
            shutil.copytree(folder / "towns" / name, copy / "towns" / name)
        shutil.copy(folder / "city.toml", copy)
        if way != "dask":
            start(copy, "--workers", way).communicate()
        elif not on_dask(copy):
            print("Dask is not installed: left out (pip install distributed)")
            continue
        found[way] = bytes_of(copy)
    print(
        f"{len(chosen)} towns, same bytes with {', '.join(found)}: {len(set(found.values())) == 1}"
    )


def on_dask(folder: Path) -> bool:
    try:
        from distributed import LocalCluster
    except ImportError:
        return False
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        start(folder, "--scheduler", cluster.scheduler_address).communicate()
    return True


def questions(folder: Path) -> None:
    """Time what is asked of the whole city: the first time, and the best of some after it."""
    from gridmap.city import areas_of, open_city, read_catalogue
    from gridmap.city.borders import check_borders, facing_grids
    from gridmap.city.compare import compare_towns, find_outliers
    from gridmap.city.people import propose_loans, shared_people
    from gridmap.city.search import search_city
    from gridmap.city.status import town_states

    city = open_city(folder)
    asked = {
        "the state of every town": lambda: read_catalogue(city),
        "what has changed since": lambda: town_states(city),
        "figures rolled up": lambda: areas_of(city),
        "borders checked": lambda: check_borders(city),
        "micro-grids facing each other": lambda: facing_grids(city),
        "people on several rosters": lambda: shared_people(city),
        "loans between towns": lambda: propose_loans(city),
        "a part of names searched": lambda: search_city(folder, "干部00"),
        "the beginning of codes searched": lambda: search_city(folder, "410101"),
        "two towns by all figures": lambda: compare_towns(folder, ["town-001", "town-002"]),
        "towns far from the others": lambda: find_outliers(folder),
    }
    for name, ask in asked.items():
        put(name, ask)
    for name, ask in by_others(folder).items():
        put(name, ask)


def put(name: str, ask: Callable[[], Any]) -> None:
    """Put a question, and print what the first answer took, the best of some after it, and rows."""
    times, rows = [], 0
    for _ in range(1 + ASKED):
        begun = time.perf_counter()
        rows = len(ask())
        times.append(time.perf_counter() - begun)
    print(
        f"{name:40s} first {times[0]:8.3f} s, again {min(times[1:]):8.3f} s   {rows} rows",
        flush=True,
    )


def by_others(folder: Path) -> dict[str, Callable[[], Any]]:
    """Questions of other programs to the tables of all towns, as SQL where DuckDB is there."""
    place = folder / "catalogue"
    asked: dict[str, Callable[[], Any]] = {
        "people without a post, by pyarrow": lambda: pq.read_table(
            place / "people.parquet", columns=["town", "name"], filters=[("posts", "==", 0)]
        ),
        "firms of more than 100, by pyarrow": lambda: pq.read_table(
            place / "objects.parquet",
            columns=["town", "name", "in_charge"],
            filters=[("class", "==", "enterprise"), ("staff", ">", 100)],
        ),
    }
    try:
        import duckdb
    except ImportError:
        print("DuckDB is not installed: left out (pip install duckdb)")
        return asked
    texts = {
        "people and posts by county, by DuckDB": (
            f"select area, count(*), sum(posts), sum(load_h) from '{place}/people.parquet' "
            "group by area order by area"
        ),
        "firms and staff by county, by DuckDB": (
            f"select area, count(*), sum(staff) from '{place}/objects.parquet' "
            "where class = 'enterprise' group by area order by area"
        ),
        "grids over capacity, by DuckDB": (
            f"select town, grid_code, load_h from '{place}/grids.parquet' "
            "where kind = 'micro' and load_h > capacity_h order by load_h desc limit 100"
        ),
    }
    return asked | {
        name: lambda text=text: duckdb.sql(text).fetchall() for name, text in texts.items()
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--towns", type=int, default=180)
    parser.add_argument("--keep", type=Path, help="folder for the city, which stays")
    parser.add_argument(
        "--henan",
        type=int,
        nargs="?",
        const=2_450,
        default=0,
        metavar="TOWNS",
        help="then a province of its results",
    )
    parser.add_argument("--no-map", action="store_true", help="open nothing in a browser")
    options = parser.parse_args()
    with TemporaryDirectory(prefix="gridmap-") as name:
        work = Path(name)
        folder = options.keep or work / "city"
        begun = time.perf_counter()
        script = [sys.executable, str(ROOT / "data" / "make_city.py"), str(folder)]
        subprocess.run([*script, "--towns", str(options.towns)], check=True, cwd=ROOT)
        print(f"made in                            {time.perf_counter() - begun:10.1f} s")
        print(f"layers on disk                     {size_mb(folder / 'towns'):10.1f} MB")
        plan_with_kills(folder)
        same_bytes(folder, work, options.towns)
        questions(folder)
        from benchmarks import henan

        if not options.no_map:
            print("the city in the app")
            henan.see_map(folder)
        if options.henan:
            henan.run(folder, work / "province", options.henan, with_map=not options.no_map)


if __name__ == "__main__":
    main()
