"""Plans with exactly one fault each, made from the small sound plan, one for every rule."""

from dataclasses import replace
from functools import cache
from itertools import pairwise

import geopandas as gpd
import pandas as pd
import shapely
from plan_fixtures import (
    BOTTOM,
    CADRES,
    CRS,
    E1A,
    E1B,
    LEADERS,
    LEFT,
    TOWN,
    W1,
    W1A,
    W1B,
    W2,
    W2A,
    E,
    W,
    ground,
    people_frame,
    small_assignments,
    small_grids,
    small_patches,
    small_people,
    small_plan,
    small_posts,
    small_rules,
    vacate,
)

from boundaries.tiling.build import sealed
from boundaries.validate.catalogue import validate
from boundaries.validate.limits import RoleFacts
from gridmap.town.limits import limits_from
from layers.contract.columns import ASSIGNMENTS, GROUPS, MEMBERS, POSTS, with_dtypes
from layers.contract.errors import Named

LIMITS = limits_from(small_rules())
TABLES = ("grids", "patches", "posts", "assignments", "people")


BESIDE = ("strays", "roles", "on")  # what a check takes beside the tables of a plan
ROLES = RoleFacts(
    names={"service": Named("service officer", "专属网格服务官"), "police": Named("police", "民警")}
)


def check(limits=LIMITS, strays=None, roles=None, on="", **tables):
    plan = small_plan(**tables)
    return validate(
        plan.grids,
        plan.patches,
        plan.posts,
        plan.assignments,
        plan.people,
        limits=limits,
        strays=strays,
        groups=plan.groups,
        members=plan.members,
        objects=plan.objects,
        roles=roles,
        on=on,
    )


def stray_water():
    """Half of a pond of 25 ha in a micro-grid of farmland."""
    shape = small_patches().geometry[f"{W1}-01"]
    parts = {"kind": "water", "grid_code": W1A, "area_m2": 125_000.0, "whole_m2": 250_000.0}
    return gpd.GeoDataFrame([parts | {"least_m2": 10_000.0}], geometry=[shape], crs=CRS)


def with_shape(code, shape):
    grids = small_grids()
    shapes = grids.geometry.copy()
    shapes[code] = shape
    return grids.set_geometry(shapes)


def redrawn(code, shape):
    """A micro-grid of another shape, its patches with it."""
    patches = small_patches()
    own = patches.index[patches["grid_code"] == code]
    shapes = patches.geometry.copy()
    shapes[own] = shapes[own].intersection(shape).buffer(0)  # without lines of mere contact
    shapes[own[0]] = shapes[own[0]].union(shape.difference(shapes[own].union_all()))
    return {"grids": with_shape(code, shape), "patches": patches.set_geometry(shapes)}


def with_value(frame, row, column, value):
    frame.loc[row, column] = value
    return frame


def renamed(old, new, **tables):
    """All tables with codes that begin with `old` beginning with `new`."""

    def fix(values):
        return values.str.replace(rf"^{old}", new, regex=True)

    result = {name: tables.get(name, make()) for name, make in MAKERS.items()}
    for frame in result.values():
        for column in {"grid_code", "parent_code", "home_code", "present_grid"} & {*frame.columns}:
            frame[column] = fix(frame[column])
    result["grids"].index = fix(result["grids"].index.to_series()).to_numpy()
    return result


UNIT = f"{W2}901"


def with_unit(code=UNIT, **facts):
    """The key enterprise of W2 as an exclusive grid instead of a micro-grid."""
    tables = renamed(W2A, code)
    for column, value in ({"kind": "exclusive", "category": "", "purity": 0.0} | facts).items():
        tables["grids"].loc[code, column] = value
    own = tables["patches"]["grid_code"] == code
    tables["patches"].loc[own, "parent_code"] = code
    return tables


MAKERS = {
    "grids": small_grids,
    "patches": small_patches,
    "posts": small_posts,
    "assignments": small_assignments,
    "people": small_people,
}


def spiked():
    ring = [*small_grids().geometry[W1A].exterior.coords]
    x, y = ring[0]
    return with_shape(W1A, shapely.Polygon([(x, y), (x - 70, y + 30), *ring]))


def holed():
    hole = shapely.box(LEFT + 100, BOTTOM + 600, LEFT + 200, BOTTOM + 700)
    return redrawn(W1A, small_grids().geometry[W1A].difference(hole))


def overlapping(metres):
    shape = small_grids().geometry[E1A]
    strip = shapely.box(LEFT + 1000, BOTTOM + 500 - metres, LEFT + 2000, BOTTOM + 500)
    return redrawn(E1A, shape.union(strip))


def with_point(shape, point):
    """The polygon with one more vertex on an upright edge."""
    ring = [*shape.exterior.coords]
    for place, (one, two) in enumerate(pairwise(ring)):
        if one[0] == two[0] == point[0] and min(one[1], two[1]) < point[1] < max(one[1], two[1]):
            ring.insert(place + 1, point)
            return shapely.Polygon(ring)
    raise AssertionError


def unmatched():
    border = (LEFT + 500, BOTTOM + 700)  # between W1A and W1B
    return with_shape(W1A, with_point(small_grids().geometry[W1A], border))


def outside():
    above = shapely.box(LEFT + 1250, BOTTOM + 1000, LEFT + 1500, BOTTOM + 1100)
    return redrawn(E1A, small_grids().geometry[E1A].union(above))


def carved(piece):
    """One cell of W1A in two patches, one of them this piece."""
    patches = small_patches()
    cell = patches.loc[[f"{W1}-01"]]
    rest = cell.difference(piece)
    part = cell.set_geometry(cell.intersection(piece)).rename({f"{W1}-01": f"{W1}-01b"})
    patches = gpd.GeoDataFrame(
        pd.concat([patches.drop(index=f"{W1}-01"), cell.set_geometry(rest), part])
    )
    patches = sealed(patches)  # the neighbours of the piece get its corners
    patches["area_m2"] = patches.area
    return patches


def detached():
    """W1A gets the first and last cell of its row, W1B the two between."""
    patches = small_patches()
    patches.loc[[f"{W1}-11"], ["grid_code", "category"]] = [W1B, "farmland"]
    patches.loc[[f"{W1}-31"], ["grid_code", "category"]] = [W1A, "water"]
    grids = small_grids()
    shapes = grids.geometry.copy()
    shapes[W1A] = shapely.union(ground([0], [1]), ground([3], [1]))
    shapes[W1B] = ground([1, 2], [1])
    return {"grids": grids.set_geometry(shapes), "patches": patches}


def left_over():
    patches = small_patches()
    patches.loc[patches["grid_code"] == W1A, "grid_code"] = ""
    gone = f"{W1A}-01"
    assignments = small_assignments()
    return {
        "patches": patches,
        "grids": small_grids().drop(index=W1A),
        "posts": small_posts().drop(index=gone),
        "assignments": assignments[assignments["post_id"] != gone],
    }


def no_village():
    grids = with_value(small_grids(), W1, "parent_code", TOWN)
    return {"grids": grids}


def doubled():
    grids = small_grids()
    twin = grids.loc[[W1A]].set_geometry([ground([1], [1])], crs=grids.crs)
    rest = with_shape(W1A, ground([0], [1]))
    return gpd.GeoDataFrame(pd.concat([rest, twin]))


def swapped():
    tables = renamed(W1A, "x")
    tables = renamed(W1B, W1A, **tables)
    return renamed("x", W1B, **tables)


def loaded(**loads):
    grids = small_grids()
    for code, load in loads.items():
        grids.loc[code, "load_h"] = load
    return grids


def of_homes(code, households):
    grids = small_grids()
    grids.loc[code, "family"], grids.loc[code, "households"] = "household", households
    return {"grids": grids}


def person_on(post, person):
    assignments = small_assignments()
    assignments.loc[assignments["post_id"] == post, "person_id"] = person
    return assignments


def with_post(role, code, **tables):
    """One more post of a role, vacant, in tables that may be others than the sound ones."""
    posts, rows = (tables.get(name, MAKERS[name]()) for name in ("posts", "assignments"))
    post = f"{code}-{role}-01"
    more = pd.DataFrame(
        {"grid_code": code, "role": role, "number": 1, "skill": "", "duties": ""},
        index=pd.Index([post], name="post_id"),
    )
    row = pd.DataFrame(
        [{"status": "vacant", "post_id": post, "person_id": "", "grid_code": code, "role": role,
          "cost": 0.0, "reason": "Nobody.", "reason_zh": "无人。"}]
    )  # fmt: skip
    return tables | {
        "posts": with_dtypes(pd.concat([posts, with_dtypes(more, POSTS)]), POSTS),
        "assignments": with_dtypes(
            pd.concat([rows, with_dtypes(row, ASSIGNMENTS)], ignore_index=True), ASSIGNMENTS
        ),
        "roles": ROLES,
    }


def exclusive():
    """The grid W2 is that of a unit, and has a service officer's post."""
    code = f"{W}901"
    tables = renamed(W2, code)
    tables["posts"].index = tables["posts"].index.str.replace(W2, code)
    rows = tables["assignments"]
    rows["post_id"] = rows["post_id"].str.replace(W2, code)
    tables["grids"].loc[code, "kind"] = "exclusive"
    return with_post("service", code, **tables)


def with_hours(person, hours):
    return with_value(small_people(), person, "hours", hours)


def with_term(post, day):
    rows = small_assignments()
    rows.loc[rows["post_id"] == post, "valid_to"] = day
    return rows


def groups_of(*members):
    """A team A, and its members as pairs of kind and id."""
    groups = pd.DataFrame(
        {"type": ["team"], "name": ["服务队"], "name_en": [""]},
        index=pd.Index(["A"], name="group_id"),
    )
    rows = [{"group_id": "A", "kind": kind, "member_id": one} for kind, one in members]
    frame = pd.DataFrame(rows, columns=list(MEMBERS))
    return {"groups": with_dtypes(groups, GROUPS), "members": with_dtypes(frame, MEMBERS)}


# rule: (tables that have exactly this fault, limits, grid named, word of the sentence)
FAULTS = {
    "COV-0": ({"grids": spiked()}, LIMITS, W1A, "Found: Self-intersection"),
    "COV-1": (holed(), LIMITS, W1, "10,000 m2 of level-3 grid"),
    "COV-2": (overlapping(10), LIMITS, E1A, "share 10,000 m2"),
    "COV-3": ({"grids": unmatched()}, LIMITS, W1A, "500.0 m of the border"),
    "COV-4": (outside(), LIMITS, E1A, "25,000 m2 of micro-grid"),
    "COV-5": (
        {"patches": carved(shapely.box(LEFT, BOTTOM, LEFT + 1.5, BOTTOM + 2000))},
        LIMITS,
        W1,
        "1 patch is narrower than 2 m",
    ),
    "COV-6": (
        {"patches": carved(shapely.box(LEFT, BOTTOM + 500, LEFT + 9, BOTTOM + 509))},
        LIMITS,
        W1,
        "1 patch has less than 100 m2",
    ),
    "COV-7": (detached(), LIMITS, W1A, "falls into 2 parts; the smallest has 125,000 m2"),
    "COV-8": (left_over(), LIMITS, W1, "250,000 m2 in 2 patches stay"),
    "TREE-1": (
        {"grids": with_value(small_grids(), TOWN, "parent_code", "410122")},
        LIMITS,
        TOWN,
        "has the parent '410122'",
    ),
    "TREE-2": (no_village(), LIMITS, W1, "belongs to no level-2 grid"),
    "TREE-3": (
        {"patches": with_value(small_patches(), f"{W1}-01", "parent_code", W2)},
        LIMITS,
        W1A,
        "125,000 m2 (50.0%)",
    ),
    "TREE-5": (
        {"patches": small_patches().drop(index=f"{W1}-01")},
        LIMITS,
        W1A,
        "is drawn with 250,000 m2, but 1 patch of it cover 125,000 m2",
    ),
    "TREE-4": (renamed(W, "village1"), LIMITS, "village1", "found 8 characters"),
    "CODE-1": ({"grids": doubled()}, LIMITS, W1A, "is on 2 grids"),
    "CODE-2": (renamed(W1B, f"{W1}2"), LIMITS, f"{W1}2", "2 digits from 01 to 99"),
    "CODE-3": (swapped(), LIMITS, W1, "2 of 2 micro-grids"),
    "CAP-3": (
        of_homes(W1A, 81.0),
        replace(LIMITS, households_of_grid=(50, 70)),
        W1A,
        "81 households, above 70",
    ),
    "CAP-5": ({}, replace(LIMITS, area_max_m2=400_000.0), E1A, "50.00 ha, above 40 ha"),
    "CAP-6": ({}, replace(LIMITS, micro_grids_max=1), W1, "has 2 micro-grids"),
    "CAP-7": (
        with_unit(headcount=701),
        LIMITS,
        UNIT,
        "has 701 staff and no sub-grids; one takes 300 at most. Divide it into 3",
    ),
    "CAP-9": (
        {"grids": loaded(**{W1A: 17.0, E1A: 30.0, E1B: 30.0})},
        LIMITS,
        W1A,
        "asks for 17.0 officer-hours a week; its officers give 1 x 16 = 16.0, 1.0 too few: "
        "it needs 2 officers. ",
    ),
    "CAP-10": ({}, replace(LIMITS, officers_max=1), E1A, "has 2 officers, the rules allow 1"),
    "CAP-11": (
        {},
        replace(LIMITS, width_min_m=260.0),
        W1A,
        "is a ribbon of 250 m on average, narrower than 260 m",
    ),
    "CAT-1": (
        {"patches": with_value(small_patches(), f"{W1}-01", "category", "farmland")},
        LIMITS,
        W1A,
        "50% of micro-grid",
    ),
    "CAT-2": (
        {"patches": with_value(small_patches(), f"{W1}-01", "layer", "")},
        LIMITS,
        W1A,
        "125,000 m2 of micro-grid",
    ),
    "CAT-3": (
        {"strays": stray_water()},
        LIMITS,
        W1A,
        "12.50 ha of water lie in micro-grid",
    ),
    "ASSIGN-1": (
        {"assignments": vacate(small_assignments(), f"{W1}-01")},
        LIMITS,
        W1,
        "has no leader on post",
    ),
    "ASSIGN-2": (
        {"assignments": vacate(small_assignments(), f"{E1A}-02")},
        LIMITS,
        E1A,
        "1 of 2 posts filled; 20.0 officer-hours a week fall to each, 16 are given. Add 1",
    ),
    "ASSIGN-3": ({"assignments": person_on(f"{W1B}-01", "C1")}, LIMITS, W1A, "leads 2 micro-grids"),
    "ASSIGN-4": ({"assignments": person_on(f"{W}-01", "L4")}, LIMITS, W1, "nobody is next"),
    "ASSIGN-5": (
        {"assignments": vacate(small_assignments(), f"{W1A}-01", f"{W1}-01")},
        LIMITS,
        W1A,
        "the leader of level-2 grid",
    ),
    "ASSIGN-6": (exclusive(), LIMITS, f"{W}901", "lacks 1 x service officer of its team of 2"),
    "ASSIGN-7": (
        {"grids": loaded(**{W1A: 16.0})},
        replace(LIMITS, load_index_max=1.4),
        W1A,
        "16.0 officer-hours a week, 1.49 times the mean of 10.8; more than 1.4",
    ),
    "ASSIGN-8": (
        {"assignments": person_on(f"{W1A}-01", "C99")},
        LIMITS,
        W1A,
        "not in the roster. Found person: 'C99'",
    ),
    "ASSIGN-9": (
        with_post("police", W1),
        LIMITS,
        W1,
        f"1 post of 1 for police is vacant, the first on {W1!r}",
    ),
    "ASSIGN-10": (
        {"people": with_hours("C1", 12.0)},
        LIMITS,
        W1A,
        "'C1' holds 1 post that ask for 16.0 hours a week and gives 12.0",
    ),
    "ASSIGN-11": (
        {"assignments": with_term(f"{W1A}-01", "2025-12-31"), "on": "2026-01-01"},
        LIMITS,
        W1A,
        "ended on 2025-12-31; the post is vacant on 2026-01-01",
    ),
    "GROUP-1": (
        groups_of(("grid", W1A), ("grid", f"{W1A}9")),
        LIMITS,
        "",
        f"The grid '{W1A}9' of group 'A' (服务队) is not in this plan",
    ),
    "GROUP-2": (groups_of(), LIMITS, "", "Group 'A' (服务队) has no members"),
    "PEOPLE-1": (
        {"people": people_frame(*LEADERS, *CADRES[:-1], ("C8", "cadre", "flying", E, "gone"))},
        LIMITS,
        "",
        "present grid 'gone' is not in this plan; unknown skills ['flying']",
    ),
    "PUB-4": (
        {"people": small_people().assign(office="call 138 1234 5678")},
        LIMITS,
        "",
        "texts in the column 'office' of people look like a mobile phone",
    ),
    "PUB-5": ({}, replace(LIMITS, source_classification=""), "", "It has not been said whether"),
    "PUB-6": (
        {},
        replace(LIMITS, source_classification="internal", secret_area_km2=1.0),
        "",
        "km², more than 1.",
    ),
    "PUB-7": (
        {
            "patches": small_patches().assign(
                sensitive_by=["code", *[""] * (len(small_patches()) - 1)]
            )
        },
        LIMITS,
        "",
        "1 patch (",
    ),
    "PUB-8": (
        {},
        replace(LIMITS, sensitive_records=("no such",)),
        "",
        "record 'no such' sensitive, but no patch",
    ),
}
# Faults that cannot come alone: who breaks one breaks the other too.
COMPANIONS = {"TREE-2": {"TREE-1", "COV-1"}, "ASSIGN-5": {"ASSIGN-1", "ASSIGN-2"}}


@cache
def found_by(key):
    tables, limits, *_ = FAULTS[key]
    return check(limits, **tables)
