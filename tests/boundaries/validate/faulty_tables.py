"""The tables of the small sound plan with something changed, and the check of them."""

from plan_fixtures import (
    small_assignments,
    small_grids,
    small_patches,
    small_people,
    small_plan,
    small_posts,
    small_rules,
)

from boundaries.validate.catalogue import validate
from gridmap.town.limits import limits_from

LIMITS = limits_from(small_rules())
TABLES = ("grids", "patches", "posts", "assignments", "people")
BESIDE = ("strays", "roles", "on")  # what a check takes beside the tables of a plan
MAKERS = {
    "grids": small_grids,
    "patches": small_patches,
    "posts": small_posts,
    "assignments": small_assignments,
    "people": small_people,
}


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


def loaded(**loads):
    grids = small_grids()
    for code, load in loads.items():
        grids.loc[code, "load_h"] = load
    return grids
