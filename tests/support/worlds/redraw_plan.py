"""A small drawn plan for tests of redrawing: squares of 100 m (1 ha, 2 officer-hours a week each).

        W (level 3)          E
    +----------------+----------+
    | P02 P12 P22 P32 | P42 P52 |
    | P01 P11 P21 P31 | P41 P51 |     patch = P, column, row; an officer gives 4 hours,
    | P00 P10 P20 P30 | P40 P50 |     a micro-grid has at most 4 officers: 16 hours, 8 patches
    +----------------+----------+
      TVW01   TVW02     TVE01         6 patches, 12 hours, 3 officers each

P30 is water, the Meng lake with 1 object; P00 has 9 households; the rest is farmland.
"""

from collections.abc import Callable
from functools import cache

import geopandas as gpd
import pandas as pd
import shapely

from gridmap import edits
from gridmap.plan.grids import make_grids
from gridmap.plan.plan import Plan
from gridmap.rules import parse_rules
from gridmap.split.split import graph_of
from gridmap.workflow.workflow import reassign_cadres
from layers.contract import columns
from layers.contract.issues import make_issues

CRS = "EPSG:4547"
WEST, SOUTH = 513_000.0, 3_838_000.0
W1, W2, E1 = "TVW01", "TVW02", "TVE01"
BY = {"who": "王五", "when": "2026-11-20T10:00:00", "why": "试"}
ZHAO = {**BY, "who": "赵六"}
RULES = """hierarchy = { file = "grids.gpkg" }
[town]
name = "小镇"
name_en = "Small Town"
code = "T"
crs = "EPSG:4547"
valid_from = 2026-01-01
[[layers]]
file = "a.gpkg"
category = "farmland"
[load.default]
hectare = 2.0
[capacity]
officer_hours = 4.0
officers_max = 4
[split]
warn_area_ha = [0.1, 60.0]
"""


def at(x: float, y: float) -> tuple[float, float]:
    """Place in hundreds of metres from the south-west corner."""
    return WEST + 100 * x, SOUTH + 100 * y


def line(*spots: tuple[float, float]) -> shapely.LineString:
    return shapely.LineString([at(*spot) for spot in spots])


def square(x: int, y: int) -> shapely.Polygon:
    return shapely.box(*at(x, y), *at(x + 1, y + 1))


@cache
def draw(extra: str = "", cadres: int = 8) -> Plan:
    """Make the plan that the module's docstring draws, with further lines of rules."""
    rules = parse_rules(RULES + extra)
    patches, given = _patches(), _given()
    graph = graph_of(patches, rules=rules)
    kinds = patches["grid_code"].map({W1: "farmland", W2: "farmland", E1: "farmland"})
    plan = Plan(
        rules=rules,
        rules_text=RULES + extra,
        patches=patches,
        grids=make_grids(patches, given, categories=kinds, graph=graph, rules=rules),
        people=_people(cadres),
        posts=columns.empty_frame(columns.POSTS, index="post_id"),
        assignments=columns.empty_frame(columns.ASSIGNMENTS, index="row"),
        issues=make_issues([], CRS),
        ledger=_ledger(),
        edits=columns.empty_frame(columns.EDITS, index="edit_id"),
        versions=pd.DataFrame({"version": ["1"], "supersedes": [""]}, dtype="str"),
    )
    return reassign_cadres(plan)


def code_of(plan: Plan, *patches: str) -> list[str]:
    return plan.patches.loc[list(patches), "grid_code"].tolist()


def pend(plan: Plan, *makers: Callable[[Plan], edits.Edit]) -> tuple[edits.Pending, ...]:
    """Make a list of pending changes, each by a function of the draft before it."""
    pending: tuple[edits.Pending, ...] = ()
    for make in makers:
        draft = pending[-1].after if pending else plan
        pending = edits.add_pending(plan, pending, make(draft))
    return pending


def move(to: str, *patches: str) -> Callable[[Plan], edits.Edit]:
    """Give a maker for `pend` that moves patches."""
    return lambda plan: edits.move_patches(plan, patches, to)


def people_on(plan: Plan, code: str) -> set[str]:
    rows = plan.assignments
    return set(rows.loc[(rows["grid_code"] == code) & (rows["status"] == "filled"), "person_id"])


def _patches() -> gpd.GeoDataFrame:
    spots = [(x, y) for x in range(6) for y in range(3)]
    code = [W1 if x < 2 else W2 if x < 4 else E1 for x, _ in spots]
    lake = [spot == (3, 0) for spot in spots]
    frame = gpd.GeoDataFrame(
        {
            "parent_code": [grid[:3] for grid in code],
            "category": ["water" if wet else "farmland" for wet in lake],
            "subclass": "",
            "layer": "a.gpkg",
            "record": [f"r{x}{y}" for x, y in spots],
            "name": ["Meng 大孟湖" if wet else "" for wet in lake],
            "area_m2": 10_000.0,
            "absorbed_m2": 0.0,
            "households": [9.0 if spot == (0, 0) else 0.0 for spot in spots],
            "objects": [int(wet) for wet in lake],
            "load_h": 2.0,
            "grid_code": code,
        },
        index=pd.Index([f"P{x}{y}" for x, y in spots], dtype="str", name="patch_id"),
        geometry=[square(*spot) for spot in spots],
        crs=CRS,
    )
    return columns.with_dtypes(frame, columns.PATCHES)


def _given() -> pd.DataFrame:
    rows = [("T", "镇", "Town", 1, ""), ("TV", "村", "Village", 2, "T"),
            ("TVW", "西", "West", 3, "TV"), ("TVE", "东", "East", 3, "TV")]  # fmt: skip
    table = pd.DataFrame(rows, columns=["code", "name", "name_en", "level", "parent_code"])
    return table.set_index("code")


def _people(cadres: int) -> pd.DataFrame:
    rows = [(f"L{code}", f"{code} 长", "leader", code) for code in ("T", "TV", "TVW", "TVE")]
    rows += [(f"C{number}", f"干部{number}", "cadre", "") for number in range(1, cadres + 1)]
    table = pd.DataFrame(rows, columns=["person_id", "name", "role", "present_grid"])
    table = table.set_index("person_id").assign(office="", skills="", home_code="", phone="")
    return columns.with_dtypes(table, columns.PEOPLE)


def _ledger() -> pd.DataFrame:
    kinds = pd.Index(["farmland", "water"], dtype="str", name="kind")
    table = pd.DataFrame(0.0, index=kinds, columns=list(columns.LEDGER))
    table["claimed_m2"] = table["patches_m2"] = [170_000.0, 10_000.0]
    return table
