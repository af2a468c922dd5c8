"""Draw the sample town data/zhengan: a plain of Henan that does not exist.

The committed files are the data; this script draws them, and draws them again:

    python data/make_zhengan.py

Everything is invented but the names and codes of the town and its eight villages: the ground, the
roads, the houses, the registers, households and people. Nothing is taken from a map.
"""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import shapely
from invented_people import write_roster
from zhengan_blocks import BLOCKS, CANAL_Y, RIVER_X, canal, canal_bank, main_lines, outline, river
from zhengan_cells import Cell, Line
from zhengan_fields import cut_fields, road_ground
from zhengan_grids import make_hierarchy, settle
from zhengan_layers import (
    CODES,
    NAMED_USES,
    frame_of,
    others,
    spoiled,
    waters,
)
from zhengan_layout import TOWN, lay_out
from zhengan_people import make_roster
from zhengan_plane import CRS, Bend
from zhengan_registers import make_boards, make_group, make_registers
from zhengan_roads import block_shapes, ditches, meeting, street_names
from zhengan_sites import COMPOUNDS, Built, build_site
from zhengan_village import Village, build_village

FOLDER = Path(__file__).parent / "zhengan"
# Chosen among a few for villages that do not look alike.
BEND_SEED, OUTLINE_SEED, LAYOUT_SEED, BUILD_SEED = 11, 4, 6, 20251201
AREA_M2 = 4_820.0**2  # 23.23 km²
CENTRE = (493585.05, 3839095.08)  # 113.93 E, 34.68 N
GROUP_INSIDE_M = 0.6
NAME_FROM_NORTH = 0.2  # a village's name stands clear of the number in its middle
PLOT_INSIDE_M = 1.5  # fields under a supplied plot end inside its line


def main() -> None:
    """Draw the town and write its files."""
    # GeoPackages carry the date of writing; a fixed one makes the same bytes on every run.
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": "2025-12-01T00:00:00.000Z"})
    FOLDER.mkdir(exist_ok=True)
    rng = np.random.default_rng(BUILD_SEED)
    town = outline(OUTLINE_SEED)
    bend = Bend(BEND_SEED, river_x=RIVER_X, canal_y=CANAL_Y)
    bend.fit(town, area_m2=AREA_M2, centre=CENTRE)

    cells, drawn = lay_out(LAYOUT_SEED)
    in_town = {number for number, one in enumerate(BLOCKS) if (one.row, one.column) in TOWN}
    roads = main_lines() + street_names(drawn, in_town)
    villages = [build_village(cell, rng) for cell in cells if cell.use == "village"]
    sites = [
        (cell, build_site(cell, rng)) for cell in cells if cell.use not in ("field", "village")
    ]
    lanes = [lane for village in villages for lane in village.lanes]
    inner = [road for _, built in sites for road in built.roads]
    met = meeting(roads + lanes + inner)
    bank_free = [line for line in met[: len(main_lines())] if line.name != "河东堤路"]
    blocks = block_shapes(bank_free, town)

    buildings = make_buildings(bend, cells, villages, sites)
    buildings["households"], households = settle(buildings, rng)
    ground = shapely.transform(blocks, lambda places: np.round(bend.places(places), 2))
    hierarchy = make_hierarchy(ground, households)
    write(hierarchy, "hierarchy.gpkg", layer="grids")
    write(buildings.drop(columns="block"), "buildings.fgb")
    write_roster(make_roster(hierarchy), FOLDER / "roster.xlsx")

    write(make_roads(bend, met, town), "roads.fgb")
    layers = make_layers(bend, cells, roads, villages, blocks, town, rng)
    firms = [cell.count for cell in cells if cell.use == "plant"]
    write_tables(layers, hierarchy, firms)
    layers |= make_surroundings(bend, cells, roads, villages, sites, town, rng)
    for name, layer in layers.items():
        write(layer, f"{name}.fgb")


def write_tables(
    layers: dict[str, gpd.GeoDataFrame], hierarchy: gpd.GeoDataFrame, firms: list[int]
) -> None:
    """Write the registers, the community big grid and the list of boards."""
    tables = make_registers(layers, firms, seed=BUILD_SEED)
    tables["groups"] = make_group(hierarchy, tables)
    tables["boards"] = make_boards(hierarchy, tables)
    for name, table in tables.items():
        path = FOLDER / f"{name}.csv"
        table.to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\n")


def make_buildings(
    bend: Bend, cells: list[Cell], villages: list[Village], sites: list[tuple[Cell, Built]]
) -> gpd.GeoDataFrame:
    """All buildings, with their class and block."""
    shapes, kinds, blocks = [], [], []
    homes = [cell for cell in cells if cell.use == "village"]
    for cell, village in zip(homes, villages, strict=True):
        shapes += list(village.houses)
        kinds += ["house"] * len(village.houses)
        blocks += [cell.block] * len(village.houses)
    for cell, built in sites:
        shapes += [shape for shape, _ in built.houses]
        kinds += [kind for _, kind in built.houses]
        blocks += [cell.block] * len(built.houses)
    ids = [f"JZ{number:04d}" for number in range(1, len(shapes) + 1)]
    return gpd.GeoDataFrame(
        {"id": ids, "class": kinds, "block": blocks},
        geometry=bend.rigid(np.array(shapes)),
        crs=CRS,
    )


def make_roads(bend: Bend, lines: list[Line], town: shapely.Polygon) -> gpd.GeoDataFrame:
    """Roads within the town by class, from the widest to lanes and paths."""
    inside = shapely.intersection(np.array([line.shape for line in lines]), town)
    frame = gpd.GeoDataFrame(
        {
            "class": [line.kind for line in lines],
            "name": [line.name for line in lines],
        },
        geometry=shapely.line_merge(inside),
        crs=CRS,
    ).explode(ignore_index=True)
    frame = frame[frame.geom_type == "LineString"]
    placed = shapely.transform(
        frame.geometry.to_numpy(), lambda places: np.round(bend.places(places), 2)
    )
    return frame.set_geometry(placed, crs=CRS).reset_index(drop=True)


def make_layers(
    bend: Bend,
    cells: list[Cell],
    roads: list[Line],
    villages: list[Village],
    blocks: np.ndarray,
    town: shapely.Polygon,
    rng: np.random.Generator,
) -> dict[str, gpd.GeoDataFrame]:
    """The layers of land use."""
    layers = {}
    for use, (file, letters, name) in NAMED_USES.items():
        own = [cell for cell in cells if cell.use == use]
        numbers = range(1, len(own) + 1)
        columns = {
            "record": [f"{letters}{number:02d}" for number in numbers],
            "name": [f"{name}{number:02d}" for number in numbers],
        }
        layers[file] = frame_of(bend, file, [cell.inner for cell in own], columns)

    fields = [
        field
        for cell in cells
        if cell.use == "field"
        for field in cut_fields(cell, blocks[cell.block], rng)
    ]
    plots = [cell.inner.buffer(-PLOT_INSIDE_M) for cell in cells if cell.use == "supplied"]
    fields = spoiled(fields, plots[::2], rng)
    columns = {
        "record": [f"GT{number:04d}" for number in range(1, len(fields) + 1)],
        "crop": [crop for _, crop in fields],
    }
    layers["farmland"] = frame_of(bend, "farmland", [shape for shape, _ in fields], columns)

    groups = [group for village in villages for group in village.groups]
    columns = {
        "record": [f"CZ{number:03d}" for number in range(1, len(groups) + 1)],
        "name": [name for name, _ in groups],
    }
    layers["village_res"] = frame_of(bend, "village_res", [one for _, one in groups], columns)

    _, bed = river()
    beside_river = blocks[[block.column == len(_row(block.row)) - 1 for block in BLOCKS]]
    reaches = [bed.intersection(block) for block in beside_river]
    ponds = [cell for cell in cells if cell.use == "pond"]
    layers["water"] = waters(bend, reaches, ponds)
    rims = [rim for village in villages for rim in village.rim]
    layers["other"] = others(bend, [cell for cell in cells if cell.use in CODES], rims)

    strips = [strip for block in blocks for strip in road_ground(roads, block, canal=canal_bank())]
    columns = {
        "record": [f"DL{number:03d}" for number in range(1, len(strips) + 1)],
        "kind": [kind for _, kind in strips],
    }
    layers["road_ground"] = frame_of(bend, "road_ground", [one for one, _ in strips], columns)
    return layers


def _row(row: int) -> list:
    return [block for block in BLOCKS if block.row == row]


def make_surroundings(
    bend: Bend,
    cells: list[Cell],
    roads: list[Line],
    villages: list[Village],
    sites: list[tuple[Cell, Built]],
    town: shapely.Polygon,
    rng: np.random.Generator,
) -> dict[str, gpd.GeoDataFrame]:
    """Context to recognise the place by, and the units that stay whole."""
    walls = [(cell, built.compound) for cell, built in sites if built.compound is not None]
    numbers: dict[str, int] = {}
    names = []
    for cell, _ in walls:
        numbers[cell.use] = numbers.get(cell.use, 0) + 1
        name = NAMED_USES[cell.use][2] if cell.use in NAMED_USES else "示例工厂"
        names.append(cell.label or f"{name}{numbers[cell.use]:02d}")
    compounds = {
        "id": [f"YL{number:03d}" for number in range(1, len(walls) + 1)],
        "name": names,
        "type": [COMPOUNDS[cell.use] for cell, _ in walls],
    }
    groups = [group for village in villages for group in village.groups]
    inside = [one.buffer(-GROUP_INSIDE_M, join_style="mitre") for _, one in groups]
    of_groups = {
        "id": [f"XZ{number:03d}" for number in range(1, len(groups) + 1)],
        "name": [name for name, _ in groups],
    }
    ponds = [river()[0].intersection(town), canal().intersection(town)]
    kinds = ["river", "canal"]
    for _, built in sites:
        ponds += built.ponds
        kinds += ["pond"] * len(built.ponds)
    lines = ditches(roads, river()[0], canal(), town, rng)
    places = [
        ((cell.middle[0], cell.y1 - NAME_FROM_NORTH * cell.high), cell.label, "village")
        for cell in cells
        if cell.use == "village"
    ]
    places += [
        (one.representative_point().coords[0], name, "group")
        for village in villages
        for name, one in village.groups
    ]
    places += [(cell.middle, name, "site") for (cell, _), name in zip(walls, names, strict=True)]
    places += [
        (cell.middle, cell.label, "site") for cell in cells if cell.use in ("market", "shops")
    ]
    points = np.round(bend.places(np.array([place for place, _, _ in places])), 2)
    return {
        "compounds": frame_of(bend, "compounds", [wall for _, wall in walls], compounds),
        "village_groups": frame_of(bend, "village_groups", inside, of_groups),
        "waterbodies": frame_of(bend, "waterbodies", ponds, {"class": kinds}),
        "water_lines": frame_of(
            bend,
            "water_lines",
            [shape for shape, _, _ in lines],
            {"class": [kind for _, kind, _ in lines], "name": [name for *_, name in lines]},
        ),
        "places": gpd.GeoDataFrame(
            {"name": [name for _, name, _ in places], "class": [kind for *_, kind in places]},
            geometry=shapely.points(points),
            crs=CRS,
        ),
    }


def write(frame: gpd.GeoDataFrame, name: str, *, layer: str | None = None) -> None:
    """Write a layer, replacing the file."""
    path = FOLDER / name
    path.unlink(missing_ok=True)
    options: dict[str, object] = {} if path.suffix == ".gpkg" else {"SPATIAL_INDEX": "NO"}
    kind = shapely.get_type_id(frame.geometry.to_numpy())
    if not (kind == kind[0]).all():
        options["promote_to_multi"] = True
    frame.to_file(path, layer=layer or path.stem, engine="pyogrio", **options)


if __name__ == "__main__":
    main()
