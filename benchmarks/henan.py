"""A province of repeated results, asked and mapped: `python -m benchmarks.henan CITY --towns 2450`.

Henan has about 2,450 towns. What planning them costs is worked out from the costs of the towns of
CITY, a simulated city that is planned (`benchmarks.city --keep CITY`), and said as such. Then a
catalogue of that size is made: the results of CITY moved side by side, two or three towns joined to
one, so that there are about 270 micro-grids a town. It is invented and says so in its names, and
it has no plans. It is rolled up, searched, cut into tiles and, with `--map`, opened in a browser.
"""

import argparse
import os
import random
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import psutil
import shapely

from benchmarks.city import by_others, costs_of, put, size_mb
from gridmap.access.entrance import KEY_VARIABLE, key_cookie
from gridmap.city import City, areas_of, open_city, read_catalogue
from gridmap.city.catalogue import write_catalogue
from gridmap.city.compare import compare_towns, find_outliers
from gridmap.city.derived import TABLES
from gridmap.city.figures import roll_up
from gridmap.city.outcomes import Outcome, write_outcome
from gridmap.city.search import search_city
from gridmap.city.tiles import CityTiles, make_city_tiles
from layers.basemap.tiles import Tile

__all__ = ["extrapolate", "main", "repeat"]

ROOT = Path(__file__).resolve().parents[1]
TOWNS = 2_450
COLUMNS = 12  # copies of the city beside each other
A_COUNTY = 12  # towns
ROOM = 1.02  # from copy to copy

TEXTS = ("wang", "示例网格长003·01", "东赵村", "41220312", "示例楼盘01")
TILES = 400  # that are asked for
START_KEY = "key-of-benchmarks"
CODES = ("grid_code", "parent_code", "code", "other_code", "home_code", "places", "codes")
SUMMED = ("area_m2", "load_h", "households", "objects")


def extrapolate(city: Path, towns: int) -> None:
    """Print what so many towns would cost, by the mean of those that are planned."""
    costs = costs_of(city)
    cpu = sum(one["cpu_s"] for one in costs) / len(costs)
    plans, derived = (size_mb(city / name) / len(costs) for name in ("plans", "catalogue/towns"))
    print(f"Extrapolated from {len(costs)} towns, not measured, for {towns} towns:")
    print(f"  CPU of planning, {cpu:.2f} s a town   {cpu * towns / 3600:8.1f} h")
    print(f"  wall on 2 cores at best         {cpu * towns / 7200:8.1f} h")
    print(f"  memory of a process at most     {max(one['memory_mb'] for one in costs):8.0f} MB")
    print(f"  plans on disk                   {plans * towns / 1000:8.1f} GB")
    print(f"  derived tables on disk          {derived * towns / 1000:8.1f} GB")


Tables = dict[str, pd.DataFrame]


def joined_towns(city: Path) -> Iterator[Tables]:
    """Join towns that lie beside each other, two large ones or three small ones, to one."""
    folders = sorted((city / "catalogue" / "towns").iterdir())
    sizes = [len(pd.read_parquet(path / "grids.parquet", columns=["level"])) for path in folders]
    large = np.median([min(sizes), max(sizes)])
    group: list[Path] = []
    for folder, size in zip(folders, sizes, strict=True):
        group.append(folder)
        if len(group) >= (2 if size > large else 3):
            yield {name: _joined(name, group) for name in TABLES}
            group = []


def _joined(name: str, folders: list[Path]) -> pd.DataFrame:
    read = gpd.read_parquet if name in ("grids", "objects") else pd.read_parquet
    parts = [read(folder / f"{name}.parquet") for folder in folders]
    table = pd.concat(parts, ignore_index=True)
    if name == "figures":
        owner = np.repeat([folder.name for folder in folders], [len(part) for part in parts])
        whole = roll_up(table.assign(town=owner))
        first = table.drop_duplicates("key").set_index("key")
        return first.assign(value=whole.reindex(first.index)).reset_index()
    if name == "names":
        town = table["kind"] == "town"
        return table[~town | (town.cumsum() == 1)].reset_index(drop=True)
    if name == "grids":
        tops = table.index[table["level"] == 1]
        first, codes = tops[0], table.loc[tops, "grid_code"].tolist()
        table["parent_code"] = table["parent_code"].replace(codes[1:], codes[0])
        for column in SUMMED:
            table.loc[first, column] = table.loc[tops, column].sum()
        table.loc[[first], "geometry"] = [shapely.union_all(table.loc[tops, "geometry"].to_numpy())]
        return table.drop(tops[1:]).reset_index(drop=True)
    return table


def repeat(city: Path, folder: Path, towns: int) -> City:
    """Write a city of so many towns: those of another, moved side by side under other codes."""
    groups = list(joined_towns(city))
    west, south, east, north = np.array(
        [group["grids"].total_bounds for group in groups]
    ).T  # fmt: skip
    wide, high = float(east.max() - west.min()) * ROOM, float(north.max() - south.min()) * ROOM
    rules = (city / "towns" / "town-001" / "rules.toml").read_text(encoding="utf-8")
    counties: dict[str, None] = {}
    for number in range(towns):
        copy, which = divmod(number, len(groups))
        county = f"41{number // (A_COUNTY * 99) + 20:02d}{number // A_COUNTY % 99 + 1:02d}"
        counties[county] = None
        code = f"{county}{number % A_COUNTY + 1:03d}000"
        moved = ((copy % COLUMNS) * wide, (copy // COLUMNS) * high)
        _write_town(folder, f"t{number + 1:04d}", code, groups[which], moved, rules)
    _write_settings(folder, list(counties))
    made = open_city(folder)
    for place in made.towns:
        digest = f"{place.name}, repeated"
        outcome = Outcome(place.name, place.code, "done", "", digest, digest)
        write_outcome(made.derived_of(place.name), outcome)
    return made


def _write_town(
    folder: Path, name: str, code: str, tables: Tables, moved: tuple[float, float], rules: str
) -> None:
    derived = folder / "catalogue" / "towns" / name
    derived.mkdir(parents=True)
    old = str(tables["grids"].loc[tables["grids"]["level"] == 1, "grid_code"].iloc[0])
    told = f"复制第{name[1:]}镇"
    for table, frame in tables.items():
        given = {
            column: frame[column].str.replace(old[:9], code[:9], regex=False)
            for column in CODES
            if column in frame
        }
        if table == "names":
            given["name"] = frame["name"].where(frame["kind"] != "town", told)
        if table == "grids":
            given["name"] = frame["name"].where(frame["level"] != 1, told)
        if "lon" in frame:
            given |= {"lon": frame["lon"] + moved[0], "lat": frame["lat"] + moved[1]}
        made = frame.assign(**given)
        if isinstance(made, gpd.GeoDataFrame):
            made = made.set_geometry(made.geometry.translate(*moved))
            made.to_parquet(
                derived / f"{table}.parquet", index=False, compression="zstd",
                write_covering_bbox=True,
            )  # fmt: skip
        else:
            made.to_parquet(derived / f"{table}.parquet", index=False, compression="zstd")
    place = folder / "towns" / name
    place.mkdir(parents=True)
    text = rules.replace("410101001", code[:9]).replace("示例第001镇", told)
    (place / "rules.toml").write_text(text, encoding="utf-8")


def _write_settings(folder: Path, counties: list[str]) -> None:
    cities = sorted({county[:4] for county in counties})
    areas = [(f"{one}", f"复制{one}市", "city", "") for one in cities]
    areas += [(one, f"复制{one}县", "county", one[:4]) for one in counties]
    levels = (("province", "省"), ("city", "市"), ("county", "县"))
    text = '# 复制的结果，全部虚构。Repeated results: all invented.\n[city]\ncode = "41"\n'
    text += 'name = "复制省"\nname_en = "Repeated province"\n'
    text += "".join(
        f'\n[[levels]]\nkey = "{key}"\nname = "{name}"\nname_en = "{key}"\n' for key, name in levels
    )
    for code, name, level, parent in areas:
        text += f'\n[[areas]]\ncode = "{code}"\nname = "{name}"\nlevel = "{level}"\n'
        text += f'parent = "{parent}"\n' if parent else ""
    (folder / "city.toml").write_text(text, encoding="utf-8")


def timed(name: str, work: Callable[[], Any]) -> Any:
    """Do something and print its seconds: wall, and CPU of this process and of those it started."""
    me = psutil.Process()

    def spent() -> float:
        times = me.cpu_times()
        return times.user + times.system + times.children_user + times.children_system

    begun, cpu = time.perf_counter(), spent()
    made = work()
    wall = time.perf_counter() - begun
    print(f"{name:40s} {wall:9.2f} s of wall {spent() - cpu:9.2f} s of CPU", flush=True)
    return made


def renew(city: City) -> None:
    """Put the tables of a town in the middle anew, one grid less, as if it had been planned."""
    folder = city.derived_of(city.towns[len(city.towns) // 2].name)
    for path in sorted(folder.glob("*.parquet")):
        if path.name == "grids.parquet":
            gpd.read_parquet(path).iloc[:-1].drop(columns="bbox", errors="ignore").to_parquet(
                path, index=False, compression="zstd", write_covering_bbox=True
            )
        else:
            path.write_bytes(path.read_bytes())


def ask(city: City) -> None:
    """Time what is asked of the catalogue; the best of some."""
    asked: dict[str, Callable[[], Any]] = {
        "the state of every town": lambda: read_catalogue(city),
        "figures rolled up": lambda: areas_of(city),
        "towns far from the others": lambda: find_outliers(city.folder),
        "two towns by all figures": lambda: compare_towns(
            city.folder, [town.name for town in city.towns[:2]]
        ),
        **{f"search {text}": lambda text=text: search_city(city.folder, text) for text in TEXTS},
    }
    for name, question in (asked | by_others(city.folder)).items():
        put(name, question)


def answer_tiles(city: City) -> None:
    """Ask for tiles as the server does, at seeded places; print how long it takes."""
    tiles = CityTiles(city.catalogue)
    west, south, east, north = tiles.facts.bounds
    rng = random.Random(0)
    for least, most in ((4, 8), (9, 11), (12, 13)):
        times, sizes = [], []
        for _ in range(TILES):
            place = _tile_at(
                rng.randint(least, most), rng.uniform(west, east), rng.uniform(south, north)
            )
            begun = time.perf_counter()
            found: Tile | None = tiles.tile(*place)
            times.append(1000 * (time.perf_counter() - begun))
            sizes.append(len(found.data) / 1000 if found else 0.0)
        print(
            f"tiles of zooms {least} to {most:2d}: median {np.median(times):6.2f} ms, "
            f"p95 {np.percentile(times, 95):6.2f} ms, at most {max(times):6.1f} ms; "
            f"size at most {max(sizes):5.0f} kB"
        )


def _tile_at(zoom: int, lon: float, lat: float) -> tuple[int, int, int]:
    y = (1 - np.arcsinh(np.tan(np.radians(lat))) / np.pi) / 2
    return zoom, int((lon + 180) / 360 * 2**zoom), int(y * 2**zoom)


def see_map(folder: Path) -> None:
    """Open the page in a browser: seconds to the map of towns, and on to that of micro-grids."""
    from playwright.sync_api import sync_playwright

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py")]
    command += ["--server.port", str(port), "--server.address", "127.0.0.1"]
    ours = {KEY_VARIABLE: START_KEY, "GRIDMAP_CITY": str(folder.resolve())}
    server = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **ours},
                              stdout=subprocess.DEVNULL)  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{address}/_stcore/health")
        with sync_playwright() as playwright:
            path = shutil.which("chromium") or shutil.which("chromium-headless-shell")
            browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
            for who in ("first visitor since the start", "second", "third"):
                context = browser.new_context(viewport={"width": 1440, "height": 900})
                context.add_cookies(
                    [{"name": key_cookie(port), "value": START_KEY, "url": address}]
                )
                page = context.new_page()
                begun = time.perf_counter()
                page.goto(f"{address}/city?lang=zh")
                page.wait_for_selector(".towns[data-drawn]", timeout=120_000)
                towns = time.perf_counter() - begun
                begun = time.perf_counter()
                page.get_by_role("tab", name="微网格图").click()
                page.wait_for_selector(".tiles[data-idle]", timeout=120_000)
                grids = time.perf_counter() - begun
                print(
                    f"{who:30s} address to map of towns {towns:6.2f} s, "
                    f"click to map of micro-grids {grids:6.2f} s", flush=True,
                )  # fmt: skip
                context.close()
            browser.close()
        print(f"memory of the server             {_memory_mb(server.pid):17.0f} MB")
    finally:
        server.terminate()
        server.wait()


def _wait_for(address: str) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the app did not start")


def _memory_mb(pid: int) -> float:
    whole = psutil.Process(pid)
    return sum(one.memory_info().rss for one in (whole, *whole.children(recursive=True))) / 1e6


def run(source: Path, folder: Path, towns: int, *, with_map: bool) -> None:
    """Do all of it and print the figures."""
    extrapolate(source, towns)
    if not (folder / "city.toml").exists():
        timed("repeated", lambda: repeat(source, folder, towns))
    city = timed("settings and rules of all towns read", lambda: open_city(folder))
    timed("catalogue written", lambda: write_catalogue(city))
    timed("catalogue, nothing changed", lambda: write_catalogue(city))
    renew(city)
    timed("catalogue, one town changed", lambda: write_catalogue(city))
    timed("tiles made", lambda: make_city_tiles(city))
    timed("tiles, nothing changed", lambda: make_city_tiles(city))
    grids = pd.read_parquet(city.catalogue / "grids.parquet", columns=["kind"])
    tiles = city.catalogue / "tiles"
    print(f"{len(city.towns)} towns, {int((grids['kind'] != 'base').sum()):,} micro-grids; memory "
          f"of this process {psutil.Process().memory_info().rss / 1e6:.0f} MB")  # fmt: skip
    joined = sum(path.stat().st_size for path in city.catalogue.glob("*.parquet")) / 1e6
    print(f"tables on disk {joined:.0f} MB, tiles {size_mb(tiles):.0f} MB")
    ask(city)
    answer_tiles(city)
    if with_map:
        see_map(folder)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("city", type=Path, help="a simulated city that is planned")
    parser.add_argument("--towns", type=int, default=TOWNS)
    parser.add_argument("--keep", type=Path, help="folder for the province, which stays")
    parser.add_argument("--map", action="store_true", help="open it in a browser as well")
    options = parser.parse_args()
    with TemporaryDirectory(prefix="gridmap-") as name:
        folder = options.keep or Path(name) / "province"
        run(options.city, folder, options.towns, with_map=options.map)


if __name__ == "__main__":
    main()
