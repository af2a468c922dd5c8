"""Make a simulated city of many towns out of the two larger samples: all of it is invented.

    python data/make_city.py out/city --towns 180

Towns lie in rows and share their borders, which are drawn anew for every pair of neighbours. Each
is a sample mirrored or turned, cut to its cell, with other codes, another seed, some fields that
are developable now, and people of other names; a few people are on the rosters of two towns. Codes
of sites follow their places, so that in a mirrored park a leader may be named for another's site.
The same arguments give the same city.
"""

import argparse
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
from invented_people import write_roster
from shapely import Polygon, affinity

DATA = Path(__file__).parent
WOBBLE_M, STEP_M = 40.0, 250.0  # a border leaves the straight line by so much, every so often
A_COUNTY = 12  # towns
MOVED = 0.03  # of the fields become developable
SHARED_EVERY = 10  # towns: with two people of the town before


@dataclass(frozen=True)
class Sample:
    """A sample town, the rectangle of it that cells are cut from, and the code it has."""

    folder: str
    west: float
    south: float
    width: float
    height: float
    prefix: str

    @property
    def centre(self) -> tuple[float, float]:
        """Middle of the rectangle."""
        return self.west + self.width / 2, self.south + self.height / 2


# 60 m of each sample lie beyond the rectangle on all sides, for borders that are not straight.
LARGE = Sample("zhengan", 491_474.61, 3_836_976.6, 4_100.0, 4_200.0, "410122106")
SMALL = Sample("xihua", 556_060.0, 3_737_060.0, 3_080.0, 2_280.0, "411622498")
ORIGIN = 470_000.0, 3_800_000.0
ROW_M = 41_000.0


@dataclass(frozen=True)
class Cell:
    """The place of a town in the city."""

    number: int
    sample: Sample
    shape: Polygon
    centre: tuple[float, float]


def cells_of(towns: int, seed: int) -> list[Cell]:
    """Lay towns out in rows, two of small ones after one of large ones."""
    rows: list[tuple[Sample, int]] = []
    left = towns
    while left:
        sample = LARGE if len(rows) % 3 == 0 else SMALL
        count = min(left, int(ROW_M // sample.width))
        rows.append((sample, count))
        left -= count
    heights = np.cumsum([0.0, *(sample.height for sample, _ in rows)])
    lines = [_row_line(level, rows, float(heights[level]), seed) for level in range(len(rows) + 1)]
    cells = []
    for level, (sample, count) in enumerate(rows):
        sides = [_side(level, sample.width * at, lines, seed) for at in range(count + 1)]
        for at in range(count):
            low = _between(lines[level], sides[at][0][0], sides[at + 1][0][0])
            high = _between(lines[level + 1], sides[at][-1][0], sides[at + 1][-1][0])
            ring = [*low, *sides[at + 1][1:-1], *high[::-1], *sides[at][1:-1][::-1]]
            centre = sample.width * (at + 0.5), heights[level] + sample.height / 2
            shape = affinity.translate(Polygon(ring), *ORIGIN)
            cells.append(
                Cell(len(cells) + 1, sample, shape, (centre[0] + ORIGIN[0], centre[1] + ORIGIN[1]))
            )
    return cells


def _row_line(
    level: int, rows: list[tuple[Sample, int]], y: float, seed: int
) -> list[tuple[float, float]]:
    """Draw the border between two rows, with a corner wherever towns of either of them meet."""
    beside = [rows[at] for at in (level - 1, level) if 0 <= at < len(rows)]
    corners = {sample.width * at for sample, count in beside for at in range(count + 1)}
    ends = max(corners)
    places = sorted(corners | set(np.arange(STEP_M, ends, STEP_M).tolist()))
    rng = np.random.default_rng([seed, 1, level])
    return [(x, y + float(rng.uniform(-WOBBLE_M, WOBBLE_M))) for x in places]


def _side(
    level: int, x: float, lines: list[list[tuple[float, float]]], seed: int
) -> list[tuple[float, float]]:
    """Draw the border between two towns of a row, from corner to corner."""
    low = next(point for point in lines[level] if point[0] == x)
    high = next(point for point in lines[level + 1] if point[0] == x)
    rng = np.random.default_rng([seed, 2, level, round(x)])
    heights = np.arange(low[1] + STEP_M, high[1] - STEP_M / 2, STEP_M)
    return [low, *((x + float(rng.uniform(-WOBBLE_M, WOBBLE_M)), float(y)) for y in heights), high]


def _between(
    line: list[tuple[float, float]], west: float, east: float
) -> list[tuple[float, float]]:
    return [point for point in line if west <= point[0] <= east]


def write_town(cell: Cell, folder: Path, before: pd.DataFrame | None, seed: int) -> pd.DataFrame:
    """Write the folder of a town; give its people, of whom the next town may list some too."""
    rng = np.random.default_rng([seed, 3, cell.number])
    source = DATA / cell.sample.folder
    folder.mkdir(parents=True, exist_ok=True)
    county, town = divmod(cell.number - 1, A_COUNTY)
    prefix = f"4101{county + 1:02d}{town + 1:03d}"

    def coded(text: object) -> object:
        return text.replace(cell.sample.prefix, prefix) if isinstance(text, str) else text

    flip = 1 - 2 * int(rng.integers(2)), 1 - 2 * int(rng.integers(2))
    layers = {
        (path.name, name): _layer(path, name, cell, flip, coded)
        for path in sorted(source.glob("*.[fg]*"))
        if path.suffix in (".fgb", ".gpkg")
        for name, _ in pyogrio.list_layers(path)
    }
    _move_fields(layers, rng)
    grids = layers["hierarchy.gpkg", "grids"]
    grids.loc[grids["level"] == 1, "name"] = f"示例第{cell.number:03d}镇"
    grids.loc[grids["level"] == 1, "geometry"] = gpd.GeoSeries([cell.shape], crs=grids.crs).array
    # The date that a GeoPackage says it was written on.
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": "2025-12-01T00:00:00.000Z"})
    for (name, layer), frame in layers.items():
        frame.to_file(folder / name, layer=layer)
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})
    records = {
        str(value) for frame in layers.values() if "record" in frame for value in frame["record"]
    } | {str(value) for frame in layers.values() if "编号" in frame for value in frame["编号"]}
    for path in sorted(source.glob("*.csv")):
        table = pd.read_csv(path, dtype=str, keep_default_na=False).map(coded)
        if "地块编号" in table:
            table = table[table["地块编号"].isin(records) | (table["地块编号"] == "")]
        table.to_csv(folder / path.name, index=False, encoding="utf-8-sig")
    people = _people(source, cell, coded, before)
    write_roster(people, folder / "roster.xlsx")
    rules = str(coded((source / "rules.toml").read_text(encoding="utf-8")))
    name = f"示例第{cell.number:03d}镇"
    rules = re.sub(r'(?m)^name = ".*"$', f'name = "{name}"', rules, count=1)
    rules = re.sub(r'(?m)^name_en = ".*"$', f'name_en = "Sample {cell.number:03d}"', rules, count=1)
    rules = re.sub(r"(?m)^area_km2_declared.*\n", "", rules)
    rules = re.sub(r"(?m)^seed = \d+", f"seed = {cell.number}", rules, count=1)
    (folder / "rules.toml").write_text(rules, encoding="utf-8")
    return people


def _layer(
    path: Path,
    name: str,
    cell: Cell,
    flip: tuple[int, int],
    coded: Callable[[object], object],
) -> gpd.GeoDataFrame:
    """Mirror a layer, bring it to the cell and cut it there."""
    frame = gpd.read_file(path, layer=name)
    (x, y), (east, north) = cell.sample.centre, cell.centre
    matrix = [flip[0], 0, 0, flip[1], east - flip[0] * x, north - flip[1] * y]
    kind = frame.geom_type.iloc[0]
    placed = frame.set_geometry(frame.geometry.affine_transform(matrix))
    shapes = placed.geometry.intersection(cell.shape)
    kept = placed.set_geometry(shapes).explode(ignore_index=True)
    kept = kept[kept.geom_type.eq(kind) & ~kept.geometry.is_empty]
    if "code" in kept:  # a grid stays one row
        kept = kept.dissolve("code", as_index=False, sort=False)
    texts = [column for column in kept.columns if kept[column].dtype in ("object", "str")]
    return kept.assign(**{column: kept[column].map(coded) for column in texts})


def _move_fields(layers: dict[tuple[str, str], gpd.GeoDataFrame], rng: np.random.Generator) -> None:
    """Let some fields be developable land."""
    fields = layers["farmland.fgb", "farmland"]
    chosen = rng.random(len(fields)) < MOVED
    target = layers["developable.fgb", "developable"]
    moved = fields[chosen][["record", "geometry"]].assign(name="")
    joined = pd.concat([target, moved[[c for c in target.columns if c in moved]]])
    layers["farmland.fgb", "farmland"] = fields[~chosen]
    layers["developable.fgb", "developable"] = gpd.GeoDataFrame(joined, crs=fields.crs)


def _people(
    source: Path, cell: Cell, coded: Callable[[object], object], before: pd.DataFrame | None
) -> pd.DataFrame:
    """Give the people of a sample other ids and names; two of the town before are on the list."""
    people = pd.read_excel(source / "roster.xlsx", dtype=str, keep_default_na=False).map(coded)
    people["编号"] = f"T{cell.number:03d}" + people["编号"]
    people["姓名"] = people["姓名"] + f"·{cell.number:03d}"
    if before is not None and cell.number % SHARED_EVERY == 0:
        shared = before[before["现任网格"] == ""].head(2)
        people = pd.concat([people, shared[people.columns.intersection(shared.columns)]])
    return people.fillna("")


def make_city(folder: Path, towns: int, *, seed: int = 0) -> Path:
    """Write the whole city; `folder` must not exist yet."""
    folder.mkdir(parents=True)
    before = None
    for cell in cells_of(towns, seed):
        before = write_town(cell, folder / "towns" / f"town-{cell.number:03d}", before, seed)
    counties = range(1, (towns - 1) // A_COUNTY + 2)
    areas = "".join(
        f'\n[[areas]]\ncode = "4101{number:02d}"\nname = "示例{number:02d}县"\n'
        f'name_en = "Sample county {number:02d}"\nlevel = "county"\n'
        for number in counties
    )
    head = (
        '# 示例城市，全部虚构。A simulated city: all of it is invented.\n[city]\ncode = "4101"\n'
        'name = "示例市"\nname_en = "Sample city"\n\n[[levels]]\nkey = "city"\nname = "市"\n'
        'name_en = "city"\n\n[[levels]]\nkey = "county"\nname = "区县"\nname_en = "county"\n'
    )
    (folder / "city.toml").write_text(head + areas, encoding="utf-8")
    return folder


def main() -> None:
    """Make a city where the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--towns", type=int, default=180)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    made = make_city(options.folder, options.towns, seed=options.seed)
    print(f"{options.towns} towns in {made}")


if __name__ == "__main__":
    main()
