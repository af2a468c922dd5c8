"""Random towns for property tests: ragged grids, overlapping layers and a roster from one seed."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from drawn_town import CRS, rules_text
from shapely import box

from gridmap.rules import parse_rules
from gridmap.town.exclusive import with_exclusive_grids
from gridmap.town.surroundings import empty_context, empty_units
from gridmap.town.town import Town
from layers.contract.columns import (
    GROUND,
    HIERARCHY,
    OBJECTS,
    PEOPLE,
    SITES,
    empty_frame,
    later_columns,
    with_dtypes,
)
from layers.contract.issues import make_issues

__all__ = ["random_sites", "random_town"]

WEST, SOUTH, WIDE, HIGH = 513_000.0, 3_838_000.0, 2_000.0, 1_500.0
TOWN_CODE = "410122106"
KINDS = (
    ("farmland", ""),
    ("water", ""),
    ("park_green", ""),
    ("developable", ""),
    ("key_enterprise", ""),
    ("problem_estate", ""),
    ("supplied_unbuilt", ""),
    ("residual", "village_res"),
    ("residual", "forest_orchard_grass"),
    ("residual", "public_service"),
)


def random_town(
    seed: int,
    *,
    target: int | None = None,
    officer_hours: float = 10.0,
    treatment: str = "absorb",
    sites: int = 0,
) -> Town:
    """Make a town of 1 / 2 / 4 ragged grids with up to four overlapping layers.

    The layers leave gaps, lie over each other and reach over the edge of the town, and so do the
    sites of units, which may have parts, with ground or without.
    """
    rng = np.random.default_rng(seed)
    text = _rules(target, officer_hours, treatment)
    hierarchy, issues = _hierarchy(rng), make_issues([], CRS)
    units = random_sites(np.random.default_rng(seed + 1), sites)
    if sites:
        hierarchy, issues = with_exclusive_grids(hierarchy, units, rules=parse_rules(text))
    return Town(
        folder=Path("random"),
        rules=parse_rules(text),
        rules_text=text,
        ground=_ground(rng),
        hierarchy=hierarchy,
        roads=_roads(rng),
        barriers=gpd.GeoDataFrame({"name": []}, geometry=[], crs=CRS),
        context=empty_context(CRS),
        units=empty_units(CRS),
        objects=gpd.GeoDataFrame(empty_frame(OBJECTS, index="object_id", crs=CRS)),
        people=_people(rng, hierarchy),
        issues=issues,
        hashes={"random": str(seed)},
        sites=units,
    )


def random_sites(rng: np.random.Generator, count: int) -> gpd.GeoDataFrame:
    """Draw the sites of some units, turned boxes of 40 to 400 m; two of five have two parts."""
    rows: list[tuple] = []
    for number in range(count):
        x, y = rng.uniform((WEST - 80, SOUTH - 80), (WEST + WIDE, SOUTH + HIGH))
        wide, high = rng.uniform(40, 400, 2)
        shape = shapely.affinity.rotate(box(x, y, x + wide, y + high), rng.uniform(0, 90))
        name, staff = f"S{number}", int(rng.integers(0, 900))
        rows.append((name, f"单位{number}", staff, "", True, shape))
        if rng.random() < 0.4:
            inner = shape.centroid.buffer(25)
            rows.append((f"{name}a", f"车间{number}", staff // 2, name, True, inner))
            rows.append((f"{name}b", f"班组{number}", staff - staff // 2, name, False, None))
    table = pd.DataFrame(
        [row[:-1] for row in rows], columns=["site_id", "name", "staff", "part_of", "spatial"]
    ).set_index("site_id")
    table = table.reindex(columns=list(SITES), fill_value="")
    frame = gpd.GeoDataFrame(table, geometry=[row[-1] for row in rows], crs=CRS)
    result = with_dtypes(frame, SITES)
    assert isinstance(result, gpd.GeoDataFrame)
    return result


def _rules(target: int | None, officer_hours: float, treatment: str) -> str:
    text = rules_text().replace("officer_hours = 12.0", f"officer_hours = {officer_hours}")
    text = text.replace('default = "absorb"', f'default = "{treatment}"')
    lines = ["[split]", "min_area_ha_default = 0.5"]
    return text + "\n" + "\n".join(lines + ([f"target = {target}"] if target else [])) + "\n"


def _cells(rng: np.random.Generator, count: int, frame: shapely.Polygon) -> np.ndarray:
    """Voronoi cells of random points, cut to the frame."""
    west, south, east, north = frame.bounds
    points = rng.uniform((west, south), (east, north), (count, 2))
    cells = shapely.get_parts(
        shapely.voronoi_polygons(shapely.multipoints(points), extend_to=frame)
    )
    return shapely.intersection(cells, frame)


def _hierarchy(rng: np.random.Generator) -> gpd.GeoDataFrame:
    frame = box(WEST, SOUTH, WEST + WIDE, SOUTH + HIGH)
    cells = shapely.coverage_clean(_cells(rng, 4, frame))
    x = shapely.get_x(shapely.centroid(cells))
    cells = cells[np.argsort(x)]
    villages = [shapely.coverage_union_all(cells[:2]), shapely.coverage_union_all(cells[2:])]
    rows = [(TOWN_CODE, "镇", 1, "", 0, shapely.coverage_union_all(cells))]
    for number, shape in enumerate(villages):
        rows.append((f"{TOWN_CODE}20{number}", f"村{number}", 2, TOWN_CODE, 0, shape))
    for number, shape in enumerate(cells):
        village = f"{TOWN_CODE}20{number // 2}"
        households = int(rng.integers(0, 400))
        rows.append(
            (f"{village}00{number % 2 + 1}", f"网格{number}", 3, village, households, shape)
        )
    table = pd.DataFrame(
        [row[:-1] for row in rows], columns=["code", "name", "level", "parent_code", "households"]
    ).set_index("code")
    table["name_en"] = ""
    table["population"] = 3 * table["households"]
    shapes = [row[-1] for row in rows]
    frame = with_dtypes(gpd.GeoDataFrame(table, geometry=shapes, crs=CRS), HIERARCHY)
    assert isinstance(frame, gpd.GeoDataFrame)
    return frame


def _ground(rng: np.random.Generator) -> gpd.GeoDataFrame:
    rows = []
    for layer in range(int(rng.integers(1, 5))):
        shift = rng.uniform(-150, 150, 2)
        frame = box(
            WEST - 100 + shift[0],
            SOUTH - 100 + shift[1],
            WEST + WIDE + shift[0],
            SOUTH + HIGH + shift[1],
        )
        for number, shape in enumerate(_cells(rng, int(rng.integers(5, 40)), frame)):
            if rng.random() < 0.7:
                category, subclass = KINDS[int(rng.integers(len(KINDS)))]
                rows.append((category, subclass, f"layer{layer}", f"{layer}-{number}", "", shape))
    table = pd.DataFrame([row[:-1] for row in rows], columns=list(GROUND)[:5])
    frame = with_dtypes(gpd.GeoDataFrame(table, geometry=[r[-1] for r in rows], crs=CRS), GROUND)
    assert isinstance(frame, gpd.GeoDataFrame)
    return frame


def _roads(rng: np.random.Generator) -> gpd.GeoDataFrame:
    ends = rng.uniform((WEST, SOUTH), (WEST + WIDE, SOUTH + HIGH), (5, 2, 2))
    return gpd.GeoDataFrame({"name": [""] * 5}, geometry=shapely.linestrings(ends), crs=CRS)


def _people(rng: np.random.Generator, hierarchy: gpd.GeoDataFrame) -> pd.DataFrame:
    leaders = [
        (f"L{number:03d}", f"网格长{number}", "村支书", "leader", "", code[:12], code, "")
        for number, code in enumerate(hierarchy.index)
    ]
    skills = [kind for kind, _ in KINDS[:7]]
    homes = list(hierarchy.index[hierarchy["level"] == 2])
    cadres = [
        (
            f"C{number:03d}",
            f"干部{number}",
            "科员",
            "cadre",
            ";".join(rng.choice(skills, 2, replace=False)),
            str(rng.choice(homes)),
            "",
            f"000-{number:04d}",
        )
        for number in range(160)
    ]
    first = [name for name in PEOPLE if name not in later_columns(PEOPLE)]
    columns = ["person_id", *first]
    table = pd.DataFrame(leaders + cadres, columns=columns).set_index("person_id")
    return with_dtypes(table, PEOPLE)
