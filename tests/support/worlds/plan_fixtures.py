"""A small sound plan drawn by hand, for tests that look at plans.

    villages       level 3         micro-grids (each letter one patch of 250 m x 500 m)
    +----+----+    +----+----+     +--+--+----+     a farmland   e water
    |    |    |    | W1 |    |     |ee|aa|aaaa|     k key enterprise
    | W  | E  |    +----+ E1 |     +--+--+----+     p park
    |    |    |    | W2 |    |     |kk|pp|oooo|     o problem estate
    +----+----+    +----+----+     +--+--+----+

Every patch has 5 officer-hours, 10 households and 1 object; an officer gives 16 hours a week. So
the four western micro-grids (10 h) need one officer, the two eastern ones (20 h) two: 8 posts for
8 cadres.
"""

from functools import cache

import geopandas as gpd
import pandas as pd
import shapely

from gridmap.plan.plan import Plan
from gridmap.rules import Rules, parse_rules
from layers.contract.columns import (
    ASSIGNMENTS,
    GRIDS,
    ISSUES,
    LEDGER,
    PATCHES,
    PEOPLE,
    POSTS,
    empty_frame,
    with_dtypes,
)

CRS = "EPSG:4547"
LEFT, BOTTOM = 492_000.0, 3_838_000.0
CELL_X, CELL_Y = 250.0, 500.0

TOWN, W, E = "410122106", "410122106201", "410122106202"
W1, W2, E1 = f"{W}001", f"{W}002", f"{E}001"
W1A, W1B, W2A, W2B, E1A, E1B = f"{W1}01", f"{W1}02", f"{W2}01", f"{W2}02", f"{E1}01", f"{E1}02"
MICRO = [W1A, W1B, W2A, W2B, E1A, E1B]

RULES_TEXT = """
hierarchy = {file = "h.gpkg"}
layers = [{file = "farmland.gpkg", category = "farmland"}]
publish = {source_classification = "public"}

[town]
name = "郑庵镇"
code = "410122106"
crs = "EPSG:4547"
area_km2_declared = 2.01
valid_from = 2025-12-01

[load.default]
patch = 5

[capacity]
officer_hours = 16
officers_max = 4

[duties]
default = ["安全生产排查"]
problem_estate = ["问题楼盘化解", "招商引资"]
"""

# code, parent, level, name, columns of cells, rows of cells (0 is south)
_GIVEN = [
    (TOWN, "", 1, "郑庵镇", range(8), range(2)),
    (W, TOWN, 2, "刘巧村", range(4), range(2)),
    (E, TOWN, 2, "小庄村", range(4, 8), range(2)),
    (W1, W, 3, "刘巧村第一网格", range(4), [1]),
    (W2, W, 3, "刘巧村第二网格", range(4), [0]),
    (E1, E, 3, "小庄村第一网格", range(4, 8), range(2)),
]
_MICRO = [
    (W1A, W1, 4, "water", range(2), [1]),
    (W1B, W1, 4, "farmland", range(2, 4), [1]),
    (W2A, W2, 4, "key_enterprise", range(2), [0]),
    (W2B, W2, 4, "park_green", range(2, 4), [0]),
    (E1A, E1, 4, "farmland", range(4, 8), [1]),
    (E1B, E1, 4, "problem_estate", range(4, 8), [0]),
]
OFFICERS = {W1A: 1, W1B: 1, W2A: 1, W2B: 1, E1A: 2, E1B: 2}


def small_rules(text: str = "", **sections: str) -> Rules:
    """Rules of the small town; `text` is added, sections replace one line of the text."""
    changed = RULES_TEXT
    for old, new in sections.items():
        line = next(row for row in RULES_TEXT.splitlines() if row.startswith(old))
        changed = changed.replace(line, f"{old} = {new}")
    return parse_rules(changed + text)


def cell(column: int, row: int) -> shapely.Polygon:
    x, y = LEFT + column * CELL_X, BOTTOM + row * CELL_Y
    return shapely.box(x, y, x + CELL_X, y + CELL_Y)


def ground(columns, rows) -> shapely.Polygon:
    return shapely.coverage_union_all([cell(x, y) for x in columns for y in rows])


def small_patches() -> gpd.GeoDataFrame:
    return _patches().copy()


@cache
def _patches() -> gpd.GeoDataFrame:
    rows, index, shapes = [], [], []
    for code, parent, _, category, columns, cells in _MICRO:
        for x in columns:
            for y in cells:
                index.append(f"{parent}-{x}{y}")
                shapes.append(cell(x, y))
                rows.append(
                    {
                        "parent_code": parent,
                        "category": category,
                        "subclass": "",
                        "layer": f"{category}.gpkg",
                        "record": f"r{x}{y}",
                        "name": "",
                        "area_m2": 125_000.0,
                        "absorbed_m2": 0.0,
                        "households": 10.0,
                        "objects": 1,
                        "load_h": 5.0,
                        "grid_code": code,
                    }
                )
    frame = gpd.GeoDataFrame(
        pd.DataFrame(rows, index=pd.Index(index, dtype="str", name="patch_id")),
        geometry=shapes,
        crs=CRS,
    )
    return with_dtypes(frame, PATCHES).sort_index()


def small_grids() -> gpd.GeoDataFrame:
    return _grids().copy()


@cache
def _grids() -> gpd.GeoDataFrame:
    rows, shapes = [], []
    for code, parent, level, label, columns, cells in [*_GIVEN, *_MICRO]:
        shape = ground(columns, cells)
        patches = len(columns) * len(cells)
        micro = level == 4
        rows.append(
            {
                "code": code,
                "name": f"微网格{code[-2:]}" if micro else label,
                "name_en": "",
                "level": level,
                "kind": "micro" if micro else "base",
                "parent_code": parent,
                "category": label if micro else "",
                "purity": 1.0,
                "area_m2": 125_000.0 * patches,
                "perimeter_m": shape.length,
                "compactness": 4 * 3.141592653589793 * shape.area / shape.length**2,
                "parts": 1,
                "patches": patches,
                "households": 10.0 * patches,
                "objects": patches,
                "load_h": 5.0 * patches,
                "officers": OFFICERS.get(code, 0),
                "capacity_h": 16.0 * OFFICERS.get(code, 0),
                "version": "1",
                "valid_from": "2025-12-01",
                "valid_to": "",
            }
        )
        shapes.append(shape)
    frame = gpd.GeoDataFrame(pd.DataFrame(rows), geometry=shapes, crs=CRS).set_index("code")
    frame.index = frame.index.astype("str").rename("grid_code")
    return with_dtypes(frame, GRIDS).sort_index()


def people_frame(*rows: tuple[str, str, str, str, str]) -> pd.DataFrame:
    """People from tuples of id, role, skills, home code, present grid."""
    frame = pd.DataFrame(
        {
            "name": [f"某{row[0]}" for row in rows],
            "office": ["村支书" if row[1] == "leader" else "党政办" for row in rows],
            "role": [row[1] for row in rows],
            "skills": [row[2] for row in rows],
            "home_code": [row[3] for row in rows],
            "present_grid": [row[4] for row in rows],
            "phone": "00000000000",
        },
        index=pd.Index([row[0] for row in rows], dtype="str", name="person_id"),
    )
    return with_dtypes(frame, PEOPLE)


LEADERS = [
    (f"L{number}", "leader", "", "", code)
    for number, code in enumerate([TOWN, W, E, W1, W2, E1], start=1)
]
CADRES = [
    ("C1", "cadre", "water", W, ""),
    ("C2", "cadre", "farmland", W, ""),
    ("C3", "cadre", "key_enterprise", W, ""),
    ("C4", "cadre", "park_green", W, ""),
    ("C5", "cadre", "farmland", E, ""),
    ("C6", "cadre", "farmland", E, ""),
    ("C7", "cadre", "problem_estate", E, ""),
    ("C8", "cadre", "problem_estate", E, ""),
]


def small_people() -> pd.DataFrame:
    return people_frame(*LEADERS, *CADRES)


def small_posts() -> pd.DataFrame:
    rows, index = [], []
    for code, _, level, category, *_ in sorted([*_GIVEN, *_MICRO]):
        for number in range(1, OFFICERS.get(code, 1) + 1):
            index.append(f"{code}-{number:02d}")
            rows.append(
                {
                    "grid_code": code,
                    "role": "leader" if number == 1 else "member",
                    "number": number,
                    "skill": category if level == 4 else "",
                    "duties": "安全生产排查",
                }
            )
    frame = pd.DataFrame(rows, index=pd.Index(index, dtype="str", name="post_id"))
    return with_dtypes(frame, POSTS)


def small_assignments(posts: pd.DataFrame | None = None) -> pd.DataFrame:
    """Everybody on a post: L1 to L6 on the given grids, C1 to C8 on the micro-grids in order."""
    posts = small_posts() if posts is None else posts
    person = dict(zip([TOWN, W, E, W1, W2, E1], [row[0] for row in LEADERS], strict=True))
    cadres = iter(row[0] for row in CADRES)
    on_micro = [code for code in MICRO for _ in range(OFFICERS[code])]
    order = {}
    for code in on_micro:
        order.setdefault(code, []).append(next(cadres))
    rows = [
        {
            "status": "filled",
            "post_id": post_id,
            "person_id": person.get(code) or order[code][number - 1],
            "grid_code": code,
            "role": role,
            "cost": 0.0,
            "reason": "",
            "reason_zh": "",
        }
        for post_id, code, role, number in zip(
            posts.index, posts["grid_code"], posts["role"], posts["number"], strict=True
        )
    ]
    return with_dtypes(pd.DataFrame(rows), ASSIGNMENTS)


def vacate(assignments: pd.DataFrame, *posts: str) -> pd.DataFrame:
    """Take the people off these posts."""
    frame = assignments.copy()
    gone = frame["post_id"].isin(posts)
    frame.loc[gone, "status"] = "vacant"
    frame.loc[gone, "person_id"] = ""
    frame.loc[gone, ["reason", "reason_zh"]] = ["No cadre is left.", "无人可派。"]
    return frame


def small_plan(**tables) -> Plan:
    """The sound plan, with some tables or the rules replaced."""
    parts = {
        "rules": small_rules(),
        "rules_text": RULES_TEXT,
        "patches": small_patches(),
        "grids": small_grids(),
        "people": small_people(),
        "posts": small_posts(),
        "assignments": small_assignments(),
        "issues": empty_frame(ISSUES, index="number", crs=CRS),
        "ledger": empty_frame(LEDGER, index="category"),
        "edits": pd.DataFrame(),
        "versions": pd.DataFrame(),
    }
    return Plan(**(parts | tables))
