"""The small drawn plan with secrets planted wherever a file could carry them out.

p3 (north-east of the west village) is military ground, p0 (south-west) a problem estate with a
micro-grid of its own; the roster, the rules, the log, the issues, the context and the receipt hold
names and phones. Everything is invented.
"""

import json
from functools import cache

import geopandas as gpd
import pandas as pd
import shapely
from small_plan import CRS, EAST, NORTH, RULES_TEXT, small_plan, square

from gridmap.rules import parse_rules
from layers.contract import columns

NAMES = ("欧阳甲丙", "司徒乙丁", "上官丙戊", "诸葛丁己")
PHONES = ("13812345678", "037165432109", "13987654321")
GROUND = ("某部训练场", "MIL-7", "junshi.gpkg", "恒大名都烂尾", "EST-9", "wenti.gpkg", "问题楼盘")
FIRM = "key_enterprise"
OBJECTS = ("军品秘密厂", "营区门市部", "沿街空铺八号", "QY-77", "91410122MA9XXXXX0Q", "qiye.gpkg")
SETS = ("机要联盟", "尚未挂出之处")
OFFICE = "0371-6000-1234"  # the office itself may publish it; a file of ours does not
SECRETS = (
    *NAMES,
    *PHONES,
    *GROUND,
    *OBJECTS,
    *SETS,
    OFFICE,
    "planner.li",
    "138 1234 5678",
    "problem_estate",
)
MORE_RULES = """
[publish]  # 欧阳甲丙 13812345678
source_classification = "internal"
licence = "CC-BY-4.0"
sensitive_records = ["junshi.gpkg:MIL-7"]
"""


@cache
def secret_plan(more_rules=""):
    """Make the plan; `more_rules` are lines under [publish]."""
    plan = small_plan()
    town = RULES_TEXT.replace("[town]", f'[town]\noffice_phone = "{OFFICE}"')
    text = town + MORE_RULES + more_rules
    people = plan.people.copy()
    people["name"] = list(NAMES)
    people["office"] = ["镇长", "民政办 138 1234 5678", "值班 139-8765-4321", "综治办"]
    people["phone"] = [PHONES[0], "0371-6543-2109", PHONES[2], ""]
    return plan.with_tables(
        rules=parse_rules(text),
        rules_text=text,
        patches=_patches(plan.patches),
        grids=_grids(plan.grids),
        people=people,
        posts=plan.posts.assign(duties="问题楼盘化解"),
        assignments=plan.assignments.assign(
            reason=f"{NAMES[0]} is at home there.", reason_zh=f"{NAMES[0]}住在本村。"
        ),
        issues=plan.issues.assign(
            message=f"{NAMES[1]} {PHONES[0]}", message_zh=f"{NAMES[1]} {PHONES[0]} 恒大名都烂尾"
        ),
        ledger=pd.concat([plan.ledger, plan.ledger.iloc[:1].set_axis(["problem_estate"])]),
        edits=_edits(people),
        versions=pd.DataFrame(
            {"version": ["2026-1"], "valid_from": ["2026-01-01"], "reason": [f"{NAMES[2]}要求"]}
        ).astype("str"),
        receipt={"seed": "0", "data:junshi.gpkg": "ab12", "data:wenti.gpkg": "cd34"},
        context=_context(),
        units=_units(),
        objects=_objects(),
        groups=_groups(),
        members=_members(),
        boards=_boards(),
    )


def _patches(patches):
    made = patches.copy()
    made.loc["p3", ["layer", "record", "name"]] = ["junshi.gpkg", "MIL-7", "某部训练场"]
    made.loc["p0", ["category", "layer", "record", "name"]] = [
        "problem_estate", "wenti.gpkg", "EST-9", "恒大名都烂尾",
    ]  # fmt: skip
    return made


def _grids(grids):
    made = grids.copy()
    made.loc["W01", ["category", "name", "name_en"]] = [
        "problem_estate", "网格W·问题楼盘01", "Grid W, Problem estate 01",
    ]  # fmt: skip
    return made


def _edits(people):
    rosters = [{"person_id": key, **row} for key, row in people.to_dict("index").items()]
    row = {name: "" for name in columns.EDITS} | {
        "time": "2026-02-01T08:00:00", "who": "planner.li", "kind": "assign",
        "why": f"{NAMES[3]}调岗",
        "rows": json.dumps({"people": [rosters, rosters]}, ensure_ascii=False),
    }  # fmt: skip
    return pd.DataFrame([row], index=pd.Index(["E000001"], name="edit_id", dtype="str")).astype(
        "str"
    )


def _context():
    track = shapely.LineString([(EAST + x, NORTH + 150) for x in (0, 50, 130, 170, 260, 390)])
    rows = [
        ("road", "street", "人民路", track),
        ("building", "", "某部训练场", square(140, 140, 20)),
        ("building", "", "供销社", square(20, 120, 20)),
        ("place", "", "某部训练场门口", shapely.Point(EAST + 20, NORTH + 20)),
    ]
    frame = pd.DataFrame([row[:3] for row in rows], columns=["kind", "class", "name"])
    frame["layer"] = "junshi.gpkg"
    frame.index.name = "row"
    return gpd.GeoDataFrame(frame.astype("str"), geometry=[row[3] for row in rows], crs=CRS)


def _objects():
    """A firm and four things that the public may not see: by class, by mark, by place."""
    rows = [
        ("wenti.gpkg:1", "estate", "problem_estate", "恒大名都烂尾", "p0", "W01", False, (50, 50)),
        (
            "qiye.gpkg:1",
            "enterprise",
            "key_enterprise",
            "大孟机械厂",
            "p1",
            "W01",
            False,
            (150, 50),
        ),
        ("qiye.gpkg:2", "enterprise", FIRM, "军品秘密厂", "p1", "W01", True, (160, 50)),
        (
            "qiye.gpkg:3",
            "enterprise",
            "key_enterprise",
            "营区门市部",
            "p3",
            "W02",
            False,
            (150, 150),
        ),
        ("kong.gpkg:1", "vacancy", "residual", "沿街空铺八号", "p4", "E01", False, (250, 50)),
    ]
    names = ["class", "category", "name", "patch_id", "grid_code", "sensitive"]
    index = pd.Index([row[0] for row in rows], name="object_id", dtype="str")
    frame = pd.DataFrame([row[1:7] for row in rows], columns=names, index=index)
    frame = frame.assign(register="qiye.gpkg", record="QY-77", credit_code="91410122MA9XXXXX0Q")
    shapes = [shapely.Point(EAST + row[7][0], NORTH + row[7][1]) for row in rows]
    return columns.with_dtypes(gpd.GeoDataFrame(frame, geometry=shapes, crs=CRS), columns.OBJECTS)


def _groups():
    """One that may be told, one called after an estate, one of hidden objects alone."""
    rows = {"qiye.gpkg-1": "大孟产业联盟 13812345678", "Z2": "恒大名都烂尾专班", "Z3": "机要联盟"}
    frame = pd.DataFrame({"type": "alliance", "name": list(rows.values()), "name_en": ""})
    frame.index = pd.Index(list(rows), dtype="str", name="group_id")
    return columns.with_dtypes(frame, columns.GROUPS)


def _members():
    rows = [
        ("qiye.gpkg-1", "grid", "E01"),
        ("qiye.gpkg-1", "object", "qiye.gpkg:1"),
        ("qiye.gpkg-1", "object", "qiye.gpkg:2"),
        ("qiye.gpkg-1", "post", "E01-01"),
        ("Z2", "grid", "E01"),
        ("Z3", "object", "qiye.gpkg:2"),
        ("Z3", "object", "qiye.gpkg:3"),
    ]
    frame = pd.DataFrame(rows, columns=["group_id", "kind", "member_id"]).rename_axis("row")
    return columns.with_dtypes(frame, columns.MEMBERS)


def _boards():
    rows = [
        ("E01", "", "村委会门口", "2026-02-01"),
        ("", "qiye.gpkg:1", "厂门口 138 1234 5678", "2026-02-01"),
        ("", "qiye.gpkg:2", "军品秘密厂大门", "2026-02-01"),
        ("E01", "", "某部训练场北门", "2026-02-01"),
        ("E01", "", "尚未挂出之处", ""),
    ]
    frame = pd.DataFrame(rows, columns=["grid_code", "object_id", "place", "hung_on"])
    frame["version"] = "2026-1"
    frame.index = pd.Index([f"QY-77-{n}" for n in range(len(rows))], dtype="str", name="board_id")
    return columns.with_dtypes(frame, columns.BOARDS)


def _units():
    frame = pd.DataFrame(
        {"kind": "building", "name": ["", "某部训练场"], "layer": "junshi.gpkg"},
        index=pd.Index(["MIL-7", "b2"], name="unit_id", dtype="str"),
    )
    shapes = [square(210, 10, 10), square(110, 150, 10)]
    return columns.with_dtypes(gpd.GeoDataFrame(frame, geometry=shapes, crs=CRS), columns.UNITS)
