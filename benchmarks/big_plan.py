"""A made-up plan of any size, to measure maps and pages: the land is drawn, the people invented.

Micro-grids lie in a square of crooked cells of about twenty vertices; neighbours share theirs
exactly. Sixteen make a level-3 grid, sixty-four of those a village.
"""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridmap.plan.grids import make_grids
from gridmap.plan.plan import Plan
from gridmap.rules import Rules, parse_rules
from gridmap.split.micro_category import SITES
from gridmap.split.split import graph_of
from gridmap.staffing.posts import make_posts
from layers.contract import columns
from layers.contract.categories import CATEGORY_KEYS

__all__ = ["big_plan", "redrawable_plan"]

Array = np.ndarray[Any, Any]

SIDE_M = 350.0  # of a cell: about 12 ha
BENDS = 4  # vertices on an edge between two corners
PER_GRID, PER_VILLAGE = 4, 32  # cells on a side
ACROSS = 3  # patches on a side of a micro-grid that can be redrawn
SMALLER = 0.3  # its patches are of 1.1 ha, so that micro-grids have a usual size
TOWN = "410122999000"
CRS = "EPSG:4547"
VACANT_SHARE = 0.05
RULES = f"""
[town]
name = "虚构市"
name_en = "Made-up city"
code = "{TOWN}"
crs = "{CRS}"
credit = "Made-up land and people"
credit_zh = "地块与人员均为虚构"
version = "1"
valid_from = 2026-01-01
[hierarchy]
file = "grids.gpkg"
[roster]
file = "roster.xlsx"
[[layers]]
file = "ground.gpkg"
category = "farmland"
[load.default]
hectare = 0.2
[capacity]
officer_hours = 12.0
"""


def big_plan(side: int, *, seed: int = 0) -> Plan:
    """Make a plan of `side` times `side` micro-grids, each of one patch and two posts."""
    rng = np.random.default_rng(seed)
    lines = _crooked_lines(side, rng)
    grids = pd.concat(
        [
            _level(lines, side, side, 1, "", rng),
            _level(lines, side, PER_VILLAGE, 2, "村", rng),
            _level(lines, side, PER_GRID, 3, "网格", rng),
            _level(lines, side, 1, 4, "微网格", rng),
        ]
    )
    grids = columns.with_dtypes(gpd.GeoDataFrame(grids, crs=CRS), columns.GRIDS)
    micro = grids[grids["kind"] == "micro"]
    patches = micro.assign(
        subclass="", layer="made", record="", absorbed_m2=0.0, grid_code=micro.index
    )
    posts = _posts(grids)
    people, assignments = _people(posts, rng)
    return Plan(
        rules=parse_rules(RULES),
        rules_text=RULES,
        patches=columns.with_dtypes(patches.rename_axis("patch_id"), columns.PATCHES),
        grids=grids,
        people=people,
        posts=posts,
        assignments=assignments,
        issues=gpd.GeoDataFrame(
            columns.empty_frame(columns.ISSUES, index="row"), geometry=gpd.GeoSeries([], crs=CRS)
        ),
        ledger=columns.empty_frame(columns.LEDGER, index="category"),
        edits=columns.empty_frame(columns.EDITS, index="edit_id"),
        versions=pd.DataFrame({"version": ["1"], "what": ["made"]}, dtype="str"),
    )


def redrawable_plan(side: int, *, seed: int = 0) -> Plan:
    """Make a plan of `side` times `side` patches in micro-grids of nine, with all its figures.

    Sixteen micro-grids make a level-3 grid, sixty-four of those a village. Four micro-grids are of
    one kind; one patch in thirty is of another.
    """
    rng = np.random.default_rng(seed)
    rules, lines = parse_rules(RULES), _crooked_lines(side, rng)
    lines = {name: 500_000.0 + SMALLER * (points - 500_000.0) for name, points in lines.items()}
    place = np.stack(np.meshgrid(np.arange(side), np.arange(side), indexing="ij"), -1).reshape(
        -1, 2
    )
    shapes = [_outline(lines, row, column, row + 1, column + 1) for row, column in place.tolist()]
    cell, blocks = place // ACROSS, -(-side // ACROSS)
    wide = [key for key in CATEGORY_KEYS if key not in SITES]
    parent = [_code(row, column, 3, blocks) for row, column in cell.tolist()]
    code = [_code(row, column, 4, blocks) for row, column in cell.tolist()]
    kinds = rng.choice(wide, (blocks, blocks))[tuple(cell.T // 2)]
    odd = rng.random(len(kinds)) < 1 / 30
    patches = gpd.GeoDataFrame(
        {
            "parent_code": parent,
            "category": np.where(odd, rng.permutation(kinds), kinds),
            "layer": "made",
            "households": rng.poisson(2, len(kinds)).astype(float),
            "load_h": rng.lognormal(-0.4, 0.5, len(kinds)),
            "grid_code": code,
        },
        geometry=shapes,
        index=pd.Index([f"T{number:07d}" for number in range(len(kinds))], name="patch_id"),
        crs=CRS,
    )
    patches["area_m2"] = patches.area
    unsaid = {name: "" if kind == "str" else 0 for name, kind in columns.PATCHES.items()}
    patches = patches.assign(**{key: unsaid[key] for key in unsaid if key not in patches})
    patches = columns.with_dtypes(patches, columns.PATCHES)
    return _staffed(patches, pd.Series(kinds, index=patches.index), rules, rng)


def _staffed(
    patches: gpd.GeoDataFrame, kinds: pd.Series, rules: Rules, rng: np.random.Generator
) -> Plan:
    """Derive the grids of patches, and put people on the posts that these need."""
    grids = make_grids(
        patches,
        _hierarchy(patches["parent_code"]),
        categories=kinds,
        graph=graph_of(patches, rules=rules),
        rules=rules,
    )
    posts, officers = make_posts(grids, rules=rules)
    grids.loc[officers.index, "officers"] = officers
    grids["capacity_h"] = grids["officers"] * rules.capacity.officer_hours
    people, assignments = _people(posts, rng)
    return Plan(
        rules=rules,
        rules_text=RULES,
        patches=patches,
        grids=grids,
        people=people,
        posts=posts,
        assignments=assignments,
        issues=gpd.GeoDataFrame(
            columns.empty_frame(columns.ISSUES, index="issue"),
            geometry=gpd.GeoSeries([], crs=CRS),
            crs=CRS,
        ),
        ledger=columns.empty_frame(columns.LEDGER, index="kind"),
        edits=columns.empty_frame(columns.EDITS, index="edit_id"),
        versions=pd.DataFrame({"version": ["1"], "what": ["made"]}, dtype="str"),
    )


def _hierarchy(parents: pd.Series) -> pd.DataFrame:
    """Name the given grids above patches, level by level."""
    deepest = sorted(parents.unique())
    villages = sorted({code[:12] for code in deepest})
    codes = [TOWN, *villages, *deepest]
    above = ["", *[TOWN] * len(villages), *(code[:12] for code in deepest)]
    frame = pd.DataFrame(
        {
            "name": [f"网格{code[-6:]}" for code in codes],
            "name_en": [f"Grid {code[-6:]}" for code in codes],
            "level": [1] + [2] * len(villages) + [3] * len(deepest),
            "parent_code": above,
            "households": 0,
            "population": 0,
        },
        index=pd.Index(codes, name="grid_code"),
    )
    return columns.with_dtypes(frame, columns.HIERARCHY)


def _crooked_lines(side: int, rng: np.random.Generator) -> dict[str, Array]:
    """Corners, and the bends on the edges to the right and upwards of every corner."""
    place = np.stack(np.meshgrid(np.arange(side + 1.0), np.arange(side + 1.0)), axis=-1)
    corner = 500_000.0 + SIDE_M * (place + rng.uniform(-0.25, 0.25, place.shape))
    share = (np.arange(1, BENDS + 1) / (BENDS + 1))[:, None]
    wave = rng.uniform(-0.05, 0.05, (2, side + 1, side + 1, BENDS, 2)) * SIDE_M
    right = corner[:, :-1, None] * (1 - share) + corner[:, 1:, None] * share
    up = corner[:-1, :, None] * (1 - share) + corner[1:, :, None] * share
    return {"corner": corner, "right": right + wave[0, :, :-1], "up": up + wave[1, :-1]}


def _level(lines: dict[str, Array], side: int, cells: int, level: int, name: str,
           rng: np.random.Generator) -> gpd.GeoDataFrame:  # fmt: skip
    """Draw the grids of a level, each so many cells on a side."""
    shapes, codes, parents = [], [], []
    for row in range(0, side, cells):
        for column in range(0, side, cells):
            end_row, end_column = min(row + cells, side), min(column + cells, side)
            shapes.append(_outline(lines, row, column, end_row, end_column))
            codes.append(_code(row, column, level, side))
            parents.append(_code(row, column, level - 1, side) if level > 1 else "")
    count = len(shapes)
    micro = level == 4
    frame = gpd.GeoDataFrame({"level": [level] * count}, geometry=shapes, crs=CRS)
    frame.index = pd.Index(codes, name="grid_code")
    load = rng.lognormal(2.4, 0.5, count) if micro else np.zeros(count)
    officers = np.ceil(load / 12).astype(int) if micro else np.zeros(count, dtype=int)
    return frame.assign(
        name=[f"{name}{code[-6:]}" for code in codes] if name else "虚构市",
        name_en=[f"Level {level} {code[-6:]}" for code in codes] if name else "Made-up city",
        kind="micro" if micro else "base",
        parent_code=parents,
        category=rng.choice([*CATEGORY_KEYS, "residual"], count) if micro else "",
        purity=0.9,
        area_m2=frame.area,
        perimeter_m=frame.length,
        compactness=4 * np.pi * frame.area / frame.length**2,
        parts=1,
        patches=1,
        households=rng.poisson(20, count).astype(float) if micro else 0.0,
        objects=rng.poisson(0.5, count) if micro else 0,
        load_h=load,
        officers=officers,
        capacity_h=officers * 12.0,
        version="1",
        valid_from="2026-01-01",
        valid_to="",
    )


def _outline(lines: dict[str, Array], row: int, column: int, end_row: int, end_column: int) -> Any:
    """Go round a block of cells: along its bottom, right, top and left side."""
    corner, right, up = lines["corner"], lines["right"], lines["up"]

    def along(corners: Array, bends: Array) -> Array:
        return np.concatenate([corners[:-1, None], bends], axis=1).reshape(-1, 2)

    bottom = along(corner[row, column : end_column + 1], right[row, column:end_column])
    far = along(corner[row : end_row + 1, end_column], up[row:end_row, end_column])
    top = along(
        corner[end_row, column : end_column + 1][::-1],
        right[end_row, column:end_column][::-1, ::-1],
    )
    near = along(corner[row : end_row + 1, column][::-1], up[row:end_row, column][::-1, ::-1])
    return shapely.polygons(np.concatenate([bottom, far, top, near]))


def _code(row: int, column: int, level: int, side: int) -> str:
    if level == 1:
        return TOWN
    villages = -(-side // PER_VILLAGE)
    village = (row // PER_VILLAGE) * villages + column // PER_VILLAGE
    code = f"{TOWN[:9]}{village + 200:03d}"
    if level == 2:
        return code
    inner = PER_VILLAGE // PER_GRID
    grid = (row % PER_VILLAGE // PER_GRID) * inner + column % PER_VILLAGE // PER_GRID
    code += f"{grid + 1:03d}"
    if level == 3:
        return code
    return f"{code}{(row % PER_GRID) * PER_GRID + column % PER_GRID + 1:02d}"


def _posts(grids: gpd.GeoDataFrame) -> pd.DataFrame:
    """One post on a given grid, two on a micro-grid."""
    codes = grids.index.to_series()
    member = codes[grids["kind"] == "micro"]
    posts = pd.DataFrame(
        {
            "grid_code": [*codes, *member],
            "role": ["leader"] * len(codes) + ["member"] * len(member),
            "number": [1] * len(codes) + [2] * len(member),
        }
    )
    posts.index = pd.Index(posts["grid_code"] + "/" + posts["number"].astype("str"), name="post_id")
    posts = posts.assign(skill="", duties="安全生产排查;人居环境")
    return columns.with_dtypes(posts.sort_index(), columns.POSTS)


def _people(posts: pd.DataFrame, rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    ids = pd.Index([f"P{number:06d}" for number in range(len(posts))], name="person_id")
    people = pd.DataFrame(
        {
            "name": [f"干部{number:06d}" for number in range(len(posts))],
            "office": "镇机关",
            "role": "cadre",
            "skills": "",
            "home_code": "",
            "present_grid": "",
            "phone": "",
        },
        index=ids,
    )
    vacant = rng.random(len(posts)) < VACANT_SHARE
    assignments = pd.DataFrame(
        {
            "status": np.where(vacant, "vacant", "filled"),
            "post_id": posts.index,
            "person_id": np.where(vacant, "", ids),
            "grid_code": posts["grid_code"].to_numpy(),
            "role": posts["role"].to_numpy(),
            "cost": 0.0,
            "reason": "Made up.",
            "reason_zh": "虚构。",
        }
    )
    return (
        columns.with_dtypes(people[~vacant], columns.PEOPLE),
        columns.with_dtypes(assignments, columns.ASSIGNMENTS),
    )
