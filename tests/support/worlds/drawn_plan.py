"""A small drawn plan for tests of maps and pages: the drawn town with four micro-grids a grid.

Every level-3 grid (1000 m x 500 m) holds four strips of 250 m x 500 m = 12.5 ha, numbered west to
east; each strip is one patch and one micro-grid with two posts. Officers give 12 hours a week.

West 1 (200001)   01 problem estate   02 key enterprise   03 supplied     04 developable
West 2 (200002)   01 water            02 park             03 farmland     04 village (residual)
East 1 (201001)   01 farmland, leader missing   02 farmland, member missing   03, 04 farmland
East 2 (201002)   01 farmland, nobody on post, and the leader of East 2 is missing too   02-04
"""

from typing import Any

import drawn_town
import geopandas as gpd
import pandas as pd
from shapely import box

from gridmap.plan.plan import Plan
from gridmap.rules import parse_rules
from layers.contract import columns

__all__ = ["PHONE", "TOWN", "draw_plan", "micro_codes"]

TOWN = drawn_town.TOWN_CODE
WEST_1, WEST_2, EAST_1, EAST_2 = (f"{TOWN}{tail}" for tail in ("200001", "200002", "201001",
                                                               "201002"))  # fmt: skip
PHONE = "13800138000"
STRIPS = {
    WEST_1: ("problem_estate", "key_enterprise", "supplied_unbuilt", "developable"),
    WEST_2: ("water", "park_green", "farmland", "village_res"),
    EAST_1: ("farmland",) * 4,
    EAST_2: ("farmland",) * 4,
}
# Load in officer-hours a week; two officers give 24, so 26 is too much and 24 is just full.
LOADS = (2.0, 8.0, 12.0, 17.0, 22.0, 24.0, 26.0, 4.0, *([10.0] * 8))
VACANT = (f"{EAST_1}01/1", f"{EAST_1}02/2", f"{EAST_2}01/1", f"{EAST_2}01/2", f"{EAST_2}/1")
CREDIT = "Drawn for tests"
CREDIT_ZH = "测试用虚构数据"


def micro_codes() -> list[str]:
    """Codes of the micro-grids, in order."""
    return [f"{parent}{number:02d}" for parent in STRIPS for number in range(1, 5)]


def draw_plan(**tables: Any) -> Plan:
    """Draw the plan; a table that is given replaces the drawn one."""
    text = drawn_town.rules_text().replace(
        'crs = "EPSG:4547"', f'crs = "EPSG:4547"\ncredit = "{CREDIT}"\ncredit_zh = "{CREDIT_ZH}"'
    )
    grids = draw_grids()
    posts = draw_posts(grids)
    people, assignments = draw_people(posts)
    plan = Plan(
        rules=parse_rules(text),
        rules_text=text,
        patches=draw_patches(grids),
        grids=grids,
        people=people,
        posts=posts,
        assignments=assignments,
        issues=draw_issues(),
        ledger=columns.empty_frame(columns.LEDGER, index="category"),
        edits=pd.DataFrame(),
        versions=pd.DataFrame(),
    )
    return plan.with_tables(**tables)


def draw_grids() -> gpd.GeoDataFrame:
    """Draw the seven given grids and the sixteen strips."""
    given = drawn_town.draw_hierarchy().set_index("code")
    micro = []
    for parent, kinds in STRIPS.items():
        west, south, _, north = given.geometry[parent].bounds
        for place, kind in enumerate(kinds):
            code = f"{parent}{place + 1:02d}"
            strip = box(west + 250 * place, south, west + 250 * (place + 1), north)
            micro.append((code, f"微网格{code[-4:]}", f"Micro {code[-4:]}", parent, kind, strip))
    grids = gpd.GeoDataFrame(
        {
            "name": [*given["name"], *(row[1] for row in micro)],
            "name_en": [*given["name_en"], *(row[2] for row in micro)],
            "level": [*given["level"], *([4] * len(micro))],
            "kind": ["base"] * len(given) + ["micro"] * len(micro),
            "parent_code": [*given["parent_code"], *(row[3] for row in micro)],
            "category": [""] * len(given) + [row[4] for row in micro],
            "load_h": [0.0] * len(given) + list(LOADS),
            "officers": [0] * len(given) + [2] * len(micro),
        },
        index=pd.Index([*given.index, *(row[0] for row in micro)], name="grid_code"),
        geometry=[*given.geometry, *(row[5] for row in micro)],
        crs=drawn_town.CRS,
    )
    housing = grids["category"] == "village_res"
    full = grids.assign(
        category=grids["category"].mask(housing, "residual"),
        subclass=grids["category"].where(housing, ""),
        purity=0.9,
        area_m2=grids.area,
        perimeter_m=grids.length,
        compactness=0.7,
        parts=1,
        patches=1,
        households=housing * 60.0,
        objects=grids["category"].isin(["problem_estate", "key_enterprise"]).astype(int),
        capacity_h=grids["officers"] * 12.0,
        version="1",
        valid_from="2026-01-01",
        valid_to="",
    )
    return columns.with_dtypes(full, columns.GRIDS)


def draw_patches(grids: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Draw one patch a micro-grid."""
    micro = grids[grids["kind"] == "micro"]
    patches = micro.assign(
        layer="drawn",
        record="",
        absorbed_m2=0.0,
        grid_code=micro.index,
        objects=micro["objects"],
    )
    return columns.with_dtypes(patches.rename_axis("patch_id"), columns.PATCHES)


def draw_posts(grids: gpd.GeoDataFrame) -> pd.DataFrame:
    """Draw one post a given grid and two a micro-grid."""
    rows = []
    for code, kind in grids["kind"].items():
        for number in (1, 2) if kind == "micro" else (1,):
            rows.append((f"{code}/{number}", code, "leader" if number == 1 else "member", number))
    posts = pd.DataFrame(rows, columns=["post_id", "grid_code", "role", "number"])
    posts = posts.set_index("post_id").assign(skill="", duties="安全生产排查;人居环境")
    return columns.with_dtypes(posts, columns.POSTS)


def draw_people(posts: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draw a person for every post that is not vacant, all with the same phone."""
    ids = [f"P{number:03d}" for number in range(1, len(posts) + 1)]
    people = pd.DataFrame(
        {
            "name": [f"干部{number:03d}" for number in range(1, len(posts) + 1)],
            "office": "镇机关",
            "role": "cadre",
            "skills": "",
            "home_code": "",
            "present_grid": "",
            "phone": PHONE,
        },
        index=pd.Index(ids, name="person_id"),
    )
    vacant = posts.index.isin(VACANT)
    assignments = pd.DataFrame(
        {
            "status": ["vacant" if empty else "filled" for empty in vacant],
            "post_id": posts.index,
            "person_id": ["" if empty else name for empty, name in zip(vacant, ids, strict=True)],
            "grid_code": posts["grid_code"].to_numpy(),
            "role": posts["role"].to_numpy(),
            "cost": 0.0,
            "reason": "Drawn.",
            "reason_zh": "虚构。",
        }
    )
    used = people[~vacant]
    return (
        columns.with_dtypes(used, columns.PEOPLE),
        columns.with_dtypes(assignments, columns.ASSIGNMENTS),
    )


def draw_issues() -> gpd.GeoDataFrame:
    """Draw one issue: the farmland of West 2 is over its officers' capacity."""
    row = {
        "rule": "CAP-1",
        "severity": "error",
        "level": 4,
        "code": f"{WEST_2}03",
        "other_code": "",
        "size": 2.0,
        "unit": "officer-hours",
        "message": "The load is 2.0 hours above capacity.",
        "message_zh": "工作量超出承载力 2.0 小时。",
    }
    issues = gpd.GeoDataFrame([row], geometry=[None], crs=drawn_town.CRS)
    return columns.with_dtypes(issues, columns.ISSUES)
