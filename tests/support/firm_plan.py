"""The small plan with firms in it, two of them with exclusive grids and a service team.

W1A water of W1, with the exclusive grid X (郑庵一厂) in its western cell
X has two workshops without ground, X1 and X2
E1B with the exclusive grid Y (红旗公司) in its first cell
"""

import geopandas as gpd
import pandas as pd
import shapely
from plan_fixtures import (
    BOTTOM,
    CRS,
    E1,
    E1B,
    LEFT,
    RULES_TEXT,
    W1,
    W1A,
    people_frame,
    small_assignments,
    small_grids,
    small_patches,
    small_people,
    small_plan,
    small_posts,
    small_rules,
)

from layers.contract import columns

X, Y = f"{W1}901", f"{E1}901"
X1, X2 = f"{X}01", f"{X}02"
ROLES = """
[roles.enterprise_cadre]
name = "包企干部"
name_en = "Enterprise cadre"
leads = true
on = ["object:enterprise"]

[roles.chief_officer]
name = "首席服务官"
name_en = "Chief service officer"
leads = true
on = ["group:alliance"]

[roles.police]
name = "社区民警"
name_en = "Police officer"
on = ["micro"]
"""
FIRM, FLAG, LAKE, LOST = "firms:F1", "firms:F2", "lakes:L1", "firms:F9"


def firm_plan(**tables):
    """The plan; some tables may be replaced."""
    parts = {
        "rules": small_rules(ROLES),
        "rules_text": RULES_TEXT + ROLES,
        "patches": _patches(),
        "grids": _grids(),
        "people": _people(),
        "posts": _posts(),
        "assignments": _assignments(),
        "objects": _objects(),
        "groups": _groups(),
        "members": _members(),
        "boards": _boards(),
    }
    return small_plan(**(parts | tables))


def _patches():
    patches = small_patches()
    patches.loc[f"{W1}-01", ["parent_code", "grid_code", "category"]] = [X, X, "key_enterprise"]
    patches.loc[f"{E1}-40", ["parent_code", "grid_code", "category"]] = [Y, Y, "key_enterprise"]
    return patches


def _grids():
    grids, patches = small_grids(), _patches()
    for code in (W1A, E1B):
        shape = shapely.coverage_union_all(patches.geometry[patches["grid_code"] == code])
        grids.loc[code, "geometry"] = shape
    rows = []
    for code, parent, level, label, shape, staff in (
        (X, W1, 4, "郑庵一厂专属网格", patches.geometry[f"{W1}-01"], 450),
        (X1, X, 5, "总装车间", None, 200),
        (X2, X, 5, "质检班组", None, 250),
        (Y, E1, 4, "红旗公司专属网格", patches.geometry[f"{E1}-40"], 80),
    ):
        row = grids.loc[W1A].drop("geometry").to_dict()
        rows.append(
            row
            | {
                "grid_code": code,
                "kind": "exclusive",
                "level": level,
                "parent_code": parent,
                "name": label,
                "label": label if shape is None else "",
                "spatial": shape is not None,
                "headcount": staff,
                "host_object": {X: FIRM, Y: FLAG}.get(code, ""),
                "category": "key_enterprise",
                "area_m2": 0.0 if shape is None else shape.area,
                "load_h": 5.0,
                "officers": 0,
                "geometry": shape,
            }
        )
    added = gpd.GeoDataFrame(pd.DataFrame(rows), geometry="geometry", crs=CRS)
    added = columns.with_dtypes(added.set_index("grid_code"), columns.GRIDS)
    return gpd.GeoDataFrame(pd.concat([grids, added]).sort_index(), crs=CRS)


def _people():
    more = people_frame(
        ("B1", "cadre", "", "", ""),
        ("B2", "cadre", "", "", ""),
        ("B3", "cadre", "", "", ""),
        ("B4", "cadre", "", "", ""),
        ("P1", "cadre", "", "", ""),
    )
    return columns.with_dtypes(pd.concat([small_people(), more]), columns.PEOPLE)


# post, place (column, code), role, person ("" while vacant)
_MORE = (
    (f"{FIRM}-enterprise_cadre-01", ("object_id", FIRM), "enterprise_cadre", "B1"),
    (f"{FLAG}-enterprise_cadre-01", ("object_id", FLAG), "enterprise_cadre", ""),
    (f"{X}-01", ("grid_code", X), "leader", "B2"),
    (f"{X1}-01", ("grid_code", X1), "leader", "B3"),
    (f"{X2}-01", ("grid_code", X2), "leader", ""),
    (f"{Y}-01", ("grid_code", Y), "leader", ""),
    ("A1-chief_officer-01", ("group_id", "A1"), "chief_officer", "B4"),
    (f"{E1B}-police-01", ("grid_code", E1B), "police", "P1"),
)


def _posts():
    posts = pd.DataFrame(
        [{"grid_code": "", "role": role, "number": 1, "skill": "", "duties": "",
          column: code} for _, (column, code), role, _ in _MORE],
        index=pd.Index([row[0] for row in _MORE], dtype="str", name="post_id"),
    ).fillna("")  # fmt: skip
    for column in ("group_id", "object_id"):
        posts[column] = posts.get(column, "")
    posts["hours"] = 0.0
    both = pd.concat([small_posts(), columns.with_dtypes(posts, columns.POSTS)])
    return columns.with_dtypes(both, columns.POSTS)


def _assignments():
    rows = [
        {
            "status": "filled" if person else "vacant",
            "post_id": post,
            "person_id": person,
            "grid_code": code if column == "grid_code" else "",
            "role": role,
            "cost": 0.0,
            "reason": "" if person else "No cadre is left.",
            "reason_zh": "" if person else "无人可派。",
        }
        for post, (column, code), role, person in _MORE
    ]
    added = columns.with_dtypes(pd.DataFrame(rows), columns.ASSIGNMENTS)
    return columns.with_dtypes(
        pd.concat([small_assignments(), added], ignore_index=True), columns.ASSIGNMENTS
    )


def _objects():
    rows = [
        (FIRM, "enterprise", "郑庵一厂", "91410122MA00000001", X, shapely.Point(125, 750)),
        (FLAG, "enterprise", "大展红旗公司", "91410122MA00000002", Y, shapely.Point(1125, 250)),
        (LAKE, "other", "重阳湖", "", W1A, shapely.Point(375, 750)),
        (LOST, "enterprise", "失联商行", "91410122MA00000009", "", None),
    ]
    frame = pd.DataFrame(
        [
            {
                "register": "firms.csv",
                "class": kind,
                "category": "",
                "name": name,
                "credit_code": credit,
                "record": "",
                "grid_code": code,
                "patch_id": "",
                "staff": 0,
                "households": 0.0,
                "size": "",
                "file_complete": True,
                "missing": "",
                "seen_on": "",
                "sensitive": False,
            }
            for _, kind, name, credit, code, _ in rows
        ],
        index=pd.Index([row[0] for row in rows], dtype="str", name="object_id"),
    )
    places = [
        None if row[5] is None else shapely.Point(LEFT + row[5].x, BOTTOM + row[5].y)
        for row in rows
    ]
    return columns.with_dtypes(gpd.GeoDataFrame(frame, geometry=places, crs=CRS), columns.OBJECTS)


def _groups():
    frame = pd.DataFrame(
        {"type": ["alliance"], "name": ["专属网格联盟"], "name_en": ["Alliance"]},
        index=pd.Index(["A1"], dtype="str", name="group_id"),
    )
    return columns.with_dtypes(frame, columns.GROUPS)


def _members():
    frame = pd.DataFrame({"group_id": "A1", "kind": ["grid", "object"], "member_id": [X, FLAG]})
    return columns.with_dtypes(frame, columns.MEMBERS)


def _boards():
    frame = pd.DataFrame(
        {"grid_code": [X], "object_id": [""], "place": ["一厂东门"], "version": ["1"],
         "hung_on": ["2025-12-02"]},
        index=pd.Index(["G1"], dtype="str", name="board_id"),
    )  # fmt: skip
    return columns.with_dtypes(frame, columns.BOARDS)
