"""A small drawn plan for tests of the store, the exports and the commands.

west  | east        village grids "W" and "E" of the town "T", each 200 m x 200 m,
------+------       of four patches of 100 m x 100 m; micro-grids W01, W02 are the south and
p2 p3 | p6 p7       the north row of the west, E01 is the whole east.
p0 p1 | p4 p5
"""

from functools import cache

import geopandas as gpd
import pandas as pd
import shapely

from gridmap.plan.plan import Plan
from gridmap.rules import parse_rules
from layers.contract import columns

CRS = "EPSG:4547"
EAST, NORTH = 493_600.0, 3_839_200.0  # at Zheng'an
RULES_TEXT = """# 规则 of a drawn town
hierarchy = { file = "grids.gpkg" }
[town]
name = "小镇"
name_en = "Small Town"
code = "041"
crs = "EPSG:4547"
credit = "Drawn for tests"
version = "2026-1"
valid_from = 2026-01-01
[[layers]]
file = "a.gpkg"
category = "farmland"
[load.default]
hectare = 2.0
[capacity]
officer_hours = 4.0
"""


def square(x, y, width=100.0, height=None):
    x, y = EAST + x, NORTH + y
    return shapely.box(x, y, x + width, y + (height or width))


@cache
def small_plan():
    """Make the plan that the module's docstring draws."""
    return Plan(
        rules=parse_rules(RULES_TEXT),
        rules_text=RULES_TEXT,
        patches=_patches(),
        grids=_grids(),
        people=_people(),
        posts=_posts(),
        assignments=_assignments(),
        issues=_issues(),
        ledger=_ledger(),
        edits=pd.DataFrame(
            {"number": pd.Series(dtype="int64"), "sentence": pd.Series(dtype="str")}
        ),
        versions=pd.DataFrame({"version": ["2026-1"], "note": pd.Series([None], dtype="str")}),
        receipt={"seed": "0", "rules": "ab12", "说明": "画的"},
    )


def _frame(rows, contract, index):
    empty = {"str": "", "int64": 0, "float64": 0.0, "bool": False}
    later = {name: columns.later_value(contract, name) for name in columns.later_columns(contract)}
    defaults = {name: empty[dtype] for name, dtype in contract.items()} | later
    table = {name: [row.get(name, defaults[name]) for row in rows] for name in contract}
    frame = pd.DataFrame(table, index=pd.Index([row["id"] for row in rows], dtype="str"))
    frame.index.name = index
    frame = frame.astype(dict(contract))
    if "geometry" in rows[0]:
        shapes = [row["geometry"] for row in rows]
        return gpd.GeoDataFrame(frame, geometry=shapes, crs=CRS)
    return frame


@cache
def _patches():
    places = [(0, 0), (100, 0), (0, 100), (100, 100), (200, 0), (300, 0), (200, 100), (300, 100)]
    kinds = ["farmland", "water", "residual", "farmland"] + 4 * ["park_green"]
    codes = ["W01", "W01", "W02", "W02"] + 4 * ["E01"]
    rows = [
        {
            "id": f"p{number}",
            "parent_code": code[0],
            "category": kind,
            "subclass": "village_res" if kind == "residual" else "",
            "layer": "a.gpkg",
            "record": f"00{number}",
            "name": "大孟湖" if kind == "water" else "",
            "area_m2": 10_000.0,
            "households": 12.5 if kind == "residual" else 0.0,
            "load_h": 2.0,
            "grid_code": code,
            "geometry": square(*place),
        }
        for number, (place, kind, code) in enumerate(zip(places, kinds, codes, strict=True))
    ]
    return _frame(rows, columns.PATCHES, "patch_id")


def _grid(code, level, parent, prefix, **more):
    patches = _patches()
    inside = patches["grid_code"].str.startswith(prefix)
    shape = shapely.normalize(shapely.coverage_union_all(patches.geometry[inside].to_numpy()))
    return {
        "id": code,
        "name": f"网格{code}",
        "name_en": f"Grid {code}",
        "level": level,
        "kind": "base",
        "parent_code": parent,
        "purity": 1.0,
        "area_m2": shape.area,
        "perimeter_m": shape.length,
        "compactness": 0.785,
        "parts": 1,
        "patches": 4,
        "version": "2026-1",
        "valid_from": "2026-01-01",
        "geometry": shape,
    } | more


def _grids():
    micro = {"kind": "micro", "officers": 2, "capacity_h": 8.0, "load_h": 4.0}
    rows = [
        _grid("T", 1, "", "", patches=8),
        _grid("E", 2, "T", "E"),
        _grid("W", 2, "T", "W"),
        _grid("E01", 3, "E", "E01", category="park_green", **micro),
        _grid("W01", 3, "W", "W01", category="farmland", **micro),
        _grid("W02", 3, "W", "W02", category="farmland", **micro),
    ]
    return _frame(rows, columns.GRIDS, "grid_code")


def _people():
    rows = [
        {"id": "001", "name": "张三", "office": "镇长", "role": "leader", "present_grid": "T"},
        {"id": "002", "name": "李<b>四", "office": "干部", "role": "cadre", "skills": "farmland"},
        {"id": "003", "name": "王五", "office": "干部", "role": "cadre", "phone": "13800000000"},
        {"id": "004", "name": "赵六", "office": "干部", "role": "cadre", "home_code": "W"},
    ]
    return _frame(rows, columns.PEOPLE, "person_id")


def _posts():
    rows = [
        {"id": f"{code}-{number}", "grid_code": code, "number": number, "role": role}
        for code, number, role in [
            ("T", 1, "leader"),
            ("E", 1, "leader"),
            ("W", 1, "leader"),
            ("E01", 1, "leader"),
            ("E01", 2, "member"),
            ("W01", 1, "leader"),
            ("W02", 1, "leader"),
        ]
    ]
    return _frame(rows, columns.POSTS, "post_id")


def _assignments():
    filled = {"T-1": "001", "E01-1": "002", "W01-1": "003"}
    rows = [
        {
            "id": "",
            "status": "filled" if post in filled else "vacant",
            "post_id": post,
            "person_id": filled.get(post, ""),
            "grid_code": row["grid_code"],
            "role": row["role"],
            "cost": 1.25 if post in filled else 0.0,
            "reason": "There are fewer people than posts." if post not in filled else "",
        }
        for post, row in _posts().iterrows()
    ]
    rows.append({"id": "", "status": "surplus", "person_id": "004", "reason_zh": "无岗"})
    return _frame(rows, columns.ASSIGNMENTS, None).reset_index(drop=True)


def _issues():
    rows = [
        {"id": "", "rule": "ASSIGN-1", "severity": "error", "level": 3, "code": "W02"},
        {"id": "", "rule": "CAP-1", "severity": "warning", "size": 0.1 + 0.2, "unit": "m2"},
    ]
    for row, shape in zip(rows, [square(0, 100).centroid, None], strict=True):
        row |= {"message": "No leader.", "message_zh": "没有网格长。", "geometry": shape}
    return _frame(rows, columns.ISSUES, None).reset_index(drop=True)


def _ledger():
    rows = [
        {"id": kind, "claimed_m2": size, "patches_m2": size}
        for kind, size in [("farmland", 20_000.0), ("park_green", 40_000.0), ("water", 10_000.0)]
    ]
    return _frame(rows, columns.LEDGER, "kind")
